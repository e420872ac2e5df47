import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon } from '../../../test/online.ts';
import { setHours } from '../../../test/salon.ts';
import { setTimeslotSettings } from '../booking-settings/timeslot.ts';
import { serviceResources, services, serviceTeamMembers } from '../catalog/tables.ts';
import { teamMembers } from '../team/tables.ts';

describe('times of a day', () => {
  test('are a step apart in the working hours, without booked times', async () => {
    const { times, booked } = await openOnlineSalon();
    expect(await times('2030-05-06')).toHaveLength(33);
    await booked({ datetime: '2030-05-06T10:00:00' });
    const left = await times('2030-05-06');
    expect(left.slice(0, 3)).toEqual(['09:00', '11:00', '11:15']);
    expect(left.at(-1)).toBe('17:00');
  });

  test('include the time of a no-show', async () => {
    const { times, booked, shop } = await openOnlineSalon();
    const before = await times('2030-05-06');
    const { id, visit_id } = await booked({ datetime: '2030-05-06T10:00:00' });
    await shop.call('PUT', `/visits/${visit_id}/${id}`, { body: { attendance: -1, comment: '' } });
    expect(await times('2030-05-06')).toEqual(before);
  });

  test('carry the length and the moment that book_record takes', async () => {
    const { get, place, member, service } = await openOnlineSalon();
    const { db } = await testDatabase();
    await db.update(services).set({ technicalBreak: 600 }).where(eq(services.id, service));
    const { data } = await get(`/book_times/${place}/${member}/2030-05-06?service_ids[]=${service}`);
    expect(data[0]).toEqual({ time: '09:00', seance_length: 4200, sum_length: 3600, datetime: '2030-05-06T09:00:00-04:00' });
  });

  test('of several services are those at which all of them fit, one after the other', async () => {
    const { times, shop, link, member, service } = await openOnlineSalon();
    const colour = await shop.addService({ title: 'Colour' });
    await link(member, colour, 7200);
    const left = await times('2030-05-06', { services: [service, colour] });
    expect([left[0], left.at(-1)]).toEqual(['09:00', '15:00']);
  });

  test('of any team member are those of all of them together, each once', async () => {
    const { times, shop, link, service } = await openOnlineSalon();
    const second = await shop.addTeamMember();
    await link(second, service);
    await setHours(shop, second, ['2030-05-06'], [{ from: '17:00', to: '20:00' }]);
    const left = await times('2030-05-06', { of: 0 });
    expect([left.length, new Set(left).size, left.at(-1)]).toEqual([41, 41, '19:00']);
  });

  test('of any team member are none where clients must choose', async () => {
    const { times, setBooking } = await openOnlineSalon();
    await setBooking({ any_master: false });
    expect(await times('2030-05-06', { of: 0 })).toEqual([]);
    expect(await times('2030-05-06')).toHaveLength(33);
  });

  test('follow the grid of the date, and none closes the day', async () => {
    const { times, place } = await openOnlineSalon();
    const { db } = await testDatabase();
    const grid = { gridType: 'predefined' as const, timeslots: [36_000, 50_400] };
    await setTimeslotSettings(db, place, {
      isEnabled: true,
      weekdays: [{ weekday: 1, ...grid }],
      dates: [{ date: '2030-05-07', gridType: 'predefined', timeslots: [] }],
    });
    expect(await times('2030-05-06')).toEqual(['10:00', '14:00']);
    expect(await times('2030-05-07')).toEqual([]);
    expect(await times('2030-05-08')).toHaveLength(33);
  });

  test('are none in the past, on a day off, on a date of a service that is offered on others', async () => {
    const { times, service } = await openOnlineSalon();
    expect(await times('2020-05-06')).toEqual([]);
    expect(await times('2030-05-10')).toEqual([]);
    const { db } = await testDatabase();
    await db
      .update(services)
      .set({ isDateLimited: true, dateFrom: '2030-05-07', dateTo: '2030-05-07' })
      .where(eq(services.id, service));
    expect(await times('2030-05-06')).toEqual([]);
    expect(await times('2030-05-07')).toHaveLength(33);
  });

  test('are refused for a date that is none, and an unknown team member is a 404', async () => {
    const { get, place, member } = await openOnlineSalon();
    const wrong = await get(`/book_times/${place}/${member}/2030-02-30`);
    expect([wrong.status, wrong.meta.errors]).toEqual([422, [{ date: ['must be a date YYYY-MM-DD'] }]]);
    expect((await get(`/book_times/${place}/${member + 100_000}/2030-05-06`)).status).toBe(404);
    expect((await get(`/book_times/${place}/x/2030-05-06`)).status).toBe(404);
  });

  test('need a resource of the service to be free', async () => {
    const { times, shop, place, service, link, booked } = await openOnlineSalon();
    const room = await shop.addResource('Room', 1);
    const { db } = await testDatabase();
    await db.insert(serviceResources).values({ locationId: place, serviceId: service, resourceId: room.id });
    const other = await shop.addTeamMember();
    await link(other, service);
    await setHours(shop, other, ['2030-05-06']);
    await booked({ datetime: '2030-05-06T10:00:00' });
    expect(await times('2030-05-06', { of: other })).not.toContain('10:30');
  });
});

describe('dates', () => {
  test('are the worked dates, and those with a free slot', async () => {
    const { get, place, service, booked } = await openOnlineSalon();
    await booked({ datetime: '2030-05-07T09:00:00', seance_length: 32_400 });
    const { data } = await get(`/book_dates/${place}?date=2030-05-20&service_ids[]=${service}`);
    expect(data).toEqual({
      booking_days: { '5': [6, 8, 9] },
      booking_dates: ['2030-05-06', '2030-05-08', '2030-05-09'],
      working_days: { '5': [6, 7, 8, 9] },
      working_dates: ['2030-05-06', '2030-05-07', '2030-05-08', '2030-05-09'],
    });
  });

  test('of a range go over the end of a month; none are empty lists', async () => {
    const { get, place, shop, member } = await openOnlineSalon();
    await setHours(shop, member, ['2030-06-30', '2030-07-01']);
    const { data } = await get(`/book_dates/${place}?date_from=2030-06-29&date_to=2030-07-02`);
    expect(data.booking_days).toEqual({ '6': [30], '7': [1] });
    const none = await get(`/book_dates/${place}?date_from=2031-01-01&date_to=2031-01-31`);
    expect(none.data).toEqual({ booking_days: [], booking_dates: [], working_days: [], working_dates: [] });
  });

  test('need both ends of a range, and no more than a year', async () => {
    const { get, place } = await openOnlineSalon();
    expect((await get(`/book_dates/${place}?date_from=2030-05-01`)).meta.errors).toEqual([
      { date_to: ['is required: a range needs both dates'] },
    ]);
    expect((await get(`/book_dates/${place}?date_from=2030-05-01&date_to=2031-05-03`)).status).toBe(422);
    expect((await get(`/book_dates/${place}?date_from=2030-05-02&date_to=2030-05-01`)).data.booking_dates).toEqual([]);
  });
});

describe('team members', () => {
  test('are those who provide the services, with their nearest slots; greater weights first', async () => {
    const { get, place, shop, member, service, link } = await openOnlineSalon();
    const star = await shop.addTeamMember({ name: 'Ünal', weight: 10 });
    await link(star, service);
    await shop.addTeamMember({ name: 'Gives nothing' });
    const { data } = await get(`/book_staff/${place}?service_ids[]=${service}`);
    expect(data.map((each: { id: number }) => each.id)).toEqual([star, member]);
    expect(data[0]).toMatchObject({ name: 'Ünal', bookable: false, seances: [], position: [] });
    expect(data[0]).not.toHaveProperty('seance_date');
    // All slots are years away here, later than the search looks.
    expect(data[1].bookable).toBe(false);
  });

  test('at a time are those who are free then', async () => {
    const { get, place, member, service, booked } = await openOnlineSalon();
    const at = (time: string) => get(`/book_staff/${place}?service_ids[]=${service}&datetime=${time}`);
    expect((await at('2030-05-06T10:00:00')).data).toMatchObject([{ id: member, bookable: true, seance_date: '2030-05-06' }]);
    await booked({ datetime: '2030-05-06T10:00:00' });
    expect((await at('2030-05-06T10:00:00')).data).toEqual([]);
    expect((await at('2030-05-06')).data).toHaveLength(1);
    expect((await at('yesterday')).meta.errors).toEqual([{ datetime: ['must be a date and time in ISO 8601'] }]);
  });

  test('who are hidden, dismissed or deleted are not shown, nor those whose services are not online', async () => {
    const { get, place, shop, member, service, link } = await openOnlineSalon();
    const { db } = await testDatabase();
    for (const gone of [{ isHidden: true }, { isFired: true }, { deletedAt: new Date() }]) {
      await db
        .update(teamMembers)
        .set({ isHidden: false, isFired: false, deletedAt: null, ...gone })
        .where(eq(teamMembers.id, member));
      expect((await get(`/book_staff/${place}`)).data).toEqual([]);
    }
    const other = await shop.addTeamMember();
    await link(other, service);
    await db.update(serviceTeamMembers).set({ isOnline: false }).where(eq(serviceTeamMembers.teamMemberId, other));
    expect((await get(`/book_staff/${place}?service_ids[]=${service}`)).data).toEqual([]);
  });

  test('tell their next slots from a date on', async () => {
    const { get, place, member, service, booked } = await openOnlineSalon();
    await booked({ datetime: '2030-05-06T09:00:00', seance_length: 32_400 });
    const answer = await get(`/book_staff_seances/${place}/${member}?service_ids[]=${service}&datetime=2030-05-01`);
    expect(answer.data.seance_date).toBe('2030-05-07');
    expect(answer.data.seances[0]).toMatchObject({ time: '09:00', seance_length: 3600 });
    expect((await get(`/book_staff_seances/${place}/${member}?datetime=2030-05-10`)).data).toEqual({
      seance_date: '',
      seances: [],
    });
    expect((await get(`/book_staff_seances/${place}/${member + 100_000}`)).status).toBe(404);
  });
});

describe('services', () => {
  test('are those that somebody provides online, with their categories', async () => {
    const { get, place, service, shop, link, member } = await openOnlineSalon();
    await shop.addService({ title: 'Nobody gives it' });
    const off = await shop.addService({ title: 'Off', isActive: false });
    await link(member, off);
    const { data } = await get(`/book_services/${place}`);
    expect(data.services).toMatchObject([{ id: service, title: 'Haircut', price_min: 30, price_max: 50, seance_length: null }]);
    expect(data.category).toMatchObject([{ title: 'Hair', gender: 0, api_id: 0 }]);
  });

  test("of a team member have that one's length", async () => {
    const { get, place, member, service, shop } = await openOnlineSalon();
    expect((await get(`/book_services/${place}?staff_id=${member}`)).data.services).toMatchObject([
      { id: service, seance_length: 3600 },
    ]);
    const other = await shop.addTeamMember();
    expect((await get(`/book_services/${place}?staff_id=${other}`)).data).toMatchObject({ services: [], category: [] });
    expect((await get(`/book_services/${place}?staff_id=${member + 100_000}`)).status).toBe(404);
  });

  test('at a time are those that fit then, besides the chosen ones', async () => {
    const { get, place, member, service, shop, link } = await openOnlineSalon();
    const long = await shop.addService({ title: 'Long' });
    await link(member, long, 4 * 3600);
    const ids = async (query: string) =>
      (await get(`/book_services/${place}?${query}`)).data.services.map((each: { id: number }) => each.id).sort();
    expect(await ids('datetime=2030-05-06T14:00:00')).toEqual([service, long]);
    expect(await ids('datetime=2030-05-06T15:00:00')).toEqual([service]);
    expect(await ids(`datetime=2030-05-06T13:00:00&service_ids[]=${service}`)).toEqual([service, long]);
    expect(await ids(`datetime=2030-05-06T13:15:00&service_ids[]=${service}`)).toEqual([service]);
    expect(await ids('datetime=2030-05-10')).toEqual([]);
  });
});
