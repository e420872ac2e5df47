import { and, eq, isNull } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { services } from './tables.ts';

/** Whether the location has such a service. If so, it cannot be deleted until the transaction ends. */
export async function keepService(write: Write, locationId: number, id: number): Promise<boolean> {
  const rows = await write.lock(
    'service',
    write
      .select({ id: services.id })
      .from(services)
      .where(and(eq(services.locationId, locationId), eq(services.id, id), isNull(services.deletedAt))),
    'share',
  );
  return rows.length > 0;
}
