import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations, locationUsers } from '../locations/tables.ts';
import { type TypeChannels, type UserNoticeType, userNoticeTypes } from './types.ts';

/** Messages to people with codes and links, which nobody else may read. A row is written in the transaction that causes it, and deleted when it is delivered or has expired. */
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

/**
 * How a location notifies its clients and its users. Without a row, the defaults count, and the same columns of a new row have them. The
 * hours of reminders are copied into appointments when they are made.
 */
export const notificationSettings = pgTable(
  'notification_settings',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    push: boolean().notNull().default(true),
    sms: boolean().notNull().default(true),
    email: boolean().notNull().default(true),
    /** The channel of messages to phones. */
    phoneChannel: text('phone_channel').$type<'sms' | 'whatsapp'>().notNull().default('sms'),
    /** Types that differ from their default, with their channels. */
    types: jsonb().$type<TypeChannels>().notNull().default({}),
    /** Hours before an appointment; 0 for no reminder. */
    smsReminder: smallint('sms_reminder').notNull().default(1),
    emailReminder: smallint('email_reminder').notNull().default(12),
    /** Minutes from midnight of the location's clock between which clients get no messages. The end may be on the next day. Null for none. */
    quietFrom: smallint('quiet_from'),
    quietTo: smallint('quiet_to'),
    /** The language of templates. */
    language: text().notNull().default('en'),
  },
  (table) => [
    check('notification_settings_phone_channel', sql`${table.phoneChannel} in ('sms', 'whatsapp')`),
    check(
      'notification_settings_reminders',
      sql`${table.smsReminder} between 0 and 720 and ${table.emailReminder} between 0 and 720`,
    ),
    check(
      'notification_settings_quiet',
      sql`(${table.quietFrom} is null) = (${table.quietTo} is null) and ${table.quietFrom} between 0 and 1439 and ${table.quietTo} between 0 and 1439 and ${table.quietFrom} <> ${table.quietTo}`,
    ),
  ],
);

/** The types that a user has switched for themselves. A channel without a row is on. */
export const userNotificationSettings = pgTable(
  'user_notification_settings',
  {
    locationId: integer('location_id').notNull(),
    userId: integer('user_id').notNull(),
    type: text().$type<UserNoticeType>().notNull(),
    push: boolean().notNull().default(true),
    sms: boolean().notNull().default(true),
    email: boolean().notNull().default(true),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.userId, table.type] }),
    foreignKey({
      columns: [table.locationId, table.userId],
      foreignColumns: [locationUsers.locationId, locationUsers.userId],
    }).onDelete('cascade'),
    check('user_notification_settings_type', sql.raw(`"type" in (${userNoticeTypes.map((type) => `'${type}'`).join(', ')})`)),
  ],
);
