import { afterAll, beforeAll, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { countDeadlocks, rivalServers, rounds, type Sent, sendAll } from './contention.ts';
import { openDesk } from './desk.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

it('sales, payments, cancellations, edits, deletions and stocktakings at once leave what the ledgers say', {
  timeout: 240_000,
}, async () => {
  const desk = await openDesk();
  const { shop, place } = desk;
  const product = await shop.addProduct({ price: 20 });
  const [, forSale] = (await shop.call('GET', `/storages/${place}`)).data as { id: number }[];
  const deadlocks = await countDeadlocks();
  for (let round = 0; round < rounds(); round++) {
    const visits = [await desk.visit(30, 20), await desk.visit(40), await desk.visit(15)];
    const requests: Sent[] = [];
    for (const { document, appointment } of visits) {
      const line = await shop.addSale(appointment.id, product);
      const paid = await desk.payment(document, 10);
      const [{ id }] = paid.data.state.payment_transactions;
      requests.push(
        desk.paymentBy({ slug: 'account', account_id: desk.cash }, document, 5),
        { method: 'DELETE', path: `/v1/company/${place}/sale/${document}/payment/payment_transaction/${id}` },
        { method: 'DELETE', path: `/v1/finance_transactions/${place}/${id}` },
        { method: 'DELETE', path: `/v1/storage_operations/goods_transactions/${place}/${line}` },
        {
          method: 'PUT',
          path: `/v1/visits/${appointment.visit_id}/${appointment.id}`,
          body: {
            attendance: 1,
            comment: '',
            goods_transactions: [{ id: 0, good_id: product, amount: 1 }],
            fast_payment: 1,
          },
        },
        { method: 'DELETE', path: `/v1/record/${place}/${appointment.id}` },
        {
          path: `/v1/storage_operations/operation/${place}`,
          body: {
            type_id: 1,
            create_date: new Date().toISOString(),
            storage_id: forSale?.id,
            paid: true,
            account_id: desk.cash,
            goods_transactions: [{ good_id: product, amount: 1, client_id: appointment.client.id }],
          },
        },
      );
    }
    requests.push({
      path: `/v1/company/${place}/stocktakings`,
      body: { storage_id: forSale?.id, goods: [{ good_id: product, amount: 3 }] },
    });
    const answers = await sendAll(servers.urls, shop.owner.authorization, requests);
    // Those who come late find the appointment, the line or the payment deleted, or nothing due.
    expect(answers.filter(({ status }) => ![200, 201, 202, 204, 404, 422].includes(status))).toEqual([]);
    expect(await contradictions(place)).toEqual([]);
  }
  expect(await countDeadlocks()).toBe(deadlocks);
});
