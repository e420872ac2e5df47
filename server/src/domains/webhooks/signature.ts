import { createHmac, randomBytes } from 'node:crypto';
import { seal, unseal } from '../../platform/secrets.ts';
import type { webhookAddresses } from './tables.ts';

/** The prefix of secrets in the specification of Standard Webhooks. */
const prefix = 'whsec_';

/** A new secret: 256 random bits. */
export const newSecret = (): string => prefix + randomBytes(32).toString('base64');

const aboutSecret = (locationId: number) => `webhooks of location ${locationId}`;

/** A secret as it is stored: encrypted with the server's key. */
export const sealSecret = (signingKey: Buffer, locationId: number, secret: string): Buffer =>
  seal(signingKey, secret, aboutSecret(locationId));

/** The secrets that sign now, the newest first. During a rotation there are two. */
export function secretsOf(
  signingKey: Buffer,
  row: Pick<typeof webhookAddresses.$inferSelect, 'locationId' | 'sealedSecret' | 'formerSecret' | 'formerUntil'>,
  now = new Date(),
): string[] {
  const isFormerValid = row.formerSecret !== null && row.formerUntil !== null && row.formerUntil > now;
  return [row.sealedSecret, ...(isFormerValid ? [row.formerSecret as Buffer] : [])].map((sealed) =>
    unseal(signingKey, sealed, aboutSecret(row.locationId)),
  );
}

/** The headers of a delivery, by the specification of Standard Webhooks. @param id the same at each try */
export function signedHeaders(id: string, body: Buffer, secrets: readonly string[], now = Date.now()): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
