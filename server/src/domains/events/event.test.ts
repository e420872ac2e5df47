import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { call, openShop, somePhone } from '../../../test/harness.ts';
import { openSalon, setHours } from '../../../test/salon.ts';

const v2 = { accept: 'application/vnd.api.v2+json' };

/** A salon with functions that call the operations of V2. */
async function openStudio() {
  const salon = await openSalon();
  const { shop, place, member, service } = salon;
  const second = (method: string, path: string, body?: unknown, authorization = shop.owner.authorization) =>
    call(method, `//api/v2/locations/${place}${path}`, { authorization, headers: v2, body });
  const eventBody = (fields: Record<string, unknown> = {}) => ({
    staff_id: member,
    service_id: service,
    resource_instance_ids: [],
    label_ids: [],
    date: '2030-05-06 14:00:00',
    length: 3600,
    capacity: 3,
    ...fields,
  });
  const seat = (fields: Record<string, unknown> = {}) => ({
    client: {
      id: null,
      name: 'Ada',
      phone: somePhone().slice(1),
      email: null,
      surname: null,
      patronymic: null,
      gender: null,
      birthday: null,
      custom_field_values: null,
      agreements: null,
    },
    clients_count: 1,
    ...fields,
  });
  return { ...salon, second, eventBody, seat };
}

describe('a group event', () => {
  it('is created, read, changed and deleted', async () => {
    const { shop, place, member, service, addEvent } = await openSalon();
    const event = await addEvent({ instructions: 'Bring water', color: '#9C27B0' });
    expect(event).toMatchObject({
      staff_id: member,
      service_id: service,
      date: '2030-05-06T14:00:00-04:00',
      length: 3600,
      capacity: 3,
      records_count: 0,
      instructions: 'Bring water',
      color: '#9c27b0',
      is_deleted: false,
    });
    const path = `/activity/${place}/${event.id}`;
    expect((await shop.call('GET', path)).data).toEqual(event);
    const changed = await shop.call('PUT', path, {
      body: { date: '2030-05-06 15:00', service_id: service, staff_id: member, capacity: 5, force: false },
    });
    expect(changed.data).toMatchObject({
      date: '2030-05-06T15:00:00-04:00',
      capacity: 5,
      length: 3600,
      instructions: 'Bring water',
    });
    expect((await shop.call('DELETE', path)).status).toBe(202);
    expect((await shop.call('GET', path)).data.is_deleted).toBe(true);
    expect((await shop.call('DELETE', path)).status).toBe(404);
  });

  it('keeps its team member busy, and is refused when the member is', async () => {
    const { shop, place, member, service, book, addEvent, booked } = await openSalon();
    const event = await addEvent();
    const answer = await book({ datetime: '2030-05-06T14:30:00' });
    expect(answer.meta.errors).toEqual([{ datetime: [`is taken by event ${event.id}`] }]);
    const made = await booked();
    const create = (force: boolean) =>
      shop.call('POST', `/activity/${place}`, {
        body: { date: '2030-05-06 10:30', service_id: service, staff_id: member, capacity: 3, length: 3600, force },
      });
    const refused = await create(false);
    expect(refused.status).toBe(422);
    expect(refused.meta.errors).toEqual([{ date: [`is taken by appointment ${made.id}`] }]);
    expect((await create(true)).status).toBe(200);
  });

  it('lasts as long as its team member needs for the service', async () => {
    const { shop, place, service, addEvent } = await openSalon();
    const slow = await shop.addTeamMember();
    await setHours(shop, slow, ['2030-05-06']);
    await shop.call('POST', `/company/${place}/services/${service}/staff`, {
      body: { master_id: slow, seance_length: 5400, technological_card_id: null },
    });
    expect((await addEvent({ staff_id: slow, length: undefined })).length).toBe(5400);
  });

  it('moves with its appointments, which change their visit with the date', async () => {
    const { shop, place, member, service, addEvent } = await openSalon();
    const event = await addEvent();
    const seat = await shop.call('POST', `/records/${place}`, {
      body: { activity_id: event.id, client: { phone: somePhone(), name: 'Ada' } },
    });
    const other = await shop.addService({ title: 'Yoga', priceMin: 12.5, priceMax: 12.5 });
    await shop.call('PUT', `/activity/${place}/${event.id}`, {
      body: { date: '2030-05-07 09:00', service_id: other, staff_id: member, capacity: 3, force: false },
    });
    const { data } = await shop.call('GET', `/record/${place}/${seat.data[0].id}`);
    expect(data).toMatchObject({ datetime: '2030-05-07T09:00:00-04:00', services: [{ id: other, cost: 12.5 }] });
    expect(data.visit_id).not.toBe(seat.data[0].visit_id);
    expect(service).not.toBe(other);
  });

  it('is deleted with its appointments', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' } } });
    await shop.call('DELETE', `/activity/${place}/${event.id}`);
    expect((await shop.call('GET', `/record/${place}/${seat.data[0].id}`)).data.deleted).toBe(true);
    expect((await shop.call('GET', `/activity/${place}/${event.id}`)).data.records_count).toBe(0);
    const late = await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' } } });
    expect(late.status).toBe(404);
  });

  it('has no fewer places than are booked', async () => {
    const { shop, place, member, service, addEvent } = await openSalon();
    const event = await addEvent();
    await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: {}, clients_count: 3 } });
    const answer = await shop.call('PUT', `/activity/${place}/${event.id}`, {
      body: { date: '2030-05-06 14:00', service_id: service, staff_id: member, capacity: 2, force: false },
    });
    expect(answer.meta.errors).toEqual([{ capacity: ['must be at least 3, the places that are booked'] }]);
  });
});

describe('the search for events', () => {
  it('finds them by date, service, team member and resource', async () => {
    const { shop, place, member, service, addEvent } = await openSalon();
    const room = await shop.addResource('Room', 1);
    const [first, second] = [
      await addEvent({ resource_instance_ids: room.instanceIds }),
      await addEvent({ date: '2030-05-08 10:00' }),
    ];
    const search = async (path: string, query: string) =>
      shop.call('GET', `/activity/${place}/${path}?from=2030-05-01&till=2030-05-31${query}`);
    const found = async (query: string) => (await search('search', query)).data.map(({ id }: { id: number }) => id);
    expect(await found('')).toEqual([first.id, second.id]);
    expect(await found(`&service_ids[]=${service}&staff_ids[]=${member}`)).toEqual([first.id, second.id]);
    expect(await found('&service_ids[]=1')).toEqual([]);
    expect(await found(`&resource_ids[]=${room.id}`)).toEqual([first.id]);
    expect((await search('search', '&count=1&page=2')).meta).toEqual({ count: 2 });
    expect((await search('search_dates', '')).data).toEqual(['2030-05-06', '2030-05-08']);
    const range = await shop.call('GET', `/activity/${place}/search_dates_range`);
    expect(range.data).toEqual({ min_date: '2030-05-06', max_date: '2030-05-08' });
    expect((await search('search', '&from=nonsense')).status).toBe(422);
  });

  it('has neither dates nor events for a business without any', async () => {
    const shop = await openShop();
    const path = `/activity/${shop.locationId}`;
    expect((await shop.call('GET', `${path}/search_dates_range`)).data).toEqual({ min_date: null, max_date: null });
    expect((await shop.call('GET', `${path}/search?from=2030-05-01&till=2030-05-31`)).data).toEqual([]);
  });

  it('says which choices are left', async () => {
    const { shop, place, member, addEvent } = await openSalon();
    const other = await shop.addTeamMember({ name: 'Cecilia' });
    await setHours(shop, other, ['2030-05-06']);
    const yoga = await shop.addService({ title: 'Yoga' });
    await addEvent();
    await addEvent({ staff_id: other, service_id: yoga });
    const { data, meta } = await shop.call('GET', `/activity/${place}/filters?service_ids[]=${yoga}`);
    expect(meta.count).toBe(4);
    const staff = data.find(({ code }: { code: string }) => code === 'staff').data;
    expect(staff).toEqual([
      { id: member, title: 'Basil', is_disabled: true },
      { id: other, title: 'Cecilia', is_disabled: false },
    ]);
    const services = data.find(({ code }: { code: string }) => code === 'service').data;
    expect(services.every((option: { is_disabled: boolean }) => !option.is_disabled)).toBe(true);
  });

  it('offers the services for groups', async () => {
    const { shop, place, member } = await openSalon();
    const yoga = await shop.addService({ title: 'Yoga für Anfänger', isGroup: true, capacity: 12 });
    await shop.call('POST', `/company/${place}/services/${yoga}/staff`, {
      body: { master_id: member, seance_length: 3600, technological_card_id: null },
    });
    const found = async (query: string) => (await shop.call('GET', `/activity/${place}/services${query}`)).data;
    expect(await found('?term=anfanger')).toMatchObject([
      { id: yoga, capacity: 12, is_multi: true, staff: [{ id: member, length: 3600 }] },
    ]);
    expect(await found('?staff_id=1')).toEqual([]);
    expect(await found('?term=haircut')).toEqual([]);
  });
});

describe('the duplication of an event', () => {
  it('copies it to dates, with its appointments on request', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' }, clients_count: 2 } });
    const { data, meta } = await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
      body: { dates: ['2030-05-07 14:00', '2030-05-08 14:00'], content_type: 2 },
    });
    expect(meta.count).toBe(2);
    expect(data).toMatchObject([
      { date: '2030-05-07T14:00:00-04:00', records_count: 2, capacity: 3 },
      { date: '2030-05-08T14:00:00-04:00', records_count: 2 },
    ]);
    expect((await shop.call('GET', `/records/${place}?start_date=2030-05-07`)).data).toHaveLength(2);
  });

  it('is all or nothing, and names the time that is taken', async () => {
    const { shop, place, addEvent, booked } = await openSalon();
    const event = await addEvent();
    await booked({ datetime: '2030-05-08T14:00:00' });
    const answer = await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
      body: { dates: ['2030-05-07 14:00', '2030-05-08 14:00'] },
    });
    expect(answer.status).toBe(409);
    expect(answer.meta).toEqual({
      message: 'The team member is busy at this time: 2030-05-08T14:00:00-04:00',
      conflict: true,
    });
    const dates = await shop.call('GET', `/activity/${place}/search_dates?from=2030-05-01&till=2030-05-31`);
    expect(dates.data).toEqual(['2030-05-06']);
  });

  it("has no copies that take each other's time, unless that is forced", async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const copy = (force: boolean) =>
      shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
        body: { dates: ['2030-05-07 15:30', '2030-05-07 14:00', '2030-05-07 15:00', '2030-05-07 14:30'], force },
      });
    const refused = await copy(false);
    expect([refused.status, refused.meta.message]).toEqual([
      409,
      'The team member is busy at this time: 2030-05-07T15:00:00-04:00',
    ]);
    const made = await copy(true);
    expect(made.data.map(({ date }: { date: string }) => date.slice(11, 16))).toEqual(['14:00', '14:30', '15:00', '15:30']);
    expect(await contradictions(place)).toEqual([]);
  });

  it.each([
    ['daily with a day between', { repeat_mode_id: 1, interval: 1 }, ['2030-05-08', '2030-05-10', '2030-05-12']],
    ['on weekdays', { repeat_mode_id: 2 }, ['2030-05-07', '2030-05-08', '2030-05-09']],
    ['on Monday, Wednesday and Friday', { repeat_mode_id: 3 }, ['2030-05-08', '2030-05-10', '2030-05-13']],
    ['on Tuesday and Thursday', { repeat_mode_id: 4 }, ['2030-05-07', '2030-05-09', '2030-05-14']],
    [
      'every third week on Monday and Thursday',
      { repeat_mode_id: 5, days: [1, 4], interval: 2 },
      ['2030-05-09', '2030-05-27', '2030-05-30'],
    ],
    ['monthly', { repeat_mode_id: 6 }, ['2030-06-06', '2030-07-06', '2030-08-06']],
    ['yearly', { repeat_mode_id: 7 }, ['2031-05-06', '2032-05-06', '2033-05-06']],
  ])('repeats it %s', async (_, repetition, dates) => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const strategy = await shop.call('POST', `/activity/${place}/duplication_strategy`, {
      body: { title: 'Ours', ...repetition },
    });
    const byStrategy = await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
      body: { strategy_id: strategy.data.id, count: 3, force: true },
    });
    const byParameters = await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
      body: { ...repetition, count: 3, force: true },
    });
    for (const { data } of [byStrategy, byParameters]) {
      expect(data.map(({ date }: { date: string }) => date.slice(0, 10))).toEqual(dates);
    }
  });

  it('leaves out days that months do not have, and ends at a date', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent({ date: '2030-01-31 10:00', force: true });
    const { data } = await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
      body: { repeat_mode_id: 6, date_to: '2030-05-31', force: true },
    });
    expect(data.map(({ date }: { date: string }) => date)).toEqual(['2030-03-31T10:00:00-04:00', '2030-05-31T10:00:00-04:00']);
  });

  it('needs to know how often', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const duplicate = (body: object) => shop.call('POST', `/activity/${place}/${event.id}/duplicate`, { body });
    expect((await duplicate({})).status).toBe(422);
    expect((await duplicate({ dates: [] })).status).toBe(422);
    expect((await duplicate({ strategy_id: 999_999_999 })).status).toBe(404);
    expect((await duplicate({ repeat_mode_id: 1, count: 367, force: true })).status).toBe(422);
  });

  it('has strategies that are listed and changed', async () => {
    const { shop, place } = await openSalon();
    const path = `/activity/${place}/duplication_strategy`;
    const made = await shop.call('POST', path, {
      body: { title: 'Weekly', repeat_mode_id: 5, days: [1], interval: 1, content_type: 2 },
    });
    expect(made.data).toMatchObject({
      title: 'Weekly',
      repeat_mode: { id: 5, title: 'Weekly' },
      days: [1],
      interval: 1,
      content_type: 2,
    });
    const changed = await shop.call('POST', `${path}/${made.data.id}`, { body: { title: 'Daily', repeat_mode_id: 1 } });
    expect(changed.data).toMatchObject({ title: 'Daily', repeat_mode_id: 1, content_type: 2 });
    expect((await shop.call('GET', path)).data).toEqual([changed.data]);
    expect((await shop.call('POST', `${path}/999999999`, { body: { title: 'None', repeat_mode_id: 1 } })).status).toBe(404);
  });
});

describe('events of the second generation', () => {
  it('are created with the requested related resources', async () => {
    const { second, eventBody, member, service } = await openStudio();
    const made = await second(
      'POST',
      '/events?include=staff&include=service&include=duration_details',
      eventBody({ technical_break_duration: 600 }),
    );
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({
      type: 'activity',
      attributes: {
        staff_id: member,
        service_id: service,
        clients_count: 0,
        date: '2030-05-06T14:00:00-0400',
        schedule_id: null,
      },
      relationships: { staff: { data: { type: 'staff', id: String(member) } } },
    });
    expect(made.body.included).toMatchObject([
      { type: 'staff', id: String(member), attributes: { name: 'Basil' } },
      { type: 'service', id: String(service), attributes: { title: 'Haircut' } },
      { type: 'duration_details', attributes: { services_duration: 3000, technical_break_duration: 600 } },
    ]);
  });

  it('are changed, and keep missing fields', async () => {
    const { second, eventBody } = await openStudio();
    const made = await second('POST', '/events', eventBody({ comment: 'Beginners', instructions: 'Bring water' }));
    const changed = await second(
      'PUT',
      `/events/${made.body.data.id}?include=labels`,
      eventBody({ capacity: 9, instructions: null }),
    );
    expect(changed.status).toBe(200);
    expect(changed.body.data.attributes).toMatchObject({ capacity: 9, comment: 'Beginners', instructions: '' });
    expect(changed.body.included).toEqual([]);
  });

  it('let an appointment change while more places are taken than there are', async () => {
    const { second, booked, addEvent } = await openStudio();
    const event = await addEvent({ capacity: 1 });
    const seat = () => booked({ activity_id: event.id, datetime: '2030-05-06T14:00:00', save_if_busy: true });
    await seat();
    const { id } = await seat();
    const change = (fields: object) =>
      second('PUT', `/events/${event.id}/appointments/${id}`, {
        attendance_service_item: { cost_per_unit: 30, discount_percent: 0, manual_cost: 30 },
        ...fields,
      });
    expect((await change({ comment: 'They share a mat', clients_count: 1 })).status).toBe(200);
    expect((await change({ clients_count: 2 })).status).toBe(422);
  });

  it('answer 409 when the member or a resource is busy', async () => {
    const { second, eventBody, shop } = await openStudio();
    expect((await second('POST', '/events', eventBody())).status).toBe(201);
    expect((await second('POST', '/events', eventBody())).status).toBe(409);
    expect((await second('POST', '/events', eventBody({ force: true }))).status).toBe(201);
    const room = await shop.addResource('Room', 1);
    const other = await shop.addTeamMember();
    await setHours(shop, other, ['2030-05-06']);
    const inRoom = { resource_instance_ids: room.instanceIds, date: '2030-05-06 10:00:00' };
    expect((await second('POST', '/events', eventBody(inRoom))).status).toBe(201);
    expect((await second('POST', '/events', eventBody({ ...inRoom, staff_id: other }))).status).toBe(409);
    expect((await second('POST', '/events', eventBody({ staff_id: 999_999_999 }))).status).toBe(404);
    expect((await second('POST', '/events', eventBody({ length: 3601 }))).status).toBe(422);
  });

  it('are listed in a range to come', async () => {
    const { second, eventBody, member } = await openStudio();
    const made = await second('POST', '/events', eventBody());
    const list = (query: string) => second('GET', `/events?${query}`);
    const range = 'filter[from]=2030-05-01 00:00:00&filter[to]=2030-05-31 00:00:00';
    expect((await list(range)).body.data.map(({ id }: { id: string }) => id)).toEqual([made.body.data.id]);
    expect((await list(`${range}&filter[capacity]=4`)).body.data).toEqual([]);
    expect((await list(`${range}&filter[master_ids][]=${member}`)).body.data).toHaveLength(1);
    expect((await list('filter[from]=2030-05-01 00:00:00')).status).toBe(400);
    expect((await list('filter[from]=2020-05-01 00:00:00&filter[to]=2030-05-31 00:00:00')).status).toBe(422);
    expect((await list('filter[from]=2030-05-01 00:00:00&filter[to]=2030-05-01 00:00:00')).status).toBe(422);
    await second('DELETE', `/events/${made.body.data.id}`);
    expect((await list(range)).body.data).toEqual([]);
    expect((await second('GET', `/events/${made.body.data.id}`)).status).toBe(200);
  });

  it('take appointments, which are changed and moved to other events', async () => {
    const { second, eventBody, seat, shop, place } = await openStudio();
    const [from, to] = [
      await second('POST', '/events', eventBody()),
      await second('POST', '/events', eventBody({ date: '2030-05-07 14:00:00', capacity: 1 })),
    ];
    const [fromId, toId] = [from.body.data.id, to.body.data.id];
    const made = await second('POST', `/events/${fromId}/appointments?include=client`, seat({ clients_count: 2 }));
    expect(made.status).toBe(201);
    expect(made.body.data.attributes).toMatchObject({
      activity_id: Number(fromId),
      clients_count: 2,
      attendance_status_slug: 'waiting',
    });
    expect(made.body.included).toMatchObject([{ type: 'client', attributes: { name: 'Ada' } }]);
    expect((await second('POST', `/events/${fromId}/appointments`, seat({ clients_count: 2 }))).status).toBe(422);

    const { id } = made.body.data;
    const changed = await second('PUT', `/events/${fromId}/appointments/${id}?include=attendance_service_items`, {
      attendance_service_item: { cost_per_unit: 20, discount_percent: 10, manual_cost: 36 },
      comment: 'Pays cash',
      color: '9c27b0',
    });
    expect(changed.body.data.attributes).toMatchObject({ comment: 'Pays cash', custom_color: '9c27b0' });
    expect(changed.body.included).toMatchObject([
      { attributes: { cost_per_unit: 20, discount_percent: 10, cost: 36, quantity: 2 } },
    ]);

    const move = (fields: object) =>
      second('PATCH', `/events/${fromId}/appointments/${id}`, { reschedule_activity_id: Number(toId), ...fields });
    expect((await move({})).status).toBe(422);
    const moved = await move({ clients_count: 1 });
    expect(moved.status).toBe(200);
    expect(moved.body.data.attributes).toMatchObject({
      activity_id: Number(toId),
      clients_count: 1,
      date: '2030-05-07T14:00:00',
    });
    const booked = async (event: string) => (await shop.call('GET', `/activity/${place}/${event}`)).data.records_count;
    expect([await booked(fromId), await booked(toId)]).toEqual([0, 1]);
    expect((await move({})).status).toBe(404);
  });

  it('are not found in another business', async () => {
    const { second, eventBody } = await openStudio();
    const other = await openStudio();
    const made = await other.second('POST', '/events', other.eventBody());
    const { id } = made.body.data;
    expect((await second('GET', `/events/${id}`)).status).toBe(404);
    expect((await second('PUT', `/events/${id}`, eventBody())).status).toBe(404);
    expect((await second('DELETE', `/events/${id}`)).status).toBe(404);
  });
});

describe('appointments of the second generation', () => {
  it('are listed by client, event and time', async () => {
    const { second, booked, addEvent, seat } = await openStudio();
    const event = await addEvent();
    const made = await booked();
    const place = await second('POST', `/events/${event.id}/appointments`, seat());
    const list = async (query: string) => (await second('GET', `/appointments?${query}`)).body;
    const found = async (query: string) => (await list(query)).data.map(({ id }: { id: string }) => Number(id));
    expect(await found('')).toEqual([made.id, Number(place.body.data.id)]);
    expect(await found(`filter[client_id]=${made.client.id}`)).toEqual([made.id]);
    expect(await found(`filter[activity_id]=${event.id}`)).toEqual([Number(place.body.data.id)]);
    expect(await found('filter[date_intersect_from]=2030-05-06T10:59:59&filter[date_intersect_to]=2030-05-06T11:00:00')).toEqual([
      made.id,
    ]);
    expect(await found('filter[date_intersect_from]=2030-05-06T11:00:00&filter[date_intersect_to]=2030-05-06T12:00:00')).toEqual(
      [],
    );
    expect((await second('GET', '/appointments?filter[date_intersect_from]=2030-05-06T11:00:00')).status).toBe(422);
    expect((await list('page=2&limit=1')).meta).toEqual({ pagination: { page: 2, offset: 1, limit: 1 } });
    expect((await list('include=staff&include=client.custom_field_values')).included).toMatchObject([{ type: 'staff' }]);
  });

  it('are listed by visit, and deleted', async () => {
    const { second, booked } = await openStudio();
    const phone = somePhone();
    const [first, later] = [
      await booked({ client: { phone, name: 'Ada' } }),
      await booked({ client: { phone, name: 'Ada' }, datetime: '2030-05-06T16:00:00' }),
    ];
    for (const attendance of [`record_${first.id}`, `visit_${first.visit_id}`]) {
      const answer = await second('GET', `/attendances/${attendance}/appointments`);
      expect(answer.body.data.map(({ id }: { id: string }) => Number(id))).toEqual([first.id, later.id]);
    }
    expect((await second('GET', '/attendances/visit_999999999/appointments')).status).toBe(404);
    expect((await second('GET', '/attendances/something/appointments')).status).toBe(404);
    const left = await second('POST', '/timetable/appointments/delete', { recordId: first.id });
    expect(left.body.data.map(({ id }: { id: string }) => Number(id))).toEqual([later.id]);
    expect((await second('DELETE', `/appointments/${later.id}`)).status).toBe(204);
    expect((await second('DELETE', `/appointments/${later.id}`)).status).toBe(404);
  });

  it('show which resources are occupied', async () => {
    const { second, shop, addEvent } = await openStudio();
    const room = await shop.addResource('Room', 1);
    const event = await addEvent({ resource_instance_ids: room.instanceIds });
    const list = (from: string, to: string, more = '') =>
      second(
        'GET',
        `/resource_occupations?filter[date_intersect_from_strict]=${from}&filter[date_intersect_to_strict]=${to}${more}`,
      );
    const found = await list('2030-05-06T14:30:00', '2030-05-06T15:30:00');
    expect(found.body.data).toMatchObject([
      {
        type: 'resource_occupation',
        attributes: {
          source_type_slug: 'activity',
          source_id: event.id,
          resource_id: room.id,
          resource_instance_id: room.instanceIds[0],
          from: '2030-05-06 14:00:00',
          to: '2030-05-06 15:00:00',
        },
      },
    ]);
    expect((await list('2030-05-06T15:00:00', '2030-05-06T16:00:00')).body.data).toEqual([]);
    expect((await list('2030-05-06T14:30:00', '2030-05-06T15:30:00', '&filter[service_ids][]=1')).body.data).toEqual([]);
    expect((await second('GET', '/resource_occupations')).status).toBe(422);
  });
});
