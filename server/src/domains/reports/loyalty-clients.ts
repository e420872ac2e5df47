import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { type Money, noMoney, sum } from '../../platform/money.ts';

/** The meaning of each figure of a promotion, as the documents print it. */
export const meaning = {
  clients:
    'A use is a visit in which the promotion gave a discount or points. A client is new if this was the first visit to which the client came in the location, and old otherwise. A client has returned if a visit to which the client came began after the last use in the period, until now; otherwise the client is lost. Clients who used it several times count once, as new if one of these visits was the first one. Sales without a known client are left out.',
  percent: 'the clients who have returned, in percent of all, to one decimal; 0 without clients',
  all: 'paid with money in visits with the promotion, rounded',
  returned: 'paid with money in the later visits of these clients, those that made them return, rounded',
  byDay: 'A visit counts on the day of the use.',
} as const;

/** A visit in which a promotion was used. The day of a use is that on which it happened first in the visit. `meaning` defines the rest. */
export interface Use {
  clientId: number;
  visitId: number;
  /** In the calendar of the location. */
  date: string;
  isNew: boolean;
  hasReturned: boolean;
  /** What was paid with money for the appointments of the visit in which the promotion was used. */
  income: Money;
  /** What the client has paid with money in all visits after the last use of the period. */
  laterIncome: Money;
  /** Who served the client in these appointments. */
  teamMembers: { id: number; name: string }[];
}

/**
 * The visits of a location in which a promotion was used in a period, by time. The index of transactions by promotion and time finds them, so
 * the cost is that of the period.
 */
export async function usesOfPromotion(
  db: Read,
  location: Pick<Location, 'id' | 'timeZone'>,
  promotionId: number,
  period: { from: Date; until: Date },
): Promise<Use[]> {
  const rows = await rowsOf<
    Omit<Use, 'teamMembers' | 'hasReturned' | 'laterIncome'> & {
      startsAt: string;
      lastVisitAt: string | null;
      teamMembers: string;
    }
  >(
    db,
    sql`
    with used as (
      select visit_id, min(created_at) as at, array_agg(distinct document_id) as documents
      from loyalty_transactions
      where location_id = ${location.id} and promotion_id = ${promotionId} and type in (1, 2) and cancelled_at is null
        and created_at >= ${period.from.toISOString()}::timestamptz and created_at < ${period.until.toISOString()}::timestamptz
        and visit_id is not null
      group by visit_id),
    visited as materialized (
      select used.visit_id, used.at, served.*
      -- "offset 0": each visit looks its appointments up. Otherwise PostgreSQL reads all appointments that the location ever had.
      from used cross join lateral (
        select client_id, team_member_id, starts_at, paid from appointments
        where location_id = ${location.id} and visit_id = used.visit_id and deleted_at is null and document_id = any(used.documents)
        offset 0) as served)
    select clients.id as "clientId", visited.visit_id as "visitId", (visited.at at time zone ${location.timeZone})::date::text as date,
      coalesce(min(visited.starts_at) <= clients.first_visit_at, true) as "isNew", min(visited.starts_at) as "startsAt",
      clients.last_visit_at as "lastVisitAt", coalesce(sum(visited.paid), 0)::text as income,
      json_agg(distinct jsonb_build_object('id', team_members.id, 'name', team_members.name))::text as "teamMembers"
    from visited
    join clients on clients.location_id = ${location.id} and clients.id = visited.client_id
    join team_members on team_members.location_id = ${location.id} and team_members.id = visited.team_member_id
    group by clients.id, clients.first_visit_at, clients.last_visit_at, visited.visit_id, visited.at
    order by visited.at, visited.visit_id`,
  );
  const last = new Map<number, number>();
  for (const row of rows) last.set(row.clientId, Math.max(last.get(row.clientId) ?? 0, Date.parse(row.startsAt)));
  const later = await laterIncomes(db, location.id, last);
  return rows.map(({ startsAt: _, lastVisitAt, teamMembers, ...row }) => ({
    ...row,
    hasReturned: lastVisitAt !== null && Date.parse(lastVisitAt) > (last.get(row.clientId) as number),
    laterIncome: later.get(row.clientId) ?? noMoney,
    teamMembers: JSON.parse(teamMembers) as Use['teamMembers'],
  }));
}

/** What clients have paid with money for appointments to which they came after a moment. @param after the moments, by client */
async function laterIncomes(db: Read, locationId: number, after: ReadonlyMap<number, number>): Promise<Map<number, Money>> {
  const asked = JSON.stringify([...after].map(([id, at]) => ({ id, at: new Date(at).toISOString() })));
  const rows = await rowsOf<{ id: number; income: Money }>(
    db,
    sql`
    select used.id, sum(came.paid)::text as income
    from jsonb_to_recordset(${asked}::jsonb) as used(id int, at timestamptz)
    cross join lateral (
      select paid from appointments
      where location_id = ${locationId} and client_id = used.id and starts_at > used.at and attendance = 1 and deleted_at is null
      offset 0) as came
    group by used.id`,
  );
  return new Map(rows.map(({ id, income }) => [id, income]));
}

/** How many clients used a promotion, and how many of them have returned. */
export interface ClientStatistics {
  all: number;
  returned: number;
  lost: number;
}

/** The clients of uses: each counts once. */
export function countClients(uses: readonly Use[]): ClientStatistics {
  const returned = new Map(uses.map(({ clientId, hasReturned }) => [clientId, hasReturned]));
  const count = [...returned.values()].filter(Boolean).length;
  return { all: returned.size, returned: count, lost: returned.size - count };
}

/** What was paid in visits with a promotion, and in the later visits of these clients. */
export const incomeOf = (uses: readonly Use[]): { all: Money; returned: Money } => {
  const later = new Map(uses.map(({ clientId, laterIncome }) => [clientId, laterIncome]));
  return { all: sum([noMoney, ...uses.map(({ income }) => income)]), returned: sum([noMoney, ...later.values()]) };
};

/** The clients who have returned in percent, half up to one decimal. 0 of nobody. */
export const returnedPercent = ({ all, returned }: Pick<ClientStatistics, 'all' | 'returned'>): number =>
  all === 0 ? 0 : Math.floor((returned * 2000 + all) / (2 * all)) / 10;

/** The uses by new clients, and those by old ones. */
export function byAge(uses: readonly Use[]): { fresh: Use[]; old: Use[] } {
  const fresh = new Set(uses.filter(({ isNew }) => isNew).map(({ clientId }) => clientId));
  return { fresh: uses.filter(({ clientId }) => fresh.has(clientId)), old: uses.filter(({ clientId }) => !fresh.has(clientId)) };
}
