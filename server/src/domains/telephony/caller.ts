import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { type AppointmentRow, appointmentsById } from '../appointments/appointment.ts';
import { appointments } from '../appointments/tables.ts';
import { isClientOf } from '../appointments/visible-clients.ts';
import { clients } from '../clients/tables.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';

/** The client who calls, with the appointments before and after now. */
export interface Caller {
  id: number;
  name: string;
  surname: string;
  visits: number;
  last: AppointmentRow | undefined;
  next: AppointmentRow | undefined;
}

/** The part of a location's data that a user sees. */
export interface Sight {
  /** Only clients of this team member; 0 for all. */
  member: number;
  /** Undefined if the user sees no appointments. */
  calendars: Calendars | undefined;
}

/** The clients of a location who have these numbers, by number. Takes three statements for any number of callers. */
export async function callersOf(
  db: Read,
  locationId: number,
  phones: readonly string[],
  { member, calendars }: Sight,
): Promise<Map<string, Caller>> {
  if (phones.length === 0) return new Map();
  const found = await db
    .select({ id: clients.id, name: clients.name, surname: clients.surname, visits: clients.visits, phone: clients.phone })
    .from(clients)
    .where(
      and(eq(clients.locationId, locationId), inArray(clients.phone, [...phones]), member === 0 ? undefined : isClientOf(member)),
    );
  const ids = found.map(({ id }) => id);
  const around = calendars && ids.length ? await appointmentsAroundNow(db, locationId, ids, calendars) : undefined;
  return new Map(
    found.map(({ phone, ...client }) => [
      phone as string,
      { ...client, last: undefined, next: undefined, ...around?.get(client.id) },
    ]),
  );
}

async function appointmentsAroundNow(
  db: Read,
  locationId: number,
  clientIds: readonly number[],
  calendars: Calendars,
): Promise<Map<number, Pick<Caller, 'last' | 'next'>>> {
  const seen = inCalendars(appointments, calendars) ?? sql`true`;
  const nearest = (condition: string, order: string) => sql`(
    select appointments.id from appointments
    where appointments.location_id = ${locationId} and appointments.client_id = wanted.client_id
      and appointments.deleted_at is null and appointments.starts_at ${sql.raw(condition)} now() and ${seen}
    order by appointments.starts_at ${sql.raw(order)}, appointments.id limit 1)`;
  const pairs = await rowsOf<{ client_id: number; last: number | null; next: number | null }>(
    db,
    sql`select wanted.client_id, ${nearest('<=', 'desc')} as last, ${nearest('>', 'asc')} as next
      from unnest(${sql.param([...clientIds])}::int[]) as wanted (client_id)`,
  );
  const ids = pairs.flatMap(({ last, next }) => [last, next]).filter((id) => id !== null);
  const rows = new Map((await appointmentsById(db, locationId, ids)).map((row) => [row.id, row]));
  const rowOf = (id: number | null) => (id === null ? undefined : rows.get(id));
  return new Map(pairs.map(({ client_id, last, next }) => [client_id, { last: rowOf(last), next: rowOf(next) }]));
}
