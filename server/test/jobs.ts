import { and, desc, eq, ne, sql } from 'drizzle-orm';
import type { Write } from '../src/api/write.ts';
import type { JobKind } from '../src/platform/jobs.ts';
import { jobs } from '../src/platform/tables.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { type Server, testDatabase } from './harness.ts';

/**
 * Runs due jobs. Test servers run none by themselves. A test runs only jobs of its own location, or of a kind that no other test uses, because
 * other tests share the database.
 */
export const runDueJobs = ({ app }: Server, which: { kind: JobKind } | { locationId: number }): Promise<number> =>
  app.jobs.runDue(which);

/** Makes jobs due now. */
export async function makeDue(which: { kind: JobKind } | { locationId: number }): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(jobs)
    .set({ dueAt: sql`now() - interval '1 second'` })
    .where('kind' in which ? eq(jobs.kind, which.kind) : eq(jobs.locationId, which.locationId));
}

/** What was recorded of the last job of a kind that a location had: its result, or why its last attempt failed. */
export async function recordedOf(kind: JobKind, locationId: number): Promise<{ result: string | null; error: string | null }> {
  const { db } = await testDatabase();
  const [job] = await db
    .select({ result: jobs.result, error: jobs.error })
    .from(jobs)
    .where(and(eq(jobs.kind, kind), eq(jobs.locationId, locationId)))
    .orderBy(desc(jobs.id))
    .limit(1);
  return job as NonNullable<typeof job>;
}

/**
 * Enqueues what is to be done, but only for one location. On a PostgreSQL server, tests that run at the same time compare all rows of their
 * locations.
 */
export async function enqueueOnly(locationId: number, find: (write: Write) => Promise<void>): Promise<void> {
  const { db } = await testDatabase();
  await beginAlone(db)(async (write) => {
    await find(write);
    const isNew = sql`jobs.xmin = pg_current_xact_id()::xid`;
    await write.delete(jobs).where(and(isNew, ne(jobs.locationId, locationId)));
  });
}
