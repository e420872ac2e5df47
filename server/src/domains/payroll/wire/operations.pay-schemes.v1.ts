import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { toWire } from '../../../platform/exact.ts';
import { toPercent } from '../../../platform/money.ts';
import { AppointmentPath } from '../../appointments/wire/schemas.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { listAssistants, setAssistants } from '../assistants.ts';
import {
  createRule,
  createScheme,
  deleteRule,
  deleteScheme,
  getSettings,
  listAssignments,
  listRules,
  listSchemes,
  setAssignments,
  setSettings,
  updateRule,
  updateScheme,
} from '../setup.ts';
import { expectSetup } from './caller.ts';
import { criterionFields, presentAssignment, presentRule, presentScheme, ruleFields } from './present.ts';
import {
  Assistants,
  LocationOnly,
  MemberPath,
  NewPayRule,
  NewPayScheme,
  PayRule,
  PayRuleChanges,
  PayrollSettings,
  PayScheme,
  PaySchemeChanges,
  RulePath,
  SalaryStaffScheme,
  SchemePath,
  StaffSchemes,
} from './schemas.ts';

const tag = 'Salary';
const path = '/company/{location_id}/salary';
const access = locationUser('finances_salary_schemes_access');
const spelling = { product: 'good', assignments: 'salary_schemes', schemeId: 'salary_scheme_id', teamMemberId: 'staff_id' };

const listPayRules = operation({
  id: 'list_pay_rules',
  method: 'GET',
  path: `${path}/rules`,
  tag,
  summary: 'List pay rules',
  extension: true,
  access,
  params: LocationOnly,
  success: counted(Type.Array(PayRule)),
  handle: async (context) => {
    expectSetup(context);
    return (await listRules(context.db, context.location.id)).map(presentRule);
  },
});

const createPayRule = operation({
  id: 'create_pay_rule',
  method: 'POST',
  path: `${path}/rules`,
  tag,
  summary: 'Create a pay rule',
  description:
    'What is paid for services, products and time. A rate for a single service or product comes before that for its category, and this before that of the rule.',
  extension: true,
  access,
  params: LocationOnly,
  body: NewPayRule,
  success: created(PayRule),
  spelling,
  example: {
    body: { title: '40% of services', service: { type_slug: 'percent', value: 40 }, good: { type_slug: 'percent', value: 10 } },
  },
  handle: async (context) => {
    expectSetup(context);
    const { write, location, body } = context;
    return presentRule(await createRule(write, location, { ...ruleFields(body), title: body.title }));
  },
});

const updatePayRule = operation({
  id: 'update_pay_rule',
  method: 'PUT',
  path: `${path}/rules/{rule_id}`,
  tag,
  summary: 'Change a pay rule',
  description:
    'Fields that are not sent stay as they are. The change holds for everything that is in no statement yet. Statements show it as a difference.',
  extension: true,
  access,
  params: RulePath,
  body: PayRuleChanges,
  success: ok(PayRule),
  spelling,
  example: { body: { service: { type_slug: 'percent', value: 45 } } },
  handle: async (context) => {
    expectSetup(context);
    const { write, location, params, body } = context;
    return presentRule(await updateRule(write, location, params.rule_id, ruleFields(body)));
  },
});

const deletePayRule = operation({
  id: 'delete_pay_rule',
  method: 'DELETE',
  path: `${path}/rules/{rule_id}`,
  tag,
  summary: 'Delete a pay rule',
  description: 'A rule of a pay scheme cannot be deleted.',
  extension: true,
  access,
  params: RulePath,
  success: empty(204),
  errors: [422],
  handle: async (context) => {
    expectSetup(context);
    await deleteRule(context.write, context.location.id, context.params.rule_id);
  },
});

const listPaySchemes = operation({
  id: 'list_pay_schemes',
  method: 'GET',
  path: `${path}/schemes`,
  tag,
  summary: 'List pay schemes',
  extension: true,
  access,
  params: LocationOnly,
  success: counted(Type.Array(PayScheme)),
  handle: async (context) => {
    expectSetup(context);
    return (await listSchemes(context.db, context.location.id)).map(presentScheme);
  },
});

const createPayScheme = operation({
  id: 'create_pay_scheme',
  method: 'POST',
  path: `${path}/schemes`,
  tag,
  summary: 'Create a pay scheme',
  description:
    'A pay rule, and other rules that replace it when a criterion is met: a turnover, a profit or a quantity above a threshold, of the team member or the location, in a month.',
  extension: true,
  access,
  params: LocationOnly,
  body: NewPayScheme,
  success: created(PayScheme),
  spelling,
  example: { body: { title: 'Stylists', rule_id: 1 } },
  handle: async (context) => {
    expectSetup(context);
    const { write, location, body } = context;
    const { title, rule_id: ruleId, criteria } = body;
    return presentScheme(await createScheme(write, location, { title, ruleId, criteria: criteria?.map(criterionFields) }));
  },
});

const updatePayScheme = operation({
  id: 'update_pay_scheme',
  method: 'PUT',
  path: `${path}/schemes/{scheme_id}`,
  tag,
  summary: 'Change a pay scheme',
  description: 'Fields that are not sent stay as they are. Criteria are replaced as a whole.',
  extension: true,
  access,
  params: SchemePath,
  body: PaySchemeChanges,
  success: ok(PayScheme),
  spelling,
  example: { body: { title: 'Senior stylists' } },
  handle: async (context) => {
    expectSetup(context);
    const { write, location, params, body } = context;
    const fields = { title: body.title, ruleId: body.rule_id, criteria: body.criteria?.map(criterionFields) };
    return presentScheme(await updateScheme(write, location, params.scheme_id, fields));
  },
});

const deletePayScheme = operation({
  id: 'delete_pay_scheme',
  method: 'DELETE',
  path: `${path}/schemes/{scheme_id}`,
  tag,
  summary: 'Delete a pay scheme',
  description: 'A scheme that a team member has or had cannot be deleted.',
  extension: true,
  access,
  params: SchemePath,
  success: empty(204),
  errors: [422],
  spelling,
  handle: async (context) => {
    expectSetup(context);
    await deleteScheme(context.write, context.location.id, context.params.scheme_id);
  },
});

const setTeamMemberPaySchemes = operation({
  id: 'set_team_member_pay_schemes',
  method: 'PUT',
  path: `${path}/staff/{team_member_id}/salary_schemes`,
  tag,
  summary: 'Set the pay schemes of a team member',
  description: 'All of them, with their days. They may overlap: the one with the latest start holds.',
  extension: true,
  access,
  params: MemberPath,
  body: StaffSchemes,
  success: counted(Type.Array(SalaryStaffScheme)),
  spelling,
  example: { body: { salary_schemes: [{ salary_scheme_id: 1, date_start: '2026-01-01' }] } },
  handle: async (context) => {
    expectSetup(context);
    const { write, location, params, body } = context;
    const wanted = body.salary_schemes.map((one) => ({
      schemeId: one.salary_scheme_id,
      dateFrom: one.date_start,
      dateTo: one.date_end ?? null,
    }));
    await setAssignments(write, location.id, params.team_member_id, wanted);
    return (await listAssignments(write, location.id, [params.team_member_id])).map(presentAssignment);
  },
});

const getPayrollSettings = operation({
  id: 'get_payroll_settings',
  method: 'GET',
  path: `${path}/settings`,
  tag,
  summary: 'How the location counts pay',
  extension: true,
  access,
  params: LocationOnly,
  success: ok(PayrollSettings),
  handle: async (context) => {
    expectSetup(context);
    return { counts_deposits: (await getSettings(context.db, context.location.id)).countsClientAccounts };
  },
});

const updatePayrollSettings = operation({
  id: 'update_payroll_settings',
  method: 'PUT',
  path: `${path}/settings`,
  tag,
  summary: 'Change how the location counts pay',
  extension: true,
  access,
  params: LocationOnly,
  body: PayrollSettings,
  success: ok(PayrollSettings),
  example: { body: { counts_deposits: true } },
  handle: async (context) => {
    expectSetup(context);
    const { write, location, body } = context;
    await setSettings(write, location.id, { countsClientAccounts: body.counts_deposits });
    return body;
  },
});

const presentAssistants = (rows: Awaited<ReturnType<typeof listAssistants>>) => ({
  assistants: rows.map(({ teamMemberId, share }) => ({ staff_id: teamMemberId, share: toWire(share) })),
});

const getAppointmentAssistants = operation({
  id: 'get_appointment_assistants',
  method: 'GET',
  path: '/record/{location_id}/{record_id}/assistants',
  tag,
  summary: 'Who helps with an appointment',
  extension: true,
  access: locationUser('assistants_management_access'),
  params: AppointmentPath,
  success: ok(Assistants),
  handle: async (context) => {
    const { db, location, params } = context;
    return presentAssistants(await listAssistants(db, location.id, params.record_id, await calendarsOf(context)));
  },
});

const setAppointmentAssistants = operation({
  id: 'set_appointment_assistants',
  method: 'PUT',
  path: '/record/{location_id}/{record_id}/assistants',
  tag,
  summary: 'Set who helps with an appointment',
  description:
    'All assistants, each with the share of the pay for the services. The rest is for the team member of the appointment. Rules that do not share with assistants pay the team member everything, and assistants nothing.',
  extension: true,
  access: locationUser('assistants_management_access'),
  params: AppointmentPath,
  body: Assistants,
  success: ok(Assistants),
  example: { body: { assistants: [{ staff_id: 2, share: 20 }] } },
  handle: async (context) => {
    const { write, location, params, body, can } = context;
    if (!can('assistants_reward_share_edit_access')) throw new Forbidden();
    const calendars = await calendarsOf(context);
    const assistants = body.assistants.map((one) => ({ teamMemberId: one.staff_id, share: toPercent(one.share) }));
    await setAssistants(write, location.id, params.record_id, { assistants, calendars });
    return presentAssistants(await listAssistants(write, location.id, params.record_id, calendars));
  },
});

/** What pay follows from. */
export const payOperations = [
  listPayRules,
  createPayRule,
  updatePayRule,
  deletePayRule,
  listPaySchemes,
  createPayScheme,
  updatePayScheme,
  deletePayScheme,
  setTeamMemberPaySchemes,
  getPayrollSettings,
  updatePayrollSettings,
  getAppointmentAssistants,
  setAppointmentAssistants,
];
