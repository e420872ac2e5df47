import Type from 'typebox';
import { chainUser, locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, counted, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { Id, Money } from '../../../api/schema.ts';
import { toMoney } from '../../../platform/money.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { allowedAccounts } from '../../access/limits.ts';
import { findUser } from '../../access/users.ts';
import { expectVisible, seesClient } from '../../appointments/visible-clients.ts';
import { getClient } from '../../clients/client.ts';
import { getLocation } from '../../locations/location.ts';
import { transactionsById } from '../../money/transaction-list.ts';
import { clientRules } from '../../online-booking/booking.ts';
import { topUp } from '../account.ts';
import {
  accountsByPhone,
  accountsOfChain,
  accountsOfClient,
  getAccount,
  getAccountTransaction,
  historyOf,
} from '../account-list.ts';
import { presentChainAccount, presentClientAccount, presentHistoryEntry, presentTopUp } from './present.ts';
import { ChainClientAccount, ChainOnly, ClientAccount, HistoryEntry, LocationOnly, ToppedUp, TopUpBody } from './schemas.ts';

const tag = 'Deposits';

const getClientAccountListByLocationAndClient = operation({
  id: 'get_client_account_list_by_location_and_client',
  method: 'GET',
  path: '/deposits/company/{location_id}/client/{client_id}',
  tag,
  summary: 'List client deposit accounts at location',
  description: 'Accounts that other locations of the chain have opened for the same phone number are in the list too.',
  access: locationUser('clients_deposits_access'),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('client id') }),
  success: counted(Type.Array(ClientAccount)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params } = context;
    await expectVisible(context, params.client_id);
    const client = await getClient(db, location.id, params.client_id);
    return (await accountsOfClient(db, location, client.id)).map(presentClientAccount);
  },
});

const getClientAccountListByChain = operation({
  id: 'get_client_account_list_by_chain',
  method: 'GET',
  path: '/deposits/chain/{chain_id}',
  tag,
  summary: 'List chain deposit accounts with filters',
  description:
    'Highest balance first. `meta.count` is the number of accounts on all pages. Names and phone numbers need the right to see the clients of the chain.',
  access: chainUser('deposits_access'),
  params: ChainOnly,
  query: Type.Object({
    balance_from: Type.Optional(Money('minimum balance')),
    balance_to: Type.Optional(Money('maximum balance')),
    page: Page,
    limit: PageSize(1000, 50),
  }),
  success: answer(
    200,
    Type.Array(ChainClientAccount),
    Type.Object({ count: Type.Integer({ description: 'accounts on all pages' }) }),
  ),
  errors: [403, 404],
  handle: async ({ db, chain, query }) => {
    const range = { minBalance: toMoney(query.balance_from), maxBalance: toMoney(query.balance_to) };
    const { rows, total } = await accountsOfChain(db, chain.id, range, pageRange(query.page, query.limit));
    return { data: rows.map((row) => presentChainAccount(row, chain.can('clients_access'))), meta: { count: total } };
  },
});

const getClientAccountByChainAndPhone = operation({
  id: 'get_client_account_by_chain_and_phone',
  method: 'GET',
  path: '/deposits/chain/{chain_id}/phone/{phone}',
  tag,
  summary: 'List chain deposit accounts by client phone',
  description: 'The number has its country code. An unknown number has no accounts.',
  access: chainUser('deposits_access'),
  params: Type.Object({ chain_id: Id('chain id'), phone: Type.String({ minLength: 1, maxLength: 50, description: 'phone' }) }),
  success: counted(Type.Array(ClientAccount)),
  errors: [403, 404],
  handle: async ({ db, chain, params }) => {
    const phone = normalizePhone(params.phone);
    return phone === undefined ? [] : (await accountsByPhone(db, chain.id, phone)).map(presentClientAccount);
  },
});

const createClientAccountTopupOperation = operation({
  id: 'create_client_account_topup_operation',
  method: 'POST',
  path: '/deposits_operations/{location_id}',
  tag,
  summary: 'Top up client deposit account',
  description: 'Makes a document, a transaction of the client account and one of the money, all or nothing.',
  access: locationUser('clients_deposits_topup_access'),
  params: LocationOnly,
  body: TopUpBody,
  spelling: { clientAccountId: 'deposit_id', teamMemberId: 'master_id' },
  success: answer(200, ToppedUp),
  errors: [403, 404],
  example: { body: { client_id: 1, deposit_id: 1, amount: 100.5, account_id: 1 } },
  handle: async (context) => {
    const { write, location, user, body } = context;
    if (!(await seesClient(context, body.client_id))) throw new Invalid({ clientId: ['is unknown'] });
    const made = await topUp(
      write,
      location,
      {
        clientId: body.client_id,
        clientAccountId: body.deposit_id,
        accountId: body.account_id,
        amount: toMoney(body.amount),
        teamMemberId: body.master_id || null,
      },
      { accounts: allowedAccounts(context) },
    );
    const { id, name, phone } = await findUser(write, user.id);
    const [payment] = await transactionsById(write, location.id, [made.paymentId]);
    return presentTopUp({
      document: { id: made.documentId, number: made.number },
      location: await getLocation(write, location.id),
      rules: await clientRules(write, location.id),
      user: { id, name, phone: phone ?? '' },
      account: await getAccount(write, location.chainId, body.deposit_id),
      transaction: await getAccountTransaction(write, location.chainId, made.transactionId),
      payment: payment as NonNullable<typeof payment>,
    });
  },
});

const getChainClientAccountHistory = operation({
  id: 'get_chain_client_account_history',
  method: 'GET',
  path: '/chain/{chain_id}/deposits/{deposit_id}/history',
  tag,
  summary: 'Transaction history of a client deposit account',
  description: 'Top-ups and payments, newest first. Deleted ones stay in the history.',
  access: chainUser('deposits_access'),
  params: Type.Object({ chain_id: Id('chain id'), deposit_id: Id('client account id') }),
  success: answer(200, Type.Array(HistoryEntry)),
  errors: [403, 404, 422],
  handle: async ({ db, chain, params }) => {
    const { id } = await getAccount(db, chain.id, params.deposit_id);
    return (await historyOf(db, chain.id, id)).map(presentHistoryEntry);
  },
});

/** The operations of the tag, in the order of the published documents. */
export const depositsOperations = [
  getClientAccountListByLocationAndClient,
  getClientAccountListByChain,
  getClientAccountByChainAndPhone,
  createClientAccountTopupOperation,
  getChainClientAccountHistory,
];
