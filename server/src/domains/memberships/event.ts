import { and, eq, isNull, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { events } from '../appointments/tables.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';

import { type MembershipRow, membershipsOfPhone, visitsFor } from './membership.ts';
import { isFrozen } from './state.ts';

interface Place {
  id: number;
  chainId: number;
}

/** A membership that a client may use for an event. */
export interface UsableForEvent {
  membership: MembershipRow;
  /** Null for any number. */
  visits: number | null;
}

/**
 * The memberships of a client that pay the service of an event, with visits left: active ones, or not active before their first use; frozen
 * ones only if their type allows bookings meanwhile.
 * @throws NotFound for an unknown event
 */
export async function membershipsForEvent(db: Read, place: Place, clientId: number, eventId: number): Promise<UsableForEvent[]> {
  const [event] = await db
    .select({ id: services.id, categoryId: services.categoryId })
    .from(events)
    .innerJoin(services, and(eq(services.locationId, events.locationId), eq(services.id, events.serviceId)))
    .where(and(eq(events.locationId, place.id), eq(events.id, eventId), isNull(events.deletedAt)));
  if (!event) throw new NotFound('Event not found');
  const [client] = await db
    .select({ phone: clients.phone })
    .from(clients)
    .where(and(eq(clients.locationId, place.id), eq(clients.id, clientId)));
  if (!client?.phone) return [];
  const now = new Date();
  const rows = await membershipsOfPhone(db, place, client.phone);
  return rows.flatMap((membership) => {
    const { state, type } = membership;
    if (state !== 'active' && !(state === 'created' && type.activation === 'first visit')) return [];
    if (isFrozen(membership, now) && !type.allowsBookingWhenFrozen) return [];
    const from = visitsFor(membership, event);
    if (from === undefined || from?.left === 0) return [];
    return [{ membership, visits: from === null ? null : from.left }];
  });
}

/** The days of the series of an event among these that a membership can pay, in the order of their next dates. */
export async function bookableDays(
  db: Read,
  place: Place,
  eventId: number,
  dayIds: readonly number[],
  { membership, visits }: UsableForEvent,
): Promise<number[]> {
  const rows = await rowsOf<{ id: number; at: string }>(
    db,
    sql`
    select days.id, min(events.starts_at) as at
    from event_series series
    join event_series_days days on days.location_id = series.location_id and days.series_id = series.id and days.deleted_at is null
    join event_series_occurrences occurrences on occurrences.location_id = days.location_id and occurrences.day_id = days.id
    join events on events.location_id = occurrences.location_id and events.id = occurrences.event_id and events.deleted_at is null
      and events.starts_at > now()
    where series.location_id = ${place.id} and series.deleted_at is null and days.id = any(${sql.param([...dayIds])}::int[])
      and (series.original_event_id = ${eventId} or exists (
        select from event_series_occurrences own
        join event_series_days named on named.location_id = own.location_id and named.id = own.day_id
        where own.location_id = series.location_id and own.event_id = ${eventId} and named.series_id = series.id))
    group by days.id
    order by at, days.id`,
  );
  const inTime = rows.filter(({ at }) => !membership.expiresAt || new Date(at) <= membership.expiresAt);
  return inTime.slice(0, visits ?? inTime.length).map(({ id }) => id);
}
