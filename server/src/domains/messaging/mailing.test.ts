import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../../../test/gateway.ts';
import { openShop, startServer, testDatabase } from '../../../test/harness.ts';
import { makeAllDue, messagesOf, noticesOf, sendDue } from '../../../test/messages.ts';
import { openPrepaidSalon } from '../../../test/prepaid.ts';
import { openSalon } from '../../../test/salon.ts';
import { teamMembers } from '../team/tables.ts';

async function openMailing() {
  const gateway = await startGateway();
  onTestFinished(gateway.stop);
  const server = await startServer({ messageGateway: { url: gateway.url, token: '' }, publicUrl: 'https://foyer.example.com' });
  const shop = await openShop();
  return { gateway, server, shop };
}

test('the log says for each channel what a client lacks', async () => {
  const { shop } = await openMailing();
  const { id } = await shop.addClient({ email: '' });
  const { id: known } = await shop.addClient({ email: 'ada@example.com' });
  const body = { client_ids: [id, known], subject: 'News', text: 'Hello' };
  expect((await shop.call('POST', `/email/clients/by_id/${shop.locationId}`, { body })).status).toBe(201);
  expect((await messagesOf(shop.locationId)).map(({ channel, recipient, reason }) => [channel, recipient, reason])).toEqual([
    ['email', '', 'The client has no e-mail address'],
    ['email', 'ada@example.com', ''],
  ]);
});

test('a gateway gets the address where the recipient of a mailing ends mailings', async () => {
  const { shop, server, gateway } = await openMailing();
  const { id } = await shop.addClient({ email: 'ada@example.com' });
  const path = `clients/by_id/${shop.locationId}`;
  await shop.call('POST', `/email/${path}`, { server, body: { client_ids: [id], subject: 'News', text: 'Hello' } });
  await shop.call('POST', `/sms/${path}`, { server, body: { client_ids: [id], text: 'Hello' } });
  await sendDue(server, shop.locationId);
  const received = gateway.received.map(({ body }) => body as { unsubscribe_url?: string; text: string });
  expect(received).toHaveLength(2);
  for (const { text, unsubscribe_url } of received) {
    expect(unsubscribe_url).toMatch(/^https:\/\/foyer\.example\.com\/u\//);
    expect(text).toBe(`Hello\n${unsubscribe_url}`);
  }
});

test('the text of a phone has no subject, whatever is written into it', async () => {
  const { shop } = await openMailing();
  const path = `/notification_settings/${shop.locationId}/templates`;
  const place = { type: 'record_reminder_client', language: 'en', text: 'Soon: %DATETIME%' };
  const sms = await shop.call('PUT', path, { body: { ...place, channel: 'sms', subject: 'A visit' } });
  const mail = await shop.call('PUT', path, { body: { ...place, channel: 'email', subject: ' A visit ' } });
  expect([sms.data.subject, mail.data.subject]).toEqual(['', 'A visit']);
  const empty = await shop.call('PUT', path, { body: { ...place, channel: 'email', subject: ' ' } });
  expect([empty.status, empty.meta.errors]).toEqual([422, [{ subject: ['must not be empty'] }]]);
});

test('birthdays are off until a location switches them on', async () => {
  const { shop } = await openMailing();
  const { data } = await shop.call('GET', `/notification_settings/${shop.locationId}/rules`);
  expect(data.types.find(({ type }: { type: string }) => type === 'birthday_client').channels).toEqual({
    push: 0,
    sms: 0,
    email: 0,
  });
});

test('a user who is a team member is told of the own appointments, and of no others', async () => {
  const salon = await openSalon();
  const { shop, place, member } = salon;
  const [own, other] = [await shop.hire('owner'), await shop.hire('owner')];
  const colleague = await shop.addTeamMember();
  const { db } = await testDatabase();
  for (const [id, userId] of [
    [member, own.id],
    [colleague, other.id],
  ] as const) {
    await db.update(teamMembers).set({ userId }).where(eq(teamMembers.id, id));
  }
  await salon.booked();
  await makeAllDue(place);
  await sendDue(await startServer(), place);
  const phone = (await messagesOf(place)).filter(({ channel }) => channel === 'sms');
  expect(phone.map(({ type, subject }) => [type, subject])).toEqual([['record_reminder_client', '']]);
  const told = (await messagesOf(place)).flatMap(({ userId, type }) => (userId === null ? [] : [[userId, type]]));
  expect(told).toEqual([
    [own.id, 'record_create_offline_staff'],
    [shop.owner.id, 'record_create_offline_admin'],
  ]);
});

test('a booking is confirmed when its prepayment is paid, and not before', async () => {
  const { hold, start, tell, place } = await openPrepaidSalon();
  const server = await startServer();
  const [held] = await hold();
  await start(held as NonNullable<typeof held>);
  const confirmations = async () => (await messagesOf(place)).filter(({ type }) => type === 'record_create_client').length;
  await sendDue(server, place);
  expect([await confirmations(), (await noticesOf(place)).map(([kind]) => kind)]).toEqual([
    0,
    expect.arrayContaining(['create']),
  ]);
  await tell();
  await makeAllDue(place);
  await sendDue(server, place);
  expect([await confirmations(), await noticesOf(place)]).toEqual([1, []]);
});
