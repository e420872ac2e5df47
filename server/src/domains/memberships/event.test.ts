import { expect, test } from 'vitest';
import { type Members, openMembers } from '../../../test/members.ts';
import { setHours } from '../../../test/salon.ts';
import { addDays, datesBetween, today } from '../../platform/clock.ts';

test('a membership is offered for an event whose service it pays, while it has visits and is not frozen', async () => {
  const club = await openMembers();
  const event = await club.addEvent({ service_id: club.service });
  const other = await club.addEvent({ date: '2030-05-06 17:00' });
  const type = await club.addType({ expiration_type_id: 2, period: 30, allow_freeze: true, balance_edit_type_id: 2 });
  const { id } = await club.issue(type.product);
  const path = `/api/v1/company/${club.place}/client/${club.buyer.id}/loyalty/abonements`;
  const found = async (eventId: number) => (await club.shop.call('GET', `${path}/search_for_activity?event_id=${eventId}`)).body;
  expect(await found(event.id)).toMatchObject({
    data: [
      {
        id: String(id),
        type: 'loyalty_abonement',
        attributes: { number: '', balance: 10 },
        relationships: { loyalty_abonement_type: { data: { id: String(type.id), type: 'loyalty_abonement_type' } } },
      },
    ],
    included: [{ id: String(type.id), type: 'loyalty_abonement_type', attributes: { title: 'Ten visits', cost: 400 } }],
  });
  expect((await found(other.id)).data).toEqual([]);
  expect((await club.shop.call('GET', `${path}/search_for_activity?event_id=2000000000`)).status).toBe(404);
  const check = (days: string) =>
    club.shop.call('GET', `${path}/${id}/check_for_activity?event_id=${event.id}&schedule_day_ids=${days}`);
  expect((await check('x')).status).toBe(400);
  // No series has this day.
  expect((await check('1')).body.data.attributes).toMatchObject({
    available_visits: 10,
    can_book_all_days: false,
    bookable_day_ids: [],
  });
  await club.act(id, 'freeze');
  expect((await found(event.id)).data).toEqual([]);
  await club.act(id, 'unfreeze');
  await club.act(id, 'set_balance', { united_balance_services_count: 0 });
  expect((await found(event.id)).data).toEqual([]);
  expect((await check('1')).status).toBe(404);
});

/** Classes on Mondays, Wednesdays and Fridays of the three weeks after their model, a Monday in two to three weeks. */
async function openSeries(club: Members) {
  const now = today(club.shop.timeZone);
  const isMonday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay() === 1;
  const monday = datesBetween(addDays(now, 14), addDays(now, 20)).find(isMonday) as string;
  await setHours(club.shop, club.member, datesBetween(monday, addDays(monday, 30)));
  const model = await club.addEvent({ service_id: club.service, date: `${monday} 10:00` });
  const day = (day_of_week: string) => ({
    day_of_week,
    events_master_id: club.member,
    events_time: '12:00:00',
    events_duration: 3600,
    events_capacity: 4,
    labels_ids: [],
    resource_instances_ids: [],
  });
  const series = await club.must('POST', `/company/${club.place}/schedules`, {
    original_entity_type: 'activity',
    original_entity_id: model.id,
    date_end: addDays(monday, 21),
    add_clients_from_original_entity: false,
    days: ['fri', 'mon', 'wed'].map(day),
  });
  const idOf = (name: string) => series.days.find((each: { day_of_week: string }) => each.day_of_week === name).id as number;
  return {
    monday,
    model,
    days: { mon: idOf('mon'), wed: idOf('wed'), fri: idOf('fri') },
    path: `/company/${club.place}/schedules/${series.id}`,
  };
}

const checkOf = async (club: Members, event: number, membership: number, days: number[]) => {
  const path = `/api/v1/company/${club.place}/client/${club.buyer.id}/loyalty/abonements/${membership}/check_for_activity`;
  return (await club.must('GET', `${path}?event_id=${event}&schedule_day_ids=${days.join(',')}`)).attributes;
};

test('the days of a series that a membership can pay are those that come first, up to its visits', async () => {
  const club = await openMembers();
  const { model, days } = await openSeries(club);
  const { id } = await club.issue((await club.addType({ balance_edit_type_id: 2 })).product);
  const { mon, wed, fri } = days;
  const all = [fri, mon, wed];
  // After the Monday of the model, Wednesday comes first.
  expect(await checkOf(club, model.id, id, all)).toMatchObject({
    available_visits: 10,
    can_book_all_days: true,
    bookable_day_ids: [wed, fri, mon],
    last_booking_date: null,
  });
  await club.act(id, 'set_balance', { united_balance_services_count: 2 });
  expect(await checkOf(club, model.id, id, all)).toMatchObject({ can_book_all_days: false, bookable_day_ids: [wed, fri] });
  expect(await checkOf(club, model.id, id, [mon])).toMatchObject({ can_book_all_days: true, bookable_day_ids: [mon] });
});

test('days after the end of a membership cannot be booked with it, and its last day can', async () => {
  const club = await openMembers();
  const { model, days, monday } = await openSeries(club);
  const { mon, wed, fri } = days;
  const friday = addDays(monday, 4);
  const type = await club.addType({ expiration_type_id: 2, period: 60, period_unit_id: 1 });
  const { id } = await club.issue(type.product);
  const start = (await club.seen(id)).activated_date.slice(0, 10);
  const daysUntil = (date: string) => datesBetween(start, date).length - 1;
  await club.act(id, 'set_period', { period: daysUntil(friday), period_unit_id: 1 });
  const checked = await checkOf(club, model.id, id, [mon, wed, fri]);
  expect(checked).toMatchObject({ can_book_all_days: false, bookable_day_ids: [wed, fri] });
  expect(checked.last_booking_date.slice(0, 19)).toBe(`${friday}T23:59:59`);
});

test('a client who attends a series names the membership that pays first', async () => {
  const club = await openMembers();
  const { days, path } = await openSeries(club);
  const { id } = await club.issue((await club.addType()).product);
  const other = await club.shop.addService({ title: 'Pilates' });
  const useless = await club.issue((await club.addType({ services: { [other]: 0 } })).product);
  const join = (loyalty_abonement_id: unknown) =>
    club.shop.call('POST', `${path}/client_schedules`, {
      body: { client_id: club.buyer.id, schedule_days_ids: [days.mon], loyalty_abonement_id },
    });
  const unusable = [{ loyalty_abonement_id: ['must be a membership that the client can use for this schedule'] }];
  expect((await join(useless.id)).meta.errors).toEqual(unusable);
  const { data } = await join(id);
  expect(data).toMatchObject({ loyalty_abonement_id: id });
  const change = (body: object) => club.shop.call('PATCH', `${path}/client_schedules/${data.id}`, { body });
  expect((await change({ schedule_days_ids: [days.wed] })).data.loyalty_abonement_id).toBe(id);
  expect((await change({ schedule_days_ids: [days.wed], loyalty_abonement_id: useless.id })).meta.errors).toEqual(unusable);
  expect((await change({ schedule_days_ids: [days.wed], loyalty_abonement_id: null })).data.loyalty_abonement_id).toBeNull();
});
