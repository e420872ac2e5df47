import { sql } from 'drizzle-orm';
import { boolean, check, date, integer, pgTable, primaryKey, smallint, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { partners } from '../access/tables.ts';
import { locations } from '../locations/tables.ts';

/** How a location's calendar and online booking behave. A location without a row has the defaults. */
export const bookingSettings = pgTable(
  'booking_settings',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    /** Clients confirm their phone by a code. */
    confirmPhone: boolean('confirm_phone').notNull().default(false),
    /** Clients may leave the choice of the team member to the location. */
    anyTeamMember: boolean('any_team_member').notNull().default(true),
    /** Minutes between the booking and the nearest slot. */
    slotDelay: smallint('slot_delay').notNull().default(0),
    /** Seats that one client may book online in a group event. */
    onlineEventSeats: smallint('online_event_seats').notNull().default(1),
    /** 0 mixed, 1 individual, 2 group events */
    calendarType: smallint('calendar_type').notNull().default(0),
    /** The maximum number of seats that one appointment takes in a group event. */
    eventSeats: smallint('event_seats').notNull().default(1),
    showsNewsletterAgreement: boolean('shows_newsletter_agreement').notNull().default(false),
    showsDataAgreement: boolean('shows_data_agreement').notNull().default(false),
    hasTimeslots: boolean('has_timeslots').notNull().default(false),
    /** Clients may cancel and move their bookings until this many seconds before the start. */
    clientsMayCancel: boolean('clients_may_cancel').notNull().default(true),
    cancelNotice: integer('cancel_notice').notNull().default(0),
    clientsMayMove: boolean('clients_may_move').notNull().default(true),
    moveNotice: integer('move_notice').notNull().default(0),
    /** The text that clients agree to when they book. Empty for none. */
    privacyPolicy: text('privacy_policy').notNull().default(''),
  },
  (table) => [
    check('booking_settings_slot_delay', sql`${table.slotDelay} between 0 and 1380 and ${table.slotDelay} % 30 = 0`),
    check('booking_settings_online_event_seats', sql`${table.onlineEventSeats} between 1 and 255`),
    check('booking_settings_event_seats', sql`${table.eventSeats} between 1 and 255`),
    check('booking_settings_calendar_type', sql`${table.calendarType} between 0 and 2`),
    check(
      'booking_settings_notice',
      sql`${table.cancelNotice} between 0 and 31536000 and ${table.moveNotice} between 0 and 31536000`,
    ),
  ],
);

export type GridType = 'predefined' | 'schedule' | 'timeslots';

/** The grid of online slots on a weekday, or on one date. Seconds from midnight, of wall-clock time. */
export const timeslotSettings = pgTable(
  'timeslot_settings',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** 1 Monday to 7 Sunday */
    weekday: smallint(),
    date: date({ mode: 'string' }),
    gridType: text('grid_type').$type<GridType>().notNull(),
    /** The slots of a predefined grid; none makes the day unavailable. */
    timeslots: integer().array().notNull().default(sql`'{}'`),
    firstSlot: integer('first_slot').notNull().default(0),
    lastSlot: integer('last_slot').notNull().default(85_800),
    step: integer().notNull().default(900),
    /** seconds */
    slotDelay: integer('slot_delay').notNull().default(0),
    isFlexible: boolean('is_flexible').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('timeslot_settings_weekday').on(table.locationId, table.weekday),
    unique('timeslot_settings_date').on(table.locationId, table.date),
    check('timeslot_settings_timeslots', sql`0 <= all(${table.timeslots}) and 86400 > all(${table.timeslots})`),
    check('timeslot_settings_grid_type', sql`${table.gridType} = 'predefined' or ${table.timeslots} = '{}'`),
    check('timeslot_settings_day', sql`num_nonnulls(${table.weekday}, ${table.date}) = 1 and ${table.weekday} between 1 and 7`),
    check(
      'timeslot_settings_grid',
      sql`0 <= ${table.firstSlot} and ${table.firstSlot} <= ${table.lastSlot} and ${table.lastSlot} < 86400 and ${table.step} > 0 and ${table.slotDelay} >= 0`,
    ),
  ],
);

export type ButtonPosition = 'bottom right' | 'bottom left' | 'top right' | 'top left';

/** Booking widgets: forms that a business puts on its pages. */
export const bookingForms = pgTable(
  'booking_forms',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    description: text().notNull().default(''),
    isDefault: boolean('is_default').notNull().default(false),
    withoutMenu: boolean('without_menu').notNull().default(false),
    /** 0 for none. It is not a reference, so it stays when the service is deleted. */
    defaultServiceId: integer('default_service_id').notNull().default(0),
    hidesServiceStep: boolean('hides_service_step').notNull().default(false),
    defaultTeamMemberId: integer('default_team_member_id').notNull().default(0),
    hidesTeamMemberStep: boolean('hides_team_member_step').notNull().default(false),
    serviceStep: smallint('service_step').notNull().default(2),
    teamMemberStep: smallint('team_member_step').notNull().default(1),
    dateStep: smallint('date_step').notNull().default(3),
    showsButton: boolean('shows_button').notNull().default(true),
    buttonPosition: text('button_position').$type<ButtonPosition>().notNull().default('bottom right'),
    panelPosition: text('panel_position').$type<'right' | 'left'>().notNull().default('right'),
    buttonColor: text('button_color').notNull().default('#1c84c6'),
    isButtonAnimated: boolean('is_button_animated').notNull().default(true),
    /** The partner of the form's page. Null until the page is first opened. */
    partnerId: integer('partner_id')
      .unique()
      .references(() => partners.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    uniqueIndex('booking_forms_default').on(table.locationId).where(sql`${table.isDefault}`),
    check('booking_forms_title', sql`${table.title} <> ''`),
    check('booking_forms_button_color', sql`${table.buttonColor} ~ '^#[0-9a-fA-F]{6}$'`),
  ],
);
