import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, money, percent, zero } from '../../platform/columns.ts';
import { users } from '../access/tables.ts';
import { appointments } from '../appointments/tables.ts';
import { locations } from '../locations/tables.ts';
import { financeTransactions } from '../money/tables.ts';
import { teamMembers } from '../team/tables.ts';

/** A part of the price in percent, or an amount for each unit. */
export type RateKind = 'percent' | 'fixed';
/** What pay for time is counted by: hours of work, days with work, or calendar months. */
export type TimeUnit = 'hour' | 'day' | 'month';
export type RateTarget = 'service' | 'service category' | 'product' | 'product category';

const ofMember = (table: { locationId: never; teamMemberId: never }) =>
  foreignKey({ columns: [table.locationId, table.teamMemberId], foreignColumns: [teamMembers.locationId, teamMembers.id] });

const isRate = (kind: unknown, value: unknown) =>
  sql`(${kind} is null) = (${value} is null) and ${kind} in ('percent', 'fixed') and ${value} >= 0 and (${kind} = 'fixed' or ${value} <= 100)`;

/** How the location counts pay. A location without a row has the defaults. */
export const payrollSettings = pgTable('payroll_settings', {
  locationId: integer('location_id')
    .primaryKey()
    .references(() => locations.id),
  /** Whether payments from accounts of clients count as money does. */
  countsClientAccounts: boolean('counts_client_accounts').notNull().default(true),
});

/** Pay rules: what is paid for services, products and time. A deleted one keeps its row, for the history. */
export const payRules = pgTable(
  'pay_rules',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    /** Null for no pay. */
    serviceKind: text('service_kind').$type<RateKind>(),
    serviceValue: money('service_value'),
    productKind: text('product_kind').$type<RateKind>(),
    productValue: money('product_value'),
    timeUnit: text('time_unit').$type<TimeUnit>(),
    timeValue: money('time_value'),
    /** Whether these parts of a price count: what a discount takes off, and what loyalty pays. */
    countsDiscounts: boolean('counts_discounts').notNull().default(false),
    countsPoints: boolean('counts_points').notNull().default(true),
    countsGiftCards: boolean('counts_gift_cards').notNull().default(true),
    countsMemberships: boolean('counts_memberships').notNull().default(true),
    subtractsPrimeCost: boolean('subtracts_prime_cost').notNull().default(false),
    /** Whether assistants share the pay of a service. */
    sharesWithAssistants: boolean('shares_with_assistants').notNull().default(true),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    check('pay_rules_title', sql`${table.title} <> ''`),
    check('pay_rules_service', isRate(table.serviceKind, table.serviceValue)),
    check('pay_rules_product', isRate(table.productKind, table.productValue)),
    check(
      'pay_rules_time',
      sql`(${table.timeUnit} is null) = (${table.timeValue} is null) and ${table.timeUnit} in ('hour', 'day', 'month') and ${table.timeValue} >= 0`,
    ),
  ],
);

/** Rates of a pay rule for single services and products, and for their categories. */
export const payRuleRates = pgTable(
  'pay_rule_rates',
  {
    locationId: integer('location_id').notNull(),
    ruleId: integer('rule_id').notNull(),
    target: text().$type<RateTarget>().notNull(),
    targetId: integer('target_id').notNull(),
    kind: text().$type<RateKind>().notNull(),
    rateValue: money('value').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.ruleId, table.target, table.targetId] }),
    foreignKey({ columns: [table.locationId, table.ruleId], foreignColumns: [payRules.locationId, payRules.id] }),
    check('pay_rule_rates_target', sql`${table.target} in ('service', 'service category', 'product', 'product category')`),
    check('pay_rule_rates_value', isRate(table.kind, table.rateValue)),
  ],
);

/** Pay schemes: a rule, and other rules that replace it when a criterion is met. A deleted one keeps its row, for the history. */
export const paySchemes = pgTable(
  'pay_schemes',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    /** The rule while no criterion is met. */
    ruleId: integer('rule_id').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('pay_schemes_rule').on(table.locationId, table.ruleId),
    foreignKey({ columns: [table.locationId, table.ruleId], foreignColumns: [payRules.locationId, payRules.id] }),
    check('pay_schemes_title', sql`${table.title} <> ''`),
  ],
);

export type Measure = 'turnover' | 'profit' | 'quantity';

/** The criteria of a scheme, in the order of `position`: the last one that is met decides. */
export const payCriteria = pgTable(
  'pay_criteria',
  {
    locationId: integer('location_id').notNull(),
    schemeId: integer('scheme_id').notNull(),
    position: smallint().notNull(),
    title: text().notNull(),
    measure: text().$type<Measure>().notNull(),
    scope: text().$type<'member' | 'location'>().notNull(),
    /** `month`: the whole month decides about all of its days. `day`: the month until a day decides about this day. */
    period: text().$type<'day' | 'month'>().notNull(),
    /** Of days: when the criterion is met, earlier days of the month are paid up as a bonus. */
    isRetroactive: boolean('is_retroactive').notNull().default(false),
    countsServices: boolean('counts_services').notNull().default(true),
    countsProducts: boolean('counts_products').notNull().default(true),
    countsDiscounts: boolean('counts_discounts').notNull().default(false),
    /** It is met above this value. */
    threshold: money('threshold').notNull(),
    ruleId: integer('rule_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.schemeId, table.position] }),
    index('pay_criteria_rule').on(table.locationId, table.ruleId),
    foreignKey({ columns: [table.locationId, table.schemeId], foreignColumns: [paySchemes.locationId, paySchemes.id] }),
    foreignKey({ columns: [table.locationId, table.ruleId], foreignColumns: [payRules.locationId, payRules.id] }),
    check('pay_criteria_title', sql`${table.title} <> ''`),
    check('pay_criteria_measure', sql`${table.measure} in ('turnover', 'profit', 'quantity')`),
    check('pay_criteria_scope', sql`${table.scope} in ('member', 'location')`),
    check(
      'pay_criteria_period',
      sql`${table.period} in ('day', 'month') and (${table.period} = 'day' or not ${table.isRetroactive})`,
    ),
    check('pay_criteria_counts', sql`${table.countsServices} or ${table.countsProducts}`),
    check('pay_criteria_threshold', sql`${table.threshold} >= 0`),
  ],
);

/** From when until when a scheme holds for a team member. Of several that overlap, the one with the latest start holds. */
export const payAssignments = pgTable(
  'pay_assignments',
  {
    locationId: integer('location_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    /** Dates of the location's calendar, both included. */
    dateFrom: date('date_from', { mode: 'string' }).notNull(),
    /** Null for no end. */
    dateTo: date('date_to', { mode: 'string' }),
    schemeId: integer('scheme_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.teamMemberId, table.dateFrom] }),
    index('pay_assignments_scheme').on(table.locationId, table.schemeId),
    ofMember(table as never),
    foreignKey({ columns: [table.locationId, table.schemeId], foreignColumns: [paySchemes.locationId, paySchemes.id] }),
    check('pay_assignments_dates', sql`${table.dateFrom} <= ${table.dateTo}`),
  ],
);

/** Those who help with the services of an appointment, and their share of the pay. */
export const appointmentAssistants = pgTable(
  'appointment_assistants',
  {
    locationId: integer('location_id').notNull(),
    appointmentId: integer('appointment_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    share: percent('share').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.appointmentId, table.teamMemberId] }),
    foreignKey({
      columns: [table.locationId, table.appointmentId],
      foreignColumns: [appointments.locationId, appointments.id],
    }).onDelete('cascade'),
    ofMember(table as never),
    check('appointment_assistants_share', sql`${table.share} > 0 and ${table.share} <= 100`),
  ],
);

export type StatementStatus = 'draft' | 'confirmed' | 'paid';

/**
 * Payroll statements: what a team member has earned in a period. Triggers in the migration freeze a statement that is no draft, and keep
 * `payTotals`.
 */
export const payStatements = pgTable(
  'pay_statements',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    teamMemberId: integer('team_member_id').notNull(),
    /** Dates of the location's calendar, both included. */
    dateFrom: date('date_from', { mode: 'string' }).notNull(),
    dateTo: date('date_to', { mode: 'string' }).notNull(),
    status: text().$type<StatementStatus>().notNull().default('draft'),
    /** The sum of its items. */
    amount: money('amount').notNull().default(zero),
    comment: text().notNull().default(''),
    /** The date of the location's calendar on which it was made. */
    madeOn: date('made_on', { mode: 'string' }).notNull(),
    /** The date on which it was confirmed. From this day on, the sum is owed. */
    confirmedOn: date('confirmed_on', { mode: 'string' }),
    /** The payout. */
    transactionId: integer('transaction_id'),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('pay_statements_id').on(table.id),
    // Its items name the same member.
    unique('pay_statements_member_id').on(table.locationId, table.teamMemberId, table.id),
    index('pay_statements_member').on(table.locationId, table.teamMemberId, table.dateTo),
    uniqueIndex('pay_statements_transaction').on(table.locationId, table.transactionId),
    ofMember(table as never),
    foreignKey({
      columns: [table.locationId, table.transactionId],
      foreignColumns: [financeTransactions.locationId, financeTransactions.id],
    }),
    check('pay_statements_dates', sql`${table.dateFrom} <= ${table.dateTo}`),
    check('pay_statements_status', sql`${table.status} in ('draft', 'confirmed', 'paid')`),
    check(
      'pay_statements_state',
      sql`(${table.status} = 'draft') = (${table.confirmedOn} is null) and (${table.status} = 'paid') = (${table.transactionId} is not null)`,
    ),
  ],
);

/** What an item is: pay for time, a sale, an appointment, a seat in a group event, or money by hand. Source: the published list. */
export type PayItemType = 'periodic' | 'sale' | 'record' | 'bonus' | 'penalty' | 'retro_bonus' | 'activity';

/** What a price was paid with. The parts add up to it. */
export interface PaidParts {
  money: string;
  discount: string;
  points: string;
  byGiftCard: string;
  byMembership: string;
  clientAccounts: string;
}

/** A service or a product of an item, with the calculation of its pay. Amounts are decimal texts. */
export interface StoredTarget {
  type: 'service' | 'good' | null;
  id: number | null;
  title: string;
  cost: string | null;
  primeCost: string | null;
  /** What the rate is taken of. */
  base: string | null;
  rateKind: RateKind;
  rateValue: string;
  salary: string;
  description: string;
}

/** The items of statements. An item is in one statement at most. */
export const payStatementItems = pgTable(
  'pay_statement_items',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    statementId: integer('statement_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    /** Names what is paid, such as `record 12`. Null for a bonus or penalty by hand. */
    key: text(),
    type: text().$type<PayItemType>().notNull(),
    /** The appointment, event, document or rule. */
    itemId: integer('item_id').notNull(),
    date: date({ mode: 'string' }).notNull(),
    /** HH:MM on the wall clock of the location */
    time: text().notNull(),
    appointmentId: integer('appointment_id'),
    clientId: integer('client_id'),
    cost: money('cost'),
    paid: jsonb().$type<PaidParts | null>(),
    criterionTitle: text('criterion_title').notNull().default(''),
    ruleTitle: text('rule_title').notNull().default(''),
    schemeTitle: text('scheme_title').notNull().default(''),
    targets: jsonb().$type<StoredTarget[]>().notNull().default([]),
    salary: money('salary').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('pay_statement_items_statement').on(table.locationId, table.statementId, table.date, table.id),
    uniqueIndex('pay_statement_items_key').on(table.locationId, table.teamMemberId, table.key),
    foreignKey({
      columns: [table.locationId, table.teamMemberId, table.statementId],
      foreignColumns: [payStatements.locationId, payStatements.teamMemberId, payStatements.id],
    }).onDelete('cascade'),
    check(
      'pay_statement_items_type',
      sql`${table.type} in ('periodic', 'sale', 'record', 'bonus', 'penalty', 'retro_bonus', 'activity')`,
    ),
    check('pay_statement_items_key_known', sql`(${table.key} is null) = (${table.type} in ('bonus', 'penalty'))`),
    check('pay_statement_items_sign', sql`${table.type} <> 'bonus' or ${table.salary} > 0`),
    check('pay_statement_items_penalty', sql`${table.type} <> 'penalty' or ${table.salary} < 0`),
  ],
);

export type PriorityPaymentKind = 'bonus' | 'penalty' | 'vacation' | 'other';

/** What is owed to a team member, or kept back, without a statement. A deleted one keeps its row, for the history. */
export const priorityPayments = pgTable(
  'priority_payments',
  {
    locationId: integer('location_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    teamMemberId: integer('team_member_id').notNull(),
    kind: text().$type<PriorityPaymentKind>().notNull(),
    /** Negative for a penalty. */
    amount: money('amount').notNull(),
    date: date({ mode: 'string' }).notNull(),
    comment: text().notNull().default(''),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    unique('priority_payments_id').on(table.id),
    index('priority_payments_member').on(table.locationId, table.teamMemberId, table.date),
    ofMember(table as never),
    check('priority_payments_kind', sql`${table.kind} in ('bonus', 'penalty', 'vacation', 'other')`),
    check('priority_payments_amount', sql`${table.amount} <> 0 and (${table.kind} = 'penalty') = (${table.amount} < 0)`),
  ],
);

/**
 * What a team member has earned and got in a day, and in a whole month or year. The balance of any date adds up a few of these, however long
 * the history is. Triggers in the migration keep them, by statements, priority payments and payouts.
 */
export const payTotals = pgTable(
  'pay_totals',
  {
    locationId: integer('location_id').notNull(),
    teamMemberId: integer('team_member_id').notNull(),
    /** 0 a day, 1 a month, 2 a year */
    span: smallint().notNull(),
    /** The first date. */
    begins: date({ mode: 'string' }).notNull(),
    income: money('income').notNull().default(zero),
    expense: money('expense').notNull().default(zero),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.teamMemberId, table.span, table.begins] }),
    check('pay_totals_span', sql`${table.span} between 0 and 2`),
  ],
);
