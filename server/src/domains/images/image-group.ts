import { type SQL, sql } from 'drizzle-orm';
import type { ImageGroup } from './image.ts';
import type { ImageEntity } from './tables.ts';

/**
 * The picture of each row of a table with `location_id` and `id`, selected in the same statement. Null without one. It equals the result of
 * `imagesOf`. Table names are written as text, because Drizzle drops the table from columns in a statement with one table.
 */
export const imageGroupOf = (entity: ImageEntity, table: string): SQL<ImageGroup | null> => sql`(
  select json_build_object('id', image_groups.id, 'entity', image_groups.entity, 'entityId', image_groups.entity_id, 'images', (
    select coalesce(json_agg(json_build_object(
      'id', images.id, 'version', images.version, 'width', images.width, 'height', images.height, 'type', images.type,
      'path', '/uploads/' || images.location_id || '/' || substr(images.storage_key, 4) || '.' || images.type) order by images.id), '[]'::json)
    from images where images.location_id = image_groups.location_id and images.group_id = image_groups.id))
  from image_groups
  where image_groups.location_id = ${sql.raw(table)}.location_id and image_groups.entity = ${entity}
    and image_groups.entity_id = ${sql.raw(table)}.id)`;
