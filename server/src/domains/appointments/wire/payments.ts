import { allowedAccounts, allowedExpenses } from '../../access/limits.ts';
import { listTransactions } from '../../money/transaction-list.ts';
import { presentOfAppointment } from '../../money/wire/present.ts';
import type { AppointmentRow } from '../appointment.ts';
import { type Authorized, visibilityOf } from './caller.ts';

/**
 * The payments of appointments, by the appointment, in the accounts that the caller works with. One statement for any number of them; none if
 * nothing was paid or the caller takes no payments.
 */
export async function paymentsByAppointment(caller: Authorized, rows: readonly AppointmentRow[]) {
  const payments = new Map<number, ReturnType<typeof presentOfAppointment>[]>();
  const sees = visibilityOf(caller.can);
  const byDocument = new Map(rows.map((row) => [row.documentId, row]));
  if (rows.length === 0 || !caller.can('records_finances_access')) return payments;
  const found = await listTransactions(
    caller.db,
    caller.location.id,
    { documentIds: [...byDocument.keys()] },
    { accounts: allowedAccounts(caller), expenses: allowedExpenses(caller) },
  );
  for (const row of found.toReversed()) {
    const appointment = byDocument.get(row.documentId as number);
    if (!appointment) continue;
    // The client of the appointment is taken away from callers who may not see them.
    const shown = sees.client && appointment.client ? row : { ...row, client: null };
    const payment = presentOfAppointment({ ...shown, appointment }, caller.location, sees);
    payments.set(appointment.id, [...(payments.get(appointment.id) ?? []), payment]);
  }
  return payments;
}
