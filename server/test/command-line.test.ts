import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from './databases.ts';
import { foyer, foyerOutput, startProcess } from './process.ts';

const business = ['--location', 'Blue Door', '--email', 'owner@example.com', '--name', 'Owner'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-command-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a business that foyer init made', () => {
  let env: Awaited<ReturnType<typeof emptyDatabase>> & { FOYER_PASSWORD: string };
  let partnerToken: string;
  let ownerToken: string;
  /** The output of a command that has to succeed. */
  const said = async (...args: string[]) => {
    const { code, output } = await foyerOutput(args, env);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  };
  /** Serves the business while something is done with it. */
  const serving = async (work: (url: string) => Promise<void>) => {
    const { url, child } = await startProcess(['serve'], env);
    await work(url);
    child.kill('SIGTERM');
    await once(child, 'close');
  };
  const headers = (userToken?: string) => ({
    authorization: `Bearer ${partnerToken}${userToken ? `, User ${userToken}` : ''}`,
    'content-type': 'application/json',
  });
  const post = (url: string, path: string, body: object, userToken?: string) =>
    fetch(`${url}/api/v1${path}`, { method: 'POST', headers: headers(userToken), body: JSON.stringify(body) });

  beforeAll(async () => {
    env = { ...(await emptyDatabase(join(directory, 'business'))), FOYER_PASSWORD: 'correct horse' };
    const made = await said('init', ...business, '--city', 'Tokyo');
    expect(made).toContain('Asia/Tokyo, JPY');
    partnerToken = /only now: (\w+)/.exec(made)?.[1] as string;
    ownerToken = (await said('token', 'create', '--user', 'OWNER@example.com')).trim();
    const kim = {
      name: 'Kim',
      specialization: 'Colourist',
      position_id: null,
      phone_number: null,
      user_email: 'kim@example.com',
      user_phone: '351912345678',
      is_user_invite: false,
    };
    await serving(async (url) => {
      expect((await fetch(`${url}/api/v1/user/data`, { headers: headers(ownerToken) })).status).toBe(200);
      const answer = await post(url, '/company/1/staff/quick', kim, ownerToken);
      expect(await answer.json()).toMatchObject({ success: true, data: { name: 'Kim' } });
    });
  }, 120_000);

  test('its tokens can be listed and revoked, and are not shown again', { timeout: 120_000 }, async () => {
    const list = await said('token', 'list');
    expect(list).toMatch(/^kind\tid\tcreated\towner\tnote\n/);
    expect(list).not.toContain(ownerToken);
    expect(list).not.toContain(partnerToken);
    const id = /^user\t(\d+)/m.exec(list)?.[1] as string;
    expect(await said('token', 'revoke', 'user', id)).toContain('Revoked');
  });

  test('the demo does not overwrite it', { timeout: 120_000 }, async () => {
    expect((await foyerOutput(['demo', '--no-start'], env)).output).toContain('contains a real business');
  });

  test('foyer password with a location lets in a person whom the location hired, and nobody else', {
    timeout: 180_000,
  }, async () => {
    const stranger = await foyerOutput(['password', 'alex@example.com', '--location', '1'], env);
    expect(stranger).toEqual({ code: 1, output: 'foyer: Location 1 neither invited nor hired alex@example.com.\n' });
    const unknown = await foyerOutput(['password', 'kim@example.com'], env);
    expect(unknown).toEqual({ code: 1, output: 'foyer: There is no user kim@example.com.\n' });
    const place = await foyerOutput(['password', 'kim@example.com', '--location', 'Blue Door'], env);
    expect(place).toEqual({ code: 1, output: 'foyer: The location must be given by its id, a number.\n' });
    expect(await said('password', 'KIM@example.com', '--location', '1')).toContain('is set and every session has ended');

    await serving(async (url) => {
      const signedIn = await post(url, '/auth', { login: 'kim@example.com', password: 'correct horse' });
      expect(signedIn.status).toBe(201);
      const { data } = (await signedIn.json()) as { data: { user_token: string } };
      expect((await fetch(`${url}/api/v1/user/permissions/1`, { headers: headers(data.user_token) })).status).toBe(200);
    });
  });
});

test('foyer serve on an empty database says how to make a business, and serves', { timeout: 60_000 }, async () => {
  const env = { ...(await emptyDatabase(join(directory, 'empty'))), HOST: '127.0.0.1', PORT: '0' };
  const child = foyer(['serve'], env);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  await expect.poll(() => output, { timeout: 45_000 }).toContain('foyer init');
  const url = /running at (\S+)/.exec(output)?.[1];
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  child.kill('SIGTERM');
  await once(child, 'close');
});
