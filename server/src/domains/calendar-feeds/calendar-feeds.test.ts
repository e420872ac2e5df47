import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { readCalendar } from '../../../test/calendars.ts';
import { somePhone, testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon, signInClient } from '../../../test/online.ts';
import { setHours } from '../../../test/salon.ts';
import { statementsOf } from '../../../test/statements.ts';
import { NotFound } from '../../api/errors.ts';
import { addDays, parseDateTime, today } from '../../platform/clock.ts';
import type { Tx } from '../../platform/database.ts';
import { loadSigningKey } from '../access/server-keys.ts';
import { locations, locationUsers } from '../locations/tables.ts';
import { readFeed } from './calendar.ts';
import { calendarFeeds } from './tables.ts';

/** A salon with working hours in the days of a feed, and its feeds. `day(n)` is a date n days from today. */
async function openFeeds(options: Parameters<typeof openOnlineSalon>[0] = {}) {
  const salon = await openOnlineSalon(options);
  const { shop, place, member } = salon;
  const day = (days: number) => addDays(today(shop.timeZone), days);
  await setHours(
    shop,
    member,
    [-40, -29, 1, 2, 3, 300].map((days) => day(days)),
  );
  const at = (days: number, time: string) => `${day(days)}T${time}:00`;
  const instant = (days: number, time: string) => parseDateTime(at(days, time), shop.timeZone)?.toISOString();
  const ofMember = (id = member) => `/company/${place}/staff/${id}/calendar_feed`;
  const ofClient = (id: number) => `/company/${place}/clients/${id}/calendar_feed`;
  const make = async (path: string, authorization = shop.owner.authorization, body: object = {}) => {
    const answer = await shop.call('PUT', path, { body, authorization });
    expect(answer.status).toBe(200);
    return answer.data.address as string;
  };
  const open = (address: string, headers: Record<string, string> = {}) => fetch(address, { headers });
  const read = async (address: string) => {
    const answer = await open(address);
    expect(answer.status).toBe(200);
    return readCalendar(await answer.text());
  };
  const events = async (address: string) => (await read(address)).events;
  const statusOf = async (address: string) => (await open(address)).status;
  return { ...salon, day, at, instant, ofMember, ofClient, make, open, read, events, statusOf };
}

test("a member's feed has the appointments of 30 days back to a year ahead, and group events with their seats", async () => {
  const { shop, booked, addEvent, at, day, instant, ofMember, make, read, member } = await openFeeds();
  const client = await shop.addClient({ name: 'Ada', surname: 'Lovelace' });
  const far = await booked({ datetime: at(300, '10:00'), client: { id: client.id } });
  const near = await booked({ datetime: at(1, '10:00'), client: { phone: somePhone(), name: 'Grace' } });
  await booked({ datetime: at(-40, '10:00') });
  const past = await booked({ datetime: at(-29, '10:00'), client: { id: client.id } });
  const event = await addEvent({ date: `${day(2)} 14:00` });
  const { calendar, events } = await read(await make(ofMember()));
  expect(calendar.getFirstPropertyValue('x-wr-calname')).toBe('Basil, Test location');
  expect(events.map(({ uid, start, end, summary, zone }) => [uid.split('@')[0], start, end, summary, zone])).toEqual([
    [
      `appointment-${past.id}`,
      instant(-29, '10:00'),
      instant(-29, '11:00'),
      expect.stringMatching(/^Ada Lovelace: /),
      shop.timeZone,
    ],
    [`appointment-${near.id}`, instant(1, '10:00'), instant(1, '11:00'), expect.stringMatching(/^Grace: /), shop.timeZone],
    [`event-${event.id}`, instant(2, '14:00'), instant(2, '15:00'), expect.stringMatching(/ \(0\/3\)$/), shop.timeZone],
    [
      `appointment-${far.id}`,
      instant(300, '10:00'),
      instant(300, '11:00'),
      expect.stringMatching(/^Ada Lovelace: /),
      shop.timeZone,
    ],
  ]);
  expect(JSON.stringify(events)).not.toMatch(/\+?1\d{10}/);
  expect(await shop.addTeamMember()).not.toBe(member);
});

test('an entry keeps its UID when it moves, and its sequence grows; a deleted one vanishes; one who did not come is cancelled', async () => {
  const { shop, body, booked, at, instant, ofMember, make, events, place } = await openFeeds();
  const address = await make(ofMember());
  const phone = { client: { phone: somePhone(), name: 'Ada' } };
  const moved = await booked({ datetime: at(1, '10:00'), ...phone });
  const deleted = await booked({ datetime: at(1, '12:00') });
  const [before] = await events(address);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const change = body({ datetime: at(2, '15:00'), ...phone });
  expect((await shop.call('PUT', `/record/${place}/${moved.id}`, { body: change })).status).toBe(201);
  expect((await shop.call('DELETE', `/record/${place}/${deleted.id}`)).status).toBe(204);
  const [now, ...others] = await events(address);
  expect(others).toEqual([]);
  expect(now).toMatchObject({ uid: before?.uid, start: instant(2, '15:00'), status: 'CONFIRMED' });
  expect(now?.sequence).toBeGreaterThan(before?.sequence ?? 0);
  await shop.call('PUT', `/record/${place}/${moved.id}`, { body: { ...change, attendance: -1 } });
  expect(await events(address)).toMatchObject([{ uid: before?.uid, status: 'CANCELLED' }]);
});

test("an appointment that moves to another member's calendar leaves one feed for the other", async () => {
  const { shop, body, booked, at, link, service, ofMember, make, events, place, day } = await openFeeds();
  const other = await shop.addTeamMember({ name: 'Cleo' });
  await link(other, service);
  await setHours(shop, other, [day(1)]);
  const [own, others] = [await make(ofMember()), await make(ofMember(other))];
  const phone = { client: { phone: somePhone(), name: 'Ada' }, datetime: at(1, '10:00') };
  const { id } = await booked(phone);
  const [before] = await events(own);
  expect((await shop.call('PUT', `/record/${place}/${id}`, { body: body({ ...phone, staff_id: other }) })).status).toBe(201);
  expect(await events(own)).toEqual([]);
  expect(await events(others)).toMatchObject([{ uid: before?.uid, start: before?.start }]);
});

test('times stay the same when the location changes its zone', async () => {
  const { booked, at, instant, ofMember, make, events, place } = await openFeeds();
  await booked({ datetime: at(1, '10:00') });
  const address = await make(ofMember());
  const { db } = await testDatabase();
  await db.update(locations).set({ timeZone: 'Australia/Lord_Howe' }).where(eq(locations.id, place));
  expect(await events(address)).toMatchObject([
    { start: instant(1, '10:00'), end: instant(1, '11:00'), zone: 'Australia/Lord_Howe' },
  ]);
});

test('a feed shows no more than the rights of its user, when it is read', async () => {
  const { shop, booked, at, ofMember, make, events, statusOf, member } = await openFeeds();
  const client = await shop.addClient({ name: 'Ada', surname: 'Lovelace' });
  const service = (await booked({ datetime: at(1, '10:00'), client: { id: client.id } })).services[0].title;
  const user = await shop.hire('worker');
  const address = await make(ofMember(), user.authorization);
  const allow = async (permissions: object) => {
    const { db } = await testDatabase();
    await db
      .update(locationUsers)
      .set({ permissions: permissions as never })
      .where(eq(locationUsers.userId, user.id));
  };
  const summary = async () => (await events(address))[0]?.summary;
  const usual = {
    timetable_access: true,
    record_form_client_access: true,
    clients_surname_middle_name_access: true,
    master_id: 0,
  };
  await allow(usual);
  expect(await summary()).toBe(`Ada Lovelace: ${service}`);
  await allow({ ...usual, clients_surname_middle_name_access: false });
  expect(await summary()).toBe(`Ada: ${service}`);
  await allow({ ...usual, record_form_client_access: false });
  expect(await summary()).toBe(service);
  await allow({ ...usual, clients_visit_master_id: await shop.addTeamMember() });
  expect(await summary()).toBe(service);
  await allow({ ...usual, clients_visit_master_id: member });
  expect(await summary()).toBe(`Ada Lovelace: ${service}`);
  for (const less of [
    { timetable_access: false },
    { master_id: await shop.addTeamMember() },
    { auth_enable_check_ip: true, auth_list_allowed_ip: ['192.0.2.1'] },
  ]) {
    await allow({ ...usual, ...less });
    expect(await statusOf(address)).toBe(404);
  }
  await allow({ ...usual, last_days_count: 0 });
  expect(await statusOf(address)).toBe(200);
});

test('a feed begins where the days of its user begin', async () => {
  const { shop, booked, at, ofMember, make, events } = await openFeeds();
  await booked({ datetime: at(-29, '10:00') });
  await booked({ datetime: at(1, '10:00') });
  const user = await shop.hire('worker', { master_id: 0, last_days_count: 7 });
  expect(await events(await make(ofMember(), user.authorization))).toHaveLength(1);
  expect(await events(await make(ofMember()))).toHaveLength(2);
});

test("a feed ends with its user's membership and does not come back with it; it ends with the member", async () => {
  const { shop, ofMember, make, statusOf, member, place } = await openFeeds();
  const user = await shop.hire('worker', { master_id: 0 });
  const [theirs, owners] = [await make(ofMember(), user.authorization), await make(ofMember())];
  expect(theirs).not.toBe(owners);
  expect((await shop.call('DELETE', `/company/${place}/users/${user.id}`)).status).toBe(204);
  const { db } = await testDatabase();
  const left = await db.select({ userId: calendarFeeds.userId }).from(calendarFeeds).where(eq(calendarFeeds.locationId, place));
  expect(left).toEqual([{ userId: shop.owner.id }]);
  expect([await statusOf(theirs), await statusOf(owners)]).toEqual([404, 200]);
  await shop.call('PUT', `/staff/${place}/${member}`, { body: { fired: 1 } });
  expect(await statusOf(owners)).toBe(404);
  expect((await shop.call('PUT', ofMember(999_999_999), { body: {} })).status).toBe(404);
});

test("a client's feed has their own appointments, with the member and the place, and no one else's", async () => {
  const { shop, booked, addEvent, at, day, instant, ofClient, make, events, place } = await openFeeds();
  const { db } = await testDatabase();
  await db
    .update(locations)
    .set({
      address: '787 Jackson Drive',
      zip: '10001',
      phones: ['+13155550175'],
      publicTitle: 'Salon; "Ada", & Co',
      latitude: 40.7,
    })
    .where(eq(locations.id, place));
  const phone = somePhone();
  const client = await shop.addClient({ phone });
  await booked({ datetime: at(1, '10:00'), client: { id: client.id } });
  await booked({ datetime: at(1, '12:00') });
  const event = await addEvent({ date: `${day(2)} 14:00` });
  const guest = { activity_id: event.id, client: { id: client.id } };
  expect((await shop.call('POST', `/records/${place}`, { body: guest })).status).toBe(201);
  const address = await make(ofClient(client.id));
  const shown = await events(address);
  expect(shown).toMatchObject([
    { start: instant(1, '10:00'), end: instant(1, '11:00'), description: 'Basil\n+13155550175' },
    { start: instant(2, '14:00'), end: instant(2, '15:00') },
  ]);
  expect(shown[0]?.location).toBe('787 Jackson Drive, 10001 New York City');
  expect(shown[0]?.summary).toMatch(/^Salon; "Ada", & Co: /);
  expect(new Set(shown.map(({ uid }) => uid)).size).toBe(2);
});

test('a client and the location share an address; either can renew and end it', async () => {
  const { shop, ofClient, make, statusOf, place } = await openFeeds();
  const phone = somePhone();
  const client = await shop.addClient({ phone });
  const authorization = await signInClient(shop.partner, phone);
  const own = `/user/calendar_feed/${place}`;
  const none = { address: null, created_at: null, renewed_at: null };
  expect((await shop.call('GET', own, { authorization })).data).toEqual(none);
  const first = await make(own, authorization);
  expect(await make(ofClient(client.id))).toBe(first);
  expect((await shop.call('GET', own, { authorization })).data.address).toBe(first);
  const second = await make(ofClient(client.id), undefined, { renew: true });
  expect([await statusOf(first), await statusOf(second)]).toEqual([404, 200]);
  expect((await shop.call('DELETE', own, { authorization })).status).toBe(204);
  expect(await statusOf(second)).toBe(404);
  expect((await shop.call('DELETE', ofClient(client.id))).status).toBe(204);
  expect((await shop.call('GET', ofClient(client.id))).data).toEqual(none);
  const third = await make(own, authorization);
  expect([first, second]).not.toContain(third);
  const stranger = await signInClient(shop.partner, somePhone());
  const asStranger = async (method: 'GET' | 'PUT' | 'DELETE') =>
    (await shop.call(method, own, { authorization: stranger, ...(method === 'PUT' ? { body: {} } : {}) })).status;
  expect([await asStranger('GET'), await asStranger('PUT'), await asStranger('DELETE')]).toEqual([404, 404, 404]);
});

test('a client who was deleted has no feed any more', async () => {
  const { shop, ofClient, make, statusOf, place } = await openFeeds();
  const { id } = await shop.addClient();
  const address = await make(ofClient(id));
  expect((await shop.call('DELETE', `/client/${place}/${id}`)).status).toBe(204);
  expect(await statusOf(address)).toBe(404);
});

test('a location that was deleted has no feeds any more', async () => {
  const { shop, ofMember, ofClient, make, statusOf, place } = await openFeeds();
  const { id } = await shop.addClient();
  const addresses = [await make(ofMember()), await make(ofClient(id))];
  const { db } = await testDatabase();
  await db.update(locations).set({ deletedAt: new Date() }).where(eq(locations.id, place));
  expect(await Promise.all(addresses.map(statusOf))).toEqual([404, 404]);
});

test("a client's token makes no feed of another location", async () => {
  const [mine, other] = await Promise.all([openFeeds(), openFeeds()]);
  const phone = somePhone();
  await mine.shop.addClient({ phone });
  const authorization = await signInClient(mine.shop.partner, phone);
  const put = (place: number) => mine.shop.call('PUT', `/user/calendar_feed/${place}`, { body: {}, authorization });
  expect([(await put(mine.place)).status, (await put(other.place)).status]).toEqual([200, 404]);
  // Not even where the phone number is known, because the partner is not connected.
  await other.shop.addClient({ phone });
  expect((await put(other.place)).status).toBe(404);
});

test('users who do not see all calendars, or no visits, get no feed of a client', async () => {
  const { shop, ofClient, member } = await openFeeds();
  const { id } = await shop.addClient();
  const statusFor = async (permissions: object) => {
    const { authorization } = await shop.hire('owner', permissions as never);
    return (await shop.call('PUT', ofClient(id), { body: {}, authorization })).status;
  };
  expect(await statusFor({})).toBe(200);
  expect(await statusFor({ master_id: member })).toBe(403);
  expect(await statusFor({ last_days_count: 3 })).toBe(403);
  expect(await statusFor({ clients_show_attendance_history_access: false })).toBe(403);
  expect(await statusFor({ clients_visit_master_id: member })).toBe(404);
});

test('an address of another server, of another feed, or with a letter changed is a 404 without a query', async () => {
  const { ofMember, make, statusOf } = await openFeeds();
  const address = await make(ofMember());
  const [, start, token] = /^(.*\/)([^/]+)\.ics$/.exec(address) as unknown as [string, string, string];
  const [location, id, version, ...signature] = token.split('-') as [string, string, string, ...string[]];
  const others = [
    [location, Number(id) + 1, version, ...signature],
    [location, id, Number(version) + 1, ...signature],
    [location, id, version, `${signature.join('-').startsWith('A') ? 'B' : 'A'}${signature.join('-').slice(1)}`],
    ['x'],
    ['99999999999-1-1', 'A'.repeat(43)],
  ].map((parts) => `${start}${parts.join('-')}.ics`);
  for (const each of [...others, `${start}${token}`, `${start}${token}.ics.ics`]) {
    expect([each, await statusOf(each)]).toEqual([each, 404]);
  }
  const forged = (others[2] as string).slice(start.length, -4);
  const { db } = await testDatabase();
  const key = await loadSigningKey(db as never);
  const refused = (tx: Tx) => expect(readFeed(tx, key, { token: forged, reader: '192.0.2.1' })).rejects.toThrow(NotFound);
  expect(await statementsOf(refused)).toBe(0);
});

test('the calendar is plain iCalendar for any program, kept for minutes and by no proxy, and not sent again unchanged', async () => {
  const { booked, at, ofMember, make, open } = await openFeeds();
  const address = await make(ofMember());
  const empty = await open(address);
  expect(Object.fromEntries(empty.headers)).toMatchObject({
    'content-type': 'text/calendar; charset=utf-8',
    'cache-control': 'private, max-age=300',
    'content-disposition': 'inline; filename="calendar.ics"',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
  });
  expect(readCalendar(await empty.text()).events).toEqual([]);
  const etag = empty.headers.get('etag') as string;
  const again = async (header: string) => (await open(address, { 'if-none-match': header })).status;
  expect([await again(etag), await again(`"x", W/${etag}`), await again('*'), await again('"x"')]).toEqual([304, 304, 304, 200]);
  expect(await (await open(address, { 'if-none-match': etag })).text()).toBe('');
  const head = (headers: Record<string, string> = {}) => fetch(address, { method: 'HEAD', headers });
  expect([(await head()).status, (await head()).headers.get('etag')]).toEqual([200, etag]);
  expect((await head({ 'if-none-match': etag })).status).toBe(304);
  await booked({ datetime: at(1, '10:00') });
  const changed = await open(address, { 'if-none-match': etag });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
  expect(await again(changed.headers.get('etag') as string)).toBe(304);
});

test('two requests at the same time make one feed, and both answer its address', async () => {
  const { ofMember, make, statusOf } = await openFeeds();
  const made = await Promise.all(Array.from({ length: 5 }, () => make(ofMember())));
  expect(new Set(made).size).toBe(1);
  const renewed = await Promise.all(Array.from({ length: 5 }, () => make(ofMember(), undefined, { renew: true })));
  expect(new Set(renewed).size).toBe(5);
  const statuses = await Promise.all(renewed.map(statusOf));
  expect(statuses.toSorted()).toEqual([200, 404, 404, 404, 404]);
});
