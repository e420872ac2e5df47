import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openGifts } from '../../../test/gifts.ts';
import { call, openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { addMembershipType } from '../../../test/memberships.ts';
import { openOnlineSalon, signInClient } from '../../../test/online.ts';
import { appointments } from '../appointments/tables.ts';
import { reviews } from '../reviews/tables.ts';

/** A salon with an appointment that a client made. */
async function openBooked() {
  const salon = await openOnlineSalon();
  const phone = somePhone();
  const answer = await salon.bookOnline([salon.wish()], { phone, fullname: 'Ada' });
  const { record_id: id, record_hash: hash } = answer.data[0] as { record_id: number; record_hash: string };
  return { ...salon, phone, id, hash, client: await signInClient(salon.shop.partner, phone) };
}

describe('an appointment of a client', () => {
  test('is read with its secret, and without it by the signed-in client', async () => {
    const { get, place, id, hash, client, member, service } = await openBooked();
    const bySecret = await get(`/book_record/${place}/${id}/${hash}`);
    expect(bySecret.data).toMatchObject({
      id,
      services: [{ id: service, title: 'Haircut', amount: 1, cost: 30 }],
      staff: { id: member, name: 'Basil' },
      company: { id: place, timezone: expect.stringMatching(/^-[45]$/), allow_delete_record: true },
      datetime: '2030-05-06T10:00:00-04:00',
      length: 3600,
      deleted: false,
      online: true,
      master_requested: true,
      activity_id: 0,
    });
    expect((await get(`/book_record/${place}/${id}`, { authorization: client })).data).toEqual(bySecret.data);
    // The cabinet writes most of its moments without a colon in the offset, as its published example does.
    const compact = (moment: string) => moment.replace(/:(\d\d)$/, '$1');
    const inCabinet = {
      ...bySecret.data,
      datetime: '2030-05-06T10:00:00-0400',
      create_date: compact(bySecret.data.create_date),
      last_change_date: compact(bySecret.data.last_change_date),
    };
    const listed = await get(`/user/records/${id}/${hash}`);
    expect([listed.status, listed.data]).toEqual([201, [inCabinet]]);
    expect((await get(`/user/records/${id}`, { authorization: client })).data).toEqual([inCabinet]);
  });

  test('is a 404 with a wrong secret, for another client and for a partner of others', async () => {
    const { get, place, id, hash, shop } = await openBooked();
    const stranger = await signInClient(shop.partner, somePhone());
    const elsewhere = await openShop();
    const wrong = hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    for (const path of [`/book_record/${place}/${id}`, `/user/records/${id}`]) {
      expect((await get(`${path}/${wrong}`)).status).toBe(404);
      expect((await get(path)).status).toBe(404);
      expect((await get(path, { authorization: stranger })).status).toBe(404);
      expect((await get(`${path}/${hash}`, { authorization: `Bearer ${elsewhere.partner.token}` })).status).toBe(404);
    }
  });

  test('appears with all others of the client in one list, latest first, including cancelled ones', async () => {
    const { get, shop, id, hash, client, phone, bookOnline, wish } = await openBooked();
    const later = await bookOnline([wish({ datetime: '2030-05-07T10:00:00' })], { phone });
    await shop.call('DELETE', `/user/records/${id}/${hash}`, { authorization: client });
    const { data, meta } = await get('/user/records', { authorization: client });
    expect(data.map((each: { id: number; deleted: boolean }) => [each.id, each.deleted])).toEqual([
      [later.data[0].record_id, false],
      [id, true],
    ]);
    expect(meta.total_count).toBe(2);
    expect((await get('/user/records?page=3', { authorization: client })).data).toEqual([]);
    expect((await get('/user/records')).status).toBe(401);
  });
});

describe('cancelling', () => {
  test('frees the time, once', async () => {
    const { shop, widget, id, hash, times } = await openBooked();
    const cancel = () => shop.call('DELETE', `/user/records/${id}/${hash}`, widget);

    expect(await times('2030-05-06')).not.toContain('10:00');
    const answers = await Promise.all([cancel(), cancel()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    // Clients parse every answer.
    expect(answers.find(({ status }) => status === 200)?.body).toEqual({ success: true, data: null, meta: [] });
    expect(await times('2030-05-06')).toContain('10:00');
  });

  test('obeys the rules of the location', async () => {
    const { shop, widget, id, hash, setBooking, get, place } = await openBooked();
    const cancel = () => shop.call('DELETE', `/user/records/${id}/${hash}`, widget);
    await setBooking({ allow_delete_record: false }, 'client_rules');
    expect((await cancel()).status).toBe(403);
    await setBooking({ allow_delete_record: true, allow_delete_record_delay_step: 31_536_000 }, 'client_rules');
    const { db } = await testDatabase();
    await db
      .update(appointments)
      .set({ startsAt: new Date(Date.now() + 86_400_000) })
      .where(eq(appointments.id, id));
    expect((await cancel()).meta.message).toBe('It is too late to cancel this appointment online.');
    expect((await get(`/book_record/${place}/${id}/${hash}`)).data.company).toMatchObject({
      allow_delete_record: true,
      allow_delete_record_delay_step: 31_536_000,
    });
    await setBooking({ allow_delete_record_delay_step: 3600 }, 'client_rules');
    expect((await cancel()).status).toBe(200);
  });
});

describe('moving', () => {
  test('keeps the team member, the services and the price, and is as free as a new booking', async () => {
    const { shop, place, id, client, booked, times, service } = await openBooked();
    await booked({ datetime: '2030-05-06T15:00:00' });
    const move = (datetime: string) =>
      shop.call('PUT', `/book_record/${place}/${id}`, { authorization: client, body: { datetime, comment: 'Later, please' } });
    // Half of the appointment's own hour is free for it.
    const moved = await move('2030-05-06T10:30:00');
    expect([moved.status, moved.data]).toMatchObject([
      200,
      { id, date: '2030-05-06T10:30:00-04:00', comment: 'Later, please', services: [{ id: service, cost: 30 }] },
    ]);
    const refused = await move('2030-05-06T14:30:00');
    expect([refused.status, refused.meta.errors]).toEqual([422, [{ code: 433, message: 'This time is not available.', id }]]);
    const left = await times('2030-05-06');
    expect([left.includes('09:30'), left.includes('10:30'), left.includes('11:30')]).toEqual([true, false, true]);
  });

  test('makes a no-show expected again, and occupies the slot', async () => {
    const { shop, place, id, client, get, book } = await openBooked();
    const { data: before } = await shop.call('GET', `/record/${place}/${id}`);
    await shop.call('PUT', `/visits/${before.visit_id}/${id}`, { body: { attendance: -1, comment: '' } });
    const datetime = '2030-05-06T12:00:00';
    const moved = await shop.call('PUT', `/book_record/${place}/${id}`, { authorization: client, body: { datetime } });
    expect([moved.status, (await shop.call('GET', `/record/${place}/${id}`)).data.attendance]).toEqual([200, 0]);
    expect((await book({ datetime })).status).toBe(422);
    expect((await get(`/book_record/${place}/${id}`, { authorization: client })).data.datetime).toBe('2030-05-06T12:00:00-04:00');
  });

  test('needs the client to be signed in, and the location to let them', async () => {
    const { shop, place, id, client, widget, setBooking } = await openBooked();
    const path = `/book_record/${place}/${id}`;
    const body = { datetime: '2030-05-06T12:00:00' };
    expect((await shop.call('PUT', path, { ...widget, body })).status).toBe(401);
    const stranger = await signInClient(shop.partner, somePhone());
    expect((await shop.call('PUT', path, { authorization: stranger, body })).status).toBe(404);
    await setBooking({ allow_change_record: false }, 'client_rules');
    expect((await shop.call('PUT', path, { authorization: client, body })).status).toBe(403);
  });

  test('a place in a group event stays where it is', async () => {
    const { post, place, addEvent, shop, phone, client } = await openBooked();
    const event = await addEvent();
    const { data } = await post(`/activity/${place}/${event.id}/book`, { fullname: 'Ada', phone, email: 'a@example.com' });
    const answer = await shop.call('PUT', `/book_record/${place}/${data.id}`, {
      authorization: client,
      body: { datetime: '2030-05-06T10:00:00' },
    });
    expect(answer.status).toBe(422);
  });
});

describe('the review form', () => {
  /** The token as the short link of the appointment has it. */
  const tokenOf = async ({ shop, place, id }: Awaited<ReturnType<typeof openBooked>>) =>
    (await shop.call('GET', `/record/${place}/${id}`)).data.short_link.split('/').at(-1) as string;

  test('says what was paid for the appointment', async () => {
    const salon = await openBooked();
    const { get, shop, place, id, service } = salon;
    const paid = async () => (await get(`/master_record_review/${await tokenOf(salon)}`)).data.record.payed_cost;
    expect(await paid()).toBe(0);
    const { visit_id } = (await shop.call('GET', `/record/${place}/${id}`)).data;
    const body = {
      attendance: 1,
      comment: '',
      fast_payment: 1,
      services: [{ id: service, record_id: id, amount: 1, cost: 12.3, first_cost: 12.3, discount: 0 }],
    };
    expect((await shop.call('PUT', `/visits/${visit_id}/${id}`, { body })).status).toBe(200);
    expect(await paid()).toBe(12.3);
  });

  test('takes one review of a visit that has begun, and the rating of the team member follows', async () => {
    const salon = await openBooked();
    const { get, post, shop, place, id, member } = salon;
    const path = `/master_record_review/${await tokenOf(salon)}`;
    expect((await get(path)).data).toMatchObject({
      is_review_submitted: false,
      master: { id: member },
      record: { id },
      tips: [],
    });
    expect((await post(path, { rating: 5 })).meta.errors).toEqual([{ rating: ['can only be given after the visit has begun'] }]);
    const { db } = await testDatabase();
    await db
      .update(appointments)
      .set({ startsAt: new Date(Date.now() - 3_600_000) })
      .where(eq(appointments.id, id));
    const statuses = await Promise.all([post(path, { rating: 4, text: ' Great ' }), post(path, { rating: 1 })]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect((await get(path)).data.is_review_submitted).toBe(true);
    const [review] = await db.select().from(reviews).where(eq(reviews.appointmentId, id));
    expect(review?.authorName).toBe('Ada');
    const staff = await shop.call('GET', `/company/${place}/staff/${member}`);
    expect(staff.data.votes_count).toBe(1);
  });

  test('is a 404 for a wrong token and takes no tips', async () => {
    const salon = await openBooked();
    const token = await tokenOf(salon);
    expect((await salon.get(`/master_record_review/${token.slice(0, -1)}g`)).status).toBe(404);
    expect((await salon.get('/master_record_review/zzzzzzzzzzzz-1')).status).toBe(404);
    expect((await salon.get('/master_record_review/nonsense')).status).toBe(404);
    expect((await salon.post(`/master_record_review/${token}`, { rating: 5, tips_amount: 5 })).status).toBe(422);
    expect((await salon.post(`/master_record_review/${token}`, { rating: 6 })).status).toBe(422);
  });
});

describe('the form and the policy', () => {
  test('count the types of gift cards and memberships that the location sells online now', async () => {
    const { shop, place, addType, createType } = await openGifts();
    const form = await shop.call('POST', `/company/${place}/booking_forms`, { body: { title: 'Site' } });
    const counted = async () => {
      const { data } = await call('GET', `/bookform/${form.data.id}`, { authorization: `Bearer ${shop.partner.token}` });
      return [data.certificate_count, data.abonement_count];
    };
    expect(await counted()).toEqual([0, 0]);
    const online = { online_sale: { is_enabled: true, title: 'Spa', description: '', price: 90 } };
    const sister = await openShop({ chainId: shop.chainId, partner: shop.partner });
    await addType();
    await addType({ ...online, salon_ids: [place, sister.locationId] });
    const archived = await addType(online);
    const deleted = await addType(online);
    await createType({ ...online, salon_ids: [sister.locationId] });
    const membership = { is_online_sale_enabled: true, online_sale_title: 'Ten', online_sale_price: 300 };
    const service = await shop.addService();
    await addMembershipType(shop, service, membership);
    await addMembershipType(shop, service);
    expect(await counted()).toEqual([3, 1]);
    const types = `/chain/${shop.chainId}/loyalty/certificate_types`;
    await shop.call('PATCH', `${types}/${archived.id}/archive`, { body: { is_archived: true } });
    await shop.call('DELETE', `${types}/${deleted.id}`);
    expect(await counted()).toEqual([1, 1]);
  });

  test('tell a widget how to look and in which order to ask', async () => {
    const { get, shop, place, setBooking } = await openOnlineSalon();
    const form = await shop.call('POST', `/company/${place}/booking_forms`, { body: { title: 'Site' } });
    await setBooking({ privacy_policy: 'We keep your phone number.' }, 'client_rules');
    const { data } = await get(`/bookform/${form.data.id}`);
    expect(data).toMatchObject({
      id: form.data.id,
      company_id: place,
      group_id: 0,
      phone_confirmation: false,
      is_show_privacy_policy: true,
    });
    expect(data.steps.map(({ step, num }: { step: string; num: number }) => [step, num])).toEqual([
      ['master', 1],
      ['service', 2],
      ['datetime', 3],
      ['contact', 4],
      ['confirm', 5],
    ]);
    expect((await get(`/privacy_policy/${place}`)).data).toEqual({ agreement: { content: 'We keep your phone number.' } });
    const stranger = await openShop();
    expect((await get(`/bookform/${form.data.id}`, { authorization: `Bearer ${stranger.partner.token}` })).status).toBe(404);
    expect((await get('/bookform/2147483647')).status).toBe(404);
  });
});
