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
  time,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { eventSeries, events, ofMember } from '../appointments/tables.ts';
import { locations } from '../locations/tables.ts';
import { tags } from '../tags/tables.ts';

export const eventTags = pgTable(
  'event_tags',
  { locationId: integer('location_id').notNull(), eventId: integer('event_id').notNull(), tagId: integer('tag_id').notNull() },
  (table) => [
    primaryKey({ columns: [table.locationId, table.eventId, table.tagId] }),
    index('event_tags_tag').on(table.locationId, table.tagId),
    foreignKey({ columns: [table.locationId, table.eventId], foreignColumns: [events.locationId, events.id] }).onDelete(
      'cascade',
    ),
    foreignKey({ columns: [table.locationId, table.tagId], foreignColumns: [tags.locationId, tags.id] }).onDelete('cascade'),
  ],
);

/** One weekday of a series. */
export const eventSeriesDays = pgTable(
  'event_series_days',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    seriesId: integer('series_id').notNull(),
    /** 1 Monday to 7 Sunday */
    weekday: smallint().notNull(),
    /** In the location's time. */
    startTime: time('start_time').notNull(),
    /** seconds, the technical break included */
    duration: integer().notNull(),
    technicalBreak: integer('technical_break').notNull().default(0),
    capacity: integer().notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    tagIds: integer('tag_ids').array().notNull().default(sql`'{}'`),
    resourceInstanceIds: integer('resource_instance_ids').array().notNull().default(sql`'{}'`),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    uniqueIndex('event_series_days_weekday')
      .on(table.locationId, table.seriesId, table.weekday)
      .where(sql`${table.deletedAt} is null`),
    foreignKey({ columns: [table.locationId, table.seriesId], foreignColumns: [eventSeries.locationId, eventSeries.id] }),
    ofMember(table as never),
    check('event_series_days_weekday_known', sql`${table.weekday} between 1 and 7`),
    check(
      'event_series_days_duration',
      sql`${table.technicalBreak} >= 0 and ${table.technicalBreak} < ${table.duration} and ${table.duration} <= 86400`,
    ),
    check('event_series_days_capacity', sql`${table.capacity} > 0`),
  ],
);

/** The planned times of a weekday of a series, each with its event. */
export const eventSeriesOccurrences = pgTable(
  'event_series_occurrences',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    dayId: integer('day_id').notNull(),
    plannedAt: moment('planned_at').notNull(),
    /** Null if the time was taken. */
    eventId: integer('event_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('event_series_occurrences_day').on(table.locationId, table.dayId, table.plannedAt),
    uniqueIndex('event_series_occurrences_event').on(table.locationId, table.eventId),
    foreignKey({ columns: [table.locationId, table.dayId], foreignColumns: [eventSeriesDays.locationId, eventSeriesDays.id] }),
    foreignKey({ columns: [table.locationId, table.eventId], foreignColumns: [events.locationId, events.id] }),
  ],
);

/** 1 daily, 2 on weekdays, 3 Mon Wed Fri, 4 Tue Thu, 5 weekly, 6 monthly, 7 yearly */
export type RepeatMode = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Ways to repeat an event that a location has named. */
export const duplicationStrategies = pgTable(
  'duplication_strategies',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    repeatMode: smallint('repeat_mode').$type<RepeatMode>().notNull(),
    /** 0 Sunday to 6 Saturday; of weekly ones */
    weekdays: smallint().array().notNull().default(sql`'{}'`),
    /** Units that are left out between two. */
    gap: integer().notNull().default(0),
    copiesAppointments: boolean('copies_appointments').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    check('duplication_strategies_title', sql`${table.title} <> ''`),
    check('duplication_strategies_mode', sql`${table.repeatMode} between 1 and 7 and ${table.gap} >= 0`),
    check('duplication_strategies_weekdays', sql`0 <= all(${table.weekdays}) and 6 >= all(${table.weekdays})`),
  ],
);
