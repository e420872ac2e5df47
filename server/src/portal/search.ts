import { setImmediate } from 'node:timers/promises';
import { contentOf, type Document, documented, documentOf, fieldsOf, parametersOf, type Schema, variantsOf } from './model.ts';
import type { Entry } from './paths.ts';

/** The entry of a page in the search index. */
export interface IndexEntry {
  id: string;
  summary: string;
  tag: string;
  surface: string;
  method: string;
  path: string;
  href: string;
  /** Other words that find the page: words of its description, and the names of its parameters. */
  text: string;
}

/** The search of `assets/portal/search.js`, which the browser runs too. */
export type FindEntries = (entries: IndexEntry[], query: string) => IndexEntry[];

/** The names of the fields of a value, nested ones too. */
function namesOf(document: Document, schema: Schema, above: Set<string | undefined> = new Set()): string[] {
  const { fields, name } = fieldsOf(document, schema);
  if (above.size > 8 || (name && above.has(name))) return [];
  const within = new Set([...above, name ?? `${above.size}`]);
  const variants = variantsOf(document, schema);
  if (variants.length) return variants.flatMap((variant) => [variant.label, ...namesOf(document, variant.schema, within)]);
  return fields.flatMap((field) => [field.name, ...namesOf(document, field.schema, within)]);
}

/** The index of all operations. Building it pauses, so that the server can answer other requests. */
export async function indexOf(entries: Entry[]): Promise<IndexEntry[]> {
  const made: IndexEntry[] = [];
  for (const entry of entries) {
    await setImmediate();
    made.push(indexEntry(entry));
  }
  return made;
}

function indexEntry(entry: Entry): IndexEntry {
  const { operation, href, surface, isWebhook } = entry;
  const description = documented(entry);
  const document = documentOf(surface);
  const body = contentOf(description.requestBody);
  const texts = [
    description.description,
    operation.access.flag ?? '',
    ...(description['x-path-aliases'] ?? []),
    ...parametersOf(entry, description).map((parameter) => parameter.name),
    ...(body ? namesOf(document, body.schema) : []),
  ];
  const words =
    texts
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}_-]+/gu) ?? [];
  return {
    id: operation.id,
    summary: operation.summary,
    tag: operation.tag,
    surface: surface.title,
    method: isWebhook ? 'sends' : operation.method,
    path: operation.path.replace('webhook:', ''),
    href,
    text: [...new Set(words)].join(' '),
  };
}
