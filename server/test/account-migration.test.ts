import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationsFolder } from '../src/platform/template.ts';

/** Accounts in the state before they belonged to the person who proves their contacts. */
const before = `
  insert into chains (id, title) values (1, 'First'), (2, 'Second');
  insert into locations (id, chain_id, title, country_id, time_zone, currency)
    values (1, 1, 'First', 840, 'UTC', 'USD'), (2, 2, 'Second', 840, 'UTC', 'USD');
  insert into users (id, name, login, email, phone, password_hash, is_email_confirmed) values
    (11, 'Owner', 'owner', 'owner@first.example', null, 'hash', true),
    (12, 'Owner', 'Owner', 'owner@second.example', null, 'hash', true),
    (13, 'Client', '+13155550101', 'client@example.com', '+13155550101', null, false),
    (14, 'Hired', 'hired', 'hired@first.example', '+13155550102', null, false),
    (15, 'Invited', 'invited', 'invited@first.example', '+13155550103', null, false),
    (16, 'Squatted', 'squatted', 'squatter@second.example', '+13155550104', null, false),
    (17, 'Moved', 'moved', 'moved@first.example', null, 'hash', false);
  insert into user_tokens (user_id, hash, scope) values (16, 'a', 'client');
  insert into location_users (location_id, user_id, role, is_approved) values
    (1, 11, 'owner', true), (2, 12, 'owner', true), (1, 13, 'worker', false),
    (1, 14, 'worker', true), (2, 14, 'worker', false), (1, 15, 'worker', false), (2, 16, 'worker', true);
  insert into team_members (id, location_id, name, user_id) values
    (1, 1, 'Client', 13), (2, 1, 'Hired', 14), (3, 2, 'Hired elsewhere', 14), (4, 1, 'Invited', 15), (5, 2, 'Squatted', 16);
  select setval(pg_get_serial_sequence('users', 'id'), 100);`;

let database: PGlite;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-migrations-'));
  await cp(migrationsFolder, folder, { recursive: true });
  const file = join(folder, 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
  const at = journal.entries.findIndex(({ tag }) => tag.endsWith('accounts_belong_to_who_proves_them'));
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, at) }));
  database = await PGlite.create({ extensions: { pg_trgm, btree_gin, btree_gist } });
  await migrate(drizzle({ client: database }), { migrationsFolder: folder });
  await database.exec(before);
  await migrate(drizzle({ client: database }), { migrationsFolder });
  await rm(folder, { recursive: true });
});
afterAll(() => database.close());

const rows = async (text: string) => (await database.query<Record<string, unknown>>(text)).rows;

test('data that a business typed about a hired or invited person moves from the account to the membership', async () => {
  const members = await rows(`
    select l.location_id, l.is_approved, l.invited_name, l.invited_email, l.invited_phone, t.id as member, u.name, u.email, u.phone
    from location_users l join users u on u.id = l.user_id left join team_members t on t.location_id = l.location_id and t.user_id = u.id
    where l.invited_name is not null order by l.invited_name`);
  const blank = { name: '', email: null, phone: null };
  expect(members).toEqual([
    {
      location_id: 1,
      is_approved: true,
      invited_name: 'Hired',
      invited_email: 'hired@first.example',
      invited_phone: '+13155550102',
      member: 2,
      ...blank,
    },
    {
      location_id: 1,
      is_approved: false,
      invited_name: 'Invited',
      invited_email: 'invited@first.example',
      invited_phone: '+13155550103',
      member: 4,
      ...blank,
    },
    {
      location_id: 2,
      is_approved: true,
      invited_name: 'Squatted',
      invited_email: 'squatter@second.example',
      invited_phone: '+13155550104',
      member: 5,
      ...blank,
    },
  ]);
});

test('invitations of accounts that exist are withdrawn, and their team members stay without a user', async () => {
  expect(await rows('select location_id, user_id from location_users where invited_name is null order by user_id')).toEqual([
    { location_id: 1, user_id: 11 },
    { location_id: 2, user_id: 12 },
  ]);
  expect(await rows('select id from team_members where user_id is null order by id')).toEqual([{ id: 1 }, { id: 3 }]);
});

test('a person who proved their phone keeps the account, without the data typed by others and without rights', async () => {
  expect(await rows('select id, name, login, email, phone, is_email_confirmed from users where id < 100 order by id')).toEqual([
    { id: 11, name: 'Owner', login: 'owner', email: 'owner@first.example', phone: null, is_email_confirmed: true },
    { id: 12, name: 'Owner', login: '', email: 'owner@second.example', phone: null, is_email_confirmed: true },
    {
      id: 13,
      name: 'Client',
      login: '+13155550101',
      email: 'client@example.com',
      phone: '+13155550101',
      is_email_confirmed: false,
    },
    { id: 16, name: '', login: '+13155550104', email: null, phone: '+13155550104', is_email_confirmed: false },
    { id: 17, name: 'Moved', login: 'moved', email: 'moved@first.example', phone: null, is_email_confirmed: true },
  ]);
  expect(await rows('select user_id from user_tokens')).toEqual([{ user_id: 16 }]);
});
