import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { embedded } from './process.ts';

async function run<Row extends pg.QueryResultRow>(server: string, statement: string, values: string[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

/**
 * Makes an empty database on a PostgreSQL server. Its commits do not wait for the disk: no test ends the database server, and everything
 * that was committed is there for all others at once. @param server the URL of any database there @returns the URL of the new one
 */
export async function createDatabase(server: string, name: string): Promise<string> {
  await run(server, `create database ${name}`);
  await run(server, `alter database ${name} set synchronous_commit = off`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops the databases whose names begin with a prefix. @param server the URL of another database there */
export async function dropDatabases(server: string, prefix: string): Promise<void> {
  const found = 'select datname as name from pg_database where starts_with(datname, $1)';
  for (const { name } of await run<{ name: string }>(server, found, [prefix]))
    await run(server, `drop database ${name} with (force)`);
}

/**
 * The environment of a command on a separate empty database: embedded, or on the PostgreSQL server of the tests. The end of the run drops
 * it there.
 */
export async function emptyDatabase(directory: string): Promise<ReturnType<typeof embedded>> {
  const url = inject('databaseUrl');
  if (!url) return embedded(directory);
  const name = `${new URL(url).pathname.slice(1)}_${randomBytes(4).toString('hex')}`;
  return { ...embedded(directory), DATABASE_URL: await createDatabase(url, name) };
}
