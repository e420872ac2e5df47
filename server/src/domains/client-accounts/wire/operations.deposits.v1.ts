import Type from 'typebox';
import { locationUser, signedIn } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';
import { Person, Titled } from '../../../wire/schemas.ts';

const DepositType = named(
  'DepositType',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    salon_group_id: Type.Optional(Type.Integer({ description: 'chain id' })),
    title: Type.Optional(Type.String()),
    date_create: Type.Optional(Type.String({ description: 'date-time' })),
    deleted: Type.Optional(Type.Boolean()),
  }),
);

const GetClientAccountListByLocationAndClientDeposit = named(
  'GetClientAccountListByLocationAndClientDeposit',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    deposit_type_id: Type.Optional(Type.Integer()),
    salon_group_id: Type.Optional(Type.Integer()),
    initial_balance: Type.Optional(Type.Number()),
    balance: Type.Optional(Type.Number({ description: 'available, excludes reserved' })),
    reserved_balance: Type.Optional(Type.Number({ description: 'held by active holds' })),
    blocked: Type.Optional(Type.Boolean()),
    date_create: Type.Optional(Type.String()),
  }),
);

const ClientAccount = named(
  'ClientAccount',
  Type.Object({
    deposit: Type.Optional(GetClientAccountListByLocationAndClientDeposit),
    deposit_type: Type.Optional(DepositType),
  }),
);

const getClientAccountListByLocationAndClient = operation({
  id: 'get_client_account_list_by_location_and_client',
  method: 'GET',
  path: '/deposits/company/{location_id}/client/{client_id}',
  tag: 'Deposits',
  summary: 'List client deposit accounts at location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('client id') }),
  success: answer(200, Type.Array(ClientAccount), Type.Object({ count: Type.Optional(Type.Number()) })),
  errors: [403, 404],
  example: {
    data: [
      {
        deposit: {
          id: 1,
          salon_group_id: 1,
          deposit_type_id: 1,
          initial_balance: 0,
          balance: 1000,
          reserved_balance: 0,
          blocked: false,
          date_create: '2026-09-21T23:00:00.000-05:00',
        },
        deposit_type: {
          id: 1,
          salon_group_id: 1,
          title: 'Account type header',
          date_create: '2026-09-21T23:00:00.000-05:00',
          deleted: false,
        },
      },
    ],
    meta: { count: 1 },
  },
});

const getClientAccountListByChain = operation({
  id: 'get_client_account_list_by_chain',
  method: 'GET',
  path: '/deposits/chain/{chain_id}',
  tag: 'Deposits',
  summary: 'List chain deposit accounts with filters',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({
    balance_from: Type.Optional(Type.Number({ description: 'minimum balance' })),
    balance_to: Type.Optional(Type.Number({ description: 'maximum balance' })),
    page: Type.Optional(Type.Number()),
    limit: Type.Optional(Type.Number({ description: 'page size' })),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        deposit: Type.Optional(GetClientAccountListByLocationAndClientDeposit),
        deposit_type: Type.Optional(DepositType),
        client: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            name: Type.Optional(Type.String()),
            phone: Type.Optional(Type.Number()),
          }),
        ),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Number()) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        deposit: {
          id: 1,
          salon_group_id: 1,
          deposit_type_id: 1,
          initial_balance: 0,
          balance: 1000,
          reserved_balance: 0,
          blocked: false,
          date_create: '2026-09-21T23:00:00.000-05:00',
        },
        deposit_type: {
          id: 1,
          salon_group_id: 1,
          title: 'Account type header',
          date_create: '2026-09-21T23:00:00.000-05:00',
          deleted: false,
        },
        client: { id: 1, name: 'Client name', phone: 13155550180 },
      },
    ],
    meta: { count: 1 },
  },
});

const getClientAccountByChainAndPhone = operation({
  id: 'get_client_account_by_chain_and_phone',
  method: 'GET',
  path: '/deposits/chain/{chain_id}/phone/{phone}',
  tag: 'Deposits',
  summary: 'List chain deposit accounts by client phone',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id'), phone: Type.String({ minLength: 1, maxLength: 50, description: 'phone' }) }),
  success: answer(200, Type.Array(ClientAccount), Type.Object({ count: Type.Optional(Type.Number()) })),
  errors: [403, 404],
  example: {
    data: [
      {
        deposit: {
          id: 1,
          salon_group_id: 1,
          deposit_type_id: 1,
          initial_balance: 0,
          balance: 1000,
          reserved_balance: 0,
          blocked: false,
          date_create: '2026-09-21T23:00:00.000-05:00',
        },
        deposit_type: {
          id: 1,
          salon_group_id: 1,
          title: 'Account type header',
          date_create: '2026-09-21T23:00:00.000-05:00',
          deleted: false,
        },
      },
    ],
    meta: { count: 1 },
  },
});

const createClientAccountTopupOperation = operation({
  id: 'create_client_account_topup_operation',
  method: 'POST',
  path: '/deposits_operations/{location_id}',
  tag: 'Deposits',
  summary: 'Top up client deposit account',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    client_id: Type.Integer({ description: 'account owner' }),
    deposit_id: Type.Integer({ description: 'client account id' }),
    amount: Type.Number({ description: 'top-up amount' }),
    master_id: Type.Optional(Type.Integer({ description: 'team member' })),
    account_id: Type.Integer({ description: 'money account receiving payment' }),
  }),
  success: answer(
    200,
    Type.Object({
      document: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.Integer()),
          user_id: Type.Optional(Type.Integer()),
          salon_id: Type.Optional(Type.Integer()),
          type_id: Type.Optional(Type.Integer({ description: '9 account top-up' })),
          type: Type.Optional(Titled),
          comment: Type.Optional(Type.String()),
          number: Type.Optional(Type.Number({ description: 'document number' })),
          salon: Type.Optional(
            Type.Object({
              id: Type.Optional(Type.Integer()),
              title: Type.Optional(Type.String()),
              public_title: Type.Optional(Type.String()),
              business_group_id: Type.Optional(Type.Integer()),
              business_type_id: Type.Optional(Type.Integer()),
              country_id: Type.Optional(Type.Integer()),
              city_id: Type.Optional(Type.Integer()),
              timezone: Type.Optional(
                AnyOfTypes<number | string>(['number', 'string'], { description: 'hours from UTC, such as -5' }),
              ),
              timezone_name: Type.Optional(Type.String()),
              address: Type.Optional(Type.String()),
              coordinate_lat: Type.Optional(Type.Number()),
              coordinate_lon: Type.Optional(Type.Number()),
              logo: Type.Optional(Type.String({ description: 'URL' })),
              zip: Type.Optional(Type.String()),
              phone: Type.Optional(Type.String()),
              phones: Type.Optional(Type.Array(Type.String())),
              site: Type.Optional(Type.String()),
              allow_delete_record: Type.Optional(Type.Boolean()),
              allow_change_record: Type.Optional(Type.Boolean()),
            }),
          ),
          user: Type.Optional(Person),
        }),
      ),
      deposits_transactions: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            salon_id: Type.Optional(Type.Integer()),
            salon_group_id: Type.Optional(Type.Integer({ description: 'chain' })),
            document_id: Type.Optional(Type.Integer()),
            deposit_id: Type.Optional(Type.Integer({ description: 'personal account' })),
            deposit_type_id: Type.Optional(Type.Integer()),
            master_id: Type.Optional(Type.Integer()),
            user_id: Type.Optional(Type.Integer()),
            amount: Type.Optional(Type.Number({ description: 'top-up amount' })),
            balance_after: Type.Optional(Type.Number()),
            reserved_balance_after: Type.Optional(Type.Number()),
            comment: Type.Optional(Type.String()),
            date_create: Type.Optional(Type.String()),
            deleted: Type.Optional(Type.Boolean()),
            date_delete: Type.Optional(Type.String()),
            deposit: Type.Optional(GetClientAccountListByLocationAndClientDeposit),
            deposit_type: Type.Optional(
              Type.Object({
                id: Type.Optional(Type.Integer()),
                salon_group_id: Type.Optional(Type.Integer()),
                title: Type.Optional(Type.String()),
                date_create: Type.Optional(Type.String()),
                deleted: Type.Optional(Type.Boolean()),
                date_delete: Type.Optional(Type.String()),
              }),
            ),
          }),
        ),
      ),
      payment_transactions: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            document_id: Type.Optional(Type.Integer()),
            date: Type.Optional(Type.String({ description: 'date-time' })),
            type_id: Type.Optional(Type.Integer()),
            expense_id: Type.Optional(Type.Integer({ description: 'payment item' })),
            account_id: Type.Optional(Type.Integer({ description: 'cash account' })),
            amount: Type.Optional(Type.Number()),
            client_id: Type.Optional(Type.Integer()),
            master_id: Type.Optional(Type.Integer()),
            supplier_id: Type.Optional(Type.Integer()),
            comment: Type.Optional(Type.String()),
            item_id: Type.Optional(Type.Integer()),
            target_type_id: Type.Optional(Type.Integer()),
            record_id: Type.Optional(Type.Integer()),
            goods_transaction_id: Type.Optional(Type.Integer()),
            type: Type.Optional(Titled),
          }),
        ),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      document: {
        id: 1,
        user_id: 1,
        salon_id: 1,
        type_id: 9,
        type: { id: 9, title: 'Account replenishment (advance payment)' },
        comment: '',
        number: 1,
        salon: {
          id: 1,
          title: 'Location in New York',
          public_title: 'Location in New York',
          business_group_id: 1,
          business_type_id: 1,
          country_id: 7,
          city_id: 2,
          timezone: '-5',
          timezone_name: 'America/New_York',
          address: 'New York, 787 Jackson Drive',
          coordinate_lat: 40.73061,
          coordinate_lon: -73.935242,
          logo: 'http://app.alteg.io/images/icon.png',
          zip: '129090',
          phone: '+13155550175',
          phones: [],
          site: 'www.example.com',
          allow_delete_record: true,
          allow_change_record: true,
        },
        user: { id: 1, name: 'James Smith', phone: '+13155550175' },
      },
      deposits_transactions: [
        {
          id: 1,
          salon_id: 1,
          salon_group_id: 1,
          document_id: 1,
          deposit_id: 1,
          deposit_type_id: 1,
          master_id: 1,
          user_id: 1,
          amount: 100.5,
          balance_after: 12239.56,
          reserved_balance_after: 0,
          comment: '',
          date_create: '2026-09-21T23:00:00.000-05:00',
          deleted: false,
          deposit: {
            id: 1,
            deposit_type_id: 1,
            salon_group_id: 1,
            initial_balance: 10000,
            balance: 12239.56,
            reserved_balance: 0,
            blocked: false,
            date_create: '2026-09-21T23:00:00.000-05:00',
          },
          deposit_type: {
            id: 1,
            salon_group_id: 1,
            title: 'Account type 1',
            date_create: '2026-09-21T23:00:00.000-05:00',
            deleted: false,
          },
        },
      ],
      payment_transactions: [
        {
          id: 1,
          document_id: 1,
          date: '2026-09-21T23:00:00.000-05:00',
          type_id: 10,
          expense_id: 10,
          account_id: 1,
          amount: 100.5,
          client_id: 1,
          master_id: 1,
          supplier_id: 0,
          comment: '',
          item_id: 1,
          target_type_id: 0,
          record_id: 0,
          goods_transaction_id: 0,
          type: { id: 10, title: 'Refill' },
        },
      ],
    },
  },
});

const getChainClientAccountHistory = operation({
  id: 'get_chain_client_account_history',
  method: 'GET',
  path: '/chain/{chain_id}/deposits/{deposit_id}/history',
  tag: 'Deposits',
  summary: 'Transaction history of a client deposit account',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id'), deposit_id: Id('client account id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        deposit_transaction: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            salon_id: Type.Optional(Type.Integer({ description: 'location' })),
            salon_group_id: Type.Optional(Type.Integer({ description: 'chain' })),
            user_id: Type.Optional(Type.Integer({ description: 'user tied to the account' })),
            amount: Type.Optional(Type.Number({ description: 'positive top-up, negative withdrawal' })),
            balance_after: Type.Optional(Type.Number()),
            reserved_balance_after: Type.Optional(Type.Number()),
            date_create: Type.Optional(Type.String({ description: 'date-time' })),
            comment: Type.Optional(Type.String()),
            deleted: Type.Optional(Type.Boolean()),
          }),
        ),
        deposit_transaction_type: Type.Optional(
          Type.Object({ id: Type.Optional(Type.Integer()), comment: Type.Optional(Type.String({ description: 'type name' })) }),
        ),
      }),
    ),
  ),
  errors: [403, 404, 422],
});

/** The operations of the tag, in the order of the published documents. */
export const depositsOperations = [
  getClientAccountListByLocationAndClient,
  getClientAccountListByChain,
  getClientAccountByChainAndPhone,
  createClientAccountTopupOperation,
  getChainClientAccountHistory,
];
