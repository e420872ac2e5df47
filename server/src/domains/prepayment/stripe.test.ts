import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type Server, startServer, testDatabase } from '../../../test/harness.ts';
import { makeDue, recordedOf } from '../../../test/jobs.ts';
import { openPrepaidSalon } from '../../../test/prepaid.ts';
import { openStripe, stripeEvent } from '../../../test/stripe.ts';
import { ProviderRefused } from './provider.ts';
import { accountForPrepayments } from './settings.ts';
import { stripeProvider } from './stripe.ts';
import { prepaymentRefunds, prepaymentSettings } from './tables.ts';

const keys = { secret_key: 'sk_test_4242', webhook_secret: 'whsec_4242' };

let stripe: Awaited<ReturnType<typeof openStripe>>;
let server: Server;
beforeAll(async () => {
  stripe = await openStripe(keys.secret_key);
  server = await startServer({ stripeUrl: stripe.url });
});
afterAll(() => stripe.close());

/** A salon with Stripe, and a held appointment. */
async function held() {
  const salon = await openPrepaidSalon();
  const set = await salon.shop.call('PUT', salon.settings, { body: { provider: 'stripe', ...keys } });
  expect(set.status).toBe(200);
  const [appointment] = await salon.hold();
  if (!appointment) throw new Error('Nothing was booked');
  const start = (body: object = { return_url: 'https://example.com/booked' }) => salon.start(appointment, body, server);
  /** Sends an event; `fields` of its object. */
  const tell = async (
    type: string,
    fields: object = {},
    { secret = keys.webhook_secret, at = undefined as number | undefined } = {},
  ) => {
    const { key, minor, linkId } = await salon.row();
    const session = {
      id: linkId,
      object: 'checkout.session',
      metadata: { foyer_prepayment: key },
      payment_status: 'paid',
      payment_intent: 'pi_1',
      amount_total: minor,
      currency: 'usd',
      ...fields,
    };
    const { payload, signature } = stripeEvent(type, session, secret, at);
    return call('POST', `//payments/stripe/${salon.place}`, {
      server,
      rawBody: payload,
      headers: { 'stripe-signature': signature, 'content-type': 'application/json; charset=utf-8' },
    });
  };
  /** The requests about the payment of this salon. */
  const sent = async (ending: string) => {
    const { key } = await salon.row();
    return stripe.requests.filter(
      ({ path, headers }) => path.endsWith(ending) && String(headers['idempotency-key']).startsWith(key),
    );
  };
  const refunds = async () => {
    const { db } = await testDatabase();
    return db.select().from(prepaymentRefunds).where(eq(prepaymentRefunds.locationId, salon.place));
  };
  return { ...salon, appointment, start, tell, sent, refunds, work: () => salon.work(server) };
}

const directly = () => stripeProvider({ secretKey: keys.secret_key, webhookSecret: keys.webhook_secret }, stripe.url);

describe('Stripe', () => {
  test('makes a checkout session with the amount in cents, the key and the address to return to', async () => {
    const salon = await held();
    const { data } = await salon.start();
    const { key, linkId } = await salon.row();
    expect(data).toMatchObject({ status: 'open', payment_url: `https://pay.example.com/${linkId}` });
    const [request] = await salon.sent('/v1/checkout/sessions');
    expect(request?.headers).toMatchObject({ authorization: 'Bearer sk_test_4242', 'idempotency-key': `${key}-link` });
    const metadata = { foyer_prepayment: key, foyer_location: String(salon.place) };
    expect(request?.body).toEqual({
      mode: 'payment',
      allowed_payment_method_types: ['card'],
      client_reference_id: key,
      metadata,
      payment_intent_data: { metadata },
      line_items: [
        { quantity: '1', price_data: { currency: 'usd', unit_amount: '1500', product_data: { name: 'Test location' } } },
      ],
      success_url: 'https://example.com/booked',
      cancel_url: 'https://example.com/booked',
    });
  });

  test('must answer with an address to which the client goes', async () => {
    stripe.fail('/v1/checkout/sessions', 200, 'odd', { id: 'cs_odd', object: 'checkout.session' });
    const session = {
      key: 'odd',
      locationId: 1,
      minor: 500,
      currency: 'USD',
      description: 'Shop',
      returnUrl: 'https://example.com',
    };
    await expect((await directly()).createLink(session)).rejects.toThrow('Stripe answered a session without an address');
  });

  test('is asked the same after an answer was lost, and has one session', async () => {
    const salon = await held();
    const before = stripe.effects('/v1/checkout/sessions');
    stripe.fail('/v1/checkout/sessions', 0, 'lost');
    stripe.fail('/v1/checkout/sessions', 0, 'lost');
    expect((await salon.start()).status).toBe(503);
    expect((await salon.row()).linkId).toBeNull();
    const { data } = await salon.start({ return_url: 'https://example.com/other' });
    expect(data.payment_url).toMatch(/^https:\/\/pay/);
    expect(stripe.effects('/v1/checkout/sessions')).toBe(before + 1);
  });

  test('is asked the same after the server ended before it knew the session, to end it', async () => {
    const salon = await held();
    stripe.fail('/v1/checkout/sessions', 0, 'lost');
    stripe.fail('/v1/checkout/sessions', 0, 'lost');
    await salon.start();
    await salon.timeOut();
    await salon.work();
    const [first] = await salon.sent('/v1/checkout/sessions');
    const [expired] = await salon.sent('/expire');
    expect((await salon.sent('/v1/checkout/sessions')).every(({ body }) => body.success_url === first?.body.success_url)).toBe(
      true,
    );
    expect(expired?.path).toMatch(/^\/v1\/checkout\/sessions\/cs_\d+\/expire$/);
  });

  test('ends the session when the time was given up', async () => {
    const salon = await held();
    await salon.start();
    await salon.timeOut();
    await salon.work();
    const { linkId, key } = await salon.row();
    const [request] = await salon.sent('/expire');
    expect([request?.path, request?.headers['idempotency-key']]).toEqual([
      `/v1/checkout/sessions/${linkId}/expire`,
      `${key}-expire`,
    ]);
    expect((await recordedOf('cancel prepayment', salon.place)).result).toBe('cancelled');
  });

  test.each(['checkout.session.completed', 'checkout.session.async_payment_succeeded'])(
    'tells by %s that it is paid',
    async (type) => {
      const salon = await held();
      await salon.start();
      expect((await salon.tell(type)).body).toEqual({ received: true });
      await salon.tell(type);
      expect(await salon.money()).toEqual([15]);
      expect((await salon.row()).paymentId).toBe('pi_1');
    },
  );

  test('tells other things that change nothing', async () => {
    const salon = await held();
    expect((await salon.tell('checkout.session.completed', { payment_status: 'unpaid' })).status).toBe(200);
    expect((await salon.tell('checkout.session.completed', { metadata: {} })).status).toBe(200);
    expect((await salon.tell('checkout.session.expired', { metadata: {} })).status).toBe(200);
    expect((await salon.tell('payment_intent.amount_capturable_updated', { metadata: {} })).status).toBe(200);
    expect((await salon.tell('customer.created')).status).toBe(200);
    expect((await salon.row()).status).toBe('open');
  });

  test.each(['checkout.session.expired', 'checkout.session.async_payment_failed'])(
    'tells by %s that it has ended',
    async (type) => {
      const salon = await held();
      await salon.tell(type);
      expect((await salon.row()).status).toBe('ended');
    },
  );

  test('signs what it tells, and not long ago', async () => {
    const salon = await held();
    const type = 'checkout.session.completed';
    expect((await salon.tell(type, {}, { secret: 'whsec_other' })).status).toBe(400);
    expect((await salon.tell(type, {}, { at: Math.floor(Date.now() / 1000) - 600 })).status).toBe(400);
    const unsigned = await call('POST', `//payments/stripe/${salon.place}`, { server, rawBody: '{}' });
    expect(unsigned.status).toBe(400);
    expect((await salon.row()).status).toBe('open');
  });

  test('gives back a payment that came too late, again after it did not answer', async () => {
    const salon = await held();
    await salon.start();
    await salon.timeOut();
    await salon.work();
    await salon.tell('checkout.session.completed');
    stripe.fail('/v1/refunds', 500, 'down');
    stripe.fail('/v1/refunds', 500, 'down');
    await salon.work();
    const [waiting] = await salon.refunds();
    expect(waiting?.doneAt).toBeNull();
    await makeDue({ locationId: salon.place });
    await salon.work();
    const sent = stripe.requests.filter(({ headers }) => headers['idempotency-key'] === `${waiting?.key}-refund`);
    expect(sent.at(-1)).toMatchObject({ path: '/v1/refunds', body: { payment_intent: 'pi_1', amount: '1500' } });
    expect((await salon.refunds()).map(({ doneAt }) => doneAt !== null)).toEqual([true]);
    expect((await recordedOf('refund prepayment', salon.place)).result).toBe('given back');
  });

  test('takes an authorised payment; if it refuses, the time is given up', async () => {
    const told = (key: string) => ({
      id: 'pi_2',
      object: 'payment_intent',
      metadata: { foyer_prepayment: key },
      amount_capturable: 1500,
      currency: 'usd',
    });
    const type = 'payment_intent.amount_capturable_updated';
    const first = await held();
    await first.tell(type, told((await first.row()).key));
    await first.work();
    const [request] = await first.sent('/capture');
    expect(request).toMatchObject({ path: '/v1/payment_intents/pi_2/capture', body: { amount_to_capture: '1500' } });
    expect(await first.money()).toEqual([15]);
    expect((await recordedOf('capture prepayment', first.place)).result).toBe('paid');

    const second = await held();
    await second.tell(type, told((await second.row()).key));
    stripe.fail('/capture', 400, 'charge_expired_for_capture');
    await second.work();
    expect([(await second.row()).status, await second.money()]).toEqual(['ended', []]);
    expect((await recordedOf('capture prepayment', second.place)).result).toBe('refused: charge_expired_for_capture');

    // One that comes after the time is given up.
    const third = await held();
    await third.start();
    await third.timeOut();
    await third.work();
    await third.tell(type, told((await third.row()).key));
    await third.work();
    expect((await third.sent('/cancel')).map(({ path }) => path)).toEqual(['/v1/payment_intents/pi_2/cancel']);
  });

  test('counts some currencies without digits in hundredths', async () => {
    const provider = await directly();
    const amounts = { ISK: '50000', JPY: '500', USD: '500' };
    for (const [currency, amount] of Object.entries(amounts)) {
      await provider.refund({ paymentId: 'pi_3', minor: 500, currency, key: `currency ${currency}` });
      expect(stripe.requests.at(-1)?.body.amount).toBe(amount);
      const { payload, signature } = stripeEvent(
        'checkout.session.completed',
        {
          metadata: { foyer_prepayment: 'key' },
          payment_status: 'paid',
          payment_intent: { id: 'pi_3' },
          amount_total: Number(amount),
          currency: currency.toLowerCase(),
        },
        keys.webhook_secret,
      );
      const told = await provider.readCallback(Buffer.from(payload), { 'stripe-signature': signature });
      expect(told).toEqual({ kind: 'paid', key: 'key', paymentId: 'pi_3', minor: 500, currency });
    }
  });

  describe('refuses', () => {
    type Provider = Awaited<ReturnType<typeof directly>>;
    const payment = { paymentId: 'pi_9', minor: 500, currency: 'USD' };
    const calls = {
      capture: (provider: Provider, key: string) => provider.capture({ ...payment, key }),
      refund: (provider: Provider, key: string) => provider.refund({ ...payment, key }),
      'end of a page': (provider: Provider, key: string) => provider.cancel({ linkId: 'cs_9', paymentId: null, key }),
      'end of a payment': (provider: Provider, key: string) => provider.cancel({ linkId: 'cs_9', paymentId: 'pi_9', key }),
    };
    test.each([
      ['capture', '/capture', 400, 'charge_expired', {}, 'for good'],
      ['capture', '/capture', 402, 'card_declined', {}, 'for good'],
      ['capture', '/capture', 400, 'unexpected_state', { payment_intent: { status: 'succeeded' } }, 'what is done already'],
      ['capture', '/capture', 400, 'unexpected_state', { payment_intent: { status: 'canceled' } }, 'for good'],
      ['capture', '/capture', 409, 'lock_timeout', {}, 'for now'],
      ['refund', '/v1/refunds', 400, 'charge_already_refunded', {}, 'what is done already'],
      ['refund', '/v1/refunds', 400, 'charge_disputed', {}, 'for good'],
      ['refund', '/v1/refunds', 500, 'down', {}, 'for now'],
      ['end of a page', '/expire', 400, 'unexpected_state', {}, 'what is done already'],
      ['end of a page', '/expire', 500, 'down', {}, 'for now'],
      ['end of a payment', '/cancel', 400, 'unexpected_state', {}, 'what is done already'],
      ['end of a payment', '/cancel', 500, 'down', {}, 'for now'],
    ] as const)('a %s at %s with %i %s %j: %s', async (call, path, status, code, more, meaning) => {
      // Stripe's library asks again once by itself.
      for (let time = 0; time < (meaning === 'for now' ? 2 : 1); time++) stripe.fail(path, status, code, more);
      const outcome = calls[call](await directly(), `${call} ${status} ${code} ${JSON.stringify(more)}`);
      if (meaning === 'what is done already') return expect(outcome).resolves.toBeUndefined();
      const error = await outcome.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect([error instanceof ProviderRefused, (error as Error).message]).toEqual([meaning === 'for good', code]);
    });
  });

  test('with a wrong key, the client is asked to come again', async () => {
    const salon = await held();
    await salon.shop.call('PUT', salon.settings, { body: { provider: 'stripe', secret_key: 'sk_test_wrong' } });
    expect((await salon.start()).status).toBe(503);
  });

  test('is not asked again for a refund that it refuses for good', async () => {
    const salon = await held();
    await salon.timeOut();
    await salon.work();
    await salon.tell('checkout.session.completed');
    stripe.fail('/v1/refunds', 400, 'charge_disputed');
    await salon.work();
    await makeDue({ locationId: salon.place });
    await salon.work();
    expect((await salon.refunds()).map(({ doneAt }) => doneAt)).toEqual([null]);
    const recorded = await recordedOf('refund prepayment', salon.place);
    expect(recorded.error).toContain('The provider refuses: charge_disputed');
  });
});

describe('the settings', () => {
  test('keep the keys sealed, and never answer them', async () => {
    const salon = await openPrepaidSalon();
    const set = (body: object) => salon.shop.call('PUT', salon.settings, { body: { provider: 'stripe', ...body } });
    expect((await set({})).body.meta.errors).toEqual([{ secret_key: ['is required'] }]);
    expect((await set({ secret_key: keys.secret_key })).body.meta.errors).toEqual([{ webhook_secret: ['is required'] }]);
    const account_id = (await salon.shop.call('GET', `/accounts/${salon.place}`)).data[0].id;
    const answers = [
      await set({ ...keys, account_id }),
      await set({ hold_minutes: 30 }),
      await set({ webhook_secret: 'whsec_4343' }),
      await salon.shop.call('GET', salon.settings),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/sk_test|whsec/);
    }
    // What is not sent stays.
    expect(answers[3]?.data).toMatchObject({ provider: 'stripe', hold_minutes: 30, account_id });
    expect((await set({ account_id: 0 })).data).toMatchObject({ hold_minutes: 30, account_id: 0 });
    expect(answers[3]?.data.callback_url).toMatch(new RegExp(`/payments/stripe/${salon.place}$`));
    const { db } = await testDatabase();
    const [row] = await db.select().from(prepaymentSettings).where(eq(prepaymentSettings.locationId, salon.place));
    expect(row?.secrets.toString('latin1')).not.toMatch(/sk_test|whsec|secretKey/);
  });

  test('do not lose the provider while clients pay or money goes back', async () => {
    const salon = await openPrepaidSalon();
    const [appointment] = await salon.hold();
    const clear = () => salon.shop.call('DELETE', salon.settings);
    expect((await clear()).body.meta.message).toBe(
      'Payments are under way. Wait until they have ended, then change the provider.',
    );
    expect((await salon.shop.call('PUT', salon.settings, { body: { provider: 'stripe', ...keys } })).status).toBe(409);
    // The same provider may change its terms meanwhile.
    expect((await salon.shop.call('PUT', salon.settings, { body: { provider: 'demo', hold_minutes: 20 } })).status).toBe(200);
    await salon.tell();
    await salon.shop.call('POST', `${salon.business(appointment as never)}/refund`);
    expect((await clear()).status).toBe(409);
    await salon.work();
    expect((await clear()).status).toBe(204);
    expect((await salon.shop.call('GET', salon.settings)).data).toMatchObject({ provider: null });
    expect((await salon.shop.call('PUT', salon.settings, { body: { provider: 'demo' } })).status).toBe(200);
  });

  test('that are gone leave payments in the books, which the business may take back, but no provider to give the money', async () => {
    const salon = await openPrepaidSalon();
    const [appointment] = await salon.hold();
    await salon.tell();
    expect((await salon.shop.call('DELETE', salon.settings)).status).toBe(204);
    expect((await salon.shop.call('POST', `${salon.business(appointment as never)}/refund`)).status).toBe(200);
    await salon.work();
    expect((await salon.money()).toSorted()).toEqual([-15, 15]);
    expect(await salon.refunds(appointment as never)).toMatchObject({ amount: 15, is_done: false });
    const { error } = await recordedOf('refund prepayment', salon.place);
    expect(error).toContain('The location has no provider demo any more.');
  });

  test('send the money to the chosen account', async () => {
    const salon = await openPrepaidSalon();
    const accounts = `/company/${salon.place}/accounts`;
    const { data: account } = await salon.shop.call('POST', accounts, { body: { title: 'Stripe', type: 1 } });
    const set = (account_id: number) => salon.shop.call('PUT', salon.settings, { body: { provider: 'demo', account_id } });
    expect((await set(2_000_000_000)).meta.errors).toEqual([{ account_id: ['is unknown'] }]);
    expect((await set(account.id)).data).toMatchObject({ account_id: account.id });
    await salon.hold();
    await salon.tell();
    const { data } = await salon.shop.call('GET', `/transactions/${salon.place}`);
    expect(data).toMatchObject([{ amount: 15, account: { id: account.id } }]);
    // An archived one is replaced: by the usual one of cards, else another one without cash, else any.
    const { db } = await testDatabase();
    const title = async () => {
      const id = await accountForPrepayments(db, salon.place);
      const all = (await salon.shop.call('GET', accounts)).data as { id: number; title: string }[];
      return all.find((each) => each.id === id)?.title;
    };
    const archive = (id: number) => salon.shop.call('DELETE', `${accounts}/${id}`);
    const [cash, card] = (await salon.shop.call('GET', accounts)).data.filter(({ id }: { id: number }) => id !== account.id);
    await salon.shop.call('POST', accounts, { body: { title: 'Terminal', type: 1, is_default: true } });
    expect(await title()).toBe('Stripe');
    await archive(account.id);
    expect((await set(account.id)).meta.errors).toEqual([{ account_id: ['is unknown'] }]);
    expect(await title()).toBe('Terminal');
    await salon.shop.call('PUT', `${accounts}/${card.id}`, { body: { is_default: true } });
    expect(await title()).toBe('Card payment account');
    await salon.shop.call('PUT', `${accounts}/${card.id}`, { body: { is_default: false } });
    expect(await title()).toBe('Card payment account');
    for (const { id } of (await salon.shop.call('GET', accounts)).data as { id: number }[]) {
      if (id !== cash.id) await archive(id);
    }
    expect(await title()).toBe('Main');
    await archive(cash.id);
    await expect(title()).rejects.toMatchObject({ status: 409, message: 'The location has no account for payments.' });
  });

  test('have the provider of the demo only in the demo', async () => {
    const salon = await openPrepaidSalon();
    const business = await startServer({ mode: 'serve', rateLimit: { perMinute: 0, perSecond: 0 } });
    const set = await salon.shop.call('PUT', salon.settings, { body: { provider: 'demo' }, server: business });
    expect(set.meta.errors).toEqual([{ provider: ['is only for the demo'] }]);
    expect((await call('POST', `//payments/demo/${salon.place}`, { rawBody: '{}', server: business })).status).toBe(404);
    expect((await call('GET', `//demo/payments/${salon.place}/x`, { server: business })).status).toBe(404);
  });
});
