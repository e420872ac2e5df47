import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { compare, toWire } from '../../../platform/exact.ts';
import { noMoney, sum } from '../../../platform/money.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { applyReferral, guestDiscount } from '../referral.ts';
import type { LoyaltyMethod } from './method.ts';
import { presentProgram } from './promotion.ts';

/** Taking off the discount of a guest whom somebody has sent. Its transactions are those of promotions. */
export const byReferral: LoyaltyMethod = {
  types: {},
  sourcesOf: async () => new Map(),
  async methodsOf({ db, location, can }, { sale, chain, mayPay }) {
    const open = can('loyalty_access') ? await guestDiscount(db, location, sale) : undefined;
    if (!open) return [];
    const amount = sum(open.outcome.parts.map((part) => part.amount));
    return [
      {
        slug: 'referral_loyalty_program',
        is_applicable: mayPay && compare(amount, noMoney) > 0,
        applicable_amount: toWire(amount),
        applicable_count: 0,
        applicable_value: open.guest.unit === 'percent' ? toWire(open.outcome.value) : 0,
        ...presentProgram(open.guest, chain),
      },
    ];
  },
  async pay(write, { can, location }, sale, { promotionId, referrerPhone }) {
    if (!can('loyalty_access')) throw new Forbidden();
    if (promotionId === undefined) throw new Invalid({ promotionId: ['is required'] });
    if (referrerPhone === undefined) throw new Invalid({ referrerPhone: ['is required'] });
    const phone = normalizePhone(referrerPhone, location.countryCode);
    if (!phone) throw new Invalid({ referrerPhone: ['is no phone number'] });
    await applyReferral(write, location, sale, { phone, programId: promotionId }).catch((error) => {
      throw error instanceof NotFound ? new Invalid({ promotionId: ['is unknown'] }) : error;
    });
  },
};
