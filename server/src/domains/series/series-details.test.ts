import { describe, expect, it } from 'vitest';
import { openClass } from '../../../test/class.ts';
import { setHours } from '../../../test/salon.ts';
import { addDays } from '../../platform/clock.ts';

type Named = { id: number; title: string };

/** A class with two tags, two chairs, and a way to its schedules. */
async function openEquippedClass() {
  const classroom = await openClass();
  const { shop, place } = classroom;
  const tag = async (title: string) =>
    (await shop.call('POST', `/labels/${place}?title=${title}&color=%23ff2828&entity=3`)).data as Named;
  const tags = [await tag('Yoga'), await tag('Evening')] as const;
  const chairs = await shop.addResource('Chair', 2);
  const schedules = `/company/${place}/schedules`;
  const event = async (id: number) => (await shop.call('GET', `/activity/${place}/${id}`)).data;
  return { ...classroom, tags, chairs: chairs.instanceIds, schedules, event };
}

const ids = (rows: Named[]) => rows.map(({ id }) => id).sort((one, other) => one - other);

describe('the events of a schedule', () => {
  it('have the tags, resources and capacity of their day, and all other fields of the model', async () => {
    const { shop, place, member, service, model, monday, tags, chairs, day, created, event } = await openEquippedClass();
    await shop.call('PUT', `/activity/${place}/${model.id}`, {
      body: {
        date: `${monday} 10:00`,
        service_id: service,
        staff_id: member,
        capacity: 4,
        length: 3600,
        force: false,
        comment: 'Bring a towel',
        color: 'ff2828',
        instructions: 'First floor',
        stream_link: 'https://example.com/class',
      },
    });
    const series = await created({
      days: [
        day({ labels_ids: [tags[0].id], resource_instances_ids: chairs.slice(0, 1), events_capacity: 9, events_duration: 1800 }),
        day({ day_of_week: 'wed', labels_ids: tags.map(({ id }) => id), resource_instances_ids: chairs }),
      ],
    });
    const [mondays, wednesdays] = series.days;
    expect(ids(mondays.events_labels)).toEqual([tags[0].id]);
    expect(mondays.events_labels[0]).toEqual({ id: tags[0].id, title: 'Yoga', color: '#ff2828' });
    expect(ids(mondays.events_resource_instances)).toEqual(chairs.slice(0, 1));
    expect(ids(wednesdays.events_labels)).toEqual(tags.map(({ id }) => id));
    expect(ids(wednesdays.events_resource_instances)).toEqual(chairs);

    const first = await event(mondays.events[0].event_entity_id);
    expect(first).toMatchObject({
      capacity: 9,
      length: 1800,
      service_id: service,
      comment: 'Bring a towel',
      color: '#ff2828',
      instructions: 'First floor',
      stream_link: 'https://example.com/class',
    });
    expect(ids(first.labels)).toEqual([tags[0].id]);
    expect(ids(first.resource_instances)).toEqual(chairs.slice(0, 1));
    const second = await event(wednesdays.events[0].event_entity_id);
    expect(second).toMatchObject({ capacity: 4, length: 3600 });
    expect(ids(second.labels)).toEqual(tags.map(({ id }) => id));
    expect(ids(second.resource_instances)).toEqual(chairs);
  });

  it('follow the team member, tags, resources, capacity and length that a day is given later', async () => {
    const { shop, weeks, tags, chairs, day, created, event, schedules } = await openEquippedClass();
    const member = await shop.addTeamMember();
    await setHours(shop, member, [1, 2, 3].map(weeks));
    const series = await created({ days: [day({ labels_ids: [tags[0].id], resource_instances_ids: chairs.slice(0, 1) })] });
    const [mondays] = series.days;
    const change = async (fields: object) =>
      await shop.call('PATCH', `${schedules}/${series.id}/days/${mondays.id}`, { body: { force: false, ...fields } });
    const fields = {
      labels_ids: [tags[1].id],
      resource_instances_ids: chairs.slice(1),
      events_capacity: 2,
      events_duration: 900,
      events_master_id: member,
    };
    const { data } = await change(fields);
    expect(data).toMatchObject({ events_duration: 900, events_time: '10:00:00', events_master: { id: member } });
    const first = await event(mondays.events[0].event_entity_id);
    expect(first).toMatchObject({ capacity: 2, length: 900, staff_id: member });
    expect(ids(first.labels)).toEqual([tags[1].id]);
    expect(ids(first.resource_instances)).toEqual(chairs.slice(1));
  });

  it('have the technical break of the model, which the length of a day leaves out', async () => {
    const { shop, place, created, addEvent, weeks } = await openEquippedClass();
    const service = await shop.addService({ duration: 3600, technicalBreak: 900 });
    const model = await addEvent({ date: `${weeks(0)} 15:00`, service_id: service, length: 4500 });
    const series = await created({ original_entity_id: model.id });
    const [day] = series.days;
    expect(day).toMatchObject({ events_duration: 3600, event_technical_break_duration: 900 });
    const made = await shop.call('GET', `/activity/${place}/${day.events[0].event_entity_id}`);
    expect(made.data.length).toBe(4500);
  });

  it('that were deleted are shown as such, and do not lead to the schedule any longer', async () => {
    const { shop, place, created, schedules } = await openEquippedClass();
    const series = await created();
    const [day] = series.days;
    const gone = day.events[0].event_entity_id;
    await shop.call('DELETE', `/activity/${place}/${gone}`);
    const { data } = await shop.call('GET', `${schedules}/${series.id}/days/${day.id}/events`);
    expect(data.map(({ event_status }: { event_status: string }) => event_status)).toEqual([
      'entity_deleted',
      'stable',
      'stable',
    ]);
    // Changing the day brings it back no more than it moves it.
    const changed = await shop.call('PATCH', `${schedules}/${series.id}/days/${day.id}`, {
      body: { force: true, events_time: '11:00' },
    });
    expect(changed.data.events.map(({ event_status }: { event_status: string }) => event_status)).toEqual([
      'entity_deleted',
      'stable',
      'stable',
    ]);
  });

  it('are not made where the time is still taken when the day changes', async () => {
    const { shop, created, booked, schedules, weeks } = await openEquippedClass();
    await booked({ datetime: `${weeks(2)}T10:30:00` });
    const series = await created();
    const changed = await shop.call('PATCH', `${schedules}/${series.id}/days/${series.days[0].id}`, {
      body: { force: true, events_capacity: 2 },
    });
    expect(changed.data.events.map(({ event_status }: { event_status: string }) => event_status)).toEqual([
      'stable',
      'entity_failed',
      'stable',
    ]);
  });

  it('are not made from a model that was deleted', async () => {
    const { shop, place, create, model } = await openEquippedClass();
    await shop.call('DELETE', `/activity/${place}/${model.id}`);
    const answer = await create();
    expect([answer.status, answer.meta.message]).toEqual([404, `Event ${model.id} was not found`]);
  });

  it('are fewer than 1000 at once', async () => {
    const { create, day, monday, dates } = await openEquippedClass();
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day_of_week) => day({ day_of_week }));
    const answer = await create({ days, date_end: addDays(monday, 1000) });
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ date_end: ['must make fewer than 1000 events at once'] }]]);
    expect(await dates()).toEqual([monday]);
  });
});

describe('the error names the wrong field of a schedule', () => {
  it('by its field', async () => {
    const { create, day, monday } = await openEquippedClass();
    const errors = async (fields: object) => (await create(fields as Record<string, unknown>)).meta.errors;
    expect(await errors({ original_entity_type: 'record' })).toEqual([
      { original_entity_type: ['must be activity: schedules are made from group events'] },
    ]);
    expect(await errors({ date_end: addDays(monday, -1) })).toEqual([{ date_end: ['must not be before the first event'] }]);
    expect(await errors({ days: [day(), day({ events_time: '12:00' })] })).toEqual([
      { days: ['must name each day of the week once'] },
    ]);
    expect(await errors({ days: [day({ events_master_id: 999_999_999 })] })).toEqual([
      { events_master_id: ['must be a team member of this location'] },
    ]);
  });

  it('the end may be the date of the model, which then repeats not at all', async () => {
    const { create, monday, dates } = await openEquippedClass();
    expect((await create({ date_end: monday })).status).toBe(201);
    expect(await dates()).toEqual([monday]);
  });

  it('the error names a missing object by its id', async () => {
    const { shop, created, day, schedules } = await openEquippedClass();
    const series = await created();
    const said = async (method: string, path: string, body?: object) => {
      const answer = await shop.call(method, `${schedules}/${path}`, { body });
      return [answer.status, answer.meta.message];
    };
    const unknown = [404, 'Schedule 999999999 was not found'];
    expect(await said('PATCH', '999999999', { date_end: '2030-01-01' })).toEqual(unknown);
    expect(await said('DELETE', '999999999')).toEqual(unknown);
    expect(await said('POST', '999999999/days', day())).toEqual(unknown);
    expect(await said('GET', '999999999/days/1/events')).toEqual(unknown);
    const noDay = [404, `Schedule ${series.id} has no day 999999999`];
    expect(await said('PATCH', `${series.id}/days/999999999`, { force: false })).toEqual(noDay);
    expect(await said('DELETE', `${series.id}/days/999999999`)).toEqual(noDay);
    const noClient = [404, `Schedule ${series.id} has no client schedule 999999999`];
    expect(await said('PATCH', `${series.id}/client_schedules/999999999`, { schedule_days_ids: [series.days[0].id] })).toEqual(
      noClient,
    );
    expect(await said('DELETE', `${series.id}/client_schedules/999999999`)).toEqual(noClient);
    expect(await said('GET', 'search/activity/999999999')).toEqual([404, 'Event 999999999 has no schedule']);
    expect(await said('GET', 'search/record/1')).toEqual([404, 'Appointments have no schedules']);
  });

  it('the day of another schedule is not there either', async () => {
    const { shop, created, schedules, addEvent, weeks } = await openEquippedClass();
    const series = await created();
    const otherModel = await addEvent({ date: `${weeks(0)} 15:00` });
    const other = await created({ original_entity_id: otherModel.id });
    expect((await shop.call('GET', `${schedules}/${other.id}/days/${series.days[0].id}/events`)).status).toBe(404);
    expect((await shop.call('DELETE', `${schedules}/${other.id}/days/${series.days[0].id}`)).status).toBe(404);
  });

  it('an unknown team member of a changed day', async () => {
    const { shop, created, schedules, day } = await openEquippedClass();
    const series = await created();
    const path = `${schedules}/${series.id}/days`;
    const changed = await shop.call('PATCH', `${path}/${series.days[0].id}`, {
      body: { force: false, events_master_id: 999_999_999 },
    });
    expect([changed.status, Object.keys(changed.meta.errors[0])]).toEqual([422, ['events_master_id']]);
    const added = await shop.call('POST', path, { body: day() });
    expect([added.status, added.meta.errors]).toEqual([422, [{ day_of_week: ['is a day of this schedule already'] }]]);
  });
});

describe('the end of a schedule', () => {
  it('stays when it is not given, or given as it is', async () => {
    const { shop, created, schedules, weeks, dates } = await openEquippedClass();
    const series = await created();
    const before = await dates();
    for (const body of [{}, { date_end: weeks(3) }]) {
      const answer = await shop.call('PATCH', `${schedules}/${series.id}`, { body });
      expect(answer.data).toMatchObject({ date_end: weeks(3), updated_at: series.updated_at });
    }
    expect(await dates()).toEqual(before);
  });

  it('that is earlier keeps the event on its own date', async () => {
    const { shop, created, schedules, monday, weeks, dates } = await openEquippedClass();
    const series = await created();
    await shop.call('PATCH', `${schedules}/${series.id}`, { body: { date_end: weeks(2) } });
    expect(await dates()).toEqual([monday, weeks(1), weeks(2)]);
  });
});

describe('a client of a schedule', () => {
  /** A schedule on Mondays and Thursdays with a client who comes on Mondays. */
  async function openJoined() {
    const classroom = await openEquippedClass();
    const { shop, created, day, schedules, weeks } = classroom;
    const series = await created({ date_end: weeks(2), days: [day(), day({ day_of_week: 'thu' })] });
    const [monday, thursday] = series.days.map(({ id }: { id: number }) => id) as [number, number];
    const client = await shop.addClient();
    const path = `${schedules}/${series.id}/client_schedules`;
    const join = (client_id: number, schedule_days_ids: number[]) =>
      shop.call('POST', path, { body: { client_id, schedule_days_ids } });
    const joined = await join(client.id, [monday]);
    return { ...classroom, series, monday, thursday, client, path, join, joined };
  }

  it('is named when it cannot come', async () => {
    const { shop, joined, join, client, monday } = await openJoined();
    expect(joined.status).toBe(201);
    expect((await join(client.id, [monday])).meta.errors).toEqual([{ client_id: ['attends this schedule already'] }]);
    expect((await join(999_999_999, [monday])).meta.errors).toEqual([{ client_id: ['must be a client of this location'] }]);
    const other = await shop.addClient();
    expect((await join(other.id, [999_999_999])).meta.errors).toEqual([{ schedule_days_ids: ['must be days of this schedule'] }]);
  });

  it('may name a day twice, and comes once', async () => {
    const { shop, join, monday, thursday, appointments, path } = await openJoined();
    const other = await shop.addClient();
    const before = (await appointments()).length;
    const made = await join(other.id, [monday, monday]);
    expect(made.data.days).toHaveLength(1);
    expect(await appointments()).toHaveLength(before + 2);
    const changed = await shop.call('PATCH', `${path}/${made.data.id}`, {
      body: { schedule_days_ids: [monday, thursday, thursday] },
    });
    expect(changed.data.days).toHaveLength(2);
    expect(await appointments()).toHaveLength(before + 4);
  });

  it('keeps the appointments of days that stay', async () => {
    const { shop, joined, path, monday, thursday, appointments } = await openJoined();
    const before = (await appointments()).map(({ id }) => id);
    await shop.call('PATCH', `${path}/${joined.data.id}`, { body: { schedule_days_ids: [monday, thursday] } });
    const both = (await appointments()).map(({ id }) => id);
    expect(both).toEqual(expect.arrayContaining(before));
    expect(both).toHaveLength(4);
    await shop.call('PATCH', `${path}/${joined.data.id}`, { body: { schedule_days_ids: [monday] } });
    expect((await appointments()).map(({ id }) => id).sort()).toEqual(before.sort());
  });

  it('comes to a deleted day no more, and may come again after it left', async () => {
    const { shop, joined, join, client, path, monday, appointments } = await openJoined();
    expect((await shop.call('DELETE', `${path}/${joined.data.id}`)).status).toBe(204);
    expect(await appointments()).toEqual([]);
    expect((await join(client.id, [monday])).status).toBe(201);
    expect(await appointments()).toHaveLength(2);
  });

  it('who left or belongs to another schedule is not changed', async () => {
    const { shop, joined, path, monday, created, addEvent, weeks, schedules } = await openJoined();
    const model = await addEvent({ date: `${weeks(0)} 15:00` });
    const other = await created({ original_entity_id: model.id, date_end: weeks(1) });
    const wrong = `${schedules}/${other.id}/client_schedules/${joined.data.id}`;
    expect((await shop.call('DELETE', wrong)).status).toBe(404);
    await shop.call('DELETE', `${path}/${joined.data.id}`);
    const answer = await shop.call('PATCH', `${path}/${joined.data.id}`, { body: { schedule_days_ids: [monday] } });
    expect(answer.status).toBe(404);
  });
});
