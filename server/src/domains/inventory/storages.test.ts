import { expect, test } from 'vitest';
import { openStore } from '../../../test/stock.ts';

test('storages are added, changed, chosen, archived and restored', async () => {
  const store = await openStore();
  const path = `/company/${store.locationId}/storages`;
  // A new business has two of them.
  expect((await store.call('GET', path)).data).toMatchObject([
    { title: 'Consumables', comment: 'For what services use up', for_service: true, for_sale: false, weight: 1 },
    { title: 'Products', comment: 'For what is sold', for_service: false, for_sale: true, weight: 2 },
  ]);
  const made = await store.call('POST', path, { body: { title: ' Back room ', for_sale: true } });
  expect([made.status, made.data]).toEqual([
    201,
    {
      id: expect.any(Number),
      title: 'Back room',
      comment: '',
      for_service: false,
      for_sale: true,
      weight: 3,
      is_archived: false,
    },
  ]);
  const chosen = async () =>
    (await store.call('GET', `/storages/${store.locationId}`)).data.map(({ id, for_sale }: Record<string, number>) => [
      id,
      for_sale,
    ]);
  expect(await chosen()).toEqual([
    [store.forServices, 0],
    [store.forSale, 0],
    [made.data.id, 1],
  ]);
  const own = `${path}/${made.data.id}`;
  const changed = await store.call('PUT', own, { body: { weight: 0, comment: ' Second floor ', for_service: true } });
  expect(changed.data).toMatchObject({
    title: 'Back room',
    comment: 'Second floor',
    for_sale: true,
    for_service: true,
    weight: 0,
  });
  expect((await store.call('PUT', own, { body: { title: ' Attic ' } })).data).toMatchObject({
    title: 'Attic',
    comment: 'Second floor',
    for_sale: true,
    for_service: true,
  });
  for (const method of ['PUT', 'POST']) {
    expect((await store.call(method, method === 'PUT' ? own : path, { body: { title: ' ' } })).status).toBe(422);
  }
  // The one that was chosen before is not chosen any more.
  const ofServices = (await store.call('GET', path)).data.map(({ for_service }: { for_service: boolean }) => for_service);
  expect(ofServices).toEqual([true, false, false]);
  await store.call('PUT', `${path}/${store.forSale}`, { body: { for_sale: true } });
  expect(await chosen()).toEqual([
    [made.data.id, 0],
    [store.forServices, 0],
    [store.forSale, 1],
  ]);
  expect((await store.call('DELETE', own)).status).toBe(204);
  expect((await store.call('GET', path)).meta).toEqual({ count: 2 });
  expect((await store.call('GET', `${path}?with_archived=true`)).data).toMatchObject([
    { id: made.data.id, is_archived: true },
    {},
    {},
  ]);
  expect((await store.call('PUT', own, { body: { title: 'Attic' } })).status).toBe(404);
  expect((await store.call('DELETE', own)).status).toBe(404);
  expect((await store.call('POST', `${own}/restore`)).data).toMatchObject({
    id: made.data.id,
    is_archived: false,
    for_service: false,
  });
  expect((await store.call('POST', `${own}/restore`)).status).toBe(404);
});

test('two requests that choose a storage for sale at once leave one chosen', async () => {
  const store = await openStore();
  const path = `/company/${store.locationId}/storages`;
  const answers = await Promise.all(
    ['One', 'Two', 'Three'].map((title) => store.call('POST', path, { body: { title, for_sale: true, for_service: true } })),
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  const { data } = await store.call('GET', path);
  expect(data.filter((row: { for_sale: boolean }) => row.for_sale)).toHaveLength(1);
  expect(data.filter((row: { for_service: boolean }) => row.for_service)).toHaveLength(1);
});

test('suppliers are added, changed, archived and restored', async () => {
  const store = await openStore();
  const path = `/company/${store.locationId}/suppliers`;
  expect((await store.call('GET', path)).body).toMatchObject({ data: [], meta: { count: 0 } });
  const made = await store.call('POST', path, { body: { title: 'Wholesale', phone: '+1 (315) 555-0175' } });
  expect(made.data).toEqual({
    id: expect.any(Number),
    title: 'Wholesale',
    phone: '+13155550175',
    email: '',
    address: '',
    comment: '',
    is_archived: false,
  });
  const own = `${path}/${made.data.id}`;
  expect((await store.call('PUT', own, { body: { email: ' orders@example.com ' } })).data).toMatchObject({
    title: 'Wholesale',
    phone: '+13155550175',
    email: 'orders@example.com',
  });
  const texts = { title: ' Cosmetics ', address: ' 1 Main St ', comment: ' On Fridays ', phone: ' ' };
  expect((await store.call('PUT', own, { body: texts })).data).toMatchObject({
    title: 'Cosmetics',
    phone: '',
    email: 'orders@example.com',
    address: '1 Main St',
    comment: 'On Fridays',
  });
  for (const method of ['PUT', 'POST']) {
    expect((await store.call(method, method === 'PUT' ? own : path, { body: { title: ' ' } })).status).toBe(422);
  }
  const second = await store.call('POST', path, { body: { title: 'acme' } });
  const titles = async (query = '') =>
    (await store.call('GET', `${path}${query}`)).data.map(({ title }: { title: string }) => title);
  expect(await titles()).toEqual(['acme', 'Cosmetics']);
  await store.call('DELETE', `${path}/${second.data.id}`);
  expect([await titles(), await titles('?with_archived=true')]).toEqual([['Cosmetics'], ['acme', 'Cosmetics']]);
  await store.call('PUT', own, { body: { title: 'Wholesale' } });
  const wrong = await store.call('PUT', own, { body: { phone: '12' } });
  expect([wrong.status, wrong.meta.errors]).toEqual([422, [{ phone: ['must have 9 to 15 digits'] }]]);
  const arrival = (supplier_id: number) =>
    store.call('POST', `/storage_operations/operation/${store.locationId}`, {
      body: {
        type_id: 3,
        create_date: '2026-03-01',
        storage_id: store.forSale,
        transactions: [{ good_id: store.soap, amount: 1, cost: 3, supplier_id }],
      },
    });
  expect((await arrival(made.data.id)).data.transactions).toMatchObject([
    { supplier: [{ id: made.data.id, title: 'Wholesale' }] },
  ]);
  expect((await store.call('DELETE', own)).status).toBe(204);
  expect((await store.call('GET', own)).data).toMatchObject({ is_archived: true });
  expect((await arrival(made.data.id)).meta.errors).toEqual([{ supplier_id: ['must be a supplier of this location'] }]);
  expect((await store.call('PUT', own, { body: { title: 'Other' } })).status).toBe(404);
  expect((await store.call('POST', `${own}/restore`)).data).toMatchObject({ is_archived: false });
  expect((await arrival(made.data.id)).status).toBe(200);
});

test('a stocktaking is made, listed, read and deleted', async () => {
  const store = await openStore();
  const path = `/company/${store.locationId}/stocktakings`;
  expect((await store.call('GET', path)).data).toEqual([]);
  const goods = [
    { good_id: store.shampoo, amount: 1.5 },
    { good_id: store.soap, amount: 0, operation_unit_type: 2 },
  ];
  const made = await store.call('POST', path, { body: { storage_id: store.forSale, comment: 'March', goods } });
  expect([made.status, made.data]).toEqual([
    201,
    {
      id: expect.any(Number),
      number: 1,
      create_date: expect.any(String),
      comment: 'March',
      storage: { id: store.forSale, title: 'Products' },
      goods: [
        { good_id: store.shampoo, title: 'Shampoo', expected_amount: 0, counted_amount: 1.5, difference: 1.5, cost: 12 },
        { good_id: store.soap, title: 'Soap', expected_amount: 0, counted_amount: 0, difference: 0, cost: 0 },
      ],
    },
  ]);
  expect(await store.level(store.shampoo, store.forSale)).toBe(15);
  const { goods: _, ...listed } = made.data;
  expect((await store.call('GET', path)).data).toEqual([listed]);
  const own = `${path}/${made.data.id}`;
  expect((await store.call('GET', own)).data).toEqual(made.data);
  expect((await store.call('DELETE', own)).status).toBe(204);
  expect((await store.call('GET', own)).status).toBe(404);
  expect(await store.level(store.shampoo, store.forSale)).toBe(0);
});

test.each([
  [
    'a product twice',
    (store: Store) => [
      { good_id: store.soap, amount: 1 },
      { good_id: store.soap, amount: 2 },
    ],
    { good_id: ['is counted more than once'] },
  ],
  ['no product', () => [], { goods: [expect.any(String)] }],
  [
    'an unknown product',
    () => [{ good_id: 2_000_000_000, amount: 1 }],
    { good_id: ['2000000000 is no product of this location'] },
  ],
  [
    'too exact an amount',
    (store: Store) => [{ good_id: store.soap, amount: 1e-10 }],
    { amount: ['must have at most 9 digits after the point, in write-off units'] },
  ],
])('a stocktaking with %s is refused', async (_, goodsOf, errors) => {
  const store = await openStore();
  const body = { storage_id: store.forSale, goods: goodsOf(store) };
  const answer = await store.call('POST', `/company/${store.locationId}/stocktakings`, { body });
  expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
});

type Store = Awaited<ReturnType<typeof openStore>>;

test('a location decides whether stock may go below zero', async () => {
  const store = await openStore();
  const path = `/company/${store.locationId}/inventory_settings`;
  expect((await store.call('GET', path)).data).toEqual({ allows_negative_stock: true });
  const forbidden = { allows_negative_stock: false };
  expect((await store.call('PUT', path, { body: forbidden })).data).toEqual(forbidden);
  expect((await store.call('GET', path)).data).toEqual(forbidden);
  const sale = await store.call('POST', `/storage_operations/operation/${store.locationId}`, {
    body: {
      type_id: 1,
      create_date: '2026-03-01',
      storage_id: store.forSale,
      transactions: [{ good_id: store.soap, amount: 1 }],
    },
  });
  expect([sale.status, sale.meta.errors]).toEqual([422, [{ amount: ['is more than Products has of Soap: 0 pc'] }]]);
});
