import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, openShop, type Person, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { tags } from '../tags/tables.ts';
import { clientComments, clients, clientTags } from './tables.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const create = (body: unknown, options: { in?: Shop; as?: Person } = {}) => {
  const { in: of = shop, as: person = of.owner } = options;
  return of.call('POST', `/clients/${of.locationId}`, { body, authorization: person.authorization });
};
const read = (id: number, of = shop, person = of.owner) =>
  of.call('GET', `/client/${of.locationId}/${id}`, { authorization: person.authorization });
const update = (id: number, body: unknown, of = shop, person = of.owner) =>
  of.call('PUT', `/client/${of.locationId}/${id}`, { body, authorization: person.authorization });
const remove = (id: number, of = shop, person = of.owner) =>
  of.call('DELETE', `/client/${of.locationId}/${id}`, { authorization: person.authorization });
const list = (query: string, of = shop, person = of.owner) =>
  of.call('GET', `/clients/${of.locationId}?${query}`, { authorization: person.authorization });
const ada = (fields: Record<string, unknown> = {}) => ({ name: 'Ada', phone: somePhone(), ...fields });
const digits = (phone: string) => Number(phone.slice(1));

async function addTag(title: string, of = shop): Promise<number> {
  const { db } = await testDatabase();
  const rows = await db.insert(tags).values({ locationId: of.locationId, title, color: '#bfd4f2' }).returning({ id: tags.id });
  return rows[0]?.id as number;
}

const published = {
  name: 'James',
  surname: 'Smith',
  middle_name: 'Albert',
  email: 'j.smith@example.com',
  gender_id: 1,
  discount: 15,
  importance_id: 1,
  card: 555888666,
  birth_date: '952041600',
  comment: 'text',
  sms_check: 0,
  sms_not: 1,
  spent: 1000,
  balance: -200,
  custom_fields: { 'key-1': 'value-1' },
};

describe('a new client', () => {
  test('comes back with every field as the published example has it', async () => {
    const loyal = await addTag('Loyal');
    const phone = somePhone();
    const answer = await create({ ...published, phone: digits(phone), categories: [loyal] });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      success: true,
      data: {
        id: expect.any(Number),
        name: 'James',
        surname: 'Smith',
        middle_name: 'Albert',
        phone: digits(phone),
        email: 'j.smith@example.com',
        categories: [{ id: loyal, title: 'Loyal', color: '#bfd4f2' }],
        gender_id: 1,
        gender: 'Male',
        discount: 15,
        importance_id: 1,
        importance: 'Bronze',
        card: 555888666,
        birth_date: '2000-03-03',
        comment: 'text',
        sms_check: 0,
        sms_not: 1,
        spent: 1000,
        balance: -1200,
        visits: 0,
        last_change_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]00$/),
        custom_fields: { 'key-1': 'value-1' },
      },
      meta: [],
    });
  });

  test('needs nothing but a name and a phone number', async () => {
    const { status, data } = await create(ada());
    expect(status).toBe(201);
    expect(data).toMatchObject({
      name: 'Ada',
      surname: '',
      middle_name: '',
      email: '',
      categories: [],
      gender_id: 0,
      gender: 'unknown',
      discount: 0,
      importance_id: 0,
      importance: 'No importance class',
      card: null,
      birth_date: null,
      comment: '',
      sms_check: 0,
      sms_not: 0,
      spent: 0,
      balance: 0,
      visits: 0,
      custom_fields: [],
    });
  });

  test.each([
    [0, 'unknown'],
    [1, 'Male'],
    [2, 'Female'],
  ])('of gender %d is called %s', async (gender_id, gender) => {
    expect((await create(ada({ gender_id }))).data).toMatchObject({ gender_id, gender });
  });

  test.each([
    [0, 'No importance class'],
    [1, 'Bronze'],
    [2, 'Silver'],
    [3, 'Gold'],
  ])('of importance %d is called %s', async (importance_id, importance) => {
    expect((await create(ada({ importance_id }))).data).toMatchObject({ importance_id, importance });
  });

  test.each([
    ['555888666', 555888666],
    [555888666, 555888666],
    ['A-17', 'A-17'],
    ['0042', '0042'],
    ['1234567890123456', '1234567890123456'],
    [' 77 ', 77],
    ['', null],
  ])('with the card %j is answered with %j, and read as a text', async (card, answered) => {
    const { data } = await create(ada({ card }));
    expect(data.card).toBe(answered);
    expect((await read(data.id)).data.card).toBe(String(card).trim());
  });

  test.each([
    ['1990-02-28', '1990-02-28'],
    ['2024-02-29', '2024-02-29'],
    ['1900-01-01', '1900-01-01'],
    ['952041600', '2000-03-03'],
    [952041600, '2000-03-03'],
    ['-86400', '1969-12-31'],
    ['', null],
    [null, null],
  ])('born on %j is answered with %j', async (birth_date, answered) => {
    expect((await create(ada({ birth_date }))).data.birth_date).toBe(answered);
  });

  test.each(['2023-02-29', '1900-02-29', '2024-13-01', '2024-04-31', '0000-00-00', '28.02.1990', 'yesterday', '99999999999999'])(
    'cannot be born on %s',
    async (birth_date) => {
      const answer = await create(ada({ birth_date }));
      expect(answer).toMatchObject({ status: 422, meta: { errors: [{ birth_date: ['must be a date yyyy-mm-dd'] }] } });
    },
  );

  test.each([
    [-200, 1000, -1200],
    [0, 0, 0],
    [500, 0, 500],
    [0.3, 0.1, 0.2],
    [1e12, 1, 999_999_999_999],
    [null, null, 0],
  ])('with the opening balance %d and paid purchases of %d has the balance %d', async (balance, spent, expected) => {
    const { data } = await create(ada({ balance, spent }));
    expect(data).toMatchObject({ balance: expected, spent: spent ?? 0 });
  });

  test.each([0, 0.5, 33.333, 100])('may have a discount of %d percent', async (discount) => {
    expect((await create(ada({ discount }))).data.discount).toBe(discount);
  });

  test.each([
    ['discount', 100.5],
    ['discount', -1],
    ['discount', 'much'],
    ['gender_id', 3],
    ['gender_id', 1.5],
    ['importance_id', 4],
    ['spent', 1e13],
    ['sms_check', 2],
    ['surname', 'x'.repeat(256)],
    ['comment', 'x'.repeat(10_001)],
    ['email', { at: 'example.com' }],
    ['custom_fields', 'none'],
  ])('with %s %j is refused', async (field, value) => {
    const phone = somePhone();
    const answer = await create({ name: 'Ada', phone, [field]: value });
    expect(answer).toMatchObject({
      status: 422,
      body: { success: false, data: null, meta: { message: 'An error has occurred.' } },
    });
    expect(answer.meta.errors).toEqual([{ [field]: [expect.any(String)] }]);
    expect((await list(`phone=${digits(phone)}`)).data).toEqual([]);
  });

  test('takes null for every field that may be left out as leaving it out', async () => {
    const empty = { surname: null, email: null, gender_id: null, discount: null, card: null, comment: null, sms_not: null };
    expect((await create(ada(empty))).data).toMatchObject({
      surname: '',
      email: '',
      gender_id: 0,
      discount: 0,
      card: null,
      comment: '',
      sms_not: 0,
    });
  });

  test('takes true and false for 1 and 0', async () => {
    expect((await create(ada({ sms_check: true, sms_not: false }))).data).toMatchObject({ sms_check: 1, sms_not: 0 });
  });

  test('keeps custom fields of every shape', async () => {
    const custom_fields = { text: 'é', number: 1.5, list: [1, [2]], nested: { deep: null }, ключ: true };
    const { data } = await create(ada({ custom_fields }));
    expect(data.custom_fields).toEqual(custom_fields);
    expect((await read(data.id)).data.custom_fields).toEqual(custom_fields);
  });

  test.each([{}, []].map((empty) => [empty]))('has no custom fields when %j is sent', async (custom_fields) => {
    const { status, data } = await create(ada({ custom_fields }));
    expect(status).toBe(201);
    expect(data.custom_fields).toEqual([]);
  });

  test('has the tags of its location; unknown ones and those of another location are left out', async () => {
    const [first, second] = [await addTag('First'), await addTag('Second')];
    const elsewhere = await addTag('Elsewhere', await openShop());
    const { status, data } = await create(ada({ categories: [second, elsewhere, 2_147_483_647, first, second] }));
    expect(status).toBe(201);
    expect(data.categories.map((tag: { title: string }) => tag.title)).toEqual(['First', 'Second']);
  });

  test('may name its tags as update_client does', async () => {
    const label = await addTag('Label');
    expect((await create(ada({ labels: [label] }))).data.categories).toMatchObject([{ id: label }]);
  });
});

describe('the name of a client', () => {
  test.each([
    'Ada',
    'Zoë Œuvré-Ångström',
    'Владимир',
    'Αθηνά',
    '李小龍',
    'さくら',
    '김민준',
    'أحمد',
    'שָׁלוֹם',
    'नमस्ते',
    'ไพลิน',
    "O'Brien; drop table clients",
    '<b>Ada</b>',
    '👩‍👩‍👧‍👦🇳🇿',
    'e\u0301 (decomposed)',
    '\u202eadA',
    'x'.repeat(255),
    '🎉'.repeat(255),
  ])('%s is kept to the letter', async (name) => {
    const { data } = await create(ada({ name, surname: name }));
    expect(data).toMatchObject({ name, surname: name });
    expect((await read(data.id)).data).toMatchObject({ name, surname: name });
  });

  test('loses the blanks around it', async () => {
    expect((await create(ada({ name: '  Ada\t', surname: ' Lovelace\n' }))).data).toMatchObject({
      name: 'Ada',
      surname: 'Lovelace',
    });
  });

  test.each(['', '   ', '\n\t', '\u00a0', null])('cannot be %j', async (name) => {
    const answer = await create(ada({ name }));
    expect(answer).toMatchObject({ status: 422, meta: { errors: [{ name: ['Client name not specified'] }] } });
  });

  test('cannot be missing', async () => {
    expect(await create({ phone: somePhone() })).toMatchObject({ status: 422, meta: { errors: [{ name: ['is required'] }] } });
  });

  test('may be a number', async () => {
    expect((await create(ada({ name: 47 }))).data.name).toBe('47');
  });

  test.each(['A\u0000da', 'Ada \ud83c', '\udf89 Ada'])('cannot be %j, which the database cannot store', async (name) => {
    const refused = (field: string) => ({
      status: 422,
      meta: { errors: [{ [field]: ['must not contain NUL characters or halves of characters'] }] },
    });
    expect(await create(ada({ name }))).toMatchObject(refused('name'));
    expect(await create(ada({ custom_fields: { [name]: [name] } }))).toMatchObject(refused('custom_fields'));
    expect(await create(ada({ custom_fields: { a: [name] } }))).toMatchObject(refused('custom_fields.a.0'));
    const { id } = await shop.addClient();
    expect(await update(id, ada({ name }))).toMatchObject(refused('name'));
  });

  test('may look like an escape of one', async () => {
    expect((await create(ada({ name: '\\u0000', surname: 'C:\\ud83c' }))).data).toMatchObject({
      name: '\\u0000',
      surname: 'C:\\ud83c',
    });
  });
});

describe('the phone number of a client', () => {
  test.each([
    ['New York', '(315) 555-0175', 13155550175],
    ['New York', '315.555.0175', 13155550175],
    ['New York', '1 315 555 0175', 13155550175],
    ['New York', '+44 20 7946 0958', 442079460958],
    ['London', '020 7946 0958', 442079460958],
    ['London', '(020) 7946-0958', 442079460958],
    ['London', '442079460958', 442079460958],
    ['Berlin', '030 901820', 4930901820],
    ['Paris', '01 09 75 83 51', 33109758351],
    ['Dublin', '(01) 679 3377', 35316793377],
    ['Tokyo', '03-3224-5000', 81332245000],
    ['Tokyo', '０３-３２２４-５０００', 81332245000],
    ['Sydney', '(02) 9374 4000', 61293744000],
    ['Wellington', '04 472 0000', 6444720000],
  ])('is read as %s writes it: %s', async (city, phone, expected) => {
    const there = await openShop({ city });
    const { status, data } = await create({ name: 'Ada', phone }, { in: there });
    expect(status).toBe(201);
    expect(data.phone).toBe(expected);
  });

  test('is understood without its plus sign, as a text and as a number', async () => {
    const [first, second] = [somePhone(), somePhone()];
    expect((await create({ name: 'Ada', phone: first.slice(1) })).data.phone).toBe(digits(first));
    expect((await create({ name: 'Ada', phone: digits(second) })).data.phone).toBe(digits(second));
  });

  test.each(['5', '12345678', '+1 315', '1234567890123456', 'call me', '315-555-O175', '+', '-1'])(
    'cannot be %s',
    async (phone) => {
      const answer = await create({ name: 'Ada', phone });
      expect(answer).toMatchObject({ status: 422, body: { success: false, data: null } });
      expect(answer.meta).toEqual({
        message: 'An error has occurred.',
        errors: [{ phone: ['Phone must contain 9 to 15 digits'] }],
      });
    },
  );

  test.each(['', '  ', null])('cannot be %j', async (phone) => {
    const answer = await create({ name: 'Ada', phone });
    expect(answer).toMatchObject({ status: 422, meta: { errors: [{ phone: ['Customer phone number cannot be empty'] }] } });
  });

  test('cannot be missing', async () => {
    expect(await create({ name: 'Ada' })).toMatchObject({ status: 422, meta: { errors: [{ phone: ['is required'] }] } });
  });

  test('belongs to one client of a location, however it is spelled', async () => {
    const own = await openShop();
    await create({ name: 'Ada', phone: '+1 315 555 0175' }, { in: own });
    for (const phone of ['+13155550175', 13155550175, '(315) 555-0175', '001 315 555 0175']) {
      const answer = await create({ name: 'Grace', phone }, { in: own });
      expect(answer.status).toBe(422);
      expect(answer.meta.errors).toEqual([
        { phone: ['The client with the specified phone number already exists in the database'] },
      ]);
    }
    expect((await list('', own)).meta.total_count).toBe(1);
  });

  test('may belong to a client of another location too, even of the same chain', async () => {
    const here = await openShop();
    const there = await openShop({ chainId: here.chainId });
    const phone = somePhone();
    expect((await create({ name: 'Ada', phone }, { in: here })).status).toBe(201);
    expect((await create({ name: 'Ada', phone }, { in: there })).status).toBe(201);
  });

  test('is free again when its client is deleted', async () => {
    const client = await shop.addClient();
    await remove(client.id);
    expect((await create({ name: 'Grace', phone: client.phone })).status).toBe(201);
  });

  test('goes to one of twenty simultaneous requests', async () => {
    const phone = somePhone();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => create({ name: `Ada ${index}`, phone })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(422)]);
    const winner = answers.find(({ status }) => status === 201);
    expect((await list(`phone=${digits(phone)}`)).data).toMatchObject([{ id: winner?.data.id, name: winner?.data.name }]);
  });
});

describe('the date of the last change', () => {
  async function changedAt(of: Shop, instant: string): Promise<string> {
    const { id } = await of.addClient();
    const { db } = await testDatabase();
    const own = and(eq(clients.locationId, of.locationId), eq(clients.id, id));
    await db
      .update(clients)
      .set({ changedAt: new Date(instant) })
      .where(own);
    return (await read(id, of)).data.last_change_date;
  }

  test.each([
    ['New York', '2026-01-15T12:00:00Z', '2026-01-15T07:00:00-0500'],
    ['New York', '2026-07-15T12:00:00Z', '2026-07-15T08:00:00-0400'],
    ['New York', '2026-03-08T06:59:59Z', '2026-03-08T01:59:59-0500'],
    ['New York', '2026-03-08T07:00:00Z', '2026-03-08T03:00:00-0400'],
    ['London', '2026-01-15T12:00:00Z', '2026-01-15T12:00:00+0000'],
    ['London', '2026-07-15T12:00:00Z', '2026-07-15T13:00:00+0100'],
    ['London', '2026-10-25T00:59:59Z', '2026-10-25T01:59:59+0100'],
    ['London', '2026-10-25T01:00:00Z', '2026-10-25T01:00:00+0000'],
    ['Kathmandu', '2026-01-15T20:00:00Z', '2026-01-16T01:45:00+0545'],
  ])('in %s is local: %s is %s', async (city, instant, expected) => {
    expect(await changedAt(await openShop({ city }), instant)).toBe(expected);
  });

  test('is the time of creation at first, and of every change after it', async () => {
    const { id } = await shop.addClient();
    const { db } = await testDatabase();
    const own = and(eq(clients.locationId, shop.locationId), eq(clients.id, id));
    await db
      .update(clients)
      .set({ changedAt: new Date('2026-01-15T12:00:00Z') })
      .where(own);
    const before = Date.now();
    const { data } = await update(id, ada());
    const written = Date.parse(data.last_change_date.replace(/(\d\d)$/, ':$1'));
    expect(written).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
    expect(written).toBeLessThanOrEqual(Date.now());
  });
});

describe('reading a client', () => {
  test('answers the entered values, the card as a text', async () => {
    const created = (await create({ ...published, phone: somePhone() })).data;
    const answer = await read(created.id);
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: [] } });
    expect(answer.data).toEqual({ ...created, card: '555888666' });
  });

  test.each(['0', '2147483647', '2147483648', '99999999999999999999', 'abc', '1.5', '-1', '%20'])(
    'finds none with the id %s',
    async (id) => {
      const answer = await shop.call('GET', `/client/${shop.locationId}/${id}`);
      expect(answer).toMatchObject({ status: 404, body: { success: false, data: null } });
    },
  );

  test('finds none of another location', async () => {
    const stranger = await openShop();
    const { id } = await stranger.addClient();
    expect((await read(id)).status).toBe(404);
  });
});

describe('changing a client', () => {
  test('changes the fields that are sent and no others', async () => {
    const loyal = await addTag('Loyal');
    const phone = somePhone();
    const before = (await create({ ...published, phone, categories: [loyal] })).data;
    const answer = await update(before.id, { name: 'Jim', phone, comment: '' });
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ ...before, name: 'Jim', comment: '', last_change_date: expect.any(String) });
    expect((await read(before.id)).data).toMatchObject({ name: 'Jim', surname: 'Smith', comment: '', card: '555888666' });
  });

  test('changes every field', async () => {
    const { id } = await shop.addClient();
    const phone = somePhone();
    const { data } = await update(id, { ...published, phone, sms_check: 1 });
    expect(data).toMatchObject({
      ...published,
      phone: digits(phone),
      birth_date: '2000-03-03',
      balance: -1200,
      sms_check: 1,
      gender: 'Male',
      importance: 'Bronze',
    });
  });

  test('empties a field that is sent empty', async () => {
    const phone = somePhone();
    const { id } = (await create({ ...published, phone })).data;
    const empty = { surname: '', email: '', card: '', birth_date: '', custom_fields: {}, discount: 0, balance: 0, spent: 0 };
    expect((await update(id, { name: 'James', phone, ...empty })).data).toMatchObject({
      surname: '',
      email: '',
      card: null,
      birth_date: null,
      custom_fields: [],
      discount: 0,
      balance: 0,
      spent: 0,
    });
  });

  test('replaces all tags by those in labels, and keeps them without labels', async () => {
    const [first, second] = [await addTag('First'), await addTag('Second')];
    const phone = somePhone();
    const { id } = (await create({ name: 'Ada', phone, categories: [first] })).data;
    const tagsAfter = async (fields: object) =>
      (await update(id, { name: 'Ada', phone, ...fields })).data.categories.map((tag: { id: number }) => tag.id);
    expect(await tagsAfter({})).toEqual([first]);
    expect(await tagsAfter({ labels: [second] })).toEqual([second]);
    expect(await tagsAfter({ categories: [first, second] })).toEqual([first, second]);
    expect(await tagsAfter({ labels: [2_147_483_647] })).toEqual([]);
    expect(await tagsAfter({ labels: [first] })).toEqual([first]);
    expect(await tagsAfter({ labels: [] })).toEqual([]);
  });

  test('to a phone number that another client has is refused, and nothing is changed', async () => {
    const taken = await shop.addClient();
    const loyal = await addTag('Loyal');
    const { id } = await shop.addClient();
    const before = (await read(id)).data;
    const answer = await update(id, { name: 'Grace', phone: taken.phone, comment: 'changed', labels: [loyal] });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors).toEqual([
      { phone: ['The client with the specified phone number already exists in the database'] },
    ]);
    expect((await read(id)).data).toEqual(before);
  });

  test('to its own phone number in another spelling is fine', async () => {
    const own = await openShop();
    const { id } = (await create({ name: 'Ada', phone: '+13155550175' }, { in: own })).data;
    expect(await update(id, { name: 'Ada', phone: '(315) 555-0175' }, own)).toMatchObject({
      status: 200,
      data: { phone: 13155550175 },
    });
  });

  test.each([
    [{ name: ' ' }, { name: ['Client name not specified'] }],
    [{ phone: '123' }, { phone: ['Phone must contain 9 to 15 digits'] }],
    [{ phone: '' }, { phone: ['Customer phone number cannot be empty'] }],
    [{ birth_date: '2023-02-29' }, { birth_date: ['must be a date yyyy-mm-dd'] }],
    [{ discount: 101 }, { discount: [expect.any(String)] }],
  ])('with %j is refused, and nothing is changed', async (fields, errors) => {
    const { id } = await shop.addClient();
    const before = (await read(id)).data;
    const answer = await update(id, { ...ada({ comment: 'changed' }), ...fields });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors).toEqual([errors]);
    expect((await read(id)).data).toEqual(before);
  });

  test('needs the name and the phone number, as published', async () => {
    const { id } = await shop.addClient();
    expect((await update(id, {})).meta.errors).toEqual([{ name: ['is required'] }, { phone: ['is required'] }]);
  });

  test('lets the search find the new name, phone and e-mail, and no longer the old ones', async () => {
    const own = await openShop();
    const { id } = (await create({ name: 'Augusta', phone: '+13155550175', email: 'old@example.com' }, { in: own })).data;
    await update(id, { name: 'Ada', phone: '+13155550199', email: 'new@example.com' }, own);
    const found = async (value: string) => {
      const filters = [{ type: 'quick_search', state: { value } }];
      const { data } = await own.call('POST', `/company/${own.locationId}/clients/search`, { body: { filters } });
      return data.length === 1;
    };
    expect(await Promise.all(['Ada', '3155550199', 'new@'].map(found))).toEqual([true, true, true]);
    expect(await Promise.all(['Augusta', '3155550175', 'old@'].map(found))).toEqual([false, false, false]);
  });

  test('that does not exist, or is another location’s, is not found', async () => {
    const stranger = await openShop();
    const { id } = await stranger.addClient();
    expect((await update(id, ada())).status).toBe(404);
    expect((await update(2_147_483_647, ada())).status).toBe(404);
    expect((await read(id, stranger)).data.name).toBe('Ada');
  });

  test('by twenty simultaneous requests leaves the data of one of them, and the search finds it', async () => {
    const own = await openShop();
    const { id } = await own.addClient();
    const changes = Array.from({ length: 20 }, (_, index) => ({
      name: `Name${index}x`,
      phone: somePhone(),
      email: `e${index}x@example.com`,
    }));
    const answers = await Promise.all(changes.map((change) => update(id, change, own)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const { name, phone, email } = (await read(id, own)).data;
    expect(changes.map((change) => ({ ...change, phone: digits(change.phone) }))).toContainEqual({ name, phone, email });
    const found = await Promise.all(changes.map(async (change) => (await list(`fullname=${change.name}`, own)).data.length));
    expect(found).toEqual(changes.map((change) => (change.name === name ? 1 : 0)));
    expect((await list(`phone=${phone}&email=${email}`, own)).data).toMatchObject([{ id }]);
  });

  test('by two requests for each other’s phone numbers ends without a deadlock', async () => {
    const [first, second] = [await shop.addClient(), await shop.addClient()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2
          ? update(first.id, { name: 'Ada', phone: second.phone })
          : update(second.id, { name: 'Ada', phone: first.phone }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(422));
    expect([(await read(first.id)).data.phone, (await read(second.id)).data.phone]).toEqual([first.phone, second.phone]);
  });
});

describe('deleting a client', () => {
  test('answers without a body, and the client is gone', async () => {
    const { id } = await shop.addClient();
    expect(await remove(id)).toMatchObject({ status: 204, body: '' });
    expect((await read(id)).status).toBe(404);
    expect((await update(id, ada())).status).toBe(404);
    expect((await remove(id)).status).toBe(404);
    expect((await list(`id=${id}`)).data).toEqual([]);
  });

  test('deletes its comments and tags, but not those of other clients', async () => {
    const loyal = await addTag('Loyal');
    const [gone, stays] = [(await create(ada({ categories: [loyal] }))).data, (await create(ada({ categories: [loyal] }))).data];
    const commentsOf = (id: number) => `/clients/${shop.locationId}/clients/${id}/comments`;
    for (const { id } of [gone, stays]) await shop.call('POST', commentsOf(id), { body: { text: 'Prefers mornings' } });
    await remove(gone.id);
    expect((await shop.call('GET', commentsOf(gone.id))).status).toBe(404);
    const { db } = await testDatabase();
    const rowsOf = async (table: typeof clientComments | typeof clientTags, id: number) =>
      (
        await db
          .select({ id: table.clientId })
          .from(table)
          .where(and(eq(table.locationId, shop.locationId), eq(table.clientId, id)))
      ).length;
    expect([await rowsOf(clientComments, gone.id), await rowsOf(clientTags, gone.id)]).toEqual([0, 0]);
    expect([await rowsOf(clientComments, stays.id), await rowsOf(clientTags, stays.id)]).toEqual([1, 1]);
  });

  test('of another location finds nothing and deletes nothing', async () => {
    const stranger = await openShop();
    const { id } = await stranger.addClient();
    expect((await remove(id)).status).toBe(404);
    expect((await read(id, stranger)).status).toBe(200);
  });

  test('by several at the same time is done once', async () => {
    const { id } = await shop.addClient();
    const answers = await Promise.all(Array.from({ length: 5 }, () => remove(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
  });
});

describe('the rights of a member over clients', () => {
  const everything = {
    clients_access: true,
    clients_edit_access: true,
    clients_delete_access: true,
    clients_card_phone_access: true,
    clients_phones_access: true,
    clients_phones_email_access: true,
  };
  const without = (flag: keyof typeof everything) => shop.hire('worker', { ...everything, [flag]: false });
  const refused = { status: 403, body: { success: false, data: null, meta: { message: 'Access denied.' } } };

  test('with every permission is everything', async () => {
    const worker = await shop.hire('worker', everything);
    const created = await create(ada({ email: 'ada@example.com' }), { as: worker });
    expect(created).toMatchObject({ status: 201, data: { phone: expect.any(Number), email: 'ada@example.com' } });
    const { id } = created.data;
    expect((await read(id, shop, worker)).data).toMatchObject({ phone: created.data.phone, email: 'ada@example.com' });
    expect((await list(`id=${id}`, shop, worker)).data).toMatchObject([
      { phone: `+${created.data.phone}`, email: 'ada@example.com' },
    ]);
    expect((await update(id, ada(), shop, worker)).status).toBe(200);
    expect((await remove(id, shop, worker)).status).toBe(204);
  });

  test('without the right to see clients, a member neither reads nor searches', async () => {
    const worker = await without('clients_access');
    const { id } = await shop.addClient();
    expect(await read(id, shop, worker)).toMatchObject(refused);
    expect(await list('', shop, worker)).toMatchObject(refused);
    const options = { body: {}, authorization: worker.authorization };
    expect(await shop.call('POST', `/company/${shop.locationId}/clients/search`, options)).toMatchObject(refused);
  });

  test('without the right to change clients, a member neither adds nor changes', async () => {
    const worker = await without('clients_edit_access');
    const { id } = await shop.addClient({ name: 'Grace' });
    expect(await create(ada(), { as: worker })).toMatchObject(refused);
    expect(await update(id, ada(), shop, worker)).toMatchObject(refused);
    const options = { body: [ada()], authorization: worker.authorization };
    expect(await shop.call('POST', `/clients/${shop.locationId}/bulk`, options)).toMatchObject(refused);
    expect((await read(id, shop, worker)).data.name).toBe('Grace');
  });

  test('without deleting clients is not deleting', async () => {
    const worker = await without('clients_delete_access');
    const { id } = await shop.addClient();
    expect(await remove(id, shop, worker)).toMatchObject(refused);
    expect((await read(id, shop, worker)).status).toBe(200);
  });

  test('without seeing the phone number in a card is reading, adding and changing clients whose number is null', async () => {
    const worker = await without('clients_card_phone_access');
    const created = await create(ada(), { as: worker });
    expect(created).toMatchObject({ status: 201, data: { phone: null } });
    const { id } = created.data;
    expect((await read(id, shop, worker)).data.phone).toBeNull();
    expect((await update(id, ada(), shop, worker)).data.phone).toBeNull();
    expect((await list(`id=${id}`, shop, worker)).data).toMatchObject([{ phone: expect.stringMatching(/^\+\d+$/) }]);
  });

  test('without seeing e-mails is reading clients whose e-mail is empty', async () => {
    const worker = await without('clients_phones_email_access');
    const { id } = await shop.addClient({ email: 'ada@example.com' });
    expect((await read(id, shop, worker)).data.email).toBe('');
    expect((await list(`id=${id}`, shop, worker)).data).toMatchObject([{ email: '' }]);
    expect((await read(id)).data.email).toBe('ada@example.com');
  });

  test('as an administrator is everything, as a worker reading without contact details', async () => {
    const [administrator, worker] = [await shop.hire('administrator'), await shop.hire('worker')];
    const created = await create(ada({ email: 'ada@example.com' }), { as: administrator });
    expect(created).toMatchObject({ status: 201, data: { phone: expect.any(Number), email: 'ada@example.com' } });
    const { id } = created.data;
    expect((await read(id, shop, worker)).data).toMatchObject({ name: 'Ada', phone: null, email: '' });
    expect((await create(ada(), { as: worker })).status).toBe(403);
    expect((await remove(id, shop, worker)).status).toBe(403);
    expect((await remove(id, shop, administrator)).status).toBe(204);
  });

  test('in a location without a place in it is nothing, as if it did not exist', async () => {
    const stranger = await openShop();
    const { id } = await shop.addClient();
    const by = { authorization: stranger.owner.authorization };
    expect((await call('GET', `/client/${shop.locationId}/${id}`, by)).status).toBe(404);
    expect((await call('POST', `/clients/${shop.locationId}`, { body: ada(), ...by })).status).toBe(404);
    expect((await call('DELETE', `/client/${shop.locationId}/${id}`, by)).status).toBe(404);
  });
});

describe('the body of a request', () => {
  const send = (rawBody: string, contentType: string) =>
    shop.call('POST', `/clients/${shop.locationId}`, { rawBody, headers: { 'content-type': contentType } });

  test.each(['*/*', 'application/json', 'application/json; charset=utf-8', 'text/plain', 'application/vnd.example+json'])(
    'is JSON under the content type %s',
    async (contentType) => {
      expect((await send(JSON.stringify(ada({ name: 'Zoë' })), contentType)).data.name).toBe('Zoë');
    },
  );

  test('may be a form', async () => {
    const form = new URLSearchParams({ name: 'Zoë', phone: somePhone(), discount: '5', 'custom_fields[a]': 'b' });
    const answer = await send(form.toString(), 'application/x-www-form-urlencoded');
    expect(answer).toMatchObject({ status: 201, data: { name: 'Zoë', discount: 5, custom_fields: { a: 'b' } } });
  });

  test.each(['{', 'name=Ada', "{'name': 'Ada'}", '{"name": "Ada",}'])('%s is no JSON', async (text) => {
    const answer = await send(text, 'application/json');
    expect(answer).toMatchObject({ status: 400, body: { success: false, data: null } });
  });

  test.each(['[]', '"Ada"', '5', 'true', '', 'null', '{}'])('%j is no client', async (text) => {
    expect(await send(text, 'application/json')).toMatchObject({ status: 422, body: { success: false, data: null } });
  });

  test('may carry other spellings of the location and fields that nobody knows', async () => {
    const spelled = {
      company_id: 1,
      salon_id: '1',
      locationId: null,
      chainId: [],
      staff_ids: [1],
      masterId: {},
      record_id: 1,
      is_new: 1,
    };
    const answer = await create(ada(spelled));
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.data).filter((field) => field in spelled)).toEqual([]);
    expect((await update(answer.data.id, ada(spelled))).status).toBe(200);
  });

  test('cannot move a client to another location or give it an id', async () => {
    const stranger = await openShop();
    const { status, data } = await create(ada({ location_id: stranger.locationId, id: 1, visits: 99, paid: 500 }));
    expect(status).toBe(201);
    expect(data).toMatchObject({ visits: 0, balance: 0 });
    expect(data.id).not.toBe(1);
    expect((await read(data.id)).status).toBe(200);
    expect((await list('', stranger)).data).toEqual([]);
  });

  test('cannot nest custom fields without end', async () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const sendNested = (levels: number) =>
      send(JSON.stringify(ada()).replace('}', `,"custom_fields":{"a":${nested(levels)}}}`), 'application/json');
    expect((await sendNested(10)).status).toBe(201);
    expect(await sendNested(30)).toMatchObject({
      status: 422,
      meta: { errors: [{ 'custom_fields.a': ['must nest at most 20 levels'] }] },
    });
    expect(await sendNested(20_000)).toMatchObject({
      status: 400,
      meta: { errors: { body: ['must not nest deeper than 32 levels'] } },
    });
  });
});

test('a foreign number that is written back unchanged stays the same', async () => {
  const shop = await openShop();
  const client = await shop.addClient({ phone: '+4323522836' });
  expect(client.phone).toBe(4323522836);
  const answer = await shop.call('PUT', `/client/${shop.locationId}/${client.id}`, {
    body: { name: 'Ada', phone: client.phone },
  });
  expect(answer.data.phone).toBe(4323522836);
});
