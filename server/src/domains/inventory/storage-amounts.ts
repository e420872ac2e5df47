import { sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { ProductRow, StorageAmount } from '../products/product.ts';

/**
 * What the storages of a location have of products, by the id of the product, in one statement. A storage that has never had a product has
 * 0 of it. An archived storage is left out unless it still has some. No storage has gift cards and memberships.
 * @param only the storages that the user works with; undefined for all
 */
export async function storageAmounts(
  db: Read,
  locationId: number,
  productIds: readonly number[],
  only?: readonly number[],
): Promise<Map<number, StorageAmount[]>> {
  const found = new Map<number, StorageAmount[]>(productIds.map((id) => [id, []]));
  if (productIds.length === 0 || only?.length === 0) return found;
  const allowed = only ? sql`and storages.id = any(${sql.param([...only])}::int[])` : sql``;
  const rows = await rowsOf<StorageAmount & { productId: number }>(
    db,
    sql`
    select products.id as "productId", storages.id as "storageId", storages.title as storage,
      trim_scale(round(coalesce(stock_levels.amount, 0) / products.unit_ratio, 9))::text as "saleAmount",
      trim_scale(coalesce(stock_levels.amount, 0))::text as "writeOffAmount"
    from products join storages on storages.location_id = products.location_id
    left join stock_levels on stock_levels.location_id = products.location_id and stock_levels.product_id = products.id
      and stock_levels.storage_id = storages.id
    where products.location_id = ${locationId} and products.id = any(${sql.param([...productIds])}::int[])
      and products.gift_card_type_id = 0 and products.membership_type_id = 0 and (storages.archived_at is null or stock_levels.amount <> 0) ${allowed}
    order by products.id, storages.weight, storages.id`,
  );
  for (const { productId, ...amount } of rows) found.get(productId)?.push(amount);
  return found;
}

/** Products with what the storages have of them. @param only the storages that the user works with; undefined for all */
export async function withAmounts<Row extends Pick<ProductRow, 'id'>>(
  db: Read,
  locationId: number,
  rows: readonly Row[],
  only?: readonly number[],
): Promise<(Row & { amounts: StorageAmount[] })[]> {
  const amounts = await storageAmounts(
    db,
    locationId,
    rows.map((row) => row.id),
    only,
  );
  return rows.map((row) => ({ ...row, amounts: amounts.get(row.id) ?? [] }));
}
