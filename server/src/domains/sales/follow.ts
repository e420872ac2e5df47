import { inArray, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Change, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { moveDocuments, movedDocuments } from '../appointments/of-documents.ts';
import { cancelPayments } from '../client-accounts/account.ts';
import { planServices } from '../consumables/plan.ts';
import { writeOff } from '../consumables/write-off.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';
import { cancelLoyaltyTransactions } from '../loyalty-transactions/transaction.ts';
import { deleteTransactions } from '../money/transaction.ts';
import { followPaidArrivals } from './arrival.ts';
import { countBuyers, countSales } from './totals.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'timeZone' | 'currency'>;

const idsOf = async (write: Write, query: SQL): Promise<number[]> =>
  (await rowsOf<{ id: number }>(write, query)).map(({ id }) => id);

const gone = (changes: readonly Change[]) => changes.filter(({ status }) => status === 'delete').map(({ id }) => id);

/**
 * Locks what lines have issued. It is called before payments by loyalty are cancelled, because these lock balances.
 * @param transactionIds the loyalty transactions that will be cancelled
 */
export type LockIssued = (
  write: Write,
  location: Place,
  lineIds: readonly number[],
  transactionIds: readonly number[],
) => Promise<void>;

/** Cancels payments, into accounts, from accounts of clients and by loyalty. @param which a condition on `paid` */
async function cancel(
  write: Write,
  location: Place,
  which: SQL,
  lines: readonly number[],
  lockIssued: LockIssued,
): Promise<void> {
  const living = sql`paid.location_id = ${location.id} and paid.deleted_at is null and ${which} order by paid.id`;
  const payments = await idsOf(
    write,
    sql`select paid.id from finance_transactions paid where paid.fee_of_id is null and ${living}`,
  );
  const fromClients = await idsOf(
    write,
    sql`select paid.id from client_account_transactions paid where paid.amount < 0 and ${living}`,
  );
  await deleteTransactions(write, location, payments);
  if (fromClients.length) await cancelPayments(write, location, fromClients);
  const byLoyalty = await idsOf(
    write,
    sql`select paid.id from loyalty_transactions paid
      where paid.location_id = ${location.id} and paid.cancelled_at is null and ${which} order by paid.id`,
  );
  await lockIssued(write, location, lines, byLoyalty);
  if (byLoyalty.length) await cancelLoyaltyTransactions(write, location, inArray(loyaltyTransactions.id, byLoyalty));
}

/**
 * New appointments get the bills of materials of their services. Consumables are written off when the client arrives. Documents move with
 * their appointments. When an appointment is deleted, its consumables and products return to their storage, and its payments are cancelled.
 * Source: the published help.
 */
export async function followAppointments(
  write: Write,
  location: Place,
  changes: readonly Change[],
  lockIssued: LockIssued,
): Promise<void> {
  const created = changes.filter(({ status }) => status === 'create');
  await planServices(
    write,
    location,
    created.map(({ id }) => ({ appointmentId: id, serviceId: null })),
  );
  const { documents, lines } = await soldIn(write, location, gone(changes));
  const updated = changes.filter(({ status }) => status === 'update').map(({ id }) => id);
  const moved = await movedDocuments(write, location.id, updated);
  const ids = changes.map(({ id }) => id);
  await writeOff(write, location, ids, { sold: lines, documents: moved });
  if (moved.length) await moveDocuments(write, location.id, updated);
  if (documents.length === 0) return;
  await cancel(write, location, sql`paid.document_id = any(${sql.param(documents)}::int[])`, lines, lockIssued);
  await countSales(write, location, documents);
}

/** The documents of deleted appointments in which something was sold or paid, and the lines of their products. */
async function soldIn(write: Write, location: Place, ids: readonly number[]): Promise<{ documents: number[]; lines: number[] }> {
  if (ids.length === 0) return { documents: [], lines: [] };
  const documents = await idsOf(
    write,
    sql`select document_id as id from appointments
      where location_id = ${location.id} and id = any(${sql.param([...ids])}::int[]) and (paid <> 0 or covered <> 0 or goods_cost is not null or exists (
          select from loyalty_transactions earned where earned.location_id = appointments.location_id
            and earned.document_id = appointments.document_id and earned.cancelled_at is null))`,
  );
  if (documents.length === 0) return { documents, lines: [] };
  const lines = await idsOf(
    write,
    sql`select id from document_lines where location_id = ${location.id} and type = 1 and deleted_at is null
      and document_id = any(${sql.param(documents)}::int[])`,
  );
  return { documents, lines };
}

/**
 * When a product line is deleted, its payments are cancelled. Its appointment's totals, what its client has bought, and the money of a paid
 * arrival follow every change.
 */
export async function followLines(
  write: Write,
  location: Place,
  changes: readonly Change[],
  lockIssued: LockIssued,
): Promise<void> {
  const deleted = gone(changes);
  if (deleted.length) {
    const ofLines = sql.param(deleted);
    // By the document too, because payments have an index for it.
    await cancel(
      write,
      location,
      sql`paid.line_id = any(${ofLines}::int[]) and paid.document_id = any(
        select document_id from document_lines where location_id = ${location.id} and id = any(${ofLines}::int[]))`,
      changes.map(({ id }) => id),
      lockIssued,
    );
  }
  const changed = await documentsOf(
    write,
    location,
    changes.map(({ id }) => id),
  );
  const ofType = (type: number) => changed.filter((row) => row.type === type);
  await countSales(write, location, idsIn(ofType(7)));
  await countBuyers(
    write,
    location,
    ofType(1).map(({ clientId }) => clientId),
  );
  await followPaidArrivals(write, location, idsIn(ofType(3)));
}

interface ChangedDocument {
  id: number;
  type: number;
  /** A buyer, or who was it. */
  clientId: number | null;
}

const idsIn = (rows: readonly ChangedDocument[]) => [...new Set(rows.map(({ id }) => id))];

/** The documents of lines, once for each client of these lines. */
const documentsOf = (write: Write, location: Place, lineIds: readonly number[]): Promise<ChangedDocument[]> =>
  rowsOf(
    write,
    sql`select distinct documents.id, documents.type, client_id as "clientId" from document_lines lines
      join documents on documents.location_id = lines.location_id and documents.id = lines.document_id
      where lines.location_id = ${location.id} and lines.id = any(${sql.param([...lineIds])}::int[])`,
  );

/** The totals of an appointment follow its payments. */
export async function followTransactions(write: Write, location: Place, changes: readonly Change[]): Promise<void> {
  const ids = changes.map(({ id }) => id);
  const documents = await idsOf(
    write,
    sql`select distinct documents.id from finance_transactions paid
      join documents on documents.location_id = paid.location_id and documents.id = paid.document_id and documents.type = 7
      where paid.location_id = ${location.id} and paid.id = any(${sql.param(ids)}::int[])`,
  );
  await countSales(write, location, documents);
}
