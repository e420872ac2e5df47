import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { suppliers } from './tables.ts';

export type SupplierRow = typeof suppliers.$inferSelect;

/** The fields of a supplier. An undefined field stays unchanged. */
export interface SupplierFields {
  /** Not blank. */
  title?: string | undefined;
  /** In any common spelling; empty for none. */
  phone?: string | undefined;
  email?: string | undefined;
  address?: string | undefined;
  comment?: string | undefined;
}

const own = (locationId: number, ...conditions: (SQL | undefined)[]) => and(eq(suppliers.locationId, locationId), ...conditions);

/** The suppliers of a location, by title. */
export const listSuppliers = (
  db: Read,
  locationId: number,
  { withArchived = false }: { withArchived?: boolean } = {},
): Promise<SupplierRow[]> =>
  db
    .select()
    .from(suppliers)
    .where(own(locationId, withArchived ? undefined : isNull(suppliers.archivedAt)))
    .orderBy(sql`lower(${suppliers.title})`, asc(suppliers.id));

/** A supplier, also an archived one. @throws NotFound */
export async function getSupplier(db: Read, locationId: number, id: number): Promise<SupplierRow> {
  const [row] = await db
    .select()
    .from(suppliers)
    .where(own(locationId, eq(suppliers.id, id)));
  if (!row) throw new NotFound();
  return row;
}

/** Prevents that suppliers are archived before the transaction ends. @throws Invalid for one that the location does not have, or has archived */
export async function keepSuppliers(write: Write, locationId: number, ids: readonly number[]): Promise<void> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return;
  const rows = await write.lock(
    'supplier',
    write
      .select({ id: suppliers.id })
      .from(suppliers)
      .where(own(locationId, inArray(suppliers.id, wanted), isNull(suppliers.archivedAt)))
      .orderBy(asc(suppliers.id)),
    'share',
  );
  if (rows.length < wanted.length) throw new Invalid({ supplierId: ['must be a supplier of this location'] });
}

/** @throws Invalid */
export async function createSupplier(
  write: Write,
  location: Location,
  fields: SupplierFields & { title: string },
): Promise<SupplierRow> {
  const values = { ...columnsOf(fields, location), title: fields.title.trim(), locationId: location.id };
  const [row] = await write.insert(suppliers).values(values).returning();
  return row as SupplierRow;
}

/** Changes a supplier that is not archived. @throws NotFound, Invalid */
export async function updateSupplier(write: Write, location: Location, id: number, fields: SupplierFields): Promise<SupplierRow> {
  const living = own(location.id, eq(suppliers.id, id), isNull(suppliers.archivedAt));
  const [current] = await write.lock('supplier', write.select().from(suppliers).where(living));
  if (!current) throw new NotFound();
  const [row] = await write
    .update(suppliers)
    .set({ ...columnsOf(fields, location), title: fields.title?.trim() ?? current.title })
    .where(living)
    .returning();
  return row as SupplierRow;
}

/** The supplier cannot be used any more. Its documents and payments stay. @throws NotFound */
export async function archiveSupplier(write: Write, locationId: number, id: number): Promise<void> {
  const rows = await write
    .update(suppliers)
    .set({ archivedAt: new Date() })
    .where(own(locationId, eq(suppliers.id, id), isNull(suppliers.archivedAt)))
    .returning({ id: suppliers.id });
  if (rows.length === 0) throw new NotFound();
}

/** Takes a supplier out of the archive. @throws NotFound if none with this id is archived */
export async function restoreSupplier(write: Write, locationId: number, id: number): Promise<SupplierRow> {
  const [row] = await write
    .update(suppliers)
    .set({ archivedAt: null })
    .where(own(locationId, eq(suppliers.id, id), sql`${suppliers.archivedAt} is not null`))
    .returning();
  if (!row) throw new NotFound();
  return row;
}

/** Undefined columns are left alone. */
function columnsOf({ phone, email, address, comment }: SupplierFields, { countryCode }: Location) {
  const number = phone === undefined || phone.trim() === '' ? '' : normalizePhone(phone, countryCode);
  if (number === undefined) throw new Invalid({ phone: ['must have 9 to 15 digits'] });
  return {
    phone: phone === undefined ? undefined : number,
    email: email?.trim(),
    address: address?.trim(),
    comment: comment?.trim(),
  };
}
