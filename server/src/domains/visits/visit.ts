import { and, asc, eq, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { type AppointmentRow, appointmentsOfVisit } from '../appointments/appointment.ts';
import { countVisits } from '../appointments/client-visits.ts';
import { replacePricedServices } from '../appointments/details.ts';
import type { BookedService } from '../appointments/fields.ts';
import { refuseReceipted } from '../appointments/receipted.ts';
import { type ChangeRights, refuseChange } from '../appointments/rights.ts';
import { type Attendance, appointments, visits } from '../appointments/tables.ts';
import { settleTimes } from '../appointments/update.ts';
import { serviceTerms } from '../catalog/terms.ts';
import { lockClients } from '../clients/locked.ts';
import { type Calendars, isInCalendars } from '../team/calendars.ts';

/** The location of a visit. @returns undefined if there is no such visit */
export async function locationOfVisit(db: Read, visitId: number): Promise<number | undefined> {
  const [row] = await db.select({ locationId: visits.locationId }).from(visits).where(eq(visits.id, visitId));
  return row?.locationId;
}

type VisitRow = typeof visits.$inferSelect;

/**
 * A visit and its appointments in the calendars, without deleted ones, by time.
 * @throws NotFound, also if none of them is in the calendars of the caller
 */
export async function visitWithAppointments(
  db: Read,
  locationId: number,
  id: number,
  calendars: Calendars,
): Promise<{ visit: VisitRow; rows: AppointmentRow[] }> {
  const [visit] = await db
    .select()
    .from(visits)
    .where(and(eq(visits.locationId, locationId), eq(visits.id, id)));
  const rows = visit ? await appointmentsOfVisit(db, locationId, id, calendars) : [];
  const isLimited = calendars.memberIds !== undefined || calendars.since !== undefined;
  if (!visit || (isLimited && rows.length === 0)) throw new NotFound(`Visit ${id} was not found`);
  return { visit, rows };
}

/** The changes of a visit. `services` replace those of the appointments that they name. */
export interface VisitChanges {
  attendance: Attendance;
  comment: string;
  services?: (BookedService & { appointmentId: number })[] | undefined;
}

/**
 * Sets the state of all appointments of a visit in the caller's calendars, the comment of one of them, and the services.
 * @param appointmentId the one whose comment is set
 * @throws NotFound if the visit has no such appointment, Forbidden, ReceiptPrinted, Invalid naming the service, TimeTaken as settleTimes
 */
export async function updateVisit(
  write: Write,
  location: Location,
  visitId: number,
  appointmentId: number,
  changes: VisitChanges,
  rights: ChangeRights,
): Promise<void> {
  // Others of the visit too, because its sale locks all of them.
  const all = await write.lock(
    'appointment',
    write
      .select()
      .from(appointments)
      .where(and(eq(appointments.locationId, location.id), eq(appointments.visitId, visitId)))
      .orderBy(asc(appointments.id)),
  );
  const rows = all.filter((row) => row.deletedAt === null && isInCalendars(row, rights.calendars));
  const named = rows.find((row) => row.id === appointmentId);
  if (!named) throw new NotFound(`Visit ${visitId} has no appointment ${appointmentId}`);
  refuseChange(rows, { comment: changes.comment !== named.comment }, rights);
  for (const row of rows) refuseReceipted(row, { attendance: changes.attendance });
  await settleTimes(write, location, rows, changes.attendance, false);
  const clientIds = rows.map((row) => row.clientId);
  await lockClients(write, location.id, clientIds);
  for (const [id, services] of byAppointment(changes.services ?? [])) {
    const row = rows.find((each) => each.id === id);
    if (!row) throw new Invalid({ services: [`name appointment ${id}, which is not of this visit`] });
    const terms = await serviceTerms(
      write,
      location.id,
      row.teamMemberId,
      services.map((service) => service.id),
      true,
    );
    await replacePricedServices(write, location, row, services, terms, rights);
  }
  await write
    .update(visits)
    .set({ comment: changes.comment })
    .where(and(eq(visits.locationId, location.id), eq(visits.id, visitId)));
  const ids = rows.map((row) => row.id);
  await write.execute(sql`
    update appointments set attendance = ${changes.attendance},
      comment = case when appointments.id = ${appointmentId} then ${changes.comment} else appointments.comment end
    where appointments.location_id = ${location.id} and appointments.id = any(${sql.param(ids)}::int[])`);
  await countVisits(write, location.id, clientIds);
  for (const id of ids) write.changed('appointment', location.id, id, 'update');
}

function byAppointment(services: NonNullable<VisitChanges['services']>): Map<number, BookedService[]> {
  const found = new Map<number, BookedService[]>();
  for (const { appointmentId, ...service } of services) found.set(appointmentId, [...(found.get(appointmentId) ?? []), service]);
  return found;
}
