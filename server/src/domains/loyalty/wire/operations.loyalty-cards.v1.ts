import Type from 'typebox';
import { locationUser, partnerOrUser, signedIn } from '../../../api/access.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';

const LoyaltyCardsResponse = named(
  'LoyaltyCardsResponse',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    balance: Type.Optional(Type.Number()),
    points: Type.Optional(Type.Integer()),
    paid_amount: Type.Optional(Type.Number()),
    sold_amount: Type.Optional(Type.Number()),
    visits_count: Type.Optional(Type.Integer()),
    number: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    type_id: Type.Optional(Type.Integer()),
    salon_group_id: Type.Optional(Type.Integer({ description: 'chain' })),
    type: Type.Optional(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        title: Type.Optional(Type.String()),
        salon_group_id: Type.Optional(Type.Integer()),
      }),
    ),
    salon_group: Type.Optional(Titled),
    programs: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Optional(Type.Integer()),
          title: Type.Optional(Type.String()),
          value: Type.Optional(Type.Integer({ description: 'rule threshold' })),
          loyalty_type_id: Type.Optional(Type.Integer()),
          item_type_id: Type.Optional(Type.Integer({ description: 'whether products earn cashback' })),
          value_unit_id: Type.Optional(Type.Integer({ description: 'percent or fixed amount' })),
          group_id: Type.Optional(Type.Integer({ description: 'chain' })),
          loyalty_type: Type.Optional(
            Type.Object({
              id: Type.Optional(Type.Integer()),
              title: Type.Optional(Type.String()),
              is_discount: Type.Optional(Type.Boolean()),
              is_cashback: Type.Optional(Type.Boolean()),
              is_static: Type.Optional(Type.Boolean({ description: 'fixed discount' })),
              is_accumulative: Type.Optional(Type.Boolean()),
            }),
          ),
          rules: Type.Optional(
            Type.Array(
              Type.Object({
                id: Type.Optional(Type.Integer()),
                loyalty_program_id: Type.Optional(Type.Integer()),
                loyalty_type_id: Type.Optional(Type.Integer()),
                value: Type.Optional(Type.Integer({ description: 'rule threshold' })),
                parameter: Type.Optional(Type.Integer()),
              }),
            ),
          ),
        }),
      ),
    ),
  }),
);

const LoyaltyCardsRequest = named(
  'LoyaltyCardsRequest',
  Type.Object({
    loyalty_card_number: Type.Optional(Type.String()),
    loyalty_card_type_id: Type.Optional(Type.String({ description: 'numeric id sent as string' })),
    phone: Type.Optional(Type.Number({ description: 'digits only, no plus sign (13155550175)' })),
  }),
);

const LoyaltyCard = named(
  'LoyaltyCard',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    balance: Type.Optional(Type.Number()),
    points: Type.Optional(Type.Number()),
    paid_amount: Type.Optional(Type.Number()),
    sold_amount: Type.Optional(Type.Number()),
    visits_count: Type.Optional(Type.Number()),
    number: Type.Optional(Type.String({ description: 'card number' })),
    type_id: Type.Optional(Type.Integer({ description: 'card type id' })),
    salon_group_id: Type.Optional(Type.Integer({ description: 'chain id' })),
    max_discount_percent: Type.Optional(Type.Number()),
    max_discount_amount: Type.Optional(Type.Number()),
  }),
);

const getLoyaltyCardListByClientId = operation({
  id: 'get_loyalty_card_list_by_client_id',
  method: 'GET',
  path: '/loyalty/client_cards/{client_id}',
  tag: 'Loyalty Cards',
  summary: 'Client cards with programs active at location',
  access: signedIn(),
  params: Type.Object({ client_id: Id('client id') }),
  success: answer(200, LoyaltyCardsResponse),
  errors: [403, 404],
  example: {
    data: {
      id: 9210520,
      balance: 100,
      points: 0,
      paid_amount: 1000,
      sold_amount: 1000,
      visits_count: 1,
      number: 14507109210520,
      type_id: 10992,
      salon_group_id: 145071,
      type: { id: 10992, title: '5+2', salon_group_id: 145071 },
      salon_group: { id: 145071, title: 'Dough chain1.' },
      programs: [
        {
          id: 18005,
          title: '5+2',
          value: 0,
          loyalty_type_id: 13,
          item_type_id: 3,
          value_unit_id: 1,
          group_id: 145071,
          loyalty_type: {
            id: 13,
            title: 'Discount for a given number of accumulated services',
            is_discount: true,
            is_cashback: false,
            is_static: false,
            is_accumulative: false,
          },
          rules: [{ id: 72803, loyalty_program_id: 18005, loyalty_type_id: 13, value: 20, parameter: 0 }],
        },
      ],
    },
  },
});

const getLoyaltyCardListByPhone = operation({
  id: 'get_loyalty_card_list_by_phone',
  method: 'GET',
  path: '/loyalty/cards/{phone}/{chain_id}/{location_id}',
  tag: 'Loyalty Cards',
  summary: 'Client cards by phone with programs active at location',
  access: locationUser(),
  params: Type.Object({
    phone: Type.String({ minLength: 1, maxLength: 255, description: 'e.g. +13155550175' }),
    chain_id: Id('chain id'),
    location_id: Id('location id'),
  }),
  success: answer(200, LoyaltyCardsResponse),
  errors: [403, 404],
  example: {
    data: {
      id: 9210520,
      balance: 100,
      points: 0,
      paid_amount: 1000,
      sold_amount: 1000,
      visits_count: 1,
      number: 14507109210520,
      type_id: 10992,
      salon_group_id: 145071,
      type: { id: 10992, title: '5+2', salon_group_id: 145071 },
      salon_group: { id: 145071, title: 'Dough chain1.' },
      programs: [
        {
          id: 18005,
          title: '5+2',
          value: 0,
          loyalty_type_id: 13,
          item_type_id: 3,
          value_unit_id: 1,
          group_id: 145071,
          loyalty_type: {
            id: 13,
            title: 'Discount for a given number of accumulated services',
            is_discount: true,
            is_cashback: false,
            is_static: false,
            is_accumulative: false,
          },
          rules: [{ id: 72803, loyalty_program_id: 18005, loyalty_type_id: 13, value: 20, parameter: 0 }],
        },
      ],
    },
  },
});

const getUserLoyaltyCards = operation({
  id: 'get_user_loyalty_cards',
  method: 'GET',
  path: '/user/loyalty_cards/{chain_id}',
  tag: 'Loyalty Cards',
  summary: 'Loyalty cards of the authorized user',
  access: partnerOrUser(),
  params: Type.Object({ chain_id: Id('chain id') }),
  success: answer(200, LoyaltyCardsResponse),
  errors: [403, 404],
});

const GetLoyaltyCardTypeListSuccess = named(
  'GetLoyaltyCardTypeListSuccess',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    salon_group_id: Type.Optional(Type.Integer({ description: 'chain that owns the card type' })),
    salon_group: Type.Optional(Titled),
  }),
);

const getLoyaltyCardTypeList = operation({
  id: 'get_loyalty_card_type_list',
  method: 'GET',
  path: '/loyalty/card_types/salon/{location_id}',
  tag: 'Loyalty Cards',
  summary: 'Card types valid at location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(200, Type.Array(GetLoyaltyCardTypeListSuccess)),
  errors: [403, 404],
  example: { data: [{ id: 10992, title: 'Cashback', salon_group_id: 145071, salon_group: { id: 145071, title: 'Chain 1' } }] },
});

const getLoyaltyCardTypeListForClient = operation({
  id: 'get_loyalty_card_type_list_for_client',
  method: 'GET',
  path: '/loyalty/card_types/client/{location_id}/{phone}',
  tag: 'Loyalty Cards',
  summary: 'Card types issuable to a client',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    phone: Type.String({ minLength: 1, maxLength: 50, description: 'digits, e.g. 13155550175' }),
  }),
  success: answer(200, Type.Array(GetLoyaltyCardTypeListSuccess)),
  errors: [403, 404],
  example: { data: [{ id: 10992, title: 'Cashback', salon_group_id: 145071, salon_group: { id: 145071, title: 'Chain 1' } }] },
});

const getChainLoyaltyCardTypeList = operation({
  id: 'get_chain_loyalty_card_type_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/card_types',
  tag: 'Loyalty Cards',
  summary: 'Card types of a chain',
  access: partnerOrUser(),
  params: Type.Object({ chain_id: Id('chain id') }),
  success: answer(200, Type.Array(Titled)),
  errors: [403, 404],
});

const issueLoyaltyCard = operation({
  id: 'issue_loyalty_card',
  method: 'POST',
  path: '/loyalty/cards/{location_id}',
  tag: 'Loyalty Cards',
  summary: 'Issue loyalty card to client',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: LoyaltyCardsRequest,
  success: answer(200, LoyaltyCardsResponse),
  errors: [403, 404],
  example: {
    data: {
      id: 9250498,
      balance: 0,
      points: 0,
      paid_amount: 16300,
      sold_amount: 19320,
      visits_count: 5,
      number: 1010101,
      type_id: 8230,
      salon_group_id: 145071,
      type: { id: 8230, title: 'cashmesh', salon_group_id: 145071 },
      salon_group: { id: 145071, title: 'Dough chain1.' },
      programs: [
        {
          id: 12720,
          title: 'cumulative cache paid',
          value: 10,
          loyalty_type_id: 7,
          item_type_id: 0,
          value_unit_id: 1,
          group_id: 145071,
          loyalty_type: {
            id: 7,
            title: 'Cumulative cashback (paid)',
            is_discount: false,
            is_cashback: true,
            is_static: false,
            is_accumulative: true,
          },
          rules: [{ id: 71149, loyalty_program_id: 12720, loyalty_type_id: 7, value: 10, parameter: 100 }],
        },
      ],
    },
  },
});

const removeLoyaltyCard = operation({
  id: 'remove_loyalty_card',
  method: 'DELETE',
  path: '/loyalty/cards/{location_id}/{card_id}',
  tag: 'Loyalty Cards',
  summary: 'Remove loyalty card',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), card_id: Id('card id') }),
  success: empty(204),
  errors: [403, 404],
});

const LoyaltyCardTransactionInput = named(
  'LoyaltyCardTransactionInput',
  Type.Object({
    amount: Type.Number({ description: 'positive deposit, negative withdrawal' }),
    title: Type.Optional(Type.String({ description: 'comment' })),
  }),
);

const createLoyaltyCardTransaction = operation({
  id: 'create_loyalty_card_transaction',
  method: 'POST',
  path: '/company/{location_id}/loyalty/cards/{card_id}/manual_transaction',
  tag: 'Loyalty Cards',
  summary: 'Manual loyalty card deposit/withdrawal at location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), card_id: Id('card id') }),
  body: LoyaltyCardTransactionInput,
  success: answer(200, LoyaltyCard),
  errors: [403, 404],
});

const createChainLoyaltyCardTransaction = operation({
  id: 'create_chain_loyalty_card_transaction',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/cards/{card_id}/manual_transaction',
  tag: 'Loyalty Cards',
  summary: 'Manual loyalty card deposit/withdrawal in chain',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id'), card_id: Id('card id') }),
  body: LoyaltyCardTransactionInput,
  success: answer(200, LoyaltyCard),
  errors: [403, 404],
});

/** The operations of the tag, in the order of the published documents. */
export const loyaltyCardsOperations = [
  getLoyaltyCardListByClientId,
  getLoyaltyCardListByPhone,
  getUserLoyaltyCards,
  getLoyaltyCardTypeList,
  getLoyaltyCardTypeListForClient,
  getChainLoyaltyCardTypeList,
  issueLoyaltyCard,
  removeLoyaltyCard,
  createLoyaltyCardTransaction,
  createChainLoyaltyCardTransaction,
];
