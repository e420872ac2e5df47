import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Read, Transact, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { OutsideAnswer } from '../../platform/outside-request.ts';
import { appointments } from '../appointments/tables.ts';
import { documents } from '../inventory/tables.ts';
import type { FiscalRequest } from './request.ts';
import { type FiscalSettings, getFiscalSettings } from './settings.ts';
import { type FiscalStatus, fiscalDocuments, fiscalTransactions } from './tables.ts';

/** What a cash register reports about a receipt. */
export type Outcome = { isPrinted: true } | { isPrinted: false; code: number | null; message: string };

/** The register cannot be reached. Source: the published list of codes. */
const unavailable = 2002;

/** The contacts of a client are kept only as long as the register may need them. */
export const nobody: FiscalRequest['customer'] = { email: '', phone: '' };

/** How often a register that does not answer is asked. */
export const mostAttempts = 5;

const own = (locationId: number, id: number) => and(eq(fiscalTransactions.locationId, locationId), eq(fiscalTransactions.id, id));

/** The transaction that a register knows by an id. @returns undefined if there is none in any location */
export async function findTransaction(db: Read, uid: string): Promise<{ locationId: number; id: number } | undefined> {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(uid)) return undefined;
  const [row] = await db
    .select({ locationId: fiscalTransactions.locationId, id: fiscalTransactions.id })
    .from(fiscalTransactions)
    .where(eq(fiscalTransactions.uid, uid));
  return row;
}

/**
 * Records what a register reports. Only a receipt that waits becomes printed; an error counts at any time, also after that. Repeated and late
 * reports change nothing more. What a printed sale receipt names stays as it is, until its return is printed.
 */
export async function settleReceipt(write: Write, locationId: number, id: number, outcome: Outcome): Promise<void> {
  const covered = await write
    .select({ id: fiscalDocuments.documentId })
    .from(fiscalDocuments)
    .where(ofTransaction(locationId, id));
  const documentIds = covered.map((each) => each.id);
  await lockCovered(write, locationId, documentIds);
  const [row] = await write.lock('fiscal transaction', write.select().from(fiscalTransactions).where(own(locationId, id)));
  if (!row || !mayFollow(row.status, outcome)) return;
  const status: FiscalStatus = outcome.isPrinted ? 1 : outcome.code === unavailable ? 0 : 3;
  await write
    .update(fiscalTransactions)
    .set({
      status,
      printedCount: row.printedCount + (outcome.isPrinted ? 1 : 0),
      errorCode: outcome.isPrinted ? null : outcome.code,
      errorMessage: outcome.isPrinted ? '' : outcome.message.slice(0, 500),
      settledAt: new Date(),
      request: { ...row.request, customer: nobody },
    })
    .where(own(locationId, id));
  if (row.saleId === null && !outcome.isPrinted) await letFall(write, locationId, id);
  if (row.saleId !== null && outcome.isPrinted) await letFall(write, locationId, row.saleId);
  if (row.saleId !== null && row.status === 1) await letStandAgain(write, locationId, row.saleId);
  await markPrinted(write, locationId, documentIds);
}

const mayFollow = (status: FiscalStatus, { isPrinted }: Outcome) => status === 2 || (status === 1 && !isPrinted);

/** Locks what a receipt covers, so that nobody changes it while the receipt becomes printed. */
async function lockCovered(write: Write, locationId: number, documentIds: readonly number[]): Promise<void> {
  const ofDocuments = and(eq(appointments.locationId, locationId), inArray(appointments.documentId, [...documentIds]));
  await write.lock(
    'appointment',
    write.select({ id: appointments.id }).from(appointments).where(ofDocuments).orderBy(asc(appointments.id)),
  );
  const covered = and(eq(documents.locationId, locationId), inArray(documents.id, [...documentIds]));
  await write.lock('document', write.select({ id: documents.id }).from(documents).where(covered).orderBy(asc(documents.id)));
}

const ofTransaction = (locationId: number, id: number) =>
  and(eq(fiscalDocuments.locationId, locationId), eq(fiscalDocuments.transactionId, id));

/** A sale receipt that is taken back, or was never printed. */
const letFall = (write: Write, locationId: number, saleId: number) =>
  write.update(fiscalDocuments).set({ isStanding: false }).where(ofTransaction(locationId, saleId));

/** A sale receipt whose return has failed after all, unless another receipt has taken its place. */
const letStandAgain = (write: Write, locationId: number, saleId: number) =>
  write
    .update(fiscalDocuments)
    .set({ isStanding: true })
    .where(
      and(
        ofTransaction(locationId, saleId),
        sql`not exists (select from ${fiscalDocuments} other where other.location_id = ${fiscalDocuments.locationId}
          and other.document_id = ${fiscalDocuments.documentId} and other.is_standing)`,
      ),
    );

/** Writes whether a sale receipt of documents is printed, where earlier rooms read it. */
async function markPrinted(write: Write, locationId: number, documentIds: readonly number[]): Promise<void> {
  const ids = sql.param([...documentIds]);
  await write.execute(sql`
    with printed as (
      select covered.document_id from fiscal_documents covered
      join fiscal_transactions sale on sale.location_id = covered.location_id and sale.id = covered.transaction_id and sale.status = 1
      where covered.location_id = ${locationId} and covered.document_id = any(${ids}::int[]) and covered.is_standing)
    update documents set receipt_status = (documents.id in (select document_id from printed))::int
    where documents.location_id = ${locationId} and documents.id = any(${ids}::int[])`);
  const shown = await rowsOf<{ id: number; deleted: boolean }>(
    write,
    sql`
    update appointments set is_receipt_printed = documents.receipt_status = 1
    from documents
    where appointments.location_id = ${locationId} and appointments.document_id = any(${ids}::int[])
      and documents.location_id = ${locationId} and documents.id = appointments.document_id
      and appointments.is_receipt_printed <> (documents.receipt_status = 1)
    returning appointments.id, appointments.deleted_at is not null as deleted`,
  );
  for (const { id, deleted } of shown) if (!deleted) write.changed('appointment', locationId, id, 'update');
}

/** Posts a request to the address in a location's settings. */
type Post = (settings: FiscalSettings, request: FiscalRequest) => Promise<OutsideAnswer>;

/**
 * Sends a receipt to the cash register, unless it is settled already. The register knows a request that comes again by its id.
 * @param attempt 1 for the first. A register that does not answer the last one is a connection error
 * @returns the result
 * @throws Error if it must be tried again
 */
export async function sendReceipt(
  db: Read,
  transact: Transact,
  { locationId, transactionId, attempt }: { locationId: number; transactionId: number; attempt: number },
  post: Post,
): Promise<string> {
  const [row] = await db.select().from(fiscalTransactions).where(own(locationId, transactionId));
  if (row?.status !== 2) return 'settled already';
  const isLast = attempt >= mostAttempts;
  const settle = (outcome: Outcome) => transact((write) => settleReceipt(write, locationId, transactionId, outcome));
  const fail = async (message: string) => {
    await settle({ isPrinted: false, code: unavailable, message });
    return message;
  };
  const settings = await getFiscalSettings(db, locationId);
  if (!settings.isEnabled) return fail('The cash register was switched off');
  const answer = await post(settings, row.request);
  if ('refusal' in answer) {
    const message = `The cash register ${answer.refusal}`;
    if (isLast || !isPassing.has(answer.refusal)) return fail(message);
    throw new Error(message);
  }
  const { status } = answer;
  const report = readReport(answer.body);
  if (status >= 200 && status < 300 && report.status !== 'error') {
    if (report.status !== 'success') return 'sent';
    await settle({ isPrinted: true });
    return 'printed';
  }
  if (status >= 500 || status === 429) {
    const message = `The cash register answered ${status}`;
    if (isLast) return fail(message);
    throw new Error(message);
  }
  await settle({ isPrinted: false, code: report.code, message: report.message || `The cash register answered ${status}` });
  return 'refused';
}

/** Refusals that may be over at the next attempt. */
const isPassing = new Set(['does not answer in time', 'cannot be reached']);

/** The parts of an answer that are as published; others count as missing. */
function readReport(body: string): { status: string | null; code: number | null; message: string } {
  const fields = parsed(body);
  const { status, code, message } = fields;
  return {
    status: typeof status === 'string' ? status.toLowerCase() : null,
    code: Number.isInteger(code) && Math.abs(code as number) < 2 ** 31 ? (code as number) : null,
    message: typeof message === 'string' ? message.replaceAll('\0', '').toWellFormed() : '',
  };
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Registers answer errors in other forms too.
    return {};
  }
}
