import { afterAll, beforeAll, expect, test } from 'vitest';
import { migratedDump } from './harness.ts';
import { DemoBusiness, runnable, runSamples } from './run-samples.ts';

// JavaScript and Java are left to `npx tsx test/run-samples.ts`: they take longest and go the same way.
const tried = (['shell', 'python', 'php', 'ruby'] as const).filter((language) => runnable().includes(language));
process.stdout.write(`Samples are executed in ${tried.join(', ') || 'no language'}.\n`);

let business: DemoBusiness;
beforeAll(async () => {
  business = await DemoBusiness.make(await migratedDump());
});
afterAll(() => business.remove());

test.concurrent.each(tried)(
  'every sample of a built operation succeeds against the demo: %s',
  { timeout: 180_000 },
  async (language) => {
    const { count, failures } = await runSamples(business, language);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(30);
  },
);
