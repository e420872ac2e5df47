import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { demoCredentials, emptyDemo, isDemo, isDemoReady, isEmpty, seedDemo } from '../demo/demo.ts';
import { prepareSpare, restoreSnapshot, takeSnapshot } from '../demo/snapshot.ts';
import { type Config, readConfig } from '../platform/config.ts';
import { type Database, migrateDatabase } from '../platform/database.ts';
import { diskStore } from '../platform/files.ts';
import { openDatabase } from './open.ts';
import { runServer } from './run.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);

/** `foyer demo`: the demo business on the embedded database (or on an empty DATABASE_URL). */
export async function demo(options: { reset?: boolean; start: boolean }): Promise<void> {
  const config = readConfig('demo');
  const isRestored = options.reset === true && !config.databaseUrl && (await restoreSnapshot(config));
  const database = await openDatabase(config);
  try {
    await migrateDatabase(database);
    await prepareDemo(config, database, options.reset === true && !isRestored);
  } catch (error) {
    await database.close();
    throw error;
  }
  if (!options.start) return database.close();
  const url = await runServer(config, database);
  process.stdout.write(banner(url));
  if (database.kind === 'embedded') {
    // Without a spare the next reset copies, which takes longer.
    prepareSpare(config).catch((error: unknown) => say(`The next reset will take longer: ${error}`));
  }
}

async function prepareDemo(config: Config, database: Database, reset: boolean): Promise<void> {
  const files = join(config.dataDirectory, 'files');
  const wasInterrupted = (await isDemo(database.db)) && !(await isDemoReady(database.db));
  if ((reset || wasInterrupted) && !(await isEmpty(database.db))) {
    say('Restoring the demo business …');
    await emptyDemo(database);
    await rm(files, { recursive: true, force: true });
  }
  if (await isDemo(database.db)) return;
  if (!(await isEmpty(database.db)))
    throw new Error('This database holds a real business. The demo needs an empty one: unset DATABASE_URL or set FOYER_DATA.');
  await seedDemo(database, diskStore(files), (step) => say(`Preparing the demo: ${step} …`));
  if (database.kind === 'embedded') await takeSnapshot(config, database);
}

const banner = (url: string) => `
  Foyer is running with its demo business.

    Portal         ${url}/
    Reference      ${url}/docs
    API            ${url}/api/v1
    Mock           ${url}/_mock/en/b2b-v1/openapi
    Health         ${url}/health

    Partner token  ${demoCredentials.partnerToken}
    Owner          ${demoCredentials.login} / ${demoCredentials.password}
    User token     ${demoCredentials.userToken}
    Locations      1 (New York), 2 (London), of chain 1

  Try it:

    curl ${url}/api/v1/clients/1/clients/1/comments \\
      -H 'Authorization: Bearer ${demoCredentials.partnerToken}, User ${demoCredentials.userToken}'

`;
