import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCredentials, spareAccounts } from '../src/demo/accounts.ts';
import { demoBusiness } from './demo-business.ts';
import type { RunningDemo } from './run-samples.ts';

const { partnerToken, userToken, receptionistToken, workerToken, clientToken, login, clientLogin, password } = demoCredentials;

let server: RunningDemo;
beforeAll(async () => {
  server = await (await demoBusiness()).start();
});
afterAll(() => server.stop());

interface Called {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any operation
  data: any;
  meta?: { message: string };
}

async function call(user: string, method: string, path: string, body?: object): Promise<Called> {
  const answer = await fetch(`${server.url}/api/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${partnerToken}, User ${user}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, ...(text ? JSON.parse(text) : {}) } as Called;
}

test('the demo refuses changes that would make its banner wrong, and gives the reason', async () => {
  const sessions = (await call(userToken, 'GET', 'v1/user/tokens')).data;
  const ready = sessions.find((session: { is_current: boolean }) => session.is_current).id;
  const attempts: [user: string, method: string, path: string, body?: object][] = [
    [userToken, 'PUT', 'v1/user/password', { current_password: password, password: 'a longer new password' }],
    [userToken, 'PUT', 'v1/booking/user/password', { old_password: password, new_password: 'a longer new password' }],
    [userToken, 'PUT', 'v1/booking/user', { email: 'other@example.com' }],
    [userToken, 'DELETE', `v1/user/tokens/${ready}`],
    [userToken, 'DELETE', 'v1/company/1'],
    [userToken, 'DELETE', 'v1/company/2'],
    [clientToken, 'PUT', 'v1/booking/user/password', { old_password: password, new_password: 'a longer new password' }],
  ];
  for (const [user, method, path, body] of attempts) {
    const { status, meta } = await call(user, method, path, body);
    expect([status, meta?.message], path).toEqual([403, expect.stringContaining('The demo keeps its own accounts')]);
  }
  for (const user of [userToken, clientToken]) expect((await call(user, 'GET', 'v1/booking/user/data')).status).toBe(200);
  expect((await call(userToken, 'POST', 'v1/auth', { login, password })).status).toBe(201);
  expect((await call(userToken, 'POST', 'v1/booking/auth', { login: clientLogin, password })).status).toBe(201);
  expect((await call(userToken, 'GET', 'v1/companies?my=1')).data).toHaveLength(2);
});

test('all other data changes as usual: names, other sessions, the spare accounts', async () => {
  expect((await call(userToken, 'PUT', 'v1/booking/user', { name: 'Olivia Hart-Smith', email: login })).status).toBe(202);
  const sessions = (await call(userToken, 'GET', 'v1/user/tokens')).data;
  const old = sessions.find((session: { user_agent: string }) => session.user_agent === 'A phone of last year');
  expect((await call(userToken, 'DELETE', `v1/user/tokens/${old.id}`)).status).toBe(204);
  const { neighbour, guest } = spareAccounts;
  expect((await call(neighbour.token, 'GET', 'v1/company/1/users')).status).toBe(404);
  expect((await call(neighbour.token, 'DELETE', 'v1/company/3')).status).toBe(202);
  const change = { current_password: password, password: 'a longer new password' };
  expect((await call(neighbour.token, 'PUT', 'v1/user/password', change)).status).toBe(204);
  expect((await call(neighbour.token, 'GET', 'v1/user/data')).status).toBe(401);
  const own = { old_password: password, new_password: 'a longer new password' };
  expect((await call(guest.token, 'PUT', 'v1/booking/user/password', own)).status).toBe(200);
});

test('a receptionist and a team member may do less than the owner, a client nothing in the back office', async () => {
  const statuses = async (user: string) => [
    (await call(user, 'GET', 'v1/records/1?count=1')).status,
    (await call(user, 'POST', 'v1/clients/1', {})).status,
    (await call(user, 'GET', 'v1/company/1/settings/online')).status,
    (await call(user, 'GET', 'v1/company/2/settings/online')).status,
  ];
  expect(await statuses(userToken)).toEqual([200, 422, 200, 200]);
  expect(await statuses(receptionistToken)).toEqual([200, 422, 403, 404]);
  expect(await statuses(workerToken)).toEqual([200, 403, 403, 404]);
  expect(await statuses(clientToken)).toEqual([403, 403, 403, 403]);
});
