import { expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { testDatabase } from '../../../test/harness.ts';
import { openPayroll } from '../../../test/payroll.ts';

const dayIn = (timeZone: string, offset = 0) =>
  new Intl.DateTimeFormat('sv', { timeZone }).format(Date.now() + offset * 86_400_000);

test('the balance is what is owed since the beginning, and not the difference of the days: 0, 0, 240746.48', async () => {
  const desk = await openPayroll();
  const pay = (fields: object) =>
    desk.done('POST', `${desk.path}/staff/${desk.member}/priority_payments`, { type_slug: 'other', ...fields });
  await pay({ amount: 240_800, date: '2024-02-29' });
  await pay({ amount: 0.48, date: '2025-12-31' });
  await pay({ type_slug: 'penalty', amount: 54, date: '2026-02-28' });
  expect((await desk.settlement('date_from=2026-03-01&date_to=2026-03-31')).total_sum).toEqual({
    income: '0',
    expense: '0',
    balance: '240746.48',
  });
  expect((await desk.settlement('date_from=2026-02-28&date_to=2026-02-28')).total_sum).toEqual({
    income: '-54',
    expense: '0',
    balance: '240746.48',
  });
  expect((await desk.settlement('date_from=2024-02-01&date_to=2024-02-28')).total_sum).toEqual({
    income: '0',
    expense: '0',
    balance: '0',
  });
});

test('statements count from their confirmation, payouts and other salaries on their day', async () => {
  const desk = await openPayroll();
  const [today, tomorrow] = [dayIn(desk.shop.timeZone), dayIn(desk.shop.timeZone, 1)];
  const total = async () => (await desk.settlement(`date_from=${today}&date_to=${tomorrow}`)).total_sum;
  await desk.payBy({ service: { type_slug: 'percent', value: 40 } });
  await desk.came([100]);
  const { id } = await desk.statement();
  expect(await total()).toEqual({ income: '0', expense: '0', balance: '0' });
  await desk.done('POST', `${desk.at(id)}/confirm`);
  expect(await total()).toEqual({ income: '40', expense: '0', balance: '40' });
  await desk.done('POST', `${desk.path}/staff/${desk.member}/payouts`, { account_id: desk.cash, amount: 15, comment: 'Advance' });
  await desk.done('POST', `${desk.at(id)}/pay`, { account_id: desk.cash, amount: 25 });
  expect(await total()).toEqual({ income: '40', expense: '40', balance: '0' });
  const { data } = await desk.shop.call('POST', `/finance_transactions/${desk.place}`, {
    body: { account_id: desk.cash, expense_id: 3, amount: -7, master_id: desk.member, date: `${today} 12:00:00` },
  });
  expect(await total()).toMatchObject({ expense: '47', balance: '-7' });
  await desk.done('PUT', `/finance_transactions/${desk.place}/${data.id}`, {
    expense_id: 9,
    amount: -7,
    account_id: desk.cash,
    date: `${today} 12:00:00`,
  });
  expect(await total()).toMatchObject({ expense: '40', balance: '0' });
  await desk.done('DELETE', `/finance_transactions/${desk.place}/${data.id}`);
  expect(await total()).toMatchObject({ expense: '40', balance: '0' });
  expect(await contradictions(desk.place)).toEqual([]);
});

test('by day, the balance runs on', async () => {
  const desk = await openPayroll();
  const pay = (type_slug: string, amount: number, date: string) =>
    desk.done('POST', `${desk.path}/staff/${desk.member}/priority_payments`, { type_slug, amount, date });
  await pay('vacation', 100, '2026-03-02');
  const { id } = await pay('bonus', 10, '2026-03-03');
  const days = async () => {
    const answer = await desk.shop.call(
      'GET',
      `${desk.path}/calculation/staff/daily/${desk.member}?date_from=2026-03-01&date_to=2026-03-03`,
    );
    return [
      ...answer.data.payroll_daily.map(
        ({ date, payroll_sum }: { date: string; payroll_sum: { income: string; balance: string } }) => [
          date,
          payroll_sum.income,
          payroll_sum.balance,
        ],
      ),
      answer.meta,
    ];
  };
  expect(await days()).toEqual([
    ['2026-03-01', '0', '0'],
    ['2026-03-02', '100', '100'],
    ['2026-03-03', '10', '110'],
    { count: 3 },
  ]);
  await desk.done('DELETE', `${desk.path}/staff/${desk.member}/priority_payments/${id}`);
  expect((await days()).slice(2)).toEqual([['2026-03-03', '0', '100'], { count: 3 }]);
  expect(await contradictions(desk.place)).toEqual([]);
});

test('the totals are what statements, priority payments and salaries add up to', async () => {
  const desk = await openPayroll();
  await desk.payBy({ time: { unit: 'day', value: 33.33 } });
  const { id } = await desk.statement();
  await desk.done('POST', `${desk.at(id)}/confirm`);
  await desk.done('POST', `${desk.at(id)}/pay`, { account_id: desk.cash });
  await desk.done('POST', `${desk.path}/staff/${desk.member}/priority_payments`, {
    type_slug: 'penalty',
    amount: 3,
    date: '2026-01-31',
  });
  const { query } = await testDatabase();
  const rows = await query<{ span: number; income: number; expense: number }>({
    text: `select span, sum(income)::float8 as income, sum(expense)::float8 as expense from pay_totals where location_id = $1 group by span order by span`,
    values: [desk.place],
  });
  expect(rows).toEqual([0, 1, 2].map((span) => ({ span, income: 4 * 33.33 - 3, expense: 4 * 33.33 })));
});
