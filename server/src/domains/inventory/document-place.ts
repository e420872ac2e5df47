import { and, eq, isNull } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { documents } from './tables.ts';

/** The location of a document. @returns undefined if there is no such document, and for a deleted one */
export async function locationOfDocument(db: Read, id: number): Promise<number | undefined> {
  const [row] = await db
    .select({ locationId: documents.locationId })
    .from(documents)
    .where(and(eq(documents.id, id), isNull(documents.deletedAt)));
  return row?.locationId;
}
