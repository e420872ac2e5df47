import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Change, Read, Write } from '../../api/write.ts';
import { daysBetween, today } from '../../platform/clock.ts';
import { compare, toText, toWire } from '../../platform/exact.ts';
import { type Money, minus, negated, noMoney, sum } from '../../platform/money.ts';
import { batches } from '../../platform/pause.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { type Allowed, addTransactions, expenses } from '../money/transaction.ts';
import { teamMembers } from '../team/tables.ts';
import { calculatePeriod, expectPeriod, getPaidMember, type Period } from './calculation.ts';
import type { Paid, PayItem, Target } from './engine.ts';
import { listAssignments } from './setup.ts';
import { type PaidParts, payStatementItems, payStatements, type StatementStatus, type StoredTarget } from './tables.ts';

type Place = Pick<Location, 'id' | 'timeZone' | 'currency'>;

export type Statement = typeof payStatements.$inferSelect;
export type StatementItem = Omit<typeof payStatementItems.$inferSelect, 'locationId' | 'teamMemberId' | 'statementId'>;

/** What differs between a stored item and what it would be now. */
export interface Discrepancy {
  reason: 'new' | 'deleted' | 'updated_rule' | 'updated_sum';
  /** What it would be now. */
  actual: Money;
  /** Now without what is stored: above 0 if more is due. */
  difference: Money;
}

export interface CheckedItem extends StatementItem {
  /** Null if nothing has changed. */
  discrepancy: Discrepancy | null;
}

export interface CheckedStatement extends Statement {
  items: CheckedItem[];
}

const own = (locationId: number, id: number) => and(eq(payStatements.locationId, locationId), eq(payStatements.id, id));

/** The statements of a team member whose period has a day in common with a period, the latest first. @throws NotFound for a deleted member */
export async function listStatements(db: Read, location: Pick<Location, 'id'>, teamMemberId: number, period: Period) {
  expectPeriod(period);
  await getPaidMember(db, location.id, teamMemberId);
  return db
    .select()
    .from(payStatements)
    .where(
      and(
        eq(payStatements.locationId, location.id),
        eq(payStatements.teamMemberId, teamMemberId),
        sql`${payStatements.dateTo} >= ${period.first} and ${payStatements.dateFrom} <= ${period.last}`,
      ),
    )
    .orderBy(sql`${payStatements.dateTo} desc`, sql`${payStatements.id} desc`)
    .limit(mostListed);
}

/** A period has a statement a day at most, in practice. */
const mostListed = 1000;

/** @throws NotFound for another member's statement, and for that of a deleted member */
export async function getStatement(
  db: Read,
  location: Pick<Location, 'id'>,
  { teamMemberId, id }: { teamMemberId: number; id: number },
): Promise<Statement> {
  await getPaidMember(db, location.id, teamMemberId);
  const [row] = await db
    .select()
    .from(payStatements)
    .where(and(own(location.id, id), eq(payStatements.teamMemberId, teamMemberId)));
  if (!row) throw new NotFound();
  return row;
}

/** Statements of a location, by member. */
export const getStatements = (db: Read, locationId: number, ids: readonly number[]): Promise<Statement[]> =>
  db
    .select()
    .from(payStatements)
    .where(and(eq(payStatements.locationId, locationId), inArray(payStatements.id, [...ids])))
    .orderBy(asc(payStatements.teamMemberId));

/** The items of a statement as they are stored, by date. */
export const listItems = async (db: Read, locationId: number, statementId: number): Promise<StatementItem[]> => {
  const rows = await db
    .select()
    .from(payStatementItems)
    .where(and(eq(payStatementItems.locationId, locationId), eq(payStatementItems.statementId, statementId)))
    .orderBy(asc(payStatementItems.date), asc(payStatementItems.id));
  return rows.map(({ locationId: _, teamMemberId: __, statementId: ___, ...row }) => row);
};

/**
 * A statement with its items, each compared with what it would be now. What was not earned yet when the statement was made comes last.
 * @throws NotFound
 */
export async function checkStatement(
  db: Read,
  location: Place,
  named: { teamMemberId: number; id: number },
): Promise<CheckedStatement> {
  const statement = await getStatement(db, location, named);
  const stored = await listItems(db, location.id, statement.id);
  const now = await recount(db, location, statement, stored);
  const items = stored.map((item) => ({
    ...item,
    discrepancy: item.key === null ? null : differenceOf(item, now.get(item.key)),
  }));
  const known = new Set(stored.map(({ key }) => key));
  const fresh = [...now.values()].filter(({ key, salary }) => !known.has(key) && compare(salary, noMoney) !== 0);
  const added = fresh.map((item) => ({
    ...storedItem(item),
    id: 0,
    salary: noMoney,
    discrepancy: { reason: 'new' as const, actual: item.salary, difference: item.salary },
  }));
  return { ...statement, items: [...items, ...added] };
}

/** What a statement would have now, by key. Things that have moved to other days stay with it. */
async function recount(
  db: Read,
  location: Place,
  { id, teamMemberId, dateFrom: first, dateTo: last }: Statement,
  stored: readonly StatementItem[],
): Promise<Map<string, PayItem>> {
  const keys = new Set(stored.flatMap(({ key }) => key ?? []));
  const also = {
    appointmentIds: stored.flatMap(({ type, appointmentId }) => (type !== 'sale' ? (appointmentId ?? []) : [])),
    documentIds: stored.flatMap(({ type, itemId }) => (type === 'sale' ? itemId : [])),
  };
  let { items, parts } = await calculatePeriod(db, location, [teamMemberId], { first, last }, also);
  const moved = parts.filter(({ key, date }) => keys.has(key) && (date < first || date > last)).map(({ date }) => date);
  if (moved.length > 0) {
    const dates = [first, last, ...moved].sort();
    const [from, to] = [dates[0] as string, dates.at(-1) as string];
    if (daysBetween(from, to) < longestMove) {
      ({ items } = await calculatePeriod(db, location, [teamMemberId], { first: from, last: to }));
    }
  }
  const ofStatement = items.filter(({ key, date }) => keys.has(key) || (date >= first && date <= last));
  const taken = await keysElsewhere(
    db,
    location.id,
    [teamMemberId],
    ofStatement.map(({ key }) => key),
    id,
  );
  return new Map(ofStatement.filter(({ key }) => !taken.has(`${teamMemberId} ${key}`)).map((item) => [item.key, item]));
}

/** What has moved further away counts as deleted. */
const longestMove = 366;

/** Which items are in a statement already, as `member key`. @param except this statement does not count */
async function keysElsewhere(
  db: Read,
  locationId: number,
  memberIds: readonly number[],
  keys: readonly string[],
  except?: number,
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await db
    .select({ member: payStatementItems.teamMemberId, key: payStatementItems.key })
    .from(payStatementItems)
    .where(
      and(
        eq(payStatementItems.locationId, locationId),
        sql`${payStatementItems.teamMemberId} = any(${sql.param([...memberIds])}::int[])`,
        sql`${payStatementItems.key} = any(${sql.param([...new Set(keys)])}::text[])`,
        except === undefined ? undefined : ne(payStatementItems.statementId, except),
      ),
    );
  return new Set(rows.map(({ member, key }) => `${member} ${key}`));
}

function differenceOf(stored: StatementItem, now: PayItem | undefined): Discrepancy | null {
  if (!now) {
    return compare(stored.salary, noMoney) === 0
      ? null
      : { reason: 'deleted', actual: noMoney, difference: negated(stored.salary) };
  }
  const difference = minus(now.salary, stored.salary);
  if (compare(difference, noMoney) === 0) return null;
  return { reason: reasonOf(stored, storedItem(now)), actual: now.salary, difference };
}

/** Whether the prices and the work have changed, or only the rule. */
function reasonOf(stored: Facts, now: Facts): 'updated_rule' | 'updated_sum' {
  const rates = (item: Facts) => item.targets.map(({ rateKind, rateValue }) => `${rateKind} ${rateValue}`).join();
  if (stored.type === 'retro_bonus') return 'updated_sum';
  if (stored.type === 'periodic') return rates(stored) === rates(now) ? 'updated_sum' : 'updated_rule';
  return JSON.stringify(factsOf(stored)) === JSON.stringify(factsOf(now)) ? 'updated_rule' : 'updated_sum';
}

type Facts = Pick<StatementItem, 'type' | 'cost' | 'paid' | 'targets'>;

const factsOf = ({ cost, paid, targets }: Facts) => [
  toWire(cost),
  paid && [paid.money, paid.discount, paid.points, paid.byGiftCard, paid.byMembership, paid.clientAccounts],
  targets.map(({ type, id, cost: price, primeCost }) => [type, id, price, primeCost]),
];

const paidParts = (paid: Paid): PaidParts => ({
  money: toText(paid.money),
  discount: toText(paid.discount),
  points: toText(paid.points),
  byGiftCard: toText(paid.byGiftCard),
  byMembership: toText(paid.byMembership),
  clientAccounts: toText(paid.clientAccounts),
});

const storedTarget = ({ rate, cost, primeCost, base, salary, ...target }: Target): StoredTarget => ({
  ...target,
  cost: cost && toText(cost),
  primeCost: primeCost && toText(primeCost),
  base: base && toText(base),
  rateKind: rate.kind,
  rateValue: toText(rate.value),
  salary: toText(salary),
});

/** A calculated item in the form in which a statement keeps it. */
export const storedItem = ({ teamMemberId: _, paid, targets, ...item }: PayItem): Omit<StatementItem, 'id'> => ({
  ...item,
  paid: paid && paidParts(paid),
  targets: targets.map(storedTarget),
});

/** Whose statements are made. */
export interface NewStatements extends Period {
  /** Undefined for everyone who has earned something. */
  memberIds: readonly number[] | undefined;
  comment: string;
}

/**
 * Makes draft statements of a period: everything that is earned in it and is in no statement yet. Two requests for one member wait for each
 * other.
 * @returns the ids
 * @throws Invalid for a period, and for members whom the location does not have
 */
export async function createStatements(write: Write, location: Place, fields: NewStatements): Promise<number[]> {
  const { first, last, memberIds, comment } = fields;
  expectPeriod(fields);
  const period = { first, last };
  const members = await lockMembers(write, location.id, memberIds);
  if (memberIds && members.length < new Set(memberIds).size)
    throw new Invalid({ teamMemberIds: ['must name team members of the location'] });
  const assigned = new Set((await listAssignments(write, location.id, members, period)).map(({ teamMemberId }) => teamMemberId));
  const { items } = await calculatePeriod(
    write,
    location,
    members.filter((id) => assigned.has(id)),
    period,
  );
  const taken = await keysElsewhere(
    write,
    location.id,
    members,
    items.map(({ key }) => key),
  );
  const free = items.filter(({ teamMemberId, key }) => !taken.has(`${teamMemberId} ${key}`));
  const earners = new Set(free.map(({ teamMemberId }) => teamMemberId));
  const wanted = memberIds ? members : members.filter((id) => earners.has(id));
  if (wanted.length === 0) return [];
  const madeOn = today(location.timeZone);
  const made = await write
    .insert(payStatements)
    .values(
      wanted.map((teamMemberId) => ({
        locationId: location.id,
        teamMemberId,
        dateFrom: first,
        dateTo: last,
        comment,
        madeOn,
        userId: write.author.userId,
        amount: sum(free.flatMap((item) => (item.teamMemberId === teamMemberId ? [item.salary] : []))),
      })),
    )
    .returning({ id: payStatements.id, teamMemberId: payStatements.teamMemberId });
  const statementOf = new Map(made.map(({ id, teamMemberId }) => [teamMemberId, id]));
  await insertItems(write, location.id, free, statementOf);
  return made.map(({ id }) => id);
}

async function lockMembers(write: Write, locationId: number, ids: readonly number[] | undefined): Promise<number[]> {
  const rows = await write.lock(
    'team member',
    write
      .select({ id: teamMembers.id })
      .from(teamMembers)
      .where(
        and(
          eq(teamMembers.locationId, locationId),
          isNull(teamMembers.deletedAt),
          ids ? inArray(teamMembers.id, [...ids]) : eq(teamMembers.isFired, false),
        ),
      )
      .orderBy(asc(teamMembers.id)),
  );
  return rows.map(({ id }) => id);
}

async function insertItems(
  write: Write,
  locationId: number,
  items: readonly PayItem[],
  statementOf: ReadonlyMap<number, number>,
): Promise<void> {
  const rows = items.map((item) => ({
    ...storedItem(item),
    locationId,
    teamMemberId: item.teamMemberId,
    statementId: statementOf.get(item.teamMemberId) as number,
  }));
  for (const some of batches(rows, rowsAtOnce)) await write.insert(payStatementItems).values(some);
}

/** A statement takes 65,535 parameters at most. */
const rowsAtOnce = 1000;

/** @throws NotFound; Invalid unless the statement is in this state */
async function lockStatement(
  write: Write,
  location: Pick<Location, 'id'>,
  { teamMemberId, id }: { teamMemberId: number; id: number },
  expected: StatementStatus,
): Promise<Statement> {
  const [row] = await write.lock(
    'pay statement',
    write
      .select()
      .from(payStatements)
      .where(and(own(location.id, id), eq(payStatements.teamMemberId, teamMemberId))),
  );
  if (!row) throw new NotFound();
  if (row.status !== expected) throw new Invalid({ status: [`must be ${expected}: the statement is ${row.status}`] });
  return row;
}

interface Named {
  teamMemberId: number;
  id: number;
}

/** Calculates a draft anew. Bonuses and penalties by hand stay. @throws NotFound; Invalid for a statement that is no draft */
export async function recalculateStatement(write: Write, location: Place, named: Named): Promise<void> {
  await getPaidMember(write, location.id, named.teamMemberId);
  await lockMembers(write, location.id, [named.teamMemberId]);
  const { id, teamMemberId, dateFrom: first, dateTo: last } = await lockStatement(write, location, named, 'draft');
  const { items } = await calculatePeriod(write, location, [teamMemberId], { first, last });
  const taken = await keysElsewhere(
    write,
    location.id,
    [teamMemberId],
    items.map(({ key }) => key),
    id,
  );
  const ofStatement = and(eq(payStatementItems.locationId, location.id), eq(payStatementItems.statementId, id));
  await write.delete(payStatementItems).where(and(ofStatement, sql`${payStatementItems.key} is not null`));
  const free = items.filter(({ key }) => !taken.has(`${teamMemberId} ${key}`));
  await insertItems(write, location.id, free, new Map([[teamMemberId, id]]));
  await addUp(write, location.id, id);
}

/** Makes the amount of a locked draft the sum of its items. */
async function addUp(write: Write, locationId: number, id: number): Promise<void> {
  await write
    .update(payStatements)
    .set({
      amount: sql`(select coalesce(sum(salary), 0) from pay_statement_items items
        where items.location_id = ${locationId} and items.statement_id = ${id})`,
    })
    .where(own(locationId, id));
}

/** Confirms a draft: from today on its amount is owed. @throws NotFound; Invalid for a statement that is no draft */
export async function confirmStatement(write: Write, location: Place, named: Named): Promise<void> {
  await getPaidMember(write, location.id, named.teamMemberId);
  const { id } = await lockStatement(write, location, named, 'draft');
  await write
    .update(payStatements)
    .set({ status: 'confirmed', confirmedOn: today(location.timeZone) })
    .where(own(location.id, id));
}

/** Makes a confirmed statement a draft again. @throws NotFound; Invalid for a draft, and for a paid statement */
export async function reopenStatement(write: Write, location: Place, named: Named): Promise<void> {
  await getPaidMember(write, location.id, named.teamMemberId);
  const { id } = await lockStatement(write, location, named, 'confirmed');
  await write.update(payStatements).set({ status: 'draft', confirmedOn: null }).where(own(location.id, id));
}

/** Deletes a draft. What was in it is free for another statement. @throws NotFound; Invalid for a statement that is no draft */
export async function deleteStatement(write: Write, location: Place, named: Named): Promise<void> {
  await getPaidMember(write, location.id, named.teamMemberId);
  const { id } = await lockStatement(write, location, named, 'draft');
  await write.delete(payStatements).where(own(location.id, id));
}

/** Money by hand in a draft. */
export interface NewItem {
  type: 'bonus' | 'penalty';
  /** Above 0; a penalty takes it off. */
  amount: Money;
  /** In the period of the statement. */
  date: string;
  title: string;
}

/** Adds a bonus or a penalty to a draft. @returns its id @throws NotFound; Invalid for its fields and for a statement that is no draft */
export async function addItem(
  write: Write,
  location: Place,
  named: Named,
  { type, amount, date, title }: NewItem,
): Promise<number> {
  await getPaidMember(write, location.id, named.teamMemberId);
  if (compare(amount, noMoney) <= 0) throw new Invalid({ amount: ['must be above 0'] });
  expectCurrencyDigits(location, { amount });
  const { id, teamMemberId, dateFrom, dateTo } = await lockStatement(write, location, named, 'draft');
  if (date < dateFrom || date > dateTo)
    throw new Invalid({ date: [`must be from ${dateFrom} to ${dateTo}, as the statement is`] });
  const salary = type === 'penalty' ? negated(amount) : amount;
  const target: StoredTarget = {
    type: null,
    id: null,
    title,
    cost: null,
    primeCost: null,
    base: null,
    rateKind: 'fixed',
    rateValue: toText(salary),
    salary: toText(salary),
    description: title,
  };
  const [made] = await write
    .insert(payStatementItems)
    .values({
      locationId: location.id,
      statementId: id,
      teamMemberId,
      type,
      itemId: 0,
      date,
      time: '00:00',
      targets: [target],
      salary,
    })
    .returning({ id: payStatementItems.id });
  const itemId = (made as { id: number }).id;
  await write
    .update(payStatementItems)
    .set({ itemId })
    .where(and(eq(payStatementItems.locationId, location.id), eq(payStatementItems.id, itemId)));
  await addUp(write, location.id, id);
  return itemId;
}

/** Removes a bonus or a penalty from a draft. @throws NotFound; Invalid for a statement that is no draft */
export async function removeItem(write: Write, location: Place, named: Named, itemId: number): Promise<void> {
  await getPaidMember(write, location.id, named.teamMemberId);
  const { id } = await lockStatement(write, location, named, 'draft');
  const gone = await write
    .delete(payStatementItems)
    .where(
      and(
        eq(payStatementItems.locationId, location.id),
        eq(payStatementItems.statementId, id),
        eq(payStatementItems.id, itemId),
        isNull(payStatementItems.key),
      ),
    )
    .returning({ id: payStatementItems.id });
  if (gone.length === 0) throw new NotFound();
  await addUp(write, location.id, id);
}

/** Money that goes to a team member. */
export interface NewPayout {
  accountId: number;
  amount: Money;
  at: Date;
  comment: string;
}

/**
 * Pays salary to a team member out of an account, such as an advance.
 * @returns the transaction
 * @throws NotFound for an unknown member; Invalid as addTransactions
 */
export async function payOut(
  write: Write,
  location: Place,
  teamMemberId: number,
  { accountId, amount, at, comment }: NewPayout,
  allowed: Allowed,
): Promise<number> {
  await getPaidMember(write, location.id, teamMemberId);
  if (compare(amount, noMoney) <= 0) throw new Invalid({ amount: ['must be above 0'] });
  const row = { accountId, expenseId: expenses.salary, amount: negated(amount), at, teamMemberId, comment };
  const [id] = await addTransactions(write, location, [row], allowed);
  return id as number;
}

/**
 * Pays a confirmed statement. Less than its amount may be paid, because advances were; the rest stays in the balance.
 * @param payout the amount of the statement by default
 * @throws NotFound; Invalid for a statement that is not confirmed or has nothing to pay, for more than its amount, and as addTransactions
 */
export async function payStatement(
  write: Write,
  location: Place,
  named: Named,
  payout: Omit<NewPayout, 'amount'> & { amount: Money | undefined },
  allowed: Allowed,
): Promise<void> {
  const seen = await getStatement(write, location, named);
  const amount = payout.amount ?? seen.amount;
  if (compare(seen.amount, noMoney) <= 0) throw new Invalid({ amount: ['is nothing: the statement has nothing to pay'] });
  if (compare(amount, seen.amount) > 0) throw new Invalid({ amount: [`must be at most ${toText(seen.amount)}`] });
  const transactionId = await payOut(write, location, named.teamMemberId, { ...payout, amount }, allowed);
  // Of two payouts at the same moment, the second finds the statement paid, and its money is undone.
  const { amount: due } = await lockStatement(write, location, named, 'confirmed');
  if (compare(due, seen.amount) !== 0) throw new Invalid({ amount: ['has changed meanwhile'] });
  await write.update(payStatements).set({ status: 'paid', transactionId }).where(own(location.id, named.id));
}

/** A statement whose payout was deleted, or is no payout to the member any more, is confirmed and not paid. */
export async function followPayouts(write: Write, location: Pick<Location, 'id'>, changes: readonly Change[]): Promise<void> {
  const ids = changes.filter(({ status }) => status !== 'create').map(({ id }) => id);
  if (ids.length === 0) return;
  const rows = await write.lock(
    'pay statement',
    write
      .select({ id: payStatements.id })
      .from(payStatements)
      .where(
        and(
          eq(payStatements.locationId, location.id),
          sql`${payStatements.transactionId} = any(${sql.param(ids)}::int[])`,
          sql`not exists (
            select from finance_transactions paid
            where paid.location_id = pay_statements.location_id and paid.id = pay_statements.transaction_id and paid.deleted_at is null
              and paid.expense_id = ${expenses.salary} and paid.team_member_id = pay_statements.team_member_id)`,
        ),
      )
      .orderBy(asc(payStatements.id)),
  );
  if (rows.length === 0) return;
  await write
    .update(payStatements)
    .set({ status: 'confirmed', transactionId: null })
    .where(
      and(
        eq(payStatements.locationId, location.id),
        inArray(
          payStatements.id,
          rows.map(({ id }) => id),
        ),
      ),
    );
}
