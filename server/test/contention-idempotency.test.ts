import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countDeadlocks, rivalServers, rounds, type Sent, sendAll } from './contention.ts';
import { onPostgres, somePhone } from './harness.ts';
import { openOnlineSalon } from './online.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const copies = 50;

it(`of ${copies} equal requests with one key at once, one is done, and all that are answered get the same answer`, {
  timeout: 240_000,
}, async () => {
  const salon = await openOnlineSalon();
  const { shop, place, body, wish } = salon;
  const { data: accounts } = await shop.call('GET', `/accounts/${place}`);
  const [account_id, expense_id] = [accounts[0].id, 5];
  const deadlocks = await countDeadlocks();
  const widget = { authorization: `Bearer ${shop.partner.token}` };
  // Nothing but the key prevents a second one of the first two. The last one opens its own transactions.
  const requests: (() => Sent)[] = [
    () => ({ path: `/v1/records/${place}`, body: body({ save_if_busy: true, datetime: '2030-05-07T10:00:00' }) }),
    () => ({ path: `/v1/finance_transactions/${place}`, body: { account_id, expense_id, amount: 5, comment: 'Paid' } }),
    () => ({
      path: `/v1/book_record/${place}`,
      body: { phone: somePhone(), fullname: 'Ada', appointments: [wish()] },
      ...widget,
    }),
  ];
  const countOf = async () => {
    const appointments = await shop.call('GET', `/records/${place}?start_date=2030-05-01&end_date=2030-05-31`);
    const payments = await shop.call('GET', `/transactions/${place}?start_date=2020-01-01&end_date=2040-01-01`);
    expect([appointments.status, payments.status]).toEqual([200, 200]);
    return appointments.meta.total_count + payments.data.length;
  };
  for (let round = 0; round < rounds(); round++) {
    for (const make of requests.slice(0, round ? 2 : 3)) {
      const before = await countOf();
      const sent = { ...make(), headers: { 'idempotency-key': randomUUID() } };
      const answers = await sendAll(
        servers.urls,
        shop.owner.authorization,
        Array.from({ length: copies }, () => sent),
      );
      const done = answers.filter(({ status }) => status < 300);
      expect(new Set(done.map((answer) => answer.body)).size).toBe(1);
      expect(new Set(answers.map(({ status }) => status).filter((status) => status >= 300))).toEqual(
        new Set(onPostgres() && done.length < copies ? [409] : []),
      );
      expect(await countOf()).toBe(before + 1);
    }
  }
  expect(await countDeadlocks()).toBe(deadlocks);
});
