import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDays, today } from '../src/platform/clock.ts';
import { contradictions } from './consistency.ts';
import { countDeadlocks, openWeeklyClass, rivalServers, type Sent, sendAll, watchLocks } from './contention.ts';
import { onPostgres, somePhone } from './harness.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const rounds = onPostgres() ? 6 : 2;

/** A class with three regular clients, and requests for it. */
async function openBusyClass() {
  const salon = await openWeeklyClass();
  const { shop, place, schedule, day, eventIds } = salon;
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const join = async () => {
    const client = await shop.addClient();
    const { id } = await must('POST', `${schedule}/client_schedules`, { client_id: client.id, schedule_days_ids: [day] });
    return { id: id as number, clientId: client.id };
  };
  /** The appointments of an event, oldest first. */
  const seatsIn = async (event: number): Promise<{ id: number; visit_id: number; client: { id: number } }[]> =>
    (await must('GET', `/records/${place}?activity_id=${event}&count=200`)).filter(
      (each: { activity_id: number }) => each.activity_id === event,
    );
  const seat = (event: number | undefined, clientId: number): Sent => ({
    path: `/v1/records/${place}`,
    body: { activity_id: event, client: { id: clientId } },
  });
  const online = (event: number | undefined): Sent => ({
    path: `/v1/activity/${place}/${event}/book`,
    body: { fullname: 'Guest', phone: somePhone(), email: 'guest@example.com' },
    authorization: salon.widget.authorization,
  });
  return { ...salon, must, join, seatsIn, seat, online, eventIds };
}

it('series, events, visits, deletions, attendance and online bookings do not wait for each other in a circle', {
  timeout: 120_000,
}, async () => {
  const salon = await openBusyClass();
  const { shop, place, schedule, day, eventIds, join, seatsIn, seat, online } = salon;
  const before = await countDeadlocks();
  const waits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [staying, leaving] = [await join(), await join()];
    const newcomer = await shop.addClient();
    const [first, second, third, last] = [eventIds[0], eventIds[1], eventIds[2], eventIds[eventIds.length - 1 - round]];
    await sendAll(servers.urls, shop.owner.authorization, [seat(first, newcomer.id), seat(second, newcomer.id)]);
    const [ofFirst, ofSecond] = [await seatsIn(first as number), await seatsIn(second as number)];
    const of = (seats: typeof ofFirst, clientId: number) => seats.find(({ client }) => client.id === clientId);
    const [came, missed, moves, goes] = [
      of(ofFirst, staying.clientId),
      of(ofSecond, staying.clientId),
      of(ofFirst, newcomer.id),
      of(ofSecond, newcomer.id),
    ];
    const date = addDays(today(shop.timeZone), 8 + round);
    const requests: Record<string, Sent> = {
      'a regular client joins': {
        path: `/v1${schedule}/client_schedules`,
        body: { client_id: newcomer.id, schedule_days_ids: [day] },
      },
      'a regular client leaves': { method: 'DELETE', path: `/v1${schedule}/client_schedules/${leaving.id}` },
      'the day moves': {
        method: 'PATCH',
        path: `/v1${schedule}/days/${day}`,
        body: { events_time: `${10 + (round % 5)}:00`, force: true },
      },
      'the series ends sooner or later': {
        method: 'PATCH',
        path: `/v1${schedule}`,
        body: { date_end: addDays(today(shop.timeZone), 7 * (round % 2 ? 9 : 11)) },
      },
      'an event is copied with its clients': {
        path: `/v1/activity/${place}/${second}/duplicate`,
        body: { dates: [`${date} 16:00`], content_type: 2, force: true },
      },
      'an event is deleted': { method: 'DELETE', path: `/v1/activity/${place}/${last}` },
      'a client comes to a visit': {
        method: 'PUT',
        path: `/v1/visits/${came?.visit_id}/${came?.id}`,
        body: { attendance: 1, comment: 'Came' },
      },
      'a client misses a visit': {
        method: 'PUT',
        path: `/v1/visits/${missed?.visit_id}/${missed?.id}`,
        body: { attendance: -1, comment: 'Missed' },
      },
      'a client goes to another event': {
        method: 'PATCH',
        path: `/v2/locations/${place}/events/${first}/appointments/${moves?.id}`,
        body: { reschedule_activity_id: third },
      },
      'an appointment is deleted': { method: 'DELETE', path: `/v1/record/${place}/${goes?.id}` },
      'a seat is taken': seat(third, staying.clientId),
      'another seat is taken': seat(second, leaving.clientId),
      'a place is booked online': online(first),
      'another place is booked online': online(third),
      'two times are booked online': {
        path: `/v1/book_record/${place}`,
        body: {
          phone: somePhone(),
          fullname: 'Ada',
          appointments: [16, 17].map((hour, id) => salon.wish({ id, datetime: `${addDays(date, 7)}T${hour}:00:00` })),
        },
        authorization: salon.widget.authorization,
      },
    };
    const longestWait = watchLocks();
    const answers = await sendAll(servers.urls, shop.owner.authorization, Object.values(requests));
    waits.push(await longestWait());
    for (const [index, what] of Object.keys(requests).entries()) {
      const { status, body } = answers[index] as (typeof answers)[number];
      const deletedMeanwhile = what === 'an event is deleted' && status === 404;
      expect(status < 300 || deletedMeanwhile, `${what}: ${status} ${body}`).toBe(true);
    }
    expect(await contradictions(place)).toEqual([]);
  }
  expect(await countDeadlocks()).toBe(before);
  // The median of the rounds: a busy machine makes a wait long now and then.
  expect(waits.toSorted((one, other) => one - other)[Math.floor(rounds / 2)]).toBeLessThan(1);
});
