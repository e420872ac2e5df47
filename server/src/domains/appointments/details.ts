import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare } from '../../platform/exact.ts';
import { currencyDigits, type Money, noMoney, type Percent } from '../../platform/money.ts';
import type { ServiceTerms } from '../catalog/terms.ts';
import { findOrCreateClient } from '../clients/client.ts';
import { clients } from '../clients/tables.ts';
import { listCustomFields } from '../custom-fields/custom-field.ts';
import { type CustomValues, checkCustomValues } from '../custom-fields/values.ts';
import { ReceiptPrinted } from '../inventory/receipt.ts';
import { tags } from '../tags/tables.ts';
import type { AppointmentDetails, AppointmentFields, BookedClient, BookedService } from './fields.ts';
import { withParts } from './parts.ts';
import { type BookingRights, type ChangeRights, changesServices, type PriceRights, refuseChange } from './rights.ts';
import { appointmentServices, appointmentTags } from './tables.ts';
import { clientsOfMember } from './visible-clients.ts';
import { costAfterDiscount, costColumns, type NewAppointment, serviceInput, serviceRecord } from './write.ts';

/**
 * The card of the client. Null if only a name is known.
 * @param current the present client of the appointment
 */
export async function resolveClient(
  write: Write,
  location: Location,
  { id, phone = '', name = '', ...rest }: BookedClient,
  rights: Pick<BookingRights, 'addClients' | 'clientsOf'>,
  current: number | null = null,
): Promise<{ id: number | null; guestName: string; guestEmail: string }> {
  const guest = { guestName: name.trim(), guestEmail: rest.email?.trim() ?? '' };
  if (id !== undefined) {
    await expectClients(write, location.id, [id], id === current ? { clientsOf: 0 } : rights);
    return { id, guestName: '', guestEmail: '' };
  }
  if (phone.trim() === '') return { id: null, ...guest };
  try {
    const found = await findOrCreateClient(write, location, { phone, name, ...rest }, rights.addClients);
    return { id: found.id, guestName: '', guestEmail: '' };
  } catch (error) {
    // Errors of client fields are reported below `client`.
    if (error instanceof Invalid && error.errors) {
      throw new Invalid(
        Object.fromEntries(Object.entries(error.errors).map(([field, messages]) => [`client.${field}`, messages])),
      );
    }
    throw error;
  }
}

/** @throws Invalid when one is no client of the location, or none that the caller sees */
export async function expectClients(
  db: Read,
  locationId: number,
  ids: readonly number[],
  rights: Pick<BookingRights, 'clientsOf'>,
): Promise<void> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return;
  const known = await db.$count(clients, and(eq(clients.locationId, locationId), inArray(clients.id, wanted)));
  const seen = await clientsOfMember(db, locationId, rights.clientsOf, wanted);
  if (known < wanted.length || seen.size < wanted.length) throw new Invalid({ clientId: ['must be a client of this location'] });
}

/** @throws Invalid when one is no label for appointments of the location */
export async function expectTags(db: Read, locationId: number, ids: readonly number[] | undefined): Promise<void> {
  if (!ids?.length) return;
  const known = await db
    .select({ id: tags.id })
    .from(tags)
    .where(
      and(eq(tags.locationId, locationId), inArray(tags.id, [...ids]), inArray(tags.entity, [0, 2]), isNull(tags.deletedAt)),
    );
  if (known.length < new Set(ids).size) throw new Invalid({ tagIds: ['must be tags for appointments of this location'] });
}

export async function checkedCustomFields(
  db: Read,
  locationId: number,
  given: CustomValues,
  current: CustomValues,
): Promise<CustomValues> {
  const checked = checkCustomValues(await listCustomFields(db, locationId, 'appointment'), given, current);
  if (Object.keys(checked.errors).length) throw new Invalid(checked.errors);
  return checked.values;
}

/** The values that follow from the services of an appointment. @throws Invalid for a service that the location does not have */
export function expectServices(wanted: readonly BookedService[], terms: Map<number, ServiceTerms>): ServiceTerms[] {
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
export const priced = (wanted: readonly BookedService[], terms: Map<number, ServiceTerms>, rights: PriceRights) =>
  wanted.map(({ id, amount, costPerUnit, firstCost, discount, cost }) => ({
    id,
    amount,
    price: terms.get(id)?.price ?? noMoney,
    ...(rights.costs ? { costPerUnit, firstCost } : {}),
    ...(rights.discounts ? { discount } : {}),
    ...(rights.costs && rights.discounts ? { cost } : {}),
  }));

/** The technical break at the end: the given one, or else the longest break of the services that leaves time to serve. */
export function breakOf(
  fields: Pick<AppointmentFields, 'technicalBreak' | 'duration'>,
  services: readonly ServiceTerms[],
): number {
  const wanted = fields.technicalBreak ?? Math.max(0, ...services.map(({ technicalBreak }) => technicalBreak ?? 0));
  if (wanted < fields.duration) return wanted;
  if (fields.technicalBreak != null) throw new Invalid({ technicalBreak: ['must be shorter than {duration}'] });
  return 0;
}

export const endOf = (startsAt: Date, duration: number) => new Date(startsAt.getTime() + duration * 1000);

/** If a service stays, its values stay too, unless the request gives new ones and the caller may set them. */
export function keepPrices<Service extends BookedService>(
  services: readonly Service[],
  before: readonly { serviceId: number; amount: number; costPerUnit: Money; discount: Percent }[],
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

/** Assignments of the details that are given; one that changes nothing when there are none. */
export function detailColumns(fields: AppointmentDetails) {
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

declare module '../../api/write.ts' {
  interface ChangeKinds {
    /** An appointment, by its id, has got other services. `added`: those that it did not have before. */
    'appointment services': { added: readonly number[] };
  }
}

export async function replaceServices(
  write: Write,
  location: Location,
  appointmentId: number,
  services: NewAppointment['services'],
): Promise<void> {
  const before = await write
    .delete(appointmentServices)
    .where(and(eq(appointmentServices.locationId, location.id), eq(appointmentServices.appointmentId, appointmentId)))
    .returning({ id: appointmentServices.serviceId });
  await write.execute(sql`
    insert into appointment_services (location_id, appointment_id, position, service_id, amount, cost_per_unit, first_cost, discount, cost)
    select ${location.id}, ${appointmentId}, ${costColumns}, ${costAfterDiscount(currencyDigits(location.currency))}
    from jsonb_to_recordset(${JSON.stringify(serviceInput(services))}::jsonb) as ${serviceRecord}`);
  const had = new Set(before.map(({ id }) => id));
  const has = new Set(services.map(({ id }) => id));
  const added = [...has].filter((id) => !had.has(id));
  if (added.length === 0 && has.size === had.size) return;
  write.changed('appointment services', location.id, appointmentId, 'update', { added });
}

/** The services of an appointment, in their order. */
export const servicesOf = (db: Read, locationId: number, appointmentId: number) =>
  db
    .select()
    .from(appointmentServices)
    .where(and(eq(appointmentServices.locationId, locationId), eq(appointmentServices.appointmentId, appointmentId)))
    .orderBy(asc(appointmentServices.position));

/**
 * Sets the services of a locked appointment. Values that the caller may not set keep their present value, or follow from the terms.
 * @throws Invalid for a service that the location does not have, Forbidden, ReceiptPrinted
 */
export async function replacePricedServices(
  write: Write,
  location: Location,
  appointment: { id: number; isReceiptPrinted: boolean; teamMemberId: number },
  given: readonly BookedService[],
  terms: Map<number, ServiceTerms>,
  rights: ChangeRights,
): Promise<void> {
  expectServices(given, terms);
  const before = await servicesOf(write, location.id, appointment.id);
  const kept = before.map(({ serviceId }) => serviceId);
  const services = await withParts(write, location, appointment.teamMemberId, given, terms, kept);
  refuseChange([], { services: changesServices(before, services) }, rights);
  await replaceUnlessReceipted(write, location, appointment, keepPrices(priced(services, terms, rights), before, rights), before);
}

type StoredService = Awaited<ReturnType<typeof servicesOf>>[number];

/**
 * Replaces the services of a locked appointment. If its receipt is printed, they keep the prices that a request leaves out, also with another
 * team member, and nothing else may change.
 * @param before as they are stored
 * @throws ReceiptPrinted
 */
export async function replaceUnlessReceipted(
  write: Write,
  location: Location,
  { id, isReceiptPrinted }: { id: number; isReceiptPrinted: boolean },
  services: NewAppointment['services'],
  before: readonly StoredService[],
): Promise<void> {
  if (!isReceiptPrinted) return replaceServices(write, location, id, services);
  await replaceServices(
    write,
    location,
    id,
    services.map((service, at) => withStoredPrices(service, before[at])),
  );
  const after = await servicesOf(write, location.id, id);
  if (after.length !== before.length || !after.every((row, at) => isSameService(row, before[at]))) throw new ReceiptPrinted();
}

function withStoredPrices<Service extends BookedService>(service: Service, stored: StoredService | undefined): Service {
  if (stored?.serviceId !== service.id) return service;
  const { amount, costPerUnit, firstCost, discount, cost } = stored;
  const given = Object.fromEntries(Object.entries(service).filter(([, value]) => value !== undefined));
  return { ...service, amount, costPerUnit, firstCost, discount, cost, ...given };
}

const isSameService = (one: StoredService, other: StoredService | undefined): boolean =>
  other !== undefined &&
  [one.serviceId, one.amount].join() === [other.serviceId, other.amount].join() &&
  compare(one.costPerUnit, other.costPerUnit) === 0 &&
  compare(one.firstCost, other.firstCost) === 0 &&
  compare(one.discount, other.discount) === 0 &&
  compare(one.cost, other.cost) === 0;

export async function replaceTags(
  write: Write,
  locationId: number,
  appointmentId: number,
  tagIds: readonly number[] | undefined,
): Promise<void> {
  if (!tagIds) return;
  await write
    .delete(appointmentTags)
    .where(and(eq(appointmentTags.locationId, locationId), eq(appointmentTags.appointmentId, appointmentId)));
  const values = [...new Set(tagIds)].map((tagId) => ({ locationId, appointmentId, tagId }));
  if (values.length) await write.insert(appointmentTags).values(values);
}
