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

/** Query strings and forms nest as PHP writes them: `filter[is_approved]=1`, `id[]=1&id[]=2`. */
export const parseFields = (text: string) =>
  qs.parse(text, { arrayLimit: 1000, parameterLimit: 2000, depth: 5, allowDots: false }) as Record<string, unknown>;

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
