import fc from 'fast-check';
import { exampleOf, type Schema } from '../src/api/openapi/example.ts';

/** Written into JSON as numbers that no JavaScript value is. */
const rawNumbers = ['1e400', '-1e400', '1e-400', '-0', '123456789012345678901234567890', '0.1e1'];
const rawMark = 'raw number ';

/** Dates at the ends of the calendar, and texts that are almost dates. */
const dates: unknown[] = [
  ...[
    '9999-12-31 23:59:59',
    '9999-12-31',
    '9999-12-31T23:59:59+14:00',
    '0000-01-01',
    '0000-01-01 00:00:00',
    '0001-01-01T00:00:00',
  ],
  ...['+275760-09-13', '+275760-09-13T00:00:00Z', '+275760-09-13T00:00:00.001Z', '-271821-04-20', '-271821-04-19T23:59:59Z'],
  ...[
    '294277-01-01',
    '-004713-11-24',
    '+010000-01-01',
    '1969-12-31 23:59:59',
    '1582-10-10',
    '1900-02-29',
    '2030-02-29',
    '0000-00-00',
  ],
  ...['2030-13-01', '2030-05-07T24:00:00', '2030-05-07 23:59:60', '2030-05-07T10:00:00.123456789Z', '2030-05-07T10:00:00-23:59'],
  ...['2030-05-07T10:00:00+99:99', '2030-03-10T02:30:00', '2030-05-07', '2030-05-07 10:00', '10:00', '24:00', '25:61', '-01:00'],
  ...[
    '2030-W10-1',
    '2030-127',
    '20300507',
    '2030-05-07T10:00:00[Europe/Paris]',
    'today',
    'infinity',
    '-infinity',
    'epoch',
    'now',
  ],
  ...[0, -1, 1.5, 253_402_300_800, 8_640_000_000_000_000, 8_640_000_000_000_001, -62_135_596_801, 1e15],
];

/** Numbers of every size, and fractions. */
const numbers: unknown[] = [
  ...[0, -1, 0.3, 0.5, 1.5, -0.5, 2.000_000_1, 1e-7, 1e-300, 127, 128, 255, 32_767, 32_768, 65_536, 86_400, 86_401, 1e6, 1e9],
  ...[2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_649, 4_294_967_296, 999_999_999_999, 1e12, 1e12 + 0.5, 1e15 + 0.5],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 63, 1e19, 1e21, 1e38, 1e308, -1e308, 5e-324],
  ...[
    '1.5',
    '0.3',
    '1e3',
    '1e400',
    '-0',
    '+1',
    '0x10',
    '1_000',
    '1,5',
    ' 1 ',
    'Infinity',
    'NaN',
    '٣',
    '99999999999999999999',
    '-1',
  ],
  ...rawNumbers.map((number) => rawMark + number),
];

/** Texts that databases, files, mails or pages stumble over. */
const texts: unknown[] = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udc00',
    '\udfff\ud800',
    'a\ud83d',
    '\uffff',
    '\ufeffa',
    '‮abc',
    '\u200b',
    'e\u0301',
  ],
  ...[
    "'; drop table clients; --",
    '%',
    '_',
    '\\',
    '\\u0000',
    '%00',
    '%s%n',
    '{}',
    '[]',
    'null',
    'true',
    '0',
    '-1',
    '$1',
    '#{a}',
    '{{a}}',
  ],
  ...['a\r\nb: c', '\t\n', '<script>alert(1)</script>', '../../etc/passwd', 'C:\\x', 'http://127.0.0.1/', 'javascript:alert(1)'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(256),
    'x'.repeat(70_000),
    '🎉'.repeat(300),
    'ß'.repeat(255),
    'ﷺ'.repeat(90),
  ],
  ...[
    'a@b',
    'a@b.c\u0000',
    `${'a'.repeat(300)}@example.com`,
    '+',
    '+1',
    '+99999999999999999',
    '٠١٢',
    '#fff',
    '#gggggg',
    '(',
    '[a-',
    '*',
  ],
];

const shapes: unknown[] = [
  ...[null, true, false, [], {}, [null], [[]], [[[[]]]], { a: { b: {} } }, { constructor: 1 }, { value: null }, { length: 3 }],
  ...[[{}], ['\ud800'], [0.5], [-1], ['0000-01-01'], { from: '9999-12-31 23:59:59' }, { '\ud800': 1 }, { 'a\u0000': 1 }],
];

/** One change of a request, before the request is known. Numbers choose the place and the value. */
export interface Change {
  place: number;
  how: number;
  which: number;
  wild: unknown;
}

/** One to three changes. */
export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    place: fc.nat(999_983),
    how: fc.nat(99),
    which: fc.nat(999_979),
    wild: fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.integer()),
  }),
  { minLength: 1, maxLength: 3 },
);

const pick = <Item>(list: readonly Item[], index: number): Item => list[index % list.length] as Item;

const typesOf = (schema: Schema): string[] => [schema.type ?? (schema.properties ? 'object' : [])].flat();
const alternativesOf = (schema: Schema): Schema[] => schema.anyOf ?? schema.oneOf ?? [];

/** Values that look valid for a place, but are not. */
function likely(schema: Schema, name: string, present: unknown): unknown[] {
  const types = [schema, ...alternativesOf(schema)].flatMap(typesOf);
  const isDate = /date|time|^from$|^to$|_at$|after|before|start|end/.test(`${schema.format ?? ''} ${name}`);
  if (isDate || (typeof present === 'string' && /^\d{4}-\d\d-\d\d/.test(present))) return dates;
  if (types.includes('integer') || types.includes('number')) return numbers;
  if (types.includes('string')) return texts;
  return shapes;
}

/** Values at the edges of a schema. */
function edges(schema: Schema, present: unknown): unknown[] {
  const { minimum, maximum, minLength = 0, maxLength, enum: choices = [], minItems = 0, maxItems } = schema;
  const inner = alternativesOf(schema).flatMap((each) => edges(each, undefined));
  return [
    ...(minimum === undefined ? [] : [minimum, minimum - 1, minimum + 0.5]),
    ...(maximum === undefined ? [] : [maximum, maximum + 1, maximum - 0.5]),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength), 'x'.repeat(maxLength + 1), '🎉'.repeat(Math.ceil(maxLength / 2))]),
    ...(minLength ? ['x'.repeat(minLength), '\ud800'.repeat(minLength), ' '.repeat(minLength)] : []),
    ...choices,
    ...(Array.isArray(present) && present.length
      ? [[...present, ...present], Array.from({ length: (maxItems ?? 1000) + 1 }, () => present[0]), present.slice(0, minItems)]
      : []),
    ...inner,
    null,
  ];
}

/** The value that a change puts in this place. */
function replacement({ how, which, wild }: Change, schema: Schema, name: string, present: unknown): unknown {
  if (how < 62) return pick(likely(schema, name, present), which);
  if (how < 78) return pick(edges(schema, present), which);
  if (how < 92) return pick([dates, numbers, texts, shapes][which % 4] as unknown[], Math.floor(which / 4));
  return wild;
}

/** A place of a body or a query. `within` if its parent is missing and is added with it. */
interface Place {
  path: (string | number)[];
  schema: Schema;
  present: unknown;
  within?: { value: unknown; path: (string | number)[] };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The alternative of a schema that a value is of, roughly. */
function alternative(schema: Schema, value: unknown): Schema {
  const those = alternativesOf(schema).filter((each) => (Array.isArray(value) ? each.items : each.properties));
  const isOf = ({ properties = {} }: Schema) =>
    isRecord(value) && Object.entries(properties).every(([name, { const: only }]) => only === undefined || only === value[name]);
  return those.find(isOf) ?? those[0] ?? schema;
}

function placesIn(declared: Schema, value: unknown, path: (string | number)[] = [], absent?: Place['within']): Place[] {
  const schema = alternative(declared, value);
  const below = (name: string | number, inner: Schema, present: unknown): Place[] => {
    const at = absent ? path : [...path, name];
    const within = absent && { ...absent, path: [...absent.path, name] };
    const here = { path: at, schema: inner, present, ...(within ? { within } : {}) };
    if (present !== undefined) return [here, ...placesIn(inner, present, at, within)];
    // Declared fields that are not sent may have further fields.
    const added = (within?.path.length ?? 0) < 3 && (inner.properties || inner.items) ? exampleOf(inner) : undefined;
    return added === undefined ? [here] : [here, ...placesIn(inner, added, at, within ?? { value: added, path: [] })];
  };
  if (Array.isArray(value)) return value.slice(0, 3).flatMap((item, index) => below(index, schema.items ?? {}, item));
  if (!isRecord(value)) return [];
  const names = new Set([...Object.keys(value), ...Object.keys(schema.properties ?? {})]);
  return [...names].flatMap((name) => below(name, schema.properties?.[name] ?? {}, value[name]));
}

/** Changes a value in place. If another change removed its parent, nothing happens. */
function put(root: unknown, path: (string | number)[], value: unknown, remove = false): void {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name as string], root);
  const name = path.at(-1) as string;
  if (typeof parent !== 'object' || parent === null) return;
  if (remove) Reflect.deleteProperty(parent, name);
  // `__proto__` must be a field like any other. The new value may be changed again.
  else
    Object.defineProperty(parent, name, { value: structuredClone(value), enumerable: true, configurable: true, writable: true });
}

/** A request's body or query with some places replaced, removed or added; rarely all of it. */
export function changed(schema: Schema, base: unknown, given: Change[]): unknown {
  const body = structuredClone(base);
  const places = placesIn(schema, base);
  for (const change of given) {
    if (change.how === 99 || places.length === 0) return replacement({ ...change, how: change.which % 99 }, schema, '', base);
    const { path, schema: inner, present, within } = pick(places, change.place);
    const name = String((within?.path ?? path).at(-1));
    const value = replacement(change, inner, name, present);
    if (change.how === 98)
      put(body, [...path.slice(0, -1), pick(['__proto__', 'unknown_field', 'constructor'], change.which)], value);
    else if (within) {
      const whole = structuredClone(within.value);
      put(whole, within.path, value);
      put(body, path, whole);
    } else put(body, path, value, change.how > 93);
  }
  return body;
}

/** The JSON of a body, with numbers in it that JSON.stringify never writes. */
export const jsonOf = (body: unknown): string =>
  (JSON.stringify(body) ?? 'null').replace(new RegExp(`"${rawMark}([-0-9e.]+)"`, 'g'), '$1');

/** Like encodeURIComponent, but writes unpaired surrogates as the bytes that they would be. */
export const encoded = (text: string): string =>
  text.isWellFormed()
    ? encodeURIComponent(text)
    : Array.from(text, (character) => {
        if (character.isWellFormed()) return encodeURIComponent(character);
        const code = character.charCodeAt(0);
        const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
        return bytes.map((byte) => `%${byte.toString(16).toUpperCase()}`).join('');
      }).join('');

/** Fields as forms and queries write them: nested names in brackets. */
export function fieldsOf(value: unknown, name = ''): string {
  if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    return Object.entries(value)
      .slice(0, 40)
      .map(([key, inner]) => fieldsOf(inner, name ? `${name}[${isList && typeof inner !== 'object' ? '' : key}]` : key))
      .filter(Boolean)
      .join('&');
  }
  return name
    ? `${encoded(name).replaceAll('%5B', '[').replaceAll('%5D', ']')}=${value === null ? '' : encoded(plain(value))}`
    : encoded(plain(value));
}

const plain = (value: unknown): string => String(value).replace(rawMark, '');

/** Values for a path in the place of an id, a date or a word. */
export function pathValue({ how, which, wild }: Change, schema: Schema, name: string): string {
  const value =
    how < 60
      ? pick(likely(schema, name, undefined), which)
      : replacement({ place: 0, how, which, wild }, schema, name, undefined);
  const text = typeof value === 'object' ? JSON.stringify(value) : plain(value);
  // Dots and nothing would be another path.
  return encoded(/^\.{0,2}$/.test(text) ? '\u0000' : text.slice(0, 3000));
}
