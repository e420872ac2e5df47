import { beforeAll, describe, expect, test } from 'vitest';
import { openShop, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { tags } from '../tags/tables.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const add = (clients: unknown, of = shop) => of.call('POST', `/clients/${of.locationId}/bulk`, { body: clients });
const count = async (of: Shop): Promise<number> => (await of.call('GET', `/clients/${of.locationId}`)).meta.total_count;
const digits = (phone: string) => Number(phone.slice(1));
const people = (number: number) =>
  Array.from({ length: number }, (_, index) => ({ name: `Client ${index}`, phone: somePhone() }));
const texts = {
  duplicate: 'The client with the specified phone number already exists in the database',
  name: 'Client name not specified',
  phone: 'Phone must contain 9 to 15 digits',
  noPhone: 'Customer phone number cannot be empty',
};

describe('adding many clients', () => {
  test('answers each as the published example has it', async () => {
    const { db } = await testDatabase();
    const [tag] = await db
      .insert(tags)
      .values({ locationId: shop.locationId, title: 'Loyal', color: '#bfd4f2' })
      .returning({ id: tags.id });
    const phone = somePhone();
    const answer = await add([
      {
        name: 'James',
        surname: 'Smith',
        middle_name: 'Albert',
        phone: digits(phone),
        email: 'j.smith@example.com',
        gender_id: 1,
        discount: 15,
        importance_id: 1,
        card: 555888666,
        birth_date: '952041600',
        comment: 'text',
        sms_check: 1,
        sms_not: 1,
        spent: 1000,
        balance: -200,
        categories: [tag?.id, 2_147_483_647],
      },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      data: {
        created: [
          {
            id: expect.any(Number),
            name: 'James',
            surname: 'Smith',
            middle_name: 'Albert',
            phone: digits(phone),
            email: 'j.smith@example.com',
            card: 555888666,
            birth_date: '2000-03-03',
            comment: 'text',
            discount: 15,
            visits: 0,
            gender_id: 1,
            gender: 'Male',
            sms_check: 1,
            sms_not: 1,
            sms_bot: 1,
            spent: 1000,
            paid: 0,
            balance: -1200,
            importance_id: 1,
            importance: 'Bronze',
            categories: [{ id: tag?.id, title: 'Loyal', color: '#bfd4f2' }],
            last_change_date: expect.stringMatching(/-0[45]00$/),
            custom_fields: [],
          },
        ],
        errors: [],
      },
      meta: [],
    });
  });

  test('answers the new clients in the order in which they were sent', async () => {
    const sent = people(50).sort(() => Math.random() - 0.5);
    const { data } = await add(sent);
    expect(data.created.map(({ phone }: { phone: number }) => phone)).toEqual(sent.map(({ phone }) => digits(phone)));
    expect(data.created.map(({ name }: { name: string }) => name)).toEqual(sent.map(({ name }) => name));
  });

  test('lets them be found like any other', async () => {
    const own = await openShop();
    const [one, other] = people(2).map((person, index) => ({ ...person, email: `bulk${index}@example.com` }));
    const { data } = await add([one, other], own);
    const filters = [{ type: 'quick_search', state: { value: 'BULK1@' } }];
    const found = await own.call('POST', `/company/${own.locationId}/clients/search`, { body: { filters } });
    expect(found.data).toEqual([{ id: data.created[1].id, name: other?.name }]);
  });

  test('adds valid clients and reports each of the others with its data and the reason, with status 200', async () => {
    const own = await openShop();
    const known = await own.addClient();
    const answer = await add(
      [
        { name: 'Ada', phone: '+13155550101' },
        { name: 'Grace', surname: 'Hopper', phone: known.phone },
        { phone: '+13155550102' },
        { name: '  ', surname: 'Noether', phone: '+13155550103' },
        { name: 'Emmy' },
        { name: 'Emmy', phone: ' ' },
        { name: 'Emmy', phone: '12345678' },
        { name: 'Emmy', phone: '(12) 34' },
        { surname: 'Noether' },
        {},
        { name: 'Hedy', phone: '+13155550104', birth_date: '2023-02-29' },
        { name: 'Zoë', phone: '+13155550105' },
      ],
      own,
    );
    expect(answer.status).toBe(200);
    expect(answer.data.created).toMatchObject([
      { name: 'Ada', phone: 13155550101 },
      { name: 'Zoë', phone: 13155550105 },
    ]);
    const errors = [
      { phone: known.phone, name: 'Grace Hopper', error: texts.duplicate },
      { phone: 13155550102, error: texts.name },
      { phone: 13155550103, name: 'Noether', error: texts.name },
      { name: 'Emmy', error: texts.noPhone },
      { name: 'Emmy', error: texts.noPhone },
      { phone: 12345678, name: 'Emmy', error: texts.phone },
      { phone: '(12) 34', name: 'Emmy', error: texts.phone },
      { name: 'Noether', error: `${texts.name}; ${texts.noPhone}` },
      { error: `${texts.name}; ${texts.noPhone}` },
      { phone: 13155550104, name: 'Hedy', error: 'birth_date must be a date yyyy-mm-dd' },
    ];
    expect(answer.data.errors).toHaveLength(errors.length);
    expect(answer.data.errors).toEqual(expect.arrayContaining(errors));
    expect(await count(own)).toBe(3);
  });

  test('adds the first of several with the same phone number, in any spelling', async () => {
    const own = await openShop();
    const spellings = ['(315) 555-0175', '+13155550175', 13155550175];
    const { data } = await add(
      spellings.map((phone, index) => ({ name: `Client ${index}`, phone })),
      own,
    );
    expect(data.created).toMatchObject([{ name: 'Client 0', phone: 13155550175 }]);
    expect(data.errors).toEqual([
      { phone: 13155550175, name: 'Client 1', error: texts.duplicate },
      { phone: 13155550175, name: 'Client 2', error: texts.duplicate },
    ]);
  });

  test('a second time adds nobody and changes nobody', async () => {
    const own = await openShop();
    const sent = people(3);
    await add(sent, own);
    const again = await add(
      sent.map((person) => ({ ...person, name: 'Changed' })),
      own,
    );
    expect(again.data.created).toEqual([]);
    expect(again.data.errors).toEqual(
      sent.map(({ phone }) => ({ phone: digits(phone), name: 'Changed', error: texts.duplicate })),
    );
    const { data } = await own.call('GET', `/clients/${own.locationId}?fullname=Changed`);
    expect(data).toEqual([]);
  });

  test.each([
    ['gender_id', 3],
    ['gender_id', 'female'],
    ['discount', 100.5],
    ['discount', { percent: 5 }],
    ['spent', []],
    ['birth_date', { year: 1990 }],
    ['surname', 'x'.repeat(256)],
    ['categories', 'Loyal'],
    ['categories', [null, 'Loyal']],
    ['custom_fields', 5],
  ])('reports only the one with %s %j', async (field, value) => {
    const [good, bad] = people(2);
    const { status, data } = await add([{ ...bad, [field]: value }, good]);
    expect(status).toBe(200);
    expect(data.created).toMatchObject([{ name: good?.name }]);
    expect(data.errors).toEqual([
      {
        phone: digits(bad?.phone as string),
        name: expect.stringMatching(`^${bad?.name}`),
        error: expect.stringContaining(field),
      },
    ]);
  });

  test.each([
    ['name', { first: 'Ada' }, ['phone']],
    ['phone', [13155550175], ['name']],
  ])('reports one whose %s is %j without it', async (field, value, named) => {
    const [good, bad] = people(2);
    const { data } = await add([{ ...bad, [field]: value }, good]);
    expect(data.created).toMatchObject([{ name: good?.name }]);
    expect(data.errors).toHaveLength(1);
    expect(data.errors[0].error).toBe(`${field} must be string`);
    expect(Object.keys(data.errors[0]).sort()).toEqual(['error', ...named].sort());
  });

  test.each([null, 5, 'Ada', true, [], [['Ada']]])('reports only %j in the place of a client', async (item) => {
    const [good] = people(1);
    const { status, data } = await add([item, good]);
    expect(status).toBe(200);
    expect(data.created).toMatchObject([{ name: good?.name }]);
    expect(data.errors).toEqual([{ error: 'body must be object' }]);
  });

  test.each(['\u0000', '\ud83c'])('reports only the one with the character %j, in any field', async (character) => {
    for (const [field, value] of [
      ['name', `A${character}`],
      ['comment', character],
      ['custom_fields', { [character]: 1 }],
    ] as const) {
      const [good, bad] = people(2);
      const { status, data } = await add([{ ...bad, [field]: value }, good]);
      expect(status).toBe(200);
      expect(data.created).toMatchObject([{ name: good?.name }]);
      expect(data.errors).toMatchObject([
        { phone: digits(bad?.phone as string), error: `${field} must not contain NUL characters or halves of characters` },
      ]);
    }
  });

  test('accepts a text that only looks like an escaped NUL', async () => {
    const [person] = people(1);
    const { data } = await add([{ ...person, comment: 'C:\\u0000' }]);
    expect(data.created).toMatchObject([{ comment: 'C:\\u0000' }]);
  });

  test.each([[[]], [null], [{}], [{ clients: [] }], ['Ada'], [5]])('needs a list of clients, and %j is none', async (body) => {
    expect(await add(body)).toMatchObject({ status: 422, body: { success: false, data: null } });
  });

  test('answers with an empty list of created clients when none can be added', async () => {
    expect((await add([{}])).body).toMatchObject({ success: true, data: { created: [] } });
  });

  test('hides the phone numbers from callers who may not see them', async () => {
    const worker = await shop.hire('worker', { clients_edit_access: true });
    const options = { body: people(1), authorization: worker.authorization };
    const { data } = await shop.call('POST', `/clients/${shop.locationId}/bulk`, options);
    expect(data.created).toMatchObject([{ phone: null, email: '' }]);
  });
});

describe('adding very many clients', () => {
  test('takes 10,000 in one request, in a few seconds', { timeout: 60_000 }, async () => {
    const own = await openShop();
    const sent = people(10_000);
    // Processor time, not clock time, because other tests run at the same time.
    const from = process.cpuUsage();
    const { status, data } = await add(sent, own);
    const { user, system } = process.cpuUsage(from);
    expect(status).toBe(200);
    expect(data.created).toHaveLength(10_000);
    expect(data.errors).toEqual([]);
    expect((user + system) / 1e6).toBeLessThan(10);
    expect(await count(own)).toBe(10_000);
  });

  test('takes no more than 10,000', async () => {
    const own = await openShop();
    expect((await add(people(10_001), own)).status).toBe(422);
    expect(await count(own)).toBe(0);
  });
});

test('five requests with the same 200 people in different orders at the same time add each of them once', async () => {
  const own = await openShop();
  const everyone = people(200);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => {
      const shuffled = [...everyone].sort(() => Math.random() - 0.5);
      return add(shuffled, own);
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  const created = answers.flatMap(({ data }) => data.created.map(({ phone }: { phone: number }) => phone));
  expect(created.sort()).toEqual(everyone.map(({ phone }) => digits(phone)).sort());
  const errors = answers.flatMap(({ data }) => data.errors.map(({ error }: { error: string }) => error));
  expect(errors).toEqual(Array(800).fill(texts.duplicate));
  expect(await count(own)).toBe(200);
});
