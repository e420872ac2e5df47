import { LRUCache } from 'lru-cache';
import { Temporal } from 'temporal-polyfill';

/** Known offsets by time zone and quarter hour: offsets change on quarter hours only. */
const offsets = new Map<string, LRUCache<number, number>>();
const quarterHour = 15 * 60 * 1000;

/** Minutes east of UTC of a time zone at an instant. */
export function offsetMinutes(at: Date, timeZone: string): number {
  let ofZone = offsets.get(timeZone);
  if (!ofZone) offsets.set(timeZone, (ofZone = new LRUCache({ max: 10_000 })));
  const quarter = Math.floor(at.getTime() / quarterHour);
  let minutes = ofZone.get(quarter);
  if (minutes === undefined) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
    minutes = Math.round(zoned.offsetNanoseconds / 60e9);
    ofZone.set(quarter, minutes);
  }
  return minutes;
}

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** How offsets are written, by their minutes: there are some forty. */
const offsetTexts = new Map<number, { withColon: string; compact: string }>();

function offsetText(minutes: number): { withColon: string; compact: string } {
  let texts = offsetTexts.get(minutes);
  if (texts === undefined) {
    const size = Math.abs(minutes);
    const hours = `${minutes < 0 ? '-' : '+'}${twoDigits(Math.trunc(size / 60))}`;
    texts = { withColon: `${hours}:${twoDigits(size % 60)}`, compact: hours + twoDigits(size % 60) };
    offsetTexts.set(minutes, texts);
  }
  return texts;
}

const wallClock = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, 19);

/** An instant to the second with the location's offset, as RFC 3339 has it: `2026-02-01T12:00:00-05:00`. */
export function zonedDateTime(at: Date, timeZone: string): string {
  const minutes = offsetMinutes(at, timeZone);
  return wallClock(at, minutes) + offsetText(minutes).withColon;
}

/** The same without the colon, as some published fields are written: `2026-02-01T12:00:00-0500`. */
export function compactZonedDateTime(at: Date, timeZone: string): string {
  const minutes = offsetMinutes(at, timeZone);
  return wallClock(at, minutes) + offsetText(minutes).compact;
}

/** The offset of a time zone from UTC in hours, now: -5, 5.5. */
export const offsetHours = (timeZone: string, at = new Date()): number => offsetMinutes(at, timeZone) / 60;

/** No calendar needs dates in other centuries, so they are refused before they reach the database. */
const calendar = { first: '1900-01-01', last: '2999-12-31' };
const calendarInstants = { first: Date.parse(calendar.first), end: Date.parse(calendar.last) + 86_400_000 };

/**
 * Reads a date and time of the wire: ISO 8601 with an offset, or a local time (`2000-01-01T00:00:00`, `2000-01-01 00:00:00`,
 * `2000-01-01`) in the given time zone. A local time that a DST change skips is moved forward, one that happens twice is the first.
 * @returns undefined if the text is not a date, or one outside the years 1900 to 2999
 */
export function parseDateTime(text: string, timeZone: string): Date | undefined {
  const at = instantOf(text.trim(), timeZone);
  return at && at.getTime() >= calendarInstants.first && at.getTime() < calendarInstants.end ? at : undefined;
}

function instantOf(trimmed: string, timeZone: string): Date | undefined {
  try {
    return new Date(Temporal.Instant.from(trimmed.replace(' ', 'T')).epochMilliseconds);
  } catch {
    try {
      const zoned = Temporal.PlainDateTime.from(trimmed).toZonedDateTime(timeZone, { disambiguation: 'compatible' });
      return new Date(zoned.epochMilliseconds);
    } catch {
      return undefined;
    }
  }
}

/** A date `yyyy-mm-dd`, or undefined if the day does not exist. The years 1 to 9999 are allowed, for birthdays. */
export function parseDate(text: string): string | undefined {
  try {
    return writtenDate(Temporal.PlainDate.from(text.trim(), { overflow: 'reject' }));
  } catch {
    return undefined;
  }
}

const writtenDate = (date: Temporal.PlainDate): string | undefined =>
  date.year >= 1 && date.year <= 9999 ? date.toString() : undefined;

/** A date `yyyy-mm-dd` of a calendar that something is booked in: undefined too outside the years 1900 to 2999. */
export function parseCalendarDate(text: string): string | undefined {
  const date = parseDate(text);
  return date && date >= calendar.first && date <= calendar.last ? date : undefined;
}

/** The calendar date (UTC) of unix seconds. Undefined for dates that `parseDate` refuses. */
export function dateOfUnixSeconds(seconds: number): string | undefined {
  try {
    return writtenDate(
      Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
        .toZonedDateTimeISO('UTC')
        .toPlainDate(),
    );
  } catch {
    return undefined;
  }
}

/** Every date from the first to the last, both `yyyy-mm-dd`. Empty if the last is before the first. */
export function datesBetween(first: string, last: string): string[] {
  const start = Temporal.PlainDate.from(first);
  return Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, days) => start.add({ days }).toString());
}

/** How many days the second date is after the first. */
export const daysBetween = (first: string, second: string): number =>
  Temporal.PlainDate.from(first).until(Temporal.PlainDate.from(second), { largestUnit: 'days' }).days;

/** A date a number of days later, or earlier if the number is negative. */
export const addDays = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString();

/** The date it is now in a time zone. */
export const today = (timeZone: string): string => Temporal.Now.plainDateISO(timeZone).toString();

/** A stretch of a day of some calendar, in seconds of wall-clock time from its midnight. */
export interface DayPart {
  /** yyyy-mm-dd */
  date: string;
  from: number;
  /** 86400 means the end of the day. */
  to: number;
}

interface WallSpan {
  from: number;
  to: number;
}

/** A date of a time zone, between its wall clock and instants. Instants are unix seconds, wall-clock time is seconds from midnight. */
export interface DayClock {
  date: string;
  starts: number;
  /** The first instant of the next date. */
  ends: number;
  /** The spans in which the wall clock runs on, ascending: two on a day with a DST change, else one. `wall` is its time at the start. */
  passes: readonly { starts: number; ends: number; wall: number }[];
  /** @returns undefined for a time that a DST change skips; the first pass of a time that happens twice */
  instantOf(wall: number): number | undefined;
  wallOf(instant: number): number;
  /**
   * The instants at which the wall clock shows a time span, ascending: usually one; two if the clocks are turned back over it; none if they
   * skip it.
   */
  stretchesOf(from: number, to: number): { start: number; end: number }[];
  /**
   * The part of the wall clock that a time span takes within a date, in both passes of a repeated hour. Ascending: one span, or two if the
   * clock skips a part, or is turned back to before the span began.
   */
  wallSpans(start: number, end: number): WallSpan[];
  next(): DayClock;
}

const dayClocks = new Map<string, LRUCache<string, DayClock>>();

/** @param date yyyy-mm-dd */
export function dayClock(date: string, timeZone: string): DayClock {
  let ofZone = dayClocks.get(timeZone);
  if (!ofZone) dayClocks.set(timeZone, (ofZone = new LRUCache({ max: 1000 })));
  let clock = ofZone.get(date);
  if (!clock) ofZone.set(date, (clock = makeDayClock(date, timeZone)));
  return clock;
}

function makeDayClock(date: string, timeZone: string): DayClock {
  const starts = startOfDay(date, timeZone).getTime() / 1000;
  const ends = startOfDay(date, timeZone, 1).getTime() / 1000;
  const midnight = Temporal.PlainDate.from(date).toZonedDateTime('UTC').epochMilliseconds / 1000;
  const offset = (instant: number) => offsetMinutes(new Date(instant * 1000), timeZone) * 60;
  const [before, after] = [offset(starts), offset(ends - 1)];
  let change = ends;
  if (before !== after) {
    let low = starts;
    while (change - low > 60) {
      const middle = Math.floor((low + change) / 120) * 60;
      if (offset(middle) === before) low = middle;
      else change = middle;
    }
  }
  const offsetAt = (instant: number) => (instant < change ? before : after);
  const instantOf = (wall: number) => {
    if (wall === 86_400) return ends;
    const early = midnight + wall - before;
    if (early >= starts && early < change) return early;
    const late = midnight + wall - after;
    return late >= change && late < ends ? late : undefined;
  };
  const wallOf = (instant: number) => instant + offsetAt(instant) - midnight;
  let next: DayClock | undefined;
  return {
    date,
    starts,
    ends,
    next: () => (next ??= dayClock(addDays(date, 1), timeZone)),
    passes:
      change < ends
        ? [
            { starts, ends: change, wall: wallOf(starts) },
            { starts: change, ends, wall: wallOf(change) },
          ]
        : [{ starts, ends, wall: wallOf(starts) }],
    instantOf,
    wallOf,
    stretchesOf(from, to) {
      const [first, second] = [
        { start: Math.max(starts, midnight + from - before), end: Math.min(change, midnight + to - before) },
        { start: Math.max(change, midnight + from - after), end: Math.min(ends, midnight + to - after) },
      ];
      if (first.start >= first.end) return second.start < second.end ? [second] : [];
      if (second.start >= second.end) return [first];
      return first.end === second.start ? [{ start: first.start, end: second.end }] : [first, second];
    },
    wallSpans(start, end) {
      const span = { from: wallOf(start), to: end + offsetAt(end - 1) - midnight };
      if (start >= change || end <= change) return [span];
      const [first, second] = [
        { from: span.from, to: change + before - midnight },
        { from: wallOf(change), to: span.to },
      ].sort((a, b) => a.from - b.from) as [WallSpan, WallSpan];
      return second.from <= first.to ? [{ from: first.from, to: Math.max(first.to, second.to) }] : [first, second];
    },
  };
}

/** The calendar days between two instants in a time zone, and the part of each day. For days with a DST change, see `wallSpans`. */
export function dayParts(start: Date, end: Date, timeZone: string): DayPart[] {
  const [first, last] = [start.getTime() / 1000, end.getTime() / 1000];
  return datesBetween(dateIn(start, timeZone), dateIn(new Date(end.getTime() - 1), timeZone)).flatMap((date) => {
    const clock = dayClock(date, timeZone);
    const spans = clock.wallSpans(Math.max(first, clock.starts), Math.min(last, clock.ends));
    return spans.map(({ from, to }) => ({ date, from: Math.floor(from), to: Math.floor(to) }));
  });
}

/** The start of a date in a time zone, a number of days later. */
export const startOfDay = (date: string, timeZone: string, daysLater = 0): Date =>
  new Date(Temporal.PlainDate.from(date).add({ days: daysLater }).toZonedDateTime(timeZone).epochMilliseconds);

/** The date an instant falls on in a time zone. */
export const dateIn = (at: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/** An instant as a local time without an offset, `2026-02-01T12:00:00`; a space may replace the T. */
export const localDateTime = (at: Date, timeZone: string, separator: 'T' | ' ' = 'T'): string =>
  zonedDateTime(at, timeZone).slice(0, 19).replace('T', separator);
