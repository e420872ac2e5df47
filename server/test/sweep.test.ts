import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from './harness.ts';
import { makeDue, runDueJobs } from './jobs.ts';

const sweep = { kind: 'sweep torn uploads' } as const;

test('an hourly sweep removes the remains of a crashed upload after an hour', async () => {
  const server = await startServer();
  const files = join(server.config.dataDirectory, 'files');
  await mkdir(files, { recursive: true });
  const leftover = async (minutes: number) => {
    const path = join(files, `${randomUUID()}.tmp`);
    await writeFile(path, 'torn');
    const written = new Date(Date.now() - minutes * 60_000);
    await utimes(path, written, written);
    return path;
  };
  // The first sweep is at the start.
  await runDueJobs(server, sweep);
  const [old, young] = [await leftover(61), await leftover(1)];
  await runDueJobs(server, sweep);
  expect(existsSync(old)).toBe(true);
  await makeDue(sweep);
  await runDueJobs(server, sweep);
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});
