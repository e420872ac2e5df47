import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type Club, openClub } from '../../../test/club.ts';
import { contradictions } from '../../../test/consistency.ts';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { rowsOf } from '../../platform/database.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { sumCounts } from './counts.ts';

const always = 'created_after=2020-01-01&created_before=2100-01-01';

/** Almost a year of transactions in two locations and in none, some of them cancelled, and payments from client accounts. */
async function openLongHistory() {
  const club = await openClub();
  const sister = await openShop({ chainId: club.chainId, partner: club.shop.partner });
  const { db } = await testDatabase();
  await db.execute(sql`
    insert into loyalty_transactions (chain_id, location_id, type, amount, created_at, cancelled_at)
    select ${club.chainId}, (array[${club.place}, ${sister.locationId}, null])[1 + n % 3]::int, 1 + n % 7, 5,
      timestamptz '2024-02-27 23:30Z' + n / 2 * interval '25 hours 30 minutes', case when n % 10 = 3 then now() end
    from generate_series(1, 600) as n`);
  return { ...club, sister, db, list: listOf(club) };
}

const listOf = (club: Club) => async (query: string) =>
  (await club.shop.call('GET', `/chain/${club.chainId}/loyalty/transactions?${query}`)).data.map(({ id }: { id: number }) => id);

type History = Awaited<ReturnType<typeof openLongHistory>>;

/** Compares all pages, and one after the last, with the list in one piece. */
async function expectPages({ list }: Pick<History, 'list'>, query: string, count: number) {
  const all: number[] = await list(`${query}&count=1000`);
  const pages: number[][] = [];
  for (let page = 1; page <= Math.ceil(all.length / count) + 1; page++)
    pages.push(await list(`${query}&count=${count}&page=${page}`));
  expect(pages.flat()).toEqual(all);
  expect(pages.at(-1)).toEqual([]);
  return all.length;
}

test('pages of a long history, put together, are the whole list: of all, of types, of locations and of a range', async () => {
  const history = await openLongHistory();
  const { place, sister } = history;
  expect(await expectPages(history, always, 90)).toBe(540);
  expect(await expectPages(history, `${always}&types=2,5`, 50)).toBeGreaterThan(100);
  expect(await expectPages(history, `${always}&company_ids=${place}`, 40)).toBe(180);
  expect(await expectPages(history, `${always}&company_ids=${sister.locationId},${place}&types=3,11`, 10)).toBeGreaterThan(20);
  expect(await expectPages(history, `${always}&types=9`, 10)).toBe(0);
  const within = (from: string, to: string) => `created_after=${from}&created_before=${to}`;
  expect(await expectPages(history, within('2024-02-29', '2024-03-01'), 1)).toBeGreaterThan(1);
  expect(await expectPages(history, within('2024-05-10', '2024-08-31'), 20)).toBeGreaterThan(50);
  expect(await expectPages(history, within('2024-12-30', '2025-01-02'), 1)).toBeGreaterThan(1);
  expect(await expectPages(history, `${within('2024-06-01', '2024-11-30')}&company_ids=${place}&types=1,2`, 3)).toBeGreaterThan(
    10,
  );
  expect(await expectPages(history, within('2023-01-01', '2023-12-31'), 10)).toBe(0);
  expect(await history.list(`${always}&count=1000&page=1000000`)).toEqual([]);
});

test('a chain without transactions has no second page', async () => {
  const club = await openClub();
  expect(await listOf(club)(`${always}&page=2`)).toEqual([]);
});

test('an empty list of types finds nothing', async () => {
  const club = await openClub();
  expect(await listOf(club)(`${always}&types=`)).toEqual([]);
});

test('pages stay right when the job sums the counters up, and when something is added and cancelled on a day long ago', async () => {
  const history = await openLongHistory();
  const { db, chainId, place } = history;
  const rows = () => rowsOf(db, sql`select id from loyalty_transaction_counts where chain_id = ${chainId}`);
  await sumCounts(beginAlone(db));
  await expectPages(history, always, 90);
  await db.execute(sql`
    update loyalty_transactions set cancelled_at = now() where chain_id = ${chainId} and created_at < '2024-04-01' and id % 2 = 0`);
  await db.execute(sql`
    insert into loyalty_transactions (chain_id, location_id, type, amount, created_at) values (${chainId}, ${place}, 1, 5, '2024-03-01')`);
  await expectPages(history, always, 40);
  expect(await contradictions(place)).toEqual([]);
  await db.execute(
    sql`update loyalty_transactions set cancelled_at = now() where chain_id = ${chainId} and created_at < '2025-01-01'`,
  );
  const before = await rows();
  await sumCounts(beginAlone(db));
  expect((await rows()).length).toBeLessThan(before.length);
  await expectPages(history, always, 40);
  expect(await contradictions(place)).toEqual([]);
  await db.execute(
    sql`update loyalty_transactions set cancelled_at = now() where chain_id = ${chainId} and cancelled_at is null`,
  );
  await sumCounts(beginAlone(db));
  expect(await rows()).toHaveLength(0);
  expect(await expectPages(history, always, 40)).toBe(0);
});
