import { compare, decimalOf, exactOf, rounded } from '../../platform/exact.ts';
import { type Money, minus, noMoney, percentOf, share, sum, toMoney } from '../../platform/money.ts';
import type { Quantity } from '../../platform/quantity.ts';
import type { ItemChoice } from '../loyalty/tables.ts';
import type { PromotionType } from './tables.ts';

/** What a type of promotions gives, from what, and what its thresholds are compared with. */
interface Kind {
  gives: 'discount' | 'points';
  /** What a percentage is of: the amount still due, the list price, or what was paid. */
  base: 'due' | 'sold' | 'paid';
  /** History before the visit, the sum of the visit itself, or services of a package. A static one has no threshold. */
  counts: 'none' | 'visits' | 'sold' | 'paid' | 'sold in the visit' | 'paid in the visit' | 'package';
}

const discount = (counts: Kind['counts']): Kind => ({ gives: 'discount', base: 'due', counts });
const points = (base: 'sold' | 'paid', counts: Kind['counts']): Kind => ({ gives: 'points', base, counts });

/** What each type does. Source: the published types; those of the last two are our reading of "an amount within the visit". */
export const kinds: Record<PromotionType, Kind> = {
  discount_static: discount('none'),
  discount_accumulative_visits: discount('visits'),
  discount_accumulative_sold: discount('sold'),
  discount_accumulative_paid: discount('paid'),
  cashback_static_sold: points('sold', 'none'),
  cashback_static_paid: points('paid', 'none'),
  cashback_accumulative_paid: points('paid', 'paid'),
  cashback_accumulative_sold: points('sold', 'sold'),
  cashback_accumulative_paid_visits: points('paid', 'visits'),
  cashback_accumulative_sold_visits: points('sold', 'visits'),
  cashback_sold_visits: points('sold', 'sold in the visit'),
  cashback_paid_visits: points('paid', 'paid in the visit'),
  package_discount: discount('package'),
};

interface PromotionRule {
  threshold: Money;
  value: Money;
  /** Of a package: the service that gets the discount; null for every service of the promotion. */
  serviceId: number | null;
}

/** A promotion as it works in one location: its items are those of the location. */
export interface PromotionTerms {
  type: PromotionType;
  unit: 'percent' | 'amount';
  serviceItems: ItemChoice;
  productItems: ItemChoice;
  items: readonly {
    serviceId: number | null;
    serviceCategoryId: number | null;
    productId: number | null;
    productCategoryId: number | null;
  }[];
  rules: readonly PromotionRule[];
  usageLimit: number;
  visitMultiplicity: number;
  packageSize: number;
}

/** An item of a sale, with what loyalty and payments have done to it. */
export interface PricedItem {
  type: 'service' | 'good';
  /** The service, or the product. */
  thingId: number;
  categoryId: number;
  amount: Quantity;
  /** The price of all units before discounts and bonuses. */
  sold: Money;
  /** What money has paid. */
  paid: Money;
  /** What is still to be paid. */
  due: Money;
}

/** What a client has done before the visit, as the promotion counts it. */
export interface Counters {
  visits: number;
  sold: Money;
  paid: Money;
  /** Services of the promotion that were paid. */
  services: number;
}

/** What is known besides the items. */
export interface Facts {
  counters: Counters;
  /** How often the card had the cashback before, or the package gave its discount. */
  uses: number;
  /** The client has not come for longer than the term of the discount. */
  isOver: boolean;
  /** The client has come, to all of the visit, and everything is paid. Only cashback asks for it. */
  visit: 'open' | 'attended' | 'paid';
  /** Of the currency. */
  digits: number;
}

/** Why a promotion gave what it gave, or nothing. */
export type Reason =
  | 'given'
  | 'no items'
  | 'nothing due'
  | 'nothing sold'
  | 'over'
  | 'below the threshold'
  | 'package not full'
  | 'not attended'
  | 'not paid'
  | 'used up'
  | 'not this visit';

export interface Outcome {
  reason: Reason;
  /** The value of the rule that is reached; 0 if none is. */
  value: Money;
  /** What each item gets, by its place in the list. Items that get nothing are left out. */
  parts: { item: number; amount: Money }[];
}

const nothing = (reason: Reason, value: Money = noMoney): Outcome => ({ reason, value, parts: [] });

const least = (a: Money, b: Money) => (compare(a, b) < 0 ? a : b);
const isPositive = (amount: Money) => compare(amount, noMoney) > 0;

/** Whether a promotion is for an item. */
function isFor(terms: PromotionTerms, item: PricedItem): boolean {
  const choice = item.type === 'service' ? terms.serviceItems : terms.productItems;
  if (choice !== 'custom') return choice === 'any';
  return terms.items.some((chosen) =>
    item.type === 'service'
      ? chosen.serviceId === item.thingId || chosen.serviceCategoryId === item.categoryId
      : chosen.productId === item.thingId || chosen.productCategoryId === item.categoryId,
  );
}

/** The value of the rule with the greatest threshold that is reached; undefined if none is. */
export function valueReached(terms: Pick<PromotionTerms, 'type' | 'rules'>, counters: Counters): Money | undefined {
  const { counts } = kinds[terms.type];
  const counted = { visits: toMoney(counters.visits), sold: counters.sold, paid: counters.paid };
  return highest(terms.rules, counts in counted ? counted[counts as keyof typeof counted] : noMoney);
}

function highest(rules: readonly PromotionRule[], counter: Money): Money | undefined {
  let best: PromotionRule | undefined;
  for (const rule of rules) {
    if (compare(rule.threshold, counter) <= 0 && (!best || compare(rule.threshold, best.threshold) > 0)) best = rule;
  }
  return best?.value;
}

/** How many services of a package get their discount now. */
export const packageUses = ({ packageSize }: Pick<PromotionTerms, 'packageSize'>, services: number, uses: number): number =>
  Math.max(0, Math.floor(services / packageSize) - uses);

/**
 * Splits an amount over what items may get, in proportion to it, from the least to the most. Each part is rounded, and the last takes the
 * rest. What rounding leaves over goes to those that have room.
 */
function split(amount: Money, limits: readonly Money[], digits: number): Money[] {
  const whole = least(amount, sum(limits));
  const order = limits.map((_, place) => place).sort((a, b) => compare(limits[a] as Money, limits[b] as Money) || a - b);
  const parts = limits.map(() => noMoney);
  const shares = share(
    whole,
    order.map((place) => limits[place] as Money),
    digits,
  );
  let rest = noMoney;
  for (const [index, place] of order.entries()) {
    parts[place] = least(shares[index] as Money, limits[place] as Money);
    rest = sum([rest, minus(shares[index] as Money, parts[place] as Money)]);
  }
  for (const place of order) {
    const more = least(rest, minus(limits[place] as Money, parts[place] as Money));
    parts[place] = sum([parts[place] as Money, more]);
    rest = minus(rest, more);
  }
  return parts;
}

const given = (value: Money, items: readonly number[], amounts: readonly Money[], none: Reason): Outcome => {
  const parts = items
    .map((item, index) => ({ item, amount: amounts[index] as Money }))
    .filter(({ amount }) => isPositive(amount));
  return parts.length ? { reason: 'given', value, parts } : nothing(none, value);
};

/** What a promotion gives to a sale: a discount on what is still due, or points for what was sold or paid. */
export function evaluate(terms: PromotionTerms, items: readonly PricedItem[], facts: Facts): Outcome {
  const { gives, counts } = kinds[terms.type];
  if (counts === 'package') return evaluatePackage(terms, items, facts);
  const chosen = [...items.keys()].filter((place) => isFor(terms, items[place] as PricedItem));
  return gives === 'discount' ? discountOf(terms, items, chosen, facts) : pointsOf(terms, items, chosen, facts);
}

function discountOf(terms: PromotionTerms, items: readonly PricedItem[], chosen: readonly number[], facts: Facts): Outcome {
  const value = valueReached(terms, facts.counters);
  if (facts.isOver) return nothing('over');
  if (value === undefined) return nothing('below the threshold');
  if (chosen.length === 0) return nothing('no items', value);
  const dues = chosen.map((place) => items[place]?.due as Money);
  if (!isPositive(sum(dues))) return nothing('nothing due', value);
  const amounts =
    terms.unit === 'amount'
      ? split(value, dues, facts.digits)
      : dues.map((due) => least(percentOf(due, value as never, facts.digits), due));
  return given(value, chosen, amounts, 'nothing due');
}

function pointsOf(terms: PromotionTerms, items: readonly PricedItem[], chosen: readonly number[], facts: Facts): Outcome {
  const { base, counts } = kinds[terms.type];
  const of = (field: 'sold' | 'paid') => sum(items.map((item) => item[field]));
  const value =
    counts === 'sold in the visit'
      ? highest(terms.rules, of('sold'))
      : counts === 'paid in the visit'
        ? highest(terms.rules, of('paid'))
        : valueReached(terms, facts.counters);
  if (facts.visit === 'open') return nothing('not attended', value);
  if (facts.visit === 'attended') return nothing('not paid', value);
  if (terms.usageLimit > 0 && facts.uses >= terms.usageLimit) return nothing('used up', value);
  if ((facts.counters.visits + 1) % terms.visitMultiplicity !== 0) return nothing('not this visit', value);
  if (value === undefined) return nothing('below the threshold');
  if (chosen.length === 0) return nothing('no items', value);
  const bases = chosen.map((place) => items[place]?.[base as 'sold' | 'paid'] as Money);
  if (!isPositive(sum(bases))) return nothing('nothing sold', value);
  // An amount is given once for the visit, however little was sold.
  const amounts =
    terms.unit === 'amount'
      ? share(value, bases, facts.digits)
      : bases.map((amount) => percentOf(amount, value as never, facts.digits));
  return given(value, chosen, amounts, 'nothing sold');
}

/** Every so many paid services earn a discount for one unit of a service that the rules name, in the order of the sale. */
function evaluatePackage(terms: PromotionTerms, items: readonly PricedItem[], facts: Facts): Outcome {
  const ruleOf = (item: PricedItem) => {
    if (item.type !== 'service') return undefined;
    const own = terms.rules.find(({ serviceId }) => serviceId === item.thingId);
    return own ?? (isFor(terms, item) ? terms.rules.find(({ serviceId }) => serviceId === null) : undefined);
  };
  const named = [...items.keys()].filter((place) => ruleOf(items[place] as PricedItem));
  const best = terms.rules.reduce((most, { value }) => (compare(value, most) > 0 ? value : most), noMoney);
  if (facts.isOver) return nothing('over');
  const uses = packageUses(terms, facts.counters.services, facts.uses);
  if (uses === 0) return nothing('package not full');
  if (named.length === 0) return nothing('no items', best);
  const open = named.filter((place) => isPositive(items[place]?.due as Money)).slice(0, uses);
  const amounts = open.map((place) => {
    const item = items[place] as PricedItem;
    const value = ruleOf(item)?.value as Money;
    const unit = exactOf<'money'>(rounded(decimalOf(item.due).div(decimalOf(item.amount)), facts.digits));
    return least(terms.unit === 'amount' ? least(value, unit) : percentOf(unit, value as never, facts.digits), item.due);
  });
  return given(best, open, amounts, 'nothing due');
}
