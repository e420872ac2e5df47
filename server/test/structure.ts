import { dirname, normalize } from 'node:path/posix';

/** Files with their text, by their paths below `src/`. */
export type Sources = ReadonlyMap<string, string>;

/** A violation, with its file. */
export interface Violation {
  file: string;
  /** The path of an import, or the name of a table. */
  uses: string;
  rule: string;
}

/** The layer and room of a file. A room of the business has two floors: its rules and tables, and its `wire/`. */
type Place =
  | { layer: 'platform' | 'api' | 'wire' | 'surfaces' | 'portal' | 'demo' | 'commands' | 'root' }
  | { layer: 'rules' | 'room-wire'; room: string };

const layers = ['platform', 'api', 'wire', 'surfaces', 'portal', 'demo', 'commands'] as const;

/** The layers that each layer may import besides itself. Rules also depend on rooms: see `refusalOf`. */
const below: Record<Place['layer'], Place['layer'][]> = {
  platform: [],
  api: ['platform'],
  wire: ['platform', 'api'],
  rules: ['platform', 'api'],
  'room-wire': ['platform', 'api', 'wire', 'rules'],
  surfaces: ['platform', 'api', 'wire', 'rules', 'room-wire'],
  portal: ['platform', 'api', 'rules', 'surfaces'],
  demo: ['platform', 'api', 'rules', 'surfaces', 'portal'],
  commands: ['platform', 'api', 'rules', 'surfaces', 'portal', 'demo', 'root'],
  root: ['platform', 'api', 'rules', 'surfaces', 'portal', 'demo', 'commands'],
};

const titles: Record<Place['layer'], string> = {
  platform: 'platform/',
  api: 'api/',
  wire: 'wire/',
  rules: 'a rule',
  'room-wire': 'the wire/ of a room',
  surfaces: 'surfaces/',
  portal: 'portal/',
  demo: 'demo/',
  commands: 'commands/',
  root: 'what puts the house together',
};

function placeOf(file: string): Place {
  const [layer, room, floor] = file.split('/') as [string, string, string | undefined];
  // The list itself belongs to no room.
  if (layer === 'domains' && floor === undefined) return { layer: 'platform' };
  if (layer === 'domains') return { layer: floor === 'wire' ? 'room-wire' : 'rules', room };
  return { layer: layers.find((each) => each === layer) ?? 'root' };
}

const isCode = (file: string) => file.endsWith('.ts') && !file.endsWith('.test.ts');

/** The paths that a file imports from `src/`, types included. */
const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)].map(([, path]) => normalize(`${dirname(file)}/${path}`));

/** The room of each table, by the table's name in the database. */
export function tablesOf(sources: Sources): Map<string, string> {
  const tables = new Map<string, string>();
  for (const [file, text] of sources) {
    const place = placeOf(file);
    if (place.layer !== 'rules' || !isCode(file)) continue;
    for (const [, name] of text.matchAll(/pgTable\(\s*'(\w+)'/g)) tables.set(name as string, place.room);
  }
  return tables;
}

/** The names of tables in the SQL of a file: after `from`, `join` and the like, and before the name of a column. */
function tablesIn(text: string, tables: ReadonlyMap<string, string>): string[] {
  const found = new Set<string>();
  for (const [template] of text.matchAll(/`(?:[^`\\]|\\.)*`/g)) {
    const sql = template.replaceAll(/\$\{[^{}]*\}/g, ' ');
    for (const [, after, before] of sql.matchAll(/\b(?:from|join|update|into|only|using)\s+"?(\w+)|\b(\w+)"?\."?\w+/gi)) {
      const name = after ?? before;
      if (name && tables.has(name)) found.add(name);
    }
  }
  return [...found];
}

/** Why something in one place may not use something in another, if it may not. */
function refusalOf(from: Place, to: Place, rooms: readonly string[]): string | undefined {
  if (from.layer === 'rules' && to.layer === 'rules') {
    return rooms.indexOf(to.room) <= rooms.indexOf(from.room)
      ? undefined
      : `${from.room} comes before ${to.room} in domains/order.ts`;
  }
  if (from.layer === to.layer || below[from.layer].includes(to.layer)) return undefined;
  if (from.layer === 'rules' && to.layer === 'room-wire') return 'rules know nothing of the wire';
  return `${titles[from.layer]} may not use ${titles[to.layer]}`;
}

/** All that breaks the structure which `CONTRIBUTING.md` describes. Tests may import anything. */
export function violationsOf(sources: Sources, rooms: readonly string[]): Violation[] {
  const tables = tablesOf(sources);
  const violations: Violation[] = [];
  for (const [file, text] of sources) {
    if (!isCode(file)) continue;
    const from = placeOf(file);
    if ('room' in from && !rooms.includes(from.room)) {
      violations.push({ file, uses: from.room, rule: 'every room has a place in domains/order.ts' });
      continue;
    }
    for (const path of importsOf(file, text)) {
      const rule = refusalOf(from, placeOf(path), rooms);
      if (rule) violations.push({ file, uses: path, rule });
    }
    if (from.layer === 'rules') {
      for (const field of wireFieldsIn(text))
        violations.push({ file, uses: field, rule: 'rules name fields in their own words' });
    }
    for (const name of tablesIn(text, tables)) {
      const rule = sqlRefusalOf(from, tables.get(name) as string, rooms);
      if (rule) violations.push({ file, uses: name, rule });
    }
  }
  return violations;
}

/** Fields that an error names as the wire spells them. */
const wireFieldsIn = (text: string): string[] =>
  [...text.matchAll(/(?:new Invalid\(\{ *|errors\.|errors\[)['`]?(\w+_\w+)/g)].map(([, field]) => field as string);

function sqlRefusalOf(from: Place, room: string, rooms: readonly string[]): string | undefined {
  if (from.layer === 'demo' || from.layer === 'commands') return undefined;
  if (from.layer === 'room-wire') return 'only rules talk to the database';
  return refusalOf(from, { layer: 'rules', room }, rooms);
}
