import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { absolute, compare, isZero } from '../../platform/exact.ts';
import { isRounded, type Money, noMoney } from '../../platform/money.ts';
import { digitsOfChain, locationsOfChain } from '../locations/of-chain.ts';
import { lockCard } from '../loyalty/card.ts';
import { burningOfType } from '../loyalty/card-type.ts';
import { addLoyaltyTransactions } from './transaction.ts';

/**
 * Tops a card up by hand, or withdraws from it. Points that are given burn after the term of the card's type.
 * @param place the location where the card must work; left out if it happens in the chain
 * @param amount positive for a top-up, negative for a withdrawal
 * @throws NotFound; Invalid for an amount of 0, one that has too many digits, and one beyond the balance
 */
export async function moveByHand(
  write: Write,
  chainId: number,
  place: Pick<Location, 'id'> | undefined,
  cardId: number,
  { amount, comment }: { amount: Money; comment: string },
): Promise<void> {
  if (isZero(amount)) throw new Invalid({ amount: ['must not be 0'] });
  const digits = Math.min(digitsOfChain(await locationsOfChain(write, chainId)), 4);
  if (!isRounded(amount, digits)) throw new Invalid({ amount: ['has more digits than the currencies of the chain'] });
  const card = await lockCard(write, chainId, cardId, place?.id);
  if (!card) throw new NotFound();
  const isTopUp = compare(amount, noMoney) > 0;
  const burning = isTopUp ? await burningOfType(write, chainId, card.typeId, new Date()) : {};
  const posting = { balanceId: card.balanceId, amount, cause: isTopUp ? 'top-up by hand' : 'withdrawal by hand', ...burning };
  await addLoyaltyTransactions(write, chainId, [
    {
      type: isTopUp ? 5 : 6,
      amount: absolute(amount),
      cardId,
      comment: comment.trim(),
      posting,
      ...(place ? { locationId: place.id } : {}),
    },
  ]);
}
