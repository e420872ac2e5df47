import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { serverKeys } from './tables.ts';

/** The key that signs links, made on the first call and the same on every node of the database. */
export async function loadSigningKey(write: Write): Promise<Buffer> {
  await write
    .insert(serverKeys)
    .values({ name: 'links', value: randomBytes(32) })
    .onConflictDoNothing();
  const [row] = await write.select().from(serverKeys).where(eq(serverKeys.name, 'links'));
  return (row as { value: Buffer }).value;
}
