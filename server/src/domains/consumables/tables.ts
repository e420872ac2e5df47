import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, money, quantity } from '../../platform/columns.ts';
import { appointments } from '../appointments/tables.ts';
import { services } from '../catalog/tables.ts';
import { documentLines, storages } from '../inventory/tables.ts';
import { locations } from '../locations/tables.ts';
import { ofProduct } from '../products/tables.ts';

/** Bills of materials: what a service uses up. A deleted one keeps its row, for the history. */
export const billsOfMaterials = pgTable(
  'bills_of_materials',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    /** The title as a search folds it. */
    search: text().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    check('bills_of_materials_title', sql`${table.title} <> ''`),
  ],
);

/** The products of a bill of materials, in the order of their ids. */
export const billOfMaterialsItems = pgTable(
  'bill_of_materials_items',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    billId: integer('bill_id').notNull(),
    productId: integer('product_id').notNull(),
    storageId: integer('storage_id').notNull(),
    /** Write-off units for one service. */
    amount: quantity('amount').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('bill_of_materials_items_bill').on(table.locationId, table.billId, table.id),
    foreignKey({
      columns: [table.locationId, table.billId],
      foreignColumns: [billsOfMaterials.locationId, billsOfMaterials.id],
    }).onDelete('cascade'),
    ofProduct(table as never),
    foreignKey({ columns: [table.locationId, table.storageId], foreignColumns: [storages.locationId, storages.id] }),
    check('bill_of_materials_items_amount', sql`${table.amount} > 0`),
  ],
);

/** The bills of materials that the services of an appointment follow. */
export const appointmentBills = pgTable(
  'appointment_bills',
  {
    locationId: integer('location_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    serviceId: integer('service_id').notNull(),
    billId: integer('bill_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.appointmentId, table.serviceId, table.billId] }),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }),
    foreignKey({ columns: [table.locationId, table.billId], foreignColumns: [billsOfMaterials.locationId, billsOfMaterials.id] }),
  ],
);

/** What an appointment uses up, for one of each service. It is written off when the client arrives. */
export const appointmentConsumables = pgTable(
  'appointment_consumables',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    appointmentId: integer('appointment_id').notNull(),
    serviceId: integer('service_id').notNull(),
    productId: integer('product_id').notNull(),
    storageId: integer('storage_id').notNull(),
    /** Write-off units for one service. */
    amount: quantity('amount').notNull(),
    /** The cost price of the amount. */
    price: money('price').notNull(),
    /** The document line that has written it off; null while the client is expected. */
    lineId: integer('line_id'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('appointment_consumables_appointment').on(table.locationId, table.appointmentId, table.serviceId, table.id),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }),
    ofProduct(table as never),
    foreignKey({ columns: [table.locationId, table.storageId], foreignColumns: [storages.locationId, storages.id] }),
    foreignKey({ columns: [table.locationId, table.lineId], foreignColumns: [documentLines.locationId, documentLines.id] }),
    check('appointment_consumables_amount', sql`${table.amount} > 0 and ${table.price} >= 0`),
  ],
);
