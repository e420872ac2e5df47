import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { refreshAll } from '../src/domains/analytics/refresh.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { compareTwo, continueIds, fill, fillAppointments, fillPlace, openApart, say, seedOwner, timer } from './apart.ts';
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
const timeZone = 'Europe/Berlin';

const large = ['appointments', 'appointment_services', 'appointment_changes', 'clients', 'documents', 'visits', 'work_days'];
await fill(database, large, async (run) => {
  for (const [index, place] of places.entries()) {
    const count = index === 0 ? fewYears : years;
    const days = 365 * count;
    const clients = clientsAYear * count;
    await fillPlace(run, place, { members, clients });
    await run(
      `update clients set created_at = timestamptz '${end}' - random() * ${days} * interval '1 day' where location_id = ${place}`,
    );
    await run(`insert into work_days (location_id, team_member_id, date, slots)
      select ${place}, n, date '${end}' - day, '{[32400,64800)}' from generate_series(1, ${members}) as n, generate_series(0, ${days - 1}) as day`);
    const first = 10_000_000 * (index + 1);
    const step = (days * 1440) / (perYear * count);
    await run(`create temporary table drawn as
      select ${first} + n as id, 1 + (random() * ${clients - 1})::int as client, 1 + n % ${members} as member,
        (array[1, 1, 1, 1, 1, 1, 0, 2, -1])[1 + n % 9] as attendance,
        (timestamp '${end} 21:00' - (${perYear * count} - n) * ${step} * interval '1 minute') at time zone '${timeZone}' as at,
        n % 3 = 0 as is_online, case when n % 3 = 0 then null else ${userId} end as created_by
      from generate_series(1, ${perYear * count}) as n`);
    await fillAppointments(run, place, timeZone);
    await run('drop table drawn');
    await run(`insert into analytics_marks (location_id, first, last)
      select ${place}, min(starts_at) - interval '1 day', max(starts_at) + interval '1 day' from appointments where location_id = ${place}`);
  }
  await continueIds(run, ['documents', 'visits', 'appointments'], 90_000_000);
});

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
