import { and, asc, eq, gt } from 'drizzle-orm';
import { outbox } from '../src/domains/outbox/tables.ts';
import { testDatabase } from './harness.ts';

/** The published changes of a location, oldest first. @param after the id of an earlier entry */
export async function toldIn(locationId: number, after = 0) {
  const { db } = await testDatabase();
  const rows = await db
    .select()
    .from(outbox)
    .where(and(eq(outbox.locationId, locationId), gt(outbox.id, after)))
    .orderBy(asc(outbox.id));
  return rows as ((typeof rows)[number] & { data: Record<string, unknown> })[];
}

type Told = Awaited<ReturnType<typeof toldIn>>[number];

/** The changes published during some work. */
export async function toldBy(locationId: number, work: () => Promise<unknown>): Promise<Told[]> {
  const before = await toldIn(locationId);
  await work();
  return toldIn(locationId, before.at(-1)?.id);
}
