import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toWire } from '../../platform/exact.ts';
import { noMoney, toMoney, toPercent } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import {
  type Assignment,
  type Criterion,
  calculate,
  calculateByMember,
  type Part,
  type Payroll,
  type Rule,
  rateKey,
  type Scheme,
} from './engine.ts';

const [ada, bo] = [1, 2];
const may = { first: '2026-05-01', last: '2026-05-31' };

const rule = (fields: Partial<Rule> = {}): Rule => ({
  id: 1,
  title: 'Rule',
  service: null,
  product: null,
  time: null,
  rates: new Map(),
  countsDiscounts: false,
  countsPoints: true,
  countsGiftCards: true,
  countsMemberships: true,
  subtractsPrimeCost: false,
  sharesWithAssistants: true,
  ...fields,
});
const percent = (value: number) => ({ kind: 'percent' as const, value: toMoney(value) });
const fixed = (value: number) => ({ kind: 'fixed' as const, value: toMoney(value) });

interface Work {
  cost?: number;
  date?: string;
  discount?: number;
  points?: number;
  byGiftCard?: number;
  byMembership?: number;
  clientAccounts?: number;
  primeCost?: number;
  amount?: number;
  kind?: Part['kind'];
  member?: number;
  assistants?: [member: number, share: number][];
}
let ids = 0;
const part = (work: Work): Part => {
  const { cost = 1000, discount = 0, points = 0, byGiftCard = 0, byMembership = 0, clientAccounts = 0, kind = 'service' } = work;
  const id = ++ids;
  return {
    kind,
    type: kind === 'service' ? 'record' : 'sale',
    key: `${kind} ${id}`,
    itemId: id,
    appointmentId: null,
    clientId: null,
    teamMemberId: work.member ?? ada,
    date: work.date ?? '2026-05-04',
    time: '10:00',
    targetId: 7,
    categoryId: 3,
    title: 'Cut',
    amount: toQuantity(work.amount ?? 1),
    cost: toMoney(cost),
    paid: {
      money: toMoney(cost - discount - points - byGiftCard - byMembership - clientAccounts),
      discount: toMoney(discount),
      points: toMoney(points),
      byGiftCard: toMoney(byGiftCard),
      byMembership: toMoney(byMembership),
      clientAccounts: toMoney(clientAccounts),
    },
    primeCost: toMoney(work.primeCost ?? 0),
    assistants: (work.assistants ?? []).map(([teamMemberId, share]) => ({ teamMemberId, share: toPercent(share) })),
  };
};

const since: Assignment[] = [ada, bo].map((teamMemberId) => ({
  teamMemberId,
  schemeId: 1,
  dateFrom: '2020-01-01',
  dateTo: null,
}));
const payroll = (rules: Rule[], parts: Part[], fields: Partial<Payroll> & { criteria?: Criterion[] } = {}): Payroll => {
  const scheme: Scheme = { id: 1, title: 'Scheme', ruleId: 1, criteria: fields.criteria ?? [] };
  return {
    digits: 2,
    countsClientAccounts: true,
    rules: new Map(rules.map((one) => [one.id, one])),
    schemes: new Map([[1, scheme]]),
    assignments: since,
    parts,
    work: [],
    ...fields,
  };
};
const salaries = (of: Payroll, member = ada, period = may) => calculate(of, [member], period).map(({ salary }) => toWire(salary));
const total = (of: Payroll, member = ada, period = may) =>
  Math.round(salaries(of, member, period).reduce((sum, one) => sum + one, 0) * 100) / 100;

describe('a rule', () => {
  test('pays 10 for 1 % of 1000, and 15 for 1.5 %', () => {
    expect([1, 1.5].map((value) => total(payroll([rule({ service: percent(value) })], [part({})])))).toEqual([10, 15]);
  });

  test('pays a fixed amount for each unit, whatever the price', () => {
    expect(total(payroll([rule({ service: fixed(20) })], [part({ cost: 0, amount: 3 })]))).toBe(60);
  });

  test('has rates for one service before those for its category, and these before its own', () => {
    const rates = [
      [rateKey('service', 7), percent(3)],
      [rateKey('service category', 3), percent(2)],
    ] as const;
    const paid = (count: number) =>
      total(payroll([rule({ service: percent(1), rates: new Map(rates.slice(2 - count)) })], [part({})]));
    expect([paid(0), paid(1), paid(2)]).toEqual([10, 20, 30]);
  });

  test('pays nothing for what it does not name, and says so', () => {
    const [item] = calculate(payroll([rule({ product: percent(10) })], [part({})]), [ada], may);
    expect(item?.salary).toBe(noMoney);
    expect(item?.targets[0]?.description).toBe('The rule pays nothing for this service');
  });

  test.each([
    ['discounts', { countsDiscounts: true }, { countsDiscounts: false }, { discount: 300 }],
    ['points', { countsPoints: true }, { countsPoints: false }, { points: 300 }],
    ['gift cards', { countsGiftCards: true }, { countsGiftCards: false }, { byGiftCard: 300 }],
    ['memberships', { countsMemberships: true }, { countsMemberships: false }, { byMembership: 300 }],
  ])('counts %s, or not', (_, counting, leaving, paid) => {
    const of = (fields: Partial<Rule>) => total(payroll([rule({ service: percent(10), ...fields })], [part(paid)]));
    expect([of(counting), of(leaving)]).toEqual([100, 70]);
  });

  test('counts accounts of clients by the setting of the location', () => {
    const of = (countsClientAccounts: boolean) =>
      total(payroll([rule({ service: percent(10) })], [part({ clientAccounts: 400 })], { countsClientAccounts }));
    expect([of(true), of(false)]).toEqual([100, 60]);
  });

  test('takes the prime cost off, and never pays less than nothing', () => {
    const of = (primeCost: number) =>
      total(payroll([rule({ service: percent(10), subtractsPrimeCost: true })], [part({ primeCost })]));
    expect([of(500), of(1500)]).toEqual([50, 0]);
  });

  test('pays 70600 for 353 hours at 200', () => {
    const work = [
      { teamMemberId: ada, date: '2026-05-04', seconds: 353 * 3600 },
      { teamMemberId: bo, date: '2026-05-04', seconds: 3600 },
    ];
    expect(total(payroll([rule({ time: { unit: 'hour', value: toMoney(200) } })], [], { work }))).toBe(70_600);
  });

  test('pays a day of work once, and a month in parts that add up', () => {
    const work = ['2026-05-04', '2026-05-05'].map((date) => ({ teamMemberId: ada, date, seconds: 3600 }));
    expect(salaries(payroll([rule({ time: { unit: 'day', value: toMoney(90) } })], [], { work }))).toEqual([90, 90]);
    const monthly = payroll([rule({ time: { unit: 'month', value: toMoney(1000) } })], []);
    expect([salaries(monthly).length, total(monthly)]).toEqual([31, 1000]);
    const february = { first: '2028-02-01', last: '2028-02-29' };
    expect([salaries(monthly, ada, february).length, total(monthly, ada, february)]).toEqual([29, 1000]);
  });

  test('rounds half up to the digits of the currency', () => {
    const of = (digits: number, cost: number) => total(payroll([rule({ service: percent(50) })], [part({ cost })], { digits }));
    expect([of(0, 101), of(2, 0.01), of(2, 0.03)]).toEqual([51, 0.01, 0.02]);
  });
});

describe('assistants', () => {
  const helped = [part({ cost: 100, assistants: [[bo, 33.333]] })];

  test('get their share, and the rest is of whoever does the service', () => {
    const shared = payroll([rule({ service: percent(50) })], helped);
    expect([total(shared, bo), total(shared, ada)]).toEqual([16.67, 33.33]);
  });

  test('get nothing by a rule that does not share', () => {
    const alone = payroll([rule({ service: percent(50), sharesWithAssistants: false })], helped);
    expect([total(alone, bo), total(alone, ada)]).toEqual([0, 50]);
  });
});

describe('a scheme', () => {
  const assigned = (schemeId: number, dateFrom: string, dateTo: string | null = null) => ({
    teamMemberId: ada,
    schemeId,
    dateFrom,
    dateTo,
  });
  const schemes = new Map([1, 2].map((id) => [id, { id, title: `Scheme ${id}`, ruleId: id, criteria: [] }]));
  const rules = [rule({ service: percent(1) }), rule({ id: 2, service: percent(2) })];
  const paid = (date: string, assignments: Assignment[]) => total(payroll(rules, [part({ date })], { schemes, assignments }));

  test('holds on its first and its last day, and nobody earns without one', () => {
    const days = ['2026-05-03', '2026-05-04', '2026-05-05', '2026-05-06'];
    expect(days.map((date) => paid(date, [assigned(1, '2026-05-04', '2026-05-05')]))).toEqual([0, 10, 10, 0]);
  });

  test('that starts latest holds while several do', () => {
    const both = [assigned(2, '2026-05-04', '2026-05-05'), assigned(1, '2026-01-01')];
    for (const order of [both, both.toReversed()]) {
      expect(['2026-05-03', '2026-05-05', '2026-05-06'].map((date) => paid(date, order))).toEqual([10, 20, 10]);
    }
  });
});

const criterion = (fields: Partial<Criterion> = {}): Criterion => ({
  title: 'A lot',
  measure: 'turnover',
  scope: 'member',
  period: 'month',
  isRetroactive: false,
  countsServices: true,
  countsProducts: true,
  countsDiscounts: false,
  threshold: toMoney(1500),
  ruleId: 2,
  ...fields,
});
const lowAndHigh = [
  rule({ service: percent(10), product: percent(10) }),
  rule({ id: 2, service: percent(20), product: percent(20) }),
];

describe('a criterion', () => {
  const two = [part({ date: '2026-05-04' }), part({ date: '2026-05-20' })];
  const paid = (fields: Partial<Criterion>, parts = two) =>
    salaries(payroll(lowAndHigh, parts, { criteria: [criterion(fields)] }));

  test('of a month decides about all of its days', () => {
    expect(paid({})).toEqual([200, 200]);
    expect(paid({ threshold: toMoney(2000) })).toEqual([100, 100]);
  });

  test('of a day is met from the day on which the month passes the threshold', () => {
    expect(paid({ period: 'day' })).toEqual([100, 200]);
  });

  test('that is retroactive pays the earlier days up when it is met', () => {
    const items = calculate(
      payroll(lowAndHigh, two, { criteria: [criterion({ period: 'day', isRetroactive: true })] }),
      [ada],
      may,
    );
    expect(items.map(({ type, date, salary }) => [type, date, toWire(salary)])).toEqual([
      ['record', '2026-05-04', 100],
      ['record', '2026-05-20', 200],
      ['retro_bonus', '2026-05-20', 100],
    ]);
  });

  test('begins anew with each month', () => {
    const parts = [part({ date: '2026-04-30' }), part({ date: '2026-05-01' })];
    const of = payroll(lowAndHigh, parts, { criteria: [criterion({ period: 'day' })] });
    expect(salaries(of, ada, { first: '2026-04-30', last: '2026-05-01' })).toEqual([100, 100]);
  });

  test('counts the member, or the whole location', () => {
    const parts = [part({}), part({ member: bo })];
    expect([paid({}, parts), paid({ scope: 'location' }, parts)]).toEqual([[100], [200]]);
  });

  test('counts services, products, or both', () => {
    const parts = [part({}), part({ kind: 'product' })];
    const sums = [{}, { countsProducts: false }, { countsServices: false }].map((fields) =>
      paid(fields, parts).reduce((a, b) => a + b, 0),
    );
    expect(sums).toEqual([400, 200, 200]);
  });

  test('counts turnover with discounts or without, profit, and quantity', () => {
    const parts = [part({ cost: 2000, discount: 600, primeCost: 900 })];
    const isMet = (fields: Partial<Criterion>) => paid(fields, parts)[0] === 280;
    expect([isMet({}), isMet({ countsDiscounts: true }), isMet({ measure: 'profit', countsDiscounts: true })]).toEqual([
      false,
      true,
      false,
    ]);
    expect([isMet({ measure: 'quantity', threshold: toMoney(1) }), isMet({ measure: 'quantity', threshold: noMoney })]).toEqual([
      false,
      true,
    ]);
  });

  test('that comes last decides if several are met', () => {
    const rules = [...lowAndHigh, rule({ id: 3, service: percent(30) })];
    const steps = [
      criterion({ threshold: toMoney(500) }),
      criterion({ threshold: toMoney(900), ruleId: 3 }),
      criterion({ threshold: toMoney(5000) }),
    ];
    expect(salaries(payroll(rules, [part({})], { criteria: steps }))).toEqual([300]);
  });
});

/**
 * What the notes say, written again in cents, without the engine: a price counts without what the rule leaves out; the last criterion that
 * is met decides; an overlap goes to the latest start; half a cent is rounded up.
 */
interface Job {
  day: number;
  cost: number;
  discount: number;
  points: number;
  prime: number;
}
interface Deal {
  rates: [number, number];
  discounts: boolean;
  points: boolean;
  prime: boolean;
  period: 'day' | 'month';
  isRetroactive: boolean;
  measure: 'turnover' | 'profit';
  threshold: number;
}

const roundHalfUp = (numerator: bigint, denominator: bigint) => (2n * numerator + denominator) / (2n * denominator);

function expected(jobs: readonly Job[], deal: Deal): bigint {
  const value = (job: Job) => job.cost - job.discount - job.points - (deal.measure === 'profit' ? job.prime : 0);
  const isMet = (day: number) =>
    jobs.filter((job) => deal.period === 'month' || job.day <= day).reduce((sum, job) => sum + value(job), 0) > deal.threshold;
  const pay = (job: Job, rate: number) => {
    const base = job.cost - (deal.discounts ? 0 : job.discount) - (deal.points ? 0 : job.points) - (deal.prime ? job.prime : 0);
    return roundHalfUp(BigInt(Math.max(0, base)) * BigInt(rate), 100n);
  };
  let sum = 0n;
  let was = false;
  for (let day = 1; day <= 31; day++) {
    const now = isMet(day);
    if (deal.isRetroactive && deal.period === 'day' && now && !was) {
      // Everything so far is paid by the higher rule, whatever it was paid before.
      sum = jobs.filter((job) => job.day < day).reduce((all, job) => all + pay(job, deal.rates[1]), 0n);
    }
    was = now;
    for (const job of jobs) if (job.day === day) sum += pay(job, deal.rates[now ? 1 : 0]);
  }
  return sum;
}

test('any month is paid as the notes say', () => {
  const cents = fc.integer({ min: 0, max: 300_000 });
  const job = fc
    .record({
      day: fc.integer({ min: 1, max: 31 }),
      cost: cents,
      off: fc.integer({ min: 0, max: 50 }),
      used: fc.integer({ min: 0, max: 50 }),
      prime: cents,
    })
    .map(
      ({ day, cost, off, used, prime }): Job => ({
        day,
        cost,
        discount: Math.floor((cost * off) / 100),
        points: Math.floor((cost * used) / 100),
        prime,
      }),
    );
  const rate = fc.integer({ min: 0, max: 100 });
  const deal: fc.Arbitrary<Deal> = fc.record({
    rates: fc.tuple(rate, rate),
    discounts: fc.boolean(),
    points: fc.boolean(),
    prime: fc.boolean(),
    period: fc.constantFrom('day' as const, 'month' as const),
    isRetroactive: fc.boolean(),
    measure: fc.constantFrom('turnover' as const, 'profit' as const),
    threshold: fc.integer({ min: 0, max: 900_000 }),
  });
  fc.assert(
    fc.property(fc.array(job, { maxLength: 8 }), deal, (jobs, agreed) => {
      const rules = agreed.rates.map((value, at) =>
        rule({
          id: at + 1,
          service: percent(value),
          countsDiscounts: agreed.discounts,
          countsPoints: agreed.points,
          subtractsPrimeCost: agreed.prime,
        }),
      );
      const { period, measure } = agreed;
      const isRetroactive = agreed.isRetroactive && period === 'day';
      const criteria = [criterion({ period, measure, isRetroactive, threshold: toMoney(agreed.threshold / 100) })];
      const parts = jobs.map(({ day, cost, discount, points, prime }) =>
        part({
          date: `2026-05-${String(day).padStart(2, '0')}`,
          cost: cost / 100,
          discount: discount / 100,
          points: points / 100,
          primeCost: prime / 100,
        }),
      );
      const items = calculate(payroll(rules, parts, { criteria }), [ada], may);
      const sum = items.reduce((all, { salary }) => all + BigInt(Math.round(toWire(salary) * 100)), 0n);
      expect(sum).toBe(expected(jobs, { ...agreed, isRetroactive }));
      for (const item of items) {
        expect(item.targets.reduce((all, { salary }) => all + Math.round(toWire(salary) * 100), 0)).toBe(
          Math.round(toWire(item.salary) * 100),
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('shares of assistants always add up to the pay', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 99_999 }), (cents, share) => {
      const helped = [part({ cost: cents / 100, assistants: [[bo, share / 1000]] })];
      const of = payroll([rule({ service: percent(37) })], helped);
      const alone = payroll([rule({ service: percent(37), sharesWithAssistants: false })], helped);
      expect(Math.round((total(of, ada) + total(of, bo)) * 100)).toBe(Math.round(total(alone, ada) * 100));
    }),
  );
});

test('what criteria measure is added up in steps, so that others need not wait', () => {
  const parts = Array.from({ length: 2600 }, () => part({ cost: 10 }));
  const of = payroll([rule({ service: percent(1) })], parts, { criteria: [criterion({ scope: 'location' })] });
  const steps = [...calculateByMember(of, [ada], may)];
  expect(steps.filter((items) => items.length === 0).length).toBeGreaterThanOrEqual(5);
  expect(steps.flat()).toEqual(calculate(of, [ada], may));
});
