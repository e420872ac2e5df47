import { expect, inject, test } from 'vitest';
import type { Language } from '../src/portal/samples.ts';
import { DemoBusiness, runnable, runSamples } from './run-samples.ts';

let made: Promise<DemoBusiness> | undefined;

/** The demo business of this worker, which goes with the run. */
export const demoBusiness = (): Promise<DemoBusiness> => (made ??= DemoBusiness.make(inject('directory')));

/** Tries the samples of languages, those whose program is there. */
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
