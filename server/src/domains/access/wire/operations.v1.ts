import Type from 'typebox';
import { partnerOnly, signedIn } from '../../../api/access.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { DateTime, Id, named } from '../../../api/schema.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { guessThrottle } from '../login-throttle.ts';
import { maxPasswordLength, minPasswordLength } from '../passwords.ts';
import { signIn } from '../sign-in.ts';
import { changePassword, findUser, listUserTokens, renameUser, revokeUserToken, type UserRow } from '../users.ts';

const userFields = {
  id: Type.Integer({ description: 'user id' }),
  name: Type.String(),
  phone: Type.String(),
  login: Type.String(),
  email: Type.String(),
  avatar: Type.String({ description: 'image address' }),
  is_approved: Type.Boolean({ description: 'the user is verified' }),
  is_email_confirmed: Type.Boolean(),
};

const presentUser = (user: UserRow) => ({
  id: user.id,
  name: user.name,
  phone: user.phone ?? '',
  login: user.login,
  email: user.email ?? '',
  avatar: user.avatar,
  is_approved: user.isApproved,
  is_email_confirmed: user.isEmailConfirmed,
});

export const authorizeUser = operation({
  id: 'authorize_user',
  method: 'POST',
  path: '/auth',
  tag: 'Authentication B2B',
  summary: 'Sign a user in',
  description:
    'Every login creates a new user token. The login is an e-mail address, a phone number in any common format, or a login name. Both fields are also accepted in the query. A wrong password and an unknown login get the same answer.',
  access: partnerOnly(),
  body: named(
    'Login',
    Type.Object({
      login: Type.String({ minLength: 1, maxLength: 255, description: 'phone number or e-mail' }),
      password: Type.String({ minLength: 1, maxLength: maxPasswordLength }),
    }),
  ),
  success: created(
    named(
      'SignedInUser',
      Type.Object({ ...userFields, user_token: Type.String({ description: 'goes into the Authorization header after `User`' }) }),
    ),
  ),
  example: { body: { login: '+13155550175', password: 'correct horse battery' } },
  bodyInQuery: true,
  transaction: 'manual',
  ignoresKeys: true,
  handle: async ({ db, transact, partner, body, request, services }) => {
    const { user, token } = await signIn({ db, transact }, services, request, { ...body, partnerId: partner.id, scope: 'full' });
    return { ...presentUser(user), user_token: token };
  },
});

const User = named('User', Type.Object(userFields));

export const getUserData = operation({
  id: 'get_user_data',
  method: 'GET',
  path: '/user/data',
  tag: 'Users & Permissions',
  summary: 'Get the signed-in user',
  extension: true,
  access: signedIn(),
  success: ok(User),
  handle: async ({ db, user }) => presentUser(await findUser(db, user.id)),
});

export const updateUserData = operation({
  id: 'update_user_data',
  method: 'PUT',
  path: '/user/data',
  tag: 'Users & Permissions',
  summary: 'Change your name',
  extension: true,
  access: signedIn(),
  body: named('UserChanges', Type.Object({ name: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }) })),
  success: ok(User),
  example: { body: { name: 'Sam Porter' } },
  handle: async ({ write, user, body }) => presentUser(await renameUser(write, user.id, body.name)),
});

export const updateUserPassword = operation({
  id: 'update_user_password',
  method: 'PUT',
  path: '/user/password',
  tag: 'Users & Permissions',
  summary: 'Change your password',
  description: 'Ends all of your sessions, this one too: sign in again afterwards.',
  extension: true,
  access: signedIn(),
  body: named(
    'PasswordChange',
    Type.Object({
      current_password: Type.String({ minLength: 1, maxLength: maxPasswordLength }),
      password: Type.String({ minLength: minPasswordLength, maxLength: maxPasswordLength, description: 'the new password' }),
    }),
  ),
  spelling: { newPassword: 'password' },
  success: empty(204),
  example: { body: { current_password: 'the present password', password: 'a longer new password' } },
  transaction: 'manual',
  ignoresKeys: true,
  handle: async ({ transact, user, body, request, services }) => {
    const takeBack = await guessThrottle(services.database).attempt(`user ${user.id}`, request.ip);
    await transact((write) => changePassword(write, user.id, { current: body.current_password, next: body.password }));
    await takeBack();
    services.forgetAccess();
  },
});

export const listUserTokensOperation = operation({
  id: 'list_user_tokens',
  method: 'GET',
  path: '/user/tokens',
  tag: 'Users & Permissions',
  summary: 'List your sessions',
  description: 'One entry a login, newest first. The tokens themselves are not kept.',
  extension: true,
  access: signedIn(),
  success: counted(
    Type.Array(
      named(
        'UserToken',
        Type.Object({
          id: Type.Integer(),
          create_date: DateTime('time of the login, UTC'),
          user_agent: Type.String({ description: 'the program that signed in' }),
          partner: Type.String({ description: 'the integration it signed in through; empty for a token of the command line' }),
          is_current: Type.Boolean({ description: 'the token of this request' }),
        }),
      ),
    ),
  ),
  handle: async ({ db, user }) =>
    (await listUserTokens(db, user.id)).map((token) => ({
      id: token.id,
      create_date: zonedDateTime(token.createdAt, 'UTC'),
      user_agent: token.note,
      partner: token.partner ?? '',
      is_current: token.id === user.tokenId,
    })),
});

export const deleteUserToken = operation({
  id: 'delete_user_token',
  method: 'DELETE',
  path: '/user/tokens/{token_id}',
  tag: 'Users & Permissions',
  summary: 'End one of your sessions',
  extension: true,
  access: signedIn(),
  params: Type.Object({ token_id: Id('session id') }),
  success: empty(204),
  handle: async ({ write, user, params, services }) => {
    write.afterCommit(services.forgetAccess);
    await revokeUserToken(write, user.id, params.token_id);
  },
});
