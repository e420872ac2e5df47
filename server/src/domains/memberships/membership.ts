import { and, asc, eq, getTableColumns, gte, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { toWire } from '../../platform/exact.ts';
import type { Money } from '../../platform/money.ts';
import { lockBalances } from '../ledger/ledger.ts';
import { locations } from '../locations/tables.ts';
import { atMoment, type MembershipState, stateOf } from './state.ts';
import { memberships, membershipTypes } from './tables.ts';
import { linksOf, type TypeLink } from './type.ts';

/** The visits that are left: of all services together, or of one service or category. */
export interface VisitBalance {
  membershipId: number;
  balanceId: number;
  serviceId: number | null;
  serviceCategoryId: number | null;
  left: number;
}

/** A membership with its type, as it is now. */
export type MembershipRow = typeof memberships.$inferSelect & {
  type: typeof membershipTypes.$inferSelect & { links: TypeLink[] };
  /** Of the location that sold it. */
  timeZone: string;
  balances: VisitBalance[];
  state: MembershipState;
};

interface Place {
  id: number;
  chainId: number;
}

const selectMemberships = (db: Read) =>
  db
    .select({ membership: getTableColumns(memberships), type: getTableColumns(membershipTypes), timeZone: locations.timeZone })
    .from(memberships)
    .innerJoin(membershipTypes, and(eq(membershipTypes.chainId, memberships.chainId), eq(membershipTypes.id, memberships.typeId)))
    .innerJoin(locations, eq(locations.id, memberships.locationId));

async function visitsOf(db: Read, chainId: number, ids: readonly number[]): Promise<VisitBalance[]> {
  const rows = await rowsOf<Omit<VisitBalance, 'left'> & { amount: Money }>(
    db,
    sql`
    select held.membership_id as "membershipId", held.balance_id as "balanceId", held.service_id as "serviceId",
      held.service_category_id as "serviceCategoryId", balances.amount::text as amount
    from membership_balances held
    join balances on balances.chain_id = held.chain_id and balances.id = held.balance_id
    where held.chain_id = ${chainId} and held.membership_id = any(${sql.param([...ids])}::int[])
    order by held.id`,
  );
  return rows.map(({ amount, ...row }) => ({ ...row, left: toWire(amount) }));
}

/** Whether visits are left somewhere, or are unlimited. */
export const hasVisits = ({ isUnlimited, balances }: Pick<MembershipRow, 'isUnlimited' | 'balances'>): boolean =>
  isUnlimited || balances.some(({ left }) => left > 0);

async function complete(
  db: Read,
  chainId: number,
  rows: Awaited<ReturnType<typeof selectMemberships>>,
  now = new Date(),
): Promise<MembershipRow[]> {
  if (rows.length === 0) return [];
  const visits = await visitsOf(
    db,
    chainId,
    rows.map(({ membership }) => membership.id),
  );
  const links = await linksOf(db, chainId, [...new Set(rows.map(({ type }) => type.id))]);
  return rows.map(({ membership, type, timeZone }) => {
    const balances = visits.filter(({ membershipId }) => membershipId === membership.id);
    const current = atMoment(membership, timeZone, now);
    return {
      ...current,
      type: { ...type, links: links.filter(({ typeId }) => typeId === type.id) },
      timeZone,
      balances,
      state: stateOf(current, hasVisits({ ...membership, balances }), now),
    };
  });
}

const living = (chainId: number, ...where: (SQL | undefined)[]) =>
  and(eq(memberships.chainId, chainId), isNull(memberships.deletedAt), ...where);

/** Whether a location works with the type of a membership. */
const worksIn = ({ id }: Pick<Place, 'id'>): SQL =>
  sql`exists (select from membership_type_locations attached where attached.chain_id = ${memberships.chainId}
    and attached.type_id = ${memberships.typeId} and attached.location_id = ${id})`;

/** The memberships of a phone number that work in a location, by id, with their states at a moment. @param phone E.164 */
export const membershipsOfPhone = async (db: Read, place: Place, phone: string, at = new Date()): Promise<MembershipRow[]> =>
  complete(
    db,
    place.chainId,
    await selectMemberships(db)
      .where(living(place.chainId, eq(memberships.phone, phone), worksIn(place)))
      .orderBy(asc(memberships.id)),
    at,
  );

/**
 * The order in which memberships pay by themselves: the one that ends first comes first, those without an end last. Of others, the one that was
 * sold first.
 */
export function soonestFirst(one: MembershipRow, other: MembershipRow): number {
  const end = ({ expiresAt }: MembershipRow) => expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return end(one) - end(other) || one.createdAt.getTime() - other.createdAt.getTime() || one.id - other.id;
}

/** Memberships by their ids, also those that are deleted. */
export const membershipsById = async (db: Read, chainId: number, ids: readonly number[]): Promise<MembershipRow[]> =>
  ids.length === 0
    ? []
    : complete(
        db,
        chainId,
        await selectMemberships(db).where(and(eq(memberships.chainId, chainId), inArray(memberships.id, [...ids]))),
      );

/** A membership of the chain; with a location, only if it works there. @throws NotFound */
export async function getMembership(db: Read, chainId: number, id: number, place?: Pick<Place, 'id'>): Promise<MembershipRow> {
  const rows = await selectMemberships(db).where(living(chainId, eq(memberships.id, id), place && worksIn(place)));
  const [row] = await complete(db, chainId, rows);
  if (!row) throw new NotFound();
  return row;
}

/** The memberships of a chain that match, by id, and how many there are. */
export async function membershipsOfChain(
  db: Read,
  chainId: number,
  filter: { ids?: readonly number[] | undefined; createdAfter?: Date | undefined; createdBefore?: Date | undefined },
  page: { offset: number; limit: number },
): Promise<{ rows: MembershipRow[]; total: number }> {
  const wanted = living(
    chainId,
    filter.ids && inArray(memberships.id, [...filter.ids]),
    filter.createdAfter && gte(memberships.createdAt, filter.createdAfter),
    filter.createdBefore && lte(memberships.createdAt, filter.createdBefore),
  );
  const found = await selectMemberships(db).where(wanted).orderBy(asc(memberships.id)).limit(page.limit).offset(page.offset);
  const rows = await complete(db, chainId, found);
  if (page.offset === 0 && rows.length < page.limit) return { rows, total: rows.length };
  return { rows, total: await db.$count(memberships, wanted) };
}

/**
 * Locks a membership and its balances, and writes down that it became active meanwhile.
 * @param which.place only if it works there
 * @throws NotFound
 */
export async function lockMembership(
  write: Write,
  chainId: number,
  which: { id?: number | undefined; number?: string | undefined; place?: Pick<Place, 'id'> },
  others: readonly number[] = [],
): Promise<MembershipRow> {
  const own = living(
    chainId,
    which.id === undefined ? undefined : eq(memberships.id, which.id),
    which.number === undefined ? undefined : eq(memberships.number, which.number),
    which.place && worksIn(which.place),
  );
  const [found] = await write.lock('membership', write.select({ id: memberships.id }).from(memberships).where(own));
  if (!found) throw new NotFound();
  const seen = await getMembership(write, chainId, found.id);
  // Cancelled uses move a balance without the membership.
  await lockBalances(write, chainId, [...seen.balances.map(({ balanceId }) => balanceId), ...others]);
  const row = await getMembership(write, chainId, found.id);
  const { activatedAt, expiresAt } = row;
  await changeMembership(write, row, { activatedAt, expiresAt });
  return row;
}

/** Locks the memberships of a phone number that work in a location, until the transaction ends, but not their balances. */
export async function lockOwned(write: Write, place: Place, phone: string): Promise<void> {
  const own = living(place.chainId, eq(memberships.phone, phone), worksIn(place));
  await write.lock('membership', write.select({ id: memberships.id }).from(memberships).where(own).orderBy(asc(memberships.id)));
}

/**
 * Locks the memberships of a phone number that work in a location, and their balances.
 * @param others further balances that the transaction moves
 * @param at the moment of which their states are
 * @returns them by id
 */
export async function lockMembershipsOfPhone(
  write: Write,
  place: Place,
  phone: string,
  others: readonly number[],
  at: Date,
): Promise<MembershipRow[]> {
  await lockOwned(write, place, phone);
  const seen = await membershipsOfPhone(write, place, phone, at);
  const balanceIds = seen.flatMap(({ balances }) => balances.map(({ balanceId }) => balanceId));
  await lockBalances(write, place.chainId, [...balanceIds, ...others]);
  return membershipsOfPhone(write, place, phone, at);
}

/** Changes columns of a locked membership. */
export const changeMembership = (
  write: Write,
  { chainId, id }: Pick<MembershipRow, 'chainId' | 'id'>,
  changes: Partial<typeof memberships.$inferInsert>,
) =>
  write
    .update(memberships)
    .set(changes)
    .where(and(eq(memberships.chainId, chainId), eq(memberships.id, id)));

/**
 * The visits from which a service takes: undefined if the membership does not pay it, null if they are unlimited. A balance of the service
 * comes before one of its category, unless it is empty.
 */
export function visitsFor(
  { isShared, isUnlimited, balances, type }: Pick<MembershipRow, 'isShared' | 'isUnlimited' | 'balances' | 'type'>,
  service: { id: number; categoryId: number },
): VisitBalance | null | undefined {
  const names = ({ serviceId, serviceCategoryId }: { serviceId: number | null; serviceCategoryId: number | null }) =>
    serviceId === service.id || serviceCategoryId === service.categoryId;
  if (isShared) {
    if (!type.links.some(names)) return undefined;
    return isUnlimited ? null : balances[0];
  }
  const own = balances.filter(names).toSorted((one, other) => Number(other.serviceId !== null) - Number(one.serviceId !== null));
  return own.find(({ left }) => left > 0) ?? own[0];
}
