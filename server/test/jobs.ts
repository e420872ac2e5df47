import { eq, sql } from 'drizzle-orm';
import type { JobKind } from '../src/platform/jobs.ts';
import { jobs } from '../src/platform/tables.ts';
import { type Server, testDatabase, testServer } from './harness.ts';

/** Runs the jobs that are due now. Servers of tests run none by themselves. */
export const runDueJobs = async (server?: Server): Promise<number> => (server ?? (await testServer())).app.jobs.runDue();

/** Makes the unfinished jobs of a kind due, as if their time had come. */
export async function makeDue(kind: JobKind): Promise<void> {
  const { db } = await testDatabase();
  await db.update(jobs).set({ dueAt: sql`now() - interval '1 second'` }).where(eq(jobs.kind, kind));
}
