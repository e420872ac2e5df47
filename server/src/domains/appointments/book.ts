import { randomBytes } from 'node:crypto';
import { and, asc, eq, inArray, isNull, type Placeholder, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Conflict, type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import { dateIn } from '../../platform/clock.ts';
import { preparedSql, type Tx } from '../../platform/database.ts';
import { currencyDigits } from '../../platform/money.ts';
import { type ServiceTerms, serviceTerms } from '../catalog/terms.ts';
import { type ClientFields, findOrCreateClient } from '../clients/client.ts';
import { clients } from '../clients/tables.ts';
import { listCustomFields } from '../custom-fields/custom-field.ts';
import { type CustomValues, checkCustomValues } from '../custom-fields/values.ts';
import { type Granted, grantTime, holdCalendars, occupy, release } from '../schedule/occupation.ts';
import { tags } from '../tags/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { withClock } from './changes.ts';
import {
  type BookingRights,
  type ChangeRights,
  changesServices,
  type DeleteRights,
  type PriceRights,
  refuseChange,
  refuseDeletion,
} from './rights.ts';
import { type Attendance, appointmentServices, appointments, appointmentTags, events, visits } from './tables.ts';

/** A service as it is booked; what is not given follows from the price list. */
export interface BookedService {
  id: number;
  amount?: number | undefined;
  costPerUnit?: number | undefined;
  /** Of all units, before the discount. */
  firstCost?: number | undefined;
  /** percent */
  discount?: number | undefined;
  /** Of all units, after the discount. */
  cost?: number | undefined;
}

/** Who is served: a client by id, a person with a phone number, or someone of whom only a name is known. */
export interface BookedClient extends Omit<ClientFields, 'tagIds'> {
  id?: number | undefined;
}

/** What can be said of an appointment beside its time; what is undefined stays as it is, or has its default. */
export interface AppointmentDetails {
  comment?: string | undefined;
  attendance?: Attendance | undefined;
  apiId?: string | undefined;
  /** rrggbb, or empty */
  color?: string | undefined;
  tagIds?: number[] | undefined;
  customFields?: CustomValues | undefined;
  smsReminder?: number | undefined;
  emailReminder?: number | undefined;
  isMemberChosen?: boolean | undefined;
}

export interface AppointmentFields extends AppointmentDetails {
  teamMemberId: number;
  services: BookedService[];
  client: BookedClient;
  startsAt: Date;
  /** seconds, the technical break included */
  duration: number;
  /** seconds; null for what the services need */
  technicalBreak?: number | null | undefined;
}

/** Where an appointment comes from. */
export interface Origin {
  userId: number | null;
  partnerId: number | null;
  isOnline: boolean;
  bookingFormId?: number | undefined;
  device?: number | undefined;
  fromUrl?: string | undefined;
}

/** A row for `insertAppointments`. */
interface NewAppointment extends Omit<AppointmentDetails, 'tagIds' | 'customFields'> {
  teamMemberId: number;
  clientId: number | null;
  visitId: number;
  eventId: number | null;
  clientSeriesId?: number | null;
  startsAt: Date;
  duration: number;
  technicalBreak: number;
  seats: number;
  guestName: string;
  guestEmail: string;
  tagIds: readonly number[];
  customFields: CustomValues;
  services: readonly (BookedService & { price: number })[];
  granted: Granted;
}

const newHash = () => randomBytes(20).toString('hex');

/** The prices of services: what is given, else what follows from the rest. `price` is of one unit. */
const costColumns = sql`
  service."position", service.id, service.amount,
  coalesce(service."costPerUnit", service."firstCost" / service.amount, service.price),
  coalesce(service."firstCost", service."costPerUnit" * service.amount, service.price * service.amount),
  coalesce(service.discount, 0)`;

const costAfterDiscount = (digits: number | Placeholder) => sql`coalesce(service.cost, round(
    coalesce(service."firstCost", service."costPerUnit" * service.amount, service.price * service.amount)
    * (100 - coalesce(service.discount, 0)) / 100, ${digits}::int))`;

const serviceRecord = sql`service("position" smallint, id int, amount int, "costPerUnit" numeric, "firstCost" numeric, discount numeric, cost numeric, price numeric)`;

const serviceInput = (services: NewAppointment['services']) =>
  services.map((service, position) => ({ ...service, amount: service.amount ?? 1, position }));

/**
 * Writes appointments with their services, labels and occupations, in one statement, whatever their number.
 * @returns the ids in the order of the rows
 */
export async function insertAppointments(
  tx: Tx,
  location: Location,
  rows: readonly NewAppointment[],
  origin: Origin,
): Promise<number[]> {
  if (rows.length === 0) return [];
  const hashes = rows.map(newHash);
  const input = rows.map((row, index) => ({
    hash: hashes[index],
    team_member_id: row.teamMemberId,
    client_id: row.clientId,
    visit_id: row.visitId,
    event_id: row.eventId,
    client_series_id: row.clientSeriesId ?? null,
    starts_at: row.startsAt,
    duration: row.duration,
    technical_break: row.technicalBreak,
    attendance: row.attendance ?? 0,
    seats: row.seats,
    comment: row.comment ?? '',
    api_id: row.apiId ?? '',
    color: row.color ?? '',
    custom_fields: row.customFields,
    resource_instance_ids: row.granted.instanceIds,
    is_member_chosen: row.isMemberChosen ?? true,
    guest_name: row.guestName,
    guest_email: row.guestEmail,
    sms_reminder: row.smsReminder ?? 0,
    email_reminder: row.emailReminder ?? 0,
    tag_ids: row.tagIds,
    services: serviceInput(row.services),
    occupations: row.eventId === null && !isNoShow(row.attendance) ? row.granted.occupations : [],
  }));
  const added = await addAppointments(tx, {
    location: location.id,
    input: JSON.stringify(input),
    isOnline: origin.isOnline,
    bookingFormId: origin.bookingFormId ?? 0,
    device: origin.device ?? 0,
    fromUrl: origin.fromUrl ?? '',
    partnerId: origin.partnerId,
    userId: origin.userId,
    digits: currencyDigits(location.currency),
  });
  const ids = new Map(added.map(({ id, hash }) => [hash, id]));
  return hashes.map((hash) => ids.get(hash) as number);
}

const addAppointments = (() => {
  const place = sql.placeholder('location');
  const columns = sql.raw(
    'hash, team_member_id, client_id, visit_id, event_id, client_series_id, starts_at, duration, technical_break, attendance, seats, comment, api_id, color, custom_fields, resource_instance_ids, is_member_chosen, guest_name, guest_email, sms_reminder, email_reminder',
  );
  return preparedSql<{ id: number; hash: string }>(
    'add_appointments',
    sql`
    ${withClock(place)},
    input as (
      select * from jsonb_to_recordset(${sql.placeholder('input')}::jsonb) as input(
        hash text, team_member_id int, client_id int, visit_id int, event_id int, client_series_id int, starts_at timestamptz,
        duration int, technical_break int, attendance smallint, seats int, comment text, api_id text, color text, custom_fields jsonb,
        resource_instance_ids int[], is_member_chosen boolean, guest_name text, guest_email text, sms_reminder smallint,
        email_reminder smallint, tag_ids int[], services jsonb, occupations jsonb)),
    added as (
      insert into appointments (location_id, ${columns}, is_online, booking_form_id, device, from_url, partner_id, created_by, created_at, changed_at)
      select ${place}, ${columns}, ${sql.placeholder('isOnline')}::boolean, ${sql.placeholder('bookingFormId')}::int, ${sql.placeholder('device')}::smallint,
        ${sql.placeholder('fromUrl')}::text, ${sql.placeholder('partnerId')}::int, ${sql.placeholder('userId')}::int, clock.at, clock.at
      from input, clock
      returning id, hash),
    provided as (
      insert into appointment_services (location_id, appointment_id, position, service_id, amount, cost_per_unit, first_cost, discount, cost)
      select ${place}, added.id, ${costColumns}, ${costAfterDiscount(sql.placeholder('digits'))}
      from added join input using (hash), jsonb_to_recordset(input.services) as ${serviceRecord}),
    labelled as (
      insert into appointment_tags (location_id, appointment_id, tag_id)
      select distinct ${place}::int, added.id, tag_id from added join input using (hash), unnest(input.tag_ids) as tag_id),
    occupied as (
      insert into occupations (location_id, source, source_id, team_member_id, resource_instance_id, starts_at, ends_at, is_exclusive)
      select ${place}, 'appointment', added.id, taken."teamMemberId", taken."resourceInstanceId", input.starts_at,
        input.starts_at + make_interval(secs => input.duration), taken."isExclusive"
      from added join input using (hash), jsonb_to_recordset(input.occupations)
        as taken("teamMemberId" int, "resourceInstanceId" int, "isExclusive" boolean))
    select id, hash from added`,
  );
})();

/** The client card of whoever is served; none for someone of whom only a name is known. */
async function resolveClient(
  tx: Tx,
  location: Location,
  { id, phone = '', name = '', ...rest }: BookedClient,
  mayAdd: boolean,
): Promise<{ id: number | null; created: boolean; guestName: string; guestEmail: string }> {
  const guest = { guestName: name.trim(), guestEmail: rest.email?.trim() ?? '' };
  if (id !== undefined) {
    const [known] = await tx
      .select({ id: clients.id })
      .from(clients)
      .where(and(eq(clients.locationId, location.id), eq(clients.id, id)));
    if (!known) throw new Invalid({ 'client.id': ['must be a client of this location'] });
    return { id, created: false, guestName: '', guestEmail: '' };
  }
  if (phone.trim() === '') return { id: null, created: false, ...guest };
  try {
    const found = await findOrCreateClient(tx, location, { phone, name, ...rest }, mayAdd);
    return { id: found.id, created: found.created !== undefined, guestName: '', guestEmail: '' };
  } catch (error) {
    // The fields of a client stand below `client` here.
    if (error instanceof Invalid && error.errors) {
      throw new Invalid(
        Object.fromEntries(Object.entries(error.errors).map(([field, messages]) => [`client.${field}`, messages])),
      );
    }
    throw error;
  }
}

/**
 * The visits of clients on dates, made where there is none; someone unknown has a visit for each appointment.
 * @returns the ids in the order given
 */
export async function visitsFor(
  tx: Tx,
  locationId: number,
  wanted: readonly { clientId: number | null; date: string }[],
): Promise<number[]> {
  const key = (visit: { clientId: number | null; date: string }) => `${visit.clientId} ${visit.date}`;
  const named = [
    ...new Map(wanted.filter(({ clientId }) => clientId !== null).map((visit) => [key(visit), visit])).values(),
  ].sort((a, b) => (a.clientId as number) - (b.clientId as number) || (a.date < b.date ? -1 : 1));
  const unnamed = wanted.filter(({ clientId }) => clientId === null);
  const known = new Map<string, number>();
  if (named.length) {
    const rows = await holdVisits(tx, {
      location: locationId,
      clients: named.map(({ clientId }) => clientId),
      dates: named.map(({ date }) => date),
    });
    for (const row of rows) known.set(key(row), row.id);
  }
  const fresh = unnamed.length
    ? await tx
        .insert(visits)
        .values(unnamed.map(({ date }) => ({ locationId, clientId: null, date })))
        .returning({ id: visits.id })
    : [];
  return wanted.map((visit) =>
    visit.clientId === null ? (fresh.shift() as { id: number }).id : (known.get(key(visit)) as number),
  );
}

/** Where a visit is there already nothing changes, and it is returned and held. */
const holdVisits = preparedSql<{ id: number; clientId: number; date: string }>(
  'hold_visits',
  sql`
    insert into visits (location_id, client_id, date)
    select ${sql.placeholder('location')}, wanted.client_id, wanted.date
    from unnest(${sql.placeholder('clients')}::int[], ${sql.placeholder('dates')}::date[]) as wanted(client_id, date)
    on conflict (location_id, client_id, date) do update set comment = visits.comment
    returning id, client_id as "clientId", date::text`,
);

/** Holds clients until the transaction ends, in the order of their ids: what is counted of them changes. */
export async function holdClients(tx: Tx, locationId: number, ids: readonly (number | null)[]): Promise<void> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return;
  await tx
    .select({ id: clients.id })
    .from(clients)
    .where(and(eq(clients.locationId, locationId), inArray(clients.id, wanted)))
    .orderBy(asc(clients.id))
    .for('no key update');
}

/** Counts the visits of clients who are held anew. */
export async function countVisits(tx: Tx, locationId: number, ids: readonly (number | null)[]): Promise<void> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return;
  await tx.execute(sql`
    update clients set visits = counted.came, missed_visits = counted.missed, first_visit_at = counted.first, last_visit_at = counted.last
    from (
      select client_id, count(*) filter (where came) as came, count(*) filter (where missed and not came) as missed,
        min(first) as first, max(last) as last
      from (
        select wanted.client_id, visit_id, coalesce(bool_or(attendance = 1), false) as came, coalesce(bool_or(attendance = -1), false) as missed,
          min(starts_at) filter (where attendance = 1) as first, max(starts_at) filter (where attendance = 1) as last
        from unnest(${sql.param(wanted)}::int[]) as wanted(client_id)
        left join appointments on appointments.location_id = ${locationId} and appointments.client_id = wanted.client_id
          and appointments.deleted_at is null
        group by wanted.client_id, visit_id) as visit
      group by client_id) as counted
    where clients.location_id = ${locationId} and clients.id = counted.client_id`);
}

/** @throws Invalid when one is no label for appointments of the location */
async function expectLabels(tx: Tx, locationId: number, ids: readonly number[] | undefined): Promise<void> {
  if (!ids?.length) return;
  const known = await tx
    .select({ id: tags.id })
    .from(tags)
    .where(
      and(eq(tags.locationId, locationId), inArray(tags.id, [...ids]), inArray(tags.entity, [0, 2]), isNull(tags.deletedAt)),
    );
  if (known.length < new Set(ids).size) throw new Invalid({ record_labels: ['must be tags for appointments of this location'] });
}

async function checkedCustomFields(
  tx: Tx,
  locationId: number,
  given: CustomValues,
  current: CustomValues,
): Promise<CustomValues> {
  const checked = checkCustomValues(await listCustomFields(tx, locationId, 'appointment'), given, current);
  if (Object.keys(checked.errors).length) throw new Invalid(checked.errors);
  return checked.values;
}

/** What the services say of an appointment. @throws Invalid for a service that is not of the location */
function expectServices(wanted: readonly BookedService[], terms: Map<number, ServiceTerms>): ServiceTerms[] {
  const errors: FieldErrors = {};
  const found = wanted.map(({ id }, index) => {
    const service = terms.get(id);
    if (!service) errors[`services.${index}.id`] = ['must be a service of this location'];
    return service as ServiceTerms;
  });
  if (Object.keys(errors).length) throw new Invalid(errors);
  return found;
}

/** Prices that the caller may not set follow from the price list. */
const priced = (wanted: readonly BookedService[], terms: Map<number, ServiceTerms>, rights: PriceRights) =>
  wanted.map(({ id, amount, costPerUnit, firstCost, discount, cost }) => ({
    id,
    amount,
    price: terms.get(id)?.price ?? 0,
    ...(rights.costs ? { costPerUnit, firstCost } : {}),
    ...(rights.discounts ? { discount } : {}),
    ...(rights.costs && rights.discounts ? { cost } : {}),
  }));

/** The technical break at the end: as given, else the longest that a service asks for and that leaves time to serve. */
function breakOf(fields: Pick<AppointmentFields, 'technicalBreak' | 'duration'>, services: readonly ServiceTerms[]): number {
  const wanted = fields.technicalBreak ?? Math.max(0, ...services.map(({ technicalBreak }) => technicalBreak ?? 0));
  if (wanted < fields.duration) return wanted;
  if (fields.technicalBreak != null) throw new Invalid({ technical_break_duration: ['must be shorter than seance_length'] });
  return 0;
}

const endOf = (startsAt: Date, duration: number) => new Date(startsAt.getTime() + duration * 1000);

/** What was written, and whom it is about. */
export interface Booked {
  id: number;
  /** A client who was added with it. */
  newClientId?: number | undefined;
}

/** An appointment before its visit is known, and whether its client was added with it. */
type Claimed = Omit<NewAppointment, 'visitId'> & { isNewClient: boolean };

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
async function writeAppointments(tx: Tx, location: Location, rows: readonly Claimed[], origin: Origin): Promise<Booked[]> {
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

/** A seat or more in a group event. */
export interface SeatFields extends AppointmentDetails {
  client: BookedClient;
  seats: number;
}

/*
 * Locks are taken in one order, so that no two requests wait for each other in a circle: events, appointments, team members, resource
 * instances, clients, visits, the clock of the location; several of a kind by their ids.
 */

/** The event whose seats are held until the transaction ends. @throws NotFound for a deleted event too */
export async function holdEvent(tx: Tx, locationId: number, eventId: number) {
  const [event] = await holdEvents(tx, locationId, [eventId]);
  return event as EventColumns;
}

/**
 * Holds events until the transaction ends, in the order of their ids, which is the order they are returned in.
 * @throws NotFound for one that is unknown or deleted
 */
export async function holdEvents(tx: Tx, locationId: number, ids: readonly number[]) {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const rows = await tx
    .select()
    .from(events)
    .where(and(eq(events.locationId, locationId), sql`${events.id} = any(${sql.param(wanted)}::int[])`, isNull(events.deletedAt)))
    .orderBy(asc(events.id))
    .for('no key update');
  const missing = wanted.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw new NotFound(`Event ${missing} was not found`);
  return rows;
}

type EventColumns = Awaited<ReturnType<typeof holdEvents>>[number];

/**
 * Takes seats of an event that is held.
 * @throws Conflict when there are not as many left, unless the caller forces it
 */
async function takeSeats(tx: Tx, event: EventColumns, seats: number, force: boolean): Promise<void> {
  if (!force) expectSeats(event, seats);
  await tx
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
  tx: Tx,
  location: Location,
  eventId: number,
  fields: SeatFields,
  origin: Origin,
  rights: BookingRights,
): Promise<Booked> {
  const [booked] = await createEventAppointments(tx, location, [{ ...fields, eventId }], origin, rights);
  return booked as Booked;
}

/**
 * Books seats of group events, all or none: the events are held first, and all that follows is written at once, so that requests do not
 * wait for each other in a circle.
 * @returns in the order given
 * @throws as createEventAppointment
 */
export async function createEventAppointments(
  tx: Tx,
  location: Location,
  all: readonly (SeatFields & { eventId: number; clientSeriesId?: number })[],
  origin: Origin,
  rights: BookingRights,
): Promise<Booked[]> {
  if (all.length === 0) return [];
  const held = new Map(
    (
      await holdEvents(
        tx,
        location.id,
        all.map(({ eventId }) => eventId),
      )
    ).map((event) => [event.id, event]),
  );
  const taken = new Map<number, number>();
  for (const { eventId, seats } of all) taken.set(eventId, (taken.get(eventId) ?? 0) + seats);
  if (!rights.force) for (const [eventId, seats] of taken) expectSeats(held.get(eventId) as EventColumns, seats);
  await tx.execute(sql`
    update events set booked = events.booked + taken.seats
    from jsonb_to_recordset(${JSON.stringify([...taken].map(([id, seats]) => ({ id, seats })))}::jsonb) as taken(id int, seats int)
    where events.location_id = ${location.id} and events.id = taken.id`);
  await expectLabels(
    tx,
    location.id,
    all.flatMap(({ tagIds }) => tagIds ?? []),
  );
  const terms = new Map<string, Map<number, ServiceTerms>>();
  const termsKey = ({ teamMemberId, serviceId }: EventColumns) => `${teamMemberId} ${serviceId}`;
  for (const event of held.values()) {
    if (terms.has(termsKey(event))) continue;
    terms.set(termsKey(event), await serviceTerms(tx, location.id, event.teamMemberId, [event.serviceId], true));
  }
  const known = new Map<number, Awaited<ReturnType<typeof resolveClient>>>();
  const rows: Claimed[] = [];
  for (const { eventId, ...fields } of all) {
    const event = held.get(eventId) as EventColumns;
    const customFields = fields.customFields ? await checkedCustomFields(tx, location.id, fields.customFields, {}) : {};
    const client = known.get(fields.client.id ?? 0) ?? (await resolveClient(tx, location, fields.client, rights.addClients));
    if (fields.client.id !== undefined) known.set(fields.client.id, client);
    rows.push({
      ...seatRow(event, terms.get(termsKey(event)) as Map<number, ServiceTerms>, fields.seats),
      ...fields,
      clientId: client.id,
      isNewClient: client.created,
      guestName: client.guestName,
      guestEmail: client.guestEmail,
      tagIds: fields.tagIds ?? [],
      customFields,
    });
  }
  return writeAppointments(tx, location, rows, origin);
}

/** What an appointment has from its event. */
export const seatRow = (event: EventColumns, terms: Map<number, ServiceTerms>, seats: number) => ({
  eventId: event.id,
  teamMemberId: event.teamMemberId,
  startsAt: event.startsAt,
  duration: event.duration,
  technicalBreak: event.technicalBreak,
  seats,
  services: [{ id: event.serviceId, amount: seats, price: terms.get(event.serviceId)?.price ?? 0 }],
  granted: { instanceIds: event.resourceInstanceIds, occupations: [] },
});

/** The appointment, held until the transaction ends. @throws NotFound for a deleted one too */
async function holdAppointment(tx: Tx, locationId: number, id: number) {
  const [row] = await tx
    .select()
    .from(appointments)
    .where(and(eq(appointments.locationId, locationId), eq(appointments.id, id), isNull(appointments.deletedAt)))
    .for('no key update');
  if (!row) throw new NotFound(`Appointment ${id} was not found`);
  return row;
}

/** The event of an appointment; null for that of one client. @throws NotFound for a deleted appointment too */
export async function eventOf(tx: Tx, locationId: number, id: number): Promise<number | null> {
  const [row] = await tx
    .select({ eventId: appointments.eventId })
    .from(appointments)
    .where(and(eq(appointments.locationId, locationId), eq(appointments.id, id), isNull(appointments.deletedAt)));
  if (!row) throw new NotFound(`Appointment ${id} was not found`);
  return row.eventId;
}

type AppointmentColumns = Awaited<ReturnType<typeof holdAppointment>>;

/**
 * Replaces an appointment of one client. Its time is claimed anew only when the time, the team member or a resource changes, so that
 * one that was forced upon a busy time can still be edited.
 * @throws NotFound, Forbidden naming what the caller may not change, and as createAppointment
 */
export async function updateAppointment(
  tx: Tx,
  location: Location,
  id: number,
  fields: AppointmentFields,
  rights: ChangeRights,
): Promise<Booked> {
  const current = await holdAppointment(tx, location.id, id);
  if (current.eventId !== null) throw new Invalid({ activity_id: [`must be ${current.eventId}, the event of this appointment`] });
  const { startsAt, duration, teamMemberId } = fields;
  const isMoved = startsAt.getTime() !== current.startsAt.getTime() || teamMemberId !== current.teamMemberId;
  const before = await servicesOf(tx, location.id, id);
  const servicesStay = !changesServices(before, fields.services);
  const change = { timeOrMember: isMoved, duration: duration !== current.duration, services: !servicesStay };
  refuseChange([current], { ...change, comment: changesComment(current, fields) }, rights);

  // What was sold may have been deleted since.
  const terms = await serviceTerms(
    tx,
    location.id,
    teamMemberId,
    fields.services.map((service) => service.id),
    true,
  );
  const wanted = expectServices(fields.services, terms);
  const technicalBreak =
    fields.technicalBreak === undefined && servicesStay && duration === current.duration
      ? current.technicalBreak
      : breakOf(fields, wanted);
  await expectLabels(tx, location.id, fields.tagIds);
  const customFields = fields.customFields
    ? await checkedCustomFields(tx, location.id, fields.customFields, current.customFields)
    : current.customFields;

  const attendance = fields.attendance ?? current.attendance;
  let instanceIds = current.resourceInstanceIds;
  if (isMoved || duration !== current.duration || !servicesStay) {
    const resourceIds = wanted.flatMap((service) => service.resourceIds);
    const instances = await holdCalendars(tx, location.id, { memberIds: [teamMemberId], resourceIds, instanceIds: [] });
    await release(tx, location.id, 'appointment', [id]);
    const span = { start: startsAt, end: endOf(startsAt, duration) };
    const granted = await grantTime(
      tx,
      location,
      { ...span, teamMemberId, resourceIds, instanceIds: [], force: rights.force || isNoShow(attendance) },
      instances,
    );
    if (!isNoShow(attendance)) await occupy(tx, location.id, 'appointment', [{ sourceId: id, ...span, granted }]);
    instanceIds = granted.instanceIds;
  } else {
    await settleTimes(tx, location, [current], attendance, rights.force);
  }

  const client = await resolveClient(tx, location, fields.client, rights.addClients);
  await holdClients(tx, location.id, [current.clientId, client.id]);
  const visitId = await visitAfter(tx, location, current, client.id, startsAt);
  await tx.execute(sql`
    ${withClock(location.id)}
    update appointments set team_member_id = ${teamMemberId}, client_id = ${client.id}::int, visit_id = ${visitId},
      starts_at = ${startsAt.toISOString()}, duration = ${duration}, technical_break = ${technicalBreak},
      resource_instance_ids = ${sql.param(instanceIds)}::int[], guest_name = ${client.guestName}, guest_email = ${client.guestEmail},
      custom_fields = ${JSON.stringify(customFields)}::jsonb, ${detailColumns(fields)}, changed_at = clock.at
    from clock where appointments.location_id = ${location.id} and appointments.id = ${id}`);
  await replaceServices(tx, location, id, keepPrices(priced(fields.services, terms, rights), before, rights));
  await replaceLabels(tx, location.id, id, fields.tagIds);
  await countVisits(tx, location.id, [current.clientId, client.id]);
  return { id, newClientId: client.created ? (client.id ?? undefined) : undefined };
}

const isNoShow = (attendance: Attendance | undefined) => attendance === -1;

/**
 * Keeps the calendars in line with who came: a no-show leaves the time to others. Who came after all has it back beside whoever took it
 * meanwhile; who is waited for again needs it free, unless forced. Team members who left have no calendar. The appointments are held and
 * get this attendance next.
 * @throws TimeTaken
 */
export async function settleTimes(
  tx: Tx,
  location: Location,
  current: readonly AppointmentColumns[],
  attendance: Attendance,
  force: boolean,
): Promise<void> {
  const changed = current.filter((row) => row.eventId === null && isNoShow(row.attendance) !== isNoShow(attendance));
  if (changed.length === 0) return;
  if (isNoShow(attendance)) {
    const ids = changed.map(({ id }) => id);
    return release(tx, location.id, 'appointment', ids);
  }
  const memberIds = changed.map((row) => row.teamMemberId);
  const present = await tx
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, location.id), inArray(teamMembers.id, memberIds), isNull(teamMembers.deletedAt)));
  const own = changed.filter((row) => present.some(({ id }) => id === row.teamMemberId));
  const wanted = { memberIds: own.map((row) => row.teamMemberId), instanceIds: own.flatMap((row) => row.resourceInstanceIds) };
  const instances = await holdCalendars(tx, location.id, { ...wanted, resourceIds: [] });
  for (const { id, teamMemberId, resourceInstanceIds, startsAt, duration } of own) {
    const span = { start: startsAt, end: endOf(startsAt, duration) };
    const claim = { ...span, teamMemberId, resourceIds: [], instanceIds: resourceInstanceIds, isAtAnyHour: true };
    const granted = await grantTime(tx, location, { ...claim, force: force || attendance === 1 }, instances);
    await occupy(tx, location.id, 'appointment', [{ sourceId: id, ...span, granted }]);
  }
}

/** What is not given, or the caller may not set, stays in an appointment whose service stays. */
function keepPrices<Service extends BookedService>(
  services: readonly Service[],
  before: readonly { serviceId: number; amount: number; costPerUnit: number; discount: number }[],
  rights: PriceRights,
): Service[] {
  return services.map((service) => {
    const stored = before.find((row) => row.serviceId === service.id);
    if (!stored) return service;
    return {
      ...service,
      amount: service.amount ?? stored.amount,
      ...(rights.costs ? {} : { costPerUnit: stored.costPerUnit }),
      ...(rights.discounts ? {} : { discount: stored.discount }),
    };
  });
}

const changesComment = (current: AppointmentColumns, { comment }: { comment?: string | undefined }) =>
  comment !== undefined && comment !== current.comment;

/** The visit of an appointment after it may have got another client or date. */
async function visitAfter(
  tx: Tx,
  location: Location,
  current: AppointmentColumns,
  clientId: number | null,
  startsAt: Date,
): Promise<number> {
  const date = dateIn(startsAt, location.timeZone);
  if (clientId === current.clientId && date === dateIn(current.startsAt, location.timeZone)) return current.visitId;
  const [visitId] = await visitsFor(tx, location.id, [{ clientId, date }]);
  return visitId as number;
}

/** Assignments of the details that are given; one that changes nothing when there are none. */
function detailColumns(fields: AppointmentDetails) {
  const { comment, attendance, apiId, color, smsReminder, emailReminder, isMemberChosen } = fields;
  const given = [
    ['comment', comment],
    ['attendance', attendance],
    ['api_id', apiId],
    ['color', color],
    ['sms_reminder', smsReminder],
    ['email_reminder', emailReminder],
    ['is_member_chosen', isMemberChosen],
  ] as const;
  const assignments = given.flatMap(([column, value]) => (value === undefined ? [] : [sql`${sql.raw(column)} = ${value}`]));
  return assignments.length ? sql.join(assignments, sql`, `) : sql`comment = comment`;
}

async function replaceServices(
  tx: Tx,
  location: Location,
  appointmentId: number,
  services: NewAppointment['services'],
): Promise<void> {
  await tx
    .delete(appointmentServices)
    .where(and(eq(appointmentServices.locationId, location.id), eq(appointmentServices.appointmentId, appointmentId)));
  if (services.length === 0) return;
  await tx.execute(sql`
    insert into appointment_services (location_id, appointment_id, position, service_id, amount, cost_per_unit, first_cost, discount, cost)
    select ${location.id}, ${appointmentId}, ${costColumns}, ${costAfterDiscount(currencyDigits(location.currency))}
    from jsonb_to_recordset(${JSON.stringify(serviceInput(services))}::jsonb) as ${serviceRecord}`);
}

/** The services of an appointment, in their order. */
const servicesOf = (tx: Tx, locationId: number, appointmentId: number) =>
  tx
    .select()
    .from(appointmentServices)
    .where(and(eq(appointmentServices.locationId, locationId), eq(appointmentServices.appointmentId, appointmentId)))
    .orderBy(asc(appointmentServices.position));

/**
 * Makes these the services of an appointment that is held; what the caller may not set keeps what it has, or follows from the terms.
 * @throws Invalid for a service the location does not have, Forbidden
 */
export async function replacePricedServices(
  tx: Tx,
  location: Location,
  appointmentId: number,
  services: readonly BookedService[],
  terms: Map<number, ServiceTerms>,
  rights: ChangeRights,
): Promise<void> {
  expectServices(services, terms);
  const before = await servicesOf(tx, location.id, appointmentId);
  refuseChange([], { services: changesServices(before, services) }, rights);
  await replaceServices(tx, location, appointmentId, keepPrices(priced(services, terms, rights), before, rights));
}

async function replaceLabels(
  tx: Tx,
  locationId: number,
  appointmentId: number,
  tagIds: readonly number[] | undefined,
): Promise<void> {
  if (!tagIds) return;
  await tx
    .delete(appointmentTags)
    .where(and(eq(appointmentTags.locationId, locationId), eq(appointmentTags.appointmentId, appointmentId)));
  const values = [...new Set(tagIds)].map((tagId) => ({ locationId, appointmentId, tagId }));
  if (values.length) await tx.insert(appointmentTags).values(values);
}

/** What can be changed of seats in an event. */
export interface SeatChanges extends AppointmentDetails {
  client?: BookedClient | undefined;
  seats?: number | undefined;
  /** The price of the event's service. */
  service?: Omit<BookedService, 'id'> | undefined;
}

/**
 * Changes what is given of an appointment of a group event.
 * @throws NotFound when the event has no such appointment, NoSeats, Invalid, Forbidden
 */
export async function updateEventAppointment(
  tx: Tx,
  location: Location,
  eventId: number,
  id: number,
  changes: SeatChanges,
  rights: ChangeRights,
): Promise<Booked> {
  const event = await holdEvent(tx, location.id, eventId);
  const current = await holdAppointment(tx, location.id, id);
  if (current.eventId !== eventId) throw new NotFound(`Event ${eventId} has no appointment ${id}`);
  refuseChange([current], { comment: changesComment(current, changes) }, rights);
  const seats = changes.seats ?? current.seats;
  if (seats !== current.seats) await takeSeats(tx, event, seats - current.seats, rights.force || seats < current.seats);
  await expectLabels(tx, location.id, changes.tagIds);
  const customFields = changes.customFields
    ? await checkedCustomFields(tx, location.id, changes.customFields, current.customFields)
    : current.customFields;
  const client = changes.client
    ? await resolveClient(tx, location, changes.client, rights.addClients)
    : { id: current.clientId, created: false, guestName: current.guestName, guestEmail: current.guestEmail };
  await holdClients(tx, location.id, [current.clientId, client.id]);
  const visitId = await visitAfter(tx, location, current, client.id, current.startsAt);
  await tx.execute(sql`
    ${withClock(location.id)}
    update appointments set client_id = ${client.id}::int, visit_id = ${visitId}, seats = ${seats},
      guest_name = ${client.guestName}, guest_email = ${client.guestEmail},
      custom_fields = ${JSON.stringify(customFields)}::jsonb, ${detailColumns(changes)}, changed_at = clock.at
    from clock where appointments.location_id = ${location.id} and appointments.id = ${id}`);
  if (changes.service || seats !== current.seats) {
    const [before] = await servicesOf(tx, location.id, id);
    const price = before?.costPerUnit ?? 0;
    const kept = { id: event.serviceId, amount: seats, price, discount: before?.discount };
    const given = changes.service && {
      ...(rights.costs ? { costPerUnit: changes.service.costPerUnit } : {}),
      ...(rights.discounts ? { discount: changes.service.discount } : {}),
      ...(rights.costs && rights.discounts ? { cost: changes.service.cost } : {}),
    };
    await replaceServices(tx, location, id, [{ ...kept, ...given }]);
  }
  await replaceLabels(tx, location.id, id, changes.tagIds);
  await countVisits(tx, location.id, [current.clientId, client.id]);
  return { id, newClientId: client.created ? (client.id ?? undefined) : undefined };
}

/**
 * Moves an appointment from one group event to another of the location. Its discount stays, and its price as long as the service does.
 * @throws NotFound for either event or the appointment, Invalid for an event that is over or deleted, NoSeats
 */
export async function rescheduleEventAppointment(
  tx: Tx,
  location: Location,
  move: { fromEventId: number; toEventId: number; id: number },
  changes: { comment?: string | undefined; seats?: number | undefined },
  rights: ChangeRights,
): Promise<void> {
  if (move.fromEventId === move.toEventId) throw new Invalid({ reschedule_activity_id: ['must be another event'] });
  const held = new Map((await holdEvents(tx, location.id, [move.fromEventId, move.toEventId])).map((event) => [event.id, event]));
  const [from, to] = [held.get(move.fromEventId) as EventColumns, held.get(move.toEventId) as EventColumns];
  const current = await holdAppointment(tx, location.id, move.id);
  if (current.eventId !== move.fromEventId) throw new NotFound(`Event ${move.fromEventId} has no appointment ${move.id}`);
  const change = { timeOrMember: true, duration: to.duration !== current.duration, services: to.serviceId !== from.serviceId };
  refuseChange([current], { ...change, comment: changesComment(current, changes) }, rights);
  const seats = changes.seats ?? current.seats;
  await takeSeats(tx, to, seats, rights.force);
  await takeSeats(tx, from, -current.seats, true);
  await holdClients(tx, location.id, [current.clientId]);
  const visitId = await visitAfter(tx, location, current, current.clientId, to.startsAt);
  await tx.execute(sql`
    ${withClock(location.id)}
    update appointments set event_id = ${to.id}, team_member_id = ${to.teamMemberId}, visit_id = ${visitId}, seats = ${seats},
      starts_at = ${to.startsAt.toISOString()}, duration = ${to.duration}, technical_break = ${to.technicalBreak},
      resource_instance_ids = ${sql.param(to.resourceInstanceIds)}::int[], client_series_id = null,
      ${detailColumns(changes)}, changed_at = clock.at
    from clock where appointments.location_id = ${location.id} and appointments.id = ${move.id}`);
  if (change.services || seats !== current.seats) {
    const [before] = await servicesOf(tx, location.id, move.id);
    const terms = await serviceTerms(tx, location.id, to.teamMemberId, [to.serviceId], true);
    const price = (change.services ? undefined : before?.costPerUnit) ?? terms.get(to.serviceId)?.price ?? 0;
    await replaceServices(tx, location, move.id, [{ id: to.serviceId, amount: seats, price, discount: before?.discount }]);
  }
  await countVisits(tx, location.id, [current.clientId]);
}

/**
 * Deletes an appointment; its time is free then, and it stays readable. @returns its visit
 * @throws NotFound for one that is deleted already, Forbidden
 */
export async function deleteAppointment(
  tx: Tx,
  locationId: number,
  id: number,
  rights: DeleteRights,
): Promise<{ visitId: number }> {
  const eventId = await eventOf(tx, locationId, id);
  if (eventId !== null) await holdEvent(tx, locationId, eventId);
  const current = await holdAppointment(tx, locationId, id);
  refuseDeletion([current], rights);
  if (current.eventId !== null) await freeSeats(tx, locationId, current.eventId, current.seats);
  await holdClients(tx, locationId, [current.clientId]);
  await release(tx, locationId, 'appointment', [id]);
  await markDeleted(tx, locationId, [id]);
  if (current.attendance === 1 || current.attendance === -1) await countVisits(tx, locationId, [current.clientId]);
  return { visitId: current.visitId };
}

const freeSeats = (tx: Tx, locationId: number, eventId: number, seats: number) =>
  tx
    .update(events)
    .set({ booked: sql`${events.booked} - ${seats}` })
    .where(and(eq(events.locationId, locationId), eq(events.id, eventId)));

const markDeleted = (tx: Tx, locationId: number, ids: readonly number[]) =>
  tx.execute(sql`
    ${withClock(locationId)}
    update appointments set deleted_at = clock.at, changed_at = clock.at
    from clock where appointments.location_id = ${locationId} and appointments.id = any(${sql.param([...ids])}::int[])`);

/** Holds the appointments of events that are held, all or those of some client schedules. */
export const holdAppointmentsOf = (
  tx: Tx,
  locationId: number,
  eventIds: readonly number[],
  clientSeriesIds?: readonly number[],
) =>
  tx
    .select({ id: appointments.id, clientId: appointments.clientId, attendance: appointments.attendance })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, locationId),
        inArray(appointments.eventId, [...eventIds]),
        isNull(appointments.deletedAt),
        clientSeriesIds ? inArray(appointments.clientSeriesId, [...clientSeriesIds]) : undefined,
      ),
    )
    .orderBy(asc(appointments.id))
    .for('no key update');

/**
 * Deletes the appointments of events, in a fixed number of statements. The events are held.
 * @returns their ids
 * @throws Forbidden
 */
export async function deleteAppointmentsOf(
  tx: Tx,
  locationId: number,
  eventIds: readonly number[],
  rights: DeleteRights,
  clientSeriesIds?: readonly number[],
): Promise<number[]> {
  if (eventIds.length === 0) return [];
  const rows = await holdAppointmentsOf(tx, locationId, eventIds, clientSeriesIds);
  if (rows.length === 0) return [];
  refuseDeletion(rows, rights);
  const ids = rows.map((row) => row.id);
  await tx.execute(sql`
    update events set booked = events.booked - gone.seats
    from (select event_id, sum(seats)::int as seats from appointments where location_id = ${locationId} and id = any(${sql.param(ids)}::int[])
      group by event_id) as gone
    where events.location_id = ${locationId} and events.id = gone.event_id`);
  const clientIds = rows.map((row) => row.clientId);
  await holdClients(tx, locationId, clientIds);
  await markDeleted(tx, locationId, ids);
  await countVisits(tx, locationId, clientIds);
  return ids;
}

/** The 409 that V2 has for what V1 answers as 422: the time is taken. */
export const asConflict = (error: Invalid): Conflict => new Conflict(error.message, error.errors);
