import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { loadSigningKey } from '../src/domains/access/server-keys.ts';
import { publish } from '../src/domains/outbox/outbox.ts';
import { Deliverer } from '../src/domains/webhooks/deliverer.ts';
import { webhookPoster } from '../src/domains/webhooks/poster.ts';
import { saveWebhookSettings } from '../src/domains/webhooks/settings.ts';
import { presentChange } from '../src/domains/webhooks/wire/published.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { openApart, say, seedOwner } from './apart.ts';

/** Measures how fast changes reach the addresses of webhooks: 10,000 changes to 20 addresses, one of which never answers. */

const [addresses, changes, trickle] = [20, 10_000, 400];

/** When each change arrived, by its number. */
const arrived = new Map<number, number>();
const receiver = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  if (request.url === '/dead') return;
  arrived.set(JSON.parse(Buffer.concat(parts).toString()).data.number, performance.now());
  response.end();
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');
const { port } = receiver.address() as { port: number };

const { database, end: close } = await openApart('foyer_bench_webhooks');
const transact = beginAlone(database.db);

const places = await transact(async (write) => {
  const { signingKey, partnerId, userId, open } = await seedOwner(write);
  const ids: number[] = [];
  for (let nth = 0; nth < addresses; nth++) {
    const { id } = await open(`Place ${nth}`);
    const urls = [`http://127.0.0.1:${port}/${nth === 0 ? 'dead' : nth}`];
    const settings = { urls, isActive: true, resources: ['client' as const], includesOwnChanges: true };
    await saveWebhookSettings(write, id, settings, { userId, partnerId, signingKey, allowed: ['127.0.0.0/8'] });
    ids.push(id);
  }
  return ids;
});

const padding = 'x'.repeat(1000);

/** Publishes the change of a client, in a transaction of its own. */
const change = (number: number) =>
  transact((write) =>
    publish(write, places[number % addresses] as number, null, [
      { resource: 'client', resourceId: 1 + Math.floor(number / addresses), status: 'update', data: { number, padding } },
    ]),
  );

const isAlive = (number: number) => number % addresses !== 0;

let began = performance.now();
for (let number = 0; number < changes; number += 8) {
  await Promise.all(Array.from({ length: Math.min(8, changes - number) }, (_, index) => change(number + index)));
}
say(`Published ${changes} changes of 1 KB in ${Math.round(performance.now() - began)} ms, each in a transaction of its own.`);

const deliverer = new Deliverer({
  database,
  begin: beginAlone,
  signingKey: await transact(loadSigningKey),
  present: presentChange,
  post: webhookPoster({ mode: 'serve', outsideNetworks: ['127.0.0.0/8'] }),
  log: { warn: () => {}, error: (fields, text) => say(`${text} ${JSON.stringify(fields)}`) },
});
began = performance.now();
deliverer.start();
const expected = Array.from({ length: changes }, (_, number) => number).filter(isAlive).length;
while (arrived.size < expected) await sleep(10);
const took = performance.now() - began;
say(
  `Delivered the ${expected} of the 19 addresses that answer in ${Math.round(took)} ms: ${Math.round((expected / took) * 1000)} a second.`,
);

const delays: number[] = [];
for (let number = changes; number < changes + trickle; number++) {
  await change(number);
  const committed = performance.now();
  if (isAlive(number)) delays.push(committed);
  await sleep(20);
}
while (arrived.size < expected + delays.length) await sleep(10);
const late = Array.from({ length: trickle }, (_, index) => changes + index)
  .filter(isAlive)
  .map((number, index) => (arrived.get(number) as number) - (delays[index] as number))
  .toSorted((one, other) => one - other);
const at = (share: number) => Math.max(0, late[Math.floor(share * (late.length - 1))] as number).toFixed(0);
say(
  `Delay from commit to arrival of ${late.length} single changes, the dead address still there: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms.`,
);

const [row] = (await database.query<{ waiting: number; tries: number }>({
  text: `select count(*) filter (where due_at is not null)::int as waiting, coalesce(sum(jsonb_array_length(tries)), 0)::int as tries
    from outbox_deliveries where location_id = $1`,
  values: [places[0]],
})) as [{ waiting: number; tries: number }];
say(`The dead address: ${row.waiting} deliveries wait, ${row.tries} tries so far.`);
await database.db.execute(sql`analyze`);
began = performance.now();
for (let count = 0; count < 200; count++) await change(0);
const subscribed = (performance.now() - began) / 200;
await database.db.execute(sql`update outbox_subscribers set is_active = false`);
began = performance.now();
for (let count = 0; count < 200; count++) await change(0);
say(
  `A published change takes ${subscribed.toFixed(2)} ms with a subscriber and ${((performance.now() - began) / 200).toFixed(2)} ms without, commit included.`,
);
receiver.closeAllConnections();
receiver.close();
await deliverer.close();
await close();
