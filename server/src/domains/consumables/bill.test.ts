import { eq } from 'drizzle-orm';
import { describe, expect, it, test } from 'vitest';
import { openKitchen } from '../../../test/kitchen.ts';
import { toldBy } from '../../../test/outbox.ts';
import { products } from '../products/tables.ts';

const titles = ({ data }: { data: { title: string }[] }) => data.map(({ title }) => title);

test('bills of materials are listed by title, searched and paged', async () => {
  const { shop, place, addBill, soap, shampoo, forSale, forServices } = await openKitchen();
  const id = await addBill('Äpfel 100%', [soap, 0.5], [shampoo, 12, forSale]);
  const list = (query = '') => shop.call('GET', `/technological_cards/${place}${query}`);
  expect(titles(await list())).toEqual(['Äpfel 100%', 'Haircut', 'Washing']);
  expect(titles(await list('?search=apf'))).toEqual(['Äpfel 100%']);
  expect(titles(await list('?search=0%25'))).toEqual(['Äpfel 100%']);
  expect(titles(await list('?search=_'))).toEqual([]);
  expect(titles(await list('?page=2&count=2'))).toEqual(['Washing']);
  const { data, meta } = await list('?search=apfel');
  expect([data, meta]).toEqual([
    [
      {
        id,
        title: 'Äpfel 100%',
        technological_card_items: [
          {
            id: expect.any(Number),
            technological_card_id: id,
            storage_id: forServices,
            good_id: soap,
            amount: 0.5,
            unit: expect.any(String),
            price: 1,
            title: 'Soap',
          },
          expect.objectContaining({ storage_id: forSale, good_id: shampoo, amount: 12, price: 9.6, title: 'Shampoo' }),
        ],
      },
    ],
    [],
  ]);
  expect((await shop.call('GET', `/company/${place}/technological_cards/${id}`)).data).toEqual(data[0]);
});

test('a change replaces what it names, and appointments keep what they planned', async () => {
  const { shop, place, bills, haircutBill, soap, forServices, booked, consumables } = await openKitchen();
  const before = await booked();
  const path = `${bills}/${haircutBill}`;
  expect((await shop.call('PUT', path, { body: { title: ' Cut ' } })).data).toMatchObject({
    title: 'Cut',
    technological_card_items: [{ amount: 5 }],
  });
  const found = async (search: string) => titles(await shop.call('GET', `/technological_cards/${place}?search=${search}`));
  expect([await found('cut'), await found('hair')]).toEqual([['Cut'], []]);
  const technological_card_items = [{ good_id: soap, storage_id: forServices, amount: 3 }];
  const changed = await shop.call('PUT', path, { body: { technological_card_items } });
  expect(changed.data).toMatchObject({ title: 'Cut', technological_card_items: [{ good_id: soap, amount: 3 }] });
  expect(changed.data.technological_card_items).toHaveLength(1);
  expect((await shop.call('PUT', path, { body: { title: ' ' } })).meta.errors).toEqual([{ title: ['is required'] }]);
  const after = await booked({ datetime: '2030-05-06T12:00:00' });
  expect((await consumables(before.id))[0].consumables).toMatchObject([{ amount: 5 }]);
  expect((await consumables(after.id))[0].consumables).toMatchObject([{ good_id: soap, amount: 3 }]);
});

test('a deleted one is unlinked and gone, and appointments keep it', async () => {
  const { shop, place, bills, haircutBill, booked, consumables, service, member } = await openKitchen();
  const before = await booked();
  const told = await toldBy(place, async () => {
    expect((await shop.call('DELETE', `${bills}/${haircutBill}`)).status).toBe(204);
  });
  expect(told).toMatchObject([{ resource: 'service', resourceId: service, status: 'update' }]);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    expect((await shop.call(method, `${bills}/${haircutBill}`, method === 'PUT' ? { body: {} } : {})).status).toBe(404);
  }
  expect(titles(await shop.call('GET', `/technological_cards/${place}`))).toEqual(['Washing']);
  const standard = (serviceId: number) =>
    shop.call('GET', `/technological_cards/default_for_staff_and_service/${place}/${member}/${serviceId}`);
  expect((await standard(service)).body.meta.message).toBe(
    'No bill of materials is linked with the team member and the service.',
  );
  const unprovided = await shop.addService();
  expect((await standard(unprovided)).body.meta.message).toBe('The team member does not provide the service.');
  const after = await booked({ datetime: '2030-05-06T12:00:00' });
  expect((await consumables(before.id))[0]).toMatchObject({
    technological_cards: [{ id: haircutBill, technological_card_items: [{ amount: 5 }] }],
    consumables: [{ amount: 5 }],
  });
  expect((await consumables(after.id))[0]).toMatchObject({ technological_cards: [], consumables: [] });
});

describe('a bill of materials', () => {
  it('has products and storages of the location only, and no gift cards', async () => {
    const { shop, db, bills, soap, shampoo, forServices, forSale } = await openKitchen();
    const other = await openKitchen();
    const [archived, deleted, gift, membership] = [
      await shop.addProduct(),
      await shop.addProduct(),
      await shop.addProduct(),
      await shop.addProduct(),
    ];
    await db.update(products).set({ archivedAt: new Date() }).where(eq(products.id, archived));
    await db.update(products).set({ deletedAt: new Date() }).where(eq(products.id, deleted));
    await db.update(products).set({ giftCardTypeId: 1 }).where(eq(products.id, gift));
    await db.update(products).set({ membershipTypeId: 1 }).where(eq(products.id, membership));
    const add = (good_id: number, storage_id = forServices, amount = 1, title = 'Bill') =>
      shop.call('POST', bills, { body: { title, technological_card_items: [{ good_id, storage_id, amount }] } });
    for (const product of [archived, deleted, gift, membership, other.soap]) {
      const { status, body } = await add(product);
      expect([status, body.meta.errors[0]]).toEqual([422, { good_id: [expect.stringContaining(String(product))] }]);
    }
    expect((await add(soap, other.forServices)).body.meta.errors).toMatchObject([{ storage_id: [expect.any(String)] }]);
    const errors = async (...fields: Parameters<typeof add>) => (await add(...fields)).body.meta.errors;
    expect(await errors(soap, forServices, 0)).toEqual([{ amount: ['must be more than 0'] }]);
    expect(await errors(soap, forServices, 1e-10)).toEqual([{ amount: ['must have at most 9 digits after the point'] }]);
    expect(await errors(soap, forServices, 1, ' ')).toEqual([{ title: ['is required'] }]);
    expect((await shop.call('POST', bills, { body: { title: 'Nothing', technological_card_items: [] } })).status).toBe(422);
    expect((await add(soap, forSale, 1e-9)).status).toBe(201);
    // What it has may stay when it is archived.
    const { data } = await add(shampoo, forServices, 1, ' Bill ');
    expect(data).toMatchObject({ title: 'Bill', technological_card_items: [{ good_id: shampoo, unit: expect.any(String) }] });
    await db.update(products).set({ archivedAt: new Date() }).where(eq(products.id, shampoo));
    const technological_card_items = [{ good_id: shampoo, storage_id: forServices, amount: 2 }];
    expect((await shop.call('PUT', `${bills}/${data.id}`, { body: { technological_card_items } })).status).toBe(200);
    expect((await add(shampoo)).status).toBe(422);
  });

  it('is linked with a team member and a service, if the location has it', async () => {
    const { shop, place, bills, link, addBill, service, member, haircutBill, washingBill, soap } = await openKitchen();
    const other = await openKitchen();
    const path = `/company/${place}/services`;
    const standard = () => shop.call('GET', `/technological_cards/default_for_staff_and_service/${place}/${member}/${service}`);
    expect((await standard()).data).toMatchObject({ id: haircutBill, title: 'Haircut' });
    const second = await shop.addTeamMember();
    const gone = await addBill('Old', [soap, 1]);
    await shop.call('DELETE', `${bills}/${gone}`);
    for (const id of [gone, other.haircutBill, 2_000_000_000]) {
      const created = await link(service, id);
      const message = 'must be a bill of materials of this location';
      expect([created.status, created.body.meta.errors]).toEqual([422, [{ technological_card_id: [message] }]]);
      const body = { seance_length: 3600, technological_card_id: id };
      expect((await shop.call('PUT', `${path}/${service}/staff/${member}`, { body })).status).toBe(422);
      const settings = [
        { team_member_id: second, tech_card_id: washingBill, hours: 1, minutes: 0 },
        { team_member_id: member, tech_card_id: id, hours: 1, minutes: 0 },
      ];
      const links = { service_id: service, team_member_settings: settings, resource_ids: [], translations: [] };
      const { status, body: refused } = await shop.call('POST', `${path}/links`, { body: links });
      expect([status, refused.meta.errors]).toEqual([422, [{ 'team_member_settings.1.tech_card_id': [message] }]]);
    }
    const set = (fields: object, authorization = shop.owner.authorization) =>
      shop.call('POST', `${path}/links`, {
        body: {
          service_id: service,
          team_member_settings: [{ team_member_id: member, hours: 1, minutes: 0, ...fields }],
          resource_ids: [],
          translations: [],
        },
        authorization,
      });
    // Without the field, the bill stays.
    expect((await set({})).status).toBe(200);
    expect((await standard()).data.id).toBe(haircutBill);
    expect((await set({ tech_card_id: washingBill })).status).toBe(200);
    expect((await standard()).data.id).toBe(washingBill);
    // Another bill needs its own right.
    const { authorization } = await shop.hire('owner', { tech_card_edit: false });
    expect((await set({ tech_card_id: haircutBill }, authorization)).body.meta.message).toBe(
      'You may not change the bills of materials of services.',
    );
    expect((await set({ tech_card_id: 0 }, authorization)).status).toBe(403);
    const withOther = { service_id: service, resource_ids: [], translations: [], team_member_settings: [] as object[] };
    withOther.team_member_settings = [
      { team_member_id: member, hours: 1, minutes: 0 },
      { team_member_id: second, tech_card_id: haircutBill, hours: 1, minutes: 0 },
    ];
    expect((await shop.call('POST', `${path}/links`, { body: withOther, authorization })).status).toBe(403);
    expect((await set({ tech_card_id: washingBill }, authorization)).status).toBe(200);
    expect((await set({}, authorization)).status).toBe(200);
    expect((await set({ tech_card_id: 0 })).status).toBe(200);
    expect((await standard()).status).toBe(404);
  });
});

test('costs are 0 without the right to see them, and storages outside of a limit are unknown', async () => {
  const { shop, place, bills, soap, forSale, forServices, haircutBill } = await openKitchen();
  const { authorization } = await shop.hire('owner', {
    storages_goods_prime_cost_view_access: false,
    storages_limited_access: true,
    storages_ids: [forSale],
  });
  const { data } = await shop.call('GET', `/technological_cards/${place}`, { authorization });
  expect(data[0].technological_card_items[0]).toMatchObject({ price: 0, amount: 5 });
  const add = (storage_id: number) =>
    shop.call('POST', bills, {
      body: { title: 'Bill', technological_card_items: [{ good_id: soap, storage_id, amount: 1 }] },
      authorization,
    });
  expect([(await add(forServices)).status, (await add(forSale)).status]).toEqual([422, 201]);
  // What it has there may stay.
  const technological_card_items = [{ good_id: soap, storage_id: forServices, amount: 1 }];
  expect((await shop.call('PUT', `${bills}/${haircutBill}`, { body: { technological_card_items }, authorization })).status).toBe(
    200,
  );
});
