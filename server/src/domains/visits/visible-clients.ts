import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Limit } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { appointments } from '../appointments/tables.ts';
import { clients } from '../clients/tables.ts';

/** Whether the client of the row visited a team member or is about to: there is an appointment with them, whatever became of it. */
export const isClientOf = (member: number): SQL => sql`exists (
  select 1 from ${appointments} booked where booked.location_id = ${clients.locationId} and booked.client_id = ${clients.id}
    and booked.team_member_id = ${member} and booked.deleted_at is null)`;

/** @throws NotFound for a client whom the user may not see, as for one who is not there */
export async function expectVisible(
  context: { db: Read; location: { id: number }; limit(name: Limit): number },
  client: number,
): Promise<void> {
  const member = context.limit('clients_visit_master_id');
  if (member === 0) return;
  const isTheirs = and(eq(clients.locationId, context.location.id), eq(clients.id, client), isClientOf(member));
  const [row] = await context.db.select({ id: clients.id }).from(clients).where(isTheirs);
  if (!row) throw new NotFound();
}
