import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import { fold } from '../../platform/text.ts';
import { productSearchText } from './search-text.ts';
import { productCategories, products } from './tables.ts';

/** What the products of a type of gift cards or memberships have in common. A sale of one of them issues a card, or a membership. */
export interface Issuing {
  kind: 'gift card' | 'membership';
  typeId: number;
  title: string;
  price: Money;
  allowsEmptyCode: boolean;
  /** It is not sold any more. */
  isArchived: boolean;
  /** Before the change: what a location has changed in its product stays. */
  former?: { title: string; price: Money };
}

const typeColumns = { 'gift card': products.giftCardTypeId, membership: products.membershipTypeId };
const categoryTitles = { 'gift card': 'Gift cards', membership: 'Memberships' };

/** The unit of pieces, which every location has. */
const piece = 1;

const ofType = (locationIds: readonly number[], { kind, typeId }: Pick<Issuing, 'kind' | 'typeId'>) =>
  and(inArray(products.locationId, [...locationIds]), eq(typeColumns[kind], typeId), isNull(products.deletedAt));

/**
 * Locks the products of a type in all locations of the chain. A sale keeps its product, so nothing of the type is sold until the transaction
 * ends.
 */
async function lockIssuing(
  write: Write,
  chainLocationIds: readonly number[],
  of: Pick<Issuing, 'kind' | 'typeId'>,
): Promise<{ id: number; locationId: number; title: string }[]> {
  if (chainLocationIds.length === 0) return [];
  return write.lock(
    'product',
    write
      .select({ id: products.id, locationId: products.locationId, title: products.title })
      .from(products)
      .where(ofType(chainLocationIds, of))
      .orderBy(asc(products.id)),
  );
}

/** The top categories for such products, by the location. Those that are missing are made. */
async function keepCategories(write: Write, locationIds: readonly number[], title: string): Promise<Map<number, number>> {
  const found = await write.lock(
    'product category',
    write
      .select({ id: productCategories.id, locationId: productCategories.locationId })
      .from(productCategories)
      .where(
        and(
          inArray(productCategories.locationId, [...locationIds]),
          eq(productCategories.title, title),
          isNull(productCategories.parentId),
          isNull(productCategories.deletedAt),
        ),
      )
      .orderBy(asc(productCategories.id)),
    'share',
  );
  const missing = locationIds.filter((id) => found.every(({ locationId }) => locationId !== id));
  const made = missing.length
    ? await write
        .insert(productCategories)
        .values(missing.map((locationId) => ({ locationId, title })))
        .returning({ id: productCategories.id, locationId: productCategories.locationId })
    : [];
  return new Map([...made, ...found].map(({ id, locationId }) => [locationId, id]));
}

/**
 * Gives each of these locations a product of the type, changes those that are there, and deletes those of other locations of the chain. It locks
 * categories and products.
 * @param chainLocationIds all locations of the chain
 */
export async function followIssuing(
  write: Write,
  chainLocationIds: readonly number[],
  locationIds: readonly number[],
  issuing: Issuing,
): Promise<void> {
  const { kind, typeId, title, price, allowsEmptyCode, isArchived } = issuing;
  const wanted = [...new Set(locationIds)].sort((one, other) => one - other);
  const categories = wanted.length ? await keepCategories(write, wanted, categoryTitles[kind]) : new Map<number, number>();
  const before = await lockIssuing(write, chainLocationIds, issuing);
  const now = new Date();
  const gone = before.filter(({ locationId }) => !categories.has(locationId)).map(({ id }) => id);
  if (gone.length) {
    await write
      .update(products)
      .set({ deletedAt: now, changedAt: now })
      .where(and(ofType(chainLocationIds, issuing), inArray(products.id, gone)));
  }
  const changed = await rowsOf<{ id: number; locationId: number }>(
    write,
    sql`
    update products set allows_empty_code = ${allowsEmptyCode}, changed_at = ${now.toISOString()}::timestamptz,
      archived_at = case when ${isArchived} then coalesce(archived_at, ${now.toISOString()}::timestamptz) end,
      title = case when title = ${issuing.former?.title ?? title} then ${title} else title end,
      price = case when price = ${issuing.former?.price ?? price}::numeric then ${price}::numeric else price end,
      search = case when title = ${issuing.former?.title ?? title}
        then ${fold(title)}::text || substr(search, strpos(search, chr(10))) else search end
    where ${ofType(wanted.length ? wanted : [0], issuing)} returning id, location_id as "locationId"`,
  );
  const missing = wanted.filter((id) => before.every(({ locationId }) => locationId !== id));
  const made = missing.length
    ? await write
        .insert(products)
        .values(
          missing.map((locationId) => ({
            locationId,
            categoryId: categories.get(locationId) as number,
            title,
            price,
            saleUnitId: piece,
            writeOffUnitId: piece,
            allowsEmptyCode,
            archivedAt: isArchived ? now : null,
            search: productSearchText({ title, article: '', barcode: '' }),
            ...(kind === 'gift card' ? { giftCardTypeId: typeId } : { membershipTypeId: typeId }),
          })),
        )
        .returning({ id: products.id, locationId: products.locationId })
    : [];
  const living = new Set(changed.map(({ id }) => id));
  for (const { id, locationId } of made) write.changed('product', locationId, id, 'create');
  for (const { id, locationId } of changed) write.changed('product', locationId, id, 'update');
  for (const { id, locationId } of before.filter((row) => !living.has(row.id)))
    write.changed('product', locationId, id, 'delete');
}
