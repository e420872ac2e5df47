import { expect, test } from 'vitest';
import { openGifts } from '../../../test/gifts.ts';
import { testDatabase } from '../../../test/harness.ts';

test('gift cards that are sold count apart, and those that pay are no money of the day', async () => {
  const gifts = await openGifts();
  const { product } = await gifts.addType({ balance: 50 });
  const { data } = await gifts.sell(product, { good_special_number: 'A' }, { paid: true, account_id: gifts.cash });
  const [card] = (await gifts.cards()) as [{ id: number }];
  expect(data.document_id).toBeGreaterThan(0);
  const { document } = await gifts.visit(60);
  await gifts.redeem(document, card.id, { number: 'A' });
  await gifts.payment(document, 10);
  const report = (await gifts.shop.call('GET', `/reports/z_report/${gifts.place}?start_date=2030-05-06`)).data;
  expect(report.stats).toMatchObject({
    targets: 1,
    targets_paid: 10,
    goods: 0,
    goods_paid: 0,
    certificates: 1,
    certificates_paid: 50,
    abonement: 0,
  });
  expect(report.paids).toMatchObject({
    discount: [{ title: 'Paid with gift cards', amount: 50 }],
    total: { accounts: 60, discount: 50 },
  });
  const items = Object.values(report.z_data as Record<string, { masters: { service: object[]; good: object[] }[] }[]>)
    .flat()
    .flatMap(({ masters }) => masters.flatMap(({ service, good }) => [...service, ...good]));
  expect(items).toMatchObject([
    {
      result_cost: 60,
      transactions: [
        { accounts_amount: 10, loyalty_amount: 0 },
        { accounts_amount: 0, loyalty_amount: 50, payment_type: 'Gift card: Gift card 100' },
      ],
    },
    { item_title: 'Gift card 100', result_cost: 50, transactions: [{ accounts_amount: 50 }] },
  ]);
});

test('points and promotions have rows of their own among the discounts', async () => {
  const gifts = await openGifts();
  const { appointment, document } = await gifts.visit(60);
  const { query } = await testDatabase();
  for (const [type, amount] of [
    [1, 12],
    [3, 5],
    [9, 20],
  ]) {
    await query({
      text: `insert into loyalty_transactions (chain_id, location_id, type, amount, document_id, visit_id, service_id)
        values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [gifts.shop.chainId, gifts.place, type, amount, document, appointment.visit_id, appointment.services[0].id],
    });
  }
  const { paids } = (await gifts.shop.call('GET', `/reports/z_report/${gifts.place}?start_date=2030-05-06`)).data;
  expect(paids.discount).toEqual([
    { title: 'Written off bonuses', amount: 5 },
    { title: 'Promotion discount', amount: 12 },
    { title: 'Paid with memberships', amount: 20 },
  ]);
});
