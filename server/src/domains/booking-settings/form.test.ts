import { beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/harness.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});

const path = (id?: number) => `/company/${shop.locationId}/booking_forms${id === undefined ? '' : `/${id}`}`;
const create = (fields: Record<string, unknown> = {}) => shop.call('POST', path(), { body: { title: 'Website', ...fields } });
const list = async () => (await shop.call('GET', path())).data;
const defaults = async () =>
  (await list()).filter((widget: { is_default: boolean }) => widget.is_default).map(({ id }: { id: number }) => id);

/** Every field that can be set, other than by default. */
const everything = {
  title: 'Онлайн-запись · הזמנת תור',
  description: 'On the start page',
  is_default: true,
  without_menu: true,
  service_step_default: 0,
  service_step_hide: true,
  master_step_default: 0,
  master_step_hide: true,
  service_step_num: 1,
  master_step_num: 3,
  datetime_step_num: 2,
  show_button: false,
  button_position: 'top right',
  form_position: 'left',
  button_color: '#00FF7f',
  button_animation: false,
};

describe('a booking widget', () => {
  test('needs no more than a title, and has the published defaults', async () => {
    const answer = await create();
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      id: expect.any(Number),
      title: 'Website',
      description: '',
      is_default: false,
      without_menu: false,
      service_step_default: 0,
      service_step_hide: false,
      master_step_default: 0,
      master_step_hide: false,
      service_step_num: 2,
      master_step_num: 1,
      datetime_step_num: 3,
      show_button: true,
      button_position: 'bottom right',
      form_position: 'right',
      button_color: '#1c84c6',
      button_animation: true,
      html_code: '',
      ab_test_enabled: false,
      sequence_type: 'steps',
      record_type_id: null,
    });
    expect((await shop.call('GET', path(answer.data.id))).data).toEqual(answer.data);
  });

  test('keeps every field it is given', async () => {
    const body = {
      ...everything,
      service_step_default: await shop.addService(),
      master_step_default: await shop.addTeamMember(),
    };
    const { data } = await create(body);
    expect(data).toMatchObject(body);
    expect((await shop.call('GET', path(data.id))).data).toEqual(data);
  });

  test('is changed in every field', async () => {
    const { data } = await create();
    const changed = await shop.call('PATCH', path(data.id), { body: everything });
    expect(changed).toMatchObject({ status: 200, data: { id: data.id, ...everything } });
    expect(await list()).toEqual([changed.data]);
  });

  test('is changed only with all of its fields', async () => {
    const { data } = await create();
    for (const field of Object.keys(everything)) {
      const answer = await shop.call('PATCH', path(data.id), { body: { ...everything, [field]: undefined } });
      expect(answer).toMatchObject({ status: 422, meta: { errors: [{ [field]: ['is required'] }] } });
    }
    expect(await list()).toEqual([data]);
  });

  test('takes the position that the published documents misspell', async () => {
    expect((await create({ button_position: 'top left ' })).data.button_position).toBe('top left');
  });

  test.each([
    ['title', ''],
    ['title', '   '],
    ['title', 'x'.repeat(256)],
    ['title', null],
    ['description', 'x'.repeat(1001)],
    ['button_color', 'red'],
    ['button_color', '#1c84c'],
    ['button_color', '#1c84c6;'],
    ['button_position', 'centre'],
    ['form_position', 'top'],
    ['service_step_num', -1],
    ['service_step_default', -1],
    ['master_step_default', 3_000_000_000],
    ['is_default', 'maybe'],
  ])('cannot have the %s %j', async (field, value) => {
    const answer = await create({ [field]: value });
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.meta.errors[0])).toEqual([field]);
    expect(await list()).toEqual([]);
  });

  test('cannot contain a NUL', async () => {
    expect((await create({ title: 'A\u0000' })).status).toBe(422);
  });

  test('begins only with a service and a team member that the location has', async () => {
    const other = await openShop({ chainId: shop.chainId });
    const gone = new Date();
    for (const id of [await other.addService(), await shop.addService({ deletedAt: gone }), 2_000_000_000]) {
      const answer = await create({ service_step_default: id });
      expect(answer).toMatchObject({ status: 422, meta: { errors: [{ service_step_default: [expect.any(String)] }] } });
    }
    for (const id of [await other.addTeamMember(), await shop.addTeamMember({ deletedAt: gone }), 2_000_000_000]) {
      const answer = await create({ master_step_default: id });
      expect(answer).toMatchObject({ status: 422, meta: { errors: [{ master_step_default: [expect.any(String)] }] } });
    }
    expect(await list()).toEqual([]);

    const { data } = await create();
    const both = { ...everything, service_step_default: 2_000_000_000, master_step_default: 2_000_000_000 };
    const answer = await shop.call('PATCH', path(data.id), { body: both });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors.flatMap(Object.keys)).toEqual(['service_step_default', 'master_step_default']);
    expect(await list()).toEqual([data]);
  });

  test('is gone once deleted', async () => {
    const { data } = await create();
    expect((await shop.call('DELETE', path(data.id))).status).toBe(204);
    expect((await shop.call('GET', path(data.id))).status).toBe(404);
    expect((await shop.call('DELETE', path(data.id))).status).toBe(404);
    expect((await shop.call('PATCH', path(data.id), { body: everything })).status).toBe(404);
    expect(await list()).toEqual([]);
  });

  test('deleted by ten requests at the same moment is deleted by one', async () => {
    const { data } = await create();
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.call('DELETE', path(data.id))));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(404)]);
  });
});

describe('the list of widgets', () => {
  test('of a new location is empty', async () => {
    expect(await shop.call('GET', path())).toMatchObject({ status: 200, data: [], meta: { count: 0 } });
  });

  test('is counted, oldest first, and has only those of the location', async () => {
    const other = await openShop({ chainId: shop.chainId });
    await other.call('POST', `/company/${other.locationId}/booking_forms`, { body: { title: 'Elsewhere' } });
    await create({ title: 'First' });
    await create({ title: 'Second' });
    expect(await shop.call('GET', path())).toMatchObject({
      data: [{ title: 'First' }, { title: 'Second' }],
      meta: { count: 2 },
    });
  });
});

describe('the default widget', () => {
  test('is the last one that was made it', async () => {
    const first = (await create({ is_default: true })).data.id;
    expect(await defaults()).toEqual([first]);
    const second = (await create({ is_default: true })).data.id;
    expect(await defaults()).toEqual([second]);
    await shop.call('PATCH', path(first), { body: everything });
    expect(await defaults()).toEqual([first]);
    await shop.call('PATCH', path(first), { body: everything });
    expect(await defaults()).toEqual([first]);
  });

  test('may be none', async () => {
    const { id } = (await create({ is_default: true })).data;
    await shop.call('PATCH', path(id), { body: { ...everything, is_default: false } });
    expect(await defaults()).toEqual([]);
  });

  test('of one location does not touch another', async () => {
    const other = await openShop({ chainId: shop.chainId });
    const theirs = await other.call('POST', `/company/${other.locationId}/booking_forms`, {
      body: { title: 'Elsewhere', is_default: true },
    });
    await create({ is_default: true });
    const read = await other.call('GET', `/company/${other.locationId}/booking_forms/${theirs.data.id}`);
    expect(read.data.is_default).toBe(true);
  });

  test('stays when a new one is refused', async () => {
    const { id } = (await create({ is_default: true })).data;
    expect((await create({ is_default: true, service_step_default: 2_000_000_000 })).status).toBe(422);
    expect(await defaults()).toEqual([id]);
  });

  test('is one, however many are made it at the same moment', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => create({ is_default: true })));
    expect(made.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(await defaults()).toHaveLength(1);
    const changed = await Promise.all(made.map(({ data }) => shop.call('PATCH', path(data.id), { body: everything })));
    expect(changed.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(await defaults()).toHaveLength(1);
  });
});

test('users who see settings or manage online booking see widgets, and only the latter change them', async () => {
  const { id } = (await create()).data;
  const statuses = async (permissions: Record<string, boolean>) => {
    const { authorization } = await shop.hire('worker', permissions);
    const answers = [
      await shop.call('GET', path(), { authorization }),
      await shop.call('GET', path(id), { authorization }),
      await shop.call('POST', path(), { authorization, body: { title: 'Mine' } }),
      await shop.call('PATCH', path(id), { authorization, body: everything }),
    ];
    return answers.map(({ status }) => status);
  };
  expect(await statuses({})).toEqual([403, 403, 403, 403]);
  expect(await statuses({ settings_access: true })).toEqual([200, 200, 403, 403]);
  expect(await statuses({ online_record_access: true })).toEqual([200, 200, 201, 200]);
});
