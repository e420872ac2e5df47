import Type from 'typebox';
import { locationPartner, locationUser } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';
import { IdAndTitle, ResourceInstance, ResponseMetaCount, StaffPosition } from '../../wire/schemas.ts';

const EventDatesRange = named(
  'EventDatesRange',
  Type.Object({
    min_date: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'YYYY-MM-DD' })),
    max_date: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'YYYY-MM-DD' })),
  }),
);

const EventRequest = named(
  'EventRequest',
  Type.Object({
    date: Type.String({ description: 'date-time; example "YYYY-MM-DD HH:MM"' }),
    service_id: Type.Integer(),
    staff_id: Type.Integer(),
    capacity: Type.Number(),
    resource_instance_ids: Type.Optional(Type.Array(Type.Number())),
    force: Type.Boolean({ description: 'ignore busy staff/resource conflicts' }),
    length: Type.Optional(Type.Number({ description: 'seconds' })),
  }),
);

const EventService = named(
  'EventService',
  Type.Object(
    {
      id: Type.Optional(Type.Integer()),
      category_id: Type.Optional(Type.Integer()),
      title: Type.Optional(Type.String()),
    },
    { additionalProperties: Type.Any() },
  ),
);

const searchEvents = operation({
  id: 'search_events',
  method: 'GET',
  path: '/activity/{location_id}/search',
  tag: 'Events',
  summary: 'Search events',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    from: Type.String({ description: 'YYYY-MM-DD' }),
    till: Type.String({ description: 'YYYY-MM-DD' }),
    service_ids: Type.Optional(Type.Array(Type.Integer())),
    staff_ids: Type.Optional(Type.Array(Type.Integer())),
    resource_ids: Type.Optional(Type.Array(Type.Integer())),
    page: Type.Optional(Type.Number({ default: 1 })),
    count: Type.Optional(Type.Number({ default: 25 })),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object(
        {
          id: Type.Optional(Type.Integer()),
          service_id: Type.Optional(Type.Integer()),
          company_id: Type.Optional(Type.Integer()),
          staff_id: Type.Optional(Type.Integer()),
          date: Type.Optional(Type.String({ description: 'date-time' })),
          length: Type.Optional(Type.Number({ description: 'seconds' })),
          capacity: Type.Optional(Type.Number()),
          records_count: Type.Optional(Type.Number()),
          color: Type.Optional(Type.String()),
          instructions: Type.Optional(Type.String()),
          stream_link: Type.Optional(Type.String()),
          font_color: Type.Optional(Type.String()),
          notified: Type.Optional(Type.Boolean()),
          prepaid: Type.Optional(Type.String({ description: 'e.g. forbidden' })),
          service: Type.Optional(
            Type.Object(
              {
                id: Type.Optional(Type.Integer()),
                category_id: Type.Optional(Type.Integer()),
                title: Type.Optional(Type.String()),
                price_min: Type.Optional(Type.Number()),
                price_max: Type.Optional(Type.Number()),
                comment: Type.Optional(Type.String()),
                image_url: Type.Optional(Type.String()),
                salon_service_id: Type.Optional(Type.Integer({ description: 'chain-level category id' })),
                prepaid: Type.Optional(Type.String()),
                category: Type.Optional(EventService),
              },
              { additionalProperties: Type.Any() },
            ),
          ),
          staff: Type.Optional(
            Type.Object(
              {
                id: Type.Optional(Type.Integer()),
                api_id: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'external id' })),
                name: Type.Optional(Type.String()),
                company_id: Type.Optional(Type.Integer()),
                specialization: Type.Optional(Type.String()),
                rating: Type.Optional(Type.Number()),
                show_rating: Type.Optional(
                  AnyOfTypes<number | boolean>(['number', 'boolean'], { description: '1 show, 0 hide' }),
                ),
                avatar: Type.Optional(Type.String()),
                avatar_big: Type.Optional(Type.String()),
                comments_count: Type.Optional(Type.Number()),
                votes_count: Type.Optional(Type.Number()),
                average_score: Type.Optional(Type.Number()),
                prepaid: Type.Optional(Type.String({ description: 'online payment availability' })),
                position: Type.Optional(StaffPosition),
              },
              { additionalProperties: Type.Any() },
            ),
          ),
          resource_instances: Type.Optional(Type.Array(ResourceInstance)),
          labels: Type.Optional(
            Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'example shows {} when empty' })),
          ),
        },
        { additionalProperties: Type.Any() },
      ),
    ),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'events found' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 3480140,
        service_id: 5243360,
        company_id: 68570,
        staff_id: 921105,
        date: '2026-09-21T23:00:00.000-05:00',
        length: 3600,
        capacity: 40,
        records_count: 0,
        color: '',
        instructions: '',
        stream_link: '',
        font_color: '',
        notified: false,
        prepaid: 'forbidden',
        service: {
          id: 5243360,
          category_id: 5092305,
          title: 'Lecture on psychoanalysis',
          price_min: 500,
          price_max: 500,
          comment: 'Not',
          image_url: '',
          salon_service_id: 5792535,
          prepaid: 'forbidden',
          category: { id: 5092305, category_id: 1, title: 'Psychoanalysis' },
        },
        staff: {
          id: 921105,
          name: 'Natalie',
          company_id: 68570,
          specialization: 'Psychotherapist',
          rating: 4.57,
          show_rating: false,
          avatar: 'https://app.alteg.io/images/no-master-sm.png',
          avatar_big: 'https://app.alteg.io/images/no-master-sm.png',
          comments_count: 7,
          votes_count: 0,
          average_score: 4.57,
          prepaid: 'forbidden',
          position: { id: 123340, title: 'Psychotherapist' },
        },
        resource_instances: [{ id: 83030, title: "Psychotherapist's office. #one", resource_id: 34895 }],
        labels: [],
      },
    ],
    meta: { count: 1 },
  },
});

const searchEventDates = operation({
  id: 'search_event_dates',
  method: 'GET',
  path: '/activity/{location_id}/search_dates',
  tag: 'Events',
  summary: 'Dates that have events',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    from: Type.String({ description: 'YYYY-MM-DD' }),
    till: Type.String({ description: 'YYYY-MM-DD' }),
    service_ids: Type.Optional(Type.Array(Type.Integer())),
    staff_ids: Type.Optional(Type.Array(Type.Integer())),
    resource_ids: Type.Optional(Type.Array(Type.Integer())),
  }),
  success: answer(200, Type.Array(Type.String({ description: 'date' }))),
  errors: [403, 404],
  example: { data: ['2026-06-01'] },
});

const getEventDateRange = operation({
  id: 'get_event_date_range',
  method: 'GET',
  path: '/activity/{location_id}/search_dates_range',
  tag: 'Events',
  summary: 'First and last event date',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    service_ids: Type.Optional(Type.Array(Type.Integer())),
    staff_ids: Type.Optional(Type.Array(Type.Integer())),
    resource_ids: Type.Optional(Type.Array(Type.Integer())),
  }),
  success: answer(200, EventDatesRange),
  errors: [403, 404],
  example: { data: { min_date: '2026-06-01', max_date: '2026-07-15' } },
});

const getEventSearchFilters = operation({
  id: 'get_event_search_filters',
  method: 'GET',
  path: '/activity/{location_id}/filters',
  tag: 'Events',
  summary: 'Filter values for event search',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    service_ids: Type.Optional(Type.Array(Type.Integer())),
    staff_ids: Type.Optional(Type.Array(Type.Integer())),
    resource_ids: Type.Optional(Type.Array(Type.Integer())),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object(
        {
          code: Type.Optional(Type.String({ enum: ['staff', 'resource', 'service', 'service_category'] })),
          title: Type.Optional(Type.String()),
          data: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  id: Type.Optional(Type.Integer()),
                  title: Type.Optional(Type.String()),
                  is_disabled: Type.Optional(Type.Boolean({ description: 'unselectable given the filters already applied' })),
                },
                { additionalProperties: Type.Any() },
              ),
            ),
          ),
        },
        { additionalProperties: Type.Any() },
      ),
    ),
    ResponseMetaCount,
  ),
  errors: [403, 404],
  example: {
    data: [{ code: 'staff', title: 'Team Member', data: [{ id: 1, title: 'Team Member 1', is_disabled: true }] }],
    meta: { count: 4 },
  },
});

const EventStaff = named(
  'EventStaff',
  Type.Object(
    { id: Type.Optional(Type.Integer()), name: Type.Optional(Type.String()), company_id: Type.Optional(Type.Integer()) },
    { additionalProperties: Type.Any() },
  ),
);

const DurationDetails = named(
  'DurationDetails',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    services_duration: Type.Optional(Type.Number({ description: 'seconds' })),
    technical_break_duration: Type.Optional(Type.Number({ description: 'seconds' })),
  }),
);

const GetEventResourceInstance = named(
  'GetEventResourceInstance',
  Type.Object(
    {
      id: Type.Optional(Type.Integer()),
      title: Type.Optional(Type.String()),
      resource_id: Type.Optional(Type.Integer()),
    },
    { additionalProperties: Type.Any() },
  ),
);

const Event = named(
  'Event',
  Type.Object(
    {
      id: Type.Optional(Type.Integer()),
      salon_id: Type.Optional(Type.Integer({ description: 'deprecated, same as company_id' })),
      company_id: Type.Optional(Type.Integer()),
      service_id: Type.Optional(Type.Integer()),
      staff_id: Type.Optional(Type.Integer()),
      date: Type.Optional(Type.String({ description: 'date and time' })),
      timestamp: Type.Optional(Type.Number({ description: 'unix seconds' })),
      length: Type.Optional(Type.Number({ description: 'seconds' })),
      capacity: Type.Optional(Type.Number()),
      records_count: Type.Optional(Type.Number()),
      color: Type.Optional(Type.String()),
      font_color: Type.Optional(Type.String()),
      instructions: Type.Optional(Type.String()),
      stream_link: Type.Optional(Type.String()),
      notified: Type.Optional(Type.Boolean()),
      comment: Type.Optional(AnyOfTypes<string | null>(['string', 'null'])),
      prepaid: Type.Optional(Type.String({ description: 'forbidden, optional or required' })),
      is_deleted: Type.Optional(Type.Boolean()),
      duration_details: Type.Optional(DurationDetails),
      service: Type.Optional(EventService),
      staff: Type.Optional(EventStaff),
      resource_instances: Type.Optional(Type.Array(GetEventResourceInstance)),
      labels: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
    },
    { additionalProperties: Type.Any() },
  ),
);

const getEvent = operation({
  id: 'get_event',
  method: 'GET',
  path: '/activity/{location_id}/{event_id}',
  tag: 'Events',
  summary: 'One event',
  deprecated: true,
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  success: answer(200, Event),
  errors: [403, 404],
  example: {
    data: {
      id: 108,
      salon_id: 4564,
      service_id: 1185299,
      staff_id: 26427,
      date: '2026-09-21T23:00:00.000-05:00',
      length: 3600,
      capacity: 9,
      records_count: 0,
      color: '',
      font_color: '',
      service: { id: 1185299, title: 'Group manicure', category_id: 754917 },
      staff: { id: 26427, name: 'Monica Bellucci', company_id: 4564 },
      resource_instances: [{ id: 3127, title: 'Manicure machine #1', resource_id: 1364 }],
    },
  },
});

const updateEvent = operation({
  id: 'update_event',
  method: 'PUT',
  path: '/activity/{location_id}/{event_id}',
  tag: 'Events',
  summary: 'Change an event',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  body: EventRequest,
  success: answer(200, Event),
  errors: [400, 403, 404, 422],
  example: {
    data: {
      id: 108,
      salon_id: 4564,
      service_id: 1185299,
      staff_id: 26427,
      date: '2026-09-21T23:00:00.000-05:00',
      length: 3600,
      capacity: 9,
      records_count: 0,
      color: '',
      font_color: '',
      service: { id: 1185299, title: 'Group manicure', category_id: 754917 },
      staff: { id: 26427, name: 'Monica Bellucci', company_id: 4564 },
      resource_instances: [{ id: 3127, title: 'Manicure machine #1', resource_id: 1364 }],
    },
  },
});

const deleteEvent = operation({
  id: 'delete_event',
  method: 'DELETE',
  path: '/activity/{location_id}/{event_id}',
  tag: 'Events',
  summary: 'Delete an event',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  success: answer(202, undefined, Type.Object({ message: Type.Optional(Type.String()) })),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
});

const createEvent = operation({
  id: 'create_event',
  method: 'POST',
  path: '/activity/{location_id}',
  tag: 'Events',
  summary: 'Create an event',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: EventRequest,
  success: answer(200, Event),
  errors: [400, 403, 404, 422],
  example: {
    data: {
      id: 108,
      salon_id: 4564,
      service_id: 1185299,
      staff_id: 26427,
      date: '2026-09-21T23:00:00.000-05:00',
      length: 3600,
      capacity: 9,
      records_count: 0,
      color: '',
      font_color: '',
      service: { id: 1185299, title: 'Group manicure', category_id: 754917 },
      staff: { id: 26427, name: 'Monica Bellucci', company_id: 4564 },
      resource_instances: [{ id: 3127, title: 'Manicure machine #1', resource_id: 1364 }],
    },
  },
});

const duplicateEvent = operation({
  id: 'duplicate_event',
  method: 'POST',
  path: '/activity/{location_id}/{event_id}/duplicate',
  tag: 'Events',
  summary: 'Duplicate an event',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        service_id: Type.Optional(Type.Integer()),
        salon_id: Type.Optional(Type.Integer()),
        master_id: Type.Optional(Type.Integer()),
        date: Type.Optional(Type.String()),
        length: Type.Optional(Type.Number()),
        capacity: Type.Optional(Type.Number()),
        records_count: Type.Optional(Type.Number()),
        color: Type.Optional(Type.String()),
        instructions: Type.Optional(Type.String()),
        stream_link: Type.Optional(Type.String()),
        font_color: Type.Optional(Type.String()),
        notified: Type.Optional(Type.Boolean()),
        timestamp: Type.Optional(Type.String()),
        service: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            category_id: Type.Optional(Type.Integer()),
            title: Type.Optional(Type.String()),
            price_min: Type.Optional(Type.Number()),
            price_max: Type.Optional(Type.Number()),
            prepaid: Type.Optional(Type.String()),
          }),
        ),
        resource_instances: Type.Optional(Type.Array(ResourceInstance)),
        master: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            name: Type.Optional(Type.String()),
            company_id: Type.Optional(Type.Integer()),
            specialization: Type.Optional(Type.Number()),
            rating: Type.Optional(Type.Number()),
            show_rating: Type.Optional(Type.Boolean()),
            prepaid: Type.Optional(Type.String()),
            position: Type.Optional(Type.Array(Type.Any())),
          }),
        ),
        records: Type.Optional(Type.Array(Type.Any())),
        labels: Type.Optional(Type.Array(Type.Any())),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Number()) }),
  ),
  errors: [400, 403, 404, 409, 422],
  example: {
    data: [
      {
        id: 9182,
        service_id: 1209148,
        salon_id: 4564,
        master_id: 1000265,
        date: '2026-09-21T23:00:00.000-05:00',
        length: 7200,
        capacity: 5,
        records_count: 0,
        color: '',
        instructions: '',
        stream_link: '',
        font_color: '',
        notified: false,
        timestamp: '2026-09-21T23:00:00.000-05:00',
        service: { id: 1209148, category_id: 1285356, title: 'Fitness "test"', price_min: 2, price_max: 3, prepaid: 'forbidden' },
        resource_instances: [{ id: 1094, title: 'Massage room 1st floor', resource_id: 464 }],
        master: {
          id: 1000265,
          name: 'Master',
          company_id: 4564,
          specialization: 321,
          rating: 0,
          show_rating: true,
          prepaid: 'allowed',
          position: [],
        },
        records: [],
        labels: [],
      },
    ],
    meta: { count: 2 },
  },
});

const searchEventServices = operation({
  id: 'search_event_services',
  method: 'GET',
  path: '/activity/{location_id}/services',
  tag: 'Events',
  summary: 'Services usable for events',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Optional(Type.Integer()),
    term: Type.Optional(Type.String({ description: 'full or partial service name' })),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        title: Type.Optional(Type.String()),
        capacity: Type.Optional(Type.Number()),
        price_min: Type.Optional(Type.Number()),
        price_max: Type.Optional(Type.Number()),
        is_multi: Type.Optional(Type.Boolean({ description: 'usable for events' })),
        category: Type.Optional(IdAndTitle),
        staff: Type.Optional(
          Type.Array(
            Type.Object({
              id: Type.Optional(Type.Integer()),
              name: Type.Optional(Type.String()),
              length: Type.Optional(Type.Number({ description: 'service duration, seconds' })),
            }),
          ),
        ),
        resources: Type.Optional(
          Type.Array(
            Type.Object({
              id: Type.Optional(Type.Integer()),
              title: Type.Optional(Type.String()),
              salon_id: Type.Optional(Type.Integer()),
            }),
          ),
        ),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'services found' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 1209148,
        title: 'Fitness test',
        capacity: 5,
        price_min: 2,
        price_max: 3,
        is_multi: true,
        category: { id: 1285356, title: 'Group services' },
        staff: [{ id: 37695, name: 'John Doe', length: 7200 }],
        resources: [{ id: 464, title: 'massage room', salon_id: 4564 }],
      },
    ],
    meta: { count: 1 },
  },
});

const EventDuplicationStrategy = named(
  'EventDuplicationStrategy',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    company_id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    repeat_mode_id: Type.Optional(Type.Integer()),
    repeat_mode: Type.Optional(IdAndTitle),
    days: Type.Optional(Type.Array(Type.Integer())),
    interval: Type.Optional(Type.Number()),
    content_type: Type.Optional(Type.Number()),
  }),
);

const listEventDuplicationStrategies = operation({
  id: 'list_event_duplication_strategies',
  method: 'GET',
  path: '/activity/{location_id}/duplication_strategy',
  tag: 'Events',
  summary: 'Duplication strategies',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(200, Type.Array(EventDuplicationStrategy), Type.Object({ count: Type.Optional(Type.Number()) })),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 2,
        company_id: 4564,
        title: 'test pattern',
        repeat_mode_id: 1,
        repeat_mode: { id: 1, title: 'Daily' },
        days: [],
        interval: 0,
        content_type: 1,
      },
    ],
    meta: { count: 1 },
  },
});

const EventDuplicationStrategyInput = named(
  'EventDuplicationStrategyInput',
  Type.Object({
    title: Type.String(),
    days: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'source type; examples use integers' })),
    ),
    repeat_mode_id: Type.Integer(),
    interval: Type.Optional(Type.Number()),
    content_type: Type.Optional(Type.Number({ description: '1 no appointments, 2 with appointments' })),
  }),
);

const createEventDuplicationStrategy = operation({
  id: 'create_event_duplication_strategy',
  method: 'POST',
  path: '/activity/{location_id}/duplication_strategy',
  tag: 'Events',
  summary: 'Create a duplication strategy',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: EventDuplicationStrategyInput,
  success: answer(200, EventDuplicationStrategy),
  errors: [403, 404],
  example: {
    data: {
      id: 3,
      company_id: 4564,
      title: 'Test duplication strategy',
      repeat_mode_id: 5,
      repeat_mode: { id: 5, title: 'Every week' },
      days: [1],
      interval: 2,
      content_type: 1,
    },
  },
});

const updateEventDuplicationStrategy = operation({
  id: 'update_event_duplication_strategy',
  method: 'POST',
  path: '/activity/{location_id}/duplication_strategy/{strategy_id}',
  tag: 'Events',
  summary: 'Update a duplication strategy',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), strategy_id: Id('strategy id') }),
  body: EventDuplicationStrategyInput,
  success: answer(200, EventDuplicationStrategy),
  errors: [403, 404],
  example: {
    data: {
      id: 3,
      company_id: 4564,
      title: 'New test duplication strategy',
      repeat_mode_id: 5,
      repeat_mode: { id: 5, title: 'Every week' },
      days: [2],
      interval: 3,
      content_type: 1,
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const eventsOperations = [
  searchEvents,
  searchEventDates,
  getEventDateRange,
  getEventSearchFilters,
  getEvent,
  updateEvent,
  deleteEvent,
  createEvent,
  duplicateEvent,
  searchEventServices,
  listEventDuplicationStrategies,
  createEventDuplicationStrategy,
  updateEventDuplicationStrategy,
];
