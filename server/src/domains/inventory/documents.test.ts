import { describe, expect, test } from 'vitest';
import { toldBy } from '../../../test/outbox.ts';
import { openSalon } from '../../../test/salon.ts';
import { openStore } from '../../../test/stock.ts';

type Store = Awaited<ReturnType<typeof openStore>>;

const at = '2026-03-01 12:00:00';

/** The paths and bodies of a store's documents. */
function deskOf(store: Store) {
  const root = `/storage_operations`;
  const place = store.locationId;
  const lineBody = (documentId: number, fields: object = {}) => ({
    document_id: documentId,
    good_id: store.soap,
    amount: 2,
    cost_per_unit: 5,
    discount: 0,
    cost: 10,
    operation_unit_type: 1,
    ...fields,
  });
  return {
    lineBody,
    document: (id: number) => `${root}/documents/${place}/${id}`,
    documents: `${root}/documents/${place}`,
    line: (id: number) => `${root}/goods_transactions/${place}/${id}`,
    lines: `${root}/goods_transactions/${place}`,
    linesOf: (id: number) => `${root}/documents/goods_transactions/${id}`,
    operation: (fields: object, authorization = store.owner.authorization) =>
      store.call('POST', `${root}/operation/${place}`, {
        authorization,
        body: { type_id: 1, create_date: at, storage_id: store.forSale, ...fields },
      }),
    newDocument: async (fields: object = {}) =>
      store.call('POST', `${root}/documents/${place}`, {
        body: { type_id: 1, storage_id: store.forSale, create_date: at, ...fields },
      }),
  };
}

describe('an operation', () => {
  test('is written with its lines, in both spellings, and answered in both', async () => {
    const store = await openStore();
    const desk = deskOf(store);
    const client = await store.addClient();
    const member = await store.addTeamMember();
    const item = { good_id: store.soap, amount: 1, cost_per_unit: 100, discount: 10, client_id: client.id, comment: 'Gift' };
    const first = await desk.operation({ goods_transactions: [item], master_id: member, comment: 'Desk' });
    expect(first.status).toBe(200);
    expect(first.data).toMatchObject({
      document: { type_id: 1, type: { id: 1, title: 'Sale of goods' }, number: 1, comment: 'Desk', user_id: store.owner.id },
      document_id: first.data.document.id,
    });
    expect(first.data.transactions).toEqual(first.data.goods_transactions);
    expect(first.data.transactions).toMatchObject([
      { amount: -1, cost: 90, client: [{ id: client.id }], master: [{ id: member }], supplier: [], deleted: false },
    ]);
    const second = await desk.operation({ transactions: [item, { good_id: store.shampoo, amount: 3, operation_unit_type: 2 }] });
    expect(second.data.document.number).toBe(2);
    expect(second.data.transactions.map(({ amount }: { amount: number }) => amount)).toEqual([-1, -3]);
    expect(await store.level(store.shampoo, store.forSale)).toBe(-3);
  });

  test('is refused without lines, with unknown things, and with nothing half-written', async () => {
    const [store, other] = [await openStore(), await openStore()];
    const desk = deskOf(store);
    const item = { good_id: store.soap, amount: 1 };
    const refusals = [
      [{ goods_transactions: [] }, { goods_transactions: ['must have at least one line'] }],
      [{ goods_transactions: [{ ...item, good_id: other.soap }] }, { good_id: [`${other.soap} is no product of this location`] }],
      [{ goods_transactions: [item], storage_id: other.forSale }, { storage_id: ['must be a storage of this location'] }],
      [
        { goods_transactions: [item], master_id: await other.addTeamMember() },
        { master_id: ['must be a team member of this location'] },
      ],
      [{ goods_transactions: [item, { ...item, amount: 0 }] }, { amount: ['must be more than 0'] }],
      [{ goods_transactions: [item], create_date: 'soon' }, { create_date: ['must be a date and time YYYY-MM-DD HH:MM:SS'] }],
      [{ goods_transactions: [item], type_id: 5 }, { to_storage_id: ['is required'] }],
      [
        { goods_transactions: [item], type_id: 5, to_storage_id: store.forSale },
        { to_storage_id: ['must differ from storage_id'] },
      ],
    ] as const;
    for (const [fields, errors] of refusals) {
      const answer = await desk.operation(fields);
      expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
    }
    expect(await store.level(store.soap, store.forSale)).toBe(0);
    expect((await store.call('GET', `/storages/transactions/${store.locationId}`)).data).toEqual([]);
  });

  test('that uses products up writes consumables off', async () => {
    const store = await openStore();
    const { data } = await deskOf(store).operation({
      type_id: 2,
      transactions: [{ good_id: store.shampoo, amount: 5, operation_unit_type: 2 }],
    });
    expect(data).toMatchObject({ document: { type_id: 8 }, transactions: [{ type_id: 2, amount: -5, cost: 4 }] });
  });
});

describe('a document', () => {
  test('is created, read, changed and deleted', async () => {
    const store = await openStore();
    const desk = deskOf(store);
    const made = await desk.newDocument({ comment: ' First ' });
    expect(made.data).toMatchObject({
      type_id: 1,
      number: 1,
      comment: 'First',
      create_date: at,
      storage: { id: store.forSale, title: 'Products' },
      company: { id: store.locationId, timezone_name: 'America/New_York' },
      bill_print_status: 0,
    });
    const path = desk.document(made.data.id);
    expect((await store.call('GET', path)).data).toEqual(made.data);
    const body = { type_id: 1, storage_id: store.forServices, create_date: '2026-03-02T09:00:00', comment: 'Second' };
    expect((await store.call('PUT', path, { body })).data).toMatchObject({
      storage_id: store.forServices,
      create_date: '2026-03-02T09:00:00-05:00',
      comment: 'Second',
    });
    expect((await store.call('PUT', path, { body: { ...body, type_id: 3 } })).meta.errors).toEqual([
      { type_id: ['cannot change'] },
    ]);
    expect((await store.call('DELETE', path)).status).toBe(202);
    for (const method of ['GET', 'DELETE']) expect((await store.call(method, path)).status).toBe(404);
    expect((await store.call('PUT', path, { body })).status).toBe(404);
    expect((await store.call('GET', desk.linesOf(made.data.id))).status).toBe(404);
    expect((await desk.newDocument()).data.comment).toBe('');
  });

  test('that writes off is named 4 or 7, as the request has it', async () => {
    const desk = deskOf(await openStore());
    for (const type_id of [4, 7]) {
      expect((await desk.newDocument({ type_id })).data).toMatchObject({
        type_id,
        type: { id: type_id, title: 'Write-off of goods' },
      });
    }
  });

  test('of an appointment is read, and neither changed nor deleted here', async () => {
    const { shop, booked } = await openSalon();
    const { documents } = await booked();
    const path = `/storage_operations/documents/${shop.locationId}/${documents[0].id}`;
    const { data } = await shop.call('GET', path);
    expect(data).toMatchObject({ type_id: 7, number: documents[0].id, storage_id: 0, storage: { id: 0, title: '' } });
    const storages = await shop.call('GET', `/storages/${shop.locationId}`);
    const body = { type_id: 7, storage_id: storages.data[0].id, create_date: at };
    expect((await shop.call('PUT', path, { body })).status).toBe(403);
    expect((await shop.call('DELETE', path)).status).toBe(403);
  });
});

describe('a line', () => {
  test('is added, read, changed and deleted', async () => {
    const store = await openStore();
    const desk = deskOf(store);
    const document = (await desk.newDocument()).data.id;
    const client = await store.addClient({ name: 'Ada' });
    const made = await store.call('POST', desk.lines, { body: desk.lineBody(document, { client_id: client.id }) });
    expect(made.data).toMatchObject({
      document_id: document,
      type: { id: 1, title: 'Sale of goods' },
      amount: -2,
      sale_amount: -2,
      service_amount: -2,
      cost: 10,
      client: { id: client.id, name: 'Ada' },
      master: [],
      supplier: [],
      good: {
        id: store.soap,
        title: 'Soap',
        cost: 5,
        actual_cost: 2,
        actual_amounts: [
          { storage_id: store.forServices, amount: 0 },
          { storage_id: store.forSale, amount: -2 },
        ],
      },
    });
    const path = desk.line(made.data.id);
    const read = (await store.call('GET', path)).data;
    expect(read).toEqual({ ...made.data, last_change_date: made.data.last_change_date.replace(/(\d\d)$/, ':$1') });
    const changed = await store.call('PUT', path, {
      body: desk.lineBody(document, { amount: -3, cost: 15, client_id: 0 }),
    });
    expect(changed.data).toMatchObject({ amount: -3, cost: 15, client: [], client_id: 0 });
    expect(await store.level(store.soap, store.forSale)).toBe(-3);
    const listed = await store.call('GET', desk.linesOf(document));
    expect(listed.meta).toEqual({ count: 1 });
    expect(listed.data).toMatchObject([{ id: made.data.id, amount: -3, record_id: 0, operation_unit_type: 1 }]);
    expect((await store.call('DELETE', path)).status).toBe(202);
    for (const method of ['GET', 'DELETE']) expect((await store.call(method, path)).status).toBe(404);
    expect((await store.call('GET', desk.linesOf(document))).data).toEqual([]);
    expect(await store.level(store.soap, store.forSale)).toBe(0);
  });

  test('stays in its document, and a document of another location is unknown', async () => {
    const [store, other] = [await openStore(), await openStore()];
    const [desk, theirs] = [deskOf(store), deskOf(other)];
    const [one, two] = [(await desk.newDocument()).data.id, (await desk.newDocument()).data.id];
    const foreign = (await theirs.newDocument()).data.id;
    const made = await store.call('POST', desk.lines, { body: desk.lineBody(one) });
    const moved = await store.call('PUT', desk.line(made.data.id), { body: desk.lineBody(two) });
    expect(moved.meta.errors).toEqual([{ document_id: ['cannot change'] }]);
    const unknown = await store.call('POST', desk.lines, { body: desk.lineBody(foreign) });
    expect([unknown.status, unknown.meta.errors]).toEqual([422, [{ document_id: ['must be a document of this location'] }]]);
  });

  test('is sold in an appointment from the storage for sale', async () => {
    const { shop, booked } = await openSalon();
    const appointment = await booked();
    const product = await shop.addProduct();
    const lines = `/storage_operations/goods_transactions/${shop.locationId}`;
    const body = {
      document_id: appointment.documents[0].id,
      good_id: product,
      amount: 1,
      cost_per_unit: 20,
      discount: 0,
      cost: 20,
      operation_unit_type: 1,
    };
    const made = await shop.call('POST', lines, { body });
    const storages = await shop.call('GET', `/storages/${shop.locationId}`);
    const [forSale] = storages.data.filter(({ for_sale }: { for_sale: number }) => for_sale === 1);
    expect(made.data).toMatchObject({ type_id: 1, storage_id: forSale.id });
    const found = await shop.call('GET', `/storages/transactions/${shop.locationId}`);
    expect(found.data).toMatchObject([{ id: made.data.id, record_id: appointment.id }]);

    const cashier = await shop.hire('owner', { records_goods_cost_access: false, records_goods_discount_access: false });
    const cheap = { ...body, cost_per_unit: 1, discount: 50, cost: 0 };
    const kept = await shop.call('POST', lines, { body: cheap, authorization: cashier.authorization });
    expect(kept.data).toMatchObject({ cost_per_unit: 20, discount: 0, cost: 20 });

    const path = `/company/${shop.locationId}/storages/${forSale.id}`;
    await shop.call('PUT', path, { body: { for_sale: false } });
    expect((await shop.call('POST', lines, { body })).meta.errors).toEqual([
      { storage_id: ['is required, because no storage is chosen for sale'] },
    ]);
  });
});

describe('the list of lines', () => {
  test('has pages, newest first, and filters', async () => {
    const store = await openStore();
    const desk = deskOf(store);
    const items = [{ good_id: store.soap, amount: 1 }];
    const days = ['2026-03-01 10:00:00', '2026-03-03 23:30:00', '2026-03-02 10:00:00'];
    const made: { document_id: number; transactions: { id: number }[] }[] = [];
    for (const create_date of days) made.push((await desk.operation({ create_date, transactions: items })).data);
    const ids = made.map(({ transactions }) => transactions[0]?.id);
    const list = async (query: string) =>
      (await store.call('GET', `/storages/transactions/${store.locationId}?${query}`)).data.map(({ id }: { id: number }) => id);
    expect(await list('')).toEqual([ids[1], ids[2], ids[0]]);
    expect(await list('count=2&page=2')).toEqual([ids[0]]);
    expect(await list('page=9')).toEqual([]);
    expect(await list('start_date=2026-03-02&end_date=2026-03-03')).toEqual([ids[1], ids[2]]);
    expect(await list('end_date=2026-03-01')).toEqual([ids[0]]);
    expect(await list(`document_id=${made[2]?.document_id}`)).toEqual([ids[2]]);
    expect(await list(`document_id=${made[0]?.document_id}&start_date=2026-03-02`)).toEqual([]);
    expect(await list('changed_before=2026-01-01')).toEqual([]);
    expect(await list('changed_before=2999-01-01')).toEqual([...ids].reverse());
    expect(await list('changed_after=2999-01-01')).toEqual([]);
    expect(await list('changed_after=2026-01-01')).toEqual([...ids].reverse());
  });
});

describe('rights', () => {
  test.each([
    ['sales', { storages_create_transactions_sale_access: false }, 1],
    ['arrivals', { storages_create_transactions_buy_access: false }, 3],
    ['transfers', { storages_move_goods_access: false }, 5],
    ['any movement', { storages_create_transactions_access: false }, 4],
    ['other types', { storages_transactions_types: [1] }, 3],
  ])('without the right for %s, an operation is refused', async (_, permissions, type_id) => {
    const store = await openStore();
    const { authorization } = await store.hire('owner', permissions);
    const fields = {
      type_id,
      create_date: new Date().toISOString(),
      transactions: [{ good_id: store.soap, amount: 1 }],
      to_storage_id: store.forServices,
    };
    expect((await deskOf(store).operation(fields, authorization)).status).toBe(403);
    expect((await deskOf(store).operation(fields)).status).toBe(200);
  });

  test('a user who is limited to a storage sees and writes nothing of others', async () => {
    const store = await openStore();
    const desk = deskOf(store);
    const { data } = await desk.operation({ transactions: [{ good_id: store.soap, amount: 1 }] });
    const { authorization } = await store.hire('owner', { storages_ids: [store.forServices] });
    const as = (method: string, path: string, body?: object) => store.call(method, path, { body, authorization });
    expect((await as('GET', desk.document(data.document_id))).status).toBe(404);
    expect((await as('GET', desk.linesOf(data.document_id))).status).toBe(404);
    expect((await as('DELETE', desk.line(data.transactions[0].id))).status).toBe(404);
    expect((await as('GET', `/storages/transactions/${store.locationId}`)).data).toEqual([]);
    expect((await as('GET', `/storages/${store.locationId}`)).data).toMatchObject([{ id: store.forServices }]);
    expect((await desk.operation({ transactions: [{ good_id: store.soap, amount: 1 }] }, authorization)).status).toBe(403);
  });

  test('days limit what is seen, written and changed', async () => {
    const store = await openStore();
    const desk = deskOf(store);
    const old = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const fields = { create_date: old, transactions: [{ good_id: store.soap, amount: 1 }] };
    const { data } = await desk.operation(fields);
    const as = async (permissions: Record<string, number>) => (await store.hire('owner', permissions)).authorization;
    const blind = await as({ storages_last_days_count: 1 });
    expect((await store.call('GET', desk.document(data.document_id), { authorization: blind })).status).toBe(404);
    expect((await store.call('GET', `/storages/transactions/${store.locationId}`, { authorization: blind })).data).toEqual([]);
    expect((await desk.operation(fields, await as({ storages_create_last_days_count: 1 }))).status).toBe(403);
    const authorization = await as({ storages_edit_last_days_count: 1 });
    expect((await store.call('DELETE', desk.document(data.document_id), { authorization })).status).toBe(403);
  });

  test('without the right to see cost prices they are 0, and are not overwritten', async () => {
    const store = await openStore();
    const desk = deskOf(store);
    const arrival = await desk.operation({ type_id: 3, transactions: [{ good_id: store.soap, amount: 2, cost: 6 }] });
    const [{ id }] = arrival.data.transactions;
    const { authorization } = await store.hire('owner', { storages_goods_prime_cost_view_access: false });
    const seen = await store.call('GET', desk.line(id), { authorization });
    expect(seen.data).toMatchObject({ cost: 0, cost_per_unit: 0, good: { actual_cost: 0, unit_actual_cost: 0 } });
    const body = desk.lineBody(arrival.data.document_id, { cost: 0, cost_per_unit: 0, comment: 'Checked' });
    expect((await store.call('PUT', desk.line(id), { body, authorization })).status).toBe(200);
    expect((await store.call('GET', desk.line(id))).data).toMatchObject({ cost: 6, comment: 'Checked' });
  });
});

test('integrations are told of goods operations by their kind, and of their end', async () => {
  const store = await openStore();
  const desk = deskOf(store);
  const transactions = [{ good_id: store.soap, amount: 2 }];
  let sale = 0;
  const told = await toldBy(store.locationId, async () => {
    sale = (await desk.operation({ transactions })).data.document_id;
    for (const type_id of [2, 3, 4]) await desk.operation({ type_id, transactions });
    await desk.operation({ type_id: 5, to_storage_id: store.forServices, transactions });
    await store.call('DELETE', desk.document(sale));
  });
  expect(told.map(({ resource, status }) => `${resource} ${status}`)).toEqual([
    'goods_operations_sale create',
    'goods_operations_consumable create',
    'goods_operations_receipt create',
    'goods_operations_stolen create',
    'goods_operations_move create',
    'goods_operations_move create',
    'goods_operations_sale delete',
  ]);
  expect(told[0]?.data).toMatchObject({
    type_id: 1,
    type: 'Sale of goods',
    operation_unit_type: '1',
    amount: -2,
    cost: 10,
    good: { id: store.soap, title: 'Soap' },
    unit: { title: expect.any(String), short_title: expect.any(String) },
    record_id: 0,
  });
});
