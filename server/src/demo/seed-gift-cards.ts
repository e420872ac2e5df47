import { and, asc, eq, isNotNull } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { clients } from '../domains/clients/tables.ts';
import { giftCards } from '../domains/gift-cards/tables.ts';
import { createGiftCardType, type GiftCardTypeFields } from '../domains/gift-cards/type.ts';
import { payByGiftCard } from '../domains/redemption/gift-card.ts';
import { lockSale } from '../domains/sales/sale.ts';
import { toMoney } from '../platform/money.ts';
import { demoClientId } from './accounts.ts';
import { sellAtDesk } from './desk.ts';
import { openVisits } from './visits.ts';

const voucher = {
  title: 'Gift card 100',
  balance: toMoney(100),
  isMulti: true,
  itemType: 0,
  allowsEmptyCode: false,
  isBalanceEditable: true,
  categoryId: null,
  serviceIds: [],
  expiration: { type: 'period', period: 1, unit: 'year' },
  online: { isSold: true, title: 'Gift card', description: 'For everything in our salons, for a year.', price: toMoney(100) },
} as const;

const treat = {
  ...voucher,
  title: 'A treat for one visit',
  balance: toMoney(60),
  isMulti: false,
  itemType: 1,
  allowsEmptyCode: true,
  isBalanceEditable: false,
  expiration: { type: 'period', period: 180, unit: 'day' },
  online: { isSold: false, title: '', description: '', price: toMoney(0) },
} as const;

/** The types of gift cards of the chain, and two that nobody has bought yet. @returns the ids of the first two */
export async function seedGiftCardTypes(write: Write, chainId: number, locationIds: number[]): Promise<[number, number]> {
  const add = async (fields: Omit<GiftCardTypeFields, 'locationIds'>) =>
    (await createGiftCardType(write, chainId, { ...fields, locationIds })).id;
  const types: [number, number] = [await add(voucher), await add(treat)];
  await add({ ...voucher, title: 'Gift card 250', balance: toMoney(250) });
  await add({ ...voucher, title: 'Gift card 500', balance: toMoney(500) });
  return types;
}

/** Who buys: the days since, and the code. */
const sold = [
  { daysAgo: 40, code: '400100200301' },
  { daysAgo: 25, code: '400100200302' },
  { daysAgo: 9, code: '400100200303' },
  { daysAgo: 2, code: '400100200304' },
] as const;

/**
 * Sells gift cards of a location; in the first one the client with an account buys the second. The codes of the second and later locations have
 * another end.
 */
export async function seedGiftCards(
  write: Write,
  place: Location,
  [voucherId, treatId]: readonly [number, number],
  index: number,
): Promise<void> {
  const buyers = await write
    .select({ id: clients.id })
    .from(clients)
    .where(and(eq(clients.locationId, place.id), isNotNull(clients.phone)))
    .orderBy(asc(clients.id))
    .offset(20)
    .limit(sold.length);
  for (const [number, { daysAgo, code }] of sold.entries()) {
    const clientId = index === 0 && number === 1 ? demoClientId : (buyers[number] as { id: number }).id;
    await sellAtDesk(write, place, { giftCardTypeId: voucherId, daysAgo, clientId, code: `${code}${index + 1}` });
  }
  const [visit] = await openVisits(write, place.id, 'past', 1);
  if (!visit) return;
  await sellAtDesk(write, place, { giftCardTypeId: treatId, daysAgo: 14, clientId: visit.clientId });
}

/** The card without a code has paid a visit of its owner. */
export async function seedGiftCardPayments(write: Write, place: Location): Promise<void> {
  const [visit] = await openVisits(write, place.id, 'past', 1);
  if (!visit) return;
  const [own] = await write
    .select({ id: giftCards.id })
    .from(giftCards)
    .where(and(eq(giftCards.chainId, place.chainId), eq(giftCards.locationId, place.id), eq(giftCards.number, '')));
  if (own) await payByGiftCard(write, place, await lockSale(write, place, visit.documentId), { id: own.id }, false);
}
