import { BadRequest } from './errors.ts';

/** The header that names a request, so that it is done only once. */
export const idempotencyHeader = 'idempotency-key';
/** The header of an answer that was given before. */
export const replayHeader = 'idempotent-replayed';

/** Characters of a key. */
export const longestKey = 255;

/** A string of structured fields (RFC 9651): printable characters in quotes. */
const quoted = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** The same without quotes, as most clients send it. Commas would join several headers, and a semicolon would begin parameters. */
const bare = /^[!#-+\--:<-[\]-~]+$/;

/** The key of a request. A key in quotes and the same without them are one. @throws BadRequest */
export function readKey(header: string | string[]): string {
  const text = String(header).trim();
  const [, inQuotes] = quoted.exec(text) ?? [];
  const key = inQuotes?.replace(/\\(.)/g, '$1') ?? (bare.test(text) ? text : '');
  if (key && key.length <= longestKey) return key;
  const rule = `must be one text of 1 to ${longestKey} printable ASCII characters, best in quotes`;
  throw new BadRequest('The header Idempotency-Key cannot be read.', { idempotency_key: [rule] });
}
