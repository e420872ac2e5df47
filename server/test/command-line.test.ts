import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embedded, foyerOutput, startProcess } from './process.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-command-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('--help names the commands', async () => {
  const { code, output } = await foyerOutput(['--help'], {});
  expect(code).toBe(0);
  for (const command of ['demo', 'serve', 'migrate', 'init', 'token', 'password']) expect(output).toContain(command);
});

test('a mistake ends with exit code 1 and says what to do', async () => {
  const { code, output } = await foyerOutput(['demmo'], {});
  expect(code).toBe(1);
  expect(output).toContain('foyer --help');
});

describe('foyer init', () => {
  test('makes the first business; its tokens can be listed, made and revoked', { timeout: 60_000 }, async () => {
    const home = join(directory, 'business');
    const env = { ...embedded(home), FOYER_PASSWORD: 'correct horse' };
    const options = ['--location', 'Blue Door', '--email', 'owner@example.com', '--name', 'Owner'];

    const unknown = await foyerOutput(['init', ...options, '--city', 'Nowhereville'], env);
    expect(unknown.code).toBe(1);
    expect(unknown.output).toContain('city: is not known');

    const made = await foyerOutput(['init', ...options, '--city', 'Tokyo'], env);
    expect(made.code).toBe(0);
    expect(made.output).toContain('Asia/Tokyo, JPY');
    const partnerToken = /only now: (\w+)/.exec(made.output)?.[1];

    const userToken = (await foyerOutput(['token', 'create', '--user', 'OWNER@example.com'], env)).output.trim();
    const server = await startProcess(['serve'], env);
    const call = () =>
      fetch(`${server.url}/api/v1/user/data`, { headers: { authorization: `Bearer ${partnerToken}, User ${userToken}` } });
    expect((await call()).status).toBe(200);
    server.child.kill('SIGTERM');
    await new Promise((resolve) => server.child.once('close', resolve));

    const list = (await foyerOutput(['token', 'list'], env)).output;
    expect(list).not.toContain(userToken);
    expect(list).not.toContain(partnerToken);
    const id = /^user\t(\d+)/m.exec(list)?.[1] as string;
    expect((await foyerOutput(['token', 'revoke', 'user', id], env)).output).toContain('Revoked');
    expect((await foyerOutput(['demo', '--no-start'], env)).output).toContain('holds a real business');
  });
});
