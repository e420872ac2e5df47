import Type, { type Static } from 'typebox';
import { type Location, locationUser } from '../../../api/access.ts';
import { BadRequest, Invalid } from '../../../api/errors.ts';
import { document, empty, operation } from '../../../api/operation.ts';
import { PageAndLimit, pageRange } from '../../../api/pagination.ts';
import { AnyOfTypes, CompactDateTime, EmptyList, Id, maxId, named, UnixSeconds } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { toMoney, toPercent } from '../../../platform/money.ts';
import { AppointmentResource, IncludedResource, ToManyRelationship, ToOneRelationship } from '../../../wire/schemas.ts';
import {
  createEventAppointment as bookSeats,
  updateEventAppointment as changeSeats,
  rescheduleEventAppointment as moveSeats,
} from '../../appointments/seats.ts';
import { colorOf, deletionRightsOf, momentIn, originOf, rightsOf, viewFor } from '../../appointments/wire/caller.ts';
import { presentAppointmentDocument } from '../../appointments/wire/document.ts';
import { appointmentIncludes, conflicting, eventIncludes, Include } from '../../appointments/wire/json-api.ts';
import { eventSpelling } from '../../appointments/wire/spelling.ts';
import { type Calendars, calendarsOf } from '../../team/calendars.ts';
import {
  createEvents,
  deleteEvents,
  type EventFields,
  getEvent as findEvent,
  listEvents as findEvents,
  updateEvent as replaceEvent,
} from '../event.ts';
import { presentEventResources } from './json-api-resources.ts';

const EventResource = named(
  'EventResource',
  Type.Object({
    type: Type.String({ enum: ['activity'] }),
    id: Type.String({ description: 'Event id' }),
    attributes: Type.Object({
      master_id: Type.Integer({ description: 'deprecated, use staff_id' }),
      staff_id: Type.Integer(),
      service_id: Type.Integer(),
      timestamp: UnixSeconds('start'),
      length: Type.Integer({ description: 'seconds', minimum: 1, maximum: 86400 }),
      capacity: Type.Integer({ description: 'total places', minimum: 1 }),
      clients_count: Type.Integer({ description: 'currently booked', minimum: 0 }),
      color: Type.String({ description: 'background, includes #' }),
      instructions: Type.String(),
      stream_link: Type.String({ description: 'or empty' }),
      font_color: Type.String({ description: 'includes #' }),
      notified: Type.Boolean({ description: 'event notification sent' }),
      comment: AnyOfTypes<string | null>(['string', 'null']),
      schedule_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'event schedule id' }),
      schedule_till: Type.Union([
        Type.Object({
          date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.ffffff (6 digits)', examples: ['2026-02-01 00:00:00.000000'] }),
          timezone_type: Type.Integer(),
          timezone: Type.String(),
        }),
        Type.Null(),
      ]),
      schedule_event_modified: AnyOfTypes<boolean | null>(['boolean', 'null'], {
        description: 'differs from its event schedule',
      }),
      date: CompactDateTime('start'),
    }),
    relationships: Type.Object({
      staff: ToOneRelationship,
      master: ToOneRelationship,
      service: ToOneRelationship,
      resource_instances: ToManyRelationship,
      labels: ToManyRelationship,
      duration_details: ToOneRelationship,
    }),
  }),
);

const EventCollectionResponse = named(
  'EventCollectionResponse',
  Type.Object({ data: Type.Array(EventResource), included: Type.Array(IncludedResource) }),
);

const EventCreateRequest = named(
  'EventCreateRequest',
  Type.Object({
    staff_id: Id('team member id'),
    service_id: Id('service id'),
    resource_instance_ids: Type.Array(Id('resource instance id'), { maxItems: 100 }),
    label_ids: Type.Array(Id('tag id'), { maxItems: 100 }),
    date: Type.String({
      maxLength: 40,
      description: 'YYYY-MM-DD HH:MM:SS, Location timezone',
      examples: ['2026-09-21 14:00:00'],
    }),
    length: Type.Integer({
      description: 'seconds, multiple of 300, includes technical break',
      minimum: 300,
      maximum: 86400,
      multipleOf: 300,
      examples: [3600],
    }),
    technical_break_duration: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], {
        description: 'seconds, multiple of 300; null = Location setting',
        minimum: 0,
        maximum: 3600,
        multipleOf: 300,
        examples: [300],
      }),
    ),
    capacity: Type.Integer({ minimum: 1, maximum: 10_000 }),
    comment: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    color: Type.Optional(Type.String({ pattern: '^#[0-9a-f]{6}$', examples: ['#9c27b0'] })),
    instructions: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    stream_link: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    force: Type.Optional(Type.Boolean({ description: 'skip team-member/resource-instance conflicts', default: false })),
  }),
);

const EventItemResponse = named(
  'EventItemResponse',
  Type.Object({
    data: EventResource,
    included: Type.Array(IncludedResource),
    meta: EmptyList,
  }),
);

const EventUpdateRequest = named(
  'EventUpdateRequest',
  Type.Object({
    staff_id: Id('team member id'),
    service_id: Id('service id'),
    resource_instance_ids: Type.Array(Id('resource instance id'), { maxItems: 100 }),
    label_ids: Type.Array(Id('tag id'), { maxItems: 100 }),
    date: Type.String({
      maxLength: 40,
      description: 'YYYY-MM-DD HH:MM:SS, Location timezone',
      examples: ['2026-09-21 14:00:00'],
    }),
    length: Type.Integer({
      description: 'seconds, multiple of 300, includes technical break',
      minimum: 300,
      maximum: 86400,
      multipleOf: 300,
      examples: [3600],
    }),
    technical_break_duration: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], {
        description: 'seconds, multiple of 300; null keeps/derives current',
        minimum: 0,
        maximum: 3600,
        multipleOf: 300,
        examples: [300],
      }),
    ),
    capacity: Type.Integer({ minimum: 1, maximum: 10_000 }),
    comment: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { minLength: 1, maxLength: 255 })),
    color: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { pattern: '^#[0-9a-f]{6}$', examples: ['#9c27b0'] })),
    instructions: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { minLength: 1, maxLength: 500 })),
    stream_link: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { minLength: 1, maxLength: 1000 })),
    force: Type.Optional(Type.Boolean({ description: 'skip team-member/resource-instance conflicts', default: false })),
  }),
);

const EventAppointmentCreateRequest = named(
  'EventAppointmentCreateRequest',
  Type.Object({
    client_id: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], { description: 'deprecated, use client.id', minimum: 1 }),
    ),
    comer_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'walk-in visitor id', minimum: 1 })),
    client: Type.Object({
      id: AnyOfTypes<number | null>(['integer', 'null'], {
        description: 'null: the client with the phone number, or a new client',
        minimum: 1,
        maximum: maxId,
      }),
      name: Type.String({ minLength: 1, maxLength: 255 }),
      phone: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'digits of the international number; empty or null if only a name is known',
        pattern: '^([0-9]{9,15})?$',
        examples: ['13155550179'],
      }),
      email: AnyOfTypes<string | null>(['string', 'null'], { description: 'email', maxLength: 320 }),
      surname: AnyOfTypes<string | null>(['string', 'null'], { minLength: 1, maxLength: 255 }),
      patronymic: AnyOfTypes<string | null>(['string', 'null'], { minLength: 1, maxLength: 255 }),
      gender: AnyOfTypes<number | null>(['integer', 'null'], { enum: [0, 1, 2, null] }),
      birthday: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'YYYY-MM-DD',
        maxLength: 10,
        examples: ['1990-02-28'],
      }),
      custom_field_values: Type.Union([
        Type.Array(
          Type.Object({
            code: Type.String({ minLength: 1, maxLength: 100 }),
            value: Type.String({ minLength: 1, maxLength: 255 }),
          }),
          { maxItems: 100 },
        ),
        Type.Null(),
      ]),
      agreements: Type.Union([
        Type.Object({ is_newsletter_allowed: Type.Boolean(), is_personal_data_processing_allowed: Type.Boolean() }),
        Type.Null(),
      ]),
      comment: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
      national_id: Type.Optional(
        AnyOfTypes<string | null>(['string', 'null'], { description: 'not kept', minLength: 1, maxLength: 255 }),
      ),
    }),
    comer: Type.Optional(
      Type.Object({
        name: Type.Optional(
          Type.String({ description: 'the person who attends instead of the client', minLength: 1, maxLength: 255 }),
        ),
      }),
    ),
    clients_count: Type.Integer({ description: 'places reserved', minimum: 1, maximum: 10_000 }),
    is_trial_service: Type.Optional(Type.Boolean({ description: 'trial service appointment' })),
  }),
);

const EventAppointmentItemResponse = named(
  'EventAppointmentItemResponse',
  Type.Object({
    data: AppointmentResource,
    included: Type.Array(IncludedResource),
    meta: EmptyList,
  }),
);

const EventAppointmentUpdateRequest = named(
  'EventAppointmentUpdateRequest',
  Type.Object({
    attendance_service_item: Type.Object({
      cost_per_unit: Type.Number({ minimum: 0, maximum: 1000000000 }),
      discount_percent: Type.Number({ minimum: 0, maximum: 100 }),
      manual_cost: Type.Number({ minimum: 0, maximum: 1000000000 }),
      is_trial: Type.Optional(Type.Boolean()),
    }),
    attendance_good_items: Type.Optional(
      Type.Array(
        Type.Object({
          id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'null creates item', minimum: 1 }),
          good_id: Type.Integer({ minimum: 1 }),
          unit_id: Type.Integer({ minimum: 1 }),
          storage_id: Type.Integer({ minimum: 1 }),
          staff_id: Type.Integer({ minimum: 1 }),
          operation_unit_type: Type.String({ enum: ['sale', 'consumable'] }),
          number: AnyOfTypes<string | null>(['string', 'null'], { description: '1..32 chars' }),
          quantity: Type.Number({ minimum: 0.001, maximum: 1000000000 }),
          cost_per_unit: Type.Number({ minimum: 0, maximum: 1000000000 }),
          manual_cost: Type.Number({ minimum: 0, maximum: 1000000000 }),
          discount_percent: Type.Number({ minimum: 0, maximum: 100 }),
          marks: Type.Array(Type.String({ description: '1..256 chars' })),
          planned_activation_date: AnyOfTypes<string | null>(['string', 'null'], { description: 'date' }),
        }),
      ),
    ),
    comment: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { maxLength: 255 })),
    label_ids: Type.Optional(Type.Union([Type.Array(Id('tag id'), { maxItems: 100 }), Type.Null()])),
    color: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], { pattern: '^[0-9a-f]{6}$', description: 'without #', examples: ['9c27b0'] }),
    ),
    clients_count: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], { description: 'places reserved', minimum: 1, maximum: 10_000 }),
    ),
  }),
);

const EventAppointmentRescheduleRequest = named(
  'EventAppointmentRescheduleRequest',
  Type.Object({
    reschedule_activity_id: Id('destination event id'),
    with_comer: Type.Optional(Type.Boolean({ description: 'keep linked walk-in visitor' })),
    comment: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { maxLength: 255 })),
    clients_count: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], { description: 'places reserved', minimum: 1, maximum: 10_000 }),
    ),
  }),
);

const LocationOnly = Type.Object({ location_id: Id('location id') });
const EventPath = Type.Object({ location_id: Id('location id'), event_id: Id('event id') });
const SeatPath = Type.Object({ location_id: Id('location id'), event_id: Id('event id'), record_id: Id('appointment id') });
const EventInclude = Type.Object({ include: Include(eventIncludes) });
const AppointmentInclude = Type.Object({ include: Include(appointmentIncludes) });

const localMoment = (description: string) => Type.String({ maxLength: 40, description, examples: ['2026-09-21 00:00:00'] });

const listEvents = operation({
  id: 'list_events',
  method: 'GET',
  path: '/locations/{location_id}/events',
  tag: 'Events',
  summary: 'List events in a future date range',
  description: 'By the time they begin, deleted ones left out.',
  access: locationUser('timetable_access'),
  params: LocationOnly,
  query: Type.Object({
    filter: Type.Object({
      from: localMoment('begins at this time or later, YYYY-MM-DD HH:MM:SS, Location timezone; not before now'),
      to: {
        ...localMoment('begins before this time, YYYY-MM-DD HH:MM:SS, Location timezone'),
        examples: ['2026-10-19 00:00:00'],
      },
      master_ids: Type.Optional(Type.Array(Id('team member id'), { minItems: 1, maxItems: 1000 })),
      service_ids: Type.Optional(Type.Array(Id('service id'), { minItems: 1, maxItems: 1000 })),
      capacity: Type.Optional(Type.Integer({ description: 'minimum free places', minimum: 0, maximum: maxId })),
    }),
    ...PageAndLimit(),
    include: Include(eventIncludes),
  }),
  success: document(200, EventCollectionResponse),
  errors: [400, 422],
  invalid: (fields) =>
    ['filter', 'filter.from', 'filter.to'].some((field) => fields[field])
      ? new BadRequest('filter[from] and filter[to] are required', fields)
      : new Invalid(fields),
  handle: async (context) => {
    const { db, location, query } = context;
    const { master_ids, service_ids, capacity } = query.filter;
    const from = momentIn(query.filter.from, location.timeZone, 'filter.from');
    const to = momentIn(query.filter.to, location.timeZone, 'filter.to');
    // The minute in which the request was written may have passed.
    if (from.getTime() < Date.now() - 60_000) throw new Invalid({ 'filter.from': ['must not be in the past'] });
    if (to <= from) throw new Invalid({ 'filter.to': ['must be later than filter.from'] });
    const calendars = await calendarsOf(context);
    const filter = { from, to, teamMemberIds: master_ids, serviceIds: service_ids, freePlaces: capacity, calendars };
    const { rows } = await findEvents(db, location.id, filter, pageRange(query.page, query.limit));
    return presentEventResources(rows, query.include ?? [], viewFor(context));
  },
});

type EventBody = Static<typeof EventUpdateRequest>;

const fieldsOf = (body: EventBody, { timeZone }: Location): EventFields => ({
  teamMemberId: body.staff_id,
  serviceId: body.service_id,
  startsAt: momentIn(body.date, timeZone, 'date'),
  duration: body.length,
  technicalBreak: body.technical_break_duration,
  capacity: body.capacity,
  comment: body.comment,
  color: colorOf(body.color),
  instructions: body.instructions === null ? '' : body.instructions,
  streamLink: body.stream_link === null ? '' : body.stream_link,
  resourceInstanceIds: body.resource_instance_ids,
  tagIds: body.label_ids,
});

const exampleEvent = {
  staff_id: 1,
  service_id: 1,
  resource_instance_ids: [],
  label_ids: [],
  date: '2026-09-21 14:00:00',
  length: 3600,
  technical_break_duration: 300,
  capacity: 8,
  comment: 'Beginner session',
  color: '#9c27b0',
  instructions: 'Arrive early',
  stream_link: 'https://example.com/stream',
  force: true,
};

async function presentOne(
  context: Parameters<typeof viewFor>[0] & { db: Read; location: Location },
  id: number,
  calendars: Calendars,
  include: string[] = [],
) {
  const row = await findEvent(context.db, context.location.id, id, calendars);
  const { data, ...rest } = presentEventResources([row], include, viewFor(context));
  return { data: data[0] as (typeof data)[number], ...rest, meta: [] };
}

const createEvent = operation({
  id: 'create_event',
  method: 'POST',
  path: '/locations/{location_id}/events',
  tag: 'Events',
  summary: 'Create a group event',
  description: 'Refused with 409 when the team member or a resource is busy or nobody works then, unless `force`.',
  access: locationUser('create_records_access'),
  params: LocationOnly,
  query: EventInclude,
  body: EventCreateRequest,
  spelling: eventSpelling,
  success: document(201, EventItemResponse),
  errors: [400, 409],
  example: { body: exampleEvent },
  handle: async (context) => {
    const { write, location, body, query } = context;
    const rights = await rightsOf(context, body.force ?? false);
    const [id] = await conflicting(createEvents(write, location, [fieldsOf(body, location)], rights));
    return presentOne(context, id as number, rights.calendars, query.include);
  },
});

const getEvent = operation({
  id: 'get_event',
  method: 'GET',
  path: '/locations/{location_id}/events/{event_id}',
  tag: 'Events',
  summary: 'Get one event',
  description: 'A deleted one too.',
  access: locationUser('timetable_access'),
  params: EventPath,
  query: EventInclude,
  success: document(200, EventItemResponse),
  handle: async (context) => presentOne(context, context.params.event_id, await calendarsOf(context), context.query.include),
});

const updateEvent = operation({
  id: 'update_event',
  method: 'PUT',
  path: '/locations/{location_id}/events/{event_id}',
  tag: 'Events',
  summary: 'Update a group event',
  description: 'Its appointments move with it. Optional fields that are left out stay as they are.',
  access: locationUser('edit_records_access'),
  params: EventPath,
  query: EventInclude,
  body: EventUpdateRequest,
  spelling: eventSpelling,
  success: document(200, EventItemResponse),
  errors: [400, 409],
  example: { body: { ...exampleEvent, capacity: 10 } },
  handle: async (context) => {
    const { write, location, params, body, query } = context;
    const rights = await rightsOf(context, body.force ?? false);
    await conflicting(replaceEvent(write, location, params.event_id, fieldsOf(body, location), rights));
    return presentOne(context, params.event_id, rights.calendars, query.include);
  },
});

const deleteEvent = operation({
  id: 'delete_event',
  method: 'DELETE',
  path: '/locations/{location_id}/events/{event_id}',
  tag: 'Events',
  summary: 'Delete a group event',
  description: 'With its appointments. It is in no list any more and can still be read.',
  access: locationUser('delete_records_access'),
  params: EventPath,
  success: empty(204),
  handle: async (context) => {
    const { write, location, params } = context;
    await deleteEvents(write, location.id, [params.event_id], await deletionRightsOf(context));
  },
});

const createEventAppointment = operation({
  id: 'create_event_appointment',
  method: 'POST',
  path: '/locations/{location_id}/events/{event_id}/appointments',
  tag: 'Events',
  summary: 'Create an appointment in an event',
  description: 'Of two requests for the last place one is answered 201 and the other 422.',
  access: locationUser('create_records_access'),
  params: EventPath,
  query: AppointmentInclude,
  body: EventAppointmentCreateRequest,
  spelling: eventSpelling,
  success: document(201, EventAppointmentItemResponse),
  example: {
    body: {
      client: {
        id: null,
        name: 'James',
        phone: '13155550179',
        email: 'j.smith@example.com',
        surname: null,
        patronymic: null,
        gender: null,
        birthday: null,
        custom_field_values: null,
        agreements: null,
      },
      clients_count: 1,
    },
  },
  handle: async (context) => {
    const { write, location, params, body, query } = context;
    if (body.comer_id) throw new Invalid({ comer_id: ['must be a visitor of this location'] });
    const { client } = body;
    const id = client.id ?? body.client_id ?? undefined;
    const given = {
      id,
      name: body.comer?.name ?? client.name,
      phone: client.phone ?? '',
      email: client.email ?? undefined,
      surname: client.surname ?? undefined,
      middleName: client.patronymic ?? undefined,
      gender: client.gender ?? undefined,
      birthDate: client.birthday ?? undefined,
      comment: client.comment,
      noMailings: client.agreements ? !client.agreements.is_newsletter_allowed : undefined,
      customFields: client.custom_field_values
        ? Object.fromEntries(client.custom_field_values.map(({ code, value }) => [code, value]))
        : undefined,
    };
    const fields = { client: given, seats: body.clients_count };
    const rights = await rightsOf(context, false);
    const booked = await bookSeats(write, location, params.event_id, fields, originOf(context), rights);
    return presentAppointmentDocument(context, booked.id, query.include);
  },
});

const updateEventAppointment = operation({
  id: 'update_event_appointment',
  method: 'PUT',
  path: '/locations/{location_id}/events/{event_id}/appointments/{record_id}',
  tag: 'Events',
  summary: 'Update an appointment in an event',
  description:
    'Changes its price, tags, color, comment and places. Missing and null fields stay unchanged. Products cannot be changed here and are refused.',
  access: locationUser('edit_records_access'),
  params: SeatPath,
  query: AppointmentInclude,
  body: EventAppointmentUpdateRequest,
  spelling: eventSpelling,
  success: document(200, EventAppointmentItemResponse),
  example: {
    body: { attendance_service_item: { cost_per_unit: 20, discount_percent: 0, manual_cost: 20 }, comment: 'First time here' },
  },
  handle: async (context) => {
    const { write, location, params, body, query } = context;
    if (body.attendance_good_items?.length)
      throw new Invalid({ attendance_good_items: ['must be empty: products cannot be sold yet'] });
    const { cost_per_unit, discount_percent, manual_cost } = body.attendance_service_item;
    const changes = {
      comment: body.comment ?? undefined,
      color: colorOf(body.color ?? undefined),
      tagIds: body.label_ids ?? undefined,
      seats: body.clients_count ?? undefined,
      service: { costPerUnit: toMoney(cost_per_unit), discount: toPercent(discount_percent), cost: toMoney(manual_cost) },
    };
    await changeSeats(write, location, params.event_id, params.record_id, changes, await rightsOf(context, false));
    return presentAppointmentDocument(context, params.record_id, query.include);
  },
});

const rescheduleEventAppointment = operation({
  id: 'reschedule_event_appointment',
  method: 'PATCH',
  path: '/locations/{location_id}/events/{event_id}/appointments/{record_id}',
  tag: 'Events',
  summary: 'Move an appointment to another event',
  description: 'Of the same location. The price follows when the other event has another service.',
  access: locationUser('edit_records_access'),
  params: SeatPath,
  query: AppointmentInclude,
  body: EventAppointmentRescheduleRequest,
  spelling: eventSpelling,
  success: document(200, EventAppointmentItemResponse),
  example: { body: { reschedule_activity_id: 2 } },
  handle: async (context) => {
    const { write, location, params, body, query } = context;
    const move = { fromEventId: params.event_id, toEventId: body.reschedule_activity_id, id: params.record_id };
    const changes = { comment: body.comment ?? undefined, seats: body.clients_count ?? undefined };
    await moveSeats(write, location, move, changes, await rightsOf(context, false));
    return presentAppointmentDocument(context, params.record_id, query.include);
  },
});

/** The operations of the tag, in the order of the published documents. */
export const eventsOperations = [
  listEvents,
  createEvent,
  getEvent,
  updateEvent,
  deleteEvent,
  createEventAppointment,
  updateEventAppointment,
  rescheduleEventAppointment,
];
