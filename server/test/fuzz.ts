import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { exampleOf, type Schema } from '../src/api/openapi/example.ts';
import type { Operation } from '../src/api/operation.ts';
import { type Built, builtOperations, callBuilt, pathOf, things, titled } from './every-operation.ts';
import { type Answer, openShop, somePhone, testDatabase } from './harness.ts';

/** Values that no schema of ours expects in the place of another: wrong types, extremes, odd texts. */
const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    -1e308,
    Number.MAX_SAFE_INTEGER,
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '‮abc',
    "'; drop table clients; --",
  ),
  fc.constantFrom(
    '%',
    '_',
    '\\',
    '{}',
    '[]',
    'null',
    'NaN',
    'x'.repeat(70_000),
    '🎉'.repeat(300),
    '0000-00-00',
    '2023-02-30',
    '-0',
  ),
  fc.constantFrom<unknown>([], {}, [null], [[]], { a: { b: {} } }, { constructor: 1 }, { value: null }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The example of a body with one to three places replaced, removed or added. */
function mutations(schema: Schema, example: unknown): fc.Arbitrary<unknown> {
  const base = example ?? exampleOf(schema, { onlyRequired: true });
  if (Array.isArray(base)) {
    return fc.oneof(odd, fc.array(fc.oneof(odd, schema.items ? mutations(schema.items, base[0]) : odd), { maxLength: 4 }));
  }
  const names = [...Object.keys(schema.properties ?? {}), '__proto__', 'unknown_field'];
  const change = fc.record({ name: fc.constantFrom(...names), remove: fc.boolean(), value: odd });
  return fc.oneof(
    { weight: 1, arbitrary: odd },
    {
      weight: 6,
      arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
        const body: Record<string, unknown> = { ...(base as object) };
        if (Object.hasOwn(schema.properties ?? {}, 'phone')) body.phone = somePhone();
        for (const { name, remove, value } of changes) {
          if (remove) delete body[name];
          else Object.defineProperty(body, name, { value, enumerable: true, configurable: true, writable: true });
        }
        return body;
      }),
    },
  );
}

/** A business whose rows can be compared. */
async function watchedShop() {
  const shop = await openShop();
  const { query } = await testDatabase();
  const tables = await query<{ name: string }>({
    text: `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'location_id'`,
    values: [],
  });
  const digests = tables.map(
    ({ name }) => `(select md5(string_agg(row::text, '' order by row::text)) from "${name}" row where location_id = $1)`,
  );
  const statement = {
    text: `select concat_ws('/', ${digests.join(', ')}, (select md5(l::text) from locations l where l.id = $1),
      (select count(*) from locations where chain_id = $2)) as rows`,
    values: [shop.locationId, shop.chainId],
  };
  const { authorization } = shop.owner;
  return {
    ids: await things(shop),
    owner: { authorization },
    /** What the shop's rows are now, in every table. */
    rows: async (): Promise<string> => (await query<{ rows: string }>(statement))[0]?.rows ?? '',
  };
}

let shop: Awaited<ReturnType<typeof watchedShop>>;

function expectEnvelope(answer: Answer, operation: Operation): void {
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
  if (answer.status === operation.success.status) return;
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.body).toMatchObject({ success: false, data: null });
  expect(typeof answer.meta.message).toBe('string');
  expect(JSON.stringify(answer.body)).not.toMatch(/\b(select|insert|update) .* (from|into|set) |node_modules|\.ts:/i);
}

/** Tries the operations of some methods with bodies that nobody should send. */
export function fuzzBodies(...methods: Operation['method'][]): void {
  beforeAll(async () => {
    shop = await watchedShop();
  });
  const withBody = builtOperations.filter(
    ({ operation: { body, multipart, method } }) => body && !multipart && methods.includes(method),
  );
  describe.each(withBody.map(titled))('%s', (_, built) => tryBodies(built));
}

function tryBodies(built: Built): void {
  const { operation } = built;
  test('never fails on an odd body, and writes nothing when it refuses one', { timeout: 60_000 }, async () => {
    let before = await shop.rows();
    await fc.assert(
      fc.asyncProperty(mutations(operation.body as Schema, operation.example?.body), async (body) => {
        const answer = await callBuilt(built, pathOf(operation, shop.ids), { body: body ?? null, ...shop.owner });
        expectEnvelope(answer, operation);
        const after = await shop.rows();
        if (answer.status !== operation.success.status) expect(after).toBe(before);
        before = after;
      }),
      { numRuns: 20 },
    );
  });

  test('refuses a body that is no JSON', async () => {
    for (const rawBody of ['{', 'nonsense', '{"a":1}}', '\u0000', '{"__proto__": {"a": 1}}']) {
      const answer = await callBuilt(built, pathOf(operation, shop.ids), {
        ...shop.owner,
        rawBody,
        headers: { 'content-type': 'application/json' },
      });
      expectEnvelope(answer, operation);
      expect(answer.status).not.toBe(operation.success.status);
    }
  });
}

/** Tries every operation that has a query with odd ones. */
export function fuzzQueries(): void {
  beforeAll(async () => {
    shop = await watchedShop();
  });
  const withQuery = builtOperations.filter(({ operation }) => operation.query && operation.access.partner);
  describe.each(withQuery.map(titled))('%s', (_, built) => tryQueries(built));
}

function tryQueries(built: Built): void {
  const { operation } = built;
  test('never fails on an odd query', async () => {
    const { properties = {} } = operation.query as Schema;
    const names = Object.keys(properties);
    const value = fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '-1',
        'abc',
        '1e999',
        '99999999999999999999',
        '\u0000',
        '%',
        "'",
        '2020-13-01',
        '2000-01-01T00:00:00',
        'x'.repeat(2000),
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const query = fc.array(
      fc.tuple(fc.constantFrom(...names, ...names.map((name) => `${name}[]`), ...names.map((name) => `${name}[a][b]`)), value),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        const text = pairs
          .map(([name, given]) => `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(given))}`)
          .join('&');
        expectEnvelope(await callBuilt(built, `${pathOf(operation, shop.ids)}?${text}`, shop.owner), operation);
      }),
      { numRuns: 20 },
    );
  });
}

/** Lone surrogates cannot be sent in a URL at all. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');
