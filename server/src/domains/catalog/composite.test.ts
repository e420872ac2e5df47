import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';
import { serviceParts, services } from './tables.ts';

let shop: Shop;
let [spa, wash, cut] = [0, 0, 0];
beforeEach(async () => {
  shop = await openShop();
  spa = await shop.addService({ title: 'Spa day' });
  wash = await shop.addService({ title: 'Wash', duration: 900, priceMin: 0.1, priceMax: 0.2 });
  cut = await shop.addService({ title: 'Cut', duration: 3600, priceMin: 0.2, priceMax: 30 });
});

const parts = (method: string, service = spa, ids?: number[]): Promise<Answer> =>
  shop.call(method, `/company/${shop.locationId}/services/${service}/parts`, {
    body: ids && { parts: ids.map((service_id) => ({ service_id })) },
  });
const refused = (answer: Answer) => [answer.status, Object.keys(answer.meta.errors?.[0] ?? {})];
const v2 = (path: string) =>
  shop.call('GET', `//api/v2/locations/${shop.locationId}/${path}`, { headers: { accept: 'application/vnd.api.v2+json' } });

/** Makes a service one of group events. */
async function makeGroup(service: number): Promise<Answer> {
  const path = `/services/${shop.locationId}/${service}`;
  const { title, category_id } = (await shop.call('GET', path)).data;
  const prices = { price_min: 1, price_max: 2, duration: 900, tax_variant: 0, vat_id: 0 };
  const times = {
    is_need_limit_date: false,
    seance_search_start: 0,
    seance_search_finish: 86_400,
    step: 900,
    seance_search_step: 900,
  };
  return shop.call('PATCH', path, { body: { title, booking_title: title, category_id, is_multi: true, ...prices, ...times } });
}

describe('a composite service', () => {
  test('has parts in order, and the time and price of all of them', async () => {
    const made = await parts('PUT', spa, [wash, cut, wash]);
    expect([made.status, made.data]).toEqual([
      200,
      {
        service_id: spa,
        duration: 5400,
        price_min: 0.4,
        price_max: 30.4,
        parts: [
          { position: 1, service_id: wash, title: 'Wash', duration: 900, price_min: 0.1, price_max: 0.2 },
          { position: 2, service_id: cut, title: 'Cut', duration: 3600, price_min: 0.2, price_max: 30 },
          { position: 3, service_id: wash, title: 'Wash', duration: 900, price_min: 0.1, price_max: 0.2 },
        ],
      },
    ]);
    expect((await parts('GET')).data).toEqual(made.data);
    expect((await parts('PUT', spa, [cut])).data.parts).toHaveLength(1);
    expect((await parts('DELETE')).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await parts(method)).status).toBe(404);
  });

  test('is shown by V2, with its parts as options', async () => {
    await parts('PUT', spa, [wash, cut]);
    const { body } = await v2(`composite_services/${spa}/attendance_services`);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([
      `${shop.locationId}_${wash}_0_${spa}_1`,
      `${shop.locationId}_${cut}_0_${spa}_2`,
    ]);
    expect(body.data[1].attributes).toMatchObject({ is_composite: false, composite_service_id: spa, composite_position: 2 });
    const options = async (value: number) =>
      (await v2(`attendance_services?filter[is_composite]=${value}`)).body.data.map(
        (row: { attributes: { service_id: number; is_composite: boolean } }) => [
          row.attributes.service_id,
          row.attributes.is_composite,
        ],
      );
    expect(await options(1)).toEqual([[spa, true]]);
    expect(await options(0)).toEqual([
      [wash, false],
      [cut, false],
    ]);
    expect((await v2(`composite_services/${wash}/attendance_services`)).status).toBe(404);
    expect((await v2('composite_services/2000000000/attendance_services')).status).toBe(404);
    const related = (await v2(`services/${spa}?include=service_composite`)).body;
    expect(related.data.relationships.service_composite).toEqual({ data: { type: 'service_composite', id: String(spa) } });
    expect(related.included).toMatchObject([{ type: 'service_composite', attributes: { service_ids: [wash, cut] } }]);
  });

  describe('is given by', () => {
    let [basil, wanda, cora] = [0, 0, 0];
    beforeEach(async () => {
      [basil, wanda, cora] = [await shop.addTeamMember(), await shop.addTeamMember(), await shop.addTeamMember()];
      await parts('PUT', spa, [wash, cut, wash]);
    });
    const link = async (service: number, member: number, seance_length: number) => {
      const body = { master_id: member, seance_length, technological_card_id: null };
      expect((await shop.call('POST', `/company/${shop.locationId}/services/${service}/staff`, { body })).status).toBe(201);
    };
    const staff = async () => (await shop.call('GET', `/company/${shop.locationId}/services/${spa}`)).data.staff;
    const givenBy = async (member: number) =>
      (await shop.call('GET', `/company/${shop.locationId}/services?staff_id=${member}`)).data.map(
        ({ id }: { id: number }) => id,
      );

    test('the team members of its parts, with the time of all parts', async () => {
      await link(wash, basil, 600);
      await link(cut, basil, 2400);
      await link(wash, wanda, 1200);
      await link(cut, cora, 3000);
      expect(await staff()).toEqual([
        { id: basil, seance_length: 3600 },
        { id: wanda, seance_length: 6000 },
        { id: cora, seance_length: 4800 },
      ]);
      const listed = (await shop.call('GET', `/company/${shop.locationId}/services`)).data;
      expect(listed.find(({ id }: { id: number }) => id === spa).staff).toEqual(await staff());
      expect([await givenBy(basil), await givenBy(wanda), await givenBy(cora)]).toEqual([
        [spa, wash, cut],
        [spa, wash],
        [spa, cut],
      ]);
    });

    test('nobody while a part has nobody, whoever is linked with it itself', async () => {
      await link(spa, basil, 900);
      await link(wash, basil, 600);
      await link(cut, cora, 3000);
      expect((await shop.call('DELETE', `/staff/${shop.locationId}/${cora}`)).status).toBe(204);
      expect([await staff(), await givenBy(basil)]).toEqual([[], [wash]]);
      await parts('DELETE');
      expect([await staff(), await givenBy(basil)]).toEqual([[{ id: basil, seance_length: 900 }], [spa, wash]]);
    });

    test('the team members whom its category shows', async () => {
      const { data: category } = await shop.call('POST', `/service_categories/${shop.locationId}`, { body: { title: 'Days' } });
      const { db } = await testDatabase();
      await db.update(services).set({ categoryId: category.id }).where(eq(services.id, spa));
      await link(spa, basil, 900);
      const shown = async () =>
        (await shop.call('GET', `/service_category/${shop.locationId}/${category.id}`)).data.staff as number[];
      expect(await shown()).toEqual([]);
      await link(wash, wanda, 600);
      await link(cut, cora, 600);
      expect(await shown()).toEqual([wanda, cora]);
    });
  });

  test('has no composite services, group services, strangers or itself as parts', async () => {
    const yoga = await shop.addService({ isGroup: true });
    const stranger = await (await openShop()).addService();
    for (const part of [spa, yoga, stranger, 2_000_000_000]) {
      expect(refused(await parts('PUT', spa, [wash, part]))).toEqual([422, ['parts.1']]);
    }
    expect(refused(await parts('PUT', spa, []))).toEqual([422, ['parts']]);
    expect(refused(await parts('PUT', yoga, [wash]))).toEqual([422, ['parts']]);
    await parts('PUT', spa, [wash]);
    const other = await shop.addService();
    expect(refused(await parts('PUT', other, [spa]))).toEqual([422, ['parts.0']]);
    expect(refused(await parts('PUT', wash, [cut]))).toEqual([422, ['parts']]);
    expect((await parts('PUT', stranger, [wash])).status).toBe(404);
    expect((await parts('GET', stranger)).status).toBe(404);
  });

  test('is never a service of group events, nor are its parts', async () => {
    await parts('PUT', spa, [wash]);
    for (const [service, reason] of [
      [spa, 'the service has parts'],
      [wash, `the service is a part of the service ${spa}`],
    ] as const) {
      const answer = await makeGroup(service);
      expect([answer.status, answer.meta.errors]).toEqual([422, [{ is_multi: [`must be false: ${reason}`] }]]);
    }
    expect((await makeGroup(cut)).status).toBe(200);
    const { db } = await testDatabase();
    for (const service of [spa, wash]) {
      await expect(db.update(services).set({ isGroup: true }).where(eq(services.id, service))).rejects.toThrow();
    }
    const position = { locationId: shop.locationId, position: 2 };
    await expect(db.insert(serviceParts).values({ ...position, compositeId: spa, serviceId: cut })).rejects.toThrow();
    await parts('DELETE');
    expect((await makeGroup(wash)).status).toBe(200);
  });

  test('gets a part, or the part becomes a service of group events, when both happen at once', async () => {
    const [composing, grouping] = await Promise.all([parts('PUT', spa, [wash]), makeGroup(wash)]);
    expect([composing.status, grouping.status].toSorted()).toEqual([200, 422]);
  });

  test('keeps its parts from being deleted, until it is deleted itself', async () => {
    await parts('PUT', spa, [wash]);
    const remove = async (service: number) => (await shop.call('DELETE', `/services/${shop.locationId}/${service}`)).status;
    expect(await remove(wash)).toBe(403);
    expect(await remove(spa)).toBe(204);
    expect(await remove(wash)).toBe(204);
  });

  test('is never nested by two requests at once', async () => {
    const answers = await Promise.all([parts('PUT', spa, [wash]), parts('PUT', wash, [cut]), parts('PUT', cut, [spa])]);
    const { db } = await testDatabase();
    const rows = (await db.select().from(serviceParts)).filter((row) => row.locationId === shop.locationId);
    const composites = new Set(rows.map((row) => row.compositeId));
    expect(rows.filter((row) => composites.has(row.serviceId))).toEqual([]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422]);
  });

  test('is told to integrations when a part of it changes, as it is then', async () => {
    await parts('PUT', spa, [wash, cut, wash]);
    const member = await shop.addTeamMember();
    const path = `/services/${shop.locationId}`;
    const toldOf = async (work: () => Promise<{ status: number }>) => {
      const told = await toldBy(shop.locationId, async () => expect((await work()).status).toBeLessThan(300));
      return told.map(({ resource, resourceId, status, data }) => [
        `${resource} ${status}`,
        resourceId,
        data.price_min,
        data.staff,
      ]);
    };
    const { category_id } = (await shop.call('GET', `${path}/${wash}`)).data;
    const dearer = { title: 'Wash', category_id, price_min: 5, price_max: 6, duration: 900 };
    expect(await toldOf(() => shop.call('PUT', `${path}/${wash}`, { body: dearer }))).toEqual([
      ['service update', wash, 5, []],
      ['service update', spa, 10.2, []],
    ]);
    for (const [service, seance_length] of [
      [wash, 600],
      [cut, 1200],
    ] as const) {
      const body = { master_id: member, seance_length, technological_card_id: null };
      const staff = [{ id: member, seance_length }];
      const ofSpa = service === cut ? [{ id: member, seance_length: 2400 }] : [];
      const told = await toldOf(() => shop.call('POST', `/company/${shop.locationId}/services/${service}/staff`, { body }));
      expect(told.map(([, id, , shown]) => [id, shown])).toEqual([
        [spa, ofSpa],
        [service, staff],
      ]);
    }
    // A part says nothing of what it is a part of.
    const changed = await toldOf(() => shop.call('PUT', `${path}/${spa}`, { body: { ...dearer, title: 'Spa day' } }));
    expect(changed).toEqual([['service update', spa, 10.2, [{ id: member, seance_length: 2400 }]]]);
    await parts('DELETE');
    expect((await toldOf(() => shop.call('PUT', `${path}/${wash}`, { body: dearer }))).map(([, id]) => id)).toEqual([wash]);
  });

  test('is guarded by the database too', async () => {
    const { db } = await testDatabase();
    const place = { locationId: shop.locationId, position: 1 };
    await parts('PUT', spa, [wash]);
    await expect(db.insert(serviceParts).values({ ...place, compositeId: wash, serviceId: cut })).rejects.toThrow();
    await expect(db.insert(serviceParts).values({ ...place, compositeId: cut, serviceId: spa })).rejects.toThrow();
    await expect(db.insert(serviceParts).values({ ...place, compositeId: cut, serviceId: cut })).rejects.toThrow();
    await expect(db.insert(serviceParts).values({ ...place, compositeId: spa, serviceId: cut })).rejects.toThrow();
  });
});
