import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { deleteInSteps, rowsOf } from '../../platform/database.ts';
import { Hopeless, retryDelay } from '../../platform/jobs.ts';
import { type MessageChannel, type MessageProvider, noProvider, Refused } from '../../platform/messages.ts';
import { plainError } from '../../platform/plain-error.ts';
import { getPlace } from '../locations/location.ts';
import { getNotificationSettings, quietTimeAt } from '../notifications/settings.ts';
import { noMailings } from './campaign.ts';
import { priceMessages } from './loyalty-message.ts';
import { tellDue } from './notice.ts';
import { type Links, optOutLink, withOptOut } from './opt-out.ts';
import { withLink } from './signed-link.ts';
import { campaigns, locationMessages } from './tables.ts';

/** What sending needs of a server. */
export interface Post extends Links {
  db: Read;
  transact: Transact;
  providers: Partial<Record<MessageChannel, MessageProvider>>;
  /** Messages are not sent but shown, as in the demo. */
  isShown: boolean;
  now(): Date;
}

/** Messages that are handed over at once. */
const atOnce = 10;
/**
 * Seconds until a message that a process took is due again, if nobody has recorded what became of it. Longer than a job may take, so that
 * nobody hands it over any more.
 */
export const takenFor = 90;
/** Notices that one transaction turns into messages. */
const noticesAtOnce = 50;
/** Milliseconds after which a location that is sending looks again at its notices and its quiet time. */
const lookEvery = 1000;

/**
 * Tells what is due in a location: first what has to be told, and then the messages, oldest first, and those of campaigns last.
 * @returns whether there may be more
 */
export async function workOff(post: Post, locationId: number, signal: AbortSignal, until: () => boolean): Promise<boolean> {
  const location = await getPlace(post.db, locationId);
  let lookedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (until() || signal.aborted) return true;
    // A campaign is thousands of rounds, and each of these looks would cost as much as a round.
    if (post.now().getTime() - lookedAt >= lookEvery) {
      const told = await post.transact((write) => tellDue(write, location, post.now(), noticesAtOnce));
      if (told === noticesAtOnce) continue;
      while (await post.transact((write) => priceMessages(write, locationId)));
      await post.transact((write) => keepQuiet(write, location, post.now()));
      lookedAt = post.now().getTime();
    }
    if (!(await sendSome(post, locationId, signal))) return false;
  }
}

const isQueued = (locationId: number) => and(eq(locationMessages.locationId, locationId), eq(locationMessages.state, 'queued'));

/** Puts messages to clients off that would disturb them now. Those that are of no use after the quiet time are not sent. */
async function keepQuiet(write: Write, location: Location, now: Date): Promise<void> {
  const quiet = quietTimeAt(now, await getNotificationSettings(write, location.id), location.timeZone);
  if (!quiet) return;
  await write.execute(sql`
    with late as (
      update location_messages set state = 'skipped', reason = 'It would be too late after the quiet time'
      where location_id = ${location.id} and state = 'queued' and due_at <= ${now.toISOString()} and user_id is null
        and expires_at <= ${quiet.to.toISOString()}
      returning cost),
    put_off as (
      update location_messages set due_at = ${quiet.to.toISOString()}
      where location_id = ${location.id} and state = 'queued' and due_at <= ${now.toISOString()} and user_id is null
        and expires_at > ${quiet.to.toISOString()})
    update message_balances set balance = balance + coalesce((select sum(cost) from late), 0) where location_id = ${location.id}`);
}

/** Whether what a message says is true still. A message that is not is not sent. */
const isTrue = sql<boolean>`(m.appointment_id is null or exists (
  select 1 from appointments a where a.location_id = m.location_id and a.id = m.appointment_id and
    case when m.type in ('record_delete_client', 'record_delete_staff', 'record_delete_admin') then a.deleted_at is not null
      else a.deleted_at is null and a.starts_at = m.starts_at and (m.type <> 'record_reminder_client' or a.attendance in (0, 2)) end))`;

/** Whether a mailing goes to a client who has ended mailings since it was queued. */
const isUnwanted = sql<boolean>`(m.type in ('campaign', 'birthday_client') and exists (
  select 1 from clients where clients.location_id = m.location_id and clients.id = m.client_id and clients.no_mailings))`;

interface Due {
  id: number;
  type: string;
  channel: MessageChannel;
  recipient: string;
  subject: string;
  text: string;
  link: string | null;
  clientId: number | null;
  attempts: number;
  /** When it was due. */
  dueAt: string;
  /** When an earlier attempt began whose end nobody knows. */
  handedAt: string | null;
  isTrue: boolean;
  isUnwanted: boolean;
  isOfUse: boolean;
}

/** The end of an attempt. */
interface Outcome {
  id: number;
  state: 'queued' | 'sent' | 'failed' | 'skipped';
  reason: string;
  due_at: string;
  provider_id: string | null;
  /** Whether the provider may have taken it all the same. */
  is_open: boolean;
}

const isoText = (moment: SQL) => sql`to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Takes the oldest due messages of a location, in a transaction of its own. Those of campaigns come last: a campaign can take long, and a reminder
 * cannot wait for it. Until the end of a message is recorded, or too much time has passed, nobody else takes it. If the process ends in between,
 * `handed_at` says that the provider may have it.
 */
const take = (write: Write, locationId: number, now: Date): Promise<Due[]> =>
  rowsOf<Due>(
    write,
    sql`
    with due as (
      select id, due_at, handed_at from ${locationMessages}
      where location_id = ${locationId} and state = 'queued' and parts > 0 and due_at <= ${now.toISOString()}
      order by (campaign_id is not null), due_at, id limit ${atOnce} for no key update skip locked),
    taken as (
      update ${locationMessages} m set attempts = m.attempts + 1, handed_at = coalesce(m.handed_at, ${now.toISOString()}),
        due_at = ${new Date(now.getTime() + takenFor * 1000).toISOString()}
      from due where m.location_id = ${locationId} and m.id = due.id
      returning m.*, due.due_at as due, due.handed_at as handed)
    select m.id::float8 as id, m.type, m.channel, m.recipient, coalesce(c.subject, m.subject) as subject, coalesce(c.text, m.text) as text,
      m.link, m.client_id as "clientId", m.attempts, ${isoText(sql`m.due`)} as "dueAt", ${isoText(sql`m.handed`)} as "handedAt",
      ${isTrue} as "isTrue", ${isUnwanted} as "isUnwanted", m.expires_at > ${now.toISOString()} as "isOfUse"
    from taken m left join ${campaigns} c on c.location_id = m.location_id and c.id = m.campaign_id
    order by (m.campaign_id is not null), m.due, m.id`,
  );

/** Hands some due messages of a location over and records the results. @returns whether there were any */
async function sendSome(post: Post, locationId: number, signal: AbortSignal): Promise<boolean> {
  const due = await post.transact((write) => take(write, locationId, post.now()));
  if (due.length === 0) return false;
  const ended: Outcome[] = [];
  let count = 0;
  let recording = Promise.resolve();
  // What has ended is recorded at once, together with what ends meanwhile, because a crash makes doubtful what is not recorded.
  const recordEnded = async () => {
    const outcomes = ended.splice(0);
    if (outcomes.length) await post.transact((write) => record(write, locationId, outcomes, post.now()));
  };
  await Promise.all(
    due.map(async (message) => {
      const outcome = await attempt(post, locationId, message, signal);
      if (!outcome) return;
      count += 1;
      ended.push(outcome);
      recording = recording.then(recordEnded);
      await recording;
    }),
  );
  // Fewer: the server stops.
  return count === due.length;
}

async function attempt(post: Post, locationId: number, message: Due, signal: AbortSignal): Promise<Outcome | undefined> {
  const { id, channel, recipient, subject, link, clientId, handedAt } = message;
  const text = withLink(message.text, link, post.signingKey, post.publicUrl);
  const end = (state: Outcome['state'], reason = '', more: Partial<Outcome> = {}): Outcome => ({
    id,
    state,
    reason,
    due_at: message.dueAt,
    provider_id: null,
    is_open: false,
    ...more,
  });
  const provider = post.providers[channel];
  // A greeting by SMS has no link, because it goes only to clients who have agreed to it.
  const isMailing = message.type === 'campaign' || (message.type === 'birthday_client' && channel === 'email');
  const unsubscribe = isMailing && clientId !== null ? optOutLink(post, locationId, clientId) : '';
  const outgoing = {
    id: `m${id}`,
    channel,
    recipient,
    ...(channel === 'email' && { subject }),
    text: withOptOut(text, unsubscribe),
    ...(unsubscribe && { unsubscribe }),
  };
  try {
    // A provider that does not know its messages by our ids is asked before it gets one again.
    const known = handedAt && (await provider?.find?.(outgoing, new Date(handedAt), signal));
    if (known) return end('sent', '', { provider_id: known });
    const doubt = handedAt ? '. The provider may have it from an attempt that was cut off' : '';
    if (!message.isTrue) return end('skipped', `The appointment was changed meanwhile${doubt}`);
    if (message.isUnwanted) return end('skipped', `${noMailings}${doubt}`);
    if (!message.isOfUse) return end('failed', `It expired before it could be sent${doubt}`);
    if (post.isShown) return end('sent');
    if (!provider) return end('failed', noProvider(channel));
    const providerId = await provider.send(outgoing, signal);
    return end('sent', '', { provider_id: providerId ?? null });
  } catch (error) {
    if (signal.aborted) return undefined;
    const reason = plainError(error as Error).message.slice(0, 500);
    if (error instanceof Hopeless) return end('failed', reason);
    const due = new Date(post.now().getTime() + retryDelay(message.attempts) * 1000);
    return end('queued', reason, { due_at: due.toISOString(), is_open: handedAt !== null || !(error instanceof Refused) });
  }
}

/** Records the ends of attempts. The cost of what was not sent goes back. */
async function record(write: Write, locationId: number, outcomes: readonly Outcome[], now: Date): Promise<void> {
  await write.execute(sql`
    with ended as (
      select * from jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb)
        as ended(id bigint, state text, reason text, due_at timestamptz, provider_id text, is_open boolean)),
    changed as (
      update location_messages set state = ended.state, reason = ended.reason, due_at = ended.due_at,
        handed_at = case when ended.is_open then handed_at end, provider_id = coalesce(ended.provider_id, location_messages.provider_id),
        sent_at = case when ended.state = 'sent' then ${now.toISOString()}::timestamptz end
      from ended
      -- "case": the index of queued messages does not know it. Otherwise PostgreSQL, which expects few of them, reads a whole campaign for each batch.
      where location_messages.location_id = ${locationId} and location_messages.id = ended.id
        and case location_messages.state when 'queued' then true else false end
      returning location_messages.state, cost)
    update message_balances set balance = balance + unsent.cost
    from (select coalesce(sum(cost), 0) as cost from changed where state in ('failed', 'skipped')) as unsent
    where location_id = ${locationId} and unsent.cost > 0`);
}

/** Enqueues the sending of every location in which something is due. */
export async function findDue(write: Write): Promise<void> {
  await write.execute(sql`
    insert into jobs (kind, key, payload, location_id)
    select 'send messages of a location', due.location_id::text, jsonb_build_object('locationId', due.location_id), due.location_id
    from (
      select location_id from notices where due_at <= now()
      union select location_id from location_messages where state = 'queued' and due_at <= now()) as due
    order by due.location_id
    on conflict do nothing`);
}

/** Ends what was queued for appointments of a location that is deleted. */
export const endMessages = async (write: Write, locationId: number): Promise<void> => {
  await write.execute(sql`delete from notices where location_id = ${locationId}`);
  await write
    .update(locationMessages)
    .set({ state: 'skipped', reason: 'The location was deleted', handedAt: null })
    .where(isQueued(locationId));
};

/** Removes old messages from the log. @param days that a message is kept */
export const sweepLog = (transact: Transact, days: number): Promise<void> =>
  deleteInSteps(
    transact,
    locationMessages,
    sql`${locationMessages.createdAt} < now() - make_interval(days => ${days}) and ${locationMessages.state} <> 'queued'`,
  );
