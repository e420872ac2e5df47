import { expect, inject } from 'vitest';
import { onPostgres, testDatabase, testServer } from './harness.ts';
import { startProcess } from './process.ts';
import { type openSalon, salonDates, setHours } from './salon.ts';

/** On a PostgreSQL server requests really run at the same time; the embedded database takes one after the other. */
export const repetitions = (): number => (onPostgres() ? 10 : 2);

export const rivals = 200;

/** Servers of one database: two processes on PostgreSQL, this one otherwise. */
export async function rivalServers(): Promise<{ urls: string[]; stop: () => void }> {
  if (!onPostgres()) return { urls: [(await testServer()).url], stop: () => {} };
  const env = {
    DATABASE_URL: inject('databaseUrl'),
    FOYER_RATE_LIMIT_PER_MINUTE: '0',
    FOYER_RATE_LIMIT_PER_SECOND: '0',
    FOYER_LOG_LEVEL: 'error',
    // All of the rivals are to be answered, however busy the machine is.
    DATABASE_WAIT_TIMEOUT: '60000',
  };
  const servers = await Promise.all([startProcess(['serve'], env), startProcess(['serve'], env)]);
  return {
    urls: servers.map(({ url }) => url),
    stop: () => {
      for (const { child } of servers) child.kill('SIGKILL');
    },
  };
}

type Salon = Awaited<ReturnType<typeof openSalon>>;

/** Sends requests at the same moment, by turns to each server. @returns how often each status was answered */
export async function race(
  urls: readonly string[],
  salon: Salon,
  request: (index: number) => { path: string; body: unknown; headers?: Record<string, string> },
): Promise<Record<number, number>> {
  const statuses = await Promise.all(
    Array.from({ length: rivals }, async (_, index) => {
      const { path, body, headers } = request(index);
      const answer = await fetch(`${urls[index % urls.length]}/api${path}`, {
        method: 'POST',
        headers: { authorization: salon.shop.owner.authorization, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** A request for `sendAll`, below /api. */
export interface Sent {
  method?: string;
  path: string;
  body: unknown;
}

/** Sends different requests at the same moment, by turns to each server. @returns statuses and seconds, in their order */
export const sendAll = (
  urls: readonly string[],
  authorization: string,
  requests: readonly Sent[],
): Promise<{ status: number; seconds: number; body: string }[]> =>
  Promise.all(
    requests.map(async ({ method = 'POST', path, body }, index) => {
      const began = performance.now();
      const answer = await fetch(`${urls[index % urls.length]}/api${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, seconds: (performance.now() - began) / 1000, body: text };
    }),
  );

/** How many deadlocks PostgreSQL has found in the database of the tests; none in the embedded one. */
export async function countDeadlocks(): Promise<number> {
  if (!onPostgres()) return 0;
  // A connection reports what it did when it is idle for a moment: half a second, or a second at most.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { query } = await testDatabase();
  const [row] = await query<{ deadlocks: number }>({
    text: 'select deadlocks::int from pg_stat_database where datname = current_database()',
    values: [],
  });
  return row?.deadlocks ?? 0;
}

/** Hours that nobody has asked for yet: a new one each time, within the hours of the members. */
export function* freeHours(): Generator<string> {
  for (const date of salonDates) for (let hour = 9; hour < 18; hour++) yield `${date}T${String(hour).padStart(2, '0')}:00:00`;
}

/** Adds team members who work when the salon does. */
export async function addRivals({ shop }: Salon, count: number, dates = salonDates): Promise<number[]> {
  const members = await Promise.all(Array.from({ length: count }, () => shop.addTeamMember()));
  await setHours(shop, members, dates);
  return members;
}

export const oneWins = (counts: Record<number, number>, won = 201, lost = 422): void =>
  expect(counts).toEqual({ [won]: 1, [lost]: rivals - 1 });
