import { demoCredentials } from '../demo/accounts.ts';
import { prepareSpare, restoreSnapshot, takeSnapshot } from '../demo/snapshot.ts';
import { type Config, readConfig } from '../platform/config.ts';
import type { Database } from '../platform/database.ts';
import { openDatabase } from './open.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);

/** `foyer demo`: the demo business on the embedded database (or on an empty DATABASE_URL). */
export async function demo(options: { reset?: boolean; start: boolean }): Promise<void> {
  const config = readConfig('demo');
  // The database opens while the server code loads, because each takes a second.
  const [opened, { prepareDemo }, { runServer }] = await Promise.all([
    openDemo(config, options.reset === true),
    import('../demo/prepare.ts'),
    import('./run.ts'),
  ]);
  let { database } = opened;
  try {
    const isNew = await prepareDemo(config, database, { reset: options.reset === true && !opened.isRestored, say });
    if (isNew && database.kind === 'embedded') {
      // A copy of a closed database opens without recovering first.
      await database.close();
      await takeSnapshot(config);
      database = await openDatabase(config);
    }
  } catch (error) {
    await database.close();
    throw error;
  }
  if (!options.start) return database.close();
  const url = await runServer(config, database);
  process.stdout.write(banner(url));
  if (database.kind === 'embedded') {
    // Without a spare copy the next reset has to copy first, which takes longer.
    prepareSpare(config).catch((error: unknown) => say(`The next reset will take longer: ${error}`));
  }
}

/** Opens the database. For a reset it uses the snapshot, if there is one. */
async function openDemo(config: Config, reset: boolean): Promise<{ database: Database; isRestored: boolean }> {
  const isRestored = reset && !config.databaseUrl && (await restoreSnapshot(config));
  return { database: await openDatabase(config), isRestored };
}

const banner = (url: string) => `
  Foyer is running with its demo business.

    Portal         ${url}/
    Reference      ${url}/docs
    API            ${url}/api/v1
    Mock           ${url}/_mock/en/b2b-v1/openapi
    Booking        ${url}/book/1
    Health         ${url}/health

    Partner token  ${demoCredentials.partnerToken}
    Owner          ${demoCredentials.login} / ${demoCredentials.password}
    User tokens    ${demoCredentials.userToken} (may do everything)
                   ${demoCredentials.receptionistToken} (the front desk of location 1)
                   ${demoCredentials.workerToken} (a team member of location 1)
                   ${demoCredentials.clientToken} (a client: online booking alone)
    Locations      1 (New York), 2 (London), of chain 1

  Try it:

    curl ${url}/api/v1/clients/1/clients/1/comments \\
      -H 'Authorization: Bearer ${demoCredentials.partnerToken}, User ${demoCredentials.userToken}'

  Start it with --reset (npm start -- --reset) to have everything as it was at first.

`;
