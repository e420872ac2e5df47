import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { locations } from '../locations/tables.ts';

/** Labels of a location's clients (and, with their capabilities, of its appointments and events). */
export const tags = pgTable(
  'tags',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    /** #rrggbb */
    color: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.id] })],
);
