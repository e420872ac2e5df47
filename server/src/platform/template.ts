import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const migrationsFolder = join(import.meta.dirname, '../../migrations');

const builds = join(import.meta.dirname, '../../dist');

/**
 * The directory of this build's template: a migrated, empty embedded database. New databases are copies of it. Without a template they are
 * created from nothing, which takes seconds.
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

/** Creates a directory as a copy of the template, if there is one. The copy is complete or not made at all. */
export async function copyTemplate(directory: string): Promise<void> {
  const template = await templateDirectory();
  if (!existsSync(template)) return;
  const copy = `${directory}.new`;
  await rm(copy, { recursive: true, force: true });
  await cp(template, copy, { recursive: true });
  await rename(copy, directory);
}

/** Creates the template of this build if it is missing, and removes the templates of earlier builds. */
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
