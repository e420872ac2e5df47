import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { openKitchen } from '../../../test/kitchen.ts';
import { rowsOf } from '../../platform/database.ts';

it.each([
  ['follow the lines that keep their sale units', 'sale', [20, 10], -20],
  ['stay if the lines keep their write-off units', 'service', [10, 10], -10],
] as const)('after a change of units, consumables %s, and planned ones stay', async (_, base_unit, amounts, stock) => {
  const { shop, db, place, addBill, link, booked, level, service, lines } = await openKitchen();
  const productId = await shop.addProduct({ unitRatio: 5 });
  await link(service, await addBill('Colouring', [productId, 10]));
  const arrived = await booked({ attendance: 1 });
  await booked({ datetime: '2030-05-06T12:00:00' });

  const { data } = await shop.call('GET', `/goods/${place}/${productId}`);
  const changed = await shop.call('PUT', `/goods/${place}/${productId}`, {
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
    sql`select amount from appointment_consumables where location_id = ${place} and product_id = ${productId} order by id`,
  );
  expect(used.map(({ amount }) => Number(amount))).toEqual(amounts);
  expect(await level(productId)).toBe(stock);
  expect(await lines(arrived.id)).toMatchObject([{ amount: stock }]);
});
