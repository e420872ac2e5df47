import Type from 'typebox';
import { signedIn } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import {
  chainLoyaltyCertificateTypesArchive,
  chainLoyaltyCertificateTypesCreate,
  chainLoyaltyCertificateTypesDelete,
  chainLoyaltyCertificateTypesGet,
  chainLoyaltyCertificateTypesList,
  chainLoyaltyCertificateTypesUpdate,
} from '../../gift-cards/wire/operations.types.v1.ts';
import { chainProgramsOperations } from '../../promotions/wire/operations.programs.v1.ts';
import { getChainLoyaltyTransactionList } from '../../redemption/wire/operations.chain-transactions.v1.ts';
import { getChainLoyaltyNotificationTemplateList, templatesOperations } from './operations.templates.v1.ts';

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
  ...templatesOperations,
];
