import { afterAll, beforeAll, expect, it } from 'vitest';
import { countDeadlocks, rivalServers, rounds, type Sent, sendAll } from './contention.ts';
import { openKitchen } from './kitchen.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

it('arrivals, their opposite, sales in visits, changes of consumables and deliveries at once leave levels that equal their ledger', {
  timeout: 240_000,
}, async () => {
  const kitchen = await openKitchen();
  const { shop, place, addBill, link, booked, level, shampoo, soap, forServices, forSale, service, washing } = kitchen;
  // Products and storages in both orders.
  await link(service, await addBill('Cut', [shampoo, 5], [soap, 1, forSale]));
  await link(washing, await addBill('Wash', [soap, 2], [shampoo, 3, forSale]));
  const deadlocks = await countDeadlocks();
  for (let turn = 0; turn < rounds(); turn++) {
    const client = { name: 'Ada', phone: `+1212555${1000 + turn}` };
    const appointments = [
      await booked({ client, save_if_busy: true, services: [{ id: service, amount: 2 }, { id: washing }] }),
      await booked({ client, save_if_busy: true, services: [{ id: washing }, { id: service }] }),
      await booked({ save_if_busy: true, services: [{ id: service }] }),
    ];
    const requests = appointments.flatMap(({ id, visit_id }, index): Sent[] => {
      const visit = (attendance: number, more: object = {}): Sent => ({
        method: 'PUT',
        path: `/v1/visits/${visit_id}/${id}`,
        body: { attendance, comment: '', ...more },
      });
      const row = { goods_transaction_id: 0, record_id: id, service_id: service, price: 1, amount: turn + 1 };
      const used = `/v1/technological_cards/record_consumables`;
      return [
        visit(1),
        visit(1, {
          goods_transactions: [
            { good_id: soap, amount: 1 },
            { good_id: shampoo, amount: 1, storage_id: forServices },
          ],
        }),
        visit(0),
        visit(1, { goods_transactions: [{ good_id: shampoo, amount: 1 }], fast_payment: 1 }),
        visit(2, { goods_transactions: [] }),
        {
          method: 'PUT',
          path: `${used}/consumables/${place}/${id}/${service}`,
          body: {
            consumables: [
              { ...row, good_id: soap, storage_id: forServices },
              { ...row, good_id: shampoo, storage_id: forSale },
            ],
          },
        },
        {
          method: 'DELETE',
          path: `${used}/technological_cards/${place}/${id}/${service}?delete_consumables=${index % 2}`,
          body: [],
        },
        ...(index === 1 ? [{ method: 'DELETE', path: `/v1/record/${place}/${id}` }] : []),
      ];
    });
    const delivered: Sent[] = [forServices, forSale].map((storage_id) => ({
      path: `/v1/storage_operations/operation/${place}`,
      body: {
        type_id: 3,
        create_date: '2030-05-01',
        storage_id,
        transactions: [
          { good_id: soap, amount: 1, cost: turn + 1 },
          { good_id: shampoo, amount: 1, cost: 8 },
        ],
      },
    }));
    const answers = await sendAll(servers.urls, shop.owner.authorization, [...requests, ...delivered]);
    // Who comes late finds the appointment deleted.
    const unexpected = answers.filter(({ status }) => ![200, 204, 404].includes(status));
    expect(unexpected.map(({ status, body }) => [status, body])).toEqual([]);
    for (const product of [shampoo, soap]) for (const storage of [forServices, forSale]) await level(product, storage);
  }
  expect(await countDeadlocks()).toBe(deadlocks);
});
