import type { Write } from '../../api/write.ts';
import { storages } from './tables.ts';

/** The storages of a new location. Source: the published notes. */
export async function openStorages(write: Write, locationId: number): Promise<void> {
  await write.insert(storages).values([
    { locationId, title: 'Consumables', comment: 'For what services use up', isForServices: true, weight: 1 },
    { locationId, title: 'Products', comment: 'For what is sold', isForSale: true, weight: 2 },
  ]);
}
