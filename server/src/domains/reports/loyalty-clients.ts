import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { type Money, noMoney, sum } from '../../platform/money.ts';

/**
 * A visit in which a promotion was used: it gave a discount, or points. The day of a use is that on which it happened first in the visit.
 *
 * - A client is **new** if the visit of the use is the first one to which the client came in the location, and **old** otherwise.
 * - A client has **returned** if a visit to which the client came began after the last visit of a use in the period, until now.
 * - A client is **lost** if the client has not returned.
 *
 * A client who used the promotion several times counts once, as new if one of these visits was the first one. Sales without a known client
 * are left out.
 */
export interface Use {
  clientId: number;
  visitId: number;
  /** In the calendar of the location. */
  date: string;
  isNew: boolean;
  hasReturned: boolean;
  /** What was paid with money for the appointments of the visit in which the promotion was used. */
  income: Money;
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
    Omit<Use, 'teamMembers' | 'hasReturned'> & { startsAt: string; lastVisitAt: string | null; teamMembers: string }
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
  return rows.map(({ startsAt: _, lastVisitAt, teamMembers, ...row }) => ({
    ...row,
    hasReturned: lastVisitAt !== null && Date.parse(lastVisitAt) > (last.get(row.clientId) as number),
    teamMembers: JSON.parse(teamMembers) as Use['teamMembers'],
  }));
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

/** What was paid in visits with a promotion, and the part of it by clients who have returned. */
export const incomeOf = (uses: readonly Use[]): { all: Money; returned: Money } => {
  const add = (some: readonly Use[]) => (some.length ? sum(some.map(({ income }) => income)) : noMoney);
  return { all: add(uses), returned: add(uses.filter(({ hasReturned }) => hasReturned)) };
};

/** The uses by new clients, and those by old ones. */
export function byAge(uses: readonly Use[]): { fresh: Use[]; old: Use[] } {
  const fresh = new Set(uses.filter(({ isNew }) => isNew).map(({ clientId }) => clientId));
  return { fresh: uses.filter(({ clientId }) => fresh.has(clientId)), old: uses.filter(({ clientId }) => !fresh.has(clientId)) };
}
