import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import type { Money } from '../../platform/money.ts';
import { refusePrinted } from '../inventory/receipt.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';
import {
  addLoyaltyTransactions,
  type Cancelled,
  cancelLoyaltyTransactions,
  coveringTypes,
  type NewLoyaltyTransaction,
} from '../loyalty-transactions/transaction.ts';
import { type DueItem, lockSaleDocument, type Sale } from '../sales/sale.ts';
import { countSales } from '../sales/totals.ts';

type Place = Pick<Location, 'id' | 'chainId'>;

/** A part of a sale that loyalty pays, or takes off. */
export interface CoveredItem {
  item: DueItem;
  amount: Money;
  /** How it moves a balance. */
  posting?: NewLoyaltyTransaction['posting'];
  /** The place in the list of an item with which it is cancelled. */
  with?: number;
}

/** What loyalty does for items of a sale with: the columns that all of its transactions share. */
export type Means = Pick<NewLoyaltyTransaction, 'type' | 'cardId' | 'promotionId' | 'giftCardId' | 'membershipId' | 'comment'>;

/** The columns of a transaction about an item of a sale. */
export const ofItem = (sale: Sale, item: DueItem) => ({
  documentId: item.documentId,
  visitId: sale.visitId,
  clientId: sale.clientId,
  ...(item.type === 'service' ? { serviceId: item.id } : { lineId: item.id }),
});

/**
 * Locks the sale's document and refuses a sale whose receipt is printed. Call it before cards, gift cards and memberships are locked.
 * @returns the sale as it is now
 * @throws ReceiptPrinted
 */
export async function openForLoyalty(write: Write, location: Place, locked: Sale): Promise<Sale> {
  const sale = await lockSaleDocument(write, location, locked);
  await refusePrinted(write, location.id, sale.documentIds);
  return sale;
}

/**
 * Pays items of a sale by loyalty, or takes something off their prices. The sale must be open: see `openForLoyalty`. The card, gift card or
 * membership must be locked.
 * @returns the ids of the transactions, in the order of the items
 * @throws Invalid for `amount` if a balance is too small
 */
export async function cover(
  write: Write,
  location: Place,
  sale: Sale,
  means: Means,
  items: readonly CoveredItem[],
): Promise<number[]> {
  const rows = items.map(
    ({ item, amount, posting, with: other }): NewLoyaltyTransaction => ({
      ...means,
      ...ofItem(sale, item),
      locationId: location.id,
      amount,
      ...(posting ? { posting } : {}),
      ...(other === undefined ? {} : { with: other }),
    }),
  );
  const ids = await addLoyaltyTransactions(write, location.chainId, rows);
  await countSales(write, location, sale.documentIds);
  return ids;
}

/**
 * Cancels what loyalty has paid or taken off in a locked sale. Points, money and visits return, and the amount is due again.
 * @param which narrows the transactions down
 * @returns those that were cancelled; empty if there are none
 * @throws ReceiptPrinted
 */
export async function uncover(
  write: Write,
  location: Place,
  locked: Sale,
  which: Partial<Record<'id' | 'cardId' | 'promotionId' | 'giftCardId' | 'membershipId', number>> & { type?: number },
): Promise<Cancelled[]> {
  const sale = await openForLoyalty(write, location, locked);
  const chosen = (Object.entries(which) as [keyof typeof which, number][]).map(([field, value]) =>
    eq(loyaltyTransactions[field], value as never),
  );
  const cancelled = await cancelLoyaltyTransactions(
    write,
    location,
    and(
      inArray(loyaltyTransactions.documentId, sale.documentIds),
      inArray(loyaltyTransactions.type, [...coveringTypes]),
      ...chosen,
    ),
  );
  if (cancelled.length) await countSales(write, location, sale.documentIds);
  return cancelled;
}

/** Cancels one loyalty payment of a locked sale. @throws NotFound for one of another sale and one that is cancelled, ReceiptPrinted */
export async function cancelCovering(write: Write, location: Place, sale: Sale, id: number): Promise<void> {
  if ((await uncover(write, location, sale, { id })).length === 0) throw new NotFound();
}

/** Whether a loyalty transaction of a sale exists: ids of payments from client accounts are others. */
export const isCovering = async (write: Write, location: Place, id: number): Promise<boolean> =>
  (
    await write
      .select({ one: sql`1` })
      .from(loyaltyTransactions)
      .where(
        and(
          eq(loyaltyTransactions.chainId, location.chainId),
          eq(loyaltyTransactions.locationId, location.id),
          eq(loyaltyTransactions.id, id),
        ),
      )
  ).length > 0;
