import { and, asc, eq, inArray, isNull, type SQL } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { suppliers } from './tables.ts';

const own = (locationId: number, ...conditions: (SQL | undefined)[]) => and(eq(suppliers.locationId, locationId), ...conditions);

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
