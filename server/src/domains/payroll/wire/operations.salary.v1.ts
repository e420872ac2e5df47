import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
import { answer, counted, ok, operation } from '../../../api/operation.ts';
import { CountMeta } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { toText } from '../../../platform/exact.ts';
import { sum } from '../../../platform/money.ts';
import { presentCurrency } from '../../locations/wire/currency.ts';
import {
  calculatePeriod,
  getPaidMember,
  listPaidMembers,
  type Period,
  type Summary,
  summarize,
  summarizeDays,
  summarizeMembers,
} from '../calculation.ts';
import { settle, settleDays } from '../settlement.ts';
import { listAssignments } from '../setup.ts';
import { checkStatement, listStatements, storedItem } from '../statement.ts';
import { expectSeen, periodOf, reachOf, reachOfAll } from './caller.ts';
import {
  presentAssignment,
  presentBalance,
  presentCalculation,
  presentCheckedStatement,
  presentItem,
  presentSummary,
} from './present.ts';
import {
  LocationOnly,
  MemberPath,
  PeriodQuery,
  SalaryExplanation,
  SalaryOfEveryone,
  SalaryPayrollCalculation,
  SalaryPayrollCalculationSalary,
  SalaryStaffCalculation,
  SalaryStaffCalculationDaily,
  SalaryStaffPeriod,
  SalaryStaffPeriodDaily,
  SalaryStaffScheme,
  SalaryStaffSchemesCount,
  StatementPath,
} from './schemas.ts';

const tag = 'Salary';
const path = '/company/{location_id}/salary';
const exampleBalance = { income: '0', expense: '0', balance: '240746.48' };
const exampleCurrency = presentCurrency('USD');
const exampleSummary = {
  working_days_count: 22,
  working_hours_count: 176,
  group_services_count: 3,
  services_count: 88,
  services_sum: '4400',
  goods_sales_count: 9,
  goods_sales_sum: '180',
  total_sum: '4580',
  salary: '1832',
};

const aboutLimits = 'Users who are limited to today see today, whatever days they ask for.';
const aboutPeriod = `What the team member did, sold and earned in the days, calculated now. An appointment counts only if the client came. Dismissed and deleted team members are a 404. Without a pay scheme the salary is 0. ${aboutLimits}`;
const aboutSettlement = `Income is confirmed statements, on the day of their confirmation, and priority payments. Expense is salary that was paid out. The balance is what is owed at the end of the days, since the beginning of the history. ${aboutLimits}`;

interface Caller {
  db: Read;
  location: Parameters<typeof calculatePeriod>[1];
}

/** @throws NotFound for a member who is dismissed, deleted or unknown */
async function expectWorking({ db, location }: Caller, teamMemberId: number): Promise<void> {
  const { isFired } = await getPaidMember(db, location.id, teamMemberId);
  if (isFired) throw new NotFound(`Team member ${teamMemberId} was not found`);
}

async function periodSalary(caller: Caller, teamMemberId: number, period: Period) {
  await expectWorking(caller, teamMemberId);
  const calculation = await calculatePeriod(caller.db, caller.location, [teamMemberId], period);
  return {
    ...presentSummary(summarize(calculation, teamMemberId, period)),
    currency: presentCurrency(caller.location.currency),
  };
}

async function settlement({ db, location }: Caller, teamMemberId: number, period: Period) {
  await getPaidMember(db, location.id, teamMemberId);
  const total = await settle(db, location.id, teamMemberId, period);
  return { total_sum: presentBalance(total), currency: presentCurrency(location.currency) };
}

const access = locationUser('finances_salary_calc_access');
const statementAccess = locationUser('finances_payroll_calculation_create_access');
const anyAccess = locationUser('finances_access');

const searchTeamMemberCalculationDailySalary = operation({
  id: 'search_team_member_calculation_daily_salary',
  method: 'GET',
  path: `${path}/calculation/staff/daily/{team_member_id}`,
  tag,
  summary: 'Mutual settlements of a team member by day',
  description: aboutSettlement,
  access,
  params: MemberPath,
  query: PeriodQuery,
  success: answer(200, SalaryStaffCalculationDaily, CountMeta),
  errors: [403, 404, 422],
  example: {
    data: { payroll_daily: [{ date: '2026-03-01', payroll_sum: exampleBalance }], currency: exampleCurrency },
    meta: { count: 1 },
  },
  handle: async (context) => {
    const { db, location, params, query } = context;
    const period = periodOf(context.location, reachOfAll(context, 'calculation'), query);
    await getPaidMember(db, location.id, params.team_member_id);
    const days = await settleDays(db, location.id, params.team_member_id, period);
    return {
      data: {
        payroll_daily: days.map((day) => ({ date: day.date, payroll_sum: presentBalance(day.settlement) })),
        currency: presentCurrency(location.currency),
      },
      meta: { count: days.length },
    };
  },
});

const searchTeamMemberCalculationSalary = operation({
  id: 'search_team_member_calculation_salary',
  method: 'GET',
  path: `${path}/calculation/staff/{team_member_id}`,
  tag,
  summary: 'Mutual settlements of a team member',
  description: aboutSettlement,
  access,
  params: MemberPath,
  query: PeriodQuery,
  success: answer(200, SalaryStaffCalculation),
  errors: [403, 404, 422],
  example: { data: { total_sum: exampleBalance, currency: exampleCurrency } },
  handle: async (context) => {
    const period = periodOf(context.location, reachOfAll(context, 'calculation'), context.query);
    return settlement(context, context.params.team_member_id, period);
  },
});

const getTeamMemberCalculationSchemesCount = operation({
  id: 'get_team_member_calculation_schemes_count',
  method: 'GET',
  path: `${path}/calculation/staff/{team_member_id}/salary_schemes_count`,
  tag,
  summary: 'Number of payroll schemes of a team member',
  description: 'Past and future ones too.',
  access,
  params: MemberPath,
  success: answer(200, SalaryStaffSchemesCount),
  errors: [403, 404],
  example: { data: { staff_id: 1112684, salary_schemes_count: 2 } },
  handle: async (context) => {
    const { db, location, params } = context;
    reachOfAll(context, 'calculation');
    const { id } = await getPaidMember(db, location.id, params.team_member_id);
    return { staff_id: id, salary_schemes_count: (await listAssignments(db, location.id, [id])).length };
  },
});

const searchTeamMemberPayrollCalculation = operation({
  id: 'search_team_member_payroll_calculation',
  method: 'GET',
  path: `${path}/payroll/staff/{team_member_id}/calculation`,
  tag,
  summary: 'Payroll calculations of a team member in a period',
  description: `The statements that have a day in the period, the latest first. Those of dismissed team members can be read, those of deleted ones cannot. A paid statement is shown as confirmed. ${aboutLimits}`,
  access: statementAccess,
  params: MemberPath,
  query: PeriodQuery,
  success: counted(Type.Array(SalaryPayrollCalculation)),
  errors: [403, 404, 422],
  handle: async (context) => {
    const period = periodOf(context.location, reachOfAll(context, 'statements'), context.query);
    const { db, location, params } = context;
    return (await listStatements(db, location, params.team_member_id, period)).map(presentCalculation);
  },
});

const getTeamMemberPayrollCalculation = operation({
  id: 'get_team_member_payroll_calculation',
  method: 'GET',
  path: `${path}/payroll/staff/{team_member_id}/calculation/{calculation_id}`,
  tag,
  summary: 'One payroll calculation with details',
  description:
    'Each item explains its sum. An item that would be different now has a salary_discrepancy: new for what is not in the statement, deleted for what is not earned any more, updated_sum for another price or other work, updated_rule for another rule. The statement itself stays as it is.',
  access: statementAccess,
  params: StatementPath,
  success: answer(200, SalaryPayrollCalculationSalary),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params } = context;
    const reach = reachOfAll(context, 'statements');
    const statement = await checkStatement(db, location, { teamMemberId: params.team_member_id, id: params.calculation_id });
    expectSeen(reach, statement, location.timeZone);
    return { ...presentCheckedStatement(statement), currency: presentCurrency(location.currency) };
  },
});

const searchTeamMemberPeriodDailySalary = operation({
  id: 'search_team_member_period_daily_salary',
  method: 'GET',
  path: `${path}/period/staff/daily/{team_member_id}`,
  tag,
  summary: 'Payroll of a team member for a period by day',
  description: aboutPeriod,
  access,
  params: MemberPath,
  query: PeriodQuery,
  success: answer(200, SalaryStaffPeriodDaily, CountMeta),
  errors: [403, 404, 422],
  example: {
    data: {
      period_calculation_daily: [{ date: '2026-03-01', period_calculation: exampleSummary }],
      currency: exampleCurrency,
    },
    meta: { count: 1 },
  },
  handle: async (context) => {
    const { db, location, params, query } = context;
    const period = periodOf(context.location, reachOfAll(context, 'calculation'), query);
    await expectWorking(context, params.team_member_id);
    const calculation = await calculatePeriod(db, location, [params.team_member_id], period);
    const days = summarizeDays(calculation, params.team_member_id, period);
    return {
      data: {
        period_calculation_daily: days.map(({ date, summary }) => ({ date, period_calculation: presentSummary(summary) })),
        currency: presentCurrency(location.currency),
      },
      meta: { count: days.length },
    };
  },
});

const searchTeamMemberPeriodSalary = operation({
  id: 'search_team_member_period_salary',
  method: 'GET',
  path: `${path}/period/staff/{team_member_id}`,
  tag,
  summary: 'Payroll of a team member for a period',
  description: aboutPeriod,
  access,
  params: MemberPath,
  query: PeriodQuery,
  success: answer(200, SalaryStaffPeriod),
  errors: [403, 404, 422],
  example: { data: { ...exampleSummary, currency: exampleCurrency } },
  handle: async (context) => {
    const period = periodOf(context.location, reachOfAll(context, 'calculation'), context.query);
    return periodSalary(context, context.params.team_member_id, period);
  },
});

const getTeamMemberSalaryCalculation = operation({
  id: 'get_team_member_salary_calculation',
  method: 'GET',
  path: `${path}/staff/{team_member_id}/calculation`,
  tag,
  summary: 'Own mutual settlements of a team member',
  description: `${aboutSettlement} For users who may see the payroll of this team member, or of everyone.`,
  access: anyAccess,
  params: MemberPath,
  query: PeriodQuery,
  success: answer(200, SalaryStaffCalculation),
  errors: [403, 404, 422],
  example: { data: { total_sum: exampleBalance, currency: exampleCurrency } },
  handle: async (context) => {
    const { params, query } = context;
    const period = periodOf(context.location, reachOf(context, 'calculation', params.team_member_id), query);
    return settlement(context, params.team_member_id, period);
  },
});

const getTeamMemberSalaryPeriod = operation({
  id: 'get_team_member_salary_period',
  method: 'GET',
  path: `${path}/staff/{team_member_id}/period`,
  tag,
  summary: 'Own payroll of a team member for a period',
  description: `${aboutPeriod} For users who may see the payroll of this team member, or of everyone.`,
  access: anyAccess,
  params: MemberPath,
  query: PeriodQuery,
  success: answer(200, SalaryStaffPeriod),
  errors: [403, 404, 422],
  example: { data: { ...exampleSummary, currency: exampleCurrency } },
  handle: async (context) => {
    const { params, query } = context;
    const period = periodOf(context.location, reachOf(context, 'calculation', params.team_member_id), query);
    return periodSalary(context, params.team_member_id, period);
  },
});

const getTeamMemberSalarySchemes = operation({
  id: 'get_team_member_salary_schemes',
  method: 'GET',
  path: `${path}/staff/{team_member_id}/salary_schemes`,
  tag,
  summary: 'Own payroll schemes of a team member',
  description: 'By their start. Of several that overlap, the one with the latest start holds.',
  access: anyAccess,
  params: MemberPath,
  success: counted(Type.Array(SalaryStaffScheme)),
  errors: [403, 404],
  example: {
    data: [{ staff_id: 1112684, date_start: '2026-09-21', date_end: null, salary_scheme: { id: 28681, title: 'Service 20%' } }],
    meta: { count: 1 },
  },
  handle: async (context) => {
    const { db, location, params } = context;
    reachOf(context, 'calculation', params.team_member_id);
    const { id } = await getPaidMember(db, location.id, params.team_member_id);
    return (await listAssignments(db, location.id, [id])).map(presentAssignment);
  },
});

const listPeriodSalaries = operation({
  id: 'list_period_salaries',
  method: 'GET',
  path: `${path}/period`,
  tag,
  summary: 'Payroll of everyone for a period',
  description: `Without dismissed and deleted team members. ${aboutLimits}`,
  extension: true,
  access,
  params: LocationOnly,
  query: PeriodQuery,
  success: ok(SalaryOfEveryone),
  handle: async (context) => {
    const { db, location, query } = context;
    const period = periodOf(context.location, reachOfAll(context, 'calculation'), query);
    const members = (await listPaidMembers(db, location.id)).filter(({ isFired }) => !isFired);
    const ids = members.map(({ id }) => id);
    const summaries = await summarizeMembers(await calculatePeriod(db, location, ids, period), ids, period);
    return {
      staff: members.map(({ id, name }, index) => ({
        staff_id: id,
        name,
        period_calculation: presentSummary(summaries[index] as Summary),
      })),
      currency: presentCurrency(location.currency),
    };
  },
});

const explainTeamMemberPeriodSalary = operation({
  id: 'explain_team_member_period_salary',
  method: 'GET',
  path: `${path}/staff/{team_member_id}/explanation`,
  tag,
  summary: 'What the payroll of a team member is made of',
  description: `Each appointment, sale and day with its pay, the rule and the calculation in words, as it is now. ${aboutLimits}`,
  extension: true,
  access: anyAccess,
  params: MemberPath,
  query: PeriodQuery,
  success: ok(SalaryExplanation),
  handle: async (context) => {
    const { db, location, params, query } = context;
    const period = periodOf(context.location, reachOf(context, 'calculation', params.team_member_id), query);
    await expectWorking(context, params.team_member_id);
    const { items } = await calculatePeriod(db, location, [params.team_member_id], period);
    return {
      salary: toText(sum(items.map(({ salary }) => salary))),
      salary_items: items.map((item) => presentItem(storedItem(item))),
      currency: presentCurrency(location.currency),
    };
  },
});

/** The operations of the tag that the published API has, in its order, and those that show what is earned. */
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
  listPeriodSalaries,
  explainTeamMemberPeriodSalary,
];
