import { beginAlone } from '../src/surfaces/changes.ts';
import {
  compareTwo,
  continueIds,
  fill,
  fillAppointments,
  fillPlace,
  openApart,
  type Run,
  say,
  seedOwner,
  timer,
} from './apart.ts';
import { startFoyer } from './processes.ts';

/**
 * Measures whether the payroll of a month costs the same in a location with 4 months of history and in one with 40: that of 50 members
 * together, their statements, and what one of them sees. Each member has 4 appointments a day. All earlier months have confirmed statements.
 */

const [fewMonths, months, members, aDay, rounds] = [4, 40, 50, 4, 40];
const timeZone = 'Europe/Berlin';
/** The month of which the payroll is. */
const [begin, end] = ['2026-10-01', '2026-10-31'];
const member = 7;

const { database, href, end: close } = await openApart('foyer_bench_payroll');

const { authorization, chain, places } = await beginAlone(database.db)(async (write) => {
  const { open, ...owner } = await seedOwner(write);
  const [few, many] = [await open('Four months'), await open('Forty months')];
  return { ...owner, chain: few.chainId, places: [few.id, many.id] as const };
});

/** Half of the members have a criterion of months, half one of days that pays earlier days up. */
async function fillSchemes(run: Run, place: number): Promise<void> {
  await run(`insert into pay_rules (location_id, id, title, service_kind, service_value, product_kind, product_value, time_unit, time_value, subtracts_prime_cost)
    values (${place}, 1, 'Usual', 'percent', 30, 'percent', 10, 'hour', 5, true), (${place}, 2, 'More', 'percent', 35, 'percent', 12, 'hour', 5, true)`);
  await run(
    `insert into pay_schemes (location_id, id, title, rule_id) values (${place}, 1, 'Months', 1), (${place}, 2, 'Days', 1)`,
  );
  await run(`insert into pay_criteria (location_id, scheme_id, position, title, measure, scope, period, is_retroactive, threshold, rule_id)
    values (${place}, 1, 0, 'A good month', 'turnover', 'member', 'month', false, 3000, 2),
      (${place}, 2, 0, 'A good day', 'quantity', 'member', 'day', true, 60, 2)`);
  await run(`insert into pay_assignments (location_id, team_member_id, date_from, scheme_id)
    select ${place}, n, '2020-01-01', 1 + n % 2 from generate_series(1, ${members}) as n`);
}

/** Every fifth appointment has a product, and every third one a discount of loyalty. A product arrives every week. */
async function fillSales(run: Run, place: number, first: number): Promise<void> {
  const storage = `(select id from storages where location_id = ${place} and is_for_sale limit 1)`;
  await run(`insert into product_categories (location_id, id, title) values (${place}, ${place}, 'Care')`);
  await run(`insert into products (location_id, id, category_id, title, price, cost_price, sale_unit_id, write_off_unit_id, search)
    select ${place}, ${place * 100} + n, ${place}, 'Shampoo', 20, 8, 1, 1, 'shampoo' from generate_series(0, 9) as n`);
  const line =
    'location_id, id, document_id, type, product_id, storage_id, amount, is_in_sale_units, unit_ratio, cost_per_unit, cost, team_member_id, at';
  await run(`create temporary table arrived as
    select ${first - 1_000_000} + row_number() over () as id, n as product, at
    from generate_series(0, 9) as n, generate_series((select min(at) - interval '8 days' from drawn), (select max(at) from drawn), interval '7 days') as at`);
  await run(
    `insert into documents (location_id, id, type, number, storage_id, at) select ${place}, id, 3, id, ${storage}, at from arrived`,
  );
  await run(`insert into document_lines (${line})
    select ${place}, id, id, 3, ${place * 100} + product, ${storage}, 100, true, 1, 8, 800, null, at from arrived`);
  await run('drop table arrived');
  await run(`insert into document_lines (${line})
    select ${place}, id, id, 1, ${place * 100} + id % 10, ${storage}, -1, true, 1, 20, 20, member, at from drawn where id % 5 = 0`);
  await run(`insert into loyalty_transactions (chain_id, location_id, type, amount, document_id, visit_id, service_id, client_id, promotion_id, created_at)
    select ${chain}, ${place}, 1, 5, id, id, 1, client, 1, at from drawn where id % 3 = 0`);
}

/** Confirmed statements of all months but the last one, with an item for each appointment. */
async function fillStatements(run: Run, place: number, first: number): Promise<void> {
  await run(`create temporary table stated as
    select ${first} + row_number() over (order by month, member) as id, member, month::date as begins, (month + interval '1 month')::date as owed
    from (select distinct member, date_trunc('month', at at time zone '${timeZone}') as month from drawn) as months where month < '${begin}'`);
  await run(`insert into pay_statements (location_id, id, team_member_id, date_from, date_to, status, amount, made_on, confirmed_on)
    select ${place}, id, member, begins, owed - 1, 'confirmed', 1800, owed, owed from stated`);
  await run(`insert into pay_statement_items (location_id, id, statement_id, team_member_id, key, type, item_id, date, time, appointment_id, client_id,
      cost, paid, rule_title, scheme_title, targets, salary)
    select ${place}, drawn.id, stated.id, drawn.member, 'record ' || drawn.id, 'record', drawn.id, (at at time zone '${timeZone}')::date, '10:00', drawn.id,
      client, 50, '{"money":"50","discount":"0","points":"0","byGiftCard":"0","byMembership":"0","clientAccounts":"0"}', 'Usual', 'Months',
      '[{"type":"service","id":1,"title":"Service","cost":"50","primeCost":"0","base":"50","rateKind":"percent","rateValue":"30","salary":"15","description":"30 % of 50"}]', 15
    from drawn join stated on stated.member = drawn.member and stated.begins = date_trunc('month', at at time zone '${timeZone}')::date`);
  for (const [span, unit] of ['day', 'month', 'year'].entries()) {
    await run(`insert into pay_totals (location_id, team_member_id, span, begins, income)
      select ${place}, member, ${span}, date_trunc('${unit}', owed)::date, count(*) * 1800 from stated group by 2, 4`);
  }
  await run('drop table stated');
}

const large = [
  ...['appointments', 'appointment_services', 'appointment_changes', 'clients', 'documents', 'visits', 'work_days'],
  ...['document_lines', 'loyalty_transactions', 'pay_statements', 'pay_statement_items'],
];
await fill(database, large, async (run) => {
  await run(`insert into promotions (chain_id, id, title, type, service_items, product_items, unit)
    values (${chain}, 1, 'Ten percent', 1, 'any', 'any', 'percent')`);
  for (const [index, place] of places.entries()) {
    const count = index === 0 ? fewMonths : months;
    const first = 10_000_000 * (index + 1);
    const days = `generate_series(date '${begin}' - interval '${count - 1} months', date '${end}', interval '1 day')`;
    await fillPlace(run, place, { members, clients: 5000 });
    await run(`insert into work_days (location_id, team_member_id, date, slots)
      select ${place}, n, day::date, '{[32400,64800)}' from generate_series(1, ${members}) as n, ${days} as day`);
    await run(`create temporary table drawn as
      select ${first} + row_number() over (order by day, n, time) as id, 1 + (random() * 4999)::int as client, n as member,
        case when random() < 0.9 then 1 else -1 end as attendance, (day + time * interval '2 hours') at time zone '${timeZone}' as at,
        false as is_online, null::int as created_by
      from ${days} as day, generate_series(1, ${members}) as n, generate_series(5, ${4 + aDay}) as time`);
    await fillAppointments(run, place, timeZone);
    await fillSchemes(run, place);
    await fillSales(run, place, first);
    await fillStatements(run, place, first);
    await run('drop table drawn');
  }
  const tables = ['documents', 'visits', 'appointments', 'document_lines', 'pay_statements', 'pay_statement_items'];
  await continueIds(run, tables, 90_000_000);
});

const foyer = await startFoyer(href);
const timed = timer(foyer.base, authorization);
const month = `date_from=${begin}&date_to=${end}`;

/** Compares both locations. */
const compare = (title: string, request: (place: number) => Promise<number>, turns = rounds) =>
  compareTwo(
    `${title}, of ${fewMonths} months of history and of ${months}`,
    [() => request(places[0]), () => request(places[1])],
    turns,
    4,
  );
const compareReading = (title: string, path: string, turns = rounds) =>
  compare(title, (place) => timed('GET', `/company/${place}/salary${path}`), turns);

await compareReading(`The payroll of ${members} members in a month`, `/period?${month}`, 14);
await compareReading('The payroll of one member in a month', `/period/staff/${member}?${month}`);
await compareReading('The same by day', `/period/staff/daily/${member}?${month}`);
await compareReading('The same line by line', `/staff/${member}/explanation?${month}`);
await compareReading('The settlements of a member in a month, by day', `/calculation/staff/daily/${member}?${month}`);
await compareReading(
  'The statements of a member in a year',
  `/payroll/staff/${member}/calculation?date_from=2025-11-01&date_to=${end}`,
);

const create = (place: number, staff?: number[]) =>
  timed('POST', `/company/${place}/salary/payroll/calculation`, {
    date_from: begin,
    date_to: end,
    ...(staff && { staff_ids: staff }),
  });
/** Takes drafts back, so that the next turn makes them again. */
const drop = async (place: number): Promise<void> => {
  await beginAlone(database.db)((write) =>
    write.execute(`delete from pay_statements where location_id = ${place} and status = 'draft'`),
  );
};
await compare(
  `Making the statements of ${members} members`,
  async (place) => {
    const time = await create(place);
    await drop(place);
    return time;
  },
  10,
);
await compare('Making the statement of a member', async (place) => {
  const time = await create(place, [member]);
  await drop(place);
  return time;
});
for (const place of places) await create(place, [member]);
const statements = new Map<number, number>();
for (const place of places) {
  const answer = await fetch(`${foyer.base}/company/${place}/salary/payroll/staff/${member}/calculation?${month}`, {
    headers: { authorization },
  });
  const { data } = (await answer.json()) as { data: { id: number }[] };
  if (!data[0]) throw new Error('There is no statement.');
  statements.set(place, data[0].id);
}
const statementPath = (place: number) => `/company/${place}/salary/payroll/staff/${member}/calculation/${statements.get(place)}`;
await compare('Comparing a statement with a new calculation', (place) => timed('GET', statementPath(place)));
await compare('Calculating a statement anew', (place) => timed('POST', `${statementPath(place)}/recalculate`));
say('');
await foyer.stop();
await close();
