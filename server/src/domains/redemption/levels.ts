import { and, asc, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Change, Read, Transact, Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare, toWire } from '../../platform/exact.ts';
import { type Money, noMoney } from '../../platform/money.ts';
import { locations } from '../locations/tables.ts';
import { burningOf } from '../loyalty/card-type.ts';
import { loyaltyCards, loyaltyTemplates, type TemplateKind } from '../loyalty/tables.ts';
import { filled, textsOf } from '../loyalty/template.ts';
import { type LoyaltyMessage, queueLoyaltyMessages } from '../messaging/loyalty-message.ts';
import { kinds } from '../promotions/engine.ts';
import { promotionLevels, promotions } from '../promotions/tables.ts';
import { type Reached, reachedBy } from './card-programs.ts';
import type { OpenPromotion } from './promotion-terms.ts';

/** Whether what a promotion gives depends on what its client has done before: `kinds` with such counters, and discounts that end. */
const hasLevels = sql`(promotions.type in (2, 3, 4, 7, 8, 9, 10) or promotions.type = 1 and promotions.expiration > 0)`;
const withLevels = ({ type, expiration }: OpenPromotion) =>
  ['visits', 'sold', 'paid'].includes(kinds[type].counts) || (type === 'discount_static' && expiration > 0);

/**
 * A statement that notes clients of a location, whose counters may have moved, where promotions have levels. A job looks at them later. Notes are
 * only added, so nobody waits for one.
 * @param touched a query of `client_id`
 */
export const noteClients = ({ id, chainId }: Pick<Location, 'id' | 'chainId'>, touched: SQL): SQL => sql`
  insert into promotion_level_marks (location_id, client_id)
  select distinct ${id}::int, touched.client_id from (${touched}) as touched
  where touched.client_id is not null and exists (
    select from promotions where promotions.chain_id = ${chainId} and promotions.deleted_at is null and ${hasLevels})`;

/** Notes the clients of products and payments that belong to no appointment. Those of appointments are noted with them. */
export async function noteSales(
  write: Write,
  location: Pick<Location, 'id' | 'chainId'>,
  changes: readonly Change[],
): Promise<void> {
  if (write.changes().some(({ kind }) => kind === 'appointment')) return;
  const ids = (kind: Change['kind']) => sql.param(changes.flatMap((change) => (change.kind === kind ? [change.id] : [])));
  await write.execute(
    noteClients(
      location,
      sql`
      select client_id from document_lines
      where location_id = ${location.id} and id = any(${ids('document line')}::int[]) and type = 1
      union all
      select client_id from finance_transactions
      where location_id = ${location.id} and id = any(${ids('finance transaction')}::int[])`,
    ),
  );
}

/** The cards that one transaction looks at. */
const atOnce = 100;

/**
 * Keeps the levels that clients have reached in promotions, and tells the owners of cards of other levels and of discounts that end soon.
 * Several nodes may do it at the same time: the cards are locked, and a level changes in the transaction that tells of it.
 */
export async function followLevels(transact: Transact): Promise<void> {
  while (await transact(beginLevels));
  while (await transact(followNotes));
  while (await transact(followTime));
}

/** Writes down the levels of cards that are new to a promotion. @returns whether there may be more */
async function beginLevels(write: Write): Promise<boolean> {
  const [next] = await rowsOf<{ chainId: number; promotionId: number; upTo: number; ids: number[] }>(
    write,
    sql`
    select promotions.chain_id as "chainId", promotions.id as "promotionId", coalesce(progress.up_to, 0) as "upTo", fresh.ids
    from promotions
    left join promotion_level_progress progress on progress.chain_id = promotions.chain_id and progress.promotion_id = promotions.id
    cross join lateral (
      select array_agg(id order by id) as ids from (
        select cards.id from loyalty_cards cards
        join promotion_card_types joined on joined.chain_id = cards.chain_id and joined.promotion_id = promotions.id
          and joined.card_type_id = cards.type_id
        where cards.chain_id = promotions.chain_id and cards.id > coalesce(progress.up_to, 0)
        order by cards.id limit ${atOnce}) as numbered) as fresh
    where promotions.deleted_at is null and ${hasLevels} and fresh.ids is not null
    limit 1`,
  );
  if (!next) return false;
  const { chainId, promotionId, upTo, ids } = next;
  const taken = await rowsOf(
    write,
    sql`
    insert into promotion_level_progress (chain_id, promotion_id, up_to) values (${chainId}, ${promotionId}, ${ids.at(-1)})
    on conflict (chain_id, promotion_id) do update set up_to = excluded.up_to where promotion_level_progress.up_to = ${upTo}
    returning 1`,
  );
  // Another node has just taken these.
  if (taken.length) await follow(write, chainId, ids);
  return true;
}

/** Looks at the clients of one chain that were noted. @returns whether there may be more */
async function followNotes(write: Write): Promise<boolean> {
  const noted = await rowsOf<{ chainId: number; cardId: number | null }>(
    write,
    sql`
    with taken as (
      delete from promotion_level_marks where id in (
        select marks.id from promotion_level_marks marks
        join locations on locations.id = marks.location_id
        where locations.chain_id = (
          select first.chain_id from promotion_level_marks oldest join locations first on first.id = oldest.location_id
          order by oldest.id limit 1)
        order by marks.id limit ${atOnce} for update of marks skip locked)
      returning location_id, client_id)
    select distinct locations.chain_id as "chainId", cards.id as "cardId"
    from taken
    join locations on locations.id = taken.location_id
    join clients on clients.location_id = taken.location_id and clients.id = taken.client_id
    left join loyalty_cards cards on cards.chain_id = locations.chain_id and cards.phone = clients.phone and cards.deleted_at is null`,
  );
  const [first] = noted;
  if (!first) return false;
  await follow(
    write,
    first.chainId,
    noted.flatMap(({ cardId }) => cardId ?? []),
  );
  return true;
}

/** Looks at discounts that end, or of whose end it is time to tell. @returns whether there may be more */
async function followTime(write: Write): Promise<boolean> {
  // Of the same clock as what follows, which sets a later time to look at: otherwise a row could stay due.
  const now = new Date().toISOString();
  const due = await rowsOf<{ chainId: number; cardId: number }>(
    write,
    sql`select chain_id as "chainId", card_id as "cardId" from promotion_levels where look_at <= ${now} order by look_at limit ${atOnce}`,
  );
  const [first] = due;
  if (!first) return false;
  const { chainId } = first;
  await follow(
    write,
    chainId,
    due.flatMap((row) => (row.chainId === chainId ? [row.cardId] : [])),
  );
  return true;
}

/** A promotion of a card, with what was told of it before. */
interface Level {
  value: Money;
  /** The end of the discount of which the owner was told; null for none. */
  toldEnd: Date | null;
}

/** Compares the levels of cards with what is reached now, writes them down, and tells the owners what is different. */
async function follow(write: Write, chainId: number, cardIds: readonly number[]): Promise<void> {
  if (cardIds.length === 0) return;
  const cards = await write.lock(
    'loyalty card',
    write
      .select({
        id: loyaltyCards.id,
        chainId: loyaltyCards.chainId,
        typeId: loyaltyCards.typeId,
        phone: loyaltyCards.phone,
        number: loyaltyCards.number,
        locationId: loyaltyCards.locationId,
      })
      .from(loyaltyCards)
      .where(
        and(
          eq(loyaltyCards.chainId, chainId),
          inArray(loyaltyCards.id, [...new Set(cardIds)]),
          isNotNull(loyaltyCards.phone),
          isNull(loyaltyCards.deletedAt),
        ),
      )
      .orderBy(asc(loyaltyCards.id)),
  );
  const known = await write
    .select()
    .from(promotionLevels)
    .where(and(eq(promotionLevels.chainId, chainId), inArray(promotionLevels.cardId, [...new Set(cardIds)])));
  const former = new Map(known.map((row) => [keyOf(row.cardId, row.promotionId), row as Level]));
  const now = new Date();
  const reached = (await reachedBy(write, chainId, cards)).filter(({ promotion }) => withLevels(promotion));
  const next = reached.map((each) => ({ ...each, ...termOf(each, former.get(keyOf(each.card.id, each.promotion.id)), now) }));
  await write.execute(sql`
    delete from promotion_levels where chain_id = ${chainId} and card_id = any(${sql.param([...new Set(cardIds)])}::int[])`);
  if (next.length) {
    await write.insert(promotionLevels).values(
      next.map(({ card, promotion, value, toldEnd, lookAt }) => ({
        chainId,
        cardId: card.id,
        promotionId: promotion.id,
        value,
        toldEnd,
        lookAt,
      })),
    );
  }
  await tell(write, chainId, next, former);
}

const keyOf = (cardId: number, promotionId: number) => `${cardId} ${promotionId}`;

/** When a discount ends, whether its owner is to be told of that now, and when to look again. */
function termOf({ promotion, value, lastVisitAt }: Reached, before: Level | undefined, now: Date) {
  const isEnding = kinds[promotion.type].gives === 'discount' && lastVisitAt !== null && compare(value, noMoney) > 0;
  const { expiresAt, noticeAt } = isEnding ? burningOf(lastVisitAt, promotion) : { expiresAt: null, noticeAt: null };
  if (expiresAt === null) return { endsAt: null, toldEnd: null, isEndTold: false, lookAt: null };
  const isTold = before?.toldEnd?.getTime() === expiresAt.getTime();
  const isDue = noticeAt !== null && noticeAt <= now;
  const toldEnd = isTold || isDue ? expiresAt : null;
  return { endsAt: expiresAt, toldEnd, isEndTold: isDue && !isTold, lookAt: noticeAt !== null && !isDue ? noticeAt : expiresAt };
}

type Next = Reached & ReturnType<typeof termOf>;

/** A message of yesterday is of no use any more. */
const ofUse = 86_400_000;

/**
 * Tells what changed. A discount that is more or less than before is told by the chain's text for that, if it has one, and otherwise by the text
 * of the promotion. A card that is new to a promotion is not told of. What several cards of a phone number have is told once.
 */
async function tell(write: Write, chainId: number, next: readonly Next[], former: ReadonlyMap<string, Level>): Promise<void> {
  const changed = next.filter(({ card, promotion, value, isEndTold }) => {
    const before = former.get(keyOf(card.id, promotion.id));
    return isEndTold || (before !== undefined && compare(before.value, value) !== 0);
  });
  if (changed.length === 0) return;
  const textOf = await textsOf(write, [chainId], ['loyalty_discount_increased', 'loyalty_discount_decreased']);
  const own = await textsOfPromotions(
    write,
    chainId,
    changed.map(({ promotion }) => promotion.id),
  );
  const zones = await timeZonesOf(
    write,
    changed.map(({ card }) => card.locationId),
  );
  const told = new Set<string>();
  const messages = changed.flatMap(({ card, promotion, value, endsAt, isEndTold }): LoyaltyMessage[] => {
    const before = former.get(keyOf(card.id, promotion.id));
    const difference = before === undefined ? 0 : compare(value, before.value);
    const texts = own.get(promotion.id);
    const isDiscount = kinds[promotion.type].gives === 'discount';
    const wanted: [TemplateKind, string | null | undefined][] = [];
    if (difference !== 0 && isDiscount) {
      const kind: TemplateKind = difference > 0 ? 'loyalty_discount_increased' : 'loyalty_discount_decreased';
      const text = textOf(chainId, kind);
      wanted.push(text === undefined ? ['loyalty_discount_changed', texts?.changed] : [kind, text]);
    }
    if (difference !== 0 && !isDiscount) wanted.push(['loyalty_cashback_changed', texts?.changed]);
    if (isEndTold) wanted.push(['loyalty_discount_expiration', texts?.expiration]);
    const date = endsAt ? dateIn(endsAt, zones.get(card.locationId) ?? 'UTC') : '';
    const level = `${toWire(value)}${promotion.unit === 'percent' ? ' %' : ''}`;
    return wanted.flatMap(([type, text]) => {
      const once = `${card.phone} ${promotion.id} ${type}`;
      if (!text || told.has(once)) return [];
      told.add(once);
      const words = filled(text, { value: level, title: promotion.title, number: card.number, date });
      const expiresAt = new Date(Date.now() + ofUse);
      return [{ locationId: card.locationId, type, recipient: card.phone as string, text: words, expiresAt }];
    });
  });
  await queueLoyaltyMessages(write, messages);
}

/** The texts that promotions have for a change of their level, and for the end of their discount. */
async function textsOfPromotions(db: Read, chainId: number, ids: readonly number[]) {
  const body = (column: typeof promotions.changedTemplateId | typeof promotions.expirationTemplateId) => sql<string | null>`(
    select body from ${loyaltyTemplates} texts where texts.chain_id = ${promotions.chainId} and texts.id = ${column} and texts.deleted_at is null)`;
  const rows = await db
    .select({ id: promotions.id, changed: body(promotions.changedTemplateId), expiration: body(promotions.expirationTemplateId) })
    .from(promotions)
    .where(and(eq(promotions.chainId, chainId), inArray(promotions.id, [...new Set(ids)])));
  return new Map(rows.map((row) => [row.id, row]));
}

async function timeZonesOf(db: Read, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await db
    .select({ id: locations.id, timeZone: locations.timeZone })
    .from(locations)
    .where(inArray(locations.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, timeZone }) => [id, timeZone]));
}
