import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { document, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { ToManyRelationship, ToOneRelationship } from '../../../wire/schemas.ts';
import { listCustomFields as findFields } from '../custom-field.ts';
import { presentCustomFieldResource, presentTypes } from './present.ts';

const CustomFieldResource = named(
  'CustomFieldResource',
  Type.Object({
    type: Type.String({ enum: ['custom_field'] }),
    id: Type.String({ description: 'Location custom field id' }),
    attributes: Type.Object({
      code: Type.String({ description: 'deprecated, use slug' }),
      slug: Type.String({ description: 'key used in payloads' }),
      parent_entity_type: Type.String({ description: 'deprecated, use entity_slug', enum: ['record', 'client'] }),
      entity_slug: Type.String({ description: 'record=appointment, client=booking user', enum: ['record', 'client'] }),
      relation_entity_type: Type.Null({ description: 'reserved' }),
      show_in_ui: Type.Boolean({ description: 'deprecated, use is_visible' }),
      is_visible: Type.Boolean(),
      title: Type.String(),
      user_can_edit: Type.Boolean({ description: 'deprecated, use is_editable' }),
      is_editable: Type.Boolean({ description: 'business users can edit value' }),
      is_required: Type.Boolean({ description: 'value required' }),
      weight: Type.Integer({ description: 'display order' }),
      values: Type.Array(Type.String(), { description: 'options of a list' }),
    }),
    relationships: Type.Object({
      custom_field_type: ToOneRelationship,
      type: ToOneRelationship,
      ui_options: ToManyRelationship,
    }),
  }),
);

const CustomFieldTypeResource = named(
  'CustomFieldTypeResource',
  Type.Object({
    type: Type.String({ enum: ['custom_field_type'] }),
    id: Type.String(),
    attributes: Type.Object({
      code: Type.String({ description: 'deprecated, use slug' }),
      slug: Type.String(),
      title: Type.String(),
    }),
  }),
);

const CustomFieldUiOptionResource = named(
  'CustomFieldUiOptionResource',
  Type.Object({
    type: Type.String({ enum: ['custom_field_ui_option'] }),
    id: Type.String(),
    attributes: Type.Object({ slug: Type.String(), value: Type.Boolean({ description: 'option enabled' }) }),
  }),
);

const listCustomFields = operation({
  id: 'list_custom_fields',
  method: 'GET',
  path: '/locations/{location_id}/custom_fields',
  tag: 'Custom Fields',
  summary: 'List custom fields of a location',
  description:
    'Fields of clients need the permission to see their values (`custom_fields_client_values_read_access`). Fields of appointments need `custom_fields_record_values_read_access`.',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        parent_entity_type: Type.Optional(
          Type.String({ description: 'record=appointment, client=booking user', enum: ['record', 'client'] }),
        ),
        entity_slug: Type.Optional(
          Type.String({ description: 'deprecated alias of filter[parent_entity_type]', enum: ['record', 'client'] }),
        ),
      }),
    ),
    include: Type.Optional(Type.Array(Type.String({ description: 'unique items', enum: ['custom_field_type', 'ui_options'] }))),
  }),
  success: document(
    200,
    Type.Object({
      data: Type.Array(CustomFieldResource),
      included: Type.Array(Type.Union([CustomFieldTypeResource, CustomFieldUiOptionResource])),
    }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'custom_field',
          id: '81',
          attributes: {
            code: 'preferred_color',
            slug: 'preferred_color',
            parent_entity_type: 'client',
            entity_slug: 'client',
            relation_entity_type: null,
            show_in_ui: true,
            is_visible: true,
            title: 'Preferred color',
            user_can_edit: true,
            is_editable: true,
            is_required: false,
            weight: 10,
            values: [],
          },
        },
      ],
    },
  },
  handle: async ({ db, location, query, can }) => {
    const { filter = {}, include = [] } = query;
    const wanted = filter.parent_entity_type ?? filter.entity_slug;
    const seen = (['client', 'record'] as const).filter(
      (entity) => can(`custom_fields_${entity}_values_read_access`) && (wanted === undefined || wanted === entity),
    );
    if (seen.length === 0) throw new Forbidden();
    const [only] = seen.length === 1 ? seen : [];
    const rows = await findFields(db, location.id, only === 'record' ? 'appointment' : only);
    return {
      data: rows.map(presentCustomFieldResource),
      included: include.includes('custom_field_type') ? presentTypes(rows) : [],
    };
  },
});

/** The operations of the tag, in the order of the published documents. */
export const customFieldsOperations = [listCustomFields];
