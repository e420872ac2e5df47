import Type from 'typebox';
import { locationPartner } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';

export const getServicesAvailableForBooking = operation({
  id: 'get_services_available_for_booking',
  method: 'GET',
  path: '/book_services/{location_id}',
  tag: 'Online Booking',
  summary: 'Bookable services with categories',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Optional(Type.Integer({ description: 'only services this team member provides', default: 0 })),
    datetime: Type.Optional(Type.String({ description: 'ISO 8601, services bookable at that date; default empty' })),
    service_ids: Type.Optional(
      Type.Array(Type.Number({ description: 'already chosen services; meaningful with staff_id and datetime' })),
    ),
  }),
  success: answer(
    200,
    Type.Object({
      events: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
      services: Type.Optional(
        Type.Array(
          Type.Object(
            {
              id: Type.Optional(Type.Integer()),
              title: Type.Optional(Type.String()),
              category_id: Type.Optional(Type.Integer()),
              price_min: Type.Optional(Type.Number()),
              price_max: Type.Optional(Type.Number()),
              discount: Type.Optional(Type.Number()),
              comment: Type.Optional(Type.String()),
              weight: Type.Optional(Type.Number({ description: 'sort key, heavier first' })),
              active: Type.Optional(Type.Number()),
              gender: Type.Optional(Type.Number()),
              image: Type.Optional(Type.String()),
              prepaid: Type.Optional(Type.String()),
              seance_length: Type.Optional(
                AnyOfTypes<number | null>(['integer', 'null'], { description: 'seconds, only with team member filter' }),
              ),
              abonement_restriction: Type.Optional(Type.Integer()),
              prepaid_settings: Type.Optional(Type.Record(Type.String(), Type.Any())),
              is_composite: Type.Optional(Type.Boolean()),
              is_chain: Type.Optional(Type.Boolean()),
              images: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
              composite_details: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
            },
            { additionalProperties: Type.Any() },
          ),
        ),
      ),
      category: Type.Optional(
        Type.Array(
          Type.Object(
            {
              id: Type.Optional(Type.Integer()),
              title: Type.Optional(Type.String()),
              gender: Type.Optional(Type.Number()),
              api_id: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
              weight: Type.Optional(Type.Number({ description: 'sort key, heavier first' })),
            },
            { additionalProperties: Type.Any() },
          ),
        ),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      events: [],
      services: [
        {
          id: 1896208,
          title: 'hair wash',
          category_id: 1895571,
          price_min: 0,
          price_max: 0,
          discount: 0,
          comment: '',
          weight: 0,
          active: 0,
          gender: 0,
          image: '',
          prepaid: 'forbidden',
          seance_length: 3600,
        },
      ],
      category: [{ id: 1895571, title: 'Hair care', gender: 0, api_id: 0, weight: 60 }],
    },
  },
});

export const getTeamMembersAvailableForBooking = operation({
  id: 'get_team_members_available_for_booking',
  method: 'GET',
  path: '/book_staff/{location_id}',
  tag: 'Online Booking',
  summary: 'Bookable team members',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    service_ids: Type.Optional(Type.Array(Type.Number({ description: 'only staff providing these services' }))),
    datetime: Type.Optional(Type.Number({ description: 'declared number, really ISO 8601 string; staff with free slot then' })),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object(
        {
          id: Type.Optional(Type.Integer()),
          api_id: Type.Optional(AnyOfTypes<string | null>(['string', 'null'])),
          user_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
          name: Type.Optional(Type.String()),
          bookable: Type.Optional(Type.Boolean({ description: 'has free slots' })),
          specialization: Type.Optional(Type.String()),
          position: Type.Optional(
            Type.Union([
              Type.Object(
                {
                  id: Type.Optional(Type.Integer()),
                  title: Type.Optional(Type.String()),
                  services_binding_type: Type.Optional(Type.Integer()),
                },
                { additionalProperties: Type.Any() },
              ),
              Type.Array(Type.Any({ description: 'always empty' })),
            ]),
          ),
          position_id: Type.Optional(Type.Integer()),
          show_rating: Type.Optional(Type.Number({ description: '1 show, 0 hide' })),
          rating: Type.Optional(Type.Number()),
          votes_count: Type.Optional(Type.Number()),
          avatar: Type.Optional(Type.String()),
          avatar_big: Type.Optional(Type.String()),
          comments_count: Type.Optional(Type.Number()),
          weight: Type.Optional(Type.Integer({ description: 'sort key, heavier first' })),
          information: Type.Optional(Type.String({ description: 'HTML' })),
          seance_date: Type.Optional(Type.String({ description: 'date; only when bookable' })),
          schedule_till: Type.Optional(Type.String({ description: 'date' })),
          seances: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
          has_access_timetable: Type.Optional(Type.Boolean()),
          image_group: Type.Optional(
            Type.Union([Type.Record(Type.String(), Type.Any()), Type.Array(Type.Any({ description: 'always empty' }))]),
          ),
          fired: Type.Optional(Type.Integer()),
          status: Type.Optional(Type.Integer()),
          hidden: Type.Optional(Type.Integer()),
          user: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
          prepaid: Type.Optional(Type.String()),
        },
        { additionalProperties: Type.Any() },
      ),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 16,
        name: 'James',
        bookable: true,
        specialization: 'Paramedic',
        position: { id: 1, title: 'Administrator' },
        show_rating: 1,
        rating: 3,
        votes_count: 1,
        avatar: 'https://app.alteg.io/images/no-master.png',
        comments_count: 0,
        weight: 11,
        information: '<span></span>',
        seance_date: '2026-09-21',
        seances: [],
      },
    ],
  },
});

const Seance = named(
  'Seance',
  Type.Object({
    time: Type.Optional(Type.String({ description: 'HH:MM' })),
    seance_length: Type.Optional(Type.Number({ description: 'seconds' })),
    sum_length: Type.Optional(Type.Number({ description: 'seconds, all selected services' })),
    datetime: Type.Optional(Type.String({ description: 'date-time' })),
  }),
);

export const getNearestTimeSlots = operation({
  id: 'get_nearest_time_slots',
  method: 'GET',
  path: '/book_staff_seances/{location_id}/{team_member_id}',
  tag: 'Online Booking',
  summary: 'Next free slots of one team member',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    service_ids: Type.Optional(Type.Array(Type.Number({ description: 'slots fitting these services' }))),
    datetime: Type.Optional(Type.Number({ description: 'declared number, really ISO 8601 date to search from' })),
  }),
  success: answer(
    200,
    Type.Object({
      seance_date: Type.Optional(Type.String({ description: 'date' })),
      seances: Type.Optional(Type.Array(Seance)),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      seance_date: '2026-09-21',
      seances: [{ time: '10:00', seance_length: 3600, datetime: '2026-09-21T23:00:00.000-05:00' }],
    },
  },
});

export const getDatesAvailableForBooking = operation({
  id: 'get_dates_available_for_booking',
  method: 'GET',
  path: '/book_dates/{location_id}',
  tag: 'Online Booking',
  summary: 'Working and bookable dates',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    service_ids: Type.Optional(Type.String({ description: 'declared string here, list of service IDs' })),
    staff_id: Type.Optional(Type.Integer({ default: 0 })),
    date: Type.Optional(Type.String({ description: 'date; any date in the wanted month' })),
    date_from: Type.Optional(Type.String({ description: 'date; needs date_to, overrides date' })),
    date_to: Type.Optional(Type.String({ description: 'date; needs date_from, overrides date' })),
  }),
  success: answer(
    200,
    Type.Object({
      booking_days: Type.Optional(
        Type.Union([
          Type.Record(Type.String(), Type.Array(Type.Integer())),
          Type.Array(Type.Any({ description: 'always empty' })),
        ]),
      ),
      booking_dates: Type.Optional(Type.Array(Type.String({ description: 'date' }))),
      working_days: Type.Optional(
        Type.Union([
          Type.Record(Type.String(), Type.Array(Type.Integer())),
          Type.Array(Type.Any({ description: 'always empty' })),
        ]),
      ),
      working_dates: Type.Optional(Type.Array(Type.String({ description: 'date' }))),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      booking_days: { '1': [3], '12': [6] },
      booking_dates: ['2026-12-06'],
      working_days: { '1': [1], '12': [4] },
      working_dates: ['2026-12-04'],
    },
  },
});

export const getTimeSlotsForBooking = operation({
  id: 'get_time_slots_for_booking',
  method: 'GET',
  path: '/book_times/{location_id}/{team_member_id}/{date}',
  tag: 'Online Booking',
  summary: 'Free time slots of a day',
  access: locationPartner(),
  params: Type.Object({
    location_id: Id('location id'),
    team_member_id: Id('0 = any team member'),
    date: Type.String({ minLength: 1, maxLength: 255, description: 'date' }),
  }),
  query: Type.Object({ service_ids: Type.Optional(Type.String({ description: 'declared string here, list of service IDs' })) }),
  success: answer(200, Type.Array(Seance)),
  errors: [403, 404],
  example: { data: [{ time: '12:00', seance_length: 3600, datetime: '2026-09-21T23:00:00.000-05:00' }] },
});
