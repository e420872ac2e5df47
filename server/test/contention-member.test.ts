import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeHours, oneWins, race, rivalServers, rivals, rounds } from './contention.ts';
import { openSalon } from './salon.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

it(`one of ${rivals} requests for an hour of a team member gets it`, { timeout: 60_000 }, async () => {
  const salon = await openSalon();
  const hours = freeHours();
  for (let turn = 0; turn < rounds(); turn++) {
    const datetime = hours.next().value as string;
    oneWins(
      await race(servers.urls, salon, (index) => ({
        path: `/v1/records/${salon.place}`,
        body: salon.body({ datetime, client: { name: `Rival ${index}` } }),
      })),
    );
  }
  const { data, meta } = await salon.shop.call('GET', `/records/${salon.place}?count=300`);
  expect(meta.total_count).toBe(rounds());
  expect(new Set(data.map((row: { datetime: string }) => row.datetime)).size).toBe(rounds());
});
