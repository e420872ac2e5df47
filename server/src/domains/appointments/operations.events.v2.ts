import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { document, empty, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';
import { AppointmentResource, IncludedResource, ToManyRelationship, ToOneRelationship } from '../../wire/schemas.ts';

const EventResource = named(
  'EventResource',
  Type.Object({
    type: Type.String({ enum: ['activity'] }),
    id: Type.String({ description: 'Event id' }),
    attributes: Type.Object({
      master_id: Type.Integer({ description: 'deprecated, use staff_id' }),
      staff_id: Type.Integer(),
      service_id: Type.Integer(),
      timestamp: Type.Integer({ description: 'unix start' }),
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
          date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.ffffff (6 digits)' }),
          timezone_type: Type.Integer(),
          timezone: Type.String(),
        }),
        Type.Null(),
      ]),
      schedule_event_modified: AnyOfTypes<boolean | null>(['boolean', 'null'], {
        description: 'differs from its event schedule',
      }),
      date: Type.String({ description: 'YYYY-MM-DDTHH:MM:SS+HHMM, Location timezone' }),
    }),
    relationships: Type.Optional(
      Type.Object({
        staff: Type.Optional(ToOneRelationship),
        master: Type.Optional(ToOneRelationship),
        service: Type.Optional(ToOneRelationship),
        resource_instances: Type.Optional(ToManyRelationship),
        labels: Type.Optional(ToManyRelationship),
        duration_details: Type.Optional(ToOneRelationship),
      }),
    ),
  }),
);

const EventCollectionResponse = named(
  'EventCollectionResponse',
  Type.Object({ data: Type.Array(EventResource), included: Type.Optional(Type.Array(IncludedResource)) }),
);

const EventCreateRequest = named(
  'EventCreateRequest',
  Type.Object({
    staff_id: Type.Integer({ minimum: 1 }),
    service_id: Type.Integer({ minimum: 1 }),
    resource_instance_ids: Type.Array(Type.Integer({ minimum: 1 })),
    label_ids: Type.Array(Type.Integer({ description: 'tag ids', minimum: 1 })),
    date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS, Location timezone' }),
    length: Type.Integer({ description: 'seconds, multiple of 300, includes technical break', minimum: 1, maximum: 86400 }),
    technical_break_duration: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], {
        description: 'seconds, multiple of 300; null = Location setting',
        minimum: 0,
        maximum: 3600,
      }),
    ),
    capacity: Type.Integer({ minimum: 1 }),
    comment: Type.Optional(Type.String({ description: '1..255 chars' })),
    color: Type.Optional(Type.String({ description: '^#[0-9a-f]{6}$' })),
    instructions: Type.Optional(Type.String({ description: '1..500 chars' })),
    stream_link: Type.Optional(Type.String({ description: 'min 1 char' })),
    force: Type.Optional(Type.Boolean({ description: 'skip team-member/resource-instance conflicts', default: false })),
  }),
);

const EventItemResponse = named(
  'EventItemResponse',
  Type.Object({
    data: EventResource,
    included: Type.Optional(Type.Array(IncludedResource)),
    meta: Type.Array(Type.Any({ description: 'always empty array' })),
  }),
);

const EventUpdateRequest = named(
  'EventUpdateRequest',
  Type.Object({
    staff_id: Type.Integer({ minimum: 1 }),
    service_id: Type.Integer({ minimum: 1 }),
    resource_instance_ids: Type.Array(Type.Integer({ minimum: 1 })),
    label_ids: Type.Array(Type.Integer({ description: 'tag ids', minimum: 1 })),
    date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS, Location timezone' }),
    length: Type.Integer({ description: 'seconds, multiple of 300, includes technical break', minimum: 1, maximum: 86400 }),
    technical_break_duration: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], {
        description: 'seconds, multiple of 300; null keeps/derives current',
        minimum: 0,
        maximum: 3600,
      }),
    ),
    capacity: Type.Integer({ minimum: 1 }),
    comment: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: '1..255 chars' })),
    color: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: '^#[0-9a-f]{6}$' })),
    instructions: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: '1..500 chars' })),
    stream_link: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'min 1 char' })),
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
      id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'null = new booking user', minimum: 1 }),
      name: Type.String({ description: 'min 1 char' }),
      phone: AnyOfTypes<string | null>(['string', 'null'], { description: 'exactly empty string; ^[0-9]{9,15}$' }),
      email: AnyOfTypes<string | null>(['string', 'null'], { description: 'email' }),
      surname: AnyOfTypes<string | null>(['string', 'null'], { description: 'min 1 char' }),
      patronymic: AnyOfTypes<string | null>(['string', 'null'], { description: 'min 1 char' }),
      gender: AnyOfTypes<number | null>(['integer', 'null'], { description: 'integer', enum: [0, 1, 2, null] }),
      birthday: AnyOfTypes<string | null>(['string', 'null'], { description: 'date' }),
      custom_field_values: Type.Union([
        Type.Array(
          Type.Object({ code: Type.String({ description: 'min 1 char' }), value: Type.String({ description: '1..255 chars' }) }),
        ),
        Type.Null(),
      ]),
      agreements: Type.Union([
        Type.Object({ is_newsletter_allowed: Type.Boolean(), is_personal_data_processing_allowed: Type.Boolean() }),
        Type.Null(),
      ]),
      comment: Type.Optional(Type.String({ description: 'min 1 char' })),
      national_id: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'min 1 char' })),
    }),
    comer: Type.Optional(Type.Object({ name: Type.Optional(Type.String({ description: 'walk-in name, 1..255 chars' })) })),
    clients_count: Type.Integer({ description: 'places reserved', minimum: 1 }),
    is_trial_service: Type.Optional(Type.Boolean({ description: 'trial service appointment' })),
  }),
);

const EventAppointmentItemResponse = named(
  'EventAppointmentItemResponse',
  Type.Object({
    data: AppointmentResource,
    included: Type.Optional(Type.Array(IncludedResource)),
    meta: Type.Array(Type.Any({ description: 'always empty array' })),
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
    comment: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'max 255 chars' })),
    label_ids: Type.Optional(Type.Union([Type.Array(Type.Integer({ description: 'tag ids', minimum: 1 })), Type.Null()])),
    color: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: '^[0-9a-f]{6}$, without #' })),
    clients_count: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'places reserved', minimum: 1 })),
  }),
);

const EventAppointmentRescheduleRequest = named(
  'EventAppointmentRescheduleRequest',
  Type.Object({
    reschedule_activity_id: Type.Integer({ description: 'destination event id', minimum: 1 }),
    with_comer: Type.Optional(Type.Boolean({ description: 'keep linked walk-in visitor' })),
    comment: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'max 255 chars' })),
    clients_count: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'places reserved', minimum: 1 })),
  }),
);

const listEvents = operation({
  id: 'list_events',
  method: 'GET',
  path: '/locations/{location_id}/events',
  tag: 'Events',
  summary: 'List events in a future date range',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        from: Type.Optional(Type.String({ description: 'YYYY-MM-DD HH:MM:SS, Location timezone' })),
        to: Type.Optional(Type.String({ description: 'YYYY-MM-DD HH:MM:SS, Location timezone' })),
        master_ids: Type.Optional(Type.Array(Type.Integer({ description: 'team member ids; min 1 item', minimum: 1 }))),
        service_ids: Type.Optional(Type.Array(Type.Integer({ description: 'min 1 item', minimum: 1 }))),
        capacity: Type.Optional(Type.Integer({ description: 'minimum free places', minimum: 0 })),
      }),
    ),
    page: Type.Optional(Type.Integer({ default: 1, minimum: 1 })),
    limit: Type.Optional(Type.Integer({ default: 250, minimum: 1, maximum: 250 })),
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['staff', 'service', 'resource_instances', 'labels', 'duration_details', 'master'],
        }),
      ),
    ),
  }),
  success: document(200, EventCollectionResponse),
  errors: [400, 403, 404, 422],
});

const createEvent = operation({
  id: 'create_event',
  method: 'POST',
  path: '/locations/{location_id}/events',
  tag: 'Events',
  summary: 'Create a group event',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['staff', 'service', 'resource_instances', 'labels', 'duration_details', 'master'],
        }),
      ),
    ),
  }),
  body: EventCreateRequest,
  success: document(201, EventItemResponse),
  errors: [400, 403, 404, 409, 422],
  example: {
    body: {
      staff_id: 42,
      service_id: 500,
      resource_instance_ids: [],
      label_ids: [],
      date: '2026-08-01 14:00:00',
      length: 3600,
      technical_break_duration: 300,
      capacity: 8,
      comment: 'Beginner session',
      color: '#9c27b0',
      instructions: 'Arrive early',
      stream_link: 'https://example.com/stream',
      force: false,
    },
  },
});

const getEvent = operation({
  id: 'get_event',
  method: 'GET',
  path: '/locations/{location_id}/events/{event_id}',
  tag: 'Events',
  summary: 'Get one event',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['staff', 'service', 'resource_instances', 'labels', 'duration_details', 'master'],
        }),
      ),
    ),
  }),
  success: document(200, EventItemResponse),
  errors: [403, 404],
});

const updateEvent = operation({
  id: 'update_event',
  method: 'PUT',
  path: '/locations/{location_id}/events/{event_id}',
  tag: 'Events',
  summary: 'Replace mutable event properties',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['staff', 'service', 'resource_instances', 'labels', 'duration_details', 'master'],
        }),
      ),
    ),
  }),
  body: EventUpdateRequest,
  success: document(200, EventItemResponse),
  errors: [400, 403, 404, 409, 422],
});

const deleteEvent = operation({
  id: 'delete_event',
  method: 'DELETE',
  path: '/locations/{location_id}/events/{event_id}',
  tag: 'Events',
  summary: 'Soft-delete an event',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  success: empty(204),
  errors: [403, 404],
});

const createEventAppointment = operation({
  id: 'create_event_appointment',
  method: 'POST',
  path: '/locations/{location_id}/events/{event_id}/appointments',
  tag: 'Events',
  summary: 'Book a user into an event',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: [
            'client',
            'client.custom_field_values',
            'staff',
            'services',
            'goods',
            'resource_instances',
            'labels',
            'attendance_service_items',
            'attendance_good_items',
            'attendance_document',
            'transactions',
            'fast_payment_settings',
            'acceptance_free',
            'custom_field_values',
            'comer',
            'client_notification_settings',
            'client_schedule',
            'duration_details',
          ],
        }),
      ),
    ),
  }),
  body: EventAppointmentCreateRequest,
  success: document(201, EventAppointmentItemResponse),
  errors: [403, 404, 422],
  example: {
    body: {
      client_id: 123456,
      client: {
        id: 123456,
        name: 'John',
        phone: '13155550175',
        email: 'john@example.com',
        surname: 'Smith',
        patronymic: null,
        gender: 1,
        birthday: '1990-01-01',
        custom_field_values: null,
        agreements: null,
      },
      comer_id: null,
      clients_count: 1,
    },
  },
});

const updateEventAppointment = operation({
  id: 'update_event_appointment',
  method: 'PUT',
  path: '/locations/{location_id}/events/{event_id}/appointments/{record_id}',
  tag: 'Events',
  summary: 'Update an event appointment',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id'), record_id: Id('appointment id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: [
            'client',
            'client.custom_field_values',
            'staff',
            'services',
            'goods',
            'resource_instances',
            'labels',
            'attendance_service_items',
            'attendance_good_items',
            'attendance_document',
            'transactions',
            'fast_payment_settings',
            'acceptance_free',
            'custom_field_values',
            'comer',
            'client_notification_settings',
            'client_schedule',
            'duration_details',
          ],
        }),
      ),
    ),
  }),
  body: EventAppointmentUpdateRequest,
  success: document(200, EventAppointmentItemResponse),
  errors: [403, 404, 422],
});

const rescheduleEventAppointment = operation({
  id: 'reschedule_event_appointment',
  method: 'PATCH',
  path: '/locations/{location_id}/events/{event_id}/appointments/{record_id}',
  tag: 'Events',
  summary: 'Move an appointment to another event',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('source event'), record_id: Id('appointment id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: [
            'client',
            'client.custom_field_values',
            'staff',
            'services',
            'goods',
            'resource_instances',
            'labels',
            'attendance_service_items',
            'attendance_good_items',
            'attendance_document',
            'transactions',
            'fast_payment_settings',
            'acceptance_free',
            'custom_field_values',
            'comer',
            'client_notification_settings',
            'client_schedule',
            'duration_details',
          ],
        }),
      ),
    ),
  }),
  body: EventAppointmentRescheduleRequest,
  success: document(200, EventAppointmentItemResponse),
  errors: [403, 404, 422],
  example: { body: { reschedule_activity_id: 12346, with_comer: true, clients_count: 1 } },
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
