import { and, asc, desc, eq, gte, isNull, lte } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { addDays, dateIn, startOfDay } from '../../platform/clock.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { type AppointmentRow, appointmentsById } from '../appointments/appointment.ts';
import { type Attendance, appointments, visits } from '../appointments/tables.ts';
import { isClientOf } from '../appointments/visible-clients.ts';
import { clients } from '../clients/tables.ts';
import { type LineRow, type PurchaseFilter, purchasesOf, purchaseTimesOf } from '../inventory/line-list.ts';
import { getLocation } from '../locations/location.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';

const pageSize = 25;

/** Which sales of products without a visit the reader sees. */
export interface SalesSeen {
  since: Date | undefined;
  storageIds: readonly number[] | undefined;
}

/**
 * A client's latest visits in the calendars, and sales of products without one: a page of 25 of both, by date. A client has one visit per
 * date, and what happened on the last date is all on one page.
 * @param client `visitedMember`: only if it is a client of this team member; 0 for any
 * @param range dates of the location's calendar, both included
 * @param sales undefined for none
 * @returns the appointments and the lines of sales, latest first, the last date of the next page if there is one, and the location's name
 * @throws NotFound for an unknown client
 */
export async function visitHistory(
  db: Read,
  location: Location,
  client: { id?: number | undefined; phone?: string | undefined; visitedMember: number },
  range: { from?: string | undefined; to?: string | undefined; attendance?: number | undefined },
  calendars: Calendars,
  sales: SalesSeen | undefined,
): Promise<{ rows: AppointmentRow[]; sold: LineRow[]; next: string | undefined; title: string }> {
  const phone = client.id === undefined ? normalizePhone(client.phone ?? '', location.countryCode) : undefined;
  const [known] = await db
    .select({ id: clients.id })
    .from(clients)
    .where(
      and(
        eq(clients.locationId, location.id),
        client.id === undefined ? eq(clients.phone, phone ?? '') : eq(clients.id, client.id),
        client.visitedMember ? isClientOf(client.visitedMember) : undefined,
      ),
    );
  if (!known) throw new NotFound('The client was not found');
  const ofClient = and(
    eq(appointments.locationId, location.id),
    eq(appointments.clientId, known.id),
    isNull(appointments.deletedAt),
    inCalendars(appointments, calendars),
    range.attendance === undefined ? undefined : eq(appointments.attendance, range.attendance as Attendance),
  );
  const dates = await db
    .selectDistinct({ date: visits.date })
    .from(visits)
    .innerJoin(appointments, and(eq(appointments.locationId, visits.locationId), eq(appointments.visitId, visits.id)))
    .where(
      and(ofClient, range.from ? gte(visits.date, range.from) : undefined, range.to ? lte(visits.date, range.to) : undefined),
    )
    .orderBy(desc(visits.date))
    .limit(pageSize + 1);
  const purchases = salesOf(location, known.id, range, calendars, sales);
  const times = purchases ? await purchaseTimesOf(db, location.id, purchases, pageSize + 1) : [];
  const { title } = await getLocation(db, location.id);
  const all = [...dates.map(({ date }) => date), ...times.map((at) => dateIn(at, location.timeZone))].toSorted().reverse();
  const page = all.slice(0, pageSize);
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return { rows: [], sold: [], next: undefined, title };
  const next = all.length > pageSize ? addDays(last, -1) : undefined;
  const sold = purchases ? await purchasesOf(db, location.id, within(purchases, last, location.timeZone)) : [];
  const ids = await db
    .select({ id: appointments.id })
    .from(appointments)
    .innerJoin(visits, and(eq(visits.locationId, appointments.locationId), eq(visits.id, appointments.visitId)))
    .where(and(ofClient, gte(visits.date, last), lte(visits.date, first)));
  const rows = await appointmentsById(
    db,
    location.id,
    ids.map(({ id }) => id),
  );
  return { rows: rows.reverse(), sold, next, title };
}

const later = (a: Date | undefined, b: Date | undefined) => (a && b ? (a > b ? a : b) : (a ?? b));

/** The sales without a visit in a range of dates that the reader sees; undefined for none. */
function salesOf(
  { timeZone }: Location,
  clientId: number,
  { from, to, attendance }: { from?: string | undefined; to?: string | undefined; attendance?: number | undefined },
  { memberIds, since }: Calendars,
  sales: SalesSeen | undefined,
): PurchaseFilter | undefined {
  // Nobody attends a sale.
  if (!sales || attendance !== undefined) return undefined;
  return {
    clientId,
    from: later(from === undefined ? undefined : startOfDay(from, timeZone), later(since, sales.since)),
    to: to === undefined ? undefined : startOfDay(to, timeZone, 1),
    storageIds: sales.storageIds,
    teamMemberIds: memberIds,
  };
}

/** Those from a date on. */
const within = (purchases: PurchaseFilter, first: string, timeZone: string): PurchaseFilter => ({
  ...purchases,
  from: later(purchases.from, startOfDay(first, timeZone)),
});

/** The first visit in the calendars that the client came to. */
export async function firstVisit(
  db: Read,
  locationId: number,
  clientId: number,
  calendars: Calendars,
): Promise<{ id: number; startsAt: Date } | undefined> {
  const [visit] = await db
    .select({ id: appointments.visitId, startsAt: appointments.startsAt })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, locationId),
        eq(appointments.clientId, clientId),
        eq(appointments.attendance, 1),
        isNull(appointments.deletedAt),
        inCalendars(appointments, calendars),
      ),
    )
    .orderBy(asc(appointments.startsAt), asc(appointments.id))
    .limit(1);
  return visit;
}
