import { beforeAll, describe, expect, test } from 'vitest';
import { type Gifts, openGifts } from '../../../test/gifts.ts';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';

describe('types of gift cards', () => {
  let gifts: Gifts;
  beforeAll(async () => {
    gifts = await openGifts();
  });

  test('are added with all their fields, read, and listed by a part of the title', async () => {
    const service = await gifts.shop.addService();
    const fields = {
      title: ' Spa voucher ',
      balance: 50.5,
      is_multi: false,
      item_type_id: 4,
      is_allow_empty_code: true,
      balance_edit_type_id: 2,
      service_ids: [service],
      expiration: { type_id: 2, timeout: 6, timeout_unit_id: 3 },
      online_sale: { is_enabled: true, title: ' Spa ', description: ' A present ', price: 45 },
    };
    const made = await gifts.createType(fields);
    expect([made.status, made.data]).toEqual([
      200,
      {
        id: expect.any(Number),
        title: 'Spa voucher',
        balance: 50.5,
        is_multi: false,
        company_group_id: gifts.shop.chainId,
        category_id: null,
        weight: 0,
        item_type_id: 4,
        expiration_type_id: 2,
        expiration_date: null,
        expiration_timeout: 6,
        expiration_timeout_unit_id: 3,
        balance_edit_type_id: 2,
        is_allow_empty_code: true,
        is_serial_number_limited: false,
        is_archived: false,
        date_archived: null,
        online_sale_is_enabled: true,
        online_sale_title: 'Spa',
        online_sale_description: 'A present',
        online_sale_price: 45,
        online_sale_image: null,
        released_total: 0,
        item_type: { id: 4, title: 'Some services and all products' },
        service_ids: [service],
        salon_ids: [gifts.place],
      },
    ]);
    await gifts.addType({ title: 'Other' });
    const found = await gifts.shop.call('GET', `${gifts.types}?title=VOUCH`);
    expect([found.data, found.meta]).toEqual([[made.data], { total_count: 1 }]);
    expect((await gifts.shop.call('GET', `${gifts.types}/${made.data.id}`)).data).toEqual(made.data);
  });

  test('may expire at a date for all, in the time of the location unless it says otherwise', async () => {
    const at = async (date: string) => (await gifts.createType({ expiration: { type_id: 1, date } })).data.expiration_date;
    expect([await at('2031-01-02 23:00:00'), await at('2031-01-02T23:00:00.000Z')]).toEqual([
      '2031-01-02T23:00:00-05:00',
      '2031-01-02T18:00:00-05:00',
    ]);
  });

  test('that no longer expire have no date any more', async () => {
    const { id } = await gifts.addType({ expiration: { type_id: 1, date: '2031-01-02 23:00:00' } });
    await gifts.shop.call('PUT', `${gifts.types}/${id}`, { body: gifts.typeBody() });
    const { data } = await gifts.shop.call('GET', `${gifts.types}/${id}`);
    expect([data.expiration_type_id, data.expiration_date]).toEqual([0, null]);
  });

  test.each([
    [{ title: ' ' }, { title: ['must not be empty'] }],
    [{ balance: 0 }, { balance: ['must be greater than 0'] }],
    [{ balance: 0.001 }, { balance: ['has more digits than the currencies of the chain'] }],
    [{ salon_ids: [2_000_000_000] }, { salon_ids: ['must be locations of this chain'] }],
    [{ item_type_id: 3 }, { service_ids: ['must name at least one'] }],
    [{ item_type_id: 4, service_ids: [2_000_000_000] }, { service_ids: ['name 2000000000, which this chain does not have'] }],
    [{ category_id: 2_000_000_000 }, { category_id: ['name 2000000000, which this chain does not have'] }],
    [{ expiration: { type_id: 1 } }, { 'expiration.date': ['is required'] }],
    [{ expiration: { type_id: 2, timeout_unit_id: 1 } }, { 'expiration.timeout': ['must be greater than 0'] }],
    [{ expiration: { type_id: 2, timeout: 0, timeout_unit_id: 1 } }, { 'expiration.timeout': ['must be greater than 0'] }],
    [{ expiration: { type_id: 2, timeout: 1 } }, { 'expiration.timeout_unit_id': ['is required'] }],
    [{ online_sale: { is_enabled: true } }, { 'online_sale.price': ['must be greater than 0 for what is sold online'] }],
    [{ online_sale: { is_enabled: false, price: -1 } }, { 'online_sale.price': ['must not be less than 0'] }],
  ])('with %j are refused', async (fields, errors) => {
    const answer = await gifts.createType(fields);
    expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
  });

  test('services are named only where the type of items needs them', async () => {
    const { data } = await gifts.createType({ item_type_id: 1, service_ids: [2_000_000_000] });
    expect(data.service_ids).toEqual([]);
  });

  test('give each of their locations a product in one category, and integrations are told', async () => {
    const other = await openShop({ chainId: gifts.shop.chainId });
    const body = { salon_ids: [gifts.place, other.locationId], is_allow_empty_code: true };
    const told = await toldBy(gifts.place, async () => {
      await gifts.addType({ title: 'Told', ...body });
    });
    expect(told).toMatchObject([{ resource: 'good', status: 'create', data: { title: 'Told' } }]);
    const [first, second] = [await gifts.addType(body), await gifts.addType(body)];
    const [[one], [two]] = [await gifts.productsOf(first.id), await gifts.productsOf(second.id)];
    expect([one, two]).toMatchObject([
      { title: 'Gift card 100', cost: 100, category: 'Gift cards', loyalty_allow_empty_code: 1 },
      { title: 'Gift card 100', cost: 100, category: 'Gift cards' },
    ]);
    expect(two?.category_id).toBe(one?.category_id);
    const elsewhere = (await other.call('GET', `/goods/${other.locationId}`)).data;
    expect(
      elsewhere.filter((row: { loyalty_certificate_type_id: number }) => row.loyalty_certificate_type_id === first.id),
    ).toHaveLength(1);
  });

  test('change with their products, and integrations are told', async () => {
    const { id, product } = await gifts.addType({ title: 'Old' });
    const put = async (fields: object) =>
      (await gifts.shop.call('PUT', `${gifts.types}/${id}`, { body: gifts.typeBody(fields) })).data;
    expect(await put({ title: 'New', balance: 120, is_allow_empty_code: true })).toMatchObject({
      id,
      title: 'New',
      balance: 120,
    });
    expect(await gifts.productsOf(id)).toMatchObject([{ title: 'New', cost: 120, loyalty_allow_empty_code: 1 }]);
    const told = await toldBy(gifts.place, () => put({ title: 'Newer' }));
    const good = { resource: 'good', resourceId: product };
    expect(told).toMatchObject([{ ...good, status: 'update', data: { title: 'Newer' } }]);
    const gone = await toldBy(gifts.place, () => gifts.shop.call('DELETE', `${gifts.types}/${id}`));
    expect(gone).toMatchObject([{ ...good, status: 'delete' }]);
  });

  test('take their products with them when they are deleted, also those that are archived', async () => {
    const [sold, archived] = [await gifts.addType(), await gifts.addType()];
    await gifts.shop.call('PATCH', `${gifts.types}/${archived.id}/archive`, { body: { is_archived: true } });
    for (const { id, product } of [sold, archived]) {
      const status = async () => (await gifts.shop.call('GET', `/goods/${gifts.place}/${product}`)).status;
      expect(await status()).toBe(200);
      expect((await gifts.shop.call('DELETE', `${gifts.types}/${id}`)).status).toBe(200);
      expect(await status()).toBe(404);
    }
  });

  test('are not sold in a location that they leave, until they return', async () => {
    const { id, product } = await gifts.addType();
    const put = (fields: object) => gifts.shop.call('PUT', `${gifts.types}/${id}`, { body: gifts.typeBody(fields) });
    expect((await put({ salon_ids: [] })).data.salon_ids).toEqual([]);
    expect(await gifts.productsOf(id)).toEqual([]);
    expect((await gifts.sell(product, { good_special_number: 'L1' })).status).toBe(422);
    await put({});
    expect(await gifts.productsOf(id)).toMatchObject([{ good_id: product }]);
  });

  test('are archived and brought back: their products cannot be sold meanwhile', async () => {
    const { id, product } = await gifts.addType({ is_allow_empty_code: false });
    const archive = (is_archived: boolean) => gifts.shop.call('PATCH', `${gifts.types}/${id}/archive`, { body: { is_archived } });
    expect((await archive(true)).data).toMatchObject({ is_archived: true, date_archived: expect.any(String) });
    expect((await gifts.sell(product, { good_special_number: 'A1' })).status).toBe(422);
    expect(await inLocation('search')).not.toContain(id);
    expect(await inLocation('fetch')).toContain(id);
    expect((await archive(false)).data).toMatchObject({ is_archived: false, date_archived: null });
    expect((await gifts.sell(product, { good_special_number: 'A1' })).status).toBe(200);
    expect(await inLocation('search')).toContain(id);
  });

  test('that are archived again keep the time since which they are', async () => {
    const { id } = await gifts.addType();
    const archive = () => gifts.shop.call('PATCH', `${gifts.types}/${id}/archive`, { body: { is_archived: true } });
    await archive();
    const { query } = await testDatabase();
    await query({ text: `update gift_card_types set archived_at = '2026-01-31T12:00:00Z' where id = $1`, values: [id] });
    expect((await archive()).data.date_archived).toBe('2026-01-31T07:00:00-05:00');
    expect((await gifts.shop.call('GET', `${gifts.types}/${id}`)).data.date_archived).toBe('2026-01-31T07:00:00-05:00');
  });

  const inLocation = async (list: 'search' | 'fetch') =>
    (await gifts.shop.call('GET', `/company/${gifts.place}/loyalty/certificate_types/${list}`)).data.map(
      (row: { id: number }) => row.id,
    );

  test('once a card of them is issued, they are neither changed nor deleted; when its sale is undone, they are', async () => {
    const { id, product } = await gifts.addType();
    const { line } = await gifts.issue(product, 'B1');
    const refused = [
      await gifts.shop.call('PUT', `${gifts.types}/${id}`, { body: gifts.typeBody({ title: 'Changed' }) }),
      await gifts.shop.call('DELETE', `${gifts.types}/${id}`),
    ];
    expect(refused.map(({ status, meta }) => [status, meta.message, meta.errors])).toEqual([
      [400, 'Cannot change certificate type with issued certificates', { type_id: ['has gift cards already'] }],
      [400, 'Cannot delete certificate type with issued certificates', { type_id: ['has gift cards already'] }],
    ]);
    expect((await gifts.shop.call('GET', `${gifts.types}/${id}`)).data).toMatchObject({
      title: 'Gift card 100',
      released_total: 1,
    });
    expect(await gifts.productsOf(id)).toMatchObject([{ title: 'Gift card 100' }]);
    await gifts.shop.call('DELETE', `/storage_operations/goods_transactions/${gifts.place}/${line}`);
    expect((await gifts.shop.call('DELETE', `${gifts.types}/${id}`)).status).toBe(200);
    expect((await gifts.shop.call('GET', `${gifts.types}/${id}`)).status).toBe(404);
    expect(await gifts.productsOf(id)).toEqual([]);
  });

  test('a location lists those that it sells, by pages and by ids', async () => {
    const own = await openGifts();
    const one = await own.addType({ title: 'One' });
    const two = await own.addType({ title: 'Two', expiration: { type_id: 1, date: '2031-01-02 23:00:00' } });
    await own.createType({ title: 'Elsewhere', salon_ids: [] });
    const list = (query: string) => own.shop.call('GET', `/company/${own.place}/loyalty/certificate_types/${query}`);
    const page = await list('search?page=2&page_size=1');
    expect([page.data, page.meta]).toEqual([
      [
        {
          id: two.id,
          title: 'Two',
          balance: 100,
          is_multi: true,
          company_group_id: own.shop.chainId,
          item_type_id: 0,
          expiration_type_id: 1,
          expiration_date: '2031-01-02T23:00:00-05:00',
          expiration_timeout: 0,
          expiration_timeout_unit_id: 0,
          is_allow_empty_code: false,
        },
      ],
      { count: 2 },
    ]);
    expect((await list('search?title=one')).data).toMatchObject([{ id: one.id }]);
    const fetched = await list(`fetch?ids[]=${two.id}&ids[]=2000000000`);
    expect([fetched.data, fetched.meta]).toMatchObject([[{ id: two.id }], { count: 1 }]);
    expect((await list('fetch')).meta).toEqual({ count: 2 });
  });
});
