import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { periodUnits } from '../../loyalty/period.ts';
import type { PeriodUnit } from '../../loyalty/tables.ts';
import { daysOf } from '../freeze-limit.ts';
import type { membershipTypes } from '../tables.ts';
import type { TypeLink, TypeRow } from '../type.ts';

/** @returns 0 for no period */
export const unitId = (unit: PeriodUnit, amount = 1): number => (amount === 0 ? 0 : periodUnits.indexOf(unit) + 1);

/** Source: the vendor's client, which the backend confirms: the published text swaps 1 and 2. */
export const activations = ['first visit', 'sale', 'date'] as const;
const activationTitles = { 'first visit': 'From the first visit', sale: 'From the sale', date: 'From a date' };

export const balanceEditings = ['nowhere', 'selling location', 'everywhere'] as const;

const presentCategory = (category: { id: number; title: string; isChain: boolean }) => ({
  id: category.id,
  is_category: true,
  category_id: 1,
  title: category.title,
  online_sale_title: '',
  is_chain: category.isChain,
  chain_price_min: 0,
  chain_price_max: 0,
});

/** @param visits of this service or category; 0 if it has none of its own */
export function presentLink(link: Omit<TypeLink, 'typeId' | 'visits'>, visits: number, isUnlimited: boolean) {
  const counted = { count: visits, is_unlimited: isUnlimited };
  if (link.serviceId === null) {
    return { ...counted, category: presentCategory({ ...link, id: link.serviceCategoryId as number }) };
  }
  const category = link.category as NonNullable<typeof link.category>;
  return {
    ...counted,
    service: {
      id: link.serviceId,
      is_category: false,
      category_id: category.id,
      title: link.title,
      online_sale_title: link.bookingTitle,
      is_chain: link.isChain,
      chain_price_min: toWire(link.priceMin),
      chain_price_max: toWire(link.priceMax),
      category: presentCategory(category),
    },
  };
}

/** What the answers about a type and about a membership share. @param timeZone of the chain */
export const presentTypeFields = (row: Omit<TypeRow, 'locationIds' | 'soldCount'>, timeZone: string) => ({
  id: row.id,
  salon_group_id: row.chainId,
  category_id: null,
  title: row.title,
  period: row.period,
  period_unit_id: unitId(row.periodUnit, row.period),
  allow_freeze: row.allowsFreezing,
  freeze_limit: row.freezeLimit,
  freeze_limit_unit_id: unitId(row.freezeLimitUnit),
  is_booking_when_frozen_allowed: row.allowsBookingWhenFrozen,
  is_allow_empty_code: row.isPersonal,
  is_united_balance: row.isShared,
  is_united_balance_unlimited: row.isUnlimited,
  is_code_required: !row.isPersonal,
  balance_edit_type_id: balanceEditings.indexOf(row.balanceEditing),
  cost: toWire(row.price),
  expiration_type_id: activations.indexOf(row.activation) + 1,
  expiration_type_title: activationTitles[row.activation],
  category: 'standard',
  weight: row.weight,
  is_online_sale_enabled: row.isSoldOnline,
  online_sale_title: row.onlineTitle,
  online_sale_description: row.onlineDescription,
  online_sale_price: toWire(row.onlinePrice),
  service_price_correction: row.correctsPrices,
  united_balance_services_count: row.sharedVisits,
  autoactivation_time: row.autoactivation,
  autoactivation_time_unit_id: unitId(row.autoactivationUnit),
  is_archived: row.archivedAt !== null,
  date_archived: row.archivedAt && zonedDateTime(row.archivedAt, timeZone),
  balance_container: { links: row.links.map((link) => presentLink(link, link.visits, row.isUnlimited)) },
});

/** A type in the answers of the chain. */
export const presentChainType = (row: TypeRow, timeZone: string) => ({
  ...presentTypeFields(row, timeZone),
  chain_price_min: toWire(row.price),
  chain_price_max: toWire(row.price),
  is_chain: true,
  abonements_count: row.soldCount,
  attached_location_ids: row.locationIds,
  attached_salon_ids: row.locationIds,
  online_sale_image: row.onlineImage || null,
  availability: row.times.map(({ weekDays, intervals }) => ({ week_days: weekDays, intervals })),
});

/** A type in the lists of a location. */
export const presentLocationType = (row: typeof membershipTypes.$inferSelect) => ({
  id: row.id,
  salon_group_id: row.chainId,
  title: row.title,
  period: row.period,
  period_unit_id: unitId(row.periodUnit, row.period),
  allow_freeze: row.allowsFreezing,
  freeze_limit: daysOf(row.freezeLimit, row.freezeLimitUnit),
  is_allow_empty_code: row.isPersonal,
  is_united_balance: row.isShared,
  united_balance_services_count: row.sharedVisits,
});
