import { toWire } from '../../../platform/exact.ts';
import type { Publisher } from '../../outbox/publisher.ts';
import { issuedCards } from '../card.ts';

/** In the published form of the webhook. */
export const publishedCards: Publisher<'loyalty card'> = {
  resource: 'loyalty_card',
  find: issuedCards,
  present: ({ id, balance, number, phone }) => ({ id, balance: toWire(balance), number, phone: phone ?? '' }),
};
