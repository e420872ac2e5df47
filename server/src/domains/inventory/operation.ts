import { and, eq, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { type KeptProduct, keepProducts } from '../products/keep.ts';
import { followArrivals } from './cost-price.ts';
import {
  createDocument,
  type DocumentRow,
  expectChangeable,
  expectStockDocument,
  getDocument,
  lockDocument,
  type NewDocument,
} from './document.ts';
import {
  insertLines,
  keepLivingProducts,
  keepNamed,
  type LineFields,
  movementOf,
  prepareLine,
  removeLines,
  transferred,
  typeOfLines,
} from './line.ts';
import { ReceiptPrinted } from './receipt.ts';
import { moveStock, takeBackStock } from './stock.ts';
import { keepStorages } from './storage.ts';
import { documentLines, documents } from './tables.ts';

type Place = Pick<Location, 'id' | 'currency'>;

/**
 * Adds a document with its lines, all or nothing. A transfer gets two lines for each product: one leaves a storage, the other enters
 * the other one. `numberDocument` gives it a number afterwards.
 * @returns the ids of the document and of its lines
 * @throws Invalid without lines, and as createDocument and addLines
 */
export async function createOperation(
  write: Write,
  location: Place,
  { lines, ...document }: NewDocument & { storageId: number; lines: readonly LineFields[] },
): Promise<{ id: number; lineIds: number[] }> {
  if (lines.length === 0) throw new Invalid({ lines: ['must have at least one line'] });
  const { type: documentType, storageId, toStorageId, at } = document;
  const isTransfer = documentType === 5;
  const type = isTransfer ? 5 : typeOfLines(document);
  await keepNamed(write, location.id, lines);
  const id = await createDocument(write, location.id, document);
  const products = await keepLivingProducts(write, location.id, type, lines);
  const prepared = lines.flatMap((line) => {
    const product = products.get(line.productId) as KeptProduct;
    if (!isTransfer) return [prepareLine(location, type, product, line, storageId)];
    // Nobody buys or supplies what is transferred.
    const moved = { ...line, clientId: null, supplierId: null, code: undefined };
    return transferred(prepareLine(location, type, product, moved, storageId), toStorageId as number);
  });
  return { id, lineIds: await insertLines(write, location, { id, at }, prepared) };
}

/** The fields of a document that can change. An undefined field stays unchanged. */
export interface DocumentChanges {
  storageId?: number | undefined;
  at?: Date | undefined;
  comment?: string | undefined;
}

/**
 * Changes a document. Its lines move with it to another storage or time.
 * @throws NotFound, Invalid for a storage that the location does not have and for too much taken from it, and Forbidden for a document of
 * an appointment, a transfer and a stocktaking
 */
export async function updateDocument(
  write: Write,
  location: Place,
  id: number,
  { storageId, at, comment }: DocumentChanges,
): Promise<DocumentRow> {
  const seen = await getDocument(write, location.id, id);
  expectChangeable(seen);
  if (storageId !== undefined) await keepStorages(write, location.id, [storageId]);
  const ofDocument = and(
    eq(documentLines.locationId, location.id),
    eq(documentLines.documentId, id),
    isNull(documentLines.deletedAt),
  );
  if (storageId !== undefined || at !== undefined) {
    const used = await write.selectDistinct({ id: documentLines.productId }).from(documentLines).where(ofDocument);
    const productIds = used.map((line) => line.id);
    if (productIds.length) await keepProducts(write, location.id, productIds, { isRepriced: seen.type === 3 });
  }
  const document = await lockDocument(write, location.id, id, { mayBePrinted: true });
  const isMoved = storageId !== undefined && storageId !== document.storageId;
  const isLater = at !== undefined && at.getTime() !== document.at.getTime();
  if (isLater && document.receiptStatus === 1) throw new ReceiptPrinted();
  const now = new Date();
  await write
    .update(documents)
    .set({ storageId, at, comment: comment?.trim(), changedAt: now })
    .where(and(eq(documents.locationId, location.id), eq(documents.id, id)));
  if (isMoved || isLater) {
    const lines = await write.lock(
      'document line',
      write.select().from(documentLines).where(ofDocument).orderBy(documentLines.id),
    );
    const place = { storageId: storageId ?? (document.storageId as number), at: at ?? document.at };
    const moved = lines.map((line) => ({ ...line, ...place }));
    const movements = isMoved ? moved.map(movementOf) : [];
    if (isMoved) {
      const lineIds = lines.map((line) => line.id);
      await takeBackStock(write, location, lineIds, movements);
    }
    await write
      .update(documentLines)
      .set({ ...place, changedAt: now })
      .where(ofDocument);
    await moveStock(write, location, movements);
    await followArrivals(write, location, [...lines, ...moved]);
    for (const line of lines) write.changed('document line', location.id, line.id, 'update');
  }
  return getDocument(write, location.id, id);
}

/**
 * Deletes a document with its lines, and takes back what they did to the stock.
 * @returns the ids of the deleted lines
 * @throws NotFound, and Forbidden for a document of an appointment or a client account, and after its receipt was printed
 */
export async function deleteDocument(write: Write, location: Place, id: number): Promise<number[]> {
  const seen = await getDocument(write, location.id, id);
  expectStockDocument(seen);
  const own = and(eq(documentLines.locationId, location.id), eq(documentLines.documentId, id), isNull(documentLines.deletedAt));
  const lines = await write
    .select({ id: documentLines.id, type: documentLines.type, productId: documentLines.productId })
    .from(documentLines)
    .where(own);
  if (lines.length) {
    const productIds = lines.map(({ productId }) => productId);
    await keepProducts(write, location.id, productIds, { isRepriced: seen.type === 3 });
  }
  await lockDocument(write, location.id, id);
  // Lines that another request added meanwhile.
  const all = await write.select({ id: documentLines.id }).from(documentLines).where(own);
  const deleted = await removeLines(
    write,
    location,
    all.map((line) => line.id),
  );
  const now = new Date();
  await write
    .update(documents)
    .set({ deletedAt: now, changedAt: now })
    .where(and(eq(documents.locationId, location.id), eq(documents.id, id)));
  return deleted;
}
