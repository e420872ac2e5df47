import { compactZonedDateTime, offsetHours, zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { sum } from '../../../platform/money.ts';
import { presentImageGroup } from '../../../wire/images.ts';
import type { AppointmentRow } from '../../appointments/appointment.ts';
import { country, currencySymbol } from '../../locations/dictionaries.ts';
import type { LocationRow } from '../../locations/location.ts';
import type { ClientRules } from '../booking.ts';
import type { ReviewForm } from '../review.ts';
import type { ChoosableMember, ChoosableServices, OfferedSlot } from '../slots.ts';

export function presentSlot({ start, length, sumLength }: OfferedSlot, timeZone: string) {
  const datetime = zonedDateTime(start, timeZone);
  return { time: datetime.slice(11, 16), seance_length: length, sum_length: sumLength, datetime };
}

/** Days by month, as the published answer has them besides the dates. An empty list for none. */
export function presentDays(dates: readonly string[]): Record<string, number[]> | never[] {
  if (dates.length === 0) return [];
  const days: Record<string, number[]> = {};
  for (const date of dates) (days[String(Number(date.slice(5, 7)))] ??= []).push(Number(date.slice(8)));
  return days;
}

const prepaid = { forbidden: 'forbidden', optional: 'allowed', required: 'required' } as const;
const strictness = ['forbidden', 'optional', 'required'] as const;

/** What services ask for in advance together: the strictest rule counts. */
function prepaidTogether(rows: readonly ChoosableServices['services'][number]['row'][]) {
  const asking = rows.filter((row) => row.prepaid !== 'forbidden');
  return {
    status: prepaid[strictness.findLast((each) => rows.some((row) => row.prepaid === each)) ?? 'forbidden'],
    prepaid_full: {
      amount: toWire(sum(asking.map((row) => row.prepaidAmount))),
      percent: Math.max(0, ...asking.map((row) => row.prepaidPercent)),
    },
  };
}

/** @param address of this server, before the paths of pictures */
export function presentBookableService({ row, terms, whole }: ChoosableServices['services'][number], address: string) {
  const [picture] = row.picture?.images ?? [];
  const own = terms?.priceMin ?? undefined;
  const settings = whole
    ? prepaidTogether(whole.parts)
    : { status: prepaid[row.prepaid], prepaid_full: { amount: toWire(row.prepaidAmount), percent: row.prepaidPercent } };
  return {
    id: row.id,
    title: row.bookingTitle || row.title,
    category_id: row.categoryId,
    price_min: toWire(whole?.priceMin ?? own ?? row.priceMin),
    price_max: toWire(whole?.priceMax ?? (own === undefined ? row.priceMax : (terms?.priceMax ?? own))),
    discount: toWire(row.discount),
    comment: row.comment,
    weight: row.weight,
    active: 1,
    gender: 0,
    image: picture ? address + picture.path : '',
    prepaid: settings.status,
    seance_length: whole ? (whole.duration ?? null) : (terms?.duration ?? null),
    abonement_restriction: Number((whole?.parts ?? [row]).some(({ needsMembership }) => needsMembership)),
    prepaid_settings: settings,
    is_composite: whole !== undefined,
    is_chain: row.isChain,
    images: picture ? [address + picture.path] : [],
    composite_details: null,
  };
}

/** The services show their team members, so a category does not need them. */
export const presentBookableCategory = (row: ChoosableServices['categories'][number]) => ({
  id: row.id,
  title: row.title,
  gender: 0,
  api_id: row.apiId || 0,
  weight: row.weight,
});

/** @param address of this server, before the paths of pictures */
export function presentBookableMember({ row, nearest, lastWorkDay }: ChoosableMember, timeZone: string, address: string) {
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
    avatar: picturePath(row, 'sm', address),
    avatar_big: picturePath(row, 'norm', address),
    comments_count: row.comments,
    weight: row.weight,
    information: row.information,
    ...(nearest ? { seance_date: nearest.date } : {}),
    schedule_till: lastWorkDay ?? '',
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

/** A picture of a size, below the address of this server; empty without one. */
const picturePath = (
  of: { picture: { images: { version: string; path: string }[] } | null },
  version: string,
  address: string,
) => {
  const image = of.picture?.images.find((each) => each.version === version);
  return image ? address + image.path : '';
};

/** An integration's id as a number, if it is one. */
const numberOf = (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0);

/** Data that an appointment of a client is shown with. */
export interface Surroundings {
  location: LocationRow;
  rules: ClientRules;
  /** The address of this server, before the paths of pictures. */
  address: string;
}

const presentPlace = (location: LocationRow) => ({
  id: location.id,
  title: location.publicTitle || location.title,
  country_id: location.countryId,
  country: country(location.countryId)?.title ?? '',
  city_id: location.cityId,
  city: location.city,
  phone: location.phones[0] ?? '',
  timezone: String(offsetHours(location.timeZone)),
  address: location.address,
  coordinate_lat: location.latitude,
  coordinate_lon: location.longitude,
});

const presentServer = ({ teamMember: member }: AppointmentRow, address: string) => ({
  id: member.id,
  name: member.name,
  show_rating: Number(member.showRating),
  rating: member.rating,
  votes_count: member.votes,
  avatar: picturePath(member, 'sm', address),
  comments_count: member.comments,
});

/** A member without a position has an empty one. */
const presentPosition = ({ teamMember: { position } }: AppointmentRow) => ({
  id: position?.id ?? 0,
  title: position?.title ?? '',
});

const presentMoments = (row: AppointmentRow, timeZone: string) => ({
  date: zonedDateTime(row.startsAt, timeZone),
  create_date: zonedDateTime(row.createdAt, timeZone),
  comment: row.comment,
  deleted: row.deletedAt !== null,
  length: row.duration,
  notify_by_sms: row.smsReminder,
  notify_by_email: row.emailReminder,
  master_requested: row.isMemberChosen,
  online: row.isOnline,
});

/** An appointment of a location, as the client who booked it reads it. */
export function presentBookingDetails(row: AppointmentRow, { location, rules, address }: Surroundings) {
  return {
    id: row.id,
    services: row.services.map((service) => ({
      id: service.id,
      title: service.title,
      amount: service.amount,
      seance_length: service.duration,
      cost: toWire(service.cost),
      price_min: toWire(service.priceMin),
      price_max: toWire(service.priceMax),
      discount: toWire(service.discount),
    })),
    company: {
      ...presentPlace(location),
      phones: location.phones,
      allow_delete_record: rules.mayCancel,
      allow_change_record: rules.mayMove,
      site: location.site,
      currency_short_title: location.currency,
      allow_change_record_delay_step: rules.moveNotice,
      allow_delete_record_delay_step: rules.cancelNotice,
    },
    staff: {
      ...presentServer(row, address),
      specialization: row.teamMember.specialization,
      position: presentPosition(row),
    },
    clients_count: row.seats,
    ...presentMoments(row, location.timeZone),
    datetime: zonedDateTime(row.startsAt, location.timeZone),
    attendance: row.attendance,
    api_id: row.apiId,
    last_change_date: zonedDateTime(row.changedAt, location.timeZone),
    prepaid: row.prepayment !== null,
    prepaid_confirmed: row.prepayment === 'paid',
    activity_id: row.eventId ?? 0,
  };
}

/** A client's appointment in the personal cabinet. */
export const presentOwnAppointment = (row: AppointmentRow, around: Surroundings) => ({
  ...presentBookingDetails(row, around),
  datetime: compactZonedDateTime(row.startsAt, around.location.timeZone),
  create_date: compactZonedDateTime(row.createdAt, around.location.timeZone),
  last_change_date: compactZonedDateTime(row.changedAt, around.location.timeZone),
});

/** An appointment in the answer to moving it. */
export const presentMovedAppointment = (row: AppointmentRow, { location, address }: Surroundings) => ({
  id: row.id,
  services: row.services.map(({ id, title, cost, discount }) => ({ id, title, cost: toWire(cost), discount: toWire(discount) })),
  company: presentPlace(location),
  staff: { ...presentServer(row, address), spec: row.teamMember.specialization },
  ...presentMoments(row, location.timeZone),
  api_id: numberOf(row.apiId),
});

const currencyNames = new Intl.DisplayNames('en', { type: 'currency' });

/** There are no tips: clients cannot pay them here. */
export const presentReviewForm = ({ row, location, isSubmitted }: ReviewForm, address: string) => ({
  favicon_url: '',
  is_review_submitted: isSubmitted,
  page_title: 'Leave feedback',
  master: {
    id: row.teamMember.id,
    name: row.teamMember.name,
    company_id: location.id,
    specialization: row.teamMember.specialization,
    rating: Math.round(row.teamMember.rating),
    show_rating: Number(row.teamMember.showRating),
    avatar: picturePath(row.teamMember, 'sm', address),
    prepaid: row.teamMember.prepaid,
    position: presentPosition(row),
  },
  company: {
    id: location.id,
    title: location.publicTitle || location.title,
    logo: location.logo,
    address: location.address,
  },
  tips: [],
  record: { id: row.id, payed_cost: toWire(row.paid), date: compactZonedDateTime(row.startsAt, location.timeZone) },
  currency: {
    id: location.countryId,
    iso: location.currency,
    name: currencyNames.of(location.currency) ?? location.currency,
    symbol: currencySymbol(location.currency),
    is_symbol_after_amount: false,
  },
  agreement_links: { terms_of_use: '', confidentiality_agreement: '' },
  language: { id: 2, locale: 'en-US', iso: 'eng' },
});
