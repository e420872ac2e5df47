import { sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { LoyaltyNoticeType } from '../notifications/types.ts';
import { affords, costOf, lockBalance, spend } from './balance.ts';
import { partsOf } from './parts.ts';

/** What a client is told about loyalty, by SMS; of no use any more after `expiresAt`. */
export interface LoyaltyMessage {
  /** Which pays for it, and has it in its log. */
  locationId: number;
  type: LoyaltyNoticeType;
  /** E.164 */
  recipient: string;
  text: string;
  expiresAt: Date;
}

/**
 * Queues messages about loyalty in the transaction that causes them. They have 0 parts until `priceMessages` has taken what they cost: this
 * happens in the middle of transactions, and the balance of messages is locked last. A location that is deleted sends none; its log says so.
 */
export async function queueLoyaltyMessages(write: Write, wanted: readonly LoyaltyMessage[]): Promise<void> {
  if (wanted.length === 0) return;
  await write.execute(sql`
    insert into location_messages
      (location_id, type, channel, recipient, client_id, text, state, reason, due_at, expires_at, parts)
    select locations.id, type, coalesce(settings.phone_channel, 'sms'), recipient, (
        select min(id) from clients where clients.location_id = locations.id and clients.phone = recipient), text,
      case when locations.deleted_at is null then 'queued' else 'skipped' end,
      case when locations.deleted_at is null then '' else 'The location was deleted' end, now(), "expiresAt", 0
    from jsonb_to_recordset(${JSON.stringify(wanted.map((message, place) => ({ ...message, place })))}::jsonb)
      as wanted(place int, "locationId" int, type text, recipient text, text text, "expiresAt" timestamptz)
    join locations on locations.id = wanted."locationId"
    left join notification_settings settings on settings.location_id = locations.id
    order by place`);
}

/** The messages that one transaction prices. */
const atOnce = 100;

/**
 * Takes from the balance of a location what queued messages about loyalty cost. One that the location cannot pay is skipped.
 * @returns whether there may be more
 */
export async function priceMessages(write: Write, locationId: number): Promise<boolean> {
  const unpriced = sql`location_id = ${locationId} and state = 'queued' and parts = 0`;
  const [any] = await rowsOf(write, sql`select 1 from location_messages where ${unpriced} limit 1`);
  if (!any) return false;
  const balance = await lockBalance(write, locationId);
  const rows = await rowsOf<{ id: number; text: string }>(
    write,
    sql`select id::float8 as id, text from location_messages where ${unpriced} order by id limit ${atOnce}`,
  );
  let total = 0;
  const priced = rows.map(({ id, text }) => {
    const parts = partsOf(text);
    const isPaid = affords(balance, costOf(balance, total + parts));
    if (isPaid) total += parts;
    return { id, parts, cost: isPaid ? costOf(balance, parts) : '0', isPaid };
  });
  await write.execute(sql`
    update location_messages set parts = priced.parts, cost = priced.cost,
      state = case when priced."isPaid" then 'queued' else 'skipped' end,
      reason = case when priced."isPaid" then '' else 'The balance of messages is too small' end
    from jsonb_to_recordset(${JSON.stringify(priced)}::jsonb) as priced(id bigint, parts smallint, cost numeric, "isPaid" boolean)
    where location_messages.location_id = ${locationId} and location_messages.id = priced.id`);
  await spend(write, locationId, balance, costOf(balance, total));
  return rows.length === atOnce;
}
