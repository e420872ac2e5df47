import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDays, datesBetween, today } from '../src/platform/clock.ts';
import { addRivals, countDeadlocks, openWeeklyClass, rivalServers, sendAll } from './contention.ts';
import { salonDates } from './salon.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const rounds = 5;
const guests = 9;

it('a regular client joins a series while guests book its events: nobody waits in a circle', async () => {
  const salon = await openWeeklyClass();
  const before = await countDeadlocks();
  for (let round = 0; round < rounds; round++) {
    const client = await salon.shop.addClient();
    const answers = await sendAll(servers.urls, salon.shop.owner.authorization, [
      { path: `/v1${salon.schedule}/client_schedules`, body: { client_id: client.id, schedule_days_ids: [salon.day] } },
      ...Array.from({ length: guests }, (_, index) => salon.guest(index)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(Array(guests + 1).fill(201));
  }
  expect(await countDeadlocks()).toBe(before);
});

it('a day of a series moves while guests book its events: nobody waits in a circle', async () => {
  const salon = await openWeeklyClass();
  for (let index = 0; index < guests; index++) {
    await salon.shop.call('POST', `/records/${salon.place}`, { body: salon.guest(index).body });
  }
  const before = await countDeadlocks();
  for (let round = 0; round < rounds; round++) {
    const answers = await sendAll(servers.urls, salon.shop.owner.authorization, [
      {
        method: 'PATCH',
        path: `/v1${salon.schedule}/days/${salon.day}`,
        body: { events_time: `${11 + round}:00`, force: true },
      },
      ...Array.from({ length: guests }, (_, index) => salon.guest(index)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, ...Array(guests).fill(201)]);
  }
  expect(await countDeadlocks()).toBe(before);
});

it('two requests book the same two days of one client, each with a team member of its own: nobody waits in a circle', async () => {
  const salon = await openWeeklyClass();
  const { shop, place } = salon;
  const now = today(shop.timeZone);
  const [other] = await addRivals(salon, 1, datesBetween(now, addDays(now, 60)));
  await salon.link(other as number, salon.service);
  const before = await countDeadlocks();
  for (let round = 0; round < rounds; round++) {
    const dates = [addDays(now, 15 + 2 * round), addDays(now, 16 + 2 * round)];
    const phones = await Promise.all(Array.from({ length: 5 }, async () => `+${(await shop.addClient()).phone}`));
    const requests = phones.flatMap((phone, index) =>
      [salon.member, other].map((staff_id, turn) => {
        const own = turn ? [...dates].reverse() : dates;
        const datetime = (date: string) => `${date}T${11 + index}:00:00`;
        const appointments = own.map((date, id) => salon.wish({ id, staff_id, datetime: datetime(date) }));
        return { path: `/v1/book_record/${place}`, body: { phone, fullname: 'Ada', appointments } };
      }),
    );
    const answers = await sendAll(servers.urls, salon.widget.authorization, requests);
    expect(answers.map(({ status }) => status)).toEqual(Array(requests.length).fill(201));
  }
  expect(await countDeadlocks()).toBe(before);
});

it('a visit changes while its client books more on that day: nobody waits in a circle', async () => {
  const salon = await openWeeklyClass();
  const { shop, place } = salon;
  const [date] = salonDates as [string];
  const members = await addRivals(salon, 5);
  const before = await countDeadlocks();
  for (let round = 0; round < rounds; round++) {
    const client = await shop.addClient();
    const [first] = (await salon.book({ client: { id: client.id }, datetime: `${date}T${10 + round}:00:00` })).data;
    const answers = await sendAll(servers.urls, shop.owner.authorization, [
      ...members.flatMap((member) => [
        { path: `/v1/visits/${first.visit_id}/${first.id}`, method: 'PUT', body: { attendance: 2, comment: 'Soon' } },
        {
          path: `/v1/records/${place}`,
          body: salon.body({ staff_id: member, client: { id: client.id }, datetime: `${date}T${10 + round}:00:00` }),
        },
      ]),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
  }
  expect(await countDeadlocks()).toBe(before);
});
