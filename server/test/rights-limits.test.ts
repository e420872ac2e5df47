import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PermissionValue } from '../src/domains/access/permissions.ts';
import { builtOperations } from './every-operation.ts';
import { type Answer, type Person, testDatabase } from './harness.ts';
import {
  accounts,
  analytics,
  calendar,
  changes,
  clients,
  days,
  expenses,
  type Outcome,
  ownPayroll,
  paymentChanges,
  paymentDays,
  payroll,
  payToday,
  storages,
  unlimited,
} from './limits-table.ts';
import { rights } from './rights-table.ts';
import { keyOf, openWorld, requestIn, type World } from './world.ts';

const built = new Map(builtOperations.map((each) => [keyOf(each), each]));
const tables = {
  calendar,
  days,
  changes,
  clients,
  storages,
  accounts,
  expenses,
  paymentDays,
  paymentChanges,
  payroll,
  ownPayroll,
  payToday,
};

test('every operation of members has a limit, or is listed as needing none', () => {
  const ofMembers = Object.entries(rights).flatMap(([key, { caller }]) => (['member', 'user'].includes(caller) ? [key] : []));
  const told = new Set([...Object.values(tables).flatMap((table) => Object.keys(table)), ...Object.values(unlimited).flat()]);
  expect([...told].toSorted()).toEqual(ofMembers.toSorted());
});

/** In the future, and the same of three days ago. */
let world: World;
let past: World;
const permissions: Record<string, Record<string, PermissionValue>> = {};
const people = new Map<string, Promise<Person>>();

const memberOf = (place: World, limit: string): Promise<Person> => {
  const key = `${place.mark} ${limit}`;
  const known = people.get(key) ?? place.shop.hire('owner', permissions[limit]);
  people.set(key, known);
  return known;
};

beforeAll(async () => {
  [world, past] = [await openWorld(), await openWorld()];
  const { locationId } = past.shop;
  const { ids } = past;
  await past.shop.call('POST', `/activity/${locationId}`, {
    body: {
      date: '2030-05-08 12:00',
      service_id: ids.service_id,
      staff_id: ids.team_member_id,
      capacity: 5,
      force: true,
      resource_instance_ids: [ids.instance_id],
    },
  });
  const { db } = await testDatabase();
  for (const [table, column] of [
    ['appointments', 'starts_at'],
    ['events', 'starts_at'],
    ['event_series_occurrences', 'planned_at'],
    ['finance_transactions', 'at'],
    ['fiscal_transactions', 'created_at'],
  ] as const) {
    await db.execute(
      sql`update ${sql.raw(table)} set ${sql.raw(column)} = now() - interval '3 days' where location_id = ${locationId}`,
    );
  }
  await db.execute(
    sql`update occupations set starts_at = now() - interval '3 days', ends_at = now() - interval '3 days' + interval '1 hour', is_exclusive = false where location_id = ${locationId}`,
  );
  await db.execute(
    sql`update waiting_entries set date_from = (now() - interval '4 days')::date, date_to = (now() - interval '4 days')::date where location_id = ${locationId}`,
  );
  await db.execute(sql`
    insert into work_days (location_id, team_member_id, date, slots)
    select id, ${ids.team_member_id}, ((now() - interval '3 days') at time zone time_zone)::date, '{[32400,64800)}'
    from locations where id = ${locationId}`);
  for (const { shop, ids } of [world, past]) {
    // Somebody came.
    await db.execute(
      sql`update appointments set attendance = 1 where location_id = ${shop.locationId} and id = ${ids.sold_record_id}`,
    );
    const review = { mark: 5, text: 'Good', name: 'Ada' };
    await shop.call('POST', `/comments/${shop.locationId}/${ids.team_member_id}`, { body: review });
  }
  Object.assign(permissions, {
    'the calendar of a member': { master_id: world.ids.other_member_id },
    // A position of the world without members.
    'the calendars of a position': { position_id: world.ids.position_id },
    'the last days': { last_days_count: 2 },
    'changes of the last days': { records_edit_last_days_count: 2 },
    'no storage': { storages_limited_access: true },
    'the clients of a member': { clients_visit_master_id: world.ids.other_member_id },
    // The first of every location.
    'an account': { finances_accounts_ids: [Number(world.ids.account_id) - 1] },
    'a payment item': { finances_expenses_ids: [5] },
    'the payroll of another member': { ...onlyOne, finances_salary_access_master_id: world.ids.other_member_id },
    'the payroll of the member': { ...onlyOne, finances_salary_access_master_id: world.ids.team_member_id },
    'the payroll of today': {
      finances_salary_not_limitation_today_access: false,
      finances_payroll_calculation_create_not_limitation_today_access: false,
    },
    'payments of the last days': { finances_last_days_count: 2 },
    'changes of payments of the last days': { finances_create_last_days_count: 2, finances_edit_last_days_count: 2 },
  });
});

const onlyOne = {
  finances_salary_access_master_checkbox: true,
  finances_payroll_calculation_create_by_master_access: true,
};

const statuses: Record<Exclude<Outcome, 'less'>, number> = { missing: 404, refused: 403, invalid: 422 };
const lengthOf = ({ body }: Answer) => JSON.stringify(body).length;
/** What the numbers of an answer add up to, those in texts too. */
const totalOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, part) => sum + totalOf(part), 0)
    : Number(value) || 0;

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** The differences of a request from that of other tests, so that it finds data in the world. */
const reaching: Record<string, { ids?: Record<string, string>; query?: Record<string, unknown>; body?: object }> = {
  'b2b-v1 get_appointment_calendar_dates': { ids: { date: '2030-05-06' } },
  'b2b-v1 get_client_list': { body: { fields: ['id', 'name'] } },
  'b2b-v2 list_resource_occupations': {
    query: { filter: { date_intersect_from_strict: `${day(-6)}T00:00:00`, date_intersect_to_strict: `${day(2)}T00:00:00` } },
  },
};

const walk = (limit: string, table: Record<string, Outcome>, placeOf: () => World, own: typeof reaching = {}) =>
  describe(`a user with the limit ${limit}`, () => {
    test.each(Object.entries(table))('%s: %s', async (name, outcome) => {
      const operation = built.get(name);
      if (!operation) throw new Error(`${name} is not built`);
      const { ids, ...deviation } = own[name] ?? reaching[name] ?? {};
      const whole = placeOf();
      const place = { ...whole, ids: { ...whole.ids, ...ids } };
      const { authorization } = await memberOf(place, limit);
      const answer = await requestIn(place, operation, { authorization, ...deviation });
      if (outcome !== 'less') {
        expect([answer.status, answer.body?.success ?? false]).toEqual([statuses[outcome], false]);
        return;
      }
      const everything = await requestIn(place, operation, deviation);
      const { status } = operation.operation.success;
      expect([answer.status, everything.status]).toEqual([status, status]);
      const sizeOf = analytics.includes(name) ? ({ body }: Answer) => totalOf(body) : lengthOf;
      expect(sizeOf(answer)).toBeLessThan(sizeOf(everything));
    });
  });

walk('the calendar of a member', calendar, () => world);
walk('the calendars of a position', calendar, () => world);
const lastDays: typeof reaching = {
  ...Object.fromEntries(analytics.map((name) => [name, { query: { date_from: day(-4), date_to: day(1) } }])),
  'b2b-v1 get_day_end_report_data': { query: { start_date: day(-4), end_date: day(1) } },
};
walk('the last days', days, () => past, lastDays);
walk('changes of the last days', changes, () => past);
walk('the clients of a member', clients, () => world);
walk('no storage', storages, () => world);
walk('an account', accounts, () => world);
walk('a payment item', expenses, () => world);
walk('payments of the last days', paymentDays, () => past, lastDays);
walk('changes of payments of the last days', paymentChanges, () => past, {
  'b2b-v1 create_financial_transaction': { body: { expense_id: 5, amount: 5, date: day(-6) } },
});
walk('the payroll of another member', payroll, () => world);
walk('the payroll of the member', ownPayroll, () => world);
walk('the payroll of today', payToday, () => world);
