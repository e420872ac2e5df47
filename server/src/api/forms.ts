import { Busboy } from '@fastify/busboy';
import qs from 'qs';
import { BadRequest, TooLarge } from './errors.ts';

/** Fields of a form. */
const maxFields = 1000;
/**
 * The maximum number of parts of a multipart form. Reading a part costs as much as reading two hundred characters. Files and parts without
 * a name count too.
 */
const maxParts = 500;

const forms = new WeakSet<object>();

/** Whether the body is a form, whose values are all texts. */
export const isForm = (body: unknown): boolean => typeof body === 'object' && body !== null && forms.has(body);

const nesting = { arrayLimit: 1000, parameterLimit: 2000, depth: 5, allowDots: false } as const;
const numbered = /(?:\[|%5B)\d+(?:\]|%5D)/i;
/** Marks a number in brackets, so that the parser does not count with it. */
const mark = '\u0000';

/**
 * Query strings and forms nest as PHP writes them: `filter[is_approved]=1`, `id[]=1&id[]=2`. Numbers in brackets are places of a list if they
 * are 0, 1, 2 and so on. Otherwise they name something, such as the service 5 in `services[5]=10`.
 */
export function parseFields(text: string): Record<string, unknown> {
  if (!numbered.test(text)) return qs.parse(text, nesting);
  const decoder: NonNullable<qs.IParseOptions['decoder']> = (part, decode, charset, kind) => {
    const decoded: string = decode(part, decode, charset);
    return kind === 'key' ? decoded.replace(/\[(\d+)\]/g, `[${mark}$1]`) : decoded;
  };
  return unmarked(qs.parse(text, { ...nesting, decoder })) as Record<string, unknown>;
}

function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name.replace(mark, ''), unmarked(inner)] as const);
  const places = new Map(entries);
  const list = entries.map((_, place) => places.get(String(place)));
  const isList = Object.keys(value).some((name) => name.startsWith(mark)) && list.every((inner) => inner !== undefined);
  return isList ? list : Object.fromEntries(entries);
}

type Done = (error: Error | null, body?: object) => void;

/** Reads `name=value&…` as a body. */
export function parseForm(text: string, done: Done): void {
  if (text.length > maxFields && text.split('&', maxFields + 1).length > maxFields) {
    done(tooMany(maxFields));
    return;
  }
  const body = parseFields(text);
  forms.add(body);
  done(null, body);
}

const tooMany = (most: number) => new TooLarge(`The form has more than ${most} fields.`);

/** Reads a multipart form as a body. Files are ignored here; operations that take files read them themselves. */
export function parseMultipart(contentType: string, text: string, done: Done): void {
  const broken = () => new BadRequest('The request body cannot be read.', { body: ['must be a multipart form'] });
  const pairs: string[] = [];
  let parser: ReturnType<typeof multipartParser>;
  try {
    parser = multipartParser(contentType, text.length);
  } catch {
    done(broken());
    return;
  }
  if (hasMoreParts(text, maxParts)) {
    done(tooMany(maxParts));
    return;
  }
  parser.on('field', (name, value) => {
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  });
  parser.on('file', (_name, stream) => void stream.resume());
  parser.once('error', () => {
    parser.removeAllListeners('finish');
    done(broken());
  });
  parser.once('finish', () => parseForm(pairs.join('&'), done));
  parser.end(Buffer.from(text));
}

/** @throws Error for a content type without the boundary of the parts */
const multipartParser = (contentType: string, fieldSize: number) =>
  Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize } });

/** The text before every part except the first, and before the end. */
const partStart = '\r\n--';

/**
 * Counts the parts before they are parsed. For files and for parts without a name, the parser reports a part only after it has cost as much
 * as a field.
 */
function hasMoreParts(text: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(partStart); at >= 0; at = text.indexOf(partStart, at + partStart.length)) {
    if (++count > most) return true;
  }
  return false;
}
