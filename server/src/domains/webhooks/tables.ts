import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytea, moment } from '../../platform/columns.ts';
import { partners, users } from '../access/tables.ts';
import { locations } from '../locations/tables.ts';
import { outboxSubscribers } from '../outbox/tables.ts';

/** Why an address was switched off: by a user, because it said so (410), because it failed for days, or because its partner lost its access. */
export type OffReason = 'user' | 'gone' | 'failing' | 'partner';

/** The addresses that receive the changes of a location. Each is a subscriber of the outbox. */
export const webhookAddresses = pgTable(
  'webhook_addresses',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    /** The id of its subscriber. */
    id: integer()
      .primaryKey()
      .references(() => outboxSubscribers.id, { onDelete: 'cascade' }),
    url: text().notNull(),
    /** The place in the settings, from 0. */
    position: integer().notNull(),
    /** The partner and the user who saved it. It works only as long as the partner may work with the location. */
    partnerId: integer('partner_id').references(() => partners.id, { onDelete: 'set null' }),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** The key of the signatures, encrypted with the server's key. */
    sealedSecret: bytea('secret').notNull(),
    secretAt: moment('secret_at').notNull().defaultNow(),
    /** During a rotation, the former key also signs. */
    formerSecret: bytea('former_secret'),
    formerUntil: moment('former_until'),
    /** Failed tries since the last successful one. */
    failures: integer().notNull().default(0),
    failingSince: moment('failing_since'),
    lastSuccessAt: moment('last_success_at'),
    /** Null while it is on. */
    offReason: text('off_reason').$type<OffReason>(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('webhook_addresses_url').on(table.locationId, table.url),
    index('webhook_addresses_partner').on(table.partnerId),
    check('webhook_addresses_position', sql`${table.position} between 0 and 9`),
    check('webhook_addresses_former', sql`(${table.formerSecret} is null) = (${table.formerUntil} is null)`),
    check('webhook_addresses_off', sql`${table.offReason} in ('user', 'gone', 'failing', 'partner')`),
  ],
);
