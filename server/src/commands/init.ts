import { ApiError } from '../api/errors.ts';
import { isEmpty } from '../demo/demo.ts';
import { dropSnapshot } from '../demo/snapshot.ts';
import { partners } from '../domains/access/tables.ts';
import { createUser, issuePartnerToken } from '../domains/access/users.ts';
import { createLocation } from '../domains/locations/location.ts';
import { readConfig } from '../platform/config.ts';
import { inTransaction } from '../platform/database.ts';
import { withDatabase } from './open.ts';
import { passwordFrom } from './password.ts';

interface InitOptions {
  location: string;
  city: string;
  country?: string;
  email: string;
  name: string;
  password?: string;
  partner: string;
}

/** `foyer init`: the first partner, chain, location and owner of an empty database, all or nothing. */
export async function init(options: InitOptions): Promise<void> {
  const password = passwordFrom(options.password);
  const config = readConfig('serve');
  await withDatabase(config, async (database) => {
    if (!(await isEmpty(database.db)))
      throw new Error('This database is in use already. Use foyer token to make further tokens.');
    const { location, token } = await inTransaction(database.db, async (tx) => {
      const [partner] = await tx.insert(partners).values({ name: options.partner, allLocations: true }).returning();
      const { id: partnerId } = partner as { id: number };
      const owner = await createUser(tx, { name: options.name, email: options.email, password });
      const location = await createLocation(
        tx,
        { title: options.location, city: options.city, country: options.country },
        { user: { id: owner.id }, partner: { id: partnerId, allLocations: true } },
      );
      return { location, token: await issuePartnerToken(tx, { partnerId, note: 'foyer init' }) };
    }).catch((error: unknown) => {
      throw error instanceof ApiError && error.errors ? new Error(describe(error.errors)) : error;
    });
    await dropSnapshot(config);
    process.stdout.write(
      [
        `Location ${location.id} "${location.title}" in ${location.city}: ${location.timeZone}, ${location.currency}.`,
        `Owner ${options.email} can sign in with POST /api/v1/auth.`,
        `Partner token, shown only now: ${token}`,
        '',
      ].join('\n'),
    );
  });
}

const describe = (errors: Record<string, string[]>) =>
  Object.entries(errors)
    .map(
      ([field, messages]) =>
        `${field === 'country_id' ? 'city' : field}: ${field === 'country_id' ? 'is not known; add --country' : messages.join(', ')}`,
    )
    .join('; ');
