import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Location } from '../src/api/access.ts';
import type { Write } from '../src/api/write.ts';
import { getPlace } from '../src/domains/locations/location.ts';
import { rowsOf } from '../src/platform/database.ts';
import { beginStrictly } from '../src/surfaces/changes.ts';
import { contradictions } from './consistency.ts';
import { openShop, testDatabase } from './harness.ts';

/** A business with products in its two storages: shampoo has 10 write-off units in a sale unit, soap has one. */
export async function openStore({ city, allowsNegativeStock = true }: { city?: string; allowsNegativeStock?: boolean } = {}) {
  const shop = await openShop(city === undefined ? {} : { city });
  const { db } = await testDatabase();
  const { locationId } = shop;
  await db.execute(sql`update locations set allows_negative_stock = ${allowsNegativeStock} where id = ${locationId}`);
  const location: Location = await getPlace(db, locationId);
  const storages = await rowsOf<{ id: number }>(
    db,
    sql`select id from storages where location_id = ${locationId} order by weight`,
  );
  const [forServices, forSale] = storages.map(({ id }) => id) as [number, number];
  const [shampoo, soap] = [
    await shop.addProduct({ title: 'Shampoo', unitRatio: 10, price: 20, costPrice: 8 }),
    await shop.addProduct({ title: 'Soap', price: 5, costPrice: 2 }),
  ];
  return {
    ...shop,
    db,
    location,
    forServices,
    forSale,
    shampoo,
    soap,
    /** Runs a rule in a transaction that refuses locks out of order. */
    write: <Result>(work: (write: Write) => Promise<Result>) =>
      beginStrictly(db, { userId: shop.owner.id, address: 'http://localhost' })(work),
    /** How much is there, in write-off units. The ledger must agree with it, and so must the lines of documents. */
    level: async (productId: number, storageId: number): Promise<number> => {
      expect(await contradictions(locationId)).toEqual([]);
      const [row] = await rowsOf<{ amount: string }>(
        db,
        sql`select amount::text from stock_levels
          where location_id = ${locationId} and product_id = ${productId} and storage_id = ${storageId}`,
      );
      return Number(row?.amount ?? 0);
    },
    costPrice: async (productId: number): Promise<number> => {
      const [row] = await rowsOf<{ price: string }>(
        db,
        sql`select cost_price::text as price from products where location_id = ${locationId} and id = ${productId}`,
      );
      return Number(row?.price);
    },
  };
}
