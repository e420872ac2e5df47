import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { lockCard } from '../loyalty/card.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';
import { kinds, type Reason } from '../promotions/engine.ts';
import type { Sale } from '../sales/sale.ts';
import { cover, openForLoyalty, uncover } from './cover.ts';
import { type Judged, judge, offeredSale, offersOf } from './evaluation.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;

/** A promotion of a card. */
export interface CardPromotion {
  cardId: number;
  promotionId: number;
}

/** The promotions that have given their discount in a sale. */
export async function appliedPromotions(db: Read, location: Place, sale: Sale): Promise<Set<number>> {
  const rows = await db
    .select({ id: loyaltyTransactions.promotionId })
    .from(loyaltyTransactions)
    .where(
      and(
        eq(loyaltyTransactions.locationId, location.id),
        inArray(loyaltyTransactions.documentId, sale.documentIds),
        eq(loyaltyTransactions.type, 1),
        isNull(loyaltyTransactions.cancelledAt),
      ),
    );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}

/**
 * Takes the discount of a card's promotion off a locked sale: a transaction for each item that gets something. A promotion that has given its
 * discount gives no second one.
 * @returns why it gave it, or nothing
 * @throws NotFound for a card that does not work here or is of another client, and for a promotion that is not a discount of the card here;
 * ReceiptPrinted
 */
export async function applyPromotion(
  write: Write,
  location: Place,
  locked: Sale,
  { cardId, promotionId }: CardPromotion,
): Promise<Reason> {
  const sale = await openForLoyalty(write, location, locked);
  const phone = await phoneOfClient(write, location.id, sale.clientId);
  const card = await lockCard(write, location.chainId, cardId, location.id);
  if (!card || phone === null || card.phone !== phone) throw new NotFound();
  const offers = await offersOf(write, location, await offeredSale(write, location, sale), phone);
  const offer = offers.find(({ card: { id }, promotion }) => id === cardId && promotion.id === promotionId);
  if (!offer || kinds[offer.promotion.type].gives !== 'discount') throw new NotFound();
  if ((await appliedPromotions(write, location, sale)).has(promotionId)) return 'given';
  const [{ outcome, offered }] = (await judge(write, location, [offer])) as [Judged];
  if (outcome.parts.length === 0) return outcome.reason;
  await cover(
    write,
    location,
    sale,
    { type: 1, cardId, promotionId },
    outcome.parts.map(({ item, amount }) => ({ item: offered.items[item] as (typeof offered.items)[number], amount })),
  );
  return 'given';
}

/** The reasons in words, for callers. */
export const reasonTexts: Readonly<Record<Reason, string>> = {
  given: 'It is given.',
  'no items': 'The promotion is for none of the items.',
  'nothing due': 'Nothing is due for the items of the promotion.',
  'nothing sold': 'Nothing was sold or paid that gives points.',
  over: 'The client has not come for longer than the term of the discount.',
  'below the threshold': 'The first threshold is not reached.',
  'package not full': 'Not enough services were paid.',
  'not attended': 'The client has not come to all of the visit.',
  'not paid': 'The visit is not fully paid.',
  'used up': 'The card had it as often as it may.',
  'not this visit': 'Another visit gets it: not every one does.',
};

/**
 * The same as a payment: a promotion that gives nothing is refused.
 * @throws Invalid for `cardId` or `promotionId`, ReceiptPrinted
 */
export async function payByPromotion(write: Write, location: Place, locked: Sale, of: CardPromotion): Promise<void> {
  const reason = await applyPromotion(write, location, locked, of).catch((error) => {
    throw error instanceof NotFound ? new Invalid({ promotionId: ['is unknown, or not open to the card'] }) : error;
  });
  if (reason !== 'given') throw new Invalid({ promotionId: [reasonTexts[reason]] });
}

/** Takes back the discount of a promotion in a locked sale, if it has given one. @throws ReceiptPrinted */
export async function cancelPromotion(
  write: Write,
  location: Place,
  locked: Sale,
  { cardId, promotionId }: CardPromotion,
): Promise<void> {
  await uncover(write, location, locked, { type: 1, cardId, promotionId });
}

/** The discounts of the client's cards for a sale, with what each would give now. */
export async function openDiscounts(db: Read, location: Place, sale: Sale): Promise<Judged[]> {
  const phone = await phoneOfClient(db, location.id, sale.clientId);
  if (phone === null) return [];
  const offers = await offersOf(db, location, await offeredSale(db, location, sale), phone);
  return judge(
    db,
    location,
    offers.filter(({ promotion }) => kinds[promotion.type].gives === 'discount'),
  );
}
