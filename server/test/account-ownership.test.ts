import { beforeAll, describe, expect, test } from 'vitest';
import { createUser, issueUserToken } from '../src/domains/access/users.ts';
import { addLocationUser } from '../src/domains/locations/location-user.ts';
import { acceptInvitation, findInvited } from '../src/domains/team/acceptance.ts';
import { type CallOptions, openShop, type Shop, testDatabase } from './harness.ts';
import { digits, enterByCode, hireQuickly, holderOf, someContact, someEmail, usersOf } from './people.ts';

/** Two businesses that know nothing of one another, on one server. */
let shop: Shop;
let other: Shop;
beforeAll(async () => {
  [shop, other] = await Promise.all([openShop(), openShop()]);
});

const password = 'correct horse battery';

test('two businesses that hire one phone number show it as each of them typed it, and never as the other did', async () => {
  const contact = someContact();
  const [first, second] = [await openShop(), await openShop()];
  await hireQuickly(first, { name: 'Grace of the first', user_email: contact.email, user_phone: digits(contact.phone) });
  await hireQuickly(second, { name: 'Grace of the second', user_phone: digits(contact.phone), is_user_invite: true });
  const client = await enterByCode(shop, contact.phone);
  await client('PUT', '/booking/user', { name: 'Grace Hopper', email: someEmail() });
  const [, ofFirst] = await usersOf(first);
  const [, ofSecond] = await usersOf(second);
  expect(ofFirst).toMatchObject({ name: 'Grace of the first', phone: contact.phone, email: contact.email });
  expect(ofSecond).toMatchObject({ name: 'Grace of the second', phone: contact.phone, email: '' });
  expect(ofFirst?.id).not.toBe(ofSecond?.id);
  for (const of of [first, second]) {
    const { data } = await of.call('GET', `/staff/${of.locationId}`);
    expect(JSON.stringify(data)).not.toContain(of === first ? 'second' : 'first');
    expect(JSON.stringify(data)).not.toContain('Hopper');
  }
});

describe('a person who proves a phone', () => {
  /** Chooses a first password and signs in to the back office with it. */
  async function takeOver(phone: string) {
    const client = await enterByCode(shop, phone);
    const chosen = await client('PUT', '/booking/user/password', { new_password: password });
    expect(chosen.status).toBe(200);
    const renewed = holderOf(shop, chosen.data.user_token);
    const { data } = await holderOf(shop)('POST', '/auth', { login: phone, password });
    return { client: renewed, full: holderOf(shop, data.user_token) };
  }

  test.each([
    ['invited', true],
    ['hired', false],
  ])('has their own account, even if somebody %s the phone before', async (_, is_user_invite) => {
    const attacker = await openShop({ partner: shop.partner });
    const contact = someContact();
    const hired = await hireQuickly(attacker, {
      name: 'Squatter',
      user_email: contact.email,
      user_phone: digits(contact.phone),
      is_user_invite,
    });
    expect(hired.status).toBe(201);
    const before = await usersOf(attacker);

    const { client, full } = await takeOver(contact.phone);
    expect((await client('GET', '/booking/user/data')).data).toMatchObject({ name: '', email: '', phone: contact.phone });
    const email = someEmail();
    expect((await client('PUT', '/booking/user', { name: 'Grace', email })).status).toBe(202);
    // No right came with the phone, and none was lost.
    expect((await full('GET', '/companies?my=1')).data).toEqual([]);
    for (const path of [`/user/permissions/${attacker.locationId}`, `/clients/${attacker.locationId}`]) {
      expect((await full('GET', path)).status).toBe(404);
    }
    expect(await usersOf(attacker)).toEqual(before);
  });

  test('keeps their data when others invite them afterwards: password, e-mail, login and locations', async () => {
    const { db } = await testDatabase();
    const contact = someContact();
    const owner = await createUser(db, { name: 'Grace', password, ...contact });
    await addLocationUser(db, { locationId: shop.locationId, userId: owner.id, role: 'worker' });
    const login = contact.email.split('@')[0] as string;
    for (const user_phone of [contact.phone, someContact().phone].map(digits)) {
      for (const user_email of [contact.email, `${login}@evil.example`]) {
        for (const is_user_invite of [true, false]) {
          expect((await hireQuickly(await openShop(), { user_email, user_phone, is_user_invite })).status).toBe(201);
        }
      }
    }
    for (const each of [login, contact.email, contact.phone]) {
      const answer = await holderOf(shop)('POST', '/auth', { login: each, password });
      expect([each, answer.status, answer.data?.id]).toEqual([each, 201, owner.id]);
      const { data } = await holderOf(shop, answer.data.user_token)('GET', '/companies?my=1');
      expect(data.map(({ id }: { id: number }) => id)).toEqual([shop.locationId]);
    }
  });

  test('and is invited chooses a first password and another e-mail address as before', async () => {
    const contact = someContact();
    const client = await enterByCode(shop, contact.phone);
    await hireQuickly(other, { user_email: contact.email, user_phone: digits(contact.phone), is_user_invite: true });
    expect((await client('PUT', '/booking/user', { email: someEmail() })).status).toBe(202);
    expect((await client('PUT', '/booking/user/password', { new_password: password })).status).toBe(200);
  });

  test('enters a location by accepting, and has the rights there from then on', async () => {
    const { db } = await testDatabase();
    const contact = someContact();
    const made = await hireQuickly(other, { name: 'Typed', user_email: contact.email, user_phone: digits(contact.phone) });
    const owner = await createUser(db, { name: 'Grace', phone: contact.phone });
    const token = await issueUserToken(db, { userId: owner.id, partnerId: other.partner.id });
    const reads = () =>
      other.call('GET', `/user/permissions/${other.locationId}`, {
        authorization: `Bearer ${other.partner.token}, User ${token}`,
      });
    expect((await reads()).status).toBe(404);

    const invited = await findInvited(db, other.locationId, contact.email.toUpperCase());
    await acceptInvitation(db, other.locationId, invited.userId, owner.id);
    expect((await reads()).status).toBe(200);
    const listed = (await usersOf(other)).filter(({ phone }) => phone === contact.phone);
    expect(listed).toEqual([expect.objectContaining({ id: owner.id, name: 'Grace', email: '', is_approved: true })]);
    const { data } = await other.call('GET', `/company/${other.locationId}/staff/${made.data.id}`);
    expect(data.user_id).toBe(owner.id);
    await expect(findInvited(db, other.locationId, contact.email)).rejects.toThrow('Not found');
  });

  test('keeps their membership when they are a user of the location already and accept again', async () => {
    const { db } = await testDatabase();
    const contact = someContact();
    const member = await shop.hire('manager');
    await hireQuickly(shop, { user_phone: digits(contact.phone), is_user_invite: true });
    const invited = await findInvited(db, shop.locationId, contact.phone);
    await acceptInvitation(db, shop.locationId, invited.userId, member.id);
    const ids = (await usersOf(shop)).map(({ id }) => id);
    expect([ids.includes(member.id), ids.includes(invited.userId)]).toEqual([true, false]);
    const { data } = await shop.call('GET', `/user/permissions/${shop.locationId}`, { authorization: member.authorization });
    expect(data.settings.settings_access).toBe(true);
  });
});

describe('a person whom the caller may see', () => {
  test('is recognised among the users of the location, by a proven contact only', async () => {
    const contact = someContact();
    const own = await openShop();
    const member = await own.hire('worker');
    const { query } = await testDatabase();
    await query({ text: 'update users set phone = $1 where id = $2', values: [contact.phone, member.id] });
    const { data } = await hireQuickly(own, { user_phone: digits(contact.phone) });
    expect((await own.call('GET', `/company/${own.locationId}/staff/${data.id}`)).data.user_id).toBe(member.id);

    const claimant = await own.hire('worker');
    await query({
      text: 'update users set email = $1, is_email_confirmed = false where id = $2',
      values: [contact.email, claimant.id],
    });
    const second = await hireQuickly(own, { user_email: contact.email });
    const { user_id } = (await own.call('GET', `/company/${own.locationId}/staff/${second.data.id}`)).data;
    expect([member.id, claimant.id, null]).not.toContain(user_id);
  });

  test('is recognised in another location of the chain by a caller who sees the users there, and must accept if invited', async () => {
    const first = await openShop();
    const second = await openShop({ chainId: first.chainId, partner: first.partner });
    const worker = await first.hire('worker');
    const { db } = await testDatabase();
    const hired = async (fields: object, options: CallOptions = {}) => {
      const { data } = await hireQuickly(second, { user_email: worker.email, ...fields }, options);
      const member = await second.call('GET', `/company/${second.locationId}/staff/${data.id}`);
      await second.call('DELETE', `/staff/${second.locationId}/${data.id}`);
      return member.data.user_id;
    };
    // The owner of the second location sees nobody of the first one.
    expect(await hired({})).not.toBe(worker.id);
    const third = await openShop({ chainId: first.chainId, partner: first.partner });
    await addLocationUser(db, { locationId: third.locationId, userId: first.owner.id, role: 'owner' });
    const asOwner = { authorization: first.owner.authorization };
    const inThird = async (fields: object) =>
      (await hireQuickly(third, { user_email: worker.email, ...fields }, asOwner)).data.id;
    const invited = await third.call('GET', `/company/${third.locationId}/staff/${await inThird({ is_user_invite: true })}`);
    expect(invited.data.user_id).not.toBe(worker.id);
    const fourth = await openShop({ chainId: first.chainId, partner: first.partner });
    await addLocationUser(db, { locationId: fourth.locationId, userId: first.owner.id, role: 'owner' });
    const { data } = await hireQuickly(fourth, { user_email: worker.email }, asOwner);
    const member = await fourth.call('GET', `/company/${fourth.locationId}/staff/${data.id}`);
    expect(member.data.user_id).toBe(worker.id);
  });

  test('is not two people: the e-mail of one and the phone of another are refused', async () => {
    const [one, two] = [someContact(), someContact()];
    await hireQuickly(shop, { user_email: one.email });
    await hireQuickly(shop, { user_phone: digits(two.phone) });
    const answer = await hireQuickly(shop, { user_email: one.email, user_phone: digits(two.phone) });
    expect([answer.status, answer.meta.errors]).toEqual([
      422,
      [{ user_phone: ['belongs to another user than the e-mail address'] }],
    ]);
  });
});

describe('a team member added quickly without a contact', () => {
  test.each([
    ['null', { user_email: null, user_phone: null, phone_number: null }],
    ['empty', { user_email: '', user_phone: '', phone_number: '' }],
    ['absent', { user_email: undefined, user_phone: undefined, phone_number: undefined }],
    ['another number alone', { phone_number: '13155550199' }],
  ])('has no user: %s', async (_, fields) => {
    const before = await usersOf(shop);
    const answer = await hireQuickly(shop, fields);
    expect(answer.status).toBe(201);
    const { data } = await shop.call('GET', `/company/${shop.locationId}/staff/${answer.data.id}`);
    expect(data.user_id).toBeNull();
    expect(await usersOf(shop)).toEqual(before);
  });

  test('cannot be invited', async () => {
    const answer = await hireQuickly(shop, { is_user_invite: true });
    expect([answer.status, Object.keys(answer.meta.errors[0])]).toEqual([422, ['user_email']]);
  });

  test('has a user with the one contact that is given', async () => {
    const { email, phone } = someContact();
    await hireQuickly(shop, { user_email: email });
    await hireQuickly(shop, { user_phone: digits(phone) });
    const users = await usersOf(shop);
    expect(users.filter((user) => user.email === email)).toEqual([expect.objectContaining({ phone: '', name: 'Typed' })]);
    expect(users.filter((user) => user.phone === phone)).toEqual([expect.objectContaining({ email: '', name: 'Typed' })]);
  });
});

test('who is invited again is described again, and is not added twice', async () => {
  const own = await openShop();
  const { email, phone } = someContact();
  const { data } = await hireQuickly(own, { name: 'Grace', user_email: email, is_user_invite: true });
  await own.call('DELETE', `/staff/${own.locationId}/${data.id}`);
  await hireQuickly(own, { name: 'Grace Hopper', user_email: email, user_phone: digits(phone), is_user_invite: true });
  const [, ...users] = await usersOf(own);
  expect(users).toEqual([expect.objectContaining({ name: 'Grace Hopper', email, phone, is_approved: false })]);
});
