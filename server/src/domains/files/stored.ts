import type { Readable } from 'node:stream';
import { eq, lt } from 'drizzle-orm';
import { Conflict } from '../../api/errors.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { type FileStore, newFileKey } from '../../platform/files.ts';
import { unclaimedFiles } from './tables.ts';

/**
 * Stores the content of an upload. Until `claim` in a transaction it counts as unclaimed, so that an upload which is
 * interrupted at any point leaves nothing behind.
 */
export async function storeUpload(transact: Transact, store: FileStore, body: Readable, maxBytes: number) {
  const key = newFileKey();
  await transact((write) => write.insert(unclaimedFiles).values({ storageKey: key }));
  try {
    const { size, mime } = await store.put(key, body, { maxBytes });
    return { key, size, mime };
  } catch (error) {
    await discard(transact, store, [key]);
    throw error;
  }
}

/** Claims stored content, in the transaction that adds the row for it. @throws Conflict if the sweep has removed it */
export async function claim(write: Write, key: string): Promise<void> {
  const claimed = await write
    .delete(unclaimedFiles)
    .where(eq(unclaimedFiles.storageKey, key))
    .returning({ key: unclaimedFiles.storageKey });
  // The sweep took the content of an upload that went on for more than an hour.
  if (claimed.length === 0) throw new Conflict('The upload took too long. Send it again.');
}

/** Releases stored content whose rows the transaction deletes. Call `discard` after the commit; otherwise the next sweep removes it. */
export async function releaseFiles(write: Write, keys: string[]): Promise<void> {
  if (keys.length) await write.insert(unclaimedFiles).values(keys.map((storageKey) => ({ storageKey })));
}

/** Removes content that no row needs. */
export async function discard(transact: Transact, store: FileStore, keys: string[]): Promise<void> {
  for (const key of keys) {
    await store.remove(key);
    await transact((write) => write.delete(unclaimedFiles).where(eq(unclaimedFiles.storageKey, key)));
  }
}

/** Removes remains of interrupted uploads and crashes that are older than an hour. */
export async function sweepUnclaimedFiles(db: Read, transact: Transact, store: FileStore): Promise<void> {
  const left = await db
    .select()
    .from(unclaimedFiles)
    .where(lt(unclaimedFiles.createdAt, new Date(Date.now() - 3_600_000)));
  await discard(
    transact,
    store,
    left.map((row) => row.storageKey),
  );
}
