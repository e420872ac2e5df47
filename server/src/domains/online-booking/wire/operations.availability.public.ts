import Type from 'typebox';
import { locationPartner } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, DateTime, EmptyList, Id, maxId, named, PlainDate } from '../../../api/schema.ts';
import { addDays, dateIn as dateOfInstant, datesBetween, daysBetween, today } from '../../../platform/clock.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { ImageGroup } from '../../../wire/images.ts';
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
      events: EmptyList,
      services: Type.Array(
        Type.Object({
          id: Type.Integer(),
          title: Type.String(),
          category_id: Type.Integer(),
          price_min: Type.Number(),
          price_max: Type.Number(),
          discount: Type.Number(),
          comment: Type.String(),
          weight: Type.Number({ description: 'sort key, heavier first' }),
          active: Type.Number(),
          gender: Type.Number(),
          image: Type.String(),
          prepaid: Type.String(),
          seance_length: AnyOfTypes<number | null>(['integer', 'null'], {
            description: 'seconds, only with team member filter',
          }),
          abonement_restriction: Type.Integer({ description: '1: only clients with a membership that pays it can book it' }),
          prepaid_settings: Type.Object({
            status: Type.String({ enum: ['forbidden', 'allowed', 'required'] }),
            prepaid_full: Type.Object({ amount: Type.Number(), percent: Type.Number() }),
          }),
          is_composite: Type.Boolean(),
          is_chain: Type.Boolean(),
          images: Type.Array(Type.String({ description: 'address of a picture' })),
          composite_details: Type.Null(),
        }),
      ),
      category: Type.Array(
        Type.Object({
          id: Type.Integer(),
          title: Type.String(),
          gender: Type.Number(),
          api_id: AnyOfTypes<string | number>(['string', 'integer'], { description: '0 without one' }),
          weight: Type.Number({ description: 'sort key, heavier first' }),
        }),
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
    time: Type.String({ description: 'HH:MM' }),
    seance_length: Type.Number({ description: 'seconds' }),
    sum_length: Type.Number({ description: 'seconds, all selected services' }),
    datetime: DateTime('start'),
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
      Type.Object({
        id: Type.Integer(),
        api_id: AnyOfTypes<string | null>(['string', 'null']),
        user_id: Type.Null({ description: 'accounts are not shown here' }),
        name: Type.String(),
        bookable: Type.Boolean({ description: 'has free slots' }),
        specialization: Type.String(),
        position: Type.Union([
          Type.Object({
            id: Type.Integer(),
            title: Type.String(),
            services_binding_type: Type.Optional(Type.Integer({ description: 'not answered here' })),
          }),
          EmptyList,
        ]),
        position_id: Type.Integer(),
        show_rating: Type.Number({ description: '1 show, 0 hide' }),
        rating: Type.Number(),
        votes_count: Type.Number(),
        avatar: Type.String(),
        avatar_big: Type.String(),
        comments_count: Type.Number(),
        weight: Type.Integer({ description: 'sort key, heavier first' }),
        information: Type.String({ description: 'HTML' }),
        seance_date: Type.Optional(PlainDate('of the nearest slots; only when bookable')),
        schedule_till: Type.String({
          description: 'schedule filled until, YYYY-MM-DD; empty without one',
          examples: ['2026-02-28'],
        }),
        seances: Type.Array(Seance),
        has_access_timetable: Type.Boolean(),
        image_group: Type.Union([ImageGroup, EmptyList]),
        fired: Type.Integer(),
        status: Type.Integer(),
        hidden: Type.Integer(),
        user: Type.Null({ description: 'accounts are not shown here' }),
        prepaid: Type.String(),
      }),
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
      seance_date: Type.String({ description: 'date' }),
      seances: Type.Array(Seance),
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

/** The requested dates. @throws Invalid for an invalid date, half a range, or a range of more than a year */
function rangeOf(query: { date?: string; date_from?: string; date_to?: string }, timeZone: string) {
  const { date_from, date_to } = query;
  if (date_from || date_to) {
    if (!date_from || !date_to)
      throw new Invalid({ [date_from ? 'date_to' : 'date_from']: ['is required: a range needs both dates'] });
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
      booking_days: Type.Union([Type.Record(Type.String(), Type.Array(Type.Integer())), EmptyList]),
      booking_dates: Type.Array(Type.String({ description: 'date' })),
      working_days: Type.Union([Type.Record(Type.String(), Type.Array(Type.Integer())), EmptyList]),
      working_dates: Type.Array(Type.String({ description: 'date' })),
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
