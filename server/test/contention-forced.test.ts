import { afterAll, beforeAll, expect, it } from 'vitest';
import { race, rivalServers, rivals } from './contention.ts';
import { openSalon } from './salon.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

it('all of them get it when they insist', { timeout: 60_000 }, async () => {
  const salon = await openSalon();
  const counts = await race(servers.urls, salon, (index) => ({
    path: `/v1/records/${salon.place}`,
    body: salon.body({ save_if_busy: true, client: { name: `Rival ${index}` } }),
  }));
  expect(counts).toEqual({ 201: rivals });
});

it('one phone number becomes one client, with one visit a day', { timeout: 60_000 }, async () => {
  const salon = await openSalon();
  const client = { phone: '+12125550142', name: 'Ada' };
  const counts = await race(servers.urls, salon, () => ({
    path: `/v1/records/${salon.place}`,
    body: salon.body({ save_if_busy: true, client, attendance: 1 }),
  }));
  expect(counts).toEqual({ 201: rivals });
  const { data } = await salon.shop.call('GET', `/records/${salon.place}?count=300`);
  expect(new Set(data.map((row: { visit_id: number }) => row.visit_id)).size).toBe(1);
  expect(data[0].client).toMatchObject({ name: 'Ada', success_visits_count: 1 });
});
