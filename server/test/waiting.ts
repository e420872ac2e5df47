import { and, eq, sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { occupations } from '../src/domains/schedule/tables.ts';
import { findAwaited, findMarked } from '../src/domains/waiting-list/look.ts';
import { waitingEntries, waitingMarks, waitingOffers } from '../src/domains/waiting-list/tables.ts';
import { jobs } from '../src/platform/tables.ts';
import { startGateway } from './gateway.ts';
import { somePhone, startServer, testDatabase } from './harness.ts';
import { enqueueOnly, runDueJobs } from './jobs.ts';
import { sendDue } from './messages.ts';
import { openOnlineSalon } from './online.ts';

/** The day that is full in these tests: the member of the salon works from nine to six. */
export const fullDay = '2030-05-06';

/**
 * A salon with one team member, whose day is full but for the hours that a test frees, and with clients who wait. Messages go to a gateway of
 * the test.
 */
export async function openWaitingSalon(options: { hours?: readonly number[] } = {}) {
  const gateway = await startGateway();
  onTestFinished(gateway.stop);
  const server = await startServer({ messageGateway: { url: gateway.url, token: '' }, publicUrl: 'https://foyer.example.com' });
  const salon = await openOnlineSalon();
  const { shop, place, service } = salon;
  const hours = options.hours ?? [9, 10, 11, 12, 13, 14, 15, 16, 17];
  const time = (hour: number) => `${fullDay}T${String(hour).padStart(2, '0')}:00:00`;
  const booked = new Map<number, number>();
  for (const hour of hours) booked.set(hour, (await salon.booked({ datetime: time(hour) })).id);
  const path = `/company/${place}/waiting_list`;
  const wish = { service_ids: [service], date_from: fullDay };
  /** Adds a person to the list, who must be accepted. @returns the entry */
  const add = async (fields: Record<string, unknown> = {}) => {
    const body = { name: 'Ada', phone: somePhone(), ...wish, ...fields };
    const answer = await shop.call('POST', path, { body });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.data;
  };
  /** Frees an hour of the day. */
  const free = async (hour: number) => {
    const answer = await shop.call('DELETE', `/record/${place}/${booked.get(hour)}`);
    if (answer.status !== 204) throw new Error(JSON.stringify(answer.body));
  };
  const entry = async (id: number) => (await shop.call('GET', `${path}/${id}`)).data;
  const settings = (body: object) => shop.call('PUT', `/company/${place}/settings/waiting_list`, { body });
  /** Lets the jobs look at this list, as far as something changed. */
  const look = async () => {
    await lookAt(place);
    await runDueJobs(server, { locationId: place });
  };
  /** Sends the messages. @returns the texts that clients got so far about offers, by recipient */
  const texts = async () => {
    await sendDue(server, place);
    const sent = gateway.received.map(({ body }) => body as { recipient: string; text: string });
    return sent.filter(({ text }) => text.includes('/waiting#'));
  };
  /** The token in the last message about an offer to a recipient. */
  const tokenFor = async (recipient: string) =>
    (await texts()).findLast((message) => message.recipient === recipient)?.text.match(/waiting#(\S+)/)?.[1] as string;
  const own = (operation: string, token: string, body: object = {}) =>
    shop.call('POST', `/waiting_list/${operation}`, { body: { token, ...body }, authorization: '' });
  const take = (token: string) => own('offer/take', token);
  return {
    ...salon,
    server,
    gateway,
    path,
    time,
    add,
    free,
    entry,
    settings,
    look,
    texts,
    tokenFor,
    own,
    take,
    appointments: booked,
  };
}

/** Enqueues the look at one list, if it is marked or an offer has ended. */
export async function lookAt(locationId: number): Promise<void> {
  const { db } = await testDatabase();
  await enqueueOnly(locationId, findMarked);
  await db.update(jobs).set({ dueAt: sql`now() - interval '1 second'` }).where(eq(jobs.locationId, locationId));
}

/** The open offers of a location end now. */
export async function endOffers(locationId: number): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(waitingOffers)
    .set({
      createdAt: sql`created_at`,
      expiresAt: sql`greatest(created_at + interval '1 millisecond', now() - interval '1 millisecond')`,
    })
    .where(eq(waitingOffers.locationId, locationId));
  await db
    .update(occupations)
    .set({ heldUntil: sql`now() - interval '1 millisecond'` })
    .where(sql`${occupations.locationId} = ${locationId} and held_until is not null`);
}

/** Whether a look at the list of a location is due. */
export async function isMarked(locationId: number): Promise<boolean> {
  const { db } = await testDatabase();
  return (await db.$count(waitingMarks, eq(waitingMarks.locationId, locationId))) > 0;
}

/** The slow look, which finds lists without a mark. */
export async function lookAtAll(locationId: number): Promise<void> {
  const { db } = await testDatabase();
  await enqueueOnly(locationId, findAwaited);
  await db.update(jobs).set({ dueAt: sql`now() - interval '1 second'` }).where(eq(jobs.locationId, locationId));
}

/** The days of an entry were long ago. */
export async function backdate(locationId: number, id: number): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(waitingEntries)
    .set({ dateFrom: '2020-01-01', dateTo: '2020-01-01' })
    .where(and(eq(waitingEntries.locationId, locationId), eq(waitingEntries.id, id)));
}
