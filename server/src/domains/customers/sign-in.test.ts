import { randomInt } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeSentTo, codesSentTo } from '../../../test/codes.ts';
import { type Answer, call, openShop, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { users, userTokens } from '../access/tables.ts';
import { createUser } from '../access/users.ts';
import { addLocationUser } from '../locations/location-user.ts';
import { messages } from '../notifications/tables.ts';
import { verificationCodes } from './tables.ts';
import { sweepCodes } from './verification.ts';

let shop: Shop;
/** Of the test: attempts count by address. */
let from: string;
beforeEach(async () => {
  shop = await openShop();
  from = someAddress();
});

const someAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
const asPartner = (address = from) => ({
  authorization: `Bearer ${shop.partner.token}`,
  headers: { 'x-forwarded-for': address },
});
const post = (path: string, body: unknown, address?: string): Promise<Answer> =>
  call('POST', path, { ...asPartner(address), body });
const askFor = (phone: unknown, address?: string) => post(`/book_code/${shop.locationId}`, { phone }, address);
const signIn = (login: unknown, password: unknown, address?: string) => post('/user/auth', { login, password }, address);
const rowsOf = async (phone: string) => {
  const { db } = await testDatabase();
  return db.select().from(verificationCodes).where(eq(verificationCodes.recipient, phone));
};
const usersWith = async (phone: string) => {
  const { db } = await testDatabase();
  return db.select().from(users).where(eq(users.phone, phone));
};
const expire = async (phone: string) => {
  const { db } = await testDatabase();
  await db
    .update(verificationCodes)
    .set({ expiresAt: new Date(Date.now() - 1000) })
    .where(eq(verificationCodes.recipient, phone));
};
const otherThan = (code: string) => String(code === '999999' ? 100_000 : Number(code) + 1);
const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort();

describe('a code', () => {
  test('is sent to the phone, in the name of the location, for ten minutes', async () => {
    const phone = somePhone();
    const answer = await post(`/book_code/${shop.locationId}`, { phone, fulname: 'Ада Лавлейс' });
    expect([answer.status, answer.body]).toEqual([201, { success: true, data: null, meta: { message: 'Created' } }]);
    const { db } = await testDatabase();
    const [message, ...more] = await db.select().from(messages).where(eq(messages.recipient, phone));
    expect(more).toEqual([]);
    expect(message).toMatchObject({ channel: 'sms', locationId: shop.locationId });
    expect(message?.text).toMatch(/^Your code is [1-9]\d{5}\. It is good for 10 minutes\.$/);
    const minutes = (Number(message?.expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThanOrEqual(10);
  });

  test('is only in the message', async () => {
    const phone = somePhone();
    await askFor(phone);
    const code = await codeSentTo(phone);
    const [row] = await rowsOf(phone);
    expect(row).toMatchObject({ purpose: 'booking', recipient: phone, userId: null, attempts: 0 });
    expect(row?.hash).toHaveLength(32);
    expect(JSON.stringify(row)).not.toContain(code);
    expect(row?.hash.toString('latin1')).not.toContain(code);
  });

  test('goes to a phone in national spelling, as one of the location’s country', async () => {
    const national = (phone: string) => `(${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`;
    const phone = somePhone();
    expect((await askFor(national(phone))).status).toBe(201);
    expect(await codesSentTo(phone)).toHaveLength(1);

    const madrid = await openShop({ city: 'Madrid', partner: shop.partner });
    const digits = String(612_000_000 + randomInt(900_000));
    expect((await post(`/book_code/${madrid.locationId}`, { phone: digits })).status).toBe(201);
    expect(await codesSentTo(`+34${digits}`)).toHaveLength(1);
  });

  test.each(['', '12', 'James', '+1 646', '\u0000', '123456789012345678', null])('is not sent to %j', async (phone) => {
    const answer = await askFor(phone);
    expect(answer.status).toBe(422);
    if (phone !== '\u0000') expect(Object.keys(answer.meta.errors[0])).toEqual(['phone']);
  });

  test('is sent for a location that the partner is connected to', async () => {
    const phone = somePhone();
    const other = await openShop();
    expect((await post(`/book_code/${other.locationId}`, { phone })).status).toBe(404);
    expect((await call('POST', `/book_code/${shop.locationId}`, { body: { phone } })).status).toBe(401);
    expect(await codesSentTo(phone)).toEqual([]);
  });

  test('tells nobody whether the phone is known', async () => {
    const { db } = await testDatabase();
    const [known, unknown] = [somePhone(), somePhone()];
    await createUser(db, { name: 'Grace', phone: known });
    const [of, ofNobody] = [await askFor(known), await askFor(unknown)];
    expect([of.status, of.body]).toEqual([ofNobody.status, ofNobody.body]);
    const refused = [
      await signIn(known, '1'),
      await signIn(unknown, '1'),
      await signIn(somePhone(), '1'),
      await signIn('?', '1'),
    ];
    for (const { status, body } of refused) {
      expect([status, body]).toEqual([401, { success: false, data: null, meta: { message: 'Wrong phone number or code.' } }]);
    }
  });

  test('can be requested three times in ten minutes, by all callers together', async () => {
    const phone = somePhone();
    const asked: number[] = [];
    for (let i = 0; i < 3; i++) asked.push((await askFor(phone, someAddress())).status);
    expect(asked).toEqual([201, 201, 201]);
    const refused = await askFor(phone, someAddress());
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(500);
    expect(await codesSentTo(phone)).toHaveLength(3);
    expect((await askFor(somePhone())).status).toBe(201);
  });

  test('can be requested twenty times an hour from one address', async () => {
    const asked = await Promise.all(Array.from({ length: 25 }, () => askFor(somePhone())));
    expect(statuses(asked)).toEqual([...Array(20).fill(201), ...Array(5).fill(429)]);
    expect(Number(asked.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(3500);
  });

  test('requested many times at once is sent three times, and the last one is valid', async () => {
    const phone = somePhone();
    const asked = await Promise.all(Array.from({ length: 10 }, () => askFor(phone, someAddress())));
    expect(statuses(asked)).toEqual([...Array(3).fill(201), ...Array(7).fill(429)]);
    expect(await rowsOf(phone)).toHaveLength(1);
    const codes = await codesSentTo(phone);
    expect(codes).toHaveLength(3);
    const tried: Answer[] = [];
    for (const code of codes) tried.push(await signIn(phone, code));
    expect(statuses(tried)).toEqual([201, 401, 401]);
  });

  test('that is too old is swept away, another one is not', async () => {
    const [old, fresh] = [somePhone(), somePhone()];
    await askFor(old);
    await askFor(fresh);
    await expire(old);
    const { db } = await testDatabase();
    await sweepCodes(beginAlone(db));
    expect([(await rowsOf(old)).length, (await rowsOf(fresh)).length]).toEqual([0, 1]);
  });
});

describe('signing in by code', () => {
  test('makes an account without a name, and finds it again', async () => {
    const phone = somePhone();
    const tokens: string[] = [];
    for (let i = 0; i < 2; i++) {
      await askFor(phone);
      const answer = await signIn(phone, await codeSentTo(phone));
      expect([answer.status, answer.body]).toEqual([
        201,
        { success: true, data: { user_token: expect.stringMatching(/^[0-9a-f]{40}$/) }, meta: [] },
      ]);
      tokens.push(answer.data.user_token);
    }
    expect(tokens[0]).not.toBe(tokens[1]);
    expect(await usersWith(phone)).toMatchObject([{ name: '', phone, email: null, passwordHash: null }]);
    for (const token of tokens) {
      const authorization = `Bearer ${shop.partner.token}, User ${token}`;
      expect((await call('GET', '/booking/user/data', { authorization })).data).toMatchObject({ name: '', phone });
    }
  });

  test('takes the code as a number or a text with spaces, and the phone in any international spelling', async () => {
    for (const [spell, write] of [
      [(phone: string) => phone.slice(1), Number],
      [(phone: string) => `00${phone.slice(1)}`, (code: string) => ` ${code}\n`],
      [(phone: string) => `+1 (${phone.slice(2, 5)}) ${phone.slice(5)}`, String],
      [(phone: string) => Number(phone.slice(1)), String],
    ] as const) {
      const phone = somePhone();
      await askFor(phone);
      expect((await signIn(spell(phone), write(await codeSentTo(phone)))).status).toBe(201);
    }
  });

  test('accepts phone and code by those names too, and names missing fields', async () => {
    const phone = somePhone();
    await askFor(phone);
    expect((await post('/user/auth', { phone, code: Number(await codeSentTo(phone)) })).status).toBe(201);
    for (const [body, missing] of [
      [{ phone }, ['code']],
      [{ code: '123456' }, ['phone']],
      [{ login: phone }, ['password']],
      [{}, ['login', 'password']],
    ] as const) {
      const answer = await post('/user/auth', body);
      expect([answer.status, answer.meta.errors.flatMap(Object.keys)]).toEqual([422, missing]);
    }
  });

  test('signs in the user who has the phone already', async () => {
    const { db } = await testDatabase();
    const phone = somePhone();
    const user = await createUser(db, { name: 'Żółć 李小龍', phone });
    await askFor(phone);
    const { data } = await signIn(phone, await codeSentTo(phone));
    const authorization = `Bearer ${shop.partner.token}, User ${data.user_token}`;
    expect((await call('GET', '/booking/user/data', { authorization })).data).toMatchObject({ id: user.id, name: 'Żółć 李小龍' });
  });

  test('with a wrong, an old, a replaced or a used code is refused', async () => {
    const phone = somePhone();
    await askFor(phone);
    const first = await codeSentTo(phone);
    expect((await signIn(phone, otherThan(first))).status).toBe(401);
    await askFor(phone);
    const second = await codeSentTo(phone);
    if (first !== second) expect((await signIn(phone, first)).status).toBe(401);
    expect((await signIn(phone, second)).status).toBe(201);
    expect((await signIn(phone, second)).status).toBe(401);
    await askFor(phone);
    const third = await codeSentTo(phone);
    await expire(phone);
    expect((await signIn(phone, third)).status).toBe(401);
  });

  test('with the code of another phone is refused', async () => {
    const [mine, yours] = [somePhone(), somePhone()];
    await askFor(mine);
    await askFor(yours);
    const [of, ofYours] = [await codeSentTo(mine), await codeSentTo(yours)];
    if (of !== ofYours) expect((await signIn(yours, of)).status).toBe(401);
    expect(await usersWith(yours)).toEqual([]);
  });

  test('takes five guesses, then not even the right code', async () => {
    const phone = somePhone();
    await askFor(phone);
    const code = await codeSentTo(phone);
    for (let i = 0; i < 5; i++) expect((await signIn(phone, otherThan(code))).status).toBe(401);
    expect((await signIn(phone, code)).status).toBe(401);
    await askFor(phone);
    expect((await signIn(phone, await codeSentTo(phone))).status).toBe(201);
  });

  test('takes the right code as the fifth guess', async () => {
    const phone = somePhone();
    await askFor(phone);
    const code = await codeSentTo(phone);
    for (let i = 0; i < 4; i++) await signIn(phone, otherThan(code));
    expect((await signIn(phone, code)).status).toBe(201);
  });

  test('guessed at by many at once takes no more than five guesses', async () => {
    const phone = somePhone();
    await askFor(phone);
    const code = await codeSentTo(phone);
    const guesses = Array.from({ length: 9 }, () => signIn(phone, otherThan(code), someAddress()));
    expect(statuses(await Promise.all(guesses))).toEqual(Array(9).fill(401));
    expect((await rowsOf(phone))[0]?.attempts).toBe(5);
    expect((await signIn(phone, code)).status).toBe(401);
  });

  test('with one code many times at once signs in once, into one account', async () => {
    const phone = somePhone();
    await askFor(phone);
    const code = await codeSentTo(phone);
    const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(phone, code)));
    expect(statuses(answers)).toEqual([201, 401, 401, 401, 401]);
    const people = await usersWith(phone);
    expect(people).toHaveLength(1);
    const { db } = await testDatabase();
    const ids = people.map(({ id }) => id);
    expect(await db.select().from(userTokens).where(inArray(userTokens.userId, ids))).toMatchObject([
      { scope: 'client', partnerId: shop.partner.id },
    ]);
  });

  test('is guessed at ten times for one phone, however many codes are sent', async () => {
    const phone = somePhone();
    for (let i = 0; i < 2; i++) {
      await askFor(phone);
      const code = await codeSentTo(phone);
      for (let guess = 0; guess < 5; guess++) expect((await signIn(phone, otherThan(code), someAddress())).status).toBe(401);
    }
    await askFor(phone);
    const refused = await signIn(phone, await codeSentTo(phone), someAddress());
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('is guessed at fifty times from one address', async () => {
    const guesses = await Promise.all(Array.from({ length: 55 }, () => signIn(somePhone(), '123456')));
    expect(statuses(guesses)).toEqual([...Array(50).fill(401), ...Array(5).fill(429)]);
  });

  test.each([{ login: '+13155550175' }, { password: '123456' }, { login: '', password: '1' }, {}])(
    'needs a phone and a code, not %j',
    async (body) => {
      expect((await post('/user/auth', body)).status).toBe(422);
    },
  );
});

describe('signing in with a password', () => {
  const password = 'correct horse battery';
  const withPassword = (login: unknown, given: string = password) => post('/booking/auth', { login, password: given });
  const someone = async (fields: { phone?: string } = {}) => {
    const { db } = await testDatabase();
    return createUser(db, { name: 'Грейс', email: `grace${from}@Example.com`, password, ...fields });
  };

  test('answers 201 with the user and a token', async () => {
    const phone = somePhone();
    const user = await someone({ phone });
    for (const login of [phone, phone.slice(1), ` GRACE${from}@example.com`]) {
      const answer = await withPassword(login);
      expect([answer.status, answer.body]).toEqual([
        201,
        {
          success: true,
          data: {
            id: user.id,
            user_token: expect.stringMatching(/^[0-9a-f]{40}$/),
            name: 'Грейс',
            phone,
            login: `grace${from}`,
            email: `grace${from}@Example.com`,
            avatar: '',
          },
          meta: [],
        },
      ]);
    }
  });

  test('refuses a wrong password, an unknown login and an account without a password alike', async () => {
    const { db } = await testDatabase();
    const phone = somePhone();
    const user = await someone();
    await createUser(db, { name: '', phone });
    const wrong = [await withPassword(user.email, 'wrong'), await withPassword(somePhone()), await withPassword(phone)];
    for (const { status, body } of wrong) {
      expect([status, body]).toEqual([401, { success: false, data: null, meta: { message: 'Wrong login or password.' } }]);
    }
  });

  test('is stopped after ten wrong ones, over all operations together', async () => {
    const user = await someone();
    for (let i = 0; i < 10; i++) {
      const path = i % 2 ? '/auth' : '/booking/auth';
      expect((await post(path, { login: user.email, password: 'wrong' })).status).toBe(401);
    }
    expect((await withPassword(user.email)).status).toBe(429);
  });

  test('opens online booking and not the back office', async () => {
    const user = await someone();
    const { db } = await testDatabase();
    await addLocationUser(db, { locationId: shop.locationId, userId: user.id, role: 'owner' });
    const { data } = await withPassword(user.email);
    const authorization = `Bearer ${shop.partner.token}, User ${data.user_token}`;
    expect((await call('GET', '/booking/user/data', { authorization })).data.id).toBe(user.id);
    for (const path of ['/user/data', '/user/tokens', `/records/${shop.locationId}`]) {
      expect((await call('GET', path, { authorization })).status).toBe(403);
    }
  });
});

test('a token is good for the partner it was made through, and for no other', async () => {
  const phone = somePhone();
  await askFor(phone);
  const { data } = await signIn(phone, await codeSentTo(phone));
  const other = await openShop();
  const authorization = `Bearer ${other.partner.token}, User ${data.user_token}`;
  expect((await call('GET', '/booking/user/data', { authorization })).status).toBe(401);
});
