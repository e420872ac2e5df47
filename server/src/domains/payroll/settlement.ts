import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { datesBetween } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare, decimalOf, exactOf } from '../../platform/exact.ts';
import { type Money, minus, negated, noMoney, sum } from '../../platform/money.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { expectPeriod, getPaidMember, type Period } from './calculation.ts';
import { type PriorityPaymentKind, priorityPayments } from './tables.ts';

type Place = Pick<Location, 'id' | 'currency'>;

/** What a team member has earned and got in some days, and what is owed after them. */
export interface Settlement {
  income: Money;
  expense: Money;
  balance: Money;
}

/**
 * What a team member has earned and got on each day of a period, with the balance at the end of the day. Statements count on the day of
 * their confirmation. The cost does not grow with the history: what came before is added up by year, month and day.
 * @throws Invalid for the period
 */
export async function settleDays(
  db: Read,
  locationId: number,
  teamMemberId: number,
  period: Period,
): Promise<{ date: string; settlement: Settlement }[]> {
  expectPeriod(period);
  const { first, last } = period;
  const own = sql`location_id = ${locationId} and team_member_id = ${teamMemberId}`;
  const rows = await rowsOf<{ date: string | null; income: Money; expense: Money }>(
    db,
    sql`
    select null as date, coalesce(sum(income), 0)::text as income, coalesce(sum(expense), 0)::text as expense
    from pay_totals
    where ${own} and (span = 2 and begins < date_trunc('year', ${first}::date)
      or span = 1 and begins >= date_trunc('year', ${first}::date) and begins < date_trunc('month', ${first}::date)
      or span = 0 and begins >= date_trunc('month', ${first}::date) and begins < ${first}::date)
    union all
    select begins::text, income::text, expense::text from pay_totals
    where ${own} and span = 0 and begins >= ${first}::date and begins <= ${last}::date`,
  );
  const byDate = new Map(rows.map((row) => [row.date, row]));
  const before = byDate.get(null);
  let balance = before ? minus(before.income, before.expense) : noMoney;
  return datesBetween(first, last).map((date) => {
    const { income = noMoney, expense = noMoney } = byDate.get(date) ?? {};
    balance = minus(sum([balance, income]), expense);
    return { date, settlement: { income: plain(income), expense: plain(expense), balance } };
  });
}

/** Without the zeros that the database adds. */
const plain = (amount: Money): Money => exactOf(decimalOf(amount));

/** The same for a period as a whole. The balance is the one at its end, and not the difference of the period. */
export async function settle(db: Read, locationId: number, teamMemberId: number, period: Period): Promise<Settlement> {
  const days = await settleDays(db, locationId, teamMemberId, period);
  return {
    income: sum(days.map(({ settlement }) => settlement.income)),
    expense: sum(days.map(({ settlement }) => settlement.expense)),
    balance: days.at(-1)?.settlement.balance ?? noMoney,
  };
}

export type PriorityPayment = typeof priorityPayments.$inferSelect;

/** The priority payments of a team member in a period, the latest first. @throws NotFound for an unknown member, Invalid for the period */
export async function listPriorityPayments(
  db: Read,
  location: Place,
  teamMemberId: number,
  period: Period,
): Promise<PriorityPayment[]> {
  expectPeriod(period);
  await getPaidMember(db, location.id, teamMemberId);
  return db
    .select()
    .from(priorityPayments)
    .where(
      and(
        eq(priorityPayments.locationId, location.id),
        eq(priorityPayments.teamMemberId, teamMemberId),
        isNull(priorityPayments.deletedAt),
        sql`${priorityPayments.date} between ${period.first} and ${period.last}`,
      ),
    )
    .orderBy(sql`${priorityPayments.date} desc`, sql`${priorityPayments.id} desc`);
}

/** Adds what is owed without a statement, or kept back. @param amount above 0; a penalty takes it off @throws NotFound, Invalid */
export async function createPriorityPayment(
  write: Write,
  location: Place,
  teamMemberId: number,
  { kind, amount, date, comment }: { kind: PriorityPaymentKind; amount: Money; date: string; comment: string },
): Promise<PriorityPayment> {
  await getPaidMember(write, location.id, teamMemberId);
  if (compare(amount, noMoney) <= 0) throw new Invalid({ amount: ['must be above 0'] });
  expectCurrencyDigits(location, { amount });
  const [row] = await write
    .insert(priorityPayments)
    .values({
      locationId: location.id,
      teamMemberId,
      kind,
      amount: kind === 'penalty' ? negated(amount) : amount,
      date,
      comment,
      userId: write.author.userId,
    })
    .returning();
  return row as PriorityPayment;
}

/** Takes a priority payment back. It keeps its row and no longer counts. @throws NotFound */
export async function deletePriorityPayment(
  write: Write,
  locationId: number,
  { teamMemberId, id }: { teamMemberId: number; id: number },
): Promise<PriorityPayment> {
  const [row] = await write
    .update(priorityPayments)
    .set({ deletedAt: new Date() })
    .where(
      and(
        eq(priorityPayments.locationId, locationId),
        eq(priorityPayments.teamMemberId, teamMemberId),
        eq(priorityPayments.id, id),
        isNull(priorityPayments.deletedAt),
      ),
    )
    .returning();
  if (!row) throw new NotFound();
  return row;
}
