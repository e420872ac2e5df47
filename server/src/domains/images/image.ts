import { Readable } from 'node:stream';
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { imageDimensionsFromData } from 'image-dimensions';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Conclude, Read, Transact, Write } from '../../api/write.ts';
import type { FileStore } from '../../platform/files.ts';
import { claim, discard, releaseFiles, storeUpload } from '../files/stored.ts';
import { locations } from '../locations/tables.ts';
import { type ImageEntity, type ImageType, imageGroups, images } from './tables.ts';

/** Bytes of an image. A picture is read into memory as a whole, unlike other files. */
export const maxImageBytes = 10 * 1024 * 1024;
/** The maximum width or height in pixels that browsers can still show. */
const maxSide = 10_000;

/** The sizes that the published API lists for a picture. Nothing is resized: all of them are the uploaded picture. */
const versions: Record<ImageEntity, string[]> = { service: ['basic'], team_member: ['sm', 'norm', 'origin'] };

/** One size of a picture. */
export interface ImageVersion {
  id: number;
  version: string;
  /** pixels */
  width: number;
  height: number;
  type: ImageType;
  /** The path of the picture on this server: `/uploads/456/3f2504e0-4f89-41d3-9a0c-0305e82c3301.png`. */
  path: string;
}

/** The picture of a service or a team member. */
export interface ImageGroup {
  id: number;
  entity: ImageEntity;
  entityId: number;
  images: ImageVersion[];
}

/** What a picture is of. */
interface Subject {
  location: number;
  entity: ImageEntity;
  id: number;
}

// The name is the random part of the storage key, so it cannot be guessed.
const pathOf = (location: number, storageKey: string, type: ImageType) => `/uploads/${location}/${storageKey.slice(3)}.${type}`;

/** The pictures of services or team members, by their ids. Uses one statement for any number. */
export async function imagesOf(
  db: Read,
  locationId: number,
  entity: ImageEntity,
  ids: readonly number[],
): Promise<Map<number, ImageGroup>> {
  const groups = new Map<number, ImageGroup>();
  if (ids.length === 0) return groups;
  const rows = await db
    .select({ group: imageGroups, image: images })
    .from(imageGroups)
    .innerJoin(images, and(eq(images.locationId, imageGroups.locationId), eq(images.groupId, imageGroups.id)))
    .where(
      and(
        eq(imageGroups.locationId, locationId),
        eq(imageGroups.entity, entity),
        ids.length === 1 ? eq(imageGroups.entityId, ids[0] as number) : inArray(imageGroups.entityId, [...ids]),
      ),
    )
    .orderBy(asc(images.id));
  for (const { group, image } of rows) {
    const known = groups.get(group.entityId) ?? { id: group.id, entity, entityId: group.entityId, images: [] };
    const { id, version, width, height, type, storageKey } = image;
    known.images.push({ id, version, width, height, type, path: pathOf(locationId, storageKey, type) });
    groups.set(group.entityId, known);
  }
  return groups;
}

/** The image type of a content, by its bytes. @throws Invalid if it is not an image, or too large */
function inspect(content: Buffer): { type: ImageType; width: number; height: number } {
  const found = imageDimensionsFromData(content);
  if (!found || (found.type !== 'jpeg' && found.type !== 'png')) throw new Invalid({ image: ['must be a JPEG or a PNG'] });
  const { type, width, height } = found;
  if (!(width > 0 && height > 0)) throw new Invalid({ image: ['must be at least one pixel wide and high'] });
  if (width > maxSide || height > maxSide) throw new Invalid({ image: [`must be at most ${maxSide} pixels wide and high`] });
  return { type, width, height };
}

/**
 * Sets the picture of a subject and replaces an earlier one.
 * @param hold whether the subject exists; it must prevent its deletion until the transaction ends
 * @param present makes the answer from the new picture
 * @throws Invalid if the content is not an image, NotFound if there is no such subject
 */
export async function replaceImage(
  { transact, conclude }: { transact: Transact; conclude: Conclude },
  store: FileStore,
  subject: Subject,
  content: Buffer,
  hold: (write: Write) => Promise<boolean>,
  present: (group: ImageGroup) => unknown = (group) => group,
): Promise<ImageGroup> {
  const { type, width, height } = inspect(content);
  const { key, size } = await storeUpload(transact, store, Readable.from([content]), maxImageBytes);
  const { group, former } = await conclude(
    async (write) => {
      if (!(await hold(write))) throw new NotFound();
      await claim(write, key);
      const old = await enter(write, subject, { storageKey: key, size, width, height, type });
      return { group: await imageOf(write, subject), former: old };
    },
    ({ group }) => present(group),
  ).catch(async (error: unknown) => {
    await discard(transact, store, [key]);
    throw error;
  });
  await discard(transact, store, former);
  return group;
}

/** @returns the storage keys of the former picture */
async function enter(
  write: Write,
  { location, entity, id }: Subject,
  image: Pick<typeof images.$inferInsert, 'storageKey' | 'size' | 'width' | 'height' | 'type'>,
): Promise<string[]> {
  const [group] = await write
    .insert(imageGroups)
    .values({ locationId: location, entity, entityId: id })
    // An update instead of `do nothing`, because it makes two simultaneous uploads wait for one another.
    .onConflictDoUpdate({
      target: [imageGroups.locationId, imageGroups.entity, imageGroups.entityId],
      set: { createdAt: new Date() },
    })
    .returning({ id: imageGroups.id });
  const groupId = (group as { id: number }).id;
  const gone = await write
    .delete(images)
    .where(and(eq(images.locationId, location), eq(images.groupId, groupId)))
    .returning({ storageKey: images.storageKey });
  const former = [...new Set(gone.map((row) => row.storageKey))];
  await releaseFiles(write, former);
  await write.insert(images).values(versions[entity].map((version) => ({ ...image, locationId: location, groupId, version })));
  return former;
}

async function imageOf(db: Read, { location, entity, id }: Subject): Promise<ImageGroup> {
  const group = (await imagesOf(db, location, entity, [id])).get(id);
  if (!group) throw new NotFound();
  return group;
}

/** The content at an image's path. @throws NotFound if there is none, or its location is closed */
export async function imageContent(
  db: Read,
  locationId: number,
  name: string,
): Promise<{ storageKey: string; size: number; mime: string }> {
  const [, id = '', type = ''] = /^([0-9a-f-]+)\.(\w+)$/.exec(name) ?? [];
  const storageKey = `${id.slice(0, 2)}/${id}`;
  const [row] = await db
    .select({ size: images.size, type: images.type })
    .from(images)
    .innerJoin(locations, and(eq(locations.id, images.locationId), isNull(locations.deletedAt)))
    .where(and(eq(images.locationId, locationId), eq(images.storageKey, storageKey)))
    .limit(1);
  if (!row || row.type !== type) throw new NotFound();
  return { storageKey, size: row.size, mime: `image/${row.type}` };
}

/** The subject of a group of images, whose id alone is known. @returns undefined if there is no such group */
export async function subjectOfGroup(db: Read, groupId: number): Promise<Subject | undefined> {
  const [row] = await db
    .select({ location: imageGroups.locationId, entity: imageGroups.entity, id: imageGroups.entityId })
    .from(imageGroups)
    .where(eq(imageGroups.id, groupId));
  return row;
}

/**
 * Removes a picture.
 * @param present makes the answer
 * @throws NotFound if there is no such group in the location
 */
export async function removeImage(
  { transact, conclude }: { transact: Transact; conclude: Conclude },
  store: FileStore,
  of: { location: number; group: number },
  present: () => unknown,
): Promise<void> {
  const former = await conclude(async (write) => {
    const [group] = await write
      .select({ id: imageGroups.id })
      .from(imageGroups)
      .where(and(eq(imageGroups.locationId, of.location), eq(imageGroups.id, of.group)))
      // An upload of a new picture waits.
      .for('update');
    if (!group) throw new NotFound();
    const gone = await write
      .delete(images)
      .where(and(eq(images.locationId, of.location), eq(images.groupId, of.group)))
      .returning({ storageKey: images.storageKey });
    await write.delete(imageGroups).where(and(eq(imageGroups.locationId, of.location), eq(imageGroups.id, of.group)));
    const keys = [...new Set(gone.map((row) => row.storageKey))];
    await releaseFiles(write, keys);
    return keys;
  }, present);
  await discard(transact, store, former);
}
