import { describe, expect, it, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { callerWith, openSalon, setHours } from '../../../test/salon.ts';
import { addDays, datesBetween, today } from '../../platform/clock.ts';

const messages = {
  timeAndMember: 'You may not change the time and the team member of an appointment.',
  duration: 'You may not change how long an appointment takes.',
  comment: 'You may not change the comment of an appointment.',
  services: 'You may not change the services of an appointment.',
  changeArrived: 'You may not change appointments of clients who arrived.',
  deleteArrived: 'You may not delete appointments of clients who arrived.',
  denied: 'Access denied.',
};

/**
 * A class every Monday. One client has arrived in its first event and attends all events. A second client booked only one place. All of it
 * is in the future, so that the series covers it.
 */
async function openRepeatingClass() {
  const salon = await openSalon();
  const { shop, place, member, service, addEvent } = salon;
  const now = today(shop.timeZone);
  const monday = datesBetween(addDays(now, 14), addDays(now, 20)).find((date) => new Date(`${date}T00:00:00Z`).getUTCDay() === 1);
  const weeks = (count: number) => addDays(monday as string, 7 * count);
  const other = { member: await shop.addTeamMember(), service: await shop.addService({ title: 'Yoga' }) };
  await setHours(shop, [member, other.member], datesBetween(now, weeks(6)));
  const model = await addEvent({ date: `${monday} 10:00`, capacity: 9 });
  const schedule = await shop.call('POST', `/company/${place}/schedules`, {
    body: {
      original_entity_type: 'activity',
      original_entity_id: model.id,
      date_end: weeks(3),
      add_clients_from_original_entity: false,
      days: [
        { day_of_week: 'mon', events_master_id: member, events_time: '10:00', events_duration: 3600, events_capacity: 9 },
        { day_of_week: 'wed', events_master_id: member, events_time: '10:00', events_duration: 3600, events_capacity: 9 },
      ],
    },
  });
  const [{ id: day, events }, { id: wednesday }] = schedule.data.days;
  const event: number = events[0].event_entity_id;
  const next: number = events[1].event_entity_id;
  const client = await shop.addClient();
  const regular = await shop.call('POST', `/company/${place}/schedules/${schedule.data.id}/client_schedules`, {
    body: { client_id: client.id, schedule_days_ids: [day] },
  });
  const seats = async (of: number): Promise<{ id: number; visit_id: number; attendance: number }[]> =>
    (await shop.call('GET', `/records/${place}?count=300&with_deleted=1`)).data.filter(
      (each: { activity_id: number }) => each.activity_id === of,
    );
  const [arrived] = await seats(event);
  const arrive = () => shop.call('PUT', `/visits/${arrived?.visit_id}/${arrived?.id}`, { body: { attendance: 1, comment: '' } });
  const { query } = await testDatabase();
  /** The fields of events, series and appointments. */
  const state = async () => {
    const tables = [
      'appointments',
      'appointment_services',
      'events',
      'event_series',
      'event_series_days',
      'event_series_occurrences',
      'client_series',
    ];
    const digest = tables.map(
      (name) => `(select md5(string_agg(row::text, '' order by row::text)) from ${name} row where location_id = $1)`,
    );
    const [row] = await query<{ digest: string }>({
      text: `select concat_ws('/', ${digest.join(', ')}) as digest`,
      values: [place],
    });
    return row?.digest;
  };
  const v2 = (path: string) => `//api/v2/locations/${place}/events/${path}`;
  const as = (permissions: Record<string, boolean>) => callerWith(shop, permissions);
  const series = `/company/${place}/schedules/${schedule.data.id}`;
  return {
    ...salon,
    monday: weeks(1),
    weeks,
    other,
    member,
    service,
    series,
    day,
    wednesday,
    event,
    next,
    arrived,
    arrive,
    regular: regular.data.id as number,
    seats,
    state,
    v2,
    as,
  };
}

type Class = Awaited<ReturnType<typeof openRepeatingClass>>;
type Request = readonly [method: string, path: string, body?: unknown];

/** The same change of an event, for V1 and for V2. */
const changesOfEvent = (
  of: Class,
  changes: { date?: string; staff_id?: number; service_id?: number; length?: number; comment?: string; capacity?: number },
) => {
  const body = {
    date: `${of.monday} 10:00:00`,
    staff_id: of.member,
    service_id: of.service,
    capacity: 9,
    length: 3600,
    force: true,
    ...changes,
  };
  return {
    'an event by V1': ['PUT', `/activity/${of.place}/${of.event}`, body],
    'an event by V2': ['PUT', of.v2(`${of.event}`), { ...body, resource_instance_ids: [], label_ids: [] }],
  } as Record<string, Request>;
};

const changeDay = (of: Class, changes: object): Request => ['PATCH', `${of.series}/days/${of.day}`, { force: true, ...changes }];

/** Every way to change data that a right guards, by the flag: the message, and the requests. */
const guarded: Record<string, { message: string; ways: (of: Class) => Record<string, Request> }> = {
  records_edit_date_and_master_access: {
    message: messages.timeAndMember,
    ways: (of) => ({
      ...changesOfEvent(of, { date: `${of.monday} 16:00:00` }),
      'a day of a series': changeDay(of, { events_time: '16:00' }),
      'the team member of a day of a series': changeDay(of, { events_master_id: of.other.member }),
      'a place to another event': [
        'PATCH',
        of.v2(`${of.event}/appointments/${of.arrived?.id}`),
        { reschedule_activity_id: of.next },
      ],
    }),
  },
  records_edit_duration_access: {
    message: messages.duration,
    ways: (of) => ({
      ...changesOfEvent(of, { length: 7200 }),
      'a day of a series': changeDay(of, { events_duration: 7200 }),
    }),
  },
  records_edit_services_access: {
    message: messages.services,
    ways: (of) => ({
      ...changesOfEvent(of, { service_id: of.other.service }),
      'a visit': [
        'PUT',
        `/visits/${of.arrived?.visit_id}/${of.arrived?.id}`,
        { attendance: 0, comment: '', services: [{ id: of.other.service }] },
      ],
    }),
  },
  records_edit_comment_access: {
    message: messages.comment,
    ways: (of) => ({
      ...changesOfEvent(of, { comment: 'Changed' }),
      'a visit': ['PUT', `/visits/${of.arrived?.visit_id}/${of.arrived?.id}`, { attendance: 0, comment: 'Changed' }],
      'a place in an event': [
        'PUT',
        of.v2(`${of.event}/appointments/${of.arrived?.id}`),
        { attendance_service_item: { cost_per_unit: 30, discount_percent: 0, manual_cost: 30 }, comment: 'Changed' },
      ],
      'a place to another event': [
        'PATCH',
        of.v2(`${of.event}/appointments/${of.arrived?.id}`),
        { reschedule_activity_id: of.next, comment: 'Changed' },
      ],
    }),
  },
};

describe.each(Object.entries(guarded))('without %s', (flag, { message, ways }) => {
  it('nobody changes it by way of events, series and visits', async () => {
    const of = await openRepeatingClass();
    const [clerk, colleague] = [await of.as({ [flag]: false }), await of.as({})];
    const before = await of.state();
    for (const [way, request] of Object.entries(ways(of))) {
      const answer = await clerk(...request);
      expect([way, answer.status, answer.meta?.message]).toEqual([way, 403, message]);
      expect(await of.state()).toBe(before);
    }
    // With the flag the same requests are accepted, which shows that it was the flag.
    for (const [way, request] of Object.entries(ways(of))) {
      expect([way, (await colleague(...request)).status]).toEqual([way, 200]);
    }
  });

  it('all other fields of events and series can still be changed', async () => {
    const of = await openRepeatingClass();
    const clerk = await of.as({ [flag]: false });
    for (const [way, request] of Object.entries(changesOfEvent(of, { capacity: 12 }))) {
      expect([way, (await clerk(...request)).status]).toEqual([way, 200]);
    }
    expect((await clerk(...changeDay(of, { events_capacity: 12 }))).status).toBe(200);
  });
});

/** Each can follow those before it. The one that moves the place comes last. */
const ofArrived: Record<string, (of: Class) => Request> = {
  'moves the event by V1': (of) => changesOfEvent(of, { date: `${of.monday} 16:00` })['an event by V1'] as Request,
  'moves the event by V2': (of) => changesOfEvent(of, { date: `${of.monday} 16:00` })['an event by V2'] as Request,
  'gives the event another service': (of) => changesOfEvent(of, { service_id: of.other.service })['an event by V1'] as Request,
  'makes the event longer': (of) => changesOfEvent(of, { length: 7200 })['an event by V2'] as Request,
  'changes the day of the series': (of) => changeDay(of, { events_time: '16:00' }),
  'changes the price of the place': (of) => [
    'PUT',
    of.v2(`${of.event}/appointments/${of.arrived?.id}`),
    { attendance_service_item: { cost_per_unit: 1, discount_percent: 0, manual_cost: 1 } },
  ],
  'changes the visit': (of) => ['PUT', `/visits/${of.arrived?.visit_id}/${of.arrived?.id}`, { attendance: 1, comment: '' }],
  'moves the place': (of) => ['PATCH', of.v2(`${of.event}/appointments/${of.arrived?.id}`), { reschedule_activity_id: of.next }],
};

describe('with clients who arrived, without edit_records_attendance_access', () => {
  it('nobody changes the appointment, nor its event, series and visit', async () => {
    const of = await openRepeatingClass();
    const clerk = await of.as({ edit_records_attendance_access: false });
    await of.arrive();
    const before = await of.state();
    for (const [way, request] of Object.entries(ofArrived)) {
      const answer = await clerk(...request(of));
      expect([way, answer.status, answer.meta?.message]).toEqual([way, 403, messages.changeArrived]);
      expect(await of.state()).toBe(before);
    }
    const colleague = await of.as({});
    for (const [way, request] of Object.entries(ofArrived)) {
      expect([way, (await colleague(...request(of))).status]).toEqual([way, 200]);
    }
  });

  it('an event without arrived clients moves, and fields outside of its appointments change', async () => {
    const of = await openRepeatingClass();
    const clerk = await of.as({ edit_records_attendance_access: false });
    await of.arrive();
    const next = { date: `${of.weeks(2)} 16:00`, staff_id: of.member, service_id: of.service, capacity: 9, force: false };
    expect((await clerk('PUT', `/activity/${of.place}/${of.next}`, next)).status).toBe(200);
    const wider = changesOfEvent(of, { capacity: 12 })['an event by V1'] as Request;
    expect((await clerk(...wider)).status).toBe(200);
  });
});

const deletions: Record<string, (of: Class) => Request> = {
  'an event by V1': (of) => ['DELETE', `/activity/${of.place}/${of.event}`],
  'an event by V2': (of) => ['DELETE', of.v2(`${of.event}`)],
  'the place by V1': (of) => ['DELETE', `/record/${of.place}/${of.arrived?.id}`],
  'the place by V2': (of) => ['DELETE', `//api/v2/locations/${of.place}/appointments/${of.arrived?.id}`],
  'the place in the timetable': (of) => [
    'POST',
    `//api/v2/locations/${of.place}/timetable/appointments/delete`,
    { recordId: of.arrived?.id },
  ],
  'the series': (of) => ['DELETE', of.series],
  'the day of the series': (of) => ['DELETE', `${of.series}/days/${of.day}`],
  'what follows an earlier end of the series': (of) => ['PATCH', of.series, { date_end: of.weeks(0) }],
  'the regular client': (of) => ['DELETE', `${of.series}/client_schedules/${of.regular}`],
  'a day of the regular client': (of) => [
    'PATCH',
    `${of.series}/client_schedules/${of.regular}`,
    { schedule_days_ids: [of.wednesday] },
  ],
};

describe('without the right to delete', () => {
  it('nobody deletes appointments by way of events and series', async () => {
    const of = await openRepeatingClass();
    const [powerless, clerk] = [
      await of.as({ delete_records_access: false }),
      await of.as({ delete_customer_came_records_access: false }),
    ];
    await of.arrive();
    const before = await of.state();
    for (const [way, request] of Object.entries(deletions)) {
      const refused = await powerless(...request(of));
      expect([way, refused.status, refused.meta?.message]).toEqual([way, 403, messages.denied]);
      const answer = await clerk(...request(of));
      expect([way, answer.status, answer.meta?.message]).toEqual([way, 403, messages.deleteArrived]);
      expect(await of.state()).toBe(before);
    }
  });

  test.each(Object.entries(deletions))('%s goes as long as nobody arrived', async (_, request) => {
    const of = await openRepeatingClass();
    const clerk = await of.as({ delete_customer_came_records_access: false });
    const before = await of.state();
    expect((await clerk(...request(of))).status).toBeLessThan(300);
    expect(await of.state()).not.toBe(before);
  });

  it('a caller who may delete appointments of clients who arrived deletes the event', async () => {
    const of = await openRepeatingClass();
    await of.arrive();
    const colleague = await of.as({});
    expect((await colleague('DELETE', `/activity/${of.place}/${of.event}`)).status).toBe(202);
    expect((await of.seats(of.event)).map(({ attendance }) => attendance)).toEqual([1]);
  });
});

describe('without create_records_access', () => {
  it('no events and appointments are added on the way of a change', async () => {
    const of = await openRepeatingClass();
    const clerk = await of.as({ create_records_access: false });
    const before = await of.state();
    const ways: Record<string, Request> = {
      'a later end': ['PATCH', of.series, { date_end: of.weeks(4) }],
      'a further day of a regular client': [
        'PATCH',
        `${of.series}/client_schedules/${of.regular}`,
        { schedule_days_ids: [of.day, of.wednesday] },
      ],
      'a copy with its clients': [
        'POST',
        `/activity/${of.place}/${of.event}/duplicate`,
        { dates: [`${of.monday} 14:00`], content_type: 2 },
      ],
      'a place in an event': ['POST', `/records/${of.place}`, { activity_id: of.event, client: { name: 'Ada' } }],
    };
    for (const [way, request] of Object.entries(ways)) {
      const answer = await clerk(...request);
      expect([way, answer.status, answer.meta?.message]).toEqual([way, 403, messages.denied]);
      expect(await of.state()).toBe(before);
    }
    // An end that adds and removes nothing, and days that stay, need no more than changing.
    expect((await clerk('PATCH', of.series, { date_end: of.weeks(3) })).status).toBe(200);
    expect((await clerk('PATCH', `${of.series}/client_schedules/${of.regular}`, { schedule_days_ids: [of.day] })).status).toBe(
      200,
    );
  });

  it('a time that was taken is not tried again', async () => {
    const of = await openRepeatingClass();
    const [clerk, colleague] = [await of.as({ create_records_access: false }), await of.as({})];
    const obstacle = await of.booked({ datetime: `${of.weeks(4)}T10:00:00` });
    await of.shop.call('PATCH', of.series, { body: { date_end: of.weeks(4) } });
    await of.shop.call('DELETE', `/record/${of.place}/${obstacle.id}`);
    const last = async (answer: Promise<{ data: { events: { event_status: string }[] } }>) =>
      (await answer).data.events.at(-1)?.event_status;
    expect(await last(clerk(...changeDay(of, { events_capacity: 7 })))).toBe('entity_failed');
    expect(await last(colleague(...changeDay(of, { events_capacity: 8 })))).toBe('stable');
  });
});

describe('a price list', () => {
  it('keeps the amount of a service if none is given', async () => {
    const of = await openSalon();
    const made = await of.booked({ services: [{ id: of.service, amount: 2 }] });
    const { authorization } = await of.shop.hire('owner', { records_edit_services_access: false });
    const put = (services: object[]) =>
      of.shop.call('PUT', `/record/${of.place}/${made.id}`, { body: of.body({ services }), authorization });
    expect((await put([{ id: of.service }])).data.services).toMatchObject([{ amount: 2, cost: 60 }]);
    expect((await put([{ id: of.service, amount: 1 }])).status).toBe(403);
  });
});
