import { Busboy } from '@fastify/busboy';
import qs from 'qs';
import { BadRequest, TooLarge } from './errors.ts';

/** Fields of a form. */
const maxFields = 1000;
/** Parts of a multipart form, each of which costs as much to read as two hundred characters; files and parts without a name count too. */
const maxParts = 500;

const forms = new WeakSet<object>();

/** Whether a body came as a form, whose values are all texts. */
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

/** Reads a multipart form as a body. Operations that take files read them by themselves; anywhere else files are passed over. */
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

/** @throws Error for a content type that says not how the parts are told apart */
const multipartParser = (contentType: string, fieldSize: number) =>
  Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize } });

/** What stands before every part but the first, and before the end. */
const partStart = '\r\n--';

/** Counts parts before they are read: of a part without a name, and of a file, the parser tells only when it has cost as much as a field. */
function hasMoreParts(text: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(partStart); at >= 0; at = text.indexOf(partStart, at + partStart.length)) {
    if (++count > most) return true;
  }
  return false;
}
