import { and, eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDesk } from '../../../test/desk.ts';
import { openShop, type Person, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { statementsOf } from '../../../test/statements.ts';
import { rowsOf } from '../../platform/database.ts';
import { toMoney } from '../../platform/money.ts';
import { balancesOfClients } from '../client-accounts/account-list.ts';
import { clients } from '../clients/tables.ts';
import { tags } from '../tags/tables.ts';

type Fields = Record<string, unknown>;

const search = (of: Shop, body: unknown, person = of.owner) =>
  of.call('POST', `/company/${of.locationId}/clients/search`, { body, authorization: person.authorization });
const list = (of: Shop, query: string, person = of.owner) =>
  of.call('GET', `/clients/${of.locationId}?${query}`, { authorization: person.authorization });
const encoded = (query: Record<string, string | number>) =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

/** Adds clients in the given order and answers their ids in it. */
async function people(of: Shop, all: Fields[]): Promise<number[]> {
  const body = all.map((fields) => ({ name: 'Ada', phone: somePhone(), ...fields }));
  const { data } = await of.call('POST', `/clients/${of.locationId}/bulk`, { body });
  expect(data.errors).toEqual([]);
  return data.created.map(({ id }: { id: number }) => id);
}

async function set(of: Shop, id: number, values: Partial<typeof clients.$inferInsert>): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(clients)
    .set(values)
    .where(and(eq(clients.locationId, of.locationId), eq(clients.id, id)));
}

async function addTags(of: Shop, number: number): Promise<number[]> {
  const { db } = await testDatabase();
  const rows = Array.from({ length: number }, (_, index) => ({
    locationId: of.locationId,
    title: `Tag ${index}`,
    color: '#bfd4f2',
  }));
  return (await db.insert(tags).values(rows).returning({ id: tags.id })).map(({ id }) => id).sort((a, b) => a - b);
}

const names = (answer: { data: { name: string }[] }) => answer.data.map(({ name }) => name);
const idsOf = (answer: { data: { id: number }[] }) => answer.data.map(({ id }) => id);
const ascending = (a: number, b: number) => a - b;

describe('the older list of clients', () => {
  let shop: Shop;
  let ids: number[];
  const found = async (query: Record<string, string | number>, person?: Person) => {
    const answer = await list(shop, encoded(query), person);
    expect(answer.status).toBe(200);
    expect(answer.meta.total_count).toBe(answer.data.length);
    return names(answer).sort();
  };

  beforeAll(async () => {
    shop = await openShop();
    ids = await people(shop, [
      { name: 'Ada', surname: 'Lovelace', phone: '+13155550101', email: 'ada@example.com', card: '555888666', spent: 100 },
      { name: 'Grace', surname: 'Hopper', phone: '+13155550102', email: 'Grace@Navy.example', card: 'GH-1', spent: 250.5 },
      { name: 'Zoë', surname: 'Müller', phone: '+442079460103', email: 'zoe@example.com', spent: 1000 },
    ]);
  });

  test('has the newest first, each in the forms that clients of the API read', async () => {
    const answer = await list(shop, '');
    expect(answer).toMatchObject({ status: 200, body: { success: true }, meta: { page: 1, total_count: 3 } });
    expect(idsOf(answer)).toEqual([...ids].sort(ascending).reverse());
    const ada = answer.data.find(({ name }: { name: string }) => name === 'Ada');
    expect(ada).toEqual({
      id: ids[0],
      name: 'Ada',
      surname: 'Lovelace',
      middle_name: '',
      patronymic: '',
      display_name: 'Ada Lovelace',
      phone: '+13155550101',
      email: 'ada@example.com',
      categories: [],
      gender_id: 0,
      gender: 'unknown',
      sex_id: 0,
      sex: 'unknown',
      discount: 0,
      importance_id: 0,
      importance: 'No importance class',
      card: '555888666',
      birth_date: null,
      comment: '',
      sms_check: 0,
      sms_not: 0,
      sms_bot: 0,
      spent: 100,
      paid: 0,
      balance: -100,
      visits: 0,
      last_change_date: expect.stringMatching(/-0[45]00$/),
      custom_fields: {},
    });
    expect(answer.data.find(({ name }: { name: string }) => name === 'Zoë')?.card).toBe('');
  });

  test.each<[Record<string, string | number>, string[]]>([
    [{ paid_min: 250.5 }, ['Grace', 'Zoë']],
    [{ paid_max: 250.5 }, ['Ada', 'Grace']],
    [{ paid_min: 101, paid_max: 999 }, ['Grace']],
    [{ paid_min: 251, paid_max: 250 }, []],
    [{ fullname: 'a', paid_max: 200, email: 'example' }, ['Ada']],
  ])('with %j is %j, by what the clients have paid', async (query, expected) => {
    paying ??= openPaying();
    const of = await paying;
    expect(names(await list(of, encoded(query))).sort()).toEqual(expected);
  });

  let paying: Promise<Shop> | undefined;
  /** Clients who have paid, and what was sold to them was less. */
  async function openPaying(): Promise<Shop> {
    const of = await openShop();
    const paid = { Ada: 100, Grace: 250.5, Zoë: 1000 };
    const made = await people(
      of,
      Object.keys(paid).map((name) => ({ name, email: `${name === 'Grace' ? 'grace' : 'x'}@example.com`, spent: 1 })),
    );
    for (const [index, amount] of Object.values(paid).entries()) {
      await set(of, made[index] as number, { paid: toMoney(amount) });
    }
    return of;
  }

  test('has no last and middle names, under any of their names, and no custom fields for callers who may not see them', async () => {
    const of = await openShop();
    await of.addClient({ name: 'Ada', surname: 'Lovelace', middle_name: 'Augusta', sms_not: 1, custom_fields: { size: 'S' } });
    const listed = async (person: Person) => (await list(of, '', person)).data;
    expect(await listed(of.owner)).toMatchObject([
      { middle_name: 'Augusta', patronymic: 'Augusta', display_name: 'Ada Lovelace', sms_bot: 1, custom_fields: { size: 'S' } },
    ]);
    const blind = { clients_surname_middle_name_access: false, custom_fields_client_values_read_access: false };
    expect(await listed(await of.hire('owner', blind))).toMatchObject([
      { surname: '', middle_name: '', patronymic: '', display_name: 'Ada', custom_fields: {} },
    ]);
  });

  test.each<[Record<string, string | number>, string[]]>([
    [{ fullname: 'ada' }, ['Ada']],
    [{ fullname: 'LOVE' }, ['Ada']],
    [{ fullname: 'Ada  Lovelace' }, ['Ada']],
    [{ fullname: 'zoe mull' }, ['Zoë']],
    [{ fullname: 'example.com' }, []],
    [{ fullname: '%' }, []],
    [{ fullname: '' }, ['Ada', 'Grace', 'Zoë']],
    [{ phone: '0102' }, ['Grace']],
    [{ phone: '+1 (315) 555' }, ['Ada', 'Grace']],
    [{ phone: '442079460103' }, ['Zoë']],
    [{ phone: 'Ada' }, []],
    [{ phone: '' }, ['Ada', 'Grace', 'Zoë']],
    [{ email: 'EXAMPLE.com' }, ['Ada', 'Zoë']],
    [{ email: 'grace@' }, ['Grace']],
    [{ email: 'hopper' }, []],
    [{ card: '5588' }, ['Ada']],
    [{ card: 'gh-' }, ['Grace']],
    [{ card: '_' }, []],
    [{ location_id: 1 }, ['Ada', 'Grace', 'Zoë']],
    [{ unknown: 'x' }, ['Ada', 'Grace', 'Zoë']],
  ])('with %j is %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('with an id finds that client, with several ids those clients', async () => {
    const [ada, grace] = ids as [number, number];
    expect(await found({ id: ada })).toEqual(['Ada']);
    expect(await found({ 'id[]': grace })).toEqual(['Grace']);
    expect(names(await list(shop, `id[]=${ada}&id[]=${grace}`)).sort()).toEqual(['Ada', 'Grace']);
    expect(names(await list(shop, `id[0]=${ada}&id[1]=${grace}&id[2]=2147483647`)).sort()).toEqual(['Ada', 'Grace']);
    expect(await found({ id: 2_147_483_647 })).toEqual([]);
    expect(await found({ id: ada, fullname: 'Grace' })).toEqual([]);
  });

  test('with the id of a client of another location is empty', async () => {
    const stranger = await openShop();
    expect(await found({ id: (await stranger.addClient()).id })).toEqual([]);
  });

  test('is read in pages, the last one shorter, and knows the number of all', async () => {
    const all = idsOf(await list(shop, ''));
    const page = async (number: number, count: number) => {
      const answer = await list(shop, encoded({ page: number, count }));
      expect(answer.meta).toEqual({ page: number, total_count: 3 });
      return idsOf(answer);
    };
    expect(await page(1, 2)).toEqual(all.slice(0, 2));
    expect(await page(2, 2)).toEqual(all.slice(2));
    expect(await page(3, 2)).toEqual([]);
    expect(await page(1, 3)).toEqual(all);
    expect(await page(2, 3)).toEqual([]);
    expect(await page(1_000_000, 300)).toEqual([]);
  });

  test('has 25 per page by default, at most 1000', async () => {
    const own = await openShop();
    await people(own, Array(1001).fill({}));
    expect((await list(own, '')).data).toHaveLength(25);
    for (const count of ['1000', '1001', '99999999999999999999']) {
      expect((await list(own, `count=${count}`)).data).toHaveLength(1000);
    }
    expect((await list(own, 'count=1000&page=2')).data).toHaveLength(1);
    expect((await list(own, 'count=0')).status).toBe(422);
  });

  test('is empty where there are no clients', async () => {
    const answer = await list(await openShop(), 'fullname=Ada&count=10');
    expect(answer).toMatchObject({ status: 200, body: { success: true, data: [] }, meta: { page: 1, total_count: 0 } });
  });

  test.each([
    'page=0',
    'page=one',
    'count=0',
    'paid_min=much',
    'id=Ada',
    'id[]=0',
    'changed_after=yesterday',
    'changed_before=2023-02-29',
  ])('does not accept %s', async (query) => {
    const answer = await list(shop, query);
    expect(answer).toMatchObject({ status: 422, body: { success: false, data: null } });
    expect(Object.keys(answer.meta.errors[0])[0]).toContain(query.slice(0, query.search(/[[=]/)));
  });

  describe('by the time of the last change', () => {
    test.each([
      ['New York', '2026-01-15T12:00:00', '2026-01-15T17:00:00Z'],
      ['New York', '2026-07-15T12:00:00', '2026-07-15T16:00:00Z'],
      ['Kathmandu', '2026-01-15 12:00:00', '2026-01-15T06:15:00Z'],
      ['London', '2026-07-15', '2026-07-14T23:00:00Z'],
      ['London', '2026-07-15T12:00:00-0500', '2026-07-15T17:00:00Z'],
      ['London', '2026-07-15T12:00:00Z', '2026-07-15T12:00:00Z'],
    ])('in %s takes %s for %s, and includes that moment', async (city, text, instant) => {
      const own = await openShop({ city });
      const moment = Date.parse(instant);
      const [before, at, after] = (await people(own, [{}, {}, {}])) as [number, number, number];
      for (const [id, time] of [
        [before, moment - 1000],
        [at, moment],
        [after, moment + 1000],
      ] as const)
        await set(own, id, { changedAt: new Date(time) });
      const within = async (query: Record<string, string>) => idsOf(await list(own, encoded(query))).sort(ascending);
      expect(await within({ changed_after: text })).toEqual([at, after].sort(ascending));
      expect(await within({ changed_before: text })).toEqual([before, at].sort(ascending));
      expect(await within({ changed_after: text, changed_before: text })).toEqual([at]);
      expect(await within({ changed_after: '' })).toHaveLength(3);
    });

    test('finds a client again after a change', async () => {
      const own = await openShop();
      const { id, phone } = await own.addClient();
      await set(own, id, { changedAt: new Date('2020-01-01T00:00:00Z') });
      const since = encoded({ changed_after: '2021-01-01T00:00:00' });
      expect((await list(own, since)).data).toEqual([]);
      await own.call('PUT', `/client/${own.locationId}/${id}`, { body: { name: 'Grace', phone } });
      expect(names(await list(own, since))).toEqual(['Grace']);
    });
  });
});

describe('the search of clients', () => {
  let shop: Shop;
  let ids: Record<string, number>;
  let loyal: number;
  let other: number;
  const found = async (...filters: unknown[]) => names(await search(shop, { filters, page_size: 200 })).sort();
  const everybody = ['Ada', 'Grace', 'Hedy', 'Zoë'];

  beforeAll(async () => {
    shop = await openShop();
    [loyal, other] = (await addTags(shop, 2)) as [number, number];
    const all = [
      {
        name: 'Ada',
        surname: 'Lovelace',
        phone: '+13155550101',
        email: 'ada@example.com',
        gender_id: 2,
        importance_id: 3,
        spent: 100,
        birth_date: '1815-12-10',
        categories: [loyal],
      },
      {
        name: 'Grace',
        surname: 'Hopper',
        phone: '+13155550102',
        email: 'grace@navy.example',
        gender_id: 2,
        importance_id: 1,
        spent: 250.5,
        birth_date: '1906-12-09',
        categories: [loyal, other],
      },
      { name: 'Hedy', phone: '+431234567103', gender_id: 0, spent: 0 },
      { name: 'Zoë', surname: 'Müller', phone: '+442079460104', gender_id: 1, spent: 1000, birth_date: '2000-02-29' },
    ];
    const created = await people(shop, all);
    ids = Object.fromEntries(all.map(({ name }, index) => [name, created[index] as number]));
  });

  test('answers id and name of everybody by default', async () => {
    const answer = await search(shop, {});
    expect(answer).toMatchObject({ status: 200, body: { success: true }, meta: { total_count: 4 } });
    expect(answer.data).toEqual(
      Object.entries(ids)
        .map(([name, id]) => ({ id, name }))
        .sort((a, b) => a.id - b.id),
    );
  });

  test('answers the requested fields and no others', async () => {
    await set(shop, ids.Grace as number, {
      visits: 7,
      firstVisitAt: new Date('2026-01-15T12:00:00Z'),
      lastVisitAt: new Date('2026-07-15T12:00:00Z'),
    });
    const filters = [{ type: 'id', state: { value: [ids.Grace] } }];
    const ask = async (fields: string[]) => (await search(shop, { fields, filters })).data[0];
    expect(await ask(['name'])).toEqual({ name: 'Grace' });
    expect(await ask(['visit_count', 'visits_count', 'visits'])).toEqual({ visit_count: 7, visits_count: 7, visits: 7 });
    expect(await ask(['first_visit_date', 'last_visit_date'])).toEqual({
      first_visit_date: '2026-01-15T07:00:00-05:00',
      last_visit_date: '2026-07-15T08:00:00-04:00',
    });
    expect(
      await ask(['phone', 'email', 'sold_amount', 'spent', 'balance', 'gender', 'importance', 'birth_date', 'card']),
    ).toEqual({
      phone: 13155550102,
      email: 'grace@navy.example',
      sold_amount: 250.5,
      spent: 250.5,
      balance: -250.5,
      gender: 'Female',
      importance: 'Bronze',
      birth_date: '1906-12-09',
      card: '',
    });
    expect((await ask(['categories'])).categories).toMatchObject([{ id: loyal, title: 'Tag 0' }, { id: other }]);
  });

  test('has no visit dates for clients who never came', async () => {
    const filters = [{ type: 'id', state: { value: [ids.Hedy] } }];
    const answer = await search(shop, { fields: ['first_visit_date', 'last_visit_date'], filters });
    expect(answer.data).toEqual([{ first_visit_date: null, last_visit_date: null }]);
  });

  test('leaves out fields that it does not know', async () => {
    const filters = [{ type: 'id', state: { value: [ids.Hedy] } }];
    const found = async (fields: string[]) => (await search(shop, { fields, filters })).data;
    expect(await found(['id', 'password', '__proto__', 'name'])).toEqual([{ id: ids.Hedy, name: 'Hedy' }]);
    expect(await found(['search', 'constructor'])).toEqual([{}]);
  });

  test('has at most 200 per page, for any requested size', async () => {
    const { status, meta } = await search(shop, { page_size: 100_000 });
    expect([status, meta.total_count]).toEqual([200, (await search(shop, { page_size: 200 })).meta.total_count]);
  });

  test.each([
    [{ fields: [] }],
    [{ fields: ['id', {}] }],
    [{ fields: 'id' }],
    [{ page_size: 0 }],
    [{ page: 0 }],
    [{ order_by: 'surname' }],
    [{ order_by: 'id; drop table clients' }],
    [{ order_by_direction: 'up' }],
    [{ operation: 'XOR' }],
    [[]],
    ['everybody'],
  ])('does not accept %j', async (body) => {
    expect(await search(shop, body)).toMatchObject({ status: 400, body: { success: false, data: null } });
  });

  test.each([
    [{ type: 'shoe_size', state: { value: [42] } }],
    [{ type: 'id' }],
    [{ state: { value: [1] } }],
    [{ type: 'id', state: {} }],
    [{ type: 'id', state: { value: 'Ada' } }],
    [{ type: 'id', state: { value: ['Ada'] } }],
    [{ type: 'id', state: { value: [-1] } }],
    [{ type: 'gender', state: { value: [3] } }],
    [{ type: 'importance', state: { value: [4] } }],
    [{ type: 'sold_amount', state: { from: 'much' } }],
    [{ type: 'quick_search', state: { value: { like: '%' } } }],
    [{ type: 'quick_search', state: { value: 'x'.repeat(256) } }],
    [{ type: 'has_mobile_app', state: { value: 'perhaps' } }],
    [{ type: 'birthday', state: { from: 'yesterday' } }],
    [{ type: 'birthday', state: { to: '2023-02-29 00:00:00' } }],
    [{ type: 'birthday', state: { from: '2000-02-29T24:30:00Z' } }],
    [{ type: 'client', state: { birthday: { from: '31.12.2000' } } }],
    [{ type: 'record', state: { status: { value: [9] } } }],
    [null],
    ['quick_search'],
  ])('refuses the filter %j as published', async (filter) => {
    const answer = await search(shop, { filters: [filter] });
    expect(answer).toMatchObject({
      status: 400,
      body: { success: false, data: null, meta: { message: 'Invalid filter value' } },
    });
    expect(answer.meta.errors.filters[0]).toBe('Invalid filter state value');
  });

  test('takes 100 filters and no more', async () => {
    const filters = Array.from({ length: 101 }, () => ({ type: 'gender', state: { value: [0, 1, 2] } }));
    expect((await search(shop, { filters: filters.slice(1) })).meta.total_count).toBe(4);
    expect((await search(shop, { filters })).status).toBe(400);
  });

  test.each<[string, unknown, string[]]>([
    ['gender', { value: [2] }, ['Ada', 'Grace']],
    ['gender', { value: [0, 1] }, ['Hedy', 'Zoë']],
    ['gender', { value: [] }, []],
    ['importance', { value: [1, 3] }, ['Ada', 'Grace']],
    ['importance', { value: ['3'] }, ['Ada']],
    ['importance', { value: [2] }, []],
    ['sold_amount', { from: 250.5 }, ['Grace', 'Zoë']],
    ['sold_amount', { to: 100 }, ['Ada', 'Hedy']],
    ['sold_amount', { from: 100, to: 250.5 }, ['Ada', 'Grace']],
    ['sold_amount', { from: 251, to: 250 }, []],
    ['sold_amount', {}, everybody],
    ['birthday', { from: '1906-12-09 00:00:00' }, ['Grace', 'Zoë']],
    ['birthday', { from: '1906-12-09 23:59:59' }, ['Grace', 'Zoë']],
    ['birthday', { to: '1906-12-08 23:59:59' }, ['Ada']],
    ['birthday', { from: '2000-02-29 00:00:00', to: '2000-02-29 23:59:59' }, ['Zoë']],
    ['birthday', { from: '1815-12-10', to: '1906-12-09' }, ['Ada', 'Grace']],
    ['birthday', { from: '1906-12-09T00:00:00.000Z', to: '1999-12-31T23:00:00Z' }, ['Grace']],
    ['birthday', {}, everybody],
    ['birthday', { from: '', to: '' }, everybody],
    ['client', { birthday: { to: '1900-01-01 00:00:00' } }, ['Ada']],
    ['client', {}, everybody],
    ['quick_search', { value: '' }, everybody],
    ['quick_search', { value: '  ' }, everybody],
    ['quick_search', { value: 'nobody' }, []],
  ])('by %s %j finds %j', async (type, state, expected) => {
    expect(await found({ type, state })).toEqual(expected);
  });

  test('by id finds clients of the location', async () => {
    const stranger = await (await openShop()).addClient();
    const value = [ids.Ada, ids.Zoë, stranger.id, 0, 9_007_199_254_740_991];
    expect(await found({ type: 'id', state: { value } })).toEqual(['Ada', 'Zoë']);
    expect(await found({ type: 'id', state: { value: [] } })).toEqual([]);
    expect(await found({ type: 'client', state: { id: { value } } })).toEqual(['Ada', 'Zoë']);
    const both = { id: { value }, birthday: { from: '1900-01-01 00:00:00' } };
    expect(await found({ type: 'client', state: both })).toEqual(['Zoë']);
  });

  test('by category finds clients who have any of the tags', async () => {
    const category = (...value: number[]) => found({ type: 'category', state: { value } });
    expect(await category(loyal)).toEqual(['Ada', 'Grace']);
    expect(await category(other)).toEqual(['Grace']);
    expect(await category(loyal, other)).toEqual(['Ada', 'Grace']);
    expect(await category(9_007_199_254_740_991)).toEqual([]);
    expect(await category()).toEqual([]);
  });

  test('combines filters with AND or with OR, in capitals or not', async () => {
    const filters = [
      { type: 'gender', state: { value: [2] } },
      { type: 'sold_amount', state: { from: 200 } },
    ];
    const combined = async (operation?: string) =>
      names(await search(shop, { filters, ...(operation ? { operation } : {}) })).sort();
    expect(await combined()).toEqual(['Grace']);
    expect(await combined('AND')).toEqual(['Grace']);
    expect(await combined('and')).toEqual(['Grace']);
    expect(await combined('OR')).toEqual(['Ada', 'Grace', 'Zoë']);
    expect(await combined('or')).toEqual(['Ada', 'Grace', 'Zoë']);
    expect((await search(shop, { filters: [], operation: 'OR' })).meta.total_count).toBe(4);
  });

  describe('by data that no client has yet', () => {
    test.each<[string, unknown]>([
      ['has_mobile_app', { value: true }],
      ['has_passteam_card', { value: true }],
      ['passteam_card_ids', { value: ['card'] }],
      ['record', { staff: { value: [1] } }],
      ['record', { service: { value: [1] } }],
      ['record', { service_category: { value: [1] } }],
      ['record', { status: { value: [-1, 0, 1, 2] } }],
      ['record', { created: { from: '2000-01-01 00:00:00' } }],
      ['record', { records_count: { from: 1 } }],
      ['record', { records_count: { from: 0, to: 99 }, staff: { value: [1] } }],
      ['record', { sold_amount: { from: 0.01 } }],
      ['sale', { abonement_balance: { from: 1 } }],
    ])('%s %j finds nobody', async (type, state) => {
      expect(await found({ type, state })).toEqual([]);
    });

    test.each<[string, unknown]>([
      ['has_mobile_app', { value: false }],
      ['has_passteam_card', { value: false }],
      ['record', {}],
      ['record', { records_count: { to: 0 } }],
      ['record', { records_count: { from: 0, to: 5 }, sold_amount: { from: 0 } }],
      ['sale', {}],
      ['sale', { abonement_balance: { from: 0, to: 0 } }],
    ])('%s %j finds everybody', async (type, state) => {
      expect(await found({ type, state })).toEqual(everybody);
    });
  });

  describe('a caller who may not see contact details', () => {
    const quick = async (person: Person, value: string) =>
      names(await search(shop, { filters: [{ type: 'quick_search', state: { value } }] }, person));
    const contacts = async (person: Person) => {
      const filters = [{ type: 'id', state: { value: [ids.Ada] } }];
      return (await search(shop, { fields: ['phone', 'email'], filters }, person)).data;
    };

    test('like phone numbers, reads null and finds nobody by them', async () => {
      const worker = await shop.hire('administrator', { clients_phones_access: false });
      expect(await contacts(worker)).toEqual([{ phone: null, email: 'ada@example.com' }]);
      expect(await quick(worker, '3155550101')).toEqual([]);
      expect(await quick(worker, '+1 (315) 555')).toEqual([]);
      expect((await list(shop, 'phone=3155550101', worker)).data).toEqual([]);
      expect((await list(shop, `id=${ids.Ada}`, worker)).data).toMatchObject([{ phone: '' }]);
      expect(await quick(worker, 'lovelace')).toEqual(['Ada']);
      expect(await quick(worker, 'ada@')).toEqual(['Ada']);
    });

    test('like e-mails, reads none and finds nobody by them', async () => {
      const worker = await shop.hire('administrator', { clients_phones_email_access: false });
      expect(await contacts(worker)).toEqual([{ phone: 13155550101, email: '' }]);
      expect(await quick(worker, 'ada@')).toEqual([]);
      expect((await list(shop, 'email=ada', worker)).data).toEqual([]);
      expect(await quick(worker, 'lovelace')).toEqual(['Ada']);
      expect(await quick(worker, '315 555 0101')).toEqual(['Ada']);
    });

    test('at all, finds only by name', async () => {
      const worker = await shop.hire('worker');
      expect(await contacts(worker)).toEqual([{ phone: null, email: '' }]);
      expect(await quick(worker, 'LOVELACE')).toEqual(['Ada']);
      expect([await quick(worker, '3155550101'), await quick(worker, 'ada@')]).toEqual([[], []]);
    });
  });
});

describe('the quick search', () => {
  let shop: Shop;
  const found = async (value: string) =>
    names(await search(shop, { filters: [{ type: 'quick_search', state: { value } }], page_size: 200 })).sort();

  beforeAll(async () => {
    shop = await openShop();
    await people(shop, [
      { name: 'Ada', surname: 'Lovelace', middle_name: 'King', phone: '+13155550101', email: 'countess@example.com' },
      { name: 'Jürgen', surname: 'Müller', phone: '+493090182001' },
      { name: 'Straße' },
      { name: 'Владимир', surname: 'Йованович' },
      { name: 'Οδυσσεύς' },
      { name: 'أَحْمَد', surname: 'الخوارزمي' },
      { name: 'שָׁלוֹם' },
      { name: '李小龍' },
      { name: 'ＦＵＬＬ' },
      { name: '100% Silk', surname: 'a_b\\c' },
      { name: 'Unit 5-5' },
      { name: 'Emoji 🎉👩‍👧' },
    ]);
  });

  test.each([
    ['ada', 'Ada'],
    ['LOVE', 'Ada'],
    ['lace', 'Ada'],
    ['Ada Lovelace', 'Ada'],
    ['  ada   lovelace king ', 'Ada'],
    ['(315) 555-01', 'Ada'],
    ['+1 315', 'Ada'],
    ['3155550101', 'Ada'],
    ['COUNTESS@', 'Ada'],
    ['muller', 'Jürgen'],
    ['MÜLLER', 'Jürgen'],
    ['Mu\u0308ller', 'Jürgen'],
    ['jurgen mull', 'Jürgen'],
    ['STRASSE', 'Straße'],
    ['straße', 'Straße'],
    ['владимир', 'Владимир'],
    ['ЙОВАН', 'Владимир'],
    ['οδυσσευς', 'Οδυσσεύς'],
    ['ΟΔΥΣΣΕΎΣ', 'Οδυσσεύς'],
    ['ΟΔΥΣ', 'Οδυσσεύς'],
    ['احمد', 'أَحْمَد'],
    ['الخوارزمي', 'أَحْمَد'],
    ['שלום', 'שָׁלוֹם'],
    ['小', '李小龍'],
    ['full', 'ＦＵＬＬ'],
    ['🎉', 'Emoji 🎉👩‍👧'],
    ['100%', '100% Silk'],
    ['a_b', '100% Silk'],
    ['_B\\C', '100% Silk'],
    ['5-5', 'Unit 5-5'],
  ])('for %s finds %s', async (value, expected) => {
    expect(await found(value)).toContain(expected);
  });

  test.each(['Lovelace Ada', 'a%a', 'Ad_', '\\', 'countess example', '315-555-0199', "' or true --", 'king 1315'])(
    'for %s does not find Ada',
    async (value) => {
      expect(await found(value)).not.toContain('Ada');
    },
  );

  test.each([
    ['%', ['100% Silk']],
    ['_', ['100% Silk']],
    ['\\', ['100% Silk']],
    ['%%', []],
    ['lovelace\n', ['Ada']],
  ])('takes %j literally', async (value, expected) => {
    expect(await found(value)).toEqual(expected);
  });
});

describe('the order of a search', () => {
  let shop: Shop;
  const columns = [
    'id',
    'name',
    'phone',
    'email',
    'discount',
    'first_visit_date',
    'last_visit_date',
    'sold_amount',
    'visit_count',
  ] as const;
  const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number));

  beforeAll(async () => {
    shop = await openShop();
    // Many ties in every column: eleven clients, three values each.
    const created = await people(
      shop,
      Array.from({ length: 11 }, (_, index) => ({
        name: `name${'abc'[(index * 7) % 3]}`,
        email: `${'xyz'[(index * 5) % 3]}@example.com`,
        discount: (index * 4) % 3,
        spent: ((index * 2) % 3) + 0.5,
      })),
    );
    for (const [index, id] of created.entries()) {
      const visited = index % 3 > 0;
      await set(shop, id, {
        visits: index % 3,
        firstVisitAt: visited ? day(index % 2) : null,
        lastVisitAt: visited ? day(10 + (index % 2)) : null,
      });
    }
  });

  const read = async (order_by: string, order_by_direction: string, page = 1, page_size = 200) => {
    const answer = await search(shop, { fields: ['id', order_by], order_by, order_by_direction, page, page_size });
    expect(answer.meta).toEqual({ total_count: 11 });
    return answer.data as { id: number; [field: string]: string | number | null }[];
  };

  test.each(columns)('by %s sorts by its values, and equal values by id', async (column) => {
    const rows = await read(column, 'ASC');
    const known = rows.filter((row) => row[column] !== null);
    for (const [index, row] of known.entries()) {
      const next = known[index + 1];
      if (!next) continue;
      const [value, following] = [row[column] as string, next[column] as string];
      expect(value < following || (value === following && row.id < next.id)).toBe(true);
    }
  });

  test.each(columns)('by %s downwards is upwards reversed, in capitals or not', async (column) => {
    const upwards = await read(column, 'ASC');
    expect(await read(column, 'asc')).toEqual(upwards);
    expect(await read(column, 'DESC')).toEqual([...upwards].reverse());
    expect(await read(column, 'desc')).toEqual([...upwards].reverse());
  });

  test.each(columns)('by %s has pages that neither overlap nor miss anyone', async (column) => {
    for (const direction of ['ASC', 'DESC']) {
      const pages = await Promise.all([1, 2, 3, 4].map((page) => read(column, direction, page, 3)));
      expect(pages.map(({ length }) => length)).toEqual([3, 3, 3, 2]);
      expect(pages.flat()).toEqual(await read(column, direction));
      expect(await read(column, direction, 5, 3)).toEqual([]);
    }
  });

  test('is by ascending id by default, 25 per page and at most 200', async () => {
    const own = await openShop();
    const created = await people(own, Array(210).fill({}));
    const sorted = created.sort(ascending);
    expect(idsOf(await search(own, {}))).toEqual(sorted.slice(0, 25));
    const most = await search(own, { page_size: 200 });
    expect(idsOf(most)).toEqual(sorted.slice(0, 200));
    expect(most.meta).toEqual({ total_count: 210 });
    expect(idsOf(await search(own, { page_size: 200, page: 2 }))).toEqual(sorted.slice(200));
  });
});

describe('for any request', () => {
  /** Names, and their form without letter case and accents. */
  const given = { Ada: 'ada', Zoë: 'zoe', MÜLLER: 'muller', 'José-María': 'jose-maria', Владимир: 'владимир', 李小龍: '李小龍' };
  const birthDates = ['1990-02-28', '1990-03-01', '2000-02-29'];

  const person = fc.record({
    name: fc.constantFrom(...(Object.keys(given) as (keyof typeof given)[])),
    gender_id: fc.integer({ min: 0, max: 2 }),
    importance_id: fc.integer({ min: 0, max: 3 }),
    spent: fc.integer({ min: 0, max: 12 }).map((quarters) => quarters / 4),
    birth_date: fc.option(fc.constantFrom(...birthDates)),
    tags: fc.uniqueArray(fc.nat(2)),
  });
  type Model = typeof person extends fc.Arbitrary<infer Value> ? Value & { id: number } : never;

  interface Wanted {
    filter: { type: string; state: unknown };
    holds(client: Model): boolean;
  }
  /** Ranges and lists may be empty. Ids and tags are positions in the lists of this run; nobody has the last one. */
  const range = <Value extends string | number>(value: fc.Arbitrary<Value>) =>
    fc.record({ from: value, to: value }, { requiredKeys: [] });
  const isWithin = <Value extends string | number>(value: Value | null, { from, to }: { from?: Value; to?: Value }) =>
    (from === undefined || (value !== null && value >= from)) && (to === undefined || (value !== null && value <= to));
  const choices = (max: number) => fc.uniqueArray(fc.nat(max), { maxLength: 8 });
  const condition = (type: string, state: unknown, holds: (client: Model) => boolean): Wanted => ({
    filter: { type, state },
    holds,
  });
  const wanted = (ids: () => number[], tagIds: () => number[]): fc.Arbitrary<Wanted> =>
    fc.oneof(
      choices(30).map((places) => {
        const value = places.map((place) => ids()[place] ?? 2_147_483_647);
        return condition('id', { value }, ({ id }) => value.includes(id));
      }),
      choices(2).map((value) => condition('gender', { value }, (client) => value.includes(client.gender_id))),
      choices(3).map((value) => condition('importance', { value }, (client) => value.includes(client.importance_id))),
      choices(3).map((places) => {
        const value = places.map((place) => tagIds()[place] ?? 2_147_483_647);
        return condition('category', { value }, (client) => places.some((place) => client.tags.includes(place)));
      }),
      range(fc.constantFrom(0, 0.5, 1, 1.75, 3)).map((state) =>
        condition('sold_amount', state, ({ spent }) => isWithin(spent, state)),
      ),
      range(fc.constantFrom(...birthDates, '1800-01-01')).map((days) => {
        const { from, to } = days;
        const state = { ...(from ? { from: `${from} 00:00:00` } : {}), ...(to ? { to: `${to} 23:59:59` } : {}) };
        return condition('birthday', state, ({ birth_date }) => isWithin(birth_date, days));
      }),
      fc.constantFrom('', 'a', 'A', 'ö', 'ul', 'Jose', 'MARÍA', 'влад', '小', '-', 'x').map((value) => {
        const folded = value.toLowerCase().replace('ö', 'o').replace('í', 'i');
        return condition('quick_search', { value }, ({ name }) => given[name].includes(folded));
      }),
    );

  test('the search finds the same as a scan of all clients, in the same order and number', async () => {
    let ids: number[] = [];
    let tagIds: number[] = [];
    const question = fc.record({
      wanted: fc.array(
        wanted(
          () => ids,
          () => tagIds,
        ),
        { maxLength: 4 },
      ),
      operation: fc.constantFrom('AND', 'OR'),
      order_by: fc.constantFrom('id', 'sold_amount'),
      order_by_direction: fc.constantFrom('ASC', 'DESC'),
      page: fc.integer({ min: 1, max: 3 }),
      page_size: fc.constantFrom(1, 5, 13, 200),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 20, maxLength: 30 }), fc.gen(), async (all, draw) => {
        const own = await openShop();
        tagIds = await addTags(own, 3);
        ids = await people(
          own,
          all.map(({ tags: places, ...fields }) => ({ ...fields, categories: places.map((place) => tagIds[place]) })),
        );
        const models: Model[] = all.map((fields, index) => ({ ...fields, id: ids[index] as number }));
        for (let round = 0; round < 3; round++) {
          const { wanted: conditions, ...asked } = draw(() => question);
          const holds = (client: Model) =>
            conditions.length === 0 ||
            (asked.operation === 'AND'
              ? conditions.every((condition) => condition.holds(client))
              : conditions.some((condition) => condition.holds(client)));
          const sign = asked.order_by_direction === 'ASC' ? 1 : -1;
          const key = (client: Model) => (asked.order_by === 'id' ? client.id : client.spent);
          const expected = models.filter(holds).sort((a, b) => sign * (key(a) - key(b) || a.id - b.id));
          const from = (asked.page - 1) * asked.page_size;
          const answer = await search(own, { ...asked, filters: conditions.map(({ filter }) => filter) });
          expect(answer.status).toBe(200);
          expect(idsOf(answer)).toEqual(expected.slice(from, from + asked.page_size).map(({ id }) => id));
          expect(answer.meta).toEqual({ total_count: expected.length });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('any part of a phone number, in any grouping, finds the clients with this part in their number', async () => {
    const own = await openShop();
    const phones = [
      '+13155550101',
      '+13155550210',
      '+442079460958',
      '+4930901820',
      '+81332245000',
      '+919876543210',
      '+971501234567',
    ];
    await people(
      own,
      phones.map((phone) => ({ phone, email: 'ada@example.com' })),
    );
    const part = fc
      .constantFrom(...phones)
      .chain((phone) =>
        fc
          .tuple(fc.nat(phone.length - 2), fc.integer({ min: 1, max: 15 }))
          .map(([from, length]) => phone.slice(1).slice(from, from + length)),
      );
    const separators = fc.array(fc.constantFrom('', '', '', ' ', '-', '.', ') ', ' ('), { minLength: 15, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(part, separators, async (digits, between) => {
        const spelled = [...digits].map((digit, index) => digit + between[index]).join('');
        const expected = phones.filter((phone) => phone.includes(digits)).sort();
        expect(expected.length).toBeGreaterThan(0);
        for (const text of [digits, spelled]) {
          const byPhone = await list(own, encoded({ phone: text }));
          const filters = [{ type: 'quick_search', state: { value: text } }];
          const byQuickSearch = await search(own, { fields: ['phone'], filters });
          for (const { data } of [byPhone, byQuickSearch]) {
            // The older list writes the plus, the search a number.
            const found = data.map(({ phone }: { phone: number | string }) => `+${String(phone).replace('+', '')}`);
            expect(found.sort()).toEqual(expected);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('what was sold in appointments counts their products', async () => {
  const desk = await openDesk();
  const { appointment } = await desk.visit(60);
  await desk.shop.addSale(appointment.id, await desk.shop.addProduct({ price: 20 }));
  const soldFrom = async (from: number) =>
    (await search(desk.shop, { filters: [{ type: 'record', state: { sold_amount: { from } } }] })).meta.total_count;
  expect([await soldFrom(80), await soldFrom(80.01)]).toEqual([1, 0]);
});

describe('the balance of client accounts', () => {
  const balances = async (of: Shop, person?: Person, fields = ['deposit_balance']) => (await search(of, { fields }, person)).data;
  async function openAccounts(
    of: Shop,
    chainId: number,
    rows: { location: number; client: number; type: number; balance: number }[],
  ) {
    const { db } = await testDatabase();
    for (const { location, client, type, balance } of rows) {
      await db.execute(sql`
        insert into client_accounts (chain_id, type_id, location_id, client_id, phone, initial_balance, balance)
        select ${chainId}, ${type}, ${location}, id, phone, ${balance}, ${balance} from clients where location_id = ${location} and id = ${client}`);
    }
    return of;
  }
  async function openKind(chainId: number, ...locations: number[]) {
    const { db } = await testDatabase();
    const [kind] = await rowsOf<{ id: number }>(
      db,
      sql`insert into client_account_types (chain_id, title) values (${chainId}, 'Prepaid') returning id`,
    );
    for (const location of locations) {
      await db.execute(
        sql`insert into client_account_type_locations (chain_id, type_id, location_id) values (${chainId}, ${kind?.id}, ${location})`,
      );
    }
    return kind?.id as number;
  }

  test('adds up those that the location works with, also of other locations of the chain', async () => {
    const shop = await openShop();
    const { chainId, locationId } = shop;
    const branch = await openShop({ chainId });
    const phone = somePhone();
    const [ada, grace] = (await people(shop, [{ name: 'Ada', phone }, { name: 'Grace' }])) as [number, number];
    const [there] = (await people(branch, [{ name: 'Ada', phone }])) as [number];
    const [kind, foreign] = [await openKind(chainId, locationId, branch.locationId), await openKind(chainId, branch.locationId)];
    await openAccounts(shop, chainId, [
      { location: locationId, client: ada, type: kind, balance: 10.5 },
      { location: locationId, client: ada, type: kind, balance: 20 },
      { location: branch.locationId, client: there, type: kind, balance: 300 },
      { location: branch.locationId, client: there, type: foreign, balance: 4000 },
    ]);
    expect(await balances(shop, undefined, ['id', 'deposit_balance'])).toEqual([
      { id: ada, deposit_balance: 330.5 },
      { id: grace, deposit_balance: 0 },
    ]);
    // The card that opened the account is gone: its number finds it.
    await branch.call('DELETE', `/client/${branch.locationId}/${there}`);
    expect(await balances(shop)).toEqual([{ deposit_balance: 330.5 }, { deposit_balance: 0 }]);
    // The client has another number there: it is another client.
    await set(shop, ada, { phone: somePhone() });
    expect(await balances(shop)).toEqual([{ deposit_balance: 30.5 }, { deposit_balance: 0 }]);
  });

  test('is hidden from callers who may not see client accounts', async () => {
    const shop = await openShop();
    await people(shop, [{ name: 'Ada' }]);
    expect(await balances(shop, await shop.hire('owner', { clients_deposits_access: false }))).toEqual([
      { deposit_balance: null },
    ]);
    expect(await balances(shop)).toEqual([{ deposit_balance: 0 }]);
  });

  test('takes one statement for any number of clients', async () => {
    const shop = await openShop();
    const ids = await people(shop, [{ name: 'Ada' }, { name: 'Grace' }]);
    const location = { id: shop.locationId, chainId: shop.chainId };
    expect(await statementsOf((tx) => balancesOfClients(tx as never, location, ids))).toBe(1);
  });

  test('and each account are in the statistics of a client in V2, for those who may see them', async () => {
    const shop = await openShop();
    const { chainId, locationId } = shop;
    const [ada] = (await people(shop, [{ name: 'Ada' }])) as [number];
    await openAccounts(shop, chainId, [
      { location: locationId, client: ada, type: await openKind(chainId, locationId), balance: 10.5 },
      { location: locationId, client: ada, type: await openKind(chainId), balance: 7 },
    ]);
    const blind = await shop.hire('owner', { clients_deposits_access: false });
    const amounts = async (path: string, person: Person) => {
      const { body } = await shop.call('GET', `//api/v2/locations/${locationId}/clients/${ada}/${path}`, {
        authorization: person.authorization,
        headers: { accept: 'application/vnd.api.v2+json' },
      });
      expect(body.data.relationships.deposits.data).toEqual(body.included.map(({ type, id }: Fields) => ({ type, id })));
      return body.included.map(({ attributes }: { attributes: Fields }) => attributes);
    };
    const kept = (balance: number) => ({ title: 'Prepaid', balance, reserved_balance: 0, available_balance: balance });
    expect(await amounts('attendances_statistic', shop.owner)).toEqual([kept(10.5)]);
    const ofChain = `chain_attendances_statistic/${chainId}`;
    expect(await amounts(ofChain, shop.owner)).toEqual([kept(10.5), kept(7)]);
    expect([await amounts('attendances_statistic', blind), await amounts(ofChain, blind)]).toEqual([[], []]);
  });
});
