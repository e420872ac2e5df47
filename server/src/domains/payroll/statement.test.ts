import { expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { call, testDatabase } from '../../../test/harness.ts';
import { openPayroll, type PayDesk } from '../../../test/payroll.ts';
import { setHours } from '../../../test/salon.ts';

const forty = { service: { type_slug: 'percent', value: 40 } };
const discrepancies = async (desk: PayDesk, id: number) =>
  (await desk.read(id)).salary_items.map((item: { salary_sum: string; salary_discrepancy?: object }) => [
    item.salary_sum,
    item.salary_discrepancy,
  ]);

async function withStatement(price = 1000, value = 1) {
  const desk = await openPayroll();
  const { rule, scheme } = await desk.payBy({ service: { type_slug: 'percent', value } });
  const appointment = await desk.came([price]);
  const { id } = await desk.statement();
  return { desk, rule, scheme, appointment, id };
}

test('a statement has what was earned, and goes from draft to confirmed to paid', async () => {
  const { desk, id, appointment } = await withStatement();
  expect(await desk.read(id)).toMatchObject({
    id,
    company_id: desk.place,
    staff_id: desk.member,
    amount: 10,
    status: 'draft',
    date_from: '2030-05-01',
    date_to: '2030-05-31',
    salary_items: [{ item_type_slug: 'record', item_id: appointment.id, salary_sum: '10', targets: [{ salary_sum: '10' }] }],
  });
  expect(await desk.done('POST', `${desk.at(id)}/confirm`)).toMatchObject({ status: 'confirmed', transaction_id: 0 });
  const before = await desk.balance(desk.cash);
  const paid = await desk.done('POST', `${desk.at(id)}/pay`, { account_id: desk.cash });
  expect(paid).toMatchObject({ status: 'paid', amount: 10 });
  expect((await desk.balance(desk.cash)) - before).toBe(-10);
  const { data } = await desk.shop.call('GET', `/finance_transactions/${desk.place}/${paid.transaction_id}`);
  expect(data[0]).toMatchObject({ amount: -10, expense: { id: 3 }, master: { id: desk.member } });
  // The published API knows no paid statements.
  expect(await desk.read(id)).toMatchObject({ status: 'confirmed', amount: 10 });
  const list = await desk.shop.call(
    'GET',
    `${desk.path}/payroll/staff/${desk.member}/calculation?date_from=2030-05-31&date_to=2030-06-30`,
  );
  expect([list.data, list.meta]).toMatchObject([[{ id, status: 'confirmed' }], { count: 1 }]);
});

test('10 that would be 15 by a new rule differ by 5, and the statement stays', async () => {
  const { desk, id, rule } = await withStatement();
  expect(await discrepancies(desk, id)).toEqual([['10', undefined]]);
  await desk.done('PUT', `${desk.path}/rules/${rule}`, { service: { type_slug: 'percent', value: 1.5 } });
  const difference = { reason: 'updated_rule', actual_sum: '15', difference_sum: '5' };
  expect(await discrepancies(desk, id)).toEqual([['10', difference]]);
  await desk.done('POST', `${desk.at(id)}/confirm`);
  expect(await desk.read(id)).toMatchObject({ amount: 10, salary_items: [{ salary_discrepancy: difference }] });
});

test('a price that changes afterwards is an updated sum', async () => {
  const { desk, id, appointment } = await withStatement();
  const { query } = await testDatabase();
  await query({
    text: 'update appointment_services set first_cost = 500, cost = 500 where appointment_id = $1',
    values: [appointment.id],
  });
  expect(await discrepancies(desk, id)).toEqual([['10', { reason: 'updated_sum', actual_sum: '5', difference_sum: '-5' }]]);
});

test('an appointment that no longer counts is deleted, and a late one is new', async () => {
  const { desk, id, appointment } = await withStatement();
  await desk.attend(appointment, -1);
  await desk.came([200]);
  expect(await discrepancies(desk, id)).toEqual([
    ['10', { reason: 'deleted', actual_sum: '0', difference_sum: '-10' }],
    ['0', { reason: 'new', actual_sum: '2', difference_sum: '2' }],
  ]);
  const { amount } = await desk.done('POST', `${desk.at(id)}/recalculate`);
  expect([amount, await discrepancies(desk, id)]).toEqual([2, [['2', undefined]]]);
  expect(await contradictions(desk.place)).toEqual([]);
});

test('an appointment that moves to another month stays with its statement, and is not paid again', async () => {
  const { desk, id, appointment } = await withStatement();
  const { query } = await testDatabase();
  await query({ text: `update appointments set starts_at = '2030-06-05T15:00:00Z' where id = $1`, values: [appointment.id] });
  expect(await discrepancies(desk, id)).toEqual([['10', undefined]]);
  const june = await desk.statement({ date_from: '2030-06-01', date_to: '2030-06-30' });
  expect(june.amount).toBe(0);
});

test('an appointment that moves to an earlier month stays with its statement, too', async () => {
  const { desk, id, appointment } = await withStatement();
  const { query } = await testDatabase();
  await query({ text: `update appointments set starts_at = '2030-04-05T15:00:00Z' where id = $1`, values: [appointment.id] });
  expect(await discrepancies(desk, id)).toEqual([['10', undefined]]);
});

test('what another statement has is not new in a statement of the same days', async () => {
  const { desk, id } = await withStatement();
  const { id: second } = await desk.statement();
  await desk.came([200]);
  const added = ['0', { reason: 'new', actual_sum: '2', difference_sum: '2' }];
  expect([await discrepancies(desk, id), await discrepancies(desk, second)]).toEqual([[['10', undefined], added], [added]]);
});

test('a day of work differs by its hours or by the rule', async () => {
  const desk = await openPayroll();
  const { rule } = await desk.payBy({ time: { unit: 'hour', value: 10 } });
  const { id } = await desk.statement({ date_to: '2030-05-06' });
  expect(await discrepancies(desk, id)).toEqual([['90', undefined]]);
  await setHours(desk.shop, desk.member, ['2030-05-06'], [{ from: '09:00', to: '12:00' }]);
  expect(await discrepancies(desk, id)).toEqual([['90', { reason: 'updated_sum', actual_sum: '30', difference_sum: '-60' }]]);
  await desk.done('PUT', `${desk.path}/rules/${rule}`, { time: { unit: 'hour', value: 20 } });
  expect(await discrepancies(desk, id)).toEqual([['90', { reason: 'updated_rule', actual_sum: '60', difference_sum: '-30' }]]);
});

test('statements of people whom the location does not have are refused, and nobody gets one', async () => {
  const { desk } = await withStatement();
  const stranger = await openPayroll();
  const body = { date_from: '2030-05-01', date_to: '2030-05-31', staff_ids: [desk.member, stranger.member] };
  const refused = await desk.shop.call('POST', `${desk.path}/payroll/calculation`, { body });
  expect([refused.status, refused.meta.errors]).toEqual([422, [{ staff_ids: ['must name team members of the location'] }]]);
  const list = await desk.done(
    'GET',
    `${desk.path}/payroll/staff/${desk.member}/calculation?date_from=2030-05-01&date_to=2030-05-31`,
  );
  expect(list).toHaveLength(1);
});

test('what is in a statement is in no other, until it is deleted', async () => {
  const { desk, id } = await withStatement();
  expect((await desk.statement()).amount).toBe(0);
  await desk.done('DELETE', desk.at(id));
  expect((await desk.statement()).amount).toBe(10);
});

test('statements of everyone are made for those who have earned something', async () => {
  const desk = await openPayroll();
  await desk.payBy(forty);
  await desk.shop.addTeamMember();
  const make = (body: object) =>
    desk.done('POST', `${desk.path}/payroll/calculation`, { date_from: '2030-05-01', date_to: '2030-05-31', ...body });
  expect(await make({})).toEqual([]);
  await desk.came([100]);
  expect(await make({})).toMatchObject([{ staff_id: desk.member, amount: 40, status: 'draft' }]);
});

test('bonuses and penalties by hand stay when a draft is calculated anew', async () => {
  const { desk, id } = await withStatement();
  const add = (fields: object) => desk.done('POST', `${desk.at(id)}/items`, { date: '2030-05-07', title: 'By hand', ...fields });
  await add({ item_type_slug: 'bonus', amount: 5 });
  const { item_id } = await add({ item_type_slug: 'penalty', amount: 2.5 });
  expect(await desk.done('POST', `${desk.at(id)}/recalculate`)).toMatchObject({ amount: 12.5 });
  await desk.done('DELETE', `${desk.at(id)}/items/${item_id}`);
  expect((await desk.read(id)).amount).toBe(15);
  expect(await contradictions(desk.place)).toEqual([]);
  const refused = async (fields: object) =>
    (
      await desk.shop.call('POST', `${desk.at(id)}/items`, {
        body: { item_type_slug: 'bonus', amount: 5, date: '2030-05-07', title: 'X', ...fields },
      })
    ).meta.errors;
  expect(await refused({ amount: 0 })).toEqual([{ amount: ['must be above 0'] }]);
  expect(await refused({ amount: 0.001 })).toEqual([{ amount: [expect.any(String)] }]);
  expect(await refused({ date: '2030-06-01' })).toEqual([{ date: [expect.any(String)] }]);
});

test('each step needs the state before it', async () => {
  const { desk, id } = await withStatement();
  const does = async (step: string, body?: object) => (await desk.shop.call('POST', `${desk.at(id)}/${step}`, { body })).status;
  const pay = { account_id: desk.cash };
  expect([await does('reopen'), await does('pay', pay)]).toEqual([422, 422]);
  await does('confirm');
  expect([await does('confirm'), await does('recalculate'), (await desk.shop.call('DELETE', desk.at(id))).status]).toEqual([
    422, 422, 422,
  ]);
  expect([await does('pay', { ...pay, amount: 10.01 }), await does('pay', { ...pay, amount: 0 })]).toEqual([422, 422]);
  expect([await does('reopen'), await does('confirm'), await does('pay', pay), await does('reopen')]).toEqual([
    200, 200, 200, 422,
  ]);
});

test('a statement whose payout is deleted is confirmed and not paid', async () => {
  const { desk, id } = await withStatement();
  await desk.done('POST', `${desk.at(id)}/confirm`);
  const { transaction_id } = await desk.done('POST', `${desk.at(id)}/pay`, { account_id: desk.cash });
  await desk.done('DELETE', `/finance_transactions/${desk.place}/${transaction_id}`);
  const again = await desk.done('POST', `${desk.at(id)}/pay`, { account_id: desk.cash, amount: 4 });
  expect(again).toMatchObject({ status: 'paid', amount: 10 });
  expect(again.transaction_id).not.toBe(transaction_id);
  expect(await contradictions(desk.place)).toEqual([]);
});

test('the database keeps what is confirmed', async () => {
  const { desk, id } = await withStatement();
  const { query } = await testDatabase();
  await desk.done('POST', `${desk.at(id)}/confirm`);
  const refused = (text: string) => expect(query({ text, values: [id] })).rejects.toThrow();
  await refused('update pay_statements set amount = 1 where id = $1');
  await refused(`update pay_statements set status = 'draft', confirmed_on = null, amount = 1 where id = $1`);
  await refused('delete from pay_statements where id = $1');
  await refused('update pay_statement_items set salary = 1 where statement_id = $1');
  await refused('delete from pay_statement_items where statement_id = $1');
  await refused(`insert into pay_statement_items (location_id, statement_id, team_member_id, key, type, item_id, date, time, salary)
    select location_id, id, team_member_id, 'other', 'record', 1, date_from, '00:00', 1 from pay_statements where id = $1`);
});

test('of two confirmations, two payouts and two statements at the same moment, one counts', async () => {
  const { desk, id } = await withStatement();
  const both = (path: string, body?: object) =>
    Promise.all([1, 2].map(async () => (await desk.shop.call('POST', path, { body })).status));
  expect((await both(`${desk.at(id)}/confirm`)).toSorted()).toEqual([200, 422]);
  const before = await desk.balance(desk.cash);
  expect((await both(`${desk.at(id)}/pay`, { account_id: desk.cash })).toSorted()).toEqual([200, 422]);
  expect((await desk.balance(desk.cash)) - before).toBe(-10);
  await desk.came([500]);
  await both(`${desk.path}/payroll/calculation`, { date_from: '2030-05-01', date_to: '2030-05-31', staff_ids: [desk.member] });
  const { query } = await testDatabase();
  const [row] = await query<{ sum: string; keys: number; items: number }>({
    text: `select sum(salary)::float8 as sum, count(*)::int as items, count(distinct key)::int as keys from pay_statement_items where location_id = $1`,
    values: [desk.place],
  });
  expect([Number(row?.sum), row?.items, row?.keys]).toEqual([15, 2, 2]);
  expect(await contradictions(desk.place)).toEqual([]);
});

test('a statement of another member, or of another business, is a 404', async () => {
  const { desk, id } = await withStatement();
  const other = await desk.shop.addTeamMember();
  const stranger = await openPayroll();
  expect((await desk.shop.call('GET', desk.at(id, other))).status).toBe(404);
  expect((await stranger.shop.call('GET', stranger.at(id))).status).toBe(404);
});

test('a user with the right to one member reads that one, of today only without the right to other days', async () => {
  const { desk } = await withStatement();
  const other = await desk.shop.addTeamMember();
  const only = (fields: object) =>
    desk.shop.hire('worker', {
      finances_access: true,
      finances_salary_access_master_checkbox: true,
      finances_salary_access_master_id: desk.member,
      ...fields,
    });
  const month = 'date_from=2030-05-01&date_to=2030-05-31';
  const { authorization } = await only({ finances_salary_master_not_limitation_today_access: true });
  const get = (path: string, as = authorization) => call('GET', `${desk.path}${path}`, { authorization: as });
  expect((await get(`/staff/${desk.member}/period?${month}`)).data).toMatchObject({ services_count: 1, salary: '10' });
  const statuses = [
    `/staff/${other}/period?${month}`,
    `/period/staff/${desk.member}?${month}`,
    `/staff/${desk.member}/calculation?${month}`,
    `/staff/${desk.member}/salary_schemes`,
  ];
  expect(await Promise.all(statuses.map(async (path) => (await get(path)).status))).toEqual([403, 403, 200, 200]);
  const today = await only({ finances_salary_master_not_limitation_today_access: false });
  expect((await get(`/staff/${desk.member}/period?${month}`, today.authorization)).data).toMatchObject({
    services_count: 0,
    salary: '0',
  });
  expect((await get(`/staff/${desk.member}/period?date_from=2030-05-02&date_to=2030-05-01`, today.authorization)).status).toBe(
    422,
  );
});

test('a user who makes statements of one member makes them for today only without the right to other days', async () => {
  const { desk, id } = await withStatement();
  const other = await desk.shop.addTeamMember();
  const paymentsOf = (member: number) => `${desk.path}/staff/${member}/priority_payments`;
  const [mine, foreign] = [paymentsOf(desk.member), paymentsOf(other)];
  const maker = async (fields: object) => {
    const { authorization } = await desk.shop.hire('worker', {
      finances_access: true,
      finances_payroll_calculation_create_by_master_access: true,
      finances_salary_access_master_id: desk.member,
      ...fields,
    });
    return async (method: string, path: string, body?: object) => (await call(method, path, { authorization, body })).status;
  };
  const [month, backwards] = ['date_from=2030-05-01&date_to=2030-05-31', 'date_from=2030-05-02&date_to=2030-05-01'];
  const make = (staff_ids: number[]) => ({ date_from: '2030-06-01', date_to: '2030-06-30', staff_ids });
  const statement = `${desk.path}/payroll/calculation`;
  const ofAnyDay = await maker({ calculation_create_by_master_not_limitation_today_access: true });
  expect([
    await ofAnyDay('GET', `${mine}?${month}`),
    await ofAnyDay('GET', `${foreign}?${month}`),
    await ofAnyDay('POST', statement, make([desk.member])),
    await ofAnyDay('POST', statement, make([desk.member, other])),
    await ofAnyDay('POST', statement, { ...make([]), staff_ids: undefined }),
    await ofAnyDay('GET', `${desk.at(id)}/explanation`),
  ]).toEqual([200, 403, 200, 403, 403, 200]);
  const ofToday = await maker({ calculation_create_by_master_not_limitation_today_access: false });
  expect([
    await ofToday('GET', `${mine}?${month}`),
    await ofToday('GET', `${mine}?${backwards}`),
    await ofToday('POST', statement, make([desk.member])),
    await ofToday('GET', `${desk.at(id)}/explanation`),
  ]).toEqual([200, 422, 403, 403]);
  const payment = { type_slug: 'bonus', amount: 1, date: '2030-05-01' };
  const made = await desk.done('POST', mine, payment);
  expect([await ofToday('POST', mine, payment), await ofToday('DELETE', `${mine}/${made.id}`)]).toEqual([403, 403]);
  expect((await desk.done('GET', `${mine}?${month}`)).length).toBe(1);
});
