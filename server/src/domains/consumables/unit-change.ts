import { sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import type { Quantity } from '../../platform/quantity.ts';

/**
 * What appointments have used up of a product follows its lines after a change of its units, if these kept their quantity in sale units. What
 * is still to be used up is planned in write-off units and stays. The product is locked already.
 * @param formerRatio the ratio of its units before the change
 */
export async function convertConsumables(
  write: Write,
  locationId: number,
  productId: number,
  formerRatio: Quantity,
): Promise<void> {
  await write.execute(sql`
    update appointment_consumables used set amount = greatest(round(used.amount * products.unit_ratio / ${formerRatio}::numeric, 9), 1e-9)
    from products
    where products.location_id = ${locationId} and products.id = ${productId}
      and used.location_id = products.location_id and used.product_id = products.id and used.line_id is not null`);
}
