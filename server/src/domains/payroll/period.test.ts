import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openPayroll } from '../../../test/payroll.ts';
import { setHours } from '../../../test/salon.ts';
import { statementsOf } from '../../../test/statements.ts';
import { calculatePeriod } from './calculation.ts';

const forty = { service: { type_slug: 'percent', value: 40 } };

test('only appointments to which the client came earn', async () => {
  const desk = await openPayroll();
  await desk.payBy(forty);
  const { appointment } = await desk.visit(100);
  expect(await desk.salary()).toBe('0');
  for (const [attendance, salary] of [
    [2, '0'],
    [-1, '0'],
    [1, '40'],
    [0, '0'],
  ] as const) {
    await desk.attend(appointment, attendance);
    expect([attendance, await desk.salary()]).toEqual([attendance, salary]);
  }
});

test('without a scheme the figures are there, and the salary is 0', async () => {
  const desk = await openPayroll();
  await desk.came([100, 50]);
  expect(await desk.period()).toMatchObject({
    working_days_count: 4,
    working_hours_count: 36,
    group_services_count: 0,
    services_count: 2,
    services_sum: '150',
    goods_sales_count: 0,
    goods_sales_sum: '0',
    total_sum: '150',
    salary: '0',
    currency: { iso: 'USD', symbol: '$' },
  });
});

test('products earn their seller, in visits to which the client came and without one', async () => {
  const desk = await openPayroll();
  await desk.payBy({ good: { type_slug: 'percent', value: 10 } });
  const { appointment } = await desk.visit(50);
  await desk.shop.addSale(appointment.id, await desk.shop.addProduct({ price: 20 }));
  expect(await desk.salary()).toBe('0');
  await desk.attend(appointment);
  expect(await desk.period()).toMatchObject({
    goods_sales_count: 1,
    goods_sales_sum: '20',
    services_sum: '50',
    total_sum: '70',
    salary: '2',
  });
});

test('a rule takes off what a service used up, and what a product cost when it arrived last before the sale', async () => {
  const desk = await openPayroll();
  const half = { type_slug: 'percent', value: 50 };
  await desk.payBy({ service: half, good: half, subtracts_net_cost: true });
  const { shop, place } = desk;
  const shampoo = await shop.addProduct({ price: 20, costPrice: 8 });
  const storages = (await shop.call('GET', `/storages/${place}`)).data;
  const arrive = async (date: string, cost: number) => {
    const transactions = [{ good_id: shampoo, amount: 10, cost }];
    const body = { type_id: 3, create_date: `${date} 09:00:00`, storage_id: storages[0].id, transactions };
    expect((await shop.call('POST', `/storage_operations/operation/${place}`, { body })).status).toBe(200);
  };
  await arrive('2030-05-01', 40);
  const appointment = await desk.came([100]);
  const service = appointment.services[0].id as number;
  const row = {
    goods_transaction_id: 0,
    record_id: appointment.id,
    service_id: service,
    good_id: shampoo,
    price: 30,
    amount: 10,
  };
  const used = await shop.call(
    'PUT',
    `/technological_cards/record_consumables/consumables/${place}/${appointment.id}/${service}`,
    {
      body: { consumables: [{ ...row, storage_id: storages[0].id }] },
    },
  );
  expect([used.status, used.body]).toEqual([200, used.body]);
  // Half of 100 less 30.
  expect(await desk.salary()).toBe('35');
  await shop.addSale(appointment.id, shampoo);
  // And half of 20 less 4.
  expect(await desk.salary()).toBe('43');
  await arrive('2030-05-20', 90);
  expect(await desk.salary()).toBe('43');
});

test('group events count as one, and each client who came earns', async () => {
  const desk = await openPayroll();
  await desk.payBy({ service: { type_slug: 'fix', value: 5 } });
  const event = await desk.addEvent();
  for (const name of ['Ada', 'José']) {
    const { data } = await desk.shop.call('POST', `/records/${desk.place}`, {
      body: { activity_id: event.id, client: { name } },
    });
    await desk.attend(data[0]);
  }
  expect(await desk.period()).toMatchObject({ group_services_count: 1, services_count: 0, salary: '10' });
  const { salary_items } = await desk.explain();
  expect(salary_items.map((one: { item_type_slug: string; item_id: number }) => [one.item_type_slug, one.item_id])).toEqual([
    ['activity', event.id],
    ['activity', event.id],
  ]);
});

test('every amount explains itself: 900 money, 30 discount and 70 points are 1000', async () => {
  const desk = await openPayroll();
  const { rule, scheme } = await desk.payBy({ service: { type_slug: 'percent', value: 1.5 }, counts_discounts: true });
  expect([rule, scheme].every((id) => id > 0)).toBe(true);
  const id = await desk.shop.addService({ priceMin: 1000, priceMax: 1000, title: 'Cuttings' });
  const appointment = await desk.booked({ services: [{ id, first_cost: 1000, discount: 3, cost: 970 }] });
  await desk.attend(appointment);
  const { query } = await testDatabase();
  await query({
    text: `insert into loyalty_transactions (chain_id, location_id, type, amount, document_id, visit_id, service_id)
      values ($1, $2, 3, 70, $3, $4, $5)`,
    values: [desk.shop.chainId, desk.place, appointment.documents[0].id, appointment.visit_id, id],
  });
  const { salary, salary_items } = await desk.explain();
  expect(salary).toBe('15');
  expect(salary_items).toMatchObject([
    {
      date: '2030-05-06',
      time: '10:00',
      item_id: appointment.id,
      item_type_slug: 'record',
      record_id: appointment.id,
      client_id: appointment.client.id,
      salary_sum: '15',
      cost: '1000',
      paid: { money_sum: '900', discount_sum: '30', bonus_sum: '70', certificate_sum: '0', abonement_sum: '0', deposit_sum: '0' },
      salary_calculation_info: { criteria_title: '', param_title: 'Rule', scheme_title: 'Scheme' },
      targets: [
        {
          target_type_slug: 'service',
          target_id: id,
          title: 'Cuttings',
          cost: '1000',
          salary_sum: '15',
          salary_calculation: { type_slug: 'percent', value: 1.5, description: '1.5% of 1000' },
        },
      ],
    },
  ]);
});

test('the days of a period add up to it, and days without work are zeros', async () => {
  const desk = await openPayroll();
  await desk.payBy(forty);
  await desk.came([100]);
  await desk.came([10], { datetime: '2030-05-09T10:00:00' });
  const { period_calculation_daily: days } = await desk.done(
    'GET',
    `${desk.path}/period/staff/daily/${desk.member}?date_from=2030-05-05&date_to=2030-05-09`,
  );
  expect(
    days.map((day: { date: string; period_calculation: { salary: string; working_days_count: number } }) => [
      day.date,
      day.period_calculation.salary,
      day.period_calculation.working_days_count,
    ]),
  ).toEqual([
    ['2030-05-05', '0', 0],
    ['2030-05-06', '40', 1],
    ['2030-05-07', '0', 1],
    ['2030-05-08', '0', 1],
    ['2030-05-09', '4', 1],
  ]);
  expect(await desk.salary()).toBe('44');
});

test.each([
  ['2030-03-31', 5, 'forward'],
  ['2030-10-27', 7, 'back'],
])('%s: from midnight to six, %i hours pass when clocks go %s', async (date, hours) => {
  const desk = await openPayroll({ city: 'Berlin' });
  await desk.payBy({ time: { unit: 'hour', value: 10 } });
  await setHours(desk.shop, desk.member, [date], [{ from: '00:00', to: '06:00' }]);
  expect(await desk.period(`date_from=${date}&date_to=${date}`)).toMatchObject({
    working_hours_count: hours,
    salary: String(hours * 10),
  });
});

test('an appointment belongs to its local day, also in the last hour', async () => {
  const desk = await openPayroll({ city: 'Tokyo' });
  await desk.payBy({ service: { type_slug: 'percent', value: 50 } });
  await desk.came([101], { datetime: '2030-05-06T23:30:00' });
  const on = (day: string) => desk.salary(`date_from=${day}&date_to=${day}`);
  // Half a yen is rounded up.
  expect([await on('2030-05-05'), await on('2030-05-06'), await on('2030-05-07')]).toEqual(['0', '51', '0']);
});

test('a turnover of the location raises the rule of each member', async () => {
  const desk = await openPayroll();
  const high = await desk.addRule({ service: { type_slug: 'percent', value: 50 } });
  await desk.payBy(forty, [
    { title: 'A lot', measure: 'turnover', scope: 'company', period: 'month', threshold: 150, rule_id: high },
  ]);
  const other = await desk.shop.addTeamMember();
  await setHours(desk.shop, other, ['2030-05-06']);
  await desk.came([100]);
  expect(await desk.salary()).toBe('40');
  await desk.came([100], { staff_id: other });
  expect(await desk.salary()).toBe('50');
  expect((await desk.explain()).salary_items[0].salary_calculation_info.criteria_title).toBe('A lot');
});

test('assistants share the pay of services', async () => {
  const desk = await openPayroll();
  await desk.payBy({ service: { type_slug: 'percent', value: 50 } });
  const helper = await desk.shop.addTeamMember();
  await desk.payBy({ service: { type_slug: 'percent', value: 50 } }, [], helper);
  const { id } = await desk.came([100]);
  const path = `/record/${desk.place}/${id}/assistants`;
  await desk.done('PUT', path, { assistants: [{ staff_id: helper, share: 20 }] });
  expect([await desk.salary(), await desk.salary(undefined, helper)]).toEqual(['40', '10']);
  const refused = async (assistants: object[]) => (await desk.shop.call('PUT', path, { body: { assistants } })).meta.errors;
  expect(await refused([{ staff_id: desk.member, share: 20 }])).toEqual([
    { assistants: [expect.stringContaining('must not name')] },
  ]);
  expect(
    await refused([
      { staff_id: helper, share: 20 },
      { staff_id: helper, share: 20 },
    ]),
  ).toEqual([{ assistants: [expect.any(String)] }]);
});

test('shares of assistants are kept to the thousandth: finer ones are refused, however small', async () => {
  const desk = await openPayroll();
  const [first, second] = [await desk.shop.addTeamMember(), await desk.shop.addTeamMember()];
  const { id } = await desk.came([100]);
  const set = async (shares: number[]) => {
    const assistants = [first, second].flatMap((staff_id, index) => (shares[index] ? [{ staff_id, share: shares[index] }] : []));
    const { status, meta, data } = await desk.shop.call('PUT', `/record/${desk.place}/${id}/assistants`, {
      body: { assistants },
    });
    return status === 200 ? data.assistants.map(({ share }: { share: number }) => share) : [status, meta.errors];
  };
  expect(await set([0.001, 99.999])).toEqual([0.001, 99.999]);
  expect(await set([49.9995, 50.0005])).toEqual([
    422,
    [{ assistants: ['must have shares with 3 digits at most behind the point'] }],
  ]);
  expect(await set([0.001, 100])).toEqual([422, [{ assistants: ['must have shares of 100 percent at most in all'] }]]);
  expect((await set([1e-300]))[0]).toBe(422);
});

test('people who left have no payroll of a period, and statements only until they are deleted', async () => {
  const desk = await openPayroll();
  await desk.payBy(forty);
  await desk.came([100]);
  const { id } = await desk.statement();
  const { query } = await testDatabase();
  const set = (column: string) => query({ text: `update team_members set ${column} where id = $1`, values: [desk.member] });
  const statusOf = async (path: string) => (await desk.shop.call('GET', path)).status;
  const period = `${desk.path}/period/staff/${desk.member}?date_from=2030-05-01&date_to=2030-05-31`;
  await set('is_fired = true');
  expect([await statusOf(period), await statusOf(desk.at(id))]).toEqual([404, 200]);
  await set('deleted_at = now()');
  expect([await statusOf(period), await statusOf(desk.at(id))]).toEqual([404, 404]);
});

test('a period that ends before it begins, or is no date, is refused', async () => {
  const { shop, path, member } = await openPayroll();
  const errors = async (query: string) => (await shop.call('GET', `${path}/period/staff/${member}?${query}`)).meta.errors;
  expect(await errors('date_from=2030-05-02&date_to=2030-05-01')).toEqual([{ date_to: ['must not be before date_from'] }]);
  expect(await errors('date_from=2030-01-01&date_to=2031-01-02')).toEqual([{ date_to: [expect.any(String)] }]);
  expect(await errors('date_from=2030-02-30&date_to=2030-03-01')).toEqual([{ date_from: [expect.any(String)] }]);
});

test('the payroll of many members takes as many statements as that of one', async () => {
  const desk = await openPayroll();
  await desk.payBy(forty);
  await desk.came([100]);
  const location = { id: desk.place, timeZone: desk.shop.timeZone, currency: 'USD' };
  const count = (ids: number[]) =>
    statementsOf((tx) => calculatePeriod(tx as never, location, ids, { first: '2030-05-01', last: '2030-05-31' }));
  const one = await count([desk.member]);
  const others = [];
  for (let at = 0; at < 5; at++) {
    const id = await desk.shop.addTeamMember();
    await setHours(desk.shop, id, ['2030-05-06']);
    await desk.payBy(forty, [], id);
    await desk.came([50], { staff_id: id });
    others.push(id);
  }
  expect([one <= 10, await count([desk.member, ...others])]).toEqual([true, one]);
});

test('a period has 366 days at most', async () => {
  const desk = await openPayroll();
  const last = async (date: string) => {
    const { status, meta } = await desk.shop.call('GET', `${desk.path}/period?date_from=2030-01-01&date_to=${date}`);
    return status === 200 ? status : meta.errors;
  };
  expect(await last('2031-01-01')).toBe(200);
  expect(await last('2031-01-02')).toEqual([{ date_to: ['must be at most 365 days after date_from'] }]);
});
