import { compare } from '../../platform/exact.ts';
import { type Money, noMoney, sum } from '../../platform/money.ts';
import type { AppointmentRow } from './appointment.ts';

type Sold = Pick<AppointmentRow, 'services' | 'goodsCost' | 'paid' | 'covered'>;

/** The price of everything in appointments. */
export const costOf = (rows: readonly Sold[]): Money =>
  sum(rows.flatMap(({ services, goodsCost }) => [...services.map(({ cost }) => cost), goodsCost ?? noMoney]));

export const paidOf = (rows: readonly Sold[]): Money => sum(rows.map(({ paid }) => paid));

/** What loyalty has paid or taken off. */
export const coveredOf = (rows: readonly Sold[]): Money => sum(rows.map(({ covered }) => covered));

export type PaymentStatus = 'not_paid' | 'paid_not_full' | 'paid_full' | 'paid_over';

/** Whether appointments are paid, by money or by loyalty. Those that cost nothing are. Source: recorded answers. */
export function paymentStatusOf(rows: readonly Sold[]): PaymentStatus {
  const paid = sum([paidOf(rows), coveredOf(rows)]);
  const over = compare(paid, costOf(rows));
  if (over === 0) return 'paid_full';
  if (over > 0) return 'paid_over';
  return compare(paid, noMoney) > 0 ? 'paid_not_full' : 'not_paid';
}

/** Whether nothing is due. */
export const isPaid = (row: Sold): boolean => ['paid_full', 'paid_over'].includes(paymentStatusOf([row]));
