import Type from 'typebox';
import { DateTime, Id, Money, named } from '../../../api/schema.ts';
import { Person, Titled } from '../../../wire/schemas.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const ChainOnly = Type.Object({ chain_id: Id('chain id') });
export const DepositPath = Type.Object({ location_id: Id('location id'), deposit_id: Id('client account id') });
export const TypePath = Type.Object({ chain_id: Id('chain id'), deposit_type_id: Id('type of client accounts') });

export const DepositType = named(
  'DepositType',
  Type.Object({
    id: Type.Integer(),
    salon_group_id: Type.Integer({ description: 'chain id' }),
    title: Type.String(),
    date_create: DateTime('when it was made'),
    deleted: Type.Boolean(),
  }),
);

export const Deposit = named(
  'ClientAccountState',
  Type.Object({
    id: Type.Integer(),
    deposit_type_id: Type.Integer(),
    salon_group_id: Type.Integer({ description: 'chain id' }),
    initial_balance: Type.Number(),
    balance: Type.Number({ description: 'available, without what is reserved' }),
    reserved_balance: Type.Number(),
    blocked: Type.Boolean({ description: 'takes no money and pays nothing' }),
    date_create: DateTime('when it was opened'),
  }),
);

export const ClientAccount = named('ClientAccount', Type.Object({ deposit: Deposit, deposit_type: DepositType }));

export const ChainClientAccount = named(
  'ChainClientAccount',
  Type.Object({
    deposit: Deposit,
    deposit_type: DepositType,
    client: Type.Object({
      id: Type.Integer({ description: '0 after the card was deleted' }),
      name: Type.String(),
      phone: Type.Integer({ description: 'digits; 0 if none' }),
    }),
  }),
);

const amount = Money('more than 0');

export const TopUpBody = named(
  'TopUp',
  Type.Object({
    client_id: Id('owner of the account'),
    deposit_id: Id('client account'),
    amount,
    master_id: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'team member; 0 for none' })),
    account_id: Id('account that receives the money'),
  }),
);

/** An empty text, or when something was deleted. */
const DeletionTime = Type.String({
  description: 'when it was deleted; empty otherwise',
  examples: ['2026-02-01T12:00:00-05:00'],
});

const DepositsTransaction = named(
  'DepositsTransaction',
  Type.Object({
    id: Type.Integer(),
    salon_id: Type.Integer({ description: 'location id' }),
    salon_group_id: Type.Integer({ description: 'chain id' }),
    document_id: Type.Integer(),
    deposit_id: Type.Integer({ description: 'client account' }),
    deposit_type_id: Type.Integer(),
    master_id: Type.Integer({ description: '0 if none' }),
    user_id: Type.Integer({ description: '0 if none' }),
    amount: Type.Number(),
    balance_after: Type.Number(),
    reserved_balance_after: Type.Number(),
    comment: Type.String(),
    date_create: DateTime('when it was made'),
    deleted: Type.Boolean(),
    date_delete: DeletionTime,
    deposit: Deposit,
    deposit_type: Type.Object({
      ...DepositType.properties,
      date_delete: DeletionTime,
    }),
  }),
);

const TopUpPayment = named(
  'TopUpPayment',
  Type.Object({
    id: Type.Integer(),
    document_id: Type.Integer(),
    date: DateTime('when it was paid'),
    type_id: Type.Integer({ description: 'the same as expense_id' }),
    expense_id: Type.Integer({ description: '10' }),
    account_id: Type.Integer(),
    amount: Type.Number(),
    client_id: Type.Integer(),
    master_id: Type.Integer({ description: '0 if none' }),
    supplier_id: Type.Integer({ description: 'always 0' }),
    comment: Type.String(),
    item_id: Type.Integer({ description: 'always 0' }),
    target_type_id: Type.Integer({ description: 'always 0' }),
    record_id: Type.Integer({ description: 'always 0' }),
    goods_transaction_id: Type.Integer({ description: 'always 0' }),
    type: Titled,
  }),
);

export const ToppedUp = named(
  'ToppedUp',
  Type.Object({
    document: Type.Object({
      id: Type.Integer(),
      user_id: Type.Integer(),
      salon_id: Type.Integer({ description: 'location id' }),
      type_id: Type.Integer({ description: '9' }),
      type: Titled,
      comment: Type.String(),
      number: Type.Integer({ description: 'counts the documents of the location' }),
      salon: Type.Object({
        id: Type.Integer(),
        title: Type.String(),
        public_title: Type.String(),
        business_group_id: Type.Integer(),
        business_type_id: Type.Integer(),
        country_id: Type.Integer(),
        city_id: Type.Integer(),
        timezone: Type.Number({ description: 'hours from UTC, such as -5' }),
        timezone_name: Type.String(),
        address: Type.String(),
        coordinate_lat: Type.Number(),
        coordinate_lon: Type.Number(),
        logo: Type.String({ description: 'address of the picture' }),
        zip: Type.String(),
        phone: Type.String(),
        phones: Type.Array(Type.String()),
        site: Type.String(),
        allow_delete_record: Type.Boolean(),
        allow_change_record: Type.Boolean(),
      }),
      user: Person,
    }),
    deposits_transactions: Type.Array(DepositsTransaction),
    payment_transactions: Type.Array(TopUpPayment),
  }),
);

export const HistoryEntry = named(
  'DepositHistoryEntry',
  Type.Object({
    deposit_transaction: Type.Object({
      id: Type.Integer(),
      salon_id: Type.Integer({ description: 'location id' }),
      salon_group_id: Type.Integer({ description: 'chain id' }),
      user_id: Type.Integer({ description: 'who made it; 0 if nobody' }),
      amount: Type.Number({ description: 'positive for a top-up, negative for a payment' }),
      balance_after: Type.Number(),
      reserved_balance_after: Type.Number(),
      date_create: DateTime('when it was made'),
      comment: Type.String(),
      deleted: Type.Boolean(),
    }),
    deposit_transaction_type: Type.Object({
      id: Type.Integer({ description: '1 top-up, 2 payment' }),
      comment: Type.String({ description: 'the name of the type' }),
    }),
  }),
);

/** A type as its own operations answer it. */
export const ManagedDepositType = named(
  'ManagedDepositType',
  Type.Object({
    id: Type.Integer(),
    salon_group_id: Type.Integer({ description: 'chain id' }),
    title: Type.String(),
    credit_limit: Type.Number({ description: 'how far below 0 accounts may go' }),
    location_ids: Type.Array(Type.Integer(), { description: 'locations that work with it' }),
    date_create: DateTime('when it was made'),
  }),
);

const typeFields = {
  credit_limit: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1e12, description: 'how far below 0 accounts may go; 0 for not at all' }),
  ),
  location_ids: Type.Optional(
    Type.Array(Id('location id'), { maxItems: 1000, description: 'locations that work with it; replaces the former ones' }),
  ),
};
const title = Type.String({ minLength: 1, maxLength: 255 });

export const NewDepositType = named('NewDepositType', Type.Object({ title, ...typeFields }));
export const DepositTypeChanges = named('DepositTypeChanges', Type.Object({ title: Type.Optional(title), ...typeFields }));

export const NewDeposit = named(
  'NewDeposit',
  Type.Object({
    client_id: Id('owner of the account'),
    deposit_type_id: Id('type of the account'),
    initial_balance: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1e12, description: 'what the client has already; no money moves' }),
    ),
  }),
);

export const DepositChanges = named(
  'DepositChanges',
  Type.Object({ blocked: Type.Boolean({ description: 'takes no money and pays nothing' }) }),
);
