import { sql } from 'drizzle-orm';
import {
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
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, money, percent, zero } from '../../platform/columns.ts';
import { partners, users } from '../access/tables.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { documents } from '../inventory/tables.ts';
import { locations } from '../locations/tables.ts';
import { tags } from '../tags/tables.ts';
import { teamMembers } from '../team/tables.ts';

const color = (column: unknown) => sql`${column} ~ '^([0-9a-f]{6})?$'`;
/** The reference to a team member of the same location. */
export const ofMember = (table: { locationId: never; teamMemberId: never }) =>
  foreignKey({ columns: [table.locationId, table.teamMemberId], foreignColumns: [teamMembers.locationId, teamMembers.id] });
/** The reference to a service of the same location. */
export const ofService = (table: { locationId: never; serviceId: never }) =>
  foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] });

/** -1 did not come, 0 expected, 1 came, 2 confirmed */
export type Attendance = -1 | 0 | 1 | 2;

/** A client's day in a location. The appointments of one client on one date share it. */
export const visits = pgTable(
  'visits',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** Null when the client is not known, or was deleted. */
    clientId: integer('client_id'),
    /** In the location's calendar. */
    date: date({ mode: 'string' }).notNull(),
    comment: text().notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('visits_id').on(table.id),
    uniqueIndex('visits_client').on(table.locationId, table.clientId, table.date),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
  ],
);

/** Rules by which group events repeat on certain weekdays, made from an event. A deleted one stays. */
export const eventSeries = pgTable(
  'event_series',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** The event that was the model. */
    originalEventId: integer('original_event_id').notNull(),
    /** Dates of the location's calendar, both included. */
    dateFrom: date('date_from', { mode: 'string' }).notNull(),
    dateTo: date('date_to', { mode: 'string' }).notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('event_series_original').on(table.locationId, table.originalEventId),
    check('event_series_dates', sql`${table.dateFrom} <= ${table.dateTo}`),
  ],
);

/** Group events: a team member serves several clients at once. A deleted one keeps its row, for the history. */
export const events = pgTable(
  'events',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    teamMemberId: integer('team_member_id').notNull(),
    serviceId: integer('service_id').notNull(),
    startsAt: moment('starts_at').notNull(),
    /** seconds, the technical break included */
    duration: integer().notNull(),
    technicalBreak: integer('technical_break').notNull().default(0),
    capacity: integer().notNull(),
    /** The number of seats that its appointments take. */
    booked: integer().notNull().default(0),
    comment: text(),
    /** rrggbb, or empty */
    color: text().notNull().default(''),
    instructions: text().notNull().default(''),
    streamLink: text('stream_link').notNull().default(''),
    resourceInstanceIds: integer('resource_instance_ids').array().notNull().default(sql`'{}'`),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('events_start').on(table.locationId, table.startsAt, table.id),
    ofMember(table as never),
    ofService(table as never),
    check(
      'events_duration',
      sql`${table.technicalBreak} >= 0 and ${table.technicalBreak} < ${table.duration} and ${table.duration} <= 86400`,
    ),
    check('events_capacity', sql`${table.capacity} > 0 and ${table.booked} >= 0`),
    check('events_color', color(table.color)),
  ],
);

/** A client who attends a series on certain weekdays. A deleted one keeps its row. */
export const clientSeries = pgTable(
  'client_series',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    seriesId: integer('series_id').notNull(),
    clientId: integer('client_id').notNull(),
    dayIds: integer('day_ids').array().notNull(),
    /** The membership that pays its appointments first. It refers to one of the chain: see the migration. */
    membershipId: integer('membership_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    uniqueIndex('client_series_client')
      .on(table.locationId, table.seriesId, table.clientId)
      .where(sql`${table.deletedAt} is null`),
    foreignKey({ columns: [table.locationId, table.seriesId], foreignColumns: [eventSeries.locationId, eventSeries.id] }),
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** Appointments: the time of one client, or their seats in a group event. A deleted one can still be read. */
export const appointments = pgTable(
  'appointments',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    teamMemberId: integer('team_member_id').notNull(),
    /** Null when the client is not known, or was deleted. */
    clientId: integer('client_id'),
    visitId: integer('visit_id').notNull(),
    eventId: integer('event_id'),
    clientSeriesId: integer('client_series_id'),
    startsAt: moment('starts_at').notNull(),
    /** seconds, the technical break included */
    duration: integer().notNull(),
    technicalBreak: integer('technical_break').notNull().default(0),
    attendance: smallint().$type<Attendance>().notNull().default(0),
    /** Seats of a group event. */
    seats: integer().notNull().default(1),
    comment: text().notNull().default(''),
    /** The id that an integration gave. */
    apiId: text('api_id').notNull().default(''),
    /** rrggbb, or empty */
    color: text().notNull().default(''),
    customFields: jsonb('custom_fields').$type<Record<string, unknown>>().notNull().default({}),
    resourceInstanceIds: integer('resource_instance_ids').array().notNull().default(sql`'{}'`),
    /** Made by a client. */
    isOnline: boolean('is_online').notNull().default(false),
    /** The client chose this team member, and not just anyone. */
    isMemberChosen: boolean('is_member_chosen').notNull().default(true),
    /** The name of the client, if there is no client card. */
    guestName: text('guest_name').notNull().default(''),
    guestEmail: text('guest_email').notNull().default(''),
    /** Hours before the appointment; 0 for no reminder. */
    smsReminder: smallint('sms_reminder').notNull().default(0),
    emailReminder: smallint('email_reminder').notNull().default(0),
    bookingFormId: integer('booking_form_id').notNull().default(0),
    /** 0 the back office, 1 a widget on a phone, 2 a widget on a desktop */
    device: smallint().notNull().default(0),
    fromUrl: text('from_url').notNull().default(''),
    /** A secret that lets the client read, move and cancel the appointment without signing in. */
    hash: text().notNull(),
    /** The partner whose integration created it. */
    partnerId: integer('partner_id').references(() => partners.id, { onDelete: 'set null' }),
    createdBy: integer('created_by').references(() => users.id, { onDelete: 'set null' }),
    /** The document of its products and payments. */
    documentId: integer('document_id').notNull(),
    /** The document of its consumables, once they are written off. */
    consumablesDocumentId: integer('consumables_document_id'),
    /** What was paid for its services and products; the room `sales` keeps it. */
    paid: money('paid').notNull().default(zero),
    /** What loyalty pays or takes off; the room `sales` keeps it. */
    covered: money('covered').notNull().default(zero),
    /** The price of the products sold in it; null for none. The room `sales` keeps it. */
    goodsCost: money('goods_cost'),
    /** Its sale receipt is printed, so what the receipt names stays. The room `fiscal` keeps it, with `documents.receiptStatus`. */
    isReceiptPrinted: boolean('is_receipt_printed').notNull().default(false),
    /** Whether its client pays online in advance, paid, or got it back; null for no prepayment. The room `prepayment` keeps it. */
    prepayment: text().$type<'open' | 'paid' | 'refunded'>(),
    createdAt: moment('created_at').notNull(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('appointments_id').on(table.id),
    uniqueIndex('appointments_document').on(table.locationId, table.documentId),
    uniqueIndex('appointments_consumables_document').on(table.locationId, table.consumablesDocumentId),
    foreignKey({ columns: [table.locationId, table.documentId], foreignColumns: [documents.locationId, documents.id] }),
    foreignKey({
      columns: [table.locationId, table.consumablesDocumentId],
      foreignColumns: [documents.locationId, documents.id],
    }),
    // With deleted_at, so that counting does not visit the rows.
    index('appointments_start').on(table.locationId, table.startsAt, table.id, table.deletedAt),
    index('appointments_member').on(table.locationId, table.teamMemberId, table.startsAt),
    index('appointments_client').on(table.locationId, table.clientId, table.startsAt),
    index('appointments_created').on(table.locationId, table.createdAt, table.id),
    index('appointments_visit').on(table.locationId, table.visitId),
    index('appointments_event').on(table.locationId, table.eventId).where(sql`${table.eventId} is not null`),
    index('appointments_client_series')
      .on(table.locationId, table.clientSeriesId)
      .where(sql`${table.clientSeriesId} is not null`),
    index('appointments_partner').on(table.partnerId, table.startsAt, table.id),
    ofMember(table as never),
    foreignKey({ columns: [table.locationId, table.visitId], foreignColumns: [visits.locationId, visits.id] }),
    foreignKey({ columns: [table.locationId, table.eventId], foreignColumns: [events.locationId, events.id] }),
    foreignKey({ columns: [table.locationId, table.clientSeriesId], foreignColumns: [clientSeries.locationId, clientSeries.id] }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    check(
      'appointments_duration',
      sql`${table.technicalBreak} >= 0 and ${table.technicalBreak} < ${table.duration} and ${table.duration} <= 86400`,
    ),
    check('appointments_attendance', sql`${table.attendance} between -1 and 2`),
    check('appointments_seats', sql`${table.seats} > 0 and (${table.eventId} is not null or ${table.seats} = 1)`),
    check('appointments_color', color(table.color)),
    check('appointments_prepayment', sql`${table.prepayment} in ('open', 'paid', 'refunded')`),
    check('appointments_hash', sql`length(${table.hash}) >= 32`),
  ],
);

/** The services of an appointment, in the order of `position`, with their prices at the time of booking. */
export const appointmentServices = pgTable(
  'appointment_services',
  {
    locationId: integer('location_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    position: smallint().notNull(),
    serviceId: integer('service_id').notNull(),
    amount: integer().notNull().default(1),
    costPerUnit: money('cost_per_unit').notNull(),
    /** The price of all units, before the discount. */
    firstCost: money('first_cost').notNull(),
    /** percent */
    discount: percent('discount').notNull().default(zero),
    /** The price of all units, after the discount. */
    cost: money('cost').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.appointmentId, table.position] }),
    index('appointment_services_service').on(table.locationId, table.serviceId),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    ofService(table as never),
    check('appointment_services_amount', sql`${table.amount} > 0`),
    check('appointment_services_cost', sql`${table.costPerUnit} >= 0 and ${table.firstCost} >= 0 and ${table.cost} >= 0`),
    check('appointment_services_discount', sql`${table.discount} between 0 and 100`),
  ],
);

export const appointmentTags = pgTable(
  'appointment_tags',
  {
    locationId: integer('location_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    tagId: integer('tag_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.appointmentId, table.tagId] }),
    index('appointment_tags_tag').on(table.locationId, table.tagId),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [table.locationId, table.tagId], foreignColumns: [tags.locationId, tags.id] }).onDelete('cascade'),
  ],
);

/**
 * The time of the last change of each appointment. It is not a column of the appointment, because it is written when everything else of the
 * transaction is done; see `changes.ts`.
 */
export const appointmentChanges = pgTable(
  'appointment_changes',
  {
    locationId: integer('location_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    /** Strictly ascending in the order of commits within a location. */
    at: moment('at').notNull(),
    /** Whether the appointment was deleted then. */
    isDeleted: boolean('is_deleted').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.appointmentId] }),
    // With is_deleted, so that counting does not visit the rows.
    index('appointment_changes_at').on(table.locationId, table.at, table.appointmentId, table.isDeleted),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
  ],
);

/** The time of the last change of a location's appointments. A transaction that changes one locks this row just before the commit. */
export const appointmentClocks = pgTable('appointment_clocks', {
  locationId: integer('location_id')
    .primaryKey()
    .references(() => locations.id),
  at: moment('at').notNull(),
});

/**
 * The number of appointments of a location whose last change is in a period, which begins at `begins` and ends where the next one begins.
 * Triggers in the migration maintain it. Counting or skipping a million appointments by their change then means adding up a thousand of
 * these rows.
 */
export const appointmentRuns = pgTable(
  'appointment_runs',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    begins: moment('begins').notNull(),
    live: integer().notNull(),
    deleted: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.begins] })],
);
