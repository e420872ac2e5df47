import { beforeAll, expect, test } from 'vitest';
import { onPostgres, testDatabase } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';
import { connectSwitchboard } from '../../../test/switchboard.ts';

let salon: Awaited<ReturnType<typeof openSalon>>;
let board: Awaited<ReturnType<typeof connectSwitchboard>>;
beforeAll(async () => {
  salon = await openSalon();
  board = await connectSwitchboard(salon.shop);
});

const byPhone = async (phone: string) => (await board.ringing()).find((call: { phone: string }) => call.phone === phone);

test('an incoming call shows who calls, with the appointments before and after now', async () => {
  const { shop, booked, member, service } = salon;
  const client = await shop.addClient({ phone: '+12125550001', name: 'Ada', surname: 'Lovelace' });
  const times = ['2030-05-06T10:00:00', '2030-05-07T10:00:00', '2030-05-08T10:00:00', '2030-05-09T10:00:00'];
  const made = [];
  for (const datetime of times) made.push(await booked({ client: { id: client.id }, datetime }));
  const [oldest, last, next, gone] = made.map(({ id }) => id);
  const { query } = await testDatabase();
  const move = (id: number, days: number) =>
    query({
      text: 'update appointments set starts_at = now() + make_interval(days => $3) where location_id = $1 and id = $2',
      values: [shop.locationId, id, days],
    });
  await move(oldest, -9);
  await move(last, -2);
  await move(gone, 1);
  await shop.call('DELETE', `/record/${shop.locationId}/${gone}`);
  await board.rings({ phone: '(212) 555-0001' });
  const appointment = {
    datetime: expect.any(String),
    attendance: 0,
    staff: { id: member, name: expect.any(String) },
    services: [{ id: service, title: expect.any(String) }],
  };
  const shown = {
    id: client.id,
    name: 'Ada',
    surname: 'Lovelace',
    visits_count: 0,
    last_appointment: { id: last, ...appointment },
    next_appointment: { id: next, ...appointment, datetime: '2030-05-08T10:00:00-04:00' },
  };
  expect(await byPhone('+12125550001')).toEqual({
    phone: '+12125550001',
    diversion: '+12125550100',
    call_date: expect.any(String),
    client: shown,
  });
  const asked = await shop.call('GET', `/company/${shop.locationId}/voip/caller?phone=212-555-0001`);
  expect(asked.data).toEqual({ phone: '+12125550001', client: shown });
});

test('a user sees of the caller what their rights show', async () => {
  const { shop } = salon;
  await shop.addClient({ phone: '+12125550002', name: 'Grace', surname: 'Hopper' });
  await board.rings({ phone: '+12125550002' });
  const seenWith = async (permissions: Parameters<typeof shop.hire>[1]) => {
    const { authorization } = await shop.hire('owner', permissions);
    return (await board.ringing(authorization)).at(0);
  };
  expect(await seenWith({ dashboard_calls_phones_access: false })).toMatchObject({ phone: '', client: { name: 'Grace' } });
  expect(await seenWith({ clients_access: false })).toMatchObject({ phone: '+12125550002', client: null });
  expect(await seenWith({ clients_surname_middle_name_access: false })).toMatchObject({ client: { surname: '' } });
  expect(await seenWith({ clients_visit_master_id: salon.member })).toMatchObject({ client: null });
  const blind = await shop.hire('owner', { dashboard_calls_phones_access: false });
  const asked = await shop.call('GET', `/company/${shop.locationId}/voip/caller?phone=%2B12125550002`, {
    authorization: blind.authorization,
  });
  expect(asked.status).toBe(403);
});

test('appointments are shown to users who see the calendar, of the calendars they see', async () => {
  const { shop, booked } = salon;
  const client = await shop.addClient({ phone: '+12125550003' });
  const { id } = await booked({ client: { id: client.id }, datetime: '2030-05-06T14:00:00' });
  const nextFor = async (permissions: Parameters<typeof shop.hire>[1]) => {
    const { authorization } = await shop.hire('owner', permissions);
    const path = `/company/${shop.locationId}/voip/caller?phone=%2B12125550003`;
    return (await shop.call('GET', path, { authorization })).data.client.next_appointment?.id ?? null;
  };
  expect(await nextFor({ master_id: salon.member })).toBe(id);
  expect(await nextFor({ master_id: await shop.addTeamMember() })).toBeNull();
  expect(await nextFor({ timetable_access: false })).toBeNull();
});

test('a call rings only for the users of its route, and for all of them if it rings again for others', async () => {
  const { shop, place } = salon;
  const [one, two, three] = [await shop.hire('owner'), await shop.hire('owner'), await shop.hire('owner')];
  await board.route([
    { kind: 'user', value: '1', salon_id: place, user_ids: [one.id] },
    { kind: 'user', value: '2', salon_id: place, user_ids: [two.id] },
    { kind: 'diversion', value: '+12125550100', salon_id: place, user_ids: [] },
  ]);
  const hear = async () =>
    Promise.all(
      [one, two, three].map(async ({ authorization }) =>
        JSON.stringify(await board.ringing(authorization)).includes('+12125550004'),
      ),
    );
  await board.rings({ phone: '+12125550004', user: '1' });
  expect(await hear()).toEqual([true, false, false]);
  await board.rings({ phone: '+12125550004', user: '2' });
  expect(await hear()).toEqual([true, true, false]);
  await board.rings({ phone: '+12125550004' });
  expect(await hear()).toEqual([true, true, true]);
  await board.rings({ phone: '+12125550004', user: '2' });
  expect(await hear()).toEqual([true, true, true]);
  const { query } = await testDatabase();
  await query({
    text: "update ringing_calls set at = now() - interval '3 minutes' where location_id = $1 and phone = '+12125550004'",
    values: [place],
  });
  expect(await hear()).toEqual([false, false, false]);
  await board.rings({ phone: '+12125550004', user: '2' });
  expect(await hear()).toEqual([false, true, false]);
});

test('a call stops ringing when it is over; outgoing and internal calls do not ring', async () => {
  const fields = { phone: '+12125550005', diversion: '+12125550100' };
  await board.rings({ ...fields, type: 'outgoing' });
  await board.rings({ ...fields, type: 'internal' });
  expect(await byPhone('+12125550005')).toBeUndefined();
  await board.rings(fields);
  expect(await byPhone('+12125550005')).toMatchObject({ client: null });
  await board.ends({ phone: '+12125550006' });
  expect(await byPhone('+12125550005')).toBeDefined();
  await board.ends(fields);
  expect(await byPhone('+12125550005')).toBeUndefined();
});

test('calls that ring and end at the same moment do not wait for each other in a circle', async () => {
  const fields = { phone: '+12125550007', diversion: '+12125550100' };
  for (let round = 0; round < (onPostgres() ? 10 : 1); round++) {
    await Promise.all([board.rings(fields), board.ends(fields), board.rings(fields), board.ends(fields)]);
  }
  await board.ends(fields);
  expect(await byPhone('+12125550007')).toBeUndefined();
});
