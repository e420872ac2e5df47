import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { faker as german } from '@faker-js/faker/locale/de';
import { faker as english } from '@faker-js/faker/locale/en';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { Write } from '../src/api/write.ts';
import { partners, serverKeys } from '../src/domains/access/tables.ts';
import { createUser, issuePartnerToken, issueUserToken } from '../src/domains/access/users.ts';
import { searchText } from '../src/domains/clients/search-text.ts';
import { clientComments, clients } from '../src/domains/clients/tables.ts';
import { cityByTitle, country } from '../src/domains/locations/dictionaries.ts';
import { createChain } from '../src/domains/locations/location.ts';
import { addLocationUser } from '../src/domains/locations/location-user.ts';
import { locations } from '../src/domains/locations/tables.ts';
import { tags } from '../src/domains/tags/tables.ts';
import { type Database, migrateDatabase, openPostgres, type Tx } from '../src/platform/database.ts';
import { usualLimits } from '../src/platform/limits.ts';
import { fold } from '../src/platform/text.ts';
import { beginUntold } from '../src/surfaces/changes.ts';
import { removeSales, seedStores, stores } from './stores.ts';

const databaseName = 'foyer_bench';

/** The tokens of the benchmark's own database, which no server but the measured one on 127.0.0.1 opens. */
export const credentials = { partnerToken: 'foyer-bench-partner', userToken: 'foyer-bench-owner' } as const;

export const authorization = `Bearer ${credentials.partnerToken}, User ${credentials.userToken}`;

/** The measured data: two locations that differ only in their number of clients. Ids are those of an empty database. */
export const seeded = {
  large: { location: 1, clients: 1_000_000 },
  small: { location: 2, clients: 10_000 },
  /** The small location sells these, and its team members work every day of the month. */
  services: 200,
  members: 50,
  month: { first: '2026-11-01', last: '2026-11-30' },
  /** Of the large location: 300 a day, one an hour of each of 50 members, up to the end of the month. */
  appointments: { total: 1_000_000, aDay: 300 },
  /** In the large location members work on these days and nothing is booked yet: half hours from 9:00 to 17:00. */
  free: { first: '2030-01-01', days: 730, aDay: 16 },
  /** 20,000 half hours are booked in these days of the small location, of 50 members who work from 9:00 to 17:00. */
  booking: { first: '2031-03-03', last: '2031-04-01', day: '2031-03-12', appointments: 20_000 },
  /** Like the small location, with ten times as many appointments before those days. */
  historic: { location: 3, appointments: 200_000 },
  /** Locations as busy in the days of `booking`, with fewer and with more members. */
  sized: [
    { location: 4, members: 13 },
    { location: 5, members: 25 },
    { location: 6, members: 50 },
    { location: 7, members: 100 },
  ],
  timeZone: 'America/New_York',
  /** The client of the large location whose 25 comments are listed, and the one who gets the new ones. */
  commented: 1001,
  written: 1002,
  comments: 25,
  /** The first clients of either location bear this name; the other surnames and first names are drawn at random. */
  rareName: { name: 'Olivia', surname: 'Hartmann', clients: 8 },
  /** Thousands of the large location have it. */
  commonSurname: 'Schneider',
} as const;

/** The phone number of a client, by the id. */
export const phoneOf = (client: number) => `+1${2_012_000_000 + client * 613}`;

/** The server on which the benchmark may create its database. */
export function maintenanceUrl(env: NodeJS.ProcessEnv = process.env): string {
  const url = new URL(env.BENCH_DATABASE_URL || 'postgres://127.0.0.1:5432/postgres');
  if (!url.username) url.username = userInfo().username;
  return url.href;
}

export interface BenchDatabase {
  url: string;
  /** `15.4` */
  version: string;
  database: Database;
}

/** Opens the benchmark's database, filled; a complete one of an earlier run is used again unless `fresh`. */
export async function openBenchDatabase(options: { fresh: boolean; progress: (step: string) => void }): Promise<BenchDatabase> {
  const { progress } = options;
  const url = new URL(maintenanceUrl());
  const maintenance = new pg.Client({ connectionString: url.href });
  await maintenance.connect();
  try {
    const { rows } = await maintenance.query<{ version: string; exists: boolean }>(
      "select current_setting('server_version') as version, exists (select from pg_database where datname = $1) as exists",
      [databaseName],
    );
    const version = (rows[0]?.version ?? '').split(' ')[0] ?? '';
    url.pathname = `/${databaseName}`;
    if (rows[0]?.exists && !options.fresh) {
      const database = await openPostgres(url.href, 4);
      if (await isComplete(database)) return { url: url.href, version, database };
      await database.close();
    }
    progress(`making the database ${databaseName}`);
    await maintenance.query(`drop database if exists ${databaseName}`);
    await maintenance.query(`create database ${databaseName}`);
    // Building an index of a million rows takes longer than a request may.
    const filling = await openPostgres(url.href, 4, { ...usualLimits, statementTimeout: 0 });
    await migrateDatabase(filling);
    await seed(filling, progress);
    await filling.close();
    const database = await openPostgres(url.href, 4);
    return { url: url.href, version, database };
  } finally {
    await maintenance.end();
  }
}

/** Changes with the tables and with the code that fills them, so that an outdated database is created again. */
function fingerprint(): Buffer {
  const hash = createHash('sha256');
  for (const file of ['database.ts', 'stores.ts']) hash.update(readFileSync(new URL(file, import.meta.url)));
  const migrations = new URL('../migrations/', import.meta.url);
  for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql'))) {
    hash.update(readFileSync(new URL(file, migrations)));
  }
  return hash.digest();
}

async function isComplete(database: Database): Promise<boolean> {
  try {
    const [row] = await database.query<{ value: Buffer }>({
      text: "select value from server_keys where name = 'bench ready'",
      values: [],
    });
    return row?.value.equals(fingerprint()) ?? false;
  } catch {
    return false;
  }
}

async function seed(database: Database, progress: (step: string) => void): Promise<void> {
  await beginUntold(database.db)(seedBusiness);
  await beginUntold(database.db)(seedCatalog);
  await beginUntold(database.db)(seedBookable);
  await withoutIndexes(database, ['clients'], progress, async () => {
    for (const place of [seeded.large, seeded.small]) {
      progress(`seeding ${place.clients.toLocaleString('en')} clients`);
      await seedClients(database.db, place);
    }
    await checkSearchTexts(database.db);
  });
  await beginUntold(database.db)(seedTeam);
  await withoutIndexes(database, ['appointments', 'appointment_services', 'occupations', 'visits'], progress, async () => {
    progress(`seeding ${seeded.appointments.total.toLocaleString('en')} appointments`);
    await seedAppointments(database.db);
  });
  await seedStores(database.db, progress, seeded.timeZone);
  await database.db.insert(clientComments).values(
    Array.from({ length: seeded.comments }, (_, index) => ({
      locationId: seeded.large.location,
      clientId: seeded.commented,
      userId: 1,
      text: `Visit ${index + 1}: asked for the usual, prefers mornings and a quiet seat by the window.`,
    })),
  );
  // Statements are planned for the table of a business at work, not for an almost empty one.
  await database.db.execute(sql`
    insert into client_comments (location_id, client_id, user_id, text)
    select location_id, id, 1, 'Call before the next visit' from clients where id % 2 = 0 and id <> ${seeded.written}`);
  await database.db.execute(sql`vacuum analyze`);
  await database.db.insert(serverKeys).values({ name: 'bench ready', value: fingerprint() });
}

/**
 * Indexes, foreign keys and exclusion constraints are created after the rows. This takes seconds instead of minutes, and the result is the
 * same after the vacuum.
 */
async function withoutIndexes(
  { db, query }: Database,
  tables: string[],
  progress: (step: string) => void,
  fill: () => Promise<void>,
): Promise<void> {
  const constraints = await query<{ table: string; name: string; definition: string }>({
    text: `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = any($1::regclass[]) and contype in ('f', 'x')`,
    values: [tables],
  });
  const indexes = await query<{ name: string; definition: string }>({
    text: `select indexname as name, indexdef as definition from pg_indexes
      where schemaname = 'public' and tablename = any($1)
        and indexname not in (select conname from pg_constraint where conrelid = any($1::regclass[]))`,
    values: [tables],
  });
  for (const { table, name } of constraints) {
    await db.execute(sql`alter table ${sql.identifier(table)} drop constraint ${sql.identifier(name)}`);
  }
  for (const { name } of indexes) await db.execute(sql`drop index ${sql.identifier(name)}`);
  await fill();
  progress('indexing');
  for (const { definition } of indexes) await db.execute(sql.raw(definition));
  for (const { table, name, definition } of constraints) {
    await db.execute(sql`alter table ${sql.identifier(table)} add constraint ${sql.identifier(name)} ${sql.raw(definition)}`);
  }
}

async function seedBusiness(write: Write): Promise<void> {
  await write.insert(partners).values({ id: 1, name: 'Benchmark', allLocations: true });
  await issuePartnerToken(write, { partnerId: 1, token: credentials.partnerToken });
  const owner = await createUser(write, { name: 'Benchmark Owner', email: 'owner@bench.example' });
  await issueUserToken(write, { userId: owner.id, partnerId: null, token: credentials.userToken });
  const chainId = await createChain(write, 'Benchmark');
  const city = cityByTitle(undefined, 'New York');
  const home = city && country(city.countryId);
  if (!city || !home || city.timeZone !== seeded.timeZone) throw new Error('The dictionary has no New York');
  for (const { location: id } of [seeded.large, seeded.small, seeded.historic, ...seeded.sized, stores.small, stores.historic]) {
    await write.insert(locations).values({
      id,
      chainId,
      title: `Location ${id}`,
      countryId: home.id,
      cityId: city.id,
      city: city.title,
      timeZone: city.timeZone,
      currency: home.currency,
    });
    write.changed('location', id, id, 'create');
    await addLocationUser(write, { locationId: id, userId: owner.id, role: 'owner', isNonDeletable: true });
    await write
      .insert(tags)
      .values(['Regular', 'VIP', 'Allergies'].map((title) => ({ locationId: id, title, color: '#2f9e44' })));
  }
}

/** Each service is provided by 5 of the members. */
const linksOf = (location: number, members: number) => sql`
  insert into service_team_members (location_id, service_id, team_member_id, duration)
  select ${location}, n, 1 + (n * 7 + step * 3) % ${members}::int, 1800
  from generate_series(1, ${seeded.services}::int) as n, generate_series(0, 4) as step`;

/** 50 team members; 200 services in 10 categories, each with a picture and 5 of the members; a month of two slots a day. */
async function seedCatalog(write: Write): Promise<void> {
  const { location } = seeded.small;
  await write.execute(sql`
    insert into team_members (location_id, id, name, has_schedule)
    select ${location}, n, 'Member ' || n, true from generate_series(1, ${seeded.members}::int) as n`);
  await write.execute(sql`
    insert into service_categories (location_id, id, title) select ${location}, n, 'Category ' || n from generate_series(1, 10) as n`);
  await write.execute(sql`
    insert into services (location_id, id, category_id, title, price_min, price_max, duration, comment)
    select ${location}, n, 1 + n % 10, 'Service ' || n, 20 + n, 40 + n, 1800, 'With everything that belongs to it'
    from generate_series(1, ${seeded.services}::int) as n`);
  await write.execute(linksOf(location, seeded.members));
  await write.execute(sql`
    insert into image_groups (location_id, id, entity, entity_id)
    select ${location}, n, 'service', n from generate_series(1, ${seeded.services}::int) as n`);
  await write.execute(sql`
    insert into images (location_id, group_id, version, storage_key, size, width, height, type)
    select ${location}, n, 'basic', 'ab/' || md5(n::text), 20000, 373, 280, 'jpeg'
    from generate_series(1, ${seeded.services}::int) as n`);
  await write.execute(sql`
    insert into work_days (location_id, team_member_id, date, slots)
    select ${location}, n, day::date, '{[32400,46800),[50400,64800)}'
    from generate_series(1, ${seeded.members}::int) as n,
      generate_series(${seeded.month.first}::timestamp, ${seeded.month.last}::timestamp, '1 day') as day`);
}

/**
 * Days of the small location that are mostly booked. The historic location has the same days after years of bookings. The locations of
 * other sizes have them too.
 */
async function seedBookable(write: Write): Promise<void> {
  const { small, historic, booking, members, sized } = seeded;
  const workDays = (location: number, count: number) => sql`
    insert into work_days (location_id, team_member_id, date, slots)
    select ${location}, member, day::date, '{[32400,61200)}'
    from generate_series(1, ${count}::int) as member, generate_series(${booking.first}::timestamp, ${booking.last}::timestamp, '1 day') as day`;
  await write.execute(workDays(small.location, members));
  const halfHours = (location: number, first: string, aDay: number, count: number, ofMembers: number = members) => sql`
    insert into occupations (location_id, source, source_id, team_member_id, starts_at, ends_at, is_exclusive)
    select ${location}, 'appointment', n, member, starts_at, starts_at + interval '30 minutes', true
    from (
      select n, 1 + n % ${ofMembers}::int as member, (${first}::date + n / ${ofMembers}::int / ${aDay}::int
        + interval '9 hours' + n / ${ofMembers}::int % ${aDay}::int * interval '30 minutes') at time zone ${seeded.timeZone} as starts_at
      from generate_series(0, ${count - 1}::int) as n) as drawn`;
  await write.execute(halfHours(small.location, booking.first, 14, booking.appointments));
  const ofServices = {
    service_categories: 'id, title',
    services: 'id, category_id, title, price_min, price_max, duration, comment',
  };
  const ofEveryone = {
    team_members: 'id, name, has_schedule',
    ...ofServices,
    service_team_members: 'service_id, team_member_id, duration',
    work_days: 'team_member_id, date, slots',
    occupations: 'source, source_id, team_member_id, starts_at, ends_at, is_exclusive',
  };
  const copy = async (tables: Record<string, string>, location: number) => {
    for (const [table, columns] of Object.entries(tables)) {
      await write.execute(sql`
        insert into ${sql.identifier(table)} (location_id, ${sql.raw(columns)})
        select ${location}, ${sql.raw(columns)} from ${sql.identifier(table)} where location_id = ${small.location}`);
    }
  };
  await copy(ofEveryone, historic.location);
  await write.execute(halfHours(historic.location, '2030-01-01', 14, historic.appointments));
  const days = (Date.parse(booking.last) - Date.parse(booking.first)) / 86_400_000 + 1;
  for (const { location, members: count } of sized) {
    await write.execute(sql`
      insert into team_members (location_id, id, name, has_schedule)
      select ${location}, n, 'Member ' || n, true from generate_series(1, ${count}::int) as n`);
    await copy(ofServices, location);
    await write.execute(linksOf(location, count));
    await write.execute(workDays(location, count));
    await write.execute(halfHours(location, booking.first, 14, days * count * 14, count));
  }
}

/** 50 team members of the large location with 20 services, who work on the free days. */
async function seedTeam(write: Write): Promise<void> {
  const { location } = seeded.large;
  const { first, days } = seeded.free;
  await write.execute(sql`
    insert into team_members (location_id, id, name, specialization, has_schedule)
    select ${location}, n, 'Member ' || n, 'Specialist', true from generate_series(1, ${seeded.members}::int) as n`);
  await write.execute(sql`insert into service_categories (location_id, id, title) values (${location}, 1, 'Category')`);
  await write.execute(sql`
    insert into services (location_id, id, category_id, title, price_min, price_max, duration)
    select ${location}, n, 1, 'Service ' || n, 20 + n, 40 + n, 1800 from generate_series(1, 20) as n`);
  await write.execute(sql`
    insert into service_team_members (location_id, service_id, team_member_id, duration)
    select ${location}, service, member, 1800
    from generate_series(1, 20) as service, generate_series(1, ${seeded.members}::int) as member`);
  await write.execute(sql`
    insert into work_days (location_id, team_member_id, date, slots)
    select ${location}, member, ${first}::date + day, '{[32400,61200)}'
    from generate_series(1, ${seeded.members}::int) as member, generate_series(0, ${days}::int - 1) as day`);
}

/**
 * Appointments of the large location with all that the server writes with one: a service, the visit of a client, the time that
 * it occupies. They are numbered in the order of their time and of their last change, which is 30 days earlier.
 */
async function seedAppointments(db: Tx): Promise<void> {
  const { location, clients: clientCount } = seeded.large;
  const { total, aDay } = seeded.appointments;
  const drawn = sql`
    with counted as (
      -- The last day is a whole one.
      select n::int, (n + ${(aDay - (total % aDay)) % aDay}::int) as place from generate_series(0, ${total - 1}::int) as n
    ), drawn as (
      select n + 1 as id, 1 + n % ${seeded.members}::int as member, 1 + (n::bigint * 7919 % ${clientCount}::int)::int as client, place,
        ${seeded.month.last}::date - ${Math.ceil(total / aDay) - 1}::int + place / ${aDay}::int as day,
        place % ${aDay}::int / ${seeded.members}::int as hour
      from counted
    ), placed as (
      select *, (day + interval '9 hours' + hour * interval '75 minutes') at time zone ${seeded.timeZone} as starts_at,
        day - interval '30 days' + place % ${aDay}::int * interval '288 seconds' as changed_at
      from drawn
    )`;
  await db.execute(
    sql`${drawn} insert into visits (location_id, id, client_id, date) select ${location}, id, client, day from placed`,
  );
  await db.execute(
    sql`${drawn} insert into documents (location_id, id, type, at) select ${location}, id, 7, starts_at from placed`,
  );
  await db.execute(sql`alter table appointment_changes disable trigger user`);
  await db.execute(sql`${drawn}
    insert into appointments (location_id, id, document_id, team_member_id, client_id, visit_id, starts_at, duration, attendance, comment, color,
      hash, partner_id, created_by, created_at)
    select ${location}, id, id, member, client, id, starts_at, 3600, (array[1, 1, 1, 2, 0, -1])[1 + id % 6],
      case id % 3 when 0 then 'Prefers mornings and a quiet seat' else '' end, case id % 4 when 0 then 'f44336' else '' end,
      md5(id::text), 1, 1, changed_at
    from placed`);
  await db.execute(sql`
    insert into appointment_changes (location_id, appointment_id, at, is_deleted)
    select location_id, id, created_at, false from appointments`);
  await db.execute(sql`${drawn}
    insert into appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, first_cost, discount, cost)
    select ${location}, id, 0, 1 + id % 20, 21 + id % 20, 21 + id % 20, 0, 21 + id % 20 from placed`);
  await db.execute(sql`${drawn}
    insert into occupations (location_id, source, source_id, team_member_id, starts_at, ends_at, is_exclusive)
    select ${location}, 'appointment', id, member, starts_at, starts_at + interval '1 hour', true from placed`);
  await db.execute(sql`
    insert into appointment_clocks (location_id, at) select location_id, max(at) from appointment_changes group by location_id`);
  // The triggers would count rows one by one. This fills the same counts.
  await db.execute(sql`alter table appointment_changes enable trigger user`);
  await db.execute(sql`
    insert into appointment_runs (location_id, begins, live, deleted)
    select location_id, case appointment_id / 1000 when 0 then '-infinity' else min(at) end, count(*), 0
    from appointment_changes group by location_id, appointment_id / 1000`);
  for (const table of ['appointments', 'visits', 'documents']) {
    await db.execute(sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${total}::int)`);
  }
}

/**
 * English and German names, derived from the number of the client (one multiplicative generator per column), so that both locations and
 * every run have the same names. The function behind `searchText` folds them here; SQL only joins them.
 */
async function seedClients(db: Tx, place: { location: number; clients: number }): Promise<void> {
  const { rareName } = seeded;
  const generic = (list: { generic?: string[] } | undefined) => list?.generic ?? [];
  const names = [
    ...new Set([...generic(english.definitions.person.first_name), ...generic(german.definitions.person.first_name)]),
  ];
  const surnames = [
    ...new Set([
      ...generic(english.definitions.person.last_name).slice(0, 220),
      seeded.commonSurname,
      ...generic(german.definitions.person.last_name).slice(0, 200),
    ]),
  ].filter((surname) => surname !== rareName.surname);
  // The last of either list is the rare name, which no draw reaches.
  const first = [...names.filter((name) => name !== rareName.name), rareName.name];
  const last = [...surnames, rareName.surname];
  const mailbox = (text: string) => fold(text).replace(/[^a-z]/g, '');
  const textArray = (values: string[]) => sql`${sql.param(values)}::text[]`;
  await db.execute(sql`
    with lists as materialized (
      select ${textArray(first)} as names, ${textArray(first.map(fold))} as folded_names, ${textArray(first.map(mailbox))} as boxes,
        ${textArray(last)} as surnames, ${textArray(last.map(fold))} as folded_surnames
    ), drawn as (
      select n,
        case when n <= ${rareName.clients} then ${first.length} else 1 + (n * 48271 % 2147483647) % ${first.length - 1} end as name,
        case when n <= ${rareName.clients} then ${last.length} else 1 + (n * 69621 % 2147483647) % ${last.length - 1} end as surname,
        '+1' || (2012000000 + n * 613) as phone
      from generate_series(1::bigint, ${place.clients}::bigint) as n
    ), people as (
      select n, phone, names[name] as name, surnames[surname] as surname, folded_names[name] || ' ' || folded_surnames[surname] as folded,
        boxes[name] || '.' || n || '@example.com' as email
      from drawn, lists
    )
    insert into clients (location_id, id, name, surname, phone, email, gender, importance, discount, spent, paid, visits,
      first_visit_at, last_visit_at, search)
    select ${place.location}, n, name, surname, phone, email, n % 3, n % 4, n % 20, n % 977, n % 983, n % 60,
      now() - interval '3 years', now() - (n % 900) * interval '1 day', folded || E'\n' || phone || E'\n' || email
    from people`);
  await db.execute(sql`
    insert into client_tags (location_id, client_id, tag_id)
    select clients.location_id, clients.id, tags.id
    from clients join tags on tags.location_id = clients.location_id
    where clients.location_id = ${place.location} and clients.id % 5 = tags.id % 5`);
}

/** The seeding writes `search` as the server would. */
async function checkSearchTexts(db: Tx): Promise<void> {
  for (const row of await db.select().from(clients).where(sql`${clients.id} % 997 = 1`)) {
    if (row.search !== searchText(row)) throw new Error(`The search text of client ${row.id} is not as the server writes it`);
  }
}

/** Removes the comments and appointments that a run added, after the servers have finished their last requests. */
export async function removeWritten({ db, query }: Database): Promise<void> {
  const busy = {
    text: `select from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()`,
    values: [],
  };
  while ((await query(busy)).length > 0) await sleep(50);
  await db.execute(sql`delete from ${clientComments} where ${clientComments.clientId} = ${seeded.written}`);
  const { location } = seeded.large;
  const { total } = seeded.appointments;
  await removeSales(db);
  await db.execute(sql`delete from appointments where location_id = ${location} and id > ${total}`);
  await db.execute(sql`delete from visits where location_id = ${location} and id > ${total}`);
  await db.execute(sql`delete from documents where location_id = ${location} and id > ${total}`);
  await db.execute(
    sql`delete from occupations where location_id = ${location} and source = 'appointment' and source_id > ${total}`,
  );
  await db.execute(sql`delete from appointment_runs where live = 0 and deleted = 0 and begins > '-infinity'`);
  await db.execute(sql`delete from outbox`);
}

/** Leaves the tables as if nothing had been added. */
export async function tidy({ db }: Database): Promise<void> {
  for (const table of [
    'client_comments',
    'appointments',
    'appointment_changes',
    'appointment_services',
    'appointment_runs',
    'visits',
    'documents',
    'document_lines',
    'stock_movements',
    'stock_levels',
    'finance_transactions',
    'occupations',
    'outbox',
  ]) {
    await db.execute(sql`vacuum analyze ${sql.identifier(table)}`);
  }
}
