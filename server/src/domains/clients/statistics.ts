import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import type { Money } from '../../platform/money.ts';
import { locations } from '../locations/tables.ts';
import { clients } from './tables.ts';

/** The sales, payments and debt of a client. */
export interface ClientStatistics {
  visits: number;
  missedVisits: number;
  balance: Money;
  spent: Money;
  paid: Money;
  lastVisitAt: Date | null;
}

const columns = {
  visits: sql<number>`coalesce(sum(${clients.visits}), 0)`.mapWith(Number),
  missedVisits: sql<number>`coalesce(sum(${clients.missedVisits}), 0)`.mapWith(Number),
  balance: sql<Money>`coalesce(sum(${clients.openingBalance} + ${clients.paid} - ${clients.spent}), 0)`,
  spent: sql<Money>`coalesce(sum(${clients.spent}), 0)`,
  paid: sql<Money>`coalesce(sum(${clients.paid}), 0)`,
  lastVisitAt: sql<Date | null>`max(${clients.lastVisitAt})`.mapWith(clients.lastVisitAt),
};

async function expectClient(db: Read, locationId: number, id: number): Promise<{ phone: string | null }> {
  const [client] = await db
    .select({ phone: clients.phone })
    .from(clients)
    .where(and(eq(clients.locationId, locationId), eq(clients.id, id)));
  if (!client) throw new NotFound();
  return client;
}

/** @throws NotFound */
export async function clientStatistics(db: Read, locationId: number, id: number): Promise<ClientStatistics> {
  await expectClient(db, locationId, id);
  const [row] = await db
    .select(columns)
    .from(clients)
    .where(and(eq(clients.locationId, locationId), eq(clients.id, id)));
  return row as ClientStatistics;
}

/** Like clientStatistics, for all clients of the chain's locations with the client's phone number. @throws NotFound */
export async function chainClientStatistics(db: Read, location: Location, id: number): Promise<ClientStatistics> {
  const { phone } = await expectClient(db, location.id, id);
  if (phone === null) return clientStatistics(db, location.id, id);
  const ofChain = db
    .select({ id: locations.id })
    .from(locations)
    .where(and(eq(locations.chainId, location.chainId), isNull(locations.deletedAt)));
  const [row] = await db
    .select(columns)
    .from(clients)
    .where(and(inArray(clients.locationId, ofChain), eq(clients.phone, phone)));
  return row as ClientStatistics;
}
