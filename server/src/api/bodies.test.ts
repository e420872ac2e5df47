import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { call, openShop, type Server, type Shop, startServer, testServer } from '../../test/harness.ts';
import { heldBuffers } from '../../test/memory.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const envelope = { success: false, data: null, meta: { message: expect.any(String) } };
const json = { 'content-type': 'application/json' };
const comments = async () => `/clients/${shop.locationId}/clients/${(await shop.addClient()).id}/comments`;
/** A JSON text of so many bytes. */
const comment = (bytes: number) => JSON.stringify({ text: 'Hi', padding: 'x'.repeat(bytes - 26) });
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const sockets: Socket[] = [];
// A server does not stop before its connections end.
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection that sends given text, and keeps what it receives. */
async function open({ url }: Server): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.on('error', () => {}).on('data', (data) => (received += data));
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  return { socket, received: () => received, closed };
}

const head = (path: string, headers: Record<string, string | number>, method = 'POST') =>
  [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...Object.entries(headers).map((pair) => pair.join(': ')), '', ''].join(
    '\r\n',
  );

/** The body of an answer as it came over the wire. */
const bodyOf = (received: string) => JSON.parse(received.slice(received.indexOf('\r\n\r\n') + 4));

const mockHeaders = { Authorization: 'Bearer any, User any', 'Content-Type': 'application/json' };
const bulkMock = '/_mock/en/b2b-v1/openapi/clients/1/bulk';
const megabyte = 1024 * 1024;

describe('a body', () => {
  test('has 256 KB at most; one byte more is a 413 in the envelope that names the limit', async () => {
    const path = await comments();
    expect(Buffer.byteLength(comment(262_144))).toBe(262_144);
    expect((await shop.call('POST', path, { rawBody: comment(262_144), headers: json })).status).toBe(201);
    const answer = await shop.call('POST', path, { rawBody: comment(262_145), headers: json });
    expect(answer).toMatchObject({ status: 413, body: envelope });
    expect(answer.meta.message).toBe('The body is larger than 262144 bytes.');
  });

  test('is measured while it arrives when its length is not announced', async () => {
    const { socket, received } = await open(await testServer());
    socket.write(head('/_mock/en/b2b-v1/openapi/clients/1', { ...mockHeaders, 'Transfer-Encoding': 'chunked' }));
    const piece = ' '.repeat(65_536);
    for (let sent = 0; sent < 5; sent++) socket.write(`10000\r\n${piece}\r\n`);
    await expect.poll(received).toContain('HTTP/1.1 413 ');
    // The connection is still good: the rest is thrown away.
    socket.write(`0\r\n\r\n${head('/health', {}, 'GET')}`);
    await expect.poll(received).toContain('HTTP/1.1 200 ');
  });

  test('of an operation on many items may be larger, and so may that of its mock', async () => {
    const people = Array.from({ length: 2000 }, (_, index) => ({
      name: `Ada ${index}`,
      phone: `+1646${3_000_000 + index}`,
      comment: 'x'.repeat(200),
    }));
    expect(JSON.stringify(people).length).toBeGreaterThan(262_144);
    expect((await shop.call('POST', `/clients/${shop.locationId}/bulk`, { body: people })).status).toBe(200);
    expect((await call('POST', `/${bulkMock}`, { authorization: 'Bearer any, User any', body: people })).status).toBe(200);
  });

  test('is never larger than FOYER_BODY_LIMIT, for any operation', async () => {
    const server = await startServer({ bodyLimit: 1000 });
    for (const bytes of [1000, 1001]) {
      const rawBody = comment(bytes);
      const options = { server, rawBody, headers: json, authorization: 'Bearer any, User any' };
      expect((await call('POST', `/${bulkMock}`, options)).status).toBe(bytes === 1000 ? 422 : 413);
    }
  });

  test('nests 32 levels at most', async () => {
    const path = await comments();
    const nested = (levels: number) => `{"text": "Hi", "x": ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect((await shop.call('POST', path, { rawBody: nested(32), headers: json })).status).toBe(201);
    const answer = await shop.call('POST', path, { rawBody: nested(33), headers: json });
    expect(answer.status).toBe(400);
    expect(answer.meta.errors).toEqual({ body: ['must not nest deeper than 32 levels'] });
  });

  test('may contain brackets, commas, quotes and backslashes in its texts', async () => {
    const path = await comments();
    for (const text of ['['.repeat(100), '{"'.repeat(50), '\\', '"\\"', '\\\\"[[', `${'\\'.repeat(9)}"${'['.repeat(40)}`]) {
      const answer = await shop.call('POST', path, { body: { text } });
      expect([answer.status, answer.data?.text]).toEqual([201, text]);
    }
  });

  test.each([
    ['200,000 values', (count: number) => `[${'1,'.repeat(count - 1)}1]`, 200_000],
    ['100,000 objects and lists', (count: number) => `[${'{},'.repeat(count - 2)}[]]`, 100_000],
    ['1,000 names of fields', (count: number) => `[${Array.from({ length: count }, (_, index) => `{"n${index}" :1}`)}]`, 1000],
  ])('has at most %s', async (_, text, most) => {
    const send = (count: number) =>
      call('POST', `/${bulkMock}`, { authorization: 'Bearer any, User any', rawBody: text(count), headers: json });
    expect((await send(most)).status).not.toBe(413);
    expect(await send(most + 1)).toMatchObject({ status: 413, body: envelope });
  });

  test('is not read when the request is refused without it', async () => {
    const { socket, received } = await open(await testServer());
    socket.write(head('/_mock/en/b2b-v1/openapi/clients/1', { 'Content-Length': 1000 }));
    await expect.poll(received).toContain('HTTP/1.1 401 ');
  });
});

describe('an address', () => {
  test('has 8192 characters at most', async () => {
    const path = (length: number) => `/companies?x=`.padEnd(length - '/api/v1'.length, 'x');
    expect((await shop.call('GET', path(8192))).status).toBe(200);
    expect(await shop.call('GET', path(8193))).toMatchObject({ status: 414, body: envelope });
  });

  test('has 1000 parameters at most', async () => {
    const path = (count: number) => `/companies?${Array(count).fill('x=1').join('&')}`;
    expect((await shop.call('GET', path(1000))).status).toBe(200);
    const answer = await shop.call('GET', path(1001));
    expect(answer.status).toBe(422);
    expect(answer.meta.errors).toEqual([{ query: ['must not have more than 1000 parameters'] }]);
  });

  test('and headers that are too large, or are none, are refused in the envelope', async () => {
    for (const [request, status] of [
      [head('/health', { 'X-Large': 'x'.repeat(20_000) }, 'GET'), 431],
      ['nonsense\r\n\r\n', 400],
    ] as const) {
      const { socket, received, closed } = await open(await testServer());
      socket.write(request);
      await closed;
      expect(received()).toContain(`HTTP/1.1 ${status} `);
      expect(bodyOf(received())).toEqual(envelope);
    }
  });
});

describe('the time of a request', () => {
  test('begins with its headers', async () => {
    const { socket, received, closed } = await open(await startServer({ bodyTimeout: 400 }));
    socket.write('GET /health HTTP/1.1\r\n');
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(received())).toEqual(envelope);
  });

  test('is limited: a body that stalls or drips is a 408, and its connection ends', async () => {
    const server = await startServer({ bodyTimeout: 600 });
    for (const isDripping of [false, true]) {
      const { socket, received, closed } = await open(server);
      socket.write(head('/_mock/en/b2b-v1/openapi/clients/1', { ...mockHeaders, 'Content-Length': 1000 }));
      socket.write('{');
      const drip = isDripping ? setInterval(() => socket.write(' '), 50) : undefined;
      await closed;
      clearInterval(drip);
      expect(received()).toMatch(/^HTTP\/1\.1 408 /);
      expect(received().toLowerCase()).toContain('connection: close');
      expect(bodyOf(received())).toEqual(envelope);
    }
  });

  test('ends for a body that nobody waits for soon after the answer', async () => {
    const server = await startServer({ bodyTimeout: 300 });
    const { socket, received, closed } = await open(server);
    socket.write(head('/api/v1/companies', { ...json, 'Content-Length': 1000 }));
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 401 /);
  });

  const boundary = 'xxxx';
  const upload = async (server: Server, pause: number) => {
    const client = await shop.addClient();
    const parts = [
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nfirst`,
      `second\r\n--${boundary}--\r\n`,
    ] as const;
    const connection = await open(server);
    connection.socket.write(
      head(`/api/v1/company/${shop.locationId}/clients/files/${client.id}`, {
        Authorization: shop.owner.authorization,
        'Content-Type': `multipart/form-data; boundary=${boundary}`,
        'Content-Length': parts.join('').length,
        Connection: 'close',
      }) + parts[0],
    );
    await wait(pause);
    connection.socket.write(parts[1]);
    await connection.closed;
    return connection.received();
  };

  test('is longer for uploads', async () => {
    const server = await startServer({ bodyTimeout: 300, uploadTimeout: 60_000 });
    expect(await upload(server, 1000)).toMatch(/^HTTP\/1\.1 201 /);
  });

  test('is limited for uploads too', async () => {
    const server = await startServer({ bodyTimeout: 300, uploadTimeout: 600 });
    const answer = await upload(server, 3000);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(answer)).toEqual(envelope);
  });
});

describe('bodies that are not finished', () => {
  test('do not fill the memory: the largest are refused, others are served, and all end when their time is over', async () => {
    const bodyMemory = 8 * megabyte;
    const server = await startServer({ bodyMemory, bodyTimeout: 6000 });
    const before = heldBuffers();
    const piece = Buffer.alloc(megabyte, ' ');
    const stalled = await Promise.all(Array.from({ length: 60 }, () => open(server)));
    for (const { socket } of stalled) {
      socket.write(head(bulkMock, { ...mockHeaders, 'Content-Length': 4 * megabyte }));
      for (let sent = 0; sent < 3; sent++) socket.write(piece);
    }
    const refused = () => stalled.filter(({ received }) => received().startsWith('HTTP/1.1 503 ')).length;
    // 8 MB have room for two bodies of 3 MB, and parts of others.
    await expect.poll(refused, { timeout: 20_000 }).toBeGreaterThan(40);
    await expect.poll(() => heldBuffers() - before, { timeout: 3000 }).toBeLessThan(bodyMemory + 4 * megabyte);
    const [first] = stalled.filter(({ received }) => received() !== '');
    expect(first?.received().toLowerCase()).toContain('retry-after: 1');
    expect(bodyOf(first?.received() ?? '')).toEqual(envelope);
    expect((await shop.call('POST', await comments(), { server, body: { text: 'Hi' } })).status).toBe(201);
    await Promise.all(stalled.map(({ closed }) => closed));
  });

  test('give way to small ones', async () => {
    const server = await startServer({ bodyMemory: megabyte });
    const send = async (bytes: number) => {
      const connection = await open(server);
      connection.socket.write(head(bulkMock, { ...mockHeaders, 'Content-Length': 2 * megabyte }));
      connection.socket.write(' '.repeat(bytes));
      return connection;
    };
    const [large, small] = [await send(700_000), await send(200_000)];
    await wait(200);
    expect([large.received(), small.received()]).toEqual(['', '']);
    const last = await send(200_000);
    await expect.poll(large.received).toMatch(/^HTTP\/1\.1 503 /);
    expect([small.received(), last.received()]).toEqual(['', '']);
    for (const { socket } of [small, last]) socket.destroy();
    // Their memory is free again.
    await expect.poll(async () => (await send(900_000)).received()).toBe('');
  });
});

test('connections beyond the limit are closed at once', async () => {
  const server = await startServer({ connectionLimit: 3 });
  const connections = await Promise.all(Array.from({ length: 3 }, () => open(server)));
  const { closed } = await open(server);
  await closed;
  for (const { socket } of connections) expect(socket.closed).toBe(false);
});
