import { describe, expect, test } from 'vitest';
import { contradictions } from './consistency.ts';
import { builtOperations, mayWrite } from './every-operation.ts';
import { type Answer, call, somePhone } from './harness.ts';
import { setHours } from './salon.ts';
import { keyOf, openWorld, queryOf, requestIn, type World } from './world.ts';

/*
 * Deleted data is gone: the tests add everything to a business and delete it again. Then every answer about the business must be the same
 * as before, including counts and sums. If other data still refers to a deleted object, it appears there and nowhere else.
 */

const built = new Map(builtOperations.map((each) => [keyOf(each), each]));

const month = { start_date: '2030-05-01', end_date: '2030-05-31' };
type Query = Record<string, unknown>;

/** Further requests that show more than the usual ones, besides those with all related resources. */
const wide: Record<string, readonly Query[]> = {
  'b2b-v1 get_location_list': [{ my: 1, count: 100 }],
  'b2b-v1 deprecated_get_client_list': [{ count: 100 }, { count: 100, changed_after: '2020-01-01T00:00:00' }],
  'b2b-v1 get_appointment_list': [{ ...month, count: 100 }, { changed_after: '2020-01-01T00:00:00', count: 100 }, { count: 1 }],
  'b2b-v1 get_partner_appointment_list': [{ start_date: '01.05.2030', end_date: '31.05.2030', editable_length: 100 }],
  'b2b-v1 search_events': [{ from: '2030-05-01', till: '2030-05-31', count: 100 }],
  'b2b-v1 search_event_dates': [{ from: '2030-05-01', till: '2030-05-31' }],
  'b2b-v1 get_team_member_schedule_list': [{ ...month, include: ['busy_intervals'] }],
  'b2b-v2 list_events': [{ filter: { from: '2030-05-01 00:00:00', to: '2030-06-01 00:00:00' }, limit: 100 }],
  'b2b-v2 list_appointments': [
    { filter: { date_intersect_from: '2030-05-01 00:00:00', date_intersect_to: '2030-06-01 00:00:00' }, limit: 100 },
  ],
  'b2b-v2 list_team_members': [{ filter: { deleted: 0 } }],
  'public get_dates_available_for_booking': [{ date_from: '2030-05-01', date_to: '2030-05-31' }],
};

const record = (state: object) => ({ fields: ['id'], filters: [{ type: 'record', state }] });

/** Searches that are no GET. */
const searches: Record<string, readonly ((world: World) => unknown)[]> = {
  'b2b-v1 get_client_list': [
    () => ({
      fields: [
        'id',
        'name',
        'phone',
        'email',
        'visits_count',
        'first_visit_date',
        'last_visit_date',
        'sold_amount',
        'categories',
        'custom_fields',
      ],
      page_size: 100,
    }),
    () => record({ records_count: { from: 2 } }),
    () => record({ records_count: { from: 0, to: 1 } }),
    () => record({ sold_amount: { from: 1 } }),
    () => record({ status: { value: [1] } }),
    () => record({ status: { value: [-1, 0] } }),
    ({ ids }) => record({ staff: { value: [ids.team_member_id] } }),
    ({ ids }) => record({ service: { value: [ids.service_id] }, records_count: { from: 3 } }),
    ({ ids }) => record({ service_category: { value: [ids.category_id] }, records_count: { from: 3 } }),
    ({ ids }) => ({ fields: ['id'], filters: [{ type: 'category', state: { value: [ids.tag_id] } }] }),
  ],
  'b2b-v1 search_client_visits': [({ ids }) => ({ client_id: ids.client_id })],
};

/**
 * Times that are offered depend on the present moment, a document says when it was made, texts and dictionaries are no business's, and the
 * history of changes and of what was sent has what was deleted.
 */
const unasked = new Set([
  'public get_i18n_options',
  'developers get_country_list',
  'developers get_city_list',
  'developers get_business_types_by_group',
  'public get_nearest_time_slots',
  'b2b-v1 get_visit_receipt_pdf',
  'b2b-v1 download_client_file',
  'b2b-v1 get_image',
  'b2b-v1 get_change_list',
  'b2b-v1 get_audit_trail',
  'b2b-v1 get_audit_entry',
  'developers list_webhook_deliveries',
  // Partners of other tests offer more meanwhile.
  'developers list_offered_applications',
]);

/** Every question about a world with its answer. */
async function answersIn(world: World): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const note = async (title: string, asked: Promise<Answer>) => {
    const { status, body } = await asked;
    answers.set(title, `${status} ${JSON.stringify(body)}`.replaceAll(/signature=[\w-]+|expires=\d+/g, ''));
  };
  for (const [key, operation] of built) {
    if (unasked.has(key)) continue;
    if (!mayWrite(operation)) {
      if (!/code|confirmation/.test(key)) await note(key, requestIn(world, operation));
      const includes = operation.operation.query?.properties?.['include']?.items?.enum;
      const included = includes ? [{ ...queryOf(operation, world.ids), include: includes }] : [];
      for (const query of [...(wide[key] ?? []), ...included]) {
        await note(`${key} ${JSON.stringify(query)}`, requestIn(world, operation, { query }));
      }
    }
    for (const body of searches[key] ?? []) {
      const made = body(world);
      await note(`${key} ${JSON.stringify(made)}`, requestIn(world, operation, { body: made }));
    }
  }
  return answers;
}

/** Calls as the owner of a world. The call must succeed. */
const callsOf =
  ({ shop }: World) =>
  async (method: string, path: string, body?: unknown) => {
    const isSecond = path.startsWith('//');
    const answer = await call(method, path, {
      authorization: shop.owner.authorization,
      ...(body === undefined ? {} : { body }),
      ...(isSecond ? { headers: { accept: 'application/vnd.api.v2+json' } } : {}),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };

const mark = 'Ephemeral';

/**
 * Adds one of everything that can be deleted to a world. Each is used by the others and by the data of the world.
 * @returns a function that deletes it, the last first
 */
async function addEverything(world: World) {
  const must = callsOf(world);
  const { shop, ids } = world;
  const place = shop.locationId;
  const later: (() => Promise<unknown>)[] = [];
  const adding = async (add: () => Promise<{ id: number }>, remove: (id: number) => Promise<unknown>) => {
    const { id } = await add();
    later.push(() => remove(id));
    return id;
  };
  const tag = (entity: number) =>
    adding(
      () => must('POST', `/labels/${place}?title=${mark}&color=%23ff2828&entity=${entity}`),
      (id) => must('DELETE', `/labels/${place}/${id}`),
    );
  const [clientTag, recordTag, eventTag] = [await tag(1), await tag(2), await tag(3)];
  const position = await adding(
    () => must('POST', `/company/${place}/positions/quick`, { title: mark }),
    (id) => must('DELETE', `//api/v2/locations/${place}/positions/${id}`),
  );
  const member = await adding(
    async () => ({ id: await shop.addTeamMember({ name: mark, specialization: mark, positionId: position }) }),
    (id) => must('DELETE', `/staff/${place}/${id}`),
  );
  await setHours(shop, member, ['2030-05-06', '2030-05-07', '2030-05-08', '2030-05-09']);
  const category = await adding(
    () => must('POST', `/service_categories/${place}`, { title: mark, staff: [ids.team_member_id, member] }),
    (id) => must('DELETE', `/service_category/${place}/${id}`),
  );
  const staff = [ids.team_member_id, member].map((id) => ({ id, seance_length: 3600 }));
  const sold = { title: mark, price_min: 7, price_max: 7, duration: 3600, staff };
  const service = await adding(
    () => must('POST', `/services/${place}`, { ...sold, category_id: category }),
    (id) => must('DELETE', `/services/${place}/${id}`),
  );
  await adding(
    () => must('POST', `/services/${place}`, { ...sold, category_id: ids.category_id }),
    (id) => must('DELETE', `/services/${place}/${id}`),
  );
  for (const entity of ['client', 'record']) {
    await adding(
      () =>
        must('POST', `/custom_fields/${entity}/${place}`, {
          type: 'text',
          code: 'gone',
          title: mark,
          user_can_edit: true,
          show_in_ui: true,
        }),
      (id) => must('DELETE', `/custom_fields/${entity}/${place}/${id}`),
    );
  }
  const client = await adding(
    () =>
      must('POST', `/clients/${place}`, { name: mark, phone: somePhone(), labels: [clientTag], custom_fields: { gone: mark } }),
    (id) => must('DELETE', `/client/${place}/${id}`),
  );
  for (const of of [client, ids.client_id]) {
    await adding(
      () => must('POST', `/clients/${place}/clients/${of}/comments`, { text: mark }),
      (id) => must('DELETE', `/clients/${place}/clients/${of}/comments/${id}`),
    );
  }
  await adding(
    () => must('POST', `/company/${place}/booking_forms`, { title: mark }),
    (id) => must('DELETE', `/company/${place}/booking_forms/${id}`),
  );
  const event = await adding(
    () =>
      must('POST', `/activity/${place}`, {
        date: '2030-05-08 16:00',
        service_id: service,
        staff_id: member,
        capacity: 9,
        length: 3600,
        force: false,
        comment: mark,
        label_ids: [eventTag],
      }),
    (id) => must('DELETE', `/activity/${place}/${id}`),
  );
  const seat = (of: number | string, guest: number | string) => () =>
    must('POST', `/records/${place}`, {
      activity_id: of,
      client: { id: guest },
      clients_count: 2,
      comment: mark,
      record_labels: [recordTag],
      attendance: 1,
    }).then(([row]) => row);
  const own = (at: string, fields: object) => () =>
    must('POST', `/records/${place}`, {
      staff_id: ids.team_member_id,
      services: [{ id: ids.service_id }],
      client: { id: ids.client_id },
      datetime: `2030-05-${at}:00`,
      seance_length: 1800,
      save_if_busy: true,
      comment: mark,
      record_labels: [recordTag],
      custom_fields: { gone: mark },
      ...fields,
    }).then(([row]) => row);
  const removeRecord = (id: number) => must('DELETE', `/record/${place}/${id}`);
  await adding(seat(event, client), removeRecord);
  await adding(seat(event, ids.client_id as number), removeRecord);
  await adding(seat(ids.event_id as number, client), removeRecord);
  await adding(seat(ids.other_event_id as number, ids.client_id as number), removeRecord);
  // The client of the world came once more, missed two days, and is booked on the day of a visit that stays.
  await adding(own('09T09:00', { attendance: 1 }), removeRecord);
  await adding(own('10T09:00', { attendance: -1 }), removeRecord);
  await adding(own('06T18:00', { attendance: -1 }), removeRecord);
  await adding(own('07T09:00', { staff_id: member, services: [{ id: service }] }), removeRecord);
  await adding(own('08T09:00', { staff_id: member, services: [{ id: service }], client: { id: client } }), removeRecord);
  const day = {
    day_of_week: 'thu',
    events_master_id: member,
    events_time: '11:00',
    events_duration: 3600,
    events_capacity: 4,
    labels_ids: [eventTag],
    resource_instances_ids: [],
  };
  const series = await adding(
    () =>
      must('POST', `/company/${place}/schedules`, {
        original_entity_type: 'activity',
        original_entity_id: event,
        date_end: '2030-05-20',
        add_clients_from_original_entity: true,
        days: [day],
      }),
    (id) => must('DELETE', `/company/${place}/schedules/${id}`),
  );
  await adding(
    () => must('POST', `/company/${place}/schedules/${series}/days`, { ...day, day_of_week: 'wed' }),
    (id) => must('DELETE', `/company/${place}/schedules/${series}/days/${id}`),
  );
  await adding(
    () => must('POST', '/companies', { title: mark, chain_id: shop.chainId }),
    (id) => must('DELETE', `/company/${id}`),
  );
  return async () => {
    for (const remove of later.reverse()) await remove();
  };
}

describe('past and deleted data', () => {
  test('is not seen, counted or summed up by any question', { timeout: 180_000 }, async () => {
    const world = await openWorld();
    const before = await answersIn(world);
    const remove = await addEverything(world);
    // Operations whose answers grow on request are answered.
    expect([...before].filter(([title, answer]) => title.includes('{') && !answer.startsWith('200'))).toEqual([]);
    await remove();
    const after = await answersIn(world);
    const different = [...after].filter(([title, answer]) => before.get(title) !== answer);
    // Clients see cancelled appointments, marked as such.
    const own = 'public list_user_appointments';
    expect(different.filter(([title]) => title !== own).map(([title, answer]) => [title, before.get(title), answer])).toEqual([]);
    const rows: { comment: string; deleted: boolean }[] = JSON.parse((after.get(own) as string).slice(4)).data;
    expect(rows.filter(({ comment, deleted }) => comment === mark && !deleted)).toEqual([]);
    expect(rows.filter(({ deleted }) => !deleted)).toHaveLength(3);
    expect(await contradictions(world.shop.locationId)).toEqual([]);
  });
});

/** An object of each kind that is deleted while an appointment or an event still refers to it. Its mark is its name. */
async function deleteInUse(world: World): Promise<void> {
  const must = callsOf(world);
  const { shop, ids } = world;
  const place = shop.locationId;
  const label = await must('POST', `/labels/${place}?title=GoneLabel&color=%23ff2828&entity=0`);
  const position = await must('POST', `/company/${place}/positions/quick`, { title: 'GonePosition' });
  const member = await shop.addTeamMember({ name: 'GoneMember', positionId: position.id });
  const category = await must('POST', `/service_categories/${place}`, { title: 'GoneCategory', staff: [member] });
  const staff = [ids.team_member_id, member].map((id) => ({ id, seance_length: 3600 }));
  const service = await must('POST', `/services/${place}`, {
    title: 'GoneService',
    category_id: category.id,
    duration: 3600,
    staff,
  });
  const field = await must('POST', `/custom_fields/client/${place}`, {
    type: 'text',
    code: 'gone',
    title: 'GoneField',
    user_can_edit: true,
    show_in_ui: true,
  });
  const form = await must('POST', `/company/${place}/booking_forms`, { title: 'GoneForm' });
  const phone = somePhone();
  const client = await must('POST', `/clients/${place}`, { name: 'GoneClient', phone, labels: [label.id] });
  await must('POST', `/clients/${place}/clients/${client.id}/comments`, { text: 'GoneClient' });
  await must('PUT', `/client/${place}/${ids.client_id}`, {
    name: world.mark,
    phone: ids.client_phone,
    labels: [ids.tag_id, label.id],
  });
  const book = async (time: string, fields: object) =>
    (
      await must('POST', `/records/${place}`, {
        staff_id: member,
        services: [{ id: service.id }],
        client: { id: ids.client_id },
        datetime: `2030-05-${time}`,
        seance_length: 3600,
        save_if_busy: true,
        record_labels: [label.id],
        ...fields,
      })
    )[0];
  const addEvent = (date: string, comment: string) =>
    must('POST', `/activity/${place}`, {
      date,
      service_id: service.id,
      staff_id: member,
      capacity: 9,
      length: 3600,
      force: true,
      comment,
      label_ids: [label.id],
    });
  await book('07T09:00:00', {});
  await book('08T09:00:00', { client: { id: client.id } });
  const gone = await book('09T09:00:00', { comment: 'GoneRecord', attendance: 1 });
  await addEvent('2030-05-09 12:00', 'stays');
  const event = await addEvent('2030-05-09 14:00', 'GoneEvent');
  await book('', { activity_id: event.id, comment: 'GoneEvent' });
  for (const path of [
    `/record/${place}/${gone.id}`,
    `/activity/${place}/${event.id}`,
    `/client/${place}/${client.id}`,
    `/labels/${place}/${label.id}`,
    `/services/${place}/${service.id}`,
    `/service_category/${place}/${category.id}`,
    `/staff/${place}/${member}`,
    `//api/v2/locations/${place}/positions/${position.id}`,
    `/custom_fields/client/${place}/${field.id}`,
    `/company/${place}/booking_forms/${form.id}`,
  ]) {
    await must('DELETE', path);
  }
}

const history = [
  'b2b-v1 get_appointment_list',
  'b2b-v1 get_partner_appointment_list',
  'b2b-v1 search_client_visits',
  'b2b-v2 list_appointments',
  'public list_user_appointments',
];
const dayEnd = 'b2b-v1 get_day_end_report_data';
const comingEvents = ['b2b-v1 get_event_search_filters', 'b2b-v1 search_events'];

/**
 * The places where a mark may be found. Appointments and events always show their team member and services, but not deleted clients, labels
 * and fields.
 */
const found: Record<string, readonly string[]> = {
  GoneService: [...comingEvents, 'b2b-v2 list_events', dayEnd, ...history],
  GoneMember: [...comingEvents, 'b2b-v2 list_events', dayEnd, ...history],
  GoneCategory: comingEvents,
  // Clients see cancelled appointments.
  GoneEvent: ['public list_user_appointments'],
  GoneRecord: ['public list_user_appointments'],
};

describe('deletions at the same time as changes', () => {
  test('appears there, and nowhere else', { timeout: 180_000 }, async () => {
    const world = await openWorld();
    await deleteInUse(world);
    const seen: Record<string, string[]> = {};
    for (const [title, answer] of await answersIn(world)) {
      for (const kind of new Set(answer.match(/Gone[A-Z][a-z]+/g)))
        seen[kind] = [...(seen[kind] ?? []), title.split(' {')[0] as string];
    }
    const kinds = Object.fromEntries(Object.entries(seen).map(([kind, titles]) => [kind, [...new Set(titles)].sort()]));
    const sorted = Object.entries(found).map(([kind, titles]) => [kind, titles.toSorted()]);
    expect(kinds).toEqual(Object.fromEntries(sorted));
    expect(await contradictions(world.shop.locationId)).toEqual([]);
  });
});
