import { beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, openShop, type Shop } from '../../../test/harness.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const fields = (method: string, category = 'client', path = '', options: CallOptions = {}) =>
  shop.call(method, `/custom_fields/${category}/${shop.locationId}${path}`, options);
let codes = 0;
const input = (changes: object = {}) => ({
  type: 'text',
  code: `field_${++codes}`,
  title: 'Allergies',
  user_can_edit: true,
  show_in_ui: true,
  ...changes,
});
const fieldsOf = (answer: { status: number; meta: { errors?: object[] } }) => [
  answer.status,
  answer.meta.errors?.flatMap((error) => Object.keys(error)),
];

describe('a custom field', () => {
  test('is made, listed, changed and removed', async () => {
    const body = input({ type: 'list', title: ' Тип кожи ', values: 'dry\noily\n\ndry' });
    const made = await fields('POST', 'client', '', { body });
    expect([made.status, made.data]).toEqual([
      200,
      {
        id: expect.any(Number),
        salon_id: shop.locationId,
        custom_field: {
          id: expect.any(Number),
          code: body.code,
          entity_type: 'client',
          show_in_ui: true,
          title: 'Тип кожи',
          user_can_edit: true,
          type: { code: 'list', title: 'List' },
          values: 'dry\noily',
        },
      },
    ]);
    const path = `/${made.data.id}`;
    expect((await fields('GET')).data).toContainEqual(made.data);
    const changed = await fields('PUT', 'client', path, {
      body: { ...body, title: 'Skin', show_in_ui: false, values: 'normal' },
    });
    expect([changed.status, changed.data[0].custom_field]).toMatchObject([
      202,
      { title: 'Skin', show_in_ui: false, values: 'normal' },
    ]);
    expect((await fields('DELETE', 'client', path)).body).toEqual({ success: true, data: null, meta: [] });
    expect((await fields('GET')).data).not.toContainEqual(expect.objectContaining({ id: made.data.id }));
    for (const method of ['PUT', 'DELETE']) {
      expect((await fields(method, 'client', path, method === 'PUT' ? { body } : {})).status).toBe(404);
    }
  });

  test('has a unique code among those of clients, or of appointments, also with simultaneous requests', async () => {
    const body = input();
    const answers = await Promise.all([1, 2, 3].map(() => fields('POST', 'client', '', { body })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422, 422]);
    expect(fieldsOf(answers.find((answer) => answer.status === 422) as (typeof answers)[number])).toEqual([422, ['code']]);
    expect((await fields('POST', 'appointment', '', { body })).data.custom_field.entity_type).toBe('record');
    expect((await fields('GET', 'record')).data).toHaveLength(1);
  });

  test('keeps its type and code', async () => {
    const body = input();
    const { id } = (await fields('POST', 'client', '', { body })).data;
    const put = async (changes: object) => fieldsOf(await fields('PUT', 'client', `/${id}`, { body: { ...body, ...changes } }));
    expect(await put({ type: 'number' })).toEqual([422, ['type']]);
    expect(await put({ code: 'other' })).toEqual([422, ['code']]);
    expect((await fields('PUT', 'appointment', `/${id}`, { body })).status).toBe(404);
  });

  test('is of a known type, with a code that can be a key', async () => {
    const refused = async (changes: object) => fieldsOf(await fields('POST', 'client', '', { body: input(changes) }));
    expect(await refused({ type: 'colour' })).toEqual([422, ['type']]);
    expect(await refused({ code: 'with space' })).toEqual([422, ['code']]);
    expect(await refused({ title: ' ' })).toEqual([422, ['title']]);
    expect(await refused({ type: 'list' })).toEqual([422, ['values']]);
    expect((await fields('GET', 'sale')).status).toBe(404);
  });

  test('needs the right to manage the settings', async () => {
    const member = await shop.hire('owner', { settings_basis_access: false });
    const as = { authorization: member.authorization };
    expect((await fields('POST', 'client', '', { body: input(), ...as })).status).toBe(403);
    expect((await fields('GET', 'client', '', as)).status).toBe(200);
  });

  test('is listed by V2 with its type', async () => {
    const other = await openShop();
    const v2 = (query = '') =>
      other.call('GET', `//api/v2/locations/${other.locationId}/custom_fields${query}`, {
        headers: { accept: 'application/vnd.api.v2+json' },
      });
    expect((await v2()).body).toEqual({ data: [], included: [] });
    for (const category of ['client', 'appointment']) {
      await other.call('POST', `/custom_fields/${category}/${other.locationId}`, {
        body: input({ type: 'list', code: category, values: 'a\nb' }),
      });
    }
    const { body } = await v2('?filter[parent_entity_type]=record&include=custom_field_type&include=ui_options');
    expect(body.data).toEqual([
      {
        type: 'custom_field',
        id: expect.any(String),
        attributes: {
          code: 'appointment',
          slug: 'appointment',
          parent_entity_type: 'record',
          entity_slug: 'record',
          relation_entity_type: null,
          show_in_ui: true,
          is_visible: true,
          title: 'Allergies',
          user_can_edit: true,
          is_editable: true,
          is_required: false,
          weight: 0,
          values: ['a', 'b'],
        },
        relationships: {
          custom_field_type: { data: { type: 'custom_field_type', id: '3' } },
          type: { data: { type: 'custom_field_type', id: '3' } },
          ui_options: { data: [] },
        },
      },
    ]);
    expect(body.included).toEqual([
      { type: 'custom_field_type', id: '3', attributes: { code: 'list', slug: 'list', title: 'List' } },
    ]);
    expect((await v2()).data).toHaveLength(2);
  });

  test('is listed by V2 for callers who may see the values of its entity', async () => {
    const other = await openShop();
    for (const category of ['client', 'appointment']) {
      await other.call('POST', `/custom_fields/${category}/${other.locationId}`, { body: input({ code: category }) });
    }
    const list = async (permissions: Record<string, boolean>, query = '') => {
      const { authorization } = await other.hire('owner', permissions);
      const path = `//api/v2/locations/${other.locationId}/custom_fields${query}`;
      const answer = await other.call('GET', path, { authorization, headers: { accept: 'application/vnd.api.v2+json' } });
      return answer.data?.map(({ attributes }: { attributes: { code: string } }) => attributes.code) ?? answer.status;
    };
    const [client, record] = ['custom_fields_client_values_read_access', 'custom_fields_record_values_read_access'] as const;
    expect(await list({ [client]: false })).toEqual(['appointment']);
    expect(await list({ [record]: false })).toEqual(['client']);
    expect(await list({ [client]: false }, '?filter[entity_slug]=client')).toBe(403);
    expect(await list({ [client]: false, [record]: false })).toBe(403);
  });
});
