import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { type Permissions, type Role, resolvePermissions } from '../access/permissions.ts';
import { users } from '../access/tables.ts';
import { canonicalLogin, createBlankUser, hasContact } from '../access/users.ts';
import { locations, locationUsers } from './tables.ts';

const hasEntered = and(eq(locationUsers.isApproved, true), isNull(locationUsers.invitedName));

/** Who a user of a location is, to the others there. Of who has not entered yet it is what the location typed, whoever they are. */
export const shownUser = {
  id: users.id,
  name: sql<string>`case when ${hasEntered} then ${users.name} else coalesce(${locationUsers.invitedName}, '') end`,
  email: sql<string>`coalesce(case when ${hasEntered} then ${users.email} else ${locationUsers.invitedEmail} end, '')`,
  phone: sql<string>`coalesce(case when ${hasEntered} then ${users.phone} else ${locationUsers.invitedPhone} end, '')`,
  login: sql<string>`case when ${hasEntered} then ${users.login} else '' end`,
  avatar: sql<string>`case when ${hasEntered} then ${users.avatar} else '' end`,
};

/** Everyone who manages the location or is invited to, by user id. */
export const listLocationUsers = (db: Read, locationId: number, isApproved?: boolean) =>
  db
    .select({ user: shownUser, membership: locationUsers })
    .from(locationUsers)
    .innerJoin(users, eq(users.id, locationUsers.userId))
    .where(
      and(
        eq(locationUsers.locationId, locationId),
        isApproved === undefined ? undefined : eq(locationUsers.isApproved, isApproved),
      ),
    )
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

/** The locations that a user manages, all or those of a chain, with what they may do there. To be invited is not to manage. */
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

/** A person as somebody describes them who wants them among the users of a location. */
export interface Described {
  name: string;
  email: string | undefined;
  /** E.164 */
  phone: string | undefined;
  /** Further numbers that may tell who it is, in E.164. */
  otherPhones: string[];
  information: string;
  /** The person is asked first, even when the chain knows them. */
  isInvited: boolean;
}

/**
 * The user of a location whom the contacts name, made when there is none. Somebody is recognised by what the caller may see anyway: the
 * users of those locations of the chain whose users the caller sees, and whom this location invited before. Of any other account nothing is
 * looked up, so neither the answer nor its time tells whether there is one: the person stands here as described, with an account of
 * nobody, until they enter with their own.
 * @returns the user's id; undefined when the description names neither an e-mail address nor a phone number to make a user with
 * @throws Invalid when the contacts are those of two users, and Forbidden when a user would be added by who may not
 */
export async function findOrDescribeUser(
  write: Write,
  location: Location,
  person: Described,
  by: { userId: number; mayAddUsers: boolean },
): Promise<number | undefined> {
  const known = await recognise(write, location, person, by.userId);
  if (known?.isHere) {
    if (known.isDescribed && by.mayAddUsers) await describeAnew(write, location.id, known.userId, person);
    return known.userId;
  }
  if (!known && person.email === undefined && person.phone === undefined) return undefined;
  if (!by.mayAddUsers) throw new Forbidden();
  const member = { locationId: location.id, role: 'worker' as const, information: person.information };
  if (known) {
    await addLocationUser(write, { ...member, userId: known.userId }).onConflictDoNothing();
    return known.userId;
  }
  try {
    // In a savepoint: a request that described the person at the same moment must not undo the rest of this one.
    return await write.savepoint(async (inner) => {
      const userId = await createBlankUser(inner);
      await addLocationUser(inner, { ...member, ...described(person), userId, isApproved: !person.isInvited });
      return userId;
    });
  } catch (error) {
    const other = postgresError(error)?.code === '23505' ? await recognise(write, location, person, by.userId) : undefined;
    if (!other) throw error;
    return other.userId;
  }
}

const described = ({ name, email, phone }: Described) => ({ invitedName: name, invitedEmail: email, invitedPhone: phone });

/** What was typed last counts; what is left out now stays. */
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

/** Who it is, of those whom the caller may see. Somebody who has entered goes before a description. @throws Invalid when it is two people */
async function recognise(db: Read, location: Location, person: Described, callerId: number): Promise<Recognised | undefined> {
  const phones = [...(person.phone === undefined ? [] : [person.phone]), ...person.otherPhones];
  const email = person.email === undefined ? undefined : canonicalLogin(person.email);
  if (phones.length === 0 && email === undefined) return undefined;
  const seen = (await managedLocations(db, callerId, location.chainId)).flatMap(({ id, permissions }) =>
    // Who is to be asked first is not taken over from another location.
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
    throw new Invalid({ phone: ['is of another user than the e-mail address'] });
  }
  return { userId, isHere: found.some((row) => row.locationId === location.id), isDescribed: first.isDescribed };
}
