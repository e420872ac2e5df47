import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { Conflict, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { tokenHash } from '../../platform/secrets.ts';
import { users } from '../access/tables.ts';
import { canonicalLogin, changePassword, createUser, hasContact, type UserRow } from '../access/users.ts';
import { locations, locationUsers, userInvitations } from '../locations/tables.ts';
import { acceptInvitation } from '../team/acceptance.ts';

const selectInvitation = (db: Read, token: string) =>
  db
    .select({
      locationId: userInvitations.locationId,
      userId: userInvitations.userId,
      expiresAt: userInvitations.expiresAt,
      title: locations.title,
      role: locationUsers.role,
      name: locationUsers.invitedName,
      contact: userInvitations.contact,
    })
    .from(userInvitations)
    .innerJoin(locations, eq(locations.id, userInvitations.locationId))
    .innerJoin(
      locationUsers,
      and(eq(locationUsers.locationId, userInvitations.locationId), eq(locationUsers.userId, userInvitations.userId)),
    )
    .where(
      and(
        eq(userInvitations.hash, tokenHash(token)),
        gt(userInvitations.expiresAt, sql`now()`),
        sql`${locations.deletedAt} is null`,
      ),
    );

type Invitation = Awaited<ReturnType<typeof selectInvitation>>[number];

/** @throws NotFound for a link that is wrong, used, withdrawn or too old */
async function getInvitation(db: Read, token: string): Promise<Invitation> {
  const [row] = await selectInvitation(db, token);
  if (!row) throw new NotFound('The invitation is not valid any more. Ask for a new one.');
  return row;
}

/** The account that the holder of the link has proven to be theirs, because the link was sent to its contact. */
async function accountOf(db: Read, { contact }: Invitation): Promise<UserRow | undefined> {
  const [row] = await db
    .select()
    .from(users)
    .where(hasContact(canonicalLogin(contact)));
  return row;
}

/** An invitation as its link shows it. */
export interface ShownInvitation extends Invitation {
  account: UserRow | undefined;
}

/** @throws NotFound */
export async function showInvitation(db: Read, token: string): Promise<ShownInvitation> {
  const invitation = await getInvitation(db, token);
  return { ...invitation, account: await accountOf(db, invitation) };
}

/**
 * Locks the people of an invitation, and uses the link up: of two requests at the same time, one finds it.
 * @throws NotFound
 */
async function useUp(
  write: Write,
  token: string,
  { locationId, userId }: Invitation,
  account: number | undefined,
): Promise<void> {
  const people = [...new Set(account === undefined ? [userId] : [userId, account])];
  await write.lock(
    'user',
    write.select({ id: users.id }).from(users).where(inArray(users.id, people)).orderBy(asc(users.id)),
    'update',
  );
  await write.lock(
    'location user',
    write
      .select({ id: locationUsers.userId })
      .from(locationUsers)
      .where(and(eq(locationUsers.locationId, locationId), inArray(locationUsers.userId, people)))
      .orderBy(asc(locationUsers.userId)),
    'update',
  );
  await getInvitation(write, token);
  await write.delete(userInvitations).where(and(eq(userInvitations.locationId, locationId), eq(userInvitations.userId, userId)));
}

/** Lets an account into the location of an invitation. */
async function enter(write: Write, { locationId, userId }: Invitation, account: number): Promise<void> {
  if (account !== userId) return acceptInvitation(write, locationId, userId, account);
  await write
    .update(locationUsers)
    .set({ isApproved: true })
    .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId)));
}

/** @returns whose account it is now, and where */
export interface Joined {
  locationId: number;
  userId: number;
}

/**
 * The holder of a link joins, with the account of the contact that it was sent to. It is created if there is none. Forget the access after
 * the commit.
 * @param fields needed for a new account; the password also for one that has none
 * @throws NotFound, Invalid, and Conflict if the account is created at the same moment
 */
export async function joinByLink(write: Write, token: string, fields: { name?: string; password?: string }): Promise<Joined> {
  const invitation = await getInvitation(write, token);
  const account = await accountOf(write, invitation);
  const { password } = fields;
  const name = (fields.name ?? invitation.name ?? '').trim();
  if (!account && name === '') throw new Invalid({ name: ['must not be empty'] });
  if (!account?.passwordHash && password === undefined) throw new Invalid({ newPassword: ['is required'] });
  await useUp(write, token, invitation, account?.id);
  const id = account?.id ?? (await createAccount(write, invitation, name, password as string));
  if (account && !account.passwordHash) await changePassword(write, id, { next: password as string });
  await enter(write, invitation, id);
  return { locationId: invitation.locationId, userId: id };
}

async function createAccount(write: Write, { contact }: Invitation, name: string, password: string): Promise<number> {
  try {
    const proven = contact.includes('@') ? { email: contact } : { phone: contact };
    return (await write.savepoint((inner) => createUser(inner, { name, password, ...proven }))).id;
  } catch (error) {
    if (postgresError(error)?.code === '23505') throw new Conflict('Your account has just been created. Try again.');
    throw error;
  }
}

/** A signed-in user joins by a link, with their own account, also if it was sent to another contact. @throws NotFound */
export async function joinAs(write: Write, token: string, account: number): Promise<Joined> {
  const invitation = await getInvitation(write, token);
  await useUp(write, token, invitation, account);
  await enter(write, invitation, account);
  return { locationId: invitation.locationId, userId: account };
}
