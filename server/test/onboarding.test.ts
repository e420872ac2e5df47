import { expect, test } from 'vitest';
import { demoCatalog } from '../src/demo/catalog.ts';
import { openShop, type Shop } from './harness.ts';

/** Sends a request that has to succeed. @returns the data of the answer */
async function done(shop: Shop, method: string, path: string, body?: unknown) {
  const answer = await shop.call(method, path, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.data;
}

/** Dates from tomorrow on, yyyy-mm-dd. */
const datesAhead = (count: number) =>
  Array.from({ length: count }, (_, index) => new Date(Date.now() + (index + 1) * 86_400_000).toISOString().slice(0, 10));

/** The requests of an integration on the first day of a business, in parallel where the order does not matter. */
async function onboard(shop: Shop): Promise<{ services: number[]; members: number[]; dates: string[] }> {
  const { locationId } = shop;
  const members: number[] = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      done(shop, 'POST', `/staff/${locationId}`, {
        name: `Member ${index + 1}`,
        specialization: 'Stylist',
        weight: 12 - index,
        has_access_timetable: true,
      }).then((member) => member.id),
    ),
  );
  const services: number[] = [];
  await Promise.all(
    demoCatalog.map(async ({ title, services: list }, number) => {
      const category = await done(shop, 'POST', `/service_categories/${locationId}`, { title, weight: 10 - number });
      const made = await Promise.all(
        list.map(([name, minutes, priceMin, priceMax = priceMin], weight) =>
          done(shop, 'POST', `/services/${locationId}`, {
            title: name,
            category_id: category.id,
            price_min: priceMin,
            price_max: priceMax,
            duration: minutes * 60,
            weight,
          }),
        ),
      );
      services.push(...made.map((service) => service.id));
    }),
  );
  await Promise.all(
    services.map((service, index) =>
      done(shop, 'POST', `/company/${locationId}/services/links`, {
        service_id: service,
        team_member_settings: [0, 1, 2].map((step) => ({
          team_member_id: members[(index + step) % members.length],
          hours: 1,
          minutes: 15,
          price: null,
        })),
        resource_ids: [],
        translations: [],
      }),
    ),
  );
  const dates = datesAhead(90);
  await done(shop, 'PUT', `/company/${locationId}/staff/schedule`, {
    schedules_to_set: members.map((member) => ({
      team_member_id: member,
      dates,
      slots: [
        { from: '09:00', to: '13:00' },
        { from: '14:00', to: '18:00' },
      ],
    })),
  });
  await done(shop, 'PATCH', `/company/${locationId}/settings/online`, {
    confirm_number: true,
    any_master: true,
    seance_delay_step: 60,
    activity_online_record_clients_count_max: 2,
  });
  await done(shop, 'PATCH', `/company/${locationId}/settings/timetable`, {
    record_type: 0,
    activity_record_clients_count_max: 10,
  });
  await done(shop, 'POST', `/company/${locationId}/booking_forms`, { title: 'Website', is_default: true });
  return { services, members, dates };
}

test('a business is set up through the API in less than ten seconds, and reads as it was written', {
  timeout: 30_000,
}, async () => {
  const shop = await openShop();
  const started = performance.now();
  const { services, members, dates } = await onboard(shop);
  const seconds = (performance.now() - started) / 1000;

  const { locationId } = shop;
  expect((await done(shop, 'GET', `/services/${locationId}`)).length).toBe(60);
  expect((await done(shop, 'GET', `/services/${locationId}?staff_id=${members[0]}`)).length).toBe(15);
  expect((await done(shop, 'GET', `/staff/${locationId}`)).map((member: { name: string }) => member.name)).toEqual(
    members.map((_, index) => `Member ${index + 1}`),
  );
  const range = `start_date=${dates[0]}&end_date=${dates.at(-1)}`;
  const schedule = await shop.call('GET', `/company/${locationId}/staff/schedule?${range}`);
  expect(schedule.meta.count).toBe(12 * 90);
  expect(new Set(services).size).toBe(60);
  expect(seconds).toBeLessThan(10);
});
