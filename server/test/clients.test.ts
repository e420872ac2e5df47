import { execFile, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { hashPassword } from '../src/domains/access/passwords.ts';
import { users } from '../src/domains/access/tables.ts';
import { openShop, testDatabase, testServer } from './harness.ts';

const clients = join(import.meta.dirname, 'clients');

function has(program: string, argument: string, title: string): boolean {
  const isThere = spawnSync(program, [argument]).status === 0;
  if (!isThere) process.stdout.write(`${program} is not installed: the client written in ${title} is not tried.\n`);
  return isThere;
}
const hasPython = has('python3', '--version', 'Python');
const hasJava = has('java', '-version', 'Java');

/** Runs a Python client for a separate business. @returns its output */
async function runPython(script: string): Promise<string> {
  const shop = await openShop();
  const { db } = await testDatabase();
  await db
    .update(users)
    .set({ passwordHash: await hashPassword('correct horse') })
    .where(eq(users.id, shop.owner.id));
  const { stdout } = await promisify(execFile)('python3', [join(clients, script)], {
    env: {
      ...process.env,
      // No files are left beside the sources.
      PYTHONDONTWRITEBYTECODE: '1',
      API_HOST: (await testServer()).url,
      PARTNER_TOKEN: shop.partner.token,
      API_LOGIN: shop.owner.email.toUpperCase(),
      API_PASSWORD: 'correct horse',
    },
  });
  return stdout.trim();
}

test.runIf(hasPython)('a Python client of the published API works by swapping the host', async () => {
  expect(await runPython('business_api.py')).toBe('done');
});

test.runIf(hasPython)('the dates of the main calls are read by Python 3.10, and by typed clients in Java', async () => {
  const dates = await runPython('dates.py');
  const lines = dates.split('\n').length;
  expect(lines).toBeGreaterThan(30);
  if (!hasJava) return;
  const java = spawn('java', [join(clients, 'ReadDates.java')]);
  java.stdin.end(dates);
  const [read, complaint] = await Promise.all([text(java.stdout), text(java.stderr)]);
  expect([read.trim(), complaint]).toEqual([String(lines), '']);
});
