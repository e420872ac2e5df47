import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytea, moment, money } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { documents } from '../inventory/tables.ts';
import { locations } from '../locations/tables.ts';
import type { FiscalRequest } from './request.ts';

/** How a location prints fiscal receipts: the service that runs its cash register, and what is the same on all receipts. */
export const fiscalSettings = pgTable(
  'fiscal_settings',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    isEnabled: boolean('is_enabled').notNull().default(false),
    /** Where requests are posted. */
    url: text().notNull().default(''),
    /** A bearer token for that address, encrypted with the server's key. It is never read back. */
    sealedToken: bytea('token'),
    /** A tax system of the country, if the server knows those of the country. */
    taxSystem: text('tax_system').notNull().default(''),
    /** The VAT of items that have none of their own. */
    vat: text().notNull().default(''),
    /** Whether the register prints on paper. */
    printsPaper: boolean('prints_paper').notNull().default(true),
    /** The cashier of all receipts; empty for the user who prints. */
    cashierUid: text('cashier_uid').notNull().default(''),
    cashierName: text('cashier_name').notNull().default(''),
    cashierPosition: text('cashier_position').notNull().default(''),
    /** How many slips the terminal prints after it has charged a card. */
    slipCount: smallint('slip_count').notNull().default(1),
    customText: text('custom_text').notNull().default(''),
  },
  (table) => [
    check('fiscal_settings_enabled', sql`not ${table.isEnabled} or ${table.url} <> ''`),
    check('fiscal_settings_slip_count', sql`${table.slipCount} between 0 and 10`),
  ],
);

/** 0 a sale, 1 the return of a sale. Source: the published list of types. */
export type FiscalType = 0 | 1;

/**
 * 0 connection error, 1 printed, 2 sent to print, 3 error, 4 nobody knows, because the register did not report. Source: the published list of
 * statuses.
 */
export type FiscalStatus = 0 | 1 | 2 | 3 | 4;

/** Requests to print a fiscal receipt, with their results. */
export const fiscalTransactions = pgTable(
  'fiscal_transactions',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** The id that the register knows it by. The same request has it at each attempt. */
    uid: uuid().notNull(),
    /** The document that was to be printed. */
    documentId: integer('document_id').notNull(),
    type: smallint().$type<FiscalType>().notNull(),
    status: smallint().$type<FiscalStatus>().notNull().default(2),
    /** Of a return: the sale that it takes back. */
    saleId: integer('sale_id'),
    amount: money('sum').notNull(),
    printedCount: integer('printed_count').notNull().default(0),
    /** What the register is asked for. */
    request: jsonb().$type<FiscalRequest>().notNull(),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** The code and the words of an error. */
    errorCode: integer('error_code'),
    errorMessage: text('error_message').notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('fiscal_transactions_id').on(table.id),
    unique('fiscal_transactions_uid').on(table.uid),
    index('fiscal_transactions_created').on(table.locationId, table.createdAt, table.id),
    index('fiscal_transactions_document').on(table.locationId, table.documentId),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
    foreignKey({ columns: [table.locationId, table.saleId], foreignColumns: [table.locationId, table.id] }),
    check('fiscal_transactions_type', sql`${table.type} between 0 and 1 and (${table.type} = 1) = (${table.saleId} is not null)`),
    check('fiscal_transactions_status', sql`${table.status} between 0 and 4`),
    check('fiscal_transactions_sum', sql`${table.amount} > 0`),
  ],
);

/** The documents that a receipt covers: all of a visit, or one. */
export const fiscalDocuments = pgTable(
  'fiscal_documents',
  {
    locationId: integer('location_id').notNull(),
    transactionId: integer('transaction_id').notNull(),
    documentId: integer('document_id').notNull(),
    /** The sale receipt is being printed, or it is printed and not taken back. A document has at most one. */
    isStanding: boolean('is_standing').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.transactionId, table.documentId] }),
    uniqueIndex('fiscal_documents_standing').on(table.locationId, table.documentId).where(sql`${table.isStanding}`),
    index('fiscal_documents_document').on(table.locationId, table.documentId),
    foreignKey({
      columns: [table.locationId, table.transactionId],
      foreignColumns: [fiscalTransactions.locationId, fiscalTransactions.id],
    }),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
  ],
);
