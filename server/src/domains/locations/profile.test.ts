import { expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';

const change = (of: Shop, body: object, options: object = {}) =>
  of.call('PATCH', `/company/${of.locationId}/profile`, { body, ...options });
const listed = async (of: Shop) => (await of.call('GET', `/companies?id=${of.locationId}`)).data[0];

test('what clients see of a location is changed field by field, and published answers show it', async () => {
  const shop = await openShop();
  const profile = {
    public_title: 'Lavender',
    schedule: 'Mo-Fr 9-20',
    email: 'hello@example.com',
    logo: 'https://example.com/logo.png',
  };
  const told = await toldBy(shop.locationId, async () => {
    expect(await change(shop, profile)).toMatchObject({ status: 200, data: profile });
  });
  expect(told).toMatchObject([
    { resource: 'salon', resourceId: shop.locationId, status: 'update', data: { schedule: 'Mo-Fr 9-20' } },
  ]);
  expect(await listed(shop)).toMatchObject(profile);
  expect((await change(shop, { schedule: '' })).data).toEqual({ ...profile, schedule: '' });
  expect((await change(shop, { public_title: '' })).data.public_title).toBe('');
  const { title, public_title } = await listed(shop);
  expect(public_title).toBe(title);
});

test('a change of no field tells nothing', async () => {
  const shop = await openShop();
  const told = await toldBy(shop.locationId, async () => {
    expect((await change(shop, {})).status).toBe(200);
  });
  expect(told).toEqual([]);
});

test('what is no e-mail address and no web address is refused', async () => {
  const shop = await openShop();
  for (const [field, value] of [
    ['email', 'hello'],
    ['email', 'a b@example.com'],
    ['logo', 'logo.png'],
    ['logo', 'javascript:alert(1)'],
    ['public_title', 'x'.repeat(256)],
  ] as const) {
    const { status, meta } = await change(shop, { [field]: value });
    expect([value, status, meta.errors.flatMap(Object.keys)]).toEqual([value, 422, [field]]);
  }
});

test('only members who manage the settings change what clients see, in their own location', async () => {
  const shop = await openShop();
  const other = await openShop();
  const manager = await shop.hire('owner', { settings_basis_access: false });
  expect((await change(shop, { email: '' }, manager)).status).toBe(403);
  expect((await change(other, { email: '' }, { authorization: shop.owner.authorization })).status).not.toBe(200);
});

test('the title of a chain is changed, and integrations of all its locations are told', async () => {
  const shop = await openShop();
  const branch = await openShop({ chainId: shop.chainId });
  const other = await openShop();
  const title = 'Lavender Studios';
  const told = await toldBy(branch.locationId, async () => {
    const answer = await shop.call('PUT', `/group/${shop.chainId}`, { body: { title } });
    expect(answer).toMatchObject({ status: 200, data: { id: shop.chainId, title } });
  });
  expect(told).toMatchObject([
    { resource: 'salon', resourceId: branch.locationId, status: 'update', data: { main_group: { id: shop.chainId, title } } },
  ]);
  expect((await shop.call('GET', '/groups')).data).toMatchObject([{ id: shop.chainId, title }]);
  expect((await shop.call('PUT', `/group/${shop.chainId}`, { body: { title: ' ' } })).status).toBe(422);
  expect((await shop.call('PUT', `/group/${other.chainId}`, { body: { title } })).status).not.toBe(200);
  expect((await other.call('GET', `/company/${other.locationId}`)).data.main_group.title).not.toBe(title);
});

test('users change their own name, and their locations show it', async () => {
  const shop = await openShop();
  const desk = await shop.hire('administrator');
  const answer = await shop.call('PUT', '/user/data', { body: { name: 'Ada Byron' }, authorization: desk.authorization });
  expect(answer).toMatchObject({ status: 200, data: { id: desk.id, name: 'Ada Byron' } });
  const users = (await shop.call('GET', `/company/${shop.locationId}/users`)).data;
  expect(users.filter(({ name }: { name: string }) => name === 'Ada Byron')).toMatchObject([{ id: desk.id }]);
  const empty = await shop.call('PUT', '/user/data', { body: { name: ' ' }, authorization: desk.authorization });
  expect([empty.status, empty.meta.errors.flatMap(Object.keys)]).toEqual([422, ['name']]);
});
