import { and, asc, eq, type InferSelectModel, inArray, isNull, or, type SQL } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { products, productUnits } from './tables.ts';

/** A unit of measurement. Without a location, every location has it. */
export type UnitRow = InferSelectModel<typeof productUnits>;

/** The fields of a unit. An undefined field stays unchanged. */
export interface UnitFields {
  title?: string | undefined;
  /** The abbreviation. */
  shortTitle?: string | undefined;
}

const living = (locationId: number, where?: SQL) =>
  and(or(isNull(productUnits.locationId), eq(productUnits.locationId, locationId)), isNull(productUnits.deletedAt), where);

/** The units that products of a location can have: first those of every location, then its own, each by id. */
export const listUnits = (db: Read, locationId: number): Promise<UnitRow[]> =>
  db.select().from(productUnits).where(living(locationId)).orderBy(asc(productUnits.id));

/** @throws Invalid */
export async function createUnit(write: Write, locationId: number, fields: Required<UnitFields>): Promise<UnitRow> {
  const [row] = await write
    .insert(productUnits)
    .values({ locationId, ...namesOf(fields) } as typeof productUnits.$inferInsert)
    .returning();
  return row as UnitRow;
}

/** Changes the names of a unit, for past documents too. @throws NotFound, Invalid, and Forbidden for a unit of every location */
export async function updateUnit(write: Write, locationId: number, id: number, fields: UnitFields): Promise<UnitRow> {
  const current = await lockUnit(write, locationId, id);
  const [row] = await write
    .update(productUnits)
    .set({ title: current.title, ...namesOf(fields) })
    .where(eq(productUnits.id, id))
    .returning();
  return row as UnitRow;
}

/**
 * The unit keeps its row, for the history.
 * @throws NotFound, and Forbidden for a unit of every location, and while products are measured in it
 */
export async function deleteUnit(write: Write, locationId: number, id: number): Promise<void> {
  await lockUnit(write, locationId, id);
  const [product] = await write
    .select({ id: products.id })
    .from(products)
    .where(
      and(
        eq(products.locationId, locationId),
        isNull(products.deletedAt),
        or(eq(products.saleUnitId, id), eq(products.writeOffUnitId, id)),
      ),
    )
    .limit(1);
  if (product) throw new Forbidden('Products are measured in this unit.');
  await write.update(productUnits).set({ deletedAt: new Date() }).where(eq(productUnits.id, id));
}

async function lockUnit(write: Write, locationId: number, id: number): Promise<UnitRow> {
  const [known] = await write
    .select({ locationId: productUnits.locationId })
    .from(productUnits)
    .where(living(locationId, eq(productUnits.id, id)));
  if (known?.locationId === null) throw new Forbidden('Every location has this unit.');
  const [row] = await write.lock(
    'product unit',
    write
      .select()
      .from(productUnits)
      .where(own(locationId, [id])),
    'update',
  );
  if (!row) throw new NotFound('Unit not found.');
  return row;
}

const own = (locationId: number, ids: readonly number[]) =>
  and(eq(productUnits.locationId, locationId), inArray(productUnits.id, [...ids]), isNull(productUnits.deletedAt));

/**
 * Prevents the deletion of units while a product gets them. Units of every location are never deleted.
 * @param ids by the field that names them
 * @throws Invalid for the fields whose unit the location does not have
 */
export async function keepUnits(write: Write, locationId: number, ids: Record<string, number>): Promise<void> {
  const wanted = [...new Set(Object.values(ids))];
  const shared = await write
    .select({ id: productUnits.id })
    .from(productUnits)
    .where(and(isNull(productUnits.locationId), inArray(productUnits.id, wanted)));
  const kept =
    shared.length === wanted.length
      ? []
      : await write.lock(
          'product unit',
          write.select({ id: productUnits.id }).from(productUnits).where(own(locationId, wanted)).orderBy(asc(productUnits.id)),
          'share',
        );
  const known = new Set([...shared, ...kept].map((row) => row.id));
  const unknown = Object.entries(ids).filter(([, id]) => !known.has(id));
  if (unknown.length) {
    throw new Invalid(Object.fromEntries(unknown.map(([field]) => [field, ['must be a unit of this location']])));
  }
}

/** @throws Invalid for an empty name */
function namesOf(fields: UnitFields): UnitFields {
  const names: UnitFields = {};
  for (const field of ['title', 'shortTitle'] as const) {
    const text = fields[field]?.trim();
    if (text === '') throw new Invalid({ [field]: ['must not be empty'] });
    if (text !== undefined) names[field] = text;
  }
  return names;
}
