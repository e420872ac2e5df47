import { and, asc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import type { Read, Write } from '../../api/write.ts';
import { documentLines, documents } from '../inventory/tables.ts';
import { appointments } from './tables.ts';

/**
 * The appointments that own documents, by the id of the document: that of their products and payments, or that of their consumables. Other
 * documents are left out.
 */
export async function appointmentsOfDocuments(
  db: Read,
  locationId: number,
  documentIds: readonly number[],
): Promise<Map<number, { id: number; visitId: number; teamMemberId: number; startsAt: Date }>> {
  if (documentIds.length === 0) return new Map();
  const ids = [...new Set(documentIds)];
  const { documentId, consumablesDocumentId } = appointments;
  const rows = await db
    .select({
      id: appointments.id,
      visitId: appointments.visitId,
      documentId,
      consumablesDocumentId,
      teamMemberId: appointments.teamMemberId,
      startsAt: appointments.startsAt,
    })
    .from(appointments)
    .where(and(eq(appointments.locationId, locationId), or(inArray(documentId, ids), inArray(consumablesDocumentId, ids))));
  return new Map(
    rows.flatMap(({ documentId: sold, consumablesDocumentId: used, ...appointment }) =>
      [sold, used].flatMap((id): [number, typeof appointment][] => (id !== null && ids.includes(id) ? [[id, appointment]] : [])),
    ),
  );
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

const selectMoved = (db: Read, locationId: number, appointmentIds: readonly number[]) =>
  db
    .select({ id: documents.id })
    .from(documents)
    .innerJoin(
      appointments,
      and(
        eq(appointments.locationId, documents.locationId),
        or(eq(appointments.documentId, documents.id), eq(appointments.consumablesDocumentId, documents.id)),
      ),
    )
    .where(
      and(
        eq(appointments.locationId, locationId),
        inArray(appointments.id, [...appointmentIds]),
        ne(documents.at, appointments.startsAt),
      ),
    )
    .orderBy(asc(documents.id));

/** The documents of appointments that begin at other times now. */
export async function movedDocuments(db: Read, locationId: number, appointmentIds: readonly number[]): Promise<number[]> {
  if (appointmentIds.length === 0) return [];
  return (await selectMoved(db, locationId, appointmentIds)).map(({ id }) => id);
}

/**
 * Moves the documents of locked appointments, with their lines, to the times at which the appointments begin now. Payments keep the time at
 * which they were taken. Call it after everything that locks products or visits.
 */
export async function moveDocuments(write: Write, locationId: number, appointmentIds: readonly number[]): Promise<void> {
  const moved = await write.lock('document', selectMoved(write, locationId, appointmentIds), 'no key update', { of: documents });
  if (moved.length === 0) return;
  const ids = sql`${sql.param(moved.map(({ id }) => id))}::int[]`;
  await write.execute(sql`
    update documents set at = appointments.starts_at, changed_at = now()
    from appointments
    where documents.location_id = ${locationId} and documents.id = any(${ids}) and appointments.location_id = ${locationId}
      and documents.id in (appointments.document_id, appointments.consumables_document_id)
      and appointments.id = any(${sql.param([...appointmentIds])}::int[])`);
  const lines = await write.lock(
    'document line',
    write
      .select({ id: documentLines.id })
      .from(documentLines)
      .where(
        and(
          eq(documentLines.locationId, locationId),
          sql`${documentLines.documentId} = any(${ids})`,
          isNull(documentLines.deletedAt),
        ),
      )
      .orderBy(asc(documentLines.id)),
  );
  if (lines.length === 0) return;
  await write.execute(sql`
    update document_lines set at = documents.at, changed_at = now()
    from documents
    where document_lines.location_id = ${locationId} and document_lines.id = any(${sql.param(lines.map(({ id }) => id))}::int[])
      and documents.location_id = document_lines.location_id and documents.id = document_lines.document_id`);
  for (const { id } of lines) write.changed('document line', locationId, id, 'update');
}
