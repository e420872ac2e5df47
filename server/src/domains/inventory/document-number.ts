import { sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { documentNumbers } from './tables.ts';

/**
 * The next number of a document of the location. The counter stays locked until the commit and comes late in the order of locks, so lock
 * everything else first. A transaction that fails leaves no gap.
 */
export async function nextDocumentNumber(write: Write, locationId: number): Promise<number> {
  const [row] = await write
    .insert(documentNumbers)
    .values({ locationId, last: 1 })
    .onConflictDoUpdate({ target: documentNumbers.locationId, set: { last: sql`${documentNumbers.last} + 1` } })
    .returning({ last: documentNumbers.last });
  write.locked('document number', [locationId]);
  return (row as { last: number }).last;
}
