import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startServer } from './harness.ts';

test('what a crash left of an upload is removed by an hourly sweep, once it is an hour old', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { config } = await startServer();
  const files = join(config.dataDirectory, 'files');
  await mkdir(files, { recursive: true });
  const leftover = async (minutes: number) => {
    const path = join(files, `${randomUUID()}.tmp`);
    await writeFile(path, 'torn');
    const written = new Date(Date.now() - minutes * 60_000);
    await utimes(path, written, written);
    return path;
  };
  const [old, young] = [await leftover(61), await leftover(1)];
  vi.advanceTimersByTime(3_600_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(existsSync(old)).toBe(false), 10_000);
  expect(existsSync(young)).toBe(true);
});
