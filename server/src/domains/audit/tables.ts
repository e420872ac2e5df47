import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';

/** The things whose changes are recorded. */
export const auditKinds = [
  'account',
  'analytics settings',
  'application',
  'appointment',
  'bill of materials',
  'booking form',
  'booking settings',
  'calendar feed',
  'chain',
  'chain user',
  'client',
  'client account',
  'client account type',
  'custom field',
  'document',
  'duplication strategy',
  'event',
  'expense item',
  'finance transaction',
  'fiscal settings',
  'gift card',
  'gift card type',
  'location',
  'loyalty card',
  'loyalty card type',
  'loyalty settings',
  'loyalty template',
  'loyalty transaction',
  'membership',
  'membership type',
  'notification settings',
  'notification template',
  'partner connection',
  'pay rule',
  'pay scheme',
  'payroll settings',
  'payroll statement',
  'position',
  'prepayment refund',
  'prepayment settings',
  'priority payment',
  'product',
  'product category',
  'product unit',
  'promotion',
  'resource',
  'review',
  'schedule',
  'series',
  'service',
  'service category',
  'session',
  'storage',
  'supplier',
  'tag',
  'team member',
  'telephony settings',
  'timeslot settings',
  'tip settings',
  'user',
  'user account',
  'visit',
  'waiting list entry',
  'waiting list settings',
  'webhook address',
] as const;
export type AuditKind = (typeof auditKinds)[number];
export type AuditAction = 'create' | 'update' | 'delete';

/**
 * Who changed what. Triggers write the entries, in the transaction of the change: `audit_table` in the migrations names the tables. Without
 * references, which would cost a look-up for each entry: an entry copies the ids of a row that has them, and outlives it.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    locationId: integer('location_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** When the transaction began. */
    at: moment('at').notNull().defaultNow(),
    kind: text().$type<AuditKind>().notNull(),
    thingId: integer('thing_id').notNull(),
    /** The table of a part of the thing, such as the services of an appointment. Empty for the thing itself. */
    part: text().notNull().default(''),
    action: text().$type<AuditAction>().notNull(),
    /** The values before: those that changed, or all of a deleted row. */
    before: jsonb().$type<Record<string, unknown>>(),
    after: jsonb().$type<Record<string, unknown>>(),
    /** The values were removed, because the client was deleted. */
    isErased: boolean('is_erased').notNull().default(false),
    /** `database` for a change that did not come from Foyer. */
    source: text().$type<'request' | 'system' | 'database'>().notNull(),
    userId: integer('user_id'),
    partnerId: integer('partner_id'),
    /** The network address of the caller. */
    address: text(),
    operation: text(),
    requestId: text('request_id'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('audit_entries_at').on(table.locationId, table.at, table.id),
    index('audit_entries_thing').on(table.locationId, table.kind, table.thingId, table.at, table.id),
    index('audit_entries_user').on(table.locationId, table.userId, table.at, table.id).where(sql`${table.userId} is not null`),
    // Small and cheap to write: entries are added in the order of their times.
    index('audit_entries_age').using('brin', table.at),
    check('audit_entries_action', sql`${table.action} in ('create', 'update', 'delete')`),
    check('audit_entries_source', sql`${table.source} in ('request', 'system', 'database')`),
  ],
);
