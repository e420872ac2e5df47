import { sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { addDays, dateIn, datesBetween, dayClock, startOfDay } from '../../platform/clock.ts';
import { preparedSql, rowsOf } from '../../platform/database.ts';

/** Days whose figures one transaction computes. A day of a busy location takes some milliseconds. */
export const daysAtOnce = 62;
/** Marks that one transaction reads. */
const marksAtOnce = 5000;

interface Mark {
  id: number;
  first: Date;
  last: Date;
}

const latestMark = preparedSql<{ id: number | null }>(
  'latest_mark',
  sql`select max(id)::float8 as id from analytics_marks where location_id = ${sql.placeholder('location')}`,
);

/**
 * Computes the figures of the days that have changed. After it, the figures show every change that was committed before.
 * @param transact opens a transaction for each step
 */
export async function refreshFigures(db: Read, transact: Transact, locationId: number): Promise<void> {
  const [latest] = await latestMark(db, { location: locationId });
  const id = latest?.id;
  if (!id) return;
  // Changes that come meanwhile are none of this caller's.
  while (await transact((write) => refreshSome(write, locationId, id)));
}

/** Computes the figures of all locations that have changed. */
export async function refreshAll(db: Read, transact: Transact): Promise<void> {
  const places = await rowsOf<{ id: number }>(
    db,
    sql`select id from locations where exists (select from analytics_marks where location_id = locations.id) order by id`,
  );
  for (const { id } of places) await refreshFigures(db, transact, id);
}

/**
 * One step: the earliest days of some marks. The marks are removed by the statement that computes the days, so it has seen what they stand
 * for. Marks that others write meanwhile stay.
 * @returns whether marks up to this id may be left
 */
async function refreshSome(write: Write, locationId: number, latest: number): Promise<boolean> {
  await write.execute(sql`insert into analytics_locks (location_id) values (${locationId}) on conflict do nothing`);
  write.locked('analytics', [locationId]);
  await write.execute(sql`select from analytics_locks where location_id = ${locationId} for update`);
  const [place] = await rowsOf<{ timeZone: string }>(
    write,
    sql`select time_zone as "timeZone" from locations where id = ${locationId}`,
  );
  if (!place) throw new NotFound();
  const { timeZone } = place;
  const marks = (
    await rowsOf<{ id: number; first: number; last: number }>(
      write,
      sql`
      select id::float8 as id, (extract(epoch from first) * 1000)::float8 as first, (extract(epoch from last) * 1000)::float8 as last
      from analytics_marks where location_id = ${locationId} and id <= ${latest} order by first limit ${marksAtOnce}`,
    )
  ).map(({ id, first, last }): Mark => ({ id, first: new Date(first), last: new Date(last) }));
  const days = earliestDays(marks, timeZone);
  const last = days.at(-1);
  if (last === undefined) return false;
  await removeFigures(write, locationId, days);
  await writeFigures(write, { id: locationId, timeZone }, days, {
    ids: marks.map(({ id }) => id),
    until: startOfDay(last, timeZone, 1),
  });
  await writeTotals(write, locationId, days);
  return true;
}

/** The earliest of the marked dates, ascending. @param marks by their begin, so that each adds only dates after those that are there */
function earliestDays(marks: readonly Mark[], timeZone: string): string[] {
  const dates = new Set<string>();
  /** The day of the mark before. Most marks are within one day, as the one before, and naming the date of an instant takes long. */
  let day: { starts: number; ends: number } | undefined;
  for (const { first, last } of marks) {
    if (dates.size >= daysAtOnce) break;
    if (day && first.getTime() >= day.starts * 1000 && last.getTime() < day.ends * 1000) continue;
    const from = dateIn(first, timeZone);
    day = dayClock(from, timeZone);
    // A mark may span years.
    const until = [dateIn(last, timeZone), addDays(from, daysAtOnce)].sort()[0] as string;
    for (const date of datesBetween(from, until)) dates.add(date);
  }
  return [...dates].slice(0, daysAtOnce);
}

async function removeFigures(write: Write, locationId: number, days: readonly string[]): Promise<void> {
  const dates = sql`any(${sql.param(days)}::date[])`;
  await write.execute(sql`
    with days as (delete from analytics_days where location_id = ${locationId} and date = ${dates}),
      sources as (delete from analytics_sources where location_id = ${locationId} and date = ${dates}),
      checks as (delete from analytics_checks where location_id = ${locationId} and date = ${dates}),
      clients as (delete from analytics_clients where location_id = ${locationId} and date = ${dates})
    delete from analytics_totals where location_id = ${locationId} and span = 0 and begins = ${dates}`);
}

/** Those who have figures of an appointment: 0 for everything, and its creator. */
const owners = sql`lateral (select 0 as owner union all select creator where creator is not null) as owners`;

const seconds = (spans: ReturnType<typeof sql>) =>
  sql`(select coalesce(sum(upper(span) - lower(span)), 0) from unnest(${spans}) as span)`;

/**
 * Computes days that have no figures, in one statement, so that all figures show the same changes. It removes the marks of these days.
 * @param marks those that were read; `until`: the end of the last day
 */
async function writeFigures(
  write: Write,
  location: { id: number; timeZone: string },
  days: readonly string[],
  marks: { ids: readonly number[]; until: Date },
): Promise<void> {
  const clocks = days.map((date) => dayClock(date, location.timeZone));
  const instant = (second: number) => new Date(second * 1000).toISOString();
  const dayRows = clocks.map(({ date, starts, ends }) => ({ date, starts: instant(starts), ends: instant(ends) }));
  const passRows = clocks.flatMap(({ date, passes }) =>
    passes.map(({ starts, ends, wall }) => ({ date, starts: instant(starts), ends: instant(ends), wall })),
  );
  const place = location.id;
  const read = sql`location_id = ${place} and id = any(${sql.param(marks.ids)}::bigint[])`;
  const until = sql`${marks.until.toISOString()}::timestamptz`;
  await write.execute(sql`
    with shortened as (update analytics_marks set first = ${until} where ${read} and first < ${until} and last >= ${until}),
    removed as (delete from analytics_marks where ${read} and last < ${until}),
    days as (
      select * from jsonb_to_recordset(${JSON.stringify(dayRows)}::jsonb) as day(date date, starts timestamptz, ends timestamptz)),
    passes as (
      select * from jsonb_to_recordset(${JSON.stringify(passRows)}::jsonb)
        as pass(date date, starts timestamptz, ends timestamptz, wall int)),

    -- What happened
    booked as materialized (
      select days.date, appointments.team_member_id as member, appointments.created_by as creator, appointments.visit_id,
        appointments.client_id, appointments.attendance, appointments.is_online, appointments.booking_form_id,
        case when attendance = 1 then (
          select coalesce(sum(cost), 0) from appointment_services
          where appointment_services.location_id = ${place} and appointment_services.appointment_id = appointments.id) else 0 end as services,
        case when attendance = 1 then coalesce(goods_cost, 0) else 0 end as goods,
        clients.phone is not null as has_phone, coalesce(clients.first_visit_at >= days.starts, true) as is_new,
        case when clients.first_visit_at < days.starts then (clients.first_visit_at at time zone ${location.timeZone})::date
          else days.date end as first_date
      from days
      join appointments on appointments.location_id = ${place} and starts_at >= days.starts and starts_at < days.ends
        and appointments.deleted_at is null
      -- "offset 0": each appointment looks its client up. Otherwise PostgreSQL, which does not know how short the days are, reads all clients.
      left join lateral (
        select phone, first_visit_at from clients where clients.location_id = ${place} and clients.id = appointments.client_id
        offset 0) as clients on true),
    sold as materialized (
      select days.date, coalesce(lines.team_member_id, 0) as member, documents.user_id as creator, lines.document_id, lines.cost
      from days
      join document_lines as lines on lines.location_id = ${place} and lines.at >= days.starts and lines.at < days.ends
        and lines.type = 1 and lines.deleted_at is null
      cross join lateral (
        select user_id from documents where documents.location_id = ${place} and documents.id = lines.document_id and documents.type = 1
          and documents.deleted_at is null offset 0) as documents),
    topped_up as (
      select days.date, coalesce(paid.team_member_id, 0) as member, paid.user_id as creator, paid.amount
      from days
      join client_account_transactions as paid on paid.location_id = ${place} and paid.created_at >= days.starts
        and paid.created_at < days.ends and paid.amount > 0 and paid.deleted_at is null),

    -- Time, on the wall clock
    taken as (
      select date, member, owner,
        coalesce(range_agg(span) filter (where attendance <> -1), '{}') as booked,
        coalesce(range_agg(span) filter (where attendance = -1), '{}') as missed
      from (
        select passes.date, team_member_id as member, created_by as creator, attendance, int4range(
          wall + floor(extract(epoch from greatest(starts_at, passes.starts) - passes.starts))::int,
          wall + floor(extract(epoch from least(starts_at + duration * interval '1 second', passes.ends) - passes.starts))::int) as span
        from passes
        join appointments on location_id = ${place} and starts_at < passes.ends and starts_at > passes.starts - interval '24 hours'
          and starts_at + duration * interval '1 second' > passes.starts and deleted_at is null) as spans, ${owners}
      group by date, member, owner),

    -- Figures
    written_days as (
      insert into analytics_days (location_id, created_by, date, team_member_id, services, goods, top_ups, expected, confirmed, came, missed,
        online, of_new_clients, booked, wasted, scheduled)
      select ${place}, owner, date, member, sum(services), sum(goods), sum(top_ups), sum(expected), sum(confirmed), sum(came), sum(missed),
        sum(online), sum(of_new), sum(busy), sum(wasted), sum(scheduled)
      from (
        select owner, date, member, services, goods, 0::numeric as top_ups, (attendance = 0)::int as expected,
          (attendance = 2)::int as confirmed, (attendance = 1)::int as came, (attendance = -1)::int as missed, is_online::int as online,
          (has_phone and is_new)::int as of_new, 0 as busy, 0 as wasted, 0 as scheduled from booked, ${owners}
        union all select owner, date, member, 0, cost, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from sold, ${owners}
        union all select owner, date, member, 0, 0, amount, 0, 0, 0, 0, 0, 0, 0, 0, 0 from topped_up, ${owners}
        union all select owner, date, member, 0, 0, 0, 0, 0, 0, 0, 0, 0, ${seconds(sql`booked`)}, ${seconds(sql`missed - booked`)}, 0 from taken
        union all select 0, work_days.date, team_member_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ${seconds(sql`slots`)}
          from days join work_days on work_days.location_id = ${place} and work_days.date = days.date
          join team_members on team_members.location_id = ${place} and team_members.id = team_member_id
            and coalesce(team_members.deleted_at >= days.starts, true)) as parts
      group by owner, date, member),
    written_sources as (
      insert into analytics_sources (location_id, created_by, date, team_member_id, source, booking_form_id, count)
      select ${place}, owner, date, member, case when is_online then 1 when creator is null then 2 else 0 end, booking_form_id, count(*)
      from booked, ${owners} group by 2, 3, 4, 5, 6),
    written_checks as (
      insert into analytics_checks (location_id, created_by, date, kind, team_member_ids, count)
      select ${place}, owner, date, kind, members, count(*)
      from (
        select owner, date, 0 as kind, array_agg(distinct member order by member) as members
        from booked, ${owners} where attendance = 1 and client_id is not null group by owner, date, visit_id
        union all select owner, date, 1, array[member] from booked, ${owners} where attendance = 1 and client_id is null
        union all select owner, date, 2, array_agg(distinct member order by member) from sold, ${owners} group by owner, date, document_id
        ) as checks
      group by owner, date, kind, members),
    written_clients as (
      insert into analytics_clients (location_id, date, client_id, team_member_id, created_by, first_date)
      select distinct ${place}::int, date, client_id, member, coalesce(creator, 0), first_date
      from booked where attendance = 1 and has_phone)
    insert into analytics_totals (location_id, span, begins, cards, newcomers)
    select ${place}, 0, date, cards, newcomers
    from (
      select date, coalesce(came.newcomers, 0) as newcomers,
        (select count(*) from clients where location_id = ${place} and created_at >= starts and created_at < ends) as cards
      from days
      left join (select date, count(distinct client_id) as newcomers from booked
        where attendance = 1 and has_phone and first_date = date group by date) as came using (date)) as counted
    where cards > 0 or newcomers > 0`);
}

/** Adds up the months and years of days. */
async function writeTotals(write: Write, locationId: number, days: readonly string[]): Promise<void> {
  for (const [span, unit] of [
    [1, 'month'],
    [2, 'year'],
  ] as const) {
    const begins = sql`select distinct date_trunc(${unit}, day)::date from unnest(${sql.param(days)}::date[]) as day`;
    await write.execute(
      sql`delete from analytics_totals where location_id = ${locationId} and span = ${span} and begins in (${begins})`,
    );
    await write.execute(sql`
      insert into analytics_totals (location_id, span, begins, cards, newcomers)
      select ${locationId}, ${span}, wanted.begins, sum(cards), sum(newcomers)
      from (${begins}) as wanted (begins)
      join analytics_totals as parts on parts.location_id = ${locationId} and parts.span = ${span} - 1
        and parts.begins >= wanted.begins and parts.begins < wanted.begins + ${`1 ${unit}`}::interval
      group by wanted.begins`);
  }
}
