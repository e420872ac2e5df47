import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { costAfterDiscount, serviceRecord } from '../src/domains/appointments/write.ts';
import { money, percent, quantity } from '../src/platform/columns.ts';
import { inTransaction } from '../src/platform/database.ts';
import { compare, type Exact } from '../src/platform/exact.ts';
import { currencyDigits, discounted, type Money, times, toMoney, toPercent } from '../src/platform/money.ts';
import { toQuantity } from '../src/platform/quantity.ts';
import { exactNames, inexactIn } from './exact-numbers.ts';
import { testDatabase } from './harness.ts';

const source = join(import.meta.dirname, '../src');
const sources = new Map(
  globSync('**/*.ts', { cwd: source })
    .sort()
    .map((file) => [file, readFileSync(join(source, file), 'utf8')]),
);

describe('no rule computes with floats', () => {
  test('on money, quantities and percents', () => {
    expect(inexactIn(sources)).toEqual([]);
    expect([...exactNames(sources)]).toEqual(
      expect.arrayContaining(['cost', 'discount', 'priceMin', 'openingBalance', 'balance']),
    );
  });

  const wrongs = [
    ['if (before.cost === after.cost) return;', 'amounts compared as texts'],
    ['return wanted !== row?.discount;', 'a percent compared as a text'],
    ['if (service.discount) show();', 'an amount asked whether there is any'],
    ['return !service.cost;', 'an amount asked whether there is none'],
    ['return row.spent ? 1 : 0;', 'an amount that decides'],
    ['return Number(row.paid) + 1;', 'an amount made a float'],
    ['sql<number>`coalesce(sum(clients.spent), 0)`.mapWith(Number)', 'a sum that comes as a float'],
    ["sql`json_build_object('id', used.id, 'cost', used.cost_per_unit)`", 'an amount that comes as a number of JSON'],
  ];
  test.each(wrongs)('%s', (line) => {
    expect(inexactIn(new Map([...sources, ['domains/visits/probe.ts', line]])).map(({ file }) => file)).toEqual([
      'domains/visits/probe.ts',
    ]);
  });
});

describe('the database', () => {
  const probe = pgTable('exact_probe', {
    id: integer().primaryKey(),
    amount: money('amount'),
    share: percent('share'),
    much: quantity('much'),
  });

  test('keeps and returns every digit', async () => {
    const { db } = await testDatabase();
    const rows = await inTransaction(db, async (tx) => {
      await tx.execute(
        sql`create temp table exact_probe (id int, amount numeric(18, 4), share numeric(6, 3), much numeric(20, 9)) on commit drop`,
      );
      const exact = <Kind extends string>(text: string) => text as unknown as Exact<Kind>;
      await tx.insert(probe).values([
        {
          id: 1,
          amount: exact<'money'>('99999999999999.9999'),
          share: exact<'percent'>('-99.999'),
          much: exact<'quantity'>('12345678901.123456789'),
        },
        { id: 2, amount: toMoney(-0.1), share: toPercent(12.5), much: toQuantity(1e-9) },
        { id: 3 },
      ]);
      return tx.select().from(probe).orderBy(probe.id);
    });
    expect(rows).toEqual([
      { id: 1, amount: '99999999999999.9999', share: '-99.999', much: '12345678901.123456789' },
      { id: 2, amount: '-0.1000', share: '12.500', much: '0.000000001' },
      { id: 3, amount: null, share: null, much: null },
    ]);
  });

  test('rounds a discounted price as rules do, in every currency', async () => {
    const { db } = await testDatabase();
    const prices = fc.record({
      price: fc.integer({ min: 0, max: 10 ** 12 }).map((units) => toMoney(units / 1e4)),
      amount: fc.integer({ min: 1, max: 10_000 }),
      discount: fc.integer({ min: 0, max: 100_000 }).map((units) => toPercent(units / 1000)),
    });
    // A half of the smallest unit on purpose: 1.005, 0.5 and 1.0005.
    const halves = [1.005, 0.5, 1.0005, 2.5].map((price) => ({ price: toMoney(price), amount: 1, discount: toPercent(0) }));
    const services = [...halves, ...fc.sample(prices, 300)].map((service, position) => ({ ...service, position }));
    for (const digits of ['JPY', 'EUR', 'KWD'].map(currencyDigits)) {
      const { rows } = (await db.execute(sql`
        select ${costAfterDiscount(digits)} as cost from jsonb_to_recordset(${JSON.stringify(services)}::jsonb) as ${serviceRecord} order by "position"`)) as {
        rows: { cost: Money }[];
      };
      const other = services.filter(({ price, amount, discount }, at) => {
        const cost = discounted(times(price, toQuantity(amount)), discount, digits);
        return compare((rows[at] as { cost: Money }).cost, cost) !== 0;
      });
      expect(other).toEqual([]);
    }
  });
});
