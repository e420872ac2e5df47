import Type from 'typebox';
import { anyone, locationUser, signedIn } from '../../../api/access.ts';
import { accepted, counted, empty, ok, operation } from '../../../api/operation.ts';
import { linkAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, DateTime, Id, named } from '../../../api/schema.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { resetThrottle } from '../../access/login-throttle.ts';
import { maxPasswordLength, minPasswordLength } from '../../access/passwords.ts';
import { type Role, roleNames, roles } from '../../access/permissions.ts';
import { canonicalLogin } from '../../access/users.ts';
import { inviteUsers, listInvitations, revokeInvitation } from '../invitation.ts';
import { joinAs, joinByLink, showInvitation } from '../joining.ts';
import { requestReset, resetPassword } from '../password-reset.ts';
import { GivenPermissions, LocationPath } from './schemas.ts';

const tag = 'Users & Permissions';

const nullable = <T>(type: 'string' | 'integer', options: object) => AnyOfTypes<T | null>([type, 'null'], options);
const Token = Type.String({ minLength: 1, maxLength: 100, description: 'the part of the link after `#`' });
const Password = Type.String({ minLength: minPasswordLength, maxLength: maxPasswordLength });

const createUserInvitation = operation({
  id: 'create_user_invitation',
  method: 'POST',
  path: '/user/invite/{location_id}',
  tag,
  summary: 'Invite users to manage a location',
  description:
    'Sends a link by e-mail or SMS to everybody in the list, or to nobody. The link works once, within 7 days. Whoever is invited already gets a new link, and the former one ends. A person without a role becomes a worker. An e-mail address or phone number gets at most 10 invitations a day, from all locations together. You give only the permissions that you have, and only an owner makes an owner.',
  access: locationUser('create_users_access'),
  params: LocationPath,
  body: Type.Object({
    invites: Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1, maxLength: 255 }),
        search: Type.String({ minLength: 1, maxLength: 255, description: 'phone or email' }),
        position: Type.Optional(nullable<string>('string', { maxLength: 255, description: 'shown to the other users' })),
        user_role: Type.Optional(
          nullable<string>('string', { enum: [...roleNames, null], description: 'worker for a new person without one' }),
        ),
        user_permissions: Type.Optional(Type.Union([GivenPermissions, Type.Null()])),
        staff_id: Type.Optional(
          nullable<number>('integer', { minimum: 1, maximum: 2_147_483_647, description: 'team member bound to user' }),
        ),
      }),
      { minItems: 1, maxItems: 15 },
    ),
  }),
  success: accepted(Type.Object({ message: Type.String({ description: "'Saved'" }) })),
  errors: [403, 404, 422],
  example: {
    body: {
      invites: [
        { name: 'Olivia', search: 'mail@gmail.com', position: 'Administrator', user_role: 'administrator', staff_id: 12 },
      ],
    },
  },
  handle: async ({ write, location, user, body, request, services }) => {
    const invites = body.invites.map((invite) => ({
      name: invite.name,
      search: invite.search,
      information: invite.position ?? undefined,
      role: (invite.user_role ?? undefined) as Role | undefined,
      given: invite.user_permissions ?? undefined,
      memberId: invite.staff_id ?? undefined,
    }));
    write.afterCommit(services.forgetAccess);
    await inviteUsers(write, location, { userId: user.id, address: linkAddress(request, services.config) }, invites);
    return { message: 'Saved' };
  },
});

const Invitation = named(
  'UserInvitation',
  Type.Object({
    user_id: Type.Integer({ description: 'stands for the person until they join' }),
    name: Type.String(),
    email: Type.String(),
    phone: Type.String(),
    user_role: Type.String({ enum: [...roleNames] }),
    invited_at: DateTime('time of the last message'),
    expires_at: DateTime('the end of the link'),
  }),
);

const listUserInvitations = operation({
  id: 'list_user_invitations',
  method: 'GET',
  path: '/user/invite/{location_id}',
  tag,
  summary: 'List the open invitations',
  description: 'By user id. Expired ones stay for 30 days: invite the person again to send a new link.',
  extension: true,
  access: locationUser('users_access'),
  params: LocationPath,
  success: counted(Type.Array(Invitation)),
  handle: async ({ db, location }) =>
    (await listInvitations(db, location.id)).map((row) => ({
      user_id: row.userId,
      name: row.name ?? '',
      email: row.email ?? '',
      phone: row.phone ?? '',
      user_role: row.role,
      invited_at: zonedDateTime(row.invitedAt, location.timeZone),
      expires_at: zonedDateTime(row.expiresAt, location.timeZone),
    })),
});

const revokeUserInvitation = operation({
  id: 'revoke_user_invitation',
  method: 'DELETE',
  path: '/user/invite/{location_id}/{invited_id}',
  tag,
  summary: 'Withdraw an invitation',
  description: 'The link ends, and the person is not a user of the location any more. `remove_user_from_location` does the same.',
  extension: true,
  access: locationUser('create_users_access'),
  params: Type.Object({ location_id: Id('location id'), invited_id: Id('user id of the invited person') }),
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, location, user, params, services }) => {
    write.afterCommit(services.forgetAccess);
    await revokeInvitation(write, location.id, user.id, params.invited_id);
  },
});

const showUserInvitation = operation({
  id: 'show_user_invitation',
  method: 'POST',
  path: '/user/invitation',
  tag,
  summary: 'Show an invitation to the person who has its link',
  description: 'The page behind the link uses it. The token goes into the body, so that no log has it.',
  extension: true,
  access: anyone(),
  body: Type.Object({ token: Token }),
  success: ok(
    named(
      'ShownUserInvitation',
      Type.Object({
        location_title: Type.String(),
        name: Type.String(),
        contact: Type.String({
          description: 'the e-mail address or phone number that the link was sent to',
          examples: ['olivia@example.com'],
        }),
        user_role: Type.String({ enum: [...roleNames] }),
        role_title: Type.String(),
        has_account: Type.Boolean({ description: 'an account has this contact' }),
        needs_password: Type.Boolean({ description: 'there is no account yet, or it has no password' }),
      }),
    ),
  ),
  errors: [404],
  transaction: 'read',
  handle: async ({ db, body }) => {
    const { title, name, contact, role, account } = await showInvitation(db, body.token);
    return {
      location_title: title,
      name: account?.name || (name ?? ''),
      contact,
      user_role: role,
      role_title: roles[role].title,
      has_account: account !== undefined,
      needs_password: !account?.passwordHash,
    };
  },
});

const Joined = named('JoinedLocation', Type.Object({ location_id: Type.Integer(), user_id: Type.Integer() }));

const acceptUserInvitation = operation({
  id: 'accept_user_invitation',
  method: 'POST',
  path: '/user/invitation/accept',
  tag,
  summary: 'Join a location by the link of an invitation',
  description:
    'With the account of the contact that the link was sent to. A new person chooses a name and a password. Whoever has an account with a password keeps both: they are ignored.',
  extension: true,
  access: anyone(),
  body: Type.Object({
    token: Token,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    password: Type.Optional(Password),
  }),
  spelling: { newPassword: 'password' },
  success: ok(Joined),
  errors: [404, 409],
  ignoresKeys: true,
  handle: async ({ write, body, services }) => {
    const { token, name, password } = body;
    write.afterCommit(services.forgetAccess);
    const joined = await joinByLink(write, token, { ...(name ? { name } : {}), ...(password ? { password } : {}) });
    return { location_id: joined.locationId, user_id: joined.userId };
  },
});

const joinLocation = operation({
  id: 'join_location',
  method: 'POST',
  path: '/user/invitation/join',
  tag,
  summary: 'Join a location with the account that is signed in',
  description: 'Also if the link was sent to another contact of yours. A user of the location keeps their rights.',
  extension: true,
  access: signedIn(),
  body: Type.Object({ token: Token }),
  success: ok(Joined),
  errors: [404],
  ignoresKeys: true,
  handle: async ({ write, user, body, services }) => {
    write.afterCommit(services.forgetAccess);
    const joined = await joinAs(write, body.token, user.id);
    return { location_id: joined.locationId, user_id: joined.userId };
  },
});

const requestPasswordReset = operation({
  id: 'request_password_reset',
  method: 'POST',
  path: '/user/password/reset',
  tag,
  summary: 'Ask for a link to choose a new password',
  description:
    'The answer is the same whether an account exists or not. The link goes to the e-mail address of the account, or to its phone. It works once, within an hour.',
  extension: true,
  access: anyone(),
  body: Type.Object({ login: Type.String({ minLength: 1, maxLength: 255, description: 'phone number, e-mail or login name' }) }),
  success: accepted(Type.Object({ message: Type.String() })),
  transaction: 'manual',
  ignoresKeys: true,
  example: { body: { login: 'ada@example.com' } },
  handle: async ({ transact, body, request, services }) => {
    const { config, database } = services;
    await resetThrottle(database).attempt(canonicalLogin(body.login), request.ip);
    await transact((write) => requestReset(write, body.login, linkAddress(request, config)));
    return { message: 'If there is such an account, a link was sent to it.' };
  },
});

const confirmPasswordReset = operation({
  id: 'reset_password',
  method: 'PUT',
  path: '/user/password/reset',
  tag,
  summary: 'Choose a new password by a link',
  description: 'Ends all sessions of the user.',
  extension: true,
  access: anyone(),
  body: Type.Object({ token: Token, password: Password }),
  spelling: { newPassword: 'password' },
  success: empty(204),
  errors: [404],
  ignoresKeys: true,
  handle: async ({ write, body, services }) => {
    write.afterCommit(services.forgetAccess);
    await resetPassword(write, body.token, body.password);
  },
});

/** Invitations, and lost passwords. */
export const invitationOperations = [
  createUserInvitation,
  listUserInvitations,
  revokeUserInvitation,
  showUserInvitation,
  acceptUserInvitation,
  joinLocation,
  requestPasswordReset,
  confirmPasswordReset,
];
