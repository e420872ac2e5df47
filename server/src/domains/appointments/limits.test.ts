import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';
import { services } from '../catalog/tables.ts';
import { allCalendars } from '../team/calendars.ts';
import { visitsFor } from './client-visits.ts';
import { visits } from './tables.ts';
import { lockAppointment } from './update.ts';

describe('visits', () => {
  it('are created once for each appointment without a known client', async () => {
    const { place, booked } = await openSalon();
    const first = await booked({ client: { name: 'Grace' } });
    const second = await booked({ client: { name: 'Grace' }, datetime: '2030-05-06T12:00:00' });
    expect(second.visit_id).not.toBe(first.visit_id);
    const { db } = await testDatabase();
    expect(await db.$count(visits, eq(visits.locationId, place))).toBe(2);
  });

  it('of several clients are created in the order of clients and dates, so that requests wait for one another in one order', async () => {
    const { shop, place } = await openSalon();
    const first = (await shop.addClient()).id;
    const second = (await shop.addClient()).id;
    const { db } = await testDatabase();
    const made = await visitsFor(db, place, [
      { clientId: second, date: '2030-05-07' },
      { clientId: first, date: '2030-05-07' },
      { clientId: second, date: '2030-05-06' },
      { clientId: first, date: '2030-05-06' },
    ]);
    const [secondLater, firstLater, secondEarlier, firstEarlier] = made;
    expect([...made].sort((a, b) => a - b)).toEqual([firstEarlier, firstLater, secondEarlier, secondLater]);
  });
});

describe('an appointment', () => {
  it('that is added for a client who did not come counts as missed', async () => {
    const { shop, place, booked } = await openSalon();
    const { id } = await booked({ attendance: -1 });
    expect((await shop.call('GET', `/record/${place}/${id}`)).data.client).toMatchObject({
      success_visits_count: 0,
      fail_visits_count: 1,
    });
  });

  it('that is gone is named when it is not found', async () => {
    const { place } = await openSalon();
    const { db } = await testDatabase();
    await expect(lockAppointment(db, place, 2_147_483_647, allCalendars)).rejects.toThrow('Appointment 2147483647 was not found');
  });

  it('has the technical break of its new service although it takes as long', async () => {
    const { shop, place, member, body, booked } = await openSalon();
    const other = await shop.addService({ title: 'Colour' });
    const { db } = await testDatabase();
    await db.update(services).set({ technicalBreak: 600 }).where(eq(services.id, other));
    const { id, client } = await booked();
    const change = (fields: object) =>
      shop.call('PUT', `/record/${place}/${id}`, { body: body({ staff_id: member, client: { id: client.id }, ...fields }) });
    expect((await change({ services: [{ id: other }] })).data).toMatchObject({
      seance_length: 3600,
      technical_break_duration: 600,
    });
  });

  it('is moved to a busy time if the caller forces it, and for a no-show', async () => {
    const { shop, place, body, booked } = await openSalon();
    const datetime = '2030-05-06T14:00:00';
    await booked({ datetime });
    const { id, client } = await booked();
    const move = (fields: object) =>
      shop.call('PUT', `/record/${place}/${id}`, { body: body({ client: { id: client.id }, datetime, ...fields }) });
    expect((await move({})).status).toBe(422);
    expect((await move({ attendance: -1 })).status).toBe(201);
    expect((await move({ attendance: 0, datetime: '2030-05-06T10:00:00' })).status).toBe(201);
    expect((await move({ save_if_busy: true })).status).toBe(201);
  });

  it('of a no-show who is expected again may be outside of the working hours, as before', async () => {
    const { shop, booked } = await openSalon();
    const { id, visit_id } = await booked({ datetime: '2030-05-06T20:00:00', save_if_busy: true });
    const attend = (attendance: number) => shop.call('PUT', `/visits/${visit_id}/${id}`, { body: { attendance, comment: '' } });
    expect((await attend(-1)).status).toBe(200);
    expect((await attend(0)).status).toBe(200);
  });

  it('of another visit is not changed with a visit', async () => {
    const { shop, booked } = await openSalon();
    const [one, other] = [await booked(), await booked({ datetime: '2030-05-06T12:00:00' })];
    const answer = await shop.call('PUT', `/visits/${one.visit_id}/${other.id}`, { body: { attendance: 1, comment: '' } });
    expect([answer.status, answer.meta.message]).toEqual([404, `Visit ${one.visit_id} has no appointment ${other.id}`]);
  });

  it('in a group event is not moved to the same event', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const { data } = await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' } } });
    const answer = await shop.call('PATCH', `//api/v2/locations/${place}/events/${event.id}/appointments/${data[0].id}`, {
      body: { reschedule_activity_id: event.id },
      headers: { accept: 'application/vnd.api.v2+json' },
    });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain('must be another event');
  });
});
