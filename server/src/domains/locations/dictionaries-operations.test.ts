import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, openShop, type Shop } from '../../../test/harness.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const ask = (path: string): Promise<Answer> => call('GET', path, { authorization: `Bearer ${shop.partner.token}` });
const titles = (answer: Answer): string[] => answer.data.map(({ title }: { title: string }) => title);
const [japan, andorra] = [392, 20];

describe('the countries', () => {
  test('come with phone masks and currency signs', async () => {
    const answer = await ask('/countries');
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: [] } });
    expect(answer.data.find(({ id }: { id: number }) => id === 840)).toEqual({
      id: 840,
      title: 'United States',
      full_title: 'United States of America',
      iso_code: 'US',
      phone_code: '1',
      phone_template: '+1 xxx-xxx-xxxx',
      phone_example: '+1 201-555-0123',
      currency: '$',
      exchange: null,
      lang_id: 2,
      group_type: 1,
      is_eu: false,
    });
    expect(answer.data.find(({ iso_code }: { iso_code: string }) => iso_code === 'DE')).toMatchObject({
      currency: '€',
      is_eu: true,
    });
  });

  test('are each in the list once', async () => {
    const { data } = await ask('/countries');
    expect(new Set(data.map(({ id }: { id: number }) => id)).size).toBe(data.length);
    expect(data.length).toBeGreaterThan(230);
  });
});

describe('the cities', () => {
  test('of a country', async () => {
    const answer = await ask(`/cities?country_id=${japan}`);
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: [] } });
    expect(titles(answer)).toEqual(expect.arrayContaining(['Tokyo', 'Osaka', 'Kyoto']));
    expect(new Set(answer.data.map(({ country_id }: { country_id: number }) => country_id))).toEqual(new Set([japan]));
    expect(Object.keys(answer.data[0])).toEqual(['id', 'country_id', 'title']);
  });

  test('of the whole world', async () => {
    const all = titles(await ask('/cities'));
    expect(all).toEqual(expect.arrayContaining(['Tokyo', 'New York City', 'Andorra la Vella']));
    expect(all.length).toBeGreaterThan(5000);
  });

  test('of an unknown country are none', async () => {
    expect((await ask('/cities?country_id=999')).data).toEqual([]);
  });

  test('with company_id include the city of that location, from any country, once', async () => {
    const abroad = titles(await ask(`/cities?country_id=${andorra}&company_id=${shop.locationId}`));
    expect(abroad.toSorted()).toEqual([...titles(await ask(`/cities?country_id=${andorra}`)), 'New York City'].toSorted());
    const home = titles(await ask(`/cities?country_id=840&company_id=${shop.locationId}`));
    expect(home.filter((title) => title === 'New York City')).toHaveLength(1);
  });

  test('with the company_id of a location in an unknown town are those of the country', async () => {
    const own = await openShop();
    await own.call('PUT', `/company/${own.locationId}`, { body: { city: 'Smallville' } });
    const answer = await own.call('GET', `/cities?country_id=${andorra}&company_id=${own.locationId}`);
    expect(titles(answer)).toEqual(titles(await ask(`/cities?country_id=${andorra}`)));
  });

  test('with a company_id that is unknown, of another partner or deleted are not found', async () => {
    const [stranger, closed] = [await openShop(), await openShop({ partner: shop.partner })];
    await closed.call('DELETE', `/company/${closed.locationId}`);
    for (const id of [2_000_000_000, stranger.locationId, closed.locationId])
      expect((await ask(`/cities?country_id=${andorra}&company_id=${id}`)).status).toBe(404);
  });

  test.each(['country_id=x', 'country_id=0', 'company_id=9999999999'])('refuse %s with 422', async (query) => {
    expect((await ask(`/cities?${query}`)).status).toBe(422);
  });
});

test('the business types come by group and are counted', async () => {
  const answer = await ask('/references/business_groups_with_types');
  expect(answer).toMatchObject({ status: 200, body: { success: true } });
  expect(answer.data[0]).toMatchObject({ id: 1, title: 'Beauty', image: '', image_small: '' });
  expect(answer.data[0].types[0]).toEqual({ id: 101, title: 'Beauty salon', business_group_id: 1 });
  const types = answer.data.flatMap((group: { types: { id: number }[] }) => group.types);
  expect(answer.meta).toEqual({ count: types.length });
  expect(new Set(types.map(({ id }: { id: number }) => id)).size).toBe(types.length);
});

describe('the check of a phone number', () => {
  test.each([
    ['13155550175', true],
    ['+13155550175', true],
    ['+1 (315) 555-0175', true],
    ['+44 20 7946 0958', true],
    ['442079460958', true],
    ['+1315555017', false],
    ['123', false],
    ['99999999999999999999', false],
    ['phone', false],
    ['+1 315 555 0175 ext. 5', false],
    ['%', false],
  ])('says of %s: %s', async (phone, isValid) => {
    const answer = await ask(`/validation/validate_phone/${encodeURIComponent(phone)}`);
    expect([answer.status, answer.body]).toEqual([200, { success: true, data: { is_valid: isValid }, meta: [] }]);
  });
});

test.each(['/countries', '/cities', '/references/business_groups_with_types', '/validation/validate_phone/13155550175'])(
  '%s is for partners; a user in the header is not looked at',
  async (path) => {
    expect((await call('GET', path)).status).toBe(401);
    expect((await call('GET', path, { authorization: 'Bearer unknown' })).status).toBe(401);
    expect((await call('GET', path, { authorization: `Bearer ${shop.partner.token}, User outdated` })).status).toBe(200);
  },
);
