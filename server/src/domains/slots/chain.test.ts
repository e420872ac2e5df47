import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../platform/clock.ts';
import { noMoney, toPercent } from '../../platform/money.ts';
import { type Busy, busyOf } from './busy.ts';
import { endOfPlan, type Plan, searchIn } from './chain.ts';
import { type DayGrid, isBookable, type Offer, type Rules, slotsOn, type WorkInterval } from './engine.ts';
import {
  type BookableMember,
  type BookableService,
  type Catalog,
  isComplete,
  membersOf,
  needOf,
  runsOf,
  teamFor,
  type Work,
  type WorkOffer,
} from './load.ts';

/*
 * The oracle tries every way to give the parts to members. It looks at every five minutes of an appointment, and shares no code with the
 * search. The grid of the first appointment is that of the engine, which has an oracle of its own.
 */

const five = 300;
const timeZone = 'Europe/Berlin';

interface Service {
  id: number;
  technicalBreak: number;
  resourceIds: number[];
  from: number;
  to: number;
  dates: { first: string; last: string } | undefined;
  step: number;
}

interface Member {
  /** By service; a service that is missing is not given. */
  durations: ReadonlyMap<number, number>;
  weight: number;
  days: ReadonlyMap<string, readonly WorkInterval[]>;
  busy: (readonly [start: number, end: number])[];
}

interface Business {
  date: string;
  now: number;
  grid: DayGrid;
  /** The composite service has the id 9. */
  composite: Service;
  parts: Service[];
  /** The ids of the request; 9 is the composite service. */
  request: number[];
  order: number[];
  members: Member[];
  /** By resource, the busy times of each instance. */
  resources: ReadonlyMap<number, (readonly [start: number, end: number])[][]>;
  chosen: number | undefined;
}

const startOf = (date: string) => Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds / 1000;
const walls = new Map<number, { date: string; time: number }>();
function wallOf(instant: number) {
  let wall = walls.get(instant);
  if (!wall) {
    const at = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(timeZone);
    walls.set(instant, (wall = { date: at.toPlainDate().toString(), time: at.hour * 3600 + at.minute * 60 + at.second }));
  }
  return wall;
}

const covers = (stretches: readonly (readonly [number, number])[], instant: number) =>
  stretches.some(([start, end]) => start <= instant && instant < end);

/** Whether a member can give services from an instant on. */
function canGive({ members, resources }: Business, memberId: number, services: Service[], start: number, length: number) {
  const member = members[memberId - 1] as Member;
  const { date, time } = wallOf(start);
  if (services.some(({ from, to }) => time < from || time > to)) return false;
  if (services.some(({ dates }) => dates && (date < dates.first || date > dates.last))) return false;
  const moments = Array.from({ length: length / five }, (_, index) => start + index * five);
  const works = moments.every((moment) => {
    const wall = wallOf(moment);
    return (member.days.get(wall.date) ?? []).some(({ from, to }) => from <= wall.time && wall.time < to);
  });
  if (!works || moments.some((moment) => covers(member.busy, moment))) return false;
  return services.every(({ resourceIds }) =>
    resourceIds.every((id) => (resources.get(id) ?? []).some((instance) => moments.every((moment) => !covers(instance, moment)))),
  );
}

/** Consecutive parts of one member. */
interface Appointment {
  memberId: number;
  services: Service[];
  length: number;
}

const lengthOf = ({ members }: Business, memberId: number, services: Service[]) =>
  services.reduce((all, { id }) => all + ((members[memberId - 1] as Member).durations.get(id) as number), 0) +
  Math.max(...services.map(({ technicalBreak }) => technicalBreak));

/** Every way to give the parts to members. */
function waysOf(business: Business): Appointment[][] {
  const { parts, request, order, members, chosen } = business;
  const wanted = request.flatMap((id): [id: number, isPart: boolean][] =>
    id === 9 ? order.map((part) => [part, true]) : [[id, false]],
  );
  const gives = (memberId: number, id: number) => members[memberId - 1]?.durations.has(id) ?? false;
  if (chosen !== undefined && !wanted.some(([id]) => gives(chosen, id))) return [];
  const givers = wanted.map(([id, isPart]) => {
    const all = members.flatMap((_, index) => (gives(index + 1, id) ? [index + 1] : []));
    if (chosen === undefined) return all;
    return gives(chosen, id) ? [chosen] : isPart ? all : [];
  });
  const choices = givers.reduce<number[][]>((ways, some) => ways.flatMap((way) => some.map((id) => [...way, id])), [[]]);
  return choices.map((choice) => {
    const way: Appointment[] = [];
    for (const [index, memberId] of choice.entries()) {
      const service = parts.find(({ id }) => id === wanted[index]?.[0]) as Service;
      const last = way.at(-1);
      if (last?.memberId === memberId) last.services.push(service);
      else way.push({ memberId, services: [service], length: 0 });
    }
    return way.map((each) => ({ ...each, length: lengthOf(business, each.memberId, each.services) }));
  });
}

/** Whether a way to give the parts can begin then, and whether the grid has a slot for it. */
function fits(business: Business, way: Appointment[], start: number, isOnGrid: (first: Appointment, start: number) => boolean) {
  let at = start;
  for (const [index, { memberId, services, length }] of way.entries()) {
    const own =
      index === 0 && business.request.includes(9) ? [...services, { ...business.composite, resourceIds: [] }] : services;
    if (!canGive(business, memberId, own, at, length)) return false;
    at += length;
  }
  return isOnGrid(way[0] as Appointment, start);
}

const bookable = (
  { id, technicalBreak, resourceIds, from, to, dates, step }: Service,
  partIds: number[] = [],
): BookableService => ({
  id,
  discount: toPercent(0),
  technicalBreak,
  dates,
  searchFrom: from,
  searchTo: to,
  step,
  resourceIds,
  partIds,
});

/** The search of a business, and what the oracle says. */
function open(business: Business) {
  const { composite, parts, order, members, resources, grid, now, request, chosen } = business;
  const catalog: Catalog = {
    services: new Map([bookable(composite, order), ...parts.map((part) => bookable(part))].map((each) => [each.id, each])),
    members: members.map(
      ({ durations, weight }, index): BookableMember => ({
        id: index + 1,
        weight,
        terms: new Map(
          [...durations].map(([serviceId, duration]) => [serviceId, { serviceId, duration, priceMin: noMoney, priceMax: null }]),
        ),
      }),
    ),
  };
  const calendars = {
    members: new Map(members.map(({ days, busy }, index) => [index + 1, { workDays: days, busy: busyOf(busy) }])),
    resources: new Map([...resources].map(([id, instances]) => [id, instances.map((each): Busy => busyOf(each))])),
  };
  const rules: Rules = { timeZone, now, gridOf: () => grid };
  const team = teamFor(catalog, request, chosen);
  const search = searchIn(rules, runsOf(team, calendars));
  const ways = waysOf(business);
  const offerOf = ({ memberId, services, length }: Appointment): Offer => {
    const work: Work = { length, sumLength: length, services: services.map((each) => bookable(each)) };
    const heads = request.includes(9) ? [bookable({ ...composite, resourceIds: [] })] : [];
    const member = calendars.members.get(memberId) as { workDays: Member['days']; busy: Busy };
    return { need: needOf(work, { ...calendars }, heads), calendar: { memberId, weight: 0, ...member } };
  };
  /** The starts of a date that the grid has for a first appointment. */
  const slotsFor = (date: string) => {
    const known = new Map<string, Set<number>>();
    return (first: Appointment) => {
      const key = `${first.memberId} ${first.services.map(({ id }) => id)}`;
      const own = known.get(key) ?? new Set(slotsOn(rules, [offerOf(first)], date).map(({ start }) => start));
      known.set(key, own);
      return own;
    };
  };
  const expectedSlots = (date: string): number[] => {
    const slots = slotsFor(date);
    const starts = new Set<number>();
    for (const way of ways)
      for (const start of slots(way[0] as Appointment)) if (fits(business, way, start, () => true)) starts.add(start);
    return [...starts].sort((a, b) => a - b);
  };
  const accepts = (start: number) =>
    ways.some((way) => fits(business, way, start, (first) => isBookable(rules, offerOf(first), start)));
  return { search, team, ways, expectedSlots, accepts };
}

const units = (least: number, most: number) => fc.integer({ min: least, max: most }).map((each) => each * five);
const hours = fc.uniqueArray(fc.integer({ min: 0, max: 48 }), { minLength: 2, maxLength: 5 }).map((bounds) => {
  const sorted = bounds.map((each) => each * 1800).sort((a, b) => a - b);
  return sorted.flatMap((to, index) => (index % 2 ? [{ from: sorted[index - 1] as number, to }] : []));
});
const workDay = fc.oneof({ weight: 3, arbitrary: fc.constant([{ from: 0, to: 86_400 }]) }, { weight: 2, arbitrary: hours });

const someBusiness: fc.Arbitrary<Business> = fc
  .constantFrom('2027-06-15', '2027-03-28', '2027-10-31')
  .chain((date) => {
    const begin = startOf(date);
    const days = [date, addDays(date, 1)];
    const busy = (maxLength: number) =>
      fc
        .array(fc.tuple(units(-12, 480), units(1, 36)), { maxLength })
        .map((all) => all.map(([from, length]) => [begin + from, begin + from + length] as const));
    const service = (id: number): fc.Arbitrary<Service> =>
      fc.record({
        id: fc.constant(id),
        technicalBreak: fc.constantFrom(0, 0, 300, 900),
        resourceIds: fc.constantFrom<number[]>([], [], [], [], [1], [1, 2]),
        from: fc.constantFrom(0, 0, 0, 0, 36_000),
        to: fc.constantFrom(86_400, 86_400, 86_400, 86_400, 64_800),
        dates: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, { first: date, last: date }),
        step: fc.constantFrom(900, 1800, 3600),
      });
    const member: fc.Arbitrary<Member> = fc.record({
      durations: fc
        .array(fc.option(units(1, 24), { freq: 4 }), { minLength: 4, maxLength: 4 })
        .map((all) => new Map(all.flatMap((each, index) => (each ? [[index + 1, each] as const] : [])))),
      weight: fc.integer({ min: 0, max: 1 }),
      days: fc
        .array(fc.option(workDay, { freq: 5 }), { minLength: 2, maxLength: 2 })
        .map((all) => new Map(all.flatMap((each, index) => (each ? [[days[index] as string, each] as const] : [])))),
      busy: busy(8),
    });
    return fc.record({
      date: fc.constant(date),
      now: fc.oneof(
        { weight: 3, arbitrary: fc.constant(begin - 100_000) },
        units(0, 200).map((seconds) => begin + seconds),
      ),
      grid: fc.record({
        type: fc.constantFrom('schedule', 'schedule', 'timeslots', 'predefined'),
        times: fc.uniqueArray(units(0, 287), { minLength: 1, maxLength: 12 }),
        first: fc.constantFrom(0, 0, 28_800),
        last: fc.constantFrom(86_399, 86_399, 72_000),
        step: fc.constantFrom(undefined, 900, 2700),
        delay: fc.constantFrom(0, 3600),
        isFlexible: fc.boolean(),
      }),
      composite: service(9),
      parts: fc.tuple(service(1), service(2), service(3), service(4)),
      request: fc.constantFrom<number[]>([9], [9], [9], [4, 9], [9, 4], [9, 9]),
      order: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      members: fc.array(member, { minLength: 1, maxLength: 3 }),
      resources: fc
        .tuple(fc.array(busy(5), { maxLength: 2 }), fc.array(busy(3), { minLength: 1, maxLength: 2 }))
        .map((all) => new Map(all.map((instances, index) => [index + 1, instances]))),
      chosen: fc.constantFrom(undefined, undefined, 1, 2),
    });
  })
  .map((business) => ({
    ...business,
    // Two members, or three, and not more than four parts: every way can be tried.
    request: business.order.length > 2 ? [9] : business.request,
  }));

const runs = Number(process.env.FOYER_PROPERTY_RUNS ?? 150);
const timeout = 3_600_000;

/** Says what is wrong with a plan; nothing for a right one. */
function faultOf(business: Business, plan: Plan<WorkOffer>): string | undefined {
  const parts = business.request.flatMap((id) => (id === 9 ? business.order : [id]));
  const given = plan.flatMap(({ offer }) => offer.work.services.map(({ id }) => id));
  if (given.join() !== parts.join()) return `has the parts ${given}`;
  for (const [index, { start, offer }] of plan.entries()) {
    const before = plan[index - 1];
    if (before && before.start + before.offer.need.length !== start) return 'has a gap';
    if (before && before.offer.calendar.memberId === offer.calendar.memberId) return 'changes from a member to the same one';
    const services = offer.work.services.map(({ id }) => business.parts.find((part) => part.id === id) as Service);
    const length = lengthOf(business, offer.calendar.memberId, services);
    if (length !== offer.need.length) return 'has a wrong length';
    if (!canGive(business, offer.calendar.memberId, services, start, length)) return 'is not possible';
  }
  return undefined;
}

/** The business after a plan is booked. The first free instance of each resource is taken. */
function booked(business: Business, plan: Plan<WorkOffer>): Business {
  let { members } = business;
  const resources = new Map([...business.resources].map(([id, instances]) => [id, instances.map((each) => [...each])]));
  for (const { start, offer } of plan) {
    const taken = [start, start + offer.need.length] as const;
    members = members.map((member, index) =>
      index + 1 === offer.calendar.memberId ? { ...member, busy: [...member.busy, taken] } : member,
    );
    for (const id of new Set(offer.work.services.flatMap(({ resourceIds }) => resourceIds))) {
      const free = (resources.get(id) ?? []).find((each) => each.every(([from, to]) => to <= taken[0] || from >= taken[1]));
      free?.push(taken);
    }
  }
  return { ...business, members, resources };
}

describe('on any business', () => {
  test('the slots of a composite service are those of the oracle, and each of them can be booked', { timeout }, async () => {
    let [offered, ofSeveral] = [0, 0];
    await fc.assert(
      fc.asyncProperty(someBusiness, async (business) => {
        const { search, expectedSlots } = open(business);
        const plans = await search.slotsOn(business.date);
        expect(plans.map(([{ start }]) => start)).toEqual(expectedSlots(business.date));
        expect(await search.hasSlot(business.date)).toBe(plans.length > 0);
        for (const plan of plans) {
          expect(faultOf(business, plan)).toBeUndefined();
          expect(search.planAt(plan[0].start)).toEqual(plan);
        }
        offered += plans.length;
        ofSeveral += plans.filter(({ length }) => length > 1).length;
      }),
      { numRuns: runs },
    );
    // It is not a test of nothing.
    expect(offered).toBeGreaterThan(runs);
    expect(ofSeveral).toBeGreaterThan(runs / 15);
  });

  test('a time can be booked when the oracle has a way, and only then', { timeout }, async () => {
    await fc.assert(
      fc.property(
        someBusiness,
        fc.array(
          fc.oneof(
            units(0, 300),
            units(0, 3000).map((each) => each / 5),
          ),
          { minLength: 20 },
        ),
        (business, tries) => {
          const { search, accepts } = open(business);
          for (const seconds of tries) {
            const start = startOf(business.date) + Math.floor(seconds / five) * five;
            const plan = search.planAt(start);
            expect(plan !== undefined).toBe(accepts(start));
            if (plan) expect(faultOf(business, plan)).toBeUndefined();
          }
        },
      ),
      { numRuns: runs },
    );
  });

  test('booking every slot in turn keeps the rest right, until nothing is left', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(someBusiness, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (business, picks) => {
        let current = business;
        for (const pick of picks) {
          const plans = await open(current).search.slotsOn(current.date);
          if (plans.length === 0) return;
          current = booked(current, plans[pick % plans.length] as Plan<WorkOffer>);
          const after = open(current);
          expect((await after.search.slotsOn(current.date)).map(([{ start }]) => start)).toEqual(
            after.expectedSlots(current.date),
          );
        }
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
  });
});

describe('a plan', () => {
  const date = '2027-06-15';
  const at = (time: string) => Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(timeZone).epochMilliseconds / 1000;
  const part = (id: number, fields: Partial<Service> = {}): Service => ({
    id,
    technicalBreak: 0,
    resourceIds: [],
    from: 0,
    to: 86_400,
    dates: undefined,
    step: 900,
    ...fields,
  });
  const member = (given: number[], fields: Partial<Member> = {}): Member => ({
    durations: new Map(given.map((id) => [id, 1800])),
    weight: 0,
    days: new Map([[date, [{ from: 9 * 3600, to: 17 * 3600 }]]]),
    busy: [],
    ...fields,
  });
  const business = (members: Member[], fields: Partial<Business> = {}): Business => ({
    date,
    now: 0,
    grid: { type: 'schedule', times: [], first: 0, last: 86_399, step: undefined, delay: 0, isFlexible: false },
    composite: part(9),
    parts: [part(1), part(2), part(3)],
    request: [9],
    order: [1, 2, 3],
    members,
    resources: new Map(),
    chosen: undefined,
    ...fields,
  });
  const planned = (of: Business, time = '10:00') =>
    open(of)
      .search.planAt(at(time))
      ?.map(({ offer, start }) => [offer.calendar.memberId, (start - at(time)) / 60, offer.work.services.length]);

  test('has as few changes at its beginning as can be, and then goes to the least busy', () => {
    const busy = member([1, 2, 3], { busy: [[at('12:00'), at('13:00')]] });
    expect(planned(business([busy, member([1, 2]), member([3])]))).toEqual([[1, 0, 3]]);
    expect(planned(business([busy, member([1, 2, 3])]))).toEqual([[2, 0, 3]]);
    const short = member([1, 2, 3], { busy: [[at('10:30'), at('17:00')]] });
    expect(planned(business([short, member([2]), member([3])]))).toEqual([
      [1, 0, 1],
      [2, 30, 1],
      [3, 60, 1],
    ]);
  });

  test('turns back where the beginning would leave no way to go on', () => {
    // The first member could give two parts, but then the third one comes too late.
    const slow = member([1, 2], {
      durations: new Map([
        [1, 1800],
        [2, 5400],
      ]),
    });
    const others = [member([2]), member([3], { busy: [[at('11:30'), at('17:00')]] })];
    expect(planned(business([slow, ...others]))).toEqual([
      [1, 0, 1],
      [2, 30, 1],
      [3, 60, 1],
    ]);
  });

  test('waits for the technical break of an appointment, and has one break in one appointment', () => {
    const parts = [part(1, { technicalBreak: 600 }), part(2, { technicalBreak: 300 }), part(3)];
    expect(planned(business([member([1, 2]), member([3])], { parts }))).toEqual([
      [1, 0, 2],
      [2, 70, 1],
    ]);
    const plan = open(business([member([1, 2, 3])], { parts })).search.planAt(at('10:00')) as Plan;
    expect(endOfPlan(plan)).toBe(at('11:40'));
  });

  test('of a chosen member has others only where that member cannot', () => {
    const members = [member([1, 2, 3]), member([2])];
    expect(planned(business(members, { chosen: 2 }))).toEqual([
      [1, 0, 1],
      [2, 30, 1],
      [1, 60, 1],
    ]);
    expect(membersOf(open(business(members, { chosen: 1 })).team)).toEqual([1]);
    // The other service of the request is the chosen member's own.
    expect(isComplete(open(business(members, { chosen: 2, request: [1, 9] })).team)).toBe(false);
    expect(isComplete(open(business(members, { chosen: 3 })).team)).toBe(false);
  });

  test('has times of the grid for its beginning only', async () => {
    const members = [member([1], { durations: new Map([[1, 1200]]) }), member([2, 3])];
    expect(planned(business(members))).toEqual([
      [1, 0, 1],
      [2, 20, 2],
    ]);
    expect(planned(business(members), '10:07')).toBeUndefined();
    const { search } = open(business(members));
    expect([search.isWorkingDate(date), search.isWorkingDate(addDays(date, 1)), search.workingDates()]).toEqual([
      true,
      false,
      [date],
    ]);
  });

  test('goes on after midnight', () => {
    const next = addDays(date, 1);
    const night = new Map([
      [date, [{ from: 22 * 3600, to: 86_400 }]],
      [next, [{ from: 0, to: 7200 }]],
    ]);
    const members = [member([1], { days: night }), member([2, 3], { days: night })];
    expect(planned(business(members), '23:30')).toEqual([
      [1, 0, 1],
      [2, 30, 2],
    ]);
  });

  test('is looked for once for each part and time, however many ways there are', async () => {
    const many = Array.from({ length: 12 }, () => member([1, 2, 3]));
    const parts = [part(1), part(2), part(3), part(4)];
    const order = Array.from({ length: 20 }, (_, index) => (index === 19 ? 4 : (index % 3) + 1));
    // Everybody could begin in many ways, and nobody could end.
    const last = member([4], { busy: [[at('09:00'), at('17:00')]] });
    const began = performance.now();
    expect(await searchOf(business([...many, last], { parts, order })).slotsOn(date)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('looks into no calendar of those whose work could not be followed by the rest', () => {
    let looks = 0;
    class Watched extends Map<string, readonly WorkInterval[]> {
      override get(key: string) {
        looks += 1;
        return super.get(key);
      }
    }
    const one = member([1, 2, 3]);
    const watched = { ...one, days: new Watched(one.days) };
    const ends = member([4], { busy: [[at('11:00'), at('17:00')]] });
    const parts = [part(1), part(2), part(3), part(4)];
    expect(searchOf(business([watched, ends], { parts, order: [4, 1, 2, 3, 4] })).planAt(at('10:00'))).toBeUndefined();
    expect(looks).toBe(0);
  });

  /** Without the oracle, which would try every way. */
  function searchOf(of: Business) {
    const catalog: Catalog = {
      services: new Map(
        [bookable(of.composite, of.order), ...of.parts.map((each) => bookable(each))].map((each) => [each.id, each]),
      ),
      members: of.members.map(({ durations, weight }, index) => ({
        id: index + 1,
        weight,
        terms: new Map(
          [...durations].map(([serviceId, duration]) => [serviceId, { serviceId, duration, priceMin: noMoney, priceMax: null }]),
        ),
      })),
    };
    const members = new Map(of.members.map(({ days, busy }, index) => [index + 1, { workDays: days, busy: busyOf(busy) }]));
    const rules: Rules = { timeZone, now: of.now, gridOf: () => of.grid };
    return searchIn(rules, runsOf(teamFor(catalog, of.request), { members, resources: new Map() }));
  }
});
