import Type from 'typebox';
import { locationClient, locationPartner } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { Id, named } from '../../api/schema.ts';
import { BookedAppointment } from '../../wire/schemas.ts';

const BookCheckCompanyidRequest = named(
  'BookCheckCompanyidRequest',
  Type.Object({
    appointments: Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        services: Type.Optional(Type.Array(Type.Number())),
        staff_id: Type.Optional(Type.Integer()),
        datetime: Type.Optional(Type.String({ description: 'date-time' })),
      }),
    ),
  }),
);

const BookRecordCompanyidRequest = named(
  'BookRecordCompanyidRequest',
  Type.Object({
    phone: Type.String(),
    fullname: Type.String(),
    email: Type.Optional(Type.String()),
    code: Type.Optional(Type.Number({ description: 'SMS code, required when location phone_confirmation=true' })),
    comment: Type.Optional(Type.String()),
    type: Type.Optional(Type.String({ description: 'source, e.g. mobile' })),
    notify_by_sms: Type.Optional(Type.Number({ description: 'hours before, 0 off' })),
    notify_by_email: Type.Optional(Type.Number({ description: 'hours before, 0 off' })),
    api_id: Type.Optional(Type.Integer()),
    appointments: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Optional(Type.Integer({ description: 'echoed in response' })),
          services: Type.Optional(Type.Array(Type.Number())),
          staff_id: Type.Optional(Type.Integer()),
          datetime: Type.Optional(Type.String({ description: 'date-time' })),
          custom_fields: Type.Optional(
            Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Array(Type.String())])),
          ),
        }),
      ),
    ),
  }),
);

const BookRecordCompanyidRecordRequest = named(
  'BookRecordCompanyidRecordRequest',
  Type.Object({ datetime: Type.Optional(Type.String({ description: 'date-time' })), comment: Type.Optional(Type.String()) }),
);

const EventBookRequest = named(
  'EventBookRequest',
  Type.Object({
    fullname: Type.String(),
    phone: Type.String(),
    email: Type.String(),
    code: Type.Optional(Type.Number({ description: 'SMS code, required when location phone_confirmation=true' })),
    comment: Type.Optional(Type.String()),
    notify_by_sms: Type.Optional(Type.Integer({ description: 'hours before, 0 off' })),
    notify_by_email: Type.Optional(Type.Integer({ description: 'hours before, 0 off' })),
    type: Type.Optional(Type.String({ description: 'source, e.g. mobile' })),
    api_id: Type.Optional(Type.Integer()),
    clients_count: Type.Optional(Type.Number({ description: 'seats' })),
  }),
);

export const validateBookingParams = operation({
  id: 'validate_booking_params',
  method: 'POST',
  path: '/book_check/{location_id}',
  tag: 'Online Booking',
  summary: 'Check booking parameters without booking',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  body: BookCheckCompanyidRequest,
  success: answer(201, undefined, Type.Object({ message: Type.Optional(Type.String()) })),
  errors: [422],
  example: {
    meta: { message: 'Created' },
    body: { appointments: [{ id: 1, services: [331], staff_id: 6544, datetime: '2026-09-21T23:00:00.000-05:00' }] },
  },
});

export const createOnlineBooking = operation({
  id: 'create_online_booking',
  method: 'POST',
  path: '/book_record/{location_id}',
  tag: 'Online Booking',
  summary: 'Create online appointments',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  body: BookRecordCompanyidRequest,
  success: answer(
    201,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer({ description: 'id given in request' })),
        record_id: Type.Optional(Type.Integer()),
        record_hash: Type.Optional(Type.String({ description: 'lets unauthorized user delete it' })),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [{ id: 1, record_id: 2820023, record_hash: '567df655304da9b98487769426d4e76e' }],
    body: {
      phone: '+13155550175',
      fullname: 'James Smith',
      email: 'j.smith@example.com',
      code: 38829,
      comment: 'test appointment!',
      type: 'mobile',
      notify_by_sms: 6,
      notify_by_email: 24,
      api_id: 777,
      appointments: [
        {
          id: 1,
          services: [331],
          staff_id: 6544,
          datetime: '2026-09-21T23:00:00.000-05:00',
          custom_fields: { my_custom_field: 123, some_another_field: ['first value'] },
        },
      ],
    },
  },
});

export const getOnlineBookingDetails = operation({
  id: 'get_online_booking_details',
  method: 'GET',
  path: '/book_record/{location_id}/{record_id}/{record_hash}',
  tag: 'Online Booking',
  summary: 'One online appointment',
  access: locationPartner(),
  params: Type.Object({
    location_id: Id('location id'),
    record_id: Id('sufficient when user token is sent'),
    record_hash: Type.String({ minLength: 1, maxLength: 255, description: 'needed without user token' }),
  }),
  success: answer(200, BookedAppointment),
  errors: [403, 404],
});

export const updateOnlineBookingDatetime = operation({
  id: 'update_online_booking_datetime',
  method: 'PUT',
  path: '/book_record/{location_id}/{record_id}',
  tag: 'Online Booking',
  summary: 'Move online appointment',
  access: locationClient(),
  params: Type.Object({ location_id: Id('location id'), record_id: Id('record id') }),
  body: BookRecordCompanyidRecordRequest,
  success: answer(
    200,
    Type.Object({
      id: Type.Optional(Type.Integer()),
      services: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            title: Type.Optional(Type.String()),
            cost: Type.Optional(Type.Integer()),
            discount: Type.Optional(Type.Integer()),
          }),
        ),
      ),
      company: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.Integer()),
          title: Type.Optional(Type.String()),
          country_id: Type.Optional(Type.Integer()),
          country: Type.Optional(Type.String()),
          city_id: Type.Optional(Type.Integer()),
          city: Type.Optional(Type.String()),
          phone: Type.Optional(Type.String()),
          timezone: Type.Optional(Type.String()),
          address: Type.Optional(Type.String()),
          coordinate_lat: Type.Optional(Type.Number()),
          coordinate_lon: Type.Optional(Type.Number()),
        }),
      ),
      staff: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.Integer()),
          name: Type.Optional(Type.String()),
          spec: Type.Optional(Type.String()),
          show_rating: Type.Optional(Type.Number({ description: '1 show, 0 hide' })),
          rating: Type.Optional(Type.Number({ description: '0 to 5' })),
          votes_count: Type.Optional(Type.Number()),
          avatar: Type.Optional(Type.String()),
          comments_count: Type.Optional(Type.Number()),
        }),
      ),
      date: Type.Optional(Type.String({ description: 'date-time' })),
      create_date: Type.Optional(Type.String({ description: 'date-time' })),
      comment: Type.Optional(Type.String()),
      deleted: Type.Optional(Type.Boolean({ description: 'true if removed' })),
      length: Type.Optional(Type.Number()),
      notify_by_sms: Type.Optional(Type.Number({ description: 'hours before, 0 off' })),
      notify_by_email: Type.Optional(Type.Number({ description: 'hours before, 0 off' })),
      master_requested: Type.Optional(Type.Boolean({ description: 'false = any team member' })),
      online: Type.Optional(Type.Boolean({ description: 'true client, false administrator' })),
      api_id: Type.Optional(Type.Integer()),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      id: 30358,
      services: [{ id: 2838, title: 'Foot massage', cost: 0, discount: 0 }],
      company: {
        id: 4564,
        title: 'Business Example',
        country_id: 0,
        country: 'United States',
        city_id: 0,
        city: 'New York',
        phone: '+13155550175',
        timezone: '0',
        address: 'New York, 787 Jackson Drive',
        coordinate_lat: 40.73061,
        coordinate_lon: -73.935242,
      },
      staff: {
        id: 924,
        name: 'Alice',
        spec: 'about eu',
        show_rating: 1,
        rating: 5,
        votes_count: 1,
        avatar: 'https://app.alteg.io/images/no-master.png',
        comments_count: 0,
      },
      date: '2026-09-21T23:00:00.000-05:00',
      create_date: '2026-09-21T23:00:00.000-05:00',
      comment: '',
      deleted: true,
      length: 3600,
      notify_by_sms: 0,
      notify_by_email: 0,
      master_requested: false,
      online: true,
      api_id: 0,
    },
    body: { datetime: '2026-09-21T23:00:00.000-05:00', comment: 'DODO!' },
  },
});

export const bookEvent = operation({
  id: 'book_event',
  method: 'POST',
  path: '/activity/{location_id}/{event_id}/book',
  tag: 'Online Booking',
  summary: 'Book place(s) in group event',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  body: EventBookRequest,
  success: answer(
    200,
    Type.Object({
      id: Type.Optional(Type.Integer({ description: 'appointment ID' })),
      hash: Type.Optional(Type.String({ description: 'for deleting right after creation' })),
    }),
  ),
  errors: [403, 404, 422],
  example: {
    data: { id: 28417878, hash: '9e6a54a1a9b118b65cc39ab6f3c3b5b4' },
    body: {
      fullname: 'James Smith',
      phone: '+13155550175',
      email: 'j.smith@example.com',
      code: 0,
      comment: '',
      notify_by_sms: 0,
      notify_by_email: 0,
      type: 'mobile',
    },
  },
});
