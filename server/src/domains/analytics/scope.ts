import { and, eq, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { type Calendars, expectOfMember } from '../team/calendars.ts';
import { getPosition } from '../team/position.ts';
import { teamMembers } from '../team/tables.ts';
import type { Scope } from './read.ts';

/** What a reader asks for; undefined for everything. */
export interface Filter {
  teamMemberId: number | undefined;
  positionId: number | undefined;
  /** The creator. */
  userId: number | undefined;
}

/**
 * The figures that a filter and the reader's calendars leave. Team members who left still have figures.
 * @throws NotFound for an unknown team member, position or user, and for a team member outside of the calendars
 */
export async function scopeOf(db: Read, location: Location, filter: Filter, calendars: Calendars): Promise<Scope> {
  const { teamMemberId, positionId, userId } = filter;
  const groups = [calendars.memberIds];
  if (teamMemberId !== undefined) {
    expectOfMember(calendars, teamMemberId);
    groups.push(await membersWhere(db, location.id, eq(teamMembers.id, teamMemberId)));
    if (groups.at(-1)?.length === 0) throw new NotFound(`Team member ${teamMemberId} was not found`);
  }
  if (positionId !== undefined) {
    await getPosition(db, location.id, positionId);
    groups.push(await membersWhere(db, location.id, eq(teamMembers.positionId, positionId)));
  }
  if (userId !== undefined && !(await isKnownUser(db, location.id, userId))) throw new NotFound(`User ${userId} was not found`);
  return {
    locationId: location.id,
    memberIds: groups.reduce((left, group) => left?.filter((id) => group?.includes(id) ?? true) ?? group),
    createdBy: userId ?? 0,
    since: calendars.since && dateIn(calendars.since, location.timeZone),
  };
}

const membersWhere = async (db: Read, locationId: number, condition: ReturnType<typeof eq>): Promise<number[]> =>
  (
    await db
      .select({ id: teamMembers.id })
      .from(teamMembers)
      .where(and(eq(teamMembers.locationId, locationId), condition))
  ).map(({ id }) => id);

/** Users who were removed from the location still have figures. */
async function isKnownUser(db: Read, locationId: number, userId: number): Promise<boolean> {
  const [row] = await rowsOf<{ known: boolean }>(
    db,
    sql`
    select exists (select from location_users where location_id = ${locationId} and user_id = ${userId})
      or exists (select from analytics_days where location_id = ${locationId} and created_by = ${userId}) as known`,
  );
  return row?.known ?? false;
}
