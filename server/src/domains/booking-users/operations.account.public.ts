import Type from 'typebox';
import { partnerOrUser } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { named } from '../../api/schema.ts';

const BookingUserUpdateInfoRequest = named(
  'BookingUserUpdateInfoRequest',
  Type.Object({
    name: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    phone: Type.Optional(Type.String()),
    confirmation_code: Type.Optional(Type.String({ description: 'SMS code when phone changes' })),
  }),
);

const BookingUserGetDataResponse = named(
  'BookingUserGetDataResponse',
  Type.Object({
    '0': Type.Optional(Type.String({ description: 'user token' })),
    id: Type.Optional(Type.Integer()),
    user_token: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    phone: Type.Optional(Type.String()),
    login: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    avatar: Type.Optional(Type.String()),
  }),
);

const BookingUserUpdatePasswordRequest = named(
  'BookingUserUpdatePasswordRequest',
  Type.Object({ old_password: Type.Optional(Type.String()), new_password: Type.Optional(Type.String()) }),
);

const updateBookingUser = operation({
  id: 'update_booking_user',
  method: 'PUT',
  path: '/booking/user',
  tag: 'Client Personal Cabinet',
  summary: "Change booking user's own data",
  access: partnerOrUser(),
  body: BookingUserUpdateInfoRequest,
  success: answer(202, undefined, Type.Object({ message: Type.Optional(Type.String()) })),
  errors: [403, 404],
  example: {
    meta: { message: 'Accepted' },
    body: { name: 'James Smith', email: 'j.smith@example.com', phone: '+13155550175', confirmation_code: '1234' },
  },
});

const getBookingUser = operation({
  id: 'get_booking_user',
  method: 'GET',
  path: '/booking/user/data',
  tag: 'Client Personal Cabinet',
  summary: "Booking user's own data",
  access: partnerOrUser(),
  success: answer(200, BookingUserGetDataResponse),
  errors: [403, 404],
  example: {
    data: {
      '0': '152afb01134237bc844d7e',
      id: 32132133,
      user_token: '152afb01134237bc844d7e',
      name: 'James',
      phone: '+13155550175',
      login: 'j.smith',
      email: 'j.smith@example.com',
      avatar: 'https://api.alteg.io/images/avatar.png',
    },
  },
});

const updateBookingUserPassword = operation({
  id: 'update_booking_user_password',
  method: 'PUT',
  path: '/booking/user/password',
  tag: 'Client Personal Cabinet',
  summary: "Change booking user's password",
  access: partnerOrUser(),
  body: BookingUserUpdatePasswordRequest,
  success: answer(200, Type.Object({ user_token: Type.Optional(Type.String({ description: 'new token' })) })),
  errors: [403, 404],
  example: { data: { user_token: '4de9d8cc108c0' }, body: { old_password: 'qwerty123', new_password: 'example!' } },
});

const sendPhoneUpdateVerificationCode = operation({
  id: 'send_phone_update_verification_code',
  method: 'GET',
  path: '/booking/user/phone_confirmation',
  tag: 'Client Personal Cabinet',
  summary: 'SMS code for phone change',
  access: partnerOrUser(),
  query: Type.Object({
    company_id: Type.Integer({ description: 'location ID' }),
    group_id: Type.Integer({ description: 'chain ID' }),
    phone: Type.String(),
  }),
  success: answer(202, undefined, Type.Object({ message: Type.Optional(Type.String()) })),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
});

/** What clients see and change of their account, in the order of the published documents. */
export const accountOperations = [updateBookingUser, getBookingUser, updateBookingUserPassword, sendPhoneUpdateVerificationCode];
