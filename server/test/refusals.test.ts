import { beforeAll, describe, expect, test } from 'vitest';
import type { Flag } from '../src/api/access.ts';
import { codeSentTo } from './codes.ts';
import { builtOperations, mayWrite } from './every-operation.ts';
import { type Answer, call, onPostgres, type Shop, somePhone } from './harness.ts';
import { openOnlineSalon, signInClient } from './online.ts';
import { hireQuickly } from './people.ts';
import { rights } from './rights-table.ts';
import { changedTables, storedRows } from './rows.ts';
import { keyOf, openWorld, requestIn, type World } from './world.ts';

/* A request that is refused changes nothing: no row of any table, be the refusal early or late. */

/** The tables that a request changed, and its answer. */
async function changesOf(shop: Shop, request: () => Promise<Answer>): Promise<{ answer: Answer; changed: string[] }> {
  const before = await storedRows(shop);
  const answer = await request();
  return { answer, changed: changedTables(before, await storedRows(shop)) };
}

describe('for want of a permission:', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  const writing = builtOperations.filter(
    (built) => mayWrite(built) && (rights[keyOf(built)]?.flags.length || rights[keyOf(built)]?.oneOf),
  );

  const hired = new Map<string, Promise<{ authorization: string }>>();
  /** A member with all rights but these, hired once. */
  const memberWithout = (flags: readonly Flag[]) => {
    const key = flags.join();
    const known = hired.get(key) ?? world.shop.hire('owner', Object.fromEntries(flags.map((flag) => [flag, false])));
    hired.set(key, known);
    return known;
  };

  test.each(writing.map((built) => [keyOf(built), built] as const))('%s', async (key, built) => {
    const { flags = [], oneOf } = rights[key] ?? {};
    const lacking: (readonly Flag[])[] = [...flags.map((flag) => [flag]), ...(oneOf ? [oneOf] : [])];
    for (const without of lacking) {
      const { authorization } = await memberWithout(without);
      const { answer, changed } = await changesOf(world.shop, () => requestIn(world, built, { authorization }));
      expect([without, answer.status, changed]).toEqual([without, 403, []]);
    }
  });
});

type Salon = Awaited<ReturnType<typeof openBusySalon>>;
let salon: Salon;

/** A salon with many obstacles: busy times, a full event, unchangeable fields, a phone that is taken. */
async function openBusySalon() {
  const online = await openOnlineSalon();
  const { shop, place, member, booked, addEvent } = online;
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  for (const entity of ['record', 'client']) {
    const field = { title: 'Field', show_in_ui: true };
    await must('POST', `/custom_fields/${entity}/${place}`, { ...field, type: 'number', code: 'size', user_can_edit: true });
    await must('POST', `/custom_fields/${entity}/${place}`, { ...field, type: 'text', code: 'sealed', user_can_edit: false });
  }
  const at = { busy: '2030-05-06T10:00:00', own: '2030-05-07T10:00:00', free: '2030-05-07T16:00:00' };
  await booked({ datetime: at.busy });
  const own = await booked({ datetime: at.own, client: { phone: somePhone(), name: 'Ada' }, custom_fields: { size: 3 } });
  const event = await addEvent({ date: '2030-05-08 10:00', capacity: 3 });
  const full = await addEvent({ date: '2030-05-08 12:00', capacity: 2 });
  const take = async (of: number, seats: number) =>
    (
      await must('POST', `/records/${place}`, {
        activity_id: of,
        client: { phone: somePhone(), name: 'Ada' },
        clients_count: seats,
      })
    )[0];
  const [guest] = [await take(event.id, 1), await take(full.id, 2)];
  const other = await shop.addClient();
  const series = await must('POST', `/company/${place}/schedules`, {
    original_entity_type: 'activity',
    original_entity_id: event.id,
    date_end: '2030-05-22',
    add_clients_from_original_entity: false,
    days: [
      {
        day_of_week: 'thu',
        events_master_id: member,
        events_time: '10:00',
        events_duration: 3600,
        events_capacity: 1,
        labels_ids: [],
        resource_instances_ids: [],
      },
    ],
  });
  const [thursday] = series.days[0].events;
  await take(thursday.event_entity_id, 1);
  const position = await must('POST', `/company/${place}/positions/quick`, { title: 'Barber' });
  await hireQuickly(shop, { position_id: position.id });
  const category = await must('POST', `/service_categories/${place}`, { title: 'Nails' });
  const phone = somePhone();
  const client = await signInClient(shop.partner, phone);
  const seat = (fields: object) => ({ activity_id: event.id, client: { phone: somePhone(), name: 'New' }, ...fields });
  const second = (method: string, path: string, body: unknown) =>
    call(method, `//api/v2/locations/${place}${path}`, {
      authorization: shop.owner.authorization,
      headers: { accept: 'application/vnd.api.v2+json' },
      body,
    });
  return { ...online, must, at, own, event, full, guest, other, series, position, category, client, seat, second };
}

const nobody = 2_100_000_000;
const somebody = () => ({ phone: somePhone(), name: 'New' });

/** The error, the status, and the request. Each request has a single error, which is found late. */
const refusals: [what: string, status: number, request: (salon: Salon) => Promise<Answer>][] = [
  ['booking a busy time for somebody new', 422, ({ book, at }) => book({ datetime: at.busy, client: somebody() })],
  ['booking with an unknown label', 422, ({ book, at }) => book({ datetime: at.free, record_labels: [nobody] })],
  ['booking with a field that is no number', 422, ({ book, at }) => book({ datetime: at.free, custom_fields: { size: 'x' } })],
  ['booking with a sealed field', 422, ({ book, at }) => book({ datetime: at.free, custom_fields: { sealed: 'x' } })],
  [
    'a place for somebody new with a sealed field',
    422,
    ({ second, event }) => {
      const nobodys = { id: null, email: null, surname: null, patronymic: null, gender: null, birthday: null, agreements: null };
      const sealed = [{ code: 'sealed', value: 'x' }];
      return second('POST', `/events/${event.id}/appointments`, {
        client: { ...nobodys, name: 'New', phone: somePhone().slice(1), custom_field_values: sealed },
        clients_count: 1,
      });
    },
  ],
  [
    'booking for somebody new with a wrong phone number',
    422,
    ({ book, at }) => book({ datetime: at.free, client: { phone: '12', name: 'New' } }),
  ],
  [
    'moving to a busy time, to somebody new',
    422,
    ({ shop, place, own, at, body }) =>
      shop.call('PUT', `/record/${place}/${own.id}`, { body: body({ datetime: at.busy, client: somebody(), comment: 'Moved' }) }),
  ],
  [
    'changing an appointment with a sealed field',
    422,
    ({ shop, place, own, at, body }) =>
      shop.call('PUT', `/record/${place}/${own.id}`, {
        body: body({ datetime: at.free, client: somebody(), custom_fields: { sealed: 'x' } }),
      }),
  ],
  [
    'changing an appointment with an unknown service',
    422,
    ({ shop, place, own, at, body }) =>
      shop.call('PUT', `/record/${place}/${own.id}`, { body: body({ datetime: at.own, services: [{ id: nobody }] }) }),
  ],
  [
    'taking more places than are left, for somebody new',
    422,
    ({ shop, place, seat }) => shop.call('POST', `/records/${place}`, { body: seat({ clients_count: 3 }) }),
  ],
  [
    'taking a place with an unknown label',
    422,
    ({ shop, place, seat }) => shop.call('POST', `/records/${place}`, { body: seat({ record_labels: [nobody] }) }),
  ],
  [
    'coming with more people than there are places',
    422,
    ({ shop, place, seat, guest }) =>
      shop.call('PUT', `/record/${place}/${guest.id}`, { body: seat({ clients_count: 4, comment: 'More' }) }),
  ],
  [
    'changing a place with a sealed field',
    422,
    ({ shop, place, seat, guest }) =>
      shop.call('PUT', `/record/${place}/${guest.id}`, { body: seat({ clients_count: 2, custom_fields: { sealed: 'x' } }) }),
  ],
  [
    'moving a guest into a full event',
    422,
    ({ second, event, full, guest }) =>
      second('PATCH', `/events/${event.id}/appointments/${guest.id}`, { reschedule_activity_id: full.id }),
  ],
  [
    'making an event smaller than it is booked',
    422,
    ({ shop, place, member, service, full }) =>
      shop.call('PUT', `/activity/${place}/${full.id}`, {
        body: { date: '2030-05-08 16:00', service_id: service, staff_id: member, capacity: 1, force: false, comment: 'Small' },
      }),
  ],
  [
    'moving an event to a busy time',
    422,
    ({ shop, place, member, service, at, event }) =>
      shop.call('PUT', `/activity/${place}/${event.id}`, {
        body: { date: at.busy, service_id: service, staff_id: member, capacity: 9, force: false, comment: 'Moved' },
      }),
  ],
  [
    'copying an event to a free time and a busy one',
    409,
    ({ shop, place, event, at }) =>
      shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
        body: { dates: [at.free, at.busy], content_type: 2, force: false },
      }),
  ],
  [
    'repeating an event with a team member who is not there',
    422,
    ({ shop, place, event, member }) => {
      const day = { events_time: '09:00', events_duration: 3600, events_capacity: 1, labels_ids: [], resource_instances_ids: [] };
      const days = [
        { day_of_week: 'mon', events_master_id: member, ...day },
        { day_of_week: 'tue', events_master_id: nobody, ...day },
      ];
      return shop.call('POST', `/company/${place}/schedules`, {
        body: {
          original_entity_type: 'activity',
          original_entity_id: event.id,
          date_end: '2030-05-22',
          add_clients_from_original_entity: true,
          days,
        },
      });
    },
  ],
  [
    'coming to a schedule with a full event',
    422,
    ({ shop, place, series, other }) =>
      shop.call('POST', `/company/${place}/schedules/${series.id}/client_schedules`, {
        body: { client_id: other.id, schedule_days_ids: [series.days[0].id] },
      }),
  ],
  [
    'moving a day of a schedule to a time that is busy on one date',
    422,
    ({ shop, place, series }) =>
      shop.call('PATCH', `/company/${place}/schedules/${series.id}/days/${series.days[0].id}`, {
        body: { force: false, events_time: '20:00', events_capacity: 7 },
      }),
  ],
  [
    'a visit with an unknown service',
    422,
    ({ shop, own, service }) =>
      shop.call('PUT', `/visits/${own.visit_id}/${own.id}`, {
        body: { attendance: 1, comment: 'Came', services: [{ id: service }, { id: nobody }] },
      }),
  ],
  [
    'a client with a phone number that is taken',
    422,
    ({ shop, place, other }) => shop.call('POST', `/clients/${place}`, { body: { name: 'Twin', phone: other.phone } }),
  ],
  [
    'changing a client to a phone number that is taken',
    422,
    ({ shop, place, own, other }) =>
      shop.call('PUT', `/client/${place}/${own.client.id}`, { body: { name: 'Changed', phone: other.phone, labels: [] } }),
  ],
  [
    'changing a client with a sealed field',
    422,
    ({ shop, place, other }) =>
      shop.call('PUT', `/client/${place}/${other.id}`, {
        body: { name: 'Changed', phone: other.phone, custom_fields: { size: 4, sealed: 'x' } },
      }),
  ],
  [
    'a service whose team member is not there',
    422,
    ({ shop, place, category }) =>
      shop.call('POST', `/services/${place}`, {
        body: { title: 'Cut', category_id: category.id, staff: [{ id: nobody, seance_length: 3600 }] },
      }),
  ],
  [
    'links of a service to a resource that is not there',
    422,
    ({ shop, place, service, member }) =>
      shop.call('POST', `/company/${place}/services/links`, {
        body: {
          service_id: service,
          team_member_settings: [{ team_member_id: member, tech_card_id: null, hours: 2, minutes: 0, price: { min: 1, max: 2 } }],
          resource_ids: [nobody],
          translations: [{ language_id: 2, translation: 'Cut' }],
        },
      }),
  ],
  [
    'a category whose team member is not there',
    422,
    ({ shop, place, category }) =>
      shop.call('PUT', `/service_category/${place}/${category.id}`, { body: { title: 'Renamed', staff: [nobody] } }),
  ],
  [
    'deleting a category that has services',
    403,
    async ({ shop, place, service }) => {
      const { data } = await shop.call('GET', `/company/${place}/services/${service}`);
      return shop.call('DELETE', `/service_category/${place}/${data.category_id}`);
    },
  ],
  [
    'hiring somebody new for a position that is not there',
    422,
    ({ shop }) => hireQuickly(shop, { user_email: `${somePhone()}@example.com`, user_phone: somePhone(), position_id: nobody }),
  ],
  ['deleting a position that is held', 403, ({ second, position }) => second('DELETE', `/positions/${position.id}`, undefined)],
  [
    'hours of which some are for nobody',
    404,
    ({ shop, place, member }) =>
      shop.call('PUT', `/company/${place}/staff/schedule`, {
        body: {
          schedules_to_set: [
            { team_member_id: member, dates: ['2030-06-06'], slots: [{ from: '09:00', to: '18:00' }] },
            { team_member_id: nobody, dates: ['2030-06-06'], slots: [{ from: '09:00', to: '18:00' }] },
          ],
          schedules_to_delete: [{ team_member_id: member, dates: ['2030-05-06'] }],
        },
      }),
  ],
  [
    'settings of which one is wrong',
    422,
    ({ shop, place }) =>
      shop.call('PATCH', `/company/${place}/settings/online`, { body: { confirm_number: true, seance_delay_step: -1 } }),
  ],
  [
    'a field with the code of another',
    422,
    ({ shop, place }) =>
      shop.call('POST', `/custom_fields/client/${place}`, {
        body: { type: 'text', code: 'size', title: 'Again', user_can_edit: true, show_in_ui: true },
      }),
  ],
  [
    'booking online two times of which one is busy',
    422,
    ({ bookOnline, wish, at }) => bookOnline([wish({ datetime: at.free }), wish({ id: 2, datetime: at.busy })]),
  ],
  [
    'booking more places online than are left',
    422,
    ({ post, place, full }) => post(`/activity/${place}/${full.id}/book`, { fullname: 'Ada', phone: somePhone() }),
  ],
  [
    "cancelling somebody else's appointment",
    404,
    ({ shop, own, client }) => shop.call('DELETE', `/user/records/${own.id}`, { authorization: client }),
  ],
  [
    'cancelling an appointment with a wrong secret',
    404,
    ({ shop, own, widget }) => shop.call('DELETE', `/user/records/${own.id}/${'0'.repeat(40)}`, widget),
  ],
];

describe('for something that is found late:', () => {
  beforeAll(async () => {
    salon = await openBusySalon();
  });

  test.each(refusals)('%s', async (_, status, request) => {
    const { answer, changed } = await changesOf(salon.shop, () => request(salon));
    expect([answer.status, answer.body?.meta?.errors, changed]).toEqual([status, answer.body?.meta?.errors, []]);
  });
});

describe('a wrong secret changes nothing but the counter of guesses:', () => {
  const guesses = ['login_attempts', 'verification_codes'];
  const request = (path: string, body: object, method = 'POST', authorization = `Bearer ${salon.shop.partner.token}`) =>
    salon.shop.call(method, path, { authorization, body });
  const wrong: [what: string, counts: boolean, () => Promise<Answer>][] = [
    ['a password', true, () => request('/auth', { login: salon.shop.owner.email, password: 'wrong password' })],
    ['a code to sign in with', true, () => request('/user/auth', { login: somePhone(), password: '123456' })],
    [
      'the password that is to be changed',
      true,
      () =>
        request('/booking/user/password', { old_password: 'wrong password', new_password: 'Longer than 8' }, 'PUT', salon.client),
    ],
    [
      'a code for another phone, where none was sent',
      false,
      () => request('/booking/user/data', { name: 'New', phone: somePhone(), confirmation_code: '123456' }, 'PUT', salon.client),
    ],
  ];
  test.each(wrong)('%s', async (_, counts, guess) => {
    const { answer, changed } = await changesOf(salon.shop, guess);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(changed.filter((name) => !guesses.includes(name))).toEqual([]);
    if (!onPostgres()) expect(changed.length > 0).toBe(counts);
  });
});

test('a code that was right is good still when the booking was refused for another reason', async () => {
  const { shop, place, post, wish, bookOnline, booked, setBooking } = await openOnlineSalon();
  await setBooking({ confirm_number: true });
  await booked();
  const phone = somePhone();
  await post(`/book_code/${place}`, { phone });
  const code = Number(await codeSentTo(phone));
  const { answer, changed } = await changesOf(shop, () => bookOnline([wish()], { phone, code }));
  expect([answer.status, changed]).toEqual([422, onPostgres() ? [] : ['verification_codes']]);
  expect((await bookOnline([wish({ datetime: '2030-05-06T12:00:00' })], { phone, code })).status).toBe(201);
});
