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

it(`${cashiers} payments of one visit at once pay it exactly once`, { timeout: 240_000 }, async () => {
  const desk = await openDesk();
  const deadlocks = await countDeadlocks();
  for (let round = 1; round <= rounds(); round++) {
    const { document, appointment } = await desk.visit(30, 20);
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
    expect(await desk.read(appointment.id)).toMatchObject({ paid_full: 1, payment_status: 1 });
  }
  expect(await contradictions(desk.place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});
