import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon, signInClient } from '../../../test/online.ts';
import { setHours } from '../../../test/salon.ts';
import { addDays, today } from '../../platform/clock.ts';
import { users } from '../access/tables.ts';
import { issueUserToken } from '../access/users.ts';
import { appointments, events } from '../appointments/tables.ts';
import { reviews } from '../reviews/tables.ts';
import { locationOfOwn, moveOwn } from './booking.ts';
import { findReviewForm } from './review.ts';

describe('an event that begins soon', () => {
  test('is booked as long as the notice of the location lets clients do so', async () => {
    const { post, place, addEvent, setBooking } = await openOnlineSalon();
    const event = await addEvent();
    const { db } = await testDatabase();
    await db
      .update(events)
      .set({ startsAt: new Date(Date.now() + 30 * 60_000) })
      .where(eq(events.id, event.id));
    const book = () =>
      post(`/activity/${place}/${event.id}/book`, { fullname: 'Ada', phone: somePhone(), email: 'ada@example.com' });
    await setBooking({ seance_delay_step: 60 });
    const refused = await book();
    expect([refused.status, refused.meta.errors]).toEqual([
      422,
      [{ code: 433, message: 'This event cannot be booked any more.' }],
    ]);
    await setBooking({ seance_delay_step: 0 });
    expect((await book()).status).toBe(200);
  });
});

describe('an appointment of a client', () => {
  test('is not found at another location, with any secret', async () => {
    const { bookOnline, place } = await openOnlineSalon();
    const elsewhere = await openShop();
    const [{ record_id: id, record_hash: hash }] = (await bookOnline()).data;
    const { db } = await testDatabase();
    expect(await locationOfOwn(db, { id, hash })).toBe(place);
    await expect(locationOfOwn(db, { id, hash, locationId: elsewhere.locationId })).rejects.toThrow(
      'The appointment was not found',
    );
  });

  test('that is cancelled is not found, also where clients may not cancel or move any', async () => {
    const { shop, widget, bookOnline, place, setBooking } = await openOnlineSalon();
    const phone = somePhone();
    const [{ record_id: id, record_hash: hash }] = (await bookOnline(undefined, { phone })).data;
    const authorization = await signInClient(shop.partner, phone);
    const cancel = () => shop.call('DELETE', `/user/records/${id}/${hash}`, widget);
    expect((await cancel()).status).toBe(200);
    await setBooking({ allow_delete_record: false, allow_change_record: false }, 'client_rules');
    expect((await cancel()).status).toBe(404);
    const body = { datetime: '2030-05-06T12:00:00' };
    expect((await shop.call('PUT', `/book_record/${place}/${id}`, { authorization, body })).status).toBe(404);
  });

  test('without a known client keeps the name when it is moved', async () => {
    const { shop, place, booked } = await openOnlineSalon();
    const { id } = await booked({ client: { name: 'Grace', email: 'grace@example.com' } });
    const { db } = await testDatabase();
    const location = { id: place, chainId: shop.chainId, timeZone: shop.timeZone, currency: 'USD', countryCode: 'US' };
    await moveOwn(db, location, id, { start: new Date('2030-05-06T16:00:00Z'), comment: undefined }, new Date());
    expect((await shop.call('GET', `/record/${place}/${id}`)).data).toMatchObject({
      datetime: '2030-05-06T12:00:00-04:00',
      client: { name: 'Grace', email: 'grace@example.com' },
    });
  });

  test('is in no list of a user without a phone number', async () => {
    const { shop, get, booked } = await openOnlineSalon();
    await booked({ client: { name: 'Grace' } });
    const { db } = await testDatabase();
    const [user] = await db.insert(users).values({ name: 'Grace' }).returning({ id: users.id });
    const token = await issueUserToken(db, { userId: user?.id as number, partnerId: shop.partner.id, scope: 'client' });
    const { status, data, meta } = await get('/user/records', { authorization: `Bearer ${shop.partner.token}, User ${token}` });
    expect([status, data, meta.total_count]).toEqual([200, [], 0]);
  });
});

describe('a review', () => {
  test('without a known client is signed with the name', async () => {
    const { place, booked, post } = await openOnlineSalon();
    const { id, short_link } = await booked({ client: { name: 'Grace' } });
    const { db } = await testDatabase();
    await db
      .update(appointments)
      .set({ startsAt: new Date(Date.now() - 3_600_000) })
      .where(eq(appointments.id, id));
    expect((await post(`/master_record_review/${short_link.split('/').at(-1)}`, { rating: 5 })).status).toBe(200);
    const written = await db.select({ name: reviews.authorName }).from(reviews).where(eq(reviews.locationId, place));
    expect(written).toEqual([{ name: 'Grace' }]);
  });

  test.each(['zzzzzzzzzzzz-1', '-1', '', '--'])('has no form behind the token "%s"', async (token) => {
    const { db } = await testDatabase();
    await expect(findReviewForm(db, { id: 1, allLocations: true }, token)).rejects.toThrow('The form was not found');
  });
});

describe('of team members', () => {
  test('the next slots are found even if they are weeks away', async () => {
    const { shop, get, place, member, service } = await openOnlineSalon();
    const date = addDays(today(shop.timeZone), 40);
    await setHours(shop, member, [date]);
    const { data } = await get(`/book_staff_seances/${place}/${member}?service_ids[]=${service}`);
    expect([data.seance_date, data.seances[0].time]).toEqual([date, '09:00']);
    const [shown] = (await get(`/book_staff/${place}?service_ids[]=${service}`)).data;
    expect(shown).toMatchObject({ id: member, bookable: true, seance_date: date });
  });

  test('each is free by their own calendar, not by that of a colleague', async () => {
    const { shop, get, place, service, link, booked } = await openOnlineSalon();
    const other = await shop.addTeamMember();
    await link(other, service);
    await setHours(shop, other, ['2030-05-06'], [{ from: '10:00', to: '12:00' }]);
    const free = async () =>
      (await get(`/book_staff/${place}?service_ids[]=${service}&datetime=2030-05-06T10:00:00`)).data as {
        id: number;
        seances: { time: string }[];
      }[];
    expect((await free()).find(({ id }) => id === other)?.seances.map(({ time }) => time)).not.toContain('14:00');
    await booked();
    expect((await free()).map(({ id }) => id)).toEqual([other]);
  });
});
