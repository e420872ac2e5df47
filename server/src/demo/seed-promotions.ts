import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { issueCard } from '../domains/loyalty/card.ts';
import { createPromotion, type NewPromotion } from '../domains/promotions/promotion.ts';
import { setReferral } from '../domains/promotions/settings.ts';
import { applyPromotion } from '../domains/redemption/promotion.ts';
import { applyReferral } from '../domains/redemption/referral.ts';
import { dueOfSale, payIntoAccount } from '../domains/sales/payment.ts';
import { dueOf, lockSale } from '../domains/sales/sale.ts';
import { noMoney, toMoney } from '../platform/money.ts';
import { cashOf } from './desk.ts';
import { hasNoCard, isFirst, openVisits } from './visits.ts';

/** The ids of what the promotions of the demo need. */
export interface DemoPromotions {
  discount: number;
  cardType: number;
}

/**
 * The promotions of the chain's regulars: a discount, points, and every sixth service for nothing. Who brings a guest gets points too, and the
 * guest a discount. They come after the visits of the past, which keep their prices.
 */
export async function seedPromotionsOfChain(
  write: Write,
  chainId: number,
  locationIds: number[],
  cardType: number,
): Promise<DemoPromotions> {
  const add = async (fields: Pick<NewPromotion, 'title' | 'type'> & Partial<NewPromotion>, value: number) => {
    const rules = [{ threshold: noMoney, value: toMoney(value), serviceId: null }];
    const common = { serviceItems: 'any', productItems: 'none', unit: 'percent', cardTypeIds: [cardType] } as const;
    return (await createPromotion(write, chainId, { ...common, rules, locationIds, ...fields })).id;
  };
  const discount = await add({ title: '10 % off all services', type: 'discount_static' }, 10);
  const points = { productItems: 'any', expiration: 6, expirationUnit: 'month', noticeDays: 14 } as const;
  const cashback = await add({ title: '5 % back in points', type: 'cashback_static_paid', ...points }, 5);
  await add({ title: 'Every sixth service is on us', type: 'package_discount', packageSize: 5 }, 100);
  await setReferral(write, chainId, {
    guestProgramId: discount,
    inviterProgramId: cashback,
    cardTypeId: cardType,
    isForEveryVisit: false,
  });
  return { discount, cardType };
}

/** The visits that get the discount. */
const discounted = 3;

/**
 * Clients of the latest visits that nobody has paid become regulars, pay with a discount, and get points. A client who has never come is the
 * guest of one of them.
 */
export async function seedPromotions(write: Write, place: Location, { discount, cardType }: DemoPromotions): Promise<void> {
  const isNew = hasNoCard(write, place.chainId);
  const past = await openVisits(write, place.id, 'past', 10 * discounted, isNew);
  const chosen = [...new Map(past.toReversed().map((visit) => [visit.phone, visit])).values()].slice(-discounted);
  const accountId = await cashOf(write, place);
  for (const { phone, documentId } of chosen) {
    const card = await issueCard(write, place, { typeId: cardType, phone });
    const sale = await lockSale(write, place, documentId);
    await applyPromotion(write, place, sale, { cardId: card.id, promotionId: discount });
    await payIntoAccount(write, place, sale, { accountId, amount: dueOf(await dueOfSale(write, place, sale)) });
  }
  const [guest] = await openVisits(write, place.id, 'coming', 1, isNew, isFirst);
  const [inviter] = chosen;
  if (guest && inviter) {
    await applyReferral(write, place, await lockSale(write, place, guest.documentId), { phone: inviter.phone });
  }
}
