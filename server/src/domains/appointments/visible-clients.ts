import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Limited } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { clients } from '../clients/tables.ts';
import type { AppointmentRow } from './appointment.ts';
import { appointments } from './tables.ts';

interface Caller extends Limited {
  db: Read;
  location: { id: number };
}

/** Whether the client has an appointment with a team member, past or future, in any state. */
export const isClientOf = (member: number): SQL => sql`exists (
  select 1 from ${appointments} booked where booked.location_id = ${clients.locationId} and booked.client_id = ${clients.id}
    and booked.team_member_id = ${member} and booked.deleted_at is null)`;

/** The clients of a team member among these clients. All of them if the team member is 0. */
export async function clientsOfMember(
  db: Read,
  locationId: number,
  member: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (member === 0 || ids.length === 0) return new Set(ids);
  const isTheirs = and(eq(clients.locationId, locationId), inArray(clients.id, [...new Set(ids)]), isClientOf(member));
  const rows = await db.select({ id: clients.id }).from(clients).where(isTheirs);
  return new Set(rows.map(({ id }) => id));
}

/** Whether the user may see a client. */
export const seesClient = async ({ db, location, limit }: Caller, client: number): Promise<boolean> =>
  (await clientsOfMember(db, location.id, limit('clients_visit_master_id'), [client])).has(client);

/** @throws NotFound for a client whom the user may not see, as for an unknown one */
export async function expectVisible(caller: Caller, client: number): Promise<void> {
  if (!(await seesClient(caller, client))) throw new NotFound();
}

/** Appointments as the user may see them: clients whom the user may not see are removed. */
export async function hideClients({ db, location, limit }: Caller, rows: readonly AppointmentRow[]): Promise<AppointmentRow[]> {
  const member = limit('clients_visit_master_id');
  if (member === 0) return [...rows];
  const ids = rows.flatMap(({ clientId }) => (clientId === null ? [] : [clientId]));
  const seen = await clientsOfMember(db, location.id, member, ids);
  return rows.map((row) =>
    row.clientId === null || seen.has(row.clientId) ? row : { ...row, clientId: null, client: null, clientTags: [] },
  );
}
