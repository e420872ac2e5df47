import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import { lockBalances, type Posting, post, reverse } from '../ledger/ledger.ts';
import { balancesOfClients, reportCards } from '../loyalty/card.ts';
import { type CardNotice, tellOwners } from '../loyalty/notice.ts';
import type { TemplateKind } from '../loyalty/tables.ts';
import { type LoyaltyTransactionType, loyaltyTransactions } from './tables.ts';

/** A loyalty transaction, and how it moves a balance. */
export interface NewLoyaltyTransaction {
  type: LoyaltyTransactionType;
  amount: Money;
  /** Left out for what happens in the chain, and no location. */
  locationId?: number;
  documentId?: number | null;
  visitId?: number | null;
  serviceId?: number | null;
  lineId?: number | null;
  clientId?: number | null;
  cardId?: number;
  promotionId?: number;
  giftCardId?: number;
  membershipId?: number;
  /** The place in the list of a transaction with which it is cancelled. */
  with?: number;
  comment?: string;
  /** Left out for one that moves no balance. Without a key, the transaction itself is the cause. */
  posting?: Omit<Posting, 'causeKey'> & { causeKey?: string };
}

/** What loyalty pays of a sale, or takes off its price. The other types are no payments. */
export const coveringTypes = [1, 3, 8, 9, 10] as const;

const nextIds = async (write: Write, count: number): Promise<number[]> =>
  (
    await rowsOf<{ id: number }>(
      write,
      sql`select nextval('client_account_transactions_id_seq')::int as id from generate_series(1, ${count})`,
    )
  ).map(({ id }) => id);

/**
 * Locks balances, and with them those of all cards of clients in whose visits something changes: when everything else is done, these may get
 * points or lose them. Balances are locked in one order, so they are locked together.
 * @param place the location of the visits; without an id for what happens in the chain
 */
export async function lockBalancesWith(
  write: Write,
  { id, chainId }: { id: number | undefined; chainId: number },
  clientIds: readonly (number | null | undefined)[],
  balanceIds: readonly number[],
): Promise<Map<number, Money>> {
  const more = id === undefined ? [] : await balancesOfClients(write, { id, chainId }, clientIds);
  return lockBalances(write, chainId, [...balanceIds, ...more]);
}

/**
 * Adds loyalty transactions and their entries in the ledger. It locks the balances. The caller has locked the sale, and the cards, gift cards
 * or memberships.
 * @returns their ids, in order
 * @throws Invalid for `amount` if a balance is too small
 */
export async function addLoyaltyTransactions(
  write: Write,
  chainId: number,
  rows: readonly NewLoyaltyTransaction[],
): Promise<number[]> {
  if (rows.length === 0) return [];
  const ids = await nextIds(write, rows.length);
  const moving = rows.flatMap(({ posting }, index) =>
    posting ? [{ causeKey: `loyalty transaction ${ids[index]}`, ...posting, index }] : [],
  );
  if (moving.length) {
    await lockBalancesWith(
      write,
      { id: rows[0]?.locationId, chainId },
      rows.map(({ visitId, clientId }) => (visitId == null ? null : clientId)),
      moving.map(({ balanceId }) => balanceId),
    );
  }
  const entries = await post(write, chainId, moving);
  const entryOf = new Map(moving.map(({ index }, place) => [index, entries[place]]));
  await write.insert(loyaltyTransactions).values(
    rows.map(({ posting: _, with: other, ...row }, index) => ({
      ...row,
      chainId,
      id: ids[index] as number,
      groupId: other === undefined ? null : (ids[other] as number),
      entryId: entryOf.get(index) ?? null,
      userId: write.author.userId,
    })),
  );
  await reportCards(
    write,
    chainId,
    moving.map(({ index }) => rows[index]?.cardId),
  );
  await tellOwners(write, chainId, noticesOf(rows, occasions));
  return ids;
}

/** What the owner of a card is told of, by the type of the transaction. Points that burn are told of before. */
const occasions: Partial<Record<LoyaltyTransactionType, TemplateKind>> = {
  2: 'loyalty_card_cashback',
  3: 'loyalty_card_withdraw',
  4: 'loyalty_card_income',
  5: 'loyalty_card_manual',
  6: 'loyalty_card_manual_withdraw',
};
const cancellations: typeof occasions = { 2: 'loyalty_card_cashback_cancelled', 3: 'loyalty_withdraw_cancelled' };

const noticesOf = (
  rows: readonly { type: LoyaltyTransactionType; cardId?: number | null; amount: Money }[],
  kinds: typeof occasions,
): CardNotice[] =>
  rows.flatMap(({ type, cardId, amount }) => {
    const kind = kinds[type];
    return kind && cardId ? [{ kind, cardId, amount }] : [];
  });

/**
 * The balances that loyalty transactions, and those of the same groups, have moved; and those of all cards of the clients of their visits,
 * which may get or lose points next.
 */
export async function balancesOfTransactions(db: Read, chainId: number, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await rowsOf<{ id: number }>(
    db,
    sql`
    with first_of as (
      select coalesce(group_id, id) as id from loyalty_transactions
      where chain_id = ${chainId} and id = any(${sql.param([...ids])}::int[])),
    moved as (
      select moved.entry_id from first_of join loyalty_transactions moved on moved.id = first_of.id where moved.chain_id = ${chainId}
      union
      select moved.entry_id from first_of join loyalty_transactions moved on moved.group_id = first_of.id where moved.chain_id = ${chainId})
    select entries.balance_id as id
    from moved join ledger_entries entries on entries.chain_id = ${chainId} and entries.id = moved.entry_id
    union
    select cards.balance_id from loyalty_transactions named
    join clients on clients.location_id = named.location_id and clients.id = named.client_id
    join loyalty_cards cards on cards.chain_id = named.chain_id and cards.phone = clients.phone and cards.deleted_at is null
    where named.chain_id = ${chainId} and named.id = any(${sql.param([...ids])}::int[]) and named.visit_id is not null`,
  );
  return rows.map(({ id }) => id);
}

/** A transaction that was cancelled. */
export interface Cancelled {
  id: number;
  type: LoyaltyTransactionType;
  cardId: number | null;
  giftCardId: number | null;
  membershipId: number | null;
  amount: Money;
}

/**
 * Cancels loyalty transactions of sales in a location, with those of the same group, and takes their entries back. The sale must be locked.
 * @param which a condition on the table
 * @returns those that were cancelled; empty if there are none
 * @throws Invalid if visits or money that were given are used already
 */
export async function cancelLoyaltyTransactions(
  write: Write,
  location: Pick<Location, 'id' | 'chainId'>,
  which: SQL | undefined,
): Promise<Cancelled[]> {
  const living = and(
    eq(loyaltyTransactions.chainId, location.chainId),
    eq(loyaltyTransactions.locationId, location.id),
    isNull(loyaltyTransactions.cancelledAt),
  );
  const named = await write
    .select({ id: loyaltyTransactions.id, groupId: loyaltyTransactions.groupId })
    .from(loyaltyTransactions)
    .where(and(living, which))
    .orderBy(asc(loyaltyTransactions.id));
  if (named.length === 0) return [];
  const groups = [...new Set(named.flatMap(({ id, groupId }) => (groupId === null ? [id] : [id, groupId])))];
  const rows = await write
    .update(loyaltyTransactions)
    .set({ cancelledAt: new Date() })
    .where(and(living, sql`(${inArray(loyaltyTransactions.id, groups)} or ${inArray(loyaltyTransactions.groupId, groups)})`))
    .returning();
  const sorted = rows.toSorted((one, other) => one.id - other.id);
  const entryIds = sorted.flatMap(({ entryId }) => (entryId === null ? [] : [entryId]));
  if (entryIds.length) {
    const ids = sorted.map(({ id }) => id);
    await lockBalances(write, location.chainId, await balancesOfTransactions(write, location.chainId, ids));
  }
  await reverse(write, location.chainId, entryIds, 'cancellation');
  await reportCards(
    write,
    location.chainId,
    sorted.map(({ entryId, cardId }) => (entryId === null ? null : cardId)),
  );
  await tellOwners(write, location.chainId, noticesOf(sorted, cancellations));
  return sorted;
}
