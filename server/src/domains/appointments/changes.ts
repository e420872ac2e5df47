import { type SQL, sql } from 'drizzle-orm';
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
