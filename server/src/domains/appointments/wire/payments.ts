import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { allowedAccounts, allowedExpenses } from '../../access/limits.ts';
import { listTransactions, type TransactionRow } from '../../money/transaction-list.ts';
import type { AppointmentRow } from '../appointment.ts';
import { type Authorized, visibilityOf } from './caller.ts';

/** A payment as an appointment shows it. */
function presentPayment(row: TransactionRow, appointment: AppointmentRow, { location, can }: Authorized) {
  const sees = visibilityOf(can);
  // The client of the appointment is taken away from callers who may not see them.
  const client = sees.client && appointment.client ? row.client : null;
  return {
    id: row.id,
    document_id: appointment.documentId,
    date: zonedDateTime(row.at, location.timeZone),
    type_id: row.expense.id,
    expense_id: row.expense.id,
    account_id: row.account.id,
    amount: toWire(row.amount),
    client_id: client?.id ?? 0,
    master_id: row.teamMember?.id ?? 0,
    supplier_id: row.supplier?.id ?? 0,
    comment: row.comment,
    item_id: row.serviceId ?? row.lineId ?? 0,
    target_type_id: row.serviceId === null ? 0 : 1,
    record_id: appointment.id,
    goods_transaction_id: row.lineId ?? 0,
    expense: row.expense,
    account: { id: row.account.id, title: row.account.title },
    client: { id: client?.id ?? 0, name: client?.name ?? '', phone: (sees.phone && client?.phone) || '' },
    master: row.teamMember ? [row.teamMember] : [],
    supplier: row.supplier ? [row.supplier] : [],
  };
}

/**
 * The payments of appointments, by the appointment, in the accounts that the caller works with. One statement for any number of them; none if
 * nothing was paid or the caller takes no payments.
 */
export async function paymentsByAppointment(caller: Authorized, rows: readonly AppointmentRow[]) {
  const payments = new Map<number, ReturnType<typeof presentPayment>[]>();
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
    payments.set(appointment.id, [...(payments.get(appointment.id) ?? []), presentPayment(row, appointment, caller)]);
  }
  return payments;
}
