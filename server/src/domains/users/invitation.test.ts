import { and, desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, openShop, type Person, type Shop, startServer, testDatabase } from '../../../test/harness.ts';
import { type Contact, digits, enterByCode, hireQuickly, someContact, usersOf } from '../../../test/people.ts';
import { users } from '../access/tables.ts';
import { createUser } from '../access/users.ts';
import { userInvitations } from '../locations/tables.ts';
import { messages } from '../notifications/tables.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const as = ({ authorization }: Pick<Person, 'authorization'>) => ({ authorization });
const invite = (of: Shop, invites: object[], by: Pick<Person, 'authorization'> = of.owner): Promise<Answer> =>
  call('POST', `/user/invite/${of.locationId}`, { body: { invites }, ...as(by) });
const inviteAda = (of: Shop, { email }: Contact, fields: object = {}) => invite(of, [{ name: 'Ada', search: email, ...fields }]);

/** The messages to somebody, latest first. */
async function sentTo(recipient: string) {
  const { db } = await testDatabase();
  return db.select().from(messages).where(eq(messages.recipient, recipient)).orderBy(desc(messages.id));
}
/** The token of the latest link to somebody. */
const tokenFor = async (recipient: string) => (await sentTo(recipient))[0]?.text.match(/\/join#(\w+)/)?.[1] as string;
const open = (token: string) => call('POST', '/user/invitation', { body: { token } });
const accept = (token: string, fields: object = { name: 'Ada Lovelace', password: 'correct horse' }) =>
  call('POST', '/user/invitation/accept', { body: { token, ...fields } });
const signIn = (of: Shop, login: string, password: string) =>
  call('POST', '/auth', { body: { login, password }, authorization: `Bearer ${of.partner.token}` });
const find = async (of: Shop, { email, phone }: Contact) =>
  (await usersOf(of)).find((user) => user.email === email || user.phone === phone) as unknown as Record<string, unknown>;
const permissionsOf = async (of: Shop, id: unknown) => {
  const { data } = await of.call('GET', `/company/${of.locationId}/users/${id}/permissions`);
  return {
    ...data,
    ...Object.fromEntries(data.user_permissions.map((each: Record<string, unknown>) => [each.slug, each.value])),
  };
};

describe('an invitation', () => {
  test('makes a pending user with role, rights and position, and sends a link', async () => {
    const ada = someContact();
    const staff_id = await shop.addTeamMember();
    const answer = await inviteAda(shop, ada, {
      position: 'Reception',
      user_role: 'administrator',
      staff_id,
      user_permissions: [{ slug: 'clients_delete_access', value: false }],
    });
    expect([answer.status, answer.meta, answer.data]).toEqual([202, { message: 'Saved' }, null]);
    const user = await find(shop, ada);
    expect(user).toMatchObject({ name: 'Ada', information: 'Reception', is_approved: false, is_non_deletable: false });
    expect(await permissionsOf(shop, user.id)).toMatchObject({
      user_role: 'administrator',
      staff_id,
      clients_delete_access: false,
      clients_edit_access: true,
    });
    const [message, ...others] = await sentTo(ada.email);
    expect([message?.channel, others]).toEqual(['email', []]);
    expect(message?.text).toMatch(/^Test location invites you .*http:\/\/127\.0\.0\.1:\d+\/join#[0-9a-f]{40} /);
    const { db } = await testDatabase();
    const [stored] = await db
      .select()
      .from(userInvitations)
      .where(eq(userInvitations.userId, user.id as number));
    expect(JSON.stringify(stored)).not.toContain(await tokenFor(ada.email));
  });

  test('without a role is for a worker, who sees the calendar and the clients of their team member', async () => {
    const ada = someContact();
    const staff_id = await shop.addTeamMember();
    await inviteAda(shop, ada, { staff_id });
    expect(await permissionsOf(shop, (await find(shop, ada)).id)).toMatchObject({
      user_role: 'worker',
      timetable_staff_id: staff_id,
      clients_visit_staff_id: staff_id,
    });
  });

  test('goes by SMS to a phone number in any spelling', async () => {
    const ada = someContact();
    expect((await invite(shop, [{ name: 'Ada', search: `00${digits(ada.phone)}` }])).status).toBe(202);
    expect((await sentTo(ada.phone))[0]?.channel).toBe('sms');
  });

  test('to 15 people reaches all, or nobody if one is refused', async () => {
    const own = await openShop();
    const people = Array.from({ length: 15 }, someContact);
    const items = people.map(({ email }) => ({ name: 'Ada', search: email }));
    for (const [bad, field] of [
      [{ name: 'Ada', search: 'nobody' }, 'invites.14.search'],
      [{ name: ' ', search: someContact().email }, 'invites.14.name'],
      [{ name: 'Ada', search: items[1]?.search.toUpperCase() }, 'invites.14.search'],
      [{ name: 'Ada', search: own.owner.email }, 'invites.14.search'],
      [{ name: 'Ada', search: someContact().email, staff_id: 2_000_000_000 }, 'invites.14.staff_id'],
      [{ name: 'Ada', search: someContact().email, user_role: 'king' }, 'invites.14.user_role'],
      [
        { name: 'Ada', search: someContact().email, user_permissions: [{ slug: 'no_such', value: true }] },
        'invites.14.user_permissions',
      ],
    ] as const) {
      const answer = await invite(own, [...items.slice(1), bad]);
      expect([answer.status, answer.meta.message, Object.keys(answer.meta.errors?.[0] ?? {})]).toEqual([
        422,
        'An error has occurred.',
        [field],
      ]);
    }
    for (const list of [[], [...items, { name: 'Ada', search: someContact().email }]])
      expect((await invite(own, list)).status).toBe(422);
    expect(await usersOf(own)).toHaveLength(1);
    expect((await invite(own, items)).status).toBe(202);
    expect(await usersOf(own)).toHaveLength(16);
  });

  test('again sends a new link, ends the former one, changes role and rights, and makes no second user', async () => {
    const own = await openShop();
    const ada = someContact();
    await inviteAda(own, ada, { user_role: 'manager', position: 'Boss' });
    const former = await tokenFor(ada.email);
    const { id } = await find(own, ada);
    expect((await inviteAda(own, ada, { name: 'Ada B.', user_role: 'worker' })).status).toBe(202);
    expect(await find(own, ada)).toMatchObject({ id, name: 'Ada B.', information: 'Boss' });
    expect((await permissionsOf(own, id)).user_role).toBe('worker');
    expect((await open(former)).status).toBe(404);
    expect((await open(await tokenFor(ada.email))).status).toBe(200);
    expect(await usersOf(own)).toHaveLength(2);
  });

  test('of one person by several requests at the same time makes one user and one link', async () => {
    const own = await openShop();
    const ada = someContact();
    const answers = await Promise.all(Array.from({ length: 6 }, () => inviteAda(own, ada)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(202));
    expect(await usersOf(own)).toHaveLength(2);
    const { db } = await testDatabase();
    expect(await db.$count(userInvitations, eq(userInvitations.locationId, own.locationId))).toBe(1);
  });

  test('is sent to one person 10 times a day at most, whoever asks and however the person is removed between', async () => {
    const own = await openShop();
    const other = await openShop();
    const [ada, bob] = [someContact(), someContact()];
    const upper = { ...ada, email: ada.email.toUpperCase() };
    for (let turn = 0; turn < 4; turn++) {
      expect((await inviteAda(own, turn % 2 ? ada : upper)).status).toBe(202);
      await own.call('DELETE', `/user/invite/${own.locationId}/${(await find(own, turn % 2 ? ada : upper)).id}`);
      expect((await inviteAda(other, ada)).status).toBe(202);
    }
    expect((await inviteAda(own, ada)).status).toBe(202);
    // A request that is refused counts for nobody.
    expect(
      (
        await invite(own, [
          { name: 'Ada', search: ada.email },
          { name: ' ', search: bob.email },
        ])
      ).status,
    ).toBe(422);
    expect((await inviteAda(own, ada)).status).toBe(202);
    const refused = await invite(own, [
      { name: 'Bob', search: bob.email },
      { name: 'Ada', search: ada.email },
    ]);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 80_000]).toEqual([429, true]);
    expect(await sentTo(bob.email)).toEqual([]);
    expect((await hireQuickly(shop, { user_email: ada.email, is_user_invite: true })).status).toBe(429);
  });

  test('is listed until it is accepted or withdrawn', async () => {
    const own = await openShop();
    const [ada, bob] = [someContact(), someContact()];
    await inviteAda(own, ada);
    await invite(own, [{ name: 'Bob', search: bob.phone, user_role: 'accountant' }]);
    const list = async () => {
      const answer = await own.call('GET', `/user/invite/${own.locationId}`);
      return answer.status === 200 ? answer.data : answer.body;
    };
    expect(await list()).toMatchObject([
      { name: 'Ada', email: ada.email, phone: '', user_role: 'worker' },
      { name: 'Bob', email: '', phone: bob.phone, user_role: 'accountant' },
    ]);
    await accept(await tokenFor(ada.email));
    const token = await tokenFor(bob.phone);
    const { id } = await find(own, bob);
    expect((await own.call('DELETE', `/user/invite/${own.locationId}/${id}`)).status).toBe(204);
    expect([await list(), (await open(token)).status, (await accept(token)).status]).toEqual([[], 404, 404]);
    expect((await own.call('DELETE', `/user/invite/${own.locationId}/${own.owner.id}`)).status).toBe(404);
  });

  test('gives no more rights than the caller has', async () => {
    const own = await openShop();
    const manager = await own.hire('manager');
    const by = (fields: object) => invite(own, [{ name: 'Ada', search: someContact().email, ...fields }], manager);
    expect((await by({ user_role: 'administrator' })).status).toBe(202);
    expect((await by({ user_role: 'owner' })).status).toBe(403);
    expect((await by({ user_permissions: [{ slug: 'billing_access', value: true }] })).status).toBe(403);
    const clerk = await own.hire('owner', { create_users_access: false });
    expect((await invite(own, [{ name: 'Ada', search: someContact().email }], clerk)).status).toBe(403);
  });

  test('is sent by adding a team member quickly, too', async () => {
    const own = await openShop();
    const ada = someContact();
    const made = await hireQuickly(own, { user_email: ada.email, is_user_invite: true });
    expect((await accept(await tokenFor(ada.email))).status).toBe(200);
    const { data } = await signIn(own, ada.email, 'correct horse');
    expect((await own.call('GET', `/company/${own.locationId}/staff/${made.data.id}`)).data.user_id).toBe(data.id);
    const hired = someContact();
    await hireQuickly(own, { user_email: hired.email });
    expect(await sentTo(hired.email)).toEqual([]);
    expect((await inviteAda(own, hired)).status).toBe(202);
    expect((await accept(await tokenFor(hired.email))).status).toBe(200);
  });
});

describe('a link', () => {
  test('shows the invitation, and lets a new person join with a name and a password, once', async () => {
    const own = await openShop();
    const ada = someContact();
    await inviteAda(own, ada, { user_role: 'administrator' });
    const token = await tokenFor(ada.email);
    expect((await open(token)).data).toEqual({
      location_title: 'Test location',
      name: 'Ada',
      contact: ada.email,
      user_role: 'administrator',
      role_title: 'Receptionist',
      has_account: false,
      needs_password: true,
    });
    for (const [fields, field] of [
      [{ name: 'Ada' }, 'password'],
      [{ name: 'Ada', password: 'short' }, 'password'],
    ] as const) {
      const answer = await accept(token, fields);
      expect([answer.status, Object.keys(answer.meta.errors[0])]).toEqual([422, [field]]);
    }
    const joined = await accept(token);
    expect([joined.status, joined.data.location_id]).toEqual([200, own.locationId]);
    expect(await find(own, ada)).toMatchObject({ id: joined.data.user_id, name: 'Ada Lovelace', is_approved: true });
    const { data } = await signIn(own, ada.email, 'correct horse');
    const permissions = `/user/permissions/${own.locationId}`;
    expect(
      (await call('GET', permissions, { authorization: `Bearer ${own.partner.token}, User ${data.user_token}` })).status,
    ).toBe(200);
    expect([(await open(token)).status, (await accept(token)).status]).toEqual([404, 404]);
  });

  test('is used once by several requests at the same time', async () => {
    const ada = someContact();
    await inviteAda(shop, ada);
    const token = await tokenFor(ada.email);
    const statuses = (await Promise.all(Array.from({ length: 4 }, () => accept(token)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const { db } = await testDatabase();
    expect(await db.$count(users, and(eq(users.email, ada.email), eq(users.isEmailConfirmed, true)))).toBe(1);
  });

  test('lets the account of its contact join, which keeps name and password', async () => {
    const own = await openShop();
    const ada = someContact();
    const { db } = await testDatabase();
    const account = await createUser(db, { name: 'Real Name', password: 'my own password', ...ada });
    await invite(own, [{ name: 'Typed', search: ada.phone }]);
    const token = await tokenFor(ada.phone);
    expect((await open(token)).data).toMatchObject({ name: 'Real Name', has_account: true, needs_password: false });
    expect((await accept(token, { name: 'Other', password: 'another password' })).data.user_id).toBe(account.id);
    expect(await find(own, ada)).toMatchObject({ id: account.id, name: 'Real Name', email: ada.email });
    expect((await signIn(own, ada.email, 'my own password')).status).toBe(201);
  });

  test('lets a client who has no password yet choose one', async () => {
    const own = await openShop();
    const ada = someContact();
    await enterByCode(own, ada.phone);
    await invite(own, [{ name: 'Ada', search: ada.phone }]);
    const token = await tokenFor(ada.phone);
    expect((await open(token)).data).toMatchObject({ has_account: true, needs_password: true });
    expect((await accept(token, {})).status).toBe(422);
    expect((await accept(token, { password: 'a new password' })).status).toBe(200);
    expect((await signIn(own, ada.phone, 'a new password')).status).toBe(201);
  });

  test('lets a signed-in user join with another contact', async () => {
    const own = await openShop();
    const stranger = await (await openShop({ partner: own.partner })).hire('worker');
    const ada = someContact();
    await inviteAda(own, ada);
    const join = (token: string) => call('POST', '/user/invitation/join', { body: { token }, ...as(stranger) });
    const token = await tokenFor(ada.email);
    expect((await join(token)).data).toEqual({ location_id: own.locationId, user_id: stranger.id });
    expect((await call('GET', `/user/permissions/${own.locationId}`, as(stranger))).status).toBe(200);
    expect((await join(token)).status).toBe(404);
  });

  test('changes nothing for somebody who is a user of the location already', async () => {
    const own = await openShop();
    const manager = await own.hire('manager');
    const ada = someContact();
    await inviteAda(own, ada, { user_role: 'worker' });
    const token = await tokenFor(ada.email);
    expect((await call('POST', '/user/invitation/join', { body: { token }, ...as(manager) })).status).toBe(200);
    expect((await permissionsOf(own, manager.id)).user_role).toBe('manager');
    expect(await usersOf(own)).toHaveLength(2);
  });

  test('proves only the contact that it was sent to, and no other of the invited person', async () => {
    const own = await openShop();
    const [ada, eve] = [someContact(), someContact()];
    await hireQuickly(own, { user_email: ada.email, user_phone: digits(eve.phone) });
    await invite(own, [{ name: 'Ada', search: eve.phone }]);
    const token = await tokenFor(eve.phone);
    expect((await open(token)).data).toMatchObject({ contact: eve.phone, has_account: false });
    expect((await accept(token)).status).toBe(200);
    expect((await signIn(own, ada.email, 'correct horse')).status).toBe(401);
    expect((await signIn(own, eve.phone, 'correct horse')).status).toBe(201);
  });

  test('proves the contact that it was sent to, also when another one is typed afterwards', async () => {
    const own = await openShop();
    const [ada, eve] = [someContact(), someContact()];
    await hireQuickly(own, { user_email: eve.email, user_phone: digits(eve.phone), is_user_invite: true });
    await hireQuickly(own, { user_email: ada.email, user_phone: digits(eve.phone) });
    expect((await accept(await tokenFor(eve.email))).status).toBe(200);
    expect((await signIn(own, ada.email, 'correct horse')).status).toBe(401);
  });

  test('leads to the configured address only, because a caller can name any host; without it, the message has a code', async () => {
    const own = await openShop();
    const ada = someContact();
    const server = await startServer({ mode: 'serve' });
    const body = { invites: [{ name: 'Ada', search: ada.email }] };
    await call('POST', `/user/invite/${own.locationId}`, { body, server, headers: { host: 'evil.example' }, ...as(own.owner) });
    const [message] = await sentTo(ada.email);
    expect(message?.text).toMatch(/code [0-9a-f]{40} on the page/);
    expect(message?.text).not.toContain('http');
  });

  test('is of no use when it has expired, or its user was removed', async () => {
    const [ada, bob] = [someContact(), someContact()];
    await inviteAda(shop, ada);
    await inviteAda(shop, bob);
    const tokens = [await tokenFor(ada.email), await tokenFor(bob.email)] as const;
    const { db } = await testDatabase();
    const { id } = await find(shop, ada);
    await db
      .update(userInvitations)
      .set({ expiresAt: new Date() })
      .where(eq(userInvitations.userId, id as number));
    await shop.call('DELETE', `/company/${shop.locationId}/users/${(await find(shop, bob)).id}`);
    for (const token of [...tokens, 'x']) expect([(await open(token)).status, (await accept(token)).status]).toEqual([404, 404]);
  });
});
