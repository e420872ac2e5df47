import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { currencyDigits } from '../../platform/money.ts';
import { difference, inSmallerUnit, type Quantity, toQuantity } from '../../platform/quantity.ts';
import type { KeptProduct } from '../products/keep.ts';
import { products } from '../products/tables.ts';
import { createDocument, getDocument } from './document.ts';
import { insertLines, keepLivingProducts, type PreparedLine } from './line.ts';
import { priceLine } from './line-price.ts';
import { lockLevels } from './stock.ts';
import { documentLines, documents, stockCounts, storages } from './tables.ts';

/** How much of a product was found. */
export interface Counted {
  productId: number;
  /** Not negative. */
  amount: Quantity;
  /** Whether the amount is in sale units, or else in write-off units. */
  isInSaleUnits: boolean;
}

/**
 * Takes stock of products in a storage: afterwards, their levels are those that were counted. The lines of its document are the differences,
 * at cost price. It counts what is there now, so its time is now. `numberDocument` gives it a number afterwards.
 * @returns the id of the document
 * @throws Invalid for an unknown storage or product, a product that is counted twice, and an amount below 0 or with too many digits
 */
export async function countStock(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  { storageId, comment, counts }: { storageId: number; comment?: string | undefined; counts: readonly Counted[] },
): Promise<number> {
  if (counts.length === 0) throw new Invalid({ counts: ['must have at least one product'] });
  if (new Set(counts.map(({ productId }) => productId)).size < counts.length) {
    throw new Invalid({ productId: ['is counted more than once'] });
  }
  const at = new Date();
  const id = await createDocument(write, location.id, { type: 6, storageId, at, comment });
  const kept = await keepLivingProducts(write, location.id, 6, counts);
  const levels = await lockLevels(
    write,
    location,
    counts.map(({ productId }) => ({ productId, storageId })),
  );
  const expected = new Map(levels.map((level) => [level.productId, level.amount]));
  const digits = currencyDigits(location.currency);
  const found = counts.map(({ productId, amount, isInSaleUnits }) => {
    const product = kept.get(productId) as KeptProduct;
    const counted = isInSaleUnits ? inSmallerUnit(amount, product.unitRatio) : amount;
    if (compare(counted, toQuantity(0)) < 0) throw new Invalid({ amount: ['must not be negative'] });
    return { product, counted, expected: expected.get(productId) as Quantity };
  });
  await write.insert(stockCounts).values(
    found.map((each) => ({
      locationId: location.id,
      documentId: id,
      productId: each.product.id,
      counted: each.counted,
      expected: each.expected,
    })),
  );
  const lines = found.flatMap(({ product, counted, expected: before }): PreparedLine[] => {
    const amount = difference(counted, before);
    if (isZero(amount)) return [];
    const { moved: _, ...priced } = priceLine(6, product, { amount, isInSaleUnits: false }, digits);
    return [{ ...priced, type: 6, productId: product.id, storageId, isInSaleUnits: false, unitRatio: product.unitRatio }];
  });
  await insertLines(write, location, { id, at }, lines, { mayRunShort: true });
  return id;
}

/** What a stocktaking found, by product. @throws NotFound if there is no such stocktaking */
export async function getStocktaking(db: Read, locationId: number, id: number) {
  const document = await getDocument(db, locationId, id);
  if (document.type !== 6) throw new NotFound();
  const counts = await db
    .select({
      productId: stockCounts.productId,
      title: products.title,
      unitRatio: products.unitRatio,
      expected: stockCounts.expected,
      counted: stockCounts.counted,
      cost: documentLines.cost,
      difference: documentLines.amount,
    })
    .from(stockCounts)
    .innerJoin(products, and(eq(products.locationId, stockCounts.locationId), eq(products.id, stockCounts.productId)))
    .leftJoin(
      documentLines,
      and(
        eq(documentLines.locationId, stockCounts.locationId),
        eq(documentLines.documentId, stockCounts.documentId),
        eq(documentLines.productId, stockCounts.productId),
      ),
    )
    .where(and(eq(stockCounts.locationId, locationId), eq(stockCounts.documentId, id)))
    .orderBy(asc(stockCounts.productId));
  return { ...document, counts };
}

/** A stocktaking with everything that it counted. */
export type StocktakingRow = Awaited<ReturnType<typeof getStocktaking>>;

/**
 * The stocktakings of a location, newest first.
 * @param only the storages that the user works with; undefined for all
 */
export const listStocktakings = (
  db: Read,
  locationId: number,
  { only, offset, limit }: { only?: readonly number[] | undefined; offset: number; limit: number },
) =>
  db
    .select({
      id: documents.id,
      number: documents.number,
      at: documents.at,
      comment: documents.comment,
      storage: { id: storages.id, title: storages.title },
    })
    .from(documents)
    .innerJoin(storages, and(eq(storages.locationId, documents.locationId), eq(storages.id, documents.storageId)))
    .where(
      and(
        eq(documents.locationId, locationId),
        eq(documents.type, 6),
        isNull(documents.deletedAt),
        only === undefined ? undefined : inArray(documents.storageId, [...only]),
      ),
    )
    .orderBy(desc(documents.id))
    .offset(offset)
    .limit(limit);
