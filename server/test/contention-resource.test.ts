import { afterAll, beforeAll, expect, it } from 'vitest';
import { serviceResources } from '../src/domains/catalog/tables.ts';
import { addRivals, freeHours, oneWins, race, rivalServers, rivals, rounds } from './contention.ts';
import { testDatabase } from './harness.ts';
import { openSalon } from './salon.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

it(`one of ${rivals} requests for the last instance of a resource gets it, each with a team member of its own`, {
  timeout: 60_000,
}, async () => {
  const salon = await openSalon();
  const { db } = await testDatabase();
  const room = await salon.shop.addResource('Room', 2);
  await db.insert(serviceResources).values({ locationId: salon.place, serviceId: salon.service, resourceId: room.id });
  const members = await addRivals(salon, rivals);
  const hours = freeHours();
  for (let turn = 0; turn < rounds(); turn++) {
    const datetime = hours.next().value as string;
    await salon.booked({ datetime });
    oneWins(
      await race(servers.urls, salon, (index) => ({
        path: `/v1/records/${salon.place}`,
        body: salon.body({ datetime, staff_id: members[index], client: { name: `Rival ${index}` } }),
      })),
    );
    const { data } = await salon.shop.call('GET', `/records/${salon.place}?start_date=${datetime.slice(0, 10)}&count=300`);
    const used = data
      .filter((row: { datetime: string }) => row.datetime.startsWith(datetime))
      .flatMap((row: { resource_instance_ids: number[] }) => row.resource_instance_ids);
    expect(used.sort()).toEqual([...room.instanceIds].sort());
  }
});
