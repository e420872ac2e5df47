import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from '../../../test/desk.ts';
import { call, somePhone, testDatabase } from '../../../test/harness.ts';
import { setHours } from '../../../test/salon.ts';
import { statementsOf } from '../../../test/statements.ts';
import { startOfDay } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { allCalendars } from '../team/calendars.ts';
import { dayEndReport } from './day-end.ts';

const day = '2030-05-06';
const reportOf = (desk: Desk, query: Record<string, unknown> = { start_date: day }, authorization?: string) =>
  call('GET', `/reports/z_report/${desk.place}?${new URLSearchParams(query as Record<string, string>)}`, {
    authorization: authorization ?? desk.shop.owner.authorization,
  });
const wall = (time: string) => String(Date.parse(`${time}Z`) / 1000);
const pay = (desk: Desk, fields: object) =>
  desk.shop.call('POST', `/finance_transactions/${desk.place}`, {
    body: { account_id: desk.cash, expense_id: 8, amount: 5, date: `${day} 12:00:00`, ...fields },
  });
const sell = async (desk: Desk, line: object, seller: number, date = day) => {
  const storages = (await desk.shop.call('GET', `/storages/${desk.place}`)).data as { id: number; for_sale: number }[];
  const answer = await desk.shop.call('POST', `/storage_operations/operation/${desk.place}`, {
    body: {
      type_id: 1,
      master_id: seller,
      create_date: `${date} 16:00:00`,
      storage_id: storages.find(({ for_sale }) => for_sale === 1)?.id,
      goods_transactions: [{ amount: 1, operation_unit_type: 1, ...line }],
    },
  });
  return answer.data.document.id as number;
};
const openClientAccount = async (desk: Desk, client: number) => {
  const { db } = await testDatabase();
  const { chainId } = desk.shop;
  const [type] = await rowsOf<{ id: number }>(
    db,
    sql`insert into client_account_types (chain_id, title) values (${chainId}, 'Prepaid') returning id`,
  );
  await db.execute(
    sql`insert into client_account_type_locations (chain_id, type_id, location_id) values (${chainId}, ${type?.id}, ${desk.place})`,
  );
  const [account] = await rowsOf<{ id: number }>(
    db,
    sql`insert into client_accounts (chain_id, type_id, location_id, client_id, initial_balance, balance)
      values (${chainId}, ${type?.id}, ${desk.place}, ${client}, 100, 100) returning id`,
  );
  return account?.id;
};

test('a day without anything has every account, zeros, and empty lists', async () => {
  const desk = await openDesk();
  const { data, meta } = await reportOf(desk, {});
  expect(Object.values(data.stats)).toEqual(Array(16).fill(0));
  expect(data.paids).toEqual({
    accounts: [
      { title: 'Main', amount: 0 },
      { title: 'Card payment account', amount: 0 },
    ],
    discount: [],
    total: { accounts: 0, discount: 0 },
  });
  expect([data.z_data, data.currency, meta]).toEqual([[], '$', []]);
});

describe('a day of a desk', () => {
  let desk: Desk;
  let first: Awaited<ReturnType<Desk['booked']>>;
  let colleague: number;
  beforeAll(async () => {
    desk = await openDesk();
    colleague = await desk.shop.addTeamMember({ name: 'Bo' });
    await setHours(desk.shop, colleague, [day, '2030-05-07']);
    const service = async (price: number, title: string) => ({
      id: await desk.shop.addService({ priceMin: price, priceMax: price, title }),
      first_cost: price,
      discount: 0,
      cost: price,
    });
    const client = { phone: somePhone(), name: 'Łucja 麗' };
    // Of one client: a cut with a discount, and a colour by a colleague an hour later.
    first = await desk.booked({ client, services: [{ ...(await service(100, 'Cut')), discount: 10, cost: 90 }] });
    await desk.booked({
      client,
      staff_id: colleague,
      datetime: `${day}T11:00:00`,
      services: [await service(60, 'Colour')],
    });
    // Of nobody.
    await desk.booked({ client: {}, datetime: `${day}T09:00:00`, services: [await service(30, 'Wash')] });
    await desk.payment(first.documents[0].id, 120);
    await pay(desk, { amount: 7, comment: 'A tip', account_id: desk.card });
  });

  test('counts appointments, services and what was paid for them', async () => {
    expect((await reportOf(desk)).data.stats).toMatchObject({
      clients: 1,
      clients_average: 120,
      records: 3,
      records_average: 40,
      visit_records: 2,
      visit_records_average: 60,
      non_visit_records: 1,
      non_visit_records_average: 0,
      targets: 3,
      targets_paid: 120,
      goods: 0,
      goods_paid: 0,
      certificates: 0,
      abonement: 0,
    });
  });

  test('adds up accounts and discounts', async () => {
    expect((await reportOf(desk)).data.paids).toEqual({
      accounts: [
        { title: 'Main', amount: 120 },
        { title: 'Card payment account', amount: 7 },
      ],
      discount: [{ title: 'Advance Discount', amount: 10 }],
      total: { accounts: 127, discount: 10 },
    });
  });

  test('shows a visit once, at its beginning, with what each team member did', async () => {
    const { z_data } = (await reportOf(desk)).data;
    expect(Object.keys(z_data)).toEqual([wall(`${day}T09:00:00`), wall(`${day}T10:00:00`), wall(`${day}T12:00:00`)]);
    const none = { item_title: 'Other operations', first_cost: 0, discount: 0, result_cost: 0, transactions: [] };
    const cash = (amount: number) => ({ accounts_amount: amount, loyalty_amount: 0, payment_type: 'Main' });
    expect(z_data[wall(`${day}T10:00:00`)]).toEqual([
      {
        client_id: first.client.id,
        client_name: 'Łucja 麗',
        client_phone: first.client.phone,
        client_email: '',
        masters: [
          {
            master_id: desk.member,
            master_name: expect.any(String),
            service: [{ item_title: 'Cut', first_cost: 100, discount: 10, result_cost: 90, transactions: [cash(60)] }],
            good: [],
            others: none,
          },
          {
            master_id: colleague,
            master_name: 'Bo',
            service: [{ item_title: 'Colour', first_cost: 60, discount: 0, result_cost: 60, transactions: [cash(60)] }],
            good: [],
            others: none,
          },
        ],
      },
    ]);
    expect(z_data[wall(`${day}T09:00:00`)]).toMatchObject([{ client_id: 0, client_name: '', client_phone: '' }]);
  });

  test('shows money that pays no item as other operations', async () => {
    const [group] = (await reportOf(desk)).data.z_data[wall(`${day}T12:00:00`)];
    expect(group).toMatchObject({ client_id: 0, masters: [{ master_id: 0, master_name: '', service: [], good: [] }] });
    expect(group.masters[0].others).toEqual({
      item_title: 'Other operations',
      first_cost: 7,
      discount: 0,
      result_cost: 7,
      transactions: [{ accounts_amount: 7, loyalty_amount: 0, payment_type: 'Card payment account' }],
    });
  });

  test.each([{ master_id: 'colleague' }, { team_member_id: 'colleague' }])('of one team member, by %o', async (filter) => {
    const query = Object.fromEntries(Object.keys(filter).map((name) => [name, colleague]));
    const { data } = await reportOf(desk, { start_date: day, ...query });
    expect(data.stats).toMatchObject({ records: 1, targets: 1, targets_paid: 60, clients_average: 60 });
    expect(data.paids.total).toEqual({ accounts: 60, discount: 0 });
    expect(Object.values(data.z_data).flat()).toMatchObject([{ masters: [{ master_id: colleague }] }]);
  });

  test('of appointments in one state has no money that belongs to none', async () => {
    await desk.shop.call('PUT', `/visits/${first.visit_id}/${first.id}`, { body: { attendance: 1, comment: '' } });
    const came = (await reportOf(desk, { start_date: day, status: 1 })).data;
    const expected = (await reportOf(desk, { start_date: day, status: 0 })).data;
    expect([came.stats.records, expected.stats.records]).toEqual([2, 1]);
    expect([came.paids.total.accounts, expected.paids.total.accounts]).toEqual([120, 0]);
    expect((await reportOf(desk, { start_date: day, status: '' })).data.stats.records).toBe(3);
    expect((await reportOf(desk, { start_date: day, status: 3 })).meta.errors).toEqual([{ status: [expect.any(String)] }]);
  });

  test('takes dates in both forms, and a month of days at most', async () => {
    const recordsOf = async (query: Record<string, string>) => {
      const answer = await reportOf(desk, query);
      return answer.data?.stats.records ?? answer.meta.errors;
    };
    expect(await recordsOf({ start_date: '06.05.2030' })).toBe(3);
    expect(await recordsOf({ start_date: '07.05.2030' })).toBe(0);
    expect(await recordsOf({ start_date: '2030-05-05', end_date: '06.05.2030' })).toBe(3);
    expect(await recordsOf({ start_date: '2030-05-05', end_date: '05.05.2030' })).toBe(0);
    expect(await recordsOf({ start_date: '2030-05-06', end_date: '2030-06-05' })).toBe(3);
    for (const end_date of ['2030-06-06', '2030-05-05']) {
      expect(await recordsOf({ start_date: day, end_date })).toEqual([{ end_date: [expect.any(String)] }]);
    }
    expect(await recordsOf({ start_date: 'soon' })).toEqual([{ start_date: [expect.any(String)] }]);
  });

  test('of another day than today needs its right', async () => {
    const { authorization } = await desk.shop.hire('owner', { finances_z_report_no_limit_today_access: false });
    const today = new Intl.DateTimeFormat('sv', { timeZone: desk.shop.timeZone }).format(new Date());
    const statusOf = async (query: Record<string, string>) => (await reportOf(desk, query, authorization)).status;
    expect([await statusOf({}), await statusOf({ start_date: today })]).toEqual([200, 200]);
    expect(await statusOf({ start_date: day })).toBe(403);
    expect(await statusOf({ start_date: today, end_date: day })).not.toBe(200);
    expect(await statusOf({ start_date: '2020-01-01', end_date: today })).not.toBe(200);
  });

  test('shows a user with one calendar only what happened there', async () => {
    const { authorization } = await desk.shop.hire('owner', { master_id: colleague });
    const { data } = await reportOf(desk, { start_date: day }, authorization);
    expect([data.stats.records, data.paids.total.accounts]).toEqual([1, 60]);
  });
});

test('products count for their seller, in visits and without one', async () => {
  const desk = await openDesk();
  const seller = await desk.shop.addTeamMember();
  const { id: client } = await desk.shop.addClient();
  const product = await desk.shop.addProduct({ price: 20, title: 'Soap' });
  const { appointment, document } = await desk.visit(50);
  await desk.shop.addSale(appointment.id, product);
  const alone = await sell(desk, { good_id: product, client_id: client, discount: 25, amount: 2 }, seller);
  await desk.payment(document, 70);
  await desk.payment(alone, 30);
  const { stats, paids, z_data } = (await reportOf(desk)).data;
  expect(stats).toMatchObject({ clients: 2, clients_average: 50, records: 1, records_average: 70, targets_paid: 50 });
  expect(stats).toMatchObject({ goods: 2, goods_paid: 50 });
  expect(paids).toMatchObject({ discount: [{ amount: 10 }], total: { accounts: 100, discount: 10 } });
  expect(z_data[wall(`${day}T16:00:00`)]).toMatchObject([
    {
      client_id: client,
      masters: [{ master_id: seller, good: [{ item_title: 'Soap', first_cost: 40, discount: 10, result_cost: 30 }] }],
    },
  ]);
  expect((await reportOf(desk, { start_date: day, status: 0 })).data.stats.goods).toBe(1);
});

test('payments from client accounts bring no money, and count beside the discounts', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(50);
  const deposit_id = await openClientAccount(desk, appointment.client.id);
  await desk.shop.call('POST', `/company/${desk.place}/sale/${document}/payment`, {
    body: { payment: { method: { slug: 'deposit', deposit_id }, amount: 30 } },
  });
  const { stats, paids, z_data } = (await reportOf(desk)).data;
  expect(stats).toMatchObject({ targets_paid: 30, clients_average: 30 });
  expect(paids).toMatchObject({
    discount: [{ title: 'Paid from client accounts', amount: 30 }],
    total: { accounts: 0, discount: 30 },
  });
  expect(z_data[wall(`${day}T10:00:00`)][0].masters[0].service[0].transactions).toEqual([
    { accounts_amount: 0, loyalty_amount: 30, payment_type: 'Client account: Prepaid' },
  ]);
});

test('what is spent, deleted or cancelled does not count', async () => {
  const desk = await openDesk();
  const { document } = await desk.visit(50);
  await desk.payment(document, 50);
  await pay(desk, { amount: -40, expense_id: 3 });
  const before = (await reportOf(desk)).data.paids.total.accounts;
  const { data } = await desk.shop.call('GET', `/transactions/${desk.place}?document_id=${document}`);
  await desk.shop.call('DELETE', `/finance_transactions/${desk.place}/${data[0].id}`);
  const after = (await reportOf(desk)).data;
  expect([before, after.paids.total.accounts, after.stats.targets_paid]).toEqual([50, 0, 0]);
});

test('an archived account is shown on days with money only', async () => {
  const desk = await openDesk();
  await pay(desk, { account_id: desk.card });
  await testDatabase().then(({ db }) => db.execute(sql`update accounts set archived_at = now() where id = ${desk.card}`));
  const titles = async (start_date: string) =>
    (await reportOf(desk, { start_date })).data.paids.accounts.map(({ title }: { title: string }) => title);
  expect(await titles(day)).toEqual(['Main', 'Card payment account']);
  expect(await titles('2030-05-07')).toEqual(['Main']);
});

test('an appointment that moves to another day takes its services along, and leaves its money', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(50);
  await desk.payment(document, 50);
  const moved = await desk.shop.call('PUT', `/record/${desk.place}/${appointment.id}`, {
    body: { ...desk.body({ services: appointment.services, client: appointment.client }), datetime: '2030-05-07T10:00:00' },
  });
  expect(moved.status).toBe(201);
  const [old, now] = [(await reportOf(desk)).data, (await reportOf(desk, { start_date: '2030-05-07' })).data];
  expect([old.stats.records, old.stats.targets_paid, old.paids.total.accounts]).toEqual([0, 0, 50]);
  expect(Object.values(old.z_data).flat()).toMatchObject([{ client_id: appointment.client.id, masters: [{ service: [] }] }]);
  expect([now.stats.records, now.stats.targets, now.paids.total.accounts]).toEqual([1, 1, 0]);
});

test('appointments with and without a client have averages of their own', async () => {
  const desk = await openDesk();
  const { document } = await desk.visit(50);
  const walkIn = await desk.booked({ client: {}, save_if_busy: true });
  await desk.payment(document, 50);
  await pay(desk, { document_id: walkIn.documents[0].id, amount: 30, date: `${day} 10:00:00` });
  expect((await reportOf(desk)).data.stats).toMatchObject({
    clients_average: 50,
    records_average: 40,
    visit_records_average: 50,
    non_visit_records_average: 30,
  });
});

test('users see the money of their accounts, payment items and days', async () => {
  const desk = await openDesk();
  await pay(desk, { amount: 3, account_id: desk.card });
  await pay(desk, { amount: 40, expense_id: 5 });
  const today = new Intl.DateTimeFormat('sv', { timeZone: desk.shop.timeZone });
  const yesterday = today.format(Date.now() - 86_400_000);
  await pay(desk, { amount: 500, date: `${yesterday} 12:00:00` });
  const sumFor = async (permissions: Parameters<Desk['shop']['hire']>[1], start_date = day) => {
    const { authorization } = await desk.shop.hire('owner', permissions);
    return (await reportOf(desk, { start_date }, authorization)).data.paids;
  };
  expect((await sumFor({ finances_accounts_ids: [desk.card] })).accounts).toEqual([{ title: 'Card payment account', amount: 3 }]);
  expect((await sumFor({ finances_expenses_ids: [5] })).total.accounts).toBe(40);
  expect((await sumFor({ finances_last_days_count: 1 }, yesterday)).total.accounts).toBe(500);
  expect((await sumFor({ finances_last_days_count: 0 }, yesterday)).total.accounts).toBe(0);
});

test('everything is in the order of time, also what was paid before something was sold', async () => {
  const desk = await openDesk();
  // Keys of such times are no indexes, so that objects keep the order in which they were added.
  const far = '2120-05-06';
  await sell(desk, { good_id: await desk.shop.addProduct() }, await desk.shop.addTeamMember(), far);
  for (const time of ['17:00', '09:00']) await pay(desk, { date: `${far} ${time}:00` });
  const { z_data } = (await reportOf(desk, { start_date: far })).data;
  expect(Object.keys(z_data)).toEqual(['09:00', '16:00', '17:00'].map((time) => wall(`${far}T${time}:00`)));
});

test('averages are rounded to the digits of the currency', async () => {
  const desk = await openDesk({ city: 'Tokyo' });
  const { document } = await desk.visit(100);
  await desk.visit(100);
  await desk.payment(document, 25);
  const { stats, currency } = (await reportOf(desk)).data;
  expect([stats.records_average, currency]).toEqual([13, '¥']);
});

test.each([
  ['2030-03-31', 'the clocks go forward'],
  ['2030-10-27', 'the clocks go back'],
])('%s, when %s, has its first and its last hour, and nothing of other days', async (date) => {
  const desk = await openDesk({ city: 'Berlin' });
  const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
  for (const at of [`${date} 00:00:00`, `${date} 23:59:59`, `${next} 00:00:00`]) await pay(desk, { date: at });
  const { paids, z_data } = (await reportOf(desk, { start_date: date })).data;
  expect(paids.total.accounts).toBe(10);
  expect(Object.keys(z_data)).toEqual([wall(`${date}T00:00:00`), wall(`${date}T23:59:59`)]);
});

test('takes as many statements for many visits as for one', async () => {
  const desk = await openDesk();
  const location = { id: desk.place, currency: 'USD' };
  const filter = {
    from: startOfDay(day, desk.shop.timeZone),
    until: startOfDay(day, desk.shop.timeZone, 1),
    attendance: undefined,
    teamMemberId: undefined,
  };
  const reader = { calendars: allCalendars, money: {}, clientsOf: 0 };
  const count = () => statementsOf((tx) => dayEndReport(tx as never, location, filter, reader));
  const { document } = await desk.visit(50);
  await desk.payment(document, 20);
  const one = await count();
  for (const price of [10, 20, 30]) await desk.payment((await desk.visit(price, price)).document, price);
  expect([one, await count()]).toEqual([9, 9]);
});
