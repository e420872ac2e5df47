import { sql } from 'drizzle-orm';
import { describe, expect, it, test } from 'vitest';
import { type Answer, type CallOptions, call, openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';
import { rowsOf } from '../../platform/database.ts';
import { beginAlone } from '../../surfaces/changes.ts';

interface Store {
  shop: Shop;
  /** `/goods/{location_id}` */
  goods: string;
  categoryId: number;
  /** A body that creates or changes a product. */
  product(fields?: object): Record<string, unknown>;
  /** Calls V2 below the location. */
  v2(path: string, options?: CallOptions): Promise<Answer>;
}

async function openStore(options: Parameters<typeof openShop>[0] = {}): Promise<Store> {
  const shop = await openShop(options);
  const category = await shop.call('POST', `/goods_categories/${shop.locationId}`, { body: { title: 'Care' } });
  const categoryId: number = category.data.id;
  return {
    shop,
    goods: `/goods/${shop.locationId}`,
    categoryId,
    product: (fields = {}) => ({
      title: 'Argan shampoo',
      category_id: categoryId,
      sale_unit_id: 1,
      service_unit_id: 2,
      ...fields,
    }),
    v2: (path, more = {}) =>
      call('GET', `//api/v2/locations/${shop.locationId}${path}`, {
        authorization: shop.owner.authorization,
        headers: { accept: 'application/vnd.api.v2+json' },
        ...more,
      }),
  };
}

const titles = ({ data }: Answer) => data.map(({ title }: { title: string }) => title);

describe('a product', () => {
  test('answers what it was created with', async () => {
    const { shop, goods, categoryId, product } = await openStore();
    const created = await shop.call('POST', goods, {
      body: product({
        print_title: 'Shampoo',
        article: 'SH-250',
        barcode: '4006381333931',
        cost: 24.5,
        actual_cost: 10,
        unit_equals: 250,
        critical_amount: 3,
        desired_amount: 12.5,
        netto: 0.25,
        brutto: 0.3,
        comment: 'For coloured hair',
        tax_variant: 2,
        vat_id: 7,
      }),
    });
    expect(created.status).toBe(201);
    const storages = await rowsOf<{ id: number }>(
      (await testDatabase()).db,
      sql`select id from storages where location_id = ${shop.locationId} order by weight`,
    );
    expect(created.data).toEqual({
      good_id: expect.any(Number),
      salon_id: shop.locationId,
      title: 'Argan shampoo',
      value: 'Argan shampoo',
      label: 'Argan shampoo (SH-250)',
      print_title: 'Shampoo',
      article: 'SH-250',
      barcode: '4006381333931',
      category: 'Care',
      category_id: categoryId,
      cost: 24.5,
      actual_cost: 10,
      unit_id: 1,
      unit_short_title: 'pc',
      service_unit_id: 2,
      service_unit_short_title: 'g',
      unit_equals: 250,
      unit_actual_cost: 0.04,
      unit_actual_cost_format: '0.04 $',
      critical_amount: 3,
      desired_amount: 12.5,
      netto: 0.25,
      brutto: 0.3,
      comment: 'For coloured hair',
      tax_variant: 2,
      vat_id: 7,
      is_chain: false,
      is_archived: false,
      loyalty_abonement_type_id: 0,
      loyalty_certificate_type_id: 0,
      loyalty_certificate_type: null,
      loyalty_allow_empty_code: 1,
      loyalty_serial_number_limited: 0,
      is_goods_mark_enabled: false,
      actual_amounts: storages.map(({ id }) => ({ storage_id: id, amount: 0 })),
      last_change_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}$/),
    });
    expect((await shop.call('GET', `${goods}/${created.data.good_id}`)).data).toEqual(created.data);
    expect((await shop.call('GET', goods)).data).toEqual([created.data]);
  });

  test('has no spaces around its texts, and units of its location', async () => {
    const { shop, goods, product } = await openStore();
    const unit = await shop.call('POST', `/company/${shop.locationId}/product_units`, {
      body: { title: ' Bottle ', short_title: ' btl ' },
    });
    const texts = { title: ' Wax ', print_title: ' W ', article: ' A ', barcode: ' B ', comment: ' C ' };
    const created = await shop.call('POST', goods, { body: product({ ...texts, sale_unit_id: unit.data.id }) });
    expect(created.data).toMatchObject({
      ...{ title: 'Wax', print_title: 'W', article: 'A', barcode: 'B', comment: 'C', label: 'Wax (A)' },
      ...{ unit_id: unit.data.id, unit_short_title: 'btl', service_unit_id: 2 },
    });
  });

  test('keeps the fields that a change does not send', async () => {
    const { shop, goods, product } = await openStore();
    const { data } = await shop.call('POST', goods, { body: product({ article: 'SH', cost: 24.5, comment: 'Soft' }) });
    const changed = await shop.call('PUT', `${goods}/${data.good_id}`, { body: product({ title: 'Mild shampoo', cost: 26 }) });
    expect(changed.data).toMatchObject({ title: 'Mild shampoo', label: 'Mild shampoo (SH)', cost: 26, comment: 'Soft' });
  });

  test('that is deleted is gone from lists, searches and reading, and keeps its row', async () => {
    const { shop, goods, product, v2 } = await openStore();
    const { data } = await shop.call('POST', goods, { body: product() });
    expect((await shop.call('DELETE', `${goods}/${data.good_id}`)).status).toBe(204);
    for (const answer of [
      await shop.call('GET', `${goods}/${data.good_id}`),
      await shop.call('DELETE', `${goods}/${data.good_id}`),
      await shop.call('PUT', `${goods}/${data.good_id}`, { body: product() }),
      await v2(`/products/${data.good_id}`),
    ]) {
      expect(answer.status).toBe(404);
    }
    expect((await shop.call('GET', goods)).data).toEqual([]);
    expect((await shop.call('GET', `/goods/search/${shop.locationId}?term=argan`)).data).toEqual([]);
    const rows = await rowsOf<{ title: string }>(
      (await testDatabase()).db,
      sql`select title from products where location_id = ${shop.locationId} and id = ${data.good_id}`,
    );
    expect(rows).toEqual([{ title: 'Argan shampoo' }]);
  });

  test('that is archived is left out of lists and searches until it is restored', async () => {
    const { shop, goods, product, v2 } = await openStore();
    const { data } = await shop.call('POST', goods, { body: product() });
    const own = `/company/${shop.locationId}/goods`;
    expect((await shop.call('POST', `${own}/${data.good_id}/archive`)).data).toMatchObject({ is_archived: true });
    const seen = async () => [
      titles(await shop.call('GET', goods)).length,
      (await shop.call('GET', `/goods/search/${shop.locationId}?term=argan`)).data.length,
      (await v2('/products')).body.data.length,
      (await v2('/products/autocomplete?filter[term]=argan')).body.data.length,
    ];
    expect(await seen()).toEqual([0, 0, 0, 0]);
    expect(titles(await shop.call('GET', `${own}/archive`))).toEqual(['Argan shampoo']);
    expect((await shop.call('GET', `${goods}/${data.good_id}`)).data).toMatchObject({ is_archived: true });
    expect((await shop.call('POST', `${own}/${data.good_id}/restore`)).data).toMatchObject({ is_archived: false });
    expect(await seen()).toEqual([1, 1, 1, 1]);
    expect((await shop.call('GET', `${own}/archive`)).data).toEqual([]);
  });

  test('that is archived or restored again stays as it is', async () => {
    const { shop } = await openStore();
    const id = await shop.addProduct();
    const again = (what: 'archive' | 'restore') => async () => {
      for (let time = 0; time < 2; time++) {
        expect((await shop.call('POST', `/company/${shop.locationId}/goods/${id}/${what}`)).status).toBe(200);
      }
    };
    expect(await toldBy(shop.locationId, again('archive'))).toHaveLength(1);
    expect(await toldBy(shop.locationId, again('restore'))).toHaveLength(1);
  });

  test('that is a gift card cannot be archived', async () => {
    const { shop } = await openStore();
    const id = await shop.addProduct({ giftCardTypeId: 5 });
    expect((await shop.call('POST', `/company/${shop.locationId}/goods/${id}/archive`)).status).toBe(403);
  });

  test('of the chain is read in a location and not changed there', async () => {
    const { shop, goods, product } = await openStore();
    const id = await shop.addProduct({ isChain: true });
    expect((await shop.call('GET', `${goods}/${id}`)).data).toMatchObject({ is_chain: true });
    for (const [method, path] of [
      ['PUT', `${goods}/${id}`],
      ['DELETE', `${goods}/${id}`],
      ['POST', `/company/${shop.locationId}/goods/${id}/archive`],
      ['POST', `/company/${shop.locationId}/goods/${id}/restore`],
    ] as const) {
      const options = method === 'PUT' ? { body: product() } : {};
      expect([method, (await shop.call(method, path, options)).status]).toEqual([method, 403]);
    }
  });

  test('is published with its cost price, when it is created, changed and deleted', async () => {
    const { shop, goods, product } = await openStore();
    const entries = await toldBy(shop.locationId, async () => {
      const { data } = await shop.call('POST', goods, { body: product({ actual_cost: 8 }) });
      await shop.call('PUT', `${goods}/${data.good_id}`, { body: product({ cost: 20 }) });
      await shop.call('DELETE', `${goods}/${data.good_id}`);
    });
    expect(entries.map(({ resource, status, data }) => [resource, status, data['cost'], data['actual_cost']])).toEqual([
      ['good', 'create', 0, 8],
      ['good', 'update', 20, 8],
      ['good', 'delete', 20, 8],
    ]);
  });
});

describe('a product is refused, with the name of the field,', () => {
  it.each([
    ['without a title', { title: ' ' }, 'title'],
    ['with a price of more digits than the currency has', { cost: 1.005 }, 'cost', 'must have at most 2 digits after the point'],
    ['with a cost price of more digits than the currency has', { actual_cost: 1.005 }, 'actual_cost'],
    ['with a negative price', { cost: -1 }, 'cost'],
    ['with a ratio of 0', { unit_equals: 0 }, 'unit_equals'],
    ['with a ratio of more than nine digits', { unit_equals: 1.0000000001 }, 'unit_equals'],
    [
      'with a stock of more than nine digits',
      { critical_amount: 0.0000000001 },
      'critical_amount',
      'must have at most 9 digits after the point',
    ],
    ['with a target stock of more than nine digits', { desired_amount: 0.0000000001 }, 'desired_amount'],
    ['with a weight of more than nine digits', { netto: 0.0000000001 }, 'netto'],
    ['with a gross weight of more than nine digits', { brutto: 0.0000000001 }, 'brutto'],
    ['with an unknown category', { category_id: 2_000_000_000 }, 'category_id', 'must be a product category of this location'],
    ['with an unknown sale unit', { sale_unit_id: 2_000_000_000 }, 'sale_unit_id', 'must be a unit of this location'],
    ['with an unknown write-off unit', { service_unit_id: 999 }, 'service_unit_id'],
  ] as [title: string, fields: object, field: string, message?: string][])('%s', async (_, fields, field, message) => {
    const { shop, goods, product } = await openStore();
    const created = await shop.call('POST', goods, { body: product(fields) });
    expect([created.status, Object.keys(created.meta.errors[0])]).toEqual([422, [field]]);
    expect((await shop.call('GET', goods)).data).toEqual([]);
    const id = await shop.addProduct();
    const changed = await shop.call('PUT', `${goods}/${id}`, { body: product(fields) });
    expect([changed.status, Object.keys(changed.meta.errors[0])]).toEqual([422, [field]]);
    if (message) expect(changed.meta.errors).toEqual([{ [field]: [message] }]);
  });

  test('with half a yen, and accepted with nine digits of a quantity', async () => {
    const { shop, goods, product } = await openStore({ city: 'Tokyo' });
    expect((await shop.call('POST', goods, { body: product({ cost: 0.5 }) })).status).toBe(422);
    const { data } = await shop.call('POST', goods, { body: product({ cost: 120, unit_equals: 0.123456789 }) });
    expect(data).toMatchObject({ cost: 120, unit_equals: 0.123456789, unit_actual_cost_format: '0 ¥' });
  });

  test('with the category, the unit or the id of another business', async () => {
    const { shop, goods, product } = await openStore();
    const other = await openStore();
    const unit = await other.shop.call('POST', `/company/${other.shop.locationId}/product_units`, {
      body: { title: 'Bottle', short_title: 'btl' },
    });
    const theirs = await other.shop.addProduct();
    const body = product({ category_id: other.categoryId });
    expect((await shop.call('POST', goods, { body })).status).toBe(422);
    expect((await shop.call('POST', goods, { body: product({ sale_unit_id: unit.data.id }) })).status).toBe(422);
    expect((await shop.call('GET', `${goods}/${theirs}`)).status).toBe(404);
    expect((await shop.call('PUT', `${goods}/${theirs}`, { body: product() })).status).toBe(404);
  });
});

describe('the list of products', () => {
  test('is empty without products, and has all of them by id without a page', async () => {
    const { shop, goods } = await openStore();
    expect(await shop.call('GET', goods)).toMatchObject({ status: 200, data: [] });
    for (let index = 1; index <= 30; index++) await shop.addProduct({ title: `P${index}` });
    expect(titles(await shop.call('GET', goods))).toEqual(Array.from({ length: 30 }, (_, index) => `P${index + 1}`));
  });

  test('has pages of 25 by default, the last of which is shorter, and none after it', async () => {
    const { shop, goods } = await openStore();
    for (let index = 1; index <= 30; index++) await shop.addProduct({ title: `P${index}` });
    expect(titles(await shop.call('GET', `${goods}?page=1`))).toHaveLength(25);
    expect(titles(await shop.call('GET', `${goods}?page=2`))).toEqual(['P26', 'P27', 'P28', 'P29', 'P30']);
    expect(titles(await shop.call('GET', `${goods}?page=3&count=14`))).toEqual(['P29', 'P30']);
    expect((await shop.call('GET', `${goods}?page=4&count=10`)).data).toEqual([]);
  });

  test('finds a part of the title, the article or the barcode, whatever its case and accents', async () => {
    const { shop, goods } = await openStore();
    await shop.addProduct({ title: 'Crème Brûlée', article: 'AB-1', barcode: '4006381333931' });
    await shop.addProduct({ title: 'Wax 100%', article: 'CD_2' });
    const found = async (term: string) => titles(await shop.call('GET', `${goods}?term=${encodeURIComponent(term)}`));
    expect(await found('creme bru')).toEqual(['Crème Brûlée']);
    expect(await found('ab-1')).toEqual(['Crème Brûlée']);
    expect(await found('333931')).toEqual(['Crème Brûlée']);
    expect(await found('%')).toEqual(['Wax 100%']);
    expect(await found('_')).toEqual(['Wax 100%']);
    expect(await found('brulee ab')).toEqual([]);
    expect(await found(' ')).toHaveLength(2);
  });

  test('filters by category and by the time of the last change, both ends included', async () => {
    const { shop, goods, categoryId } = await openStore();
    await shop.addProduct({ title: 'Old', categoryId, changedAt: new Date('2026-01-01T12:00:00Z') });
    await shop.addProduct({ title: 'New', changedAt: new Date('2026-02-01T12:00:00Z') });
    const found = async (query: string) => titles(await shop.call('GET', `${goods}?${query}`));
    expect(await found(`category_id=${categoryId}`)).toEqual(['Old']);
    // New York is five hours behind.
    expect(await found('changed_after=2026-02-01T07:00:00')).toEqual(['New']);
    expect(await found('changed_after=2026-02-01T07:00:01')).toEqual([]);
    expect(await found('changed_before=2026-01-01T07:00:00')).toEqual(['Old']);
    expect(await found('changed_before=2026-01-01T06:59:59')).toEqual([]);
    expect((await shop.call('GET', `${goods}?changed_after=soon`)).status).toBe(422);
    expect((await shop.call('GET', `${goods}?category_id=2000000000`)).status).toBe(404);
  });
});

describe('the search', () => {
  test('without a term answers the categories at the top', async () => {
    const { shop, categoryId } = await openStore();
    await shop.call('POST', `/goods_categories/${shop.locationId}`, { body: { title: 'Below', parent_category_id: categoryId } });
    const { data, meta } = await shop.call('GET', `/goods/search/${shop.locationId}?count=1`);
    expect(meta).toEqual({ count: 1 });
    expect(data).toEqual([
      { parent_id: 0, item_id: 0, category_id: categoryId, title: 'Care', is_chain: false, is_category: true, is_item: false },
    ]);
  });

  test('with a term answers categories, then products, as many as are asked for', async () => {
    const { shop, categoryId } = await openStore();
    const id = await shop.addProduct({ title: 'Hair care', categoryId });
    await shop.addProduct({ title: 'Skin care', categoryId });
    const { data } = await shop.call('GET', `/goods/search/${shop.locationId}?term=CARE&count=2`);
    expect(data).toEqual([
      { parent_id: 0, item_id: 0, category_id: categoryId, title: 'Care', is_chain: false, is_category: true, is_item: false },
      {
        parent_id: categoryId,
        item_id: id,
        category_id: 0,
        title: 'Hair care',
        is_chain: false,
        is_category: false,
        is_item: true,
      },
    ]);
    expect((await shop.call('GET', `/goods/search/${shop.locationId}?term=nothing`)).data).toEqual([]);
  });
});

describe('a member', () => {
  const parts = [
    ['storages_goods_title_edit_access', { title: 'Other' }],
    ['storages_goods_title_edit_access', { article: 'Other' }],
    ['storages_goods_title_edit_access', { barcode: 'Other' }],
    ['storages_goods_title_edit_access', { print_title: 'Other' }],
    ['storages_goods_selling_price_edit_access', { cost: 21 }],
    ['storages_goods_cost_price_edit_access', { actual_cost: 9 }],
    ['storages_goods_units_edit_access', { sale_unit_id: 3 }],
    ['storages_goods_units_edit_access', { service_unit_id: 4 }],
    ['storages_goods_units_edit_access', { unit_equals: 2 }],
    ['storages_goods_critical_balance_edit_access', { critical_amount: 1 }],
    ['storages_goods_critical_balance_edit_access', { desired_amount: 1 }],
    ['storages_goods_masses_edit_access', { netto: 1 }],
    ['storages_goods_masses_edit_access', { brutto: 1 }],
    ['storages_goods_comment_edit_access', { comment: 'Other' }],
  ] as const;

  it.each(parts)('without %s cannot change %o, and can change the rest', async (flag, fields) => {
    const { shop, goods, product } = await openStore();
    const same = product({
      print_title: 'Soap',
      article: 'SH',
      barcode: '4006381333931',
      cost: 20.5,
      actual_cost: 8.25,
      unit_equals: 1.5,
      critical_amount: 3.5,
      desired_amount: 12.5,
      netto: 0.25,
      brutto: 0.35,
      comment: 'Soft',
    });
    const created = await shop.call('POST', goods, { body: same });
    const id = created.data.good_id;
    const { authorization } = await shop.hire('owner', { [flag]: false });
    const refused = await shop.call('PUT', `${goods}/${id}`, { authorization, body: { ...same, ...fields, tax_variant: 3 } });
    expect(refused.status).toBe(403);
    expect((await shop.call('GET', `${goods}/${id}`)).data).toMatchObject({ tax_variant: 0 });
    expect((await shop.call('PUT', `${goods}/${id}`, { authorization, body: { ...same, tax_variant: 3 } })).status).toBe(200);
    const [[field, value]] = Object.entries(fields) as [[string, unknown]];
    const { data } = await shop.call('PUT', `${goods}/${id}`, { body: { ...same, ...fields } });
    expect(data[field === 'sale_unit_id' ? 'unit_id' : field]).toBe(value);
  });

  test('without the right to see cost prices reads 0 and null, and writes the 0 back without effect', async () => {
    const { shop, goods, categoryId, v2 } = await openStore();
    const id = await shop.addProduct({ categoryId, costPrice: 8, unitRatio: 4 });
    const { authorization } = await shop.hire('owner', { storages_goods_prime_cost_view_access: false });
    const { data } = await shop.call('GET', `${goods}/${id}`, { authorization });
    expect(data).toMatchObject({ actual_cost: 0, unit_actual_cost: 0, unit_actual_cost_format: '0 $' });
    const seen = await v2(`/products/${id}?include=actual_cost`, { authorization });
    expect(seen.body.data.attributes.actual_cost).toBeNull();
    const body = { title: 'Balm', category_id: categoryId, sale_unit_id: 1, service_unit_id: 2, actual_cost: 0 };
    expect((await shop.call('PUT', `${goods}/${id}`, { authorization, body })).data).toMatchObject({
      title: 'Balm',
      actual_cost: 0,
    });
    expect((await shop.call('GET', `${goods}/${id}`)).data).toMatchObject({
      actual_cost: 8,
      unit_actual_cost: 2,
      unit_actual_cost_format: '2 $',
    });
  });

  test('sees the stock of the storages that they work with, in sale units', async () => {
    const { shop, goods, v2 } = await openStore();
    const id = await shop.addProduct({ unitRatio: 4 });
    const { db } = await testDatabase();
    const [first, second] = await rowsOf<{ id: number }>(
      db,
      sql`select id from storages where location_id = ${shop.locationId} order by weight`,
    );
    await db.execute(sql`
      insert into stock_levels (location_id, product_id, storage_id, amount) values (${shop.locationId}, ${id}, ${second?.id}, 10)`);
    const { data } = await shop.call('GET', `${goods}/${id}`);
    expect(data.actual_amounts).toEqual([
      { storage_id: first?.id, amount: 0 },
      { storage_id: second?.id, amount: 2.5 },
    ]);
    const { authorization } = await shop.hire('owner', { storages_ids: [second?.id as number] });
    const limited = await shop.call('GET', `${goods}/${id}`, { authorization });
    expect(limited.data.actual_amounts).toEqual([{ storage_id: second?.id, amount: 2.5 }]);
    const amounts = await v2(`/products/${id}/storage_amounts?include[]=storage`, { authorization });
    expect(amounts.body).toEqual({
      data: [
        {
          type: 'good_storage_amount',
          id: `${id}_${second?.id}`,
          attributes: { good_id: id, storage_id: second?.id, sale_amount: 2.5, consumable_amount: 10 },
          relationships: { storage: { data: { type: 'storage', id: String(second?.id) } } },
        },
      ],
      included: [{ type: 'storage', id: String(second?.id), attributes: { title: 'Products' }, relationships: {} }],
    });
  });
});

describe('products of V2', () => {
  test('have a page, and nothing of loyalty', async () => {
    const { shop, v2, categoryId } = await openStore();
    const ids: number[] = [];
    for (let index = 0; index < 3; index++) ids.push(await shop.addProduct({ categoryId, title: `P${index}` }));
    const { body } = await v2('/products?page=2&limit=2&include[]=actual_cost&include[]=mark_settings');
    expect(body).toEqual({
      data: [
        {
          type: 'good',
          id: String(ids[2]),
          attributes: {
            category_id: categoryId,
            title: 'P2',
            sale_unit_id: 1,
            consumable_unit_id: 2,
            sale_unit_to_consumable_unit_ratio: 1,
            loyalty_abonement_type_id: null,
            loyalty_certificate_type_id: null,
            cost: 20,
            actual_cost: 8,
            is_chain: false,
          },
          relationships: {
            loyalty_abonement_type: { data: null },
            loyalty_certificate_type: { data: null },
            mark_settings: { data: null },
          },
        },
      ],
      included: [],
      meta: { pagination: { page: 2, offset: 2, limit: 2 } },
    });
    expect(
      (await v2('/products')).body.data.map((row: { attributes: { actual_cost: null } }) => row.attributes.actual_cost),
    ).toEqual([null, null, null]);
  });

  test('are filtered by id, and by what a sale of them issues', async () => {
    const { shop, v2 } = await openStore();
    const [plain, membership, card] = [
      await shop.addProduct(),
      await shop.addProduct({ membershipTypeId: 3 }),
      await shop.addProduct({ giftCardTypeId: 4 }),
    ];
    const found = async (query: string) =>
      (await v2(`/products?${query}`)).body.data.map((row: { id: string }) => Number(row.id));
    expect(await found('')).toEqual([plain]);
    expect(await found('filter[related_loyalty_entity_slug]=loyalty_abonement')).toEqual([membership]);
    expect(await found('filter[related_loyalty_entity_slug]=loyalty_certificate')).toEqual([card]);
    expect(await found(`filter[ids][]=${plain}&filter[ids][]=${card}`)).toEqual([plain]);
    expect((await v2('/products?filter[related_loyalty_entity_slug]=other')).status).toBe(422);
    expect((await v2('/products?include[]=storage_amounts')).status).toBe(422);
  });

  test('are completed from two characters on, without emoji', async () => {
    const { shop, v2 } = await openStore();
    await shop.addProduct({ title: 'Wax' });
    const complete = (term: string) => v2(`/products/autocomplete?filter[term]=${encodeURIComponent(term)}`);
    expect((await complete('wA')).body.data).toHaveLength(1);
    expect((await complete('w')).status).toBe(422);
    expect((await complete('w ')).status).toBe(422);
    expect((await complete('wax 💇')).status).toBe(400);
    expect((await v2('/products/autocomplete')).status).toBe(422);
  });
});

test('ten thousand products are listed and searched by an index', async () => {
  const { shop, goods, categoryId } = await openStore();
  const { db } = await testDatabase();
  await db.execute(sql`
    insert into products (location_id, category_id, title, article, sale_unit_id, write_off_unit_id, search)
    select ${shop.locationId}, ${categoryId}, 'Shampoo ' || n, 'SKU' || n, 1, 2, 'shampoo ' || n || E'\nsku' || n || E'\n'
    from generate_series(1, 10000) as n`);
  await db.execute(sql`vacuum analyze products`);
  // A table of one test is so small that reading all of it can be cheaper.
  const plan = (condition: ReturnType<typeof sql>) =>
    beginAlone(db)(async (write) => {
      await write.execute(sql`set local enable_seqscan = off`);
      return JSON.stringify(
        await rowsOf(write, sql`explain select * from products where location_id = ${shop.locationId} and ${condition}`),
      );
    });
  expect(await plan(sql`search like '%sku4711%'`)).toContain('products_search');
  expect(await plan(sql`deleted_at is null and archived_at is null order by id limit 25`)).toContain(
    'products_location_id_id_pk',
  );
  expect(titles(await shop.call('GET', `${goods}?term=sku4711`))).toEqual(['Shampoo 4711']);
  expect(titles(await shop.call('GET', `${goods}?page=400`))).toHaveLength(25);
  expect(titles(await shop.call('GET', goods))).toHaveLength(10_000);
});
