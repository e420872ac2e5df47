import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openPayroll } from '../../../test/payroll.ts';

test('rules and schemes are listed as they were made, and change in parts', async () => {
  const desk = await openPayroll();
  const service = await desk.shop.addService();
  const rates = [{ target_type_slug: 'service', target_id: service, type_slug: 'fix', value: 12.5 }];
  const id = await desk.addRule({
    title: 'Стилист 麗',
    service: { type_slug: 'percent', value: 12.345 },
    rates,
    counts_points: false,
  });
  const rule = {
    id,
    title: 'Стилист 麗',
    service: { type_slug: 'percent', value: 12.345 },
    good: null,
    time: null,
    rates,
    counts_discounts: false,
    counts_points: false,
    counts_certificates: true,
    counts_abonements: true,
    subtracts_net_cost: false,
    shares_with_assistants: true,
  };
  expect(await desk.done('GET', `${desk.path}/rules`)).toEqual([rule]);
  expect(await desk.done('PUT', `${desk.path}/rules/${id}`, { service: null, rates: [] })).toEqual({
    ...rule,
    service: null,
    rates: [],
  });
  expect((await desk.done('PUT', `${desk.path}/rules/${id}`, { title: ' Stylist ' })).title).toBe('Stylist');
  const scheme = await desk.addScheme({ rule_id: id });
  expect((await desk.shop.call('DELETE', `${desk.path}/rules/${id}`)).status).toBe(422);
  await desk.assign([[scheme, '2030-01-01']]);
  expect((await desk.shop.call('DELETE', `${desk.path}/schemes/${scheme}`)).status).toBe(422);
  await desk.assign([]);
  await desk.done('DELETE', `${desk.path}/schemes/${scheme}`);
  await desk.done('DELETE', `${desk.path}/rules/${id}`);
  expect([await desk.done('GET', `${desk.path}/rules`), await desk.done('GET', `${desk.path}/schemes`)]).toEqual([[], []]);
  expect((await desk.shop.call('PUT', `${desk.path}/rules/${id}`, { body: {} })).status).toBe(404);
});

test('the schemes of a team member are counted and listed by their start', async () => {
  const desk = await openPayroll();
  const own = `${desk.path}/staff/${desk.member}/salary_schemes`;
  expect(await desk.done('GET', own)).toEqual([]);
  const rule = await desk.addRule({});
  const [one, other] = [await desk.addScheme({ rule_id: rule, title: 'Service 20%' }), await desk.addScheme({ rule_id: rule })];
  await desk.assign([
    [other, '2026-09-01'],
    [one, '2026-01-01', '2026-08-31'],
  ]);
  expect(await desk.done('GET', own)).toEqual([
    { staff_id: desk.member, date_start: '2026-01-01', date_end: '2026-08-31', salary_scheme: { id: one, title: 'Service 20%' } },
    { staff_id: desk.member, date_start: '2026-09-01', date_end: null, salary_scheme: { id: other, title: 'Scheme' } },
  ]);
  expect(await desk.done('GET', `${desk.path}/calculation/staff/${desk.member}/salary_schemes_count`)).toEqual({
    staff_id: desk.member,
    salary_schemes_count: 2,
  });
});

test('what contradicts itself or is unknown names its field', async () => {
  const desk = await openPayroll();
  const [rule, stranger] = [await desk.addRule({}), await openPayroll()];
  const [scheme, foreign] = [await desk.addScheme({ rule_id: rule }), await stranger.addRule({})];
  const errors = async (method: string, path: string, body: object) =>
    (await desk.shop.call(method, desk.path + path, { body })).meta.errors;
  const any = [expect.any(String)];
  expect(await errors('POST', '/rules', { title: 'X', service: { type_slug: 'percent', value: 100.5 } })).toEqual([
    { service: any },
  ]);
  expect(await errors('POST', '/rules', { title: 'X', good: { type_slug: 'fix', value: 0.001 } })).toEqual([{ good: any }]);
  expect(await errors('POST', '/rules', { title: 'X', time: { unit: 'hour', value: 0.001 } })).toEqual([{ time: any }]);
  expect(await errors('POST', '/rules', { title: ' ' })).toEqual([{ title: any }]);
  const rate = { target_type_slug: 'good', target_id: await stranger.shop.addProduct(), type_slug: 'fix', value: 1 };
  expect(await errors('POST', '/rules', { title: 'X', rates: [rate] })).toEqual([{ rates: any }]);
  expect(await errors('POST', '/rules', { title: 'X', rates: [rate, rate] })).toEqual([{ rates: any }]);
  expect(await errors('POST', '/schemes', { title: 'X', rule_id: foreign })).toEqual([{ rule_id: any }]);
  const criterion = { title: 'A lot', measure: 'turnover', scope: 'staff', period: 'month', threshold: 1, rule_id: rule };
  expect(
    await errors('POST', '/schemes', { title: 'X', rule_id: rule, criteria: [{ ...criterion, is_retroactive: true }] }),
  ).toEqual([{ criteria: any }]);
  expect(
    await errors('POST', '/schemes', {
      title: 'X',
      rule_id: rule,
      criteria: [{ ...criterion, counts_services: false, counts_goods: false }],
    }),
  ).toEqual([{ criteria: any }]);
  const assign = (salary_schemes: object[]) => errors('PUT', `/staff/${desk.member}/salary_schemes`, { salary_schemes });
  const valid = { salary_scheme_id: scheme, date_start: '2026-02-01' };
  expect(await assign([valid, valid])).toEqual([{ salary_schemes: ['must start on different days'] }]);
  expect(await assign([{ ...valid, date_end: '2026-01-31' }])).toEqual([{ salary_schemes: ['must not end before they start'] }]);
  expect(await assign([{ ...valid, salary_scheme_id: await stranger.addScheme({ rule_id: foreign }) }])).toEqual([
    { salary_schemes: any },
  ]);
});

test('accounts of clients count by the setting of the location', async () => {
  const desk = await openPayroll();
  expect(await desk.done('GET', `${desk.path}/settings`)).toEqual({ counts_deposits: true });
  await desk.done('PUT', `${desk.path}/settings`, { counts_deposits: false });
  expect(await desk.done('GET', `${desk.path}/settings`)).toEqual({ counts_deposits: false });
});

test('of two rules or two schemes at the same moment, one is too many when there is room for one', async () => {
  const desk = await openPayroll();
  const { query } = await testDatabase();
  const rule = await desk.addRule({});
  const fill = (text: string) => query({ text, values: [desk.place] });
  await fill(`insert into pay_rules (location_id, title) select $1, 'Rule' from generate_series(1, 498)`);
  await fill(`insert into pay_schemes (location_id, title, rule_id) select $1, 'Scheme', min(id) from pay_rules, generate_series(1, 499) as n
    where location_id = $1 group by n`);
  const both = async (path: string, body: object) =>
    (await Promise.all([1, 2].map(async () => (await desk.shop.call('POST', desk.path + path, { body })).status))).toSorted();
  expect(await both('/rules', { title: 'Rule' })).toEqual([201, 422]);
  expect(await both('/schemes', { title: 'Scheme', rule_id: rule })).toEqual([201, 422]);
});
