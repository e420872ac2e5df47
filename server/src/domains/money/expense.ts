import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { expenseItems } from './tables.ts';

export type ExpenseRow = typeof expenseItems.$inferSelect;

/** The fields of a payment item. An undefined field stays unchanged. */
export interface ExpenseFields {
  title?: string | undefined;
  isIncome?: boolean | undefined;
  comment?: string | undefined;
  weight?: number | undefined;
}

const known = (locationId: number, allowed: readonly number[] | undefined) =>
  and(
    or(isNull(expenseItems.locationId), eq(expenseItems.locationId, locationId)),
    isNull(expenseItems.deletedAt),
    allowed && inArray(expenseItems.id, [...allowed]),
  );

/**
 * The payment items of every location and those of this one, by weight, lowest first.
 * @param allowed the items that the user works with; undefined for all
 */
export const listExpenses = (db: Read, locationId: number, allowed: readonly number[] | undefined): Promise<ExpenseRow[]> =>
  db.select().from(expenseItems).where(known(locationId, allowed)).orderBy(asc(expenseItems.weight), asc(expenseItems.id));

/** @throws Invalid */
function expectTitle(title: string | undefined): void {
  if (title?.trim() === '') throw new Invalid({ title: ['must not be empty'] });
}

/** Adds a payment item to a location. @throws Invalid */
export async function createExpense(
  write: Write,
  locationId: number,
  fields: ExpenseFields & { title: string; isIncome: boolean },
): Promise<ExpenseRow> {
  expectTitle(fields.title);
  const [row] = await write
    .insert(expenseItems)
    .values({ ...fields, title: fields.title.trim(), comment: fields.comment?.trim(), locationId })
    .returning();
  return row as ExpenseRow;
}

/** Locks an item of the location's own. @throws NotFound, Forbidden for an item of every location */
async function lockOwn(
  write: Write,
  locationId: number,
  id: number,
  allowed: readonly number[] | undefined,
): Promise<ExpenseRow> {
  const that = and(eq(expenseItems.id, id), known(locationId, allowed));
  const [row] = await write.lock('expense item', write.select().from(expenseItems).where(that));
  if (!row) throw new NotFound();
  if (row.locationId === null) throw new Forbidden('Items that every location has cannot be changed.');
  return row;
}

const own = (locationId: number, id: number) => and(eq(expenseItems.locationId, locationId), eq(expenseItems.id, id));

/** @throws NotFound, Forbidden for an item of every location, Invalid */
export async function updateExpense(
  write: Write,
  locationId: number,
  id: number,
  fields: ExpenseFields,
  allowed?: readonly number[],
): Promise<ExpenseRow> {
  expectTitle(fields.title);
  const current = await lockOwn(write, locationId, id, allowed);
  const changed = {
    title: fields.title?.trim() ?? current.title,
    isIncome: fields.isIncome ?? current.isIncome,
    comment: fields.comment?.trim() ?? current.comment,
    weight: fields.weight ?? current.weight,
  };
  await write.update(expenseItems).set(changed).where(own(locationId, id));
  return { ...current, ...changed };
}

/** Deletes a payment item. Its transactions keep it. @throws NotFound, Forbidden for an item of every location */
export async function deleteExpense(write: Write, locationId: number, id: number, allowed?: readonly number[]): Promise<void> {
  await lockOwn(write, locationId, id, allowed);
  await write.update(expenseItems).set({ deletedAt: new Date() }).where(own(locationId, id));
}
