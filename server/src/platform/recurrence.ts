import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';

export type Weekday = 'MO' | 'TU' | 'WE' | 'TH' | 'FR' | 'SA' | 'SU';

/** A repetition, in the terms of RFC 5545. */
export interface Recurrence {
  frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  /** The number of units between two repetitions. */
  interval: number;
  weekdays?: readonly Weekday[] | undefined;
}

/** Guards against rules that never end. */
const most = 1000;

/**
 * The instants at which a start repeats, at the same wall-clock time of a time zone. Dates that do not exist, such as the 30th of February,
 * are left out. A time that a DST change skips moves forward.
 * @param last the last possible date, yyyy-mm-dd
 * @param count the maximum number of instants, at most 1000
 */
export function occurrencesAfter(
  start: Date,
  timeZone: string,
  { frequency, interval, weekdays }: Recurrence,
  { last, count = most }: { last?: string | undefined; count?: number | undefined },
): Date[] {
  const dtstart = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO(timeZone);
  const until = last === undefined ? undefined : Temporal.PlainDate.from(last).add({ days: 1 }).toZonedDateTime(timeZone);
  const rule = new RRuleTemporal({
    freq: frequency,
    interval,
    ...(weekdays ? { byDay: [...weekdays] } : {}),
    dtstart,
    temporal: Temporal,
  });
  const found: Date[] = [];
  const limit = Math.min(count, most);
  for (let at = rule.next(dtstart, false); at; at = rule.next(at, false)) {
    if (found.length >= limit || (until && Temporal.ZonedDateTime.compare(at, until) >= 0)) break;
    found.push(new Date(at.epochMilliseconds));
  }
  return found;
}
