import { Temporal } from 'temporal-polyfill';
import { exampleDay } from './believable.ts';

/** A date, or a date and time with or without an offset: date, time, offset. */
const dateText = /^(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** The zones of the demo's two locations, by the offsets they have in winter and in summer. */
const zones: Record<string, string> = {
  '-0500': 'America/New_York',
  '-0400': 'America/New_York',
  '+0000': 'Europe/London',
  '+0100': 'Europe/London',
};

/** Dates further away than this have another meaning, such as a birthday or the founding of a city. */
const maxDaysAway = 400;

/**
 * Whole weeks from the day that examples are written for to the present one, as days: a Monday stays a Monday, so opening hours and
 * working days still agree.
 */
export const daysToPresent = (now = Temporal.Now.plainDateISO('UTC')): number =>
  Math.floor(Temporal.PlainDate.from(exampleDay).until(now, { largestUnit: 'days' }).days / 7) * 7;

/**
 * A copy of an example with its dates moved by a number of days. Wall-clock times stay, and offsets follow daylight saving.
 * @param around the day that the example was written for; dates far from it stay
 */
export function moveDates(example: unknown, days: number, around = exampleDay): unknown {
  if (days === 0) return example;
  if (typeof example === 'string') return moveText(example, days, around);
  if (Array.isArray(example)) return example.map((item) => moveDates(item, days, around));
  if (typeof example !== 'object' || example === null) return example;
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [
      name,
      typeof value === 'number' ? moveSeconds(name, value, days, around) : moveDates(value, days, around),
    ]),
  );
}

/** A copy of an example with its dates near the present day. */
export const nearToday = (example: unknown): unknown => moveDates(example, daysToPresent());

function moveText(text: string, days: number, around: string): string {
  const [, date, time = '', offset = ''] = dateText.exec(text) ?? [];
  if (!date) return text;
  let moved: Temporal.PlainDate;
  try {
    moved = Temporal.PlainDate.from(date, { overflow: 'reject' });
  } catch {
    return text;
  }
  if (!isNear(moved, around)) return text;
  moved = moved.add({ days });
  return `${moved}${time}${offsetAfter(moved, time, offset)}`;
}

const isNear = (date: Temporal.PlainDate, around: string) =>
  Math.abs(Temporal.PlainDate.from(around).until(date, { largestUnit: 'days' }).days) <= maxDaysAway;

function offsetAfter(date: Temporal.PlainDate, time: string, offset: string): string {
  const zone = zones[offset.replace(':', '')];
  if (!zone || !time) return offset;
  const moved = date.toZonedDateTime({ timeZone: zone, plainTime: time.slice(1) }).offset;
  return offset.includes(':') ? moved : moved.replace(':', '');
}

/** Unix seconds, if the name says that the number is a time. */
function moveSeconds(name: string, value: number, days: number, around: string): number {
  if (!/time|date|_at$/.test(name) || !Number.isInteger(value) || value < 1e9) return value;
  const date = Temporal.Instant.fromEpochMilliseconds(value * 1000)
    .toZonedDateTimeISO('UTC')
    .toPlainDate();
  return isNear(date, around) ? value + days * 86_400 : value;
}

/** A copy of an OpenAPI document with the dates of its examples near the present day. */
export function withExamplesNearToday<Document extends object>(document: Document): Document {
  const days = daysToPresent();
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === 'example' || key === 'examples' ? moveDates(inner, days) : move(inner),
      ]),
    );
  };
  return move(document) as Document;
}
