import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const migrationsFolder = join(import.meta.dirname, '../../migrations');

const builds = join(import.meta.dirname, '../../dist');

/**
 * Where the template of this build lies: a migrated and empty embedded database, of which new ones are made as copies. Without one they
 * are made from nothing, which takes seconds.
 */
export async function templateDirectory(): Promise<string> {
  const hash = createHash('sha256');
  const engine = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  hash.update(await readFile(join(dirname(engine), '../package.json')));
  for (const file of (await readdir(migrationsFolder)).sort()) {
    if (file.endsWith('.sql')) hash.update(await readFile(join(migrationsFolder, file)));
  }
  return join(builds, `template-${hash.digest('hex').slice(0, 16)}`);
}

/** Makes a directory that does not exist yet from the template, if there is one; whole or not at all. */
export async function copyTemplate(directory: string): Promise<void> {
  const template = await templateDirectory();
  if (!existsSync(template)) return;
  const copy = `${directory}.new`;
  await rm(copy, { recursive: true, force: true });
  await cp(template, copy, { recursive: true });
  await rename(copy, directory);
}

/** Makes the template of this build, unless it is there, and removes those of earlier ones. */
export async function makeTemplate(make: (directory: string) => Promise<void>): Promise<void> {
  const template = await templateDirectory();
  if (existsSync(template)) return;
  for (const name of await readdir(builds)) {
    if (name.startsWith('template-')) await rm(join(builds, name), { recursive: true });
  }
  const directory = `${template}.new`;
  await make(directory);
  await rename(directory, template);
}
