import type { Location } from '../../../api/access.ts';
import { datesBetween } from '../../../platform/clock.ts';
import { toText, toWire } from '../../../platform/exact.ts';
import { currencyDigits, type Money } from '../../../platform/money.ts';
import { presentCurrency } from '../../locations/wire/currency.ts';
import type { ClientCounts } from '../figures.ts';
import {
  appointmentsOf,
  averageCheck,
  averageServices,
  changeOf,
  changeOfNumber,
  occupancy,
  pendingOf,
  revenueOf,
  type Sums,
  share,
  wastedShare,
} from '../figures.ts';
import type { DaySums, FromSource, Period } from '../read.ts';

export function presentOverall(
  { currency: iso }: Pick<Location, 'currency'>,
  { current, previous }: { current: Sums; previous: Sums },
  clients: ClientCounts,
) {
  const currency = presentCurrency(iso);
  const digits = currencyDigits(iso);
  const sums = (of: (sums: Sums) => Money) => {
    const [now, before] = [of(current), of(previous)];
    return { current_sum: toText(now), previous_sum: toText(before), change_percent: changeOf(now, before), currency };
  };
  const [percent, formerPercent] = [occupancy(current), occupancy(previous)];
  const [total, formerTotal] = [appointmentsOf(current), appointmentsOf(previous)];
  const pending = pendingOf(current);
  const returning = clients.active - clients.fresh;
  return {
    income_total_stats: sums(revenueOf),
    income_services_stats: sums(({ servicesRevenue }) => servicesRevenue),
    income_goods_stats: sums(({ goodsRevenue }) => goodsRevenue),
    income_average_stats: sums((each) => averageCheck(each, digits)),
    income_average_services_stats: sums((each) => averageServices(each, digits)),
    fullness_stats: {
      current_percent: percent,
      previous_percent: formerPercent,
      change_percent: changeOfNumber(percent, formerPercent),
    },
    record_stats: {
      current_completed_count: current.came,
      current_completed_percent: share(current.came, total) ?? null,
      current_pending_count: pending,
      current_pending_percent: share(pending, total) ?? null,
      current_canceled_count: current.missed,
      current_canceled_percent: share(current.missed, total) ?? null,
      current_total_count: total,
      previous_total_count: formerTotal,
      change_percent: changeOfNumber(total, formerTotal),
    },
    client_stats: {
      total_count: clients.cards,
      new_count: clients.fresh,
      new_percent: share(clients.fresh, clients.active) ?? 0,
      return_count: returning,
      return_percent: share(returning, clients.active) ?? 0,
      active_count: clients.active,
      lost_count: clients.lost,
      lost_percent: share(clients.lost, clients.cards) ?? 0,
    },
  };
}

/** A point for each day of a period. */
const points = ({ first, last }: Period, valueOn: (date: string) => number): [number, number][] =>
  datesBetween(first, last).map((date) => [Date.parse(`${date}T00:00:00Z`), valueOn(date)]);

type Days = (date: string) => DaySums;

export const presentOccupancy = (period: Period, days: Days) => [
  {
    slug: 'fullness_spent',
    label: 'Working day occupancy, %',
    data: points(period, (date) => occupancy(days(date))),
  },
  { slug: 'fullness_no_show', label: 'No-shows, %', data: points(period, (date) => wastedShare(days(date))) },
];

export const presentRevenue = (period: Period, days: Days) => [
  { slug: 'income_total', label: 'Revenue', data: points(period, (date) => toWire(revenueOf(days(date)))) },
  { slug: 'income_services', label: 'Revenue from services', data: points(period, (date) => toWire(days(date).servicesRevenue)) },
  { slug: 'income_goods', label: 'Revenue from products', data: points(period, (date) => toWire(days(date).goodsRevenue)) },
];

export const presentAppointments = (period: Period, days: Days) => [
  { label: 'Number of records', data: points(period, (date) => appointmentsOf(days(date))) },
  { label: 'Number of online appointments', data: points(period, (date) => days(date).online) },
  { label: 'Number of new customer appointments', data: points(period, (date) => days(date).ofNewClients) },
];

const sourceLabels = { 0: 'Administrator', 1: 'Widget', 2: 'API' } as const;

export const presentSources = (sources: readonly FromSource[]) =>
  sources.map(({ source, form, count }) => ({ label: form ?? sourceLabels[source], data: count }));

export const presentStatuses = ({ expected, came, confirmed, missed }: Sums) => [
  { label: 'Customer expectation', data: expected },
  { label: 'The client came', data: came },
  { label: 'Customer confirmed', data: confirmed },
  { label: "Client didn't come", data: missed },
];
