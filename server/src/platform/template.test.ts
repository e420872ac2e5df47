import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbedded } from './database.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-template-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** How many tables of ours a database has. */
async function tablesIn(home: string): Promise<number> {
  const database = await openEmbedded(home);
  const rows = await database.query({ text: "select from pg_tables where schemaname = 'public'", values: [] });
  await database.close();
  return rows.length;
}

test('a new data directory has the tables from the beginning', async () => {
  expect(await tablesIn(join(directory, 'new'))).toBeGreaterThan(50);
});

test('the remains of an interrupted copy are no obstacle', async () => {
  const home = join(directory, 'interrupted');
  await mkdir(`${home}.new`);
  await writeFile(join(`${home}.new`, 'PG_VERSION'), 'torn');
  expect(await tablesIn(home)).toBeGreaterThan(50);
});

test('a directory that is there is left as it is', async () => {
  const home = join(directory, 'own');
  const database = await openEmbedded(home);
  await database.query({ text: 'create table kept (id int)', values: [] });
  await database.close();
  const before = await tablesIn(home);
  expect(await tablesIn(home)).toBe(before);
});
