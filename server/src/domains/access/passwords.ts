import { hash, verify } from '@node-rs/argon2';

/** Passwords shorter than this are refused when one is chosen. */
export const minPasswordLength = 8;
export const maxPasswordLength = 200;

/** argon2id with the library's parameters, which follow OWASP (19 MiB, 2 passes). */
export const hashPassword = (password: string): Promise<string> => hash(password);

let dummy: Promise<string> | undefined;

/**
 * Compares a password with a stored hash. Without a hash (no such user, or no password yet) it does the same work against a hash that
 * nothing matches, so the time reveals nothing.
 */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  dummy ??= hashPassword('no user has this password');
  const matches = await verify(stored ?? (await dummy), password);
  return matches && typeof stored === 'string';
}
