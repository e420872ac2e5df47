import { expect, inject } from 'vitest';
import { addDays, datesBetween, today } from '../src/platform/clock.ts';
import { onPostgres, somePhone, testDatabase, testServer } from './harness.ts';
import { openOnlineSalon } from './online.ts';
import { startProcess } from './process.ts';
import { type openSalon, salonDates, setHours } from './salon.ts';

/** How often a race is run on PostgreSQL. `RACE_ROUNDS=20` runs it more often, for a proof: see docs/testing.md. */
export const rounds = (): number => (onPostgres() ? Number(process.env.RACE_ROUNDS ?? 4) : 1);

export const rivals = 200;

/** Servers of one database: two processes on PostgreSQL, this one otherwise. */
export async function rivalServers(): Promise<{ urls: string[]; stop: () => void }> {
  if (!onPostgres()) return { urls: [(await testServer()).url], stop: () => {} };
  const url = new URL(inject('databaseUrl'));
  // Unlike other tests, because a commit that waits for the disk leaves others more time to come in between.
  url.searchParams.set('options', '-c synchronous_commit=on');
  const env = {
    DATABASE_URL: url.href,
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
  return countStatuses(statuses);
}

/** How often each status was answered. */
export function countStatuses(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** A request for `sendAll`, below /api. */
export interface Sent {
  method?: string;
  path: string;
  body?: unknown;
  /** The caller's header, if it differs from that of the other requests. */
  authorization?: string;
  headers?: Record<string, string>;
}

/** Sends different requests at the same moment, by turns to each server. @returns statuses and seconds, in their order */
export const sendAll = (
  urls: readonly string[],
  authorization: string,
  requests: readonly Sent[],
): Promise<{ status: number; seconds: number; body: string }[]> =>
  Promise.all(
    requests.map(async ({ method = 'POST', path, body, authorization: own = authorization, headers: more }, index) => {
      const began = performance.now();
      const headers = {
        authorization: own,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(path.startsWith('/v2') ? { accept: 'application/vnd.api.v2+json' } : {}),
        ...more,
      };
      const answer = await fetch(`${urls[index % urls.length]}/api${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, seconds: (performance.now() - began) / 1000, body: text };
    }),
  );

/** How many deadlocks PostgreSQL has found in the database of the tests; none in the embedded one. */
export async function countDeadlocks(): Promise<number> {
  if (!onPostgres()) return 0;
  // A connection reports its work when it is idle for a moment: half a second, or a second at most.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { query } = await testDatabase();
  const [row] = await query<{ deadlocks: number }>({
    text: 'select deadlocks::int from pg_stat_database where datname = current_database()',
    values: [],
  });
  return row?.deadlocks ?? 0;
}

/**
 * Watches transactions that wait for a lock. A wait of a second means a deadlock, or a transaction that holds a contended lock for too
 * long. On an overloaded machine answers are late, but no lock is waited for that long.
 * @returns a function that stops watching and returns the longest wait in seconds; 0 on the embedded database
 */
export function watchLocks(): () => Promise<number> {
  let [isOver, longest] = [false, 0];
  const watching = (async () => {
    const { query } = await testDatabase();
    while (!isOver && onPostgres()) {
      const [row] = await query<{ seconds: number }>({
        text: `select coalesce(max(extract(epoch from clock_timestamp() - waitstart)), 0)::float8 as seconds
          from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`,
        values: [],
      });
      longest = Math.max(longest, row?.seconds ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    return longest;
  };
}

/** Hours that no test has requested yet, within the hours of the members. */
export function* freeHours(): Generator<string> {
  for (const date of salonDates) for (let hour = 9; hour < 18; hour++) yield `${date}T${String(hour).padStart(2, '0')}:00:00`;
}

/** A class on nine coming weeks. */
export async function openWeeklyClass() {
  const eventCount = 9;
  const salon = await openOnlineSalon();
  const { shop, place, member, addEvent } = salon;
  const now = today(shop.timeZone);
  const first = addDays(now, 7);
  await setHours(shop, member, datesBetween(now, addDays(now, 7 * (eventCount + 3))));
  const model = await addEvent({ date: `${first} 10:00`, capacity: 100 });
  const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(`${first}T00:00:00Z`).getUTCDay()];
  const { data: series } = await shop.call('POST', `/company/${place}/schedules`, {
    body: {
      original_entity_type: 'activity',
      original_entity_id: model.id,
      date_end: addDays(first, 7 * eventCount),
      add_clients_from_original_entity: false,
      days: [
        { day_of_week: weekday, events_master_id: member, events_time: '10:00', events_duration: 3600, events_capacity: 100 },
      ],
    },
  });
  const day: number = series.days[0].id;
  const schedule = `/company/${place}/schedules/${series.id}`;
  const { data: occurrences } = await shop.call('GET', `${schedule}/days/${day}/events`);
  const eventIds = (occurrences as { event_entity_id: number }[]).map((row) => row.event_entity_id);
  expect(eventIds).toHaveLength(eventCount);
  const guest = (index: number) => ({
    path: `/v1/records/${place}`,
    body: { activity_id: eventIds[eventCount - 3 + (index % 3)], client: { name: 'Guest', phone: somePhone() } },
  });
  return { ...salon, day, schedule, eventIds, guest };
}

/** Adds team members who work at the salon's hours. */
export async function addRivals({ shop }: Salon, count: number, dates = salonDates): Promise<number[]> {
  const members = await Promise.all(Array.from({ length: count }, () => shop.addTeamMember()));
  await setHours(shop, members, dates);
  return members;
}

export const oneWins = (counts: Record<number, number>, won = 201, lost = 422): void =>
  expect(counts).toEqual({ [won]: 1, [lost]: rivals - 1 });
