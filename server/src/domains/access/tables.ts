import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/pg-core';

export const bytea = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => Buffer.from(value),
});

export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const id = () => integer().primaryKey().generatedAlwaysAsIdentity();

/** Keys that every node of this database shares. */
export const serverKeys = pgTable('server_keys', { name: text().primaryKey(), value: bytea().notNull() });

/** Integrations: whoever holds a partner token. */
export const partners = pgTable('partners', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  name: text().notNull(),
  /** Sees every location without being connected to each. */
  allLocations: boolean('all_locations').notNull().default(false),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const partnerTokens = pgTable(
  'partner_tokens',
  {
    id: id(),
    partnerId: integer('partner_id')
      .notNull()
      .references(() => partners.id, { onDelete: 'cascade' }),
    hash: bytea().notNull(),
    note: text().notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex().on(table.hash), index().on(table.partnerId)],
);

export const users = pgTable(
  'users',
  {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    name: text().notNull(),
    login: text().notNull().default(''),
    email: text(),
    /** E.164 */
    phone: text(),
    avatar: text().notNull().default(''),
    /** argon2id; null until the user chose one. */
    passwordHash: text('password_hash'),
    isApproved: boolean('is_approved').notNull().default(true),
    isEmailConfirmed: boolean('is_email_confirmed').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email').on(sql`lower(${table.email})`),
    uniqueIndex('users_phone').on(table.phone),
    index('users_login').on(sql`lower(${table.login})`),
    check('users_reachable', sql`${table.email} is not null or ${table.phone} is not null`),
  ],
);

export type TokenScope = 'full' | 'client';

/** One row a login. */
export const userTokens = pgTable(
  'user_tokens',
  {
    id: id(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The partner through whom the user signed in; null for tokens of the command line, which any partner may use. */
    partnerId: integer('partner_id').references(() => partners.id, { onDelete: 'cascade' }),
    hash: bytea().notNull(),
    /** `client` signs in for online booking alone: the back office does not take it. */
    scope: text().$type<TokenScope>().notNull().default('full'),
    note: text().notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex().on(table.hash),
    index().on(table.userId),
    check('user_tokens_scope', sql`${table.scope} in ('full', 'client')`),
  ],
);

/** Failed logins by account and address; the columns are those of rate-limiter-flexible. */
export const loginAttempts = pgTable('login_attempts', {
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  expire: bigint({ mode: 'number' }),
});
