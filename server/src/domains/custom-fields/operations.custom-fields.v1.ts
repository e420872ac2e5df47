import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { Id, named } from '../../api/schema.ts';

const CustomFieldsRequestDataType = named(
  'CustomFieldsRequestDataType',
  Type.Object({
    type: Type.String({ description: 'field type code, e.g. text' }),
    code: Type.String(),
    title: Type.String(),
    user_can_edit: Type.Boolean(),
    show_in_ui: Type.Boolean(),
  }),
);

const CustomFieldType = named(
  'CustomFieldType',
  Type.Object({ code: Type.Optional(Type.String()), title: Type.Optional(Type.String()) }),
);

const CustomFieldDefinition = named(
  'CustomFieldDefinition',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    code: Type.Optional(Type.String({ description: 'key used to set values' })),
    entity_type: Type.Optional(Type.String({ description: 'client card or appointment window' })),
    show_in_ui: Type.Optional(Type.Boolean()),
    title: Type.Optional(Type.String()),
    user_can_edit: Type.Optional(Type.Boolean()),
    type: Type.Optional(CustomFieldType),
    values: Type.Optional(Type.String({ description: "allowed values, type 'list' only" })),
  }),
);

const GetCustomFieldListSuccess = named(
  'GetCustomFieldListSuccess',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    salon_id: Type.Optional(Type.Integer({ description: 'location id' })),
    custom_field: Type.Optional(CustomFieldDefinition),
  }),
);

const getCustomFieldList = operation({
  id: 'get_custom_field_list',
  method: 'GET',
  path: '/custom_fields/{field_category}/{location_id}',
  tag: 'Custom Fields',
  summary: 'Custom fields of a location',
  access: locationUser(),
  params: Type.Object({
    field_category: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'appointment or client (source example value: record)',
    }),
    location_id: Id('location id'),
  }),
  success: answer(200, Type.Array(GetCustomFieldListSuccess)),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 1,
        salon_id: 1,
        custom_field: {
          id: 1,
          code: 'my_text_field',
          show_in_ui: true,
          title: 'test field',
          user_can_edit: true,
          type: { code: 'text', title: 'Text' },
        },
      },
    ],
  },
});

const createCustomField = operation({
  id: 'create_custom_field',
  method: 'POST',
  path: '/custom_fields/{field_category}/{location_id}',
  tag: 'Custom Fields',
  summary: 'Create a custom field',
  access: locationUser(),
  params: Type.Object({
    field_category: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'appointment or client (source example value: record)',
    }),
    location_id: Id('location id'),
  }),
  body: CustomFieldsRequestDataType,
  success: answer(200, Type.Union([Type.Array(GetCustomFieldListSuccess), Type.Record(Type.String(), Type.Any())])),
  errors: [403, 404],
  example: {
    data: {
      id: 1,
      salon_id: 1,
      custom_field: {
        id: 1,
        code: 'my_text_field',
        show_in_ui: true,
        title: 'test field',
        user_can_edit: true,
        type: { code: 'text', title: 'Text' },
      },
    },
  },
});

const updateCustomField = operation({
  id: 'update_custom_field',
  method: 'PUT',
  path: '/custom_fields/{field_category}/{location_id}/{field_id}',
  tag: 'Custom Fields',
  summary: 'Update a custom field',
  access: locationUser(),
  params: Type.Object({
    field_category: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'appointment or client (source example value: record)',
    }),
    location_id: Id('location id'),
    field_id: Id('field id'),
  }),
  body: CustomFieldsRequestDataType,
  success: answer(202, Type.Union([Type.Array(GetCustomFieldListSuccess), Type.Null()])),
  errors: [403, 404],
  example: { data: null },
});

const deleteCustomField = operation({
  id: 'delete_custom_field',
  method: 'DELETE',
  path: '/custom_fields/{field_category}/{location_id}/{field_id}',
  tag: 'Custom Fields',
  summary: 'Remove a custom field from a location',
  access: locationUser(),
  params: Type.Object({
    field_category: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'appointment or client (source example value: record)',
    }),
    location_id: Id('location id'),
    field_id: Id('field id'),
  }),
  success: answer(200, Type.Union([Type.Array(GetCustomFieldListSuccess), Type.Null()])),
  errors: [403, 404],
  example: { data: null },
});

/** The operations of the tag, in the order of the published documents. */
export const customFieldsOperations = [getCustomFieldList, createCustomField, updateCustomField, deleteCustomField];
