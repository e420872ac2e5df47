import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, isZero, toWire } from '../../platform/exact.ts';
import { type Money, minus, noMoney, sum } from '../../platform/money.ts';
import { cancelPayments, payFrom } from '../client-accounts/account.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { type Allowed, addTransactions, deleteTransactions, expenses } from '../money/transaction.ts';
import {
  clientAccountPaymentsOf,
  coveringsOf,
  type DueItem,
  dueItems,
  dueOf,
  itemsOf,
  lockSaleDocument,
  paymentsOf,
  type Sale,
  spread,
} from './sale.ts';
import { countSales } from './totals.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'timeZone' | 'currency'>;

/** What is sold and paid in a sale. `dueItems` has what is still to be paid, from the cheapest to the dearest. */
export async function stateOfSale(db: Read, location: Pick<Location, 'id'>, sale: Sale) {
  const items = await itemsOf(db, location, sale);
  const payments = await paymentsOf(db, location, sale);
  const clientAccountPayments = await clientAccountPaymentsOf(db, location, sale);
  const coverings = await coveringsOf(db, location, sale);
  return {
    items,
    payments,
    clientAccountPayments,
    coverings,
    dueItems: dueItems(items, [...coverings, ...payments, ...clientAccountPayments]),
  };
}

/**
 * What was paid for the items of documents, by the document. Each document is looked at by itself. Uses four statements for any number.
 * @returns the items with what is still to be paid, from the cheapest to the dearest
 */
export async function dueByDocument(
  db: Read,
  location: Pick<Location, 'id'>,
  documentIds: readonly number[],
): Promise<Map<number, DueItem[]>> {
  const all = { documentIds: [...documentIds] };
  const items = await itemsOf(db, location, all);
  const payments = [
    ...(await coveringsOf(db, location, all)),
    ...(await paymentsOf(db, location, all)),
    ...(await clientAccountPaymentsOf(db, location, all)),
  ];
  const of = <Row extends { documentId: number }>(rows: readonly Row[], id: number) =>
    rows.filter((row) => row.documentId === id);
  return new Map(all.documentIds.map((id) => [id, dueItems(of(items, id), of(payments, id))]));
}

/** What is still to be paid for the items of a sale, from the cheapest to the dearest. */
export const dueOfSale = async (db: Read, location: Pick<Location, 'id'>, sale: Sale): Promise<DueItem[]> =>
  (await stateOfSale(db, location, sale)).dueItems;

/** The payment item of money for an item of a sale. Source: the published list. */
function expenseOf({ type, issues }: Pick<DueItem, 'type' | 'issues'>): number {
  if (issues === 'gift card') return expenses.giftCards;
  if (issues === 'membership') return expenses.memberships;
  return type === 'service' ? expenses.services : expenses.products;
}

/** @throws Invalid for `amount`, unless it is positive and, if the caller may not overpay, not more than what is due */
function expectDue(location: Place, amount: Money, items: readonly DueItem[], mayOverpay = false): void {
  expectCurrencyDigits(location, { amount });
  if (compare(amount, noMoney) <= 0) throw new Invalid({ amount: ['must be greater than 0'] });
  if (mayOverpay) return;
  const due = dueOf(items);
  if (compare(amount, due) > 0) throw new Invalid({ amount: [`must not be more than what is due: ${toWire(due)}`] });
}

/** What is paid into an account; without an amount, all that is due is paid, if anything is. */
export interface AccountPayment {
  accountId: number;
  amount?: Money;
}

/** `allowed`: the accounts and payment items that the caller works with. `mayOverpay`: more than what is due is paid for the document. */
interface PayingRights {
  allowed?: Allowed;
  mayOverpay?: boolean;
}

/** Pays a locked sale into one account of the location, as payIntoAccounts does. */
export const payIntoAccount = (
  write: Write,
  location: Place,
  locked: Sale,
  payment: AccountPayment,
  rights: PayingRights = {},
): Promise<void> => payIntoAccounts(write, location, locked, [payment], rights);

/**
 * Pays a locked sale into accounts of the location, one payment after the other: each is split over the items that are still due, the
 * cheapest first. Uses the same statements for any number.
 * @throws Invalid for an amount that is not positive or more than what is due, and as addTransactions
 */
export async function payIntoAccounts(
  write: Write,
  location: Place,
  locked: Sale,
  payments: readonly AccountPayment[],
  { allowed = {}, mayOverpay = false }: PayingRights = {},
): Promise<void> {
  const sale = await lockSaleDocument(write, location, locked);
  const items = await dueOfSale(write, location, sale);
  const rows = payments.flatMap(({ accountId, amount: given }) => {
    const amount = given ?? dueOf(items);
    if (given === undefined && isZero(amount)) return [];
    expectDue(location, amount, items, mayOverpay);
    const row = { accountId, at: sale.at, clientId: sale.clientId };
    const parts = spread(amount, items);
    for (const part of parts) part.item.due = minus(part.item.due, part.amount);
    const over = minus(amount, sum(parts.map((part) => part.amount)));
    return [
      ...parts.map(({ item, amount: part }) => ({
        ...row,
        amount: part,
        documentId: item.documentId,
        expenseId: expenseOf(item),
        ...(item.type === 'service' ? { serviceId: item.id } : { lineId: item.id }),
      })),
      ...(isZero(over) ? [] : [{ ...row, amount: over, documentId: sale.documentId, expenseId: expenses.services }]),
    ];
  });
  if (rows.length === 0) return;
  await addTransactions(write, location, rows, allowed);
  if (sale.visitId !== null) await countSales(write, location, sale.documentIds);
}

/**
 * Pays a locked sale from an account of the client: a payment for each item, the cheapest first.
 * @throws Invalid for an amount that is not positive, or more than what is due or the account allows, and for an account that is unknown,
 * of another client, or blocked
 */
export async function payFromClientAccount(
  write: Write,
  location: Place,
  locked: Sale,
  { clientAccountId, amount }: { clientAccountId: number; amount: Money },
): Promise<void> {
  const sale = await lockSaleDocument(write, location, locked);
  const items = await dueOfSale(write, location, sale);
  expectDue(location, amount, items);
  const parts = spread(amount, items).map(({ item, amount: part }) => ({
    amount: part,
    documentId: item.documentId,
    serviceId: item.type === 'service' ? item.id : null,
    lineId: item.type === 'good' ? item.id : null,
  }));
  await payFrom(write, location, { clientAccountId, clientId: sale.clientId }, parts);
  await countSales(write, location, sale.documentIds);
}

/** Cancels a payment of a locked sale into an account. @throws NotFound for one of another sale, and for one that is cancelled */
export async function cancelPayment(write: Write, location: Place, locked: Sale, id: number): Promise<void> {
  const sale = await lockSaleDocument(write, location, locked);
  if (!(await paymentsOf(write, location, sale)).some((payment) => payment.id === id)) throw new NotFound();
  await deleteTransactions(write, location, [id]);
  await countSales(write, location, sale.documentIds);
}

/** Cancels a payment of a locked sale from an account of the client. @throws NotFound as cancelPayment */
export async function cancelClientAccountPayment(write: Write, location: Place, locked: Sale, id: number): Promise<void> {
  const sale = await lockSaleDocument(write, location, locked);
  if (!(await clientAccountPaymentsOf(write, location, sale)).some((payment) => payment.id === id)) throw new NotFound();
  await cancelPayments(write, location, [id]);
  await countSales(write, location, sale.documentIds);
}
