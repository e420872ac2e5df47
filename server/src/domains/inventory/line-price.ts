import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import { absolute, compare, fits, isZero, negated } from '../../platform/exact.ts';
import {
  discounted,
  dividedBy,
  type Money,
  noMoney,
  type Percent,
  roundMoney,
  times,
  toMoney,
  toPercent,
} from '../../platform/money.ts';
import { inSmallerUnit, type Quantity, quantityDigits, toQuantity } from '../../platform/quantity.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import type { LineType } from './tables.ts';

/** What determines the amount and the price of a line. */
export interface PriceFields {
  /** The amount of what leaves a storage may be written with or without its minus sign. */
  amount: Quantity;
  /** Whether the amount is in sale units, or else in write-off units. */
  isInSaleUnits: boolean;
  /** By default the selling price for a sale, and the cost price for anything else. */
  costPerUnit?: Money | undefined;
  discount?: Percent | undefined;
  /** The price of the whole line. By default it follows from the others. */
  cost?: Money | undefined;
}

interface Priced {
  /** Signed. */
  amount: Quantity;
  costPerUnit: Money;
  discount: Percent;
  cost: Money;
  /** Signed, in write-off units. */
  moved: Quantity;
}

/** The largest amounts that the tables can store. */
const [tooMany, tooExpensive] = [toQuantity(1e11), toMoney(1e14)];
const [nothing, whole] = [toQuantity(0), toPercent(100)];

/**
 * The amounts of a line as they are stored.
 * @param digits the digits of the currency
 * @throws Invalid for an amount of 0, a negative arrival, and an amount that cannot be stored
 */
export function priceLine(
  type: LineType,
  product: { price: Money; costPrice: Money; unitRatio: Quantity },
  fields: PriceFields,
  digits: number,
): Priced {
  const { isInSaleUnits, discount = toPercent(0) } = fields;
  const amount = type === 6 ? fields.amount : signed(type, fields.amount);
  const size = absolute(amount);
  const moved = isInSaleUnits ? inSmallerUnit(amount, product.unitRatio) : amount;
  if (!fits(moved, quantityDigits) || isZero(moved)) {
    throw new Invalid({ amount: [`must have at most ${quantityDigits} digits after the point, in write-off units`] });
  }
  if (compare(absolute(moved), tooMany) >= 0) throw new Invalid({ amount: ['is too much'] });
  const listed = type === 1 ? product.price : product.costPrice;
  const exactPerUnit = fields.costPerUnit ?? (isInSaleUnits ? listed : dividedBy(listed, product.unitRatio));
  const cost = fields.cost ?? discounted(times(exactPerUnit, size), discount, digits);
  if (compare(cost, tooExpensive) >= 0) throw new Invalid({ cost: ['is too much'] });
  const isDerived = fields.costPerUnit === undefined && fields.cost !== undefined && isZero(discount);
  const perUnit = isDerived ? dividedBy(cost, size) : exactPerUnit;
  if (compare(perUnit, tooExpensive) >= 0) throw new Invalid({ cost: ['is too much'] });
  return { amount, costPerUnit: roundMoney(perUnit, unitDigits(isInSaleUnits, digits)), discount, cost, moved };
}

/**
 * Checks the prices that a caller gives.
 * @throws Invalid for a negative price, a discount that is no percentage, and too many digits
 */
export function expectPrices(
  { isInSaleUnits, costPerUnit, discount, cost }: Partial<PriceFields> & { isInSaleUnits: boolean },
  location: Pick<Location, 'currency'>,
): void {
  for (const [field, price] of Object.entries({ costPerUnit, cost })) {
    if (price !== undefined && compare(price, noMoney) < 0) throw new Invalid({ [field]: ['must not be negative'] });
  }
  if (discount !== undefined && (compare(discount, toPercent(0)) < 0 || compare(discount, whole) > 0)) {
    throw new Invalid({ discount: ['must be between 0 and 100'] });
  }
  if (discount !== undefined && !fits(discount, 3))
    throw new Invalid({ discount: ['must have at most 3 digits after the point'] });
  expectCurrencyDigits(location, isInSaleUnits ? { costPerUnit, cost } : { cost });
  if (costPerUnit !== undefined && !fits(costPerUnit, unitDigits(isInSaleUnits, 4))) {
    throw new Invalid({ costPerUnit: ['must have at most 4 digits after the point'] });
  }
}

/** A price of a write-off unit is a part of a price, so it may have more digits than the currency. */
const unitDigits = (isInSaleUnits: boolean, digits: number) => (isInSaleUnits ? digits : 4);

function signed(type: LineType, amount: Quantity): Quantity {
  const sign = compare(amount, nothing);
  if (sign === 0 || (type === 3 && sign < 0)) throw new Invalid({ amount: ['must be more than 0'] });
  return type === 3 ? amount : negated(absolute(amount));
}
