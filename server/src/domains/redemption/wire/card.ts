import { Forbidden, Invalid } from '../../../api/errors.ts';
import { compare, toWire } from '../../../platform/exact.ts';
import { noMoney } from '../../../platform/money.ts';
import { type CardRow, cardsById } from '../../loyalty/card.ts';
import { transactionTitles } from '../../loyalty-transactions/types.ts';
import { payByCard, payingCards } from '../card.ts';
import type { LoyaltyMethod } from './method.ts';

/** A number of digits is a number in a sale, without the zeros in front. */
const numberOf = (number: string) => (/^\d+$/.test(number) && Number.isSafeInteger(Number(number)) ? Number(number) : number);

export const presentCard = (card: CardRow) => ({
  loyalty_card_id: card.id,
  loyalty_card: {
    id: card.id,
    type_id: card.typeId,
    number: numberOf(card.number),
    balance: toWire(card.balance),
    type: { id: card.typeId, type: card.typeTitle },
    chain: { id: card.chainId, title: card.chainTitle },
  },
});

/** Paying with the points of a loyalty card. */
export const byCard: LoyaltyMethod = {
  types: { 3: transactionTitles[3] },
  async sourcesOf(db, location, _chain, coverings) {
    const ids = coverings.flatMap(({ cardId }) => cardId ?? []);
    const cards = new Map((await cardsById(db, location.chainId, ids)).map((card) => [card.id, card]));
    return new Map(
      coverings.flatMap(({ id, cardId }) => {
        const card = cards.get(cardId ?? 0);
        return card ? [[id, presentCard(card)] as const] : [];
      }),
    );
  },
  async methodsOf({ db, location, can }, { sale, items, mayPay }) {
    if (!can('loyalty_access')) return [];
    return (await payingCards(db, location, sale.clientId, items)).map(({ applicable, ...card }) => ({
      slug: 'loyalty_card',
      is_applicable: mayPay && compare(applicable, noMoney) > 0,
      applicable_amount: toWire(applicable),
      applicable_count: 0,
      applicable_value: 0,
      ...presentCard(card),
    }));
  },
  async pay(write, { can, location }, sale, { cardId, amount }) {
    if (!can('loyalty_access')) throw new Forbidden();
    if (cardId === undefined) throw new Invalid({ cardId: ['is required'] });
    await payByCard(write, location, sale, { cardId, amount });
  },
};
