import { compare, decimalOf, exact, isZero, toWire } from '../../platform/exact.ts';
import { isRounded, type Money, minus, negated, noMoney, sum, times } from '../../platform/money.ts';
import type { Quantity } from '../../platform/quantity.ts';
import {
  type ClientAccountPayment,
  type Covering,
  type DueItem,
  dueItems,
  type SaleItem,
  type SalePayment,
} from '../sales/sale.ts';

/** What a cash register is asked to print, in the published form. */
export interface FiscalRequest {
  id: string;
  date: string;
  document_id: number;
  type: 'sale' | 'return';
  print_receipt: boolean;
  customer: { email: string; phone: string };
  positions: FiscalPosition[];
  payments: FiscalPayment[];
  tax: string;
  cashier: { uid: string; name: string; position: string };
  pos: { enabled: boolean; slip_count: number };
  callback_url: string;
  custom_text: string;
}

export interface FiscalPosition {
  type: 'service' | 'commodity' | 'payment';
  title: string;
  price: number;
  quantity: number;
  discount_amount: number;
  vat: string;
  /** `prepayment` for an item that is paid in part, and for money that pays no item yet. */
  payment_method: 'payment' | 'prepayment';
  barcode: string;
}

export interface FiscalPayment {
  /** `prepaid`: from an account of the client, or by a gift card. */
  type: 'card' | 'cash' | 'prepaid';
  sum: number;
}

/** How items are named on receipts. */
export interface Naming {
  titleOf(item: DueItem): string;
  vatOf(item: DueItem): string;
  barcodeOf(item: DueItem): string;
  /** The VAT of money that pays no item. */
  vat: string;
}

/** Gift cards are money that was paid before. Everything else that loyalty does lowers the price. */
export const isPrepaid = ({ type }: Pick<Covering, 'type'>) => type === 8;

/** Items at the prices that discounts, points and memberships leave. */
export const discountedItems = (items: readonly SaleItem[], coverings: readonly Covering[]): SaleItem[] =>
  dueItems(
    items,
    coverings.filter((covering) => !isPrepaid(covering)),
  ).map(({ due, ...item }) => ({ ...item, cost: due }));

/** A price of one that a receipt can show, with a whole quantity and a discount that is not negative. */
function asSold({ amount, costPerUnit, cost }: DueItem) {
  const quantity = decimalOf(amount);
  const whole = times(costPerUnit, amount);
  const fits = quantity.eq(quantity.round(0)) && isRounded(costPerUnit, 2) && compare(whole, cost) >= 0;
  return fits
    ? { price: toWire(costPerUnit), quantity: toWire(amount), discount_amount: toWire(minus(whole, cost)) }
    : asPaid(cost);
}

const asPaid = (paid: Money) => ({ price: toWire(paid), quantity: 1, discount_amount: 0 });

/**
 * The positions of a receipt: what was paid, item by item. An item that is paid in part is a prepayment of this part. What is paid beyond
 * all items is a prepayment too. So the positions add up to what was paid.
 */
export function positionsOf(items: readonly DueItem[], paid: Money, naming: Naming): FiscalPosition[] {
  const paidItems = items.flatMap((item) => {
    const part = minus(item.cost, item.due);
    return compare(part, noMoney) > 0 ? [{ item, part }] : [];
  });
  const over = minus(paid, sum(paidItems.map(({ part }) => part)));
  return [
    ...paidItems.map(({ item, part }) => ({
      type: item.type === 'good' ? ('commodity' as const) : ('service' as const),
      title: naming.titleOf(item),
      ...(isZero(item.due) ? asSold(item) : asPaid(part)),
      vat: naming.vatOf(item),
      payment_method: isZero(item.due) ? ('payment' as const) : ('prepayment' as const),
      barcode: naming.barcodeOf(item),
    })),
    ...(compare(over, noMoney) > 0 ? [prepayment('Prepayment', over, naming.vat)] : []),
  ];
}

/** Money that pays no item yet. */
export const prepayment = (title: string, amount: Money, vat: string): FiscalPosition => ({
  type: 'payment',
  title,
  ...asPaid(amount),
  vat,
  payment_method: 'prepayment',
  barcode: '',
});

/**
 * The payments of a receipt, by their kind. Money that was paid back lowers its own kind, and what is left of it the other kinds, because a
 * receipt has no negative payments.
 */
export function receiptPayments(
  payments: readonly Pick<SalePayment, 'isCash' | 'amount'>[],
  prepaid: readonly Pick<ClientAccountPayment, 'amount'>[],
): FiscalPayment[] {
  const ofKind = (isCash: boolean) => sum(payments.filter((each) => each.isCash === isCash).map(({ amount }) => amount));
  const kinds: { type: FiscalPayment['type']; amount: Money }[] = [
    { type: 'cash', amount: ofKind(true) },
    { type: 'card', amount: ofKind(false) },
    { type: 'prepaid', amount: sum(prepaid.map(({ amount }) => amount)) },
  ];
  let back = sum(kinds.filter(({ amount }) => compare(amount, noMoney) < 0).map(({ amount }) => negated(amount)));
  return kinds.flatMap(({ type, amount }) => {
    if (compare(amount, noMoney) <= 0) return [];
    const taken = compare(back, amount) < 0 ? back : amount;
    back = minus(back, taken);
    const left = minus(amount, taken);
    return isZero(left) ? [] : [{ type, sum: toWire(left) }];
  });
}

/** Whether the positions of a request add up to its payments, and to this sum. */
export function isBalanced({ positions, payments }: Pick<FiscalRequest, 'positions' | 'payments'>, whole: Money): boolean {
  const money = (value: number) => exact<'money'>(value);
  const sold = sum(
    positions.map(({ price, quantity, discount_amount }) =>
      minus(times(money(price), exact<'quantity'>(quantity) as Quantity), money(discount_amount)),
    ),
  );
  return compare(sold, whole) === 0 && compare(sum(payments.map((each) => money(each.sum))), whole) === 0;
}
