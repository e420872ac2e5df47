import { and, eq, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Forbidden, Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { absolute, compare, type Exact, isZero } from '../../platform/exact.ts';
import type { Money } from '../../platform/money.ts';
import { followServices } from '../consumables/plan.ts';
import { stockOf } from '../consumables/write-off.ts';
import { addLines, deleteLines, type LineFields, updateLine } from '../inventory/line.ts';
import { lockStock } from '../inventory/line-batch.ts';
import { linesOfDocuments } from '../inventory/line-list.ts';
import { keepStorages, storageForSale } from '../inventory/storage.ts';
import { lockAccounts } from '../money/account.ts';
import { accounts } from '../money/tables.ts';
import { type Allowed, deleteTransactions } from '../money/transaction.ts';
import { dueOfSale, payIntoAccount, payIntoAccounts } from './payment.ts';
import { dueOf, lockSale, paymentsOf, type Sale } from './sale.ts';
import { countSales } from './totals.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'timeZone' | 'currency'>;

/** A product of an appointment. 0 stands for a new one. */
export type SoldProduct = LineFields & { id: number };

/** What changes in the sale of a visit. What is undefined stays. */
export interface SaleChanges {
  /** The products of the appointment, all of them: those that are not named are taken back. */
  products?: readonly SoldProduct[] | undefined;
  /** Payments that are cancelled. */
  cancelled?: readonly number[] | undefined;
  /** More than what is due may be paid: the client's balance rises. */
  payments?: readonly { accountId: number; amount: Money }[] | undefined;
  /** Pays the rest into the usual account for cash, or for cards. */
  rest?: 'cash' | 'card' | undefined;
}

/** What the caller may do with a sale of this time. */
export interface SaleRights {
  /** Throws Forbidden without the right to add, change or delete products. */
  expectProducts(action: 'create' | 'change' | 'delete'): void;
  /** Prices that the caller may not set follow from the product, or stay as they are. */
  priced(product: LineFields): LineFields;
  pay: boolean;
  /** The storages that the caller works with; undefined for all. */
  storages: readonly number[] | undefined;
  /** The accounts and payment items that the caller works with. */
  allowed: Allowed;
}

/**
 * Changes the products and payments of an appointment's visit, all or nothing: first its products, then cancelled payments, then new ones.
 * @param documentId of the appointment
 * @throws Forbidden, and Invalid for `goodsTransactions`, `deletedTransactionIds`, `fastPayment` and as addLines and payIntoAccounts
 */
export async function changeVisitSale(
  write: Write,
  location: Place,
  documentId: number,
  { products, cancelled = [], payments = [], rest }: SaleChanges,
  rightsAt: (at: Date) => SaleRights,
): Promise<void> {
  if (!products && cancelled.length === 0 && payments.length === 0 && rest === undefined) return;
  const sale = await lockSale(write, location, documentId);
  const rights = rightsAt(sale.at);
  const changes = await productChanges(write, location, sale, products, rights);
  await lockStockOf(write, location, sale, changes);
  await write.react();
  if (changes) {
    await changeProducts(write, location, sale, changes, rights);
    await countSales(write, location, sale.documentIds);
  }
  if (cancelled.length + payments.length === 0 && rest === undefined) return;
  if (!rights.pay) throw new Forbidden();
  const usual = rest === undefined ? [] : [await usualAccount(write, location.id, rest, rights)];
  await lockAccountsOf(write, location, sale, [...payments.map(({ accountId }) => accountId), ...usual]);
  if (cancelled.length) await cancelPayments(write, location, sale, cancelled, rights);
  if (payments.length) await payIntoAccounts(write, location, sale, payments, { allowed: rights.allowed, mayOverpay: true });
  for (const accountId of usual) await payRest(write, location, sale, accountId, rights);
}

interface ProductChanges {
  before: readonly Line[];
  added: readonly SoldProduct[];
  changed: readonly SoldProduct[];
  removed: readonly number[];
}

/** @returns undefined if no product changes @throws Forbidden, Invalid */
async function productChanges(
  db: Read,
  location: Place,
  sale: Sale,
  products: readonly SoldProduct[] | undefined,
  rights: SaleRights,
): Promise<ProductChanges | undefined> {
  if (!products) return undefined;
  const before = new Map((await linesOfDocuments(db, location.id, [sale.documentId])).map((line) => [line.id, line]));
  const kept = new Set(products.map(({ id }) => id));
  const unknown = [...kept].find((id) => id !== 0 && !before.has(id));
  if (unknown !== undefined) {
    throw new Invalid({ goodsTransactions: [`name product transaction ${unknown}, which is not of this appointment`] });
  }
  const outside = products.find(({ storageId }) => storageId !== undefined && !(rights.storages?.includes(storageId) ?? true));
  if (outside) throw new Invalid({ goodsTransactions: [`name storage ${outside.storageId}, which is unknown`] });
  const added = products.filter(({ id }) => id === 0);
  const changed = products.filter((product) => {
    const line = before.get(product.id);
    return line !== undefined && isChanged(line, product);
  });
  const removed = [...before.keys()].filter((id) => !kept.has(id));
  if (added.length) rights.expectProducts('create');
  if (changed.length) rights.expectProducts('change');
  if (removed.length) rights.expectProducts('delete');
  return added.length + changed.length + removed.length > 0
    ? { before: [...before.values()], added, changed, removed }
    : undefined;
}

async function changeProducts(
  write: Write,
  location: Place,
  sale: Sale,
  { added, changed, removed }: ProductChanges,
  rights: SaleRights,
): Promise<void> {
  await deleteLines(write, location, removed);
  for (const product of changed) await updateLine(write, location, product.id, rights.priced(product));
  await addLines(
    write,
    location,
    { id: sale.documentId },
    added.map((product) => ({ ...rights.priced(product), clientId: sale.clientId })),
  );
}

/**
 * Locks everything that changing the products of an appointment and writing off the consumables of its visit lock, because each of them would
 * lock products after the levels of the one before.
 */
async function lockStockOf(write: Write, location: Place, sale: Sale, changes: ProductChanges | undefined): Promise<void> {
  const ofServices = write.changes().filter(({ kind }) => kind === 'appointment services');
  await followServices(write, location, ofServices);
  const used = await stockOf(write, location, sale.appointmentIds);
  const { before = [], added = [], changed = [] } = changes ?? {};
  if (changes === undefined && used.places.length === 0) return;
  const named = [...added, ...changed];
  const usual = named.some(({ storageId }) => storageId === undefined) ? await storageForSale(write, location.id) : undefined;
  const placed = named.flatMap(({ productId, storageId = usual }) => (storageId === undefined ? [] : [{ productId, storageId }]));
  await keepStorages(
    write,
    location.id,
    placed.map(({ storageId }) => storageId),
    used.places.map(({ storageId }) => storageId),
  );
  await lockStock(write, location, {
    documentIds: [sale.documentId, ...used.documentIds],
    places: [...before, ...placed, ...used.places],
    mayBePrinted: true,
  });
}

type Line = Awaited<ReturnType<typeof linesOfDocuments>>[number];

const differs = <Kind extends string>(before: Exact<Kind>, now: Exact<Kind> | undefined) =>
  now !== undefined && compare(before, now) !== 0;

/** The sign of an amount may be left out. */
const isChanged = (line: Line, product: SoldProduct) =>
  differs(absolute(line.amount), absolute(product.amount)) ||
  line.isInSaleUnits !== product.isInSaleUnits ||
  line.productId !== product.productId ||
  (product.storageId !== undefined && line.storageId !== product.storageId) ||
  (product.teamMemberId !== undefined && line.teamMemberId !== product.teamMemberId) ||
  differs(line.costPerUnit, product.costPerUnit) ||
  differs(line.discount, product.discount) ||
  differs(line.cost, product.cost) ||
  (product.code !== undefined && line.code !== product.code.trim());

/** Locks all accounts that cancelled and new payments may change, because no movement of money may be locked before one of them. */
async function lockAccountsOf(write: Write, location: Place, sale: Sale, ids: readonly number[]): Promise<void> {
  const paid = await paymentsOf(write, location, sale);
  await lockAccounts(write, location.id, [...paid.map(({ accountId }) => accountId), ...ids]);
}

/** @throws Invalid for `deletedTransactionIds` */
async function cancelPayments(
  write: Write,
  location: Place,
  sale: Sale,
  ids: readonly number[],
  { allowed }: SaleRights,
): Promise<void> {
  const payments = await paymentsOf(write, location, sale);
  const isKnown = (id: number) =>
    payments.some((payment) => payment.id === id && (allowed.accounts?.includes(payment.accountId) ?? true));
  const unknown = ids.find((id) => !isKnown(id));
  if (unknown !== undefined) throw new Invalid({ deletedTransactionIds: [`name ${unknown}, which is no payment of this visit`] });
  await deleteTransactions(write, location, [...new Set(ids)]);
  await countSales(write, location, sale.documentIds);
}

/** Pays what is due, if anything is. */
async function payRest(write: Write, location: Place, sale: Sale, accountId: number, { allowed }: SaleRights): Promise<void> {
  const due = dueOf(await dueOfSale(write, location, sale));
  if (isZero(due)) return;
  await payIntoAccount(write, location, sale, { accountId, amount: due }, { allowed });
}

/** @throws Invalid for `fastPayment` if the location has no usual account of the kind, or the caller does not work with it */
async function usualAccount(db: Read, locationId: number, kind: 'cash' | 'card', { allowed }: SaleRights): Promise<number> {
  const [row] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(
      and(
        eq(accounts.locationId, locationId),
        eq(accounts.isCash, kind === 'cash'),
        eq(accounts.isDefault, true),
        isNull(accounts.archivedAt),
      ),
    );
  if (!row || !(allowed.accounts?.includes(row.id) ?? true)) {
    throw new Invalid({ fastPayment: ['needs a usual account of this kind, which you work with'] });
  }
  return row.id;
}
