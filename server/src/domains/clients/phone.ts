import { and, eq } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { clients } from './tables.ts';

/** The phone number of a client of a location, in E.164; null without one. */
export async function phoneOfClient(db: Read, locationId: number, clientId: number | null): Promise<string | null> {
  if (clientId === null) return null;
  const own = and(eq(clients.locationId, locationId), eq(clients.id, clientId));
  const [row] = await db.select({ phone: clients.phone }).from(clients).where(own);
  return row?.phone ?? null;
}
