import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { appointmentClocks } from './tables.ts';

/**
 * Begins a statement that changes appointments: `clock.at` is their `changed_at`.
 *
 * A moment of its own for every change of a location, later than all before. The row is locked until the commit, so that changes
 * become visible in the order of their moments: whoever has seen a change has seen everything before it, and `changed_after`
 * misses nothing. Keep it near the end of a transaction, others of the location wait from here on.
 */
export const withClock = (locationId: number | Placeholder): SQL => sql`with clock as (
  insert into ${appointmentClocks} as clocks (location_id, at) values (${locationId}, clock_timestamp())
  on conflict (location_id) do update set at = greatest(clock_timestamp(), clocks.at + interval '1 microsecond')
  returning at)`;

/** Which of the placeholders `changedFrom` (later than that) and `changedTo` (before it) a list has. */
export interface ChangesShape {
  from: boolean;
  to: boolean;
  withDeleted: boolean;
}

const [location, changedFrom, changedTo] = [
  sql.placeholder('location'),
  sql.placeholder('changedFrom'),
  sql.placeholder('changedTo'),
];

/** The runs of a location, each with the number of its appointments and of those that were changed after it. */
const runs = ({ withDeleted }: ChangesShape) => sql`runs as (
  select begins, lead(begins, 1, 'infinity') over (order by begins) as ends, size, sum(size) over (order by begins desc) - size as newer
  from (
    select begins, ${sql.raw(withDeleted ? 'live + deleted' : 'live')} as size from appointment_runs where location_id = ${location}
  ) as counted)`;

const ofLocation = ({ withDeleted }: ChangesShape) =>
  sql`location_id = ${location}${sql.raw(withDeleted ? '' : ' and deleted_at is null')}`;

/** How many were changed since a moment: those of later runs, and the later ones of its own run. */
const countSince = (shape: ChangesShape, comparison: '>' | '>=', at: Placeholder) => sql`coalesce((
  select newer + (
    select count(*) from appointments
    where ${ofLocation(shape)} and changed_at ${sql.raw(comparison)} ${at}::timestamptz and changed_at < ends)
  from runs where begins <= ${at}::timestamptz and ends > ${at}::timestamptz), 0)`;

const countBefore = (shape: ChangesShape) => (shape.to ? countSince(shape, '>=', changedTo) : sql`0`);

/** How many appointments a location has, or how many of them were changed in a period; at one cost, whatever their number. */
export function countOfChanges(shape: ChangesShape): SQL {
  const all = shape.from ? countSince(shape, '>', changedFrom) : sql`coalesce((select sum(size) from runs), 0)`;
  return sql`with ${runs(shape)} select greatest(0, ${all} - ${countBefore(shape)})::int as count`;
}

/**
 * The ids of a page of changed appointments, latest first, at one cost wherever it stands: the runs tell which one to begin in. One
 * statement, so that what is changed meanwhile moves to the front and nothing is skipped.
 */
export function pageOfChanges(shape: ChangesShape, isFirst: boolean): SQL {
  const since = sql`${ofLocation(shape)} and changed_at > ${shape.from ? changedFrom : sql`'-infinity'`}`;
  const [order, limit] = [sql.raw('order by changed_at desc, id desc'), sql.placeholder('limit')];
  if (isFirst) {
    return sql`select id from appointments where ${since} and changed_at < ${shape.to ? changedTo : sql`'infinity'`} ${order} limit ${limit}`;
  }
  return sql`
    with ${runs(shape)},
    place as (
      select ends, skipped - newer as rest
      from (select ${countBefore(shape)} + ${sql.placeholder('offset')}::int as skipped) as page
      join runs on newer <= skipped and newer + size > skipped)
    select id from appointments where ${since} and changed_at < (select ends from place) ${order}
    offset (select rest from place) limit ${limit}`;
}
