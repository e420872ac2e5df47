import { and, desc, eq, type InferSelectModel, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError, prepared } from '../../platform/database.ts';
import { users } from '../access/tables.ts';
import { clientComments, clientFiles, clients } from './tables.ts';

type CommentColumns = Pick<InferSelectModel<typeof clientComments>, 'id' | 'type' | 'text' | 'createdAt' | 'updatedAt'>;

/** A comment as its presenter takes it. */
export interface CommentRow extends CommentColumns {
  author: { id: number; name: string; avatar: string } | null;
  file: { id: number; name: string } | null;
}

const author = { id: users.id, name: users.name, avatar: users.avatar };
const file = { id: clientFiles.id, name: clientFiles.name };

const commentColumns = {
  id: clientComments.id,
  type: clientComments.type,
  text: clientComments.text,
  createdAt: clientComments.createdAt,
  updatedAt: clientComments.updatedAt,
};

/** Built once a connection: this is the list that integrations poll. */
const commentsOfClient = prepared((db) =>
  db
    .select({ ...commentColumns, author, file })
    .from(clients)
    .leftJoin(clientComments, and(eq(clientComments.locationId, clients.locationId), eq(clientComments.clientId, clients.id)))
    .leftJoin(users, eq(users.id, clientComments.userId))
    .leftJoin(clientFiles, and(eq(clientFiles.locationId, clientComments.locationId), eq(clientFiles.id, clientComments.fileId)))
    .where(and(eq(clients.locationId, sql.placeholder('location')), eq(clients.id, sql.placeholder('client'))))
    .orderBy(desc(clientComments.id))
    .prepare('comments_of_client'),
);

/** Comments and uploads of a client, newest first. @throws NotFound if the location has no such client */
export async function listComments(db: Read, of: { location: number; client: number }): Promise<CommentRow[]> {
  const rows = await commentsOfClient(db).execute({ location: of.location, client: of.client });
  if (rows.length === 0) throw new NotFound();
  // A client without comments is one row without a comment.
  return rows[0]?.id === null ? [] : (rows as CommentRow[]);
}

/**
 * Adds a text comment.
 * @throws NotFound if the location has no such client
 */
export async function addComment(
  write: Write,
  comment: { location: number; client: number; author: number; text: string },
): Promise<CommentRow> {
  const text = comment.text.trim();
  if (text === '') throw new Invalid({ text: ['must not be empty'] });
  const [row] = await insertComment(write, {
    locationId: comment.location,
    clientId: comment.client,
    userId: comment.author,
    text,
  });
  return withAuthor(write, row as InferSelectModel<typeof clientComments>);
}

async function insertComment(write: Write, values: typeof clientComments.$inferInsert) {
  try {
    return await write.insert(clientComments).values(values).returning();
  } catch (error) {
    if (postgresError(error)?.code === '23503') throw new NotFound();
    throw error;
  }
}

/** Writes an upload into the history. */
export const addFileComment = (write: Write, upload: { location: number; client: number; author: number; file: number }) =>
  insertComment(write, {
    locationId: upload.location,
    clientId: upload.client,
    userId: upload.author,
    type: 'file',
    fileId: upload.file,
  });

async function withAuthor(db: Read, comment: InferSelectModel<typeof clientComments>): Promise<CommentRow> {
  const [user] = comment.userId === null ? [] : await db.select(author).from(users).where(eq(users.id, comment.userId));
  return { ...comment, author: user ?? null, file: null };
}

/**
 * Deletes a comment. The file of an upload stays (note of delete_client_comment).
 * @param may the comments that the user may delete: their own, those of others
 * @throws NotFound, and Forbidden if the user may not delete this one
 */
export async function deleteComment(
  write: Write,
  comment: { location: number; client: number; id: number },
  by: { user: number; may: { own: boolean; others: boolean } },
): Promise<void> {
  const which = and(
    eq(clientComments.locationId, comment.location),
    eq(clientComments.clientId, comment.client),
    eq(clientComments.id, comment.id),
  );
  const [row] = await write.lock(
    'client comment',
    write.select({ id: clientComments.id, userId: clientComments.userId }).from(clientComments).where(which),
    'update',
  );
  if (!row) throw new NotFound();
  if (!(row.userId === by.user ? by.may.own : by.may.others)) throw new Forbidden();
  await write.delete(clientComments).where(which);
}
