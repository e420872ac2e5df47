import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { chainRightNames } from '../access/chain-rights.ts';
import { issueUserToken } from '../access/users.ts';
import { locationUsers } from './tables.ts';

test('the chains of a user have their locations and what the user may do', async () => {
  const shop = await openShop();
  const sister = await openShop({ chainId: shop.chainId, partner: shop.partner });
  await openShop({ chainId: shop.chainId });
  const { data } = await shop.call('GET', '/groups');
  expect(data).toMatchObject([
    {
      id: shop.chainId,
      title: 'Test chain',
      companies: [
        {
          id: shop.locationId,
          title: 'Test location',
          public_title: 'Test location',
          timezone_name: 'America/New_York',
          allow_delete_record: true,
          allow_change_record: true,
        },
        { id: sister.locationId },
      ],
    },
  ]);
  expect(data[0].companies).toHaveLength(2);
  expect(data[0].access).toEqual(Object.fromEntries(chainRightNames.map((right) => [right, 1])));
  await shop.call('PATCH', `/company/${shop.locationId}/settings/client_rules`, { body: { allow_delete_record: false } });
  const [first, second] = (await shop.call('GET', '/groups')).data[0].companies;
  expect([first.allow_delete_record, second.allow_delete_record]).toEqual([false, true]);
  const manager = await shop.hire('worker');
  expect((await shop.call('GET', '/groups', { authorization: manager.authorization })).data).toEqual([]);
  await shop.call('PUT', `/group/${shop.chainId}/users/${manager.id}`, { body: { access: { loyalty_access: true } } });
  const own = await shop.call('GET', '/groups', { authorization: manager.authorization });
  expect(own.data[0].access).toMatchObject({ loyalty_access: 1, settings_access: 0 });
});

test('a partner alone sees the chains of the locations that it is connected to, and no rights', async () => {
  const [shop, other] = [await openShop(), await openShop()];
  const { data } = await shop.call('GET', '/groups', { authorization: `Bearer ${shop.partner.token}` });
  expect(data).toMatchObject([{ id: shop.chainId, companies: [{ id: shop.locationId }], access: { settings_access: 0 } }]);
  expect(data).toHaveLength(1);
  expect(data[0].id).not.toBe(other.chainId);
});

test('chains are in the order of their ids, whichever has the first location', async () => {
  const [older, shop] = [await openShop(), await openShop()];
  await openShop({ chainId: older.chainId, partner: shop.partner });
  const { data } = await shop.call('GET', '/groups', { authorization: `Bearer ${shop.partner.token}` });
  expect(data.map(({ id }: { id: number }) => id)).toEqual([older.chainId, shop.chainId]);
});

test('the clients of a chain are found by their phone number in any spelling', async () => {
  const shop = await openShop();
  const sister = await openShop({ chainId: shop.chainId, partner: shop.partner });
  const stranger = await openShop();
  const phone = somePhone();
  const digits = String(phone).replace('+', '');
  const one = await shop.addClient({ phone, email: 'ada@example.com' });
  const two = await sister.addClient({ phone, name: 'Eve' });
  await stranger.addClient({ phone });
  const find = (text: string) => shop.call('GET', `/group/${shop.chainId}/clients?phone=${encodeURIComponent(text)}`);
  const expected = {
    salon_group_id: shop.chainId,
    phone: `+${digits}`,
    clients: [
      { id: one.id, company_id: shop.locationId, name: 'Ada', email: 'ada@example.com' },
      { id: two.id, company_id: sister.locationId, name: 'Eve', email: '' },
    ],
  };
  for (const text of [`+${digits}`, digits]) expect((await find(text)).data).toEqual(expected);
  for (const text of [somePhone(), 'nobody']) {
    const missing = await find(String(text));
    expect([missing.status, missing.meta.message]).toEqual([404, 'Client not found']);
  }
});

describe('a member of a location who sees the client data of its chain', () => {
  const find = async (permissions: Record<string, unknown>, { sees = true } = {}) => {
    const shop = await openShop();
    const sister = await openShop({ chainId: shop.chainId, partner: shop.partner });
    const phone = String(somePhone());
    const { id } = await shop.addClient({ phone, email: 'ada@example.com' });
    await sister.addClient({ phone });
    const bounds = { ...permissions, ...(sees ? {} : { clients_visit_master_id: await shop.addTeamMember() }) };
    const { authorization } = await shop.hire('worker', { records_group_id_access: true, ...bounds });
    const path = `/group/${shop.chainId}/clients?phone=${encodeURIComponent(phone)}`;
    const answer = await shop.call('GET', path, { authorization });
    return { shop, id, authorization, answer };
  };

  test('finds the clients of all its locations by phone number, without e-mail addresses if those are hidden', async () => {
    const { id, answer } = await find({ clients_phones_email_access: true });
    expect(answer.data.clients).toMatchObject([{ id, email: 'ada@example.com' }, { email: '' }]);
    const { answer: masked } = await find({ clients_phones_email_access: false });
    expect(masked.data.clients).toMatchObject([{ email: '' }, { email: '' }]);
  });

  test('finds nothing without the permission, in another chain, or for a client of another team member', async () => {
    expect((await find({ records_group_id_access: false })).answer.status).toBe(404);
    expect((await find({ records_group_id: 1 })).answer.status).toBe(404);
    expect((await find({}, { sees: false })).answer.status).toBe(404);
    const { authorization } = await find({});
    const other = await openShop();
    const foreign = await other.call('GET', `/group/${other.chainId}/clients?phone=13155550175`, { authorization });
    expect(foreign.status).toBe(404);
  });

  test('finds nothing through a partner that is not connected to that location, though to others of the chain', async () => {
    const shop = await openShop();
    const other = await openShop({ chainId: shop.chainId });
    const phone = String(somePhone());
    await shop.addClient({ phone });
    const seer = await shop.hire('worker', { records_group_id_access: true });
    const { db } = await testDatabase();
    const through = async ({ id: partnerId, token }: { id: number; token: string }) => {
      const own = await issueUserToken(db, { userId: seer.id, partnerId });
      const path = `/group/${shop.chainId}/clients?phone=${encodeURIComponent(phone)}`;
      return (await shop.call('GET', path, { authorization: `Bearer ${token}, User ${own}` })).status;
    };
    expect([await through(shop.partner), await through(other.partner)]).toEqual([200, 404]);
    // The user works in the other location too, but sees only its own clients.
    const [row] = await db.select().from(locationUsers).where(eq(locationUsers.userId, seer.id));
    const { permissions, ...rest } = row as typeof locationUsers.$inferSelect;
    await db
      .insert(locationUsers)
      .values({ ...rest, locationId: other.locationId, permissions: { ...permissions, records_group_id_access: false } });
    expect(await through(other.partner)).toBe(404);
  });

  test('reads the statistics of a client in the chain, and in no other chain', async () => {
    const statistics = async ({ shop, id, authorization }: Awaited<ReturnType<typeof find>>) =>
      (
        await shop.call(
          'GET',
          `//api/v2/locations/${shop.locationId}/clients/${id}/chain_attendances_statistic/${shop.chainId}`,
          { authorization, headers: { accept: 'application/vnd.api.v2+json' } },
        )
      ).status;
    const flags = { record_form_access: true };
    expect(await statistics(await find(flags))).toBe(200);
    expect(await statistics(await find({ ...flags, records_group_id: 1 }))).toBe(403);
  });
});
