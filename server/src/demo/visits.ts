import { and, asc, desc, eq, exists, gt, isNotNull, isNull, lt, not, notExists, type SQL, sql } from 'drizzle-orm';
import type { Read } from '../api/write.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { clients } from '../domains/clients/tables.ts';
import { loyaltyCards } from '../domains/loyalty/tables.ts';
import { noMoney } from '../platform/money.ts';

/** A visit of a client with a phone number, of which everything is due. */
export interface OpenVisit {
  id: number;
  visitId: number;
  documentId: number;
  clientId: number;
  phone: string;
}

/** Visits of the past come first with the latest, and those of the future with the next. */
const order = { past: desc(appointments.startsAt), coming: asc(appointments.startsAt) } as const;

/** The appointment has a service that is not free. */
export const costsSomething = sql`exists (select from appointment_services done where done.location_id = ${appointments.locationId}
  and done.appointment_id = ${appointments.id} and done.cost > 0)`;

/** Visits to which the client came, or that are still to come, of which everything is due. Classes and prepaid visits are left out. */
export async function openVisits(
  db: Read,
  locationId: number,
  when: keyof typeof order,
  limit: number,
  ...which: SQL[]
): Promise<OpenVisit[]> {
  const now = new Date();
  const rows = await db
    .select({
      id: appointments.id,
      visitId: appointments.visitId,
      documentId: appointments.documentId,
      clientId: clients.id,
      phone: clients.phone,
    })
    .from(appointments)
    .innerJoin(clients, and(eq(clients.locationId, appointments.locationId), eq(clients.id, appointments.clientId)))
    .where(
      and(
        eq(appointments.locationId, locationId),
        when === 'past' ? lt(appointments.startsAt, now) : gt(appointments.startsAt, now),
        when === 'past' ? eq(appointments.attendance, 1) : not(eq(appointments.attendance, -1)),
        isNull(appointments.eventId),
        isNull(appointments.deletedAt),
        isNull(appointments.prepayment),
        eq(appointments.paid, noMoney),
        eq(appointments.covered, noMoney),
        isNotNull(clients.phone),
        costsSomething,
        ...which,
      ),
    )
    .orderBy(order[when], asc(appointments.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, phone: row.phone as string }));
}

/** The loyalty cards of the client of a visit. @param typeId only those of a type */
const cards = (db: Read, chainId: number, typeId?: number) =>
  db
    .select({ id: loyaltyCards.id })
    .from(loyaltyCards)
    .where(
      and(
        eq(loyaltyCards.chainId, chainId),
        eq(loyaltyCards.phone, clients.phone),
        isNull(loyaltyCards.deletedAt),
        typeId === undefined ? undefined : eq(loyaltyCards.typeId, typeId),
      ),
    );

export const hasCard = (db: Read, chainId: number, typeId: number): SQL => exists(cards(db, chainId, typeId));
export const hasNoCard = (db: Read, chainId: number): SQL => notExists(cards(db, chainId));

/** The client of the visit has never come before. */
export const isFirst = sql`not exists (select from appointments earlier where earlier.location_id = ${appointments.locationId}
  and earlier.client_id = ${appointments.clientId} and earlier.attendance = 1 and earlier.deleted_at is null)`;
