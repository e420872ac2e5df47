import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { somePhone, testDatabase } from '../../../test/harness.ts';
import { messagesOf } from '../../../test/messages.ts';
import { setHours } from '../../../test/salon.ts';
import { backdate, endOffers, fullDay, isMarked, lookAt, lookAtAll, openWaitingSalon } from '../../../test/waiting.ts';
import { jobs } from '../../platform/tables.ts';
import { services } from '../catalog/tables.ts';
import { waitingEntries, waitingMarks } from './tables.ts';

test('a time that becomes free is offered to the first who waits, held for them, and taken by the link of the message', async () => {
  const salon = await openWaitingSalon();
  const { shop, place, add, free, look, entry, tokenFor, texts, own, take, times, time } = salon;
  const [one, other] = [somePhone(), somePhone()];
  const first = await add({ phone: one, name: 'Ada' });
  const second = await add({ phone: other, name: 'Bea' });
  expect(first).toMatchObject({ status: 'waiting', phone: one, staff: null, time_from: '00:00', time_to: '24:00', offer: null });
  await look();
  expect((await entry(first.id)).status).toBe('waiting');

  await free(11);
  expect(await times(fullDay)).toEqual(['11:00']);
  await look();
  const offered = await entry(first.id);
  expect(offered).toMatchObject({ status: 'offered', offer: { seance_length: 3600 } });
  expect(offered.offer.datetime).toBe('2030-05-06T11:00:00-04:00');
  expect((await entry(second.id)).status).toBe('waiting');
  expect(await times(fullDay)).toEqual([]);
  expect((await salon.bookOnline([salon.wish({ datetime: time(11) })])).status).toBe(422);
  const desk = await salon.book({ datetime: time(11) });
  expect([desk.status, desk.body.meta.errors]).toEqual([422, [{ datetime: [expect.stringMatching(/^is taken by offer \d+$/)] }]]);

  expect(await texts()).toMatchObject([
    { recipient: one, text: expect.stringContaining('https://foyer.example.com/waiting#o-') },
  ]);
  const token = await tokenFor(one);
  expect((await own('offer', token)).data).toMatchObject({ state: 'open', datetime: '2030-05-06T11:00:00-04:00' });
  expect((await entry(first.id)).status).toBe('offered');
  const taken = await take(token);
  expect(taken.status).toBe(201);
  expect(await entry(first.id)).toMatchObject({ status: 'taken', record_id: taken.data.record_id, offer: null });
  const { data } = await shop.call('GET', `/record/${place}/${taken.data.record_id}`);
  expect(data).toMatchObject({ online: true, datetime: '2030-05-06T11:00:00-04:00', client: { name: 'Ada', phone: one } });
  const again = await take(token);
  expect([again.status, again.body.meta.message]).toEqual([409, 'The time was taken already: it is yours.']);
  await look();
  expect((await entry(second.id)).status).toBe('waiting');
});

test('an offer without an answer ends by itself, the time goes to the next one, and a client who never answers is passed over', async () => {
  const { add, free, look, entry, settings, tokenFor, take, own, times, place } = await openWaitingSalon();
  await settings({ most_offers: 2 });
  const [one, other] = [somePhone(), somePhone()];
  const first = await add({ phone: one });
  await free(11);
  await look();
  const token = await tokenFor(one);
  const second = await add({ phone: other });
  await endOffers(place);
  // Before any job runs.
  expect(await entry(first.id)).toMatchObject({ status: 'waiting', offer: null });
  expect(await times(fullDay)).toEqual(['11:00']);
  expect((await own('offer', token)).data.state).toBe('expired');
  expect((await take(token)).body.meta.message).toBe('It is too late: the time is not held for you any more.');
  await look();
  // The first is not offered the same time again.
  expect(await entry(first.id)).toMatchObject({ status: 'waiting', missed_offers: 1 });
  expect(await entry(second.id)).toMatchObject({ status: 'offered' });
  await free(12);
  await look();
  expect(await entry(first.id)).toMatchObject({ status: 'offered' });
  await endOffers(place);
  await look();
  expect(await entry(first.id)).toMatchObject({ status: 'passed', missed_offers: 2 });
});

test('an ended hold blocks neither the desk nor a client, though no job has removed it', async () => {
  const { add, free, look, entry, book, time, place, bookOnline, wish } = await openWaitingSalon();
  const { id } = await add();
  await free(11);
  await free(12);
  await add();
  await look();
  expect((await entry(id)).status).toBe('offered');
  await endOffers(place);
  expect((await book({ datetime: time(11) })).status).toBe(201);
  expect((await bookOnline([wish({ datetime: time(12) })])).status).toBe(201);
});

test('an entry gets only what it waits for: the days, the times of the day, the team member and the length of the services', async () => {
  const salon = await openWaitingSalon();
  const { shop, add, free, look, entry, link, service, member } = salon;
  const long = await shop.addService({ duration: 7200 });
  await link(member, long, 7200);
  const other = await shop.addTeamMember();
  await link(other, service);
  const evening = await add({ time_from: '17:00' });
  const anotherDay = await add({ date_from: '2030-05-20', date_to: '2030-05-21' });
  const ofOther = await add({ team_member_id: other });
  const twoHours = await add({ service_ids: [long] });
  const anyTime = await add({ date_to: '2030-05-07', time_to: '12:00' });
  const statuses = async () => {
    const all = [evening, anotherDay, ofOther, twoHours, anyTime];
    return Promise.all(all.map(async ({ id }) => (await entry(id)).offer?.datetime.slice(5, 16) ?? '-'));
  };
  await look();
  expect(await statuses()).toEqual(['-', '-', '-', '-', '05-07T09:00']);
  await free(16);
  await look();
  expect(await statuses()).toEqual(['-', '-', '-', '-', '05-07T09:00']);
  await free(17);
  await look();
  expect(await statuses()).toEqual(['05-06T17:00', '-', '-', '-', '05-07T09:00']);
  await free(15);
  await look();
  expect(await statuses()).toEqual(['05-06T17:00', '-', '-', '05-06T15:00', '05-07T09:00']);
  await setHours(shop, other, [fullDay], [{ from: '13:00', to: '14:00' }]);
  await look();
  expect(await statuses()).toEqual(['05-06T17:00', '-', '05-06T13:00', '05-06T15:00', '05-07T09:00']);
});

test('an offer can be declined: the client goes on waiting, or waits no more', async () => {
  const { add, free, look, entry, tokenFor, own, times } = await openWaitingSalon();
  const phone = somePhone();
  const { id } = await add({ phone });
  await free(11);
  await look();
  const token = await tokenFor(phone);
  expect((await own('offer/decline', token)).status).toBe(204);
  expect(await entry(id)).toMatchObject({ status: 'waiting', missed_offers: 0, offer: null });
  expect(await times(fullDay)).toEqual(['11:00']);
  await look();
  expect((await entry(id)).status).toBe('waiting');
  expect((await own('offer/take', token)).status).toBe(409);
  await free(12);
  await look();
  expect((await own('offer/decline', await tokenFor(phone), { leave: true })).status).toBe(204);
  expect(await entry(id)).toMatchObject({ status: 'cancelled', ended_at: expect.any(String) });
  expect(await times(fullDay)).toEqual(['11:00', '11:15', '11:30', '11:45', '12:00']);
});

test('a client who opens the link after the end of the offer can still leave the list', async () => {
  const { add, free, look, entry, tokenFor, own, place } = await openWaitingSalon();
  const phone = somePhone();
  const { id } = await add({ phone });
  await free(11);
  await look();
  const token = await tokenFor(phone);
  await endOffers(place);
  await look();
  expect((await own('offer/decline', token)).status).toBe(409);
  expect((await entry(id)).status).toBe('waiting');
  expect((await own('offer/decline', token, { leave: true })).status).toBe(204);
  expect((await entry(id)).status).toBe('cancelled');
  expect((await own('offer/decline', token, { leave: true })).status).toBe(409);
});

test('whoever ends or changes an entry takes its offer back, and a message that was not sent yet is not sent', async () => {
  const { shop, path, add, free, look, entry, texts, times, place } = await openWaitingSalon();
  const { id } = await add();
  await free(11);
  await look();
  const changed = await shop.call('PUT', `${path}/${id}`, { body: { time_from: '12:00' } });
  expect(changed.data).toMatchObject({ status: 'waiting', offer: null, time_from: '12:00', time_to: '24:00' });
  await look();
  expect(await texts()).toEqual([]);
  expect((await messagesOf(place)).filter(({ type }) => type === 'waiting_offer_client')).toMatchObject([
    { channel: 'sms', state: 'skipped', reason: 'The offer has ended' },
    { channel: 'email', state: 'skipped', reason: 'The client has no e-mail address' },
  ]);
  await free(12);
  await look();
  expect((await entry(id)).status).toBe('offered');
  expect((await shop.call('DELETE', `${path}/${id}`)).status).toBe(204);
  expect(await entry(id)).toMatchObject({ status: 'cancelled' });
  expect(await times(fullDay)).toEqual(['11:00', '11:15', '11:30', '11:45', '12:00']);
  expect((await shop.call('DELETE', `${path}/${id}`)).status).toBe(409);
  expect((await shop.call('PUT', `${path}/${id}`, { body: { comment: 'Late' } })).status).toBe(409);
});

test('nobody is offered anything in the quiet time; what became free in it is offered by the look that follows', async () => {
  const { shop, add, free, look, entry, place } = await openWaitingSalon();
  const { id } = await add();
  await free(11);
  const rules = (body: object) => shop.call('PATCH', `/notification_settings/${place}/rules`, { body });
  const minute = (later: number) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' }).format(
      new Date(Date.now() + later * 60_000),
    );
  // It begins in a minute: a message could come too late already.
  expect((await rules({ quiet_from: minute(1), quiet_to: minute(600) })).status).toBe(200);
  await look();
  expect((await entry(id)).status).toBe('waiting');
  expect(await isMarked(place)).toBe(false);
  await rules({ quiet_from: null, quiet_to: null });
  await lookAtAll(place);
  await look();
  expect((await entry(id)).status).toBe('offered');
});

test('somebody who cannot be told gets no offer: the log says why, and the time stays free', async () => {
  const { shop, add, free, look, entry, place, times } = await openWaitingSalon();
  await shop.call('PATCH', `/notification_settings/${place}/rules`, {
    body: { types: [{ type: 'waiting_offer_client', channels: { push: 0, sms: 0, email: 1 } }] },
  });
  const { id } = await add();
  const told = await add({ email: 'bea@example.com' });
  await free(11);
  await look();
  await look();
  expect((await entry(id)).status).toBe('waiting');
  expect((await entry(told.id)).status).toBe('offered');
  expect(await times(fullDay)).toEqual([]);
  const log = (await messagesOf(place)).filter(({ type }) => type === 'waiting_offer_client');
  expect(log).toMatchObject([
    { state: 'skipped', reason: 'The client has no e-mail address', recipient: '' },
    { state: 'queued', recipient: 'bea@example.com' },
  ]);
  // The link is not in the log, which the desk reads.
  expect(log[1]?.text).toContain('%LINK%');
});

test('entries end after their last day in the location, and those of deleted clients with them', async () => {
  const { shop, add, look, entry, free, times, place } = await openWaitingSalon();
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date());
  const client = await shop.addClient();
  const ofToday = await add({ date_from: today });
  const ofClient = await add({ name: undefined, phone: undefined, client_id: client.id });
  expect(ofClient).toMatchObject({ client_id: client.id, phone: `+${client.phone}` });
  await free(11);
  await look();
  expect((await entry(ofClient.id)).status).toBe('offered');
  await backdate(place, ofToday.id);
  expect((await entry(ofToday.id)).status).toBe('expired');
  await look();
  expect(await entry(ofToday.id)).toMatchObject({ status: 'expired' });
  await shop.call('DELETE', `/client/${place}/${client.id}`);
  expect(await entry(ofClient.id)).toBeNull();
  expect(await times(fullDay)).toEqual(['11:00']);
});

test('a deleted location ends its entries, and no job looks at its list any more', async () => {
  const { shop, add, place } = await openWaitingSalon();
  await add();
  expect(await isMarked(place)).toBe(true);
  expect((await shop.call('DELETE', `/company/${place}`)).status).toBe(202);
  const { db } = await testDatabase();
  const entries = await db
    .select({ status: waitingEntries.status })
    .from(waitingEntries)
    .where(eq(waitingEntries.locationId, place));
  expect(entries).toEqual([{ status: 'cancelled' }]);
  expect(await isMarked(place)).toBe(false);
  // A change that began before the location was deleted may leave a mark.
  await db.insert(waitingMarks).values({ locationId: place });
  await lookAt(place);
  expect(await db.$count(jobs, and(eq(jobs.kind, 'offer free times'), eq(jobs.locationId, place)))).toBe(0);
});

test('the desk filters the list, and cannot wait for what clients cannot book', async () => {
  const { shop, path, add, member, service } = await openWaitingSalon({ hours: [] });
  const client = await shop.addClient();
  const one = await add({ team_member_id: member, date_from: '2030-06-01', date_to: '2030-06-03' });
  const two = await add({ name: undefined, phone: undefined, client_id: client.id, date_from: '2030-06-03' });
  await shop.call('DELETE', `${path}/${one.id}`);
  const list = async (query: string) => {
    const { data, meta } = await shop.call('GET', `${path}?${query}`);
    return [(data as { id: number }[]).map(({ id }) => id), meta.total_count];
  };
  expect(await list('')).toEqual([[one.id, two.id], 2]);
  expect(await list('count=1&page=2')).toEqual([[two.id], 2]);
  expect(await list('status=waiting')).toEqual([[two.id], 1]);
  expect(await list('status=cancelled')).toEqual([[one.id], 1]);
  expect(await list('status=taken')).toEqual([[], 0]);
  expect(await list('start_date=2030-06-03&end_date=2030-06-03')).toEqual([[one.id, two.id], 2]);
  expect(await list('end_date=2030-06-02')).toEqual([[one.id], 1]);
  expect(await list(`client_id=${client.id}`)).toEqual([[two.id], 1]);
  expect(await list(`team_member_id=${member}`)).toEqual([[one.id], 1]);

  const wrong = async (fields: object) => {
    const body = { name: 'Ada', phone: somePhone(), service_ids: [service], date_from: '2030-06-01', ...fields };
    const { status, body: answer } = await shop.call('POST', path, { body });
    return [status, (answer.meta.errors as object[] | undefined)?.flatMap(Object.keys)];
  };
  const other = await shop.addTeamMember();
  const offline = await shop.addService();
  expect(await wrong({ date_to: '2030-05-31' })).toEqual([422, ['date_to']]);
  expect(await wrong({ date_to: '2030-08-02' })).toEqual([422, ['date_to']]);
  expect(await wrong({ date_to: '2030-08-01' })).toEqual([201, undefined]);
  expect(await wrong({ date_from: '2020-01-01' })).toEqual([422, ['date_to']]);
  expect(await wrong({ time_from: '14:00', time_to: '13:00' })).toEqual([422, ['time_to']]);
  expect(await wrong({ time_from: 'noon' })).toEqual([422, ['time_from']]);
  expect(await wrong({ service_ids: [offline] })).toEqual([422, ['service_ids']]);
  expect(await wrong({ team_member_id: other })).toEqual([422, ['team_member_id']]);
  expect(await wrong({ phone: '12' })).toEqual([422, ['phone']]);
  expect(await wrong({ name: ' ' })).toEqual([422, ['name']]);
  expect(await wrong({ client_id: client.id })).toEqual([422, ['client_id']]);
  const { db } = await testDatabase();
  await db.update(services).set({ needsMembership: true }).where(eq(services.id, service));
  expect(await wrong({})).toEqual([422, ['service_ids']]);
});

test('a member who is limited to a calendar sees and adds only entries for this team member', async () => {
  const { shop, path, add, member, service, link } = await openWaitingSalon({ hours: [] });
  const other = await shop.addTeamMember();
  await link(other, service);
  const own = await add({ team_member_id: member });
  const others = await add({ team_member_id: other });
  await add();
  const { authorization } = await shop.hire('owner', { master_id: member });
  const { data, meta } = await shop.call('GET', path, { authorization });
  expect([(data as { id: number }[]).map(({ id }) => id), meta.total_count]).toEqual([[own.id], 1]);
  const statusOf = async (method: string, to: string, body?: object) =>
    (await shop.call(method, to, { authorization, body })).status;
  expect(await statusOf('GET', `${path}/${others.id}`)).toBe(404);
  expect(await statusOf('DELETE', `${path}/${others.id}`)).toBe(404);
  expect(await statusOf('PUT', `${path}/${own.id}`, { team_member_id: null })).toBe(403);
  const wish = { name: 'Ada', phone: somePhone(), service_ids: [service], date_from: fullDay };
  expect(await statusOf('POST', path, wish)).toBe(403);
  expect(await statusOf('POST', path, { ...wish, team_member_id: other })).toBe(403);
  expect(await statusOf('POST', path, { ...wish, team_member_id: member })).toBe(201);
});
