import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { embedded } from '../test/global-setup.ts';

/** Like the set-up of the tests, but always on the embedded database and without a build, because tests of rules start no processes. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'foyer-mutants-'));
  project.provide('directory', directory);
  await embedded(project, directory);
  return () => rm(directory, { recursive: true, force: true });
}
