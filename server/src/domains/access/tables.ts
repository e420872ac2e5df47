import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, text, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { bytea, moment } from '../../platform/columns.ts';

const id = () => integer().primaryKey().generatedAlwaysAsIdentity();

/** Keys that every node of this database shares. */
export const serverKeys = pgTable('server_keys', { name: text().primaryKey(), value: bytea().notNull() });

/** Integrations. Each has partner tokens. */
export const partners = pgTable('partners', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  name: text().notNull(),
  /** Sees every location without being connected to each. */
  allLocations: boolean('all_locations').notNull().default(false),
  /** May call only the public surface, because its token is visible in a web page. */
  onlyPublic: boolean('only_public').notNull().default(false),
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

/**
 * Accounts. Only the person behind an account or the operator of the server writes to it. Data that others typed about a person is stored
 * in their invitation. An account without any contact has no owner: it represents a hired or invited person among the users of a location.
 */
export const users = pgTable(
  'users',
  {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    name: text().notNull(),
    /** A login name, besides e-mail and phone. Empty if there is none. */
    login: text().notNull().default(''),
    /** Anybody may claim any address. Only a confirmed address signs in and is unique. */
    email: text(),
    /** E.164. Proven by a code, or vouched for by the operator of the server. */
    phone: text(),
    avatar: text().notNull().default(''),
    /** argon2id; null until the user chose one. */
    passwordHash: text('password_hash'),
    isApproved: boolean('is_approved').notNull().default(true),
    isEmailConfirmed: boolean('is_email_confirmed').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_confirmed_email').on(sql`lower(${table.email})`).where(sql`${table.isEmailConfirmed}`),
    uniqueIndex('users_phone').on(table.phone),
    // A login name that looks like a phone number cannot be used to sign in.
    uniqueIndex('users_login_name')
      .on(sql`lower(${table.login})`)
      .where(sql`${table.login} <> '' and ${table.login} not like '+%'`),
    check('users_email_confirmed', sql`${table.email} is not null or not ${table.isEmailConfirmed}`),
    check('users_reachable', sql`${table.phone} is not null or ${table.isEmailConfirmed} or ${table.passwordHash} is null`),
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
    /** The partner through which the user signed in. Null for tokens of the command line, which work with any partner. */
    partnerId: integer('partner_id').references(() => partners.id, { onDelete: 'cascade' }),
    hash: bytea().notNull(),
    /** `client` is valid for online booking only. The back office refuses it. */
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

/** The link that was sent to a user who has lost the password. At most one, valid once. */
export const passwordResets = pgTable(
  'password_resets',
  {
    userId: integer('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    hash: bytea().notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [uniqueIndex('password_resets_hash').on(table.hash), index('password_resets_expires_at').on(table.expiresAt)],
);

/** Failed logins by account and address. rate-limiter-flexible defines the columns. */
export const loginAttempts = pgTable('login_attempts', {
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  expire: bigint({ mode: 'number' }),
});
