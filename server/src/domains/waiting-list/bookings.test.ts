import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { somePhone, testDatabase } from '../../../test/harness.ts';
import { messagesOf } from '../../../test/messages.ts';
import { endOffers, fullDay, openWaitingSalon } from '../../../test/waiting.ts';
import { services } from '../catalog/tables.ts';
import { waitingSettings } from './tables.ts';

type Salon = Awaited<ReturnType<typeof openWaitingSalon>>;

const statuses = (salon: Salon, ids: readonly { id: number }[]): Promise<string[]> =>
  Promise.all(ids.map(async ({ id }) => (await salon.entry(id)).status));

/** The desk books a visit of a person. @returns the status, and the id of the appointment */
async function bookFor(salon: Salon, phone: string, fields: object) {
  const { status, data } = await salon.book({ client: { name: 'Ada', phone }, ...fields });
  return { status, id: data?.[0]?.id as number };
}

test('an entry ends when its client books such a visit online: a wished service on a wished day, at any time', async () => {
  const salon = await openWaitingSalon();
  const { shop, add, free, time, wish, bookOnline, service, member, link, entry } = salon;
  const long = await shop.addService({ duration: 3600 });
  await link(member, long, 3600);
  const phone = somePhone();
  const evening = await add({ phone, time_from: '17:00' });
  const range = await add({ phone, date_from: '2030-05-01', date_to: fullDay, service_ids: [long, service], time_from: '18:00' });
  const anotherDay = await add({ phone, date_from: '2030-05-20' });
  const anotherService = await add({ phone, service_ids: [long], time_from: '18:00' });
  const anotherClient = await add({ time_from: '17:00' });
  await free(11);
  expect((await bookOnline([wish({ datetime: time(11) })], { phone })).status).toBe(201);
  expect(await statuses(salon, [evening, range, anotherDay, anotherService, anotherClient])).toEqual([
    'cancelled',
    'cancelled',
    'waiting',
    'waiting',
    'waiting',
  ]);
  expect(await entry(evening.id)).toMatchObject({ ended_at: expect.any(String), record_id: null, offer: null });
});

test('an entry ends when the desk books such a visit for its client, whether or not the entry has the card', async () => {
  const salon = await openWaitingSalon();
  const { shop, add, free, time } = salon;
  const client = await shop.addClient();
  const phone = somePhone();
  const ofCard = await add({ name: undefined, phone: undefined, client_id: client.id, time_from: '18:00' });
  const ofPhone = await add({ phone, time_from: '18:00' });
  for (const hour of [10, 14]) await free(hour);
  expect((await bookFor(salon, phone, { datetime: time(10) })).status).toBe(201);
  expect(await statuses(salon, [ofCard, ofPhone])).toEqual(['waiting', 'cancelled']);
  expect((await bookFor(salon, `+${client.phone}`, { datetime: time(14) })).status).toBe(201);
  expect(await statuses(salon, [ofCard])).toEqual(['cancelled']);
});

test('no entry ends by a visit that the client did not come to, or that was booked before', async () => {
  const salon = await openWaitingSalon();
  const { shop, place, add, free, time, body } = salon;
  const phone = somePhone();
  await free(10);
  const { id } = await bookFor(salon, phone, { datetime: time(10) });
  const later = await add({ phone, time_from: '18:00' });
  const path = `/record/${place}/${id}`;
  const changed = { ...body({ datetime: time(10) }), client: { name: 'Ada', phone }, comment: 'By bus' };
  expect((await shop.call('PUT', path, { body: changed })).status).toBe(201);
  await free(11);
  expect((await bookFor(salon, phone, { datetime: time(11), attendance: -1 })).status).toBe(201);
  expect(await statuses(salon, [later])).toEqual(['waiting']);
});

test('a client who was offered a time and books another one holds it no longer: the next one gets it', async () => {
  const salon = await openWaitingSalon();
  const { add, free, look, time, place } = salon;
  const phone = somePhone();
  const first = await add({ phone });
  const next = await add();
  await free(11);
  await look();
  expect(await statuses(salon, [first, next])).toEqual(['offered', 'waiting']);
  await free(15);
  expect((await bookFor(salon, phone, { datetime: time(15) })).status).toBe(201);
  await look();
  expect(await statuses(salon, [first, next])).toEqual(['cancelled', 'offered']);
  expect(await contradictions(place)).toEqual([]);
});

test('whoever takes an offer waits no more for such a visit by another entry', async () => {
  const salon = await openWaitingSalon();
  const { add, free, look, tokenFor, take } = salon;
  const phone = somePhone();
  const [one, other, later] = [
    await add({ phone }),
    await add({ phone, time_from: '18:00' }),
    await add({ phone, date_from: '2030-05-20' }),
  ];
  await free(11);
  await look();
  expect((await take(await tokenFor(phone))).status).toBe(201);
  expect(await statuses(salon, [one, other, later])).toEqual(['taken', 'cancelled', 'waiting']);
});

test('the desk that books the offered time for its client takes the offer', async () => {
  const salon = await openWaitingSalon();
  const { add, free, look, time, place, entry, own, tokenFor } = salon;
  const phone = somePhone();
  const { id } = await add({ phone });
  await free(11);
  await look();
  const token = await tokenFor(phone);
  const booked = await bookFor(salon, phone, { datetime: time(11), save_if_busy: true });
  expect(booked.status).toBe(201);
  expect(await entry(id)).toMatchObject({ status: 'taken', record_id: booked.id });
  expect((await own('offer', token)).data.state).toBe('taken');
  expect(await contradictions(place)).toEqual([]);
});

test('a held time that the desk books by force is offered no longer: nobody is told of it, and its client waits on', async () => {
  const salon = await openWaitingSalon();
  const { add, free, look, time, place, entry, texts } = salon;
  const { id } = await add();
  for (const hour of [11, 12]) await free(hour);
  await look();
  expect((await entry(id)).offer.datetime).toBe(`${time(11)}-04:00`);
  expect((await bookFor(salon, somePhone(), { datetime: time(11), save_if_busy: true })).status).toBe(201);
  expect(await entry(id)).toMatchObject({ status: 'waiting', missed_offers: 0, offer: null });
  const [sms] = (await messagesOf(place)).filter(({ type, channel }) => type === 'waiting_offer_client' && channel === 'sms');
  expect(sms).toMatchObject({ state: 'skipped', reason: 'The offer has ended' });
  expect(await contradictions(place)).toEqual([]);
  await look();
  expect((await entry(id)).offer.datetime).toBe(`${time(12)}-04:00`);
  expect(await texts()).toHaveLength(1);
});

test('a link to a time that was booked by force says that the offer has ended; the time is offered again when it is free', async () => {
  const salon = await openWaitingSalon();
  const { shop, add, free, look, time, place, entry, tokenFor, own, take } = salon;
  const phone = somePhone();
  const { id } = await add({ phone });
  await free(11);
  await look();
  const token = await tokenFor(phone);
  const booked = await bookFor(salon, somePhone(), { datetime: time(11), save_if_busy: true });
  expect((await own('offer', token)).data.state).toBe('withdrawn');
  expect((await take(token)).status).toBe(409);
  await shop.call('DELETE', `/record/${place}/${booked.id}`);
  await look();
  expect(await entry(id)).toMatchObject({ status: 'offered', missed_offers: 0 });
});

test('a held time ends too when an appointment is moved over it by force, or a group event takes place then', async () => {
  const salon = await openWaitingSalon();
  const { shop, add, free, look, time, place, entry, body, appointments, addEvent } = salon;
  const { id } = await add();
  await free(11);
  await look();
  const moved = { ...body({ datetime: time(11) }), save_if_busy: true };
  expect((await shop.call('PUT', `/record/${place}/${appointments.get(13)}`, { body: moved })).status).toBe(201);
  expect((await entry(id)).status).toBe('waiting');
  await look();
  expect((await entry(id)).offer.datetime).toBe(`${time(13)}-04:00`);
  await addEvent({ date: `${fullDay} 13:00`, force: true });
  expect((await entry(id)).status).toBe('waiting');
  expect(await contradictions(place)).toEqual([]);
});

test('a visit that is forced over another time leaves the offer open', async () => {
  const salon = await openWaitingSalon();
  const { add, free, look, time, entry } = salon;
  const { id } = await add();
  await free(11);
  await look();
  for (const hour of [10, 12]) {
    expect((await bookFor(salon, somePhone(), { datetime: time(hour), save_if_busy: true })).status).toBe(201);
  }
  expect((await entry(id)).status).toBe('offered');
});

test('the desk may book a time whose hold has ended: the client has missed the offer, whoever sees it first', async () => {
  const salon = await openWaitingSalon();
  const { add, free, look, time, entry, place } = salon;
  const { id } = await add();
  await free(11);
  await look();
  await endOffers(place);
  expect((await bookFor(salon, somePhone(), { datetime: time(11), save_if_busy: true })).status).toBe(201);
  await look();
  expect(await entry(id)).toMatchObject({ status: 'waiting', missed_offers: 1 });
});

test('a service that needs a membership since a client joined is not offered, until it needs none', async () => {
  const salon = await openWaitingSalon();
  const { shop, add, free, look, service, member, link } = salon;
  const other = await shop.addService({ duration: 3600 });
  await link(member, other, 3600);
  const both = await add({ service_ids: [other, service] });
  const bound = await add();
  const plain = await add({ service_ids: [other], time_from: '12:00' });
  const { db } = await testDatabase();
  const bind = (needsMembership: boolean) => db.update(services).set({ needsMembership }).where(eq(services.id, service));
  await bind(true);
  for (const hour of [11, 12, 13]) await free(hour);
  await look();
  expect(await statuses(salon, [both, bound, plain])).toEqual(['waiting', 'waiting', 'offered']);
  await bind(false);
  await free(14);
  await look();
  expect(await statuses(salon, [bound])).toEqual(['offered']);
});

test('clients who are blacklisted after they joined get no offer, with a card or by their phone number', async () => {
  const salon = await openWaitingSalon();
  const { shop, place, add, free, look } = salon;
  const [known, unknown] = [await shop.addClient(), somePhone()];
  const entries = [
    await add({ name: undefined, phone: undefined, client_id: known.id }),
    await add({ phone: unknown }),
    await add(),
  ];
  const refuse = { name: 'Ada', importance_id: 2 };
  await shop.call('PUT', `/client/${place}/${known.id}`, { body: { ...refuse, phone: `+${known.phone}` } });
  await shop.call('POST', `/clients/${place}`, { body: { ...refuse, phone: unknown } });
  for (const hour of [11, 13, 15]) await free(hour);
  await look();
  expect(await statuses(salon, entries)).toEqual(['waiting', 'waiting', 'offered']);
});

test('a location that has set nothing has no row of settings, and clients wait there all the same', async () => {
  const { add, place, settings, shop } = await openWaitingSalon({ hours: [] });
  await add();
  const { db } = await testDatabase();
  const rows = () => db.$count(waitingSettings, eq(waitingSettings.locationId, place));
  expect(await rows()).toBe(0);
  const path = `/company/${place}/settings/waiting_list`;
  expect((await shop.call('GET', path)).data).toEqual({ is_online: false, hold_minutes: 30, most_offers: 3 });
  expect((await settings({})).data).toEqual({ is_online: false, hold_minutes: 30, most_offers: 3 });
  expect((await settings({ hold_minutes: 20 })).data).toEqual({ is_online: false, hold_minutes: 20, most_offers: 3 });
  expect((await settings({ is_online: true })).data).toEqual({ is_online: true, hold_minutes: 20, most_offers: 3 });
  expect(await rows()).toBe(1);
});
