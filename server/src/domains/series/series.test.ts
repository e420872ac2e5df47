import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { openClass } from '../../../test/class.ts';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { addDays } from '../../platform/clock.ts';
import { events } from '../appointments/tables.ts';
import { eventSeriesOccurrences } from '../events/tables.ts';

type Occurrence = { id: number; event_status: string; event_datetime: string; event_entity_id: number };

describe('a recurring schedule', () => {
  it('makes the events of its weekdays up to its end', async () => {
    const { created, dates, monday, weeks, day, model, member } = await openClass();
    const series = await created({ days: [day(), day({ day_of_week: 'wed', events_time: '16:00', events_capacity: 9 })] });
    expect(series).toMatchObject({
      original_entity_type: 'activity',
      original_entity_id: model.id,
      date_start: monday,
      date_end: weeks(3),
    });
    expect(series.days).toMatchObject([
      { day_of_week: 'mon', events_time: '10:00:00', events_duration: 3600, events_master: { id: member } },
      { day_of_week: 'wed', events_time: '16:00:00' },
    ]);
    expect(await dates()).toEqual([
      monday,
      addDays(monday, 2),
      weeks(1),
      addDays(monday, 9),
      weeks(2),
      addDays(monday, 16),
      weeks(3),
    ]);
    const monda = series.days[0].events as Occurrence[];
    expect(monda.map(({ event_status }) => event_status)).toEqual(['stable', 'stable', 'stable']);
  });

  it('is found by its model and by each of its events', async () => {
    const { shop, place, created, model } = await openClass();
    const series = await created();
    const find = (kind: string, id: number) => shop.call('GET', `/company/${place}/schedules/search/${kind}/${id}`);
    expect((await find('activity', model.id)).data.id).toBe(series.id);
    const occurrence = series.days[0].events[0];
    expect((await find('activity', occurrence.event_entity_id)).data.id).toBe(series.id);
    expect((await find('activity', 999_999_999)).status).toBe(404);
    expect((await find('record', 1)).status).toBe(404);
  });

  it('marks the times that were taken, and tries them again when the day changes', async () => {
    const { shop, place, created, weeks, booked } = await openClass();
    await booked({ datetime: `${weeks(2)}T10:30:00` });
    const series = await created();
    const day = series.days[0];
    expect(day.events.map(({ event_status }: Occurrence) => event_status)).toEqual(['stable', 'entity_failed', 'stable']);
    expect(day.events[1].event_entity_id).toBeNull();
    const changed = await shop.call('PATCH', `/company/${place}/schedules/${series.id}/days/${day.id}`, {
      body: { force: false, events_time: '13:00' },
    });
    expect(changed.data.events.map(({ event_status }: Occurrence) => event_status)).toEqual(['stable', 'stable', 'stable']);
    expect(changed.data.events.every((each: Occurrence) => each.event_datetime.includes('T13:00:00'))).toBe(true);
  });

  it('grows and shrinks with its end', async () => {
    const { shop, place, created, dates, monday, weeks } = await openClass();
    const series = await created();
    const patch = (date_end: string) => shop.call('PATCH', `/company/${place}/schedules/${series.id}`, { body: { date_end } });
    expect((await patch(weeks(5))).data.date_end).toBe(weeks(5));
    expect(await dates()).toEqual([monday, weeks(1), weeks(2), weeks(3), weeks(4), weeks(5)]);
    await patch(weeks(1));
    expect(await dates()).toEqual([monday, weeks(1)]);
    expect((await patch(addDays(monday, -1))).status).toBe(422);
    expect((await patch(addDays(monday, 8000))).status).toBe(422);
    expect((await patch('someday')).status).toBe(422);
  });

  it('is deleted with its future events and keeps past ones', async () => {
    const { shop, place, created, dates, monday } = await openClass();
    const series = await created();
    // The first of its events is moved into the past, as if time had passed.
    const { db } = await testDatabase();
    const [first] = series.days[0].events as Occurrence[];
    const past = new Date(Date.now() - 86_400_000);
    await db
      .update(events)
      .set({ startsAt: past })
      .where(eq(events.id, first?.event_entity_id ?? 0));
    await db
      .update(eventSeriesOccurrences)
      .set({ plannedAt: past })
      .where(eq(eventSeriesOccurrences.id, first?.id ?? 0));
    expect((await shop.call('DELETE', `/company/${place}/schedules/${series.id}`)).status).toBe(204);
    expect(await dates()).toEqual([monday]);
    const kept = await shop.call('GET', `/activity/${place}/${first?.event_entity_id}`);
    expect(kept.data.is_deleted).toBe(false);
    expect((await shop.call('DELETE', `/company/${place}/schedules/${series.id}`)).status).toBe(404);
  });

  it('brings the clients of its model along', async () => {
    const { created, appointments, clientIds, shop, place, weeks } = await openClass({ clients: 2 });
    const series = await created({ add_clients_from_original_entity: true });
    expect(await appointments()).toHaveLength(clientIds.length * 4);
    // And to the events that are added later.
    await shop.call('PATCH', `/company/${place}/schedules/${series.id}`, { body: { date_end: weeks(4) } });
    expect(await appointments()).toHaveLength(clientIds.length * 5);
  });

  it.each([
    ['an appointment', { original_entity_type: 'record' }],
    ['a weekday twice', { days: 2 }],
    ['an end before its beginning', { date_end: '2020-01-01' }],
    ['no days', { days: [] }],
    ['an unknown team member', { member: 999_999_999 }],
    ['a time that does not exist', { time: '25:00:00' }],
  ])('refuses %s', async (_, wrong: Record<string, unknown>) => {
    const { create, day } = await openClass();
    const fields = { ...wrong };
    if (wrong['days'] === 2) fields.days = [day(), day()];
    if (wrong['member']) fields.days = [day({ events_master_id: wrong['member'] })];
    if (wrong['time']) fields.days = [day({ events_time: wrong['time'] })];
    expect((await create(fields)).status).toBe(422);
  });
});

describe('a day of a schedule', () => {
  it('is added, changed and deleted with its events', async () => {
    const { shop, place, created, dates, monday, weeks, day } = await openClass();
    const series = await created({ date_end: weeks(1) });
    const path = `/company/${place}/schedules/${series.id}/days`;
    const added = await shop.call('POST', path, { body: day({ day_of_week: 'fri' }) });
    expect(added.status).toBe(201);
    expect(await dates()).toEqual([monday, addDays(monday, 4), weeks(1)]);
    expect((await shop.call('POST', path, { body: day({ day_of_week: 'fri' }) })).status).toBe(422);
    const listed = await shop.call('GET', `${path}/${added.data.id}/events`);
    expect(listed.data).toMatchObject([{ event_status: 'stable' }]);
    expect((await shop.call('DELETE', `${path}/${added.data.id}`)).status).toBe(204);
    expect(await dates()).toEqual([monday, weeks(1)]);
    expect((await shop.call('GET', `${path}/${added.data.id}/events`)).status).toBe(404);
  });

  it('keeps events that were changed by hand, unless it is forced', async () => {
    const { shop, place, member, service, created, weeks } = await openClass();
    const series = await created();
    const [day] = series.days;
    const byHand = day.events[0].event_entity_id;
    await shop.call('PUT', `/activity/${place}/${byHand}`, {
      body: { date: `${weeks(1)} 16:00`, service_id: service, staff_id: member, capacity: 4, force: false },
    });
    const change = (force: boolean) =>
      shop.call('PATCH', `/company/${place}/schedules/${series.id}/days/${day.id}`, { body: { force, events_time: '12:00' } });
    const times = (events: { entity_datetime: string; is_entity_datetime_changed: boolean }[]) =>
      events.map((event) => [event.entity_datetime.slice(11), event.is_entity_datetime_changed]);
    expect(times((await change(false)).data.events)).toEqual([
      ['16:00:00', true],
      ['12:00:00', false],
      ['12:00:00', false],
    ]);
    expect(times((await change(true)).data.events)).toEqual([
      ['12:00:00', false],
      ['12:00:00', false],
      ['12:00:00', false],
    ]);
  });

  it('changes nothing when one of its events cannot move', async () => {
    const { shop, place, created, weeks, booked } = await openClass();
    const series = await created();
    await booked({ datetime: `${weeks(3)}T12:00:00` });
    const [day] = series.days;
    const path = `/company/${place}/schedules/${series.id}/days/${day.id}`;
    expect((await shop.call('PATCH', path, { body: { force: false, events_time: '12:00' } })).status).toBe(422);
    const { data } = await shop.call('GET', `${path}/events`);
    expect(data.every((event: { entity_datetime: string }) => event.entity_datetime.endsWith('10:00:00'))).toBe(true);
  });
});

describe('a client of a schedule', () => {
  it('has an appointment in every coming event of the days', async () => {
    const { shop, place, created, appointments, weeks, day } = await openClass();
    const series = await created({ date_end: weeks(2), days: [day(), day({ day_of_week: 'thu' })] });
    const [monday, thursday] = series.days.map(({ id }: { id: number }) => id);
    const client = await shop.addClient();
    const path = `/company/${place}/schedules/${series.id}/client_schedules`;
    const made = await shop.call('POST', path, { body: { client_id: client.id, schedule_days_ids: [monday] } });
    expect(made.status).toBe(201);
    expect(made.data).toMatchObject({ loyalty_abonement_id: null, final_day: `${weeks(2)} 23:59:59`, days: [{ id: monday }] });
    expect(await appointments()).toHaveLength(2);
    expect((await shop.call('POST', path, { body: { client_id: client.id, schedule_days_ids: [monday] } })).status).toBe(422);

    const changed = await shop.call('PATCH', `${path}/${made.data.id}`, { body: { schedule_days_ids: [thursday] } });
    expect(changed.data.days.map(({ id }: { id: number }) => id)).toEqual([thursday]);
    const moved = await appointments();
    expect(moved).toHaveLength(2);
    expect((await shop.call('DELETE', `${path}/${made.data.id}`)).status).toBe(204);
    expect(await appointments()).toEqual([]);
    expect((await shop.call('DELETE', `${path}/${made.data.id}`)).status).toBe(404);
  });

  it('comes to all of them or none', async () => {
    const { shop, place, created, appointments } = await openClass();
    const series = await created();
    const [day] = series.days;
    await shop.call('POST', `/records/${place}`, {
      body: { activity_id: day.events[1].event_entity_id, client: {}, clients_count: 4 },
    });
    const client = await shop.addClient();
    const answer = await shop.call('POST', `/company/${place}/schedules/${series.id}/client_schedules`, {
      body: { client_id: client.id, schedule_days_ids: [day.id] },
    });
    expect(answer.status).toBe(422);
    expect(await appointments()).toHaveLength(1);
  });

  it('must be of the location, as must the days', async () => {
    const { shop, place, created } = await openClass();
    const series = await created();
    const other = await openShop();
    const stranger = await other.addClient();
    const client = await shop.addClient();
    const create = (body: object) => shop.call('POST', `/company/${place}/schedules/${series.id}/client_schedules`, { body });
    expect((await create({ client_id: stranger.id, schedule_days_ids: [series.days[0].id] })).status).toBe(422);
    expect((await create({ client_id: client.id, schedule_days_ids: [999_999_999] })).status).toBe(422);
    expect((await create({ client_id: client.id, schedule_days_ids: [] })).status).toBe(422);
  });
});
