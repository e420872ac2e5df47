import { foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { locations } from '../locations/tables.ts';

/** Kinds of equipment and rooms that services need. */
export const resources = pgTable(
  'resources',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.id] })],
);

/** The single pieces of a resource, each used by one appointment at a time. */
export const resourceInstances = pgTable(
  'resource_instances',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    resourceId: integer('resource_id').notNull(),
    title: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('resource_instances_resource').on(table.locationId, table.resourceId, table.id),
    foreignKey({
      columns: [table.locationId, table.resourceId],
      foreignColumns: [resources.locationId, resources.id],
    }).onDelete('cascade'),
  ],
);
