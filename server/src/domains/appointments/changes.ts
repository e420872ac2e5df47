import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../platform/database.ts';
import { appointmentClocks } from './tables.ts';

/**
 * Begins a statement that changes appointments: `clock.at` is their `changed_at`.
 *
 * A moment of its own for every change of a location, later than all before. The row is locked until the commit, so that changes
 * become visible in the order of their moments: whoever has seen a change has seen everything before it, and `changed_after`
 * misses nothing. Keep it near the end of a transaction, others of the location wait from here on.
 */
export const withClock = (locationId: number): SQL => sql`with clock as (
  insert into ${appointmentClocks} as clocks (location_id, at) values (${locationId}, clock_timestamp())
  on conflict (location_id) do update set at = greatest(clock_timestamp(), clocks.at + interval '1 microsecond')
  returning at)`;

/** Which changes: later than `from`, before `to`. */
export interface Changes {
  locationId: number;
  from?: Date | undefined;
  to?: Date | undefined;
  withDeleted: boolean;
}

/** The runs of a location, each with the number of its appointments and of those that were changed after it. */
const runs = ({ locationId, withDeleted }: Changes) => sql`runs as (
  select begins, lead(begins, 1, 'infinity') over (order by begins) as ends, size, sum(size) over (order by begins desc) - size as newer
  from (
    select begins, ${sql.raw(withDeleted ? 'live + deleted' : 'live')} as size from appointment_runs where location_id = ${locationId}
  ) as counted)`;

const ofLocation = ({ locationId, withDeleted }: Changes) =>
  sql`location_id = ${locationId}${sql.raw(withDeleted ? '' : ' and deleted_at is null')}`;

/** How many were changed since a moment: those of later runs, and the later ones of its own run. */
const countSince = (changes: Changes, comparison: '>' | '>=', at: Date) => sql`coalesce((
  select newer + (
    select count(*) from appointments
    where ${ofLocation(changes)} and changed_at ${sql.raw(comparison)} ${at.toISOString()} and changed_at < ends)
  from runs where begins <= ${at.toISOString()} and ends > ${at.toISOString()}), 0)`;

/** How many appointments a location has, or how many of them were changed in a period; at one cost, whatever their number. */
export async function countChanges(db: Tx, changes: Changes): Promise<number> {
  const { from, to } = changes;
  const all = from ? countSince(changes, '>', from) : sql`coalesce((select sum(size) from runs), 0)`;
  const later = to ? countSince(changes, '>=', to) : sql`0`;
  const result = await db.execute(sql`with ${runs(changes)} select greatest(0, ${all} - ${later})::int as total`);
  return ((result as unknown as { rows: { total: number }[] }).rows[0] as { total: number }).total;
}

/**
 * The ids of a page of changed appointments, latest first, at one cost wherever it stands: the runs tell which one to begin in. One
 * statement, so that what is changed meanwhile moves to the front and nothing is skipped.
 */
export function pageOfChanges(changes: Changes, { offset, limit }: { offset: number; limit: number }): SQL {
  const { from, to } = changes;
  const since = sql`${ofLocation(changes)} and changed_at > ${from ? from.toISOString() : '-infinity'}`;
  const order = sql.raw('order by changed_at desc, id desc');
  if (offset === 0) {
    return sql`select id from appointments where ${since} and changed_at < ${to ? to.toISOString() : 'infinity'} ${order} limit ${limit}`;
  }
  const skipped = sql`${to ? countSince(changes, '>=', to) : sql`0`} + ${offset}::int`;
  return sql`
    with ${runs(changes)},
    place as (
      select ends, skipped - newer as rest from (select ${skipped} as skipped) as page join runs on newer <= skipped and newer + size > skipped)
    select id from appointments where ${since} and changed_at < (select ends from place) ${order}
    offset (select rest from place) limit ${limit}`;
}
