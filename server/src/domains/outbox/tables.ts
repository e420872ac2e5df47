import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** The objects that webhooks report, with their wire names. */
export type OutboxResource =
  | 'record'
  | 'client'
  | 'service'
  | 'service_category'
  | 'staff'
  | 'schedule'
  | 'finances_operation'
  | 'good'
  | 'goods_operations_sale'
  | 'goods_operations_receipt'
  | 'goods_operations_consumable'
  | 'goods_operations_stolen'
  | 'goods_operations_move';
export type OutboxStatus = 'create' | 'update' | 'delete';

/**
 * Changes for integrations, written in the transaction of the change. Of two transactions, the one that commits later may have the smaller
 * `id`. So a reader must not continue from the last id: it would miss changes.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    resource: text().$type<OutboxResource>().notNull(),
    resourceId: integer('resource_id').notNull(),
    status: text().$type<OutboxStatus>().notNull(),
    /** The user who changed it. Null if nobody was signed in, and for the system. */
    userId: integer('user_id'),
    /** The resource as the API answers it. */
    data: jsonb().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('outbox_location').on(table.locationId, table.id), index('outbox_created').on(table.createdAt)],
);

/** The subscribers of a location's changes. */
export const outboxSubscribers = pgTable(
  'outbox_subscribers',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('outbox_subscribers_location').on(table.locationId)],
);

/**
 * Changes that a subscriber has not received yet. A row is written with the change. It is deleted when the subscriber has received it, or
 * with the subscriber. While the row exists, the database refuses to delete the change.
 */
export const outboxDeliveries = pgTable(
  'outbox_deliveries',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    subscriberId: integer('subscriber_id')
      .notNull()
      .references(() => outboxSubscribers.id, { onDelete: 'cascade' }),
    outboxId: bigint('outbox_id', { mode: 'number' })
      .notNull()
      .references(() => outbox.id),
  },
  (table) => [
    primaryKey({ columns: [table.subscriberId, table.outboxId] }),
    index('outbox_deliveries_location').on(table.locationId),
    index('outbox_deliveries_change').on(table.outboxId),
  ],
);
