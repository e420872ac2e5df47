import { and, asc, eq, exists, gt, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, toWire } from '../../platform/exact.ts';
import { type Money, negated, noMoney, sum } from '../../platform/money.ts';
import { addPaid, lockClients } from '../clients/locked.ts';
import { clients } from '../clients/tables.ts';
import { nextDocumentNumber } from '../inventory/document-number.ts';
import { refusePrinted } from '../inventory/receipt.ts';
import { documents } from '../inventory/tables.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { lockAccounts } from '../money/account.ts';
import { type Allowed, addTransactions, expenses } from '../money/transaction.ts';
import { clientAccounts, clientAccountTransactions, clientAccountTypeLocations } from './tables.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'timeZone' | 'currency'>;
type AccountRow = typeof clientAccounts.$inferSelect;

/** Whether a location works with the kind of an account. */
export const isOfferedIn = (db: Read, locationId: number): SQL =>
  exists(
    db
      .select({ one: sql`1` })
      .from(clientAccountTypeLocations)
      .where(
        and(
          eq(clientAccountTypeLocations.chainId, clientAccounts.chainId),
          eq(clientAccountTypeLocations.typeId, clientAccounts.typeId),
          eq(clientAccountTypeLocations.locationId, locationId),
        ),
      ),
  );

/**
 * Whether an account belongs to a card of a client: it was opened with this card, or with another card of the chain that has the same phone
 * number.
 */
export const isOwnedBy = (card: { locationId: number; clientId: number }): SQL => sql`(
  (${clientAccounts.locationId} = ${card.locationId} and ${clientAccounts.clientId} = ${card.clientId})
  or exists (
    select 1 from ${clients} card left join ${clients} opener
      on opener.location_id = ${clientAccounts.locationId} and opener.id = ${clientAccounts.clientId}
    where card.location_id = ${card.locationId} and card.id = ${card.clientId}
      and card.phone = coalesce(opener.phone, ${clientAccounts.phone})))`;

/** Locks accounts of the chain, in the order of their ids. All changes of their balances and transactions wait for this lock. */
async function lockClientAccounts(write: Write, chainId: number, ids: readonly number[], where?: SQL): Promise<AccountRow[]> {
  const own = and(eq(clientAccounts.chainId, chainId), inArray(clientAccounts.id, [...new Set(ids)]), where);
  return write.lock('client account', write.select().from(clientAccounts).where(own).orderBy(asc(clientAccounts.id)));
}

/** @throws Invalid for `amount` */
function expectPositive(location: Place, amount: Money): void {
  if (compare(amount, noMoney) <= 0) throw new Invalid({ amount: ['must be greater than 0'] });
  expectCurrencyDigits(location, { amount });
}

/** An account that a location may use. @throws Invalid for one that is unknown or blocked */
async function lockUsable(write: Write, location: Place, id: number, where?: SQL): Promise<AccountRow> {
  const [account] = await lockClientAccounts(write, location.chainId, [id], and(isOfferedIn(write, location.id), where));
  if (!account) throw new Invalid({ clientAccountId: ['is unknown'] });
  if (account.isBlocked) throw new Invalid({ clientAccountId: ['is blocked'] });
  return account;
}

export interface TopUp {
  /** The client's card in the location. */
  clientId: number;
  clientAccountId: number;
  /** Where the money goes. */
  accountId: number;
  amount: Money;
  teamMemberId?: number | null;
}

/**
 * Puts money into a client account: a document of type 9, a transaction of the client account and one of the money, at once. Locks clients,
 * accounts and then the client account.
 * @throws Invalid for an amount that is not positive, an unknown or blocked client account, and as addTransactions
 */
export async function topUp(
  write: Write,
  location: Place,
  { clientId, clientAccountId, accountId, amount, teamMemberId = null }: TopUp,
  allowed: Allowed = {},
): Promise<{ documentId: number; number: number; transactionId: number; paymentId: number }> {
  expectPositive(location, amount);
  if (!(await lockClients(write, location.id, [clientId])).has(clientId)) throw new Invalid({ clientId: ['is unknown'] });
  await lockAccounts(write, location.id, [accountId]);
  const account = await lockUsable(write, location, clientAccountId, isOwnedBy({ locationId: location.id, clientId }));
  const at = new Date();
  const number = await nextDocumentNumber(write, location.id);
  const userId = write.author.userId;
  const [document] = await write
    .insert(documents)
    .values({ locationId: location.id, type: 9, number, userId, at })
    .returning({ id: documents.id });
  const documentId = (document as { id: number }).id;
  write.made('document', [documentId]);
  const payment = { accountId, expenseId: expenses.refill, amount, at, documentId, clientId, teamMemberId };
  const [paymentId] = await addTransactions(write, location, [payment], allowed);
  const [transactionId] = await move(write, location, account, { clientId, teamMemberId }, [{ documentId, amount }]);
  return { documentId, number, transactionId: transactionId as number, paymentId: paymentId as number };
}

/** What a transaction of a client account is for. */
interface Item {
  documentId: number;
  amount: Money;
  /** The service or the product line of the document that is paid. */
  serviceId?: number | null;
  lineId?: number | null;
}

interface Party {
  clientId: number | null;
  teamMemberId?: number | null;
  comment?: string;
}

/**
 * Adds transactions to a locked account, and moves its balance. The database checks the limit again.
 * @returns their ids, in order
 * @throws Invalid for `amount` if the balance would fall below zero by more than the credit limit
 */
async function move(write: Write, location: Place, account: AccountRow, party: Party, items: readonly Item[]): Promise<number[]> {
  const moved = sum(items.map(({ amount }) => amount));
  await setBalance(write, account, moved);
  const { chainId, id: accountId, reserved: reservedAfter } = account;
  const userId = write.author.userId;
  const rows = await write
    .insert(clientAccountTransactions)
    .values(
      items.map((item, index) => {
        const balanceAfter = sum([account.balance, ...items.slice(0, index + 1).map(({ amount }) => amount)]);
        return { ...party, ...item, chainId, accountId, locationId: location.id, balanceAfter, reservedAfter, userId };
      }),
    )
    .returning({ id: clientAccountTransactions.id });
  return rows.map(({ id }) => id);
}

/** @throws Invalid for `amount` if the account does not allow so much */
async function setBalance(write: Write, account: AccountRow, moved: Money): Promise<void> {
  const available = sum([account.balance, account.creditLimit]);
  if (compare(moved, noMoney) < 0 && compare(negated(moved), available) > 0) {
    throw new Invalid({ amount: [`must not be more than the account allows: ${toWire(available)}`] });
  }
  await write
    .update(clientAccounts)
    .set({ balance: sum([account.balance, moved]) })
    .where(and(eq(clientAccounts.chainId, account.chainId), eq(clientAccounts.id, account.id)));
}

/**
 * Pays items of documents from a client account. It locks the client and then the account, and raises what the client has paid. The caller
 * must have locked the client before appointments, visits and documents, and must have checked that the items exist.
 * @param items positive amounts
 * @returns the ids of the transactions, in the order of the items
 * @throws Invalid for `amount` if one is not positive or the account does not allow the sum, and for an account that is unknown, of another
 * client, or blocked
 */
export async function payFrom(
  write: Write,
  location: Place,
  { clientAccountId, ...party }: Party & { clientAccountId: number },
  items: readonly Item[],
): Promise<number[]> {
  if (items.length === 0) return [];
  for (const { amount } of items) expectPositive(location, amount);
  if (party.clientId === null) throw new Invalid({ clientAccountId: ['is unknown'] });
  await lockClients(write, location.id, [party.clientId]);
  await refusePrinted(
    write,
    location.id,
    items.map(({ documentId }) => documentId),
  );
  const owned = isOwnedBy({ locationId: location.id, clientId: party.clientId });
  const account = await lockUsable(write, location, clientAccountId, owned);
  const taken = items.map((item) => ({ ...item, amount: negated(item.amount) }));
  const ids = await move(write, location, account, party, taken);
  const amount = sum(items.map((item) => item.amount));
  await addPaid(write, location.id, [{ clientId: party.clientId, amount }]);
  return ids;
}

/**
 * Cancels payments from client accounts: the balance rises, what the client has paid falls, and the rows stay as deleted. Locks as
 * `payFrom`.
 * @throws NotFound for an id that is no payment of the location, and for a payment that is cancelled already
 */
export async function cancelPayments(write: Write, location: Place, ids: readonly number[]): Promise<void> {
  await takeBack(
    write,
    location,
    and(inArray(clientAccountTransactions.id, [...ids]), lt(clientAccountTransactions.amount, noMoney)),
    ids.length,
  );
}

/**
 * Takes a top-up back after its money was deleted: the balance falls again, and the document is deleted.
 * @throws Invalid for `amount` if the client has spent it meanwhile
 */
export async function takeBackTopUp(write: Write, location: Place, documentId: number): Promise<void> {
  const isTopUp = and(eq(clientAccountTransactions.documentId, documentId), gt(clientAccountTransactions.amount, noMoney));
  await takeBack(write, location, isTopUp, 1);
  await write
    .update(documents)
    .set({ deletedAt: new Date(), changedAt: new Date() })
    .where(and(eq(documents.locationId, location.id), eq(documents.id, documentId)));
}

/** @param count the number of transactions that there must be @throws NotFound */
async function takeBack(write: Write, location: Place, which: SQL | undefined, count: number): Promise<void> {
  const wanted = and(
    eq(clientAccountTransactions.chainId, location.chainId),
    eq(clientAccountTransactions.locationId, location.id),
    isNull(clientAccountTransactions.deletedAt),
    which,
  );
  const before = await write.select().from(clientAccountTransactions).where(wanted);
  await lockClients(
    write,
    location.id,
    before.map(({ clientId }) => clientId),
  );
  await refusePrinted(
    write,
    location.id,
    before.map(({ documentId }) => documentId),
  );
  const locked = await lockClientAccounts(
    write,
    location.chainId,
    before.map(({ accountId }) => accountId),
  );
  const gone = await write.update(clientAccountTransactions).set({ deletedAt: new Date() }).where(wanted).returning();
  if (gone.length < count) throw new NotFound();
  for (const account of locked) {
    const amounts = gone.filter(({ accountId }) => accountId === account.id).map(({ amount }) => negated(amount));
    await setBalance(write, account, sum(amounts));
  }
  await addPaid(
    write,
    location.id,
    gone.filter(({ amount }) => compare(amount, noMoney) < 0),
  );
}

/** Keeps the phone number of a client with the accounts, which are still found by it after the card was deleted. */
export async function keepPhone(write: Write, locationId: number, client: { id: number; phone: string | null }): Promise<void> {
  const own = and(eq(clientAccounts.locationId, locationId), eq(clientAccounts.clientId, client.id));
  const query = write.select({ id: clientAccounts.id }).from(clientAccounts).where(own).orderBy(asc(clientAccounts.id));
  if ((await write.lock('client account', query)).length === 0) return;
  await write.update(clientAccounts).set({ phone: client.phone }).where(own);
}
