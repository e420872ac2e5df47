import type { Location } from '../../../api/access.ts';
import { compactZonedDateTime, localDateTime, startOfDay, zonedDateTime } from '../../../platform/clock.ts';
import type { StrategyRow } from '../../events/duplication.ts';
import { differences, type EventRow, type EventService, isModified } from '../../events/event.ts';
import type { ReviewRow } from '../../reviews/review.ts';
import { reviewTokenOf } from '../../reviews/review-token.ts';
import type { ClientSeriesRow, OccurrenceRow, SeriesDayRow, SeriesRow } from '../../series/series.ts';
import type { TeamMemberCard } from '../../team/team-member.ts';
import type { AppointmentRow, AppointmentService, Label } from '../appointment.ts';
import type { Attendance } from '../tables.ts';

/** What the reader may see of an appointment. */
export interface Visibility {
  /** Who is served. */
  client: boolean;
  phone: boolean;
  email: boolean;
  surname: boolean;
  clientComment: boolean;
  clientFields: boolean;
  customFields: boolean;
}

/** As webhooks are told: everything. */
export const everything: Visibility = {
  client: true,
  phone: true,
  email: true,
  surname: true,
  clientComment: true,
  clientFields: true,
  customFields: true,
};

/** What a presenter needs beside the row. */
export interface View {
  location: Pick<Location, 'id' | 'timeZone'>;
  sees: Visibility;
  /** Of this server, before the paths of pictures. */
  address: string;
}

/** Black or white, whichever is read better on a colour; by the luminance of sRGB. @param hex rrggbb */
function fontColor(hex: string): string {
  const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
  return red * 0.299 + green * 0.587 + blue * 0.114 > 160 ? '#000000' : '#ffffff';
}

const presentLabel = ({ id, title, color, icon }: Label) => ({
  id,
  title,
  color,
  icon,
  font_color: fontColor(color.slice(1)),
});

export function avatar(member: Pick<TeamMemberCard, 'picture'>, version: 'sm' | 'norm', address: string): string {
  const image = member.picture?.images.find((each) => each.version === version);
  return image ? address + image.path : '';
}

const presentPosition = (member: TeamMemberCard) => ({
  id: member.position?.id ?? 0,
  title: member.position?.title ?? '',
  services_binding_type: member.position?.servicesBinding ?? 0,
});

const presentStaff = (member: TeamMemberCard, address: string) => ({
  id: member.id,
  api_id: member.apiId || null,
  name: member.name,
  specialization: member.specialization,
  position: presentPosition(member),
  avatar: avatar(member, 'sm', address),
  avatar_big: avatar(member, 'norm', address),
  rating: member.rating,
  votes_count: member.votes,
});

/** As timetable operations show who serves. */
const presentMaster = (member: TeamMemberCard, address: string) => ({
  id: member.id,
  name: member.name,
  company_id: member.locationId,
  specialization: member.specialization,
  avatar: avatar(member, 'sm', address),
  avatar_big: avatar(member, 'norm', address),
  position: member.position ? { id: member.position.id, title: member.position.title } : null,
  is_paid_staff: member.isPaid,
});

const presentService = (service: AppointmentService) => ({
  id: service.id,
  title: service.title,
  cost: service.cost,
  cost_to_pay: service.cost,
  manual_cost: service.cost,
  cost_per_unit: service.costPerUnit,
  discount: service.discount,
  first_cost: service.firstCost,
  amount: service.amount,
  assistants: null,
  staff_service_link: { length: service.duration },
  company_service_link: { price_min: service.priceMin, price_max: service.priceMax },
});

function presentClient(row: AppointmentRow, sees: Visibility) {
  const { client } = row;
  if (!sees.client) return null;
  if (!client) return row.guestName || row.guestEmail ? presentGuest(row, sees) : null;
  const surname = sees.surname ? client.surname : '';
  const middleName = sees.surname ? client.middleName : '';
  return {
    id: client.id,
    name: client.name,
    surname,
    middle_name: middleName,
    patronymic: middleName,
    display_name: [client.name, surname].filter(Boolean).join(' '),
    comment: sees.clientComment ? client.comment : '',
    phone: sees.phone ? (client.phone ?? '') : '',
    card: client.card,
    email: sees.email ? client.email : '',
    success_visits_count: client.visits,
    fail_visits_count: client.missedVisits,
    discount: client.discount,
    is_new: client.visits === 0,
    custom_fields: sees.clientFields ? Object.entries(client.customFields).map(([code, value]) => ({ code, value })) : [],
    gender: client.gender,
    sex: client.gender,
    birthday: client.birthDate ?? '',
    client_tags: row.clientTags.map(presentLabel),
    phone_country_id: 0,
  };
}

/** Somebody of whom only a name is known. */
const presentGuest = (row: AppointmentRow, sees: Visibility) => ({
  id: 0,
  name: row.guestName,
  surname: '',
  middle_name: '',
  patronymic: '',
  display_name: row.guestName,
  comment: '',
  phone: '',
  card: '',
  email: sees.email ? row.guestEmail : '',
  success_visits_count: 0,
  fail_visits_count: 0,
  discount: 0,
  is_new: true,
  custom_fields: [],
  gender: 0,
  sex: 0,
  birthday: '',
  client_tags: [],
  phone_country_id: 0,
});

/** As every V1 operation answers an appointment. */
export function presentAppointment(row: AppointmentRow, { location, sees, address }: View) {
  const start = zonedDateTime(row.startsAt, location.timeZone);
  return {
    id: row.id,
    company_id: location.id,
    staff_id: row.teamMemberId,
    services: row.services.map(presentService),
    goods_transactions: [],
    staff: presentStaff(row.teamMember, address),
    client: presentClient(row, sees),
    clients_count: row.seats,
    date: start,
    datetime: start,
    create_date: compactZonedDateTime(row.createdAt, location.timeZone),
    comment: row.comment,
    online: row.isOnline,
    visit_attendance: row.visitAttendance,
    attendance: row.attendance,
    confirmed: 1,
    seance_length: row.duration,
    length: row.duration,
    technical_break_duration: row.technicalBreak,
    sms_before: row.smsReminder,
    sms_now: 0,
    sms_now_text: '',
    email_now: 0,
    notified: 0,
    master_request: Number(row.isMemberChosen),
    api_id: row.apiId,
    from_url: row.fromUrl,
    review_requested: 0,
    is_remind_sms_sent: false,
    visit_id: row.visitId,
    created_user_id: row.createdBy ?? 0,
    deleted: row.deletedAt !== null,
    paid_full: 0,
    payment_status: 0,
    prepaid: false,
    prepaid_confirmed: false,
    is_update_blocked: false,
    last_change_date: compactZonedDateTime(row.changedAt, location.timeZone),
    custom_color: row.color,
    custom_font_color: row.color && fontColor(row.color),
    record_labels: row.labels.map(presentLabel),
    activity_id: row.eventId ?? 0,
    custom_fields: sees.customFields && Object.keys(row.customFields).length ? row.customFields : [],
    documents: [],
    sms_remain_hours: row.smsReminder,
    email_remain_hours: row.emailReminder,
    bookform_id: row.bookingFormId,
    record_from: '',
    is_mobile: row.device,
    is_sale_bill_printed: false,
    consumables: [],
    finance_transactions: [],
    acceptance_free: null,
    comer: null,
    comer_person_info: null,
    resource_instance_ids: row.resourceInstanceIds,
    short_link: `${address}/api/v1/master_record_review/${reviewTokenOf(row.id, row.hash)}`,
  };
}

/** As V1 answers an appointment where all of its moments are RFC 3339: after an update, and in a visit. */
const withPlainMoments = (row: AppointmentRow, view: View) => ({
  ...presentAppointment(row, view),
  create_date: zonedDateTime(row.createdAt, view.location.timeZone),
  last_change_date: zonedDateTime(row.changedAt, view.location.timeZone),
});

export function presentUpdatedAppointment(row: AppointmentRow, view: View) {
  const appointment = withPlainMoments(row, view);
  return { ...appointment, staff: { ...appointment.staff, spec: row.teamMember.specialization } };
}

/** The state of a visit by the states of its appointments: someone came, else confirmed, else is waited for. */
function attendanceOf(rows: readonly AppointmentRow[]): Attendance {
  const states = new Set(rows.map((row) => row.attendance));
  return ([1, 2, 0] as const).find((state) => states.has(state)) ?? -1;
}

export const presentVisit = (visit: { comment: string; date: string }, rows: readonly AppointmentRow[], view: View) => ({
  attendance: rows.length ? attendanceOf(rows) : 0,
  datetime: zonedDateTime(rows[0]?.startsAt ?? startOfDay(visit.date, view.location.timeZone), view.location.timeZone),
  comment: visit.comment,
  // Numbers here, where other operations have booleans.
  records: rows.map((row) => ({ ...withPlainMoments(row, view), deleted: 0, prepaid: 0, prepaid_confirmed: 0, events: [] })),
});

export const presentVisitDetails = (rows: readonly AppointmentRow[]) => ({
  payment_transactions: [],
  loyalty_transactions: [],
  kkm_transaction_details_container: { last_operation_type: 0, transactions: [] },
  items: rows.flatMap((row) =>
    row.services.map((service) => ({
      id: 0,
      item_id: service.id,
      item_type_id: 1,
      record_id: row.id,
      item_title: service.title,
      amount: service.amount,
      first_cost: service.firstCost,
      manual_cost: service.cost,
      discount: service.discount,
      cost: service.cost,
      master_id: row.teamMemberId,
      good_id: 0,
      service_id: service.id,
      event_id: row.eventId ?? 0,
      is_service: true,
      is_event: false,
      is_good: false,
    })),
  ),
});

export const presentReview = (row: ReviewRow, location: Pick<Location, 'timeZone'>) => ({
  id: row.id,
  salon_id: row.locationId,
  type: row.teamMemberId === null ? 0 : 1,
  master_id: row.teamMemberId ?? 0,
  text: row.text,
  date: zonedDateTime(row.createdAt, location.timeZone),
  rating: row.rating,
  user_id: row.userId ?? 0,
  user_name: row.authorName,
  user_avatar: row.avatar ?? '',
  record_id: row.appointmentId ?? 0,
});

const prefixed = (hex: string) => (hex ? `#${hex}` : '');

const presentEventCategory = (row: EventRow) => ({ id: row.category.id, category_id: 1, title: row.category.title });

const eventFields = (row: EventRow, location: Pick<Location, 'timeZone'>) => ({
  id: row.id,
  service_id: row.serviceId,
  company_id: row.locationId,
  salon_id: row.locationId,
  staff_id: row.teamMemberId,
  date: zonedDateTime(row.startsAt, location.timeZone),
  timestamp: Math.floor(row.startsAt.getTime() / 1000),
  length: row.duration,
  capacity: row.capacity,
  records_count: row.booked,
  color: prefixed(row.color),
  font_color: row.color && fontColor(row.color),
  instructions: row.instructions,
  stream_link: row.streamLink,
  notified: false,
  prepaid: row.service.prepaid,
  resource_instances: presentInstances(row),
  labels: row.labels.map(presentLabel),
});

const presentInstances = (row: EventRow) =>
  row.instances.map(({ id, title, resourceId }) => ({ id, title, resource_id: resourceId }));

const presentEventService = (row: EventRow, address: string) => {
  const image = row.service.picture?.images[0];
  return {
    id: row.service.id,
    category_id: row.service.categoryId,
    title: row.service.title,
    price_min: row.service.priceMin,
    price_max: row.service.priceMax,
    comment: row.service.comment,
    image_url: image ? address + image.path : '',
    salon_service_id: row.service.linkId,
    prepaid: row.service.prepaid,
    category: presentEventCategory(row),
  };
};

const presentEventStaff = (member: TeamMemberCard, address: string) => ({
  ...presentStaff(member, address),
  company_id: member.locationId,
  show_rating: Number(member.showRating),
  comments_count: member.comments,
  average_score: member.rating,
  prepaid: member.prepaid,
});

/** As the search answers. */
export const presentFoundEvent = (row: EventRow, { location, address }: Omit<View, 'sees'>) => ({
  ...eventFields(row, location),
  service: presentEventService(row, address),
  staff: presentEventStaff(row.teamMember, address),
});

/** As the deprecated operations of V1 answer. */
export const presentEvent = (row: EventRow, { location, address }: Omit<View, 'sees'>) => ({
  ...eventFields(row, location),
  comment: row.comment,
  is_deleted: row.deletedAt !== null,
  duration_details: presentDuration(row),
  service: presentEventService(row, address),
  staff: presentEventStaff(row.teamMember, address),
});

const presentDuration = (row: { id: number; duration: number; technicalBreak: number }) => ({
  id: row.id,
  services_duration: row.duration - row.technicalBreak,
  technical_break_duration: row.technicalBreak,
});

/** As duplicate_event answers, with the oldest names. */
export const presentDuplicate = (row: EventRow, { location, address }: Omit<View, 'sees'>) => ({
  ...eventFields(row, location),
  timestamp: String(Math.floor(row.startsAt.getTime() / 1000)),
  master_id: row.teamMemberId,
  service: presentEventService(row, address),
  master: {
    ...presentEventStaff(row.teamMember, address),
    show_rating: row.teamMember.showRating,
    position: row.teamMember.position ? [{ id: row.teamMember.position.id, title: row.teamMember.position.title }] : [],
  },
  records: [],
});

export const presentEventServiceOption = (service: EventService, locationId: number) => ({
  id: service.id,
  title: service.title,
  capacity: service.capacity,
  price_min: service.priceMin,
  price_max: service.priceMax,
  is_multi: true,
  category: service.category,
  staff: service.members.map(({ id, name, duration }) => ({ id, name, length: duration })),
  resources: service.resources.map(({ id, title }) => ({ id, title, salon_id: locationId })),
});

const repeatModes = ['', 'Daily', 'On weekdays', 'Monday, Wednesday, Friday', 'Tuesday, Thursday', 'Weekly', 'Monthly', 'Yearly'];

export const presentStrategy = (row: StrategyRow) => ({
  id: row.id,
  company_id: row.locationId,
  title: row.title,
  repeat_mode_id: row.repeatMode,
  repeat_mode: { id: row.repeatMode, title: repeatModes[row.repeatMode] ?? '' },
  days: row.weekdays,
  interval: row.gap,
  content_type: row.copiesAppointments ? 2 : 1,
});

/** The names that the wire has for weekdays, Monday first. */
export const weekdayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const moments = (row: { createdAt: Date; changedAt: Date; deletedAt: Date | null }, timeZone: string) => ({
  created_at: zonedDateTime(row.createdAt, timeZone),
  updated_at: zonedDateTime(row.changedAt, timeZone),
  deleted_at: row.deletedAt && zonedDateTime(row.deletedAt, timeZone),
});

/** The rows that days of a series are shown with. */
export interface SeriesParts {
  members: Map<number, TeamMemberCard>;
  labels: Map<number, Label>;
  instances: Map<number, { id: number; title: string; resourceId: number }>;
  occurrences: readonly OccurrenceRow[];
}

const presentTag = ({ id, title, color }: Label) => ({ id, title, color });
const known = <Value>(ids: readonly number[], all: Map<number, Value>): Value[] =>
  ids.flatMap((id) => {
    const value = all.get(id);
    return value === undefined ? [] : [value];
  });

export const presentSeriesDay = (row: SeriesDayRow, parts: SeriesParts, { location, address }: Omit<View, 'sees'>) => ({
  id: row.id,
  ...moments(row, location.timeZone),
  timetable_event_schedule_id: row.seriesId,
  day_of_week: weekdayNames[row.weekday - 1] ?? 'mon',
  events_time: row.startTime,
  events_duration: row.duration - row.technicalBreak,
  event_technical_break_duration: row.technicalBreak,
  events_master: presentMaster(parts.members.get(row.teamMemberId) as TeamMemberCard, address),
  events_labels: known(row.tagIds, parts.labels).map(presentTag),
  events_resource_instances: known(row.resourceInstanceIds, parts.instances).map(({ id, title, resourceId }) => ({
    id,
    title,
    resource_id: resourceId,
  })),
  events: parts.occurrences
    .filter((occurrence) => occurrence.dayId === row.id)
    .map((occurrence) => presentOccurrence(occurrence, row, parts, { location, address })),
});

function statusOf({ event }: OccurrenceRow): string {
  if (!event) return 'entity_failed';
  return event.deletedAt ? 'entity_deleted' : 'stable';
}

/** A planned time; where no event could be made it shows what was planned. */
export function presentOccurrence(
  row: OccurrenceRow,
  day: SeriesDayRow,
  parts: SeriesParts,
  { location, address }: Omit<View, 'sees'>,
) {
  const { event } = row;
  const changed = event && differences(event, location.timeZone);
  const startsAt = event?.startsAt ?? row.plannedAt;
  return {
    id: row.id,
    ...moments(row, location.timeZone),
    event_status: statusOf(row),
    event_datetime: zonedDateTime(row.plannedAt, location.timeZone),
    event_entity_type: 'activity',
    event_entity_id: row.eventId,
    is_entity_master_changed: changed?.teamMember ?? false,
    is_entity_datetime_changed: changed?.time ?? false,
    is_entity_duration_changed: changed?.duration ?? false,
    is_entity_labels_changed: changed?.labels ?? false,
    is_entity_resource_instances_changed: changed?.instances ?? false,
    entity_master: presentMaster(event?.teamMember ?? (parts.members.get(day.teamMemberId) as TeamMemberCard), address),
    entity_datetime: localDateTime(startsAt, location.timeZone, ' '),
    entity_duration: String(event?.duration ?? day.duration),
    entity_labels: (event?.labels ?? known(day.tagIds, parts.labels)).map(presentTag),
    entity_resource_instances: (event?.instances ?? known(day.resourceInstanceIds, parts.instances)).map(
      ({ id, title, resourceId }) => ({ id, title, resource_id: resourceId }),
    ),
  };
}

export const presentSeries = (row: SeriesRow, days: readonly SeriesDayRow[], parts: SeriesParts, view: Omit<View, 'sees'>) => ({
  id: row.id,
  ...moments(row, view.location.timeZone),
  original_entity_type: 'activity',
  original_entity_id: row.originalEventId,
  date_start: row.dateFrom,
  date_end: row.dateTo,
  days: days.map((day) => presentSeriesDay(day, parts, view)),
});

export const presentClientSeries = (
  row: ClientSeriesRow,
  series: SeriesRow,
  days: readonly SeriesDayRow[],
  parts: SeriesParts,
  view: Omit<View, 'sees'>,
) => ({
  id: row.id,
  loyalty_abonement_id: null,
  final_day: `${series.dateTo} 23:59:59`,
  days: days.filter((day) => row.dayIds.includes(day.id)).map((day) => presentSeriesDay(day, parts, view)),
});

/** A resource of a JSON:API document. */
export interface Resource {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
}

const identify = ({ type, id }: Resource) => ({ type, id });
const one = (resource: Resource | null) => ({ data: resource && identify(resource) });
const many = (resources: readonly Resource[]) => ({ data: resources.map(identify) });

/** Each resource once. */
const unique = (resources: readonly Resource[]) => [
  ...new Map(resources.map((resource) => [`${resource.type} ${resource.id}`, resource])).values(),
];

type Related = Record<string, Resource | null | readonly Resource[]>;

/** Rows with their relationships, and the related resources that were asked for. */
function documentOf<Row extends Resource>(rows: readonly { resource: Row; related: Related }[], include: readonly string[]) {
  const data = rows.map(({ resource, related }) => ({
    ...resource,
    relationships: Object.fromEntries(
      Object.entries(related)
        .filter(([name]) => !name.includes('.'))
        .map(([name, value]) => [name, Array.isArray(value) ? many(value as Resource[]) : one(value as Resource | null)]),
    ),
  }));
  const included = unique(rows.flatMap(({ related }) => include.flatMap((name) => related[name] ?? [])));
  return { data, included: included.map((resource) => ({ ...resource, relationships: {} })) };
}

const tagResource = (label: Label): Resource => ({
  type: 'tag',
  id: String(label.id),
  attributes: { title: label.title, color: label.color, icon: label.icon, font_color: fontColor(label.color.slice(1)) },
});

const staffResource = (member: TeamMemberCard, address: string, type = 'staff'): Resource => ({
  type,
  id: String(member.id),
  attributes: {
    name: member.name,
    specialization: member.specialization,
    image: avatar(member, 'norm', address),
    rating: member.rating,
    position_id: member.position?.id ?? 0,
  },
});

const instanceResource = ({ id, title, resourceId }: { id: number; title: string; resourceId: number }): Resource => ({
  type: 'resource_instance',
  id: String(id),
  attributes: { title, resource_id: resourceId },
});

const durationResource = (row: { id: number; duration: number; technicalBreak: number }): Resource => {
  const { id, ...attributes } = presentDuration(row);
  return { type: 'duration_details', id: String(id), attributes };
};

/** Events as resources of V2. */
export function presentEventResources(rows: readonly EventRow[], include: readonly string[], view: Omit<View, 'sees'>) {
  const { location, address } = view;
  return documentOf(
    rows.map((row) => ({
      resource: {
        type: 'activity',
        id: String(row.id),
        attributes: {
          master_id: row.teamMemberId,
          staff_id: row.teamMemberId,
          service_id: row.serviceId,
          timestamp: Math.floor(row.startsAt.getTime() / 1000),
          length: row.duration,
          capacity: row.capacity,
          clients_count: row.booked,
          color: prefixed(row.color),
          instructions: row.instructions,
          stream_link: row.streamLink,
          font_color: row.color && fontColor(row.color),
          notified: false,
          comment: row.comment,
          schedule_id: row.series?.id ?? null,
          schedule_till: row.series && {
            date: `${row.series.dateTo} 00:00:00.000000`,
            timezone_type: 3,
            timezone: location.timeZone,
          },
          schedule_event_modified: isModified(row, location.timeZone),
          date: compactZonedDateTime(row.startsAt, location.timeZone),
        },
      },
      related: {
        staff: staffResource(row.teamMember, address),
        master: staffResource(row.teamMember, address, 'master'),
        service: {
          type: 'service',
          id: String(row.service.id),
          attributes: {
            title: row.service.title,
            category_id: row.service.categoryId,
            price_min: row.service.priceMin,
            price_max: row.service.priceMax,
          },
        },
        resource_instances: row.instances.map(instanceResource),
        labels: row.labels.map(tagResource),
        duration_details: durationResource(row),
      },
    })),
    include,
  );
}

const statusSlugs = { '-1': 'absent', '0': 'waiting', '1': 'attended', '2': 'confirmed' } as const;

function clientResource(row: AppointmentRow, sees: Visibility): Resource | null {
  const { client } = row;
  if (!client || !sees.client) return null;
  return {
    type: 'client',
    id: String(client.id),
    attributes: {
      name: client.name,
      surname: sees.surname ? client.surname : '',
      patronymic: sees.surname ? client.middleName : '',
      phone: sees.phone ? (client.phone ?? '') : '',
      email: sees.email ? client.email : '',
      comment: sees.clientComment ? client.comment : '',
      birthday: client.birthDate && `${client.birthDate}T00:00:00`,
      card_number: client.card,
      gender: client.gender,
      discount_percent: client.discount,
    },
  };
}

const fieldResources = (values: Record<string, unknown>, owner: number): Resource[] =>
  Object.entries(values).map(([code, value]) => ({
    type: 'custom_field_value',
    id: `${owner}_${code}`,
    attributes: { code, value },
  }));

/** Appointments as resources of V2. @param instances those that the appointments use */
export function presentAppointmentResources(
  rows: readonly AppointmentRow[],
  include: readonly string[],
  { location, sees, address }: View,
  instances: Map<number, { id: number; title: string; resourceId: number }>,
) {
  return documentOf(
    rows.map((row) => ({
      resource: {
        type: 'record',
        id: String(row.id),
        attributes: {
          company_id: location.id,
          external_id: row.apiId,
          visit_id: row.visitId,
          booking_user_id: 0,
          bookform_id: row.bookingFormId,
          master_id: row.teamMemberId,
          staff_id: row.teamMemberId,
          client_id: (sees.client && row.clientId) || 0,
          comer_id: null,
          source: Number(row.isOnline),
          attendance: row.attendance,
          attendance_status: row.attendance,
          attendance_status_slug: statusSlugs[`${row.attendance}`],
          client_fictive_name: sees.client ? row.guestName || null : null,
          client_fictive_phone: null,
          client_fictive_email: sees.client && sees.email ? row.guestEmail || null : null,
          clients_count: row.seats,
          activity_id: row.eventId ?? 0,
          custom_color: row.color,
          custom_font_color: row.color && fontColor(row.color).slice(1),
          length: row.duration,
          duration: row.duration,
          paid_full: 0,
          is_paid: false,
          is_overpaid: false,
          timestamp: Math.floor(row.startsAt.getTime() / 1000),
          date: localDateTime(row.startsAt, location.timeZone),
          created_datetime: localDateTime(row.createdAt, location.timeZone),
          from_url: row.fromUrl,
          is_mobile: row.device,
          comment: row.comment,
          prepaid_status: 0,
          record_from: '',
          payment_status: null,
          is_sale_bill_printed: false,
          is_client_notification_sent: false,
        },
      },
      related: {
        client: clientResource(row, sees),
        'client.custom_field_values':
          row.client && sees.client && sees.clientFields ? fieldResources(row.client.customFields, row.client.id) : [],
        staff: staffResource(row.teamMember, address),
        services: row.services.map((service) => ({
          type: 'service',
          id: String(service.id),
          attributes: {
            title: service.title,
            category_id: service.categoryId,
            price_min: service.priceMin,
            price_max: service.priceMax,
          },
        })),
        goods: [],
        resource_instances: known(row.resourceInstanceIds, instances).map(instanceResource),
        labels: row.labels.map(tagResource),
        attendance_service_items: row.services.map((service, position) => ({
          type: 'attendance_service_item',
          id: `${row.id}_${position}`,
          attributes: {
            service_id: service.id,
            quantity: service.amount,
            cost_per_unit: service.costPerUnit,
            first_cost: service.firstCost,
            discount_percent: service.discount,
            manual_cost: service.cost,
            cost: service.cost,
          },
        })),
        attendance_good_items: [],
        attendance_document: null,
        transactions: [],
        fast_payment_settings: null,
        acceptance_free: null,
        custom_field_values: sees.customFields ? fieldResources(row.customFields, row.id) : [],
        comer: null,
        client_notification_settings: {
          type: 'client_notification_settings',
          id: String(row.id),
          attributes: { sms_remain_hours: row.smsReminder, email_remain_hours: row.emailReminder },
        },
        client_schedule: row.clientSeriesId ? { type: 'client_schedule', id: String(row.clientSeriesId), attributes: {} } : null,
        duration_details: durationResource(row),
      },
    })),
    include,
  );
}

/** As the history of a client's visits shows it. @param title of the location */
export const presentHistoryRecord = (row: AppointmentRow, title: string, { location, address }: View) => ({
  id: row.id,
  comment: row.comment,
  date: zonedDateTime(row.startsAt, location.timeZone),
  visit_id: row.visitId,
  attendance: row.attendance,
  services: row.services.map((service) => ({
    id: service.id,
    title: service.title,
    first_cost: service.firstCost,
    discount_percent: service.discount,
    cost_to_pay: service.cost,
    paid_sum: 0,
    payment_status: 'not_paid',
    consumables: [],
  })),
  staff: presentMaster(row.teamMember, address),
  company: { id: location.id, title },
  tips: { has_tips: false, sum: null },
  comer: { id: 0, title: '', slug: 'person' },
});
