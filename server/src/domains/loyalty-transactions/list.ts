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
