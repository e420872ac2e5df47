import { randomBytes } from 'node:crypto';
import { type Placeholder, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { preparedSql } from '../../platform/database.ts';
import { currencyDigits, type Money } from '../../platform/money.ts';
import type { CustomValues } from '../custom-fields/values.ts';
import { type Granted, noteOverbooking } from '../schedule/occupation.ts';
import { type AppointmentDetails, type BookedService, isNoShow, type Origin } from './fields.ts';

/** A row for `insertAppointments`. */
export interface NewAppointment extends Omit<AppointmentDetails, 'tagIds' | 'customFields'> {
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
  services: readonly (BookedService & { price: Money })[];
  granted: Granted;
}

const newHash = () => randomBytes(20).toString('hex');

/** The prices of services: the given values, or else values that follow from the others. `price` is for one unit. */
export const costColumns = sql`
  service."position", service.id, service.amount,
  coalesce(service."costPerUnit", service."firstCost" / service.amount, service.price),
  coalesce(service."firstCost", service."costPerUnit" * service.amount, service.price * service.amount),
  coalesce(service.discount, 0)`;

export const costAfterDiscount = (digits: number | Placeholder) => sql`coalesce(service.cost, round(
    coalesce(service."firstCost", service."costPerUnit" * service.amount, service.price * service.amount)
    * (100 - coalesce(service.discount, 0)) / 100, ${digits}::int))`;

export const serviceRecord = sql`service("position" smallint, id int, amount int, "costPerUnit" numeric, "firstCost" numeric, discount numeric, cost numeric, price numeric)`;

export const serviceInput = (services: NewAppointment['services']) =>
  services.map((service, position) => ({ ...service, amount: service.amount ?? 1, position }));

/**
 * Writes appointments with their services, labels and occupations, in one statement for any number.
 * @returns the ids in the order of the rows
 */
export async function insertAppointments(
  write: Write,
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
    // Without one, the location's default at this time counts, and stays.
    given_sms: row.smsReminder ?? null,
    given_email: row.emailReminder ?? null,
    tag_ids: row.tagIds,
    services: serviceInput(row.services),
    occupations: row.eventId === null && !isNoShow(row.attendance) ? row.granted.occupations : [],
  }));
  const added = await addAppointments(write, {
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
  for (const { id } of added) write.changed('appointment', location.id, id, 'create');
  noteOverbooking(write, location.id, input);
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
    with input as (
      select given.*, nextval(pg_get_serial_sequence('documents', 'id'))::int as document_id,
        coalesce(given_sms, settings.sms_reminder, 1) as sms_reminder, coalesce(given_email, settings.email_reminder, 12) as email_reminder
      from jsonb_to_recordset(${sql.placeholder('input')}::jsonb) as given(
        hash text, team_member_id int, client_id int, visit_id int, event_id int, client_series_id int, starts_at timestamptz,
        duration int, technical_break int, attendance smallint, seats int, comment text, api_id text, color text, custom_fields jsonb,
        resource_instance_ids int[], is_member_chosen boolean, guest_name text, guest_email text, given_sms smallint,
        given_email smallint, tag_ids int[], services jsonb, occupations jsonb)
      left join notification_settings settings on settings.location_id = ${place}),
    documented as (
      insert into documents (location_id, id, type, user_id, at)
      select ${place}, document_id, 7, ${sql.placeholder('userId')}::int, starts_at from input),
    added as (
      insert into appointments (location_id, ${columns}, document_id, is_online, booking_form_id, device, from_url, partner_id, created_by, created_at)
      select ${place}, ${columns}, document_id, ${sql.placeholder('isOnline')}::boolean, ${sql.placeholder('bookingFormId')}::int, ${sql.placeholder('device')}::smallint,
        ${sql.placeholder('fromUrl')}::text, ${sql.placeholder('partnerId')}::int, ${sql.placeholder('userId')}::int, clock_timestamp()
      from input
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
