import Type from 'typebox';
import { locationPartner, partnerOnly } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { Id, named } from '../../api/schema.ts';

const BookCodeCompanyidDataTypesRequest = named(
  'BookCodeCompanyidDataTypesRequest',
  Type.Object({
    phone: Type.Optional(Type.String()),
    fulname: Type.Optional(Type.String({ description: '(sic) prose says fullname' })),
  }),
);

const AuthRequest = named(
  'AuthRequest',
  Type.Object({ login: Type.String({ description: 'phone or email' }), password: Type.String() }),
);

const BookingAuthResponse = named(
  'BookingAuthResponse',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    user_token: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    phone: Type.Optional(Type.String()),
    login: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    avatar: Type.Optional(Type.String()),
  }),
);

const UserAuthResponse = named('UserAuthResponse', Type.Object({ user_token: Type.Optional(Type.String()) }));

const sendBookingVerificationCode = operation({
  id: 'send_booking_verification_code',
  method: 'POST',
  path: '/book_code/{location_id}',
  tag: 'Authentication B2C',
  summary: 'Send SMS code to client phone',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  body: BookCodeCompanyidDataTypesRequest,
  success: answer(201, undefined, Type.Object({ message: Type.Optional(Type.String()) })),
  errors: [403, 404],
  example: { meta: { message: 'Created' }, body: { phone: '+13155550175', fulname: 'James Smith' } },
});

const authorizeOnlineBookingUser = operation({
  id: 'authorize_online_booking_user',
  method: 'POST',
  path: '/booking/auth',
  tag: 'Authentication B2C',
  summary: 'Log in booking user with password',
  access: partnerOnly(),
  body: AuthRequest,
  success: answer(201, BookingAuthResponse),
  errors: [403, 404],
  example: {
    data: {
      id: 123456,
      user_token: 'wec23fh8cDfFV4432fc352456',
      name: 'James Smith',
      phone: '+13155550175',
      login: 'j.smith',
      email: 'j.smith@example.com',
      avatar: 'https://assets.alteg.io/general/0/01/1_1.png',
    },
    body: { login: 'testuser@alteg.io', password: 'testpass' },
  },
});

const logInWithPhoneNumberAndCode = operation({
  id: 'log_in_with_phone_number_and_code',
  method: 'POST',
  path: '/user/auth',
  tag: 'Authentication B2C',
  summary: 'Log in with phone and SMS code',
  access: partnerOnly(),
  body: AuthRequest,
  success: answer(201, UserAuthResponse),
  errors: [403, 404],
  example: { data: { user_token: 'wec23fh8cDfFV4432fc352456' }, body: { login: 'testuser@alteg.io', password: 'testpass' } },
});

/** The operations of the tag, in the order of the published documents. */
export const authenticationB2cOperations = [sendBookingVerificationCode, authorizeOnlineBookingUser, logInWithPhoneNumberAndCode];
