import { sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { preparedSql, rowsOf } from '../../platform/database.ts';
import { visits } from './tables.ts';

/**
 * The visits of clients on dates; missing ones are created. Appointments without a known client get one visit each.
 * @returns the ids in the given order
 */
export async function visitsFor(
  write: Write,
  locationId: number,
  wanted: readonly { clientId: number | null; date: string }[],
): Promise<number[]> {
  const key = (visit: { clientId: number | null; date: string }) => `${visit.clientId} ${visit.date}`;
  const named = [
    ...new Map(wanted.filter(({ clientId }) => clientId !== null).map((visit) => [key(visit), visit])).values(),
  ].sort((a, b) => (a.clientId as number) - (b.clientId as number) || (a.date < b.date ? -1 : 1));
  const unnamed = wanted.filter(({ clientId }) => clientId === null);
  const known = new Map<string, number>();
  if (named.length) {
    const rows = await lockVisits(write, {
      location: locationId,
      clients: named.map(({ clientId }) => clientId),
      dates: named.map(({ date }) => date),
    });
    write.locked(
      'visit',
      rows.map(({ id }) => id),
    );
    for (const row of rows) known.set(key(row), row.id);
  }
  const fresh = unnamed.length
    ? await write
        .insert(visits)
        .values(unnamed.map(({ date }) => ({ locationId, clientId: null, date })))
        .returning({ id: visits.id })
    : [];
  return wanted.map((visit) =>
    visit.clientId === null ? (fresh.shift() as { id: number }).id : (known.get(key(visit)) as number),
  );
}

/** An existing visit is not changed, but locked and returned. */
const lockVisits = preparedSql<{ id: number; clientId: number; date: string }>(
  'hold_visits',
  sql`
    insert into visits (location_id, client_id, date)
    select ${sql.placeholder('location')}, wanted.client_id, wanted.date
    from unnest(${sql.placeholder('clients')}::int[], ${sql.placeholder('dates')}::date[]) as wanted(client_id, date)
    on conflict (location_id, client_id, date) do update set comment = visits.comment
    returning id, client_id as "clientId", date::text`,
);

/**
 * Recounts the visits of locked clients, and what was sold to them: in visits to which they came, and without a visit.
 * @returns the ids of the clients that have other figures now
 */
export async function countVisits(write: Write, locationId: number, ids: readonly (number | null)[]): Promise<number[]> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return [];
  const changed = await rowsOf<{ id: number }>(
    write,
    sql`
    update clients set visits = counted.came, missed_visits = counted.missed, first_visit_at = counted.first, last_visit_at = counted.last,
      spent = clients.opening_spent + counted.sold
    from (
      select client_id, count(*) filter (where came) as came, count(*) filter (where missed and not came) as missed,
        min(first) as first, max(last) as last, coalesce(sum(sold), 0) + (
          select coalesce(sum(cost), 0) from document_lines lines
          join documents on documents.location_id = lines.location_id and documents.id = lines.document_id and documents.type = 1
          where lines.location_id = ${locationId} and lines.client_id = visit.client_id and lines.deleted_at is null) as sold
      from (
        select wanted.client_id, visit_id, coalesce(bool_or(attendance = 1), false) as came, coalesce(bool_or(attendance = -1), false) as missed,
          min(starts_at) filter (where attendance = 1) as first, max(starts_at) filter (where attendance = 1) as last,
          sum(coalesce(goods_cost, 0) + (
            select coalesce(sum(cost), 0) from appointment_services
            where appointment_services.location_id = appointments.location_id and appointment_services.appointment_id = appointments.id
          )) filter (where attendance = 1) as sold
        from unnest(${sql.param(wanted)}::int[]) as wanted(client_id)
        left join appointments on appointments.location_id = ${locationId} and appointments.client_id = wanted.client_id
          and appointments.deleted_at is null
        group by wanted.client_id, visit_id) as visit
      group by client_id) as counted
    where clients.location_id = ${locationId} and clients.id = counted.client_id
      and (clients.visits, clients.missed_visits, clients.first_visit_at, clients.last_visit_at, clients.spent)
        is distinct from (counted.came, counted.missed, counted.first, counted.last, clients.opening_spent + counted.sold)
    returning clients.id`,
  );
  return changed.map(({ id }) => id);
}
