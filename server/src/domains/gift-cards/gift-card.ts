import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { type Money, minus, noMoney } from '../../platform/money.ts';
import { lockBalances, post } from '../ledger/ledger.ts';
import { balances } from '../ledger/tables.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { giftCards, giftCardTypes } from './tables.ts';

type Place = Pick<Location, 'id' | 'chainId'>;

const selectCards = (db: Read) =>
  db
    .select({ card: giftCards, type: giftCardTypes, balance: balances.amount })
    .from(giftCards)
    .innerJoin(giftCardTypes, and(eq(giftCardTypes.chainId, giftCards.chainId), eq(giftCardTypes.id, giftCards.typeId)))
    .innerJoin(balances, and(eq(balances.chainId, giftCards.chainId), eq(balances.id, giftCards.balanceId)));

/** A gift card with its type and what is left on it. */
export type GiftCardRow = typeof giftCards.$inferSelect & { type: typeof giftCardTypes.$inferSelect; balance: Money };

const flat = ({ card, type, balance }: Awaited<ReturnType<typeof selectCards>>[number]): GiftCardRow => ({
  ...card,
  type,
  balance,
});

/** Whether the type of a card works in a location. */
const worksIn = ({ id }: Pick<Place, 'id'>): SQL =>
  sql`exists (select from gift_card_type_locations attached where attached.chain_id = ${giftCards.chainId}
    and attached.type_id = ${giftCards.typeId} and attached.location_id = ${id})`;

const usableIn = (place: Place, ...where: (SQL | undefined)[]) =>
  and(eq(giftCards.chainId, place.chainId), isNull(giftCards.deletedAt), worksIn(place), ...where);

/** The cards of a phone number that work in a location, by id. @param phone E.164 */
export async function giftCardsOfPhone(db: Read, place: Place, phone: string): Promise<GiftCardRow[]> {
  const rows = await selectCards(db)
    .where(usableIn(place, eq(giftCards.phone, phone)))
    .orderBy(asc(giftCards.id));
  return rows.map(flat);
}

/** Cards by their ids, also those that are deleted or work elsewhere. */
export async function giftCardsById(db: Read, chainId: number, ids: readonly number[]): Promise<GiftCardRow[]> {
  if (ids.length === 0) return [];
  const rows = await selectCards(db).where(and(eq(giftCards.chainId, chainId), inArray(giftCards.id, [...ids])));
  return rows.map(flat);
}

/** A card that works in a location. @throws NotFound */
export async function getGiftCard(db: Read, place: Place, id: number): Promise<GiftCardRow> {
  const [row] = await selectCards(db).where(usableIn(place, eq(giftCards.id, id)));
  if (!row) throw new NotFound();
  return flat(row);
}

/** The card with a code, which works in a location. @throws NotFound */
export async function findGiftCard(db: Read, place: Place, number: string): Promise<GiftCardRow> {
  const wanted = number.trim();
  const [row] = wanted === '' ? [] : await selectCards(db).where(usableIn(place, eq(giftCards.number, wanted)));
  if (!row) throw new NotFound();
  return flat(row);
}

/**
 * Locks a card that works in a location, and its balance.
 * @param others balances that are locked with it, because the transaction needs them later
 * @returns undefined if there is none
 */
export async function lockGiftCard(
  write: Write,
  place: Place,
  which: { id?: number; number?: string },
  others: readonly number[] = [],
): Promise<GiftCardRow | undefined> {
  const own = usableIn(
    place,
    which.id === undefined ? undefined : eq(giftCards.id, which.id),
    which.number === undefined ? undefined : eq(giftCards.number, which.number),
  );
  const [found] = await write.lock('gift card', write.select({ id: giftCards.id }).from(giftCards).where(own));
  if (!found) return undefined;
  const [row] = await selectCards(write).where(usableIn(place, eq(giftCards.id, found.id)));
  if (!row) return undefined;
  // Cancelled payments move the balance without the card.
  const locked = await lockBalances(write, place.chainId, [row.card.balanceId, ...others]);
  return flat({ ...row, balance: locked.get(row.card.balanceId) as Money });
}

/** Whether a card pays, or why not. */
export type GiftCardState = 'active' | 'expired' | 'used';

export const stateOf = ({ balance, expiresAt }: Pick<GiftCardRow, 'balance' | 'expiresAt'>, now: Date): GiftCardState => {
  if (isZero(balance)) return 'used';
  return expiresAt && expiresAt < now ? 'expired' : 'active';
};

/** @throws NotFound */
async function lockToChange(write: Write, place: Place, id: number): Promise<GiftCardRow> {
  const card = await lockGiftCard(write, place, { id });
  if (!card) throw new NotFound();
  return card;
}

/** Sets what is left on a card, by hand. @throws NotFound, Invalid for an amount that cannot be, and if the type does not allow it */
export async function setGiftCardBalance(
  write: Write,
  place: Place & Pick<Location, 'currency'>,
  id: number,
  balance: Money,
): Promise<void> {
  expectCurrencyDigits(place, { balance });
  if (compare(balance, noMoney) < 0) throw new Invalid({ balance: ['must not be less than 0'] });
  const card = await lockToChange(write, place, id);
  if (!card.type.isBalanceEditable)
    throw new Invalid({ balance: ['cannot be changed: the type of the gift card does not allow it'] });
  const amount = minus(balance, card.balance);
  if (isZero(amount)) return;
  const causeKey = `change ${randomUUID()} of gift card ${id}`;
  await post(write, place.chainId, [{ balanceId: card.balanceId, amount, cause: 'change by hand', causeKey }]);
}

/** Sets when a card expires; null for never. @throws NotFound */
export async function setGiftCardExpiry(write: Write, place: Place, id: number, expiresAt: Date | null): Promise<void> {
  await lockToChange(write, place, id);
  await write
    .update(giftCards)
    .set({ expiresAt })
    .where(and(eq(giftCards.chainId, place.chainId), eq(giftCards.id, id)));
}
