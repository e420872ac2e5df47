import Type from 'typebox';
import { chainUser, type Limited, type Location, locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import type { Read } from '../../../api/write.ts';
import { toMoney } from '../../../platform/money.ts';
import { expectVisible, seesClient } from '../../appointments/visible-clients.ts';
import { isOfferedIn } from '../account.ts';
import { blockAccount, getAccount, historyOf, openAccount } from '../account-list.ts';
import { createType, deleteType, listTypes, listTypesIn, updateType } from '../type.ts';
import { presentClientAccount, presentHistoryEntry, presentManagedType } from './present.ts';
import {
  ChainOnly,
  ClientAccount,
  DepositChanges,
  DepositPath,
  DepositTypeChanges,
  HistoryEntry,
  LocationOnly,
  ManagedDepositType,
  NewDeposit,
  NewDepositType,
  TypePath,
} from './schemas.ts';

const tag = 'Deposits';

const listDepositTypes = operation({
  id: 'list_deposit_types',
  method: 'GET',
  path: '/chain/{chain_id}/deposit_types',
  tag,
  summary: 'List the types of client accounts of a chain',
  extension: true,
  access: chainUser('deposit_types_access'),
  params: ChainOnly,
  success: counted(Type.Array(ManagedDepositType)),
  errors: [403, 404],
  handle: async ({ db, chain }) => (await listTypes(db, chain.id)).map(presentManagedType),
});

const createDepositType = operation({
  id: 'create_deposit_type',
  method: 'POST',
  path: '/chain/{chain_id}/deposit_types',
  tag,
  summary: 'Add a type of client accounts',
  description: 'Only the locations that are named work with it.',
  extension: true,
  access: chainUser('deposit_types_access'),
  params: ChainOnly,
  body: NewDepositType,
  success: created(ManagedDepositType),
  errors: [403, 404],
  example: { body: { title: 'Advance payments', credit_limit: 50 } },
  handle: async ({ write, chain, body }) => {
    const fields = { title: body.title, creditLimit: toMoney(body.credit_limit), locationIds: body.location_ids };
    return presentManagedType(await createType(write, chain.id, fields));
  },
});

const updateDepositType = operation({
  id: 'update_deposit_type',
  method: 'PUT',
  path: '/chain/{chain_id}/deposit_types/{deposit_type_id}',
  tag,
  summary: 'Change a type of client accounts',
  description: 'Fields that are not sent stay as they are. A changed credit limit also holds for the accounts that exist.',
  extension: true,
  access: chainUser('deposit_types_access'),
  params: TypePath,
  body: DepositTypeChanges,
  success: ok(ManagedDepositType),
  errors: [403, 404],
  example: { body: { title: 'Advance payments', credit_limit: 100 } },
  handle: async ({ write, chain, params, body }) => {
    const fields = { title: body.title, creditLimit: toMoney(body.credit_limit), locationIds: body.location_ids };
    return presentManagedType(await updateType(write, chain.id, params.deposit_type_id, fields));
  },
});

const deleteDepositType = operation({
  id: 'delete_deposit_type',
  method: 'DELETE',
  path: '/chain/{chain_id}/deposit_types/{deposit_type_id}',
  tag,
  summary: 'Delete a type of client accounts',
  description: 'Its accounts stay. No new ones are opened.',
  extension: true,
  access: chainUser('deposit_types_access'),
  params: TypePath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, chain, params }) => deleteType(write, chain.id, params.deposit_type_id),
});

const listLocationDepositTypes = operation({
  id: 'list_location_deposit_types',
  method: 'GET',
  path: '/company/{location_id}/deposit_types',
  tag,
  summary: 'List the types of client accounts that a location works with',
  extension: true,
  access: locationUser('clients_deposits_access'),
  params: LocationOnly,
  success: counted(Type.Array(ManagedDepositType)),
  handle: async ({ db, location }) => (await listTypesIn(db, location)).map(presentManagedType),
});

const openDeposit = operation({
  id: 'open_deposit',
  method: 'POST',
  path: '/company/{location_id}/deposits',
  tag,
  summary: 'Open a client account',
  description: 'The initial balance is what the client has already. It moves no money.',
  extension: true,
  access: locationUser('clients_deposits_create_access'),
  params: LocationOnly,
  body: NewDeposit,
  spelling: { typeId: 'deposit_type_id' },
  success: created(ClientAccount),
  example: { body: { client_id: 1, deposit_type_id: 1, initial_balance: 20 } },
  handle: async (context) => {
    const { write, location, body } = context;
    if (!(await seesClient(context, body.client_id))) throw new Invalid({ clientId: ['is unknown'] });
    const initialBalance = toMoney(body.initial_balance);
    const fields = { clientId: body.client_id, typeId: body.deposit_type_id, initialBalance };
    return presentClientAccount(await openAccount(write, location, fields));
  },
});

interface Caller extends Limited {
  db: Read;
  location: Location;
}

/** An account that the location works with. @throws NotFound, also for an account of a client whom the user may not see */
async function accountOf(caller: Caller, id: number) {
  const { db, location } = caller;
  const account = await getAccount(db, location.chainId, id, isOfferedIn(db, location.id));
  if (account.client && account.locationId === location.id) await expectVisible(caller, account.client.id);
  return account;
}

const updateDeposit = operation({
  id: 'update_deposit',
  method: 'PUT',
  path: '/company/{location_id}/deposits/{deposit_id}',
  tag,
  summary: 'Block or unblock a client account',
  description: 'A blocked account takes no money and pays nothing.',
  extension: true,
  access: locationUser('clients_deposits_create_access'),
  params: DepositPath,
  body: DepositChanges,
  success: ok(ClientAccount),
  example: { body: { blocked: true } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const { id } = await accountOf(context, params.deposit_id);
    return presentClientAccount(await blockAccount(write, location, id, body.blocked));
  },
});

const getDepositHistory = operation({
  id: 'get_deposit_history',
  method: 'GET',
  path: '/company/{location_id}/deposits/{deposit_id}/history',
  tag,
  summary: 'Transaction history of a client account that a location works with',
  description: 'Top-ups and payments in all locations, newest first. Deleted ones stay in the history.',
  extension: true,
  access: locationUser('clients_deposits_history_access'),
  params: DepositPath,
  success: counted(Type.Array(HistoryEntry)),
  handle: async (context) => {
    const { db, location, params } = context;
    const { id } = await accountOf(context, params.deposit_id);
    return (await historyOf(db, location.chainId, id)).map(presentHistoryEntry);
  },
});

/** Foyer's own operations of the tag. */
export const depositTypesOperations = [
  listDepositTypes,
  createDepositType,
  updateDepositType,
  deleteDepositType,
  listLocationDepositTypes,
  openDeposit,
  updateDeposit,
  getDepositHistory,
];
