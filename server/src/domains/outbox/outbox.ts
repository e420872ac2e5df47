import { sql } from 'drizzle-orm';
import type { Transact, Write } from '../../api/write.ts';
import { preparedSql } from '../../platform/database.ts';
import { deleteChanges } from './feed.ts';
import { type OutboxResource, type OutboxStatus, outbox, outboxDeliveries, outboxSubscribers, outboxWakes } from './tables.ts';

/** A change of one resource. */
export interface Change {
  resource: OutboxResource;
  resourceId: number;
  status: OutboxStatus;
  /** The resource as the operation that reads it answers. */
  data: unknown;
}

/**
 * Records changes, and what is owed to the subscribers of the location, in the transaction that makes them: all of it commits or nothing
 * does. Uses one statement for any number.
 * @param userId the user who made them; null if nobody is signed in
 */
export async function publish(
  write: Write,
  locationId: number,
  userId: number | null,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return;
  const owed = await insertChanges(write, { location: locationId, user: userId, changes: JSON.stringify(changes) });
  if (owed.length) write.afterCommit(wakeDeliverers);
}

const insertChanges = preparedSql<{ id: number }>(
  'insert_changes',
  sql`
    with written as (
      insert into ${outbox} (location_id, resource, resource_id, status, user_id, data)
      select ${sql.placeholder('location')}, change.resource, change."resourceId", change.status, ${sql.placeholder('user')}::int, change.data
      from jsonb_to_recordset(${sql.placeholder('changes')}::jsonb) as change(resource text, "resourceId" int, status text, data jsonb)
      returning location_id, id, resource, resource_id, user_id),
    owed as (
      insert into ${outboxDeliveries} (location_id, subscriber_id, outbox_id, resource, resource_id)
      select subscriber.location_id, subscriber.id, written.id, written.resource, written.resource_id
      from written join ${outboxSubscribers} as subscriber using (location_id)
      where subscriber.is_active and (subscriber.resources is null or written.resource = any(subscriber.resources))
        and (subscriber.skipped_user_id is null or subscriber.skipped_user_id is distinct from written.user_id)
      returning location_id, subscriber_id)
    insert into ${outboxWakes} (location_id, subscriber_id) select distinct location_id, subscriber_id from owed returning id`,
);

const deliverers = new Set<() => void>();

/**
 * Calls a function of this process soon after something is owed to a subscriber.
 * @returns a function that ends it
 */
export function whenOwed(wake: () => void): () => void {
  deliverers.add(wake);
  return () => deliverers.delete(wake);
}

/** Lets the deliverers of this process look for what is owed. For use after a commit. */
export function wakeDeliverers(): void {
  for (const wake of deliverers) wake();
}

/** How long changes are kept at least, in days. */
const keptDays = 7;

/** Removes changes that are older than a week, except those that a subscriber has not received, and those in the log of deliveries. */
export const sweepOutbox = (transact: Transact): Promise<void> =>
  deleteChanges(
    transact,
    sql`${outbox.createdAt} < now() - make_interval(days => ${keptDays})
      and not exists (select from ${outboxDeliveries} where ${outboxDeliveries.outboxId} = ${outbox.id})`,
  );
