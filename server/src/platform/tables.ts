import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** What is to be done later, outside of requests, and for a while what was done. `platform/jobs.ts` is its only reader and writer. */
export const jobs = pgTable(
  'jobs',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** Of the unfinished jobs of a kind one has it. Null for jobs of which there may be many. */
    key: text(),
    /** Whose job it is; null for the server's own. The migration makes it refer to `locations`, which this layer does not know. */
    locationId: integer('location_id'),
    /** Names the rows that the job is about, and holds no secret: it is kept for a while when the job is done. */
    payload: jsonb().notNull(),
    dueAt: moment('due_at').notNull().defaultNow(),
    /** How often it began. */
    attempts: smallint().notNull().default(0),
    /** Which claim has it. A worker that lost its lease finds another claim here, and its outcome does not count. */
    claim: uuid(),
    /** Until then nobody else begins it. */
    leasedUntil: moment('leased_until'),
    finishedAt: moment('finished_at'),
    /** Whether it was given up. */
    failed: boolean().notNull().default(false),
    /** What came of it, where that is worth a word. */
    result: text(),
    /** Why the last attempt failed. */
    error: text(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('jobs_due').on(table.dueAt).where(sql`${table.finishedAt} is null`),
    uniqueIndex('jobs_key').on(table.kind, table.key).where(sql`${table.finishedAt} is null`),
    index('jobs_finished').on(table.finishedAt).where(sql`${table.finishedAt} is not null`),
    index('jobs_failed').on(table.kind).where(sql`${table.failed}`),
    index('jobs_location').on(table.locationId),
    check('jobs_lease', sql`(${table.claim} is null) = (${table.leasedUntil} is null)`),
    check('jobs_failed_is_finished', sql`not ${table.failed} or ${table.finishedAt} is not null`),
  ],
);
