import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type CallOptions, call, openShop, testDatabase } from '../../../test/harness.ts';
import { openWorld } from '../../../test/world.ts';

test('a product sold in an appointment is read with what it is related to', async () => {
  const { shop, ids } = await openWorld();
  const { locationId } = shop;
  const storage = await (await testDatabase()).query<{ id: number }>({
    text: 'select id from storages where location_id = $1 and is_for_sale',
    values: [locationId],
  });
  const read = (query = '', options: CallOptions = {}) =>
    call('GET', `//api/v2/locations/${locationId}/attendance_product_items/${ids.attendance_product_item_id}${query}`, {
      authorization: shop.owner.authorization,
      headers: { accept: 'application/vnd.api.v2+json' },
      ...options,
    });
  const storageId = storage[0]?.id;
  const amountId = `${ids.other_product_id}_${storageId}`;
  expect((await read()).body).toEqual({
    data: {
      type: 'attendance_good_item',
      id: String(ids.attendance_product_item_id),
      attributes: {
        record_id: ids.sold_record_id,
        quantity: 1,
        unit_id: 1,
        sale_unit_id: 1,
        consumable_unit_id: 2,
        operation_unit_type: 'sale',
        operation_type_slug: 'sale',
        first_cost: 20,
        manual_cost: 20,
        cost_per_unit: 20,
        discount_percent: 0,
        cost: 20,
        master_id: ids.team_member_id,
        staff_id: ids.team_member_id,
        good_id: ids.other_product_id,
        storage_id: storageId,
      },
      relationships: {
        good: { data: { type: 'good', id: String(ids.other_product_id) } },
        staff: { data: { type: 'staff', id: String(ids.team_member_id) } },
        storage_amount: { data: { type: 'good_storage_amount', id: amountId } },
        loyalty_abonement: { data: null },
        loyalty_certificate: { data: null },
        marks: { data: [] },
      },
    },
    included: [],
    meta: [],
  });
  const { body } = await read('?include[]=good&include[]=staff&include[]=storage_amount&include[]=marks');
  expect(body.included.map(({ type, id }: { type: string; id: string }) => [type, id])).toEqual([
    ['good', String(ids.other_product_id)],
    ['staff', String(ids.team_member_id)],
    ['good_storage_amount', amountId],
  ]);
  const limited = await shop.hire('owner', { storages_limited_access: true });
  const seen = await read('', { authorization: limited.authorization });
  expect(seen.body.data.relationships.storage_amount).toEqual({ data: null });
});

test('lines of other documents, of other types, deleted ones and those of others are not found', async () => {
  const { shop, ids } = await openWorld();
  const { db } = await testDatabase();
  const other = await openShop();
  const line = ids.attendance_product_item_id;
  const read = ({ locationId, owner } = shop) =>
    call('GET', `//api/v2/locations/${locationId}/attendance_product_items/${line}`, {
      authorization: owner.authorization,
      headers: { accept: 'application/vnd.api.v2+json' },
    });
  expect((await read()).status).toBe(200);
  expect((await read(other)).status).toBe(404);
  const at = sql`where location_id = ${shop.locationId} and id = ${line}`;
  await db.execute(sql`update document_lines set type = 2 ${at}`);
  expect((await read()).status).toBe(404);
  await db.execute(sql`update document_lines set type = 1, deleted_at = now() ${at}`);
  expect((await read()).status).toBe(404);
  await db.execute(sql`update document_lines set deleted_at = null ${at}`);
  expect((await read()).status).toBe(200);
  await shop.call('DELETE', `/record/${shop.locationId}/${ids.sold_record_id}`);
  expect((await read()).status).toBe(404);
});
