import { and, eq, inArray } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, isZero, toWire } from '../../platform/exact.ts';
import { type Money, minus, negated, noMoney, sum } from '../../platform/money.ts';
import { services } from '../catalog/tables.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { type GiftCardRow, giftCardsOfPhone, lockGiftCard, stateOf } from '../gift-cards/gift-card.ts';
import { giftCardTypeServices } from '../gift-cards/tables.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { balancesOfClients } from '../loyalty/card.ts';
import { dueOfSale } from '../sales/payment.ts';
import { type DueItem, dueOf, type Sale } from '../sales/sale.ts';
import { cover, openForLoyalty } from './cover.ts';
import { splitOver } from './split.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;
type TypeRow = GiftCardRow['type'];

const least = (one: Money, other: Money) => (compare(one, other) < 0 ? one : other);

/** The types of items for which only some services are paid. */
const someServices: readonly number[] = [3, 4];
/** The types of items that pay no services, and no products. */
const [noServices, noProducts]: readonly number[][] = [[2], [1, 3]];

/** The services among items that each type names, and the categories of these services. Takes two statements. */
async function servicesOf(db: Read, location: Pick<Location, 'id'>, types: readonly TypeRow[], items: readonly DueItem[]) {
  const ids = items.flatMap(({ type, id }) => (type === 'service' ? [id] : []));
  const limited = types.filter(({ itemType, categoryId }) => someServices.includes(itemType) || categoryId !== null);
  if (ids.length === 0 || limited.length === 0) return { named: new Set<string>(), categories: new Map<number, number>() };
  const named = await db
    .select({ typeId: giftCardTypeServices.typeId, serviceId: giftCardTypeServices.serviceId })
    .from(giftCardTypeServices)
    .where(
      and(
        eq(giftCardTypeServices.chainId, (limited[0] as TypeRow).chainId),
        inArray(
          giftCardTypeServices.typeId,
          limited.map(({ id }) => id),
        ),
        eq(giftCardTypeServices.locationId, location.id),
        inArray(giftCardTypeServices.serviceId, ids),
      ),
    );
  const categories = await db
    .select({ id: services.id, categoryId: services.categoryId })
    .from(services)
    .where(and(eq(services.locationId, location.id), inArray(services.id, ids)));
  return {
    named: new Set(named.map(({ typeId, serviceId }) => `${typeId} ${serviceId}`)),
    categories: new Map(categories.map(({ id, categoryId }) => [id, categoryId])),
  };
}

/** The items that cards of these types pay, by the id of the type. No gift card pays a gift card. */
async function payableBy(
  db: Read,
  location: Pick<Location, 'id'>,
  types: readonly TypeRow[],
  items: readonly DueItem[],
): Promise<Map<number, DueItem[]>> {
  const { named, categories } = await servicesOf(db, location, types, items);
  const pays = (type: TypeRow, item: DueItem) => {
    if (item.type === 'good') return !noProducts?.includes(type.itemType) && item.issues !== 'gift card';
    if (noServices?.includes(type.itemType)) return false;
    if (someServices.includes(type.itemType) && !named.has(`${type.id} ${item.id}`)) return false;
    return type.categoryId === null || (type.categoryLocationId === location.id && categories.get(item.id) === type.categoryId);
  };
  return new Map(types.map((type) => [type.id, items.filter((item) => pays(type, item))]));
}

/** A card with the most that it can pay of a sale. */
export interface UsableGiftCard {
  card: GiftCardRow;
  applicable: Money;
}

/** The cards of a sale's client that can still pay, with what they can pay of it. */
export async function usableGiftCards(
  db: Read,
  location: Pick<Location, 'id' | 'chainId'>,
  sale: Sale,
  items: readonly DueItem[],
): Promise<UsableGiftCard[]> {
  const phone = await phoneOfClient(db, location.id, sale.clientId);
  if (phone === null) return [];
  const now = new Date();
  const cards = (await giftCardsOfPhone(db, location, phone)).filter((card) => stateOf(card, now) === 'active');
  const payable = await payableBy(
    db,
    location,
    cards.map(({ type }) => type),
    items,
  );
  return cards.map((card) => ({ card, applicable: least(card.balance, dueOf(payable.get(card.typeId) ?? [])) }));
}

/** What a caller pays with. */
export interface GiftCardPayment {
  /** This or the number is needed. */
  id?: number | undefined;
  /** The code. */
  number?: string | undefined;
  /** Left out for all that is possible. */
  amount?: Money | undefined;
}

/**
 * Pays a locked sale with a gift card: what is due for the items that its type allows, at most what is left on the card. A card for one use
 * loses its rest, which returns when the payment is cancelled.
 * @param mayOmitCode whether the caller may take a card without its code
 * @throws Invalid for a card that is unknown, expired, used up or somebody else's, for its code, and for the amount; ReceiptPrinted
 */
export async function payByGiftCard(
  write: Write,
  location: Place,
  locked: Sale,
  payment: GiftCardPayment,
  mayOmitCode: boolean,
): Promise<void> {
  const number = payment.number?.trim() || undefined;
  if (payment.id === undefined && number === undefined) throw new Invalid({ giftCardId: ['is required'] });
  const sale = await openForLoyalty(write, location, locked);
  const which = payment.id === undefined ? { number: number as string } : { id: payment.id };
  // The visit may give points when it is paid.
  const ofClient = sale.visitId === null ? [] : await balancesOfClients(write, location, [sale.clientId]);
  const card = await lockGiftCard(write, location, which, ofClient);
  if (!card) throw new Invalid({ giftCardId: ['is unknown'] });
  await expectHolder(write, location, sale, card, number, mayOmitCode);
  const state = stateOf(card, new Date());
  if (state !== 'active') throw new Invalid({ giftCardId: [state === 'used' ? 'is used up' : 'is expired'] });
  const payable = (await payableBy(write, location, [card.type], await dueOfSale(write, location, sale))).get(card.typeId) ?? [];
  const most = least(card.balance, dueOf(payable));
  if (isZero(most)) throw new Invalid({ giftCardId: ['pays nothing of this sale'] });
  const amount = payment.amount ?? most;
  expectAmount(location, amount, most);
  const lost = card.type.isMulti ? noMoney : minus(card.balance, amount);
  const { id: giftCardId, balanceId } = card;
  const parts = splitOver(amount, payable, location).map(({ item, amount: part }, index) => ({
    item,
    amount: part,
    posting: {
      balanceId,
      amount: negated(index === 0 ? sum([part, lost]) : part),
      cause: index === 0 && !isZero(lost) ? 'payment, and the rest is lost' : 'payment',
    },
    // The rest of a card for one use returns as a whole.
    ...(card.type.isMulti || index === 0 ? {} : { with: 0 }),
  }));
  await cover(write, location, sale, { type: 8, giftCardId }, parts);
}

/** Whoever knows its code may use a card. One without a code is its buyer's. @throws Invalid */
async function expectHolder(
  db: Read,
  location: Place,
  sale: Sale,
  card: GiftCardRow,
  number: string | undefined,
  mayOmitCode: boolean,
): Promise<void> {
  if (number !== undefined && number !== card.number) throw new Invalid({ number: ['is not the code of this gift card'] });
  if (card.number !== '') {
    if (number === undefined && !mayOmitCode) throw new Invalid({ number: ['is required: the code of the gift card'] });
    return;
  }
  const phone = await phoneOfClient(db, location.id, sale.clientId);
  if (phone === null || phone !== card.phone) throw new Invalid({ giftCardId: ['belongs to another client'] });
}

/** @throws Invalid for `amount` */
function expectAmount(location: Place, amount: Money, most: Money): void {
  expectCurrencyDigits(location, { amount });
  if (compare(amount, noMoney) <= 0) throw new Invalid({ amount: ['must be greater than 0'] });
  if (compare(amount, most) > 0) throw new Invalid({ amount: [`must not be more than the gift card can pay: ${toWire(most)}`] });
}
