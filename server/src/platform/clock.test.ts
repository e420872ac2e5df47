import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOfUnixSeconds, offsetHours, parseDate, parseDateTime, zonedDateTime } from './clock.ts';

describe('an instant is written with the offset of the location', () => {
  test.each([
    ['2026-02-01T17:00:00Z', 'America/New_York', '2026-02-01T12:00:00-0500'],
    ['2026-07-01T16:00:00Z', 'America/New_York', '2026-07-01T12:00:00-0400'],
    ['2026-01-01T00:00:00Z', 'Asia/Kolkata', '2026-01-01T05:30:00+0530'],
    ['2026-01-01T00:00:00Z', 'Asia/Kathmandu', '2026-01-01T05:45:00+0545'],
    ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01T00:00:00+0000'],
    ['2026-01-01T00:00:00Z', 'America/St_Johns', '2025-12-31T20:30:00-0330'],
    // The last second before and the first after the clocks go forward in London, on a day of 23 hours.
    ['2026-03-29T00:59:59Z', 'Europe/London', '2026-03-29T00:59:59+0000'],
    ['2026-03-29T01:00:00Z', 'Europe/London', '2026-03-29T02:00:00+0100'],
    // The hour that happens twice in New York.
    ['2026-11-01T05:30:00Z', 'America/New_York', '2026-11-01T01:30:00-0400'],
    ['2026-11-01T06:30:00Z', 'America/New_York', '2026-11-01T01:30:00-0500'],
  ])('%s in %s', (instant, zone, expected) => {
    expect(zonedDateTime(new Date(instant), zone)).toBe(expected);
  });

  test('and read back it is the same second, in any zone at any time', () => {
    const zone = fc.constantFrom(
      'America/New_York',
      'Europe/London',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Africa/Casablanca',
      'UTC',
    );
    const second = fc.integer({ min: 0, max: 4_102_444_800 });
    fc.assert(
      fc.property(second, zone, (seconds, timeZone) => {
        const at = new Date(seconds * 1000);
        expect(parseDateTime(zonedDateTime(at, timeZone), timeZone)).toEqual(at);
      }),
    );
  });
});

describe('a date and time of the wire', () => {
  test.each([
    ['2026-02-01T12:00:00-0500', '2026-02-01T17:00:00Z'],
    ['2026-02-01T12:00:00+03:00', '2026-02-01T09:00:00Z'],
    ['2026-02-01T12:00:00Z', '2026-02-01T12:00:00Z'],
    ['2026-02-01T12:00:00', '2026-02-01T17:00:00Z'],
    ['2026-02-01 12:00:00', '2026-02-01T17:00:00Z'],
    ['2026-02-01', '2026-02-01T05:00:00Z'],
    // 2:30 does not exist on that day in New York: the clocks go from 2:00 to 3:00.
    ['2026-03-08T02:30:00', '2026-03-08T07:30:00Z'],
  ])('%s is read in the zone of the location unless it has an offset', (text, expected) => {
    expect(parseDateTime(text, 'America/New_York')).toEqual(new Date(expected));
  });

  test.each(['', 'yesterday', '2026-13-01', '2026-02-30T00:00:00', '12:00', '0'])('%j is none', (text) => {
    expect(parseDateTime(text, 'UTC')).toBeUndefined();
  });
});

test('a calendar date must exist', () => {
  expect(parseDate('2024-02-29')).toBe('2024-02-29');
  expect(parseDate('2023-02-29')).toBeUndefined();
  expect(parseDate('2023-2-9')).toBeUndefined();
});

test('unix seconds name the day of that moment', () => {
  expect(dateOfUnixSeconds(952_041_600)).toBe('2000-03-03');
  expect(dateOfUnixSeconds(-1)).toBe('1969-12-31');
  expect(dateOfUnixSeconds(1e18)).toBeUndefined();
});

test('the offset of a zone is in hours, with parts of them', () => {
  expect(offsetHours('Asia/Kolkata')).toBe(5.5);
  expect(offsetHours('America/New_York', new Date('2026-01-01'))).toBe(-5);
});
