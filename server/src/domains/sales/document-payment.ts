import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { getDocument } from '../inventory/document.ts';
import { type Allowed, addTransactions, expenses, type NewTransaction } from '../money/transaction.ts';
import { lockSale, lockSaleDocument, type Sale } from './sale.ts';

type Place = Pick<Location, 'id' | 'timeZone' | 'currency'>;

/**
 * Adds a movement of money to a document as a whole: the sale of a visit, a sale of products, or a top-up of a client account. It counts as
 * paid in a sale, also beyond what is due; a negative amount is due again. Without a client, the one of the sale has paid.
 * @param expectSeen throws NotFound for a sale that the caller does not see
 * @returns the id of the movement
 * @throws Invalid for `documentId` if the location has no such document or nobody pays those of its type, for `expenseId` of a top-up, and
 * as addTransactions
 */
export async function payDocument(
  write: Write,
  location: Place,
  { documentId, ...row }: NewTransaction & { documentId: number },
  allowed: Allowed,
  expectSeen: (sale: Sale) => Promise<void>,
): Promise<number> {
  // The top-up itself has this payment item, and is taken back with its money.
  if (row.expenseId === expenses.refill)
    throw new Invalid({ expenseId: ['is for top-ups of client accounts, not for documents'] });
  const sale = await findPaid(write, location, documentId, row.clientId ?? null, expectSeen);
  const clientId = row.clientId === undefined ? (sale?.clientId ?? null) : row.clientId;
  const [id] = await addTransactions(write, location, [{ ...row, documentId, clientId }], allowed);
  return id as number;
}

/** Locks the sale of a document. @returns undefined for a top-up */
async function findPaid(
  write: Write,
  location: Place,
  documentId: number,
  payer: number | null,
  expectSeen: (sale: Sale) => Promise<void>,
): Promise<Sale | undefined> {
  try {
    const { type } = await getDocument(write, location.id, documentId);
    if (type === 9) return undefined;
    if (type !== 1 && type !== 7) throw new Invalid({ documentId: ['must be of a sale, a visit or a top-up'] });
    const sale = await lockSale(write, location, documentId, [payer]);
    await expectSeen(sale);
    return await lockSaleDocument(write, location, sale);
  } catch (error) {
    if (error instanceof NotFound) throw new Invalid({ documentId: ['is unknown'] });
    throw error;
  }
}
