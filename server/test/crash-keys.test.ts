import { randomInt } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { end, kill, prepare } from './crash.ts';
import { somePhone } from './harness.ts';
import { startProcess } from './process.ts';

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
