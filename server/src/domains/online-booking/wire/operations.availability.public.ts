import Type from 'typebox';
import { locationPartner } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, DateTime, Id, maxId, named, PlainDate } from '../../../api/schema.ts';
import { addDays, dateIn as dateOfInstant, datesBetween, daysBetween, today } from '../../../platform/clock.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { bookableDates, choosableMembers, choosableServices, daySlots, nearestSlots } from '../slots.ts';
import { expectDate, memberOf, ServiceIds, whenOf } from './input.ts';
import { presentBookableCategory, presentBookableMember, presentBookableService, presentDays, presentSlot } from './present.ts';

/** The id of a team member, or 0 for any. */
const MemberOrAny = (description: string) => Type.Integer({ minimum: 0, maximum: maxId, description });
const Moment = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }));

export const getServicesAvailableForBooking = operation({
  id: 'get_services_available_for_booking',
  method: 'GET',
  path: '/book_services/{location_id}',
  tag: 'Online Booking',
  summary: 'Bookable services with categories',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Integer({ default: 0, minimum: 0, maximum: maxId, description: 'only services that this team member gives' }),
    datetime: Moment('only services that can be had on this date, or at this time'),
    service_ids: ServiceIds('services chosen already: only those that can be had beside them'),
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
  handle: async ({ db, location, query, request, services }) => {
    const choice = { serviceIds: query.service_ids ?? [], memberId: memberOf(query.staff_id) };
    const when = whenOf(query.datetime, location.timeZone, 'datetime');
    const found = await choosableServices(db, location, choice, when, new Date());
    const address = publicAddress(request, services.config);
    return {
      events: [],
      services: await mapInSteps(found.services, (each) => presentBookableService(each, address)),
      category: found.categories.map(presentBookableCategory),
    };
  },
});

const Seance = named(
  'Seance',
  Type.Object({
    time: Type.Optional(Type.String({ description: 'HH:MM' })),
    seance_length: Type.Optional(Type.Number({ description: 'seconds' })),
    sum_length: Type.Optional(Type.Number({ description: 'seconds, all selected services' })),
    datetime: Type.Optional(DateTime('start')),
  }),
);

export const getTeamMembersAvailableForBooking = operation({
  id: 'get_team_members_available_for_booking',
  method: 'GET',
  path: '/book_staff/{location_id}',
  tag: 'Online Booking',
  summary: 'Bookable team members',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    service_ids: ServiceIds('only team members who give all of these services'),
    datetime: Moment('only team members who are free on this date, or at this time'),
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
          seance_date: Type.Optional(PlainDate('of the nearest slots; only when bookable')),
          schedule_till: Type.Optional(
            Type.String({ description: 'schedule filled until, YYYY-MM-DD; empty without one', examples: ['2026-02-28'] }),
          ),
          seances: Type.Optional(Type.Array(Seance)),
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
  handle: async ({ db, location, query, request, services }) => {
    const when = whenOf(query.datetime, location.timeZone, 'datetime');
    const members = await choosableMembers(db, location, query.service_ids ?? [], when, new Date());
    const address = publicAddress(request, services.config);
    return mapInSteps(members, (member) => presentBookableMember(member, location.timeZone, address));
  },
});

export const getNearestTimeSlots = operation({
  id: 'get_nearest_time_slots',
  method: 'GET',
  path: '/book_staff_seances/{location_id}/{team_member_id}',
  tag: 'Online Booking',
  summary: 'Next free slots of one team member',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    service_ids: ServiceIds('slots in which all of these services can be had'),
    datetime: Moment('from this date on; from today when left out'),
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
      seances: [{ time: '10:00', seance_length: 3600, datetime: '2026-09-21T10:00:00-05:00' }],
    },
  },
  handle: async ({ db, location, params, query }) => {
    const { timeZone } = location;
    const when = whenOf(query.datetime, timeZone, 'datetime') ?? { date: today(timeZone) };
    const from = 'date' in when ? when.date : dateOfInstant(when.at, timeZone);
    const choice = { serviceIds: query.service_ids ?? [], memberId: params.team_member_id };
    const nearest = await nearestSlots(db, location, choice, from, new Date());
    const slots = nearest?.slots.map((slot) => presentSlot(slot, timeZone)) ?? [];
    return { seance_date: nearest?.date ?? '', seances: slots };
  },
});

const mostDates = 366;
const usualDates = 92;

/** The dates that are asked for. @throws Invalid for what is no date, half a range, or a range of more than a year */
function rangeOf(query: { date?: string; date_from?: string; date_to?: string }, timeZone: string) {
  const { date_from, date_to } = query;
  if (date_from || date_to) {
    if (!date_from || !date_to) throw new Invalid({ [date_from ? 'date_to' : 'date_from']: ['is required with the other'] });
    const range = { first: expectDate(date_from, 'date_from'), last: expectDate(date_to, 'date_to') };
    if (daysBetween(range.first, range.last) >= mostDates) {
      throw new Invalid({ date_to: [`must be less than ${mostDates} days after date_from`] });
    }
    return range;
  }
  if (query.date) {
    const month = expectDate(query.date, 'date').slice(0, 7);
    const days = datesBetween(`${month}-01`, addDays(`${month}-01`, 30)).filter((date) => date.startsWith(month));
    return { first: days[0] as string, last: days.at(-1) as string };
  }
  return { first: today(timeZone), last: addDays(today(timeZone), usualDates - 1) };
}

export const getDatesAvailableForBooking = operation({
  id: 'get_dates_available_for_booking',
  method: 'GET',
  path: '/book_dates/{location_id}',
  tag: 'Online Booking',
  summary: 'Working and bookable dates',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    service_ids: ServiceIds('dates on which all of these services can be had'),
    staff_id: Type.Integer({ default: 0, minimum: 0, maximum: maxId, description: 'of this team member; 0 for any' }),
    date: Moment('any date of the month that is asked for; three months from today when left out'),
    date_from: Moment('the first date, with date_to; goes before date'),
    date_to: Moment('the last date'),
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
  handle: async ({ db, location, query }) => {
    const choice = { serviceIds: query.service_ids ?? [], memberId: memberOf(query.staff_id) };
    const { working, bookable } = await bookableDates(db, location, choice, rangeOf(query, location.timeZone), new Date());
    return {
      booking_days: presentDays(bookable),
      booking_dates: bookable,
      working_days: presentDays(working),
      working_dates: working,
    };
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
    team_member_id: MemberOrAny('0 for any team member'),
    date: Type.String({ minLength: 1, maxLength: 40, description: 'date' }),
  }),
  query: Type.Object({ service_ids: ServiceIds('slots in which all of these services can be had') }),
  success: answer(200, Type.Array(Seance)),
  errors: [403, 404],
  example: { data: [{ time: '12:00', seance_length: 3600, datetime: '2026-09-21T12:00:00-05:00' }] },
  handle: async ({ db, location, params, query }) => {
    const choice = { serviceIds: query.service_ids ?? [], memberId: memberOf(params.team_member_id) };
    const slots = await daySlots(db, location, choice, expectDate(params.date, 'date'), new Date());
    return slots.map((slot) => presentSlot(slot, location.timeZone));
  },
});
