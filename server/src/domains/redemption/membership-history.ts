import { sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';

/** What has moved the visits of a membership. */
export interface MembershipMovement {
  /** Negative for a use; 0 if its visits are unlimited. */
  visits: number;
  /** Of the service, of its category, or of all that share them. Null if its visits are unlimited. */
  left: number | null;
  serviceId: number | null;
  serviceCategoryId: number | null;
  /** In words: `visit`. */
  cause: string;
  /** The service that was paid, or is no longer paid, its sale and location. Null for everything else. */
  paidServiceId: number | null;
  documentId: number | null;
  locationId: number | null;
  at: Date;
}

/**
 * The movements of a membership, the newest first: entries of its balances, and uses of unlimited visits with their cancellations. The cost is
 * that of the history of this membership.
 */
export async function historyOfMembership(
  db: Read,
  chainId: number,
  membershipId: number,
  page: { offset: number; limit: number },
): Promise<MembershipMovement[]> {
  const rows = await rowsOf<Omit<MembershipMovement, 'at'> & { at: string }>(
    db,
    sql`
    with used as (
      select * from loyalty_transactions
      where chain_id = ${chainId} and membership_id = ${membershipId} and type = 9),
    moved as (
      select moved.amount::int as visits, moved.balance_after::int as left, held.service_id, held.service_category_id, moved.cause,
        coalesce(moved.reverses_id, moved.id) as entry_id, null::int as used_id, moved.created_at as at, moved.id as place
      from membership_balances held
      join ledger_entries moved on moved.chain_id = held.chain_id and moved.balance_id = held.balance_id
      where held.chain_id = ${chainId} and held.membership_id = ${membershipId}
      union all
      select 0, null, null, null, 'visit', null, id, created_at, id from used where entry_id is null
      union all
      select 0, null, null, null, 'cancellation', null, id, cancelled_at, id from used where entry_id is null and cancelled_at is not null)
    select moved.visits, moved.left, moved.service_id as "serviceId", moved.service_category_id as "serviceCategoryId", moved.cause,
      used.service_id as "paidServiceId", used.document_id as "documentId", used.location_id as "locationId", moved.at
    from moved
    left join used on used.entry_id = moved.entry_id or used.id = moved.used_id
    order by moved.at desc, moved.place desc, moved.cause
    limit ${page.limit} offset ${page.offset}`,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
