import type { Location } from '../../../api/access.ts';
import type { Tx } from '../../../platform/database.ts';
import { publish } from '../../outbox/outbox.ts';
import type { OutboxStatus } from '../../outbox/tables.ts';
import { type AppointmentRow, appointmentsById } from '../appointment.ts';
import { everything, presentAppointment } from './present.ts';

/** Whose change it is, and how its answer would look. */
export interface Reporter {
  location: Location;
  /** null for whoever is not signed in */
  userId: number | null;
  /** Of this server, before the paths of pictures. */
  address: string;
}

/** Notes changes of appointments for the webhooks, as get_appointment answers them, in one statement. */
export const publishAppointments = (
  tx: Tx,
  { location, userId, address }: Reporter,
  rows: readonly AppointmentRow[],
  status: OutboxStatus,
): Promise<void> =>
  publish(
    tx,
    location.id,
    userId,
    rows.map((row) => ({
      resource: 'record',
      resourceId: row.id,
      status,
      data: presentAppointment(row, { location, sees: everything, address }),
    })),
  );

/** As publishAppointments, of appointments by id. @returns them, by time */
export async function publishAppointmentsById(
  tx: Tx,
  by: Reporter,
  ids: readonly number[],
  status: OutboxStatus,
): Promise<AppointmentRow[]> {
  const rows = await appointmentsById(tx, by.location.id, ids);
  await publishAppointments(tx, by, rows, status);
  return rows;
}
