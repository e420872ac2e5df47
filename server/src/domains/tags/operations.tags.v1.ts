import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';

const TagsUpdateRequest = named(
  'TagsUpdateRequest',
  Type.Object({
    title: Type.Optional(Type.String()),
    color: Type.Optional(Type.String({ description: '#RRGGBB' })),
    entity: Type.Optional(Type.Number({ description: '1 client tag, 2 appointment tag' })),
    icon: Type.Optional(Type.String()),
  }),
);

const createTag = operation({
  id: 'create_tag',
  method: 'POST',
  path: '/labels/{location_id}',
  tag: 'Tags',
  summary: 'Create tag',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    title: Type.String(),
    color: Type.String({ description: '#RRGGBB' }),
    entity: Type.Optional(Type.Integer({ description: '0 general, 1 client, 2 appointment', enum: [0, 1, 2] })),
    icon: Type.Optional(Type.String({ description: 'icon name' })),
  }),
  success: answer(
    200,
    Type.Object({
      title: Type.Optional(Type.String()),
      salon_id: Type.Optional(Type.Integer()),
      color: Type.Optional(Type.String({ description: '#RRGGBB' })),
      entity: Type.Optional(Type.Number({ description: '1 client tag, 2 appointment tag' })),
      id: Type.Optional(Type.Integer()),
    }),
  ),
  errors: [403, 404],
  example: { data: { title: 'test', salon_id: 68570, color: '#00ff11', entity: 1, id: 3599560 } },
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
      enum: ['common', 'client', 'record', 'activity'],
    }),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        salon_id: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        title: Type.Optional(Type.String()),
        color: Type.Optional(Type.String({ description: '#RRGGBB' })),
        icon: Type.Optional(Type.String()),
        slug: Type.Optional(Type.String()),
        entity: Type.Optional(
          AnyOfTypes<string | number>(['string', 'integer'], { description: '1 client, 2 appointment, 3 event' }),
        ),
        deleted: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'], { description: '0 active, 1 deleted' })),
        not_editable: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'], { description: '0 editable, 1 locked' })),
        font_color: Type.Optional(Type.String({ description: '#RRGGBB' })),
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
        entity: 1,
        deleted: 0,
        not_editable: 0,
      },
    ],
  },
});

const updateTagByTagId = operation({
  id: 'update_tag_by_tag_id',
  method: 'PUT',
  path: '/labels/{location_id}/{tag_id}',
  tag: 'Tags',
  summary: 'Change tag',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), tag_id: Id('tag id') }),
  body: TagsUpdateRequest,
  success: answer(202, undefined, Type.Object({ message: Type.Optional(Type.String()) })),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
});

const deleteTagByTagId = operation({
  id: 'delete_tag_by_tag_id',
  method: 'DELETE',
  path: '/labels/{location_id}/{tag_id}',
  tag: 'Tags',
  summary: 'Remove tag',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), tag_id: Id('tag id') }),
  success: answer(200, undefined, Type.Object({ message: Type.Optional(Type.String()) })),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
});

/** The operations of the tag, in the order of the published documents. */
export const tagsOperations = [createTag, getTagListByEntity, updateTagByTagId, deleteTagByTagId];
