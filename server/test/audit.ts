import { and, desc, eq, gt } from 'drizzle-orm';
import { expect } from 'vitest';
import { auditEntries } from '../src/domains/audit/tables.ts';
import { entriesOf, leavesNoEntry } from './audit-table.ts';
import type { Built } from './every-operation.ts';
import { type Answer, testDatabase } from './harness.ts';
import { callerOf, keyOf, type World } from './world.ts';

/** The end of the audit trail of a location. */
export async function endOfTrail(locationId: number): Promise<number> {
  const { db } = await testDatabase();
  const own = eq(auditEntries.locationId, locationId);
  const [last] = await db.select({ id: auditEntries.id }).from(auditEntries).where(own).orderBy(desc(auditEntries.id)).limit(1);
  return last?.id ?? 0;
}

/** Expects that what a request of a world has changed is in the audit trail after an entry, with its author and its operation. */
export async function expectRecorded(world: World, built: Built, answer: Answer, after: number): Promise<void> {
  const { locationId, owner } = world.shop;
  const { db } = await testDatabase();
  const news = and(eq(auditEntries.locationId, locationId), gt(auditEntries.id, after));
  const entries = await db.select().from(auditEntries).where(news).orderBy(auditEntries.id);
  const key = keyOf(built);
  const isRecorded = !Object.values(leavesNoEntry).flat().includes(key);
  expect(['recorded', isRecorded]).toEqual(['recorded', entries.length > 0]);
  if (isRecorded) expect(answer.status).toBe(built.operation.success.status);
  for (const { operation, source, userId, address } of entries) {
    expect([operation, source, address?.split('.')[0]]).toEqual([built.operation.id, 'request', '10']);
    if (built.operation.access.user === 'required')
      expect(userId === owner.id).toBe(callerOf(world, built) === owner.authorization);
  }
  const told = entries.map(({ kind, action }) => `${kind} ${action}`);
  expect(told).toEqual(expect.arrayContaining([...(entriesOf[key] ?? [])]));
}
