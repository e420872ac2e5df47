import Type from 'typebox';
import { type Gate, type Location, type Partner, signedInClient } from '../../api/access.ts';
import { parseAuthorization } from '../../api/authorization.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import { accepted, ok, operation } from '../../api/operation.ts';
import { AcceptedMeta, maxId, named } from '../../api/schema.ts';
import { inTransaction, type Tx } from '../../platform/database.ts';
import { normalizePhone } from '../../platform/phone.ts';
import type { Services } from '../../platform/services.ts';
import { codeThrottle, loginThrottle } from '../access/login-throttle.ts';
import { maxPasswordLength, minPasswordLength } from '../access/passwords.ts';
import { agentOf } from '../access/sign-in.ts';
import { findUser } from '../access/users.ts';
import { listLocations } from '../locations/location.ts';
import { changeOwnPassword, otherPhone, updateAccount } from './booking-user.ts';
import { bookingUserFields, presentBookingUser } from './present.ts';
import { checkCode, sendCode } from './verification.ts';

const tag = 'Client Personal Cabinet';

const BookingUserUpdateInfoRequest = named(
  'BookingUserUpdateInfoRequest',
  Type.Object({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    email: Type.Optional(Type.String({ maxLength: 255, description: 'empty for none' })),
    phone: Type.Optional(Type.String({ maxLength: 40 })),
    confirmation_code: Type.Optional(Type.String({ maxLength: 20, description: 'SMS code when phone changes' })),
  }),
);

const BookingUserGetDataResponse = named(
  'BookingUserGetDataResponse',
  Type.Object({ '0': Type.String({ description: 'the user token again' }), ...bookingUserFields }),
);

const BookingUserUpdatePasswordRequest = named(
  'BookingUserUpdatePasswordRequest',
  Type.Object({
    old_password: Type.Optional(Type.String({ maxLength: maxPasswordLength, description: 'empty where there is none yet' })),
    new_password: Type.String({ minLength: minPasswordLength, maxLength: maxPasswordLength }),
  }),
);

const wrongCode = () => new Invalid({ confirmation_code: ['is wrong or too old'] });

/**
 * The proof that a user has a phone. A guess counts even when the request fails afterwards.
 * @returns uses the code up in the transaction of the change
 * @throws Invalid for a missing or wrong code, TooManyRequests
 */
async function proofOf(
  services: Services,
  of: { userId: number; phone: string; code: string | undefined; address: string },
): Promise<(tx: Tx) => Promise<void>> {
  const { userId, phone, code, address } = of;
  if (!code?.trim()) throw new Invalid({ confirmation_code: ['is required to change the phone'] });
  const takeBack = await loginThrottle(services.database).attempt(`phone code ${userId}`, address);
  const use = await checkCode(services, { purpose: 'phone', phone, userId, code });
  if (!use) throw wrongCode();
  await takeBack();
  return async (tx) => {
    if (!(await use(tx))) throw wrongCode();
  };
}

const updateBookingUser = operation({
  id: 'update_booking_user',
  method: 'PUT',
  path: '/booking/user',
  tag,
  summary: "Change booking user's own data",
  description:
    'What is left out stays as it is. Another phone number needs the code that phone_confirmation sent to it. Who manages a location changes their e-mail address and phone number with a token of the back office only.',
  access: signedInClient(),
  body: BookingUserUpdateInfoRequest,
  success: accepted(AcceptedMeta),
  errors: [403, 404],
  example: {
    meta: { message: 'Accepted' },
    body: { name: 'James Smith', email: 'j.smith@example.com', phone: '+13155550175', confirmation_code: '1234' },
  },
  // A code is checked before the transaction, which must not wait for another connection.
  transaction: 'manual',
  handle: async ({ tx: db, user, body, request, services }) => {
    const phone = body.phone === undefined ? undefined : await otherPhone(db, await findUser(db, user.id), body.phone);
    const code = body.confirmation_code;
    const prove = phone && (await proofOf(services, { userId: user.id, phone, code, address: request.ip }));
    await inTransaction(db, async (tx) => {
      if (prove) await prove(tx);
      await updateAccount(tx, user.id, { name: body.name, email: body.email, phone }, { signIns: !user.isClient });
    });
  },
});

const getBookingUser = operation({
  id: 'get_booking_user',
  method: 'GET',
  path: '/booking/user/data',
  tag,
  summary: "Booking user's own data",
  access: signedInClient(),
  success: ok(BookingUserGetDataResponse),
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
  handle: async ({ tx, user, request }) => {
    const token = parseAuthorization(request.headers.authorization)?.userToken ?? '';
    return { '0': token, ...presentBookingUser(await findUser(tx, user.id), token) };
  },
});

const updateBookingUserPassword = operation({
  id: 'update_booking_user_password',
  method: 'PUT',
  path: '/booking/user/password',
  tag,
  summary: "Change booking user's password",
  description:
    'Ends all sessions of the user, this one too, and begins a new one for online booking. Who signed in by code alone has no password yet: the first one is chosen without an old one, unless the user manages a location.',
  access: signedInClient(),
  body: BookingUserUpdatePasswordRequest,
  success: ok(Type.Object({ user_token: Type.String({ description: 'new token' }) })),
  errors: [403, 404],
  example: { data: { user_token: '4de9d8cc108c0' }, body: { old_password: 'qwerty123', new_password: 'example!' } },
  transaction: 'manual',
  handle: async ({ tx: db, partner, user, body, request, services }) => {
    const takeBack = await loginThrottle(services.database).attempt(`user ${user.id}`, request.ip);
    const passwords = { current: body.old_password ?? '', next: body.new_password };
    const session = { partnerId: partner.id, note: agentOf(request) };
    const token = await inTransaction(db, (tx) => changeOwnPassword(tx, user.id, passwords, session));
    await takeBack();
    services.forgetAccess();
    return { user_token: token };
  },
});

/**
 * The location that a code is sent for: the one that is named, else the first one of the chain that the partner is connected to.
 * @throws Invalid when neither is named, NotFound
 */
async function locationOf(gate: Gate, db: Tx, partner: Partner, of: { location: number; chain: number }): Promise<Location> {
  if (!of.location && !of.chain) throw new Invalid({ company_id: ['is required where there is no group_id'] });
  const [first] = of.location
    ? [{ id: of.location }]
    : await listLocations(db, partner, { chainId: of.chain }, { offset: 0, limit: 1 });
  const grant = first && (await gate.partnerGrant(partner, first.id));
  if (!grant) throw new NotFound();
  return grant.location;
}

const sendPhoneUpdateVerificationCode = (gate: Gate) =>
  operation({
    id: 'send_phone_update_verification_code',
    method: 'GET',
    path: '/booking/user/phone_confirmation',
    tag,
    summary: 'SMS code for phone change',
    description:
      'Sends a code to the number that the user wants to have. A location or a chain is named; a national spelling is read in its country. The answer does not tell whether somebody else has the number.',
    access: signedInClient(),
    query: Type.Object({
      company_id: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: 'location ID; this or group_id' })),
      group_id: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: 'chain ID' })),
      phone: Type.String({ minLength: 1, maxLength: 40 }),
    }),
    success: accepted(AcceptedMeta),
    errors: [403, 404],
    example: { meta: { message: 'Accepted' } },
    transaction: 'manual',
    handle: async ({ tx: db, partner, user, query, request, services }) => {
      const location = await locationOf(gate, db, partner, { location: query.company_id ?? 0, chain: query.group_id ?? 0 });
      const phone = normalizePhone(query.phone, location.countryCode);
      if (!phone) throw new Invalid({ phone: ['must be a phone number of 9 to 15 digits'] });
      await codeThrottle(services.database).attempt(phone, request.ip);
      await inTransaction(db, (tx) =>
        sendCode(tx, services.signingKey, { purpose: 'phone', phone, userId: user.id, locationId: location.id }),
      );
      return { message: 'Accepted' };
    },
  });

/** What clients see and change of their account, in the order of the published documents. */
export const accountOperations = (gate: Gate) => [
  updateBookingUser,
  getBookingUser,
  updateBookingUserPassword,
  sendPhoneUpdateVerificationCode(gate),
];
