import { and, count, eq, isNull, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { teamMembers } from './tables.ts';

/** Whether a team member is open for online booking. */
export const isBookable = and(
  isNull(teamMembers.deletedAt),
  eq(teamMembers.isHidden, false),
  eq(teamMembers.isFired, false),
  eq(teamMembers.hasSchedule, true),
);

/** How many team members of each location are open for online booking, in one statement. Locations without one have no entry. */
export async function countBookable(db: Read, locationIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await db
    .select({ locationId: teamMembers.locationId, members: count() })
    .from(teamMembers)
    .where(and(sql`${teamMembers.locationId} = any(${sql.param(locationIds)}::int[])`, isBookable))
    .groupBy(teamMembers.locationId);
  return new Map(rows.map((row) => [row.locationId, row.members]));
}
