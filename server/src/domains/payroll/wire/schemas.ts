import Type from 'typebox';
import { AnyOfTypes, Id, Money, maxId, NullableDate, NullableString, named, PlainDate } from '../../../api/schema.ts';
import { Currency, Titled } from '../../../wire/schemas.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const MemberPath = Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') });
export const StatementPath = Type.Object({
  location_id: Id('location id'),
  team_member_id: Id('team member id'),
  calculation_id: Id('payroll statement id'),
});
export const RulePath = Type.Object({ location_id: Id('location id'), rule_id: Id('pay rule id') });
export const SchemePath = Type.Object({ location_id: Id('location id'), scheme_id: Id('pay scheme id') });

export const PeriodQuery = Type.Object({
  date_from: PlainDate('YYYY-MM-DD, period start'),
  date_to: PlainDate('YYYY-MM-DD, period end; included, at most 366 days in all'),
});

/** Decimal text in major units, `240746.48`. */
const Amount = (description: string) => Type.String({ description, examples: ['240746.48'] });
const NullableAmount = (description: string) => NullableString({ description, examples: ['240746.48'] });

export const SalaryStaffBalance = named(
  'SalaryStaffBalance',
  Type.Object({
    income: Amount('confirmed statements and priority payments'),
    expense: Amount('salary that was paid out'),
    balance: Amount('owed at the end, since the beginning of the history; negative if more was paid out'),
  }),
);

export const SalaryStaffCalculation = named(
  'SalaryStaffCalculation',
  Type.Object({ total_sum: SalaryStaffBalance, currency: Currency }),
);

export const SalaryStaffCalculationDaily = named(
  'SalaryStaffCalculationDaily',
  Type.Object({
    payroll_daily: Type.Array(Type.Object({ date: PlainDate('day'), payroll_sum: SalaryStaffBalance })),
    currency: Currency,
  }),
);

export const SalaryStaffSchemesCount = named(
  'SalaryStaffSchemesCount',
  Type.Object({ staff_id: Type.Integer(), salary_schemes_count: Type.Integer() }),
);

const summary = {
  working_days_count: Type.Integer(),
  working_hours_count: Type.Integer({ description: 'rounded half up' }),
  group_services_count: Type.Integer({ description: 'group events that someone attended' }),
  services_count: Type.Integer({ description: 'without group events' }),
  services_sum: Amount('prices after discounts, of group events too'),
  goods_sales_count: Type.Integer(),
  goods_sales_sum: Amount('prices after discounts'),
  total_sum: Amount('services_sum and goods_sales_sum'),
  salary: Amount('what the pay schemes give'),
};

const SalaryStaffSummary = named('SalaryStaffSummary', Type.Object(summary));

export const SalaryStaffPeriod = named('SalaryStaffPeriod', Type.Object({ ...summary, currency: Currency }));

export const SalaryStaffPeriodDaily = named(
  'SalaryStaffPeriodDaily',
  Type.Object({
    period_calculation_daily: Type.Array(Type.Object({ date: PlainDate('day'), period_calculation: SalaryStaffSummary })),
    currency: Currency,
  }),
);

export const SalaryOfEveryone = named(
  'SalaryOfEveryone',
  Type.Object({
    staff: Type.Array(Type.Object({ staff_id: Type.Integer(), name: Type.String(), period_calculation: SalaryStaffSummary })),
    currency: Currency,
  }),
);

export const SalaryStaffScheme = named(
  'SalaryStaffScheme',
  Type.Object({
    staff_id: Type.Integer(),
    date_start: PlainDate('first day on which the scheme holds'),
    date_end: NullableDate('last day; null for no end'),
    salary_scheme: Titled,
  }),
);

const statement = {
  id: Type.Integer(),
  company_id: Type.Integer(),
  staff_id: Type.Integer(),
  amount: Type.Number(),
  date_create: PlainDate('day on which it was made'),
  date_from: PlainDate('first day'),
  date_to: PlainDate('last day'),
  comment: Type.String(),
};

export const SalaryPayrollCalculation = named(
  'SalaryPayrollCalculation',
  Type.Object({
    ...statement,
    status: Type.String({ enum: ['draft', 'confirmed'], description: 'a paid statement is confirmed too' }),
  }),
);

const SalaryPayrollCalculationItemInfo = named(
  'SalaryPayrollCalculationItemInfo',
  Type.Object({
    criteria_title: Type.String({ description: 'the criterion that is met; empty for none' }),
    param_title: Type.String({ description: 'pay rule' }),
    scheme_title: Type.String({ description: 'pay scheme' }),
  }),
);

const SalaryPayrollCalculationItemTarget = named(
  'SalaryPayrollCalculationItemTarget',
  Type.Object({
    target_type_slug: NullableString({ enum: ['service', 'good', null] }),
    target_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'service or product' }),
    title: Type.String(),
    cost: NullableAmount('price before discounts'),
    net_cost: NullableAmount('prime cost'),
    salary_sum: NullableAmount('what it earns'),
    salary_promotion_sum: NullableAmount('always null: promotions have no rates of their own'),
    salary_calculation: Type.Object({
      type_slug: Type.String({ enum: ['fix', 'percent'] }),
      value: Type.Number({ description: 'percent, or an amount' }),
      description: Type.String({ description: 'the calculation in words', examples: ['1.5% of 1000'] }),
    }),
  }),
);

const SalaryItemPaid = named(
  'SalaryItemPaid',
  Type.Object(
    {
      money_sum: Amount('paid with money, or still to be paid'),
      discount_sum: Amount('taken off by discounts and promotions'),
      bonus_sum: Amount('paid with points'),
      certificate_sum: Amount('paid with gift cards'),
      abonement_sum: Amount('paid with memberships'),
      deposit_sum: Amount('paid from customer account'),
    },
    { description: 'the parts add up to the cost' },
  ),
);

const item = {
  date: PlainDate('day'),
  time: Type.String({ description: 'HH:MM in the time of the location', examples: ['12:00'] }),
  item_id: Type.Integer({ description: 'appointment, group event, document of a sale, or pay rule' }),
  item_type_slug: Type.String({ enum: ['periodic', 'sale', 'record', 'bonus', 'penalty', 'retro_bonus', 'activity'] }),
  salary_sum: Amount('what it earns'),
  record_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'appointment' }),
  client_id: AnyOfTypes<number | null>(['integer', 'null']),
  cost: NullableAmount('price before discounts'),
  paid: SalaryItemPaid,
  salary_calculation_info: SalaryPayrollCalculationItemInfo,
  targets: Type.Array(SalaryPayrollCalculationItemTarget),
};

const SalaryPayrollCalculationItem = named(
  'SalaryPayrollCalculationItem',
  Type.Object({
    ...item,
    salary_discrepancy: Type.Optional(
      Type.Object(
        {
          reason: Type.String({ enum: ['new', 'deleted', 'updated_rule', 'updated_sum'] }),
          actual_sum: Amount('what it would earn now'),
          difference_sum: Amount('now without what is stored: above 0 if more is due'),
        },
        { description: 'absent if nothing has changed since' },
      ),
    ),
  }),
);

export const SalaryPayrollCalculationSalary = named(
  'SalaryPayrollCalculationSalary',
  Type.Object({
    ...SalaryPayrollCalculation.properties,
    salary_items: Type.Array(SalaryPayrollCalculationItem),
    currency: Currency,
  }),
);

export const SalaryExplanation = named(
  'SalaryExplanation',
  Type.Object({
    salary: Amount('the sum of the items'),
    salary_items: Type.Array(named('SalaryExplainedItem', Type.Object(item))),
    currency: Currency,
  }),
);

export const PayrollStatement = named(
  'PayrollStatement',
  Type.Object({
    ...statement,
    status: Type.String({ enum: ['draft', 'confirmed', 'paid'] }),
    date_confirm: NullableDate('day from which it is owed; null for a draft'),
    transaction_id: Type.Integer({ description: 'payout; 0 unless it is paid' }),
  }),
);

const RateValue = (description: string) => Type.Number({ minimum: 0, maximum: 1e9, description });
const RateKind = Type.String({ enum: ['percent', 'fix'], description: 'percent of the price, or an amount for each' });

const Rate = named('PayRate', Type.Object({ type_slug: RateKind, value: RateValue('percent, or an amount') }));
const PayForTime = named(
  'PayForTime',
  Type.Object({
    unit: Type.String({ enum: ['hour', 'day', 'month'], description: 'an hour of work, a day with work, or a calendar month' }),
    value: RateValue('amount'),
  }),
);
const TargetRate = named(
  'PayTargetRate',
  Type.Object({
    target_type_slug: Type.String({ enum: ['service', 'service_category', 'good', 'good_category'] }),
    target_id: Type.Integer({ minimum: 1, maximum: maxId }),
    type_slug: RateKind,
    value: RateValue('percent, or an amount'),
  }),
);

const ruleFlags = {
  counts_discounts: 'whether the price counts before discounts and promotions; false by default',
  counts_points: 'whether what points pay counts; true by default',
  counts_certificates: 'whether what gift cards pay counts; true by default',
  counts_abonements: 'whether what memberships pay counts; true by default',
  subtracts_net_cost: 'whether the prime cost is taken off before a percentage; false by default',
  shares_with_assistants: 'whether assistants share the pay; true by default',
} as const;
type RuleFlag = keyof typeof ruleFlags;
const flags = <Wrapped>(wrap: (description: string) => Wrapped) =>
  Object.fromEntries(Object.entries(ruleFlags).map(([name, description]) => [name, wrap(description)])) as Record<
    RuleFlag,
    Wrapped
  >;

export const PayRule = named(
  'PayRule',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    service: Type.Union([Rate, Type.Null()]),
    good: Type.Union([Rate, Type.Null()]),
    time: Type.Union([PayForTime, Type.Null()]),
    rates: Type.Array(TargetRate),
    ...flags((description) => Type.Boolean({ description })),
  }),
);

const ruleChanges = {
  service: Type.Optional(Type.Union([Rate, Type.Null()])),
  good: Type.Optional(Type.Union([Rate, Type.Null()])),
  time: Type.Optional(Type.Union([PayForTime, Type.Null()])),
  rates: Type.Optional(Type.Array(TargetRate, { maxItems: 1000 })),
  ...flags((description) => Type.Optional(Type.Boolean({ description }))),
};
const Title = Type.String({ minLength: 1, maxLength: 255 });

export const NewPayRule = named('NewPayRule', Type.Object({ title: Title, ...ruleChanges }));
export const PayRuleChanges = named('PayRuleChanges', Type.Object({ title: Type.Optional(Title), ...ruleChanges }));

const criterion = {
  title: Title,
  measure: Type.String({ enum: ['turnover', 'profit', 'quantity'] }),
  scope: Type.String({ enum: ['staff', 'company'], description: 'of the team member, or of the whole location' }),
  period: Type.String({
    enum: ['day', 'month'],
    description: 'day: the month until a day decides about this day. month: the whole month decides about all of its days',
  }),
  is_retroactive: Type.Boolean({ description: 'of days: earlier days of the month are paid up as a bonus' }),
  counts_services: Type.Boolean(),
  counts_goods: Type.Boolean(),
  counts_discounts: Type.Boolean({ description: 'with discounts, and what points and gift cards pay' }),
  threshold: Type.Number({ minimum: 0, maximum: 1e12, description: 'it is met above this value' }),
  rule_id: Id('pay rule that holds then'),
};
const PayCriterion = named('PayCriterion', Type.Object(criterion));
const NewPayCriterion = named(
  'NewPayCriterion',
  Type.Object({
    ...criterion,
    is_retroactive: Type.Optional(criterion.is_retroactive),
    counts_services: Type.Optional(Type.Boolean({ description: 'true by default' })),
    counts_goods: Type.Optional(Type.Boolean({ description: 'true by default' })),
    counts_discounts: Type.Optional(criterion.counts_discounts),
  }),
);

export const PayScheme = named(
  'PayScheme',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    rule_id: Type.Integer({ description: 'pay rule while no criterion is met' }),
    criteria: Type.Array(PayCriterion, { description: 'the last one that is met decides' }),
  }),
);
const criteria = Type.Optional(Type.Array(NewPayCriterion, { maxItems: 20 }));
export const NewPayScheme = named('NewPayScheme', Type.Object({ title: Title, rule_id: Id('pay rule'), criteria }));
export const PaySchemeChanges = named(
  'PaySchemeChanges',
  Type.Object({ title: Type.Optional(Title), rule_id: Type.Optional(Id('pay rule')), criteria }),
);

export const StaffSchemes = named(
  'StaffSchemes',
  Type.Object({
    salary_schemes: Type.Array(
      Type.Object({
        salary_scheme_id: Id('pay scheme'),
        date_start: PlainDate('first day'),
        date_end: Type.Optional(NullableDate('last day; null for no end')),
      }),
      { maxItems: 200 },
    ),
  }),
);

export const PayrollSettings = named(
  'PayrollSettings',
  Type.Object({
    counts_deposits: Type.Boolean({ description: 'whether payments from accounts of clients count as money does' }),
  }),
);

const assistant = {
  staff_id: Id('team member'),
  share: Type.Number({
    minimum: 0.001,
    maximum: 100,
    description: 'percent of the pay for the services, to the thousandth',
  }),
};
export const Assistants = named(
  'AppointmentAssistants',
  Type.Object({ assistants: Type.Array(Type.Object(assistant), { maxItems: 20 }) }),
);

export const NewStatements = named(
  'NewPayrollStatements',
  Type.Object({
    date_from: PlainDate('first day'),
    date_to: PlainDate('last day; at most 366 days in all'),
    staff_ids: Type.Optional(
      Type.Array(Id('team member'), { minItems: 1, maxItems: 500, description: 'everyone who has earned something by default' }),
    ),
    comment: Type.Optional(Type.String({ maxLength: 1000 })),
  }),
);

export const NewStatementItem = named(
  'NewPayrollStatementItem',
  Type.Object({
    item_type_slug: Type.String({ enum: ['bonus', 'penalty'] }),
    amount: Money('above 0; a penalty takes it off'),
    date: PlainDate('day of the statement'),
    title: Title,
  }),
);

const paid = {
  account_id: Id('account'),
  date: Type.Optional(
    Type.String({ maxLength: 40, description: 'such as 2026-02-01 12:00:00 in the time of the location; now by default' }),
  ),
  comment: Type.Optional(Type.String({ maxLength: 1000 })),
};
export const StatementPayout = named(
  'PayrollStatementPayout',
  Type.Object({ ...paid, amount: Type.Optional(Money('at most the amount of the statement, which is the default')) }),
);
export const NewPayout = named('NewPayout', Type.Object({ ...paid, amount: Money('above 0') }));
export const Payout = named('Payout', Type.Object({ transaction_id: Type.Integer({ description: 'money transaction' }) }));

const priorityPayment = {
  type_slug: Type.String({ enum: ['bonus', 'penalty', 'vacation', 'other'] }),
  date: PlainDate('day from which it is owed'),
};
export const PriorityPayment = named(
  'PriorityPayment',
  Type.Object({
    id: Type.Integer(),
    staff_id: Type.Integer(),
    ...priorityPayment,
    amount: Type.Number({ description: 'negative for a penalty' }),
    comment: Type.String(),
  }),
);
export const NewPriorityPayment = named(
  'NewPriorityPayment',
  Type.Object({
    ...priorityPayment,
    amount: Money('above 0; a penalty takes it off'),
    comment: Type.Optional(Type.String({ maxLength: 1000 })),
  }),
);
