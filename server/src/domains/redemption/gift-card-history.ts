import { sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';

/** What has moved the balance of a gift card. */
export interface GiftCardMovement {
  id: number;
  amount: Money;
  balanceAfter: Money;
  /** In words: `payment`. */
  cause: string;
  /** The sale that it paid, or no longer pays, and its location. Null for everything else. */
  documentId: number | null;
  locationId: number | null;
  at: Date;
}

/** The movements of a gift card, the newest first. */
export async function historyOfGiftCard(
  db: Read,
  chainId: number,
  balanceId: number,
  page: { offset: number; limit: number },
): Promise<GiftCardMovement[]> {
  const rows = await rowsOf<Omit<GiftCardMovement, 'at'> & { at: string }>(
    db,
    sql`
    select moved.id, moved.amount::text as amount, moved.balance_after::text as "balanceAfter", moved.cause, moved.created_at as at,
      paid.document_id as "documentId", paid.location_id as "locationId"
    from (
      select * from ledger_entries where chain_id = ${chainId} and balance_id = ${balanceId}
      order by id desc limit ${page.limit} offset ${page.offset}) as moved
    left join loyalty_transactions paid on paid.chain_id = moved.chain_id and paid.entry_id = coalesce(moved.reverses_id, moved.id)
    order by moved.id desc`,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
