import { sql } from 'drizzle-orm';
import type { Transact, Write } from '../../api/write.ts';
import { deleteInSteps, preparedSql } from '../../platform/database.ts';
import { type OutboxResource, type OutboxStatus, outbox } from './tables.ts';

/** A change of one resource. */
export interface Change {
  resource: OutboxResource;
  resourceId: number;
  status: OutboxStatus;
  /** The resource as the operation that reads it answers. */
  data: unknown;
}

/**
 * Notes changes for the webhooks of a location, in the transaction that makes them: both commit or neither does. One statement,
 * whatever their number.
 * @param userId who made them; null for whoever is not signed in
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
    insert into ${outbox} (location_id, resource, resource_id, status, user_id, data)
    select ${sql.placeholder('location')}, change.resource, change."resourceId", change.status, ${sql.placeholder('user')}::int, change.data
    from jsonb_to_recordset(${sql.placeholder('changes')}::jsonb) as change(resource text, "resourceId" int, status text, data jsonb)`,
);

/** How long changes are kept, in days. */
const keptDays = 7;

/** Removes changes that are older than a week, whether anybody fetched them or not. */
export const sweepOutbox = (transact: Transact): Promise<void> =>
  deleteInSteps(transact, outbox, sql`${outbox.createdAt} < now() - make_interval(days => ${keptDays})`);
