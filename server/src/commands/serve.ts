import { readConfig } from '../platform/config.ts';
import { commandLine } from './command-line.ts';
import { expectWritable, openDatabase } from './open.ts';

/**
 * `foyer serve`: the server of a business. It refuses the demo database, whose tokens are public. It accepts an empty database: in a
 * container the server starts first, and the business is created beside it.
 */
export async function serve(): Promise<void> {
  const config = readConfig('serve');
  // Without a bucket, files of clients are stored there. It is better to find errors now than at the first upload.
  if (!config.s3) expectWritable(config);
  // The database opens while the server code loads, because each takes a second.
  const [database, { isDemo, isEmpty }, { runServer }] = await Promise.all([
    openDatabase(config),
    import('../demo/demo.ts'),
    import('./run.ts'),
  ]);
  let hasNoBusiness: boolean;
  try {
    if (await isDemo(database.db)) {
      throw new Error(
        'This database holds the demo business, whose tokens are public. Set DATABASE_URL or FOYER_DATA to another one and run foyer init.',
      );
    }
    hasNoBusiness = await isEmpty(database.db);
  } catch (error) {
    await database.close();
    throw error;
  }
  const url = await runServer(config, database);
  process.stdout.write(`Foyer is running at ${url}\n`);
  if (hasNoBusiness) {
    const init = `"${commandLine('init')}"`;
    process.stdout.write(
      database.kind === 'embedded'
        ? `There is no business yet. Stop the server, make one with ${init}, and start it again.\n`
        : `There is no business yet. Make one with ${init} in another terminal; the server may go on.\n`,
    );
  }
}
