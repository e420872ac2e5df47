import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, openShop, type Person, type Shop, startServer, testDatabase } from '../../../test/harness.ts';
import { digits, hireQuickly, someContact, usersOf } from '../../../test/people.ts';
import { type Role, roleNames } from '../access/permissions.ts';
import { users } from '../access/tables.ts';
import { createUser } from '../access/users.ts';
import { Grants } from './grants.ts';
import { addLocationUser } from './location-user.ts';
import { locations, locationUsers } from './tables.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const as = (person: Person) => ({ authorization: person.authorization });
const permissionsOf = async (person: Person, of = shop) =>
  (await call('GET', `/user/permissions/${of.locationId}`, as(person))).data;

async function changeMembership(of: Shop, person: Person, change: Partial<typeof locationUsers.$inferInsert>) {
  const { db } = await testDatabase();
  const which = and(eq(locationUsers.locationId, of.locationId), eq(locationUsers.userId, person.id));
  await db.update(locationUsers).set(change).where(which);
}

describe('the users of a location', () => {
  test('are listed by id, including invited people', async () => {
    const own = await openShop();
    const [manager, invited] = [await own.hire('manager'), await own.hire('worker')];
    await changeMembership(own, own.owner, { isNonDeletable: true, information: 'Founder' });
    await changeMembership(own, invited, { isApproved: false });
    const { db } = await testDatabase();
    await db
      .update(users)
      .set({ phone: `+1212${manager.id}00000`.slice(0, 12) })
      .where(eq(users.id, manager.id));

    const answer = await own.call('GET', `/company/${own.locationId}/users`);
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: { count: 3 } } });
    expect(answer.data[0]).toEqual({
      id: own.owner.id,
      name: 'Test User',
      phone: '',
      email: own.owner.email,
      information: 'Founder',
      is_approved: true,
      is_non_deletable: true,
    });
    expect(answer.data[1]).toMatchObject({
      id: manager.id,
      phone: expect.stringMatching(/^\+1212/),
      is_approved: true,
      is_non_deletable: false,
    });
    expect(answer.data[2]).toMatchObject({ id: invited.id, is_approved: false });
  });

  test('can be limited to users who accepted their invitation, or to those who have not', async () => {
    const own = await openShop();
    const invited = await own.hire('worker');
    await changeMembership(own, invited, { isApproved: false });
    const ids = async (query: string) =>
      (await own.call('GET', `/company/${own.locationId}/users${query}`)).data.map(({ id }: Person) => id);
    expect(await ids('?filter[is_approved]=1')).toEqual([own.owner.id]);
    expect(await ids('?filter[is_approved]=0')).toEqual([invited.id]);
    expect(await ids('?filter%5Bis_approved%5D=0')).toEqual([invited.id]);
    expect(await ids('?filter[other]=0')).toEqual([own.owner.id, invited.id]);
    for (const query of ['?filter[is_approved]=2', '?filter[is_approved]=maybe', '?filter=1'])
      expect((await own.call('GET', `/company/${own.locationId}/users${query}`)).status, query).toBe(422);
  });

  test('are listed by the old operation with a few permissions, without people who are only invited', async () => {
    const own = await openShop();
    const worker = await own.hire('worker', { clients_phones_access: true });
    await changeMembership(own, await own.hire('manager'), { isApproved: false });
    await changeMembership(own, worker, { information: 'Hairdresser' });
    const answer = await own.call('GET', `/company_users/${own.locationId}`);
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: [] } });
    expect(answer.data).toMatchObject([{ id: own.owner.id }, { id: worker.id }]);
    expect(answer.data[1]).toEqual({
      id: worker.id,
      firstname: 'Test User',
      login: worker.email.split('@')[0],
      email: worker.email,
      phone: '',
      information: 'Hairdresser',
      access: {
        stat_access: false,
        schedule_edit_access: false,
        client_phones_access: true,
        clients_access: true,
        settings_access: false,
        edit_records_access: true,
        timetable_access: true,
        billing_access: false,
        users_access: false,
        excel_access: false,
        finances_access: false,
        storages_access: false,
        send_sms: false,
        master_id: 0,
      },
    });
  });

  test.each(['/company/{id}/users', '/company_users/{id}'])('%s is for users with users_access', async (spelling) => {
    const path = spelling.replace('{id}', String(shop.locationId));
    expect((await call('GET', path, as(await shop.hire('manager')))).status).toBe(200);
    expect((await call('GET', path, as(await shop.hire('worker')))).status).toBe(403);
    expect((await call('GET', path, as(await shop.hire('owner', { users_access: false })))).status).toBe(403);
    expect((await (await openShop()).call('GET', path)).status).toBe(404);
    expect((await call('GET', path, { authorization: `Bearer ${shop.partner.token}` })).status).toBe(401);
  });
});

describe('your permissions in a location', () => {
  /** One telling permission of every role: has it, has it not. */
  const telling: Record<Role, [string, string]> = {
    worker: ['record_form.create_records_access', 'clients.clients_card_phone_access'],
    administrator: ['clients.clients_card_phone_access', 'settings.settings_access'],
    accountant: ['finances.finances_period_report_access', 'timetable.timetable_access'],
    manager: ['settings.settings_access', 'other.billing_access'],
    owner: ['other.billing_access', 'settings.limited_users_access'],
    free_readonly: ['timetable.timetable_access', 'record_form.create_records_access'],
    free_readonly_admin: ['clients.clients_access', 'record_form.create_records_access'],
  };
  const at = (list: Record<string, Record<string, unknown>>, path: string) =>
    path.split('.').reduce<unknown>((value, key) => (value as never)[key], list);

  test.each(roleNames)('are those of the role %s', async (role) => {
    const list = await permissionsOf(await shop.hire(role));
    const [has, lacks] = telling[role];
    expect([at(list, has), at(list, lacks)]).toEqual([true, false]);
    expect(Object.keys(list)).toEqual(
      expect.arrayContaining([
        'timetable',
        'record_form',
        'finances',
        'clients',
        'dashboard',
        'notification',
        'loyalty',
        'storages',
        'settings',
        'other',
      ]),
    );
  });

  test('are the role with the differences of the user, in every spelling of the same permission', async () => {
    const person = await shop.hire('worker', {
      clients_excel_access: true,
      timetable_access: false,
      master_id: 12,
      finances_last_days_count: 30,
    });
    const list = await permissionsOf(person);
    expect(list.clients).toMatchObject({ clients_excel_access: true, excel_access: true });
    expect(list.timetable).toMatchObject({ timetable_access: false, master_id: 12, last_days_count: 0 });
    expect(list.finances).toMatchObject({ finances_last_days_count: 30, finances_create_last_days_count: -1 });
  });

  test('need no permission to see', async () => {
    expect((await call('GET', `/user/permissions/${shop.locationId}`, as(await shop.hire('free_readonly')))).status).toBe(200);
  });

  test('are none for strangers, for people who are only invited, and without a user', async () => {
    const own = await openShop();
    const path = `/user/permissions/${own.locationId}`;
    const invited = await own.hire('owner');
    await changeMembership(own, invited, { isApproved: false });
    expect((await call('GET', path, as(invited))).status).toBe(404);
    expect((await shop.call('GET', path)).status).toBe(404);
    expect((await call('GET', path, { authorization: `Bearer ${own.partner.token}` })).status).toBe(401);
  });

  test('differ from location to location', async () => {
    const first = await openShop();
    const second = await openShop({ chainId: first.chainId, partner: first.partner });
    const { db } = await testDatabase();
    await db.insert(locationUsers).values({ locationId: second.locationId, userId: first.owner.id, role: 'worker' });
    expect((await permissionsOf(first.owner, first)).settings.settings_access).toBe(true);
    expect((await permissionsOf(first.owner, second)).settings.settings_access).toBe(false);
    expect((await call('GET', `/company/${second.locationId}/users`, as(first.owner))).status).toBe(403);
  });

  test('apply at once to somebody who has just become a user', async () => {
    const own = await openShop();
    const stranger = await (await openShop({ partner: own.partner })).hire('owner');
    const status = async () => (await call('GET', `/company/${own.locationId}/users`, as(stranger))).status;
    expect(await status()).toBe(404);
    const { db } = await testDatabase();
    await addLocationUser(db, { locationId: own.locationId, userId: stranger.id, role: 'manager' });
    expect(await status()).toBe(200);
  });

  test('limit a user to the stored values: without a limit, to nothing', async () => {
    const [confined, free] = await Promise.all([shop.hire('owner', { clients_visit_master_id: 12 }), shop.hire('owner')]);
    const { db } = await testDatabase();
    const partner = { id: shop.partner.id, allLocations: false } as Parameters<Grants['ofUser']>[0];
    const limitOf = async (person: Person) =>
      (await new Grants(db).ofUser(partner, person, shop.locationId, '192.0.2.1'))?.limit('clients_visit_master_id');
    expect([await limitOf(confined), await limitOf(free)]).toEqual([12, 0]);
  });

  test('are of a location without a country code when the dictionary does not have its country', async () => {
    const own = await openShop();
    const { db } = await testDatabase();
    const partner = { id: own.partner.id, allLocations: false } as Parameters<Grants['ofUser']>[0];
    const codeOf = async () =>
      (await new Grants(db).ofUser(partner, own.owner, own.locationId, '192.0.2.1'))?.location.countryCode;
    expect(await codeOf()).toBe('US');
    await db.update(locations).set({ countryId: 2_000_000_000 }).where(eq(locations.id, own.locationId));
    expect(await codeOf()).toBe('');
  });

  test('apply on every server within five seconds after a change', async () => {
    const own = await openShop();
    const person = await own.hire('manager');
    const other = await startServer();
    const status = async () => (await call('GET', `/company/${own.locationId}/users`, { server: other, ...as(person) })).status;
    expect(await status()).toBe(200);
    await changeMembership(own, person, { role: 'worker' });
    await expect.poll(status, { timeout: 5000, interval: 200 }).toBe(403);
  });
});

describe('a person named by the contacts of a new team member', () => {
  /** Two locations of a chain. The owner of the first has a role in the second, where another person works. */
  async function openTwo(permissions: Record<string, boolean> = {}) {
    const first = await openShop();
    const second = await openShop({ chainId: first.chainId, partner: first.partner });
    const { db } = await testDatabase();
    const { phone, email } = someContact();
    const known = await createUser(db, { name: 'Ada Lovelace', email, phone });
    await addLocationUser(db, { locationId: second.locationId, userId: known.id, role: 'worker' });
    const membership = { locationId: second.locationId, userId: first.owner.id, role: 'manager' as const };
    await addLocationUser(db, membership);
    await changeMembership(second, first.owner, { permissions });
    return { first, known: { id: known.id, phone, email } };
  }
  const idsOf = async (of: Shop) => (await usersOf(of)).map(({ id }) => id);

  test('becomes a user of this location too, when the caller sees them at another one of the chain', async () => {
    for (const contact of ['email', 'phone'] as const) {
      const { first, known } = await openTwo();
      const fields = contact === 'email' ? { user_email: known.email } : { user_phone: digits(known.phone) };
      expect((await hireQuickly(first, fields)).status).toBe(201);
      expect(await idsOf(first), contact).toEqual([first.owner.id, known.id].sort((a, b) => a - b));
    }
  });

  test('is unknown to a caller who may not see the users of the other location', async () => {
    const { first, known } = await openTwo({ users_access: false });
    expect((await hireQuickly(first, { user_email: known.email })).status).toBe(201);
    const ids = await idsOf(first);
    expect(ids).toHaveLength(2);
    expect(ids).not.toContain(known.id);
  });

  test('is not taken over from another location if they must accept first', async () => {
    const { first, known } = await openTwo();
    expect((await hireQuickly(first, { user_email: known.email, is_user_invite: true })).status).toBe(201);
    const ids = await idsOf(first);
    expect(ids).toHaveLength(2);
    expect(ids).not.toContain(known.id);
  });

  test('is recognised when invited, if they are a user of this location already', async () => {
    const own = await openShop();
    const worker = await own.hire('worker');
    expect((await hireQuickly(own, { user_email: worker.email, is_user_invite: true })).status).toBe(201);
    expect(await idsOf(own)).toEqual([own.owner.id, worker.id]);
  });

  test('is not recognised when invited, if the caller may not see them', async () => {
    const own = await openShop();
    const clerk = await own.hire('owner', { users_access: false });
    const worker = await own.hire('worker');
    const fields = { user_email: worker.email, is_user_invite: true };
    expect((await hireQuickly(own, fields, as(clerk))).status).toBe(201);
    expect(await idsOf(own)).toHaveLength(4);
  });

  test('must be one person: the e-mail address of one and the phone number of another are refused', async () => {
    const own = await openShop();
    const { db } = await testDatabase();
    const [one, other] = [someContact(), someContact()];
    for (const contact of [one, other]) {
      const user = await createUser(db, { name: 'Ada', ...contact });
      await addLocationUser(db, { locationId: own.locationId, userId: user.id, role: 'worker' });
    }
    const answer = await hireQuickly(own, { user_email: one.email, user_phone: digits(other.phone) });
    expect([answer.status, answer.meta.errors]).toEqual([
      422,
      [{ user_phone: ['belongs to another user than the e-mail address'] }],
    ]);
    expect(await idsOf(own)).toHaveLength(3);
  });
});
