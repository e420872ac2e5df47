import { sql } from 'drizzle-orm';
import {
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
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, money, percent, zero } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { documentLines, documents, suppliers } from '../inventory/tables.ts';
import { locations } from '../locations/tables.ts';
import { teamMembers } from '../team/tables.ts';

/** Cash registers and bank accounts of a location. An archived one keeps its row, for the history. */
export const accounts = pgTable(
  'accounts',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    comment: text().notNull().default(''),
    isCash: boolean('is_cash').notNull(),
    /** The account for payments of its kind. At most one in cash and one without. */
    isDefault: boolean('is_default').notNull().default(false),
    openingBalance: money('opening_balance').notNull().default(zero),
    /** What the bank keeps of each payment. */
    acquiringFee: percent('acquiring_fee').notNull().default(zero),
    weight: integer().notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    archivedAt: moment('archived_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    uniqueIndex('accounts_default')
      .on(table.locationId, table.isCash)
      .where(sql`${table.isDefault} and ${table.archivedAt} is null`),
    check('accounts_title', sql`${table.title} <> ''`),
    check('accounts_acquiring_fee', sql`${table.acquiringFee} between 0 and 100`),
  ],
);

/** What money is paid for: items of every location, and those that a location has added. A deleted one stays, for the history. */
export const expenseItems = pgTable(
  'expense_items',
  {
    /** Ids below 1000 are items of every location. */
    id: integer().primaryKey().generatedByDefaultAsIdentity({ startWith: 1000 }),
    /** Null for an item of every location. */
    locationId: integer('location_id').references(() => locations.id),
    title: text().notNull(),
    isIncome: boolean('is_income').notNull(),
    comment: text().notNull().default(''),
    weight: integer().notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    index('expense_items_location').on(table.locationId, table.id),
    check('expense_items_title', sql`${table.title} <> ''`),
    check('expense_items_shared', sql`(${table.id} < 1000) = (${table.locationId} is null)`),
  ],
);

/**
 * Movements of money. A deleted one keeps its row and no longer counts. Triggers in the migration keep `accountTotals`.
 */
export const financeTransactions = pgTable(
  'finance_transactions',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    accountId: integer('account_id').notNull(),
    expenseId: integer('expense_id')
      .notNull()
      .references(() => expenseItems.id),
    /** Negative if money leaves the account. */
    amount: money('amount').notNull(),
    /** When it happened, as entered. */
    at: moment('at').notNull(),
    /** The date of `at` in the location's calendar. */
    date: date({ mode: 'string' }).notNull(),
    documentId: integer('document_id'),
    /** The service that is paid, if it pays one. */
    serviceId: integer('service_id'),
    /** The product line that is paid, if it pays one. */
    lineId: integer('line_id'),
    /** The payment whose acquiring fee this is. It is deleted with the payment. */
    feeOfId: integer('fee_of_id'),
    clientId: integer('client_id'),
    supplierId: integer('supplier_id'),
    teamMemberId: integer('team_member_id'),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    comment: text().notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('finance_transactions_id').on(table.id),
    index('finance_transactions_at').on(table.locationId, table.at, table.id),
    index('finance_transactions_account').on(table.locationId, table.accountId, table.at, table.id),
    index('finance_transactions_document').on(table.locationId, table.documentId).where(sql`${table.documentId} is not null`),
    index('finance_transactions_expense').on(table.locationId, table.expenseId, table.at, table.id),
    index('finance_transactions_team_member')
      .on(table.locationId, table.teamMemberId, table.at)
      .where(sql`${table.teamMemberId} is not null`),
    index('finance_transactions_supplier')
      .on(table.locationId, table.supplierId, table.at)
      .where(sql`${table.supplierId} is not null`),
    index('finance_transactions_deleted').on(table.locationId, table.at, table.id).where(sql`${table.deletedAt} is not null`),
    index('finance_transactions_client').on(table.locationId, table.clientId, table.at).where(sql`${table.clientId} is not null`),
    index('finance_transactions_fee').on(table.locationId, table.feeOfId).where(sql`${table.feeOfId} is not null`),
    foreignKey({ columns: [table.locationId, table.accountId], foreignColumns: [accounts.locationId, accounts.id] }),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
    foreignKey({ columns: [table.locationId, table.lineId], foreignColumns: [documentLines.locationId, documentLines.id] }),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }),
    foreignKey({ columns: [table.locationId, table.feeOfId], foreignColumns: [table.locationId, table.id] }),
    foreignKey({ columns: [table.locationId, table.supplierId], foreignColumns: [suppliers.locationId, suppliers.id] }),
    foreignKey({ columns: [table.locationId, table.teamMemberId], foreignColumns: [teamMembers.locationId, teamMembers.id] }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    check('finance_transactions_amount', sql`${table.amount} <> 0`),
    check('finance_transactions_item', sql`${table.serviceId} is null or ${table.lineId} is null`),
  ],
);

/**
 * The sum of an account's transactions in a day, and in a whole month or year. The balance of any date adds up a few of these, however long
 * the history is. Triggers in the migration keep them.
 */
export const accountTotals = pgTable(
  'account_totals',
  {
    locationId: integer('location_id').notNull(),
    accountId: integer('account_id').notNull(),
    /** 0 a day, 1 a month, 2 a year */
    span: smallint().notNull(),
    /** The first date. */
    begins: date({ mode: 'string' }).notNull(),
    amount: money('amount').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.accountId, table.span, table.begins] }),
    foreignKey({ columns: [table.locationId, table.accountId], foreignColumns: [accounts.locationId, accounts.id] }),
    check('account_totals_span', sql`${table.span} between 0 and 2`),
  ],
);
