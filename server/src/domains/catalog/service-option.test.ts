import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, openShop, type Shop } from '../../../test/harness.ts';

interface Resource {
  id: string;
  attributes: Record<string, unknown>;
}

let shop: Shop;
let member: number;
let cut: number;
let dye: number;
let yoga: number;
let category: number;
beforeAll(async () => {
  shop = await openShop();
  member = await shop.addTeamMember();
  category = (await shop.call('POST', `/service_categories/${shop.locationId}`, { body: { title: 'Hair' } })).data.id;
  cut = await shop.addService({ title: 'Стрижка', categoryId: category, weight: 3, duration: 3600, technicalBreak: 300 });
  dye = await shop.addService({ title: 'Dye 100% natural', weight: 2, priceMin: 0, priceMax: 0 });
  yoga = await shop.addService({ title: 'Yoga', weight: 1, isGroup: true });
  await link(cut, 999.99, 45);
});

const link = (service: number, price: number, minutes: number, staff = member) =>
  shop.call('POST', `/company/${shop.locationId}/services/links`, {
    body: {
      service_id: service,
      team_member_settings: [{ team_member_id: staff, minutes, price: { min: price, max: null } }],
      resource_ids: [],
      translations: [],
    },
  });
const get = (path: string, of = shop): Promise<Answer> =>
  of.call('GET', `//api/v2/locations/${of.locationId}/${path}`, { headers: { accept: 'application/vnd.api.v2+json' } });
const ids = (answer: Answer) => answer.body.data.map((row: Resource) => Number(row.attributes.service_id ?? row.id));

describe('services of V2', () => {
  test('are listed by weight, page by page', async () => {
    const all = await get('services');
    expect(all.body).toEqual({
      data: [
        { type: 'service', id: String(cut), attributes: { title: 'Стрижка', category_id: category } },
        expect.objectContaining({ id: String(dye) }),
        expect.objectContaining({ id: String(yoga) }),
      ],
    });
    expect(ids(await get('services?limit=2&page=2'))).toEqual([yoga]);
    expect((await get('services?limit=2&page=3')).body).toEqual({ data: [] });
    expect((await get('services', await openShop())).body).toEqual({ data: [] });
  });

  test('are filtered by ids; those of others are passed over', async () => {
    const other = await openShop();
    const foreign = await other.addService();
    expect(
      ids(await get(`services?filter[service_ids][]=${yoga}&filter[service_ids][]=${cut}&filter[service_ids][]=${foreign}`)),
    ).toEqual([cut, yoga]);
    expect((await get(`services?filter[service_ids][]=0`)).status).toBe(422);
  });

  test('have the relationships that are asked for, and no others', async () => {
    const { id: room } = await shop.addResource('Basin', 1);
    const washed = await shop.addService({ title: 'Wash', duration: 900 });
    await shop.call('POST', `/company/${shop.locationId}/services/links`, {
      body: { service_id: washed, team_member_settings: [], resource_ids: [room], translations: [] },
    });
    const { body } = await get(`services/${washed}?include=resources&include=resource_links&include=trial_settings`);
    expect(body.data.relationships).toEqual({
      resources: { data: [{ type: 'resource', id: String(room) }] },
      resource_links: { data: [{ type: 'resource_link', id: `${washed}_${room}` }] },
      trial_settings: { data: null },
    });
    expect(body.included.map(({ type }: { type: string }) => type)).toEqual(['resource', 'resource_link']);
    const links = (await get(`services/${washed}?include=company_links&include=service_composite`)).body;
    expect(links.included).toMatchObject([
      {
        type: 'company_link',
        attributes: { company_id: shop.locationId, service_id: washed, price_min: 30, price_max: 50, duration: 900 },
      },
    ]);
    expect(links.data.relationships.service_composite).toEqual({ data: null });
    await shop.call('DELETE', `/services/${shop.locationId}/${washed}`);
    expect((await get(`services/${washed}`)).status).toBe(404);
  });

  test('of another location, and unknown relationships, are refused', async () => {
    const foreign = await (await openShop()).addService();
    expect((await get(`services/${foreign}`)).status).toBe(404);
    expect((await get(`services/${cut}?include=prices`)).status).toBe(422);
  });

  test('stand in categories, which are filtered by team member', async () => {
    const found = await get(`service_categories?filter[staff_id]=${member}`);
    expect(found.body.data).toEqual([
      { type: 'service_category', id: String(category), attributes: { title: 'Hair', salon_service_id: expect.any(Number) } },
    ]);
    expect((await get('service_categories')).body.data.length).toBeGreaterThan(1);
    expect((await get('service_categories?filter[staff_id]=2000000000')).status).toBe(404);
  });
});

describe('service options', () => {
  test('have the terms of the service, or those of the team member', async () => {
    const own = await get(`attendance_services?filter[service_ids][]=${cut}`);
    expect(own.body).toEqual({
      data: [
        {
          type: 'attendance_service',
          id: `${shop.locationId}_${cut}_0_0`,
          attributes: {
            company_id: shop.locationId,
            service_id: cut,
            category_id: category,
            is_composite: false,
            composite_service_id: 0,
            salon_service_id: expect.any(Number),
            composite_position: null,
            staff_id: 0,
            title: 'Стрижка',
            length: 3600,
            duration: 3600,
            price_min: 30,
            price_max: 50,
            technical_break_duration: 300,
          },
        },
      ],
      meta: { pagination: { page: 1, offset: 0, limit: 250 } },
    });
    const [theirs, ...rest] = (await get(`attendance_services?staff_id=${member}`)).body.data;
    expect(rest).toEqual([]);
    expect(theirs).toMatchObject({
      id: `${shop.locationId}_${cut}_${member}_0`,
      attributes: { staff_id: member, duration: 2700, price_min: 999.99, price_max: 999.99, technical_break_duration: 300 },
    });
  });

  test('are filtered by category, kind and a part of the name', async () => {
    const found = async (query: string) => ids(await get(`attendance_services?${query}`));
    expect(await found(`filter[category_id]=${category}`)).toEqual([cut]);
    expect(await found('filter[is_multi]=1')).toEqual([yoga]);
    expect(await found('filter[is_multi]=0')).not.toContain(yoga);
    expect(await found(`filter[term]=${encodeURIComponent(' РИЖК ')}`)).toEqual([cut]);
    expect(await found(`filter[term]=${encodeURIComponent('00%')}`)).toEqual([dye]);
    expect(await found('filter[term]=nothing')).toEqual([]);
    expect(await found('filter[is_composite]=1')).toEqual([]);
    expect(await found('filter[is_composite]=0&limit=1&page=2')).toEqual([dye]);
    expect(await found('filter[is_available_for_timetable]=1')).toEqual([cut]);
    expect(await found('filter[is_available_for_timetable]=0')).toEqual([dye, yoga]);
    expect(await found(`filter[is_available_for_timetable]=0&staff_id=${member}`)).toEqual([]);
  });

  test('of a team member who was dismissed are not for the timetable', async () => {
    const fired = await shop.addTeamMember({ isFired: true });
    const perm = await shop.addService({ title: 'Perm' });
    await link(perm, 10, 30, fired);
    const query = `filter[service_ids][]=${perm}&filter[is_available_for_timetable]=1`;
    expect(ids(await get(`attendance_services?${query}`))).toEqual([]);
    await shop.call('DELETE', `/services/${shop.locationId}/${perm}`);
  });

  test.each([
    ['filter[term]=ab', 422],
    ['filter[term]=%20%20a%20%20', 422],
    ['filter[is_multi]=2', 422],
    ['limit=0', 422],
    ['staff_id=2000000000', 404],
    ['filter[category_id]=2000000000', 404],
  ])('refuse %s with %i', async (query, status) => {
    expect((await get(`attendance_services?${query}`)).status).toBe(status);
  });
});
