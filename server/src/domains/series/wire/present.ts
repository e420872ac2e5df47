import { localDateTime, zonedDateTime } from '../../../platform/clock.ts';
import type { Label } from '../../appointments/appointment.ts';
import { presentMaster, type View } from '../../appointments/wire/present.ts';
import { differences } from '../../events/event.ts';
import type { TeamMemberCard } from '../../team/team-member.ts';
import type { ClientSeriesRow, OccurrenceRow, SeriesDayRow, SeriesRow } from '../series.ts';

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

export const known = <Value>(ids: readonly number[], all: Map<number, Value>): Value[] =>
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

/** A planned time. Without an event, it shows the plan. */
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
  loyalty_abonement_id: row.membershipId,
  final_day: `${series.dateTo} 23:59:59`,
  days: days.filter((day) => row.dayIds.includes(day.id)).map((day) => presentSeriesDay(day, parts, view)),
});
