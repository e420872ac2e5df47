import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database.ts';
import { diskStore } from '../platform/files.ts';
import { emptyDemo, isDemo, isDemoReady, isEmpty, refreshDemo, seedDemo } from './demo.ts';

/**
 * Creates the demo business in an empty database, or keeps an existing one. An unfinished one is created again.
 * @param reset creates it again in any case
 * @returns whether it was created
 * @throws Error if the database contains a real business
 */
export async function prepareDemo(
  config: Config,
  database: Database,
  { reset, say }: { reset: boolean; say: (text: string) => void },
): Promise<boolean> {
  const files = join(config.dataDirectory, 'files');
  const wasInterrupted = (await isDemo(database.db)) && !(await isDemoReady(database.db));
  if ((reset || wasInterrupted) && !(await isEmpty(database.db))) {
    say('Restoring the demo business …');
    await emptyDemo(database);
    await rm(files, { recursive: true, force: true });
  }
  if (await isDemo(database.db)) {
    await refreshDemo(database.db);
    return false;
  }
  if (!(await isEmpty(database.db)))
    throw new Error('This database contains a real business. The demo needs an empty one: unset DATABASE_URL or set FOYER_DATA.');
  await seedDemo(database, diskStore(files), (step) => say(`Preparing the demo: ${step} …`));
  return true;
}
