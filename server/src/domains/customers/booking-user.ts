import { eq } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound, Unauthorized } from '../../api/errors.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { countryOfPhone, normalizePhone } from '../../platform/phone.ts';
import { users } from '../access/tables.ts';
import { changePassword, endReset, issueUserToken, type UserRow } from '../access/users.ts';
import { managedLocations } from '../locations/location-user.ts';
import { phonesAskedFor } from './verification.ts';

/** The scope of a client's session, which is valid for online booking only. */
interface Session {
  partnerId: number;
  note: string;
}

const wrongCode = () => new Unauthorized('Wrong phone number or code.');

/**
 * Signs in a person who has proven a phone. Creates the account if there is none.
 * @param use uses the code up, as returned by `checkCode`
 * @returns the token
 * @throws Unauthorized with the same message for a wrong number, a wrong code and a used code
 */
export async function signInByPhone(
  transact: Transact,
  phone: string,
  use: ((write: Write) => Promise<boolean>) | undefined,
  session: Session,
): Promise<string> {
  if (!use) throw wrongCode();
  return transact(async (write) => {
    if (!(await use(write))) throw wrongCode();
    const user = await userOfPhone(write, phone);
    return issueUserToken(write, { userId: user.id, scope: 'client', ...session });
  });
}

/** The user with the phone. Created if there is none. */
async function userOfPhone(write: Write, phone: string): Promise<{ id: number }> {
  const find = () => write.lock('user', write.select({ id: users.id }).from(users).where(eq(users.phone, phone)), 'key share');
  const [known] = await find();
  if (known) return known;
  const [made] = await write
    .insert(users)
    .values({ name: '', login: phone, phone })
    .onConflictDoNothing({ target: users.phone })
    .returning({ id: users.id });
  // Another request has entered the phone at the same time.
  const [other] = made ? [made] : await find();
  if (!other) throw wrongCode();
  return other;
}

/**
 * The number that a user types, in E.164. Without a location, a national number is read in the country of the present number, or of a
 * number that a code was requested for.
 * @returns undefined if it is the present number
 * @throws Invalid if it is not a phone number
 */
export async function otherPhone(db: Read, user: Pick<UserRow, 'id' | 'phone'>, spelling: string): Promise<string | undefined> {
  if (spelling.trim() === (user.phone ?? '')) return undefined;
  const isMeant = (phone: string) => normalizePhone(spelling, countryOfPhone(phone)) === phone;
  if (user.phone && isMeant(user.phone)) return undefined;
  const phone = (await phonesAskedFor(db, user.id)).find(isMeant) ?? normalizePhone(spelling);
  if (!phone) throw new Invalid({ phone: ['must be a phone number of 9 to 15 digits'] });
  return phone;
}

/** An e-mail address in its stored form, or empty for none. @throws Invalid if it is not an address */
export function emailOf(text: string): string {
  const email = text.normalize('NFKC').trim();
  if (email && !/^[^\s@]+@[^\s@]+$/.test(email)) throw new Invalid({ email: ['must be an e-mail address'] });
  return email;
}

/** The fields of their account that users may change. An undefined field stays unchanged. */
export interface AccountChanges {
  name?: string | undefined;
  /** In the form of `emailOf`; empty for none. */
  email?: string | undefined;
  /** The e-mail address was proven by a code. */
  isEmailProven: boolean;
  /** E.164, proven by a code. */
  phone?: string | undefined;
}

/**
 * Changes a user's own account. An unproven address is only a claim: it does not affect other accounts, signs nobody in, and the answer
 * does not reveal whether another account has it. A session of online booking cannot change the contacts with which a user signs in to
 * manage a location.
 * @param may `signIns`: whether the session is valid for more than online booking
 * @throws Invalid for a name, an e-mail address or a phone number that the account cannot have, and Forbidden
 */
export async function updateAccount(
  write: Write,
  userId: number,
  changes: AccountChanges,
  may: { signIns: boolean },
): Promise<void> {
  const [user] = await write.lock('user', write.select().from(users).where(eq(users.id, userId)));
  if (!user) throw new NotFound();
  const name = changes.name?.trim();
  if (name === '') throw new Invalid({ name: ['must not be empty'] });
  const { email } = changes;
  const phone = changes.phone === user.phone ? undefined : changes.phone;
  const isOtherEmail = email !== undefined && email.toLowerCase() !== (user.email ?? '').toLowerCase();
  if ((isOtherEmail || phone) && !may.signIns && (await managedLocations(write, userId)).length) {
    throw new Forbidden('You manage a location: sign in there to change your e-mail address or phone number.');
  }
  const hasPhone = user.phone !== null || phone !== undefined;
  if (email === '' && !hasPhone) throw new Invalid({ email: ['is required without a phone number'] });
  if (isOtherEmail && !changes.isEmailProven && !hasPhone) {
    throw new Invalid({ emailCode: ['is required if the account has no phone number'] });
  }

  const columns = {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email: email || null }),
    ...(changes.isEmailProven ? { isEmailConfirmed: true } : isOtherEmail ? { isEmailConfirmed: false } : {}),
    ...(phone ? { phone } : {}),
    ...(phone && user.login === user.phone ? { login: phone } : {}),
  };
  if (Object.keys(columns).length === 0) return;
  try {
    await write.update(users).set(columns).where(eq(users.id, userId));
  } catch (error) {
    const { constraint } = postgresError(error) ?? {};
    if (constraint === 'users_confirmed_email') throw new Invalid({ email: ['cannot be used'] });
    if (constraint === 'users_phone') throw new Invalid({ phone: ['cannot be used'] });
    throw error;
  }
  // It was sent to the former contact.
  if (isOtherEmail || phone) await endReset(write, userId);
}

/**
 * Changes a user's own password. Every session ends, and a new one for online booking begins. A user without a password, who signed in by
 * code, sets the first one. A user who manages a location may not do this, because access to a phone must not open their account. Clear the
 * session cache after the commit.
 * @param passwords `current` is empty if there is none yet
 * @returns the token of the new session
 * @throws Invalid if the present password is wrong or the new one too short, and Forbidden
 */
export async function changeOwnPassword(
  write: Write,
  userId: number,
  { current, next }: { current: string; next: string },
  session: Session,
): Promise<string> {
  // Locked until the commit: of two simultaneous first passwords, the second one is not the first any more.
  const [user] = await write.lock(
    'user',
    write.select({ id: users.id, passwordHash: users.passwordHash }).from(users).where(eq(users.id, userId)),
  );
  if (!user) throw new NotFound();
  if (user.passwordHash === null) {
    if ((await managedLocations(write, userId)).length)
      throw new Forbidden('You manage a location: choose your first password there.');
    if (current !== '') throw new Invalid({ currentPassword: ['is wrong'] });
    await changePassword(write, userId, { next });
  } else {
    await changePassword(write, userId, { current, next });
  }
  return issueUserToken(write, { userId, scope: 'client', ...session });
}
