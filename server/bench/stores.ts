import { sql } from 'drizzle-orm';
import { productSearchText } from '../src/domains/products/search-text.ts';
import type { Tx } from '../src/platform/database.ts';

/**
 * Two locations with the same products, accounts and the same day of visits. The second one has ten times the history: movements of stock,
 * transactions of money, and other days. Ids are far from those of other rows.
 */
export const stores = {
  products: 10_000,
  /** The first product. Each location has the same ids. */
  firstProduct: 7_000_001,
  /** The storage for sale, and the account for cash. */
  storage: 900,
  account: 900,
  members: 50,
  day: '2026-10-15',
  visitsADay: 1_000,
  small: { location: 8, movements: 100_000, transactions: 100_000, otherDays: 10, firstId: 10_000_000 },
  historic: { location: 9, movements: 1_000_000, transactions: 1_000_000, otherDays: 100, firstId: 20_000_000 },
  /** Rows and numbers of documents that a run adds are higher. */
  firstNewId: 50_000_000,
} as const;

type Store = typeof stores.small | typeof stores.historic;

/** Tables whose rows of both stores are filled here, and the triggers of which would count rows one by one. */
const counted = ['finance_transactions', 'appointment_changes'];

/** Fills both stores. Their locations exist already. */
export async function seedStores(db: Tx, progress: (step: string) => void, timeZone: string): Promise<void> {
  for (const table of counted) await db.execute(sql`alter table ${sql.identifier(table)} disable trigger user`);
  for (const store of [stores.small, stores.historic]) {
    progress(`seeding ${store.movements.toLocaleString('en')} movements of stock and as many transactions`);
    await db.execute(sql`update storages set id = ${stores.storage} where location_id = ${store.location} and is_for_sale`);
    await db.execute(sql`update accounts set id = ${stores.account} where location_id = ${store.location} and is_cash`);
    await seedStock(db, store);
    await seedVisits(db, store, timeZone);
    await seedMoney(db, store, timeZone);
  }
  for (const table of counted) await db.execute(sql`alter table ${sql.identifier(table)} enable trigger user`);
  for (const table of ['documents', 'document_lines', 'finance_transactions']) {
    await db.execute(sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${stores.firstNewId}::int)`);
  }
}

/** Arrivals of ten lines each. */
async function seedStock(db: Tx, { location, movements, firstId }: Store): Promise<void> {
  const { products, firstProduct } = stores;
  await db.execute(sql`insert into product_categories (location_id, id, title) values (${location}, ${firstId}, 'Care')`);
  const search = productSearchText({ title: 'Shampoo', article: '', barcode: '' });
  await db.execute(sql`
    insert into products (location_id, id, category_id, title, price, cost_price, sale_unit_id, write_off_unit_id, search)
    select ${location}, ${firstProduct} + n, ${firstId}, 'Shampoo', 20, 8, 1, 1, ${search}
    from generate_series(0, ${products - 1}::int) as n`);
  await db.execute(sql`
    insert into documents (location_id, id, type, number, storage_id, at)
    select ${location}, ${firstId} + n, 3, 1 + n, ${stores.storage}::int, timestamptz '2020-01-01' + n * interval '20 minutes'
    from generate_series(0, ${movements / 10 - 1}::int) as n`);
  await db.execute(sql`insert into document_numbers (location_id, last) values (${location}, ${stores.firstNewId}::int)`);
  await db.execute(sql`
    insert into document_lines (location_id, id, document_id, type, product_id, storage_id, amount, is_in_sale_units, unit_ratio,
      cost_per_unit, cost, at)
    select ${location}, ${firstId} + n, ${firstId} + n / 10, 3, ${firstProduct} + n % ${products}::int, ${stores.storage}::int, 100, true, 1,
      8, 800, timestamptz '2020-01-01' + n / 10 * interval '20 minutes'
    from generate_series(0, ${movements - 1}::int) as n`);
  await db.execute(sql`
    insert into stock_movements (location_id, line_id, product_id, storage_id, amount)
    select location_id, id, product_id, storage_id, amount from document_lines where location_id = ${location} order by id`);
  await db.execute(sql`
    insert into stock_levels (location_id, product_id, storage_id, amount)
    select location_id, product_id, storage_id, sum(amount) from stock_movements where location_id = ${location}
    group by location_id, product_id, storage_id order by product_id`);
}

/** Visits of known clients, each with a service; those of the day are the last. */
async function seedVisits(db: Tx, { location, otherDays, firstId }: Store, timeZone: string): Promise<void> {
  const { members, visitsADay, day } = stores;
  const first = firstId + 5_000_000;
  await db.execute(sql`
    insert into team_members (location_id, id, name, has_schedule)
    select ${location}, n, 'Member ' || n, true from generate_series(1, ${members}::int) as n`);
  await db.execute(sql`insert into service_categories (location_id, id, title) values (${location}, 1, 'Category')`);
  await db.execute(sql`
    insert into services (location_id, id, category_id, title, price_min, price_max, duration)
    select ${location}, n, 1, 'Service ' || n, 20 + n, 20 + n, 1800 from generate_series(1, 20) as n`);
  await db.execute(sql`
    insert into clients (location_id, id, name, phone, search)
    select ${location}, n, 'Client ' || n, '+1' || (2012000000 + n * 613), 'client ' || n from generate_series(1, ${visitsADay}::int) as n`);
  const drawn = sql`
    with drawn as (
      select ${first} + n as id, 1 + n % ${members}::int as member, 1 + n % ${visitsADay}::int as client, 1 + n % 20 as service,
        ${day}::date - (${otherDays}::int - n / ${visitsADay}::int) as day, n % ${visitsADay}::int as place
      from generate_series(0, ${(otherDays + 1) * visitsADay - 1}::int) as n
    ), placed as (
      select *, (day + interval '9 hours' + place / ${members}::int * interval '30 minutes') at time zone ${timeZone} as starts_at from drawn
    )`;
  await db.execute(
    sql`${drawn} insert into visits (location_id, id, client_id, date) select ${location}, id, client, day from placed`,
  );
  await db.execute(
    sql`${drawn} insert into documents (location_id, id, type, at) select ${location}, id, 7, starts_at from placed`,
  );
  await db.execute(sql`${drawn}
    insert into appointments (location_id, id, document_id, team_member_id, client_id, visit_id, starts_at, duration, attendance, comment, color,
      hash, partner_id, created_by, created_at, paid)
    select ${location}, id, id, member, client, id, starts_at, 1800, 1, '', '', md5(${location} || id::text), 1, 1, starts_at, 20 + service
    from placed`);
  await db.execute(sql`${drawn}
    insert into appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, first_cost, discount, cost)
    select ${location}, id, 0, service, 20 + service, 20 + service, 0, 20 + service from placed`);
  await db.execute(sql`
    insert into appointment_changes (location_id, appointment_id, at, is_deleted)
    select location_id, id, created_at, false from appointments where location_id = ${location}`);
  await db.execute(sql`
    insert into appointment_runs (location_id, begins, live, deleted) select ${location}, '-infinity', count(*), 0
    from appointment_changes where location_id = ${location}`);
}

/** A payment for each visit, and other ones before them. */
async function seedMoney(db: Tx, { location, transactions, firstId }: Store, timeZone: string): Promise<void> {
  await db.execute(sql`
    insert into finance_transactions (location_id, id, account_id, expense_id, amount, at, date)
    select ${location}, ${firstId} + n, ${stores.account}::int, 8, 10, timestamptz '2020-01-01' + n * interval '2 minutes',
      ((timestamptz '2020-01-01' + n * interval '2 minutes') at time zone ${timeZone})::date
    from generate_series(0, ${transactions - 1}::int) as n`);
  await db.execute(sql`
    insert into finance_transactions (location_id, id, account_id, expense_id, amount, at, date, document_id, service_id, client_id)
    select sold.location_id, sold.appointment_id, ${stores.account}::int, 5, sold.cost, starts_at, (starts_at at time zone ${timeZone})::date,
      document_id, service_id, client_id
    from appointment_services sold join appointments on appointments.location_id = sold.location_id and appointments.id = appointment_id
    where sold.location_id = ${location}`);
  await db.execute(sql`
    insert into account_totals (location_id, account_id, span, begins, amount)
    select location_id, account_id, span, begins, sum(amount) from finance_transactions, spans_of(date)
    where location_id = ${location} group by location_id, account_id, span, begins`);
}

/**
 * Removes the sales that a run added. What they took from stock comes back. Their documents and lines stay as deleted ones, because removing
 * a line looks for its payments among all of a location.
 */
export async function removeSales(db: Tx): Promise<void> {
  const added = (column: string) => sql`${sql.identifier(column)} > ${stores.firstNewId}`;
  await db.execute(sql`delete from finance_transactions where ${added('id')}`);
  await db.execute(sql`alter table stock_movements disable trigger user`);
  await db.execute(sql`
    with gone as (delete from stock_movements where ${added('line_id')} returning location_id, product_id, storage_id, amount),
      sums as (select location_id, product_id, storage_id, sum(amount) as amount from gone group by 1, 2, 3)
    update stock_levels set amount = stock_levels.amount - sums.amount from sums
    where stock_levels.location_id = sums.location_id and stock_levels.product_id = sums.product_id
      and stock_levels.storage_id = sums.storage_id`);
  await db.execute(sql`alter table stock_movements enable trigger user`);
  for (const table of ['document_lines', 'documents']) {
    await db.execute(sql`update ${sql.identifier(table)} set deleted_at = now() where ${added('id')} and deleted_at is null`);
  }
}
