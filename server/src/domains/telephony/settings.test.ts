import { expect, test } from 'vitest';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { connectSwitchboard } from '../../../test/switchboard.ts';

test('a chain has no token until it makes one; a new one ends the former at once', async () => {
  const shop = await openShop();
  const path = `/chain/${shop.chainId}/voip_settings`;
  expect((await shop.call('GET', path)).data).toEqual({ crm_token: '', is_enabled: false, days_kept: 365, routes: [] });
  const first = (await shop.call('POST', `${path}/token`)).data.crm_token;
  expect(first).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect((await shop.call('GET', path)).data.crm_token).toBe(first);
  const second = (await shop.call('POST', `${path}/token`)).data.crm_token;
  expect(second).not.toBe(first);
  const enable = async (crm_token: string) =>
    (await shop.call('POST', '/voip/integration', { body: { command: 'setup', type: 'enable', crm_token } })).status;
  expect([await enable(first), await enable(second.toUpperCase())]).toEqual([404, 202]);
});

test('the token is stored encrypted and as a hash only', async () => {
  const shop = await openShop();
  const { crmToken } = await connectSwitchboard(shop);
  const { query } = await testDatabase();
  const [row] = await query<{ row: string }>({
    text: "select telephony_settings::text || encode(token, 'escape') as row from telephony_settings where chain_id = $1",
    values: [shop.chainId],
  });
  expect(row?.row).not.toContain(crmToken);
});

test('before it is enabled and after it is disabled, events are accepted and dropped', async () => {
  const shop = await openShop();
  const path = `/chain/${shop.chainId}/voip_settings`;
  const { crm_token } = (await shop.call('POST', `${path}/token`)).data;
  const send = async (body: object) =>
    (await shop.call('POST', '/voip/integration', { body: { crm_token, phone: '+12125550123', diversion: '', ...body } })).status;
  const history = { command: 'history', type: 'incoming' };
  expect([await send(history), await send({ command: 'event', type: 'incoming' })]).toEqual([202, 202]);
  const setup = async (type: string) =>
    (await shop.call('POST', '/voip/integration', { body: { crm_token, command: 'setup', type } })).body;
  expect(await setup('enable')).toEqual({ success: true, data: null, meta: { message: 'Accepted' } });
  expect((await shop.call('GET', path)).data.is_enabled).toBe(true);
  await send(history);
  await setup('disable');
  await setup('disable');
  expect([await send(history), await send({ command: 'event', type: 'incoming' })]).toEqual([202, 202]);
  const calls = await shop.call('GET', `/chain/${shop.chainId}/voip_calls?date_from=2020-01-01&date_to=2035-01-01`);
  expect(calls.data).toHaveLength(1);
  expect((await shop.call('GET', `/company/${shop.locationId}/voip/incoming`)).data).toEqual([]);
});

test('the calls of a chain with one location concern it, until it has routes or another location', async () => {
  const shop = await openShop();
  const board = await connectSwitchboard(shop);
  await board.ends({ phone: '+12125550001' });
  await board.route([{ kind: 'user', value: '7', salon_id: shop.locationId, user_ids: [] }]);
  await board.ends({ phone: '+12125550002' });
  await board.route([]);
  await openShop({ chainId: shop.chainId });
  await board.ends({ phone: '+12125550003' });
  expect((await board.calls()).map((call: { caller_phone: string }) => call.caller_phone)).toEqual(['+12125550001']);
  expect(await board.ofChain()).toHaveLength(3);
});

test('routes are replaced as a whole, and kept if only other settings change', async () => {
  const shop = await openShop();
  const board = await connectSwitchboard(shop);
  const worker = await shop.hire('worker');
  const route = { kind: 'diversion', value: '+1 212-555-0100', salon_id: shop.locationId, user_ids: [worker.id, worker.id] };
  expect((await board.route([route])).routes).toEqual([{ ...route, value: '+12125550100', user_ids: [worker.id] }]);
  const changed = await shop.call('PUT', board.settings, { body: { days_kept: 7 } });
  expect(changed.data).toMatchObject({ days_kept: 7, is_enabled: true, crm_token: board.crmToken, routes: [{}] });
  expect((await board.route([{ ...route, kind: 'user', value: ' 101 ' }])).routes).toMatchObject([
    { kind: 'user', value: '101' },
  ]);
});

test('routes of other chains, of users elsewhere, twice the same and without a value are refused', async () => {
  const shop = await openShop();
  const stranger = await openShop({ partner: shop.partner });
  const board = await connectSwitchboard(shop);
  const route = { kind: 'user', value: '101', salon_id: shop.locationId, user_ids: [] as number[] };
  const refused = async (...routes: object[]) => (await shop.call('PUT', board.settings, { body: { routes } })).status;
  expect(await refused({ ...route, salon_id: stranger.locationId })).toBe(422);
  expect(await refused({ ...route, user_ids: [stranger.owner.id] })).toBe(422);
  expect(await refused(route, { ...route, value: ' 101' })).toBe(422);
  expect(await refused({ ...route, value: '  ' })).toBe(422);
  expect(await refused({ ...route, kind: 'sip' })).toBe(422);
  expect((await shop.call('GET', board.settings)).data.routes).toEqual([]);
});

test('a message of the telephony service that is not as published is refused with the field', async () => {
  const shop = await openShop();
  const board = await connectSwitchboard(shop);
  const fieldsOf = async (body: Record<string, unknown>) => {
    const answer = await board.send(body);
    return [answer.status, ...(answer.meta.errors ?? []).map((error: object) => Object.keys(error)[0])];
  };
  const call = { command: 'history', type: 'incoming', phone: '+12125550123', diversion: '' };
  expect(await fieldsOf({ command: 'dance' })).toEqual([422, 'command']);
  expect(await fieldsOf({ command: 'setup', type: 'pause' })).toEqual([422, 'type']);
  expect(await fieldsOf({ ...call, type: 'fax' })).toEqual([422, 'type']);
  expect(await fieldsOf({ ...call, phone: undefined })).toEqual([422, 'phone']);
  expect(await fieldsOf({ ...call, status: 'lost' })).toEqual([422, 'status']);
  expect(await fieldsOf({ ...call, duration: -1 })).toEqual([422, 'duration']);
  expect(await fieldsOf({ ...call, date: 'yesterday' })).toEqual([422, 'date']);
  expect(await fieldsOf({ ...call, date: '3026-01-01T00:00:00Z' })).toEqual([422, 'date']);
  expect(await fieldsOf({ ...call, link: 'javascript:alert(1)' })).toEqual([422, 'link']);
  expect(await fieldsOf({ ...call, crm_token: 'x' })).toEqual([404]);
  expect(await board.calls()).toEqual([]);
});
