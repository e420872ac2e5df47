import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import type { MembershipRow } from '../membership.ts';
import { isFrozen } from '../state.ts';
import { presentLink, presentTypeFields, unitId } from './present-type.ts';

const statuses = {
  created: { id: 1, title: 'Released', extended_title: 'Released', slug: 'released', category: 'unused' },
  active: { id: 2, title: 'Activated', extended_title: 'Activated', slug: 'activated', category: 'usable' },
  expired: { id: 3, title: 'Overdue', extended_title: 'Overdue', slug: 'overdue', category: 'ended' },
  'used up': { id: 4, title: 'Used up', extended_title: 'No visits left', slug: 'used_up', category: 'ended' },
};

const sharedVisits = ({ isShared, balances }: MembershipRow) => (isShared ? (balances[0]?.left ?? 0) : 0);

const leftFor = (row: MembershipRow, link: MembershipRow['type']['links'][number]) =>
  row.balances.find(
    ({ serviceId, serviceCategoryId }) => serviceId === link.serviceId && serviceCategoryId === link.serviceCategoryId,
  )?.left ?? 0;

/** The visits that are left, in words: "Surfing (x10)". */
function inWords(row: MembershipRow): string {
  const titles = row.type.links.map(({ title }) => title);
  if (row.isUnlimited) return `${titles.join(', ')} (unlimited)`;
  if (row.isShared) return `${titles.join(', ')} (x${sharedVisits(row)})`;
  return row.type.links.map((link) => `${link.title} (x${leftFor(row, link)})`).join(', ');
}

export const balanceContainer = (row: MembershipRow) => ({
  links: row.type.links.map((link) => presentLink(link, leftFor(row, link), row.isUnlimited)),
});

const moment = (at: Date | null, { timeZone }: MembershipRow) => at && zonedDateTime(at, timeZone);

/** A membership in the lists of its client. Times are those of the location that sold it. */
export const presentMembership = (row: MembershipRow) => ({
  id: row.id,
  number: row.number,
  balance_string: inWords(row),
  is_frozen: isFrozen(row, new Date()),
  freeze_period: row.frozenDays,
  period: row.period,
  period_unit_id: unitId(row.periodUnit, row.period),
  expiration_date: moment(row.expiresAt, row),
  created_date: zonedDateTime(row.createdAt, row.timeZone),
  activated_date: moment(row.activatedAt, row),
  is_united_balance: row.isShared,
  is_united_balance_unlimited: row.isUnlimited,
  united_balance_services_count: sharedVisits(row),
  goods_transaction_id: row.lineId,
  slug: 'standard',
  status: statuses[row.state],
  balance_container: balanceContainer(row),
  type: { ...presentTypeFields(row.type, row.timeZone), slug: 'standard' },
});

/** A membership in the list of the chain. */
export function presentChainMembership(row: MembershipRow) {
  const { id, title, extended_title } = statuses[row.state];
  const links = (count: (link: MembershipRow['type']['links'][number]) => number) => ({
    links: row.type.links.map((link) => ({
      count: count(link),
      category: { id: link.serviceId ?? link.serviceCategoryId ?? 0, category_id: link.category?.id ?? 1, title: link.title },
    })),
  });
  const { type } = row;
  return {
    id: row.id,
    number: row.number,
    balance_string: inWords(row),
    created_date: zonedDateTime(row.createdAt, row.timeZone),
    ...(row.activatedAt && { activated_date: zonedDateTime(row.activatedAt, row.timeZone) }),
    is_frozen: isFrozen(row, new Date()),
    freeze_period: row.frozenDays,
    period: row.period,
    period_unit_id: unitId(row.periodUnit, row.period),
    status: { id, title, extended_title },
    is_united_balance: row.isShared,
    united_balance_services_count: sharedVisits(row),
    balance_container: links((link) => leftFor(row, link)),
    type: {
      id: type.id,
      salon_group_id: type.chainId,
      title: type.title,
      period: type.period,
      period_unit_id: unitId(type.periodUnit, type.period),
      allow_freeze: type.allowsFreezing,
      freeze_limit: type.freezeLimit,
      is_allow_empty_code: type.isPersonal,
      is_united_balance: type.isShared,
      united_balance_services_count: type.sharedVisits,
      is_code_required: !type.isPersonal,
      balance_container: links(({ visits }) => visits),
    },
  };
}

export const presentFreeze = (row: MembershipRow) => ({
  id: row.id,
  number: row.number,
  is_frozen: isFrozen(row, new Date()),
  freeze_period: row.frozenDays,
});

export const presentFrozen = (row: MembershipRow) => ({ ...presentFreeze(row), freeze_till: moment(row.frozenUntil, row) });

export const presentVisits = (row: MembershipRow) => ({
  id: row.id,
  united_balance_services_count: sharedVisits(row),
  balance_container: balanceContainer(row),
});

export const presentPeriod = (row: MembershipRow) => ({
  id: row.id,
  period: row.period,
  period_unit_id: unitId(row.periodUnit, row.period),
  expiration_date: moment(row.expiresAt, row),
});

/** A membership that a client may use for an event, in the form of JSON:API. */
export const presentUsable = (row: MembershipRow, visits: number | null) => ({
  id: String(row.id),
  type: 'loyalty_abonement' as const,
  attributes: { number: row.number, balance: visits ?? 0 },
  relationships: { loyalty_abonement_type: { data: { id: String(row.typeId), type: 'loyalty_abonement_type' as const } } },
});

export const presentIncludedType = ({ type }: MembershipRow) => ({
  id: String(type.id),
  type: 'loyalty_abonement_type' as const,
  attributes: {
    title: type.title,
    cost: toWire(type.price),
    is_united_balance: type.isShared,
    is_united_balance_unlimited: type.isUnlimited,
    availability: type.times.map(({ weekDays, intervals }) => ({ week_days: weekDays, intervals })),
  },
});
