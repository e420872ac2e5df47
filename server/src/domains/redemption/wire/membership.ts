import { compare, toWire } from '../../../platform/exact.ts';
import { noMoney } from '../../../platform/money.ts';
import { type MembershipRow, membershipsById } from '../../memberships/membership.ts';
import { payByMembership, usableMemberships } from '../membership.ts';
import type { LoyaltyMethod, OpenSale } from './method.ts';

const presentMembership = (row: MembershipRow, chain: OpenSale['chain']) => ({
  id: row.id,
  is_united_balance: row.isShared,
  united_balance: row.isShared ? (row.balances[0]?.left ?? 0) : 0,
  type: { id: row.typeId, title: row.type.title, is_code_required: !row.type.isPersonal },
  chain,
  balance_container: {
    links: row.type.links.map(({ serviceId, serviceCategoryId, title, category }) => ({
      count: row.balances.find((own) => own.serviceId === serviceId && own.serviceCategoryId === serviceCategoryId)?.left ?? 0,
      category: { id: serviceId ?? serviceCategoryId ?? 0, category_id: category?.id ?? 1, title },
    })),
  },
});

/** Memberships: `loyalty_abonement`. */
export const byMembership: LoyaltyMethod = {
  types: { 9: 'Withdrawal from membership', 10: 'Price recalculation by membership' },
  sourcesOf: async (db, location, chain, coverings) => {
    const ids = coverings.flatMap(({ membershipId }) => membershipId ?? []);
    const found = new Map((await membershipsById(db, location.chainId, ids)).map((row) => [row.id, row]));
    return new Map(
      coverings.flatMap(({ id, membershipId }) => {
        const row = found.get(membershipId ?? 0);
        return row ? [[id, { loyalty_abonement_id: row.id, loyalty_abonement: presentMembership(row, chain) }] as const] : [];
      }),
    );
  },
  methodsOf: async ({ db, location }, { sale, items, chain, mayPay }) =>
    (await usableMemberships(db, location, sale, items)).map(({ membership, visits, amount }) => ({
      slug: 'loyalty_abonement',
      is_applicable: mayPay && compare(amount, noMoney) > 0,
      applicable_amount: toWire(amount),
      applicable_count: visits,
      applicable_value: 0,
      loyalty_abonement_id: membership.id,
      loyalty_abonement: presentMembership(membership, chain),
    })),
  pay: async (write, { location, can }, sale, { membershipId, number }) => {
    const mayOmitCode = can('loyalty_certificate_and_abonement_manual_transactions_access');
    await payByMembership(write, location, sale, { id: membershipId, number }, mayOmitCode);
  },
};
