import { and, eq, lte, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { onPostgres, openShop, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';
import type { Write } from '../../api/write.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { createClient } from '../clients/client.ts';
import { getPlace } from '../locations/location.ts';
import { sweepOutbox } from './outbox.ts';
import { outbox } from './tables.ts';

const feedOf = async (shop: Shop, query = '', authorization = shop.owner.authorization) =>
  shop.call('GET', `/company/${shop.locationId}/changes?${query}`, { authorization });

/** The cursor of a feed at its end. */
const endOf = async (shop: Shop): Promise<string> => (await feedOf(shop, 'from=now')).meta.cursor;

const told = (data: { resource: string; status: string; resource_id: number }[]) =>
  data.map(({ resource, status, resource_id }) => `${resource} ${status} ${resource_id}`);

const rename = (shop: Shop, client: { id: number; phone: number }, name: string) =>
  shop.call('PUT', `/client/${shop.locationId}/${client.id}`, { body: { name, phone: String(client.phone) } });

describe('the feed of changes', () => {
  it('has each change once, with the data that the reading operation answers, and a cursor to continue with', async () => {
    const { shop, place, booked } = await openSalon();
    const cursor = await endOf(shop);
    const made = await booked();
    const page = await feedOf(shop, `cursor=${cursor}`);
    expect(told(page.data)).toEqual([`client create ${made.client.id}`, `record create ${made.id}`]);
    expect(page.data[1]).toMatchObject({ company_id: place, user_id: shop.owner.id });
    expect(page.data[1].data).toEqual((await shop.call('GET', `/record/${place}/${made.id}`)).data);
    expect(page.meta.has_more).toBe(false);
    const next = await feedOf(shop, `cursor=${page.meta.cursor}`);
    expect([next.data, next.meta]).toEqual([[], page.meta]);
    await rename(shop, made.client, 'Grace');
    expect(told((await feedOf(shop, `cursor=${next.meta.cursor}`)).data)).toEqual([`client update ${made.client.id}`]);
  });

  it('begins with the oldest change that is kept, or after all that has happened', async () => {
    const shop = await openShop();
    const client = await shop.addClient();
    expect((await feedOf(shop, 'from=now')).data).toEqual([]);
    for (const query of ['', 'from=oldest'])
      expect(told((await feedOf(shop, query)).data)).toEqual([`client create ${client.id}`]);
  });

  it('comes in pages that neither repeat nor leave out a change', async () => {
    const shop = await openShop();
    const clients = [];
    for (let index = 0; index < 5; index++) clients.push((await shop.addClient()).id);
    const [seen, more]: [string[], boolean[]] = [[], []];
    let query = 'limit=2';
    for (let pages = 0; pages < 3; pages++) {
      const { data, meta } = await feedOf(shop, query);
      seen.push(...told(data));
      more.push(meta.has_more);
      query = `limit=2&cursor=${meta.cursor}`;
    }
    expect(seen).toEqual(clients.map((id) => `client create ${id}`));
    expect(more).toEqual([true, true, false]);
  });

  it('has only the resources asked for, and its cursor passes the others', async () => {
    const { shop, booked } = await openSalon();
    const made = await booked();
    const page = await feedOf(shop, 'resources[]=record&resources[]=good');
    expect(told(page.data)).toEqual([`record create ${made.id}`]);
    expect((await feedOf(shop, `cursor=${page.meta.cursor}`)).data).toEqual([]);
    expect((await feedOf(shop, 'resources[]=visit')).status).toBe(422);
  });

  it('looks at a bounded part of the history, so a page without any of the resources can say that there is more', async () => {
    const shop = await openShop();
    const { db } = await testDatabase();
    const { id } = await shop.addClient();
    await db.execute(sql`
      insert into outbox (location_id, resource, resource_id, status, data)
      select ${shop.locationId}, 'client', n, 'update', '{}' from generate_series(1, 1500) n`);
    await shop.call('POST', `/service_categories/${shop.locationId}`, { body: { title: 'Hair' } });
    const page = await feedOf(shop, 'resources[]=service_category');
    expect([page.data, page.meta.has_more]).toEqual([[], true]);
    const rest = await feedOf(shop, `resources[]=service_category&cursor=${page.meta.cursor}`);
    expect([rest.data.length, rest.meta.has_more]).toEqual([1, false]);
    expect(told((await feedOf(shop, 'limit=1')).data)).toEqual([`client create ${id}`]);
  });

  it('has nothing of other locations and accepts only its own cursors', async () => {
    const [shop, stranger] = [await openShop(), await openShop()];
    await stranger.addClient();
    expect((await feedOf(shop)).data).toEqual([]);
    const foreign = await endOf(stranger);
    for (const cursor of [foreign, 'nonsense', 'MTox', Buffer.from(`${shop.locationId}:-1`).toString('base64url')]) {
      const answer = await feedOf(shop, `cursor=${cursor}`);
      expect([answer.status, answer.meta.errors]).toEqual([422, [{ cursor: ['is not a cursor of this location'] }]]);
    }
    expect((await feedOf(shop, '', stranger.owner.authorization)).status).toBe(404);
  });

  it('keeps its cursors over a deletion of older changes, and refuses those whose changes are gone', async () => {
    const shop = await openShop();
    const first = await shop.addClient();
    const [before, oldest] = [await feedOf(shop, 'limit=1'), (await feedOf(shop)).data];
    await rename(shop, first, 'Grace');
    const after = await endOf(shop);
    await shop.addClient();
    const unread = await endOf(shop);
    expect(oldest).toHaveLength(1);
    await age(shop, after);
    await sweep();
    expect((await feedOf(shop, `cursor=${after}`)).data).toHaveLength(1);
    expect((await feedOf(shop, `cursor=${unread}`)).data).toEqual([]);
    expect((await feedOf(shop)).data).toHaveLength(1);
    const expired = await feedOf(shop, `cursor=${before.meta.cursor}`);
    expect([expired.status, expired.meta.message]).toEqual([410, expect.stringContaining('from=now')]);
  });

  it('refuses a cursor if changes were deleted that nobody had read', async () => {
    const shop = await openShop();
    await shop.addClient();
    const cursor = await endOf(shop);
    await shop.addClient();
    await age(shop);
    await sweep();
    expect((await feedOf(shop, `cursor=${cursor}`)).status).toBe(410);
    const begun = await feedOf(shop);
    expect([begun.status, begun.data, begun.meta.has_more]).toEqual([200, [], false]);
    await shop.addClient();
    expect((await feedOf(shop, `cursor=${begun.meta.cursor}`)).data).toHaveLength(1);
  });

  it('refuses a cursor that is ahead of all changes, as after a restored backup', async () => {
    const shop = await openShop();
    const ahead = Buffer.from(`${shop.locationId}:1000`).toString('base64url');
    expect((await feedOf(shop, `cursor=${ahead}`)).status).toBe(410);
  });

  it('is for those who may manage webhooks and see all of the data', async () => {
    const { shop, booked } = await openSalon();
    await booked();
    const statusFor = async (permissions: Parameters<Shop['hire']>[1], query = '') => {
      const answer = await feedOf(shop, query, (await shop.hire('owner', permissions)).authorization);
      return [answer.status, answer.meta.message];
    };
    expect((await statusFor({ webhook_read_access: false }))[0]).toBe(403);
    expect(await statusFor({ timetable_phones_access: false })).toEqual([403, expect.stringContaining(': record.')]);
    expect(await statusFor({ clients_card_phone_access: false })).toEqual([
      403,
      expect.stringContaining(': client, loyalty_card.'),
    ]);
    expect((await statusFor({ clients_card_phone_access: false }, 'resources[]=record'))[0]).toBe(200);
    expect((await statusFor({ clients_card_phone_access: false }, 'from=now'))[0]).toBe(403);
    expect((await statusFor({ master_id: 5 }, 'resources[]=record'))[0]).toBe(403);
    expect((await statusFor({ last_days_count: 5 }, 'resources[]=record'))[0]).toBe(403);
    expect((await statusFor({ finances_accounts_limited_access: true }, 'resources[]=finances_operation'))[0]).toBe(403);
    expect((await statusFor({ master_id: 5 }, 'resources[]=client'))[0]).toBe(200);
  });
});

/* On the embedded database, transactions run one after the other. */
// The embedded database runs one transaction after the other.
describe.runIf(onPostgres())('on PostgreSQL, a change that commits late', () => {
  it('comes after those that committed before, though its id is smaller', async () => {
    const shop = await openShop();
    const cursor = await endOf(shop);
    const late = await openChange(shop);
    const { id } = await shop.addClient();
    const page = await feedOf(shop, `cursor=${cursor}`);
    expect(told(page.data)).toEqual([`client create ${id}`]);
    const lateId = await late.commit();
    const next = await feedOf(shop, `cursor=${page.meta.cursor}`);
    expect(told(next.data)).toEqual([`client create ${lateId}`]);
    expect(next.data[0].id).toBeLessThan(page.data[0].id);
    expect(told((await feedOf(shop)).data)).toEqual([`client create ${id}`, `client create ${lateId}`]);
  });

  it('is given one position when several readers come at the same moment', async () => {
    const shop = await openShop();
    for (let index = 0; index < 10; index++) await shop.addClient();
    const pages = await Promise.all(Array.from({ length: 8 }, () => feedOf(shop)));
    for (const page of pages) expect(told(page.data)).toEqual(told(pages[0]?.data));
    expect(pages[0]?.data).toHaveLength(10);
    const { db } = await testDatabase();
    const rows = await db.select().from(outbox).where(eq(outbox.locationId, shop.locationId)).orderBy(outbox.id);
    expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
  });

  it('does not hold up the others, however long it takes', async () => {
    const shop = await openShop();
    const late = await openChange(shop);
    await shop.addClient();
    expect((await feedOf(shop)).data).toHaveLength(1);
    await late.commit();
    expect((await feedOf(shop)).data).toHaveLength(2);
  });
});

/** Adds a client in a transaction that has written its change to the outbox and waits. @returns a function that commits it */
async function openChange(shop: Shop): Promise<{ commit(): Promise<number> }> {
  const { db } = await testDatabase();
  const place = await getPlace(db, shop.locationId);
  let commit = () => {};
  const committed = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  const id = await new Promise<number>((written, fail) => {
    done = db.transaction(async (tx) => {
      const client = await beginAlone(tx as unknown as Write)((write) =>
        createClient(write, place, { name: 'Late', phone: somePhone() }),
      );
      written(client.id);
      await committed;
    });
    done.catch(fail);
  });
  return {
    commit: async () => {
      commit();
      await done;
      return id;
    },
  };
}

/** Makes changes of a location older than they are kept: all of them, or those up to a cursor. */
async function age({ locationId }: Shop, cursor?: string): Promise<void> {
  const { db } = await testDatabase();
  const last = cursor && Number(Buffer.from(cursor, 'base64url').toString().split(':')[1]);
  await db
    .update(outbox)
    .set({ createdAt: new Date(Date.now() - 8 * 86_400_000) })
    .where(and(eq(outbox.locationId, locationId), last ? lte(outbox.position, last) : undefined));
}

const sweep = async () => sweepOutbox(beginAlone((await testDatabase()).db));
