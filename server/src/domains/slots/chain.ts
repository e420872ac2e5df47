import { type DayClock, dateIn, dayClock } from '../../platform/clock.ts';
import { isLong, pause } from '../../platform/pause.ts';
import {
  allowedStarts,
  byAssignmentOrder,
  canFollow,
  chooseOffer,
  hasSlot,
  isBookableOn,
  isWorkingDate,
  type Offer,
  type Rules,
  slotsOn,
} from './engine.ts';

/*
 * Finds times for work in several parts, which one or several team members serve one after another: the parts of a composite service. Plain
 * work is one part. It takes its grids and its rules from the engine.
 */

/** The parts from one to another, served by one team member in one appointment. */
export interface Run<Kind extends Offer = Offer> {
  offer: Kind;
  /** The number of the part after the last one of the run. */
  next: number;
}

/** For each part, from 0, the runs that can begin with it. */
export type Runs<Kind extends Offer = Offer> = readonly (readonly Run<Kind>[])[];

/** An appointment of a plan. */
export interface Leg<Kind extends Offer = Offer> {
  /** Unix seconds. */
  start: number;
  offer: Kind;
}

/** Appointments for all parts: each begins when the one before it ends, with its technical break. There is at least one. */
export type Plan<Kind extends Offer = Offer> = readonly [Leg<Kind>, ...Leg<Kind>[]];

/** The unix second at which a plan ends. */
export function endOfPlan(plan: Plan): number {
  const { start, offer } = plan.at(-1) as Leg;
  return start + offer.need.length;
}

/** The times at which all parts can be served, one after another. */
export interface Search<Kind extends Offer = Offer> {
  /** The plan for every slot of a date, ascending. */
  slotsOn(date: string): Promise<Plan<Kind>[]>;
  hasSlot(date: string): Promise<boolean>;
  /** Whether any of those works who can serve the first part. */
  isWorkingDate(date: string): boolean;
  /** The dates on which any of those works who can serve the first part, ascending. */
  workingDates(): string[];
  /** The appointments of a client who begins then. @returns undefined if the parts cannot be served then */
  planAt(start: number): Plan<Kind> | undefined;
}

const memberOf = ({ offer }: Run): number => offer.calendar.memberId;

/** What can serve a part at a time. */
interface Found<Kind extends Offer> {
  best: Run<Kind> | undefined;
  /** The best of the other members; absent until somebody asks. */
  other?: Run<Kind> | undefined;
}

/** Nearly all that is found out in the dearest searches. */
const nothing: Found<never> = { best: undefined };

/** The runs that begin with a part and go on with the same one. */
interface Stretch<Kind extends Offer> {
  next: number;
  /** The preferred ones first. */
  runs: readonly Run<Kind>[];
  /** The seconds that they take, each once. */
  lengths: readonly number[];
}

/**
 * A search in loaded calendars. A slot is one of the grid of the team member who begins. Of the plans for a time, the one with the longest
 * first run is taken, then that of the team member to whom an appointment of the day falls, and so on in each following run. What was found
 * out about a part at a time is remembered, so the cost grows with the number of times and not with that of the plans.
 */
export function searchIn<Kind extends Offer>(rules: Rules, runs: Runs<Kind>): Search<Kind> {
  const first = runs[0] ?? [];
  const firstOffers = first.map(({ offer }) => offer);
  const known = runs.map(() => new Map<number, Found<Kind>>());
  const ordered = new Map<string, readonly Stretch<Kind>[]>();

  /** The runs that begin with a part, the preferred ones of a date first. */
  function preferred(part: number, date: string): readonly Stretch<Kind>[] {
    const key = `${part} ${date}`;
    let own = ordered.get(key);
    if (!own) {
      const ofPart = runs[part] as readonly Run<Kind>[];
      const members = new Map(ofPart.map(({ offer }) => [offer.calendar.memberId, offer]));
      const order = byAssignmentOrder(rules, [...members.values()], date);
      const rank = new Map(order.map((offer, index) => [offer.calendar.memberId, index]));
      const rankOf = (run: Run<Kind>) => rank.get(memberOf(run)) as number;
      const byNext = new Map<number, Run<Kind>[]>();
      for (const run of ofPart) {
        const others = byNext.get(run.next);
        if (others) others.push(run);
        else byNext.set(run.next, [run]);
      }
      own = [...byNext]
        .sort(([a], [b]) => b - a)
        .map(([next, each]) => ({
          next,
          runs: each.sort((a, b) => rankOf(a) - rankOf(b)),
          lengths: [...new Set(each.map(({ offer }) => offer.need.length))],
        }));
      ordered.set(key, own);
    }
    return own;
  }

  /** The first of the preferred runs that begin with a part then, of those that the rest can follow. */
  function firstThat(part: number, start: number, day: DayClock, serves: (run: Run<Kind>) => boolean): Run<Kind> | undefined {
    for (const { next, runs: each, lengths } of preferred(part, day.date)) {
      // Whether anything can follow is asked once for all members who take as long.
      if (next < runs.length && !lengths.some((length) => foundAt(next, start + length, day).best)) continue;
      // What follows is remembered, so it is asked before the calendar.
      const run = each.find((one) => canGoOn(one, start, day) && serves(one));
      if (run) return run;
    }
    return undefined;
  }

  const serving = (start: number, day: DayClock, except?: number) => (run: Run<Kind>) =>
    memberOf(run) !== except && canFollow(run.offer, day, start);

  /** What can serve a part then, so that all others can follow. @param day not later than the start */
  function foundAt(part: number, start: number, day: DayClock): Found<Kind> {
    const ofPart = known[part] as Map<number, Found<Kind>>;
    let found = ofPart.get(start);
    if (!found) {
      const own = dayOf(start, day);
      const best = firstThat(part, start, own, serving(start, own));
      found = best ? { best } : nothing;
      ofPart.set(start, found);
    }
    return found;
  }

  /** @param before who gave the part before. That member would go on in one appointment */
  function runAt(part: number, start: number, day: DayClock, before: Offer): Run<Kind> | undefined {
    const found = foundAt(part, start, day);
    if (!found.best || memberOf(found.best) !== before.calendar.memberId) return found.best;
    if (!('other' in found)) {
      const own = dayOf(start, day);
      found.other = firstThat(part, start, own, serving(start, own, memberOf(found.best)));
    }
    return found.other;
  }

  function dayOf(instant: number, day: DayClock): DayClock {
    let own = day;
    while (instant >= own.ends) own = own.next();
    return own;
  }

  /** Whether the parts after a run can follow it. */
  const canGoOn = ({ offer, next }: Run<Kind>, start: number, day: DayClock): boolean =>
    next === runs.length || runAt(next, start + offer.need.length, day, offer) !== undefined;

  function planOn(day: DayClock, start: number): Plan<Kind> | undefined {
    let run = firstThat(0, start, day, ({ offer }) => isBookableOn(rules, offer, day, start));
    if (!run) return undefined;
    const plan: [Leg<Kind>, ...Leg<Kind>[]] = [{ start, offer: run.offer }];
    while (run.next < runs.length) {
      const at = endOfPlan(plan);
      run = runAt(run.next, at, day, run.offer) as Run<Kind>;
      plan.push({ start: at, offer: run.offer });
    }
    return plan;
  }

  /** The starts of a date, each maybe several times, until there are enough. */
  async function startsOn(date: string, most: number): Promise<Set<number>> {
    const day = dayClock(date, rules.timeZone);
    const starts = new Set<number>();
    for (const run of preferred(0, date).flatMap((each) => each.runs)) {
      for (const start of allowedStarts(rules, run.offer, day)) {
        if (starts.has(start)) continue;
        if (isLong()) await pause();
        if (!canGoOn(run, start, day) || !canFollow(run.offer, day, start)) continue;
        starts.add(start);
        if (starts.size >= most) return starts;
      }
    }
    return starts;
  }

  const common = {
    isWorkingDate: (date: string) => isWorkingDate(firstOffers, date),
    workingDates: () => [...new Set(firstOffers.flatMap(({ calendar }) => [...calendar.workDays.keys()]))].sort(),
  };
  if (runs.length === 1) {
    return {
      ...common,
      async slotsOn(date) {
        return slotsOn(rules, firstOffers, date).map(({ start, offer }) => [{ start, offer: offer as Kind }]);
      },
      async hasSlot(date) {
        for (const offer of firstOffers) {
          if (isLong()) await pause();
          if (hasSlot(rules, [offer], date)) return true;
        }
        return false;
      },
      planAt(start) {
        const offer = chooseOffer(rules, firstOffers, start);
        return offer && [{ start, offer: offer as Kind }];
      },
    };
  }
  return {
    ...common,
    async slotsOn(date) {
      const plans: Plan<Kind>[] = [];
      const day = dayClock(date, rules.timeZone);
      for (const start of [...(await startsOn(date, Number.POSITIVE_INFINITY))].sort((a, b) => a - b)) {
        if (isLong()) await pause();
        plans.push(planOn(day, start) as Plan<Kind>);
      }
      return plans;
    },
    hasSlot: async (date) => (await startsOn(date, 1)).size > 0,
    planAt: (start) => planOn(dayClock(dateIn(new Date(start * 1000), rules.timeZone), rules.timeZone), start),
  };
}
