import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';
import { Currency, ResponseMetaCount, Titled } from '../../../wire/schemas.ts';

const SalaryStaffBalance = named(
  'SalaryStaffBalance',
  Type.Union([
    Type.Object({
      income: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
      expense: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
      balance: Type.Optional(AnyOfTypes<string | number>(['string', 'number'])),
    }),
    Type.Integer(),
  ]),
);

const SalaryStaffCalculationDaily = named(
  'SalaryStaffCalculationDaily',
  Type.Object({
    payroll_daily: Type.Optional(
      Type.Array(
        Type.Object({
          date: Type.Optional(Type.String({ description: 'date' })),
          payroll_sum: Type.Optional(SalaryStaffBalance),
        }),
      ),
    ),
    currency: Type.Optional(Currency),
  }),
);

const SalaryStaffCalculation = named(
  'SalaryStaffCalculation',
  Type.Object({ total_sum: Type.Optional(SalaryStaffBalance), currency: Type.Optional(Currency) }),
);

const SalaryStaffSchemesCount = named(
  'SalaryStaffSchemesCount',
  Type.Object({ staff_id: Type.Optional(Type.Integer()), salary_schemes_count: Type.Optional(Type.Integer()) }),
);

const SalaryPayrollCalculationItemInfo = named(
  'SalaryPayrollCalculationItemInfo',
  Type.Object({
    criteria_title: Type.Optional(Type.String()),
    param_title: Type.Optional(Type.String()),
    scheme_title: Type.Optional(Type.String()),
  }),
);

const SalaryPayrollCalculationItemTarget = named(
  'SalaryPayrollCalculationItemTarget',
  Type.Object({
    target_type_slug: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { enum: ['service', 'good', null] })),
    target_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
    title: Type.Optional(Type.String()),
    cost: Type.Optional(AnyOfTypes<string | null | number>(['string', 'null', 'integer'], { description: 'sale cost' })),
    net_cost: Type.Optional(AnyOfTypes<string | null | number>(['string', 'null', 'integer'])),
    salary_sum: Type.Optional(AnyOfTypes<string | null | number>(['string', 'null', 'integer'])),
    salary_promotion_sum: Type.Optional(AnyOfTypes<string | null | number>(['string', 'null', 'integer'])),
    salary_calculation: Type.Optional(
      Type.Object({
        type_slug: Type.Optional(Type.String({ enum: ['fix', 'percent'] })),
        value: Type.Optional(Type.Number()),
        description: Type.Optional(Type.String()),
      }),
    ),
  }),
);

const SalaryPayrollCalculationItem = named(
  'SalaryPayrollCalculationItem',
  Type.Object({
    date: Type.Optional(Type.String({ description: 'date' })),
    time: Type.Optional(Type.String({ description: 'time' })),
    item_id: Type.Optional(Type.Integer({ description: 'appointment or sale id etc.' })),
    item_type_slug: Type.Optional(
      Type.String({ enum: ['periodic', 'sale', 'record', 'bonus', 'penalty', 'retro_bonus', 'activity'] }),
    ),
    salary_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    record_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'appointment id' })),
    client_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
    cost: Type.Optional(AnyOfTypes<string | null | number>(['string', 'null', 'integer'])),
    paid: Type.Optional(
      Type.Object({
        money_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        discount_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        bonus_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        certificate_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        abonement_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        deposit_sum: Type.Optional(
          AnyOfTypes<string | number>(['string', 'integer'], { description: 'paid from customer account' }),
        ),
      }),
    ),
    salary_calculation_info: Type.Optional(SalaryPayrollCalculationItemInfo),
    targets: Type.Optional(Type.Array(SalaryPayrollCalculationItemTarget)),
    salary_discrepancy: Type.Optional(
      Type.Object({
        reason: Type.Optional(Type.String({ enum: ['new', 'deleted', 'updated_rule', 'updated_sum'] })),
        actual_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
        difference_sum: Type.Optional(
          AnyOfTypes<string | number>(['string', 'integer'], { description: 'actual vs calculated; sign not stated' }),
        ),
      }),
    ),
  }),
);

const SalaryPayrollCalculationSalary = named(
  'SalaryPayrollCalculationSalary',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    company_id: Type.Optional(Type.Integer()),
    staff_id: Type.Optional(Type.Integer()),
    amount: Type.Optional(Type.Number()),
    status: Type.Optional(Type.String({ enum: ['draft', 'confirmed'] })),
    date_create: Type.Optional(Type.String({ description: 'date' })),
    date_from: Type.Optional(Type.String({ description: 'date' })),
    date_to: Type.Optional(Type.String({ description: 'date' })),
    comment: Type.Optional(Type.String()),
    salary_items: Type.Optional(Type.Array(SalaryPayrollCalculationItem)),
    currency: Type.Optional(Currency),
  }),
);

const SalaryStaffSummary = named(
  'SalaryStaffSummary',
  Type.Object({
    working_days_count: Type.Optional(Type.Integer()),
    working_hours_count: Type.Optional(Type.Integer()),
    group_services_count: Type.Optional(Type.Integer()),
    services_count: Type.Optional(Type.Integer()),
    services_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    goods_sales_count: Type.Optional(Type.Integer()),
    goods_sales_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    total_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    salary: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
  }),
);

const SalaryStaffPeriodDaily = named(
  'SalaryStaffPeriodDaily',
  Type.Object({
    period_calculation_daily: Type.Optional(
      Type.Array(
        Type.Object({
          date: Type.Optional(Type.String({ description: 'date' })),
          period_calculation: Type.Optional(SalaryStaffSummary),
        }),
      ),
    ),
    currency: Type.Optional(Currency),
  }),
);

const SalaryStaffPeriod = named(
  'SalaryStaffPeriod',
  Type.Object({
    working_days_count: Type.Optional(Type.Integer()),
    working_hours_count: Type.Optional(Type.Integer()),
    group_services_count: Type.Optional(Type.Integer()),
    services_count: Type.Optional(Type.Integer()),
    services_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    goods_sales_count: Type.Optional(Type.Integer()),
    goods_sales_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    total_sum: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    salary: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    currency: Type.Optional(Currency),
  }),
);

const SalaryStaffScheme = named(
  'SalaryStaffScheme',
  Type.Object({
    staff_id: Type.Optional(Type.Integer()),
    date_start: Type.Optional(Type.String({ description: 'date; first day scheme applies' })),
    date_end: Type.Optional(Type.String({ description: 'date; null when unlimited' })),
    salary_scheme: Type.Optional(Titled),
  }),
);

const searchTeamMemberCalculationDailySalary = operation({
  id: 'search_team_member_calculation_daily_salary',
  method: 'GET',
  path: '/company/{location_id}/salary/calculation/staff/daily/{team_member_id}',
  tag: 'Salary',
  summary: 'Mutual settlements of a team member by day',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'YYYY-MM-DD, period start' }),
    date_to: Type.String({ description: 'YYYY-MM-DD, period end' }),
  }),
  success: answer(200, SalaryStaffCalculationDaily, ResponseMetaCount),
  errors: [403, 404, 422],
  example: {
    data: {
      payroll_daily: [{ date: '2026-03-01', payroll_sum: { income: 0, expense: 0, balance: 240746.48 } }],
      currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
    },
    meta: { count: 1 },
  },
});

const searchTeamMemberCalculationSalary = operation({
  id: 'search_team_member_calculation_salary',
  method: 'GET',
  path: '/company/{location_id}/salary/calculation/staff/{team_member_id}',
  tag: 'Salary',
  summary: 'Mutual settlements of a team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'YYYY-MM-DD, period start' }),
    date_to: Type.String({ description: 'YYYY-MM-DD, period end' }),
  }),
  success: answer(200, SalaryStaffCalculation),
  errors: [403, 404, 422],
  example: {
    data: {
      total_sum: { income: 0, expense: 0, balance: 240746.48 },
      currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
    },
  },
});

const getTeamMemberCalculationSchemesCount = operation({
  id: 'get_team_member_calculation_schemes_count',
  method: 'GET',
  path: '/company/{location_id}/salary/calculation/staff/{team_member_id}/salary_schemes_count',
  tag: 'Salary',
  summary: 'Number of payroll schemes of a team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  success: answer(200, SalaryStaffSchemesCount),
  errors: [403, 404],
  example: { data: { staff_id: 1112684, salary_schemes_count: 2 } },
});

const searchTeamMemberPayrollCalculation = operation({
  id: 'search_team_member_payroll_calculation',
  method: 'GET',
  path: '/company/{location_id}/salary/payroll/staff/{team_member_id}/calculation',
  tag: 'Salary',
  summary: 'Payroll calculations of a team member in a period',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'YYYY-MM-DD, period start' }),
    date_to: Type.String({ description: 'YYYY-MM-DD, period end' }),
  }),
  success: answer(200, Type.Array(SalaryStaffCalculation), ResponseMetaCount),
  errors: [403, 404, 422],
  example: {
    data: [
      {
        total_sum: { income: 0, expense: 0, balance: 240746.48 },
        currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
      },
    ],
    meta: { count: 1 },
  },
});

const getTeamMemberPayrollCalculation = operation({
  id: 'get_team_member_payroll_calculation',
  method: 'GET',
  path: '/company/{location_id}/salary/payroll/staff/{team_member_id}/calculation/{calculation_id}',
  tag: 'Salary',
  summary: 'One payroll calculation with details',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    team_member_id: Id('team member id'),
    calculation_id: Id('calculation id'),
  }),
  success: answer(200, SalaryPayrollCalculationSalary),
  errors: [403, 404],
  example: {
    data: {
      id: 123,
      company_id: 456,
      staff_id: 789,
      amount: 1000,
      status: 'confirmed',
      date_create: '2026-03-03',
      date_from: '2026-03-01',
      date_to: '2026-03-02',
      comment: 'Calculation per day',
      salary_items: [
        {
          date: '2026-03-01',
          time: '12:00',
          item_id: 123,
          item_type_slug: 'record',
          salary_sum: 10,
          record_id: 123,
          client_id: 456,
          cost: 1000,
          paid: { money_sum: 900, discount_sum: 30, bonus_sum: 70, certificate_sum: 0, abonement_sum: 0, deposit_sum: 0 },
          salary_calculation_info: { criteria_title: 'criterium', param_title: 'parameter', scheme_title: 'scheme' },
          targets: [
            {
              target_type_slug: 'service',
              target_id: 321,
              title: 'Cuttings',
              cost: 1000,
              net_cost: 500,
              salary_sum: 10,
              salary_promotion_sum: 1,
              salary_calculation: { type_slug: 'percent', value: 1.5, description: '1.5% of cost' },
            },
          ],
          salary_discrepancy: { reason: 'updated_rule', actual_sum: 15, difference_sum: 5 },
        },
      ],
      currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
    },
  },
});

const searchTeamMemberPeriodDailySalary = operation({
  id: 'search_team_member_period_daily_salary',
  method: 'GET',
  path: '/company/{location_id}/salary/period/staff/daily/{team_member_id}',
  tag: 'Salary',
  summary: 'Payroll of a team member for a period by day',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'YYYY-MM-DD, period start' }),
    date_to: Type.String({ description: 'YYYY-MM-DD, period end' }),
  }),
  success: answer(200, SalaryStaffPeriodDaily, ResponseMetaCount),
  errors: [403, 404, 422],
  example: {
    data: {
      period_calculation_daily: [
        {
          date: '2026-03-01',
          period_calculation: {
            working_days_count: 32,
            working_hours_count: 353,
            group_services_count: 3,
            services_count: 0,
            services_sum: 0,
            goods_sales_count: 0,
            goods_sales_sum: 0,
            total_sum: 0,
            salary: 70600,
          },
        },
      ],
      currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
    },
    meta: { count: 1 },
  },
});

const searchTeamMemberPeriodSalary = operation({
  id: 'search_team_member_period_salary',
  method: 'GET',
  path: '/company/{location_id}/salary/period/staff/{team_member_id}',
  tag: 'Salary',
  summary: 'Payroll of a team member for a period',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'YYYY-MM-DD, period start' }),
    date_to: Type.String({ description: 'YYYY-MM-DD, period end' }),
  }),
  success: answer(200, SalaryStaffCalculation),
  errors: [403, 404, 422],
  example: {
    data: {
      total_sum: { income: 0, expense: 0, balance: 240746.48 },
      currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
    },
  },
});

const getTeamMemberSalaryCalculation = operation({
  id: 'get_team_member_salary_calculation',
  method: 'GET',
  path: '/company/{location_id}/salary/staff/{team_member_id}/calculation',
  tag: 'Salary',
  summary: 'Own mutual settlements of a team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'YYYY-MM-DD, period start' }),
    date_to: Type.String({ description: 'YYYY-MM-DD, period end' }),
  }),
  success: answer(200, SalaryStaffCalculation),
  errors: [403, 404, 422],
  example: {
    data: {
      total_sum: { income: 0, expense: 0, balance: 240746.48 },
      currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
    },
  },
});

const getTeamMemberSalaryPeriod = operation({
  id: 'get_team_member_salary_period',
  method: 'GET',
  path: '/company/{location_id}/salary/staff/{team_member_id}/period',
  tag: 'Salary',
  summary: 'Own payroll of a team member for a period',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'YYYY-MM-DD, period start' }),
    date_to: Type.String({ description: 'YYYY-MM-DD, period end' }),
  }),
  success: answer(200, SalaryStaffPeriod),
  errors: [403, 404, 422],
  example: {
    data: {
      working_days_count: 32,
      working_hours_count: 353,
      group_services_count: 3,
      services_count: 0,
      services_sum: 0,
      goods_sales_count: 0,
      goods_sales_sum: 0,
      total_sum: 0,
      salary: 70600,
      currency: { id: 2, iso: 'USD', name: 'US Dollar', symbol: '$', is_symbol_after_amount: false },
    },
  },
});

const getTeamMemberSalarySchemes = operation({
  id: 'get_team_member_salary_schemes',
  method: 'GET',
  path: '/company/{location_id}/salary/staff/{team_member_id}/salary_schemes',
  tag: 'Salary',
  summary: 'Own payroll schemes of a team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  success: answer(200, Type.Array(SalaryStaffScheme), ResponseMetaCount),
  errors: [403, 404],
  example: {
    data: [
      {
        staff_id: 1112684,
        date_start: '2026-09-21T23:00:00.000-05:00',
        date_end: '2026-09-21T23:00:00.000-05:00',
        salary_scheme: { id: 28681, title: 'Service 20%' },
      },
    ],
    meta: { count: 2 },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const salaryOperations = [
  searchTeamMemberCalculationDailySalary,
  searchTeamMemberCalculationSalary,
  getTeamMemberCalculationSchemesCount,
  searchTeamMemberPayrollCalculation,
  getTeamMemberPayrollCalculation,
  searchTeamMemberPeriodDailySalary,
  searchTeamMemberPeriodSalary,
  getTeamMemberSalaryCalculation,
  getTeamMemberSalaryPeriod,
  getTeamMemberSalarySchemes,
];
