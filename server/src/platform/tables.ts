import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, moment } from './columns.ts';

/** Work to be done outside of requests, and for a while the work that is done. Only `platform/jobs.ts` reads and writes it. */
export const jobs = pgTable(
  'jobs',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** Only one unfinished job of a kind may have this key. Null for kinds with many jobs. */
    key: text(),
    /**
     * The location of the job; null for jobs of the server. The migration adds the reference to `locations`, which this layer does not
     * know.
     */
    locationId: integer('location_id'),
    /** Ids of the rows that the job is about. It contains no secrets, because it is kept for a while after the job. */
    payload: jsonb().notNull(),
    dueAt: moment('due_at').notNull().defaultNow(),
    /** How often it began. */
    attempts: smallint().notNull().default(0),
    /** Which claim has it. A worker that lost its lease finds another claim here, and its outcome does not count. */
    claim: uuid(),
    /** No other node runs the job before this time. */
    leasedUntil: moment('leased_until'),
    finishedAt: moment('finished_at'),
    /** Whether it was given up. */
    failed: boolean().notNull().default(false),
    /** The result of the job, if it is worth recording. */
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

/**
 * Requests that were sent with an `Idempotency-Key` and done, with their answers, for a day. Only `api/idempotency.ts` reads and writes it.
 * Nothing in it can be read without the key, which is not kept.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** A keyed hash of the caller and the key. */
    id: bytea().primaryKey(),
    /** A keyed hash of the method, the path and the body. */
    fingerprint: bytea().notNull(),
    status: smallint().notNull(),
    /** The body of the answer: compressed, and sealed by the key. Null if it was too long to keep. */
    answer: bytea(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('idempotency_keys_created').on(table.createdAt),
    check('idempotency_keys_hashes', sql`octet_length(${table.id}) = 32 and octet_length(${table.fingerprint}) = 32`),
    check('idempotency_keys_success', sql`${table.status} between 200 and 299`),
  ],
);
