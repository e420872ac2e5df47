import { inArray, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import { locations } from '../locations/tables.ts';
import { addToBalance } from './balance.ts';
import { locationMessages } from './tables.ts';

/** The statuses of SMS operators: 1 delivered, 2 not delivered, 4 sent to the phone, 8 with the operator, 16 rejected, 52 no funds. */
export const deliveryStatuses = [1, 2, 4, 8, 16, 52] as const;

const reasons: Record<number, string> = {
  2: 'The provider could not deliver it',
  16: 'The operator rejected it',
  52: 'The account at the provider has no funds',
};

/** What a provider tells of a message. */
export interface DeliveryReport {
  /** The id that the provider was given. */
  id: string;
  status: number;
  /** The full cost. It replaces the calculated one, if it is in the currency of the location. */
  cost?: Money | undefined;
  currency?: string | undefined;
  parts?: number | undefined;
  /** More about a failure, such as the provider's own number of the error. */
  detail?: string | undefined;
}

/** The number of a message of a location in the id that its provider got. Codes and links have plain numbers, and are forgotten. */
const messageIdOf = (id: string): number | undefined => {
  const digits = /^m([1-9]\d{0,14})$/.exec(id.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** Messages that are sent and forgotten, such as codes. Nothing is recorded of them. */
const isForgotten = (id: string) => /^[1-9]\d{0,14}$/.test(id.trim());

/** A message is not there, or is of a location that the caller has nothing to do with: both have one answer. */
export const unknownMessage = (id: string): NotFound => new NotFound(`The message ${id} is not known.`);

/** The locations of the messages that reports name, each with the id of one. @throws NotFound if there is no such message */
export async function locationsOfReports(db: Read, reports: readonly DeliveryReport[]): Promise<Map<number, string>> {
  const known = reports.filter(({ id }) => !isForgotten(id));
  const ids = known.map(({ id }) => messageIdOf(id));
  const wanted = [...new Set(ids.filter((id) => id !== undefined))];
  const rows = wanted.length
    ? await db
        .select({ id: locationMessages.id, locationId: locationMessages.locationId })
        .from(locationMessages)
        .where(inArray(locationMessages.id, wanted))
    : [];
  const unknown = known.find((_, index) => !rows.some(({ id }) => id === ids[index]));
  if (unknown) throw unknownMessage(unknown.id);
  return new Map(rows.map(({ id, locationId }) => [locationId, `m${id}`]));
}

/**
 * Records what a provider tells of messages. A final status stays, and so does what was never sent: its cost has gone back already. A
 * message that was handed over can be reported before that is recorded, and is not sent again then. The balance follows the real cost; what
 * a rejected message cost goes back.
 * @param locationIds the locations of the messages, which the caller may report about
 */
export async function recordDelivery(
  write: Write,
  locationIds: readonly number[],
  reports: readonly DeliveryReport[],
): Promise<void> {
  const input = reports.flatMap(({ id, status, cost, currency, parts, detail }, index) => {
    const message = messageIdOf(id);
    if (message === undefined) return [];
    const reason = `${reasons[status] ?? ''}${detail ? ` (${detail})` : ''}`;
    return [
      {
        index,
        id: message,
        status,
        reason,
        cost: cost ?? null,
        currency: currency?.trim().toUpperCase() ?? null,
        parts: parts ?? null,
      },
    ];
  });
  if (input.length === 0 || locationIds.length === 0) return;
  const changed = await rowsOf<{ id: number; back: Money }>(
    write,
    sql`
    with told as (
      select distinct on (id) * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb)
        as told(index int, id bigint, status smallint, reason text, cost numeric, currency text, parts smallint)
      order by id, (status in (1, 2, 16, 52)) desc, index desc),
    before as (
      select m.location_id, m.id, m.cost, told.status, told.reason, told.parts,
        case when told.cost is not null and coalesce(told.currency, ${locations.currency}) = ${locations.currency} then told.cost
          when told.status in (16, 52) then 0 else m.cost end as now_cost
      from ${locationMessages} m join told on told.id = m.id join ${locations} on ${locations.id} = m.location_id
      where m.location_id = any(${sql.param([...locationIds])}::int[]) and coalesce(m.provider_status, 0) not in (1, 2, 16, 52)
        and (m.state = 'sent' or m.handed_at is not null)
      order by m.id for no key update of m),
    updated as (
      update location_messages m set provider_status = before.status, cost = before.now_cost, parts = coalesce(before.parts, m.parts),
        state = case when before.status = 1 then 'delivered' when before.status in (2, 16, 52) then 'failed' else 'sent' end,
        sent_at = coalesce(m.sent_at, now()), handed_at = null, reason = before.reason
      from before where m.location_id = before.location_id and m.id = before.id)
    select location_id as id, sum(cost - now_cost)::text as back from before group by location_id having sum(cost - now_cost) <> 0 order by location_id`,
  );
  for (const { id, back } of changed) await addToBalance(write, id, back);
}
