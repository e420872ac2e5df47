import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { moveStock, takeBackStock } from './stock.ts';

/** A location that keeps shampoo, 10 g in each bottle, and what moves it there. */
async function openStore({ allowsNegativeStock = true } = {}) {
  const shop = await openShop();
  const { locationId } = shop;
  const { db } = await testDatabase();
  const rows = async <Row>(statement: ReturnType<typeof sql>) =>
    ((await db.execute(statement)) as unknown as { rows: Row[] }).rows;
  await db.execute(sql`update locations set allows_negative_stock = ${allowsNegativeStock} where id = ${locationId}`);
  const [storage] = await rows<{ id: number }>(sql`select id from storages where location_id = ${locationId} and is_for_sale`);
  const productId = await shop.addProduct({ unitRatio: 10 });
  const storageId = (storage as { id: number }).id;
  const addLine = async () => {
    const [line] = await rows<{ id: number }>(sql`
      with document as (
        insert into documents (location_id, type, storage_id, at) values (${locationId}, 1, ${storageId}, now()) returning id)
      insert into document_lines (location_id, document_id, type, product_id, storage_id, amount, is_in_sale_units, unit_ratio, cost_per_unit, cost, at)
      select ${locationId}, id, 1, ${productId}, ${storageId}, -1, true, 10, 5, 5, now() from document returning id`);
    return (line as { id: number }).id;
  };
  const move = async (...amounts: number[]) => {
    const lineId = await addLine();
    const movements = amounts.map((amount) => ({ lineId, productId, storageId, amount: toQuantity(amount) }));
    await beginAlone(db)((write) => moveStock(write, { id: locationId }, movements));
    return lineId;
  };
  const takeBack = (lineId: number) => beginAlone(db)((write) => takeBackStock(write, { id: locationId }, [lineId]));
  const level = async () => {
    const [found] = await rows<{ amount: string; sum: string }>(sql`
      select trim_scale(amount)::text as amount, (select trim_scale(sum(amount))::text from stock_movements
        where location_id = ${locationId} and product_id = ${productId} and storage_id = ${storageId}) as sum
      from stock_levels where location_id = ${locationId} and product_id = ${productId} and storage_id = ${storageId}`);
    expect(found?.amount).toBe(found?.sum);
    return Number(found?.amount);
  };
  return { db, locationId, move, takeBack, level };
}

test('the level is the sum of the movements', async () => {
  const store = await openStore();
  await store.move(100, -30);
  await store.move(-70.5);
  expect(await store.level()).toBe(-0.5);
});

test('lines that ask for the same product are added up before the level is checked', async () => {
  const store = await openStore({ allowsNegativeStock: false });
  await store.move(50);
  await expect(store.move(-30, -30)).rejects.toMatchObject({
    errors: { amount: ['is more than Products has of Shampoo: 5 pc'] },
  });
  await store.move(-30, -20);
  expect(await store.level()).toBe(0);
});

test('of many sales at once, only as many succeed as there is stock', async () => {
  const store = await openStore({ allowsNegativeStock: false });
  await store.move(30);
  const sales = await Promise.allSettled(Array.from({ length: 8 }, () => store.move(-10)));
  expect(sales.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(await store.level()).toBe(0);
});

test('a line that is taken back leaves the level as before, even where stock may not run short', async () => {
  const store = await openStore({ allowsNegativeStock: false });
  const arrival = await store.move(50);
  const sale = await store.move(-40);
  await store.takeBack(arrival);
  expect(await store.level()).toBe(-40);
  await store.takeBack(sale);
  await store.takeBack(sale);
  expect(await store.level()).toBe(0);
});

test.each(['update stock_movements set amount = 1', 'delete from stock_movements'])(
  'the ledger refuses "%s"',
  async (statement) => {
    const { db } = await openStore();
    await expect(db.execute(sql.raw(statement))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('never changed') },
    });
  },
);
