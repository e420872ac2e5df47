import { decimalOf, type Exact, exact, exactOf, rounded } from './exact.ts';

/** An amount of something that is weighed or measured. Counts, such as seats, are integers. */
export type Quantity = Exact<'quantity'>;

export const toQuantity = (value: number): Quantity => exact(value);

/** Digits behind the point that a quantity may have. */
export const quantityDigits = 9;

/** A quantity in a smaller unit. @param ratio how many of the smaller unit are in one of the larger */
export const inSmallerUnit = (amount: Quantity, ratio: Quantity): Quantity => exactOf(decimalOf(amount).times(decimalOf(ratio)));

/** The reverse of `inSmallerUnit`, rounded to the digits of a quantity. */
export const inLargerUnit = (amount: Quantity, ratio: Quantity): Quantity =>
  exactOf(rounded(decimalOf(amount).div(decimalOf(ratio)), quantityDigits));

export const difference = (from: Quantity, amount: Quantity): Quantity => exactOf(decimalOf(from).minus(decimalOf(amount)));
