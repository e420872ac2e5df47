import type { Location } from '../../../api/access.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { documentTitles } from '../../inventory/wire/present.ts';
import type { FiscalTransactionRow, ReceiptState } from '../list.ts';
import type { FiscalSettings } from '../settings.ts';
import type { FiscalStatus, FiscalType } from '../tables.ts';

const typeTitles: Record<FiscalType, string> = { 0: 'Sale operation', 1: 'Sales return operation' };

const statusTitles: Record<FiscalStatus, string> = {
  0: 'Connection error',
  1: 'Successfully',
  2: 'Sent for printing',
  3: 'Runtime error',
  4: 'Status check error',
};

export const presentFiscalTransaction = (row: FiscalTransactionRow, { timeZone }: Pick<Location, 'timeZone'>) => ({
  id: row.id,
  print_date: zonedDateTime(row.createdAt, timeZone),
  printed_count: row.printedCount,
  sum: toWire(row.amount),
  type: { id: row.type, title: typeTitles[row.type] },
  status: { id: row.status, title: statusTitles[row.status] },
  document: { id: row.document.id, type: row.document.type, type_title: documentTitles[row.document.type] },
  cashier: { id: row.userId ?? 0, name: row.request.cashier.name },
});

/** The receipts of a sale or a visit. */
export const presentReceiptState = ({ transactions, lastType }: ReceiptState, location: Pick<Location, 'timeZone'>) => ({
  last_operation_type: lastType,
  transactions: transactions.map((row) => ({ ...presentFiscalTransaction(row, location), document_id: row.document.id })),
});

export const presentFiscalSettings = (row: FiscalSettings) => ({
  is_enabled: row.isEnabled,
  url: row.url,
  tax_system: row.taxSystem,
  vat: row.vat,
  prints_paper: row.printsPaper,
  cashier_uid: row.cashierUid,
  cashier_name: row.cashierName,
  cashier_position: row.cashierPosition,
  slip_count: row.slipCount,
  custom_text: row.customText,
  has_token: row.sealedToken !== null,
});
