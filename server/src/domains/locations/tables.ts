import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { bytea, moment } from '../../platform/columns.ts';
import type { ChainRight } from '../access/chain-rights.ts';
import type { PermissionValue, Role } from '../access/permissions.ts';
import { partners, users } from '../access/tables.ts';

export const chains = pgTable('chains', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  title: text().notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** The users of a chain, and their rights in it. */
export const chainUsers = pgTable(
  'chain_users',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** An owner may do everything. The list of rights is ignored. */
    isOwner: boolean('is_owner').notNull().default(false),
    rights: text().array().$type<ChainRight[]>().notNull().default(sql`'{}'`),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.chainId, table.userId] }), index().on(table.userId)],
);

/** Links of a location in social networks; every key is optional. */
export interface SocialLinks {
  telegram?: string;
  instagram?: string;
  vk?: string;
  facebook?: string;
  viber?: string;
  whatsapp?: string;
}

export const locations = pgTable(
  'locations',
  {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    title: text().notNull(),
    publicTitle: text('public_title').notNull().default(''),
    shortDescription: text('short_description').notNull().default(''),
    description: text().notNull().default(''),
    logo: text().notNull().default(''),
    isActive: boolean('is_active').notNull().default(true),
    /** Each in E.164. */
    phones: text().array().notNull().default(sql`'{}'`),
    email: text().notNull().default(''),
    site: text().notNull().default(''),
    schedule: text().notNull().default(''),
    countryId: integer('country_id').notNull(),
    /** 0 when the city is not in the dictionary; its name is in `city` then. */
    cityId: integer('city_id').notNull().default(0),
    city: text().notNull().default(''),
    address: text().notNull().default(''),
    zip: text().notNull().default(''),
    timeZone: text('time_zone').notNull(),
    /** ISO 4217 code. */
    currency: text().notNull(),
    latitude: doublePrecision().notNull().default(0),
    longitude: doublePrecision().notNull().default(0),
    businessTypeId: integer('business_type_id').notNull().default(0),
    social: jsonb().$type<SocialLinks>().notNull().default({}),
    phoneConfirmation: boolean('phone_confirmation').notNull().default(false),
    /** Whether more of a product may leave a storage than is there. */
    allowsNegativeStock: boolean('allows_negative_stock').notNull().default(true),
    chainPriority: integer('chain_priority').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    index().on(table.chainId),
    check('locations_latitude', sql`${table.latitude} between -90 and 90`),
    check('locations_longitude', sql`${table.longitude} between -180 and 180`),
  ],
);

/**
 * The users of a location, with their role and the differences of their permissions from the role. `isApproved` is false for a person who
 * is invited and has not accepted. A person whom the location invited or hired has an account without an owner until they enter with their
 * own. Until then, only the data that the location typed, in `invited…`, describes them.
 */
export const locationUsers = pgTable(
  'location_users',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text().$type<Role>().notNull(),
    permissions: jsonb().$type<Record<string, PermissionValue>>().notNull().default({}),
    /** The user's position as the invitation named it. */
    information: text().notNull().default(''),
    isApproved: boolean('is_approved').notNull().default(true),
    isNonDeletable: boolean('is_non_deletable').notNull().default(false),
    /** Null for a user who entered with their own account. */
    invitedName: text('invited_name'),
    invitedEmail: text('invited_email'),
    /** E.164 */
    invitedPhone: text('invited_phone'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.userId] }),
    index().on(table.userId),
    // A person is invited once, however many ask at a time.
    uniqueIndex('location_users_invited_email').on(table.locationId, sql`lower(${table.invitedEmail})`),
    uniqueIndex('location_users_invited_phone').on(table.locationId, table.invitedPhone),
  ],
);

/** The link that was sent to an invited person. At most one, valid once. */
export const userInvitations = pgTable(
  'user_invitations',
  {
    locationId: integer('location_id').notNull(),
    userId: integer('user_id').notNull(),
    hash: bytea().notNull(),
    /** The e-mail address or phone number (E.164) that the link was sent to. Whoever has the link has proven this contact, and no other. */
    contact: text().notNull(),
    invitedBy: integer('invited_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.userId] }),
    uniqueIndex('user_invitations_hash').on(table.hash),
    index('user_invitations_invited_by').on(table.invitedBy),
    index('user_invitations_expires_at').on(table.expiresAt),
    foreignKey({
      columns: [table.locationId, table.userId],
      foreignColumns: [locationUsers.locationId, locationUsers.userId],
    }).onDelete('cascade'),
  ],
);

/** Which partner may work with which location. */
export const locationPartners = pgTable(
  'location_partners',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    partnerId: integer('partner_id')
      .notNull()
      .references(() => partners.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.partnerId] }), index().on(table.partnerId)],
);
