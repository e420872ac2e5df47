import Type, { type Static } from 'typebox';
import { locationPartner, partnerOnly } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { accepted, created, operation } from '../../../api/operation.ts';
import { AcceptedMeta, Id, named } from '../../../api/schema.ts';
import { normalizePhone, reachablePhone } from '../../../platform/phone.ts';
import { codeThrottle, guessThrottle } from '../../access/login-throttle.ts';
import { maxPasswordLength } from '../../access/passwords.ts';
import { agentOf, signIn } from '../../access/sign-in.ts';
import { canonicalLogin } from '../../access/users.ts';
import { signInByPhone } from '../booking-user.ts';
import { checkCode, sendCode } from '../verification.ts';
import { bookingUserFields, presentBookingUser } from './present.ts';

const tag = 'Authentication B2C';
const name = Type.Optional(Type.String({ maxLength: 255, description: 'name of the client; not needed' }));

const BookCodeCompanyidDataTypesRequest = named(
  'BookCodeCompanyidDataTypesRequest',
  Type.Object({
    phone: Type.String({ minLength: 1, maxLength: 40, description: 'a national spelling is one of the location’s country' }),
    fulname: name,
    fullname: name,
  }),
);

const AuthRequest = named(
  'AuthRequest',
  Type.Object({
    login: Type.String({ minLength: 1, maxLength: 255, description: 'phone or email' }),
    password: Type.String({ minLength: 1, maxLength: maxPasswordLength }),
  }),
);

const secret = { maxLength: maxPasswordLength };
const PhoneAuthRequest = named(
  'PhoneAuthRequest',
  Type.Object({
    login: Type.Optional(Type.String({ maxLength: 255, description: 'the phone number' })),
    password: Type.Optional(Type.String({ ...secret, description: 'the code' })),
    phone: Type.Optional(Type.String({ maxLength: 255, description: 'instead of login' })),
    code: Type.Optional(Type.String({ ...secret, description: 'instead of password' })),
  }),
);

const BookingAuthResponse = named('BookingAuthResponse', Type.Object(bookingUserFields));
const UserAuthResponse = named('UserAuthResponse', Type.Object({ user_token: bookingUserFields.user_token }));

const sendBookingVerificationCode = operation({
  id: 'send_booking_verification_code',
  method: 'POST',
  path: '/book_code/{location_id}',
  tag,
  summary: 'Send SMS code to client phone',
  description:
    'Six digits that are good for ten minutes and five guesses, to sign in or to book with. A new code replaces the former one. A phone gets three codes in ten minutes. The answer does not tell whether anybody is known by the phone.',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  body: BookCodeCompanyidDataTypesRequest,
  success: accepted(AcceptedMeta, 201),
  errors: [403, 404],
  example: { meta: { message: 'Created' }, body: { phone: '+13155550175', fulname: 'James Smith' } },
  transaction: 'manual',
  handle: async ({ conclude, location, body, request, services }) => {
    const phone = reachablePhone(body.phone, location.countryCode);
    if (!phone) throw new Invalid({ phone: ['must be a phone number'] });
    await codeThrottle(services.database).attempt(phone, request.ip);
    await conclude((write) =>
      sendCode(write, services.signingKey, { purpose: 'booking', recipient: phone, userId: null, locationId: location.id }),
    );
    return { message: 'Created' };
  },
});

const authorizeOnlineBookingUser = operation({
  id: 'authorize_online_booking_user',
  method: 'POST',
  path: '/booking/auth',
  tag,
  summary: 'Log in booking user with password',
  description:
    'The login is an e-mail address or a phone number in any common format. The token works for online booking only: the back office refuses it. A wrong password and an unknown login get the same answer. The fields are also accepted in the query.',
  access: partnerOnly(),
  bodyInQuery: true,
  body: AuthRequest,
  success: created(BookingAuthResponse),
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
  transaction: 'manual',
  ignoresKeys: true,
  handle: async ({ db, transact, partner, body, request, services }) => {
    const { user, token } = await signIn({ db, transact }, services, request, {
      ...body,
      partnerId: partner.id,
      scope: 'client',
    });
    return presentBookingUser(user, token);
  },
});

/** The phone and the code, in either spelling. @throws Invalid for a missing field, in the spelling of the given one */
function phoneAndCode(body: Static<typeof PhoneAuthRequest>): { login: string; code: string } {
  const isByPhone = Boolean(body.phone || body.code) && !body.login && !body.password;
  const names = isByPhone ? (['phone', 'code'] as const) : (['login', 'password'] as const);
  const login = body.login || body.phone || '';
  const code = body.password || body.code || '';
  const missing = names.filter((_, index) => ![login, code][index]);
  if (missing.length) throw new Invalid(Object.fromEntries(missing.map((name) => [name, ['is required']])));
  return { login, code };
}

const logInWithPhoneNumberAndCode = operation({
  id: 'log_in_with_phone_number_and_code',
  method: 'POST',
  path: '/user/auth',
  tag,
  summary: 'Log in with phone and SMS code',
  description:
    'The login is the phone number with its country code. The password is the code that book_code sent. `phone` and `code` are other names for them. The first sign-in of a phone creates the account. The fields are also accepted in the query. The token works for online booking only: the back office refuses it.',
  access: partnerOnly(),
  body: PhoneAuthRequest,
  success: created(UserAuthResponse),
  errors: [403, 404],
  example: { data: { user_token: 'wec23fh8cDfFV4432fc352456' }, body: { login: '+13155550175', password: '123456' } },
  bodyInQuery: true,
  transaction: 'manual',
  ignoresKeys: true,
  handle: async ({ transact, partner, body, request, services }) => {
    const { login, code } = phoneAndCode(body);
    const takeBack = await guessThrottle(services.database).attempt(`code ${canonicalLogin(login)}`, request.ip);
    const phone = normalizePhone(login) ?? '';
    const use = await checkCode(
      { transact, signingKey: services.signingKey },
      { purpose: 'booking', recipient: phone, userId: null, code },
    );
    const token = await signInByPhone(transact, phone, use, { partnerId: partner.id, note: agentOf(request) });
    await takeBack();
    return { user_token: token };
  },
});

/** The operations of the tag, in the order of the published documents. */
export const authenticationB2cOperations = [sendBookingVerificationCode, authorizeOnlineBookingUser, logInWithPhoneNumberAndCode];
