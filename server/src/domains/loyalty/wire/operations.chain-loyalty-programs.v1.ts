import Type from 'typebox';
import { signedIn } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';
import {
  chainLoyaltyCertificateTypesArchive,
  chainLoyaltyCertificateTypesCreate,
  chainLoyaltyCertificateTypesDelete,
  chainLoyaltyCertificateTypesGet,
  chainLoyaltyCertificateTypesList,
  chainLoyaltyCertificateTypesUpdate,
} from '../../gift-cards/wire/operations.types.v1.ts';
import { chainProgramsOperations } from '../../promotions/wire/operations.programs.v1.ts';

const LoyaltyNotificationMessageTemplate = named(
  'LoyaltyNotificationMessageTemplate',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    type: Type.Optional(Type.String({ enum: ['big', 'mid', 'small', 'custom'] })),
    body: Type.Optional(Type.String()),
    message_type: Type.Optional(
      Type.String({
        enum: [
          'loyalty_discount_expiration',
          'loyalty_cashback_expiration',
          'loyalty_discount_increased',
          'loyalty_discount_decreased',
          'loyalty_card_created',
          'loyalty_card_withdraw',
          'loyalty_withdraw_cancelled',
          'loyalty_card_manual',
          'loyalty_card_manual_withdraw',
          'loyalty_card_cashback',
          'loyalty_card_cashback_cancelled',
          'loyalty_card_income',
          'loyalty_discount_changed',
          'loyalty_cashback_changed',
          'loyalty_settings_abonement_notification',
        ],
      }),
    ),
  }),
);

const chainLoyaltyMembershipsFreeze = operation({
  id: 'chain_loyalty_memberships_freeze',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/abonements/{membership_id}/freeze',
  tag: 'Chain Loyalty Programs',
  summary: 'Freeze a membership until a date',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id'), membership_id: Id('membership id') }),
  body: Type.Object({
    freeze_till: Type.String({ description: 'date-time; ISO 8601 end of freeze, e.g. 2026-12-31T23:59:59-05:00' }),
  }),
  success: answer(
    200,
    Type.Object({
      id: Type.Optional(Type.Integer()),
      number: Type.Optional(Type.String()),
      is_frozen: Type.Optional(Type.Boolean()),
      freeze_period: Type.Optional(Type.Integer({ description: 'total frozen days' })),
      freeze_till: Type.Optional(Type.String({ description: 'date-time; frozen until' })),
    }),
  ),
  errors: [400, 403, 404, 422],
});

const chainLoyaltyMembershipsUnfreeze = operation({
  id: 'chain_loyalty_memberships_unfreeze',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/abonements/{membership_id}/unfreeze',
  tag: 'Chain Loyalty Programs',
  summary: 'Remove freeze from a membership',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id'), membership_id: Id('membership id') }),
  success: answer(
    200,
    Type.Object({
      id: Type.Optional(Type.Integer()),
      number: Type.Optional(Type.String()),
      is_frozen: Type.Optional(Type.Boolean({ description: 'false afterwards' })),
      freeze_period: Type.Optional(Type.Integer({ description: 'total applied freeze, days' })),
    }),
  ),
  errors: [400, 403, 404],
});

const chainLoyaltyMembershipsSetBalance = operation({
  id: 'chain_loyalty_memberships_set_balance',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/abonements/{membership_id}/set_balance',
  tag: 'Chain Loyalty Programs',
  summary: 'Set remaining visits of a membership',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id'), membership_id: Id('membership id') }),
  body: Type.Object({
    united_balance_services_count: Type.Optional(Type.Integer({ description: 'new visit count, unified balance only' })),
    services_balance_count: Type.Optional(
      Type.Array(
        Type.Object({
          service_id: Type.Integer({ description: 'service or category id' }),
          balance: Type.Integer({ description: 'new visit count' }),
        }),
      ),
    ),
  }),
  success: answer(
    200,
    Type.Object({
      id: Type.Optional(Type.Integer()),
      united_balance_services_count: Type.Optional(Type.Integer()),
      balance_container: Type.Optional(Type.Record(Type.String(), Type.Any(), { description: 'updated balance details' })),
    }),
  ),
  errors: [400, 403, 404, 422],
  example: { body: { services_balance_count: [{ service_id: 13160808, balance: 5 }] } },
});

const chainLoyaltyMembershipsSetPeriod = operation({
  id: 'chain_loyalty_memberships_set_period',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/abonements/{membership_id}/set_period',
  tag: 'Chain Loyalty Programs',
  summary: 'Change membership validity period',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id'), membership_id: Id('membership id') }),
  body: Type.Object({
    period: Type.Integer({ description: 'duration value' }),
    period_unit_id: Type.Integer({ description: '1 day, 2 week, 3 month, 4 year', enum: [1, 2, 3, 4] }),
  }),
  success: answer(
    200,
    Type.Object({
      id: Type.Optional(Type.Integer()),
      period: Type.Optional(Type.Integer()),
      period_unit_id: Type.Optional(Type.Integer()),
      expiration_date: Type.Optional(Type.String({ description: 'date-time; new expiry' })),
    }),
  ),
  errors: [400, 403, 404, 422],
});

const getChainLoyaltyTransactionList = operation({
  id: 'get_chain_loyalty_transaction_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/transactions',
  tag: 'Chain Loyalty Programs',
  summary: 'Chain loyalty transactions, filtered and paged',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({
    created_after: Type.String({ description: 'date; Y-m-d start' }),
    created_before: Type.String({ description: 'date; Y-m-d end' }),
    types: Type.Optional(
      Type.Array(Type.Integer({ description: 'string values, comma-separated list', enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] })),
    ),
    company_ids: Type.Optional(Type.Array(Type.Integer({ description: 'location ids, comma-separated list' }))),
    visit_ids: Type.Optional(Type.Array(Type.Integer({ description: 'visit ids, comma-separated list' }))),
    page: Type.Optional(Type.Integer()),
    count: Type.Optional(Type.Integer({ description: 'results per page' })),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        visit_id: Type.Optional(Type.Integer()),
        status_id: Type.Optional(Type.Integer()),
        amount: Type.Optional(Type.Number()),
        type_id: Type.Optional(Type.Integer({ description: 'loyalty transaction type' })),
        card_id: Type.Optional(Type.Integer()),
        program_id: Type.Optional(Type.Integer()),
        certificate_id: Type.Optional(Type.Integer()),
        abonement_id: Type.Optional(Type.Integer({ description: 'membership id' })),
        salon_group_id: Type.Optional(Type.Integer({ description: 'chain whose loyalty applied' })),
        item_id: Type.Optional(Type.Integer({ description: 'sold position id' })),
        item_type_id: Type.Optional(Type.Integer({ description: '1 service, 7 product sale' })),
        item_record_id: Type.Optional(Type.Integer({ description: 'appointment id' })),
        goods_transaction_id: Type.Optional(Type.Integer()),
        services_transaction_id: Type.Optional(Type.Integer()),
        is_discount: Type.Optional(Type.Boolean()),
        is_loyalty_withdraw: Type.Optional(Type.Boolean()),
        type: Type.Optional(Titled),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'items in response' })) }),
  ),
  errors: [422],
});

const getChainLoyaltyNotificationTemplateList = operation({
  id: 'get_chain_loyalty_notification_template_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/notification_message_templates/programs',
  tag: 'Chain Loyalty Programs',
  summary: 'Loyalty notification templates',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id') }),
  success: answer(200, Type.Array(LoyaltyNotificationMessageTemplate)),
  errors: [403, 404],
});

/** The operations of the tag, in the order of the published documents. */
export const chainLoyaltyProgramsOperations = [
  chainLoyaltyMembershipsFreeze,
  chainLoyaltyMembershipsUnfreeze,
  chainLoyaltyMembershipsSetBalance,
  chainLoyaltyMembershipsSetPeriod,
  chainLoyaltyCertificateTypesList,
  chainLoyaltyCertificateTypesCreate,
  chainLoyaltyCertificateTypesGet,
  chainLoyaltyCertificateTypesUpdate,
  chainLoyaltyCertificateTypesDelete,
  chainLoyaltyCertificateTypesArchive,
  ...chainProgramsOperations,
  getChainLoyaltyTransactionList,
  getChainLoyaltyNotificationTemplateList,
];
