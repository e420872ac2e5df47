import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import { users } from '../access/tables.ts';
import { nextDocumentNumber } from './document-number.ts';
import { ReceiptPrinted } from './receipt.ts';
import { keepStorages } from './storage.ts';
import { type DocumentType, documents, storages } from './tables.ts';

const selectDocuments = (db: Read) =>
  db
    .select({
      id: documents.id,
      locationId: documents.locationId,
      type: documents.type,
      number: documents.number,
      storageId: documents.storageId,
      toStorageId: documents.toStorageId,
      comment: documents.comment,
      userId: documents.userId,
      at: documents.at,
      receiptStatus: documents.receiptStatus,
      deletedAt: documents.deletedAt,
      storage: { id: storages.id, title: storages.title },
      user: {
        id: users.id,
        name: users.name,
        phone: users.phone,
        email: users.email,
        avatar: users.avatar,
        isApproved: users.isApproved,
      },
    })
    .from(documents)
    .leftJoin(storages, and(eq(storages.locationId, documents.locationId), eq(storages.id, documents.storageId)))
    .leftJoin(users, eq(users.id, documents.userId));

/** A document with its storage and its author. */
export type DocumentRow = Awaited<ReturnType<typeof selectDocuments>>[number];

const livingDocument = prepared((db) =>
  selectDocuments(db)
    .where(
      and(
        eq(documents.locationId, sql.placeholder('location')),
        eq(documents.id, sql.placeholder('id')),
        isNull(documents.deletedAt),
      ),
    )
    .prepare('document'),
);

/** The document of an appointment has the type 7. @throws NotFound, also for a deleted one */
export async function getDocument(db: Read, locationId: number, id: number): Promise<DocumentRow> {
  const [row] = await livingDocument(db).execute({ location: locationId, id });
  if (!row) throw new NotFound();
  return row;
}

/** Types of documents that are entered by hand: sales, arrivals, write-offs, transfers and stocktakings, and consumables of a storage. */
export const isStockDocument = ({ type, storageId }: Pick<DocumentRow, 'type' | 'storageId'>): boolean =>
  storageId !== null && [1, 3, 4, 5, 6, 8].includes(type);

/** Both sides of a transfer, and the differences of a stocktaking, belong together: such a document can only be deleted as a whole. */
export const isWhole = ({ type }: Pick<DocumentRow, 'type'>): boolean => type === 5 || type === 6;

export interface NewDocument {
  type: DocumentType;
  storageId: number | null;
  /** The storage that receives the products of a transfer. */
  toStorageId?: number | null;
  at: Date;
  comment?: string | undefined;
}

/**
 * Adds a document without a number: `numberDocument` gives it one, when the transaction has done everything else.
 * @returns the id
 * @throws Invalid for a storage that the location does not have
 */
export async function createDocument(
  write: Write,
  locationId: number,
  { type, storageId, toStorageId = null, at, comment = '' }: NewDocument,
): Promise<number> {
  if (type === 5) {
    if (toStorageId === null) throw new Invalid({ toStorageId: ['is required'] });
    if (toStorageId === storageId) throw new Invalid({ toStorageId: ['must differ from {storageId}'] });
  }
  // In one statement, in the order of their ids.
  await keepStoragesOf(write, locationId, { storageId, toStorageId });
  const values = { locationId, type, storageId, toStorageId, at, comment: comment.trim(), userId: write.author.userId };
  const [row] = await write.insert(documents).values(values).returning({ id: documents.id });
  const { id } = row as { id: number };
  write.made('document', [id]);
  return id;
}

/** @throws Invalid that names the right one of both */
async function keepStoragesOf(
  write: Write,
  locationId: number,
  { storageId, toStorageId }: { storageId: number | null; toStorageId: number | null },
): Promise<void> {
  const ids = [storageId, toStorageId].filter((id) => id !== null);
  if (ids.length < 2) return keepStorages(write, locationId, ids);
  try {
    await keepStorages(write, locationId, ids);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    await keepStorages(write, locationId, [storageId as number]);
    throw new Invalid({ toStorageId: ['must be a storage of this location'] });
  }
}

/**
 * Gives a new document the next number of the location. Call it when everything else is written: other new documents of the location wait
 * from here to the commit.
 * @returns the document
 */
export async function numberDocument(write: Write, locationId: number, id: number): Promise<DocumentRow> {
  await write
    .update(documents)
    .set({ number: await nextDocumentNumber(write, locationId) })
    .where(and(eq(documents.locationId, locationId), eq(documents.id, id)));
  return getDocument(write, locationId, id);
}

/**
 * Locks a document until the transaction ends. Products, and storages that its lines will use, are locked before it.
 * @param how `mayBePrinted`: the caller changes nothing that a receipt names, or refuses it
 * @throws NotFound, and ReceiptPrinted after its sale receipt was printed
 */
export async function lockDocument(write: Write, locationId: number, id: number, how: { mayBePrinted?: boolean } = {}) {
  const [row] = await lockDocuments(write, locationId, [id], how);
  if (!row) throw new NotFound();
  return row;
}

/** Like `lockDocument`, for several documents by their ids, without deleted ones. @throws ReceiptPrinted */
export async function lockDocuments(
  write: Write,
  locationId: number,
  ids: readonly number[],
  { mayBePrinted = false }: { mayBePrinted?: boolean } = {},
) {
  const rows = await write.lock(
    'document',
    write
      .select()
      .from(documents)
      .where(and(eq(documents.locationId, locationId), inArray(documents.id, [...ids]), isNull(documents.deletedAt)))
      .orderBy(asc(documents.id)),
  );
  if (!mayBePrinted && rows.some(({ receiptStatus }) => receiptStatus === 1)) throw new ReceiptPrinted();
  return rows;
}

/** @throws Forbidden for a document of an appointment or a client account, and for a transfer or a stocktaking */
export function expectChangeable(document: Pick<DocumentRow, 'type' | 'storageId'>): void {
  expectStockDocument(document);
  if (isWhole(document)) throw new Forbidden('Transfers and stocktakings are not changed. Delete it and enter it again.');
}

/** @throws Forbidden for a document of an appointment or a client account */
export function expectStockDocument(document: Pick<DocumentRow, 'type' | 'storageId'>): void {
  if (!isStockDocument(document)) throw new Forbidden('The document belongs to an appointment or a client account.');
}
