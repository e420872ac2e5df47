import type { CustomFieldRow } from '../custom-field.ts';
import { type CustomFieldType, customFieldTypes } from '../tables.ts';

const titles: Record<CustomFieldType, string> = {
  text: 'Text',
  number: 'Number',
  list: 'List',
  date: 'Date',
  datetime: 'Date and time',
};

/** The wire names of the entities of fields. */
const entityOf = (row: CustomFieldRow) => (row.entity === 'appointment' ? 'record' : 'client');

export const presentCustomField = (row: CustomFieldRow) => ({
  id: row.id,
  salon_id: row.locationId,
  custom_field: {
    id: row.id,
    code: row.code,
    entity_type: entityOf(row),
    show_in_ui: row.isVisible,
    title: row.title,
    user_can_edit: row.isEditable,
    type: { code: row.type, title: titles[row.type] },
    values: row.options.join('\n'),
  },
});

const typeId = (type: CustomFieldType) => String(customFieldTypes.indexOf(type) + 1);

/** A field as a resource of V2. */
export const presentCustomFieldResource = (row: CustomFieldRow) => ({
  type: 'custom_field',
  id: String(row.id),
  attributes: {
    code: row.code,
    slug: row.code,
    parent_entity_type: entityOf(row),
    entity_slug: entityOf(row),
    relation_entity_type: null,
    show_in_ui: row.isVisible,
    is_visible: row.isVisible,
    title: row.title,
    user_can_edit: row.isEditable,
    is_editable: row.isEditable,
    is_required: row.isRequired,
    weight: row.weight,
    values: row.options,
  },
  relationships: {
    custom_field_type: { data: { type: 'custom_field_type', id: typeId(row.type) } },
    type: { data: { type: 'custom_field_type', id: typeId(row.type) } },
    ui_options: { data: [] },
  },
});

/** The types of the fields, each once. */
export const presentTypes = (rows: readonly CustomFieldRow[]) =>
  [...new Set(rows.map((row) => row.type))].map((type) => ({
    type: 'custom_field_type',
    id: typeId(type),
    attributes: { code: type, slug: type, title: titles[type] },
  }));
