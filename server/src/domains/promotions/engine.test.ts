import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toWire } from '../../platform/exact.ts';
import { noMoney, sum, toMoney } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { evaluate, type Facts, kinds, type PricedItem, type PromotionTerms, packageUses, valueReached } from './engine.ts';
import { type PromotionType, promotionTypes } from './tables.ts';

const rule = (threshold: number, value: number, serviceId: number | null = null) => ({
  threshold: toMoney(threshold),
  value: toMoney(value),
  serviceId,
});
const terms = (type: PromotionType, fields: Partial<PromotionTerms> = {}): PromotionTerms => ({
  type,
  unit: 'percent',
  serviceItems: 'any',
  productItems: 'any',
  items: [],
  rules: [rule(0, 10)],
  usageLimit: 0,
  visitMultiplicity: 1,
  packageSize: 1,
  ...fields,
});
const service = (due: number, fields: Partial<PricedItem> = {}): PricedItem => ({
  type: 'service',
  thingId: 1,
  categoryId: 7,
  amount: toQuantity(1),
  sold: toMoney(due),
  paid: noMoney,
  due: toMoney(due),
  ...fields,
});
const good = (due: number, fields: Partial<PricedItem> = {}) => service(due, { type: 'good', ...fields });
const paid = (sold: number, money: number, fields: Partial<PricedItem> = {}) =>
  service(0, { sold: toMoney(sold), paid: toMoney(money), ...fields });
const facts = (fields: Partial<Omit<Facts, 'counters'>> & { counters?: Partial<Facts['counters']> } = {}): Facts => ({
  uses: 0,
  isOver: false,
  visit: 'paid',
  digits: 2,
  ...fields,
  counters: { visits: 0, sold: noMoney, paid: noMoney, services: 0, ...fields.counters },
});
const run = (of: PromotionTerms, items: PricedItem[], given: Facts = facts()) => {
  const { reason, value, parts } = evaluate(of, items, given);
  return { reason, value: toWire(value), parts: parts.map(({ item, amount }) => [item, toWire(amount)]) };
};
const amounts = (of: PromotionTerms, items: PricedItem[], given?: Facts) =>
  run(of, items, given).parts.map(([, amount]) => amount);

describe('discounts', () => {
  test('each further promotion works on what is left: 1000 with 10 % and then 20 % is 100 and 180', () => {
    expect(amounts(terms('discount_static'), [service(1000)])).toEqual([100]);
    expect(amounts(terms('discount_static', { rules: [rule(0, 20)] }), [service(900)])).toEqual([180]);
  });

  test('the rule with the greatest threshold up to the counter counts: of 10 -> 2.5 % and 30 -> 7.5 %, 20 visits give 2.5 %', () => {
    const levels = terms('discount_accumulative_visits', { rules: [rule(30, 7.5), rule(10, 2.5)] });
    const at = (visits: number) => run(levels, [service(100)], facts({ counters: { visits } }));
    expect([9, 10, 20, 29, 30, 31].map((visits) => at(visits).value)).toEqual([0, 2.5, 2.5, 2.5, 7.5, 7.5]);
    expect(at(9)).toEqual({ reason: 'below the threshold', value: 0, parts: [] });
    expect(at(20).parts).toEqual([[0, 2.5]]);
  });

  test('a sum is shared in proportion, the dearest takes the rest: 10000 on 3500, 4200, 20000 and 25000', () => {
    const lump = terms('discount_static', { unit: 'amount', rules: [rule(0, 10000)] });
    const prices = [25000, 3500, 20000, 4200];
    const left = amounts(
      lump,
      prices.map((price) => service(price)),
    ).map((amount, place) => Math.round(((prices[place] as number) - (amount as number)) * 100) / 100);
    expect(left).toEqual([20256.17, 2835.86, 16204.93, 3403.04]);
  });

  test('a sum takes off what is due and no more, however it is rounded', () => {
    const lump = (value: number) => terms('discount_static', { unit: 'amount', rules: [rule(0, value)] });
    expect(amounts(lump(50), [service(20), service(10)])).toEqual([20, 10]);
    // Each of the first four shares is 0.994 and becomes 0.99, so that the last one would have to be more than it costs.
    expect(sum(evaluate(lump(4.97), Array(5).fill(service(1)), facts()).parts.map(({ amount }) => amount))).toEqual(
      toMoney(4.97),
    );
  });

  test('a currency without decimals gets whole amounts', () => {
    expect(amounts(terms('discount_static'), [service(1234), service(5)], facts({ digits: 0 }))).toEqual([123, 1]);
    const lump = terms('discount_static', { unit: 'amount', rules: [rule(0, 100)] });
    expect(amounts(lump, [service(50), service(50), service(50)], facts({ digits: 0 }))).toEqual([33, 33, 34]);
  });

  test('only what is due counts, and an item that is paid gets nothing', () => {
    const items = [service(80, { sold: toMoney(100), paid: toMoney(20) }), service(0, { sold: toMoney(50) })];
    expect(run(terms('discount_static'), items)).toEqual({ reason: 'given', value: 10, parts: [[0, 8]] });
    expect(run(terms('discount_static'), [service(0)]).reason).toBe('nothing due');
  });

  test('thresholds of sums compare with what was sold, or with what was paid', () => {
    const counters = { sold: toMoney(500), paid: toMoney(499.99) };
    const reasonOf = (type: PromotionType) =>
      run(terms(type, { rules: [rule(500, 5)] }), [service(1)], facts({ counters })).reason;
    expect(reasonOf('discount_accumulative_sold')).toBe('given');
    expect(reasonOf('discount_accumulative_paid')).toBe('below the threshold');
  });

  test('a discount that is over gives nothing', () => {
    expect(run(terms('discount_static'), [service(10)], facts({ isOver: true }))).toEqual({
      reason: 'over',
      value: 0,
      parts: [],
    });
  });
});

describe('items', () => {
  const both = [service(100), good(100)];

  test('a promotion is for any, no or some services, and for any, no or some products', () => {
    const places = (fields: Partial<PromotionTerms>) => run(terms('discount_static', fields), both).parts.map(([item]) => item);
    const none = { serviceId: null, serviceCategoryId: null, productId: null, productCategoryId: null };
    expect(places({ productItems: 'none' })).toEqual([0]);
    expect(places({ serviceItems: 'none' })).toEqual([1]);
    expect(places({ serviceItems: 'custom' })).toEqual([1]);
    expect(places({ serviceItems: 'custom', productItems: 'custom', items: [{ ...none, serviceId: 1 }] })).toEqual([0]);
    expect(places({ serviceItems: 'custom', productItems: 'custom', items: [{ ...none, serviceCategoryId: 7 }] })).toEqual([0]);
    expect(places({ serviceItems: 'custom', productItems: 'custom', items: [{ ...none, productId: 1 }] })).toEqual([1]);
    expect(places({ serviceItems: 'custom', productItems: 'custom', items: [{ ...none, productCategoryId: 7 }] })).toEqual([1]);
  });

  test('chosen items count only where the choice is custom', () => {
    const chosen = [{ serviceId: 1, serviceCategoryId: null, productId: null, productCategoryId: null }];
    expect(run(terms('discount_static', { serviceItems: 'none', productItems: 'none', items: chosen }), both).reason).toBe(
      'no items',
    );
  });
});

describe('cashback', () => {
  test('points are for what was sold, or for what was paid', () => {
    const item = paid(1000, 720);
    expect(amounts(terms('cashback_static_sold'), [item])).toEqual([100]);
    expect(amounts(terms('cashback_static_paid'), [item])).toEqual([72]);
  });

  test('an amount is given once for the visit, whatever was sold', () => {
    const bonus = terms('cashback_static_sold', { unit: 'amount', rules: [rule(0, 50)] });
    expect(amounts(bonus, [paid(30, 30), paid(10, 10)])).toEqual([37.5, 12.5]);
    expect(run(bonus, [paid(0, 0)]).reason).toBe('nothing sold');
  });

  test('nothing is given before the client came and everything is paid', () => {
    const reasonOf = (visit: Facts['visit']) => run(terms('cashback_static_sold'), [service(10)], facts({ visit })).reason;
    expect([reasonOf('open'), reasonOf('attended'), reasonOf('paid')]).toEqual(['not attended', 'not paid', 'given']);
  });

  test('a card gets it so many times at most', () => {
    const reasonOf = (uses: number, usageLimit = 2) =>
      run(terms('cashback_static_sold', { usageLimit }), [paid(10, 10)], facts({ uses })).reason;
    expect([reasonOf(1), reasonOf(2), reasonOf(3), reasonOf(99, 0)]).toEqual(['given', 'used up', 'used up', 'given']);
  });

  test('every third visit gets it: this one is one more than those before', () => {
    const third = terms('cashback_static_sold', { visitMultiplicity: 3 });
    const reasons = [0, 1, 2, 3, 4, 5].map((visits) => run(third, [paid(10, 10)], facts({ counters: { visits } })).reason);
    expect(reasons.map((reason) => reason === 'given')).toEqual([false, false, true, false, false, true]);
    expect(reasons[0]).toBe('not this visit');
  });

  test('thresholds compare with visits, with the sums of the history, or with the sum of the visit', () => {
    const counters = { visits: 5, sold: toMoney(100), paid: toMoney(90) };
    const items = [paid(40, 30), paid(20, 20, { type: 'good' })];
    const givenBy = (type: PromotionType, threshold: number) =>
      run(terms(type, { productItems: 'none', rules: [rule(threshold, 10)] }), items, facts({ counters })).parts;
    expect([givenBy('cashback_accumulative_paid_visits', 5), givenBy('cashback_accumulative_paid_visits', 6)]).toEqual([
      [[0, 3]],
      [],
    ]);
    expect([givenBy('cashback_accumulative_sold_visits', 5), givenBy('cashback_accumulative_sold_visits', 6)]).toEqual([
      [[0, 4]],
      [],
    ]);
    expect([givenBy('cashback_accumulative_sold', 100), givenBy('cashback_accumulative_sold', 101)]).toEqual([[[0, 4]], []]);
    expect([givenBy('cashback_accumulative_paid', 90), givenBy('cashback_accumulative_paid', 91)]).toEqual([[[0, 3]], []]);
    expect([givenBy('cashback_sold_visits', 60), givenBy('cashback_sold_visits', 61)]).toEqual([[[0, 4]], []]);
    expect([givenBy('cashback_paid_visits', 50), givenBy('cashback_paid_visits', 51)]).toEqual([[[0, 3]], []]);
  });
});

describe('packages', () => {
  const package5 = terms('package_discount', { packageSize: 5, rules: [rule(0, 100, 1), rule(0, 50, 2)] });
  const reach = (services: number, uses = 0, items = [service(40)]) =>
    run(package5, items, facts({ uses, counters: { services } }));

  test('are over when the client has not come for longer than the term', () => {
    const late = facts({ isOver: true, uses: 0, counters: { services: 9 } });
    expect(run(package5, [service(10)], late).reason).toBe('over');
  });

  test('after five paid services the next one is free', () => {
    expect([4, 5, 9].map((services) => reach(services).reason)).toEqual(['package not full', 'given', 'given']);
    expect(reach(5).parts).toEqual([[0, 40]]);
    expect(reach(5, 1).reason).toBe('package not full');
    expect(reach(10, 1).parts).toEqual([[0, 40]]);
    expect(packageUses(package5, 4, 1)).toBe(0);
  });

  test('only services that the rules name get it, each by its rule, in the order of the sale', () => {
    expect(reach(5, 0, [service(40, { thingId: 3 }), good(9)]).reason).toBe('no items');
    expect(reach(10, 0, [service(30, { thingId: 2 }), service(40), service(50)]).parts).toEqual([
      [0, 15],
      [1, 40],
    ]);
  });

  test('a rule without a service is for every service of the promotion', () => {
    const any = terms('package_discount', { rules: [rule(0, 20), rule(0, 100, 2)], productItems: 'none' });
    const items = [service(10, { thingId: 9 }), good(10), service(10, { thingId: 2 })];
    expect(run(any, items, facts({ counters: { services: 3 } })).parts).toEqual([
      [0, 2],
      [2, 10],
    ]);
  });

  test('one unit of a service gets it, and a service that is paid takes no turn', () => {
    expect(reach(5, 0, [service(120, { amount: toQuantity(3) })]).parts).toEqual([[0, 40]]);
    expect(reach(5, 0, [service(0), service(40)]).parts).toEqual([[1, 40]]);
    expect(reach(5, 0, [service(0)]).reason).toBe('nothing due');
  });

  test('an amount takes off no more than the service costs', () => {
    const lump = terms('package_discount', { unit: 'amount', rules: [rule(0, 25, 1)] });
    const given = facts({ counters: { services: 1 } });
    expect([amounts(lump, [service(40)], given), amounts(lump, [service(20)], given)]).toEqual([[25], [20]]);
  });
});

test('the types have the published places, and packages give discounts', () => {
  expect(promotionTypes.map((type) => kinds[type].gives)).toEqual([
    ...Array(4).fill('discount'),
    ...Array(8).fill('points'),
    'discount',
  ]);
  expect([1, 7, 8, 13].map((id) => promotionTypes[id - 1])).toEqual([
    'discount_static',
    'cashback_accumulative_paid',
    'cashback_accumulative_sold',
    'package_discount',
  ]);
  expect(valueReached(terms('package_discount'), facts().counters)).toEqual(toMoney(10));
});

/**
 * The same by whole numbers of the smallest unit, written from the notes alone. Percent are in thousandths, and visits in hundredths, as money
 * is.
 */
interface OracleItem {
  good: boolean;
  sold: bigint;
  paid: bigint;
  due: bigint;
}
interface OracleFacts {
  type: number;
  isAmount: boolean;
  goods: boolean;
  services: boolean;
  levels: { from: bigint; percent: bigint; amount: bigint }[];
  limit: number;
  every: number;
  before: { visits: bigint; sold: bigint; paid: bigint; uses: number };
  done: boolean;
}
const half = (top: bigint, bottom: bigint) => (2n * top + bottom) / (2n * bottom);
const total = (numbers: bigint[]) => numbers.reduce((all, one) => all + one, 0n);

/** What each item gets. */
function oracle(given: OracleFacts, items: OracleItem[]): bigint[] {
  const none = items.map(() => 0n);
  const isDiscount = given.type <= 4;
  if (!isDiscount) {
    if (!given.done) return none;
    if (given.limit !== 0 && given.before.uses + 1 > given.limit) return none;
    let turn = 0;
    for (let visit = 0n; visit <= given.before.visits; visit++) turn = turn === given.every ? 1 : turn + 1;
    if (turn !== given.every) return none;
  }
  const counters: Record<number, bigint> = {
    2: given.before.visits * 100n,
    3: given.before.sold,
    4: given.before.paid,
    7: given.before.paid,
    8: given.before.sold,
    9: given.before.visits * 100n,
    10: given.before.visits * 100n,
    11: total(items.map(({ sold }) => sold)),
    12: total(items.map(({ paid }) => paid)),
  };
  const reached = [...given.levels]
    .sort((one, other) => (one.from < other.from ? 1 : -1))
    .filter(({ from }) => from <= (counters[given.type] ?? 0n));
  const level = reached[0];
  if (!level) return none;
  const field = isDiscount ? 'due' : [5, 8, 10, 11].includes(given.type) ? 'sold' : 'paid';
  const bases = items.map((item) => ((item.good ? given.goods : given.services) ? item[field] : 0n));
  if (!given.isAmount) return bases.map((base) => half(base * level.percent, 100_000n));
  const all = total(bases);
  if (all === 0n) return none;
  const whole = isDiscount && level.amount > all ? all : level.amount;
  const order = bases.map((base, place) => ({ base, place })).filter(({ base }) => base > 0n);
  if (isDiscount)
    order.sort((one, other) => (one.base === other.base ? one.place - other.place : one.base < other.base ? -1 : 1));
  const parts = [...none];
  for (const { base, place } of order.slice(0, -1)) parts[place] = half(whole * base, all);
  const last = order.at(-1) as { base: bigint; place: number };
  parts[last.place] = whole - total(parts);
  if (isDiscount) {
    for (const { base, place } of order) {
      // One unit after the other.
      while ((parts[last.place] as bigint) > last.base && (parts[place] as bigint) < base) {
        parts[place] = (parts[place] as bigint) + 1n;
        parts[last.place] = (parts[last.place] as bigint) - 1n;
      }
    }
  }
  return parts;
}

test('the engine gives what an oracle gives that counts in the smallest unit', () => {
  const cents = fc.integer({ min: 0, max: 300_000 });
  const item = fc.record({ good: fc.boolean(), sold: cents, paid: cents, due: cents });
  const level = fc.record({
    from: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 40 }).map((visits) => visits * 100),
      cents,
    ),
    percent: fc.integer({ min: 1, max: 100_000 }),
    amount: fc.integer({ min: 1, max: 400_000 }),
  });
  fc.assert(
    fc.property(
      fc.record({
        type: fc.integer({ min: 1, max: 12 }),
        isAmount: fc.boolean(),
        goods: fc.boolean(),
        services: fc.boolean(),
        levels: fc.uniqueArray(level, { minLength: 1, maxLength: 4, selector: ({ from }) => from }),
        limit: fc.integer({ min: 0, max: 3 }),
        every: fc.integer({ min: 1, max: 4 }),
        visits: fc.integer({ min: 0, max: 45 }),
        sold: cents,
        paid: cents,
        uses: fc.integer({ min: 0, max: 4 }),
        done: fc.boolean(),
      }),
      fc.array(item, { minLength: 1, maxLength: 6 }),
      (some, items) => {
        const money = (units: number) => toMoney(units / 100);
        const outcome = evaluate(
          terms(promotionTypes[some.type - 1] as PromotionType, {
            unit: some.isAmount ? 'amount' : 'percent',
            productItems: some.goods ? 'any' : 'none',
            serviceItems: some.services ? 'any' : 'none',
            rules: some.levels.map(({ from, percent, amount }) =>
              rule(from / 100, some.isAmount ? amount / 100 : percent / 1000),
            ),
            usageLimit: some.limit,
            visitMultiplicity: some.every,
          }),
          items.map(({ good: isGood, ...amount }) =>
            service(0, {
              type: isGood ? 'good' : 'service',
              sold: money(amount.sold),
              paid: money(amount.paid),
              due: money(amount.due),
            }),
          ),
          facts({
            counters: { visits: some.visits, sold: money(some.sold), paid: money(some.paid) },
            uses: some.uses,
            visit: some.done ? 'paid' : 'attended',
          }),
        );
        const found = items.map(() => 0n);
        for (const { item: place, amount } of outcome.parts) found[place] = BigInt(Math.round(toWire(amount) * 100));
        const expected = oracle(
          {
            ...some,
            levels: some.levels.map(({ from, percent, amount }) => ({
              from: BigInt(from),
              percent: BigInt(percent),
              amount: BigInt(amount),
            })),
            before: { visits: BigInt(some.visits), sold: BigInt(some.sold), paid: BigInt(some.paid), uses: some.uses },
          },
          items.map(({ good: isGood, ...amount }) => ({
            good: isGood,
            sold: BigInt(amount.sold),
            paid: BigInt(amount.paid),
            due: BigInt(amount.due),
          })),
        );
        expect(found).toEqual(expected);
        expect(outcome.reason === 'given').toBe(expected.some((amount) => amount > 0n));
      },
    ),
    { numRuns: 2000 },
  );
});
