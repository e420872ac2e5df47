import { describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/harness.ts';

const path = (shop: Shop, id?: number) => `/chain/${shop.chainId}/loyalty/programs${id ? `/${id}` : ''}`;
const all = `include=${['applicable_items', 'rules', 'companies', 'loyalty_card_types'].join('&include=')}`;
const base = (shop: Shop) => ({
  title: 'Ten percent',
  type: 'discount_static',
  service_item_type: 'any_allowed',
  good_item_type: 'not_allowed',
  value_unit: 'percent',
  rules: [{ parameter: 0, value: 10 }],
  company_ids: [shop.locationId],
});
const create = (shop: Shop, fields: object = {}, query = '') =>
  shop.call('POST', `${path(shop)}?${query}`, { body: { ...base(shop), ...fields } });
const listed = async (shop: Shop, query = '') =>
  (await shop.call('GET', `/company/${shop.locationId}/loyalty/programs/search?${query}`)).data;

test('a promotion is created, read, listed in its locations, changed and deleted', async () => {
  const shop = await openShop();
  const made = await create(shop, {}, all);
  expect([made.status, made.data]).toEqual([
    200,
    {
      id: expect.any(Number),
      title: 'Ten percent',
      type: 'discount_static',
      service_item_type: 'any_allowed',
      good_item_type: 'not_allowed',
      value_unit: 'percent',
      usage_limit: 0,
      visit_multiplicity: 1,
      sold_items_multiplicity: 1,
      expiration_timeout: 0,
      expiration_timeout_unit: 'day',
      expiration_notification_timeout: 0,
      params_source_type: 'loyalty_card',
      on_changed_notification_template_id: 0,
      on_expiration_notification_template_id: 0,
      applicable_items: [],
      rules: [{ id: expect.any(Number), parameter: 0, value: 10, loyalty_program_id: made.data.id, loyalty_type_id: 1 }],
      companies: [
        expect.objectContaining({
          id: shop.locationId,
          title: 'Test location',
          country: 'United States',
          timezone: expect.any(String),
        }),
      ],
      loyalty_card_types: [],
    },
  ]);
  const { rules, companies, applicable_items, loyalty_card_types, ...plain } = made.data;
  expect((await shop.call('GET', path(shop, plain.id))).data).toEqual(plain);
  expect(await listed(shop)).toEqual([
    {
      ...plain,
      loyalty_type_id: 1,
      item_type_id: 1,
      value_unit_id: 1,
      group_id: shop.chainId,
      current_package_progress: 0,
      allowed_usages_amount: 0,
    },
  ]);
  const changed = await shop.call('PUT', `${path(shop, plain.id)}?include=rules`, {
    body: { title: 'Twelve', rules: [{ parameter: 0, value: 12 }] },
  });
  expect(changed.data).toMatchObject({ title: 'Twelve', rules: [{ value: 12 }] });
  expect((await shop.call('GET', `${path(shop, plain.id)}?include=companies`)).data.companies).toHaveLength(1);
  expect((await shop.call('DELETE', path(shop, plain.id))).status).toBe(204);
  expect((await shop.call('GET', path(shop, plain.id))).status).toBe(404);
  expect((await shop.call('PUT', path(shop, plain.id), { body: { title: 'Back' } })).status).toBe(404);
  expect((await shop.call('DELETE', path(shop, plain.id))).status).toBe(404);
  expect(await listed(shop)).toEqual([]);
});

test('the list of a location has only promotions that work there, and only those of a type if one is named', async () => {
  const shop = await openShop();
  const other = await openShop({ chainId: shop.chainId, partner: shop.partner });
  const { id } = (await create(shop)).data;
  const cashback = (await create(shop, { type: 'cashback_static_paid' })).data.id;
  await create(shop, { company_ids: [other.locationId] });
  const ids = async (query = '') => (await listed(shop, query)).map((row: { id: number }) => row.id);
  expect(await ids()).toEqual([id, cashback]);
  expect(await ids('type=cashback_static_paid')).toEqual([cashback]);
  expect((await listed(shop, 'include=first_transaction_date'))[0]).not.toHaveProperty('first_transaction_date');
});

test('the code of what a promotion is for follows the published example: 4 is some services and any products', async () => {
  const shop = await openShop();
  const names = { any: 'any_allowed', not: 'not_allowed', some: 'custom_allowed' };
  const pairs = ['any any', 'any not', 'not any', 'some not', 'some any', 'any some', 'not some', 'some some'];
  for (const pair of pairs) {
    const [services, goods] = pair.split(' ') as (keyof typeof names)[];
    await create(shop, { service_item_type: names[services as 'any'], good_item_type: names[goods as 'any'] });
  }
  expect((await listed(shop)).map((row: { item_type_id: number }) => row.item_type_id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('chosen services, categories and products are shown where the choice is custom, and ignored otherwise', async () => {
  const shop = await openShop();
  const category = (await shop.call('POST', `/service_categories/${shop.locationId}`, { body: { title: 'Hair' } })).data.id;
  const service = await shop.addService({ title: 'Cut', categoryId: category });
  const product = await shop.addProduct({ title: 'Shampoo' });
  const chosen = { allowed_service_ids: [service, category], allowed_good_ids: [product] };
  const custom = { service_item_type: 'custom_allowed', good_item_type: 'custom_allowed', ...chosen };
  const made = (await create(shop, custom, 'include=applicable_items')).data;
  const items = made.applicable_items as { id: number; is_service: boolean; is_category: boolean }[];
  expect(items.map(({ id, is_service, is_category }) => [id, is_service, is_category])).toEqual([
    [service, true, false],
    ...(category === service ? [] : [[category, true, true]]),
    [product, false, false],
  ]);
  expect((await create(shop, chosen, 'include=applicable_items')).data.applicable_items).toEqual([]);
  const changed = await shop.call('PUT', `${path(shop, made.id)}?include=applicable_items`, { body: { allowed_good_ids: [] } });
  expect(changed.data.applicable_items).toHaveLength(items.length - 1);
});

describe('a promotion is refused', () => {
  const cases: [string, object, string, string?][] = [
    [
      'that is fixed and has two rules',
      {
        rules: [
          { parameter: 0, value: 10 },
          { parameter: 5, value: 20 },
        ],
      },
      'rules',
    ],
    ['that is fixed and has a threshold', { rules: [{ parameter: 1, value: 10 }] }, 'rules'],
    ['without rules', { rules: [] }, 'rules'],
    ['with more than 100 percent off', { rules: [{ parameter: 0, value: 100.5 }] }, 'rules'],
    ['with a value of 0', { rules: [{ parameter: 0, value: 0 }] }, 'rules', 'must have values greater than 0'],
    [
      'with four digits of a percentage',
      { rules: [{ parameter: 0, value: 1.2345 }] },
      'rules',
      'must not have more than 3 digits after the point',
    ],
    [
      'with an amount that the currency does not have',
      { value_unit: 'amount', rules: [{ parameter: 0, value: 1.0005 }] },
      'rules',
      'have more digits than the currencies of the chain',
    ],
    [
      'with one threshold twice',
      {
        type: 'discount_accumulative_visits',
        rules: [
          { parameter: 5, value: 1 },
          { parameter: 5, value: 2 },
        ],
      },
      'rules',
    ],
    [
      'that names an unknown service of a package',
      { type: 'package_discount', rules: [{ parameter: 0, value: 10, service_id: 2147483647 }] },
      'rules',
    ],
    ['for nothing', { service_item_type: 'not_allowed' }, 'service_item_type', 'must not be excluded together with all products'],
    ['with a blank title', { title: ' ' }, 'title', 'must not be empty'],
    ['for an unknown location', { company_ids: [2147483647] }, 'company_ids'],
    ['for an unknown type of cards', { loyalty_card_type_ids: [2147483647] }, 'loyalty_card_type_ids'],
    ['for an unknown service', { service_item_type: 'custom_allowed', allowed_service_ids: [2147483647] }, 'allowed_service_ids'],
    ['for an unknown product', { good_item_type: 'custom_allowed', allowed_good_ids: [2147483647] }, 'allowed_good_ids'],
    [
      'with a message of its own that has no text',
      { on_changed_notification_template: { type: 'custom', body: ' ' } },
      'on_changed_notification_template',
      'needs a text',
    ],
  ];
  test.each(cases)('%s', async (_, fields, field, message) => {
    const answer = await create(await openShop(), fields);
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ [field]: [message ?? expect.any(String)] }]]);
  });
});

test('a package names services, and 100 percent is the most', async () => {
  const shop = await openShop();
  const service = await shop.addService();
  const rules = [{ parameter: 0, value: 100, service_id: service }];
  const made = await create(shop, { type: 'package_discount', sold_items_multiplicity: 5, rules }, 'include=rules');
  expect(made.data).toMatchObject({
    sold_items_multiplicity: 5,
    rules: [{ value: 100, service_id: service, loyalty_type_id: 13 }],
  });
});

test('limits and multiples are of cashback only', async () => {
  const shop = await openShop();
  const counts = { usage_limit: 3, visit_multiplicity: 2, sold_items_multiplicity: 4 };
  const made = [(await create(shop, counts)).data, (await create(shop, { ...counts, type: 'cashback_static_sold' })).data];
  expect(made.map((row) => [row.usage_limit, row.visit_multiplicity, row.sold_items_multiplicity])).toEqual([
    [0, 1, 1],
    [3, 2, 1],
  ]);
});

test('messages are a standard text that the chain shares, a text of its own, or none', async () => {
  const shop = await openShop();
  const included = 'include=on_changed_notification_template&include=on_expiration_notification_template';
  const first = (await create(shop, { on_changed_notification_template: { type: 'big' } }, included)).data;
  expect(first.on_changed_notification_template).toMatchObject({ type: 'big', message_type: 'loyalty_discount_changed' });
  expect(first).not.toHaveProperty('on_expiration_notification_template');
  const own = { on_expiration_notification_template: { type: 'custom', body: 'Soon over' } };
  const second = (
    await create(shop, { on_changed_notification_template: { type: 'big' }, ...own, type: 'cashback_static_sold' }, included)
  ).data;
  expect(second.on_expiration_notification_template).toMatchObject({
    body: 'Soon over',
    message_type: 'loyalty_cashback_expiration',
  });
  const third = (await create(shop, { on_changed_notification_template: { type: 'big' } })).data;
  expect(third.on_changed_notification_template_id).toBe(first.on_changed_notification_template_id);
  const detached = await shop.call('PUT', path(shop, first.id), { body: { on_changed_notification_template: { type: 'none' } } });
  expect(detached.data.on_changed_notification_template_id).toBe(0);
});

test('promotions of another chain are not found, and its users find none of this one', async () => {
  const [shop, other] = [await openShop(), await openShop()];
  const { id } = (await create(shop)).data;
  expect((await other.call('GET', path(other, id))).status).toBe(404);
  const statusOf = async (method: string, body?: object) =>
    (await other.call(method, path(shop, id), body ? { body } : {})).status;
  expect([await statusOf('GET'), await statusOf('PUT', { title: 'Mine' }), await statusOf('DELETE')]).toEqual([404, 404, 404]);
});
