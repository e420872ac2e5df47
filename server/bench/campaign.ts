import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { beginAlone } from '../src/surfaces/changes.ts';
import { startGateway } from '../test/gateway.ts';
import { startMailServer } from '../test/mail-server.ts';
import { continueIds, fill, fillPlace, openApart, say, seedOwner, timer } from './apart.ts';
import { startFoyer } from './processes.ts';

/**
 * Measures a campaign to 100,000 clients by mail and one by SMS: how long the request takes that queues the messages, and how many a second
 * are handed over to a mail server and to a gateway, both in this process. Two locations do this at the same time, so that other work on the
 * machine slows both down alike: one has a log of 100,000 messages, and one of 1,000,000. `BENCH_CLIENTS` says how many clients there are
 * instead, and `BENCH_SECONDS` after how many seconds of handing over a campaign is given up.
 */

const clients = Number(process.env.BENCH_CLIENTS ?? 100_000);
const seconds = Number(process.env.BENCH_SECONDS ?? 3600);
const logs = [100_000, 1_000_000] as const;

const { database, href, end: close } = await openApart('foyer_bench_campaign');

const { authorization, places } = await beginAlone(database.db)(async (write) => {
  const { open, ...owner } = await seedOwner(write);
  return { ...owner, places: [(await open('A short log')).id, (await open('A long log')).id] as const };
});

await fill(database, ['clients', 'location_messages'], async (run) => {
  for (const [index, place] of places.entries()) {
    await fillPlace(run, place, { members: 1, clients });
    await run(`insert into location_messages
        (location_id, id, type, channel, recipient, client_id, state, due_at, expires_at, attempts, created_at, sent_at, key)
      overriding system value
      select ${place}, ${10_000_000 * (index + 1)} + n, 'record_reminder_client', 'email', 'client@example.com', 1 + n % ${clients}, 'sent', at, at, 1, at, at,
        'message ' || n
      from generate_series(1, ${logs[index]}) as n, lateral (select now() - n::float8 / ${logs[index]} * interval '85 days' as at) as sent`);
  }
  await continueIds(run, ['location_messages'], 90_000_000);
});

const [mails, gateway] = [await startMailServer(), await startGateway()];
const foyer = await startFoyer(href, {
  FOYER_SMTP_URL: mails.url,
  FOYER_EMAIL_FROM: 'Salon <salon@foyer.example>',
  FOYER_MESSAGES_URL: gateway.url,
});
const timed = timer(foyer.base, authorization);

const rateOf = (count: number, ms: number) => `${Math.round((count * 1000) / ms).toLocaleString('en')} a second`;

/** Queues a campaign in both locations, and waits until it is handed over. @param arrived the locations of messages that have arrived since it was last asked */
async function run(title: string, path: string, body: object, arrived: () => string[]): Promise<void> {
  const began = performance.now();
  const counts = new Map(places.map((place) => [`${place}`, { count: 0, from: 0, until: 0 }]));
  const queuing = places.map(async (place, index) => {
    const time = await timed('POST', `/${path}/clients/by_filter/${place}`, body);
    const log = `a log of ${(logs[index] as number).toLocaleString('en')}`;
    say(`${title}: queuing ${clients.toLocaleString('en')} with ${log} took ${Math.round(time)} ms, ${rateOf(clients, time)}.`);
  });
  let isQueued = false;
  let lastQueued = 0;
  const queued = Promise.all(queuing).then(() => {
    isQueued = true;
    lastQueued = performance.now();
  });
  let told = began;
  while (!isQueued || [...counts.values()].some(({ count }) => count < clients)) {
    await Promise.race([sleep(200), queued.then(() => sleep(50))]);
    const now = performance.now();
    for (const place of arrived()) {
      const own = counts.get(place);
      if (!own) throw new Error(`A message to ${place} has arrived.`);
      own.from ||= now;
      own.count += 1;
      own.until = now;
    }
    if (now - told > 30_000) {
      told = now;
      say(
        `  after ${Math.round((now - began) / 1000)} s: ${[...counts.values()].map(({ count }) => count.toLocaleString('en')).join(' and ')}`,
      );
    }
    if (isQueued && now - lastQueued > seconds * 1000) break;
  }
  await queued;
  // What is given up must not hold the next campaign up.
  await database.db.execute(sql`update location_messages set state = 'skipped' where state = 'queued' and handed_at is null`);
  await sleep(3000);
  arrived();
  const rates = [...counts.values()].map(({ count, from, until }) => ({ count, ms: until - from }));
  for (const [index, { count, ms }] of rates.entries()) {
    const log = `a log of ${(logs[index] as number).toLocaleString('en')}`;
    say(
      `${title}: with ${log}, ${count.toLocaleString('en')} were handed over in ${Math.round(ms / 1000)} s, ${rateOf(count, ms)}.`,
    );
  }
  const [short, long] = rates.map(({ count, ms }) => ms / count) as [number, number];
  say(
    `${title}: one took ${(long / short).toFixed(2)} times the time with the longer log. ${rateOf(2 * clients, ((short + long) * clients) / 2)} in all.`,
  );
}

const text = 'We are open on Sunday';
await run('By mail', 'email', { subject: 'News', text }, () =>
  mails.received.splice(0).map(({ to }) => /@place(\d+)\./.exec(to[0] ?? '')?.[1] ?? ''),
);
await run('By SMS', 'sms', { text }, () =>
  gateway.received.splice(0).map(({ body }) => /^\+49(\d+)\d{9}$/.exec((body as { recipient: string }).recipient)?.[1] ?? ''),
);
await foyer.stop();
await mails.stop();
await gateway.stop();
await close();
