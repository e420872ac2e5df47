import { Big } from 'big.js';

declare const kind: unique symbol;

/**
 * An exact number with a meaning: `Money`, `Quantity` or `Percent`. At run time it is decimal text, as the database sends and takes it, so
 * passing it on costs nothing. For the compiler it is a symbol, because the compiler refuses symbols in `+`, `<`, `Math` and templates.
 * Only the functions of this folder compute with it.
 */
export type Exact<Kind extends string = string> = symbol & { readonly [kind]: Kind };

/** Divisions are cut off after 20 digits and not rounded up, so that rounding half up afterwards stays correct. */
const Decimal = Big();
Decimal.DP = 20;
Decimal.RM = Decimal.roundDown;
Decimal.strict = true;

/** @param value a number from outside. Its shortest decimal form is what the sender wrote. */
export const exact = <Kind extends string>(value: number) => String(value) as unknown as Exact<Kind>;

export const decimalOf = (value: Exact) => new Decimal(value as unknown as string);

export const exactOf = <Kind extends string>(value: Big) => value.toFixed() as unknown as Exact<Kind>;

/** The one rounding rule: half up, away from zero. */
export const rounded = (value: Big, digits: number) => value.round(digits, Decimal.roundHalfUp);

/** The number that JSON has of an exact one; null and undefined stay. */
export const toWire = <Value extends Exact | null | undefined>(value: Value) =>
  (value === null || value === undefined ? value : Number(value)) as number | Exclude<Value, Exact>;

/** The decimal text that the wire has of an exact number, without padding: `338.1`, `0`. */
export const toText = (value: Exact): string => decimalOf(value).toFixed();

/** Which of two is greater: above 0 the first, below 0 the second. Their texts may differ when they are equal: 5 and 5.0000. */
export const compare = <Kind extends string>(a: Exact<Kind>, b: Exact<Kind>): number => decimalOf(a).cmp(decimalOf(b));

export const isZero = (value: Exact): boolean => decimalOf(value).eq('0');

/** Whether an amount has no more than so many digits behind the point. */
export const fits = (value: Exact, digits: number): boolean => rounded(decimalOf(value), digits).eq(decimalOf(value));

export const absolute = <Kind extends string>(value: Exact<Kind>): Exact<Kind> => exactOf(decimalOf(value).abs());

export const negated = <Kind extends string>(value: Exact<Kind>): Exact<Kind> => exactOf(decimalOf(value).neg());
