import { decimalOf, type Exact, exact, exactOf, rounded } from './exact.ts';
import type { Quantity } from './quantity.ts';

/** An exact amount in the currency of its location. */
export type Money = Exact<'money'>;

/** A share of a hundred. */
export type Percent = Exact<'percent'>;

/** Money from a number of outside; null and undefined stay. */
export const toMoney = <Value extends number | null | undefined>(value: Value) =>
  (typeof value === 'number' ? exact<'money'>(value) : value) as Money | Exclude<Value, number>;

/** Percent from a number of outside; null and undefined stay. */
export const toPercent = <Value extends number | null | undefined>(value: Value) =>
  (typeof value === 'number' ? exact<'percent'>(value) : value) as Percent | Exclude<Value, number>;

export const noMoney = toMoney(0);

export const sum = (amounts: readonly Money[]): Money =>
  exactOf(amounts.reduce((total, amount) => total.plus(decimalOf(amount)), decimalOf(noMoney)));

export const minus = (from: Money, amount: Money): Money => exactOf(decimalOf(from).minus(decimalOf(amount)));

/** The price of a quantity, without rounding. */
export const times = (price: Money, quantity: Quantity): Money => exactOf(decimalOf(price).times(decimalOf(quantity)));

/** The price of one, from the price of a quantity that is not 0. Not rounded: it has up to 20 digits. */
export const dividedBy = (price: Money, quantity: Quantity): Money => exactOf(decimalOf(price).div(decimalOf(quantity)));

/** @param digits the digits of the currency, from `currencyDigits` */
export const roundMoney = (amount: Money, digits: number): Money => exactOf(rounded(decimalOf(amount), digits));

/** Whether an amount or a percentage has no more digits behind the point. */
export const isRounded = (value: Money | Percent, digits: number): boolean =>
  decimalOf(value).eq(rounded(decimalOf(value), digits));

/** An amount in the smallest unit of a currency. @param digits the digits of the currency @throws RangeError if it has more digits */
export function toMinor(amount: Money, digits: number): number {
  const minor = Number(decimalOf(amount).times(`1e${digits}`).toFixed());
  if (!Number.isSafeInteger(minor)) throw new RangeError('The amount is no whole number of the smallest unit.');
  return minor;
}

/** An amount from the smallest unit of a currency. */
export const fromMinor = (minor: number, digits: number): Money => exactOf(decimalOf(toMoney(minor)).times(`1e-${digits}`));

/** A share of an amount, rounded. */
export const percentOf = (amount: Money, percent: Percent, digits: number): Money =>
  exactOf(rounded(decimalOf(amount).times(decimalOf(percent)).div('100'), digits));

/** The amount with the other sign. */
export const negated = (amount: Money): Money => minus(noMoney, amount);

/** An amount after a discount, rounded. */
export const discounted = (amount: Money, discount: Percent, digits: number): Money => {
  const price = decimalOf(amount);
  return exactOf(rounded(price.minus(price.times(decimalOf(discount)).div('100')), digits));
};

/**
 * Splits a sum over items in proportion to their weights, in order. Each part is rounded, and the last item with a weight takes the
 * remainder. Items without a weight get nothing. If no item has a weight, all count the same. The parts always add up to the sum.
 * @param weights such as prices, of at least one item
 * @throws RangeError without items, and for a negative weight
 */
export function share(whole: Money, weights: readonly (Money | Quantity)[], digits: number): Money[] {
  if (weights.length === 0) throw new RangeError('A sum cannot be split over no items.');
  let sizes = weights.map(decimalOf);
  if (sizes.some((size) => size.lt('0'))) throw new RangeError('A sum cannot be split by negative weights.');
  const one = decimalOf(toMoney(1));
  if (sizes.every((size) => size.eq('0'))) sizes = sizes.map(() => one);
  const all = sizes.reduce((total, size) => total.plus(size));
  const amount = decimalOf(whole);
  const last = sizes.findLastIndex((size) => size.gt('0'));
  const parts = sizes.map((size, at) => (at === last ? undefined : rounded(amount.times(size).div(all), digits)));
  const remainder = parts.reduce<typeof amount>((rest, part) => (part ? rest.minus(part) : rest), amount);
  return parts.map((part) => exactOf(part ?? remainder));
}

const digits = new Map<string, number>();

/** How many digits a currency has behind the point: 2 for EUR, 0 for JPY, 3 for KWD. @param currency ISO 4217 code */
export function currencyDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    known = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digits.set(currency, known);
  }
  return known;
}
