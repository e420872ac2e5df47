import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Tx } from '../../platform/database.ts';
import { serverKeys } from './tables.ts';

/** The key that signs links, made on the first call and the same on every node of the database. */
export async function loadSigningKey(db: Tx): Promise<Buffer> {
  await db
    .insert(serverKeys)
    .values({ name: 'links', value: randomBytes(32) })
    .onConflictDoNothing();
  const [row] = await db.select().from(serverKeys).where(eq(serverKeys.name, 'links'));
  return (row as { value: Buffer }).value;
}
