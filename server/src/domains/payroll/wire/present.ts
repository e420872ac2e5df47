import { toText, toWire } from '../../../platform/exact.ts';
import { type Money, toMoney } from '../../../platform/money.ts';
import type { Summary } from '../calculation.ts';
import type { Criterion } from '../engine.ts';
import type { PriorityPayment, Settlement } from '../settlement.ts';
import type { AssignedScheme, PayRule, PayRuleFields, PayScheme, TargetRate } from '../setup.ts';
import type { CheckedItem, CheckedStatement, Statement, StatementItem } from '../statement.ts';
import type { RateKind, RateTarget } from '../tables.ts';

export const presentBalance = ({ income, expense, balance }: Settlement) => ({
  income: toText(income),
  expense: toText(expense),
  balance: toText(balance),
});

export const presentSummary = (summary: Summary) => ({
  working_days_count: summary.days,
  working_hours_count: Math.round(summary.seconds / 3600),
  group_services_count: summary.events,
  services_count: summary.services,
  services_sum: toText(summary.servicesSum),
  goods_sales_count: summary.products,
  goods_sales_sum: toText(summary.productsSum),
  total_sum: toText(summary.total),
  salary: toText(summary.salary),
});

export const presentAssignment = ({ teamMemberId, dateFrom, dateTo, schemeId, title }: AssignedScheme) => ({
  staff_id: teamMemberId,
  date_start: dateFrom,
  date_end: dateTo,
  salary_scheme: { id: schemeId, title },
});

const plainStatement = (row: Statement) => ({
  id: row.id,
  company_id: row.locationId,
  staff_id: row.teamMemberId,
  amount: toWire(row.amount),
  date_create: row.madeOn,
  date_from: row.dateFrom,
  date_to: row.dateTo,
  comment: row.comment,
});

/** As the published API shows it: it knows no paid statements. */
export const presentCalculation = (row: Statement) => ({
  ...plainStatement(row),
  status: row.status === 'draft' ? 'draft' : 'confirmed',
});

export const presentStatement = (row: Statement) => ({
  ...plainStatement(row),
  status: row.status,
  date_confirm: row.confirmedOn,
  transaction_id: row.transactionId ?? 0,
});

const kinds = { percent: 'percent', fixed: 'fix' } as const;

export const presentItem = (item: Omit<StatementItem, 'id'>) => ({
  date: item.date,
  time: item.time,
  item_id: item.itemId,
  item_type_slug: item.type,
  salary_sum: toText(item.salary),
  record_id: item.appointmentId,
  client_id: item.clientId,
  cost: item.cost && toText(item.cost),
  paid: {
    money_sum: item.paid?.money ?? '0',
    discount_sum: item.paid?.discount ?? '0',
    bonus_sum: item.paid?.points ?? '0',
    certificate_sum: item.paid?.byGiftCard ?? '0',
    abonement_sum: item.paid?.byMembership ?? '0',
    deposit_sum: item.paid?.clientAccounts ?? '0',
  },
  salary_calculation_info: {
    criteria_title: item.criterionTitle,
    param_title: item.ruleTitle,
    scheme_title: item.schemeTitle,
  },
  targets: item.targets.map((target) => ({
    target_type_slug: target.type,
    target_id: target.id,
    title: target.title,
    cost: target.cost,
    net_cost: target.primeCost,
    salary_sum: target.salary,
    salary_promotion_sum: null,
    salary_calculation: {
      type_slug: kinds[target.rateKind],
      value: Number(target.rateValue),
      description: target.description,
    },
  })),
});

const presentCheckedItem = ({ discrepancy, ...item }: CheckedItem) => ({
  ...presentItem(item),
  ...(discrepancy && {
    salary_discrepancy: {
      reason: discrepancy.reason,
      actual_sum: toText(discrepancy.actual),
      difference_sum: toText(discrepancy.difference),
    },
  }),
});

export const presentCheckedStatement = ({ items, ...statement }: CheckedStatement) => ({
  ...presentCalculation(statement),
  salary_items: items.map(presentCheckedItem),
});

const targets = {
  service: 'service',
  'service category': 'service_category',
  product: 'good',
  'product category': 'good_category',
} as const satisfies Record<RateTarget, string>;
const innerTargets = Object.fromEntries(Object.entries(targets).map(([inner, wire]) => [wire, inner])) as Record<
  string,
  RateTarget
>;
const innerKind = (wire: string): RateKind => (wire === 'percent' ? 'percent' : 'fixed');

const presentRate = (kind: RateKind | null, value: Money | null) =>
  kind === null || value === null ? null : { type_slug: kinds[kind], value: toWire(value) };

export const presentRule = (rule: PayRule) => ({
  id: rule.id,
  title: rule.title,
  service: presentRate(rule.serviceKind, rule.serviceValue),
  good: presentRate(rule.productKind, rule.productValue),
  time: rule.timeUnit && rule.timeValue ? { unit: rule.timeUnit, value: toWire(rule.timeValue) } : null,
  rates: rule.rates.map(({ target, targetId, kind, value }) => ({
    target_type_slug: targets[target],
    target_id: targetId,
    type_slug: kinds[kind],
    value: toWire(value),
  })),
  counts_discounts: rule.countsDiscounts,
  counts_points: rule.countsPoints,
  counts_certificates: rule.countsGiftCards,
  counts_abonements: rule.countsMemberships,
  subtracts_net_cost: rule.subtractsPrimeCost,
  shares_with_assistants: rule.sharesWithAssistants,
});

interface SentRate {
  type_slug: string;
  value: number;
}

interface SentRule {
  title?: string | undefined;
  service?: SentRate | null | undefined;
  good?: SentRate | null | undefined;
  time?: { unit: string; value: number } | null | undefined;
  rates?: (SentRate & { target_type_slug: string; target_id: number })[] | undefined;
  counts_discounts?: boolean | undefined;
  counts_points?: boolean | undefined;
  counts_certificates?: boolean | undefined;
  counts_abonements?: boolean | undefined;
  subtracts_net_cost?: boolean | undefined;
  shares_with_assistants?: boolean | undefined;
}

/** The fields of a rule that a request names. */
export const ruleFields = (body: SentRule): PayRuleFields => ({
  title: body.title,
  ...(body.service !== undefined && {
    serviceKind: body.service && innerKind(body.service.type_slug),
    serviceValue: body.service && toMoney(body.service.value),
  }),
  ...(body.good !== undefined && {
    productKind: body.good && innerKind(body.good.type_slug),
    productValue: body.good && toMoney(body.good.value),
  }),
  ...(body.time !== undefined && {
    timeUnit: body.time && (body.time.unit as 'hour'),
    timeValue: body.time && toMoney(body.time.value),
  }),
  rates: body.rates?.map(
    (rate): TargetRate => ({
      target: innerTargets[rate.target_type_slug] as RateTarget,
      targetId: rate.target_id,
      kind: innerKind(rate.type_slug),
      value: toMoney(rate.value),
    }),
  ),
  countsDiscounts: body.counts_discounts,
  countsPoints: body.counts_points,
  countsGiftCards: body.counts_certificates,
  countsMemberships: body.counts_abonements,
  subtractsPrimeCost: body.subtracts_net_cost,
  sharesWithAssistants: body.shares_with_assistants,
});

export const presentScheme = ({ id, title, ruleId, criteria }: PayScheme) => ({
  id,
  title,
  rule_id: ruleId,
  criteria: criteria.map((one) => ({
    title: one.title,
    measure: one.measure,
    scope: one.scope === 'member' ? 'staff' : 'company',
    period: one.period,
    is_retroactive: one.isRetroactive,
    counts_services: one.countsServices,
    counts_goods: one.countsProducts,
    counts_discounts: one.countsDiscounts,
    threshold: toWire(one.threshold),
    rule_id: one.ruleId,
  })),
});

interface SentCriterion {
  title: string;
  measure: string;
  scope: string;
  period: string;
  is_retroactive?: boolean | undefined;
  counts_services?: boolean | undefined;
  counts_goods?: boolean | undefined;
  counts_discounts?: boolean | undefined;
  threshold: number;
  rule_id: number;
}

export const criterionFields = (sent: SentCriterion): Criterion => ({
  title: sent.title,
  measure: sent.measure as Criterion['measure'],
  scope: sent.scope === 'staff' ? 'member' : 'location',
  period: sent.period as Criterion['period'],
  isRetroactive: sent.is_retroactive ?? false,
  countsServices: sent.counts_services ?? true,
  countsProducts: sent.counts_goods ?? true,
  countsDiscounts: sent.counts_discounts ?? false,
  threshold: toMoney(sent.threshold),
  ruleId: sent.rule_id,
});

export const presentPriorityPayment = ({ id, teamMemberId, kind, amount, date, comment }: PriorityPayment) => ({
  id,
  staff_id: teamMemberId,
  type_slug: kind,
  date,
  amount: toWire(amount),
  comment,
});
