import { randomUUID } from 'node:crypto';
import { BadRequest, Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { toMoney } from '../../platform/money.ts';
import { type Posting, post } from '../ledger/ledger.ts';
import type { PeriodUnit } from '../loyalty/tables.ts';
import { daysOf } from './freeze-limit.ts';
import { changeMembership, getMembership, lockMembership, type MembershipRow } from './membership.ts';
import { expiryOf, frozenDaysBetween, isFrozen, later } from './state.ts';
import { expectPeriod } from './type.ts';

/** The days that it may still be frozen; infinite without a limit. */
function freezeLeft({ type, frozenDays }: MembershipRow): number {
  return type.freezeLimit === 0 ? Number.POSITIVE_INFINITY : daysOf(type.freezeLimit, type.freezeLimitUnit) - frozenDays;
}

/**
 * Freezes a membership: it pays nothing meanwhile, and its end moves out by these days.
 * @param until undefined until somebody ends it; then its end moves out by the days that have passed
 * @throws NotFound, BadRequest if it cannot be frozen, and Invalid for `until`
 */
export async function freezeMembership(
  write: Write,
  chainId: number,
  id: number,
  until: Date | undefined,
): Promise<MembershipRow> {
  const row = await lockMembership(write, chainId, { id });
  const now = new Date();
  if (!row.type.allowsFreezing || row.state !== 'active')
    throw new BadRequest('The membership cannot be frozen.', { membershipId: ['cannot be frozen'] });
  if (isFrozen(row, now)) throw new BadRequest('The membership is frozen already.', { membershipId: ['is frozen already'] });
  if (until && until <= now) throw new Invalid({ until: ['must be in the future'] });
  const days = until ? frozenDaysBetween(now, until, row.timeZone) : 0;
  const isTooLong = Math.max(days, 1) > freezeLeft(row);
  if (isTooLong) throw new Invalid({ until: ['exceeds the limit of freezing'] }, 'Freeze period exceeds limit');
  await changeMembership(write, row, {
    frozenAt: now,
    frozenUntil: until ?? null,
    frozenDays: row.frozenDays + days,
    expiresAt: row.expiresAt && later(row.expiresAt, days, row.timeZone),
  });
  return getMembership(write, chainId, id);
}

/**
 * Ends the freezing of a membership. Its end stays where a freeze until a date has moved it.
 * @throws NotFound, and BadRequest if it is not frozen
 */
export async function unfreezeMembership(write: Write, chainId: number, id: number): Promise<MembershipRow> {
  const row = await lockMembership(write, chainId, { id });
  const now = new Date();
  if (!isFrozen(row, now)) throw new BadRequest('The membership is not frozen.', { membershipId: ['is not frozen'] });
  // What nobody has ended before the limit moves the end by no more than the limit.
  const days = row.frozenUntil ? 0 : Math.min(frozenDaysBetween(row.frozenAt as Date, now, row.timeZone), freezeLeft(row));
  await changeMembership(write, row, {
    frozenAt: null,
    frozenUntil: null,
    frozenDays: row.frozenDays + days,
    expiresAt: row.expiresAt && later(row.expiresAt, days, row.timeZone),
  });
  return getMembership(write, chainId, id);
}

/** The visits that a membership shall have. */
export interface NewVisits {
  /** Of visits that services share. */
  shared?: number | undefined;
  /** By service or category. */
  own?: readonly { id: number; visits: number }[] | undefined;
}

/**
 * Sets the visits that are left, by hand.
 * @param place the location that does it; undefined for the chain
 * @throws NotFound, BadRequest if its type does not allow it here, and Invalid for visits that it cannot have
 */
export async function setVisits(
  write: Write,
  chainId: number,
  id: number,
  visits: NewVisits,
  place?: { id: number },
): Promise<MembershipRow> {
  const row = await lockMembership(write, chainId, { id, ...(place ? { place } : {}) });
  const { balanceEditing } = row.type;
  if (balanceEditing === 'nowhere' || (balanceEditing === 'selling location' && place && place.id !== row.locationId)) {
    throw new BadRequest('Cannot change balance', { membershipId: ['has no balance that can be changed'] });
  }
  if (row.isUnlimited) throw new Invalid({ shared: ['cannot be set, because the visits are unlimited'] });
  const wanted = row.isShared ? sharedOf(row, visits) : ownOf(row, visits);
  await post(
    write,
    chainId,
    wanted.flatMap(({ balanceId, left, visits: after }): Posting[] =>
      after === left
        ? []
        : [
            {
              balanceId,
              amount: toMoney(after - left),
              cause: 'change by hand',
              causeKey: `change ${randomUUID()} of membership ${id}`,
            },
          ],
    ),
  );
  return getMembership(write, chainId, id);
}

interface Wanted {
  balanceId: number;
  left: number;
  visits: number;
}

function sharedOf({ balances }: MembershipRow, { shared }: NewVisits): Wanted[] {
  if (shared === undefined) throw new Invalid({ shared: ['is required: the services share their visits'] });
  if (shared < 0) throw new Invalid({ shared: ['must not be less than 0'] });
  return balances.map((balance) => ({ ...balance, visits: shared }));
}

function ownOf({ balances }: MembershipRow, { own = [] }: NewVisits): Wanted[] {
  if (own.length === 0) throw new Invalid({ own: ['is required: each service has visits of its own'] });
  const wanted = new Map<number, Wanted>();
  for (const { id, visits } of own) {
    const balance =
      balances.find(({ serviceId }) => serviceId === id) ?? balances.find(({ serviceCategoryId }) => serviceCategoryId === id);
    if (!balance) throw new Invalid({ own: [`name ${id}, which the membership does not pay`] });
    if (visits < 0) throw new Invalid({ own: ['must not be less than 0'] });
    wanted.set(balance.balanceId, { ...balance, visits });
  }
  return [...wanted.values()];
}

/**
 * Changes how long a membership is valid, from when it became active. It may expire at once.
 * @throws NotFound, and Invalid for a period that ends before the last use
 */
export async function setPeriod(
  write: Write,
  chainId: number,
  id: number,
  { period, periodUnit }: { period: number; periodUnit: PeriodUnit },
  place?: { id: number },
): Promise<MembershipRow> {
  expectPeriod({ period, periodUnit });
  if (period === 0) throw new Invalid({ period: ['must be at least 1'] });
  const row = await lockMembership(write, chainId, { id, ...(place ? { place } : {}) });
  const expiresAt = row.activatedAt && expiryOf({ ...row, period, periodUnit }, row.activatedAt, row.timeZone);
  if (expiresAt && row.lastUsedAt && expiresAt < row.lastUsedAt)
    throw new Invalid({ period: ['must not end before the last use'] });
  await changeMembership(write, row, { period, periodUnit, expiresAt });
  return getMembership(write, chainId, id);
}
