import { createHmac, randomInt } from 'node:crypto';
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { Tx } from '../../platform/database.ts';
import { sameSecret } from '../../platform/secrets.ts';
import type { Services } from '../../platform/services.ts';
import { sendMessage } from '../notifications/message.ts';
import { type VerificationPurpose, verificationCodes } from './tables.ts';

/** How long a code is good, in milliseconds. */
const validity = 10 * 60_000;
/** Guesses that one code takes. */
const mostAttempts = 5;

/** What a code proves: that whoever has it has the phone. */
export interface Proof {
  purpose: VerificationPurpose;
  /** E.164 */
  phone: string;
  /** Whose number changes; null for `booking`. */
  userId: number | null;
}

const hashOf = (key: Buffer, { purpose, phone }: Proof, code: string) =>
  createHmac('sha256', key).update(`verification code ${purpose} ${phone} ${code}`).digest();

const isFor = ({ purpose, phone, userId }: Proof) =>
  and(
    eq(verificationCodes.purpose, purpose),
    eq(verificationCodes.phone, phone),
    userId === null ? isNull(verificationCodes.userId) : eq(verificationCodes.userId, userId),
  );

/** Sends a new code to a phone; a former one is void. Only its keyed hash is kept. */
export async function sendCode(tx: Tx, key: Buffer, proof: Proof, locationId: number): Promise<void> {
  const code = String(randomInt(100_000, 1_000_000));
  const fresh = { hash: hashOf(key, proof, code), attempts: 0, expiresAt: new Date(Date.now() + validity) };
  await tx
    .insert(verificationCodes)
    .values({ ...proof, ...fresh })
    .onConflictDoUpdate({
      target: [verificationCodes.purpose, verificationCodes.phone, verificationCodes.userId],
      set: fresh,
    });
  const text = `Your code: ${code}`;
  await sendMessage(tx, { locationId, channel: 'sms', recipient: proof.phone, text, expiresAt: fresh.expiresAt });
}

/**
 * Checks a code. The guess counts at once, whatever becomes of the request: call it outside of transactions.
 * @returns uses the code up in a transaction and tells whether nobody else did; undefined for a wrong code, an old one, or one that was
 * guessed at too often
 */
export async function checkCode(
  services: Services,
  { code, ...proof }: Proof & { code: string },
): Promise<((tx: Tx) => Promise<boolean>) | undefined> {
  const [row] = await services.database.db
    .update(verificationCodes)
    .set({ attempts: sql`${verificationCodes.attempts} + 1` })
    .where(and(isFor(proof), lt(verificationCodes.attempts, mostAttempts), gt(verificationCodes.expiresAt, sql`now()`)))
    .returning({ hash: verificationCodes.hash });
  if (!row || !sameSecret(row.hash, hashOf(services.signingKey, proof, code.trim()))) return undefined;
  return async (tx) => {
    const used = await tx
      .delete(verificationCodes)
      .where(and(isFor(proof), eq(verificationCodes.hash, row.hash)))
      .returning({ id: verificationCodes.id });
    return used.length > 0;
  };
}

/** Removes codes that are too old. */
export async function sweepCodes(db: Tx): Promise<void> {
  await db.delete(verificationCodes).where(lt(verificationCodes.expiresAt, sql`now()`));
}
