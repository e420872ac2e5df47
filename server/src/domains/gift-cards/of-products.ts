import { and, inArray, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import type { ProductRow, StorageAmount } from '../products/product.ts';
import { giftCardTypes } from './tables.ts';

/** A type of gift cards by itself. */
export type PlainGiftCardType = typeof giftCardTypes.$inferSelect;

declare module '../../api/write.ts' {
  interface ChangeKinds {
    /** With what all storages have of it, and the type of the gift cards that it issues. */
    product: ProductRow & { amounts: StorageAmount[]; giftCardType: PlainGiftCardType | null };
  }
}

/**
 * Products of a location with the type of the gift cards that each issues; null for others. A type that is not sold any more is there too.
 * One statement, and none if no product issues gift cards.
 */
export async function withGiftCardTypes<Row extends Pick<ProductRow, 'giftCardTypeId'>>(
  db: Read,
  locationId: number,
  rows: readonly Row[],
): Promise<(Row & { giftCardType: PlainGiftCardType | null })[]> {
  const ids = [...new Set(rows.map((row) => row.giftCardTypeId))].filter((id) => id !== 0);
  const ofChain = sql`${giftCardTypes.chainId} = (select chain_id from locations where id = ${locationId})`;
  const found = ids.length
    ? await db
        .select()
        .from(giftCardTypes)
        .where(and(ofChain, inArray(giftCardTypes.id, ids)))
    : [];
  const types = new Map(found.map((type) => [type.id, type]));
  return rows.map((row) => ({ ...row, giftCardType: types.get(row.giftCardTypeId) ?? null }));
}
