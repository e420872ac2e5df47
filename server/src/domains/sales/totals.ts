import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { countVisits } from '../appointments/client-visits.ts';

/**
 * Recounts what was sold, paid and covered by loyalty in the appointments that own these documents, and what their clients have bought. The sale of each must be
 * locked: see `lockSale`. Other documents are left alone.
 */
export async function countSales(write: Write, location: Pick<Location, 'id'>, documentIds: readonly number[]): Promise<void> {
  if (documentIds.length === 0) return;
  const changed = await rowsOf<{ id: number; clientId: number | null }>(
    write,
    sql`
    with counted as (
      select appointments.id,
        coalesce((select sum(amount) from finance_transactions paid
          where paid.location_id = appointments.location_id and paid.document_id = appointments.document_id and paid.deleted_at is null), 0)
        - coalesce((select sum(amount) from client_account_transactions paid
          where paid.location_id = appointments.location_id and paid.document_id = appointments.document_id and paid.deleted_at is null), 0)
          as paid,
        coalesce((select sum(amount) from loyalty_transactions covered
          where covered.location_id = appointments.location_id and covered.document_id = appointments.document_id
            and covered.type in (1, 3, 8, 9, 10) and covered.cancelled_at is null), 0) as covered,
        (select sum(cost) from document_lines lines
          where lines.location_id = appointments.location_id and lines.document_id = appointments.document_id and lines.type = 1
            and lines.deleted_at is null) as goods_cost
      from appointments
      where appointments.location_id = ${location.id} and appointments.document_id = any(${sql.param([...documentIds])}::int[]))
    update appointments set paid = counted.paid, covered = counted.covered, goods_cost = counted.goods_cost
    from counted
    where appointments.location_id = ${location.id} and appointments.id = counted.id
      and (appointments.paid, appointments.covered, appointments.goods_cost)
        is distinct from (counted.paid, counted.covered, counted.goods_cost)
    returning appointments.id, appointments.client_id as "clientId"`,
  );
  if (changed.length === 0) return;
  write.locked(
    'appointment',
    changed.map(({ id }) => id),
  );
  await countVisits(
    write,
    location.id,
    changed.map(({ clientId }) => clientId),
  );
  for (const { id } of changed) write.changed('appointment', location.id, id, 'update');
}

/** Recounts what clients have bought without a visit, after lines of such sales changed. Clients whose sum changes must be locked. */
export async function countBuyers(write: Write, location: Pick<Location, 'id'>, ids: readonly (number | null)[]): Promise<void> {
  write.locked('client', await countVisits(write, location.id, ids));
}
