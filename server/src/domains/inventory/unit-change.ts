import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Conflict, Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { isZero } from '../../platform/exact.ts';
import { currencyDigits } from '../../platform/money.ts';
import { type Movement, moveStock } from './stock.ts';
import type { LineType } from './tables.ts';

/** Which quantity of the lines of a type stays when the ratio of a product's units changes: that in sale or in write-off units. */
export interface CorrectionRule {
  type: LineType;
  kept: 'sale' | 'write-off';
}

/** A type that the published rules do not name: its lines keep the unit in which they were entered. */
const stocktaking = 6;

/**
 * Converts the lines of a product whose units have changed, in one statement, and writes the differences to the ledger. A line keeps its
 * unit and its whole price. In that unit, it has another amount if the rule of its type keeps the quantity of the other unit; its price of
 * one unit follows. A line in sale units changes to write-off units if the amount that stays in these is no exact amount of sale units. The
 * product is locked already, which keeps others from adding and changing lines.
 * @param rules one for each type of line; undefined if none were given
 * @throws Conflict if the product has lines of a type without a rule; Invalid for two rules of a type, for an amount that becomes too small,
 * too large or too fine to be stored, and if too little stock would be left where the location forbids that
 */
export async function convertLines(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  productId: number,
  rules: readonly CorrectionRule[] = [],
): Promise<void> {
  const types = rules.map((rule) => rule.type);
  const repeated = types.find((type, at) => types.indexOf(type) !== at);
  if (repeated !== undefined) throw new Invalid({ correctionRules: [`has two rules for the type ${repeated}`] });
  const known = await rowsOf<{ type: number }>(
    write,
    sql`select distinct type from document_lines where location_id = ${location.id} and product_id = ${productId} and deleted_at is null`,
  );
  const missing = known.map(({ type }) => type).filter((type) => type !== stocktaking && !types.includes(type as LineType));
  if (missing.length) {
    throw new Conflict(
      `Documents have lines of this product. Say in correction_rules which quantity stays, for lines of the type ${missing.toSorted().join(', ')}.`,
      undefined,
      undefined,
      { conflict: true },
    );
  }
  if (known.length === 0) return;
  const given = JSON.stringify(rules);
  const digits = currencyDigits(location.currency);
  const found = sql`
    select id, former, ratio, amount, unit_cost, next, next_moved, next_moved - moved as difference,
      is_in_sale_units and next * ratio = next_moved as stays_in_sale_units
    from (
      select lines.id, lines.amount, lines.is_in_sale_units, lines.cost_per_unit as unit_cost, lines.unit_ratio as former, ratio, moved, next_moved,
        case when not lines.is_in_sale_units then next_moved when rule.kept = 'sale' then lines.amount else round(moved / ratio, 9) end as next
      from document_lines lines
      join products on products.location_id = lines.location_id and products.id = lines.product_id
      left join jsonb_to_recordset(${given}::jsonb) as given(type int, kept text) on given.type = lines.type
      cross join lateral (select products.unit_ratio as ratio, coalesce(given.kept, case when lines.is_in_sale_units then 'sale' end) as kept,
        lines.amount * case when lines.is_in_sale_units then lines.unit_ratio else 1 end as moved) as rule
      cross join lateral (select case when rule.kept is distinct from 'sale' then moved when lines.is_in_sale_units then lines.amount * ratio
        else round(lines.amount * ratio / lines.unit_ratio, 9) end as next_moved) as result
      where lines.location_id = ${location.id} and lines.product_id = ${productId} and lines.deleted_at is null) as lines`;
  const [impossible] = await rowsOf(
    write,
    sql`select 1 from (${found}) as found
      where next_moved = 0 or abs(next_moved) >= 1e11 or next_moved <> round(next_moved, 9) or abs(next) >= 1e11 limit 1`,
  );
  if (impossible) throw new Invalid({ unitRatio: ['makes the amount of a line too small, too large or too fine'] });
  const converted = await rowsOf<Movement & { hasOtherAmount: boolean }>(
    write,
    sql`
    with found as (${found}),
    chosen as (
      select *, stays_in_sale_units as in_sale_units, case when stays_in_sale_units then next else next_moved end as next_amount from found)
    update document_lines lines set amount = next_amount, is_in_sale_units = in_sale_units, unit_ratio = ratio, changed_at = now(),
      cost_per_unit = case when next_amount = chosen.amount then unit_cost
        else round(unit_cost * chosen.amount / next_amount, case when in_sale_units then ${digits}::int else 4 end) end
    from chosen where lines.location_id = ${location.id} and lines.id = chosen.id
    returning lines.id as "lineId", lines.product_id as "productId", lines.storage_id as "storageId",
      next_amount <> chosen.amount as "hasOtherAmount", trim_scale(difference)::text as amount`,
  );
  await moveStock(
    write,
    location,
    converted.filter(({ amount }) => !isZero(amount)),
  );
  for (const { lineId, hasOtherAmount } of converted) {
    if (hasOtherAmount) write.changed('document line', location.id, lineId, 'update');
  }
}
