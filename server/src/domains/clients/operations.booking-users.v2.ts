import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { document, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';
import { IncludedResource, ToManyRelationship, ToOneRelationship } from '../../wire/schemas.ts';

const BookingUserResource = named(
  'BookingUserResource',
  Type.Object({
    type: Type.String({ enum: ['client'] }),
    id: Type.String({ description: 'booking user profile id' }),
    attributes: Type.Object({
      name: Type.String({ description: 'first name' }),
      surname: Type.String({ description: 'permission-dependent' }),
      patronymic: Type.String({ description: 'permission-dependent' }),
      phone: Type.String({ description: 'permission-dependent' }),
      additional_phone: Type.String({ description: 'or empty' }),
      email: Type.String({ description: 'or empty' }),
      comment: Type.String({ description: 'card comment, permission-dependent' }),
      client_tips: Type.Boolean({ description: 'can leave tips' }),
      birthday: AnyOfTypes<string | null>(['string', 'null'], { description: 'YYYY-MM-DDTHH:MM:SS, no timezone' }),
      card_number: Type.String({ description: 'or empty' }),
      gender: Type.Integer(),
      discount: Type.Number({ description: 'deprecated, use discount_percent' }),
      discount_percent: Type.Number(),
    }),
    relationships: Type.Optional(
      Type.Object({
        labels: Type.Optional(ToManyRelationship),
        first_successful_visit: Type.Optional(ToOneRelationship),
        loyalty_cards: Type.Optional(ToManyRelationship),
        loyalty_certificates: Type.Optional(ToManyRelationship),
        loyalty_abonements: Type.Optional(ToManyRelationship),
        custom_field_values: Type.Optional(ToManyRelationship),
        agreements: Type.Optional(ToOneRelationship),
      }),
    ),
  }),
);

const StatisticsRelationships = named('StatisticsRelationships', Type.Object({ deposits: ToManyRelationship }));

const LocationAttendanceStatisticsResource = named(
  'LocationAttendanceStatisticsResource',
  Type.Object({
    type: Type.String({ enum: ['client_attendances_statistic'] }),
    id: Type.String({ description: 'compound booking-user+Location id' }),
    attributes: Type.Object({
      company_id: Type.Integer(),
      successful_attendances_count: Type.Integer({ minimum: 0 }),
      failed_attendances_count: Type.Integer({ minimum: 0 }),
      balance_amount: Type.Number({ description: 'current balance' }),
      spent_amount: Type.Number({ description: 'total' }),
      paid_amount: Type.Number({ description: 'total' }),
      last_successful_attendance_datetime: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'YYYY-MM-DD HH:MM:SS, Location timezone',
      }),
    }),
    relationships: StatisticsRelationships,
  }),
);

const DepositResource = named(
  'DepositResource',
  Type.Object({
    type: Type.String({ enum: ['timetable_deposit'] }),
    id: Type.String({ description: 'Deposit id' }),
    attributes: Type.Object({
      title: Type.String(),
      balance: Type.Number({ description: 'total' }),
      reserved_balance: Type.Number(),
      available_balance: Type.Number({ description: 'after reservations' }),
    }),
  }),
);

const ChainAttendanceStatisticsResource = named(
  'ChainAttendanceStatisticsResource',
  Type.Object({
    type: Type.String({ enum: ['client_chain_attendances_statistic'] }),
    id: Type.String({ description: 'compound booking-user+chain id' }),
    attributes: Type.Object({
      company_id: Type.Optional(Type.Integer({ description: 'Location id; only in Location statistics' })),
      successful_attendances_count: Type.Integer({ minimum: 0 }),
      failed_attendances_count: Type.Integer({ minimum: 0 }),
      balance_amount: Type.Number({ description: 'current balance' }),
      spent_amount: Type.Number({ description: 'total' }),
      paid_amount: Type.Number({ description: 'total' }),
      last_successful_attendance_datetime: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'YYYY-MM-DD HH:MM:SS, Location timezone',
      }),
      chain_id: Type.Integer(),
    }),
    relationships: StatisticsRelationships,
  }),
);

const getAttendanceBookingUser = operation({
  id: 'get_attendance_booking_user',
  method: 'GET',
  path: '/locations/{location_id}/attendance/clients/{client_id}',
  tag: 'Booking Users',
  summary: 'Get booking user profile for attendance',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('booking user profile id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: [
            'labels',
            'first_successful_visit',
            'loyalty_cards',
            'loyalty_certificates',
            'loyalty_abonements',
            'custom_field_values',
            'agreements',
          ],
        }),
      ),
    ),
  }),
  success: document(
    200,
    Type.Object({
      data: BookingUserResource,
      included: Type.Optional(Type.Array(IncludedResource)),
      meta: Type.Array(Type.Any({ description: 'always empty array' })),
    }),
  ),
  errors: [403, 404, 422],
});

const getBookingUserLocationAttendanceStatistics = operation({
  id: 'get_booking_user_location_attendance_statistics',
  method: 'GET',
  path: '/locations/{location_id}/clients/{client_id}/attendances_statistic',
  tag: 'Booking Users',
  summary: 'Booking user statistics in one location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('booking user profile id') }),
  success: document(
    200,
    Type.Object({
      data: LocationAttendanceStatisticsResource,
      included: Type.Optional(Type.Array(DepositResource)),
      meta: Type.Array(Type.Any({ description: 'always empty array' })),
    }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: {
        type: 'client_attendances_statistic',
        id: '146915197_720441',
        attributes: {
          company_id: 720441,
          successful_attendances_count: 12,
          failed_attendances_count: 1,
          balance_amount: 40,
          spent_amount: 520,
          paid_amount: 560,
          last_successful_attendance_datetime: '2026-07-15 16:30:00',
        },
        relationships: { deposits: { data: [] } },
      },
      meta: [],
    },
  },
});

const getBookingUserChainAttendanceStatistics = operation({
  id: 'get_booking_user_chain_attendance_statistics',
  method: 'GET',
  path: '/locations/{location_id}/clients/{client_id}/chain_attendances_statistic/{chain_id}',
  tag: 'Booking Users',
  summary: 'Booking user statistics across a chain',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('used to authorize the request'),
    client_id: Id('booking user profile id'),
    chain_id: Id('chain id'),
  }),
  success: document(
    200,
    Type.Object({
      data: ChainAttendanceStatisticsResource,
      included: Type.Optional(Type.Array(DepositResource)),
      meta: Type.Array(Type.Any({ description: 'always empty array' })),
    }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: {
        type: 'client_chain_attendances_statistic',
        id: '146915197_706028',
        attributes: {
          chain_id: 706028,
          successful_attendances_count: 20,
          failed_attendances_count: 2,
          balance_amount: 40,
          spent_amount: 880,
          paid_amount: 920,
          last_successful_attendance_datetime: '2026-07-15 16:30:00',
        },
        relationships: { deposits: { data: [] } },
      },
      meta: [],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const bookingUsersOperations = [
  getAttendanceBookingUser,
  getBookingUserLocationAttendanceStatistics,
  getBookingUserChainAttendanceStatistics,
];
