import Type from 'typebox';
import {
  AnyOfTypes,
  CompactDateTime,
  DateTime,
  Id,
  Money,
  maxId,
  NullableNumber,
  NullableString,
  named,
} from '../../../api/schema.ts';
import { IdAndName, PaymentTransactionAccount, Person, PersonWithEmail, Titled } from '../../../wire/schemas.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const TransactionPath = Type.Object({ location_id: Id('location id'), transaction_id: Id('transaction id') });
export const AccountPath = Type.Object({ location_id: Id('location id'), account_id: Id('account id') });
export const ExpensePath = Type.Object({ location_id: Id('location id'), expense_id: Id('payment item id') });

/** An id that may be 0 for none. */
export const IdOrZero = (description: string) =>
  Type.Integer({ minimum: 0, maximum: maxId, description: `${description}; 0 for none` });

export const FinanceTransactionRequest = named(
  'FinanceTransactionRequest',
  Type.Object({
    expense_id: Type.Optional(Id('payment item')),
    amount: Type.Optional(Money('not 0; negative if money leaves the account')),
    account_id: Type.Optional(Id('account')),
    client_id: Type.Optional(IdOrZero('client')),
    supplier_id: Type.Optional(IdOrZero('supplier')),
    master_id: Type.Optional(IdOrZero('team member')),
    comment: Type.Optional(AnyOfTypes<string | number>(['string', 'number'], { maxLength: 5000, description: 'text' })),
    date: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'when it happened, such as 2026-02-01 12:00:00 in the time of the location; now if absent',
      }),
    ),
  }),
);

export const NewFinanceTransactionRequest = named(
  'NewFinanceTransactionRequest',
  Type.Object({
    ...FinanceTransactionRequest.properties,
    document_id: Type.Optional(IdOrZero('document of a visit, a sale of products or a top-up that is paid as a whole')),
  }),
);

export const FinancialTransaction = named(
  'FinancialTransaction',
  Type.Object({
    id: Type.Integer(),
    document_id: Type.Integer({ description: '0 if none' }),
    expense: Titled,
    date: CompactDateTime('when it happened'),
    amount: Type.Number({ description: 'negative if money left the account' }),
    comment: Type.String(),
    master: Titled,
    supplier: Titled,
    account: Titled,
    client: Person,
    last_change_date: CompactDateTime('last change'),
    record_id: Type.Integer({ description: 'appointment of the document; 0 if none' }),
    visit_id: Type.Integer({ description: '0 if none' }),
    sold_item_id: Type.Integer({ description: 'the service or the product transaction that is paid; 0 if none' }),
    sold_item_type: NullableString({ enum: ['service', 'goods_transaction', null], description: 'what sold_item_id names' }),
  }),
);

const ids = {
  id: Type.Integer(),
  date: DateTime('when it happened'),
  type_id: Type.Integer({ description: 'the same as expense_id' }),
  expense_id: Type.Integer({ description: 'payment item' }),
  account_id: Type.Integer({ description: 'account' }),
  amount: Type.Number({ description: 'negative if money left the account' }),
  client_id: Type.Integer({ description: '0 if none' }),
  master_id: Type.Integer({ description: '0 if none' }),
  supplier_id: Type.Integer({ description: '0 if none' }),
  comment: Type.String(),
  item_id: Type.Integer({ description: 'the service or the product transaction that is paid; 0 if none' }),
  target_type_id: Type.Integer({ description: '1 for a service, 0 otherwise' }),
  record_id: Type.Integer({ description: 'appointment of the document; 0 if none' }),
};

export const NewFinancialTransaction = named(
  'NewFinancialTransaction',
  Type.Object({
    ...ids,
    document_id: Type.Integer({ description: '0 if none' }),
    goods_transaction_id: Type.Integer({ description: 'product transaction that is paid; 0 if none' }),
    expense: Titled,
    account: PaymentTransactionAccount,
    client: PersonWithEmail,
    master: IdAndName,
    supplier: Type.Array(Titled, { description: 'empty if none' }),
  }),
);

export const DocumentFinancialTransaction = named(
  'DocumentFinancialTransaction',
  Type.Object({
    ...ids,
    expense: Titled,
    account: Type.Object({
      id: Type.Integer(),
      title: Type.String(),
      type_id: Type.Integer({ description: 'the same as type' }),
      type: Type.Integer({ description: '1 without cash, 0 cash' }),
      comment: Type.String(),
      company_id: Type.Integer({ description: 'location id' }),
    }),
    client: Person,
    master: Type.Array(IdAndName, { description: 'empty if none' }),
    supplier: Type.Array(Titled, { description: 'empty if none' }),
  }),
);

export const ListedAccount = named(
  'ListedAccount',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    type: Type.Integer({ description: '1 without cash, 0 cash' }),
    comment: Type.String(),
  }),
);

export const Account = named(
  'Account',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    type: Type.Integer({ description: '1 without cash, 0 cash' }),
    comment: Type.String(),
    is_default: Type.Boolean({ description: 'the account for payments of its type' }),
    opening_balance: NullableNumber({ description: 'null without the right to see balances' }),
    balance: NullableNumber({ description: 'at the end of the date; null without the right to see balances' }),
    acquiring_fee: NullableNumber({
      description: 'percent of each payment that the bank keeps; null without the right to see payment settings',
    }),
    weight: Type.Integer({ description: 'place in the list, lowest first' }),
    is_archived: Type.Boolean(),
  }),
);

const accountFields = {
  comment: Type.Optional(Type.String({ maxLength: 5000 })),
  is_default: Type.Optional(Type.Boolean({ description: 'takes the place of the former default of its type' })),
  opening_balance: Type.Optional(Money('what was there before the first transaction')),
  acquiring_fee: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'percent; 0 for cash' })),
  weight: Type.Optional(
    Type.Integer({ minimum: -1_000_000, maximum: 1_000_000, description: 'place in the list, lowest first' }),
  ),
};

const title = Type.String({ minLength: 1, maxLength: 255 });

export const NewAccount = named(
  'NewAccount',
  Type.Object({ title, type: Type.Integer({ enum: [0, 1], description: '1 without cash, 0 cash' }), ...accountFields }),
);
export const AccountChanges = named('AccountChanges', Type.Object({ title: Type.Optional(title), ...accountFields }));

export const Expense = named(
  'Expense',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    is_income: Type.Boolean({ description: 'false for what the business pays' }),
    comment: Type.String(),
    weight: Type.Integer({ description: 'place in the list, lowest first' }),
    is_shared: Type.Boolean({ description: 'every location has it, and nobody can change it' }),
  }),
);

const expenseFields = {
  comment: Type.Optional(Type.String({ maxLength: 5000 })),
  weight: Type.Optional(
    Type.Integer({ minimum: -1_000_000, maximum: 1_000_000, description: 'place in the list, lowest first' }),
  ),
};

export const NewExpense = named(
  'NewExpense',
  Type.Object({ title, is_income: Type.Boolean({ description: 'false for what the business pays' }), ...expenseFields }),
);
export const ExpenseChanges = named(
  'ExpenseChanges',
  Type.Object({
    title: Type.Optional(title),
    is_income: Type.Optional(Type.Boolean({ description: 'false for what the business pays' })),
    ...expenseFields,
  }),
);
