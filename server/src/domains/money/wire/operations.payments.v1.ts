import Type, { type Static } from 'typebox';
import { locationUser, signedIn } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { AnyOfTypes, Id } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { toMoney } from '../../../platform/money.ts';
import { appointmentsOfVisit, getAppointment } from '../../appointments/appointment.ts';
import { documentsOfAppointments } from '../../appointments/of-documents.ts';
import { seesClient } from '../../appointments/visible-clients.ts';
import { locationOfDocument } from '../../inventory/document-place.ts';
import { payDocument } from '../../sales/document-payment.ts';
import { lockSaleOf } from '../../sales/sale.ts';
import { expectVisible } from '../../sales/wire/caller.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { listAccounts } from '../account.ts';
import { addTransactions, deleteTransactions, updateTransaction } from '../transaction.ts';
import {
  getTransaction,
  listTransactions,
  type TransactionFilter,
  type TransactionRow,
  transactionsById,
} from '../transaction-list.ts';
import {
  allowedTo,
  type Caller,
  clientVisibilityOf,
  expectDays,
  expectFinances,
  expectVisibleClient,
  momentFrom,
  periodFrom,
  seenBy,
} from './caller.ts';
import {
  presentListedAccount,
  presentNewTransaction,
  presentOfDocument,
  presentTransaction,
  withAppointments,
  withoutHiddenClients,
} from './present.ts';
import {
  DocumentFinancialTransaction,
  FinanceTransactionRequest,
  FinancialTransaction,
  IdOrZero,
  ListedAccount,
  LocationOnly,
  NewFinanceTransactionRequest,
  NewFinancialTransaction,
  TransactionPath,
} from './schemas.ts';

const tag = 'Payments';

/** Rows with their appointments, without the clients whom the caller may not see. */
const readable = async ({ db, location, limit }: Caller, rows: readonly TransactionRow[]) =>
  withAppointments(db, location.id, await withoutHiddenClients(db, location.id, limit('clients_visit_master_id'), rows));

const presentAll = async (caller: Caller, rows: readonly TransactionRow[]) => {
  const sees = clientVisibilityOf(caller.can);
  return (await readable(caller, rows)).map((row) => presentTransaction(row, caller.location, sees));
};

const spelling = { teamMemberId: 'master_id', at: 'date' };

const getDocumentFinancialTransactions = operation({
  id: 'get_document_financial_transactions',
  method: 'GET',
  path: '/storage_operations/documents/finance_transactions/{document_id}',
  tag,
  summary: 'List money transactions of a document',
  description: 'Newest first, without deleted ones.',
  access: signedIn(),
  params: Type.Object({ document_id: Id('document id') }),
  success: answer(200, Type.Array(DocumentFinancialTransaction)),
  errors: [403, 404],
  handle: async ({ db, gate, partner, user, params, request }) => {
    const locationId = await locationOfDocument(db, params.document_id);
    const grant = locationId === undefined ? undefined : await gate.userGrant(partner, user, locationId, request.ip);
    if (!grant) throw new NotFound();
    if (!grant.can('finances_transactions_access')) throw new Forbidden();
    const caller: Caller = { db, location: grant.location, can: (flag) => grant.can(flag), limit: (name) => grant.limit(name) };
    const rows = await listTransactions(db, grant.location.id, { documentIds: [params.document_id] }, seenBy(caller));
    const sees = clientVisibilityOf(caller.can);
    return (await readable(caller, rows)).map((row) => presentOfDocument(row, grant.location, sees));
  },
});

const getAccountList = operation({
  id: 'get_account_list',
  method: 'GET',
  path: '/accounts/{location_id}',
  tag,
  summary: 'List location money accounts',
  description: 'The accounts that the user works with, in their order, without archived ones.',
  access: locationUser('finances_accounts_access'),
  params: LocationOnly,
  success: answer(200, Type.Array(ListedAccount)),
  errors: [403, 404],
  handle: async ({ db, location, can, limit }) => {
    expectFinances(can);
    const rows = await listAccounts(db, location.id, { allowed: allowedTo({ can, limit }).accounts });
    return rows.map(presentListedAccount);
  },
});

const given = (id: number | undefined) => (id === 0 ? undefined : id);

const getTransactions = operation({
  id: 'get_transactions',
  method: 'GET',
  path: '/transactions/{location_id}',
  tag,
  summary: 'List money transactions with filters',
  description:
    'Newest first. Dates are days of the location, both included: YYYYMMDD, YYYY-MM-DD or DD.MM.YYYY. A filter of 0 is no filter. Every transaction here is real money, because loyalty and client accounts have transactions of their own.',
  access: locationUser('finances_transactions_access'),
  params: LocationOnly,
  query: Type.Object({
    page: Page,
    count: PageSize(1000, 50),
    account_id: Type.Optional(IdOrZero('account')),
    supplier_id: Type.Optional(IdOrZero('supplier')),
    client_id: Type.Optional(IdOrZero('client')),
    user_id: Type.Optional(IdOrZero('the user who entered it')),
    master_id: Type.Optional(IdOrZero('team member')),
    type: Type.Optional(IdOrZero('payment item')),
    real_money: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: 'has no effect' })),
    deleted: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '1 for deleted ones, instead of all others' })),
    start_date: Type.Optional(AnyOfTypes<number | string>(['number', 'string'], { maxLength: 20, description: 'YYYYMMDD' })),
    end_date: Type.Optional(AnyOfTypes<number | string>(['number', 'string'], { maxLength: 20, description: 'YYYYMMDD' })),
    balance_is: Type.Optional(Type.Integer({ description: '0 any, 1 positive, 2 negative', enum: [0, 1, 2] })),
    document_id: Type.Optional(IdOrZero('document')),
  }),
  success: answer(200, Type.Array(FinancialTransaction)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, query } = context;
    const { document_id, balance_is } = query;
    const clientId = given(query.client_id);
    const filter: TransactionFilter = {
      accountId: given(query.account_id),
      supplierId: given(query.supplier_id),
      clientId,
      userId: given(query.user_id),
      teamMemberId: given(query.master_id),
      expenseId: given(query.type),
      isDeleted: query.deleted === 1,
      sign: balance_is === 1 ? 1 : balance_is === 2 ? -1 : undefined,
      documentIds: document_id ? [document_id] : undefined,
      ...periodFrom(location.timeZone, query.start_date, query.end_date),
    };
    const seen = seenBy(context);
    if (clientId !== undefined && !(await seesClient(context, clientId))) return [];
    return presentAll(context, await listTransactions(db, location.id, filter, seen, pageRange(query.page, query.count)));
  },
});

/** The documents of a visit, or of one appointment, in the calendars of the caller. @throws NotFound */
async function documentsOf(
  caller: Caller,
  { record_id, visit_id }: { record_id: number | undefined; visit_id: number | undefined },
) {
  const { db, location } = caller;
  const calendars = await calendarsOf(caller);
  if (record_id) {
    const { id, visitId } = await getAppointment(db, location.id, record_id, calendars);
    if (visit_id && visit_id !== visitId) throw new NotFound();
    return documentsOfAppointments(db, location.id, [id]);
  }
  const rows = visit_id ? await appointmentsOfVisit(db, location.id, visit_id, calendars) : [];
  if (rows.length === 0) throw new NotFound();
  return documentsOfAppointments(
    db,
    location.id,
    rows.map(({ id }) => id),
  );
}

const getTransactionsByVisitOrAppointmentId = operation({
  id: 'get_transactions_by_visit_or_appointment_id',
  method: 'GET',
  path: '/timetable/transactions/{location_id}',
  tag,
  summary: 'Money transactions of a visit or appointment',
  description: 'Newest first. Without both ids, the answer is a 422.',
  access: locationUser('finances_transactions_access'),
  params: LocationOnly,
  query: Type.Object({
    record_id: Type.Optional(IdOrZero('appointment')),
    visit_id: Type.Optional(IdOrZero('visit')),
  }),
  success: answer(200, Type.Array(FinancialTransaction)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, query } = context;
    const seen = seenBy(context);
    if (!query.record_id && !query.visit_id) throw new Invalid({ record_id: ['is required, or visit_id'] });
    const documentIds = await documentsOf(context, { record_id: query.record_id, visit_id: query.visit_id });
    return presentAll(context, await listTransactions(db, location.id, { documentIds }, seen));
  },
});

/** The fields of a request. A text without characters and an id of 0 remove the value. */
const fieldsOf = (body: Static<typeof FinanceTransactionRequest>, timeZone: string) => ({
  expenseId: body.expense_id,
  accountId: body.account_id,
  amount: toMoney(body.amount),
  at: body.date ? momentFrom(body.date, timeZone) : undefined,
  clientId: body.client_id === 0 ? null : body.client_id,
  supplierId: body.supplier_id === 0 ? null : body.supplier_id,
  teamMemberId: body.master_id === 0 ? null : body.master_id,
  comment: body.comment === undefined ? undefined : String(body.comment).trim(),
});

/** @throws Invalid */
function required<Value>(field: string, value: Value | undefined): Value {
  if (value === undefined) throw new Invalid({ [field]: ['is required'] });
  return value;
}

const read = async (db: Read, locationId: number, id: number) =>
  (await transactionsById(db, locationId, [id]))[0] as TransactionRow;

const createFinancialTransaction = operation({
  id: 'create_financial_transaction',
  method: 'POST',
  path: '/finance_transactions/{location_id}',
  tag,
  summary: 'Create money transaction',
  description:
    'The amount keeps the sign that is sent. A payment to an account with an acquiring fee also posts the fee, as a transaction of its own. With `document_id`, it counts as paid in that document.',
  access: locationUser('finances_create_transactions_access'),
  params: LocationOnly,
  body: NewFinanceTransactionRequest,
  spelling,
  success: answer(200, NewFinancialTransaction),
  errors: [403, 404],
  example: { body: { expense_id: 5, account_id: 1, amount: 100, comment: 'Paid at the reception' } },
  handle: async (context) => {
    const { write, location, body } = context;
    expectFinances(context.can);
    const { expenseId, accountId, amount, at = new Date(), comment = '', ...rest } = fieldsOf(body, location.timeZone);
    expectDays(context, 'finances_create_last_days_count', at);
    await expectVisibleClient(context, rest.clientId);
    const row = {
      ...rest,
      expenseId: required('expense_id', expenseId),
      accountId: required('account_id', accountId),
      amount: required('amount', amount),
      at,
      comment,
    };
    const allowed = allowedTo(context);
    const documentId = body.document_id ?? 0;
    const [id] =
      documentId === 0
        ? await addTransactions(write, location, [withoutUndefined(row)], allowed)
        : [
            await payDocument(write, location, { ...withoutUndefined(row), documentId }, allowed, (sale) =>
              expectVisible({ ...context, db: write }, sale),
            ),
          ];
    const [made] = await withAppointments(write, location.id, [await read(write, location.id, id as number)]);
    return presentNewTransaction(made as NonNullable<typeof made>, location, clientVisibilityOf(context.can));
  },
});

const withoutUndefined = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof Fields]: Exclude<Fields[Field], undefined>;
  };

const getFinancialTransaction = operation({
  id: 'get_financial_transaction',
  method: 'GET',
  path: '/finance_transactions/{location_id}/{transaction_id}',
  tag,
  summary: 'Read one money transaction',
  description: 'The answer is a list of one transaction, as published.',
  access: locationUser('finances_transactions_access'),
  params: TransactionPath,
  success: answer(200, Type.Array(FinancialTransaction)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params } = context;
    return presentAll(context, [await getTransaction(db, location.id, params.transaction_id, seenBy(context))]);
  },
});

const updateFinancialTransaction = operation({
  id: 'update_financial_transaction',
  method: 'PUT',
  path: '/finance_transactions/{location_id}/{transaction_id}',
  tag,
  summary: 'Change money transaction',
  description:
    'Fields that are not sent stay as they are. The acquiring fee follows the payment and cannot be changed by itself. The amount of a top-up of a client account stays as it is.',
  access: locationUser('finances_edit_transactions_access'),
  params: TransactionPath,
  body: FinanceTransactionRequest,
  spelling,
  success: answer(200, Type.Array(FinancialTransaction)),
  errors: [403, 404],
  example: { body: { amount: 120, comment: 'Counted again' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const current = await getTransaction(write, location.id, params.transaction_id, seenBy(context));
    const changes = fieldsOf(body, location.timeZone);
    expectDays(context, 'finances_edit_last_days_count', current.at, changes.at ?? current.at);
    await expectVisibleClient(context, changes.clientId);
    await lockSaleOf(write, location, current.documentId, [changes.clientId ?? null]);
    await updateTransaction(write, location, current.id, changes, allowedTo(context));
    return presentAll(context, [await read(write, location.id, current.id)]);
  },
});

const deleteFinancialTransaction = operation({
  id: 'delete_financial_transaction',
  method: 'DELETE',
  path: '/finance_transactions/{location_id}/{transaction_id}',
  tag,
  summary: 'Remove money transaction',
  description:
    'The transaction stays in the list of deleted ones. Its acquiring fee goes with it. If it is the money of a top-up, the client account goes down again.',
  access: locationUser('finances_delete_transactions_access'),
  params: TransactionPath,
  success: empty(202),
  errors: [403, 404],
  handle: async (context) => {
    const { write, location, params } = context;
    const current = await getTransaction(write, location.id, params.transaction_id, seenBy(context));
    expectDays(context, 'finances_edit_last_days_count', current.at);
    await lockSaleOf(write, location, current.documentId);
    await deleteTransactions(write, location, [current.id]);
  },
});

/** The operations of the tag, in the order of the published documents. */
export const paymentsOperations = [
  getDocumentFinancialTransactions,
  getAccountList,
  getTransactions,
  getTransactionsByVisitOrAppointmentId,
  createFinancialTransaction,
  getFinancialTransaction,
  updateFinancialTransaction,
  deleteFinancialTransaction,
];
