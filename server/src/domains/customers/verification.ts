import { createHmac, randomInt } from 'node:crypto';
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { Read, Transact, Write } from '../../api/write.ts';
import { deleteInSteps } from '../../platform/database.ts';
import { sameSecret } from '../../platform/secrets.ts';
import { sendMessage } from '../notifications/message.ts';
import { type VerificationPurpose, verificationCodes } from './tables.ts';

/** How long a code is good, in minutes. */
const validity = 10;
/** The number of guesses that one code accepts. */
const mostAttempts = 5;

/** The purpose of a code. The code proves that a person has the phone or reads the mail. */
export interface Proof {
  purpose: VerificationPurpose;
  /** A phone number in E.164, or an e-mail address in lower case. */
  recipient: string;
  /** The user whose account changes. Null for `booking`. */
  userId: number | null;
}

const hashOf = (key: Buffer, { purpose, recipient }: Proof, code: string) =>
  createHmac('sha256', key).update(`verification code ${purpose} ${recipient} ${code}`).digest();

const isFor = ({ purpose, recipient, userId }: Proof) =>
  and(
    eq(verificationCodes.purpose, purpose),
    eq(verificationCodes.recipient, recipient),
    userId === null ? isNull(verificationCodes.userId) : eq(verificationCodes.userId, userId),
  );

const isGood = gt(verificationCodes.expiresAt, sql`now()`);

/** Makes a code valid until a given time. It replaces an earlier code. Only its keyed hash is stored. Only demo data chooses the code. */
export async function setCode(
  write: Write,
  key: Buffer,
  { purpose, recipient, userId }: Proof,
  { code, expiresAt }: { code: string; expiresAt: Date },
): Promise<void> {
  const fresh = { hash: hashOf(key, { purpose, recipient, userId }, code), attempts: 0, expiresAt };
  await write
    .insert(verificationCodes)
    .values({ purpose, recipient, userId, ...fresh })
    .onConflictDoUpdate({
      target: [verificationCodes.purpose, verificationCodes.recipient, verificationCodes.userId],
      set: fresh,
    });
}

/**
 * Sends a new code to a phone; a former one is void.
 * @param key the server's signing key
 */
export async function sendCode(write: Write, key: Buffer, of: Proof & { locationId: number | null }): Promise<void> {
  // Six digits without a leading zero: the code travels as a JSON number too.
  const code = String(randomInt(100_000, 1_000_000));
  const expiresAt = new Date(Date.now() + validity * 60_000);
  await setCode(write, key, of, { code, expiresAt });
  const text = `Your code is ${code}. It is good for ${validity} minutes.`;
  const channel = of.purpose === 'email' ? 'email' : 'sms';
  await sendMessage(write, { locationId: of.locationId, channel, recipient: of.recipient, text, expiresAt });
}

/**
 * Checks a code. The guess counts at once, even if the request fails later, so call it outside of transactions.
 * @returns a function that uses the code up in a transaction and returns whether nobody else did; undefined for a wrong or old code, or
 * after too many guesses
 */
export async function checkCode(
  { transact, signingKey }: { transact: Transact; signingKey: Buffer },
  { code, ...proof }: Proof & { code: string | number },
): Promise<((write: Write) => Promise<boolean>) | undefined> {
  const [row] = await transact((write) =>
    write
      .update(verificationCodes)
      .set({ attempts: sql`${verificationCodes.attempts} + 1` })
      .where(and(isFor(proof), lt(verificationCodes.attempts, mostAttempts), isGood))
      .returning({ hash: verificationCodes.hash }),
  );
  if (!row || !sameSecret(row.hash, hashOf(signingKey, proof, String(code).trim()))) return undefined;
  return async (write) => {
    // A code that was sent in the meantime stays.
    const used = await write
      .delete(verificationCodes)
      .where(and(isFor(proof), eq(verificationCodes.hash, row.hash)))
      .returning({ id: verificationCodes.id });
    return used.length > 0;
  };
}

/** The numbers for which a user requested a code to change to them, latest first. */
export async function phonesAskedFor(db: Read, userId: number): Promise<string[]> {
  const rows = await db
    .select({ phone: verificationCodes.recipient })
    .from(verificationCodes)
    .where(and(eq(verificationCodes.purpose, 'phone'), eq(verificationCodes.userId, userId), isGood))
    .orderBy(desc(verificationCodes.expiresAt));
  return rows.map(({ phone }) => phone);
}

/** Removes codes that are too old. */
export const sweepCodes = (transact: Transact): Promise<void> =>
  deleteInSteps(transact, verificationCodes, sql`${verificationCodes.expiresAt} < now()`);
