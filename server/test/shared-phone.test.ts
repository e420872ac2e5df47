import { beforeAll, describe, expect, test } from 'vitest';
import { openShop, somePhone } from './harness.ts';
import { openOnlineSalon, signInClient } from './online.ts';

/*
 * One person is a client of three places with one phone number: of a location, of another location in the same chain, and of another
 * business of the same integration. The chain must not see the data of the other business.
 */

type Salon = Awaited<ReturnType<typeof openOnlineSalon>>;

const phone = somePhone();
let own: Salon;
let sister: Salon;
let other: Salon;
/** The person's card in the location. */
let card: { id: number };

/** Adds the person to a place, with as many visits as days and one that was missed. */
async function visit(salon: Salon, spent: number, days: string[]): Promise<{ id: number }> {
  const { shop, place, booked } = salon;
  const client = await shop.addClient({ name: `Ada ${spent}`, phone, spent, balance: 0 });
  // The visits cost nothing, so that the person has spent what the card says.
  const services = [{ id: salon.service, first_cost: 0, cost: 0, discount: 0 }];
  for (const day of days)
    await booked({ client: { id: client.id }, datetime: `${day}T10:00:00`, attendance: 1, save_if_busy: true, services });
  await booked({ client: { id: client.id }, datetime: '2030-05-09T10:00:00', attendance: -1, save_if_busy: true });
  expect((await shop.call('GET', `/client/${place}/${client.id}`)).data).toMatchObject({ visits: days.length, spent });
  return client;
}

beforeAll(async () => {
  own = await openOnlineSalon();
  sister = await openOnlineSalon({ chainId: own.shop.chainId, partner: own.shop.partner });
  other = await openOnlineSalon({ partner: own.shop.partner });
  card = await visit(own, 10, ['2030-05-06']);
  await visit(sister, 20, ['2030-05-06', '2030-05-07']);
  await visit(other, 1000, ['2030-05-05', '2030-05-06', '2030-05-07', '2030-05-08']);
});

const get = (path: string) => own.shop.call('GET', path);
const v2 = async (path: string) =>
  (await own.shop.call('GET', `//api/v2/locations/${own.place}${path}`, { headers: { accept: 'application/vnd.api.v2+json' } }))
    .body;
const search = async (body: object) =>
  own.shop.call('POST', `/company/${own.place}/clients/search`, { body: { fields: ['id', 'visits', 'spent'], ...body } });

describe("of a client with the phone number of another business's client", () => {
  test('the card, the lists and the search count only the visits and sales of the location', async () => {
    const row = { id: card.id, visits: 1, spent: 10, balance: -10 };
    expect((await get(`/client/${own.place}/${card.id}`)).data).toMatchObject(row);
    const list = await get(`/clients/${own.place}?phone=${encodeURIComponent(phone)}`);
    expect([list.meta.total_count, list.data]).toEqual([1, [expect.objectContaining({ id: card.id, visits: 1, spent: 10 })]]);
    const found = await search({ filters: [{ type: 'quick_search', state: { value: phone } }] });
    expect([found.meta.total_count, found.data]).toEqual([1, [{ id: card.id, visits: 1, spent: 10 }]]);
  });

  test.each([
    [{ type: 'record', state: { records_count: { from: 3 } } }],
    [{ type: 'record', state: { sold_amount: { from: 100 } } }],
    [{ type: 'sold_amount', state: { from: 11 } }],
  ])('the filter %j sees only the visits and sales of the location', async (filter) => {
    expect((await search({ filters: [filter] })).data).toEqual([]);
    const { type, state } = filter as { type: string; state: Record<string, unknown> };
    const lower = JSON.parse(JSON.stringify(state).replace(/"from":\d+/, '"from":1'));
    expect((await search({ filters: [{ type, state: lower }] })).data).toMatchObject([{ id: card.id }]);
  });

  test('statistics count the location, or the locations of its chain', async () => {
    const { attributes } = (await v2(`/clients/${card.id}/attendances_statistic`)).data;
    expect(attributes).toMatchObject({
      company_id: own.place,
      successful_attendances_count: 1,
      failed_attendances_count: 1,
      spent_amount: 10,
      last_successful_attendance_datetime: '2030-05-06 10:00:00',
    });
    const chain = (await v2(`/clients/${card.id}/chain_attendances_statistic/${own.shop.chainId}`)).data;
    expect(chain.attributes).toMatchObject({
      successful_attendances_count: 3,
      failed_attendances_count: 2,
      spent_amount: 30,
      last_successful_attendance_datetime: '2030-05-07 10:00:00',
    });
    const profile = await v2(`/attendance/clients/${card.id}?include=first_successful_visit`);
    expect(profile.included).toMatchObject([{ attributes: { datetime: '2030-05-06T10:00:00' } }]);
  });

  test('statistics of the chain leave out a location that was deleted', async () => {
    const gone = await openOnlineSalon({ chainId: own.shop.chainId, partner: own.shop.partner });
    await visit(gone, 500, ['2030-05-08']);
    expect((await gone.shop.call('DELETE', `/company/${gone.place}`)).status).toBe(202);
    const chain = (await v2(`/clients/${card.id}/chain_attendances_statistic/${own.shop.chainId}`)).data;
    expect(chain.attributes).toMatchObject({ successful_attendances_count: 3, spent_amount: 30 });
  });

  test('appointments and visits show the counts of the location', async () => {
    const { data } = await get(`/records/${own.place}?client_id=${card.id}`);
    expect(data).toHaveLength(2);
    for (const { client } of data) expect(client).toMatchObject({ id: card.id, success_visits_count: 1, fail_visits_count: 1 });
    const history = await own.shop.call('POST', `/company/${own.place}/clients/visits/search`, { body: { client_phone: phone } });
    expect(history.data.records.map(({ id }: { id: number }) => id).sort()).toEqual(
      data.map(({ id }: { id: number }) => id).sort(),
    );
  });

  test('the appointments of the integration are those of the user’s locations', async () => {
    const { data, meta } = await get('/records/partner?editable_length=100');
    expect(meta.count).toBe(data.length);
    expect([...new Set(data.map(({ company }: { company: { id: number } }) => company.id))]).toEqual([own.place]);
  });

  test('booking by the phone number takes the card of the location and changes none elsewhere', async () => {
    const before = await other.shop.call('GET', `/clients/${other.place}`);
    const fields = { phone, name: 'Mallory' };
    const made = await own.book({ client: fields, datetime: '2030-05-08T14:00:00' });
    expect(made.data[0].client).toMatchObject({ id: card.id, name: 'Ada 10', success_visits_count: 1 });
    const online = await own.bookOnline([own.wish({ datetime: '2030-05-08T16:00:00' })], { phone, fullname: 'Mallory' });
    expect(online.status).toBe(201);
    const { data } = await get(`/record/${own.place}/${online.data[0].record_id}`);
    expect(data.client.id).toBe(card.id);
    expect((await other.shop.call('GET', `/clients/${other.place}`)).body).toEqual(before.body);
    // A location that does not know the person has no data of them.
    const third = await openOnlineSalon({ partner: own.shop.partner });
    const stranger = await third.book({ client: fields });
    expect(stranger.data[0].client).toMatchObject({ name: 'Mallory', success_visits_count: 0, is_new: true });
  });

  test("the client's own list has the appointments of the locations that the integration works with", async () => {
    const elsewhere = await openShop();
    const places = async (partner: { id: number; token: string }) => {
      const authorization = await signInClient(partner, phone);
      const { data } = await own.shop.call('GET', '/user/records?count=100', { authorization });
      return [...new Set(data.map(({ company }: { company: { id: number } }) => company.id))].sort();
    };
    expect(await places(own.shop.partner)).toEqual(expect.arrayContaining([own.place, sister.place, other.place]));
    expect(await places(elsewhere.partner)).toEqual([]);
  });
});
