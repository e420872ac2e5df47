import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { currencyDigits, fromMinor, type Money, minus, negated, noMoney, roundMoney, share, sum } from '../../platform/money.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { type CardRow, cardsOfPhone, lockCard } from '../loyalty/card.ts';
import { lockBalancesWith } from '../loyalty-transactions/transaction.ts';
import { dueOfSale } from '../sales/payment.ts';
import { type DueItem, dueOf, type Sale } from '../sales/sale.ts';
import { type CoveredItem, cover, openForLoyalty, uncover } from './cover.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;

const least = (a: Money, b: Money) => (compare(a, b) < 0 ? a : b);

/** What the points of types of cards may pay, of items that are still to be paid, by the type. Uses one statement. */
async function payableItems(
  db: Read,
  location: Pick<Location, 'id' | 'chainId'>,
  typeIds: readonly number[],
  items: readonly DueItem[],
): Promise<Map<number, DueItem[]>> {
  const serviceIds = items.flatMap(({ type, id }) => (type === 'service' ? [id] : []));
  const productIds = items.flatMap(({ productId }) => (productId === null ? [] : [productId]));
  const rows = await rowsOf<{ typeId: number; item: string }>(
    db,
    sql`
    select types.id as "typeId", 'service ' || services.id as item
    from services
    join loyalty_card_types types on types.chain_id = ${location.chainId} and types.id = any(${sql.param([...typeIds])}::int[])
    where services.location_id = ${location.id} and services.id = any(${sql.param(serviceIds)}::int[])
      and (types.service_items = 'any' or types.service_items = 'custom' and exists (
        select 1 from loyalty_card_type_items named
        where named.chain_id = types.chain_id and named.type_id = types.id and named.location_id = services.location_id
          and (named.service_id = services.id or named.service_category_id = services.category_id)))
    union all
    select types.id, 'good ' || products.id
    from products
    join loyalty_card_types types on types.chain_id = ${location.chainId} and types.id = any(${sql.param([...typeIds])}::int[])
    where products.location_id = ${location.id} and products.id = any(${sql.param(productIds)}::int[])
      and (types.product_items = 'any' or types.product_items = 'custom' and exists (
        select 1 from loyalty_card_type_items named
        where named.chain_id = types.chain_id and named.type_id = types.id and named.location_id = products.location_id
          and (named.product_id = products.id or named.product_category_id = products.category_id)))`,
  );
  const payable = new Set(rows.map(({ typeId, item }) => `${typeId} ${item}`));
  const open = items.filter(({ due }) => compare(due, noMoney) > 0);
  return new Map(
    typeIds.map((typeId) => [
      typeId,
      open.filter(({ type, id, productId }) => payable.has(`${typeId} ${type} ${type === 'service' ? id : productId}`)),
    ]),
  );
}

/**
 * Splits an amount over items in proportion to what is due for them. An item gets no more than that: what rounding leaves goes to the
 * others, the dearest first.
 * @param items from the cheapest to the dearest @param amount at most what is due for all
 */
export function splitOver(amount: Money, items: readonly DueItem[], digits: number): { item: DueItem; amount: Money }[] {
  if (items.length === 0) return [];
  const parts = share(
    amount,
    items.map(({ due }) => due),
    digits,
  ).map((part, index) => least(part, (items[index] as DueItem).due));
  let rest = minus(amount, sum(parts));
  for (let index = parts.length - 1; index >= 0 && compare(rest, noMoney) > 0; index--) {
    const more = least(rest, minus((items[index] as DueItem).due, parts[index] as Money));
    parts[index] = sum([parts[index] as Money, more]);
    rest = minus(rest, more);
  }
  return items.flatMap((item, index) => {
    const part = parts[index] as Money;
    return compare(part, noMoney) > 0 ? [{ item, amount: part }] : [];
  });
}

/** The cards of a client that work in the location, with what each can pay of these items. */
export async function payingCards(
  db: Read,
  location: Place,
  clientId: number | null,
  items: readonly DueItem[],
): Promise<(CardRow & { applicable: Money })[]> {
  const phone = await phoneOfClient(db, location.id, clientId);
  if (phone === null) return [];
  const cards = await cardsOfPhone(db, location.chainId, phone, location.id);
  const typeIds = [...new Set(cards.map(({ typeId }) => typeId))];
  const payable = cards.length ? await payableItems(db, location, typeIds, items) : new Map<number, DueItem[]>();
  return cards.map((card) => ({ ...card, applicable: coverable(location, card.balance, dueOf(payable.get(card.typeId) ?? [])) }));
}

/** The most that a balance can pay: whole units of the currency, and never more than what is due. */
function coverable({ currency }: Pick<Location, 'currency'>, balance: Money, due: Money): Money {
  const digits = currencyDigits(currency);
  const whole = roundMoney(balance, digits);
  const usable = compare(whole, balance) > 0 ? minus(whole, fromMinor(1, digits)) : whole;
  return compare(usable, noMoney) < 0 ? noMoney : least(usable, due);
}

/**
 * Pays a locked sale with the points of a card: at most what is due and what the card has, in proportion to what is due for the items.
 * Nothing is paid if that is 0.
 * @param payment `amount`: left out for as much as possible
 * @throws Invalid for a card that does not work here and one of another client, and for an amount below 0 or with too many digits;
 * ReceiptPrinted
 */
export async function payByCard(
  write: Write,
  location: Place,
  opened: Sale,
  { cardId, amount }: { cardId: number; amount?: Money | undefined },
): Promise<void> {
  if (amount !== undefined) {
    if (compare(amount, noMoney) < 0) throw new Invalid({ amount: ['must not be less than 0'] });
    expectCurrencyDigits(location, { amount });
  }
  const sale = await openForLoyalty(write, location, opened);
  const phone = await phoneOfClient(write, location.id, sale.clientId);
  const card = await lockCard(write, location.chainId, cardId, location.id);
  if (!card || phone === null || card.phone !== phone) throw new Invalid({ cardId: ['is unknown'] });
  const payable = await payableItems(write, location, [card.typeId], await dueOfSale(write, location, sale));
  const items = payable.get(card.typeId) ?? [];
  const locked = await lockBalancesWith(write, location, [sale.visitId === null ? null : sale.clientId], [card.balanceId]);
  const balance = locked.get(card.balanceId) ?? noMoney;
  const most = coverable(location, balance, dueOf(items));
  const paid = amount === undefined ? most : least(amount, most);
  if (compare(paid, noMoney) <= 0) return;
  const covered: CoveredItem[] = splitOver(paid, items, currencyDigits(location.currency)).map((part) => ({
    ...part,
    posting: { balanceId: card.balanceId, amount: negated(part.amount), cause: 'payment with points' },
  }));
  await cover(write, location, sale, { type: 3, cardId }, covered);
}

/** Takes back what a card has paid in a locked sale, if it has. The points return. @throws ReceiptPrinted */
export async function cancelPaymentsByCard(write: Write, location: Place, locked: Sale, cardId: number): Promise<void> {
  await uncover(write, location, locked, { cardId, type: 3 });
}
