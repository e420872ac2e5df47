import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { currencyDigits, type Money, minus, noMoney, sum } from '../../platform/money.ts';
import { type CardRow, cardsOfPhone } from '../loyalty/card.ts';
import { burningOf } from '../loyalty/card-type.ts';
import { evaluate, kinds, type Outcome, type PricedItem } from '../promotions/engine.ts';
import { stateOfSale } from '../sales/payment.ts';
import type { Covering, DueItem, Sale } from '../sales/sale.ts';
import { type History, historiesOf } from './history.ts';
import { type OpenPromotion, promotionsOfCardTypes } from './promotion-terms.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;

/** A sale as promotions see it. */
export interface OfferedSale {
  sale: Sale;
  /** From the cheapest to the dearest. */
  items: readonly DueItem[];
  priced: readonly PricedItem[];
  /** Whether the client has come, and everything is paid. */
  visit: 'open' | 'attended' | 'paid';
}

/** A promotion of a client's card, for a sale. */
export interface Offer {
  offered: OfferedSale;
  card: Pick<CardRow, 'id' | 'typeId' | 'phone' | 'balanceId'>;
  promotion: OpenPromotion;
}

/** What a promotion gives to a sale, and why. */
export interface Judged extends Offer {
  outcome: Outcome;
  history: History;
  /** How often the card had it in other sales. */
  uses: number;
}

/** The categories of services and products of a location, by `service 1` and `good 1`. */
async function categoriesOf(db: Read, location: Pick<Location, 'id'>, items: readonly DueItem[]): Promise<Map<string, number>> {
  const ids = (type: DueItem['type']) => sql.param(items.flatMap((item) => (item.type === type ? [thingOf(item)] : [])));
  const rows = await rowsOf<{ key: string; categoryId: number }>(
    db,
    sql`
    select 'service ' || id as key, category_id as "categoryId" from services
    where location_id = ${location.id} and id = any(${ids('service')}::int[])
    union all
    select 'good ' || id, category_id from products where location_id = ${location.id} and id = any(${ids('good')}::int[])`,
  );
  return new Map(rows.map(({ key, categoryId }) => [key, categoryId]));
}

const thingOf = (item: DueItem): number => (item.type === 'service' ? item.id : (item.productId ?? 0));

/** What loyalty has paid or taken off for an item. */
const coveredOf = (item: DueItem, coverings: readonly Covering[]): Money =>
  sum(
    coverings
      .filter(({ documentId, serviceId, lineId }) =>
        item.type === 'good' ? lineId === item.id : serviceId === item.id && documentId === item.documentId,
      )
      .map(({ amount }) => amount),
  );

const notNegative = (amount: Money) => (compare(amount, noMoney) < 0 ? noMoney : amount);

/** Items as the engine sees them. What neither loyalty has covered nor is due was paid with money. */
export async function priced(
  db: Read,
  location: Pick<Location, 'id'>,
  items: readonly DueItem[],
  coverings: readonly Covering[],
): Promise<PricedItem[]> {
  const categories = await categoriesOf(db, location, items);
  return items.map((item) => ({
    type: item.type,
    thingId: thingOf(item),
    categoryId: categories.get(`${item.type} ${thingOf(item)}`) ?? 0,
    amount: item.amount,
    sold: item.firstCost,
    paid: notNegative(minus(minus(item.cost, coveredOf(item, coverings)), item.due)),
    due: item.due,
  }));
}

/** A sale as it is now, for discounts. */
export async function offeredSale(db: Read, location: Pick<Location, 'id'>, sale: Sale): Promise<OfferedSale> {
  const { dueItems: items, coverings } = await stateOfSale(db, location, sale);
  return { sale, items, priced: await priced(db, location, items, coverings), visit: 'open' };
}

/** The promotions of the cards of a phone number that work in a location, for a sale. */
export async function offersOf(db: Read, location: Place, offered: OfferedSale, phone: string | null): Promise<Offer[]> {
  if (phone === null) return [];
  const cards = await cardsOfPhone(db, location.chainId, phone, location.id);
  const byType = await promotionsOfCardTypes(
    db,
    location.chainId,
    cards.map(({ typeId }) => typeId),
    location,
  );
  return cards.flatMap((card) => (byType.get(card.typeId) ?? []).map((promotion) => ({ offered, card, promotion })));
}

/** Where types of cards count: null for the whole chain. */
export async function placesOfTypes(
  db: Read,
  chainId: number,
  typeIds: readonly number[],
): Promise<Map<number, number[] | null>> {
  const rows = await rowsOf<{ id: number; places: number[] | null }>(
    db,
    sql`select types.id, case when types.history = 'attached' then array(
        select attached.location_id from loyalty_card_type_locations attached
        where attached.chain_id = types.chain_id and attached.type_id = types.id) end as places
      from loyalty_card_types types where types.chain_id = ${chainId} and types.id = any(${sql.param([...typeIds])}::int[])`,
  );
  return new Map(rows.map(({ id, places }) => [id, places]));
}

/** How often cards had promotions in other sales: visits with their points, or services with their discount. In the order of the offers. */
async function usesOf(db: Read, location: Place, offers: readonly Offer[]): Promise<number[]> {
  const input = offers.map(({ offered: { sale }, card, promotion }, key) => ({
    key,
    card: card.id,
    promotion: promotion.id,
    type: kinds[promotion.type].gives === 'points' ? 2 : 1,
    documents: sale.documentIds,
  }));
  const rows = await rowsOf<{ uses: number }>(
    db,
    sql`
    select (
      select count(*) from loyalty_transactions used
      where used.chain_id = ${location.chainId} and used.card_id = asked.card and used.promotion_id = asked.promotion
        and used.type = asked.type and used.cancelled_at is null
        and not (used.location_id = ${location.id} and used.document_id = any(asked.documents)))::int as uses
    from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as asked(key int, card int, promotion int, type int, documents int[])
    order by asked.key`,
  );
  return rows.map(({ uses }) => uses);
}

/**
 * What promotions give to sales, and why. Counters are those before the sale, so that they are the same whenever it is looked at. Uses three
 * statements for any number of offers.
 */
export async function judge(db: Read, location: Place, offers: readonly Offer[]): Promise<Judged[]> {
  if (offers.length === 0) return [];
  const places = await placesOfTypes(db, location.chainId, [...new Set(offers.map(({ card }) => card.typeId))]);
  const histories = await historiesOf(
    db,
    location.chainId,
    offers.map(({ offered, card, promotion }) => ({
      phone: card.phone as string,
      locationIds: placesOf(promotion, places.get(card.typeId)),
      before: offered.sale.at,
      since: promotion.historyStart,
      packageId: promotion.type === 'package_discount' ? promotion.id : undefined,
    })),
  );
  const uses = await usesOf(db, location, offers);
  const digits = currencyDigits(location.currency);
  return offers.map((offer, index) => {
    const history = histories[index] as History;
    const facts = {
      counters: history,
      uses: uses[index] as number,
      isOver: isOver(offer.promotion, history, offer.offered.sale.at),
      visit: offer.offered.visit,
      digits,
    };
    return { ...offer, history, uses: facts.uses, outcome: evaluate(offer.promotion, offer.offered.priced, facts) };
  });
}

/** Whose history a promotion counts. @param ofCard where the card counts; null for the chain */
export const placesOf = (
  promotion: OpenPromotion,
  ofCard: readonly number[] | null | undefined,
): readonly number[] | undefined =>
  promotion.counterSource === 'chain'
    ? undefined
    : promotion.counterSource === 'locations'
      ? promotion.locationIds
      : (ofCard ?? undefined);

/** A discount with a term ends if the client has not come for so long. Source: ours; the published list only says that it burns. */
export function isOver(promotion: OpenPromotion, { lastVisitAt }: Pick<History, 'lastVisitAt'>, at: Date): boolean {
  if (kinds[promotion.type].gives === 'points' || lastVisitAt === null) return false;
  const { expiresAt } = burningOf(lastVisitAt, promotion);
  return expiresAt !== null && expiresAt <= at;
}
