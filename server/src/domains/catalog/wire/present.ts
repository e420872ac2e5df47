import { addDays, datesBetween } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { presentImageGroup } from '../../../wire/images.ts';
import type { CategoryRow } from '../category.ts';
import { type ServiceRow, shownTerms } from '../service.ts';
import type { ServiceLink } from '../service-link.ts';

export const presentCategory = (row: CategoryRow) => ({
  id: row.id,
  salon_service_id: row.linkId,
  title: row.title,
  api_id: row.apiId,
  weight: row.weight,
  staff: row.memberIds,
  is_chain: row.isChain,
});

const presentMembers = (row: ServiceRow) => row.members.map(({ id, duration }) => ({ id, seance_length: duration }));

/** The price and the duration, those of its parts if it is a composite service. */
function termsOf(row: ServiceRow) {
  const { priceMin, priceMax, duration, technicalBreak } = shownTerms(row);
  return {
    price_min: toWire(priceMin),
    price_max: toWire(priceMax),
    duration,
    technical_break_duration: technicalBreak,
  };
}

const fields = (row: ServiceRow) => ({
  id: row.id,
  salon_service_id: row.linkId,
  title: row.title,
  booking_title: row.bookingTitle || row.title,
  category_id: row.categoryId,
  ...termsOf(row),
  discount: toWire(row.discount),
  comment: row.comment,
  weight: row.weight,
  active: Number(row.isActive),
  api_id: row.apiId,
  is_online: row.isActive,
});

/**
 * The form of lists and single reads. `image_group` is present only with a picture.
 * @param address of this server, before the paths of pictures
 */
export const presentService = (row: ServiceRow, address: string) => ({
  ...fields(row),
  staff: presentMembers(row),
  ...(row.picture ? { image_group: presentImageGroup(row.picture, address) } : {}),
});

/** How many dates of a service that is offered on some are listed. */
const maxDates = 366;

/** Only these dates are written, because a range may cover a thousand years. */
function firstDates(first: string, last: string): string[] {
  const end = addDays(first, maxDates - 1);
  return datesBetween(first, end < last ? end : last);
}

/** Everything about a service, for patch_service. Fields that no operation can set have their usual value. */
export function presentWholeService(row: ServiceRow, address: string) {
  const { dateFrom, dateTo } = row;
  return {
    ...fields(row),
    print_title: row.title,
    is_multi: row.isGroup,
    capacity: row.capacity,
    tax_variant: row.taxVariant,
    vat_id: row.vatId,
    is_need_limit_date: row.isDateLimited,
    date_from: dateFrom ?? '',
    date_to: dateTo ?? '',
    dates: row.isDateLimited && dateFrom && dateTo ? firstDates(dateFrom, dateTo) : [],
    seance_search_start: row.searchFrom,
    seance_search_finish: row.searchTo,
    seance_search_step: row.searchStep,
    step: row.displayStep,
    prepaid: row.prepaid,
    price_prepaid_amount: toWire(row.prepaidAmount),
    price_prepaid_percent: row.prepaidPercent,
    is_chain: row.isChain,
    image_group: row.picture ? [presentImageGroup(row.picture, address)] : [],
    resources: row.resources,
    staff: row.members.map((member) => ({
      id: member.id,
      seance_length: member.duration,
      technological_card_id: member.billId,
    })),
    service_type: 1,
    api_service_id: 0,
    repeat_visit_days_step: null,
    schedule_template_type: 2,
    online_invoicing_status: 0,
    is_abonement_autopayment_enabled: Number(row.isAutoDebited),
    autopayment_before_visit_time: row.autoDebitLead,
    abonement_restriction_value: Number(row.needsMembership),
    is_price_managed_only_in_chain: false,
    is_comment_managed_only_in_chain: false,
  };
}

export const presentLink = (link: ServiceLink) => ({
  service_id: link.serviceId,
  master_id: link.teamMemberId,
  length: link.duration,
  technological_card_id: link.billId ?? 0,
  api_id: link.apiId,
  is_online: link.isOnline,
  is_offline_records_allowed: link.isOffline,
  price: toWire(link.priceMin),
});
