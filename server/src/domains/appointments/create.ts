import type { Location } from '../../api/access.ts';
import { dateIn } from '../../platform/clock.ts';
import type { Tx } from '../../platform/database.ts';
import { serviceTerms } from '../catalog/terms.ts';
import { grantTime, holdCalendars } from '../schedule/occupation.ts';
import { countVisits, holdClients, visitsFor } from './client-visits.ts';
import { breakOf, checkedCustomFields, endOf, expectLabels, expectServices, priced, resolveClient } from './details.ts';
import { type AppointmentFields, isNoShow, type Origin } from './fields.ts';
import type { BookingRights } from './rights.ts';
import { insertAppointments, type NewAppointment } from './write.ts';

/** What was written, and whom it is about. */
export interface Booked {
  id: number;
  /** A client who was added with it. */
  newClientId?: number | undefined;
}

/** An appointment before its visit is known, and whether its client was added with it. */
export type Claimed = Omit<NewAppointment, 'visitId'> & { isNewClient: boolean };

async function claimAppointment(tx: Tx, location: Location, fields: AppointmentFields, rights: BookingRights): Promise<Claimed> {
  const { startsAt, duration, teamMemberId } = fields;
  const terms = await serviceTerms(
    tx,
    location.id,
    teamMemberId,
    fields.services.map(({ id }) => id),
  );
  const wanted = expectServices(fields.services, terms);
  const technicalBreak = breakOf(fields, wanted);
  await expectLabels(tx, location.id, fields.tagIds);
  const customFields = fields.customFields ? await checkedCustomFields(tx, location.id, fields.customFields, {}) : {};
  const resourceIds = wanted.flatMap((service) => service.resourceIds);
  const instances = await holdCalendars(tx, location.id, { memberIds: [teamMemberId], resourceIds, instanceIds: [] });
  const span = { start: startsAt, end: endOf(startsAt, duration) };
  const force = rights.force || isNoShow(fields.attendance);
  const granted = await grantTime(tx, location, { ...span, teamMemberId, resourceIds, instanceIds: [], force }, instances);
  const client = await resolveClient(tx, location, fields.client, rights.addClients);
  return {
    ...fields,
    clientId: client.id,
    isNewClient: client.created,
    eventId: null,
    technicalBreak,
    seats: 1,
    guestName: client.guestName,
    guestEmail: client.guestEmail,
    tagIds: fields.tagIds ?? [],
    customFields,
    services: priced(fields.services, terms, rights),
    granted,
  };
}

/** Writes appointments with their visits, in a fixed number of statements. What they are about is held. @returns in the order of the rows */
export async function writeAppointments(tx: Tx, location: Location, rows: readonly Claimed[], origin: Origin): Promise<Booked[]> {
  const attending = rows.flatMap(({ attendance, clientId }) => (attendance === 1 || attendance === -1 ? [clientId] : []));
  await holdClients(tx, location.id, attending);
  const visitIds = await visitsFor(
    tx,
    location.id,
    rows.map(({ clientId, startsAt }) => ({ clientId, date: dateIn(startsAt, location.timeZone) })),
  );
  const complete = rows.map((row, index) => ({ ...row, visitId: visitIds[index] as number }));
  const ids = await insertAppointments(tx, location, complete, origin);
  await countVisits(tx, location.id, attending);
  return rows.map(({ clientId, isNewClient }, index) => ({
    id: ids[index] as number,
    newClientId: isNewClient ? (clientId ?? undefined) : undefined,
  }));
}

/**
 * Adds an appointment of one client. Nobody else gets the time: calendars are held until the commit, and the database refuses
 * what overlaps.
 * @throws TimeTaken when the member or a resource is busy or nobody works then and the caller does not force it; Invalid for
 * services, labels, clients and values that are wrong
 */
export async function createAppointment(
  tx: Tx,
  location: Location,
  fields: AppointmentFields,
  origin: Origin,
  rights: BookingRights,
): Promise<Booked> {
  const [booked] = await createAppointments(tx, location, [fields], origin, rights);
  return booked as Booked;
}

/**
 * Adds appointments that do not overlap, all or none. Whoever adds several holds the calendars of all of them.
 * @returns in the order given
 * @throws as createAppointment
 */
export async function createAppointments(
  tx: Tx,
  location: Location,
  all: readonly AppointmentFields[],
  origin: Origin,
  rights: BookingRights,
): Promise<Booked[]> {
  const claimed: Claimed[] = [];
  for (const fields of all) claimed.push(await claimAppointment(tx, location, fields, rights));
  return writeAppointments(tx, location, claimed, origin);
}
