import { linesOfDocuments } from '../../inventory/line-list.ts';
import { presentDocumentLine, stockViewOf } from '../../inventory/wire/present.ts';
import type { AppointmentRow } from '../appointment.ts';
import type { Authorized } from './caller.ts';

/** What appointments have used up, by the appointment. One statement for any number of them; none if nothing was written off. */
export async function consumablesByAppointment(caller: Authorized, rows: readonly AppointmentRow[]) {
  const consumables = new Map<number, Omit<ReturnType<typeof presentDocumentLine>, 'record_id'>[]>();
  const byDocument = new Map(
    rows.flatMap((row) => (row.consumablesDocumentId === null ? [] : [[row.consumablesDocumentId, row.id]])),
  );
  if (byDocument.size === 0) return consumables;
  const view = stockViewOf(caller);
  for (const line of await linesOfDocuments(caller.db, caller.location.id, [...byDocument.keys()])) {
    const id = byDocument.get(line.documentId) as number;
    const { record_id: _, ...shown } = presentDocumentLine(line, view);
    consumables.set(id, [...(consumables.get(id) ?? []), shown]);
  }
  return consumables;
}
