import Type from 'typebox';
import type { UserRow } from '../../access/users.ts';

/** A booking user on the wire, with the token that signs them in. */
export const bookingUserFields = {
  id: Type.Integer({ description: 'user id' }),
  user_token: Type.String({ description: 'goes into the Authorization header after `User`' }),
  name: Type.String({ description: 'empty until it was told' }),
  phone: Type.String({ description: 'or empty' }),
  login: Type.String(),
  email: Type.String({ description: 'or empty' }),
  avatar: Type.String({ description: 'image address, or empty' }),
};

/** A booking user as published. */
export const presentBookingUser = (user: UserRow, token: string) => ({
  id: user.id,
  user_token: token,
  name: user.name,
  phone: user.phone ?? '',
  login: user.login,
  email: user.email ?? '',
  avatar: user.avatar,
});
