import { compare } from '../../../platform/exact.ts';
import { toQuantity } from '../../../platform/quantity.ts';
import { appointmentsOfDocuments } from '../../appointments/of-documents.ts';
import type { Publisher } from '../../outbox/publisher.ts';
import type { LineRow } from '../line-list.ts';
import { linesById } from '../line-list.ts';
import { presentPublishedLine } from './present.ts';

/** The names of lines for webhooks. A stocktaking has none: what is missing was lost, and what is there more has arrived. */
function resourceOf({ type, amount }: LineRow) {
  const isMissing = compare(amount, toQuantity(0)) < 0;
  if (type === 6) return isMissing ? 'goods_operations_stolen' : 'goods_operations_receipt';
  return (
    {
      1: 'goods_operations_sale',
      2: 'goods_operations_consumable',
      3: 'goods_operations_receipt',
      4: 'goods_operations_stolen',
      5: 'goods_operations_move',
    } as const
  )[type];
}

/** In the published form of the webhook. */
export const publishedLines: Publisher<'document line'> = {
  resource: resourceOf,
  find: async (db, locationId, ids) => {
    const rows = await linesById(db, locationId, ids);
    const appointments = await appointmentsOfDocuments(
      db,
      locationId,
      rows.map(({ documentId }) => documentId),
    );
    return rows.map((row) => ({ ...row, appointmentId: appointments.get(row.documentId)?.id }));
  },
  present: presentPublishedLine,
};
