import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { countDeadlocks, countStatuses, rivalServers, rounds, type Sent, sendAll } from './contention.ts';
import { type Gifts, openGifts } from './gifts.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
let gifts: Gifts;
let product: number;
let deadlocks: number;
beforeAll(async () => {
  servers = await rivalServers();
  gifts = await openGifts();
  ({ product } = await gifts.addType());
  deadlocks = await countDeadlocks();
}, 60_000);
afterAll(async () => {
  expect(await contradictions(gifts.place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
  await servers.stop();
});

const rivals = 50;
const send = (requests: readonly Sent[]) => sendAll(servers.urls, gifts.shop.owner.authorization, requests);
const countsOf = async (requests: readonly Sent[]) => countStatuses((await send(requests)).map(({ status }) => status));
const balanceOf = async (card: number) => (await gifts.cards()).find(({ id }) => id === card)?.balance;
const payment = (document: number, card: number, number: string, amount?: number): Sent => ({
  path: `/v1/company/${gifts.place}/sale/${document}/payment`,
  body: {
    payment: {
      method: { slug: 'loyalty_certificate', loyalty_certificate_id: card },
      number,
      ...(amount === undefined ? {} : { amount }),
    },
  },
});
const removal = (line: number): Sent => ({
  method: 'DELETE',
  path: `/v1/storage_operations/goods_transactions/${gifts.place}/${line}`,
});
const sale = (code: string): Sent => ({
  path: `/v1/storage_operations/operation/${gifts.place}`,
  body: {
    type_id: 1,
    create_date: '2030-05-06 12:00:00',
    storage_id: gifts.storage,
    goods_transactions: [{ good_id: product, amount: 1, operation_unit_type: 1, good_special_number: code }],
  },
});

describe('gift cards', () => {
  it(`pay ${rivals} sales at once without spending anything twice`, { timeout: 240_000 }, async () => {
    const documents: number[] = [];
    for (let index = 0; index < 5; index++) documents.push((await gifts.visit(10_000)).document);
    for (let turn = 0; turn < rounds(); turn++) {
      const card = await gifts.issue(product, `many ${turn}`);
      const counts = await countsOf(
        Array.from({ length: rivals }, (_, index) => payment(documents[index % 5] as number, card.id, card.code, 7)),
      );
      // 100 are 14 times 7, and 2 are left.
      expect(counts).toEqual({ 200: 14, 422: rivals - 14 });
      expect(await balanceOf(card.id)).toBe(2);
    }
  });

  it('for one use pay once', { timeout: 240_000 }, async () => {
    const single = await gifts.addType({ is_multi: false });
    const documents: number[] = [];
    for (let index = 0; index < 5; index++) documents.push((await gifts.visit(10_000)).document);
    for (let turn = 0; turn < rounds(); turn++) {
      const card = await gifts.issue(single.product, `single ${turn}`);
      const counts = await countsOf(
        Array.from({ length: 20 }, (_, index) => payment(documents[index % 5] as number, card.id, card.code, 1)),
      );
      expect(counts).toEqual({ 200: 1, 422: 19 });
      expect(await balanceOf(card.id)).toBe(0);
    }
  });

  it('are either used or taken back, if both are tried at once', { timeout: 240_000 }, async () => {
    const { document } = await gifts.visit(10_000);
    for (let turn = 0; turn < rounds(); turn++) {
      const card = await gifts.issue(product, `either ${turn}`);
      const answers = await send([
        payment(document, card.id, card.code, 10),
        removal(card.line),
        payment(document, card.id, card.code, 10),
        removal(card.line),
      ]);
      const [first, removed, second, again] = answers.map(({ status }) => status);
      const isUsed = first === 200 || second === 200;
      const isTaken = removed === 202 || again === 202;
      expect([isUsed, isTaken]).toEqual(isUsed ? [true, false] : [false, true]);
      expect((await balanceOf(card.id)) === undefined).toBe(isTaken);
    }
  });

  it(`of ${rivals} sales with one code, one succeeds`, { timeout: 240_000 }, async () => {
    for (let turn = 0; turn < rounds(); turn++) {
      const counts = await countsOf(Array.from({ length: rivals }, () => sale(`code ${turn}`)));
      expect(counts).toEqual({ 200: 1, 400: rivals - 1 });
    }
  });

  it('that are cancelled and paid with at once keep the sum of their movements', { timeout: 240_000 }, async () => {
    const { document } = await gifts.visit(10_000);
    for (let turn = 0; turn < rounds(); turn++) {
      const card = await gifts.issue(product, `both ${turn}`);
      const paid = await gifts.redeem(document, card.id, { number: card.code, amount: 60 });
      const made = paid.data.state.loyalty_transactions.find(
        (row: { loyalty_certificate_id: number }) => row.loyalty_certificate_id === card.id,
      );
      const cancellation: Sent = {
        method: 'DELETE',
        path: `/v1/company/${gifts.place}/sale/${document}/payment/loyalty_transaction/${made.id}`,
      };
      const statuses = (await send([cancellation, payment(document, card.id, card.code, 70), cancellation])).map(
        ({ status }) => status,
      );
      expect([statuses[0], statuses[2]].toSorted()).toEqual([200, 404]);
      expect(await balanceOf(card.id)).toBe(statuses[1] === 200 ? 30 : 100);
    }
  });
});
