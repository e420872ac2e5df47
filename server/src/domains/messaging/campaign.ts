import { and, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { enqueue } from '../../platform/jobs.ts';
import { clients } from '../clients/tables.ts';
import { getNotificationSettings } from '../notifications/settings.ts';
import { affords, costOf, lockBalance, spend } from './balance.ts';
import { type Links, optOutLink, withOptOut } from './opt-out.ts';
import { partsOf } from './parts.ts';
import { campaigns } from './tables.ts';

declare module '../../platform/jobs.ts' {
  interface JobKinds {
    'send messages of a location': { locationId: number };
  }
}

/** The job that sends what is due in a location. There is one for a location at a time. */
export const enqueueSending = (write: Write, locationId: number): Promise<void> =>
  enqueue(write, 'send messages of a location', { locationId }, { key: String(locationId), locationId });

/** One text for many clients. */
export interface Campaign {
  channel: 'sms' | 'email';
  subject: string;
  text: string;
  userId: number;
}

/** Days after which a message of a campaign is of no use any more. */
const campaignDays = 3;

/** Why a client gets no mailing. */
export const noMailings = 'The client wants no mailings';

/** How a client is reached, and why not. */
const recipientOf = (channel: Campaign['channel']): SQL =>
  channel === 'sms' ? sql`coalesce(${clients.phone}, '')` : sql`trim(${clients.email})`;

/**
 * Queues a message to every client that a condition finds, in two statements, however many they are. Clients without an address and clients
 * who want no mailings get none, and the log says so. A mailbox or phone that several clients share gets one message for each.
 * @param which a condition on clients of the location
 * @param links with which the SMS are sent: their parts and price count the link that ends mailings
 * @throws PaymentRequired if the balance is too small for all of them; nothing is queued then
 * @throws Invalid without a text
 */
export async function sendCampaign(
  write: Write,
  location: Location,
  campaign: Campaign,
  which: SQL,
  links: Links,
): Promise<void> {
  const { channel, subject, text, userId } = campaign;
  if (text.trim() === '') throw new Invalid({ text: ['must not be empty'] });
  if (channel === 'email' && subject.trim() === '') throw new Invalid({ subject: ['must not be empty'] });
  // The link of every client has the same length.
  const parts = channel === 'sms' ? partsOf(withOptOut(text, optOutLink(links, location.id, 1))) : 1;
  const { phoneChannel } = await getNotificationSettings(write, location.id);
  const recipient = recipientOf(channel);
  const isOwn = and(sql`${clients.locationId} = ${location.id}`, which);
  const balance = channel === 'sms' ? await lockBalance(write, location.id) : undefined;
  const cost = balance && costOf(balance, parts);
  // Cheaper than to queue messages that nobody pays for.
  if (balance && cost && balance.balance !== null) {
    const [found] = await rowsOf<{ count: number }>(
      write,
      sql`select count(*)::int as count from ${clients} where ${isOwn} and not ${clients.noMailings} and ${recipient} <> ''`,
    );
    const total = costOf(balance, parts * (found?.count ?? 0));
    if (!affords(balance, total)) await spend(write, location.id, balance, total);
  }
  const [made] = await write
    .insert(campaigns)
    .values({ locationId: location.id, subject: subject.trim(), text, createdBy: userId })
    .returning({ id: campaigns.id });
  const [queued] = await rowsOf<{ count: number }>(
    write,
    sql`
    with added as (
      insert into location_messages
        (location_id, type, channel, recipient, campaign_id, client_id, state, reason, due_at, expires_at, parts, cost)
      select ${location.id}, 'campaign', ${channel === 'sms' ? phoneChannel : 'email'}, recipient, ${made?.id}::int, client_id,
        case when reason = '' then 'queued' else 'skipped' end, reason, now(), now() + make_interval(days => ${campaignDays}),
        ${parts}::smallint, case when reason = '' then ${cost ?? '0'}::numeric else 0 end
      from (
        select ${clients.id} as client_id, ${recipient} as recipient,
          case when ${recipient} = '' then ${channel === 'sms' ? 'The client has no phone number' : 'The client has no e-mail address'}
            when ${clients.noMailings} then ${noMailings} else '' end as reason
        from ${clients} where ${isOwn}) as found
      order by client_id
      returning state)
    select count(*) filter (where state = 'queued')::int as count from added`,
  );
  if (balance) await spend(write, location.id, balance, costOf(balance, parts * (queued?.count ?? 0)));
  await enqueueSending(write, location.id);
}
