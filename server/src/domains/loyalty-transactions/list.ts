import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import { named, type PromotionRow, typeId } from '../promotions/promotion.ts';
import { promotions } from '../promotions/tables.ts';
import type { LoyaltyTransactionType } from './tables.ts';

/** A loyalty transaction with the item that it is for. 11 is a payment from a client account. */
export interface TransactionRow {
  id: number;
  chainId: number;
  type: LoyaltyTransactionType | 11;
  amount: Money;
  visitId: number | null;
  cardId: number | null;
  promotionId: number | null;
  giftCardId: number | null;
  membershipId: number | null;
  serviceId: number | null;
  lineId: number | null;
  /** Of a product line. */
  productId: number | null;
  /** Of a service: its appointment. */
  appointmentId: number | null;
}

/** The columns of a transaction `made`, and what they are joined with. */
export const transactionColumns = sql`made.id, made.chain_id as "chainId", made.type, made.amount::text as amount, made.visit_id as "visitId",
  made.card_id as "cardId", made.promotion_id as "promotionId", made.gift_card_id as "giftCardId", made.membership_id as "membershipId",
  made.service_id as "serviceId", made.line_id as "lineId", lines.product_id as "productId", appointments.id as "appointmentId"`;
export const transactionJoins = sql`
  left join document_lines lines on lines.location_id = made.location_id and lines.id = made.line_id
  left join appointments on appointments.location_id = made.location_id and appointments.document_id = made.document_id
    and made.service_id is not null`;

const select = (db: Read, where: SQL): Promise<TransactionRow[]> =>
  rowsOf<TransactionRow>(
    db,
    sql`select ${transactionColumns} from loyalty_transactions made ${transactionJoins}
      where ${where} and made.cancelled_at is null order by made.id`,
  );

/** What loyalty did in the sales of documents, in its order, without what was cancelled. */
export const transactionsOfDocuments = (
  db: Read,
  location: Pick<Location, 'id'>,
  documentIds: readonly number[],
): Promise<TransactionRow[]> =>
  select(db, sql`made.location_id = ${location.id} and made.document_id = any(${sql.param([...documentIds])}::int[])`);

/** The same for a visit. */
export const transactionsOfVisit = (db: Read, location: Pick<Location, 'id'>, visitId: number): Promise<TransactionRow[]> =>
  select(db, sql`made.location_id = ${location.id} and made.visit_id = ${visitId}`);

/** The promotions that transactions name, by id, also deleted ones, with the value of the first rule of each. */
export async function promotionsNamed(
  db: Read,
  chainId: number,
  ids: readonly number[],
): Promise<Map<number, PromotionRow & { typeId: number; value: Money }>> {
  if (ids.length === 0) return new Map();
  // Plain names: Drizzle drops the table from columns here.
  const value = sql<Money>`coalesce((
    select rules.value::text from promotion_rules rules
    where rules.chain_id = promotions.chain_id and rules.promotion_id = promotions.id order by rules.threshold, rules.id limit 1), '0')`;
  const rows = await db
    .select({ promotion: promotions, value: value.as('first_value') })
    .from(promotions)
    .where(and(eq(promotions.chainId, chainId), inArray(promotions.id, [...new Set(ids)])));
  return new Map(
    rows.map((row) => {
      const promotion = named(row.promotion);
      return [promotion.id, { ...promotion, typeId: typeId(promotion.type), value: row.value }];
    }),
  );
}

/** What the list of a chain is narrowed down to. */
export interface ChainFilter {
  /** The first instant, and the first after the last. */
  from: Date;
  to: Date;
  types?: readonly number[] | undefined;
  locationIds?: readonly number[] | undefined;
  visitIds?: readonly number[] | undefined;
}

const among = (column: SQL, values: readonly number[] | undefined) =>
  values ? sql`and ${column} = any(${sql.param([...values])}::int[])` : sql``;

/** Both parts of the list, each in its order, so that their indexes are merged and not sorted. @param rest follows the conditions */
function listed(chainId: number, { types, locationIds, visitIds }: ChainFilter, range: SQL, rest: SQL): SQL {
  const others = types?.filter((type) => type !== 11);
  const ofLoyalty = sql`(
    select made.id, made.created_at, true as "isLoyalty" from loyalty_transactions made
    where made.chain_id = ${chainId} and ${range} and made.cancelled_at is null
      ${among(sql`made.type`, others)} ${among(sql`made.location_id`, locationIds)} ${among(sql`made.visit_id`, visitIds)} ${rest})`;
  const ofAccounts = sql`(
    select made.id, made.created_at, false as "isLoyalty" from client_account_transactions made
    where made.chain_id = ${chainId} and ${range} and made.deleted_at is null and made.amount < 0
      ${among(sql`made.location_id`, locationIds)}
      ${
        visitIds
          ? sql`and exists (select 1 from appointments booked
        where booked.location_id = made.location_id and booked.document_id = made.document_id
          and booked.visit_id = any(${sql.param([...visitIds])}::int[]))`
          : sql``
      } ${rest})`;
  const wanted = [
    ...(others === undefined || others.length ? [ofLoyalty] : []),
    ...(types === undefined || types.includes(11) ? [ofAccounts] : []),
  ];
  return sql.join(wanted, sql` union all `);
}

/**
 * The day of the calendar (UTC) in which a page begins: `day.ends` is the first instant after it, and `day.rest` the number of transactions of
 * the range to leave out from there. It adds up the counters of months, and of the days of one month, from the latest back. Transactions
 * after the range count as left out, so that only whole days and months are added up.
 */
function placeOf(chainId: number, filter: ChainFilter, offset: number): SQL {
  const [from, to] = [sql`${filter.from.toISOString()}::timestamptz`, sql`${filter.to.toISOString()}::timestamptz`];
  const [first, last] = [sql`(${from} at time zone 'UTC')::date`, sql`(${to} at time zone 'UTC')::date`];
  const counted = (span: number, range: SQL) => sql`
    from loyalty_transaction_counts counted
    where counted.chain_id = ${chainId} and counted.span = ${sql.raw(String(span))} and ${range}
      ${among(sql`counted.type`, filter.types)} ${among(sql`counted.location_id`, filter.locationIds)}`;
  /** The last period that begins with at most so many transactions after it, which are left out. */
  const found = (span: number, range: SQL, before: SQL) => sql`
    select begins, skipped - newer as skipped
    from (
      select begins, sum(sum(size)) over (order by begins desc) - sum(size) as newer ${counted(span, range)} group by begins
    ) as periods cross join (${before}) as place
    where newer <= skipped order by begins limit 1`;
  const afterRange = sql`made.created_at >= ${to} and made.created_at < (${last} + 1)::timestamp at time zone 'UTC'`;
  const nextMonth = sql`date_trunc('month', ${last}) + interval '1 month'`;
  return sql`
    place as (
      select ${offset}::int + (select count(*) from (${listed(chainId, filter, afterRange, sql``)}) as later)
        + (select coalesce(sum(size), 0) ${counted(0, sql`counted.begins > ${last} and counted.begins < ${nextMonth}`)}) as skipped),
    month as (${found(1, sql`counted.begins >= date_trunc('month', ${first}) and counted.begins <= ${last}`, sql`table place`)}),
    day as (
      select (begins + 1)::timestamp at time zone 'UTC' as ends, skipped as rest from (${found(
        0,
        sql`counted.begins >= (select begins from month) and counted.begins < (select begins from month) + interval '1 month'`,
        sql`select skipped from month`,
      )}) as found)`;
}

/**
 * The loyalty transactions of a chain and the payments from client accounts, latest first, without what was cancelled. Every page has the same
 * cost, because counters show in which day it begins. A list of visits has no counters: it is short.
 */
export async function transactionsOfChain(
  db: Read,
  chainId: number,
  filter: ChainFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<TransactionRow[]> {
  if (filter.types?.length === 0) return [];
  const isCounted = offset > 0 && filter.visitIds === undefined;
  const [until, skipped] = isCounted
    ? [sql`(select ends from day)`, sql`(select rest from day)`]
    : [sql`${filter.to.toISOString()}::timestamptz`, sql`${offset}::int`];
  const range = sql`made.created_at >= ${filter.from.toISOString()}::timestamptz and made.created_at < ${until}`;
  const order = sql`order by created_at desc, id desc`;
  const found = await rowsOf<{ id: number; isLoyalty: boolean }>(
    db,
    sql`${isCounted ? sql`with ${placeOf(chainId, filter, offset)}` : sql``}
      select id, "isLoyalty" from (
        ${listed(chainId, filter, range, sql`${order} limit ${skipped} + ${limit}::int`)}) as found
      ${order} limit ${limit} offset ${skipped}`,
  );
  const ids = (isLoyalty: boolean) => found.flatMap((row) => (row.isLoyalty === isLoyalty ? [row.id] : []));
  const [loyalty, accounts] = [ids(true), ids(false)];
  const rows = [
    ...(loyalty.length ? await loyaltyById(db, chainId, loyalty) : []),
    ...(accounts.length ? await accountPaymentsById(db, chainId, accounts) : []),
  ];
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ id }) => byId.get(id) ?? []);
}

const loyaltyById = (db: Read, chainId: number, ids: readonly number[]) =>
  select(db, sql`made.chain_id = ${chainId} and made.id = any(${sql.param([...ids])}::int[])`);

const accountPaymentsById = (db: Read, chainId: number, ids: readonly number[]): Promise<TransactionRow[]> =>
  rowsOf<TransactionRow>(
    db,
    sql`
    select made.id, made.chain_id as "chainId", 11 as type, (-made.amount)::text as amount, sold.visit_id as "visitId", null as "cardId",
      null as "promotionId", null as "giftCardId", null as "membershipId", made.service_id as "serviceId", made.line_id as "lineId",
      lines.product_id as "productId", sold.id as "appointmentId"
    from client_account_transactions made
    left join document_lines lines on lines.location_id = made.location_id and lines.id = made.line_id
    left join appointments sold on sold.location_id = made.location_id and sold.document_id = made.document_id
    where made.chain_id = ${chainId} and made.id = any(${sql.param([...ids])}::int[])`,
  );
