import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** Messages to people. A row is written in the transaction that causes it, and deleted when it is delivered or has expired. */
export const messages = pgTable(
  'messages',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Null for messages that do not belong to a single location. */
    locationId: integer('location_id').references(() => locations.id),
    channel: text().$type<'sms' | 'email'>().notNull(),
    /** A phone number in E.164, or an e-mail address. */
    recipient: text().notNull(),
    text: text().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    index('messages_location').on(table.locationId),
    index('messages_expiry').on(table.expiresAt),
    check('messages_channel', sql`${table.channel} in ('sms', 'email')`),
  ],
);
