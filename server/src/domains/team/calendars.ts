import { and, type Column, eq, gte, isNull, type SQL, sql } from 'drizzle-orm';
import type { Limited, Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { isSince, startOfDays } from '../access/limits.ts';
import { teamMembers } from './tables.ts';

/**
 * The calendars that a user works with. Objects outside of them are invisible to the user: lists leave them out, and reading them is a 404.
 */
export interface Calendars {
  /** The team members; undefined for all. */
  memberIds: readonly number[] | undefined;
  /** Earlier objects are outside. Undefined for no such limit. */
  since: Date | undefined;
}

/** The calendars of a user without limits. */
export const allCalendars: Calendars = Object.freeze({ memberIds: undefined, since: undefined });

interface Caller extends Limited {
  db: Read;
  location: Location;
}

/** The calendars that the caller's permissions allow. A caller without limits costs no statement. */
export async function calendarsOf({ db, location, limit }: Caller): Promise<Calendars> {
  const [memberId, positionId] = [limit('master_id'), limit('position_id')];
  const isLimited = memberId !== 0 || positionId !== 0;
  return {
    memberIds: isLimited ? await membersOf(db, location.id, memberId, positionId) : undefined,
    since: startOfDays(limit('last_days_count'), location.timeZone),
  };
}

/**
 * The members that a user is limited to. A member who left has no calendar if the user is limited to one member, because the user is
 * probably that person. A limit to a position includes members who left it.
 */
async function membersOf(db: Read, locationId: number, memberId: number, positionId: number): Promise<number[]> {
  const rows = await db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, locationId),
        memberId === 0
          ? undefined
          : and(eq(teamMembers.id, memberId), isNull(teamMembers.deletedAt), eq(teamMembers.isFired, false)),
        positionId === 0 ? undefined : eq(teamMembers.positionId, positionId),
      ),
    );
  return rows.map(({ id }) => id);
}

/** A condition on rows of one of the members. */
export const ofMembers = (column: Column, memberIds: readonly number[] | undefined): SQL | undefined =>
  memberIds && sql`${column} = any(${sql.param([...memberIds])}::int[])`;

/** A condition for rows in the calendars. */
export const inCalendars = (
  columns: { teamMemberId: Column; startsAt: Column },
  { memberIds, since }: Calendars,
): SQL | undefined => and(ofMembers(columns.teamMemberId, memberIds), since && gte(columns.startsAt, since));

/** An object with a place in a calendar. */
export interface InCalendar {
  teamMemberId: number;
  startsAt: Date;
}

/** Whether the calendars include a member, at any time. */
export const areOfMember = ({ memberIds }: Pick<Calendars, 'memberIds'>, teamMemberId: number): boolean =>
  memberIds === undefined || memberIds.includes(teamMemberId);

/** Whether an object is in the calendars. */
export const isInCalendars = ({ teamMemberId, startsAt }: InCalendar, calendars: Calendars): boolean =>
  areOfMember(calendars, teamMemberId) && isSince(startsAt, calendars.since);

/** @throws NotFound for a member outside of the caller's calendars, and for an unknown one */
export function expectOfMember(calendars: Calendars, teamMemberId: number): void {
  if (!areOfMember(calendars, teamMemberId)) throw new NotFound(`Team member ${teamMemberId} was not found`);
}
