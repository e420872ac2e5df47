import { sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';

/** When promotions were first used in a location, by id. Those that were never used are left out. */
export async function firstUses(db: Read, locationId: number, promotionIds: readonly number[]): Promise<Map<number, Date>> {
  if (promotionIds.length === 0) return new Map();
  const rows = await rowsOf<{ id: number; at: string }>(
    db,
    sql`select wanted.id, first.created_at as at
      from unnest(${sql.param([...promotionIds])}::int[]) as wanted(id)
      cross join lateral (
        select created_at from loyalty_transactions
        where location_id = ${locationId} and promotion_id = wanted.id and cancelled_at is null
        order by created_at limit 1) as first`,
  );
  return new Map(rows.map(({ id, at }) => [id, new Date(at)]));
}
