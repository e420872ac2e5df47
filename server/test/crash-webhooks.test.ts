import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { end, kill, open, prepare } from './crash.ts';
import { onPostgres, somePhone } from './harness.ts';
import { startProcess } from './process.ts';
import { allFlags, startReceiver } from './receiver.ts';

/** How often a delivering server is killed: `WEBHOOK_CRASHES=50` for a long run. */
const crashes = Number(process.env.WEBHOOK_CRASHES ?? (onPostgres() ? 3 : 1));

/** The leases of a server that was killed end now. */
async function endLeases(env: { DATABASE_URL: string; FOYER_DATA: string }): Promise<void> {
  const database = await open(env);
  await database.db.execute(sql`update outbox_subscribers set next_at = now() where claim is not null`);
  await database.close();
}

test('a server that is killed while it delivers loses no change, and repeats have the same id', {
  timeout: 60_000 + crashes * 60_000,
}, async () => {
  const { env, locationId, authorization } = await prepare({ FOYER_OUTSIDE_NETWORKS: '127.0.0.0/8' });
  const headers = { authorization, 'content-type': 'application/json' };
  const receiver = await startReceiver();
  receiver.reply = (response) => setTimeout(() => response.writeHead(200).end(), 20 * Math.random());
  const acknowledged = new Set<number>();
  const missing = () => {
    const arrived = new Set(receiver.received.map(({ body }) => body.resource_id));
    return [...acknowledged].filter((id) => !arrived.has(id));
  };
  let server = await startProcess(['serve'], env);
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, data: ((await answer.json()) as { data: { id: number } }).data };
  };
  const settings = { ...allFlags, urls: [receiver.url], active: 1, self_sending: 1 };
  expect((await post(`/hooks_settings/${locationId}`, settings)).status).toBe(201);

  for (let crash = 0; crash < crashes; crash++) {
    let isKilled = false;
    const writers = Array.from({ length: 3 }, async () => {
      while (!isKilled) {
        const answer = await post(`/clients/${locationId}`, { name: 'Ada', phone: somePhone() }).catch(() => undefined);
        if (answer?.status === 201) acknowledged.add(answer.data.id);
      }
    });
    const before = receiver.received.length;
    const arrivals = 5 + Math.floor(30 * Math.random());
    await vi.waitUntil(() => receiver.received.length >= before + arrivals, { timeout: 40_000, interval: 5 });
    isKilled = true;
    await kill(server);
    await Promise.all(writers);
    await endLeases(env);
    server = await startProcess(['serve'], env);
  }
  await vi.waitUntil(() => missing().length === 0, { timeout: 50_000, interval: 50 });
  expect(await end(server)).toBe(0);

  expect(acknowledged.size).toBeGreaterThan(crashes);
  const idsOf = new Map<number, Set<unknown>>();
  for (const { body, headers: sent } of receiver.received) {
    idsOf.set(body.resource_id, (idsOf.get(body.resource_id) ?? new Set()).add(sent['webhook-id']));
  }
  expect([...idsOf.values()].filter(({ size }) => size !== 1)).toEqual([]);
  const repeats = receiver.received.length - idsOf.size;
  if (process.env.WEBHOOK_CRASHES) {
    console.info(
      `${crashes} crashes: ${acknowledged.size} changes acknowledged, ${receiver.received.length} deliveries, ${repeats} repeats`,
    );
  }
});
