import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { openShop, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { toldIn } from '../../../test/outbox.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { sweepOutbox } from './outbox.ts';
import { outbox, outboxDeliveries, outboxSubscribers } from './tables.ts';

const kinds = (rows: { resource: string; status: string }[]) => rows.map(({ resource, status }) => `${resource} ${status}`);

describe('the outbox', () => {
  it('has an appointment as its reading operation answers it, and its new client', async () => {
    const { shop, place, body, booked } = await openSalon();
    const before = (await toldIn(place)).length;
    const made = await booked();
    await shop.call('PUT', `/record/${place}/${made.id}`, { body: body({ client: { id: made.client.id }, comment: 'Changed' }) });
    const changed = (await shop.call('GET', `/record/${place}/${made.id}`)).data;
    await shop.call('DELETE', `/record/${place}/${made.id}`);
    const rows = (await toldIn(place)).slice(before);
    expect(kinds(rows)).toEqual(['client create', 'record create', 'record update', 'record delete']);
    expect(rows[0]?.data).toMatchObject({ id: made.client.id, name: 'Ada' });
    expect(rows[1]).toMatchObject({ resourceId: made.id, userId: shop.owner.id, data: made });
    expect(rows[2]?.data).toEqual(changed);
    expect(rows[3]?.data).toMatchObject({ id: made.id, deleted: true });
  });

  it('has nothing of a refused request', async () => {
    const { place, book, booked } = await openSalon();
    await booked();
    const before = (await toldIn(place)).length;
    expect((await book({ client: { phone: somePhone(), name: 'Late' } })).status).toBe(422);
    expect((await toldIn(place)).length).toBe(before);
  });

  it('has all fields, for any author of the change', async () => {
    const { shop, place, book } = await openSalon();
    const clerk = await shop.hire('administrator', { timetable_phones_access: false });
    const phone = somePhone();
    const answer = await book({ client: { phone, name: 'Ada' } }, clerk.authorization);
    expect(answer.data[0].client.phone).toBe('');
    expect((await toldIn(place)).at(-1)?.data).toMatchObject({ client: { phone } });
  });

  it('has changes of clients, one by one and in bulk', async () => {
    const shop = await openShop();
    const client = await shop.addClient();
    await shop.call('PUT', `/client/${shop.locationId}/${client.id}`, { body: { name: 'Grace', phone: String(client.phone) } });
    await shop.call('DELETE', `/client/${shop.locationId}/${client.id}`);
    await shop.call('POST', `/clients/${shop.locationId}/bulk`, {
      body: [
        { name: 'One', phone: somePhone() },
        { name: 'Two', phone: somePhone() },
      ],
    });
    const rows = await toldIn(shop.locationId);
    expect(kinds(rows)).toEqual(['client create', 'client update', 'client delete', 'client create', 'client create']);
    expect(rows[1]?.data).toMatchObject({ name: 'Grace' });
    expect(rows[3]?.data).toMatchObject({ name: 'One', visits: 0, custom_fields: [] });
  });

  it('has changes of the catalog, the team and the schedules', async () => {
    const shop = await openShop();
    const place = shop.locationId;
    const category = await shop.call('POST', `/service_categories/${place}`, { body: { title: 'Hair' } });
    const service = await shop.call('POST', `/services/${place}`, { body: { title: 'Cut', category_id: category.data.id } });
    await shop.call('PUT', `/services/${place}/${service.data.id}`, {
      body: { title: 'Haircut', technical_break_duration: null, active: 1 },
    });
    await shop.call('DELETE', `/services/${place}/${service.data.id}`);
    const member = await shop.addTeamMember();
    await setHours(shop, member, ['2030-05-06']);
    await shop.call('DELETE', `/staff/${place}/${member}`);
    const rows = await toldIn(place);
    expect(kinds(rows)).toEqual([
      'service_category create',
      'service create',
      'service update',
      'service delete',
      'schedule update',
      'staff delete',
    ]);
    expect(rows[2]?.data).toMatchObject({ id: service.data.id, title: 'Haircut' });
    expect(rows[4]).toMatchObject({ resourceId: member, data: [] });
  });

  it('keeps changes for a week', async () => {
    const shop = await openShop();
    await shop.addClient();
    await age(shop, 8);
    await shop.addClient();
    await sweep();
    expect(await toldIn(shop.locationId)).toHaveLength(1);
  });

  it('keeps a change that a subscriber has not received, for any time', async () => {
    const shop = await openShop();
    const { db } = await testDatabase();
    await shop.addClient();
    const [subscriber, other] = [await subscribe(shop), await subscribe(shop)];
    await shop.addClient();
    await shop.addClient();
    const [, received, missed] = await toldIn(shop.locationId);
    await receive(subscriber, received?.id);
    for (const each of [received, missed]) await receive(other, each?.id);
    await age(shop, 100);
    await sweep();
    // A subscriber does not wait for changes from before it existed.
    expect((await toldIn(shop.locationId)).map(({ id }) => id)).toEqual([missed?.id]);
    await expect(db.delete(outbox).where(eq(outbox.id, missed?.id ?? 0))).rejects.toThrow();
    await receive(subscriber, missed?.id);
    await sweep();
    expect(await toldIn(shop.locationId)).toEqual([]);
  });

  it('no longer waits for a deleted subscriber', async () => {
    const shop = await openShop();
    const { db } = await testDatabase();
    const subscriber = await subscribe(shop);
    await shop.addClient();
    await age(shop, 8);
    await db.delete(outboxSubscribers).where(eq(outboxSubscribers.id, subscriber));
    await sweep();
    expect(await toldIn(shop.locationId)).toEqual([]);
  });

  it('owes each subscriber only the changes of their location', async () => {
    const [shop, elsewhere] = [await openShop(), await openShop()];
    const { db } = await testDatabase();
    const [subscriber] = [await subscribe(shop), await subscribe(elsewhere)];
    await shop.addClient();
    await elsewhere.addClient();
    const [told] = await toldIn(shop.locationId);
    const owed = await db.select().from(outboxDeliveries).where(eq(outboxDeliveries.subscriberId, subscriber));
    expect(owed).toMatchObject([{ locationId: shop.locationId, outboxId: told?.id, state: 'waiting' }]);
  });
});

async function subscribe({ locationId }: Shop): Promise<number> {
  const { db } = await testDatabase();
  const [row] = await db.insert(outboxSubscribers).values({ locationId }).returning({ id: outboxSubscribers.id });
  return (row as { id: number }).id;
}

async function receive(subscriberId: number, outboxId = 0): Promise<void> {
  const { db } = await testDatabase();
  const isIt = and(eq(outboxDeliveries.subscriberId, subscriberId), eq(outboxDeliveries.outboxId, outboxId));
  await db.delete(outboxDeliveries).where(isIt);
}

/** Makes the published changes of a location this many days old. */
async function age({ locationId }: Shop, days: number): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(outbox)
    .set({ createdAt: new Date(Date.now() - days * 86_400_000) })
    .where(eq(outbox.locationId, locationId));
}

const sweep = async () => sweepOutbox(beginAlone((await testDatabase()).db));
