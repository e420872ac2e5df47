import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { answer, empty, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';
import {
  ResourceInstance,
  ResponseMetaCount,
  TimetableEventScheduleDay,
  TimetableEventScheduleEvent,
} from '../../wire/schemas.ts';

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

const getTeamMemberSchedule = operation({
  id: 'get_team_member_schedule',
  method: 'GET',
  path: '/schedule/{location_id}/{team_member_id}/{start_date}/{end_date}',
  tag: 'Schedule & Resources',
  summary: 'Work schedule of one team member',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    team_member_id: Id('team member id'),
    start_date: Id('YYYYMMDD, e.g. 20251201'),
    end_date: Id('YYYYMMDD'),
  }),
  success: answer(
    200,
    Type.Union([
      Type.Object({
        date: Type.String({ description: 'ISO8601' }),
        is_working: Type.Boolean(),
        slots: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'from, to' }))),
      }),
      Type.Array(Type.Any()),
    ]),
  ),
  errors: [403, 404],
  example: { data: [{ date: '2026-09-21T23:00:00.000-05:00', is_working: 1, slots: [{ from: '10:00', to: '14:00' }] }] },
});

const updateTeamMemberSchedule = operation({
  id: 'update_team_member_schedule',
  method: 'PUT',
  path: '/schedule/{location_id}/{team_member_id}/{start_date}/{end_date}',
  tag: 'Schedule & Resources',
  summary: 'Set work schedule of one team member',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    team_member_id: Id('team member id'),
    start_date: Type.String({ minLength: 1, maxLength: 255, description: 'date' }),
    end_date: Type.String({ minLength: 1, maxLength: 255, description: 'date' }),
  }),
  body: Type.Union([
    Type.Object({
      date: Type.String(),
      is_working: Type.Boolean(),
      slots: Type.Record(Type.String(), Type.Any(), { description: 'array of {from,to} HH:MM in example' }),
    }),
    Type.Array(Type.Any()),
  ]),
  success: empty(200),
  errors: [403, 404],
  example: { body: [{ date: '2026-09-21T23:00:00.000-05:00', is_working: true, slots: [{ from: '10:00', to: '14:30' }] }] },
});

const getAppointmentCalendarDates = operation({
  id: 'get_appointment_calendar_dates',
  method: 'GET',
  path: '/timetable/dates/{location_id}/{date}',
  tag: 'Schedule & Resources',
  summary: 'Working dates around a reference date',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    date: Type.String({ minLength: 1, maxLength: 255, description: 'date; reference date' }),
  }),
  query: Type.Object({ staff_id: Type.Optional(Type.Integer()) }),
  success: answer(200, Type.Array(Type.String({ description: 'date' }))),
  errors: [403, 404],
  example: { data: ['2026-09-21T23:00:00.000-05:00'] },
});

const getAppointmentCalendarSessions = operation({
  id: 'get_appointment_calendar_sessions',
  method: 'GET',
  path: '/timetable/seances/{location_id}/{team_member_id}/{date}',
  tag: 'Schedule & Resources',
  summary: 'Calendar time slots of a day',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    team_member_id: Id('team member id'),
    date: Type.String({ minLength: 1, maxLength: 255, description: 'date' }),
  }),
  success: answer(
    200,
    Type.Union([Type.Object({ time: Type.String({ description: 'HH:MM' }), is_free: Type.Boolean() }), Type.Array(Type.Any())]),
  ),
  errors: [403, 404],
  example: { data: [{ time: '10:00', is_free: true }] },
});

const getResourceList = operation({
  id: 'get_resource_list',
  method: 'GET',
  path: '/resources/{location_id}',
  tag: 'Schedule & Resources',
  summary: 'Resources of a location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        title: Type.Optional(Type.String()),
        instances: Type.Optional(Type.Array(ResourceInstance)),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'resources found' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [{ id: 70, title: 'Pedicure chair', instances: [{ id: 181, title: 'Pedicure chair #1', resource_id: 70 }] }],
    meta: { count: 2 },
  },
});

const TeamMemberScheduleSlot = named(
  'TeamMemberScheduleSlot',
  Type.Object({
    from: Type.Optional(Type.String({ description: 'HH:MM' })),
    to: Type.Optional(Type.String({ description: 'HH:MM' })),
  }),
);

const scheduleTeamMemberUpdateDeprecated = operation({
  id: 'schedule_team_member_update_deprecated',
  method: 'PUT',
  path: '/schedule/{location_id}/{team_member_id}',
  tag: 'Schedule & Resources',
  summary: 'Old schedule update',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  body: Type.Array(
    Type.Object({
      date: Type.String({ description: 'date' }),
      is_working: Type.Boolean(),
      slots: Type.Array(TeamMemberScheduleSlot),
    }),
  ),
  success: answer(201, Type.Any()),
  errors: [403, 404],
  example: { body: [{ date: '2026-01-15', is_working: true, slots: [{ from: '10:00', to: '14:30' }] }] },
});

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

const getTeamMemberScheduleList = operation({
  id: 'get_team_member_schedule_list',
  method: 'GET',
  path: '/company/{location_id}/staff/schedule',
  tag: 'Schedule & Resources',
  summary: 'Work schedules of team members',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    start_date: Type.Optional(Type.String({ description: 'date' })),
    end_date: Type.Optional(Type.String({ description: 'date' })),
    staff_ids: Type.Optional(Type.Array(Type.Integer())),
    include: Type.Optional(Type.Array(Type.String({ enum: ['busy_intervals', 'off_day_type'] }))),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        staff_id: Type.Optional(Type.Integer()),
        date: Type.Optional(Type.String({ description: 'date' })),
        slots: Type.Optional(Type.Array(TeamMemberScheduleSlot)),
        busy_intervals: Type.Optional(
          Type.Array(
            Type.Object({
              entity_type: Type.Optional(Type.String({ enum: ['record', 'activity'] })),
              entity_id: Type.Optional(Type.Integer()),
              from: Type.Optional(Type.String({ description: 'HH:MM:SS' })),
              to: Type.Optional(Type.String({ description: 'HH:MM:SS' })),
            }),
          ),
        ),
        off_day_type: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'off-day type id' })),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer()) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        team_member_id: 12345,
        date: '2026-01-31',
        slots: [{ from: '10:00', to: '12:00' }],
        busy_intervals: [{ entity_type: 'record', entity_id: 456789, from: '11:00:00', to: '12:00:00' }],
        off_day_type: null,
      },
    ],
    meta: { count: 1 },
  },
});

const setTeamMemberSchedule = operation({
  id: 'set_team_member_schedule',
  method: 'PUT',
  path: '/company/{location_id}/staff/schedule',
  tag: 'Schedule & Resources',
  summary: 'Set or delete schedules by date',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    schedules_to_set: Type.Optional(
      Type.Array(
        Type.Object({
          team_member_id: Type.Optional(Type.Integer()),
          dates: Type.Optional(Type.Array(Type.String({ description: 'date' }))),
          slots: Type.Optional(Type.Array(TeamMemberScheduleSlot)),
        }),
      ),
    ),
    schedules_to_delete: Type.Optional(
      Type.Array(
        Type.Object({
          team_member_id: Type.Optional(Type.Integer()),
          dates: Type.Optional(Type.Array(Type.String({ description: 'date' }))),
        }),
      ),
    ),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        team_member_id: Type.Optional(Type.Integer()),
        date: Type.Optional(Type.String({ description: 'date' })),
        slots: Type.Optional(Type.Array(TeamMemberScheduleSlot)),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer()) }),
  ),
  errors: [403, 404, 422],
  example: {
    body: {
      schedules_to_set: [{ team_member_id: 12345, dates: ['2026-01-31'], slots: [{ from: '10:00', to: '14:00' }] }],
      schedules_to_delete: [{ team_member_id: 12345, dates: ['2026-02-02'] }],
    },
  },
});

/** The operations of the tag, in the order of the published documents; those of the calendar's settings are between the two. */
export const scheduleAndResourcesOperations = [
  getTeamMemberSchedule,
  updateTeamMemberSchedule,
  getAppointmentCalendarDates,
  getAppointmentCalendarSessions,
  getResourceList,
  scheduleTeamMemberUpdateDeprecated,
  searchTimetableEventSchedulesByEvent,
  createTimetableEventSchedule,
  updateTimetableEventSchedule,
  deleteTimetableEventSchedule,
  createTimetableScheduleDay,
  updateTimetableScheduleDay,
  deleteTimetableScheduleDay,
  listTimetableScheduleDayEvents,
];
export const teamMemberScheduleOperations = [getTeamMemberScheduleList, setTeamMemberSchedule];
