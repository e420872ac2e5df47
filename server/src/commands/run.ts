import { createApp } from '../app.ts';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database.ts';
import { listeningProblem } from './explain.ts';

/**
 * Listens until the process gets a signal to stop. Then finishes running requests and jobs, and closes the database. Closes the database
 * too if it cannot listen.
 * @returns the address it listens on
 * @throws Error that names PORT or HOST if it cannot listen there
 */
export async function runServer(config: Config, database: Database): Promise<string> {
  const app = await createApp(config, database).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const end = async () => {
    await app.close();
    await database.close();
  };
  let isClosing = false;
  const close = (signal: string) => {
    if (isClosing) return;
    isClosing = true;
    app.log.info({ signal }, 'closing');
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, close);
  await app.listen({ port: config.port, host: config.host }).catch(async (error: unknown) => {
    await end();
    throw listeningProblem(error, config);
  });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  return `http://${config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host}:${port}`;
}
