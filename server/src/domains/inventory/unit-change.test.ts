import { sql } from 'drizzle-orm';
import { describe, expect, it, test } from 'vitest';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';
import { rowsOf } from '../../platform/database.ts';
import { toMoney } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { addLines, deleteLines, type LineFields } from './line.ts';

type Type = 1 | 3 | 4;

/** A location that keeps shampoo, 10 g in each bottle. */
async function openStore({ unitRatio = 10 } = {}) {
  const shop = await openShop();
  const { locationId } = shop;
  const location = { id: locationId, currency: 'USD' };
  const { db } = await testDatabase();
  const productId = await shop.addProduct({ unitRatio });
  const path = `/goods/${locationId}/${productId}`;
  const { data } = await shop.call('GET', path);
  const rows = <Row extends object>(statement: ReturnType<typeof sql>) => rowsOf<Row>(db, statement);
  const [storage] = await rows<{ id: number }>(sql`select id from storages where location_id = ${locationId} and is_for_sale`);
  const storageId = storage?.id as number;
  return {
    shop,
    path,
    /** Adds a line of a type: an amount, in sale units unless said otherwise. */
    async add(type: Type, amount: number, fields: Partial<LineFields> = {}): Promise<number> {
      const [document] = await rows<{ id: number }>(sql`
        insert into documents (location_id, type, storage_id, at) values (${locationId}, ${type}, ${storageId}, now()) returning id`);
      const line = { productId, amount: toQuantity(amount), isInSaleUnits: true, costPerUnit: toMoney(5), ...fields };
      const [id] = await beginAlone(db)((write) => addLines(write, location, document as { id: number }, [line]));
      return id as number;
    },
    remove: (id: number) => beginAlone(db)((write) => deleteLines(write, location, [id])),
    change: (fields: object, rules?: object[]) =>
      shop.call('PUT', path, {
        body: {
          title: 'Shampoo',
          category_id: data.category_id,
          sale_unit_id: 1,
          service_unit_id: 2,
          ...fields,
          ...(rules ? { correction_rules: rules } : {}),
        },
      }),
    /** The amount, the ratio, the price of one and the whole price of a line. */
    async line(id: number): Promise<number[]> {
      const [row] = await rows<Record<string, string>>(sql`
        select amount, unit_ratio, cost_per_unit, cost from document_lines where location_id = ${locationId} and id = ${id}`);
      return Object.values(row as Record<string, string>).map(Number);
    },
    /** The stock in write-off units. It is the sum of the movements, and of what the lines say. */
    async stock(): Promise<number> {
      const [row] = await rows<{ level: string; moved: string; written: string }>(sql`
        select (select amount from stock_levels where location_id = ${locationId} and product_id = ${productId}) as level,
          (select sum(amount) from stock_movements where location_id = ${locationId} and product_id = ${productId}) as moved,
          (select coalesce(sum(amount * case when is_in_sale_units then unit_ratio else 1 end), 0) from document_lines
            where location_id = ${locationId} and product_id = ${productId} and deleted_at is null) as written`);
      expect([Number(row?.moved), Number(row?.written)]).toEqual([Number(row?.level), Number(row?.level)]);
      return Number(row?.level);
    },
    forbidShortage: () => db.execute(sql`update locations set allows_negative_stock = false where id = ${locationId}`),
  };
}

const sale = (type: number) => ({ type, base_unit: 'sale' });
const writeOff = (type: number) => ({ type, base_unit: 'service' });

test('without transactions, units change without rules', async () => {
  const { change, add, remove } = await openStore();
  expect((await change({ unit_equals: 20, sale_unit_id: 8 })).data).toMatchObject({ unit_equals: 20, unit_id: 8 });
  await remove(await add(3, 1));
  expect((await change({ unit_equals: 30 })).status).toBe(200);
});

test('with transactions, a change of units without a rule for each type is a conflict, and changes nothing', async () => {
  const { shop, path, change, add, stock } = await openStore();
  await add(3, 5);
  await add(1, 1);
  for (const fields of [{ unit_equals: 20 }, { sale_unit_id: 8 }, { service_unit_id: 4 }]) {
    for (const rules of [undefined, [], [sale(1)], [sale(3), sale(2)]]) {
      const answer = await change({ ...fields, title: 'Other' }, rules);
      expect([answer.status, answer.meta.conflict]).toEqual([409, true]);
    }
  }
  expect((await shop.call('GET', path)).data).toMatchObject({ title: 'Shampoo', unit_equals: 10 });
  expect(await stock()).toBe(40);
  // The same units are no change.
  expect((await change({ unit_equals: 10, title: 'Other' })).status).toBe(200);
});

describe('a line in sale units', () => {
  test('keeps its quantity by the rule for sale units, and moves more', async () => {
    const { change, add, line, stock } = await openStore();
    const [arrival, sold] = [await add(3, 5), await add(1, 2)];
    expect((await change({ unit_equals: 25 }, [sale(1), sale(3)])).status).toBe(200);
    expect(await line(arrival)).toEqual([5, 25, 5, 25]);
    expect(await line(sold)).toEqual([-2, 25, 5, 10]);
    expect(await stock()).toBe(75);
  });

  test('gets another quantity by the rule for write-off units, with the price of one that fits, and moves the same', async () => {
    const { change, add, line, stock } = await openStore();
    const sold = await add(1, 2);
    await change({ unit_equals: 40 }, [writeOff(1)]);
    expect(await line(sold)).toEqual([-0.5, 40, 20, 10]);
    expect(await stock()).toBe(-20);
  });
});

describe('a line in write-off units', () => {
  test('keeps its quantity by the rule for write-off units', async () => {
    const { change, add, line, stock } = await openStore();
    const lost = await add(4, 30, { isInSaleUnits: false });
    await change({ unit_equals: 40 }, [writeOff(4)]);
    expect(await line(lost)).toEqual([-30, 40, 5, 150]);
    expect(await stock()).toBe(-30);
  });

  test('gets another quantity by the rule for sale units, with the price of one that fits, and moves more', async () => {
    const { change, add, line, stock } = await openStore();
    const lost = await add(4, 30, { isInSaleUnits: false });
    await change({ unit_equals: 40 }, [sale(4)]);
    expect(await line(lost)).toEqual([-120, 40, 1.25, 150]);
    expect(await stock()).toBe(-120);
  });
});

test('each type of line has its own rule', async () => {
  const { shop, path, change, add, stock } = await openStore();
  await add(3, 5);
  await add(1, 2);
  await change({ unit_equals: 20 }, [writeOff(3), sale(1)]);
  expect(await stock()).toBe(10);
  const { data } = await shop.call('GET', path);
  expect(data.actual_amounts.map(({ amount }: { amount: number }) => amount)).toEqual([0, 0.5]);
});

test('a line in sale units changes to write-off units, if what stays in these is no exact amount of sale units', async () => {
  const { change, add, line, stock } = await openStore();
  const sold = await add(1, 1);
  await change({ unit_equals: 3 }, [writeOff(1)]);
  expect(await line(sold)).toEqual([-10, 3, 0.5, 5]);
  await change({ unit_equals: 7 }, [sale(1)]);
  expect(await line(sold)).toEqual([-23.333333333, 7, 0.2143, 5]);
  expect(await stock()).toBe(-23.333333333);
});

test('integrations are told of the product, and of the lines that have another amount', async () => {
  const { shop, change, add } = await openStore();
  await add(3, 5);
  const sold = await add(1, 2);
  const told = await toldBy(shop.locationId, () => change({ unit_equals: 40 }, [sale(3), writeOff(1)]));
  expect(told.map(({ resource, status }) => [resource, status])).toEqual([
    ['good', 'update'],
    ['goods_operations_sale', 'update'],
  ]);
  expect(told.at(-1)?.resourceId).toBe(sold);
});

test('deleted lines stay as they were', async () => {
  const { change, add, remove, line, stock } = await openStore();
  await add(3, 5);
  const deleted = await add(1, 2);
  await remove(deleted);
  await change({ unit_equals: 20 }, [sale(3)]);
  expect(await line(deleted)).toEqual([-2, 10, 5, 10]);
  expect(await stock()).toBe(100);
});

test('a change that would leave less than nothing is refused where the location forbids that', async () => {
  const { shop, path, change, add, stock, forbidShortage } = await openStore();
  await add(3, 5);
  await add(1, 4);
  await forbidShortage();
  const refused = await change({ unit_equals: 20 }, [writeOff(3), sale(1)]);
  expect([refused.status, Object.keys(refused.meta.errors[0])]).toEqual([422, ['correction_rules']]);
  expect(await stock()).toBe(10);
  expect((await shop.call('GET', path)).data).toMatchObject({ unit_equals: 10 });
  expect((await change({ unit_equals: 20 }, [sale(3), sale(1)])).status).toBe(200);
});

it.each([
  ['two rules for a type', [sale(1), writeOff(1)], 20, 'correction_rules', 'has two rules for the type 1'],
  [
    'a ratio that makes an amount too fine',
    [sale(1)],
    0.0001,
    'unit_equals',
    'makes the amount of a line too small, too large or too fine',
  ],
])('%s: 422', async (_, rules, unit_equals, field, message) => {
  const { change, add, stock } = await openStore({ unitRatio: 0.001 });
  await add(1, 0.000001);
  const answer = await change({ unit_equals }, rules);
  expect([answer.status, answer.meta.errors]).toEqual([422, [{ [field]: [message] }]]);
  expect(await stock()).toBe(-0.000000001);
});

test('a sale at the same time is converted, or made in the new units', async () => {
  const { change, add, stock } = await openStore();
  await add(1, 1);
  for (let round = 1; round <= 5; round++) {
    const [changed] = await Promise.all([change({ unit_equals: 10 + round }, [sale(1)]), add(1, 1)]);
    expect(changed.status).toBe(200);
    expect(await stock()).toBe(-(round + 1) * (10 + round));
  }
});
