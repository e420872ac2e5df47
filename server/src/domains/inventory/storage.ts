import { and, asc, eq, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import { stockLevels, storages } from './tables.ts';

export type StorageRow = typeof storages.$inferSelect;

/** The fields of a storage. An undefined field stays unchanged. */
export interface StorageFields {
  /** Not blank. */
  title?: string | undefined;
  comment?: string | undefined;
  /** Consumables are written off from it. The storage that was chosen before is not chosen any more. */
  isForServices?: boolean | undefined;
  /** Products are sold from it, unless a sale names another. The storage that was chosen before is not chosen any more. */
  isForSale?: boolean | undefined;
  /** Lighter first. A new storage comes last by default. */
  weight?: number | undefined;
}

/** The storages of a new location. Source: the published notes. */
export async function openStorages(write: Write, locationId: number): Promise<void> {
  await write.insert(storages).values([
    { locationId, title: 'Consumables', comment: 'For what services use up', isForServices: true, weight: 1 },
    { locationId, title: 'Products', comment: 'For what is sold', isForSale: true, weight: 2 },
  ]);
}

const own = (locationId: number, ...conditions: (SQL | undefined)[]) => and(eq(storages.locationId, locationId), ...conditions);

/**
 * The storages of a location, by weight.
 * @param only the storages that the user works with; undefined for all
 */
export const listStorages = (
  db: Read,
  locationId: number,
  { only, withArchived = false }: { only?: readonly number[] | undefined; withArchived?: boolean } = {},
): Promise<StorageRow[]> =>
  db
    .select()
    .from(storages)
    .where(
      own(
        locationId,
        withArchived ? undefined : isNull(storages.archivedAt),
        only === undefined ? undefined : inArray(storages.id, [...only]),
      ),
    )
    .orderBy(asc(storages.weight), asc(storages.id));

/** The storage from which products are sold. @returns undefined if none is chosen */
export async function storageForSale(db: Read, locationId: number): Promise<number | undefined> {
  const [row] = await db
    .select({ id: storages.id })
    .from(storages)
    .where(own(locationId, eq(storages.isForSale, true), isNull(storages.archivedAt)));
  return row?.id;
}

const keptStorages = prepared((db) =>
  db
    .select({ id: storages.id, archivedAt: storages.archivedAt })
    .from(storages)
    .where(and(eq(storages.locationId, sql.placeholder('location')), sql`${storages.id} = any(${sql.placeholder('ids')}::int[])`))
    .orderBy(asc(storages.id))
    .for('share')
    .prepare('kept_storages'),
);

/**
 * Prevents that storages are archived before the transaction ends.
 * @param used others that are locked in the same statement, which may be archived: products are used up from them anyway
 * @throws Invalid for one that the location does not have, or has archived
 */
export async function keepStorages(
  write: Write,
  locationId: number,
  ids: readonly number[],
  used: readonly number[] = [],
): Promise<void> {
  const wanted = new Set(ids);
  if (wanted.size + used.length === 0) return;
  const rows = await keptStorages(write).execute({ location: locationId, ids: [...wanted, ...used] });
  write.locked(
    'storage',
    rows.map(({ id }) => id),
  );
  const living = rows.filter(({ id, archivedAt }) => wanted.has(id) && archivedAt === null);
  if (living.length < wanted.size) throw new Invalid({ storageId: ['must be a storage of this location'] });
}

/** Locks all storages of a location, because at most one of them is chosen for services, and one for sale. */
const lockAll = (write: Write, locationId: number) =>
  write.lock('storage', write.select().from(storages).where(own(locationId)).orderBy(asc(storages.id)), 'update');

/** Adds a storage. */
export async function createStorage(
  write: Write,
  locationId: number,
  fields: StorageFields & { title: string },
): Promise<StorageRow> {
  const known = await lockAll(write, locationId);
  await yieldTo(write, locationId, fields);
  const weight = Math.max(0, ...known.map((row) => row.weight)) + 1;
  const [row] = await write
    .insert(storages)
    .values({ ...columnsOf(fields), weight: fields.weight ?? weight, title: fields.title.trim(), locationId })
    .returning();
  return row as StorageRow;
}

/** Changes a storage that is not archived. @throws NotFound */
export async function updateStorage(write: Write, locationId: number, id: number, fields: StorageFields): Promise<StorageRow> {
  const known = await lockAll(write, locationId);
  const current = known.find((row) => row.id === id && row.archivedAt === null);
  if (!current) throw new NotFound();
  await yieldTo(write, locationId, fields, id);
  const [row] = await write
    .update(storages)
    .set({ ...columnsOf(fields), weight: fields.weight, title: fields.title?.trim() ?? current.title })
    .where(own(locationId, eq(storages.id, id)))
    .returning();
  return row as StorageRow;
}

/**
 * Archives a storage. It takes no products any more, and is chosen for nothing. Its documents stay.
 * @throws NotFound, and Forbidden while it holds products
 */
export async function archiveStorage(write: Write, locationId: number, id: number): Promise<void> {
  const known = await lockAll(write, locationId);
  if (!known.some((row) => row.id === id && row.archivedAt === null)) throw new NotFound();
  const held = and(eq(stockLevels.locationId, locationId), eq(stockLevels.storageId, id), sql`${stockLevels.amount} <> 0`);
  const [level] = await write.select({ id: stockLevels.id }).from(stockLevels).where(held).limit(1);
  if (level) throw new Forbidden('The storage holds products. Move them or write them off first.');
  await write
    .update(storages)
    .set({ archivedAt: new Date(), isForServices: false, isForSale: false })
    .where(own(locationId, eq(storages.id, id)));
}

/** Takes a storage out of the archive. @throws NotFound if none with this id is archived */
export async function restoreStorage(write: Write, locationId: number, id: number): Promise<StorageRow> {
  await lockAll(write, locationId);
  const [row] = await write
    .update(storages)
    .set({ archivedAt: null })
    .where(own(locationId, eq(storages.id, id), sql`${storages.archivedAt} is not null`))
    .returning();
  if (!row) throw new NotFound();
  return row;
}

/** The other storages are not chosen for what this one is chosen for. */
async function yieldTo(write: Write, locationId: number, fields: StorageFields, id?: number): Promise<void> {
  const others = own(locationId, id === undefined ? undefined : ne(storages.id, id));
  if (fields.isForServices) await write.update(storages).set({ isForServices: false }).where(and(others, storages.isForServices));
  if (fields.isForSale) await write.update(storages).set({ isForSale: false }).where(and(others, storages.isForSale));
}

/** Undefined columns are left alone. */
const columnsOf = ({ comment, isForServices, isForSale }: StorageFields) => ({
  comment: comment?.trim(),
  isForServices,
  isForSale,
});
