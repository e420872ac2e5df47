import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSigningKey } from '../src/domains/access/server-keys.ts';
import { signedToken } from '../src/domains/messaging/signed-link.ts';
import { occupations } from '../src/domains/schedule/tables.ts';
import { offerLink } from '../src/domains/waiting-list/link.ts';
import { offerFreeTimes } from '../src/domains/waiting-list/look.ts';
import { waitingOffers } from '../src/domains/waiting-list/tables.ts';
import { beginStrictly } from '../src/surfaces/changes.ts';
import { contradictions } from './consistency.ts';
import { countDeadlocks, rivalServers, rounds, type Sent, sendAll } from './contention.ts';
import { onPostgres, somePhone, testDatabase } from './harness.ts';
import { openWaitingSalon } from './waiting.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
let deadlocks = 0;
beforeAll(async () => {
  servers = await rivalServers();
  deadlocks = await countDeadlocks();
}, 60_000);
afterAll(async () => {
  await servers.stop();
});

type Salon = Awaited<ReturnType<typeof openWaitingSalon>>;

/** Several workers look at the list at once, besides those of the servers. The embedded database has one connection. */
async function lookTogether({ place }: Salon): Promise<void> {
  const { db } = await testDatabase();
  const transact = beginStrictly(db, { userId: null, address: 'http://localhost' });
  const looks = Array.from({ length: onPostgres() ? 4 : 1 }, () =>
    offerFreeTimes({ db, transact }, place, new AbortController().signal),
  );
  await Promise.all(looks);
}

const offersOf = async ({ place }: Salon) => {
  const { db } = await testDatabase();
  return db.select().from(waitingOffers).where(eq(waitingOffers.locationId, place)).orderBy(waitingOffers.id);
};

const tokenOf = async ({ locationId, id, createdAt }: typeof waitingOffers.$inferSelect): Promise<string> => {
  const { db } = await testDatabase();
  const key = await beginStrictly(db, { userId: null, address: 'http://localhost' })(loadSigningKey);
  return signedToken(key, offerLink({ locationId, id, createdAt }).split('#')[1] as string);
};

const takes = (token: string, count: number): Sent[] =>
  Array.from({ length: count }, () => ({ path: '/v1/waiting_list/offer/take', body: { token }, authorization: '' }));

const send = (salon: Salon, requests: readonly Sent[]) => sendAll(servers.urls, salon.shop.owner.authorization, requests);

const appointmentsOn = async ({ shop, place }: Salon): Promise<string[]> => {
  const { data } = await shop.call('GET', `/records/${place}?start_date=2030-05-06&end_date=2030-05-06&count=100`);
  return (data as { datetime: string }[]).map(({ datetime }) => datetime.slice(11, 16));
};

it('workers, clients and the desk want two times that become free: each is offered once, to those who came first, or booked', {
  timeout: 300_000,
}, async () => {
  for (let turn = 0; turn < rounds(); turn++) {
    const salon = await openWaitingSalon();
    const { add, time, place, appointments, entry } = salon;
    const waiting: number[] = [];
    for (let index = 0; index < 8; index++) waiting.push((await add()).id);
    const desk: Sent[] = Array.from({ length: 4 }, () => ({
      path: `/v1/records/${place}`,
      body: salon.body({ datetime: time(10) }),
    }));
    const deleted: Sent[] = [10, 14].map((hour) => ({ method: 'DELETE', path: `/v1/record/${place}/${appointments.get(hour)}` }));
    const [answers] = await Promise.all([send(salon, [...deleted, ...desk]), lookTogether(salon)]);
    await Promise.all([lookTogether(salon), send(salon, desk)]);
    expect(answers.filter(({ status }) => ![201, 204, 422].includes(status))).toEqual([]);
    const open = (await offersOf(salon)).filter(({ state }) => state === 'open');
    const booked = await appointmentsOn(salon);
    const times = [
      ...open.map(({ startsAt }) => startsAt.toISOString().slice(11, 13)),
      ...booked.map((at) => String(Number(at.slice(0, 2)) + 4)),
    ];
    // Every hour of the day has one owner. New York is four hours behind.
    expect(times.toSorted((one, other) => Number(one) - Number(other))).toEqual([
      '13',
      '14',
      '15',
      '16',
      '17',
      '18',
      '19',
      '20',
      '21',
    ]);
    expect(open.map(({ entryId }) => entryId)).toEqual(waiting.slice(0, open.length));
    expect(open.length).toBeGreaterThan(0);
    for (const id of waiting.slice(open.length)) expect((await entry(id)).status).toBe('waiting');
    expect(await contradictions(place)).toEqual([]);
  }
  expect(await countDeadlocks()).toBe(deadlocks);
});

it('of many requests that take an offer one gets the time, also while the desk ends the entry', {
  timeout: 300_000,
}, async () => {
  for (let turn = 0; turn < rounds(); turn++) {
    const salon = await openWaitingSalon();
    const { add, free, place, path, entry } = salon;
    const { id } = await add();
    const next = await add();
    await free(11);
    await lookTogether(salon);
    const [offer] = await offersOf(salon);
    const token = await tokenOf(offer as NonNullable<typeof offer>);
    const close: Sent[] = turn % 2 ? [{ method: 'DELETE', path: `/v1${path}/${id}` }] : [];
    const answers = await send(salon, [...takes(token, 4), ...close, ...takes(token, 4)]);
    const won = answers.filter(({ status }) => status === 201).length;
    const isClosed = answers.some(({ status }) => status === 204);
    expect([won, isClosed]).toEqual(isClosed ? [0, true] : [1, false]);
    expect(answers.every(({ status }) => [201, 204, 409].includes(status))).toBe(true);
    expect((await entry(id)).status).toBe(isClosed ? 'cancelled' : 'taken');
    expect((await appointmentsOn(salon)).filter((at) => at === '11:00')).toHaveLength(won);
    await lookTogether(salon);
    expect((await entry(next.id)).status).toBe(isClosed ? 'offered' : 'waiting');
    expect(await contradictions(place)).toEqual([]);
  }
  expect(await countDeadlocks()).toBe(deadlocks);
});

it('an offer that ends while it is taken is either taken, or free for the next one', { timeout: 300_000 }, async () => {
  const outcomes = new Set<string>();
  for (let turn = 0; turn < rounds(); turn++) {
    const salon = await openWaitingSalon();
    const { add, free, place, entry } = salon;
    const { id } = await add();
    const next = await add();
    await free(11);
    await lookTogether(salon);
    const [offer] = await offersOf(salon);
    const token = await tokenOf(offer as NonNullable<typeof offer>);
    const { db } = await testDatabase();
    const end = sql`clock_timestamp() + ${`${(turn % 5) * 60} milliseconds`}::interval`;
    await db.transaction(async (tx) => {
      const [row] = await tx
        .update(waitingOffers)
        .set({ expiresAt: end })
        .where(eq(waitingOffers.locationId, place))
        .returning({ at: waitingOffers.expiresAt });
      await tx
        .update(occupations)
        .set({ heldUntil: row?.at as Date })
        .where(and(eq(occupations.locationId, place), eq(occupations.source, 'offer')));
    });
    const [answers] = await Promise.all([
      send(salon, takes(token, 6)),
      lookTogether(salon),
      new Promise((resolve) => setTimeout(resolve, (turn % 5) * 60)).then(() => lookTogether(salon)),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await lookTogether(salon);
    const won = answers.filter(({ status }) => status === 201).length;
    expect(answers.every(({ status }) => [201, 409].includes(status))).toBe(true);
    expect(won).toBeLessThanOrEqual(1);
    expect([(await entry(id)).status, (await entry(next.id)).status]).toEqual(
      won ? ['taken', 'waiting'] : ['waiting', 'offered'],
    );
    expect((await appointmentsOn(salon)).filter((at) => at === '11:00')).toHaveLength(won);
    expect(await contradictions(place)).toEqual([]);
    outcomes.add(won ? 'taken' : 'ended');
  }
  expect(outcomes.size).toBeGreaterThan(0);
  expect(await countDeadlocks()).toBe(deadlocks);
});

it('a client who books while times are offered waits no more, and holds none of them; what the desk books by force is offered to nobody', {
  timeout: 300_000,
}, async () => {
  for (let turn = 0; turn < rounds(); turn++) {
    const salon = await openWaitingSalon();
    const { add, free, time, place, entry, body } = salon;
    const phone = somePhone();
    const own = [await add({ phone }), await add({ phone })];
    const next = await add();
    for (const hour of [10, 13]) await free(hour);
    const client = { name: 'Ada', phone };
    const books: Sent[] = [16, 17].map((hour) => ({
      path: `/v1/records/${place}`,
      body: body({ datetime: time(hour), client, save_if_busy: true }),
    }));
    const forced: Sent = { path: `/v1/records/${place}`, body: body({ datetime: time(13), save_if_busy: true }) };
    const [answers] = await Promise.all([send(salon, [...books, forced]), lookTogether(salon)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    await lookTogether(salon);
    expect([(await entry(own[0]?.id)).status, (await entry(own[1]?.id)).status]).toEqual(['cancelled', 'cancelled']);
    expect((await entry(next.id)).offer.datetime).toBe(`${time(10)}-04:00`);
    expect((await offersOf(salon)).filter(({ state }) => state === 'open')).toHaveLength(1);
    expect(await contradictions(place)).toEqual([]);
  }
  expect(await countDeadlocks()).toBe(deadlocks);
});
