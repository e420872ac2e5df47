import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, embeddedDatabaseDirectory } from '../platform/config.ts';
import { holdDirectory } from '../platform/directory-lock.ts';

/**
 * A copy of the new demo business in the data directory. Restoring it takes a second; creating the demo takes several. It is used only if
 * it fits this build. A running demo keeps a spare copy, so that a restore only has to move it.
 */
const directoryOf = (config: Config) => join(config.dataDirectory, 'demo-snapshot');
const filesOf = (config: Config) => join(config.dataDirectory, 'files');
const spareOf = (config: Config) => join(directoryOf(config), 'spare');

/** Directories that were moved away and will be removed later. */
const discarded = 'discarded-';

/** Changes with the tables and with the demo business. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const here = import.meta.dirname;
  const own = (await readdir(here)).filter((name) => name.endsWith(import.meta.filename.slice(-3))).sort();
  for (const file of [...own.map((name) => join(here, name)), join(here, '../../migrations/meta/_journal.json')]) {
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

/** Saves a copy of the embedded database, which must be closed, and of its files. */
export async function takeSnapshot(config: Config): Promise<void> {
  const directory = directoryOf(config);
  await dropSnapshot(config);
  await mkdir(directory, { recursive: true });
  await cp(embeddedDatabaseDirectory(config), join(directory, 'database'), { recursive: true });
  await cp(filesOf(config), join(directory, 'files'), { recursive: true });
  await writeFile(join(directory, 'fingerprint'), await fingerprint());
}

/**
 * Replaces the embedded database, which must be closed, with the copy.
 * @returns whether there was a copy that fits this build
 * @throws Error if another process has locked the database
 */
export async function restoreSnapshot(config: Config): Promise<boolean> {
  const directory = directoryOf(config);
  const mark = join(directory, 'fingerprint');
  if (!existsSync(mark) || (await readFile(mark, 'utf8')) !== (await fingerprint())) return false;
  const database = embeddedDatabaseDirectory(config);
  const release = await holdDirectory(database);
  try {
    const old = await mkdtemp(join(directory, discarded));
    await rename(database, join(old, 'database')).catch(unlessMissing);
    await rename(filesOf(config), join(old, 'files')).catch(unlessMissing);
    const spare = spareOf(config);
    // One without its files was being moved when the process ended.
    if (existsSync(join(spare, 'files'))) {
      await rename(join(spare, 'files'), filesOf(config));
      await rename(join(spare, 'database'), database);
      await rm(spare, { recursive: true });
    } else {
      await rm(spare, { recursive: true, force: true });
      await cp(join(directory, 'files'), filesOf(config), { recursive: true });
      await cp(join(directory, 'database'), database, { recursive: true });
    }
    return true;
  } finally {
    release();
  }
}

/** Prepares a spare copy for the next restore, and removes the remains of the last one. It takes a second, so it runs in the background. */
export async function prepareSpare(config: Config): Promise<void> {
  const directory = directoryOf(config);
  if (!existsSync(join(directory, 'fingerprint'))) return;
  for (const name of await readdir(directory)) {
    if (name.startsWith(discarded)) await rm(join(directory, name), { recursive: true, force: true });
  }
  const spare = spareOf(config);
  if (existsSync(spare)) return;
  // Named when it is complete: a copy that was interrupted is discarded by the next one.
  const copy = join(directory, `${discarded}spare`);
  await mkdir(copy);
  await cp(join(directory, 'files'), join(copy, 'files'), { recursive: true });
  await cp(join(directory, 'database'), join(copy, 'database'), { recursive: true });
  await rename(copy, spare);
}

/** For a directory that may be missing, as files are before the first upload. */
function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** Deletes the copy, before the data directory is used for a real business. */
export const dropSnapshot = (config: Config): Promise<void> => rm(directoryOf(config), { recursive: true, force: true });
