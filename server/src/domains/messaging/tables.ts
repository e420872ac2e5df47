import { sql } from 'drizzle-orm';
import { bigint, check, foreignKey, index, integer, pgTable, primaryKey, smallint, text, unique } from 'drizzle-orm/pg-core';
import { moment, money, zero } from '../../platform/columns.ts';
import type { MessageChannel } from '../../platform/messages.ts';
import { users } from '../access/tables.ts';
import { appointments } from '../appointments/tables.ts';
import { clients } from '../clients/tables.ts';
import { locations } from '../locations/tables.ts';
import type { LoyaltyNoticeType, NoticeType } from '../notifications/types.ts';
import type { SignedLink } from './signed-link.ts';

/** What a location may spend on messages to phones. Without a row, there is no limit. */
export const messageBalances = pgTable(
  'message_balances',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    /** Null for no limit. */
    balance: money('balance'),
    /** The price of one part of a message. */
    price: money('price').notNull().default(zero),
  },
  (table) => [check('message_balances_price', sql`${table.price} >= 0`)],
);

/** The texts of a location, instead of the usual ones. */
export const notificationTemplates = pgTable(
  'notification_templates',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    type: text().$type<NoticeType>().notNull(),
    channel: text().$type<'sms' | 'email'>().notNull(),
    language: text().notNull(),
    /** Of mails. */
    subject: text().notNull().default(''),
    text: text().notNull(),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('notification_templates_place').on(table.locationId, table.type, table.channel, table.language),
    check('notification_templates_channel', sql`${table.channel} in ('sms', 'email')`),
    check('notification_templates_text', sql`${table.text} <> ''`),
  ],
);

/** One text that went to many clients. */
export const campaigns = pgTable(
  'campaigns',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    subject: text().notNull().default(''),
    text: text().notNull(),
    createdBy: integer('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.id] })],
);

/** What has to be told about an appointment. `reminder_…` are due at their time, the others at once. */
export const noticeKinds = ['create', 'move', 'delete', 'reminder_sms', 'reminder_email'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/**
 * What is to be told about appointments, written in the transaction that changes them. A row becomes messages when it is due, and is deleted
 * in the same transaction.
 */
export const notices = pgTable(
  'notices',
  {
    locationId: integer('location_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    kind: text().$type<NoticeKind>().notNull(),
    dueAt: moment('due_at').notNull(),
  },
  (table) => [
    // A thing is told once, however often it changes before that.
    primaryKey({ columns: [table.locationId, table.appointmentId, table.kind] }),
    index('notices_due').on(table.dueAt, table.locationId),
    index('notices_location_due').on(table.locationId, table.dueAt),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    check('notices_kind', sql`${table.kind} in ('create', 'move', 'delete', 'reminder_sms', 'reminder_email')`),
  ],
);

/**
 * `queued`: it will be sent when it is due. `sent`: the provider has it. `delivered`, `failed`: the end that the provider reported, or why it
 * could not be sent. `skipped`: it was not to be sent.
 */
export type MessageState = 'queued' | 'sent' | 'delivered' | 'failed' | 'skipped';

/** Every message of a location to clients and users, also those that are not sent, with the reason. */
export const locationMessages = pgTable(
  'location_messages',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    type: text().$type<NoticeType | LoyaltyNoticeType | 'campaign'>().notNull(),
    channel: text().$type<MessageChannel>().notNull(),
    /** A phone number in E.164, or an e-mail address. Empty if there is none. */
    recipient: text().notNull(),
    /** Empty in a campaign, which has the texts. */
    subject: text().notNull().default(''),
    text: text().notNull().default(''),
    /** What `%LINK%` in the text links to. The signature is added only when it is sent. */
    link: text().$type<SignedLink>(),
    campaignId: integer('campaign_id'),
    clientId: integer('client_id'),
    userId: integer('user_id').references(() => users.id, { onDelete: 'cascade' }),
    appointmentId: integer('appointment_id'),
    /** The start of the appointment that it speaks of. */
    startsAt: moment('starts_at'),
    /** What it tells, and whom. Nothing is told twice. */
    key: text(),
    state: text().$type<MessageState>().notNull().default('queued'),
    /** Why it was not sent. */
    reason: text().notNull().default(''),
    dueAt: moment('due_at').notNull(),
    /** It is of no use after that. */
    expiresAt: moment('expires_at').notNull(),
    attempts: smallint().notNull().default(0),
    /** When the first attempt began whose end is not known. The provider may have the message. */
    handedAt: moment('handed_at'),
    /** Of a message to a phone; 0 until its cost is taken. */
    parts: smallint().notNull().default(1),
    cost: money('cost').notNull().default(zero),
    /** The id that the provider gave. */
    providerId: text('provider_id'),
    /** The last status that the provider reported. */
    providerStatus: smallint('provider_status'),
    createdAt: moment('created_at').notNull().defaultNow(),
    sentAt: moment('sent_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    // Reports of providers name the id only.
    unique('location_messages_id').on(table.id),
    unique('location_messages_key').on(table.locationId, table.key),
    index('location_messages_due').on(table.dueAt, table.locationId).where(sql`${table.state} = 'queued'`),
    // In the order in which they are sent.
    index('location_messages_turn')
      .on(table.locationId, sql`(${table.campaignId} is not null)`, table.dueAt, table.id)
      .where(sql`${table.state} = 'queued'`),
    index('location_messages_unpriced')
      .on(table.locationId, table.id)
      .where(sql`${table.state} = 'queued' and ${table.parts} = 0`),
    index('location_messages_client').on(table.locationId, table.clientId, table.id),
    index('location_messages_appointment')
      .on(table.locationId, table.appointmentId)
      .where(sql`${table.appointmentId} is not null`),
    index('location_messages_campaign').on(table.locationId, table.campaignId).where(sql`${table.campaignId} is not null`),
    index('location_messages_user').on(table.userId).where(sql`${table.userId} is not null`),
    index('location_messages_created').on(table.createdAt),
    foreignKey({ columns: [table.locationId, table.campaignId], foreignColumns: [campaigns.locationId, campaigns.id] }),
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }).onDelete(
      'cascade',
    ),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    check('location_messages_channel', sql`${table.channel} in ('sms', 'email', 'whatsapp')`),
    check('location_messages_state', sql`${table.state} in ('queued', 'sent', 'delivered', 'failed', 'skipped')`),
    check('location_messages_handed', sql`(${table.handedAt} is null) or ${table.state} = 'queued'`),
    check('location_messages_sent', sql`(${table.sentAt} is null) or ${table.state} in ('sent', 'delivered', 'failed')`),
    check('location_messages_recipient', sql`${table.recipient} <> '' or ${table.state} = 'skipped'`),
  ],
);
