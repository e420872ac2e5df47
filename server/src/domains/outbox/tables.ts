import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** The objects that webhooks and the feed of changes report, with their wire names. */
export const outboxResources = [
  'record',
  'client',
  'service',
  'service_category',
  'staff',
  'schedule',
  'finances_operation',
  'good',
  'goods_operations_sale',
  'goods_operations_receipt',
  'goods_operations_consumable',
  'goods_operations_stolen',
  'goods_operations_move',
] as const;
export type OutboxResource = (typeof outboxResources)[number];
export type OutboxStatus = 'create' | 'update' | 'delete';

/**
 * Changes for integrations, written in the transaction of the change. Of two transactions, the one that commits later may have the smaller
 * `id`. So a reader must not continue from the last id: it would miss changes. `position` is given after the commit, by `feed.ts`.
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
    /** The place in the feed of the location. Null until somebody reads the feed. */
    position: bigint({ mode: 'number' }),
  },
  (table) => [
    index('outbox_location').on(table.locationId, table.id),
    index('outbox_created').on(table.createdAt),
    index('outbox_waiting').on(table.locationId, table.id).where(sql`${table.position} is null`),
    uniqueIndex('outbox_position').on(table.locationId, table.position).where(sql`${table.position} is not null`),
  ],
);

/** The feed of changes of a location, from the first time that somebody reads it. Its row is locked while positions are given. */
export const outboxFeeds = pgTable(
  'outbox_feeds',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    /** The greatest position that was given. */
    lastPosition: bigint('last_position', { mode: 'number' }).notNull().default(0),
    /** Changes up to this position are no longer kept, or not all of them. */
    sweptPosition: bigint('swept_position', { mode: 'number' }).notNull().default(0),
  },
  (table) => [check('outbox_feeds_positions', sql`${table.sweptPosition} between 0 and ${table.lastPosition}`)],
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
