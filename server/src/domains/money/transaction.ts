import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { currencyDigits, type Money, negated, noMoney, type Percent, percentOf } from '../../platform/money.ts';
import { addPaid, lockClients } from '../clients/locked.ts';
import { refusePrinted } from '../inventory/receipt.ts';
import { documents, suppliers } from '../inventory/tables.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { livingMembers } from '../team/team-member.ts';
import { lockAccounts } from './account.ts';
import { expenseItems, financeTransactions } from './tables.ts';

/** The payment items of every location that rules name. Source: the published list. */
export const expenses = {
  consumablesPurchase: 1,
  productsPurchase: 2,
  salary: 3,
  services: 5,
  memberships: 6,
  products: 7,
  refill: 10,
  acquiringFee: 11,
  giftCards: 12,
} as const;

/** The accounts and payment items that a user works with; undefined for all. */
export interface Allowed {
  accounts?: readonly number[] | undefined;
  expenses?: readonly number[] | undefined;
}

export interface NewTransaction {
  accountId: number;
  expenseId: number;
  /** Not 0; negative if money leaves the account. */
  amount: Money;
  at: Date;
  documentId?: number | null;
  /** The service of the document that it pays. */
  serviceId?: number | null;
  /** The product line of the document that it pays. */
  lineId?: number | null;
  clientId?: number | null;
  supplierId?: number | null;
  teamMemberId?: number | null;
  comment?: string;
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    /** By its document. It is reported only if its money is deleted. */
    'top-up': { id: number };
  }
}

type Place = Pick<Location, 'id' | 'timeZone' | 'currency'>;

/** @throws Invalid for `amount` if it is 0 or has more digits than the currency */
function expectAmounts(location: Place, amounts: readonly Money[]): void {
  if (amounts.some(isZero)) throw new Invalid({ amount: ['must not be 0'] });
  for (const amount of amounts) expectCurrencyDigits(location, { amount });
}

type Accounts = Awaited<ReturnType<typeof lockAccounts>>;

interface Named {
  accountId?: number | undefined;
  expenseId?: number | undefined;
  supplierId?: number | null | undefined;
  teamMemberId?: number | null | undefined;
}

/** @throws Invalid for what does not exist, is archived, or is not allowed */
async function expectNamed(
  write: Write,
  location: Place,
  { rows, locked, allowed }: { rows: readonly Named[]; locked: Accounts; allowed: Allowed },
): Promise<void> {
  const errors: FieldErrors = {};
  const named = <Field extends keyof Named>(field: Field) =>
    new Set(rows.map((row) => row[field]).filter((id) => id !== undefined && id !== null) as number[]);
  for (const id of named('accountId')) {
    const account = locked.get(id);
    if (!account || !(allowed.accounts?.includes(id) ?? true)) errors.accountId = ['is unknown'];
    else if (account.archivedAt) errors.accountId = ['is archived'];
  }
  const items = named('expenseId');
  if (items.size > 0) {
    const known = await lockExpenses(write, location.id, [...items]);
    if ([...items].some((id) => !known.has(id) || !(allowed.expenses?.includes(id) ?? true))) errors.expenseId = ['is unknown'];
  }
  const [partners, members] = [named('supplierId'), named('teamMemberId')];
  if (partners.size > 0) {
    const known = await write
      .select({ id: suppliers.id })
      .from(suppliers)
      .where(and(eq(suppliers.locationId, location.id), inArray(suppliers.id, [...partners]), isNull(suppliers.archivedAt)));
    if (known.length < partners.size) errors.supplierId = ['is unknown'];
  }
  if (members.size > 0 && (await livingMembers(write, location.id, [...members])).size < members.size) {
    errors.teamMemberId = ['is unknown'];
  }
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
}

/** The payment items among these that the location has. Its own ones stay locked, so that they are not deleted meanwhile. */
async function lockExpenses(write: Write, locationId: number, ids: readonly number[]): Promise<Set<number>> {
  const isKnown = and(
    inArray(expenseItems.id, [...ids]),
    or(isNull(expenseItems.locationId), eq(expenseItems.locationId, locationId)),
    isNull(expenseItems.deletedAt),
  );
  const query = write.select({ id: expenseItems.id }).from(expenseItems).where(isKnown).orderBy(asc(expenseItems.id));
  const rows = ids.some((id) => id >= firstOwnExpense) ? await write.lock('expense item', query, 'share') : await query;
  return new Set(rows.map(({ id }) => id));
}

/** Items below are those of every location. */
export const firstOwnExpense = 1000;

/** What the bank keeps of a payment; undefined for nothing. It keeps nothing of money that leaves the account. */
function feeOf(location: Place, amount: Money, percent: Percent | undefined): Money | undefined {
  if (percent === undefined || compare(amount, noMoney) <= 0) return undefined;
  const fee = percentOf(amount, percent, currencyDigits(location.currency));
  return isZero(fee) ? undefined : negated(fee);
}

/** What counts as paid by a client: everything but refills of client accounts. Paying from such an account counts instead. */
const paidBy = (rows: readonly { clientId?: number | null; expenseId: number; amount: Money }[]) =>
  rows
    .filter(({ expenseId }) => expenseId !== expenses.refill)
    .map(({ clientId, amount }) => ({ clientId: clientId ?? null, amount }));

/**
 * Adds movements of money. It locks the clients and then the accounts of all rows, and raises what the clients have paid. A payment to an
 * account with an acquiring fee also adds the fee, as a transaction of its own: without the document and the client of the payment, so sums
 * over those contain payments only.
 *
 * A caller that has locked appointments, visits, documents or stock must have locked the clients before: see `domains/lock-order.ts`.
 * It must also have checked that the documents, services and lines exist.
 * @returns the ids in the order of the rows, without fees
 * @throws ReceiptPrinted; Invalid for amounts that are 0 or have too many digits, and for accounts, payment items, clients, suppliers and team members that
 * do not exist, are archived or are not allowed
 */
export async function addTransactions(
  write: Write,
  location: Place,
  rows: readonly NewTransaction[],
  allowed: Allowed = {},
): Promise<number[]> {
  if (rows.length === 0) return [];
  expectAmounts(
    location,
    rows.map(({ amount }) => amount),
  );
  await lockNamedClients(write, location.id, rows);
  await refusePrinted(
    write,
    location.id,
    rows.map(({ documentId }) => documentId),
  );
  const locked = await lockAccounts(
    write,
    location.id,
    rows.map(({ accountId }) => accountId),
  );
  await expectNamed(write, location, { rows, locked, allowed });
  const userId = write.author.userId;
  const ids = await insertTransactions(
    write,
    location,
    rows.map((row) => ({ ...row, userId })),
  );
  const fees = rows.flatMap(({ accountId, amount, at }, index) => {
    const fee = feeOf(location, amount, locked.get(accountId)?.acquiringFee);
    return fee === undefined
      ? []
      : [{ accountId, amount: fee, at, userId, expenseId: expenses.acquiringFee, feeOfId: ids[index] as number }];
  });
  await insertTransactions(write, location, fees);
  await addPaid(write, location.id, paidBy(rows));
  return ids;
}

/** @throws Invalid for a client whom the location does not have */
async function lockNamedClients(write: Write, locationId: number, rows: readonly { clientId?: number | null | undefined }[]) {
  const ids = rows.flatMap(({ clientId }) => clientId ?? []);
  const known = await lockClients(write, locationId, ids);
  if (ids.some((id) => !known.has(id))) throw new Invalid({ clientId: ['is unknown'] });
}

type Columns = NewTransaction & { userId: number | null; feeOfId?: number };

async function insertTransactions(write: Write, location: Place, rows: readonly Columns[]): Promise<number[]> {
  if (rows.length === 0) return [];
  const made = await write
    .insert(financeTransactions)
    .values(rows.map((row) => ({ ...row, locationId: location.id, date: dateIn(row.at, location.timeZone) })))
    .returning({ id: financeTransactions.id });
  const ids = made.map(({ id }) => id);
  write.made('finance transaction', ids);
  for (const id of ids) write.changed('finance transaction', location.id, id, 'create');
  return ids;
}

const ownIds = (locationId: number, ids: readonly number[]) =>
  and(eq(financeTransactions.locationId, locationId), inArray(financeTransactions.id, [...ids]));

/**
 * Locks the clients, the accounts and then the transactions themselves with their fees.
 * @throws NotFound if one is missing or deleted, ReceiptPrinted
 */
async function lockTransactions(
  write: Write,
  locationId: number,
  ids: readonly number[],
  also: Named & { clientId?: number | null | undefined } = {},
) {
  const wanted = and(
    or(
      ownIds(locationId, ids),
      and(eq(financeTransactions.locationId, locationId), inArray(financeTransactions.feeOfId, [...ids])),
    ),
    isNull(financeTransactions.deletedAt),
  );
  const before = await write.select().from(financeTransactions).where(wanted);
  await lockClients(write, locationId, [...before.map(({ clientId }) => clientId), also.clientId ?? null]);
  await refusePrinted(
    write,
    locationId,
    before.map(({ documentId }) => documentId),
  );
  const accountIds = before.map(({ accountId }) => accountId);
  const locked = await lockAccounts(write, locationId, also.accountId ? [...accountIds, also.accountId] : accountIds);
  const rows = await write.lock(
    'finance transaction',
    write.select().from(financeTransactions).where(wanted).orderBy(asc(financeTransactions.id)),
  );
  const found = new Set(rows.map(({ id }) => id));
  if (ids.some((id) => !found.has(id))) throw new NotFound();
  return { rows, locked };
}

/**
 * Deletes movements of money with their acquiring fees. They keep their rows and no longer count. What the clients have paid falls again.
 * Locks as `addTransactions`.
 * @throws NotFound if one does not exist or is deleted already, Forbidden for a fee without its payment, ReceiptPrinted
 */
export async function deleteTransactions(write: Write, location: Pick<Location, 'id'>, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await lockTransactions(write, location.id, ids);
  const all = rows.map(({ id }) => id);
  if (rows.some(({ feeOfId }) => feeOfId !== null && !ids.includes(feeOfId))) throw new Forbidden(feeAlone);
  await write.update(financeTransactions).set({ deletedAt: new Date(), changedAt: new Date() }).where(ownIds(location.id, all));
  const payments = rows.map(({ amount, ...row }) => ({ ...row, amount: negated(amount) }));
  await addPaid(write, location.id, paidBy(payments));
  for (const id of all) write.changed('finance transaction', location.id, id, 'delete');
  const refills = rows.filter(({ expenseId }) => expenseId === expenses.refill);
  for (const id of await topUpsAmong(
    write,
    location.id,
    refills.flatMap(({ documentId }) => documentId ?? []),
  )) {
    write.changed('top-up', location.id, id, 'delete');
  }
}

/** The documents among these that top up a client account. */
async function topUpsAmong(db: Read, locationId: number, documentIds: readonly number[]): Promise<number[]> {
  if (documentIds.length === 0) return [];
  const rows = await db
    .select({ id: documents.id })
    .from(documents)
    .where(and(eq(documents.locationId, locationId), inArray(documents.id, [...documentIds]), eq(documents.type, 9)));
  return rows.map(({ id }) => id);
}

const feeAlone = 'An acquiring fee follows its payment. Change or delete the payment.';

/** Changes of a movement of money. An undefined field stays unchanged. */
export type TransactionChanges = {
  [Field in 'accountId' | 'expenseId' | 'amount' | 'at' | 'clientId' | 'supplierId' | 'teamMemberId' | 'comment']?:
    | NewTransaction[Field]
    | undefined;
};

/**
 * Changes a movement of money. The acquiring fee follows: it is calculated again if the amount or the account changes.
 * @throws NotFound; ReceiptPrinted; Forbidden for a fee, and for the money of a top-up of a client account; Invalid as addTransactions
 */
export async function updateTransaction(
  write: Write,
  location: Place,
  id: number,
  changes: TransactionChanges,
  allowed: Allowed = {},
): Promise<void> {
  if (changes.amount !== undefined) expectAmounts(location, [changes.amount]);
  const { rows, locked } = await lockTransactions(write, location.id, [id], changes);
  const current = rows.find((row) => row.id === id) as (typeof rows)[number];
  const fee = rows.find(({ feeOfId }) => feeOfId === id);
  if (current.feeOfId !== null) throw new Forbidden(feeAlone);
  const next = { ...current, ...definedIn(changes) };
  const isChanged = (field: keyof TransactionChanges) => next[field] !== current[field];
  if (isChanged('clientId')) await lockNamedClients(write, location.id, [next]);
  const named = (['accountId', 'expenseId', 'supplierId', 'teamMemberId'] as const).filter(isChanged);
  const checked = Object.fromEntries(named.map((field) => [field, next[field]]));
  await expectNamed(write, location, { rows: [checked], locked, allowed });
  const isOtherAmount = compare(next.amount, current.amount) !== 0;
  if (current.documentId !== null && (isOtherAmount || isChanged('expenseId') || isChanged('clientId'))) {
    await expectNoTopUp(write, location.id, current.documentId);
  }
  const date = dateIn(next.at, location.timeZone);
  const { accountId, expenseId, amount, at, clientId, supplierId, teamMemberId, comment } = next;
  const changedAt = new Date();
  await write
    .update(financeTransactions)
    .set({ accountId, expenseId, amount, at, date, clientId, supplierId, teamMemberId, comment, changedAt })
    .where(ownIds(location.id, [id]));
  write.changed('finance transaction', location.id, id, 'update');
  await moveFee(write, location, {
    fee,
    payment: next,
    amount: isOtherAmount || isChanged('accountId') ? feeOf(location, amount, locked.get(accountId)?.acquiringFee) : fee?.amount,
  });
  const [paid, before] = [paidBy([next]), paidBy([current])];
  await addPaid(write, location.id, [...paid, ...before.map((row) => ({ ...row, amount: negated(row.amount) }))]);
}

const definedIn = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof Fields]: Exclude<Fields[Field], undefined>;
  };

/** The amount of a top-up is also in the client account. @throws Forbidden */
async function expectNoTopUp(db: Read, locationId: number, documentId: number): Promise<void> {
  const [topUp] = await topUpsAmong(db, locationId, [documentId]);
  if (topUp !== undefined) throw new Forbidden('The money of a top-up stays as it is. Delete it and top up again.');
}

type Row = typeof financeTransactions.$inferSelect;

/** Makes the fee of a payment what it must be: changed, new or gone. */
async function moveFee(
  write: Write,
  location: Place,
  { fee, payment, amount }: { fee: Row | undefined; payment: Row; amount: Money | undefined },
): Promise<void> {
  const { accountId, at, id, userId } = payment;
  if (!fee) {
    if (amount !== undefined) {
      const expenseId = expenses.acquiringFee;
      await insertTransactions(write, location, [{ accountId, amount, at, userId, expenseId, feeOfId: id }]);
    }
    return;
  }
  const [changedAt, date] = [new Date(), dateIn(at, location.timeZone)];
  const columns = amount === undefined ? { deletedAt: changedAt, changedAt } : { accountId, amount, at, date, changedAt };
  await write
    .update(financeTransactions)
    .set(columns)
    .where(ownIds(location.id, [fee.id]));
  write.changed('finance transaction', location.id, fee.id, amount === undefined ? 'delete' : 'update');
}
