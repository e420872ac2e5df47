import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { pictureForm } from '../../../test/every-operation.ts';
import { type CallOptions, openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { services as servicesTable } from './tables.ts';

let shop: Shop;
let category: number;
let bill: number;
beforeAll(async () => {
  shop = await openShop();
  bill = await shop.addBill();
  category = (await categories('POST', '', { body: { title: 'Hair', weight: 5 } })).data.id;
});

const at =
  (base: string) =>
  (method: string, path = '', options: CallOptions = {}) =>
    shop.call(method, `/${base}/${shop.locationId}${path}`, options);
const categories = at('service_categories');
const oneCategory = at('service_category');
const services = at('services');
const company = at('company');
const make = async (fields: object = {}) =>
  (await services('POST', '', { body: { title: 'Haircut', category_id: category, price_min: 30, ...fields } })).data;
const fieldsOf = (answer: { status: number; meta: { errors?: object[] } }) => [
  answer.status,
  answer.meta.errors?.flatMap((error) => Object.keys(error)),
];
const wholeService = (fields: object = {}) => ({
  title: 'Cut',
  booking_title: 'A cut',
  category_id: category,
  price_min: 10,
  price_max: 20,
  duration: 1800,
  is_multi: false,
  tax_variant: 0,
  vat_id: 0,
  is_need_limit_date: false,
  seance_search_start: 0,
  seance_search_finish: 86_400,
  step: 900,
  seance_search_step: 900,
  ...fields,
});

describe('a category', () => {
  test('is made, read in every spelling, changed and deleted', async () => {
    const member = await shop.addTeamMember();
    const made = await categories('POST', '', { body: { title: ' Стрижки ', api_id: 'adw322', weight: 10, staff: [member] } });
    expect([made.status, made.data]).toEqual([
      201,
      {
        id: expect.any(Number),
        salon_service_id: expect.any(Number),
        title: 'Стрижки',
        api_id: 'adw322',
        weight: 10,
        staff: [member],
      },
    ]);
    const { id } = made.data;
    const read = { ...made.data, is_chain: false };
    expect((await categories('GET', `/${id}`)).body).toEqual({ success: true, data: [read], meta: { total_count: 1 } });
    expect((await oneCategory('GET', `/${id}`)).body).toEqual({ success: true, data: read, meta: [] });
    expect((await company('GET', `/service_categories/${id}`)).data).toEqual([read]);
    expect((await oneCategory('PUT', `/${id}`, { body: { title: 'Cuts' } })).data).toEqual({ ...read, title: 'Cuts' });
    expect((await oneCategory('PUT', `/${id}`, { body: { staff: [] } })).data.staff).toEqual([]);
    expect((await oneCategory('DELETE', `/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await oneCategory(method, `/${id}`)).status).toBe(404);
    expect((await oneCategory('PUT', `/${id}`, { body: { title: 'X' } })).status).toBe(404);
  });

  test('is listed by weight, and by the team members who provide it or one of its services', async () => {
    const other = await openShop();
    const call = (query = '') => other.call('GET', `/company/${other.locationId}/service_categories${query}`);
    expect((await call()).body).toEqual({ success: true, data: [], meta: { total_count: 0 } });
    const [first, second] = [await other.addTeamMember(), await other.addTeamMember()];
    const create = async (title: string, weight: number, staff: number[] = []) =>
      (await other.call('POST', `/service_categories/${other.locationId}`, { body: { title, weight, staff } })).data.id;
    const [light, heavy] = [await create('Light', 1, [first]), await create('Heavy', 2)];
    const service = await other.addService({ categoryId: heavy });
    await other.call('POST', `/company/${other.locationId}/services/${service}/staff`, {
      body: { master_id: second, seance_length: 3600, technological_card_id: null },
    });
    const ids = async (query?: string) => (await call(query)).data.map((row: { id: number }) => row.id);
    expect(await ids()).toEqual([heavy, light]);
    expect(await ids(`?staff_id=${first}`)).toEqual([light]);
    expect(await ids(`?staff_id=${second}`)).toEqual([heavy]);
    expect((await call('?staff_id=2000000000')).status).toBe(404);
  });

  test('with services stays', async () => {
    const { id } = (await categories('POST', '', { body: { title: 'Full' } })).data;
    const service = await make({ category_id: id });
    expect((await oneCategory('DELETE', `/${id}`)).status).toBe(403);
    await services('DELETE', `/${service.id}`);
    expect((await oneCategory('DELETE', `/${id}`)).status).toBe(204);
    expect(fieldsOf(await services('POST', '', { body: { title: 'X', category_id: id } }))).toEqual([422, ['category_id']]);
  });

  test('needs a title and team members of the location', async () => {
    const stranger = await (await openShop()).addTeamMember();
    expect(fieldsOf(await categories('POST', '', { body: {} }))).toEqual([422, ['title']]);
    expect(fieldsOf(await categories('POST', '', { body: { title: ' ' } }))).toEqual([422, ['title']]);
    expect(fieldsOf(await categories('POST', '', { body: { title: 'X', staff: [stranger] } }))).toEqual([422, ['staff']]);
  });
});

describe('a service', () => {
  test('is made, listed, read, replaced and deleted', async () => {
    const member = await shop.addTeamMember();
    const body = {
      title: " Men's haircut ",
      category_id: category,
      price_min: 1300,
      price_max: 1500.5,
      duration: 2700,
      technical_break_duration: 300,
      discount: 10,
      comment: 'תספורת',
      weight: 6,
      active: 0,
      api_id: '00000000042',
      staff: [{ id: member, seance_length: 2700 }],
    };
    const made = await services('POST', '', { body });
    expect([made.status, made.data]).toEqual([
      201,
      {
        ...body,
        title: "Men's haircut",
        booking_title: "Men's haircut",
        id: expect.any(Number),
        salon_service_id: expect.any(Number),
        is_online: false,
      },
    ]);
    const { id } = made.data;
    expect((await services('GET')).data).toContainEqual(made.data);
    expect((await services('GET', `/${id}`)).data).toEqual(made.data);
    expect((await company('GET', `/services/${id}`)).data).toEqual(made.data);
    expect((await company('GET', '/services')).data).toContainEqual(made.data);

    const replaced = await services('PUT', `/${id}`, { body: { title: 'Cut', technical_break_duration: null, active: 1 } });
    expect(replaced.data).toEqual({
      ...made.data,
      title: 'Cut',
      booking_title: 'Cut',
      technical_break_duration: null,
      active: 1,
      is_online: true,
    });
    expect((await services('PUT', `/${id}`, { body: { staff: [] } })).data.staff).toEqual([]);

    expect((await services('DELETE', `/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await services(method, `/${id}`)).status).toBe(404);
    expect((await services('GET')).data.some((row: { id: number }) => row.id === id)).toBe(false);
  });

  test('has one price when no higher one is given, and an hour', async () => {
    expect(await make({ price_min: 25 })).toMatchObject({ price_min: 25, price_max: 25, duration: 3600, discount: 0, staff: [] });
    expect(await make({ price_min: undefined })).toMatchObject({ price_min: 0, price_max: 0 });
  });

  test('is changed as a whole, with its dates and times', async () => {
    const { id } = await make();
    const answer = await services('PATCH', `/${id}`, {
      body: wholeService({ is_need_limit_date: true, date_from: '2028-02-28', date_to: '2028-03-01', is_multi: true, vat_id: 2 }),
    });
    expect(answer.data).toMatchObject({
      id,
      title: 'Cut',
      booking_title: 'A cut',
      print_title: 'Cut',
      is_multi: true,
      vat_id: 2,
      date_from: '2028-02-28',
      date_to: '2028-03-01',
      dates: ['2028-02-28', '2028-02-29', '2028-03-01'],
      seance_search_finish: 86_400,
      prepaid: 'forbidden',
      resources: [],
      image_group: [],
      staff: [],
    });
    const patched = async (fields: object) => fieldsOf(await services('PATCH', `/${id}`, { body: wholeService(fields) }));
    expect(await patched({ title: undefined })).toEqual([422, ['title']]);
    expect(await patched({ is_need_limit_date: true, date_to: '2028-01-01', date_from: '2028-01-02' })).toEqual([
      422,
      ['date_to'],
    ]);
    expect(await patched({ seance_search_start: 5000, seance_search_finish: 4000 })).toEqual([422, ['seance_search_finish']]);
  });

  test.each(['POST', 'PUT'])(
    'accepts in a %s the fields of the newer operation, and checks them in the same way',
    async (method) => {
      const path = method === 'PUT' ? `/${(await make()).id}` : '';
      const send = (fields: object) =>
        services(method, path, {
          body: { title: 'Cut', category_id: category, price_min: 1, price_max: 2, duration: 3600, ...fields },
        });
      const before = (await services('GET')).data;
      for (const [field, value] of [
        ['booking_title', {}],
        ['is_multi', 'perhaps'],
        ['vat_id', 'x'],
        ['tax_variant', 'z'],
        ['step', 'x'],
        ['seance_search_step', -5],
        ['seance_search_start', 'noon'],
        ['seance_search_finish', 86_401],
        ['date_to', '__proto__'],
        ['date_from', '0000-01-01'],
      ] as const) {
        const answer = await send({ is_need_limit_date: true, date_from: '2026-01-01', date_to: '2026-01-02', [field]: value });
        expect([field, ...fieldsOf(answer)]).toEqual([field, 422, [field]]);
      }
      expect((await services('GET')).data).toEqual(before);

      const newer = { vat_id: 2, tax_variant: 3, step: 900, seance_search_step: 300, seance_search_start: 3600, is_multi: true };
      const { data } = await send({ ...newer, booking_title: 'A cut', undeclared: 1 });
      expect(data.booking_title).toBe('A cut');
      const { db } = await testDatabase();
      const rows = await db.select().from(servicesTable).where(eq(servicesTable.id, data.id));
      expect(rows).toMatchObject([
        { vatId: 2, taxVariant: 3, displayStep: 900, searchStep: 300, searchFrom: 3600, isGroup: true },
      ]);
    },
  );

  test('that is offered for centuries lists the first dates of them', async () => {
    const { id } = await make();
    const body = wholeService({ is_need_limit_date: true, date_from: '1900-01-01', date_to: '2999-12-31' });
    const { data } = await services('PATCH', `/${id}`, { body });
    expect([data.dates.length, data.dates[0], data.dates.at(-1)]).toEqual([366, '1900-01-01', '1901-01-01']);
  });

  test('has prices, durations and breaks that make sense', async () => {
    const refused = async (fields: object) =>
      fieldsOf(await services('POST', '', { body: { title: 'X', category_id: category, ...fields } }));
    expect(await refused({ price_min: 10, price_max: 9 })).toEqual([422, ['price_max']]);
    expect(await refused({ price_min: -1 })).toEqual([422, ['price_min']]);
    expect(await refused({ duration: 0 })).toEqual([422, ['duration']]);
    expect(await refused({ technical_break_duration: 301 })).toEqual([422, ['technical_break_duration']]);
    expect(await refused({ discount: 101 })).toEqual([422, ['discount']]);
    expect(await refused({ category_id: 2_000_000_000 })).toEqual([422, ['category_id']]);
    expect(await refused({ staff: [{ id: 2_000_000_000 }] })).toEqual([422, ['staff.0.id']]);
    const { id } = await make({ price_min: 10, price_max: 20 });
    expect(fieldsOf(await services('PUT', `/${id}`, { body: { price_min: 21 } }))).toEqual([422, ['price_max']]);
  });

  test('is found by its category and by its team member, the heaviest first', async () => {
    const other = await openShop();
    const member = await other.addTeamMember();
    const call = (query: string) => other.call('GET', `/services/${other.locationId}${query}`);
    const ids: number[] = [];
    for (const weight of [1, 3, 2, 3]) ids.push(await other.addService({ weight }));
    const [a, b, c, d] = ids;
    const all = (await call('')).data;
    expect(all.map((row: { id: number }) => row.id)).toEqual([b, d, c, a]);
    for (const id of [a, b]) {
      await other.call('POST', `/company/${other.locationId}/services/${id}/staff`, {
        body: { master_id: member, seance_length: 600, technological_card_id: null },
      });
    }
    expect((await call(`?staff_id=${member}`)).data.map((row: { id: number }) => row.id)).toEqual([b, a]);
    const own = all.find((row: { id: number }) => row.id === c).category_id;
    expect((await call(`?category_id=${own}`)).data.map((row: { id: number }) => row.id)).toEqual([c]);
    expect((await call('?category_id=2000000000')).status).toBe(404);
    expect((await call(`?staff_id=${await shop.addTeamMember()}`)).status).toBe(404);
  });

  test('keeps a total order with any weights that are set at once', async () => {
    const other = await openShop();
    const ids = await Promise.all(Array.from({ length: 6 }, () => other.addService()));
    await Promise.all(
      ids.flatMap((id, index) =>
        [index % 3, (index + 1) % 3].map((weight) =>
          other.call('PUT', `/services/${other.locationId}/${id}`, { body: { weight } }),
        ),
      ),
    );
    const { data } = await other.call('GET', `/services/${other.locationId}`);
    const keys = data.map((row: { weight: number; id: number }) => [row.weight, row.id]);
    expect(keys).toEqual([...keys].sort((x, y) => y[0] - x[0] || x[1] - y[1]));
    expect(new Set(data.map((row: { id: number }) => row.id)).size).toBe(6);
  });

  test('shows its picture when it has one', async () => {
    const { id } = await make();
    expect((await services('GET', `/${id}`)).data.image_group).toBeUndefined();
    const uploaded = await shop.call('POST', '/images/service', {
      rawBody: pictureForm({ company_id: shop.locationId, service_id: id }),
    });
    expect((await services('GET', `/${id}`)).data.image_group).toEqual(uploaded.data.image_group);
    expect((await services('GET')).data.find((row: { id: number }) => row.id === id).image_group).toEqual(
      uploaded.data.image_group,
    );
  });

  test('is changed only as far as one may', async () => {
    const { id } = await make({ price_min: 10, price_max: 20 });
    const without = async (flag: string) => ({ authorization: (await shop.hire('owner', { [flag]: false })).authorization });
    const put = async (flag: string, body: object) =>
      (await services('PUT', `/${id}`, { body, ...(await without(flag)) })).status;
    expect(await put('services_edit', { comment: 'X' })).toBe(403);
    expect(await put('settings_services_edit_title_access', { title: 'Other' })).toBe(403);
    expect(await put('settings_services_edit_title_access', { title: 'Haircut', comment: 'Y' })).toBe(200);
    expect(await put('settings_services_edit_price_access', { price_min: 11 })).toBe(403);
    expect(await put('settings_services_edit_price_access', { price_min: 10 })).toBe(200);
    expect(await put('edit_master_service_and_duration', { staff: [] })).toBe(403);
    expect((await services('DELETE', `/${id}`, await without('services_delete'))).status).toBe(403);
  });
});

describe('a team member', () => {
  test('is linked to a service with an own duration, changed and removed', async () => {
    const { id } = await make();
    const member = await shop.addTeamMember();
    const path = `/services/${id}/staff`;
    const body = { master_id: member, seance_length: 2700, technological_card_id: bill };
    const linked = await company('POST', path, { body });
    expect([linked.status, linked.data]).toEqual([
      201,
      {
        service_id: id,
        master_id: member,
        length: 2700,
        technological_card_id: bill,
        api_id: '',
        is_online: true,
        is_offline_records_allowed: true,
        price: null,
      },
    ]);
    const again = await company('POST', path, { body: { ...body, seance_length: 3000 } });
    expect([again.status, again.data.length]).toEqual([201, 3000]);
    const changed = await company('PUT', `${path}/${member}`, { body: { seance_length: 300, technological_card_id: null } });
    expect(changed.data).toMatchObject({ length: 300, technological_card_id: 0 });
    expect((await services('GET', `/${id}`)).data.staff).toEqual([{ id: member, seance_length: 300 }]);
    expect((await company('DELETE', `${path}/${member}`)).status).toBe(204);
    expect((await company('DELETE', `${path}/${member}`)).status).toBe(404);
    expect(
      (await company('PUT', `${path}/${member}`, { body: { seance_length: 300, technological_card_id: null } })).status,
    ).toBe(404);
    const stranger = await (await openShop()).addTeamMember();
    expect(fieldsOf(await company('POST', path, { body: { ...body, master_id: stranger } }))).toEqual([422, ['master_id']]);
    expect(fieldsOf(await company('POST', path, { body: { ...body, seance_length: 299 } }))).toEqual([422, ['seance_length']]);
    const foreign = await (await openShop()).addService();
    expect((await company('POST', `/services/${foreign}/staff`, { body })).status).toBe(404);
  });

  test('who leaves provides no service any more', async () => {
    const member = await shop.addTeamMember();
    const { id } = await make({ staff: [{ id: member }] });
    expect((await services('GET', `/${id}`)).data.staff).toEqual([{ id: member, seance_length: 3600 }]);
    await shop.call('DELETE', `/staff/${shop.locationId}/${member}`);
    expect((await services('GET', `/${id}`)).data.staff).toEqual([]);
  });
});

describe('all links of a service', () => {
  const links = (service: number, fields: object) =>
    company('POST', '/services/links', {
      body: { service_id: service, team_member_settings: [], resource_ids: [], translations: [], ...fields },
    });
  const setting = (id: number, fields: object = {}) => ({
    team_member_id: id,
    tech_card_id: bill,
    hours: 0,
    minutes: 45,
    price: null,
    ...fields,
  });

  test('are changed only as far as one may', async () => {
    const { id } = await make();
    const chair = await shop.addResource('Chair', 1);
    const translations = [{ language_id: 2, translation: 'Coupe' }];
    await links(id, { resource_ids: [chair.id], translations });
    const status = async (flag: string, fields: object) => {
      const { authorization } = await shop.hire('owner', { [flag]: false });
      const body = { service_id: id, team_member_settings: [], resource_ids: [chair.id], translations, ...fields };
      return (await company('POST', '/services/links', { body, authorization })).status;
    };
    const [resources, title] = ['settings_services_edit_services_related_resource_access', 'settings_services_edit_title_access'];
    expect(await status(resources, { resource_ids: [] })).toBe(403);
    expect(await status(title, { translations: [{ language_id: 2, translation: '' }] })).toBe(403);
    expect(await status(title, { translations: [{ language_id: 3, translation: 'Schnitt' }] })).toBe(403);
    // Unchanged fields need no right.
    expect(await status(resources, { translations: [] })).toBe(200);
    expect(await status(title, { translations: [{ language_id: 2, translation: 'X' }, ...translations] })).toBe(200);
    expect(await status('edit_master_service_and_duration', {})).toBe(403);
  });

  test('are replaced at once', async () => {
    const { id } = await make();
    const [first, second] = [await shop.addTeamMember(), await shop.addTeamMember()];
    const [chair, room] = [await shop.addResource('Chair', 1), await shop.addResource('Room', 1)];
    const answer = await links(id, {
      team_member_settings: [
        setting(first, { price: { min: 999.99, max: null } }),
        setting(second, { hours: 1, price: { min: 1, max: 2 } }),
      ],
      resource_ids: [chair.id, room.id, room.id],
      translations: [
        { language_id: 2, translation: 'Coupe' },
        { language_id: 2, translation: 'Coupe de cheveux' },
      ],
    });
    expect(answer.body).toEqual({ success: true, data: {}, meta: [] });
    const whole = async () => (await services('PATCH', `/${id}`, { body: wholeService() })).data;
    expect(await whole()).toMatchObject({
      staff: [
        { id: first, seance_length: 2700, technological_card_id: bill },
        { id: second, seance_length: 6300, technological_card_id: bill },
      ],
      resources: [
        { id: chair.id, title: 'Chair' },
        { id: room.id, title: 'Room' },
      ],
    });
    await links(id, { team_member_settings: [setting(second)], translations: [{ language_id: 2, translation: '' }] });
    expect(await whole()).toMatchObject({ staff: [{ id: second, seance_length: 2700 }], resources: [] });
    const { query } = await testDatabase();
    const titles = {
      text: 'select title from service_translations where location_id = $1 and service_id = $2',
      values: [shop.locationId, id],
    };
    expect(await query(titles)).toEqual([]);
  });

  test('stay as they were when one of them is wrong', async () => {
    const member = await shop.addTeamMember();
    const { id } = await make({ staff: [{ id: member }] });
    const other = await openShop();
    const foreign = await other.addResource('Chair', 1);
    expect(fieldsOf(await links(id, { resource_ids: [foreign.id] }))).toEqual([422, ['resource_ids']]);
    expect(fieldsOf(await links(id, { team_member_settings: [setting(await other.addTeamMember())] }))).toEqual([
      422,
      ['team_member_settings.0.team_member_id'],
    ]);
    expect(fieldsOf(await links(id, { team_member_settings: [setting(member), setting(member)] }))).toEqual([
      422,
      ['team_member_settings.1.team_member_id'],
    ]);
    expect(fieldsOf(await links(id, { team_member_settings: [setting(member, { minutes: 4 })] }))).toEqual([
      422,
      ['team_member_settings.0.minutes'],
    ]);
    expect(fieldsOf(await links(id, { team_member_settings: [setting(member, { price: { min: 2, max: 1 } })] }))).toEqual([
      422,
      ['team_member_settings.0.price.max'],
    ]);
    expect((await links(await other.addService(), {})).status).toBe(404);
    expect((await services('GET', `/${id}`)).data.staff).toEqual([{ id: member, seance_length: 3600 }]);
  });

  test('set by two simultaneous requests are those of one of them', async () => {
    const { id } = await make();
    const members = await Promise.all(Array.from({ length: 4 }, () => shop.addTeamMember()));
    const sorted = members.sort((a, b) => a - b);
    const states = [sorted.slice(0, 2), sorted.slice(2), sorted.slice(1, 3)];
    const answers = await Promise.all(states.map((ids) => links(id, { team_member_settings: ids.map((each) => setting(each)) })));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const found = (await services('GET', `/${id}`)).data.staff.map((member: { id: number }) => member.id);
    expect(states).toContainEqual(found);
  });
});

describe('a chain', () => {
  test('has the categories of the locations that the partner works with, shared ones once', async () => {
    const { id } = await make({ title: 'Chained' });
    const path = `/chain/${shop.chainId}/service_categories`;
    const authorization = `Bearer ${shop.partner.token}`;
    const plain = await shop.call('GET', path, { authorization });
    expect(plain.body).toContainEqual({ id: category, title: 'Hair', services: [] });
    const whole = await shop.call('GET', `${path}?include=services`, { authorization });
    const hair = whole.body.find((row: { id: number }) => row.id === category);
    expect(hair.services).toContainEqual({ id, title: 'Chained' });
    const stranger = await openShop();
    expect((await shop.call('GET', path, { authorization: `Bearer ${stranger.partner.token}` })).status).toBe(404);
    expect((await shop.call('GET', `/chain/${stranger.chainId}/service_categories`, { authorization })).status).toBe(404);
  });
});
