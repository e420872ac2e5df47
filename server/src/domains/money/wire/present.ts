import type { Location } from '../../../api/access.ts';
import type { Read } from '../../../api/write.ts';
import { compactZonedDateTime, zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import type { Money } from '../../../platform/money.ts';
import { appointmentsOfDocuments } from '../../appointments/of-documents.ts';
import { clientsOfMember } from '../../appointments/visible-clients.ts';
import type { AccountRow } from '../account.ts';
import type { ExpenseRow } from '../expense.ts';
import type { SoldTransaction, TransactionRow } from '../transaction-list.ts';

/** Finds the appointments of movements of money, with one statement. */
export async function withAppointments(
  db: Read,
  locationId: number,
  rows: readonly TransactionRow[],
): Promise<SoldTransaction[]> {
  const documentIds = rows.flatMap(({ documentId }) => documentId ?? []);
  const found = await appointmentsOfDocuments(db, locationId, documentIds);
  return rows.map((row) => ({ ...row, appointment: row.documentId === null ? undefined : found.get(row.documentId) }));
}

/** Removes the clients whom the user may not see. @param member the only team member whose clients the user sees, 0 for no limit */
export async function withoutHiddenClients<Row extends TransactionRow>(
  db: Read,
  locationId: number,
  member: number,
  rows: readonly Row[],
): Promise<Row[]> {
  if (member === 0) return [...rows];
  const ids = rows.flatMap(({ client }) => client?.id ?? []);
  const seen = await clientsOfMember(db, locationId, member, ids);
  return rows.map((row) => (row.client && !seen.has(row.client.id) ? { ...row, client: null } : row));
}

/** The fields of clients that the reader may see. */
export interface ClientVisibility {
  phone: boolean;
  email: boolean;
}

const person = ({ client }: TransactionRow, sees: ClientVisibility) => ({
  id: client?.id ?? 0,
  name: client?.name ?? '',
  phone: (sees.phone && client?.phone) || '',
});

const soldItem = ({ serviceId, lineId }: TransactionRow) => {
  if (serviceId !== null) return { sold_item_id: serviceId, sold_item_type: 'service' as const };
  if (lineId !== null) return { sold_item_id: lineId, sold_item_type: 'goods_transaction' as const };
  return { sold_item_id: 0, sold_item_type: null };
};

/** As lists have it, and a single one. */
export function presentTransaction(row: SoldTransaction, location: Pick<Location, 'timeZone'>, sees: ClientVisibility) {
  const { id, expense, account, supplier, teamMember, appointment } = row;
  return {
    id,
    document_id: row.documentId ?? 0,
    expense,
    date: compactZonedDateTime(row.at, location.timeZone),
    amount: toWire(row.amount),
    comment: row.comment,
    master: { id: teamMember?.id ?? 0, title: teamMember?.name ?? '' },
    supplier: supplier ?? { id: 0, title: '' },
    account: { id: account.id, title: account.title },
    client: person(row, sees),
    last_change_date: compactZonedDateTime(row.changedAt, location.timeZone),
    record_id: appointment?.id ?? 0,
    visit_id: appointment?.visitId ?? 0,
    ...soldItem(row),
  };
}

const ids = (row: SoldTransaction, location: Pick<Location, 'timeZone'>) => ({
  id: row.id,
  document_id: row.documentId ?? 0,
  date: zonedDateTime(row.at, location.timeZone),
  type_id: row.expense.id,
  expense_id: row.expense.id,
  account_id: row.account.id,
  amount: toWire(row.amount),
  client_id: row.client?.id ?? 0,
  master_id: row.teamMember?.id ?? 0,
  supplier_id: row.supplier?.id ?? 0,
  comment: row.comment,
  item_id: row.serviceId ?? row.lineId ?? 0,
  target_type_id: row.serviceId === null ? 0 : 1,
  record_id: row.appointment?.id ?? 0,
});

const supplierOf = ({ supplier }: TransactionRow) => (supplier ? [supplier] : []);

/** As creating one answers it. */
export const presentNewTransaction = (row: SoldTransaction, location: Pick<Location, 'timeZone'>, sees: ClientVisibility) => ({
  ...ids(row, location),
  goods_transaction_id: row.lineId ?? 0,
  expense: row.expense,
  account: {
    id: row.account.id,
    title: row.account.title,
    is_cash: row.account.isCash,
    is_default: row.account.isDefault,
  },
  client: { ...person(row, sees), email: (sees.email && row.client?.email) || '' },
  master: row.teamMember ?? { id: 0, name: '' },
  supplier: supplierOf(row),
});

/** As an appointment has it. */
export const presentOfAppointment = (row: SoldTransaction, location: Pick<Location, 'timeZone'>, sees: ClientVisibility) => ({
  ...ids(row, location),
  goods_transaction_id: row.lineId ?? 0,
  expense: row.expense,
  account: { id: row.account.id, title: row.account.title },
  client: person(row, sees),
  master: row.teamMember ? [row.teamMember] : [],
  supplier: supplierOf(row),
});

/** As the list of a document has it. */
export const presentOfDocument = (row: SoldTransaction, location: Pick<Location, 'id' | 'timeZone'>, sees: ClientVisibility) => {
  const { document_id: _document, ...rest } = ids(row, location);
  const type = Number(!row.account.isCash);
  return {
    ...rest,
    expense: row.expense,
    account: {
      id: row.account.id,
      title: row.account.title,
      type_id: type,
      type,
      comment: row.account.comment,
      company_id: location.id,
    },
    client: person(row, sees),
    master: row.teamMember ? [row.teamMember] : [],
    supplier: supplierOf(row),
  };
};

export const presentListedAccount = ({ id, title, isCash, comment }: AccountRow) => ({
  id,
  title,
  type: Number(!isCash),
  comment,
});

/** The parts of an account that the reader may see. */
export interface AccountVisibility {
  balances: boolean;
  settings: boolean;
}

export const presentAccount = (row: AccountRow, balance: Money, sees: AccountVisibility) => ({
  ...presentListedAccount(row),
  is_default: row.isDefault,
  opening_balance: sees.balances ? toWire(row.openingBalance) : null,
  balance: sees.balances ? toWire(balance) : null,
  acquiring_fee: sees.settings ? toWire(row.acquiringFee) : null,
  weight: row.weight,
  is_archived: row.archivedAt !== null,
});

export const presentExpense = ({ id, title, isIncome, comment, weight, locationId }: ExpenseRow) => ({
  id,
  title,
  is_income: isIncome,
  comment,
  weight,
  is_shared: locationId === null,
});
