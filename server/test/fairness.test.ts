import { eq, sql } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { teamMembers } from '../src/domains/team/tables.ts';
import { openPostgres, troubleOf } from '../src/platform/database.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { addRivals } from './contention.ts';
import { emptyDatabase } from './databases.ts';
import { type Answer, call, onPostgres, openShop, somePhone, startServerApart, testDatabase } from './harness.ts';
import { openOnlineSalon } from './online.ts';
import { openSalon, salonDates } from './salon.ts';

const team = 30;
const [rivals, wishes] = onPostgres() ? [80, 10] : [20, 5];
/**
 * The number of rivals that may be answered during one request of another business. On the embedded database each look-up waits for one of
 * them.
 */
const fair = onPostgres() ? 10 : 25;

test('a flood of bookings for one location waits; other businesses and /ready are answered meanwhile, and nothing is half-written', {
  timeout: 120_000,
}, async () => {
  const server = await startServerApart(10, { waitTimeout: 4000 });
  const salon = await openOnlineSalon();
  for (const member of await addRivals(salon, team)) await salon.link(member, salon.service);
  const other = await openShop();

  let isOver = false;
  const answers: Answer[] = [];
  /** Books again and again, with any answer. */
  const rush = async (index: number) => {
    for (let turn = index; !isOver; turn++) {
      const appointments = Array.from({ length: wishes }, (_, id) => {
        const slot = (turn + id) % 36;
        const hour = String(9 + Math.floor(slot / 4)).padStart(2, '0');
        return salon.wish({ id, staff_id: 0, datetime: `${salonDates[slot % 4]}T${hour}:00:00` });
      });
      const body = { phone: somePhone(), fullname: 'Ada', appointments };
      answers.push(await call('POST', `/book_record/${salon.place}`, { ...salon.widget, body, server }));
    }
  };
  const all = Promise.all(Array.from({ length: rivals }, (_, index) => rush(index)));
  const own = { authorization: other.owner.authorization, server };
  const turns = 3;
  let meanwhile = 0;
  try {
    for (let turn = 0; turn < turns; turn++) {
      const body = { name: 'Ada', phone: somePhone() };
      expect((await call('POST', `/clients/${other.locationId}`, { ...own, body })).status).toBe(201);
      expect((await call('GET', `/clients/${other.locationId}`, own)).status).toBe(200);
      for (const path of ['//ready', '//health']) expect((await call('GET', path, { server })).status).toBe(200);
    }
    meanwhile = answers.length;
  } finally {
    isOver = true;
    await all;
  }
  // In a single queue, each statement of the other business would wait for all of the rivals.
  expect(meanwhile / (2 * turns)).toBeLessThan(fair);

  const booked = answers.filter(({ status }) => status === 201);
  expect(booked.length).toBeGreaterThan(0);
  for (const { status, headers, meta } of answers) {
    expect([201, 422, 503]).toContain(status);
    if (status !== 503) continue;
    expect(meta).toEqual({ message: 'The server is too busy. Try again later.' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const { meta } = await salon.shop.call('GET', `/records/${salon.place}?count=1`);
  expect(meta.total_count).toBe(booked.length * wishes);
});

test('a request does nothing if its client disconnects while it waits', async () => {
  const server = await startServerApart(2, {});
  const shop = await openShop();
  const { turns } = server.database;
  const leave = new AbortController();
  let answer: Promise<unknown> | undefined;
  await turns.take('somebody else', async () => {
    answer = fetch(`${server.url}/api/v1/clients/${shop.locationId}`, {
      method: 'POST',
      headers: { authorization: shop.owner.authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', phone: somePhone() }),
      signal: leave.signal,
    }).catch((error: Error) => error.name);
    await vi.waitUntil(() => turns.figures.waiting === 1);
    leave.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(await answer).toBe('AbortError');
  await vi.waitUntil(() => turns.figures.working === 0);
  expect((await shop.call('GET', `/clients/${shop.locationId}`)).data).toEqual([]);
});

describe.runIf(onPostgres())('on PostgreSQL', () => {
  test('a request that waits too long for a lock gets a 503, and nothing is written', async () => {
    const server = await startServerApart(5, { lockTimeout: 300 });
    const salon = await openSalon();
    const { db } = await testDatabase();
    await db.transaction(async (tx) => {
      await tx.select().from(teamMembers).where(eq(teamMembers.id, salon.member)).for('update');
      const { authorization } = salon.shop.owner;
      const answer = await call('POST', `/records/${salon.place}`, { authorization, body: salon.body(), server });
      expect(answer).toMatchObject({ status: 503, meta: { message: 'Others are changing the same things. Try again later.' } });
      expect(answer.headers.get('retry-after')).toBe('5');
    });
    expect((await salon.shop.call('GET', `/records/${salon.place}`)).data).toEqual([]);
    expect((await salon.shop.call('GET', `/clients/${salon.place}`)).data).toEqual([]);
  });

  test('a statement that takes too long is ended', async () => {
    const { database } = await startServerApart(5, { statementTimeout: 200 });
    const error: unknown = await database.query({ text: 'select pg_sleep(20)', values: [] }).catch((thrown) => thrown);
    expect(troubleOf(error)).toBe('slow');
  });

  test('without a free connection requests get a 503, and /ready is still answered', async () => {
    const server = await startServerApart(1, { waitTimeout: 300 });
    const shop = await openShop();
    await server.database.db.transaction(async () => {
      const answer = await call('GET', `/clients/${shop.locationId}`, { authorization: shop.owner.authorization, server });
      expect(answer).toMatchObject({ status: 503, meta: { message: 'The server cannot answer now. Try again later.' } });
      expect((await call('GET', '//ready', { server })).status).toBe(200);
    });
  });

  test('the figures count transactions that were run again because of a deadlock', async () => {
    const server = await startServerApart(5, {});
    // In a database of its own, because the tests of contention count the deadlocks of the shared one.
    const { DATABASE_URL: url } = (await emptyDatabase('')) as Record<string, string>;
    const apart = await openPostgres(url as string, 5);
    await apart.db.execute(sql`create table held as select generate_series(1, 2) as id`);
    const retried = async () => {
      const { body } = await call('GET', '//metrics', { server });
      return Number(/^database_transaction_retries_total\{reason="deadlock"\} (\d+)$/m.exec(body)?.[1]);
    };
    const before = await retried();
    let arrive = () => {};
    const bothHold = new Promise<void>((resolve) => {
      let count = 0;
      arrive = () => {
        if (++count === 2) resolve();
      };
    });
    const holdBoth = (ids: number[]) =>
      beginAlone(apart.db)(async (tx) => {
        for (const id of ids) {
          await tx.execute(sql`select id from held where id = ${id} for update`);
          arrive();
          await bothHold;
        }
      });
    await Promise.all([holdBoth([1, 2]), holdBoth([2, 1])]);
    expect((await retried()) - before).toBe(1);
    await apart.close();
  });
});
