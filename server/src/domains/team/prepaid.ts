import { and, eq, isNull } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { teamMembers } from './tables.ts';
import { getTeamMember } from './team-member.ts';

/** Sets whether clients who book a team member online pay in advance. @throws NotFound */
export async function setPrepaidOfMember(
  write: Write,
  locationId: number,
  id: number,
  prepaid: (typeof teamMembers.$inferSelect)['prepaid'],
): Promise<void> {
  const own = and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, id), isNull(teamMembers.deletedAt));
  const [member] = await write.lock('team member', write.select({ id: teamMembers.id }).from(teamMembers).where(own));
  if (!member) throw new NotFound('Team Member not found.');
  await write.update(teamMembers).set({ prepaid, changedAt: new Date() }).where(own);
  write.changed('team member', locationId, id, 'update', await getTeamMember(write, locationId, id));
}
