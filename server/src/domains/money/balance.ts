import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { addDays } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';

const [days, months, years] = [0, 1, 2];

/** The sum of an account's totals that begin in a stretch of dates. The end is not included. */
const totals = (span: number | undefined, from: string, until: string) => sql`(
  select coalesce(sum(totals.amount), 0) from account_totals totals
  where totals.location_id = accounts.location_id and totals.account_id = accounts.id and totals.span = ${span}::smallint
    and totals.begins >= ${from}::date and totals.begins < ${until}::date)`;

/**
 * The balances of a location's accounts at the end of a date: the opening balance and all transactions until then. It adds up the totals of
 * whole years, of the months of the last year and of the days of the last month. So the cost does not grow with the number of transactions.
 * @param date yyyy-mm-dd, of the location's calendar
 * @param ids of the accounts; all of them if undefined
 */
export async function balancesOf(
  db: Read,
  location: Pick<Location, 'id'>,
  date: string,
  ids?: readonly number[],
): Promise<Map<number, Money>> {
  const [year, month] = [`${date.slice(0, 4)}-01-01`, `${date.slice(0, 7)}-01`];
  const rows = await rowsOf<{ id: number; balance: Money }>(
    db,
    sql`
    select id, (opening_balance + ${totals(years, '-infinity', year)} + ${totals(months, year, month)}
      + ${totals(days, month, addDays(date, 1))})::text as balance
    from accounts where location_id = ${location.id} and ${ids ? sql`id = any(${sql.param([...ids])}::int[])` : sql`true`}`,
  );
  return new Map(rows.map(({ id, balance }) => [id, balance]));
}

/** The balance of one account at the end of a date. @throws NotFound */
export async function balanceOf(db: Read, location: Pick<Location, 'id'>, accountId: number, date: string): Promise<Money> {
  const balance = (await balancesOf(db, location, date, [accountId])).get(accountId);
  if (balance === undefined) throw new NotFound();
  return balance;
}
