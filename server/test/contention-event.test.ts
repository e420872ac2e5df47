import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeHours, oneWins, race, rivalServers, rivals, rounds } from './contention.ts';
import { openSalon } from './salon.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const seat = {
  client: {
    id: null,
    name: 'Rival',
    phone: null,
    email: null,
    surname: null,
    patronymic: null,
    gender: null,
    birthday: null,
    custom_field_values: null,
    agreements: null,
  },
  clients_count: 1,
};

it(`one of ${rivals} requests for the last place of an event gets it, in either generation of the API`, {
  timeout: 60_000,
}, async () => {
  const salon = await openSalon();
  const hours = freeHours();
  for (let turn = 0; turn < rounds(); turn++) {
    const event = await salon.addEvent({ date: hours.next().value, capacity: 2 });
    await salon.shop.call('POST', `/records/${salon.place}`, { body: { activity_id: event.id, client: { name: 'Early' } } });
    oneWins(
      await race(servers.urls, salon, (index) =>
        index % 4 < 2
          ? { path: `/v1/records/${salon.place}`, body: { activity_id: event.id, client: { name: `Rival ${index}` } } }
          : {
              path: `/v2/locations/${salon.place}/events/${event.id}/appointments`,
              body: seat,
              headers: { accept: 'application/vnd.api.v2+json' },
            },
      ),
    );
    expect((await salon.shop.call('GET', `/activity/${salon.place}/${event.id}`)).data.records_count).toBe(2);
  }
});
