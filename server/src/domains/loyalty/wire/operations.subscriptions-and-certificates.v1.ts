import {
  findGiftCardByCode,
  getClientGiftCards,
  getGiftCardHistory,
  getUserGiftCards,
  setGiftCardBalanceOperation,
  setGiftCardPeriod,
} from '../../gift-cards/wire/operations.gift-cards.v1.ts';
import { getGiftCardTypeList, getGiftCardTypeListById } from '../../gift-cards/wire/operations.types.v1.ts';

/** The operations of the tag, in the order of the published documents. */
export const subscriptionsAndCertificatesOperations = [
  getClientGiftCards,
  getUserGiftCards,
  getGiftCardTypeListById,
  getGiftCardTypeList,
  findGiftCardByCode,
  getGiftCardHistory,
  setGiftCardBalanceOperation,
  setGiftCardPeriod,
];
