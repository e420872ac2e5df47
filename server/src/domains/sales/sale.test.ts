import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { type Desk, openDesk } from '../../../test/desk.ts';
import { call, testDatabase } from '../../../test/harness.ts';
import { clientAccounts, clientAccountTypeLocations, clientAccountTypes } from '../client-accounts/tables.ts';

const paidItems = (answer: Awaited<ReturnType<Desk['sale']>>) =>
  answer.data.state.payment_transactions.map((row: { sale_item_id: number; amount: number }) => [row.sale_item_id, row.amount]);

describe('the sale of a visit', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
  });

  test('shows what is to be paid, and the accounts that take it', async () => {
    const { document, appointment } = await desk.visit(1300);
    const { data } = await desk.sale(document);
    expect(data.state.items).toEqual([
      expect.objectContaining({
        type: 'service',
        id: appointment.services[0].id,
        amount: 1,
        default_cost_total: 1300,
        cost_to_pay_total: 1300,
        document_id: document,
      }),
    ]);
    expect(data.payment_methods).toEqual([
      expect.objectContaining({ slug: 'account', account_id: desk.cash, is_applicable: true, applicable_amount: 1300 }),
      expect.objectContaining({ slug: 'account', account_id: desk.card, is_applicable: true, applicable_amount: 1300 }),
    ]);
  });

  test('is paid into accounts that are not archived, in their order', async () => {
    const path = `/company/${desk.place}/accounts`;
    const { data } = await desk.shop.call('POST', path, { body: { title: 'Terminal', type: 1, weight: 0 } });
    const { document } = await desk.visit(10);
    const offered = async () =>
      (await desk.sale(document)).data.payment_methods.map((each: { account_id: number }) => each.account_id);
    expect(await offered()).toEqual([data.id, desk.cash, desk.card]);
    await desk.shop.call('DELETE', `${path}/${data.id}`);
    expect(await offered()).toEqual([desk.cash, desk.card]);
    expect((await desk.payment(document, 10, data.id)).meta.errors).toEqual([{ account_id: ['is archived'] }]);
  });

  test('is paid item by item, the cheapest first', async () => {
    const { document, appointment } = await desk.visit(300, 100, 200);
    const [dear, cheap, middle] = appointment.services.map(({ id }: { id: number }) => id);
    const answer = await desk.payment(document, 350);
    expect(answer.status).toBe(200);
    expect(paidItems(answer)).toEqual([
      [cheap, 100],
      [middle, 200],
      [dear, 50],
    ]);
    expect(answer.data.payment_methods[0].applicable_amount).toBe(250);
  });

  test('is paid in parts, from several accounts; then the appointment is paid', async () => {
    const { document, appointment } = await desk.visit(59);
    await desk.payment(document, 32);
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 0, payment_status: 0 });
    const answer = await desk.payment(document, 27, desk.card);
    expect(paidItems(answer).map(([, amount]: [number, number]) => amount)).toEqual([32, 27]);
    expect(answer.data.payment_methods[0]).toMatchObject({ is_applicable: false, applicable_amount: 0 });
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1, payment_status: 1 });
  });

  test.each([
    [0, 'must be greater than 0'],
    [-5, 'must be greater than 0'],
    [60.01, 'must not be more than what is due: 60'],
    [1.005, 'must have at most 2 digits after the point'],
  ])('refuses a payment of %s, and nothing is written', async (amount, message) => {
    const { document } = await desk.visit(60);
    const before = await desk.balance(desk.cash);
    const answer = await desk.payment(document, amount);
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ amount: [expect.stringContaining(message)] }]]);
    expect(await desk.balance(desk.cash)).toBe(before);
  });

  test('refuses a second payment when a retry comes after the first has paid everything', async () => {
    const { document } = await desk.visit(60);
    expect((await desk.payment(document, 60)).status).toBe(200);
    expect((await desk.payment(document, 60)).status).toBe(422);
  });

  test('of many payments at once takes exactly what is due', async () => {
    const { document, appointment } = await desk.visit(30, 20);
    const before = await desk.balance(desk.cash);
    const answers = await Promise.all(Array.from({ length: 8 }, () => desk.payment(document, 20)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 422, 422, 422, 422, 422, 422]);
    expect(await desk.balance(desk.cash)).toBe(before + 40);
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 0 });
  });

  test('is due again when a payment is cancelled, which gives the money back', async () => {
    const { document, appointment } = await desk.visit(60);
    const before = await desk.balance(desk.cash);
    const [payment] = (await desk.payment(document, 60)).data.state.payment_transactions;
    const cancel = () =>
      desk.shop.call('DELETE', `/company/${desk.place}/sale/${document}/payment/payment_transaction/${payment.id}`);
    const answer = await cancel();
    expect([answer.status, answer.data.state.payment_transactions]).toEqual([200, []]);
    expect(await desk.balance(desk.cash)).toBe(before);
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 0 });
    expect((await cancel()).status).toBe(404);
  });

  test('does not know the payments of another one', async () => {
    const [one, other] = [await desk.visit(60), await desk.visit(70)];
    const [payment] = (await desk.payment(one.document, 60)).data.state.payment_transactions;
    const path = `/company/${desk.place}/sale/${other.document}/payment/payment_transaction/${payment.id}`;
    expect((await desk.shop.call('DELETE', path)).status).toBe(404);
  });

  test('that costs nothing is paid', async () => {
    const { appointment, document } = await desk.visit(0);
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1, payment_status: 1 });
    expect((await desk.payment(document, 1)).status).toBe(422);
  });

  test('counts what the client has paid', async () => {
    const { appointment, document } = await desk.visit(60);
    await desk.payment(document, 45);
    const client = (await desk.shop.call('GET', `/client/${desk.place}/${appointment.client.id}`)).data;
    expect(client).toMatchObject({ balance: 45, spent: 0 });
  });

  test('of a client with two appointments on a day is one sale, whichever document opens it', async () => {
    const phone = '+12015550123';
    const first = await desk.booked({ client: { phone, name: 'Ada' }, save_if_busy: true });
    const second = await desk.booked({ client: { phone, name: 'Ada' }, save_if_busy: true, datetime: '2030-05-06T12:00:00' });
    const sales = await Promise.all([first, second].map(({ documents }) => desk.sale(documents[0].id)));
    expect(sales[0]?.data.state).toEqual(sales[1]?.data.state);
    expect(sales[0]?.data.state.items).toHaveLength(2);
  });

  test('of a deleted appointment is not found', async () => {
    const { appointment, document } = await desk.visit(60);
    await desk.shop.call('DELETE', `/record/${desk.place}/${appointment.id}`);
    expect((await desk.sale(document)).status).toBe(404);
    expect((await desk.payment(document, 60)).status).toBe(404);
  });

  test('needs the right to take payments, and honours how far back it reaches', async () => {
    const { document } = await desk.visit(60);
    const without = await desk.shop.hire('owner', { records_finances_access: false });
    const path = `/company/${desk.place}/sale/${document}`;
    expect((await desk.shop.call('GET', path, { authorization: without.authorization })).status).toBe(403);
  });

  test('shows only the accounts that the caller works with, and takes no others', async () => {
    const { document } = await desk.visit(60);
    const { authorization } = await desk.shop.hire('owner', {
      finances_accounts_limited_access: true,
      finances_accounts_ids: [desk.card],
    });
    const sale = await desk.shop.call('GET', `/company/${desk.place}/sale/${document}`, { authorization });
    expect(sale.data.payment_methods.map((each: { account_id: number }) => each.account_id)).toEqual([desk.card]);
    const answer = await desk.shop.call('POST', `/company/${desk.place}/sale/${document}/payment`, {
      authorization,
      body: { payment: { method: { slug: 'account', account_id: desk.cash }, amount: 60 } },
    });
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ account_id: ['is unknown'] }]]);
  });

  test('of another business is not found', async () => {
    const { document } = await desk.visit(60);
    const other = await openDesk();
    expect((await other.sale(document)).status).toBe(404);
    expect((await other.payment(document, 60)).status).toBe(404);
  });

  test('is split exactly in a currency without smaller units', async () => {
    const tokyo = await openDesk({ city: 'Tokyo' });
    const { document } = await tokyo.visit(1000, 333);
    expect((await tokyo.payment(document, 0.5)).status).toBe(422);
    expect(paidItems(await tokyo.payment(document, 500)).map(([, amount]: [number, number]) => amount)).toEqual([333, 167]);
  });
});

describe('an edited visit', () => {
  let desk: Desk;
  let product: number;
  beforeAll(async () => {
    desk = await openDesk();
    product = await desk.shop.addProduct({ price: 20 });
  });
  const edit = (appointment: { id: number; visit_id: number }, changes: object, authorization = desk.shop.owner.authorization) =>
    call('PUT', `/visits/${appointment.visit_id}/${appointment.id}`, {
      authorization,
      body: { attendance: 1, comment: '', ...changes },
    });
  const details = async ({ id, visit_id }: { id: number; visit_id: number }) =>
    (await desk.shop.call('GET', `/visit/details/${desk.place}/${id}/${visit_id}`)).data;
  const stock = async () => {
    const { query } = await testDatabase();
    const [row] = await query<{ amount: number }>({
      text: 'select coalesce(sum(amount), 0)::float8 as amount from stock_levels where product_id = $1',
      values: [product],
    });
    return row?.amount;
  };

  test('sells products, and takes back those that are missing in the next edit', async () => {
    const { appointment } = await desk.visit(60);
    const before = await stock();
    expect((await edit(appointment, { goods_transactions: [{ id: 0, good_id: String(product), amount: '-2' }] })).status).toBe(
      200,
    );
    const sold = await desk.read(appointment.id);
    expect(sold.goods_transactions).toEqual([
      expect.objectContaining({ good_id: product, amount: -2, cost: 40, title: expect.any(String) }),
    ]);
    expect((await details(appointment)).items).toEqual([
      expect.objectContaining({ is_service: true, cost: 60 }),
      expect.objectContaining({ is_good: true, good_id: product, amount: 2, cost: 40 }),
    ]);
    expect(await stock()).toBe((before ?? 0) - 2);
    const client = (await desk.shop.call('GET', `/client/${desk.place}/${appointment.client.id}`)).data;
    expect(client).toMatchObject({ spent: 100, balance: -100 });
    expect((await edit(appointment, { goods_transactions: [] })).status).toBe(200);
    expect((await desk.read(appointment.id)).goods_transactions).toEqual([]);
    expect(await stock()).toBe(before);
  });

  test('keeps its products when the edit does not name them, and changes those that differ', async () => {
    const { appointment } = await desk.visit(60);
    await edit(appointment, { goods_transactions: [{ good_id: product, amount: 1 }] });
    await edit(appointment, {});
    const [line] = (await desk.read(appointment.id)).goods_transactions;
    expect(line).toMatchObject({ amount: -1, cost: 20 });
    await edit(appointment, { goods_transactions: [{ ...line, amount: 3, cost: undefined }] });
    expect((await desk.read(appointment.id)).goods_transactions).toEqual([{ ...line, amount: -3, cost: 60 }]);
  });

  test('changes whatever differs in a product, and leaves the rest', async () => {
    const { appointment } = await desk.visit(60);
    const [other, seller] = [await desk.shop.addProduct({ price: 30 }), await desk.shop.addTeamMember()];
    const [storage] = (await desk.shop.call('GET', `/storages/${desk.place}`)).data;
    await edit(appointment, { goods_transactions: [{ good_id: product, amount: 2 }] });
    const [{ id }] = (await desk.read(appointment.id)).goods_transactions;
    const base = { id, good_id: product, amount: 2 };
    const changes: [object, object][] = [
      [{ storage_id: storage.id }, { storage_id: storage.id, cost: 40 }],
      [{ master_id: seller }, { master_id: seller, storage_id: storage.id }],
      [{ discount: 10 }, { discount: 10, cost: 36, master_id: seller }],
      [{ cost: 35 }, { cost: 35, discount: 10 }],
      [
        { cost_per_unit: 18, discount: 0 },
        { cost_per_unit: 18, discount: 0, cost: 36 },
      ],
      [{ good_id: other }, { good_id: other, cost: 60, storage_id: storage.id, master_id: seller }],
      [
        { good_id: other, operation_unit_type: 2 },
        { good_id: other, operation_unit_type: 2 },
      ],
    ];
    for (const [change, shown] of changes) {
      expect((await edit(appointment, { goods_transactions: [{ ...base, ...change }] })).status).toBe(200);
      expect((await desk.read(appointment.id)).goods_transactions).toMatchObject([{ id, ...shown }]);
    }
  });

  test('is paid at once, in cash or by card', async () => {
    const { appointment } = await desk.visit(60);
    const before = await desk.balance(desk.card);
    expect((await edit(appointment, { goods_transactions: [{ good_id: product, amount: 1 }], fast_payment: 2 })).status).toBe(
      200,
    );
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1, payment_status: 1 });
    expect(await desk.balance(desk.card)).toBe(before + 80);
    const [good, service] = (await details(appointment)).payment_transactions;
    expect(good).toMatchObject({ amount: 20, expense_id: 7, target_type_id: 0, account_id: desk.card });
    expect(service).toMatchObject({ amount: 60, expense_id: 5, target_type_id: 1, item_id: appointment.services[0].id });
  });

  test('takes payments and cancels others, all or nothing', async () => {
    const { appointment } = await desk.visit(60);
    await edit(appointment, { new_transactions: [{ id: 1719000000000 % 2147483647, amount: 25, account_id: desk.cash }] });
    const [first] = (await details(appointment)).payment_transactions;
    const failed = await edit(appointment, {
      deleted_transaction_ids: [first.id],
      new_transactions: [{ amount: 10, account_id: 2147483000 }],
    });
    expect([failed.status, (await details(appointment)).payment_transactions]).toEqual([422, [first]]);
    await edit(appointment, {
      deleted_transaction_ids: [first.id],
      new_transactions: [{ amount: 30, account_id: desk.cash }],
    });
    const payments = (await details(appointment)).payment_transactions;
    expect(payments.map(({ amount }: { amount: number }) => amount)).toEqual([30]);
  });

  test('keeps what was paid for a product, when the payment of a service is cancelled', async () => {
    const { appointment, document } = await desk.visit(10);
    await edit(appointment, { goods_transactions: [{ good_id: product, amount: 1 }] });
    const [service, good] = paidItems(await desk.payment(document, 15));
    expect([service, good]).toEqual([
      [appointment.services[0].id, 10],
      [expect.any(Number), 5],
    ]);
    const [first] = (await details(appointment)).payment_transactions.filter(({ amount }: { amount: number }) => amount === 10);
    await edit(appointment, { deleted_transaction_ids: [first.id] });
    expect(paidItems(await desk.payment(document, 25))).toEqual([good, [service[0], 10], [good[0], 15]]);
  });

  test('may be paid more than it costs, which raises the balance of the client', async () => {
    const { appointment } = await desk.visit(60);
    expect((await edit(appointment, { new_transactions: [{ amount: 100, account_id: desk.cash }] })).status).toBe(200);
    const client = (await desk.shop.call('GET', `/client/${desk.place}/${appointment.client.id}`)).data;
    expect(client).toMatchObject({ spent: 60, balance: 40 });
    // What is more than due is paid for the visit as a whole.
    const { payment_transactions } = await details(appointment);
    expect(payment_transactions).toMatchObject([
      { amount: 60, item_id: appointment.services[0].id },
      { amount: 40, item_id: 0, expense_id: 5, document_id: appointment.documents[0].id },
    ]);
  });

  test('takes several payments, each for what the ones before have left: the cheapest item first', async () => {
    const { appointment } = await desk.visit(60);
    await edit(appointment, { goods_transactions: [{ good_id: product, amount: 1 }] });
    const before = [await desk.balance(desk.cash), await desk.balance(desk.card)] as const;
    const new_transactions = [
      { amount: 15, account_id: desk.cash },
      { amount: 30, account_id: desk.card },
      { amount: 40, account_id: desk.cash },
    ];
    expect((await edit(appointment, { new_transactions })).status).toBe(200);
    const rows: { amount: number; expense_id: number; item_id: number; account_id: number }[] = (await details(appointment))
      .payment_transactions;
    expect(rows.map((row) => [row.amount, row.expense_id, row.item_id === 0, row.account_id])).toEqual([
      [15, 7, false, desk.cash],
      [5, 7, false, desk.card],
      [25, 5, false, desk.card],
      [35, 5, false, desk.cash],
      [5, 5, true, desk.cash],
    ]);
    expect(await desk.balance(desk.cash)).toBe(before[0] + 55);
    expect(await desk.balance(desk.card)).toBe(before[1] + 30);
  });

  test.each([
    [
      'a payment of another visit',
      (_: number, payment: number) => ({ deleted_transaction_ids: [payment] }),
      'deleted_transaction_ids',
      'is no payment of this visit',
    ],
    [
      'a product transaction of another appointment',
      (line: number) => ({ goods_transactions: [{ id: line, good_id: product, amount: 1 }] }),
      'goods_transactions',
      'is not of this appointment',
    ],
    [
      'a product in an unknown storage',
      () => ({ goods_transactions: [{ good_id: product, amount: 1, storage_id: 2147483000 }] }),
      'storage_id',
      'must be a storage of this location',
    ],
  ] as const)('refuses %s', async (_, changes, field, message) => {
    const [{ appointment }, other] = [await desk.visit(60), await desk.visit(60)];
    await edit(appointment, { new_transactions: [{ amount: 10, account_id: desk.cash }] });
    await edit(other.appointment, { goods_transactions: [{ good_id: product, amount: 1 }], fast_payment: 1 });
    const before = await desk.balance(desk.cash);
    const [line] = (await desk.read(other.appointment.id)).goods_transactions;
    const [payment] = (await details(other.appointment)).payment_transactions;
    const answer = await edit(appointment, changes(line.id, payment.id));
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ [field]: [expect.stringContaining(message)] }]]);
    expect(await desk.balance(desk.cash)).toBe(before);
  });

  test('needs a right to add products, and another one to change and take back those that are there', async () => {
    const { appointment } = await desk.visit(60);
    const added = { good_id: product, amount: 1 };
    await edit(appointment, { goods_transactions: [added] });
    const [{ id }] = (await desk.read(appointment.id)).goods_transactions;
    const { authorization } = await desk.shop.hire('owner', { records_goods_edit_transaction_access: false });
    const statusOf = async (...goods_transactions: object[]) =>
      (await edit(appointment, { goods_transactions }, authorization)).status;
    expect(await statusOf({ ...added, id, amount: 2 })).toBe(403);
    expect(await statusOf()).toBe(403);
    // A product that is named as it is does not count as changed.
    expect(await statusOf({ ...added, id }, added)).toBe(200);
    expect((await desk.read(appointment.id)).goods_transactions).toHaveLength(2);
  });

  test('touches only the accounts and storages that the caller works with', async () => {
    const { appointment, document } = await desk.visit(60);
    const [payment] = (await desk.payment(document, 10, desk.card)).data.state.payment_transactions;
    const [forServices] = (await desk.shop.call('GET', `/storages/${desk.place}`)).data;
    const { authorization } = await desk.shop.hire('owner', {
      finances_accounts_limited_access: true,
      finances_accounts_ids: [desk.cash],
      storages_limited_access: true,
      storages_ids: [forServices.id],
    });
    const errors = async (changes: object) => (await edit(appointment, changes, authorization)).meta.errors;
    expect(await errors({ deleted_transaction_ids: [payment.id] })).toEqual([
      { deleted_transaction_ids: [`name ${payment.id}, which is no payment of this visit`] },
    ]);
    expect(await errors({ fast_payment: 2 })).toEqual([
      { fast_payment: ['needs a usual account of this kind, which you work with'] },
    ]);
    const sold = (storage_id: number) => ({ goods_transactions: [{ good_id: product, amount: 1, storage_id }] });
    const forSale = forServices.id + 1;
    expect(await errors(sold(forSale))).toEqual([{ goods_transactions: [`name storage ${forSale}, which is unknown`] }]);
    const allowed = { ...sold(forServices.id), fast_payment: 1 };
    expect((await edit(appointment, allowed, authorization)).status).toBe(200);
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1 });
  });

  test('needs a storage for sale, unless it names one, and a usual account to be paid at once', async () => {
    const [own, { shop, place, visit }] = [{ good_id: product, amount: 1 }, desk];
    const [forServices, forSale] = (await shop.call('GET', `/storages/${place}`)).data as { id: number }[];
    const { appointment } = await visit(60);
    const storage = `/company/${place}/storages/${forSale?.id}`;
    const account = `/company/${place}/accounts/${desk.card}`;
    await shop.call('PUT', storage, { body: { for_sale: false } });
    await shop.call('PUT', account, { body: { is_default: false } });
    const errors = async (changes: object) => (await edit(appointment, changes)).meta.errors;
    expect(await errors({ goods_transactions: [own] })).toEqual([
      { storage_id: ['is required, because no storage is chosen for sale'] },
    ]);
    expect(await errors({ fast_payment: 2 })).toEqual([
      { fast_payment: ['needs a usual account of this kind, which you work with'] },
    ]);
    const placed = { goods_transactions: [{ ...own, storage_id: forServices?.id }], fast_payment: 1 };
    expect((await edit(appointment, placed)).status).toBe(200);
    await shop.call('PUT', storage, { body: { for_sale: true } });
    await shop.call('PUT', account, { body: { is_default: true } });
  });

  test('needs the rights for products and payments, each of its own', async () => {
    const { appointment } = await desk.visit(60);
    const clerk = await desk.shop.hire('owner', {
      records_goods_create_transaction_access: false,
      records_finances_access: false,
    });
    const goods = await edit(appointment, { goods_transactions: [{ good_id: product, amount: 1 }] }, clerk.authorization);
    const payment = await edit(appointment, { fast_payment: 1 }, clerk.authorization);
    expect([goods.status, payment.status]).toEqual([403, 403]);
    expect((await edit(appointment, {}, clerk.authorization)).status).toBe(200);
  });

  test('loses the payments of a product that is taken back', async () => {
    const { appointment } = await desk.visit(60);
    const before = await desk.balance(desk.cash);
    await edit(appointment, { goods_transactions: [{ good_id: product, amount: 1 }], fast_payment: 1 });
    expect(await desk.balance(desk.cash)).toBe(before + 80);
    await edit(appointment, { goods_transactions: [] });
    expect(await desk.balance(desk.cash)).toBe(before + 60);
  });

  test('is unpaid when somebody deletes the movement of money itself', async () => {
    const { appointment } = await desk.visit(60);
    await edit(appointment, { fast_payment: 1 });
    const [payment] = (await details(appointment)).payment_transactions;
    expect((await desk.shop.call('DELETE', `/finance_transactions/${desk.place}/${payment.id}`)).status).toBe(202);
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 0 });
  });

  test('that is deleted gives its products and its money back, to callers who may delete paid ones', async () => {
    const { appointment } = await desk.visit(60);
    const [money, goods] = [await desk.balance(desk.cash), await stock()];
    await edit(appointment, { goods_transactions: [{ good_id: product, amount: 1 }], fast_payment: 1 });
    const path = `/record/${desk.place}/${appointment.id}`;
    const clerk = await desk.shop.hire('owner', { delete_paid_records_access: false });
    expect((await desk.shop.call('DELETE', path, { authorization: clerk.authorization })).status).toBe(403);
    expect((await desk.shop.call('DELETE', path)).status).toBe(204);
    expect([await desk.balance(desk.cash), await stock()]).toEqual([money, goods]);
  });

  test('shows in the history of the client what was paid, and is found by that', async () => {
    const { appointment } = await desk.visit(60, 40);
    const history = async (payment_statuses: string[]) =>
      (
        await desk.shop.call('POST', `/company/${desk.place}/clients/visits/search`, {
          body: {
            client_id: appointment.client.id,
            client_phone: null,
            from: null,
            to: null,
            payment_statuses,
            attendance: null,
          },
        })
      ).data.records;
    const sums = async (of = appointment) =>
      (await history([]))
        .find(({ id }: { id: number }) => id === of.id)
        .services.map((each: { paid_sum: number; payment_status: string }) => [each.paid_sum, each.payment_status]);
    expect(await sums()).toEqual([
      [0, 'not_paid'],
      [0, 'not_paid'],
    ]);
    await edit(appointment, { new_transactions: [{ amount: 50, account_id: desk.cash }] });
    expect(await sums()).toEqual([
      [10, 'paid_not_full'],
      [40, 'paid_full'],
    ]);
    expect(await history(['paid_full', 'not_paid'])).toEqual([]);
    expect(await history(['paid_not_full'])).toHaveLength(1);
    // Another visit has its own payments, also for the same service.
    const { client, services } = appointment;
    const later = await desk.booked({ client: { id: client.id }, services, datetime: '2030-05-07T10:00:00', save_if_busy: true });
    await desk.payment(later.documents[0].id, 100);
    expect([await sums(), await sums(later)]).toEqual([
      [
        [10, 'paid_not_full'],
        [40, 'paid_full'],
      ],
      [
        [60, 'paid_full'],
        [40, 'paid_full'],
      ],
    ]);
  });

  test('shows its payments when they are asked for', async () => {
    const { appointment } = await desk.visit(60);
    await edit(appointment, { fast_payment: 1 });
    const path = `/record/${desk.place}/${appointment.id}`;
    expect((await desk.shop.call('GET', path)).data.finance_transactions).toEqual([]);
    const { data } = await desk.shop.call('GET', `${path}?include_finance_transactions=1`);
    expect(data.finance_transactions).toEqual([expect.objectContaining({ amount: 60, record_id: appointment.id })]);
  });
});

describe('a sale of products without a visit', () => {
  test('is paid like a visit, by callers who work with its storage', async () => {
    const desk = await openDesk();
    const product = await desk.shop.addProduct({ price: 20 });
    const storages = (await desk.shop.call('GET', `/storages/${desk.place}`)).data as { id: number; for_sale: number }[];
    const storage_id = storages.find(({ for_sale }) => for_sale === 1)?.id as number;
    const made = await desk.shop.call('POST', `/storage_operations/operation/${desk.place}`, {
      body: {
        type_id: 1,
        create_date: '2026-01-16 16:00:00',
        storage_id,
        goods_transactions: [{ good_id: product, amount: 2, operation_unit_type: 1 }],
      },
    });
    const document: number = made.data.document.id;
    const answer = await desk.payment(document, 40);
    expect(answer.data.state.payment_transactions).toEqual([
      expect.objectContaining({ sale_item_type: 'good', expense_id: 7, amount: 40 }),
    ]);
    const other = storages.find(({ id }) => id !== storage_id)?.id as number;
    const { authorization } = await desk.shop.hire('owner', { storages_limited_access: true, storages_ids: [other] });
    expect((await desk.shop.call('GET', `/company/${desk.place}/sale/${document}`, { authorization })).status).toBe(404);
  });
});

test('what a client buys without a visit counts as bought, and follows its lines', async () => {
  const desk = await openDesk();
  const { shop, place } = desk;
  const [product, one, other] = [await shop.addProduct({ price: 20 }), await shop.addClient(), await shop.addClient()];
  const [, storage] = (await shop.call('GET', `/storages/${place}`)).data as { id: number }[];
  const line = (client: { id: number }, amount: number) => ({
    good_id: product,
    amount,
    client_id: client.id,
    operation_unit_type: 1,
    cost_per_unit: 20,
    discount: 0,
    cost: 20 * amount,
  });
  const made = await shop.call('POST', `/storage_operations/operation/${place}`, {
    body: {
      type_id: 1,
      create_date: '2026-01-16 16:00:00',
      storage_id: storage?.id,
      goods_transactions: [line(one, 2), line(other, 1)],
    },
  });
  const document_id: number = made.data.document.id;
  const [first] = made.data.goods_transactions as { id: number }[];
  const figures = () =>
    Promise.all(
      [one, other].map(async ({ id }) => {
        const { spent, balance } = (await shop.call('GET', `/client/${place}/${id}`)).data;
        return [spent, balance];
      }),
    );
  const lines = `/storage_operations/goods_transactions/${place}`;
  expect(await figures()).toEqual([
    [40, -40],
    [20, -20],
  ]);
  const added = await shop.call('POST', lines, { body: { document_id, ...line(one, 1) } });
  expect(await figures()).toEqual([
    [60, -60],
    [20, -20],
  ]);
  await shop.call('PUT', `${lines}/${first?.id}`, { body: { document_id, ...line(other, 3) } });
  // Of two buyers, nobody knows who pays.
  await desk.payment(document_id, 10);
  expect(await figures()).toEqual([
    [20, -20],
    [80, -80],
  ]);
  await shop.call('DELETE', `${lines}/${added.data.id}`);
  await desk.payment(document_id, 70);
  expect(await figures()).toEqual([
    [0, 0],
    [80, -10],
  ]);
  expect(await contradictions(place)).toEqual([]);
  await shop.call('DELETE', `/storage_operations/documents/${place}/${document_id}`);
  expect(await figures()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(await contradictions(place)).toEqual([]);
});

describe('a client account', () => {
  /** A desk whose client has an account. */
  async function openAccount(balance: number, creditLimit = 0) {
    const desk = await openDesk();
    const { db } = await testDatabase();
    const { appointment, document } = await desk.visit(100);
    const { chainId } = desk.shop;
    const [type] = await db
      .insert(clientAccountTypes)
      .values({ chainId, title: 'Prepaid', creditLimit: sql`${creditLimit}` as never })
      .returning({ id: clientAccountTypes.id });
    const typeId = (type as { id: number }).id;
    await db.insert(clientAccountTypeLocations).values({ chainId, typeId, locationId: desk.place });
    const amounts = {
      initialBalance: sql`${balance}`,
      balance: sql`${balance}`,
      creditLimit: sql`${creditLimit}`,
    } as never as object;
    const [account] = await db
      .insert(clientAccounts)
      .values({ chainId, typeId, locationId: desk.place, clientId: appointment.client.id, ...amounts })
      .returning({ id: clientAccounts.id });
    const deposit_id = (account as { id: number }).id;
    const payFrom = (amount: number, authorization = desk.shop.owner.authorization) =>
      call('POST', `/company/${desk.place}/sale/${document}/payment`, {
        authorization,
        body: { payment: { method: { slug: 'deposit', deposit_id }, amount } },
      });
    return { ...desk, appointment, document, payFrom, deposit_id };
  }

  test('pays a visit, and gets the money back when the payment is cancelled', async () => {
    const desk = await openAccount(100);
    const line = await desk.shop.addSale(desk.appointment.id, await desk.shop.addProduct({ price: 20 }));
    const answer = await desk.payFrom(100);
    const fields = { type_id: 11, deposit: { balance: 0 } };
    expect(answer.data.state.loyalty_transactions).toMatchObject([
      { ...fields, amount: 20, sale_item_type: 'good', sale_item_id: line },
      { ...fields, amount: 80, sale_item_type: 'service', sale_item_id: desk.appointment.services[0].id },
    ]);
    const [, payment] = answer.data.state.loyalty_transactions;
    await desk.payment(desk.document, 20);
    expect(await desk.read(desk.appointment.id)).toMatchObject({ paid_full: 1 });
    const cancel = (document: number) =>
      desk.shop.call('DELETE', `/company/${desk.place}/sale/${document}/payment/loyalty_transaction/${payment.id}`);
    expect((await cancel((await desk.visit(10)).document)).status).toBe(404);
    const cancelled = await cancel(desk.document);
    expect(cancelled.data.payment_methods.at(-1)).toMatchObject({ slug: 'deposit', applicable_amount: 80, is_applicable: true });
    expect(await desk.read(desk.appointment.id)).toMatchObject({ paid_full: 0 });
    expect((await cancel(desk.document)).status).toBe(404);
  });

  test('gets the money back when the appointment that it paid is deleted, and the appointment has none', async () => {
    const desk = await openAccount(150);
    const tooMuch = await desk.payFrom(100.01);
    expect([tooMuch.status, tooMuch.meta.errors]).toEqual([422, [{ amount: ['must not be more than what is due: 100'] }]]);
    await desk.payFrom(100);
    expect((await desk.shop.call('DELETE', `/record/${desk.place}/${desk.appointment.id}`)).status).toBe(204);
    const [account] = (await desk.shop.call('GET', `/deposits/company/${desk.place}/client/${desk.appointment.client.id}`)).data;
    expect(account.deposit.balance).toBe(150);
    expect(await contradictions(desk.place)).toEqual([]);
  });

  test('may go below zero as far as its credit limit, and no further', async () => {
    const desk = await openAccount(50, 20);
    expect((await desk.sale(desk.document)).data.payment_methods.at(-1)).toMatchObject({ applicable_amount: 70 });
    expect((await desk.payFrom(71)).status).toBe(422);
    expect((await desk.payFrom(70)).status).toBe(200);
  });

  test('needs a right of its own', async () => {
    const desk = await openAccount(50);
    const { authorization } = await desk.shop.hire('owner', { records_finances_pay_from_deposits_access: false });
    expect((await desk.payFrom(10, authorization)).status).toBe(403);
    const sale = await call('GET', `/company/${desk.place}/sale/${desk.document}`, { authorization });
    expect(sale.data.payment_methods.at(-1)).toMatchObject({ slug: 'deposit', is_applicable: false });
  });

  test('of somebody else is not taken, neither of another business nor of another client', async () => {
    const [desk, other] = [await openAccount(50), await openAccount(50)];
    const stranger = await desk.visit(100);
    for (const [document, deposit_id] of [
      [desk.document, other.deposit_id],
      [stranger.document, desk.deposit_id],
    ]) {
      const answer = await call('POST', `/company/${desk.place}/sale/${document}/payment`, {
        authorization: desk.shop.owner.authorization,
        body: { payment: { method: { slug: 'deposit', deposit_id }, amount: 10 } },
      });
      expect([answer.status, answer.meta.errors]).toEqual([422, [{ deposit_id: ['is unknown'] }]]);
    }
    expect((await desk.sale(desk.document)).data.payment_methods.at(-1)).toMatchObject({ applicable_amount: 50 });
  });
});
