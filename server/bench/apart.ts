import { cpus, loadavg } from 'node:os';
import pg from 'pg';
import type { Write } from '../src/api/write.ts';
import { loadSigningKey } from '../src/domains/access/server-keys.ts';
import { partners } from '../src/domains/access/tables.ts';
import { createUser, issuePartnerToken, issueUserToken } from '../src/domains/access/users.ts';
import { createLocation } from '../src/domains/locations/location.ts';
import { type Database, migrateDatabase, openPostgres } from '../src/platform/database.ts';
import { usualLimits } from '../src/platform/limits.ts';

/* What the benchmarks share that fill a database of their own. */

const server = new URL(process.env.BENCH_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres');

async function onServer(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  await client.query(text);
  await client.end();
}

export const say = (text: string) => process.stdout.write(`${text}\n`);

/** A new and migrated database. `end` drops it, and says on what machine it was. */
export async function openApart(name: string): Promise<{ database: Database; href: string; end: () => Promise<void> }> {
  const address = new URL(server);
  address.pathname = name;
  await onServer(`drop database if exists ${name} with (force)`);
  await onServer(`create database ${name}`);
  const database = await openPostgres(address.href, 10, { ...usualLimits, statementTimeout: 0 });
  await migrateDatabase(database);
  return {
    database,
    href: address.href,
    end: async () => {
      say(`${cpus().length} processor cores, load ${loadavg()[0]?.toFixed(1)}, Node.js ${process.versions.node}.`);
      await database.close();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}

/** An owner who calls through an integration of all locations, and opens locations. */
export async function seedOwner(write: Write) {
  const signingKey = await loadSigningKey(write);
  const [partner] = await write.insert(partners).values({ name: 'Bench', allLocations: true }).returning();
  const { id: partnerId } = partner as { id: number };
  const { id: userId } = await createUser(write, { name: 'Owner', email: 'owner@example.com' });
  const by = { user: { id: userId }, partner: { id: partnerId, allLocations: true } };
  const [partnerToken, userToken] = [
    await issuePartnerToken(write, { partnerId }),
    await issueUserToken(write, { userId, partnerId }),
  ];
  return {
    signingKey,
    partnerId,
    userId,
    authorization: `Bearer ${partnerToken}, User ${userToken}`,
    open: (title: string) => createLocation(write, { title, city: 'Berlin' }, by),
  };
}

/** Makes requests of an owner to a server. @returns a function that gives the time of a request, in ms. It throws for a refusal. */
export const timer =
  (base: string, authorization: string) =>
  async (method: string, path: string, body?: object): Promise<number> => {
    const headers = { authorization, ...(body ? { 'content-type': 'application/json' } : {}) };
    const began = performance.now();
    const answer = await fetch(base + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return performance.now() - began;
  };

/**
 * Compares two requests in turns, by the medians of their times.
 * @param warmUp turns that do not count
 */
export async function compareTwo(
  title: string,
  requests: readonly [(turn: number) => Promise<number>, (turn: number) => Promise<number>],
  turns: number,
  warmUp: number,
): Promise<void> {
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    times[0].push(await requests[0](turn));
    times[1].push(await requests[1](turn));
  }
  const [one, other] = times.map((all) => {
    const counted = all.slice(warmUp).toSorted((a, b) => a - b);
    return counted[Math.floor(counted.length / 2)] as number;
  }) as [number, number];
  say(`${title}: median ${one.toFixed(2)} ms and ${other.toFixed(2)} ms, ${(other / one).toFixed(2)} times.`);
}
