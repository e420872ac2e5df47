import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openClub } from '../../../test/club.ts';
import { openShop, testDatabase } from '../../../test/harness.ts';

interface Row {
  id: number;
  type_id: number;
  amount: number;
}

/** A chain with a top-up and a withdrawal by hand, a payment with points, and one from a client account. */
async function openHistory() {
  const club = await openClub();
  const { client, id } = await club.loyalMember(100);
  await club.move(id, -10);
  const visit = await club.visitOf(client, 50);
  await club.payByCard(visit.document, id, 20);
  const kind = (
    await club.shop.call('POST', `/chain/${club.chainId}/deposit_types`, {
      body: { title: 'Advance', location_ids: [club.place] },
    })
  ).data;
  const { deposit } = (
    await club.shop.call('POST', `/company/${club.place}/deposits`, {
      body: { client_id: client.id, deposit_type_id: kind.id, initial_balance: 30 },
    })
  ).data;
  await club.shop.call('POST', `/company/${club.place}/sale/${visit.document}/payment`, {
    body: { payment: { method: { slug: 'deposit', deposit_id: deposit.id }, amount: 5 } },
  });
  const list = (query = '') =>
    club.shop.call(
      'GET',
      `/chain/${club.chainId}/loyalty/transactions?created_after=2020-01-01&created_before=2100-01-01${query}`,
    );
  const types = async (query = '') => (await list(query)).data.map(({ type_id }: Row) => type_id);
  return { ...club, client, id, visit, list, types };
}

test('the list of a chain has everything, latest first, with payments from client accounts', async () => {
  const history = await openHistory();
  const { data, meta } = await history.list();
  expect(data.map(({ type_id, amount }: Row) => [type_id, amount])).toEqual([
    [11, 5],
    [3, 20],
    [6, 10],
    [5, 100],
  ]);
  expect(meta).toEqual({ count: 4 });
  const ofItem = {
    item_id: history.visit.serviceIds[0],
    item_type_id: 1,
    item_record_id: history.visit.record,
    goods_transaction_id: 0,
    services_transaction_id: 0,
  };
  const nothing = { program_id: 0, certificate_id: 0, abonement_id: 0, status_id: 1, salon_group_id: history.chainId };
  expect(data[1]).toEqual({
    ...ofItem,
    ...nothing,
    id: expect.any(Number),
    amount: 20,
    type_id: 3,
    card_id: history.id,
    visit_id: history.visit.visit,
    is_discount: false,
    is_loyalty_withdraw: true,
    type: { id: 3, title: 'Loyalty card withdrawal' },
  });
  expect(data[0]).toEqual({
    ...ofItem,
    ...nothing,
    id: expect.any(Number),
    amount: 5,
    type_id: 11,
    card_id: 0,
    visit_id: history.visit.visit,
    is_discount: false,
    is_loyalty_withdraw: false,
    type: { id: 11, title: 'Client account withdrawal' },
  });
  expect(data[2]).toMatchObject({ visit_id: 0, item_id: 0, item_type_id: 0, item_record_id: 0 });
});

test('the list is narrowed down by types, locations and visits, and comes in pages', async () => {
  const history = await openHistory();
  const { place, visit, types } = history;
  const sister = await openShop({ chainId: history.chainId, partner: history.shop.partner });
  expect(await types('&types=3,11')).toEqual([11, 3]);
  expect(await types('&types=11')).toEqual([11]);
  expect(await types('&types=5,6')).toEqual([6, 5]);
  expect(await types(`&company_ids=${place},${sister.locationId}`)).toEqual([11, 3, 6, 5]);
  expect(await types(`&company_ids=${sister.locationId}`)).toEqual([]);
  expect(await types(`&visit_ids=${visit.visit}`)).toEqual([11, 3]);
  expect(await types('&count=3')).toEqual([11, 3, 6]);
  expect(await types('&count=3&page=2')).toEqual([5]);
  expect(await types('&count=3&page=3')).toEqual([]);
});

test('days of the range are both included, in the time of the first location', async () => {
  const history = await openHistory();
  const { db } = await testDatabase();
  // 23:30 on 1 March and 0:30 on 3 March in New York.
  const move = (type: number, at: string) =>
    db.execute(
      sql`update loyalty_transactions set created_at = ${at}::timestamptz where chain_id = ${history.chainId} and type = ${type}`,
    );
  await move(5, '2027-03-01T23:30:00-05:00');
  await move(6, '2027-03-03T00:30:00-05:00');
  const between = async (from: string, to: string) =>
    (
      await history.shop.call('GET', `/chain/${history.chainId}/loyalty/transactions?created_after=${from}&created_before=${to}`)
    ).data?.map(({ type_id }: Row) => type_id);
  expect(await between('2027-03-01', '2027-03-01')).toEqual([5]);
  expect(await between('2027-03-01', '2027-03-02')).toEqual([5]);
  expect(await between('2027-03-02', '2027-03-03')).toEqual([6]);
  expect(await between('2027-03-03', '2027-03-02')).toBeUndefined();
});

test('what was cancelled leaves the list, and other chains have lists of their own', async () => {
  const [history, stranger] = [await openHistory(), await openHistory()];
  const { data } = await history.list();
  const path = `/company/${history.place}/sale/${history.visit.document}/payment/loyalty_transaction`;
  for (const { id } of data.slice(0, 2)) await history.shop.call('DELETE', `${path}/${id}`);
  expect(await history.types()).toEqual([6, 5]);
  expect(await stranger.types(`&visit_ids=${history.visit.visit}`)).toEqual([]);
  expect(await stranger.types()).toEqual([11, 3, 6, 5]);
});
