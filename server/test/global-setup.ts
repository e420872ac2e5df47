import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrateDatabase, openEmbedded, openPostgres } from '../src/platform/database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL database made for this run, or empty. */
    databaseUrl: string;
    /** A dump of a migrated embedded database, which every worker starts from. */
    embeddedDump: string;
  }
}

/** One migrated database for the whole run: on TEST_DATABASE_URL's server when it is set, embedded otherwise. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Some tests start processes of the build.
  execFileSync(
    process.execPath,
    [join(import.meta.dirname, '../../node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: join(import.meta.dirname, '..'),
      stdio: 'inherit',
    },
  );
  const server = process.env.TEST_DATABASE_URL;
  return server ? onPostgres(project, server) : embedded(project);
}

async function embedded(project: TestProject) {
  const directory = await mkdtemp(join(tmpdir(), 'foyer-test-'));
  const database = await openEmbedded();
  await migrateDatabase(database);
  const dump = join(directory, 'database.tar');
  await writeFile(dump, Buffer.from(await (await database.dump()).arrayBuffer()));
  await database.close();
  project.provide('databaseUrl', '');
  project.provide('embeddedDump', dump);
  return () => rm(directory, { recursive: true, force: true });
}

async function onPostgres(project: TestProject, server: string) {
  const name = `foyer_test_${process.pid}_${Date.now()}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openPostgres(url.href, 2);
  await migrateDatabase(database);
  await database.close();
  project.provide('databaseUrl', url.href);
  project.provide('embeddedDump', '');
  return () => run(`drop database ${name} with (force)`);
}
