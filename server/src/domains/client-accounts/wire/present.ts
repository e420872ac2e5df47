import { offsetHours, zonedDateTime } from '../../../platform/clock.ts';
import { compare, toWire } from '../../../platform/exact.ts';
import { noMoney } from '../../../platform/money.ts';
import { businessType } from '../../locations/dictionaries.ts';
import type { LocationRow } from '../../locations/location.ts';
import type { TransactionRow } from '../../money/transaction-list.ts';
import type { AccountTransactionRow, ClientAccountRow } from '../account-list.ts';
import type { TypeRow } from '../type.ts';

const presentDeposit = (row: ClientAccountRow) => ({
  id: row.id,
  deposit_type_id: row.type.id,
  salon_group_id: row.chainId,
  initial_balance: toWire(row.initialBalance),
  balance: toWire(row.balance),
  reserved_balance: toWire(row.reserved),
  blocked: row.isBlocked,
  date_create: zonedDateTime(row.createdAt, row.timeZone),
});

const presentType = ({ type, chainId, timeZone }: ClientAccountRow) => ({
  id: type.id,
  salon_group_id: chainId,
  title: type.title,
  date_create: zonedDateTime(type.createdAt, timeZone),
  deleted: type.deletedAt !== null,
});

export const presentClientAccount = (row: ClientAccountRow) => ({ deposit: presentDeposit(row), deposit_type: presentType(row) });

/** @param seesClients whether the reader may see the clients of the chain */
export const presentChainAccount = (row: ClientAccountRow, seesClients: boolean) => ({
  ...presentClientAccount(row),
  client: {
    id: row.client?.id ?? 0,
    name: (seesClients && row.client?.name) || '',
    phone: Number((seesClients && row.client?.phone?.slice(1)) || 0),
  },
});

const transactionType = ({ amount }: AccountTransactionRow) =>
  compare(amount, noMoney) > 0 ? { id: 1, comment: 'Top-up' } : { id: 2, comment: 'Payment' };

const presentMovement = (row: AccountTransactionRow) => ({
  id: row.id,
  salon_id: row.locationId,
  salon_group_id: row.chainId,
  user_id: row.userId ?? 0,
  amount: toWire(row.amount),
  balance_after: toWire(row.balanceAfter),
  reserved_balance_after: toWire(row.reservedAfter),
  date_create: zonedDateTime(row.createdAt, row.timeZone),
  comment: row.comment,
  deleted: row.deletedAt !== null,
});

export const presentHistoryEntry = (row: AccountTransactionRow) => ({
  deposit_transaction: presentMovement(row),
  deposit_transaction_type: transactionType(row),
});

/** The kind in its own operations. It belongs to a chain, which has no time zone. */
export const presentManagedType = ({ id, chainId, title, creditLimit, locationIds, createdAt }: TypeRow) => ({
  id,
  salon_group_id: chainId,
  title,
  credit_limit: toWire(creditLimit),
  location_ids: locationIds,
  date_create: zonedDateTime(createdAt, 'UTC'),
});

const deletion = (at: Date | null, timeZone: string) => ({ date_delete: at ? zonedDateTime(at, timeZone) : '' });

interface ToppedUp {
  document: { id: number; number: number };
  location: LocationRow;
  rules: { mayCancel: boolean; mayMove: boolean };
  user: { id: number; name: string; phone: string };
  account: ClientAccountRow;
  transaction: AccountTransactionRow;
  payment: TransactionRow;
}

/** A top-up with all that it has made. */
export const presentTopUp = ({ document, location, rules, user, account, transaction, payment }: ToppedUp) => ({
  document: {
    id: document.id,
    user_id: user.id,
    salon_id: location.id,
    type_id: 9,
    type: { id: 9, title: 'Account replenishment (advance payment)' },
    comment: '',
    number: document.number,
    salon: {
      id: location.id,
      title: location.title,
      public_title: location.publicTitle || location.title,
      business_group_id: businessType(location.businessTypeId)?.businessGroupId ?? 0,
      business_type_id: location.businessTypeId,
      country_id: location.countryId,
      city_id: location.cityId,
      timezone: offsetHours(location.timeZone),
      timezone_name: location.timeZone,
      address: location.address,
      coordinate_lat: location.latitude,
      coordinate_lon: location.longitude,
      logo: location.logo,
      zip: location.zip,
      phone: location.phones[0] ?? '',
      phones: location.phones,
      site: location.site,
      allow_delete_record: rules.mayCancel,
      allow_change_record: rules.mayMove,
    },
    user,
  },
  deposits_transactions: [
    {
      ...presentMovement(transaction),
      document_id: transaction.documentId,
      deposit_id: account.id,
      deposit_type_id: account.type.id,
      master_id: transaction.teamMemberId ?? 0,
      ...deletion(transaction.deletedAt, location.timeZone),
      deposit: presentDeposit(account),
      deposit_type: { ...presentType(account), ...deletion(account.type.deletedAt, location.timeZone) },
    },
  ],
  payment_transactions: [
    {
      id: payment.id,
      document_id: document.id,
      date: zonedDateTime(payment.at, location.timeZone),
      type_id: payment.expense.id,
      expense_id: payment.expense.id,
      account_id: payment.account.id,
      amount: toWire(payment.amount),
      client_id: payment.client?.id ?? 0,
      master_id: payment.teamMember?.id ?? 0,
      supplier_id: 0,
      comment: payment.comment,
      item_id: 0,
      target_type_id: 0,
      record_id: 0,
      goods_transaction_id: 0,
      type: payment.expense,
    },
  ],
});
