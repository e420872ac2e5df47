import { and, eq, isNull } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { positionLocations, teamMembers } from './tables.ts';
import { getTeamMember, type TeamMemberRow } from './team-member.ts';

/** How clients see a team member. An undefined field stays unchanged. */
export interface ShownFields {
  showRating?: boolean | undefined;
  /** null for none */
  positionId?: number | null | undefined;
}

/** @throws NotFound, Invalid for a position that the location does not have */
export async function changeShownMember(
  write: Write,
  locationId: number,
  id: number,
  { showRating, positionId }: ShownFields,
): Promise<TeamMemberRow> {
  if (positionId) {
    const [position] = await write.lock(
      'position',
      write
        .select({ id: positionLocations.positionId })
        .from(positionLocations)
        .where(and(eq(positionLocations.locationId, locationId), eq(positionLocations.positionId, positionId))),
    );
    if (!position) {
      // A member of another business is not found, whatever the request says.
      await getTeamMember(write, locationId, id);
      throw new Invalid({ positionId: ['must be a position of this location'] });
    }
  }
  const own = and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, id), isNull(teamMembers.deletedAt));
  const [member] = await write.lock('team member', write.select({ id: teamMembers.id }).from(teamMembers).where(own));
  if (!member) throw new NotFound('Team Member not found.');
  await write
    .update(teamMembers)
    .set({
      ...(showRating === undefined ? {} : { showRating }),
      ...(positionId === undefined ? {} : { positionId }),
      changedAt: new Date(),
    })
    .where(own);
  const row = await getTeamMember(write, locationId, id);
  write.changed('team member', locationId, id, 'update', row);
  return row;
}
