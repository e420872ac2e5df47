import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCredentials } from '../src/demo/accounts.ts';
import { embedded, foyerOutput, startProcess } from './process.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-demo-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('foyer demo', () => {
  const authorization = `Bearer ${demoCredentials.partnerToken}, User ${demoCredentials.userToken}`;
  const get = async (url: string, path: string) =>
    (await fetch(`${url}/api/v1${path}`, { headers: { authorization } })).json() as Promise<Envelope>;
  interface Envelope {
    data: { id: number; timezone_name?: string; type?: string }[];
    meta: { count: number; total_count: number };
  }

  test('starts with two locations in two time zones and 500 clients; --reset restores them', { timeout: 240_000 }, async () => {
    const home = join(directory, 'demo');
    const first = await startProcess(['demo'], embedded(home));
    const places = await get(first.url, '/companies?my=1');
    expect(places.data.map((place) => [place.id, place.timezone_name])).toEqual([
      [1, 'America/New_York'],
      [2, 'Europe/London'],
    ]);
    const clients = await Promise.all([1, 2].map((id) => get(first.url, `/clients/${id}?count=1`)));
    expect(clients.map((list) => list.meta.total_count)).toEqual([300, 200]);
    const comments = await get(first.url, '/clients/1/clients/1/comments');
    expect(comments.meta.count).toBeGreaterThan(0);
    // In both places memberships have paid visits that come, and their owners are told.
    const messages = await Promise.all([1, 2].map((id) => get(first.url, `/notification_settings/${id}/messages`)));
    expect(messages.map(({ data }) => [...new Set(data.map(({ type }) => type))])).toEqual(
      [1, 2].map(() => ['loyalty_settings_abonement_notification']),
    );
    const bookable = (await (await fetch(`${first.url}/api/v1/book_services/1`, { headers: { authorization } })).json()) as {
      data: { services: { title: string; abonement_restriction: number }[] };
    };
    const membersOnly = bookable.data.services.filter(({ abonement_restriction }) => abonement_restriction === 1);
    expect(membersOnly.map(({ title }) => title)).toEqual(['Make-up lesson']);

    expect((await foyerOutput(['demo', '--reset', '--no-start'], embedded(home))).output).toContain('in use by process');
    await fetch(`${first.url}/api/v1/client/1/1`, { method: 'DELETE', headers: { authorization } });
    first.child.kill('SIGTERM');
    await new Promise((resolve) => first.child.once('close', resolve));

    const second = await startProcess(['demo', '--reset'], embedded(home));
    expect((await get(second.url, '/clients/1/clients/1/comments')).meta.count).toBe(comments.meta.count);
    second.child.kill('SIGTERM');
    await new Promise((resolve) => second.child.once('close', resolve));

    const serve = await foyerOutput(['serve'], embedded(home));
    expect(serve.code).toBe(1);
    expect(serve.output).toContain('demo business, whose tokens are public');
  });
});
