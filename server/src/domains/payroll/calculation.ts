import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { datesBetween, dayClock, daysBetween } from '../../platform/clock.ts';
import { currencyDigits, type Money, minus, sum } from '../../platform/money.ts';
import { isLong, mapInSteps, pause } from '../../platform/pause.ts';
import { listWorkDays, type WorkDay } from '../schedule/work-schedule.ts';
import { teamMembers } from '../team/tables.ts';
import {
  calculateByMember,
  grouped,
  monthsAround,
  type Part,
  type PayItem,
  type Payroll,
  type Rate,
  type Rule,
  rateKey,
  type WorkTime,
} from './engine.ts';
import { type Asked, partsIn } from './facts.ts';
import { getSettings, listAssignments, listRules, listSchemes, type PayRule } from './setup.ts';
import type { RateKind } from './tables.ts';

type Place = Pick<Location, 'id' | 'timeZone' | 'currency'>;

/** Dates of the location's calendar, both included. */
export interface Period {
  first: string;
  last: string;
}

/** The longest period that is calculated at once, in days. */
const longest = 366;

/** @throws Invalid for a period that ends before it begins, or is too long */
export function expectPeriod({ first, last }: Period): void {
  if (last < first) throw new Invalid({ dateTo: ['must not be before {dateFrom}'] });
  if (daysBetween(first, last) >= longest) {
    throw new Invalid({ dateTo: [`must be at most ${longest - 1} days after {dateFrom}`] });
  }
}

/** A team member whose payroll is asked for. */
export interface PaidMember {
  id: number;
  name: string;
  isFired: boolean;
}

/** The team members of a location who are not deleted, by id. @param ids everyone by default */
export const listPaidMembers = (db: Read, locationId: number, ids?: readonly number[]): Promise<PaidMember[]> =>
  db
    .select({ id: teamMembers.id, name: teamMembers.name, isFired: teamMembers.isFired })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, locationId),
        isNull(teamMembers.deletedAt),
        ids && sql`${teamMembers.id} = any(${sql.param([...ids])}::int[])`,
      ),
    )
    .orderBy(asc(teamMembers.id));

/** @throws NotFound for a member who is unknown or deleted */
export async function getPaidMember(db: Read, locationId: number, id: number): Promise<PaidMember> {
  const [member] = await listPaidMembers(db, locationId, [id]);
  if (!member) throw new NotFound(`Team member ${id} was not found`);
  return member;
}

/** What was worked in a period, and what it earns. */
export interface Calculation {
  items: PayItem[];
  parts: Part[];
  work: WorkTime[];
}

const rateFrom = (kind: RateKind | null, value: Money | null): Rate | null =>
  kind === null || value === null ? null : { kind, value };

const ruleOf = ({ rates, ...rule }: PayRule): Rule => ({
  id: rule.id,
  title: rule.title,
  service: rateFrom(rule.serviceKind, rule.serviceValue),
  product: rateFrom(rule.productKind, rule.productValue),
  time: rule.timeUnit === null || rule.timeValue === null ? null : { unit: rule.timeUnit, value: rule.timeValue },
  rates: new Map(rates.map(({ target, targetId, kind, value }) => [rateKey(target, targetId), { kind, value }])),
  countsDiscounts: rule.countsDiscounts,
  countsPoints: rule.countsPoints,
  countsGiftCards: rule.countsGiftCards,
  countsMemberships: rule.countsMemberships,
  subtractsPrimeCost: rule.subtractsPrimeCost,
  sharesWithAssistants: rule.sharesWithAssistants,
});

/**
 * The payroll of team members in a period, as it is now: what they did and sold, when they worked, and what their schemes pay for it. It
 * takes the same number of statements for any number of members, and reads the months around the period only.
 * @param also appointments and documents that count wherever they are now
 */
export async function calculatePeriod(
  db: Read,
  location: Place,
  memberIds: readonly number[],
  period: Period,
  also?: Asked['also'],
): Promise<Calculation> {
  const assignments = await listAssignments(db, location.id, memberIds, monthsAround(period.first, period.last));
  const wantedSchemes = [...new Set(assignments.map(({ schemeId }) => schemeId))];
  const schemes = wantedSchemes.length ? await listSchemes(db, location.id, wantedSchemes) : [];
  const wantedRules = [...new Set(schemes.flatMap(({ ruleId, criteria }) => [ruleId, ...criteria.map((one) => one.ruleId)]))];
  const rules = wantedRules.length ? await listRules(db, location.id, wantedRules) : [];
  const criteria = schemes.flatMap((scheme) => scheme.criteria);
  const read = criteria.length ? monthsAround(period.first, period.last) : period;
  const isOfAll = criteria.some(({ scope }) => scope === 'location');
  const parts = await partsIn(db, location, { ...read, memberIds: isOfAll ? undefined : memberIds, ...(also ? { also } : {}) });
  const work = await mapInSteps(await listWorkDays(db, location.id, read, memberIds), (day) => workTime(day, location.timeZone));
  const payroll: Payroll = {
    digits: currencyDigits(location.currency),
    ...(await getSettings(db, location.id)),
    rules: new Map(rules.map((rule) => [rule.id, ruleOf(rule)])),
    schemes: new Map(schemes.map((scheme) => [scheme.id, scheme])),
    assignments,
    parts,
    work,
  };
  const items: PayItem[] = [];
  for (const ofMember of calculateByMember(payroll, memberIds, period)) {
    for (const item of ofMember) items.push(item);
    if (isLong()) await pause();
  }
  return { items, parts, work };
}

/** The time that passes while someone works, in seconds: 10 hours on the wall clock are 9 on the night when clocks go forward. */
function workTime({ teamMemberId, date, slots }: WorkDay, timeZone: string): WorkTime {
  const clock = dayClock(date, timeZone);
  const stretches = slots.flatMap(({ from, to }) => clock.stretchesOf(from, to));
  return { teamMemberId, date, seconds: stretches.reduce((total, { start, end }) => total + end - start, 0) };
}

/** The figures of a team member in some days. */
export interface Summary {
  days: number;
  seconds: number;
  /** Group events that someone attended. */
  events: number;
  services: number;
  servicesSum: Money;
  products: number;
  productsSum: Money;
  total: Money;
  salary: Money;
}

/** What the client owes for a part after discounts; loyalty pays of it. */
const priceOf = ({ cost, paid }: Part): Money => minus(cost, paid.discount);

/** Adds up the days of a period. Work as an assistant earns, and counts for whoever does the service. */
export function summarize({ items, parts, work }: Calculation, teamMemberId: number, { first, last }: Period): Summary {
  const isIn = (row: { teamMemberId: number; date: string }) =>
    row.teamMemberId === teamMemberId && row.date >= first && row.date <= last;
  const own = parts.filter(isIn);
  const services = own.filter(({ kind }) => kind === 'service');
  const products = own.filter(({ kind }) => kind === 'product');
  const worked = work.filter((day) => isIn(day) && day.seconds > 0);
  const [servicesSum, productsSum] = [sum(services.map(priceOf)), sum(products.map(priceOf))];
  return {
    days: worked.length,
    seconds: worked.reduce((total, { seconds }) => total + seconds, 0),
    events: new Set(services.flatMap(({ type, itemId }) => (type === 'activity' ? [itemId] : []))).size,
    services: services.filter(({ type }) => type === 'record').length,
    servicesSum,
    products: products.length,
    productsSum,
    total: sum([servicesSum, productsSum]),
    salary: sum(items.filter(isIn).map(({ salary }) => salary)),
  };
}

/** The figures of several team members, in their order. */
export async function summarizeMembers(
  { items, parts, work }: Calculation,
  memberIds: readonly number[],
  period: Period,
): Promise<Summary[]> {
  const byMember = <Row extends { teamMemberId: number }>(rows: readonly Row[]) =>
    grouped(rows, ({ teamMemberId }) => [teamMemberId]);
  const [ofItems, ofParts, ofWork] = [byMember(items), byMember(parts), byMember(work)];
  return mapInSteps(memberIds, (id) =>
    summarize({ items: ofItems.get(id) ?? [], parts: ofParts.get(id) ?? [], work: ofWork.get(id) ?? [] }, id, period),
  );
}

/** The figures of each day of a period. */
export function summarizeDays(calculation: Calculation, teamMemberId: number, { first, last }: Period) {
  const { items, parts, work } = calculation;
  const byDate = <Row extends { date: string }>(rows: readonly Row[]) => grouped(rows, ({ date }) => [date]);
  const [ofItems, ofParts, ofWork] = [byDate(items), byDate(parts), byDate(work)];
  return datesBetween(first, last).map((date) => ({
    date,
    summary: summarize(
      { items: ofItems.get(date) ?? [], parts: ofParts.get(date) ?? [], work: ofWork.get(date) ?? [] },
      teamMemberId,
      { first: date, last: date },
    ),
  }));
}
