import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { type Money, minus, noMoney, type Percent, sum } from '../../platform/money.ts';
import type { Quantity } from '../../platform/quantity.ts';
import { appointments, visits } from '../appointments/tables.ts';
import { lockClients } from '../clients/locked.ts';
import { documents } from '../inventory/tables.ts';

/** A document that is sold, and what belongs to the same sale: the documents of all appointments of its visit. */
export interface Sale {
  documentId: number;
  /** 1 a sale of products, 7 a visit. */
  type: 1 | 7;
  /** Null for a sale of products without a visit. */
  visitId: number | null;
  /** The client of the visit; null if nobody is known. */
  clientId: number | null;
  /** When the visit begins, or when the products were sold. Payments bear this time. Source: recorded payments. */
  at: Date;
  documentIds: number[];
  appointmentIds: number[];
}

/** A service or a product of a sale. */
export interface SaleItem {
  type: 'service' | 'good';
  /** The service, or the product line. */
  id: number;
  documentId: number;
  /** Null for a service. */
  productId: number | null;
  /** What its sale issues. */
  issues: 'gift card' | 'membership' | null;
  title: string;
  amount: Quantity;
  costPerUnit: Money;
  /** The price of all units before the discount. */
  firstCost: Money;
  discount: Percent;
  /** The price of all units after the discount. */
  cost: Money;
  /** Who does the service, or sells the product; null for nobody. */
  teamMemberId: number | null;
  /** The client of the appointment, or the buyer of the product; null if nobody is known. */
  clientId: number | null;
}

/** A payment into an account of the location. */
export interface SalePayment {
  id: number;
  documentId: number;
  serviceId: number | null;
  lineId: number | null;
  expenseId: number;
  expenseTitle: string;
  accountId: number;
  accountTitle: string;
  isCash: boolean;
  isDefault: boolean;
  amount: Money;
  createdAt: Date;
}

/** A payment from an account of the client. */
export interface ClientAccountPayment {
  id: number;
  documentId: number;
  serviceId: number | null;
  lineId: number | null;
  /** What was paid: positive. */
  amount: Money;
  createdAt: Date;
  accountId: number;
  balance: Money;
  reserved: Money;
  typeId: number;
  typeTitle: string;
}

/** What loyalty pays of a sale, or takes off its price: a promotion, points, a gift card or a membership. */
export interface Covering {
  id: number;
  documentId: number;
  serviceId: number | null;
  lineId: number | null;
  /** 1 promotion, 3 points, 8 gift card, 9 membership, 10 price of a membership. */
  type: 1 | 3 | 8 | 9 | 10;
  amount: Money;
  createdAt: Date;
  cardId: number | null;
  promotionId: number | null;
  giftCardId: number | null;
  membershipId: number | null;
}

type Place = Pick<Location, 'id'>;

interface Found {
  type: number;
  visitId: number | null;
  at: string;
}

/**
 * The sale that a document belongs to.
 * @throws NotFound for a document that is unknown, deleted, of a deleted appointment, or of a type that is not sold
 */
export async function getSale(db: Read, location: Place, documentId: number): Promise<Sale> {
  const [found] = await rowsOf<Found>(
    db,
    sql`
    select documents.type, appointments.visit_id as "visitId", documents.at
    from documents
    left join appointments on appointments.location_id = documents.location_id and appointments.document_id = documents.id
      and appointments.deleted_at is null
    where documents.location_id = ${location.id} and documents.id = ${documentId} and documents.deleted_at is null
      and (documents.type = 1 or appointments.id is not null)`,
  );
  if (!found) throw new NotFound(`Document ${documentId} was not found`);
  if (found.visitId === null) {
    const alone = { visitId: null, clientId: await buyerOf(db, location, documentId), at: new Date(found.at) };
    return { ...alone, documentId, type: 1, documentIds: [documentId], appointmentIds: [] };
  }
  const rows = await db
    .select({
      id: appointments.id,
      documentId: appointments.documentId,
      clientId: appointments.clientId,
      startsAt: appointments.startsAt,
    })
    .from(appointments)
    .where(and(eq(appointments.locationId, location.id), eq(appointments.visitId, found.visitId), isNull(appointments.deletedAt)))
    .orderBy(asc(appointments.startsAt), asc(appointments.id));
  const [first] = rows;
  if (!first) throw new NotFound(`Document ${documentId} was not found`);
  return {
    documentId,
    type: 7,
    visitId: found.visitId,
    clientId: first.clientId,
    at: first.startsAt,
    documentIds: rows.map((row) => row.documentId),
    appointmentIds: rows.map((row) => row.id),
  };
}

/** The client to whom the products of a document were sold, if it was one. */
async function buyerOf(db: Read, location: Place, documentId: number): Promise<number | null> {
  const rows = await rowsOf<{ clientId: number | null }>(
    db,
    sql`select distinct client_id as "clientId" from document_lines
      where location_id = ${location.id} and document_id = ${documentId} and deleted_at is null limit 2`,
  );
  return rows.length === 1 ? (rows[0]?.clientId ?? null) : null;
}

/**
 * Locks a sale until the transaction ends: its appointments, the clients and the visit. Of two payments of one visit at the
 * same moment, the second therefore sees what the first has paid. Call it before rules that lock products, documents, stock or accounts.
 * @param clients those who will buy or pay too
 * @throws NotFound as getSale
 */
export async function lockSale(
  write: Write,
  location: Place,
  documentId: number,
  clients: readonly (number | null)[] = [],
): Promise<Sale> {
  const seen = await getSale(write, location, documentId);
  if (seen.visitId !== null) {
    const ofVisit = and(eq(appointments.locationId, location.id), eq(appointments.visitId, seen.visitId));
    await write.lock(
      'appointment',
      write.select({ id: appointments.id }).from(appointments).where(ofVisit).orderBy(asc(appointments.id)),
    );
  }
  await lockClients(write, location.id, [seen.clientId, ...clients, ...(await partiesOf(write, location, seen))]);
  if (seen.visitId !== null) {
    const ofVisit = and(eq(visits.locationId, location.id), eq(visits.id, seen.visitId));
    await write.lock('visit', write.select({ id: visits.id }).from(visits).where(ofVisit));
  }
  return seen;
}

/** The clients who have bought or paid something in a sale. */
async function partiesOf(db: Read, location: Place, { documentIds }: Sale): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    db,
    sql`
    select client_id as id from finance_transactions
    where location_id = ${location.id} and document_id = any(${sql.param(documentIds)}::int[]) and client_id is not null and deleted_at is null
    union
    select client_id from client_account_transactions
    where location_id = ${location.id} and document_id = any(${sql.param(documentIds)}::int[]) and client_id is not null and deleted_at is null
    union
    select client_id from loyalty_transactions
    where location_id = ${location.id} and document_id = any(${sql.param(documentIds)}::int[]) and client_id is not null and cancelled_at is null
    union
    select client_id from document_lines
    where location_id = ${location.id} and document_id = any(${sql.param(documentIds)}::int[]) and client_id is not null and deleted_at is null`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Locks the sale of a document, if it has one, before rules of earlier rooms change what is sold or paid in it.
 * @param documentId null for none
 * @param clients as lockSale
 */
export async function lockSaleOf(
  write: Write,
  location: Place,
  documentId: number | null,
  clients: readonly (number | null)[] = [],
): Promise<void> {
  if (documentId === null) return;
  const [sold] = await rowsOf(
    write,
    sql`
    select documents.id from documents
    left join appointments on appointments.location_id = documents.location_id and appointments.document_id = documents.id
      and appointments.deleted_at is null
    where documents.location_id = ${location.id} and documents.id = ${documentId} and documents.deleted_at is null
      and (documents.type = 1 or appointments.id is not null)`,
  );
  if (sold) await lockSale(write, location, documentId, clients);
}

/**
 * Locks the document of a locked sale that has no visit, after products and storages are locked. The visit guards those of a visit, and nobody
 * else sees a new document.
 * @returns the sale as it is now
 */
export async function lockSaleDocument(write: Write, location: Place, sale: Sale): Promise<Sale> {
  if (write.isNew('document', sale.documentId)) return sale;
  if (sale.visitId === null) {
    const own = and(eq(documents.locationId, location.id), eq(documents.id, sale.documentId));
    await write.lock('document', write.select({ id: documents.id }).from(documents).where(own));
  }
  return getSale(write, location, sale.documentId);
}

/** The services and products of a sale, in the order of the appointments. */
export const itemsOf = (db: Read, location: Place, { documentIds }: Pick<Sale, 'documentIds'>): Promise<SaleItem[]> =>
  rowsOf<SaleItem>(
    db,
    sql`
    select 'service' as type, used.service_id as id, appointments.document_id as "documentId", null::int as "productId", null as issues, services.title, used.amount::text as amount,
      used.cost_per_unit::text as "costPerUnit", used.first_cost::text as "firstCost", used.discount::text as discount,
      used.cost::text as cost, appointments.team_member_id as "teamMemberId", appointments.client_id as "clientId",
      appointments.starts_at as at, appointments.id as appointment, used.position
    from appointments
    join appointment_services used on used.location_id = appointments.location_id and used.appointment_id = appointments.id
    join services on services.location_id = used.location_id and services.id = used.service_id
    where appointments.location_id = ${location.id} and appointments.document_id = any(${sql.param(documentIds)}::int[])
      and appointments.deleted_at is null
    union all
    select 'good', lines.id, lines.document_id, lines.product_id,
      case when products.gift_card_type_id <> 0 then 'gift card' when products.membership_type_id <> 0 then 'membership' end, products.title, abs(lines.amount)::text, lines.cost_per_unit::text,
      (abs(lines.amount) * lines.cost_per_unit)::text, lines.discount::text, lines.cost::text, lines.team_member_id, lines.client_id,
      lines.at, null, null
    from document_lines lines
    join products on products.location_id = lines.location_id and products.id = lines.product_id
    where lines.location_id = ${location.id} and lines.document_id = any(${sql.param(documentIds)}::int[]) and lines.type = 1
      and lines.deleted_at is null
    order by appointment nulls last, position, id`,
  );

/** The payments of a sale into accounts of the location, in their order. Their acquiring fees are not among them. */
export async function paymentsOf(db: Read, location: Place, { documentIds }: Pick<Sale, 'documentIds'>): Promise<SalePayment[]> {
  const rows = await rowsOf<Omit<SalePayment, 'createdAt'> & { createdAt: string }>(
    db,
    sql`
    select paid.id, paid.document_id as "documentId", paid.service_id as "serviceId", paid.line_id as "lineId",
      paid.expense_id as "expenseId", expense_items.title as "expenseTitle", paid.account_id as "accountId",
      accounts.title as "accountTitle", accounts.is_cash as "isCash", accounts.is_default as "isDefault", paid.amount::text as amount,
      paid.created_at as "createdAt"
    from finance_transactions paid
    join accounts on accounts.location_id = paid.location_id and accounts.id = paid.account_id
    join expense_items on expense_items.id = paid.expense_id
    where paid.location_id = ${location.id} and paid.document_id = any(${sql.param(documentIds)}::int[]) and paid.deleted_at is null
    order by paid.id`,
  );
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

/** The payments of a sale from accounts of the client, in their order. */
export async function clientAccountPaymentsOf(
  db: Read,
  location: Place,
  { documentIds }: Pick<Sale, 'documentIds'>,
): Promise<ClientAccountPayment[]> {
  const rows = await rowsOf<Omit<ClientAccountPayment, 'createdAt'> & { createdAt: string }>(
    db,
    sql`
    select paid.id, paid.document_id as "documentId", paid.service_id as "serviceId", paid.line_id as "lineId",
      (-paid.amount)::text as amount, paid.created_at as "createdAt", paid.account_id as "accountId", owned.balance::text as balance,
      owned.reserved::text as reserved, types.id as "typeId", types.title as "typeTitle"
    from client_account_transactions paid
    join client_accounts owned on owned.chain_id = paid.chain_id and owned.id = paid.account_id
    join client_account_types types on types.chain_id = owned.chain_id and types.id = owned.type_id
    where paid.location_id = ${location.id} and paid.document_id = any(${sql.param(documentIds)}::int[]) and paid.deleted_at is null
    order by paid.id`,
  );
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

/** What loyalty pays of a sale, or takes off its price, in its order. */
export async function coveringsOf(db: Read, location: Place, { documentIds }: Pick<Sale, 'documentIds'>): Promise<Covering[]> {
  const rows = await rowsOf<Omit<Covering, 'createdAt'> & { createdAt: string }>(
    db,
    sql`
    select id, document_id as "documentId", service_id as "serviceId", line_id as "lineId", type, amount::text as amount,
      created_at as "createdAt", card_id as "cardId", promotion_id as "promotionId", gift_card_id as "giftCardId",
      membership_id as "membershipId"
    from loyalty_transactions
    where location_id = ${location.id} and document_id = any(${sql.param(documentIds)}::int[]) and type in (1, 3, 8, 9, 10)
      and cancelled_at is null
    order by id`,
  );
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

/** A payment of an item, or of a document as a whole. */
type Payment = Pick<SalePayment, 'documentId' | 'serviceId' | 'lineId' | 'amount'>;

/** An item with what is still to be paid for it. */
export interface DueItem extends SaleItem {
  due: Money;
}

/** From the cheapest to the dearest. Source: recorded payments, which pay the cheapest item first. */
const byCost = (a: SaleItem, b: SaleItem) => compare(a.cost, b.cost);

const least = (a: Money, b: Money) => (compare(a, b) < 0 ? a : b);

const pays = ({ documentId, serviceId, lineId }: Payment, item: SaleItem) =>
  item.type === 'good' ? lineId === item.id : serviceId === item.id && documentId === item.documentId;

/**
 * What is still to be paid for each item, from the cheapest to the dearest. What was paid for a document without naming an item, or beyond
 * the price of an item, counts for the cheapest ones.
 */
export function dueItems(items: readonly SaleItem[], payments: readonly Payment[]): DueItem[] {
  const open = items.toSorted(byCost).map((item) => ({ ...item, due: item.cost }));
  let rest = noMoney;
  for (const payment of payments) {
    let amount = payment.amount;
    for (const item of open) {
      if (compare(amount, noMoney) <= 0 || !pays(payment, item)) continue;
      const part = least(amount, item.due);
      item.due = minus(item.due, part);
      amount = minus(amount, part);
    }
    rest = sum([rest, amount]);
  }
  for (const item of open) {
    if (compare(rest, noMoney) <= 0) break;
    const part = least(rest, item.due);
    item.due = minus(item.due, part);
    rest = minus(rest, part);
  }
  // Money that was paid back is due again, for the dearest item first.
  for (const item of open.toReversed()) {
    if (compare(rest, noMoney) >= 0) break;
    const part = least(minus(item.cost, item.due), minus(noMoney, rest));
    item.due = sum([item.due, part]);
    rest = sum([rest, part]);
  }
  return open;
}

/** What is still to be paid for a sale. */
export const dueOf = (items: readonly DueItem[]): Money => sum(items.map(({ due }) => due));

/** Splits an amount over items, the cheapest first. @returns the items that get something */
export function spread(amount: Money, items: readonly DueItem[]): { item: DueItem; amount: Money }[] {
  let rest = amount;
  return items.flatMap((item) => {
    const part = least(rest, item.due);
    if (compare(part, noMoney) <= 0) return [];
    rest = minus(rest, part);
    return [{ item, amount: part }];
  });
}
