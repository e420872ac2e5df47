import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { type Lookup, postOutside, refusalOf } from './outside-request.ts';

const loopback = ['127.0.0.0/8', '::1'];
const started: (() => void)[] = [];
afterEach(() => {
  for (const stop of started.splice(0)) stop();
});

/** Starts a server on this machine. @returns its port, and the number of requests it has received */
async function serve(listener: RequestListener) {
  const seen = { requests: 0 };
  const server = createServer((request, response) => {
    seen.requests++;
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  started.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { seen, port, url: `http://127.0.0.1:${port}/hook?a=1` };
}

const resolvesTo =
  (...addresses: string[]): Lookup =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('the answer of a server', () => {
  test('comes back with any status, and the server has received the JSON with its headers', async () => {
    const received: unknown[] = [];
    const { url } = await serve(async (request, response) => {
      received.push(request.method, request.url, request.headers, await json(request));
      response.writeHead(400).end('{"code":1002}');
    });
    const answer = await postOutside(url, { sum: 13.19, name: 'Ä' }, { allowed: loopback, headers: { 'x-key': 'k' } });
    expect(answer).toEqual({ status: 400, body: '{"code":1002}' });
    expect(received).toEqual([
      'POST',
      '/hook?a=1',
      expect.objectContaining({ 'content-type': 'application/json', 'x-key': 'k' }),
      { sum: 13.19, name: 'Ä' },
    ]);
  });

  test('that redirects is refused, and the other address is not asked', async () => {
    const other = await serve((_, response) => response.end());
    const { url } = await serve((_, response) => response.writeHead(307, { location: other.url }).end());
    expect(await postOutside(url, {}, { allowed: loopback })).toEqual({ refusal: 'answers with a redirect' });
    expect(other.seen.requests).toBe(0);
  });

  test('that does not come in time is not waited for', async () => {
    const { url } = await serve(() => {});
    expect(await postOutside(url, {}, { allowed: loopback, timeLimit: 50 })).toEqual({ refusal: 'does not answer in time' });
  });

  test('that never ends is not waited for', async () => {
    const { url } = await serve((_, response) => response.writeHead(200).write('{'));
    expect(await postOutside(url, {}, { allowed: loopback, timeLimit: 50 })).toEqual({ refusal: 'does not answer in time' });
  });

  test('may have as many bytes as the limit, and not one more', async () => {
    const { url } = await serve((_, response) => response.end('x'.repeat(100)));
    expect(await postOutside(url, {}, { allowed: loopback, sizeLimit: 100 })).toEqual({ status: 200, body: 'x'.repeat(100) });
    expect(await postOutside(url, {}, { allowed: loopback, sizeLimit: 99 })).toEqual({ refusal: 'answers with too much' });
  });

  test('that breaks off, or a server that is not there, cannot be reached', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('{');
      response.destroy();
    });
    expect(await postOutside(url, {}, { allowed: loopback })).toEqual({ refusal: 'cannot be reached' });
    const { port } = await serve(() => {});
    for (const stop of started.splice(0)) stop();
    expect(await postOutside(`http://127.0.0.1:${port}`, {}, { allowed: loopback })).toEqual({ refusal: 'cannot be reached' });
  });

  test('is not waited for when the caller stops, which is an error of the caller', async () => {
    const { url } = await serve(() => {});
    const reason = new Error('stopped');
    const stopped = postOutside(url, {}, { allowed: loopback, signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });
});

describe('an address', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://10.0.0.1:8080/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::1]/',
    'http://[2001:0:7f00:1::1]/',
    'http://[2001:db8::1]/',
    'http://[4000::1]/',
  ])('%s leads to an address that is not public', async (address) => {
    expect(await postOutside(address, {})).toEqual({ refusal: 'leads to an address that is not public' });
  });

  test.each(['http://8.8.8.8/', 'https://[2606:4700:4700::1111]/', 'https://register.example.com:8443/a?b=c'])(
    '%s may be asked',
    (address) => {
      expect(refusalOf(address)).toBeUndefined();
    },
  );

  test.each(['', 'register.example.com', '//a.example', 'ftp://a.example/', 'file:///etc/passwd', 'http://', 'http://a b/'])(
    '"%s" is none of the web',
    (address) => {
      expect(refusalOf(address)).toBe('is no address of the web');
    },
  );

  test.each(['http://name@a.example/', 'http://:word@a.example/'])('%s names a user or a password', (address) => {
    expect(refusalOf(address)).toBe('names a user or a password');
  });

  test('that is not public may be allowed, also as IPv6', () => {
    const allowed = ['10.0.0.0/8', '::1'];
    expect(refusalOf('http://10.1.2.3/', { allowed })).toBeUndefined();
    expect(refusalOf('http://[::1]/', { allowed })).toBeUndefined();
    expect(refusalOf('http://11.1.2.3/', { allowed })).toBeUndefined();
    expect(refusalOf('http://192.168.1.1/', { allowed })).toBe('leads to an address that is not public');
  });

  test('that is public may be refused too, if only some are allowed', async () => {
    const closed = { allowed: loopback, onlyAllowed: true };
    expect(refusalOf('http://8.8.8.8/', closed)).toBe('leads to an address that is not public');
    expect(refusalOf('http://127.0.0.1/', closed)).toBeUndefined();
    expect(await postOutside('http://register.test/', {}, { ...closed, lookup: resolvesTo('8.8.8.8') })).toEqual({
      refusal: 'leads to an address that is not public',
    });
  });
});

describe('a name', () => {
  test('is refused if any of its addresses is not public, and nothing is connected to', async () => {
    const { port, seen } = await serve((_, response) => response.end());
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['fe80::1%eth0']]) {
      const answer = await postOutside(`http://register.test:${port}/`, {}, { lookup: resolvesTo(...addresses), timeLimit: 500 });
      expect(answer).toEqual({ refusal: 'leads to an address that is not public' });
    }
    expect(seen.requests).toBe(0);
  });

  test('is looked up once for each request, and the connection goes to the address that was checked', async () => {
    const { port, seen } = await serve((_, response) => response.end('ok'));
    const looked: string[] = [];
    // The second look-up leads elsewhere, as that of somebody who wants to get past the check.
    const lookup: Lookup = (host, options, done) => {
      looked.push(host);
      resolvesTo(looked.length === 1 ? '127.0.0.1' : '10.0.0.1')(host, options, done);
    };
    const ask = () => postOutside(`http://register.test:${port}/`, {}, { allowed: loopback, lookup });
    expect(await ask()).toEqual({ status: 200, body: 'ok' });
    expect([looked, seen.requests]).toEqual([['register.test'], 1]);
    expect(await ask()).toEqual({ refusal: 'leads to an address that is not public' });
  });

  test('without addresses cannot be reached', async () => {
    const failed: Lookup = (_host, _options, done) =>
      done(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    for (const lookup of [resolvesTo(), failed]) {
      expect(await postOutside('http://nowhere.test/', {}, { lookup })).toEqual({ refusal: 'cannot be reached' });
    }
  });
});
