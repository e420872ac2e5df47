import { expect, test } from 'vitest';
import { somePhone } from '../../../test/harness.ts';
import { fullDay, openWaitingSalon } from '../../../test/waiting.ts';

async function openJoining() {
  const salon = await openWaitingSalon();
  const { place, service, post } = salon;
  const join = (fields: Record<string, unknown> = {}) =>
    post(`/waiting_list/${place}`, {
      phone: somePhone(),
      fullname: 'Ada',
      service_ids: [service],
      team_member_id: 0,
      date_from: fullDay,
      ...fields,
    });
  const list = async () => (await salon.shop.call('GET', salon.path)).data;
  return { ...salon, join, list };
}

test('clients join online where the location lets them, read their entry by its link, and leave it', async () => {
  const { join, list, settings, own } = await openJoining();
  expect((await join()).status).toBe(403);
  expect((await settings({ is_online: true })).data).toEqual({ is_online: true, hold_minutes: 30, most_offers: 3 });
  const phone = somePhone();
  const joined = await join({ phone, email: 'ada@example.com', time_from: '14:00', time_to: '16:00' });
  expect(joined.status).toBe(201);
  const [entry] = await list();
  expect(entry).toMatchObject({ name: 'Ada', phone, email: 'ada@example.com', is_online: true, client_id: null, staff: null });
  const { token } = joined.data;
  const shown = await own('entry', token);
  expect(shown.data).toMatchObject({
    status: 'waiting',
    time_from: '14:00',
    time_to: '16:00',
    date_from: fullDay,
    date_to: fullDay,
  });
  expect(JSON.stringify(shown.body)).not.toContain(phone.slice(1));
  expect((await own('entry/leave', token)).status).toBe(204);
  expect((await own('entry', token)).data.status).toBe('cancelled');
  expect((await own('entry/leave', token)).status).toBe(409);
});

test('a link opens only what it is about: not with another number, signature, kind or time', async () => {
  const { join, settings, own, add, free, look, tokenFor } = await openJoining();
  await settings({ is_online: true });
  const { token } = (await join({ time_from: '17:00' })).data;
  const phone = somePhone();
  await add({ phone });
  await free(11);
  await look();
  const offer = await tokenFor(phone);
  const [, place, id, created, signed] = token.split('-');
  const forged = [
    `e-${place}-${Number(id) + 1}-${created}-${signed}`,
    `o-${place}-${id}-${created}-${signed}`,
    `e-${place}-${id}-${Number(created) + 1}-${signed}`,
    `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    offer,
    'e',
    '-',
  ];
  for (const each of forged) expect([each, (await own('entry', each)).status]).toEqual([each, 404]);
  for (const operation of ['offer', 'offer/take', 'offer/decline']) {
    expect((await own(operation, token)).status).toBe(404);
    expect((await own(operation, `${offer.slice(0, -1)}${offer.endsWith('A') ? 'B' : 'A'}`)).status).toBe(404);
  }
});

test('whoever joins proves the phone where the location asks for it, and blacklisted clients do not join', async () => {
  const { shop, place, join, settings, setBooking, list } = await openJoining();
  await settings({ is_online: true });
  await setBooking({ confirm_number: true });
  const codes = async (fields: object) => {
    const { status, body } = await join({ ...fields });
    return [status, body.meta.errors?.map(({ code }: { code: number }) => code)];
  };
  expect(await codes({})).toEqual([422, [432]]);
  expect(await codes({ code: 123456 })).toEqual([422, [432]]);
  await setBooking({ confirm_number: false });
  expect(await codes({ phone: '12' })).toEqual([422, [431]]);
  expect(await codes({ fullname: ' ' })).toEqual([422, [434 + 1]]);
  const client = await shop.addClient();
  await shop.call('PUT', `/client/${place}/${client.id}`, { body: { name: 'Ada', phone: `+${client.phone}`, importance_id: 2 } });
  expect(await codes({ phone: `+${client.phone}` })).toEqual([403, [434]]);
  expect(await list()).toEqual([]);
});

test('a client with a card waits with the card, whose data no link shows; one phone number waits for ten times at most', async () => {
  const { shop, join, settings, list } = await openJoining();
  await settings({ is_online: true });
  const client = await shop.addClient({ name: 'Ada', email: 'own@example.com' });
  const phone = `+${client.phone}`;
  await join({ phone, fullname: 'Mallory', email: 'mallory@example.com' });
  expect(await list()).toMatchObject([{ client_id: client.id, name: 'Ada', email: 'own@example.com' }]);
  for (let more = 0; more < 9; more++) expect((await join({ phone })).status).toBe(201);
  expect((await join({ phone })).status).toBe(409);
});

test('a client who waits with any team member did not choose the one who was free', async () => {
  const { shop, place, member, add, free, look, tokenFor, take } = await openJoining();
  const [any, certain] = [somePhone(), somePhone()];
  await add({ phone: any });
  await add({ phone: certain, team_member_id: member });
  await free(10);
  await free(14);
  await look();
  const chosen = async (phone: string) => {
    const { data } = await take(await tokenFor(phone));
    return (await shop.call('GET', `/record/${place}/${data.record_id}`)).data.master_request;
  };
  expect([await chosen(any), await chosen(certain)]).toEqual([0, 1]);
});
