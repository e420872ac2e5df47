import { asc, eq, sql } from 'drizzle-orm';
import { enqueueSending } from '../src/domains/messaging/campaign.ts';
import { locationMessages, notices } from '../src/domains/messaging/tables.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { type Server, testDatabase } from './harness.ts';
import { runDueJobs } from './jobs.ts';

/** Sends what is due in a location. */
export async function sendDue(server: Server, locationId: number): Promise<void> {
  const { db } = await testDatabase();
  await beginAlone(db)((write) => enqueueSending(write, locationId));
  await runDueJobs(server, { locationId });
}

/** The messages of a location in the order in which they were queued. */
export async function messagesOf(locationId: number) {
  const { db } = await testDatabase();
  return db.select().from(locationMessages).where(eq(locationMessages.locationId, locationId)).orderBy(asc(locationMessages.id));
}

/** What is planned to be told about the appointments of a location, with its time. */
export async function noticesOf(locationId: number): Promise<[string, string][]> {
  const { db } = await testDatabase();
  const rows = await db.select().from(notices).where(eq(notices.locationId, locationId)).orderBy(asc(notices.dueAt));
  return rows.map(({ kind, dueAt }) => [kind, dueAt.toISOString()]);
}

/** Everything that is planned or queued in a location is due now. */
export async function makeAllDue(locationId: number): Promise<void> {
  const { db } = await testDatabase();
  await db.update(notices).set({ dueAt: sql`now()` }).where(eq(notices.locationId, locationId));
  await db.update(locationMessages).set({ dueAt: sql`now()` }).where(eq(locationMessages.locationId, locationId));
}
