import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { burnPoints } from '../src/domains/loyalty-transactions/burning.ts';
import { sumCounts } from '../src/domains/loyalty-transactions/counts.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { openClub } from './club.ts';
import { contradictions } from './consistency.ts';
import { countDeadlocks, countStatuses, rivalServers, rounds, type Sent, sendAll } from './contention.ts';
import { onPostgres, testDatabase } from './harness.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

/** The embedded database does one thing after the other, so few are enough there. */
const cashiers = onPostgres() ? 50 : 20;

it(`${cashiers} payments with one card at once, of four visits, spend the points that it has`, { timeout: 240_000 }, async () => {
  const club = await openClub();
  const { shop, place } = club;
  const deadlocks = await countDeadlocks();
  const { client, id, phone } = await club.loyalMember();
  const visits: { document: number }[] = [];
  for (let index = 0; index < 4; index++) visits.push(await club.visitOf(client, 1000));
  for (let round = 0; round < rounds(); round++) {
    await club.move(id, 35);
    const answers = await sendAll(
      servers.urls,
      shop.owner.authorization,
      Array.from({ length: cashiers }, (_, index) =>
        club.paymentBy({ slug: 'loyalty_card', loyalty_card_id: id }, (visits[index % 4] as (typeof visits)[number]).document, 5),
      ),
    );
    // What the card does not have is not paid, and is no error.
    expect(countStatuses(answers.map(({ status }) => status))).toEqual({ 200: cashiers });
    expect(await club.balance(phone)).toBe(0);
  }
  const range = 'created_after=2020-01-01&created_before=2100-01-01&types=3&count=1000';
  const { data } = await shop.call('GET', `/chain/${club.chainId}/loyalty/transactions?${range}`);
  expect(data.map(({ amount }: { amount: number }) => amount)).toEqual(Array.from({ length: 7 * rounds() }, () => 5));
  expect(await contradictions(place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});

it(`${cashiers} withdrawals by hand at once take what the card has`, { timeout: 240_000 }, async () => {
  const club = await openClub();
  const { id, phone } = await club.loyalMember();
  for (let round = 0; round < rounds(); round++) {
    await club.move(id, 35);
    const withdrawal: Sent = {
      path: `/v1/company/${club.place}/loyalty/cards/${id}/manual_transaction`,
      body: { amount: -5 },
    };
    const answers = await sendAll(
      servers.urls,
      club.shop.owner.authorization,
      Array.from({ length: cashiers }, () => withdrawal),
    );
    expect(countStatuses(answers.map(({ status }) => status))).toEqual({ 200: 7, 422: cashiers - 7 });
    expect(await club.balance(phone)).toBe(0);
  }
  expect(await contradictions(club.place)).toEqual([]);
});

it('payments, cancellations, top-ups and burning at once leave what the ledger says', { timeout: 240_000 }, async () => {
  const club = await openClub({ expiration_timeout: 1, expiration_timeout_unit: 'day' });
  const { shop, place } = club;
  const deadlocks = await countDeadlocks();
  const { client, id, phone } = await club.loyalMember();
  const visits: Awaited<ReturnType<typeof club.visitOf>>[] = [];
  for (let index = 0; index < 4; index++) visits.push(await club.visitOf(client, 1000));
  const { db } = await testDatabase();
  for (let round = 0; round < rounds(); round++) {
    await club.move(id, 100);
    await db.execute(sql`update point_lots set expires_at = now() - interval '1 second' where chain_id = ${club.chainId}`);
    const sent = Array.from({ length: 30 }, (_, index): Sent => {
      const { document, record, visit } = visits[index % 4] as (typeof visits)[number];
      if (index % 3 === 0) return club.paymentBy({ slug: 'loyalty_card', loyalty_card_id: id }, document, 10);
      if (index % 3 === 1) {
        return {
          path: `/v1/visit/loyalty/cancel_card_withdrawal/${place}/${id}`,
          body: { record_id: record, visit_id: visit },
        };
      }
      return { path: `/v1/company/${place}/loyalty/cards/${id}/manual_transaction`, body: { amount: 1 } };
    });
    const [answers] = await Promise.all([
      sendAll(servers.urls, shop.owner.authorization, sent),
      burnPoints(beginAlone(db)),
      burnPoints(beginAlone(db)),
      sumCounts(beginAlone(db)),
      sumCounts(beginAlone(db)),
    ]);
    expect(countStatuses(answers.map(({ status }) => status))).toEqual({ 200: sent.length });
    expect(await contradictions(place)).toEqual([]);
  }
  expect(await club.balance(phone)).toBeGreaterThanOrEqual(0);
  expect(await countDeadlocks()).toBe(deadlocks);
});
