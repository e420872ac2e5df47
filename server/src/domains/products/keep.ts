import { and, asc, eq, sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import { products } from './tables.ts';

const lockProducts = (name: string, strength: 'share' | 'no key update') =>
  prepared((db) =>
    db
      .select({
        id: products.id,
        title: products.title,
        price: products.price,
        costPrice: products.costPrice,
        unitRatio: products.unitRatio,
        membershipTypeId: products.membershipTypeId,
        giftCardTypeId: products.giftCardTypeId,
        deletedAt: products.deletedAt,
        archivedAt: products.archivedAt,
      })
      .from(products)
      .where(
        and(eq(products.locationId, sql.placeholder('location')), sql`${products.id} = any(${sql.placeholder('ids')}::int[])`),
      )
      .orderBy(asc(products.id))
      .for(strength)
      .prepare(name),
  );
const keptProducts = lockProducts('kept_products', 'share');
const repricedProducts = lockProducts('repriced_products', 'no key update');

/** What lines of documents need of a product. */
export type KeptProduct = Awaited<ReturnType<typeof keepProducts>>[number];

/**
 * Prevents that products are changed or deleted before the transaction ends. Locks them in the order of their ids.
 * @param isRepriced whether the transaction sets their cost price; otherwise it shares the lock with others
 * @returns those that the location has, by id, also deleted and archived ones
 */
export async function keepProducts(
  write: Write,
  locationId: number,
  ids: readonly number[],
  { isRepriced = false }: { isRepriced?: boolean } = {},
) {
  const query = isRepriced ? repricedProducts : keptProducts;
  const rows = await query(write).execute({ location: locationId, ids: [...new Set(ids)] });
  write.locked(
    'product',
    rows.map(({ id }) => id),
  );
  return rows;
}
