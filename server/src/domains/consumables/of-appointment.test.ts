import { describe, expect, it, test } from 'vitest';
import { openKitchen } from '../../../test/kitchen.ts';
import { toldBy } from '../../../test/outbox.ts';

test('an appointment shows each service with its bills and what it uses up', async () => {
  const { booked, consumables, service, washing, haircutBill, washingBill, shampoo, soap, forServices, shop } =
    await openKitchen();
  const plain = await shop.addService({ title: 'Talk' });
  const { id } = await booked({ services: [{ id: washing, amount: 2 }, { id: plain }, { id: service }] });
  const good = { id: shampoo, title: 'Shampoo', unit: expect.any(String) };
  expect(await consumables(id)).toEqual([
    expect.objectContaining({
      service_id: washing,
      technological_cards: [expect.objectContaining({ id: washingBill, title: 'Washing' })],
      consumables: [expect.objectContaining({ good_id: soap, amount: 2, price: 4 })],
    }),
    { service_id: plain, record_id: id, technological_cards: [], consumables: [] },
    {
      service_id: service,
      record_id: id,
      technological_cards: [
        {
          id: haircutBill,
          title: 'Haircut',
          technological_card_items: [
            {
              id: expect.any(Number),
              technological_card_id: haircutBill,
              storage_id: forServices,
              good_id: shampoo,
              amount: 5,
              price: 4,
              good,
            },
          ],
        },
      ],
      consumables: [
        {
          goods_transaction_id: 0,
          record_id: id,
          service_id: service,
          storage_id: forServices,
          good_id: shampoo,
          price: 4,
          amount: 5,
          good,
        },
      ],
    },
  ]);
});

test('a service that stays keeps what was changed, and one that comes again is planned anew', async () => {
  const { shop, place, body, booked, consumables, setConsumables, service, washing, shampoo, forServices } = await openKitchen();
  const { id } = await booked();
  const row = { goods_transaction_id: 0, storage_id: forServices, good_id: shampoo, price: 1, amount: 9 };
  expect((await setConsumables(id, service, [row])).data).toMatchObject([
    { service_id: service, consumables: [{ amount: 9, price: 1 }] },
  ]);
  const put = (...services: number[]) =>
    shop.call('PUT', `/record/${place}/${id}`, { body: body({ services: services.map((each) => ({ id: each })) }) });
  const amounts = async () =>
    (await consumables(id)).map((each: { service_id: number; consumables: { amount: number }[] }) => [
      each.service_id,
      each.consumables.map(({ amount }) => amount),
    ]);
  await put(service, washing);
  expect(await amounts()).toEqual([
    [service, [9]],
    [washing, [2]],
  ]);
  await setConsumables(id, washing, []);
  await put(washing, service);
  expect(await amounts()).toEqual([
    [washing, []],
    [service, [9]],
  ]);
  await put(washing);
  await put(service);
  expect(await amounts()).toEqual([[service, [5]]]);
});

describe('a change of consumables', () => {
  it('replaces those of the service, and moves the stock at once if the client has arrived', async () => {
    const { booked, consumables, setConsumables, level, lines, service, washing, shampoo, soap, forServices, forSale } =
      await openKitchen();
    const { id } = await booked({ attendance: 1, services: [{ id: service, amount: 2 }, { id: washing }] });
    const [{ goods_transaction_id: line }] = (await consumables(id))[0].consumables;
    const kept = { goods_transaction_id: line, storage_id: forServices, good_id: shampoo, price: 2.5, amount: 7 };
    const added = { goods_transaction_id: 0, storage_id: forSale, good_id: soap, price: 2, amount: 1 };
    const { data } = await setConsumables(id, service, [kept, added]);
    expect(data[0].consumables).toMatchObject([kept, { amount: 1, good_id: soap, storage_id: forSale }]);
    expect([await level(shampoo), await level(soap, forSale), await level(soap)]).toEqual([-14, -2, -2]);
    expect(await lines(id)).toMatchObject(
      [{ id: line, amount: -14, cost: 5, cost_per_unit: 0.3571 }, { amount: -2, good_id: soap, cost: 4 }, {}].sort(),
    );
    // To another storage: another line.
    const moved = await setConsumables(id, service, [{ ...kept, storage_id: forSale }]);
    expect(moved.data[0].consumables).toHaveLength(1);
    expect([await level(shampoo), await level(shampoo, forSale), await level(soap, forSale)]).toEqual([0, -14, 0]);
    await setConsumables(id, service, []);
    expect([await level(shampoo, forSale), await level(soap)]).toEqual([0, -2]);
    expect((await lines(id)).length).toBe(1);
  });

  it('refuses what is not of the service, of the location or of this world', async () => {
    const { shop, place, booked, setConsumables, consumables, service, washing, shampoo, forServices } = await openKitchen();
    const other = await openKitchen();
    const { id } = await booked({ attendance: 1, services: [{ id: service }, { id: washing }] });
    const [haircut, wash] = await consumables(id);
    const row = { goods_transaction_id: 0, storage_id: forServices, good_id: shampoo, price: 1, amount: 1 };
    const line = haircut.consumables[0].goods_transaction_id;
    const washed = wash.consumables[0].goods_transaction_id;
    const unnamed = (of: number) => `${of} must be a product transaction of this service, which is named once`;
    const refused: [string, object[], string][] = [
      ['record_id', [{ ...row, record_id: id + 1 }], `must be ${id}, as in the path`],
      ['service_id', [{ ...row, service_id: washing }], `must be ${service}, as in the path`],
      ['goods_transaction_id', [{ ...row, goods_transaction_id: washed }], unnamed(washed)],
      ['goods_transaction_id', [line, line].map((each) => ({ ...row, goods_transaction_id: each })), unnamed(line)],
      ['good_id', [{ ...row, good_id: other.shampoo }], `${other.shampoo} is no product of this location`],
      ['storage_id', [{ ...row, storage_id: other.forServices }], 'must be a storage of this location'],
      ['amount', [{ ...row, amount: 0 }], 'must be more than 0'],
      ['price', [{ ...row, price: 0.00001 }], 'must have at most 4 digits after the point'],
    ];
    for (const [field, rows, message] of refused) {
      const { status, body } = await setConsumables(id, service, rows);
      expect([status, body.meta.errors]).toEqual([422, [{ [field]: [message] }]]);
    }
    const unplanned = await shop.addService();
    const unknown = await setConsumables(id, unplanned, []);
    expect([unknown.status, unknown.body.meta.message]).toEqual([404, `Appointment ${id} has no service ${unplanned}`]);
    expect(await consumables(id)).toEqual([haircut, wash]);
    // Without the list, everything stays.
    const path = `/technological_cards/record_consumables/consumables/${place}/${id}/${service}`;
    expect((await shop.call('PUT', path, { body: {} })).data).toEqual([haircut]);
  });

  it('needs its right, and those for appointments of the past and of others', async () => {
    const { shop, place, member, booked, setConsumables, consumables, service, shampoo, forServices } = await openKitchen();
    const { id } = await booked({ attendance: 1 });
    const [{ goods_transaction_id }] = (await consumables(id))[0].consumables;
    const row = { goods_transaction_id, storage_id: forServices, good_id: shampoo, price: 0, amount: 5 };
    const as = async (permissions: Parameters<typeof shop.hire>[1]) =>
      setConsumables(id, service, [row], (await shop.hire('owner', permissions)).authorization);
    expect((await as({ records_consumables_edit_access: false })).status).toBe(403);
    expect((await as({ edit_records_attendance_access: false })).status).toBe(403);
    const stranger = { master_id: await shop.addTeamMember() };
    expect((await as(stranger)).status).toBe(404);
    expect(
      (
        await shop.call('GET', `/technological_cards/record_consumables/${place}/${id}`, {
          authorization: (await shop.hire('owner', stranger)).authorization,
        })
      ).status,
    ).toBe(404);
    expect((await as({ master_id: member })).status).toBe(200);
    await setConsumables(id, service, [{ ...row, price: 4 }]);
    // Without the right to see prices they are 0, and writing that back keeps them, and others follow from the cost price.
    const blind = await as({ storages_goods_prime_cost_view_access: false });
    expect(blind.data[0].consumables).toMatchObject([{ price: 0 }]);
    expect((await consumables(id))[0].consumables).toMatchObject([{ price: 4 }]);
    row.amount = 10;
    await as({ storages_goods_prime_cost_view_access: false });
    expect((await consumables(id))[0].consumables).toMatchObject([{ price: 8, amount: 10 }]);
    const dear = await shop.addProduct({ costPrice: 1e6 });
    const tooDear = { ...row, good_id: dear, amount: 1e9 };
    const blindly = (await shop.hire('owner', { storages_goods_prime_cost_view_access: false })).authorization;
    expect((await setConsumables(id, service, [tooDear], blindly)).body.meta.errors).toEqual([{ price: ['is too much'] }]);
    const limited = { storages_limited_access: true, storages_ids: [forServices + 1000] };
    expect((await as(limited)).status).toBe(200);
    expect((await setConsumables(id, service, [])).status).toBe(200);
    row.goods_transaction_id = 0;
    expect((await as(limited)).status).toBe(422);
  });
});

test('unlinking takes the bills away, and what is used up only if asked for', async () => {
  const { booked, detach, consumables, level, service, washing, shampoo, soap, place } = await openKitchen();
  const { id } = await booked({ attendance: 1, services: [{ id: service }, { id: washing }] });
  const told = await toldBy(place, async () => {
    const kept = await detach(id, service);
    expect([kept.status, kept.data, kept.body.meta]).toMatchObject([
      200,
      [{ service_id: service, technological_cards: [], consumables: [{ amount: 5 }] }],
      { count: 1 },
    ]);
  });
  expect(told).toMatchObject([{ resource: 'record', status: 'update', resourceId: id }]);
  expect((await detach(id, washing, '', [])).data[0].consumables).toHaveLength(1);
  expect([await level(shampoo), await level(soap)]).toEqual([-5, -2]);
  expect((await detach(id, service, '?delete_consumables=1')).data[0].consumables).toEqual([]);
  expect((await detach(id, washing, '', { delete_consumables: 1 })).data[0].consumables).toEqual([]);
  expect([await level(shampoo), await level(soap)]).toEqual([0, 0]);
  expect(
    (await consumables(id)).map(({ technological_cards }: { technological_cards: object[] }) => technological_cards),
  ).toEqual([[], []]);
  expect((await detach(id, shampoo + 1_000_000)).status).toBe(404);
});

test('answers about appointments have what was used up where it is asked for', async () => {
  const { shop, place, booked, body, service, soap, washing } = await openKitchen();
  const client = await shop.addClient();
  const appointment = await booked({
    attendance: 1,
    client: { id: client.id },
    services: [{ id: washing, amount: 3 }, { id: service }],
  });
  const line = { type_id: 2, good_id: soap, amount: -6, cost: 12, service_id: washing };
  const of = async (path: string, read: (data: never) => unknown) => read((await shop.call('GET', path)).data as never);
  const record = (data: { consumables: object[] }) => data.consumables;
  expect(await of(`/record/${place}/${appointment.id}?include_consumables=1`, record)).toMatchObject([{}, line]);
  expect(await of(`/record/${place}/${appointment.id}`, record)).toEqual([]);
  const [listed] = (await shop.call('GET', `/records/${place}?include_consumables=1`)).data;
  expect(listed.consumables).toMatchObject([{}, line]);
  expect((await shop.call('GET', `/records/${place}`)).data[0].consumables).toEqual([]);
  expect((await shop.call('GET', `/visits/${appointment.visit_id}`)).data.records[0].consumables).toMatchObject([{}, line]);
  const change = { ...body({ client: { id: client.id }, services: [{ id: washing, amount: 1 }, { id: service }] }) };
  const updated = await shop.call('PUT', `/record/${place}/${appointment.id}?include_consumables=1`, { body: change });
  expect(updated.data.consumables).toMatchObject([{}, { ...line, amount: -2, cost: 4 }]);
  const history = await shop.call('POST', `/company/${place}/clients/visits/search`, { body: { client_id: client.id } });
  expect(history.data.records[0].services).toMatchObject([
    { id: washing, consumables: [{ title: 'Soap', amount: 2, cost_per_unit: 2, unit: expect.any(String) }] },
    { id: service, consumables: [{ title: 'Shampoo', amount: 5, cost_per_unit: 0.8 }] },
  ]);
});

test('the document of consumables takes no lines by hand, and its lines show their appointment', async () => {
  const { shop, place, booked, lines, shampoo } = await openKitchen();
  const { id } = await booked({ attendance: 1 });
  const [line] = await lines(id);
  const add = {
    document_id: line.document_id,
    good_id: shampoo,
    amount: 1,
    cost_per_unit: 1,
    discount: 0,
    cost: 1,
    operation_unit_type: 1,
  };
  expect((await shop.call('POST', `/storage_operations/goods_transactions/${place}`, { body: add })).status).toBe(403);
  expect((await shop.call('DELETE', `/storage_operations/goods_transactions/${place}/${line.id}`)).status).toBe(403);
  expect((await shop.call('DELETE', `/storage_operations/documents/${place}/${line.document_id}`)).status).toBe(403);
  const found = await shop.call('GET', `/storages/transactions/${place}?document_id=${line.document_id}`);
  expect(found.data).toMatchObject([{ id: line.id, record_id: id }]);
  const stranger = await shop.hire('owner', { master_id: await shop.addTeamMember() });
  const read = (authorization: string) =>
    shop.call('GET', `/storage_operations/documents/${place}/${line.document_id}`, { authorization });
  expect([(await read(stranger.authorization)).status, (await read(shop.owner.authorization)).status]).toEqual([404, 200]);
});
