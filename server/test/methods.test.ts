import { describe, expect, test } from 'vitest';
import type { Surface } from '../src/api/operation.ts';
import { routesOf } from '../src/api/routes.ts';
import { surfaces } from '../src/surfaces/index.ts';
import { call, startServer, testServer } from './harness.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const all = surfaces;

interface Served {
  method: string;
  /** With parameters in braces. */
  path: string;
}

/** Every path that some surfaces are served at, below a base each, with its methods. */
const servedAt = (some: Surface[], base: (surface: Surface) => string): Served[] =>
  some.flatMap((surface) => [
    ...routesOf(surface).map(({ operation, path }) => ({ method: operation.method, path: base(surface) + path })),
    ...(base(surface) === surface.basePath ? surface.operations.filter(({ atRoot }) => atRoot) : []),
  ]);

/** The wrong methods of every path, with its declared ones. A path with an id may also match a declared one: `/staff/quick`. */
function wrongMethods(served: Served[]): { method: string; path: string; allowed: string[] }[] {
  const paths = [...new Set(served.map(({ path }) => path.replace(/\{\w+\}/g, '1')))];
  const patterns = served.map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }));
  return paths.flatMap((path) => {
    const has = new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    const allowed = [...(has.has('GET') ? ['GET', 'HEAD'] : []), ...methods.slice(1).filter((method) => has.has(method))];
    return methods.filter((method) => !has.has(method)).map((method) => ({ method, path, allowed }));
  });
}

describe('a wrong method', () => {
  test.each([
    ['of the API', servedAt(all, ({ basePath }) => basePath)],
    ...all.map(({ name }) => [
      `of the mock of ${name}`,
      servedAt(
        all.filter((surface) => surface.name === name),
        () => `/_mock/en/${name}/openapi`,
      ),
    ]),
  ] as [string, Served[]][])('on any path %s is a 405 that names the methods it takes', async (_, served) => {
    const { app } = await testServer();
    const wrong = wrongMethods(served);
    expect(wrong.length).toBeGreaterThan(10);
    for (const { method, path, allowed } of wrong) {
      const answer = await app.inject({ method: method as 'GET', url: `${path}?x=1` });
      expect([method, path, answer.statusCode, answer.headers.allow]).toEqual([method, path, 405, allowed.join(', ')]);
      expect(answer.json()).toMatchObject({
        success: false,
        data: null,
        meta: { message: `This path takes ${allowed.join(', ')}.` },
      });
    }
  });

  test('is one with a body that nobody reads, with a trailing slash and with an odd id too', async () => {
    for (const path of ['/companies/', '/client/1/abc', '/client/1/%F0%9F%8E%89']) {
      const answer = await call('PATCH', path, { rawBody: '{', headers: { 'content-type': 'application/json' } });
      expect([path, answer.status, answer.headers.has('allow')]).toEqual([path, 405, true]);
    }
  });

  test('is one on paths beside the API too', async () => {
    for (const path of ['//health', '//openapi/b2b-v1.json', '//docs']) {
      const answer = await call('POST', path);
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
    }
  });

  test('is a 404 on a path that nobody knows', async () => {
    for (const path of ['/nothing', '/client', '//_mock/en/b2b-v1/openapi/nothing', '//_mock/en/nothing']) {
      const answer = await call('POST', path);
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 404, null]);
    }
  });
});

describe('beside the methods of a path', () => {
  test('HEAD answers as GET, without a body', async () => {
    const { app } = await testServer();
    for (const url of ['/api/v1/company/1', '/_mock/en/b2b-v1/openapi/company/1']) {
      const headers = { authorization: 'Bearer x' };
      const [get, head] = await Promise.all([
        app.inject({ method: 'GET', url, headers }),
        app.inject({ method: 'HEAD', url, headers }),
      ]);
      expect([head.statusCode, head.headers['content-type'], head.body]).toEqual([
        get.statusCode,
        get.headers['content-type'],
        '',
      ]);
    }
  });

  test('a preflight request is answered where other origins are allowed, and a wrong method says so to them', async () => {
    const origin = 'https://desk.example.com';
    const { app } = await startServer({ corsOrigins: [origin] });
    const url = '/api/v1/company/1';
    const preflight = await app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': 'PUT' } });
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, origin]);
    const wrong = await app.inject({ method: 'PATCH', url, headers: { origin } });
    expect([wrong.statusCode, wrong.headers['access-control-allow-origin'], wrong.headers.allow]).toEqual([
      405,
      origin,
      'GET, HEAD, PUT, DELETE',
    ]);
  });
});
