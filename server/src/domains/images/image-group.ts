import { type SQL, sql } from 'drizzle-orm';
import type { ImageEntity } from './tables.ts';

export interface Image {
  id: number;
  path: string;
  width: number;
  height: number;
  type: string;
}

/** A picture of something, by the names of its sizes. */
export interface ImageGroup {
  id: number;
  versions: Record<string, Image>;
}

/**
 * The picture of each row of a table with `location_id` and `id`, selected in the same statement; null without one.
 * Plain names: Drizzle drops the table from columns where a statement has one table only.
 */
export const imageGroupOf = (entity: ImageEntity, table: string): SQL<ImageGroup | null> => sql`(
  select json_build_object('id', image_groups.id, 'versions', (
    select coalesce(json_object_agg(images.version, json_build_object(
      'id', images.id, 'path', images.path, 'width', images.width, 'height', images.height, 'type', images.type)), '{}'::json)
    from images where images.location_id = image_groups.location_id and images.group_id = image_groups.id))
  from image_groups
  where image_groups.location_id = ${sql.raw(table)}.location_id and image_groups.entity = ${entity}
    and image_groups.entity_id = ${sql.raw(table)}.id)`;
