import { eq, sql } from 'drizzle-orm';
import type { JobKind } from '../src/platform/jobs.ts';
import { jobs } from '../src/platform/tables.ts';
import { type Server, testDatabase } from './harness.ts';

/**
 * Runs jobs that are due. Servers of tests run none by themselves, and a test runs those of its own location, or of a kind that it alone is about:
 * others share the database.
 */
export const runDueJobs = ({ app }: Server, which: { kind: JobKind } | { locationId: number }): Promise<number> =>
  app.jobs.runDue(which);

/** Makes jobs due, as if their time had come. */
export async function makeDue(which: { kind: JobKind } | { locationId: number }): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(jobs)
    .set({ dueAt: sql`now() - interval '1 second'` })
    .where('kind' in which ? eq(jobs.kind, which.kind) : eq(jobs.locationId, which.locationId));
}
