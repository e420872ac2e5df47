import { randomInt } from 'node:crypto';
import { request } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, openShop, type Server, type Shop, startServer, testDatabase } from '../../../test/harness.ts';
import { connectPartner } from '../locations/location.ts';
import { addLocationUser } from '../locations/location-user.ts';
import { createUser, issueUserToken, revokeToken } from './users.ts';

const password = 'correct horse battery';
let server: Server;
let shop: Shop;
beforeAll(async () => {
  server = await startServer({ trustProxy: true });
  shop = await openShop();
});

interface Member {
  id: number;
  email: string;
}
let people = 0;

/** A user who works in the shop and can sign in. */
async function member(): Promise<Member> {
  const { db } = await testDatabase();
  const email = `joan.${process.pid}.${Date.now()}.${++people}@example.com`;
  const user = await createUser(db, { name: 'Joan Clarke', email, password });
  await addLocationUser(db, { locationId: shop.locationId, userId: user.id, role: 'owner' });
  return { id: user.id, email };
}

const headerOf = (token: string, partner = shop.partner) => `Bearer ${partner.token}, User ${token}`;
const someAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;

const signIn = (user: Member, options: { agent?: string; password?: string } = {}) =>
  call('POST', '/auth', {
    server,
    authorization: `Bearer ${shop.partner.token}`,
    body: { login: user.email, password: options.password ?? password },
    headers: { 'x-forwarded-for': someAddress(), 'user-agent': options.agent ?? 'tests' },
  });

async function session(user: Member, agent?: string): Promise<string> {
  const answer = await signIn(user, agent ? { agent } : {});
  expect(answer.status).toBe(201);
  return answer.data.user_token;
}

const get = (path: string, token: string, of = server): Promise<Answer> =>
  call('GET', path, { server: of, authorization: headerOf(token) });
const statusOf = async (token: string, of = server) => (await get('/user/data', token, of)).status;
const end = (id: number, token: string) => call('DELETE', `/user/tokens/${id}`, { server, authorization: headerOf(token) });
const changePassword = (token: string, body: object) =>
  call('PUT', '/user/password', {
    server,
    authorization: headerOf(token),
    body,
    headers: { 'x-forwarded-for': someAddress() },
  });

describe('the sessions of a user', () => {
  test('are listed, the newest first, with the program and the integration they came through', async () => {
    const user = await member();
    await session(user, 'Phone');
    const laptop = await session(user, 'Laptop');
    const answer = await get('/user/tokens', laptop);
    expect(answer).toMatchObject({ status: 200, meta: { count: 2 } });
    expect(answer.data).toEqual([
      {
        id: expect.any(Number),
        create_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
        user_agent: 'Laptop',
        partner: expect.stringMatching(/^Partner /),
        is_current: true,
      },
      expect.objectContaining({ user_agent: 'Phone', is_current: false }),
    ]);
  });

  test('name no program when the one that signed in does not tell its name', async () => {
    const user = await member();
    const status = await new Promise((answered, failed) => {
      const headers = {
        authorization: `Bearer ${shop.partner.token}`,
        'content-type': 'application/json',
        'x-forwarded-for': someAddress(),
      };
      request(`${server.url}/api/v1/auth`, { method: 'POST', headers }, (answer) => answered(answer.resume().statusCode))
        .on('error', failed)
        .end(JSON.stringify({ login: user.email, password }));
    });
    expect(status).toBe(201);
    const { data } = await get('/user/tokens', await session(user));
    expect(data.map((each: { user_agent: string }) => each.user_agent)).toEqual(['tests', '']);
  });

  test('are only those of the user', async () => {
    const [one, other] = [await member(), await member()];
    await session(one);
    expect((await get('/user/tokens', await session(other))).meta).toEqual({ count: 1 });
  });

  test('never show a token', async () => {
    const user = await member();
    const token = await session(user);
    expect(JSON.stringify((await get('/user/tokens', token)).body)).not.toContain(token);
  });

  test('end one at a time: its token is refused at once, the others go on', async () => {
    const user = await member();
    const [phone, laptop] = [await session(user, 'Phone'), await session(user, 'Laptop')];
    expect(await statusOf(phone)).toBe(200);
    const { data } = await get('/user/tokens', laptop);
    const answer = await end(data[1].id, laptop);
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(await statusOf(phone)).toBe(401);
    expect(await statusOf(laptop)).toBe(200);
    expect((await end(data[1].id, laptop)).status).toBe(404);
  });

  test('may end themselves', async () => {
    const token = await session(await member());
    const [current] = (await get('/user/tokens', token)).data;
    expect((await end(current.id, token)).status).toBe(204);
    expect(await statusOf(token)).toBe(401);
  });

  test('cannot be ended by another user', async () => {
    const [victim, other] = [await member(), await member()];
    const token = await session(victim);
    const [current] = (await get('/user/tokens', token)).data;
    expect((await end(current.id, await session(other))).status).toBe(404);
    expect(await statusOf(token)).toBe(200);
  });
});

describe('changing the password', () => {
  test('ends every session, this one too, and the new password signs in', async () => {
    const user = await member();
    const [phone, laptop] = [await session(user), await session(user)];
    const answer = await changePassword(laptop, { current_password: password, password: 'a better one' });
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect([await statusOf(phone), await statusOf(laptop)]).toEqual([401, 401]);
    expect((await signIn(user)).status).toBe(401);
    expect((await signIn(user, { password: 'a better one' })).status).toBe(201);
  });

  test('takes a new one of 8 to 200 characters', async () => {
    const user = await member();
    const token = await session(user);
    for (const next of ['x'.repeat(7), 'x'.repeat(201)]) {
      const refused = await changePassword(token, { current_password: password, password: next });
      expect(refused.status, next).toBe(422);
      expect(refused.meta.errors.flatMap(Object.keys)).toEqual(['password']);
    }
    expect((await changePassword(token, { current_password: password, password: 'x'.repeat(8) })).status).toBe(204);
    const again = await signIn(user, { password: 'x'.repeat(8) });
    expect(again.status).toBe(201);
    const { user_token } = again.data;
    const longest = await changePassword(user_token, { current_password: 'x'.repeat(8), password: 'x'.repeat(200) });
    expect(longest.status).toBe(204);
  });

  test('needs the current password', async () => {
    const user = await member();
    const token = await session(user);
    const answer = await changePassword(token, { current_password: 'guessed', password: 'a better one' });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors).toEqual([{ current_password: ['is wrong'] }]);
    expect(await statusOf(token)).toBe(200);
    expect((await signIn(user)).status).toBe(201);
  });

  test('is no way to guess the current one: ten attempts a quarter of an hour', async () => {
    const token = await session(await member());
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++)
      statuses.push((await changePassword(token, { current_password: 'guessed', password: 'a better one' })).status);
    expect(statuses).toEqual([...Array(10).fill(422), 429]);
  });

  test.each([
    [{}, ['current_password', 'password']],
    [{ current_password: password }, ['password']],
    [{ current_password: password, password: 'short' }, ['password']],
    [{ current_password: password, password: 'x'.repeat(201) }, ['password']],
  ])('needs both passwords, the new one with 8 to 200 characters: %j is 422', async (body, fields) => {
    const token = await session(await member());
    const answer = await changePassword(token, body);
    expect(answer.status).toBe(422);
    expect(answer.meta.errors.flatMap(Object.keys).sort()).toEqual(fields);
    expect(await statusOf(token)).toBe(200);
  });

  test('leaves no session of the old password, even if somebody signs in at the same moment', async () => {
    const user = await member();
    const token = await session(user);
    const changing = changePassword(token, { current_password: password, password: 'a better one' });
    const logins: Promise<Answer>[] = [];
    let isChanged = false;
    void changing.finally(() => {
      isChanged = true;
    });
    while (!isChanged && logins.length < 60) {
      logins.push(signIn(user));
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    expect((await changing).status).toBe(204);
    for (const answer of await Promise.all(logins)) {
      // Ten attempts may be under way at once.
      expect([201, 401, 429]).toContain(answer.status);
      if (answer.status === 201) expect(await statusOf(answer.data.user_token)).toBe(401);
    }
  });

  test('at the same time twice with the same current password succeeds once', async () => {
    const user = await member();
    const token = await session(user);
    const chosen = ['first choice', 'second choice'];
    const answers = await Promise.all(
      chosen.map((next) => changePassword(token, { current_password: password, password: next })),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const winner = answers.findIndex(({ status }) => status === 204);
    expect((await signIn(user, { password: chosen[winner] as string })).status).toBe(201);
  });
});

describe('a user token', () => {
  test('belongs to the integration it was issued through', async () => {
    const { db } = await testDatabase();
    const token = await session(await member());
    const other = await openShop();
    await connectPartner(db, shop.locationId, other.partner.id);
    for (const path of ['/user/data', `/user/permissions/${shop.locationId}`]) {
      const asked = (partner: Shop['partner']) => call('GET', path, { server, authorization: headerOf(token, partner) });
      expect((await asked(other.partner)).status).toBe(401);
      expect((await asked(shop.partner)).status).toBe(200);
      // Not either once the token is remembered.
      expect((await asked(other.partner)).status).toBe(401);
    }
  });

  test('of the command line belongs to no integration: any may use it', async () => {
    const { db } = await testDatabase();
    const user = await member();
    const token = await issueUserToken(db, { userId: user.id, partnerId: null });
    const other = await openShop();
    for (const partner of [shop.partner, other.partner])
      expect((await call('GET', '/user/data', { server, authorization: headerOf(token, partner) })).data).toMatchObject({
        id: user.id,
      });
  });

  test.each([['/user/data'], ['/user/tokens'], ['/company/1/users']])(
    'is required together with a partner token for %s',
    async (path) => {
      const token = await session(await member());
      for (const [authorization, errors] of [
        [undefined, { partner_token: ['is missing'] }],
        ['nonsense', { authorization: ['must be Bearer <partner_token>, User <user_token>'] }],
        [`User ${token}`, { partner_token: ['is missing'] }],
        [`Bearer ${shop.partner.token}`, { user_token: ['is missing'] }],
        [`Bearer ${token}`, { partner_token: ['is not valid'] }],
        [`Bearer ${token}, User ${shop.partner.token}`, { partner_token: ['is not valid'] }],
        [`Bearer ${shop.partner.token}, User ${shop.partner.token}`, { user_token: ['is not valid'] }],
      ] as const) {
        const answer = await call('GET', path, { server, authorization });
        expect(answer).toMatchObject({ status: 401, body: { success: false, data: null } });
        expect(answer.meta).toEqual({ message: 'Authentication needed.', errors });
      }
    },
  );
});

describe('a token that is revoked', () => {
  /** Waits until a server refuses the token. @returns how long it still took it, in milliseconds */
  async function refused(token: string, by: Server): Promise<number> {
    const start = Date.now();
    while ((await statusOf(token, by)) === 200) {
      if (Date.now() - start > 8000) throw new Error('The token is still taken');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await statusOf(token, by)).toBe(401);
    return Date.now() - start;
  }

  test('through another server of the same database is refused by this one within five seconds, however busy it is', async () => {
    const other = await startServer();
    const user = await member();
    const [lost, kept] = [await session(user), await session(user)];
    expect([await statusOf(lost, other), await statusOf(kept, other)]).toEqual([200, 200]);
    const [, first] = (await get('/user/tokens', kept)).data;
    expect((await end(first.id, kept)).status).toBe(204);
    expect(await refused(lost, other)).toBeLessThan(5000);
    expect(await statusOf(kept, other)).toBe(200);
  });

  test('on the command line, of a user or of a partner, is refused within five seconds', async () => {
    const { db, query } = await testDatabase();
    const [one, other] = [await openShop(), await openShop()];
    const asked = async () => [
      (await one.call('GET', '/user/data', { server })).status,
      (await call('GET', '/references/business_groups_with_types', { server, authorization: `Bearer ${other.partner.token}` }))
        .status,
    ];
    expect(await asked()).toEqual([200, 200]);
    const idOf = async (table: string, column: string, id: number) =>
      (await query<{ id: number }>({ text: `select id from ${table} where ${column} = $1`, values: [id] }))[0]?.id ?? 0;
    expect(await revokeToken(db, 'user', await idOf('user_tokens', 'user_id', one.owner.id))).toBe(true);
    expect(await revokeToken(db, 'partner', await idOf('partner_tokens', 'partner_id', other.partner.id))).toBe(true);
    await expect.poll(asked, { timeout: 5000, interval: 200 }).toEqual([401, 401]);
  });

  test('while fifty requests use it serves none that comes after the answer', async () => {
    const user = await member();
    const [used, other] = [await session(user), await session(user)];
    const [, first] = (await get('/user/tokens', other)).data;
    const during = Array.from({ length: 25 }, () => statusOf(used));
    const ending = end(first.id, other);
    during.push(...Array.from({ length: 25 }, () => statusOf(used)));
    expect((await ending).status).toBe(204);
    const after = await Promise.all(Array.from({ length: 25 }, () => statusOf(used)));
    expect(new Set(after)).toEqual(new Set([401]));
    for (const status of await Promise.all(during)) expect([200, 401]).toContain(status);
    expect(await statusOf(used)).toBe(401);
  });
});
