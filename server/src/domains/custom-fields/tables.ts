import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, primaryKey, smallint, text, unique } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** The entity that a field extends: the card of a client or an appointment. */
export type CustomFieldEntity = 'client' | 'appointment';

export const customFieldTypes = ['text', 'number', 'list', 'date', 'datetime'] as const;
export type CustomFieldType = (typeof customFieldTypes)[number];

/** Fields that a business adds. Their values are in the `custom_fields` of the rows, by `code`. */
export const customFields = pgTable(
  'custom_fields',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    entity: text().$type<CustomFieldEntity>().notNull(),
    code: text().notNull(),
    title: text().notNull(),
    type: text().$type<CustomFieldType>().notNull(),
    /** Users may change the value. */
    isEditable: boolean('is_editable').notNull().default(true),
    isVisible: boolean('is_visible').notNull().default(true),
    isRequired: boolean('is_required').notNull().default(false),
    weight: smallint().notNull().default(0),
    /** The options of a list. */
    options: text().array().notNull().default(sql`'{}'`),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('custom_fields_code').on(table.locationId, table.entity, table.code),
    check('custom_fields_code_format', sql`${table.code} ~ '^[A-Za-z0-9_-]{1,100}$'`),
    check('custom_fields_title', sql`${table.title} <> ''`),
    check('custom_fields_entity', sql`${table.entity} in ('client', 'appointment')`),
  ],
);
