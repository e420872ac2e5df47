import Type from 'typebox';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { type Answer, call, openShop, type Shop } from '../../test/harness.ts';
import { openSalon } from '../../test/salon.ts';
import { compileAliases, pathAliases } from './aliases.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

describe('the paths of locations', () => {
  test.each(['/company/{id}', '/companies/{id}', '/locations/{id}'])('%s is a location', async (spelling) => {
    const path = spelling.replace('{id}', String(shop.locationId));
    for (const spelled of [path, `${path}/`]) {
      expect((await shop.call('GET', spelled)).data).toMatchObject({ id: shop.locationId });
      expect((await shop.call('PUT', spelled, { body: { title: spelled } })).data).toMatchObject({ title: spelled });
    }
    expect((await shop.call('GET', `${path}/users`)).data).toMatchObject([{ id: shop.owner.id }]);
  });

  test.each(['/companies', '/companies/', '/locations', '/locations/'])('%s lists them and creates one', async (path) => {
    const own = await openShop();
    expect((await own.call('GET', path)).data).toMatchObject([{ id: own.locationId }]);
    expect((await own.call('POST', path, { body: { title: 'Second', country_id: 840 } })).status).toBe(201);
    expect((await own.call('GET', path)).data).toHaveLength(2);
  });

  test.each(['/company/{id}', '/companies/{id}', '/locations/{id}'])('%s ends a location', async (spelling) => {
    const own = await openShop();
    expect((await own.call('DELETE', spelling.replace('{id}', String(own.locationId)))).status).toBe(202);
    expect((await own.call('GET', `/company/${own.locationId}`)).status).toBe(404);
  });

  test.each(['company', 'companies', 'locations'])('/%s/… leads to the clients of a location too', async (word) => {
    const client = await shop.addClient();
    expect((await shop.call('POST', `/${word}/${shop.locationId}/clients/search`, { body: {} })).status).toBe(200);
    expect((await shop.call('GET', `/${word}/${shop.locationId}/clients/files/${client.id}`)).status).toBe(200);
  });

  test('/records/… leads to one appointment too, for every method', async () => {
    const { place, booked, body, shop: salon } = await openSalon();
    const { id } = await booked();
    const path = `/records/${place}/${id}`;
    const read = await salon.call('GET', path);
    expect([read.status, read.data]).toMatchObject([200, { id }]);
    const changed = await salon.call('PUT', path, { body: body({ comment: 'Changed', attendance: 0 }) });
    expect([changed.status, changed.data]).toMatchObject([201, { id, comment: 'Changed' }]);
    // Paths declared below /records are not replaced.
    const own = await salon.call('GET', '/records/partner');
    expect([own.status, own.data[0].company.id]).toEqual([200, place]);
    expect((await salon.call('DELETE', path)).status).toBe(204);
  });

  test.each(['/company', '/location/1', '/Companies/1', '/locations/1/nothing'])('%s is nothing', async (path) => {
    expect((await shop.call('GET', path)).status).toBe(404);
  });
});

it.each([
  ['/companies', ['/companies', '/locations']],
  ['/company/{location_id}', ['/company/{location_id}', '/locations/{location_id}', '/companies/{location_id}']],
  ['/records/{location_id}', ['/records/{location_id}', '/locations/{location_id}/appointments']],
  [
    '/record/{location_id}/{id}',
    ['/record/{location_id}/{id}', '/records/{location_id}/{id}', '/locations/{location_id}/appointments/{id}'],
  ],
  ['/activity/{location_id}/{id}', ['/activity/{location_id}/{id}', '/locations/{location_id}/events/{id}']],
  [
    '/staff/{location_id}/{id}',
    ['/staff/{location_id}/{id}', '/company/{location_id}/staff/{id}', '/locations/{location_id}/team_members/{id}'],
  ],
  [
    '/company/{location_id}/staff',
    [
      '/company/{location_id}/staff',
      '/staff/{location_id}',
      '/locations/{location_id}/team_members',
      '/locations/{location_id}/staff',
    ],
  ],
  ['/recordsets/{location_id}', ['/recordsets/{location_id}']],
  ['/clients/{location_id}', ['/clients/{location_id}']],
])('%s is served at every spelling of it', (path, spellings) => expect(pathAliases(path)).toEqual(spellings));

describe('a query parameter', () => {
  const andorra = 20;
  const cities = (query: string): Promise<Answer> =>
    call('GET', `/cities?country_id=${andorra}&${query}`, { authorization: `Bearer ${shop.partner.token}` });
  const hasNewYork = async (query: string) =>
    (await cities(query)).data.some((city: { title: string }) => city.title === 'New York City');

  test.each(['company_id', 'companyId', 'location_id', 'locationId', 'salon_id', 'salonId'])(
    'company_id may be spelled %s',
    async (name) => {
      expect(await hasNewYork('')).toBe(false);
      expect(await hasNewYork(`${name}=${shop.locationId}`)).toBe(true);
    },
  );

  test('that is given under its declared name is not overwritten by another spelling', async () => {
    expect(await hasNewYork(`company_id=${shop.locationId}&salon_id=2000000000`)).toBe(true);
    expect((await cities(`company_id=2000000000&salon_id=${shop.locationId}`)).status).toBe(404);
    expect((await cities(`company_id=&salon_id=${shop.locationId}`)).status).toBe(422);
  });
});

describe('a body field', () => {
  const create = (body: object) => shop.call('POST', '/companies', { body: { title: 'Branch', country_id: 840, ...body } });

  test('coordinate_lot, a misspelling of the published API, may be spelled right', async () => {
    expect((await create({ coordinate_lat: 1, coordinate_lot: -71.5 })).data).toMatchObject({ coordinate_lon: -71.5 });
    expect((await create({ coordinate_lat: 1, coordinate_lon: -71.5 })).data).toMatchObject({ coordinate_lon: -71.5 });
  });

  test('that is given under its declared name wins', async () => {
    const both = { coordinate_lat: 1, coordinate_lot: -71.5, coordinate_lon: 12 };
    expect((await create(both)).data).toMatchObject({ coordinate_lon: -71.5 });
  });

  test('is checked under its other spellings as well', async () => {
    const answer = await create({ coordinate_lon: 181 });
    expect([answer.status, answer.meta.errors.flatMap(Object.keys)]).toEqual([422, ['coordinate_lot']]);
  });

  const filled = (schema: Parameters<typeof compileAliases>[0], value: unknown) => {
    compileAliases(schema)?.(value);
    return value;
  };

  it.each([
    ['company_id', ['location_id', 'locationId', 'companyId', 'salon_id', 'salonId']],
    ['chain_id', ['chainId', 'company_group_id', 'companyGroupId', 'salon_group_id', 'salonGroupId']],
    ['staff_id', ['staffId', 'team_member_id', 'teamMemberId', 'master_id', 'masterId']],
    ['record_id', ['recordId', 'appointment_id', 'appointmentId']],
    ['good_id', ['goodId', 'product_id', 'productId']],
    ['staff_ids', ['staffIds', 'team_member_ids', 'teamMemberIds', 'master_ids', 'masterIds']],
  ])('%s has all spellings of its generations', (name, others) => {
    const schema = Type.Object({ [name]: Type.Optional(Type.Any()) });
    for (const other of others) expect(filled(schema, { [other]: 7 })).toMatchObject({ [name]: 7 });
    expect(filled(schema, { [name]: null, [others[0] as string]: 7 })).toMatchObject({ [name]: null });
  });

  it('is found at every depth, in lists and alternatives too', () => {
    const inner = Type.Object({ staff_id: Type.Number() });
    const schema = Type.Object({ one: inner, list: Type.Array(inner), either: Type.Union([inner, Type.String()]) });
    expect(
      filled(schema, { one: { master_id: 1 }, list: [{ masterId: 2 }, 'odd'], either: { team_member_id: 3 } }),
    ).toMatchObject({
      one: { staff_id: 1 },
      list: [{ staff_id: 2 }, 'odd'],
      either: { staff_id: 3 },
    });
  });

  it('that has a meaning of its own beside another one keeps it', () => {
    const schema = Type.Object({ staff_id: Type.Optional(Type.Number()), master_id: Type.Optional(Type.Number()) });
    expect(filled(schema, { master_id: 1 })).toEqual({ master_id: 1 });
  });

  it.each([null, 'text', 5, [], [null]])('of a body that is no object is no concern: %j', (body) => {
    const schema = Type.Object({ staff_id: Type.Number() });
    expect(filled(schema, structuredClone(body))).toEqual(body);
  });

  it('costs nothing where no field has other spellings', () => {
    expect(compileAliases(Type.Object({ title: Type.String() }))).toBeUndefined();
    expect(compileAliases(undefined)).toBeUndefined();
  });
});
