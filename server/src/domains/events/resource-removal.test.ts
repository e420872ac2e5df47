import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openClass } from '../../../test/class.ts';
import { openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';
import { addDays, today } from '../../platform/clock.ts';
import { eventSeries, events } from '../appointments/tables.ts';
import { serviceResources } from '../catalog/tables.ts';
import { occupations } from '../schedule/tables.ts';
import { eventSeriesOccurrences } from './tables.ts';

const resourcesOf = async (shop: Shop) => (await shop.call('GET', `/resources/${shop.locationId}`)).data;

/** A salon with a service that needs a resource with instances. */
async function openRooms(count = 1) {
  const salon = await openSalon();
  const { data: room } = await salon.shop.call('POST', `/resources/${salon.place}`, { body: { title: 'Room', count } });
  const { db } = await testDatabase();
  await db.insert(serviceResources).values({ locationId: salon.place, serviceId: salon.service, resourceId: room.id });
  const path = `/resources/${salon.place}/${room.id}`;
  return { ...salon, room, path, instances: `${path}/instances` };
}

describe('setting up resources', () => {
  test('a resource has numbered instances, and both get other titles', async () => {
    const shop = await openShop();
    const made = await shop.call('POST', `/resources/${shop.locationId}`, { body: { title: ' מיטה ', count: 2 } });
    expect([made.status, made.data.title]).toEqual([201, 'מיטה']);
    expect(made.data.instances.map(({ title }: { title: string }) => title)).toEqual(['מיטה #1', 'מיטה #2']);
    const path = `/resources/${shop.locationId}/${made.data.id}`;
    expect((await shop.call('PUT', path, { body: { title: 'Bed' } })).data).toEqual({ ...made.data, title: 'Bed' });
    const added = await shop.call('POST', `${path}/instances`, { body: { title: 'By the window' } });
    expect(added.data).toEqual({ id: expect.any(Number), title: 'By the window', resource_id: made.data.id });
    const renamed = await shop.call('PUT', `${path}/instances/${added.data.id}`, { body: { title: 'By the door' } });
    expect(renamed.data).toEqual({ ...added.data, title: 'By the door' });
    expect(await resourcesOf(shop)).toEqual([{ ...made.data, title: 'Bed', instances: [...made.data.instances, renamed.data] }]);
  });

  test('a resource has one instance unless the request says otherwise, and at most 100', async () => {
    const shop = await openShop();
    const path = `/resources/${shop.locationId}`;
    expect((await shop.call('POST', path, { body: { title: 'Sauna' } })).data.instances).toHaveLength(1);
    expect((await shop.call('POST', path, { body: { title: 'Sauna', count: 0 } })).data.instances).toEqual([]);
    expect((await shop.call('POST', path, { body: { title: 'Sauna', count: 101 } })).status).toBe(422);
    const { data } = await shop.call('POST', path, { body: { title: 'Hall', count: 99 } });
    const answers = await Promise.all(
      [1, 2, 3].map(() => shop.call('POST', `${path}/${data.id}/instances`, { body: { title: 'One' } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
  });

  test('only users who may change the settings set up resources, and only those of their location', async () => {
    const [mine, other] = await Promise.all([openRooms(), openRooms()]);
    const trainee = await mine.shop.hire('owner', { settings_basis_access: false });
    const [instance] = mine.room.instances;
    const body = { title: 'Mine' };
    for (const [method, to, fields] of [
      ['PUT', mine.path, { body }],
      ['POST', mine.instances, { body }],
      ['PUT', `${mine.instances}/${instance.id}`, { body }],
      ['DELETE', `${mine.instances}/${instance.id}`, {}],
      ['DELETE', mine.path, {}],
    ] as const) {
      expect((await mine.shop.call(method, to, { ...fields, authorization: trainee.authorization })).status).toBe(403);
      expect((await other.shop.call(method, to.replace(`/${mine.place}/`, `/${other.place}/`), fields)).status).toBe(404);
    }
    // An instance of another resource of the location.
    const { data: second } = await mine.shop.call('POST', `/resources/${mine.place}`, { body: { title: 'Second' } });
    const foreign = `${mine.instances}/${second.instances[0].id}`;
    expect((await mine.shop.call('DELETE', foreign)).status).toBe(404);
    expect((await mine.shop.call('PUT', foreign, { body })).status).toBe(404);
    expect(await resourcesOf(mine.shop)).toEqual([mine.room, second]);
  });
});

describe('deleting resources', () => {
  test('one that an appointment to come uses stays, and the answer says which; without it, it goes', async () => {
    const { shop, booked, path, instances, room, place } = await openRooms();
    const { id } = await booked();
    const reason = `is used by the appointment ${id}, which is to come`;
    const whole = await shop.call('DELETE', path);
    expect([whole.status, whole.body.meta.errors]).toEqual([422, [{ resource_id: [reason] }]]);
    const piece = await shop.call('DELETE', `${instances}/${room.instances[0].id}`);
    expect([piece.status, piece.body.meta.errors]).toEqual([422, [{ instance_id: [reason] }]]);
    expect(await resourcesOf(shop)).toEqual([room]);
    await shop.call('DELETE', `/record/${place}/${id}`);
    expect((await shop.call('DELETE', path)).status).toBe(204);
    expect(await resourcesOf(shop)).toEqual([]);
    expect((await shop.call('DELETE', path)).status).toBe(404);
    // The service does not need it any more.
    expect((await booked()).resource_instance_ids).toEqual([]);
  });

  test('an event to come keeps its instance, and not the others', async () => {
    const { shop, addEvent, instances, room } = await openRooms(2);
    const [first, second] = room.instances;
    await addEvent({ resource_instance_ids: [first.id] });
    expect((await shop.call('DELETE', `${instances}/${first.id}`)).status).toBe(422);
    expect((await shop.call('DELETE', `${instances}/${second.id}`)).status).toBe(204);
    expect((await resourcesOf(shop))[0].instances).toEqual([first]);
  });

  test('what is over keeps nothing', async () => {
    const { shop, booked, path, place } = await openRooms();
    const { id } = await booked();
    const { db } = await testDatabase();
    const hour = 3_600_000;
    const set = (ago: number) =>
      db
        .update(occupations)
        .set({ startsAt: new Date(Date.now() - ago - hour), endsAt: new Date(Date.now() - ago) })
        .where(eq(occupations.locationId, place));
    await set(-hour / 2);
    expect((await shop.call('DELETE', path)).status).toBe(422);
    await set(60_000);
    expect((await shop.call('DELETE', path)).status).toBe(204);
    expect((await shop.call('GET', `/record/${place}/${id}`)).status).toBe(200);
  });

  test('a series of events keeps its instance until it ends, and goes on without it', async () => {
    const { shop, place, created, day, weeks } = await openClass();
    const { data: room } = await shop.call('POST', `/resources/${place}`, { body: { title: 'Room' } });
    const [{ id: instance }] = room.instances;
    const series = await created({ days: [day({ resource_instances_ids: [instance] })] });
    const path = `/resources/${place}/${room.id}/instances/${instance}`;
    const { db } = await testDatabase();
    await db.delete(eventSeriesOccurrences).where(eq(eventSeriesOccurrences.locationId, place));
    await db.delete(occupations).where(eq(occupations.locationId, place));
    const kept = await shop.call('DELETE', path);
    expect([kept.status, kept.body.meta.errors]).toEqual([
      422,
      [{ instance_id: [`is used by the day ${series.days[0].id} of a series of events`] }],
    ]);
    const end = async (date: string) => {
      await db.update(eventSeries).set({ dateFrom: '2020-01-06', dateTo: date }).where(eq(eventSeries.locationId, place));
      return (await shop.call('DELETE', path)).status;
    };
    const now = today(shop.timeZone);
    expect([await end(now), await end(addDays(now, -1))]).toEqual([422, 204]);
    const longer = await shop.call('PATCH', `/company/${place}/schedules/${series.id}`, { body: { date_end: weeks(1) } });
    expect(longer.status).toBe(200);
    const { data } = await shop.call('GET', `/activity/${place}/search?from=${weeks(1)}&till=${weeks(1)}`);
    expect(data.at(-1).resource_instances).toEqual([]);
    // Only what is there can be chosen, also where no event is to come.
    const days = `/company/${place}/schedules/${series.id}/days/${series.days[0].id}`;
    const chosen = await shop.call('PATCH', days, { body: { force: false, resource_instances_ids: [instance] } });
    expect([chosen.status, Object.keys(chosen.body.meta.errors[0])]).toEqual([422, ['resource_instances_ids']]);
  });

  test('an event that is over is moved and copied without an instance that was deleted since', async () => {
    const { shop, place, member, service, addEvent, instances, room } = await openRooms(2);
    const [first, second] = room.instances;
    const { id } = await addEvent({ resource_instance_ids: [first.id, second.id] });
    const { db } = await testDatabase();
    const past = { startsAt: new Date('2020-05-06T14:00:00Z') };
    await db.update(events).set(past).where(eq(events.id, id));
    await db.delete(occupations).where(eq(occupations.locationId, place));
    expect((await shop.call('DELETE', `${instances}/${first.id}`)).status).toBe(204);
    const moved = await shop.call('PUT', `/activity/${place}/${id}`, {
      body: { date: '2030-05-06 14:00', service_id: service, staff_id: member, capacity: 3, length: 3600, force: false },
    });
    expect([moved.status, moved.data.resource_instances.map((each: { id: number }) => each.id)]).toEqual([200, [second.id]]);
    await db
      .update(events)
      .set({ resourceInstanceIds: [first.id] })
      .where(eq(events.id, id));
    const copies = await shop.call('POST', `/activity/${place}/${id}/duplicate`, {
      body: { strategy_slug: 'dates', dates: ['2030-05-07 14:00'] },
    });
    expect([copies.status, copies.body.meta.errors]).toEqual([200, undefined]);
  });

  test('a client who comes after all needs no instance that was deleted since', async () => {
    const { shop, place, booked, body, instances, room } = await openRooms(2);
    const made = await booked();
    const [instance] = made.resource_instance_ids;
    expect(instance).toBe(room.instances[0].id);
    const attend = (attendance: number) => shop.call('PUT', `/record/${place}/${made.id}`, { body: { ...body(), attendance } });
    expect((await attend(-1)).status).toBe(201);
    expect((await shop.call('DELETE', `${instances}/${instance}`)).status).toBe(204);
    expect((await attend(0)).status).toBe(201);
  });

  test('the last instance stays while services need it, and the answer names them', async () => {
    const { shop, service, instances, room, path } = await openRooms(2);
    const [first, second] = room.instances;
    const answers = await Promise.all([first, second].map(({ id }) => shop.call('DELETE', `${instances}/${id}`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 422]);
    const { title } = (await shop.call('GET', `/services/${shop.locationId}/${service}`)).data;
    expect(answers.find(({ status }) => status === 422)?.body.meta.errors).toEqual([
      { instance_id: [`is the last one of a resource that services need: ${title} (${service})`] },
    ]);
    expect((await resourcesOf(shop))[0].instances).toHaveLength(1);
    await shop.call('DELETE', `/services/${shop.locationId}/${service}`);
    const [{ instances: left }] = await resourcesOf(shop);
    expect((await shop.call('DELETE', `${instances}/${left[0].id}`)).status).toBe(204);
    expect((await shop.call('DELETE', path)).status).toBe(204);
  });

  test('it is either booked or deleted, when both happen at once', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const { shop, book, path } = await openRooms();
      const [booking, deleting] = await Promise.all([book(), shop.call('DELETE', path)]);
      if (deleting.status === 204) {
        expect(await resourcesOf(shop)).toEqual([]);
        if (booking.status === 201) expect(booking.data[0].resource_instance_ids).toEqual([]);
        else expect(booking.status).toBe(422);
      } else {
        expect([deleting.status, booking.status]).toEqual([422, 201]);
        expect(booking.data[0].resource_instance_ids).toHaveLength(1);
      }
    }
  });
});
