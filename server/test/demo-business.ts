import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import type { Language } from '../src/portal/languages.ts';
import { DemoBusiness, runnable, runSamples } from './run-samples.ts';

let made: Promise<DemoBusiness> | undefined;

/** The demo business of the run, which is deleted after it. */
export const demoBusiness = (): Promise<DemoBusiness> => (made ??= makeOnce(join(inject('directory'), 'demo')));

/** The first worker creates it, the others wait, because it takes seconds. */
async function makeOnce(home: string): Promise<DemoBusiness> {
  const end = join(home, 'end');
  try {
    await mkdir(home);
  } catch {
    while (!existsSync(end)) await setTimeout(100);
    const failure = await readFile(end, 'utf8');
    if (failure) throw new Error(`Another worker could not make the demo: ${failure}`);
    return DemoBusiness.at(home);
  }
  try {
    const business = await DemoBusiness.make(home);
    await writeFile(end, '');
    return business;
  } catch (error) {
    await writeFile(end, String(error));
    throw error;
  }
}

/** Tries the samples of the languages whose programs are installed. */
export function trySamples(...languages: Language[]): void {
  const there = runnable().filter((language) => languages.includes(language));
  const missing = languages.filter((language) => !there.includes(language));
  if (missing.length) process.stdout.write(`Samples in ${missing.join(' and ')} are not executed: the program is not there.\n`);
  if (there.length === 0) test.skip(`samples in ${languages.join(', ')}: no program is there`);
  test.each(there)('every sample of a built operation succeeds against the demo: %s', { timeout: 180_000 }, async (language) => {
    const { count, failures } = await runSamples(await demoBusiness(), language);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(30);
  });
}
