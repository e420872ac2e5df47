import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { call, openShop, type Shop, somePhone, testDatabase, testServer } from '../../../test/harness.ts';
import { runDueJobs } from '../../../test/jobs.ts';
import { openOnlineSalon } from '../../../test/online.ts';
import { openSalon } from '../../../test/salon.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { hashPassword } from '../access/passwords.ts';
import { clients } from '../clients/tables.ts';
import { locationUsers } from '../locations/tables.ts';
import { unrecorded } from './unrecorded.ts';

const trailOf = async (shop: Shop, query = '', authorization = shop.owner.authorization) =>
  shop.call('GET', `/company/${shop.locationId}/audit?${query}`, { authorization });

const changeClient = (shop: Shop, id: number, body: object) => shop.call('PUT', `/client/${shop.locationId}/${id}`, { body });

describe('the audit trail', () => {
  it('says who changed what, from where and by which integration, with the values before and after', async () => {
    const shop = await openShop();
    const { id, phone } = await shop.addClient({ name: 'Ada' });
    const clerk = await shop.hire('administrator');
    const answer = await shop.call('PUT', `/client/${shop.locationId}/${id}`, {
      authorization: clerk.authorization,
      headers: { 'x-forwarded-for': '203.0.113.9' },
      body: { name: 'Grace', phone: String(phone) },
    });
    expect(answer.status).toBe(200);
    const { data } = await trailOf(shop, `kind=client&thing_id=${id}`);
    expect(data).toMatchObject([
      {
        action: 'update',
        before: { name: 'Ada' },
        after: { name: 'Grace' },
        source: 'request',
        user_id: clerk.id,
        partner_id: shop.partner.id,
        address: '203.0.113.9',
        operation: 'update_client',
        request_id: answer.headers.get('x-request-id'),
      },
      { action: 'create', before: null, after: { name: 'Ada', phone: `+${phone}` }, user_id: shop.owner.id },
    ]);
    expect(Object.keys(data[0].after)).toEqual(['name']);
    expect((await shop.call('GET', `/company/${shop.locationId}/audit/${data[0].id}`)).data).toEqual(data[0]);
  });

  it('has nothing of a request that changed nothing, or was refused', async () => {
    const shop = await openShop();
    const { id, phone } = await shop.addClient({ name: 'Ada' });
    await changeClient(shop, id, { name: 'Ada', phone: String(phone) });
    expect((await changeClient(shop, id, { name: 'Ada', phone: 'none' })).status).toBe(422);
    expect((await trailOf(shop, 'kind=client')).data).toHaveLength(1);
  });

  it('has the parts of an appointment, its deletion, and no hash that opens it', async () => {
    const { shop, place, body, booked } = await openSalon();
    const made = await booked();
    await shop.call('PUT', `/record/${place}/${made.id}`, { body: body({ client: { id: made.client.id }, comment: 'Late' }) });
    await shop.call('DELETE', `/record/${place}/${made.id}`);
    const { data } = await trailOf(shop, `kind=appointment&thing_id=${made.id}`);
    const told = data.map((entry: { part: string; action: string }) => `${entry.part} ${entry.action}`.trim());
    expect(told.filter((each: string) => each.includes('create')).toSorted()).toEqual(['appointment_services create', 'create']);
    expect(data.find((entry: { after?: object }) => entry.after && 'comment' in entry.after)).toMatchObject({
      action: 'update',
      before: { comment: '' },
      after: { comment: 'Late' },
    });
    expect(data.find((entry: { after?: object }) => entry.after && 'deleted_at' in entry.after).operation).toBe(
      'delete_appointment',
    );
    expect(JSON.stringify(data)).not.toContain('hash');
    // Whatever the time zone of the database is.
    expect(data.find((entry: { after?: object }) => entry.after && 'deleted_at' in entry.after).after.deleted_at).toMatch(
      /\+00:00$/,
    );
  });

  it('shows changes of rights', async () => {
    const shop = await openShop();
    const clerk = await shop.hire('administrator');
    await shop.call('PUT', `/group/${shop.chainId}/users/${clerk.id}`, { body: { access: { clients_access: true } } });
    await shop.call('PUT', `/group/${shop.chainId}/users/${clerk.id}`, { body: { access: { users_access: true } } });
    await shop.call('DELETE', `/group/${shop.chainId}/users/${clerk.id}`);
    const { data } = await trailOf(shop, `kind=${encodeURIComponent('chain user')}&thing_id=${clerk.id}`);
    expect(data).toMatchObject([
      { action: 'delete', before: { is_owner: false }, after: null, user_id: shop.owner.id },
      { action: 'update', operation: 'set_chain_user' },
      { action: 'create' },
    ]);
    expect(data[1].after.rights).not.toEqual(data[1].before.rights);
    const { db } = await testDatabase();
    await db.update(locationUsers).set({ role: 'owner' }).where(eq(locationUsers.userId, clerk.id));
    expect((await trailOf(shop, 'kind=user')).data[0]).toMatchObject({
      action: 'update',
      before: { role: 'administrator' },
      after: { role: 'owner' },
      source: 'database',
      user_id: null,
    });
  });

  it('shows who changed whom calls ring for', async () => {
    const shop = await openShop();
    const clerk = await shop.hire('administrator');
    const route = { kind: 'user', value: '101', location_id: shop.locationId, user_ids: [clerk.id] };
    const path = `/chain/${shop.chainId}/voip_settings`;
    expect((await shop.call('PUT', path, { body: { routes: [route] } })).status).toBe(200);
    const { data } = await trailOf(shop, `kind=${encodeURIComponent('telephony settings')}`);
    expect(data[0]).toMatchObject({
      action: 'create',
      part: 'call_routes',
      user_id: shop.owner.id,
      after: { kind: 'user', user_ids: [clerk.id] },
    });
  });

  it('shows sessions and changed passwords of members, without their values, and nothing of strangers', async () => {
    const [shop, stranger] = [await openShop(), await openShop()];
    const clerk = await shop.hire('administrator');
    const { db } = await testDatabase();
    const other = (await db.execute(sql`select id from user_tokens where user_id = ${clerk.id}`)) as never as {
      rows: { id: number }[];
    };
    await db.execute(sql`update users set password_hash = 'argon' where id = ${clerk.id}`);
    const { data } = await trailOf(shop, `kind=${encodeURIComponent('user account')}`);
    expect(data).toMatchObject([{ action: 'update', after: { password_hash: '(hidden)' } }]);
    const sessions = await trailOf(shop, `kind=session&thing_id=${other.rows[0]?.id}`);
    expect(sessions.data).toMatchObject([{ action: 'create', after: { user_id: clerk.id, partner_id: shop.partner.id } }]);
    expect(Object.keys(sessions.data[0].after)).not.toContain('hash');
    expect((await trailOf(stranger, `kind=${encodeURIComponent('user account')}`)).data).toEqual([]);
  });

  it('never has a secret of a location', async () => {
    const shop = await openShop();
    const set = { is_enabled: true, url: 'https://register.example.com/receipts', token: 'topsecret-token' };
    expect((await shop.call('PUT', `/company/${shop.locationId}/fiscal_settings`, { body: set })).status).toBe(200);
    const { data } = await trailOf(shop, `kind=${encodeURIComponent('fiscal settings')}`);
    expect(data[0].after).toMatchObject({ url: set.url, token: '(hidden)' });
  });

  it('forgets the values of a client who is deleted, and keeps who deleted the client', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient({ name: 'Wilhelmina', comment: 'Afraid of scissors' });
    await shop.call('POST', `/clients/${shop.locationId}/clients/${id}/comments`, { body: { text: 'Likes tea' } });
    await shop.call('DELETE', `/client/${shop.locationId}/${id}`);
    const { data } = await trailOf(shop, `kind=client&thing_id=${id}`);
    expect(data.length).toBeGreaterThanOrEqual(4);
    for (const entry of data) expect(entry).toMatchObject({ before: null, after: null, is_erased: true });
    expect(data.find((entry: { part: string; action: string }) => entry.part === '' && entry.action === 'delete')).toMatchObject({
      user_id: shop.owner.id,
      operation: 'delete_client',
    });
    expect(JSON.stringify((await trailOf(shop)).data)).not.toMatch(/Wilhelmina|scissors|tea/);
  });

  it('shows the integration and the address of clients who book without an account', async () => {
    const { shop, place, bookOnline } = await openOnlineSalon();
    const booked = await bookOnline(undefined, {}, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(booked.status).toBe(201);
    const [made] = (await trailOf(shop, 'kind=appointment&action=create')).data;
    expect(made).toMatchObject({
      user_id: null,
      partner_id: shop.partner.id,
      address: '203.0.113.9',
      operation: 'create_online_booking',
    });
    expect((await call('GET', `/company/${place}/audit`)).status).toBe(401);
  });

  it('records that a user changed the password, and no value', async () => {
    const shop = await openShop();
    const password = 'a first long password';
    // The change ends the sessions of the user.
    const other = await shop.hire('owner');
    const { db } = await testDatabase();
    await db.execute(sql`update users set password_hash = ${await hashPassword(password)} where id = ${shop.owner.id}`);
    const changed = await shop.call('PUT', '/user/password', {
      body: { current_password: password, password: `${password} more` },
    });
    expect(changed.status).toBe(204);
    const { data } = await trailOf(shop, `kind=${encodeURIComponent('user account')}&action=update`, other.authorization);
    expect(data[0]).toMatchObject({
      before: { password_hash: '(hidden)' },
      after: { password_hash: '(hidden)' },
      user_id: shop.owner.id,
      operation: 'update_user_password',
    });
  });

  it('calls jobs and commands the system', async () => {
    const shop = await openShop();
    const { db } = await testDatabase();
    const { id } = await shop.addClient();
    await beginAlone(db)(async (write) => {
      await write.update(clients).set({ comment: 'By a job' }).where(eq(clients.id, id));
    });
    expect((await trailOf(shop, `kind=client&thing_id=${id}&action=update`)).data).toMatchObject([
      { source: 'system', user_id: null, partner_id: null, address: null, operation: null },
    ]);
  });

  it('is filtered by thing, action, user, integration and days', async () => {
    const shop = await openShop();
    const clerk = await shop.hire('owner');
    const first = await shop.addClient();
    await changeClient(shop, first.id, { name: 'Grace', phone: String(first.phone) });
    await shop.call('POST', `/clients/${shop.locationId}`, {
      body: { name: 'Late', phone: somePhone() },
      authorization: clerk.authorization,
    });
    const count = async (query: string) => (await trailOf(shop, query)).data.length;
    expect(await count('kind=client')).toBe(3);
    expect(await count(`kind=client&thing_id=${first.id}`)).toBe(2);
    expect(await count('kind=client&action=create')).toBe(2);
    expect(await count(`kind=client&changed_by=${clerk.id}`)).toBe(1);
    expect(await count(`kind=client&by_partner=${shop.partner.id}`)).toBe(3);
    expect(await count(`kind=client&by_partner=${shop.partner.id + 1}`)).toBe(0);
    const { db } = await testDatabase();
    await db.execute(
      sql`update audit_entries set at = '2030-05-06T15:00:00Z' where location_id = ${shop.locationId} and thing_id = ${first.id}`,
    );
    expect(await count('kind=client&start_date=2030-05-06&end_date=2030-05-06')).toBe(2);
    expect(await count('kind=client&start_date=2030-05-07')).toBe(0);
    expect(await count('kind=client&end_date=2030-05-05')).toBe(1);
    expect((await trailOf(shop, 'thing_id=5')).meta.errors).toEqual([{ kind: ['is required with thing_id'] }]);
    expect((await trailOf(shop, 'kind=nothing')).status).toBe(422);
    expect((await trailOf(shop, 'cursor=nonsense')).status).toBe(422);
  });

  it('comes in pages, newest first, that neither repeat nor leave out an entry', async () => {
    const shop = await openShop();
    await shop.call('POST', `/clients/${shop.locationId}/bulk`, {
      body: Array.from({ length: 5 }, () => ({ name: 'Ada', phone: somePhone() })),
    });
    const whole = (await trailOf(shop)).data.map(({ id }: { id: number }) => id);
    const pages: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { data, meta } = await trailOf(shop, `limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(...data.map(({ id }: { id: number }) => id));
      cursor = meta.cursor;
    }
    expect(pages).toEqual(whole);
    expect(whole).toEqual(whole.toSorted((a: number, b: number) => b - a));
  });

  it('looks at a bounded part of the history for rare entries', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient();
    const { db } = await testDatabase();
    await db.execute(sql`
      insert into audit_entries (location_id, kind, thing_id, action, source, at)
      select ${shop.locationId}, 'tag', n, 'create', 'system', now() + interval '1 minute' from generate_series(1, 2500) n`);
    const page = await trailOf(shop, 'kind=client');
    expect([page.data, typeof page.meta.cursor]).toEqual([[], 'string']);
    const rest = await trailOf(shop, `kind=client&cursor=${page.meta.cursor}`);
    expect([rest.data.map((entry: { thing_id: number }) => entry.thing_id), rest.meta.cursor]).toEqual([[id], null]);
  });

  it('is kept for the days that the operator chose', async () => {
    const shop = await openShop();
    await shop.addClient();
    const { db } = await testDatabase();
    await db.execute(sql`update audit_entries set at = now() - interval '364 days' where location_id = ${shop.locationId}`);
    const { id } = await shop.addClient();
    await db.execute(
      sql`update audit_entries set at = now() - interval '366 days' where location_id = ${shop.locationId} and thing_id = ${id} and kind = 'client'`,
    );
    const before = (await trailOf(shop)).data.length;
    await runDueJobs(await testServer(), { kind: 'sweep the audit trail' });
    expect((await trailOf(shop)).data).toHaveLength(before - 1);
  });

  it('is for those who see security and everything else, and only of their location', async () => {
    const [shop, stranger] = [await openShop(), await openShop()];
    await shop.addClient();
    const [entry] = (await trailOf(shop)).data;
    const statusFor = async (permissions: Parameters<Shop['hire']>[1], role: Parameters<Shop['hire']>[0] = 'owner') =>
      (await trailOf(shop, '', (await shop.hire(role, permissions)).authorization)).status;
    expect(await statusFor({})).toBe(200);
    expect(await statusFor({}, 'manager')).toBe(403);
    expect(await statusFor({ security_access: false })).toBe(403);
    expect(await statusFor({ security_data_changes_access: false })).toBe(403);
    expect(await statusFor({ clients_card_phone_access: false })).toBe(403);
    expect(await statusFor({ master_id: 1 })).toBe(403);
    expect((await trailOf(shop, '', stranger.owner.authorization)).status).toBe(404);
    expect((await stranger.call('GET', `/company/${stranger.locationId}/audit/${entry.id}`)).status).toBe(404);
    const alone = await call('GET', `/company/${shop.locationId}/audit`, { authorization: `Bearer ${shop.partner.token}` });
    expect(alone.status).toBe(401);
  });
});

describe('every table', () => {
  it('is recorded, or stands on the list of those that are not, with a reason', async () => {
    const { query } = await testDatabase();
    const rows = await query<{ name: string; recorded: boolean }>({
      text: `select relname as name, exists (select from pg_trigger where tgrelid = pg_class.oid and tgname = 'audit_change') as recorded
        from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname`,
      values: [],
    });
    const left = rows.filter(({ recorded }) => !recorded).map(({ name }) => name);
    expect(left).toEqual(Object.values(unrecorded).flat().toSorted());
  });

  it('keeps columns that can hold a secret out of the trail', async () => {
    const { query } = await testDatabase();
    const columns = await query<{ name: string; column: string; call: string }>({
      text: `select relname as name, attname as column, pg_get_triggerdef(pg_trigger.oid) as call
        from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_attribute on attrelid = tgrelid and attnum > 0
        where tgname = 'audit_change'`,
      values: [],
    });
    const secret = /password|token|hash|secret(?!_at$)|(^|_)key$/;
    const shown = columns.filter(({ column, call: text }) => secret.test(column) && !new RegExp(`[{,]${column}[},]`).test(text));
    // It is a part of the public address where clients tip.
    expect(shown.map(({ name, column }) => `${name}.${column}`)).toEqual(['tip_settings.hash']);
    expect(columns.length).toBeGreaterThan(300);
  });
});
