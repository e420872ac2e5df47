import { expect, test } from 'vitest';
import { answered, countedFromScratch } from '../../../test/analytics.ts';
import { type Desk, openDesk } from '../../../test/desk.ts';
import { openShop } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';

const pathOf = ({ place }: Desk) => `/company/${place}/analytics/settings`;
const chainPathOf = ({ shop }: Desk) => `/chain/${shop.chainId}/analytics/settings`;

/** A desk with two clients who came on 10 January and on 1 March, and the number of lost ones on a date. */
async function openWithClients() {
  const desk = await openDesk();
  const { shop, place, service } = desk;
  for (const date of ['2030-01-10', '2030-03-01']) {
    const client = { id: (await shop.addClient()).id };
    const services = [{ id: service, first_cost: 10, cost: 10, discount: 0 }];
    await desk.booked({ datetime: `${date}T10:00:00`, client, services, attendance: 1, save_if_busy: true });
  }
  const lostOn = async (date: string) =>
    (await shop.call('GET', `/company/${place}/analytics/overall?date_from=${date}&date_to=${date}`)).data.client_stats
      .lost_count;
  const set = (loss_days: number | null) => shop.call('PUT', pathOf(desk), { body: { loss_days } });
  const setOfChain = (loss_days: number) => shop.call('PUT', chainPathOf(desk), { body: { loss_days } });
  return { ...desk, desk, lostOn, set, setOfChain };
}

test('a client is lost after 60 days, or after those of the location, also in reports of the past', async () => {
  const { desk, shop, place, lostOn, set } = await openWithClients();
  expect((await shop.call('GET', pathOf(desk))).data).toEqual({ loss_days: null, chain_loss_days: 60 });
  // 60 and 61 days after 10 January.
  expect([await lostOn('2030-03-11'), await lostOn('2030-03-12')]).toEqual([0, 1]);
  expect((await set(9)).data).toEqual({ loss_days: 9, chain_loss_days: 60 });
  expect([await lostOn('2030-01-19'), await lostOn('2030-01-20'), await lostOn('2030-03-11')]).toEqual([0, 1, 2]);
  const asked = { from: '2030-03-01', to: '2030-03-11' };
  expect(await answered((path) => shop.call('GET', path), place, asked)).toEqual(await countedFromScratch(place, asked, 9));
  await set(730);
  expect([await lostOn('2032-01-10'), await lostOn('2032-01-11')]).toEqual([0, 1]);
  await set(null);
  expect([await lostOn('2030-03-11'), await lostOn('2030-03-12')]).toEqual([0, 1]);
});

test('a location without a loss period follows its chain', async () => {
  const { desk, shop, lostOn, set, setOfChain } = await openWithClients();
  expect((await shop.call('GET', chainPathOf(desk))).data).toEqual({ loss_days: 60 });
  expect((await setOfChain(9)).data).toEqual({ loss_days: 9 });
  expect((await setOfChain(10)).data).toEqual({ loss_days: 10 });
  expect([await lostOn('2030-01-20'), await lostOn('2030-01-21')]).toEqual([0, 1]);
  expect((await set(60)).data).toEqual({ loss_days: 60, chain_loss_days: 10 });
  expect(await lostOn('2030-01-21')).toBe(0);
  expect((await set(null)).data).toEqual({ loss_days: null, chain_loss_days: 10 });
  expect(await lostOn('2030-01-21')).toBe(1);
});

test('a loss period has 1 to 730 whole days, and a chain has one', async () => {
  const { desk, shop, set, setOfChain } = await openWithClients();
  const errors = async (answer: ReturnType<typeof set>) => (await answer).meta.errors.flatMap(Object.keys);
  for (const days of [0, 731, 1.5, -60]) {
    expect(await errors(set(days))).toEqual(['loss_days']);
    expect(await errors(setOfChain(days))).toEqual(['loss_days']);
  }
  expect((await shop.call('PUT', chainPathOf(desk), { body: { loss_days: null } })).status).toBe(422);
  expect((await shop.call('GET', pathOf(desk))).data).toEqual({ loss_days: null, chain_loss_days: 60 });
});

test('the loss period of another location or chain stays', async () => {
  const { desk, set, setOfChain } = await openWithClients();
  const other = await openShop({ chainId: desk.shop.chainId });
  await set(9);
  const path = `/company/${other.locationId}/analytics/settings`;
  expect((await other.call('GET', path)).data).toEqual({ loss_days: null, chain_loss_days: 60 });
  await setOfChain(20);
  expect((await other.call('GET', path)).data).toEqual({ loss_days: null, chain_loss_days: 20 });
  const stranger = await openDesk();
  expect((await stranger.shop.call('GET', pathOf(stranger))).data).toEqual({ loss_days: null, chain_loss_days: 60 });
});

test('integrations are told that the settings of a location changed', async () => {
  const { place, set } = await openWithClients();
  expect(await toldBy(place, () => set(90))).toMatchObject([{ resource: 'salon', resourceId: place, status: 'update' }]);
});

test('who cannot read the settings of analytics does not learn them by a change either', async () => {
  const desk = await openDesk();
  const { shop } = desk;
  const statusFor = async (permissions: Record<string, boolean>) =>
    (await shop.call('PUT', pathOf(desk), { body: { loss_days: 90 }, ...(await shop.hire('owner', permissions)) })).status;
  expect(await statusFor({ stat_access: false })).toBe(403);
  expect((await shop.call('GET', pathOf(desk))).data.loss_days).toBe(null);
  expect(await statusFor({ settings_basis_access: false })).toBe(403);
  expect(await statusFor({})).toBe(200);
});
