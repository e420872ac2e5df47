import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { serviceTerms } from '../catalog/terms.ts';
import { lockClients } from '../clients/locked.ts';
import { knownInstances } from '../resources/resource.ts';
import { grantTime, lockCalendars, occupy, releaseTime } from '../schedule/occupation.ts';
import { type Calendars, isInCalendars } from '../team/calendars.ts';
import { teamMembers } from '../team/tables.ts';
import { countVisits, visitsFor } from './client-visits.ts';
import type { Booked } from './create.ts';
import {
  breakOf,
  checkedCustomFields,
  detailColumns,
  endOf,
  expectServices,
  expectTags,
  keepPrices,
  priced,
  replaceTags,
  replaceUnlessReceipted,
  resolveClient,
  servicesOf,
} from './details.ts';
import { type AppointmentFields, isNoShow } from './fields.ts';
import { withParts } from './parts.ts';
import { refuseReceipted } from './receipted.ts';
import { type ChangeRights, changesServices, refuseChange, refusePlace } from './rights.ts';
import { type Attendance, appointments } from './tables.ts';

declare module '../../api/write.ts' {
  interface ChangeKinds {
    /** An appointment, by its id, has got another time or team member, or other reminders. `isMoved`: not only reminders. */
    'appointment time': { isMoved: boolean };
  }
}

/** The appointment, locked until the transaction ends. @throws NotFound also for a deleted one, and one outside of the calendars */
export async function lockAppointment(write: Write, locationId: number, id: number, calendars: Calendars) {
  const [row] = await write.lock(
    'appointment',
    write
      .select()
      .from(appointments)
      .where(and(eq(appointments.locationId, locationId), eq(appointments.id, id), isNull(appointments.deletedAt))),
  );
  if (!row || !isInCalendars(row, calendars)) throw new NotFound(`Appointment ${id} was not found`);
  return row;
}

type AppointmentColumns = Awaited<ReturnType<typeof lockAppointment>>;

/**
 * Replaces an appointment of one client. Its time is claimed again only if the time, the team member or a resource changes. So an
 * appointment that was forced on a busy time can still be edited.
 * @throws NotFound, Forbidden naming the part that the caller may not change, ReceiptPrinted, and as createAppointment
 */
export async function updateAppointment(
  write: Write,
  location: Location,
  id: number,
  fields: AppointmentFields,
  rights: ChangeRights,
): Promise<Booked> {
  const current = await lockAppointment(write, location.id, id, rights.calendars);
  if (current.eventId !== null) throw new Invalid({ eventId: [`must be ${current.eventId}, the event of this appointment`] });
  const { startsAt, duration, teamMemberId } = fields;
  const isMoved = startsAt.getTime() !== current.startsAt.getTime() || teamMemberId !== current.teamMemberId;
  const before = await servicesOf(write, location.id, id);
  // The booked services may have been deleted since.
  const terms = await serviceTerms(
    write,
    location.id,
    teamMemberId,
    fields.services.map((service) => service.id),
    true,
  );
  const wantedServices = await withParts(
    write,
    location,
    teamMemberId,
    fields.services,
    terms,
    before.map(({ serviceId }) => serviceId),
  );
  const servicesStay = !changesServices(before, wantedServices);
  const change = { timeOrMember: isMoved, duration: duration !== current.duration, services: !servicesStay };
  refuseChange([current, { startsAt }], { ...change, comment: changesComment(current, fields) }, rights);
  refusePlace(fields, rights);

  const wanted = expectServices(wantedServices, terms);
  const technicalBreak =
    fields.technicalBreak === undefined && servicesStay && duration === current.duration
      ? current.technicalBreak
      : breakOf(fields, wanted);
  await expectTags(write, location.id, fields.tagIds);
  const customFields = fields.customFields
    ? await checkedCustomFields(write, location.id, fields.customFields, current.customFields)
    : current.customFields;

  const attendance = fields.attendance ?? current.attendance;
  refuseReceipted(current, { startsAt, attendance });
  let instanceIds = current.resourceInstanceIds;
  if (isMoved || duration !== current.duration || !servicesStay) {
    const resourceIds = wanted.flatMap((service) => service.resourceIds);
    const instances = await lockCalendars(write, location.id, { memberIds: [teamMemberId], resourceIds, instanceIds: [] });
    await releaseTime(write, location.id, 'appointment', [id]);
    const span = { start: startsAt, end: endOf(startsAt, duration) };
    const granted = await grantTime(
      write,
      location,
      { ...span, teamMemberId, resourceIds, instanceIds: [], force: rights.force || isNoShow(attendance) },
      instances,
    );
    if (!isNoShow(attendance)) await occupy(write, location.id, 'appointment', [{ sourceId: id, ...span, granted }]);
    instanceIds = granted.instanceIds;
  } else {
    await settleTimes(write, location, [current], attendance, rights.force);
  }

  const client = await resolveClient(write, location, fields.client, rights, current.clientId);
  refuseReceipted(current, { clientId: client.id });
  await lockClients(write, location.id, [current.clientId, client.id]);
  const visitId = await visitAfter(write, location, current, client.id, startsAt);
  await write.execute(sql`
    update appointments set team_member_id = ${teamMemberId}, client_id = ${client.id}::int, visit_id = ${visitId},
      starts_at = ${startsAt.toISOString()}, duration = ${duration}, technical_break = ${technicalBreak},
      resource_instance_ids = ${sql.param(instanceIds)}::int[], guest_name = ${client.guestName}, guest_email = ${client.guestEmail},
      custom_fields = ${JSON.stringify(customFields)}::jsonb, ${detailColumns(fields)}
    where appointments.location_id = ${location.id} and appointments.id = ${id}`);
  const services = keepPrices(priced(wantedServices, terms, rights), before, rights);
  await replaceUnlessReceipted(write, location, current, services, before);
  await replaceTags(write, location.id, id, fields.tagIds);
  await countVisits(write, location.id, [current.clientId, client.id]);
  const { smsReminder = current.smsReminder, emailReminder = current.emailReminder } = fields;
  if (isMoved || smsReminder !== current.smsReminder || emailReminder !== current.emailReminder) {
    write.changed('appointment time', location.id, id, 'update', { isMoved });
  }
  write.changed('appointment', location.id, id, 'update');
  return { id };
}

/**
 * Updates the calendars after a change of attendance. A no-show frees the slot. If the client turns up after all, the slot is occupied
 * again, even if someone else booked it meanwhile. If the client is expected again, the slot must be free, unless the caller forces it. A
 * team member who left has no calendar. The caller has locked the appointments and writes the attendance next.
 * @throws TimeTaken
 */
export async function settleTimes(
  write: Write,
  location: Location,
  current: readonly AppointmentColumns[],
  attendance: Attendance,
  force: boolean,
): Promise<void> {
  const changed = current.filter((row) => row.eventId === null && isNoShow(row.attendance) !== isNoShow(attendance));
  if (changed.length === 0) return;
  if (isNoShow(attendance)) {
    const ids = changed.map(({ id }) => id);
    return releaseTime(write, location.id, 'appointment', ids);
  }
  const memberIds = changed.map((row) => row.teamMemberId);
  const present = await write
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, location.id), inArray(teamMembers.id, memberIds), isNull(teamMembers.deletedAt)));
  const own = changed.filter((row) => present.some(({ id }) => id === row.teamMemberId));
  // Instances may have been deleted since.
  const known = await knownInstances(
    write,
    location.id,
    own.flatMap((row) => row.resourceInstanceIds),
  );
  const wanted = { memberIds: own.map((row) => row.teamMemberId), instanceIds: known };
  const instances = await lockCalendars(write, location.id, { ...wanted, resourceIds: [] });
  for (const { id, teamMemberId, resourceInstanceIds, startsAt, duration } of own) {
    const span = { start: startsAt, end: endOf(startsAt, duration) };
    const instanceIds = resourceInstanceIds.filter((each) => known.includes(each));
    const claim = { ...span, teamMemberId, resourceIds: [], instanceIds, isAtAnyHour: true };
    const granted = await grantTime(write, location, { ...claim, force: force || attendance === 1 }, instances);
    await occupy(write, location.id, 'appointment', [{ sourceId: id, ...span, granted }]);
  }
}

export const changesComment = (current: AppointmentColumns, { comment }: { comment?: string | undefined }) =>
  comment !== undefined && comment !== current.comment;

/** The visit of an appointment after it may have got another client or date. */
export async function visitAfter(
  write: Write,
  location: Location,
  current: AppointmentColumns,
  clientId: number | null,
  startsAt: Date,
): Promise<number> {
  const date = dateIn(startsAt, location.timeZone);
  if (clientId === current.clientId && date === dateIn(current.startsAt, location.timeZone)) return current.visitId;
  const [visitId] = await visitsFor(write, location.id, [{ clientId, date }]);
  return visitId as number;
}
