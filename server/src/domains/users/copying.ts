import { and, eq, inArray, or, sql } from 'drizzle-orm';
import { Forbidden, Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { type GivenSlug, slugNodes } from '../access/permission-slugs.ts';
import { differencesFrom, noObject, type Permissions, type PermissionValue } from '../access/permissions.ts';
import { canonicalLogin, findUser, type UserRow } from '../access/users.ts';
import { locationUsers } from '../locations/tables.ts';
import type { Place } from './given-ids.ts';
import { expectMayTouch, lockLinks } from './links.ts';
import { changedRights, expectMayGive } from './rights.ts';

/** A location that a user's rights are copied to. */
export interface Target {
  place: Place;
  /** Undefined for the rights in the source. */
  given: readonly GivenSlug[] | undefined;
}

/**
 * Copies a user with role and rights from one location to others: to all or to none. A user who is new in a location is active at once. In a
 * location that has invited the user, only the rights change. The source itself stays as it is, but for rights that are given with it. Forget the access after the commit.
 * @param callerId must have the right to invite users in each location
 * @throws NotFound, Forbidden, and Invalid if the user has not entered the source
 */
export async function copyUser(
  write: Write,
  source: Place,
  targets: readonly Target[],
  callerId: number,
  userId: number,
): Promise<void> {
  const ids = targets.map(({ place }) => place.id);
  const account = await findUser(write, userId);
  if (account.phone === null && !account.isEmailConfirmed)
    throw new Forbidden('Only a person with an account can be copied to other locations.');
  const invited = await invitedTo(write, ids, account);
  const links = await lockLinks(write, [source.id, ...ids], [callerId, userId, ...invited.values()]);
  links.caller(source.id, callerId, 'users_access');
  const user = links.get(source.id, userId);
  if (!user.isEntered) throw new Invalid({ userId: ['has not entered this location'] });
  for (const { place, given } of targets) {
    const caller = links.caller(place.id, callerId, 'create_users_access');
    const copyId = links.find(place.id, userId) ? userId : (invited.get(place.id) ?? userId);
    const current = links.find(place.id, copyId);
    if (current) expectMayTouch(caller, current);
    else if (callerId === userId) throw new Forbidden('Somebody else must change your own rights.');
    if (current && user.role !== 'owner' && links.isLastOwner(current))
      throw new Forbidden('The last owner of a location stays its owner.');
    const start = place.id === source.id ? user.rights : elsewhere(user.rights, source, place);
    const rights = given ? await changedRights(write, place, start, given) : start;
    const { role, information } = user;
    expectMayGive(caller, { role, rights }, current);
    const permissions = differencesFrom(role, rights);
    await write
      .insert(locationUsers)
      .values({ locationId: place.id, userId: copyId, role, permissions, information })
      .onConflictDoUpdate({ target: [locationUsers.locationId, locationUsers.userId], set: { role, permissions } });
  }
}

/** The users that stand for a person in locations that have invited the person by a contact of the account. */
async function invitedTo(db: Read, locationIds: readonly number[], { phone, email, isEmailConfirmed }: UserRow) {
  const contacts = [
    phone === null ? undefined : eq(locationUsers.invitedPhone, phone),
    email === null || !isEmailConfirmed ? undefined : eq(sql`lower(${locationUsers.invitedEmail})`, canonicalLogin(email)),
  ];
  const rows = await db
    .select({ locationId: locationUsers.locationId, userId: locationUsers.userId })
    .from(locationUsers)
    .where(and(inArray(locationUsers.locationId, [...locationIds]), or(...contacts)));
  return new Map(rows.map((row) => [row.locationId, row.userId]));
}

/** The permissions without the ids of a location: where they allowed some objects, they allow none. */
function elsewhere(rights: Permissions, source: Place, target: Place): Permissions {
  const changed: Record<string, PermissionValue> = { ...rights };
  for (const { name, entity } of slugNodes) {
    if (entity === null || entity === 'storage_transaction_type' || (entity === 'chain' && source.chainId === target.chainId))
      continue;
    const value = changed[name];
    if (Array.isArray(value)) changed[name] = value.length > 0 ? [noObject] : value;
    else if (value !== 0) changed[name] = noObject;
  }
  return changed as unknown as Permissions;
}
