import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { lockClients } from '../clients/locked.ts';
import { releaseTime } from '../schedule/occupation.ts';
import { countVisits } from './client-visits.ts';
import { refuseAnyReceipted } from './receipted.ts';
import { type DeleteRights, refuseDeletion } from './rights.ts';
import { eventOf, freeSeats, lockEvent } from './seats.ts';
import { appointments } from './tables.ts';
import { lockAppointment } from './update.ts';

/**
 * Deletes an appointment; its time is free then, and it stays readable. @returns its visit
 * @throws NotFound for one that is deleted already or outside of the calendars, Forbidden, ReceiptPrinted
 */
export async function deleteAppointment(
  write: Write,
  locationId: number,
  id: number,
  rights: DeleteRights,
): Promise<{ visitId: number }> {
  const eventId = await eventOf(write, locationId, id, rights.calendars);
  if (eventId !== null) await lockEvent(write, locationId, eventId, rights.calendars);
  const current = await lockAppointment(write, locationId, id, rights.calendars);
  refuseDeletion([current], rights);
  refuseAnyReceipted([current]);
  if (current.eventId !== null) await freeSeats(write, locationId, current.eventId, current.seats);
  await lockClients(write, locationId, [current.clientId]);
  await releaseTime(write, locationId, 'appointment', [id]);
  await markDeleted(write, locationId, [id]);
  if (current.attendance === 1 || current.attendance === -1) await countVisits(write, locationId, [current.clientId]);
  return { visitId: current.visitId };
}

async function markDeleted(write: Write, locationId: number, ids: readonly number[]): Promise<void> {
  await write.execute(sql`
    update appointments set deleted_at = now()
    where appointments.location_id = ${locationId} and appointments.id = any(${sql.param([...ids])}::int[])`);
  for (const id of ids) write.changed('appointment', locationId, id, 'delete');
}

/** Locks the appointments of locked events: all of them, or those of some client schedules. */
export const lockAppointmentsOf = (
  write: Write,
  locationId: number,
  eventIds: readonly number[],
  clientSeriesIds?: readonly number[],
) =>
  write.lock(
    'appointment',
    write
      .select({
        id: appointments.id,
        clientId: appointments.clientId,
        startsAt: appointments.startsAt,
        attendance: appointments.attendance,
        paid: appointments.paid,
        isReceiptPrinted: appointments.isReceiptPrinted,
      })
      .from(appointments)
      .where(
        and(
          eq(appointments.locationId, locationId),
          inArray(appointments.eventId, [...eventIds]),
          isNull(appointments.deletedAt),
          clientSeriesIds ? inArray(appointments.clientSeriesId, [...clientSeriesIds]) : undefined,
        ),
      )
      .orderBy(asc(appointments.id)),
  );

/**
 * Deletes the appointments of events, in a fixed number of statements. The events are locked.
 * @throws Forbidden, ReceiptPrinted
 */
export async function deleteAppointmentsOf(
  write: Write,
  locationId: number,
  eventIds: readonly number[],
  rights: DeleteRights,
  clientSeriesIds?: readonly number[],
): Promise<void> {
  if (eventIds.length === 0) return;
  const rows = await lockAppointmentsOf(write, locationId, eventIds, clientSeriesIds);
  if (rows.length === 0) return;
  refuseDeletion(rows, rights);
  refuseAnyReceipted(rows);
  const ids = rows.map((row) => row.id);
  await write.execute(sql`
    update events set booked = events.booked - gone.seats
    from (select event_id, sum(seats)::int as seats from appointments where location_id = ${locationId} and id = any(${sql.param(ids)}::int[])
      group by event_id) as gone
    where events.location_id = ${locationId} and events.id = gone.event_id`);
  const clientIds = rows.map((row) => row.clientId);
  await lockClients(write, locationId, clientIds);
  await markDeleted(write, locationId, ids);
  await countVisits(write, locationId, clientIds);
}
