import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { stockLevels, storages } from './tables.ts';

/** The storages of a new location. Source: the published notes. */
export async function openStorages(write: Write, locationId: number): Promise<void> {
  await write.insert(storages).values([
    { locationId, title: 'Consumables', comment: 'For what services use up', isForServices: true, weight: 1 },
    { locationId, title: 'Products', comment: 'For what is sold', isForSale: true, weight: 2 },
  ]);
}

const own = (locationId: number, ...conditions: (SQL | undefined)[]) => and(eq(storages.locationId, locationId), ...conditions);

/** The storage from which products are sold. @returns undefined if none is chosen */
export async function storageForSale(db: Read, locationId: number): Promise<number | undefined> {
  const [row] = await db
    .select({ id: storages.id })
    .from(storages)
    .where(own(locationId, eq(storages.isForSale, true), isNull(storages.archivedAt)));
  return row?.id;
}

/**
 * Prevents that storages are archived before the transaction ends.
 * @param field the field that named them
 * @throws Invalid for one that the location does not have, or has archived
 */
export async function keepStorages(write: Write, locationId: number, ids: readonly number[], field = 'storageId'): Promise<void> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return;
  const rows = await write.lock(
    'storage',
    write
      .select({ id: storages.id })
      .from(storages)
      .where(own(locationId, inArray(storages.id, wanted), isNull(storages.archivedAt)))
      .orderBy(asc(storages.id)),
    'share',
  );
  if (rows.length < wanted.length) throw new Invalid({ [field]: ['must be a storage of this location'] });
}

/** Locks all storages of a location, because at most one of them is chosen for services, and one for sale. */
const lockAll = (write: Write, locationId: number) =>
  write.lock('storage', write.select().from(storages).where(own(locationId)).orderBy(asc(storages.id)), 'update');

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
