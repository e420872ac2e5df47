import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { call, testDatabase } from '../../../test/harness.ts';
import { type FiscalSalon, openFiscalSalon } from '../../../test/register.ts';

let salon: FiscalSalon;
beforeAll(async () => {
  salon = await openFiscalSalon();
});
afterAll(async () => {
  salon.register.stop();
  expect(await contradictions(salon.place)).toEqual([]);
});

const locked = { success: false, data: null, meta: { message: 'The receipt is printed. Print a return receipt first.' } };
type Answer = Awaited<ReturnType<FiscalSalon['report']>>;
const expectLocked = ({ status, body }: Answer) => expect([status, body]).toEqual([403, locked]);

describe('an appointment whose sale receipt is printed', () => {
  let visit: Awaited<ReturnType<FiscalSalon['printedVisit']>>;
  let path: string;
  let product: number;
  beforeAll(async () => {
    product = await salon.shop.addProduct({ price: 20 });
    visit = await salon.printedVisit();
    path = `/record/${salon.place}/${visit.appointment.id}`;
  });
  const same = () => ({
    staff_id: salon.member,
    services: [{ id: salon.service, first_cost: 60, cost: 60, discount: 0 }],
    client: { id: visit.appointment.client.id },
    datetime: '2030-05-06T10:00:00',
    seance_length: 3600,
    save_if_busy: true,
    attendance: 2,
  });
  const update = (changes: object) => salon.shop.call('PUT', path, { body: { ...same(), ...changes } });
  const edit = (changes: object) =>
    salon.shop.call('PUT', `/visits/${visit.appointment.visit_id}/${visit.appointment.id}`, {
      body: { attendance: 2, comment: '', ...changes },
    });

  test.each([
    ['its state', { attendance: 0 }],
    ['its absence', { attendance: -1 }],
    ['its time', { datetime: '2030-05-06T11:00:00' }],
    ['its client', { client: { name: 'Bob' } }],
    ['its price', { services: [{ cost: 59 }] }],
    ['its discount', { services: [{ discount: 10 }] }],
    ['its number of services', { services: [{ amount: 2 }] }],
    ['its services', { services: [{}, {}] }],
  ])('keeps %s', async (_, changes) => {
    const services =
      'services' in changes ? { services: changes.services.map((each) => ({ ...same().services[0], ...each })) } : {};
    expectLocked(await update({ ...changes, ...services }));
  });

  test('may have another length, team member, comment and colour, and its prices stay', async () => {
    const other = await salon.shop.addTeamMember();
    const changes = { seance_length: 1800, staff_id: other, comment: 'Late', custom_color: 'ff0000' };
    const answer = await update({ ...changes, services: [{ id: salon.service }] });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({ ...changes, services: [{ cost: 60, discount: 0, first_cost: 60 }] });
    expect((await update({})).status).toBe(201);
  });

  test('moves between confirmed and arrived', async () => {
    expect((await update({ attendance: 1 })).data.attendance).toBe(1);
    expect((await edit({ attendance: 2 })).status).toBe(200);
  });

  test('is not deleted', async () => {
    expectLocked(await salon.shop.call('DELETE', path));
    const place = `//api/v2/locations/${salon.place}/appointments/${visit.appointment.id}`;
    expectLocked(await salon.shop.call('DELETE', place, { headers: { accept: 'application/vnd.api.v2+json' } }));
  });

  test.each([
    ['its state', () => ({ attendance: 0 })],
    ['a price', () => ({ services: [{ id: salon.service, record_id: visit.appointment.id, cost: 50 }] })],
    ['a new product', () => ({ goods_transactions: [{ good_id: product, amount: 1 }] })],
    ['a payment', () => ({ new_transactions: [{ amount: 10, account_id: salon.cash }] })],
    ['a cancelled payment', () => ({ deleted_transaction_ids: [visit.payment.id] })],
  ])('refuses an edit of its visit with %s', async (_, changes) => {
    expectLocked(await edit(changes()));
  });
  test('accepts an edit of its visit that changes nothing of the receipt', async () => {
    const services = [{ id: salon.service, record_id: visit.appointment.id, cost: 60 }];
    expect((await edit({ comment: 'Thanks', services, goods_transactions: [] })).status).toBe(200);
  });

  test('takes no payment, no other movement of money, and keeps its payments', async () => {
    const { document, payment } = visit;
    const sale = `/company/${salon.place}/sale/${document}/payment`;
    expectLocked(await salon.shop.call('DELETE', `${sale}/payment_transaction/${payment.id}`));
    const money = `/finance_transactions/${salon.place}`;
    expectLocked(await salon.shop.call('DELETE', `${money}/${payment.id}`));
    expectLocked(await salon.shop.call('PUT', `${money}/${payment.id}`, { body: { amount: 61 } }));
    const body = { expense_id: 5, amount: 5, account_id: salon.cash, document_id: document, date: '2030-05-06 10:00:00' };
    expectLocked(await salon.shop.call('POST', money, { body }));
  });

  test('takes no products', async () => {
    const line = {
      document_id: visit.document,
      good_id: product,
      amount: 1,
      operation_unit_type: 1,
      cost_per_unit: 20,
      discount: 0,
      cost: 20,
    };
    const body = { ...line, storage_id: salon.forSale };
    expectLocked(await salon.shop.call('POST', `/storage_operations/goods_transactions/${salon.place}`, { body }));
  });

  test('is free again after its return is printed', async () => {
    const own = await salon.printedVisit({ datetime: '2030-05-07T10:00:00' });
    const record = `/record/${salon.place}/${own.appointment.id}`;
    await salon.print(own.document, 1);
    expectLocked(await salon.shop.call('DELETE', record));
    await salon.send();
    await salon.report(salon.asked().id, { status: 'success' });
    expect((await salon.shop.call('GET', record)).data.is_sale_bill_printed).toBe(false);
    expect((await salon.shop.call('DELETE', record)).status).toBe(204);
  });
});

describe('products on a printed receipt', () => {
  test('of a visit keep their amount and price, and may have another seller and storage', async () => {
    const product = await salon.shop.addProduct({ price: 20 });
    const appointment = await salon.booked({ datetime: '2030-05-07T12:00:00', save_if_busy: true });
    const edit = (changes: object) =>
      salon.shop.call('PUT', `/visits/${appointment.visit_id}/${appointment.id}`, {
        body: { attendance: 1, comment: '', ...changes },
      });
    await edit({ goods_transactions: [{ good_id: product, amount: 2 }], fast_payment: 1 });
    await salon.printed(appointment.documents[0].id);
    const record = `/record/${salon.place}/${appointment.id}`;
    const [line] = (await salon.shop.call('GET', record)).data.goods_transactions;
    expectLocked(await edit({ goods_transactions: [{ ...line, amount: -3, cost: undefined }] }));
    expectLocked(await edit({ goods_transactions: [{ ...line, discount: 5, cost: undefined }] }));
    expectLocked(await edit({ goods_transactions: [] }));
    const other = await salon.shop.addTeamMember();
    const [storage] = (await salon.shop.call('GET', `/storages/${salon.place}`)).data;
    expect((await edit({ goods_transactions: [{ ...line, master_id: other, storage_id: storage.id }] })).status).toBe(200);
    const [changed] = (await salon.shop.call('GET', record)).data.goods_transactions;
    expect(changed).toEqual({ ...line, master_id: other, storage_id: storage.id });
  });

  test('sold without a visit stay with their document, which may have another storage and comment', async () => {
    const { document, line, product } = await salon.sellProduct(20);
    const [payment] = await salon.pay(document, 20);
    await salon.printed(document);
    const documents = `/storage_operations/documents/${salon.place}/${document}`;
    const body = { type_id: 1, storage_id: salon.forSale, create_date: '2030-05-06T10:00:00' };
    expectLocked(await salon.shop.call('DELETE', documents));
    expectLocked(await salon.shop.call('PUT', documents, { body: { ...body, create_date: '2030-05-06T11:00:00' } }));
    const [other] = (await salon.shop.call('GET', `/storages/${salon.place}`)).data;
    const moved = await salon.shop.call('PUT', documents, { body: { ...body, storage_id: other.id, comment: 'Moved' } });
    expect([moved.status, moved.data?.storage_id]).toEqual([200, other.id]);
    const lines = `/storage_operations/goods_transactions/${salon.place}/${line}`;
    const same = {
      document_id: document,
      good_id: product,
      amount: -1,
      operation_unit_type: 1,
      cost_per_unit: 20,
      discount: 0,
      cost: 20,
    };
    for (const change of [
      { cost: 19 },
      { amount: -2 },
      { operation_unit_type: 2 },
      { cost_per_unit: 19 },
      { discount: 5 },
      { good_id: await salon.shop.addProduct() },
      { client_id: (await salon.shop.addClient()).id },
    ]) {
      expectLocked(await salon.shop.call('PUT', lines, { body: { ...same, ...change } }));
    }
    expectLocked(await salon.shop.call('DELETE', lines));
    expect((await salon.shop.call('PUT', lines, { body: { ...same, comment: 'Gift' } })).status).toBe(200);
    expectLocked(
      await salon.shop.call('DELETE', `/company/${salon.place}/sale/${document}/payment/payment_transaction/${payment?.id}`),
    );
    expectLocked(await salon.shop.call('DELETE', `/finance_transactions/${salon.place}/${payment?.id}`));
  });
});

describe('a client account', () => {
  test('keeps a top-up whose receipt is printed, and payments of a printed visit', async () => {
    const { shop, place } = salon;
    const kind = await shop.call('POST', `/chain/${shop.chainId}/deposit_types`, {
      body: { title: 'Advance', location_ids: [place] },
    });
    const client = await shop.addClient();
    const opened = await shop.call('POST', `/company/${place}/deposits`, {
      body: { client_id: client.id, deposit_type_id: kind.data.id },
    });
    const deposit: number = opened.data.deposit.id;
    const toppedUp = await shop.call('POST', `/deposits_operations/${place}`, {
      body: { client_id: client.id, deposit_id: deposit, amount: 100.5, account_id: salon.card },
    });
    const limited = async (permissions: Parameters<typeof shop.hire>[1]) =>
      (await salon.print(toppedUp.data.document.id, 0, (await shop.hire('owner', permissions)).authorization)).status;
    expect(await limited({ clients_visit_master_id: await shop.addTeamMember() })).toBe(404);
    expect(await limited({ clients_deposits_access: false })).toBe(403);
    await salon.printed(toppedUp.data.document.id);
    expect(salon.asked()).toMatchObject({
      customer: { phone: `+${client.phone}` },
      positions: [
        { type: 'payment', title: 'Top-up of a client account', price: 100.5, quantity: 1, payment_method: 'prepayment' },
      ],
      payments: [{ type: 'card', sum: 100.5 }],
    });
    const [payment] = toppedUp.data.payment_transactions;
    expectLocked(await shop.call('DELETE', `/finance_transactions/${place}/${payment.id}`));

    const appointment = await salon.booked({
      client: { id: client.id },
      datetime: '2030-05-08T10:00:00',
      services: [{ id: salon.service, first_cost: 60, cost: 60, discount: 0 }],
      save_if_busy: true,
    });
    const document = appointment.documents[0].id;
    const pay = (amount: number) =>
      shop.call('POST', `/company/${place}/sale/${document}/payment`, {
        body: { payment: { method: { slug: 'deposit', deposit_id: deposit }, amount } },
      });
    const [paid] = (await pay(40)).data.state.loyalty_transactions;
    await salon.printed(document);
    expect(salon.asked()).toMatchObject({
      positions: [{ type: 'service', price: 40, quantity: 1, discount_amount: 0, payment_method: 'prepayment' }],
      payments: [{ type: 'prepaid', sum: 40 }],
    });
    expectLocked(await pay(20));
    expectLocked(await shop.call('DELETE', `/company/${place}/sale/${document}/payment/loyalty_transaction/${paid.id}`));

    await salon.printed(toppedUp.data.document.id, 1);
    await salon.printed(document, 1);
    expect((await pay(20)).status).toBe(200);
  });
});

describe('places in a group event', () => {
  test('keep their number, price and event after their receipt is printed, and so does the event its time', async () => {
    const { shop, place } = salon;
    const [event, later] = [
      await salon.addEvent({ date: '2030-05-09 10:00' }),
      await salon.addEvent({ date: '2030-05-09 14:00' }),
    ];
    const client = await shop.addClient();
    const booked = await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { id: client.id } } });
    const [appointment] = booked.data;
    const record = `/record/${place}/${appointment.id}`;
    const document = appointment.documents[0].id;
    await salon.pay(document, 10);
    await salon.printed(document);
    const seat = (changes: object) =>
      shop.call('PUT', record, { body: { activity_id: event.id, client: { id: client.id }, clients_count: 1, ...changes } });
    expectLocked(await seat({ clients_count: 2 }));
    expectLocked(await seat({ client: { id: (await shop.addClient()).id } }));
    expectLocked(await seat({ attendance: -1 }));
    expect((await seat({ comment: 'Front row' })).status).toBe(201);
    const seatPath = `//api/v2/locations/${place}/events/${event.id}/appointments/${appointment.id}`;
    const headers = { accept: 'application/vnd.api.v2+json' };
    expectLocked(await shop.call('PATCH', seatPath, { headers, body: { reschedule_activity_id: later.id } }));
    expectLocked(
      await shop.call('PUT', seatPath, {
        headers,
        body: { attendance_service_item: { cost_per_unit: 20, discount_percent: 0, manual_cost: 1 } },
      }),
    );
    const change = (fields: object) =>
      shop.call('PUT', `/activity/${place}/${event.id}`, {
        body: {
          date: '2030-05-09 10:00',
          service_id: salon.service,
          staff_id: salon.member,
          capacity: 3,
          length: 3600,
          force: true,
          ...fields,
        },
      });
    expectLocked(await change({ date: '2030-05-09 11:00' }));
    expectLocked(await change({ service_id: await shop.addService() }));
    expect((await change({ length: 5400, staff_id: await shop.addTeamMember() })).status).toBe(200);
    expectLocked(await shop.call('DELETE', `/activity/${place}/${event.id}`));
  });
});

describe('a fast payment', () => {
  const pay = async (fast_payment: number, authorization = salon.shop.owner.authorization) => {
    const appointment = await salon.booked({ datetime: '2030-05-08T12:00:00', save_if_busy: true });
    const answer = await call('PUT', `/visits/${appointment.visit_id}/${appointment.id}`, {
      authorization,
      body: { attendance: 1, comment: '', fast_payment },
    });
    const sale = await salon.shop.call('GET', `/company/${salon.place}/sale/${appointment.documents[0].id}`);
    return { status: answer.status, ...sale.data };
  };

  test.each([
    [1, [], 'cash'],
    [129, [2], 'cash'],
    [130, [2], 'card'],
  ])('of the kind %i sends receipts with the statuses %j', async (kind, statuses, type) => {
    const { status, kkm_state, state } = await pay(kind);
    expect([status, state.payment_transactions.length]).toEqual([200, 1]);
    expect(kkm_state.transactions.map((each: { status: { id: number } }) => each.status.id)).toEqual(statuses);
    if (statuses.length === 0) return;
    await salon.send();
    expect(salon.asked()).toMatchObject({ type: 'sale', payments: [{ type }], pos: { enabled: false } });
  });

  test('prints only for callers who may print, and pays nothing for others', async () => {
    const { authorization } = await salon.shop.hire('owner', { finances_print_check_access: false });
    const refused = await pay(129, authorization);
    expect([refused.status, refused.state.payment_transactions]).toEqual([403, []]);
    expect((await pay(1, authorization)).status).toBe(200);
  });

  test('prints nothing in a location without a cash register', async () => {
    await salon.settings({ is_enabled: false });
    const { status, kkm_state } = await pay(129);
    await salon.settings({ is_enabled: true });
    expect([status, kkm_state]).toEqual([200, { last_operation_type: 1, transactions: [] }]);
  });
});

test('of a receipt that is being printed and a change, one waits for the other, and what is printed stays', async () => {
  const { query } = await testDatabase();
  const visits = await Promise.all(
    [0, 1, 2].map(async (hour) => {
      const client = await salon.shop.addClient();
      const appointment = await salon.booked({
        client: { id: client.id },
        datetime: `2030-05-09T1${hour}:00:00`,
        save_if_busy: true,
      });
      const document = appointment.documents[0].id as number;
      const [payment] = await salon.pay(document, 10);
      const print = await salon.print(document);
      if (print.status !== 200) throw new Error(JSON.stringify(print.body));
      return { document, payment: payment?.id };
    }),
  );
  await salon.send();
  await Promise.all(
    visits.map(async ({ document, payment }) => {
      const [row] = await query<{ uid: string }>({
        text: 'select uid from fiscal_transactions where document_id = $1',
        values: [document],
      });
      const cancel = `/company/${salon.place}/sale/${document}/payment/payment_transaction/${payment}`;
      const [report, cancelled] = await Promise.all([
        salon.report(row?.uid as string, { status: 'success' }),
        salon.shop.call('DELETE', cancel),
      ]);
      expect(report.status).toBe(200);
      expect([200, 403]).toContain(cancelled.status);
      const { data } = await salon.shop.call('GET', `/company/${salon.place}/sale/${document}`);
      expect(data.state.payment_transactions).toHaveLength(cancelled.status === 200 ? 0 : 1);
      expect((await salon.shop.call('DELETE', cancel)).status).toBe(cancelled.status === 200 ? 404 : 403);
    }),
  );
});
