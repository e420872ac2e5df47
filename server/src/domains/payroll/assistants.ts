import { and, asc, eq, isNull } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, decimalOf, exactOf } from '../../platform/exact.ts';
import { isRounded, type Percent, toPercent } from '../../platform/money.ts';
import { appointments } from '../appointments/tables.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';
import { livingMembers } from '../team/team-member.ts';
import { appointmentAssistants } from './tables.ts';

/** Someone who helps with the services of an appointment, and the share of their pay in percent. */
export interface Assistant {
  teamMemberId: number;
  share: Percent;
}

const ownAppointment = (locationId: number, id: number, calendars: Calendars) =>
  and(
    eq(appointments.locationId, locationId),
    eq(appointments.id, id),
    isNull(appointments.deletedAt),
    inCalendars(appointments, calendars),
  );

/** The assistants of an appointment, by member. @throws NotFound for an appointment outside of the caller's calendars */
export async function listAssistants(
  db: Read,
  locationId: number,
  appointmentId: number,
  calendars: Calendars,
): Promise<Assistant[]> {
  const [found] = await db
    .select({ id: appointments.id })
    .from(appointments)
    .where(ownAppointment(locationId, appointmentId, calendars));
  if (!found) throw new NotFound();
  return db
    .select({ teamMemberId: appointmentAssistants.teamMemberId, share: appointmentAssistants.share })
    .from(appointmentAssistants)
    .where(and(eq(appointmentAssistants.locationId, locationId), eq(appointmentAssistants.appointmentId, appointmentId)))
    .orderBy(asc(appointmentAssistants.teamMemberId));
}

/**
 * Sets all assistants of an appointment.
 * @throws NotFound as listAssistants; Invalid for shares with more than 3 digits behind the point or above 100 percent in all, and for
 * members who are unknown, named twice or do the services themselves
 */
export async function setAssistants(
  write: Write,
  locationId: number,
  appointmentId: number,
  { assistants, calendars }: { assistants: readonly Assistant[]; calendars: Calendars },
): Promise<void> {
  const [found] = await write.lock(
    'appointment',
    write
      .select({ id: appointments.id, teamMemberId: appointments.teamMemberId })
      .from(appointments)
      .where(ownAppointment(locationId, appointmentId, calendars)),
  );
  if (!found) throw new NotFound();
  const ids = assistants.map(({ teamMemberId }) => teamMemberId);
  const all = exactOf<'percent'>(assistants.reduce((total, one) => total.plus(decimalOf(one.share)), decimalOf(toPercent(0))));
  const problem =
    new Set(ids).size < ids.length
      ? 'must name each team member once'
      : ids.includes(found.teamMemberId)
        ? 'must not name the team member of the appointment'
        : assistants.some(({ share }) => !isRounded(share, 3))
          ? 'must have shares with 3 digits at most behind the point'
          : compare(all, toPercent(100)) > 0
            ? 'must have shares of 100 percent at most in all'
            : ids.length > 0 && (await livingMembers(write, locationId, ids)).size < ids.length
              ? 'must name team members of the location'
              : undefined;
  if (problem) throw new Invalid({ assistants: [problem] });
  await write
    .delete(appointmentAssistants)
    .where(and(eq(appointmentAssistants.locationId, locationId), eq(appointmentAssistants.appointmentId, appointmentId)));
  if (assistants.length > 0) {
    await write.insert(appointmentAssistants).values(assistants.map((one) => ({ ...one, locationId, appointmentId })));
  }
}
