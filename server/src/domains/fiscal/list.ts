import { and, asc, count, desc, eq, gte, inArray, isNull, lt, or, type SQL } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { appointments } from '../appointments/tables.ts';
import { documents } from '../inventory/tables.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';
import { fiscalDocuments, fiscalTransactions } from './tables.ts';

const selectTransactions = (db: Read) =>
  db
    .select({
      id: fiscalTransactions.id,
      type: fiscalTransactions.type,
      status: fiscalTransactions.status,
      amount: fiscalTransactions.amount,
      printedCount: fiscalTransactions.printedCount,
      createdAt: fiscalTransactions.createdAt,
      userId: fiscalTransactions.userId,
      request: fiscalTransactions.request,
      document: { id: documents.id, type: documents.type },
    })
    .from(fiscalTransactions)
    .innerJoin(
      documents,
      and(eq(documents.locationId, fiscalTransactions.locationId), eq(documents.id, fiscalTransactions.documentId)),
    );

/** A request to print a receipt, with its document. */
export type FiscalTransactionRow = Awaited<ReturnType<typeof selectTransactions>>[number];

export interface FiscalFilter {
  type?: number | undefined;
  status?: number | undefined;
  /** The first instant, and the first one after the last. */
  from?: Date | undefined;
  until?: Date | undefined;
}

/** The receipts that a user sees: those of visits in the user's calendars, and of sales from the user's storages. */
export interface SeenReceipts {
  calendars: Calendars;
  storages: readonly number[] | undefined;
  since: Date | undefined;
}

function isSeen({ calendars, storages, since }: SeenReceipts): SQL | undefined {
  const isInCalendars = inCalendars(appointments, calendars);
  return and(
    isInCalendars && or(isNull(appointments.id), isInCalendars),
    storages && or(isNull(documents.storageId), inArray(documents.storageId, [...storages])),
    since && gte(fiscalTransactions.createdAt, since),
  );
}

/** Requests to print, newest first. @returns a page, and the number on all pages */
export async function listFiscalTransactions(
  db: Read,
  locationId: number,
  { type, status, from, until }: FiscalFilter,
  seen: SeenReceipts,
  page: { offset: number; limit: number },
): Promise<{ rows: FiscalTransactionRow[]; total: number }> {
  const where = and(
    eq(fiscalTransactions.locationId, locationId),
    type === undefined ? undefined : eq(fiscalTransactions.type, type as 0),
    status === undefined ? undefined : eq(fiscalTransactions.status, status as 0),
    from && gte(fiscalTransactions.createdAt, from),
    until && lt(fiscalTransactions.createdAt, until),
    isSeen(seen),
  );
  const ofDocument = and(
    eq(appointments.locationId, fiscalTransactions.locationId),
    eq(appointments.documentId, fiscalTransactions.documentId),
  );
  const rows = await selectTransactions(db)
    .leftJoin(appointments, ofDocument)
    .where(where)
    .orderBy(desc(fiscalTransactions.createdAt), desc(fiscalTransactions.id))
    .limit(page.limit)
    .offset(page.offset);
  if (page.offset === 0 && rows.length < page.limit) return { rows, total: rows.length };
  const [counted] = await db
    .select({ total: count() })
    .from(fiscalTransactions)
    .innerJoin(
      documents,
      and(eq(documents.locationId, fiscalTransactions.locationId), eq(documents.id, fiscalTransactions.documentId)),
    )
    .leftJoin(appointments, ofDocument)
    .where(where);
  return { rows, total: counted?.total ?? 0 };
}

/** A request to print, by its id. The caller knows that it exists. */
export async function getFiscalTransaction(db: Read, locationId: number, id: number): Promise<FiscalTransactionRow> {
  const [row] = await selectTransactions(db).where(
    and(eq(fiscalTransactions.locationId, locationId), eq(fiscalTransactions.id, id)),
  );
  return row as FiscalTransactionRow;
}

/** The receipts of documents. */
export interface ReceiptState {
  transactions: FiscalTransactionRow[];
  /** 1 if a sale receipt can be printed, 0 if one stands and can be returned. Source: the published help. */
  lastType: 0 | 1;
}

/** The receipts that cover any of these documents, in the order in which they were asked for. */
export async function receiptStateOf(db: Read, locationId: number, documentIds: readonly number[]): Promise<ReceiptState> {
  if (documentIds.length === 0) return { transactions: [], lastType: 1 };
  const covering = db
    .select({ id: fiscalDocuments.transactionId })
    .from(fiscalDocuments)
    .where(and(eq(fiscalDocuments.locationId, locationId), inArray(fiscalDocuments.documentId, [...documentIds])));
  const transactions = await selectTransactions(db)
    .where(and(eq(fiscalTransactions.locationId, locationId), inArray(fiscalTransactions.id, covering)))
    .orderBy(asc(fiscalTransactions.id));
  const last = transactions.findLast(({ status }) => status === 1);
  return { transactions, lastType: last?.type === 0 ? 0 : 1 };
}
