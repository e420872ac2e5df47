import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Write } from '../api/write.ts';
import { teamMembers } from '../domains/team/tables.ts';
import { createTipSettings, enableTips } from '../domains/tips/setting.ts';

/** One team member of the location takes tips, another has not opened an account yet, and a third has just begun. */
export async function seedTips(write: Write, locationId: number): Promise<void> {
  const members = await write
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, locationId), isNull(teamMembers.deletedAt)))
    .orderBy(asc(teamMembers.id))
    .limit(3);
  for (const [index, { id }] of members.entries()) {
    const landing = index === 2 ? '' : `https://tips.example.com/lavender/${id}`;
    const form = landing && `${landing}/account`;
    const settings = await createTipSettings(write, locationId, id, { landing, form, hasAccount: index === 0 });
    if (index === 0) await enableTips(write, locationId, settings.id, true);
  }
}
