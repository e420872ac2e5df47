import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rowsOf } from '../src/platform/database.ts';
import { countDeadlocks, rivalServers, rounds, type Sent, sendAll, watchLocks } from './contention.ts';
import { openStore } from './stock.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

type Store = Awaited<ReturnType<typeof openStore>>;

const buyers = 100;

const operation = (store: Store, fields: object): Sent => ({
  path: `/v1/storage_operations/operation/${store.locationId}`,
  body: { type_id: 1, create_date: new Date().toISOString(), storage_id: store.forSale, ...fields },
});
const sale = (store: Store, amounts: [product: number, amount: number][]) =>
  operation(store, { transactions: amounts.map(([good_id, amount]) => ({ good_id, amount })) });

const send = (store: Store, requests: readonly Sent[]) => sendAll(servers.urls, store.owner.authorization, requests);

const done = async (store: Store, request: Sent) => {
  const [answer] = await send(store, [request]);
  expect([answer?.status, answer?.body]).toEqual([200, answer?.body]);
  return JSON.parse(answer?.body ?? '').data;
};

it(`of ${buyers} sales of the last product, one gets it`, { timeout: 240_000 }, async () => {
  const store = await openStore({ allowsNegativeStock: false });
  const deadlocks = await countDeadlocks();
  const longestWait = watchLocks();
  for (let turn = 0; turn < rounds(); turn++) {
    await done(store, operation(store, { type_id: 3, transactions: [{ good_id: store.soap, amount: 1, cost: 2 }] }));
    const answers = await send(
      store,
      Array.from({ length: buyers }, () => sale(store, [[store.soap, 1]])),
    );
    const sold = answers.filter(({ status }) => status === 200);
    expect([sold.length, answers.filter(({ status }) => status === 422).length]).toEqual([1, buyers - 1]);
    expect(await store.level(store.soap, store.forSale)).toBe(0);
  }
  expect([await countDeadlocks(), (await longestWait()) < 5]).toEqual([deadlocks, true]);
});

it('sales, deletions, arrivals, transfers and stocktakings at once leave levels that equal their ledger', {
  timeout: 240_000,
}, async () => {
  const store = await openStore();
  const { shampoo, soap, forSale, forServices, locationId } = store;
  const deadlocks = await countDeadlocks();
  for (let turn = 0; turn < rounds(); turn++) {
    const sold: { document_id: number; transactions: { id: number }[] }[] = [];
    for (let index = 0; index < 3; index++) {
      sold.push(
        await done(
          store,
          sale(store, [
            [shampoo, 2],
            [soap, 1],
          ]),
        ),
      );
    }
    const requests: Sent[] = sold.flatMap(({ document_id, transactions }) => [
      { method: 'DELETE', path: `/v1/storage_operations/documents/${locationId}/${document_id}` },
      { method: 'DELETE', path: `/v1/storage_operations/documents/${locationId}/${document_id}` },
      { method: 'DELETE', path: `/v1/storage_operations/goods_transactions/${locationId}/${transactions[0]?.id}` },
      {
        path: `/v1/company/${locationId}/stocktakings`,
        body: {
          storage_id: forSale,
          goods: [
            { good_id: soap, amount: turn },
            { good_id: shampoo, amount: turn },
          ],
        },
      },
      // Products in both orders.
      sale(store, [
        [soap, 1],
        [shampoo, 1],
      ]),
      sale(store, [
        [shampoo, 1],
        [soap, 1],
      ]),
      operation(store, {
        type_id: 3,
        transactions: [
          { good_id: soap, amount: 3, cost: 3 * (turn + 1) },
          { good_id: shampoo, amount: 1, cost: 8 },
        ],
      }),
      operation(store, { type_id: 5, to_storage_id: forServices, transactions: [{ good_id: shampoo, amount: 1 }] }),
      operation(store, {
        type_id: 5,
        storage_id: forServices,
        to_storage_id: forSale,
        transactions: [{ good_id: shampoo, amount: 1 }],
      }),
      {
        method: 'PUT',
        path: `/v1/storage_operations/documents/${locationId}/${document_id}`,
        body: { type_id: 1, storage_id: forServices, create_date: '2026-03-01' },
      },
    ]);
    const answers = await send(store, requests);
    // Who comes late finds the document or the line deleted.
    expect(answers.filter(({ status }) => ![200, 201, 202, 404].includes(status))).toEqual([]);
    for (const product of [shampoo, soap]) for (const place of [forSale, forServices]) await store.level(product, place);
  }
  expect(await countDeadlocks()).toBe(deadlocks);
  const [numbers] = await rowsOf<{ count: number; last: number }>(
    store.db,
    sql`select count(distinct number)::int as count, max(number) as last from documents where location_id = ${locationId}`,
  );
  expect(numbers?.count).toBe(numbers?.last);
});
