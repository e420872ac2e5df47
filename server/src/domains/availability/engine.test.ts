import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../platform/clock.ts';
import { type Busy, busyOf, isFree, neverBusy } from './busy.ts';
import {
  type Calendar,
  chooseOffer,
  type DayGrid,
  gridsOf,
  hasSlot,
  isBookable,
  isWorkingDate,
  type Need,
  type Offer,
  type Rules,
  slotsOn,
  type WorkInterval,
} from './engine.ts';

const walls = new Map<string, { date: string; time: number }>();
/** Looked up by Temporal, and kept: the oracle asks for each minute many times. */
function wall(instant: number, timeZone: string): { date: string; time: number } {
  const key = `${timeZone} ${instant}`;
  let known = walls.get(key);
  if (!known) {
    const at = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(timeZone);
    known = { date: at.toPlainDate().toString(), time: at.hour * 3600 + at.minute * 60 + at.second };
    walls.set(key, known);
  }
  return known;
}
const startOf = (date: string, timeZone: string) =>
  Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds / 1000;

/*
 * The oracle: slow and obvious. A visit is possible when each of its minutes is worked and free; a day is walked minute by minute,
 * and the clock on the wall is asked of Temporal each time.
 */
const worksAt = (calendar: Calendar, instant: number, timeZone: string) => {
  const { date, time } = wall(instant, timeZone);
  return (calendar.workDays.get(date) ?? []).some(({ from, to }) => time >= from && time < to);
};
const isBusyIn = ({ starts, ends }: Busy, from: number, to: number) =>
  starts.some((start, index) => start < to && (ends[index] as number) > from);

function canTake(rules: Rules, { calendar, need }: Offer, start: number): boolean {
  const { date, time } = wall(start, rules.timeZone);
  const grid = rules.gridOf(date);
  if (need.length > 86_400 || start < rules.now + grid.delay || time < grid.first || time > grid.last) return false;
  if (time < need.from || time > need.to) return false;
  if (need.dates && (date < need.dates.first || date > need.dates.last)) return false;
  for (let minute = start; minute < start + need.length; minute += 60)
    if (!worksAt(calendar, minute, rules.timeZone)) return false;
  const end = start + need.length;
  return !isBusyIn(calendar.busy, start, end) && need.resources.every((all) => all.some((busy) => !isBusyIn(busy, start, end)));
}

/** The minutes of a date at which the grid has slots of a team member, free or not. */
function gridOf(rules: Rules, { calendar, need }: Offer, date: string): Set<number> {
  const grid = rules.gridOf(date);
  const step = grid.step ?? need.step;
  const found = new Set<number>();
  if (grid.type === 'predefined' && grid.times.length === 0) return found;
  const seen = new Set<number>();
  /** The free stretch that is being walked. */
  let stretch: number | undefined;
  let interval: WorkInterval | undefined;
  const [first, last] = [startOf(date, rules.timeZone), startOf(addDays(date, 1), rules.timeZone)];
  const endStretch = (end: number) => {
    const latest = end - need.length;
    if (grid.isFlexible && stretch !== undefined && latest > stretch) found.add(latest);
    stretch = undefined;
  };
  for (let minute = first; minute < last; minute += 60) {
    const { time } = wall(minute, rules.timeZone);
    const own = (calendar.workDays.get(date) ?? []).find(({ from, to }) => time >= from && time < to);
    // The second pass of a repeated hour has no slots of wall-clock grids.
    const isFirstPass = !seen.has(time);
    seen.add(time);
    if (grid.type === 'predefined' && own && isFirstPass && grid.times.includes(time)) found.add(minute);
    if (grid.type === 'schedule' && own && isFirstPass && (time - own.from) % step === 0) found.add(minute);
    const isOpen = own !== undefined && !isBusyIn(calendar.busy, minute, minute + 60);
    if (!isOpen || own !== interval) endStretch(minute);
    interval = own;
    if (isOpen && stretch === undefined) {
      stretch = minute;
      if (grid.isFlexible) found.add(minute);
    }
    if (grid.type === 'timeslots' && stretch !== undefined && (minute - stretch) % step === 0) found.add(minute);
  }
  endStretch(last);
  return found;
}

const slotsOfOracle = (rules: Rules, offer: Offer, date: string) =>
  [...gridOf(rules, offer, date)].filter((start) => canTake(rules, offer, start));

/** Days around changes of the clock, a leap day, and zones that have none. */
const places: [timeZone: string, date: string][] = [
  ['Europe/Berlin', '2027-03-28'],
  ['Europe/Berlin', '2027-10-31'],
  ['America/New_York', '2027-03-14'],
  ['America/New_York', '2027-11-07'],
  ['Australia/Lord_Howe', '2027-04-04'],
  ['Australia/Lord_Howe', '2027-10-03'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-17'],
  ['Asia/Kathmandu', '2028-02-28'],
  ['Europe/London', '2028-02-29'],
];

const quarter = (most: number) => fc.integer({ min: 0, max: most }).map((each) => each * 900);
/** Disjoint working hours of a day that do not touch; some begin or end at midnight. */
const workDay = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 6 })
  .map((ends) => ends.sort((a, b) => a - b))
  .map((ends) => ends.slice(0, ends.length - (ends.length % 2)))
  .map((ends) => ends.flatMap((end, index) => (index % 2 ? [{ from: (ends[index - 1] as number) * 900, to: end * 900 }] : [])));
const busyTimes = (begin: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: -300, max: 4320 }), fc.integer({ min: 5, max: 500 })), { maxLength: 8 })
    .map((all) => busyOf(all.map(([from, length]) => [begin + from * 60, begin + (from + length) * 60] as const)));
const dayGrid: fc.Arbitrary<DayGrid> = fc.record({
  type: fc.constantFrom('predefined', 'schedule', 'timeslots'),
  times: fc.uniqueArray(quarter(95), { maxLength: 8 }).map((times) => times.sort((a, b) => a - b)),
  first: fc.oneof(fc.constant(0), quarter(40)),
  last: fc.oneof(
    fc.constant(86_399),
    quarter(40).map((time) => time + 43_200),
  ),
  step: fc.constantFrom(undefined, 300, 900, 1800, 2700),
  delay: fc.constantFrom(0, 3600, 90_000),
  isFlexible: fc.boolean(),
});

const business = fc.constantFrom(...places).chain(([timeZone, middle]) => {
  const dates = [addDays(middle, -1), middle, addDays(middle, 1)];
  const begin = startOf(dates[0] as string, timeZone);
  const calendar = fc.record({
    days: fc.array(fc.option(workDay), { minLength: 4, maxLength: 4 }),
    busy: busyTimes(begin),
    weight: fc.integer({ min: 0, max: 2 }),
  });
  return fc.record({
    timeZone: fc.constant(timeZone),
    dates: fc.constant(dates),
    now: fc.constantFrom(begin - 1_000_000, begin + 100_000, begin + 130_020),
    usual: dayGrid,
    special: fc.option(dayGrid),
    length: fc.constantFrom(300, 900, 1800, 3600, 5400, 7200, 36_000, 90_000),
    step: fc.constantFrom(300, 900, 3600),
    from: fc.oneof(fc.constant(0), quarter(40)),
    to: fc.oneof(fc.constant(86_400), quarter(96)),
    limit: fc.option(fc.constantFrom(...dates)),
    resources: fc.array(fc.array(busyTimes(begin), { maxLength: 3 }), { maxLength: 2 }),
    members: fc.array(calendar, { minLength: 1, maxLength: 3 }),
    tries: fc.array(fc.integer({ min: 0, max: 4319 }), { minLength: 10, maxLength: 10 }),
  });
});

type Business = typeof business extends fc.Arbitrary<infer Value> ? Value : never;

function open({ timeZone, dates, now, usual, special, length, step, from, to, limit, resources, members }: Business) {
  const rules: Rules = {
    timeZone,
    now,
    gridOf: gridsOf({ dates: new Map(special ? [[dates[1] as string, special]] : []), weekdays: new Map(), usual }),
  };
  const need: Need = { length, step, from, to, resources, dates: limit ? { first: limit, last: limit } : undefined };
  const offers = members.map(({ days, busy, weight }, index): Offer => {
    const workDays = days.flatMap((intervals, day): [string, WorkInterval[]][] =>
      intervals?.length ? [[addDays(dates[0] as string, day), intervals]] : [],
    );
    return { need, calendar: { memberId: index + 1, weight, busy, workDays: new Map(workDays) } };
  });
  return { rules, offers, begin: startOf(dates[0] as string, timeZone) };
}

const runs = Number(process.env.FOYER_PROPERTY_RUNS ?? 300);

describe('on any business', () => {
  test('the slots are those of the oracle', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(business, (given) => {
        const { rules, offers } = open(given);
        for (const date of given.dates) {
          const all = new Set<number>();
          for (const offer of offers) {
            const expected = slotsOfOracle(rules, offer, date).sort((a, b) => a - b);
            expect(slotsOn(rules, [offer], date).map(({ start }) => start)).toEqual(expected);
            for (const start of expected) {
              all.add(start);
              expect(isBookable(rules, offer, start)).toBe(true);
            }
          }
          expect(slotsOn(rules, offers, date).map(({ start }) => start)).toEqual([...all].sort((a, b) => a - b));
          expect(hasSlot(rules, offers, date)).toBe(all.size > 0);
          expect(isWorkingDate(offers, date)).toBe(offers.some(({ calendar }) => calendar.workDays.has(date)));
        }
      }),
      { numRuns: runs },
    );
  });

  test('what can be booked is free, worked and on the grid, offered just now or not', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(business, (given) => {
        const { rules, offers, begin } = open(given);
        for (const minute of given.tries) {
          const start = begin + minute * 60;
          const { date, time } = wall(start, rules.timeZone);
          const grid = rules.gridOf(date);
          const able = offers.filter((offer) => {
            const isClosed = grid.type === 'predefined' && grid.times.length === 0;
            const own = (offer.calendar.workDays.get(date) ?? []).find(({ from, to }) => time >= from && time < to);
            const step = grid.step ?? offer.need.step;
            const isOnGrid =
              grid.isFlexible || grid.type === 'timeslots'
                ? true
                : grid.type === 'predefined'
                  ? grid.times.includes(time)
                  : own !== undefined && (time - own.from) % step === 0;
            const isExpected = !isClosed && isOnGrid && canTake(rules, offer, start);
            expect(isBookable(rules, offer, start)).toBe(isExpected);
            return isExpected;
          });
          const chosen = chooseOffer(rules, offers, start);
          expect(chosen === undefined).toBe(able.length === 0);
          if (chosen) expect(able).toContain(chosen);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('busy time', () => {
  test('is merged, and what only touches it is free', () => {
    const busy = busyOf([
      [100, 200],
      [50, 120],
      [200, 300],
      [400, 500],
    ]);
    expect(busy).toEqual({ starts: [50, 400], ends: [300, 500] });
    expect([isFree(busy, 300, 400), isFree(busy, 299, 310), isFree(busy, 0, 50), isFree(busy, 450, 460)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(isFree(neverBusy, 0, 1)).toBe(true);
  });
});

describe('a day', () => {
  const timeZone = 'Europe/Berlin';
  const at = (date: string, time: string) =>
    Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(timeZone).epochMilliseconds / 1000;
  const grid: DayGrid = { type: 'schedule', times: [], first: 0, last: 86_399, step: 3600, delay: 0, isFlexible: false };
  const rulesWith = (fields: Partial<DayGrid> = {}, now = 0): Rules => ({
    timeZone,
    now,
    gridOf: () => ({ ...grid, ...fields }),
  });
  const member = (workDays: Record<string, WorkInterval[]>, busy: [number, number][] = [], memberId = 1): Offer => ({
    calendar: { memberId, weight: 0, workDays: new Map(Object.entries(workDays)), busy: busyOf(busy) },
    need: { length: 3600, from: 0, to: 86_400, step: 900, dates: undefined, resources: [] },
  });
  const times = (rules: Rules, offers: Offer[], date: string) =>
    slotsOn(rules, offers, date).map(({ start }) => {
      const { time } = wall(start, timeZone);
      return `${String(Math.floor(time / 3600)).padStart(2, '0')}:${String((time % 3600) / 60).padStart(2, '0')}`;
    });
  const date = '2027-06-01';
  const morning = { [date]: [{ from: 32_400, to: 43_200 }] };

  test('has slots a step apart that end when work ends', () => {
    expect(times(rulesWith(), [member(morning)], date)).toEqual(['09:00', '10:00', '11:00']);
  });

  test('has none over a break, and begins anew after it on a dynamic grid', () => {
    const busy: [number, number][] = [[at(date, '09:30'), at(date, '09:50')]];
    expect(times(rulesWith(), [member(morning, busy)], date)).toEqual(['10:00', '11:00']);
    expect(times(rulesWith({ type: 'timeslots' }), [member(morning, busy)], date)).toEqual(['09:50', '10:50']);
  });

  test('has slots at both ends of what is free on a flexible grid', () => {
    const busy: [number, number][] = [[at(date, '09:00'), at(date, '09:20')]];
    expect(times(rulesWith({ isFlexible: true }), [member(morning, busy)], date)).toEqual(['09:20', '10:00', '11:00']);
  });

  test('is closed by a predefined grid without times', () => {
    expect(times(rulesWith({ type: 'predefined', isFlexible: true }), [member(morning)], date)).toEqual([]);
  });

  test('has nothing sooner than the delay', () => {
    const now = at(date, '09:10');
    expect(times(rulesWith({ delay: 3600 }, now), [member(morning)], date)).toEqual(['11:00']);
  });

  test('of 23 hours has no slots in the hour that is skipped, and a night shift that is an hour shorter', () => {
    const night = { '2027-03-28': [{ from: 0, to: 14_400 }] };
    expect(times(rulesWith(), [member(night)], '2027-03-28')).toEqual(['00:00', '01:00', '03:00']);
  });

  test('of 25 hours offers a repeated time once, and a visit may last through both passes', () => {
    const night = { '2027-10-31': [{ from: 0, to: 14_400 }] };
    const offer = member(night);
    expect(times(rulesWith(), [offer], '2027-10-31')).toEqual(['00:00', '01:00', '02:00', '03:00']);
    const long = { ...offer, need: { ...offer.need, length: 5 * 3600 } };
    expect(times(rulesWith(), [long], '2027-10-31')).toEqual(['00:00']);
  });

  test('goes on after midnight where the next day is worked', () => {
    const shift = { [date]: [{ from: 82_800, to: 86_400 }], '2027-06-02': [{ from: 0, to: 3600 }] };
    const offer = member(shift);
    const long = { ...offer, need: { ...offer.need, length: 7200 } };
    expect(times(rulesWith(), [long], date)).toEqual(['23:00']);
    expect(times(rulesWith(), [{ ...long, calendar: member({ [date]: shift[date] as WorkInterval[] }).calendar }], date)).toEqual(
      [],
    );
  });

  test('falls to the least busy team member, then to the one with the lower id', () => {
    const free = member(morning, [], 2);
    const alsoFree = member(morning, [], 3);
    const busy = member(morning, [[at(date, '11:00'), at(date, '12:00')]], 1);
    expect(chooseOffer(rulesWith(), [busy, alsoFree, free], at(date, '09:00'))?.calendar.memberId).toBe(2);
    expect(chooseOffer(rulesWith(), [busy], at(date, '09:00'))?.calendar.memberId).toBe(1);
    expect(chooseOffer(rulesWith(), [busy], at(date, '11:00'))).toBeUndefined();
  });

  test('has no slot while every instance of a resource is in use', () => {
    const inUse = busyOf([[at(date, '09:00'), at(date, '10:30')]]);
    const offer = member(morning);
    const needing = (instances: Busy[]) => [{ ...offer, need: { ...offer.need, resources: [instances] } }];
    expect(times(rulesWith(), needing([inUse]), date)).toEqual(['11:00']);
    expect(times(rulesWith(), needing([inUse, neverBusy]), date)).toEqual(['09:00', '10:00', '11:00']);
    expect(times(rulesWith(), needing([]), date)).toEqual([]);
  });
});
