import { randomInt } from 'node:crypto';
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

test('through kill -9 at any moment, a request that is repeated with its key is done exactly once', {
  timeout: 180_000,
}, async () => {
  const { env, locationId, authorization } = await prepare();
  const kills = env.DATABASE_URL ? 6 : 3;
  let server = await startProcess(['serve'], env);
  const call = async (method: string, path: string, body?: object, key?: string) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as { data: never; meta: { total_count: number } } };
  };
  const member = { name: 'Ada', specialization: 'stylist', position_id: null, is_user_invite: false };
  const { data: worker }: { data: { id: number } } = (await call('POST', `/company/${locationId}/staff/quick`, member)).body;
  const { data: accounts }: { data: { id: number }[] } = (await call('GET', `/accounts/${locationId}`)).body;
  const client = { name: 'Grace', phone: somePhone() };
  // Nothing but the key prevents a second one.
  const appointment = { staff_id: worker.id, services: [], client, datetime: '2030-05-06T10:00:00', seance_length: 3600 };
  const payment = { account_id: accounts[0]?.id, expense_id: 5, amount: 5 };
  let isOver = false;
  const answered: { comment: string; id: number }[] = [];
  let interrupted = 0;
  /** Repeats a request with its key until it is answered. */
  const insist = async (path: string, body: object, comment: string): Promise<void> => {
    for (;;) {
      const answer = await call('POST', path, { ...body, comment }, comment).catch(() => undefined);
      if (answer && answer.status < 300) {
        const [first] = [answer.body.data].flat() as { id: number }[];
        answered.push({ comment, id: first?.id as number });
        return;
      }
      if (answer && ![409, 503].includes(answer.status)) throw new Error(JSON.stringify(answer));
      if (!answer) interrupted++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    for (let round = 0; !isOver; round++) {
      if (writer % 2)
        await insist(`/finance_transactions/${locationId}`, payment, `payment ${writer} ${round}`.replaceAll(' ', '-'));
      else await insist(`/records/${locationId}`, { ...appointment, save_if_busy: true }, `appointment-${writer}-${round}`);
    }
  });
  for (let kill9 = 0; kill9 < kills; kill9++) {
    const before = answered.length;
    await vi.waitUntil(() => answered.length > before + 5, { timeout: 60_000, interval: 5 });
    await new Promise((resolve) => setTimeout(resolve, randomInt(40)));
    await kill(server);
    server = await startProcess(['serve'], env);
  }
  isOver = true;
  await Promise.all(writers);
  expect(interrupted).toBeGreaterThan(0);

  const found: { comment: string; id: number }[] = [];
  for (const list of ['records', 'transactions']) {
    for (let page = 1; ; page++) {
      const path = `/${list}/${locationId}?start_date=2020-01-01&end_date=2040-01-01&count=200&page=${page}`;
      const { data } = (await call('GET', path)).body as { data: typeof found };
      found.push(...data);
      if (data.length < 200) break;
    }
  }
  const sorted = (rows: typeof found) => rows.map(({ comment, id }) => `${comment} ${id}`).toSorted();
  expect(sorted(found)).toEqual(sorted(answered));
  expect(await end(server)).toBe(0);
});
