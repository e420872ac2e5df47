import Type from 'typebox';
import { type Gate, type Location, type Partner, signedInClient } from '../../../api/access.ts';
import { parseAuthorization } from '../../../api/authorization.ts';
import { Invalid, NotFound } from '../../../api/errors.ts';
import { accepted, ok, operation } from '../../../api/operation.ts';
import { AcceptedMeta, maxId, named } from '../../../api/schema.ts';
import type { Read, Transact, Write } from '../../../api/write.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import type { Services } from '../../../platform/services.ts';
import { codeThrottle, guessThrottle } from '../../access/login-throttle.ts';
import { maxPasswordLength, minPasswordLength } from '../../access/passwords.ts';
import { agentOf } from '../../access/sign-in.ts';
import { findUser } from '../../access/users.ts';
import { listLocations } from '../../locations/location.ts';
import { changeOwnPassword, emailOf, otherPhone, updateAccount } from '../booking-user.ts';
import type { VerificationPurpose } from '../tables.ts';
import { checkCode, sendCode } from '../verification.ts';
import { bookingUserFields, presentBookingUser } from './present.ts';

const tag = 'Client Personal Cabinet';

const BookingUserUpdateInfoRequest = named(
  'BookingUserUpdateInfoRequest',
  Type.Object({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    email: Type.Optional(Type.String({ maxLength: 255, description: 'empty for none' })),
    phone: Type.Optional(Type.String({ maxLength: 40 })),
    confirmation_code: Type.Optional(Type.String({ maxLength: 20, description: 'SMS code when phone changes' })),
    email_confirmation_code: Type.Optional(
      Type.String({ maxLength: 20, description: 'code that email_confirmation sent to the address' }),
    ),
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

type ContactPurpose = Exclude<VerificationPurpose, 'booking'>;
const codeFields = { phone: 'confirmation_code', email: 'email_confirmation_code' } as const;
const wrongCode = (of: ContactPurpose) => new Invalid({ [codeFields[of]]: ['is wrong or too old'] });

/**
 * Checks that a user has a phone or reads the mail of an address. A guess counts even if the request fails afterwards.
 * @returns a function that uses the code up in the transaction of the change
 * @throws Invalid for a missing or wrong code, TooManyRequests
 */
async function contactVerification(
  { services, transact }: { services: Services; transact: Transact },
  of: { userId: number; purpose: ContactPurpose; recipient: string; code: string | undefined; address: string },
): Promise<(write: Write) => Promise<void>> {
  const { userId, purpose, recipient, code, address } = of;
  if (!code?.trim()) throw new Invalid({ [codeFields[purpose]]: [`is required to change the ${purpose}`] });
  const takeBack = await guessThrottle(services.database).attempt(`${purpose} code ${userId}`, address);
  const use = await checkCode({ transact, signingKey: services.signingKey }, { purpose, recipient, userId, code });
  if (!use) throw wrongCode(purpose);
  await takeBack();
  return async (write) => {
    if (!(await use(write))) throw wrongCode(purpose);
  };
}

const updateBookingUser = operation({
  id: 'update_booking_user',
  method: 'PUT',
  path: '/booking/user',
  tag,
  summary: "Change booking user's own data",
  description:
    'Missing fields stay unchanged. A new phone number needs the code that phone_confirmation sent to it. You can sign in with an e-mail address after you confirm it with the code from email_confirmation. A user who manages a location needs a token of the back office to change their e-mail address or phone number.',
  access: signedInClient(),
  body: BookingUserUpdateInfoRequest,
  spelling: { emailCode: 'email_confirmation_code' },
  success: accepted(AcceptedMeta),
  errors: [403, 404],
  example: {
    meta: { message: 'Accepted' },
    body: { name: 'James Smith', email: 'j.smith@example.com', phone: '+13155550175', confirmation_code: '1234' },
  },
  // A code is checked before the transaction, which must not wait for another connection.
  transaction: 'manual',
  handle: async ({ transact, conclude, db, user, body, request, services }) => {
    const phone = body.phone === undefined ? undefined : await otherPhone(db, await findUser(db, user.id), body.phone);
    const email = body.email === undefined ? undefined : emailOf(body.email);
    const of = { userId: user.id, address: request.ip };
    const proofs = [
      phone &&
        (await contactVerification(
          { services, transact },
          { ...of, purpose: 'phone', recipient: phone, code: body.confirmation_code },
        )),
      email &&
        body.email_confirmation_code?.trim() &&
        (await contactVerification(
          { services, transact },
          {
            ...of,
            purpose: 'email',
            recipient: email.toLowerCase(),
            code: body.email_confirmation_code,
          },
        )),
    ] as const;
    await conclude(async (write) => {
      for (const prove of proofs) if (prove) await prove(write);
      const changes = { name: body.name, email, phone, isEmailProven: Boolean(proofs[1]) };
      await updateAccount(write, user.id, changes, { signIns: !user.isClient });
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
  handle: async ({ db, user, request }) => {
    const token = parseAuthorization(request.headers.authorization)?.userToken ?? '';
    return { '0': token, ...presentBookingUser(await findUser(db, user.id), token) };
  },
});

const updateBookingUserPassword = operation({
  id: 'update_booking_user_password',
  method: 'PUT',
  path: '/booking/user/password',
  tag,
  summary: "Change booking user's password",
  description:
    'Ends all sessions of the user, including this one, and begins a new one for online booking. A user who signed in by code has no password yet and sets the first one without an old one. This is not possible for a user who manages a location.',
  access: signedInClient(),
  body: BookingUserUpdatePasswordRequest,
  spelling: { currentPassword: 'old_password' },
  success: ok(Type.Object({ user_token: Type.String({ description: 'new token' }) })),
  errors: [403, 404],
  example: { data: { user_token: '4de9d8cc108c0' }, body: { old_password: 'qwerty123', new_password: 'example!' } },
  transaction: 'manual',
  ignoresKeys: true,
  handle: async ({ transact, partner, user, body, request, services }) => {
    const takeBack = await guessThrottle(services.database).attempt(`user ${user.id}`, request.ip);
    const passwords = { current: body.old_password ?? '', next: body.new_password };
    const session = { partnerId: partner.id, note: agentOf(request) };
    const token = await transact((write) => changeOwnPassword(write, user.id, passwords, session));
    await takeBack();
    services.forgetAccess();
    return { user_token: token };
  },
});

/**
 * The location that sends a code: the named one, or else the first location of the chain that the partner is connected to.
 * @throws Invalid if neither is named, NotFound
 */
async function locationOf(gate: Gate, db: Read, partner: Partner, of: { location: number; chain: number }): Promise<Location> {
  if (!of.location && !of.chain) throw new Invalid({ company_id: ['is required without group_id'] });
  const [first] = of.location
    ? [{ id: of.location }]
    : await listLocations(db, partner, { chainId: of.chain }, { offset: 0, limit: 1 });
  const grant = first && (await gate.partnerGrant(partner, first.id));
  if (!grant) throw new NotFound();
  return grant.location;
}

const sendPhoneUpdateVerificationCode = operation({
  id: 'send_phone_update_verification_code',
  method: 'GET',
  path: '/booking/user/phone_confirmation',
  tag,
  summary: 'SMS code for phone change',
  description:
    'Sends a code to the new number of the user. Name a location or a chain: a national number is read in its country. The answer does not reveal whether another user has the number.',
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
  handle: async ({ transact, db, gate, partner, user, query, request, services }) => {
    const location = await locationOf(gate, db, partner, { location: query.company_id ?? 0, chain: query.group_id ?? 0 });
    const phone = normalizePhone(query.phone, location.countryCode);
    if (!phone) throw new Invalid({ phone: ['must be a phone number of 9 to 15 digits'] });
    await codeThrottle(services.database).attempt(phone, request.ip);
    await transact((write) =>
      sendCode(write, services.signingKey, { purpose: 'phone', recipient: phone, userId: user.id, locationId: location.id }),
    );
    return { message: 'Accepted' };
  },
});

const sendEmailConfirmationCode = operation({
  id: 'send_email_confirmation_code',
  method: 'GET',
  path: '/booking/user/email_confirmation',
  tag,
  summary: 'Code to confirm an e-mail address',
  description:
    'Sends a code to the present or new address of the user. Send the code with update_booking_user. The answer does not reveal whether another account has the address.',
  extension: true,
  access: signedInClient(),
  query: Type.Object({ email: Type.String({ minLength: 1, maxLength: 255, examples: ['j.smith@example.com'] }) }),
  success: accepted(AcceptedMeta),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
  transaction: 'manual',
  handle: async ({ transact, user, query, request, services }) => {
    const recipient = emailOf(query.email).toLowerCase();
    if (!recipient) throw new Invalid({ email: ['must be an e-mail address'] });
    await codeThrottle(services.database).attempt(recipient, request.ip);
    const proof = { purpose: 'email' as const, recipient, userId: user.id, locationId: null };
    await transact((write) => sendCode(write, services.signingKey, proof));
    return { message: 'Accepted' };
  },
});

/** The operations with which clients read and change their account, in the order of the published documents. */
export const accountOperations = [
  updateBookingUser,
  getBookingUser,
  updateBookingUserPassword,
  sendPhoneUpdateVerificationCode,
  sendEmailConfirmationCode,
];
