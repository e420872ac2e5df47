import { zonedDateTime } from '../../platform/clock.ts';
import { presentImageGroup } from '../../wire/images.ts';
import type { ChoosableMember, ChoosableServices, OfferedSlot } from './slots.ts';

export function presentSlot({ start, length, sumLength }: OfferedSlot, timeZone: string) {
  const datetime = zonedDateTime(start, timeZone);
  return { time: datetime.slice(11, 16), seance_length: length, sum_length: sumLength, datetime };
}

/** Dates as days by month, as the published answer has them beside the dates; an empty list for none. */
export function presentDays(dates: readonly string[]): Record<string, number[]> | never[] {
  if (dates.length === 0) return [];
  const days: Record<string, number[]> = {};
  for (const date of dates) (days[String(Number(date.slice(5, 7)))] ??= []).push(Number(date.slice(8)));
  return days;
}

const prepaid = { forbidden: 'forbidden', optional: 'allowed', required: 'required' } as const;

/** @param address of this server, before the paths of pictures */
export function presentBookableService({ row, terms }: ChoosableServices['services'][number], address: string) {
  const [picture] = row.picture?.images ?? [];
  const own = terms?.priceMin ?? undefined;
  return {
    id: row.id,
    title: row.bookingTitle || row.title,
    category_id: row.categoryId,
    price_min: own ?? row.priceMin,
    price_max: own === undefined ? row.priceMax : (terms?.priceMax ?? own),
    discount: row.discount,
    comment: row.comment,
    weight: row.weight,
    active: 1,
    gender: 0,
    image: picture ? address + picture.path : '',
    prepaid: prepaid[row.prepaid],
    seance_length: terms?.duration ?? null,
    abonement_restriction: 0,
    prepaid_settings: { status: prepaid[row.prepaid], prepaid_full: { amount: row.prepaidAmount, percent: row.prepaidPercent } },
    is_composite: false,
    is_chain: row.isChain,
    images: picture ? [address + picture.path] : [],
    composite_details: null,
  };
}

/** Who gives the services of a category is seen at the services. */
export const presentBookableCategory = (row: ChoosableServices['categories'][number]) => ({
  id: row.id,
  title: row.title,
  gender: 0,
  api_id: row.apiId || 0,
  weight: row.weight,
});

/** @param address of this server, before the paths of pictures */
export function presentBookableMember({ row, nearest }: ChoosableMember, timeZone: string, address: string) {
  const avatar = (version: string) => {
    const image = row.picture?.images.find((each) => each.version === version);
    return image ? address + image.path : '';
  };
  return {
    id: row.id,
    api_id: row.apiId || null,
    user_id: null,
    name: row.name,
    bookable: nearest !== undefined,
    specialization: row.specialization,
    position: row.position ?? [],
    position_id: row.positionId ?? 0,
    show_rating: Number(row.showRating),
    rating: row.rating,
    votes_count: row.votes,
    avatar: avatar('sm'),
    avatar_big: avatar('norm'),
    comments_count: row.comments,
    weight: row.weight,
    information: row.information,
    ...(nearest ? { seance_date: nearest.date } : {}),
    ...(row.scheduleTill ? { schedule_till: row.scheduleTill } : {}),
    seances: nearest?.slots.map((slot) => presentSlot(slot, timeZone)) ?? [],
    has_access_timetable: row.hasSchedule,
    image_group: row.picture ? presentImageGroup(row.picture, address) : [],
    fired: 0,
    status: 0,
    hidden: 0,
    user: null,
    prepaid: row.prepaid,
  };
}
