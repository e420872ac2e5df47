import { and, asc, eq, gte, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Partner } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import { pageRange } from '../../api/pagination.ts';
import type { Read } from '../../api/write.ts';
import { parseCalendarDate, startOfDay } from '../../platform/clock.ts';
import type { LocationRow } from '../locations/location.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';
import { type AppointmentRow, appointmentsById } from './appointment.ts';
import { appointments } from './tables.ts';

/** The query of get_partner_appointment_list. */
export interface PartnerListQuery {
  page: number;
  editable_length: number;
  salon_id?: number | undefined;
  start_date?: string | undefined;
  end_date?: string | undefined;
  created_start_date?: string | undefined;
  created_end_date?: string | undefined;
  user_id?: number | undefined;
}

/** A date of this list: DD.MM.YYYY or YYYY-MM-DD, with or without quotes. @throws Invalid */
function partnerDate(query: PartnerListQuery, field: keyof PartnerListQuery): string | undefined {
  const text = String(query[field] ?? '').replace(/^['"]|['"]$/g, '');
  if (text === '') return undefined;
  const [, day, month, year] = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(text) ?? [];
  const date = parseCalendarDate(year ? `${year}-${month}-${day}` : text);
  if (!date) throw new Invalid({ [field]: ['must be a date DD.MM.YYYY'] });
  return date;
}

/** An appointment with its location. */
export interface PartnerRow {
  row: AppointmentRow;
  location: LocationRow;
}

/**
 * The appointments that were created with a partner's token, by their start. A date is a date of each location's calendar.
 * @param all the locations whose appointments the caller may see, with the calendars there
 */
export async function partnerAppointments(
  db: Read,
  partner: Partner,
  all: readonly (LocationRow & { calendars: Calendars })[],
  query: PartnerListQuery,
): Promise<{ rows: PartnerRow[]; total: number }> {
  const dates = {
    from: partnerDate(query, 'start_date'),
    to: partnerDate(query, 'end_date'),
    createdFrom: partnerDate(query, 'created_start_date'),
    createdTo: partnerDate(query, 'created_end_date'),
  };
  const places = all.filter(({ id }) => query.salon_id === undefined || id === query.salon_id);
  if (places.length === 0) return { rows: [], total: 0 };
  const inPlace = ({ id, timeZone, calendars }: (typeof all)[number]) =>
    and(
      eq(appointments.locationId, id),
      inCalendars(appointments, calendars),
      dates.from ? gte(appointments.startsAt, startOfDay(dates.from, timeZone)) : undefined,
      dates.to ? lt(appointments.startsAt, startOfDay(dates.to, timeZone, 1)) : undefined,
      dates.createdFrom ? gte(appointments.createdAt, startOfDay(dates.createdFrom, timeZone)) : undefined,
      dates.createdTo ? lt(appointments.createdAt, startOfDay(dates.createdTo, timeZone, 1)) : undefined,
    );
  const where = and(
    eq(appointments.partnerId, partner.id),
    isNull(appointments.deletedAt),
    inArray(
      appointments.locationId,
      places.map(({ id }) => id),
    ),
    query.user_id === undefined ? undefined : eq(appointments.createdBy, query.user_id),
    Object.values(dates).some(Boolean) || places.some(({ calendars }) => calendars.memberIds || calendars.since)
      ? sql`(${sql.join(
          places.map((place) => sql`(${inPlace(place)})`),
          sql` or `,
        )})`
      : undefined,
  );
  const { offset, limit } = pageRange(query.page, query.editable_length);
  const page = await db
    .select({ id: appointments.id, locationId: appointments.locationId })
    .from(appointments)
    .where(where)
    .orderBy(asc(appointments.startsAt), asc(appointments.id))
    .offset(offset)
    .limit(limit);
  const found = new Map<number, AppointmentRow>();
  for (const locationId of new Set(page.map((row) => row.locationId))) {
    const ids = page.filter((row) => row.locationId === locationId).map(({ id }) => id);
    for (const row of await appointmentsById(db, locationId, ids)) found.set(row.id, row);
  }
  const locations = new Map(places.map((place) => [place.id, place]));
  return {
    rows: page.map(({ id, locationId }) => ({
      row: found.get(id) as AppointmentRow,
      location: locations.get(locationId) as LocationRow,
    })),
    total: await db.$count(appointments, where),
  };
}
