import { sql } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';

/** Services, products and categories of either, as a chain names them. */
export interface ItemIds {
  services?: readonly number[] | undefined;
  serviceCategories?: readonly number[] | undefined;
  products?: readonly number[] | undefined;
  productCategories?: readonly number[] | undefined;
}

/** One of them, in one location: exactly one of the four ids is not null. */
export interface ItemRow {
  locationId: number;
  serviceId: number | null;
  serviceCategoryId: number | null;
  productId: number | null;
  productCategoryId: number | null;
}

/**
 * Finds services, products and categories in all locations of a chain. An id that several locations share gives a row for each. Takes one
 * statement.
 * @throws Invalid for `services`, `serviceCategories`, `products` or `productCategories`, if one is unknown, deleted, or of another chain
 */
export async function findItems(db: Read, chainId: number, ids: ItemIds): Promise<ItemRow[]> {
  const wanted = {
    services: ids.services ?? [],
    serviceCategories: ids.serviceCategories ?? [],
    products: ids.products ?? [],
    productCategories: ids.productCategories ?? [],
  };
  if (Object.values(wanted).every((some) => some.length === 0)) return [];
  const among = (some: readonly number[]) => sql`any(${sql.param([...some])}::int[])`;
  const rows = await rowsOf<ItemRow>(
    db,
    sql`
    with places as (select id from locations where chain_id = ${chainId} and deleted_at is null)
    select location_id as "locationId", id as "serviceId", null::int as "serviceCategoryId", null::int as "productId", null::int as "productCategoryId"
    from services where location_id in (select id from places) and id = ${among(wanted.services)} and deleted_at is null
    union all
    select location_id, null, id, null, null
    from service_categories where location_id in (select id from places) and id = ${among(wanted.serviceCategories)} and deleted_at is null
    union all
    select location_id, null, null, id, null
    from products where location_id in (select id from places) and id = ${among(wanted.products)} and deleted_at is null
    union all
    select location_id, null, null, null, id
    from product_categories where location_id in (select id from places) and id = ${among(wanted.productCategories)} and deleted_at is null
    order by 1, 2, 3, 4, 5`,
  );
  const columns = {
    services: 'serviceId',
    serviceCategories: 'serviceCategoryId',
    products: 'productId',
    productCategories: 'productCategoryId',
  } as const;
  for (const [kind, column] of Object.entries(columns) as [keyof typeof columns, (typeof columns)[keyof typeof columns]][]) {
    const found = new Set(rows.map((row) => row[column]));
    const unknown = wanted[kind].find((id) => !found.has(id));
    if (unknown !== undefined) throw new Invalid({ [kind]: [`name ${unknown}, which this chain does not have`] });
  }
  return rows;
}
