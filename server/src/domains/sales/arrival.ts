import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { type Money, negated, noMoney, sum } from '../../platform/money.ts';
import { documentLines, documents, storages } from '../inventory/tables.ts';
import { financeTransactions } from '../money/tables.ts';
import { type Allowed, addTransactions, deleteTransactions, expenses, updateTransaction } from '../money/transaction.ts';

type Place = Pick<Location, 'id' | 'timeZone' | 'currency'>;

/** What must be paid for an arrival. */
interface Arrival {
  documentId: number;
  at: Date;
  /** Of all its lines, not negative. */
  cost: Money;
  /** Of all its lines; null if they have none or several. */
  supplierId: number | null;
  /** Products for sale, or consumables. Source: the published list of payment items. */
  expenseId: number;
}

/** The arrivals among documents, with what their living lines cost. Takes two statements. */
async function arrivalsAmong(db: Read, locationId: number, documentIds: readonly number[]): Promise<Arrival[]> {
  if (documentIds.length === 0) return [];
  const found = await db
    .select({ id: documents.id, at: documents.at, isForServices: storages.isForServices })
    .from(documents)
    .innerJoin(storages, and(eq(storages.locationId, documents.locationId), eq(storages.id, documents.storageId)))
    .where(and(eq(documents.locationId, locationId), inArray(documents.id, [...documentIds]), eq(documents.type, 3)))
    .orderBy(asc(documents.id));
  if (found.length === 0) return [];
  const lines = await db
    .select({ documentId: documentLines.documentId, cost: documentLines.cost, supplierId: documentLines.supplierId })
    .from(documentLines)
    .where(
      and(
        eq(documentLines.locationId, locationId),
        inArray(
          documentLines.documentId,
          found.map(({ id }) => id),
        ),
        isNull(documentLines.deletedAt),
      ),
    );
  return found.map(({ id, at, isForServices }) => {
    const own = lines.filter(({ documentId }) => documentId === id);
    const suppliers = [...new Set(own.map(({ supplierId }) => supplierId))];
    return {
      documentId: id,
      at,
      cost: sum(own.map(({ cost }) => cost)),
      supplierId: suppliers.length === 1 ? (suppliers[0] ?? null) : null,
      expenseId: isForServices ? expenses.consumablesPurchase : expenses.productsPurchase,
    };
  });
}

/**
 * Pays a new arrival from an account: one movement of money for all of its lines. Nothing is paid for what costs nothing.
 * @throws Invalid as addTransactions
 */
export async function payArrival(
  write: Write,
  location: Place,
  documentId: number,
  accountId: number,
  allowed: Allowed,
): Promise<void> {
  const [arrival] = await arrivalsAmong(write, location.id, [documentId]);
  if (!arrival || isZero(arrival.cost)) return;
  const { cost, ...row } = arrival;
  await addTransactions(write, location, [{ ...row, accountId, amount: negated(cost) }], allowed);
}

/** The money of paid arrivals follows their documents: what they cost, their time and storage. Without lines, nothing is paid. */
export async function followPaidArrivals(write: Write, location: Place, documentIds: readonly number[]): Promise<void> {
  const arrivals = await arrivalsAmong(write, location.id, documentIds);
  if (arrivals.length === 0) return;
  const paid = await write
    .select()
    .from(financeTransactions)
    .where(
      and(
        eq(financeTransactions.locationId, location.id),
        inArray(
          financeTransactions.documentId,
          arrivals.map(({ documentId }) => documentId),
        ),
        isNull(financeTransactions.deletedAt),
      ),
    )
    .orderBy(asc(financeTransactions.id));
  for (const row of paid) {
    const arrival = arrivals.find(({ documentId }) => documentId === row.documentId) as Arrival;
    if (compare(arrival.cost, noMoney) === 0) {
      await deleteTransactions(write, location, [row.id]);
      continue;
    }
    const { at, supplierId, expenseId } = arrival;
    const amount = negated(arrival.cost);
    const isSame =
      compare(row.amount, amount) === 0 &&
      row.at.getTime() === at.getTime() &&
      row.supplierId === supplierId &&
      row.expenseId === expenseId;
    if (!isSame) await updateTransaction(write, location, row.id, { amount, at, supplierId, expenseId });
  }
}
