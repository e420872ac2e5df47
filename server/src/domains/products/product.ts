import {
  and,
  asc,
  eq,
  getTableColumns,
  gte,
  type InferSelectModel,
  inArray,
  isNotNull,
  isNull,
  lte,
  type SQL,
  sql,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Location } from '../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, type Exact, fits } from '../../platform/exact.ts';
import type { Money } from '../../platform/money.ts';
import { type Quantity, quantityDigits, toQuantity } from '../../platform/quantity.ts';
import { fold } from '../../platform/text.ts';
import { containsPattern } from '../clients/search-text.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { getProductCategory, keepProductCategory } from './category.ts';
import { productSearchText } from './search-text.ts';
import { productCategories, products, productUnits } from './tables.ts';
import { keepUnits } from './unit.ts';

const saleUnits = alias(productUnits, 'sale_units');
const writeOffUnits = alias(productUnits, 'write_off_units');

const selectProducts = (db: Read, locationId: number, ...where: (SQL | undefined)[]) =>
  db
    .select({
      ...getTableColumns(products),
      category: productCategories.title,
      saleUnit: saleUnits.shortTitle,
      writeOffUnit: writeOffUnits.shortTitle,
      /** The cost price of one write-off unit. */
      unitCostPrice: sql<Money>`trim_scale(round(${products.costPrice} / ${products.unitRatio}, 4))::text`.as('unit_cost_price'),
    })
    .from(products)
    .innerJoin(
      productCategories,
      and(eq(productCategories.locationId, products.locationId), eq(productCategories.id, products.categoryId)),
    )
    .innerJoin(saleUnits, eq(saleUnits.id, products.saleUnitId))
    .innerJoin(writeOffUnits, eq(writeOffUnits.id, products.writeOffUnitId))
    .where(and(eq(products.locationId, locationId), ...where))
    .orderBy(asc(products.id));

/** A product with the names of its category and units. */
export type ProductRow = Awaited<ReturnType<typeof selectProducts>>[number];

/** What a storage has of a product. */
export interface StorageAmount {
  storageId: number;
  /** The title of the storage. */
  storage: string;
  /** Sale units. */
  saleAmount: Quantity;
  /** Write-off units. */
  writeOffAmount: Quantity;
}

type Columns = InferSelectModel<typeof products>;

/** The fields of a product. An undefined field stays unchanged. */
export type ProductFields = {
  [Name in
    | 'title'
    | 'printTitle'
    | 'article'
    | 'barcode'
    | 'categoryId'
    | 'price'
    | 'costPrice'
    | 'saleUnitId'
    | 'writeOffUnitId'
    | 'unitRatio'
    | 'criticalAmount'
    | 'desiredAmount'
    | 'netWeight'
    | 'grossWeight'
    | 'comment'
    | 'taxVariant'
    | 'vatId']?: Columns[Name] | undefined;
};

/** What every product has. */
interface Place {
  categoryId: number;
  saleUnitId: number;
  writeOffUnitId: number;
}

/** The parts of a product that the user may change. */
export interface ProductRights {
  title: boolean;
  category: boolean;
  price: boolean;
  costPrice: boolean;
  units: boolean;
  amounts: boolean;
  weights: boolean;
  comment: boolean;
}

/** Conditions that a product must match, all of them. */
export interface ProductFilter {
  ids?: readonly number[] | undefined;
  /** A part of the title, the article or the barcode, whatever its case and accents. */
  term?: string | undefined;
  categoryIds?: readonly number[] | undefined;
  /** Both ends belong to the range. */
  changedAfter?: Date | undefined;
  changedBefore?: Date | undefined;
  /** What a sale of it issues. */
  issues?: 'nothing' | 'membership' | 'gift card' | undefined;
  /** Archived products instead of the others. */
  isArchived?: boolean;
}

const issuing = {
  nothing: and(eq(products.membershipTypeId, 0), eq(products.giftCardTypeId, 0)),
  membership: sql`${products.membershipTypeId} <> 0`,
  'gift card': sql`${products.giftCardTypeId} <> 0`,
};

const matching = (filter: ProductFilter): (SQL | undefined)[] => [
  isNull(products.deletedAt),
  filter.isArchived ? isNotNull(products.archivedAt) : isNull(products.archivedAt),
  filter.ids && inArray(products.id, [...filter.ids]),
  filter.term === undefined ? undefined : sql`${products.search} like ${containsPattern(fold(filter.term))}`,
  filter.categoryIds && inArray(products.categoryId, [...filter.categoryIds]),
  filter.changedAfter && gte(products.changedAt, filter.changedAfter),
  filter.changedBefore && lte(products.changedAt, filter.changedBefore),
  filter.issues && issuing[filter.issues],
];

/** The products of a location that match, by id. @param page all without it */
export async function listProducts(
  db: Read,
  locationId: number,
  filter: ProductFilter = {},
  page?: { offset: number; limit: number },
): Promise<ProductRow[]> {
  const query = selectProducts(db, locationId, ...matching(filter));
  return page ? query.limit(page.limit).offset(page.offset) : query;
}

/** The products directly in a category, a page of them, and how many there are. @throws NotFound if there is no such category */
export async function productsInCategory(
  db: Read,
  locationId: number,
  categoryId: number,
  page: { offset: number; limit: number },
): Promise<{ rows: ProductRow[]; total: number }> {
  await getProductCategory(db, locationId, categoryId);
  const filter = { categoryIds: [categoryId] };
  const rows = await listProducts(db, locationId, filter, page);
  const [counted] = await db
    .select({ total: sql<number>`count(*)::int` })
    .from(products)
    .where(and(eq(products.locationId, locationId), ...matching(filter)));
  return { rows, total: counted?.total ?? 0 };
}

/** The ids of the products directly in some categories. */
export const productIdsInCategories = (
  db: Read,
  locationId: number,
  categoryIds: readonly number[],
): Promise<{ id: number; categoryId: number }[]> =>
  db
    .select({ id: products.id, categoryId: products.categoryId })
    .from(products)
    .where(and(eq(products.locationId, locationId), ...matching({ categoryIds })))
    .orderBy(asc(products.id));

/** Products by their ids, archived and deleted ones too. */
export const productsById = (db: Read, locationId: number, ids: readonly number[]): Promise<ProductRow[]> =>
  selectProducts(db, locationId, inArray(products.id, [...ids]));

/** A product, which may be archived. @throws NotFound */
export async function getProduct(db: Read, locationId: number, id: number): Promise<ProductRow> {
  const [row] = await selectProducts(db, locationId, eq(products.id, id), isNull(products.deletedAt));
  if (!row) throw new NotFound('Product not found.');
  return row;
}

const own = (locationId: number, id: number) =>
  and(eq(products.locationId, locationId), eq(products.id, id), isNull(products.deletedAt));

/** Locks a product of the location for a change. @throws NotFound, and Forbidden for a product of the chain */
async function lockProduct(write: Write, locationId: number, id: number): Promise<Columns> {
  const [row] = await write.lock('product', write.select().from(products).where(own(locationId, id)));
  if (!row) throw new NotFound('Product not found.');
  if (row.isChain) throw new Forbidden('The chain manages this product.');
  return row;
}

/** @throws Invalid */
export async function createProduct(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  fields: ProductFields & Place & { title: string },
): Promise<ProductRow> {
  const columns = checked(location, fields);
  const { title, article = '', barcode = '' } = columns;
  await keepPlace(write, location.id, fields);
  const [row] = await write
    .insert(products)
    .values({
      ...fields,
      ...columns,
      title: title as string,
      locationId: location.id,
      search: productSearchText({ title: title as string, article, barcode }),
    } as typeof products.$inferInsert)
    .returning({ id: products.id });
  const { id } = row as { id: number };
  write.changed('product', location.id, id, 'create');
  return getProduct(write, location.id, id);
}

/**
 * Changes the given fields.
 * @returns the former ratio of its units, if the units or their ratio are others now. Then the lines of documents must follow:
 * `convertLines`.
 * @throws NotFound, Invalid, and Forbidden for a product of the chain, and for a change without the permission
 */
export async function updateProduct(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  id: number,
  fields: ProductFields & Place,
  may: ProductRights,
): Promise<{ formerRatio: Quantity | undefined }> {
  const columns = checked(location, fields);
  // Units and categories are locked before products.
  if ((await getProduct(write, location.id, id)).isChain) throw new Forbidden('The chain manages this product.');
  await keepPlace(write, location.id, fields);
  const current = await lockProduct(write, location.id, id);
  expectRights(columns, current, may);
  await write
    .update(products)
    .set({ ...columns, search: productSearchText({ ...current, ...columns }), changedAt: new Date() })
    .where(own(location.id, id));
  write.changed('product', location.id, id, 'update');
  return { formerRatio: changes(columns, current, partsOf.units) ? current.unitRatio : undefined };
}

/** The product keeps its row, for the history. @throws NotFound, and Forbidden for a product of the chain */
export async function deleteProduct(write: Write, locationId: number, id: number): Promise<void> {
  await lockProduct(write, locationId, id);
  const now = new Date();
  await write.update(products).set({ deletedAt: now, changedAt: now }).where(own(locationId, id));
  write.changed('product', locationId, id, 'delete');
}

/**
 * Takes a product out of lists and searches. Past documents keep it, and it can be restored. Nothing changes if it is archived already.
 * @throws NotFound, and Forbidden for a product of the chain, and for a gift card
 */
export async function archiveProduct(write: Write, locationId: number, id: number): Promise<void> {
  const row = await lockProduct(write, locationId, id);
  if (row.giftCardTypeId !== 0) throw new Forbidden('Gift cards cannot be archived.');
  if (row.archivedAt === null) await setArchived(write, locationId, id, new Date());
}

/** Brings an archived product back. Nothing changes if it is not archived. @throws NotFound, and Forbidden for a product of the chain */
export async function restoreProduct(write: Write, locationId: number, id: number): Promise<void> {
  const row = await lockProduct(write, locationId, id);
  if (row.archivedAt !== null) await setArchived(write, locationId, id, null);
}

async function setArchived(write: Write, locationId: number, id: number, archivedAt: Date | null): Promise<void> {
  await write.update(products).set({ archivedAt, changedAt: new Date() }).where(own(locationId, id));
  write.changed('product', locationId, id, 'update');
}

/** Keeps the units and the category that a product gets. @throws Invalid */
async function keepPlace(write: Write, locationId: number, { saleUnitId, writeOffUnitId, categoryId }: Place): Promise<void> {
  await keepUnits(write, locationId, { saleUnitId, writeOffUnitId });
  await keepProductCategory(write, locationId, categoryId);
}

/** The defined fields, trimmed. @throws Invalid */
function checked(location: Pick<Location, 'currency'>, fields: ProductFields): Partial<Columns> {
  const { price, costPrice, unitRatio, criticalAmount, desiredAmount, netWeight, grossWeight } = fields;
  if (fields.title?.trim() === '') throw new Invalid({ title: ['must not be empty'] });
  expectCurrencyDigits(location, { price, costPrice });
  expectQuantityDigits({ unitRatio, criticalAmount, desiredAmount, netWeight, grossWeight });
  if (unitRatio !== undefined && compare(unitRatio, toQuantity(0)) <= 0)
    throw new Invalid({ unitRatio: ['must be more than 0'] });
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, texts.has(name) ? (value as string).trim() : value]],
    ),
  );
}

/** @throws Invalid for the quantities with more digits than are stored */
function expectQuantityDigits(amounts: Record<string, Quantity | undefined>): void {
  const wrong = Object.entries(amounts).filter(([, amount]) => amount !== undefined && !fits(amount, quantityDigits));
  if (wrong.length === 0) return;
  const message = `must have at most ${quantityDigits} digits after the point`;
  throw new Invalid(Object.fromEntries(wrong.map(([field]) => [field, [message]])));
}

/** Exact numbers are texts too. */
const texts = new Set(['title', 'printTitle', 'article', 'barcode', 'comment']);
const numbers = new Set(['price', 'costPrice', 'unitRatio', 'criticalAmount', 'desiredAmount', 'netWeight', 'grossWeight']);

/** Whether one of the fields gets another value. */
const changes = (columns: Partial<Columns>, current: Columns, names: readonly (keyof ProductFields)[]): boolean =>
  names.some((name) => {
    const [after, before] = [columns[name], current[name]];
    if (after === undefined) return false;
    return numbers.has(name) ? compare(after as Exact, before as Exact) !== 0 : after !== before;
  });

const partsOf: Record<keyof ProductRights, readonly (keyof ProductFields)[]> = {
  title: ['title', 'printTitle', 'article', 'barcode'],
  category: ['categoryId'],
  price: ['price'],
  costPrice: ['costPrice'],
  units: ['saleUnitId', 'writeOffUnitId', 'unitRatio'],
  amounts: ['criticalAmount', 'desiredAmount'],
  weights: ['netWeight', 'grossWeight'],
  comment: ['comment'],
};

/** @throws Forbidden if a field changes that the user may not change */
function expectRights(columns: Partial<Columns>, current: Columns, may: ProductRights): void {
  for (const part of Object.keys(partsOf) as (keyof ProductRights)[]) {
    if (!may[part] && changes(columns, current, partsOf[part])) throw new Forbidden();
  }
}
