import { expect, test } from 'vitest';
import { openOffers } from '../../../test/offers.ts';
import { addDays, today } from '../../platform/clock.ts';
import { returnedPercent } from './loyalty-clients.ts';

test('a promotion is judged by new and old clients, and by those who came again', async () => {
  const { shop, place, member, loyalMember, promote, payByProgram, visitOf, attend, done, payment, cashback } =
    await openOffers();
  const program = await promote();
  const other = await cashback();
  const use = async (of: Awaited<ReturnType<typeof loyalMember>>, price: number) => {
    const visit = await visitOf(of.client, price);
    await payByProgram(visit.document, of.id, program);
    await attend(visit);
    await payment(visit.document, price * 0.9);
  };
  const [lost, back, known] = [await loyalMember(), await loyalMember(), await loyalMember()];
  // Days of visits go round in `visitOf`: 6, 7, 8, 9 May.
  await done(known.client, 10);
  await use(lost, 100);
  await use(back, 200);
  await use(known, 300);
  await done(lost.client, 10);
  const moved = await visitOf(back.client, 10);
  await attend(moved);
  const day = today(shop.timeZone);
  const read = async (what: string, query: object = {}) =>
    shop.call(
      'GET',
      `/company/${place}/analytics/loyalty_programs/${what}?${new URLSearchParams({
        date_from: addDays(day, -1),
        date_to: day,
        loyalty_program_id: String(program),
        ...query,
      })}`,
    );
  const counts = (all: number, returned: number, percent: number) => ({
    all_count: all,
    returned_count: returned,
    lost_count: all - returned,
    returned_percent: percent,
  });
  // `lost` came on 7 May and on 6 May, which is earlier; `back` on 8 and 7 May: nobody came again later.
  expect((await read('visits')).data.client_stats).toEqual({
    new: counts(0, 0, 0),
    old: counts(3, 0, 0),
    total: counts(3, 0, 0),
  });
  await done(known.client, 10);
  await done(back.client, 10);
  const { data } = await read('visits');
  expect(data.client_stats.total).toEqual(counts(3, 1, 33.3));
  expect(data.visits_stats_by_day).toEqual([
    { date: addDays(day, -1), new_count: 0, old_count: 0 },
    { date: day, new_count: 0, old_count: 3 },
  ]);
  const income = (await read('income')).data;
  expect(income.income_stats.total).toEqual({ all_sum: 540, returned_sum: 10 });
  expect(income.currency).toMatchObject({ iso: 'USD', name: 'US Dollar', symbol: '$' });
  expect((await read('staff')).data).toEqual([
    { client_stats: counts(3, 1, 33.3), staff: { id: member, name: expect.any(String) } },
  ]);
  expect(
    (await read('staff', { loyalty_program_id: String(other), date_from: addDays(day, -9), date_to: addDays(day, -8) })).data,
  ).toEqual([]);
});

test('9 of 24 clients are 37.5 percent', () => {
  const percents = [
    [24, 9],
    [3, 1],
    [3, 2],
    [8, 8],
    [0, 0],
  ].map(([all = 0, returned = 0]) => returnedPercent({ all, returned }));
  expect(percents).toEqual([37.5, 33.3, 66.7, 100, 0]);
});

test('a first visit makes a new client', async () => {
  const { shop, place, loyalMember, cashback, done } = await openOffers();
  const program = await cashback();
  const { client } = await loyalMember();
  await done(client, 100);
  const day = today(shop.timeZone);
  const path = `/company/${place}/analytics/loyalty_programs`;
  const query = `date_from=${day}&date_to=${day}&loyalty_program_id=${program}`;
  const { data } = await shop.call('GET', `${path}/visits?${query}`);
  expect(data.client_stats.new).toMatchObject({ all_count: 1, lost_count: 1 });
  await done(client, 50);
  expect((await shop.call('GET', `${path}/income?${query}`)).data.income_stats).toEqual({
    new: { all_sum: 150, returned_sum: 0 },
    old: { all_sum: 0, returned_sum: 0 },
    total: { all_sum: 150, returned_sum: 0 },
  });
});

test('an unknown promotion, a period that ends before it begins and one of more than 366 days are refused', async () => {
  const { shop, place, cashback } = await openOffers();
  const program = await cashback();
  const statusOf = async (from: string, to: string, id = program) =>
    (
      await shop.call(
        'GET',
        `/company/${place}/analytics/loyalty_programs/visits?date_from=${from}&date_to=${to}&loyalty_program_id=${id}`,
      )
    ).status;
  expect(await statusOf('2028-01-01', '2028-12-31')).toBe(200);
  expect(await statusOf('2028-01-01', '2029-01-01')).toBe(422);
  expect(await statusOf('2030-01-02', '2030-01-01')).toBe(422);
  expect(await statusOf('2030-01-01', '2030-01-02', 999_999_999)).toBe(404);
});

test('only promotions of the types 1, 5 and 6 have reports', async () => {
  const { shop, place, promote } = await openOffers();
  const answers = async (fields: object) => {
    const program = await promote(fields);
    const period = `date_from=2030-01-01&date_to=2030-01-02&loyalty_program_id=${program}`;
    const read = (what: string) => shop.call('GET', `/company/${place}/analytics/loyalty_programs/${what}?${period}`);
    return Promise.all(['income', 'staff', 'visits'].map(read));
  };
  for (const type of ['discount_static', 'cashback_static_sold', 'cashback_static_paid'])
    expect((await answers({ type })).map(({ status }) => status)).toEqual([200, 200, 200]);
  for (const fields of [
    { type: 'discount_accumulative_visits', params_source_type: 'loyalty_card' },
    { type: 'cashback_sold_visits' },
    { type: 'cashback_accumulative_paid', params_source_type: 'chain' },
  ]) {
    for (const { status, meta } of await answers(fields)) {
      expect([status, meta.errors]).toEqual([422, [{ loyalty_program_id: ['must be a promotion of the type 1, 5 or 6'] }]]);
    }
  }
});
