import { expect, test } from 'vitest';
import { type Desk, openDesk } from '../../../test/desk.ts';
import { somePhone } from '../../../test/harness.ts';

const documentAt = async (desk: Desk, document: number) =>
  (await desk.shop.call('GET', `/storage_operations/documents/${desk.place}/${document}`)).data.create_date
    .slice(0, 19)
    .replace(' ', 'T');
const lineAt = async (desk: Desk, line: number) =>
  (await desk.shop.call('GET', `/storage_operations/goods_transactions/${desk.place}/${line}`)).data.create_date
    .slice(0, 19)
    .replace(' ', 'T');
const paidAt = async (desk: Desk, document: number) =>
  (await desk.shop.call('GET', `/transactions/${desk.place}?document_id=${document}`)).data.map(({ date }: { date: string }) =>
    date.slice(0, 19),
  );

test('the document of an appointment and its products follow it to another time, and payments stay', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(60);
  const line = await desk.shop.addSale(appointment.id, await desk.shop.addProduct());
  await desk.payment(document, 40);
  const move = (datetime: string) =>
    desk.shop.call('PUT', `/record/${desk.place}/${appointment.id}`, {
      body: { ...desk.body({ services: appointment.services, client: appointment.client, save_if_busy: true }), datetime },
    });
  expect((await move('2030-05-07T11:30:00')).status).toBe(201);
  expect([await documentAt(desk, document), await lineAt(desk, line)]).toEqual(['2030-05-07T11:30:00', '2030-05-07T11:30:00']);
  const before = ['2030-05-06T10:00:00', '2030-05-06T10:00:00'];
  expect(await paidAt(desk, document)).toEqual(before);
  // What is paid from now on has the new time.
  await desk.payment(document, 20);
  expect((await paidAt(desk, document)).toSorted()).toEqual([...before, '2030-05-07T11:30:00']);
});

test('the document of a place in a group event follows the event, and the client who moves to another one', async () => {
  const desk = await openDesk();
  const [event, other] = [await desk.addEvent(), await desk.addEvent({ date: '2030-05-08 15:00' })];
  const booked = await desk.shop.call('POST', `/records/${desk.place}`, {
    body: { activity_id: event.id, client: { name: 'Ada', phone: somePhone() } },
  });
  const [{ id, documents }] = booked.data;
  const line = await desk.shop.addSale(id, await desk.shop.addProduct());
  const moved = await desk.shop.call('PUT', `/activity/${desk.place}/${event.id}`, {
    body: {
      date: '2030-05-07 12:00',
      service_id: desk.service,
      staff_id: desk.member,
      capacity: 3,
      length: 3600,
      force: true,
    },
  });
  expect(moved.status).toBeLessThan(300);
  expect([await documentAt(desk, documents[0].id), await lineAt(desk, line)]).toEqual([
    '2030-05-07T12:00:00',
    '2030-05-07T12:00:00',
  ]);
  const path = `//api/v2/locations/${desk.place}/events/${event.id}/appointments/${id}`;
  const rescheduled = await desk.shop.call('PATCH', path, {
    body: { reschedule_activity_id: other.id },
    headers: { accept: 'application/vnd.api.v2+json' },
  });
  expect(rescheduled.status).toBeLessThan(300);
  expect([await documentAt(desk, documents[0].id), await lineAt(desk, line)]).toEqual([
    '2030-05-08T15:00:00',
    '2030-05-08T15:00:00',
  ]);
});
