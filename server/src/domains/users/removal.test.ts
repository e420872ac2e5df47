import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { call, openShop, type Person, type Shop, testDatabase } from '../../../test/harness.ts';
import { hireQuickly, someContact, usersOf } from '../../../test/people.ts';
import { users } from '../access/tables.ts';
import { addLocationUser } from '../locations/location-user.ts';

const as = ({ authorization }: Pick<Person, 'authorization'>) => ({ authorization });
const idsOf = async (shop: Shop) => (await usersOf(shop)).map(({ id }) => id);
const remove = (shop: Shop, user: Pick<Person, 'id'>, by: Person = shop.owner) =>
  call('DELETE', `/company/${shop.locationId}/users/${user.id}`, as(by));

/** Three locations of a chain with the same owner. */
async function openThree() {
  const first = await openShop();
  const others = [
    await openShop({ chainId: first.chainId, partner: first.partner }),
    await openShop({ chainId: first.chainId, partner: first.partner }),
  ] as const;
  const { db } = await testDatabase();
  for (const { locationId } of others) await addLocationUser(db, { locationId, userId: first.owner.id, role: 'owner' });
  return [first, ...others] as const;
}
const links = (...shops: Shop[]) => ({ user_company_links: shops.map(({ locationId }) => ({ company_id: locationId })) });

test('a removed user has no access any more; the account, the team member and its history stay', async () => {
  const shop = await openShop();
  const worker = await shop.hire('worker');
  const member = await shop.addTeamMember({ userId: worker.id });
  const path = `/user/permissions/${shop.locationId}`;
  expect((await call('GET', path, as(worker))).status).toBe(200);
  expect((await remove(shop, worker)).status).toBe(204);
  expect((await call('GET', path, as(worker))).status).toBe(404);
  expect((await call('GET', '/user/data', as(worker))).status).toBe(200);
  expect((await shop.call('GET', `/company/${shop.locationId}/staff/${member}`)).data).toMatchObject({
    id: member,
    user_id: null,
  });
  expect((await remove(shop, worker)).status).toBe(404);
});

test('removing an invited person withdraws the invitation, and the account that stood for them', async () => {
  const shop = await openShop();
  const { email } = someContact();
  await hireQuickly(shop, { user_email: email, is_user_invite: true });
  const [, invited] = await usersOf(shop);
  expect((await remove(shop, { id: invited?.id as number })).status).toBe(204);
  expect(await idsOf(shop)).toEqual([shop.owner.id]);
  const { db } = await testDatabase();
  expect(
    await db
      .select()
      .from(users)
      .where(eq(users.id, invited?.id as number)),
  ).toEqual([]);
});

test('the last owner is not removed, and is shown as such', async () => {
  const shop = await openShop();
  const second = await shop.hire('owner');
  const isKept = async () =>
    (await shop.call('GET', `/company/${shop.locationId}/users`)).data.map(
      (user: Record<string, unknown>) => user.is_non_deletable,
    );
  expect(await isKept()).toEqual([false, false]);
  expect((await remove(shop, second)).status).toBe(204);
  expect(await isKept()).toEqual([true]);
});

test('of two owners who remove each other at the same time, one stays', async () => {
  for (let turn = 0; turn < 5; turn++) {
    const shop = await openShop();
    const second = await shop.hire('owner');
    const statuses = await Promise.all([remove(shop, second), remove(shop, shop.owner, second)]);
    const left = await idsOf(statuses[0].status === 204 ? shop : { ...shop, call: (m, p) => call(m, p, as(second)) });
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([204, expect.toBeOneOf([403, 404])]);
    expect(left).toHaveLength(1);
  }
});

test('of two owners who demote each other at the same time, one stays an owner', async () => {
  const shop = await openShop();
  const second = await shop.hire('owner');
  const demote = (user: Person, by: Person) =>
    call('PUT', `/company/${shop.locationId}/users/${user.id}/permissions`, { body: { user_role: 'worker' }, ...as(by) });
  const statuses = (await Promise.all([demote(second, shop.owner), demote(shop.owner, second)])).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 403]);
});

test('a user who may not be removed stays', async () => {
  const shop = await openShop();
  const founder = await shop.hire('owner');
  const { db } = await testDatabase();
  await db.execute(`update location_users set is_non_deletable = true where user_id = ${founder.id}`);
  expect((await remove(shop, founder)).status).toBe(403);
});

test('removing needs the right to remove users', async () => {
  const shop = await openShop();
  const worker = await shop.hire('worker');
  expect((await remove(shop, worker, await shop.hire('owner', { delete_users_access: false }))).status).toBe(403);
});

test('a user is removed from several locations, and stays in the others', async () => {
  const [first, second, third] = await openThree();
  const worker = await first.hire('worker');
  const { db } = await testDatabase();
  for (const { locationId } of [second, third]) await addLocationUser(db, { locationId, userId: worker.id, role: 'worker' });
  const path = `/company/${first.locationId}/users/${worker.id}/remove_from_companies`;
  expect((await first.call('POST', path, { body: links(first, second) })).status).toBe(200);
  const seen = async (shop: Shop) => (await call('GET', `/user/permissions/${shop.locationId}`, as(worker))).status;
  expect([await seen(first), await seen(second), await seen(third)]).toEqual([404, 404, 200]);
});

test('a user is removed from all locations or from none', async () => {
  const [first, second, third] = await openThree();
  const worker = await first.hire('worker');
  const { db } = await testDatabase();
  await addLocationUser(db, { locationId: second.locationId, userId: worker.id, role: 'worker' });
  const path = `/company/${first.locationId}/users/${worker.id}/remove_from_companies`;
  const stranger = await openShop({ partner: first.partner });
  for (const [shops, status] of [
    [[second, third], 404],
    [[second, stranger], 403],
    [[second, second], 422],
    [[], 422],
  ] as const) {
    expect((await first.call('POST', path, { body: links(...shops) })).status).toBe(status);
    expect((await call('GET', `/user/permissions/${second.locationId}`, as(worker))).status).toBe(200);
  }
});
