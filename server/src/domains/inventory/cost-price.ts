import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { currencyDigits } from '../../platform/money.ts';
import type { documentLines } from './tables.ts';

type ArrivalLine = Pick<typeof documentLines.$inferSelect, 'id' | 'type' | 'productId' | 'at'>;

/**
 * Sets the cost price of products to that of their latest arrival: its cost for one sale unit, rounded to the currency. A product keeps its
 * cost price if a later arrival than the changed ones has set it, or if no arrival is left. The products are locked.
 * @param lines those that were added, changed or deleted, before and after it; only arrivals count
 */
export async function followArrivals(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  lines: readonly ArrivalLine[],
): Promise<void> {
  const arrivals = lines.filter(({ type }) => type === 3);
  if (arrivals.length === 0) return;
  const digits = currencyDigits(location.currency);
  const touched = JSON.stringify(arrivals.map(({ id, productId, at }) => ({ id, productId, at })));
  const repriced = await rowsOf<{ id: number }>(
    write,
    sql`
    update products set cost_price = latest.price, changed_at = now()
    from (
      select distinct on ("productId") "productId", at, id
      from jsonb_to_recordset(${touched}::jsonb) as input(id int, "productId" int, at timestamptz)
      order by "productId", at desc, id desc) as touched
    cross join lateral (
      select line.at, line.id,
        round(line.cost * case when line.is_in_sale_units then 1 else line.unit_ratio end / line.amount, ${digits}::int) as price
      from document_lines line
      where line.location_id = ${location.id} and line.product_id = touched."productId" and line.type = 3 and line.deleted_at is null
      order by line.at desc, line.id desc limit 1) as latest
    where products.location_id = ${location.id} and products.id = touched."productId" and products.cost_price <> latest.price
      and row(latest.at, latest.id) <= row(touched.at, touched.id)
    returning products.id`,
  );
  for (const { id } of repriced) write.changed('product', location.id, id, 'update');
}
