import { and, eq, isNull } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { teamMembers } from './tables.ts';

/** Whether the location has such a team member. If so, it cannot be deleted until the transaction ends. */
export async function keepTeamMember(write: Write, locationId: number, id: number): Promise<boolean> {
  const rows = await write.lock(
    'team member',
    write
      .select({ id: teamMembers.id })
      .from(teamMembers)
      .where(and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, id), isNull(teamMembers.deletedAt))),
    'share',
  );
  return rows.length > 0;
}
