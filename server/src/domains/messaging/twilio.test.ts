import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { eq, sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { call, openShop, startServer, testDatabase } from '../../../test/harness.ts';
import { makeAllDue, messagesOf, sendDue } from '../../../test/messages.ts';
import { locationMessages } from './tables.ts';

const publicUrl = 'https://foyer.example.com';
const authToken = 'of Twilio';

/** A double of Twilio, which lists what it has taken, and a shop that has sent an SMS by it. */
async function openSender() {
  const taken: Record<string, string>[] = [];
  let listed = 0;
  const double = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      listed += 1;
      const to = new URL(request.url as string, publicUrl).searchParams.get('To');
      const messages = taken.flatMap(({ To, Body }, index) =>
        To === to ? [{ sid: `SM${index}`, to: To, body: `Test account - ${Body}`, date_created: new Date().toUTCString() }] : [],
      );
      return response.end(JSON.stringify({ messages }));
    }
    taken.push(Object.fromEntries(new URLSearchParams(await text(request))));
    response.writeHead(201).end(JSON.stringify({ sid: `SM${taken.length - 1}` }));
  }).listen(0, '127.0.0.1');
  await once(double, 'listening');
  onTestFinished(() => void double.close());
  const url = `http://127.0.0.1:${(double.address() as { port: number }).port}`;
  const server = await startServer({
    twilio: { accountSid: 'AC1', authToken, from: '+12025550100', whatsappFrom: '', url },
    publicUrl,
    outsideNetworks: ['127.0.0.0/8'],
  });
  const shop = await openShop();
  const client = await shop.addClient();
  const body = { client_ids: [client.id], text: 'Open on Sunday' };
  await shop.call('POST', `/sms/clients/by_id/${shop.locationId}`, { body });
  /** Reports as Twilio does. */
  const report = (fields: Record<string, string>, path: string, token = authToken) => {
    const signed = `${publicUrl}${path}${Object.entries(fields)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flat()
      .join('')}`;
    return call('POST', `/${path}`, {
      server,
      rawBody: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': createHmac('sha1', token).update(signed).digest('base64'),
      },
    });
  };
  const state = async () => {
    const [message] = await messagesOf(shop.locationId);
    return [message?.state, message?.providerStatus, message?.reason];
  };
  return { server, shop, taken, report, state, listed: () => listed, work: () => sendDue(server, shop.locationId) };
}

test('Twilio reports what became of a message, at the address that it was given with it', async () => {
  const { taken, report, state, work } = await openSender();
  await work();
  const path = String(taken[0]?.StatusCallback).replace(publicUrl, '');
  expect(path).toMatch(/^\/callbacks\/twilio\/m\d+$/);
  for (const [status, then] of [
    ['queued', ['sent', null, '']],
    ['sent', ['sent', 8, '']],
    ['delivered', ['delivered', 1, '']],
    // A final status stays; reports can overtake each other.
    ['sent', ['delivered', 1, '']],
  ] as const) {
    expect((await report({ MessageSid: 'SM0', MessageStatus: status }, path)).status).toBe(204);
    expect(await state()).toEqual(then);
  }
});

test('the log says why Twilio could not deliver a message', async () => {
  const { taken, report, state, work } = await openSender();
  await work();
  const path = String(taken[0]?.StatusCallback).replace(publicUrl, '');
  await report({ MessageSid: 'SM0', MessageStatus: 'undelivered', ErrorCode: '30003' }, path);
  expect(await state()).toEqual(['failed', 2, 'The provider could not deliver it (Twilio says 30003)']);
});

test('a report that Twilio has not signed changes nothing', async () => {
  const { taken, report, state, work } = await openSender();
  await work();
  const path = String(taken[0]?.StatusCallback).replace(publicUrl, '');
  expect((await report({ MessageStatus: 'delivered' }, path, 'of somebody')).status).toBe(403);
  expect((await call('POST', `/${path}`, { rawBody: 'MessageStatus=delivered' })).status).toBe(404);
  expect((await report({ MessageStatus: 'delivered' }, '/callbacks/twilio/m999999999999')).status).toBe(404);
  expect(await state()).toEqual(['sent', null, '']);
});

test('a message that a process may have handed over before it died is looked for at Twilio, and not sent again', async () => {
  const { shop, taken, state, listed, work } = await openSender();
  const { db } = await testDatabase();
  await work();
  expect(listed()).toBe(0);
  // As if the process had died before it recorded the answer.
  const own = eq(locationMessages.locationId, shop.locationId);
  const before = { state: 'queued', sentAt: null, providerId: null, handedAt: sql`now() - interval '2 minutes'` } as const;
  await db.update(locationMessages).set(before).where(own);
  await makeAllDue(shop.locationId);
  await work();
  expect([taken.length, listed()]).toEqual([1, 1]);
  expect(await state()).toEqual(['sent', null, '']);
  expect((await messagesOf(shop.locationId))[0]).toMatchObject({ providerId: 'SM0', handedAt: null, attempts: 2 });
});

test('a message that Twilio does not have after the death of a process is sent', async () => {
  const { shop, taken, state, listed, work } = await openSender();
  const { db } = await testDatabase();
  await db
    .update(locationMessages)
    .set({ handedAt: sql`now() - interval '2 minutes'` })
    .where(eq(locationMessages.locationId, shop.locationId));
  await work();
  expect([taken.length, listed()]).toEqual([1, 1]);
  expect(await state()).toEqual(['sent', null, '']);
});

test('a report tells that a message was handed over by a process that died, so it is not sent again', async () => {
  const { shop, taken, report, state, work } = await openSender();
  const { db } = await testDatabase();
  const [message] = await messagesOf(shop.locationId);
  const path = `/callbacks/twilio/m${message?.id}`;
  // Nothing can be reported of a message that nobody has handed over.
  await report({ MessageStatus: 'sent' }, path);
  expect(await state()).toEqual(['queued', null, '']);
  await db.update(locationMessages).set({ handedAt: sql`now()` }).where(eq(locationMessages.locationId, shop.locationId));
  await report({ MessageStatus: 'sent' }, path);
  expect(await state()).toEqual(['sent', 8, '']);
  await work();
  expect(taken).toEqual([]);
});
