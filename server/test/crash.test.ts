import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { jobs } from '../src/platform/tables.ts';
import { end, kill, open, prepare } from './crash.ts';
import { startGateway } from './gateway.ts';
import { somePhone } from './harness.ts';
import { freePort, startProcess } from './process.ts';

const bulkSize = 20;

/** Lets a minute pass for the jobs. The lease of an attempt that was killed ends, which `jobs.test.ts` tests. */
async function passMinute(env: { DATABASE_URL: string; FOYER_DATA: string }): Promise<void> {
  const database = await open(env);
  const minute = sql`interval '1 minute'`;
  await database.db
    .update(jobs)
    .set({ dueAt: sql`${jobs.dueAt} - ${minute}`, leasedUntil: sql`${jobs.leasedUntil} - ${minute}` });
  await database.close();
}

test('after kill -9 in a stream of writes every acknowledged write is there, and no half-written one', {
  timeout: 60_000,
}, async () => {
  const { env, locationId, authorization } = await prepare();
  const headers = { authorization, 'content-type': 'application/json' };

  const first = await startProcess(['serve'], env);
  const acknowledged = new Set<number>();
  const bulks: string[] = [];
  let isKilled = false;
  const post = (path: string, body: unknown) =>
    fetch(`${first.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let round = 0; !isKilled; round++) {
      try {
        const surname = `bulk-${writer}-${round}`;
        bulks.push(surname);
        const single = await post(`/clients/${locationId}`, { name: 'Single', phone: somePhone() });
        if (single.status === 201) acknowledged.add(((await single.json()) as { data: { id: number } }).data.id);
        const bulk = await post(
          `/clients/${locationId}/bulk`,
          Array.from({ length: bulkSize }, () => ({ name: 'Bulk', surname, phone: somePhone() })),
        );
        if (bulk.status === 200)
          for (const { id } of ((await bulk.json()) as { data: { created: { id: number }[] } }).data.created)
            acknowledged.add(id);
      } catch {
        // The connection breaks with the process, so the pending answer was never received.
        if (!isKilled) throw new Error('The server went away before it was killed');
      }
    }
  });
  await vi.waitUntil(() => acknowledged.size > 5 * bulkSize, { timeout: 30_000, interval: 10 });
  isKilled = true;
  await kill(first);
  await Promise.all(writers);

  const second = await startProcess(['serve'], env);
  const found: { id: number; surname: string }[] = [];
  for (let page = 1; ; page++) {
    const answer = await fetch(`${second.url}/api/v1/company/${locationId}/clients/search`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ page, page_size: 200, fields: ['id', 'surname'] }),
    });
    const { data } = (await answer.json()) as { data: { id: number; surname: string }[] };
    found.push(...data);
    if (data.length < 200) break;
  }
  const ids = new Set(found.map((client) => client.id));
  expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
  for (const surname of bulks) expect([0, bulkSize]).toContain(found.filter((client) => client.surname === surname).length);

  expect(await end(second)).toBe(0);
});

test('a message that nobody took before kill -9 is sent after the next start', { timeout: 120_000 }, async () => {
  const port = await freePort();
  const { env, locationId, authorization } = await prepare({ FOYER_MESSAGES_URL: `http://127.0.0.1:${port}/messages` });
  const phone = somePhone();
  const first = await startProcess(['serve'], env);
  const answer = await fetch(`${first.url}/api/v1/book_code/${locationId}`, {
    method: 'POST',
    headers: { authorization: authorization.split(',')[0] as string, 'content-type': 'application/json' },
    body: JSON.stringify({ phone }),
  });
  expect(answer.status).toBe(201);
  await kill(first);
  await passMinute(env);

  const gateway = await startGateway(() => 200, port);
  onTestFinished(gateway.stop);
  const second = await startProcess(['serve'], env);
  await vi.waitUntil(() => gateway.received.length > 0, { timeout: 80_000, interval: 100 });
  expect(gateway.received).toMatchObject([
    { body: { channel: 'sms', recipient: phone, text: expect.stringMatching(/^Your code is \d{6}\./) } },
  ]);
  expect(await end(second)).toBe(0);
});
