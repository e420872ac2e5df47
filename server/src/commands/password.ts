import { maxPasswordLength, minPasswordLength } from '../domains/access/passwords.ts';
import { changePassword, findUserByContact } from '../domains/access/users.ts';
import { readConfig } from '../platform/config.ts';
import { inTransaction } from '../platform/database.ts';
import { withDatabase } from './open.ts';

/**
 * The password of the option or of FOYER_PASSWORD, which does not show in the process list.
 * @throws Error when there is none, or one that is too short or too long
 */
export function passwordFrom(option: string | undefined): string {
  const password = option ?? process.env.FOYER_PASSWORD;
  if (!password) throw new Error('Give a password with --password or in the environment variable FOYER_PASSWORD.');
  if (password.length < minPasswordLength || password.length > maxPasswordLength) {
    const place = option === undefined ? 'in FOYER_PASSWORD' : 'with --password';
    throw new Error(`A password has ${minPasswordLength} to ${maxPasswordLength} characters. Give another one ${place}.`);
  }
  return password;
}

/** `foyer password`: sets a user's password and ends all sessions of theirs. */
export async function setPassword(login: string, options: { password?: string }): Promise<void> {
  const password = passwordFrom(options.password);
  await withDatabase(readConfig('serve'), async (database) => {
    const user = await findUserByContact(database.db, login);
    if (!user) throw new Error(`There is no user ${login}.`);
    await inTransaction(database.db, (tx) => changePassword(tx, user.id, { next: password }));
    process.stdout.write(`The password of ${login} is set and every session has ended.\n`);
  });
}
