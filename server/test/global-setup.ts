import { execSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrateDatabase, openEmbedded, openPostgres } from '../src/platform/database.ts';
import { createDatabase, dropDatabases } from './databases.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL database made for this run, or empty. */
    databaseUrl: string;
    /** A directory that is removed after the run. */
    directory: string;
    /** A dump of a migrated embedded database, which every worker starts from. */
    embeddedDump: string;
  }
}

/** One migrated database for the whole run: on TEST_DATABASE_URL's server when it is set, embedded otherwise. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Some tests start processes of the build.
  execSync('npm run --silent build', { cwd: join(import.meta.dirname, '..'), stdio: 'inherit' });
  const directory = await mkdtemp(join(tmpdir(), 'foyer-test-'));
  project.provide('directory', directory);
  const server = process.env.TEST_DATABASE_URL;
  const end = server ? await onPostgres(project, server) : await embedded(project, directory);
  return async () => {
    await end?.();
    await rm(directory, { recursive: true, force: true });
  };
}

/** A migrated embedded database in a directory, which the workers start from. */
export async function embedded(project: TestProject, directory: string): Promise<undefined> {
  const database = await openEmbedded(join(directory, 'database'));
  await migrateDatabase(database);
  const dump = join(directory, 'database.tar');
  await writeFile(dump, Buffer.from(await (await database.dump()).arrayBuffer()));
  await database.close();
  project.provide('databaseUrl', '');
  project.provide('embeddedDump', dump);
}

async function onPostgres(project: TestProject, server: string): Promise<() => Promise<void>> {
  const name = `foyer_test_${process.pid}_${Date.now()}`;
  const url = await createDatabase(server, name);
  const database = await openPostgres(url, 2);
  await migrateDatabase(database);
  await database.close();
  project.provide('databaseUrl', url);
  project.provide('embeddedDump', '');
  return () => dropDatabases(server, name);
}
