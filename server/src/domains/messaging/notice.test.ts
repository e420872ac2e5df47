import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../../../test/gateway.ts';
import { openShop, type Shop, startServer } from '../../../test/harness.ts';
import { makeAllDue, messagesOf, noticesOf, sendDue } from '../../../test/messages.ts';
import { openSalon } from '../../../test/salon.ts';
import { reminderTime } from './plan.ts';

async function openTelling() {
  const gateway = await startGateway();
  onTestFinished(gateway.stop);
  const server = await startServer({ messageGateway: { url: gateway.url, token: '' } });
  const salon = await openSalon();
  const { shop } = salon;
  const client = await shop.addClient({ name: 'Ada', email: 'ada@example.com' });
  const book = (fields: object = {}) => salon.booked({ client: { id: client.id }, ...fields });
  const sent = () =>
    gateway.received.map(({ body }) => body as { channel: string; recipient: string; text: string; subject?: string });
  /** All that is planned becomes due, and is sent. */
  const tellAll = async () => {
    await makeAllDue(shop.locationId);
    await sendDue(server, shop.locationId);
  };
  const toClient = async () =>
    (await messagesOf(shop.locationId))
      .filter(({ clientId }) => clientId !== null)
      .map(({ type, channel, state }) => `${type} ${channel} ${state}`);
  const move = (id: number, datetime: string) => {
    const body = salon.body({ client: { id: client.id }, datetime });
    return shop.call('PUT', `/record/${shop.locationId}/${id}`, { body });
  };
  return { ...salon, client, book, sent, tellAll, toClient, move, server };
}

test('a booking is confirmed by mail, and its client is reminded by mail 12 hours and by SMS an hour before', async () => {
  const { shop, book, sent, tellAll, toClient } = await openTelling();
  const appointment = await book();
  expect(appointment).toMatchObject({ sms_remain_hours: 1, email_remain_hours: 12 });
  // 10:00 in New York.
  expect((await noticesOf(shop.locationId)).slice(1)).toEqual([
    ['reminder_email', '2030-05-06T02:00:00.000Z'],
    ['reminder_sms', '2030-05-06T13:00:00.000Z'],
  ]);
  await tellAll();
  expect((await toClient()).toSorted()).toEqual([
    'record_create_client email sent',
    'record_reminder_client email sent',
    'record_reminder_client sms sent',
  ]);
  const [sms] = sent().filter(({ channel }) => channel === 'sms');
  expect(sms?.text).toMatch(/^Your visit: May 6, 10:00\sAM, /);
  expect(await noticesOf(shop.locationId)).toEqual([]);
});

test('reminders follow every move, and the client is told of it once', async () => {
  const { shop, book, tellAll, toClient, move } = await openTelling();
  const { id } = await book();
  await tellAll();
  expect((await move(id, '2030-05-07T12:00:00')).status).toBe(201);
  expect((await move(id, '2030-05-08T14:00:00')).status).toBe(201);
  const planned = await noticesOf(shop.locationId);
  expect(planned.map(([kind]) => kind)).toEqual(['move', 'reminder_email', 'reminder_sms']);
  expect(planned[2]?.[1]).toBe('2030-05-08T17:00:00.000Z');
  await tellAll();
  expect((await toClient()).filter((told) => told.startsWith('record_move'))).toEqual(['record_move_client email sent']);
  expect((await toClient()).filter((told) => told.includes('reminder'))).toHaveLength(4);
});

test('a client who was reminded of a time is not reminded of it again when the appointment is moved away and back', async () => {
  const { book, tellAll, toClient, move } = await openTelling();
  const { id } = await book();
  await tellAll();
  await move(id, '2030-05-07T12:00:00');
  await move(id, '2030-05-06T10:00:00');
  await tellAll();
  expect((await toClient()).filter((told) => told.includes('reminder'))).toHaveLength(2);
});

test('a cancelled appointment is told of once, and nobody is reminded of it', async () => {
  const { shop, book, tellAll, toClient } = await openTelling();
  const { id } = await book({ datetime: '2030-05-06T10:00:00' });
  await sendDue(await startServer(), shop.locationId);
  expect((await shop.call('DELETE', `/record/${shop.locationId}/${id}`)).status).toBe(204);
  expect((await noticesOf(shop.locationId)).map(([kind]) => kind)).toEqual(['delete']);
  await tellAll();
  expect(await toClient()).toEqual(['record_create_client email sent', 'record_delete_client email sent']);
});

test('an appointment that is cancelled before anybody was told of it is not mentioned', async () => {
  const { shop, book } = await openTelling();
  const { id } = await book();
  await shop.call('DELETE', `/record/${shop.locationId}/${id}`);
  expect(await noticesOf(shop.locationId)).toEqual([]);
});

test('changes that the client does not notice are not told', async () => {
  const { shop, book, body, client } = await openTelling();
  const { id } = await book();
  await sendDue(await startServer(), shop.locationId);
  const same = body({ client: { id: client.id }, comment: 'Likes tea', attendance: 2 });
  expect((await shop.call('PUT', `/record/${shop.locationId}/${id}`, { body: same })).status).toBe(201);
  expect((await noticesOf(shop.locationId)).map(([kind]) => kind)).toEqual(['reminder_email', 'reminder_sms']);
});

test('the reminders of one appointment can be chosen, and 0 switches one off', async () => {
  const { shop, book, body, client } = await openTelling();
  const { id } = await book({ sms_remain_hours: 3, email_remain_hours: 0 });
  expect((await noticesOf(shop.locationId)).slice(1)).toEqual([['reminder_sms', '2030-05-06T11:00:00.000Z']]);
  await shop.call('PUT', `/record/${shop.locationId}/${id}`, {
    body: body({ client: { id: client.id }, sms_remain_hours: 0, email_remain_hours: 24 }),
  });
  expect((await noticesOf(shop.locationId)).slice(1)).toEqual([['reminder_email', '2030-05-05T14:00:00.000Z']]);
});

const rules = (shop: Shop, body: object) => shop.call('PATCH', `/notification_settings/${shop.locationId}/rules`, { body });

test('new hours of the location count for later bookings only', async () => {
  const { shop, book } = await openTelling();
  await book();
  await rules(shop, { sms_reminder_hours: 2, email_reminder_hours: 0 });
  expect(await book({ datetime: '2030-05-07T10:00:00' })).toMatchObject({ sms_remain_hours: 2, email_remain_hours: 0 });
  expect((await noticesOf(shop.locationId)).filter(([kind]) => kind === 'reminder_sms')).toEqual([
    ['reminder_sms', '2030-05-06T13:00:00.000Z'],
    ['reminder_sms', '2030-05-07T12:00:00.000Z'],
  ]);
});

test('a client without an address gets nothing, and the log says why; nobody pays for it', async () => {
  const { shop, book, tellAll } = await openTelling();
  await book({ client: { phone: '', name: 'Walk-in' } });
  await shop.call('PUT', `/notification_settings/${shop.locationId}/balance`, { body: { balance: 1, price: 0.5 } });
  await tellAll();
  const { data } = await shop.call('GET', `/notification_settings/${shop.locationId}/messages?state=skipped`);
  const reasons = data
    .filter(({ user_id }: { user_id: number | null }) => user_id === null)
    .map(({ reason }: { reason: string }) => reason);
  expect(new Set(reasons)).toEqual(new Set(['The client has no phone number', 'The client has no e-mail address']));
  expect((await shop.call('GET', `/notification_settings/${shop.locationId}/balance`)).data.balance).toBe(1);
});

test('a reminder that the balance does not pay for is skipped, and the mail still goes', async () => {
  const { shop, book, tellAll, toClient } = await openTelling();
  await shop.call('PUT', `/notification_settings/${shop.locationId}/balance`, { body: { balance: 0.4, price: 0.5 } });
  await book();
  await tellAll();
  expect(await toClient()).toContain('record_reminder_client sms skipped');
  expect(await toClient()).toContain('record_reminder_client email sent');
});

test('a client who has come, or does not come, is not reminded', async () => {
  const { shop, book, body, client, tellAll, toClient } = await openTelling();
  const { id } = await book();
  await shop.call('PUT', `/record/${shop.locationId}/${id}`, { body: body({ client: { id: client.id }, attendance: -1 }) });
  await tellAll();
  expect((await toClient()).filter((told) => told.includes('reminder')).toSorted()).toEqual([
    'record_reminder_client email skipped',
    'record_reminder_client sms skipped',
  ]);
});

test('a location writes its own texts, by type, channel and language; names cannot smuggle variables in', async () => {
  const { shop, book, sent, tellAll } = await openTelling();
  const path = `/notification_settings/${shop.locationId}/templates`;
  const place = { type: 'record_reminder_client', channel: 'sms', language: 'de' };
  await rules(shop, { language: 'de' });
  const wrong = await shop.call('PUT', path, { body: { ...place, text: 'Hallo %NAME%' } });
  expect(wrong).toMatchObject({ status: 422, meta: { errors: [{ text: [expect.stringContaining('%NAME%')] }] } });
  const saved = await shop.call('PUT', path, { body: { ...place, text: '%CLIENT_NAME%: %DATETIME%' } });
  const { id } = await shop.addClient({ name: '%CLIENT_PHONE%' });
  await book({ client: { id } });
  await tellAll();
  expect(sent().find(({ channel }) => channel === 'sms')?.text).toBe('%CLIENT_PHONE%: 6. Mai 2030 um 10:00');
  expect((await shop.call('GET', path)).data).toEqual([
    { id: saved.data.id, subject: '', ...place, text: '%CLIENT_NAME%: %DATETIME%' },
  ]);
  expect((await shop.call('DELETE', `${path}/${saved.data.id}`)).status).toBe(204);
  expect((await shop.call('DELETE', `${path}/${saved.data.id}`)).status).toBe(404);
});

test('users are told of what concerns them: team members of their own appointments, the others of all', async () => {
  const { shop, book, sent, tellAll } = await openTelling();
  await book();
  await tellAll();
  const toUsers = (await messagesOf(shop.locationId)).filter(({ userId }) => userId !== null);
  expect(toUsers.map(({ type }) => type)).toEqual(['record_create_offline_admin']);
  const settings = `/notification_settings/${shop.locationId}/users/${shop.owner.id}`;
  const before = await shop.call('GET', settings);
  expect(before.data.mode).toBe('admin');
  expect(before.data.notification_types.map(({ type }: { type: string }) => type)).toEqual([
    'record_move_admin',
    'license_expire',
    'record_create_offline_admin',
    'record_create_online_admin',
    'record_delete_admin',
  ]);
  const body = {
    notification_types: [
      { type: 'record_create_offline_admin', channels: { push: 0, email: 0 } },
      { type: 'record_move_staff', channels: { push: 0 } },
    ],
  };
  const changed = await shop.call('POST', settings, { body });
  const typeOf = (answer: { data: { notification_types: { type: string; channels: object }[] } }) =>
    answer.data.notification_types.find(({ type }) => type === 'record_create_offline_admin')?.channels;
  expect(typeOf(changed)).toEqual({ push: 0, sms: 0, email: 1 });
  expect(typeOf(await shop.call('PUT', settings, { body }))).toEqual({ push: 0, sms: 0, email: 0 });
  const count = sent().length;
  await book({ datetime: '2030-05-07T10:00:00' });
  await tellAll();
  expect((await messagesOf(shop.locationId)).filter(({ userId }) => userId !== null)).toHaveLength(1);
  expect(sent().length).toBeGreaterThan(count);
});

test('a notification tells a user no more than the calendar shows them', async () => {
  const { shop, member, book, tellAll } = await openTelling();
  const ada = await shop.addClient({ name: 'Ada', surname: 'Lovelace' });
  const other = await shop.addTeamMember();
  const sights = {
    all: {},
    ownClients: { clients_visit_master_id: member },
    noPhone: { timetable_phones_access: false },
    noSurname: { clients_surname_middle_name_access: false },
    noClient: { record_form_client_access: false },
    otherClients: { clients_visit_master_id: other },
    otherCalendar: { master_id: other },
    otherPosition: { position_id: 2_000_000_000 },
    noCalendar: { timetable_access: false },
    noNotices: { notification: false },
  };
  const people = new Map<number, string>();
  for (const [name, permissions] of Object.entries(sights)) people.set((await shop.hire('owner', permissions)).id, name);
  await book({ client: { id: ada.id } });
  await tellAll();
  const told = (await messagesOf(shop.locationId)).flatMap(({ userId, text }) =>
    people.has(userId ?? 0) ? [[people.get(userId ?? 0), /^Booked: (.*?)\)/.exec(text)?.[1]?.replace(/\+.*/, 'phone')]] : [],
  );
  expect(Object.fromEntries(told)).toEqual({
    all: 'Ada Lovelace (phone',
    ownClients: 'Ada Lovelace (phone',
    noPhone: 'Ada Lovelace (–',
    noSurname: 'Ada (phone',
    noClient: '– (–',
    otherClients: '– (–',
  });
});

test('a channel or a type that is off in the location is off for everyone', async () => {
  const { shop, book, tellAll } = await openTelling();
  await rules(shop, {
    channels: { email: 0 },
    types: [{ type: 'record_reminder_client', channels: { push: 0, sms: 0, email: 1 } }],
  });
  const { data, meta } = await shop.call('GET', `/notification_settings/${shop.locationId}/notification_types`);
  expect(meta).toEqual({ count: 9 });
  expect(data[0]).toEqual({ type: 'record_create_online_staff', channels: { push: 1, sms: 0, email: 0 } });
  await book();
  await tellAll();
  expect(await messagesOf(shop.locationId)).toEqual([]);
});

test('settings of others need a right, and users of other businesses are not found', async () => {
  const shop = await openShop();
  const trainee = await shop.hire('worker', { settings_user_notifications_access: false });
  const path = (id: number) => `/notification_settings/${shop.locationId}/users/${id}`;
  const { authorization } = trainee;
  expect((await shop.call('GET', path(trainee.id), { authorization })).status).toBe(200);
  expect((await shop.call('GET', path(shop.owner.id), { authorization })).status).toBe(403);
  expect((await shop.call('GET', path((await openShop()).owner.id))).status).toBe(404);
});

const quiet = { quietFrom: 21 * 60, quietTo: 8 * 60 };
const none = { quietFrom: null, quietTo: null };
const at = (text: string) => new Date(text);
const remind = (
  startsAt: string,
  hours: number,
  settings: { quietFrom: number | null; quietTo: number | null } = none,
  now = '2030-01-01T00:00:00Z',
) => reminderTime({ startsAt: at(startsAt), hours, now: at(now) }, settings, 'Europe/Berlin')?.toISOString();

test('hours before an appointment are hours that pass, also when the clocks change in between', () => {
  // Clocks go forward on 31 March 2030 at 2:00, and back on 27 October at 3:00.
  expect(remind('2030-03-31T10:00:00+02:00', 12)).toBe('2030-03-30T20:00:00.000Z');
  expect(remind('2030-10-27T10:00:00+01:00', 12)).toBe('2030-10-26T21:00:00.000Z');
});

test('a reminder in the quiet time is sent just before it, or at its end if that is past already', () => {
  expect(remind('2030-05-06T08:30:00+02:00', 1, quiet)).toBe('2030-05-05T18:59:00.000Z');
  expect(remind('2030-05-06T08:30:00+02:00', 1, quiet, '2030-05-05T22:00:00Z')).toBe('2030-05-06T06:00:00.000Z');
  expect(remind('2030-05-06T08:00:00+02:00', 1, quiet, '2030-05-05T22:00:00Z')).toBeUndefined();
  expect(remind('2030-05-06T15:00:00+02:00', 1, quiet)).toBe('2030-05-06T12:00:00.000Z');
});

test('who books after the time of the reminder is not reminded', () => {
  expect(remind('2030-05-06T10:00:00Z', 1, none, '2030-05-06T09:00:00Z')).toBeUndefined();
  expect(remind('2030-05-06T10:00:00Z', 1, none, '2030-05-06T08:59:59Z')).toBe('2030-05-06T09:00:00.000Z');
});
