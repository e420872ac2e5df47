import { randomUUID } from 'node:crypto';
import { count, eq, gt, sql } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtOperations } from '../../test/every-operation.ts';
import {
  type CallOptions,
  call,
  onPostgres,
  openShop,
  type Shop,
  somePhone,
  testDatabase,
  testServer,
} from '../../test/harness.ts';
import { makeDue, runDueJobs } from '../../test/jobs.ts';
import { openOnlineSalon, signInClient } from '../../test/online.ts';
import { rowsOfBusiness } from '../../test/rows.ts';
import { createUser } from '../domains/access/users.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { clients } from '../domains/clients/tables.ts';
import { reviewTokenOf } from '../domains/reviews/review-token.ts';
import { inTransaction, rowsOf } from '../platform/database.ts';
import { idempotencyKeys } from '../platform/tables.ts';
import { KeyedRequest, Replayed } from './idempotency.ts';
import { readKey } from './idempotency-key.ts';

let shop: Shop;
let path: string;
beforeAll(async () => {
  shop = await openShop();
  path = `/clients/${shop.locationId}`;
});

const client = () => ({ name: 'Ada', phone: somePhone() });

/** Adds a client, or sends another change. */
const send = (key: string, body: unknown, options: CallOptions & { method?: string; path?: string } = {}) =>
  shop.call(options.method ?? 'POST', options.path ?? path, {
    body,
    ...options,
    headers: { 'idempotency-key': key, ...options.headers },
  });

async function countClients(): Promise<number> {
  const { db } = await testDatabase();
  const [row] = await db.select({ clients: count() }).from(clients).where(eq(clients.locationId, shop.locationId));
  return row?.clients as number;
}

describe('a request with an idempotency key', () => {
  test('is done once, however often it is sent, and answered as the first time', async () => {
    const [key, body, before] = [randomUUID(), client(), await countClients()];
    const first = await send(key, body);
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    await shop.call('PUT', `/client/${shop.locationId}/${first.data.id}`, { body: { ...body, name: 'Grace' } });
    for (const spelling of [key, `"${key}"`, ` ${key} `]) {
      const again = await send(spelling, body);
      expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([201, first.body, 'true']);
    }
    expect(await countClients()).toBe(before + 1);
    // Without the key, or with another one, it is another request.
    expect((await shop.call('POST', path, { body })).status).toBe(422);
    expect((await send(randomUUID(), body)).status).toBe(422);
  });

  test('may be another one only with another key: 422 for another body, path, query or method', async () => {
    const [key, body] = [randomUUID(), client()];
    const { data } = await send(key, body);
    const others = [
      () => send(key, { ...body, name: 'Grace' }),
      () => send(key, body, { path: `${path}?source=other` }),
      () => send(key, [body], { path: `/clients/${shop.locationId}/bulk` }),
      () => send(key, body, { method: 'PUT', path: `/client/${shop.locationId}/${data.id}` }),
      () => send(key, undefined, { method: 'DELETE', path: `/client/${shop.locationId}/${data.id}` }),
    ];
    for (const other of others) {
      const { status, meta } = await other();
      expect([status, meta.message]).toEqual([422, 'This Idempotency-Key was used for another request.']);
      expect(meta.errors).toEqual([{ idempotency_key: ['was used for another request: another method, path or body'] }]);
    }
  });

  test('is not kept when it is refused, so the key may come with a better body', async () => {
    const key = randomUUID();
    expect((await send(key, { name: 'Ada', phone: 'none' })).status).toBe(422);
    const before = await countClients();
    expect((await send(key, client())).status).toBe(201);
    expect(await countClients()).toBe(before + 1);
  });

  test('is one of its caller: other users and partners use the same key for their own', async () => {
    const [key, body] = [randomUUID(), { text: 'Called' }];
    const { id } = await shop.addClient();
    const comments = `/clients/${shop.locationId}/clients/${id}/comments`;
    const colleague = await shop.hire('administrator');
    const stranger = await openShop();
    const own = await send(key, body, { path: comments });
    const other = await send(key, body, { path: comments, authorization: colleague.authorization });
    expect([own.status, other.status, other.headers.get('idempotent-replayed')]).toEqual([201, 201, null]);
    expect(other.data.id).not.toBe(own.data.id);
    const elsewhere = { path: `/clients/${stranger.locationId}`, authorization: stranger.owner.authorization };
    expect((await send(key, client(), elsewhere)).status).toBe(201);
  });

  test('of somebody who is not signed in is one of their address', async () => {
    const [key, body] = [randomUUID(), { phone: somePhone() }];
    const ask = (address: string) =>
      send(key, body, {
        path: `/book_code/${shop.locationId}`,
        authorization: `Bearer ${shop.partner.token}`,
        headers: { 'x-forwarded-for': address },
      });
    const replays = [];
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2']) {
      const { status, headers } = await ask(address);
      replays.push([status, headers.get('idempotent-replayed')]);
    }
    // The fourth code would be too many, but a repetition asks for none. The network of an IPv6 address is one caller.
    expect(replays).toEqual([
      [201, null],
      [201, 'true'],
      [201, null],
      [201, null],
      [201, 'true'],
    ]);
  });

  test('of a client is done once: a booking, moving it, a review, and new data of the account', async () => {
    const { shop, place, wish, widget } = await openOnlineSalon();
    const phone = somePhone();
    const authorization = await signInClient(shop.partner, phone);
    const { db } = await testDatabase();
    const twice = async (method: string, path: string, body: object, caller = authorization) => {
      const key = randomUUID();
      const first = await send(key, body, { method, path, authorization: caller });
      const rows = await rowsOfBusiness(shop);
      const again = await send(key, body, { method, path, authorization: caller });
      expect(first.status).toBeLessThan(300);
      expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([first.status, first.body, 'true']);
      expect(await rowsOfBusiness(shop)).toBe(rows);
      return first;
    };
    const booking = { phone, fullname: 'Ada', appointments: [wish()] };
    const [{ record_id: id, record_hash }] = (await twice('POST', `/book_record/${place}`, booking, widget.authorization)).data;
    await twice('PUT', `/book_record/${place}/${id}`, { datetime: '2030-05-06T15:00:00' });
    await twice('PUT', '/booking/user', { name: 'Grace' });
    await db.update(appointments).set({ startsAt: sql`starts_at - interval '10 years'` }).where(eq(appointments.id, id));
    await twice('POST', `/master_record_review/${reviewTokenOf(id, record_hash)}`, { rating: 5 }, widget.authorization);
  });

  test('signs in anew each time, because tokens are not kept', async () => {
    const { db } = await testDatabase();
    const [login, password] = [`${randomUUID()}@example.com`, 'correct horse battery'];
    await createUser(db, { name: 'Ada', email: login, password });
    const options = { path: '/auth', authorization: `Bearer ${shop.partner.token}` };
    const signIn = () => send('sign-in', { login, password }, options);
    const [one, two] = [await signIn(), await signIn()];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.data.user_token).not.toBe(one.data.user_token);
  });

  test('uploads its files once', async () => {
    const [{ id }, key] = [await shop.addClient(), randomUUID()];
    const files = `/company/${shop.locationId}/clients/files/${id}`;
    const upload = (text: string) => {
      const rawBody = new FormData();
      rawBody.append('file', new Blob([text]), 'note.txt');
      return shop.call('POST', files, { rawBody, headers: { 'idempotency-key': key } });
    };
    const first = await upload('one');
    expect(first.status).toBe(201);
    for (const text of ['one', 'x'.repeat(100_000)]) {
      const again = await upload(text);
      expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([201, first.body, 'true']);
    }
    expect((await shop.call('GET', files)).data).toHaveLength(1);
  });

  test('reads as usual: the header does not matter to a GET, nor to a search', async () => {
    const headers = { 'idempotency-key': '"' };
    expect((await shop.call('GET', `/company/${shop.locationId}`, { headers })).status).toBe(200);
    const search = `/company/${shop.locationId}/clients/search`;
    expect((await shop.call('POST', search, { body: {}, headers })).status).toBe(200);
  });

  // The embedded database runs one transaction after the other.
  test.runIf(onPostgres())('on PostgreSQL, is refused while the same one is being done: 409 with the time to wait', async () => {
    const { db } = await testDatabase();
    const { id, ...fields } = await shop.addClient();
    const key = randomUUID();
    const change = () =>
      send(key, { name: 'Ada', phone: String(fields.phone) }, { method: 'PUT', path: `/client/${shop.locationId}/${id}` });
    const both = await db.transaction(async (tx) => {
      await tx.select({ id: clients.id }).from(clients).where(eq(clients.id, id)).for('update');
      const sent = [change(), change()];
      // The other one waits for the client.
      const refused = await Promise.race(sent);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([409, '1']);
      return { sent };
    });
    expect((await Promise.all(both.sent)).map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await change()).headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('what is kept of a request', () => {
  /** The row that the work adds: on the embedded database, to which no other test writes at the same time. */
  async function keptBy(work: () => Promise<unknown>) {
    const { db } = await testDatabase();
    const [{ now }] = (await rowsOf<{ now: string }>(db, sql`select clock_timestamp() as now`)) as [{ now: string }];
    await work();
    const rows = await db
      .select()
      .from(idempotencyKeys)
      .where(gt(idempotencyKeys.createdAt, new Date(now)));
    return rows as [(typeof rows)[number]];
  }
  const age = async (id: Buffer, hours: number) => {
    const { db } = await testDatabase();
    const createdAt = sql`now() - make_interval(hours => ${hours})`;
    await db.update(idempotencyKeys).set({ createdAt }).where(eq(idempotencyKeys.id, id));
  };

  test.runIf(!onPostgres())('can be used for a day, and is swept then', async () => {
    const [key, body] = [randomUUID(), client()];
    const [kept] = await keptBy(() => send(key, body));
    await age(kept.id, 23);
    const sweep = { kind: 'sweep idempotency keys' } as const;
    const server = await testServer();
    await runDueJobs(server, sweep);
    expect((await send(key, body)).headers.get('idempotent-replayed')).toBe('true');
    await age(kept.id, 24);
    // It is new again, even before the sweep.
    expect((await send(key, body)).status).toBe(422);
    const other = client();
    expect((await send(key, other)).status).toBe(201);
    expect((await send(key, other)).headers.get('idempotent-replayed')).toBe('true');
    await age(kept.id, 24);
    await makeDue(sweep);
    await runDueJobs(server, sweep);
    const { db } = await testDatabase();
    expect(await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, kept.id))).toEqual([]);
  });

  test.runIf(!onPostgres())('is readable only with the key', async () => {
    const [key, body] = [randomUUID(), client()];
    const [kept] = await keptBy(() => send(key, body));
    const bytes = Buffer.concat([kept.id, kept.fingerprint, kept.answer as Buffer]).toString('latin1');
    for (const secret of [key, body.phone, body.phone.slice(1), body.name]) expect(bytes).not.toContain(secret);
    // The same answer is sealed differently for another key.
    const [one] = await keptBy(() => send(randomUUID(), client()));
    expect(one.answer?.subarray(0, 12)).not.toEqual(kept.answer?.subarray(0, 12));
  });

  test.runIf(!onPostgres())('lacks an answer that was too long, and the repetition says so', async () => {
    const [key, body] = [randomUUID(), client()];
    const [kept] = await keptBy(() => send(key, body));
    const { db } = await testDatabase();
    await db.update(idempotencyKeys).set({ answer: null }).where(eq(idempotencyKeys.id, kept.id));
    const { status, meta, headers } = await send(key, body);
    expect([status, headers.get('retry-after')]).toEqual([409, null]);
    expect(meta.message).toMatch(/was done before/);
  });

  test('is only what is committed: a transaction that runs again finds nothing of its first attempt', async () => {
    const { db } = await testDatabase();
    const operation = builtOperations.find(({ operation: { id } }) => id === 'create_client')?.operation as never;
    const request = { headers: { 'idempotency-key': randomUUID() }, method: 'POST', url: '/again', ip: '192.0.2.1' };
    const keyed = () =>
      KeyedRequest.of(
        operation,
        request as unknown as FastifyRequest,
        { partner: undefined, user: undefined },
        Buffer.alloc(32),
      ) as KeyedRequest;
    const [once, sent] = [keyed(), { status: 201, body: '{"success":true}' }];
    let attempts = 0;
    await inTransaction(db, async (tx) => {
      await once.begin(tx as never);
      await once.keep(tx as never, sent);
      if (++attempts === 1) throw Object.assign(new Error('could not serialize access'), { code: '40001' });
    });
    expect(attempts).toBe(2);
    const again = await inTransaction(db, (tx) => keyed().begin(tx as never)).catch((error: unknown) => error);
    expect(again).toBeInstanceOf(Replayed);
    expect((again as Replayed).sent).toEqual({ status: 201, body: Buffer.from(sent.body) });
  });
});

describe('the key', () => {
  test.each([
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"with spaces, and \\"quotes\\" and \\\\"', 'with spaces, and "quotes" and \\'],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['a/b+c=', 'a/b+c='],
  ])('may be %j', (header, key) => {
    expect(readKey(header)).toBe(key);
  });

  test.each([
    '',
    '""',
    '"open',
    'open"',
    'two words',
    'one,two',
    '"one", "two"',
    '"one";p=1',
    'one;p',
    'ключ',
    'é',
    '\\',
    '"\\n"',
    'x'.repeat(256),
  ])('may not be %j', (header) => {
    expect(() => readKey(header)).toThrow('cannot be read');
  });

  test('is refused with 400 if it cannot be read, after the caller is known', async () => {
    const { status, meta } = await send('two words', client());
    expect([status, meta.message]).toEqual([400, 'The header Idempotency-Key cannot be read.']);
    expect(meta.errors).toEqual({ idempotency_key: [expect.stringMatching(/1 to 255/)] });
    const twice = { 'idempotency-key': 'one, two' };
    expect((await call('POST', path, { body: client(), headers: twice, authorization: shop.owner.authorization })).status).toBe(
      400,
    );
    expect((await call('POST', path, { body: client(), headers: twice })).status).toBe(401);
  });
});
