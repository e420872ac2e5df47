import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** What a webhook can be about, in the names of the wire. */
export type OutboxResource = 'record' | 'client' | 'service' | 'service_category' | 'staff' | 'schedule';
export type OutboxStatus = 'create' | 'update' | 'delete';

/**
 * Changes that integrations are told of, written in the transaction of the change. Of two transactions the one that commits later may
 * have the smaller `id`: whoever goes on from the last id that they saw misses changes.
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
    /** Who changed it; null for whoever is not signed in, and the system. */
    userId: integer('user_id'),
    /** The resource as the API answers it. */
    data: jsonb().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('outbox_location').on(table.locationId, table.id), index('outbox_created').on(table.createdAt)],
);

/** Who is told of the changes of a location. */
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
 * What a subscriber is still to receive. A row is written with the change, and goes when the subscriber has received it, or goes itself.
 * As long as it is there, the database refuses to drop the change.
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
