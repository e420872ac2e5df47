import { sql } from 'drizzle-orm';
import type { Transact, Write } from '../../api/write.ts';
import { preparedSql } from '../../platform/database.ts';
import { deleteChanges } from './feed.ts';
import { type OutboxResource, type OutboxStatus, outbox, outboxDeliveries, outboxSubscribers } from './tables.ts';

/** A change of one resource. */
export interface Change {
  resource: OutboxResource;
  resourceId: number;
  status: OutboxStatus;
  /** The resource as the operation that reads it answers. */
  data: unknown;
}

/**
 * Records changes, and the subscribers of the location that must receive them, in the transaction that makes them: all of it commits or
 * nothing does. Uses one statement for any number.
 * @param userId the user who made them; null if nobody is signed in
 */
export async function publish(
  write: Write,
  locationId: number,
  userId: number | null,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return;
  await insertChanges(write, { location: locationId, user: userId, changes: JSON.stringify(changes) });
}

const insertChanges = preparedSql(
  'insert_changes',
  sql`
    with written as (
      insert into ${outbox} (location_id, resource, resource_id, status, user_id, data)
      select ${sql.placeholder('location')}, change.resource, change."resourceId", change.status, ${sql.placeholder('user')}::int, change.data
      from jsonb_to_recordset(${sql.placeholder('changes')}::jsonb) as change(resource text, "resourceId" int, status text, data jsonb)
      returning location_id, id)
    insert into ${outboxDeliveries} (location_id, subscriber_id, outbox_id)
    select subscriber.location_id, subscriber.id, written.id from written join ${outboxSubscribers} as subscriber using (location_id)`,
);

/** How long changes are kept at least, in days. */
const keptDays = 7;

/** Removes changes that are older than a week, except those that a subscriber has not received. */
export const sweepOutbox = (transact: Transact): Promise<void> =>
  deleteChanges(
    transact,
    sql`${outbox.createdAt} < now() - make_interval(days => ${keptDays})
      and not exists (select from ${outboxDeliveries} where ${outboxDeliveries.outboxId} = ${outbox.id})`,
  );
