import { describe, expect, it } from 'vitest';
import { openRepeatingClass } from './class.ts';
import { call, somePhone } from './harness.ts';
import { openOnlineSalon, signInClient } from './online.ts';
import { toldBy } from './outbox.ts';
import { openSalon, setHours } from './salon.ts';

/** The changes that a business publishes during some work, such as `record create`. */
const kindsIn = (place: number) => async (work: () => Promise<unknown>) =>
  (await toldBy(place, work)).map(({ resource, status }) => `${resource} ${status}`);

const times = (count: number, kind: string) => Array.from({ length: count }, () => kind);

async function openScene() {
  const salon = await openSalon();
  const event = await salon.addEvent({ capacity: 9 });
  const { shop, place } = salon;
  const seat = async (client: object = { phone: somePhone(), name: 'Ada' }) => {
    const { data } = await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client } });
    return data[0];
  };
  return { ...salon, event, seat, told: kindsIn(place) };
}

describe('integrations are notified of changes by the back office:', () => {
  it('a client who is added with an appointment, before the appointment; nothing about a known client', async () => {
    const { shop, place, body, booked, seat, event, told } = await openScene();
    const client = await shop.addClient();
    expect(await told(() => booked())).toEqual(['client create', 'record create']);
    expect(await told(() => seat())).toEqual(['client create', 'record create']);
    expect(await told(() => seat({ id: client.id }))).toEqual(['record create']);
    expect(await told(() => seat({ phone: client.phone, name: 'Ada' }))).toEqual(['record create']);
    const own = await booked({ datetime: '2030-05-07T10:00:00', client: { id: client.id } });
    const place1 = await seat({ id: client.id });
    const somebody = () => ({ phone: somePhone(), name: 'New' });
    const change = (id: number, fields: object) => shop.call('PUT', `/record/${place}/${id}`, { body: fields });
    const datetime = '2030-05-07T10:00:00';
    expect(await told(() => change(own.id, body({ datetime, client: somebody() })))).toEqual(['client create', 'record update']);
    expect(await told(() => change(place1.id, { activity_id: event.id, client: somebody() }))).toEqual([
      'client create',
      'record update',
    ]);
    expect(await told(() => change(own.id, body({ datetime, client: { id: client.id } })))).toEqual(['record update']);
  });

  it('a client who is added with a place in an event by V2', async () => {
    const { shop, place, event, told } = await openScene();
    const nobody = { id: null, surname: null, patronymic: null, gender: null, birthday: null, email: null };
    const add = () =>
      call('POST', `//api/v2/locations/${place}/events/${event.id}/appointments`, {
        authorization: shop.owner.authorization,
        headers: { accept: 'application/vnd.api.v2+json' },
        body: {
          client: { ...nobody, name: 'Ada', phone: somePhone().slice(1), custom_field_values: null, agreements: null },
          clients_count: 2,
        },
      });
    expect(await told(add)).toEqual(['client create', 'record create']);
  });

  it('of every guest when their event changes, is copied with them or is deleted', async () => {
    const { shop, place, member, service, event, seat, told } = await openScene();
    for (let guest = 0; guest < 3; guest++) await seat();
    const change = (fields: object) =>
      shop.call('PUT', `/activity/${place}/${event.id}`, {
        body: {
          date: '2030-05-06 14:00',
          service_id: service,
          staff_id: member,
          capacity: 9,
          length: 3600,
          force: false,
          ...fields,
        },
      });
    expect(await told(() => change({ comment: 'Bring a towel' }))).toEqual([]);
    expect(await told(() => change({ date: '2030-05-06 15:00' }))).toEqual(times(3, 'record update'));
    const dates = ['2030-05-07 14:00', '2030-05-08 14:00'];
    const copy = (content_type: number) =>
      shop.call('POST', `/activity/${place}/${event.id}/duplicate`, { body: { dates, content_type, force: true } });
    expect(await told(() => copy(1))).toEqual([]);
    expect(await told(() => copy(2))).toEqual(times(6, 'record create'));
    expect(await told(() => shop.call('DELETE', `/activity/${place}/${event.id}`))).toEqual(times(3, 'record delete'));
  });

  it('only the added clients of many', async () => {
    const { shop, place, told } = await openScene();
    const phone = somePhone();
    const body = [
      { name: 'One', phone },
      { name: 'Same number', phone },
      { name: '', phone: somePhone() },
      { name: 'Two', phone: somePhone() },
    ];
    expect(await told(() => shop.call('POST', `/clients/${place}/bulk`, { body }))).toEqual(times(2, 'client create'));
  });

  it('of each team member once whose hours change, on however many dates', async () => {
    const { shop, member, told } = await openScene();
    const other = await shop.addTeamMember();
    const hours = () => setHours(shop, [member, other], ['2030-05-06', '2030-05-07', '2030-05-08']);
    expect(await told(hours)).toEqual(times(2, 'schedule update'));
  });

  it('of the appointments that come, move and go with a schedule', async () => {
    const { shop, place, weeks, path, dayId, day, changeDay, join, must } = await openRepeatingClass();
    const told = kindsIn(place);
    const [ada, grace] = [await shop.addClient(), await shop.addClient()];
    expect(await told(() => join(ada.id))).toEqual(times(2, 'record create'));
    const { id } = await join(grace.id);
    expect(await told(() => must('PATCH', path, { date_end: weeks(4) }))).toEqual(times(2, 'record create'));
    expect(await told(() => must('PATCH', path, { date_end: weeks(3) }))).toEqual(times(2, 'record delete'));
    expect(await told(() => changeDay({ events_time: '16:00' }))).toEqual([
      ...times(4, 'record update'),
      ...times(2, 'record create'),
    ]);
    expect(await told(() => changeDay({ events_time: '16:00' }))).toEqual([]);
    const friday = await must('POST', `${path}/days`, day('fri'));
    const fridays = { schedule_days_ids: [friday.id] };
    expect(await told(() => must('PATCH', `${path}/client_schedules/${id}`, fridays))).toEqual([
      ...times(3, 'record create'),
      ...times(3, 'record delete'),
    ]);
    expect(await told(() => must('DELETE', `${path}/client_schedules/${id}`))).toEqual(times(3, 'record delete'));
    expect(await told(() => must('DELETE', `${path}/days/${dayId}`))).toEqual(times(3, 'record delete'));
    expect(await told(() => must('DELETE', path))).toEqual([]);
  });

  it('of every appointment of a schedule that is deleted', async () => {
    const { shop, place, path, join, must } = await openRepeatingClass();
    const { id } = await shop.addClient();
    await join(id);
    expect(await kindsIn(place)(() => must('DELETE', path))).toEqual(times(2, 'record delete'));
  });
});

describe('integrations are notified of clients who book online:', () => {
  it('of the client and of each appointment, of a move as a change and of a cancellation as a deletion', async () => {
    const { shop, place, member, wish, bookOnline } = await openOnlineSalon();
    const told = kindsIn(place);
    const phone = somePhone();
    const wishes = [wish(), wish({ id: 2, datetime: '2030-05-07T10:00:00' })];
    let made: { record_id: number; record_hash: string }[] = [];
    const book = async () => {
      made = (await bookOnline(wishes, { phone })).data;
    };
    expect(await told(book)).toEqual(['client create', ...times(2, 'record create')]);
    const authorization = await signInClient(shop.partner, phone);
    const [first, second] = made;
    const move = () =>
      shop.call('PUT', `/book_record/${place}/${first?.record_id}`, { authorization, body: { datetime: '2030-05-06T12:00:00' } });
    expect(await told(move)).toEqual(['record update']);
    const [entry] = await toldBy(place, () =>
      shop.call('DELETE', `/user/records/${second?.record_id}/${second?.record_hash}`, {
        authorization: `Bearer ${shop.partner.token}`,
      }),
    );
    expect(entry).toMatchObject({
      resource: 'record',
      status: 'delete',
      resourceId: second?.record_id,
      userId: null,
      data: { id: second?.record_id, deleted: true, staff_id: member },
    });
    expect(await told(() => shop.call('DELETE', `/user/records/${first?.record_id}`, { authorization }))).toEqual([
      'record delete',
    ]);
    expect(await told(() => shop.call('DELETE', `/user/records/${first?.record_id}`, { authorization }))).toEqual([]);
  });
});
