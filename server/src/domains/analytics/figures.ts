import { absolute, compare, decimalOf, isZero } from '../../platform/exact.ts';
import { dividedBy, type Money, minus, noMoney, roundMoney, sum } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';

/** What happened in a period: the sums of its days. `refresh.ts` counts a day. */
export interface Sums {
  servicesRevenue: Money;
  goodsRevenue: Money;
  topUps: Money;
  /** Appointments by their attendance. */
  expected: number;
  confirmed: number;
  came: number;
  missed: number;
  online: number;
  ofNewClients: number;
  /** seconds */
  booked: number;
  wasted: number;
  scheduled: number;
  /** Visits of clients who came, appointments of others who came, and sales of products without a visit. */
  visits: number;
  guests: number;
  sales: number;
}

/** The clients of a period. */
export interface ClientCounts {
  cards: number;
  fresh: number;
  active: number;
  lost: number;
}

/**
 * The meaning of each figure, as the documents print it. The functions below compute the figures from sums and counts, and `refresh.ts`
 * counts what the texts name.
 */
export const meaning = {
  services:
    'Revenue from services: the prices, after the discount of the item, of the services of appointments to which the client came. Appointments without a client count too. It does not matter how they are paid.',
  goods:
    'Revenue from products: the prices after the discount of products that were sold in these appointments, and of products that were sold without a visit. Gift cards and memberships are products.',
  total: 'Total revenue: services, products, and the money that clients have put into their accounts.',
  average:
    'Average check: total revenue divided by the number of checks. A check is a visit of a client who came, an appointment without a client to which somebody came, or a sale of products without a visit. 0 without checks.',
  averageServices:
    'Average check for services: revenue from services divided by the number of checks that are no sales without a visit.',
  occupancy:
    'Occupancy: the time of appointments that were not missed, in percent of the working hours of the team members, to one decimal. Appointments of a team member at the same time count once. Time outside the working hours counts too, so it can exceed 100. 0 without working hours.',
  wasted: 'The time of missed appointments in which the team member had no other appointment, in percent of the working hours.',
  completed: 'Appointments to which the client came.',
  pending: 'Appointments that are expected or confirmed.',
  canceled: 'Appointments to which the client did not come.',
  appointments: 'All appointments of the period, by the day on which they begin. Deleted ones do not count.',
  online: 'Appointments that clients have booked themselves.',
  ofNewClients:
    'Appointments of clients who had not come to the location on an earlier day. Clients without a phone number do not count.',
  sources:
    'Appointments by where they come from: `Administrator` if a user has created them, `API` if an integration has without a user, and for those that clients have booked, the title of the booking form or `Widget`.',
  statuses: 'Appointments by what is known of the visit: expected, came, confirmed and did not come.',
  cards: 'All client cards of the location now.',
  active: 'Clients who came in the period: new and returning ones. Clients without a phone number do not count.',
  fresh: 'Clients whose first visit to the location is in the period.',
  returning: 'Clients who came in the period, and also before it.',
  lost: 'Clients whose last visit until the last day is more days before it than the loss period: 60 days, unless the settings of the location or of its chain say otherwise. Filters do not narrow it, nor the number of cards.',
  change:
    'The change from the period of as many days just before, in percent, without the decimals. null if the former value is 0 and the present one is not.',
} as const;

export const revenueOf = ({
  servicesRevenue,
  goodsRevenue,
  topUps,
}: Pick<Sums, 'servicesRevenue' | 'goodsRevenue' | 'topUps'>): Money => sum([servicesRevenue, goodsRevenue, topUps]);

const mean = (amount: Money, count: number, digits: number): Money =>
  count === 0 ? noMoney : roundMoney(dividedBy(amount, toQuantity(count)), digits);

/** @param digits the digits of the currency */
export const averageCheck = (sums: Sums, digits: number): Money =>
  mean(revenueOf(sums), sums.visits + sums.guests + sums.sales, digits);

export const averageServices = (sums: Sums, digits: number): Money =>
  mean(sums.servicesRevenue, sums.visits + sums.guests, digits);

/** A share of a whole of seconds in percent, half up to one decimal. 0 of nothing. */
const tenths = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((part * 2000 + whole) / (2 * whole)) / 10);

export const occupancy = ({ booked, scheduled }: Pick<Sums, 'booked' | 'scheduled'>): number => tenths(booked, scheduled);
export const wastedShare = ({ wasted, scheduled }: Pick<Sums, 'wasted' | 'scheduled'>): number => tenths(wasted, scheduled);

export const pendingOf = ({ expected, confirmed }: Pick<Sums, 'expected' | 'confirmed'>): number => expected + confirmed;
export const appointmentsOf = (sums: Pick<Sums, 'expected' | 'confirmed' | 'came' | 'missed'>): number =>
  pendingOf(sums) + sums.came + sums.missed;

/** A share of a whole in percent, half up to a whole number; undefined of nothing. */
export const share = (part: number, whole: number): number | undefined =>
  whole === 0 ? undefined : Math.floor((part * 200 + whole) / (2 * whole));

/** The change of an amount in percent, cut off. @returns null from nothing to something */
export function changeOf(current: Money, previous: Money): number | null {
  if (isZero(previous)) return isZero(current) ? 0 : null;
  const difference = minus(current, previous);
  const size = decimalOf(absolute(difference)).times('100').div(decimalOf(previous));
  // Revenue is never negative, so only the difference has a sign.
  const whole = Math.trunc(Number(size.toFixed()));
  return compare(difference, noMoney) < 0 ? 0 - whole : whole;
}

/** Like `changeOf`, for numbers with at most one decimal. */
export function changeOfNumber(current: number, previous: number): number | null {
  const [now, before] = [Math.round(current * 10), Math.round(previous * 10)];
  if (before === 0) return now === 0 ? 0 : null;
  const change = Math.trunc(((now - before) * 100) / before);
  // Not -0.
  return change === 0 ? 0 : change;
}
