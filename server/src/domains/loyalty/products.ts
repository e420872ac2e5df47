import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { compare } from '../../platform/exact.ts';
import type { Money } from '../../platform/money.ts';
import { locations } from '../locations/tables.ts';
import { productSearchText } from '../products/search-text.ts';
import { productCategories, products } from '../products/tables.ts';

/** A type of memberships or gift cards, as far as the products follow it that issue them. */
export interface IssuingType {
  kind: 'membership' | 'gift card';
  id: number;
  title: string;
  price: Money;
  allowsEmptyCode: boolean;
  /** The locations that sell it. */
  locationIds: readonly number[];
  /** An archived type is not sold. The products of a deleted one are deleted. */
  state: 'sold' | 'archived' | 'deleted';
}

const kinds = {
  membership: { column: products.membershipTypeId, field: 'membershipTypeId', category: 'Memberships' },
  'gift card': { column: products.giftCardTypeId, field: 'giftCardTypeId', category: 'Gift cards' },
} as const;

/** The unit of products that are counted. Every location has it. */
const pieces = 1;

/**
 * Makes sure that locations have the category of products that issue memberships or gift cards. Call it before the type is locked: it locks
 * the locations that do not have the category yet.
 */
export async function prepareCategories(write: Write, kind: IssuingType['kind'], locationIds: readonly number[]): Promise<void> {
  const missing = async () => {
    const known = new Set((await categoriesOf(write, kind, locationIds)).keys());
    return [...new Set(locationIds)].filter((id) => !known.has(id));
  };
  const first = await missing();
  if (first.length === 0) return;
  const places = write
    .select({ id: locations.id })
    .from(locations)
    .where(inArray(locations.id, first))
    .orderBy(asc(locations.id));
  await write.lock('location', places);
  const rest = await missing();
  if (rest.length === 0) return;
  await write
    .insert(productCategories)
    .values(rest.map((locationId) => ({ locationId, title: kinds[kind].category, isChain: true })));
}

async function categoriesOf(
  write: Write,
  kind: IssuingType['kind'],
  locationIds: readonly number[],
): Promise<Map<number, number>> {
  if (locationIds.length === 0) return new Map();
  const rows = await write
    .select({ locationId: productCategories.locationId, id: productCategories.id })
    .from(productCategories)
    .where(
      and(
        inArray(productCategories.locationId, [...locationIds]),
        eq(productCategories.title, kinds[kind].category),
        productCategories.isChain,
        isNull(productCategories.deletedAt),
      ),
    )
    .orderBy(asc(productCategories.id));
  return new Map(rows.map(({ locationId, id }) => [locationId, id]));
}

/**
 * Makes the products of a type follow it: every location that sells it has one, with its title and price. Where it is no longer sold, the
 * product is archived. The type must be locked, or new; and `prepareCategories` is done.
 * @param chainLocationIds all locations of the chain
 */
export async function followType(write: Write, type: IssuingType, chainLocationIds: readonly number[]): Promise<void> {
  const { kind, id: typeId, title, price, allowsEmptyCode } = type;
  const { column, field } = kinds[kind];
  if (chainLocationIds.length === 0) return;
  const own = and(inArray(products.locationId, [...chainLocationIds]), eq(column, typeId), isNull(products.deletedAt));
  const rows = await write.lock('product', write.select().from(products).where(own).orderBy(asc(products.id)));
  const selling = new Set(type.state === 'sold' ? type.locationIds : []);
  const now = new Date();
  const search = productSearchText({ title, article: '', barcode: '' });
  const kept = rows.filter(
    (row) =>
      type.state === 'deleted' ||
      row.title !== title ||
      compare(row.price, price) !== 0 ||
      row.allowsEmptyCode !== allowsEmptyCode ||
      (row.archivedAt === null) !== selling.has(row.locationId),
  );
  if (kept.length) {
    const sold = [...selling];
    await write
      .update(products)
      .set({
        title,
        search,
        price,
        allowsEmptyCode,
        changedAt: now,
        archivedAt: sql`case when ${products.locationId} = any(${sql.param(sold)}::int[]) then null
          else coalesce(${products.archivedAt}, ${now.toISOString()}::timestamptz) end`,
        deletedAt: type.state === 'deleted' ? now : null,
      })
      .where(
        and(
          own,
          inArray(
            products.id,
            kept.map(({ id }) => id),
          ),
        ),
      );
  }
  for (const row of kept) write.changed('product', row.locationId, row.id, type.state === 'deleted' ? 'delete' : 'update');
  const having = new Set(rows.map(({ locationId }) => locationId));
  const places = [...selling].filter((id) => !having.has(id)).toSorted((one, other) => one - other);
  if (places.length === 0) return;
  const categories = await categoriesOf(write, kind, places);
  const made = await write
    .insert(products)
    .values(
      places.map((locationId) => ({
        locationId,
        categoryId: categories.get(locationId) as number,
        title,
        search,
        price,
        allowsEmptyCode,
        saleUnitId: pieces,
        writeOffUnitId: pieces,
        isChain: true,
        [field]: typeId,
      })),
    )
    .returning({ locationId: products.locationId, id: products.id });
  for (const row of made) write.changed('product', row.locationId, row.id, 'create');
}
