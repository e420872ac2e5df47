import { randomInt } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeSentTo, codesSentTo } from '../../../test/codes.ts';
import { type Answer, call, openShop, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { users, userTokens } from '../access/tables.ts';
import { createUser, issueUserToken } from '../access/users.ts';
import { messages } from '../notifications/tables.ts';
import { verificationCodes } from './tables.ts';

const password = 'correct horse battery';
let shop: Shop;
/** Of the test: attempts count by address. */
let from: string;
beforeEach(async () => {
  shop = await openShop();
  from = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
});

let count = 0;
const someEmail = () => `ada.${process.pid}.${Date.now()}.${++count}@Example.com`;

interface Client {
  id: number;
  token: string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
}

const withToken = (id: number, token: string): Client => ({
  id,
  token,
  call: (method, path, body) =>
    call(method, path, {
      authorization: `Bearer ${shop.partner.token}, User ${token}`,
      headers: { 'x-forwarded-for': from },
      ...(body === undefined ? {} : { body }),
    }),
});

/** A user signed in for online booking. */
async function someClient(fields: { phone?: string; email?: string; password?: string } = {}): Promise<Client> {
  const { db } = await testDatabase();
  const contact = fields.email ? {} : { phone: somePhone() };
  const { id } = await createUser(db, { name: 'Ada', ...contact, ...fields });
  return withToken(id, await issueUserToken(db, { userId: id, partnerId: shop.partner.id, scope: 'client' }));
}

const rowOf = async ({ id }: { id: number }) => {
  const { db } = await testDatabase();
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row;
};
const askFor = (client: Client, phone: string, where = `company_id=${shop.locationId}`) =>
  client.call('GET', `/booking/user/phone_confirmation?${where}&phone=${encodeURIComponent(phone)}`);
const askForMail = (client: Client, email: string) =>
  client.call('GET', `/booking/user/email_confirmation?email=${encodeURIComponent(email)}`);
const change = (client: Client, body: unknown) => client.call('PUT', '/booking/user', body);
const changePassword = (client: Client, body: unknown) => client.call('PUT', '/booking/user/password', body);
const data = (client: Client) => client.call('GET', '/booking/user/data');
const wrongFields = (answer: Answer) => [answer.status, Object.keys(answer.meta.errors?.[0] ?? {})];
const otherThan = (code: string) => String(code === '999999' ? 100_000 : Number(code) + 1);
const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort();
const national = (phone: string) => `(${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`;

describe('the own data', () => {
  test('come with the token of the request', async () => {
    const phone = somePhone();
    const client = await someClient({ phone });
    const answer = await data(client);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        success: true,
        data: {
          '0': client.token,
          user_token: client.token,
          id: client.id,
          name: 'Ada',
          phone,
          login: phone,
          email: '',
          avatar: '',
        },
        meta: [],
      },
    ]);
  });

  test('are read with a token of the back office too, and with none not at all', async () => {
    expect((await call('GET', '/booking/user/data', { authorization: shop.owner.authorization })).data.id).toBe(shop.owner.id);
    expect((await call('GET', '/booking/user/data', { authorization: `Bearer ${shop.partner.token}` })).status).toBe(401);
  });
});

describe('a change of the account', () => {
  test('is of the fields that are given', async () => {
    const client = await someClient();
    const email = someEmail();
    const answer = await change(client, { name: '  ஆதா Λάβλεϊς 👩🏽‍🔬 ', email: ` ${email} ` });
    expect([answer.status, answer.body]).toEqual([202, { success: true, data: null, meta: { message: 'Accepted' } }]);
    expect((await data(client)).data).toMatchObject({ name: 'ஆதா Λάβλεϊς 👩🏽‍🔬', email });
    expect((await change(client, {})).status).toBe(202);
    expect((await change(client, { email: '' })).status).toBe(202);
    expect((await data(client)).data).toMatchObject({ name: 'ஆதா Λάβλεϊς 👩🏽‍🔬', email: '' });
  });

  test.each([
    ['name', ''],
    ['name', '   '],
    ['name', 'x'.repeat(256)],
    ['name', null],
    ['email', 'nobody'],
    ['email', 'a b@example.com'],
    ['email', '@'],
    ['phone', ''],
    ['phone', '12'],
    ['phone', 'Ada'],
  ])('of the %s to %j is refused', async (field, value) => {
    const client = await someClient();
    const before = await rowOf(client);
    expect(wrongFields(await change(client, { [field]: value }))).toEqual([422, [field]]);
    expect(await rowOf(client)).toEqual(before);
  });

  test('of the e-mail makes it unconfirmed, unless it is the same one', async () => {
    const email = someEmail();
    const client = await someClient({ email, phone: somePhone() });
    expect(await rowOf(client)).toMatchObject({ isEmailConfirmed: true });
    await change(client, { email: email.toUpperCase() });
    expect(await rowOf(client)).toMatchObject({ isEmailConfirmed: true, email: email.toUpperCase() });
    await change(client, { email: someEmail() });
    expect(await rowOf(client)).toMatchObject({ isEmailConfirmed: false });
  });

  test('to an e-mail of another user is only a claim: it reveals nothing, takes nothing, and signs nobody in', async () => {
    const email = someEmail();
    const owner = await someClient({ email, password });
    const claimant = await someClient({ phone: somePhone(), password: 'another password' });
    const [claim, free] = [
      await change(claimant, { email: email.toLowerCase() }),
      await change(await someClient(), { email: someEmail() }),
    ];
    expect([claim.status, claim.body]).toEqual([free.status, free.body]);
    expect(await rowOf(claimant)).toMatchObject({ email: email.toLowerCase(), isEmailConfirmed: false });
    const signIn = (given: string) => owner.call('POST', '/booking/auth', { login: email, password: given });
    expect((await signIn(password)).data.id).toBe(owner.id);
    expect((await signIn('another password')).status).toBe(401);
  });

  test('of the only way to sign in needs the new address to be confirmed', async () => {
    const client = await someClient({ email: someEmail(), password });
    const before = await rowOf(client);
    expect(wrongFields(await change(client, { email: someEmail() }))).toEqual([422, ['email_confirmation_code']]);
    expect(await rowOf(client)).toEqual(before);
    const email = someEmail();
    await askForMail(client, email);
    const answer = await change(client, { email, email_confirmation_code: await codeSentTo(email.toLowerCase(), 'email') });
    expect(answer.status).toBe(202);
    expect((await client.call('POST', '/booking/auth', { login: email, password })).data.id).toBe(client.id);
  });

  test('leaves the account reachable', async () => {
    const client = await someClient({ email: someEmail() });
    expect(wrongFields(await change(client, { email: '' }))).toEqual([422, ['email']]);
    expect((await change(client, { phone: '', name: 'Grace' })).status).toBe(202);
  });

  test('by four at once to one e-mail is a claim of each', async () => {
    const email = someEmail();
    const clients = await Promise.all(Array.from({ length: 4 }, () => someClient()));
    const answers = await Promise.all(clients.map((client) => change(client, { email })));
    expect(statuses(answers)).toEqual([202, 202, 202, 202]);
  });

  test('many times at once succeeds, and one is the last', async () => {
    const client = await someClient();
    const names = Array.from({ length: 8 }, (_, index) => `Ada ${index}`);
    const answers = await Promise.all(names.map((name) => change(client, { name, email: someEmail() })));
    expect(statuses(answers)).toEqual(Array(8).fill(202));
    expect(names).toContain((await data(client)).data.name);
  });

  test('of e-mail and phone by a user who manages a location needs a token of the back office', async () => {
    const { db } = await testDatabase();
    const { owner } = shop;
    const client = withToken(
      owner.id,
      await issueUserToken(db, { userId: owner.id, partnerId: shop.partner.id, scope: 'client' }),
    );
    const phone = somePhone();
    await askFor(client, phone);
    const confirmation_code = await codeSentTo(phone);
    expect((await change(client, { email: someEmail() })).status).toBe(403);
    expect((await change(client, { phone, confirmation_code })).status).toBe(403);
    expect((await change(client, { name: 'Owner', email: owner.email })).status).toBe(202);
    const full = withToken(owner.id, owner.token);
    expect((await change(full, { phone, confirmation_code })).status).toBe(202);
    expect((await data(full)).data).toMatchObject({ name: 'Owner', phone });
  });
});

test('an e-mail that somebody only claims does not make them a team member', async () => {
  const email = someEmail();
  const phone = somePhone();
  const claimant = await someClient({ phone });
  await change(claimant, { email });
  const add = (user_phone: string) =>
    shop.call('POST', `/company/${shop.locationId}/staff/quick`, {
      body: {
        name: 'Grace',
        specialization: 'Stylist',
        position_id: null,
        phone_number: null,
        user_email: email.toLowerCase(),
        user_phone: user_phone.slice(1),
        is_user_invite: false,
      },
    });
  const answers = [await add(somePhone()), await add(phone)];
  expect(statuses(answers)).toEqual([201, 422]);
  const listed = (await shop.call('GET', `/company/${shop.locationId}/users`)).data as { id: number }[];
  expect(listed.map(({ id }) => id)).not.toContain(claimant.id);
});

describe('an e-mail address', () => {
  test('is confirmed with the code that was sent to it, and signs in from then on', async () => {
    const client = await someClient({ phone: somePhone(), password });
    const email = someEmail();
    const asked = await askForMail(client, ` ${email} `);
    expect([asked.status, asked.body]).toEqual([202, { success: true, data: null, meta: { message: 'Accepted' } }]);
    const code = await codeSentTo(email.toLowerCase(), 'email');
    expect((await change(client, { email, email_confirmation_code: code })).status).toBe(202);
    expect(await rowOf(client)).toMatchObject({ email, isEmailConfirmed: true });
    expect((await client.call('POST', '/booking/auth', { login: email, password })).data.id).toBe(client.id);
  });

  test('is proven by the person who reads its mail, even if others claimed it before', async () => {
    const email = someEmail();
    const [claimant, owner] = [await someClient(), await someClient()];
    await change(claimant, { email });
    await askForMail(owner, email);
    const code = await codeSentTo(email.toLowerCase(), 'email');
    expect((await change(owner, { email, email_confirmation_code: code })).status).toBe(202);
    expect([(await rowOf(owner))?.isEmailConfirmed, (await rowOf(claimant))?.isEmailConfirmed]).toEqual([true, false]);
  });

  test('that is proven stays with its account, which is not revealed before the proof', async () => {
    const email = someEmail();
    const owner = await someClient({ email });
    const other = await someClient();
    const [ofTaken, ofFree] = [await askForMail(other, email), await askForMail(other, someEmail())];
    expect([ofTaken.status, ofTaken.body]).toEqual([ofFree.status, ofFree.body]);
    const code = await codeSentTo(email.toLowerCase(), 'email');
    expect(wrongFields(await change(other, { email, email_confirmation_code: otherThan(code) }))).toEqual([
      422,
      ['email_confirmation_code'],
    ]);
    const right = await change(other, { email, email_confirmation_code: code });
    expect(right).toMatchObject({ status: 422, meta: { errors: [{ email: ['cannot be used'] }] } });
    expect(await rowOf(owner)).toMatchObject({ email, isEmailConfirmed: true });
  });

  test('is not confirmed with the code of another user or of another address', async () => {
    const [client, other] = [await someClient(), await someClient()];
    const [email, another] = [someEmail(), someEmail()];
    await askForMail(other, email);
    await askForMail(client, another);
    const codes = [await codeSentTo(email.toLowerCase(), 'email'), await codeSentTo(another.toLowerCase(), 'email')];
    for (const email_confirmation_code of codes) {
      expect(wrongFields(await change(client, { email, email_confirmation_code }))).toEqual([422, ['email_confirmation_code']]);
    }
    expect(wrongFields(await askForMail(client, 'nobody'))).toEqual([422, ['email']]);
  });
});

describe('another phone', () => {
  test('is taken with the code that was sent to it', async () => {
    const client = await someClient();
    const phone = somePhone();
    const asked = await askFor(client, phone);
    expect([asked.status, asked.body]).toEqual([202, { success: true, data: null, meta: { message: 'Accepted' } }]);
    const confirmation_code = Number(await codeSentTo(phone));
    expect((await change(client, { phone: phone.slice(1), confirmation_code })).status).toBe(202);
    expect((await data(client)).data).toMatchObject({ phone, login: phone });
    const { db } = await testDatabase();
    expect(await db.select().from(verificationCodes).where(eq(verificationCodes.recipient, phone))).toEqual([]);
  });

  test('may have the national format of the location, when the code is requested and when the number is changed', async () => {
    const madrid = await openShop({ city: 'Madrid', partner: shop.partner });
    const client = await someClient();
    const digits = String(612_000_000 + randomInt(900_000));
    expect((await askFor(client, digits, `company_id=${madrid.locationId}`)).status).toBe(202);
    const confirmation_code = await codeSentTo(`+34${digits}`);
    expect((await change(client, { phone: digits, confirmation_code })).status).toBe(202);
    expect((await data(client)).data.phone).toBe(`+34${digits}`);
  });

  test('is not the present one in another spelling', async () => {
    const phone = somePhone();
    const client = await someClient({ phone });
    for (const same of [phone, phone.slice(1), national(phone), Number(phone.slice(1))]) {
      expect((await change(client, { phone: same, name: 'Ada' })).status).toBe(202);
    }
    expect((await data(client)).data.phone).toBe(phone);
  });

  test('is not taken without a code, or with a wrong, an old, a replaced or a used one', async () => {
    const client = await someClient();
    const phone = somePhone();
    const refused = async (confirmation_code?: unknown) =>
      expect(wrongFields(await change(client, { phone, confirmation_code }))).toEqual([422, ['confirmation_code']]);
    await refused();
    await refused('');
    await refused('123456');
    await askFor(client, phone);
    const first = await codeSentTo(phone);
    await refused(otherThan(first));
    await askFor(client, phone);
    const second = await codeSentTo(phone);
    if (first !== second) await refused(first);
    expect((await change(client, { phone, confirmation_code: second })).status).toBe(202);
    await change(client, { phone, confirmation_code: second });

    const other = somePhone();
    await askFor(client, other);
    const { db } = await testDatabase();
    await db
      .update(verificationCodes)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(verificationCodes.recipient, other));
    const late = await change(client, { phone: other, confirmation_code: await codeSentTo(other) });
    expect(wrongFields(late)).toEqual([422, ['confirmation_code']]);
    expect((await data(client)).data.phone).toBe(phone);
  });

  test('does not accept a code of another user, nor a code for signing in', async () => {
    const [client, other] = [await someClient(), await someClient()];
    const phone = somePhone();
    await askFor(other, phone);
    const ofOther = await codeSentTo(phone);
    expect(wrongFields(await change(client, { phone, confirmation_code: ofOther }))).toEqual([422, ['confirmation_code']]);
    await client.call('POST', `/book_code/${shop.locationId}`, { phone });
    const toSignIn = await codeSentTo(phone);
    expect(wrongFields(await change(client, { phone, confirmation_code: toSignIn }))).toEqual([422, ['confirmation_code']]);
    expect((await client.call('POST', '/user/auth', { login: phone, password: ofOther })).status).toBe(
      ofOther === toSignIn ? 201 : 401,
    );
    expect((await change(other, { phone, confirmation_code: ofOther })).status).toBe(202);
  });

  test('takes five guesses of a code', async () => {
    const client = await someClient();
    const phone = somePhone();
    await askFor(client, phone);
    const code = await codeSentTo(phone);
    for (let i = 0; i < 5; i++) await change(client, { phone, confirmation_code: otherThan(code) });
    expect(wrongFields(await change(client, { phone, confirmation_code: code }))).toEqual([422, ['confirmation_code']]);
  });

  test('of another user is refused after the right code, and not revealed before', async () => {
    const taken = somePhone();
    const [owner, client] = [await someClient({ phone: taken }), await someClient()];
    const free = somePhone();
    const [ofTaken, ofFree] = [await askFor(client, taken), await askFor(client, free)];
    expect([ofTaken.status, ofTaken.body]).toEqual([ofFree.status, ofFree.body]);
    const confirmation_code = await codeSentTo(taken);
    const wrong = await change(client, { phone: taken, confirmation_code: otherThan(confirmation_code) });
    expect(wrongFields(wrong)).toEqual([422, ['confirmation_code']]);
    const right = await change(client, { phone: taken, confirmation_code });
    expect(right).toMatchObject({ status: 422, meta: { errors: [{ phone: ['cannot be used'] }] } });
    expect((await data(owner)).data.phone).toBe(taken);
    // A guess counts, although the request wrote nothing.
    const { db } = await testDatabase();
    const sent = await db.select().from(verificationCodes).where(eq(verificationCodes.recipient, taken));
    expect(sent).toMatchObject([{ userId: client.id, attempts: 2 }]);
  });

  test('is taken once when one code is used many times at once', async () => {
    const client = await someClient();
    const phone = somePhone();
    await askFor(client, phone);
    const confirmation_code = await codeSentTo(phone);
    const answers = await Promise.all(Array.from({ length: 4 }, () => change(client, { phone, confirmation_code })));
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(1);
    expect(answers.every(({ status }) => status === 202 || status === 422)).toBe(true);
    expect((await data(client)).data.phone).toBe(phone);
  });

  test('that two users want at once is of one of them', async () => {
    const phone = somePhone();
    const clients = [await someClient(), await someClient()];
    const codes: string[] = [];
    for (const client of clients) {
      await askFor(client, phone);
      codes.push(await codeSentTo(phone));
    }
    const answers = await Promise.all(clients.map((client, index) => change(client, { phone, confirmation_code: codes[index] })));
    expect(statuses(answers)).toEqual([202, 422]);
  });

  test('needs a location or a chain of the partner', async () => {
    const client = await someClient();
    const stranger = await openShop();
    const phone = somePhone();
    expect((await askFor(client, phone, `group_id=${shop.chainId}`)).status).toBe(202);
    expect((await askFor(client, phone, `company_id=${shop.locationId}&group_id=0`)).status).toBe(202);
    expect((await askFor(client, phone, `salon_id=${shop.locationId}&group_id=${shop.chainId}`)).status).toBe(202);
    const { db } = await testDatabase();
    const sent = await db.select().from(messages).where(eq(messages.recipient, phone));
    expect(sent.map(({ locationId }) => locationId)).toEqual(Array(3).fill(shop.locationId));

    expect((await askFor(client, phone, `company_id=${stranger.locationId}`)).status).toBe(404);
    expect((await askFor(client, phone, `group_id=${stranger.chainId}`)).status).toBe(404);
    expect((await askFor(client, phone, 'company_id=2000000000')).status).toBe(404);
    for (const neither of ['', 'company_id=0&group_id=0']) {
      expect(wrongFields(await askFor(client, phone, neither))).toEqual([422, ['company_id']]);
    }
    expect(wrongFields(await askFor(client, '12'))).toEqual([422, ['phone']]);
  });

  test('gets three codes in ten minutes', async () => {
    const client = await someClient();
    const phone = somePhone();
    const asked = await Promise.all(Array.from({ length: 6 }, () => askFor(client, phone)));
    expect(statuses(asked)).toEqual([202, 202, 202, 429, 429, 429]);
    expect(Number(asked.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(500);
    expect(await codesSentTo(phone)).toHaveLength(3);
    expect((await client.call('POST', `/book_code/${shop.locationId}`, { phone })).status).toBe(429);
  });
});

describe('a new password', () => {
  const next = 'пароль из слов';
  const tokensOf = async ({ id }: { id: number }) => {
    const { db } = await testDatabase();
    return db.select().from(userTokens).where(eq(userTokens.userId, id));
  };

  test('ends every session and begins one for online booking', async () => {
    const { db } = await testDatabase();
    const client = await someClient({ email: someEmail(), password });
    const full = await issueUserToken(db, { userId: client.id, partnerId: shop.partner.id });
    const answer = await changePassword(client, { old_password: password, new_password: next });
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, data: { user_token: expect.stringMatching(/^[0-9a-f]{40}$/) }, meta: [] },
    ]);
    expect((await data(client)).status).toBe(401);
    expect((await withToken(client.id, full).call('GET', '/user/data')).status).toBe(401);
    const fresh = withToken(client.id, answer.data.user_token);
    expect((await data(fresh)).data.user_token).toBe(fresh.token);
    expect((await fresh.call('GET', '/user/data')).status).toBe(403);
    expect(await tokensOf(client)).toMatchObject([{ scope: 'client', partnerId: shop.partner.id }]);

    const { email } = (await data(fresh)).data;
    expect((await fresh.call('POST', '/booking/auth', { login: email, password })).status).toBe(401);
    expect((await fresh.call('POST', '/booking/auth', { login: email, password: next })).status).toBe(201);
  });

  test('needs the present one', async () => {
    const client = await someClient({ password });
    for (const old_password of ['wrong', '', undefined]) {
      const answer = await changePassword(client, { old_password, new_password: next });
      expect(wrongFields(answer)).toEqual([422, ['old_password']]);
    }
    expect((await data(client)).status).toBe(200);
  });

  test.each(['', 'short', 'x'.repeat(201), undefined])('is not %j', async (new_password) => {
    const client = await someClient({ password });
    const answer = await changePassword(client, { old_password: password, new_password });
    expect(wrongFields(answer)).toEqual([422, ['new_password']]);
  });

  test('is the first one of a user who signed in by code', async () => {
    const phone = somePhone();
    const client = await someClient({ phone });
    expect(wrongFields(await changePassword(client, { old_password: 'any', new_password: next }))).toEqual([
      422,
      ['old_password'],
    ]);
    const answer = await changePassword(client, { old_password: '', new_password: next });
    expect(answer.status).toBe(200);
    expect((await client.call('POST', '/booking/auth', { login: phone, password: next })).status).toBe(201);
  });

  test('as a first one is set once, by the first of many requests', async () => {
    const client = await someClient();
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) => changePassword(client, { new_password: `first password ${index}` })),
    );
    expect(statuses(answers).filter((status) => status === 200)).toHaveLength(1);
    // One that begins after the first is done meets a session that has ended.
    expect(answers.every(({ status }) => [200, 401, 422].includes(status))).toBe(true);
    expect(await tokensOf(client)).toHaveLength(1);
  });

  test('as a first one is refused for a user who manages a location', async () => {
    const { owner } = shop;
    expect((await changePassword(withToken(owner.id, owner.token), { new_password: next })).status).toBe(403);
    expect(await rowOf(owner)).toMatchObject({ passwordHash: null });
  });

  test('is no way to guess the present one: ten attempts a quarter of an hour', async () => {
    const client = await someClient({ password });
    for (let i = 0; i < 10; i++) {
      expect((await changePassword(client, { old_password: 'wrong', new_password: next })).status).toBe(422);
    }
    const answer = await changePassword(client, { old_password: password, new_password: next });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
