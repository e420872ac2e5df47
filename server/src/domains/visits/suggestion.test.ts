import { beforeAll, describe, expect, test } from 'vitest';
import { openShop, somePhone } from '../../../test/harness.ts';
import { callerWith, openSalon } from '../../../test/salon.ts';

type Salon = Awaited<ReturnType<typeof openSalon>>;
let salon: Salon;
let [beard, wash, perm, client, lastId] = [0, 0, 0, 0, 0];

const came = (services: number[], day: string, phone: string, attendance = 1) =>
  salon.booked({
    services: services.map((id) => ({ id })),
    client: { phone, name: 'Ada' },
    datetime: `${day}T10:00:00`,
    save_if_busy: true,
    attendance,
  });

beforeAll(async () => {
  salon = await openSalon();
  const { shop, place, service, member } = salon;
  [beard, wash, perm] = [
    await shop.addService({ title: 'Beard' }),
    await shop.addService({ title: 'Wash' }),
    await shop.addService({ title: 'Perm' }),
  ];
  for (const id of [service, beard, wash]) {
    await shop.call('POST', `/company/${place}/services/${id}/staff`, {
      body: { master_id: member, seance_length: 1800, technological_card_id: null },
    });
  }
  const [ada, bob] = [somePhone(), somePhone()];
  await came([service], '2024-02-29', ada);
  await came([service], '2024-03-01', ada);
  // Perm is not offered by the team member.
  const last = await came([beard, perm], '2024-03-02', ada);
  [client, lastId] = [last.client.id, last.id];
  // Nobody came, and nobody can have come yet.
  await came([wash], '2024-03-03', ada, -1);
  await salon.booked({ services: [{ id: wash }], client: { phone: ada, name: 'Ada' } });
  await came([wash], '2024-03-04', bob);
  await came([service], '2024-03-05', bob);
});

const suggest = (
  query: string,
  call = (path: string) => salon.shop.call('GET', path, { headers: { accept: 'application/vnd.api.v2+json' } }),
) => call(`//api/v2/locations/${salon.place}/attendance_service_suggestions?${query}`);
const shown = (answer: { body: { data: { id: string; attributes: Record<string, unknown> }[] } }) =>
  answer.body.data.map(({ id, attributes }) => [Number(id), attributes.suggestion_type, attributes.record_id]);

describe('suggested services', () => {
  test('are those that clients came for to the team member, the most frequent first', async () => {
    expect(shown(await suggest(`staff_id=${salon.member}`))).toEqual([
      [salon.service, 'master_popular_service', null],
      [wash, 'master_popular_service', null],
      [beard, 'master_popular_service', null],
    ]);
  });

  test('begin with the last visit and the favourites of the client, each once', async () => {
    expect(shown(await suggest(`staff_id=${salon.member}&client_id=${client}`))).toEqual([
      [beard, 'last_client_visit_attendance_service', lastId],
      [salon.service, 'client_popular_service', null],
      [wash, 'master_popular_service', null],
    ]);
  });

  test('are none for a team member without services', async () => {
    const other = await salon.shop.addTeamMember();
    expect((await suggest(`staff_id=${other}&client_id=${client}`)).body).toEqual({ data: [] });
  });

  test('include the option and the appointment', async () => {
    const { body } = await suggest(`staff_id=${salon.member}&client_id=${client}&include=attendance_service&include=record`);
    const option = { type: 'attendance_service', id: `${salon.place}_${beard}_${salon.member}_0` };
    expect(body.data[0].relationships).toEqual({
      attendance_service: { data: option },
      record: { data: { type: 'record', id: String(lastId) } },
    });
    expect(body.data[1].relationships.record).toEqual({ data: null });
    expect(body.included.map(({ type }: { type: string }) => type).toSorted()).toEqual([
      'attendance_service',
      'attendance_service',
      'attendance_service',
      'record',
    ]);
    expect(body.included.find(({ id }: { id: string }) => id === option.id).attributes).toMatchObject({ duration: 1800 });
  });

  test('need the permissions for what they show', async () => {
    const withoutClients = await callerWith(salon.shop, { record_form_client_access: false });
    const ask = (query: string) => suggest(query, (path) => withoutClients('GET', path));
    expect((await ask(`staff_id=${salon.member}`)).status).toBe(200);
    expect((await ask(`staff_id=${salon.member}&client_id=${client}`)).status).toBe(403);
    const withoutForm = await callerWith(salon.shop, { record_form_access: false });
    const { body } = await suggest(`staff_id=${salon.member}&client_id=${client}&include=record`, (path) =>
      withoutForm('GET', path),
    );
    expect([body.data[0].relationships.record, body.included]).toEqual([{ data: null }, []]);
  });

  test('are refused for unknown and foreign team members and clients', async () => {
    const other = await openShop();
    const [stranger, { id: foreign }] = [await other.addTeamMember(), await other.addClient()];
    expect((await suggest(`staff_id=${stranger}`)).status).toBe(404);
    expect((await suggest(`staff_id=${salon.member}&client_id=${foreign}`)).status).toBe(404);
    expect((await suggest('')).status).toBe(422);
    expect((await suggest(`staff_id=${salon.member}&include=client`)).status).toBe(422);
  });

  test('have a composite service only for a team member who provides all of its parts', async () => {
    const { shop, place, member, service } = salon;
    const parts = (method: string, ids: number[]) =>
      shop.call(method, `/company/${place}/services/${beard}/parts`, {
        body: { parts: ids.map((service_id) => ({ service_id })) },
      });
    const suggested = async () => shown(await suggest(`staff_id=${member}`)).map(([id]) => id);
    await parts('PUT', [service, perm]);
    expect(await suggested()).toEqual([service, wash]);
    await parts('PUT', [service, wash]);
    expect(await suggested()).toEqual([service, wash, beard]);
    await shop.call('DELETE', `/company/${place}/services/${beard}/parts`);
    expect(await suggested()).toEqual([service, wash, beard]);
  });

  test('forget a service that is deleted', async () => {
    await salon.shop.call('DELETE', `/services/${salon.place}/${wash}`);
    expect(shown(await suggest(`staff_id=${salon.member}`)).map(([id]) => id)).toEqual([salon.service, beard]);
  });
});
