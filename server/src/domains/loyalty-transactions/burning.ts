import { and, asc, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import type { Transact, Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { toWire } from '../../platform/exact.ts';
import { type Money, negated, sum } from '../../platform/money.ts';
import { lockBalances } from '../ledger/ledger.ts';
import { balances, pointLots } from '../ledger/tables.ts';
import { locations } from '../locations/tables.ts';
import { loyaltyCards } from '../loyalty/tables.ts';
import { filled, standardBurning, textsOf } from '../loyalty/template.ts';
import { type LoyaltyMessage, queueLoyaltyMessages } from '../messaging/loyalty-message.ts';
import { addLoyaltyTransactions } from './transaction.ts';

/** The lots that one transaction looks at. */
const atOnce = 200;

/** Burns points whose time is over: a transaction of type 7 for each card. Several nodes may do it at the same time. */
export async function burnPoints(transact: Transact): Promise<void> {
  while ((await transact(burnSome)) === atOnce);
}

const isDue = and(sql`${pointLots.remaining} > 0`, isNotNull(pointLots.expiresAt), lte(pointLots.expiresAt, sql`now()`));

/** @returns the number of lots that were due */
async function burnSome(write: Write): Promise<number> {
  const due = await write
    .select({ chainId: pointLots.chainId, balanceId: pointLots.balanceId })
    .from(pointLots)
    .innerJoin(loyaltyCards, and(eq(loyaltyCards.chainId, pointLots.chainId), eq(loyaltyCards.balanceId, pointLots.balanceId)))
    .where(isDue)
    .orderBy(asc(pointLots.expiresAt))
    .limit(atOnce);
  const [first] = due;
  if (!first) return 0;
  // Cards of one chain at a time, in the order of their ids.
  const { chainId } = first;
  const balanceIds = [...new Set(due.flatMap((lot) => (lot.chainId === chainId ? [lot.balanceId] : [])))];
  const cards = await write.lock(
    'loyalty card',
    write
      .select({ id: loyaltyCards.id, balanceId: loyaltyCards.balanceId })
      .from(loyaltyCards)
      .where(and(eq(loyaltyCards.chainId, chainId), inArray(loyaltyCards.balanceId, balanceIds)))
      .orderBy(asc(loyaltyCards.id)),
  );
  await lockBalances(write, chainId, balanceIds);
  const lots = await write
    .select({ balanceId: pointLots.balanceId, remaining: pointLots.remaining })
    .from(pointLots)
    .where(and(eq(pointLots.chainId, chainId), inArray(pointLots.balanceId, balanceIds), isDue));
  const burnt = await addLoyaltyTransactions(
    write,
    chainId,
    cards.flatMap(({ id, balanceId }) => {
      const burning = lots.flatMap((lot) => (lot.balanceId === balanceId ? [lot.remaining] : []));
      if (burning.length === 0) return [];
      const amount = sum(burning);
      return [
        { type: 7 as const, amount, cardId: id, posting: { balanceId, amount: negated(amount), cause: 'points that burnt' } },
      ];
    }),
  );
  if (burnt.length === 0) return 0;
  const isOneChain = due.every((lot) => lot.chainId === chainId);
  return isOneChain ? due.length : atOnce;
}

/** Tells the owners of points that burn soon, once for each lot: one message for a card. */
export async function tellOfBurning(transact: Transact): Promise<void> {
  while ((await transact(tellSome)) === atOnce);
}

interface Told {
  chainId: number;
  balanceId: number;
  remaining: Money;
  expiresAt: string;
}

/** @returns the number of lots whose owners were told */
async function tellSome(write: Write): Promise<number> {
  const lots = await rowsOf<Told>(
    write,
    sql`
    update point_lots told set noticed_at = now()
    from (
      select chain_id, entry_id from point_lots
      where "left" > 0 and notice_at is not null and noticed_at is null and notice_at <= now() and expires_at > now()
      order by notice_at limit ${atOnce} for update skip locked) as due
    where told.chain_id = due.chain_id and told.entry_id = due.entry_id
    returning told.chain_id as "chainId", told.balance_id as "balanceId", told."left"::text as remaining, told.expires_at as "expiresAt"`,
  );
  if (lots.length === 0) return 0;
  const cards = await write
    .select({
      chainId: loyaltyCards.chainId,
      balanceId: loyaltyCards.balanceId,
      phone: loyaltyCards.phone,
      number: loyaltyCards.number,
      balance: balances.amount,
      locationId: loyaltyCards.locationId,
      timeZone: locations.timeZone,
    })
    .from(loyaltyCards)
    .innerJoin(balances, and(eq(balances.chainId, loyaltyCards.chainId), eq(balances.id, loyaltyCards.balanceId)))
    .innerJoin(locations, eq(locations.id, loyaltyCards.locationId))
    .where(
      and(
        inArray(
          loyaltyCards.chainId,
          lots.map(({ chainId }) => chainId),
        ),
        inArray(
          loyaltyCards.balanceId,
          lots.map(({ balanceId }) => balanceId),
        ),
        isNull(loyaltyCards.deletedAt),
      ),
    )
    .orderBy(asc(loyaltyCards.id));
  const kind = 'loyalty_cashback_expiration';
  const textOf = await textsOf(
    write,
    cards.map(({ chainId }) => chainId),
    [kind],
  );
  const lotsOf = new Map<string, { remaining: Money; expiresAt: Date }[]>();
  for (const { expiresAt, ...lot } of lots) {
    lotsOf.set(lotKey(lot), [...(lotsOf.get(lotKey(lot)) ?? []), { ...lot, expiresAt: new Date(expiresAt) }]);
  }
  await queueLoyaltyMessages(
    write,
    cards.flatMap((card): LoyaltyMessage[] => {
      const own = (lotsOf.get(lotKey(card)) ?? []).toSorted((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
      const [soonest, last] = [own[0], own.at(-1)];
      const { phone, locationId, timeZone, chainId } = card;
      if (phone === null || !soonest || !last) return [];
      const points = toWire(sum(own.map(({ remaining }) => remaining)));
      const values = { points, date: dateIn(soonest.expiresAt, timeZone), balance: toWire(card.balance), number: card.number };
      const text = filled(textOf(chainId, kind) ?? standardBurning, values);
      return [{ locationId, type: kind, recipient: phone, text, expiresAt: last.expiresAt }];
    }),
  );
  return lots.length;
}

const lotKey = ({ chainId, balanceId }: { chainId: number; balanceId: number }) => `${chainId} ${balanceId}`;
