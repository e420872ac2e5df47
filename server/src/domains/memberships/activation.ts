import { and, asc, eq, getTableColumns, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import type { Transact, Write } from '../../api/write.ts';
import { locations } from '../locations/tables.ts';
import { atMoment } from './state.ts';
import { memberships } from './tables.ts';

/** The memberships that one transaction looks at. */
const atOnce = 200;

/**
 * Writes down which memberships have become active by themselves, and when they end: at their date, or so long after the sale. Reading does not wait for
 * it. Several processes may do it at the same time.
 */
export async function activateMemberships(transact: Transact): Promise<void> {
  while ((await transact(activateSome)) === atOnce);
}

/** @returns the number of memberships that were due */
async function activateSome(write: Write): Promise<number> {
  const isDue = and(isNull(memberships.activatedAt), isNull(memberships.deletedAt), lte(memberships.activatesAt, sql`now()`));
  const due = await write
    .select({ id: memberships.id })
    .from(memberships)
    .where(and(isDue, isNotNull(memberships.activatesAt)))
    .orderBy(asc(memberships.activatesAt))
    .limit(atOnce);
  const ids = due.map(({ id }) => id);
  if (ids.length === 0) return 0;
  const own = and(inArray(memberships.id, ids), isDue);
  await write.lock('membership', write.select({ id: memberships.id }).from(memberships).where(own).orderBy(asc(memberships.id)));
  const rows = await write
    .select({ membership: getTableColumns(memberships), timeZone: locations.timeZone })
    .from(memberships)
    .innerJoin(locations, eq(locations.id, memberships.locationId))
    .where(own);
  const now = new Date();
  const input = rows.map(({ membership, timeZone }) => {
    const { id, chainId, activatedAt, expiresAt } = atMoment(membership, timeZone, now);
    return { id, chain: chainId, activated: activatedAt, expires: expiresAt };
  });
  await write.execute(sql`
    update memberships set activated_at = active.activated, expires_at = active.expires
    from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as active(id int, chain int, activated timestamptz, expires timestamptz)
    where memberships.chain_id = active.chain and memberships.id = active.id and active.activated is not null`);
  return due.length;
}
