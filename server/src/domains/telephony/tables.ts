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
import { bytea, moment } from '../../platform/columns.ts';
import { chains, locations } from '../locations/tables.ts';

/** The telephony of a chain. */
export const telephonySettings = pgTable(
  'telephony_settings',
  {
    chainId: integer('chain_id')
      .primaryKey()
      .references(() => chains.id),
    /** Whether calls are shown and kept. The telephony service switches it with its token, or the chain by itself. */
    isEnabled: boolean('is_enabled').notNull().default(false),
    /** The token by which the telephony service names the chain: its hash, to find it, and itself, encrypted with the server's key. */
    tokenHash: bytea('token_hash').notNull(),
    sealedToken: bytea('token').notNull(),
    /** Calls are removed after so many days. */
    daysKept: smallint('days_kept').notNull().default(365),
  },
  (table) => [
    uniqueIndex('telephony_settings_token').on(table.tokenHash),
    check('telephony_settings_days_kept', sql`${table.daysKept} between 1 and 3650`),
  ],
);

/** `user` by the subscriber of the telephony service, `diversion` by the number that was called. */
export type RouteKind = 'user' | 'diversion';

/** Which calls concern which location of a chain, and whom there. */
export const callRoutes = pgTable(
  'call_routes',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    kind: text().$type<RouteKind>().notNull(),
    /** The subscriber or the number, as `routeKey` writes it. */
    key: text().notNull(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    /** The users who are told of incoming calls; empty for everyone who may see calls there. */
    userIds: integer('user_ids').array().notNull().default(sql`'{}'`),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.kind, table.key, table.locationId] }),
    check('call_routes_kind', sql`${table.kind} in ('user', 'diversion')`),
    check('call_routes_key', sql`${table.key} <> ''`),
  ],
);

export const callTypes = ['incoming', 'outgoing', 'internal'] as const;
export type CallType = (typeof callTypes)[number];

export const callStatuses = ['success', 'missed', 'cancel', 'busy', 'notallowed', 'notavailable', 'notfound'] as const;
export type CallStatus = (typeof callStatuses)[number];

const isOneOf = (words: readonly string[]) => sql.raw(`(${words.map((word) => `'${word}'`).join(', ')})`);

/** The history of calls of a chain. */
export const calls = pgTable(
  'calls',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    type: text().$type<CallType>().notNull(),
    status: text().$type<CallStatus>().notNull(),
    /** The other party: E.164, or what the telephony service knows, such as the number of an extension. */
    phone: text().notNull(),
    /** The subscriber and the number that was called, as the telephony service names them. */
    subscriber: text().notNull().default(''),
    diversion: text().notNull().default(''),
    /** seconds */
    duration: integer().notNull().default(0),
    recordLink: text('record_link').notNull().default(''),
    /** The id in the telephony service. Empty if it gave none. */
    externalId: text('external_id').notNull().default(''),
    calledAt: moment('called_at').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    unique('calls_id').on(table.id),
    // A report that comes again changes the call. The parts of a call that was passed on differ in their type.
    uniqueIndex('calls_external').on(table.chainId, table.externalId, table.type).where(sql`${table.externalId} <> ''`),
    index('calls_called').on(table.chainId, table.calledAt, table.id),
    index('calls_phone').on(table.chainId, table.phone, table.calledAt, table.id),
    index('calls_created').on(table.chainId, table.createdAt),
    check('calls_type', sql`${table.type} in ${isOneOf(callTypes)}`),
    check('calls_status', sql`${table.status} in ${isOneOf(callStatuses)}`),
    check('calls_duration', sql`${table.duration} >= 0`),
  ],
);

/** The locations in whose history a call is. */
export const locationCalls = pgTable(
  'location_calls',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    callId: integer('call_id').notNull(),
    chainId: integer('chain_id').notNull(),
    /** As in the call, for the order and the search of a location. */
    phone: text().notNull(),
    calledAt: moment('called_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.callId] }),
    index('location_calls_call').on(table.chainId, table.callId),
    index('location_calls_called').on(table.locationId, table.calledAt, table.callId),
    index('location_calls_phone').on(table.locationId, table.phone, table.calledAt, table.callId),
    foreignKey({ columns: [table.chainId, table.callId], foreignColumns: [calls.chainId, calls.id] }).onDelete('cascade'),
  ],
);

/** Incoming calls that ring in a location, one for each caller. */
export const ringingCalls = pgTable(
  'ringing_calls',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    phone: text().notNull(),
    subscriber: text().notNull().default(''),
    diversion: text().notNull().default(''),
    /** The users who are told; empty for everyone who may see calls. */
    userIds: integer('user_ids').array().notNull().default(sql`'{}'`),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.phone] }), index('ringing_calls_at').on(table.at)],
);
