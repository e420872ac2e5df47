import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, openShop, type Server, type Shop, startServer, testServer } from '../../test/harness.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const asPartner = () => ({ authorization: `Bearer ${shop.partner.token}` });
const types = (server: Server, headers: Record<string, string> = {}): Promise<Answer> =>
  call('GET', '/references/business_groups_with_types', { server, ...asPartner(), headers });
const times = <Result>(count: number, work: () => Promise<Result>) => Promise.all(Array.from({ length: count }, work));
const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort();

describe('the rate of requests', () => {
  test('of one address is limited to five a second: the sixth is a 429 with the time to wait', async () => {
    const server = await startServer({ rateLimit: { perMinute: 200, perSecond: 5 } });
    const answers = await times(6, () => types(server));
    expect(statuses(answers)).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = answers.find(({ status }) => status === 429) as Answer;
    expect(refused.body).toEqual({ success: false, data: null, meta: { message: expect.any(String) } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('x-request-id')).toMatch(/./);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await types(server)).status).toBe(200);
  });

  test('is limited by the minute as well', async () => {
    const server = await startServer({ rateLimit: { perMinute: 3, perSecond: 100 } });
    const answers = await times(5, () => types(server));
    expect(statuses(answers)).toEqual([200, 200, 200, 429, 429]);
    const seconds = Number(answers.find(({ status }) => status === 429)?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    // Requests refused by the limit of a minute are still refused in the next second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await types(server)).status).toBe(429);
  });

  test('counts every operation together, refused requests too, but not the health of the server', async () => {
    const server = await startServer({ rateLimit: { perMinute: 4, perSecond: 0 } });
    expect(statuses(await times(20, () => call('GET', '//health', { server })))).toEqual(Array(20).fill(200));
    expect((await types(server)).status).toBe(200);
    expect((await call('GET', '/companies', { server })).status).toBe(401);
    expect((await call('GET', `/company/${shop.locationId}`, { server, ...asPartner() })).status).toBe(200);
    expect((await call('GET', '/company/2000000000', { server, ...asPartner() })).status).toBe(404);
    expect((await types(server)).status).toBe(429);
  });

  test('also counts requests without a token: the mock, documents, pages and unknown paths', async () => {
    for (const path of ['//_mock/en/public/openapi/book_check/1', '//openapi/public.json', '//docs', '/nothing']) {
      const server = await startServer({ rateLimit: { perMinute: 1, perSecond: 0 } });
      expect((await call('GET', path, { server })).status).not.toBe(429);
      expect((await call('GET', path, { server })).status).toBe(429);
    }
  });

  test('does not count the files of a page', async () => {
    const server = await startServer({ rateLimit: { perMinute: 1, perSecond: 0 } });
    const page = await call('GET', '//docs', { server });
    const files = [...(page.body as string).matchAll(/\/_portal\/[\w.-]+/g)].map(([file]) => file);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect((await call('GET', `/${file}`, { server })).status).toBe(200);
    expect((await call('GET', '//docs', { server })).status).toBe(429);
  });

  test('is counted by address, and behind a trusted proxy by the address it names', async () => {
    const rateLimit = { perMinute: 1, perSecond: 0 };
    const [direct, proxied] = [
      await startServer({ rateLimit, trustProxy: false }),
      await startServer({ rateLimit, trustProxy: true }),
    ];
    const from = (address: string) => ({ 'x-forwarded-for': address });
    for (const [server, expected] of [
      [direct, 429],
      [proxied, 200],
    ] as const) {
      expect((await types(server, from('192.0.2.1'))).status).toBe(200);
      expect((await types(server, from('192.0.2.2'))).status).toBe(expected);
      expect((await types(server, from('192.0.2.1'))).status).toBe(429);
    }
  });

  test('is told on every answer: the limits, what is left of each, and the scarcest in the older headers', async () => {
    const server = await startServer({ rateLimit: { perMinute: 4, perSecond: 50 } });
    const told = async (path: string) => {
      const { status, headers } = await call('GET', path, { server, ...asPartner() });
      const [state, policy] = [headers.get('ratelimit'), headers.get('ratelimit-policy')];
      const older = ['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));
      return { status, state, policy, older, retryAfter: headers.get('retry-after') };
    };
    const policy = '"minute";q=4;w=60, "second";q=50;w=1';
    const seconds = expect.stringMatching(/^([1-5]\d|60)$/);
    const left = (state: RegExp, older: string[]) => ({
      policy,
      state: expect.stringMatching(state),
      older: [...older, seconds],
    });
    expect(await told('/references/business_groups_with_types')).toEqual({
      status: 200,
      ...left(/^"minute";r=3;t=60, "second";r=49;t=1$/, ['4', '3']),
      retryAfter: null,
    });
    expect(await told('/company/2000000000')).toEqual({
      status: 404,
      ...left(/^"minute";r=2;t=\d\d, "second";r=4[89];t=1$/, ['4', '2']),
      retryAfter: null,
    });
    await told('//docs');
    await told('/nothing');
    // The limit that refuses is the last one that counts.
    expect(await told('/references/business_groups_with_types')).toEqual({
      status: 429,
      ...left(/^"minute";r=0;t=\d\d$/, ['4', '0']),
      retryAfter: seconds,
    });
    expect((await told('//health')).policy).toBeNull();
  });

  test('names the second where that is scarcer, and only the limits that there are', async () => {
    const server = await startServer({ rateLimit: { perMinute: 200, perSecond: 5 } });
    const { headers } = await types(server);
    expect(['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`))).toEqual(['5', '4', '1']);
    const bySecond = await types(await startServer({ rateLimit: { perMinute: 0, perSecond: 9 } }));
    expect(bySecond.headers.get('ratelimit-policy')).toBe('"second";q=9;w=1');
    expect(bySecond.headers.get('ratelimit')).toBe('"second";r=8;t=1');
  });

  test('is not limited in the demo, whose answers name no limit', async () => {
    const server = await testServer();
    const answers = await times(50, () => types(server));
    expect(new Set(statuses(answers))).toEqual(new Set([200]));
    expect([...(answers[0] as Answer).headers.keys()].filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  });
});

describe('browsers of other origins', () => {
  const preflight = async (server: Server, origin: string, method: string) =>
    fetch(`${server.url}/api/v1/company/${shop.locationId}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  let server: Server;
  beforeAll(async () => {
    const corsOrigins = ['https://desk.example.com', 'https://other.example.com'];
    server = await startServer({ corsOrigins, rateLimit: { perMinute: 100, perSecond: 0 } });
  });

  test('may use the server when their origin is listed, with every method of the API', async () => {
    const { headers } = await types(server, { origin: 'https://desk.example.com' });
    expect(headers.get('access-control-allow-origin')).toBe('https://desk.example.com');
    expect(headers.get('vary')?.toLowerCase()).toContain('origin');
    expect(headers.get('access-control-expose-headers')).toBe(
      'x-request-id, retry-after, ratelimit, ratelimit-policy, ratelimit-limit, ratelimit-remaining, ratelimit-reset, idempotent-replayed',
    );

    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await preflight(server, 'https://desk.example.com', method);
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://desk.example.com');
      expect(answer.headers.get('access-control-allow-methods')?.split(/,\s*/)).toContain(method);
      expect(answer.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    }
  });

  test('may read errors too', async () => {
    const answers = await times(101, () =>
      call('GET', '/companies', { server, headers: { origin: 'https://desk.example.com' } }),
    );
    expect(new Set(statuses(answers))).toEqual(new Set([401, 429]));
    for (const answer of answers) expect(answer.headers.get('access-control-allow-origin')).toBe('https://desk.example.com');
  });

  test.each(['https://evil.example', 'http://desk.example.com', 'https://desk.example.com.evil.example', 'null'])(
    'may not when it is not listed: %s',
    async (origin) => {
      expect((await types(server, { origin })).headers.get('access-control-allow-origin')).toBeNull();
      expect((await preflight(server, origin, 'PUT')).headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test('may not at all when none is listed, and all may in the demo', async () => {
    const closed = await startServer({ corsOrigins: [] });
    const origin = 'https://desk.example.com';
    expect((await types(closed, { origin })).headers.get('access-control-allow-origin')).toBeNull();
    expect((await types(await testServer(), { origin })).headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('every answer', () => {
  test.each(['/api/v1/countries', '/api/v1/nothing', '/health'])('has security headers: %s', async (path) => {
    const { headers } = await call('GET', `/${path}`, asPartner());
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age='),
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
    });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  test('carries the id of its request: the given one, or a new one', async () => {
    const idOf = async (path: string, headers: Record<string, string> = {}) =>
      (await call('GET', path, { headers })).headers.get('x-request-id');
    expect(await idOf('//health', { 'x-request-id': 'trace-1.2_3' })).toBe('trace-1.2_3');
    for (const path of ['//health', '/nothing', '/companies']) {
      const [one, two] = [await idOf(path), await idOf(path)];
      expect(one).toMatch(/^[0-9a-f-]{36}$/);
      expect(two).not.toBe(one);
    }
  });

  test.each(['with space', 'x'.repeat(65), '<script>', '"', ''])(
    'does not carry an id that could do harm in a log: %j',
    async (given) => {
      const { headers } = await call('GET', '//health', { headers: { 'x-request-id': given } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('a request that cannot be answered', () => {
  const envelope = { success: false, data: null, meta: { message: expect.any(String) } };

  test.each([
    ['GET', '//api/v1'],
    ['GET', '/nothing'],
    ['GET', '//api/v3/companies'],
    ['GET', '/company/0'],
    ['GET', '/company/-1'],
    ['GET', '/company/1e3'],
    ['GET', '/company/abc'],
    ['GET', '/company/9999999999'],
    ['GET', `/company/${'9'.repeat(100)}`],
  ])('is 404 in the envelope if the path does not exist: %s %s', async (method, path) => {
    const answer = await shop.call(method, path);
    expect([answer.status, answer.body.success, answer.body.data]).toEqual([404, false, null]);
    expect(answer.meta.message).toBe('Not found');
  });

  test.each(['/company/%zz', '/%', '/company/%c3%28'])(
    'is 400 in the envelope when the path cannot be read: %s',
    async (path) => {
      const { hostname, port } = new URL((await testServer()).url);
      // Written by hand, because fetch() repairs such paths.
      const text = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname);
        let received = '';
        socket
          .on('data', (data) => (received += data))
          .on('end', () => resolve(received))
          .on('error', reject);
        socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      });
      expect(text).toMatch(/^HTTP\/1\.1 400 /);
      expect(text.toLowerCase()).toContain('x-request-id: ');
      expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toEqual(envelope);
    },
  );

  test('is 404 in the envelope when a part of the path is endless', async () => {
    const answer = await shop.call('GET', `/validation/validate_phone/${'1'.repeat(1000)}`);
    expect([answer.status, answer.body]).toEqual([404, envelope]);
  });

  test.each(['{"title":', '{title: 1}', 'title', '[1,]', '{"a":1}{"b":2}'])(
    'is 400 when the body is no JSON: %s',
    async (rawBody) => {
      for (const type of ['application/json', 'text/plain', 'application/x-anything']) {
        const answer = await shop.call('POST', '/companies', { rawBody, headers: { 'content-type': type } });
        expect(answer).toMatchObject({ status: 400, body: { success: false, data: null } });
        expect(answer.meta.errors).toEqual({ body: ['must be valid JSON'] });
      }
    },
  );

  test.each(['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}'])(
    'is 400 when the body meddles with prototypes: %s',
    async (rawBody) => {
      const answer = await shop.call('POST', '/companies', { rawBody, headers: { 'content-type': 'application/json' } });
      expect(answer.status).toBe(400);
    },
  );

  test('is 422 when the body is JSON of another shape', async () => {
    for (const rawBody of ['[]', '"text"', '5', 'null', '']) {
      const answer = await shop.call('POST', '/companies', { rawBody, headers: { 'content-type': 'application/json' } });
      expect(answer.status, rawBody).toBe(422);
    }
  });

  test('is 413 when the body is larger than the limit', async () => {
    const server = await startServer({ bodyLimit: 2000 });
    const create = (title: string, type: string) =>
      shop.call('POST', '/companies', { server, rawBody: JSON.stringify({ title }), headers: { 'content-type': type } });
    expect((await create('x'.repeat(1000), 'application/json')).status).toBe(422);
    for (const type of ['application/json', 'text/plain'])
      expect(await create('x'.repeat(3000), type)).toMatchObject({ status: 413, body: envelope });
  });

  test('takes forms as well as JSON', async () => {
    const rawBody = 'title=Branch+office&country_id=840';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await shop.call('POST', '/companies', { rawBody, headers })).data).toMatchObject({ title: 'Branch office' });
  });
});

describe('the state of the server', () => {
  test('/health says that it runs, /ready that the database answers, to anyone', async () => {
    expect(await call('GET', '//health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await call('GET', '//ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  test('/ready is 503 when the database does not answer, and /health still 200', async () => {
    const server = await startServer();
    const { ping } = server.database;
    server.database.ping = () => Promise.reject(new Error('no connection'));
    try {
      expect(await call('GET', '//ready', { server })).toMatchObject({ status: 503, body: { status: 'unavailable' } });
      expect((await call('GET', '//health', { server })).status).toBe(200);
    } finally {
      server.database.ping = ping;
    }
  });

  test('/metrics counts the answers by operation, without ids or names in them', async () => {
    const server = await startServer();
    await types(server);
    await call('GET', `/company/${shop.locationId}?my=1&secret=hidden`, { server, ...asPartner() });
    const answer = await call('GET', '//metrics', { server });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const count = (labels: string) => `http_request_duration_seconds_count{${labels}} 1`;
    expect(answer.body).toContain(
      count('surface="developers",operation="get_business_types_by_group",method="GET",status="200"'),
    );
    expect(answer.body).toContain(count('surface="b2b-v1",operation="get_location",method="GET",status="401"'));
    expect(answer.body).toContain('process_cpu_seconds_total');
    expect(answer.body).not.toContain('hidden');
    expect(answer.body).not.toContain('/api/v1');
  });

  test('/metrics wants its token when it has one', async () => {
    const server = await startServer({ metricsToken: 'scrape-me' });
    for (const authorization of [undefined, 'scrape-me', 'Bearer wrong', 'Bearer scrape-me2'])
      expect((await call('GET', '//metrics', { server, authorization })).status).toBe(401);
    expect((await call('GET', '//metrics', { server, authorization: 'Bearer scrape-me' })).status).toBe(200);
  });
});
