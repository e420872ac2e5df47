import qs from 'qs';
import { type Schema as ExampleSchema, exampleOf } from '../src/api/openapi/example.ts';
import type { Operation } from '../src/api/operation.ts';
import { defaultMaxItems } from '../src/api/schema.ts';

/** A body or query whose cost is measured. */
export interface WorstInput {
  /** Distinguishes it from the others of its operation. */
  name: string;
  type: string;
  /** Sent only when everything is. */
  isRare?: boolean;
  make(): Buffer;
}

interface Schema extends Omit<ExampleSchema, 'properties' | 'items' | 'anyOf' | 'oneOf'> {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: boolean | Schema;
}

/** A place of a body that can have a value. */
interface Place {
  path: string;
  schema: Schema;
  /** The body with another value at the place. */
  put(body: unknown, change: (value: unknown) => unknown): unknown;
}

/** Almost as many different names of fields as a body may have. */
const manyNames = 900;

/** A marker in a JSON body that is replaced by data up to the limit. */
const hole = '@hole@';
const json = 'application/json';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every place that a schema declares, the whole body first. */
function* places(schema: Schema, path = '', put: Place['put'] = (body, change) => change(body)): Iterable<Place> {
  yield { path, schema, put };
  const at = (name: string) => (path ? `${path}.${name}` : name);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* places(property, at(name), (body, change) =>
      put(body, (value) => {
        const fields = isRecord(value) ? value : (exampleOf({ ...schema, anyOf: undefined, oneOf: undefined }) as object);
        return { ...fields, [name]: change((fields as Record<string, unknown>)[name]) };
      }),
    );
  }
  if (isRecord(schema.additionalProperties) && Object.keys(schema.additionalProperties).length) {
    yield* places(schema.additionalProperties as Schema, at('*'), (body, change) =>
      put(body, (value) => ({ ...(value as object), some: change(undefined) })),
    );
  }
  if (schema.items) {
    yield* places(schema.items, at('0'), (body, change) =>
      put(body, (value) => [change(Array.isArray(value) ? value[0] : exampleOf(schema.items))]),
    );
  }
  for (const [index, variant] of (schema.anyOf ?? schema.oneOf ?? []).entries()) {
    const [, ...inner] = places(variant, `${path}|${index}`, (body, change) => put(body, () => change(exampleOf(variant))));
    yield* inner;
  }
}

const takes = (schema: Schema, type: string) => [schema.type ?? []].flat().includes(type);
const variantsOf = (schema: Schema): Schema[] => [schema, ...(schema.anyOf ?? schema.oneOf ?? []).flatMap(variantsOf)];
const takesList = (schema: Schema) => variantsOf(schema).find((each) => takes(each, 'array') || each.items);
const takesObject = (schema: Schema) => variantsOf(schema).find((each) => takes(each, 'object') || each.properties);
const takesText = (schema: Schema) =>
  variantsOf(schema).find((each) => takes(each, 'string') && each.enum === undefined && each.const === undefined);
const takesNumber = (schema: Schema) => variantsOf(schema).find((each) => takes(each, 'integer') || takes(each, 'number'));

/** As many copies of a piece as fit, separated by commas. */
const manyOf = (piece: string, room: number, max = Number.POSITIVE_INFINITY) =>
  Array(Math.max(1, Math.min(max, Math.floor((room - 2) / (piece.length + 1)))))
    .fill(piece)
    .join(',');

/** Texts that take a careless pattern, or a parser of dates, numbers or phones, a long time. */
const pieces = {
  'blanks and digits': '1 ',
  'mail-like': 'a@a.',
  'wide characters': '🎉',
};
const rarePieces = {
  letters: 'x',
  blanks: ' ',
  digits: '1',
  'date-like': '2026-09-21T10:00:00',
  'phone-like': '+1 (3) ',
  'web-like': 'http://a/?',
  'list-like': '1,',
  'NUL characters': '\\u0000',
};

/** A long text whose end differs from its beginning, so that a pattern has to go back. */
const textOf = (piece: string, room: number) =>
  `"${piece.repeat(Math.max(1, Math.floor((room - 3) / Buffer.byteLength(piece))))}!"`;

/** Different names of fields, as many as fit. */
function fieldsOf(name: (index: number) => string, room: number, value = '0', max = Number.POSITIVE_INFINITY): string {
  const fields: string[] = [];
  for (let index = 0, length = 2; index < max; index++) {
    const field = `"${name(index)}":${value}`;
    length += field.length + 1;
    if (length > room) break;
    fields.push(field);
  }
  return fields.join(',');
}

/** Makes the content of a place. `rare` ones are sent only with COST=all. */
type Fill = [name: string, make: (room: number) => string, rank?: 'rare' | undefined];

/** Lists that are long and wrong. */
function* listFills(schema: Schema, most: number): Iterable<Fill> {
  const { items = {}, maxItems = most } = schema;
  yield ['as many {} as fit', (room) => `[${manyOf('{}', room)}]`];
  for (const item of ['0', '""', '[]']) yield [`as many ${item} as fit`, (room) => `[${manyOf(item, room)}]`, 'rare'];
  yield [`${maxItems} empty items`, (room) => `[${manyOf('{}', room, maxItems)}]`];
  const good = JSON.stringify(exampleOf(items) ?? 1);
  const lastIs =
    (wrong: string): Fill[1] =>
    (room) =>
      `[${manyOf(good, room - 10, maxItems - 1)},${wrong}]`;
  yield ['right items, the last one is [[]]', lastIs('[[]]')];
  for (const wrong of ['{}', '"!"']) yield [`right items, the last one is ${wrong}`, lastIs(wrong), 'rare'];
  yield ['right items', (room) => `[${manyOf(good, room, maxItems)}]`, 'rare'];
  const wide = (room: number) => Math.floor((room - 2) / maxItems) - 1;
  if (takesObject(items)) {
    // Everything that is declared, and as many unknown fields as the limit leaves.
    yield [
      `${maxItems} wide items`,
      (room) => {
        const item = good.startsWith('{') && good.length > 2 ? good : '{"a":0}';
        const others = fieldsOf((index) => `n${index}`, wide(room) - item.length, '0', manyNames);
        return `[${manyOf(others ? `${item.slice(0, -1)},${others}}` : item, room, maxItems)}]`;
      },
    ];
  }
  // Lists in lists: as many items as there may be in every inner one, and then as many of these as fit.
  for (const inner of places(items)) {
    const list = inner.path && !inner.path.includes('|') ? takesList(inner.schema) : undefined;
    if (!list) continue;
    const one = exampleOf(list.items ?? {}) ?? 1;
    yield [
      `items full of ${inner.path}`,
      (room) => {
        const count = Math.min(list.maxItems ?? most, Math.floor((room - good.length) / (JSON.stringify(one).length + 1)));
        return `[${manyOf(JSON.stringify(inner.put(exampleOf(items), () => Array(Math.max(1, count)).fill(one))), room, maxItems)}]`;
      },
    ];
  }
  if (takesText(items)) yield [`${maxItems} long texts`, (room) => `[${manyOf(textOf('1', wide(room)), room, maxItems)}]`];
}

/** Objects with more fields than anybody declares. */
function* objectFills(): Iterable<Fill> {
  const unknown =
    (value: string): Fill[1] =>
    (room) =>
      `{${fieldsOf((index) => index.toString(36), room, value)}}`;
  const filler = (room: number) => `[${manyOf('{}', room / manyNames - 10)}]`;
  yield [`${manyNames} unknown fields`, (room) => `{${fieldsOf((index) => index.toString(36), room, filler(room), manyNames)}}`];
  for (const value of ['0', '""', '{}']) yield [`unknown fields with ${value}`, unknown(value), 'rare'];
  yield ['one long name', (room) => `{"${'n'.repeat(room - 10)}":{}}`, 'rare'];
}

/** Bodies that do not depend on a schema, only for the body reader. */
function* shapelessTexts(limit: number): Iterable<[string, () => string]> {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`;
  const room = limit - 40;
  yield ['deep lists', () => `[${manyOf(nested(31), room)}]`];
  yield ['deep objects', () => `[${manyOf(objects(31), room)}]`];
  // As many as are read: more of them are refused before they are parsed.
  yield ['the most deep objects', () => `[${manyOf(objects(31), room, 3200)}]`];
  yield ['bottomless lists', () => '['.repeat(limit)];
  yield ['bottomless objects', () => '{"a":'.repeat(limit / 5)];
  yield ['the same field again and again', () => `{${manyOf('"a":0', room)}}`];
  yield ['numbered fields', () => `{${fieldsOf((index) => String(index * 7), room)}}`];
  yield ['large numbers as names', () => `{${fieldsOf((index) => String(4_294_967_290 - index * 3), room)}}`];
  yield [
    'many fields of every item',
    () => `[${manyOf(`{${fieldsOf((index) => `n${index}`, room / 3, '0', manyNames)}}`, room)}]`,
  ];
  yield ['names that are written as codes', () => `{${fieldsOf((index) => `\\u0061${index}`, room)}}`];
  yield ['fields of a prototype', () => `{"constructor":1,"a":[${manyOf('{"a":1}', room)}]}`];
  yield ['no end', () => `[${manyOf('{"a":[1]}', room)}`];
  yield ['nothing but blanks', () => ' '.repeat(limit)];
  yield ['a text of codes', () => `"${'\\u00e9'.repeat(room / 6)}"`];
  yield ['a text of quotes', () => `"${'\\"'.repeat(room / 2)}"`];
  yield ['a text of backslashes', () => `"${'\\\\'.repeat(room / 2)}"`];
  yield ['a text without an end', () => `"${'\\"'.repeat(room / 2)}`];
  yield ['a number without an end', () => '1'.repeat(limit)];
  yield ['a small number', () => `[0.${'0'.repeat(room)}1]`];
  yield ['short texts', () => `[${manyOf('"a"', room)}]`];
  yield ['fractions', () => `[${manyOf('1e-9', room)}]`];
  yield ['letters of another script', () => `["${'é'.repeat(room / 2)}"]`];
}

export function* shapelessBodies(limit: number): Iterable<WorstInput> {
  for (const [name, text] of shapelessTexts(limit)) yield { name, type: json, make: () => Buffer.from(text()) };
}

const boundary = 'x';

/** Forms with as many, as long and as odd fields as they may have. */
export function* formBodies(operation: Operation, limit: number): Iterable<WorstInput> {
  yield* urlencodedBodies(operation, limit);
  yield* multipartBodies(operation, limit);
}

/** Only multipart forms. */
export function* multipartBodies(operation: Operation, limit: number): Iterable<WorstInput> {
  for (const [name, text, type] of multipartTexts(operation, limit)) {
    yield {
      name: `multipart: ${name}`,
      type: type ?? `multipart/form-data; boundary=${boundary}`,
      make: () => Buffer.from(text()),
    };
  }
}

function* urlencodedBodies({ body }: Operation, limit: number): Iterable<WorstInput> {
  const fields = Object.entries(((body ?? {}) as Schema).properties ?? {});
  const names = fields.map(([name]) => name);
  const lists = fields.flatMap(([name, schema]) => (takesList(schema) ? [name] : []));
  const urlencoded = (name: string, text: () => string): WorstInput => ({
    name: `form: ${name}`,
    type: 'application/x-www-form-urlencoded',
    make: () => Buffer.from(text().slice(0, limit)),
  });
  const most = 999;
  const pairs = (pair: (index: number) => string, max = most) => Array.from({ length: max }, (_, index) => pair(index)).join('&');
  const rest = Math.floor(limit / most) - 12;
  yield urlencoded('unknown fields', () => pairs((index) => `n${index}=`));
  yield urlencoded('long unknown fields', () => pairs((index) => `n${index}=${'%41'.repeat(rest / 3)}`));
  yield urlencoded('brackets', () => pairs((index) => `n${index}${'[a]'.repeat(rest / 3)}=`));
  yield urlencoded('open brackets', () => pairs((index) => `n${index}${'['.repeat(rest)}=`));
  yield urlencoded('separators', () => '&'.repeat(limit));
  yield urlencoded('equals signs', () => '='.repeat(limit));
  yield urlencoded('broken escapes', () => `a=${'%'.repeat(limit - 2)}`);
  yield urlencoded('broken characters', () => `a=${'%ff'.repeat((limit - 2) / 3)}`);
  yield urlencoded('blanks', () => `a=${'+'.repeat(limit - 2)}`);
  for (const [index, list] of lists.slice(0, 3).entries()) {
    yield urlencoded(`items of list ${index}`, () => pairs(() => `${list}[]=x`));
    yield urlencoded(`objects of list ${index}`, () => pairs((at) => `${list}[${at}][a]=x`));
    yield urlencoded(`commas in list ${index}`, () => `${list}=${'1,'.repeat(limit / 2 - list.length)}`);
  }
  if (names.length) {
    const share = Math.floor(limit / names.length) - 40;
    yield urlencoded('long declared fields', () => names.map((name) => `${name}=${'1'.repeat(share)}`).join('&'));
    yield urlencoded('deep declared fields', () => pairs((index) => `${names[index % names.length]}[a][b][c][d][${index}]=1`));
  }
}

/** Multipart forms with as many, as long and as odd parts as they may have. */
function* multipartTexts({ body }: Operation, limit: number): Iterable<[name: string, text: () => string, type?: string]> {
  const [name = 'a'] = Object.keys(((body ?? {}) as Schema).properties ?? {});
  const part = (headers: string, value = '') => `--${boundary}\r\nContent-Disposition: form-data; ${headers}\r\n\r\n${value}\r\n`;
  const end = `--${boundary}--\r\n`;
  const many = (piece: string) => piece.repeat((limit - end.length) / piece.length) + end;
  const one = (value: (room: number) => string, headers = 'name="a"') =>
    part(headers, value(limit - part(headers).length - end.length)) + end;
  yield ['fields', () => many(part('name="a"'))];
  yield ['499 fields', () => part(`name="${name}"`).repeat(499) + end];
  yield ['499 long fields', () => part('name="a"', '%'.repeat(Math.floor(limit / 499) - 80)).repeat(499) + end];
  yield ['files', () => many(part('name="a"; filename="a"'))];
  yield ['a long value', () => one((room) => '%'.repeat(room))];
  yield ['a value of another script', () => one((room) => 'é'.repeat(room / 2))];
  yield ['almost boundaries', () => one((room) => '\r\n-'.repeat(room / 3))];
  yield ['a long name', () => part(`name="${'a'.repeat(limit - 70 - end.length)}"`) + end];
  yield ['headers', () => `--${boundary}\r\n${'a: b\r\n'.repeat((limit - 30) / 6)}\r\n\r\n${end}`];
  yield ['empty parts', () => many(`--${boundary}\r\n\r\n\r\n`)];
  yield ['no end', () => `--${boundary}\r\n${'a'.repeat(limit - 10)}`];
  yield ['a long boundary', () => '-'.repeat(limit), `multipart/form-data; boundary=${'-'.repeat(4000)}`];
}

/**
 * The worst bodies of an operation, each of the largest allowed size: built from its schema, and independent of it.
 * @param body a valid body
 */
export function* worstBodies(operation: Operation, body: unknown, limit: number): Iterable<WorstInput> {
  const schema = (operation.multipart ? undefined : operation.body) as Schema | undefined;
  const all = schema ? [...places(schema)] : [];

  const filling = (where: Place[], [what, fill, rank]: Fill, at: string): WorstInput => ({
    name: `${at}: ${what}`,
    type: json,
    isRare: rank === 'rare',
    make: () => {
      const parts = JSON.stringify(where.reduce((whole, { put }) => put(whole, () => hole), body)).split(`"${hole}"`);
      const room = Math.floor((limit - parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0)) / (parts.length - 1));
      return Buffer.from(parts.join(fill(room)));
    },
  });
  for (const place of all) {
    const at = place.path || 'the body';
    const list = takesList(place.schema);
    if (list) for (const fill of listFills(list, defaultMaxItems)) yield filling([place], fill, at);
    if (takesObject(place.schema)) for (const fill of objectFills()) yield filling([place], fill, at);
  }
  const plain = all.filter(({ path }) => !path.includes('|'));
  const texts = plain.filter((place) => takesText(place.schema));
  const numbers = plain.filter((place) => takesNumber(place.schema));
  const open = texts.filter(isOpen);
  for (const [rank, kinds] of [
    [undefined, pieces],
    ['rare', rarePieces],
  ] as const) {
    for (const [name, piece] of Object.entries(kinds)) {
      const fill: Fill = [name, (room) => textOf(piece, room), rank];
      if (texts.length) yield filling(texts, fill, 'all texts');
      // The first text that is too long ends the check: these go on to the rules.
      if (open.length && open.length < texts.length) yield filling(open, fill, 'texts of any length');
      for (const place of texts) if (isRead(place)) yield filling([place], [name, fill[1], 'rare'], place.path);
    }
  }
  if (numbers.length) {
    yield filling(numbers, ['digits', (room) => `"${'1'.repeat(room - 2)}"`], 'all numbers');
    yield filling(numbers, ['no end', (room) => '1'.repeat(room), 'rare'], 'all numbers');
    yield filling(numbers, ['blanks', (room) => `"${' '.repeat(room - 2)}"`, 'rare'], 'all numbers');
  }
}

const isOpen = ({ schema: { maxLength, pattern, format } }: Place) => !maxLength && !pattern && !format;

/** Whether a text has a form, which a pattern or a rule checks. */
const isRead = (place: Place) =>
  !isOpen(place) || /date|time|phone|email|from|till|to$|color|code|url/i.test(place.path.split('.').at(-1) ?? '');

/** A query that is worth sending. */
export interface WorstQuery {
  name: string;
  isRare: boolean;
  text: string;
}

/** The worst queries of an operation: as long as a URL may be, or with as many parameters. @param room the number of characters for it */
export function* worstQueries(operation: Operation, query: Record<string, unknown>, room: number): Iterable<WorstQuery> {
  const schema = (operation.query ?? operation.body ?? {}) as Schema;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    // The other parameters stay valid, so that they are not the reason for a refusal.
    const others = qs.stringify({ ...query, [name]: undefined });
    const start = others ? `${others}&` : '';
    const queryOf = (what: string, text: string, rank?: 'rare'): WorstQuery => ({
      name: `${name}: ${what}`,
      isRare: rank === 'rare',
      text: start + text,
    });
    const left = room - start.length;
    const long = (piece: string) => `${name}=${piece.repeat((left - name.length - 2) / piece.length)}!`;
    for (const piece of ['%20', '1,']) yield queryOf(piece, long(piece));
    for (const piece of ['1', 'x', ',', '2026-09-21T', '%2B1(', 'a%40']) yield queryOf(piece, long(piece), 'rare');
    yield queryOf(
      'items',
      manyPairs(() => `${name}[]=1`, left),
    );
    yield queryOf(
      'again and again',
      manyPairs(() => `${name}=1`, left),
      'rare',
    );
    yield queryOf(
      'numbered items',
      manyPairs((index) => `${name}[${index * 7}]=1`, left),
      'rare',
    );
    yield queryOf(
      'fields',
      manyPairs((index) => `${name}[n${index}]=1`, left),
    );
    for (const inner of Object.keys(property.properties ?? {}))
      yield queryOf(`${inner}: letters`, `${name}[${inner}]=${'x'.repeat(left - name.length - inner.length - 3)}`, 'rare');
  }
}

/** The worst queries that do not depend on the operation. */
export function* shapelessQueries(room: number): Iterable<WorstQuery> {
  const of = (name: string, text: string): WorstQuery => ({ name, isRare: false, text });
  yield of(
    'unknown parameters',
    manyPairs((index) => `n${index}`, room),
  );
  yield of(
    'brackets',
    manyPairs((index) => `${index}[a][b][c][d][e]`, room),
  );
  yield of(
    'items of one list',
    manyPairs(() => 'a[]=1', room),
  );
  yield of('open brackets', '['.repeat(room));
  yield of('equals signs', '='.repeat(room));
  yield of('broken escapes', `a=${'%'.repeat(room - 2)}`);
  yield of('broken characters', `a=${'%ff'.repeat((room - 2) / 3)}`);
}

/** As many parameters as fit and are allowed. */
function manyPairs(pair: (index: number) => string, room: number): string {
  const all: string[] = [];
  for (let length = 0; all.length < 990; ) {
    const next = pair(all.length);
    length += next.length + 1;
    if (length > room) break;
    all.push(next);
  }
  return all.join('&');
}
