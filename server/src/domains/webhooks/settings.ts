import { and, eq, inArray, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { refusalOf } from '../../platform/outside-request.ts';
import { lockLocation } from '../locations/location.ts';
import { giveUpDeliveries } from '../outbox/deliveries.ts';
import { type OutboxResource, outboxSubscribers } from '../outbox/tables.ts';
import { type AddressRow, addressesOf } from './address.ts';
import { newSecret, sealSecret } from './signature.ts';
import { webhookAddresses } from './tables.ts';

/** The most addresses of a location. Source: the vendor's client. */
export const mostAddresses = 10;
/** The longest address, in characters. */
export const longestUrl = 2000;

/** What a location wants to be told, at which addresses. */
export interface WebhookSettings {
  urls: readonly string[];
  isActive: boolean;
  resources: readonly OutboxResource[];
  /** Whether the user who saves the settings causes deliveries too. */
  includesOwnChanges: boolean;
}

interface By {
  userId: number;
  partnerId: number;
}

/** Two spellings of one address are the same. */
const canonical = (url: string) => new URL(url).href;

function check(urls: readonly string[], allowed: readonly string[]): void {
  const refusal = urls.map((url) => (url.length > longestUrl ? 'is too long' : refusalOf(url, { allowed }))).find(Boolean);
  if (refusal) throw new Invalid({ urls: [`has an address that ${refusal}`] });
  if (urls.length < 1 || urls.length > mostAddresses) throw new Invalid({ urls: [`must have 1 to ${mostAddresses} addresses`] });
  if (new Set(urls.map(canonical)).size < urls.length) throw new Invalid({ urls: ['must be distinct'] });
}

/**
 * Saves what a location wants to be told. Addresses that stay keep their secret and their log, and count as healthy again. Others are removed
 * with what waits for them.
 * @param allowed networks that an address may lead to although they are not public
 * @throws Invalid for addresses that are none, that are too many, or that are there twice
 */
export async function saveWebhookSettings(
  write: Write,
  locationId: number,
  settings: WebhookSettings,
  by: By & { signingKey: Buffer; allowed: readonly string[] },
): Promise<AddressRow[]> {
  const urls = settings.urls.map((url) => url.trim());
  check(urls, by.allowed);
  // Changes of the addresses, and of what is sent to them again, happen one after the other.
  await lockLocation(write, locationId);
  const present = await addressesOf(write, locationId);
  const wanted = new Set(urls.map(canonical));
  const gone = present.filter(({ address }) => !wanted.has(canonical(address.url))).map(({ address }) => address.id);
  if (gone.length) await write.delete(outboxSubscribers).where(inArray(outboxSubscribers.id, gone));
  const subscription = {
    isActive: settings.isActive,
    resources: [...settings.resources],
    skippedUserId: settings.includesOwnChanges ? null : by.userId,
  };
  for (const [position, url] of urls.entries()) {
    const known = present.find(({ address }) => canonical(address.url) === canonical(url));
    const fields = { position, url, partnerId: by.partnerId, userId: by.userId };
    if (known) {
      await write.update(outboxSubscribers).set(subscription).where(eq(outboxSubscribers.id, known.address.id));
      await write
        .update(webhookAddresses)
        .set({ ...fields, ...healthy(settings.isActive) })
        .where(eq(webhookAddresses.id, known.address.id));
      if (settings.isActive) await liftPause(write, known.address.id);
      else await giveUpDeliveries(write, [known.address.id]);
    } else {
      await addAddress(
        write,
        locationId,
        subscription,
        { ...fields, offReason: settings.isActive ? null : 'user' },
        by.signingKey,
      );
    }
  }
  return addressesOf(write, locationId);
}

async function addAddress(
  write: Write,
  locationId: number,
  subscription: Partial<typeof outboxSubscribers.$inferInsert>,
  fields: Pick<typeof webhookAddresses.$inferInsert, 'url' | 'position' | 'partnerId' | 'userId' | 'offReason'>,
  signingKey: Buffer,
): Promise<void> {
  const [made] = await write
    .insert(outboxSubscribers)
    .values({ ...subscription, locationId })
    .returning({ id: outboxSubscribers.id });
  const { id } = made as { id: number };
  await write
    .insert(webhookAddresses)
    .values({ ...fields, id, locationId, sealedSecret: sealSecret(signingKey, locationId, newSecret()) });
}

const healthy = (isActive: boolean) => ({
  offReason: isActive ? null : ('user' as const),
  failures: 0,
  failingSince: null,
});

/** What waits for an address is tried at once. */
const liftPause = (write: Write, id: number) =>
  write
    .update(outboxSubscribers)
    .set({ pausedUntil: null, nextAt: sql`now()` })
    .where(and(eq(outboxSubscribers.id, id), sql`${outboxSubscribers.claim} is null`));

const own = (locationId: number, id: number) => and(eq(webhookAddresses.locationId, locationId), eq(webhookAddresses.id, id));

/** @throws NotFound */
export async function getAddress(db: Read, locationId: number, id: number): Promise<AddressRow> {
  const found = (await addressesOf(db, locationId)).find(({ address }) => address.id === id);
  if (!found) throw new NotFound();
  return found;
}

/**
 * Switches one address on or off. What waits for an address that is switched off is given up. An address that is switched on counts as healthy,
 * and works as long as the partner of this request may work with the location.
 * @throws NotFound
 */
export async function setAddressActive(
  write: Write,
  locationId: number,
  id: number,
  isActive: boolean,
  { partnerId }: Pick<By, 'partnerId'>,
): Promise<AddressRow> {
  await lockLocation(write, locationId);
  await getAddress(write, locationId, id);
  await write.update(outboxSubscribers).set({ isActive }).where(eq(outboxSubscribers.id, id));
  await write
    .update(webhookAddresses)
    .set({ ...healthy(isActive), ...(isActive ? { partnerId } : {}) })
    .where(own(locationId, id));
  if (isActive) await liftPause(write, id);
  else await giveUpDeliveries(write, [id]);
  return getAddress(write, locationId, id);
}

/**
 * Gives an address a new secret. The former one also signs for some hours, and an older one no more.
 * @returns the secret, which cannot be read again
 * @throws NotFound
 */
export async function rotateSecret(
  write: Write,
  locationId: number,
  id: number,
  { signingKey, hours }: { signingKey: Buffer; hours: number },
): Promise<{ secret: string; row: AddressRow }> {
  await lockLocation(write, locationId);
  const { address } = await getAddress(write, locationId, id);
  const secret = newSecret();
  const now = new Date();
  await write
    .update(webhookAddresses)
    .set({
      sealedSecret: sealSecret(signingKey, locationId, secret),
      secretAt: now,
      formerSecret: hours > 0 ? address.sealedSecret : null,
      formerUntil: hours > 0 ? new Date(now.getTime() + hours * 3_600_000) : null,
    })
    .where(own(locationId, id));
  return { secret, row: await getAddress(write, locationId, id) };
}

/** Ends what a location that is deleted still owes to its addresses. */
export async function endDeliveries(write: Write, locationId: number): Promise<void> {
  const found = await addressesOf(write, locationId);
  if (found.length)
    await giveUpDeliveries(
      write,
      found.map(({ address }) => address.id),
    );
}
