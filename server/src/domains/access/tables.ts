import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, text, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { bytea, moment } from '../../platform/columns.ts';

const id = () => integer().primaryKey().generatedAlwaysAsIdentity();

/** Keys that every node of this database shares. */
export const serverKeys = pgTable('server_keys', { name: text().primaryKey(), value: bytea().notNull() });

/** Integrations: whoever holds a partner token. */
export const partners = pgTable('partners', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  name: text().notNull(),
  /** Sees every location without being connected to each. */
  allLocations: boolean('all_locations').notNull().default(false),
  /** Calls the public surface alone: its token lies open in a web page. */
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
 * Accounts. Only the person behind one writes to it, or who operates the server: what others typed of a person lies in their invitation.
 * An account without any contact belongs to nobody: it stands in the users of a location for whom the location invited or hired.
 */
export const users = pgTable(
  'users',
  {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    name: text().notNull(),
    /** A name to sign in with, beside e-mail and phone; empty for none. */
    login: text().notNull().default(''),
    /** Anybody may claim any address; it signs in, and is one account's alone, once it is confirmed. */
    email: text(),
    /** E.164; proven by a code, or vouched for by who operates the server. */
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
    // A login that looks like a phone number signs nobody in.
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
