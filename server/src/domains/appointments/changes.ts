import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Change, Write } from '../../api/write.ts';
import { preparedSql } from '../../platform/database.ts';

/** The times of changes that are written. A later change of the same appointment is another object, which has none yet. */
const times = new WeakMap<Change, Date>();

/**
 * Writes the time of the changes of a transaction. All changes of a location have the same time, later than those of all transactions
 * before. The clock of the location stays locked until the commit, so changes become visible in the order of their times. A reader who has
 * seen a change has therefore seen all earlier ones, and `changed_after` misses nothing. Other transactions of the location wait from here
 * on, so this is done when everything else is.
 * @returns the times of the changed appointments, by id
 */
export async function settleChanges(write: Write): Promise<ReadonlyMap<number, Date>> {
  const changes = write.changes().filter(({ kind }) => kind === 'appointment');
  const open = changes.filter((change) => !times.has(change));
  for (const locationId of [...new Set(open.map((change) => change.locationId))].sort((a, b) => a - b)) {
    const settled = open.filter((change) => change.locationId === locationId);
    write.locked('clock', [locationId]);
    const [clock] = await writeTime(write, { location: locationId, ids: settled.map(({ id }) => id) });
    for (const change of settled) times.set(change, new Date((clock as { at: string }).at));
  }
  return new Map(changes.map((change) => [change.id, times.get(change) as Date]));
}

const writeTime = preparedSql<{ at: string }>(
  'settle_changes',
  sql`
  with clock as (
    insert into appointment_clocks as clocks (location_id, at) values (${sql.placeholder('location')}, clock_timestamp())
    on conflict (location_id) do update set at = greatest(clock_timestamp(), clocks.at + interval '1 microsecond')
    returning location_id, at),
  written as (
    insert into appointment_changes (location_id, appointment_id, at, is_deleted)
    select location_id, appointments.id, clock.at, deleted_at is not null
    from clock join appointments using (location_id)
    where appointments.id = any(${sql.placeholder('ids')}::int[])
    on conflict (location_id, appointment_id) do update set at = excluded.at, is_deleted = excluded.is_deleted)
  select at from clock`,
);

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
  sql`location_id = ${location}${sql.raw(withDeleted ? '' : ' and not is_deleted')}`;

/** The number of appointments changed since a time: all of later runs, and the later ones of the same run. */
const countSince = (shape: ChangesShape, comparison: '>' | '>=', at: Placeholder) => sql`coalesce((
  select newer + (
    select count(*) from appointment_changes
    where ${ofLocation(shape)} and at ${sql.raw(comparison)} ${at}::timestamptz and at < ends)
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
  const since = sql`${ofLocation(shape)} and at > ${shape.from ? changedFrom : sql`'-infinity'`}`;
  const [order, limit] = [sql.raw('order by at desc, appointment_id desc'), sql.placeholder('limit')];
  if (isFirst) {
    return sql`select appointment_id as id from appointment_changes where ${since} and at < ${shape.to ? changedTo : sql`'infinity'`} ${order} limit ${limit}`;
  }
  return sql`
    with ${runs(shape)},
    place as (
      select ends, skipped - newer as rest
      from (select ${countBefore(shape)} + ${sql.placeholder('offset')}::int as skipped) as page
      join runs on newer <= skipped and newer + size > skipped)
    select appointment_id as id from appointment_changes where ${since} and at < (select ends from place) ${order}
    offset (select rest from place) limit ${limit}`;
}
