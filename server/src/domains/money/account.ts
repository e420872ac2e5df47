import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { accounts } from './tables.ts';

/** The accounts of a new location. Source: the published notes. */
export async function openAccounts(write: Write, locationId: number): Promise<void> {
  await write.insert(accounts).values([
    { locationId, title: 'Main', isCash: true, isDefault: true, weight: 1 },
    { locationId, title: 'Card payment account', isCash: false, isDefault: true, weight: 2 },
  ]);
}

/** Locks accounts until the transaction ends, in the order of their ids, because their totals will change. @returns those that exist */
export async function lockAccounts(write: Write, locationId: number, ids: readonly number[]) {
  const rows = await write.lock(
    'account',
    write
      .select({ id: accounts.id, acquiringFee: accounts.acquiringFee, archivedAt: accounts.archivedAt })
      .from(accounts)
      .where(and(eq(accounts.locationId, locationId), inArray(accounts.id, [...new Set(ids)])))
      .orderBy(asc(accounts.id)),
  );
  return new Map(rows.map((row) => [row.id, row]));
}
