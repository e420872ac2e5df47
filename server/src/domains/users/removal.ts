import { and, eq, inArray } from 'drizzle-orm';
import { Forbidden } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { users } from '../access/tables.ts';
import { locationUsers } from '../locations/tables.ts';
import { unlinkUser } from '../team/team-member.ts';
import { expectMayTouch, type Link, lockLinks } from './links.ts';

/**
 * Removes a user from locations: from all or from none. The account stays, and so do the team members that the user was, without a user. An
 * invitation is withdrawn. Forget the access after the commit.
 * @param callerId must have the right to remove users in each location
 * @throws NotFound if the user is in one of them no user, Forbidden
 */
export async function removeUser(write: Write, locationIds: readonly number[], callerId: number, userId: number): Promise<void> {
  const links = await lockLinks(write, locationIds, [callerId, userId]);
  const leaving: Link[] = [];
  for (const locationId of locationIds) {
    const caller = links.caller(locationId, callerId, 'delete_users_access');
    const target = links.get(locationId, userId);
    expectMayTouch(caller, target);
    if (links.isLastOwner(target)) throw new Forbidden('The last owner of a location cannot be removed.');
    leaving.push(target);
  }
  await endLinks(write, leaving);
}

/** Ends links of one user. Give them locked. An account that only stands for an invited person is deleted. */
export async function endLinks(
  write: Write,
  leaving: readonly Pick<Link, 'locationId' | 'userId' | 'isDescribed'>[],
): Promise<void> {
  const [first] = leaving;
  if (!first) return;
  const { userId, isDescribed } = first;
  const places = leaving.map(({ locationId }) => locationId);
  await unlinkUser(write, places, userId);
  await write.delete(locationUsers).where(and(inArray(locationUsers.locationId, places), eq(locationUsers.userId, userId)));
  // It is of this location only.
  if (isDescribed) await write.delete(users).where(eq(users.id, userId));
}
