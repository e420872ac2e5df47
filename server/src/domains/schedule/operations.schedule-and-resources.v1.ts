import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { answer, empty, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';
import { ResponseMetaCount, TimetableEventScheduleDay, TimetableEventScheduleEvent } from '../../wire/schemas.ts';

const TimetableEventSchedule = named(
  'TimetableEventSchedule',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    created_at: Type.Optional(Type.String({ description: 'date-time' })),
    updated_at: Type.Optional(Type.String({ description: 'date-time' })),
    deleted_at: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'date-time' })),
    original_entity_type: Type.Optional(Type.String({ description: 'template entity type', enum: ['record', 'activity'] })),
    original_entity_id: Type.Optional(Type.Integer()),
    date_start: Type.Optional(Type.String({ description: 'date' })),
    date_end: Type.Optional(Type.String({ description: 'date' })),
    days: Type.Optional(Type.Array(TimetableEventScheduleDay)),
  }),
);

const searchTimetableEventSchedulesByEvent = operation({
  id: 'search_timetable_event_schedules_by_event',
  method: 'GET',
  path: '/company/{location_id}/schedules/search/{entity_type}/{entity_id}',
  tag: 'Schedule & Resources',
  summary: 'Schedule linked to an event',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    entity_type: Type.String({ minLength: 1, maxLength: 255, description: 'entity type', enum: ['record', 'activity'] }),
    entity_id: Id('entity id'),
  }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(Type.String({ enum: ['days', 'days.events_master', 'days.events_labels', 'days.events_resource_instances'] })),
    ),
  }),
  success: answer(200, TimetableEventSchedule),
  errors: [403, 404],
});

const CreateTimetableEventScheduleDay = named(
  'CreateTimetableEventScheduleDay',
  Type.Object({
    day_of_week: Type.String({ enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }),
    events_master_id: Type.Integer({ description: 'team member' }),
    events_time: Type.String({ description: 'HH:MM:SS' }),
    events_duration: Type.Number({ description: 'seconds' }),
    events_capacity: Type.Number({ description: '1 for appointments' }),
    labels_ids: Type.Optional(Type.Array(Type.Number())),
    resource_instances_ids: Type.Optional(Type.Array(Type.Number())),
  }),
);

const createTimetableEventSchedule = operation({
  id: 'create_timetable_event_schedule',
  method: 'POST',
  path: '/company/{location_id}/schedules',
  tag: 'Schedule & Resources',
  summary: 'Create a recurring schedule from an event',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({ include: Type.Optional(Type.Array(Type.String({ enum: ['days'] }))) }),
  body: Type.Object({
    original_entity_type: Type.String({ enum: ['record', 'activity'] }),
    original_entity_id: Type.Integer(),
    date_end: Type.String({ description: 'date' }),
    add_clients_from_original_entity: Type.Boolean({ description: 'put source clients on every planned event' }),
    days: Type.Array(CreateTimetableEventScheduleDay),
  }),
  success: answer(201, TimetableEventSchedule),
  errors: [403, 404, 422],
  example: {
    body: {
      original_entity_type: 'activity',
      original_entity_id: 123,
      date_end: '2022-02-01',
      add_clients_from_original_entity: false,
      days: [
        {
          day_of_week: 'mon',
          events_master_id: 123,
          events_time: '14:00:00',
          events_duration: 3600,
          events_capacity: 4,
          labels_ids: [123],
          resource_instances_ids: [123],
        },
      ],
    },
  },
});

const updateTimetableEventSchedule = operation({
  id: 'update_timetable_event_schedule',
  method: 'PATCH',
  path: '/company/{location_id}/schedules/{schedule_id}',
  tag: 'Schedule & Resources',
  summary: 'Change schedule end',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), schedule_id: Id('schedule id') }),
  body: Type.Object({ date_end: Type.Optional(Type.String({ description: 'date' })) }),
  success: answer(200, TimetableEventSchedule),
  errors: [403, 404, 422],
  example: { body: { date_end: '2022-02-01' } },
});

const deleteTimetableEventSchedule = operation({
  id: 'delete_timetable_event_schedule',
  method: 'DELETE',
  path: '/company/{location_id}/schedules/{schedule_id}',
  tag: 'Schedule & Resources',
  summary: 'Delete schedule',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), schedule_id: Id('schedule id') }),
  success: empty(204),
  errors: [403, 404],
});

const createTimetableScheduleDay = operation({
  id: 'create_timetable_schedule_day',
  method: 'POST',
  path: '/company/{location_id}/schedules/{schedule_id}/days',
  tag: 'Schedule & Resources',
  summary: 'Add a series to a schedule',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), schedule_id: Id('schedule id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(Type.String({ enum: ['events_master', 'events_labels', 'events_resource_instances', 'events'] })),
    ),
  }),
  body: CreateTimetableEventScheduleDay,
  success: answer(201, TimetableEventScheduleDay),
  errors: [403, 404, 422],
  example: {
    body: {
      day_of_week: 'mon',
      events_master_id: 123,
      events_time: '14:00:00',
      events_duration: 3600,
      events_capacity: 4,
      labels_ids: [123],
      resource_instances_ids: [123],
    },
  },
});

const updateTimetableScheduleDay = operation({
  id: 'update_timetable_schedule_day',
  method: 'PATCH',
  path: '/company/{location_id}/schedules/{schedule_id}/days/{day_id}',
  tag: 'Schedule & Resources',
  summary: 'Change a series',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), schedule_id: Id('schedule id'), day_id: Id('schedule series id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(Type.String({ enum: ['events_master', 'events_labels', 'events_resource_instances', 'events'] })),
    ),
  }),
  body: Type.Object({
    force: Type.Boolean({ description: 'true overrides manual changes of planned events' }),
    events_master_id: Type.Optional(Type.Integer({ description: 'team member' })),
    events_time: Type.Optional(Type.String({ description: 'HH:MM:SS' })),
    events_duration: Type.Optional(Type.Number({ description: 'seconds' })),
    events_capacity: Type.Optional(Type.Number({ description: '1 for appointments' })),
    labels_ids: Type.Optional(Type.Array(Type.Number())),
    resource_instances_ids: Type.Optional(Type.Array(Type.Number())),
  }),
  success: answer(200, TimetableEventScheduleDay),
  errors: [403, 404, 422],
  example: {
    body: {
      force: false,
      events_master_id: 123,
      events_time: '14:00:00',
      events_duration: 3600,
      events_capacity: 4,
      labels_ids: [123],
      resource_instances_ids: [123],
    },
  },
});

const deleteTimetableScheduleDay = operation({
  id: 'delete_timetable_schedule_day',
  method: 'DELETE',
  path: '/company/{location_id}/schedules/{schedule_id}/days/{day_id}',
  tag: 'Schedule & Resources',
  summary: 'Delete a series',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), schedule_id: Id('schedule id'), day_id: Id('schedule series id') }),
  success: empty(204),
  errors: [403, 404],
});

const listTimetableScheduleDayEvents = operation({
  id: 'list_timetable_schedule_day_events',
  method: 'GET',
  path: '/company/{location_id}/schedules/{schedule_id}/days/{day_id}/events',
  tag: 'Schedule & Resources',
  summary: 'Planned events of a series',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), schedule_id: Id('schedule id'), day_id: Id('schedule series id') }),
  success: answer(200, Type.Array(TimetableEventScheduleEvent), ResponseMetaCount),
  errors: [403, 404],
});

/** Recurring schedules of appointments and events. */
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
