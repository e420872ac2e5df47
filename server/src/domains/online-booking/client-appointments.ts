import { and, desc, eq, exists, isNull, or, sql } from 'drizzle-orm';
import type { Location, Partner } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { type AppointmentRow, appointmentsById, getAppointment } from '../appointments/appointment.ts';
import { appointments } from '../appointments/tables.ts';
import { clients } from '../clients/tables.ts';
import { country } from '../locations/dictionaries.ts';
import { getLocation, isConnected, type LocationRow } from '../locations/location.ts';
import { locationPartners, locations } from '../locations/tables.ts';
import { allCalendars } from '../team/calendars.ts';
import { type Claim, type ClientRules, clientRules, locationOfOwn, phoneOfUser } from './booking.ts';

/** An appointment with the related data for its client. */
export interface OwnAppointment {
  row: AppointmentRow;
  location: LocationRow;
  rules: ClientRules;
}

/** A client's own appointment, deleted or not. @throws NotFound for one that is not theirs, or of a location the partner is not connected to */
export async function ownAppointment(db: Read, partner: Partner, claim: Claim): Promise<OwnAppointment> {
  const locationId = await locationOfOwn(db, claim);
  if (!(await isConnected(db, partner, locationId))) throw new NotFound('The appointment was not found');
  return {
    row: await getAppointment(db, locationId, claim.id, allCalendars),
    location: await getLocation(db, locationId),
    rules: await clientRules(db, locationId),
  };
}

/** The location of a client's own appointment, as rules take it. @throws NotFound as ownAppointment */
export async function locationOf(db: Read, partner: Partner, claim: Claim): Promise<Location> {
  const locationId = await locationOfOwn(db, claim);
  if (!(await isConnected(db, partner, locationId))) throw new NotFound('The appointment was not found');
  const { id, chainId, timeZone, currency, countryId } = await getLocation(db, locationId);
  return { id, chainId, timeZone, currency, countryCode: country(countryId)?.isoCode ?? '' };
}

/**
 * The appointments of a signed-in client, latest first: those of the client cards with the user's phone number, in the locations that the
 * partner is connected to. @returns a page, and the total number
 */
export async function listOwnAppointments(
  db: Read,
  partner: Partner,
  userId: number,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ list: OwnAppointment[]; total: number }> {
  const phone = await phoneOfUser(db, userId);
  if (phone === '') return { list: [], total: 0 };
  const connection = db
    .select({ one: sql`1` })
    .from(locationPartners)
    .where(and(eq(locationPartners.locationId, locations.id), eq(locationPartners.partnerId, partner.id)));
  const own = db
    .select({ id: appointments.id, locationId: appointments.locationId, startsAt: appointments.startsAt })
    .from(locations)
    .innerJoin(clients, and(eq(clients.locationId, locations.id), eq(clients.phone, phone)))
    .innerJoin(appointments, and(eq(appointments.locationId, clients.locationId), eq(appointments.clientId, clients.id)))
    .where(and(isNull(locations.deletedAt), or(sql`${partner.allLocations}::boolean`, exists(connection))))
    .as('own');
  const total = await db.$count(own);
  const page = await db.select().from(own).orderBy(desc(own.startsAt), desc(own.id)).offset(offset).limit(limit);
  const found = new Map<number, OwnAppointment>();
  for (const locationId of new Set(page.map((each) => each.locationId))) {
    const ids = page.filter((each) => each.locationId === locationId).map(({ id }) => id);
    const [location, rules] = [await getLocation(db, locationId), await clientRules(db, locationId)];
    for (const row of await appointmentsById(db, locationId, ids)) found.set(row.id, { row, location, rules });
  }
  return { list: page.map(({ id }) => found.get(id) as OwnAppointment), total };
}
