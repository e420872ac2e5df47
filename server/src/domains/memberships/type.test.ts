import { describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/harness.ts';
import { addMembershipType, membershipType } from '../../../test/memberships.ts';
import { toldBy } from '../../../test/outbox.ts';

async function openClub() {
  const shop = await openShop();
  const service = await shop.addService({ title: 'Yoga' });
  const path = `/chain/${shop.chainId}/loyalty/abonement_types`;
  const create = (fields: object = {}) =>
    shop.call('POST', path, { body: membershipType(shop, { services: { [service]: 0 }, ...fields }) });
  const products = async (archived = 0, place: Pick<Shop, 'locationId'> = shop) =>
    (await shop.call('GET', archived ? `/company/${place.locationId}/goods/archive` : `/goods/${place.locationId}`)).data.map(
      (row: { title: string; cost: number; loyalty_abonement_type_id: number }) => [
        row.title,
        row.cost,
        row.loyalty_abonement_type_id,
      ],
    );
  return { ...shop, service, path, create, products };
}

describe('a type of memberships', () => {
  test('is created, read and listed', async () => {
    const club = await openClub();
    const made = await club.create({
      period: 6,
      period_unit_id: 3,
      allow_freeze: true,
      freeze_limit: 2,
      freeze_limit_unit_id: 2,
      availability: [{ week_days: [1, 2], intervals: [{ from: 36_000, to: 43_200 }] }],
    });
    expect(made.status).toBe(200);
    expect(made.data).toMatchObject({
      salon_group_id: club.chainId,
      title: 'Ten visits',
      cost: 400,
      period: 6,
      period_unit_id: 3,
      allow_freeze: true,
      freeze_limit: 2,
      freeze_limit_unit_id: 2,
      is_allow_empty_code: true,
      is_code_required: false,
      is_united_balance: true,
      is_united_balance_unlimited: false,
      united_balance_services_count: 10,
      balance_edit_type_id: 0,
      expiration_type_id: 1,
      abonements_count: 0,
      attached_location_ids: [club.locationId],
      attached_salon_ids: [club.locationId],
      availability: [{ week_days: [1, 2], intervals: [{ from: 36_000, to: 43_200 }] }],
      is_archived: false,
      date_archived: null,
      balance_container: { links: [{ count: 0, is_unlimited: false, service: { id: club.service, title: 'Yoga' } }] },
    });
    expect((await club.call('GET', `${club.path}/${made.data.id}`)).data).toEqual(made.data);
    const list = await club.call('GET', club.path);
    expect([list.data, list.meta]).toEqual([[made.data], { total_count: 1 }]);
  });

  test('without a period has no unit of it, and with a code it is for everybody', async () => {
    const club = await openClub();
    const { data } = await club.create({ is_allow_empty_code: false });
    expect(data).toMatchObject({ period: 0, period_unit_id: 0, is_allow_empty_code: false, is_code_required: true });
  });

  test('with visits of their own has them by service and category', async () => {
    const club = await openClub();
    const { id: category } = (await club.call('POST', `/service_categories/${club.locationId}`, { body: { title: 'Sport' } }))
      .data;
    const fields = { is_united_balance: false, services: { [club.service]: 4 }, service_categories: { [category]: 3 } };
    const { data } = await club.create(fields);
    expect(data.balance_container.links).toMatchObject([
      { count: 3, category: { id: category, title: 'Sport', is_category: true } },
      { count: 4, service: { id: club.service, is_category: false } },
    ]);
  });

  test.each([
    [
      'unlimited needs a period',
      { is_united_balance_unlimited: true },
      { period: ['is required, because the visits are unlimited'] },
    ],
    [
      'unlimited does not correct prices',
      { is_united_balance_unlimited: true, period: 1, period_unit_id: 3, service_price_correction: true },
      { service_price_correction: ['is not possible, because the visits are unlimited'] },
    ],
    [
      'unlimited needs shared visits',
      { is_united_balance: false, is_united_balance_unlimited: true, period: 1 },
      { is_united_balance_unlimited: ['needs visits that services share'] },
    ],
    ['freezing needs a period', { allow_freeze: true }, { period: ['is required, because allow_freeze is set'] }],
    [
      'an online sale needs a price',
      { is_online_sale_enabled: true, online_sale_price: 0 },
      { online_sale_price: ['must be more than 0'] },
    ],
    [
      'shared visits are at least 1',
      { united_balance_services_count: 0 },
      { united_balance_services_count: ['must be at least 1'] },
    ],
    ['a date is given', { expiration_type_id: 3 }, { activation_date: ['is required'] }],
    ['an empty title', { title: ' ' }, { title: ['must not be empty'] }],
    ['a negative price', { cost: -1 }, { cost: ['must not be less than 0'] }],
    ['a price with too many digits', { cost: 1.001 }, { cost: ['has more digits than the currencies of the chain'] }],
    ['an unknown location', { location_ids: [2_000_000_000] }, { location_ids: ['must be locations of this chain'] }],
    ['another chain', { salon_group_id: 1 }, { salon_group_id: ['must be the chain of the address'] }],
    [
      'nothing to pay for',
      { services: {} },
      { service_categories: ['must name at least one category, or services one service'] },
    ],
    ['an unknown service', { services: { 2000000000: 1 } }, { services: ['name 2000000000, which this chain does not have'] }],
    ['a key that is no id', { services: { x: 1 } }, { services: ['must have ids as keys'] }],
    [
      'times that end before they begin',
      { availability: [{ week_days: [1], intervals: [{ from: 10, to: 10 }] }] },
      { availability: ['must have intervals that begin before they end'] },
    ],
    ['a period without end', { period: 801, period_unit_id: 4 }, { period: ['must be from 0 to 800'] }],
  ])('%s: %o is refused otherwise', async (_, fields, errors) => {
    const club = await openClub();
    const answer = await club.create(fields);
    expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
    expect(await club.products()).toEqual([]);
  });

  test('visits of their own are at least 1 each', async () => {
    const club = await openClub();
    const answer = await club.create({ is_united_balance: false });
    expect(answer.meta.errors).toEqual([{ services: ['must have at least 1 visit each, as service_categories'] }]);
  });

  test('is replaced: what is not sent gets its default, and empty lists keep the services', async () => {
    const club = await openClub();
    const { data } = await club.create({ period: 6, period_unit_id: 3, allow_freeze: true, online_sale_title: 'Ten' });
    const changed = await club.call('PUT', `${club.path}/${data.id}`, {
      body: membershipType(club, { title: ' Five visits ', united_balance_services_count: 5, service_categories: [] }),
    });
    expect(changed.data).toMatchObject({
      title: 'Five visits',
      period: 0,
      allow_freeze: false,
      online_sale_title: '',
      united_balance_services_count: 5,
      balance_container: data.balance_container,
    });
  });

  test('gets other services by a list', async () => {
    const club = await openClub();
    const { data } = await club.create({ is_united_balance: false, services: { [club.service]: 4 } });
    const other = await club.addService({ title: 'Pilates' });
    const change = (services: number[]) =>
      club.call('PUT', `${club.path}/${data.id}`, {
        body: membershipType(club, {
          is_united_balance: false,
          united_balance_services_count: 7,
          services,
          service_categories: [],
        }),
      });
    const counts = (answer: { data: { balance_container: { links: { count: number; service: { id: number } }[] } } }) =>
      answer.data.balance_container.links.map(({ count, service }) => [service.id, count]);
    // A service that it has keeps its visits; a new one gets the number beside the list.
    expect(counts(await change([club.service, other]))).toEqual([
      [club.service, 4],
      [other, 7],
    ]);
    expect(counts(await change([other]))).toEqual([[other, 7]]);
  });

  test('that is archived leaves the list, is not changed, and comes back', async () => {
    const club = await openClub();
    const { data } = await club.create();
    const archive = (is_archived: unknown) => club.call('PATCH', `${club.path}/${data.id}/archive`, { body: { is_archived } });
    expect((await archive('1')).status).toBe(204);
    expect((await club.call('GET', club.path)).data).toEqual([]);
    const [archived] = (await club.call('GET', `${club.path}?is_archived=1`)).data;
    expect(archived).toMatchObject({ id: data.id, is_archived: true, date_archived: expect.any(String) });
    expect([await club.products(), await club.products(1)]).toEqual([[], [['Ten visits', 400, data.id]]]);
    const change = await club.call('PUT', `${club.path}/${data.id}`, { body: membershipType(club, { service_categories: [] }) });
    expect([change.status, change.meta.errors]).toEqual([
      422,
      [{ is_archived: ['must be taken back first: an archived type cannot be changed'] }],
    ]);
    expect((await archive(false)).status).toBe(204);
    expect((await club.call('GET', club.path)).data).toEqual([data]);
    expect([await club.products(), await club.products(1)]).toEqual([[['Ten visits', 400, data.id]], []]);
  });

  test('that is deleted leaves the lists, answers by its id, and is restored under a title', async () => {
    const club = await openClub();
    const { data } = await club.create();
    const restore = () => club.call('POST', `${club.path}/${data.id}/restore`, { body: { restore_in_title: 'Back' } });
    expect((await restore()).status).toBe(422);
    expect((await club.call('DELETE', `${club.path}/${data.id}`)).status).toBe(204);
    expect((await club.call('DELETE', `${club.path}/${data.id}`)).status).toBe(404);
    expect([(await club.call('GET', club.path)).data, await club.products(), await club.products(1)]).toEqual([[], [], []]);
    expect((await club.call('GET', `${club.path}/${data.id}`)).data).toMatchObject({ id: data.id, title: 'Ten visits' });
    expect((await restore()).status).toBe(204);
    expect((await club.call('GET', club.path)).data).toEqual([{ ...data, title: 'Back' }]);
    expect(await club.products()).toEqual([['Back', 400, data.id]]);
  });

  test('is copied with its services and locations under a second title', async () => {
    const club = await openClub();
    const { data } = await club.create({ is_united_balance: false, services: { [club.service]: 4 } });
    await club.call('PATCH', `${club.path}/${data.id}/archive`, { body: { is_archived: true } });
    const copy = await club.call('POST', `${club.path}/${data.id}/clone`);
    expect([copy.status, copy.data]).toEqual([200, { ...data, id: expect.any(Number), title: 'Ten visits (2)' }]);
    expect(copy.data.id).not.toBe(data.id);
    expect(await club.products()).toEqual([['Ten visits (2)', 400, copy.data.id]]);
  });
});

describe('the products of a type', () => {
  test('are in every location that sells it, follow its title and price, and are archived where it is no longer sold', async () => {
    const club = await openClub();
    const second = await openShop({ chainId: club.chainId, partner: club.partner });
    const told = await toldBy(club.locationId, async () => void (await club.create()));
    expect(told).toMatchObject([{ resource: 'good', status: 'create' }]);
    const [{ id }] = (await club.call('GET', club.path)).data;
    const change = (fields: object) =>
      club.call('PUT', `${club.path}/${id}`, { body: membershipType(club, { service_categories: [], ...fields }) });
    const inSecond = async (archived = 0) =>
      (
        await second.call('GET', archived ? `/company/${second.locationId}/goods/archive` : `/goods/${second.locationId}`)
      ).data.map((row: { title: string; cost: number }) => [row.title, row.cost]);
    await change({ title: 'Ten', cost: 380, location_ids: [club.locationId, second.locationId] });
    expect([await club.products(), await inSecond()]).toEqual([[['Ten', 380, id]], [['Ten', 380]]]);
    await change({ title: 'Ten', cost: 390, location_ids: [club.locationId] });
    expect([await club.products(), await inSecond(), await inSecond(1)]).toEqual([[['Ten', 390, id]], [], [['Ten', 390]]]);
    await change({ title: 'Ten', cost: 390, location_ids: [second.locationId] });
    expect([await club.products(), await inSecond()]).toEqual([[], [['Ten', 390]]]);
  });

  test('belong to the chain: a location does not change them', async () => {
    const club = await openClub();
    await club.create();
    const [{ good_id }] = (await club.call('GET', `/goods/${club.locationId}`)).data;
    expect((await club.call('DELETE', `/goods/${club.locationId}/${good_id}`)).status).toBe(403);
  });
});

describe('the lists of a location', () => {
  test('have the types that it sells, by title, by page and by id, without archived ones', async () => {
    const club = await openClub();
    const ids: number[] = [];
    for (const title of ['Été', 'Winter', 'Winter sun']) ids.push((await addMembershipType(club, club.service, { title })).id);
    const elsewhere = (await club.create({ location_ids: [], title: 'Winter elsewhere' })).data.id;
    const archived = (await club.create({ title: 'Winter past' })).data.id;
    await club.call('PATCH', `${club.path}/${archived}/archive`, { body: { is_archived: true } });
    const found = async (query: string) => {
      const { data, meta } = await club.call('GET', `/company/${club.locationId}/loyalty/abonement_types/${query}`);
      return [data.map(({ id }: { id: number }) => id), meta.count];
    };
    const [first, second, third] = ids;
    expect(await found('search')).toEqual([ids, 3]);
    expect(await found('search?title=WINTER')).toEqual([[second, third], 2]);
    expect(await found('search?title=ete')).toEqual([[first], 1]);
    expect(await found('search?page=2&page_size=2')).toEqual([[third], 3]);
    expect(await found('fetch')).toEqual([ids, 3]);
    expect(await found(`fetch?ids[]=${second}&ids[]=${elsewhere}&ids[]=${archived}`)).toEqual([[second], 1]);
  });

  test('tell the limit of freezing in days', async () => {
    const club = await openClub();
    await club.create({ period: 1, period_unit_id: 4, allow_freeze: true, freeze_limit: 2, freeze_limit_unit_id: 2 });
    const { data } = await club.call('GET', `/company/${club.locationId}/loyalty/abonement_types/search`);
    expect(data).toEqual([
      {
        id: expect.any(Number),
        salon_group_id: club.chainId,
        title: 'Ten visits',
        period: 1,
        period_unit_id: 4,
        allow_freeze: true,
        freeze_limit: 14,
        is_allow_empty_code: true,
        is_united_balance: true,
        united_balance_services_count: 10,
      },
    ]);
  });
});

test('only users of the chain with the right manage types; members need the right to loyalty', async () => {
  const club = await openClub();
  const { id } = (await club.create()).data;
  const worker = await club.hire('worker', { loyalty_access: false });
  const { authorization } = worker;
  const status = async (method: string, path: string, body?: object) =>
    (await club.call(method, path, { authorization, body })).status;
  expect(await status('GET', club.path)).toBe(404);
  expect(await status('DELETE', `${club.path}/${id}`)).toBe(404);
  expect(await status('GET', `/company/${club.locationId}/loyalty/abonement_types/search`)).toBe(403);
});
