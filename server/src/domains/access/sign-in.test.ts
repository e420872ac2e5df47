import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  call,
  openShop,
  type Server,
  type Shop,
  somePhone,
  startServer,
  testDatabase,
} from '../../../test/harness.ts';
import { tokenHash } from '../../platform/secrets.ts';
import { createUser, type UserRow } from './users.ts';

const password = 'correct horse battery';
let server: Server;
let shop: Shop;
beforeAll(async () => {
  // Behind a proxy, so that every test has its own address: failed logins count by address too.
  server = await startServer({ trustProxy: true });
  shop = await openShop();
});

const someAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
let people = 0;
const someEmail = () => `Grace.${process.pid}.${Date.now()}.${++people}@Example.com`;

async function someone(fields: { email?: string; phone?: string; password?: string } = {}): Promise<UserRow> {
  const { db } = await testDatabase();
  return createUser(db, { name: 'Grace Hopper', email: someEmail(), password, ...fields });
}

interface Attempt {
  password?: string;
  from?: string;
  authorization?: string | undefined;
  agent?: string;
}
const signIn = (login: unknown, options: Attempt = {}): Promise<Answer> =>
  call('POST', '/auth', {
    server,
    authorization: 'authorization' in options ? options.authorization : `Bearer ${shop.partner.token}`,
    body: { login, password: options.password ?? password },
    headers: { 'x-forwarded-for': options.from ?? someAddress(), 'user-agent': options.agent ?? 'tests' },
  });

async function failedAttempts(login: string, count: number, from?: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await signIn(login, { password: 'wrong', ...(from ? { from } : {}) })).status);
  return statuses;
}

describe('signing in', () => {
  test('answers 201 with the user and a token', async () => {
    const phone = somePhone();
    const user = await someone({ phone });
    const answer = await signIn(user.email);
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        success: true,
        data: {
          id: user.id,
          user_token: expect.stringMatching(/^[0-9a-f]{40}$/),
          name: 'Grace Hopper',
          phone,
          login: user.email?.split('@')[0],
          email: user.email,
          avatar: '',
          is_approved: true,
          is_email_confirmed: true,
        },
        meta: [],
      },
    ]);
  });

  test('the user token and the partner token make the Authorization header', async () => {
    const user = await someone();
    const { data } = await signIn(user.email);
    const authorization = `Bearer ${shop.partner.token}, User ${data.user_token}`;
    expect((await call('GET', '/user/data', { server, authorization })).data).toMatchObject({ id: user.id });
  });

  test('works by e-mail in any letter case, with spaces around it', async () => {
    const user = await someone();
    const email = user.email ?? '';
    for (const login of [email, email.toLowerCase(), email.toUpperCase(), `  ${email} `])
      expect((await signIn(login)).data.id).toBe(user.id);
  });

  test('works by phone in any common spelling', async () => {
    const phone = somePhone();
    const user = await someone({ phone });
    const [, area, office, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
    const spellings = [
      phone,
      phone.slice(1),
      `+1 (${area}) ${office}-${line}`,
      `1 ${area} ${office} ${line}`,
      `001${area}${office}${line}`,
      `+1.${area}.${office}.${line}`,
    ];
    for (const login of spellings) expect((await signIn(login)).data?.id, login).toBe(user.id);
  });

  test('works by login name in any letter case', async () => {
    const user = await someone();
    expect((await signIn(user.login)).data.id).toBe(user.id);
    expect((await signIn(user.login.toUpperCase())).data.id).toBe(user.id);
  });

  test('by login name works for the first account with the name; another account with it does not lock its user out', async () => {
    const email = someEmail();
    const first = await someone({ email });
    const second = await someone({ email: email.replace('Example.com', 'example.org') });
    expect((await signIn(email.split('@')[0])).data?.id).toBe(first.id);
    expect((await signIn(second.email)).data).toMatchObject({ id: second.id, login: '' });
  });

  test('by e-mail works for the user who confirmed the address, even if others claim it', async () => {
    const { query } = await testDatabase();
    const user = await someone();
    const claimant = await someone({ phone: somePhone() });
    await query({
      text: 'update users set email = $1, is_email_confirmed = false where id = $2',
      values: [user.email, claimant.id],
    });
    expect((await signIn(user.email)).data?.id).toBe(user.id);
    const unconfirmed = await someone({ phone: somePhone() });
    await query({ text: 'update users set is_email_confirmed = false where id = $1', values: [unconfirmed.id] });
    expect((await signIn(unconfirmed.email)).status).toBe(401);
    expect((await signIn(unconfirmed.phone)).status).toBe(201);
  });

  test('makes a token of its own every time', async () => {
    const user = await someone();
    const tokens = await Promise.all([1, 2, 3].map(async () => (await signIn(user.email)).data.user_token));
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) {
      const authorization = `Bearer ${shop.partner.token}, User ${token}`;
      expect((await call('GET', '/user/data', { server, authorization })).status).toBe(200);
    }
  });

  test('keeps nothing from which a token could be read', async () => {
    const user = await someone();
    const { data } = await signIn(user.email);
    const { query } = await testDatabase();
    const rows = await query({ text: 'select * from user_tokens where user_id = $1', values: [user.id] });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(data.user_token);
    const [row] = await query<{ hash: string }>({
      text: 'select password_hash as hash from users where id = $1',
      values: [user.id],
    });
    expect(row?.hash).toMatch(/^\$argon2id\$/);
  });

  test.each([
    [{}, ['login', 'password']],
    [{ login: 'grace' }, ['password']],
    [{ password }, ['login']],
    [{ login: '', password: '' }, ['login', 'password']],
    [{ login: 'grace', password: 'x'.repeat(201) }, ['password']],
    [{ login: ['grace'], password }, ['login']],
  ])('needs a login and a password: %j is 422', async (body, fields) => {
    const answer = await call('POST', '/auth', { server, authorization: `Bearer ${shop.partner.token}`, body });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors.flatMap(Object.keys).sort()).toEqual(fields);
  });

  test.each([[undefined], ['Bearer unknown'], ['Basic YTpi'], ['']])(
    'needs the token of a partner: %j is 401',
    async (authorization) => {
      const user = await someone();
      expect((await signIn(user.email, { authorization })).status).toBe(401);
    },
  );

  test('does not look at a user token in the header', async () => {
    const user = await someone();
    expect((await signIn(user.email, { authorization: `Bearer ${shop.partner.token}, User outdated` })).status).toBe(201);
  });
});

describe('guessing', () => {
  test('learns nothing from the answer: a wrong password and an unknown login get the same', async () => {
    const user = await someone();
    const unchosen = await someone();
    const { query } = await testDatabase();
    await query({ text: 'update users set password_hash = null where id = $1', values: [unchosen.id] });
    const answers = await Promise.all([
      signIn(user.email, { password: 'wrong' }),
      signIn(someEmail()),
      signIn(somePhone()),
      signIn('nobody'),
      signIn(unchosen.email),
    ]);
    const body = { success: false, data: null, meta: { message: 'Wrong login or password.' } };
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([401, body]);
  });

  test('learns nothing from the time', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => someone()));
    await signIn(someEmail());
    let [wrong, unknown] = [0, 0];
    const timed = async (login: unknown) => {
      const start = performance.now();
      expect((await signIn(login, { password: 'wrong' })).status).toBe(401);
      return performance.now() - start;
    };
    // Alternating, so that other work of the machine slows both down in the same way.
    for (const user of users) {
      wrong += await timed(user.email);
      unknown += await timed(someEmail());
    }
    expect(unknown / wrong).toBeGreaterThan(0.5);
    expect(unknown / wrong).toBeLessThan(1.5);
  });

  test('is stopped after ten wrong passwords, when even the right one has to wait at that address', async () => {
    const user = await someone();
    const from = someAddress();
    expect(await failedAttempts(user.email ?? '', 10, from)).toEqual(Array(10).fill(401));
    for (const attempt of [{ password: 'wrong' }, {}]) {
      const answer = await signIn(user.email, { ...attempt, from });
      expect(answer).toMatchObject({ status: 429, body: { success: false, data: null } });
      const seconds = Number(answer.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(14 * 60);
      expect(seconds).toBeLessThanOrEqual(15 * 60);
    }
  });

  test('locks out the address that guesses, but not the user at another address', async () => {
    const user = await someone();
    const from = someAddress();
    await failedAttempts(user.email ?? '', 12, from);
    expect((await signIn(user.email, { from })).status).toBe(429);
    expect((await signIn(user.email)).status).toBe(201);
  });

  test('from many addresses is stopped after a hundred wrong passwords', async () => {
    const user = await someone();
    await failedAttempts(user.email ?? '', 1);
    const key = `account:${tokenHash(user.email?.toLowerCase() ?? '').toString('base64url')}`;
    const { query } = await testDatabase();
    const points = () => query<{ points: number }>({ text: 'select points from login_attempts where key = $1', values: [key] });
    expect(await points()).toEqual([{ points: 1 }]);
    // The other 98 take a while, because checking a password is slow.
    await query({ text: 'update login_attempts set points = 99 where key = $1', values: [key] });
    expect(await failedAttempts(user.email ?? '', 2)).toEqual([401, 429]);
    expect((await signIn(user.email)).status).toBe(429);
  });

  test('from the addresses of one IPv6 network counts as from one', async () => {
    const user = await someone();
    const network = `2001:db8:${randomInt(65_536).toString(16)}:${randomInt(65_536).toString(16)}`;
    for (let host = 1; host <= 10; host++) await failedAttempts(user.email ?? '', 1, `${network}::${host}`);
    expect((await signIn(user.email, { from: `${network}:a:b:c:d` })).status).toBe(429);
    expect((await signIn(user.email, { from: '2001:db9::1' })).status).toBe(201);
  });

  test('of one account does not stop another one', async () => {
    const [target, bystander] = [await someone(), await someone()];
    const from = someAddress();
    await failedAttempts(target.email ?? '', 10, from);
    expect((await signIn(target.email, { from })).status).toBe(429);
    expect((await signIn(bystander.email, { from })).status).toBe(201);
  });

  test('gets no further by spelling the login differently', async () => {
    const phone = somePhone();
    const from = someAddress();
    await someone({ phone });
    await failedAttempts(phone, 5, from);
    await failedAttempts(phone.slice(1), 5, from);
    expect((await signIn(`+1 ${phone.slice(2)}`, { from })).status).toBe(429);
  });

  test('is stopped for unknown logins too, which would otherwise give the known ones away', async () => {
    const login = someEmail();
    expect(await failedAttempts(login, 11, someAddress())).toEqual([...Array(10).fill(401), 429]);
  });

  test('in parallel gets no more than ten answers', async () => {
    const user = await someone();
    const from = someAddress();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(user.email, { password: 'wrong', from })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(10).fill(429)]);
  });

  test('is counted across the servers of a database', async () => {
    const user = await someone();
    const other = await startServer({ trustProxy: true });
    const from = someAddress();
    await failedAttempts(user.email ?? '', 10, from);
    const body = { login: user.email, password };
    const headers = { 'x-forwarded-for': from };
    const answer = await call('POST', '/auth', { server: other, authorization: `Bearer ${shop.partner.token}`, body, headers });
    expect(answer.status).toBe(429);
  });

  test('is stopped after fifty wrong passwords from one address, whosever they are', async () => {
    const from = someAddress();
    const { query } = await testDatabase();
    await failedAttempts(someEmail(), 1, from);
    // The other 49 take a while, because checking a password is slow.
    await query({ text: "update login_attempts set points = 50 where key = 'address:' || $1", values: [from] });
    const user = await someone();
    expect((await signIn(user.email, { from })).status).toBe(429);
    expect((await signIn(user.email)).status).toBe(201);
  });

  test('against a locked account does not use up the attempts of others at the same address', async () => {
    const [target, bystander] = [await someone(), await someone()];
    const from = someAddress();
    await failedAttempts(target.email ?? '', 12, from);
    const { query } = await testDatabase();
    const rows = await query({ text: "select points from login_attempts where key = 'address:' || $1", values: [from] });
    expect(rows).toEqual([{ points: 10 }]);
    expect((await signIn(bystander.email, { from })).status).toBe(201);
  });

  test('starts again from zero after the right password', async () => {
    const user = await someone();
    const from = someAddress();
    await failedAttempts(user.email ?? '', 9, from);
    expect((await signIn(user.email, { from })).status).toBe(201);
    expect(await failedAttempts(user.email ?? '', 10, from)).toEqual(Array(10).fill(401));
    expect((await signIn(user.email, { from })).status).toBe(429);
  });

  test('does not affect people who sign in often', async () => {
    const user = await someone();
    const from = someAddress();
    for (let i = 0; i < 12; i++) expect((await signIn(user.email, { from })).status).toBe(201);
    const { query } = await testDatabase();
    const rows = await query({ text: "select points from login_attempts where key = 'address:' || $1", values: [from] });
    expect(rows).toEqual([{ points: 0 }]);
  });
});
