import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { serviceResources } from '../catalog/tables.ts';
import { occupations } from '../schedule/tables.ts';

describe('a new appointment', () => {
  it('is created for a client, who is added by the phone number', async () => {
    const { shop, place, member, service, book } = await openSalon();
    const phone = somePhone();
    const made = await book({ client: { phone, name: 'Grace', email: 'grace@example.com' }, comment: 'First visit' });
    expect(made.status).toBe(201);
    const [appointment] = made.data;
    expect(appointment).toMatchObject({
      staff_id: member,
      comment: 'First visit',
      attendance: 0,
      datetime: '2030-05-06T10:00:00-04:00',
      seance_length: 3600,
      deleted: false,
      activity_id: 0,
      client: { name: 'Grace', phone, email: 'grace@example.com', is_new: true },
      services: [{ id: service, title: 'Haircut', cost: 30, first_cost: 30, discount: 0, amount: 1, cost_per_unit: 30 }],
    });
    const client = await shop.call('GET', `/client/${place}/${appointment.client.id}`);
    expect(client.data).toMatchObject({ name: 'Grace', phone: Number(phone.slice(1)) });
    expect((await shop.call('GET', `/record/${place}/${appointment.id}`)).data).toEqual(appointment);
  });

  it('belongs to the client who has the phone number already', async () => {
    const { shop, booked } = await openSalon();
    const client = await shop.addClient({ name: 'Ada' });
    expect((await booked({ client: { phone: `+${client.phone}`, name: 'Somebody' } })).client).toMatchObject({
      id: client.id,
      name: 'Ada',
    });
  });

  it('may have only the name of a client, or no client', async () => {
    const { booked } = await openSalon();
    const named = await booked({ client: { name: '李小龙 Ψυχή' } });
    expect(named.client).toMatchObject({ id: 0, name: '李小龙 Ψυχή', phone: '' });
    expect((await booked({ client: {}, datetime: '2030-05-06T12:00:00' })).client).toBeNull();
  });

  it('is refused while the team member is busy', async () => {
    const { book, booked } = await openSalon();
    const first = await booked();
    const second = await book({ datetime: '2030-05-06T10:30:00' });
    expect(second.status).toBe(422);
    expect(second.meta.errors).toEqual([{ datetime: [`is taken by appointment ${first.id}`] }]);
    expect((await book({ datetime: '2030-05-06T11:00:00' })).status).toBe(201);
  });

  it('is refused outside the working hours', async () => {
    const { book } = await openSalon();
    for (const datetime of ['2030-05-06T08:30:00', '2030-05-06T17:30:00', '2030-05-12T10:00:00']) {
      const answer = await book({ datetime });
      expect(answer.status).toBe(422);
      expect(answer.meta.errors).toEqual([{ datetime: ['is outside the working hours of the team member'] }]);
    }
  });

  it('is made at a busy time when the caller insists', async () => {
    const { book } = await openSalon();
    await book();
    expect((await book({ save_if_busy: true })).status).toBe(201);
    expect((await book({ save_if_busy: true, datetime: '2030-05-12T03:00:00' })).status).toBe(201);
    // A forced appointment keeps the member busy too.
    expect((await book({ datetime: '2030-05-12T03:30:00', save_if_busy: false })).status).toBe(422);
  });

  it('leaves nothing behind when it is refused', async () => {
    const { shop, place, book, booked } = await openSalon();
    await booked();
    const phone = somePhone();
    expect((await book({ client: { phone, name: 'Nobody' } })).status).toBe(422);
    const found = await shop.call('POST', `/company/${place}/clients/search`, {
      body: { fields: ['id'], filters: [{ type: 'quick_search', state: { value: phone } }] },
    });
    expect(found.data).toEqual([]);
  });

  it('names every field that is missing', async () => {
    const { shop, place } = await openSalon();
    const answer = await shop.call('POST', `/records/${place}`, { body: { client: {} } });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors.map((error: object) => Object.keys(error)[0])).toEqual([
      'staff_id',
      'services',
      'datetime',
      'seance_length',
    ]);
  });

  it.each([
    ['a team member', { staff_id: 999_999_999 }, 'staff_id', 'must be a team member of this location'],
    ['a service', { services: [{ id: 999_999_999 }] }, 'services.0.id', 'must be a service of this location'],
    ['a label', { record_labels: ['999999999'] }, 'record_labels', 'must be tags for appointments of this location'],
    ['a client', { client: { id: 999_999_999 } }, 'client.id', 'must be a client of this location'],
    ['a phone number', { client: { phone: '12', name: 'Ada' } }, 'client.phone', 'Phone must contain 9 to 15 digits'],
    ['a date', { datetime: '2030-02-30T10:00:00' }, 'datetime', 'must be a date and time YYYY-MM-DD HH:MM:SS'],
    ['a break', { technical_break_duration: 3600 }, 'technical_break_duration', 'must be shorter than seance_length'],
  ])('is refused with %s that is wrong', async (_, fields, field, message) => {
    const { book } = await openSalon();
    const answer = await book(fields);
    expect(answer.status).toBe(422);
    expect(answer.meta.errors).toEqual([{ [field]: [message] }]);
  });

  it('does not see data of another business', async () => {
    const other = await openSalon();
    const { book } = await openSalon();
    const client = await other.shop.addClient();
    for (const fields of [{ staff_id: other.member }, { services: [{ id: other.service }] }, { client: { id: client.id } }]) {
      expect((await book(fields)).status).toBe(422);
    }
  });

  it('has the given prices, and otherwise those of the price list', async () => {
    const { service, booked } = await openSalon();
    const services = async (fields: object) =>
      (await booked({ services: [{ id: service, ...fields }], save_if_busy: true })).services;
    expect(await services({ first_cost: 60, discount: 10 })).toMatchObject([{ first_cost: 60, cost_per_unit: 60, cost: 54 }]);
    expect(await services({ amount: 3 })).toMatchObject([{ first_cost: 90, cost_per_unit: 30, cost: 90, amount: 3 }]);
    expect(await services({ first_cost: 0.1, discount: 33.333 })).toMatchObject([{ cost: 0.07 }]);
    expect(await services({ cost: 0 })).toMatchObject([{ cost: 0, first_cost: 30 }]);
  });

  it('rounds to whole units in a currency without smaller ones', async () => {
    const { service, booked } = await openSalon({ city: 'Tokyo' });
    const { services } = await booked({ services: [{ id: service, first_cost: 999, discount: 50 }] });
    expect(services).toMatchObject([{ cost: 500 }]);
  });

  it('has the technical break that its services need, unless it says otherwise', async () => {
    const { shop, booked } = await openSalon();
    const service = await shop.addService({ technicalBreak: 600 });
    const made = await booked({ services: [{ id: service }] });
    expect(made).toMatchObject({ seance_length: 3600, technical_break_duration: 600 });
    const without = await booked({ services: [{ id: service }], technical_break_duration: 0, datetime: '2030-05-06T12:00:00' });
    expect(without.technical_break_duration).toBe(0);
  });

  it('takes places in a group event, whose time, member and service it has', async () => {
    const { member, service, shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const made = await shop.call('POST', `/records/${place}`, {
      body: { activity_id: event.id, client: { phone: somePhone(), name: 'Ada' }, clients_count: 2 },
    });
    expect(made.data[0]).toMatchObject({
      activity_id: event.id,
      staff_id: member,
      datetime: event.date,
      seance_length: 3600,
      clients_count: 2,
      services: [{ id: service, amount: 2, cost: 60 }],
    });
    expect((await shop.call('GET', `/activity/${place}/${event.id}`)).data.records_count).toBe(2);
    const full = await shop.call('POST', `/records/${place}`, {
      body: { activity_id: event.id, client: { name: 'Late' }, clients_count: 2 },
    });
    expect(full.status).toBe(422);
    expect(full.meta.errors).toEqual([{ clients_count: ['The event has 1 free place'] }]);
  });
});

describe('time', () => {
  it('of a member is a day of the location, also when clocks change', async () => {
    // In New York, 2030-03-10 has 23 hours and 2030-11-03 has 25.
    const { shop, member, book } = await openSalon();
    await setHours(shop, member, ['2030-03-10', '2030-11-03'], [{ from: '00:00', to: '24:00' }]);
    const spring = await book({ datetime: '2030-03-10T01:30:00' });
    expect(spring.data[0].datetime).toBe('2030-03-10T01:30:00-05:00');
    // An hour after half past one is half past three: the hour from two to three does not exist.
    expect((await book({ datetime: '2030-03-10T03:00:00' })).status).toBe(422);
    expect((await book({ datetime: '2030-03-10T03:30:00' })).data[0].datetime).toBe('2030-03-10T03:30:00-04:00');
    const autumn = await book({ datetime: '2030-11-03T01:00:00' });
    expect(autumn.data[0].datetime).toBe('2030-11-03T01:00:00-04:00');
    expect((await book({ datetime: '2030-11-03T01:00:00-05:00' })).data[0].datetime).toBe('2030-11-03T01:00:00-05:00');
  });

  it('over midnight needs the hours of both days', async () => {
    const { shop, member, book } = await openSalon();
    await setHours(shop, member, ['2030-06-01', '2030-06-03'], [{ from: '20:00', to: '24:00' }]);
    expect((await book({ datetime: '2030-06-01T23:30:00' })).status).toBe(422);
    await setHours(shop, member, ['2030-06-02'], [{ from: '00:00', to: '02:00' }]);
    expect((await book({ datetime: '2030-06-01T23:30:00' })).status).toBe(201);
    expect((await book({ datetime: '2030-06-01T23:00:00', seance_length: 1800 })).status).toBe(201);
    expect((await book({ datetime: '2030-06-02T00:00:00', seance_length: 1800 })).status).toBe(422);
  });

  it('is given with an offset or in the time of the location', async () => {
    const { booked } = await openSalon();
    expect((await booked({ datetime: '2030-05-06T16:00:00+02:00' })).datetime).toBe('2030-05-06T10:00:00-04:00');
    expect((await booked({ datetime: '2030-05-06 12:00' })).datetime).toBe('2030-05-06T12:00:00-04:00');
  });
});

describe('a resource', () => {
  it('is used by one appointment at a time, an instance each', async () => {
    const { shop, service, book, booked } = await openSalon();
    const { db } = await testDatabase();
    const room = await shop.addResource('Room', 2);
    await db.insert(serviceResources).values({ locationId: shop.locationId, serviceId: service, resourceId: room.id });
    const others = [await shop.addTeamMember(), await shop.addTeamMember()];
    for (const member of others) await setHours(shop, member, ['2030-05-06']);
    expect((await booked()).resource_instance_ids).toEqual([room.instanceIds[0]]);
    expect((await booked({ staff_id: others[0] })).resource_instance_ids).toEqual([room.instanceIds[1]]);
    const third = await book({ staff_id: others[1] });
    expect(third.status).toBe(422);
    expect(third.meta.message).toBe('A resource is busy at this time');
    expect((await book({ staff_id: others[1], save_if_busy: true })).status).toBe(201);
  });

  it('that has no instances makes its services impossible', async () => {
    const { shop, service, book } = await openSalon();
    const { db } = await testDatabase();
    const room = await shop.addResource('Room', 0);
    await db.insert(serviceResources).values({ locationId: shop.locationId, serviceId: service, resourceId: room.id });
    expect((await book()).status).toBe(422);
  });
});

describe('a changed appointment', () => {
  it('is replaced, and moves to a free time', async () => {
    const { shop, place, body, booked } = await openSalon();
    const made = await booked();
    const busy = await booked({ datetime: '2030-05-07T10:00:00' });
    const put = (fields: Record<string, unknown>) => shop.call('PUT', `/record/${place}/${made.id}`, { body: body(fields) });
    const moved = await put({ datetime: '2030-05-06T10:30:00', comment: 'Later' });
    expect(moved.status).toBe(201);
    expect(moved.data).toMatchObject({ id: made.id, datetime: '2030-05-06T10:30:00-04:00', comment: 'Later' });
    const refused = await put({ datetime: '2030-05-07T10:30:00' });
    expect(refused.meta.errors).toEqual([{ datetime: [`is taken by appointment ${busy.id}`] }]);
    // The time it had is free again.
    expect((await booked({ datetime: '2030-05-06T09:30:00' })).id).toBeGreaterThan(made.id);
  });

  it('keeps a forced time', async () => {
    const { shop, place, body, booked } = await openSalon();
    await booked();
    const forced = await booked({ save_if_busy: true });
    const answer = await shop.call('PUT', `/record/${place}/${forced.id}`, { body: body({ comment: 'Still here' }) });
    expect(answer.status).toBe(201);
  });

  it('keeps missing fields', async () => {
    const { shop, place, body, booked } = await openSalon();
    const tag = await shop.call('POST', `/labels/${place}?title=VIP&color=%23009800&entity=2`);
    const made = await booked({
      comment: 'Window seat',
      custom_color: '#F44336',
      record_labels: [String(tag.data.id)],
      sms_remain_hours: 5,
      api_id: 'crm-1',
    });
    expect(made).toMatchObject({ custom_color: 'f44336', custom_font_color: '#ffffff', record_labels: [{ title: 'VIP' }] });
    const { data } = await shop.call('PUT', `/record/${place}/${made.id}`, { body: body() });
    expect(data).toMatchObject({
      comment: 'Window seat',
      custom_color: 'f44336',
      record_labels: [{ title: 'VIP' }],
      sms_remain_hours: 5,
      api_id: 'crm-1',
    });
  });

  it('has the tags it is given, and none when there are none', async () => {
    const { shop, place, body, booked } = await openSalon();
    const tag = async (title: string) =>
      (await shop.call('POST', `/labels/${place}?title=${title}&color=%23009800&entity=2`)).data.id as number;
    const [vip, late] = [await tag('VIP'), await tag('Late')];
    const made = await booked({ record_labels: [String(vip)] });
    const tagged = async (tags: number[]) =>
      (await shop.call('PUT', `/record/${place}/${made.id}`, { body: body({ record_labels: tags.map(String) }) })).data
        .record_labels;
    expect(await tagged([late, late])).toMatchObject([{ id: late, title: 'Late' }]);
    expect(await tagged([vip, late])).toHaveLength(2);
    expect(await tagged([])).toEqual([]);
    expect((await shop.call('GET', `/record/${place}/${made.id}`)).data.record_labels).toEqual([]);
  });

  it('stays with its event', async () => {
    const { shop, place, body, booked, addEvent } = await openSalon();
    const event = await addEvent();
    const made = await booked();
    const wrong = await shop.call('PUT', `/record/${place}/${made.id}`, { body: body({ activity_id: event.id }) });
    expect(wrong.meta.errors).toEqual([{ activity_id: ['must be 0, the event of this appointment'] }]);
    const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' } } });
    const { id } = seat.data[0];
    const changed = await shop.call('PUT', `/record/${place}/${id}`, {
      body: { activity_id: event.id, client: { name: 'Grace' }, clients_count: 3 },
    });
    expect(changed.data).toMatchObject({ clients_count: 3, client: { name: 'Grace' }, datetime: event.date });
    expect((await shop.call('GET', `/activity/${place}/${event.id}`)).data.records_count).toBe(3);
    const more = await shop.call('PUT', `/record/${place}/${id}`, {
      body: { activity_id: event.id, client: { name: 'Grace' }, clients_count: 4 },
    });
    expect(more.status).toBe(422);
  });

  it('keeps the prices of its services for callers who may not set them', async () => {
    const { shop, place, service, body, booked } = await openSalon();
    const clerk = await shop.hire('administrator', {
      records_services_cost_access: false,
      records_services_discount_access: false,
    });
    const made = await booked({ services: [{ id: service, first_cost: 80, discount: 25 }] });
    const { data } = await shop.call('PUT', `/record/${place}/${made.id}`, {
      body: body({ services: [{ id: service, first_cost: 1, discount: 99, cost: 0 }] }),
      authorization: clerk.authorization,
    });
    expect(data.services).toMatchObject([{ first_cost: 80, discount: 25, cost: 60 }]);
  });

  it.each([
    ['records_edit_date_and_master_access', { datetime: '2030-05-06T12:00:00' }],
    ['records_edit_duration_access', { seance_length: 1800 }],
    ['records_edit_comment_access', { comment: 'Changed' }],
    ['records_edit_services_access', { services: [] }],
  ])('needs %s', async (flag, fields) => {
    const { shop, place, body, booked } = await openSalon();
    const clerk = await shop.hire('administrator', { [flag]: false });
    const made = await booked();
    const put = (changes: Record<string, unknown>) =>
      shop.call('PUT', `/record/${place}/${made.id}`, { body: body(changes), authorization: clerk.authorization });
    expect((await put({})).status).toBe(201);
    expect((await put(fields)).status).toBe(403);
  });

  it('of a client who arrived needs its own permission', async () => {
    const { shop, place, body, booked } = await openSalon();
    const clerk = await shop.hire('administrator', { edit_records_attendance_access: false });
    const made = await booked({ attendance: 1 });
    const answer = await shop.call('PUT', `/record/${place}/${made.id}`, { body: body(), authorization: clerk.authorization });
    expect(answer.status).toBe(403);
  });
});

describe('a deleted appointment', () => {
  it('stays readable and frees its time', async () => {
    const { shop, place, booked } = await openSalon();
    const made = await booked();
    expect((await shop.call('DELETE', `/record/${place}/${made.id}`)).status).toBe(204);
    expect((await shop.call('GET', `/record/${place}/${made.id}`)).data).toMatchObject({ id: made.id, deleted: true });
    const list = (query = '') => shop.call('GET', `/records/${place}${query}`).then(({ data }) => data.length);
    expect([await list(), await list('?with_deleted=1')]).toEqual([0, 1]);
    await booked();
    const { db } = await testDatabase();
    const busy = await db
      .select()
      .from(occupations)
      .where(and(eq(occupations.locationId, place), eq(occupations.sourceId, made.id)));
    expect(busy).toEqual([]);
  });

  it('cannot be changed or deleted again', async () => {
    const { shop, place, body, booked } = await openSalon();
    const made = await booked();
    await shop.call('DELETE', `/record/${place}/${made.id}`);
    expect((await shop.call('DELETE', `/record/${place}/${made.id}`)).status).toBe(404);
    expect((await shop.call('PUT', `/record/${place}/${made.id}`, { body: body() })).status).toBe(404);
  });

  it('of a client who came needs its own permission', async () => {
    const { shop, place, booked } = await openSalon();
    const clerk = await shop.hire('administrator', { delete_customer_came_records_access: false });
    const made = await booked({ attendance: 1 });
    const path = `/record/${place}/${made.id}`;
    expect((await shop.call('DELETE', path, { authorization: clerk.authorization })).status).toBe(403);
    expect((await shop.call('DELETE', path)).status).toBe(204);
  });

  it('gives its places in an event back', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const seat = await shop.call('POST', `/records/${place}`, {
      body: { activity_id: event.id, client: { name: 'Ada' }, clients_count: 3 },
    });
    await shop.call('DELETE', `/record/${place}/${seat.data[0].id}`);
    expect((await shop.call('GET', `/activity/${place}/${event.id}`)).data.records_count).toBe(0);
  });
});

describe('custom fields of appointments', () => {
  it('are checked by their type, and need permissions to see and change them', async () => {
    const { shop, place, body, book, booked } = await openSalon();
    await shop.call('POST', `/custom_fields/record/${place}`, {
      body: { title: 'Shade', code: 'shade', type: 'number', user_can_edit: true, show_in_ui: true },
    });
    const made = await booked({ custom_fields: { shade: 7 } });
    expect(made.custom_fields).toEqual({ shade: 7 });
    expect((await book({ custom_fields: { shade: 'dark' }, datetime: '2030-05-06T12:00:00' })).status).toBe(422);
    const blind = await shop.hire('administrator', { custom_fields_record_values_read_access: false });
    const answer = await shop.call('PUT', `/record/${place}/${made.id}`, {
      body: body({ custom_fields: {} }),
      authorization: blind.authorization,
    });
    expect(answer.data.custom_fields).toEqual([]);
    expect((await shop.call('GET', `/record/${place}/${made.id}`)).data.custom_fields).toEqual({ shade: 7 });
  });
});

describe('a client in an appointment', () => {
  it('is hidden from callers who may not see clients or their phone numbers', async () => {
    const { shop, place, booked } = await openSalon();
    const made = await booked();
    const seen = async (permissions: Record<string, boolean>) => {
      const { authorization } = await shop.hire('administrator', permissions);
      return (await shop.call('GET', `/record/${place}/${made.id}`, { authorization })).data.client;
    };
    expect((await seen({ timetable_phones_access: false })).phone).toBe('');
    expect(await seen({ record_form_client_access: false })).toBeNull();
  });

  it('is not added by callers who may not add clients', async () => {
    const { shop, book } = await openSalon();
    const clerk = await shop.hire('administrator', { record_form_client_add_access: false });
    const known = await shop.addClient();
    expect((await book({}, clerk.authorization)).status).toBe(403);
    expect((await book({ client: { phone: `+${known.phone}` } }, clerk.authorization)).status).toBe(201);
  });

  it('leaves appointments behind when it is deleted', async () => {
    const { shop, place, booked } = await openSalon();
    const made = await booked();
    await shop.call('DELETE', `/client/${place}/${made.client.id}`);
    expect((await shop.call('GET', `/record/${place}/${made.id}`)).data).toMatchObject({ id: made.id, client: null });
  });
});

describe('the busy time of a team member', () => {
  it('appears in the schedule and in the sessions', async () => {
    const { shop, place, member, booked, addEvent } = await openSalon();
    const made = await booked();
    const event = await addEvent();
    const { data } = await shop.call(
      'GET',
      `/company/${place}/staff/schedule?start_date=2030-05-06&end_date=2030-05-06&include[]=busy_intervals`,
    );
    expect(data[0].busy_intervals).toEqual([
      { entity_type: 'record', entity_id: made.id, from: '10:00:00', to: '11:00:00' },
      { entity_type: 'activity', entity_id: event.id, from: '14:00:00', to: '15:00:00' },
    ]);
    const sessions = await shop.call('GET', `/timetable/seances/${place}/${member}/2030-05-06`);
    const busy = sessions.data.filter((each: { is_free: boolean }) => !each.is_free).map((each: { time: string }) => each.time);
    expect(busy).toEqual(['10:00', '10:15', '10:30', '10:45', '14:00', '14:15', '14:30', '14:45']);
  });
});

describe('an appointment of another business', () => {
  it('is not found', async () => {
    const { booked } = await openSalon();
    const made = await booked();
    const other = await openShop();
    for (const [method, path] of [
      ['GET', `/record/${other.locationId}/${made.id}`],
      ['DELETE', `/record/${other.locationId}/${made.id}`],
      ['GET', `/visits/${made.visit_id}`],
      ['GET', `/attendance/receipt_print/${made.visit_id}`],
    ] as const) {
      expect((await other.call(method, path)).status).toBe(404);
    }
  });
});
