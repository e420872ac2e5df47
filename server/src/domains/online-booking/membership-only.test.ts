import { beforeEach, describe, expect, test } from 'vitest';
import { type Members, openMembers } from '../../../test/members.ts';
import { linkOnline, signInClient } from '../../../test/online.ts';

const only = [{ code: 438, message: '"Yoga" can be booked only with a membership that pays it.' }];

let club: Members;
let widget: { authorization: string };
beforeEach(async () => {
  club = await openMembers();
  widget = { authorization: `Bearer ${club.shop.partner.token}` };
  await restrict(club);
});

/** Lets clients book the service of a club online, with a membership only. */
async function restrict({ shop, member, service, place, must }: Members) {
  await linkOnline(shop, member, service);
  const { title, category_id, duration, price_min, price_max } = await must('GET', `/company/${place}/services/${service}`);
  await must('PATCH', `/services/${place}/${service}`, {
    title,
    booking_title: title,
    category_id,
    duration,
    price_min,
    price_max,
    is_multi: false,
    tax_variant: 0,
    vat_id: 0,
    is_need_limit_date: false,
    seance_search_start: 0,
    seance_search_finish: 86_400,
    step: 900,
    seance_search_step: 900,
    abonement_restriction_value: 1,
  });
}

const book = (times: string[], phone: string | number = club.buyer.phone, { shop, place, member, service } = club) =>
  shop.call('POST', `/book_record/${place}`, {
    ...widget,
    body: {
      phone: String(phone),
      fullname: 'Ada',
      appointments: times.map((datetime, id) => ({ id, staff_id: member, services: [service], datetime })),
    },
  });
const at = (day: number, hour = 10) => `2030-05-0${day}T${hour}:00:00`;
const soldFor = async (fields: Record<string, unknown> = {}) => club.issue((await club.addType(fields)).product);
const outcome = ({ status, meta }: { status: number; meta: { errors?: unknown } }) => [status, meta.errors];

describe('a service that is booked only with a membership', () => {
  test('says so, and refuses clients without one, of another service, or one that is expired by then', async () => {
    const { data } = await club.shop.call('GET', `/book_services/${club.place}`, widget);
    expect(
      data.services.map((row: { id: number; abonement_restriction: number }) => [row.id, row.abonement_restriction]),
    ).toContainEqual([club.service, 1]);
    expect(outcome(await book([at(6)]))).toEqual([422, only]);
    const other = await club.shop.addService({ title: 'Pilates' });
    await soldFor({ services: { [other]: 0 } });
    await soldFor({ expiration_type_id: 2, period: 10, period_unit_id: 1 });
    expect(outcome(await book([at(6)]))).toEqual([422, only]);
    await soldFor();
    expect((await book([at(6)])).status).toBe(201);
    expect(outcome(await book([at(7)], '+16462000999'))).toEqual([422, only]);
  });

  test('is booked as often as visits are left, with what is booked already; nothing of a refused request stays', async () => {
    await soldFor({ united_balance_services_count: 2 });
    expect((await book([at(6)])).status).toBe(201);
    expect(outcome(await book([at(7), at(8)]))).toEqual([422, only]);
    expect((await book([at(7)])).status).toBe(201);
    expect(outcome(await book([at(8)]))).toEqual([422, only]);
  });

  test('is not booked earlier with the visit of a later booking', async () => {
    await soldFor({ united_balance_services_count: 1 });
    expect((await book([at(8)])).status).toBe(201);
    expect(outcome(await book([at(6)]))).toEqual([422, only]);
  });

  test('is moved by its client only to a time at which the membership pays; a refused move changes nothing', async () => {
    // Its last day is the seventh of May.
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date());
    const period = (Date.parse('2030-05-07') - Date.parse(today)) / 86_400_000;
    await soldFor({ united_balance_services_count: 1, expiration_type_id: 2, period, period_unit_id: 1 });
    const [{ record_id: id }] = (await book([at(6)])).data;
    const client = await signInClient(club.shop.partner, `+${club.buyer.phone}`);
    const move = (datetime: string) =>
      club.shop.call('PUT', `/book_record/${club.place}/${id}`, { authorization: client, body: { datetime } });
    const startsAt = async () => (await club.shop.call('GET', `/record/${club.place}/${id}`)).data.datetime;
    expect(outcome(await move(at(8)))).toEqual([422, only]);
    expect(await startsAt()).toBe('2030-05-06T10:00:00-04:00');
    // Its own visit is enough for it.
    expect((await move(at(7, 12))).status).toBe(200);
    expect(await startsAt()).toBe('2030-05-07T12:00:00-04:00');
  });

  test('a frozen membership books only if its type allows that', async () => {
    const freezable = { expiration_type_id: 2, period: 9, period_unit_id: 4, allow_freeze: true };
    const strict = await soldFor(freezable);
    await club.act(strict.id, 'freeze');
    expect(outcome(await book([at(6)]))).toEqual([422, only]);
    const lenient = await soldFor({ ...freezable, title: 'Lenient', is_booking_when_frozen_allowed: true });
    await club.act(lenient.id, 'freeze');
    expect((await book([at(6)])).status).toBe(201);
  });

  test('two bookings at once with one visit left: one is booked', async () => {
    await soldFor({ united_balance_services_count: 1 });
    const answers = await Promise.all([book([at(6)]), book([at(7)]), book([at(8)])]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
  });

  test('bookings at once in two locations with one visit left: one is booked', async () => {
    const sister = await openMembers({ chainId: club.shop.chainId, partner: club.shop.partner });
    await restrict(sister);
    await soldFor({
      location_ids: [club.place, sister.place],
      services: { [club.service]: 0, [sister.service]: 0 },
      united_balance_services_count: 1,
    });
    const wishes = [6, 7, 8].flatMap((day) => [book([at(day)]), book([at(day)], undefined, sister)]);
    const statuses = (await Promise.all(wishes)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 422, 422, 422, 422, 422]);
  });

  test('places in a group event need one too, and the back office books without', async () => {
    const event = await club.addEvent({ service_id: club.service });
    const take = () =>
      club.shop.call('POST', `/activity/${club.place}/${event.id}/book`, {
        ...widget,
        body: { phone: String(club.buyer.phone), fullname: 'Ada', email: 'ada@example.com' },
      });
    expect(outcome(await take())).toEqual([422, only]);
    await soldFor();
    expect((await take()).status).toBe(200);
    expect((await club.book({ services: [{ id: club.service }] })).status).toBe(201);
  });
});
