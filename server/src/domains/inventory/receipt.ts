import { and, asc, eq, inArray } from 'drizzle-orm';
import { Forbidden } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { documents } from './tables.ts';

/** 403: a sale receipt is printed, so what it names stays until a return receipt is printed. */
export class ReceiptPrinted extends Forbidden {
  constructor() {
    super('The receipt is printed. Print a return receipt first.');
  }
}

/** Types of documents that no visit guards. */
const alone = [1, 9];

/**
 * Refuses a change of what was paid in documents whose sale receipt is printed. New ones have none. Sales without a visit and top-ups are locked, so that no
 * receipt is printed meanwhile. Call it after clients are locked, and before accounts. Visits must be locked already.
 * @throws ReceiptPrinted
 */
export async function refusePrinted(write: Write, locationId: number, documentIds: readonly (number | null | undefined)[]) {
  const ids = [...new Set(documentIds.filter((id) => id != null && !write.isNew('document', id)))] as number[];
  if (ids.length === 0) return;
  const own = and(eq(documents.locationId, locationId), inArray(documents.id, ids));
  const query = () =>
    write
      .select({ id: documents.id, type: documents.type, receiptStatus: documents.receiptStatus })
      .from(documents)
      .where(own)
      .orderBy(asc(documents.id));
  let rows = await query();
  if (rows.some(({ type }) => alone.includes(type))) rows = await write.lock('document', query());
  if (rows.some(({ receiptStatus }) => receiptStatus === 1)) throw new ReceiptPrinted();
}
