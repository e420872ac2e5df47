import { eq } from 'drizzle-orm';
import type { Read, Write } from '../../api/write.ts';
import { locations } from '../locations/tables.ts';

/** Whether more of a product may leave a storage than is there. */
export async function allowsNegativeStock(db: Read, locationId: number): Promise<boolean> {
  const [row] = await db.select({ allowed: locations.allowsNegativeStock }).from(locations).where(eq(locations.id, locationId));
  return (row as { allowed: boolean }).allowed;
}

/** Sets whether more of a product may leave a storage than is there. Levels that are below zero already stay so. */
export async function setNegativeStock(write: Write, locationId: number, isAllowed: boolean): Promise<void> {
  await write.update(locations).set({ allowsNegativeStock: isAllowed }).where(eq(locations.id, locationId));
  write.changed('location', locationId, locationId, 'update');
}
