import qs from 'qs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ApiError } from '../src/api/errors.ts';
import { parseForm, parseMultipart } from '../src/api/forms.ts';
import { inputOf } from '../src/api/input.ts';
import { exampleOf } from '../src/api/openapi/example.ts';
import type { Operation } from '../src/api/operation.ts';
import { createUser } from '../src/domains/access/users.ts';
import { codeSentTo } from './codes.ts';
import { builtOperations, titled } from './every-operation.ts';
import { call, openShop, type Shop, somePhone, testDatabase } from './harness.ts';
import { openSalon } from './salon.ts';

const boundary = 'xxxx';
const multipartType = `multipart/form-data; boundary=${boundary}`;
const multipartOf = (pairs: [string, string][]) =>
  `${pairs.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`;

/** A body as the pairs of a form. */
const pairsOf = (body: unknown): [string, string][] =>
  qs
    .stringify(body, { encode: false, delimiter: '\n' })
    .split('\n')
    .filter(Boolean)
    .map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]);

const parsed = (parse: (done: (error: Error | null, body?: object) => void) => void): Promise<object> =>
  new Promise((resolve, reject) => parse((error, body) => (error ? reject(error) : resolve(body as object))));

/** A value without parts that forms cannot contain: nulls and empty lists and objects. */
function writable(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(writable).filter((item) => item !== undefined);
    return items.length ? items : undefined;
  }
  if (typeof value !== 'object') return value;
  const fields = Object.entries(value ?? {}).flatMap(([name, inner]) => {
    const written = writable(inner);
    return written === undefined ? [] : [[name, written] as const];
  });
  return fields.length ? Object.fromEntries(fields) : undefined;
}

/** Fields that may be a number or a text: a form has them as texts. */
const eitherWay = /"(code|api_id|my_custom_field|phone_number|user_phone)":(\d+)/g;

describe.each(
  builtOperations
    .filter(({ operation: { body, multipart } }) => body?.type === 'object' && !multipart)
    .map((built) => [titled(built)[0], built.operation] as const),
)('%s', (_, operation: Operation) => {
  test('reads a form, with files or without, as JSON that says the same', async () => {
    const example = writable(operation.example?.body ?? exampleOf(operation.body, { onlyRequired: true })) ?? {};
    const params = () => structuredClone(exampleOf(operation.params ?? {}, {}));
    const query = () => (operation.query ? exampleOf(operation.query, { onlyRequired: true }) : {});
    const read = (body: unknown) => {
      try {
        const text = JSON.stringify(inputOf(operation)(params(), query(), body).body);
        return JSON.parse(text.replace(eitherWay, '"$1":"$2"'));
      } catch (error) {
        // Some operations need values that a form cannot contain.
        return (error as ApiError).errors;
      }
    };
    const expected = read(structuredClone(example));
    const form = await parsed((done) => parseForm(qs.stringify(example), done));
    expect(read(form)).toEqual(expected);
    const multipart = await parsed((done) => parseMultipart(multipartType, multipartOf(pairsOf(example)), done));
    expect(read(multipart)).toEqual(expected);
  });
});

describe('signing in', () => {
  let shop: Shop;
  let partner: string;
  beforeAll(async () => {
    shop = await openShop();
    partner = `Bearer ${shop.partner.token}`;
  });

  /** The ways to send fields. */
  const ways: [string, (path: string, fields: Record<string, string>) => ReturnType<typeof call>][] = [
    ['JSON', (path, body) => call('POST', path, { authorization: partner, body })],
    ['a form', (path, fields) => call('POST', path, { authorization: partner, rawBody: new URLSearchParams(fields) })],
    [
      'a multipart form',
      (path, fields) => {
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) form.append(name, value);
        return call('POST', path, { authorization: partner, rawBody: form });
      },
    ],
    ['the query', (path, fields) => call('POST', `${path}?${new URLSearchParams(fields)}`, { authorization: partner })],
    [
      'the query and JSON together',
      (path, { login, ...body }) =>
        call('POST', `${path}?${new URLSearchParams({ login: login as string })}`, { authorization: partner, body }),
    ],
  ];

  test.each(ways)('as a user takes the fields as %s', async (_, send) => {
    const { db } = await testDatabase();
    const email = `forms${Date.now()}${Math.random()}@example.com`;
    const password = 'correct horse battery';
    await createUser(db, { name: 'Grace', email, password });
    const answer = await send('/auth', { login: email, password });
    expect([answer.status, typeof answer.data?.user_token]).toEqual([201, 'string']);
    expect((await send('/auth', { login: email, password: 'wrong' })).status).toBe(401);
    expect((await send('/auth', { login: email })).meta.errors).toEqual([{ password: ['is required'] }]);
  });

  test.each(ways)('as a client takes the fields as %s', async (_, send) => {
    const phone = somePhone();
    await call('POST', `/book_code/${shop.locationId}`, { authorization: partner, body: { phone } });
    const answer = await send('/user/auth', { login: phone, password: await codeSentTo(phone) });
    expect([answer.status, typeof answer.data?.user_token]).toEqual([201, 'string']);
  });
});

test('elsewhere the query is no part of the body', async () => {
  const shop = await openShop();
  const answer = await shop.call('POST', `/clients/${shop.locationId}?name=Ada&phone=${encodeURIComponent(somePhone())}`);
  expect(answer.status).toBe(422);
});

describe('a boolean', () => {
  test.each([true, 1, '1', 'true', false, 0, '0', 'false'])('may be %j in JSON, in a form and in a query', async (value) => {
    const salon = await openSalon();
    const isYes = [true, 1, '1', 'true'].includes(value);
    await salon.booked();
    const taken = { ...salon.body(), save_if_busy: value };
    const path = `/records/${salon.place}`;
    expect((await salon.shop.call('POST', path, { body: taken })).status).toBe(isYes ? 201 : 422);
    expect((await salon.shop.call('POST', path, { rawBody: new URLSearchParams(pairsOf(taken)) })).status).toBe(
      isYes ? 201 : 422,
    );
    const made = (await salon.shop.call('GET', `${path}?with_deleted=${value}`)).data as { id: number }[];
    expect(made).toHaveLength(isYes ? 3 : 1);
    await salon.shop.call('DELETE', `/record/${salon.place}/${made[0]?.id}`);
    expect((await salon.shop.call('GET', `${path}?with_deleted=${value}`)).data).toHaveLength(isYes ? 3 : 0);
  });

  test.each(['yes', '2', 'TRUE', ''])('is not %j', async (value) => {
    const salon = await openSalon();
    const { status, meta } = await salon.book({ save_if_busy: value });
    expect([status, meta.errors]).toEqual([422, [{ save_if_busy: ['must be boolean'] }]]);
  });

  test.each(['1', 'true', true, 1])('that is written as 1 may be %j', async (value) => {
    const shop = await openShop();
    const body = { name: 'Ada', phone: somePhone(), sms_check: value };
    expect((await shop.call('POST', `/clients/${shop.locationId}`, { body })).data).toMatchObject({ sms_check: 1 });
  });
});

describe('a form', () => {
  let shop: Shop;
  let path: string;
  beforeAll(async () => {
    shop = await openShop();
    path = `/clients/${shop.locationId}`;
  });

  test('has lists and objects as PHP writes them', async () => {
    const tag = await shop.call('POST', `/labels/${shop.locationId}?title=Regular&color=%23ff2828&entity=1`);
    const form = new FormData();
    const fields = { name: 'Ada', phone: somePhone(), 'categories[]': String(tag.data.id), 'custom_fields[size]': '007' };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('photo', new Blob(['passed over']), 'photo.png');
    const { status, data } = await shop.call('POST', path, { rawBody: form });
    expect([status, data?.name, data?.categories.length, data?.custom_fields]).toEqual([201, 'Ada', 1, { size: '007' }]);
  });

  test('that is broken is a 400', async () => {
    for (const [type, text] of [
      [multipartType, `--${boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda`],
      ['multipart/form-data', multipartOf([['name', 'Ada']])],
      [multipartType, 'nonsense'],
    ] as const) {
      const answer = await shop.call('POST', path, { rawBody: text, headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 400, body: { success: false, data: null } });
      expect(answer.meta.errors).toEqual({ body: ['must be a multipart form'] });
    }
  });

  const fields = (count: number) => Array.from({ length: count }, (_, index) => [`x${index}`, '1'] as [string, string]);
  const asMultipart = (rawBody: string) => ({ rawBody, headers: { 'content-type': multipartType } });

  test('has a thousand fields at most', async () => {
    for (const count of [1000, 1001]) {
      const answer = await shop.call('POST', path, { rawBody: new URLSearchParams(fields(count)) });
      expect(answer.status).toBe(count === 1000 ? 422 : 413);
    }
  });

  test('has at most 500 parts of any kind when it is a multipart form', async () => {
    const file = `--${boundary}\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n`;
    const nothing = `--${boundary}\r\n\r\n\r\n`;
    const end = `--${boundary}--\r\n`;
    for (const count of [500, 501]) {
      for (const rawBody of [multipartOf(fields(count)), file.repeat(count) + end, nothing.repeat(count) + end]) {
        expect((await shop.call('POST', path, asMultipart(rawBody))).status).toBe(count === 500 ? 422 : 413);
      }
    }
  });

  test('has the size of any body at most, and 256 KB where bodies may be larger', async () => {
    const rawBody = multipartOf([['comment', 'x'.repeat(300_000)]]);
    for (const to of [path, `/company/${shop.locationId}/clients/search`]) {
      expect((await shop.call('POST', to, asMultipart(rawBody))).status).toBe(413);
      expect((await shop.call('POST', to, { rawBody: new URLSearchParams({ comment: 'x'.repeat(300_000) }) })).status).toBe(413);
    }
  });

  test('is read by the mock too', async () => {
    const rawBody = new FormData();
    rawBody.append('text', 'Prefers mornings');
    const options = { rawBody, authorization: 'Bearer any, User any' };
    const answer = await call('POST', '//_mock/en/b2b-v1/openapi/clients/1/clients/1/comments', options);
    expect([answer.status, answer.data.text]).toEqual([201, 'Prefers mornings']);
  });
});

describe('numbers in brackets', () => {
  const read = (text: string) => parsed((done) => parseForm(text, done));

  test.each([
    ['service_categories[5]=10', { service_categories: { 5: '10' } }],
    ['services%5B2%5D=7&services%5B1%5D=8', { services: { 1: '8', 2: '7' } }],
    ['lines[0][counts][3]=1&lines[1][counts][4]=2', { lines: [{ counts: { 3: '1' } }, { counts: { 4: '2' } }] }],
  ])('name things: %s', async (text, expected) => expect(await read(text)).toEqual(expected));

  test.each([
    ['ids[0]=7&ids[1]=8', { ids: ['7', '8'] }],
    ['ids[1]=8&ids[0]=7', { ids: ['7', '8'] }],
    ['ids[]=7&ids[]=8', { ids: ['7', '8'] }],
  ])('are places of a list that begins with 0: %s', async (text, expected) => expect(await read(text)).toEqual(expected));

  test('leave gaps in a list that the operation declares, in a query and in a form', async () => {
    const shop = await openShop();
    const [one, two] = [await shop.addTeamMember(), await shop.addTeamMember()];
    const path = `/company/${shop.locationId}/staff/schedule?start_date=2030-05-06&end_date=2030-05-06`;
    expect((await shop.call('GET', `${path}&staff_ids[3]=${one}&staff_ids[9]=${two}`)).status).toBe(200);
  });
});
