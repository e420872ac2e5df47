import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { beginAlone, beginUntold } from '../src/surfaces/changes.ts';
import { compareTwo, openApart, say, seedOwner, timer } from './apart.ts';
import { startFoyer } from './processes.ts';

/**
 * Measures whether loyalty costs the same with a long history: a payment, its cancellation, a top-up and the balance of a card with 10 and with
 * 100,000 entries, pages of a chain's list of 1,200,000 transactions, and the loyalty reports of a year in a location with one year and in one
 * with ten.
 */

/** Two transactions belong to each visit: a discount, and points. */
const [cardEntries, visitsAYear, sales, rounds] = [100_000, 50_000, 300, 200];

const { database, href, end: close } = await openApart('foyer_bench_loyalty');

const { authorization, chain, places } = await beginAlone(database.db)(async (write) => {
  const { open, ...owner } = await seedOwner(write);
  const [year, decade] = [await open('One year'), await open('Ten years')];
  return { ...owner, chain: year.chainId, places: [year.id, decade.id] as const };
});

const [card, richCard, cardType, promotion] = [1, 2, 1, 1];
const buyers = { [card]: '+4930000001', [richCard]: '+4930000002' };
/** The last day of all histories. */
const end = '2026-10-31';

say('Filling the database.');
const filled = performance.now();
await beginUntold(database.db)(async (write) => {
  const run = (text: string) => write.execute(sql.raw(text));
  for (const table of ['appointment_changes', 'ledger_entries']) await run(`alter table ${table} disable trigger user`);
  await run(`insert into loyalty_card_types (chain_id, id, title) values (${chain}, ${cardType}, 'Bonus')`);
  await run(`insert into promotions (chain_id, id, title, type, service_items, product_items, unit)
    values (${chain}, ${promotion}, 'Ten percent', 1, 'any', 'any', 'percent')`);
  await run(`insert into promotion_rules (chain_id, promotion_id, value) values (${chain}, ${promotion}, 10)`);
  await run(
    `insert into promotion_card_types (chain_id, promotion_id, card_type_id) values (${chain}, ${promotion}, ${cardType})`,
  );
  for (const [index, place] of places.entries()) {
    await run(
      `insert into loyalty_card_type_locations (chain_id, type_id, location_id) values (${chain}, ${cardType}, ${place})`,
    );
    await run(`insert into promotion_locations (chain_id, promotion_id, location_id) values (${chain}, ${promotion}, ${place})`);
    await run(
      `insert into team_members (location_id, id, name) select ${place}, n, 'Member ' || n from generate_series(1, 20) as n`,
    );
    await run(`insert into service_categories (location_id, id, title) values (${place}, 1, 'Category')`);
    await run(
      `insert into services (location_id, id, category_id, title, price_min, price_max, duration) values (${place}, 1, 1, 'Service', 50, 50, 1800)`,
    );
    await run(`insert into clients (location_id, id, name, phone, search)
      select ${place}, n, 'Client ' || n, '+49' || (3000000000 + n), 'client ' || n from generate_series(1, 5000) as n`);
    for (const [id, phone] of Object.entries(buyers)) {
      await run(`update clients set phone = '${phone}' where location_id = ${place} and id = ${id}`);
    }
    const years = index === 0 ? 1 : 10;
    const first = 1_000_000 * (index + 1);
    const drawn = `with drawn as (
      select ${first} + n as id, 1 + n % 5000 as client, 1 + n % 20 as member,
        (timestamp '${end} 12:00' - (${visitsAYear * years} - n) * interval '10.5 minutes') at time zone 'Europe/Berlin' as at
      from generate_series(1, ${visitsAYear * years}) as n)`;
    await run(
      `${drawn} insert into visits (location_id, id, client_id, date) select ${place}, id, null, (at at time zone 'Europe/Berlin')::date from drawn`,
    );
    await run(`${drawn} insert into documents (location_id, id, type, at) select ${place}, id, 7, at from drawn`);
    await run(`${drawn} insert into appointments (location_id, id, document_id, team_member_id, client_id, visit_id, starts_at, duration, attendance,
        hash, created_at, paid, covered)
      select ${place}, id, id, member, client, id, at, 1800, 1, md5(id::text), at, 45, 5 from drawn`);
    await run(`${drawn} insert into appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, first_cost, discount, cost)
      select ${place}, id, 0, 1, 50, 50, 0, 50 from drawn`);
    await run(`${drawn} insert into loyalty_transactions (chain_id, location_id, type, amount, document_id, visit_id, service_id, client_id, promotion_id, created_at)
      select ${chain}, ${place}, kind, 5, drawn.id, drawn.id, 1, client, ${promotion}, at from drawn, (values (1), (2)) as kinds (kind) order by drawn.id`);
  }
  for (const [id, entries] of [
    [card, 10],
    [richCard, cardEntries],
  ] as const) {
    await run(`insert into balances (chain_id, id, unit, amount) values (${chain}, ${id}, 'points', ${entries * 10})`);
    await run(`insert into loyalty_cards (chain_id, id, type_id, location_id, client_id, phone, number, balance_id)
      values (${chain}, ${id}, ${cardType}, ${places[0]}, ${id}, '${buyers[id]}', 'card ${id}', ${id})`);
    await run(`insert into ledger_entries (chain_id, balance_id, amount, balance_after, cause, cause_key)
      select ${chain}, ${id}, 10, n * 10, 'bench', 'card ${id} entry ' || n from generate_series(1, ${entries}) as n`);
    await run(`insert into loyalty_transactions (chain_id, location_id, type, amount, card_id, entry_id, created_at)
      select chain_id, ${places[0]}, 5, 10, ${id}, id, timestamptz '${end} 11:00Z' - row_number() over (order by id desc) * interval '50 minutes'
      from ledger_entries where balance_id = ${id}`);
    // Every point burns one day, which is the dearest case: each entry has a lot.
    await run(`insert into point_lots (chain_id, entry_id, balance_id, "left", expires_at)
      select chain_id, id, balance_id, 10, timestamptz '2030-01-01' + id * interval '1 minute' from ledger_entries where balance_id = ${id}`);
    const first = 5_000_000 + id * 100_000;
    await run(`insert into visits (location_id, id, client_id, date)
      select ${places[0]}, ${first} + n, ${id}, date '2026-11-01' + n from generate_series(1, ${sales}) as n`);
    await run(`insert into documents (location_id, id, type, at)
      select ${places[0]}, ${first} + n, 7, timestamptz '2026-11-01 12:00Z' + n * interval '1 day' from generate_series(1, ${sales}) as n`);
    await run(`insert into appointments (location_id, id, document_id, team_member_id, client_id, visit_id, starts_at, duration, hash, created_at)
      select ${places[0]}, ${first} + n, ${first} + n, 1 + n % 20, ${id}, ${first} + n, timestamptz '2026-11-01 12:00Z' + n * interval '1 day', 1800,
        md5((${first} + n)::text), now() from generate_series(1, ${sales}) as n`);
    await run(`insert into appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, first_cost, discount, cost)
      select ${places[0]}, ${first} + n, 0, 1, 50, 50, 0, 50 from generate_series(1, ${sales}) as n`);
  }
  await run(
    `insert into appointment_changes (location_id, appointment_id, at, is_deleted) select location_id, id, created_at, false from appointments`,
  );
  await run(
    `insert into appointment_runs (location_id, begins, live, deleted) select location_id, '-infinity', count(*), 0 from appointment_changes group by 1`,
  );
  for (const table of ['appointment_changes', 'ledger_entries']) await run(`alter table ${table} enable trigger user`);
  for (const table of ['balances', 'loyalty_cards', 'loyalty_card_types', 'promotions', 'documents', 'visits', 'appointments']) {
    await run(`select setval(pg_get_serial_sequence('${table}', 'id'), 9000000)`);
  }
});
await database.db.execute(sql`vacuum analyze`);
say(`It took ${Math.round((performance.now() - filled) / 1000)} s.`);

const foyer = await startFoyer(href);
const timed = timer(foyer.base, authorization);

const compare = (
  title: string,
  one: (turn: number) => Promise<number>,
  other: (turn: number) => Promise<number>,
  turns = rounds,
) => compareTwo(title, [one, other], turns, 10);

const cards = `a card with 10 and one with ${cardEntries.toLocaleString('en')} entries`;
/** What each payment takes, from three lots. */
const price = 25;
/** The points of a card. */
async function balanceOf(id: number): Promise<number> {
  const answer = await fetch(`${foyer.base}/loyalty/client_cards/${id}`, { headers: { authorization } });
  const { data } = (await answer.json()) as { data: [{ balance: number }] };
  return data[0].balance;
}
const visitOf = (id: number, turn: number) => 5_000_000 + id * 100_000 + 1 + turn;
const compareCards = (title: string, work: (id: number) => (turn: number) => Promise<number>) =>
  compare(`${title} ${cards}`, work(card), work(richCard));
const pay = (id: number, turn: number) =>
  timed('POST', `/company/${places[0]}/sale/${visitOf(id, turn)}/payment`, {
    payment: { method: { slug: 'loyalty_card', loyalty_card_id: id }, amount: price },
  });
const cancel = (id: number, turn: number) =>
  timed('POST', `/visit/loyalty/cancel_card_withdrawal/${places[0]}/${id}`, {
    record_id: visitOf(id, turn),
    visit_id: visitOf(id, turn),
  });
// The card with few entries has points for few payments, and without points nothing is paid. So each turn takes its payment back.
await compareCards('Paying by', (id) => async (turn) => {
  const before = await balanceOf(id);
  const time = await pay(id, turn);
  const paid = before - (await balanceOf(id));
  if (paid !== price) throw new Error(`Card ${id} paid ${paid} instead of ${price}.`);
  await cancel(id, turn);
  return time;
});
await compareCards('Cancelling a payment by', (id) => async (turn) => {
  await pay(id, turn);
  const before = await balanceOf(id);
  const time = await cancel(id, turn);
  const returned = (await balanceOf(id)) - before;
  if (returned !== price) throw new Error(`Card ${id} got ${returned} back instead of ${price}.`);
  return time;
});
await compareCards(
  'A top-up by hand of',
  (id) => () => timed('POST', `/company/${places[0]}/loyalty/cards/${id}/manual_transaction`, { amount: 1 }),
);
await compareCards('Showing', (id) => () => timed('GET', `/loyalty/client_cards/${id}`));

const listed =
  (page: number, more = '') =>
  () =>
    timed(
      'GET',
      `/chain/${chain}/loyalty/transactions?created_after=2010-01-01&created_before=2027-01-01&count=100&page=${page}${more}`,
    );
/** Compares the first page with others. @param length how many transactions the list has */
async function comparePages(title: string, length: number, more = '') {
  for (const page of [100, 1000, Math.floor(length / 100)]) {
    const pages = `Page 1 and page ${page.toLocaleString('en')} of ${length.toLocaleString('en')} transactions ${title}`;
    await compare(pages, listed(1, more), listed(page, more), 50);
  }
}
await comparePages('of a chain', 2 * visitsAYear * 11 + cardEntries);
await comparePages('of a location and a type', visitsAYear * 10, `&company_ids=${places[1]}&types=2`);

for (const report of ['income', 'staff', 'visits']) {
  const asked = (place: number) => () =>
    timed(
      'GET',
      `/company/${place}/analytics/loyalty_programs/${report}?date_from=2025-11-01&date_to=${end}&loyalty_program_id=${promotion}`,
    );
  await compare(`The report ${report} of a year, with one and with ten years of history`, asked(places[0]), asked(places[1]), 30);
}
await foyer.stop();
await close();
