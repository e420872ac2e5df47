import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { moment, money, percent, zero } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { locations } from '../locations/tables.ts';
import { tags } from '../tags/tables.ts';

export const clients = pgTable(
  'clients',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    name: text().notNull(),
    surname: text().notNull().default(''),
    middleName: text('middle_name').notNull().default(''),
    /** E.164; at most one client of a location has a number. */
    phone: text(),
    email: text().notNull().default(''),
    /** 0 unknown, 1 male, 2 female */
    gender: smallint().notNull().default(0),
    /** 0 none, 1 bronze, 2 silver, 3 gold */
    importance: smallint().notNull().default(0),
    /** percent */
    discount: percent('discount').notNull().default(zero),
    card: text().notNull().default(''),
    birthDate: date('birth_date', { mode: 'string' }),
    comment: text().notNull().default(''),
    birthdaySms: boolean('birthday_sms').notNull().default(false),
    noMailings: boolean('no_mailings').notNull().default(false),
    customFields: jsonb('custom_fields').$type<Record<string, unknown>>().notNull().default({}),
    /** The sum of the client's purchases: `openingSpent`, and what was sold in appointments to which the client came. */
    spent: money('spent').notNull().default(zero),
    /** What the client had spent when the card was made. */
    openingSpent: money('opening_spent').notNull().default(zero),
    /** What the client has paid. */
    paid: money('paid').notNull().default(zero),
    /** The balance the client was entered with; the present one is openingBalance + paid - spent. */
    openingBalance: money('opening_balance').notNull().default(zero),
    /** Visits that the client came to. */
    visits: integer().notNull().default(0),
    /** The number of visits that the client missed. */
    missedVisits: integer('missed_visits').notNull().default(0),
    firstVisitAt: moment('first_visit_at'),
    lastVisitAt: moment('last_visit_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    /** Names, phone and e-mail as `searchText` folds them, a line each. */
    search: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('clients_phone').on(table.locationId, table.phone),
    index('clients_search').using('gin', table.locationId, table.search.op('gin_trgm_ops'), table.card.op('gin_trgm_ops')),
    index('clients_created').on(table.locationId, table.createdAt),
    index('clients_name').on(table.locationId, table.name, table.id),
    index('clients_changed').on(table.locationId, table.changedAt, table.id),
    index('clients_last_visit').on(table.locationId, table.lastVisitAt, table.id),
    index('clients_visits').on(table.locationId, table.visits, table.id),
    index('clients_spent').on(table.locationId, table.spent, table.id),
    index('clients_birthday')
      .on(table.locationId, sql`(extract(month from ${table.birthDate}) * 100 + extract(day from ${table.birthDate}))`)
      .where(sql`${table.birthdaySms}`),
    check('clients_name_given', sql`${table.name} <> ''`),
    check('clients_phone_format', sql`${table.phone} ~ '^\\+[0-9]{7,15}$'`),
    check('clients_gender', sql`${table.gender} between 0 and 2`),
    check('clients_importance', sql`${table.importance} between 0 and 3`),
    check('clients_discount', sql`${table.discount} between 0 and 100`),
  ],
);

const ofClient = (table: { locationId: never; clientId: never }) =>
  foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }).onDelete(
    'cascade',
  );

export const clientTags = pgTable(
  'client_tags',
  { locationId: integer('location_id').notNull(), clientId: integer('client_id').notNull(), tagId: integer('tag_id').notNull() },
  (table) => [
    primaryKey({ columns: [table.locationId, table.clientId, table.tagId] }),
    index('client_tags_tag').on(table.locationId, table.tagId, table.clientId),
    ofClient(table as never),
    foreignKey({ columns: [table.locationId, table.tagId], foreignColumns: [tags.locationId, tags.id] }).onDelete('cascade'),
  ],
);

export const clientFiles = pgTable(
  'client_files',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    clientId: integer('client_id').notNull(),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** As the uploader named it; for display only. */
    name: text().notNull(),
    description: text().notNull().default(''),
    extension: text().notNull(),
    mime: text().notNull(),
    /** bytes */
    size: bigint({ mode: 'number' }).notNull(),
    /** The key in the file store. */
    storageKey: text('storage_key').notNull().unique(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('client_files_client').on(table.locationId, table.clientId, table.id),
    ofClient(table as never),
  ],
);

/** Comments and the history of uploads. */
export const clientComments = pgTable(
  'client_comments',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    clientId: integer('client_id').notNull(),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    type: text().$type<'default' | 'file'>().notNull().default('default'),
    text: text().notNull().default(''),
    /** The upload that caused it; empty again once that file is deleted. */
    fileId: integer('file_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('client_comments_client').on(table.locationId, table.clientId, table.id),
    index('client_comments_file').on(table.locationId, table.fileId),
    ofClient(table as never),
    check(
      'client_comments_kind',
      sql`(${table.type} = 'default' and ${table.fileId} is null and ${table.text} <> '') or (${table.type} = 'file' and ${table.text} = '')`,
    ),
  ],
);
