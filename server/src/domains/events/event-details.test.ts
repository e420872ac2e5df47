import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { call, somePhone, testDatabase } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { serviceResources, services, serviceTeamMembers } from '../catalog/tables.ts';
import { teamMembers } from '../team/tables.ts';

const ids = (rows: { id: number }[]) => rows.map(({ id }) => id);

/** A salon with two rooms, of which its service needs one, and functions that create and change events of both generations. */
async function openStudio() {
  const salon = await openSalon();
  const { shop, place, member, service } = salon;
  const { db } = await testDatabase();
  const rooms = await shop.addResource('Room', 2);
  const needs = (resourceId: number, serviceId: number) =>
    db.insert(serviceResources).values({ locationId: place, serviceId, resourceId });
  const change = (id: number, fields: Record<string, unknown> = {}) =>
    shop.call('PUT', `/activity/${place}/${id}`, {
      body: { date: '2030-05-06 14:00', service_id: service, staff_id: member, capacity: 3, force: false, ...fields },
    });
  const create = (fields: Record<string, unknown> = {}) =>
    shop.call('POST', `/activity/${place}`, {
      body: {
        date: '2030-05-06 14:00',
        service_id: service,
        staff_id: member,
        capacity: 3,
        length: 3600,
        force: false,
        ...fields,
      },
    });
  const get = async (id: number) => (await shop.call('GET', `/activity/${place}/${id}`)).data;
  const second = async (method: string, path: string, fields: Record<string, unknown> = {}) => {
    const body = {
      staff_id: member,
      service_id: service,
      resource_instance_ids: [],
      label_ids: [],
      date: '2030-05-06 14:00:00',
      length: 3600,
      capacity: 3,
      ...fields,
    };
    const headers = { accept: 'application/vnd.api.v2+json' };
    return call(method, `//api/v2/locations/${place}/events${path}`, { authorization: shop.owner.authorization, headers, body });
  };
  const label = async (title: string, entity: number) =>
    (await shop.call('POST', `/labels/${place}?title=${title}&color=%23009800&entity=${entity}`)).data.id as number;
  const colleague = async () => {
    const id = await shop.addTeamMember();
    await setHours(shop, id, ['2030-05-06', '2030-05-07']);
    return id;
  };
  return { ...salon, db, rooms, needs, change, create, get, second, label, colleague };
}

describe('the labels of an event', () => {
  it('are the given ones, each once and in one order, without those deleted since', async () => {
    const { second, get, label, shop, place } = await openStudio();
    const [calm, loud] = [await label('Calm', 3), await label('Loud', 0)];
    const made = await second('POST', '', { label_ids: [loud, calm, loud] });
    const { id } = made.body.data;
    expect((await get(id)).labels).toMatchObject([
      { id: calm, title: 'Calm', color: '#009800' },
      { id: loud, title: 'Loud' },
    ]);
    await second('PUT', `/${id}`, { label_ids: [loud] });
    expect(ids((await get(id)).labels)).toEqual([loud]);
    await second('PUT', `/${id}`, { label_ids: [calm, loud] });
    await shop.call('DELETE', `/labels/${place}/${loud}`);
    expect(ids((await get(id)).labels)).toEqual([calm]);
    await second('PUT', `/${id}`, { label_ids: [] });
    expect((await get(id)).labels).toEqual([]);
  });

  it('stay when the first generation changes the event, which does not know them', async () => {
    const { second, get, label, change } = await openStudio();
    const calm = await label('Calm', 3);
    const made = await second('POST', '', { label_ids: [calm] });
    expect((await change(made.body.data.id, { capacity: 4 })).status).toBe(200);
    expect(await get(made.body.data.id)).toMatchObject({ capacity: 4, labels: [{ id: calm }] });
  });

  it('are for events or for everything, of the business, and not deleted', async () => {
    const { second, label, shop, place } = await openStudio();
    const other = await openStudio();
    const [calm, gone] = [await label('Calm', 3), await label('Gone', 3)];
    await shop.call('DELETE', `/labels/${place}/${gone}`);
    const foreign = await other.label('Foreign', 3);
    const { body } = await second('POST', '');
    for (const wrong of [await label('VIP', 2), await label('New', 1), gone, foreign, 999_999_999]) {
      for (const answer of [
        await second('POST', '', { label_ids: [calm, wrong], date: '2030-05-07 14:00:00' }),
        await second('PUT', `/${body.data.id}`, { label_ids: [calm, wrong] }),
      ]) {
        expect(answer.status).toBe(422);
        expect(answer.meta.errors).toEqual([{ label_ids: ['must be tags for events of this location'] }]);
      }
    }
  });
});

describe('the resources of an event', () => {
  it('are free instances for its service, unless it names them', async () => {
    const { create, rooms, needs, service, colleague } = await openStudio();
    await needs(rooms.id, service);
    const instances = async (fields: Record<string, unknown>) => ids((await create(fields)).data.resource_instances);
    expect(await instances({})).toEqual([rooms.instanceIds[0]]);
    expect(await instances({ staff_id: await colleague() })).toEqual([rooms.instanceIds[1]]);
    const refused = await create({ staff_id: await colleague() });
    expect(refused.status).toBe(422);
    expect(refused.meta.message).toBe('A resource is busy at this time');
    expect(await instances({ date: '2030-05-07 14:00', resource_instance_ids: rooms.instanceIds })).toEqual(rooms.instanceIds);
    expect(await instances({ date: '2030-05-07 16:00', resource_instance_ids: [] })).toEqual([]);
  });

  it('are named by the service in the refusal when there are none', async () => {
    const { create, shop, needs, service } = await openStudio();
    const pool = await shop.addResource('Pool', 0);
    await needs(pool.id, service);
    const { meta } = await create();
    expect(meta.errors).toEqual([{ service_id: [`need resource ${pool.id}, which has no instances`] }]);
  });

  it('stay when the event moves, change with its service, and can be changed alone', async () => {
    const { create, change, rooms, needs, service, shop } = await openStudio();
    await needs(rooms.id, service);
    const pool = await shop.addResource('Pool', 1);
    const yoga = await shop.addService({ title: 'Yoga' });
    await needs(pool.id, yoga);
    const { data } = await create({ resource_instance_ids: [rooms.instanceIds[1]] });
    const instances = async (fields: Record<string, unknown>) => ids((await change(data.id, fields)).data.resource_instances);
    expect(await instances({ date: '2030-05-06 15:00' })).toEqual([rooms.instanceIds[1]]);
    expect(await instances({ date: '2030-05-06 15:00', service_id: yoga })).toEqual(pool.instanceIds);
    expect(await instances({ date: '2030-05-06 15:00', service_id: yoga, resource_instance_ids: rooms.instanceIds })).toEqual(
      rooms.instanceIds,
    );
    // The instance that it no longer uses is free for others.
    expect(
      ids((await create({ date: '2030-05-07 10:00', resource_instance_ids: pool.instanceIds })).data.resource_instances),
    ).toEqual(pool.instanceIds);
    expect(await instances({ date: '2030-05-06 15:00', service_id: yoga, resource_instance_ids: [] })).toEqual([]);
  });

  it('that change without the time move with its appointments', async () => {
    const { create, change, rooms, shop, place } = await openStudio();
    const { data } = await create({ resource_instance_ids: [rooms.instanceIds[0]] });
    const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: data.id, client: { name: 'Ada' } } });
    expect(seat.data[0].resource_instance_ids).toEqual([rooms.instanceIds[0]]);
    await change(data.id, { resource_instance_ids: [rooms.instanceIds[1]] });
    const moved = await shop.call('GET', `/record/${place}/${seat.data[0].id}`);
    expect(moved.data.resource_instance_ids).toEqual([rooms.instanceIds[1]]);
  });

  it('are free again when it is deleted, as its team member is', async () => {
    const { create, rooms, shop, place } = await openStudio();
    const { data } = await create({ resource_instance_ids: rooms.instanceIds });
    expect((await create()).status).toBe(422);
    await shop.call('DELETE', `/activity/${place}/${data.id}`);
    expect((await create({ resource_instance_ids: rooms.instanceIds })).status).toBe(200);
  });
});

describe('the technical break of an event', () => {
  it('is that of the service if it leaves time for the event', async () => {
    const { create, db, place, service } = await openStudio();
    await db
      .update(services)
      .set({ technicalBreak: 600 })
      .where(and(eq(services.locationId, place), eq(services.id, service)));
    const details = async (fields: Record<string, unknown>) => (await create(fields)).data.duration_details;
    expect(await details({})).toMatchObject({ services_duration: 3000, technical_break_duration: 600 });
    expect(await details({ date: '2030-05-07 10:00', length: 600 })).toMatchObject({ technical_break_duration: 0 });
    expect(await details({ date: '2030-05-07 11:00', length: 900 })).toMatchObject({ technical_break_duration: 600 });
  });

  it('must be shorter than the event', async () => {
    const { second } = await openStudio();
    const refused = await second('POST', '', { length: 600, technical_break_duration: 600 });
    expect(refused.status).toBe(422);
    expect(refused.meta.errors).toEqual([{ technical_break_duration: ['must be shorter than length'] }]);
    const made = await second('POST', '', { length: 900, technical_break_duration: 600 });
    expect(made.status).toBe(201);
    expect((await second('PUT', `/${made.body.data.id}`, { length: 600, technical_break_duration: 600 })).status).toBe(422);
  });

  it('stays when it is not given, gives way to a shorter event, and changes the appointments', async () => {
    const { second, get, shop, place } = await openStudio();
    const { body } = await second('POST', '', { technical_break_duration: 600 });
    const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: body.data.id, client: { name: 'Ada' } } });
    const breaks = async (fields: Record<string, unknown>) => {
      expect((await second('PUT', `/${body.data.id}`, fields)).status).toBe(200);
      const appointment = (await shop.call('GET', `/record/${place}/${seat.data[0].id}`)).data;
      const { duration_details: details } = await get(body.data.id);
      return [details.technical_break_duration, appointment.technical_break_duration];
    };
    expect(await breaks({})).toEqual([600, 600]);
    expect(await breaks({ technical_break_duration: 900 })).toEqual([900, 900]);
    expect(await breaks({ length: 900 })).toEqual([0, 0]);
  });
});

describe('a changed event', () => {
  it('keeps missing fields, and replaces given ones', async () => {
    const { create, change, get } = await openStudio();
    const details = { comment: 'Beginners', color: '#9c27b0', instructions: 'Bring water', stream_link: 'https://example.com/a' };
    const { data } = await create(details);
    expect(await get(data.id)).toMatchObject(details);
    await change(data.id);
    expect(await get(data.id)).toMatchObject(details);
    const others = { comment: 'Experts', color: '#2f9e44', instructions: 'Bring nothing', stream_link: 'https://example.com/b' };
    await change(data.id, others);
    expect(await get(data.id)).toMatchObject(others);
  });

  it('has none of these unless it is given them', async () => {
    const { create } = await openStudio();
    expect((await create()).data).toMatchObject({ comment: null, color: '', instructions: '', stream_link: '' });
  });

  it('keeps its time and member for itself: both are free where it was, and taken where it is', async () => {
    const { create, change, colleague } = await openStudio();
    const { data } = await create();
    const other = await colleague();
    expect((await change(data.id, { staff_id: other, date: '2030-05-06 16:00' })).status).toBe(200);
    expect((await create()).status).toBe(200);
    const refused = await create({ staff_id: other, date: '2030-05-06 16:30' });
    expect(refused.meta.errors).toEqual([{ date: [`is taken by event ${data.id}`] }]);
    // A longer service takes longer.
    expect((await change(data.id, { staff_id: other, date: '2030-05-06 16:00', length: 1800 })).status).toBe(200);
    expect((await create({ staff_id: other, date: '2030-05-06 16:30' })).status).toBe(200);
    expect((await change(data.id, { staff_id: other, date: '2030-05-06 16:00', length: 3600 })).status).toBe(422);
  });

  it('stays with a deleted team member and service, but cannot be changed to such', async () => {
    const { create, change, colleague, shop, place, db, service, member } = await openStudio();
    const [gone, yoga] = [await colleague(), await shop.addService({ title: 'Yoga' })];
    const { data } = await create();
    const forget = (table: typeof teamMembers | typeof services, id: number) =>
      db
        .update(table)
        .set({ deletedAt: new Date() })
        .where(and(eq(table.locationId, place), eq(table.id, id)));
    await forget(teamMembers, gone);
    await forget(services, yoga);
    for (const [fields, message] of [
      [{ staff_id: gone }, `Team member ${gone} was not found`],
      [{ staff_id: 999_999_999 }, 'Team member 999999999 was not found'],
      [{ service_id: yoga }, `Service ${yoga} was not found`],
      [{ service_id: 999_999_999 }, 'Service 999999999 was not found'],
    ] as const) {
      for (const answer of [await change(data.id, fields), await create({ date: '2030-05-07 10:00', ...fields })]) {
        expect([answer.status, answer.meta.message]).toEqual([404, message]);
      }
    }
    await forget(services, service);
    await forget(teamMembers, member);
    expect((await change(data.id, { capacity: 9 })).data.capacity).toBe(9);
  });

  it('may have fewer places than are booked only when that is forced', async () => {
    const { create, change, shop, place } = await openStudio();
    const { data } = await create();
    await shop.call('POST', `/records/${place}`, { body: { activity_id: data.id, client: {}, clients_count: 3 } });
    expect((await change(data.id, { capacity: 2 })).status).toBe(422);
    expect((await change(data.id, { capacity: 3 })).status).toBe(200);
    expect((await change(data.id, { capacity: 2, force: true })).data).toMatchObject({ capacity: 2, records_count: 3 });
  });

  it('is not found by a wrong number', async () => {
    const { change, shop, place } = await openStudio();
    const answer = await change(999_999_999);
    expect([answer.status, answer.meta.message]).toEqual([404, 'Event 999999999 was not found']);
    const read = await shop.call('GET', `/activity/${place}/999999999`);
    expect([read.status, read.meta.message]).toEqual([404, 'Event 999999999 was not found']);
  });
});

describe('the appointments of an event', () => {
  it('stay in their visit while the date stays, also without a known client', async () => {
    const { create, change, shop, place } = await openStudio();
    const { data } = await create();
    const seats: { id: number; visit_id: number }[] = [];
    for (const client of [{ name: 'Nobody' }, { name: 'Ada', phone: somePhone() }]) {
      const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: data.id, client } });
      seats.push(seat.data[0]);
    }
    const visits = () =>
      Promise.all(seats.map(async ({ id }) => (await shop.call('GET', `/record/${place}/${id}`)).data.visit_id as number));
    const before = seats.map(({ visit_id }) => visit_id);
    await change(data.id, { date: '2030-05-06 15:00' });
    expect(await visits()).toEqual(before);
    await change(data.id, { date: '2030-05-07 15:00' });
    const after = await visits();
    expect(new Set([...before, ...after]).size).toBe(4);
  });

  it('take the length, the team member and the price of the event, and keep their discount', async () => {
    const { create, change, shop, place, db, colleague } = await openStudio();
    const { data } = await create();
    const made = await shop.call('POST', `/records/${place}`, {
      body: { activity_id: data.id, client: { name: 'Ada' }, clients_count: 2 },
    });
    const { id, visit_id } = made.data[0];
    const [{ id: service }] = made.data[0].services;
    await shop.call('PUT', `/visits/${visit_id}/${id}`, {
      body: { attendance: 0, comment: '', services: [{ id: service, amount: 2, first_cost: 30, discount: 10, record_id: id }] },
    });
    const other = await colleague();
    const yoga = await shop.addService({ title: 'Yoga', priceMin: 20, priceMax: 40 });
    await db.insert(serviceTeamMembers).values({ locationId: place, serviceId: yoga, teamMemberId: other, duration: 1800 });
    await change(data.id, { staff_id: other, service_id: yoga, length: 5400 });
    const moved = (await shop.call('GET', `/record/${place}/${id}`)).data;
    expect(moved).toMatchObject({ staff_id: other, seance_length: 5400, clients_count: 2 });
    expect(moved.services).toMatchObject([{ id: yoga, amount: 2, cost_per_unit: 20, first_cost: 40, discount: 10, cost: 36 }]);
  });

  it('go to another team member with the event, and integrations are notified', async () => {
    const { create, change, shop, place, colleague } = await openStudio();
    const { data } = await create();
    const made = await shop.call('POST', `/records/${place}`, { body: { activity_id: data.id, client: { name: 'Ada' } } });
    const [{ id }] = made.data;
    const other = await colleague();
    const told = await toldBy(place, () => change(data.id, { staff_id: other }));
    expect((await shop.call('GET', `/record/${place}/${id}`)).data.staff_id).toBe(other);
    expect(told).toMatchObject([{ resource: 'record', resourceId: id, status: 'update', data: { staff_id: other } }]);
  });

  it('that clients came to count at the time the event moves to', async () => {
    const { create, change, shop, place } = await openStudio();
    const { data } = await create();
    const client = await shop.addClient();
    const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: data.id, client: { id: client.id } } });
    const { id, visit_id } = seat.data[0];
    await shop.call('PUT', `/visits/${visit_id}/${id}`, { body: { attendance: 1, comment: '' } });
    const counted = async () => {
      const fields = ['visits_count', 'last_visit_date'];
      const found = await shop.call('POST', `/company/${place}/clients/search`, { body: { fields } });
      const [{ visits_count, last_visit_date }] = found.data;
      return [visits_count, last_visit_date?.slice(0, 16)];
    };
    expect(await counted()).toEqual([1, '2030-05-06T14:00']);
    await change(data.id, { date: '2030-05-07 16:00' });
    expect(await counted()).toEqual([1, '2030-05-07T16:00']);
    await shop.call('DELETE', `/activity/${place}/${data.id}`);
    expect(await counted()).toEqual([0, undefined]);
  });

  it('that were deleted stay as they were', async () => {
    const { create, change, shop, place } = await openStudio();
    const { data } = await create();
    const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: data.id, client: { name: 'Ada' } } });
    await shop.call('DELETE', `/record/${place}/${seat.data[0].id}`);
    await change(data.id, { date: '2030-05-07 16:00' });
    expect((await shop.call('GET', `/record/${place}/${seat.data[0].id}`)).data.datetime).toBe('2030-05-06T14:00:00-04:00');
  });
});
