import { and, asc, eq, type InferSelectModel, isNull } from 'drizzle-orm';
import { Forbidden, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { type TagEntity, tags } from './tables.ts';

export type TagRow = InferSelectModel<typeof tags>;

/** The fields of a tag. An undefined field stays unchanged. */
export interface TagFields {
  title?: string | undefined;
  /** #rrggbb */
  color?: string | undefined;
  entity?: TagEntity | undefined;
  icon?: string | undefined;
}

/** The wire names of the entities that a tag belongs to, by number. */
export const tagEntities = ['common', 'client', 'record', 'activity'] as const;

/** A name or a number of `tagEntities` as the number. */
export const tagEntity = (nameOrNumber: string): TagEntity => {
  const index = (tagEntities as readonly string[]).indexOf(nameOrNumber);
  return (index === -1 ? Number(nameOrNumber) : index) as TagEntity;
};

const living = (locationId: number, id: number) => and(eq(tags.locationId, locationId), eq(tags.id, id), isNull(tags.deletedAt));

/** The location's tags that are not deleted, oldest first. */
export const listTags = (db: Read, locationId: number, entity?: TagEntity): Promise<TagRow[]> =>
  db
    .select()
    .from(tags)
    .where(
      and(eq(tags.locationId, locationId), isNull(tags.deletedAt), entity === undefined ? undefined : eq(tags.entity, entity)),
    )
    .orderBy(asc(tags.id));

/** @throws NotFound */
export async function getTag(db: Read, locationId: number, id: number): Promise<TagRow> {
  const [row] = await db.select().from(tags).where(living(locationId, id));
  if (!row) throw new NotFound();
  return row;
}

export async function createTag(
  write: Write,
  locationId: number,
  fields: { title: string; color: string; entity: TagEntity; icon?: string | undefined },
): Promise<TagRow> {
  const { title, color, entity, icon = '' } = fields;
  const [row] = await write
    .insert(tags)
    .values({ locationId, title: title.trim(), color, entity, icon: icon.trim() })
    .returning();
  return row as TagRow;
}

/** Changes the given fields. @throws NotFound, and Forbidden for a tag of the system */
export async function updateTag(write: Write, locationId: number, id: number, fields: TagFields): Promise<void> {
  await editableTag(write, locationId, id);
  const columns = {
    ...(fields.title === undefined ? {} : { title: fields.title.trim() }),
    ...(fields.color === undefined ? {} : { color: fields.color }),
    ...(fields.entity === undefined ? {} : { entity: fields.entity }),
    ...(fields.icon === undefined ? {} : { icon: fields.icon.trim() }),
  };
  if (Object.keys(columns).length) await write.update(tags).set(columns).where(living(locationId, id));
}

/** Removes the tag from everything it marks. @throws NotFound, and Forbidden for a tag of the system */
export async function deleteTag(write: Write, locationId: number, id: number): Promise<void> {
  await editableTag(write, locationId, id);
  await write.update(tags).set({ deletedAt: new Date() }).where(living(locationId, id));
}

async function editableTag(write: Write, locationId: number, id: number): Promise<void> {
  const [row] = await write.lock(
    'tag',
    write.select({ id: tags.id, isLocked: tags.isLocked }).from(tags).where(living(locationId, id)),
    'update',
  );
  if (!row) throw new NotFound();
  if (row.isLocked) throw new Forbidden('This tag cannot be changed.');
}
