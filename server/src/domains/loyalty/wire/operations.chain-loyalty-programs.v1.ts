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

/** The operations of the tag, in the order of the published documents. */
export const chainLoyaltyProgramsOperations = [
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
