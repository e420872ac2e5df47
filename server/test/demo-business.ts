import { expect, inject, test } from 'vitest';
import type { Language } from '../src/portal/samples.ts';
import { DemoBusiness, runnable, runSamples } from './run-samples.ts';

let made: Promise<DemoBusiness> | undefined;

/** The demo business of this worker, which goes with the run. */
export const demoBusiness = (): Promise<DemoBusiness> => (made ??= DemoBusiness.make(inject('directory')));

/** Tries the samples of a language, where its program is there. */
export function trySamples(language: Language): void {
  const isThere = runnable().includes(language);
  if (!isThere) process.stdout.write(`Samples in ${language} are not executed: its program is not there.\n`);
  test.runIf(isThere)(
    `every sample of a built operation succeeds against the demo: ${language}`,
    { timeout: 180_000 },
    async () => {
      const { count, failures } = await runSamples(await demoBusiness(), language);
      expect(failures).toEqual([]);
      expect(count).toBeGreaterThan(30);
    },
  );
}
