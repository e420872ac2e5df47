import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { preparedSql, rowsOf } from '../../platform/database.ts';
import { skipQueued } from '../messaging/notice.ts';
import { releaseHolds } from '../schedule/occupation.ts';
import { endOffer, isOpen, lockEntries, markLocation, messageKeys, setStatus } from './entry.ts';

const [place, ids] = [sql.placeholder('location'), sql.placeholder('ids')];

/** An offer is for the time of an appointment. */
const isSameTime = sql`(offers.team_member_id = appointments.team_member_id and offers.starts_at = appointments.starts_at)`;

/** The appointments that are what an entry waits for, or what it was offered. Where nobody waits, this is one look into an index. */
const findBooked = preparedSql<{ entryId: number; appointmentId: number }>(
  'find_booked_waiting',
  sql`
  select entries.id as "entryId", appointments.id as "appointmentId"
  from waiting_entries entries
  join appointments on appointments.location_id = ${place} and appointments.id = any(${ids}::int[]) and appointments.event_id is null
    and appointments.attendance <> -1 and appointments.deleted_at is null
  join clients on clients.location_id = ${place} and clients.id = appointments.client_id
    and (clients.id = entries.client_id or entries.client_id is null and clients.phone = entries.phone)
  where entries.location_id = ${place} and entries.ended_at is null and (
    exists (select from waiting_offers offers
      where offers.location_id = ${place} and offers.entry_id = entries.id and offers.state = 'open' and ${isSameTime})
    or (appointments.starts_at at time zone ${sql.placeholder('timeZone')})::date between entries.date_from and entries.date_to and exists (
      select from waiting_services wanted join appointment_services booked on booked.location_id = wanted.location_id
        and booked.service_id = wanted.service_id and booked.appointment_id = appointments.id
      where wanted.location_id = ${place} and wanted.entry_id = entries.id))
  order by entries.id, appointments.id`,
);

/** Entries whose held time somebody took by force. The lower bound of the start lets an index find what is in the way. */
const findOverbooked = (write: Write, locationId: number) =>
  rowsOf<{ entryId: number }>(
    write,
    sql`
    select distinct offers.entry_id as "entryId"
    from occupations held join waiting_offers offers on offers.location_id = held.location_id and offers.id = held.source_id
    where held.location_id = ${locationId} and held.held_until > now() and offers.state = 'open' and exists (
      select from occupations other where other.location_id = held.location_id and other.held_until is null
        and (other.team_member_id = held.team_member_id or other.resource_instance_id = held.resource_instance_id)
        and other.starts_at < held.ends_at and other.starts_at > held.starts_at - interval '24 hours' and other.ends_at > held.starts_at)`,
  );

/**
 * Ends what new appointments have answered, whoever made them. A client who has the time that was offered has taken the offer; one who has
 * booked another such visit waits no more. A held time that somebody took by force is offered no longer, and its client goes on waiting.
 */
export async function followBookings(write: Write, location: Location): Promise<void> {
  const changes = write.changes().filter(({ locationId }) => locationId === location.id);
  const created = changes.flatMap(({ kind, status, id }) => (kind === 'appointment' && status === 'create' ? [id] : []));
  const booked = created.length
    ? await findBooked(write, { location: location.id, ids: created, timeZone: location.timeZone })
    : [];
  const overbooked = changes.some(({ kind }) => kind === 'overbooking') ? await findOverbooked(write, location.id) : [];
  const answered = new Map<number, number[]>(overbooked.map(({ entryId }) => [entryId, []]));
  for (const { entryId, appointmentId } of booked) answered.set(entryId, [...(answered.get(entryId) ?? []), appointmentId]);
  if (answered.size === 0) return;
  for (const { id, status } of await lockEntries(write, location.id, [...answered.keys()])) {
    // Somebody ended it meanwhile.
    if (!isOpen(status)) continue;
    const appointmentIds = answered.get(id) as number[];
    if (await takeBy(write, location.id, id, appointmentIds)) {
      await setStatus(write, location.id, id, 'taken');
      continue;
    }
    const isBooked = appointmentIds.length > 0;
    const hasEnded = (await endOffer(write, location.id, id, 'withdrawn')) !== undefined;
    if (isBooked || hasEnded) await setStatus(write, location.id, id, isBooked ? 'cancelled' : 'waiting');
    if (hasEnded) await markLocation(write, location.id);
  }
}

/** Takes the open offer of a locked entry, if one of the appointments has its time. @returns whether it is taken */
async function takeBy(write: Write, locationId: number, entryId: number, appointmentIds: readonly number[]): Promise<boolean> {
  const [taken] = await rowsOf<{ id: number }>(
    write,
    sql`
    update waiting_offers offers set state = 'taken', appointment_id = appointments.id from appointments
    where offers.location_id = ${locationId} and offers.entry_id = ${entryId} and offers.state = 'open' and offers.expires_at > now()
      and appointments.location_id = ${locationId} and appointments.id = any(${sql.param([...appointmentIds])}::int[])
      and ${isSameTime}
    returning offers.id`,
  );
  if (!taken) return false;
  await releaseHolds(write, locationId, [taken.id]);
  await skipQueued(write, locationId, messageKeys(taken.id), 'The client has the time already');
  return true;
}
