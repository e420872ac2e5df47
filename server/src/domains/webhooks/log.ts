import { and, desc, eq, gte, lte, type SQL, sql } from 'drizzle-orm';
import { Conflict, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { lockLocation } from '../locations/location.ts';
import { wakeDeliverers } from '../outbox/outbox.ts';
import {
  type DeliveryState,
  type OutboxResource,
  outbox,
  outboxDeliveries,
  outboxSubscribers,
  outboxWakes,
} from '../outbox/tables.ts';
import { webhookAddresses } from './tables.ts';
import { uidOf } from './told.ts';

/** Which deliveries of a location. */
export interface DeliveryFilter {
  addressId?: number | undefined;
  resource?: OutboxResource | undefined;
  resourceId?: number | undefined;
  state?: DeliveryState | undefined;
  /** Of changes since then. */
  from?: Date | undefined;
  /** Of changes until then. */
  to?: Date | undefined;
}

const columns = {
  uid: outboxDeliveries.uid,
  addressId: outboxDeliveries.subscriberId,
  url: webhookAddresses.url,
  resource: outbox.resource,
  resourceId: outbox.resourceId,
  status: outbox.status,
  state: outboxDeliveries.state,
  dueAt: outboxDeliveries.dueAt,
  tries: outboxDeliveries.tries,
  createdAt: outboxDeliveries.createdAt,
  finishedAt: outboxDeliveries.finishedAt,
};

const conditionsOf = (locationId: number, filter: DeliveryFilter): (SQL | undefined)[] => [
  eq(outboxDeliveries.locationId, locationId),
  filter.addressId === undefined ? undefined : eq(outboxDeliveries.subscriberId, filter.addressId),
  filter.resource === undefined ? undefined : eq(outboxDeliveries.resource, filter.resource),
  filter.resourceId === undefined ? undefined : eq(outboxDeliveries.resourceId, filter.resourceId),
  filter.state === undefined ? undefined : eq(outboxDeliveries.state, filter.state),
  filter.from === undefined ? undefined : gte(outboxDeliveries.createdAt, filter.from),
  filter.to === undefined ? undefined : lte(outboxDeliveries.createdAt, filter.to),
];

/** A page of the log, the latest changes first. */
export const listDeliveries = (db: Read, locationId: number, filter: DeliveryFilter, page: { offset: number; limit: number }) =>
  db
    .select(columns)
    .from(outboxDeliveries)
    .innerJoin(webhookAddresses, eq(webhookAddresses.id, outboxDeliveries.subscriberId))
    .innerJoin(outbox, eq(outbox.id, outboxDeliveries.outboxId))
    .where(and(...conditionsOf(locationId, filter)))
    .orderBy(desc(outboxDeliveries.createdAt), desc(outboxDeliveries.outboxId), desc(outboxDeliveries.subscriberId))
    .offset(page.offset)
    .limit(page.limit);

export type DeliveryRow = Awaited<ReturnType<typeof listDeliveries>>[number];

/** One delivery with its change and the last answer. @throws NotFound */
export async function getDelivery(db: Read, locationId: number, id: string) {
  const uid = uidOf(id);
  if (!uid) throw new NotFound();
  const [row] = await db
    .select({ ...columns, data: outbox.data, answer: outboxDeliveries.answer })
    .from(outboxDeliveries)
    .innerJoin(webhookAddresses, eq(webhookAddresses.id, outboxDeliveries.subscriberId))
    .innerJoin(outbox, eq(outbox.id, outboxDeliveries.outboxId))
    .where(and(eq(outboxDeliveries.locationId, locationId), eq(outboxDeliveries.uid, uid)));
  if (!row) throw new NotFound();
  return row;
}

/** The most deliveries that one request sends again. */
export const mostAtOnce = 10_000;

/** The part of an update that sends deliveries again: under the same id, with all tries before them. */
const again = sql`state = 'waiting', due_at = now(), failures = 0, finished_at = null`;

/** Lets a deliverer look at addresses after the commit. */
async function wake(write: Write, locationId: number, addressIds: readonly number[]): Promise<void> {
  if (addressIds.length === 0) return;
  await write.insert(outboxWakes).values(addressIds.map((subscriberId) => ({ locationId, subscriberId })));
  write.afterCommit(wakeDeliverers);
}

/**
 * Sends a delivery again, whatever its state, under the same id.
 * @throws NotFound, and Conflict if its address is switched off
 */
export async function resendDelivery(write: Write, locationId: number, id: string): Promise<void> {
  await lockLocation(write, locationId);
  const { addressId } = await getDelivery(write, locationId, id);
  const [subscriber] = await write
    .select({ isActive: outboxSubscribers.isActive })
    .from(outboxSubscribers)
    .where(eq(outboxSubscribers.id, addressId));
  if (!subscriber?.isActive) throw new Conflict('The address is switched off.');
  await write.execute(
    sql`update ${outboxDeliveries} set ${again} where location_id = ${locationId} and uid = ${uidOf(id)}::uuid`,
  );
  await wake(write, locationId, [addressId]);
}

/**
 * Sends failed deliveries again, the earliest first, up to a limit for each call. Those to addresses that are switched off stay failed.
 * @returns how many
 */
export async function resendFailed(
  write: Write,
  locationId: number,
  { addressId, from, to }: { addressId?: number | undefined; from: Date; to: Date },
): Promise<number> {
  await lockLocation(write, locationId);
  const rows = await rowsOf<{ id: number; count: number }>(
    write,
    sql`
      with chosen as (
        select owed.subscriber_id, owed.outbox_id from ${outboxDeliveries} owed
        join ${outboxSubscribers} subscriber on subscriber.id = owed.subscriber_id and subscriber.is_active
        where owed.location_id = ${locationId} and owed.state = 'failed' and owed.created_at between ${from.toISOString()} and ${to.toISOString()}
          ${addressId === undefined ? sql`` : sql`and owed.subscriber_id = ${addressId}`}
        order by owed.created_at, owed.outbox_id limit ${mostAtOnce}),
      sent as (
        update ${outboxDeliveries} as owed set ${again} from chosen
        where owed.subscriber_id = chosen.subscriber_id and owed.outbox_id = chosen.outbox_id and owed.state = 'failed'
        returning owed.subscriber_id)
      select subscriber_id as id, count(*)::int as count from sent group by subscriber_id`,
  );
  await wake(
    write,
    locationId,
    rows.map(({ id }) => id),
  );
  return rows.reduce((sum, { count }) => sum + count, 0);
}
