import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { document, empty, operation } from '../../api/operation.ts';
import { Id, named } from '../../api/schema.ts';

const TagAttributes = named(
  'TagAttributes',
  Type.Object({
    company_id: Type.Integer({ description: 'Location id' }),
    title: Type.String(),
    color: Type.String({ description: 'background, e.g. #ff2828' }),
    font_color: Type.Optional(Type.String({ description: 'e.g. #ffffff' })),
    icon: Type.Optional(Type.String({ description: 'icon name, e.g. star' })),
    entity_type: Type.String({
      description: 'client=booking user, record=appointment',
      enum: ['common', 'client', 'record', 'activity'],
    }),
    is_deleted: Type.Boolean(),
    is_editable: Type.Boolean({ description: 'may be updated/deleted' }),
    salon_id: Type.Optional(Type.Integer({ description: 'deprecated, use company_id' })),
    entity: Type.Optional(Type.Integer({ description: 'deprecated; 0 general, 1 booking user, 2 appointment, 3 event' })),
    entity_slug: Type.Optional(Type.String({ description: 'deprecated, use entity_type' })),
    deleted: Type.Optional(Type.Integer({ description: 'deprecated, use is_deleted' })),
    not_editable: Type.Optional(Type.Integer({ description: 'deprecated, use is_editable' })),
  }),
);

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
        enum: ['common', 'client', 'record', 'activity', '0', '1', '2', '3'],
      }),
    ),
  }),
  success: document(
    200,
    Type.Object({
      data: Type.Array(Type.Object({ type: Type.String({ enum: ['tag'] }), id: Type.String(), attributes: TagAttributes })),
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
});

const TagResource = named(
  'TagResource',
  Type.Object({
    type: Type.Optional(Type.String({ enum: ['tag'] })),
    id: Type.Optional(Type.String()),
    attributes: Type.Optional(TagAttributes),
  }),
);

const CreateTagSuccess = named(
  'CreateTagSuccess',
  Type.Object({
    data: Type.Optional(TagResource),
    meta: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'empty array in example' }))),
  }),
);

const createTag = operation({
  id: 'create_tag',
  method: 'POST',
  path: '/locations/{company_id}/tags',
  tag: 'Tags',
  summary: 'Create a tag',
  access: locationUser(),
  params: Type.Object({ company_id: Id('Location id') }),
  body: Type.Object({
    title: Type.String(),
    color: Type.String({ description: 'e.g. #ff2828' }),
    entity: Type.Optional(
      Type.Integer({ description: '0 general, 1 booking user, 2 appointment, 3 event', default: 0, enum: [0, 1, 2, 3] }),
    ),
    icon: Type.Optional(Type.String({ description: 'icon name, e.g. star' })),
  }),
  success: document(201, CreateTagSuccess),
  errors: [400, 403, 404, 422],
  example: {
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
});

const getTag = operation({
  id: 'get_tag',
  method: 'GET',
  path: '/locations/{company_id}/tags/{tag_id}',
  tag: 'Tags',
  summary: 'Get one tag',
  access: locationUser(),
  params: Type.Object({ company_id: Id('Location id'), tag_id: Id('tag id') }),
  success: document(200, CreateTagSuccess),
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
});

const updateTag = operation({
  id: 'update_tag',
  method: 'PUT',
  path: '/locations/{company_id}/tags/{tag_id}',
  tag: 'Tags',
  summary: 'Update a tag',
  access: locationUser(),
  params: Type.Object({ company_id: Id('Location id'), tag_id: Id('tag id') }),
  body: Type.Object({
    title: Type.Optional(Type.String()),
    color: Type.Optional(Type.String({ description: 'e.g. #ff2828' })),
    entity: Type.Optional(Type.Integer({ description: '0 general, 1 booking user, 2 appointment, 3 event', enum: [0, 1, 2, 3] })),
    icon: Type.Optional(Type.String({ description: 'icon name, e.g. star' })),
  }),
  success: empty(204),
  errors: [403, 404, 422],
});

const deleteTag = operation({
  id: 'delete_tag',
  method: 'DELETE',
  path: '/locations/{company_id}/tags/{tag_id}',
  tag: 'Tags',
  summary: 'Mark a tag as deleted',
  access: locationUser(),
  params: Type.Object({ company_id: Id('Location id'), tag_id: Id('tag id') }),
  success: empty(204),
  errors: [403, 404],
});

/** The operations of the tag, in the order of the published documents. */
export const tagsOperations = [listTags, createTag, getTag, updateTag, deleteTag];
