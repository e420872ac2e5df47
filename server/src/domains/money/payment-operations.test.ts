import { expect, test } from 'vitest';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';
import { toMoney } from '../../platform/money.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { documentsOfAppointments } from '../appointments/of-documents.ts';
import { getPlace } from '../locations/location.ts';
import { addTransactions } from './transaction.ts';

/** A business and its operations on payments. */
async function openTill(city = 'New York') {
  const shop = await openShop({ city });
  const [cash, card] = (await shop.call('GET', `/accounts/${shop.locationId}`)).data.map(({ id }: { id: number }) => id);
  const path = `/finance_transactions/${shop.locationId}`;
  const pay = (body: object = {}, authorization?: string) =>
    shop.call('POST', path, {
      body: { expense_id: 5, account_id: cash, amount: 10, ...body },
      authorization: authorization ?? shop.owner.authorization,
    });
  const list = async (query = '') => (await shop.call('GET', `/transactions/${shop.locationId}${query}`)).data;
  const amounts = async (query = '') => (await list(query)).map(({ amount }: { amount: number }) => amount);
  return { ...shop, cash, card, path, pay, list, amounts };
}

test('a payment is created, read, changed and deleted', async () => {
  const till = await openTill();
  const client = await till.addClient({ name: 'Ada', email: 'ada@example.com' });
  const member = await till.addTeamMember({ name: 'Basil' });
  const made = await till.pay({
    client_id: client.id,
    master_id: member,
    comment: ' Tip ',
    date: '2026-02-01 12:00:00',
    amount: 10.5,
  });
  expect(made.status).toBe(200);
  expect(made.data).toEqual({
    id: expect.any(Number),
    document_id: 0,
    date: '2026-02-01T12:00:00-05:00',
    type_id: 5,
    expense_id: 5,
    account_id: till.cash,
    amount: 10.5,
    client_id: client.id,
    master_id: member,
    supplier_id: 0,
    comment: 'Tip',
    item_id: 0,
    target_type_id: 0,
    record_id: 0,
    goods_transaction_id: 0,
    expense: { id: 5, title: 'Provision of services' },
    account: { id: till.cash, title: 'Main', is_cash: true, is_default: true },
    client: { id: client.id, name: 'Ada', phone: `+${client.phone}`, email: 'ada@example.com' },
    master: { id: member, name: 'Basil' },
    supplier: [],
  });
  const path = `${till.path}/${made.data.id}`;
  const read = await till.call('GET', path);
  expect(read.data).toEqual([
    {
      id: made.data.id,
      document_id: 0,
      expense: { id: 5, title: 'Provision of services' },
      date: '2026-02-01T12:00:00-0500',
      amount: 10.5,
      comment: 'Tip',
      master: { id: member, title: 'Basil' },
      supplier: { id: 0, title: '' },
      account: { id: till.cash, title: 'Main' },
      client: { id: client.id, name: 'Ada', phone: `+${client.phone}` },
      last_change_date: expect.any(String),
      record_id: 0,
      visit_id: 0,
      sold_item_id: 0,
      sold_item_type: null,
    },
  ]);
  const changed = await till.call('PUT', path, { body: { amount: 7, client_id: 0, master_id: 0, account_id: till.card } });
  expect(changed.data).toMatchObject([
    { amount: 7, client: { id: 0, name: '' }, master: { id: 0 }, account: { id: till.card }, comment: 'Tip', expense: { id: 5 } },
  ]);
  expect((await till.call('DELETE', path)).status).toBe(202);
  for (const method of ['GET', 'PUT', 'DELETE'])
    expect((await till.call(method, path, method === 'PUT' ? { body: {} } : {})).status).toBe(404);
  expect(await till.amounts()).toEqual([]);
  expect(await till.amounts('?deleted=1')).toEqual([7]);
});

test.each([
  [{ amount: undefined }, { amount: ['is required'] }],
  [{ account_id: undefined }, { account_id: ['is required'] }],
  [{ expense_id: undefined }, { expense_id: ['is required'] }],
  [{ amount: 0 }, { amount: ['must not be 0'] }],
  [{ amount: 0.001 }, { amount: ['must have at most 2 digits after the point'] }],
  [{ expense_id: 999 }, { expense_id: ['is unknown'] }],
  [{ client_id: 2_000_000_000 }, { client_id: ['is unknown'] }],
  [{ master_id: 2_000_000_000 }, { master_id: ['is unknown'] }],
  [{ supplier_id: 2_000_000_000 }, { supplier_id: ['is unknown'] }],
  [{ date: 'yesterday' }, { date: ['must be a date and time YYYY-MM-DD HH:MM:SS'] }],
])('with %o, a payment is refused, and nothing is written', async (body, errors) => {
  const till = await openTill();
  const answer = await till.pay(body);
  expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
  expect(await till.list()).toEqual([]);
});

test('the list is newest first, in pages; a page after the last is empty', async () => {
  const till = await openTill();
  expect(await till.list()).toEqual([]);
  for (const [amount, date] of [
    [1, '2026-01-02'],
    [2, '2026-01-03'],
    [3, '2026-01-01'],
    [4, '2026-01-03'],
  ] as const)
    await till.pay({ amount, date });
  expect(await till.amounts()).toEqual([4, 2, 1, 3]);
  expect([await till.amounts('?count=3'), await till.amounts('?count=3&page=2'), await till.amounts('?count=3&page=3')]).toEqual([
    [4, 2, 1],
    [3],
    [],
  ]);
});

test('the filters of the list', async () => {
  const till = await openTill();
  const client = await till.addClient();
  const member = await till.addTeamMember();
  const clerk = await till.hire('owner');
  await till.pay({ amount: 1, client_id: client.id, date: '2026-01-01 00:00:00' });
  await till.pay({ amount: -2, expense_id: 9, date: '2026-01-01 23:59:59' });
  await till.pay({ amount: 3, account_id: till.card, master_id: member, date: '2026-01-02 00:00:00' }, clerk.authorization);
  expect(await till.amounts(`?client_id=${client.id}`)).toEqual([1]);
  expect(await till.amounts(`?account_id=${till.card}`)).toEqual([3]);
  expect(await till.amounts(`?master_id=${member}`)).toEqual([3]);
  expect(await till.amounts(`?user_id=${clerk.id}`)).toEqual([3]);
  expect(await till.amounts('?type=9')).toEqual([-2]);
  expect([await till.amounts('?balance_is=1'), await till.amounts('?balance_is=2')]).toEqual([[3, 1], [-2]]);
  expect(await till.amounts('?account_id=0&supplier_id=0&client_id=0&user_id=0&master_id=0&type=0&document_id=0')).toEqual([
    3, -2, 1,
  ]);
  expect(await till.amounts('?real_money=1&balance_is=0&deleted=0')).toEqual([3, -2, 1]);
  for (const [first, last] of [
    ['20260101', '20260101'],
    ['2026-01-01', '2026-01-01'],
    ['01.01.2026', '01.01.2026'],
  ])
    expect(await till.amounts(`?start_date=${first}&end_date=${last}`)).toEqual([-2, 1]);
  expect((await till.call('GET', `/transactions/${till.locationId}?start_date=20261301`)).meta.errors).toEqual([
    { start_date: ['must be a date YYYYMMDD, YYYY-MM-DD or DD.MM.YYYY'] },
  ]);
});

test('a payment of an appointment names the appointment, its visit and the service; others find it by them', async () => {
  const salon = await openSalon();
  const { db } = await testDatabase();
  const location = await getPlace(db, salon.place);
  const [{ id, visit_id }] = (await salon.shop.call('POST', `/records/${salon.place}`, { body: salon.body({}) })).data;
  const [documentId] = await documentsOfAppointments(db, salon.place, [id]);
  const [account] = (await salon.shop.call('GET', `/accounts/${salon.place}`)).data;
  const row = { accountId: account.id, expenseId: 5, amount: toMoney(20), at: new Date(), documentId, serviceId: salon.service };
  await beginAlone(db)((write) => addTransactions(write, location, [row as never]));
  const paid = {
    amount: 20,
    document_id: documentId,
    record_id: id,
    visit_id,
    sold_item_id: salon.service,
    sold_item_type: 'service',
  };
  const at = (query: string) => salon.shop.call('GET', `/timetable/transactions/${salon.place}${query}`);
  for (const query of [`?record_id=${id}`, `?visit_id=${visit_id}`, `?record_id=${id}&visit_id=${visit_id}`])
    expect((await at(query)).data).toMatchObject([paid]);
  expect((await at('')).status).toBe(422);
  for (const query of ['?record_id=2000000000', '?visit_id=2000000000', `?record_id=${id}&visit_id=2000000000`])
    expect((await at(query)).status).toBe(404);
  const ofDocument = await salon.shop.call('GET', `/storage_operations/documents/finance_transactions/${documentId}`);
  expect(ofDocument.data).toMatchObject([
    { amount: 20, item_id: salon.service, target_type_id: 1, record_id: id, expense_id: 5, master: [], supplier: [] },
  ]);
});

test('a document of another business does not exist', async () => {
  const [salon, stranger] = [await openSalon(), await openShop()];
  const { db } = await testDatabase();
  const [{ id }] = (await salon.shop.call('POST', `/records/${salon.place}`, { body: salon.body({}) })).data;
  const [documentId] = await documentsOfAppointments(db, salon.place, [id]);
  const path = (document: unknown) => `/storage_operations/documents/finance_transactions/${document}`;
  expect((await salon.shop.call('GET', path(documentId))).data).toEqual([]);
  expect((await stranger.call('GET', path(documentId))).status).toBe(404);
  expect((await stranger.call('GET', path(2_000_000_000))).status).toBe(404);
});

test('an empty change of a payment leaves it as it is', async () => {
  const till = await openTill();
  const { id } = (await till.pay({ comment: 'Cash' })).data;
  expect((await till.call('PUT', `${till.path}/${id}`, { body: {} })).data).toMatchObject([{ amount: 10, comment: 'Cash' }]);
});

test('users who write only in the last days may not move a payment to an earlier day', async () => {
  const till = await openTill();
  const { authorization } = await till.hire('owner', { finances_edit_last_days_count: 1, finances_create_last_days_count: 0 });
  const { id } = (await till.pay({}, authorization)).data;
  const change = (body: object) => till.call('PUT', `${till.path}/${id}`, { body, authorization });
  expect((await change({ comment: 'Counted' })).status).toBe(200);
  expect((await change({ date: '2020-01-01' })).status).toBe(403);
  expect((await till.pay({ date: '2020-01-01' }, authorization)).status).toBe(403);
});
