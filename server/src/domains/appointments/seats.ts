import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { noMoney } from '../../platform/money.ts';
import { type ServiceTerms, serviceTerms } from '../catalog/terms.ts';
import { lockClients } from '../clients/locked.ts';
import { ReceiptPrinted } from '../inventory/receipt.ts';
import { type Calendars, isInCalendars } from '../team/calendars.ts';
import { countVisits } from './client-visits.ts';
import { type Booked, type Claimed, writeAppointments } from './create.ts';
import {
  checkedCustomFields,
  detailColumns,
  expectClients,
  expectTags,
  replaceServices,
  replaceTags,
  replaceUnlessReceipted,
  resolveClient,
  servicesOf,
} from './details.ts';
import type { AppointmentDetails, BookedClient, BookedService, Origin } from './fields.ts';
import { refuseReceipted } from './receipted.ts';
import { type BookingRights, type ChangeRights, type PriceRights, refuseChange } from './rights.ts';
import { appointments, events } from './tables.ts';
import { changesComment, lockAppointment, visitAfter } from './update.ts';

/** A seat or more in a group event. */
export interface SeatFields extends AppointmentDetails {
  client: BookedClient;
  seats: number;
}

/** The event, whose seats are locked until the transaction ends. @throws NotFound as lockEvents */
export async function lockEvent(write: Write, locationId: number, eventId: number, calendars: Calendars) {
  const [event] = await lockEvents(write, locationId, [eventId], calendars);
  return event as EventColumns;
}

/**
 * Locks events until the transaction ends, in the order of their ids, and returns them in this order.
 * @throws NotFound for an event that is unknown, deleted or outside of the calendars
 */
export async function lockEvents(write: Write, locationId: number, ids: readonly number[], calendars: Calendars) {
  const rows = await lockLivingEvents(write, locationId, ids);
  const missing = ids.find((id) => !rows.some((row) => row.id === id && isInCalendars(row, calendars)));
  if (missing !== undefined) throw new NotFound(`Event ${missing} was not found`);
  return rows;
}

/** Like `lockEvents`, without deleted ones, even if another request deleted them while this one waited. */
export async function lockLivingEvents(write: Write, locationId: number, ids: readonly number[]) {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  return write.lock(
    'event',
    write
      .select()
      .from(events)
      .where(
        and(eq(events.locationId, locationId), sql`${events.id} = any(${sql.param(wanted)}::int[])`, isNull(events.deletedAt)),
      )
      .orderBy(asc(events.id)),
  );
}

type EventColumns = Awaited<ReturnType<typeof lockLivingEvents>>[number];

/**
 * Takes seats of a locked event.
 * @throws Conflict if too few seats are left, unless the caller forces it
 */
async function takeSeats(write: Write, event: EventColumns, seats: number, force: boolean): Promise<void> {
  if (!force) expectSeats(event, seats);
  await write
    .update(events)
    .set({ booked: sql`${events.booked} + ${seats}` })
    .where(and(eq(events.locationId, event.locationId), eq(events.id, event.id)));
}

function expectSeats(event: EventColumns, seats: number): void {
  if (event.booked + seats <= event.capacity) return;
  const left = Math.max(0, event.capacity - event.booked);
  throw new NoSeats(`The event has ${left} free ${left === 1 ? 'place' : 'places'}`);
}

/** 422: an event has not as many places left. */
export class NoSeats extends Invalid {
  constructor(message: string) {
    super({ clients_count: [message] }, message);
  }
}

/**
 * Books seats of a group event: the time, the team member and the service are the event's.
 * @throws NotFound for an unknown event, NoSeats, Invalid
 */
export async function createEventAppointment(
  write: Write,
  location: Location,
  eventId: number,
  fields: SeatFields,
  origin: Origin,
  rights: BookingRights,
): Promise<Booked> {
  const [booked] = await createEventAppointments(write, location, [{ ...fields, eventId }], origin, rights);
  return booked as Booked;
}

/**
 * Books seats of group events, all or none. The events are locked first, and everything else is written at once, so that requests cannot
 * wait for each other in a circle.
 * @returns in the given order
 * @throws as createEventAppointment
 */
export async function createEventAppointments(
  write: Write,
  location: Location,
  all: readonly (SeatFields & { eventId: number; clientSeriesId?: number })[],
  origin: Origin,
  rights: Omit<BookingRights, keyof PriceRights>,
): Promise<Booked[]> {
  if (all.length === 0) return [];
  const held = new Map(
    (
      await lockEvents(
        write,
        location.id,
        all.map(({ eventId }) => eventId),
        rights.calendars,
      )
    ).map((event) => [event.id, event]),
  );
  const taken = new Map<number, number>();
  for (const { eventId, seats } of all) taken.set(eventId, (taken.get(eventId) ?? 0) + seats);
  if (!rights.force) for (const [eventId, seats] of taken) expectSeats(held.get(eventId) as EventColumns, seats);
  await write.execute(sql`
    update events set booked = events.booked + taken.seats
    from jsonb_to_recordset(${JSON.stringify([...taken].map(([id, seats]) => ({ id, seats })))}::jsonb) as taken(id int, seats int)
    where events.location_id = ${location.id} and events.id = taken.id`);
  await expectTags(
    write,
    location.id,
    all.flatMap(({ tagIds }) => tagIds ?? []),
  );
  const terms = new Map<string, Map<number, ServiceTerms>>();
  const termsKey = ({ teamMemberId, serviceId }: EventColumns) => `${teamMemberId} ${serviceId}`;
  for (const event of held.values()) {
    if (terms.has(termsKey(event))) continue;
    terms.set(termsKey(event), await serviceTerms(write, location.id, event.teamMemberId, [event.serviceId], true));
  }
  await expectClients(
    write,
    location.id,
    all.flatMap(({ client }) => client.id ?? []),
    rights,
  );
  const rows: Claimed[] = [];
  for (const { eventId, ...fields } of all) {
    const event = held.get(eventId) as EventColumns;
    const customFields = fields.customFields ? await checkedCustomFields(write, location.id, fields.customFields, {}) : {};
    const { id } = fields.client;
    const client =
      id === undefined ? await resolveClient(write, location, fields.client, rights) : { id, guestName: '', guestEmail: '' };
    rows.push({
      ...seatRow(event, terms.get(termsKey(event)) as Map<number, ServiceTerms>, fields.seats),
      ...fields,
      clientId: client.id,
      guestName: client.guestName,
      guestEmail: client.guestEmail,
      tagIds: fields.tagIds ?? [],
      customFields,
    });
  }
  return writeAppointments(write, location, rows, origin);
}

/** Values that an appointment takes from its event. */
export const seatRow = (event: EventColumns, terms: Map<number, ServiceTerms>, seats: number) => ({
  eventId: event.id,
  teamMemberId: event.teamMemberId,
  startsAt: event.startsAt,
  duration: event.duration,
  technicalBreak: event.technicalBreak,
  seats,
  services: [{ id: event.serviceId, amount: seats, price: terms.get(event.serviceId)?.price ?? noMoney }],
  granted: { instanceIds: event.resourceInstanceIds, occupations: [] },
});

/**
 * The event of an appointment. Null for an appointment without an event. @throws NotFound also for a deleted appointment, and one outside
 * of the calendars
 */
export async function eventOf(db: Read, locationId: number, id: number, calendars: Calendars): Promise<number | null> {
  const [row] = await db
    .select({ eventId: appointments.eventId, teamMemberId: appointments.teamMemberId, startsAt: appointments.startsAt })
    .from(appointments)
    .where(and(eq(appointments.locationId, locationId), eq(appointments.id, id), isNull(appointments.deletedAt)));
  if (!row || !isInCalendars(row, calendars)) throw new NotFound(`Appointment ${id} was not found`);
  return row.eventId;
}

/** Changeable fields of seats in an event. */
export interface SeatChanges extends AppointmentDetails {
  client?: BookedClient | undefined;
  seats?: number | undefined;
  /** The price of the event's service. */
  service?: Omit<BookedService, 'id'> | undefined;
}

/**
 * Changes the given fields of an appointment of a group event.
 * @throws NotFound if the event has no such appointment, NoSeats, Invalid, Forbidden, ReceiptPrinted
 */
export async function updateEventAppointment(
  write: Write,
  location: Location,
  eventId: number,
  id: number,
  changes: SeatChanges,
  rights: ChangeRights,
): Promise<Booked> {
  const event = await lockEvent(write, location.id, eventId, rights.calendars);
  const current = await lockAppointment(write, location.id, id, rights.calendars);
  if (current.eventId !== eventId) throw new NotFound(`Event ${eventId} has no appointment ${id}`);
  refuseChange([current], { comment: changesComment(current, changes) }, rights);
  const seats = changes.seats ?? current.seats;
  if (current.isReceiptPrinted && seats !== current.seats) throw new ReceiptPrinted();
  refuseReceipted(current, { attendance: changes.attendance });
  if (seats !== current.seats) await takeSeats(write, event, seats - current.seats, rights.force || seats < current.seats);
  await expectTags(write, location.id, changes.tagIds);
  const customFields = changes.customFields
    ? await checkedCustomFields(write, location.id, changes.customFields, current.customFields)
    : current.customFields;
  const client = changes.client
    ? await resolveClient(write, location, changes.client, rights, current.clientId)
    : { id: current.clientId, guestName: current.guestName, guestEmail: current.guestEmail };
  refuseReceipted(current, { clientId: client.id });
  await lockClients(write, location.id, [current.clientId, client.id]);
  const visitId = await visitAfter(write, location, current, client.id, current.startsAt);
  await write.execute(sql`
    update appointments set client_id = ${client.id}::int, visit_id = ${visitId}, seats = ${seats},
      guest_name = ${client.guestName}, guest_email = ${client.guestEmail},
      custom_fields = ${JSON.stringify(customFields)}::jsonb, ${detailColumns(changes)}
    where appointments.location_id = ${location.id} and appointments.id = ${id}`);
  if (changes.service || seats !== current.seats) {
    const stored = await servicesOf(write, location.id, id);
    const [before] = stored;
    const price = before?.costPerUnit ?? noMoney;
    const kept = { id: event.serviceId, amount: seats, price, discount: before?.discount };
    const given = changes.service && {
      ...(rights.costs ? { costPerUnit: changes.service.costPerUnit } : {}),
      ...(rights.discounts ? { discount: changes.service.discount } : {}),
      ...(rights.costs && rights.discounts ? { cost: changes.service.cost } : {}),
    };
    const service = { ...kept, ...given };
    await replaceUnlessReceipted(write, location, current, [service], stored);
  }
  await replaceTags(write, location.id, id, changes.tagIds);
  await countVisits(write, location.id, [current.clientId, client.id]);
  write.changed('appointment', location.id, id, 'update');
  return { id };
}

/**
 * Moves an appointment from one group event to another of the location. Its discount stays, and its price as long as the service does.
 * @throws NotFound for either event or the appointment, Invalid for an event that is over or deleted, NoSeats, ReceiptPrinted
 */
export async function rescheduleEventAppointment(
  write: Write,
  location: Location,
  move: { fromEventId: number; toEventId: number; id: number },
  changes: { comment?: string | undefined; seats?: number | undefined },
  rights: ChangeRights,
): Promise<void> {
  if (move.fromEventId === move.toEventId) throw new Invalid({ toEventId: ['must be another event'] });
  const held = new Map(
    (await lockEvents(write, location.id, [move.fromEventId, move.toEventId], rights.calendars)).map((event) => [
      event.id,
      event,
    ]),
  );
  const [from, to] = [held.get(move.fromEventId) as EventColumns, held.get(move.toEventId) as EventColumns];
  const current = await lockAppointment(write, location.id, move.id, rights.calendars);
  if (current.eventId !== move.fromEventId) throw new NotFound(`Event ${move.fromEventId} has no appointment ${move.id}`);
  const change = { timeOrMember: true, duration: to.duration !== current.duration, services: to.serviceId !== from.serviceId };
  refuseChange([current, { startsAt: to.startsAt }], { ...change, comment: changesComment(current, changes) }, rights);
  if (current.isReceiptPrinted) throw new ReceiptPrinted();
  const seats = changes.seats ?? current.seats;
  await takeSeats(write, to, seats, rights.force);
  await takeSeats(write, from, -current.seats, true);
  await lockClients(write, location.id, [current.clientId]);
  const visitId = await visitAfter(write, location, current, current.clientId, to.startsAt);
  await write.execute(sql`
    update appointments set event_id = ${to.id}, team_member_id = ${to.teamMemberId}, visit_id = ${visitId}, seats = ${seats},
      starts_at = ${to.startsAt.toISOString()}, duration = ${to.duration}, technical_break = ${to.technicalBreak},
      resource_instance_ids = ${sql.param(to.resourceInstanceIds)}::int[], client_series_id = null,
      ${detailColumns(changes)}
    where appointments.location_id = ${location.id} and appointments.id = ${move.id}`);
  if (change.services || seats !== current.seats) {
    const [before] = await servicesOf(write, location.id, move.id);
    const terms = await serviceTerms(write, location.id, to.teamMemberId, [to.serviceId], true);
    const price = (change.services ? undefined : before?.costPerUnit) ?? terms.get(to.serviceId)?.price ?? noMoney;
    await replaceServices(write, location, move.id, [{ id: to.serviceId, amount: seats, price, discount: before?.discount }]);
  }
  await countVisits(write, location.id, [current.clientId]);
  write.changed('appointment time', location.id, move.id, 'update', { isMoved: true });
  write.changed('appointment', location.id, move.id, 'update');
}

export const freeSeats = (write: Write, locationId: number, eventId: number, seats: number) =>
  write
    .update(events)
    .set({ booked: sql`${events.booked} - ${seats}` })
    .where(and(eq(events.locationId, locationId), eq(events.id, eventId)));
