import Type, { type Static } from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import {
  createCustomField as addField,
  type CustomFieldInput,
  updateCustomField as changeField,
  listCustomFields,
  deleteCustomField as removeField,
} from '../custom-field.ts';
import { type CustomFieldEntity, type CustomFieldType as CustomFieldKind, customFieldTypes } from '../tables.ts';
import { presentCustomField } from './present.ts';

/** The entities of fields, as paths write them. */
const categories: Record<string, CustomFieldEntity> = { client: 'client', appointment: 'appointment', record: 'appointment' };
const Category = Type.String({ enum: Object.keys(categories), description: 'client or appointment (also written record)' });
const CategoryPath = { field_category: Category, location_id: Id('location id') };
const FieldPath = Type.Object({ ...CategoryPath, field_id: Id('field id') });

const CustomFieldsRequestDataType = named(
  'CustomFieldsRequestDataType',
  Type.Object({
    type: Type.String({ enum: [...customFieldTypes] }),
    code: Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$', description: 'letters, digits, _ and -', examples: ['skin_type'] }),
    title: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }),
    user_can_edit: Type.Boolean(),
    show_in_ui: Type.Boolean(),
    values: Type.Optional(Type.String({ maxLength: 20_000, description: 'options of a list, one per line' })),
  }),
);

const inputOf = (body: Static<typeof CustomFieldsRequestDataType>): CustomFieldInput => ({
  type: body.type as CustomFieldKind,
  code: body.code,
  title: body.title,
  isEditable: body.user_can_edit,
  isVisible: body.show_in_ui,
  options: (body.values ?? '').split('\n'),
});

const ofPath = (params: { field_category: string }, location: { id: number }) => ({
  locationId: location.id,
  entity: categories[params.field_category] as CustomFieldEntity,
});

const CustomFieldType = named('CustomFieldType', Type.Object({ code: Type.String(), title: Type.String() }));

const CustomFieldDefinition = named(
  'CustomFieldDefinition',
  Type.Object({
    id: Type.Integer(),
    code: Type.String({ description: 'key used to set values' }),
    entity_type: Type.String({ description: 'client card or appointment window' }),
    show_in_ui: Type.Boolean(),
    title: Type.String(),
    user_can_edit: Type.Boolean(),
    type: CustomFieldType,
    values: Type.String({ description: "allowed values, one a line, type 'list' only" }),
  }),
);

const LocationCustomField = named(
  'LocationCustomField',
  Type.Object({
    id: Type.Integer(),
    salon_id: Type.Integer({ description: 'location id' }),
    custom_field: CustomFieldDefinition,
  }),
);

const getCustomFieldList = operation({
  id: 'get_custom_field_list',
  method: 'GET',
  path: '/custom_fields/{field_category}/{location_id}',
  tag: 'Custom Fields',
  summary: 'Custom fields of a location',
  access: locationUser(),
  params: Type.Object(CategoryPath),
  success: answer(200, Type.Array(LocationCustomField)),
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
  handle: async ({ db, location, params }) =>
    (await listCustomFields(db, location.id, ofPath(params, location).entity)).map(presentCustomField),
});

const createCustomField = operation({
  id: 'create_custom_field',
  method: 'POST',
  path: '/custom_fields/{field_category}/{location_id}',
  tag: 'Custom Fields',
  summary: 'Create a custom field',
  access: locationUser('settings_basis_access'),
  params: Type.Object(CategoryPath),
  body: CustomFieldsRequestDataType,
  success: answer(200, LocationCustomField),
  errors: [403, 404],
  example: {
    body: { type: 'text', code: 'my_text_field', title: 'test field', user_can_edit: true, show_in_ui: true },
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
  handle: async ({ write, location, params, body }) =>
    presentCustomField(await addField(write, ofPath(params, location), inputOf(body))),
});

const updateCustomField = operation({
  id: 'update_custom_field',
  method: 'PUT',
  path: '/custom_fields/{field_category}/{location_id}/{field_id}',
  tag: 'Custom Fields',
  summary: 'Update a custom field',
  access: locationUser('settings_basis_access'),
  params: FieldPath,
  body: CustomFieldsRequestDataType,
  success: answer(202, Type.Array(LocationCustomField, { description: 'the one' })),
  errors: [403, 404],
  example: {
    body: {
      type: 'list',
      code: 'skin_type',
      title: 'Type of skin',
      user_can_edit: true,
      show_in_ui: true,
      values: 'sensitive',
    },
  },
  handle: async ({ write, location, params, body }) => [
    presentCustomField(await changeField(write, { ...ofPath(params, location), id: params.field_id }, inputOf(body))),
  ],
});

const deleteCustomField = operation({
  id: 'delete_custom_field',
  method: 'DELETE',
  path: '/custom_fields/{field_category}/{location_id}/{field_id}',
  tag: 'Custom Fields',
  summary: 'Remove a custom field from a location',
  access: locationUser('settings_basis_access'),
  params: FieldPath,
  success: answer(200, Type.Union([Type.Array(LocationCustomField), Type.Null()], { description: 'always null' })),
  errors: [403, 404],
  example: { data: null },
  handle: async ({ write, location, params }) => {
    await removeField(write, { ...ofPath(params, location), id: params.field_id });
    return null;
  },
});

/** The operations of the tag, in the order of the published documents. */
export const customFieldsOperations = [getCustomFieldList, createCustomField, updateCustomField, deleteCustomField];
