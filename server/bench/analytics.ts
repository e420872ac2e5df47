import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { refreshAll } from '../src/domains/analytics/refresh.ts';
import { beginAlone, beginUntold } from '../src/surfaces/changes.ts';
import { compareTwo, openApart, say, seedOwner, timer } from './apart.ts';
import { startFoyer } from './processes.ts';

/**
 * Measures whether the analytics of a year cost the same in a location with two years, as many as they compare, and in one with twenty, which has 1,000,000 appointments:
 * the overall report and each chart, with and without a change just before. `BENCH_APPOINTMENTS` says how many it has instead.
 */

const [fewYears, years, members, rounds] = [2, 20, 20, 60];
const perYear = Math.floor(Number(process.env.BENCH_APPOINTMENTS ?? 1_000_000) / years);

const { database, href, end: close } = await openApart('foyer_bench_analytics');

const { authorization, userId, places } = await beginAlone(database.db)(async (write) => {
  const { open, ...owner } = await seedOwner(write);
  return { ...owner, places: [(await open('Two years')).id, (await open('Twenty years')).id] as const };
});

/** The last day of both histories, and the first of its year. */
const [end, begin] = ['2026-10-31', '2025-11-01'];
const clientsAYear = Math.ceil(perYear / 10);

say('Filling the database.');
const filled = performance.now();
await beginUntold(database.db)(async (write) => {
  const run = (text: string) => write.execute(sql.raw(text));
  const quiet = ['appointments', 'appointment_services', 'appointment_changes', 'clients', 'work_days'];
  for (const table of quiet) await run(`alter table ${table} disable trigger user`);
  for (const [index, place] of places.entries()) {
    const count = index === 0 ? fewYears : years;
    const days = 365 * count;
    await run(
      `insert into team_members (location_id, id, name) select ${place}, n, 'Member ' || n from generate_series(1, ${members}) as n`,
    );
    await run(`insert into work_days (location_id, team_member_id, date, slots)
      select ${place}, n, date '${end}' - day, '{[32400,64800)}' from generate_series(1, ${members}) as n, generate_series(0, ${days - 1}) as day`);
    await run(`insert into service_categories (location_id, id, title) values (${place}, 1, 'Category')`);
    await run(
      `insert into services (location_id, id, category_id, title, price_min, price_max, duration) values (${place}, 1, 1, 'Service', 50, 50, 1800)`,
    );
    await run(`insert into clients (location_id, id, name, phone, search, created_at)
      select ${place}, n, 'Client ' || n, '+49' || (3000000000 + n), 'client ' || n, timestamptz '${end}' - random() * ${days} * interval '1 day'
      from generate_series(1, ${clientsAYear * count}) as n`);
    const first = 10_000_000 * (index + 1);
    const step = (days * 1440) / (perYear * count);
    await run(`create temporary table drawn on commit drop as
      select ${first} + n as id, 1 + (random() * ${clientsAYear * count - 1})::int as client, 1 + n % ${members} as member,
        (array[1, 1, 1, 1, 1, 1, 0, 2, -1])[1 + n % 9] as attendance,
        (timestamp '${end} 21:00' - (${perYear * count} - n) * ${step} * interval '1 minute') at time zone 'Europe/Berlin' as at
      from generate_series(1, ${perYear * count}) as n`);
    await run(
      `insert into visits (location_id, id, client_id, date) select ${place}, id, null, (at at time zone 'Europe/Berlin')::date from drawn`,
    );
    await run(`insert into documents (location_id, id, type, at) select ${place}, id, 7, at from drawn`);
    await run(`insert into appointments (location_id, id, document_id, team_member_id, client_id, visit_id, starts_at, duration, attendance,
        is_online, hash, created_at, created_by)
      select ${place}, id, id, member, client, id, at, 1800, attendance, id % 3 = 0, md5(id::text), at, case when id % 3 = 0 then null else ${userId} end
      from drawn`);
    await run(`insert into appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, first_cost, discount, cost)
      select ${place}, id, 0, 1, 50, 50, 0, 50 from drawn`);
    await run(`update clients set first_visit_at = came.first, last_visit_at = came.last
      from (select client, min(at) as first, max(at) as last from drawn where attendance = 1 group by client) as came
      where location_id = ${place} and id = came.client`);
    await run('drop table drawn');
    await run(`insert into analytics_marks (location_id, first, last)
      select ${place}, min(starts_at) - interval '1 day', max(starts_at) + interval '1 day' from appointments where location_id = ${place}`);
  }
  await run(
    'insert into appointment_changes (location_id, appointment_id, at, is_deleted) select location_id, id, created_at, false from appointments',
  );
  await run(
    `insert into appointment_runs (location_id, begins, live, deleted) select location_id, '-infinity', count(*), 0 from appointment_changes group by 1`,
  );
  for (const table of quiet) await run(`alter table ${table} enable trigger user`);
  for (const table of ['documents', 'visits', 'appointments']) {
    await run(`select setval(pg_get_serial_sequence('${table}', 'id'), 90000000)`);
  }
});
await database.db.execute(sql`vacuum analyze`);
say(`It took ${Math.round((performance.now() - filled) / 1000)} s.`);

const counted = performance.now();
await refreshAll(database.db, beginAlone(database.db));
const tookCounting = (performance.now() - counted) / 1000;
say(
  `Counting all days, as after an upgrade, took ${tookCounting.toFixed(1)} s: ${(perYear * (years + fewYears)).toLocaleString('en')} appointments.`,
);
await database.db.execute(sql`vacuum analyze`);

const foyer = await startFoyer(href);
const timed = timer(foyer.base, authorization);

/** Compares both locations. @param before runs before each report */
const compare = (title: string, path: string, before: (place: number) => Promise<unknown> = async () => {}) => {
  const asked = (place: number) => async () => {
    await before(place);
    return timed('GET', `/company/${place}/analytics/overall${path}`);
  };
  return compareTwo(`${title}, of two years and of twenty`, [asked(places[0]), asked(places[1])], rounds, 5);
};

/** An appointment of the last days changes its attendance. */
const change = (place: number) =>
  database.db.execute(sql`
    update appointments set attendance = case attendance when 1 then 2 else 1 end
    where location_id = ${place} and id = (
      select id from appointments where location_id = ${place} and starts_at > ${end}::date - 3 order by random() limit 1)`);

const year = `date_from=${begin}&date_to=${end}`;
await compare('The overall report of a year', `?${year}`);
await compare('The overall report of a year and a team member', `?${year}&team_member_id=7`);
await compare('The overall report of a year and a user', `?${year}&user_id=${userId}`);
await compare('The overall report of a week', `?date_from=2026-10-25&date_to=${end}`);
await compare('The overall report of a year, after a change', `?${year}`, change);
for (const chart of ['fullness_daily', 'income_daily', 'records_daily', 'record_source', 'record_status']) {
  await compare(`The chart ${chart} of a year`, `/charts/${chart}?${year}`);
}
await foyer.stop();
await close();
