import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { hashPassword } from '../src/domains/access/passwords.ts';
import { users } from '../src/domains/access/tables.ts';
import { openShop, testDatabase, testServer } from './harness.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stdout.write('python3 is not installed: the client written in Python is not tried.\n');

test.runIf(hasPython)('a Python client of the published API works by swapping the host', async () => {
  const shop = await openShop();
  const { db } = await testDatabase();
  await db
    .update(users)
    .set({ passwordHash: await hashPassword('correct horse') })
    .where(eq(users.id, shop.owner.id));
  const { stdout } = await promisify(execFile)('python3', [join(import.meta.dirname, 'clients/business_api.py')], {
    env: {
      ...process.env,
      API_HOST: (await testServer()).url,
      PARTNER_TOKEN: shop.partner.token,
      API_LOGIN: shop.owner.email.toUpperCase(),
      API_PASSWORD: 'correct horse',
    },
  });
  expect(stdout.trim()).toBe('done');
});
