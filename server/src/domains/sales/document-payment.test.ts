import { expect, test } from 'vitest';
import { type Desk, openDesk } from '../../../test/desk.ts';

const pay = (desk: Desk, document_id: number, fields: object = {}, authorization = desk.shop.owner.authorization) =>
  desk.shop.call('POST', `/finance_transactions/${desk.place}`, {
    body: { account_id: desk.cash, expense_id: 5, amount: 60, document_id, ...fields },
    authorization,
  });
const clientOf = async (desk: Desk, id: number) => (await desk.shop.call('GET', `/client/${desk.place}/${id}`)).data;
const dueOf = async (desk: Desk, document: number) => (await desk.sale(document)).data.payment_methods[0].applicable_amount;

async function makeDocument(desk: Desk, type_id: number) {
  const product = await desk.shop.addProduct({ price: 20 });
  const [storage] = (await desk.shop.call('GET', `/storages/${desk.place}`)).data;
  const made = await desk.shop.call('POST', `/storage_operations/operation/${desk.place}`, {
    body: {
      type_id,
      create_date: '2030-05-06 12:00:00',
      storage_id: storage.id,
      goods_transactions: [{ good_id: product, amount: 2, operation_unit_type: 1 }],
    },
  });
  return { document: made.data.document.id as number, storage: storage.id as number };
}

test('money with the document of a visit pays it, and is due again when it is changed or deleted', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(40, 20);
  const made = await pay(desk, document);
  expect(made.data).toMatchObject({
    document_id: document,
    record_id: appointment.id,
    client_id: appointment.client.id,
    item_id: 0,
  });
  expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1, payment_status: 1 });
  expect([await dueOf(desk, document), (await clientOf(desk, appointment.client.id)).balance]).toEqual([0, 60]);

  const path = `/finance_transactions/${desk.place}/${made.data.id}`;
  await desk.shop.call('PUT', path, { body: { amount: 59.99 } });
  expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 0 });
  await desk.shop.call('DELETE', path);
  expect([await dueOf(desk, document), (await clientOf(desk, appointment.client.id)).balance]).toEqual([60, 0]);
});

test('more than what is due is taken, and what is paid back is due again', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(60);
  await pay(desk, document, { amount: 70 });
  expect([await dueOf(desk, document), (await clientOf(desk, appointment.client.id)).balance]).toEqual([0, 70]);
  await pay(desk, document, { amount: -30 });
  expect([await dueOf(desk, document), (await clientOf(desk, appointment.client.id)).balance]).toEqual([20, 40]);

  // Of several items, the dearest is due again first.
  const { appointment: both, document: second } = await desk.visit(20, 40);
  await desk.payment(second, 60);
  await pay(desk, second, { amount: -50 });
  expect(await dueOf(desk, second)).toBe(50);
  const { data } = await desk.payment(second, 50);
  const [cheap, dear] = both.services.map(({ id }: { id: number }) => id);
  const payments = data.state.payment_transactions as { sale_item_id: number; amount: number }[];
  expect(payments.slice(-2).map(({ sale_item_id, amount }) => [sale_item_id, amount])).toEqual([
    [cheap, 10],
    [dear, 40],
  ]);
});

test('another client may pay, and nobody too', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(100);
  const { id } = await desk.shop.addClient({ balance: 0 });
  expect((await pay(desk, document, { client_id: id })).data.client_id).toBe(id);
  expect((await pay(desk, document, { client_id: 0, amount: 40 })).data.client_id).toBe(0);
  expect([(await clientOf(desk, id)).balance, (await clientOf(desk, appointment.client.id)).balance]).toEqual([60, 0]);
  expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1 });
});

test('money pays a sale of products', async () => {
  const desk = await openDesk();
  const { document } = await makeDocument(desk, 1);
  await pay(desk, document, { amount: 15, expense_id: 7 });
  expect(await dueOf(desk, document)).toBe(25);
});

test('money counts in a top-up, which stays when that money is deleted', async () => {
  const desk = await openDesk();
  const { id: client } = await desk.shop.addClient();
  const types = `/chain/${desk.shop.chainId}/deposit_types`;
  const kind = await desk.shop.call('POST', types, { body: { title: 'Advance', location_ids: [desk.place] } });
  const opened = await desk.shop.call('POST', `/company/${desk.place}/deposits`, {
    body: { client_id: client, deposit_type_id: kind.data.id },
  });
  const deposit_id = opened.data.deposit.id;
  await desk.shop.call('POST', `/deposits_operations/${desk.place}`, {
    body: { client_id: client, deposit_id, amount: 50, account_id: desk.cash },
  });
  const [refill] = (await desk.shop.call('GET', `/transactions/${desk.place}`)).data;
  const made = await pay(desk, refill.document_id, { amount: 5, expense_id: 8 });
  expect([made.status, made.data.document_id]).toEqual([200, refill.document_id]);
  await desk.shop.call('DELETE', `/finance_transactions/${desk.place}/${made.data.id}`);
  const [account] = (await desk.shop.call('GET', `/deposits/company/${desk.place}/client/${client}`)).data;
  expect([account.deposit.balance, await desk.balance(desk.cash)]).toEqual([50, 50]);
});

test.each([
  ['an arrival', async (desk: Desk) => (await makeDocument(desk, 3)).document, 'must be of a sale, a visit or a top-up'],
  ['a document that does not exist', async () => 2_000_000_000, 'is unknown'],
  [
    'a document of another business',
    async () => {
      const other = await openDesk();
      return (await other.visit(10)).document;
    },
    'is unknown',
  ],
  [
    'a deleted sale',
    async (desk: Desk) => {
      const { document } = await makeDocument(desk, 1);
      await desk.shop.call('DELETE', `/storage_operations/documents/${desk.place}/${document}`);
      return document;
    },
    'is unknown',
  ],
  [
    'a deleted appointment',
    async (desk: Desk) => {
      const { appointment, document } = await desk.visit(10);
      await desk.shop.call('DELETE', `/record/${desk.place}/${appointment.id}`);
      return document;
    },
    'is unknown',
  ],
])('money is not taken for %s', async (_, make, message) => {
  const desk = await openDesk();
  const answer = await pay(desk, await make(desk));
  expect([answer.status, answer.meta.errors]).toEqual([422, [{ document_id: [message] }]]);
  expect(await desk.balance(desk.cash)).toBe(0);
});

test('money is not taken for a visit that the caller does not see, nor as a refill', async () => {
  const desk = await openDesk();
  const { document } = await desk.visit(60);
  const { authorization } = await desk.shop.hire('owner', { master_id: await desk.shop.addTeamMember() });
  const errors = async (answer: ReturnType<typeof pay>) => (await answer).meta.errors;
  expect(await errors(pay(desk, document, {}, authorization))).toEqual([{ document_id: ['is unknown'] }]);
  expect(await errors(pay(desk, document, { expense_id: 10 }))).toEqual([
    { expense_id: ['is for top-ups of client accounts, not for documents'] },
  ]);
});

test('a payment of a visit that became a refill is deleted like any other', async () => {
  const desk = await openDesk();
  const { document } = await desk.visit(60);
  const { id } = (await pay(desk, document)).data;
  const path = `/finance_transactions/${desk.place}/${id}`;
  await desk.shop.call('PUT', path, { body: { expense_id: 10 } });
  expect((await desk.shop.call('DELETE', path)).status).toBe(202);
  expect(await dueOf(desk, document)).toBe(60);
});

test('payments of one document at once all count', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(60);
  await Promise.all(Array.from({ length: 6 }, () => pay(desk, document, { amount: 10 })));
  expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1 });
  expect((await clientOf(desk, appointment.client.id)).balance).toBe(60);
});
