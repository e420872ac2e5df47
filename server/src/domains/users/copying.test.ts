import { expect, test } from 'vitest';
import { call, openShop, type Person, type Shop, testDatabase } from '../../../test/harness.ts';
import { hireQuickly, someContact, usersOf } from '../../../test/people.ts';
import { addLocationUser } from '../locations/location-user.ts';

const as = ({ authorization }: Pick<Person, 'authorization'>) => ({ authorization });

/** Two locations of a chain. The owner of the first has a role in the second. */
async function openTwo(role: 'owner' | 'manager' = 'owner') {
  const first = await openShop();
  const second = await openShop({ chainId: first.chainId, partner: first.partner });
  const { db } = await testDatabase();
  await addLocationUser(db, { locationId: second.locationId, userId: first.owner.id, role });
  return [first, second] as const;
}

const copy = (from: Shop, user: Pick<Person, 'id'>, to: Shop[], values?: Record<string, unknown>, by: Person = from.owner) =>
  call('POST', `/company/${from.locationId}/users/${user.id}/copy_to_companies`, {
    body: {
      user_company_links: to.map(({ locationId }) => ({
        company_id: locationId,
        ...(values ? { user_permissions: Object.entries(values).map(([slug, value]) => ({ slug, value })) } : {}),
      })),
    },
    ...as(by),
  });

async function rightsOf(user: Pick<Person, 'id'>, of: Shop, by: Person = of.owner): Promise<Record<string, unknown>> {
  const { data } = await call('GET', `/company/${of.locationId}/users/${user.id}/permissions`, as(by));
  const values = data?.user_permissions.map(({ slug, value }: { slug: string; value: unknown }) => [slug, value]) ?? [];
  return { role: data?.user_role, ...Object.fromEntries(values) };
}

test('a copied user is active at once, with the same role and the same rights', async () => {
  const [first, second] = await openTwo();
  const person = await first.hire('administrator', { clients_edit_access: false });
  expect((await copy(first, person, [second])).status).toBe(200);
  expect(await rightsOf(person, second)).toEqual(await rightsOf(person, first));
  expect((await call('GET', `/user/permissions/${second.locationId}`, as(person))).status).toBe(200);
});

test('rights that are given with a location apply there on top of the copied ones', async () => {
  const [first, second] = await openTwo();
  const person = await first.hire('administrator', { clients_edit_access: false });
  await copy(first, person, [second], { clients_delete_access: false });
  expect(await rightsOf(person, second)).toMatchObject({ clients_edit_access: false, clients_delete_access: false });
});

test('a right to certain objects of a location is a right to none in another one, and never to all', async () => {
  const [first, second] = await openTwo();
  const person = await first.hire('worker', {
    master_id: await first.addTeamMember(),
    storages_ids: [1],
    storages_limited_access: true,
    finances_expenses_ids: [5],
    records_group_id: first.chainId,
  });
  await copy(first, person, [second]);
  expect(await rightsOf(person, second)).toMatchObject({
    storages_limited_access: 1,
    storages_ids: [],
    finances_expenses_limited_access: 1,
    finances_expenses_ids: [],
    records_clients_statistics_chain_id: first.chainId,
  });
  expect((await rightsOf(person, second)).timetable_staff_id).not.toBe(0);
  const own = await second.addTeamMember();
  const seen = await call('GET', `/schedule/${second.locationId}/${own}/2026-01-01/2026-01-02`, as(person));
  expect(seen.status).toBe(404);
});

test('a user who is there already gets the role and the rights; the invited stay invited', async () => {
  const [first, second] = await openTwo();
  const person = await first.hire('administrator');
  await hireQuickly(second, { user_email: person.email, is_user_invite: true });
  expect((await copy(first, person, [second])).status).toBe(200);
  const all = await usersOf(second);
  const invited = all.find(({ email }) => email === person.email) as unknown as { id: number; is_approved: boolean };
  expect(invited.is_approved).toBe(false);
  expect(all.some(({ id }) => id === person.id)).toBe(false);
  expect((await rightsOf(invited, second)).role).toBe('administrator');
});

test('a user is copied to all locations or to none', async () => {
  const [first, second] = await openTwo();
  const person = await first.hire('worker');
  const foreign = await openShop({ partner: first.partner });
  for (const [to, status] of [
    [[second, foreign], 403],
    [[second, second], 422],
    [[], 422],
  ] as const) {
    expect((await copy(first, person, [...to])).status).toBe(status);
    expect((await rightsOf(person, second)).role).toBeUndefined();
  }
  expect((await copy(first, person, [second], { no_such_access: true })).status).toBe(422);
  expect((await copy(first, { id: 2_000_000_000 }, [second])).status).toBe(404);
});

test('a caller gives no more rights in a location than they have there', async () => {
  const [first, second] = await openTwo('manager');
  const [worker, owner] = [await first.hire('worker'), await first.hire('owner')];
  expect((await copy(first, owner, [second])).status).toBe(403);
  expect((await copy(first, worker, [second], { billing_access: true })).status).toBe(403);
  expect((await copy(first, worker, [second])).status).toBe(200);
});

test('only people with an account of their own are copied', async () => {
  const [first, second] = await openTwo();
  const { email } = someContact();
  await hireQuickly(first, { user_email: email, is_user_invite: true });
  const invited = (await usersOf(first)).find((user) => user.email === email) as { id: number };
  expect((await copy(first, invited, [second])).status).toBe(403);
});
