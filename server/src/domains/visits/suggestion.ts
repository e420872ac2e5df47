import { and, desc, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { appointmentServices, appointments } from '../appointments/tables.ts';
import { optionOf } from '../catalog/service-option.ts';
import { services, serviceTeamMembers } from '../catalog/tables.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';

/** A service that a client may want from a team member, and why. */
export interface Suggestion {
  serviceId: number;
  reason: 'last visit' | 'popular with client' | 'popular with team member';
  /** The appointment of the last visit; null for other reasons. */
  appointmentId: number | null;
}

/** How many of the latest appointments count, so that a suggestion costs the same after ten years. */
const latest = { client: 50, teamMember: 200 };

/** How many popular services are suggested. */
const most = 5;

/**
 * Services that a team member provides in appointments, each once: those of the client's last visit, those that the client came for most
 * often, and those that most clients came for to the team member. Group services are left out, and composite ones of which the member does
 * not provide all parts.
 * @param clientId undefined for the last kind only
 * @param calendars appointments outside of them are not counted
 */
export async function suggestServices(
  db: Read,
  locationId: number,
  teamMemberId: number,
  clientId: number | undefined,
  calendars: Calendars,
): Promise<Suggestion[]> {
  const past = (who: SQL, count: number) =>
    pastServices(db, locationId, teamMemberId, and(who, inCalendars(appointments, calendars)), count);
  const ofClient = clientId === undefined ? [] : await past(eq(appointments.clientId, clientId), latest.client);
  const ofMember = await past(eq(appointments.teamMemberId, teamMemberId), latest.teamMember);
  const lastVisit = ofClient[0]?.visitId;
  const all: Suggestion[] = [
    ...ofClient
      .filter((row) => row.visitId === lastVisit && row.isOffered)
      .map((row) => ({ serviceId: row.serviceId, reason: 'last visit' as const, appointmentId: row.appointmentId })),
    ...popular(ofClient).map((serviceId) => ({ serviceId, reason: 'popular with client' as const, appointmentId: null })),
    ...popular(ofMember).map((serviceId) => ({ serviceId, reason: 'popular with team member' as const, appointmentId: null })),
  ];
  return all.filter(({ serviceId }, index) => all.findIndex((other) => other.serviceId === serviceId) === index);
}

type PastService = Awaited<ReturnType<typeof pastServices>>[number];

/** The services of the latest appointments that have begun and that somebody came to, latest first. */
async function pastServices(db: Read, locationId: number, teamMemberId: number, who: SQL | undefined, count: number) {
  const begun = db
    .select({
      id: appointments.id,
      visitId: appointments.visitId,
      startsAt: appointments.startsAt,
      attendance: appointments.attendance,
    })
    .from(appointments)
    .where(
      and(eq(appointments.locationId, locationId), who, isNull(appointments.deletedAt), lte(appointments.startsAt, new Date())),
    )
    .orderBy(desc(appointments.startsAt), desc(appointments.id))
    .limit(count)
    .as('begun');
  return db
    .select({
      appointmentId: begun.id,
      visitId: begun.visitId,
      serviceId: appointmentServices.serviceId,
      isOffered: sql<boolean>`${optionOf(teamMemberId)} is not null and not ${services.isGroup} and ${services.deletedAt} is null`,
    })
    .from(begun)
    .innerJoin(
      appointmentServices,
      and(eq(appointmentServices.locationId, locationId), eq(appointmentServices.appointmentId, begun.id)),
    )
    .innerJoin(services, and(eq(services.locationId, locationId), eq(services.id, appointmentServices.serviceId)))
    .leftJoin(
      serviceTeamMembers,
      and(
        eq(serviceTeamMembers.locationId, locationId),
        eq(serviceTeamMembers.serviceId, appointmentServices.serviceId),
        eq(serviceTeamMembers.teamMemberId, teamMemberId),
      ),
    )
    .where(eq(begun.attendance, 1))
    .orderBy(desc(begun.startsAt), desc(begun.id), appointmentServices.position);
}

/** The most frequent ones that the team member provides; the latest first among equals. */
function popular(rows: readonly PastService[]): number[] {
  const counts = new Map<number, number>();
  for (const { serviceId, isOffered } of rows) if (isOffered) counts.set(serviceId, (counts.get(serviceId) ?? 0) + 1);
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([serviceId]) => serviceId);
}
