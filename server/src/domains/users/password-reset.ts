import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Transact, Write } from '../../api/write.ts';
import { deleteInSteps } from '../../platform/database.ts';
import { enqueue } from '../../platform/jobs.ts';
import { newToken, tokenHash } from '../../platform/secrets.ts';
import { passwordResets, users } from '../access/tables.ts';
import { canonicalLogin, changePassword, findUserByLogin } from '../access/users.ts';
import { userInvitations } from '../locations/tables.ts';
import { sendMessage } from '../notifications/message.ts';

declare module '../../platform/jobs.ts' {
  interface JobKinds {
    'send password reset': { login: string; address: string };
  }
}

/** How long a link is good, in minutes. */
const validity = 60;

/**
 * Somebody has lost the password of an account. A job looks for the account, so that neither the answer nor its time reveals whether there is
 * one.
 * @param address of this server; empty if it is not known for sure
 */
export const requestReset = (write: Write, login: string, address: string): Promise<void> =>
  enqueue(write, 'send password reset', { login: canonicalLogin(login), address });

/** Sends the link to the owner of an account: to a proven contact, by e-mail if there is one. A former link ends. */
export async function sendReset(write: Write, { login, address }: { login: string; address: string }): Promise<string> {
  const user = await findUserByLogin(write, login);
  const email = user?.isEmailConfirmed ? user.email : null;
  const recipient = email ?? user?.phone;
  if (!user || !recipient) return 'nobody';
  const token = newToken();
  const expiresAt = new Date(Date.now() + validity * 60_000);
  const fresh = { hash: tokenHash(token), expiresAt };
  await write
    .insert(passwordResets)
    .values({ userId: user.id, ...fresh })
    .onConflictDoUpdate({ target: passwordResets.userId, set: fresh });
  const how = address ? `Open ${address}/password#${token}` : `Enter the code ${token} on the page for lost passwords`;
  const text = `Somebody asked for a new password of your account. ${how} within ${validity} minutes to choose one. If it was not you, do nothing.`;
  await sendMessage(write, { locationId: null, channel: email ? 'email' : 'sms', recipient, text, expiresAt });
  return 'sent';
}

/**
 * Sets a new password by a link, which ends all sessions of the user. Forget the sessions after the commit.
 * @throws NotFound for a link that is wrong, used or too old, and Invalid for a password that is too short
 */
export async function resetPassword(write: Write, token: string, password: string): Promise<void> {
  const isThis = and(eq(passwordResets.hash, tokenHash(token)), gt(passwordResets.expiresAt, sql`now()`));
  const [found] = await write.select({ userId: passwordResets.userId }).from(passwordResets).where(isThis);
  if (found) {
    await write.lock('user', write.select({ id: users.id }).from(users).where(eq(users.id, found.userId)).orderBy(asc(users.id)));
  }
  // Of two requests at the same time, one finds it.
  const [used] = await write.delete(passwordResets).where(isThis).returning({ userId: passwordResets.userId });
  if (!used) throw new NotFound('The link is not valid any more. Ask for a new one.');
  await changePassword(write, used.userId, { next: password });
}

/** Removes links that are too old. */
export async function sweepLinks(transact: Transact): Promise<void> {
  await deleteInSteps(transact, passwordResets, sql`${passwordResets.expiresAt} < now()`);
  await deleteInSteps(transact, userInvitations, sql`${userInvitations.expiresAt} < now() - interval '30 days'`);
}
