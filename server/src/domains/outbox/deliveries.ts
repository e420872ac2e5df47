import { sql } from 'drizzle-orm';
import type { Transact } from '../../api/write.ts';
import { deleteInSteps, rowsOf, type Tx } from '../../platform/database.ts';
import { type OutboxResource, type OutboxStatus, outboxDeliveries, outboxSubscribers, outboxWakes, type Try } from './tables.ts';

/** A subscriber that this process serves. Another one may take it over when the lease ends. */
export interface Claimed {
  id: number;
  locationId: number;
  claim: string;
}

/** A change that a subscriber is to receive now. */
export interface DueDelivery {
  subscriberId: number;
  outboxId: number;
  uid: string;
  locationId: number;
  resource: OutboxResource;
  resourceId: number;
  status: OutboxStatus;
  data: unknown;
  failures: number;
}

/** The end of a try. */
export interface TryResult {
  delivery: Pick<DueDelivery, 'subscriberId' | 'outboxId' | 'failures'>;
  try: Try;
  /** The beginning of the answer; empty if there was none. */
  answer: string;
  /** `waiting` is tried again after the delay. */
  state: 'delivered' | 'waiting' | 'failed';
  /** Seconds until the next try. */
  delay?: number;
}

/**
 * As long as a delivery has failed at most this often, later changes of the same thing wait for it. So a short outage does not change their
 * order, and a change that an address never takes does not keep the others back for days.
 */
export const holdingFailures = 3;

/** The number of tries that a delivery remembers. */
const rememberedTries = 50;

/** How long deliveries stay in the log after their end, in days. */
export const loggedDays = 7;

/** A delivery `owed` waits for an earlier one of the same thing. */
const isHeld = sql`exists (
  select from ${outboxDeliveries} earlier
  where earlier.subscriber_id = owed.subscriber_id and earlier.due_at > now() and earlier.failures between 1 and ${sql.raw(String(holdingFailures))}
    and earlier.outbox_id < owed.outbox_id and earlier.resource = owed.resource and earlier.resource_id = owed.resource_id)`;

/** Whether any subscriber may have something to receive. Costs next to nothing if not. */
async function mayBeOwed(db: Tx): Promise<{ isWoken: boolean; isDue: boolean }> {
  const [found] = await rowsOf<{ isWoken: boolean; isDue: boolean }>(
    db,
    sql`select exists (select from ${outboxWakes}) as "isWoken",
      exists (select from ${outboxSubscribers} where ${outboxSubscribers.nextAt} <= now()) as "isDue"`,
  );
  return found as { isWoken: boolean; isDue: boolean };
}

/** Turns wakes into the time to look, except for subscribers that are being served: their wakes stay until that ends. */
const noteWakes = (db: Tx) =>
  db.execute(sql`
    with woken as (
      delete from ${outboxWakes} using ${outboxSubscribers} subscriber
      where subscriber.id = ${outboxWakes.subscriberId} and subscriber.claim is null
      returning ${outboxWakes.subscriberId})
    update ${outboxSubscribers} set next_at = now()
    where id in (select subscriber_id from woken) and claim is null
      and (paused_until is null or paused_until <= now()) and (next_at is null or next_at > now())`);

/**
 * Takes subscribers that have something to receive. No other process serves them until the lease ends.
 * @param lease in seconds
 * @param locationId only those of a location
 */
export async function claimSubscribers(db: Tx, count: number, lease: number, locationId?: number): Promise<Claimed[]> {
  const { isWoken, isDue } = await mayBeOwed(db);
  if (isWoken) await noteWakes(db);
  if (!isWoken && !isDue) return [];
  const isMeant = locationId === undefined ? sql`true` : sql`location_id = ${locationId}`;
  return rowsOf<Claimed>(
    db,
    sql`update ${outboxSubscribers} set claim = gen_random_uuid(), next_at = now() + make_interval(secs => ${lease}), paused_until = null
      where id = any(array(
        select id from ${outboxSubscribers} where next_at <= now() and ${isMeant}
        order by next_at limit ${count} for no key update skip locked))
      returning id, location_id as "locationId", claim`,
  );
}

/** Extends a lease. @returns false if another process has taken the subscriber over, or it is gone */
export async function renewClaim(db: Tx, { id, claim }: Claimed, lease: number): Promise<boolean> {
  const renewed = await rowsOf(
    db,
    sql`update ${outboxSubscribers} set next_at = now() + make_interval(secs => ${lease})
      where id = ${id} and claim = ${claim} returning id`,
  );
  return renewed.length > 0;
}

/**
 * Ends the service of a subscriber, until its next delivery is due.
 * @param pause seconds in which it is left in peace
 * @param isAtOnce continues as soon as a process is free
 */
export async function releaseSubscriber(
  db: Tx,
  { id, claim }: Claimed,
  { pause = 0, isAtOnce = false }: { pause?: number; isAtOnce?: boolean } = {},
): Promise<void> {
  const until = sql`now() + make_interval(secs => ${pause})`;
  const next = sql`(select min(owed.due_at) from ${outboxDeliveries} owed where owed.subscriber_id = ${id} and owed.due_at is not null and not ${isHeld})`;
  await db.execute(
    sql`update ${outboxSubscribers} set claim = null, paused_until = ${pause > 0 ? until : sql`null`},
        next_at = ${pause > 0 ? until : isAtOnce ? sql`now()` : next}
      where id = ${id} and claim = ${claim}`,
  );
}

/** What a subscriber is to receive now: of each thing in the order of its changes, and without changes that wait for an earlier one. */
export const dueDeliveries = (db: Tx, { id }: Claimed, limit: number): Promise<DueDelivery[]> =>
  rowsOf<DueDelivery>(
    db,
    sql`select owed.subscriber_id as "subscriberId", owed.outbox_id::int8 as "outboxId", owed.uid, owed.location_id as "locationId",
        change.resource, change.resource_id as "resourceId", change.status, change.data, owed.failures
      from (
        select * from ${outboxDeliveries} owed
        where owed.subscriber_id = ${id} and owed.due_at <= now() and owed.due_at is not null and not ${isHeld}
        order by owed.outbox_id limit ${limit}) as owed
      join outbox change on change.id = owed.outbox_id
      order by owed.outbox_id`,
  ).then((rows) => rows.map((row) => ({ ...row, outboxId: Number(row.outboxId) })));

/** Records the ends of tries, in one statement for any number. A delivery that was sent again meanwhile stays as it is. */
export async function recordTries(db: Tx, results: readonly TryResult[]): Promise<void> {
  const rows = results.map(({ delivery, try: made, answer, state, delay = 0 }) => ({
    subscriber: delivery.subscriberId,
    change: delivery.outboxId,
    before: delivery.failures,
    after: delivery.failures + (state === 'delivered' ? 0 : 1),
    made,
    // The database stores no NUL.
    answer: answer.replaceAll('\0', ''),
    state,
    delay,
  }));
  await db.execute(sql`
    update ${outboxDeliveries} as owed set
      state = result.state, failures = result.after, answer = result.answer,
      tries = case when jsonb_array_length(owed.tries) < ${rememberedTries} then owed.tries else owed.tries - 0 end || result.made,
      due_at = case when result.state = 'waiting' then now() + make_interval(secs => result.delay) end,
      finished_at = case when result.state = 'waiting' then null else now() end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as result(subscriber int, change int8, before int, after int, made jsonb, answer text, state text, delay float8)
    where owed.subscriber_id = result.subscriber and owed.outbox_id = result.change
      and owed.state = 'waiting' and owed.failures = result.before`);
}

/** Gives up what waits for subscribers. */
export const giveUpDeliveries = (db: Tx, subscriberIds: readonly number[]) =>
  db.execute(sql`
    update ${outboxDeliveries} set state = 'failed', due_at = null, finished_at = now()
    where subscriber_id = any(${sql.param([...subscriberIds])}::int[]) and due_at is not null`);

/** What waits for a subscriber that is well again is due now. */
export const hastenDeliveries = (db: Tx, { id }: Claimed) =>
  db.execute(sql`update ${outboxDeliveries} set due_at = now() where subscriber_id = ${id} and due_at > now()`);

/** Removes deliveries that ended some days ago from the log. */
export const sweepDeliveries = (transact: Transact): Promise<void> =>
  deleteInSteps(transact, outboxDeliveries, sql`${outboxDeliveries.finishedAt} < now() - make_interval(days => ${loggedDays})`);
