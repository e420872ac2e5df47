import { eq, sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { openShop, type Shop, startServer, testDatabase } from '../../../test/harness.ts';
import { type Delivered, deliver, endWaits, startReceiver, subscribe } from '../../../test/receiver.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { locationPartners } from '../locations/tables.ts';
import { messages } from '../notifications/tables.ts';
import { sweepDeliveries } from '../outbox/deliveries.ts';
import { whenOwed } from '../outbox/outbox.ts';
import { outboxDeliveries, outboxSubscribers, outboxWakes } from '../outbox/tables.ts';
import { webhookAddresses } from './tables.ts';
import { failingLimit, pauseAfter, retryAfterSeconds, retryWait, waits } from './waits.ts';

/** A shop whose changes go to a receiver. */
async function openSubscribed() {
  const shop = await openShop();
  const receiver = await startReceiver();
  await subscribe(shop, [receiver.url]);
  const address = async () => (await shop.call('GET', `/hooks_settings/${shop.locationId}/addresses`)).data[0];
  const log = async (query = '') => (await shop.call('GET', `/hooks_settings/${shop.locationId}/deliveries${query}`)).data;
  const rename = (id: number, name: string) =>
    shop.call('PUT', `/client/${shop.locationId}/${id}`, { body: { name, phone: '12125550199' } });
  return { shop, receiver, address, log, rename };
}

const ids = (received: Delivered[]) => received.map(({ headers }) => headers['webhook-id']);
const names = (received: Delivered[]) => received.map(({ body }) => body.data.name);

/** Makes a secret for the first address. */
async function newSecret(shop: Shop, hours = 24): Promise<string> {
  const path = `/hooks_settings/${shop.locationId}/addresses`;
  const [{ id }] = (await shop.call('GET', path)).data;
  return (await shop.call('POST', `${path}/${id}/secret`, { body: { former_hours: hours } })).data.secret;
}

const verifies = (secret: string, { text, headers }: Delivered): boolean => {
  try {
    new Webhook(secret).verify(text, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

describe('a delivery', () => {
  test('is signed by the specification of Standard Webhooks', async () => {
    const { shop, receiver } = await openSubscribed();
    const secret = await newSecret(shop);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await shop.addClient();
    await deliver(shop);
    const [sent] = receiver.received as [Delivered];
    expect(verifies(secret, sent)).toBe(true);
    expect(verifies(secret, { ...sent, text: sent.text.replace('Ada', 'Eve') })).toBe(false);
    expect(verifies(`whsec_${Buffer.alloc(32).toString('base64')}`, sent)).toBe(false);
  });

  test('is signed with both secrets during a rotation, and with the new one after it', async () => {
    const { shop, receiver, address } = await openSubscribed();
    const [oldest, former] = [await newSecret(shop), await newSecret(shop)];
    const present = await newSecret(shop, 1);
    expect((await address()).secrets).toHaveLength(2);
    await shop.addClient();
    await deliver(shop);
    const [during] = receiver.received as [Delivered];
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect([oldest, former, present].map((secret) => verifies(secret, during))).toEqual([false, true, true]);
    const { db } = await testDatabase();
    await db.update(webhookAddresses).set({ formerUntil: sql`now()` }).where(eq(webhookAddresses.locationId, shop.locationId));
    await shop.addClient();
    await deliver(shop);
    expect([former, present].map((secret) => verifies(secret, receiver.received[1] as Delivered))).toEqual([false, true]);
    expect((await address()).secrets).toHaveLength(1);
    const last = await newSecret(shop, 0);
    await shop.addClient();
    await deliver(shop);
    expect([present, last].map((secret) => verifies(secret, receiver.received[2] as Delivered))).toEqual([false, true]);
  });

  test.each([200, 201, 204, 299])('is done when the receiver answers %i', async (status) => {
    const { shop, receiver, log } = await openSubscribed();
    receiver.reply = status;
    await shop.addClient();
    await deliver(shop);
    expect(await log()).toMatchObject([{ state: 'delivered', try_count: 1, last_status: status, next_try_at: null }]);
    await endWaits(shop);
    await deliver(shop);
    expect(receiver.received).toHaveLength(1);
  });

  test.each([
    ['an error', 500, { last_status: 500, last_refusal: null }],
    ['a refusal', 400, { last_status: 400, last_refusal: null }],
    [
      'a redirect',
      (response: import('node:http').ServerResponse) => response.writeHead(307, { location: '/elsewhere' }).end(),
      { last_status: null, last_refusal: 'answers with a redirect' },
    ],
    [
      'a broken connection',
      (response: import('node:http').ServerResponse) => response.destroy(),
      { last_status: null, last_refusal: 'cannot be reached' },
    ],
  ])('is tried again after %s, under the same id, until it is taken', async (_, reply, expected) => {
    const { shop, receiver, log } = await openSubscribed();
    receiver.reply = reply as number;
    await shop.addClient();
    await deliver(shop);
    expect(await log()).toMatchObject([{ state: 'waiting', try_count: 1, ...expected }]);
    receiver.reply = 200;
    await deliver(shop);
    expect(receiver.received).toHaveLength(1);
    await endWaits(shop);
    await deliver(shop);
    const [delivery] = await log();
    expect(delivery).toMatchObject({ state: 'delivered', try_count: 2, last_status: 200, last_refusal: null });
    expect(ids(receiver.received)).toEqual([delivery.id, delivery.id]);
    expect(receiver.received[0]?.text).toBe(receiver.received[1]?.text);
  });

  test('that is not taken for three days is given up', async () => {
    const { shop, receiver, log } = await openSubscribed();
    receiver.reply = 500;
    await shop.addClient();
    for (let count = 0; count <= waits.length; count++) {
      await deliver(shop);
      await endWaits(shop);
    }
    expect(await log()).toMatchObject([{ state: 'failed', try_count: waits.length + 1, next_try_at: null }]);
    await deliver(shop);
    expect(receiver.received).toHaveLength(waits.length + 1);
  });

  test('counts as taken with an answer of any length, of which the log has the first KB', async () => {
    const { shop, receiver, log } = await openSubscribed();
    receiver.reply = (response) => response.writeHead(200).end('x'.repeat(100_000));
    await shop.addClient();
    await deliver(shop);
    const [{ id, state }] = await log();
    const { data } = await shop.call('GET', `/hooks_settings/${shop.locationId}/deliveries/${id}`);
    expect([state, data.answer]).toEqual(['delivered', 'x'.repeat(1024)]);
  });

  test('is not sent to an address that leads into the own network, at any try', async () => {
    const { shop, receiver, log } = await openSubscribed();
    await shop.addClient();
    await deliver(shop, await startServer({ outsideNetworks: [] }));
    expect(await log()).toMatchObject([{ state: 'waiting', last_refusal: 'leads to an address that is not public' }]);
    expect(receiver.received).toEqual([]);
  });

  test('of a transaction that fails is none', async () => {
    const { shop, log } = await openSubscribed();
    expect((await shop.call('POST', `/clients/${shop.locationId}`, { body: { name: 'No phone' } })).status).toBe(422);
    expect(await log()).toEqual([]);
  });
});

describe('the waits', () => {
  test('grow, and end after about three days', () => {
    expect(waits).toEqual([...waits].toSorted((one, other) => one - other));
    const total = waits.reduce((sum, wait) => sum + wait, 0);
    expect([total > 2.9 * 86_400, total < 3.1 * 86_400]).toEqual([true, true]);
    expect(retryWait(waits.length + 1)).toBeUndefined();
  });

  test('differ by chance, by a fifth', () => {
    expect([0, 0.5, 1].map((chance) => Math.round(retryWait(2, 0, chance) ?? 0))).toEqual([24, 30, 36]);
    expect([0, 0.5, 1].map((chance) => Math.round(pauseAfter(3, chance)))).toEqual([4, 5, 6]);
  });

  test('are no shorter than the receiver asks for, within an hour', () => {
    const now = Date.parse('2026-09-01T10:00:00Z');
    expect(retryAfterSeconds('120', now)).toBe(120);
    expect(retryAfterSeconds('Tue, 01 Sep 2026 10:02:00 GMT', now)).toBe(120);
    expect(retryAfterSeconds('999999', now)).toBe(3600);
    expect(['soon', '-5', '', undefined].map((header) => retryAfterSeconds(header, now))).toEqual([0, 0, 0, 0]);
    expect(retryWait(1, 120)).toBe(120);
    expect(retryWait(6, 120, 0.5)).toBe(3600);
  });

  test('of an address that fails begin after three failures in a row, and end after ten minutes at most', () => {
    expect([1, 2, 3, 4, 5, 20].map((failures) => pauseAfter(failures, 0.5))).toEqual([0, 0, 5, 10, 20, 600]);
  });

  test('of the database are those of the answer', async () => {
    const { shop, receiver, address, log } = await openSubscribed();
    receiver.reply = (response) => response.writeHead(503, { 'retry-after': '1800' }).end();
    await shop.addClient();
    const before = Date.now();
    await deliver(shop);
    const [{ next_try_at }] = await log();
    const { paused_until } = await address();
    for (const at of [next_try_at, paused_until]) expect((Date.parse(at) - before) / 60_000).toBeCloseTo(30, 0);
    await shop.addClient();
    await deliver(shop);
    expect(receiver.received).toHaveLength(1);
  });
});

describe('the order', () => {
  test('of the changes of one thing is kept, also while the address fails for a short time', async () => {
    const { shop, receiver, rename } = await openSubscribed();
    const { id } = await shop.addClient({ phone: '12125550199' });
    receiver.reply = 500;
    await deliver(shop);
    receiver.reply = 200;
    for (const name of ['One', 'Two', 'Three']) await rename(id, name);
    await deliver(shop);
    expect(receiver.received).toHaveLength(1);
    await endWaits(shop);
    await deliver(shop);
    expect(names(receiver.received)).toEqual(['Ada', 'Ada', 'One', 'Two', 'Three']);
  });

  test('does not hold back the changes of other things', async () => {
    const { shop, receiver } = await openSubscribed();
    receiver.reply = (response, { body }) => response.writeHead(body.data.name === 'Bad' ? 500 : 200).end();
    await shop.addClient({ name: 'Bad' });
    await shop.addClient({ name: 'Good' });
    await deliver(shop);
    expect(names(receiver.received)).toEqual(['Bad', 'Good']);
  });

  test('is given up for a change that an address does not take for some minutes', async () => {
    const { shop, receiver, rename } = await openSubscribed();
    receiver.reply = (response, { body }) => response.writeHead(body.data.name === 'Ada' ? 400 : 200).end();
    const { id } = await shop.addClient({ phone: '12125550199' });
    for (let count = 0; count < 3; count++) {
      await deliver(shop);
      await endWaits(shop);
    }
    const { db } = await testDatabase();
    await db
      .update(outboxDeliveries)
      .set({ dueAt: sql`now() + interval '1 hour'` })
      .where(eq(outboxDeliveries.locationId, shop.locationId));
    await rename(id, 'Two');
    await deliver(shop);
    expect(names(receiver.received)).toEqual(['Ada', 'Ada', 'Ada']);
    await db
      .update(outboxDeliveries)
      .set({ failures: 4 })
      .where(sql`${outboxDeliveries.locationId} = ${shop.locationId} and ${outboxDeliveries.failures} = 3`);
    await endPauses(shop);
    await deliver(shop);
    expect(names(receiver.received).at(-1)).toBe('Two');
  });
});

/** Lets addresses of a location be served now; what waits for its next try still waits. */
async function endPauses({ locationId }: Shop): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(outboxSubscribers)
    .set({ nextAt: sql`now()`, pausedUntil: null })
    .where(eq(outboxSubscribers.locationId, locationId));
}

describe('an address that fails', () => {
  test('gets one request at a time, and then none for a while', async () => {
    const { shop, receiver, address } = await openSubscribed();
    receiver.reply = 500;
    for (let count = 0; count < 10; count++) await shop.addClient();
    await deliver(shop);
    const first = receiver.received.length;
    expect(first).toBeLessThanOrEqual(6);
    expect((await address()).paused_until).not.toBeNull();
    await endPauses(shop);
    await deliver(shop);
    expect(receiver.received).toHaveLength(first + 1);
    expect(await address()).toMatchObject({ is_active: true, failures: first + 1 });
  });

  test('gets all that waits soon after it is well again', async () => {
    const { shop, receiver, address, log } = await openSubscribed();
    receiver.reply = 500;
    for (let count = 0; count < 5; count++) await shop.addClient();
    for (let count = 0; count < 6; count++) {
      await deliver(shop);
      await endWaits(shop);
    }
    receiver.reply = 200;
    const { db } = await testDatabase();
    const [one] = await log();
    await db
      .update(outboxDeliveries)
      .set({ dueAt: sql`now() + interval '8 hours'` })
      .where(sql`${outboxDeliveries.locationId} = ${shop.locationId} and 'msg_' || uid <> ${one.id}`);
    await endPauses(shop);
    await deliver(shop);
    expect((await log('?state=delivered')).length).toBe(5);
    expect(await address()).toMatchObject({ failures: 0, failing_since: null, paused_until: null });
  });

  test('is switched off by 410, its owner is told, and nothing is owed to it any more', async () => {
    const { shop, receiver, address, log } = await openSubscribed();
    receiver.reply = 410;
    await shop.addClient();
    await shop.addClient();
    await deliver(shop);
    expect(await address()).toMatchObject({ is_active: false, off_reason: 'gone' });
    expect((await shop.call('GET', `/hooks_settings/${shop.locationId}`)).data.active).toBe(0);
    expect((await log()).map(({ state }: { state: string }) => state)).toEqual(['failed', 'failed']);
    const { db } = await testDatabase();
    const [told, ...others] = await db.select().from(messages).where(eq(messages.locationId, shop.locationId));
    expect(told).toMatchObject({ channel: 'email', recipient: shop.owner.email });
    expect(told?.text).toContain('webhooks to 127.0.0.1');
    expect(others).toEqual([]);
    await shop.addClient();
    expect(await log()).toHaveLength(2);
  });

  test('for days without any success is switched off, and not sooner', async () => {
    const { shop, receiver, address } = await openSubscribed();
    const { db } = await testDatabase();
    const since = (seconds: number) =>
      db
        .update(webhookAddresses)
        .set({ failingSince: sql`now() - make_interval(secs => ${seconds})`, failures: 20 })
        .where(eq(webhookAddresses.locationId, shop.locationId));
    receiver.reply = 500;
    await shop.addClient();
    await since(failingLimit - 60);
    await deliver(shop);
    expect((await address()).is_active).toBe(true);
    await since(failingLimit);
    await endWaits(shop);
    await deliver(shop);
    expect(await address()).toMatchObject({ is_active: false, off_reason: 'failing' });
  });

  test('is well again when it is switched on', async () => {
    const { shop, receiver, address, log } = await openSubscribed();
    receiver.reply = 410;
    await shop.addClient();
    await deliver(shop);
    receiver.reply = 200;
    const { id } = await address();
    const path = `/hooks_settings/${shop.locationId}/addresses/${id}`;
    const on = await shop.call('PUT', path, { body: { is_active: true } });
    expect(on.data).toMatchObject({ is_active: true, off_reason: null, failures: 0, failing_since: null });
    const [{ id: failed }] = await log();
    await shop.call('POST', `/hooks_settings/${shop.locationId}/deliveries/${failed}/resend`);
    await deliver(shop);
    expect(await log()).toMatchObject([{ state: 'delivered', try_count: 2 }]);
  });
});

test('an address that hangs holds up neither its neighbour nor another location', async () => {
  const [shop, elsewhere] = [await openShop(), await openShop()];
  const [hanging, neighbour, other] = [await startReceiver(), await startReceiver(), await startReceiver()];
  hanging.reply = () => {};
  await subscribe(shop, [hanging.url, neighbour.url]);
  await subscribe(elsewhere, [other.url]);
  const server = await startServer();
  await shop.addClient();
  await elsewhere.addClient();
  const all = Promise.all([deliver(shop, server), deliver(shop, server), deliver(elsewhere, server)]);
  await expect.poll(() => [neighbour.received.length, other.received.length], { timeout: 10_000 }).toEqual([1, 1]);
  expect(hanging.received).toHaveLength(1);
  hanging.stop();
  await all;
});

describe('the deliveries end', () => {
  test('when the location is deleted, with a last one that says so', async () => {
    const { shop, receiver } = await openSubscribed();
    await shop.addClient();
    const answer = await shop.call('DELETE', `/company/${shop.locationId}`);
    expect(answer.status).toBe(202);
    await deliver(shop);
    expect(receiver.received.map(({ body }) => body)).toMatchObject([
      { resource: 'salon', status: 'delete', resource_id: shop.locationId, data: { id: shop.locationId, active: 0 } },
    ]);
  });

  test.each([
    ['is no longer connected to the location', 'location_partners'],
    ['has no token any more', 'partner_tokens'],
  ])('when the partner that saved the address %s', async (_, table) => {
    const { shop, receiver } = await openSubscribed();
    await shop.addClient();
    const { db } = await testDatabase();
    await db.execute(sql`delete from ${sql.identifier(table)} where partner_id = ${shop.partner.id}`);
    await deliver(shop);
    expect(receiver.received).toEqual([]);
    const [address] = await db.select().from(webhookAddresses).where(eq(webhookAddresses.locationId, shop.locationId));
    expect(address?.offReason).toBe('partner');
    await db.insert(locationPartners).values({ locationId: shop.locationId, partnerId: shop.partner.id }).onConflictDoNothing();
  });
});

describe('the log', () => {
  test('finds deliveries by address, resource, thing, state and time, the latest first', async () => {
    const shop = await openShop();
    const [taking, refusing] = [await startReceiver(), await startReceiver()];
    refusing.reply = 400;
    await subscribe(shop, [taking.url, refusing.url]);
    const path = `/hooks_settings/${shop.locationId}`;
    const [first, second] = (await shop.call('GET', `${path}/addresses`)).data;
    const category = await shop.call('POST', `/service_categories/${shop.locationId}`, { body: { title: 'Hair' } });
    const client = await shop.addClient();
    await deliver(shop);
    const find = async (query: string) =>
      (await shop.call('GET', `${path}/deliveries?${query}`)).data.map((row: Record<string, unknown>) =>
        [row.resource, row.address_id, row.state].join(' '),
      );
    const all = [
      `client ${second.id} waiting`,
      `client ${first.id} delivered`,
      `service_category ${second.id} waiting`,
      `service_category ${first.id} delivered`,
    ];
    expect(await find('')).toEqual(all);
    expect(await find(`address_id=${first.id}`)).toEqual([all[1], all[3]]);
    expect(await find('resource=client')).toEqual(all.slice(0, 2));
    expect(await find(`resource=service_category&resource_id=${category.data.id}&state=waiting`)).toEqual([all[2]]);
    expect(await find(`resource=client&resource_id=${client.id + 1}`)).toEqual([]);
    expect(await find('state=failed')).toEqual([]);
    expect(await find('from=2030-01-01')).toEqual([]);
    expect(await find('to=2020-01-01T00:00:00')).toEqual([]);
    expect(await find('from=2020-01-01&to=2100-01-01')).toEqual(all);
    expect(await find('count=3')).toEqual(all.slice(0, 3));
    expect(await find('count=3&page=2')).toEqual(all.slice(3));
    expect((await shop.call('GET', `${path}/deliveries?from=then`)).status).toBe(422);
  });

  test('has what was sent, what was answered, and all tries', async () => {
    const { shop, receiver, log } = await openSubscribed();
    receiver.reply = (response) => response.writeHead(500).end('out of order\0');
    await shop.addClient();
    await deliver(shop);
    receiver.reply = 200;
    await endWaits(shop);
    await deliver(shop);
    const [{ id }] = await log();
    const { data } = await shop.call('GET', `/hooks_settings/${shop.locationId}/deliveries/${id}`);
    expect(data).toMatchObject({ id, body: receiver.received[0]?.text, answer: 'seen', try_count: 2 });
    expect(data.tries).toMatchObject([
      { status: 500, refusal: null },
      { status: 200, refusal: null },
    ]);
    expect(Math.abs(Date.parse(data.tries[0].at) - Date.now())).toBeLessThan(60_000);
  });

  test('shows nothing of another location', async () => {
    const [{ shop, log }, stranger] = [await openSubscribed(), await openShop()];
    await shop.addClient();
    const [{ id }] = await log();
    for (const [method, end] of [
      ['GET', ''],
      ['POST', '/resend'],
    ] as const) {
      expect((await stranger.call(method, `/hooks_settings/${stranger.locationId}/deliveries/${id}${end}`)).status).toBe(404);
    }
  });

  test('forgets deliveries a week after they ended', async () => {
    const { shop, receiver, log } = await openSubscribed();
    receiver.reply = (response, { body }) => response.writeHead(body.data.name === 'Bad' ? 500 : 200).end();
    for (const name of ['Old', 'Young', 'Bad']) await shop.addClient({ name });
    await deliver(shop);
    const { db } = await testDatabase();
    const age = (days: number, text: string) =>
      db.execute(sql`update ${outboxDeliveries} set finished_at = now() - make_interval(days => ${days}) from outbox
        where outbox.id = outbox_id and outbox.location_id = ${shop.locationId} and data->>'name' = ${text}`);
    await age(8, 'Old');
    await age(6, 'Young');
    await sweepDeliveries(beginAlone(db));
    expect((await log()).map(({ state }: { state: string }) => state)).toEqual(['waiting', 'delivered']);
  });
});

describe('what was sent once is sent again', () => {
  test('on request, under the same id, also if it was taken', async () => {
    const { shop, receiver, log } = await openSubscribed();
    await shop.addClient();
    await deliver(shop);
    const [{ id }] = await log();
    const answer = await shop.call('POST', `/hooks_settings/${shop.locationId}/deliveries/${id}/resend`);
    expect(answer.data).toMatchObject({ id, state: 'waiting', try_count: 1 });
    await deliver(shop);
    expect(ids(receiver.received)).toEqual([id, id]);
    expect(await log()).toMatchObject([{ state: 'delivered', try_count: 2 }]);
  });

  test('not to an address that is off', async () => {
    const { shop, address, log } = await openSubscribed();
    await shop.addClient();
    await deliver(shop);
    const { id } = await address();
    await shop.call('PUT', `/hooks_settings/${shop.locationId}/addresses/${id}`, { body: { is_active: false } });
    const [delivery] = await log();
    const answer = await shop.call('POST', `/hooks_settings/${shop.locationId}/deliveries/${delivery.id}/resend`);
    expect(answer.status).toBe(409);
  });

  test('if it failed between two times, and only then', async () => {
    const { shop, receiver, address, log } = await openSubscribed();
    const { db } = await testDatabase();
    for (const name of ['Before', 'Within', 'After', 'Taken']) await shop.addClient({ name });
    const hours = { Before: 3, Within: 2, After: 1 };
    for (const [name, ago] of Object.entries(hours)) {
      await db.execute(sql`update ${outboxDeliveries} set state = 'failed', due_at = null, finished_at = now(), failures = 17,
        created_at = now() - make_interval(hours => ${ago}) from outbox
        where outbox.id = outbox_id and outbox.location_id = ${shop.locationId} and data->>'name' = ${name}`);
    }
    await deliver(shop);
    const at = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString();
    const path = `/hooks_settings/${shop.locationId}/deliveries/resend`;
    const { id } = await address();
    const resend = async (body: object) => (await shop.call('POST', path, { body })).data;
    expect(await resend({ from: at(2.5), to: at(1.5), address_id: id + 1 })).toEqual({ count: 0 });
    expect(await resend({ from: at(2.5), to: at(1.5) })).toEqual({ count: 1 });
    await deliver(shop);
    expect(names(receiver.received)).toEqual(['Taken', 'Within']);
    expect(await log('?state=failed')).toHaveLength(2);
    expect((await shop.call('POST', path, { body: { from: 'x', to: 'y' } })).status).toBe(422);
  });
});

test('a process that publishes a change for an address looks for work after the commit, and only then', async () => {
  const { shop, receiver } = await openSubscribed();
  let wakes = 0;
  const end = whenOwed(() => {
    wakes++;
  });
  await shop.addClient();
  expect(wakes).toBe(1);
  await subscribe(shop, [receiver.url], { client: 0 });
  await shop.addClient();
  expect(wakes).toBe(1);
  end();
});

test('a location without addresses owes nothing to anybody', async () => {
  const shop = await openShop();
  await shop.addClient();
  const { db } = await testDatabase();
  expect(await db.select().from(outboxWakes).where(eq(outboxWakes.locationId, shop.locationId))).toEqual([]);
  expect(await deliver(shop)).toBe(0);
});

test('/metrics counts the tries by how they ended', async () => {
  const { shop, receiver } = await openSubscribed();
  const tries = async () => {
    const { body } = await shop.call('GET', '//metrics');
    const found = (body as string).matchAll(/^webhooks_tries_total\{outcome="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries([...found].map(([, outcome, count]) => [outcome, Number(count)]));
  };
  const before = await tries();
  await shop.addClient();
  await deliver(shop);
  receiver.reply = 500;
  await shop.addClient();
  for (let count = 0; count <= waits.length; count++) {
    await deliver(shop);
    await endWaits(shop);
  }
  const after = await tries();
  expect(['delivered', 'retried', 'failed'].map((outcome) => Number(after[outcome]) - Number(before[outcome]))).toEqual([
    1,
    waits.length,
    1,
  ]);
});
