import Type from 'typebox';
import { chainUser } from '../../../api/access.ts';
import { answer, counted, empty, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { chainRightNames, chainRights } from '../../access/chain-rights.ts';
import { type ChainUserRow, listChainUsers, removeChainUser, setChainUser } from '../chain-user.ts';

const tag = 'Chain Management';

const rightsOf = <Made>(make: (description: string) => Made) =>
  Object.fromEntries(chainRightNames.map((name) => [name, make(chainRights[name])])) as Record<
    (typeof chainRightNames)[number],
    Made
  >;

const ChainUser = named(
  'ChainUser',
  Type.Object({
    id: Type.Integer({ description: 'user id' }),
    name: Type.String(),
    is_owner: Type.Boolean({ description: 'may do everything in the chain' }),
    access: Type.Object(rightsOf((description) => Type.Boolean({ description }))),
  }),
);

const present = ({ id, name, isOwner, rights }: ChainUserRow) => {
  const held = chainRightNames.map((right) => [right, isOwner || rights.includes(right)] as const);
  return { id, name, is_owner: isOwner, access: Object.fromEntries(held) as Record<(typeof chainRightNames)[number], boolean> };
};

const UserPath = Type.Object({ chain_id: Id('chain id'), user_id: Id('user id') });

const listChainUsersOperation = operation({
  id: 'list_chain_users',
  method: 'GET',
  path: '/group/{chain_id}/users',
  tag,
  summary: 'List the users of a chain',
  description:
    'The user who opens the first location of a chain is its owner. Permissions in a location give no rights in its chain.',
  extension: true,
  access: chainUser('users_access'),
  params: Type.Object({ chain_id: Id('chain id') }),
  success: counted(Type.Array(ChainUser)),
  errors: [403, 404],
  handle: async ({ db, chain }) => (await listChainUsers(db, chain.id)).map(present),
});

const setChainUserOperation = operation({
  id: 'set_chain_user',
  method: 'PUT',
  path: '/group/{chain_id}/users/{user_id}',
  tag,
  summary: 'Add a user to a chain, or change their rights',
  description:
    'A new user must work in a location of the chain. Omitted rights stay as they are. Only an owner may change owners. Anybody else may only give and take rights that they have. The last owner cannot be removed.',
  extension: true,
  access: chainUser('users_access'),
  params: UserPath,
  body: Type.Object({
    is_owner: Type.Optional(Type.Boolean({ description: 'may do everything in the chain' })),
    access: Type.Optional(Type.Object(rightsOf((description) => Type.Optional(Type.Boolean({ description }))))),
  }),
  success: answer(200, ChainUser),
  errors: [403, 404],
  example: { body: { access: { loyalty_access: true, clients_access: true } } },
  handle: async ({ write, chain, params, body }) =>
    present(await setChainUser(write, chain, params.user_id, { isOwner: body.is_owner, rights: body.access ?? {} })),
});

const deleteChainUserOperation = operation({
  id: 'delete_chain_user',
  method: 'DELETE',
  path: '/group/{chain_id}/users/{user_id}',
  tag,
  summary: 'Remove a user from a chain',
  description: 'The user keeps the permissions in its locations.',
  extension: true,
  access: chainUser('users_access'),
  params: UserPath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, chain, params }) => removeChainUser(write, chain, params.user_id),
});

/** Foyer's own operations of the tag. */
export const chainUsersOperations = [listChainUsersOperation, setChainUserOperation, deleteChainUserOperation];
