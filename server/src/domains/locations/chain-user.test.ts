import { describe, expect, it, test } from 'vitest';
import { openShop, type Person, type Shop, testDatabase } from '../../../test/harness.ts';
import { chainRightNames } from '../access/chain-rights.ts';

const pathOf = ({ chainId }: Shop, user?: Person) => `/group/${chainId}/users${user ? `/${user.id}` : ''}`;
const set = (shop: Shop, user: Person, body: object, by = shop.owner) =>
  shop.call('PUT', pathOf(shop, user), { body, authorization: by.authorization });
const rightsOf = (access: Record<string, boolean>) => Object.keys(access).filter((name) => access[name]);

describe('a chain', () => {
  it('is owned by who opens its first location, and a second location of theirs joins it', async () => {
    const shop = await openShop();
    const { authorization, id } = await shop.hire('manager', { settings_basis_access: true });
    const { query } = await testDatabase();
    const open = async (title: string) => {
      const { data } = await shop.call('POST', '/companies', { body: { title, country_id: 840 }, authorization });
      const text = 'select chain_id as chain from locations where id = $1';
      return (await query<{ chain: number }>({ text, values: [data.id] }))[0]?.chain;
    };
    const chain = await open('First');
    expect(await open('Second')).toBe(chain);
    const { data } = await shop.call('GET', `/group/${chain}/users`, { authorization });
    expect(data).toEqual([
      {
        id,
        name: 'Test User',
        is_owner: true,
        access: Object.fromEntries(chainRightNames.map((name) => [name, true])),
      },
    ]);
  });

  it('gets users from those who work in its locations, and from nowhere else', async () => {
    const [shop, stranger] = [await openShop(), await openShop()];
    const clerk = await shop.hire('worker');
    const added = await set(shop, clerk, { access: { loyalty_access: true, analytics_access: true } });
    expect([added.status, added.data.is_owner, rightsOf(added.data.access)]).toEqual([
      200,
      false,
      ['loyalty_access', 'analytics_access'],
    ]);
    expect((await set(shop, stranger.owner, {})).status).toBe(404);
    const sibling = await openShop({ chainId: shop.chainId, partner: shop.partner });
    expect((await set(shop, sibling.owner, {})).status).toBe(200);
    const { data, meta } = await shop.call('GET', pathOf(shop));
    expect([meta.count, data.map(({ id }: Person) => id)]).toEqual([3, [shop.owner.id, clerk.id, sibling.owner.id]]);
  });

  it('keeps the rights that a change leaves out', async () => {
    const shop = await openShop();
    const clerk = await shop.hire('worker');
    await set(shop, clerk, { access: { loyalty_access: true, analytics_access: true } });
    const { data } = await set(shop, clerk, { access: { analytics_access: false, clients_access: true } });
    expect(rightsOf(data.access)).toEqual(['clients_access', 'loyalty_access']);
  });

  it('is not there for who is no user of it, for other partners, and without locations', async () => {
    const [shop, stranger] = [await openShop(), await openShop()];
    const owner = await shop.hire('owner');
    const list = async (authorization: string) => (await shop.call('GET', pathOf(shop), { authorization })).status;
    expect(await list(owner.authorization)).toBe(404);
    expect(await list(stranger.owner.authorization)).toBe(404);
    expect(await list(shop.owner.authorization)).toBe(200);
    await shop.call('DELETE', `/company/${shop.locationId}`);
    expect(await list(shop.owner.authorization)).toBe(404);
  });
});

describe('a user of a chain', () => {
  it('gives and takes only the rights that they have', async () => {
    const shop = await openShop();
    const [manager, clerk] = [await shop.hire('worker'), await shop.hire('worker')];
    await set(shop, manager, { access: { users_access: true, clients_access: true } });
    await set(shop, clerk, { access: { loyalty_access: true } });
    expect((await set(shop, clerk, { access: { clients_access: true } }, manager)).status).toBe(200);
    for (const access of [{ analytics_access: true }, { loyalty_access: false }]) {
      const { status, meta } = await set(shop, clerk, { access }, manager);
      expect([status, meta.message]).toEqual([403, 'You may give and take only the rights that you have.']);
    }
    const remove = () => shop.call('DELETE', pathOf(shop, clerk), { authorization: manager.authorization });
    expect((await remove()).status).toBe(403);
    await set(shop, clerk, { access: { loyalty_access: false } });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
  });

  it('who is no owner makes, changes and removes none', async () => {
    const shop = await openShop();
    const [manager, clerk] = [await shop.hire('worker'), await shop.hire('worker')];
    await set(shop, manager, { access: { users_access: true } });
    expect((await set(shop, clerk, { is_owner: true }, manager)).status).toBe(403);
    expect((await set(shop, shop.owner, { is_owner: false }, manager)).status).toBe(403);
    const removal = await shop.call('DELETE', pathOf(shop, shop.owner), { authorization: manager.authorization });
    expect(removal.status).toBe(403);
  });

  test('the last owner stays one', async () => {
    const shop = await openShop();
    const second = await shop.hire('worker');
    const leave = () => shop.call('DELETE', pathOf(shop, shop.owner));
    for (const refused of [await leave(), await set(shop, shop.owner, { is_owner: false })]) {
      expect([refused.status, refused.meta.message]).toEqual([403, 'The last owner of a chain cannot be removed.']);
    }
    await set(shop, second, { is_owner: true });
    expect((await leave()).status).toBe(204);
  });

  test('of two owners who leave at once one stays', async () => {
    const shop = await openShop();
    const second = await shop.hire('worker');
    await set(shop, second, { is_owner: true });
    const answers = await Promise.all(
      [shop.owner, second].map((who) => shop.call('DELETE', pathOf(shop, who), { authorization: who.authorization })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 403]);
  });
});
