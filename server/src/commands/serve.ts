import { isDemo } from '../demo/demo.ts';
import { readConfig } from '../platform/config.ts';
import { migrateDatabase } from '../platform/database.ts';
import { openDatabase } from './open.ts';
import { runServer } from './run.ts';

/** `foyer serve`: a business's own server. Refuses the demo database, whose tokens everybody knows. */
export async function serve(): Promise<void> {
  const config = readConfig('serve');
  const database = await openDatabase(config);
  try {
    await migrateDatabase(database);
    if (await isDemo(database.db)) {
      throw new Error(
        'This database holds the demo business, whose tokens are public. Set DATABASE_URL or FOYER_DATA to another one and run foyer init.',
      );
    }
  } catch (error) {
    await database.close();
    throw error;
  }
  const url = await runServer(config, database);
  process.stdout.write(`Foyer is running at ${url}\n`);
}
