import { cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { Write } from '../src/api/write.ts';
import { loadSigningKey } from '../src/domains/access/server-keys.ts';
import { partners } from '../src/domains/access/tables.ts';
import { createUser, issuePartnerToken, issueUserToken } from '../src/domains/access/users.ts';
import { createLocation } from '../src/domains/locations/location.ts';
import { type Database, migrateDatabase, openPostgres, rowsOf } from '../src/platform/database.ts';
import { usualLimits } from '../src/platform/limits.ts';
import { beginUntold } from '../src/surfaces/changes.ts';

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

/** Runs a statement. */
export type Run = (text: string) => Promise<unknown>;

/**
 * Fills tables with a long history: in one transaction, without triggers and checks of references, and the indexes of these tables are
 * made afterwards. What triggers would have written, `fill` has to write. Only a superuser may do this.
 * @param tables those that get many rows
 */
export async function fill(database: Database, tables: readonly string[], write: (run: Run) => Promise<void>): Promise<void> {
  say('Filling the database.');
  const began = performance.now();
  await beginUntold(database.db)(async (transaction) => {
    const run = (text: string) => transaction.execute(sql.raw(text));
    await run('set local session_replication_role = replica');
    const indexes = await rowsOf<{ name: string; definition: string }>(
      transaction,
      sql`
      select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
      where indrelid = any(${sql.param([...tables])}::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)`,
    );
    // Unique ones without a constraint may serve an "on conflict", but nothing writes here beside `write`.
    for (const { name } of indexes) await run(`drop index ${name}`);
    await write(run);
    for (const { definition } of indexes) await run(definition);
  });
  await database.db.execute(sql`vacuum analyze`);
  say(`It took ${Math.round((performance.now() - began) / 1000)} s.`);
}

/** Members, a service and clients of a location. */
export async function fillPlace(
  run: Run,
  place: number,
  { members, clients }: { members: number; clients: number },
): Promise<void> {
  await run(
    `insert into team_members (location_id, id, name) select ${place}, n, 'Member ' || n from generate_series(1, ${members}) as n`,
  );
  await run(`insert into service_categories (location_id, id, title) values (${place}, 1, 'Category')`);
  await run(
    `insert into services (location_id, id, category_id, title, price_min, price_max, duration) values (${place}, 1, 1, 'Service', 50, 50, 1800)`,
  );
  await run(`insert into clients (location_id, id, name, email, phone, search)
    select ${place}, n, 'Client ' || n, 'client' || n || '@place' || ${place} || '.example', '+49' || ${place} || lpad(n::text, 9, '0'), 'client ' || n from generate_series(1, ${clients}) as n`);
}

/**
 * Appointments with a service, a visit and a document, of the temporary table `drawn`: id, client, member, attendance, at, is_online and
 * created_by.
 */
export async function fillAppointments(run: Run, place: number, timeZone: string): Promise<void> {
  await run(
    `insert into visits (location_id, id, client_id, date) select ${place}, id, null, (at at time zone '${timeZone}')::date from drawn`,
  );
  await run(`insert into documents (location_id, id, type, at) select ${place}, id, 7, at from drawn`);
  await run(`insert into appointments (location_id, id, document_id, team_member_id, client_id, visit_id, starts_at, duration, attendance,
      is_online, hash, created_at, created_by)
    select ${place}, id, id, member, client, id, at, 1800, attendance, is_online, md5(id::text), at, created_by from drawn`);
  await run(`insert into appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, first_cost, discount, cost)
    select ${place}, id, 0, 1, 50, 50, 0, 50 from drawn`);
  await run(`update clients set first_visit_at = came.first, last_visit_at = came.last
    from (select client, min(at) as first, max(at) as last from drawn where attendance = 1 group by client) as came
    where location_id = ${place} and id = came.client`);
  await run(
    `insert into appointment_changes (location_id, appointment_id, at, is_deleted) select ${place}, id, at, false from drawn`,
  );
  await run(
    `insert into appointment_runs (location_id, begins, live, deleted) select ${place}, '-infinity', count(*), 0 from drawn`,
  );
}

/** Numbers of new rows follow those that were filled in. */
export async function continueIds(run: Run, tables: readonly string[], after: number): Promise<void> {
  for (const table of tables) await run(`select setval(pg_get_serial_sequence('${table}', 'id'), ${after})`);
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
