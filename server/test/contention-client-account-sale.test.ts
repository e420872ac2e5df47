import { afterAll, beforeAll, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { countDeadlocks, countStatuses, rivalServers, rounds, sendAll } from './contention.ts';
import { openDesk } from './desk.ts';
import { salonDates } from './salon.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const cashiers = 50;

it(`${cashiers} payments from one client account at once, of four visits, spend what it has`, { timeout: 240_000 }, async () => {
  const desk = await openDesk();
  const { shop, place } = desk;
  const deadlocks = await countDeadlocks();
  const must = async (path: string, body: unknown) => {
    const answer = await shop.call('POST', path, { body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const client = await shop.addClient();
  const type = await must(`/chain/${shop.chainId}/deposit_types`, { title: 'Advance', location_ids: [place] });
  const { deposit } = await must(`/company/${place}/deposits`, { client_id: client.id, deposit_type_id: type.id });
  const price = await shop.addService({ priceMin: 1000, priceMax: 1000 });
  const services = [{ id: price, first_cost: 1000, cost: 1000, discount: 0 }];
  const documents: number[] = [];
  for (const date of salonDates) {
    const booked = await desk.booked({ client: { id: client.id }, services, datetime: `${date}T10:00:00` });
    documents.push(booked.documents[0].id);
  }
  for (let round = 0; round < rounds(); round++) {
    await must(`/deposits_operations/${place}`, {
      client_id: client.id,
      deposit_id: deposit.id,
      amount: 35,
      account_id: desk.cash,
    });
    const answers = await sendAll(
      servers.urls,
      shop.owner.authorization,
      Array.from({ length: cashiers }, (_, index) =>
        desk.paymentBy({ slug: 'deposit', deposit_id: deposit.id }, documents[index % documents.length] as number, 5),
      ),
    );
    expect(countStatuses(answers.map(({ status }) => status))).toEqual({ 200: 7, 422: cashiers - 7 });
    const [left] = (await shop.call('GET', `/deposits/company/${place}/client/${client.id}`)).data;
    expect(left.deposit.balance).toBe(0);
  }
  expect(await contradictions(place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});
