import { and, asc, eq, getTableColumns, isNotNull, isNull, or, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { addDays, daysBetween } from '../../platform/clock.ts';
import { prepared } from '../../platform/database.ts';
import { batches, pause } from '../../platform/pause.ts';
import { teamMembers } from '../team/tables.ts';
import { type Interval, workDays } from './tables.ts';

declare module '../../api/write.ts' {
  interface ChangeKinds {
    schedule: { id: number };
  }
}

/** A day of a team member: working hours, or why there are none. */
export interface WorkDay {
  teamMemberId: number;
  /** yyyy-mm-dd in the location's calendar */
  date: string;
  slots: Interval[];
  offDayType: number | null;
}

/** The new state of a day. Without slots it is a day off. */
export interface DayChange {
  teamMemberId: number;
  date: string;
  slots: Interval[];
}

interface Dates {
  first: string;
  last: string;
}

const { locationId: _locationId, ...dayColumns } = getTableColumns(workDays);

/** Days that say something: hours, or why there are none. */
const isTold = or(sql`not isempty(${workDays.slots})`, isNotNull(workDays.offDayType));
const works = sql`not isempty(${workDays.slots})`;

const findDays = (
  db: Read,
  locationId: number | Placeholder,
  dates: { first: string | Placeholder; last: string | Placeholder },
  memberIds: readonly number[] | undefined,
  that: SQL | undefined,
) =>
  db
    .select(dayColumns)
    .from(workDays)
    .innerJoin(
      teamMembers,
      and(
        eq(teamMembers.locationId, workDays.locationId),
        eq(teamMembers.id, workDays.teamMemberId),
        isNull(teamMembers.deletedAt),
      ),
    )
    .where(
      and(
        eq(workDays.locationId, locationId),
        sql`${workDays.date} between ${dates.first} and ${dates.last}`,
        memberIds ? sql`${workDays.teamMemberId} = any(${sql.param([...memberIds])}::int[])` : undefined,
        that,
      ),
    )
    .orderBy(asc(workDays.teamMemberId), asc(workDays.date));

const everyonesDays = prepared((db) =>
  findDays(
    db,
    sql.placeholder('location'),
    { first: sql.placeholder('first'), last: sql.placeholder('last') },
    undefined,
    isTold,
  ).prepare('everyones_days'),
);

/** The number of days in one statement. Other requests wait while it runs. */
const daysAtOnce = 2000;

/** The length of a range, in days, up to which everyone's days are few. */
const short = 31;

/**
 * The days on which team members work or are off for a reason, by member and date. A month is read in one statement for any number of
 * members.
 * @param memberIds everyone by default
 */
export async function listWorkDays(
  db: Read,
  locationId: number,
  dates: Dates,
  memberIds?: readonly number[],
): Promise<WorkDay[]> {
  const length = daysBetween(dates.first, dates.last) + 1;
  if (!memberIds && length <= short) {
    return everyonesDays(db).execute({ location: locationId, first: dates.first, last: dates.last });
  }
  const ids = memberIds ?? (await everyone(db, locationId));
  const days: WorkDay[] = [];
  for (const some of batches(
    [...new Set(ids)].sort((a, b) => a - b),
    Math.max(1, Math.floor(daysAtOnce / length)),
  )) {
    for (const day of await findDays(db, locationId, dates, some, isTold)) days.push(day);
    await pause();
  }
  return days;
}

async function everyone(db: Read, locationId: number): Promise<number[]> {
  const rows = await db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, locationId), isNull(teamMembers.deletedAt)));
  return rows.map(({ id }) => id);
}

/** The working hours of one team member, by date. @throws NotFound */
export async function memberWorkDays(
  db: Read,
  locationId: number,
  memberId: number,
  dates: Dates,
): Promise<Map<string, Interval[]>> {
  await expectMember(db, locationId, memberId);
  const days = await findDays(db, locationId, dates, [memberId], works);
  return new Map(days.map((day) => [day.date, day.slots]));
}

/** How far the dates around a date reach, in days. */
const before = 31;
const after = 366;

/**
 * The dates on which team members work, from a month before a date to a year after it, ascending.
 * @param memberIds everyone by default
 */
export async function workingDates(
  db: Read,
  locationId: number,
  around: string,
  memberIds?: readonly number[],
): Promise<string[]> {
  const dates = { first: addDays(around, -before), last: addDays(around, after) };
  const days = findDays(db, locationId, dates, memberIds, works).as('days');
  const rows = await db.selectDistinct({ date: days.date }).from(days).orderBy(asc(days.date));
  return rows.map((row) => row.date);
}

const lastDays = prepared((db) =>
  db
    .select({
      id: teamMembers.id,
      date: sql<string | null>`(
        select work_days.date::text from work_days
        where work_days.location_id = team_members.location_id and work_days.team_member_id = team_members.id
          and not isempty(work_days.slots)
        order by work_days.date desc limit 1)`,
    })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, sql.placeholder('location')), isNull(teamMembers.deletedAt)))
    .prepare('last_work_days'),
);

/** The last date with working hours (yyyy-mm-dd) of each team member who has one, by id. */
export async function lastWorkDays(db: Read, locationId: number): Promise<Map<number, string>> {
  const rows = await lastDays(db).execute({ location: locationId });
  return new Map(rows.flatMap(({ id, date }) => (date ? [[id, date] as const] : [])));
}

/** @throws NotFound */
export async function expectMember(db: Read, locationId: number, id: number): Promise<void> {
  const [member] = await db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, id), isNull(teamMembers.deletedAt)));
  if (!member) throw new NotFound(`Team member ${id} was not found`);
}

/**
 * Changes any number of days, some thousands per statement. Requests that change the same members wait for each other.
 * @throws NotFound for a member that the location does not have, Invalid for a member who may not have a schedule; nothing is changed then
 */
export async function changeWorkDays(write: Write, locationId: number, changes: DayChange[]): Promise<void> {
  await lockMembers(write, locationId, [...new Set(changes.map((change) => change.teamMemberId))]);
  for (const some of batches(changes, daysAtOnce)) {
    await writeDays(write, locationId, some);
    await pause();
  }
  for (const { teamMemberId } of changes) write.changed('schedule', locationId, teamMemberId, 'update');
}

async function writeDays(write: Write, locationId: number, changes: DayChange[]): Promise<void> {
  const input = JSON.stringify(
    changes.map(({ teamMemberId, date, slots }) => ({
      member: teamMemberId,
      date,
      slots: `{${slots.map(({ from, to }) => `[${from},${to})`).join(',')}}`,
    })),
  );
  const given = sql`jsonb_to_recordset(${input}::jsonb) as input(member int, date date, slots int4multirange)`;
  await write.execute(sql`
    delete from ${workDays} using ${given}
    where ${workDays.locationId} = ${locationId} and ${workDays.teamMemberId} = input.member and ${workDays.date} = input.date
      and isempty(input.slots)`);
  await write.execute(sql`
    insert into ${workDays} (location_id, team_member_id, date, slots)
    select ${locationId}, input.member, input.date, input.slots from ${given} where not isempty(input.slots)
    on conflict (location_id, team_member_id, date) do update set slots = excluded.slots, off_day_type = null`);
}

/** In the order of their ids, so that two requests never wait for each other in a circle. */
async function lockMembers(write: Write, locationId: number, ids: number[]): Promise<void> {
  const members = await write.lock(
    'team member',
    write
      .select({ id: teamMembers.id, hasSchedule: teamMembers.hasSchedule })
      .from(teamMembers)
      .where(
        and(
          eq(teamMembers.locationId, locationId),
          sql`${teamMembers.id} = any(${sql.param(ids)}::int[])`,
          isNull(teamMembers.deletedAt),
        ),
      )
      .orderBy(asc(teamMembers.id)),
  );
  const known = new Map(members.map((member) => [member.id, member]));
  for (const id of ids) {
    const member = known.get(id);
    if (!member) throw new NotFound(`Team member ${id} was not found`);
    if (!member.hasSchedule) {
      throw new Invalid({ hasSchedule: [`is off for team member ${id}: switch it on for them to have a schedule`] });
    }
  }
}
