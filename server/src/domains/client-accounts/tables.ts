import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { moment, money, zero } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { clients } from '../clients/tables.ts';
import { documents } from '../inventory/tables.ts';
import { chains, locations } from '../locations/tables.ts';
import { teamMembers } from '../team/tables.ts';

/** Kinds of client accounts of a chain. A deleted one keeps its row, for the accounts of the kind. */
export const clientAccountTypes = pgTable(
  'client_account_types',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    /** How far below zero accounts of the kind may go; 0 for not at all. */
    creditLimit: money('credit_limit').notNull().default(zero),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    check('client_account_types_title', sql`${table.title} <> ''`),
    check('client_account_types_credit_limit', sql`${table.creditLimit} >= 0`),
  ],
);

/** The locations that work with a kind of client accounts. */
export const clientAccountTypeLocations = pgTable(
  'client_account_type_locations',
  {
    chainId: integer('chain_id').notNull(),
    typeId: integer('type_id').notNull(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.typeId, table.locationId] }),
    index('client_account_type_locations_location').on(table.locationId),
    foreignKey({
      columns: [table.chainId, table.typeId],
      foreignColumns: [clientAccountTypes.chainId, clientAccountTypes.id],
    }).onDelete('cascade'),
  ],
);

/** The money that a client has paid in advance, in a chain. */
export const clientAccounts = pgTable(
  'client_accounts',
  {
    chainId: integer('chain_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    typeId: integer('type_id').notNull(),
    /** The location that opened it, with the client's card there. */
    locationId: integer('location_id').notNull(),
    /** Null after the client's card was deleted. */
    clientId: integer('client_id'),
    /** E.164; the client's number, by which other locations of the chain find the account. */
    phone: text(),
    initialBalance: money('initial_balance').notNull().default(zero),
    /** Without what is reserved. */
    balance: money('balance').notNull().default(zero),
    reserved: money('reserved').notNull().default(zero),
    /** A copy of the type's limit, which the database checks on every change. */
    creditLimit: money('credit_limit').notNull().default(zero),
    isBlocked: boolean('is_blocked').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    unique('client_accounts_id').on(table.id),
    index('client_accounts_phone').on(table.chainId, table.phone),
    index('client_accounts_balance').on(table.chainId, table.balance, table.id),
    index('client_accounts_client').on(table.locationId, table.clientId),
    foreignKey({
      columns: [table.chainId, table.typeId],
      foreignColumns: [clientAccountTypes.chainId, clientAccountTypes.id],
    }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    check('client_accounts_balance_limit', sql`${table.balance} >= -${table.creditLimit}`),
    check('client_accounts_reserved', sql`${table.reserved} >= 0`),
  ],
);

/** Top-ups (positive) and payments (negative) of client accounts. A deleted one keeps its row and no longer counts. */
export const clientAccountTransactions = pgTable(
  'client_account_transactions',
  {
    chainId: integer('chain_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    accountId: integer('account_id').notNull(),
    locationId: integer('location_id').notNull(),
    documentId: integer('document_id').notNull(),
    /** The card of the client in the location. Null if there is none, or after it was deleted. */
    clientId: integer('client_id'),
    amount: money('amount').notNull(),
    balanceAfter: money('balance_after').notNull(),
    reservedAfter: money('reserved_after').notNull().default(zero),
    /** Of a payment: the service or the product line that it pays. */
    serviceId: integer('service_id'),
    lineId: integer('line_id'),
    teamMemberId: integer('team_member_id'),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    comment: text().notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    unique('client_account_transactions_id').on(table.id),
    index('client_account_transactions_account').on(table.chainId, table.accountId, table.id),
    // The payments of a chain in the order of its loyalty transactions.
    index('client_account_transactions_created')
      .on(table.chainId, table.createdAt, table.id, table.locationId)
      .where(sql`${table.deletedAt} is null and ${table.amount} < 0`),
    index('client_account_transactions_top_up')
      .on(table.locationId, table.createdAt)
      .where(sql`${table.deletedAt} is null and ${table.amount} > 0`),
    index('client_account_transactions_document').on(table.locationId, table.documentId),
    index('client_account_transactions_client').on(table.locationId, table.clientId).where(sql`${table.clientId} is not null`),
    foreignKey({
      columns: [table.chainId, table.accountId],
      foreignColumns: [clientAccounts.chainId, clientAccounts.id],
    }),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
    foreignKey({ columns: [table.locationId, table.teamMemberId], foreignColumns: [teamMembers.locationId, teamMembers.id] }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    check('client_account_transactions_amount', sql`${table.amount} <> 0`),
    check('client_account_transactions_item', sql`${table.serviceId} is null or ${table.lineId} is null`),
  ],
);
