/**
 * All kinds of rows that transactions lock, in the order in which they lock them. Several rows of a kind are locked by id. Two transactions
 * that follow this order never wait for each other in a circle. `write.lock` enforces it.
 */
export const lockOrder = [
  'telephony',
  'application',
  'installation',
  'user',
  'location user',
  'chain user',
  'custom field',
  'tag',
  'position',
  'service',
  'service category',
  'series',
  'event',
  'appointment',
  'team member',
  'tip settings',
  'resource',
  'resource instance',
  'location',
  'booking form',
  'client',
  'client comment',
  'client file',
  'visit',
  'prepayment settings',
  'prepayment',
  // Types whose products follow them. A sale keeps the product, and not the type.
  'gift card type',
  'membership type',
  // Products and money
  'supplier',
  'storage',
  'product unit',
  'product category',
  'product',
  'bill of materials',
  'document',
  'document line',
  'stock level',
  'account',
  'expense item',
  'finance transaction',
  // A payout is money first, and then it is known to the statement.
  'pay rule',
  'pay scheme',
  'pay statement',
  'client account type',
  'client account',
  // Loyalty
  'loyalty settings',
  'loyalty card type',
  'promotion',
  'loyalty card',
  'gift card',
  'membership',
  'balance',
  'fiscal transaction',
  // An offer is taken by a booking, which has locked everything above.
  'waiting entry',
  'notification settings',
  // Counters, which others wait for until the commit
  'message balance',
  'document number',
  'clock',
  'analytics',
  // Work after the commit
  'change feed',
] as const;

declare module '../api/write.ts' {
  interface LockKinds extends Record<(typeof lockOrder)[number], true> {}
}
