import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, isZero, toWire } from './exact.ts';
import {
  currencyDigits,
  discounted,
  type Money,
  minus,
  noMoney,
  roundMoney,
  share,
  sum,
  times,
  toMoney,
  toPercent,
} from './money.ts';
import { toQuantity } from './quantity.ts';

/** Decimals with up to four digits, as the database stores money, beside the same value as an integer of ten-thousandths. */
const amounts = fc
  .integer({ min: -(10 ** 13), max: 10 ** 13 })
  .map((units) => ({ units: BigInt(units), money: toMoney(units / 1e4) }));
const weights = fc.integer({ min: 0, max: 10 ** 11 }).map((units) => ({ units: BigInt(units), money: toMoney(units / 1e4) }));
const digits = fc.constantFrom(...['JPY', 'EUR', 'KWD'].map(currencyDigits));

const unitsOf = (money: ReturnType<typeof toMoney<number>>, scale = 4) => {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(money as unknown as string) as unknown as string[];
  if (fraction.length > scale) throw new Error(`${String(money)} has more than ${scale} digits`);
  return BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
};

const abs = (value: bigint) => (value < 0n ? -value : value);

test('currencies have 0, 2 or 3 digits behind the point', () => {
  // Other values than in the rest of this file, because results are cached.
  expect(['KRW', 'USD', 'BHD'].map(currencyDigits)).toEqual([0, 2, 3]);
});

describe('arithmetic', () => {
  test('sums, differences and products are exact where floats are not', () => {
    expect(toWire(sum([toMoney(0.1), toMoney(0.2)]))).toBe(0.3);
    expect(toWire(minus(toMoney(0.3), toMoney(0.1)))).toBe(0.2);
    expect(toWire(times(toMoney(1.1), toQuantity(1.1)))).toBe(1.21);
    expect(toWire(sum([]))).toBe(0);
  });

  test('sums and differences of any amounts equal those of integers', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(unitsOf(sum([a.money, b.money]))).toBe(a.units + b.units);
        expect(unitsOf(minus(a.money, b.money))).toBe(a.units - b.units);
      }),
    );
  });

  test('a half is rounded away from zero, by the digits of the currency', () => {
    const round = (amount: number, currency: string) => toWire(roundMoney(toMoney(amount), currencyDigits(currency)));
    expect([1.005, -1.005, 2.675, 1.0049].map((amount) => round(amount, 'EUR'))).toEqual([1.01, -1.01, 2.68, 1]);
    expect([0.5, -0.5, 1.5, 2.5, 0.4999].map((amount) => round(amount, 'JPY'))).toEqual([1, -1, 2, 3, 0]);
    expect([1.0005, -1.0005, 1.0004].map((amount) => round(amount, 'KWD'))).toEqual([1.001, -1.001, 1]);
  });

  test('a discount is a share of the amount, and the rest is rounded', () => {
    const rest = (amount: number, percent: number, currency: string) =>
      toWire(discounted(toMoney(amount), toPercent(percent), currencyDigits(currency)));
    expect(rest(1300, 10, 'EUR')).toBe(1170);
    expect(rest(1170, 20, 'EUR')).toBe(936);
    expect(rest(0.3, 15, 'EUR')).toBe(0.26);
    expect(rest(33.33, 33.333, 'EUR')).toBe(22.22);
    expect(rest(1001, 50, 'JPY')).toBe(501);
    expect(rest(50, 100, 'EUR')).toBe(0);
    expect(rest(50, 0, 'EUR')).toBe(50);
  });

  test('amounts are compared by value', () => {
    const short = toMoney(5);
    const long = minus(toMoney(5.0001), toMoney(0.0001));
    expect(compare(short, long)).toBe(0);
    expect(compare(toMoney(10), toMoney(9))).toBeGreaterThan(0);
    expect(compare(toMoney(-10), toMoney(9))).toBeLessThan(0);
    expect([noMoney, minus(short, long), toMoney(0.0001)].map(isZero)).toEqual([true, true, false]);
  });

  test('a missing value stays missing, in and out', () => {
    expect([toMoney(null), toMoney(undefined), toPercent(null), toPercent(undefined)]).toEqual([
      null,
      undefined,
      null,
      undefined,
    ]);
    expect([toWire(null), toWire(undefined), toWire(toMoney(0)), toWire(toPercent(12.5))]).toEqual([null, undefined, 0, 12.5]);
  });

  test('a float that came past the compiler is refused', () => {
    expect(() => sum([0.1 as unknown as Money])).toThrow('Invalid value');
  });

  test('the compiler knows no operator for money', () => {
    const [a, b] = [toMoney(1), toMoney(2)];
    const refused = () => [
      // @ts-expect-error
      a + b,
      // @ts-expect-error
      a - b,
      // @ts-expect-error
      a * 2,
      // @ts-expect-error
      a < b,
      // @ts-expect-error
      `${a}`,
      // @ts-expect-error
      Math.round(a),
      // @ts-expect-error
      sum([toQuantity(1)]),
      // @ts-expect-error
      minus(a, toPercent(10)),
      // @ts-expect-error
      sum([1]),
    ];
    expect(refused).toBeTypeOf('function');
  });
});

describe('a sum split over items', () => {
  const split = (whole: number, prices: number[], currency = 'EUR') =>
    share(toMoney(whole), prices.map(toMoney), currencyDigits(currency)).map(toWire);

  test('a discount of 10000 leaves the prices that the published service was seen to leave', () => {
    const prices = [3500, 4200, 20_000, 25_000];
    const parts = share(toMoney(10_000), prices.map(toMoney), 2);
    expect(parts.map(toWire)).toEqual([664.14, 796.96, 3795.07, 4743.83]);
    expect(prices.map((price, at) => toWire(minus(toMoney(price), parts[at] as (typeof parts)[0])))).toEqual([
      2835.86, 3403.04, 16204.93, 20256.17,
    ]);
  });

  test('the last item takes the remainder, in the order given', () => {
    expect(split(100, [1, 1, 1])).toEqual([33.33, 33.33, 33.34]);
    expect(split(100, [1, 1, 1], 'JPY')).toEqual([33, 33, 34]);
    expect(split(100, [1, 1, 1], 'KWD')).toEqual([33.333, 33.333, 33.334]);
    expect(split(-100, [1, 1, 1])).toEqual([-33.33, -33.33, -33.34]);
    expect(split(200, [1, 1, 1])).toEqual([66.67, 66.67, 66.66]);
  });

  test('an item that weighs nothing gets nothing, at the end too', () => {
    expect(split(10, [0, 1, 2, 0])).toEqual([0, 3.33, 6.67, 0]);
    expect(split(10, [5])).toEqual([10]);
  });

  test('items that all weigh nothing share alike', () => {
    expect(split(10, [0, 0, 0])).toEqual([3.33, 3.33, 3.34]);
    expect(split(10, [0])).toEqual([10]);
  });

  test('quantities are weights too', () => {
    expect(share(toMoney(1), [toQuantity(0.000_000_001), toQuantity(0.000_000_003)], 2).map(toWire)).toEqual([0.25, 0.75]);
  });

  test('there is no share without items, nor by a negative weight', () => {
    expect(() => split(10, [])).toThrow('over no items');
    expect(() => split(10, [3, -1])).toThrow('negative weights');
  });

  const cases = { whole: amounts, items: fc.array(weights, { minLength: 1, maxLength: 12 }), digits };

  test('the parts add up to the whole', () => {
    fc.assert(
      fc.property(cases.whole, cases.items, cases.digits, (whole, items, places) => {
        const parts = share(
          whole.money,
          items.map(({ money }) => money),
          places,
        );
        expect(parts).toHaveLength(items.length);
        expect(parts.reduce((total, part) => total + unitsOf(part), 0n)).toBe(whole.units);
      }),
    );
  });

  test('every part but the one with the remainder is the exact proportion, to half of the smallest unit, away from zero', () => {
    fc.assert(
      fc.property(cases.whole, cases.items, cases.digits, (whole, items, places) => {
        const all = items.reduce((total, { units }) => total + units, 0n);
        fc.pre(all > 0n);
        const last = items.findLastIndex(({ units }) => units > 0n);
        const parts = share(
          whole.money,
          items.map(({ money }) => money),
          places,
        );
        for (const [at, part] of parts.entries()) {
          if (at === last) continue;
          // In the smallest units of the currency: part is n, the proportion is p / q.
          const n = unitsOf(part, places);
          const [p, q] = [whole.units * (items[at] as (typeof items)[0]).units * 10n ** BigInt(places), all * 10_000n];
          expect(2n * abs(n * q - p) <= q, `${n} for ${p}/${q}`).toBe(true);
          if (2n * abs(n * q - p) === q) expect(abs(n) * q > abs(p)).toBe(true);
        }
      }),
    );
  });

  test('the remainder is off by no more than half a unit for each other item', () => {
    fc.assert(
      fc.property(cases.whole, cases.items, cases.digits, (whole, items, places) => {
        const all = items.reduce((total, { units }) => total + units, 0n);
        fc.pre(all > 0n);
        const last = items.findLastIndex(({ units }) => units > 0n);
        const parts = share(
          whole.money,
          items.map(({ money }) => money),
          places,
        );
        const exact = whole.units * (items[last] as (typeof items)[0]).units;
        const off = abs(unitsOf(parts[last] as (typeof parts)[0]) * all - exact);
        const others = BigInt(items.filter(({ units }) => units > 0n).length - 1);
        expect(off * 2n <= all * others * 10n ** BigInt(4 - places)).toBe(true);
      }),
    );
  });
});
