import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../platform/clock.ts';
import { type Busy, busyOf, neverBusy } from './busy.ts';
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

/*
 * The oracle: slow and obvious. Time is a list of half minutes, and Temporal gives the wall-clock time of each. A visit is possible if the
 * member works and is free in each of its half minutes. It shares no code with the engine.
 */

/** Everything in these businesses begins and ends on half minutes. */
const half = 30;

interface Moment {
  instant: number;
  date: string;
  /** The wall-clock time in seconds. */
  time: number;
}

const wallOf = (instant: number, timeZone: string) => {
  const at = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(timeZone);
  return { date: at.toPlainDate().toString(), time: at.hour * 3600 + at.minute * 60 + at.second };
};
const startOf = (date: string, timeZone: string) =>
  Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds / 1000;

const days = new Map<string, Moment[]>();
/** The half minutes of a date; kept, for Temporal is slow. Clocks change on whole minutes. */
function momentsOf(date: string, timeZone: string): Moment[] {
  const key = `${timeZone} ${date}`;
  let moments = days.get(key);
  if (!moments) {
    moments = [];
    for (let minute = startOf(date, timeZone); minute < startOf(addDays(date, 1), timeZone); minute += 60) {
      const wall = wallOf(minute, timeZone);
      moments.push({ instant: minute, ...wall }, { instant: minute + half, date: wall.date, time: wall.time + half });
    }
    days.set(key, moments);
  }
  return moments;
}

const intervalAt = (calendar: Calendar, { date, time }: Moment) =>
  calendar.workDays.get(date)?.find(({ from, to }) => time >= from && time < to);
const wholeMinutes = (seconds: number) => Math.ceil(seconds / 60) * 60;

class Oracle {
  private readonly offer: Offer;
  private readonly rules: Rules;
  private readonly begin: number;
  /** For each half minute a 1 when the member works; when the member is busy. */
  private readonly worked: Uint8Array;
  private readonly busy: Uint8Array;
  /** By resource and instance, a 1 when it is in use. */
  private readonly used: Uint8Array[][];

  /** @param dates all that a visit may touch */
  constructor(rules: Rules, offer: Offer, dates: readonly string[]) {
    const all = dates.map((date) => momentsOf(date, rules.timeZone));
    const count = all.reduce((sum, { length }) => sum + length, 0);
    this.rules = rules;
    this.offer = offer;
    this.begin = startOf(dates[0] as string, rules.timeZone);
    const marksOf = ({ starts, ends }: Busy) => {
      const marks = new Uint8Array(count);
      const indexOf = (instant: number) => Math.max(0, this.indexOf(instant));
      for (const [at, start] of starts.entries()) marks.fill(1, indexOf(start), indexOf(ends[at] as number));
      return marks;
    };
    this.worked = new Uint8Array(count);
    for (const moments of all)
      for (const moment of moments) if (intervalAt(offer.calendar, moment)) this.worked[this.indexOf(moment.instant)] = 1;
    this.busy = marksOf(offer.calendar.busy);
    this.used = offer.need.resources.map((all) => all.map(marksOf));
  }

  private indexOf(instant: number): number {
    return (instant - this.begin) / half;
  }

  private isBusyAt(instant: number): boolean {
    return this.busy[this.indexOf(instant)] === 1;
  }

  /** Whether a visit is possible, on any grid. */
  private isPossible({ instant, date, time }: Moment): boolean {
    const { need } = this.offer;
    const grid = this.rules.gridOf(date);
    if (need.length > 24 * 3600 || instant < this.rules.now + grid.delay) return false;
    if (time < grid.first || time > grid.last || time < need.from || time > need.to) return false;
    if (need.dates && (date < need.dates.first || date > need.dates.last)) return false;
    const first = this.indexOf(instant);
    const last = first + need.length / half;
    const isAll = (marks: Uint8Array, value: number) => {
      for (let index = first; index < last; index++) if (marks[index] !== value) return false;
      return true;
    };
    return isAll(this.worked, 1) && isAll(this.busy, 0) && this.used.every((all) => all.some((marks) => isAll(marks, 0)));
  }

  /** The starts that a date's grid has for the member, possible or not. */
  private gridOf(date: string): Moment[] {
    const grid = this.rules.gridOf(date);
    const { calendar, need } = this.offer;
    const step = wholeMinutes(grid.step ?? need.step);
    const starts = new Set<number>();
    if (grid.type === 'predefined' && grid.times.length === 0) return [];
    const whole = momentsOf(date, this.rules.timeZone);
    for (const { from, to } of calendar.workDays.get(date) ?? []) {
      const own = whole.filter(({ time }) => time >= from && time < to);
      const isListed = (time: number) =>
        grid.type === 'predefined' ? grid.times.includes(time) : grid.type === 'schedule' && (time - from) % step === 0;
      const seen = new Set<number>();
      for (const { time, instant } of own) {
        // A time that the clock shows twice is offered once.
        if (isListed(time) && !seen.has(time)) starts.add(instant);
        seen.add(time);
      }
      const free = own.map(({ instant }) => instant).filter((instant) => !this.isBusyAt(instant));
      const isIn = new Set(free);
      for (const begin of free.filter((instant) => !isIn.has(instant - half))) {
        let end = begin;
        while (isIn.has(end)) end += half;
        const first = wholeMinutes(begin);
        for (let minute = first; minute < end; minute += 60) {
          const isLast = minute + need.length <= end && minute + 60 + need.length > end;
          if (grid.isFlexible && (minute === first || isLast)) starts.add(minute);
          if (grid.type === 'timeslots' && (minute - first) % step === 0) starts.add(minute);
        }
      }
    }
    return whole.filter(({ instant }) => starts.has(instant));
  }

  slots(date: string): number[] {
    return this.gridOf(date)
      .filter((moment) => this.isPossible(moment))
      .map(({ instant }) => instant);
  }

  /** Whether a client gets a requested time: on static grids only the times of the grid, on other grids every whole minute. */
  accepts(moment: Moment): boolean {
    const { calendar, need } = this.offer;
    const grid = this.rules.gridOf(moment.date);
    const interval = intervalAt(calendar, moment);
    if (!interval || !this.isPossible(moment)) return false;
    if (grid.type === 'predefined' && grid.times.length === 0) return false;
    if ((grid.isFlexible || grid.type === 'timeslots') && moment.time % 60 === 0) return true;
    if (grid.type === 'predefined') return grid.times.includes(moment.time);
    return grid.type === 'schedule' && (moment.time - interval.from) % wholeMinutes(grid.step ?? need.step) === 0;
  }

  /** How many half minutes of a date the member is busy. */
  load(date: string): number {
    return momentsOf(date, this.rules.timeZone).filter(({ instant }) => this.isBusyAt(instant)).length;
  }
}

/** Days around changes of the clock, a leap day, and zones that have no changes. */
const places: [timeZone: string, date: string][] = [
  ['Europe/Berlin', '2027-03-28'],
  ['Europe/Berlin', '2027-10-31'],
  ['America/New_York', '2027-03-14'],
  ['America/New_York', '2027-11-07'],
  // Half an hour.
  ['Australia/Lord_Howe', '2027-04-04'],
  ['Australia/Lord_Howe', '2027-10-03'],
  // Midnight is skipped, or the hour before it happens twice.
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-17'],
  ['Asia/Beirut', '2024-03-31'],
  ['Asia/Beirut', '2024-10-26'],
  // A day that ends at 23:00.
  ['America/Scoresbysund', '2027-03-27'],
  ['Asia/Kathmandu', '2027-06-15'],
  ['Europe/Berlin', '2028-02-29'],
];

const halves = (least: number, most: number) => fc.integer({ min: least, max: most }).map((each) => each * half);
const minutes = (least: number, most: number) => fc.integer({ min: least, max: most }).map((each) => each * 60);
const quarters = (least: number, most: number) => fc.integer({ min: least, max: most }).map((each) => each * 900);

/** The start or end of working hours: usually near a change of the clocks, or at midnight. */
const bound = fc.oneof(quarters(0, 96), quarters(0, 16), quarters(88, 96), minutes(0, 1440), fc.constantFrom(0, 86_400));
/** Disjoint working hours that do not touch each other. */
const workDay = fc.oneof(
  { weight: 1, arbitrary: fc.constant([{ from: 0, to: 86_400 }]) },
  {
    weight: 4,
    arbitrary: fc.uniqueArray(bound, { minLength: 2, maxLength: 7 }).map((bounds) => {
      const sorted = bounds.sort((a, b) => a - b);
      return sorted.flatMap((to, index) => (index % 2 ? [{ from: sorted[index - 1] as number, to }] : []));
    }),
  },
);
/** Overlapping spans, over the days from `begin` on. */
const busyTimes = (begin: number, maxLength: number) =>
  fc
    .array(fc.tuple(halves(-1440, 12_000), fc.oneof(halves(1, 40), minutes(5, 600))), { maxLength })
    .map((all) => busyOf(all.map(([from, length]) => [begin + from, begin + from + length] as const)));
const dayGrid: fc.Arbitrary<DayGrid> = fc.record({
  type: fc.constantFrom('predefined', 'schedule', 'timeslots'),
  times: fc.oneof(fc.uniqueArray(quarters(0, 95), { maxLength: 12 }), fc.uniqueArray(halves(0, 2879), { maxLength: 12 })),
  first: fc.oneof(fc.constant(0), minutes(0, 720)),
  last: fc.oneof(fc.constant(86_399), minutes(600, 1439)),
  step: fc.constantFrom(undefined, 300, 330, 900, 1800, 2700, 7200),
  delay: fc.oneof(fc.constant(0), quarters(0, 100), minutes(0, 2000)),
  isFlexible: fc.boolean(),
});
const visitLength = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(300, 600, 900) },
  { weight: 5, arbitrary: minutes(5, 120) },
  { weight: 2, arbitrary: halves(10, 600) },
  { weight: 1, arbitrary: minutes(300, 1560) },
);

const business = fc.constantFrom(...places).chain(([timeZone, middle]) => {
  const dates = [-1, 0, 1, 2].map((days) => addDays(middle, days));
  const asked = dates.slice(0, 3);
  const begin = startOf(dates[0] as string, timeZone);
  return fc.record({
    timeZone: fc.constant(timeZone),
    dates: fc.constant(dates),
    /** The compared days. Visits may continue after them. */
    asked: fc.constant(asked),
    now: fc.oneof(
      fc.constant(begin - 1_000_000),
      quarters(0, 220).map((seconds) => begin + seconds),
      fc.integer({ min: 0, max: 200_000 }).map((seconds) => begin + seconds),
    ),
    usual: dayGrid,
    byDate: fc.dictionary(fc.constantFrom(...asked), dayGrid, { maxKeys: 1 }),
    byWeekday: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 7 }), dayGrid), { maxLength: 4, selector: ([day]) => day }),
    need: fc.record({
      step: fc.constantFrom(300, 600, 900, 3600),
      from: fc.oneof(fc.constant(0), minutes(0, 720)),
      to: fc.oneof(fc.constant(86_400), minutes(0, 1440)),
      dates: fc.option(
        fc.constantFrom(
          { first: asked[0] as string, last: asked[1] as string },
          { first: asked[1] as string, last: asked[1] as string },
          { first: asked[1] as string, last: asked[2] as string },
        ),
        { nil: undefined, freq: 4 },
      ),
      resources: fc.oneof(
        fc.constant([]),
        fc.array(fc.array(busyTimes(begin, 4), { maxLength: 3 }), { maxLength: 2 }),
        fc.array(fc.array(busyTimes(begin, 4), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
      ),
    }),
    members: fc.array(
      fc.record({
        length: visitLength,
        weight: fc.integer({ min: 0, max: 1 }),
        busy: fc.oneof(fc.constant(neverBusy), busyTimes(begin, 3), busyTimes(begin, 12)),
        days: fc.array(fc.option(workDay, { freq: 6 }), { minLength: 4, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    tries: fc.array(fc.oneof(minutes(0, 4260), quarters(0, 284), halves(0, 8520)), { minLength: 20, maxLength: 20 }),
  });
});

type Business = typeof business extends fc.Arbitrary<infer Value> ? Value : never;

function open({ timeZone, dates, now, usual, byDate, byWeekday, need, members }: Business) {
  const rules: Rules = {
    timeZone,
    now,
    gridOf: gridsOf({ dates: new Map(Object.entries(byDate)), weekdays: new Map(byWeekday), usual }),
  };
  const offers = members.map(({ days, busy, weight, length }, index): Offer => {
    const workDays = new Map(days.flatMap((hours, day) => (hours ? [[dates[day] as string, hours] as const] : [])));
    const own: Need = { ...need, length };
    return { need: own, calendar: { memberId: index + 1, weight, busy, workDays } };
  });
  const oracles = offers.map((offer) => ({ offer, oracle: new Oracle(rules, offer, dates) }));
  /** The member who gets a visit, among those who can serve it. */
  const fallsTo = (moment: Moment) =>
    oracles
      .filter(({ oracle }) => oracle.accepts(moment))
      .map(({ offer, oracle }) => ({ offer, load: oracle.load(moment.date), weight: offer.calendar.weight }))
      .sort((a, b) => a.load - b.load || b.weight - a.weight || a.offer.calendar.memberId - b.offer.calendar.memberId)[0]?.offer;
  return { rules, offers, oracles, fallsTo };
}

test('grids go by date, then by weekday', () => {
  const named = (first: number) => ({ first }) as DayGrid;
  const gridOf = gridsOf({
    dates: new Map([['2028-02-29', named(1)]]),
    weekdays: new Map([
      [2, named(2)],
      [7, named(7)],
    ]),
    usual: named(0),
  });
  // A Tuesday, the Tuesday after, a Sunday, a Monday.
  expect(['2028-02-29', '2028-03-07', '2028-03-05', '2028-03-06'].map((date) => gridOf(date).first)).toEqual([1, 2, 7, 0]);
});

const runs = Number(process.env.FOYER_PROPERTY_RUNS ?? 150);
const timeout = 3_600_000;

describe('on any business', () => {
  test('the slots are those of the oracle, and each of them can be booked', { timeout }, () => {
    fc.assert(
      fc.property(business, (given) => {
        const { rules, offers, oracles, fallsTo } = open(given);
        for (const date of given.asked) {
          const all = new Set<number>();
          for (const { offer, oracle } of oracles) {
            const expected = oracle.slots(date);
            expect(slotsOn(rules, [offer], date).map(({ start }) => start)).toEqual(expected);
            expect(hasSlot(rules, [offer], date)).toBe(expected.length > 0);
            expect(expected.filter((start) => !isBookable(rules, offer, start))).toEqual([]);
            for (const start of expected) all.add(start);
          }
          const slots = slotsOn(rules, offers, date);
          expect(slots.map(({ start }) => start)).toEqual([...all].sort((a, b) => a - b));
          expect(hasSlot(rules, offers, date)).toBe(all.size > 0);
          expect(isWorkingDate(offers, date)).toBe(offers.some(({ calendar }) => calendar.workDays.has(date)));
          for (const { start, offer } of slots.slice(0, 20)) {
            const who = offer.calendar.memberId;
            expect(who).toBe(fallsTo({ instant: start, ...wallOf(start, rules.timeZone) })?.calendar.memberId);
            expect(who).toBe(chooseOffer(rules, offers, start)?.calendar.memberId);
          }
        }
      }),
      { numRuns: runs },
    );
  });

  test('a bookable time is free, in working hours and on the grid, and goes to the least busy member', { timeout }, () => {
    fc.assert(
      fc.property(business, (given) => {
        const { rules, offers, oracles, fallsTo } = open(given);
        const begin = startOf(given.dates[0] as string, rules.timeZone);
        for (const seconds of given.tries) {
          const instant = begin + seconds;
          const moment = { instant, ...wallOf(instant, rules.timeZone) };
          for (const { offer, oracle } of oracles) expect(isBookable(rules, offer, instant)).toBe(oracle.accepts(moment));
          expect(chooseOffer(rules, offers, instant)?.calendar.memberId).toBe(fallsTo(moment)?.calendar.memberId);
        }
      }),
      { numRuns: runs },
    );
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
  /** Seconds of the day: `hours(9, 12.5)` is 9:00 to 12:30. */
  const hours = (from: number, to: number): WorkInterval => ({ from: from * 3600, to: to * 3600 });
  const member = (workDays: Record<string, WorkInterval[]>, busy: [from: number, to: number][] = [], memberId = 1): Offer => ({
    calendar: { memberId, weight: 0, workDays: new Map(Object.entries(workDays)), busy: busyOf(busy) },
    need: { length: 3600, from: 0, to: 86_400, step: 900, dates: undefined, resources: [] },
  });
  const needing = (offer: Offer, need: Partial<Need>): Offer => ({ ...offer, need: { ...offer.need, ...need } });
  const times = (rules: Rules, offers: Offer[], date: string) =>
    slotsOn(rules, offers, date).map(({ start }) => {
      const { time } = wallOf(start, timeZone);
      return `${String(Math.floor(time / 3600)).padStart(2, '0')}:${String((time % 3600) / 60).padStart(2, '0')}`;
    });
  const date = '2027-06-01';
  const next = '2027-06-02';
  const morning = { [date]: [hours(9, 12)] };
  const shortDay = '2027-03-28';
  const longDay = '2027-10-31';

  test('has slots a step apart that end when work ends', () => {
    expect(times(rulesWith(), [member(morning)], date)).toEqual(['09:00', '10:00', '11:00']);
  });

  test('has steps from the beginning of each of its working hours, and a break between them splits it', () => {
    const split = { [date]: [hours(9, 11.5), hours(12.25, 14.25)] };
    expect(times(rulesWith(), [member(split)], date)).toEqual(['09:00', '10:00', '12:15', '13:15']);
    expect(times(rulesWith({ type: 'timeslots' }), [member(split)], date)).toEqual(['09:00', '10:00', '12:15', '13:15']);
  });

  test('has none during an appointment, and starts again after it with a dynamic grid', () => {
    const offer = member(morning, [[at(date, '09:30'), at(date, '09:50')]]);
    expect(times(rulesWith(), [offer], date)).toEqual(['10:00', '11:00']);
    expect(times(rulesWith({ type: 'timeslots' }), [offer], date)).toEqual(['09:50', '10:50']);
  });

  test('has slots at both ends of each free stretch with a flexible grid', () => {
    const offer = member(morning, [[at(date, '09:00'), at(date, '09:20')]]);
    expect(times(rulesWith({ isFlexible: true }), [offer], date)).toEqual(['09:20', '10:00', '11:00']);
    const early = member(morning, [[at(date, '11:50'), at(date, '12:00')]]);
    expect(times(rulesWith({ isFlexible: true }), [early], date)).toEqual(['09:00', '10:00', '10:50']);
  });

  test('begins dynamic slots on whole minutes, after any booking', () => {
    const offer = member(morning, [[at(date, '09:00'), at(date, '09:20:30')]]);
    expect(times(rulesWith({ type: 'timeslots' }), [offer], date)).toEqual(['09:21', '10:21']);
    // Steps of five and a half minutes are ones of six.
    const short = needing(offer, { length: 300 });
    expect(times(rulesWith({ type: 'timeslots', step: 330, last: 34_560 }), [short], date)).toEqual(['09:21', '09:27', '09:33']);
  });

  test('lets a dynamic grid be booked on minutes that it does not offer just now', () => {
    const offer = member(morning, [[at(date, '09:30'), at(date, '09:50')]]);
    const rules = rulesWith({ type: 'timeslots' });
    const accepted = ['10:00', '10:07', '10:07:30', '09:20'].map((time) => isBookable(rules, offer, at(date, time)));
    expect(accepted).toEqual([true, true, false, false]);
    expect(isBookable(rulesWith(), offer, at(date, '10:07'))).toBe(false);
  });

  test('has the listed times of a predefined grid, where someone works', () => {
    const listed = { type: 'predefined' as const, times: [30_000, 34_200, 36_900, 41_400] };
    expect(times(rulesWith(listed), [member(morning)], date)).toEqual(['09:30', '10:15']);
  });

  test('offers listed times to the second, and they may be booked, also with a flexible grid', () => {
    const rules = rulesWith({ type: 'predefined', times: [36_030], isFlexible: true });
    const start = at(date, '10:00:30');
    expect(slotsOn(rules, [member(morning)], date).map((slot) => slot.start)).toContain(start);
    expect(isBookable(rules, member(morning), start)).toBe(true);
  });

  test('is closed by a predefined grid without times', () => {
    expect(times(rulesWith({ type: 'predefined', isFlexible: true }), [member(morning)], date)).toEqual([]);
    expect(isBookable(rulesWith({ type: 'predefined', isFlexible: true }), member(morning), at(date, '09:00'))).toBe(false);
  });

  test('has nothing in the past, and now is not past', () => {
    expect(times(rulesWith({}, at(date, '10:00')), [member(morning)], date)).toEqual(['10:00', '11:00']);
    expect(times(rulesWith({}, at(date, '10:00') + 1), [member(morning)], date)).toEqual(['11:00']);
  });

  test('has nothing sooner than the delay', () => {
    expect(times(rulesWith({ delay: 3600 }, at(date, '09:10')), [member(morning)], date)).toEqual(['11:00']);
  });

  test('has nothing before the first and after the last time of the grid, or of the services; these may be taken', () => {
    expect(times(rulesWith({ first: 36_000, last: 36_000 }), [member(morning)], date)).toEqual(['10:00']);
    expect(times(rulesWith(), [needing(member(morning), { from: 36_000, to: 36_000 })], date)).toEqual(['10:00']);
  });

  test('has nothing where the services are not offered then', () => {
    const offer = (first: string, last: string) => needing(member(morning), { dates: { first, last } });
    expect(times(rulesWith(), [offer(date, date)], date)).toHaveLength(3);
    expect(times(rulesWith(), [offer(next, next)], date)).toEqual([]);
  });

  test('of 23 hours has no slots in the hour that is skipped, and a night shift that is an hour shorter', () => {
    const night = { [shortDay]: [hours(0, 4)] };
    expect(times(rulesWith(), [member(night)], shortDay)).toEqual(['00:00', '01:00', '03:00']);
    expect(times(rulesWith(), [needing(member(night), { length: 3 * 3600 })], shortDay)).toEqual(['00:00']);
  });

  test('of 23 hours lets a visit go over the skipped hour, in which nobody could pause', () => {
    const night = { [shortDay]: [hours(1, 2), hours(3, 4)] };
    expect(times(rulesWith(), [needing(member(night), { length: 2 * 3600 })], shortDay)).toEqual(['01:00']);
  });

  test('of 25 hours offers a repeated time once, and a visit may last through both passes', () => {
    const night = { [longDay]: [hours(0, 4)] };
    expect(times(rulesWith(), [member(night)], longDay)).toEqual(['00:00', '01:00', '02:00', '03:00']);
    expect(times(rulesWith(), [needing(member(night), { length: 5 * 3600 })], longDay)).toEqual(['00:00']);
  });

  test('of 25 hours has the hours of both passes, also where they are not the whole hour', () => {
    // 2:30 to 3:00 of the first pass continues as 2:00 to 2:15 of the second one. Work begins again at 2:30.
    const night = { [longDay]: [hours(1, 2.25), hours(2.5, 3)] };
    const offer = needing(member(night), { length: 45 * 60 });
    expect(times(rulesWith(), [offer], longDay)).toEqual(['01:00', '02:30']);
    expect(times(rulesWith({ type: 'timeslots', step: 900 }), [offer], longDay)).toEqual(['01:00', '01:15', '01:30', '02:30']);
  });

  test('goes on after midnight where the next day is worked', () => {
    const late = { [date]: [hours(23, 24)] };
    const long = needing(member({ ...late, [next]: [hours(0, 1)] }), { length: 7200 });
    expect(times(rulesWith(), [long], date)).toEqual(['23:00']);
    expect(times(rulesWith(), [needing(member(late), { length: 7200 })], date)).toEqual([]);
    expect(times(rulesWith(), [needing(long, { length: 7260 })], date)).toEqual([]);
  });

  test('has no slots for work of more than 24 hours', () => {
    const always = member({ [date]: [hours(0, 24)], [next]: [hours(0, 24)], '2027-06-03': [hours(0, 24)] });
    expect(times(rulesWith(), [needing(always, { length: 86_400 })], date)).toHaveLength(24);
    const long = needing(always, { length: 86_460 });
    expect(times(rulesWith(), [long], date)).toEqual([]);
    expect(isBookable(rulesWith(), long, at(date, '00:00'))).toBe(false);
  });

  test('falls to the least busy team member, then to the heavier one, then to the one with the lower id', () => {
    const busy = member(morning, [[at(date, '11:00'), at(date, '12:00')]], 1);
    const [free, alsoFree] = [member(morning, [], 2), member(morning, [], 3)];
    const heavy = { ...alsoFree, calendar: { ...alsoFree.calendar, weight: 1 } };
    const chosen = (offers: Offer[], time: string) => chooseOffer(rulesWith(), offers, at(date, time))?.calendar.memberId;
    expect(chosen([busy, alsoFree, free], '09:00')).toBe(2);
    expect(chosen([busy, heavy, free], '09:00')).toBe(3);
    expect(chosen([busy], '09:00')).toBe(1);
    expect(chosen([busy], '11:00')).toBeUndefined();
  });

  test('is offered with the length of the member who gets it, even if that member has other slots', () => {
    const slow = needing(member(morning, [[at(date, '09:00'), at(date, '09:10')]], 1), { length: 5400 });
    const busy = member(morning, [[at(date, '11:00'), at(date, '12:00')]], 2);
    const rules = rulesWith({ type: 'timeslots' });
    const slots = slotsOn(rules, [slow, busy], date).map(({ start, offer }) => [
      wallOf(start, timeZone).time / 60,
      offer.need.length,
    ]);
    expect(slots).toEqual([
      [540, 3600],
      [550, 5400],
      [600, 5400],
      [610, 5400],
    ]);
    expect(chooseOffer(rules, [slow, busy], at(date, '10:00'))).toBe(slow);
  });

  test('has no slot while every instance of a resource is in use', () => {
    const inUse = busyOf([[at(date, '09:00'), at(date, '10:30')]]);
    const offered = (...resources: Busy[][]) => times(rulesWith(), [needing(member(morning), { resources })], date);
    expect(offered([inUse])).toEqual(['11:00']);
    expect(offered([inUse, neverBusy])).toEqual(['09:00', '10:00', '11:00']);
    expect(offered([])).toEqual([]);
  });

  test('has no slot for which the client would have to change the room', () => {
    const first = busyOf([[at(date, '09:00'), at(date, '09:30')]]);
    const second = busyOf([[at(date, '09:30'), at(date, '10:00')]]);
    expect(times(rulesWith(), [needing(member(morning), { resources: [[first, second]] })], date)).toEqual(['10:00', '11:00']);
  });

  test('is worked when anyone works, and has slots when anyone has', () => {
    const taken = member(morning, [[at(date, '09:00'), at(date, '12:00')]]);
    expect([isWorkingDate([taken], date), hasSlot(rulesWith(), [taken], date)]).toEqual([true, false]);
    expect(hasSlot(rulesWith(), [taken, member(morning, [], 2)], date)).toBe(true);
    expect(isWorkingDate([taken], next)).toBe(false);
  });
});
