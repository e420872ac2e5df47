import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, embeddedDatabaseDirectory } from '../platform/config.ts';
import type { Database } from '../platform/database.ts';
import { holdDirectory } from '../platform/directory-lock.ts';

/**
 * A copy of the demo business as it was first made, in the data directory: restoring it takes a second, making it anew
 * several. It is used only while it fits this build.
 */
const directoryOf = (config: Config) => join(config.dataDirectory, 'demo-snapshot');
const filesOf = (config: Config) => join(config.dataDirectory, 'files');

/** Changes with the tables and with the demo business. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const here = import.meta.dirname;
  const extension = import.meta.filename.slice(-3);
  for (const file of [
    join(here, `demo${extension}`),
    join(here, `business${extension}`),
    join(here, '../../migrations/meta/_journal.json'),
  ]) {
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

/** Keeps a copy of the embedded database, which nobody else uses now, and of its files. */
export async function takeSnapshot(config: Config, database: Database): Promise<void> {
  const directory = directoryOf(config);
  await database.query({ text: 'checkpoint', values: [] });
  await dropSnapshot(config);
  await mkdir(directory, { recursive: true });
  await cp(embeddedDatabaseDirectory(config), join(directory, 'database'), { recursive: true });
  await cp(filesOf(config), join(directory, 'files'), { recursive: true });
  await writeFile(join(directory, 'fingerprint'), await fingerprint());
}

/**
 * Puts the copy back in the place of the embedded database, which must be closed.
 * @returns whether there was one that fits this build
 * @throws Error when another process holds the database
 */
export async function restoreSnapshot(config: Config): Promise<boolean> {
  const directory = directoryOf(config);
  const mark = join(directory, 'fingerprint');
  if (!existsSync(mark) || (await readFile(mark, 'utf8')) !== (await fingerprint())) return false;
  const database = embeddedDatabaseDirectory(config);
  const release = holdDirectory(`${database}.lock`);
  try {
    await Promise.all([database, filesOf(config)].map((path) => rm(path, { recursive: true, force: true })));
    await cp(join(directory, 'database'), database, { recursive: true });
    await cp(join(directory, 'files'), filesOf(config), { recursive: true });
    return true;
  } finally {
    release();
  }
}

/** Forgets the copy: the data directory is to hold a real business. */
export const dropSnapshot = (config: Config): Promise<void> => rm(directoryOf(config), { recursive: true, force: true });
