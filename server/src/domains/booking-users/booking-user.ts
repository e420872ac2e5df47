import { eq, sql } from 'drizzle-orm';
import { Forbidden, Invalid, Unauthorized } from '../../api/errors.ts';
import { inTransaction, postgresError, type Tx } from '../../platform/database.ts';
import { passwordMatches } from '../access/passwords.ts';
import { users } from '../access/tables.ts';
import { canonicalLogin, changePassword, createUser, findUser, issueUserToken, type UserRow } from '../access/users.ts';
import { locationUsers } from '../locations/tables.ts';

/** Of a client's session: it is good for online booking alone. */
interface Session {
  partnerId: number;
  note: string;
}

const findByPhone = async (db: Tx, phone: string): Promise<UserRow | undefined> => {
  const [row] = await db.select().from(users).where(eq(users.phone, phone));
  return row;
};

/**
 * Signs in whoever has proven to have a phone; the account is made when there is none.
 * @param use uses the code up in the same transaction
 * @throws Unauthorized when somebody else used it meanwhile
 */
export const signInByPhone = (db: Tx, phone: string, use: (tx: Tx) => Promise<boolean>, session: Session): Promise<string> =>
  inTransaction(db, async (tx) => {
    if (!(await use(tx))) throw new Unauthorized('Wrong phone number or code.');
    // Of two sign-ins at once one waits here: a code works only once.
    const user = (await findByPhone(tx, phone)) ?? (await createUser(tx, { name: '', phone }));
    return issueUserToken(tx, { userId: user.id, scope: 'client', ...session });
  });

/** What a client may change of the own account; what is undefined stays as it is. */
export interface AccountChanges {
  name?: string | undefined;
  /** Empty for none. */
  email?: string | undefined;
  /** E.164; proven by a code */
  phone?: string | undefined;
}

/** Changes a client's own account. @throws Invalid for a phone number or an e-mail address that cannot be taken */
export async function updateAccount(tx: Tx, userId: number, { name, email, phone }: AccountChanges): Promise<void> {
  const current = await findUser(tx, userId);
  if (name !== undefined && name.trim() === '') throw new Invalid({ name: ['must not be empty'] });
  const address = email === undefined ? undefined : canonicalLogin(email);
  if (address && !/^[^\s@]+@[^\s@]+$/.test(address)) throw new Invalid({ email: ['must be an e-mail address'] });
  const isOther = address !== undefined && address !== (current.email?.toLowerCase() ?? '');
  if (isOther && address === '' && !(phone ?? current.phone)) throw new Invalid({ email: ['is needed where there is no phone'] });
  if (isOther && address && (await isTaken(tx, userId, sql`lower(${users.email}) = ${address}`))) {
    throw new Invalid({ email: ['cannot be used'] });
  }
  if (phone !== undefined && (await isTaken(tx, userId, eq(users.phone, phone)))) {
    throw new Invalid({ phone: ['belongs to another account'] });
  }
  try {
    await tx
      .update(users)
      .set({
        ...(name === undefined ? {} : { name: name.trim() }),
        ...(isOther ? { email: address || null, isEmailConfirmed: false } : {}),
        ...(phone === undefined ? {} : { phone }),
        id: sql`${users.id}`,
      })
      .where(eq(users.id, userId));
  } catch (error) {
    // Somebody took it at this moment.
    const { constraint } = postgresError(error) ?? {};
    if (constraint === 'users_email') throw new Invalid({ email: ['cannot be used'] });
    if (constraint === 'users_phone') throw new Invalid({ phone: ['belongs to another account'] });
    throw error;
  }
}

async function isTaken(tx: Tx, userId: number, where: ReturnType<typeof eq>): Promise<boolean> {
  const rows = await tx.select({ id: users.id }).from(users).where(where);
  return rows.some(({ id }) => id !== userId);
}

/**
 * Changes a client's password; every session ends, and a new one begins. Whoever signed in by code alone has no password yet and chooses
 * the first one; not so who manages a location, whose account a phone alone must not open. Forget the sessions after the commit.
 * @returns the token of the new session
 * @throws Invalid for a wrong or too short password, Forbidden
 */
export async function changeOwnPassword(
  tx: Tx,
  userId: number,
  { current, next }: { current: string; next: string },
  session: Session,
): Promise<string> {
  const user = await findUser(tx, userId);
  if (user.passwordHash === null) {
    const [membership] = await tx
      .select({ id: locationUsers.locationId })
      .from(locationUsers)
      .where(eq(locationUsers.userId, userId))
      .limit(1);
    if (membership) throw new Forbidden('Choose your first password where you were invited to manage a location.');
    await changePassword(tx, userId, { next });
  } else {
    if (!(await passwordMatches(user.passwordHash, current))) throw new Invalid({ old_password: ['is wrong'] });
    await changePassword(tx, userId, { current, next });
  }
  return issueUserToken(tx, { userId, scope: 'client', ...session });
}
