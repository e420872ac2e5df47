import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, unique } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { ofMember } from '../appointments/tables.ts';
import { clients } from '../clients/tables.ts';
import { locations, locationUsers } from '../locations/tables.ts';

/**
 * The secret addresses at which calendar programs read appointments: those of a team member, as one user of the location sees them, or those
 * of a client. The address is signed and not stored.
 */
export const calendarFeeds = pgTable(
  'calendar_feeds',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    teamMemberId: integer('team_member_id'),
    /** The user whose rights decide what the feed of a team member shows. */
    userId: integer('user_id'),
    clientId: integer('client_id'),
    /** The address has it. A new one ends the old address. */
    version: integer().notNull().default(1),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** When the address was made. */
    renewedAt: moment('renewed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('calendar_feeds_member').on(table.locationId, table.userId, table.teamMemberId),
    unique('calendar_feeds_client').on(table.locationId, table.clientId),
    index('calendar_feeds_team_member').on(table.locationId, table.teamMemberId),
    ofMember(table as never),
    // It ends when the user leaves the location, and does not come back with the user.
    foreignKey({
      columns: [table.locationId, table.userId],
      foreignColumns: [locationUsers.locationId, locationUsers.userId],
    }).onDelete('cascade'),
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }).onDelete(
      'cascade',
    ),
    check(
      'calendar_feeds_of_one',
      sql`num_nonnulls(${table.teamMemberId}, ${table.clientId}) = 1 and num_nonnulls(${table.userId}, ${table.clientId}) = 1`,
    ),
  ],
);
