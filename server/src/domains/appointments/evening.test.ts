import { eq } from 'drizzle-orm';
import { describe, expect, it, test } from 'vitest';
import { somePhone, testDatabase } from '../../../test/harness.ts';
import { cityOfAnotherDate } from '../../../test/local-days.ts';
import { openOnlineSalon } from '../../../test/online.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { addDays, today } from '../../platform/clock.ts';
import { reviews } from '../reviews/tables.ts';
import { appointments } from './tables.ts';

/** Places west and east of UTC, where the date is another one in the evening or the early morning; and days of 23 and 25 hours. */
const places = [
  ['Honolulu', '2030-05-06'],
  ['New York', '2030-05-06'],
  ['Auckland', '2030-05-06'],
  ['New York', '2030-03-10'],
  ['New York', '2030-11-03'],
  ['Auckland', '2030-09-29'],
  ['Auckland', '2030-04-07'],
] as const;

const ids = (rows: { id: number }[]) => rows.map(({ id }) => id).sort((a, b) => a - b);
const dotted = (date: string) => date.split('-').reverse().join('.');

/** A client who comes soon after midnight and late in the evening of a date, and at both ends of the days before and after. */
async function openDay(city: string, date: string) {
  const salon = await openSalon({ city });
  const client = { name: 'Ada', phone: somePhone() };
  const at = (day: string, time: string) =>
    salon.booked({ client, datetime: `${day}T${time}:00`, seance_length: 900, save_if_busy: true });
  const [before, after] = [addDays(date, -1), addDays(date, 1)];
  const eve = await at(before, '23:45');
  const first = await at(date, '00:00');
  const last = await at(date, '23:45');
  const next = await at(after, '00:00');
  return { ...salon, before, after, eve, first, last, next };
}

describe.each(places)('in %s on %s', (city, date) => {
  test('all appointments of a client from midnight to midnight are one visit of that date', async () => {
    const { shop, place, before, after, eve, first, last, next } = await openDay(city, date);
    expect(last.visit_id).toBe(first.visit_id);
    expect(new Set([eve, first, next].map((each) => each.visit_id)).size).toBe(3);
    const search = async (from: string, to: string) => {
      const body = { client_id: first.client.id, client_phone: null, from, to, payment_statuses: [], attendance: null };
      return ids((await shop.call('POST', `/company/${place}/clients/visits/search`, { body })).data.records);
    };
    expect(await search(date, date)).toEqual(ids([first, last]));
    expect(await search(before, before)).toEqual([eve.id]);
    expect(await search(after, after)).toEqual([next.id]);
    expect((await shop.call('GET', `/visits/${first.visit_id}`)).data.datetime.slice(0, 16)).toBe(`${date}T00:00`);
  });

  test('lists of appointments by a date use the local date', async () => {
    const { shop, place, before, after, eve, first, last, next } = await openDay(city, date);
    const list = async (query: string) => ids((await shop.call('GET', `/records/${place}?${query}`)).data);
    expect(await list(`start_date=${date}&end_date=${date}`)).toEqual(ids([first, last]));
    expect(await list(`end_date=${before}`)).toEqual([eve.id]);
    expect(await list(`start_date=${after}`)).toEqual([next.id]);
    const partner = async (query: string) => ids((await shop.call('GET', `/records/partner?${query}`)).data);
    expect(await partner(`start_date=${dotted(date)}&end_date=${dotted(date)}`)).toEqual(ids([first, last]));
    expect(await partner(`end_date=${dotted(before)}`)).toEqual([eve.id]);
    expect(await partner(`start_date=${dotted(after)}`)).toEqual([next.id]);
  });

  test('lists by the date of creation use the local date', async () => {
    const { shop, place, before, after, eve, first, last, next } = await openDay(city, date);
    const { db } = await testDatabase();
    // As if each had been created when it takes place.
    for (const each of [eve, first, last, next]) {
      await db
        .update(appointments)
        .set({ createdAt: new Date(each.datetime) })
        .where(eq(appointments.id, each.id));
    }
    const list = async (query: string) => ids((await shop.call('GET', `/records/${place}?${query}`)).data);
    expect(await list(`c_start_date=${date}&c_end_date=${date}`)).toEqual(ids([first, last]));
    expect(await list(`c_end_date=${before}`)).toEqual([eve.id]);
    expect(await list(`c_start_date=${after}`)).toEqual([next.id]);
    const partner = async (query: string) => ids((await shop.call('GET', `/records/partner?${query}`)).data);
    expect(await partner(`created_start_date=${dotted(date)}&created_end_date=${dotted(date)}`)).toEqual(ids([first, last]));
  });

  test('busy time is shown on the local date', async () => {
    const { shop, place, member, first, last } = await openDay(city, date);
    await setHours(shop, member, [date], [{ from: '00:00', to: '24:00' }]);
    const query = `start_date=${date}&end_date=${date}&include[]=busy_intervals`;
    const { data } = await shop.call('GET', `/company/${place}/staff/schedule?${query}`);
    expect(data).toMatchObject([
      {
        date,
        busy_intervals: [
          { entity_id: first.id, from: '00:00:00', to: '00:15:00' },
          { entity_id: last.id, from: '23:45:00' },
        ],
      },
    ]);
    expect(data[0].busy_intervals).toHaveLength(2);
    const sessions = await shop.call('GET', `/timetable/seances/${place}/${member}/${date}`);
    const free = (time: string) => sessions.data.find((each: { time: string }) => each.time === time)?.is_free;
    expect([free('00:00'), free('00:15'), free('12:00'), free('23:30'), free('23:45')]).toEqual([false, true, true, true, false]);
  });

  test('group events are found by the local date', async () => {
    const { shop, place, addEvent } = await openSalon({ city });
    const event = (day: string, time: string) => addEvent({ date: `${day} ${time}`, length: 900, force: true });
    const [before, after] = [addDays(date, -1), addDays(date, 1)];
    const eve = await event(before, '23:45');
    const first = await event(date, '00:00');
    const last = await event(date, '23:45');
    const next = await event(after, '00:00');
    const found = async (from: string, till: string) =>
      ids((await shop.call('GET', `/activity/${place}/search?from=${from}&till=${till}`)).data);
    expect(await found(date, date)).toEqual(ids([first, last]));
    expect(await found(before, before)).toEqual([eve.id]);
    expect(await found(after, after)).toEqual([next.id]);
    const dates = await shop.call('GET', `/activity/${place}/search_dates?from=${before}&till=${after}`);
    expect(dates.data).toEqual([before, date, after]);
    expect((await shop.call('GET', `/activity/${place}/search_dates_range`)).data).toMatchObject({
      min_date: before,
      max_date: after,
    });
  });

  test('reviews are listed by the local date on which they were written', async () => {
    const { shop, place, member, booked } = await openSalon({ city });
    const { db } = await testDatabase();
    const late = await booked({ datetime: `${date}T23:45:00`, seance_length: 900, save_if_busy: true });
    const [review] = await db
      .insert(reviews)
      .values({
        locationId: place,
        teamMemberId: member,
        rating: 5,
        text: 'Late',
        authorName: 'Ada',
        createdAt: new Date(late.datetime),
      })
      .returning({ id: reviews.id });
    const list = async (from: string, to: string) =>
      ids((await shop.call('GET', `/comments/${place}?start_date=${from}&end_date=${to}`)).data);
    expect(await list(date, date)).toEqual([review?.id]);
    expect(await list(addDays(date, -1), addDays(date, -1))).toEqual([]);
    expect(await list(addDays(date, 1), addDays(date, 1))).toEqual([]);
  });
});

describe('when the local date differs from that of UTC', () => {
  it('is the local date that a schedule begins with, and that online booking offers first', async () => {
    const { shop, place, member, get } = await openOnlineSalon({ city: cityOfAnotherDate() });
    const date = today(shop.timeZone);
    const dates = [addDays(date, -1), date, addDays(date, 1)];
    await setHours(shop, member, dates, [{ from: '00:00', to: '24:00' }]);
    const { data } = await shop.call('GET', `/company/${place}/staff/schedule`);
    expect(data.map((day: { date: string }) => day.date).slice(0, 2)).toEqual([date, addDays(date, 1)]);
    const { data: offered } = await get(`/book_dates/${place}`);
    expect(offered.working_dates).toEqual([date, addDays(date, 1)]);
    const { data: nearest } = await get(`/book_staff_seances/${place}/${member}`);
    expect([date, addDays(date, 1)]).toContain(nearest.seance_date);
  });
});

describe('the visits and sales of a client', () => {
  it('is shown with the local time of the visit, late in the evening too', async () => {
    const { shop, place, booked, body } = await openSalon({ city: 'Honolulu' });
    const client = await shop.addClient();
    const late = await booked({
      client: { id: client.id },
      datetime: '2026-01-05T23:30:00',
      seance_length: 900,
      save_if_busy: true,
    });
    await shop.call('PUT', `/record/${place}/${late.id}`, {
      body: body({
        client: { id: client.id },
        datetime: '2026-01-05T23:30:00',
        seance_length: 900,
        save_if_busy: true,
        attendance: 1,
      }),
    });
    const second = (path: string) =>
      shop.call('GET', `//api/v2/locations/${place}${path}`, { headers: { accept: 'application/vnd.api.v2+json' } });
    const statistics = await second(`/clients/${client.id}/attendances_statistic`);
    expect(statistics.body.data.attributes).toMatchObject({
      successful_attendances_count: 1,
      last_successful_attendance_datetime: '2026-01-05 23:30:00',
    });
    const profile = await second(`/attendance/clients/${client.id}?include=first_successful_visit`);
    expect(profile.body.included).toMatchObject([{ type: 'visit', attributes: { datetime: '2026-01-05T23:30:00' } }]);
    const fields = ['first_visit_date', 'last_visit_date'];
    const found = await shop.call('POST', `/company/${place}/clients/search`, { body: { fields } });
    const at = '2026-01-05T23:30:00-10:00';
    expect(found.data).toEqual([{ first_visit_date: at, last_visit_date: at }]);
  });
});
