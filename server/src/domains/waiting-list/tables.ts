import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { appointments } from '../appointments/tables.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { locations } from '../locations/tables.ts';
import { teamMembers } from '../team/tables.ts';

/** How the waiting list of a location works. Without a row, the defaults count. */
export const waitingSettings = pgTable(
  'waiting_settings',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    /** Clients may join by themselves. */
    isOnline: boolean('is_online').notNull().default(false),
    /** Minutes that an offered time is held. */
    holdMinutes: smallint('hold_minutes').notNull().default(30),
    /** After so many offers without an answer, the client is passed over. */
    mostOffers: smallint('most_offers').notNull().default(3),
  },
  (table) => [
    check('waiting_settings_hold', sql`${table.holdMinutes} between 5 and 1440`),
    check('waiting_settings_offers', sql`${table.mostOffers} between 1 and 20`),
  ],
);

/**
 * `waiting`: the next fitting time is offered. `offered`: a time is held. `taken`: the client has it. `passed`: the client did not answer too
 * often. `cancelled`: the client or the location ended it, or the client
 * has booked such a visit in another way. `expired`: its last day is over.
 */
export const entryStatuses = ['waiting', 'offered', 'taken', 'passed', 'cancelled', 'expired'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** Clients who want a time on days that are full. A client has a card, or is described here. */
export const waitingEntries = pgTable(
  'waiting_entries',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    clientId: integer('client_id'),
    /** Of a client without a card. */
    name: text().notNull().default(''),
    /** E.164; of a client without a card. */
    phone: text(),
    email: text().notNull().default(''),
    /** Null for any team member. */
    teamMemberId: integer('team_member_id'),
    /** The first and the last day, of the location's calendar. */
    dateFrom: date('date_from', { mode: 'string' }).notNull(),
    dateTo: date('date_to', { mode: 'string' }).notNull(),
    /** The visit begins between these times of the day, both included: seconds of wall-clock time from midnight. */
    timeFrom: integer('time_from').notNull().default(0),
    timeTo: integer('time_to').notNull().default(86_400),
    comment: text().notNull().default(''),
    /** The client joined by online booking. */
    isOnline: boolean('is_online').notNull(),
    status: text().$type<EntryStatus>().notNull().default('waiting'),
    /** Offers that ended without an answer. */
    missed: smallint().notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('waiting_entries_open').on(table.locationId, table.id).where(sql`${table.endedAt} is null`),
    index('waiting_entries_client').on(table.locationId, table.clientId).where(sql`${table.clientId} is not null`),
    index('waiting_entries_phone').on(table.locationId, table.phone).where(sql`${table.phone} is not null`),
    index('waiting_entries_ended').on(table.endedAt).where(sql`${table.endedAt} is not null`),
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }).onDelete(
      'cascade',
    ),
    foreignKey({
      columns: [table.locationId, table.teamMemberId],
      foreignColumns: [teamMembers.locationId, teamMembers.id],
    }),
    check(
      'waiting_entries_person',
      sql`case when ${table.clientId} is null then ${table.phone} is not null and ${table.name} <> '' else ${table.phone} is null and ${table.name} = '' and ${table.email} = '' end`,
    ),
    check('waiting_entries_days', sql`${table.dateTo} >= ${table.dateFrom} and ${table.dateTo} - ${table.dateFrom} < 62`),
    check(
      'waiting_entries_times',
      sql`0 <= ${table.timeFrom} and ${table.timeFrom} <= ${table.timeTo} and ${table.timeTo} <= 86400`,
    ),
    check(
      'waiting_entries_status',
      sql`${table.status} in ('waiting', 'offered', 'taken', 'passed', 'cancelled', 'expired') and (${table.status} in ('waiting', 'offered')) = (${table.endedAt} is null)`,
    ),
    check('waiting_entries_missed', sql`${table.missed} >= 0`),
  ],
);

/** The services that a client waits for, in one visit. */
export const waitingServices = pgTable(
  'waiting_services',
  {
    locationId: integer('location_id').notNull(),
    entryId: integer('entry_id').notNull(),
    position: smallint().notNull(),
    serviceId: integer('service_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.entryId, table.position] }),
    index('waiting_services_service').on(table.locationId, table.serviceId),
    foreignKey({
      columns: [table.locationId, table.entryId],
      foreignColumns: [waitingEntries.locationId, waitingEntries.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }),
    check('waiting_services_position', sql`${table.position} >= 0`),
  ],
);

/** `open` until it is answered or its end comes. `withdrawn`: the entry ended, or the location took the offer back. */
export type OfferState = 'open' | 'taken' | 'declined' | 'expired' | 'withdrawn';

/** Times that were offered to waiting clients. Rows of `occupations` hold the time of an open one. */
export const waitingOffers = pgTable(
  'waiting_offers',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    entryId: integer('entry_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    startsAt: moment('starts_at').notNull(),
    /** Seconds, the technical break included. */
    duration: integer().notNull(),
    state: text().$type<OfferState>().notNull().default('open'),
    /** The appointment of one that was taken. */
    appointmentId: integer('appointment_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('waiting_offers_entry').on(table.locationId, table.entryId),
    uniqueIndex('waiting_offers_open').on(table.locationId, table.entryId).where(sql`${table.state} = 'open'`),
    index('waiting_offers_end').on(table.expiresAt, table.locationId).where(sql`${table.state} = 'open'`),
    index('waiting_offers_appointment').on(table.locationId, table.appointmentId).where(sql`${table.appointmentId} is not null`),
    foreignKey({
      columns: [table.locationId, table.entryId],
      foreignColumns: [waitingEntries.locationId, waitingEntries.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [table.locationId, table.teamMemberId],
      foreignColumns: [teamMembers.locationId, teamMembers.id],
    }),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }),
    check('waiting_offers_state', sql`${table.state} in ('open', 'taken', 'declined', 'expired', 'withdrawn')`),
    check('waiting_offers_taken', sql`(${table.state} = 'taken') = (${table.appointmentId} is not null)`),
    check('waiting_offers_time', sql`${table.duration} between 1 and 86400 and ${table.expiresAt} > ${table.createdAt}`),
  ],
);

/**
 * Something changed in a location by which a time may have become free. Rows are only added, so that changes never wait for one another here,
 * and a job removes those it has seen.
 */
export const waitingMarks = pgTable(
  'waiting_marks',
  {
    locationId: integer('location_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.id] })],
);
