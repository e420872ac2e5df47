import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Quantity } from '../../platform/quantity.ts';
import { stockLevels } from './tables.ts';

/** What a document line does to the stock of a storage. */
export interface Movement {
  lineId: number;
  productId: number;
  storageId: number;
  /** Write-off units, not 0; negative if products leave the storage. */
  amount: Quantity;
}

interface Shortage {
  title: string;
  storage: string;
  /** In sale units. */
  left: string;
  unit: string;
}

/**
 * Adds movements to the ledger of stock and moves the levels with them. The levels stay locked until the commit. The demand for a product is added up before it is compared with the level.
 * Products that issue gift cards or memberships are in no storage: they have no movements and no levels.
 * @throws Invalid for `amount`, if more would leave a storage than is there and the location forbids that. Movements that only take others
 * back are never refused: pass `mayRunShort`.
 */
export async function moveStock(
  write: Write,
  location: Pick<Location, 'id'>,
  movements: readonly Movement[],
  { mayRunShort = false }: { mayRunShort?: boolean } = {},
): Promise<void> {
  if (movements.length === 0) return;
  const input = JSON.stringify(movements);
  await lockLevels(write, location, movements);
  if (!mayRunShort) await refuseShortage(write, location.id, input);
  await write.execute(sql`
    with moved as (
      insert into stock_movements (location_id, line_id, product_id, storage_id, amount)
      select ${location.id}::int, "lineId", "productId", "storageId", amount from ${recordset(input)} where ${isStored(location.id)}
      returning product_id, storage_id, amount),
    summed as (select product_id, storage_id, sum(amount) as amount from moved group by product_id, storage_id)
    update stock_levels set amount = stock_levels.amount + summed.amount from summed
    where stock_levels.location_id = ${location.id} and stock_levels.product_id = summed.product_id
      and stock_levels.storage_id = summed.storage_id`);
}

/**
 * Locks the levels of products in storages until the transaction ends, all at once. A product that was never there gets a level of 0.
 * @returns the levels; none for gift cards and memberships
 */
export async function lockLevels(
  write: Write,
  location: Pick<Location, 'id'>,
  places: readonly Pick<Movement, 'productId' | 'storageId'>[],
) {
  const input = JSON.stringify(places.map(({ productId, storageId }) => ({ productId, storageId })));
  await write.execute(sql`
    insert into stock_levels (location_id, product_id, storage_id)
    select distinct ${location.id}::int, "productId", "storageId" from ${recordset(input)} where ${isStored(location.id)}
    order by "productId", "storageId"
    on conflict do nothing`);
  return write.lock(
    'stock level',
    write
      .select()
      .from(stockLevels)
      .where(
        sql`${stockLevels.locationId} = ${location.id}
          and (${stockLevels.productId}, ${stockLevels.storageId}) in (select "productId", "storageId" from ${recordset(input)})`,
      )
      .orderBy(stockLevels.id),
  );
}

const recordset = (input: string) =>
  sql`jsonb_to_recordset(${input}::jsonb) as input("lineId" int, "productId" int, "storageId" int, amount numeric)`;

/** Whether storages have the product of a row of the input. */
const isStored = (locationId: number) => sql`exists (
  select from products where products.location_id = ${locationId} and products.id = "productId"
    and products.gift_card_type_id = 0 and products.membership_type_id = 0)`;

/** @throws Invalid if a level would fall below zero where the location forbids it */
async function refuseShortage(write: Write, locationId: number, input: string): Promise<void> {
  const shortages = await rowsOf<Shortage>(
    write,
    sql`
    select products.title, storages.title as storage, trim_scale(round(levels.amount / products.unit_ratio, 9))::text as left,
      product_units.short_title as unit
    from (select "productId", "storageId", sum(amount) as amount from ${recordset(input)} group by 1, 2) as demanded
    join locations on locations.id = ${locationId} and not locations.allows_negative_stock
    join stock_levels levels on levels.location_id = locations.id and levels.product_id = "productId" and levels.storage_id = "storageId"
    join products on products.location_id = locations.id and products.id = "productId"
    join storages on storages.location_id = locations.id and storages.id = "storageId"
    join product_units on product_units.id = products.sale_unit_id
    where demanded.amount < 0 and levels.amount + demanded.amount < 0
    order by products.id`,
  );
  if (shortages.length === 0) return;
  throw new Invalid({
    amount: shortages.map(({ title, storage, left, unit }) => `is more than ${storage} has of ${title}: ${left} ${unit}`),
  });
}

/**
 * Takes back what lines have done to the stock, such as when they are changed or deleted. A line that is posted and taken back has movements
 * that add up to 0.
 * @param next what the same lines do afterwards; its levels are locked together with the others
 */
export async function takeBackStock(
  write: Write,
  location: Pick<Location, 'id'>,
  lineIds: readonly number[],
  next: readonly Movement[] = [],
): Promise<void> {
  if (lineIds.length === 0) return;
  const movements = await rowsOf<Movement>(
    write,
    sql`
    select line_id as "lineId", product_id as "productId", storage_id as "storageId", (-sum(amount))::text as amount
    from stock_movements
    where location_id = ${location.id} and line_id = any(${sql.param([...lineIds])}::int[])
    group by line_id, product_id, storage_id having sum(amount) <> 0
    order by product_id, storage_id, line_id`,
  );
  if (next.length) await lockLevels(write, location, [...movements, ...next]);
  await moveStock(write, location, movements, { mayRunShort: true });
}
