import { and, asc, eq, getTableColumns, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { fold } from '../../platform/text.ts';
import { productCategories, products } from './tables.ts';

const selectCategories = (db: Read, locationId: number, where?: SQL) =>
  db
    .select(getTableColumns(productCategories))
    .from(productCategories)
    .where(and(eq(productCategories.locationId, locationId), isNull(productCategories.deletedAt), where))
    .orderBy(asc(productCategories.id));

export type ProductCategoryRow = Awaited<ReturnType<typeof selectCategories>>[number];

/** The fields of a category. An undefined field stays unchanged. */
export interface ProductCategoryFields {
  title?: string | undefined;
  /** Null for the top. */
  parentId?: number | null | undefined;
  /** The stock keeping unit that its products share. */
  article?: string | undefined;
  comment?: string | undefined;
}

/** The categories directly below one, or at the top for null, by id. @throws NotFound if there is no such parent */
export async function listChildCategories(db: Read, locationId: number, parentId: number | null): Promise<ProductCategoryRow[]> {
  if (parentId === null) return selectCategories(db, locationId, isNull(productCategories.parentId));
  await getProductCategory(db, locationId, parentId);
  return childrenOfCategories(db, locationId, [parentId]);
}

/** The categories directly below some, by id. */
export const childrenOfCategories = (db: Read, locationId: number, parentIds: readonly number[]): Promise<ProductCategoryRow[]> =>
  selectCategories(db, locationId, inArray(productCategories.parentId, [...parentIds]));

/** Those of the categories that the location has, by id. */
export const productCategoriesById = (db: Read, locationId: number, ids: readonly number[]): Promise<ProductCategoryRow[]> =>
  selectCategories(db, locationId, inArray(productCategories.id, [...ids]));

/** The categories whose title or article contains a text, whatever its case and accents. */
export async function searchProductCategories(db: Read, locationId: number, term: string): Promise<ProductCategoryRow[]> {
  const wanted = fold(term);
  const rows = await selectCategories(db, locationId);
  return rows.filter(({ title, article }) => fold(title).includes(wanted) || fold(article).includes(wanted));
}

/** @throws NotFound */
export async function getProductCategory(db: Read, locationId: number, id: number): Promise<ProductCategoryRow> {
  const [row] = await selectCategories(db, locationId, eq(productCategories.id, id));
  if (!row) throw new NotFound('Product category not found.');
  return row;
}

/** @throws Invalid */
export async function createProductCategory(
  write: Write,
  locationId: number,
  fields: ProductCategoryFields & { title: string },
): Promise<ProductCategoryRow> {
  const { title, ...columns } = given(fields);
  if (columns.parentId) await keepProductCategory(write, locationId, columns.parentId, 'parentId');
  const [row] = await write
    .insert(productCategories)
    .values({ ...columns, locationId, title: title as string })
    .returning();
  return row as ProductCategoryRow;
}

/**
 * Changes the given fields. A category cannot move into itself or below one of its own.
 * @throws NotFound, Invalid, and Forbidden for a category of the chain
 */
export async function updateProductCategory(
  write: Write,
  locationId: number,
  id: number,
  fields: ProductCategoryFields,
): Promise<ProductCategoryRow> {
  const columns = given(fields);
  const current = await getProductCategory(write, locationId, id);
  expectOwn(current);
  if (columns.parentId && columns.parentId !== current.parentId) await lockTree(write, locationId, id, columns.parentId);
  else await lockOne(write, locationId, id);
  const [row] = await write
    .update(productCategories)
    .set({ ...columns, changedAt: new Date() })
    .where(own(locationId, id))
    .returning();
  return row as ProductCategoryRow;
}

/**
 * The category keeps its row, for the history.
 * @throws NotFound, and Forbidden for a category of the chain, and while it has categories or products, archived ones too
 */
export async function deleteProductCategory(write: Write, locationId: number, id: number): Promise<void> {
  expectOwn(await lockOne(write, locationId, id));
  const [child] = await childrenOfCategories(write, locationId, [id]);
  if (child) throw new Forbidden('The category has categories.');
  const [product] = await write
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.locationId, locationId), eq(products.categoryId, id), isNull(products.deletedAt)))
    .limit(1);
  if (product) throw new Forbidden('The category has products.');
  const now = new Date();
  await write.update(productCategories).set({ deletedAt: now, changedAt: now }).where(own(locationId, id));
}

const own = (locationId: number, id: number) =>
  and(eq(productCategories.locationId, locationId), eq(productCategories.id, id), isNull(productCategories.deletedAt));

function expectOwn({ isChain }: { isChain: boolean }): void {
  if (isChain) throw new Forbidden('The chain manages this category.');
}

async function lockOne(write: Write, locationId: number, id: number): Promise<ProductCategoryRow> {
  const [row] = await write.lock('product category', write.select().from(productCategories).where(own(locationId, id)), 'update');
  if (!row) throw new NotFound('Product category not found.');
  return row;
}

/** Prevents the deletion of a category while something moves into it. @throws Invalid if there is no such category */
export async function keepProductCategory(write: Write, locationId: number, id: number, field = 'categoryId'): Promise<void> {
  const [category] = await write.lock(
    'product category',
    write.select({ id: productCategories.id }).from(productCategories).where(own(locationId, id)),
    'share',
  );
  if (!category) throw new Invalid({ [field]: ['must be a product category of this location'] });
}

/**
 * Locks all categories of the location, so that no other move can close a circle with this one, and checks the new place.
 * @throws NotFound, Invalid
 */
async function lockTree(write: Write, locationId: number, id: number, parentId: number): Promise<void> {
  const rows = await write.lock(
    'product category',
    write
      .select({ id: productCategories.id })
      .from(productCategories)
      .where(and(eq(productCategories.locationId, locationId), isNull(productCategories.deletedAt)))
      .orderBy(asc(productCategories.id)),
    'update',
  );
  const known = new Set(rows.map((row) => row.id));
  if (!known.has(id)) throw new NotFound('Product category not found.');
  if (!known.has(parentId)) throw new Invalid({ parentId: ['must be a product category of this location'] });
  const above = await rowsOf<{ id: number }>(
    write,
    sql`
    with recursive above as (
      select id, parent_id from product_categories where location_id = ${locationId} and id = ${parentId}
      union
      select next.id, next.parent_id from above join product_categories next on next.location_id = ${locationId} and next.id = above.parent_id)
    select id from above`,
  );
  if (above.some((row) => row.id === id)) throw new Invalid({ parentId: ['must not be the category itself, or below it'] });
}

/** @throws Invalid for an empty title */
function given({ title, parentId, article, comment }: ProductCategoryFields) {
  if (title?.trim() === '') throw new Invalid({ title: ['must not be empty'] });
  return {
    ...(title === undefined ? {} : { title: title.trim() }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(article === undefined ? {} : { article: article.trim() }),
    ...(comment === undefined ? {} : { comment: comment.trim() }),
  };
}
