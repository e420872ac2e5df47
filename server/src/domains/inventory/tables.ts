import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
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
import { moment, money, percent, quantity, zero } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { clients } from '../clients/tables.ts';
import { locations } from '../locations/tables.ts';
import { ofProduct, products } from '../products/tables.ts';
import { teamMembers } from '../team/tables.ts';

/** Where products are kept. An archived storage keeps its row, for the history. */
export const storages = pgTable(
  'storages',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    comment: text().notNull().default(''),
    /** The storage from which consumables are written off. At most one of a location. */
    isForServices: boolean('is_for_services').notNull().default(false),
    /** The storage from which products are sold. At most one of a location. */
    isForSale: boolean('is_for_sale').notNull().default(false),
    weight: integer().notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    archivedAt: moment('archived_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    uniqueIndex('storages_for_services').on(table.locationId).where(sql`${table.isForServices} and ${table.archivedAt} is null`),
    uniqueIndex('storages_for_sale').on(table.locationId).where(sql`${table.isForSale} and ${table.archivedAt} is null`),
    check('storages_title', sql`${table.title} <> ''`),
  ],
);

/** Those from whom a location buys, and whom it pays. An archived one keeps its row, for the history. */
export const suppliers = pgTable(
  'suppliers',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    phone: text().notNull().default(''),
    email: text().notNull().default(''),
    address: text().notNull().default(''),
    comment: text().notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
    archivedAt: moment('archived_at'),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.id] }), check('suppliers_title', sql`${table.title} <> ''`)],
);

/**
 * 1 sale, 2 services, 3 arrival, 4 write-off, 5 transfer, 6 stocktaking, 7 visit, 8 consumables of an appointment, 9 top-up of a client
 * account. Source: the published list of types.
 */
export type DocumentType = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Documents hold movements of stock and money together. Each appointment has one of type 7. A deleted one keeps its row. */
export const documents = pgTable(
  'documents',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    type: smallint().$type<DocumentType>().notNull(),
    /** Counts the documents of the location. Null for those of appointments, which are numbered by their id. */
    number: integer(),
    /** Null for documents of appointments and client accounts. */
    storageId: integer('storage_id'),
    /** The storage that receives the products of a transfer. */
    toStorageId: integer('to_storage_id'),
    comment: text().notNull().default(''),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** When it happened, as entered. Documents of appointments follow the appointment. */
    at: moment('at').notNull(),
    /** 0 not printed, 1 a sale receipt is printed. The room `fiscal` keeps it. */
    receiptStatus: smallint('receipt_status').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('documents_id').on(table.id),
    uniqueIndex('documents_number').on(table.locationId, table.number),
    foreignKey({ columns: [table.locationId, table.storageId], foreignColumns: [storages.locationId, storages.id] }),
    foreignKey({ columns: [table.locationId, table.toStorageId], foreignColumns: [storages.locationId, storages.id] }),
    check('documents_type', sql`${table.type} between 1 and 9`),
    check(
      'documents_transfer',
      sql`(${table.type} = 5) = (${table.toStorageId} is not null) and ${table.toStorageId} <> ${table.storageId}`,
    ),
  ],
);

/** The number of the last document of a location. */
export const documentNumbers = pgTable('document_numbers', {
  locationId: integer('location_id')
    .primaryKey()
    .references(() => locations.id),
  last: integer().notNull(),
});

/** 1 sale, 2 consumables, 3 arrival, 4 write-off, 5 transfer, 6 stocktaking. Source: the published types of product transactions. */
export type LineType = 1 | 2 | 3 | 4 | 5 | 6;

/**
 * The lines of documents about products. They can be changed. Their effect on stock is in `stockMovements`, which only grows. A deleted line
 * keeps its row.
 */
export const documentLines = pgTable(
  'document_lines',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    documentId: integer('document_id').notNull(),
    type: smallint().$type<LineType>().notNull(),
    productId: integer('product_id').notNull(),
    storageId: integer('storage_id').notNull(),
    /** Negative if products leave the storage. In the unit that `isInSaleUnits` names. */
    amount: quantity('amount').notNull(),
    isInSaleUnits: boolean('is_in_sale_units').notNull(),
    /** The product's ratio of units when the line was written. */
    unitRatio: quantity('unit_ratio').notNull(),
    costPerUnit: money('cost_per_unit').notNull(),
    discount: percent('discount').notNull().default(zero),
    /** The price of the whole line, never negative. */
    cost: money('cost').notNull(),
    clientId: integer('client_id'),
    supplierId: integer('supplier_id'),
    /** The seller, or the user of consumables. */
    teamMemberId: integer('team_member_id'),
    /** Of consumables: the service for which they are used. */
    serviceId: integer('service_id'),
    comment: text().notNull().default(''),
    /** The code of a sold membership or gift card. */
    code: text().notNull().default(''),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** When it happened, the same as of the document. */
    at: moment('at').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('document_lines_id').on(table.id),
    index('document_lines_document').on(table.locationId, table.documentId, table.id),
    index('document_lines_at').on(table.locationId, table.at, table.id),
    index('document_lines_changed').on(table.locationId, table.changedAt, table.id),
    index('document_lines_product').on(table.locationId, table.productId, table.at),
    index('document_lines_arrivals')
      .on(table.locationId, table.productId, table.at, table.id)
      .where(sql`${table.type} = 3 and ${table.deletedAt} is null`),
    index('document_lines_client').on(table.locationId, table.clientId, table.at),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
    ofProduct(table as never),
    foreignKey({ columns: [table.locationId, table.storageId], foreignColumns: [storages.locationId, storages.id] }),
    foreignKey({ columns: [table.locationId, table.supplierId], foreignColumns: [suppliers.locationId, suppliers.id] }),
    foreignKey({ columns: [table.locationId, table.teamMemberId], foreignColumns: [teamMembers.locationId, teamMembers.id] }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    check('document_lines_type', sql`${table.type} between 1 and 6`),
    check('document_lines_amount', sql`${table.amount} <> 0 and ${table.unitRatio} > 0`),
    check('document_lines_cost', sql`${table.costPerUnit} >= 0 and ${table.cost} >= 0`),
    check('document_lines_discount', sql`${table.discount} between 0 and 100`),
  ],
);

/**
 * The ledger of stock. A movement is never changed or removed; a trigger in the migration refuses that. A line that is changed or deleted
 * adds a movement that takes the former one back.
 */
export const stockMovements = pgTable(
  'stock_movements',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    lineId: integer('line_id').notNull(),
    productId: integer('product_id').notNull(),
    storageId: integer('storage_id').notNull(),
    /** Write-off units, because these are the smaller ones: multiplying by the ratio of units is exact. Negative if products leave. */
    amount: quantity('amount').notNull(),
    /** The ledger's own time, not that of the document. */
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('stock_movements_product').on(table.locationId, table.productId, table.storageId, table.id),
    index('stock_movements_line').on(table.locationId, table.lineId),
    foreignKey({ columns: [table.locationId, table.lineId], foreignColumns: [documentLines.locationId, documentLines.id] }),
    ofProduct(table as never),
    foreignKey({ columns: [table.locationId, table.storageId], foreignColumns: [storages.locationId, storages.id] }),
    check('stock_movements_amount', sql`${table.amount} <> 0`),
  ],
);

/** What is there: the sum of the movements of a product in a storage. Every movement locks this row first. */
export const stockLevels = pgTable(
  'stock_levels',
  {
    locationId: integer('location_id').notNull(),
    /** The order in which levels are locked. */
    id: integer().notNull().generatedAlwaysAsIdentity(),
    productId: integer('product_id').notNull(),
    storageId: integer('storage_id').notNull(),
    /** Write-off units. */
    amount: quantity('amount').notNull().default(zero),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.productId, table.storageId] }),
    uniqueIndex('stock_levels_id').on(table.locationId, table.id),
    index('stock_levels_storage').on(table.locationId, table.storageId, table.productId),
    foreignKey({ columns: [table.locationId, table.productId], foreignColumns: [products.locationId, products.id] }),
    foreignKey({ columns: [table.locationId, table.storageId], foreignColumns: [storages.locationId, storages.id] }),
  ],
);

/** What a stocktaking has found. The differences are the lines of its document. */
export const stockCounts = pgTable(
  'stock_counts',
  {
    locationId: integer('location_id').notNull(),
    documentId: integer('document_id').notNull(),
    productId: integer('product_id').notNull(),
    /** The level when it was counted. Write-off units, as in the ledger. */
    expected: quantity('expected').notNull(),
    /** Write-off units. */
    counted: quantity('counted').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.documentId, table.productId] }),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
    ofProduct(table as never),
    check('stock_counts_counted', sql`${table.counted} >= 0`),
  ],
);
