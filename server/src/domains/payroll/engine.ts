import { addDays, datesBetween, daysBetween } from '../../platform/clock.ts';
import { compare, decimalOf, exactOf, rounded, toText } from '../../platform/exact.ts';
import {
  type Money,
  minus,
  noMoney,
  type Percent,
  percentOf,
  roundMoney,
  share,
  sum,
  times,
  toPercent,
} from '../../platform/money.ts';
import { type Quantity, toQuantity } from '../../platform/quantity.ts';
import type { Measure, PayItemType, RateKind, RateTarget, TimeUnit } from './tables.ts';

export interface Rate {
  kind: RateKind;
  /** Percent of the price, or an amount for each unit. */
  value: Money;
}

/** What is paid for services, products and time. */
export interface Rule {
  id: number;
  title: string;
  service: Rate | null;
  product: Rate | null;
  time: { unit: TimeUnit; value: Money } | null;
  /** Rates for single things and for categories, by `rateKey`. */
  rates: ReadonlyMap<string, Rate>;
  countsDiscounts: boolean;
  countsPoints: boolean;
  countsGiftCards: boolean;
  countsMemberships: boolean;
  subtractsPrimeCost: boolean;
  sharesWithAssistants: boolean;
}

export const rateKey = (target: RateTarget, id: number): string => `${target} ${id}`;

/** When another rule of a scheme holds. */
export interface Criterion {
  title: string;
  measure: Measure;
  scope: 'member' | 'location';
  period: 'day' | 'month';
  isRetroactive: boolean;
  countsServices: boolean;
  countsProducts: boolean;
  countsDiscounts: boolean;
  threshold: Money;
  ruleId: number;
}

export interface Scheme {
  id: number;
  title: string;
  ruleId: number;
  /** The last one that is met decides. */
  criteria: readonly Criterion[];
}

export interface Assignment {
  teamMemberId: number;
  schemeId: number;
  /** Both included; null for no end. */
  dateFrom: string;
  dateTo: string | null;
}

/** What a price was paid with. `money` is the rest: what money pays, or has yet to. So the parts always add up to the price. */
export interface Paid {
  money: Money;
  discount: Money;
  points: Money;
  byGiftCard: Money;
  byMembership: Money;
  clientAccounts: Money;
}

/** A service that was done, or a product that was sold. */
export interface Part {
  kind: 'service' | 'product';
  type: 'record' | 'activity' | 'sale';
  /** Parts of one member with the same key are one item. */
  key: string;
  /** The appointment, the group event or the document. */
  itemId: number;
  appointmentId: number | null;
  clientId: number | null;
  teamMemberId: number;
  /** The local day of the location, and HH:MM on its wall clock. */
  date: string;
  time: string;
  /** The service or the product. */
  targetId: number;
  categoryId: number;
  title: string;
  amount: Quantity;
  /** Before the discount. */
  cost: Money;
  paid: Paid;
  primeCost: Money;
  assistants: readonly { teamMemberId: number; share: Percent }[];
}

/** A day on which a team member works. `seconds` have passed then, so the hour that a clock change skips does not count. */
export interface WorkTime {
  teamMemberId: number;
  date: string;
  seconds: number;
}

export interface Payroll {
  /** The digits of the currency. */
  digits: number;
  countsClientAccounts: boolean;
  rules: ReadonlyMap<number, Rule>;
  schemes: ReadonlyMap<number, Scheme>;
  assignments: readonly Assignment[];
  parts: readonly Part[];
  work: readonly WorkTime[];
}

/** The pay for one service or product, or for time. */
export interface Target {
  type: 'service' | 'good' | null;
  id: number | null;
  title: string;
  cost: Money | null;
  primeCost: Money | null;
  /** What the rate is taken of; null for a fixed amount. */
  base: Money | null;
  rate: Rate;
  salary: Money;
  /** The calculation in words: `40% of 900`. */
  description: string;
}

/** What is paid to a team member for one appointment, sale or day. */
export interface PayItem {
  teamMemberId: number;
  key: string;
  type: Exclude<PayItemType, 'bonus' | 'penalty'>;
  itemId: number;
  date: string;
  time: string;
  appointmentId: number | null;
  clientId: number | null;
  cost: Money | null;
  paid: Paid | null;
  /** Empty if no criterion is met. */
  criterionTitle: string;
  ruleTitle: string;
  schemeTitle: string;
  targets: Target[];
  salary: Money;
}

const noRate: Rate = { kind: 'percent', value: noMoney };
const asPercent = (value: Money): Percent => exactOf(decimalOf(value));
const atLeastZero = (amount: Money): Money => (compare(amount, noMoney) < 0 ? noMoney : amount);

/** The first and the last date of the months that contain two dates. Criteria look at whole months. */
export const monthsAround = (first: string, last: string): { first: string; last: string } => ({
  first: firstOfMonth(first),
  last: lastOfMonth(last),
});

const firstOfMonth = (date: string) => `${date.slice(0, 8)}01`;
const lastOfMonth = (date: string) => addDays(firstOfMonth(addDays(firstOfMonth(date), 31)), -1);

/** The assignment that holds on a date: the one that starts latest. Undefined for none. */
export const assignmentOn = (assignments: readonly Assignment[], date: string): Assignment | undefined =>
  assignments
    .filter(({ dateFrom, dateTo }) => dateFrom <= date && (dateTo === null || date <= dateTo))
    .reduce<Assignment | undefined>((latest, one) => (latest && latest.dateFrom > one.dateFrom ? latest : one), undefined);

/**
 * What team members earn in a period, by member and date. It is a pure function: the same work and the same rules give the same items. A
 * member without a scheme on a day earns nothing on it.
 * @param members those who are paid
 * @param period dates, both included; the payroll must have everything of the months around them if a scheme has criteria
 */
export function calculate(payroll: Payroll, members: readonly number[], period: { first: string; last: string }): PayItem[] {
  return [...calculateByMember(payroll, members, period)].flat();
}

/** Like `calculate`, in steps, so that who computes much can pause in between: the measures of criteria, and then member by member. */
export function* calculateByMember(
  payroll: Payroll,
  members: readonly number[],
  period: { first: string; last: string },
): Generator<PayItem[]> {
  const measures = new Measures(payroll.parts);
  const paid = new Set(members);
  const held = new Set(payroll.assignments.flatMap((one) => (paid.has(one.teamMemberId) ? [one.schemeId] : [])));
  for (const id of held)
    for (const criterion of payroll.schemes.get(id)?.criteria ?? []) for (const _ of measures.count(criterion)) yield [];
  const partsOf = grouped(payroll.parts, (part) => [
    part.teamMemberId,
    ...part.assistants.map(({ teamMemberId }) => teamMemberId),
  ]);
  const workOf = grouped(payroll.work, ({ teamMemberId }) => [teamMemberId]);
  const assignmentsOf = grouped(payroll.assignments, ({ teamMemberId }) => [teamMemberId]);
  for (const member of members) {
    const assignments = assignmentsOf.get(member) ?? [];
    if (assignments.length === 0) continue;
    const days: MemberDays = {
      member,
      assignments,
      parts: grouped(partsOf.get(member) ?? [], ({ date }) => [date]),
      seconds: new Map((workOf.get(member) ?? []).map(({ date, seconds }) => [date, seconds])),
    };
    yield itemsOfMember(payroll, measures, days, period);
  }
}

interface MemberDays {
  member: number;
  assignments: readonly Assignment[];
  parts: ReadonlyMap<string, readonly Part[]>;
  seconds: ReadonlyMap<string, number>;
}

/** Rows by their keys, in their order. */
export function grouped<Row, Key>(rows: readonly Row[], keysOf: (row: Row) => readonly Key[]): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    for (const key of new Set(keysOf(row))) {
      const group = groups.get(key);
      if (group) group.push(row);
      else groups.set(key, [row]);
    }
  }
  return groups;
}

/** What a scheme says about a day. */
interface Decision {
  scheme: Scheme;
  rule: Rule;
  /** The criterion that is met; undefined for the rule of the scheme. */
  criterion: Criterion | undefined;
}

function itemsOfMember(
  payroll: Payroll,
  measures: Measures,
  days: MemberDays,
  period: { first: string; last: string },
): PayItem[] {
  const items: PayItem[] = [];
  /** What the days of the month so far are paid, by scheme. */
  let earlier: { date: string; scheme: number; salary: Money }[] = [];
  let former: Decision | undefined;
  const retroactive = [...payroll.schemes.values()].some(({ criteria }) => criteria.some((one) => one.isRetroactive));
  const first = retroactive ? firstOfMonth(period.first) : period.first;
  for (const date of datesBetween(first, period.last)) {
    if (date.endsWith('-01')) [earlier, former] = [[], undefined];
    const decision = decide(payroll, measures, days, date);
    if (!decision) {
      former = undefined;
      continue;
    }
    const ofDay = itemsOfDay(payroll, days, date, decision);
    const { criterion, scheme } = decision;
    if (criterion?.isRetroactive && (former?.criterion !== criterion || former.scheme !== scheme)) {
      const bonus = retroBonus(payroll, days, { date, decision, earlier });
      if (bonus) ofDay.push(bonus);
    }
    former = decision;
    if (retroactive) earlier.push({ date, scheme: scheme.id, salary: sum(ofDay.map(({ salary }) => salary)) });
    if (date >= period.first) items.push(...ofDay);
  }
  return items;
}

function decide({ rules, schemes }: Payroll, measures: Measures, days: MemberDays, date: string): Decision | undefined {
  const assignment = assignmentOn(days.assignments, date);
  const scheme = assignment && schemes.get(assignment.schemeId);
  if (!scheme) return undefined;
  const criterion = scheme.criteria.findLast((one) => compare(measures.of(one, days.member, date), one.threshold) > 0);
  const rule = rules.get(criterion?.ruleId ?? scheme.ruleId);
  return rule && { scheme, rule, criterion };
}

/** Pays the earlier days of the month, on which the scheme held, by the rule that is reached now. @returns undefined if nothing is missing */
function retroBonus(
  payroll: Payroll,
  days: MemberDays,
  {
    date,
    decision,
    earlier,
  }: { date: string; decision: Decision; earlier: readonly { date: string; scheme: number; salary: Money }[] },
): PayItem | undefined {
  const ofScheme = earlier.filter(({ scheme }) => scheme === decision.scheme.id);
  const due = sum(ofScheme.flatMap((day) => itemsOfDay(payroll, days, day.date, decision).map(({ salary }) => salary)));
  const given = sum(ofScheme.map(({ salary }) => salary));
  const salary = minus(due, given);
  if (compare(salary, noMoney) === 0) return undefined;
  const description = `${toText(due)} for earlier days of the month by the rule reached, without ${toText(given)} they were paid`;
  return {
    ...itemOf(days.member, decision, { key: `retro ${date}`, type: 'retro_bonus', date }),
    targets: [timeTarget(decision, { kind: 'fixed', value: salary }, salary, description)],
    salary,
  };
}

const itemOf = (
  teamMemberId: number,
  { scheme, rule, criterion }: Decision,
  { key, type, date }: Pick<PayItem, 'key' | 'type' | 'date'>,
): PayItem => ({
  teamMemberId,
  key,
  type,
  itemId: rule.id,
  date,
  time: '00:00',
  appointmentId: null,
  clientId: null,
  cost: null,
  paid: null,
  criterionTitle: criterion?.title ?? '',
  ruleTitle: rule.title,
  schemeTitle: scheme.title,
  targets: [],
  salary: noMoney,
});

const timeTarget = ({ rule }: Decision, rate: Rate, salary: Money, description: string): Target => ({
  type: null,
  id: null,
  title: rule.title,
  cost: null,
  primeCost: null,
  base: null,
  rate,
  salary,
  description,
});

/** What a day is paid by a decision. */
function itemsOfDay(payroll: Payroll, days: MemberDays, date: string, decision: Decision): PayItem[] {
  const items = new Map<string, PayItem>();
  for (const part of days.parts.get(date) ?? []) {
    const isAssisting = part.teamMemberId !== days.member;
    if (isAssisting && !decision.rule.sharesWithAssistants) continue;
    const target = targetOf(payroll, decision.rule, part, days.member);
    const item = items.get(part.key);
    if (item) {
      item.targets.push(target);
      item.salary = sum([item.salary, target.salary]);
      item.cost = sum([item.cost ?? noMoney, part.cost]);
      item.paid = addPaid(item.paid, part.paid);
    } else {
      items.set(part.key, {
        ...itemOf(days.member, decision, part),
        itemId: part.itemId,
        time: part.time,
        appointmentId: part.appointmentId,
        clientId: part.clientId,
        cost: part.cost,
        paid: part.paid,
        targets: [target],
        salary: target.salary,
      });
    }
  }
  const time = timeItem(payroll, days, date, decision);
  return time ? [time, ...items.values()] : [...items.values()];
}

const addPaid = (one: Paid | null, other: Paid): Paid =>
  one === null
    ? other
    : {
        money: sum([one.money, other.money]),
        discount: sum([one.discount, other.discount]),
        points: sum([one.points, other.points]),
        byGiftCard: sum([one.byGiftCard, other.byGiftCard]),
        byMembership: sum([one.byMembership, other.byMembership]),
        clientAccounts: sum([one.clientAccounts, other.clientAccounts]),
      };

/** Pay for the time of a day. A month is split over its days, so that any part of it adds up. */
function timeItem(payroll: Payroll, { member, seconds }: MemberDays, date: string, decision: Decision): PayItem | undefined {
  const { time } = decision.rule;
  if (!time) return undefined;
  const worked = seconds.get(date) ?? 0;
  if (time.unit !== 'month' && worked === 0) return undefined;
  const { salary, description } = payForTime(time, worked, date, payroll.digits);
  return {
    ...itemOf(member, decision, { key: `periodic ${date}`, type: 'periodic', date }),
    targets: [timeTarget(decision, { kind: 'fixed', value: time.value }, salary, description)],
    salary,
  };
}

function payForTime({ unit, value }: NonNullable<Rule['time']>, seconds: number, date: string, digits: number) {
  if (unit === 'day') return { salary: roundMoney(value, digits), description: `${toText(value)} for a day of work` };
  if (unit === 'hour') {
    const salary = exactOf<'money'>(
      rounded(
        decimalOf(value)
          .times(decimalOf(toQuantity(seconds)))
          .div('3600'),
        digits,
      ),
    );
    return { salary, description: `${toText(value)} for each of ${Math.round(seconds / 36) / 100} hours` };
  }
  const days = daysBetween(firstOfMonth(date), lastOfMonth(date)) + 1;
  const parts = share(value, Array<Quantity>(days).fill(toQuantity(1)), digits);
  const salary = parts[Number(date.slice(8)) - 1] as Money;
  return { salary, description: `${toText(value)} for a month of ${days} days` };
}

const whole = toPercent(100);

function targetOf(payroll: Payroll, rule: Rule, part: Part, member: number): Target {
  const rate = rateOf(rule, part);
  const base = rate.kind === 'percent' ? baseOf(payroll, rule, part) : null;
  const full =
    base === null
      ? roundMoney(times(rate.value, part.amount), payroll.digits)
      : percentOf(base, asPercent(rate.value), payroll.digits);
  const isShared = rule.sharesWithAssistants && part.assistants.length > 0;
  const { salary, portion } = isShared ? ownPart(full, part, member, payroll.digits) : { salary: full, portion: whole };
  const calculation =
    rate === noRate
      ? `The rule pays nothing for this ${part.kind}`
      : base === null
        ? `${toText(rate.value)} for each of ${toText(part.amount)}`
        : `${toText(rate.value)}% of ${toText(base)}`;
  return {
    type: part.kind === 'service' ? 'service' : 'good',
    id: part.targetId,
    title: part.title,
    cost: part.cost,
    primeCost: part.primeCost,
    base,
    rate,
    salary,
    description: isShared ? `${calculation}, of which a share of ${toText(portion)}%` : calculation,
  };
}

/** The rate for one thing comes before that for its category, and this before that of the rule. */
function rateOf(rule: Rule, { kind, targetId, categoryId }: Part): Rate {
  const category: RateTarget = `${kind} category`;
  return (
    rule.rates.get(rateKey(kind, targetId)) ??
    rule.rates.get(rateKey(category, categoryId)) ??
    (kind === 'service' ? rule.service : rule.product) ??
    noRate
  );
}

/** What counts of a price. */
function baseOf({ countsClientAccounts }: Payroll, rule: Rule, { cost, paid, primeCost }: Part): Money {
  const left = [
    rule.countsDiscounts ? noMoney : paid.discount,
    rule.countsPoints ? noMoney : paid.points,
    rule.countsGiftCards ? noMoney : paid.byGiftCard,
    rule.countsMemberships ? noMoney : paid.byMembership,
    countsClientAccounts ? noMoney : paid.clientAccounts,
    rule.subtractsPrimeCost ? primeCost : noMoney,
  ];
  return atLeastZero(minus(cost, sum(left)));
}

/** Assistants get their shares, in their order, and whoever does the service the remainder. */
function ownPart(full: Money, part: Part, member: number, digits: number): { salary: Money; portion: Percent } {
  const shares = part.assistants.map((assistant) => assistant.share);
  const rest = exactOf<'percent'>(shares.reduce((left, one) => left.minus(decimalOf(one)), decimalOf(whole)));
  const portions = [...shares, rest];
  const parts = share(
    full,
    portions.map((portion) => exactOf<'quantity'>(decimalOf(portion))),
    digits,
  );
  const at = part.assistants.findIndex(({ teamMemberId }) => teamMemberId === member);
  const own = at < 0 ? portions.length - 1 : at;
  return { salary: parts[own] as Money, portion: portions[own] as Percent };
}

/** Parts whose measures are added up in one step. */
const countedAtOnce = 500;

/** What criteria look at, added up in each month until each day on which something happened. */
class Measures {
  readonly #parts: readonly Part[];
  readonly #totals = new Map<Criterion, Map<string, { date: string; total: Money }[]>>();

  constructor(parts: readonly Part[]) {
    this.#parts = parts.toSorted((one, other) => Number(one.date > other.date) - Number(one.date < other.date));
  }

  /** The measure of a counted criterion that decides about a date: of its month, or of its month until then. */
  of(criterion: Criterion, member: number, date: string): Money {
    const days = this.#totals.get(criterion)?.get(monthKey(criterion, member, date));
    const reached = criterion.period === 'month' ? days?.at(-1) : days?.findLast((day) => day.date <= date);
    return reached?.total ?? noMoney;
  }

  /** Counts what a criterion measures, in steps, so that who computes much can pause in between. */
  *count(criterion: Criterion): Generator<void> {
    let counted = 0;
    const measured = this.#parts.filter(({ kind }) => (kind === 'service' ? criterion.countsServices : criterion.countsProducts));
    const totals = new Map<string, { date: string; total: Money }[]>();
    for (const [key, parts] of grouped(measured, (part) => [monthKey(criterion, part.teamMemberId, part.date)])) {
      let total = noMoney;
      const days = new Map<string, Money>();
      for (const part of parts) {
        total = sum([total, measureOf(criterion, part)]);
        days.set(part.date, total);
        counted += 1;
        if (counted % countedAtOnce === 0) yield;
      }
      totals.set(
        key,
        Array.from(days, ([date, until]) => ({ date, total: until })),
      );
    }
    this.#totals.set(criterion, totals);
    yield;
  }
}

const monthKey = ({ scope }: Criterion, member: number, date: string) => `${scope === 'member' ? member : 0} ${date.slice(0, 7)}`;

/** Discounts, points and gift cards count together, or not at all. Source: the published help. */
function measureOf({ measure, countsDiscounts }: Criterion, { amount, cost, paid, primeCost }: Part): Money {
  if (measure === 'quantity') return exactOf(decimalOf(amount));
  const turnover = countsDiscounts ? cost : minus(cost, sum([paid.discount, paid.points, paid.byGiftCard]));
  return measure === 'profit' ? minus(turnover, primeCost) : turnover;
}
