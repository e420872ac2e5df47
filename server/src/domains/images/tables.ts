import { foreignKey, index, integer, pgTable, primaryKey, smallint, text, unique } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** The subject of a group of images: a service or a team member. */
export type ImageEntity = 'service' | 'team_member';

export type ImageType = 'jpeg' | 'png';

/** The picture of a subject, in several sizes. A new one replaces the earlier one. */
export const imageGroups = pgTable(
  'image_groups',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    entity: text().$type<ImageEntity>().notNull(),
    entityId: integer('entity_id').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    // Requests name a group without its location.
    unique('image_groups_id').on(table.id),
    unique('image_groups_entity').on(table.locationId, table.entity, table.entityId),
  ],
);

export const images = pgTable(
  'images',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    groupId: integer('group_id').notNull(),
    /** The name of the size, such as `basic`, `sm`, `norm` or `origin`. */
    version: text().notNull(),
    /** Its content; sizes may share one. */
    storageKey: text('storage_key').notNull(),
    /** bytes */
    size: integer().notNull(),
    /** pixels */
    width: smallint().notNull(),
    /** pixels */
    height: smallint().notNull(),
    /** `jpeg` or `png` */
    type: text().$type<ImageType>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('images_version').on(table.locationId, table.groupId, table.version),
    index('images_content').on(table.locationId, table.storageKey),
    foreignKey({
      columns: [table.locationId, table.groupId],
      foreignColumns: [imageGroups.locationId, imageGroups.id],
    }).onDelete('cascade'),
  ],
);
