import { sql } from 'drizzle-orm';
import { describe, expect, it, test } from 'vitest';
import { openKitchen } from '../../../test/kitchen.ts';
import { toldBy } from '../../../test/outbox.ts';
import { rowsOf } from '../../platform/database.ts';

describe('when the client arrives', () => {
  test('consumables are written off for every unit of the service, at cost price, in a document of their own', async () => {
    const { arrive, booked, level, lines, shampoo, forServices, consumables, shop, place, service } = await openKitchen();
    const appointment = await booked({ services: [{ id: service, amount: 3 }] });
    expect(await level(shampoo)).toBe(0);
    expect((await consumables(appointment.id))[0].consumables).toMatchObject([{ goods_transaction_id: 0, amount: 5, price: 4 }]);
    await arrive(appointment, 1);
    expect(await level(shampoo)).toBe(-15);
    const [line] = await lines(appointment.id);
    expect(line).toMatchObject({
      type_id: 2,
      good_id: shampoo,
      storage_id: forServices,
      amount: -15,
      cost: 12,
      cost_per_unit: 0.8,
      service_id: service,
      operation_unit_type: 2,
      master_id: 0,
      client_id: 0,
    });
    expect((await consumables(appointment.id))[0].consumables).toMatchObject([
      { goods_transaction_id: line.id, amount: 5, price: 4 },
    ]);
    const document = await shop.call('GET', `/storage_operations/documents/${place}/${line.document_id}`);
    expect(document.data).toMatchObject({ type_id: 8, storage_id: 0, number: line.document_id });
    const { data } = await shop.call('GET', `/record/${place}/${appointment.id}`);
    expect(data.documents).toMatchObject([
      { type_id: 7, visit_id: appointment.visit_id },
      { id: line.document_id, type_id: 8, storage_id: 0, visit_id: 0, record_id: appointment.id },
    ]);
    expect(data.consumables).toEqual([]);
  });

  it('writes off once, and takes it back when the client has not come after all', async () => {
    const { arrive, booked, level, lines, shampoo } = await openKitchen();
    const appointment = await booked();
    await arrive(appointment, 1);
    await arrive(appointment, 1);
    expect(await level(shampoo)).toBe(-5);
    for (const attendance of [2, 0, -1]) {
      await arrive(appointment, attendance);
      expect([await level(shampoo), await lines(appointment.id)]).toEqual([0, []]);
      await arrive(appointment, 1);
      expect([await level(shampoo), (await lines(appointment.id)).length]).toEqual([-5, 1]);
    }
  });

  it('writes off at once for a client who has arrived already', async () => {
    const { booked, level, shampoo } = await openKitchen();
    await booked({ attendance: 1 });
    expect(await level(shampoo)).toBe(-5);
  });

  test('other numbers of units and other times change the lines, and other services their own', async () => {
    const { shop, place, body, booked, level, lines, shampoo, soap, service, washing } = await openKitchen();
    const appointment = await booked({ attendance: 1, services: [{ id: service }, { id: washing }] });
    expect([await level(shampoo), await level(soap)]).toEqual([-5, -2]);
    const before = await lines(appointment.id);
    const put = (fields: object) =>
      shop.call('PUT', `/record/${place}/${appointment.id}`, { body: { ...body({ attendance: 1 }), ...fields } });
    const services = [{ id: service, amount: 4 }, { id: washing }];
    expect((await put({ services, datetime: '2030-05-07T12:00:00' })).status).toBe(201);
    expect([await level(shampoo), await level(soap)]).toEqual([-20, -2]);
    const after = await lines(appointment.id);
    expect(after.map(({ id }: { id: number }) => id)).toEqual(before.map(({ id }: { id: number }) => id));
    expect(after[0].create_date).toMatch(/^2030-05-07T12:00/);
    await put({ services: [{ id: service, amount: 1 }], datetime: '2030-05-07T12:00:00' });
    expect([await level(shampoo), await level(soap), (await lines(appointment.id)).length]).toEqual([-5, 0, 1]);
    await put({ services: [{ id: washing }], datetime: '2030-05-07T12:00:00' });
    expect([await level(shampoo), await level(soap)]).toEqual([0, -2]);
  });

  test('a service that is named twice counts for both', async () => {
    const { booked, level, shampoo, service } = await openKitchen();
    await booked({ attendance: 1, services: [{ id: service, amount: 2 }, { id: service }] });
    expect(await level(shampoo)).toBe(-15);
  });

  test('a deleted appointment gives back what it used up and what it sold', async () => {
    const { shop, place, arrive, booked, level, shampoo, forSale } = await openKitchen();
    const appointment = await booked();
    await arrive(appointment, 1, { goods_transactions: [{ good_id: shampoo, amount: 1 }] });
    expect([await level(shampoo), await level(shampoo, forSale)]).toEqual([-5, -10]);
    expect((await shop.call('DELETE', `/record/${place}/${appointment.id}`)).status).toBe(204);
    expect([await level(shampoo), await level(shampoo, forSale)]).toEqual([0, 0]);
  });

  test('a visit changes its services, sells products and takes payments in the same request', async () => {
    const { shop, arrive, booked, level, soap, shampoo, forSale, service, washing } = await openKitchen();
    const appointment = await booked();
    const [account] = (await shop.call('GET', `/accounts/${shop.locationId}`)).data;
    const sold = { good_id: soap, amount: 2 };
    await arrive(appointment, 1, {
      services: [{ id: washing, record_id: appointment.id, cost: 10, first_cost: 10 }],
      goods_transactions: [sold],
      new_transactions: [{ id: 1, account_id: account.id, amount: 5 }],
    });
    expect([await level(soap), await level(soap, forSale), await level(shampoo)]).toEqual([-2, -2, 0]);
    // The product that was sold in it goes, and the client has not come after all.
    await arrive(appointment, 0, { goods_transactions: [] });
    expect([await level(soap), await level(soap, forSale)]).toEqual([0, 0]);
    // Payments alone, with an arrival.
    await arrive(appointment, 1, { new_transactions: [{ id: 1, account_id: account.id, amount: 1 }] });
    expect(await level(soap)).toBe(-2);
    await arrive(appointment, 1, {
      services: [{ id: service, record_id: appointment.id, cost: 1, first_cost: 1 }],
      fast_payment: 1,
    });
    expect([await level(soap), await level(shampoo)]).toEqual([0, -5]);
  });

  test('places in an event use up for each seat, and follow the event', async () => {
    const { shop, place, addEvent, level, shampoo, soap, service, washing, member } = await openKitchen();
    const event = await addEvent({ service_id: service, capacity: 9 });
    const seat = (seats: number, attendance: number) =>
      shop.call('POST', `/records/${place}`, {
        body: { activity_id: event.id, client: { name: 'Ada' }, clients_count: seats, attendance },
      });
    await seat(3, 1);
    await seat(2, 0);
    expect(await level(shampoo)).toBe(-15);
    const changed = { date: '2030-05-06 14:00', staff_id: member, capacity: 9, length: 3600, force: true, service_id: washing };
    expect((await shop.call('PUT', `/activity/${place}/${event.id}`, { body: changed })).status).toBe(200);
    expect([await level(shampoo), await level(soap)]).toEqual([0, -6]);
    expect((await shop.call('DELETE', `/activity/${place}/${event.id}`)).status).toBe(202);
    expect([await level(shampoo), await level(soap)]).toEqual([0, 0]);
  });

  test('all appointments of the visit that arrive together write off together', async () => {
    const { arrive, booked, level, shampoo } = await openKitchen();
    const client = { name: 'Ada', phone: '+12125550177' };
    const first = await booked({ client });
    await booked({ client, datetime: '2030-05-06T12:00:00' });
    await arrive(first, 1);
    expect(await level(shampoo)).toBe(-10);
  });

  test('a visit of which one appointment is deleted sells and uses up in the others', async () => {
    const { shop, place, arrive, booked, level, shampoo, soap, forSale } = await openKitchen();
    const client = { name: 'Ada', phone: '+12125550178' };
    const kept = await booked({ client });
    const gone = await booked({ client, datetime: '2030-05-06T12:00:00' });
    await shop.call('DELETE', `/record/${place}/${gone.id}`);
    await arrive(kept, 1, { goods_transactions: [{ good_id: soap, amount: 1 }] });
    expect([await level(shampoo), await level(soap, forSale)]).toEqual([-5, -1]);
  });

  test('integrations hear of it', async () => {
    const { arrive, booked, place, shampoo } = await openKitchen();
    const appointment = await booked();
    const arrived = await toldBy(place, () => arrive(appointment, 1));
    expect(arrived.filter(({ resource }) => resource !== 'client')).toMatchObject([
      { resource: 'record', status: 'update', resourceId: appointment.id },
      {
        resource: 'goods_operations_consumable',
        status: 'create',
        data: { record_id: appointment.id, amount: -5, good: { id: shampoo } },
      },
    ]);
    const left = await toldBy(place, () => arrive(appointment, 0));
    expect(left.map(({ resource, status }) => `${resource} ${status}`)).toContain('goods_operations_consumable delete');
  });
});

describe('where stock may not go below zero', () => {
  it('refuses an arrival that needs more than there is, by the name of the product, and changes nothing', async () => {
    const { arrive, booked, level, receive, shampoo, soap, service, washing, lines } = await openKitchen({
      allowsNegativeStock: false,
    });
    await receive(shampoo, 1);
    await receive(soap, 1);
    const appointment = await booked({ services: [{ id: service, amount: 2 }, { id: washing }] });
    const refused = await arrive(appointment, 1, {}, 422);
    expect(JSON.stringify(refused.body.meta)).toMatch(/Consumables has of Soap: 1 pc/);
    expect(JSON.stringify(refused.body.meta)).not.toMatch(/Shampoo/);
    expect([await level(shampoo), await level(soap), await lines(appointment.id)]).toEqual([10, 1, []]);
    await receive(soap, 1);
    await arrive(appointment, 1);
    expect([await level(shampoo), await level(soap)]).toEqual([0, 0]);
    // The last ones are taken back, and taken again.
    await arrive(appointment, 0);
    await arrive(appointment, 1);
    expect([await level(shampoo), await level(soap)]).toEqual([0, 0]);
  });
});

it('writes off what was archived, deleted or repriced after it was planned, as it was planned', async () => {
  const { shop, db, arrive, booked, level, lines, shampoo, place } = await openKitchen();
  const appointment = await booked();
  await db.execute(sql`update products set cost_price = 99 where location_id = ${place} and id = ${shampoo}`);
  expect((await shop.call('DELETE', `/goods/${place}/${shampoo}`)).status).toBe(204);
  await arrive(appointment, 1);
  expect([await level(shampoo), (await lines(appointment.id))[0].cost]).toEqual([-5, 4]);
  // It is not planned any more.
  const next = await booked({ datetime: '2030-05-08T10:00:00' });
  const rows = await rowsOf(
    db,
    sql`select from appointment_consumables where location_id = ${place} and appointment_id = ${next.id}`,
  );
  expect(rows).toEqual([]);
});
