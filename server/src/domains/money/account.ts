import type { Write } from '../../api/write.ts';
import { accounts } from './tables.ts';

/** The accounts of a new location. Source: the published notes. */
export async function openAccounts(write: Write, locationId: number): Promise<void> {
  await write.insert(accounts).values([
    { locationId, title: 'Main', isCash: true, isDefault: true, weight: 1 },
    { locationId, title: 'Card payment account', isCash: false, isDefault: true, weight: 2 },
  ]);
}
