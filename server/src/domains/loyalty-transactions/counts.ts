import { sql } from 'drizzle-orm';
import type { Transact, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';

/** The new counters that one transaction sums up. */
const atOnce = 1000;

/** Sums the counters of transactions up: those of a period, location and type become one row. Several nodes may do it at the same time. */
export async function sumCounts(transact: Transact): Promise<void> {
  while ((await transact(sumSome)) > 0);
}

/**
 * It removes rows and adds their sum in one statement, so that every reader sees the same sum before and after. Rows that another node
 * removes at this moment are left out.
 * @returns the number of new rows that are summed up
 */
async function sumSome(write: Write): Promise<number> {
  const [done] = await rowsOf<{ count: number }>(
    write,
    sql`
    with due as (
      select distinct chain_id, span, begins, type, location_id from (
        select * from loyalty_transaction_counts where not is_summed order by id limit ${atOnce}) as recent),
    taken as (
      select counts.chain_id, counts.id from due join loyalty_transaction_counts counts
        on counts.chain_id = due.chain_id and counts.span = due.span and counts.begins = due.begins and counts.type = due.type
          and counts.location_id is not distinct from due.location_id
      for update of counts skip locked),
    gone as (
      delete from loyalty_transaction_counts counts using taken where counts.chain_id = taken.chain_id and counts.id = taken.id
      returning counts.*),
    added as (
      insert into loyalty_transaction_counts (chain_id, location_id, type, span, begins, size, is_summed)
      select chain_id, location_id, type, span, begins, sum(size), true from gone
      group by chain_id, location_id, type, span, begins having sum(size) <> 0)
    select count(*)::int as count from gone where not is_summed`,
  );
  return done?.count ?? 0;
}
