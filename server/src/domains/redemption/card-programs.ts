import type { Read } from '../../api/write.ts';
import { compare } from '../../platform/exact.ts';
import { type Money, noMoney } from '../../platform/money.ts';
import type { CardRow } from '../loyalty/card.ts';
import { kinds, packageUses, valueReached } from '../promotions/engine.ts';
import { isOver, placesOf, placesOfTypes } from './evaluation.ts';
import { type History, historiesOf } from './history.ts';
import { type OpenPromotion, promotionsOfCardTypes } from './promotion-terms.ts';

/** A promotion of a card, and what its owner has reached. */
export interface CardProgram {
  promotion: OpenPromotion;
  /** 0 for nothing. */
  value: Money;
}

const greatest = (values: readonly Money[]): Money =>
  values.reduce((most, value) => (compare(value, most) > 0 ? value : most), noMoney);

/** What is reached now: the value of the rule, or of a package that is full. */
function reached(promotion: OpenPromotion, history: History): Money {
  if (isOver(promotion, history, new Date())) return noMoney;
  if (kinds[promotion.type].counts !== 'package') return valueReached(promotion, history) ?? noMoney;
  // The services that had the discount are counted by the packages that they have used up.
  return packageUses(promotion, history.services, history.given) > 0
    ? greatest(promotion.rules.map(({ value }) => value))
    : noMoney;
}

type ReachingCard = Pick<CardRow, 'id' | 'typeId' | 'phone' | 'number' | 'locationId'>;

/** What the owner of a card has reached in a promotion. */
export interface Reached extends CardProgram {
  card: ReachingCard;
  /** When the owner last came; null for never. */
  lastVisitAt: Date | null;
}

/**
 * The promotions of cards, by the card, with what their owners have reached. Uses three statements for any number of cards.
 * @param locationId only those that work there; left out for all of the chain
 */
export async function programsOf(
  db: Read,
  cards: readonly CardRow[],
  locationId: number | undefined,
): Promise<Map<number, CardProgram[]>> {
  const [first] = cards;
  const programs = new Map<number, CardProgram[]>();
  if (!first) return programs;
  for (const { card, promotion, value } of await reachedBy(db, first.chainId, cards, locationId)) {
    programs.set(card.id, [...(programs.get(card.id) ?? []), { promotion, value }]);
  }
  return programs;
}

/** What the owners of cards of a chain have reached in their promotions. @param locationId as of `programsOf` */
export async function reachedBy(
  db: Read,
  chainId: number,
  cards: readonly ReachingCard[],
  locationId?: number,
): Promise<Reached[]> {
  const typeIds = [...new Set(cards.map(({ typeId }) => typeId))];
  const byType = await promotionsOfCardTypes(db, chainId, typeIds, locationId === undefined ? undefined : { id: locationId });
  const pairs = cards.flatMap((card) =>
    card.phone === null ? [] : (byType.get(card.typeId) ?? []).map((promotion) => ({ card, promotion })),
  );
  if (pairs.length === 0) return [];
  const places = await placesOfTypes(db, chainId, typeIds);
  const histories = await historiesOf(
    db,
    chainId,
    pairs.map(({ card, promotion }) => ({
      phone: card.phone as string,
      locationIds: placesOf(promotion, places.get(card.typeId)),
      since: promotion.historyStart,
      packageId: promotion.type === 'package_discount' ? promotion.id : undefined,
    })),
  );
  return pairs.map(({ card, promotion }, index) => {
    const history = histories[index] as History;
    return { card, promotion, value: reached(promotion, history), lastVisitAt: history.lastVisitAt };
  });
}

/** The best discounts among promotions: in percent, and as an amount. */
export function bestDiscounts(programs: readonly CardProgram[]): { percent: Money; amount: Money } {
  const best = (unit: OpenPromotion['unit']) =>
    greatest(
      programs
        .filter(({ promotion }) => kinds[promotion.type].gives === 'discount' && promotion.unit === unit)
        .map(({ value }) => value),
    );
  return { percent: best('percent'), amount: best('amount') };
}
