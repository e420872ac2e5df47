import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { PeriodUnit } from '../loyalty/tables.ts';
import type { PromotionTerms } from '../promotions/engine.ts';
import { type CounterSource, type PromotionType, promotionTypes } from '../promotions/tables.ts';

/** A promotion as it works for a card. */
export interface OpenPromotion extends PromotionTerms {
  id: number;
  title: string;
  chainId: number;
  ruleIds: readonly number[];
  expiration: number;
  expirationUnit: PeriodUnit;
  noticeDays: number;
  counterSource: CounterSource;
  historyStart: string | null;
  /** Where it works. */
  locationIds: readonly number[];
}

interface Found extends Omit<OpenPromotion, 'type'> {
  typeId: number;
}

/** The columns of an open promotion, and its parts. @param place the location whose items count; null for all */
const columns = (place: number | null) => sql`
  promotions.id, promotions.title, promotions.chain_id as "chainId", promotions.type as "typeId", promotions.unit,
  promotions.service_items as "serviceItems", promotions.product_items as "productItems", promotions.usage_limit as "usageLimit",
  promotions.visit_multiplicity as "visitMultiplicity", promotions.package_size as "packageSize", promotions.expiration,
  promotions.expiration_unit as "expirationUnit", promotions.notice_days as "noticeDays", promotions.counter_source as "counterSource",
  promotions.history_start::text as "historyStart",
  array(select rules.id from promotion_rules rules
    where rules.chain_id = promotions.chain_id and rules.promotion_id = promotions.id order by rules.id) as "ruleIds",
  (select coalesce(json_agg(json_build_object('threshold', rules.threshold::text, 'value', rules.value::text, 'serviceId', rules.service_id)
      order by rules.id), '[]') from promotion_rules rules
    where rules.chain_id = promotions.chain_id and rules.promotion_id = promotions.id) as rules,
  array(select works.location_id from promotion_locations works
    where works.chain_id = promotions.chain_id and works.promotion_id = promotions.id order by works.location_id) as "locationIds",
  (select coalesce(json_agg(json_build_object('serviceId', items.service_id, 'serviceCategoryId', items.service_category_id,
      'productId', items.product_id, 'productCategoryId', items.product_category_id) order by items.id), '[]') from promotion_items items
    where items.chain_id = promotions.chain_id and items.promotion_id = promotions.id
      and (${place}::int is null or items.location_id = ${place})) as items`;

const opened = ({ typeId, ...row }: Found): OpenPromotion => ({ ...row, type: promotionTypes[typeId - 1] as PromotionType });

/**
 * The promotions of types of cards, by the type.
 * @param location only those that work there; left out for all of the chain
 */
export async function promotionsOfCardTypes(
  db: Read,
  chainId: number,
  cardTypeIds: readonly number[],
  location?: Pick<Location, 'id'>,
): Promise<Map<number, OpenPromotion[]>> {
  if (cardTypeIds.length === 0) return new Map();
  const place = location?.id ?? null;
  const rows = await rowsOf<Found & { cardTypeId: number }>(
    db,
    sql`
    select joined.card_type_id as "cardTypeId", ${columns(place)}
    from promotion_card_types joined
    join promotions on promotions.chain_id = joined.chain_id and promotions.id = joined.promotion_id and promotions.deleted_at is null
    where joined.chain_id = ${chainId} and joined.card_type_id = any(${sql.param([...cardTypeIds])}::int[])
      and (${place}::int is null or exists (
        select from promotion_locations works
        where works.chain_id = joined.chain_id and works.promotion_id = joined.promotion_id and works.location_id = ${place}))
    order by promotions.id`,
  );
  const byType = new Map<number, OpenPromotion[]>();
  for (const { cardTypeId, ...row } of rows) byType.set(cardTypeId, [...(byType.get(cardTypeId) ?? []), opened(row)]);
  return byType;
}

/** Promotions of a chain by id, as they work in a location; deleted ones are left out. */
export async function promotionsById(
  db: Read,
  location: Pick<Location, 'id' | 'chainId'>,
  ids: readonly number[],
): Promise<Map<number, OpenPromotion>> {
  if (ids.length === 0) return new Map();
  const rows = await rowsOf<Found>(
    db,
    sql`select ${columns(location.id)} from promotions
      where promotions.chain_id = ${location.chainId} and promotions.id = any(${sql.param([...ids])}::int[])
        and promotions.deleted_at is null`,
  );
  return new Map(rows.map((row) => [row.id, opened(row)]));
}
