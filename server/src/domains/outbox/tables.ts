import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** What a webhook can be about, in the names of the wire. */
export type OutboxResource = 'record' | 'client' | 'service' | 'service_category' | 'staff' | 'schedule';
export type OutboxStatus = 'create' | 'update' | 'delete';

/** Changes that integrations are told of, written in the transaction of the change. `id` is the order of writing. */
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
