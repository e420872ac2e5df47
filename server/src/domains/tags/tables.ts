import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** 0 general, 1 clients, 2 appointments, 3 group events */
export type TagEntity = 0 | 1 | 2 | 3;

/** Labels of a location's clients, appointments and events. Deleting a label removes it from them. */
export const tags = pgTable(
  'tags',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    entity: smallint().$type<TagEntity>().notNull().default(1),
    title: text().notNull(),
    /** #rrggbb */
    color: text().notNull(),
    /** Name of the icon; empty for none. */
    icon: text().notNull().default(''),
    /** Created by the system. Nobody may change or delete it. */
    isLocked: boolean('is_locked').notNull().default(false),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('tags_entity').on(table.locationId, table.entity, table.id),
    check('tags_title', sql`${table.title} <> ''`),
    check('tags_color', sql`${table.color} ~ '^#[0-9a-fA-F]{6}$'`),
    check('tags_entity_known', sql`${table.entity} between 0 and 3`),
  ],
);
