import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, money, zero } from '../../platform/columns.ts';
import { appointments } from '../appointments/tables.ts';
import { serviceCategories, services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { documentLines } from '../inventory/tables.ts';
import { ofBalance } from '../ledger/tables.ts';
import { chains, locations } from '../locations/tables.ts';
import { type PeriodUnit, periodUnit } from '../loyalty/tables.ts';

/** When memberships of a type may be used: times of certain days of the week, in seconds from midnight of the location. */
export interface MembershipTimes {
  /** 1 Monday to 7 Sunday */
  weekDays: number[];
  intervals: { from: number; to: number }[];
}

/** Types of memberships of a chain. A deleted one keeps its row, and can be restored. */
export const membershipTypes = pgTable(
  'membership_types',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    price: money('price').notNull(),
    /** How long it is valid once it is active; 0 for always. */
    period: integer().notNull().default(0),
    periodUnit: text('period_unit').$type<PeriodUnit>().notNull().default('day'),
    allowsFreezing: boolean('allows_freezing').notNull().default(false),
    /** How long all its freezes may be together; 0 for without limit. */
    freezeLimit: integer('freeze_limit').notNull().default(0),
    freezeLimitUnit: text('freeze_limit_unit').$type<PeriodUnit>().notNull().default('day'),
    allowsBookingWhenFrozen: boolean('allows_booking_when_frozen').notNull().default(false),
    /** What makes it active. */
    activation: text().$type<'first visit' | 'sale' | 'date'>().notNull(),
    activationDate: moment('activation_date'),
    /** It becomes active so long after the sale at the latest; 0 for no limit. */
    autoactivation: integer().notNull().default(0),
    autoactivationUnit: text('autoactivation_unit').$type<PeriodUnit>().notNull().default('day'),
    /** Only the buyer uses it, without a code. */
    isPersonal: boolean('is_personal').notNull().default(true),
    /** All its services share one number of visits. */
    isShared: boolean('is_shared').notNull(),
    isUnlimited: boolean('is_unlimited').notNull().default(false),
    sharedVisits: integer('shared_visits').notNull().default(0),
    balanceEditing: text('balance_editing').$type<'nowhere' | 'selling location' | 'everywhere'>().notNull().default('nowhere'),
    /** A service costs the price divided by the visits when it is used. */
    correctsPrices: boolean('corrects_prices').notNull().default(false),
    isSoldOnline: boolean('is_sold_online').notNull().default(false),
    onlineTitle: text('online_title').notNull().default(''),
    onlineDescription: text('online_description').notNull().default(''),
    onlinePrice: money('online_price').notNull().default(zero),
    onlineImage: text('online_image').notNull().default(''),
    /** Empty for any time. */
    times: jsonb().$type<MembershipTimes[]>().notNull().default([]),
    weight: integer().notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    archivedAt: moment('archived_at'),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    check('membership_types_title', sql`${table.title} <> ''`),
    check('membership_types_price', sql`${table.price} >= 0 and ${table.onlinePrice} >= 0`),
    check(
      'membership_types_terms',
      sql`${table.period} >= 0 and ${table.freezeLimit} >= 0 and ${table.autoactivation} >= 0 and ${table.sharedVisits} >= 0`,
    ),
    check(
      'membership_types_units',
      sql`${periodUnit(table.periodUnit)} and ${periodUnit(table.freezeLimitUnit)} and ${periodUnit(table.autoactivationUnit)}`,
    ),
    check('membership_types_activation', sql`${table.activation} in ('first visit', 'sale', 'date')`),
    check('membership_types_balance_editing', sql`${table.balanceEditing} in ('nowhere', 'selling location', 'everywhere')`),
  ],
);

const ofType = (table: { chainId: AnyPgColumn; typeId: AnyPgColumn }) =>
  foreignKey({ columns: [table.chainId, table.typeId], foreignColumns: [membershipTypes.chainId, membershipTypes.id] });

/** The locations where a type of memberships is sold and used. */
export const membershipTypeLocations = pgTable(
  'membership_type_locations',
  {
    chainId: integer('chain_id').notNull(),
    typeId: integer('type_id').notNull(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.typeId, table.locationId] }),
    index('membership_type_locations_location').on(table.locationId),
    ofType(table),
  ],
);

const serviceColumns = {
  locationId: integer('location_id'),
  serviceId: integer('service_id'),
  serviceCategoryId: integer('service_category_id'),
};
const serviceRules = (
  name: string,
  table: { locationId: AnyPgColumn; serviceId: AnyPgColumn; serviceCategoryId: AnyPgColumn },
) => [
  foreignKey({
    name: `${name}_service`,
    columns: [table.locationId, table.serviceId],
    foreignColumns: [services.locationId, services.id],
  }),
  foreignKey({
    name: `${name}_category`,
    columns: [table.locationId, table.serviceCategoryId],
    foreignColumns: [serviceCategories.locationId, serviceCategories.id],
  }),
];

/** The services, or categories of services, that a type of memberships pays. */
export const membershipTypeServices = pgTable(
  'membership_type_services',
  {
    chainId: integer('chain_id').notNull(),
    typeId: integer('type_id').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    ...serviceColumns,
    /** The visits of a membership whose services do not share theirs. */
    visits: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.typeId, table.id] }),
    ofType(table),
    ...serviceRules('membership_type_services', table),
    check(
      'membership_type_services_one',
      sql`num_nonnulls(${table.serviceId}, ${table.serviceCategoryId}) = 1 and ${table.locationId} is not null`,
    ),
    check('membership_type_services_visits', sql`${table.visits} >= 0`),
  ],
);

/** Until when a membership may be used: forever without an end, and while it is frozen until somebody ends that. It may have no visits left. */
export const usableUntil = (table: { expiresAt: AnyPgColumn; frozenAt: AnyPgColumn; frozenUntil: AnyPgColumn }) =>
  sql`(case when ${table.frozenAt} is not null and ${table.frozenUntil} is null then 'infinity'::timestamptz
    else coalesce(${table.expiresAt}, 'infinity'::timestamptz) end)`;

/** Memberships. Selling a product issues one. If the sale is undone, the membership is deleted and keeps its row. */
export const memberships = pgTable(
  'memberships',
  {
    chainId: integer('chain_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    typeId: integer('type_id').notNull(),
    /** The code; empty for one that only its owner uses. */
    number: text().notNull().default(''),
    /** The location that sold it, and the line of the sale. */
    locationId: integer('location_id').notNull(),
    lineId: integer('line_id').notNull(),
    /** The owner's card in that location. Null if nobody is known, or after it was deleted. */
    clientId: integer('client_id'),
    /** E.164; the owner's number. The first other client who uses its code becomes the owner. */
    phone: text(),
    /** Copies of the type's, which may be changed. */
    period: integer().notNull(),
    periodUnit: text('period_unit').$type<PeriodUnit>().notNull(),
    isShared: boolean('is_shared').notNull(),
    isUnlimited: boolean('is_unlimited').notNull(),
    activatedAt: moment('activated_at'),
    /** When it becomes active at the latest, or at the type's date; null for only by use. */
    activatesAt: moment('activates_at'),
    /** The last moment of its last day, in the location that sold it. Null before it is active, and for always. */
    expiresAt: moment('expires_at'),
    frozenAt: moment('frozen_at'),
    /** The first moment when it is no longer frozen; null until somebody ends it. */
    frozenUntil: moment('frozen_until'),
    /** Days that it was, or will be, frozen. */
    frozenDays: integer('frozen_days').notNull().default(0),
    lastUsedAt: moment('last_used_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    uniqueIndex('memberships_id').on(table.id),
    uniqueIndex('memberships_number')
      .on(table.chainId, table.number)
      .where(sql`${table.number} <> '' and ${table.deletedAt} is null`),
    uniqueIndex('memberships_line').on(table.locationId, table.lineId).where(sql`${table.deletedAt} is null`),
    index('memberships_phone').on(table.chainId, table.phone, table.id),
    index('memberships_type').on(table.chainId, table.typeId),
    index('memberships_created').on(table.chainId, table.createdAt, table.id),
    index('memberships_client').on(table.locationId, table.clientId),
    index('memberships_usable').on(table.chainId, usableUntil(table)).where(sql`${table.deletedAt} is null`),
    index('memberships_used')
      .on(table.chainId, table.lastUsedAt)
      .where(sql`${table.deletedAt} is null and ${table.lastUsedAt} is not null`),
    index('memberships_activation')
      .on(table.activatesAt)
      .where(sql`${table.activatedAt} is null and ${table.activatesAt} is not null and ${table.deletedAt} is null`),
    ofType(table),
    foreignKey({ columns: [table.locationId, table.lineId], foreignColumns: [documentLines.locationId, documentLines.id] }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    check('memberships_period', sql`${table.period} >= 0 and ${periodUnit(table.periodUnit)}`),
    check(
      'memberships_frozen',
      sql`${table.frozenDays} >= 0 and (${table.frozenUntil} is null or ${table.frozenAt} is not null)`,
    ),
    check('memberships_expiry', sql`${table.expiresAt} is null or ${table.activatedAt} is not null`),
  ],
);

/** The visits of a membership: one row if its services share them, or one for each service or category. */
export const membershipBalances = pgTable(
  'membership_balances',
  {
    chainId: integer('chain_id').notNull(),
    membershipId: integer('membership_id').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    /** Null, all three, for the one that services share. */
    ...serviceColumns,
    balanceId: integer('balance_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.membershipId, table.id] }),
    uniqueIndex('membership_balances_balance').on(table.chainId, table.balanceId),
    foreignKey({ columns: [table.chainId, table.membershipId], foreignColumns: [memberships.chainId, memberships.id] }),
    ofBalance(table),
    ...serviceRules('membership_balances', table),
    check(
      'membership_balances_one',
      sql`num_nonnulls(${table.serviceId}, ${table.serviceCategoryId}) = case when ${table.locationId} is null then 0 else 1 end`,
    ),
  ],
);

/**
 * Services of appointments for which it was decided whether a membership pays them by itself. It is decided once for each time of the
 * appointment: one that is moved later is looked at again.
 */
export const membershipDebits = pgTable(
  'membership_debits',
  {
    locationId: integer('location_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    serviceId: integer('service_id').notNull(),
    /** The beginning of the appointment at that time. */
    startsAt: moment('starts_at').notNull(),
    decidedAt: moment('decided_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.appointmentId, table.serviceId] }),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** The notices that owners of memberships got, by what caused them: of one cause there is one notice. */
export const membershipNotices = pgTable(
  'membership_notices',
  {
    chainId: integer('chain_id').notNull(),
    membershipId: integer('membership_id').notNull(),
    kind: text().$type<'end' | 'visits'>().notNull(),
    /** The end of which they were told, or the use that left so many visits. */
    about: moment('about').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.membershipId, table.kind, table.about] }),
    foreignKey({ columns: [table.chainId, table.membershipId], foreignColumns: [memberships.chainId, memberships.id] }),
    check('membership_notices_kind', sql`${table.kind} in ('end', 'visits')`),
  ],
);
