import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { type Permissions, type Role, resolvePermissions } from '../access/permissions.ts';
import { users } from '../access/tables.ts';
import { canonicalLogin, createBlankUser, hasContact } from '../access/users.ts';
import { locations, locationUsers } from './tables.ts';

/** Whether the user of a location has entered it with an account of their own. */
export const hasEntered = and(eq(locationUsers.isApproved, true), isNull(locationUsers.invitedName));

/**
 * The identity of a location's user, as the other users see it. Until the person enters, it is the data that the location typed, even if
 * the person has an account.
 */
export const shownUser = {
  id: users.id,
  name: sql<string>`case when ${hasEntered} then ${users.name} else coalesce(${locationUsers.invitedName}, '') end`,
  email: sql<string>`coalesce(case when ${hasEntered} then ${users.email} else ${locationUsers.invitedEmail} end, '')`,
  phone: sql<string>`coalesce(case when ${hasEntered} then ${users.phone} else ${locationUsers.invitedPhone} end, '')`,
  login: sql<string>`case when ${hasEntered} then ${users.login} else '' end`,
  avatar: sql<string>`case when ${hasEntered} then ${users.avatar} else '' end`,
};

/** Whether a user of the location is the only one who owns it. */
const isOnlyOwner = sql<boolean>`(${locationUsers.role} = 'owner' and ${hasEntered} and not exists (
  select from location_users as other
  where other.location_id = ${locationUsers.locationId} and other.user_id <> ${locationUsers.userId}
    and other.role = 'owner' and other.is_approved and other.invited_name is null))`;

/** Everyone who manages the location or is invited to it, by user id. */
export const listLocationUsers = (db: Read, locationId: number, isApproved?: boolean) =>
  db
    .select({ user: shownUser, membership: locationUsers, isOnlyOwner })
    .from(locationUsers)
    .innerJoin(users, eq(users.id, locationUsers.userId))
    .where(
      and(
        eq(locationUsers.locationId, locationId),
        isApproved === undefined ? undefined : eq(locationUsers.isApproved, isApproved),
      ),
    )
    .orderBy(asc(users.id));

/** How to reach the owners of a location: by contacts that are proven to be theirs. */
export const ownersOf = (db: Read, locationId: number) =>
  db
    .select({
      email: sql<string | null>`case when ${users.isEmailConfirmed} then ${users.email} end`,
      phone: users.phone,
    })
    .from(locationUsers)
    .innerJoin(users, eq(users.id, locationUsers.userId))
    .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.role, 'owner'), hasEntered))
    .orderBy(asc(users.id));

/** @throws NotFound when the user does not manage the location, or is only invited to */
export async function getMembership(db: Read, locationId: number, userId: number) {
  const [row] = await db
    .select()
    .from(locationUsers)
    .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId), eq(locationUsers.isApproved, true)));
  if (!row) throw new NotFound();
  return row;
}

/** The locations that a user manages, all or those of a chain, with their rights there. An invitation does not count. */
export async function managedLocations(
  db: Read,
  userId: number,
  chainId?: number,
): Promise<{ id: number; permissions: Permissions }[]> {
  const rows = await db
    .select({ id: locations.id, role: locationUsers.role, permissions: locationUsers.permissions })
    .from(locationUsers)
    .innerJoin(locations, eq(locations.id, locationUsers.locationId))
    .where(
      and(
        eq(locationUsers.userId, userId),
        eq(locationUsers.isApproved, true),
        isNull(locations.deletedAt),
        chainId === undefined ? undefined : eq(locations.chainId, chainId),
      ),
    );
  return rows.map(({ id, role, permissions }) => ({ id, permissions: resolvePermissions(role, permissions) }));
}

/** Makes a user a member of a location. */
export const addLocationUser = (
  write: Write,
  member: {
    locationId: number;
    userId: number;
    role: Role;
    information?: string;
    isApproved?: boolean;
    isNonDeletable?: boolean;
    invitedName?: string;
    invitedEmail?: string | undefined;
    invitedPhone?: string | undefined;
  },
) => write.insert(locationUsers).values(member);

/** A person as somebody describes them to add them to the users of a location. */
export interface Described {
  name: string;
  email: string | undefined;
  /** E.164 */
  phone: string | undefined;
  /** Further numbers that may identify the person, in E.164. */
  otherPhones: string[];
  information: string;
  /** The person must accept first, even if the chain knows them. */
  isInvited: boolean;
}

/**
 * The location's user with these contacts. Created if there is none. The search includes only users whom the caller may see anyway: users
 * of the chain's locations whose users the caller sees, and people whom this location invited before. Other accounts are not looked up, so
 * neither the answer nor its time reveals whether they exist. In that case the person is stored as described, with an account without an
 * owner, until they enter with their own.
 * @returns the user's id, and whether they are a user of the location only since now; undefined if the description has neither an e-mail
 *   address nor a phone number
 * @throws Invalid if the contacts belong to two users, and Forbidden if the caller may not add the user
 */
export async function findOrDescribeUser(
  write: Write,
  location: Location,
  person: Described,
  by: { userId: number; mayAddUsers: boolean },
): Promise<{ userId: number; isNew: boolean } | undefined> {
  const known = await recognise(write, location, person, by.userId);
  if (known?.isHere) {
    if (known.isDescribed && by.mayAddUsers) await describeAnew(write, location.id, known.userId, person);
    return { userId: known.userId, isNew: false };
  }
  if (!known && person.email === undefined && person.phone === undefined) return undefined;
  if (!by.mayAddUsers) throw new Forbidden();
  const member = { locationId: location.id, role: 'worker' as const, information: person.information };
  if (known) {
    const { userId } = known;
    const added = await addLocationUser(write, { ...member, userId })
      .onConflictDoNothing()
      .returning({ userId: locationUsers.userId });
    return { userId, isNew: added.length > 0 };
  }
  try {
    // In a savepoint: a request that described the person at the same moment must not undo the rest of this one.
    return await write.savepoint(async (inner) => {
      const userId = await createBlankUser(inner);
      await addLocationUser(inner, { ...member, ...described(person), userId, isApproved: !person.isInvited });
      return { userId, isNew: true };
    });
  } catch (error) {
    const other = postgresError(error)?.code === '23505' ? await recognise(write, location, person, by.userId) : undefined;
    if (!other) throw error;
    return { userId: other.userId, isNew: false };
  }
}

const described = ({ name, email, phone }: Described) => ({ invitedName: name, invitedEmail: email, invitedPhone: phone });

/** The latest typed data replaces earlier data. Missing fields stay. */
const describeAnew = (write: Write, locationId: number, userId: number, person: Described) =>
  write
    .update(locationUsers)
    .set(described(person))
    .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId)));

interface Recognised {
  userId: number;
  /** A user of the location already, or invited to it. */
  isHere: boolean;
  isDescribed: boolean;
}

/**
 * The user with these contacts, among those whom the caller may see. A user who has entered takes precedence over a description. @throws
 * Invalid if the contacts belong to two people
 */
async function recognise(db: Read, location: Location, person: Described, callerId: number): Promise<Recognised | undefined> {
  const phones = [...(person.phone === undefined ? [] : [person.phone]), ...person.otherPhones];
  const email = person.email === undefined ? undefined : canonicalLogin(person.email);
  if (phones.length === 0 && email === undefined) return undefined;
  const seen = (await managedLocations(db, callerId, location.chainId)).flatMap(({ id, permissions }) =>
    // A person who must accept first is not taken over from another location.
    permissions.users_access && (!person.isInvited || id === location.id) ? [id] : [],
  );
  const isTheirs = or(inArray(users.phone, phones), email === undefined ? undefined : hasContact(email));
  const isDescribed = or(
    inArray(locationUsers.invitedPhone, phones),
    email === undefined ? undefined : eq(sql`lower(${locationUsers.invitedEmail})`, email),
  );
  const rows = await db
    .select({
      userId: locationUsers.userId,
      locationId: locationUsers.locationId,
      isDescribed: sql<boolean>`${isNotNull(locationUsers.invitedName)}`,
    })
    .from(locationUsers)
    .innerJoin(users, eq(users.id, locationUsers.userId))
    .where(
      or(
        and(inArray(locationUsers.locationId, seen), hasEntered, isTheirs),
        and(eq(locationUsers.locationId, location.id), isDescribed),
      ),
    );
  const entered = rows.filter((row) => !row.isDescribed);
  const found = entered.length ? entered : rows;
  const [first] = found;
  if (!first) return undefined;
  const { userId } = first;
  if (found.some((row) => row.userId !== userId)) {
    throw new Invalid({ phone: ['belongs to another user than the e-mail address'] });
  }
  return { userId, isHere: found.some((row) => row.locationId === location.id), isDescribed: first.isDescribed };
}
