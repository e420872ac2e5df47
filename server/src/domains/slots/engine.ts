import { type DayClock, dateIn, dayClock } from '../../platform/clock.ts';
import { type Busy, busySeconds, freeStretches, isFree } from './busy.ts';

/*
 * Computes free slots from loaded data, without a database or clock. Instants are unix seconds. Times of a day are seconds of wall-clock
 * time from its midnight. A slot is an instant at which someone can begin to serve a client.
 */

/** Half-open, of wall-clock seconds. */
export interface WorkInterval {
  from: number;
  to: number;
}

/** How slots of a day are laid out. */
export interface DayGrid {
  /**
   * `predefined`: the listed times; `schedule`: a step apart from the beginning of the working hours; `timeslots`: a step apart from
   * the beginning of every free stretch.
   */
  type: 'predefined' | 'schedule' | 'timeslots';
  /** The times of a predefined grid; none closes the day. */
  times: readonly number[];
  /** The first and the last time at which a slot may begin. */
  first: number;
  last: number;
  /** Seconds, rounded up to whole minutes; undefined for the step of the services. */
  step: number | undefined;
  /** Seconds between now and the nearest slot. */
  delay: number;
  /** Slots that begin or end a free stretch are offered too. */
  isFlexible: boolean;
}

/** A team member with a loaded calendar. */
export interface Calendar {
  memberId: number;
  /** Heavier ones are preferred among the equally busy. */
  weight: number;
  /** By date, ascending, and none touches another; a date without an entry is a day off. */
  workDays: ReadonlyMap<string, readonly WorkInterval[]>;
  busy: Busy;
}

/** The work that a client wants from one team member. */
export interface Need {
  /** Seconds, including the technical break at the end. Work of more than 24 hours has no slots. */
  length: number;
  /** The times of the day between which it may begin. */
  from: number;
  to: number;
  /** Seconds between slots, if the grid of the day has no step. */
  step: number;
  /** The first and the last date it is offered on. */
  dates: { first: string; last: string } | undefined;
  /** For each needed resource, the calendars of its instances. One of them must be free. */
  resources: readonly (readonly Busy[])[];
}

/** A team member who can do the work. */
export interface Offer {
  calendar: Calendar;
  need: Need;
}

/** The rules of a location at a moment. */
export interface Rules {
  timeZone: string;
  now: number;
  gridOf(date: string): DayGrid;
}

/** The grids of a location: by date, else by weekday (1 Monday to 7 Sunday), else the usual one. */
export function gridsOf(grids: {
  dates: ReadonlyMap<string, DayGrid>;
  weekdays: ReadonlyMap<number, DayGrid>;
  usual: DayGrid;
}): (date: string) => DayGrid {
  const weekdayOf = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  return (date) => grids.dates.get(date) ?? grids.weekdays.get(weekdayOf(date)) ?? grids.usual;
}

/** Up to the next whole minute: slots begin on whole minutes, but for predefined times and working hours that do not. */
const toMinute = (seconds: number) => Math.ceil(seconds / 60) * 60;

const stepOf = (grid: DayGrid, need: Need) => toMinute(grid.step ?? need.step);

/** Whether the slots depend on the existing bookings. */
const isDynamic = (grid: DayGrid) => grid.isFlexible || grid.type === 'timeslots';

/** Whether a team member works during a whole span. The span starts in `day`. */
function works(calendar: Calendar, day: DayClock, start: number, end: number): boolean {
  let clock = day;
  for (let from = start; from < end; from = clock.starts) {
    const intervals = calendar.workDays.get(clock.date);
    if (!intervals) return false;
    for (const span of clock.wallSpans(from, Math.min(end, clock.ends))) {
      if (!intervals.some((interval) => interval.from <= span.from && span.to <= interval.to)) return false;
    }
    if (end <= clock.ends) return true;
    clock = clock.next();
  }
  return true;
}

/** Whether the services are offered at a time. */
function isOffered({ need }: Offer, day: DayClock, time: number): boolean {
  if (time < need.from || time > need.to) return false;
  return !need.dates || (day.date >= need.dates.first && day.date <= need.dates.last);
}

/** Whether the rules of the day, the service and the present time allow a slot, regardless of free team members. */
function isAllowed(offer: Offer, grid: DayGrid, day: DayClock, start: number, now: number): boolean {
  const time = day.wallOf(start);
  if (start < now + grid.delay || time < grid.first || time > grid.last) return false;
  return isOffered(offer, day, time);
}

const isServed = ({ calendar, need }: Offer, day: DayClock, start: number): boolean => {
  const end = start + need.length;
  return (
    isFree(calendar.busy, start, end) &&
    works(calendar, day, start, end) &&
    need.resources.every((instances) => instances.some((busy) => isFree(busy, start, end)))
  );
};

/**
 * Whether a team member can serve then, on any grid: an appointment that follows another one need not begin with a slot.
 * @param day of the start
 */
export const canFollow = (offer: Offer, day: DayClock, start: number): boolean =>
  isOffered(offer, day, day.wallOf(start)) && isServed(offer, day, start);

/**
 * Whether the grid allows a time, even if it is not offered now. Bookings of other clients do not change this. A time that happens twice is
 * offered once, and may be requested in either pass.
 */
function isOnGrid({ calendar, need }: Offer, grid: DayGrid, date: string, time: number): boolean {
  if (grid.type === 'predefined' && grid.times.length === 0) return false;
  if (isDynamic(grid) && time % 60 === 0) return true;
  if (grid.type === 'predefined') return grid.times.includes(time);
  if (grid.type === 'timeslots') return false;
  const step = stepOf(grid, need);
  return (calendar.workDays.get(date) ?? []).some(({ from, to }) => time >= from && time < to && (time - from) % step === 0);
}

/** `isBookable` for a start on a known day. */
export function isBookableOn(
  rules: Rules,
  offer: Offer,
  day: DayClock,
  start: number,
  grid: DayGrid = rules.gridOf(day.date),
): boolean {
  return (
    offer.need.length <= 86_400 &&
    isAllowed(offer, grid, day, start, rules.now) &&
    isOnGrid(offer, grid, day.date, day.wallOf(start)) &&
    isServed(offer, day, start)
  );
}

/**
 * Whether a client may book a slot. Every slot of `slotsOn` may be booked. Free times of a dynamic grid may be booked too, even if they are
 * not offered now, because other appointments shift the grid.
 */
export function isBookable(rules: Rules, offer: Offer, start: number): boolean {
  return isBookableOn(rules, offer, dayClock(dateIn(new Date(start * 1000), rules.timeZone), rules.timeZone), start);
}

/** The instants at which the grid has slots in some working hours, in any order; some are not free. */
function* candidates({ calendar, need }: Offer, grid: DayGrid, day: DayClock, { from, to }: WorkInterval): Generator<number> {
  const step = stepOf(grid, need);
  if (grid.type === 'predefined') {
    if (grid.times.length === 0) return;
    for (const time of grid.times) {
      const instant = time >= from && time < to ? day.instantOf(time) : undefined;
      if (instant !== undefined) yield instant;
    }
  } else if (grid.type === 'schedule') {
    // Before `first` and after `last` there are none: a day of steps need not be walked.
    const begin = from + Math.max(0, Math.ceil((Math.max(grid.first, need.from) - from) / step)) * step;
    const last = Math.min(to - 1, grid.last, need.to);
    for (let time = begin; time <= last; time += step) {
      const instant = day.instantOf(time);
      if (instant !== undefined) yield instant;
    }
  }
  if (!isDynamic(grid)) return;
  for (const worked of day.stretchesOf(from, to)) {
    for (const { start, end } of freeStretches(calendar.busy, worked.start, worked.end)) {
      const first = toMinute(start);
      if (grid.isFlexible) {
        yield first;
        const last = Math.floor((end - need.length) / 60) * 60;
        if (last > first) yield last;
      }
      if (grid.type === 'timeslots') for (let instant = first; instant < end; instant += step) yield instant;
    }
  }
}

/** The starts that the grid and the rules allow one team member on a day, in any order, each maybe several times; some are not free. */
export function* allowedStarts(rules: Rules, offer: Offer, day: DayClock): Generator<number> {
  const intervals = offer.calendar.workDays.get(day.date);
  const { need } = offer;
  if (!intervals || need.length > 86_400) return;
  if (need.dates && (day.date < need.dates.first || day.date > need.dates.last)) return;
  const grid = rules.gridOf(day.date);
  if (day.ends <= rules.now + grid.delay) return;
  for (const interval of intervals) {
    for (const start of candidates(offer, grid, day, interval)) {
      if (isAllowed(offer, grid, day, start, rules.now)) yield start;
    }
  }
}

/** The slots of one team member on a date, ascending. @param most stop after this many; they are then not the first ones */
export function slotsOf(rules: Rules, offer: Offer, date: string, most = Number.POSITIVE_INFINITY): number[] {
  const day = dayClock(date, rules.timeZone);
  const found = new Set<number>();
  for (const start of allowedStarts(rules, offer, day)) {
    if (!isServed(offer, day, start)) continue;
    found.add(start);
    if (found.size >= most) return [...found];
  }
  return [...found].sort((a, b) => a - b);
}

/** Whether any of the team members has a slot on a date. */
export const hasSlot = (rules: Rules, offers: readonly Offer[], date: string): boolean =>
  offers.some((offer) => slotsOf(rules, offer, date, 1).length > 0);

/** Whether any of the team members works on a date. */
export const isWorkingDate = (offers: readonly Offer[], date: string): boolean =>
  offers.some(({ calendar }) => (calendar.workDays.get(date)?.length ?? 0) > 0);

/**
 * The team members in the order in which an appointment on a date falls to them: the least busy on that date first, of equals the
 * heavier, then the one with the lower id.
 */
export function byAssignmentOrder(rules: Rules, offers: readonly Offer[], date: string): Offer[] {
  const { starts, ends } = dayClock(date, rules.timeZone);
  return offers
    .map((offer) => ({ offer, seconds: busySeconds(offer.calendar.busy, starts, ends) }))
    .sort(
      (a, b) =>
        a.seconds - b.seconds ||
        b.offer.calendar.weight - a.offer.calendar.weight ||
        a.offer.calendar.memberId - b.offer.calendar.memberId,
    )
    .map(({ offer }) => offer);
}

/** A slot, with the team member who gets it. */
export interface Slot {
  start: number;
  offer: Offer;
}

/** The slots of any team member on a date, ascending. Each time appears once, with the team member whom `chooseOffer` chooses. */
export function slotsOn(rules: Rules, offers: readonly Offer[], date: string): Slot[] {
  const [grid, day] = [rules.gridOf(date), dayClock(date, rules.timeZone)];
  const found = new Map<number, Offer>();
  const before: Offer[] = [];
  for (const offer of byAssignmentOrder(rules, offers, date)) {
    for (const start of slotsOf(rules, offer, date)) {
      if (found.has(start)) continue;
      // A less busy team member may be free then without offering the time: with a dynamic grid, any minute may be booked.
      found.set(start, before.find((each) => isBookableOn(rules, each, day, start, grid)) ?? offer);
    }
    if (isDynamic(grid)) before.push(offer);
  }
  return [...found].map(([start, offer]) => ({ start, offer })).sort((a, b) => a.start - b.start);
}

/** The team member who gets a slot. @returns undefined if none of them can serve then */
export function chooseOffer(rules: Rules, offers: readonly Offer[], start: number): Offer | undefined {
  const date = dateIn(new Date(start * 1000), rules.timeZone);
  return byAssignmentOrder(rules, offers, date).find((offer) => isBookable(rules, offer, start));
}
