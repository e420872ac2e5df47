import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { answered, countedFromScratch } from '../../../test/analytics.ts';
import { openDesk } from '../../../test/desk.ts';
import { onPostgres, somePhone, testDatabase } from '../../../test/harness.ts';
import { callerWith, setHours } from '../../../test/salon.ts';
import { addDays, startOfDay } from '../../platform/clock.ts';
import { toMoney } from '../../platform/money.ts';
import { changeOf, changeOfNumber, share } from './figures.ts';
import { daysAtOnce } from './refresh.ts';

type Desk = Awaited<ReturnType<typeof openDesk>>;

const reportsOf = ({ shop, place }: Desk, authorization?: string) => {
  const get = (chart: string, query: string) =>
    shop.call('GET', `/company/${place}/analytics/overall${chart}?${query}`, authorization ? { authorization } : {});
  return {
    get,
    overall: async (from: string, to: string, more = '') => (await get('', `date_from=${from}&date_to=${to}${more}`)).data,
    chart: async (name: string, from: string, to: string, more = '') =>
      (await get(`/charts/${name}`, `date_from=${from}&date_to=${to}${more}`)).body,
  };
};

/** Books an appointment to which the client came. */
const attended = (desk: Desk, datetime: string, cost: number, fields: Record<string, unknown> = {}) =>
  desk.booked({
    datetime,
    services: [{ id: desk.service, first_cost: cost, cost, discount: 0 }],
    attendance: 1,
    save_if_busy: true,
    ...fields,
  });

describe('the overall report', () => {
  test('has zeros in a location without anything, and shares of nothing are null', async () => {
    const desk = await openDesk();
    const nothing = { current_sum: '0', previous_sum: '0', change_percent: 0, currency: expect.objectContaining({ iso: 'USD' }) };
    expect(await reportsOf(desk).overall('2030-06-01', '2030-06-30')).toEqual({
      income_total_stats: nothing,
      income_services_stats: nothing,
      income_goods_stats: nothing,
      income_average_stats: nothing,
      income_average_services_stats: nothing,
      fullness_stats: { current_percent: 0, previous_percent: 0, change_percent: 0 },
      record_stats: {
        current_completed_count: 0,
        current_completed_percent: null,
        current_pending_count: 0,
        current_pending_percent: null,
        current_canceled_count: 0,
        current_canceled_percent: null,
        current_total_count: 0,
        previous_total_count: 0,
        change_percent: 0,
      },
      client_stats: {
        total_count: 0,
        new_count: 0,
        new_percent: 0,
        return_count: 0,
        return_percent: 0,
        active_count: 0,
        lost_count: 0,
        lost_percent: 0,
      },
    });
  });

  test('adds up what was served and sold to clients who came, and divides it by checks', async () => {
    const desk = await openDesk();
    const { overall } = reportsOf(desk);
    const visit = await attended(desk, '2030-05-06T10:00:00', 300);
    await desk.shop.addSale(visit.id, await desk.shop.addProduct({ price: 20.1 }));
    await attended(desk, '2030-05-06T12:00:00', 18, { client: { name: 'Somebody' } });
    // Nobody has come yet.
    await attended(desk, '2030-05-06T14:00:00', 70, { attendance: 2 });
    expect(await overall('2030-05-06', '2030-05-06')).toMatchObject({
      income_total_stats: { current_sum: '338.1', previous_sum: '0', change_percent: null },
      income_services_stats: { current_sum: '318' },
      income_goods_stats: { current_sum: '20.1' },
      income_average_stats: { current_sum: '169.05' },
      income_average_services_stats: { current_sum: '159' },
    });
  });

  test('counts prices after the discount of each item', async () => {
    const desk = await openDesk();
    const services = [{ id: desk.service, first_cost: 100, discount: 10, cost: 90 }];
    await attended(desk, '2030-05-06T10:00:00', 0, { services });
    expect((await reportsOf(desk).overall('2030-05-06', '2030-05-06')).income_services_stats.current_sum).toBe('90');
  });

  test('counts a visit once, with all of its appointments, and a sale of products without a visit', async () => {
    const desk = await openDesk();
    const { shop, place } = desk;
    const client = { id: (await shop.addClient()).id };
    const other = await shop.addTeamMember();
    await attended(desk, '2030-05-06T10:00:00', 30, { client });
    await attended(desk, '2030-05-06T11:00:00', 50, { client, staff_id: other });
    const [, storage] = (await shop.call('GET', `/storages/${place}`)).data;
    const line = { good_id: await shop.addProduct({ price: 20 }), amount: 2, operation_unit_type: 1 };
    const body = { type_id: 1, create_date: '2030-05-06 10:00:00', storage_id: storage.id, goods_transactions: [line, line] };
    const sale = (await shop.call('POST', `/storage_operations/operation/${place}`, { body })).data;
    const { overall } = reportsOf(desk);
    const day = await overall('2030-05-06', '2030-05-06');
    expect(day.income_average_stats.current_sum).toBe('80');
    expect(day.income_average_services_stats.current_sum).toBe('80');
    expect((await overall('2030-05-06', '2030-05-06', `&team_member_id=${other}`)).income_average_stats.current_sum).toBe('50');
    expect((await shop.call('DELETE', `/storage_operations/documents/${place}/${sale.document.id}`)).status).toBeLessThan(300);
    expect((await overall('2030-05-06', '2030-05-06')).income_total_stats.current_sum).toBe('80');
  });

  test('compares with as many days just before', async () => {
    const desk = await openDesk();
    await attended(desk, '2030-05-01T00:00:00', 10.2);
    await attended(desk, '2030-04-30T23:59:00', 5000);
    await attended(desk, '2030-05-14T23:59:00', 12.1);
    await attended(desk, '2030-05-15T00:00:00', 5000);
    const { income_total_stats: total, record_stats: records } = await reportsOf(desk).overall('2030-05-08', '2030-05-14');
    expect(total).toMatchObject({ current_sum: '12.1', previous_sum: '10.2', change_percent: 18 });
    expect(records).toMatchObject({ current_total_count: 1, previous_total_count: 1, change_percent: 0 });
  });

  test('counts the money that clients put into their accounts as revenue of the day', async () => {
    const desk = await openDesk();
    const { shop, place, cash } = desk;
    const client = await shop.addClient();
    const type = { title: 'Prepaid', location_ids: [place] };
    const { id } = (await shop.call('POST', `/chain/${shop.chainId}/deposit_types`, { body: type })).data;
    const opened = await shop.call('POST', `/company/${place}/deposits`, { body: { client_id: client.id, deposit_type_id: id } });
    const body = { client_id: client.id, deposit_id: opened.data.deposit.id, amount: 40.5, account_id: cash };
    await shop.call('POST', `/deposits_operations/${place}`, { body });
    const now = new Date().toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const { overall } = reportsOf(desk);
    expect((await overall(yesterday, now)).income_total_stats.current_sum).toBe('40.5');
    expect((await overall(yesterday, now)).income_services_stats.current_sum).toBe('0');
  });

  test('shares appointments by their attendance, without deleted ones', async () => {
    const desk = await openDesk();
    for (const attendance of [1, 1, 0, 2, -1, -1]) await attended(desk, '2030-05-06T10:00:00', 10, { attendance });
    const deleted = await attended(desk, '2030-05-06T10:00:00', 10);
    await desk.shop.call('DELETE', `/record/${desk.place}/${deleted.id}`);
    const { overall, chart } = reportsOf(desk);
    expect((await overall('2030-05-06', '2030-05-07')).record_stats).toEqual({
      current_completed_count: 2,
      current_completed_percent: 33,
      current_pending_count: 2,
      current_pending_percent: 33,
      current_canceled_count: 2,
      current_canceled_percent: 33,
      current_total_count: 6,
      previous_total_count: 0,
      change_percent: null,
    });
    expect(await chart('record_status', '2030-05-06', '2030-05-07')).toEqual([
      { label: 'Customer expectation', data: 1 },
      { label: 'The client came', data: 2 },
      { label: 'Customer confirmed', data: 1 },
      { label: "Client didn't come", data: 2 },
    ]);
  });

  test('knows new, returning and lost clients on the last day of the period, by their phone numbers', async () => {
    const desk = await openDesk();
    const [ada, basil, chen] = [await desk.shop.addClient(), await desk.shop.addClient(), await desk.shop.addClient()];
    await desk.shop.addClient();
    const silent = await desk.shop.addClient();
    const on = (date: string, { id }: { id: number }) => attended(desk, `${date}T10:00:00`, 10, { client: { id } });
    await on('2030-01-10', ada);
    await on('2030-03-01', basil);
    await on('2030-03-11', chen);
    await on('2030-03-11', ada);
    await on('2030-05-10', basil);
    await on('2030-03-11', silent);
    const { db } = await testDatabase();
    await db.execute(sql`update clients set phone = null where location_id = ${desk.place} and id = ${silent.id}`);
    const stats = async (from: string, to: string) => (await reportsOf(desk).overall(from, to)).client_stats;
    expect(await stats('2030-03-01', '2030-03-31')).toMatchObject({
      total_count: 5,
      active_count: 3,
      new_count: 2,
      new_percent: 67,
      return_count: 1,
      return_percent: 33,
      lost_count: 0,
    });
    // 60 days after 10 January it is 11 March, when Ada came again.
    expect((await stats('2030-03-01', '2030-03-10')).lost_count).toBe(0);
    // Basil last came 61 days ago, and will come again.
    expect(await stats('2030-05-01', '2030-05-01')).toMatchObject({ active_count: 0, lost_count: 1 });
    expect(await stats('2030-05-10', '2030-05-10')).toMatchObject({ active_count: 1, return_count: 1, lost_count: 0 });
    expect(await stats('2030-05-11', '2030-05-11')).toMatchObject({ lost_count: 2 });
  });

  test('computes changes and shares as the published examples do', () => {
    const change = (now: number, before: number) => changeOf(toMoney(now), toMoney(before));
    expect([change(12.1, 10.2), change(10.2, 12.1), change(5, 0), change(0, 0), change(0, 5), change(5, 5)]).toEqual([
      18,
      -15,
      null,
      0,
      -100,
      0,
    ]);
    expect(change(9_999_999_999_999, 10_000_000_000_000)).toBe(0);
    expect([changeOfNumber(12.1, 10.2), changeOfNumber(10.2, 12.1), changeOfNumber(1, 0), changeOfNumber(0, 0)]).toEqual([
      18,
      -15,
      null,
      0,
    ]);
    expect([share(50, 500), share(450, 500), share(20, 1000), share(1, 200), share(0, 3), share(1, 0)]).toEqual([
      10,
      90,
      2,
      1,
      0,
      undefined,
    ]);
  });
});

describe('occupancy', () => {
  test('is the time of appointments in the working hours, counted once, and missed time is shown beside it', async () => {
    const desk = await openDesk();
    await setHours(desk.shop, desk.member, ['2030-05-06'], [{ from: '09:00', to: '17:00' }]);
    const at = (time: string, length: number, attendance: number) =>
      attended(desk, `2030-05-06T${time}:00`, 10, { seance_length: length, attendance });
    await at('09:00', 7200, 0);
    await at('10:00', 7200, 2);
    await at('11:00', 7200, -1);
    const { overall, chart } = reportsOf(desk);
    expect((await overall('2030-05-06', '2030-05-06')).fullness_stats).toEqual({
      current_percent: 37.5,
      previous_percent: 0,
      change_percent: null,
    });
    const lines = await chart('fullness_daily', '2030-05-06', '2030-05-06');
    const ms = Date.UTC(2030, 4, 6);
    expect(lines).toEqual([
      { slug: 'fullness_spent', label: 'Working day occupancy, %', data: [[ms, 37.5]] },
      { slug: 'fullness_no_show', label: 'No-shows, %', data: [[ms, 12.5]] },
    ]);
  });

  test('is 0 where nobody works, exceeds 100 outside the hours, and splits an appointment over midnight', async () => {
    const desk = await openDesk();
    const { member, shop } = desk;
    await setHours(shop, member, ['2030-05-06'], [{ from: '23:00', to: '24:00' }]);
    await attended(desk, '2030-05-06T22:00:00', 10, { seance_length: 10_800 });
    await attended(desk, '2030-06-06T22:00:00', 10);
    const { overall } = reportsOf(desk);
    expect((await overall('2030-05-06', '2030-05-06')).fullness_stats.current_percent).toBe(200);
    expect((await overall('2030-06-06', '2030-06-06')).fullness_stats.current_percent).toBe(0);
    // One of nine hours.
    expect((await overall('2030-05-07', '2030-05-07')).fullness_stats.current_percent).toBe(11.1);
  });
});

describe('charts', () => {
  test('have a point for each day, at the midnight of UTC that begins the date', async () => {
    const desk = await openDesk({ city: 'Tashkent' });
    await attended(desk, '2026-08-01T00:30:00', 30);
    const { chart } = reportsOf(desk);
    const day = 86_400_000;
    expect(await chart('income_daily', '2026-07-31', '2026-08-02')).toMatchObject([
      {
        slug: 'income_total',
        data: [
          [1_785_542_400_000 - day, 0],
          [1_785_542_400_000, 30],
          [1_785_542_400_000 + day, 0],
        ],
      },
      { slug: 'income_services' },
      { slug: 'income_goods' },
    ]);
  });

  test('of appointments show all, those that were booked online, and those of new clients', async () => {
    const desk = await openDesk();
    const client = { phone: somePhone(), name: 'Ada' };
    await attended(desk, '2030-05-06T10:00:00', 10, { client });
    await attended(desk, '2030-05-07T10:00:00', 10, { client });
    // A client who has never come, and nobody's client.
    await attended(desk, '2030-05-07T12:00:00', 10, { attendance: 0 });
    await attended(desk, '2030-05-07T12:00:00', 10, { client: { name: 'Somebody' } });
    const lines = await reportsOf(desk).chart('records_daily', '2030-05-06', '2030-05-07');
    expect(lines.map(({ data }: { data: [number, number][] }) => data.map(([, value]) => value))).toEqual([
      [1, 3],
      [0, 0],
      [1, 1],
    ]);
  });

  test('by source name users, integrations, and the booking form', async () => {
    const desk = await openDesk();
    const { db } = await testDatabase();
    const ids: number[] = [];
    for (let index = 0; index < 4; index++) ids.push((await attended(desk, '2030-05-06T10:00:00', 10)).id);
    const { rows: forms } = (await db.execute(
      sql`insert into booking_forms (location_id, title) values (${desk.place}, 'Our site') returning id`,
    )) as unknown as { rows: { id: number }[] };
    await db.execute(
      sql`update appointments set is_online = true, created_by = null where id = any(${sql.param(ids.slice(1, 3))}::int[])`,
    );
    await db.execute(sql`update appointments set booking_form_id = ${forms[0]?.id} where id = ${ids[1]}`);
    await db.execute(sql`update appointments set created_by = null where id = ${ids[3]}`);
    const rows = await reportsOf(desk).chart('record_source', '2030-05-06', '2030-05-06');
    expect(rows.toSorted((a: { label: string }, b: { label: string }) => (a.label < b.label ? -1 : 1))).toEqual([
      { label: 'API', data: 1 },
      { label: 'Administrator', data: 1 },
      { label: 'Our site', data: 1 },
      { label: 'Widget', data: 1 },
    ]);
    expect(await reportsOf(desk).chart('record_source', '2030-05-07', '2030-05-07')).toEqual([]);
  });
});

describe('a request', () => {
  test('names at most 365 days, both included', async () => {
    const { get } = reportsOf(await openDesk());
    expect((await get('', 'date_from=2027-01-01&date_to=2027-12-31')).status).toBe(200);
    const errors = async (query: string) => (await get('', query)).meta.errors;
    expect(await errors('date_from=2028-01-01&date_to=2028-12-31')).toEqual([
      { date_to: ['must be at most 364 days after date_from'] },
    ]);
    expect(await errors('date_from=2028-01-02&date_to=2028-01-01')).toEqual([{ date_to: ['must not be before date_from'] }]);
    expect(await errors('date_from=2028-02-30&date_to=2028-03-01')).toMatchObject([{ date_from: [expect.any(String)] }]);
    expect(await errors('date_from=1899-12-31&date_to=1900-01-01')).toMatchObject([{ date_from: [expect.any(String)] }]);
  });

  test('finds no team member, position or user that the location does not have, and the figures of those who left', async () => {
    const [desk, stranger] = [await openDesk(), await openDesk()];
    const { get, overall } = reportsOf(desk);
    const statusOf = async (filter: string) => (await get('', `date_from=2030-05-01&date_to=2030-05-31&${filter}`)).status;
    expect(await statusOf(`team_member_id=${stranger.member}`)).toBe(404);
    const { meta } = await get('', `date_from=2030-05-01&date_to=2030-05-31&team_member_id=${stranger.member}`);
    expect(meta.message).toBe(`Team member ${stranger.member} was not found`);
    expect(await statusOf('position_id=2147483647')).toBe(404);
    expect(await statusOf(`user_id=${stranger.shop.owner.id}`)).toBe(404);
    const clerk = await desk.shop.hire('owner');
    const made = await desk.book(
      { attendance: 1, services: [{ id: desk.service, first_cost: 9, cost: 9, discount: 0 }] },
      clerk.authorization,
    );
    expect(made.status).toBe(201);
    await overall('2030-05-01', '2030-05-31');
    await desk.shop.call('DELETE', `/company_users/${desk.place}/${clerk.id}`);
    const left = await overall('2030-05-01', '2030-05-31', `&user_id=${clerk.id}`);
    expect(left.income_total_stats.current_sum).toBe('9');
  });

  test('is allowed with the right to see analytics or the summary, and to others for what they have created', async () => {
    const desk = await openDesk();
    const query = 'date_from=2030-05-01&date_to=2030-05-31';
    const path = `/company/${desk.place}/analytics/overall?${query}`;
    const nobody = { stat_access: false, dash_access: false };
    for (const right of ['stat_access', 'dash_access']) {
      expect((await (await callerWith(desk.shop, { ...nobody, [right]: true }))('GET', path)).status).toBe(200);
    }
    const worker = await desk.shop.hire('owner', nobody);
    const { get } = reportsOf(desk, worker.authorization);
    expect((await get('', query)).status).toBe(403);
    expect((await get('', `${query}&user_id=${desk.shop.owner.id}`)).status).toBe(403);
    await desk.book({}, worker.authorization);
    await desk.book({ datetime: '2030-05-06T15:00:00' });
    expect((await get('', `${query}&user_id=${worker.id}`)).data.record_stats.current_total_count).toBe(1);
    expect((await get('/charts/record_status', query)).status).toBe(403);
  });

  test('of one user counts the clients of the appointments that this user has created', async () => {
    const desk = await openDesk();
    const clerk = await desk.shop.hire('owner');
    const came = (authorization?: string) =>
      desk.book(
        { attendance: 1, save_if_busy: true, client: { phone: somePhone(), name: 'Ada' } },
        authorization ?? desk.shop.owner.authorization,
      );
    for (const made of [await came(), await came(), await came(clerk.authorization)]) expect(made.status).toBe(201);
    const { overall } = reportsOf(desk);
    const active = async (more: string) => (await overall('2030-05-01', '2030-05-31', more)).client_stats.active_count;
    expect([await active(''), await active(`&user_id=${clerk.id}`), await active(`&user_id=${desk.shop.owner.id}`)]).toEqual([
      3, 1, 2,
    ]);
  });

  test('of a user with a limited calendar adds up what the user sees', async () => {
    const desk = await openDesk();
    const other = await desk.shop.addTeamMember();
    await attended(desk, '2030-05-06T10:00:00', 30);
    await attended(desk, '2030-05-06T10:00:00', 50, { staff_id: other });
    const limited = await desk.shop.hire('owner', { master_id: other });
    const { overall, get } = reportsOf(desk, limited.authorization);
    expect((await overall('2030-05-06', '2030-05-06')).income_total_stats.current_sum).toBe('50');
    expect((await get('', `date_from=2030-05-06&date_to=2030-05-06&team_member_id=${desk.member}`)).status).toBe(404);
  });
});

describe('figures', () => {
  test('follow the location into another time zone', async () => {
    const desk = await openDesk({ city: 'New York' });
    const { db } = await testDatabase();
    await attended(desk, '2030-05-06T23:30:00', 30);
    const { chart } = reportsOf(desk);
    const revenue = async () => (await chart('income_daily', '2030-05-05', '2030-05-07'))[0].data.map(([, sum]: number[]) => sum);
    expect(await revenue()).toEqual([0, 30, 0]);
    await db.execute(sql`update locations set time_zone = 'Europe/London' where id = ${desk.place}`);
    expect(await reportsOf(desk).chart('income_daily', '2030-05-05', '2030-05-07')).toBeDefined();
    const [, , last] = await countedFromScratch(desk.place, { from: '2030-05-05', to: '2030-05-07' }).then(
      ({ income_daily }) => income_daily[0] as number[][],
    );
    expect(last?.[1]).toBe(30);
    expect(
      (
        await testDatabase().then(({ query }) =>
          query<{ date: string }>({
            text: 'select date::text as date from analytics_days where location_id = $1 and created_by = 0 and services > 0',
            values: [desk.place],
          }),
        )
      ).map(({ date }) => date),
    ).toEqual(['2030-05-07']);
  });

  test('of years are counted in steps, as after an upgrade', async () => {
    const desk = await openDesk();
    const { db } = await testDatabase();
    for (const date of ['2029-02-01', '2029-12-31', '2030-01-01', '2030-05-06']) await attended(desk, `${date}T10:00:00`, 30);
    const asked = { from: '2029-12-01', to: '2030-05-31' };
    const call = (path: string) => desk.shop.call('GET', path);
    const before = await answered(call, desk.place, asked);
    for (const table of ['days', 'sources', 'checks', 'clients', 'totals', 'marks']) {
      await db.execute(sql`delete from ${sql.raw(`analytics_${table}`)} where location_id = ${desk.place}`);
    }
    const nothing = await answered(call, desk.place, asked);
    expect(nothing.record_status).toEqual([0, 0, 0, 0]);
    await db.execute(sql`
      insert into analytics_marks (location_id, first, last) values
      (${desk.place}, '2029-01-01T00:00Z', '2030-06-01T00:00Z'), (${desk.place}, now(), now())`);
    expect(await answered(call, desk.place, asked)).toEqual(before);
    const { rows } = (await db.execute(sql`select id from analytics_marks where location_id = ${desk.place}`)) as unknown as {
      rows: unknown[];
    };
    expect(rows).toEqual([]);
  });

  test('of a day at whose first moment a mark of many days ends are counted, in the step after the others', async () => {
    const desk = await openDesk();
    const { query } = await testDatabase();
    const [first, last] = ['2030-01-10', addDays('2030-01-10', daysAtOnce)];
    await attended(desk, `${last}T10:00:00`, 30);
    const asked = { from: first, to: last };
    const call = (path: string) => desk.shop.call('GET', path);
    expect((await answered(call, desk.place, asked)).record_status).toEqual([0, 1, 0, 0]);
    const start = (date: string) => startOfDay(date, desk.shop.timeZone).toISOString();
    await query({ text: 'delete from analytics_days where location_id = $1', values: [desk.place] });
    await query({
      text: 'insert into analytics_marks (location_id, first, last) values ($1, $2, $3)',
      values: [desk.place, start(first), start(last)],
    });
    expect((await answered(call, desk.place, asked)).record_status).toEqual([0, 1, 0, 0]);
    expect(await query({ text: 'select id from analytics_marks where location_id = $1', values: [desk.place] })).toEqual([]);
  });

  // The embedded database runs one transaction after the other.
  test.runIf(onPostgres())('do not miss a change that is committed after others have counted its day', async () => {
    const desk = await openDesk();
    const { db } = await testDatabase();
    const appointment = await attended(desk, '2030-05-06T10:00:00', 30, { attendance: 0 });
    const { chart } = reportsOf(desk);
    const statuses = async () =>
      (await chart('record_status', '2030-05-06', '2030-05-06')).map(({ data }: { data: number }) => data);
    await db.transaction(async (tx) => {
      await tx.execute(sql`update appointments set attendance = -1 where location_id = ${desk.place} and id = ${appointment.id}`);
      // Somebody else changes the same day, so that it is counted now.
      await attended(desk, '2030-05-06T15:00:00', 30, { attendance: 2 });
      expect(await statuses()).toEqual([1, 0, 1, 0]);
    });
    expect(await statuses()).toEqual([0, 0, 1, 1]);
  });

  test('are right after many changed and read them at once', async () => {
    const desk = await openDesk();
    const { shop, place, member } = desk;
    const members = [member, await shop.addTeamMember(), await shop.addTeamMember()];
    const { get } = reportsOf(desk);
    const query = 'date_from=2030-05-01&date_to=2030-05-31';
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        if (index % 3 === 2) return (await get('', query)).status;
        const body = {
          staff_id: members[index % 3],
          datetime: `2030-05-${String(6 + (index % 4)).padStart(2, '0')}T10:00:00`,
          attendance: 1,
        };
        const made = await desk.book({ ...body, save_if_busy: true });
        if (index % 4 === 0 && made.status === 201)
          return (await shop.call('DELETE', `/record/${place}/${made.data[0].id}`)).status;
        return made.status;
      }),
    );
    expect(statuses.filter((status) => status >= 300)).toEqual([]);
    const asked = { from: '2030-05-01', to: '2030-05-31' };
    expect(await answered((path) => shop.call('GET', path), place, asked)).toEqual(await countedFromScratch(place, asked));
  });
});
