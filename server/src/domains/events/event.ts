import { and, asc, desc, eq, getTableColumns, gte, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { dateIn, localDateTime } from '../../platform/clock.ts';
import { prepared, rowsOf } from '../../platform/database.ts';
import { currencyDigits, type Money } from '../../platform/money.ts';
import { batches, pause } from '../../platform/pause.ts';
import { fold } from '../../platform/text.ts';
import type { Label } from '../appointments/appointment.ts';
import { countVisits, visitsFor } from '../appointments/client-visits.ts';
import { deleteAppointmentsOf, lockAppointmentsOf } from '../appointments/delete.ts';
import { refuseAnyReceipted, refuseReceipted } from '../appointments/receipted.ts';
import {
  type ChangeRights,
  type DeleteRights,
  type PlaceRights,
  refuseChange,
  refuseDeletion,
  refusePlace,
} from '../appointments/rights.ts';
import { lockEvents } from '../appointments/seats.ts';
import { appointments, eventSeries, events } from '../appointments/tables.ts';
import { serviceCategories, services } from '../catalog/tables.ts';
import { serviceTerms } from '../catalog/terms.ts';
import { lockClients } from '../clients/locked.ts';
import { imageGroupOf } from '../images/image-group.ts';
import { knownInstances } from '../resources/resource.ts';
import { type Granted, grantTime, grantTimes, lockCalendars, occupy, releaseTime, TimeTaken } from '../schedule/occupation.ts';
import { tags } from '../tags/tables.ts';
import { type Calendars, inCalendars, isInCalendars } from '../team/calendars.ts';
import { teamMembers } from '../team/tables.ts';
import { type TeamMemberCard, teamMemberCards } from '../team/team-member.ts';
import { eventSeriesDays, eventSeriesOccurrences, eventTags } from './tables.ts';

const labelsOf = sql<Label[]>`(
  select coalesce(json_agg(json_build_object('id', tags.id, 'title', tags.title, 'color', tags.color, 'icon', tags.icon) order by tags.id), '[]'::json)
  from event_tags join tags on tags.location_id = event_tags.location_id and tags.id = event_tags.tag_id and tags.deleted_at is null
  where event_tags.location_id = events.location_id and event_tags.event_id = events.id)`;

const instancesOf = sql<{ id: number; title: string; resourceId: number }[]>`(
  select coalesce(json_agg(json_build_object('id', resource_instances.id, 'title', resource_instances.title, 'resourceId', resource_instances.resource_id)
    order by resource_instances.id), '[]'::json)
  from resource_instances where resource_instances.location_id = events.location_id and resource_instances.id = any(events.resource_instance_ids))`;

/** A weekday of a series, without labels and resource instances that were deleted since. */
export const seriesDayColumns = {
  ...getTableColumns(eventSeriesDays),
  tagIds: sql<number[]>`(
    select coalesce(json_agg(tags.id order by tags.id), '[]'::json) from tags
    where tags.location_id = event_series_days.location_id and tags.id = any(event_series_days.tag_ids) and tags.deleted_at is null)`.as(
    'living_tag_ids',
  ),
  resourceInstanceIds: sql<number[]>`(
    select coalesce(json_agg(held.id order by held.id), '[]'::json) from resource_instances as held
    where held.location_id = event_series_days.location_id and held.id = any(event_series_days.resource_instance_ids))`.as(
    'present_instance_ids',
  ),
};

const selectEvents = (db: Read, where: SQL | undefined) =>
  db
    .select({
      ...getTableColumns(events),
      labels: labelsOf.as('labels'),
      instances: instancesOf.as('instances'),
      service: {
        id: services.id,
        linkId: services.linkId,
        title: services.title,
        categoryId: services.categoryId,
        priceMin: services.priceMin,
        priceMax: services.priceMax,
        comment: services.comment,
        prepaid: services.prepaid,
        picture: imageGroupOf('service', 'services'),
      },
      category: { id: serviceCategories.id, linkId: serviceCategories.linkId, title: serviceCategories.title },
      plannedAt: eventSeriesOccurrences.plannedAt,
      seriesDay: seriesDayColumns,
      series: { id: eventSeries.id, dateTo: eventSeries.dateTo },
    })
    .from(events)
    .innerJoin(services, and(eq(services.locationId, events.locationId), eq(services.id, events.serviceId)))
    .innerJoin(
      serviceCategories,
      and(eq(serviceCategories.locationId, services.locationId), eq(serviceCategories.id, services.categoryId)),
    )
    .leftJoin(
      eventSeriesOccurrences,
      and(
        eq(eventSeriesOccurrences.locationId, events.locationId),
        eq(eventSeriesOccurrences.eventId, events.id),
        isNull(eventSeriesOccurrences.deletedAt),
      ),
    )
    .leftJoin(
      eventSeriesDays,
      and(eq(eventSeriesDays.locationId, events.locationId), eq(eventSeriesDays.id, eventSeriesOccurrences.dayId)),
    )
    .leftJoin(eventSeries, and(eq(eventSeries.locationId, events.locationId), eq(eventSeries.id, eventSeriesDays.seriesId)))
    .where(where);

type Selected = Awaited<ReturnType<typeof selectEvents>>[number];

/** An event with its related rows, as every presenter takes it. */
export interface EventRow extends Selected {
  teamMember: TeamMemberCard;
}

async function withMembers(db: Read, locationId: number, rows: Selected[]): Promise<EventRow[]> {
  const members = await teamMemberCards(
    db,
    locationId,
    rows.map((row) => row.teamMemberId),
  );
  return rows.map((row) => ({ ...row, teamMember: members.get(row.teamMemberId) as TeamMemberCard }));
}

/** Filters events that are not deleted. An undefined property does not filter. */
export interface EventFilter {
  /** The first instant, and the one after the last, at which it may begin. */
  from?: Date | undefined;
  to?: Date | undefined;
  serviceIds?: readonly number[] | undefined;
  teamMemberIds?: readonly number[] | undefined;
  /** The event uses an instance of one of these resources. */
  resourceIds?: readonly number[] | undefined;
  /** Places that are free at least. */
  freePlaces?: number | undefined;
  /** The calendars of the caller. A caller who sees only the public part has all calendars. */
  calendars: Calendars;
}

const conditions = (locationId: number, filter: EventFilter): SQL | undefined => {
  const { from, to, serviceIds, teamMemberIds, resourceIds, freePlaces, calendars } = filter;
  return and(
    eq(events.locationId, locationId),
    isNull(events.deletedAt),
    inCalendars(events, calendars),
    from && gte(events.startsAt, from),
    to && lt(events.startsAt, to),
    serviceIds?.length ? inArray(events.serviceId, [...serviceIds]) : undefined,
    teamMemberIds?.length ? inArray(events.teamMemberId, [...teamMemberIds]) : undefined,
    resourceIds?.length
      ? sql`${events.resourceInstanceIds} && array(select id from resource_instances where resource_instances.location_id = ${locationId} and resource_instances.resource_id = any(${sql.param([...resourceIds])}::int[]))`
      : undefined,
    freePlaces ? sql`${events.capacity} - ${events.booked} >= ${freePlaces}` : undefined,
  );
};

/** Events by the time they begin. @returns a page, and how many there are in all */
export async function listEvents(
  db: Read,
  locationId: number,
  filter: EventFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ rows: EventRow[]; total: number }> {
  const where = conditions(locationId, filter);
  const rows = await selectEvents(db, where).orderBy(asc(events.startsAt), asc(events.id)).offset(offset).limit(limit);
  const isWholeList = offset === 0 && rows.length < limit;
  const total = isWholeList ? rows.length : await db.$count(events, where);
  return { rows: await withMembers(db, locationId, rows), total };
}

/** The dates of the location's calendar on which events begin, ascending. */
export async function eventDates(db: Read, location: Location, filter: EventFilter): Promise<string[]> {
  const date = sql<string>`(${events.startsAt} at time zone ${location.timeZone})::date::text`;
  const rows = await db
    .selectDistinct({ date: date.as('date') })
    .from(events)
    .where(conditions(location.id, filter))
    .orderBy(sql`date`);
  return rows.map((row) => row.date);
}

/** The first and the last date on which an event begins; null for both without any. */
export async function eventDateRange(
  db: Read,
  location: Location,
  filter: EventFilter,
): Promise<{ first: string | null; last: string | null }> {
  const [row] = await db
    .select({ first: sql<string | null>`min(${events.startsAt})`, last: sql<string | null>`max(${events.startsAt})` })
    .from(events)
    .where(conditions(location.id, filter));
  const date = (text: string | null | undefined) => (text ? dateIn(new Date(text), location.timeZone) : null);
  return { first: date(row?.first), last: date(row?.last) };
}

/** Something to filter events by. */
export interface FilterOption {
  id: number;
  title: string;
  /** Nothing is found with it and the other filters. */
  isDisabled: boolean;
}

/** The possible filters of future events, and the choices that remain with the given filters. */
export async function eventFilterOptions(
  db: Read,
  locationId: number,
  filter: EventFilter,
): Promise<Record<'staff' | 'service' | 'service_category' | 'resource', FilterOption[]>> {
  const rows = await db
    .select({
      teamMember: { id: teamMembers.id, title: teamMembers.name },
      service: { id: services.id, title: services.title },
      category: { id: serviceCategories.id, title: serviceCategories.title },
      resources: sql<{ id: number; title: string }[]>`(
        select coalesce(json_agg(distinct jsonb_build_object('id', resources.id, 'title', resources.title)), '[]'::json)
        from resource_instances join resources on resources.location_id = resource_instances.location_id and resources.id = resource_instances.resource_id
        where resource_instances.location_id = events.location_id and resource_instances.id = any(events.resource_instance_ids))`,
    })
    .from(events)
    .innerJoin(teamMembers, and(eq(teamMembers.locationId, events.locationId), eq(teamMembers.id, events.teamMemberId)))
    .innerJoin(services, and(eq(services.locationId, events.locationId), eq(services.id, events.serviceId)))
    .innerJoin(
      serviceCategories,
      and(eq(serviceCategories.locationId, services.locationId), eq(serviceCategories.id, services.categoryId)),
    )
    .where(and(eq(events.locationId, locationId), isNull(events.deletedAt), gte(events.startsAt, new Date())));

  type Row = (typeof rows)[number];
  const facets = {
    staff: { chosen: filter.teamMemberIds, of: (row: Row) => [row.teamMember] },
    service: { chosen: filter.serviceIds, of: (row: Row) => [row.service] },
    service_category: { chosen: undefined, of: (row: Row) => [row.category] },
    resource: { chosen: filter.resourceIds, of: (row: Row) => row.resources },
  };
  const entries = Object.entries(facets);
  const optionsOf = (code: string, of: (row: Row) => { id: number; title: string }[]) => {
    const options = new Map<number, FilterOption>();
    for (const row of rows) {
      const fits = entries.every(
        ([other, { chosen, of: idsOf }]) => other === code || !chosen?.length || idsOf(row).some(({ id }) => chosen.includes(id)),
      );
      for (const { id, title } of of(row)) {
        const known = options.get(id);
        options.set(id, { id, title, isDisabled: !fits && (known?.isDisabled ?? true) });
      }
    }
    return [...options.values()].sort((a, b) => a.id - b.id);
  };
  return Object.fromEntries(entries.map(([code, { of }]) => [code, optionsOf(code, of)])) as never;
}

/** A service that group events can have. */
export interface EventService {
  id: number;
  title: string;
  capacity: number;
  priceMin: Money;
  priceMax: Money;
  category: { id: number; title: string };
  members: { id: number; name: string; duration: number }[];
  resources: { id: number; title: string }[];
}

/** The services for group events, by weight. @param filter a team member who provides them, a part of the title */
export async function eventServices(
  db: Read,
  locationId: number,
  filter: { teamMemberId?: number | undefined; term?: string | undefined },
): Promise<EventService[]> {
  const { teamMemberId, term = '' } = filter;
  const rows = await db
    .select({
      id: services.id,
      title: services.title,
      capacity: services.capacity,
      priceMin: services.priceMin,
      priceMax: services.priceMax,
      category: { id: serviceCategories.id, title: serviceCategories.title },
      members: sql<EventService['members']>`(
        select coalesce(json_agg(json_build_object('id', team_members.id, 'name', team_members.name, 'duration', link.duration) order by team_members.id), '[]'::json)
        from service_team_members link
        join team_members on team_members.location_id = link.location_id and team_members.id = link.team_member_id and team_members.deleted_at is null
        where link.location_id = services.location_id and link.service_id = services.id)`,
      resources: sql<EventService['resources']>`(
        select coalesce(json_agg(json_build_object('id', resources.id, 'title', resources.title) order by resources.id), '[]'::json)
        from service_resources join resources on resources.location_id = service_resources.location_id and resources.id = service_resources.resource_id
        where service_resources.location_id = services.location_id and service_resources.service_id = services.id)`,
    })
    .from(services)
    .innerJoin(
      serviceCategories,
      and(eq(serviceCategories.locationId, services.locationId), eq(serviceCategories.id, services.categoryId)),
    )
    .where(
      and(
        eq(services.locationId, locationId),
        eq(services.isGroup, true),
        isNull(services.deletedAt),
        teamMemberId === undefined
          ? undefined
          : sql`exists (select 1 from service_team_members link where link.location_id = services.location_id and link.service_id = services.id and link.team_member_id = ${teamMemberId})`,
      ),
    )
    .orderBy(desc(services.weight), asc(services.id));
  return rows.filter((row) => fold(row.title).includes(fold(term)));
}

/** Events by id, by the time they begin; deleted ones too. */
export async function eventsById(db: Read, locationId: number, ids: readonly number[]): Promise<EventRow[]> {
  if (ids.length === 0) return [];
  return withMembers(db, locationId, await rowsById(db).execute({ location: locationId, ids: [...ids] }));
}

const rowsById = prepared((db) =>
  selectEvents(
    db,
    and(eq(events.locationId, sql.placeholder('location')), sql`${events.id} = any(${sql.placeholder('ids')}::int[])`),
  )
    .orderBy(asc(events.startsAt), asc(events.id))
    .prepare('events_by_id'),
);

/** @throws NotFound, also outside of the calendars; a deleted event is found */
export async function getEvent(db: Read, locationId: number, id: number, calendars: Calendars): Promise<EventRow> {
  const [row] = await eventsById(db, locationId, [id]);
  if (!row || !isInCalendars(row, calendars)) throw new NotFound(`Event ${id} was not found`);
  return row;
}

/** The fields of an event. An undefined field stays unchanged, or gets its default. */
export interface EventFields {
  teamMemberId: number;
  serviceId: number;
  startsAt: Date;
  /** seconds, the technical break included; the team member's time for the service by default */
  duration?: number | undefined;
  /** seconds; null for the service's */
  technicalBreak?: number | null | undefined;
  capacity: number;
  comment?: string | null | undefined;
  /** rrggbb, or empty */
  color?: string | undefined;
  instructions?: string | undefined;
  streamLink?: string | undefined;
  /** Instances that are used; one free instance of each resource that the service needs when not given. */
  resourceInstanceIds?: readonly number[] | undefined;
  tagIds?: readonly number[] | undefined;
}

/**
 * Adds events one after the other, so that they cannot take each other's time; all or none.
 * @returns the ids in the given order
 * @throws TimeTaken unless `force`, Invalid naming the field, NotFound for an unknown team member or service, Forbidden in a calendar that
 * the caller may not write to
 */
export async function createEvents(
  write: Write,
  location: Location,
  all: readonly EventFields[],
  rights: PlaceRights,
): Promise<number[]> {
  const fail = (error: TimeTaken) => {
    throw error;
  };
  return (await createPossibleEvents(write, location, all, rights, fail)) as number[];
}

/**
 * Like createEvents, but the caller handles taken times.
 * @returns null for each event whose time was taken
 */
export async function createPossibleEvents(
  write: Write,
  location: Location,
  all: readonly EventFields[],
  rights: PlaceRights,
  whenTaken: (error: TimeTaken, index: number) => void,
): Promise<(number | null)[]> {
  if (all.length === 0) return [];
  for (const event of all) refusePlace(event, rights);
  const { force } = rights;
  const terms = new Map<string, Awaited<ReturnType<typeof termsOf>>>();
  const key = ({ teamMemberId, serviceId }: EventFields) => `${teamMemberId} ${serviceId}`;
  for (const event of all) if (!terms.has(key(event))) terms.set(key(event), await termsOf(write, location.id, event));
  const resourcesOf = (event: EventFields) => (event.resourceInstanceIds ? [] : (terms.get(key(event))?.resourceIds ?? []));
  const memberIds = all.map((event) => event.teamMemberId);
  await expectMembers(write, location.id, memberIds);
  await expectTags(write, location.id, [...new Set(all.flatMap((event) => event.tagIds ?? []))]);
  const instances = await lockCalendars(write, location.id, {
    memberIds,
    resourceIds: [...new Set(all.flatMap(resourcesOf))],
    instanceIds: [...new Set(all.flatMap((event) => event.resourceInstanceIds ?? []))],
  });
  const ids = await newEventIds(write, all.length);
  const wanted = all.map((event, index) => {
    const service = terms.get(key(event)) as Awaited<ReturnType<typeof termsOf>>;
    const duration = event.duration ?? service.duration;
    const technicalBreak = eventBreakOf(
      event.technicalBreak ?? service.technicalBreak ?? 0,
      duration,
      event.technicalBreak != null,
    );
    return {
      sourceId: ids[index] as number,
      start: event.startsAt,
      end: new Date(event.startsAt.getTime() + duration * 1000),
      teamMemberId: event.teamMemberId,
      resourceIds: resourcesOf(event),
      instanceIds: event.resourceInstanceIds ?? [],
      force,
      event,
      duration,
      technicalBreak,
    };
  });
  const outcomes = await grantTimes(write, location, 'event', wanted, instances);
  for (const [index, outcome] of outcomes.entries()) if (outcome instanceof TimeTaken) whenTaken(outcome, index);
  const granted = wanted.flatMap((each, index) => {
    const outcome = outcomes[index] as Granted | TimeTaken;
    return outcome instanceof TimeTaken ? [] : [{ ...each, granted: outcome }];
  });
  for (const some of batches(granted, eventsAtOnce)) {
    await write
      .insert(events)
      .overridingSystemValue()
      .values(
        some.map(({ sourceId, event, duration, technicalBreak, granted: { instanceIds } }) => ({
          id: sourceId,
          locationId: location.id,
          teamMemberId: event.teamMemberId,
          serviceId: event.serviceId,
          startsAt: event.startsAt,
          duration,
          technicalBreak,
          capacity: event.capacity,
          comment: event.comment ?? null,
          color: event.color ?? '',
          instructions: event.instructions ?? '',
          streamLink: event.streamLink ?? '',
          resourceInstanceIds: instanceIds,
        })),
      );
    await occupy(write, location.id, 'event', some);
    await addTags(
      write,
      location.id,
      some.map(({ sourceId, event }) => ({ eventId: sourceId, tagIds: event.tagIds ?? [] })),
    );
    await pause();
  }
  const made = new Set(granted.map(({ sourceId }) => sourceId));
  write.made('event', [...made]);
  return ids.map((id) => (made.has(id) ? id : null));
}

/** So many events are written by one statement. */
const eventsAtOnce = 200;

/** Ids for new events. They are needed before the events are written, to record their occupations. */
async function newEventIds(write: Write, count: number): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    write,
    sql`select nextval(pg_get_serial_sequence('events', 'id'))::int as id from generate_series(1, ${count}::int)`,
  );
  return rows.map(({ id }) => id);
}

async function termsOf(db: Read, locationId: number, { teamMemberId, serviceId }: EventFields, withDeleted = false) {
  const service = (await serviceTerms(db, locationId, teamMemberId, [serviceId], withDeleted)).get(serviceId);
  if (!service) throw new NotFound(`Service ${serviceId} was not found`);
  return service;
}

async function expectMembers(db: Read, locationId: number, ids: readonly number[]): Promise<void> {
  const known = await db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, locationId), inArray(teamMembers.id, [...ids]), isNull(teamMembers.deletedAt)));
  const found = new Set(known.map(({ id }) => id));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw new NotFound(`Team member ${missing} was not found`);
}

async function expectTags(db: Read, locationId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const known = await db
    .select({ id: tags.id })
    .from(tags)
    .where(
      and(eq(tags.locationId, locationId), inArray(tags.id, [...ids]), inArray(tags.entity, [0, 3]), isNull(tags.deletedAt)),
    );
  if (known.length < ids.length) throw new Invalid({ tagIds: ['must be tags for events of this location'] });
}

function eventBreakOf(wanted: number, duration: number, isGiven: boolean): number {
  if (wanted < duration) return wanted;
  if (isGiven) throw new Invalid({ technicalBreak: ['must be shorter than {duration}'] });
  return 0;
}

async function replaceTags(
  write: Write,
  locationId: number,
  eventId: number,
  tagIds: readonly number[] | undefined,
): Promise<void> {
  if (!tagIds) return;
  await write.delete(eventTags).where(and(eq(eventTags.locationId, locationId), eq(eventTags.eventId, eventId)));
  await addTags(write, locationId, [{ eventId, tagIds }]);
}

async function addTags(
  write: Write,
  locationId: number,
  tagged: readonly { eventId: number; tagIds: readonly number[] }[],
): Promise<void> {
  const values = tagged.flatMap(({ eventId, tagIds }) => [...new Set(tagIds)].map((tagId) => ({ locationId, eventId, tagId })));
  if (values.length) await write.insert(eventTags).values(values);
}

/**
 * Replaces an event. Its appointments move with it. It needs the same rights as an appointment, with or without booked places.
 * @throws as createEvents; Forbidden naming the part that may not be changed; Invalid for fewer places than are booked, unless
 * `rights.force`
 */
export async function updateEvent(
  write: Write,
  location: Location,
  id: number,
  event: EventFields,
  rights: ChangeRights,
): Promise<void> {
  const [current] = await lockEvents(write, location.id, [id], rights.calendars);
  await lockAppointmentsOf(write, location.id, [id]);
  const moved = await changeEvent(write, location, current as HeldEvent, event, rights);
  await moveAppointments(write, location, moved, rights);
}

type HeldEvent = Awaited<ReturnType<typeof lockEvents>>[number];

/** An event whose appointments still have to move. */
export interface MovedEvent {
  id: number;
  /** The price of the new service, if the service changed. */
  price: Money | undefined;
}

/**
 * Replaces a locked event without its appointments. `moveAppointments` moves the appointments of all changed events at the end of the
 * request. @returns the event if its appointments have to move @throws as updateEvent
 */
export async function changeEvent(
  write: Write,
  location: Location,
  current: HeldEvent,
  event: EventFields,
  rights: ChangeRights,
): Promise<MovedEvent[]> {
  const { id } = current;
  const { force } = rights;
  const servicesChange = event.serviceId !== current.serviceId;
  // Services that stay may have been deleted since.
  const service = await termsOf(write, location.id, event, !servicesChange);
  if (event.teamMemberId !== current.teamMemberId) await expectMembers(write, location.id, [event.teamMemberId]);
  await expectTags(write, location.id, [...new Set(event.tagIds ?? [])]);
  if (event.capacity < current.booked && !force) {
    throw new Invalid({ capacity: [`must be at least ${current.booked}, the places that are booked`] });
  }
  const duration = event.duration ?? current.duration;
  const technicalBreak = eventBreakOf(event.technicalBreak ?? current.technicalBreak, duration, event.technicalBreak != null);
  const instancesChange =
    event.resourceInstanceIds !== undefined &&
    [...event.resourceInstanceIds].sort().join() !== [...current.resourceInstanceIds].sort().join();
  const changesTime = event.startsAt.getTime() !== current.startsAt.getTime() || event.teamMemberId !== current.teamMemberId;
  const changesDuration = duration !== current.duration;
  const isMoved = changesTime || changesDuration;
  const changesComment = event.comment !== undefined && (event.comment ?? '') !== (current.comment ?? '');
  const change = { timeOrMember: changesTime, duration: changesDuration, services: servicesChange, comment: changesComment };
  refuseChange([{ startsAt: current.startsAt }, { startsAt: event.startsAt }], change, rights);
  refusePlace(event, rights);
  let instanceIds = current.resourceInstanceIds;
  if (isMoved || instancesChange || servicesChange) {
    const resourceIds = event.resourceInstanceIds ? [] : servicesChange ? service.resourceIds : [];
    // Instances that stay may have been deleted since.
    const kept = servicesChange ? [] : current.resourceInstanceIds;
    const wantedInstances = event.resourceInstanceIds ?? (await knownInstances(write, location.id, kept));
    const instances = await lockCalendars(write, location.id, {
      memberIds: [event.teamMemberId],
      resourceIds,
      instanceIds: wantedInstances,
    });
    await releaseTime(write, location.id, 'event', [id]);
    const span = { start: event.startsAt, end: new Date(event.startsAt.getTime() + duration * 1000) };
    const claim = { ...span, teamMemberId: event.teamMemberId, resourceIds, instanceIds: wantedInstances, force };
    const granted = await grantTime(write, location, claim, instances);
    await occupy(write, location.id, 'event', [{ sourceId: id, ...span, granted }]);
    instanceIds = granted.instanceIds;
  }
  await write
    .update(events)
    .set({
      teamMemberId: event.teamMemberId,
      serviceId: event.serviceId,
      startsAt: event.startsAt,
      duration,
      technicalBreak,
      capacity: event.capacity,
      ...(event.comment === undefined ? {} : { comment: event.comment }),
      ...(event.color === undefined ? {} : { color: event.color }),
      ...(event.instructions === undefined ? {} : { instructions: event.instructions }),
      ...(event.streamLink === undefined ? {} : { streamLink: event.streamLink }),
      resourceInstanceIds: instanceIds,
      changedAt: new Date(),
    })
    .where(and(eq(events.locationId, location.id), eq(events.id, id)));
  await replaceTags(write, location.id, id, event.tagIds);
  return isMoved || instancesChange || servicesChange || technicalBreak !== current.technicalBreak
    ? [{ id, price: servicesChange ? service.price : undefined }]
    : [];
}

/** Gives the appointments of events the events' times, team members and services. @throws Forbidden, ReceiptPrinted */
export async function moveAppointments(
  write: Write,
  location: Location,
  moved: readonly MovedEvent[],
  rights: ChangeRights,
): Promise<void> {
  if (moved.length === 0) return;
  const ids = sql.param(moved.map(({ id }) => id));
  const rows = await write.lock(
    'appointment',
    write
      .select({
        id: appointments.id,
        clientId: appointments.clientId,
        startsAt: appointments.startsAt,
        eventId: events.id,
        eventStartsAt: events.startsAt,
        teamMemberId: appointments.teamMemberId,
        eventMemberId: events.teamMemberId,
        serviceId: events.serviceId,
        attendance: appointments.attendance,
        isReceiptPrinted: appointments.isReceiptPrinted,
      })
      .from(appointments)
      .innerJoin(events, and(eq(events.locationId, appointments.locationId), eq(events.id, appointments.eventId)))
      .where(
        and(
          eq(appointments.locationId, location.id),
          sql`${appointments.eventId} = any(${ids}::int[])`,
          isNull(appointments.deletedAt),
        ),
      )
      .orderBy(asc(appointments.id)),
    'no key update',
    { of: appointments },
  );
  if (rows.length === 0) return;
  refuseChange(rows, {}, rights);
  const repriced = new Set(moved.flatMap(({ id, price }) => (price === undefined ? [] : [id])));
  for (const row of rows) {
    refuseReceipted(row, { startsAt: row.eventStartsAt });
    if (row.eventId !== null && repriced.has(row.eventId)) refuseAnyReceipted([row]);
  }
  // Clients who came or did not come have statistics of their visits, which change with the date.
  const counted = rows.flatMap(({ attendance, clientId }) => (attendance === 1 || attendance === -1 ? [clientId] : []));
  await lockClients(write, location.id, counted);
  const toMove = rows.flatMap(({ id, clientId, startsAt, eventStartsAt }) => {
    const date = dateIn(eventStartsAt, location.timeZone);
    return dateIn(startsAt, location.timeZone) === date ? [] : [{ id, clientId, date }];
  });
  const visitIds = await visitsFor(write, location.id, toMove);
  const visits = toMove.map(({ id }, index) => ({ id, visit: visitIds[index] }));
  const prices = moved.filter(({ price }) => price !== undefined);
  if (prices.length) {
    await write.execute(sql`
      update appointment_services set service_id = events.service_id, cost_per_unit = changed.price, first_cost = changed.price * amount,
        cost = round(changed.price * amount * (100 - discount) / 100, ${currencyDigits(location.currency)}::int)
      from jsonb_to_recordset(${JSON.stringify(prices)}::jsonb) as changed(id int, price numeric)
      join events on events.location_id = ${location.id} and events.id = changed.id
      join appointments on appointments.location_id = events.location_id and appointments.event_id = events.id and appointments.deleted_at is null
      where appointment_services.location_id = appointments.location_id and appointment_services.appointment_id = appointments.id`);
    for (const { id, eventId, serviceId } of rows) {
      if (!prices.some((event) => event.id === eventId)) continue;
      write.changed('appointment services', location.id, id, 'update', { added: [serviceId] });
    }
  }
  await write.execute(sql`
    update appointments set team_member_id = events.team_member_id, starts_at = events.starts_at, duration = events.duration,
      technical_break = events.technical_break, resource_instance_ids = events.resource_instance_ids,
      visit_id = coalesce((select moved.visit from jsonb_to_recordset(${JSON.stringify(visits)}::jsonb) as moved(id int, visit int)
        where moved.id = appointments.id), appointments.visit_id)
    from events
    where events.location_id = ${location.id} and events.id = any(${ids}::int[]) and appointments.location_id = ${location.id}
      and appointments.event_id = events.id and appointments.deleted_at is null`);
  await countVisits(write, location.id, counted);
  for (const { id, startsAt, eventStartsAt, teamMemberId, eventMemberId } of rows) {
    const isMoved = startsAt.getTime() !== eventStartsAt.getTime() || teamMemberId !== eventMemberId;
    if (isMoved) write.changed('appointment time', location.id, id, 'update', { isMoved });
    write.changed('appointment', location.id, id, 'update');
  }
}

/**
 * Deletes events with their appointments; they stay readable.
 * @throws NotFound when one is unknown, deleted already or outside of the calendars, Forbidden
 */
export async function deleteEvents(
  write: Write,
  locationId: number,
  ids: readonly number[],
  rights: DeleteRights,
): Promise<void> {
  refuseDeletion([], rights);
  const held = await lockEvents(write, locationId, ids, rights.calendars);
  refuseDeletion(
    held.map(({ startsAt }) => ({ startsAt })),
    rights,
  );
  await deleteAppointmentsOf(write, locationId, ids, rights);
  await releaseTime(write, locationId, 'event', ids);
  if (ids.length) {
    await write
      .update(events)
      .set({ deletedAt: new Date(), changedAt: new Date() })
      .where(and(eq(events.locationId, locationId), inArray(events.id, [...ids])));
  }
}

/** Whether an event is no longer as its series planned it; null for one without a series. */
export function isModified(row: EventRow, timeZone: string): boolean | null {
  const { seriesDay, plannedAt } = row;
  if (!seriesDay || !plannedAt) return null;
  return Object.values(differences(row, timeZone)).some(Boolean);
}

const asSet = (ids: readonly number[]) => [...new Set(ids)].sort((a, b) => a - b).join();

/** The fields in which an event differs from its series. */
export function differences(row: EventRow, timeZone: string) {
  const { seriesDay, plannedAt } = row;
  const isPlanned = seriesDay !== null && plannedAt !== null;
  return {
    teamMember: isPlanned && row.teamMemberId !== seriesDay.teamMemberId,
    time: isPlanned && localDateTime(row.startsAt, timeZone) !== localDateTime(plannedAt, timeZone),
    duration: isPlanned && row.duration !== seriesDay.duration,
    labels: isPlanned && asSet(row.labels.map(({ id }) => id)) !== asSet(seriesDay.tagIds),
    instances: isPlanned && asSet(row.instances.map(({ id }) => id)) !== asSet(seriesDay.resourceInstanceIds),
  };
}
