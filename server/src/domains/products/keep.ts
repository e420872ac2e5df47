import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { products } from './tables.ts';

/** What lines of documents need of a product. */
export type KeptProduct = Awaited<ReturnType<typeof keepProducts>>[number];

/**
 * Prevents that products are changed or deleted before the transaction ends. Locks them in the order of their ids.
 * @param isRepriced whether the transaction sets their cost price; otherwise it shares the lock with others
 * @returns those that the location has, by id, also deleted and archived ones
 */
export const keepProducts = (
  write: Write,
  locationId: number,
  ids: readonly number[],
  { isRepriced = false }: { isRepriced?: boolean } = {},
) =>
  write.lock(
    'product',
    write
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
      .where(and(eq(products.locationId, locationId), inArray(products.id, [...new Set(ids)])))
      .orderBy(asc(products.id)),
    isRepriced ? 'no key update' : 'share',
  );
