import type { TSchema } from 'typebox';
import { defaultMaxItems } from './schema.ts';

/** The names that the generations of the API use for the same thing. Where one is declared, all of them are accepted. */
const synonyms = [
  ['location', 'company', 'salon'],
  ['chain', 'company_group', 'salon_group'],
  ['team_member', 'staff', 'master'],
  ['appointment', 'record'],
  ['product', 'good'],
] as const;

/** Misspelled request fields of the published API, each with the correct spelling, which is accepted too. */
const misspellings: Record<string, string> = { coordinate_lot: 'coordinate_lon' };

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const spellings = new Map<string, string[]>();
for (const names of synonyms) {
  for (const suffix of ['_id', '_ids'] as const) {
    const keys = names.flatMap((name) => [`${name}${suffix}`, camelCase(`${name}${suffix}`)]);
    for (const key of keys)
      spellings.set(
        key,
        keys.filter((other) => other !== key),
      );
  }
}
for (const [wrong, right] of Object.entries(misspellings)) spellings.set(wrong, [right]);

type Fill = (value: unknown) => void;

/**
 * Compiles the aliases that matter to a schema into one function that fills the declared spelling of a field from any
 * other spelling that was sent, at every depth, and never overwrites a value that was given explicitly.
 * @returns undefined when the schema declares no field that has other spellings, so that most requests pay nothing
 */
export function compileAliases(schema: TSchema | undefined): Fill | undefined {
  if (!schema) return undefined;
  const {
    properties,
    items,
    maxItems = defaultMaxItems,
    anyOf,
    oneOf,
  } = schema as {
    properties?: Record<string, TSchema>;
    items?: TSchema;
    maxItems?: number;
    anyOf?: TSchema[];
    oneOf?: TSchema[];
  };
  const fills: Fill[] = [];
  if (items) {
    const fillItem = compileAliases(items);
    // A list that is too long is refused without a look at its items.
    if (fillItem) fills.push((value) => Array.isArray(value) && value.length <= maxItems && value.forEach(fillItem));
  }
  for (const option of anyOf ?? oneOf ?? []) {
    const fillOption = compileAliases(option);
    if (fillOption) fills.push(fillOption);
  }
  for (const [name, property] of Object.entries(properties ?? {})) {
    const others = spellings.get(name)?.filter((other) => !(other in (properties as object)));
    const fillProperty = compileAliases(property);
    if (!others && !fillProperty) continue;
    fills.push((value) => {
      if (!isRecord(value)) return;
      if (others && !Object.hasOwn(value, name)) {
        const sent = others.find((other) => Object.hasOwn(value, other));
        if (sent) value[name] = value[sent];
      }
      fillProperty?.(value[name]);
    });
  }
  return fills.length ? (value) => fills.forEach((fill) => void fill(value)) : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Other spellings of the beginning of a V1 path: the declared text and its replacement. */
const pathSpellings: [RegExp, string[]][] = [
  [/^\/companies$/, ['/locations']],
  [
    /^\/company\/\{location_id\}\/staff(?=\/|$)/,
    ['/staff/{location_id}', '/locations/{location_id}/team_members', '/locations/{location_id}/staff'],
  ],
  [/^\/staff\/\{location_id\}(?=\/|$)/, ['/company/{location_id}/staff', '/locations/{location_id}/team_members']],
  [/^\/company\/\{location_id\}(?=\/|$)/, ['/locations/{location_id}', '/companies/{location_id}']],
  [/^\/records\/\{location_id\}(?=\/|$)/, ['/locations/{location_id}/appointments']],
  [/^\/record\/\{location_id\}(?=\/)/, ['/records/{location_id}', '/locations/{location_id}/appointments']],
  [/^\/activity\/\{location_id\}(?=\/|$)/, ['/locations/{location_id}/events']],
];

/** Every path under which a declared path is served, the declared one first. */
export function pathAliases(path: string): string[] {
  const rule = pathSpellings.find(([pattern]) => pattern.test(path));
  return [path, ...(rule ? rule[1].map((spelling) => path.replace(rule[0], spelling)) : [])];
}
