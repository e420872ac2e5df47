import { and, desc, eq, type InferSelectModel, type SQL, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { newToken, tokenHash } from '../../platform/secrets.ts';
import { hashPassword, maxPasswordLength, minPasswordLength, passwordMatches } from './passwords.ts';
import { partners, partnerTokens, passwordResets, type TokenScope, users, userTokens } from './tables.ts';

export type UserRow = InferSelectModel<typeof users>;

/** One spelling for all spellings of a login: an e-mail address in lower case, a phone number in E.164, or a plain login. */
export function canonicalLogin(login: string): string {
  const trimmed = login.normalize('NFKC').trim().toLowerCase();
  return trimmed.includes('@') ? trimmed : (normalizePhone(trimmed) ?? trimmed);
}

/** The user of a login as `canonicalLogin` spells it. An e-mail address signs in when it is confirmed: anybody may claim it before. */
export async function findUserByLogin(db: Read, login: string): Promise<UserRow | undefined> {
  const isTheirs = login.includes('@') || login.startsWith('+') ? hasContact(login) : hasLoginName(login);
  const [row] = await db.select().from(users).where(isTheirs);
  return row;
}

/** The user who owns a contact, in the spelling of `canonicalLogin`: a confirmed e-mail address or a phone number. */
export const hasContact = (contact: string): SQL | undefined =>
  contact.includes('@') ? and(eq(sql`lower(${users.email})`, contact), users.isEmailConfirmed) : eq(users.phone, contact);

// In the words of the unique index.
const hasLoginName = (name: string) =>
  and(eq(sql`lower(${users.login})`, name), sql`${users.login} <> '' and ${users.login} not like '+%'`);

export async function findUser(db: Read, id: number): Promise<UserRow> {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  if (!row) throw new NotFound();
  return row;
}

export interface NewUser {
  id?: number;
  name: string;
  email?: string;
  phone?: string;
  password?: string;
  isApproved?: boolean;
}

/**
 * Creates an account whose contacts are proven, or vouched for by the operator of the server. The login name is the local part of the
 * e-mail address, unless it is taken.
 * @throws Invalid if the password is too short or the phone number is invalid
 */
export async function createUser(write: Write, user: NewUser): Promise<UserRow> {
  const phone = user.phone ? normalizePhone(user.phone) : undefined;
  if (user.phone && !phone) throw new Invalid({ phone: ['must be a phone number of 9 to 15 digits'] });
  if (user.password !== undefined) checkPassword(user.password);
  const email = user.email?.normalize('NFKC').trim();
  const name = email?.split('@')[0] ?? '';
  const [namesake] = await write.select({ id: users.id }).from(users).where(hasLoginName(name.toLowerCase()));
  const [row] = await write
    .insert(users)
    .values({
      ...(user.id ? { id: user.id } : {}),
      name: user.name,
      login: (namesake ? '' : name) || (phone ?? ''),
      email: email ?? null,
      phone: phone ?? null,
      passwordHash: user.password === undefined ? null : await hashPassword(user.password),
      isApproved: user.isApproved ?? true,
      isEmailConfirmed: email !== undefined,
    })
    .returning();
  return row as UserRow;
}

/** Creates an account without an owner. It represents a hired or invited person until they enter with their own account. @returns its id */
export async function createBlankUser(write: Write): Promise<number> {
  const [row] = await write.insert(users).values({ name: '' }).returning({ id: users.id });
  return (row as { id: number }).id;
}

/** Changes the name of an account, which its locations show. @throws NotFound */
export async function renameUser(write: Write, id: number, name: string): Promise<UserRow> {
  await write.update(users).set({ name }).where(eq(users.id, id));
  return findUser(write, id);
}

function checkPassword(password: string): void {
  if (password.length < minPasswordLength || password.length > maxPasswordLength) {
    throw new Invalid({ newPassword: [`must have ${minPasswordLength} to ${maxPasswordLength} characters`] });
  }
}

/**
 * Sets a new password and ends every session of the user (note of authorize_user), and the link to choose another one. Forget the sessions
 * after the commit.
 * @throws Invalid when the present password is wrong or the new one too short
 */
export async function changePassword(write: Write, userId: number, passwords: { current?: string; next: string }): Promise<void> {
  checkPassword(passwords.next);
  // Locked until the commit, so that of two simultaneous changes the second one must know the password of the first.
  const [user] = await write.lock(
    'user',
    write.select({ id: users.id, passwordHash: users.passwordHash }).from(users).where(eq(users.id, userId)),
  );
  if (!user) throw new NotFound();
  if (passwords.current !== undefined && !(await passwordMatches(user.passwordHash, passwords.current))) {
    throw new Invalid({ currentPassword: ['is wrong'] });
  }
  await write
    .update(users)
    .set({ passwordHash: await hashPassword(passwords.next) })
    .where(eq(users.id, userId));
  await write.delete(userTokens).where(eq(userTokens.userId, userId));
  await endReset(write, userId);
}

/** Ends the link that was sent to a user to choose a new password. Give the user locked. */
export const endReset = (write: Write, userId: number) => write.delete(passwordResets).where(eq(passwordResets.userId, userId));

/** Creates a user token. Only its hash is stored. Only demo data passes a `token`. */
export async function issueUserToken(
  write: Write,
  of: { userId: number; partnerId: number | null; note?: string; token?: string; scope?: TokenScope },
): Promise<string> {
  const { token = newToken(), note = '', scope = 'full', userId, partnerId } = of;
  await write.insert(userTokens).values({ userId, partnerId, hash: tokenHash(token), note, scope });
  return token;
}

/**
 * Creates a token for a user after the password was checked.
 * @returns undefined if the password was changed since the user was read, because the change ended all sessions of the old password
 */
export const openSession = (
  transact: Transact,
  user: UserRow,
  of: { partnerId: number; note: string; scope?: TokenScope },
): Promise<string | undefined> =>
  transact(async (write) => {
    const [unchanged] = await write.lock(
      'user',
      write
        .select({ id: users.id })
        .from(users)
        .where(and(eq(users.id, user.id), eq(users.passwordHash, user.passwordHash ?? ''))),
      'share',
    );
    return unchanged && issueUserToken(write, { userId: user.id, ...of });
  });

/** The user's sessions, newest first. */
export const listUserTokens = (db: Read, userId: number) =>
  db
    .select({ id: userTokens.id, note: userTokens.note, createdAt: userTokens.createdAt, partner: partners.name })
    .from(userTokens)
    .leftJoin(partners, eq(partners.id, userTokens.partnerId))
    .where(eq(userTokens.userId, userId))
    .orderBy(desc(userTokens.id));

/** Ends a session of the user. Forget the sessions after the commit. @throws NotFound */
export async function revokeUserToken(write: Write, userId: number, tokenId: number): Promise<void> {
  const gone = await write
    .delete(userTokens)
    .where(and(eq(userTokens.id, tokenId), eq(userTokens.userId, userId)))
    .returning({ id: userTokens.id });
  if (gone.length === 0) throw new NotFound();
}

/** Makes a token of a partner; only its hash is kept. */
export async function issuePartnerToken(write: Write, of: { partnerId: number; note?: string; token?: string }): Promise<string> {
  const token = of.token ?? newToken();
  await write.insert(partnerTokens).values({ partnerId: of.partnerId, hash: tokenHash(token), note: of.note ?? '' });
  return token;
}

/** Every token of this server as the command line lists it. */
export async function listTokens(db: Read) {
  const [ofPartners, ofUsers] = await Promise.all([
    db
      .select({ id: partnerTokens.id, owner: partners.name, note: partnerTokens.note, createdAt: partnerTokens.createdAt })
      .from(partnerTokens)
      .innerJoin(partners, eq(partners.id, partnerTokens.partnerId))
      .orderBy(partnerTokens.id),
    db
      .select({
        id: userTokens.id,
        owner: sql<string>`coalesce(${users.email}, ${users.phone})`,
        note: userTokens.note,
        createdAt: userTokens.createdAt,
      })
      .from(userTokens)
      .innerJoin(users, eq(users.id, userTokens.userId))
      .orderBy(userTokens.id),
  ]);
  return [
    ...ofPartners.map((token) => ({ kind: 'partner' as const, ...token })),
    ...ofUsers.map((token) => ({ kind: 'user' as const, ...token })),
  ];
}

/** Revokes any token of this server. @returns whether there was one */
export async function revokeToken(write: Write, kind: 'partner' | 'user', id: number): Promise<boolean> {
  const table = kind === 'partner' ? partnerTokens : userTokens;
  return (await write.delete(table).where(eq(table.id, id)).returning({ id: table.id })).length > 0;
}

/** A user by a confirmed e-mail address or a phone number, for the command line. */
export async function findUserByContact(db: Read, contact: string): Promise<UserRow | undefined> {
  const [row] = await db
    .select()
    .from(users)
    .where(hasContact(canonicalLogin(contact)));
  return row;
}
