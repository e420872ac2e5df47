import { expect, test } from 'vitest';
import { call, openShop } from '../../../test/harness.ts';

async function openStore() {
  const shop = await openShop();
  const path = `/company/${shop.locationId}/product_units`;
  const add = async (title = 'Bottle', short_title = 'btl'): Promise<number> =>
    (await shop.call('POST', path, { body: { title, short_title } })).data.id;
  return { shop, path, add };
}

test('a location has the units of every location and its own', async () => {
  const { shop, path, add } = await openStore();
  const id = await add();
  await (await openStore()).add('Theirs');
  const { data } = await shop.call('GET', path);
  expect(data[0]).toEqual({ id: 1, salon_id: 0, title: 'Piece', short_title: 'pc' });
  expect(data.filter((unit: { salon_id: number }) => unit.salon_id !== 0)).toEqual([
    { id, salon_id: shop.locationId, title: 'Bottle', short_title: 'btl' },
  ]);
  const v2 = await call('GET', `//api/v2/locations/${shop.locationId}/units`, {
    authorization: shop.owner.authorization,
    headers: { accept: 'application/vnd.api.v2+json' },
  });
  expect(v2.body.data).toHaveLength(data.length);
  expect(v2.body.data.at(-1)).toEqual({
    type: 'unit',
    id: String(id),
    attributes: { company_id: shop.locationId, title: 'Bottle', short_title: 'btl' },
  });
});

test('the new name of a unit shows in products', async () => {
  const { shop, path, add } = await openStore();
  const id = await add();
  const product = await shop.addProduct({ saleUnitId: id });
  const changed = await shop.call('PUT', `${path}/${id}`, { body: { title: 'Large bottle', short_title: 'L' } });
  expect([changed.status, changed.data]).toEqual([
    200,
    { id, salon_id: shop.locationId, title: 'Large bottle', short_title: 'L' },
  ]);
  expect((await shop.call('GET', `/goods/${shop.locationId}/${product}`)).data).toMatchObject({ unit_short_title: 'L' });
});

test('a unit of a product is not deleted, and a deleted unit stays for deleted products', async () => {
  const { shop, path, add } = await openStore();
  const [sold, used] = [await add('Sold'), await add('Used')];
  const product = await shop.addProduct({ saleUnitId: sold, writeOffUnitId: used, archivedAt: new Date() });
  for (const id of [sold, used]) {
    expect(await shop.call('DELETE', `${path}/${id}`)).toMatchObject({
      status: 403,
      meta: { message: 'Products are measured in this unit.' },
    });
  }
  await shop.call('DELETE', `/goods/${shop.locationId}/${product}`);
  for (const id of [sold, used]) {
    expect((await shop.call('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await shop.call('DELETE', `${path}/${id}`)).status).toBe(404);
  }
  expect((await shop.call('GET', path)).data.every((unit: { salon_id: number }) => unit.salon_id === 0)).toBe(true);
});

test('a unit of every location is neither changed nor deleted', async () => {
  const { shop, path } = await openStore();
  expect((await shop.call('PUT', `${path}/1`, { body: { title: 'Thing', short_title: 't' } })).status).toBe(403);
  const refused = await shop.call('DELETE', `${path}/1`);
  expect([refused.status, refused.meta.message]).toEqual([403, 'Every location has this unit.']);
});

test('a unit of another business is not found, and a name is needed', async () => {
  const { shop, path } = await openStore();
  const theirs = await (await openStore()).add();
  expect((await shop.call('PUT', `${path}/${theirs}`, { body: { title: 'Mine', short_title: 'm' } })).status).toBe(404);
  expect((await shop.call('DELETE', `${path}/${theirs}`)).status).toBe(404);
  const empty = await shop.call('POST', path, { body: { title: ' ', short_title: '' } });
  expect([empty.status, empty.meta.errors.flatMap(Object.keys)]).toEqual([422, ['title', 'short_title']]);
});

test('a unit is not deleted while a product gets it', async () => {
  const { shop, path, add } = await openStore();
  const category = await shop.call('POST', `/goods_categories/${shop.locationId}`, { body: { title: 'Care' } });
  for (let round = 0; round < 5; round++) {
    const id = await add();
    const body = { title: 'Wax', category_id: category.data.id, sale_unit_id: id, service_unit_id: 1 };
    const [created, deleted] = await Promise.all([
      shop.call('POST', `/goods/${shop.locationId}`, { body }),
      shop.call('DELETE', `${path}/${id}`),
    ]);
    expect([
      [201, 403],
      [422, 204],
    ]).toContainEqual([created.status, deleted.status]);
  }
});
