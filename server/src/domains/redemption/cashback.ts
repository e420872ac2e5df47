import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Change, Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { type Money, noMoney, sum } from '../../platform/money.ts';
import { lockBalances } from '../ledger/ledger.ts';
import { cardsOfPhones } from '../loyalty/card.ts';
import { burningOf, burningOfTypes } from '../loyalty/card-type.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';
import { addLoyaltyTransactions, cancelLoyaltyTransactions } from '../loyalty-transactions/transaction.ts';
import { kinds } from '../promotions/engine.ts';
import { clientAccountPaymentsOf, coveringsOf, dueItems, dueOf, itemsOf, paymentsOf, type Sale } from '../sales/sale.ts';
import { type Judged, judge, type Offer, type OfferedSale, priced } from './evaluation.ts';
import { noteClients } from './levels.ts';
import { promotionsOfCardTypes } from './promotion-terms.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;

/** An appointment of a visit that may give points. */
interface Attended {
  visitId: number;
  documentId: number;
  clientId: number | null;
  phone: string | null;
  attendance: number;
  startsAt: string;
}

/**
 * Notes the clients of changed appointments for `followLevels`, and finds the visits whose points may change: those of changed appointments to which somebody came and where a promotion gives points, and those that
 * have points in documents of these appointments.
 */
async function affectedVisits(db: Write, location: Place, appointmentIds: readonly number[]): Promise<number[]> {
  const isEarned = sql`earned.location_id = ${location.id} and earned.type = 2 and earned.cancelled_at is null
      and earned.visit_id is not null`;
  const rows = await rowsOf<{ id: number }>(
    db,
    // Two parts instead of one with "or", which would read all points that the location ever gave.
    sql`
    with changed as (
      select visit_id, document_id, attendance, client_id from appointments
      where location_id = ${location.id} and id = any(${sql.param([...appointmentIds])}::int[])),
    noted as (${noteClients(location, sql`select client_id from changed`)})
    select visit_id as id from changed where attendance = 1 and exists (
      select from promotion_locations works
      join promotions on promotions.chain_id = works.chain_id and promotions.id = works.promotion_id
      where works.location_id = ${location.id} and promotions.type between 5 and 12 and promotions.deleted_at is null)
    union
    select earned.visit_id from changed join loyalty_transactions earned on earned.document_id = changed.document_id
    where ${isEarned}
    union
    select earned.visit_id from changed join loyalty_transactions earned on earned.visit_id = changed.visit_id
    where ${isEarned}`,
  );
  return rows.map(({ id }) => id);
}

const appointmentsOf = (db: Read, location: Place, visitIds: readonly number[]) =>
  rowsOf<Attended>(
    db,
    sql`select appointments.visit_id as "visitId", document_id as "documentId", appointments.client_id as "clientId", clients.phone,
        attendance, starts_at as "startsAt"
      from appointments
      left join clients on clients.location_id = appointments.location_id and clients.id = appointments.client_id
      where appointments.location_id = ${location.id} and appointments.visit_id = any(${sql.param([...visitIds])}::int[])
        and appointments.deleted_at is null
      order by starts_at, appointments.id`,
  );

/** A visit with the phone number of its client. */
export interface KnownVisit extends OfferedSale {
  phone: string | null;
}

/**
 * Visits as cashback sees them. Appointments to which the client did not come are left out. The client has come to the visit if none of the
 * others is still expected. Uses six statements for any number of visits.
 */
export async function visitsForCashback(
  db: Read,
  location: Place,
  visitIds: readonly number[],
): Promise<Map<number, KnownVisit>> {
  const all = await appointmentsOf(db, location, visitIds);
  const counting = all.filter(({ attendance }) => attendance !== -1);
  const documents = { documentIds: counting.map(({ documentId }) => documentId) };
  const items = await itemsOf(db, location, documents);
  const coverings = await coveringsOf(db, location, documents);
  const payments = [...(await paymentsOf(db, location, documents)), ...(await clientAccountPaymentsOf(db, location, documents))];
  const categorized = new Map<number, KnownVisit>();
  const visits = new Map<number, Attended[]>();
  for (const row of counting) visits.set(row.visitId, [...(visits.get(row.visitId) ?? []), row]);
  const dues = [...visits].map(([id, rows]) => {
    const own = new Set(rows.map(({ documentId }) => documentId));
    const of = <Row extends { documentId: number }>(list: readonly Row[]) => list.filter(({ documentId }) => own.has(documentId));
    return { id, rows, due: dueItems(of(items), [...of(coverings), ...of(payments)]), coverings: of(coverings) };
  });
  const every = await priced(
    db,
    location,
    dues.flatMap(({ due }) => due),
    coverings,
  );
  let from = 0;
  for (const { id, rows, due } of dues) {
    const [first] = rows as [Attended];
    const isAttended = rows.every(({ attendance }) => attendance === 1);
    const isPaid = compare(dueOf(due), noMoney) <= 0;
    const sale: Sale = {
      documentId: first.documentId,
      type: 7,
      visitId: id,
      clientId: first.clientId,
      at: new Date(first.startsAt),
      documentIds: rows.map(({ documentId }) => documentId),
      appointmentIds: [],
    };
    const visit = !isAttended ? 'open' : isPaid ? 'paid' : 'attended';
    categorized.set(id, { sale, items: due, priced: every.slice(from, from + due.length), visit, phone: first.phone });
    from += due.length;
  }
  return categorized;
}

/** The cards of the clients of visits that work here, with their promotions that give points. */
export async function pointOffers(db: Read, location: Place, visits: Iterable<KnownVisit>): Promise<Offer[]> {
  const known = [...visits].filter(({ phone }) => phone !== null);
  const cards = await cardsOfPhones(
    db,
    location.chainId,
    known.map(({ phone }) => phone as string),
    location.id,
  );
  const byType = await promotionsOfCardTypes(db, location.chainId, [...new Set(cards.map(({ typeId }) => typeId))], location);
  return known.flatMap((offered) =>
    cards
      .filter(({ phone }) => phone === offered.phone)
      .flatMap((card) =>
        (byType.get(card.typeId) ?? [])
          .filter(({ type }) => kinds[type].gives === 'points')
          .map((promotion) => ({ offered, card, promotion })),
      ),
  );
}

/** Points that a visit has, or shall have. */
interface Earned {
  id: number;
  visitId: number;
  cardId: number;
  promotionId: number;
  amount: Money;
}

const sameAs = (one: Omit<Earned, 'id'>, other: Omit<Earned, 'id'>) =>
  one.visitId === other.visitId &&
  one.cardId === other.cardId &&
  one.promotionId === other.promotionId &&
  compare(one.amount, other.amount) === 0;

/** Each promotion gives its points once for a visit: to the first card that gets them. */
function wantedOf(judged: readonly Judged[]): (Omit<Earned, 'id'> & { judged: Judged })[] {
  const done = new Set<string>();
  return judged.flatMap((each) => {
    const visitId = each.offered.sale.visitId as number;
    const key = `${visitId} ${each.promotion.id}`;
    if (each.outcome.reason !== 'given' || done.has(key)) return [];
    done.add(key);
    const amount = sum(each.outcome.parts.map((part) => part.amount));
    return [{ visitId, cardId: each.card.id, promotionId: each.promotion.id, amount, judged: each }];
  });
}

/**
 * Points follow their visit: they are given when the client has come and everything is paid, they are given anew when something changes what
 * they are for, and they are taken back when the visit is not attended or paid any more. The clients of the visits are locked, because
 * something of these visits has changed. Points that are spent already are taken back too: the balance is less than 0 then.
 */
export async function followCashback(write: Write, location: Place, changes: readonly Change[]): Promise<void> {
  const visitIds = await affectedVisits(
    write,
    location,
    changes.map(({ id }) => id),
  );
  if (visitIds.length === 0) return;
  const visits = await visitsForCashback(write, location, visitIds);
  const offers = await pointOffers(write, location, visits.values());
  const before = await rowsOf<Earned & { balanceId: number }>(
    write,
    sql`select earned.id, earned.visit_id as "visitId", earned.card_id as "cardId", earned.promotion_id as "promotionId",
        earned.amount::text as amount, cards.balance_id as "balanceId"
      from loyalty_transactions earned
      join loyalty_cards cards on cards.chain_id = earned.chain_id and cards.id = earned.card_id
      where earned.chain_id = ${location.chainId} and earned.location_id = ${location.id} and earned.type = 2
        and earned.cancelled_at is null and earned.visit_id = any(${sql.param(visitIds)}::int[])`,
  );
  // The balances guard the counts of uses too.
  await lockBalances(write, location.chainId, [
    ...before.map(({ balanceId }) => balanceId),
    ...offers.map(({ card }) => card.balanceId),
  ]);
  const wanted = wantedOf(await judge(write, location, offers));
  const gone = before.filter((row) => !wanted.some((other) => sameAs(row, other)));
  const missing = wanted.filter((row) => !before.some((other) => sameAs(row, other)));
  if (gone.length) {
    await cancelLoyaltyTransactions(
      write,
      location,
      inArray(
        loyaltyTransactions.id,
        gone.map(({ id }) => id),
      ),
    );
  }
  if (missing.length) await give(write, location, missing);
}

/** Points burn by the term of their promotion, or by that of the type of the card. */
async function give(write: Write, location: Place, points: readonly ReturnType<typeof wantedOf>[number][]): Promise<void> {
  const now = new Date();
  const ofTypes = await burningOfTypes(
    write,
    location.chainId,
    points.map(({ judged }) => judged.card.typeId),
    now,
  );
  await addLoyaltyTransactions(
    write,
    location.chainId,
    points.map(({ cardId, promotionId, amount, judged: { card, promotion, offered } }) => ({
      type: 2,
      amount,
      locationId: location.id,
      documentId: offered.sale.documentId,
      visitId: offered.sale.visitId,
      clientId: offered.sale.clientId,
      cardId,
      promotionId,
      posting: {
        balanceId: card.balanceId,
        amount,
        cause: 'cashback',
        ...(promotion.expiration > 0 ? burningOf(now, promotion) : ofTypes.get(card.typeId)),
      },
    })),
  );
}

/** The points that a sale gave to cards, in their order. */
export const pointsOfSale = (db: Read, location: Pick<Location, 'id'>, sale: Pick<Sale, 'documentIds'>) =>
  db
    .select({
      id: loyaltyTransactions.id,
      documentId: loyaltyTransactions.documentId,
      cardId: loyaltyTransactions.cardId,
      promotionId: loyaltyTransactions.promotionId,
      amount: loyaltyTransactions.amount,
      createdAt: loyaltyTransactions.createdAt,
    })
    .from(loyaltyTransactions)
    .where(
      and(
        eq(loyaltyTransactions.locationId, location.id),
        inArray(loyaltyTransactions.documentId, sale.documentIds),
        eq(loyaltyTransactions.type, 2),
        isNull(loyaltyTransactions.cancelledAt),
      ),
    )
    .orderBy(asc(loyaltyTransactions.id));
