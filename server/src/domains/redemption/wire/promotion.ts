import { Forbidden, Invalid } from '../../../api/errors.ts';
import type { Read } from '../../../api/write.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { compare, toWire } from '../../../platform/exact.ts';
import { noMoney, sum } from '../../../platform/money.ts';
import { cardsById } from '../../loyalty/card.ts';
import { transactionTitles } from '../../loyalty-transactions/types.ts';
import { promotionsWithDeleted, typeId } from '../../promotions/promotion.ts';
import type { PromotionType } from '../../promotions/tables.ts';
import { typeTitles } from '../../promotions/wire/present.ts';
import type { Sale } from '../../sales/sale.ts';
import { pointsOfSale } from '../cashback.ts';
import { appliedPromotions, openDiscounts, payByPromotion } from '../promotion.ts';
import { presentCard } from './card.ts';
import type { LoyaltyMethod, OpenSale, SaleLoyaltyTransaction } from './method.ts';

interface Shown {
  id: number;
  title: string;
  type: PromotionType;
  unit: 'percent' | 'amount';
}

/** A promotion as a sale shows it. */
export const presentProgram = ({ id, title, type, unit }: Shown, chain: OpenSale['chain']) => ({
  loyalty_program_id: id,
  loyalty_program: {
    id,
    title,
    type_id: typeId(type),
    is_value_percent: unit === 'percent',
    type: { id: typeId(type), title: typeTitles[type] },
    chain,
  },
});

interface Used {
  id: number;
  cardId: number | null;
  promotionId: number | null;
}

/** The promotions and cards of transactions, by the id of the transaction. */
async function sourcesOf(
  db: Read,
  chain: OpenSale['chain'],
  rows: readonly Used[],
): Promise<Map<number, Partial<SaleLoyaltyTransaction>>> {
  const known = <Id>(ids: readonly (Id | null)[]) => [...new Set(ids.filter((id) => id !== null))] as Id[];
  const promotions = await promotionsWithDeleted(db, chain.id, known(rows.map(({ promotionId }) => promotionId)));
  const cardIds = known(rows.map(({ cardId }) => cardId));
  const cards = new Map((cardIds.length ? await cardsById(db, chain.id, cardIds) : []).map((card) => [card.id, card]));
  return new Map(
    rows.map(({ id, cardId, promotionId }) => {
      const [promotion, card] = [promotions.get(promotionId ?? 0), cards.get(cardId ?? 0)];
      return [id, { ...(card ? presentCard(card) : {}), ...(promotion ? presentProgram(promotion, chain) : {}) }];
    }),
  );
}

/** Taking the discount of a promotion off a sale. */
export const byPromotion: LoyaltyMethod = {
  types: { 1: transactionTitles[1] },
  sourcesOf: (db, _location, chain, coverings) => sourcesOf(db, chain, coverings),
  async methodsOf({ db, location, can }, { sale, chain, mayPay }) {
    if (!can('loyalty_access')) return [];
    const judged = await openDiscounts(db, location, sale);
    if (judged.length === 0) return [];
    const applied = await appliedPromotions(db, location, sale);
    const cards = new Map(
      (
        await cardsById(
          db,
          chain.id,
          judged.map(({ card }) => card.id),
        )
      ).map((card) => [card.id, card]),
    );
    return judged.flatMap(({ card: { id }, promotion, outcome }) => {
      const card = cards.get(id);
      if (!card) return [];
      const amount = applied.has(promotion.id) ? noMoney : sum(outcome.parts.map((part) => part.amount));
      return [
        {
          slug: 'loyalty_program',
          is_applicable: mayPay && compare(amount, noMoney) > 0,
          applicable_amount: toWire(amount),
          applicable_count: 0,
          applicable_value: promotion.unit === 'percent' ? toWire(outcome.value) : 0,
          ...presentCard(card),
          ...presentProgram(promotion, chain),
        },
      ];
    });
  },
  async pay(write, { can, location }, sale, { cardId, promotionId }) {
    if (!can('loyalty_access')) throw new Forbidden();
    if (cardId === undefined) throw new Invalid({ cardId: ['is required'] });
    if (promotionId === undefined) throw new Invalid({ promotionId: ['is required'] });
    await payByPromotion(write, location, sale, { cardId, promotionId });
  },
};

/** The points that a sale gave. They pay nothing and name no item. Source: the published notes. */
export async function presentPoints(
  db: Read,
  location: { id: number; chainId: number; timeZone: string },
  chain: OpenSale['chain'],
  sale: Sale,
): Promise<SaleLoyaltyTransaction[]> {
  const rows = await pointsOfSale(db, location, sale);
  if (rows.length === 0) return [];
  const sources = await sourcesOf(db, chain, rows);
  return rows.map((row) => ({
    id: row.id,
    document_id: row.documentId as number,
    amount: toWire(row.amount),
    type_id: 2,
    created_at: zonedDateTime(row.createdAt, location.timeZone),
    chain,
    type: { id: 2, title: transactionTitles[2] },
    ...sources.get(row.id),
  }));
}
