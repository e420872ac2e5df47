import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { chains, locations } from '../locations/tables.ts';

/** 0 services are not bound to the position, 1 softly, 2 strictly. */
export type ServicesBinding = 0 | 1 | 2;

/** Positions of a chain's team members. */
export const positions = pgTable(
  'positions',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    description: text().notNull().default(''),
    servicesBinding: smallint('services_binding').$type<ServicesBinding>().notNull().default(0),
    requiredFields: text('required_fields').array().notNull().default(sql`'{}'`),
    onlyInChain: boolean('only_in_chain').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    unique('positions_id').on(table.id),
    check('positions_title', sql`${table.title} <> ''`),
    check('positions_services_binding', sql`${table.servicesBinding} between 0 and 2`),
  ],
);

/** Which locations of the chain use a position. */
export const positionLocations = pgTable(
  'position_locations',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    positionId: integer('position_id')
      .notNull()
      .references(() => positions.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.positionId] }), index().on(table.positionId)],
);

/** The team members who serve clients. A deleted one keeps its row, for the history. */
export const teamMembers = pgTable(
  'team_members',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    name: text().notNull(),
    specialization: text().notNull().default(''),
    positionId: integer('position_id'),
    /** The account of this person; at most one team member of a location has it. */
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** HTML */
    information: text().notNull().default(''),
    /** The id that an integration gave. */
    apiId: text('api_id').notNull().default(''),
    /** Members with a greater weight come first. */
    weight: integer().notNull().default(0),
    /** Not shown in online booking. */
    isHidden: boolean('is_hidden').notNull().default(false),
    isFired: boolean('is_fired').notNull().default(false),
    /** May have working hours and appointments. */
    hasSchedule: boolean('has_schedule').notNull().default(false),
    isPaid: boolean('is_paid').notNull().default(false),
    inPaymentPolicy: boolean('in_payment_policy').notNull().default(true),
    prepaid: text().$type<'forbidden' | 'allowed' | 'required'>().notNull().default('forbidden'),
    showRating: boolean('show_rating').notNull().default(true),
    /** The mean of the reviews' marks; 0 without any. */
    rating: numeric({ precision: 4, scale: 2, mode: 'number' }).notNull().default(0),
    votes: integer().notNull().default(0),
    comments: integer().notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    uniqueIndex('team_members_user').on(table.locationId, table.userId).where(sql`${table.deletedAt} is null`),
    index('team_members_user_id').on(table.userId),
    index('team_members_position').on(table.locationId, table.positionId),
    index('team_members_order').on(table.locationId, table.weight.desc(), table.id),
    // A position can be deleted only if nobody in the location has it.
    foreignKey({
      columns: [table.locationId, table.positionId],
      foreignColumns: [positionLocations.locationId, positionLocations.positionId],
    }),
    check('team_members_name', sql`${table.name} <> ''`),
    check('team_members_rating', sql`${table.rating} between 0 and 5`),
  ],
);
