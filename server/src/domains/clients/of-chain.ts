import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { locations } from '../locations/tables.ts';
import { clients } from './tables.ts';

/** The clients of a chain with a phone number, by location: at most one in each. @param phone E.164 */
export const clientsOfChain = (db: Read, chainId: number, phone: string) =>
  db
    .select({ id: clients.id, locationId: clients.locationId, name: clients.name, email: clients.email })
    .from(locations)
    .innerJoin(clients, and(eq(clients.locationId, locations.id), eq(clients.phone, phone)))
    .where(and(eq(locations.chainId, chainId), isNull(locations.deletedAt)))
    .orderBy(asc(locations.id));
