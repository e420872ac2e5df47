import { randomInt } from 'node:crypto';
import { codeSentTo } from './codes.ts';
import { type Answer, type CallOptions, call, type Shop, somePhone } from './harness.ts';

/** How a person can be named. */
export interface Contact {
  /** E.164 */
  phone: string;
  /** In lower case. */
  email: string;
}

let count = 0;
export const someEmail = () => `ada.${process.pid}.${Date.now()}.${++count}@example.com`;
/** An unused phone number and e-mail address. */
export const someContact = (): Contact => ({ phone: somePhone(), email: someEmail() });
/** A phone number in the form that hiring accepts. */
export const digits = (phone: string) => phone.slice(1);

/** Adds a team member quickly; without any contact unless the fields have one. */
export const hireQuickly = (of: Shop, fields: object, options: CallOptions = {}): Promise<Answer> =>
  of.call('POST', `/company/${of.locationId}/staff/quick`, {
    body: {
      name: 'Typed',
      specialization: 'Stylist',
      position_id: null,
      phone_number: null,
      user_email: null,
      user_phone: null,
      is_user_invite: false,
      ...fields,
    },
    ...options,
  });

/** The users of a location as its owner sees them. */
export const usersOf = async (of: Shop): Promise<{ id: number; name: string; phone: string; email: string }[]> =>
  (await of.call('GET', `/company/${of.locationId}/users`)).data;

/** Calls of the user with a token of the shop's partner, or without one, from a separate address, because attempts count by address. */
export function holderOf(shop: Shop, token?: string) {
  const from = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  return (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(method, path, {
      authorization: `Bearer ${shop.partner.token}${token ? `, User ${token}` : ''}`,
      headers: { 'x-forwarded-for': from },
      ...(body === undefined ? {} : { body }),
    });
}

/** Proves a phone with a code, as its owner does. @returns calls with the token that it brings */
export async function enterByCode(shop: Shop, phone: string) {
  const anyone = holderOf(shop);
  await anyone('POST', `/book_code/${shop.locationId}`, { phone });
  const { data } = await anyone('POST', '/user/auth', { login: phone, password: await codeSentTo(phone) });
  return holderOf(shop, data.user_token);
}
