import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { document, empty, operation } from '../../api/operation.ts';
import { Id, named } from '../../api/schema.ts';
import { AppointmentResource, IncludedResource, Pagination } from '../../wire/schemas.ts';

const ResourceOccupationResource = named(
  'ResourceOccupationResource',
  Type.Object({
    type: Type.String({ enum: ['resource_occupation'] }),
    id: Type.String(),
    attributes: Type.Object({
      source_type: Type.String({ description: 'deprecated, use source_type_slug', enum: ['record', 'activity'] }),
      source_type_slug: Type.String({ description: 'record=appointment, activity=event', enum: ['record', 'activity'] }),
      source_id: Type.Integer({ description: 'appointment or event id' }),
      resource_id: Type.Integer(),
      resource_instance_id: Type.Integer(),
      from: Type.String({ description: 'YYYY-MM-DD HH:MM:SS, Location timezone' }),
      to: Type.String({ description: 'YYYY-MM-DD HH:MM:SS, Location timezone' }),
    }),
  }),
);

const AppointmentList = named(
  'AppointmentList',
  Type.Object({ data: Type.Array(AppointmentResource), included: Type.Optional(Type.Array(IncludedResource)) }),
);

const listAttendanceAppointments = operation({
  id: 'list_attendance_appointments',
  method: 'GET',
  path: '/locations/{location_id}/attendances/{attendance_id}/appointments',
  tag: 'Appointments',
  summary: 'List appointments of one attendance group',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    attendance_id: Type.String({ minLength: 1, maxLength: 255, description: '^(record|visit)_[0-9]+$, e.g. record_12345' }),
  }),
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
  success: document(200, AppointmentList),
  errors: [403, 404, 422],
});

const listAppointments = operation({
  id: 'list_appointments',
  method: 'GET',
  path: '/locations/{location_id}/appointments',
  tag: 'Appointments',
  summary: 'List appointments of a location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        client_id: Type.Optional(Type.Integer({ description: 'booking user profile id', minimum: 1 })),
        activity_id: Type.Optional(Type.Integer({ description: 'event id', minimum: 1 })),
        date_intersect_from: Type.Optional(Type.String({ description: 'YYYY-MM-DDTHH:MM:SS, no timezone' })),
        date_intersect_to: Type.Optional(Type.String({ description: 'YYYY-MM-DDTHH:MM:SS, no timezone' })),
      }),
    ),
    page: Type.Optional(Type.Integer({ default: 1, minimum: 1 })),
    limit: Type.Optional(Type.Integer({ default: 250, minimum: 1, maximum: 250 })),
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
  success: document(
    200,
    Type.Object({
      data: Type.Array(AppointmentResource),
      included: Type.Optional(Type.Array(IncludedResource)),
      meta: Type.Object({ pagination: Pagination }),
    }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'record',
          id: '12345',
          attributes: {
            company_id: 1,
            external_id: '',
            visit_id: 0,
            booking_user_id: 100,
            bookform_id: 3,
            master_id: 42,
            staff_id: 42,
            client_id: 500,
            comer_id: null,
            source: 12,
            attendance: 0,
            attendance_status: 0,
            attendance_status_slug: 'waiting',
            client_fictive_name: null,
            client_fictive_phone: null,
            client_fictive_email: null,
            clients_count: 1,
            activity_id: 0,
            custom_color: '',
            custom_font_color: '',
            length: 3600,
            duration: 3600,
            paid_full: 0,
            is_paid: false,
            is_overpaid: false,
            timestamp: 1768467600,
            date: '2026-01-15T10:00:00',
            created_datetime: '2026-01-10T15:30:00',
            from_url: '',
            is_mobile: 0,
            comment: '',
            prepaid_status: 0,
            record_from: 'API',
            payment_status: null,
            is_sale_bill_printed: null,
            is_client_notification_sent: false,
          },
        },
      ],
      meta: { pagination: { page: 1, offset: 0, limit: 250 } },
    },
  },
});

const deleteAppointment = operation({
  id: 'delete_appointment',
  method: 'DELETE',
  path: '/locations/{location_id}/appointments/{appointment_id}',
  tag: 'Appointments',
  summary: 'Delete an appointment',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), appointment_id: Id('appointment id') }),
  success: empty(204),
  errors: [403, 404],
});

const deleteTimetableAppointment = operation({
  id: 'delete_timetable_appointment',
  method: 'POST',
  path: '/locations/{location_id}/timetable/appointments/delete',
  tag: 'Appointments',
  summary: 'Delete one appointment from timetable',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
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
  body: Type.Object({ recordId: Type.Integer({ description: 'appointment id (camelCase key)', minimum: 1 }) }),
  success: document(200, AppointmentList),
  errors: [403, 404, 422],
  example: { data: { data: [] }, body: { recordId: 12345 } },
});

const listResourceOccupations = operation({
  id: 'list_resource_occupations',
  method: 'GET',
  path: '/locations/{location_id}/resource_occupations',
  tag: 'Appointments',
  summary: 'List resource occupations in an interval',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        service_id: Type.Optional(Type.Integer({ minimum: 1 })),
        service_ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }))),
        date_intersect_from_strict: Type.Optional(
          Type.String({ description: 'YYYY-MM-DDTHH:MM:SS, Location timezone, no offset' }),
        ),
        date_intersect_to_strict: Type.Optional(
          Type.String({ description: 'YYYY-MM-DDTHH:MM:SS, Location timezone, no offset' }),
        ),
      }),
    ),
  }),
  success: document(200, Type.Object({ data: Type.Array(ResourceOccupationResource) })),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'resource_occupation',
          id: '501',
          attributes: {
            source_type: 'record',
            source_type_slug: 'record',
            source_id: 7001,
            resource_id: 90,
            resource_instance_id: 901,
            from: '2026-07-16 13:00:00',
            to: '2026-07-16 13:30:00',
          },
        },
      ],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const appointmentsOperations = [
  listAttendanceAppointments,
  listAppointments,
  deleteAppointment,
  deleteTimetableAppointment,
  listResourceOccupations,
];
