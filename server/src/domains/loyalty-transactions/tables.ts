import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, money } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { visits } from '../appointments/tables.ts';
import { clients } from '../clients/tables.ts';
import { giftCards } from '../gift-cards/tables.ts';
import { documents } from '../inventory/tables.ts';
import { ledgerEntries } from '../ledger/tables.ts';
import { chains, locations } from '../locations/tables.ts';
import { loyaltyCards } from '../loyalty/tables.ts';
import { memberships } from '../memberships/tables.ts';
import { promotions } from '../promotions/tables.ts';

/**
 * The kinds of loyalty transactions: 1 discount of a promotion, 2 accrual of points, 3 points that pay, 4 points for an inviter, 5 top-up by
 * hand, 6 withdrawal by hand, 7 points that burnt, 8 gift card, 9 membership, 10 change of a price by a membership. Source: the published list;
 * 11 stands for payments from client accounts, which have a table of their own.
 */
export type LoyaltyTransactionType = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/**
 * What loyalty did: for an item of a sale, or for a card by hand. One that is cancelled keeps its row, and its entry in the ledger is taken
 * back by another entry.
 */
export const loyaltyTransactions = pgTable(
  'loyalty_transactions',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    /** Shares its numbers with the transactions of client accounts, because the published API shows both in one list. */
    id: integer().notNull().default(sql`nextval('client_account_transactions_id_seq')`),
    /** Null for what happens in the chain, and no location. */
    locationId: integer('location_id').references(() => locations.id),
    type: smallint().$type<LoyaltyTransactionType>().notNull(),
    /** What it is worth: positive, except for a price that a membership raises. */
    amount: money('amount').notNull(),
    /** The sale, and its visit. Null for what is done by hand, and for points that burn. */
    documentId: integer('document_id'),
    visitId: integer('visit_id'),
    /** The item: a service, or a product line, of the document. Null for what is about the whole sale. */
    serviceId: integer('service_id'),
    lineId: integer('line_id'),
    /** The client of the sale. Null if nobody is known, or after the client's card was deleted. */
    clientId: integer('client_id'),
    /** What it was done with. */
    cardId: integer('card_id'),
    promotionId: integer('promotion_id'),
    giftCardId: integer('gift_card_id'),
    membershipId: integer('membership_id'),
    /** Those with the same number are cancelled together: the two sides of a referral, or the two parts of a membership. */
    groupId: integer('group_id'),
    /** Its entry in the ledger. Null for those that move no balance. */
    entryId: integer('entry_id'),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    comment: text().notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
    cancelledAt: moment('cancelled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    uniqueIndex('loyalty_transactions_id').on(table.id),
    index('loyalty_transactions_document').on(table.locationId, table.documentId, table.id),
    index('loyalty_transactions_visit').on(table.locationId, table.visitId, table.id),
    // All that the list of a chain asks for, so that pages far back read the index only.
    index('loyalty_transactions_created')
      .on(table.chainId, table.createdAt, table.id, table.type, table.locationId, table.visitId)
      .where(sql`${table.cancelledAt} is null`),
    // How often a card had a promotion.
    index('loyalty_transactions_card')
      .on(table.chainId, table.cardId, table.promotionId, table.type)
      .where(sql`${table.cancelledAt} is null`),
    index('loyalty_transactions_entry').on(table.chainId, table.entryId).where(sql`${table.entryId} is not null`),
    index('loyalty_transactions_promotion')
      .on(table.locationId, table.promotionId, table.createdAt)
      .where(sql`${table.cancelledAt} is null`),
    index('loyalty_transactions_gift_card').on(table.chainId, table.giftCardId, table.id),
    index('loyalty_transactions_membership').on(table.chainId, table.membershipId, table.id),
    index('loyalty_transactions_group').on(table.chainId, table.groupId).where(sql`${table.groupId} is not null`),
    index('loyalty_transactions_client').on(table.locationId, table.clientId).where(sql`${table.clientId} is not null`),
    // A promotion gives its discount once for an item, and its points once for a sale.
    uniqueIndex('loyalty_transactions_discount')
      .on(
        table.locationId,
        table.documentId,
        table.promotionId,
        sql`coalesce(${table.serviceId}, 0)`,
        sql`coalesce(${table.lineId}, 0)`,
      )
      .where(sql`${table.type} = 1 and ${table.cancelledAt} is null`),
    uniqueIndex('loyalty_transactions_accrual')
      .on(
        table.locationId,
        table.documentId,
        table.promotionId,
        table.cardId,
        sql`coalesce(${table.serviceId}, 0)`,
        sql`coalesce(${table.lineId}, 0)`,
      )
      .where(sql`${table.type} in (2, 4) and ${table.cancelledAt} is null`),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
    foreignKey({ columns: [table.locationId, table.visitId], foreignColumns: [visits.locationId, visits.id] }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    foreignKey({ columns: [table.chainId, table.cardId], foreignColumns: [loyaltyCards.chainId, loyaltyCards.id] }),
    foreignKey({ columns: [table.chainId, table.promotionId], foreignColumns: [promotions.chainId, promotions.id] }),
    foreignKey({ columns: [table.chainId, table.giftCardId], foreignColumns: [giftCards.chainId, giftCards.id] }),
    foreignKey({ columns: [table.chainId, table.membershipId], foreignColumns: [memberships.chainId, memberships.id] }),
    foreignKey({ columns: [table.chainId, table.entryId], foreignColumns: [ledgerEntries.chainId, ledgerEntries.id] }),
    check('loyalty_transactions_type', sql`${table.type} between 1 and 10`),
    check('loyalty_transactions_amount', sql`${table.amount} >= 0 or ${table.type} = 10`),
    check('loyalty_transactions_item', sql`${table.serviceId} is null or ${table.lineId} is null`),
    check('loyalty_transactions_place', sql`${table.documentId} is null or ${table.locationId} is not null`),
  ],
);

/**
 * How many transactions the list of a chain has in a day and in a month of the calendar (UTC), by their location and type: always the sum of
 * these rows. Triggers in the migration only add rows, so two writers never wait for each other. A job sums rows up.
 */
export const loyaltyTransactionCounts = pgTable(
  'loyalty_transaction_counts',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    locationId: integer('location_id').references(() => locations.id),
    /** As of `loyaltyTransactions`; 11 for payments from client accounts. */
    type: smallint().notNull(),
    /** 0 a day, 1 a month */
    span: smallint().notNull(),
    /** The first date. */
    begins: date({ mode: 'string' }).notNull(),
    /** Less than 0 for what left the list. */
    size: integer().notNull(),
    isSummed: boolean('is_summed').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    index('loyalty_transaction_counts_period').on(
      table.chainId,
      table.span,
      table.begins,
      table.type,
      table.locationId,
      table.size,
    ),
    index('loyalty_transaction_counts_open').on(table.id).where(sql`not ${table.isSummed}`),
    check('loyalty_transaction_counts_type', sql`${table.type} between 1 and 11`),
    check('loyalty_transaction_counts_span', sql`${table.span} between 0 and 1`),
  ],
);
