import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { Bit } from '../../../api/schema.ts';
import { today } from '../../../platform/clock.ts';
import { noMoney, toMoney, toPercent } from '../../../platform/money.ts';
import { type AccountRow, archiveAccount, createAccount, listAccounts, updateAccount } from '../account.ts';
import { balanceOf, balancesOf } from '../balance.ts';
import { createExpense, deleteExpense, listExpenses, updateExpense } from '../expense.ts';
import { accountVisibilityOf, allowedTo, type Caller, dateFrom, expectFinances } from './caller.ts';
import { presentAccount, presentExpense } from './present.ts';
import {
  Account,
  AccountChanges,
  AccountPath,
  Expense,
  ExpenseChanges,
  ExpensePath,
  LocationOnly,
  NewAccount,
  NewExpense,
} from './schemas.ts';

const tag = 'Payments';

interface AccountBody {
  title?: string | undefined;
  comment?: string | undefined;
  is_default?: boolean | undefined;
  opening_balance?: number | undefined;
  acquiring_fee?: number | undefined;
  weight?: number | undefined;
}

const fieldsOf = (body: AccountBody) => ({
  title: body.title,
  comment: body.comment,
  isDefault: body.is_default,
  openingBalance: toMoney(body.opening_balance),
  acquiringFee: toPercent(body.acquiring_fee),
  weight: body.weight,
});

/** With the balance at the end of today. */
async function present({ db, location, can }: Caller, row: AccountRow) {
  return presentAccount(row, await balanceOf(db, location, row.id, today(location.timeZone)), accountVisibilityOf(can));
}

const listAccountsOperation = operation({
  id: 'list_accounts',
  method: 'GET',
  path: '/company/{location_id}/accounts',
  tag,
  summary: 'List accounts with their settings and balances',
  description: 'The balance is that at the end of the date, which is today if none is given.',
  extension: true,
  access: locationUser('finances_accounts_access'),
  params: LocationOnly,
  query: Type.Object({
    archived: Type.Optional(Bit('1 for archived accounts, instead of all others')),
    date: Type.Optional(Type.String({ maxLength: 20, description: 'YYYY-MM-DD' })),
  }),
  success: counted(Type.Array(Account)),
  handle: async ({ db, location, query, can, limit }) => {
    expectFinances(can);
    const date = query.date ? dateFrom(query.date, 'date') : today(location.timeZone);
    const { accounts: allowed } = allowedTo({ can, limit });
    const rows = await listAccounts(db, location.id, { allowed, isArchived: query.archived === 1 });
    const ids = rows.map(({ id }) => id);
    const balances = await balancesOf(db, location, date, ids);
    return rows.map((row) => presentAccount(row, balances.get(row.id) ?? noMoney, accountVisibilityOf(can)));
  },
});

const createAccountOperation = operation({
  id: 'create_account',
  method: 'POST',
  path: '/company/{location_id}/accounts',
  tag,
  summary: 'Open a money account',
  extension: true,
  access: locationUser('finances_options_update_access'),
  params: LocationOnly,
  body: NewAccount,
  success: created(Account),
  example: { body: { title: 'Terminal', type: 1, acquiring_fee: 1.5 } },
  handle: async (context) => {
    const { write, location, body, can } = context;
    expectFinances(can);
    const row = await createAccount(write, location, { ...fieldsOf(body), title: body.title, isCash: body.type === 0 });
    return present(context, row);
  },
});

const updateAccountOperation = operation({
  id: 'update_account',
  method: 'PUT',
  path: '/company/{location_id}/accounts/{account_id}',
  tag,
  summary: 'Change a money account',
  description: 'Fields that are not sent stay as they are. A changed acquiring fee holds for later payments.',
  extension: true,
  access: locationUser('finances_options_update_access'),
  params: AccountPath,
  body: AccountChanges,
  success: ok(Account),
  example: { body: { title: 'Till at the entrance', is_default: true } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    expectFinances(context.can);
    return present(context, await updateAccount(write, location, params.account_id, fieldsOf(body), allowedTo(context).accounts));
  },
});

const archiveAccountOperation = operation({
  id: 'archive_account',
  method: 'DELETE',
  path: '/company/{location_id}/accounts/{account_id}',
  tag,
  summary: 'Archive a money account',
  description: 'It keeps its transactions and takes no new ones. It is no longer the default of its type.',
  extension: true,
  access: locationUser('finances_options_update_access'),
  params: AccountPath,
  success: empty(204),
  handle: async (context) => {
    expectFinances(context.can);
    const { write, location, params } = context;
    await archiveAccount(write, location.id, params.account_id, true, allowedTo(context).accounts);
  },
});

const restoreAccountOperation = operation({
  id: 'restore_account',
  method: 'POST',
  path: '/company/{location_id}/accounts/{account_id}/restore',
  tag,
  summary: 'Restore an archived money account',
  extension: true,
  access: locationUser('finances_options_update_access'),
  params: AccountPath,
  success: ok(Account),
  handle: async (context) => {
    expectFinances(context.can);
    const { write, location, params } = context;
    return present(context, await archiveAccount(write, location.id, params.account_id, false, allowedTo(context).accounts));
  },
});

const listExpensesOperation = operation({
  id: 'list_expenses',
  method: 'GET',
  path: '/company/{location_id}/expenses',
  tag,
  summary: 'List payment items',
  description: 'What money is paid for: the items that every location has, and those of this one.',
  extension: true,
  access: locationUser('finances_expenses_read_access'),
  params: LocationOnly,
  success: counted(Type.Array(Expense)),
  handle: async ({ db, location, can, limit }) => {
    expectFinances(can);
    return (await listExpenses(db, location.id, allowedTo({ can, limit }).expenses)).map(presentExpense);
  },
});

const createExpenseOperation = operation({
  id: 'create_expense',
  method: 'POST',
  path: '/company/{location_id}/expenses',
  tag,
  summary: 'Add a payment item',
  extension: true,
  access: locationUser('finances_expenses_create_access'),
  params: LocationOnly,
  body: NewExpense,
  success: created(Expense),
  example: { body: { title: 'Rent', is_income: false } },
  handle: async ({ write, location, body, can }) => {
    expectFinances(can);
    const { title, is_income: isIncome, comment, weight } = body;
    return presentExpense(await createExpense(write, location.id, { title, isIncome, comment, weight }));
  },
});

const updateExpenseOperation = operation({
  id: 'update_expense',
  method: 'PUT',
  path: '/company/{location_id}/expenses/{expense_id}',
  tag,
  summary: 'Change a payment item',
  description: 'Fields that are not sent stay as they are. Items that every location has cannot be changed.',
  extension: true,
  access: locationUser('finances_expenses_update_access'),
  params: ExpensePath,
  body: ExpenseChanges,
  success: ok(Expense),
  example: { body: { title: 'Rent and heating' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    expectFinances(context.can);
    const { title, is_income: isIncome, comment, weight } = body;
    const fields = { title, isIncome, comment, weight };
    return presentExpense(await updateExpense(write, location.id, params.expense_id, fields, allowedTo(context).expenses));
  },
});

const deleteExpenseOperation = operation({
  id: 'delete_expense',
  method: 'DELETE',
  path: '/company/{location_id}/expenses/{expense_id}',
  tag,
  summary: 'Delete a payment item',
  description: 'Its transactions keep it. Items that every location has cannot be deleted.',
  extension: true,
  access: locationUser('finances_expenses_delete_access'),
  params: ExpensePath,
  success: empty(204),
  handle: async (context) => {
    expectFinances(context.can);
    const { write, location, params } = context;
    await deleteExpense(write, location.id, params.expense_id, allowedTo(context).expenses);
  },
});

/** Foyer's own operations of the tag. */
export const accountsOperations = [
  listAccountsOperation,
  createAccountOperation,
  updateAccountOperation,
  archiveAccountOperation,
  restoreAccountOperation,
  listExpensesOperation,
  createExpenseOperation,
  updateExpenseOperation,
  deleteExpenseOperation,
];
