import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openWorld } from '../../../test/world.ts';
import { rowsOf } from '../../platform/database.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { addLines } from '../inventory/line.ts';

it.each([
  ['follow the lines that keep their sale units', 'sale', [20, 10], -20],
  ['stay if the lines keep their write-off units', 'service', [10, 10], -10],
] as const)('after a change of units, consumables %s, and planned ones stay', async (_, base_unit, amounts, stock) => {
  const { shop, ids } = await openWorld();
  const { locationId } = shop;
  const { db } = await testDatabase();
  const productId = await shop.addProduct({ unitRatio: 5 });
  const [document] = await rowsOf<{ id: number }>(
    db,
    sql`insert into documents (location_id, type, at) values (${locationId}, 8, now()) returning id`,
  );
  const line = { productId, amount: toQuantity(10), isInSaleUnits: false };
  const [lineId] = await beginAlone(db)((write) =>
    addLines(write, { id: locationId, currency: 'USD' }, document as { id: number }, [line]),
  );
  for (const usedBy of [lineId, null]) {
    await db.execute(sql`
      insert into appointment_consumables (location_id, appointment_id, service_id, product_id, storage_id, amount, price, line_id)
      select ${locationId}, ${ids.single_id}, ${ids.service_id}, ${productId}, storage_id, 10, 1, ${usedBy}::int
      from document_lines where location_id = ${locationId} and id = ${lineId}`);
  }

  const { data } = await shop.call('GET', `/goods/${locationId}/${productId}`);
  const changed = await shop.call('PUT', `/goods/${locationId}/${productId}`, {
    body: {
      title: 'Shampoo',
      category_id: data.category_id,
      sale_unit_id: 1,
      service_unit_id: 2,
      unit_equals: 10,
      correction_rules: [{ type: 2, base_unit }],
    },
  });
  expect(changed.status).toBe(200);

  const used = await rowsOf<{ amount: string }>(
    db,
    sql`select amount from appointment_consumables where location_id = ${locationId} and product_id = ${productId} order by id`,
  );
  expect(used.map(({ amount }) => Number(amount))).toEqual(amounts);
  const [level] = await rowsOf<{ amount: string }>(
    db,
    sql`select amount from stock_levels where location_id = ${locationId} and product_id = ${productId}`,
  );
  expect(Number(level?.amount)).toBe(stock);
});
