import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { openShop, startServer, testDatabase, testServer } from '../../../test/harness.ts';
import { makeDue, recordedOf, runDueJobs } from '../../../test/jobs.ts';
import { toldBy } from '../../../test/outbox.ts';
import { type FiscalSalon, openFiscalSalon } from '../../../test/register.ts';

let salon: FiscalSalon;
beforeAll(async () => {
  salon = await openFiscalSalon();
});
afterAll(async () => {
  salon.register.stop();
  expect(await contradictions(salon.place)).toEqual([]);
});

const priced = (price: number) => ({
  services: [{ id: salon.service, first_cost: price, cost: price, discount: 0 }],
  save_if_busy: true,
});
/** A paid visit without a receipt. */
async function paidVisit(price = 60) {
  const appointment = await salon.booked(priced(price));
  const document = appointment.documents[0].id as number;
  await salon.pay(document, price);
  return { appointment, document };
}
const stateOf = async (document: number) =>
  (await salon.shop.call('GET', `/company/${salon.place}/sale/${document}`)).data.kkm_state;
/** The statuses of the receipts of a document. */
const statuses = async (document: number) =>
  (await stateOf(document)).transactions.map(({ status }: { status: { id: number } }) => status.id);
/** What the operator finds of a receipt: the result or the error of its job, and what went wrong at the register. */
const recorded = async () => {
  const { result, error } = await recordedOf('print fiscal receipt', salon.place);
  const { query } = await testDatabase();
  const [row] = await query<{ code: number | null; message: string }>({
    text: 'select error_code as code, error_message as message from fiscal_transactions where location_id = $1 order by id desc',
    values: [salon.place],
  });
  return { job: result ?? error, code: row?.code, message: row?.message };
};
const refusal = async (answer: Promise<{ status: number; meta: { errors: object[] } }>) => {
  const { status, meta } = await answer;
  return [status, meta.errors];
};

describe('a sale receipt', () => {
  test('goes to the register once, with what was sold and paid, and waits there', async () => {
    await salon.settings({
      token: 'secret',
      cashier_position: 'Cashier',
      custom_text: 'Thanks',
      slip_count: 2,
      vat: 'v1',
      tax_system: 't1',
    });
    const product = await salon.shop.addProduct({ price: 13.19, barcode: '4006381333931', printTitle: 'SHAMPOO' });
    const appointment = await salon.booked({
      ...priced(60),
      client: { phone: '+12125550187', name: 'Ada', email: 'ada@example.com' },
    });
    const document = appointment.documents[0].id;
    const goods_transactions = [{ good_id: product, amount: 2, discount: 10 }];
    await salon.shop.call('PUT', `/visits/${appointment.visit_id}/${appointment.id}`, {
      body: { attendance: 1, comment: '', goods_transactions },
    });
    await salon.pay(document, 50.5);
    await salon.pay(document, 33.24, salon.card);
    const { status, data } = await salon.print(document, 0, salon.shop.owner.authorization, { is_pos_enabled: true });
    expect(status).toBe(200);
    expect(data).toEqual({
      kkm_type: 0,
      kkm_transactions: [
        {
          id: expect.any(Number),
          print_date: expect.any(String),
          printed_count: 0,
          sum: 83.74,
          type: { id: 0, title: 'Sale operation' },
          status: { id: 2, title: 'Sent for printing' },
          document: { id: document, type: 7, type_title: 'Visit' },
          cashier: { id: salon.shop.owner.id, name: 'Test User' },
        },
      ],
      status: 2,
      bill_json: [],
    });
    const before = salon.register.received.length;
    expect(await salon.send()).toBe(1);
    expect(salon.register.received.length).toBe(before + 1);
    expect(salon.register.received.at(-1)?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'idempotency-key': `"${salon.asked().id}"`,
    });
    const { url } = await testServer();
    expect(salon.asked()).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      date: data.kkm_transactions[0].print_date,
      document_id: document,
      type: 'sale',
      print_receipt: true,
      customer: { email: 'ada@example.com', phone: '+12125550187' },
      positions: [
        {
          type: 'service',
          title: 'Haircut',
          price: 60,
          quantity: 1,
          discount_amount: 0,
          vat: 'v1',
          payment_method: 'payment',
          barcode: '',
        },
        {
          type: 'commodity',
          title: 'SHAMPOO',
          price: 13.19,
          quantity: 2,
          discount_amount: 2.64,
          vat: 'v1',
          payment_method: 'payment',
          barcode: '4006381333931',
        },
      ].sort((a, b) => a.price - b.price),
      payments: [
        { type: 'cash', sum: 50.5 },
        { type: 'card', sum: 33.24 },
      ],
      tax: 't1',
      cashier: { uid: String(salon.shop.owner.id), name: 'Test User', position: 'Cashier' },
      pos: { enabled: true, slip_count: 2 },
      callback_url: `${url}/api/v1/integration/kkm/callback`,
      custom_text: 'Thanks',
    });
    expect(await statuses(document)).toEqual([2]);
  });

  test('is printed when the register says so, and the appointment and its document show it', async () => {
    const { appointment, document } = await paidVisit();
    await salon.print(document);
    await salon.send();
    const told = await toldBy(salon.place, () => salon.report(salon.asked().id, { status: 'success', code: 0 }));
    expect(told).toMatchObject([{ resource: 'record', resourceId: appointment.id, status: 'update' }]);
    expect(await stateOf(document)).toMatchObject({
      last_operation_type: 0,
      transactions: [{ document_id: document, printed_count: 1, status: { id: 1, title: 'Successfully' } }],
    });
    const { data } = await salon.shop.call('GET', `/record/${salon.place}/${appointment.id}`);
    expect([data.is_sale_bill_printed, data.documents[0].is_sale_bill_printed]).toEqual([true, true]);
    expect(
      (await salon.shop.call('GET', `/storage_operations/documents/${salon.place}/${document}`)).data.bill_print_status,
    ).toBe(1);
    const details = await salon.shop.call('GET', `/visit/details/${salon.place}/${appointment.id}/${appointment.visit_id}`);
    expect(details.data.kkm_transaction_details_container).toMatchObject({
      last_operation_type: 0,
      transactions: [{ sum: 60, document: { id: document } }],
    });
  });

  test('is printed once, and again after its return', async () => {
    const { document } = await paidVisit();
    await salon.printed(document);
    expect(await refusal(salon.print(document))).toEqual([422, [{ type: ['must be 1: the sale receipt is printed'] }]]);
    const sale = salon.asked();
    await salon.printed(document, 1);
    expect(salon.asked()).toMatchObject({ type: 'return', positions: sale.positions, payments: sale.payments });
    expect(salon.asked().id).not.toBe(sale.id);
    expect(await refusal(salon.print(document, 1))).toEqual([422, [{ type: ['must be 0: no sale receipt is printed'] }]]);
    expect((await stateOf(document)).last_operation_type).toBe(1);
    await salon.printed(document);
    expect(await statuses(document)).toEqual([1, 1, 1]);
  });

  test('does not wait twice: of several requests at once, one is sent', async () => {
    const { document } = await paidVisit();
    const answers = await Promise.all([1, 2, 3, 4].map(() => salon.print(document)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    expect(await statuses(document)).toEqual([2]);
  });

  test('that the register never reports does not hold up another one, and its late report changes nothing', async () => {
    const { document } = await paidVisit();
    await salon.print(document);
    await salon.send();
    const late = salon.asked().id;
    const { query } = await testDatabase();
    const age = (minutes: number) =>
      query({
        text: 'update fiscal_transactions set created_at = now() - make_interval(mins => $2) where uid = $1',
        values: [late, minutes],
      });
    await age(14);
    expect((await salon.print(document)).status).toBe(422);
    await age(16);
    expect((await salon.print(document)).status).toBe(200);
    await salon.report(late, { status: 'success' });
    expect(await statuses(document)).toEqual([4, 2]);
    const [silent] = await query<{ message: string; customer: object }>({
      text: "select error_message as message, request -> 'customer' as customer from fiscal_transactions where uid = $1",
      values: [late],
    });
    expect(silent).toEqual({
      message: 'The cash register did not report the result.',
      customer: { email: '', phone: '' },
    });
  });

  test('needs a payment', async () => {
    const { documents } = await salon.booked(priced(60));
    expect(await refusal(salon.print(documents[0].id))).toEqual([422, [{ type: ['cannot be printed: nothing is paid'] }]]);
  });

  test('of a visit covers all of its documents, and later ones get their own', async () => {
    const client = await salon.shop.addClient();
    const booked = (datetime: string) =>
      salon.booked({ ...priced(40), client: { id: client.id, phone: String(client.phone) }, datetime });
    const [one, two] = [await booked('2030-05-07T10:00:00'), await booked('2030-05-07T12:00:00')];
    await salon.pay(one.documents[0].id, 80);
    await salon.printed(two.documents[0].id);
    expect(salon.asked()).toMatchObject({ document_id: two.documents[0].id, payments: [{ type: 'cash', sum: 80 }] });
    expect(salon.asked().positions).toHaveLength(2);
    expect((await salon.print(one.documents[0].id)).status).toBe(422);
    const three = await booked('2030-05-07T14:00:00');
    await salon.pay(three.documents[0].id, 40);
    await salon.printed(three.documents[0].id);
    expect(salon.asked().payments).toEqual([{ type: 'cash', sum: 40 }]);
    await salon.printed(one.documents[0].id, 1);
    expect(salon.asked().payments).toEqual([{ type: 'cash', sum: 80 }]);
    expect((await salon.print(three.documents[0].id, 1)).status).toBe(200);
  });

  test('of a sale of products without a visit is printed', async () => {
    const { document } = await salon.sellProduct(20);
    await salon.pay(document, 20, salon.card);
    await salon.printed(document);
    expect(salon.asked()).toMatchObject({
      customer: { email: '', phone: '' },
      positions: [{ type: 'commodity', price: 20, quantity: 1 }],
      payments: [{ type: 'card', sum: 20 }],
    });
    expect(await statuses(document)).toEqual([1]);
  });

  test.each([2, 4, 13, -1])('has the type 0 or 1, and not %s', async (type) => {
    const { documents } = await salon.booked(priced(60));
    expect(await refusal(salon.print(documents[0].id, type))).toEqual([422, [{ type: [expect.any(String)] }]]);
  });

  test('of a document that sells nothing is refused, and of one that is gone, or of another business, not found', async () => {
    const arrival = await salon.sellProduct(20, 3);
    expect(await refusal(salon.print(arrival.document))).toEqual([
      422,
      [{ document_id: ['must be a sale, a visit or a top-up of a client account'] }],
    ]);
    const { id, documents } = await salon.booked(priced(60));
    await salon.shop.call('DELETE', `/record/${salon.place}/${id}`);
    expect((await salon.print(documents[0].id)).status).toBe(404);
    const other = await openFiscalSalon();
    other.register.stop();
    expect((await salon.print((await other.booked()).documents[0].id)).status).toBe(404);
    expect((await salon.print(2147483647)).status).toBe(404);
  });

  test('needs the settings of the location', async () => {
    const shop = await openFiscalSalon();
    shop.register.stop();
    expect((await shop.settings({ is_enabled: false, url: '' })).data).toEqual({
      is_enabled: false,
      url: '',
      has_token: false,
      tax_system: '',
      vat: '',
      prints_paper: true,
      cashier_uid: '',
      cashier_name: '',
      cashier_position: '',
      slip_count: 1,
      custom_text: '',
    });
    const { documents } = await shop.booked();
    expect(await refusal(shop.print(documents[0].id))).toEqual([
      422,
      [{ location_id: [expect.stringContaining('no cash register')] }],
    ]);
  });

  test('keeps the contacts of the client only until the register has reported', async () => {
    const { document } = await paidVisit();
    await salon.print(document);
    await salon.send();
    const { query } = await testDatabase();
    const customer = async () =>
      (
        await query<{ customer: object }>({
          text: "select request -> 'customer' as customer from fiscal_transactions where uid = $1",
          values: [salon.asked().id],
        })
      )[0]?.customer;
    expect(await customer()).toMatchObject({ phone: expect.stringMatching(/^\+/) });
    await salon.report(salon.asked().id, { status: 'success' });
    expect(await customer()).toEqual({ email: '', phone: '' });
  });
});

describe('the register', () => {
  let document: number;
  beforeAll(async () => {
    ({ document } = await paidVisit());
  });
  // An error at the end makes the sale free for the next test.
  afterEach(() => salon.report(salon.asked().id, { status: 'error', code: 1001 }));
  /** The status of the last receipt. */
  const status = async () => (await statuses(document)).at(-1);
  const sent = async () => {
    const answer = await salon.print(document);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    await salon.send();
    return salon.asked().id;
  };

  test('reports an error, also after a success, and then the sale is free again', async () => {
    await salon.report(await sent(), { status: 'error', code: 2001, message: 'No paper' });
    expect([await status(), (await stateOf(document)).last_operation_type]).toEqual([3, 1]);
    await salon.printed(document);
    expect((await stateOf(document)).last_operation_type).toBe(0);
    await salon.report(salon.asked().id, { status: 'error', code: 2001 });
    const { last_operation_type, transactions } = await stateOf(document);
    expect([last_operation_type, transactions.at(-1)]).toMatchObject([1, { printed_count: 1, status: { id: 3 } }]);
    expect((await salon.print(document)).status).toBe(200);
    await salon.send();
  });

  test('is unavailable with the code 2002, which is a connection error', async () => {
    await salon.report(await sent(), { status: 'error', code: 2002, message: 'Offline' });
    expect(await status()).toBe(0);
  });

  test('may repeat a report, and send a success after an error, and nothing changes', async () => {
    const id = await sent();
    await salon.report(id, { status: 'pending' });
    expect(await status()).toBe(2);
    await salon.report(id, { status: 'success' });
    await salon.report(id, { status: 'success' });
    const last = async () => (await stateOf(document)).transactions.at(-1);
    expect(await last()).toMatchObject({ printed_count: 1, status: { id: 1 } });
    await salon.report(id, { status: 'error', code: 1001 });
    await salon.report(id, { status: 'error', code: 2002 });
    await salon.report(id, { status: 'success' });
    expect(await last()).toMatchObject({ printed_count: 1, status: { id: 3 } });
  });

  test('of a failed return leaves the sale receipt standing, also if it failed after a success', async () => {
    const { document } = await paidVisit();
    await salon.printed(document);
    await salon.print(document, 1);
    await salon.send();
    await salon.report(salon.asked().id, { status: 'error', code: 2001 });
    expect((await stateOf(document)).last_operation_type).toBe(0);
    await salon.printed(document, 1);
    await salon.report(salon.asked().id, { status: 'error', code: 2001 });
    expect(
      (await salon.shop.call('GET', `/storage_operations/documents/${salon.place}/${document}`)).data.bill_print_status,
    ).toBe(1);
    expect((await salon.print(document, 1)).status).toBe(200);
  });

  test('cannot undo a later receipt with a late error', async () => {
    const { document } = await paidVisit();
    await salon.printed(document);
    const first = salon.asked().id;
    await salon.printed(document, 1);
    const back = salon.asked().id;
    await salon.printed(document);
    await salon.report(first, { status: 'error', code: 2001 });
    await salon.report(back, { status: 'error', code: 2001 });
    expect(
      (await salon.shop.call('GET', `/storage_operations/documents/${salon.place}/${document}`)).data.bill_print_status,
    ).toBe(1);
    expect((await salon.print(document)).status).toBe(422);
  });

  test('is a partner of the location; others do not find the receipt', async () => {
    const id = await sent();
    const other = await openShop();
    expect((await salon.report(id, { status: 'success' }, `Bearer ${other.partner.token}`)).status).toBe(404);
    expect((await salon.report('d72fece5-6825-4895-9395-0133195612a4', { status: 'success' })).status).toBe(404);
    for (const unknown of ['17', `x${id}`, `${id}x`, id.replaceAll('-', '')]) {
      expect((await salon.report(unknown, { status: 'success' })).status).toBe(404);
    }
    // Ids are compared without their case.
    expect((await salon.report(id.toUpperCase(), { status: 'pending' })).status).toBe(200);
    expect((await salon.report(id, { status: 'done' })).status).toBe(422);
    expect(await status()).toBe(2);
  });

  /** Works while the register gives this answer. */
  const answering = async (answer: [number, string], work: () => Promise<void>) => {
    const usual = salon.answers.next;
    salon.answers.next = answer;
    await work().finally(() => {
      salon.answers.next = usual;
    });
  };

  test.each([
    [200, '{"id":"x","status":"success","code":0,"message":"OK"}', 1, { job: 'printed', code: null, message: '' }],
    [200, '{"status":"SUCCESS"}', 1, { job: 'printed' }],
    [200, '{"status":"pending"}', 2, { job: 'sent' }],
    [200, 'null', 2, { job: 'sent' }],
    [202, '', 2, { job: 'sent' }],
    [200, '{"status":"error","code":1003,"message":"No"}', 3, { job: 'refused', code: 1003, message: 'No' }],
    [400, '{"code":1002,"message":"Posi\\u0000tions"}', 3, { code: 1002, message: 'Positions' }],
    [400, '{"status":"success","code":2002}', 0, { code: 2002, message: 'The cash register answered 400' }],
    [300, '{"status":"success"}', 0, { code: 2002, message: 'The cash register answers with a redirect' }],
    [404, '<html>', 3, { job: 'refused', code: null, message: 'The cash register answered 404' }],
    [400, '{"code":"1002","message":7}', 3, { code: null, message: 'The cash register answered 400' }],
    [400, '{"code":2147483648}', 3, { code: null }],
    [400, `{"message":"${'x'.repeat(600)}"}`, 3, { message: 'x'.repeat(500) }],
    // It is asked again later.
    [429, '', 2, { job: expect.stringContaining('The cash register answered 429') }],
    [500, '{"status":"success"}', 2, { job: expect.stringContaining('The cash register answered 500') }],
  ])('may answer %i %s at once: status %i', async (code, body, result, outcome) => {
    await answering([code, body], async () => {
      await sent();
      expect(await status()).toBe(result);
      expect(await recorded()).toMatchObject(outcome);
    });
  });

  test('gets the same request again while it fails, five times at most', async () => {
    await answering([503, ''], async () => {
      await salon.print(document);
      const before = salon.register.received.length;
      for (let attempt = 1; attempt <= 6; attempt++) {
        await salon.send();
        await makeDue({ locationId: salon.place });
        if (attempt === 4) expect(await status()).toBe(2);
      }
      const requests = salon.register.received.slice(before).map((each) => JSON.stringify(each.body));
      expect([requests.length, new Set(requests).size, await status()]).toEqual([5, 1, 0]);
      expect(await recorded()).toMatchObject({ code: 2002, message: 'The cash register answered 503' });
    });
  });

  test('that cannot be reached is tried again, five times at most', async () => {
    await salon.settings({ url: 'http://127.0.0.1:9/receipts' });
    await salon.print(document);
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(await status()).toBe(2);
      await makeDue({ locationId: salon.place });
      await salon.send();
    }
    await salon.settings({ url: salon.register.url });
    expect([await status(), await recorded()]).toMatchObject([0, { message: 'The cash register cannot be reached' }]);
  });

  test('is not asked in the own network, unless the operator allows it', async () => {
    await salon.print(document);
    const before = salon.register.received.length;
    await runDueJobs(await startServer({ outsideNetworks: [] }), { locationId: salon.place });
    expect([salon.register.received.length, await status()]).toEqual([before, 0]);
    expect((await recorded()).message).toMatch(/^The cash register leads to an address that is not public/);
  });

  test('that is switched off meanwhile is not asked', async () => {
    await salon.print(document);
    await salon.settings({ is_enabled: false });
    const before = salon.register.received.length;
    await salon.send();
    await salon.settings({ is_enabled: true });
    expect([salon.register.received.length, await status()]).toEqual([before, 0]);
    expect(await recorded()).toMatchObject({ job: 'The cash register was switched off', code: 2002 });
  });

  test('is not asked for a receipt that is settled already', async () => {
    await salon.print(document);
    const { query } = await testDatabase();
    const [row] = await query<{ uid: string }>({
      text: 'select uid from fiscal_transactions where location_id = $1 order by id desc limit 1',
      values: [salon.place],
    });
    await salon.report(row?.uid as string, { status: 'error', code: 1001 });
    const before = salon.register.received.length;
    await salon.send();
    expect([salon.register.received.length, (await recorded()).job]).toEqual([before, 'settled already']);
  });
});

describe('the settings', () => {
  test('never show the token, and keep what is not sent', async () => {
    await salon.settings({ token: 'secret', custom_text: 'Thanks' });
    const { data } = await salon.settings({ cashier_name: ' Kim ' });
    expect(data).toMatchObject({ has_token: true, custom_text: 'Thanks', cashier_name: 'Kim' });
    expect(JSON.stringify((await salon.shop.call('GET', `/company/${salon.place}/fiscal_settings`)).body)).not.toContain(
      'secret',
    );
    const { query } = await testDatabase();
    const stored = await query<{ isSealed: boolean }>({
      text: `select position('secret'::bytea in token) = 0 as "isSealed" from fiscal_settings where location_id = $1`,
      values: [salon.place],
    });
    expect(stored).toEqual([{ isSealed: true }]);
    expect((await salon.settings({ token: '', cashier_name: '' })).data).toMatchObject({ has_token: false, cashier_name: '' });
  });

  test('name the cashier of all receipts, and whether they are printed on paper', async () => {
    await salon.settings({ cashier_name: 'Kim', cashier_uid: '77', cashier_position: 'Reception', prints_paper: false });
    const { document } = await paidVisit();
    const { data } = await salon.print(document);
    await salon.send();
    expect(salon.asked()).toMatchObject({
      cashier: { uid: '77', name: 'Kim', position: 'Reception' },
      print_receipt: false,
      pos: { enabled: false },
    });
    expect(data.kkm_transactions[0].cashier).toEqual({ id: salon.shop.owner.id, name: 'Kim' });
    await salon.report(salon.asked().id, { status: 'error', code: 1001 });
    // Without a name, it is the user who prints.
    await salon.settings({ cashier_name: '' });
    await salon.print(document);
    await salon.send();
    expect(salon.asked().cashier).toEqual({ uid: '77', name: 'Test User', position: 'Reception' });
    await salon.settings({ cashier_uid: '', prints_paper: true });
  });

  test.each([
    [{ url: 'ftp://a.example' }, { url: ['is no address of the web'] }],
    [{ url: 'https://me:word@a.example' }, { url: ['names a user or a password'] }],
    [{ url: 'http://10.0.0.1' }, { url: ['leads to an address that is not public'] }],
    [{ url: '' }, { url: ['is required'] }],
    [{ cashier_position: 'x'.repeat(65) }, { cashier_position: [expect.any(String)] }],
  ])('refuse %j', async (body, errors) => {
    expect(await refusal(salon.settings(body))).toEqual([422, [errors]]);
  });

  test('have a tax system of the country and a VAT of it, if the country has them, and items have their own VAT', async () => {
    const moscow = await openFiscalSalon({ city: 'Moscow', settings: { tax_system: 'ru_usn', vat: 'ru_vat_none' } });
    const { query } = await testDatabase();
    const tax = (tax_system: string, vat: string) => moscow.settings({ tax_system, vat });
    expect(await refusal(tax('ru_xyz', 'ru_vat_0'))).toEqual([422, [{ tax_system: ['must be a tax system of the country'] }]]);
    expect(await refusal(tax('ru_usn', 'ru_vat_20'))).toEqual([422, [{ vat: ['must be a VAT of the tax system'] }]]);
    expect(await refusal(tax('', ''))).toEqual([422, [{ tax_system: ['must be a tax system of the country'] }]]);
    expect(await refusal(tax('ru_osn', ''))).toEqual([422, [{ vat: ['must be a VAT of the tax system'] }]]);
    // A location that prints nothing may leave them out.
    for (const fields of [
      { tax_system: 'ru_osn', vat: '' },
      { tax_system: '', vat: '' },
    ]) {
      expect((await moscow.settings({ is_enabled: false, ...fields })).status).toBe(200);
    }
    expect((await moscow.settings({ is_enabled: true, tax_system: 'ru_osn', vat: 'ru_vat_20' })).status).toBe(200);
    await query({ text: 'update services set vat_id = 2 where location_id = $1', values: [moscow.place] });
    const visit = await moscow.printedVisit();
    expect(moscow.asked()).toMatchObject({ tax: 'ru_osn', positions: [{ vat: 'ru_vat_10' }] });
    await moscow.printed(visit.document, 1);
    await query({ text: 'update services set vat_id = 9 where location_id = $1', values: [moscow.place] });
    await moscow.printed(visit.document);
    expect(moscow.asked().positions).toMatchObject([{ vat: 'ru_vat_20' }]);
    const sold = await moscow.sellProduct(20);
    await query({ text: 'update products set vat_id = 1 where location_id = $1', values: [moscow.place] });
    await moscow.pay(sold.document, 20);
    await moscow.printed(sold.document);
    expect(moscow.asked().positions).toMatchObject([{ type: 'commodity', vat: 'ru_vat_0' }]);
    moscow.register.stop();
  });
});

describe('the tax systems', () => {
  const list = (id: number) => salon.shop.call('GET', `/integration/kkm/references/tax_system/${id}`);

  test('of a country have the published slugs', async () => {
    const { data, meta } = await list(643);
    expect(meta.count).toBe(6);
    const slugs = data.map(({ slug, vats }: { slug: string; vats: { slug: string }[] }) => [slug, vats.map((vat) => vat.slug)]);
    expect(data[0]).toEqual({
      title: 'General DOS',
      slug: 'ru_osn',
      vats: [
        { title: '0%', slug: 'ru_vat_0' },
        { title: '10%', slug: 'ru_vat_10' },
        { title: '20%', slug: 'ru_vat_20' },
        { title: 'is not a subject to a tax', slug: 'ru_vat_none' },
      ],
    });
    expect(data.map(({ title }: { title: string }) => title).slice(1)).toEqual([
      'Simplified taxation system (income)',
      'Simplified taxation system (income minus expense)',
      'Single tax on imputed income UTII',
      'Unified agricultural tax UST',
      'Patent taxation system',
    ]);
    expect(slugs).toEqual([
      ['ru_osn', ['ru_vat_0', 'ru_vat_10', 'ru_vat_20', 'ru_vat_none']],
      ...['ru_usn', 'ru_usnr', 'ru_envd', 'ru_esn', 'ru_psn'].map((slug) => [slug, ['ru_vat_none']]),
    ]);
  });

  test('of a country that has none here are none, and an unknown country is not found', async () => {
    expect((await list(840)).body).toEqual({ success: true, data: [], meta: { count: 0 } });
    expect((await list(1)).status).toBe(404);
  });
});
