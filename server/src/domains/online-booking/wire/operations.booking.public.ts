import Type from 'typebox';
import type { Location, Partner, User } from '../../../api/access.ts';
import { locationClient, locationPartner, locationPartnerOrClient } from '../../../api/access.ts';
import { type FieldErrors, Invalid } from '../../../api/errors.ts';
import { accepted, answer, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AcceptedMeta, AnyOfTypes, DateTime, Id, maxId, named } from '../../../api/schema.ts';
import type { Read, Transact, Write } from '../../../api/write.ts';
import type { Services } from '../../../platform/services.ts';
import { BookingDetails } from '../../../wire/schemas.ts';
import { type AppointmentRow, changedAppointments, getAppointment } from '../../appointments/appointment.ts';
import type { Booked } from '../../appointments/create.ts';
import type { Origin } from '../../appointments/fields.ts';
import { appointmentSpelling } from '../../appointments/wire/spelling.ts';
import { getBookingSettings } from '../../booking-settings/settings.ts';
import { checkCode } from '../../customers/verification.ts';
import { getLocation } from '../../locations/location.ts';
import { allCalendars } from '../../team/calendars.ts';
import {
  type BookingRequest,
  bookOnline,
  bookPlaces,
  checkBooking,
  clientRules,
  locationOfOwn,
  moveOwn,
  phoneOfUser,
  type VisitDetails,
  visitorOf,
} from '../booking.ts';
import { BookingRefused, reasons, refuse } from '../refusal.ts';
import { memberOf, momentIn } from './input.ts';
import { presentBookingDetails, presentMovedAppointment } from './present.ts';

const mostAppointments = 20;
const mostServices = 20;
/** Hours before a visit. */
const Hours = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: 720, description }));
const Text = (maxLength: number, description: string) => Type.Optional(Type.String({ maxLength, description }));
export const Code = Type.Optional(
  AnyOfTypes<number | string>(['number', 'string'], {
    maxLength: 20,
    description: 'the code that was sent to the phone; needed where the location confirms phones, unless its owner is signed in',
  }),
);

/** One type of several, not a union: a text of digits stays a text. */
const CustomValue = Type.Unsafe<number | string | string[]>({ type: ['number', 'string', 'array'], items: Type.String() });

const wish = {
  id: Type.Integer({ minimum: 0, maximum: maxId, description: 'your own number; the answer repeats it' }),
  services: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: maxId }), { maxItems: mostServices })),
  staff_id: Type.Integer({ minimum: 0, maximum: maxId, description: '0 for any team member' }),
  datetime: Type.String({ maxLength: 40, description: 'date-time, as book_times gives it' }),
};

const BookCheckCompanyidRequest = named(
  'BookCheckCompanyidRequest',
  Type.Object({ appointments: Type.Array(Type.Object(wish), { minItems: 1, maxItems: mostAppointments }) }),
);

const contact = {
  phone: Type.String({ maxLength: 40 }),
  fullname: Type.String({ maxLength: 200 }),
  code: Code,
  comment: Text(10_000, 'for the location'),
  type: Text(40, 'source, e.g. mobile'),
  notify_by_sms: Hours('hours before, 0 off'),
  notify_by_email: Hours('hours before, 0 off'),
  api_id: Type.Optional(Type.Integer({ minimum: 0 })),
  prepay: Type.Optional(
    Type.Boolean({ description: 'the client chooses to pay in advance, where it is allowed; an extension of Foyer' }),
  ),
};

const BookRecordCompanyidRequest = named(
  'BookRecordCompanyidRequest',
  Type.Object({
    ...contact,
    email: Text(200, 'for reminders'),
    appointments: Type.Array(
      Type.Object({
        ...wish,
        custom_fields: Type.Optional(Type.Record(Type.String(), CustomValue)),
      }),
      { minItems: 1, maxItems: mostAppointments },
    ),
  }),
);

const BookRecordCompanyidRecordRequest = named(
  'BookRecordCompanyidRecordRequest',
  Type.Object({ datetime: Text(40, 'date-time, as book_times gives it'), comment: Text(10_000, 'for the location') }),
);

const EventBookRequest = named(
  'EventBookRequest',
  Type.Object({
    ...contact,
    email: Type.String({ maxLength: 200, description: 'for reminders' }),
    clients_count: Type.Integer({ default: 1, minimum: 1, maximum: 255, description: 'places' }),
  }),
);

const bookingRequestsOf = (
  list: { id: number; services?: number[]; staff_id: number; datetime: string; custom_fields?: Record<string, unknown> }[],
  timeZone: string,
): BookingRequest[] =>
  list.map((each, index) => ({
    id: each.id,
    serviceIds: each.services ?? [],
    memberId: memberOf(each.staff_id),
    start: momentIn(each.datetime, timeZone, `appointments.${index}.datetime`),
    customFields: each.custom_fields,
  }));

/** The published codes for a phone number or a name that is missing. */
export const invalidContact = (fields: FieldErrors) => {
  if (fields.phone) return new BookingRefused([{ code: reasons.badPhone, message: `phone ${fields.phone[0]}` }]);
  if (fields.fullname) return new BookingRefused([{ code: reasons.noName, message: `fullname ${fields.fullname[0]}` }]);
  return new Invalid(fields);
};

interface Contact {
  phone: string;
  fullname: string;
  email?: string;
  code?: number | string;
  comment?: string;
  type?: string;
  notify_by_sms?: number;
  notify_by_email?: number;
  api_id?: number;
}

const detailsOf = (body: Contact): VisitDetails => ({
  comment: body.comment,
  apiId: body.api_id === undefined ? undefined : String(body.api_id),
  smsReminder: body.notify_by_sms,
  emailReminder: body.notify_by_email,
});

/** Made by a client, on a phone or not. */
const originOf = (partner: Partner, user: User | undefined, type: string | undefined): Origin => ({
  userId: user?.id ?? null,
  partnerId: partner.id,
  isOnline: true,
  device: type === 'mobile' ? 1 : 2,
});

/**
 * Checks that a visitor has the phone, if the location requires it: they are signed in with it, or have a code. A guess counts even if the
 * booking fails afterwards.
 * @returns a function that uses the code up in the transaction of the booking
 * @throws BookingRefused for a wrong code
 */
export async function phoneVerification(
  { db, transact, services }: { db: Read; transact: Transact; services: Services },
  location: Location,
  user: User | undefined,
  phone: string,
  code: number | string | undefined,
): Promise<(write: Write) => Promise<void>> {
  const { confirmPhone } = await getBookingSettings(db, location.id);
  if (!confirmPhone || (user && (await phoneOfUser(db, user.id)) === phone)) return async () => {};
  const message = 'The code is wrong or too old.';
  const use =
    code === undefined
      ? undefined
      : await checkCode(
          { transact, signingKey: services.signingKey },
          { purpose: 'booking', recipient: phone, userId: null, code: String(code) },
        );
  return async (write) => {
    if (!use || !(await use(write))) refuse(reasons.wrongCode, message);
  };
}

/** The secrets of new appointments, by their ids. */
export async function hashesOf(write: Write, location: Location, booked: readonly Booked[]): Promise<Map<number, string>> {
  const ids = booked.map(({ id }) => id);
  return new Map((await changedAppointments(write, location.id, ids)).map(({ id, hash }) => [id, hash]));
}

export const validateBookingParams = operation({
  id: 'validate_booking_params',
  method: 'POST',
  path: '/book_check/{location_id}',
  tag: 'Online Booking',
  summary: 'Check booking parameters without booking',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  body: BookCheckCompanyidRequest,
  transaction: 'read',
  spelling: appointmentSpelling,
  success: accepted(AcceptedMeta, 201),
  errors: [422],
  example: {
    meta: { message: 'Created' },
    body: { appointments: [{ id: 1, services: [1], staff_id: 1, datetime: '2026-09-25T10:00:00-04:00' }] },
  },
  handle: async ({ db, location, body }) => {
    await checkBooking(db, location, bookingRequestsOf(body.appointments, location.timeZone), new Date());
    return { message: 'Created' };
  },
});

export const createOnlineBooking = operation({
  id: 'create_online_booking',
  method: 'POST',
  path: '/book_record/{location_id}',
  tag: 'Online Booking',
  summary: 'Create online appointments',
  description:
    'All of them, or none. A composite service is booked as its parts, one after another: an appointment for each team member who gives some of them.',
  access: locationPartnerOrClient(),
  params: Type.Object({ location_id: Id('location id') }),
  body: BookRecordCompanyidRequest,
  transaction: 'manual',
  invalid: invalidContact,
  spelling: appointmentSpelling,
  success: answer(
    201,
    Type.Array(
      Type.Object({
        id: Type.Integer({
          description:
            'id given in request; several appointments have it if several team members give the parts of a composite service',
        }),
        record_id: Type.Integer(),
        record_hash: Type.String({ description: 'lets unauthorized user delete it' }),
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
      comment: 'For the first time',
      type: 'mobile',
      notify_by_sms: 6,
      notify_by_email: 24,
      api_id: 777,
      appointments: [{ id: 1, services: [1], staff_id: 1, datetime: '2026-09-25T10:00:00-04:00' }],
    },
  },
  handle: async ({ db, transact, conclude, partner, user, location, body, services }) => {
    const visitor = visitorOf(location, body);
    const wishes = bookingRequestsOf(body.appointments, location.timeZone);
    const prove = await phoneVerification({ db, transact, services }, location, user, visitor.phone, body.code);
    return conclude(async (write) => {
      await prove(write);
      const origin = originOf(partner, user, body.type);
      const booked = await bookOnline(write, location, wishes, visitor, detailsOf(body), origin, new Date(), body.prepay);
      const hashes = await hashesOf(write, location, booked);
      return booked.map(({ id, wishId }) => ({
        id: wishId,
        record_id: id,
        record_hash: hashes.get(id) as string,
      }));
    });
  },
});

export const getOnlineBookingDetails = operation({
  id: 'get_online_booking_details',
  method: 'GET',
  path: '/book_record/{location_id}/{record_id}/{record_hash}',
  optionalLast: true,
  tag: 'Online Booking',
  summary: 'One online appointment',
  access: locationPartnerOrClient(),
  params: Type.Object({
    location_id: Id('location id'),
    record_id: Id('sufficient when user token is sent'),
    record_hash: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'needed without a user token' })),
  }),
  success: answer(200, BookingDetails),
  errors: [403, 404],
  handle: async ({ db, location, user, params, services, request }) => {
    const claim = { id: params.record_id, locationId: location.id, hash: params.record_hash, userId: user?.id };
    await locationOfOwn(db, claim);
    return presentBookingDetails(await getAppointment(db, location.id, params.record_id, allCalendars), {
      location: await getLocation(db, location.id),
      rules: await clientRules(db, location.id),
      address: publicAddress(request, services.config),
    });
  },
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
  spelling: appointmentSpelling,
  success: answer(
    200,
    Type.Object({
      id: Type.Integer(),
      services: Type.Array(
        Type.Object({
          id: Type.Integer(),
          title: Type.String(),
          cost: Type.Integer(),
          discount: Type.Integer(),
        }),
      ),
      company: Type.Object({
        id: Type.Integer(),
        title: Type.String(),
        country_id: Type.Integer(),
        country: Type.String(),
        city_id: Type.Integer(),
        city: Type.String(),
        phone: Type.String(),
        timezone: Type.String(),
        address: Type.String(),
        coordinate_lat: Type.Number(),
        coordinate_lon: Type.Number(),
      }),
      staff: Type.Object({
        id: Type.Integer(),
        name: Type.String(),
        spec: Type.String(),
        show_rating: Type.Number({ description: '1 show, 0 hide' }),
        rating: Type.Number({ description: '0 to 5' }),
        votes_count: Type.Number(),
        avatar: Type.String(),
        comments_count: Type.Number(),
      }),
      date: DateTime('start'),
      create_date: DateTime('when it was made'),
      comment: Type.String(),
      deleted: Type.Boolean({ description: 'true if removed' }),
      length: Type.Number(),
      notify_by_sms: Type.Number({ description: 'hours before, 0 off' }),
      notify_by_email: Type.Number({ description: 'hours before, 0 off' }),
      master_requested: Type.Boolean({ description: 'false = any team member' }),
      online: Type.Boolean({ description: 'true client, false administrator' }),
      api_id: Type.Integer(),
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
      date: '2026-09-21T23:00:00-05:00',
      create_date: '2026-09-14T12:00:00-05:00',
      comment: '',
      deleted: true,
      length: 3600,
      notify_by_sms: 0,
      notify_by_email: 0,
      master_requested: false,
      online: true,
      api_id: 0,
    },
    body: { datetime: '2026-09-25T11:00:00-04:00', comment: 'An hour later, please' },
  },
  handle: async ({ write, location, user, params, body, services, request }) => {
    await locationOfOwn(write, { id: params.record_id, locationId: location.id, userId: user.id });
    const start = body.datetime ? momentIn(body.datetime, location.timeZone, 'datetime') : undefined;
    await moveOwn(write, location, params.record_id, { start, comment: body.comment }, new Date());
    const address = publicAddress(request, services.config);
    const [row] = await changedAppointments(write, location.id, [params.record_id]);
    return presentMovedAppointment(row as AppointmentRow, {
      location: await getLocation(write, location.id),
      rules: await clientRules(write, location.id),
      address,
    });
  },
});

export const bookEvent = operation({
  id: 'book_event',
  method: 'POST',
  path: '/activity/{location_id}/{event_id}/book',
  tag: 'Online Booking',
  summary: 'Book place(s) in group event',
  access: locationPartnerOrClient(),
  params: Type.Object({ location_id: Id('location id'), event_id: Id('event id') }),
  body: EventBookRequest,
  transaction: 'manual',
  invalid: invalidContact,
  spelling: appointmentSpelling,
  success: answer(
    200,
    Type.Object({
      id: Type.Integer({ description: 'appointment ID' }),
      hash: Type.String({ description: 'for deleting right after creation' }),
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
  handle: async ({ db, transact, conclude, partner, user, location, params, body, services }) => {
    const visitor = visitorOf(location, body);
    const prove = await phoneVerification({ db, transact, services }, location, user, visitor.phone, body.code);
    return conclude(async (write) => {
      await prove(write);
      const { event_id } = params;
      const origin = originOf(partner, user, body.type);
      const seats = body.clients_count;
      const booked = await bookPlaces(
        write,
        location,
        event_id,
        seats,
        visitor,
        detailsOf(body),
        origin,
        new Date(),
        body.prepay,
      );
      const hashes = await hashesOf(write, location, [booked]);
      return { id: booked.id, hash: hashes.get(booked.id) as string };
    });
  },
});
