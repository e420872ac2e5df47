import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { resourceInstances } from '../resources/tables.ts';
import { teamMembers } from '../team/tables.ts';

/** Half-open: a member who works `from` 36000 `to` 50400 is free to go at 14:00. Seconds from the midnight that began the day. */
export interface Interval {
  from: number;
  to: number;
}

/** Disjoint intervals, ascending. The database normalises them: touching ones become one. */
const intervals = customType<{ data: Interval[]; driverData: string }>({
  dataType: () => 'int4multirange',
  toDriver: (value) => `{${value.map(({ from, to }) => `[${from},${to})`).join(',')}}`,
  fromDriver: (value) => [...value.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => ({ from: Number(from), to: Number(to) })),
});

/**
 * The working hours of a team member on a date of the location's calendar. A date without a row is a day off. Seconds count wall-clock
 * time: 10:00 is 36000 also on days of 23 and 25 hours.
 */
export const workDays = pgTable(
  'work_days',
  {
    locationId: integer('location_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    date: date({ mode: 'string' }).notNull(),
    slots: intervals().notNull(),
    /** Why the day is off; only on days without slots. */
    offDayType: smallint('off_day_type'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.teamMemberId, table.date] }),
    index('work_days_date').on(table.locationId, table.date),
    foreignKey({
      columns: [table.locationId, table.teamMemberId],
      foreignColumns: [teamMembers.locationId, teamMembers.id],
    }).onDelete('cascade'),
    check('work_days_within_day', sql`${table.slots} <@ int4multirange(int4range(0, 86400))`),
    check('work_days_off_day_type', sql`${table.offDayType} is null or isempty(${table.slots})`),
  ],
);

/** The source of an occupation. An offer of the waiting list holds its time until it is taken or its end comes. */
export type OccupationSource = 'appointment' | 'event' | 'offer';

/**
 * The busy times of team members and resource instances. Two exclusive rows of one calendar cannot overlap: exclusion constraints in the
 * migration refuse them. A booking that insisted on a busy time is not exclusive.
 */
export const occupations = pgTable(
  'occupations',
  {
    locationId: integer('location_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    source: text().$type<OccupationSource>().notNull(),
    /** The appointment, the event or the offer. */
    sourceId: integer('source_id').notNull(),
    teamMemberId: integer('team_member_id'),
    resourceInstanceId: integer('resource_instance_id'),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    isExclusive: boolean('is_exclusive').notNull(),
    /** The end of a hold, after which the row counts no more, whether it is still there or not. Null for what takes place. */
    heldUntil: moment('held_until'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('occupations_source').on(table.locationId, table.source, table.sourceId),
    index('occupations_member_time')
      .on(table.locationId, table.teamMemberId, table.startsAt)
      .where(sql`${table.teamMemberId} is not null`),
    index('occupations_instance_time')
      .on(table.locationId, table.resourceInstanceId, table.startsAt)
      .where(sql`${table.resourceInstanceId} is not null`),
    // A trigger removes ended holds that are in the way of a new row.
    index('occupations_held').on(table.locationId, table.heldUntil).where(sql`${table.heldUntil} is not null`),
    foreignKey({
      columns: [table.locationId, table.teamMemberId],
      foreignColumns: [teamMembers.locationId, teamMembers.id],
    }),
    foreignKey({
      columns: [table.locationId, table.resourceInstanceId],
      foreignColumns: [resourceInstances.locationId, resourceInstances.id],
    }).onDelete('cascade'),
    check('occupations_held_by_offers', sql`(${table.source} = 'offer') = (${table.heldUntil} is not null)`),
    check('occupations_of_one', sql`num_nonnulls(${table.teamMemberId}, ${table.resourceInstanceId}) = 1`),
    // The maximum length. Searches for overlaps rely on it.
    check(
      'occupations_length',
      sql`${table.startsAt} < ${table.endsAt} and ${table.endsAt} <= ${table.startsAt} + interval '24 hours'`,
    ),
  ],
);
