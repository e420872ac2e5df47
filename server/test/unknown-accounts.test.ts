import { beforeAll, describe, expect, test } from 'vitest';
import { createUser } from '../src/domains/access/users.ts';
import { addLocationUser } from '../src/domains/locations/location-user.ts';
import { type Answer, openShop, type Shop, somePhone, testDatabase } from './harness.ts';
import { type Contact, digits, enterByCode, hireQuickly, holderOf, someContact, usersOf } from './people.ts';

/** Two businesses that do not know each other, on one server. */
let shop: Shop;
let other: Shop;
beforeAll(async () => {
  [shop, other] = await Promise.all([openShop(), openShop()]);
});

const password = 'correct horse battery';
const v2 = { accept: 'application/vnd.api.v2+json' };

/** The cases of a contact elsewhere on the server. */
const states: Record<string, (contact: Contact) => Promise<unknown>> = {
  'nobody has it': async () => {},
  'an account has it that manages another business': async (contact) => {
    const { db } = await testDatabase();
    const user = await createUser(db, { name: 'Real Name', password, ...contact });
    await addLocationUser(db, { locationId: other.locationId, userId: user.id, role: 'owner' });
  },
  'a client has it who signs in by code': async (contact) => {
    const client = await enterByCode(shop, contact.phone);
    await client('PUT', '/booking/user', { name: 'Real Name' });
  },
  'another business invited it': (contact) =>
    hireQuickly(other, { name: 'Real Name', user_email: contact.email, user_phone: digits(contact.phone), is_user_invite: true }),
  'another business hired it': (contact) =>
    hireQuickly(other, { name: 'Real Name', user_email: contact.email, user_phone: digits(contact.phone) }),
  'an account claims its address without proof': async (contact) => {
    const client = await enterByCode(shop, somePhone());
    await client('PUT', '/booking/user', { name: 'Real Name', email: contact.email });
  },
};

/** The answers of every operation that can name an account by a contact. */
const places: Record<string, (contact: Contact) => Promise<Answer[]>> = {
  'inviting by e-mail and phone': (contact) => hireAndLook(contact, { email: true, phone: true, is_user_invite: true }),
  'inviting by e-mail': (contact) => hireAndLook(contact, { email: true, is_user_invite: true }),
  'inviting by phone': (contact) => hireAndLook(contact, { phone: true, is_user_invite: true }),
  'hiring by e-mail and phone': (contact) => hireAndLook(contact, { email: true, phone: true }),
  'hiring by e-mail': (contact) => hireAndLook(contact, { email: true }),
  'hiring by phone': (contact) => hireAndLook(contact, { phone: true }),
  'hiring by another number': (contact) => hireAndLook(contact, { phone_number: digits(contact.phone) }),
  'hiring without the right to add users': async (contact) => {
    const clerk = await shop.hire('owner', { create_users_access: false });
    const fields = { user_email: contact.email, user_phone: digits(contact.phone) };
    return [await hireQuickly(shop, fields, { authorization: clerk.authorization })];
  },
  'signing in to the back office': async ({ phone, email }) =>
    signIns('/auth', [phone, digits(phone), email, email.toUpperCase(), email.split('@')[0] as string]),
  'signing in to online booking': async ({ phone, email }) => signIns('/booking/auth', [phone, email]),
  'signing in with a wrong code': async ({ phone, email }) => [
    ...(await signIns('/user/auth', [phone, email])),
    await holderOf(shop)('POST', '/user/auth', { phone, code: '1' }),
  ],
  'asking for a code': async ({ phone }) => [await holderOf(shop)('POST', `/book_code/${shop.locationId}`, { phone })],
  'taking another phone without its code': async ({ phone }) => {
    const client = await enterByCode(shop, somePhone());
    const asked = await client('GET', `/booking/user/phone_confirmation?company_id=${shop.locationId}&phone=${digits(phone)}`);
    const change = (confirmation_code?: string) => client('PUT', '/booking/user', { phone, confirmation_code });
    return [asked, await change(), await change('1')];
  },
  'claiming an e-mail address': async ({ email }) => {
    const client = await enterByCode(shop, somePhone());
    const asked = await client('GET', `/booking/user/email_confirmation?email=${encodeURIComponent(email)}`);
    const change = (email_confirmation_code?: string) => client('PUT', '/booking/user', { email, email_confirmation_code });
    return [asked, await change('1'), await change(), await client('GET', '/booking/user/data')];
  },
};

async function signIns(path: string, logins: string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const login of logins) answers.push(await holderOf(shop)('POST', path, { login, password: 'wrong' }));
  return answers;
}

/** Hires in a separate business, and reads everything that shows users and team members there. */
async function hireAndLook(contact: Contact, { email, phone, ...fields }: Record<string, unknown>): Promise<Answer[]> {
  const own = await openShop({ partner: shop.partner });
  const made = await hireQuickly(own, {
    ...(email ? { user_email: contact.email } : {}),
    ...(phone ? { user_phone: digits(contact.phone) } : {}),
    ...fields,
  });
  const { locationId: id } = own;
  const paths = [
    `/company/${id}/users`,
    `/company/${id}/users?filter[is_approved]=0`,
    `/company/${id}/users?filter[is_approved]=1`,
    `/company_users/${id}`,
    `/staff/${id}`,
    `/staff/${id}/${made.data.id}`,
    `/company/${id}/staff/${made.data.id}`,
  ];
  const answers = [made];
  for (const path of paths) answers.push(await own.call('GET', path));
  for (const query of ['', '?filter[user_linked]=1', '?filter[user_linked]=0']) {
    answers.push(await own.call('GET', `//api/v2/locations/${id}/team_members${query}`, { headers: v2 }));
  }
  return answers;
}

/** The content of an answer, without the caller's own input, and without ids and tokens, which differ every time. */
function told(answer: Answer, { phone, email }: Contact): unknown {
  const text = JSON.stringify(answer.body)
    .replaceAll(email, 'TYPED')
    .replaceAll(email.toUpperCase(), 'TYPED')
    .replaceAll(digits(phone), 'TYPED')
    .replace(/user\d+@example\.com/g, 'OWNER')
    .replace(/"user\d+"/g, '"OWNER"')
    .replace(/\+1646\d{7}/g, 'OWN PHONE')
    .replace(/"(id|user_id|master_id|company_id|chain_id|0|user_token)":"?\w+"?/g, '"$1":"…"');
  return [answer.status, JSON.parse(text)];
}

describe.each(Object.entries(places))('%s', (_, place) => {
  test('gets the same answers whether an account exists or not', async () => {
    const answers: Record<string, unknown[]> = {};
    for (const [state, arrange] of Object.entries(states)) {
      const contact = someContact();
      await arrange(contact);
      answers[state] = (await place(contact)).map((answer) => told(answer, contact));
    }
    const { 'nobody has it': expected, ...others } = answers;
    for (const [state, found] of Object.entries(others)) expect(found, state).toEqual(expected);
    expect(JSON.stringify(answers)).not.toContain('Real Name');
  });
});

test('a user who is linked by id must be a user of the location; any other id is refused in the same way', async () => {
  const contact = someContact();
  await hireQuickly(other, { user_email: contact.email, user_phone: digits(contact.phone), is_user_invite: true });
  const [invited] = (await usersOf(other)).filter(({ email }) => email === contact.email);
  const refusals: unknown[] = [];
  for (const user_id of [other.owner.id, invited?.id, 2_000_000_000]) {
    for (const [method, path] of [
      ['POST', `/staff/${shop.locationId}`],
      ['PUT', `/staff/${shop.locationId}/${await shop.addTeamMember()}`],
    ] as const) {
      const { status, body } = await shop.call(method, path, { body: { name: 'Ada', user_id } });
      refusals.push([status, body]);
    }
  }
  expect(new Set(refusals.map((each) => JSON.stringify(each))).size).toBe(1);
  expect((refusals[0] as [number])[0]).toBe(422);
});

describe('the time that an answer takes', () => {
  /**
   * The ratio of processor time for known contacts to that for unknown ones. The runs alternate, so that both are slowed down in the same
   * way.
   */
  async function workOf(place: (contact: Contact) => Promise<unknown>): Promise<number> {
    const { db } = await testDatabase();
    const work: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    for (let turn = 0; turn < 12; turn++) {
      for (const kind of ['known', 'unknown'] as const) {
        const contact = someContact();
        if (kind === 'known') await createUser(db, { name: 'Real Name', ...contact });
        const before = process.cpuUsage();
        await place(contact);
        const { user, system } = process.cpuUsage(before);
        // The first turns warm the code up.
        if (turn > 3) work[kind].push(user + system);
      }
    }
    // Other work of the process, such as collecting garbage, must not count.
    const [known, unknown] = [work.known, work.unknown].map(
      (times) => times.toSorted((a, b) => a - b)[times.length / 2] as number,
    );
    return (known as number) / (unknown as number);
  }

  test.each([
    ['hiring', ({ email, phone }: Contact) => hireQuickly(shop, { user_email: email, user_phone: digits(phone) })],
    ['inviting', ({ phone }: Contact) => hireQuickly(shop, { user_phone: digits(phone), is_user_invite: true })],
    ['asking for a code', ({ phone }: Contact) => holderOf(shop)('POST', `/book_code/${shop.locationId}`, { phone })],
    ['a wrong code', ({ phone }: Contact) => holderOf(shop)('POST', '/user/auth', { login: phone, password: '1' })],
    ['signing in', ({ email }: Contact) => holderOf(shop)('POST', '/auth', { login: email, password: 'wrong' })],
  ])('of %s is the same whether an account exists or not', async (_, place) => {
    const ratio = await workOf(place);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});
