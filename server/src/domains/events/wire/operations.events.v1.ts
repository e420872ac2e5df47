import Type, { type Static } from 'typebox';
import { type Location, locationPartner, locationUser } from '../../../api/access.ts';
import { Conflict, Invalid } from '../../../api/errors.ts';
import { accepted, answer, counted, ok, operation } from '../../../api/operation.ts';
import { PageAndCount, pageRange } from '../../../api/pagination.ts';
import { AcceptedMeta, DateTime, EmptyList, Id, NullableString, named, UnixSeconds } from '../../../api/schema.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { LinkCategory, RecordLabel, ResourceInstance, Titled } from '../../../wire/schemas.ts';
import {
  colorOf,
  dateOf,
  deletionRightsOf,
  momentIn,
  originOf,
  periodOf,
  rightsOf,
  viewFor,
} from '../../appointments/wire/caller.ts';
import { AppointmentStaffPosition, LocationOnly } from '../../appointments/wire/schemas.ts';
import { eventSpelling } from '../../appointments/wire/spelling.ts';
import { TimeTaken } from '../../schedule/occupation.ts';
import { allCalendars } from '../../team/calendars.ts';
import {
  createStrategy,
  type DuplicationTimes,
  duplicateEvent as duplicate,
  getStrategy,
  listStrategies,
  type Repetition,
  updateStrategy,
} from '../duplication.ts';
import {
  createEvents,
  deleteEvents,
  type EventFields,
  type EventFilter,
  eventDateRange,
  eventDates,
  eventFilterOptions,
  eventServices,
  eventsById,
  getEvent as findEvent,
  listEvents,
  updateEvent as replaceEvent,
} from '../event.ts';
import type { RepeatMode } from '../tables.ts';
import { presentDuplicate, presentEvent, presentEventServiceOption, presentFoundEvent, presentStrategy } from './present.ts';

const tag = 'Events';

const EventPath = Type.Object({ location_id: Id('location id'), event_id: Id('event id') });

const EventService = named(
  'EventService',
  Type.Object({
    id: Type.Integer({ description: 'service id' }),
    category_id: Type.Integer(),
    title: Type.String(),
    price_min: Type.Number(),
    price_max: Type.Number(),
    comment: Type.String(),
    image_url: Type.String({ description: 'address of the picture, or empty' }),
    salon_service_id: Type.Integer(),
    prepaid: Type.String({ description: '`forbidden`, `optional` or `required`' }),
    category: LinkCategory,
  }),
);

const EventStaff = named(
  'EventStaff',
  Type.Object({
    id: Type.Integer({ description: 'team member id' }),
    api_id: NullableString({ description: 'id of an integration' }),
    name: Type.String(),
    company_id: Type.Integer({ description: 'location id' }),
    specialization: Type.String(),
    rating: Type.Number(),
    show_rating: Type.Integer({ description: '1: the rating is shown' }),
    avatar: Type.String({ description: 'address of the picture, or empty' }),
    avatar_big: Type.String(),
    comments_count: Type.Integer(),
    votes_count: Type.Integer(),
    average_score: Type.Number(),
    prepaid: Type.String(),
    position: AppointmentStaffPosition,
  }),
);

const eventFields = {
  id: Type.Integer({ description: 'event id' }),
  service_id: Type.Integer(),
  company_id: Type.Integer({ description: 'location id' }),
  salon_id: Type.Integer({ description: 'same as company_id' }),
  staff_id: Type.Integer({ description: 'team member id' }),
  date: DateTime('start'),
  length: Type.Integer({ description: 'seconds, with the technical break' }),
  capacity: Type.Integer({ description: 'places' }),
  records_count: Type.Integer({ description: 'places that are booked' }),
  color: Type.String({ description: '#rrggbb, or empty', examples: ['#9c27b0'] }),
  font_color: Type.String({ description: '#rrggbb, or empty', examples: ['#ffffff'] }),
  instructions: Type.String(),
  stream_link: Type.String(),
  notified: Type.Boolean(),
  prepaid: Type.String({ description: 'of the service' }),
  resource_instances: Type.Array(ResourceInstance),
  labels: Type.Array(RecordLabel),
  service: EventService,
};
const timestamp = UnixSeconds('start');

const FoundEvent = named('FoundEvent', Type.Object({ ...eventFields, timestamp, staff: EventStaff }));

const Event = named(
  'Event',
  Type.Object({
    ...eventFields,
    timestamp,
    staff: EventStaff,
    comment: NullableString({}),
    is_deleted: Type.Boolean(),
    duration_details: Type.Object({
      id: Type.Integer(),
      services_duration: Type.Integer({ description: 'seconds' }),
      technical_break_duration: Type.Integer({ description: 'seconds' }),
    }),
  }),
);

const DuplicatedEvent = named(
  'DuplicatedEvent',
  Type.Object({
    ...eventFields,
    timestamp: Type.String({ description: 'start, unix seconds', examples: ['1769965200'] }),
    master_id: Type.Integer({ description: 'same as staff_id' }),
    master: Type.Object({
      ...EventStaff.properties,
      show_rating: Type.Boolean(),
      position: Type.Array(Titled, { description: 'none or one' }),
    }),
    records: EmptyList,
  }),
);

const idList = (description: string) =>
  Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), { maxItems: 1000, description }));

const filterQuery = {
  service_ids: idList('only these services'),
  staff_ids: idList('only these team members'),
  resource_ids: idList('only events that use one of these resources'),
};
const dateQuery = {
  from: Type.String({ maxLength: 40, description: 'first date, YYYY-MM-DD', examples: ['2026-09-21'] }),
  till: Type.String({ maxLength: 40, description: 'last date, YYYY-MM-DD', examples: ['2026-10-19'] }),
};

type FilterQuery = { service_ids?: number[]; staff_ids?: number[]; resource_ids?: number[] };
const choices = ({ service_ids, staff_ids, resource_ids }: FilterQuery): EventFilter => ({
  serviceIds: service_ids,
  teamMemberIds: staff_ids,
  resourceIds: resource_ids,
  // The public part of an event.
  calendars: allCalendars,
});
const dated = (query: FilterQuery & { from: string; till: string }, { timeZone }: Location): EventFilter => {
  const period = periodOf(timeZone, ['from', dateOf(query.from, 'from')], ['till', dateOf(query.till, 'till')]);
  return { ...choices(query), ...period };
};

const searchEvents = operation({
  id: 'search_events',
  method: 'GET',
  path: '/activity/{location_id}/search',
  tag,
  summary: 'Search events',
  description: 'By the time they begin. `meta.count` is the number on all pages.',
  access: locationPartner(),
  params: LocationOnly,
  query: Type.Object({
    ...dateQuery,
    ...filterQuery,
    ...PageAndCount(25, 300),
  }),
  success: ok(Type.Array(FoundEvent), Type.Object({ count: Type.Integer({ description: 'events that match, on all pages' }) })),
  handle: async (context) => {
    const { db, location, query } = context;
    const { rows, total } = await listEvents(db, location.id, dated(query, location), pageRange(query.page, query.count));
    const view = viewFor(context);
    return { data: await mapInSteps(rows, (row) => presentFoundEvent(row, view)), meta: { count: total } };
  },
});

const searchEventDates = operation({
  id: 'search_event_dates',
  method: 'GET',
  path: '/activity/{location_id}/search_dates',
  tag,
  summary: 'Search dates that have events',
  access: locationPartner(),
  params: LocationOnly,
  query: Type.Object({ ...dateQuery, ...filterQuery }),
  success: ok(Type.Array(Type.String({ description: 'YYYY-MM-DD', examples: ['2026-09-21'] }))),
  handle: ({ db, location, query }) => eventDates(db, location, dated(query, location)),
});

const getEventDateRange = operation({
  id: 'get_event_date_range',
  method: 'GET',
  path: '/activity/{location_id}/search_dates_range',
  tag,
  summary: 'First and last date with an event',
  access: locationPartner(),
  params: LocationOnly,
  query: Type.Object(filterQuery),
  success: ok(
    named(
      'EventDatesRange',
      Type.Object({
        min_date: NullableString({ description: 'YYYY-MM-DD; null without events', examples: ['2026-09-21'] }),
        max_date: NullableString({ description: 'YYYY-MM-DD; null without events', examples: ['2026-12-21'] }),
      }),
    ),
  ),
  handle: async ({ db, location, query }) => {
    const { first, last } = await eventDateRange(db, location, choices(query));
    return { min_date: first, max_date: last };
  },
});

const filterTitles = {
  staff: 'Team member',
  service: 'Service',
  resource: 'Resource',
  service_category: 'Service category',
} as const;

const getEventSearchFilters = operation({
  id: 'get_event_search_filters',
  method: 'GET',
  path: '/activity/{location_id}/filters',
  tag,
  summary: 'List the possible filters of events',
  description: 'The choices that the coming events have. With a disabled one and the filters given nothing is found.',
  access: locationPartner(),
  params: LocationOnly,
  query: Type.Object(filterQuery),
  success: counted(
    Type.Array(
      Type.Object({
        code: Type.String({ enum: Object.keys(filterTitles) }),
        title: Type.String(),
        data: Type.Array(Type.Object({ id: Type.Integer(), title: Type.String(), is_disabled: Type.Boolean() })),
      }),
    ),
  ),
  handle: async ({ db, location, query }) => {
    const options = await eventFilterOptions(db, location.id, choices(query));
    return Object.entries(filterTitles).map(([code, title]) => ({
      code,
      title,
      data: options[code as keyof typeof filterTitles].map(({ isDisabled, ...option }) => ({
        ...option,
        is_disabled: isDisabled,
      })),
    }));
  },
});

const getEvent = operation({
  id: 'get_event',
  method: 'GET',
  path: '/activity/{location_id}/{event_id}',
  tag,
  summary: 'Get event',
  description: 'A deleted one too; `is_deleted` says so.',
  deprecated: true,
  access: locationPartner(),
  params: EventPath,
  success: ok(Event),
  handle: async (context) =>
    presentEvent(await findEvent(context.db, context.location.id, context.params.event_id, allCalendars), viewFor(context)),
});

const EventInput = named(
  'EventRequest',
  Type.Object({
    date: Type.String({ maxLength: 40, description: 'start, YYYY-MM-DD HH:MM in the time of the location' }),
    service_id: Id('service id'),
    staff_id: Id('team member id'),
    capacity: Type.Integer({ minimum: 1, maximum: 10_000, description: 'places' }),
    resource_instance_ids: Type.Optional(
      Type.Array(Id('resource instance id'), {
        maxItems: 100,
        description: 'instances that are used; a free one of each resource the service needs when left out',
      }),
    ),
    force: Type.Boolean({ description: 'true: also when somebody or something is busy' }),
    length: Type.Optional(
      Type.Integer({
        minimum: 300,
        maximum: 86_400,
        description: 'seconds, with the technical break; the time of the team member for the service by default',
        examples: [3600],
      }),
    ),
    color: Type.Optional(Type.String({ pattern: '^(#?[0-9a-fA-F]{6})?$', description: '#rrggbb', examples: ['#9c27b0'] })),
    instructions: Type.Optional(Type.String({ maxLength: 500 })),
    stream_link: Type.Optional(Type.String({ maxLength: 1000 })),
    comment: Type.Optional(Type.String({ maxLength: 255 })),
  }),
);

const fieldsOf = (body: Static<typeof EventInput>, { timeZone }: Location): EventFields => ({
  teamMemberId: body.staff_id,
  serviceId: body.service_id,
  startsAt: momentIn(body.date, timeZone, 'date'),
  duration: body.length,
  capacity: body.capacity,
  resourceInstanceIds: body.resource_instance_ids,
  color: colorOf(body.color),
  instructions: body.instructions,
  streamLink: body.stream_link,
  comment: body.comment,
});

const exampleEvent = { date: '2026-09-21 10:00', service_id: 1, staff_id: 1, capacity: 8, force: true, length: 3600 };

const updateEvent = operation({
  id: 'update_event',
  method: 'PUT',
  path: '/activity/{location_id}/{event_id}',
  tag,
  summary: 'Update event',
  description: 'Its appointments move with it.',
  deprecated: true,
  access: locationUser('edit_records_access'),
  params: EventPath,
  body: EventInput,
  spelling: eventSpelling,
  success: ok(Event),
  errors: [400],
  example: { body: { ...exampleEvent, capacity: 10 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const rights = await rightsOf(context, body.force);
    await replaceEvent(write, location, params.event_id, fieldsOf(body, location), rights);
    return presentEvent(await findEvent(write, location.id, params.event_id, rights.calendars), viewFor(context));
  },
});

const deleteEvent = operation({
  id: 'delete_event',
  method: 'DELETE',
  path: '/activity/{location_id}/{event_id}',
  tag,
  summary: 'Delete event',
  description: 'With its appointments. Both stay readable.',
  deprecated: true,
  access: locationUser('delete_records_access'),
  params: Type.Object({ location_id: Id('location id'), event_id: { ...Id('event id'), examples: [3] } }),
  success: accepted(AcceptedMeta),
  handle: async (context) => {
    const { write, location, params } = context;
    await deleteEvents(write, location.id, [params.event_id], await deletionRightsOf(context));
  },
});

const createEvent = operation({
  id: 'create_event',
  method: 'POST',
  path: '/activity/{location_id}',
  tag,
  summary: 'Create event',
  description: 'Refused when the team member or a resource is busy or nobody works then, unless `force`.',
  deprecated: true,
  access: locationUser('create_records_access'),
  params: LocationOnly,
  body: EventInput,
  spelling: eventSpelling,
  success: ok(Event),
  errors: [400],
  example: { body: exampleEvent },
  handle: async (context) => {
    const { write, location, body } = context;
    const rights = await rightsOf(context, body.force);
    const [id] = await createEvents(write, location, [fieldsOf(body, location)], rights);
    return presentEvent(await findEvent(write, location.id, id as number, rights.calendars), viewFor(context));
  },
});

const repetition = {
  repeat_mode_id: Type.Integer({
    minimum: 1,
    maximum: 7,
    description: '1 daily, 2 on weekdays, 3 Mon Wed Fri, 4 Tue Thu, 5 weekly, 6 monthly, 7 yearly',
  }),
  days: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { maxItems: 7, description: 'of mode 5: 0 Sunday to 6 Saturday' }),
  ),
  interval: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'units that are left out: days of mode 1, weeks of 5, months of 6, years of 7',
    }),
  ),
  content_type: Type.Optional(Type.Integer({ minimum: 1, maximum: 2, description: '1 without the appointments, 2 with them' })),
};

const DuplicationInput = named(
  'EventDuplication',
  Type.Object({
    dates: Type.Optional(
      Type.Array(Type.String({ maxLength: 40, examples: ['2026-09-28 10:00'] }), {
        maxItems: 366,
        description: 'times to copy to, YYYY-MM-DD HH:MM in the time of the location',
      }),
    ),
    strategy_id: Type.Optional(Id('strategy to repeat by')),
    repeat_mode_id: Type.Optional(repetition.repeat_mode_id),
    days: repetition.days,
    interval: repetition.interval,
    content_type: repetition.content_type,
    date_to: Type.Optional(
      Type.String({ maxLength: 10, description: 'repeat up to this date, YYYY-MM-DD', examples: ['2026-12-31'] }),
    ),
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 366, description: 'number of repetitions; one if neither this nor date_to is given' }),
    ),
    force: Type.Optional(Type.Boolean({ description: 'true: also when somebody or something is busy' })),
  }),
);

const repetitionOf = (fields: {
  repeat_mode_id?: number;
  days?: number[];
  interval?: number;
  content_type?: number;
}): Repetition => ({
  repeatMode: fields.repeat_mode_id as RepeatMode,
  weekdays: fields.days ?? [],
  gap: fields.interval ?? 0,
  copiesAppointments: fields.content_type === 2,
});

const duplicateEvent = operation({
  id: 'duplicate_event',
  method: 'POST',
  path: '/activity/{location_id}/{event_id}/duplicate',
  tag,
  summary: 'Duplicate event',
  description:
    'To a list of `dates`, by a strategy (`strategy_id`), or by a repetition (`repeat_mode_id` and the fields of strategies). All or nothing.',
  access: locationUser('create_records_access'),
  params: EventPath,
  body: DuplicationInput,
  spelling: eventSpelling,
  success: counted(Type.Array(DuplicatedEvent)),
  errors: [400, 409],
  example: { body: { dates: ['2026-09-28 10:00', '2026-10-05 10:00'], content_type: 1, force: true } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const range = { last: body.date_to === undefined ? undefined : dateOf(body.date_to, 'date_to'), count: body.count };
    let times: DuplicationTimes;
    if (body.dates) {
      const dates = body.dates.map((text, index) => momentIn(text, location.timeZone, `dates.${index}`));
      times = { dates, copiesAppointments: body.content_type === 2 };
    } else if (body.strategy_id !== undefined) {
      times = { repetition: await getStrategy(write, location.id, body.strategy_id), ...range };
    } else if (body.repeat_mode_id !== undefined) times = { repetition: repetitionOf(body), ...range };
    else throw new Invalid({ dates: ['is required, unless strategy_id or repeat_mode_id is given'] });
    try {
      const rights = await rightsOf(context, body.force ?? false);
      const ids = await duplicate(write, location, params.event_id, times, originOf(context), rights);
      const view = viewFor(context);
      return (await eventsById(write, location.id, ids)).map((row) => presentDuplicate(row, view));
    } catch (error) {
      if (error instanceof TimeTaken) throw new Conflict(error.message, undefined, {}, { conflict: true });
      throw error;
    }
  },
});

const searchEventServices = operation({
  id: 'search_event_services',
  method: 'GET',
  path: '/activity/{location_id}/services',
  tag,
  summary: 'Search services for events',
  access: locationPartner(),
  params: LocationOnly,
  query: Type.Object({
    staff_id: Type.Optional(Id('a team member who provides them')),
    term: Type.Optional(Type.String({ maxLength: 255, description: 'part of the title' })),
  }),
  success: counted(
    Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'service id' }),
        title: Type.String(),
        capacity: Type.Integer({ description: 'places; 0 for the setting of the location' }),
        price_min: Type.Number(),
        price_max: Type.Number(),
        is_multi: Type.Boolean({ description: 'for group events' }),
        category: Titled,
        staff: Type.Array(
          Type.Object({ id: Type.Integer(), name: Type.String(), length: Type.Integer({ description: 'seconds' }) }),
        ),
        resources: Type.Array(Type.Object({ id: Type.Integer(), title: Type.String(), salon_id: Type.Integer() })),
      }),
    ),
  ),
  handle: async ({ db, location, query }) => {
    const found = await eventServices(db, location.id, { teamMemberId: query.staff_id, term: query.term });
    return found.map((service) => presentEventServiceOption(service, location.id));
  },
});

const Strategy = named(
  'DuplicationStrategy',
  Type.Object({
    id: Type.Integer(),
    company_id: Type.Integer({ description: 'location id' }),
    title: Type.String(),
    repeat_mode_id: Type.Integer({ description: '1 daily to 7 yearly' }),
    repeat_mode: Titled,
    days: Type.Array(Type.Integer({ description: '0 Sunday to 6 Saturday' })),
    interval: Type.Integer({ description: 'units that are left out' }),
    content_type: Type.Integer({ description: '1 without the appointments, 2 with them' }),
  }),
);

const StrategyInput = named(
  'DuplicationStrategyInput',
  Type.Object({
    title: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S', examples: ['Every other Monday'] }),
    ...repetition,
  }),
);

const exampleStrategy = { title: 'Every other Monday', repeat_mode_id: 5, days: [1], interval: 1, content_type: 1 };

const listEventDuplicationStrategies = operation({
  id: 'list_event_duplication_strategies',
  method: 'GET',
  path: '/activity/{location_id}/duplication_strategy',
  tag,
  summary: 'List duplication strategies',
  access: locationPartner(),
  params: LocationOnly,
  success: counted(Type.Array(Strategy)),
  handle: async ({ db, location }) => (await listStrategies(db, location.id)).map(presentStrategy),
});

const createEventDuplicationStrategy = operation({
  id: 'create_event_duplication_strategy',
  method: 'POST',
  path: '/activity/{location_id}/duplication_strategy',
  tag,
  summary: 'Create duplication strategy',
  access: locationUser('create_records_access'),
  params: LocationOnly,
  body: StrategyInput,
  spelling: eventSpelling,
  success: answer(200, Strategy),
  example: { body: exampleStrategy },
  handle: async ({ write, location, body }) =>
    presentStrategy(await createStrategy(write, location.id, { ...repetitionOf(body), title: body.title.trim() })),
});

const updateEventDuplicationStrategy = operation({
  id: 'update_event_duplication_strategy',
  method: 'POST',
  path: '/activity/{location_id}/duplication_strategy/{strategy_id}',
  tag,
  summary: 'Update duplication strategy',
  description: 'Optional fields that are left out stay as they are.',
  access: locationUser('edit_records_access'),
  params: Type.Object({ location_id: Id('location id'), strategy_id: Id('strategy id') }),
  body: StrategyInput,
  spelling: eventSpelling,
  success: answer(200, Strategy),
  example: { body: { ...exampleStrategy, title: 'Every third Monday', interval: 2 } },
  handle: async ({ write, location, params, body }) => {
    const given = {
      title: body.title.trim(),
      repeatMode: body.repeat_mode_id as RepeatMode,
      ...(body.days === undefined ? {} : { weekdays: body.days }),
      ...(body.interval === undefined ? {} : { gap: body.interval }),
      ...(body.content_type === undefined ? {} : { copiesAppointments: body.content_type === 2 }),
    };
    return presentStrategy(await updateStrategy(write, location.id, params.strategy_id, given));
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
