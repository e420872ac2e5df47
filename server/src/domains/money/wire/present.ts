import type { Location } from '../../../api/access.ts';
import type { Read } from '../../../api/write.ts';
import { compactZonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { appointmentsOfDocuments } from '../../appointments/of-documents.ts';
import type { SoldTransaction, TransactionRow } from '../transaction-list.ts';

/** Finds the appointments of movements of money, with one statement. */
export async function withAppointments(
  db: Read,
  locationId: number,
  rows: readonly TransactionRow[],
): Promise<SoldTransaction[]> {
  const documentIds = rows.flatMap(({ documentId }) => documentId ?? []);
  const found = await appointmentsOfDocuments(db, locationId, documentIds);
  return rows.map((row) => ({ ...row, appointment: row.documentId === null ? undefined : found.get(row.documentId) }));
}

/** The fields of clients that the reader may see. */
export interface ClientVisibility {
  phone: boolean;
  email: boolean;
}

const soldItem = ({ serviceId, lineId }: TransactionRow) => {
  if (serviceId !== null) return { sold_item_id: serviceId, sold_item_type: 'service' as const };
  if (lineId !== null) return { sold_item_id: lineId, sold_item_type: 'goods_transaction' as const };
  return { sold_item_id: 0, sold_item_type: null };
};

/** As lists have it, and a single one. */
export function presentTransaction(row: SoldTransaction, location: Pick<Location, 'timeZone'>, sees: ClientVisibility) {
  const { id, expense, account, supplier, teamMember, client, appointment } = row;
  return {
    id,
    document_id: row.documentId ?? 0,
    expense,
    date: compactZonedDateTime(row.at, location.timeZone),
    amount: toWire(row.amount),
    comment: row.comment,
    master: { id: teamMember?.id ?? 0, title: teamMember?.name ?? '' },
    supplier: supplier ?? { id: 0, title: '' },
    account: { id: account.id, title: account.title },
    client: { id: client?.id ?? 0, name: client?.name ?? '', phone: (sees.phone && client?.phone) || '' },
    last_change_date: compactZonedDateTime(row.changedAt, location.timeZone),
    record_id: appointment?.id ?? 0,
    visit_id: appointment?.visitId ?? 0,
    ...soldItem(row),
  };
}
