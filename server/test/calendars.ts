import ICAL from 'ical.js';

/** An event as a calendar program shows it. */
export interface ShownEvent {
  uid: string;
  start: string;
  end: string;
  zone: string | undefined;
  summary: string;
  description: string | null;
  location: string | null;
  sequence: number;
  status: unknown;
}

/** Reads a calendar as a program does that knows no zones but those that the text describes. Times are instants in ISO 8601. */
export function readCalendar(text: string): { calendar: ICAL.Component; events: ShownEvent[] } {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const instant = (time: ICAL.Time) => new Date(time.toUnixTime() * 1000).toISOString();
  const events = calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      start: instant(event.startDate),
      end: instant(event.endDate),
      zone: event.startDate.zone?.tzid,
      summary: event.summary,
      description: event.description,
      location: event.location,
      sequence: event.sequence,
      status: component.getFirstPropertyValue('status'),
    };
  });
  return { calendar, events };
}
