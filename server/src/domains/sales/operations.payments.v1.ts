import Type from 'typebox';
import { locationUser, signedIn } from '../../api/access.ts';
import { answer, empty, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';

const FinanceTransactionRequest = named(
  'FinanceTransactionRequest',
  Type.Object({
    expense_id: Type.Optional(Type.Number({ description: 'payment item' })),
    amount: Type.Optional(Type.Number()),
    account_id: Type.Optional(Type.Number({ description: 'cash account' })),
    client_id: Type.Optional(Type.Number()),
    supplier_id: Type.Optional(Type.Number()),
    master_id: Type.Optional(Type.Number()),
    comment: Type.Optional(Type.Number({ description: 'example is string' })),
    date: Type.Optional(Type.String({ description: 'date-time' })),
  }),
);

const getDocumentFinancialTransactions = operation({
  id: 'get_document_financial_transactions',
  method: 'GET',
  path: '/storage_operations/documents/finance_transactions/{document_id}',
  tag: 'Payments',
  summary: 'List money transactions of a document',
  access: signedIn(),
  params: Type.Object({ document_id: Id('document id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Number()),
        date: Type.Optional(Type.String({ description: 'date-time' })),
        type_id: Type.Optional(Type.Number()),
        expense_id: Type.Optional(Type.Number({ description: 'payment item' })),
        account_id: Type.Optional(Type.Number({ description: 'cash account' })),
        amount: Type.Optional(Type.Number()),
        client_id: Type.Optional(Type.Number()),
        master_id: Type.Optional(Type.Number()),
        supplier_id: Type.Optional(Type.Number()),
        comment: Type.Optional(Type.String()),
        item_id: Type.Optional(Type.Integer()),
        target_type_id: Type.Optional(Type.Integer()),
        record_id: Type.Optional(Type.Number()),
        expense: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        account: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Number()),
            title: Type.Optional(Type.String()),
            type_id: Type.Optional(Type.Number()),
            type: Type.Optional(Type.Number()),
            comment: Type.Optional(Type.String()),
            company_id: Type.Optional(Type.Number()),
          }),
        ),
        client: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Number()),
            name: Type.Optional(Type.String()),
            phone: Type.Optional(Type.String()),
          }),
        ),
        master: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'empty array when none' }))),
        supplier: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'empty array when none' }))),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 9053737,
        date: '2026-09-21T23:00:00.000-05:00',
        type_id: 2640,
        expense_id: 2640,
        account_id: 35501,
        amount: 434,
        client_id: 4240788,
        master_id: 0,
        supplier_id: 0,
        comment: 'Transaction comment',
        item_id: 0,
        target_type_id: 0,
        record_id: 0,
        expense: { id: 2640, title: 'Provision of corporate services' },
        account: { id: 35501, title: 'Location account', type_id: 0, type: 0, comment: '', company_id: 4564 },
        client: { id: 4240788, name: 'Client', phone: '+13155550175' },
        master: [],
        supplier: [],
      },
    ],
  },
});

const getAccountList = operation({
  id: 'get_account_list',
  method: 'GET',
  path: '/accounts/{location_id}',
  tag: 'Payments',
  summary: 'List location money accounts',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Number()),
        title: Type.Optional(Type.String()),
        type: Type.Optional(Type.Number({ description: '1 non-cash, 0 cash' })),
        comment: Type.Optional(Type.String()),
      }),
    ),
  ),
  errors: [403, 404],
  example: { data: [{ id: 13881, title: 'Main location account', type: 0, comment: 'Standing at the reception' }] },
});

const getTransactions = operation({
  id: 'get_transactions',
  method: 'GET',
  path: '/transactions/{location_id}',
  tag: 'Payments',
  summary: 'List money transactions with filters',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    page: Type.Optional(Type.Number()),
    count: Type.Optional(Type.Number({ description: 'page size' })),
    account_id: Type.Optional(Type.Number({ description: 'money account filter' })),
    supplier_id: Type.Optional(Type.Number()),
    client_id: Type.Optional(Type.Number()),
    user_id: Type.Optional(Type.Number()),
    master_id: Type.Optional(Type.Number({ description: 'team member' })),
    type: Type.Optional(Type.Number({ description: 'transaction type' })),
    real_money: Type.Optional(Type.Number({ description: 'real-money transactions flag' })),
    deleted: Type.Optional(Type.Number({ description: 'deleted flag' })),
    start_date: Type.Optional(Type.Number({ description: 'YYYYMMDD' })),
    end_date: Type.Optional(Type.Number({ description: 'YYYYMMDD' })),
    balance_is: Type.Optional(Type.Integer({ description: '0 any, 1 positive, 2 negative', enum: [0, 1, 2] })),
    document_id: Type.Optional(Type.Number()),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Number()),
        document_id: Type.Optional(Type.Number()),
        expense: Type.Optional(
          Type.Object({ id: Type.Optional(Type.Number({ description: 'payment item' })), title: Type.Optional(Type.String()) }),
        ),
        date: Type.Optional(Type.String({ description: 'date-time' })),
        amount: Type.Optional(Type.Number()),
        comment: Type.Optional(Type.String()),
        master: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        supplier: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        account: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        client: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Number()),
            name: Type.Optional(Type.String()),
            phone: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
          }),
        ),
        last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
        record_id: Type.Optional(Type.Number()),
        visit_id: Type.Optional(Type.Number()),
        sold_item_id: Type.Optional(Type.Number({ description: 'sold product or service' })),
        sold_item_type: Type.Optional(
          AnyOfTypes<number | string>(['number', 'string'], { description: 'example is string "service"' }),
        ),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 4815162342,
        document_id: 22256641,
        expense: { id: 5, title: 'Provision of services' },
        date: '2026-04-13T15:34:31-0500',
        amount: 1000,
        comment: 'Comment',
        master: { id: 1926, title: 'Sweeney Todd' },
        supplier: { id: 1968, title: 'George' },
        account: { id: 23182, title: 'Cards' },
        client: { id: 481516, name: 'John Turk', phone: 13155550176 },
        last_change_date: '2026-02-01T12:00:00-0500',
        record_id: 308786662,
        visit_id: 262551993,
        sold_item_id: 7134634,
        sold_item_type: 'service',
      },
    ],
  },
});

const getTransactionsByVisitOrAppointmentId = operation({
  id: 'get_transactions_by_visit_or_appointment_id',
  method: 'GET',
  path: '/timetable/transactions/{location_id}',
  tag: 'Payments',
  summary: 'Money transactions of a visit or appointment',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    record_id: Type.Optional(Type.Number({ description: 'appointment id' })),
    visit_id: Type.Optional(Type.Number()),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Number()),
        document_id: Type.Optional(Type.Number()),
        expense: Type.Optional(
          Type.Object({ id: Type.Optional(Type.Number({ description: 'payment item' })), title: Type.Optional(Type.String()) }),
        ),
        date: Type.Optional(Type.String({ description: 'date-time' })),
        amount: Type.Optional(Type.Number()),
        comment: Type.Optional(Type.String()),
        master: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        supplier: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        account: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        client: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Number()),
            name: Type.Optional(Type.String()),
            phone: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
          }),
        ),
        last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
        record_id: Type.Optional(Type.Number()),
        visit_id: Type.Optional(Type.Number()),
        sold_item_id: Type.Optional(Type.Number({ description: 'sold product or service' })),
        sold_item_type: Type.Optional(
          AnyOfTypes<number | string>(['number', 'string'], { description: 'example is string "service"' }),
        ),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 4815162342,
        document_id: 22256641,
        expense: { id: 5, title: 'Provision of services' },
        date: '2026-04-13T15:34:31-0500',
        amount: 1000,
        comment: 'Comment',
        master: { id: 1926, title: 'Sweeney Todd' },
        supplier: { id: 1968, title: 'George' },
        account: { id: 23182, title: 'Cards' },
        client: { id: 481516, name: 'John Turk', phone: 13155550176 },
        last_change_date: '2026-02-01T12:00:00-0500',
        record_id: 308786662,
        visit_id: 262551993,
        sold_item_id: 7134634,
        sold_item_type: 'service',
      },
    ],
  },
});

const createFinancialTransaction = operation({
  id: 'create_financial_transaction',
  method: 'POST',
  path: '/finance_transactions/{location_id}',
  tag: 'Payments',
  summary: 'Create money transaction',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: FinanceTransactionRequest,
  success: answer(
    200,
    Type.Object({
      id: Type.Optional(Type.Number()),
      document_id: Type.Optional(Type.Number()),
      date: Type.Optional(Type.String({ description: 'date-time' })),
      type_id: Type.Optional(Type.Number()),
      expense_id: Type.Optional(Type.Number({ description: 'payment item' })),
      account_id: Type.Optional(Type.Number({ description: 'cash account' })),
      amount: Type.Optional(Type.Number()),
      client_id: Type.Optional(Type.Number()),
      master_id: Type.Optional(Type.Number()),
      supplier_id: Type.Optional(Type.Number()),
      comment: Type.Optional(Type.String()),
      item_id: Type.Optional(Type.Integer()),
      target_type_id: Type.Optional(Type.Integer()),
      record_id: Type.Optional(Type.Number()),
      goods_transaction_id: Type.Optional(Type.Number()),
      expense: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
      account: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.Number()),
          title: Type.Optional(Type.String()),
          is_cash: Type.Optional(Type.Boolean()),
          is_default: Type.Optional(Type.Boolean()),
        }),
      ),
      client: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.Number()),
          name: Type.Optional(Type.String()),
          phone: Type.Optional(Type.String()),
          email: Type.Optional(Type.String()),
        }),
      ),
      master: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), name: Type.Optional(Type.String()) })),
      supplier: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'empty array when none' }))),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      id: 277016617,
      document_id: 0,
      date: '2026-09-21T23:00:00.000-05:00',
      type_id: 5,
      expense_id: 5,
      account_id: 774020,
      amount: 100,
      client_id: 51520012,
      master_id: 921395,
      supplier_id: 0,
      comment: 'Transaction comment',
      item_id: 0,
      target_type_id: 0,
      record_id: 0,
      goods_transaction_id: 0,
      expense: { id: 5, title: 'Provision of services' },
      account: { id: 774020, title: 'Archive location account', is_cash: true, is_default: false },
      client: { id: 51520012, name: 'Sweeney Todd', phone: '+13155550175', email: 'mail@example.com' },
      master: { id: 921395, name: 'Valeria' },
      supplier: [],
    },
  },
});

const getFinancialTransaction = operation({
  id: 'get_financial_transaction',
  method: 'GET',
  path: '/finance_transactions/{location_id}/{transaction_id}',
  tag: 'Payments',
  summary: 'Read one money transaction',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), transaction_id: Id('transaction id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Number()),
        document_id: Type.Optional(Type.Number()),
        expense: Type.Optional(
          Type.Object({ id: Type.Optional(Type.Number({ description: 'payment item' })), title: Type.Optional(Type.String()) }),
        ),
        date: Type.Optional(Type.String({ description: 'date-time' })),
        amount: Type.Optional(Type.Number()),
        comment: Type.Optional(Type.String()),
        master: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        supplier: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        account: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        client: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Number()),
            name: Type.Optional(Type.String()),
            phone: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
          }),
        ),
        last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
        record_id: Type.Optional(Type.Number()),
        visit_id: Type.Optional(Type.Number()),
        sold_item_id: Type.Optional(Type.Number({ description: 'sold product or service' })),
        sold_item_type: Type.Optional(
          AnyOfTypes<number | string>(['number', 'string'], { description: 'example is string "service"' }),
        ),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 4815162342,
        document_id: 22256641,
        expense: { id: 5, title: 'Provision of services' },
        date: '2026-04-13T15:34:31-0500',
        amount: 1000,
        comment: 'Comment',
        master: { id: 1926, title: 'Sweeney Todd' },
        supplier: { id: 1968, title: 'George' },
        account: { id: 23182, title: 'Cards' },
        client: { id: 481516, name: 'John Turk', phone: 13155550176 },
        last_change_date: '2026-02-01T12:00:00-0500',
        record_id: 308786662,
        visit_id: 262551993,
        sold_item_id: 7134634,
        sold_item_type: 'service',
      },
    ],
  },
});

const updateFinancialTransaction = operation({
  id: 'update_financial_transaction',
  method: 'PUT',
  path: '/finance_transactions/{location_id}/{transaction_id}',
  tag: 'Payments',
  summary: 'Change money transaction',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), transaction_id: Id('transaction id') }),
  body: FinanceTransactionRequest,
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Number()),
        document_id: Type.Optional(Type.Number()),
        expense: Type.Optional(
          Type.Object({ id: Type.Optional(Type.Number({ description: 'payment item' })), title: Type.Optional(Type.String()) }),
        ),
        date: Type.Optional(Type.String({ description: 'date-time' })),
        amount: Type.Optional(Type.Number()),
        comment: Type.Optional(Type.String()),
        master: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        supplier: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        account: Type.Optional(Type.Object({ id: Type.Optional(Type.Number()), title: Type.Optional(Type.String()) })),
        client: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Number()),
            name: Type.Optional(Type.String()),
            phone: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
          }),
        ),
        last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
        record_id: Type.Optional(Type.Number()),
        visit_id: Type.Optional(Type.Number()),
        sold_item_id: Type.Optional(Type.Number({ description: 'sold product or service' })),
        sold_item_type: Type.Optional(
          AnyOfTypes<number | string>(['number', 'string'], { description: 'example is string "service"' }),
        ),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 4815162342,
        document_id: 22256641,
        expense: { id: 5, title: 'Provision of services' },
        date: '2026-04-13T15:34:31-0500',
        amount: 1000,
        comment: 'Comment',
        master: { id: 1926, title: 'Sweeney Todd' },
        supplier: { id: 1968, title: 'George' },
        account: { id: 23182, title: 'Cards' },
        client: { id: 481516, name: 'John Turk', phone: 13155550176 },
        last_change_date: '2026-02-01T12:00:00-0500',
        record_id: 308786662,
        visit_id: 262551993,
        sold_item_id: 7134634,
        sold_item_type: 'service',
      },
    ],
  },
});

const deleteFinancialTransaction = operation({
  id: 'delete_financial_transaction',
  method: 'DELETE',
  path: '/finance_transactions/{location_id}/{transaction_id}',
  tag: 'Payments',
  summary: 'Remove money transaction',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), transaction_id: Id('transaction id') }),
  success: empty(202),
  errors: [403, 404],
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
