import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { toWire } from '../../platform/exact.ts';
import { type Money, noMoney, sum } from '../../platform/money.ts';
import { balances } from '../ledger/tables.ts';
import { type LoyaltyMessage, queueLoyaltyMessages } from '../messaging/loyalty-message.ts';
import { loyaltyCards, type TemplateKind } from './tables.ts';
import { filled, textsOf } from './template.ts';

/** Something that happened to a card, of which its owner may be told. */
export interface CardNotice {
  kind: TemplateKind;
  cardId: number;
  /** The points that it is about. */
  amount?: Money;
}

/** A message of yesterday is of no use any more. */
const ofUse = 86_400_000;

/**
 * Tells owners of cards what happened, with the texts of the chain: a kind without a text is not told. What is of one kind and of one card is
 * one message. It names the balance that the card has now.
 */
export async function tellOwners(write: Write, chainId: number, notices: readonly CardNotice[]): Promise<void> {
  if (notices.length === 0) return;
  const textOf = await textsOf(
    write,
    [chainId],
    notices.map(({ kind }) => kind),
  );
  const told = notices.filter(({ kind }) => textOf(chainId, kind) !== undefined);
  if (told.length === 0) return;
  const cards = await write
    .select({
      id: loyaltyCards.id,
      phone: loyaltyCards.phone,
      number: loyaltyCards.number,
      locationId: loyaltyCards.locationId,
      balance: balances.amount,
    })
    .from(loyaltyCards)
    .innerJoin(balances, and(eq(balances.chainId, loyaltyCards.chainId), eq(balances.id, loyaltyCards.balanceId)))
    .where(
      and(
        eq(loyaltyCards.chainId, chainId),
        inArray(loyaltyCards.id, [...new Set(told.map(({ cardId }) => cardId))]),
        isNull(loyaltyCards.deletedAt),
      ),
    )
    .orderBy(asc(loyaltyCards.id));
  const expiresAt = new Date(Date.now() + ofUse);
  await queueLoyaltyMessages(
    write,
    cards.flatMap(({ id, phone, number, locationId, balance }) => {
      if (phone === null) return [];
      const own = told.filter(({ cardId }) => cardId === id);
      return [...new Set(own.map(({ kind }) => kind))].map((kind): LoyaltyMessage => {
        const points = toWire(sum(own.map((notice) => (notice.kind === kind ? (notice.amount ?? noMoney) : noMoney))));
        const text = filled(textOf(chainId, kind) as string, { points, balance: toWire(balance), number });
        return { locationId, type: kind, recipient: phone, text, expiresAt };
      });
    }),
  );
}
