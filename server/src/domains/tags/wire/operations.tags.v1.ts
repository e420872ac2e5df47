import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { accepted, answer, operation } from '../../../api/operation.ts';
import { AcceptedMeta, Bit, Id, named } from '../../../api/schema.ts';
import type { TagEntity } from '../tables.ts';
import { createTag as addTag, deleteTag, listTags, tagEntity, updateTag } from '../tag.ts';
import { presentCreatedTag, presentTag } from './present.ts';
import { tagEntityNames, tagFields } from './schemas.ts';

const Entity = (description: string) => Type.Integer({ minimum: 0, maximum: 3, description });

const TagsUpdateRequest = named(
  'TagsUpdateRequest',
  Type.Object({
    title: Type.Optional(tagFields.title),
    color: Type.Optional(tagFields.color),
    entity: Type.Optional(Entity('0 general, 1 client, 2 appointment, 3 event')),
    icon: Type.Optional(tagFields.icon),
  }),
);

const createTag = operation({
  id: 'create_tag',
  method: 'POST',
  path: '/labels/{location_id}',
  tag: 'Tags',
  summary: 'Create tag',
  deprecated: true,
  access: locationUser('settings_clients_labels_access'),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    title: tagFields.title,
    color: tagFields.color,
    entity: Type.Optional(
      Type.Integer({ description: '0 general, 1 client, 2 appointment, 3 event', enum: [0, 1, 2, 3], default: 0 }),
    ),
    icon: Type.Optional(tagFields.icon),
  }),
  success: answer(
    200,
    Type.Object({
      title: Type.String(),
      salon_id: Type.Integer({ description: 'location id' }),
      color: Type.String({ description: '#RRGGBB' }),
      entity: Type.Integer({ description: '0 general, 1 client, 2 appointment, 3 event' }),
      id: Type.Integer(),
    }),
  ),
  errors: [403, 404],
  example: { data: { title: 'test', salon_id: 68570, color: '#00ff11', entity: 1, id: 3599560 } },
  handle: async ({ write, location, query }) =>
    presentCreatedTag(await addTag(write, location.id, { ...query, entity: query.entity as TagEntity })),
});

const getTagListByEntity = operation({
  id: 'get_tag_list_by_entity',
  method: 'GET',
  path: '/labels/{location_id}/{entity}',
  tag: 'Tags',
  summary: 'List tags of one entity type',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    entity: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'entity',
      enum: tagEntityNames,
    }),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Integer(),
        salon_id: Type.Integer({ description: 'location id' }),
        title: Type.String(),
        color: Type.String({ description: '#RRGGBB' }),
        icon: Type.String(),
        slug: Type.String({ description: 'empty' }),
        entity: Type.Integer({ description: '0 general, 1 client, 2 appointment, 3 event' }),
        deleted: Bit('0 active; deleted ones are not listed'),
        not_editable: Bit('0 editable, 1 locked'),
        font_color: Type.String({ description: '#RRGGBB, black or white' }),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 241625,
        salon_id: 68570,
        title: 'VIP client',
        color: '#ff2828',
        icon: 'star',
        slug: '',
        entity: 1,
        deleted: 0,
        not_editable: 0,
        font_color: '#000000',
      },
    ],
  },
  handle: async ({ db, location, params }) => (await listTags(db, location.id, tagEntity(params.entity))).map(presentTag),
});

const updateTagByTagId = operation({
  id: 'update_tag_by_tag_id',
  method: 'PUT',
  path: '/labels/{location_id}/{tag_id}',
  tag: 'Tags',
  summary: 'Change tag',
  deprecated: true,
  access: locationUser('settings_clients_labels_access'),
  params: Type.Object({ location_id: Id('location id'), tag_id: Id('tag id') }),
  body: TagsUpdateRequest,
  success: accepted(AcceptedMeta),
  errors: [403, 404],
  example: {
    body: { title: 'Comes often', color: '#2f9e44', entity: 1 },
    meta: { message: 'Accepted' },
  },
  handle: ({ write, location, params, body }) =>
    updateTag(write, location.id, params.tag_id, { ...body, entity: body.entity as TagEntity | undefined }),
});

const deleteTagByTagId = operation({
  id: 'delete_tag_by_tag_id',
  method: 'DELETE',
  path: '/labels/{location_id}/{tag_id}',
  tag: 'Tags',
  summary: 'Remove tag',
  deprecated: true,
  access: locationUser('settings_clients_labels_access'),
  params: Type.Object({ location_id: Id('location id'), tag_id: Id('tag id') }),
  success: { ...accepted(AcceptedMeta), status: 200, description: 'Done' },
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
  handle: ({ write, location, params }) => deleteTag(write, location.id, params.tag_id),
});

/** The operations of the tag, in the order of the published documents. */
export const tagsOperations = [createTag, getTagListByEntity, updateTagByTagId, deleteTagByTagId];
