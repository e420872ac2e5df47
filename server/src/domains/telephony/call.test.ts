import { request } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { onPostgres, openShop, type Shop, testDatabase, testServer } from '../../../test/harness.ts';
import { makeDue, runDueJobs } from '../../../test/jobs.ts';
import { connectSwitchboard } from '../../../test/switchboard.ts';

let shop: Shop;
/** Another location of the chain. */
let branch: Shop;
let board: Awaited<ReturnType<typeof connectSwitchboard>>;
beforeAll(async () => {
  shop = await openShop();
  branch = await openShop({ chainId: shop.chainId, partner: shop.partner, city: 'London' });
  board = await connectSwitchboard(shop);
  await board.route([
    { kind: 'user', value: '101', salon_id: shop.locationId, user_ids: [] },
    { kind: 'diversion', value: '+1 (212) 555-0100', salon_id: shop.locationId, user_ids: [] },
    { kind: 'diversion', value: '+12125550199', salon_id: branch.locationId, user_ids: [] },
    { kind: 'diversion', value: '+12125550150', salon_id: shop.locationId, user_ids: [] },
    { kind: 'diversion', value: '+12125550150', salon_id: branch.locationId, user_ids: [] },
  ]);
});

const inBranch = (query = '') => board.calls(query, branch.owner.authorization, branch.locationId);
const numbers = (calls: { caller_phone: string }[]) => calls.map(({ caller_phone }) => caller_phone);

describe('the history of calls', () => {
  test('a call is in the history of the location whose number was called, as the telephony service reports it', async () => {
    const client = await shop.addClient({ phone: '+12125550001' });
    await board.ends({
      phone: '+1 212 555 0001',
      duration: 61.5,
      link: 'https://records.example.com/1.mp3',
      call_id: 'first',
      status: 'success',
      date: '2026-01-17T23:52:21-05:00',
    });
    expect(await board.calls('phone=%2B12125550001')).toEqual([
      {
        id: expect.any(Number),
        client_id: client.id,
        caller_phone: '+12125550001',
        record_link: 'https://records.example.com/1.mp3',
        duration: 62,
        status: 'success',
        type: 'incoming',
        call_date: '2026-01-17T23:52:21-05:00',
      },
    ]);
    expect(await inBranch('phone=%2B12125550001')).toEqual([]);
  });

  test('the route of the user comes before the route of the number; a user without one leaves it to the number', async () => {
    await board.ends({ phone: '+12125550002', user: '101', diversion: '+12125550199' });
    await board.ends({ phone: '+12125550003', user: '102', diversion: '+12125550199' });
    expect(numbers(await board.calls())).toContain('+12125550002');
    expect(numbers(await inBranch())).not.toContain('+12125550002');
    expect(numbers(await inBranch())).toContain('+12125550003');
    expect(numbers(await board.calls())).not.toContain('+12125550003');
  });

  test('a number can lead to two locations; a call without a route is only in the history of the chain', async () => {
    await board.ends({ phone: '+12125550004', diversion: '+12125550150' });
    await board.ends({ phone: '+12125550005', diversion: '+12125550777', user: '999' });
    const [ours, theirs, all] = [await board.calls(), await inBranch(), await board.ofChain()];
    expect([numbers(ours).includes('+12125550004'), numbers(theirs).includes('+12125550004')]).toEqual([true, true]);
    expect(numbers([...ours, ...theirs])).not.toContain('+12125550005');
    const placesOf = (phone: string) => all.find((call: { caller_phone: string }) => call.caller_phone === phone);
    expect(placesOf('+12125550004').salon_ids).toEqual([shop.locationId, branch.locationId]);
    expect(placesOf('+12125550005')).toMatchObject({ salon_ids: [], user: '999', diversion: '+12125550777' });
  });

  test('without a status, a call that has a duration was answered, and another one was missed; without a date, it was now', async () => {
    await board.ends({ phone: '+12125550006', duration: 5 });
    await board.ends({ phone: '+12125550007' });
    const [missed, answered] = await board.calls();
    expect([answered.status, missed.status, missed.duration, missed.record_link]).toEqual(['success', 'missed', 0, '']);
    expect(Math.abs(Date.parse(missed.call_date) - Date.now())).toBeLessThan(60_000);
  });

  test('the client is the one who has the number now', async () => {
    await board.ends({ phone: '+12125550008' });
    const clientOf = async () => (await board.calls('phone=%2B12125550008'))[0].client_id;
    expect(await clientOf()).toBe(0);
    const client = await shop.addClient({ phone: '+12125550008' });
    expect(await clientOf()).toBe(client.id);
    await shop.call('DELETE', `/client/${shop.locationId}/${client.id}`);
    expect(await clientOf()).toBe(0);
  });

  test('a national number is read in the country of the location; what is no number stays as it is', async () => {
    await board.ends({ phone: '020 7946 0123', diversion: '+12125550199' });
    await board.ends({ phone: ' anonymous ', diversion: '+12125550199', type: 'internal' });
    expect(numbers(await inBranch('limit=2'))).toEqual(['anonymous', '+442079460123']);
  });

  test('a report with the same id and type changes the call, also its locations; a part of the call of another type is another', async () => {
    const own = { phone: '+12125550009', call_id: 'again' };
    await board.ends({ ...own, status: 'missed' });
    await board.ends({ ...own, status: 'success', duration: 10, diversion: '+12125550199' });
    await board.ends({ ...own, type: 'internal' });
    expect(await inBranch('phone=%2B12125550009')).toMatchObject([{ status: 'success', duration: 10, type: 'incoming' }]);
    expect(await board.calls('phone=%2B12125550009')).toMatchObject([{ type: 'internal' }]);
    await board.ends({ phone: '+12125550009' });
    await board.ends({ phone: '+12125550009' });
    expect(await board.calls('phone=%2B12125550009')).toHaveLength(3);
  });

  test('the same report several times at once is one call', async () => {
    const rounds = onPostgres() ? 10 : 1;
    for (let round = 0; round < rounds; round++) {
      const report = { phone: '+12125550010', call_id: `race ${round}`, diversion: '+12125550150' };
      await Promise.all([1, 2, 3].map(() => board.ends(report)));
    }
    expect(await board.calls('phone=%2B12125550010&limit=100')).toHaveLength(rounds);
    expect(await inBranch('phone=%2B12125550010&limit=100')).toHaveLength(rounds);
  });
});

describe('the list of calls', () => {
  let call: Shop['call'];
  let place: number;
  let own: Awaited<ReturnType<typeof connectSwitchboard>>;
  let listed: Shop;
  beforeAll(async () => {
    listed = await openShop();
    ({ call, locationId: place } = listed);
    own = await connectSwitchboard(listed);
    const ends = (phone: string, date: string, fields: object = {}) => own.ends({ phone, date, ...fields });
    await ends('+12125550021', '2026-03-01T23:59:59-05:00', { type: 'outgoing', status: 'busy' });
    await ends('+12125550022', '2026-03-02T00:00:00-05:00');
    await ends('+12125550023', '2026-03-02T23:59:59-05:00', { status: 'success', type: 'internal' });
    await ends('+12125550021', '2026-03-03T00:00:00-05:00', { status: 'cancel' });
  });
  const list = async (query: string, authorization = listed.owner.authorization) => {
    const answer = await call('GET', `/voip/integration/calls?salon_id=${place}&${query}`, { authorization });
    return answer.status === 200 ? numbers(answer.data).map((phone) => phone.slice(-2)) : answer.status;
  };
  const march = 'date_from=2026-03-01&date_to=2026-03-31';

  test('is newest first, in pages, for whole days of the location', async () => {
    expect(await list(march)).toEqual(['21', '23', '22', '21']);
    expect(await list(`${march}&limit=3`)).toEqual(['21', '23', '22']);
    expect(await list(`${march}&limit=3&page=2`)).toEqual(['21']);
    expect(await list('date_from=2026-03-02&date_to=2026-03-02')).toEqual(['23', '22']);
  });

  test('is filtered by the number in any spelling, by types and by statuses', async () => {
    expect(await list(`${march}&phone=(212)+555-0021`)).toEqual(['21', '21']);
    expect(await list(`${march}&types[]=outgoing&types[]=internal`)).toEqual(['23', '21']);
    expect(await list(`${march}&statuses[]=busy&statuses[]=cancel`)).toEqual(['21', '21']);
    expect(await list(`${march}&statuses[]=busy&types[]=internal`)).toEqual([]);
  });

  test('takes its fields in the body of the GET too, as published', async () => {
    const { url } = await testServer();
    const body = JSON.stringify({ salon_id: place, date_from: '2026-03-01', date_to: '2026-03-31', statuses: ['busy'] });
    const text = await new Promise<string>((resolve, reject) => {
      const headers = {
        authorization: listed.owner.authorization,
        'content-type': 'application/json',
        'content-length': body.length,
      };
      const sent = request(`${url}/api/v1/voip/integration/calls`, { method: 'GET', headers }, (answer) => {
        let received = '';
        answer.on('data', (part) => {
          received += part;
        });
        answer.on('end', () => resolve(received));
      });
      sent.on('error', reject);
      sent.end(body);
    });
    expect(numbers(JSON.parse(text).data)).toEqual(['+12125550021']);
  });

  test('needs the right to see calls; a user without the right to see their numbers neither sees nor searches them', async () => {
    const none = await listed.hire('owner', { dashboard_calls_access: false });
    expect(await list(march, none.authorization)).toBe(403);
    const blind = await listed.hire('owner', { dashboard_calls_phones_access: false });
    expect(await list(march, blind.authorization)).toEqual(['', '', '', '']);
    expect(await list(`${march}&phone=%2B12125550021`, blind.authorization)).toEqual([]);
    const stranger = await openShop({ partner: listed.partner });
    expect(await list(march, stranger.owner.authorization)).toBe(404);
  });

  test('refuses days in the wrong order, days that do not exist, and unknown types and statuses', async () => {
    for (const wrong of ['date_from=2026-03-02&date_to=2026-03-01', 'date_from=2026-02-30&date_to=2026-03-01']) {
      expect(await list(wrong)).toBe(422);
    }
    for (const wrong of ['types[]=sms', 'statuses[]=lost', 'page=0']) expect(await list(`${march}&${wrong}`)).toBe(422);
    expect(await list('date_from=2026-03-01')).toBe(422);
  });
});

describe('how long calls are kept', () => {
  test('calls are removed after the days that the chain sets, however old the report says they are', async () => {
    const kept = await openShop();
    const own = await connectSwitchboard(kept);
    await kept.call('PUT', own.settings, { body: { days_kept: 30 } });
    await own.ends({ date: '2020-01-02T00:00:00Z' });
    const { query } = await testDatabase();
    const sweepAfter = async (days: number) => {
      await query({
        text: 'update calls set created_at = now() - make_interval(days => $2) where chain_id = $1',
        values: [kept.chainId, days],
      });
      await makeDue({ kind: 'sweep calls' });
      await runDueJobs(await testServer(), { kind: 'sweep calls' });
    };
    await sweepAfter(29);
    expect(await own.calls()).toHaveLength(1);
    await sweepAfter(31);
    expect([await own.calls(), await own.ofChain()]).toEqual([[], []]);
  });

  test('all calls with a number are removed when its owner asks for it, and no others', async () => {
    for (const phone of ['+12125550031', '+12125550031', '+12125550032']) {
      await board.ends({ phone, diversion: '+12125550150' });
    }
    await board.rings({ phone: '+12125550031' });
    const erase = (phone: string) => shop.call('DELETE', `/chain/${shop.chainId}/voip_calls?phone=${encodeURIComponent(phone)}`);
    expect((await erase('+1 212 555-0031')).data).toEqual({ deleted: 2 });
    expect([await board.calls('phone=%2B12125550031'), await inBranch('phone=%2B12125550031')]).toEqual([[], []]);
    expect(numbers(await inBranch())).toContain('+12125550032');
    expect(JSON.stringify(await board.ringing())).not.toContain('+12125550031');
  });
});
