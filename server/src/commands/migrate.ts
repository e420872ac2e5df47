import { readConfig } from '../platform/config.ts';
import { withDatabase } from './open.ts';

/** `foyer migrate`: several nodes may run it at once. */
export async function migrate(): Promise<void> {
  await withDatabase(readConfig('serve'), async (database) => {
    process.stdout.write(`The ${database.kind} database is up to date.\n`);
  });
}
