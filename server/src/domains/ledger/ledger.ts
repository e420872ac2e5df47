import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare, isZero, toWire } from '../../platform/exact.ts';
import { type Money, minus, negated, noMoney, sum } from '../../platform/money.ts';
import { type BalanceUnit, balances, ledgerEntries, pointLots, pointLotUses } from './tables.ts';

/** What moves a balance. */
export interface Posting {
  balanceId: number;
  /** Positive for what is given to the holder, negative for what is used. Not 0. */
  amount: Money;
  /** In words: `card top-up`. */
  cause: string;
  /** Names the cause: of two entries with one key, the second is refused by the database. */
  causeKey: string;
  /** It may leave less than 0; of points only. */
  mayOverdraw?: boolean;
  /** When points that are given burn; left out for never. */
  expiresAt?: Date | null;
  /** When their owner is told. */
  noticeAt?: Date | null;
}

type Entry = typeof ledgerEntries.$inferSelect;

/** Opens balances of 0. @returns their ids, in order */
export async function openBalances(write: Write, chainId: number, units: readonly BalanceUnit[]): Promise<number[]> {
  if (units.length === 0) return [];
  const rows = await write
    .insert(balances)
    .values(units.map((unit) => ({ chainId, unit })))
    .returning({ id: balances.id });
  const ids = rows.map(({ id }) => id);
  write.made('balance', ids);
  return ids;
}

/** Locks balances until the transaction ends, in the order of their ids. */
async function lockRows(write: Write, chainId: number, ids: readonly number[]) {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const own = and(eq(balances.chainId, chainId), inArray(balances.id, wanted));
  const { id, amount, unit } = balances;
  return write.lock('balance', write.select({ id, amount, unit }).from(balances).where(own).orderBy(asc(balances.id)));
}

/** Locks balances until the transaction ends, in the order of their ids. @returns what they are, by id */
export const lockBalances = async (write: Write, chainId: number, ids: readonly number[]): Promise<Map<number, Money>> =>
  new Map((await lockRows(write, chainId, ids)).map(({ id, amount }) => [id, amount]));

/** What balances are, by id. */
export async function balancesOf(db: Read, chainId: number, ids: readonly number[]): Promise<Map<number, Money>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: balances.id, amount: balances.amount })
    .from(balances)
    .where(and(eq(balances.chainId, chainId), inArray(balances.id, [...ids])));
  return new Map(rows.map(({ id, amount }) => [id, amount]));
}

/**
 * Adds entries to the ledger, in order, and moves the balances. It locks them.
 * @returns the ids of the entries, in order
 * @throws Invalid for `amount` if a balance would fall below 0
 */
export const post = (write: Write, chainId: number, postings: readonly Posting[]): Promise<number[]> =>
  append(
    write,
    chainId,
    postings.map((posting) => ({ ...posting, reversesId: null })),
  );

/**
 * Takes entries back by other entries. Points return to the lots from which they were taken. Points that were given are taken back even if
 * they are spent: the balance is less than 0 then.
 * @throws Invalid for `amount` if visits or money that were given are used already
 */
export async function reverse(write: Write, chainId: number, entryIds: readonly number[], cause: string): Promise<void> {
  if (entryIds.length === 0) return;
  const entries = await write
    .select({ entry: ledgerEntries, unit: balances.unit })
    .from(ledgerEntries)
    .innerJoin(balances, and(eq(balances.chainId, ledgerEntries.chainId), eq(balances.id, ledgerEntries.balanceId)))
    .where(and(eq(ledgerEntries.chainId, chainId), inArray(ledgerEntries.id, [...entryIds])))
    .orderBy(asc(ledgerEntries.id));
  await append(
    write,
    chainId,
    entries.map(({ entry, unit }) => ({
      balanceId: entry.balanceId,
      amount: negated(entry.amount),
      cause,
      causeKey: `reversal of entry ${entry.id}`,
      reversesId: entry.id,
      mayOverdraw: unit === 'points',
    })),
  );
}

async function append(
  write: Write,
  chainId: number,
  postings: readonly (Posting & { reversesId: number | null })[],
): Promise<number[]> {
  if (postings.length === 0) return [];
  const rows = await lockRows(
    write,
    chainId,
    postings.map(({ balanceId }) => balanceId),
  );
  const current = new Map(rows.map(({ id, amount }) => [id, amount]));
  const withLots = new Set(rows.filter(({ unit }) => unit === 'points').map(({ id }) => id));
  const values = postings.map(({ balanceId, amount, cause, causeKey, reversesId, mayOverdraw = false }) => {
    const before = current.get(balanceId) as Money;
    const balanceAfter = sum([before, amount]);
    if (compare(amount, noMoney) < 0 && compare(balanceAfter, noMoney) < 0 && !mayOverdraw) {
      throw new Invalid({ amount: [`must not be more than the balance: ${toWire(before)}`] });
    }
    current.set(balanceId, balanceAfter);
    return { chainId, balanceId, amount, balanceAfter, cause, causeKey, reversesId, mayOverdraw };
  });
  const entries = await write.insert(ledgerEntries).values(values).returning();
  const input = [...current].map(([id, amount]) => ({ id, amount }));
  await write.execute(sql`
    update balances set amount = moved.amount from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as moved(id int, amount numeric)
    where balances.chain_id = ${chainId} and balances.id = moved.id`);
  for (const [index, entry] of entries.entries()) {
    if (withLots.has(entry.balanceId)) await moveLots(write, entry, postings[index] as Posting);
  }
  return entries.map(({ id }) => id);
}

/** Only points that burn have lots. The others are what is left of the balance. */
async function moveLots(write: Write, entry: Entry, { expiresAt, noticeAt = null }: Posting): Promise<void> {
  if (compare(entry.amount, noMoney) < 0) return takeFromLots(write, entry);
  if (entry.reversesId !== null) return giveBackToLots(write, entry);
  if (!expiresAt) return;
  const { chainId, id: entryId, balanceId } = entry;
  const remaining = least(entry.amount, entry.balanceAfter);
  if (compare(remaining, noMoney) > 0)
    await write.insert(pointLots).values({ chainId, entryId, balanceId, remaining, expiresAt, noticeAt });
}

const least = (a: Money, b: Money) => (compare(a, b) < 0 ? a : b);

/** The lots that one statement reads: most payments need few. */
const lotsAtOnce = 50;

/**
 * What is left in the lots of an entry's balance, those that burn first. An entry that takes points back begins with their own lot. Both parts
 * read an index range, so the cost does not depend on the number of lots.
 */
const openLots = (write: Write, { chainId, balanceId, reversesId }: Entry) =>
  rowsOf<{ id: number; remaining: Money }>(
    write,
    sql`
    select id, "left"::text as remaining from (
      (select entry_id as id, "left", expires_at, 1 as turn from point_lots
        where chain_id = ${chainId} and entry_id = ${reversesId}::int and "left" > 0)
      union all
      (select entry_id, "left", expires_at, 2 from point_lots
        where chain_id = ${chainId} and balance_id = ${balanceId} and "left" > 0 and entry_id is distinct from ${reversesId}::int
        order by expires_at, entry_id limit ${lotsAtOnce})) as open
    order by turn, expires_at, id`,
  );

/** Takes what an entry uses from the lots of its balance. */
async function takeFromLots(write: Write, entry: Entry): Promise<void> {
  let rest = negated(entry.amount);
  while (compare(rest, noMoney) > 0) {
    const open = await openLots(write, entry);
    const taken = open.flatMap((lot) => {
      const amount = least(lot.remaining, rest);
      if (isZero(amount)) return [];
      rest = minus(rest, amount);
      return [{ chainId: entry.chainId, entryId: entry.id, lotId: lot.id, amount }];
    });
    if (taken.length) {
      await write.insert(pointLotUses).values(taken);
      await addToLots(
        write,
        entry.chainId,
        taken.map(({ lotId, amount }) => ({ id: lotId, amount: negated(amount) })),
      );
    }
    if (open.length < lotsAtOnce) return;
  }
}

/** Gives what an entry had taken back to its lots. Lots whose time is over burn at once. */
async function giveBackToLots(write: Write, entry: Entry): Promise<void> {
  const uses = await write
    .select()
    .from(pointLotUses)
    .where(and(eq(pointLotUses.chainId, entry.chainId), eq(pointLotUses.entryId, entry.reversesId as number)))
    .orderBy(asc(pointLotUses.lotId));
  // What fills a balance below 0 is not there.
  const before = minus(entry.balanceAfter, entry.amount);
  let room = compare(before, noMoney) < 0 ? entry.balanceAfter : entry.amount;
  const given = uses.flatMap((use) => {
    const amount = least(use.amount, room);
    if (compare(amount, noMoney) <= 0) return [];
    room = minus(room, amount);
    return [{ id: use.lotId, amount }];
  });
  await addToLots(write, entry.chainId, given);
}

const addToLots = (write: Write, chainId: number, changes: readonly { id: number; amount: Money }[]) =>
  write.execute(sql`
    update point_lots set "left" = "left" + moved.amount,
      -- A lot that burnt burns again, later, so that the entry of each has its own key.
      expires_at = case when moved.amount > 0 then greatest(expires_at, now()) else expires_at end
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as moved(id int, amount numeric)
    where point_lots.chain_id = ${chainId} and point_lots.entry_id = moved.id`);
