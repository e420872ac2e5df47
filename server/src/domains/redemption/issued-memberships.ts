import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { dateIn, startOfDay } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { toMoney } from '../../platform/money.ts';
import { openBalances, post } from '../ledger/ledger.ts';
import { laterDate } from '../loyalty/period.ts';
import { atMoment, expiryOf } from '../memberships/state.ts';
import { membershipBalances, memberships, membershipTypes } from '../memberships/tables.ts';
import { linksOf, type TypeLink } from '../memberships/type.ts';
import { expectLine, type Issued, type IssueKind, type IssuingPlace, issuedFor, type SoldLine, withFreeCode } from './issued.ts';

type TypeRow = typeof membershipTypes.$inferSelect & { links: TypeLink[] };

async function typesById(write: Write, chainId: number, ids: readonly number[]): Promise<Map<number, TypeRow>> {
  const wanted = [...new Set(ids)];
  const rows = await write
    .select()
    .from(membershipTypes)
    .where(and(eq(membershipTypes.chainId, chainId), inArray(membershipTypes.id, wanted)));
  const links = await linksOf(write, chainId, wanted);
  return new Map(rows.map((row) => [row.id, { ...row, links: links.filter(({ typeId }) => typeId === row.id) }]));
}

const neverFrozen = { frozenAt: null, frozenUntil: null, frozenDays: 0 };

/** When a membership becomes active: with its sale, at a date, so long after the sale at the latest, or only with its first visit. */
function activationOf(
  type: TypeRow,
  soldAt: Date,
  timeZone: string,
): Pick<typeof memberships.$inferInsert, 'activatedAt' | 'activatesAt' | 'expiresAt'> {
  // What was sold in the past may have become active by itself since then.
  const activates = (activatesAt: Date | null) => {
    const { activatedAt, expiresAt } = atMoment(
      { ...neverFrozen, ...type, activatedAt: null, activatesAt, expiresAt: null },
      timeZone,
      new Date(),
    );
    return { activatedAt, activatesAt, expiresAt };
  };
  if (type.activation === 'first visit') {
    if (type.autoactivation === 0) return activates(null);
    return activates(startOfDay(laterDate(dateIn(soldAt, timeZone), type.autoactivation, type.autoactivationUnit), timeZone));
  }
  if (type.activation === 'date' && type.activationDate && type.activationDate > soldAt) return activates(type.activationDate);
  return { activatedAt: soldAt, activatesAt: null, expiresAt: expiryOf({ ...type, frozenDays: 0 }, soldAt, timeZone) };
}

/** The balances that a membership of a type has: one for all services, one for each, or none if its visits are unlimited. */
function balancesFor(type: TypeRow): { link: TypeLink | null; visits: number }[] {
  if (type.isUnlimited) return [];
  if (type.isShared) return [{ link: null, visits: type.sharedVisits }];
  return type.links.map((link) => ({ link, visits: link.visits }));
}

/** The location in which a link names its service or category. */
async function placesOf(write: Write, chainId: number, typeIds: readonly number[]): Promise<Map<string, number>> {
  const rows = await rowsOf<{ type: number; service: number | null; category: number | null; place: number }>(
    write,
    sql`
    select type_id as type, service_id as service, service_category_id as category, min(location_id) as place
    from membership_type_services where chain_id = ${chainId} and type_id = any(${sql.param([...typeIds])}::int[])
    group by type_id, service_id, service_category_id`,
  );
  return new Map(rows.map((row) => [`${row.type} ${row.service} ${row.category}`, row.place]));
}

async function issue(write: Write, location: IssuingPlace, lines: readonly SoldLine[]): Promise<void> {
  if (lines.length === 0) return;
  const { chainId, timeZone } = location;
  const typeIds = [...new Set(lines.map(({ membershipTypeId }) => membershipTypeId))];
  const types = await typesById(write, chainId, typeIds);
  const sold = lines.map((line) => ({ line, type: types.get(line.membershipTypeId) as TypeRow }));
  for (const { line, type } of sold) expectLine(line, 'membership', type.isPersonal);
  const places = await placesOf(write, chainId, typeIds);
  const made = await withFreeCode('membership', () =>
    write
      .insert(memberships)
      .values(
        sold.map(({ line, type }) => ({
          chainId,
          typeId: type.id,
          number: line.code,
          locationId: location.id,
          lineId: line.id,
          clientId: line.clientId,
          phone: line.phone,
          period: type.period,
          periodUnit: type.periodUnit,
          isShared: type.isShared,
          isUnlimited: type.isUnlimited,
          ...activationOf(type, line.at, timeZone),
          createdAt: line.at,
        })),
      )
      .returning({ id: memberships.id }),
  );
  const ids = made.map(({ id }) => id);
  write.made('membership', ids);
  const wanted = sold.flatMap(({ type }, index) =>
    balancesFor(type).map((balance) => ({ ...balance, type, membershipId: ids[index] as number })),
  );
  const balanceIds = await openBalances(
    write,
    chainId,
    wanted.map(() => 'visits'),
  );
  if (wanted.length === 0) return;
  await write.insert(membershipBalances).values(
    wanted.map(({ link, type, membershipId }, index) => ({
      chainId,
      membershipId,
      balanceId: balanceIds[index] as number,
      serviceId: link?.serviceId ?? null,
      serviceCategoryId: link?.serviceCategoryId ?? null,
      locationId: link && (places.get(`${type.id} ${link.serviceId} ${link.serviceCategoryId}`) ?? null),
    })),
  );
  await post(
    write,
    chainId,
    wanted.map(({ visits, membershipId }, index) => ({
      balanceId: balanceIds[index] as number,
      amount: toMoney(visits),
      cause: 'sale of a membership',
      causeKey: `membership ${membershipId} balance ${balanceIds[index]}`,
    })),
  );
}

async function lock(write: Write, location: IssuingPlace, lineIds: readonly number[]): Promise<Issued[]> {
  const own = issuedFor(memberships, location, lineIds);
  const rows = await write.lock('membership', write.select().from(memberships).where(own).orderBy(asc(memberships.id)));
  if (rows.length === 0) return [];
  const held = await write
    .select({ membershipId: membershipBalances.membershipId, balanceId: membershipBalances.balanceId })
    .from(membershipBalances)
    .where(
      and(
        eq(membershipBalances.chainId, location.chainId),
        inArray(
          membershipBalances.membershipId,
          rows.map(({ id }) => id),
        ),
      ),
    );
  return rows.map((row) => ({
    ...row,
    // It is the client's who uses it, whoever bought it.
    keepsClient: row.lastUsedAt !== null,
    balanceIds: held.flatMap(({ membershipId, balanceId }) => (membershipId === row.id ? [balanceId] : [])),
  }));
}

/** Each product line issues one membership, with the visits of its type. */
export const membershipIssue: IssueKind = {
  thing: 'membership',
  typeOf: ({ membershipTypeId }) => membershipTypeId,
  lock,
  issue,
  codelessTypes: async (write, chainId, typeIds) => {
    const own = and(
      eq(membershipTypes.chainId, chainId),
      inArray(membershipTypes.id, [...new Set(typeIds)]),
      eq(membershipTypes.isPersonal, true),
    );
    const types = await write.select({ id: membershipTypes.id }).from(membershipTypes).where(own);
    return new Set(types.map(({ id }) => id));
  },
};
