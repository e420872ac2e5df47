import Type from 'typebox';
import { type Location, locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import type { Read, Write } from '../../../api/write.ts';
import { toText } from '../../../platform/exact.ts';
import { sum, toMoney } from '../../../platform/money.ts';
import { presentCurrency } from '../../locations/wire/currency.ts';
import { allowedTo, type Caller, expectDays, momentFrom } from '../../money/wire/caller.ts';
import { createPriorityPayment, deletePriorityPayment, listPriorityPayments } from '../settlement.ts';
import {
  addItem,
  confirmStatement,
  createStatements,
  deleteStatement,
  getStatement,
  getStatements,
  listItems,
  payOut,
  payStatement,
  recalculateStatement,
  removeItem,
  reopenStatement,
} from '../statement.ts';
import { expectDaysIn, expectSeen, periodOf, reachOf, reachOfAll } from './caller.ts';
import { presentItem, presentPriorityPayment, presentStatement } from './present.ts';
import {
  LocationOnly,
  MemberPath,
  NewPayout,
  NewPriorityPayment,
  NewStatementItem,
  NewStatements,
  Payout,
  PayrollStatement,
  PeriodQuery,
  PriorityPayment,
  SalaryExplanation,
  StatementPath,
  StatementPayout,
} from './schemas.ts';

const tag = 'Salary';
const path = '/company/{location_id}/salary';
const statementPath = `${path}/payroll/staff/{team_member_id}/calculation/{calculation_id}`;
const access = locationUser('finances_access');
const spelling = { teamMemberId: 'staff_id', teamMemberIds: 'staff_ids' };

const named = (params: { team_member_id: number; calculation_id: number }) => ({
  teamMemberId: params.team_member_id,
  id: params.calculation_id,
});

/** A statement that the caller may work with. @throws Forbidden, NotFound */
async function seenStatement(
  context: Caller & { params: { team_member_id: number; calculation_id: number } },
  db: Read,
): Promise<{ location: Location; statement: ReturnType<typeof named> }> {
  const { location, params } = context;
  const reach = reachOf(context, 'statements', params.team_member_id);
  expectSeen(reach, await getStatement(db, location, named(params)), location.timeZone);
  return { location, statement: named(params) };
}

const present = async (db: Read, location: Location, statement: ReturnType<typeof named>) =>
  presentStatement(await getStatement(db, location, statement));

const own = { tag, extension: true, access } as const;
const ofStatement = { ...own, params: StatementPath } as const;
const ofMember = { ...own, params: MemberPath } as const;

const aboutRights = 'For users who may create the payroll of this team member, or of everyone.';

const createPayrollStatements = operation({
  id: 'create_payroll_statements',
  method: 'POST',
  path: `${path}/payroll/calculation`,
  ...own,
  summary: 'Create payroll statements',
  description:
    'Draft statements of a period, one for each team member. They contain everything that is earned in the period and is in no statement yet. Without staff_ids, everyone who has earned something gets one.',
  params: LocationOnly,
  body: NewStatements,
  success: counted(Type.Array(PayrollStatement)),
  spelling,
  example: { body: { date_from: '2026-01-01', date_to: '2026-01-31', staff_ids: [1], comment: 'January' } },
  handle: async (context) => {
    const { write, location, body } = context;
    const { date_from: first, date_to: last, staff_ids: memberIds, comment = '' } = body;
    const reaches = memberIds?.map((id) => reachOf(context, 'statements', id)) ?? [reachOfAll(context, 'statements')];
    for (const reach of reaches) expectDaysIn(reach, { first, last }, location.timeZone);
    const ids = await createStatements(write, location, { first, last, memberIds, comment });
    return (await getStatements(write, location.id, ids)).map(presentStatement);
  },
});

const explainPayrollStatement = operation({
  id: 'explain_payroll_statement',
  ...ofStatement,
  method: 'GET',
  path: `${statementPath}/explanation`,
  summary: 'What a payroll statement is made of',
  description: `Its items as they are stored, each with the calculation in words. ${aboutRights}`,
  success: ok(SalaryExplanation),
  handle: async (context) => {
    const { location, statement } = await seenStatement(context, context.db);
    const items = await listItems(context.db, location.id, statement.id);
    return {
      salary: toText(sum(items.map(({ salary }) => salary))),
      salary_items: items.map(presentItem),
      currency: presentCurrency(location.currency),
    };
  },
});

/** An operation that takes a statement a step further, and answers the statement. */
const step = (
  name: string,
  facts: { id: string; summary: string; description: string },
  take: (write: Write, location: Location, statement: ReturnType<typeof named>) => Promise<void>,
) =>
  operation({
    ...facts,
    ...ofStatement,
    method: 'POST',
    path: `${statementPath}/${name}`,
    success: ok(PayrollStatement),
    errors: [422],
    handle: async (context) => {
      const { write } = context;
      const { location, statement } = await seenStatement(context, write);
      await take(write, location, statement);
      return present(write, location, statement);
    },
  });

const recalculatePayrollStatement = step(
  'recalculate',
  {
    id: 'recalculate_payroll_statement',
    summary: 'Calculate a draft statement anew',
    description: `Bonuses and penalties by hand stay. ${aboutRights}`,
  },
  recalculateStatement,
);

const confirmPayrollStatement = step(
  'confirm',
  {
    id: 'confirm_payroll_statement',
    summary: 'Confirm a draft statement',
    description: `From today on its amount is owed. ${aboutRights}`,
  },
  confirmStatement,
);

const reopenPayrollStatement = step(
  'reopen',
  {
    id: 'reopen_payroll_statement',
    summary: 'Make a confirmed statement a draft again',
    description: `A paid statement stays as it is, until its payout is deleted. ${aboutRights}`,
  },
  reopenStatement,
);

const deletePayrollStatement = operation({
  id: 'delete_payroll_statement',
  ...ofStatement,
  method: 'DELETE',
  path: statementPath,
  summary: 'Delete a draft statement',
  description: `What was in it is free for another statement. ${aboutRights}`,
  success: empty(204),
  errors: [422],
  handle: async (context) => {
    const { location, statement } = await seenStatement(context, context.write);
    await deleteStatement(context.write, location, statement);
  },
});

const addPayrollStatementItem = operation({
  id: 'add_payroll_statement_item',
  ...ofStatement,
  method: 'POST',
  path: `${statementPath}/items`,
  summary: 'Add a bonus or a penalty to a draft statement',
  description: aboutRights,
  body: NewStatementItem,
  success: created(Type.Object({ item_id: Type.Integer(), calculation: PayrollStatement })),
  example: { body: { item_type_slug: 'bonus', amount: 50, date: '2026-01-15', title: 'Best reviews' } },
  handle: async (context) => {
    const { write, body } = context;
    const { location, statement } = await seenStatement(context, write);
    const { item_type_slug: type, amount, date, title } = body;
    const item = { type: type as 'bonus' | 'penalty', amount: toMoney(amount), date, title };
    const item_id = await addItem(write, location, statement, item);
    return { item_id, calculation: await present(write, location, statement) };
  },
});

const removePayrollStatementItem = operation({
  id: 'remove_payroll_statement_item',
  method: 'DELETE',
  path: `${statementPath}/items/{item_id}`,
  ...own,
  summary: 'Remove a bonus or a penalty from a draft statement',
  description: aboutRights,
  params: Type.Object({ ...StatementPath.properties, item_id: Id('item id') }),
  success: empty(204),
  errors: [422],
  handle: async (context) => {
    const { location, statement } = await seenStatement(context, context.write);
    await removeItem(context.write, location, statement, context.params.item_id);
  },
});

/** @throws Forbidden for a user who may not pay, or not on this day; Invalid for the date */
function payoutOf(
  context: Caller,
  { account_id: accountId, date, comment = '' }: { account_id: number; date?: string | undefined; comment?: string | undefined },
) {
  if (!context.can('finances_create_transactions_access')) throw new Forbidden();
  const at = date ? momentFrom(date, context.location.timeZone) : new Date();
  expectDays(context, 'finances_create_last_days_count', at);
  return { accountId, at, comment };
}

const payPayrollStatement = operation({
  id: 'pay_payroll_statement',
  ...ofStatement,
  method: 'POST',
  path: `${statementPath}/pay`,
  summary: 'Pay a confirmed statement',
  description: `Takes the money out of an account, as a money transaction of the item "Salary" that names the team member. A statement is paid once. When the transaction is deleted, the statement is confirmed and not paid. ${aboutRights}`,
  body: StatementPayout,
  success: ok(PayrollStatement),
  spelling,
  example: { body: { account_id: 1, comment: 'January' } },
  handle: async (context) => {
    const { write, body } = context;
    const { location, statement } = await seenStatement(context, write);
    const payout = { ...payoutOf(context, body), amount: toMoney(body.amount) };
    await payStatement(write, location, statement, payout, allowedTo(context));
    return present(write, location, statement);
  },
});

const createPayrollPayout = operation({
  id: 'create_payroll_payout',
  ...ofMember,
  method: 'POST',
  path: `${path}/staff/{team_member_id}/payouts`,
  summary: 'Pay salary without a statement',
  description: `Such as an advance. It lowers the balance of the team member, like every money transaction of the item "Salary" that names them. ${aboutRights}`,
  body: NewPayout,
  success: created(Payout),
  spelling,
  example: { body: { account_id: 1, amount: 100, comment: 'Advance' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    reachOf(context, 'statements', params.team_member_id);
    const payout = { ...payoutOf(context, body), amount: toMoney(body.amount) };
    return { transaction_id: await payOut(write, location, params.team_member_id, payout, allowedTo(context)) };
  },
});

const listTeamMemberPriorityPayments = operation({
  id: 'list_priority_payments',
  ...ofMember,
  method: 'GET',
  path: `${path}/staff/{team_member_id}/priority_payments`,
  summary: 'List bonuses, penalties and vacation pay of a team member',
  description: `Those without a statement, the latest first. ${aboutRights}`,
  query: PeriodQuery,
  success: counted(Type.Array(PriorityPayment)),
  handle: async (context) => {
    const { db, location, params, query } = context;
    const period = periodOf(location, reachOf(context, 'statements', params.team_member_id), query);
    return (await listPriorityPayments(db, location, params.team_member_id, period)).map(presentPriorityPayment);
  },
});

const createTeamMemberPriorityPayment = operation({
  id: 'create_priority_payment',
  ...ofMember,
  method: 'POST',
  path: `${path}/staff/{team_member_id}/priority_payments`,
  summary: 'Add a bonus, a penalty or vacation pay',
  description: `It is owed from its day on, without a statement. ${aboutRights}`,
  body: NewPriorityPayment,
  success: created(PriorityPayment),
  example: { body: { type_slug: 'vacation', amount: 300, date: '2026-01-15', comment: 'Two weeks' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const reach = reachOf(context, 'statements', params.team_member_id);
    expectDaysIn(reach, { first: body.date, last: body.date }, location.timeZone);
    const { type_slug: kind, amount, date, comment = '' } = body;
    const fields = { kind: kind as 'bonus', amount: toMoney(amount), date, comment };
    return presentPriorityPayment(await createPriorityPayment(write, location, params.team_member_id, fields));
  },
});

const deleteTeamMemberPriorityPayment = operation({
  id: 'delete_priority_payment',
  method: 'DELETE',
  path: `${path}/staff/{team_member_id}/priority_payments/{payment_id}`,
  ...own,
  summary: 'Take back a bonus, a penalty or vacation pay',
  description: aboutRights,
  params: Type.Object({ ...MemberPath.properties, payment_id: Id('priority payment id') }),
  success: empty(204),
  handle: async (context) => {
    const { write, location, params } = context;
    const reach = reachOf(context, 'statements', params.team_member_id);
    const { date } = await deletePriorityPayment(write, location.id, {
      teamMemberId: params.team_member_id,
      id: params.payment_id,
    });
    expectDaysIn(reach, { first: date, last: date }, location.timeZone);
  },
});

/** Statements, payouts and what is owed without a statement. */
export const statementOperations = [
  createPayrollStatements,
  explainPayrollStatement,
  recalculatePayrollStatement,
  confirmPayrollStatement,
  reopenPayrollStatement,
  deletePayrollStatement,
  addPayrollStatementItem,
  removePayrollStatementItem,
  payPayrollStatement,
  createPayrollPayout,
  listTeamMemberPriorityPayments,
  createTeamMemberPriorityPayment,
  deleteTeamMemberPriorityPayment,
];
