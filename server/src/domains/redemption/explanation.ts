import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { type Money, noMoney, sum } from '../../platform/money.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';
import { kinds, type Reason } from '../promotions/engine.ts';
import type { Sale } from '../sales/sale.ts';
import { visitsForCashback } from './cashback.ts';
import { type Judged, judge, offeredSale, offersOf } from './evaluation.ts';
import { reasonTexts } from './promotion.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;

/** What a promotion of a card did in a visit, and why. */
export interface Explanation extends Judged {
  reason: Reason | 'not applied' | 'another card';
  text: string;
  /** The discount or the points that it gave. */
  given: Money;
}

const texts = { 'not applied': 'It is open, and was not applied.', 'another card': 'Another card got it.' };

/** What each promotion of the client's cards did in a visit, and why, by card and promotion. */
export async function explainVisit(db: Read, location: Place, sale: Sale): Promise<Explanation[]> {
  const phone = await phoneOfClient(db, location.id, sale.clientId);
  const offered = await offeredSale(db, location, sale);
  const visitId = sale.visitId as number;
  const attended = (await visitsForCashback(db, location, [visitId])).get(visitId) ?? offered;
  const offers = (await offersOf(db, location, offered, phone)).map((offer) =>
    kinds[offer.promotion.type].gives === 'points' ? { ...offer, offered: attended } : offer,
  );
  const rows = await db
    .select({
      cardId: loyaltyTransactions.cardId,
      promotionId: loyaltyTransactions.promotionId,
      amount: loyaltyTransactions.amount,
    })
    .from(loyaltyTransactions)
    .where(
      and(
        eq(loyaltyTransactions.locationId, location.id),
        inArray(loyaltyTransactions.documentId, sale.documentIds),
        inArray(loyaltyTransactions.type, [1, 2]),
        isNull(loyaltyTransactions.cancelledAt),
      ),
    );
  return (await judge(db, location, offers)).map((judged) => {
    const own = rows.filter(({ cardId, promotionId }) => cardId === judged.card.id && promotionId === judged.promotion.id);
    const given = own.length ? sum(own.map(({ amount }) => amount)) : noMoney;
    const { reason } = judged.outcome;
    if (own.length > 0) return { ...judged, given, reason: 'given', text: reasonTexts.given };
    if (reason !== 'given') return { ...judged, given, reason, text: reasonTexts[reason] };
    const open = kinds[judged.promotion.type].gives === 'discount' ? 'not applied' : 'another card';
    return { ...judged, given, reason: open, text: texts[open] };
  });
}
