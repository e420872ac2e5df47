import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { BadRequest, Invalid } from '../../../api/errors.ts';
import { document, empty, operation } from '../../../api/operation.ts';
import { EmptyList, Id, named } from '../../../api/schema.ts';
import type { TagEntity } from '../tables.ts';
import {
  createTag as addTag,
  updateTag as changeTag,
  getTag as findTag,
  listTags as findTags,
  deleteTag as removeTag,
  tagEntity,
} from '../tag.ts';
import { presentTagResource } from './present.ts';
import { tagEntityNames, tagFields } from './schemas.ts';

const TagAttributes = named(
  'TagAttributes',
  Type.Object({
    company_id: Type.Integer({ description: 'Location id' }),
    title: Type.String(),
    color: Type.String({ description: 'background, e.g. #ff2828' }),
    font_color: Type.String({ description: 'e.g. #ffffff' }),
    icon: Type.String({ description: 'icon name, e.g. star' }),
    entity_type: Type.String({
      description: 'client=booking user, record=appointment',
      enum: ['common', 'client', 'record', 'activity'],
    }),
    is_deleted: Type.Boolean(),
    is_editable: Type.Boolean({ description: 'may be updated/deleted' }),
    salon_id: Type.Integer({ description: 'deprecated, use company_id' }),
    entity: Type.Integer({ description: 'deprecated; 0 general, 1 booking user, 2 appointment, 3 event' }),
    entity_slug: Type.String({ description: 'deprecated, use entity_type' }),
    deleted: Type.Integer({ description: 'deprecated, use is_deleted' }),
    not_editable: Type.Integer({ description: 'deprecated, use is_editable' }),
  }),
);

const TagResource = named(
  'TagResource',
  Type.Object({ type: Type.String({ enum: ['tag'] }), id: Type.String(), attributes: TagAttributes }),
);

const TagDocument = named('TagDocument', Type.Object({ data: TagResource, meta: EmptyList }));

const listTags = operation({
  id: 'list_tags',
  method: 'GET',
  path: '/locations/{company_id}/tags',
  tag: 'Tags',
  summary: 'List tags of a location',
  access: locationUser(),
  params: Type.Object({ company_id: Id('Location id') }),
  query: Type.Object({
    entity: Type.Optional(
      Type.String({
        description: 'string; alias or numeric code',
        enum: tagEntityNames,
      }),
    ),
  }),
  success: document(
    200,
    Type.Object({
      data: Type.Array(TagResource),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      data: [
        {
          type: 'tag',
          id: '241625',
          attributes: {
            company_id: 68570,
            title: 'VIP',
            color: '#ff2828',
            font_color: '#ffffff',
            icon: 'star',
            entity_type: 'client',
            is_deleted: false,
            is_editable: true,
          },
        },
      ],
    },
  },
  handle: async ({ db, location, query }) => ({
    data: (await findTags(db, location.id, query.entity === undefined ? undefined : tagEntity(query.entity))).map(
      presentTagResource,
    ),
  }),
});

const createTag = operation({
  id: 'create_tag',
  method: 'POST',
  path: '/locations/{company_id}/tags',
  tag: 'Tags',
  summary: 'Create a tag',
  access: locationUser('settings_clients_labels_access'),
  params: Type.Object({ company_id: Id('Location id') }),
  body: Type.Object({
    title: tagFields.title,
    color: tagFields.color,
    entity: Type.Optional(
      Type.Integer({ description: '0 general, 1 booking user, 2 appointment, 3 event', default: 0, enum: [0, 1, 2, 3] }),
    ),
    icon: Type.Optional(tagFields.icon),
  }),
  success: document(201, TagDocument),
  errors: [400, 403, 404, 422],
  example: {
    body: { title: 'New here', color: '#2f9e44', entity: 1 },
    data: {
      data: {
        type: 'tag',
        id: '241627',
        attributes: {
          company_id: 68570,
          title: 'VIP',
          color: '#ff2828',
          font_color: '#ffffff',
          icon: 'star',
          entity_type: 'client',
          is_deleted: false,
          is_editable: true,
        },
      },
      meta: [],
    },
  },
  invalid: (fields) => (fields.entity ? new BadRequest('Invalid entity type', fields) : new Invalid(fields)),
  handle: async ({ write, location, body }) => ({
    data: presentTagResource(await addTag(write, location.id, { ...body, entity: body.entity as TagEntity })),
    meta: [],
  }),
});

const getTag = operation({
  id: 'get_tag',
  method: 'GET',
  path: '/locations/{company_id}/tags/{tag_id}',
  tag: 'Tags',
  summary: 'Get one tag',
  access: locationUser(),
  params: Type.Object({ company_id: Id('Location id'), tag_id: Id('tag id') }),
  success: document(200, TagDocument),
  errors: [403, 404],
  example: {
    data: {
      data: {
        type: 'tag',
        id: '241625',
        attributes: {
          company_id: 68570,
          title: 'VIP',
          color: '#ff2828',
          font_color: '#ffffff',
          icon: 'star',
          entity_type: 'client',
          is_deleted: false,
          is_editable: true,
        },
      },
      meta: [],
    },
  },
  handle: async ({ db, location, params }) => ({
    data: presentTagResource(await findTag(db, location.id, params.tag_id)),
    meta: [],
  }),
});

const updateTag = operation({
  id: 'update_tag',
  method: 'PUT',
  path: '/locations/{company_id}/tags/{tag_id}',
  tag: 'Tags',
  summary: 'Update a tag',
  access: locationUser('settings_clients_labels_access'),
  params: Type.Object({ company_id: Id('Location id'), tag_id: Id('tag id') }),
  body: Type.Object({
    title: Type.Optional(tagFields.title),
    color: Type.Optional(tagFields.color),
    entity: Type.Optional(Type.Integer({ description: '0 general, 1 booking user, 2 appointment, 3 event', enum: [0, 1, 2, 3] })),
    icon: Type.Optional(tagFields.icon),
  }),
  success: empty(204),
  errors: [403, 404, 422],
  example: { body: { title: 'Comes often', color: '#2f9e44', entity: 1 } },
  handle: ({ write, location, params, body }) =>
    changeTag(write, location.id, params.tag_id, { ...body, entity: body.entity as TagEntity | undefined }),
});

const deleteTag = operation({
  id: 'delete_tag',
  method: 'DELETE',
  path: '/locations/{company_id}/tags/{tag_id}',
  tag: 'Tags',
  summary: 'Mark a tag as deleted',
  access: locationUser('settings_clients_labels_access'),
  params: Type.Object({ company_id: Id('Location id'), tag_id: { ...Id('tag id'), examples: [2] } }),
  success: empty(204),
  errors: [403, 404],
  handle: ({ write, location, params }) => removeTag(write, location.id, params.tag_id),
});

/** The operations of the tag, in the order of the published documents. */
export const tagsOperations = [listTags, createTag, getTag, updateTag, deleteTag];
