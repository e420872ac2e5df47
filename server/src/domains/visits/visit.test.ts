import { describe, expect, it } from 'vitest';
import { call, openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { serviceResources } from '../catalog/tables.ts';

/** A client with two appointments on one day and one on the next. */
async function openVisits() {
  const salon = await openSalon();
  const client = { phone: somePhone(), name: 'Ada' };
  const [first, second, next] = [
    await salon.booked({ client }),
    await salon.booked({ client, datetime: '2030-05-06T15:00:00' }),
    await salon.booked({ client, datetime: '2030-05-07T10:00:00' }),
  ];
  const card = async () => (await salon.shop.call('GET', `/client/${salon.place}/${first.client.id}`)).data;
  const setVisit = (visit: number, record: number, fields: Record<string, unknown>) =>
    salon.shop.call('PUT', `/visits/${visit}/${record}`, { body: { attendance: 0, comment: '', ...fields } });
  return { ...salon, first, second, next, card, setVisit };
}

describe('a visit', () => {
  it('is shared by the appointments of a client on one day', async () => {
    const { shop, first, second, next } = await openVisits();
    expect(second.visit_id).toBe(first.visit_id);
    expect(next.visit_id).not.toBe(first.visit_id);
    const { data } = await shop.call('GET', `/visits/${first.visit_id}`);
    expect(data.records.map(({ id }: { id: number }) => id)).toEqual([first.id, second.id]);
    expect(data).toMatchObject({ attendance: 0, datetime: '2030-05-06T10:00:00-04:00' });
  });

  it('follows an appointment that moves to another day', async () => {
    const { shop, place, body, first, next } = await openVisits();
    await shop.call('PUT', `/record/${place}/${first.id}`, {
      body: body({ client: { id: first.client.id }, datetime: '2030-05-07T15:00:00' }),
    });
    const moved = await shop.call('GET', `/record/${place}/${first.id}`);
    expect(moved.data.visit_id).toBe(next.visit_id);
  });

  it('sets the state of all its appointments, and counts as one', async () => {
    const { shop, place, first, second, next, card, setVisit } = await openVisits();
    expect((await setVisit(first.visit_id, second.id, { attendance: 1, comment: 'Was pleased' })).status).toBe(200);
    const state = async (id: number) => (await shop.call('GET', `/record/${place}/${id}`)).data;
    expect(await state(first.id)).toMatchObject({ attendance: 1, visit_attendance: 1, comment: '' });
    expect(await state(second.id)).toMatchObject({ attendance: 1, comment: 'Was pleased' });
    expect((await card()).visits).toBe(1);
    await setVisit(next.visit_id, next.id, { attendance: -1 });
    const { client } = await state(next.id);
    expect(client).toMatchObject({ success_visits_count: 1, fail_visits_count: 1, is_new: false });
    await shop.call('DELETE', `/record/${place}/${first.id}`);
    expect((await card()).visits).toBe(1);
    await shop.call('DELETE', `/record/${place}/${second.id}`);
    expect((await card()).visits).toBe(0);
  });

  it('replaces the services of the appointments that are named', async () => {
    const { shop, place, service, first, second, setVisit } = await openVisits();
    const wash = await shop.addService({ title: 'Wash', priceMin: 5, priceMax: 5 });
    await setVisit(first.visit_id, first.id, {
      services: [
        { id: service, cost: 25 },
        { id: wash, record_id: second.id, amount: 2 },
      ],
    });
    const services = async (id: number) => (await shop.call('GET', `/record/${place}/${id}`)).data.services;
    expect(await services(first.id)).toMatchObject([{ id: service, cost: 25, first_cost: 30 }]);
    expect(await services(second.id)).toMatchObject([{ id: wash, cost: 10 }]);
    const { data } = await shop.call('GET', `/visit/details/${place}/${first.id}/${first.visit_id}`);
    expect(data.items).toMatchObject([
      { item_id: service, cost: 25 },
      { item_id: wash, cost: 10, amount: 2 },
    ]);
    expect((await setVisit(first.visit_id, first.id, { services: [{ id: 999_999_999 }] })).status).toBe(422);
  });

  it('is not found by a wrong appointment or in another business', async () => {
    const { shop, place, first, next, setVisit } = await openVisits();
    expect((await setVisit(first.visit_id, next.id, {})).status).toBe(404);
    expect((await shop.call('GET', `/visit/details/${place}/${next.id}/${first.visit_id}`)).status).toBe(404);
    const other = await openShop();
    expect(
      (await other.call('PUT', `/visits/${first.visit_id}/${first.id}`, { body: { attendance: 1, comment: '' } })).status,
    ).toBe(404);
    const blind = await shop.hire('administrator', { record_form_access: false });
    expect((await call('GET', `/visits/${first.visit_id}`, { authorization: blind.authorization })).status).toBe(403);
  });
});

describe('the history of a client', () => {
  const search = async (salon: Awaited<ReturnType<typeof openVisits>>, body: object) =>
    salon.shop.call('POST', `/company/${salon.place}/clients/visits/search`, {
      body: { client_id: null, client_phone: null, from: null, to: null, payment_statuses: [], attendance: null, ...body },
    });

  it('has the latest visits first, by id or phone number', async () => {
    const salon = await openVisits();
    const { first, second, next } = salon;
    const found = async (body: object) => (await search(salon, body)).data?.records.map(({ id }: { id: number }) => id);
    expect(await found({ client_id: first.client.id })).toEqual([next.id, second.id, first.id]);
    expect(await found({ client_phone: first.client.phone })).toEqual([next.id, second.id, first.id]);
    expect(await found({ client_id: first.client.id, from: '2030-05-07' })).toEqual([next.id]);
    expect(await found({ client_id: first.client.id, attendance: 1 })).toEqual([]);
    expect(await found({ client_id: first.client.id, payment_statuses: ['paid_full'] })).toEqual([]);
    expect((await search(salon, {})).status).toBe(422);
    expect((await search(salon, { client_id: 999_999_999 })).status).toBe(404);
  });

  it('has 25 visits a page, and says where the next begins', async () => {
    const salon = await openVisits();
    const client = { id: salon.first.client.id };
    for (let day = 1; day <= 25; day++) {
      await salon.booked({ client, datetime: `2030-06-${String(day).padStart(2, '0')}T10:00:00`, save_if_busy: true });
    }
    const page = await search(salon, { client_id: client.id });
    expect(page.data.records).toHaveLength(25);
    expect(page.meta.dateCursor.next).toEqual({ to: '2030-05-31', from: null, count: null });
    const rest = await search(salon, { client_id: client.id, ...page.meta.dateCursor.next });
    expect(rest.data.records).toHaveLength(3);
    expect(rest.meta.dateCursor.next.to).toBeNull();
  });
});

describe('clients', () => {
  it('are found by their appointments', async () => {
    const salon = await openVisits();
    const { shop, place, member, service, first, setVisit } = salon;
    const quiet = await shop.addClient();
    await setVisit(first.visit_id, first.id, { attendance: 1 });
    const found = async (state: object) => {
      const answer = await shop.call('POST', `/company/${place}/clients/search`, {
        body: { fields: ['id'], filters: [{ type: 'record', state }] },
      });
      return answer.data.map(({ id }: { id: number }) => id).sort();
    };
    const { id } = first.client;
    expect(await found({})).toEqual([id, quiet.id].sort());
    expect(await found({ staff: { value: [member] } })).toEqual([id]);
    expect(await found({ service: { value: [service] }, status: { value: [1] } })).toEqual([id]);
    expect(await found({ status: { value: [-1] } })).toEqual([]);
    expect(await found({ records_count: { from: 3 } })).toEqual([id]);
    expect(await found({ records_count: { to: 2 } })).toEqual([quiet.id]);
    expect(await found({ sold_amount: { from: 90, to: 90 } })).toEqual([id]);
    expect(await found({ created: { from: '2100-01-01 00:00:00' } })).toEqual([]);
  });
});

describe('reviews', () => {
  it('rate a team member, or the location', async () => {
    const { shop, place, member } = await openSalon();
    const leave = (path: string, mark: number, text = 'Fine!') =>
      shop.call('POST', `/comments/${place}${path}`, { body: { mark, text, name: 'Victor' } });
    expect((await leave(`/${member}`, 5)).data).toMatchObject({ type: 1, master_id: member, rating: 5, user_name: 'Victor' });
    await leave(`/${member}`, 4);
    await leave(`/${member}`, 4, '');
    expect((await leave('', 1)).data).toMatchObject({ type: 0, master_id: 0 });
    const staff = await shop.call('GET', `/company/${place}/staff/${member}`);
    expect(staff.data).toMatchObject({ rating: 4.33, votes_count: 3, comments_count: 2 });
    const list = async (query = '') =>
      (await shop.call('GET', `/comments/${place}${query}`)).data.map(({ rating }: { rating: number }) => rating);
    expect(await list()).toEqual([1, 4, 4, 5]);
    expect(await list(`?team_member_id=${member}&rating=5`)).toEqual([5]);
    expect(await list('?end_date=2020-01-01')).toEqual([]);
    expect(await list('?page=2&count=3')).toEqual([5]);
    expect((await leave('/999999999', 5)).status).toBe(404);
    expect((await leave(`/${member}`, 6)).status).toBe(422);
  });
});

describe('statistics of a booking user', () => {
  it('count visits in a location and across its chain', async () => {
    const salon = await openVisits();
    const { shop, place, first, setVisit } = salon;
    await setVisit(first.visit_id, first.id, { attendance: 1 });
    const sister = await openSalon({ chainId: shop.chainId, partner: shop.partner });
    const there = await sister.booked({ client: { phone: first.client.phone, name: 'Ada' }, attendance: 1 });
    expect(there.client.success_visits_count).toBe(1);
    const get = (path: string) =>
      call('GET', `//api/v2/locations/${place}/clients/${first.client.id}/${path}`, {
        authorization: shop.owner.authorization,
        headers: { accept: 'application/vnd.api.v2+json' },
      });
    expect((await get('attendances_statistic')).body.data).toMatchObject({
      id: `${first.client.id}_${place}`,
      attributes: {
        successful_attendances_count: 1,
        failed_attendances_count: 0,
        last_successful_attendance_datetime: '2030-05-06 15:00:00',
      },
    });
    expect((await get(`chain_attendances_statistic/${shop.chainId}`)).body.data.attributes.successful_attendances_count).toBe(2);
    expect((await get('chain_attendances_statistic/999999999')).status).toBe(404);
    const profile = await call(
      'GET',
      `//api/v2/locations/${place}/attendance/clients/${first.client.id}?include=first_successful_visit`,
      {
        authorization: shop.owner.authorization,
        headers: { accept: 'application/vnd.api.v2+json' },
      },
    );
    expect(profile.body).toMatchObject({
      data: { attributes: { name: 'Ada', phone: first.client.phone } },
      included: [{ type: 'visit', id: String(first.visit_id), attributes: { datetime: '2030-05-06T10:00:00' } }],
    });
  });
});

describe('a no-show', () => {
  /** A no-show at ten, and a function that sets the state again. */
  async function openNoShow() {
    const salon = await openSalon();
    const missed = await salon.booked();
    const setState = (attendance: number) =>
      salon.shop.call('PUT', `/visits/${missed.visit_id}/${missed.id}`, { body: { attendance, comment: '' } });
    expect((await setState(-1)).status).toBe(200);
    const busy = async (): Promise<number[]> => {
      const path = `/company/${salon.place}/staff/schedule?start_date=2030-05-06&end_date=2030-05-06&include[]=busy_intervals`;
      const { data } = await salon.shop.call('GET', path);
      return data[0].busy_intervals.map((each: { entity_id: number }) => each.entity_id).sort();
    };
    const state = async () => (await salon.shop.call('GET', `/record/${salon.place}/${missed.id}`)).data.attendance;
    return { ...salon, missed, setState, busy, state };
  }

  it('leaves the time to others', async () => {
    const { book, busy } = await openNoShow();
    expect(await busy()).toEqual([]);
    const other = await book();
    expect(other.status).toBe(201);
    expect(await busy()).toEqual([other.data[0].id]);
  });

  it('leaves the resource to others', async () => {
    const { shop, place, service, booked, book } = await openSalon();
    const chair = await shop.addResource('Chair', 1);
    const { db } = await testDatabase();
    await db.insert(serviceResources).values({ locationId: place, serviceId: service, resourceId: chair.id });
    const second = await shop.addTeamMember();
    await setHours(shop, second, ['2030-05-06']);
    const { id, visit_id } = await booked();
    const atOther = () => book({ staff_id: second });
    expect((await atOther()).status).toBe(422);
    await shop.call('PUT', `/visits/${visit_id}/${id}`, { body: { attendance: -1, comment: '' } });
    expect((await atOther()).status).toBe(201);
  });

  it('and comes after all has the time back', async () => {
    const { missed, setState, busy, book } = await openNoShow();
    expect((await setState(1)).status).toBe(200);
    expect(await busy()).toEqual([missed.id]);
    expect((await book()).status).toBe(422);
  });

  it('who turns up after all occupies the slot again, beside the one who booked it meanwhile', async () => {
    const { missed, booked, setState, busy, state } = await openNoShow();
    const other = await booked();
    expect((await setState(1)).status).toBe(200);
    expect(await state()).toBe(1);
    expect(await busy()).toEqual([missed.id, other.id].sort());
  });

  it('is waited for again only while the time is free, unless it is forced', async () => {
    const { shop, place, missed, body, booked, setState, busy, state } = await openNoShow();
    const other = await booked();
    expect((await setState(0)).status).toBe(422);
    expect(await state()).toBe(-1);
    const change = (fields: object) =>
      shop.call('PUT', `/record/${place}/${missed.id}`, {
        body: body({ attendance: 2, client: { id: missed.client.id }, ...fields }),
      });
    expect(await change({})).toMatchObject({
      status: 422,
      meta: { errors: [{ datetime: [`is taken by appointment ${other.id}`] }] },
    });
    expect((await change({ save_if_busy: true })).status).toBe(201);
    expect(await busy()).toEqual([missed.id, other.id].sort());
  });

  it('keeps the time free when the appointment is moved', async () => {
    const { shop, place, missed, body, busy } = await openNoShow();
    const client = { id: missed.client.id };
    const moved = body({ attendance: -1, client, datetime: '2030-05-06T12:00:00' });
    expect((await shop.call('PUT', `/record/${place}/${missed.id}`, { body: moved })).status).toBe(201);
    expect(await busy()).toEqual([]);
    const back = body({ attendance: 0, client, datetime: '2030-05-06T12:00:00' });
    expect((await shop.call('PUT', `/record/${place}/${missed.id}`, { body: back })).status).toBe(201);
    expect(await busy()).toEqual([missed.id]);
  });

  it('and comes after all is noted, even if the team member has left', async () => {
    const { shop, place, member, setState, state } = await openNoShow();
    expect((await shop.call('DELETE', `/staff/${place}/${member}`)).status).toBeLessThan(300);
    expect((await setState(1)).status).toBe(200);
    expect(await state()).toBe(1);
  });

  it('can be recorded at a time that somebody else has', async () => {
    const { booked, busy } = await openNoShow();
    const other = await booked();
    const noted = await booked({ attendance: -1 });
    expect(noted.attendance).toBe(-1);
    expect(await busy()).toEqual([other.id]);
  });

  it('who is expected again competes for the slot with a simultaneous booking: never both', async () => {
    for (let round = 0; round < 5; round++) {
      const { setState, book, busy } = await openNoShow();
      const [back, other] = await Promise.all([setState(0), book()]);
      expect([back.status, other.status].sort()).toEqual(back.status === 200 ? [200, 422] : [201, 422]);
      expect(await busy()).toHaveLength(1);
    }
  });
});
