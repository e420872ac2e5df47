import Type from 'typebox';
import { chainUser } from '../../../api/access.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import { createCardType, deleteCardType, getCardType, listCardTypes, updateCardType } from '../card-type.ts';
import { CardTypeChanges, ManagedCardType, NewCardType } from './card-schemas.ts';
import { cardTypeFieldsOf, presentManagedCardType } from './present-card.ts';

const tag = 'Loyalty Cards';
const path = '/chain/{chain_id}/loyalty/card_types';
const ChainOnly = Type.Object({ chain_id: Id('chain id') });
const TypePath = Type.Object({ chain_id: Id('chain id'), card_type_id: Id('card type id') });

const spelling = {
  locationIds: 'company_ids',
  services: 'allowed_service_ids',
  serviceCategories: 'allowed_service_category_ids',
  products: 'allowed_good_ids',
  productCategories: 'allowed_good_category_ids',
};

const listManagedCardTypes = operation({
  id: 'list_loyalty_card_types',
  method: 'GET',
  path: `${path}/search`,
  tag,
  summary: 'List the types of loyalty cards of a chain, with all fields',
  extension: true,
  access: chainUser('loyalty_access'),
  params: ChainOnly,
  success: counted(Type.Array(ManagedCardType)),
  errors: [403, 404],
  handle: async ({ db, chain }) => (await listCardTypes(db, chain.id)).map(presentManagedCardType),
});

const createManagedCardType = operation({
  id: 'create_loyalty_card_type',
  method: 'POST',
  path,
  tag,
  summary: 'Add a type of loyalty cards',
  description:
    'Its cards work in the locations that are named. With `auto_issue`, new clients with a phone number get a card by themselves. Points burn after the term of the type, unless the promotion that gave them has its own.',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: ChainOnly,
  body: NewCardType,
  spelling,
  success: created(ManagedCardType),
  errors: [403, 404],
  example: { body: { title: 'Regulars', auto_issue: 'never', expiration_timeout: 6, expiration_timeout_unit: 'month' } },
  handle: async ({ write, chain, body }) =>
    presentManagedCardType(await createCardType(write, chain.id, { ...cardTypeFieldsOf(body), title: body.title })),
});

const getManagedCardType = operation({
  id: 'get_loyalty_card_type',
  method: 'GET',
  path: `${path}/{card_type_id}`,
  tag,
  summary: 'Read a type of loyalty cards',
  extension: true,
  access: chainUser('loyalty_access'),
  params: TypePath,
  success: ok(ManagedCardType),
  errors: [403, 404],
  handle: async ({ db, chain, params }) => presentManagedCardType(await getCardType(db, chain.id, params.card_type_id)),
});

const updateManagedCardType = operation({
  id: 'update_loyalty_card_type',
  method: 'PUT',
  path: `${path}/{card_type_id}`,
  tag,
  summary: 'Change a type of loyalty cards',
  description:
    'Fields that are not sent stay as they are. A list replaces the former one. Points that were given before keep their term.',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: TypePath,
  body: CardTypeChanges,
  spelling,
  success: ok(ManagedCardType),
  errors: [403, 404],
  example: { body: { title: 'Regulars', weight: 5 } },
  handle: async ({ write, chain, params, body }) =>
    presentManagedCardType(await updateCardType(write, chain.id, params.card_type_id, cardTypeFieldsOf(body))),
});

const deleteManagedCardType = operation({
  id: 'delete_loyalty_card_type',
  method: 'DELETE',
  path: `${path}/{card_type_id}`,
  tag,
  summary: 'Delete a type of loyalty cards',
  description: 'Its cards stay and keep working. No new ones are issued.',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: TypePath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, chain, params }) => deleteCardType(write, chain.id, params.card_type_id),
});

/** Foyer's own operations on types of cards. */
export const cardTypesOperations = [
  listManagedCardTypes,
  createManagedCardType,
  getManagedCardType,
  updateManagedCardType,
  deleteManagedCardType,
];
