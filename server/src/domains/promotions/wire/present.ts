import type { Static } from 'typebox';
import { offsetHours } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { country } from '../../locations/dictionaries.ts';
import type { LocationRow } from '../../locations/location.ts';
import type { ItemChoice, loyaltyTemplates } from '../../loyalty/tables.ts';
import { type ChosenItem, type PromotionRow, typeId } from '../promotion.ts';
import type { CounterSource, PromotionType, promotionRules } from '../tables.ts';
import type { LoyaltyProgram } from './schemas.ts';

const choiceNames: Record<ItemChoice, string> = { any: 'any_allowed', none: 'not_allowed', custom: 'custom_allowed' };
const sourceNames: Record<CounterSource, string> = { card: 'loyalty_card', locations: 'active_companies', chain: 'chain' };

const byName = <Key extends string>(names: Record<Key, string>) =>
  new Map(Object.entries(names).map(([key, name]) => [name as string, key as Key]));
const choices = byName(choiceNames);
const sources = byName(sourceNames);

export const toItemChoice = (name: string): ItemChoice => choices.get(name) as ItemChoice;
export const toCounterSource = (name: string | undefined): CounterSource | undefined =>
  name === undefined ? undefined : sources.get(name);

/** The names of the types. Source: an example of a package; the others are ours. */
export const typeTitles: Readonly<Record<PromotionType, string>> = {
  discount_static: 'Fixed discount',
  discount_accumulative_visits: 'Discount by the number of visits',
  discount_accumulative_sold: 'Discount by the sum of sales',
  discount_accumulative_paid: 'Discount by the sum of payments',
  cashback_static_sold: 'Fixed cashback from sales',
  cashback_static_paid: 'Fixed cashback from payments',
  cashback_accumulative_paid: 'Cashback from payments by their sum',
  cashback_accumulative_sold: 'Cashback from sales by their sum',
  cashback_accumulative_paid_visits: 'Cashback from payments by the number of visits',
  cashback_accumulative_sold_visits: 'Cashback from sales by the number of visits',
  cashback_sold_visits: 'Cashback from sales by the sum of the visit',
  cashback_paid_visits: 'Cashback from payments by the sum of the visit',
  package_discount: 'Discount for a given number of accumulated services',
};

/**
 * The published code of what a promotion is for. Source: an example with 4 for some services and any products; those with some products are
 * not published.
 */
export function itemTypeId({ serviceItems, productItems }: Pick<PromotionRow, 'serviceItems' | 'productItems'>): number {
  if (productItems === 'custom') return { any: 5, none: 6, custom: 7 }[serviceItems];
  if (serviceItems === 'custom') return productItems === 'any' ? 4 : 3;
  if (serviceItems === 'none') return 2;
  return productItems === 'any' ? 0 : 1;
}

export const valueUnitId = ({ unit }: Pick<PromotionRow, 'unit'>): number => (unit === 'percent' ? 1 : 2);

const presentPromotion = (row: PromotionRow) => ({
  id: row.id,
  title: row.title,
  type: row.type,
  service_item_type: choiceNames[row.serviceItems],
  good_item_type: choiceNames[row.productItems],
  value_unit: row.unit,
  usage_limit: row.usageLimit,
  visit_multiplicity: row.visitMultiplicity,
  sold_items_multiplicity: row.packageSize,
  expiration_timeout: row.expiration,
  expiration_timeout_unit: row.expirationUnit,
  expiration_notification_timeout: row.noticeDays,
  params_source_type: sourceNames[row.counterSource],
  ...(row.historyStart ? { history_start_date: row.historyStart } : {}),
  on_changed_notification_template_id: row.changedTemplateId ?? 0,
  on_expiration_notification_template_id: row.expirationTemplateId ?? 0,
});

/** @param firstUse the day on which it was first used in the location, if the caller asks for it */
export const presentLocationPromotion = (row: PromotionRow, firstUse?: string) => ({
  ...presentPromotion(row),
  loyalty_type_id: typeId(row.type),
  item_type_id: itemTypeId(row),
  value_unit_id: valueUnitId(row),
  group_id: row.chainId,
  current_package_progress: 0,
  allowed_usages_amount: 0,
  ...(firstUse ? { first_transaction_date: firstUse } : {}),
});

const presentTemplate = ({ id, variant, body, kind }: typeof loyaltyTemplates.$inferSelect) => ({
  id,
  type: variant,
  body,
  message_type: kind,
});

const presentRule = (row: PromotionRow, rule: typeof promotionRules.$inferSelect) => ({
  id: rule.id,
  parameter: toWire(rule.threshold),
  value: toWire(rule.value),
  loyalty_program_id: row.id,
  loyalty_type_id: typeId(row.type),
  ...(rule.serviceId === null ? {} : { service_id: rule.serviceId }),
});

const presentCompany = (row: LocationRow) => ({
  id: row.id,
  title: row.title,
  country: country(row.countryId)?.title ?? '',
  country_id: row.countryId,
  city: row.city,
  city_id: row.cityId,
  phone: row.phones[0] ?? '',
  timezone: String(offsetHours(row.timeZone)),
  address: row.address,
  coordinate_lat: row.latitude,
  coordinate_lng: row.longitude,
});

/** What an answer shows of a promotion besides its own fields: only the parts that are asked for are there. */
export interface PromotionParts {
  items?: readonly ChosenItem[];
  rules?: readonly (typeof promotionRules.$inferSelect)[];
  locations?: readonly LocationRow[];
  cardTypes?: readonly { id: number; title: string }[];
  changedTemplate?: typeof loyaltyTemplates.$inferSelect | undefined;
  expirationTemplate?: typeof loyaltyTemplates.$inferSelect | undefined;
}

export const presentPromotionWith = (row: PromotionRow, parts: PromotionParts): Static<typeof LoyaltyProgram> => ({
  ...presentPromotion(row),
  ...(parts.items
    ? {
        applicable_items: parts.items.map(({ id, title, isService, isCategory }) => ({
          id,
          title,
          is_service: isService,
          is_category: isCategory,
        })),
      }
    : {}),
  ...(parts.rules ? { rules: parts.rules.map((rule) => presentRule(row, rule)) } : {}),
  ...(parts.locations ? { companies: parts.locations.map(presentCompany) } : {}),
  ...(parts.cardTypes ? { loyalty_card_types: [...parts.cardTypes] } : {}),
  ...(parts.changedTemplate ? { on_changed_notification_template: presentTemplate(parts.changedTemplate) } : {}),
  ...(parts.expirationTemplate ? { on_expiration_notification_template: presentTemplate(parts.expirationTemplate) } : {}),
});
