import { beforeAll, describe, expect, test } from 'vitest';
import { call, openShop, type Person, type Shop } from '../../../test/harness.ts';
import { hireQuickly, someContact, usersOf } from '../../../test/people.ts';
import { slugNodes, slugOf } from '../access/permission-slugs.ts';
import { permissionNames, roleNames } from '../access/permissions.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const as = ({ authorization }: Pick<Person, 'authorization'>) => ({ authorization });
const pathOf = (person: Pick<Person, 'id'>, of: Shop = shop) => `/company/${of.locationId}/users/${person.id}`;

/** The permissions of a user, by slug. */
async function rightsOf(person: Pick<Person, 'id'>, of: Shop = shop) {
  const { data } = await of.call('GET', `${pathOf(person, of)}/permissions`);
  const values = data.user_permissions.map(({ slug, value }: { slug: string; value: unknown }) => [slug, value]);
  return { ...data, ...Object.fromEntries(values) };
}

type Values = Record<string, unknown>;
const slugs = (values: Values) => Object.entries(values).map(([slug, value]) => ({ slug, value }));

const change = (
  person: Pick<Person, 'id'>,
  values: Values,
  by: Pick<Person, 'authorization'> = shop.owner,
  of = shop,
  more = {},
) => call('PUT', `${pathOf(person, of)}/permissions`, { body: { user_permissions: slugs(values), ...more }, ...as(by) });

interface Node {
  slug: string;
  type: { slug: string };
  is_editable: boolean;
  is_recommended: boolean;
  default_value: unknown;
  children: Node[] | null;
}
const flat = (nodes: Node[]): Node[] => nodes.flatMap((node) => [node, ...flat(node.children ?? [])]);

describe('roles', () => {
  test('are seven, with a title, and a rank by the number of their permissions', async () => {
    const { data } = await shop.call('GET', `/company/${shop.locationId}/users/roles`);
    expect(data.map(({ slug, title }: Values) => [slug, title])).toEqual([
      ['worker', 'Team member'],
      ['administrator', 'Receptionist'],
      ['accountant', 'Accountant'],
      ['manager', 'Manager'],
      ['owner', 'Owner'],
      ['free_readonly', 'Viewer'],
      ['free_readonly_admin', 'System Manager'],
    ]);
    expect(data.map(({ weight }: Values) => weight).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(data.every((role: Values) => role.user_permissions === null)).toBe(true);
  });

  test('have every permission once, in blocks, with the value of the role', async () => {
    const { data } = await shop.call('GET', `/company/${shop.locationId}/users/roles?include[]=user_permissions`);
    const [worker] = data;
    const nodes = flat(worker.user_permissions);
    expect(nodes.map(({ slug }) => slug)).toEqual(slugNodes.map(({ slug }) => slug));
    expect(new Set(nodes.map(({ slug }) => slug)).size).toBe(nodes.length);
    expect(new Set(permissionNames.map(slugOf)).size).toBe(permissionNames.length);
    const timetable = worker.user_permissions.find(({ slug }: Node) => slug === 'timetable_access');
    expect(timetable).toMatchObject({ type: { slug: 'has_group_access', all_access_value: true, no_access_value: false } });
    expect(timetable.children.map(({ slug }: Node) => slug)).toEqual([
      'timetable_staff_id',
      'timetable_position_id',
      'timetable_last_days_count',
      'timetable_schedule_edit_access',
      'timetable_phones_access',
      'timetable_transferring_record_access',
      'timetable_statistics_access',
      'timetable_waiting_list_access',
    ]);
    const find = (slug: string) => nodes.find((node) => node.slug === slug);
    expect(find('timetable_staff_id')).toMatchObject({ entity_name: 'staff', default_value: 0, type: { slug: 'allowed_id' } });
    expect(find('records_create_access')).toMatchObject({ is_recommended: true, default_value: true, is_paid: true });
    expect(find('clients_export_access')).toMatchObject({ is_recommended: false, default_value: false, is_paid: false });
    expect(find('storages_limited_access')).toMatchObject({
      type: { slug: 'has_limited_access', all_access_value: 0, no_access_value: 1 },
      options: [
        { title: 'All', value: 0, is_disabled: false },
        { title: 'Only the listed ones', value: 1, is_disabled: false },
      ],
    });
    expect(find('storages_limited_access')?.children?.map(({ slug }) => slug)).toEqual(['storages_ids']);
    expect(find('finances_z_report_no_limit_today')).toMatchObject({ type: { slug: 'has_limited_today', all_access_value: 1 } });
    expect(find('finances_transactions_last_days_count')).toMatchObject({ type: { all_access_value: -1, no_access_value: 0 } });
  });

  test('are editable where the caller has the permission', async () => {
    const manager = await shop.hire('manager', { clients_delete_access: false });
    const path = `/company/${shop.locationId}/users/roles?include[]=user_permissions`;
    const editable = async (by: Person) => {
      const { data } = await call('GET', path, as(by));
      return flat(data[0].user_permissions).flatMap((node) => (node.is_editable ? [] : [node.slug]));
    };
    expect(await editable(shop.owner)).toEqual([]);
    expect(await editable(manager)).toEqual(
      expect.arrayContaining(['clients_delete_access', 'billing_access', 'security_access', 'settings_users_limited_access']),
    );
    expect(await editable(manager)).not.toContain('clients_edit_access');
  });

  test('of a user who is a team member limit a worker to that member', async () => {
    const contact = someContact();
    const made = await hireQuickly(shop, { user_email: contact.email });
    const user = (await usersOf(shop)).find(({ email }) => email === contact.email) as { id: number };
    const { data } = await shop.call('GET', `${pathOf(user)}/roles?include[]=user_permissions`);
    const defaults = (role: string) =>
      flat(data.find(({ slug }: Node) => slug === role).user_permissions)
        .filter(({ slug }) => ['timetable_staff_id', 'clients_visit_staff_id'].includes(slug))
        .map((node) => node.default_value);
    expect([defaults('worker'), defaults('administrator')]).toEqual([
      [made.data.id, made.data.id],
      [0, 0],
    ]);
    expect((await shop.call('GET', `${pathOf({ id: 2_000_000_000 })}/roles`)).status).toBe(404);
  });
});

describe('the permissions of a user', () => {
  test('are the role, the team member and a value for every slug', async () => {
    const worker = await shop.hire('worker', { master_id: 7, finances_last_days_count: 3, storages_ids: [4] });
    const { data } = await shop.call('GET', `${pathOf(worker)}/permissions`);
    expect(data).toMatchObject({ user_role: 'worker', staff_id: null, is_editable: true, has_any_paid_permission: null });
    expect(data.user_permissions.map(({ slug }: Node) => slug)).toEqual(slugNodes.map(({ slug }) => slug));
    expect(await rightsOf(worker)).toMatchObject({
      timetable_access: true,
      timetable_staff_id: 7,
      timetable_last_days_count: -1,
      finances_transactions_last_days_count: 3,
      finances_access: false,
      storages_limited_access: 1,
      storages_ids: [4],
      finances_expenses_limited_access: 0,
      finances_expenses_ids: [],
    });
  });

  test('are seen by users with the right to see users, and by everybody for themselves', async () => {
    const [worker, other, manager] = [await shop.hire('worker'), await shop.hire('worker'), await shop.hire('manager')];
    const statusFor = async (by: Person, of: Pick<Person, 'id'>) =>
      (await call('GET', `${pathOf(of)}/permissions`, as(by))).status;
    expect([await statusFor(worker, worker), await statusFor(worker, other), await statusFor(manager, worker)]).toEqual([
      200, 403, 200,
    ]);
    expect(await statusFor(shop.owner, { id: 2_000_000_000 })).toBe(404);
  });

  test.each([
    ['a flag', { clients_delete_access: true }],
    ['a block', { finances_access: true, finances_accounts_balance_access: true }],
    ['days', { finances_transactions_last_days_count: 30, timetable_last_days_count: 0 }],
    ['a day of reports', { finances_z_report_no_limit_today: 1 }],
    ['a limit to no storage', { storages_limited_access: 1, storages_ids: [] }],
    ['a limit to no payment item', { finances_expenses_limited_access: 1, finances_expenses_ids: [] }],
    ['addresses', { auth_enable_check_ip: 1, auth_list_allowed_ip: ['192.0.2.1'] }],
    ['a chain', { records_clients_statistics_chain_access: true }],
  ])('change by slug and stay as they are otherwise: %s', async (_, values) => {
    const worker = await shop.hire('worker');
    const before = await rightsOf(worker);
    const answer = await change(worker, values);
    expect(answer.status).toBe(200);
    const { user_permissions: _now, ...now } = await rightsOf(worker);
    expect(now).toEqual({ ...before, ...values, user_permissions: undefined });
  });

  test('of every slug can be written back as they were read', async () => {
    for (const role of roleNames) {
      const person = await shop.hire(role);
      const { data } = await shop.call('GET', `${pathOf(person)}/permissions`);
      const answer = await shop.call('PUT', `${pathOf(person)}/permissions`, {
        body: { user_role: role, user_permissions: data.user_permissions },
      });
      expect([answer.status, answer.data], role).toEqual([200, data]);
    }
  });

  test('of the calendar may be limited to today, which the list of your permissions cannot say', async () => {
    const worker = await shop.hire('worker');
    expect((await change(worker, { timetable_last_days_count: 0 })).status).toBe(200);
    expect((await rightsOf(worker)).timetable_last_days_count).toBe(0);
    const list = await call('GET', `/user/permissions/${shop.locationId}`, as(worker));
    expect(list.data.timetable.last_days_count).toBe(1);
    await change(worker, { timetable_last_days_count: -1 });
    expect((await rightsOf(worker)).timetable_last_days_count).toBe(-1);
  });

  test('take effect at once', async () => {
    const worker = await shop.hire('worker');
    const status = async () => (await call('GET', `/company/${shop.locationId}/users`, as(worker))).status;
    expect(await status()).toBe(403);
    await change(worker, { settings_users_access: true });
    expect(await status()).toBe(200);
  });

  test('of a new role are its defaults and the named changes; without a role only the named ones change', async () => {
    const person = await shop.hire('worker', { clients_delete_access: true });
    const answer = await change(person, { clients_edit_access: false }, shop.owner, shop, { user_role: 'administrator' });
    expect(answer.data).toMatchObject({ user_role: 'administrator' });
    expect(await rightsOf(person)).toMatchObject({ clients_edit_access: false, finances_transactions_last_days_count: 0 });
    await change(person, { clients_edit_access: true });
    await change(person, {}, shop.owner, shop, { user_role: 'worker' });
    expect(await rightsOf(person)).toMatchObject({
      user_role: 'worker',
      clients_delete_access: false,
      clients_edit_access: false,
    });
  });

  test('name objects of this location only', async () => {
    const other = await openShop({ chainId: shop.chainId, partner: shop.partner });
    const worker = await shop.hire('worker');
    const member = await shop.addTeamMember();
    const [foreign, storage] = [
      await other.addTeamMember(),
      (await shop.call('GET', `/storages/${shop.locationId}`)).data[0]?.id,
    ];
    expect((await change(worker, { timetable_staff_id: member, records_clients_statistics_chain_id: shop.chainId })).status).toBe(
      200,
    );
    if (storage) expect((await change(worker, { storages_limited_access: 1, storages_ids: [storage] })).status).toBe(200);
    for (const [slug, value] of [
      ['timetable_staff_id', foreign],
      ['clients_visit_staff_id', foreign],
      ['timetable_position_id', 2_000_000_000],
      ['storages_ids', [2_000_000_000]],
      ['finances_accounts_ids', [2_000_000_000]],
      ['finances_expenses_ids', [2_000_000_000]],
      ['storages_goods_transactions_types', [77]],
      ['records_clients_statistics_chain_id', 2_000_000_000],
    ] as const) {
      const answer = await change(worker, { [slug]: value });
      expect([slug, answer.status], slug).toEqual([slug, 422]);
      expect(JSON.stringify(answer.meta.errors), slug).toContain(slug);
    }
  });

  test.each([
    ['an unknown slug', { no_such_access: true }, 'no_such_access is not a permission'],
    ['a text for a flag', { clients_access: 'yes' }, 'clients_access must be true or false'],
    ['2 for a limit', { storages_limited_access: 2 }, 'storages_limited_access must be 0 or 1'],
    [
      'less than no days',
      { finances_transactions_last_days_count: -2 },
      'finances_transactions_last_days_count must be a whole number',
    ],
    ['a text for ids', { storages_ids: '3' }, 'storages_ids must be a list'],
    ['null', { clients_access: null }, 'clients_access must be true or false'],
    ['a name of the other list', { users_access: true }, 'users_access is not a permission'],
  ])('are refused for %s, and nothing changes', async (_, values, text) => {
    const worker = await shop.hire('worker');
    const before = await rightsOf(worker);
    const answer = await change(worker, { clients_delete_access: true, ...values });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors[0].user_permissions[0]).toContain(text);
    expect(await rightsOf(worker)).toEqual(before);
  });
});

test('values are read from texts, as forms write them', async () => {
  const worker = await shop.hire('worker');
  const member = await shop.addTeamMember();
  const values = { clients_delete_access: 'true', storages_limited_access: '1', timetable_staff_id: String(member) };
  expect((await change(worker, { ...values, finances_transactions_last_days_count: '-1' })).status).toBe(200);
  expect(await rightsOf(worker)).toMatchObject({
    clients_delete_access: true,
    storages_limited_access: 1,
    timetable_staff_id: member,
  });
});

describe('a user who changes others', () => {
  test('gives and takes only the permissions that they have', async () => {
    const manager = await shop.hire('manager', { clients_delete_access: false });
    const worker = await shop.hire('worker', { send_sms: false });
    expect((await change(worker, { clients_edit_access: true }, manager)).status).toBe(200);
    for (const values of [{ clients_delete_access: true }, { billing_access: true }, { security_access: true }]) {
      const answer = await change(worker, values, manager);
      expect([answer.status, answer.meta.message]).toEqual([403, expect.stringContaining(Object.keys(values)[0] as string)]);
    }
    const free = await shop.hire('owner', { limited_users_access: false, clients_delete_access: false });
    const holder = await shop.hire('administrator', { clients_delete_access: true });
    expect((await change(holder, { clients_delete_access: false }, free)).status).toBe(403);
    expect((await change(holder, { clients_edit_access: false }, free)).status).toBe(200);
  });

  test('gives no limit wider than their own, where the block is open', async () => {
    const member = await shop.addTeamMember();
    const clerk = await shop.hire('manager', { master_id: member, finances_last_days_count: 7 });
    const worker = await shop.hire('worker', { master_id: member });
    const statusFor = async (values: Values) => (await change(worker, values, clerk)).status;
    expect(await statusFor({ timetable_staff_id: 0 })).toBe(403);
    expect(await statusFor({ timetable_staff_id: await shop.addTeamMember() })).toBe(403);
    expect(await statusFor({ finances_transactions_last_days_count: 30 })).toBe(200);
    expect(await statusFor({ finances_access: true })).toBe(403);
    expect(await statusFor({ finances_access: true, finances_transactions_last_days_count: 7 })).toBe(200);
  });

  test('does not touch somebody with more rights if they are limited to their own', async () => {
    const [limited, free] = [await shop.hire('manager'), await shop.hire('manager', { limited_users_access: false })];
    const more = await shop.hire('worker', { billing_access: true });
    const statusFor = async (by: Person) => (await change(more, { clients_edit_access: true }, by)).status;
    expect([await statusFor(limited), await statusFor(free)]).toEqual([403, 200]);
    expect((await call('GET', `${pathOf(more)}/permissions`, as(limited))).data.is_editable).toBe(false);
    expect((await call('DELETE', pathOf(more), as(limited))).status).toBe(403);
    expect((await call('DELETE', pathOf(more), as(free))).status).toBe(204);
  });

  test('does not change their own rights', async () => {
    expect((await change(shop.owner, { clients_access: false })).status).toBe(403);
    const manager = await shop.hire('manager');
    expect((await change(manager, { clients_access: false }, manager)).status).toBe(403);
    expect((await call('DELETE', pathOf(manager), as(manager))).status).toBe(403);
  });

  test('makes and changes owners only as an owner', async () => {
    const own = await openShop();
    const [manager, worker, second] = [
      await own.hire('manager', { limited_users_access: false, billing_access: true }),
      await own.hire('worker'),
      await own.hire('owner'),
    ];
    const promote = (by: Person) => change(worker, {}, by, own, { user_role: 'owner' });
    expect((await promote(manager)).status).toBe(403);
    expect((await change(second, { clients_access: false }, manager, own)).status).toBe(403);
    expect((await call('DELETE', pathOf(second, own), as(manager))).status).toBe(403);
    expect((await promote(own.owner)).status).toBe(200);
  });

  test('needs the right to change users', async () => {
    const worker = await shop.hire('worker');
    expect((await change(worker, {}, await shop.hire('owner', { edit_users_access: false }))).status).toBe(403);
    expect((await change({ id: 2_000_000_000 }, {})).status).toBe(404);
  });
});

describe('the team member of a user', () => {
  test('is linked, moved and detached', async () => {
    const worker = await shop.hire('worker');
    const [first, second] = [await shop.addTeamMember(), await shop.addTeamMember()];
    const link = async (staff_id: number) => (await change(worker, {}, shop.owner, shop, { staff_id })).data.staff_id;
    expect([await link(first), await link(first), await link(second), await link(0)]).toEqual([first, first, second, null]);
    await link(first);
    const { data } = await shop.call('GET', `/company/${shop.locationId}/staff/${first}`);
    expect(data.user_id).toBe(worker.id);
  });

  test('must be of this location, and nobody else', async () => {
    const [worker, other] = [await shop.hire('worker'), await shop.hire('worker')];
    const member = await shop.addTeamMember({ userId: other.id });
    const foreign = await (await openShop()).addTeamMember();
    for (const staff_id of [member, foreign, 2_000_000_000]) {
      const answer = await change(worker, { clients_edit_access: true }, shop.owner, shop, { staff_id });
      expect([answer.status, Object.keys(answer.meta.errors[0])]).toEqual([422, ['staff_id']]);
    }
    expect((await rightsOf(worker)).clients_edit_access).toBe(false);
  });

  test('of a new worker limits their calendar and their clients', async () => {
    const person = await shop.hire('administrator');
    const staff_id = await shop.addTeamMember();
    await change(person, {}, shop.owner, shop, { user_role: 'worker', staff_id });
    expect(await rightsOf(person)).toMatchObject({ timetable_staff_id: staff_id, clients_visit_staff_id: staff_id });
  });
});
