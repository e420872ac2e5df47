import { afterAll, beforeAll, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { countDeadlocks, countStatuses, rivalServers, rounds, sendAll } from './contention.ts';
import { openDesk } from './desk.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const cashiers = 50;

it(`${cashiers} payments of one sale at once pay it exactly once, with or without a visit`, { timeout: 240_000 }, async () => {
  const desk = await openDesk();
  const product = await desk.shop.addProduct({ price: 25 });
  const [, forSale] = (await desk.shop.call('GET', `/storages/${desk.place}`)).data as { id: number }[];
  const sellProducts = async () => {
    const answer = await desk.shop.call('POST', `/storage_operations/operation/${desk.place}`, {
      body: {
        type_id: 1,
        create_date: '2030-05-06 12:00:00',
        storage_id: forSale?.id,
        goods_transactions: [{ good_id: product, amount: 2 }],
      },
    });
    return answer.data.document_id as number;
  };
  const deadlocks = await countDeadlocks();
  for (let round = 1; round <= rounds(); round++) {
    // Every amount meets both kinds of sales.
    const { document, appointment } =
      round % 4 < 2 ? await desk.visit(30, 20) : { document: await sellProducts(), appointment: undefined };
    // Each pays everything, or a part: what is paid fills what is due, and no payment passes it.
    const amount = round % 2 ? 50 : 10;
    const answers = await sendAll(
      servers.urls,
      desk.shop.owner.authorization,
      Array.from({ length: cashiers }, () => desk.paymentBy({ slug: 'account', account_id: desk.cash }, document, amount)),
    );
    const won = 50 / amount;
    expect(countStatuses(answers.map(({ status }) => status))).toEqual({ 200: won, 422: cashiers - won });
    expect(await desk.balance(desk.cash)).toBe(50 * round);
    if (appointment) expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1, payment_status: 1 });
  }
  expect(await contradictions(desk.place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});
