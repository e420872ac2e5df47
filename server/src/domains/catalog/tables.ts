import { sql } from 'drizzle-orm';
import { boolean, check, date, foreignKey, index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { moment, money, percent, zero } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';
import { resources } from '../resources/tables.ts';
import { teamMembers } from '../team/tables.ts';

/**
 * Categories of services. If locations of a chain share a category, each has a row with the same `id`. A deleted one keeps its row, for the
 * history.
 */
export const serviceCategories = pgTable(
  'service_categories',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** The id of this location's row only. */
    linkId: integer('link_id').notNull().generatedAlwaysAsIdentity(),
    title: text().notNull(),
    apiId: text('api_id').notNull().default(''),
    weight: integer().notNull().default(0),
    /** The chain manages it. */
    isChain: boolean('is_chain').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('service_categories_order').on(table.locationId, table.weight.desc(), table.id),
    check('service_categories_title', sql`${table.title} <> ''`),
  ],
);

const ofCategory = (table: { locationId: never; categoryId: never }) =>
  foreignKey({
    columns: [table.locationId, table.categoryId],
    foreignColumns: [serviceCategories.locationId, serviceCategories.id],
  });

/** Which team members provide the services of a category. */
export const serviceCategoryTeamMembers = pgTable(
  'service_category_team_members',
  {
    locationId: integer('location_id').notNull(),
    categoryId: integer('category_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.categoryId, table.teamMemberId] }),
    index('service_category_team_members_member').on(table.locationId, table.teamMemberId, table.categoryId),
    ofCategory(table as never).onDelete('cascade'),
    foreignKey({
      columns: [table.locationId, table.teamMemberId],
      foreignColumns: [teamMembers.locationId, teamMembers.id],
    }).onDelete('cascade'),
  ],
);

/**
 * The services that a location sells. Rows of a shared service have the same `id` in every location. A deleted service keeps its row, for
 * the history.
 */
export const services = pgTable(
  'services',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** The id of this location's row only. */
    linkId: integer('link_id').notNull().generatedAlwaysAsIdentity(),
    categoryId: integer('category_id').notNull(),
    title: text().notNull(),
    /** Shown to clients; empty for the title. */
    bookingTitle: text('booking_title').notNull().default(''),
    comment: text().notNull().default(''),
    apiId: text('api_id').notNull().default(''),
    priceMin: money('price_min').notNull().default(zero),
    priceMax: money('price_max').notNull().default(zero),
    /** percent */
    discount: percent('discount').notNull().default(zero),
    /** seconds */
    duration: integer().notNull().default(3600),
    /** seconds after the service; null for the location's default */
    technicalBreak: integer('technical_break'),
    weight: integer().notNull().default(0),
    /** Clients may book it online. */
    isActive: boolean('is_active').notNull().default(true),
    /** A group event and not an appointment. */
    isGroup: boolean('is_group').notNull().default(false),
    /** Seats of a group event; 0 for the location's setting. */
    capacity: integer().notNull().default(0),
    taxVariant: integer('tax_variant').notNull().default(0),
    vatId: integer('vat_id').notNull().default(0),
    /** The dates on which it is offered; null for no limit. */
    dateFrom: date('date_from', { mode: 'string' }),
    dateTo: date('date_to', { mode: 'string' }),
    isDateLimited: boolean('is_date_limited').notNull().default(false),
    /** Seconds of the day between which it may begin, and how far apart slots are searched and shown. */
    searchFrom: integer('search_from').notNull().default(0),
    searchTo: integer('search_to').notNull().default(86_400),
    searchStep: integer('search_step').notNull().default(900),
    displayStep: integer('display_step').notNull().default(0),
    prepaid: text().$type<'forbidden' | 'optional' | 'required'>().notNull().default('forbidden'),
    prepaidAmount: money('prepaid_amount').notNull().default(zero),
    prepaidPercent: smallint('prepaid_percent').notNull().default(100),
    /** A visit is taken from the client's membership by itself when the appointment begins, or so many seconds before. */
    isAutoDebited: boolean('is_auto_debited').notNull().default(false),
    autoDebitLead: integer('auto_debit_lead').notNull().default(0),
    /** Clients book it online only with a membership that pays it. */
    needsMembership: boolean('needs_membership').notNull().default(false),
    isChain: boolean('is_chain').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('services_order').on(table.locationId, table.weight.desc(), table.id),
    index('services_category').on(table.locationId, table.categoryId),
    index('services_auto_debited').on(table.locationId, table.id).where(sql`${table.isAutoDebited}`),
    ofCategory(table as never),
    check('services_title', sql`${table.title} <> ''`),
    check('services_price', sql`0 <= ${table.priceMin} and ${table.priceMin} <= ${table.priceMax}`),
    check('services_discount', sql`${table.discount} between 0 and 100`),
    check('services_duration', sql`${table.duration} between 300 and 86400`),
    check('services_auto_debit_lead', sql`${table.autoDebitLead} between 0 and 2592000`),
    check('services_technical_break', sql`${table.technicalBreak} between 0 and 3600 and ${table.technicalBreak} % 300 = 0`),
    check(
      'services_dates',
      sql`not ${table.isDateLimited} or (${table.dateFrom} is not null and ${table.dateTo} >= ${table.dateFrom})`,
    ),
    check(
      'services_search',
      sql`0 <= ${table.searchFrom} and ${table.searchFrom} <= ${table.searchTo} and ${table.searchTo} <= 86400`,
    ),
  ],
);

const ofService = (table: { locationId: never; serviceId: never }) =>
  foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }).onDelete(
    'cascade',
  );

/** The team members who provide a service, each with their own duration and price. */
export const serviceTeamMembers = pgTable(
  'service_team_members',
  {
    locationId: integer('location_id').notNull(),
    serviceId: integer('service_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    /** seconds */
    duration: integer().notNull(),
    /** Null for the service's own; a null maximum with a minimum is a fixed price. */
    priceMin: money('price_min'),
    priceMax: money('price_max'),
    /** The bill of materials that the team member follows. Its foreign key is in the migration, because the room comes later. */
    billId: integer('technological_card_id'),
    apiId: text('api_id').notNull().default(''),
    isOnline: boolean('is_online').notNull().default(true),
    isOffline: boolean('is_offline').notNull().default(true),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.serviceId, table.teamMemberId] }),
    index('service_team_members_member').on(table.locationId, table.teamMemberId, table.serviceId),
    ofService(table as never),
    foreignKey({
      columns: [table.locationId, table.teamMemberId],
      foreignColumns: [teamMembers.locationId, teamMembers.id],
    }).onDelete('cascade'),
    check('service_team_members_duration', sql`${table.duration} between 300 and 86100`),
    check(
      'service_team_members_price',
      sql`(${table.priceMin} is null and ${table.priceMax} is null) or (${table.priceMin} >= 0 and (${table.priceMax} is null or ${table.priceMax} >= ${table.priceMin}))`,
    ),
  ],
);

/** The resources that a service needs, one instance of each. */
export const serviceResources = pgTable(
  'service_resources',
  {
    locationId: integer('location_id').notNull(),
    serviceId: integer('service_id').notNull(),
    resourceId: integer('resource_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.serviceId, table.resourceId] }),
    index('service_resources_resource').on(table.locationId, table.resourceId),
    ofService(table as never),
    foreignKey({
      columns: [table.locationId, table.resourceId],
      foreignColumns: [resources.locationId, resources.id],
    }).onDelete('cascade'),
  ],
);

export const serviceTranslations = pgTable(
  'service_translations',
  {
    locationId: integer('location_id').notNull(),
    serviceId: integer('service_id').notNull(),
    languageId: smallint('language_id').notNull(),
    title: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.serviceId, table.languageId] }), ofService(table as never)],
);

/** The parts of composite services, in order. Guards in the migrations: no part has parts itself, and none of them is a group service. */
export const serviceParts = pgTable(
  'service_parts',
  {
    locationId: integer('location_id').notNull(),
    compositeId: integer('composite_id').notNull(),
    /** From 1. */
    position: smallint().notNull(),
    serviceId: integer('service_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.compositeId, table.position] }),
    index('service_parts_service').on(table.locationId, table.serviceId),
    foreignKey({ columns: [table.locationId, table.compositeId], foreignColumns: [services.locationId, services.id] }).onDelete(
      'cascade',
    ),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }),
    check('service_parts_position', sql`${table.position} > 0`),
    check('service_parts_itself', sql`${table.compositeId} <> ${table.serviceId}`),
  ],
);
