import { generateLoyaltyCode } from '../../gift-cards/wire/operations.gift-cards.v1.ts';
import { getLocationLoyaltyProgramList } from '../../promotions/wire/operations.programs.v1.ts';
import {
  applyDiscountPromotion,
  applyReferralProgram,
  cancelDiscountPromotion,
  explainVisitLoyalty,
} from '../../redemption/wire/operations.promotions.v1.ts';
import {
  applyLoyaltyCardDeduction,
  cancelLoyaltyCardWithdrawal,
  getLoyaltyTransactionsByVisit,
} from '../../redemption/wire/operations.visit-loyalty.v1.ts';

/** The operations of the tag, in the order of the published documents. */
export const loyaltyProgramsOperations = [
  getLocationLoyaltyProgramList,
  getLoyaltyTransactionsByVisit,
  generateLoyaltyCode,
  applyLoyaltyCardDeduction,
  cancelLoyaltyCardWithdrawal,
  applyDiscountPromotion,
  cancelDiscountPromotion,
  applyReferralProgram,
  explainVisitLoyalty,
];
