import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { type Money, sum } from '../../platform/money.ts';
import { clients } from './tables.ts';

/**
 * Locks clients until the transaction ends, in the order of their ids, because their statistics will change.
 * @returns the ids of those that exist
 */
export async function lockClients(write: Write, locationId: number, ids: readonly (number | null)[]): Promise<Set<number>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Set();
  const rows = await write.lock(
    'client',
    write
      .select({ id: clients.id })
      .from(clients)
      .where(and(eq(clients.locationId, locationId), inArray(clients.id, wanted)))
      .orderBy(asc(clients.id)),
  );
  return new Set(rows.map(({ id }) => id));
}

/** Adds to what locked clients have paid; negative amounts lower it. Amounts without a client count for nobody. */
export async function addPaid(
  write: Write,
  locationId: number,
  payments: readonly { clientId: number | null; amount: Money }[],
): Promise<void> {
  const byClient = new Map<number, Money[]>();
  for (const { clientId, amount } of payments)
    if (clientId !== null) byClient.set(clientId, [...(byClient.get(clientId) ?? []), amount]);
  if (byClient.size === 0) return;
  const input = [...byClient].map(([id, amounts]) => ({ id, amount: sum(amounts) }));
  await write.execute(sql`
    update clients set paid = paid + added.amount, changed_at = now()
    from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as added(id int, amount numeric)
    where clients.location_id = ${locationId} and clients.id = added.id`);
  for (const { id } of input) write.changed('client', locationId, id, 'update');
}
