import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** The objects that webhooks and the feed of changes report, with their wire names. */
export const outboxResources = [
  'salon',
  'staff',
  'service',
  'service_category',
  'client',
  'record',
  'loyalty_card',
  'schedule',
  'good',
  'goods_operations_sale',
  'goods_operations_receipt',
  'goods_operations_consumable',
  'goods_operations_stolen',
  'goods_operations_move',
  'finances_operation',
] as const;
export type OutboxResource = (typeof outboxResources)[number];
export type OutboxStatus = 'create' | 'update' | 'delete';

/**
 * Changes for integrations, written in the transaction of the change. Of two transactions, the one that commits later may have the smaller
 * `id`. So a reader must not continue from the last id: it would miss changes. `position` is given after the commit, by `feed.ts`.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    resource: text().$type<OutboxResource>().notNull(),
    resourceId: integer('resource_id').notNull(),
    status: text().$type<OutboxStatus>().notNull(),
    /** The user who changed it. Null if nobody was signed in, and for the system. */
    userId: integer('user_id'),
    /** The resource as the API answers it. */
    data: jsonb().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** The place in the feed of the location. Null until somebody reads the feed. */
    position: bigint({ mode: 'number' }),
  },
  (table) => [
    index('outbox_location').on(table.locationId, table.id),
    index('outbox_created').on(table.createdAt),
    index('outbox_waiting').on(table.locationId, table.id).where(sql`${table.position} is null`),
    uniqueIndex('outbox_position').on(table.locationId, table.position).where(sql`${table.position} is not null`),
  ],
);

/** The feed of changes of a location, from the first time that somebody reads it. Its row is locked while positions are given. */
export const outboxFeeds = pgTable(
  'outbox_feeds',
  {
    locationId: integer('location_id')
      .primaryKey()
      .references(() => locations.id),
    /** The greatest position that was given. */
    lastPosition: bigint('last_position', { mode: 'number' }).notNull().default(0),
    /** Changes up to this position are no longer kept, or not all of them. */
    sweptPosition: bigint('swept_position', { mode: 'number' }).notNull().default(0),
  },
  (table) => [check('outbox_feeds_positions', sql`${table.sweptPosition} between 0 and ${table.lastPosition}`)],
);

/** The subscribers of a location's changes. One node at a time serves a subscriber, under a lease. */
export const outboxSubscribers = pgTable(
  'outbox_subscribers',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Nothing is owed to a subscriber that is not active. */
    isActive: boolean('is_active').notNull().default(true),
    /** The resources whose changes it receives. Null for all. */
    resources: text().array().$type<OutboxResource[]>(),
    /** Changes by this user are left out. */
    skippedUserId: integer('skipped_user_id'),
    /** The next time to look at what is owed: the first retry, the end of a pause, or the end of the lease. Null if nothing waits. */
    nextAt: moment('next_at'),
    /** Until then it is left in peace, because it fails. */
    pausedUntil: moment('paused_until'),
    /** The node that serves it now. */
    claim: uuid(),
  },
  (table) => [
    index('outbox_subscribers_location').on(table.locationId),
    index('outbox_subscribers_next').on(table.nextAt).where(sql`${table.nextAt} is not null`),
  ],
);

/**
 * Says that something new is owed to a subscriber. A transaction only adds rows here, and does not touch the subscriber, so transactions of
 * one location do not wait for each other.
 */
export const outboxWakes = pgTable(
  'outbox_wakes',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    locationId: integer('location_id').notNull(),
    subscriberId: integer('subscriber_id')
      .notNull()
      .references(() => outboxSubscribers.id, { onDelete: 'cascade' }),
  },
  (table) => [index('outbox_wakes_subscriber').on(table.locationId, table.subscriberId)],
);

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One try: its time, what it took, and the status of the answer or the reason why there is none. */
export interface Try {
  at: string;
  milliseconds: number;
  status?: number;
  refusal?: string;
}

/**
 * What subscribers receive: a row for each subscriber and change, written with the change. While the row exists, the database refuses to
 * delete the change. Rows are kept for some days after they are delivered or given up.
 */
export const outboxDeliveries = pgTable(
  'outbox_deliveries',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    subscriberId: integer('subscriber_id')
      .notNull()
      .references(() => outboxSubscribers.id, { onDelete: 'cascade' }),
    outboxId: bigint('outbox_id', { mode: 'number' })
      .notNull()
      .references(() => outbox.id),
    /** The subscriber knows the delivery by it, at each try. */
    uid: uuid().notNull().defaultRandom(),
    /** The thing that changed, as in the outbox. Empty for rows of an older build. */
    resource: text().$type<OutboxResource | ''>().notNull().default(''),
    resourceId: integer('resource_id').notNull().default(0),
    state: text().$type<DeliveryState>().notNull().default('waiting'),
    /** The next try; null if there is none. */
    dueAt: moment('due_at').defaultNow(),
    /** Failed tries since it was published or sent again. They decide how long it waits. */
    failures: smallint().notNull().default(0),
    /** All tries, the latest last. */
    tries: jsonb().$type<Try[]>().notNull().default([]),
    /** The beginning of the last answer. */
    answer: text().notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
    finishedAt: moment('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.subscriberId, table.outboxId] }),
    unique('outbox_deliveries_uid').on(table.uid),
    index('outbox_deliveries_log').on(table.locationId, table.createdAt),
    index('outbox_deliveries_failed').on(table.locationId, table.createdAt).where(sql`${table.state} = 'failed'`),
    index('outbox_deliveries_waiting').on(table.subscriberId, table.outboxId).where(sql`${table.dueAt} is not null`),
    index('outbox_deliveries_finished').on(table.finishedAt).where(sql`${table.finishedAt} is not null`),
    index('outbox_deliveries_change').on(table.outboxId),
    check('outbox_deliveries_state', sql`${table.state} in ('waiting', 'delivered', 'failed')`),
    check('outbox_deliveries_due', sql`(${table.state} = 'waiting') = (${table.dueAt} is not null)`),
    check('outbox_deliveries_finished', sql`(${table.state} = 'waiting') = (${table.finishedAt} is null)`),
  ],
);
