import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../../../test/gateway.ts';
import { openShop, startServer, testDatabase } from '../../../test/harness.ts';
import { enqueueOnly } from '../../../test/jobs.ts';
import { startMailServer } from '../../../test/mail-server.ts';
import { messagesOf, sendDue } from '../../../test/messages.ts';
import { jobs } from '../../platform/tables.ts';
import { findDue } from './send.ts';

/** Characters of the link that ends mailings, with the new line before it. */
const optOutLength = '\nhttps://foyer.example.com/u/'.length + 24;

async function openSender(answer?: (count: number) => number) {
  const gateway = await startGateway(answer);
  onTestFinished(gateway.stop);
  const server = await startServer({ messageGateway: { url: gateway.url, token: '' }, publicUrl: 'https://foyer.example.com' });
  const shop = await openShop();
  const send = (kind: 'sms' | 'email', path: string, body: object, options = {}) =>
    shop.call(
      'POST',
      `/${kind}/clients/${path.replace('?', `/${shop.locationId}?`).replace(/^by_id$|^by_filter$/, `$&/${shop.locationId}`)}`,
      {
        body,
        server,
        ...options,
      },
    );
  const sent = () =>
    gateway.received.map(({ body }) => body as { id: string; recipient: string; text: string; subject?: string });
  return { gateway, server, shop, send, sent, work: () => sendDue(server, shop.locationId) };
}

test('an SMS goes to the listed clients; those without a phone and those who want no mailings are skipped, with the reason', async () => {
  const { shop, send, sent, work } = await openSender();
  const ada = await shop.addClient({ name: 'Ada' });
  const zoe = await shop.addClient({ name: 'Zoë', sms_not: 1 });
  const foreign = await (await openShop()).addClient();
  const answer = await send('sms', 'by_id', { client_ids: [ada.id, zoe.id, foreign.id, 2_000_000_000], text: 'Open on Sunday' });
  expect(answer).toMatchObject({ status: 201, data: null, meta: { message: 'Accepted' } });
  await work();
  expect(sent().map(({ text }) => text)).toEqual([expect.stringMatching(/^Open on Sunday\nhttps:/)]);
  expect((await messagesOf(shop.locationId)).map(({ clientId, state, reason }) => [clientId, state, reason])).toEqual([
    [ada.id, 'sent', ''],
    [zoe.id, 'skipped', 'The client wants no mailings'],
  ]);
  await work();
  expect(sent()).toHaveLength(1);
});

test('without a filter everybody gets it; filters must all match', async () => {
  const { shop, send, sent, work } = await openSender();
  for (const name of ['Ada', 'Adam', 'Grace']) await shop.addClient({ name, email: `${name.toLowerCase()}@example.com` });
  expect((await send('email', 'by_filter?fullname=ada&email=adam', { subject: 'News', text: 'Hello' })).status).toBe(201);
  await work();
  expect(sent().map(({ recipient }) => recipient)).toEqual(['adam@example.com']);
  expect((await send('email', 'by_filter', { subject: 'News', text: 'Hello' })).status).toBe(201);
  await work();
  expect(sent()).toHaveLength(4);
});

test('a mailing names the address where its recipient ends mailings', async () => {
  const { shop, send, sent, work } = await openSender();
  const { id } = await shop.addClient({ email: 'ada@example.com' });
  await send('email', 'by_id', { client_ids: [id], subject: 'News', text: 'Hello' });
  await work();
  const [{ text = '', subject } = {}] = sent();
  expect(subject).toBe('News');
  const link = /https:\/\/foyer\.example\.com(\/u\/\S+)$/.exec(text)?.[1] ?? '';
  const page = await fetch(`${(await startServer()).url}${link}`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<form method="post">')]);
  const { url } = await startServer();
  // Opening the address changes nothing, because programs of mail services open all of them.
  expect((await shop.call('GET', `/client/${shop.locationId}/${id}`)).data.sms_not).toBe(0);
  expect((await fetch(`${url}${link}`, { method: 'POST', body: 'List-Unsubscribe=One-Click' })).status).toBe(200);
  expect((await shop.call('GET', `/client/${shop.locationId}/${id}`)).data.sms_not).toBe(1);
  expect((await fetch(`${url}${link.slice(0, -1)}`, { method: 'POST' })).status).toBe(404);
});

test('an SMS of a campaign ends with a short link that ends mailings for its recipient', async () => {
  const { shop, send, sent, work, server } = await openSender();
  const [ada, zoe] = [await shop.addClient({ name: 'Ada' }), await shop.addClient({ name: 'Zoë' })];
  await send('sms', 'by_id', { client_ids: [ada.id], text: 'Open on Sunday' });
  await work();
  const [{ text = '' } = {}] = sent();
  const [, link = ''] = /^Open on Sunday\nhttps:\/\/foyer\.example\.com(\/u\/[\w-]{24})$/.exec(text) ?? [];
  const wantsNone = async (id: number) => (await shop.call('GET', `/client/${shop.locationId}/${id}`)).data.sms_not;
  expect([(await fetch(`${server.url}${link}`)).status, await wantsNone(ada.id)]).toEqual([200, 0]);
  expect((await fetch(`${server.url}${link}`, { method: 'POST' })).status).toBe(200);
  expect([await wantsNone(ada.id), await wantsNone(zoe.id)]).toEqual([1, 0]);
  const ofZoe = `${link.slice(0, -6)}${zoe.id.toString(36).padStart(6, '0')}`;
  expect((await fetch(`${server.url}${ofZoe}`, { method: 'POST' })).status).toBe(404);
  expect(await wantsNone(zoe.id)).toBe(0);
});

test('the link that ends mailings counts in the parts of an SMS and in what the balance must cover', async () => {
  const { shop, send, sent, work } = await openSender();
  await shop.addClient();
  const balance = `/notification_settings/${shop.locationId}/balance`;
  await shop.call('PUT', balance, { body: { balance: 0.2, price: 0.1 } });
  const fits = 'a'.repeat(160 - optOutLength);
  expect((await send('sms', 'by_filter', { text: fits })).status).toBe(201);
  expect((await send('sms', 'by_filter', { text: `${fits}a` })).status).toBe(402);
  await shop.call('PUT', balance, { body: { balance: 0.2, price: 0.1 } });
  expect((await send('sms', 'by_filter', { text: `${fits}a` })).status).toBe(201);
  expect((await shop.call('GET', balance)).data.balance).toBe(0);
  expect((await messagesOf(shop.locationId)).map(({ parts, cost }) => [parts, Number(cost)])).toEqual([
    [1, 0.1],
    [2, 0.2],
  ]);
  await work();
  expect(sent().map(({ text }) => text.length)).toEqual(expect.arrayContaining([160, 161]));
});

test('without a known address an SMS has no link, and is not longer', async () => {
  const { shop } = await openSender();
  await shop.addClient();
  const path = `/sms/clients/by_filter/${shop.locationId}`;
  expect((await shop.call('POST', path, { body: { text: 'a'.repeat(160) } })).status).toBe(201);
  expect(await messagesOf(shop.locationId)).toMatchObject([{ parts: 1 }]);
});

test('who ends mailings gets none that wait already, and what they cost goes back', async () => {
  const { shop, send, sent, work } = await openSender();
  const { id, phone } = await shop.addClient({ email: 'ada@example.com' });
  const balance = `/notification_settings/${shop.locationId}/balance`;
  await shop.call('PUT', balance, { body: { balance: 1, price: 0.1 } });
  await send('sms', 'by_id', { client_ids: [id], text: 'Hello' });
  await send('email', 'by_id', { client_ids: [id], subject: 'News', text: 'Hello' });
  const body = { name: 'Ada', phone, email: 'ada@example.com', sms_not: 1 };
  expect((await shop.call('PUT', `/client/${shop.locationId}/${id}`, { body })).status).toBe(200);
  await work();
  expect(sent()).toEqual([]);
  expect((await messagesOf(shop.locationId)).map(({ state, reason }) => [state, reason])).toEqual([
    ['skipped', 'The client wants no mailings'],
    ['skipped', 'The client wants no mailings'],
  ]);
  expect((await shop.call('GET', balance)).data.balance).toBe(1);
});

test('a campaign that the balance does not pay for is refused whole, and one that it pays for is taken from it', async () => {
  const { shop, send, sent, work } = await openSender();
  for (let count = 0; count < 3; count++) await shop.addClient();
  const balance = `/notification_settings/${shop.locationId}/balance`;
  expect((await shop.call('GET', balance)).data).toEqual({ balance: null, price: 0 });
  await shop.call('PUT', balance, { body: { balance: 0.59, price: 0.1 } });
  const long = 'é'.repeat(160 - optOutLength + 1);
  const refused = await send('sms', 'by_filter', { text: long });
  expect(refused).toMatchObject({ status: 402, meta: { message: 'Insufficient funds. Top up the balance.' } });
  expect(await messagesOf(shop.locationId)).toEqual([]);
  await shop.call('PUT', balance, { body: { balance: 0.6, price: 0.1 } });
  expect((await send('sms', 'by_filter', { text: long })).status).toBe(201);
  expect((await shop.call('GET', balance)).data).toEqual({ balance: 0, price: 0.1 });
  await work();
  expect(sent()).toHaveLength(3);
});

test('two campaigns at once cannot spend the same balance', async () => {
  const { shop, send } = await openSender();
  await shop.addClient();
  await shop.call('PUT', `/notification_settings/${shop.locationId}/balance`, { body: { balance: 0.1, price: 0.1 } });
  const answers = await Promise.all([1, 2, 3, 4].map(() => send('sms', 'by_filter', { text: 'Hello' })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 402, 402, 402]);
});

test('what a message cost that could never be sent goes back', async () => {
  const { shop, send, work } = await openSender(() => 422);
  await shop.addClient();
  const balance = `/notification_settings/${shop.locationId}/balance`;
  await shop.call('PUT', balance, { body: { balance: 1, price: 0.1 } });
  await send('sms', 'by_filter', { text: 'Hello' });
  expect((await shop.call('GET', balance)).data.balance).toBe(0.9);
  await work();
  expect(await messagesOf(shop.locationId)).toMatchObject([{ state: 'failed', reason: 'The gateway of messages answered 422' }]);
  expect((await shop.call('GET', balance)).data.balance).toBe(1);
});

test('a message that the provider does not take now waits, and is sent under the same id', async () => {
  const { shop, send, sent, work, server } = await openSender((count) => (count === 1 ? 503 : 200));
  await shop.addClient();
  await send('sms', 'by_filter', { text: 'Hello' });
  await work();
  const [waiting] = await messagesOf(shop.locationId);
  expect(waiting).toMatchObject({ state: 'queued', attempts: 1, reason: 'The gateway of messages answered 503' });
  expect(waiting?.dueAt.getTime()).toBeGreaterThan(Date.now() + 2_000);
  await server.database.query({
    text: `update location_messages set due_at = now() where location_id = $1`,
    values: [shop.locationId],
  });
  await work();
  expect(await messagesOf(shop.locationId)).toMatchObject([{ state: 'sent', attempts: 2 }]);
  expect(new Set(sent().map(({ id }) => id)).size).toBe(1);
});

test('mails of a campaign arrive at a real mail server', async () => {
  const mail = await startMailServer();
  onTestFinished(mail.stop);
  const server = await startServer({ smtp: { url: mail.url, from: 'Salon <salon@example.com>' } });
  const shop = await openShop();
  for (let count = 0; count < 12; count++) await shop.addClient({ email: `client${count}@example.com` });
  await shop.call('POST', `/email/clients/by_filter/${shop.locationId}`, { body: { subject: 'Новости', text: 'Hello' } });
  await sendDue(server, shop.locationId);
  expect(new Set(mail.received.flatMap(({ to }) => to)).size).toBe(12);
  expect((await messagesOf(shop.locationId)).every(({ state, providerId }) => state === 'sent' && providerId !== null)).toBe(
    true,
  );
});

test('what tells of an appointment does not wait behind a campaign', async () => {
  const { shop, send, sent, work, server } = await openSender();
  for (let count = 0; count < 12; count++) await shop.addClient();
  await send('sms', 'by_filter', { text: 'Open on Sunday' });
  await server.database.query({
    text: `insert into location_messages (location_id, type, channel, recipient, text, due_at, expires_at)
      values ($1, 'record_reminder_client', 'sms', '+12125550199', 'See you at 9', now(), now() + interval '1 hour')`,
    values: [shop.locationId],
  });
  await work();
  expect(sent()).toHaveLength(13);
  // Ten are handed over at once, in any order.
  expect(sent().findIndex(({ text }) => text === 'See you at 9')).toBeLessThan(10);
});

test('only who may send messages sends them, and only to clients whom they see', async () => {
  const { shop, send } = await openSender();
  const member = await shop.addTeamMember();
  const stylist = await shop.hire('owner', { clients_visit_master_id: member });
  const trainee = await shop.hire('worker', { send_sms: false });
  await shop.addClient();
  expect((await send('sms', 'by_filter', { text: 'Hello' }, trainee)).status).toBe(403);
  expect((await send('sms', 'by_filter', { text: 'Hello' }, stylist)).status).toBe(201);
  expect(await messagesOf(shop.locationId)).toEqual([]);
});

test('empty texts, subjects and lists are refused', async () => {
  const { send } = await openSender();
  expect((await send('sms', 'by_id', { client_ids: [], text: 'Hello' })).status).toBe(422);
  expect((await send('sms', 'by_filter', { text: ' ' })).status).toBe(422);
  expect((await send('email', 'by_filter', { subject: '', text: 'Hello' })).status).toBe(422);
});

test('a provider reports what became of messages, and the balance follows the real cost', async () => {
  const { shop, send, work } = await openSender();
  for (let count = 0; count < 3; count++) await shop.addClient();
  const balance = `/notification_settings/${shop.locationId}/balance`;
  await shop.call('PUT', balance, { body: { balance: 1, price: 0.1 } });
  await send('sms', 'by_filter', { text: 'Hello' });
  await work();
  const ids = (await messagesOf(shop.locationId)).map(({ id }) => `m${id}`);
  const report = (body: unknown, path = '/delivery/status') =>
    shop.call('POST', path, { body, authorization: `Bearer ${shop.partner.token}` });
  const [first, second, third] = ids;
  expect(
    await report([
      { id: first, status: 8 },
      { id: first, status: 1, payment_sum: 0.15, currency_iso: 'USD' },
      { id: second, status: 16 },
      { id: third, status: 4 },
    ]),
  ).toMatchObject({ status: 200, body: { success: true } });
  expect((await messagesOf(shop.locationId)).map(({ state, providerStatus }) => [state, providerStatus])).toEqual([
    ['delivered', 1],
    ['failed', 16],
    ['sent', 4],
  ]);
  expect((await shop.call('GET', balance)).data.balance).toBe(0.75);
  // A final status stays.
  await report([{ id: first, status: 2 }]);
  expect((await messagesOf(shop.locationId))[0]).toMatchObject({ state: 'delivered' });
  expect((await shop.call('GET', balance)).data.balance).toBe(0.75);
});

test('a report about a message that was never sent changes nothing: its cost has gone back already', async () => {
  const { shop, send, work } = await openSender(() => 422);
  await shop.addClient();
  const balance = `/notification_settings/${shop.locationId}/balance`;
  await shop.call('PUT', balance, { body: { balance: 1, price: 0.1 } });
  await send('sms', 'by_filter', { text: 'Hello' });
  await work();
  const [message] = await messagesOf(shop.locationId);
  for (const status of [16, 1]) {
    const body = [{ id: `m${message?.id}`, status, payment_sum: 0 }];
    expect(await shop.call('POST', '/delivery/status', { body, authorization: `Bearer ${shop.partner.token}` })).toMatchObject({
      status: 200,
    });
  }
  expect((await shop.call('GET', balance)).data.balance).toBe(1);
  expect(await messagesOf(shop.locationId)).toEqual([message]);
});

test('errors of reports have the codes that SMS operators know', async () => {
  const { shop, send } = await openSender();
  await shop.addClient();
  await send('sms', 'by_filter', { text: 'Hello' });
  const [message] = await messagesOf(shop.locationId);
  const report = (body: unknown, token = shop.partner.token) =>
    shop.call('POST', '/delivery/status', { body, authorization: `Bearer ${token}` });
  expect(await report([{ id: 'm1', status: 3 }])).toMatchObject({
    status: 400,
    body: { error_code: 10, errors: [{ field_name: '0.status' }] },
  });
  expect(await report([{ id: 'x', status: 1 }])).toMatchObject({ status: 404, body: { error_code: 30 } });
  expect(await report([{ id: 'm1', status: 1 }], 'wrong')).toMatchObject({ status: 401, body: { error_code: 20 } });
  const stranger = await openShop();
  // Nothing tells whether a message of others exists.
  const [foreign, unknown] = [`m${message?.id}`, 'm999999999999'];
  const [one, other] = [
    await report([{ id: foreign, status: 1 }], stranger.partner.token),
    await report([{ id: unknown, status: 1 }]),
  ];
  expect(one).toMatchObject({ status: 404, body: { error_code: 30 } });
  expect(JSON.stringify(one.body).replaceAll(foreign, unknown)).toBe(JSON.stringify(other.body));
  // Codes are forgotten when they are sent.
  expect(await report([{ id: '17', status: 1 }])).toMatchObject({ status: 200 });
});

test('the regular job finds the locations in which something is due, each once', async () => {
  const { shop, send } = await openSender();
  const { id } = await shop.addClient();
  await send('sms', 'by_id', { client_ids: [id], text: 'Open on Sunday' });
  const { db } = await testDatabase();
  const jobsOfLocation = () => db.select({ payload: jobs.payload }).from(jobs).where(eq(jobs.locationId, shop.locationId));
  await enqueueOnly(shop.locationId, findDue);
  expect(await jobsOfLocation()).toEqual([{ payload: { locationId: shop.locationId } }]);
  await enqueueOnly(shop.locationId, findDue);
  expect(await jobsOfLocation()).toHaveLength(1);
});
