import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { appointments, ofMember, visits } from '../appointments/tables.ts';
import { locations } from '../locations/tables.ts';

/** Reviews by clients of a team member, or of the location. */
export const reviews = pgTable(
  'reviews',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** Null for a review of the location. */
    teamMemberId: integer('team_member_id'),
    /** The appointment for which the client was asked. */
    appointmentId: integer('appointment_id'),
    /** The visit that its client reviews. Null for reviews that the business entered itself. */
    visitId: integer('visit_id'),
    rating: smallint().notNull(),
    text: text().notNull(),
    authorName: text('author_name').notNull(),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('reviews_created').on(table.locationId, table.createdAt, table.id),
    index('reviews_member').on(table.locationId, table.teamMemberId, table.createdAt),
    uniqueIndex('reviews_appointment').on(table.locationId, table.appointmentId).where(sql`${table.appointmentId} is not null`),
    uniqueIndex('reviews_visit').on(table.locationId, table.visitId).where(sql`${table.visitId} is not null`),
    ofMember(table as never),
    foreignKey({ columns: [table.locationId, table.appointmentId], foreignColumns: [appointments.locationId, appointments.id] }),
    foreignKey({ columns: [table.locationId, table.visitId], foreignColumns: [visits.locationId, visits.id] }),
    check('reviews_rating', sql`${table.rating} between 1 and 5`),
  ],
);
