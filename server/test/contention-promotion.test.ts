import { afterAll, beforeAll, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { countDeadlocks, countStatuses, rivalServers, sendAll } from './contention.ts';
import { onPostgres } from './harness.ts';
import { openOffers } from './offers.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const cashiers = 50;
const rounds = onPostgres() ? 10 : 1;

it(`a promotion that ${cashiers} apply at once gives one discount`, { timeout: 240_000 }, async () => {
  const { shop, place, promote, loyalMember, visitOf, state } = await openOffers();
  const program = await promote();
  const deadlocks = await countDeadlocks();
  for (let round = 0; round < rounds; round++) {
    const { client, id } = await loyalMember();
    const visit = await visitOf(client, 100, 50);
    const path = `/v1/visit/loyalty/apply_discount_program/${place}/${id}/${program}`;
    const body = { record_id: visit.record, visit_id: visit.visit };
    const answers = await sendAll(servers.urls, shop.owner.authorization, Array(cashiers).fill({ path, body }));
    expect(countStatuses(answers.map(({ status }) => status))).toEqual({ 200: cashiers });
    const amounts = (await state(visit.document)).loyalty_transactions.map(({ amount }: { amount: number }) => amount);
    expect(amounts).toEqual([5, 10]);
  }
  expect(await contradictions(place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});

it('a payment and its cancellation at once leave exactly the points of the visit as it is then', {
  timeout: 240_000,
}, async () => {
  const { shop, place, cash, cashback, addType, issue, loyalMember, visitOf, attend, payment, cards, state, sale } =
    await openOffers();
  await cashback();
  // A second card, which is locked with the first one.
  const gold = await addType({ title: 'Gold' });
  await cashback({ loyalty_card_type_ids: [gold.id], rules: [{ parameter: 0, value: 20 }] });
  const deadlocks = await countDeadlocks();
  for (let round = 0; round < rounds; round++) {
    const { client, phone } = await loyalMember();
    await issue(phone, { loyalty_card_type_id: gold.id });
    const visit = await visitOf(client, 60, 40);
    await attend(visit);
    await payment(visit.document, 60);
    const [{ id: paid }] = (await state(visit.document)).payment_transactions;
    const path = `/v1/company/${place}/sale/${visit.document}/payment`;
    const pay = { path, body: { payment: { method: { slug: 'account', account_id: cash }, amount: 40 } } };
    const again = { path, body: { payment: { method: { slug: 'account', account_id: cash }, amount: 60 } } };
    const cancel = { method: 'DELETE', path: `${path}/payment_transaction/${paid}` };
    const answers = await sendAll(servers.urls, shop.owner.authorization, [pay, cancel, again, cancel, pay, again]);
    expect(answers.every(({ status }) => [200, 404, 422].includes(status))).toBe(true);
    const { payment_methods } = (await sale(visit.document)).data;
    const due = payment_methods.find(({ slug }: { slug: string }) => slug === 'account').applicable_amount;
    const balances = (await cards(phone)).map(({ balance }: { balance: number }) => balance);
    expect([due, ...balances]).toEqual(due === 0 ? [0, 10, 20] : [due, 0, 0]);
  }
  expect(await contradictions(place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});
