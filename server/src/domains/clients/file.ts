import { and, desc, eq, type InferSelectModel } from 'drizzle-orm';
import { Forbidden, NotFound } from '../../api/errors.ts';
import type { Conclude, Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { cleanFileName, fileExtension } from '../../platform/files.ts';
import { users } from '../access/tables.ts';
import { claim, releaseFiles } from '../files/stored.ts';
import { addFileComment } from './comment.ts';
import { clientComments, clientFiles, clients } from './tables.ts';

export interface FileRow extends InferSelectModel<typeof clientFiles> {
  uploader: { name: string; avatar: string } | null;
}

const withUploader = (db: Read) =>
  db
    .select({ file: clientFiles, uploader: { name: users.name, avatar: users.avatar } })
    .from(clientFiles)
    .leftJoin(users, eq(users.id, clientFiles.userId));

async function checkClient(db: Read, location: number, client: number): Promise<void> {
  const [row] = await db
    .select({ id: clients.id })
    .from(clients)
    .where(and(eq(clients.locationId, location), eq(clients.id, client)));
  if (!row) throw new NotFound();
}

/** Files of a client, newest first. @throws NotFound if the location has no such client */
export async function listFiles(db: Read, of: { location: number; client: number }): Promise<FileRow[]> {
  await checkClient(db, of.location, of.client);
  const rows = await withUploader(db)
    .where(and(eq(clientFiles.locationId, of.location), eq(clientFiles.clientId, of.client)))
    .orderBy(desc(clientFiles.id));
  return rows.map(({ file, uploader }) => ({ ...file, uploader }));
}

/** One file. @throws NotFound */
export async function getFile(db: Read, of: { location: number; client?: number; id: number }): Promise<FileRow> {
  const [row] = await withUploader(db).where(
    and(
      eq(clientFiles.locationId, of.location),
      eq(clientFiles.id, of.id),
      of.client === undefined ? undefined : eq(clientFiles.clientId, of.client),
    ),
  );
  if (!row) throw new NotFound();
  return { ...row.file, uploader: row.uploader };
}

export interface Upload {
  location: number;
  client: number;
  author: number;
  /** As the uploader names it. */
  name: string;
  description: string;
  /** Facts about the content, from the store. */
  stored: { key: string; size: number; mime: string };
}

/** @throws NotFound if the location has no such client. Call it before the content is stored. */
export const checkUploadTarget = checkClient;

/**
 * Enters stored uploads as files of a client and into its history, all or none.
 * @param present makes the answer from the files
 * @throws NotFound
 */
export function addFiles(
  conclude: Conclude,
  uploads: Upload[],
  present: (rows: FileRow[]) => unknown = (rows) => rows,
): Promise<FileRow[]> {
  return conclude(async (write) => {
    const rows: FileRow[] = [];
    for (const upload of uploads) {
      const id = await insertFile(write, upload);
      await addFileComment(write, { location: upload.location, client: upload.client, author: upload.author, file: id });
      await claim(write, upload.stored.key);
      rows.push(await getFile(write, { location: upload.location, id }));
    }
    return rows;
  }, present);
}

async function insertFile(write: Write, upload: Upload): Promise<number> {
  const name = cleanFileName(upload.name);
  try {
    const [row] = await write
      .insert(clientFiles)
      .values({
        locationId: upload.location,
        clientId: upload.client,
        userId: upload.author,
        name,
        description: upload.description,
        extension: fileExtension(name),
        mime: upload.stored.mime,
        size: upload.stored.size,
        storageKey: upload.stored.key,
      })
      .returning({ id: clientFiles.id });
    return (row as { id: number }).id;
  } catch (error) {
    if (postgresError(error)?.code === '23503') throw new NotFound();
    throw error;
  }
}

/** Whether a user may change and delete a file: their own ones, and all with the permission to delete. */
export const mayEdit = (file: { userId: number | null }, by: { user: number; mayDelete: boolean }) =>
  by.mayDelete || file.userId === by.user;

interface FileOfClient {
  location: number;
  client: number;
  id: number;
}

async function lockFile(write: Write, of: FileOfClient, by: { user: number; mayDelete: boolean }) {
  const which = and(eq(clientFiles.locationId, of.location), eq(clientFiles.clientId, of.client), eq(clientFiles.id, of.id));
  const [row] = await write.lock('client file', write.select().from(clientFiles).where(which), 'update');
  if (!row) throw new NotFound();
  if (!mayEdit(row, by)) throw new Forbidden();
  return { row, which };
}

/** @throws NotFound, Forbidden */
export async function describeFile(
  write: Write,
  of: FileOfClient,
  by: { user: number; mayDelete: boolean },
  description: string,
): Promise<FileRow> {
  const { which } = await lockFile(write, of, by);
  await write.update(clientFiles).set({ description }).where(which);
  return getFile(write, of);
}

/**
 * Deletes a file. Its entry in the history stays, without the file.
 * @returns the storage key; remove its content after the commit
 * @throws NotFound, Forbidden
 */
export async function deleteFile(write: Write, of: FileOfClient, by: { user: number; mayDelete: boolean }): Promise<string> {
  const { row, which } = await lockFile(write, of, by);
  await write
    .update(clientComments)
    .set({ fileId: null, updatedAt: new Date() })
    .where(and(eq(clientComments.locationId, of.location), eq(clientComments.fileId, of.id)));
  await write.delete(clientFiles).where(which);
  await releaseFiles(write, [row.storageKey]);
  return row.storageKey;
}
