import { sql } from 'drizzle-orm';
import { bigint, check, date, index, integer, pgTable, primaryKey, smallint } from 'drizzle-orm/pg-core';
import { moment, money, zero } from '../../platform/columns.ts';
import { chains, locations } from '../locations/tables.ts';

/*
 * Figures of days of a location's calendar, from which the analytics add up. They follow from other tables, and `refresh.ts` writes them.
 *
 * `createdBy` 0 has the figures of everything, and each user's id those of what this user has created. `teamMemberId` 0 is nobody: a product
 * that was sold without a seller. Neither is a reference, so that there is a 0.
 */

const place = () =>
  integer('location_id')
    .notNull()
    .references(() => locations.id);

/**
 * Days whose figures may be wrong: those from the date of one instant to the date of another, in the location's calendar. Triggers in the
 * migration write a row in the transaction that changes something. They never change one, so no transaction waits for another.
 */
export const analyticsMarks = pgTable(
  'analytics_marks',
  {
    locationId: place(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    first: moment('first').notNull(),
    last: moment('last').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    check('analytics_marks_order', sql`${table.first} <= ${table.last}`),
  ],
);

/** A row that is locked while the figures of a location are computed, so that this happens once at a time. */
export const analyticsLocks = pgTable('analytics_locks', { locationId: place().primaryKey() });

/** What a team member did on a day: sums that can be added up over days and members. */
export const analyticsDays = pgTable(
  'analytics_days',
  {
    locationId: place(),
    createdBy: integer('created_by').notNull(),
    date: date({ mode: 'string' }).notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    servicesRevenue: money('services').notNull().default(zero),
    goodsRevenue: money('goods').notNull().default(zero),
    topUps: money('top_ups').notNull().default(zero),
    /** Appointments by their attendance: 0, 2, 1 and -1. */
    expected: integer().notNull().default(0),
    confirmed: integer().notNull().default(0),
    came: integer().notNull().default(0),
    missed: integer().notNull().default(0),
    online: integer().notNull().default(0),
    ofNewClients: integer('of_new_clients').notNull().default(0),
    /** seconds of the wall clock */
    booked: integer().notNull().default(0),
    wasted: integer().notNull().default(0),
    /** Only in rows of everything. */
    scheduled: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ name: 'analytics_days_key', columns: [table.locationId, table.createdBy, table.date, table.teamMemberId] }),
    // To replace a day.
    index('analytics_days_date').on(table.locationId, table.date),
  ],
);

/** 0 a user, 1 online booking, 2 an integration */
export type Source = 0 | 1 | 2;

/** Appointments by where they come from. */
export const analyticsSources = pgTable(
  'analytics_sources',
  {
    locationId: place(),
    createdBy: integer('created_by').notNull(),
    date: date({ mode: 'string' }).notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    source: smallint().$type<Source>().notNull(),
    /** 0 for none */
    bookingFormId: integer('booking_form_id').notNull(),
    count: integer().notNull(),
  },
  (table) => [
    primaryKey({
      name: 'analytics_sources_key',
      columns: [table.locationId, table.createdBy, table.date, table.teamMemberId, table.source, table.bookingFormId],
    }),
    // To replace a day.
    index('analytics_sources_date').on(table.locationId, table.date),
  ],
);

/**
 * What is paid at once, by the members who took part. A visit counts once for a group of members, although several of them took part in it.
 */
export const analyticsChecks = pgTable(
  'analytics_checks',
  {
    locationId: place(),
    createdBy: integer('created_by').notNull(),
    date: date({ mode: 'string' }).notNull(),
    /** 0 a visit of a client, 1 an appointment without a client, 2 a sale of products without a visit */
    kind: smallint().notNull(),
    /** Ascending. */
    teamMemberIds: integer('team_member_ids').array().notNull(),
    count: integer().notNull(),
  },
  (table) => [
    primaryKey({
      name: 'analytics_checks_key',
      columns: [table.locationId, table.createdBy, table.date, table.kind, table.teamMemberIds],
    }),
    // To replace a day.
    index('analytics_checks_date').on(table.locationId, table.date),
  ],
);

/** The clients with a phone number who came on a day, by the member who served them and the creator of the appointment, 0 for nobody. */
export const analyticsClients = pgTable(
  'analytics_clients',
  {
    locationId: place(),
    date: date({ mode: 'string' }).notNull(),
    clientId: integer('client_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    createdBy: integer('created_by').notNull(),
    /** The date on which the client came to the location for the first time. */
    firstDate: date('first_date', { mode: 'string' }).notNull(),
  },
  (table) => [
    primaryKey({
      name: 'analytics_clients_key',
      columns: [table.locationId, table.date, table.clientId, table.teamMemberId, table.createdBy],
    }),
  ],
);

/**
 * Clients of a day, and of a whole month or year. The number of all clients, or of those who came until a date, adds up a few of these,
 * however long the history is.
 */
export const analyticsTotals = pgTable(
  'analytics_totals',
  {
    locationId: place(),
    /** 0 a day, 1 a month, 2 a year */
    span: smallint().notNull(),
    /** The first date. */
    begins: date({ mode: 'string' }).notNull(),
    /** Clients whose cards were made then. */
    cards: integer().notNull(),
    /** Clients with a phone number who came for the first time then. */
    newcomers: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.span, table.begins] }),
    check('analytics_totals_span', sql`${table.span} between 0 and 2`),
  ],
);

/** Days that the setting `loss_days` may name. */
export const mostLossDays = 730;

/** After how many days without a visit a client of the location is lost. A location without a row follows its chain. */
export const analyticsSettings = pgTable(
  'analytics_settings',
  {
    locationId: place().primaryKey(),
    lossDays: smallint('loss_days').notNull(),
  },
  (table) => [check('analytics_settings_loss_days', sql`${table.lossDays} between 1 and ${sql.raw(String(mostLossDays))}`)],
);

/** The same of a chain, for its locations that have none of their own. A chain without a row has the usual number. */
export const chainAnalyticsSettings = pgTable(
  'chain_analytics_settings',
  {
    chainId: integer('chain_id')
      .primaryKey()
      .references(() => chains.id),
    lossDays: smallint('loss_days').notNull(),
  },
  (table) => [check('chain_analytics_settings_loss_days', sql`${table.lossDays} between 1 and ${sql.raw(String(mostLossDays))}`)],
);
