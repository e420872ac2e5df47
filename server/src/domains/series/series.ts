import { and, asc, eq, getTableColumns, gt, inArray, isNull, sql } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { addDays, dateIn, today } from '../../platform/clock.ts';
import { occurrencesAfter, type Weekday } from '../../platform/recurrence.ts';
import { visitsFor } from '../appointments/client-visits.ts';
import { deleteAppointmentsOf, lockAppointmentsOf } from '../appointments/delete.ts';
import type { Origin } from '../appointments/fields.ts';
import {
  type DeleteRights,
  refuseChange,
  refuseCreation,
  refuseDeletion,
  refuseMember,
  refusePlace,
  type SeriesRights,
} from '../appointments/rights.ts';
import { createEventAppointments, lockLivingEvents } from '../appointments/seats.ts';
import { appointments, clientSeries, eventSeries, events } from '../appointments/tables.ts';
import { clientsOfMember } from '../appointments/visible-clients.ts';
import { lockClients } from '../clients/locked.ts';
import { clients } from '../clients/tables.ts';
import {
  changeEvent,
  createPossibleEvents,
  deleteEvents,
  type EventFields,
  type EventRow,
  eventsById,
  getEvent,
  isModified,
  type MovedEvent,
  moveAppointments,
  seriesDayColumns,
} from '../events/event.ts';
import { eventSeriesDays, eventSeriesOccurrences } from '../events/tables.ts';
import { knownInstances } from '../resources/resource.ts';
import { allCalendars, areOfMember, type Calendars, ofMembers } from '../team/calendars.ts';
import { livingMembers } from '../team/team-member.ts';

/** A weekday of a series, as the wire may give it. */
export interface SeriesDayFields {
  /** 1 Monday to 7 Sunday */
  weekday: number;
  teamMemberId: number;
  /** HH:MM:SS in the location's time */
  startTime: string;
  /** seconds, without the technical break, which is the model's */
  duration: number;
  capacity: number;
  tagIds: number[];
  resourceInstanceIds: number[];
}

const findSeries = (db: Read, locationId: number, id: number) =>
  db
    .select()
    .from(eventSeries)
    .where(and(eq(eventSeries.locationId, locationId), eq(eventSeries.id, id), isNull(eventSeries.deletedAt)));

export type SeriesRow = Awaited<ReturnType<typeof findSeries>>[number];

async function lockSeries(write: Write, locationId: number, id: number): Promise<SeriesRow> {
  const [row] = await write.lock('series', findSeries(write, locationId, id));
  if (!row) throw new NotFound(`Schedule ${id} was not found`);
  return row;
}

/** @throws NotFound */
export async function getSeries(db: Read, locationId: number, id: number): Promise<SeriesRow> {
  const [row] = await findSeries(db, locationId, id);
  if (!row) throw new NotFound(`Schedule ${id} was not found`);
  return row;
}

/** The series that an event belongs to, or is the model of. @throws NotFound if there is none */
export async function seriesOfEvent(db: Read, locationId: number, eventId: number): Promise<SeriesRow> {
  const [row] = await db
    .select(getTableColumns(eventSeries))
    .from(eventSeries)
    .where(
      and(
        eq(eventSeries.locationId, locationId),
        isNull(eventSeries.deletedAt),
        sql`(${eventSeries.originalEventId} = ${eventId} or exists (
          select 1 from event_series_days days join event_series_occurrences times on times.location_id = days.location_id and times.day_id = days.id
          where days.location_id = event_series.location_id and days.series_id = event_series.id and times.event_id = ${eventId} and times.deleted_at is null))`,
      ),
    )
    .orderBy(asc(eventSeries.id));
  if (!row) throw new NotFound(`Event ${eventId} has no schedule`);
  return row;
}

/** The weekdays of a series that are not deleted and in the calendars, Monday first. */
export const listSeriesDays = (db: Read, locationId: number, seriesId: number, calendars: Calendars) =>
  db
    .select(seriesDayColumns)
    .from(eventSeriesDays)
    .where(
      and(
        eq(eventSeriesDays.locationId, locationId),
        eq(eventSeriesDays.seriesId, seriesId),
        isNull(eventSeriesDays.deletedAt),
        ofMembers(eventSeriesDays.teamMemberId, calendars.memberIds),
      ),
    )
    .orderBy(asc(eventSeriesDays.weekday));

export type SeriesDayRow = Awaited<ReturnType<typeof listSeriesDays>>[number];

/** A user who is limited to calendars finds a series only if one of its days is in them. @throws NotFound */
export function expectSeries(seriesId: number, days: readonly SeriesDayRow[], calendars: Calendars): void {
  if (calendars.memberIds === undefined || days.some((day) => areOfMember(calendars, day.teamMemberId))) return;
  throw new NotFound(`Schedule ${seriesId} was not found`);
}

/** All weekdays of a series, for changes of all of them. @throws NotFound if none is in the calendars, Forbidden if some are not */
async function expectWhole(db: Read, locationId: number, seriesId: number, calendars: Calendars): Promise<SeriesDayRow[]> {
  const days = await listSeriesDays(db, locationId, seriesId, allCalendars);
  expectSeries(seriesId, days, calendars);
  for (const { teamMemberId } of days) refuseMember(teamMemberId, { calendars });
  return days;
}

/** @throws NotFound, also outside of the calendars */
export async function getSeriesDay(
  db: Read,
  locationId: number,
  seriesId: number,
  dayId: number,
  calendars: Calendars,
): Promise<SeriesDayRow> {
  const days = await listSeriesDays(db, locationId, seriesId, calendars);
  const day = days.find(({ id }) => id === dayId);
  if (!day) throw new NotFound(`Schedule ${seriesId} has no day ${dayId}`);
  return day;
}

const occurrencesOf = (db: Read, locationId: number, dayIds: readonly number[]) =>
  db
    .select()
    .from(eventSeriesOccurrences)
    .where(
      and(
        eq(eventSeriesOccurrences.locationId, locationId),
        inArray(eventSeriesOccurrences.dayId, [...dayIds]),
        isNull(eventSeriesOccurrences.deletedAt),
      ),
    )
    .orderBy(asc(eventSeriesOccurrences.plannedAt), asc(eventSeriesOccurrences.id));

/** A planned time with its event. Without an event, the time was taken. */
export type OccurrenceRow = Awaited<ReturnType<typeof occurrencesOf>>[number] & { event: EventRow | undefined };

/** The planned times of weekdays, ascending. */
export async function listOccurrences(db: Read, locationId: number, dayIds: readonly number[]): Promise<OccurrenceRow[]> {
  if (dayIds.length === 0) return [];
  const rows = await occurrencesOf(db, locationId, dayIds);
  const found = await eventsById(
    db,
    locationId,
    rows.flatMap(({ eventId }) => (eventId === null ? [] : [eventId])),
  );
  const byId = new Map(found.map((event) => [event.id, event]));
  return rows.map((row) => ({ ...row, event: byId.get(row.eventId ?? 0) }));
}

/** The caller of a change, and their rights. */
export interface SeriesActor {
  origin: Origin;
  rights: Pick<SeriesRights, 'create' | 'delete' | 'calendars' | 'clientsOf'>;
}

const weekdayNames: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** The times of a weekday after one date and up to another, by the rule of RFC 5545. */
function plannedTimes(day: Pick<SeriesDayRow, 'weekday' | 'startTime'>, after: string, last: string, timeZone: string): Date[] {
  const start = Temporal.PlainDate.from(after).toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(day.startTime) });
  const weekday = weekdayNames[day.weekday - 1] as Weekday;
  return occurrencesAfter(
    new Date(start.epochMilliseconds),
    timeZone,
    { frequency: 'WEEKLY', interval: 1, weekdays: [weekday] },
    { last },
  );
}

/** No request makes more. */
const mostEvents = 1000;

const later = (one: string, other: string) => (one > other ? one : other);

/**
 * Creates the future events of weekdays after a date, and the appointments of their clients. A time that is taken stays planned without an
 * event.
 */
async function generate(
  write: Write,
  location: Location,
  series: SeriesRow,
  days: readonly SeriesDayRow[],
  after: string,
  actor: SeriesActor,
): Promise<void> {
  const original = await getEvent(write, location.id, series.originalEventId, allCalendars);
  const now = new Date();
  const from = later(after, addDays(today(location.timeZone), -1));
  const planned = days.flatMap((day) =>
    plannedTimes(day, from, series.dateTo, location.timeZone)
      .filter((plannedAt) => plannedAt > now)
      .map((plannedAt) => ({ day, plannedAt })),
  );
  if (planned.length === 0) return;
  refuseCreation(actor.rights);
  if (planned.length >= mostEvents) throw new Invalid({ dateTo: [`must make fewer than ${mostEvents} events at once`] });
  const ids = await createPossibleEvents(
    write,
    location,
    planned.map(({ day, plannedAt }) => eventOf(original, day, plannedAt)),
    { calendars: actor.rights.calendars, force: false },
    () => {},
  );
  await write.insert(eventSeriesOccurrences).values(
    planned.map(({ day, plannedAt }, index) => ({
      locationId: location.id,
      dayId: day.id,
      plannedAt,
      eventId: ids[index] ?? null,
    })),
  );
  const visits = (await clientsOf(write, location.id, series.id)).map((visitor) => ({
    visitor,
    eventIds: ids.filter((id, index) => id !== null && visitor.dayIds.includes(planned[index]?.day.id ?? 0)) as number[],
  }));
  await bookAll(write, location, visits, actor);
}

const eventOf = (original: EventRow, day: SeriesDayRow, startsAt: Date): EventFields => ({
  teamMemberId: day.teamMemberId,
  serviceId: original.serviceId,
  startsAt,
  duration: day.duration,
  technicalBreak: day.technicalBreak,
  capacity: day.capacity,
  comment: original.comment,
  color: original.color,
  instructions: original.instructions,
  streamLink: original.streamLink,
  resourceInstanceIds: day.resourceInstanceIds,
  tagIds: day.tagIds,
});

/** Books a seat for each client in each of its events, all or none. */
async function bookAll(
  write: Write,
  location: Location,
  visits: readonly { visitor: Pick<ClientSeriesRow, 'id' | 'clientId'>; eventIds: readonly number[] }[],
  actor: SeriesActor,
): Promise<void> {
  const seats = visits.flatMap(({ visitor, eventIds }) =>
    eventIds.map((eventId) => ({ eventId, client: { id: visitor.clientId }, seats: 1, clientSeriesId: visitor.id })),
  );
  if (seats.length === 0) return;
  refuseCreation(actor.rights);
  // The caller has already checked that the calendars of the events are allowed.
  const rights = { force: false, addClients: false, calendars: allCalendars, clientsOf: 0 };
  await createEventAppointments(write, location, seats, actor.origin, rights);
}

/**
 * Creates a series from an event. Its events are after the date of the model.
 * @param withClients whether the clients of the model attend every event
 * @throws NotFound for the event, Invalid for the end, a repeated weekday, an unknown team member, label or instance, Forbidden
 */
export async function createSeries(
  write: Write,
  location: Location,
  input: { originalEventId: number; dateTo: string; withClients: boolean; days: SeriesDayFields[] },
  actor: SeriesActor,
): Promise<SeriesRow> {
  const original = await getEvent(write, location.id, input.originalEventId, actor.rights.calendars);
  if (original.deletedAt) throw new NotFound(`Event ${original.id} was not found`);
  const dateFrom = dateIn(original.startsAt, location.timeZone);
  expectEnd(input.dateTo, dateFrom);
  for (const { teamMemberId } of input.days) refuseMember(teamMemberId, actor.rights);
  const weekdays = input.days.map((day) => day.weekday);
  if (new Set(weekdays).size < weekdays.length) throw new Invalid({ days: ['must name each day of the week once'] });
  const [series] = await write
    .insert(eventSeries)
    .values({ locationId: location.id, originalEventId: original.id, dateFrom, dateTo: input.dateTo })
    .returning();
  const days = await insertDays(write, location.id, series as SeriesRow, input.days, original);
  if (input.withClients) {
    await write.execute(sql`
      insert into client_series (location_id, series_id, client_id, day_ids)
      select distinct ${location.id}::int, ${(series as SeriesRow).id}::int, ${appointments.clientId}, ${sql.param(days.map(({ id }) => id))}::int[]
      from ${appointments}
      where ${appointments.locationId} = ${location.id} and ${appointments.eventId} = ${original.id} and ${appointments.deletedAt} is null
        and ${appointments.clientId} is not null`);
  }
  await generate(write, location, series as SeriesRow, days, dateFrom, actor);
  return series as SeriesRow;
}

function expectEnd(dateTo: string, dateFrom: string): void {
  if (dateTo < dateFrom) throw new Invalid({ dateTo: ['must not be before the first event'] });
}

/** seconds */
const longestEvent = 86_400;

/** @throws Invalid naming the team member that the location does not have */
async function expectMembers(db: Read, locationId: number, ids: readonly number[]): Promise<void> {
  const known = await livingMembers(db, locationId, [...ids]);
  if (ids.some((id) => !known.has(id))) throw new Invalid({ teamMemberId: ['must be a team member of this location'] });
}

/** @throws Invalid naming the instances, unless all are of the location */
async function expectInstances(db: Read, locationId: number, ids: readonly number[]): Promise<void> {
  const wanted = new Set(ids);
  if ((await knownInstances(db, locationId, [...wanted])).length < wanted.size) {
    throw new Invalid({ resourceInstanceIds: ['must be resource instances of this location'] });
  }
}

async function insertDays(
  write: Write,
  locationId: number,
  series: SeriesRow,
  days: readonly SeriesDayFields[],
  original: EventRow,
): Promise<SeriesDayRow[]> {
  await expectMembers(
    write,
    locationId,
    days.map((day) => day.teamMemberId),
  );
  await expectInstances(
    write,
    locationId,
    days.flatMap((day) => day.resourceInstanceIds),
  );
  return write
    .insert(eventSeriesDays)
    .values(
      days.map((day) => ({
        ...day,
        locationId,
        seriesId: series.id,
        duration: Math.min(day.duration + original.technicalBreak, longestEvent),
        technicalBreak: original.technicalBreak,
      })),
    )
    .returning();
}

/** Moves the end of a series: events are added up to a later end, coming ones after an earlier end are deleted. @throws NotFound, Forbidden */
export async function changeSeriesEnd(
  write: Write,
  location: Location,
  id: number,
  dateTo: string | undefined,
  actor: SeriesActor,
): Promise<SeriesRow> {
  const series = await lockSeries(write, location.id, id);
  const days = await expectWhole(write, location.id, id, actor.rights.calendars);
  if (dateTo === undefined || dateTo === series.dateTo) return series;
  expectEnd(dateTo, series.dateFrom);
  const [changed] = await write
    .update(eventSeries)
    .set({ dateTo, changedAt: new Date() })
    .where(and(eq(eventSeries.locationId, location.id), eq(eventSeries.id, id)))
    .returning();
  await (dateTo > series.dateTo
    ? generate(write, location, changed as SeriesRow, days, series.dateTo, actor)
    : removeComing(write, location, days, actor.rights.delete, (row) => dateIn(row.plannedAt, location.timeZone) > dateTo));
  return changed as SeriesRow;
}

/** Deletes the future events of weekdays, and stops planning them. Past events stay unchanged. */
async function removeComing(
  write: Write,
  location: Location,
  days: readonly SeriesDayRow[],
  rights: DeleteRights,
  which: (row: OccurrenceRow) => boolean = () => true,
): Promise<void> {
  const now = new Date();
  const rows = await listOccurrences(
    write,
    location.id,
    days.map(({ id }) => id),
  );
  const coming = rows.filter((row) => (row.event?.startsAt ?? row.plannedAt) > now && which(row));
  if (coming.length === 0) return;
  refuseDeletion([], rights);
  for (const { event } of coming) if (event && !event.deletedAt) refusePlace(event, rights);
  const eventIds = await livingOf(
    write,
    location.id,
    coming.flatMap(({ event }) => (event && !event.deletedAt ? [event.id] : [])),
  );
  if (eventIds.length) await deleteEvents(write, location.id, eventIds, rights);
  await write
    .update(eventSeriesOccurrences)
    .set({ deletedAt: now, changedAt: now })
    .where(
      and(
        eq(eventSeriesOccurrences.locationId, location.id),
        inArray(
          eventSeriesOccurrences.id,
          coming.map(({ id }) => id),
        ),
      ),
    );
}

/** Deletes a series with its weekdays, its coming events and their appointments. @throws NotFound, Forbidden */
export async function deleteSeries(write: Write, location: Location, id: number, rights: DeleteRights): Promise<void> {
  await lockSeries(write, location.id, id);
  const days = await expectWhole(write, location.id, id, rights.calendars);
  await removeComing(write, location, days, rights);
  const now = new Date();
  const gone = { deletedAt: now, changedAt: now };
  await write
    .update(eventSeriesDays)
    .set(gone)
    .where(and(eq(eventSeriesDays.locationId, location.id), eq(eventSeriesDays.seriesId, id), isNull(eventSeriesDays.deletedAt)));
  await write
    .update(clientSeries)
    .set({ deletedAt: now })
    .where(and(eq(clientSeries.locationId, location.id), eq(clientSeries.seriesId, id), isNull(clientSeries.deletedAt)));
  await write
    .update(eventSeries)
    .set(gone)
    .where(and(eq(eventSeries.locationId, location.id), eq(eventSeries.id, id)));
}

/** Adds a weekday and its events. @throws NotFound, Invalid for a weekday the series has already */
export async function addSeriesDay(
  write: Write,
  location: Location,
  seriesId: number,
  fields: SeriesDayFields,
  actor: SeriesActor,
): Promise<SeriesDayRow> {
  const series = await lockSeries(write, location.id, seriesId);
  const known = await listSeriesDays(write, location.id, seriesId, allCalendars);
  expectSeries(seriesId, known, actor.rights.calendars);
  refuseMember(fields.teamMemberId, actor.rights);
  if (known.some((day) => day.weekday === fields.weekday)) {
    throw new Invalid({ weekday: ['is a day of this schedule already'] });
  }
  const original = await getEvent(write, location.id, series.originalEventId, allCalendars);
  const [day] = await insertDays(write, location.id, series, [fields], original);
  await generate(write, location, series, [day as SeriesDayRow], series.dateFrom, actor);
  return day as SeriesDayRow;
}

/** The changeable fields of a weekday. An undefined field stays unchanged. */
export type SeriesDayChanges = { [Name in Exclude<keyof SeriesDayFields, 'weekday'>]?: SeriesDayFields[Name] | undefined };

/**
 * Changes a weekday and its future events. Events that were changed by hand stay the same, unless `force` is set. So does today's event if
 * its new time is already over. Times that were taken are tried again if the caller may create events, and the weekday's clients are booked
 * for these events too. The weekday needs the same rights as its events.
 * @throws NotFound, Forbidden naming the part that may not be changed, TimeTaken if a future event cannot move
 */
export async function changeSeriesDay(
  write: Write,
  location: Location,
  seriesId: number,
  dayId: number,
  changes: SeriesDayChanges,
  force: boolean,
  { origin, rights }: { origin: Origin; rights: SeriesRights },
): Promise<SeriesDayRow> {
  const series = await lockSeries(write, location.id, seriesId);
  const before = await getSeriesDay(write, location.id, seriesId, dayId, rights.calendars);
  const now = new Date();
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  if (changes.teamMemberId !== undefined) await expectMembers(write, location.id, [changes.teamMemberId]);
  await expectInstances(write, location.id, changes.resourceInstanceIds ?? []);
  const duration =
    changes.duration === undefined ? before.duration : Math.min(changes.duration + before.technicalBreak, longestEvent);
  const changesTime =
    (changes.startTime ?? before.startTime) !== before.startTime ||
    (changes.teamMemberId ?? before.teamMemberId) !== before.teamMemberId;
  refuseChange([], { timeOrMember: changesTime, duration: duration !== before.duration }, rights.change);
  refuseMember(changes.teamMemberId ?? before.teamMemberId, rights);
  // Read before the day changes: an event that differs from the old day was changed by hand.
  const occurrences = await listOccurrences(write, location.id, [dayId]);
  await write
    .update(eventSeriesDays)
    .set({ ...given, duration, changedAt: now })
    .where(and(eq(eventSeriesDays.locationId, location.id), eq(eventSeriesDays.id, dayId)));
  const changed = await getSeriesDay(write, location.id, seriesId, dayId, rights.calendars);
  const original = await getEvent(write, location.id, series.originalEventId, allCalendars);
  const newTime = (row: OccurrenceRow) => {
    const date = Temporal.PlainDate.from(dateIn(row.plannedAt, location.timeZone));
    const at = date.toZonedDateTime({ timeZone: location.timeZone, plainTime: Temporal.PlainTime.from(changed.startTime) });
    return new Date(at.epochMilliseconds);
  };
  const rows = occurrences
    .map((row) => ({ ...row, at: newTime(row) }))
    .filter(({ plannedAt, at }) => plannedAt > now && at > now);
  const toChange = rows.flatMap(({ event }) =>
    event?.deletedAt === null && (force || !isModified(event, location.timeZone)) ? [event.id] : [],
  );
  const held = new Map((await lockLivingEvents(write, location.id, toChange)).map((event) => [event.id, event]));
  for (const event of held.values()) refusePlace(event, rights);
  await lockAppointmentsOf(write, location.id, [...held.keys()]);
  const moved: MovedEvent[] = [];
  for (const row of rows) {
    const current = held.get(row.eventId ?? 0);
    if (!current) continue;
    const { comment, color, instructions, streamLink, serviceId } = current;
    const kept = { comment, color, instructions, streamLink, serviceId };
    moved.push(
      ...(await changeEvent(write, location, current, { ...eventOf(original, changed, row.at), ...kept }, rights.change)),
    );
  }
  const untaken = rights.create ? rows.filter(({ event }) => event === undefined) : [];
  const fresh = await createPossibleEvents(
    write,
    location,
    untaken.map(({ at }) => eventOf(original, changed, at)),
    rights.change,
    () => {},
  );
  const eventAt = new Map(untaken.map(({ id }, index) => [id, fresh[index] ?? null]));
  const added = untaken.flatMap(({ id, at }) => {
    const eventId = eventAt.get(id) ?? null;
    return eventId === null ? [] : [{ id: eventId, date: dateIn(at, location.timeZone) }];
  });
  const planned = rows.map(({ id, at, eventId }) => ({ id, at, event: eventAt.get(id) ?? eventId }));
  await write.execute(sql`
    update ${eventSeriesOccurrences} set planned_at = planned.at, event_id = planned.event, changed_at = ${now.toISOString()}
    from jsonb_to_recordset(${JSON.stringify(planned)}::jsonb) as planned(id int, at timestamptz, event int)
    where ${eventSeriesOccurrences.locationId} = ${location.id} and ${eventSeriesOccurrences.id} = planned.id`);
  const visitors = (await clientsOf(write, location.id, seriesId)).filter((visitor) => visitor.dayIds.includes(dayId));
  // Both steps lock all their rows here, before either moves the clock.
  if (added.length && visitors.length) {
    const movedIds = moved.map(({ id }) => id);
    const guests = await lockAppointmentsOf(write, location.id, movedIds);
    await lockClients(
      write,
      location.id,
      [...guests, ...visitors].map(({ clientId }) => clientId),
    );
    await visitsFor(
      write,
      location.id,
      visitors.flatMap(({ clientId }) => added.map(({ date }) => ({ clientId, date }))),
    );
  }
  await moveAppointments(write, location, moved, rights.change);
  const eventIds = added.map(({ id }) => id);
  const bookings = visitors.map((visitor) => ({ visitor, eventIds }));
  await bookAll(write, location, bookings, { origin, rights });
  return changed;
}

/** Deletes a weekday with its coming events and their appointments. @throws NotFound, Forbidden */
export async function deleteSeriesDay(
  write: Write,
  location: Location,
  seriesId: number,
  dayId: number,
  rights: DeleteRights,
): Promise<void> {
  await lockSeries(write, location.id, seriesId);
  const day = await getSeriesDay(write, location.id, seriesId, dayId, rights.calendars);
  await removeComing(write, location, [day], rights);
  const now = new Date();
  await write
    .update(eventSeriesDays)
    .set({ deletedAt: now, changedAt: now })
    .where(and(eq(eventSeriesDays.locationId, location.id), eq(eventSeriesDays.id, dayId)));
}

const clientsOf = (db: Read, locationId: number, seriesId: number) =>
  db
    .select()
    .from(clientSeries)
    .where(and(eq(clientSeries.locationId, locationId), eq(clientSeries.seriesId, seriesId), isNull(clientSeries.deletedAt)))
    .orderBy(asc(clientSeries.id));

export type ClientSeriesRow = Awaited<ReturnType<typeof clientsOf>>[number];

/** The future events of weekdays that are not deleted, ascending. @throws Forbidden if one is outside of the caller's calendars */
async function comingEvents(
  db: Read,
  locationId: number,
  dayIds: readonly number[],
  rights: { calendars: Calendars },
): Promise<number[]> {
  if (dayIds.length === 0) return [];
  const rows = await db
    .select({ id: events.id, teamMemberId: events.teamMemberId, startsAt: events.startsAt })
    .from(eventSeriesOccurrences)
    .innerJoin(
      events,
      and(eq(events.locationId, eventSeriesOccurrences.locationId), eq(events.id, eventSeriesOccurrences.eventId)),
    )
    .where(
      and(
        eq(eventSeriesOccurrences.locationId, locationId),
        inArray(eventSeriesOccurrences.dayId, [...dayIds]),
        isNull(eventSeriesOccurrences.deletedAt),
        isNull(events.deletedAt),
        gt(events.startsAt, new Date()),
      ),
    )
    .orderBy(asc(events.id));
  for (const row of rows) refusePlace(row, rights);
  return rows.map(({ id }) => id);
}

/** Locks events of a series. @returns the events that nobody has deleted in the meantime */
const livingOf = async (write: Write, locationId: number, ids: readonly number[]): Promise<number[]> =>
  (await lockLivingEvents(write, locationId, ids)).map(({ id }) => id);

async function expectDays(
  db: Read,
  locationId: number,
  seriesId: number,
  dayIds: readonly number[],
  calendars: Calendars,
): Promise<void> {
  const days = await listSeriesDays(db, locationId, seriesId, calendars);
  expectSeries(seriesId, days, calendars);
  const known = new Set(days.map(({ id }) => id));
  if (dayIds.some((id) => !known.has(id))) throw new Invalid({ dayIds: ['must be days of this schedule'] });
}

/**
 * Books a client on weekdays of a series: each of their future events gets an appointment, all or none.
 * @throws NotFound, NoSeats, Invalid for an unknown client or day, or a client who attends the series already
 */
export async function createClientSeries(
  write: Write,
  location: Location,
  seriesId: number,
  input: { clientId: number; dayIds: number[]; membershipId?: number | null | undefined },
  actor: SeriesActor,
): Promise<ClientSeriesRow> {
  await lockSeries(write, location.id, seriesId);
  await expectDays(write, location.id, seriesId, input.dayIds, actor.rights.calendars);
  const [client] = await write
    .select({ id: clients.id })
    .from(clients)
    .where(and(eq(clients.locationId, location.id), eq(clients.id, input.clientId)));
  const seen = await clientsOfMember(write, location.id, actor.rights.clientsOf, [input.clientId]);
  if (!client || !seen.has(input.clientId)) throw new Invalid({ clientId: ['must be a client of this location'] });
  const known = await clientsOf(write, location.id, seriesId);
  if (known.some((row) => row.clientId === input.clientId)) throw new Invalid({ clientId: ['attends this schedule already'] });
  const dayIds = [...new Set(input.dayIds)];
  const [row] = await write
    .insert(clientSeries)
    .values({ locationId: location.id, seriesId, clientId: input.clientId, dayIds, membershipId: input.membershipId ?? null })
    .returning();
  const eventIds = await livingOf(write, location.id, await comingEvents(write, location.id, dayIds, actor.rights));
  await bookAll(write, location, [{ visitor: row as ClientSeriesRow, eventIds }], actor);
  return row as ClientSeriesRow;
}

/** @throws NotFound, also if the client attends no day in the calendars */
async function lockClientSeries(
  write: Write,
  locationId: number,
  seriesId: number,
  id: number,
  calendars: Calendars,
): Promise<ClientSeriesRow> {
  await lockSeries(write, locationId, seriesId);
  const row = (await clientsOf(write, locationId, seriesId)).find((each) => each.id === id);
  const isThere =
    calendars.memberIds === undefined ||
    (await listSeriesDays(write, locationId, seriesId, calendars)).some((day) => row?.dayIds.includes(day.id));
  if (!row || !isThere) throw new NotFound(`Schedule ${seriesId} has no client schedule ${id}`);
  return row;
}

/** Changes the weekdays on which a client attends: future appointments are added and removed. @throws as createClientSeries */
export async function changeClientSeries(
  write: Write,
  location: Location,
  seriesId: number,
  id: number,
  dayIds: readonly number[],
  actor: SeriesActor,
): Promise<ClientSeriesRow> {
  const current = await lockClientSeries(write, location.id, seriesId, id, actor.rights.calendars);
  await expectDays(write, location.id, seriesId, dayIds, actor.rights.calendars);
  const wanted = [...new Set(dayIds)];
  const toAdd = await comingEvents(
    write,
    location.id,
    wanted.filter((dayId) => !current.dayIds.includes(dayId)),
    actor.rights,
  );
  const toRemove = await comingEvents(
    write,
    location.id,
    current.dayIds.filter((dayId) => !wanted.includes(dayId)),
    actor.rights,
  );
  // Both steps lock all their rows here, before either moves the clock.
  const living = new Set(await livingOf(write, location.id, [...toAdd, ...toRemove]));
  const [added, removed] = [toAdd, toRemove].map((ids) => ids.filter((eventId) => living.has(eventId))) as [number[], number[]];
  await lockAppointmentsOf(write, location.id, removed, [id]);
  await lockClients(write, location.id, [current.clientId]);
  await bookAll(write, location, [{ visitor: current, eventIds: added }], actor);
  await deleteAppointmentsOf(write, location.id, removed, actor.rights.delete, [id]);
  const [row] = await write
    .update(clientSeries)
    .set({ dayIds: wanted })
    .where(and(eq(clientSeries.locationId, location.id), eq(clientSeries.id, id)))
    .returning();
  return row as ClientSeriesRow;
}

/** Names the membership that pays a client's appointments in a series first; null for none. The caller has checked that it may. @throws NotFound */
export async function setMembershipOfSeries(
  write: Write,
  location: Pick<Location, 'id'>,
  seriesId: number,
  id: number,
  membershipId: number | null,
  calendars: Calendars,
): Promise<ClientSeriesRow> {
  await lockClientSeries(write, location.id, seriesId, id, calendars);
  const [row] = await write
    .update(clientSeries)
    .set({ membershipId })
    .where(and(eq(clientSeries.locationId, location.id), eq(clientSeries.id, id)))
    .returning();
  return row as ClientSeriesRow;
}

/** Ends a client's attendance: their future appointments are deleted. @throws NotFound, Forbidden */
export async function deleteClientSeries(
  write: Write,
  location: Location,
  seriesId: number,
  id: number,
  rights: DeleteRights,
): Promise<void> {
  const current = await lockClientSeries(write, location.id, seriesId, id, rights.calendars);
  const eventIds = await livingOf(write, location.id, await comingEvents(write, location.id, current.dayIds, rights));
  await deleteAppointmentsOf(write, location.id, eventIds, rights, [id]);
  await write
    .update(clientSeries)
    .set({ deletedAt: new Date() })
    .where(and(eq(clientSeries.locationId, location.id), eq(clientSeries.id, id)));
}
