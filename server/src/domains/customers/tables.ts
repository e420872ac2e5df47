import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, smallint, text, unique } from 'drizzle-orm/pg-core';
import { bytea, moment } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';

/** `booking`: the person who books or signs in has the phone. `phone` and `email`: a user is about to take another number or address. */
export type VerificationPurpose = 'booking' | 'phone' | 'email';

/** Codes that were sent to phones and e-mail addresses. Only the last code for a purpose is valid. A used one is deleted. */
export const verificationCodes = pgTable(
  'verification_codes',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    purpose: text().$type<VerificationPurpose>().notNull(),
    /** A phone number in E.164, or an e-mail address in lower case. */
    recipient: text('phone').notNull(),
    /** The user whose account changes. Null for `booking`. */
    userId: integer('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** Keyed with the server's key: a code has too few digits for a plain hash. */
    hash: bytea().notNull(),
    /** How often it was guessed at. */
    attempts: smallint().notNull().default(0),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    unique('verification_codes_last').on(table.purpose, table.recipient, table.userId).nullsNotDistinct(),
    index('verification_codes_user').on(table.userId),
    index('verification_codes_expiry').on(table.expiresAt),
    check(
      'verification_codes_purpose',
      sql`${table.purpose} in ('booking', 'phone', 'email') and (${table.purpose} = 'booking') = (${table.userId} is null)`,
    ),
  ],
);
