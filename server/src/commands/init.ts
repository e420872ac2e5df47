import { isEmpty } from '../demo/demo.ts';
import { dropSnapshot } from '../demo/snapshot.ts';
import { partners } from '../domains/access/tables.ts';
import { createUser, issuePartnerToken } from '../domains/access/users.ts';
import { createLocation } from '../domains/locations/location.ts';
import { readConfig } from '../platform/config.ts';
import { beginAlone } from '../surfaces/changes.ts';
import { addExample } from './example.ts';
import { nextSteps } from './next-steps.ts';
import { withDatabase } from './open.ts';
import { passwordFrom } from './password.ts';
import { findPlace, type PlaceOptions } from './place.ts';

interface InitOptions extends PlaceOptions {
  location: string;
  email: string;
  name: string;
  password?: string;
  partner: string;
  example?: boolean;
}

/** `foyer init`: the first partner, chain, location and owner of an empty database, and an example of a business on request; all or nothing. */
export async function init(options: InitOptions): Promise<void> {
  const config = readConfig('serve');
  const password = passwordFrom(options.password);
  if (!/^\S+@\S+$/.test(options.email)) throw new Error(`--email: "${options.email}" is not an e-mail address.`);
  for (const name of ['location', 'name'] as const) if (!options[name].trim()) throw new Error(`--${name} must not be empty.`);
  const place = findPlace(options);
  await withDatabase(config, async (database) => {
    if (!(await isEmpty(database.db)))
      throw new Error('This database already has a business. Use foyer token to create more tokens.');
    const { location, token, example } = await beginAlone(database.db)(async (write) => {
      const [partner] = await write.insert(partners).values({ name: options.partner, allLocations: true }).returning();
      const { id: partnerId } = partner as { id: number };
      const owner = await createUser(write, { name: options.name, email: options.email, password });
      const location = await createLocation(
        write,
        { title: options.location, ...place.fields },
        { user: { id: owner.id }, partner: { id: partnerId, allLocations: true } },
      );
      return {
        location,
        token: await issuePartnerToken(write, { partnerId, note: 'foyer init' }),
        example: options.example ? await addExample(write, location) : undefined,
      };
    });
    await dropSnapshot(config);
    process.stdout.write(
      [
        `Location ${location.id} "${location.title}" in ${place.name}: ${location.timeZone}, ${location.currency}.`,
        `Owner ${options.email} can sign in with POST /api/v1/auth.`,
        `Partner token, shown only now: ${token}`,
        '',
        nextSteps({ location, port: config.port, email: options.email, token, example }),
      ].join('\n'),
    );
  });
}
