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
  const moves = entries.map((entry, index) => ({ entry, posting: postings[index] as Posting }));
  for (const round of roundsOf(moves.filter(({ entry }) => withLots.has(entry.balanceId)))) await moveLots(write, chainId, round);
  return entries.map(({ id }) => id);
}

interface LotMove {
  entry: Entry;
  posting: Posting;
}

/** Entries of one balance move its lots one after the other. So each round has one of each balance. */
function roundsOf(moves: readonly LotMove[]): LotMove[][] {
  const rounds: LotMove[][] = [];
  const done = new Map<number, number>();
  for (const move of moves) {
    const round = done.get(move.entry.balanceId) ?? 0;
    rounds[round] = [...(rounds[round] ?? []), move];
    done.set(move.entry.balanceId, round + 1);
  }
  return rounds;
}

/** Only points that burn have lots. The others are what is left of the balance. */
async function moveLots(write: Write, chainId: number, moves: readonly LotMove[]): Promise<void> {
  const isTaking = ({ entry }: LotMove) => compare(entry.amount, noMoney) < 0;
  const taking = moves.filter(isTaking);
  const giving = moves.filter((move) => !isTaking(move));
  await takeFromLots(
    write,
    chainId,
    taking.map(({ entry }) => entry),
  );
  await giveBackToLots(
    write,
    chainId,
    giving.flatMap(({ entry }) => (entry.reversesId === null ? [] : [entry])),
  );
  const added = giving.flatMap(({ entry, posting: { expiresAt, noticeAt = null } }) => {
    const remaining = least(entry.amount, entry.balanceAfter);
    if (entry.reversesId !== null || !expiresAt || compare(remaining, noMoney) <= 0) return [];
    return [{ chainId, entryId: entry.id, balanceId: entry.balanceId, remaining, expiresAt, noticeAt }];
  });
  if (added.length) await write.insert(pointLots).values(added);
}

const least = (a: Money, b: Money) => (compare(a, b) < 0 ? a : b);

/** The lots of a balance that one statement reads: most payments need few. */
const lotsAtOnce = 50;

/**
 * Takes what entries use from the lots that burn first. An entry that takes points back takes from their own lot first. Both parts read an
 * index range, so the cost does not depend on the number of lots.
 * @param entries of one balance each
 */
async function takeFromLots(write: Write, chainId: number, entries: readonly Entry[]): Promise<void> {
  let open = entries.map(({ id, balanceId, reversesId, amount }) => ({ id, balanceId, reversesId, rest: negated(amount) }));
  while (open.length) {
    const lots = await rowsOf<{ entryId: number; lotId: number; remaining: Money }>(
      write,
      sql`select taking.id as "entryId", lots.entry_id as "lotId", lots."left"::text as remaining
        from jsonb_to_recordset(${JSON.stringify(open)}::jsonb) as taking(id int, "balanceId" int, "reversesId" int)
        cross join lateral (
          (select entry_id, "left", expires_at, 1 as turn from point_lots
            where chain_id = ${chainId} and entry_id = taking."reversesId" and "left" > 0)
          union all
          (select entry_id, "left", expires_at, 2 from point_lots
            where chain_id = ${chainId} and balance_id = taking."balanceId" and "left" > 0
              and entry_id is distinct from taking."reversesId"
            order by expires_at, entry_id limit ${lotsAtOnce})) lots
        order by taking.id, lots.turn, lots.expires_at, lots.entry_id`,
    );
    const rests = new Map(open.map(({ id, rest }) => [id, rest]));
    const taken = lots.flatMap(({ entryId, lotId, remaining }) => {
      const rest = rests.get(entryId) as Money;
      const amount = least(remaining, rest);
      if (isZero(amount)) return [];
      rests.set(entryId, minus(rest, amount));
      return [{ chainId, entryId, lotId, amount }];
    });
    if (taken.length) {
      await write.insert(pointLotUses).values(taken);
      await addToLots(
        write,
        chainId,
        taken.map(({ lotId, amount }) => ({ id: lotId, amount: negated(amount) })),
      );
    }
    const found = new Map<number, number>();
    for (const { entryId } of lots) found.set(entryId, (found.get(entryId) ?? 0) + 1);
    open = open
      .map((entry) => ({ ...entry, rest: rests.get(entry.id) as Money }))
      .filter(({ id, rest }) => (found.get(id) ?? 0) >= lotsAtOnce && !isZero(rest));
  }
}

/** Gives what entries had taken back to its lots. Lots whose time is over burn at once. @param entries of one balance each */
async function giveBackToLots(write: Write, chainId: number, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const uses = await write
    .select()
    .from(pointLotUses)
    .where(
      and(
        eq(pointLotUses.chainId, chainId),
        inArray(
          pointLotUses.entryId,
          entries.map(({ reversesId }) => reversesId as number),
        ),
      ),
    )
    .orderBy(asc(pointLotUses.lotId));
  const given = entries.flatMap((entry) => {
    // What fills a balance below 0 is not there.
    const before = minus(entry.balanceAfter, entry.amount);
    let room = compare(before, noMoney) < 0 ? entry.balanceAfter : entry.amount;
    return uses.flatMap((use) => {
      const amount = least(use.amount, room);
      if (use.entryId !== entry.reversesId || compare(amount, noMoney) <= 0) return [];
      room = minus(room, amount);
      return [{ id: use.lotId, amount }];
    });
  });
  await addToLots(write, chainId, given);
}

const addToLots = (write: Write, chainId: number, changes: readonly { id: number; amount: Money }[]) =>
  write.execute(sql`
    update point_lots set "left" = "left" + moved.amount,
      -- A lot that burnt burns again, later, so that the entry of each has its own key.
      expires_at = case when moved.amount > 0 then greatest(expires_at, now()) else expires_at end
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as moved(id int, amount numeric)
    where point_lots.chain_id = ${chainId} and point_lots.entry_id = moved.id`);
