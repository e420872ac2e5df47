import { NotFound } from '../api/errors.ts';
import type { Write } from '../api/write.ts';
import { maxPasswordLength, minPasswordLength } from '../domains/access/passwords.ts';
import { changePassword, createUser, findUserByContact } from '../domains/access/users.ts';
import { acceptInvitation, findInvited } from '../domains/team/acceptance.ts';
import { readConfig } from '../platform/config.ts';
import { beginAlone } from '../surfaces/changes.ts';
import { withDatabase } from './open.ts';

/**
 * The password from the option or from FOYER_PASSWORD, which is not visible in the list of processes.
 * @throws Error if there is none, or if it is too short or too long
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

/**
 * `foyer password`: sets a user's password and ends all their sessions. With a location, it also lets in a person whom the location invited
 * or hired. The operator of the server vouches that the login belongs to this person.
 */
export async function setPassword(login: string, options: { password?: string; location?: string }): Promise<void> {
  const password = passwordFrom(options.password);
  await withDatabase(readConfig('serve'), async (database) => {
    await beginAlone(database.db)(async (write) => {
      const user = await findUserByContact(write, login);
      const id = options.location === undefined ? user?.id : await enter(write, Number(options.location), login, user?.id);
      if (id === undefined) throw new Error(`There is no user ${login}.`);
      await changePassword(write, id, { next: password });
    });
    process.stdout.write(`The password of ${login} is set and every session has ended.\n`);
  });
}

/** @returns the account of the person, which is created if they have none */
async function enter(write: Write, location: number, login: string, account: number | undefined): Promise<number> {
  if (!Number.isInteger(location)) throw new Error('The location must be given by its id, a number.');
  const invited = await findInvited(write, location, login).catch((error: unknown) => {
    throw error instanceof NotFound ? new Error(`Location ${location} neither invited nor hired ${login}.`) : error;
  });
  const contact = login.includes('@') ? { email: login } : { phone: login };
  const id = account ?? (await createUser(write, { name: invited.name, ...contact })).id;
  await acceptInvitation(write, location, invited.userId, id);
  return id;
}
