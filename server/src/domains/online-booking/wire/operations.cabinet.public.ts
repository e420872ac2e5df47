import Type from 'typebox';
import { partnerOrClient, partnerOrUser, signedInClient } from '../../../api/access.ts';
import { answer, ok, operation } from '../../../api/operation.ts';
import { PageAndCount, pageRange } from '../../../api/pagination.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { CompactDateTime, EmptyList, Id, named, PageMeta } from '../../../api/schema.ts';
import { BookedAppointment, Currency, Titled } from '../../../wire/schemas.ts';
import { cancelOwn } from '../booking.ts';
import { listOwnAppointments, locationOf, type OwnAppointment, ownAppointment } from '../client-appointments.ts';
import { addOwnReview, findReviewForm } from '../review.ts';
import { presentOwnAppointment, presentReviewForm } from './present.ts';

const MasterRecordReviewPostRequest = named(
  'MasterRecordReviewPostRequest',
  Type.Object({
    rating: Type.Integer({ minimum: 1, maximum: 5, description: 'stars 1 to 5' }),
    text: Type.Optional(Type.String({ maxLength: 10_000 })),
    tips_amount: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1e9, description: 'nothing but 0: no payment provider is connected' }),
    ),
    redirect_prefix: Type.Optional(Type.String({ maxLength: 2000, description: 'URL prefix for return from payment form' })),
  }),
);

/** The end of the short link of an appointment. */
const Token = Type.String({
  pattern: '^[0-9a-z]{1,6}-[0-9a-f]{16}$',
  description: 'short appointment token',
  examples: ['2s-9f86d081884c7d65'],
});

const present = ({ row, ...around }: OwnAppointment, address: string) => presentOwnAppointment(row, { ...around, address });

const listUserAppointments = operation({
  id: 'list_user_appointments',
  method: 'GET',
  path: '/user/records',
  tag: 'Client Personal Cabinet',
  summary: 'All appointments of the signed-in client',
  description:
    'Lists appointments from online and from the phone, in every location that you are connected to, the latest first. Cancelled ones are included.',
  extension: true,
  access: signedInClient(),
  query: Type.Object({
    ...PageAndCount(25, 100),
  }),
  success: ok(Type.Array(BookedAppointment), PageMeta),
  handle: async ({ db, partner, user, query, services, request }) => {
    const { list, total } = await listOwnAppointments(db, partner, user.id, pageRange(query.page, query.count));
    const address = publicAddress(request, services.config);
    return { data: list.map((each) => present(each, address)), meta: { page: query.page, total_count: total } };
  },
});

const getUserAppointmentList = operation({
  id: 'get_user_appointment_list',
  method: 'GET',
  path: '/user/records/{record_id}/{record_hash}',
  optionalLast: true,
  tag: 'Client Personal Cabinet',
  summary: "User's appointments",
  access: partnerOrClient(),
  params: Type.Object({
    record_id: Id('record id'),
    record_hash: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'needed without a user token' })),
  }),
  success: answer(201, Type.Array(BookedAppointment)),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 13132699,
        services: [
          {
            id: 389043,
            title: 'Correction of extended nails',
            cost: 2300,
            price_min: 2300,
            price_max: 2300,
            discount: 0,
            amount: 1,
            seance_length: 1800,
          },
        ],
        company: {
          id: 4564,
          title: 'Nail studio',
          country_id: 7,
          country: 'United States',
          city_id: 2,
          city: 'New York',
          phone: '+13155550175',
          phones: [],
          timezone: '-5',
          address: 'New York, 787 Jackson Drive',
          coordinate_lat: 40.73061,
          coordinate_lon: -73.935242,
          allow_delete_record: true,
          allow_change_record: true,
          site: 'www.example.com',
          currency_short_title: 'USD',
          allow_change_record_delay_step: 0,
          allow_delete_record_delay_step: 0,
        },
        staff: {
          id: 55436,
          name: 'Natalie Parker',
          specialization: 'Manicure and pedicure',
          position: { id: 446, title: 'Manicurist' },
          show_rating: 1,
          rating: 4.84,
          votes_count: 0,
          avatar: 'http://example.com/image.png',
          comments_count: 37,
        },
        clients_count: 1,
        date: '2026-10-24T17:30:00-05:00',
        datetime: '2026-10-24T17:30:00-0500',
        create_date: '2026-10-20T21:40:24-0500',
        comment: '',
        deleted: true,
        attendance: 0,
        length: 1800,
        notify_by_sms: 0,
        notify_by_email: 0,
        master_requested: false,
        online: true,
        api_id: '',
        last_change_date: '2026-10-24T23:54:02-0500',
        prepaid: false,
        prepaid_confirmed: false,
        activity_id: 0,
      },
    ],
  },
  handle: async ({ db, partner, user, params, services, request }) => {
    const claim = { id: params.record_id, hash: params.record_hash, userId: user?.id };
    return [present(await ownAppointment(db, partner, claim), publicAddress(request, services.config))];
  },
});

const deleteUserAppointment = operation({
  id: 'delete_user_appointment',
  method: 'DELETE',
  path: '/user/records/{record_id}/{record_hash}',
  optionalLast: true,
  tag: 'Client Personal Cabinet',
  summary: "Delete user's appointment",
  access: partnerOrClient(),
  params: Type.Object({
    record_id: Id('sufficient when user token is sent'),
    record_hash: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'needed without a user token' })),
  }),
  success: answer(200, undefined),
  errors: [403, 404],
  handle: async ({ write, partner, user, params }) => {
    const claim = { id: params.record_id, hash: params.record_hash, userId: user?.id };
    const location = await locationOf(write, partner, claim);
    await cancelOwn(write, location.id, params.record_id, new Date());
  },
});

const getFeedbackFormStatus = operation({
  id: 'get_feedback_form_status',
  method: 'GET',
  path: '/master_record_review/{record_token}',
  tag: 'Client Personal Cabinet',
  summary: 'Review/tips form data and state',
  access: partnerOrUser(),
  params: Type.Object({ record_token: Token }),
  success: answer(
    200,
    Type.Object({
      favicon_url: Type.String(),
      is_review_submitted: Type.Boolean(),
      page_title: Type.String(),
      master: Type.Object({
        id: Type.Integer(),
        name: Type.String(),
        company_id: Type.Integer(),
        specialization: Type.String(),
        rating: Type.Integer(),
        show_rating: Type.Integer({ description: '1 show, 0 hide' }),
        avatar: Type.String(),
        prepaid: Type.String(),
        position: Titled,
      }),
      company: Type.Object({
        id: Type.Integer(),
        title: Type.String(),
        logo: Type.String(),
        address: Type.String(),
      }),
      tips: EmptyList,
      record: Type.Object({
        id: Type.Integer(),
        payed_cost: Type.Number(),
        date: CompactDateTime('start'),
      }),
      currency: Currency,
      agreement_links: Type.Object({ terms_of_use: Type.String(), confidentiality_agreement: Type.String() }),
      language: Type.Object({
        id: Type.Integer(),
        locale: Type.String(),
        iso: Type.String(),
      }),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      favicon_url: 'https://www.app.alteg.io/favicon.png',
      is_review_submitted: false,
      page_title: 'Leave feedback',
      master: {
        id: 58961,
        name: 'Alex Johnson',
        company_id: 28939,
        specialization: 'Permanent Makeup',
        rating: 5,
        show_rating: 1,
        avatar: 'https://www.app.alteg.io/uploads/masters/sm/1.jpg',
        prepaid: 'forbidden',
        position: { id: 2185, title: 'Master PM' },
      },
      company: {
        id: 28939,
        title: '"Eyes-n-Lips" New York',
        logo: 'https://www.app.alteg.io/uploads/s_1.jpg',
        address: 'New York, 787 Jackson Drive',
      },
      tips: [],
      record: { id: 8219891, payed_cost: 2000, date: '2026-08-11T15:00:00-0500' },
      currency: { id: 1, iso: 'USD', name: 'US Dollar', symbol: 'USD', is_symbol_after_amount: true },
      agreement_links: {
        terms_of_use: 'https://www.app.alteg.io/info/terms-of-use-review-tips',
        confidentiality_agreement: 'https://www.app.alteg.io/info/confidential',
      },
      language: { id: 1, locale: 'en-US', iso: 'usa' },
    },
  },
  handle: async ({ db, partner, params, services, request }) =>
    presentReviewForm(await findReviewForm(db, partner, params.record_token), publicAddress(request, services.config)),
});

const submitFeedbackForm = operation({
  id: 'submit_feedback_form',
  method: 'POST',
  path: '/master_record_review/{record_token}',
  tag: 'Client Personal Cabinet',
  summary: 'Submit review and/or tips',
  access: partnerOrClient(),
  params: Type.Object({ record_token: Token }),
  body: MasterRecordReviewPostRequest,
  spelling: { tips: 'tips_amount' },
  success: answer(200, Type.Object({ charge: Type.Object({ url: Type.String() }) })),
  errors: [403, 404],
  example: {
    data: { charge: { url: 'https://url.to/payment/system' } },
    body: { rating: 5, text: 'Excellent service!', tips_amount: 22.5, redirect_prefix: 'https://n1.app.alteg.io' },
  },
  handle: async ({ write, partner, user, params, body }) => {
    const { rating, text = '', tips_amount: tips = 0 } = body;
    await addOwnReview(write, partner, params.record_token, { rating, text, tips, userId: user?.id }, new Date());
    // Without tips there is nothing to pay.
    return { charge: { url: '' } };
  },
});

/** The appointments and reviews of a client, in the order of the published documents. */
export const cabinetOperations = [
  listUserAppointments,
  getUserAppointmentList,
  deleteUserAppointment,
  getFeedbackFormStatus,
  submitFeedbackForm,
];
