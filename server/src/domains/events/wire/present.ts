import type { Location } from '../../../api/access.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { fontColor, presentLabel, presentStaff, type View } from '../../appointments/wire/present.ts';
import type { TeamMemberCard } from '../../team/team-member.ts';
import type { StrategyRow } from '../duplication.ts';
import type { EventRow, EventService } from '../event.ts';

export const prefixed = (hex: string) => (hex ? `#${hex}` : '');

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
    price_min: toWire(row.service.priceMin),
    price_max: toWire(row.service.priceMax),
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

/** An event in the answer of the search. */
export const presentFoundEvent = (row: EventRow, { location, address }: Omit<View, 'sees'>) => ({
  ...eventFields(row, location),
  service: presentEventService(row, address),
  staff: presentEventStaff(row.teamMember, address),
});

/** An event in the answers of the deprecated operations of V1. */
export const presentEvent = (row: EventRow, { location, address }: Omit<View, 'sees'>) => ({
  ...eventFields(row, location),
  comment: row.comment,
  is_deleted: row.deletedAt !== null,
  duration_details: presentDuration(row),
  service: presentEventService(row, address),
  staff: presentEventStaff(row.teamMember, address),
});

export const presentDuration = (row: { id: number; duration: number; technicalBreak: number }) => ({
  id: row.id,
  services_duration: row.duration - row.technicalBreak,
  technical_break_duration: row.technicalBreak,
});

/** The answer of duplicate_event, with the oldest names. */
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
  price_min: toWire(service.priceMin),
  price_max: toWire(service.priceMax),
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
