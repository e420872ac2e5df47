import { and, eq, inArray } from 'drizzle-orm';
import type { Read } from '../../../api/write.ts';
import type { Label } from '../../appointments/appointment.ts';
import { resourceInstances } from '../../resources/tables.ts';
import { tags } from '../../tags/tables.ts';
import { type Calendars, isInCalendars } from '../../team/calendars.ts';
import { teamMemberCards } from '../../team/team-member.ts';
import { listOccurrences, type SeriesDayRow } from '../series.ts';
import type { SeriesParts } from './present.ts';

/** Instances of resources by id. */
export async function instancesById(
  db: Read,
  locationId: number,
  ids: readonly number[],
): Promise<Map<number, { id: number; title: string; resourceId: number }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: resourceInstances.id, title: resourceInstances.title, resourceId: resourceInstances.resourceId })
    .from(resourceInstances)
    .where(and(eq(resourceInstances.locationId, locationId), inArray(resourceInstances.id, [...new Set(ids)])));
  return new Map(rows.map((row) => [row.id, row]));
}

async function labelsById(db: Read, locationId: number, ids: readonly number[]): Promise<Map<number, Label>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: tags.id, title: tags.title, color: tags.color, icon: tags.icon })
    .from(tags)
    .where(and(eq(tags.locationId, locationId), inArray(tags.id, [...new Set(ids)])));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Data that the days of a series are shown with, in a fixed number of statements. Times outside of the calendars are left out. */
export async function seriesParts(
  db: Read,
  locationId: number,
  days: readonly SeriesDayRow[],
  calendars: Calendars,
): Promise<SeriesParts> {
  const memberOf = new Map(days.map((day) => [day.id, day.teamMemberId]));
  const occurrences = await listOccurrences(
    db,
    locationId,
    days.map(({ id }) => id),
  );
  return {
    members: await teamMemberCards(
      db,
      locationId,
      days.map((day) => day.teamMemberId),
    ),
    labels: await labelsById(
      db,
      locationId,
      days.flatMap((day) => day.tagIds),
    ),
    instances: await instancesById(
      db,
      locationId,
      days.flatMap((day) => day.resourceInstanceIds),
    ),
    occurrences: occurrences.filter(({ event, dayId, plannedAt }) =>
      isInCalendars(event ?? { teamMemberId: memberOf.get(dayId) as number, startsAt: plannedAt }, calendars),
    ),
  };
}
