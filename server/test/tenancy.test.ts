import { beforeAll, describe, expect, test } from 'vitest';
import { exampleOf, type Schema } from '../src/api/openapi/example.ts';
import { maxId } from '../src/api/schema.ts';
import { type Built, builtOperations, mayWrite } from './every-operation.ts';
import { onPostgres, testDatabase } from './harness.ts';
import { columns, type Kind, kinds, meanings, ownColumns, ownMeanings } from './meanings.ts';
import { rowsOfBusiness } from './rows.ts';
import { bodyOf, keyOf, openWorld, queryOf, requestIn, type World } from './world.ts';

/** A place of a request that may name something of a business. */
interface Place {
  /** `filters.[].state.id` */
  path: string;
  kind: Kind;
  /** The request with this in its place. */
  with(value: unknown): unknown;
}

const types = ({ type }: Schema) => [type].flat();
const isObject = (schema: Schema) => schema.properties !== undefined;
const alternativesOf = (schema: Schema) => schema.anyOf ?? schema.oneOf ?? [];

/** Whether a value may be an id by its schema: a number as large as ids, or a list of such. */
function hasIds(schema: Schema): boolean {
  if (schema.items) return hasIds(schema.items);
  return (types(schema).includes('integer') && schema.maximum === maxId) || alternativesOf(schema).some(hasIds);
}

const isList = (schema: Schema): boolean => types(schema).includes('array') || alternativesOf(schema).some(isList);

const named = /(^|_)ids?$|[a-z]Ids?$/;
/** Names that refer to objects, though neither name nor schema shows it. */
const alsoIds = new Set(['phone', 'client_phone', 'phone_number', 'user_phone', 'record_labels']);

const meaningOf = (key: string, path: string, name: string) => ownMeanings[`${key} ${path}`] ?? meanings[name];

/**
 * The places below a value, each with the request that has another object there.
 * @param wrap makes the whole request of a changed value @param unmapped gets the places without a known meaning
 */
function* placesIn(
  key: string,
  schema: Schema,
  value: unknown,
  path: string[],
  wrap: (value: unknown) => unknown,
  unmapped: (path: string) => void,
): Generator<Place> {
  if (isObject(schema)) {
    const object = (typeof value === 'object' && value !== null ? value : exampleOf(schema, { onlyRequired: true })) as Record<
      string,
      unknown
    >;
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const below = [...path, name];
      const here = (inner: unknown) => wrap({ ...object, [name]: inner });
      const isLeaf =
        !isObject(property) && !(property.items && isObject(property.items)) && !alternativesOf(property).some(isObject);
      if (isLeaf) yield* leaf(key, property, below.join('.'), name, here, unmapped);
      else yield* placesIn(key, property, object[name], below, here, unmapped);
    }
    return;
  }
  if (schema.items) {
    const items = Array.isArray(value) && value.length ? value : [exampleOf(schema.items, { onlyRequired: true })];
    yield* placesIn(key, schema.items, items[0], [...path, '[]'], (inner) => wrap([inner, ...items.slice(1)]), unmapped);
    return;
  }
  const branches = alternativesOf(schema).filter((branch) => isObject(branch) || branch.items);
  for (const branch of branches) yield* placesIn(key, branch, branches.length === 1 ? value : undefined, path, wrap, unmapped);
}

function* leaf(
  key: string,
  schema: Schema,
  path: string,
  name: string,
  here: (value: unknown) => unknown,
  unmapped: (path: string) => void,
): Generator<Place> {
  if (!hasIds(schema) && !named.test(name) && !alsoIds.has(name)) return;
  const meaning = meaningOf(key, path, name);
  if (meaning === undefined) unmapped(path);
  else if (meaning !== 'nothing of a business') {
    yield { path, kind: meaning, with: (value) => here(isList(schema) ? [value] : value) };
  }
}

let mine: World;
/** Of the same integration, so that only the user separates the two. */
let sibling: World;
/** Of another integration, because clients of a partner may book in all locations of the partner. */
let stranger: World;

beforeAll(async () => {
  // Long ids, which no two tables share and which are not a part of other values in an answer.
  await (await testDatabase()).query({
    text: `select setval(format('%I.%I', schemaname, sequencename), greatest(last_value, 40000000 + 1000000 * number))
      from (select *, row_number() over (order by sequencename) as number from pg_sequences where schemaname = 'public') as sequences`,
    values: [],
  });
  mine = await openWorld();
  sibling = await openWorld({}, { partner: mine.shop.partner });
  stranger = await openWorld();
});

interface Trial {
  part: 'body' | 'query';
  place: Place;
}

/** Every place of an operation, for the ids of a world. */
function trialsOf(built: Built, unmapped: (path: string) => void = () => {}): Trial[] {
  const key = keyOf(built);
  const { body, query, multipart } = built.operation;
  const ids = mine?.ids ?? {};
  const bodyPlaces =
    body && !multipart && mine ? [...placesIn(key, body, bodyOf(built, ids), [], (value) => value, unmapped)] : [];
  const form = multipart
    ? [
        ...placesIn(
          key,
          body,
          { company_id: ids.location_id, service_id: ids.service_id, image_group_id: ids.image_group_id },
          [],
          (value) => value,
          unmapped,
        ),
      ]
    : [];
  const queryPlaces = query ? [...placesIn(key, query, mine ? queryOf(built, ids) : {}, [], (value) => value, unmapped)] : [];
  return [
    ...[...bodyPlaces, ...form].map((place) => ({ part: 'body' as const, place })),
    ...queryPlaces.map((place) => ({ part: 'query' as const, place })),
  ];
}

const withInput = builtOperations.filter(({ operation }) => operation.body || operation.query);

test('everything that looks like an id has a meaning', () => {
  const missing = withInput.flatMap((built) => {
    const paths: string[] = [];
    trialsOf(built, (path) => paths.push(`${keyOf(built)} ${path}`));
    return paths;
  });
  expect(missing).toEqual([]);
});

type Reference = readonly [table: string, column: string, kind: Kind];

/** The columns with which a location's rows refer to other rows. @returns also the columns without a known meaning */
async function references(): Promise<{ known: Reference[]; unmapped: string[] }> {
  const { query } = await testDatabase();
  const found = await query<{ table: string; column: string }>({
    text: `select c.table_name as "table", c.column_name as "column" from information_schema.columns c
      where c.table_schema = 'public' and (c.column_name ~ '_ids?$' or c.column_name = 'created_by') and c.column_name <> 'location_id'
        and exists (select 1 from information_schema.columns l
          where l.table_schema = 'public' and l.table_name = c.table_name and l.column_name = 'location_id')`,
    values: [],
  });
  const rows = found.map(({ table, column }) => [table, column, ownColumns[`${table}.${column}`] ?? columns[column]] as const);
  return {
    known: rows.filter((row): row is Reference => row[2] !== undefined && row[2] !== 'nothing of a business'),
    unmapped: rows.filter(([, , kind]) => kind === undefined).map(([table, column]) => `${table}.${column}`),
  };
}

let found: ReturnType<typeof references> | undefined;

test('every column that refers to something has a meaning', async () => {
  expect((await (found ??= references())).unmapped).toEqual([]);
});

/** The references of one business to things of the other. */
async function crossings(from: World, to: World): Promise<string[]> {
  const { query } = await testDatabase();
  const { known } = await (found ??= references());
  const values: unknown[] = [from.shop.locationId];
  const counts = known.map(([table, column, kind]) => {
    const ids = kinds[kind].map((name) => Number(to.ids[name])).filter(Number.isFinite);
    const given = `$${values.push(ids.map(String))}::text[]`;
    return `select '${table}.${column}' as name from "${table}" where location_id = $1 and ("${column}"::text = any(${given})
      or string_to_array(trim(both '{}' from "${column}"::text), ',') && ${given}) having count(*) > 0`;
  });
  // Planning it takes longer than running it: on a PostgreSQL server, its name has it planned once for a connection.
  const name = onPostgres() ? { name: 'crossings' } : {};
  return (await query<{ name: string }>({ ...name, text: counts.join(' union all '), values })).map((row) => row.name);
}

/** An id that nobody has. */
const unknown = 2_100_000_000;

/** The common part of the answers to two requests, apart from the id in each. */
const withoutId = (text: string, id: unknown) => text.replaceAll(String(id), 'ID');

describe.each(withInput.map((built) => [keyOf(built), built] as const))('%s', (_, built) => {
  test('does not tell things of another business from things that do not exist, and reaches, stores and shows none', async () => {
    const { user, clients } = built.operation.access;
    const theirs = user === 'required' && !clients ? sibling : stranger;
    // Reading rows takes long on a PostgreSQL server, and operations that only read have nothing to write with.
    const rowsOf = mayWrite(built) || !onPostgres() ? rowsOfBusiness : async () => '';
    const before = await rowsOf(theirs.shop);
    const start = await rowsOf(mine.shop);
    let own = start;
    for (const [index, { part, place }] of trialsOf(built).entries()) {
      // Created again each time, because new values in a request, such as a phone number, are new only once.
      const naming = (id: unknown) => {
        const changed = trialsOf(built)[index]?.place.with(id);
        // A GET has the fields of its body in the query, too.
        if (part === 'body' && built.operation.method === 'GET')
          return requestIn(mine, built, { query: { ...queryOf(built, mine.ids), ...(changed as object) } });
        return requestIn(mine, built, { [part]: changed });
      };
      for (const name of kinds[place.kind]) {
        const id = theirs.ids[name];
        const answer = await naming(id);
        const at = `${part} ${place.path}: ${answer.status}`;
        const text = JSON.stringify(answer.body) ?? '';
        expect(answer.status, at).toBeLessThan(500);
        expect(text, at).not.toMatch(new RegExp(theirs.mark, 'i'));
        const after = await rowsOf(mine.shop);
        if (answer.status >= 400) expect(after, at).toBe(own);
        if (place.kind !== 'phone') {
          const nobodys = await naming(unknown);
          expect([at, nobodys.status]).toEqual([at, answer.status]);
          if (after === own) expect(withoutId(text, id), at).toBe(withoutId(JSON.stringify(nobodys.body) ?? '', unknown));
        }
        own = after === own ? own : await rowsOf(mine.shop);
      }
    }
    expect(await rowsOf(theirs.shop)).toBe(before);
    if (own !== start) expect(await crossings(mine, theirs)).toEqual([]);
  });
});

test('references that are there are found', async () => {
  expect((await crossings(mine, mine)).length).toBeGreaterThan(20);
});
