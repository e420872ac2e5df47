import { beforeAll, describe, expect, test } from 'vitest';
import { openShop, type Shop, somePhone } from '../../../test/harness.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  const define = (code: string, type: string, changes: object = {}) =>
    shop.call('POST', `/custom_fields/client/${shop.locationId}`, {
      body: { type, code, title: code, user_can_edit: true, show_in_ui: true, ...changes },
    });
  await define('allergies', 'text');
  await define('shoe_size', 'number');
  await define('skin', 'list', { values: 'dry\noily' });
  await define('patch_test', 'date');
  await define('called', 'datetime');
  await define('imported', 'text', { user_can_edit: false });
});

const write = (custom_fields: object, as?: string) =>
  shop.call('POST', `/clients/${shop.locationId}`, {
    body: { name: 'Ada', phone: somePhone(), custom_fields },
    ...(as ? { authorization: as } : {}),
  });
const change = (id: number, body: object, as?: string) =>
  shop.call('PUT', `/client/${shop.locationId}/${id}`, { body, ...(as ? { authorization: as } : {}) });
const read = async (id: number, as?: string) =>
  (await shop.call('GET', `/client/${shop.locationId}/${id}`, as ? { authorization: as } : {})).data;

describe('the custom fields of a client', () => {
  test('keep values of their types', async () => {
    const answer = await write({
      allergies: 'орехи',
      shoe_size: '41.5',
      skin: 'dry',
      patch_test: '2028-02-29',
      called: '2026-03-08 02:30:00',
      other_system: { id: 7 },
    });
    expect([answer.status, answer.data.custom_fields]).toEqual([
      201,
      {
        allergies: 'орехи',
        shoe_size: 41.5,
        skin: 'dry',
        patch_test: '2028-02-29',
        called: '2026-03-08 02:30:00',
        other_system: { id: 7 },
      },
    ]);
    expect((await read(answer.data.id)).custom_fields).toEqual(answer.data.custom_fields);
  });

  test.each([
    ['allergies', ['a']],
    ['allergies', 'x'.repeat(10_001)],
    ['shoe_size', 'large'],
    ['shoe_size', true],
    ['skin', 'purple'],
    ['skin', ['dry', 'purple']],
    ['patch_test', '2026-02-29'],
    ['called', 'yesterday'],
    ['imported', 'by hand'],
  ])('%s is not %j', async (code, value) => {
    const answer = await write({ [code]: value });
    expect([answer.status, answer.meta.errors?.map((error: object) => Object.keys(error)[0])]).toEqual([
      422,
      [`custom_fields.${code}`],
    ]);
  });

  test('are cleared by an empty value, and kept when they are not sent', async () => {
    const { data } = await write({ allergies: 'nuts', shoe_size: 0 });
    expect(data.custom_fields).toEqual({ allergies: 'nuts', shoe_size: 0 });
    expect((await change(data.id, { name: 'Ada', phone: data.phone })).data.custom_fields).toEqual({
      allergies: 'nuts',
      shoe_size: 0,
    });
    const cleared = await change(data.id, { name: 'Ada', phone: data.phone, custom_fields: { allergies: null, shoe_size: 0 } });
    expect(cleared.data.custom_fields).toEqual({ shoe_size: 0 });
  });

  test('are checked client by client in bulk', async () => {
    const clients = [{ skin: 'dry' }, { skin: 'purple' }].map((custom_fields) => ({
      name: 'Ada',
      phone: somePhone(),
      custom_fields,
    }));
    const answer = await shop.call('POST', `/clients/${shop.locationId}/bulk`, { body: clients });
    expect(answer.data.created.map((client: { custom_fields: object }) => client.custom_fields)).toEqual([{ skin: 'dry' }]);
    expect(answer.data.errors).toHaveLength(1);
  });

  test('are neither visible nor changed without their permissions', async () => {
    const { data } = await write({ allergies: 'nuts' });
    const blind = (
      await shop.hire('owner', { custom_fields_client_values_read_access: false, custom_fields_client_values_edit_access: false })
    ).authorization;
    expect((await read(data.id, blind)).custom_fields).toEqual([]);
    await change(data.id, { name: 'Ada', phone: data.phone, custom_fields: [] }, blind);
    expect((await read(data.id)).custom_fields).toEqual({ allergies: 'nuts' });
  });
});

test('last and middle names and the comment are neither visible nor erased without their permissions', async () => {
  const client = await shop.addClient({ surname: 'Lovelace', middle_name: 'King', comment: 'Prefers mornings' });
  const blind = (
    await shop.hire('owner', {
      clients_surname_middle_name_access: false,
      clients_surname_middle_name_edit_access: false,
      clients_card_comment_access: false,
      clients_card_comment_edit_access: false,
    })
  ).authorization;
  const seen = await read(client.id, blind);
  expect(seen).toMatchObject({ surname: '', middle_name: '', comment: '' });
  const search = await shop.call('POST', `/company/${shop.locationId}/clients/search`, {
    body: { fields: ['surname', 'middle_name', 'comment'], filters: [{ type: 'id', state: { value: [client.id] } }] },
    authorization: blind,
  });
  expect(search.data).toEqual([{ surname: '', middle_name: '', comment: '' }]);
  await change(client.id, { name: seen.name, phone: client.phone, surname: '', middle_name: '', comment: '' }, blind);
  expect(await read(client.id)).toMatchObject({ surname: 'Lovelace', middle_name: 'King', comment: 'Prefers mornings' });
});

test('the order of a search tells nothing of a phone number that is not shown', async () => {
  const other = await openShop();
  const [first, second] = [await other.addClient({ phone: '+16462999999' }), await other.addClient({ phone: '+16462000001' })];
  const blind = (await other.hire('owner', { clients_phones_access: false })).authorization;
  const ids = async (authorization: string) => {
    const body = { fields: ['id'], order_by: 'phone', order_by_direction: 'ASC' };
    const { data } = await other.call('POST', `/company/${other.locationId}/clients/search`, { body, authorization });
    return data.map((client: { id: number }) => client.id);
  };
  expect(await ids(other.owner.authorization)).toEqual([second.id, first.id]);
  expect(await ids(blind)).toEqual([first.id, second.id]);
});
