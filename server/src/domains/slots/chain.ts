import { addDays, type DayClock, dateIn, dayClock } from '../../platform/clock.ts';
import { isLong, pause } from '../../platform/pause.ts';
import {
  byAssignmentOrder,
  canFollow,
  chooseOffer,
  hasSlot,
  isBookable,
  isWorkingDate,
  type Offer,
  type Rules,
  slotsOf,
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

/**
 * A search in loaded calendars. A slot is one of the grid of the team member who begins. Of the plans for a time, the one with the longest
 * first run is taken, then that of the team member to whom an appointment of the day falls, and so on in each following run. What was found
 * out about a part at a time is remembered, so the cost grows with the number of times and not with that of the plans.
 */
export function searchIn<Kind extends Offer>(rules: Rules, runs: Runs<Kind>): Search<Kind> {
  const first = runs[0] ?? [];
  const firstOffers = first.map(({ offer }) => offer);
  const known = runs.map(() => new Map<number, Found<Kind>>());
  const ordered = new Map<string, readonly Run<Kind>[]>();

  /** The runs that begin with a part, the preferred ones of a date first. */
  function preferred(part: number, date: string): readonly Run<Kind>[] {
    const key = `${part} ${date}`;
    let own = ordered.get(key);
    if (!own) {
      const order = byAssignmentOrder(
        rules,
        (runs[part] as readonly Run<Kind>[]).map(({ offer }) => offer),
        date,
      ) as Kind[];
      const rank = new Map(order.map((offer, index) => [offer, index]));
      const rankOf = ({ offer }: Run<Kind>) => rank.get(offer) as number;
      own = (runs[part] as readonly Run<Kind>[]).toSorted((a, b) => b.next - a.next || rankOf(a) - rankOf(b));
      ordered.set(key, own);
    }
    return own;
  }

  /**
   * The run that serves a part then, if all others can follow.
   * @param before who gave the part before. That member would go on in one appointment
   * @param day not later than the start
   */
  function runAt(part: number, start: number, day: DayClock, before: Offer): Run<Kind> | undefined {
    const ofPart = known[part] as Map<number, Found<Kind>>;
    let found = ofPart.get(start);
    // In the dearest searches nearly all questions end here.
    if (found && !found.best) return undefined;
    const own = dayOf(start, day);
    // What follows is remembered, so it is asked before the calendar.
    const find = (except?: number) =>
      preferred(part, own.date).find(
        (run) => memberOf(run) !== except && canGoOn(run, start, own) && canFollow(rules, run.offer, own, start),
      );
    if (!found) {
      found = { best: find() };
      ofPart.set(start, found);
    }
    if (!found.best || memberOf(found.best) !== before.calendar.memberId) return found.best;
    if (!('other' in found)) found.other = find(memberOf(found.best));
    return found.other;
  }

  function dayOf(instant: number, day: DayClock): DayClock {
    let own = day;
    while (instant >= own.ends) own = dayClock(addDays(own.date, 1), rules.timeZone);
    return own;
  }

  /** Whether the parts after a run can follow it. */
  const canGoOn = ({ offer, next }: Run<Kind>, start: number, day: DayClock): boolean =>
    next === runs.length || runAt(next, start + offer.need.length, day, offer) !== undefined;

  function planAt(start: number): Plan<Kind> | undefined {
    const day = dayClock(dateIn(new Date(start * 1000), rules.timeZone), rules.timeZone);
    let run = preferred(0, day.date).find((each) => isBookable(rules, each.offer, start) && canGoOn(each, start, day));
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
    for (const run of preferred(0, date)) {
      for (const start of slotsOf(rules, run.offer, date)) {
        if (isLong()) await pause();
        if (starts.has(start) || !canGoOn(run, start, day)) continue;
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
      for (const start of [...(await startsOn(date, Number.POSITIVE_INFINITY))].sort((a, b) => a - b)) {
        if (isLong()) await pause();
        plans.push(planAt(start) as Plan<Kind>);
      }
      return plans;
    },
    hasSlot: async (date) => (await startsOn(date, 1)).size > 0,
    planAt,
  };
}
