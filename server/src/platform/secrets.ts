import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new bearer token: 160 random bits, hexadecimal. */
export const newToken = (): string => randomBytes(20).toString('hex');

/** The stored form of a token: its SHA-256. Tokens are random, so a slow hash would add nothing. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/** Compares two secrets in constant time, so that the time reveals no difference. */
export function sameSecret(a: Buffer | Uint8Array | string, b: Buffer | Uint8Array | string): boolean {
  const [left, right] = [a, b].map((value) => createHash('sha256').update(value).digest());
  return timingSafeEqual(left as Buffer, right as Buffer);
}

/** Signs text with the server's key, for links that must open in a browser without headers. */
export const signature = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');
