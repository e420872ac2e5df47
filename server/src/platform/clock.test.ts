import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  compactZonedDateTime,
  dateOfUnixSeconds,
  dayClock,
  dayParts,
  offsetHours,
  parseCalendarDate,
  parseDate,
  parseDateTime,
  zonedDateTime,
} from './clock.ts';

describe('an instant is written with the offset of the location', () => {
  test.each([
    ['2026-02-01T17:00:00Z', 'America/New_York', '2026-02-01T12:00:00-05:00'],
    ['2026-07-01T16:00:00Z', 'America/New_York', '2026-07-01T12:00:00-04:00'],
    ['2026-01-01T00:00:00Z', 'Asia/Kolkata', '2026-01-01T05:30:00+05:30'],
    ['2026-01-01T00:00:00Z', 'Asia/Kathmandu', '2026-01-01T05:45:00+05:45'],
    ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01T00:00:00+00:00'],
    ['2026-01-01T00:00:00Z', 'America/St_Johns', '2025-12-31T20:30:00-03:30'],
    // The last second before and the first after the clocks go forward in London, on a day of 23 hours.
    ['2026-03-29T00:59:59Z', 'Europe/London', '2026-03-29T00:59:59+00:00'],
    ['2026-03-29T01:00:00Z', 'Europe/London', '2026-03-29T02:00:00+01:00'],
    // The hour that happens twice in New York.
    ['2026-11-01T05:30:00Z', 'America/New_York', '2026-11-01T01:30:00-04:00'],
    ['2026-11-01T06:30:00Z', 'America/New_York', '2026-11-01T01:30:00-05:00'],
  ])('%s in %s', (instant, zone, expected) => {
    expect(zonedDateTime(new Date(instant), zone)).toBe(expected);
    expect(compactZonedDateTime(new Date(instant), zone)).toBe(expected.replace(/:(\d\d)$/, '$1'));
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

  test('is one of the years 1900 to 2999, by UTC', () => {
    const first = '1900-01-01T00:00:00Z';
    const last = '2999-12-31T23:59:59Z';
    expect([first, last].map((text) => parseDateTime(text, 'Asia/Tokyo'))).toEqual([new Date(first), new Date(last)]);
    for (const text of ['1899-12-31T23:59:59Z', '3000-01-01T00:00:00Z', '1900-01-01T00:00:00', '9999-12-31 23:59:59']) {
      expect(parseDateTime(text, 'Asia/Tokyo')).toBeUndefined();
    }
    for (const text of ['0000-01-01', '-000001-01-01', '+275760-09-13T00:00:00Z', '-271821-04-20']) {
      expect(parseDateTime(text, 'UTC')).toBeUndefined();
    }
  });
});

test('a calendar date must exist', () => {
  expect(parseDate('2024-02-29')).toBe('2024-02-29');
  expect(parseDate('2023-02-29')).toBeUndefined();
  expect(parseDate('2023-2-9')).toBeUndefined();
});

test('a date is one of the years 1 to 9999, and one to book on of the years 1900 to 2999', () => {
  const ends = [
    '0000-12-31',
    '0001-01-01',
    '1899-12-31',
    '1900-01-01',
    '2999-12-31',
    '3000-01-01',
    '9999-12-31',
    '+010000-01-01',
  ];
  expect(ends.filter((text) => parseDate(text))).toEqual(ends.slice(1, -1));
  expect(ends.filter((text) => parseCalendarDate(text))).toEqual(['1900-01-01', '2999-12-31']);
  expect(dateOfUnixSeconds(-62_135_596_801)).toBeUndefined();
  expect(dateOfUnixSeconds(-62_135_596_800)).toBe('0001-01-01');
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

const hour = 3600;

/** Days on which clocks change, with how many hours they have, and ones on which they do not. */
const specialDays: [timeZone: string, date: string, hours: number][] = [
  ['Europe/Berlin', '2027-03-28', 23],
  ['Europe/Berlin', '2027-10-31', 25],
  ['America/New_York', '2027-03-14', 23],
  ['America/New_York', '2027-11-07', 25],
  ['Australia/Lord_Howe', '2027-10-03', 23.5],
  ['Australia/Lord_Howe', '2027-04-04', 24.5],
  ['America/Sao_Paulo', '2018-11-04', 23],
  ['America/Sao_Paulo', '2018-02-17', 25],
  ['Asia/Beirut', '2024-03-31', 23],
  ['America/Havana', '2026-11-01', 25],
  ['America/Scoresbysund', '2027-03-27', 23],
  ['Asia/Kathmandu', '2028-02-29', 24],
];

describe('the clock of a day', () => {
  const wallAt = (instant: number, timeZone: string) => {
    const at = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(timeZone);
    return at.hour * hour + at.minute * 60 + at.second;
  };

  test.each(specialDays)('in %s on %s, of %d hours, agrees with Temporal in every quarter of an hour', (zone, date, hours) => {
    const clock = dayClock(date, zone);
    expect(clock.ends - clock.starts).toBe(hours * hour);
    expect([dayClock(addDays(date, -1), zone).ends, dayClock(addDays(date, 1), zone).starts]).toEqual([clock.starts, clock.ends]);
    const firstPass = new Map<number, number>();
    for (let instant = clock.starts; instant < clock.ends; instant += 900) {
      const wall = wallAt(instant, zone);
      expect(clock.wallOf(instant)).toBe(wall);
      if (!firstPass.has(wall)) firstPass.set(wall, instant);
    }
    for (let wall = 0; wall < 24 * hour; wall += 900) expect(clock.instantOf(wall)).toBe(firstPass.get(wall));
    expect(clock.instantOf(24 * hour)).toBe(clock.ends);
  });

  test('goes between stretches of the day and of the wall as each minute does', () => {
    const minute = fc.integer({ min: 0, max: 1500 });
    const pair = fc.uniqueArray(minute, { minLength: 2, maxLength: 2 }).map((both) => both.sort((a, b) => a - b));
    const known = specialDays.map(([zone, date]) => {
      const clock = dayClock(date, zone);
      const all = Array.from({ length: (clock.ends - clock.starts) / 60 }, (_, index) => clock.starts + index * 60);
      return { clock, all, walls: new Map(all.map((at) => [at, wallAt(at, zone)])) };
    });
    fc.assert(
      fc.property(fc.constantFrom(...known), pair, ({ clock, all, walls }, [low = 0, high = 0]) => {
        const wallOf = (at: number) => walls.get(at) as number;
        const [from, to] = [low * 60, Math.min(high * 60, 86_400)];
        const stretches = clock.stretchesOf(from, to);
        expect(all.filter((at) => stretches.some(({ start, end }) => start <= at && at < end))).toEqual(
          all.filter((at) => wallOf(at) >= from && wallOf(at) < to),
        );
        expect(stretches.every(({ start, end }, index) => start < end && start > (stretches[index - 1]?.end ?? 0))).toBe(true);

        const [start, end] = [clock.starts + low * 60, Math.min(clock.starts + high * 60, clock.ends)];
        if (start >= end) return;
        const spans = clock.wallSpans(start, end);
        const shown = new Set(all.filter((at) => at >= start && at < end).map(wallOf));
        const day = Array.from({ length: 1440 }, (_, index) => index * 60);
        expect(day.filter((wall) => spans.some((span) => span.from <= wall && wall < span.to))).toEqual(
          day.filter((wall) => shown.has(wall)),
        );
        expect(spans.every((span, index) => span.from < span.to && span.from > (spans[index - 1]?.to ?? -1))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('skips an hour: its times have no instant, and hours across it are shorter', () => {
    const clock = dayClock('2027-03-28', 'Europe/Berlin');
    expect(clock.instantOf(2.5 * hour)).toBeUndefined();
    expect(clock.stretchesOf(2 * hour, 3 * hour)).toEqual([]);
    expect(clock.stretchesOf(1 * hour, 4 * hour)).toEqual([{ start: clock.starts + hour, end: clock.starts + 3 * hour }]);
    expect(clock.wallSpans(clock.starts + hour, clock.starts + 3 * hour)).toEqual([
      { from: hour, to: 2 * hour },
      { from: 3 * hour, to: 4 * hour },
    ]);
  });

  test('repeats an hour: its times are those of the first pass, and its hours happen twice', () => {
    const { starts, instantOf, wallOf, stretchesOf, wallSpans } = dayClock('2027-10-31', 'Europe/Berlin');
    expect([instantOf(2.5 * hour), wallOf(starts + 2.5 * hour), wallOf(starts + 3.5 * hour)]).toEqual([
      starts + 2.5 * hour,
      2.5 * hour,
      2.5 * hour,
    ]);
    expect(stretchesOf(2.25 * hour, 2.5 * hour)).toEqual([
      { start: starts + 2.25 * hour, end: starts + 2.5 * hour },
      { start: starts + 3.25 * hour, end: starts + 3.5 * hour },
    ]);
    expect(stretchesOf(2 * hour, 3 * hour)).toEqual([{ start: starts + 2 * hour, end: starts + 4 * hour }]);
    expect(wallSpans(starts + 1.5 * hour, starts + 3.25 * hour)).toEqual([{ from: 1.5 * hour, to: 3 * hour }]);
    expect(wallSpans(starts + 2.75 * hour, starts + 3.25 * hour)).toEqual([
      { from: 2 * hour, to: 2.25 * hour },
      { from: 2.75 * hour, to: 3 * hour },
    ]);
  });

  test('begins later where midnight is skipped', () => {
    const clock = dayClock('2018-11-04', 'America/Sao_Paulo');
    expect([clock.wallOf(clock.starts), clock.instantOf(0), clock.instantOf(hour)]).toEqual([hour, undefined, clock.starts]);
    expect(clock.stretchesOf(0, 2 * hour)).toEqual([{ start: clock.starts, end: clock.starts + hour }]);
  });
});

describe('the days between two instants', () => {
  const parts = (start: string, end: string, timeZone = 'Europe/Berlin') => dayParts(new Date(start), new Date(end), timeZone);

  test('are one on a common day, and two over midnight', () => {
    expect(parts('2027-06-01T08:00:00Z', '2027-06-01T09:30:00Z')).toEqual([
      { date: '2027-06-01', from: 10 * hour, to: 11.5 * hour },
    ]);
    expect(parts('2027-06-01T21:00:00Z', '2027-06-01T23:00:00Z')).toEqual([
      { date: '2027-06-01', from: 23 * hour, to: 24 * hour },
      { date: '2027-06-02', from: 0, to: hour },
    ]);
  });

  test('end with the day at midnight', () => {
    expect(parts('2027-06-01T21:00:00Z', '2027-06-01T22:00:00Z')).toEqual([
      { date: '2027-06-01', from: 23 * hour, to: 24 * hour },
    ]);
  });

  test('go by whole seconds', () => {
    expect(parts('2027-06-01T08:00:00.250Z', '2027-06-01T08:00:01.750Z')).toEqual([
      { date: '2027-06-01', from: 10 * hour, to: 10 * hour + 1 },
    ]);
  });

  test('have two parts if the clock skips the time between', () => {
    expect(parts('2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z')).toEqual([
      { date: '2027-03-28', from: 1.5 * hour, to: 2 * hour },
      { date: '2027-03-28', from: 3 * hour, to: 3.5 * hour },
    ]);
  });

  test('take an hour that happens twice once', () => {
    expect(parts('2027-10-30T23:30:00Z', '2027-10-31T02:30:00Z')).toEqual([
      { date: '2027-10-31', from: 1.5 * hour, to: 3.5 * hour },
    ]);
  });

  test('may begin at one in the morning, or end at eleven at night', () => {
    expect(parts('2018-11-04T02:00:00Z', '2018-11-04T04:00:00Z', 'America/Sao_Paulo')).toEqual([
      { date: '2018-11-03', from: 23 * hour, to: 24 * hour },
      { date: '2018-11-04', from: hour, to: 2 * hour },
    ]);
    expect(parts('2027-03-28T00:00:00Z', '2027-03-28T02:00:00Z', 'America/Scoresbysund')).toEqual([
      { date: '2027-03-27', from: 22 * hour, to: 23 * hour },
      { date: '2027-03-28', from: 0, to: hour },
    ]);
  });
});
