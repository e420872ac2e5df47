import { sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import type { Counters } from '../promotions/engine.ts';

/** Whose history is asked for. */
export interface HistoryQuestion {
  /** E.164: all clients of the chain with this number are one. */
  phone: string;
  /** Left out for all locations of the chain. */
  locationIds?: readonly number[] | undefined;
  /** Only what began before; left out for everything. */
  before?: Date | undefined;
  /** Only what began on this day or later. */
  since?: string | null | undefined;
  /** A package, whose paid services are counted. */
  packageId?: number | undefined;
}

/** What clients with a phone number have done in a chain. */
export interface History extends Counters {
  /** When the last visit began; null if there was none. */
  lastVisitAt: Date | null;
  /** Services to which the package gave its discount. */
  given: number;
}

/**
 * Counts what clients have done: visits to which they came, the list price of what was sold to them there and without a visit, and the money
 * that they have paid. What a client had spent before the card was made is sold, unless only later days count. The services of a package are
 * those of visits that are paid, without those to which it gave its discount. The cost is that of the history of these clients. Uses one
 * statement for any number of questions.
 * @returns the answers, in the order of the questions
 */
export async function historiesOf(db: Read, chainId: number, questions: readonly HistoryQuestion[]): Promise<History[]> {
  if (questions.length === 0) return [];
  const input = questions.map(({ phone, locationIds, before, since, packageId }, key) => ({
    key,
    phone,
    places: locationIds ?? null,
    before: before?.toISOString() ?? 'infinity',
    since: since ?? null,
    package: packageId ?? null,
  }));
  const rows = await rowsOf<{
    key: number;
    visits: number;
    sold: Money;
    paid: Money;
    services: number;
    given: number;
    lastVisitAt: string | null;
  }>(
    db,
    sql`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb)
        as asked(key int, phone text, places int[], before timestamptz, since date, package int)),
    known as (
      select asked.key, asked.before, asked.package, clients.location_id, clients.id,
        coalesce(asked.since::timestamp at time zone locations.time_zone, '-infinity') as since,
        case when asked.since is null then clients.opening_spent else 0 end as opening
      from asked
      join locations on locations.chain_id = ${chainId} and locations.deleted_at is null
        and (asked.places is null or locations.id = any(asked.places))
      join clients on clients.location_id = locations.id and clients.phone = asked.phone),
    came as (
      select known.key, known.package, visited.*
      from known
      join appointments visited on visited.location_id = known.location_id and visited.client_id = known.id and visited.attendance = 1
        and visited.deleted_at is null and visited.starts_at >= known.since and visited.starts_at < known.before),
    counted as (
      select key, 'visit ' || location_id || ' ' || visit_id as visit, starts_at as at,
        (select coalesce(sum(first_cost), 0) from appointment_services used
          where used.location_id = came.location_id and used.appointment_id = came.id)
        + (select coalesce(sum(abs(amount) * cost_per_unit), 0) from document_lines lines
          where lines.location_id = came.location_id and lines.document_id = came.document_id and lines.type = 1 and lines.deleted_at is null)
          as sold,
        0::numeric as paid,
        case when package is null then 0 else (
          select count(*) from loyalty_transactions given
          where given.location_id = came.location_id and given.document_id = came.document_id and given.promotion_id = came.package
            and given.type = 1 and given.cancelled_at is null) end as given,
        case when package is null or came.paid + came.covered < coalesce(came.goods_cost, 0) + (
            select coalesce(sum(cost), 0) from appointment_services used
            where used.location_id = came.location_id and used.appointment_id = came.id)
          then 0
          else (
            select coalesce(sum(used.amount), 0) from appointment_services used
            join services on services.location_id = used.location_id and services.id = used.service_id
            join promotions on promotions.chain_id = ${chainId} and promotions.id = came.package
            where used.location_id = came.location_id and used.appointment_id = came.id
              and (promotions.service_items = 'any' or promotions.service_items = 'custom' and exists (
                select from promotion_items chosen
                where chosen.chain_id = promotions.chain_id and chosen.promotion_id = promotions.id and chosen.location_id = used.location_id
                  and (chosen.service_id = used.service_id or chosen.service_category_id = services.category_id)))
              and not exists (
                select from loyalty_transactions given
                where given.location_id = came.location_id and given.document_id = came.document_id and given.service_id = used.service_id
                  and given.promotion_id = promotions.id and given.type = 1 and given.cancelled_at is null))
          end as services
      from came
      union all
      select known.key, null, null, abs(lines.amount) * lines.cost_per_unit, 0, 0, 0
      from known
      join document_lines lines on lines.location_id = known.location_id and lines.client_id = known.id and lines.type = 1
        and lines.deleted_at is null and lines.at >= known.since and lines.at < known.before
      join documents on documents.location_id = lines.location_id and documents.id = lines.document_id and documents.type = 1
      union all
      select known.key, null, null, 0, payments.amount, 0, 0
      from known
      join finance_transactions payments on payments.location_id = known.location_id and payments.client_id = known.id
        and payments.deleted_at is null and payments.at >= known.since and payments.at < known.before
      union all
      select key, null, null, opening, 0, 0, 0 from known)
    select asked.key, count(distinct visit)::int as visits, coalesce(sum(sold), 0)::text as sold, coalesce(sum(paid), 0)::text as paid,
      coalesce(sum(services), 0)::int as services, coalesce(sum(given), 0)::int as given, max(at) as "lastVisitAt"
    from asked left join counted using (key)
    group by asked.key order by asked.key`,
  );
  return rows.map(({ key: _, lastVisitAt, ...row }) => ({
    ...row,
    lastVisitAt: lastVisitAt === null ? null : new Date(lastVisitAt),
  }));
}
