import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { teamMembers } from '../team/tables.ts';

/** How clients tip a team member: on a page of a payment provider, into the account of the member. Foyer moves no money. */
export const tipSettings = pgTable(
  'tip_settings',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    teamMemberId: integer('team_member_id').notNull(),
    /** Tells the settings apart in addresses. */
    hash: uuid().notNull().defaultRandom(),
    /** The page where clients tip. Empty until there is one. */
    landing: text().notNull().default(''),
    /** The form in which the member opens an account with the provider. Empty if there is none. */
    form: text().notNull().default(''),
    /** The member has an account with the provider. */
    hasAccount: boolean('has_account').notNull().default(false),
    isEnabled: boolean('is_enabled').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('tip_settings_member').on(table.locationId, table.teamMemberId),
    foreignKey({
      columns: [table.locationId, table.teamMemberId],
      foreignColumns: [teamMembers.locationId, teamMembers.id],
    }),
    check('tip_settings_account', sql`not ${table.hasAccount} or ${table.landing} <> ''`),
  ],
);
