import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new bearer token: 160 random bits, hexadecimal. */
export const newToken = (): string => randomBytes(20).toString('hex');

/** The stored form of a token: its SHA-256. Tokens are random, so a slow hash would add nothing. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/** Compares two secrets in constant time, so that the time reveals no difference. */
export function sameSecret(a: Buffer | Uint8Array | string, b: Buffer | Uint8Array | string): boolean {
  const [left, right] = [a, b].map((value) => createHash('sha256').update(value).digest());
  return timingSafeEqual(left as Buffer, right as Buffer);
}

/** The HMAC-SHA256 of a text: with the server's key for links that must open in a browser without headers, or with a key that another knows. */
export const signature = (key: Buffer | string, text: string, encoding: 'base64url' | 'hex' = 'base64url'): string =>
  createHmac('sha256', key).update(text).digest(encoding);

const sealCipher = 'aes-256-gcm';
const sealKey = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', 'sealed texts', 32));

/**
 * Encrypts text or bytes for the database, with a key that follows from the server's.
 * @param about what the text belongs to; it opens only for the same
 */
export function seal(key: Buffer, text: string | Buffer, about: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(sealCipher, sealKey(key), nonce).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([typeof text === 'string' ? cipher.update(text, 'utf8') : cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** The text that was sealed. @throws Error if it was sealed with another key, for something else, or was changed */
export const unseal = (key: Buffer, sealed: Buffer, about: string): string => unsealBytes(key, sealed, about).toString('utf8');

/** The bytes that were sealed. @throws Error like `unseal` */
export function unsealBytes(key: Buffer, sealed: Buffer, about: string): Buffer {
  const decipher = createDecipheriv(sealCipher, sealKey(key), sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
}
