import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, openShop, type Person, type Shop, startServer, testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon, openSalonWithForm } from '../../../test/online.ts';
import { setHours } from '../../../test/salon.ts';
import { statementsOf } from '../../../test/statements.ts';
import { addDays, today } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { partners } from '../access/tables.ts';
import { createUser, issuePartnerToken, issueUserToken } from '../access/users.ts';
import { cityByTitle, countryByTitle } from './dictionaries.ts';
import { getLocation } from './location.ts';
import { locations, locationUsers } from './tables.ts';
import { loadKnowledge } from './wire/knowledge.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const cityId = (title: string, countryId?: number) => cityByTitle(countryId, title)?.id ?? 0;
const countryId = (title: string) => countryByTitle(title)?.id ?? 0;
const as = (person: Person) => ({ authorization: person.authorization });
const partnerOf = (of: Shop) => ({ authorization: `Bearer ${of.partner.token}` });
const ids = (answer: Answer): number[] => answer.data.map(({ id }: { id: number }) => id);
const fieldsOf = (answer: Answer) => answer.meta.errors.flatMap(Object.keys);
const create = (of: Shop, body: object) => of.call('POST', '/companies', { body: { title: 'Branch', ...body } });
const change = (of: Shop, body: object) => of.call('PUT', `/company/${of.locationId}`, { body });
const get = async (of: Shop, query = '') => (await of.call('GET', `/company/${of.locationId}${query}`)).data;
const member = (locationId: number, person: Person) =>
  and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, person.id));

/** A 401 or 404 of the older operations: both generations of the error body in one. */
const legacyError = (status: number, message: string) => ({
  status,
  body: { success: false, data: null, errors: { code: status, message }, meta: { message } },
});

describe('the list of locations', () => {
  test('has the locations connected to the partner, and needs no user', async () => {
    const own = await openShop();
    const answer = await call('GET', '/companies', partnerOf(own));
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: [] } });
    expect(answer.data).toHaveLength(1);
    expect(answer.data[0]).toMatchObject({
      id: own.locationId,
      title: 'Test location',
      public_title: 'Test location',
      country_id: 840,
      country: 'United States',
      city: 'New York City',
      timezone_name: 'America/New_York',
      currency_short_title: '$',
      active: 1,
      main_group_id: own.chainId,
    });
    expect([-5, -4]).toContain(answer.data[0].timezone);
    for (const key of ['groups', 'bookforms', 'access']) expect(answer.data[0]).not.toHaveProperty(key);
  });

  test('has every location for a partner of all locations', async () => {
    const { db } = await testDatabase();
    const [partner] = await db.insert(partners).values({ name: 'Head office', allLocations: true }).returning();
    const token = await issuePartnerToken(db, { partnerId: partner?.id ?? 0 });
    const list = await call('GET', `/companies?id=${shop.locationId}`, { authorization: `Bearer ${token}` });
    expect(ids(list)).toEqual([shop.locationId]);
  });

  test('needs a partner', async () => {
    expect((await call('GET', '/companies')).status).toBe(401);
    expect((await call('GET', '/companies', { authorization: 'Bearer unknown' })).status).toBe(401);
    expect((await call('GET', '/companies', { authorization: `Bearer ${shop.partner.token}, User unknown` })).status).toBe(401);
  });

  test('with my=1 has the locations that the user manages, and needs a user', async () => {
    const first = await openShop();
    const second = await openShop({ chainId: first.chainId, partner: first.partner });
    const { db } = await testDatabase();
    expect(ids(await first.call('GET', '/companies'))).toEqual([first.locationId, second.locationId]);
    expect(ids(await first.call('GET', '/companies?my=1'))).toEqual([first.locationId]);
    expect((await call('GET', '/companies?my=1', partnerOf(first))).status).toBe(401);

    await db
      .insert(locationUsers)
      .values({ locationId: second.locationId, userId: first.owner.id, role: 'worker', isApproved: false });
    expect(ids(await first.call('GET', '/companies?my=1'))).toEqual([first.locationId]);
    await db.update(locationUsers).set({ isApproved: true }).where(member(second.locationId, first.owner));
    expect(ids(await first.call('GET', '/companies?my=1'))).toEqual([first.locationId, second.locationId]);
  });

  test('can be narrowed down', async () => {
    const own = await openShop();
    const barber = (await create(own, { city_id: cityId('Tokyo'), business_type_id: 103 })).data.id;
    const gym = (await create(own, { country_id: 276, business_type_id: 401 })).data.id;
    const { db } = await testDatabase();
    await db.update(locations).set({ isActive: false }).where(eq(locations.id, gym));
    const all = [own.locationId, barber, gym];
    const cases: [string, number[]][] = [
      ['', all],
      [`id=${barber}`, [barber]],
      [`group_id=${own.chainId}`, all],
      ['group_id=2000000000', []],
      [`city_id=${cityId('Tokyo')}`, [barber]],
      [`min_id=${barber}`, [barber, gym]],
      ['active=1', [own.locationId, barber]],
      ['active=0', all],
      ['business_type_id=401', [gym]],
      ['business_group_id=1', [barber]],
      ['business_group_id=4', [gym]],
      ['business_group_id=99', []],
      ['hide_record_type_single=1', []],
      ['hide_record_type_activity=1', all],
      [`city_id=${cityId('Tokyo')}&business_type_id=401`, []],
    ];
    for (const [query, expected] of cases) expect(ids(await own.call('GET', `/companies?${query}`)), query).toEqual(expected);
  });

  test('comes in pages', async () => {
    const own = await openShop();
    const added: number[] = [];
    for (let i = 0; i < 4; i++) added.push((await create(own, { country_id: 840 })).data.id);
    const all = [own.locationId, ...added];
    const page = async (number: number) => ids(await own.call('GET', `/companies?count=2&page=${number}`));
    expect([await page(1), await page(2), await page(3), await page(4)]).toEqual([
      all.slice(0, 2),
      all.slice(2, 4),
      all.slice(4),
      [],
    ]);
  });

  test.each(['page=0', 'count=0', 'count=1.5', 'page=x', 'my=2', 'id=0', 'city_id=x'])('refuses %s with 422', async (query) => {
    const answer = await shop.call('GET', `/companies?${query}`);
    expect([answer.status, fieldsOf(answer)]).toEqual([422, [query.split('=')[0]]]);
  });

  test('adds the chain with show_groups=1 and the booking forms with showBookforms=1', async () => {
    const [listed] = (await shop.call('GET', `/companies?id=${shop.locationId}&show_groups=1&showBookforms=1`)).data;
    expect(listed.groups).toEqual({ [shop.chainId]: { id: shop.chainId, title: 'Test chain' } });
    expect(listed.bookforms).toEqual([]);
  });

  test('counts the team members who are open for booking', async () => {
    const [own, other] = await Promise.all([openShop(), openShop()]);
    await own.addTeamMember();
    await own.addTeamMember();
    for (const closed of [{ isHidden: true }, { isFired: true }, { hasSchedule: false }, { deletedAt: new Date() }]) {
      await own.addTeamMember(closed);
    }
    await other.addTeamMember();
    const [listed] = (await own.call('GET', '/companies')).data;
    const changed = (await change(own, { zip: '10002' })).data;
    expect([listed, await get(own), changed].map((each) => each.active_staff_count)).toEqual([2, 2, 2]);
  });

  test('adds the booking forms of each location with showBookforms=1, in one statement', async () => {
    const salon = await openSalonWithForm();
    const second = await openShop({ chainId: salon.shop.chainId, partner: salon.shop.partner });
    const form = { id: salon.form, title: 'Website', is_default: 1, url: expect.stringMatching(`^http.*/book/${salon.form}$`) };
    const listed = (await salon.get('/companies?showBookforms=1')).data;
    expect(listed.map(({ id, bookforms }: { id: number; bookforms: object[] }) => [id, bookforms])).toEqual([
      [salon.place, [form]],
      [second.locationId, []],
    ]);
    const { bookforms } = await get(salon.shop, '?showBookforms=1');
    expect(bookforms).toEqual([form]);
    expect((await get(salon.shop)).bookforms).toEqual([]);
  });

  test('adds the next free time with forBooking=1, in the time zone of the location, if there is one', async () => {
    const salon = await openOnlineSalon({ city: 'Tokyo' });
    const closed = await openShop({ chainId: salon.shop.chainId, partner: salon.shop.partner });
    const tomorrow = addDays(today('Asia/Tokyo'), 1);
    await setHours(salon.shop, salon.member, [tomorrow]);
    const [open, other] = (await salon.get('/companies?forBooking=1')).data;
    expect([open.id, open.next_slot]).toEqual([salon.place, `${tomorrow}T09:00:00+09:00`]);
    expect([other.id, other.next_slot]).toEqual([closed.locationId, undefined]);
    expect((await get(salon.shop, '?forBooking=1')).next_slot).toBe(`${tomorrow}T09:00:00+09:00`);
    expect(await get(salon.shop)).not.toHaveProperty('next_slot');
  });

  test('takes as many statements for many locations as for one', async () => {
    const { db } = await testDatabase();
    const first = await openOnlineSalon();
    const second = await openOnlineSalon({ chainId: first.shop.chainId, partner: first.shop.partner });
    const rows = [await getLocation(db, first.place), await getLocation(db, second.place)];
    const cost = (of: typeof rows) =>
      statementsOf((tx) => loadKnowledge(tx, of, 'http://localhost', { bookingForms: true, nextSlot: true }));
    expect(await cost(rows)).toBe(await cost(rows.slice(0, 1)));
  });

  test('has deleted ones only with show_deleted=1', async () => {
    const own = await openShop();
    const closed = (await create(own, { country_id: 840 })).data.id;
    await own.call('DELETE', `/company/${closed}`);
    expect(ids(await own.call('GET', '/companies'))).toEqual([own.locationId]);
    const all = await own.call('GET', '/companies?show_deleted=1');
    expect(all.data).toMatchObject([
      { id: own.locationId, active: 1 },
      { id: closed, active: 0 },
    ]);
  });
});

describe('a new location', () => {
  test('takes its country, time zone and currency from the city', async () => {
    const answer = await create(shop, {
      title: 'Ginza',
      city_id: cityId('Tokyo'),
      address: '1-2-3',
      site: 'https://ginza.example.com',
      business_type_id: 102,
      short_descr: 'Hair',
    });
    expect(answer).toMatchObject({ status: 201, body: { success: true, meta: [] } });
    expect(answer.data).toMatchObject({
      title: 'Ginza',
      country_id: 392,
      country: 'Japan',
      city_id: cityId('Tokyo'),
      city: 'Tokyo',
      timezone_name: 'Asia/Tokyo',
      currency_short_title: '¥',
      address: '1-2-3',
      short_descr: 'Hair',
      active: 1,
    });
    expect(answer.data.coordinate_lat).toBeCloseTo(35.69, 1);
    expect(answer.data.coordinate_lon).toBeCloseTo(139.69, 1);
  });

  test.each([
    ['Japan', 'Asia/Tokyo', 'JPY'],
    ['Kuwait', 'Asia/Kuwait', 'KWD'],
    ['United States', 'America/New_York', 'USD'],
    ['Germany', 'Europe/Berlin', 'EUR'],
  ])('in %s without a city takes both from the country', async (title, timeZone, currency) => {
    const answer = await create(shop, { country_id: countryId(title) });
    expect(answer.data).toMatchObject({ country: title, city_id: 0, city: '', timezone_name: timeZone });
    const { db } = await testDatabase();
    const [row] = await db.select().from(locations).where(eq(locations.id, answer.data.id));
    expect(row?.currency).toBe(currency);
  });

  test('needs only a title: it gets the place of its creator’s first location', async () => {
    const own = await openShop({ city: 'Chicago' });
    const answer = await create(own, {});
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      title: 'Branch',
      country: 'United States',
      city: 'Chicago',
      timezone_name: 'America/Chicago',
      currency_short_title: '$',
    });
    await own.call('DELETE', `/company/${own.locationId}`);
    await own.call('PUT', `/company/${answer.data.id}`, { body: { city_id: cityId('Tokyo') } });
    expect((await create(own, {})).data).toMatchObject({ country: 'Japan', timezone_name: 'Asia/Tokyo' });
  });

  test('needs only a title: without another location it gets the country of the creator’s phone, else the United States', async () => {
    const { db } = await testDatabase();
    for (const [phone, place] of [
      ['+34612345678', { country: 'Spain', city: '', timezone_name: 'Europe/Madrid', currency_short_title: '€' }],
      [undefined, { country: 'United States', city: '', timezone_name: 'America/New_York', currency_short_title: '$' }],
    ] as const) {
      const email = `founder${Date.now()}@example.com`;
      const user = await createUser(db, { name: 'Founder', ...(phone ? { phone } : { email }) });
      const token = await issueUserToken(db, { userId: user.id, partnerId: shop.partner.id });
      const authorization = `Bearer ${shop.partner.token}, User ${token}`;
      expect((await call('POST', '/companies', { authorization, body: { title: 'First' } })).data).toMatchObject(place);
    }
  });

  test('has the given latitude and longitude, or else those of its city', async () => {
    const tokyo = { city_id: cityId('Tokyo') };
    expect((await create(shop, { ...tokyo, coordinate_lat: 35.1, coordinate_lot: 139.2 })).data).toMatchObject({
      coordinate_lat: 35.1,
      coordinate_lon: 139.2,
    });
    expect((await create(shop, { ...tokyo, coordinate_lot: 139.2 })).data.coordinate_lon).toBe(139.2);
  });

  test('belongs to its creator, as an owner who cannot be removed, and is open to the partner', async () => {
    const own = await openShop();
    const { data } = await create(own, { country_id: 840 });
    const users = await own.call('GET', `/company/${data.id}/users`);
    expect(users.data).toMatchObject([{ id: own.owner.id, is_approved: true, is_non_deletable: true }]);
    expect((await call('GET', `/company/${data.id}`, partnerOf(own))).status).toBe(200);
    expect((await call('GET', `/company/${data.id}`, partnerOf(shop))).status).toBe(404);
    expect((await own.call('POST', `/clients/${data.id}`, { body: { name: 'Ada', phone: '+12125550123' } })).status).toBe(201);
  });

  test('joins the chain that its creator owns', async () => {
    const own = await openShop();
    const { data } = await create(own, { country_id: 840 });
    expect((await own.call('GET', `/company/${data.id}`)).data.main_group).toEqual({ id: own.chainId, title: 'Test chain' });
  });

  test('creates a new chain for a user who owns none: for a manager, an invited owner, or an owner of a closed one', async () => {
    const { db } = await testDatabase();
    const own = await openShop();
    const manager = await own.hire('manager');
    const invited = await own.hire('owner');
    await db.update(locationUsers).set({ isApproved: false }).where(member(own.locationId, invited));
    for (const person of [manager, invited]) {
      const { data } = await call('POST', '/companies', { ...as(person), body: { title: 'On my own', country_id: 840 } });
      const { main_group } = (await call('GET', `/company/${data.id}`, as(person))).data;
      expect(main_group.title).toBe('On my own');
      expect(main_group.id).not.toBe(own.chainId);
    }
    await own.call('DELETE', `/company/${own.locationId}`);
    const { data } = await create(own, { title: 'A new start', country_id: 840 });
    expect((await own.call('GET', `/company/${data.id}`)).data.main_group.title).toBe('A new start');
  });

  test.each([
    ['the city is unknown', { city_id: 1 }, ['city_id']],
    ['the country is unknown', { country_id: 999 }, ['country_id']],
    ['the city is in another country', { city_id: cityId('Tokyo'), country_id: 840 }, ['city_id']],
    ['the business type is unknown', { country_id: 840, business_type_id: 999 }, ['business_type_id']],
    ['the title is blank', { country_id: 840, title: '  ' }, ['title']],
    ['the title is too long', { country_id: 840, title: 'x'.repeat(256) }, ['title']],
    [
      'the coordinates are off the earth',
      { country_id: 840, coordinate_lat: 91, coordinate_lot: -181 },
      ['coordinate_lat', 'coordinate_lot'],
    ],
  ])('is refused with 422 when %s', async (_, body, fields) => {
    const own = await openShop();
    const answer = await create(own, body);
    expect([answer.status, fieldsOf(answer)]).toEqual([422, fields]);
    expect(ids(await own.call('GET', '/companies'))).toEqual([own.locationId]);
  });

  test('needs a title and a signed-in user', async () => {
    const untitled = await shop.call('POST', '/companies', { body: { country_id: 840 } });
    expect([untitled.status, fieldsOf(untitled)]).toEqual([422, ['title']]);
    expect((await call('POST', '/companies', { ...partnerOf(shop), body: { title: 'Branch', country_id: 840 } })).status).toBe(
      401,
    );
  });
});

describe('the right to create locations', () => {
  /** A user who manages nothing, signed in to the back office. */
  async function stranger(): Promise<{ id: number; authorization: string }> {
    const { db } = await testDatabase();
    const { id } = await createUser(db, { name: 'Stranger', email: `stranger${Date.now()}@example.com` });
    const token = await issueUserToken(db, { userId: id, partnerId: shop.partner.id });
    return { id, authorization: `Bearer ${shop.partner.token}, User ${token}` };
  }
  const openedBy = async (who: 'managers' | 'anyone' | 'nobody', authorization: string) => {
    const server = await startServer({ whoCreatesLocations: who });
    return call('POST', '/companies', { server, authorization, body: { title } });
  };
  const title = `Branch of ${process.pid} ${Date.now()}`;

  test('is by default for managers on the server of a business, and for anyone in the demo', () => {
    expect(readConfig('serve', {}).whoCreatesLocations).toBe('managers');
    expect(readConfig('demo', {}).whoCreatesLocations).toBe('anyone');
    expect(readConfig('serve', { FOYER_WHO_CREATES_LOCATIONS: 'nobody' }).whoCreatesLocations).toBe('nobody');
    expect(() => readConfig('serve', { FOYER_WHO_CREATES_LOCATIONS: 'everyone' })).toThrow('FOYER_WHO_CREATES_LOCATIONS');
  });

  test('is with the setting managers for owners and managers, but not for people who only work there, are invited, or have no location', async () => {
    const own = await openShop();
    const { db } = await testDatabase();
    for (const role of ['owner', 'manager'] as const) {
      expect((await openedBy('managers', (await own.hire(role)).authorization)).status).toBe(201);
    }
    const invited = await stranger();
    await db.insert(locationUsers).values({ locationId: own.locationId, userId: invited.id, role: 'owner', isApproved: false });
    for (const { authorization } of [await own.hire('worker'), await own.hire('accountant'), invited, await stranger()]) {
      const before = await db.$count(locations, eq(locations.title, title));
      const answer = await openedBy('managers', authorization);
      expect([answer.status, answer.meta.message]).toEqual([
        403,
        'Only users who manage the settings of a location may create another one.',
      ]);
      expect(await db.$count(locations, eq(locations.title, title))).toBe(before);
    }
    await own.call('DELETE', `/company/${own.locationId}`);
    expect((await openedBy('managers', own.owner.authorization)).status).toBe(403);
  });

  test('is for every signed-in user with the setting anyone, and for no one with nobody', async () => {
    expect((await openedBy('anyone', (await stranger()).authorization)).status).toBe(201);
    const refused = await openedBy('nobody', shop.owner.authorization);
    expect([refused.status, refused.meta.message]).toEqual([
      403,
      'This server does not create locations through its API. Ask its operator.',
    ]);
  });
});

describe('a location', () => {
  test('is shown to its partners without a user', async () => {
    const answer = await call('GET', `/company/${shop.locationId}`, partnerOf(shop));
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: [] } });
    expect(answer.data).toMatchObject({
      id: shop.locationId,
      main_group_id: shop.chainId,
      main_group: { id: shop.chainId, title: 'Test chain' },
      social: { telegram: '', instagram: '', vk: '', facebook: '', viber: '', whatsapp: '' },
      payment_policy: { type: 'none' },
      phones: [],
      phone: '',
    });
    expect(answer.data).not.toHaveProperty('access');
  });

  test('shows the permissions of the user with my=1', async () => {
    const worker = await shop.hire('worker', { clients_excel_access: true });
    const { data } = await call('GET', `/company/${shop.locationId}?my=1`, as(worker));
    expect(data.access).toMatchObject({ timetable_access: true, excel_access: true, settings_access: false, master_id: 0 });
    expect((await get(shop, '?my=1')).access).toMatchObject({ settings_access: true, users_access: true });
  });

  test('with my=1 is not found for users who do not manage it, or not yet', async () => {
    const stranger = await openShop({ partner: shop.partner });
    const path = `/company/${shop.locationId}?my=1`;
    expect(await call('GET', path, partnerOf(shop))).toMatchObject(legacyError(401, 'Authentication needed.'));
    expect(await stranger.call('GET', path)).toMatchObject(legacyError(404, 'Not found'));
    const { db } = await testDatabase();
    await db
      .insert(locationUsers)
      .values({ locationId: shop.locationId, userId: stranger.owner.id, role: 'owner', isApproved: false });
    expect((await stranger.call('GET', path)).status).toBe(404);
  });

  test('adds the chain with show_groups=1 and the booking forms with showBookforms=1', async () => {
    const data = await get(shop, '?show_groups=1&showBookforms=1');
    expect(data.groups).toEqual({ [shop.chainId]: { id: shop.chainId, title: 'Test chain' } });
    expect(data.bookforms).toEqual([]);
  });

  test('adds the address of a booking form of the location with bookform_id; another form is a 404', async () => {
    const [salon, stranger] = await Promise.all([openSalonWithForm(), openSalonWithForm()]);
    const { online_sales_form_url } = await get(salon.shop, `?bookform_id=${salon.form}`);
    expect(online_sales_form_url).toMatch(new RegExp(`^http.*/book/${salon.form}$`));
    expect(await get(salon.shop)).not.toHaveProperty('online_sales_form_url');
    const foreign = await salon.shop.call('GET', `/company/${salon.place}?bookform_id=${stranger.form}`);
    expect(foreign.status).toBe(404);
  });

  test.each(['GET', 'PUT', 'DELETE'])('%s answers errors in both generations at once', async (method) => {
    const options = method === 'PUT' ? { body: { title: 'Mine' } } : {};
    const own = `/company/${shop.locationId}`;
    expect(await call(method, own, options)).toMatchObject(legacyError(401, 'Authentication needed.'));
    expect(await call(method, own, { ...options, authorization: 'Bearer unknown' })).toMatchObject(
      legacyError(401, 'Authentication needed.'),
    );
    expect(await shop.call(method, '/company/2000000000', options)).toMatchObject(legacyError(404, 'Not found'));
    const stranger = await openShop();
    expect(await stranger.call(method, own, options)).toMatchObject(legacyError(404, 'Not found'));
  });
});

describe('changing a location', () => {
  test('changes the sent fields and keeps the others', async () => {
    const own = await openShop();
    const before = await get(own);
    const all = {
      title: 'New name',
      address: 'Broadway 1',
      zip: '10001',
      site: 'https://example.com',
      description: '<b>Fine</b>',
      short_descr: 'Hair',
      business_type_id: 101,
      coordinate_lat: 40.1,
      coordinate_lon: -73.9,
    };
    expect((await change(own, all)).data).toMatchObject({ ...before, ...all });
    const answer = await change(own, { short_descr: 'Nails' });
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ ...before, ...all, short_descr: 'Nails' });
    expect(await get(own)).toMatchObject({ ...before, ...all, short_descr: 'Nails' });
    expect((await change(own, {})).data).toMatchObject({ ...before, ...all, short_descr: 'Nails' });
  });

  test('answers with the permissions of the user', async () => {
    const own = await openShop();
    expect((await change(own, { zip: '1' })).data.access).toMatchObject({ settings_access: true });
  });

  test('into another city moves time zone, currency and coordinates with it', async () => {
    const own = await openShop();
    const { data } = await change(own, { city_id: cityId('Kuwait City') });
    expect(data).toMatchObject({
      country: 'Kuwait',
      city: 'Kuwait City',
      timezone_name: 'Asia/Kuwait',
      currency_short_title: 'KWD',
    });
    expect(data.coordinate_lat).toBeCloseTo(29.4, 0);
  });

  test('takes country and city by name, and ids before names', async () => {
    const own = await openShop();
    expect((await change(own, { country: 'japan', city: 'osaka' })).data).toMatchObject({ country: 'Japan', city: 'Osaka' });
    expect((await change(own, { country: 'DE' })).data).toMatchObject({ country: 'Germany', city_id: 0, city: '' });
    const both = { country_id: 392, country: 'Germany', city_id: cityId('Tokyo'), city: 'Osaka' };
    expect((await change(own, both)).data).toMatchObject({ country: 'Japan', city: 'Tokyo' });
  });

  test('into a town that is in no dictionary keeps its name', async () => {
    const own = await openShop();
    const { data } = await change(own, { country_id: countryId('Germany'), city: 'Hintertupfingen' });
    expect(data).toMatchObject({ country: 'Germany', city_id: 0, city: 'Hintertupfingen', timezone_name: 'Europe/Berlin' });
  });

  test('to an unknown town of its own country keeps its time zone, if the country has several', async () => {
    const own = await openShop({ city: 'Los Angeles' });
    for (const body of [{ city: 'Smallville' }, { country_id: 840, city: 'Smallville' }]) {
      expect((await change(own, body)).data).toMatchObject({
        country: 'United States',
        city_id: 0,
        city: 'Smallville',
        timezone_name: 'America/Los_Angeles',
      });
    }
  });

  test('moves nothing when it is where it already was', async () => {
    const own = await openShop({ city: 'Los Angeles' });
    const before = (await change(own, { coordinate_lat: 34.1, coordinate_lon: -118.3 })).data;
    const same = [
      { country_id: 840 },
      { country: 'USA' },
      { city_id: before.city_id },
      { city: 'Los Angeles' },
      { city_id: before.city_id, country_id: 840 },
    ];
    for (const body of same) expect((await change(own, body)).data).toEqual(before);
  });

  test.each([
    ['country_id', { country_id: 999 }],
    ['country', { country: 'Atlantis' }],
    ['city_id', { city_id: 1 }],
    ['city_id', { city_id: cityId('Tokyo'), country_id: 840 }],
    ['business_type_id', { business_type_id: 999 }],
    ['phones', { phones: ['12'] }],
    ['phones', { phones: ['+1 212 555 0123', 'call me'] }],
    ['title', { title: ' ' }],
    ['coordinate_lat', { coordinate_lat: 90.1 }],
  ])('refuses a wrong %s with 422 and changes nothing: %j', async (field, wrong) => {
    const own = await openShop();
    const answer = await change(own, { zip: '12345', ...wrong });
    expect([answer.status, fieldsOf(answer)]).toEqual([422, [field]]);
    expect((await get(own)).zip).toBe('');
  });

  test('writes phone numbers in one way, national ones by its country', async () => {
    const own = await openShop();
    const { data } = await change(own, { phones: ['(212) 555-0123', '+44 20 7946 0958'] });
    expect(data).toMatchObject({ phones: ['+12125550123', '+442079460958'], phone: '+12125550123' });
    const moved = await change(own, { country_id: countryId('United Kingdom'), phones: ['020 7946 0958'] });
    expect(moved.data.phones).toEqual(['+442079460958']);
    expect((await change(own, { phones: [] })).data).toMatchObject({ phones: [], phone: '' });
  });

  test('keeps links in social networks', async () => {
    const own = await openShop();
    const social = { instagram: 'https://instagram.com/shop', whatsapp: '+12125550123' };
    const { data } = await change(own, { social });
    expect(data.social).toEqual({ telegram: '', vk: '', facebook: '', viber: '', ...social });
  });

  test('needs the permission settings_basis_access', async () => {
    const own = await openShop();
    const clerk = await own.hire('owner', { settings_basis_access: false });
    const answer = await call('PUT', `/company/${own.locationId}`, { ...as(clerk), body: { title: 'Mine' } });
    expect(answer).toMatchObject(legacyError(403, 'Access denied.'));
    expect((await get(own)).title).toBe('Test location');
  });

  test('is seen in the offset of its dates at once', async () => {
    const own = await openShop();
    const client = await own.addClient();
    await change(own, { city_id: cityId('Tokyo') });
    const answer = await own.call('GET', `/client/${own.locationId}/${client.id}`);
    expect(answer.data.last_change_date).toMatch(/\+0900$/);
  });
});

describe('deleting a location', () => {
  test('answers 202 without a body, and it is gone for everyone', async () => {
    const own = await openShop();
    const worker = await own.hire('worker');
    const client = await own.addClient();
    expect((await call('GET', `/user/permissions/${own.locationId}`, as(worker))).status).toBe(200);

    const answer = await own.call('DELETE', `/company/${own.locationId}`);
    expect([answer.status, answer.body]).toEqual([202, '']);
    const paths = [`/company/${own.locationId}`, `/clients/${own.locationId}`, `/client/${own.locationId}/${client.id}`];
    for (const path of [...paths, `/user/permissions/${own.locationId}`]) {
      expect((await own.call('GET', path)).status, path).toBe(404);
      expect((await call('GET', path, as(worker))).status, path).toBe(404);
    }
    expect((await own.call('DELETE', `/company/${own.locationId}`)).status).toBe(404);
    expect((await change(own, { title: 'Back again' })).status).toBe(404);
  });

  test('keeps the data', async () => {
    const own = await openShop();
    await own.addClient();
    await own.call('DELETE', `/company/${own.locationId}`);
    const { query } = await testDatabase();
    expect(await query({ text: 'select id from clients where location_id = $1', values: [own.locationId] })).toHaveLength(1);
  });

  test('is only for owners, with any other rights', async () => {
    const own = await openShop();
    for (const person of [await own.hire('manager'), await own.hire('administrator', { settings_access: true })]) {
      const answer = await call('DELETE', `/company/${own.locationId}`, as(person));
      expect(answer).toMatchObject(legacyError(403, 'Access denied.'));
    }
    const powerless = await own.hire('owner', { settings_access: false });
    expect((await call('DELETE', `/company/${own.locationId}`, as(powerless))).status).toBe(403);
    expect((await own.call('GET', `/company/${own.locationId}`)).status).toBe(200);
  });

  test('at the same time twice succeeds once', async () => {
    const own = await openShop();
    const answers = await Promise.all([1, 2, 3, 4].map(() => own.call('DELETE', `/company/${own.locationId}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 404, 404, 404]);
  });

  test('is known to other servers within five seconds', async () => {
    const own = await openShop();
    const other = await startServer();
    const clients = () => own.call('GET', `/clients/${own.locationId}`, { server: other });
    expect((await clients()).status).toBe(200);
    await own.call('DELETE', `/company/${own.locationId}`);
    await expect.poll(async () => (await clients()).status, { timeout: 5000, interval: 200 }).toBe(404);
  });
});
