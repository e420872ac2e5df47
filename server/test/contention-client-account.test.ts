import { afterAll, beforeAll, expect, it } from 'vitest';
import { payFrom } from '../src/domains/client-accounts/account.ts';
import { getPlace } from '../src/domains/locations/location.ts';
import { toMoney } from '../src/platform/money.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { contradictions } from './consistency.ts';
import { countDeadlocks, rivalServers, rounds, sendAll } from './contention.ts';
import { openShop, testDatabase } from './harness.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const payments = 50;

/** A client account that may go 20 below zero, and a document that is paid from it. */
async function openPurse() {
  const shop = await openShop();
  const { db } = await testDatabase();
  const { chainId, locationId } = shop;
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const client = await shop.addClient();
  const [account] = await must('GET', `/accounts/${locationId}`);
  const type = await must('POST', `/chain/${chainId}/deposit_types`, {
    title: 'Advance',
    credit_limit: 20,
    location_ids: [locationId],
  });
  const opened = await must('POST', `/company/${locationId}/deposits`, { client_id: client.id, deposit_type_id: type.id });
  const deposit_id: number = opened.deposit.id;
  const location = await getPlace(db, locationId);
  return {
    shop,
    topUp: (amount: number) => ({
      path: `/v1/deposits_operations/${locationId}`,
      body: { client_id: client.id, deposit_id, amount, account_id: account.id },
    }),
    /** Pays in this process. @returns whether it succeeded */
    pay: (amount: number, documentId: number) =>
      beginAlone(db)((write) =>
        payFrom(write, location, { clientAccountId: deposit_id, clientId: client.id }, [{ documentId, amount: toMoney(amount) }]),
      ).then(
        () => true,
        () => false,
      ),
    balance: async () => (await must('GET', `/deposits/company/${locationId}/client/${client.id}`))[0].deposit.balance,
  };
}

it(`${payments} payments from a client account and as many withdrawals at once never pass its limit`, {
  timeout: 240_000,
}, async () => {
  const deadlocks = await countDeadlocks();
  for (let turn = 0; turn < rounds(); turn++) {
    const purse = await openPurse();
    const { owner, locationId } = purse.shop;
    const toppedUp = await sendAll(
      servers.urls,
      owner.authorization,
      Array.from({ length: payments }, () => purse.topUp(10)),
    );
    expect(toppedUp.map(({ status }) => status)).toEqual(Array(payments).fill(200));
    const made = toppedUp.map(({ body }) => JSON.parse(body).data);
    expect(new Set(made.map(({ document }) => document.number)).size).toBe(payments);
    expect(await purse.balance()).toBe(payments * 10);
    // Both want all that is there, and more: 520 of 1,000 can be had.
    const [paid, withdrawn] = await Promise.all([
      Promise.all(made.map(({ document }) => purse.pay(10, document.id))),
      sendAll(
        servers.urls,
        owner.authorization,
        made.map(({ payment_transactions: [{ id }] }) => ({
          method: 'DELETE',
          path: `/v1/finance_transactions/${locationId}/${id}`,
        })),
      ),
    ]);
    const statuses = withdrawn.map(({ status }) => status);
    expect(statuses.every((status) => status === 202 || status === 422)).toBe(true);
    const taken = paid.filter(Boolean).length + statuses.filter((status) => status === 202).length;
    expect(taken).toBe(payments + 2);
    expect(await purse.balance()).toBe(-20);
    expect(await contradictions(locationId)).toEqual([]);
  }
  expect(await countDeadlocks()).toBe(deadlocks);
});
