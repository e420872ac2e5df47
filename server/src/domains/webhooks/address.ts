import { and, asc, eq, sql } from 'drizzle-orm';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf, type Tx } from '../../platform/database.ts';
import { ownersOf } from '../locations/location-user.ts';
import { locations } from '../locations/tables.ts';
import { sendMessage } from '../notifications/message.ts';
import { type Claimed, giveUpDeliveries } from '../outbox/deliveries.ts';
import { outboxSubscribers } from '../outbox/tables.ts';
import { type OffReason, webhookAddresses } from './tables.ts';

/** An address, as its deliverer needs it. The deliverer counts its failures. */
export interface ServedAddress {
  locationId: number;
  url: string;
  sealedSecret: Buffer;
  formerSecret: Buffer | null;
  formerUntil: Date | null;
  failures: number;
  lastSuccessAt: Date | null;
  /** Its partner has a token and may work with the location. */
  isConnected: boolean;
}

/** @returns undefined if the subscriber has no address, or is gone */
export async function servedAddress(db: Read, { id }: Claimed): Promise<ServedAddress | undefined> {
  const [row] = await db
    .select({
      locationId: webhookAddresses.locationId,
      url: webhookAddresses.url,
      sealedSecret: webhookAddresses.sealedSecret,
      formerSecret: webhookAddresses.formerSecret,
      formerUntil: webhookAddresses.formerUntil,
      failures: webhookAddresses.failures,
      lastSuccessAt: webhookAddresses.lastSuccessAt,
      isConnected: sql<boolean>`exists (
        select from partners partner
        where partner.id = ${webhookAddresses.partnerId} and exists (select from partner_tokens token where token.partner_id = partner.id)
          and (partner.all_locations or exists (
            select from location_partners connection
            where connection.location_id = ${webhookAddresses.locationId} and connection.partner_id = partner.id)))`,
    })
    .from(webhookAddresses)
    .where(eq(webhookAddresses.id, id));
  return row;
}

/** Notes that an address has received something. */
export const noteSuccess = (db: Tx, { id }: Claimed) =>
  db
    .update(webhookAddresses)
    .set({ failures: 0, failingSince: null, lastSuccessAt: sql`now()` })
    .where(eq(webhookAddresses.id, id));

/** Notes failed tries in a row. @returns for how many seconds the address has failed */
export async function noteFailure(db: Tx, { id }: Claimed, failures: number): Promise<number> {
  const [row] = await rowsOf<{ seconds: number }>(
    db,
    sql`update ${webhookAddresses} set failures = ${failures}, failing_since = coalesce(failing_since, now())
      where id = ${id} returning extract(epoch from now() - failing_since)::float8 as seconds`,
  );
  return row?.seconds ?? 0;
}

const messages: Record<Exclude<OffReason, 'user'>, string> = {
  gone: 'it answered that it wants no more (410)',
  failing: 'it has taken nothing for days',
  partner: 'the integration that saved it may no longer work with the location',
};

/** The days after which a message about an address is of no use any more. */
const messageDays = 3;

/** Switches an address off that receives nothing any more, gives up what waits for it, and tells the owners of the location. */
export async function switchOff(
  write: Write,
  { id, locationId }: Pick<Claimed, 'id' | 'locationId'>,
  reason: Exclude<OffReason, 'user'>,
): Promise<void> {
  const isOn = and(eq(outboxSubscribers.id, id), eq(outboxSubscribers.isActive, true));
  const [changed] = await write
    .update(outboxSubscribers)
    .set({ isActive: false })
    .where(isOn)
    .returning({ id: outboxSubscribers.id });
  if (!changed) return;
  const [address] = await write
    .update(webhookAddresses)
    .set({ offReason: reason })
    .where(eq(webhookAddresses.id, id))
    .returning({ url: webhookAddresses.url });
  await giveUpDeliveries(write, [id]);
  if (!address) return;
  const expiresAt = new Date(Date.now() + messageDays * 86_400_000);
  const [location] = await write.select({ title: locations.title }).from(locations).where(eq(locations.id, locationId));
  const { host } = new URL(address.url);
  const text = `${location?.title}: webhooks to ${host} were switched off, because ${messages[reason]}. Changes are not sent there until you switch the address on again.`;
  for (const { email, phone } of await ownersOf(write, locationId)) {
    const recipient = email ?? phone;
    if (recipient) await sendMessage(write, { locationId, channel: email ? 'email' : 'sms', recipient, text, expiresAt });
  }
}

/** The addresses of a location with their subscriptions, in the order of the settings. */
export const addressesOf = (db: Read, locationId: number) =>
  db
    .select({ address: webhookAddresses, subscriber: outboxSubscribers })
    .from(webhookAddresses)
    .innerJoin(outboxSubscribers, eq(outboxSubscribers.id, webhookAddresses.id))
    .where(eq(webhookAddresses.locationId, locationId))
    .orderBy(asc(webhookAddresses.position), asc(webhookAddresses.id));

export type AddressRow = Awaited<ReturnType<typeof addressesOf>>[number];
