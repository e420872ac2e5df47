import { type SQL, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { addDays } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { noMoney } from '../../platform/money.ts';
import type { ClientCounts, Sums } from './figures.ts';
import type { Source } from './tables.ts';

/** Dates of the location's calendar, both included. */
export interface Period {
  first: string;
  last: string;
}

/** Which figures are added up. */
export interface Scope {
  locationId: number;
  /** Only those of these members; undefined for all. */
  memberIds: readonly number[] | undefined;
  /** Only those of appointments that this user has created, and sales that this user has entered; 0 for all. */
  createdBy: number;
  /** Days before this date do not count. Undefined for no such limit. */
  since: string | undefined;
}

/** The same number of days just before a period. */
export function periodBefore({ first, last }: Period, days: number): Period {
  return { first: addDays(first, -days), last: addDays(last, -days) };
}

const ofMembers = ({ memberIds }: Scope, column: SQL) =>
  memberIds ? sql`and ${column} = any(${sql.param([...memberIds])}::int[])` : sql``;
const isSince = ({ since }: Scope) => (since ? sql`and date >= ${since}::date` : sql``);
const inScope = (scope: Scope) => sql`location_id = ${scope.locationId} and created_by = ${scope.createdBy} ${isSince(scope)}`;
const member = sql`team_member_id`;

const sumsOfDays = sql`
  coalesce(sum(services), 0)::text as "servicesRevenue", coalesce(sum(goods), 0)::text as "goodsRevenue", coalesce(sum(top_ups), 0)::text as "topUps",
  coalesce(sum(expected), 0)::float8 as expected, coalesce(sum(confirmed), 0)::float8 as confirmed, coalesce(sum(came), 0)::float8 as came,
  coalesce(sum(missed), 0)::float8 as missed, coalesce(sum(online), 0)::float8 as online,
  coalesce(sum(of_new_clients), 0)::float8 as "ofNewClients", coalesce(sum(booked), 0)::float8 as booked,
  coalesce(sum(wasted), 0)::float8 as wasted`;

/** The sums of each of some periods. All are read at the same time. */
export async function sumsOf<const Periods extends readonly Period[]>(
  db: Read,
  scope: Scope,
  ...periods: Periods
): Promise<{ [Index in keyof Periods]: Sums }> {
  const { memberIds } = scope;
  const together = memberIds ? sql`and team_member_ids && ${sql.param([...memberIds])}::int[]` : sql``;
  const rows = await rowsOf<Sums>(
    db,
    sql`
    select days.*, hours.scheduled, checks.*
    from unnest(${sql.param(periods.map(({ first }) => first))}::date[], ${sql.param(periods.map(({ last }) => last))}::date[])
      with ordinality as period (first, last, number),
      lateral (select ${sumsOfDays} from analytics_days
        where ${inScope(scope)} and date between first and last ${ofMembers(scope, member)}) as days,
      lateral (select coalesce(sum(scheduled), 0)::float8 as scheduled from analytics_days
        where ${inScope({ ...scope, createdBy: 0 })} and date between first and last ${ofMembers(scope, member)}) as hours,
      lateral (select coalesce(sum(count) filter (where kind = 0), 0)::float8 as visits,
          coalesce(sum(count) filter (where kind = 1), 0)::float8 as guests, coalesce(sum(count) filter (where kind = 2), 0)::float8 as sales
        from analytics_checks where ${inScope(scope)} and date between first and last ${together}) as checks
    order by number`,
  );
  return rows as unknown as { [Index in keyof Periods]: Sums };
}

/** What a chart shows of a day. */
export type DaySums = Omit<Sums, 'visits' | 'guests' | 'sales'>;

const emptyDay: DaySums = {
  servicesRevenue: noMoney,
  goodsRevenue: noMoney,
  topUps: noMoney,
  expected: 0,
  confirmed: 0,
  came: 0,
  missed: 0,
  online: 0,
  ofNewClients: 0,
  booked: 0,
  wasted: 0,
  scheduled: 0,
};

/** The sums of each day of a period. @returns a function from a date to its sums */
export async function sumsByDay(db: Read, scope: Scope, { first, last }: Period): Promise<(date: string) => DaySums> {
  const within = sql`date between ${first}::date and ${last}::date ${ofMembers(scope, member)}`;
  const rows = await rowsOf<DaySums & { date: string }>(
    db,
    sql`
    select date::text as date, days.*, coalesce(hours.scheduled, 0) as scheduled
    from (select date, ${sumsOfDays} from analytics_days where ${inScope(scope)} and ${within} group by date) as days
    full join (select date, sum(scheduled)::float8 as scheduled from analytics_days
      where ${inScope({ ...scope, createdBy: 0 })} and ${within} group by date) as hours using (date)`,
  );
  const days = new Map(rows.map((row) => [row.date, row]));
  return (date) => days.get(date) ?? emptyDay;
}

/** The number of appointments from one source. */
export interface FromSource {
  source: Source;
  /** The title of the booking form that the client used; null for none, and for one that is deleted. */
  form: string | null;
  count: number;
}

/** The appointments of a period by where they come from, the most first. Sources without appointments are left out. */
export const sourcesOf = (db: Read, scope: Scope, { first, last }: Period): Promise<FromSource[]> =>
  rowsOf<FromSource>(
    db,
    sql`
    select source, title as form, sum(count)::float8 as count
    from (select source, booking_form_id, sum(count) as count from analytics_sources
      where ${inScope(scope)} and date between ${first}::date and ${last}::date ${ofMembers(scope, member)} group by 1, 2) as counted
    left join booking_forms on booking_forms.location_id = ${scope.locationId} and booking_forms.id = booking_form_id
    group by source, title order by 3 desc, source, title`,
  );

/** The clients of a period, and those of the whole location. @param lossDays a client who does not come for longer is lost */
export async function clientsOf(db: Read, scope: Scope, { first, last }: Period, lossDays: number): Promise<ClientCounts> {
  const { locationId, createdBy } = scope;
  const ofUser = createdBy ? sql`and created_by = ${createdBy}` : sql``;
  const totals = sql`analytics_totals where location_id = ${locationId}`;
  const [row] = await rowsOf<ClientCounts>(
    db,
    sql`
    select active, fresh,
      (select coalesce(sum(cards), 0)::float8 from ${totals} and span = 2) as cards,
      (select coalesce(sum(newcomers), 0)::float8 from ${totals} and (
        span = 2 and begins < date_trunc('year', ${last}::date)
        or span = 1 and begins >= date_trunc('year', ${last}::date) and begins < date_trunc('month', ${last}::date)
        or span = 0 and begins >= date_trunc('month', ${last}::date) and begins <= ${last}::date))
      - (select count(distinct client_id)::float8 from analytics_clients
        where location_id = ${locationId} and date between ${last}::date - ${lossDays}::int and ${last}::date) as lost
    from (
      select count(*)::float8 as active, (count(*) filter (where first_date >= ${first}::date))::float8 as fresh
      from (select distinct client_id, first_date from analytics_clients
        where location_id = ${locationId} and date between ${first}::date and ${last}::date ${isSince(scope)} ${ofUser}
          ${ofMembers(scope, member)}) as came) as counted`,
  );
  return row as ClientCounts;
}
