import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { daysToPresent, moveDates } from './near-today.ts';

const toDate = (text: string) => daysToPresent(Temporal.PlainDate.from(text));

test('examples move by whole weeks, so that a Monday stays a Monday', () => {
  expect(toDate('2026-09-21')).toBe(0);
  expect(toDate('2026-09-27')).toBe(0);
  expect(toDate('2026-09-28')).toBe(7);
  expect(toDate('2028-02-29')).toBe(525);
  expect(toDate('2026-09-20')).toBe(-7);
});

test('the wall clock stays and the offset follows daylight saving, in the form it had', () => {
  expect(moveDates('2026-09-21T10:00:00-04:00', 70)).toBe('2026-11-30T10:00:00-05:00');
  expect(moveDates('2026-09-21T10:00:00-0400', 70)).toBe('2026-11-30T10:00:00-0500');
  expect(moveDates('2026-09-21T10:00:00+01:00', 70)).toBe('2026-11-30T10:00:00+00:00');
  expect(moveDates('2026-09-21T10:00:00Z', 70)).toBe('2026-11-30T10:00:00Z');
  expect(moveDates('2026-09-21 10:00:00', 7)).toBe('2026-09-28 10:00:00');
  expect(moveDates('2026-09-21', 525)).toBe('2028-02-28');
});

test('every date in an example moves, and unix seconds do where the name says so', () => {
  const seconds = Date.UTC(2026, 8, 21, 14) / 1000;
  const example = { dates: ['2026-09-21', '2026-09-22'], visit: { datetime: seconds, client_id: seconds, timestamp: 12 } };
  expect(moveDates(example, 7)).toEqual({
    dates: ['2026-09-28', '2026-09-29'],
    visit: { datetime: seconds + 7 * 86_400, client_id: seconds, timestamp: 12 },
  });
});

test('birthdays, numbers and texts that only look like dates stay', () => {
  for (const text of ['1990-05-17', '2026-13-01', '2026-09-21 and later', '20260921', '']) expect(moveDates(text, 70)).toBe(text);
});
