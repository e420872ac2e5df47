import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import { noMoney } from '../../platform/money.ts';
import { clients } from '../clients/tables.ts';
import { suppliers } from '../inventory/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { accounts, expenseItems, financeTransactions } from './tables.ts';

/** What a user may see of the movements of money; undefined for no limit. */
export interface Seen {
  accounts?: readonly number[] | undefined;
  expenses?: readonly number[] | undefined;
  since?: Date | undefined;
}

const ofPlace = (table: typeof clients | typeof suppliers | typeof teamMembers | typeof accounts, id: SQL | unknown) =>
  and(eq(table.locationId, financeTransactions.locationId), eq(table.id, id as number));

const selectTransactions = (db: Read) =>
  db
    .select({
      id: financeTransactions.id,
      amount: financeTransactions.amount,
      at: financeTransactions.at,
      comment: financeTransactions.comment,
      documentId: financeTransactions.documentId,
      serviceId: financeTransactions.serviceId,
      lineId: financeTransactions.lineId,
      feeOfId: financeTransactions.feeOfId,
      changedAt: financeTransactions.changedAt,
      deletedAt: financeTransactions.deletedAt,
      expense: { id: expenseItems.id, title: expenseItems.title },
      account: {
        id: accounts.id,
        title: accounts.title,
        comment: accounts.comment,
        isCash: accounts.isCash,
        isDefault: accounts.isDefault,
      },
      client: {
        id: clients.id,
        name: clients.name,
        surname: clients.surname,
        middleName: clients.middleName,
        phone: clients.phone,
        email: clients.email,
      },
      supplier: { id: suppliers.id, title: suppliers.title },
      teamMember: { id: teamMembers.id, name: teamMembers.name },
    })
    .from(financeTransactions)
    .innerJoin(accounts, ofPlace(accounts, financeTransactions.accountId))
    .innerJoin(expenseItems, eq(expenseItems.id, financeTransactions.expenseId))
    .leftJoin(clients, ofPlace(clients, financeTransactions.clientId))
    .leftJoin(suppliers, ofPlace(suppliers, financeTransactions.supplierId))
    .leftJoin(teamMembers, ofPlace(teamMembers, financeTransactions.teamMemberId));

/** A movement of money with the names of what it refers to. */
export type TransactionRow = Awaited<ReturnType<typeof selectTransactions>>[number];

/** A movement of money with the appointment that its document belongs to. A later room finds it. */
export interface SoldTransaction extends TransactionRow {
  appointment: { id: number; visitId: number } | undefined;
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    'finance transaction': SoldTransaction;
  }
}

const selectById = prepared((db) =>
  selectTransactions(db)
    .where(
      and(
        eq(financeTransactions.locationId, sql.placeholder('location')),
        sql`${financeTransactions.id} = any(${sql.placeholder('ids')}::int[])`,
      ),
    )
    .orderBy(asc(financeTransactions.id))
    .prepare('transactions_by_id'),
);

/** Movements of money by id, in the order of their ids, deleted ones too. */
export const transactionsById = (db: Read, locationId: number, ids: readonly number[]): Promise<TransactionRow[]> =>
  selectById(db).execute({ location: locationId, ids: [...ids] });

const isSeen = ({ accounts: ofAccounts, expenses, since }: Seen): SQL | undefined =>
  and(
    ofAccounts && inArray(financeTransactions.accountId, [...ofAccounts]),
    expenses && inArray(financeTransactions.expenseId, [...expenses]),
    since && gte(financeTransactions.at, since),
  );

/** @throws NotFound for one that does not exist, is deleted or may not be seen */
export async function getTransaction(db: Read, locationId: number, id: number, seen: Seen): Promise<TransactionRow> {
  const own = and(eq(financeTransactions.locationId, locationId), eq(financeTransactions.id, id));
  const [row] = await selectTransactions(db).where(and(own, isNull(financeTransactions.deletedAt), isSeen(seen)));
  if (!row) throw new NotFound();
  return row;
}

export interface TransactionFilter {
  accountId?: number | undefined;
  supplierId?: number | undefined;
  clientId?: number | undefined;
  userId?: number | undefined;
  teamMemberId?: number | undefined;
  expenseId?: number | undefined;
  /** Of any of these documents. */
  documentIds?: readonly number[] | undefined;
  /** Only deleted ones; otherwise only others. */
  isDeleted?: boolean | undefined;
  /** Only incoming or only outgoing money. */
  sign?: 1 | -1 | undefined;
  /** The first instant, and the first one after the last. */
  from?: Date | undefined;
  until?: Date | undefined;
}

/** Movements of money, newest first. */
export function listTransactions(
  db: Read,
  locationId: number,
  filter: TransactionFilter,
  seen: Seen,
  page?: { offset: number; limit: number },
): Promise<TransactionRow[]> {
  const { accountId, supplierId, clientId, userId, teamMemberId, expenseId, documentIds, sign, from, until } = filter;
  const equal = (column: PgColumn, value: number | undefined) => (value === undefined ? undefined : eq(column, value));
  const query = selectTransactions(db)
    .where(
      and(
        eq(financeTransactions.locationId, locationId),
        filter.isDeleted ? isNotNull(financeTransactions.deletedAt) : isNull(financeTransactions.deletedAt),
        isSeen(seen),
        equal(financeTransactions.accountId, accountId),
        equal(financeTransactions.expenseId, expenseId),
        equal(financeTransactions.supplierId, supplierId),
        equal(financeTransactions.clientId, clientId),
        equal(financeTransactions.userId, userId),
        equal(financeTransactions.teamMemberId, teamMemberId),
        documentIds && inArray(financeTransactions.documentId, [...documentIds]),
        sign && (sign > 0 ? gt : lt)(financeTransactions.amount, noMoney),
        from && gte(financeTransactions.at, from),
        until && lt(financeTransactions.at, until),
      ),
    )
    .orderBy(desc(financeTransactions.at), desc(financeTransactions.id));
  return page ? query.limit(page.limit).offset(page.offset) : query;
}
