import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { locations } from './tables.ts';

test('the license of a location has no limits, and begins on the day of the location in its own time', async () => {
  const shop = await openShop();
  const { db } = await testDatabase();
  await db
    .update(locations)
    .set({ createdAt: new Date('2025-05-07T02:00:00Z'), timeZone: 'America/New_York' })
    .where(eq(locations.id, shop.locationId));
  const { status, data } = await shop.call('GET', `/license/${shop.locationId}`, {
    authorization: `Bearer ${shop.partner.token}`,
  });
  expect(status).toBe(200);
  expect(data).toMatchObject({
    salon_id: shop.locationId,
    staff_limit: 0,
    start_date: '06.05.2025',
    deactivation_date: '31.12.9999',
    active: 1,
  });
});

test('a location of others has no license to see', async () => {
  const [shop, other] = await Promise.all([openShop(), openShop()]);
  expect((await shop.call('GET', `/license/${other.locationId}`)).status).toBe(404);
});
