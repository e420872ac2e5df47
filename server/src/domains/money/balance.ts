import { type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { preparedSql } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';

const [days, months, years] = [0, 1, 2];

/** The sum of an account's totals that begin in a stretch of dates. The end is not included. */
const totals = (span: number, from: SQL, until: SQL) => sql`(
  select coalesce(sum(totals.amount), 0) from account_totals totals
  where totals.location_id = accounts.location_id and totals.account_id = accounts.id and totals.span = ${sql.raw(String(span))}
    and totals.begins >= ${from} and totals.begins < ${until})`;

const [ofYear, ofMonth] = [sql`date_trunc('year', placed.day)::date`, sql`date_trunc('month', placed.day)::date`];

const selectBalances = preparedSql<{ id: number; balance: Money }>(
  'balances',
  sql`
    select accounts.id, (opening_balance + ${totals(years, sql`'-infinity'::date`, ofYear)} + ${totals(months, ofYear, ofMonth)}
      + ${totals(days, ofMonth, sql`placed.day + 1`)})::text as balance
    from accounts cross join (select ${sql.placeholder('date')}::date as day) as placed
    where location_id = ${sql.placeholder('location')} and id = any(${sql.placeholder('ids')}::int[])`,
);

/**
 * The balances of accounts at the end of a date: the opening balance and all transactions until then. It adds up the totals of whole years,
 * of the months of the last year and of the days of the last month. So the cost does not grow with the number of transactions.
 * @param date yyyy-mm-dd, of the location's calendar
 * @param ids accounts; others than those of the location are left out
 */
export async function balancesOf(
  db: Read,
  location: Pick<Location, 'id'>,
  date: string,
  ids: readonly number[],
): Promise<Map<number, Money>> {
  const rows = await selectBalances(db, { location: location.id, date, ids: [...ids] });
  return new Map(rows.map(({ id, balance }) => [id, balance]));
}

/** The balance of one account at the end of a date. @throws NotFound */
export async function balanceOf(db: Read, location: Pick<Location, 'id'>, accountId: number, date: string): Promise<Money> {
  const balance = (await balancesOf(db, location, date, [accountId])).get(accountId);
  if (balance === undefined) throw new NotFound();
  return balance;
}
