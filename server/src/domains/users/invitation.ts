import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { newToken, tokenHash } from '../../platform/secrets.ts';
import { limitInvitations } from '../access/login-throttle.ts';
import type { GivenSlug } from '../access/permission-slugs.ts';
import { differencesFrom, type Role } from '../access/permissions.ts';
import { users } from '../access/tables.ts';
import { canonicalLogin, createBlankUser } from '../access/users.ts';
import { getLocation } from '../locations/location.ts';
import { addLocationUser } from '../locations/location-user.ts';
import { locations, locationUsers, userInvitations } from '../locations/tables.ts';
import { sendMessage } from '../notifications/message.ts';
import { linkUser, lockMembers } from '../team/team-member.ts';
import { expectMayTouch, getLink, type Link, lockLinks } from './links.ts';
import { endLinks } from './removal.ts';
import { changedRights, defaultsOf, expectEditable, expectMayGive, memberOf } from './rights.ts';

/** The days that a link is good for. */
const validity = 7;

/** A person who is invited. An undefined property is the default for a new person, and stays as it is for an invited one. */
export interface Invite {
  name: string;
  /** An e-mail address, or a phone number in any common spelling. */
  search: string;
  /** The position, as the other users see it. */
  information?: string | undefined;
  role?: Role | undefined;
  given?: readonly GivenSlug[] | undefined;
  memberId?: number | undefined;
}

/** The user who invites, and the address of this server, to which the link leads; empty if it is not known for sure. */
export interface Inviter {
  userId: number;
  address: string;
}

interface Contact {
  email: string | undefined;
  /** E.164 */
  phone: string | undefined;
  /** The spelling that identifies it. */
  key: string;
}

type Addressed = Invite & Contact & { at: number };

/** Runs a rule for an item of a list. Its errors name the item. */
async function about<Result>(at: number, names: Record<string, string>, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Invalid) || !error.errors) throw error;
    const errors = Object.entries(error.errors).map(([name, texts]) => [`invites.${at}.${names[name] ?? name}`, texts]);
    throw new Invalid(Object.fromEntries(errors));
  }
}

/** @throws Invalid */
function read(location: Pick<Location, 'countryCode'>, invites: readonly Invite[]): Addressed[] {
  const errors: FieldErrors = {};
  const seen = new Set<string>();
  const addressed = invites.map((invite, at) => {
    const search = invite.search.normalize('NFKC').trim();
    const email = /^[^\s@]+@[^\s@]+$/.test(search) ? search : undefined;
    const phone = search.includes('@') ? undefined : normalizePhone(search, location.countryCode);
    const key = email === undefined ? (phone ?? '') : canonicalLogin(email);
    if (key === '') errors[`invites.${at}.search`] = ['must be an e-mail address or a phone number'];
    else if (seen.has(key)) errors[`invites.${at}.search`] = ['is in the list twice'];
    seen.add(key);
    const name = invite.name.trim();
    if (name === '') errors[`invites.${at}.name`] = ['must not be empty'];
    return { ...invite, name, email, phone, key, at };
  });
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
  // In one order, so that two requests with the same people do not wait for each other in a circle.
  return addressed.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * The users of a location with these contacts: those who are invited, and those who entered, unless the caller does not see them. Accounts
 * of other locations are not looked up, so nothing reveals whether they exist.
 */
async function findKnown(
  db: Read,
  locationId: number,
  contacts: readonly Contact[],
  seesUsers: boolean,
): Promise<Map<string, number>> {
  const phones = contacts.flatMap(({ phone }) => phone ?? []);
  const emails = contacts.flatMap(({ email, key }) => (email === undefined ? [] : [key]));
  const ownEmail = sql<string>`case when ${users.isEmailConfirmed} then lower(${users.email}) end`;
  const invitedEmail = sql<string>`lower(${locationUsers.invitedEmail})`;
  const rows = await db
    .select({
      userId: locationUsers.userId,
      contacts: sql<(string | null)[]>`array[${invitedEmail}, ${locationUsers.invitedPhone}, ${ownEmail}, ${users.phone}]`,
    })
    .from(locationUsers)
    .innerJoin(users, eq(users.id, locationUsers.userId))
    .where(
      and(
        eq(locationUsers.locationId, locationId),
        or(
          inArray(invitedEmail, emails),
          inArray(locationUsers.invitedPhone, phones),
          seesUsers ? or(inArray(ownEmail, emails), inArray(users.phone, phones)) : undefined,
        ),
      ),
    );
  return new Map(
    rows.flatMap((row) => row.contacts.flatMap((contact) => (contact === null ? [] : [[contact, row.userId] as const]))),
  );
}

const fieldNames = { userPermissions: 'user_permissions', memberId: 'staff_id' };

/**
 * Invites people to a location: all or none. Each gets a message with a link. A person who is invited already gets a new link, and the former
 * one ends. Somebody who was hired without an invitation gets a link too. Forget the access after the commit.
 * @throws Invalid for a contact that is none or belongs to a user of the location, an unknown slug or a foreign id, Forbidden, and
 *   TooManyRequests for a person who was invited too often
 */
export async function inviteUsers(write: Write, location: Location, inviter: Inviter, invites: readonly Invite[]): Promise<void> {
  const addressed = read(location, invites);
  const { rights } = await getLink(write, location.id, inviter.userId);
  const known = await findKnown(write, location.id, addressed, rights.users_access);
  const links = await lockLinks(write, [location.id], [inviter.userId, ...known.values()]);
  const memberIds = invites.flatMap(({ memberId }) => memberId ?? []);
  await lockMembers(write, location.id, [...known.values()], memberIds);
  const caller = links.caller(location.id, inviter.userId, 'create_users_access');
  const { title } = await getLocation(write, location.id);
  for (const invite of addressed) {
    const link = links.find(location.id, known.get(invite.key) ?? 0);
    const userId = await about(invite.at, fieldNames, () => inviteOne(write, location, caller, invite, link));
    await sendLink(write, { id: location.id, title }, inviter, { ...invite, userId });
  }
}

/** Stores what an invitation says. @param link of a person who is invited already @returns the user id */
async function inviteOne(
  write: Write,
  location: Location,
  caller: Link,
  invite: Addressed,
  link: Link | undefined,
): Promise<number> {
  if (link?.isEntered) throw new Invalid({ search: ['is a user of this location already'] });
  if (link) expectMayTouch(caller, link);
  const { given = [], memberId, name, information } = invite;
  const role = invite.role ?? link?.role ?? 'worker';
  const userId = link?.userId ?? (await describe(write, location.id, invite));
  if (memberId !== undefined) await linkUser(write, location.id, userId, memberId);
  const start = link?.role === role ? link.rights : defaultsOf(role, memberId ?? (await memberOf(write, location.id, userId)));
  const rights = await changedRights(write, location, start, given);
  if (link) expectEditable(caller, start, rights, given);
  expectMayGive(caller, { role, rights }, link);
  await write
    .update(locationUsers)
    .set({
      role,
      permissions: differencesFrom(role, rights),
      // An account of the person's own describes itself.
      ...(link && !link.isDescribed ? {} : { invitedName: name }),
      ...(information === undefined ? {} : { information: information.trim() }),
    })
    .where(own(location.id, userId));
  return userId;
}

const own = (locationId: number, userId: number) =>
  and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId));

/** Stores a person whom a location describes, with an account without an owner. @returns the user id */
async function describe(write: Write, locationId: number, { name, email, phone, ...contact }: Addressed): Promise<number> {
  try {
    // In a savepoint: a request that described the person at the same moment must not undo the rest of this one.
    return await write.savepoint(async (inner) => {
      const userId = await createBlankUser(inner);
      const invited = { invitedName: name, invitedEmail: email, invitedPhone: phone };
      await addLocationUser(inner, { locationId, userId, role: 'worker', isApproved: false, ...invited });
      return userId;
    });
  } catch (error) {
    const isTaken = postgresError(error)?.code === '23505';
    const userId = isTaken
      ? (await findKnown(write, locationId, [{ ...contact, email, phone }], false)).get(contact.key)
      : undefined;
    if (userId === undefined) throw error;
    return userId;
  }
}

interface Recipient {
  userId: number;
  email: string | undefined;
  phone: string | undefined;
}

/** Makes the only link of an invitation, and sends it. @throws TooManyRequests */
async function sendLink(
  write: Write,
  location: { id: number; title: string },
  { userId: invitedBy, address }: Inviter,
  { userId, email, phone }: Recipient,
): Promise<void> {
  const contact = email ?? phone;
  if (contact === undefined) return;
  await limitInvitations(write, canonicalLogin(contact));
  const token = newToken();
  const expiresAt = new Date(Date.now() + validity * 86_400_000);
  const fresh = { hash: tokenHash(token), contact, invitedBy, expiresAt, createdAt: new Date() };
  await write
    .insert(userInvitations)
    .values({ locationId: location.id, userId, ...fresh })
    .onConflictDoUpdate({ target: [userInvitations.locationId, userInvitations.userId], set: fresh });
  const how = address ? `Join here: ${address}/join#${token} The link` : `Enter the code ${token} on the page to join. The code`;
  const text = `${location.title} invites you to work with its calendar. ${how} works once, within ${validity} days.`;
  await sendMessage(write, { locationId: location.id, channel: email ? 'email' : 'sms', recipient: contact, text, expiresAt });
}

/** Sends the link to a person whom a location has just described. Does nothing for a user who needs no invitation. */
export async function sendInvitation(write: Write, location: Location, inviter: Inviter, userId: number): Promise<void> {
  const [row] = await write
    .select({ email: locationUsers.invitedEmail, phone: locationUsers.invitedPhone, title: locations.title })
    .from(locationUsers)
    .innerJoin(locations, eq(locations.id, locationUsers.locationId))
    .where(and(own(location.id, userId), eq(locationUsers.isApproved, false)));
  if (!row) return;
  const recipient = { userId, email: row.email ?? undefined, phone: row.phone ?? undefined };
  await sendLink(write, { id: location.id, title: row.title }, inviter, recipient);
}

/** The open invitations of a location, by user id. */
export const listInvitations = (db: Read, locationId: number) =>
  db
    .select({
      userId: userInvitations.userId,
      name: locationUsers.invitedName,
      email: locationUsers.invitedEmail,
      phone: locationUsers.invitedPhone,
      role: locationUsers.role,
      invitedAt: userInvitations.createdAt,
      expiresAt: userInvitations.expiresAt,
    })
    .from(userInvitations)
    .innerJoin(
      locationUsers,
      and(eq(locationUsers.locationId, userInvitations.locationId), eq(locationUsers.userId, userInvitations.userId)),
    )
    .where(eq(userInvitations.locationId, locationId))
    .orderBy(asc(userInvitations.userId));

/**
 * Withdraws an invitation: its link ends, and so does the user's link with the location, unless the person was hired before. Forget the
 * access after the commit.
 * @throws NotFound if the user is not invited, Forbidden
 */
export async function revokeInvitation(write: Write, locationId: number, callerId: number, userId: number): Promise<void> {
  const links = await lockLinks(write, [locationId], [callerId, userId]);
  const caller = links.caller(locationId, callerId, 'create_users_access');
  const target = links.get(locationId, userId);
  if (target.isEntered) throw new NotFound(`User ${userId} is not invited`);
  expectMayTouch(caller, target);
  await write.delete(userInvitations).where(and(eq(userInvitations.locationId, locationId), eq(userInvitations.userId, userId)));
  if (!target.isApproved) await endLinks(write, [target]);
}
