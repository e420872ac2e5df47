import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { bytea, moment, money } from '../../platform/columns.ts';
import { partners, users } from '../access/tables.ts';
import { locations } from '../locations/tables.ts';

const isOneOf = (words: readonly string[]) => sql.raw(`(${words.map((word) => `'${word}'`).join(', ')})`);

/** Only chat bots and SMS aggregators have channels. */
export const applicationKinds = ['other', 'chat_bot', 'sms_aggregator'] as const;
export type ApplicationKind = (typeof applicationKinds)[number];

/** Applications that partners offer. A deleted one keeps its row, for its history. */
export const applications = pgTable(
  'applications',
  {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    partnerId: integer('partner_id')
      .notNull()
      .references(() => partners.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    shortDescription: text('short_description').notNull().default(''),
    kind: text().$type<ApplicationKind>().notNull().default('other'),
    /** Where the browser of a user goes who connects it. */
    callbackUrl: text('callback_url').notNull(),
    /** Where the partner is told that it was uninstalled or frozen; empty for nowhere. */
    webhookUrl: text('webhook_url').notNull().default(''),
    asksUserData: boolean('asks_user_data').notNull().default(false),
    /** The permissions that its user has in a location. */
    rights: text().array().notNull().default(sql`'{}'`),
    /** The partner token that it was last registered or changed with, encrypted: user data is signed by it, and webhooks contain it. */
    sealedToken: bytea('token').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    index('applications_partner').on(table.partnerId, table.id),
    check('applications_name', sql`${table.name} <> ''`),
    check('applications_kind', sql`${table.kind} in ${isOneOf(applicationKinds)}`),
  ],
);

/** What an application costs: the options of its tariffs. */
export const applicationTariffOptions = pgTable(
  'application_tariff_options',
  {
    applicationId: integer('application_id')
      .notNull()
      .references(() => applications.id, { onDelete: 'cascade' }),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** Options of the same tariff have the same number. */
    tariffId: integer('tariff_id').notNull(),
    tariff: text().notNull(),
    title: text().notNull(),
    price: money('price').notNull(),
    /** ISO 4217 code. */
    currency: text().notNull(),
    months: smallint().notNull(),
    freeMonths: smallint('free_months').notNull().default(0),
    /** Up to so many team members. */
    teamMembers: integer('team_members').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    check('application_tariff_options_price', sql`${table.price} >= 0`),
    check(
      'application_tariff_options_months',
      sql`${table.months} > 0 and ${table.freeMonths} >= 0 and ${table.teamMembers} >= 0`,
    ),
  ],
);

/** `pending` until the partner has confirmed the consent of the location; `frozen` while it is not paid. */
export const installationStates = ['uninstalled', 'pending', 'active', 'frozen'] as const;
export type InstallationState = (typeof installationStates)[number];

/** Who changed a state: the location or this server, or the partner. */
export type StateSource = 'marketplace' | 'partner_api';

/** Applications of a location, also former ones. */
export const installations = pgTable(
  'installations',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    applicationId: integer('application_id')
      .notNull()
      .references(() => applications.id, { onDelete: 'cascade' }),
    state: text().$type<InstallationState>().notNull(),
    /** When a user of the location last agreed, and since when it has been connected. */
    consentedAt: moment('consented_at').notNull(),
    createdAt: moment('created_at').notNull(),
    /** The permissions that the application declared when that user agreed. Its user has these, also after the freezing. */
    agreedRights: text('agreed_rights').array().notNull().default(sql`'{}'`),
    /** The end of the last paid period, or when the last payment was refunded; null if nothing was ever paid. */
    paidUntil: moment('paid_until'),
    /** The user of the application, whose membership follows the state. */
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** Whether the partner's connection to the location is only for this application. */
    madeConnection: boolean('made_connection').notNull().default(false),
    /** The key of the partner's messaging module, encrypted. */
    sealedApiKey: bytea('api_key'),
    webhookUrls: text('webhook_urls').array().notNull().default(sql`'{}'`),
    channels: text().array().notNull().default(sql`'{}'`),
    shortNames: text('short_names').array().notNull().default(sql`'{}'`),
    /** Percent or an amount, as the partner means it; null for none. */
    discount: money('discount'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.applicationId] }),
    index('installations_application').on(table.applicationId, table.locationId),
    // The job that freezes reads only those whose time is over.
    index('installations_paid').on(table.paidUntil).where(sql`${table.state} = 'active'`),
    check('installations_state', sql`${table.state} in ${isOneOf(installationStates)}`),
    check('installations_user', sql`${table.state} not in ('active', 'frozen') or ${table.userId} is not null`),
    check('installations_discount', sql`${table.discount} >= 0`),
  ],
);

const ofInstallation = (table: { locationId: never; applicationId: never }) =>
  foreignKey({
    columns: [table.locationId, table.applicationId],
    foreignColumns: [installations.locationId, installations.applicationId],
  }).onDelete('cascade');

/** Every change of a state. */
export const installationChanges = pgTable(
  'installation_changes',
  {
    locationId: integer('location_id').notNull(),
    applicationId: integer('application_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    from: text('state_from').$type<InstallationState>().notNull(),
    to: text('state_to').$type<InstallationState>().notNull(),
    source: text().$type<StateSource>().notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.applicationId, table.id] }),
    ofInstallation(table as never),
    check(
      'installation_changes_step',
      sql`(${table.from}, ${table.to}) in (('uninstalled', 'pending'), ('pending', 'active'), ('active', 'frozen'), ('frozen', 'active'),
        ('pending', 'uninstalled'), ('active', 'uninstalled'), ('frozen', 'uninstalled'))`,
    ),
    check('installation_changes_source', sql`${table.source} in ('marketplace', 'partner_api')`),
  ],
);

/** Payments for an application that its partner has reported. */
export const applicationPayments = pgTable(
  'application_payments',
  {
    locationId: integer('location_id').notNull(),
    applicationId: integer('application_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    amount: money('sum').notNull(),
    /** ISO 4217 code. */
    currency: text().notNull(),
    paidAt: moment('paid_at').notNull(),
    periodFrom: moment('period_from').notNull(),
    /** Included. */
    periodTo: moment('period_to').notNull(),
    refundedAt: moment('refunded_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.applicationId, table.id] }),
    unique('application_payments_id').on(table.id),
    // The same report comes again when the partner did not see the answer.
    uniqueIndex('application_payments_same')
      .on(table.locationId, table.applicationId, table.paidAt, table.periodFrom, table.periodTo, table.amount, table.currency)
      .where(sql`${table.refundedAt} is null`),
    index('application_payments_period').on(table.locationId, table.applicationId, table.periodTo),
    ofInstallation(table as never),
    check('application_payments_sum', sql`${table.amount} >= 0`),
    check('application_payments_period', sql`${table.periodFrom} <= ${table.periodTo}`),
  ],
);
