import { and, asc, eq, isNotNull } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { clients } from '../domains/clients/tables.ts';
import { bookableDates } from '../domains/online-booking/slots.ts';
import { allCalendars } from '../domains/team/calendars.ts';
import { addEntry, closeEntry } from '../domains/waiting-list/entry.ts';
import { changeWaitingSettings } from '../domains/waiting-list/settings.ts';
import { addDays, datesBetween, today } from '../platform/clock.ts';

/** The service that clients of the demo wait for. */
const serviceId = 1;

/** What those say who wait. */
const comments = [
  'After work, please',
  'Any day of the weekend',
  'I can come at short notice',
  '',
  'With my usual stylist if possible',
];

/**
 * Clients of the demo who wait for days on which nothing is free, one who gave up, and one who waits for a day with free times: the jobs of the
 * demo offer one, and `/demo/messages` shows the message with its link.
 */
export async function seedWaiting(write: Write, place: Location): Promise<void> {
  await changeWaitingSettings(write, place.id, { isOnline: true });
  const first = addDays(today(place.timeZone), 2);
  const range = { first, last: addDays(first, 27) };
  const choice = { serviceIds: [serviceId], memberId: undefined };
  const { bookable } = await bookableDates(write, place, choice, range, new Date());
  const full = datesBetween(range.first, range.last).filter((date) => !bookable.includes(date));
  // Nobody works after a long time.
  const days = [...full, ...Array.from({ length: comments.length }, (_, index) => addDays(first, 300 + index))];
  const people = await write
    .select({ id: clients.id })
    .from(clients)
    .where(and(eq(clients.locationId, place.id), isNotNull(clients.phone)))
    .orderBy(asc(clients.id))
    .offset(30)
    .limit(comments.length + 1);
  const anyTime = { serviceIds: [serviceId], memberId: null, timeFrom: 0, timeTo: 86_400 };
  const wait = (index: number, date: string, more: object = {}) =>
    addEntry(
      write,
      place,
      { clientId: (people[index] as { id: number }).id },
      { ...anyTime, dateFrom: date, dateTo: date, comment: comments[index] ?? '', ...more },
      index % 2 === 0,
    );
  for (const index of comments.keys()) {
    const { id } = await wait(index, days[index] as string, index === 0 ? { timeFrom: 16 * 3600 } : {});
    if (index === comments.length - 1) await closeEntry(write, place, id, allCalendars);
  }
  const free = bookable.at(-1);
  if (free) await wait(comments.length, free);
}
