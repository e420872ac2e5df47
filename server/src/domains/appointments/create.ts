import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { serviceTerms } from '../catalog/terms.ts';
import { lockClients } from '../clients/locked.ts';
import { grantTime, lockCalendars } from '../schedule/occupation.ts';
import { countVisits, visitsFor } from './client-visits.ts';
import { breakOf, checkedCustomFields, endOf, expectServices, expectTags, priced, resolveClient } from './details.ts';
import { type AppointmentFields, isNoShow, type Origin } from './fields.ts';
import { withParts } from './parts.ts';
import { type BookingRights, refusePlace } from './rights.ts';
import { insertAppointments, type NewAppointment } from './write.ts';

/** The result of writing appointments. */
export interface Booked {
  id: number;
}

/** An appointment before its visit is known. */
export type Claimed = Omit<NewAppointment, 'visitId'>;

async function claimAppointment(
  write: Write,
  location: Location,
  fields: AppointmentFields,
  rights: BookingRights,
): Promise<Claimed> {
  const { startsAt, duration, teamMemberId } = fields;
  refusePlace(fields, rights);
  const terms = await serviceTerms(
    write,
    location.id,
    teamMemberId,
    fields.services.map(({ id }) => id),
  );
  const services = await withParts(write, location, teamMemberId, fields.services, terms);
  const wanted = expectServices(services, terms);
  const technicalBreak = breakOf(fields, wanted);
  await expectTags(write, location.id, fields.tagIds);
  const customFields = fields.customFields ? await checkedCustomFields(write, location.id, fields.customFields, {}) : {};
  const resourceIds = wanted.flatMap((service) => service.resourceIds);
  const instances = await lockCalendars(write, location.id, { memberIds: [teamMemberId], resourceIds, instanceIds: [] });
  const span = { start: startsAt, end: endOf(startsAt, duration) };
  const force = rights.force || isNoShow(fields.attendance);
  const granted = await grantTime(write, location, { ...span, teamMemberId, resourceIds, instanceIds: [], force }, instances);
  const client = await resolveClient(write, location, fields.client, rights);
  return {
    ...fields,
    clientId: client.id,
    eventId: null,
    technicalBreak,
    seats: 1,
    guestName: client.guestName,
    guestEmail: client.guestEmail,
    tagIds: fields.tagIds ?? [],
    customFields,
    services: priced(services, terms, rights),
    granted,
  };
}

/**
 * Writes appointments with their visits, in a fixed number of statements. The caller has locked the related rows. @returns in the order of
 * the rows
 */
export async function writeAppointments(
  write: Write,
  location: Location,
  rows: readonly Claimed[],
  origin: Origin,
): Promise<Booked[]> {
  const attending = rows.flatMap(({ attendance, clientId }) => (attendance === 1 || attendance === -1 ? [clientId] : []));
  await lockClients(write, location.id, attending);
  const visitIds = await visitsFor(
    write,
    location.id,
    rows.map(({ clientId, startsAt }) => ({ clientId, date: dateIn(startsAt, location.timeZone) })),
  );
  const complete = rows.map((row, index) => ({ ...row, visitId: visitIds[index] as number }));
  const ids = await insertAppointments(write, location, complete, origin);
  await countVisits(write, location.id, attending);
  return ids.map((id) => ({ id }));
}

/**
 * Adds an appointment for one client. Calendars are locked until the commit, and the database refuses overlaps, so nobody else can get the
 * time.
 * @throws TimeTaken if the member or a resource is busy, or the member does not work then, and the caller does not force it; Invalid for
 * wrong services, labels, clients or values; Forbidden in a calendar that the caller may not write to
 */
export async function createAppointment(
  write: Write,
  location: Location,
  fields: AppointmentFields,
  origin: Origin,
  rights: BookingRights,
): Promise<Booked> {
  const [booked] = await createAppointments(write, location, [fields], origin, rights);
  return booked as Booked;
}

/**
 * Adds appointments that do not overlap, all or none. If there are several, the caller has locked all of their calendars.
 * @returns in the given order
 * @throws as createAppointment
 */
export async function createAppointments(
  write: Write,
  location: Location,
  all: readonly AppointmentFields[],
  origin: Origin,
  rights: BookingRights,
): Promise<Booked[]> {
  const claimed: Claimed[] = [];
  for (const fields of all) claimed.push(await claimAppointment(write, location, fields, rights));
  return writeAppointments(write, location, claimed, origin);
}
