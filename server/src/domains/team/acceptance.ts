import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { users } from '../access/tables.ts';
import { canonicalLogin } from '../access/users.ts';
import { locationUsers, userInvitations } from '../locations/tables.ts';
import { teamMembers } from './tables.ts';

/** The person whom a location invited or hired with a contact, as the location described them. @throws NotFound */
export async function findInvited(write: Write, locationId: number, contact: string): Promise<{ userId: number; name: string }> {
  const login = canonicalLogin(contact);
  const [row] = await write.lock(
    'location user',
    write
      .select({ id: locationUsers.userId, userId: locationUsers.userId, name: sql<string>`${locationUsers.invitedName}` })
      .from(locationUsers)
      .where(
        and(
          eq(locationUsers.locationId, locationId),
          or(eq(sql`lower(${locationUsers.invitedEmail})`, login), eq(locationUsers.invitedPhone, login)),
        ),
      ),
    'update',
  );
  if (!row) throw new NotFound();
  return row;
}

/**
 * A person enters a location that invited or hired them. Their account replaces the typed data, takes its role, and becomes the account of
 * the team member. If the person is a user of the location already, their membership stays the same. Nothing else connects a description
 * with an account.
 * @param invited the user id that represents them
 */
export async function acceptInvitation(write: Write, locationId: number, invited: number, account: number): Promise<void> {
  const isInvited = and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, invited));
  const isHere = and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, account));
  const [member] = await write.lock(
    'location user',
    write.select({ id: locationUsers.userId }).from(locationUsers).where(isHere),
    'update',
  );
  // Its link leads nowhere from now on.
  await write.delete(userInvitations).where(and(eq(userInvitations.locationId, locationId), eq(userInvitations.userId, invited)));
  if (member) {
    await write.delete(locationUsers).where(isInvited);
  } else {
    const entered = { userId: account, isApproved: true, invitedName: null, invitedEmail: null, invitedPhone: null };
    await write.update(locationUsers).set(entered).where(isInvited);
  }
  const works = (userId: number) =>
    and(eq(teamMembers.locationId, locationId), eq(teamMembers.userId, userId), isNull(teamMembers.deletedAt));
  const [other] = await write.select({ id: teamMembers.id }).from(teamMembers).where(works(account));
  if (!other) await write.update(teamMembers).set({ userId: account, changedAt: new Date() }).where(works(invited));
  // The user id that is not used any more. A team member without a user keeps its history.
  await write.delete(users).where(eq(users.id, invited));
}
