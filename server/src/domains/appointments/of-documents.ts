import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { appointments } from './tables.ts';

/** The appointments that own documents, by the id of the document. Other documents are left out. */
export async function appointmentsOfDocuments(
  db: Read,
  locationId: number,
  documentIds: readonly number[],
): Promise<Map<number, { id: number; visitId: number; teamMemberId: number; startsAt: Date }>> {
  if (documentIds.length === 0) return new Map();
  const rows = await db
    .select({
      id: appointments.id,
      visitId: appointments.visitId,
      documentId: appointments.documentId,
      teamMemberId: appointments.teamMemberId,
      startsAt: appointments.startsAt,
    })
    .from(appointments)
    .where(and(eq(appointments.locationId, locationId), inArray(appointments.documentId, [...new Set(documentIds)])));
  return new Map(rows.map(({ documentId, ...appointment }) => [documentId, appointment]));
}

/** The documents of appointments, in the order of the appointments' ids. */
export async function documentsOfAppointments(db: Read, locationId: number, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ documentId: appointments.documentId })
    .from(appointments)
    .where(and(eq(appointments.locationId, locationId), inArray(appointments.id, [...ids])))
    .orderBy(asc(appointments.id));
  return rows.map(({ documentId }) => documentId);
}
