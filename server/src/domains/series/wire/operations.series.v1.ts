import Type, { type Static } from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Invalid, NotFound } from '../../../api/errors.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { AnyOfTypes, DateTime, Id, LocalDateTime, maxId, NullableDateTime, named, PlainDate } from '../../../api/schema.ts';
import { TimetableEventScheduleDay, TimetableEventScheduleEvent } from '../../../wire/schemas.ts';
import { type Authorized, dateOf, deletionRightsOf, originOf, seriesRightsOf, viewFor } from '../../appointments/wire/caller.ts';
import { SeriesDayChanges, SeriesDayInput } from '../../appointments/wire/schemas.ts';
import { seriesSpelling } from '../../appointments/wire/spelling.ts';
import { membershipsForEvent } from '../../memberships/event.ts';
import { type Calendars, calendarsOf } from '../../team/calendars.ts';
import {
  addSeriesDay,
  changeClientSeries,
  changeSeriesDay,
  changeSeriesEnd,
  createClientSeries,
  createSeries,
  deleteClientSeries,
  deleteSeries,
  deleteSeriesDay,
  expectSeries,
  getSeries,
  getSeriesDay,
  listSeriesDays,
  type SeriesDayFields,
  type SeriesDayRow,
  type SeriesRow,
  seriesOfEvent,
  setMembershipOfSeries,
} from '../series.ts';
import { presentClientSeries, presentOccurrence, presentSeries, presentSeriesDay, weekdayNames } from './present.ts';
import { seriesParts } from './series-includes.ts';

const tag = 'Schedule & Resources';

const Series = named(
  'TimetableEventSchedule',
  Type.Object({
    id: Type.Integer(),
    created_at: DateTime('when it was made'),
    updated_at: DateTime('last change'),
    deleted_at: NullableDateTime('when it was deleted'),
    original_entity_type: Type.String({ enum: ['record', 'activity'], description: 'the source of the schedule' }),
    original_entity_id: Type.Integer({ description: 'group event' }),
    date_start: PlainDate('first date'),
    date_end: PlainDate('last date'),
    days: Type.Array(TimetableEventScheduleDay),
  }),
);

const ClientSeries = named(
  'TimetableEventScheduleClientSchedule',
  Type.Object({
    id: Type.Integer(),
    loyalty_abonement_id: AnyOfTypes<number | null>(['integer', 'null'], {
      description: 'the membership that pays its appointments first',
    }),
    final_day: LocalDateTime('the end of the last date'),
    days: Type.Array(TimetableEventScheduleDay),
  }),
);

const SeriesPath = Type.Object({ location_id: Id('location id'), schedule_id: Id('schedule id') });
const DayPath = Type.Object({
  location_id: Id('location id'),
  schedule_id: Id('schedule id'),
  day_id: Id('id of a day of the schedule'),
});
const ClientSeriesPath = Type.Object({
  location_id: Id('location id'),
  schedule_id: Id('schedule id'),
  client_schedule_id: Id('client schedule id'),
});
const DayInclude = Type.Object({
  include: Type.Optional(
    Type.Array(Type.String({ enum: ['events_master', 'events_labels', 'events_resource_instances', 'events'] }), {
      description: 'accepted; all of them are always there',
    }),
  ),
});

const exampleDay = {
  day_of_week: 'mon',
  events_master_id: 1,
  events_time: '18:00:00',
  events_duration: 3600,
  events_capacity: 4,
  labels_ids: [],
  resource_instances_ids: [],
};

const withSeconds = (time: string) => (time.length === 5 ? `${time}:00` : time);

const dayFields = (day: Static<typeof SeriesDayInput>): SeriesDayFields => ({
  weekday: weekdayNames.indexOf(day.day_of_week as (typeof weekdayNames)[number]) + 1,
  teamMemberId: day.events_master_id,
  startTime: withSeconds(day.events_time),
  duration: day.events_duration,
  capacity: day.events_capacity,
  tagIds: day.labels_ids ?? [],
  resourceInstanceIds: day.resource_instances_ids ?? [],
});

const actorOf = async (context: Parameters<typeof originOf>[0] & Authorized) => ({
  origin: originOf(context),
  rights: await seriesRightsOf(context),
});

type Reading = Parameters<typeof viewFor>[0] & Authorized;

/** A series with its days in the caller's calendars. @throws NotFound without any */
async function present(context: Reading, series: SeriesRow, calendars: Calendars) {
  const { db, location } = context;
  const days = await listSeriesDays(db, location.id, series.id, calendars);
  expectSeries(series.id, days, calendars);
  return presentSeries(series, days, await seriesParts(db, location.id, days, calendars), viewFor(context));
}

async function presentDay(context: Reading, day: SeriesDayRow, calendars: Calendars) {
  const parts = await seriesParts(context.db, context.location.id, [day], calendars);
  return presentSeriesDay(day, parts, viewFor(context));
}

const searchTimetableEventSchedulesByEvent = operation({
  id: 'search_timetable_event_schedules_by_event',
  method: 'GET',
  path: '/company/{location_id}/schedules/search/{entity_type}/{entity_id}',
  tag,
  summary: 'Schedule linked to an event',
  description: 'The schedule that was made from the group event, or that made it. Appointments have none.',
  access: locationUser('timetable_access'),
  params: Type.Object({
    location_id: Id('location id'),
    entity_type: Type.String({ enum: ['activity', 'record'], description: 'group event or appointment' }),
    entity_id: Id('entity id'),
  }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(Type.String({ enum: ['days', 'days.events_master', 'days.events_labels', 'days.events_resource_instances'] }), {
        description: 'accepted; all of them are always there',
      }),
    ),
  }),
  success: ok(Series),
  handle: async (context) => {
    const { db, location, params } = context;
    if (params.entity_type === 'record') throw new NotFound('Appointments have no schedules');
    return present(context, await seriesOfEvent(db, location.id, params.entity_id), await calendarsOf(context));
  },
});

const createTimetableEventSchedule = operation({
  id: 'create_timetable_event_schedule',
  method: 'POST',
  path: '/company/{location_id}/schedules',
  tag,
  summary: 'Create a recurring schedule from an event',
  description:
    'Creates the events of the given weekdays after the date of the original, up to the end. If a time is taken, no event is created and its `event_status` is `entity_failed`. Changing the day tries again.',
  access: locationUser('create_records_access'),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({ include: Type.Optional(Type.Array(Type.String({ enum: ['days'] }))) }),
  body: Type.Object({
    original_entity_type: Type.String({ enum: ['record', 'activity'], description: '`activity`; `record` is refused' }),
    original_entity_id: Id('group event'),
    date_end: Type.String({ maxLength: 10, description: 'YYYY-MM-DD', examples: ['2026-12-31'] }),
    add_clients_from_original_entity: Type.Boolean({ description: 'the clients of the original come to every event' }),
    days: Type.Array(SeriesDayInput, { minItems: 1, maxItems: 7, description: 'each day of the week at most once' }),
  }),
  spelling: seriesSpelling,
  success: created(Series),
  example: {
    body: {
      original_entity_type: 'activity',
      original_entity_id: 1,
      date_end: '2026-11-30',
      add_clients_from_original_entity: false,
      days: [exampleDay],
    },
  },
  handle: async (context) => {
    const { write, location, body } = context;
    if (body.original_entity_type === 'record') {
      throw new Invalid({ original_entity_type: ['must be activity: schedules are made from group events'] });
    }
    const input = {
      originalEventId: body.original_entity_id,
      dateTo: dateOf(body.date_end, 'date_end'),
      withClients: body.add_clients_from_original_entity,
      days: body.days.map(dayFields),
    };
    const actor = await actorOf(context);
    return present(context, await createSeries(write, location, input, actor), actor.rights.calendars);
  },
});

const updateTimetableEventSchedule = operation({
  id: 'update_timetable_event_schedule',
  method: 'PATCH',
  path: '/company/{location_id}/schedules/{schedule_id}',
  tag,
  summary: 'Change schedule end',
  description: 'A later end adds events, an earlier one deletes the coming events after it with their appointments.',
  access: locationUser('edit_records_access'),
  params: SeriesPath,
  body: Type.Object({
    date_end: Type.Optional(Type.String({ maxLength: 10, description: 'YYYY-MM-DD', examples: ['2026-12-31'] })),
  }),
  spelling: seriesSpelling,
  success: ok(Series),
  example: { body: { date_end: '2026-10-26' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const dateTo = body.date_end === undefined ? undefined : dateOf(body.date_end, 'date_end');
    const actor = await actorOf(context);
    const series = await changeSeriesEnd(write, location, params.schedule_id, dateTo, actor);
    return present(context, series, actor.rights.calendars);
  },
});

const deleteTimetableEventSchedule = operation({
  id: 'delete_timetable_event_schedule',
  method: 'DELETE',
  path: '/company/{location_id}/schedules/{schedule_id}',
  tag,
  summary: 'Delete schedule',
  description: 'Deletes its future events and their appointments too. Past events stay.',
  access: locationUser('delete_records_access'),
  params: SeriesPath,
  success: empty(204),
  handle: async (context) => {
    const { write, location, params } = context;
    await deleteSeries(write, location, params.schedule_id, await deletionRightsOf(context));
  },
});

const createTimetableScheduleDay = operation({
  id: 'create_timetable_schedule_day',
  method: 'POST',
  path: '/company/{location_id}/schedules/{schedule_id}/days',
  tag,
  summary: 'Add a day of the week to a schedule',
  description: 'And its events, up to the end of the schedule.',
  access: locationUser('create_records_access'),
  params: SeriesPath,
  query: DayInclude,
  body: SeriesDayInput,
  spelling: seriesSpelling,
  success: created(TimetableEventScheduleDay),
  example: { body: { ...exampleDay, day_of_week: 'thu' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const actor = await actorOf(context);
    const day = await addSeriesDay(write, location, params.schedule_id, dayFields(body), actor);
    return presentDay(context, day, actor.rights.calendars);
  },
});

const updateTimetableScheduleDay = operation({
  id: 'update_timetable_schedule_day',
  method: 'PATCH',
  path: '/company/{location_id}/schedules/{schedule_id}/days/{day_id}',
  tag,
  summary: 'Change a day of a schedule',
  description:
    'Changes its future events too, all or none. Events that were changed by hand stay the same, unless `force` is set. Times that were taken are tried again if the caller may create appointments.',
  access: locationUser('edit_records_access'),
  params: DayPath,
  query: DayInclude,
  body: SeriesDayChanges,
  spelling: seriesSpelling,
  success: ok(TimetableEventScheduleDay),
  example: { body: { force: false, events_time: '19:00:00' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const changes = {
      teamMemberId: body.events_master_id,
      startTime: body.events_time && withSeconds(body.events_time),
      duration: body.events_duration,
      capacity: body.events_capacity,
      tagIds: body.labels_ids,
      resourceInstanceIds: body.resource_instances_ids,
    };
    const { schedule_id, day_id } = params;
    const actor = await actorOf(context);
    const day = await changeSeriesDay(write, location, schedule_id, day_id, changes, body.force, actor);
    return presentDay(context, day, actor.rights.calendars);
  },
});

const deleteTimetableScheduleDay = operation({
  id: 'delete_timetable_schedule_day',
  method: 'DELETE',
  path: '/company/{location_id}/schedules/{schedule_id}/days/{day_id}',
  tag,
  summary: 'Delete a day of a schedule',
  description: 'With its coming events and their appointments.',
  access: locationUser('delete_records_access'),
  params: DayPath,
  success: empty(204),
  handle: async (context) => {
    const { write, location, params } = context;
    await deleteSeriesDay(write, location, params.schedule_id, params.day_id, await deletionRightsOf(context));
  },
});

const listTimetableScheduleDayEvents = operation({
  id: 'list_timetable_schedule_day_events',
  method: 'GET',
  path: '/company/{location_id}/schedules/{schedule_id}/days/{day_id}/events',
  tag,
  summary: 'Planned times of a day of a schedule',
  access: locationUser('timetable_access'),
  params: DayPath,
  success: counted(Type.Array(TimetableEventScheduleEvent)),
  handle: async (context) => {
    const { db, location, params } = context;
    const calendars = await calendarsOf(context);
    await getSeries(db, location.id, params.schedule_id);
    const day = await getSeriesDay(db, location.id, params.schedule_id, params.day_id, calendars);
    const parts = await seriesParts(db, location.id, [day], calendars);
    const view = viewFor(context);
    return parts.occurrences.map((occurrence) => presentOccurrence(occurrence, day, parts, view));
  },
});

/** The recurring operations of Schedule & Resources, in the order of the published documents. */
export const recurringScheduleOperations = [
  searchTimetableEventSchedulesByEvent,
  createTimetableEventSchedule,
  updateTimetableEventSchedule,
  deleteTimetableEventSchedule,
  createTimetableScheduleDay,
  updateTimetableScheduleDay,
  deleteTimetableScheduleDay,
  listTimetableScheduleDayEvents,
];

const dayIds = Type.Array(Id('day of the schedule'), { minItems: 1, maxItems: 7, description: 'the days the client comes on' });

async function presentClient(
  context: Reading,
  seriesId: number,
  row: Parameters<typeof presentClientSeries>[0],
  calendars: Calendars,
) {
  const { db, location } = context;
  const series = await getSeries(db, location.id, seriesId);
  const days = await listSeriesDays(db, location.id, seriesId, calendars);
  return presentClientSeries(row, series, days, await seriesParts(db, location.id, days, calendars), viewFor(context));
}

const MembershipOfSeries = AnyOfTypes<number | null>(['integer', 'null'], {
  minimum: 1,
  maximum: maxId,
  description: 'a membership of the client that pays the service: it pays the appointments first; null for none',
});

/** @throws Invalid for a membership that the client cannot use in a series */
async function expectUsable(context: Reading, seriesId: number, clientId: number, id: number | null | undefined): Promise<void> {
  if (id == null) return;
  const { db, location } = context;
  const { originalEventId } = await getSeries(db, location.id, seriesId);
  const usable = await membershipsForEvent(db, location, clientId, originalEventId);
  if (usable.every(({ membership }) => membership.id !== id))
    throw new Invalid({ loyalty_abonement_id: ['must be a membership that the client can use for this schedule'] });
}

const createTimetableClientSchedule = operation({
  id: 'create_timetable_client_schedule',
  method: 'POST',
  path: '/company/{location_id}/schedules/{schedule_id}/client_schedules',
  tag: 'Appointments',
  summary: 'Recurring appointments for a client',
  description: 'An appointment in every coming event of the days, all or none; events that are added later get one too.',
  access: locationUser('create_records_access'),
  params: SeriesPath,
  body: Type.Object({
    client_id: Id('client id'),
    comer_id: Type.Optional(
      Type.Integer({ description: 'the person who attends instead of the client; not built yet, so it is refused' }),
    ),
    schedule_days_ids: dayIds,
    loyalty_abonement_id: Type.Optional(MembershipOfSeries),
  }),
  spelling: seriesSpelling,
  success: created(ClientSeries),
  example: { body: { client_id: 3, schedule_days_ids: [1] } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    if (body.comer_id) throw new Invalid({ comer_id: ['must be a visitor of this location'] });
    const membershipId = body.loyalty_abonement_id;
    const input = { clientId: body.client_id, dayIds: body.schedule_days_ids, membershipId };
    const actor = await actorOf(context);
    await expectUsable(context, params.schedule_id, body.client_id, membershipId);
    const row = await createClientSeries(write, location, params.schedule_id, input, actor);
    return presentClient(context, params.schedule_id, row, actor.rights.calendars);
  },
});

const updateTimetableClientSchedule = operation({
  id: 'update_timetable_client_schedule',
  method: 'PATCH',
  path: '/company/{location_id}/schedules/{schedule_id}/client_schedules/{client_schedule_id}',
  tag: 'Appointments',
  summary: 'Change recurring appointments',
  description: 'New days get appointments. Appointments of removed days are deleted.',
  access: locationUser('edit_records_access'),
  params: ClientSeriesPath,
  body: Type.Object({ schedule_days_ids: dayIds, loyalty_abonement_id: Type.Optional(MembershipOfSeries) }),
  spelling: seriesSpelling,
  success: ok(ClientSeries),
  example: { body: { schedule_days_ids: [1] } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const { schedule_id, client_schedule_id } = params;
    const actor = await actorOf(context);
    const membershipId = body.loyalty_abonement_id;
    const changed = await changeClientSeries(write, location, schedule_id, client_schedule_id, body.schedule_days_ids, actor);
    await expectUsable(context, schedule_id, changed.clientId, membershipId);
    const row =
      membershipId === undefined
        ? changed
        : await setMembershipOfSeries(write, location, schedule_id, client_schedule_id, membershipId, actor.rights.calendars);
    return presentClient(context, schedule_id, row, actor.rights.calendars);
  },
});

const deleteTimetableClientSchedule = operation({
  id: 'delete_timetable_client_schedule',
  method: 'DELETE',
  path: '/company/{location_id}/schedules/{schedule_id}/client_schedules/{client_schedule_id}',
  tag: 'Appointments',
  summary: 'Delete recurring appointments',
  description: 'With the coming appointments.',
  access: locationUser('delete_records_access'),
  params: ClientSeriesPath,
  success: empty(204),
  handle: async (context) => {
    const { write, location, params } = context;
    const { schedule_id, client_schedule_id } = params;
    await deleteClientSeries(write, location, schedule_id, client_schedule_id, await deletionRightsOf(context));
  },
});

/** The recurring operations of Appointments, in the order of the published documents. */
export const clientSeriesOperations = [
  createTimetableClientSchedule,
  updateTimetableClientSchedule,
  deleteTimetableClientSchedule,
];
