import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Write } from '../api/write.ts';
import { makeFeed } from '../domains/calendar-feeds/feed.ts';
import { clients } from '../domains/clients/tables.ts';
import { teamMembers } from '../domains/team/tables.ts';

/** The owner reads the calendars of two team members in another program, and two clients read their own. */
export async function seedCalendarFeeds(write: Write, locationId: number, userId: number, clientId: number): Promise<void> {
  const members = await write
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, locationId), isNull(teamMembers.deletedAt)))
    .orderBy(asc(teamMembers.id))
    .limit(2);
  for (const { id: teamMemberId } of members) await makeFeed(write, { locationId, teamMemberId, userId }, { renews: false });
  const [another] = await write
    .select({ id: clients.id })
    .from(clients)
    .where(eq(clients.locationId, locationId))
    .orderBy(asc(clients.id))
    .limit(1);
  for (const id of new Set([another?.id ?? clientId, clientId]))
    await makeFeed(write, { locationId, clientId: id }, { renews: false });
}
