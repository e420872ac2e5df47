import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { call, testDatabase, testServer } from '../../../test/harness.ts';
import { recordedOf } from '../../../test/jobs.ts';
import { toldBy } from '../../../test/outbox.ts';
import { openPrepaidSalon } from '../../../test/prepaid.ts';
import { toMoney } from '../../platform/money.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { appointments } from '../appointments/tables.ts';
import { documents } from '../inventory/tables.ts';
import { dueInAdvance, payableDigits, type Terms } from './demand.ts';
import { prepaymentRefunds } from './tables.ts';
import { startPayment } from './work.ts';

type Salon = Awaited<ReturnType<typeof openPrepaidSalon>>;
type Held = Awaited<ReturnType<Salon['hold']>>[number];

const day = '2030-05-06';

/** A salon with a held appointment at 10:00. */
async function held(terms?: Record<string, unknown>) {
  const salon = await openPrepaidSalon(terms);
  const [appointment] = await salon.hold();
  return { salon, appointment: appointment as Held };
}

/** What the appointment says of its prepayment, and whether it lives. */
async function stateOf(salon: Salon, appointment: Held) {
  const { data } = await salon.get(`/book_record/${salon.place}/${appointment.record_id}/${appointment.record_hash}`);
  return { prepaid: data.prepaid, confirmed: data.prepaid_confirmed, deleted: data.deleted };
}

/** The refunds of a salon, in cents. */
async function refundsOf({ place }: Salon) {
  const { db } = await testDatabase();
  const rows = await db.select().from(prepaymentRefunds).where(eq(prepaymentRefunds.locationId, place));
  return rows.map(({ minor, doneAt }) => [minor, doneAt !== null]);
}

describe('a required prepayment', () => {
  test('holds the time until it is paid, and costs the share of the price', async () => {
    const { salon, appointment } = await held();
    expect(await stateOf(salon, appointment)).toEqual({ prepaid: true, confirmed: false, deleted: false });
    expect(await salon.times(day)).not.toContain('10:00');
    const { status, amount, currency, payment_url, paid_at, expires_at } = await salon.status(appointment);
    expect({ status, amount, currency, payment_url, paid_at }).toEqual({
      status: 'open',
      amount: 15,
      currency: 'USD',
      payment_url: null,
      paid_at: null,
    });
    const minutes = (new Date(expires_at).getTime() - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(14);
    expect(minutes).toBeLessThanOrEqual(15);
    expect(await salon.money()).toEqual([]);
  });

  test('is a payment of the appointment on the account of cards once it is paid', async () => {
    const { salon, appointment } = await held({ prepaid: 'required', percent: 100 });
    const told = await toldBy(salon.place, async () => {
      expect((await salon.tell()).body).toEqual({ received: true });
    });
    expect(told.map(({ resource, status }) => [resource, status])).toEqual(
      expect.arrayContaining([
        ['record', 'update'],
        ['finances_operation', 'create'],
      ]),
    );
    expect(await salon.status(appointment)).toMatchObject({ status: 'paid', payment_url: null });
    expect(await salon.appointment(appointment)).toMatchObject({
      prepaid: true,
      prepaid_confirmed: true,
      paid_full: 1,
      payment_status: 1,
    });
    const { data } = await salon.shop.call('GET', `/transactions/${salon.place}`);
    expect(data).toMatchObject([{ amount: 30, account: { title: 'Card payment account' }, record_id: appointment.record_id }]);
    await salon.timeOut();
    await salon.work();
    expect(await stateOf(salon, appointment)).toEqual({ prepaid: true, confirmed: true, deleted: false });
    expect((await recordedOf('end prepayment', salon.place)).result).toBe('paid');
  });

  test('frees the time when it is not paid in time, and integrations are told', async () => {
    const { salon, appointment } = await held();
    await salon.work();
    expect(await stateOf(salon, appointment)).toMatchObject({ deleted: false });
    await salon.timeOut();
    const told = await toldBy(salon.place, () => salon.work());
    expect(told).toMatchObject([{ resource: 'record', resourceId: appointment.record_id, status: 'delete' }]);
    expect(await stateOf(salon, appointment)).toEqual({ prepaid: true, confirmed: false, deleted: true });
    expect(await salon.times(day)).toContain('10:00');
    expect(await salon.status(appointment)).toMatchObject({ status: 'ended', payment_url: null });
    expect((await recordedOf('end prepayment', salon.place)).result).toBe('given up');
    // The client never went to the payment page, so the provider has nothing to cancel.
    expect(await recordedOf('cancel prepayment', salon.place)).toBeUndefined();
  });

  test('pays the services and the products of the appointment, the cheapest first, and what is more for the whole', async () => {
    const { salon, appointment } = await held();
    const line = await salon.shop.addSale(appointment.record_id, await salon.shop.addProduct({ price: 2 }));
    const price = { id: salon.service, first_cost: 9, cost: 9, discount: 0 };
    const edit = {
      staff_id: salon.member,
      datetime: `${day}T10:00:00`,
      seance_length: 3600,
      services: [price],
      client: { phone: '+13155550174', name: 'Ada' },
    };
    const path = `/record/${salon.place}/${appointment.record_id}`;
    expect((await salon.shop.call('PUT', path, { body: edit })).status).toBe(201);
    await salon.tell();
    const { documents } = await salon.appointment(appointment);
    const { data } = await salon.shop.call('GET', `/company/${salon.place}/sale/${documents[0].id}`);
    expect(data.state.payment_transactions).toMatchObject([
      { amount: 2, expense_id: 7, sale_item_type: 'good', sale_item_id: line },
      { amount: 9, expense_id: 5, sale_item_type: 'service', sale_item_id: salon.service },
      { amount: 4, expense_id: 5, sale_item_id: 0 },
    ]);
  });

  test('is given back when it comes after its time', async () => {
    const { salon, appointment } = await held();
    await salon.timeOut();
    await salon.work();
    await salon.tell();
    await salon.tell();
    await salon.work();
    expect(await refundsOf(salon)).toEqual([[1500, true]]);
    expect(await salon.money()).toEqual([]);
    expect(await stateOf(salon, appointment)).toMatchObject({ confirmed: false, deleted: true });
  });

  test('ends before its time if the provider says so, but not after it was paid', async () => {
    const first = await held();
    await first.salon.tell({ kind: 'ended' });
    expect(await stateOf(first.salon, first.appointment)).toMatchObject({ deleted: true });
    const second = await held();
    await second.salon.tell();
    await second.salon.tell({ kind: 'ended' });
    expect(await stateOf(second.salon, second.appointment)).toMatchObject({ confirmed: true, deleted: false });
    expect(await refundsOf(second.salon)).toEqual([]);
  });

  test.each([
    ['a smaller amount', { minor: 1400 }, [[1400, true]]],
    ['a larger amount', { minor: 1600 }, [[1600, true]]],
    ['another currency', { currency: 'EUR' }, [[1500, true]]],
    ['nothing', { minor: 0 }, []],
    ['a promise of a smaller amount', { kind: 'authorised', minor: 1400 }, []],
  ])('of %s is given back, and frees the time', async (_, fields, refunds) => {
    const { salon, appointment } = await held();
    await salon.tell(fields);
    await salon.work();
    expect(await refundsOf(salon)).toEqual(refunds);
    expect(await salon.money()).toEqual([]);
    expect(await stateOf(salon, appointment)).toMatchObject({ confirmed: false, deleted: true });
  });

  test('leaves an appointment alone to which the client came, or for which something else was paid', async () => {
    const came = await held();
    const edit = {
      staff_id: came.salon.member,
      datetime: `${day}T10:00:00`,
      seance_length: 3600,
      services: [{ id: came.salon.service }],
    };
    const changed = await came.salon.shop.call('PUT', `/record/${came.salon.place}/${came.appointment.record_id}`, {
      body: { ...edit, client: { phone: '+13155550175', name: 'Ada' }, attendance: 1 },
    });
    expect(changed.status).toBe(201);
    await came.salon.timeOut();
    await came.salon.work();
    expect(await stateOf(came.salon, came.appointment)).toEqual({ prepaid: false, confirmed: false, deleted: false });

    const paid = await held();
    const { documents } = await paid.salon.appointment(paid.appointment);
    const { data: accounts } = await paid.salon.shop.call('GET', `/accounts/${paid.salon.place}`);
    const answer = await paid.salon.shop.call('POST', `/company/${paid.salon.place}/sale/${documents[0].id}/payment`, {
      body: { payment: { method: { slug: 'account', account_id: accounts[0].id }, amount: 5 } },
    });
    expect(answer.status).toBe(200);
    await paid.salon.timeOut();
    await paid.salon.work();
    expect(await stateOf(paid.salon, paid.appointment)).toEqual({ prepaid: false, confirmed: false, deleted: false });
    expect(await paid.salon.status(paid.appointment)).toMatchObject({ status: 'ended' });
  });

  test('changes nothing that a printed receipt names: the money goes back, and the appointment stays', async () => {
    const printed = async () => {
      const { salon, appointment } = await held();
      const { db } = await testDatabase();
      const [row] = await db
        .update(appointments)
        .set({ isReceiptPrinted: true })
        .where(eq(appointments.id, appointment.record_id))
        .returning({ documentId: appointments.documentId });
      await db
        .update(documents)
        .set({ receiptStatus: 1 })
        .where(eq(documents.id, row?.documentId as number));
      return { salon, appointment };
    };
    const paid = await printed();
    expect((await paid.salon.tell()).status).toBe(200);
    await paid.salon.work();
    expect([await paid.salon.money(), await refundsOf(paid.salon)]).toEqual([[], [[1500, true]]]);
    expect(await stateOf(paid.salon, paid.appointment)).toEqual({ prepaid: true, confirmed: false, deleted: false });
    const late = await printed();
    await late.salon.timeOut();
    await late.salon.work();
    expect(await stateOf(late.salon, late.appointment)).toEqual({ prepaid: false, confirmed: false, deleted: false });
    expect((await late.salon.row()).status).toBe('ended');
  });

  test('holds places of a group event', async () => {
    const salon = await openPrepaidSalon();
    const { id } = await salon.addEvent();
    const guest = { fullname: 'Ada', phone: '+13155550176', email: '', code: 0 };
    const { data } = await salon.post(`/activity/${salon.place}/${id}/book`, guest);
    const places = async () => (await salon.shop.call('GET', `/activity/${salon.place}/${id}`)).data.records_count;
    expect(await places()).toBe(1);
    expect((await salon.get(`/book_record/${salon.place}/${data.id}/${data.hash}/prepayment`)).data).toMatchObject({
      amount: 15,
    });
    await salon.timeOut();
    await salon.work();
    expect(await places()).toBe(0);
  });
});

describe('the same moment', () => {
  test('two callbacks of one payment pay once', async () => {
    const { salon, appointment } = await held();
    await Promise.all([salon.tell(), salon.tell(), salon.tell()]);
    expect(await salon.money()).toEqual([15]);
    expect(await refundsOf(salon)).toEqual([]);
    expect(await stateOf(salon, appointment)).toMatchObject({ confirmed: true });
  });

  test('of a payment and the end of the time, either it is paid and kept, or freed and given back', async () => {
    const outcomes = [];
    for (let round = 0; round < 3; round++) {
      const { salon, appointment } = await held();
      await salon.timeOut();
      const both = [() => salon.work(), () => salon.tell()];
      await Promise.all((round % 2 ? both.toReversed() : both).map((each) => each()));
      await salon.work();
      expect(await contradictions(salon.place)).toEqual([]);
      outcomes.push(JSON.stringify([await stateOf(salon, appointment), await salon.money(), await refundsOf(salon)]));
    }
    const kept = JSON.stringify([{ prepaid: true, confirmed: true, deleted: false }, [15], []]);
    const freed = JSON.stringify([{ prepaid: true, confirmed: false, deleted: true }, [], [[1500, true]]]);
    for (const outcome of outcomes) expect([kept, freed]).toContain(outcome);
  });

  test('of a payment and a cancellation by the client, either it is paid and kept, or cancelled and given back', async () => {
    const { salon, appointment } = await held();
    const path = `/user/records/${appointment.record_id}/${appointment.record_hash}`;
    const [, cancelled] = await Promise.all([salon.tell(), call('DELETE', path, salon.widget)]);
    await salon.work();
    const { deleted, confirmed } = await stateOf(salon, appointment);
    expect([deleted, confirmed, await salon.money(), await refundsOf(salon)]).toEqual(
      cancelled.status === 200 ? [true, false, [], [[1500, true]]] : [false, true, [15], []],
    );
  });
});

describe('several appointments', () => {
  const both = (salon: Salon) =>
    salon.hold([salon.wish(), salon.wish({ id: 2, datetime: `${day}T12:00:00` })]) as Promise<[Held, Held]>;

  test('are paid together, each in its document', async () => {
    const salon = await openPrepaidSalon();
    const [first, second] = await both(salon);
    expect(await salon.status(second)).toMatchObject({ amount: 30 });
    await salon.tell();
    expect(await salon.money()).toEqual([15, 15]);
    for (const each of [first, second]) expect(await stateOf(salon, each)).toMatchObject({ confirmed: true, deleted: false });
  });

  test('the share of one that was cancelled meanwhile is given back', async () => {
    const salon = await openPrepaidSalon();
    const [first, second] = await both(salon);
    await call('DELETE', `/user/records/${first.record_id}/${first.record_hash}`, salon.widget);
    expect(await salon.status(second)).toMatchObject({ status: 'open' });
    await salon.tell();
    await salon.work();
    expect(await salon.money()).toEqual([15]);
    expect(await refundsOf(salon)).toEqual([[1500, true]]);
    expect(await contradictions(salon.place)).toEqual([]);
    expect(await stateOf(salon, second)).toMatchObject({ confirmed: true });
  });

  test('the payment ends with the last of them', async () => {
    const salon = await openPrepaidSalon();
    for (const { record_id, record_hash } of await both(salon)) {
      await call('DELETE', `/user/records/${record_id}/${record_hash}`, salon.widget);
    }
    expect((await salon.row()).status).toBe('ended');
  });
});

describe('who asks for it', () => {
  test('an optional one only if the client chooses it', async () => {
    const salon = await openPrepaidSalon({ prepaid: 'optional', percent: 50 });
    const [without] = (await salon.hold()) as [Held];
    const none = await salon.get(salon.own(without));
    expect([none.status, none.body.meta.message]).toEqual([404, 'The appointment has no prepayment']);
    expect(await stateOf(salon, without)).toMatchObject({ prepaid: false });
    const [chosen] = (await salon.hold([salon.wish({ datetime: `${day}T12:00:00` })], { prepay: true })) as [Held];
    expect(await salon.status(chosen)).toMatchObject({ status: 'open', amount: 15 });
  });

  test('every service of an appointment, for its share', async () => {
    const salon = await openPrepaidSalon();
    const washing = await salon.shop.addService({ priceMin: 10, priceMax: 10 });
    await salon.link(salon.member, washing);
    await salon.shop.call('PUT', `/company/${salon.place}/services/${washing}/prepayment`, {
      body: { prepaid: 'required', percent: 20 },
    });
    const [both] = (await salon.hold([salon.wish({ services: [salon.service, washing] })])) as [Held];
    expect(await salon.status(both)).toMatchObject({ amount: 17 });
  });

  test('a team member who demands it', async () => {
    const salon = await openPrepaidSalon({ prepaid: 'forbidden', percent: 40 });
    const path = `/company/${salon.place}/staff/${salon.member}/prepayment`;
    expect((await salon.shop.call('PUT', path, { body: { prepaid: 'required' } })).data).toEqual({ prepaid: 'required' });
    const [appointment] = (await salon.hold()) as [Held];
    expect(await salon.status(appointment)).toMatchObject({ amount: 12 });
  });

  test('nobody, if the location has no provider', async () => {
    const salon = await openPrepaidSalon();
    expect((await salon.shop.call('DELETE', salon.settings)).status).toBe(204);
    const [appointment] = (await salon.hold()) as [Held];
    expect(await stateOf(salon, appointment)).toMatchObject({ prepaid: false, deleted: false });
  });

  test('an amount above the price of the service is refused', async () => {
    const salon = await openPrepaidSalon();
    const path = `/company/${salon.place}/services/${salon.service}/prepayment`;
    const set = (amount: number) => salon.shop.call('PUT', path, { body: { amount } });
    expect([(await set(50.01)).status, (await set(50)).status, (await set(0.001)).status]).toEqual([422, 200, 422]);
  });

  const terms = (fields: Partial<Terms>): Terms => ({
    service: 'required',
    member: 'forbidden',
    fixed: toMoney(0),
    percent: 100,
    amount: 1,
    cost: toMoney(30),
    ...fields,
  });
  test.each([
    ['the whole price', {}, false, 2, 30],
    ['a share, rounded half up', { percent: 33, cost: toMoney(0.5) }, false, 2, 0.17],
    ['a share in a currency without digits', { percent: 50, cost: toMoney(1001) }, false, 0, 501],
    ['an amount for each of several', { fixed: toMoney(4.2), amount: 3 }, false, 2, 12.6],
    ['an amount, but never more than the price', { fixed: toMoney(40) }, false, 2, 30],
    ['nothing of what is free', { cost: toMoney(0) }, false, 2, 0],
    ['nothing where it is only allowed', { service: 'optional' }, false, 2, 0],
    ['the price where it is allowed and chosen', { service: 'optional' }, true, 2, 30],
    ['the price where the member allows it and it is chosen', { service: 'forbidden', member: 'allowed' }, true, 2, 30],
    ['nothing where nobody allows it', { service: 'forbidden' }, true, 2, 0],
    ['the price where the member demands it', { service: 'forbidden', member: 'required' }, false, 2, 30],
  ] as const)('%s', (_, fields, isChosen, digits, due) => {
    expect(Number(dueInAdvance(terms(fields), isChosen, digits))).toBe(due);
  });

  test('an amount with two digits at most, because providers take no more', () => {
    expect(['JPY', 'USD', 'KWD'].map(payableDigits)).toEqual([0, 2, 2]);
  });
});

describe('a payment that is only authorised', () => {
  test('is taken by a job, and the time is not given up meanwhile', async () => {
    const { salon, appointment } = await held();
    await salon.tell({ kind: 'authorised' });
    await salon.tell({ kind: 'authorised' });
    expect(await salon.status(appointment)).toMatchObject({ status: 'capturing' });
    expect(await salon.money()).toEqual([]);
    await salon.tell({ kind: 'ended' });
    await salon.timeOut();
    await salon.work();
    expect(await salon.money()).toEqual([15]);
    expect(await stateOf(salon, appointment)).toMatchObject({ confirmed: true, deleted: false });
  });

  test('is not taken after the time', async () => {
    const { salon, appointment } = await held();
    await salon.start(appointment);
    await salon.timeOut();
    await salon.work();
    await salon.tell({ kind: 'authorised' });
    await salon.work();
    expect([(await salon.row()).status, await salon.money(), await refundsOf(salon)]).toEqual(['ended', [], []]);
  });
});

describe('giving back', () => {
  test('adds a negative payment to the appointment, and asks the provider once', async () => {
    const { salon, appointment } = await held();
    const refund = () => salon.shop.call('POST', `${salon.business(appointment)}/refund`);
    const refused = async () => (await refund()).body.meta.message;
    expect(await refused()).toBe('The prepayment was not paid.');
    await salon.tell();
    expect((await refund()).data).toMatchObject({ status: 'paid', refund: { amount: 15, is_done: false } });
    expect((await refund()).status).toBe(200);
    await salon.work();
    expect(await refused()).toBe('The money was given back already.');
    expect(await salon.refunds(appointment)).toMatchObject({ amount: 15, is_done: true });
    expect((await salon.money()).toSorted()).toEqual([-15, 15]);
    expect(await refundsOf(salon)).toEqual([[1500, true]]);
    expect(await contradictions(salon.place)).toEqual([]);
    expect(await stateOf(salon, appointment)).toEqual({ prepaid: true, confirmed: false, deleted: false });
  });

  test('takes nothing from a document whose payment the business cancelled', async () => {
    const { salon, appointment } = await held();
    await salon.tell();
    const { data } = await salon.shop.call('GET', `/transactions/${salon.place}`);
    const cancelled = await salon.shop.call('DELETE', `/finance_transactions/${salon.place}/${data[0].id}`);
    expect(cancelled.status).toBeLessThan(300);
    expect((await salon.shop.call('POST', `${salon.business(appointment)}/refund`)).status).toBe(200);
    await salon.work();
    expect([await salon.money(), await refundsOf(salon)]).toEqual([[], [[1500, true]]]);

    // Of a payment that the business lowered, no more is taken out than is there. The client gets all that was paid.
    const lowered = await held();
    await lowered.salon.tell();
    const [paid] = (await lowered.salon.shop.call('GET', `/transactions/${lowered.salon.place}`)).data;
    const path = `/finance_transactions/${lowered.salon.place}/${paid.id}`;
    expect((await lowered.salon.shop.call('PUT', path, { body: { amount: 10 } })).status).toBeLessThan(300);
    expect((await lowered.salon.shop.call('POST', `${lowered.salon.business(lowered.appointment)}/refund`)).status).toBe(200);
    await lowered.salon.work();
    expect([(await lowered.salon.money()).toSorted(), await refundsOf(lowered.salon)]).toEqual([[-10, 10], [[1500, true]]]);
  });

  test('two requests at once give back once', async () => {
    const { salon, appointment } = await held();
    await salon.tell();
    const refund = () => salon.shop.call('POST', `${salon.business(appointment)}/refund`);
    await Promise.all([refund(), refund(), refund()]);
    expect((await salon.money()).toSorted()).toEqual([-15, 15]);
    expect(await refundsOf(salon)).toHaveLength(1);
  });

  test('works after the business deleted the appointment, whose payments are cancelled with it', async () => {
    const { salon, appointment } = await held();
    await salon.tell();
    const path = `/record/${salon.place}/${appointment.record_id}`;
    expect((await call('DELETE', `/user/records/${appointment.record_id}/${appointment.record_hash}`, salon.widget)).status).toBe(
      403,
    );
    expect((await salon.shop.call('DELETE', path)).status).toBe(204);
    expect(await refundsOf(salon)).toEqual([]);
    expect((await salon.shop.call('POST', `${salon.business(appointment)}/refund`)).status).toBe(200);
    await salon.work();
    expect([await salon.money(), await refundsOf(salon)]).toEqual([[], [[1500, true]]]);
  });
});

describe('a callback', () => {
  test('counts only with the signature of the provider over its bytes', async () => {
    const { salon, appointment } = await held();
    for (const signature of ['', '1.x', `${Math.floor(Date.now() / 1000)}.abc`]) {
      expect((await salon.tell({}, signature)).status).toBe(400);
    }
    const old = salon.sign({}, Math.floor(Date.now() / 1000) - 400);
    expect((await salon.tell({}, await old)).status).toBe(400);
    const other = salon.sign({ minor: 1400 });
    expect((await salon.tell({}, await other)).status).toBe(400);
    expect(await salon.status(appointment)).toMatchObject({ status: 'open' });
  });

  test('of an unknown payment changes nothing, and an unknown address is a 404', async () => {
    const { salon, appointment } = await held();
    expect((await salon.tell({ key: '00000000-0000-4000-8000-000000000000' })).status).toBe(200);
    expect(await salon.status(appointment)).toMatchObject({ status: 'open' });
    const paths = [`stripe/${salon.place}`, 'demo/2000000000', 'demo/0', 'demo/x', `other/${salon.place}`];
    for (const path of paths) expect((await call('POST', `//payments/${path}`, { rawBody: '{}' })).status).toBe(404);
  });

  test('of one business does not pay for another', async () => {
    const [mine, other] = [await held(), await held()];
    const { key } = await other.salon.row();
    await mine.salon.tell({ key });
    expect(await other.salon.status(other.appointment)).toMatchObject({ status: 'open' });
    expect(await mine.salon.status(mine.appointment)).toMatchObject({ status: 'open' });
  });
});

describe('the payment page', () => {
  test('is the same in every call, and is asked for with the secret of the appointment only', async () => {
    const { salon, appointment } = await held();
    const answers = await Promise.all([salon.start(appointment), salon.start(appointment)]);
    const again = await salon.start(appointment, { return_url: 'https://example.com/other' });
    const { key, returnUrl } = await salon.row();
    const { url } = await testServer();
    expect([...answers, again].map(({ data }) => data.payment_url)).toEqual(
      Array(3).fill(`${url}/demo/payments/${salon.place}/${key}`),
    );
    expect(returnUrl).toBe(`${url}/payments/done`);
    expect((await call('GET', '//payments/done')).status).toBe(200);
    expect((await salon.start({ ...appointment, record_hash: 'x'.repeat(40) })).status).toBe(404);
    expect((await salon.get(salon.own({ ...appointment, record_hash: 'x'.repeat(40) }))).status).toBe(404);
    for (const return_url of ['javascript:alert(1)', 'nowhere']) {
      expect((await salon.start(appointment, { return_url })).status).toBe(422);
    }
    await salon.tell();
    expect((await salon.start(appointment)).data).toMatchObject({ status: 'paid', payment_url: null });
  });

  test('is not made any more from the end of its time, although nothing has freed the time yet', async () => {
    const { salon, appointment } = await held();
    const { db } = await testDatabase();
    const { expiresAt } = await salon.row();
    const of = { locationId: salon.place, appointmentId: appointment.record_id };
    await startPayment({ db, transact: beginAlone(db) }, of, 'https://example.com', {} as never, expiresAt);
    expect(await salon.row()).toMatchObject({ status: 'open', returnUrl: null, url: null });
  });

  test('of the demo pays, declines, gives up, is late, and tells twice and out of order', async () => {
    const outcome = async (action: string) => {
      const { salon, appointment } = await held();
      const { data } = await salon.start(appointment, { return_url: 'https://example.com/booked' });
      const page = await (await fetch(data.payment_url)).text();
      expect(page).toContain('$15.00');
      expect(page).toContain(`value="${action}"`);
      const body = new URLSearchParams({ action });
      const after = await (await fetch(data.payment_url, { method: 'POST', body })).text();
      expect(after).toContain('href="https://example.com/booked"');
      await salon.work();
      return [(await salon.row()).status, await salon.money(), await refundsOf(salon)];
    };
    const actions = ['pay', 'fail', 'leave', 'late', 'twice', 'disorder', 'authorise'];
    expect(Object.fromEntries(await Promise.all(actions.map(async (each) => [each, await outcome(each)])))).toEqual({
      pay: ['paid', [15], []],
      fail: ['open', [], []],
      leave: ['ended', [], []],
      late: ['ended', [], [[1500, true]]],
      twice: ['paid', [15], []],
      disorder: ['paid', [15], []],
      authorise: ['paid', [15], []],
    });
  });
});
