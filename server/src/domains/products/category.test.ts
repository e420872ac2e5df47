import { eq } from 'drizzle-orm';
import { expect, it, test } from 'vitest';
import { call, openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { productCategories } from './tables.ts';

async function openCatalog() {
  const shop = await openShop();
  const path = `/goods_categories/${shop.locationId}`;
  const add = async (title: string, parent: number | null = null, fields: object = {}): Promise<number> =>
    (await shop.call('POST', path, { body: { title, parent_category_id: parent, ...fields } })).data.id;
  const move = (id: number, parent: number | null, title = 'Moved') =>
    shop.call('PUT', `${path}/${id}`, { body: { title, parent_category_id: parent } });
  return { shop, path, add, move };
}

const below = async (shop: Shop, parent: number) =>
  (await shop.call('GET', `/company/${shop.locationId}/goods_categories/${parent}`)).data.map(({ id }: { id: number }) => id);

test('a category is created, listed, changed and deleted', async () => {
  const { shop, path } = await openCatalog();
  const created = await shop.call('POST', path, { body: { title: ' Hair ', article: ' HA ', comment: ' All of it ' } });
  const { id } = created.data;
  expect([created.status, created.data]).toEqual([201, { id, title: 'Hair', parent_category_id: null }]);
  const listed = { id, title: 'Hair', parent_category_id: null, is_chain: false };
  for (const each of [path, `${path}/0`, `/company/${shop.locationId}/goods_categories/0`]) {
    expect(await shop.call('GET', each)).toMatchObject({ status: 200, data: [listed], meta: { count: 1 } });
  }
  const changed = await shop.call('PUT', `${path}/${id}`, { body: { title: 'Beard' } });
  expect([changed.status, changed.data]).toEqual([200, { id, title: 'Beard', parent_category_id: null }]);
  // Neither article nor comment was sent, so they stay. No operation answers them.
  const { db } = await testDatabase();
  const stored = () =>
    db
      .select({ article: productCategories.article, comment: productCategories.comment })
      .from(productCategories)
      .where(eq(productCategories.id, id));
  expect(await stored()).toEqual([{ article: 'HA', comment: 'All of it' }]);
  expect((await shop.call('GET', `/goods/search/${shop.locationId}?term=ha`)).data).toHaveLength(1);
  await shop.call('PUT', `${path}/${id}`, { body: { title: 'Beard', article: 'BE', comment: ' Short ' } });
  expect(await stored()).toEqual([{ article: 'BE', comment: 'Short' }]);
  expect((await shop.call('DELETE', `${path}/${id}`)).status).toBe(204);
  expect((await shop.call('GET', path)).data).toEqual([]);
  expect((await shop.call('DELETE', `${path}/${id}`)).status).toBe(404);
  expect((await shop.call('PUT', `${path}/${id}`, { body: { title: 'Beard' } })).status).toBe(404);
});

test('0 and null as the parent mean the top, and a change without a parent does not move', async () => {
  const { shop, path, add, move } = await openCatalog();
  const top = await add('Top');
  const child = await add('Child', top);
  await shop.call('PUT', `${path}/${child}`, { body: { title: 'Renamed' } });
  expect(await below(shop, top)).toEqual([child]);
  expect((await move(child, 0)).data.parent_category_id).toBeNull();
  expect((await move(child, top)).data.parent_category_id).toBe(top);
  expect((await move(child, null)).data.parent_category_id).toBeNull();
  expect(await below(shop, 0)).toEqual([top, child]);
});

test('a category cannot move into itself or below one of its own', async () => {
  const { shop, add, move } = await openCatalog();
  const top = await add('Top');
  const child = await add('Child', top);
  const grandchild = await add('Grandchild', child);
  for (const parent of [top, child, grandchild]) {
    const answer = await move(top, parent);
    expect([answer.status, answer.meta.errors]).toEqual([
      422,
      [{ parent_category_id: ['must not be the category itself, or below it'] }],
    ]);
  }
  expect(await below(shop, 0)).toEqual([top]);
});

test('two moves at once cannot make a circle of categories', async () => {
  const { add, move, shop } = await openCatalog();
  for (let round = 0; round < 5; round++) {
    const [one, other] = [await add('One'), await add('Other')];
    const answers = await Promise.all([move(one, other), move(other, one)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect((await below(shop, one)).length + (await below(shop, other)).length).toBe(1);
  }
});

it.each([
  ['an unknown parent', async () => 2_000_000_000],
  ['a parent of another business', async () => (await openCatalog()).add('Theirs')],
])('%s is refused, for a new category and for a change', async (_, parentOf) => {
  const { shop, path, add, move } = await openCatalog();
  const own = await add('Own');
  const parent = await parentOf();
  for (const answer of [
    await move(own, parent),
    await shop.call('POST', path, { body: { title: 'New', parent_category_id: parent } }),
  ]) {
    const message = 'must be a product category of this location';
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ parent_category_id: [message] }]]);
  }
  expect((await shop.call('GET', `/company/${shop.locationId}/goods_categories/${parent}`)).status).toBe(404);
});

test('a category with categories or products is not deleted, even if the products are archived', async () => {
  const { shop, path, add } = await openCatalog();
  const [top, full] = [await add('Top'), await add('Full')];
  const child = await add('Child', top);
  const product = await shop.addProduct({ categoryId: full, archivedAt: new Date() });
  for (const [id, message] of [
    [top, 'The category has categories.'],
    [full, 'The category has products.'],
  ]) {
    const refused = await shop.call('DELETE', `${path}/${id}`);
    expect([refused.status, refused.meta.message]).toEqual([403, message]);
  }
  await shop.call('DELETE', `/goods/${shop.locationId}/${product}`);
  await shop.call('DELETE', `${path}/${child}`);
  expect((await shop.call('DELETE', `${path}/${full}`)).status).toBe(204);
  expect((await shop.call('DELETE', `${path}/${top}`)).status).toBe(204);
});

test('a category is not deleted while a product comes into it', async () => {
  const { shop, path, add } = await openCatalog();
  for (let round = 0; round < 5; round++) {
    const id = await add('Empty');
    const body = { title: 'Wax', category_id: id, sale_unit_id: 1, service_unit_id: 1 };
    const [created, deleted] = await Promise.all([
      shop.call('POST', `/goods/${shop.locationId}`, { body }),
      shop.call('DELETE', `${path}/${id}`),
    ]);
    expect([
      [201, 403],
      [422, 204],
    ]).toContainEqual([created.status, deleted.status]);
  }
});

test('a category of the chain is not changed in a location, and takes products', async () => {
  const { shop, path } = await openCatalog();
  const { db } = await testDatabase();
  const [{ id }] = (await db
    .insert(productCategories)
    .values({ locationId: shop.locationId, title: 'Chain', isChain: true })
    .returning({ id: productCategories.id })) as [{ id: number }];
  expect((await shop.call('GET', path)).data).toEqual([{ id, title: 'Chain', parent_category_id: null, is_chain: true }]);
  expect((await shop.call('PUT', `${path}/${id}`, { body: { title: 'Mine' } })).status).toBe(403);
  expect((await shop.call('DELETE', `${path}/${id}`)).status).toBe(403);
  const body = { title: 'Wax', category_id: id, sale_unit_id: 1, service_unit_id: 1 };
  expect((await shop.call('POST', `/goods/${shop.locationId}`, { body })).status).toBe(201);
});

test('categories are read by their ids, without those that the location does not have', async () => {
  const { shop, add } = await openCatalog();
  const [one, other] = [await add('One'), await add('Other')];
  const theirs = await (await openCatalog()).add('Theirs');
  const found = (ids: number[]) =>
    shop.call('GET', `/goods_categories/multiple/${shop.locationId}?${ids.map((id) => `ids[]=${id}`).join('&')}`);
  expect((await found([other, one, theirs, 2_000_000_000])).data.map(({ id }: { id: number }) => id)).toEqual([one, other]);
  expect(await found([])).toMatchObject({ status: 200, data: [], meta: { count: 0 } });
});

test('the node of a category has its categories on the first page, and pages of its products', async () => {
  const { shop, add } = await openCatalog();
  const top = await add('Top');
  const child = await add('Child', top);
  const products: number[] = [];
  for (let index = 0; index < 5; index++) products.push(await shop.addProduct({ categoryId: top, title: `P${index}` }));
  await shop.addProduct({ categoryId: child });
  await shop.addProduct({ categoryId: top, archivedAt: new Date() });
  const node = async (query: string) => {
    const { data } = await shop.call('GET', `/goods/category_node/${shop.locationId}/${top}${query}`);
    return { ...data, children: data.children.map((each: Record<string, number>) => each['item_id'] || each['category_id']) };
  };
  const itself = { parent_id: 0, item_id: 0, category_id: top, title: 'Top', is_chain: false, is_category: true, is_item: false };
  expect(await node('')).toEqual({ ...itself, children: [child, ...products], children_count: 6 });
  expect((await node('?page=1&count=2')).children).toEqual([child, products[0], products[1]]);
  expect((await node('?page=3&count=2')).children).toEqual([products[4]]);
  expect(await node('?page=4&count=2')).toEqual({ ...itself, children: [], children_count: 6 });
  expect((await shop.call('GET', `/goods/category_node/${shop.locationId}/2000000000`)).status).toBe(404);
});

test('categories of V2 name their categories and products, and include them on request', async () => {
  const { shop, add } = await openCatalog();
  const top = await add('Top');
  const child = await add('Child', top);
  const product = await shop.addProduct({ categoryId: top });
  const v2 = (path: string) =>
    call('GET', `//api/v2/locations/${shop.locationId}/product_categories${path}`, {
      authorization: shop.owner.authorization,
      headers: { accept: 'application/vnd.api.v2+json' },
    });
  const resource = {
    type: 'good_category',
    id: String(top),
    attributes: { title: 'Top', is_chain: false, parent_category_id: null },
    relationships: {
      child_categories: { data: [{ type: 'good_category', id: String(child) }] },
      goods: { data: [{ type: 'good', id: String(product) }] },
    },
  };
  expect((await v2('')).body).toEqual({ data: [resource], included: [] });
  expect((await v2(`/${top}`)).body).toEqual({ data: resource, included: [], meta: [] });
  const { body } = await v2(`/${top}?include[]=child_categories&include[]=goods`);
  expect(body.included.map(({ type, id, attributes }: Record<string, object>) => [type, id, attributes])).toEqual([
    ['good_category', String(child), { title: 'Child', is_chain: false, parent_category_id: top }],
    ['good', String(product), expect.objectContaining({ category_id: top, title: 'Shampoo', actual_cost: null })],
  ]);
  expect((await v2(`?filter[parent_category_id]=${top}`)).body.data).toHaveLength(1);
  expect((await v2(`?filter[parent_category_id]=${child}`)).body).toEqual({ data: [], included: [] });
  expect((await v2('?filter[parent_category_id]=2000000000')).status).toBe(404);
  expect((await v2('?filter[parent_category_id]=x')).status).toBe(422);
  expect((await v2('/2000000000')).status).toBe(404);
});
