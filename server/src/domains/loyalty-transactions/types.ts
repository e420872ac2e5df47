import type { LoyaltyTransactionType } from './tables.ts';

/** The names of the types. Source: the published list. 11 is a payment from a client account. */
export const transactionTitles: Readonly<Record<LoyaltyTransactionType | 11, string>> = {
  1: 'Promotion discount',
  2: 'Loyalty program accrual',
  3: 'Loyalty card withdrawal',
  4: 'Referral program accrual',
  5: 'Manual replenishment',
  6: 'Manual withdrawal',
  7: 'Overdue points withdrawal',
  8: 'Gift card withdrawal',
  9: 'Membership use',
  10: 'Membership cost recalculation',
  11: 'Client account withdrawal',
};
