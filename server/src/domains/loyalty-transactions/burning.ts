import { and, asc, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import type { Transact, Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { toWire } from '../../platform/exact.ts';
import { type Money, negated, sum } from '../../platform/money.ts';
import { lockBalances } from '../ledger/ledger.ts';
import { pointLots } from '../ledger/tables.ts';
import { locations } from '../locations/tables.ts';
import { loyaltyCards, loyaltyTemplates } from '../loyalty/tables.ts';
import { sendMessage } from '../notifications/message.ts';
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
      locationId: loyaltyCards.locationId,
      timeZone: locations.timeZone,
    })
    .from(loyaltyCards)
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
  const texts = await textsOf(write, [...new Set(cards.map(({ chainId }) => chainId))]);
  for (const { chainId, balanceId, phone, locationId, timeZone } of cards) {
    const own = lots
      .filter((lot) => lot.chainId === chainId && lot.balanceId === balanceId)
      .map((lot) => ({ ...lot, expiresAt: new Date(lot.expiresAt) }))
      .toSorted((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
    const [soonest, last] = [own[0], own.at(-1)];
    if (phone === null || !soonest || !last) continue;
    const points = toWire(sum(own.map(({ remaining }) => remaining)));
    const text = texts.get(chainId) ?? `Points on your card burn soon: ${points}, from ${dateIn(soonest.expiresAt, timeZone)}.`;
    await sendMessage(write, { locationId, channel: 'sms', recipient: phone, text, expiresAt: last.expiresAt });
  }
  return lots.length;
}

/** The text of a chain about points that burn: the first one that it has. */
async function textsOf(write: Write, chainIds: readonly number[]): Promise<Map<number, string>> {
  if (chainIds.length === 0) return new Map();
  const rows = await write
    .select({ chainId: loyaltyTemplates.chainId, body: loyaltyTemplates.body })
    .from(loyaltyTemplates)
    .where(
      and(
        inArray(loyaltyTemplates.chainId, [...chainIds]),
        eq(loyaltyTemplates.kind, 'loyalty_cashback_expiration'),
        isNull(loyaltyTemplates.deletedAt),
      ),
    )
    .orderBy(sql`${loyaltyTemplates.id} desc`);
  return new Map(rows.map(({ chainId, body }) => [chainId, body]));
}
