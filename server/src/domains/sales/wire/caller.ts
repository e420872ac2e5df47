import { isSince, startOfDays } from '../../access/limits.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import { getDocument } from '../../inventory/document.ts';
import { expectSeen } from '../../inventory/wire/caller.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { visitWithAppointments } from '../../visits/visit.ts';
import type { Sale } from '../sale.ts';

/** Whether the caller may take payments for a sale of this time. */
export const mayTakePayments = ({ can, limit, location }: Pick<Authorized, 'can' | 'limit' | 'location'>, at: Date): boolean =>
  can('records_finances_access') && isSince(at, startOfDays(limit('records_finances_last_days_count'), location.timeZone));

/**
 * @throws NotFound for a visit outside of the caller's calendars, and for a sale of products outside of the caller's storages and days,
 * Forbidden without the right to see such sales
 */
export async function expectVisible(caller: Authorized, sale: Sale): Promise<void> {
  const { db, location } = caller;
  if (sale.visitId === null) await expectSeen(caller, await getDocument(db, location.id, sale.documentId));
  else await visitWithAppointments(db, location.id, sale.visitId, await calendarsOf(caller));
}
