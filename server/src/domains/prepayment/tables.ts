import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytea, moment, money } from '../../platform/columns.ts';
import { appointments } from '../appointments/tables.ts';
import { locations } from '../locations/tables.ts';
import { accounts } from '../money/tables.ts';

/** Who takes online payments for a location, and its terms. Without a row, a location takes none. */
export const prepaymentSettings = pgTable(
  'prepayment_settings',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    provider: text().$type<'demo' | 'stripe'>().notNull(),
    /** The keys of the provider, encrypted with the server's key. */
    secrets: bytea().notNull(),
    /** How many minutes a time is held while its client pays. */
    holdMinutes: smallint('hold_minutes').notNull().default(15),
    /** The account that the money goes to. Null for the default one of cards. */
    accountId: integer('account_id'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [
    foreignKey({ columns: [table.locationId, table.accountId], foreignColumns: [accounts.locationId, accounts.id] }),
    check('prepayment_settings_provider', sql`${table.provider} in ('demo', 'stripe')`),
    check('prepayment_settings_hold', sql`${table.holdMinutes} between 5 and 1440`),
  ],
);

/**
 * `open`: the times are held while the client pays. `capturing`: the client has authorised the payment, and it is being taken.
 * `paid`: the money is in the documents of the appointments. `ended`: the times were given up; money that comes later goes back.
 */
export type PrepaymentStatus = 'open' | 'capturing' | 'paid' | 'ended';

/** What the client of an online booking pays in advance, for all appointments of the booking together. */
export const prepayments = pgTable(
  'prepayments',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    provider: text().$type<'demo' | 'stripe'>().notNull(),
    status: text().$type<PrepaymentStatus>().notNull().default('open'),
    amount: money('amount').notNull(),
    /** The amount in the smallest unit of the currency, as the provider gets it. */
    minor: bigint({ mode: 'number' }).notNull(),
    currency: text().notNull(),
    /** Names the payment to the provider. Calls that are repeated carry it, so that they have one effect. */
    key: uuid().notNull().unique(),
    /** When the times are given up. */
    expiresAt: moment('expires_at').notNull(),
    /** Where the client goes after paying. It is fixed with the first call of the provider, because a repeated call must not differ. */
    returnUrl: text('return_url'),
    /** The payment page at the provider, and its address. Null until the provider has answered. */
    linkId: text('link_id'),
    url: text(),
    /** What the provider gives the payment as its id, once there is one. */
    paymentId: text('payment_id'),
    /** What the provider says was paid. */
    receivedMinor: bigint('received_minor', { mode: 'number' }),
    receivedCurrency: text('received_currency'),
    receivedAt: moment('received_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('prepayments_open').on(table.locationId, table.id).where(sql`${table.status} in ('open', 'capturing')`),
    check('prepayments_status', sql`${table.status} in ('open', 'capturing', 'paid', 'ended')`),
    check('prepayments_amount', sql`${table.amount} > 0 and ${table.minor} > 0`),
    check('prepayments_link', sql`(${table.linkId} is null) = (${table.url} is null)`),
    check('prepayments_call', sql`${table.linkId} is null or ${table.returnUrl} is not null`),
    check(
      'prepayments_received',
      sql`num_nonnulls(${table.receivedMinor}, ${table.receivedCurrency}, ${table.receivedAt}) in (0, 3)`,
    ),
    check('prepayments_paid', sql`${table.status} <> 'paid' or ${table.receivedMinor} = ${table.minor}`),
    check('prepayments_ended', sql`(${table.status} = 'ended') = (${table.endedAt} is not null)`),
  ],
);

/** The appointments of a prepayment, with the share of each. */
export const prepaymentParts = pgTable(
  'prepayment_parts',
  {
    locationId: integer('location_id').notNull(),
    prepaymentId: integer('prepayment_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    amount: money('amount').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.prepaymentId, table.appointmentId] }),
    unique('prepayment_parts_appointment').on(table.locationId, table.appointmentId),
    foreignKey({ columns: [table.locationId, table.prepaymentId], foreignColumns: [prepayments.locationId, prepayments.id] }),
    foreignKey({ columns: [table.locationId, table.appointmentId], foreignColumns: [appointments.locationId, appointments.id] }),
    check('prepayment_parts_amount', sql`${table.amount} > 0`),
  ],
);

/** Money that goes back to a client: what was paid for an appointment, or all that was received. */
export const prepaymentRefunds = pgTable(
  'prepayment_refunds',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    prepaymentId: integer('prepayment_id').notNull(),
    /** Null for all that was received. */
    appointmentId: integer('appointment_id'),
    minor: bigint({ mode: 'number' }).notNull(),
    key: uuid().notNull().unique(),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** When the provider has confirmed it. */
    doneAt: moment('done_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('prepayment_refunds_once').on(table.locationId, table.prepaymentId, table.appointmentId).nullsNotDistinct(),
    foreignKey({ columns: [table.locationId, table.prepaymentId], foreignColumns: [prepayments.locationId, prepayments.id] }),
    foreignKey({
      columns: [table.locationId, table.prepaymentId, table.appointmentId],
      foreignColumns: [prepaymentParts.locationId, prepaymentParts.prepaymentId, prepaymentParts.appointmentId],
    }),
    check('prepayment_refunds_minor', sql`${table.minor} > 0`),
  ],
);
