import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { countVisits } from '../appointments/client-visits.ts';
import type { Sale } from './sale.ts';

/** Recounts what was sold and paid in the appointments of a locked sale, and what the client has bought. */
export async function countSale(
  write: Write,
  location: Pick<Location, 'id'>,
  { documentIds, clientId }: Pick<Sale, 'documentIds' | 'clientId'>,
): Promise<void> {
  const changed = await rowsOf<{ id: number }>(
    write,
    sql`
    with counted as (
      select appointments.id,
        coalesce((select sum(amount) from finance_transactions paid
          where paid.location_id = appointments.location_id and paid.document_id = appointments.document_id and paid.deleted_at is null), 0)
        - coalesce((select sum(amount) from client_account_transactions paid
          where paid.location_id = appointments.location_id and paid.document_id = appointments.document_id and paid.deleted_at is null), 0)
          as paid,
        (select sum(cost) from document_lines lines
          where lines.location_id = appointments.location_id and lines.document_id = appointments.document_id and lines.type = 1
            and lines.deleted_at is null) as goods_cost
      from appointments
      where appointments.location_id = ${location.id} and appointments.document_id = any(${sql.param(documentIds)}::int[]))
    update appointments set paid = counted.paid, goods_cost = counted.goods_cost
    from counted
    where appointments.location_id = ${location.id} and appointments.id = counted.id
      and (appointments.paid, appointments.goods_cost) is distinct from (counted.paid, counted.goods_cost)
    returning appointments.id`,
  );
  if (changed.length === 0) return;
  await countVisits(write, location.id, [clientId]);
  for (const { id } of changed) write.changed('appointment', location.id, id, 'update');
}
