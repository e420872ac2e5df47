import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { appointmentClocks } from './tables.ts';

/**
 * Begins a statement that changes appointments. `clock.at` is their `changed_at`.
 *  Each change of a location gets a unique time, later than all before. The row is locked until the commit, so changes become visible in
 * the order of their times. A reader who has seen a change has therefore seen all earlier ones, and `changed_after` misses nothing. Call it
 * near the end of a transaction, because other changes of the location wait from here on.
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

/** The runs of a location, each with the number of its appointments and the number of later changed ones. */
const runs = ({ withDeleted }: ChangesShape) => sql`runs as (
  select begins, lead(begins, 1, 'infinity') over (order by begins) as ends, size, sum(size) over (order by begins desc) - size as newer
  from (
    select begins, ${sql.raw(withDeleted ? 'live + deleted' : 'live')} as size from appointment_runs where location_id = ${location}
  ) as counted)`;

const ofLocation = ({ withDeleted }: ChangesShape) =>
  sql`location_id = ${location}${sql.raw(withDeleted ? '' : ' and deleted_at is null')}`;

/** The number of appointments changed since a time: all of later runs, and the later ones of the same run. */
const countSince = (shape: ChangesShape, comparison: '>' | '>=', at: Placeholder) => sql`coalesce((
  select newer + (
    select count(*) from appointments
    where ${ofLocation(shape)} and changed_at ${sql.raw(comparison)} ${at}::timestamptz and changed_at < ends)
  from runs where begins <= ${at}::timestamptz and ends > ${at}::timestamptz), 0)`;

const countBefore = (shape: ChangesShape) => (shape.to ? countSince(shape, '>=', changedTo) : sql`0`);

/** The number of appointments of a location, or of those changed in a period. The cost does not depend on the number. */
export function countOfChanges(shape: ChangesShape): SQL {
  const all = shape.from ? countSince(shape, '>', changedFrom) : sql`coalesce((select sum(size) from runs), 0)`;
  return sql`with ${runs(shape)} select greatest(0, ${all} - ${countBefore(shape)})::int as count`;
}

/**
 * The ids of a page of changed appointments, latest first. Every page has the same cost, because the runs show where to begin. It is one
 * statement: concurrent changes move appointments to the front, so nothing is skipped.
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
