import { compare, toWire } from '../../../platform/exact.ts';
import { type Money, noMoney } from '../../../platform/money.ts';
import { type GiftCardRow, giftCardsById } from '../../gift-cards/gift-card.ts';
import { payByGiftCard, usableGiftCards } from '../gift-card.ts';
import type { LoyaltyMethod, OpenSale } from './method.ts';

const presentCard = (card: GiftCardRow, applicable: Money, chain: OpenSale['chain']) => ({
  id: card.id,
  balance: toWire(card.balance),
  applicable_balance: toWire(applicable),
  type: { id: card.typeId, title: card.type.title, is_code_required: !card.type.allowsEmptyCode },
  chain,
});

/** Gift cards: `loyalty_certificate`. */
export const byGiftCard: LoyaltyMethod = {
  types: { 8: 'Withdrawal from gift card' },
  sourcesOf: async (db, location, chain, coverings) => {
    const ids = coverings.flatMap(({ giftCardId }) => giftCardId ?? []);
    const cards = new Map((await giftCardsById(db, location.chainId, ids)).map((card) => [card.id, card]));
    return new Map(
      coverings.flatMap(({ id, giftCardId }) => {
        const card = cards.get(giftCardId ?? 0);
        if (!card) return [];
        return [[id, { loyalty_certificate_id: card.id, loyalty_certificate: presentCard(card, card.balance, chain) }] as const];
      }),
    );
  },
  methodsOf: async ({ db, location }, { sale, items, chain, mayPay }) =>
    (await usableGiftCards(db, location, sale, items)).map(({ card, applicable }) => ({
      slug: 'loyalty_certificate',
      is_applicable: mayPay && compare(applicable, noMoney) > 0,
      applicable_amount: toWire(applicable),
      applicable_count: 0,
      applicable_value: 0,
      loyalty_certificate_id: card.id,
      loyalty_certificate: presentCard(card, applicable, chain),
    })),
  pay: (write, { location, can }, sale, { giftCardId, number, amount }) =>
    payByGiftCard(
      write,
      location,
      sale,
      { id: giftCardId, number, amount },
      can('loyalty_certificate_and_abonement_manual_transactions_access'),
    ),
};
