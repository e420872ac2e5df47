import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { localDateTime, offsetMinutes } from './clock.ts';
import { timeZoneComponent } from './icalendar-zone.ts';
import { mapInSteps } from './pause.ts';

// The library counts the 75 octets of a line without the space that begins a continued one.
ICAL.foldLength = 74;

/** One entry of a calendar. */
export interface CalendarEntry {
  /** The same as long as the entry exists, in whatever calendar it is. */
  uid: string;
  start: Date;
  end: Date;
  createdAt: Date;
  changedAt: Date;
  /** It stays in the calendar, but takes no time. */
  isCancelled: boolean;
  summary: string;
  /** Lines. */
  description: string;
  location: string;
}

/** A calendar to write. */
export interface Calendar {
  title: string;
  /** IANA name of the zone that its times are written in. */
  timeZone: string;
  entries: readonly CalendarEntry[];
  /** Where it all happens, in degrees. */
  position: { latitude: number; longitude: number } | undefined;
}

/** A property of jCal (RFC 7265): name, parameters, type, values. */
type Property = [string, Record<string, string>, string, ...unknown[]];

/** Text that iCalendar can hold: control characters other than tabs and line breaks do not exist there. */
const clean = (value: string) => value.replace(/\r\n?/g, '\n').replace(/(?![\t\n])\p{Cc}/gu, '');
const text = (name: string, value: string): Property => [name, {}, 'text', clean(value)];

const inUtc = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;

const day = 86_400_000;

/** Whether the clocks are not changed for a day before and after an instant, so that no time comes twice. Entries of one day ask the same. */
function isSteady(at: Date, timeZone: string): boolean {
  const midnight = at.getTime() - (at.getTime() % day);
  return offsetMinutes(new Date(midnight - day), timeZone) === offsetMinutes(new Date(midnight + 2 * day), timeZone);
}

/**
 * The wall-clock time of an instant in a zone. Undefined if the clock shows it twice: RFC 5545 means the first by it, and some programs the
 * second.
 */
function wallTime(at: Date, timeZone: string): string | undefined {
  const wall = localDateTime(at, timeZone);
  if (isSteady(at, timeZone)) return wall;
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    Temporal.PlainDateTime.from(wall).toZonedDateTime(timeZone, { disambiguation }),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
  return first.equals(second) ? wall : undefined;
}

/** The start and end of an entry: in the zone, or both in UTC, since they must have the same form. */
function times({ start, end }: CalendarEntry, timeZone: string): Property[] {
  const [from, to] = timeZone === 'UTC' ? [] : [wallTime(start, timeZone), wallTime(end, timeZone)];
  if (!from || !to) return [instant('dtstart', start), instant('dtend', end)];
  return [
    ['dtstart', { tzid: timeZone }, 'date-time', from],
    ['dtend', { tzid: timeZone }, 'date-time', to],
  ];
}

const instant = (name: string, value: Date): Property => [name, {}, 'date-time', inUtc(value)];

/** The number of seconds from making an entry to its last change: it grows with every change, as a SEQUENCE must. */
const sequenceOf = ({ createdAt, changedAt }: CalendarEntry) =>
  Math.max(0, Math.floor(changedAt.getTime() / 1000) - Math.floor(createdAt.getTime() / 1000));

function event(entry: CalendarEntry, { timeZone, position }: Calendar): unknown[] {
  const properties: Property[] = [
    text('uid', entry.uid),
    // Without a METHOD it means the last change (RFC 5545, 3.8.7.2). So the same entries make the same text.
    instant('dtstamp', entry.changedAt),
    ...times(entry, timeZone),
    instant('created', entry.createdAt),
    instant('last-modified', entry.changedAt),
    ['sequence', {}, 'integer', sequenceOf(entry)],
    text('status', entry.isCancelled ? 'CANCELLED' : 'CONFIRMED'),
    text('transp', entry.isCancelled ? 'TRANSPARENT' : 'OPAQUE'),
    text('summary', entry.summary),
    ...(entry.description === '' ? [] : [text('description', entry.description)]),
    ...(entry.location === '' ? [] : [text('location', entry.location)]),
    ...(position ? [['geo', {}, 'float', [position.latitude, position.longitude]] as Property] : []),
  ];
  return ['vevent', properties, []];
}

const end = 'END:VCALENDAR\r\n';

/**
 * Writes a calendar (RFC 5545). Its zone is described for the years of its entries. The same calendar is always the same text.
 * Programs that subscribe are told to come back every hour. Other requests go on while a long one is written.
 */
export async function writeCalendar(calendar: Calendar): Promise<string> {
  const { title, timeZone, entries } = calendar;
  const instants = entries.flatMap(({ start, end }) => [start.getTime(), end.getTime()]);
  const zone =
    entries.length === 0 || timeZone === 'UTC'
      ? []
      : [
          timeZoneComponent(
            timeZone,
            new Date(instants.reduce((a, b) => Math.min(a, b))).getUTCFullYear(),
            new Date(instants.reduce((a, b) => Math.max(a, b))).getUTCFullYear(),
          ),
        ];
  const properties: Property[] = [
    text('version', '2.0'),
    text('prodid', '-//Foyer//Calendar Feeds//EN'),
    // The older spelling too, which most programs read.
    text('name', title),
    text('x-wr-calname', title),
    ...(timeZone === 'UTC' ? [] : [text('x-wr-timezone', timeZone)]),
    ['refresh-interval', {}, 'duration', 'PT1H'],
    ['x-published-ttl', {}, 'duration', 'PT1H'],
  ];
  const empty = ICAL.stringify(['vcalendar', properties, zone] as never);
  const written = await mapInSteps(entries, (entry) => ICAL.stringify(event(entry, calendar) as never));
  return [empty.slice(0, -end.length), ...written, end].join('');
}
