import { LRUCache } from 'lru-cache';
import { Temporal } from 'temporal-polyfill';

const offsets = new LRUCache<string, number>({ max: 10_000 });
const quarterHour = 15 * 60 * 1000;

/** Minutes east of UTC of a time zone at an instant. Offsets change on quarter hours only, so they are remembered by them. */
function offsetMinutes(at: Date, timeZone: string): number {
  const key = `${timeZone} ${Math.floor(at.getTime() / quarterHour)}`;
  let minutes = offsets.get(key);
  if (minutes === undefined) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
    minutes = zoned.offsetNanoseconds / 60e9;
    offsets.set(key, minutes);
  }
  return minutes;
}

/**
 * An instant as the API writes it: ISO 8601 to the second with the location's offset and no colon in it,
 * `2026-02-01T12:00:00-0500`.
 */
export function zonedDateTime(at: Date, timeZone: string): string {
  const minutes = Math.round(offsetMinutes(at, timeZone));
  const local = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  const hours = Math.trunc(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `${local}${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${String(rest).padStart(2, '0')}`;
}

/** The offset of a time zone from UTC in hours, now: -5, 5.5. */
export const offsetHours = (timeZone: string, at = new Date()): number => offsetMinutes(at, timeZone) / 60;

/**
 * Reads a date and time of the wire: ISO 8601 with an offset, or a local time (`2000-01-01T00:00:00`, `2000-01-01 00:00:00`,
 * `2000-01-01`) in the given time zone. A local time that a DST change skips is moved forward, one that happens twice is the first.
 * @returns undefined when the text is no date
 */
export function parseDateTime(text: string, timeZone: string): Date | undefined {
  const trimmed = text.trim();
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

/** A calendar date `yyyy-mm-dd`, or undefined when there is no such day. */
export function parseDate(text: string): string | undefined {
  try {
    return Temporal.PlainDate.from(text.trim(), { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}

/** The calendar date (UTC) of a moment in unix seconds. */
export function dateOfUnixSeconds(seconds: number): string | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
      .toZonedDateTimeISO('UTC')
      .toPlainDate()
      .toString();
  } catch {
    return undefined;
  }
}
